"""Places of the user's own: GeoNames dumps, tables and GeoJSON, read into an index under construction."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import zipfile
import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

from geoconflict.errors import GeoconflictError, InputError
from geoconflict.gazetteer.index import ALTERNATE, MAIN
from geoconflict.gazetteer.names import TYPE_WORDS, norm, split_type
from geoconflict.gazetteer.rows import Collection, Row, distance_km, is_area, kind_radius_m, settlement_kind, slug
from geoconflict.records import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from geoconflict.records import Kind

# Column names of the tables people have: ours, GeoNames', UCDP's, ACLED's, OCHA's, OpenStreetMap's; best first.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "name",
        "name_en",
        "name:en",
        "place",
        "place_name",
        "where_coordinates",
        "location",
        "asciiname",
        "town",
        "settlement",
        "adm4_en",
        "adm3_en",
        "adm2_en",
        "adm1_en",
        "admin4name_en",
        "admin3name_en",
        "admin2name_en",
        "admin1name_en",
    ),
    "lat": ("lat", "latitude", "y", "lat_dd", "point_y"),
    "lon": ("lon", "lng", "long", "longitude", "x", "lon_dd", "point_x"),
    "aliases": (
        "aliases",
        "alternatenames",
        "alternate_names",
        "alt_name",
        "name_ar",
        "name:ar",
        "name:en",
        "name_local",
        "name_clean",
        "int_name",
        "official_name",
        "adm4_ar",
        "adm3_ar",
        "adm2_ar",
        "adm1_ar",
    ),
    "kind": ("kind", "type", "place_type", "feature_code", "fclass", "featurecla"),
    "country": ("country", "country_code", "countrycode", "iso2", "cc", "iso_a2", "adm0_pcode", "admin0pcode"),
    "admin1": ("admin1", "adm1", "adm_1", "adm1_en", "admin1name", "admin1name_en", "governorate", "province", "state"),
    "admin2": ("admin2", "adm2", "adm_2", "adm2_en", "admin2name", "admin2name_en", "district"),
    "population": ("population", "pop", "pop_total"),
    "id": (
        "id",
        "place_id",
        "geonameid",
        "pcode",
        "p_code",
        "adm4_pcode",
        "adm3_pcode",
        "adm2_pcode",
        "adm1_pcode",
        "osm_id",
    ),
    "where_prec": ("where_prec",),
    "radius_m": ("radius_m", "precision_m"),
}

# GeoNames feature codes; others of the classes A, H, L, R, S, T, V go by their class, and those of P by their people.
_GEONAMES_COLUMNS = 19
_FEATURES: dict[str, Kind] = {
    "ADM1": "admin1",
    "ADM2": "admin2",
    "ADM3": "admin3",
    "PCLI": "country",
    "PCLS": "country",
    "PCLD": "country",
    "PPLX": "neighbourhood",
    "PPLQ": "village",
    "PPLH": "village",
    "PPLW": "village",
    "AIRP": "airport",
    "AIRF": "airport",
    "AIRB": "base",
    "MILB": "base",
    "INSM": "base",
    "PRN": "prison",
    "CMPRF": "camp",
    "PSTB": "crossing",
}
_CLASSES: dict[str, Kind] = {
    "A": "region",
    "H": "water",
    "L": "region",
    "R": "road",
    "S": "facility",
    "T": "region",
    "V": "region",
}
_CLASS_RADIUS_M = {"A": 25_000.0, "H": 10_000.0, "L": 25_000.0, "R": 10_000.0, "T": 5_000.0, "V": 10_000.0}
# An area given as a point: the usual size of its kind, for want of an extent.
_AREA_RADIUS_M = {"country": 300_000.0, "region": 50_000.0, "admin1": 60_000.0, "admin2": 25_000.0, "admin3": 12_000.0}

# UCDP's where_prec: 1 exact, 2 within 25 km, 3 second-level, 4 first-level area, 5 estimated, 6 country, 7 sea or air.
_PRECISION_KIND: dict[str, Kind] = {"3": "admin2", "4": "admin1", "5": "region", "6": "country", "7": "water"}
_PRECISION_RADIUS_M = {"2": 25_000.0, "3": 25_000.0, "4": 60_000.0, "5": 60_000.0, "6": 300_000.0, "7": 100_000.0}

LONGEST_LINE = 1_000_000
"""Characters; the longest line of GeoNames' allCountries has some 15,000."""
_SAME_SPOT_KM, _SAME_AREA_KM = 3.0, 100.0
"""An added place this near a known one of its sort with a name in common is that place, and only adds spellings."""


