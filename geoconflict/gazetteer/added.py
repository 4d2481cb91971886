"""Places of the user's own: GeoNames dumps, tables and GeoJSON, read into an index under construction."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, cast

from geoconflict.errors import InputError
from geoconflict.gazetteer.index import ALTERNATE, MAIN
from geoconflict.gazetteer.names import norm, split_type
from geoconflict.gazetteer.rows import Collection, Row, distance_km, is_area, kind_radius_m, settlement_kind, slug
from geoconflict.records import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from geoconflict.records import Kind

# Column names of the tables people have: ours, GeoNames', UCDP's, ACLED's, OCHA's, OpenStreetMap's.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "name_en", "place", "place_name", "where_coordinates", "location", "asciiname", "town", "settlement",
             "admin4name_en", "admin3name_en", "admin2name_en", "admin1name_en", "adm4_en", "adm3_en", "adm2_en", "adm1_en"),
    "lat": ("lat", "latitude", "y", "lat_dd", "point_y"),
    "lon": ("lon", "lng", "long", "longitude", "x", "lon_dd", "point_x"),
    "aliases": ("aliases", "alternatenames", "alternate_names", "alt_name", "name_ar", "name:ar", "name:en", "name_local",
                "name_clean", "int_name", "official_name", "adm2_ar", "adm1_ar", "adm3_ar", "adm4_ar"),
    "kind": ("kind", "type", "feature_code", "place_type", "fclass", "featurecla"),
    "country": ("country", "country_code", "countrycode", "iso2", "cc", "iso_a2", "adm0_pcode", "admin0pcode"),
    "admin1": ("admin1", "adm1", "adm_1", "adm1_en", "admin1name", "admin1name_en", "governorate", "province", "state"),
    "admin2": ("admin2", "adm2", "adm_2", "adm2_en", "admin2name", "admin2name_en", "district"),
    "population": ("population", "pop", "pop_total"),
    "id": ("id", "place_id", "geonameid", "pcode", "p_code", "adm2_pcode", "adm1_pcode", "osm_id"),
    "where_prec": ("where_prec",),
    "precision_m": ("precision_m", "radius_m"),
}

# GeoNames feature codes to kinds; other features of the classes P, A, H, T, S fall back to their class.
_FEATURES: dict[str, Kind] = {
    "ADM1": "admin1", "ADM2": "admin2", "ADM3": "admin3", "PCLI": "country", "PCLS": "country", "PCLD": "country",
    "RGN": "region", "PPLX": "neighbourhood", "AIRP": "airport", "AIRF": "airport", "AIRB": "base", "MILB": "base",
    "INSM": "base", "PRN": "prison", "CMPRF": "camp", "CMP": "camp", "RD": "road", "PSTB": "crossing",
}
_CLASSES: dict[str, Kind] = {"A": "region", "H": "water", "L": "region", "T": "region", "S": "facility", "R": "road", "V": "region"}
_FEATURE_RADIUS_M = {"H": 10_000.0, "L": 25_000.0, "T": 5_000.0, "V": 10_000.0, "A": 25_000.0}
_AREA_RADIUS_M = {"country": 300_000.0, "region": 50_000.0, "admin1": 60_000.0, "admin2": 25_000.0, "admin3": 12_000.0}
_GEONAMES_COLUMNS = 19

# UCDP: 1 exact, 2 within 25 km, 3 second-level area, 4 first-level area, 5 estimated, 6 country.
_PRECISION_RADIUS_M = {"2": 25_000.0, "3": 25_000.0, "4": 60_000.0, "5": 60_000.0, "6": 300_000.0}

_SAME_PLACE_KM = 3.0
"""An added settlement within this of a known one with a name in common is that place, and only adds spellings."""


def read_places(path: Path, collection: Collection) -> int:
    """Enter the places of one file and return how many were new.

    Known by its ending and content: .zip or .txt of GeoNames (19 tab-separated columns), .geojson/.json, .csv/.tsv. A row without
    name or point raises InputError naming file, row and value. A settlement already known by the same name within
    3 km gets its further spellings instead of a second row.
    """
    known = len(collection.rows)
    cells = _settlement_cells(collection)
    rows = _read(path)
    count = 0
    for row, aliases in rows:
        count += 1
        _enter(collection, cells, row, aliases)
    if not count:
        raise InputError(f"{path}: no place in it")
    return len(collection.rows) - known


def _read(path: Path) -> Iterator[tuple[Row, list[str]]]:
    ending = path.suffix.lower()
    try:
        if ending == ".zip":
            yield from _read_zip(path)
        elif ending in {".geojson", ".json"}:
            yield from _read_geojson(path)
        elif ending in {".csv", ".tsv", ".txt"}:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from _read_table(path, file)
        else:
            raise InputError(f"{path}: cannot add a {ending or 'nameless'} file; use a GeoNames .txt or .zip, .csv or .geojson")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error


def _read_zip(path: Path) -> Iterator[tuple[Row, list[str]]]:
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".txt") and "readme" not in name.lower()]
        if not members:
            raise InputError(f"{path}: holds no .txt of GeoNames")
        for member in sorted(members):
            with archive.open(member) as raw:
                yield from _read_table(path, io.TextIOWrapper(raw, encoding="utf-8", newline=""))


def _read_table(path: Path, file: Iterable[str]) -> Iterator[tuple[Row, list[str]]]:
    """Read a GeoNames dump (tabs, no header) or a table with a header."""
    lines = iter(file)
    first = next(lines, "")
    if first.count("\t") == _GEONAMES_COLUMNS - 1:
        yield from _read_geonames(path, first, lines)
        return
    header = next(csv.reader([first], delimiter="\t" if first.count("\t") > first.count(",") else ";" if first.count(";") > first.count(",") else ","))
    delimiter = "\t" if first.count("\t") > first.count(",") else ";" if first.count(";") > first.count(",") else ","
    columns = _recognise(path, header)
    for number, values in enumerate(csv.reader(lines, delimiter=delimiter), start=2):
        if values and not (number == 2 and values[0].startswith("#")):  # HXL's tag row
            yield _table_row(path, number, dict(zip(header, values, strict=False)), columns)


def _recognise(path: Path, header: Iterable[str]) -> dict[str, list[str]]:
    """Return our field -> the file's columns, in our order of preference."""
    by_lower = {column.strip().lower(): column for column in header}
    columns = {field: [by_lower[known] for known in names if known in by_lower] for field, names in _COLUMNS.items()}
    missing = [field for field in ("name", "lat", "lon") if not columns[field]]
    if missing:
        raise InputError(
            f"{path}: no column for {', '.join(missing)} among {', '.join(by_lower.values()) or 'none'}; "
            f"name them name, lat, lon",
        )
    return columns