class Reading(NamedTuple):
    """What became of a file: new places, places that were known and gained spellings, rows without name or point."""

    new: int
    known: int
    left_out: int


def read_places(path: Path, collection: Collection) -> Reading:
    """Enter the places of one file.

    By ending and content: .txt or .zip of GeoNames (19 tab-separated columns); .csv, .tsv or .txt with a header that
    has a name, a latitude and a longitude column; .geojson. Rows without a name or a point are left out and counted. A
    place already known by one of the names, at the same spot, gains the others. Raises InputError naming file, row
    and value for a value that is wrong, and for a file that holds no place.
    """
    near = _Near(collection)
    new = known = left_out = 0
    for found in _read(path):
        if found is None:
            left_out += 1
            continue
        row, aliases = found
        if _enter(collection, near, row, aliases):
            new += 1
        else:
            known += 1
    if not new + known:
        raise InputError(f"{path}: no place with a name and a point in it")
    return Reading(new, known, left_out)


_Found = tuple[Row, list[str]] | None


def _read(path: Path) -> Iterator[_Found]:
    ending = path.suffix.lower()
    try:
        if ending == ".zip":
            yield from _read_zip(path)
        elif ending in {".geojson", ".json"}:
            yield from _read_geojson(path)
        elif ending in {".csv", ".tsv", ".txt"}:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from _read_lines(path, file)
        else:
            raise InputError(f"{path}: cannot add such a file; use .txt or .zip of GeoNames, .csv or .geojson")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except GeoconflictError:
        raise
    # zlib: a broken archive; RuntimeError: an encrypted one, one packed in a way Python cannot undo, JSON too deep;
    # the last three: GeoJSON whose members are not what they should be.
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        csv.Error,
        RuntimeError,
        AttributeError,
        TypeError,
        LookupError,
    ) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error


def _read_zip(path: Path) -> Iterator[_Found]:
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".txt") and "readme" not in name.lower()]
        if not members:
            raise InputError(f"{path}: holds no .txt of GeoNames")
        for member in sorted(members):
            with archive.open(member) as raw:
                yield from _read_lines(path, io.TextIOWrapper(raw, encoding="utf-8", newline=""))


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """Yield the lines of a file; a few kB packed can be one line of gigabytes, which no list of places has."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise InputError(f"{path}: a line longer than {LONGEST_LINE} characters; this is no list of places")
        yield line


def _read_lines(path: Path, file: TextIO) -> Iterator[_Found]:
    """Read a GeoNames dump (tabs, no header) or a table with a header, separated as its header is."""
    lines = _lines(path, file)
    first = next(lines, "")
    if first.count("\t") == _GEONAMES_COLUMNS - 1:
        for number, line in enumerate(itertools.chain([first], lines), start=1):
            yield _geonames_row(path, number, line.rstrip("\r\n").split("\t"))
        return
    delimiter = max(",;\t", key=first.count)
    table = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    header = next(table, [])
    columns = _recognise(path, header)
    for number, values in enumerate(table, start=2):
        tags = number == 2 and any(value.startswith("#") for value in values)  # HXL
        if values and not tags:
            yield _table_row(path, f"row {number}", dict(zip(header, values, strict=False)), columns)


def _recognise(path: Path, header: Iterable[str], *, point: bool = True) -> dict[str, list[str]]:
    """Return our field -> the file's columns for it, best first; `point` asks for coordinate columns too."""
    by_lower = {column.strip().lower(): column for column in header}
    columns = {field: [by_lower[known] for known in names if known in by_lower] for field, names in _COLUMNS.items()}
    missing = [field for field in (("name", "lat", "lon") if point else ("name",)) if not columns[field]]
    if missing:
        found = ", ".join(by_lower.values()) or "none"
        raise InputError(f"{path}: no column for {', '.join(missing)} (found: {found}); name them name, lat, lon")
    return columns


def _table_row(path: Path, where: str, record: dict[str, Any], columns: dict[str, list[str]]) -> _Found:
    """Return one row of a table, or the properties of a feature, as a place with its aliases."""

    def value(field: str) -> str:
        cells = (record.get(column) for column in columns[field])
        return next((text for text in (str(cell).strip() for cell in cells if cell is not None) if text), "")

    written = value("name")
    if not written or not value("lat") or not value("lon"):
        return None
    lon, lat = _point(path, where, value("lon"), value("lat"))
    people, precision = _whole(value("population")), value("where_prec")
    kind = _kind(value("kind"), split_type(written)[1], precision, people)
    name = written if is_area(kind) else _untyped(written)
    radius = float(_whole(value("radius_m"))) or max(
        _AREA_RADIUS_M.get(kind) or kind_radius_m(kind, people),
        _PRECISION_RADIUS_M.get(precision, 0.0),
    )
    country = value("country").upper()[:2]
    listed = [str(record[column]) for column in columns["aliases"] if record.get(column)]
    row = Row(
        id=f"{slug(path.stem)}:{value('id') or f'{slug(written)}-{lat:.3f}-{lon:.3f}'}",
        name=name,
        kind=kind,
        lon=lon,
        lat=lat,
        radius_m=radius,
        country=country if len(country) == 2 and country.isalpha() else None,
        admin1=value("admin1"),
        admin2=value("admin2"),
        population=people,
        source=f"added: {path.name}",
    )
    return row, [written, *(part.strip() for text in listed for part in text.replace(";", "|").split("|"))]


def _point(path: Path, where: str, lon: str, lat: str) -> tuple[float, float]:
    """Return a point, or raise InputError naming file, row and value."""
    try:
        point = float(lon), float(lat)
    except ValueError:
        raise InputError(f"{path} {where}: lon {lon!r}, lat {lat!r} are not numbers; use decimal degrees") from None
    if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise InputError(f"{path} {where}: lon {lon}, lat {lat} is no point on Earth; are the columns swapped?")
    return point


def _whole(text: str) -> int:
    """Return a count, 0 when there is none."""
    try:
        number = float(text)
    except ValueError:
        return 0
    return max(0, int(number)) if math.isfinite(number) else 0


def _untyped(name: str) -> str:
    """Return a name as written without the type words at its end ("Atmeh town")."""
    words = name.split()
    while len(words) > 1 and norm(words[-1]) in TYPE_WORDS:
        words.pop()
    return " ".join(words)


def _kind(given: str, typed: str, precision: str, people: int) -> Kind:
    """Return the kind of a table's row: as UCDP's precision, the kind column or the name's type word says."""
    if precision in _PRECISION_KIND:
        return _PRECISION_KIND[precision]
    word = given.lower()
    if given.upper() in _FEATURES:
        return _FEATURES[given.upper()]
    if word in KINDS and word != "city":
        return cast("Kind", word)
    said = next((kind for kind in (TYPE_WORDS.get(word), typed) if kind), "city")
    if said == "area":
        return "region"
    if said != "city":
        return cast("Kind", said)
    return "village" if not people and "village" in word else settlement_kind(people)


def feature_kind(feature_class: str, code: str, people: int) -> Kind:
    """Return the kind of a GeoNames feature; a populated place without people in the dump is a village."""
    kind = _FEATURES.get(code) or _CLASSES.get(feature_class)
    return kind or ("village" if code == "PPL" and not people else settlement_kind(people))