def _table_row(path: Path, number: int, record: dict[str, Any], columns: dict[str, list[str]]) -> tuple[Row, list[str]]:
    """Return one row of a table or one feature's properties as a place with its aliases."""

    def value(field: str) -> str:
        return next((str(record[c]).strip() for c in columns[field] if record.get(c) not in {None, ""}), "")

    name = value("name")
    lon, lat = _number(path, number, "lon", value("lon")), _number(path, number, "lat", value("lat"))
    if not name:
        raise InputError(f"{path} row {number}: no name")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(f"{path} row {number}: lon {lon}, lat {lat} is no point on Earth; are they swapped?")
    rest, typed = split_type(name)
    people = int(float(value("population") or 0)) if value("population").replace(".", "", 1).isdigit() else 0
    kind = _kind(value("kind"), typed, value("where_prec"), people)
    country = value("country").upper()[:2]
    identity = value("id") or f"{slug(name)}-{lat:.3f}-{lon:.3f}"
    precision = value("precision_m")
    radius = float(precision) if precision.replace(".", "", 1).isdigit() else max(
        _AREA_RADIUS_M.get(kind, 0.0) or kind_radius_m(kind, people), _PRECISION_RADIUS_M.get(value("where_prec"), 0.0),
    )
    aliases = [part for c in columns["aliases"] if record.get(c) for part in str(record[c]).replace(",", "|").split("|")]
    if rest != norm(name) and not is_area(kind):
        aliases.append(rest)
    row = Row(
        id=f"{path.stem}:{identity}", name=name, kind=kind, lon=lon, lat=lat, radius_m=radius,
        country=country if country.isalpha() and len(country) == 2 else None, admin1=value("admin1"),
        admin2=value("admin2"), population=people, source=f"added: {path.name}",
    )
    return row, aliases