def _geonames_row(path: Path, number: int, cells: list[str]) -> _Found:
    """Return one line of a GeoNames dump; the columns are those of its readme."""
    if len(cells) != _GEONAMES_COLUMNS:
        raise InputError(f"{path} row {number}: {len(cells)} columns, a GeoNames dump has {_GEONAMES_COLUMNS}")
    geonameid, name, plain, alternates, lat, lon, feature_class, code, country = cells[:9]
    if not name or not geonameid.isdigit():
        return None
    people = _whole(cells[14])
    kind = feature_kind(feature_class, code, people)
    radius = _AREA_RADIUS_M.get(kind) or kind_radius_m(kind, people)
    if code not in _FEATURES:
        radius = _CLASS_RADIUS_M.get(feature_class, radius)
    point = _point(path, f"row {number}", lon, lat)
    row = Row(
        id=f"geonames:{geonameid}",
        name=name,
        kind=kind,
        lon=point[0],
        lat=point[1],
        radius_m=radius,
        country=country or None,
        admin1=f"{country}.{cells[10]}" if cells[10] else "",
        population=people,
        geonameid=int(geonameid),
        source=f"added: {path.name} of GeoNames, CC BY 4.0",
    )
    return row, [plain, *alternates.split(",")]


def _read_geojson(path: Path) -> Iterator[_Found]:
    """Read the features of a GeoJSON file: points as they are, other geometries by their box."""
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        named = [(feature["properties"] or {}, feature["geometry"] or {}) for feature in features]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no GeoJSON feature collection ({type(error).__name__}: {error})") from error
    columns = _recognise(path, dict.fromkeys(key for properties, _ in named for key in properties), point=False)
    columns |= {"lon": ["lon"], "lat": ["lat"]}
    for number, (properties, geometry) in enumerate(named, start=1):
        points = list(_positions(geometry.get("coordinates")))
        if not points:
            yield None
            continue
        west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
        south, north = min(lat for _, lat in points), max(lat for _, lat in points)
        record = {**properties, "lon": (west + east) / 2, "lat": (south + north) / 2}
        found = _table_row(path, f"feature {number}", record, columns)
        if found and len(points) > 1:
            found[0].extent = (west, south, east, north)
            found[0].radius_m = max(500.0, distance_km(west, south, east, north) * 500)
        yield found


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Yield the positions of a geometry of any depth."""
    if isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
    elif isinstance(coordinates, list):
        for part in coordinates:
            yield from _positions(part)


class _Near:
    """Known rows by cell of a tenth of a degree."""

    def __init__(self, collection: Collection) -> None:
        self.cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for number, row in enumerate(collection.rows):
            self.add(number, row)

    def add(self, number: int, row: Row) -> None:
        self.cells[round(row.lon * 10), round(row.lat * 10)].append(number)

    def around(self, row: Row) -> Iterator[int]:
        x, y = round(row.lon * 10), round(row.lat * 10)
        for i, j in itertools.product((-1, 0, 1), repeat=2):
            yield from self.cells.get((x + i, y + j), ())


def _enter(collection: Collection, near: _Near, row: Row, aliases: list[str]) -> bool:
    """Enter a place and return True, or its spellings where the index knows it already and return False."""
    row.admin1 = collection.admin1_name(row.country, row.admin1)
    names = [row.name, *filter(None, aliases)]
    number = collection.ids.get(row.id)
    if number is None:
        keys = {norm(name) for name in names} - {""}
        number = _known_area(collection, row, keys) if is_area(row.kind) else _known_spot(collection, near, row, keys)
    if number is None:
        near.add(collection.add(row, names[1:]), row)
        return True
    for name in names:
        collection.name(number, name, MAIN if name == row.name else ALTERNATE)
    return False


def _known_spot(collection: Collection, near: _Near, row: Row, keys: set[str]) -> int | None:
    """Return a known place at the same spot with a name in common."""
    for number in near.around(row):
        other = collection.rows[number]
        if is_area(other.kind) or distance_km(row.lon, row.lat, other.lon, other.lat) > _SAME_SPOT_KM:
            continue
        if any(number in collection.names.get(key, ()) for key in keys):
            return number
    return None


def _known_area(collection: Collection, row: Row, keys: set[str]) -> int | None:
    """Return a known area of the same kind and country, not far, with a name in common."""
    for number in sorted({number for key in keys for number in collection.names.get(key, ())}):
        other = collection.rows[number]
        same = other.kind == row.kind and other.country == row.country
        if same and (row.kind == "country" or distance_km(row.lon, row.lat, other.lon, other.lat) <= _SAME_AREA_KM):
            return number
    return None