def _number(path: Path, row: int, field: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{path} row {row}: {field} {text!r} is not a number in degrees") from None


def _kind(given: str, typed: str, where_prec: str, people: int) -> Kind:
    """Return the kind a table gives, the name's type word says, or the UCDP precision implies."""
    word = given.strip()
    if word.upper() in _FEATURES:
        return _FEATURES[word.upper()]
    if word.lower() in KINDS and word.lower() != "city":
        return cast("Kind", word.lower())
    said = split_type(f"x {word}")[1] or typed
    if where_prec in {"6", "7"}:
        return "country" if where_prec == "6" else "water"
    if said in KINDS and said != "city":
        return cast("Kind", said)
    if said == "area" or where_prec == "5":
        return "region"
    if where_prec == "4":
        return "admin1"
    if where_prec == "3":
        return "admin2"
    return settlement_kind(people) if people else "village" if "village" in word.lower() else "town"


def _read_geonames(path: Path, first: str, rest: Iterator[str]) -> Iterator[tuple[Row, list[str]]]:
    """Read a GeoNames country dump; the columns are those of its readme."""
    for number, line in enumerate(_chain(first, rest), start=1):
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != _GEONAMES_COLUMNS:
            raise InputError(f"{path} row {number}: {len(cells)} columns, a GeoNames dump has {_GEONAMES_COLUMNS}")
        geonameid, name, plain, alternates, lat, lon, feature_class, code, country = cells[:9]
        people = int(cells[14] or 0)
        kind = _FEATURES.get(code) or ("village" if code in {"PPLQ", "PPLH", "PPLW"} else None) or _CLASSES.get(feature_class)
        kind = kind or settlement_kind(people)
        if feature_class == "P" and people == 0 and code == "PPL":
            kind = "village"
        radius = _AREA_RADIUS_M.get(kind) or kind_radius_m(kind, people)
        if code not in _FEATURES:
            radius = max(radius if kind not in {"region", "water"} else 0.0, _FEATURE_RADIUS_M.get(feature_class, 0.0))
        row = Row(
            id=f"geonames:{geonameid}", name=name, kind=kind, lon=_number(path, number, "longitude", lon),
            lat=_number(path, number, "latitude", lat), radius_m=radius or kind_radius_m(kind, people),
            country=country or None, admin1=f"{country}.{cells[10]}" if cells[10] else "", population=people,
            geonameid=int(geonameid), source=f"added: GeoNames dump {path.name} (CC BY 4.0)",
        )
        yield row, [plain, *alternates.split(",")]


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _read_geojson(path: Path) -> Iterator[tuple[Row, list[str]]]:
    """Read the features of a GeoJSON file: points as they are, others by the middle of their box."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        features = document["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no GeoJSON feature collection ({error})") from error
    for number, feature in enumerate(features, start=1):
        points = list(_positions((feature.get("geometry") or {}).get("coordinates")))
        if not points:
            raise InputError(f"{path} feature {number}: no geometry")
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        record = {**(feature.get("properties") or {}), "lon": (west + east) / 2, "lat": (south + north) / 2}
        row, aliases = _table_row(path, number, record, {**_recognise(path, record), "lon": ["lon"], "lat": ["lat"]})
        if len(points) > 1:
            row.extent = (west, south, east, north)
            row.radius_m = distance_km(west, south, east, north) * 500
        yield row, aliases


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Yield the positions of a geometry of any depth."""
    if not coordinates:
        return
    if isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for part in coordinates:
        yield from _positions(part)


def _settlement_cells(collection: Collection) -> dict[tuple[int, int], list[int]]:
    cells: dict[tuple[int, int], list[int]] = {}
    for number, row in enumerate(collection.rows):
        cells.setdefault((round(row.lon * 10), round(row.lat * 10)), []).append(number)
    return cells


def _enter(collection: Collection, cells: dict[tuple[int, int], list[int]], row: Row, aliases: list[str]) -> None:
    """Enter a place, or its spellings where the index knows it already."""
    if row.admin1.startswith(f"{row.country}."):  # a GeoNames code
        area = collection.admin1_row.get((row.country or "", row.admin1.partition(".")[2]))
        row.admin1 = collection.rows[area].name if area is not None else ""
    number = collection.ids.get(row.id)
    if number is None and not is_area(row.kind):
        number = _known(collection, cells, row, aliases)
    if number is None:
        number = collection.add(row, filter(None, aliases))
        cells.setdefault((round(row.lon * 10), round(row.lat * 10)), []).append(number)
        return
    for alias in (row.name, *filter(None, aliases)):
        collection.name(number, alias, MAIN if alias == row.name else ALTERNATE)


def _known(
    collection: Collection, cells: dict[tuple[int, int], list[int]], row: Row, aliases: list[str],
) -> int | None:
    """Return the row of a known place of the same sort that has a name in common and lies near."""
    x, y = round(row.lon * 10), round(row.lat * 10)
    around = [n for i in (-1, 0, 1) for j in (-1, 0, 1) for n in cells.get((x + i, y + j), ())]
    keys = {norm(name) for name in (row.name, *aliases)} - {""}
    for number in around:
        other = collection.rows[number]
        if is_area(other.kind) or distance_km(row.lon, row.lat, other.lon, other.lat) > _SAME_PLACE_KM:
            continue
        if any(number in collection.names.get(key, ()) for key in keys):
            return number
    return None
