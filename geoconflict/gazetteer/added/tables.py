"""Tables and properties: which column says what, and a row of them as a place.

Known by their columns: UCDP GED and lists made of it, OCHA's administrative areas and p-code tables, OpenStreetMap,
Wikidata, GeoNames with a header, and this project's own. Other columns the user maps.
"""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from geoconflict.gazetteer.added import geonames
from geoconflict.gazetteer.added.values import (
    LONG_NAME,
    LONGEST_NAME,
    NO_NAME,
    NO_PLACE,
    NO_POINT,
    Found,
    clean,
    count,
    country,
    geonames_number,
    point,
    usable,
)
from geoconflict.gazetteer.names import TYPE_WORDS, norm, split_type
from geoconflict.gazetteer.rows import Row, is_area, kind_radius_m, settlement_kind, slug
from geoconflict.records import KINDS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from geoconflict.gazetteer.added.values import Answer, File
    from geoconflict.records import Kind

# Column names of the tables people have: ours, GeoNames', UCDP's, ACLED's, OCHA's, OpenStreetMap's, Wikidata's; best
# first.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "name",
        "name_en",
        "name:en",
        "place_name",
        "where_coordinates",
        "itemlabel",
        "placelabel",
        "label",
        "place",
        "location",
        "asciiname",
        "town",
        "settlement",
    ),
    "lat": ("lat", "latitude", "y", "lat_dd", "point_y"),
    "lon": ("lon", "lng", "long", "longitude", "x", "lon_dd", "point_x"),
    "point": ("coord", "coords", "coordinates", "coordinate", "location", "p625", "geom_wkt", "wkt", "geo", "point"),
    "aliases": (
        "aliases",
        "alternatenames",
        "alternate_names",
        "alt_name",
        "name_local",
        "name_clean",
        "asciiname",
        "int_name",
        "old_name",
        "official_name",
        "short_name",
        "itemaltlabel",
        "altlabel",
        "aliases_ar",
    ),
    "kind": (
        "kind",
        "place_type",
        "feature_code",
        "fclass",
        "featurecla",
        "place",
        "type",
        "instancelabel",
        "instance_of",
        "instanceoflabel",
        "typelabel",
        "classlabel",
    ),
    "country": (
        "country",
        "country_code",
        "countrycode",
        "iso2",
        "iso3",
        "cc",
        "iso_a2",
        "adm0_pcode",
        "admin0pcode",
        "countrylabel",
        "adm0_en",
        "iso3166-1",
        "iso3166-1:alpha2",
    ),
    "admin1": ("admin1", "adm1", "adm_1", "admin1name", "governorate", "province", "state"),
    "admin2": ("admin2", "adm2", "adm_2", "admin2name", "district"),
    "population": ("population", "pop", "pop_total"),
    "id": ("id", "place_id", "item", "wikidata", "pcode", "p_code", "osm_id", "@id", "qid"),
    "geonameid": ("geonameid", "geonames_id"),
    "where_prec": ("where_prec",),
    "radius_m": ("radius_m", "precision_m"),
    "date": (
        "modification_date",
        "@timestamp",
        "timestamp",
        "last_modified",
        "updated",
        "date_end",
        "validon",
        "valid_on",
        "date",
    ),
}
FIELDS = tuple(_COLUMNS)
"""What a column can be mapped to."""

# A name in some language: OpenStreetMap's "name:ar" and "alt_name:ku", "label_ar", "itemLabel_ar", "name_ar".
_NAME_IN_LANGUAGE = re.compile(r"(name|label|itemlabel|alt_name|old_name|official_name|aliases)[:_@-][a-z]{2,3}")
# OCHA's columns of an area of some level, old and new: ADM2_EN, ADM2_AR, adm2_name, adm2_name1, admin2Name_en,
# ADM2_REF, ADM2ALT1EN, ADM2_PCODE, admin2Pcode.
_LEVEL_NAME = re.compile(
    r"adm(?:in)?([0-4])_?(?:name)?_?(?:([a-z]{2})|\d?)|adm(?:in)?([0-4])_?(?:ref|alt\d?_?[a-z]{2})"
)
_LEVEL_PCODE = re.compile(r"adm(?:in)?([0-4])_?pcode")
_LEVEL_KIND: dict[int, Kind] = {0: "country", 1: "admin1", 2: "admin2", 3: "admin3", 4: "admin3"}

# OpenStreetMap's values of `place`; levels of administrative boundaries differ by country, these are the usual ones
# (https://wiki.openstreetmap.org/wiki/Tag:boundary=administrative).
_OSM_PLACE: dict[str, Kind] = {
    "hamlet": "village",
    "isolated_dwelling": "village",
    "farm": "village",
    "suburb": "neighbourhood",
    "quarter": "neighbourhood",
    "neighbourhood": "neighbourhood",
    "city_block": "neighbourhood",
    "borough": "neighbourhood",
    "state": "admin1",
    "province": "admin1",
    "county": "admin2",
    "district": "admin2",
    "municipality": "admin3",
    "island": "region",
    "archipelago": "region",
    "sea": "water",
    "ocean": "water",
}
_OSM_LEVEL: dict[str, Kind] = {
    "2": "country",
    "3": "admin1",
    "4": "admin1",
    "5": "admin2",
    "6": "admin2",
    "7": "admin3",
    "8": "admin3",
}
_OSM_TAGS: dict[tuple[str, str], Kind] = {
    ("aeroway", "aerodrome"): "airport",
    ("military", "airfield"): "base",
    ("military", "base"): "base",
    ("military", "barracks"): "base",
    ("military", "naval_base"): "base",
    ("landuse", "military"): "base",
    ("amenity", "prison"): "prison",
    ("amenity", "refugee_site"): "camp",
    ("barrier", "border_control"): "crossing",
    ("natural", "water"): "water",
}

# UCDP's where_prec: 1 exact, 2 within 25 km, 3 second-level, 4 first-level area, 5 estimated, 6 country, 7 sea or air.
_PRECISION_KIND: dict[str, Kind] = {"3": "admin2", "4": "admin1", "5": "region", "6": "country", "7": "water"}
_PRECISION_RADIUS_M = {"2": 25_000.0, "3": 25_000.0, "4": 60_000.0, "5": 60_000.0, "6": 300_000.0, "7": 100_000.0}

_POINT = re.compile(r"\s*(?:<[^>]*>\s*)?point\s*z?\s*\(\s*(\S+)\s+([^\s)]+)[^)]*\)\s*", re.IGNORECASE)
_PAIR = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*[,;]\s*([-+]?\d+(?:\.\d+)?)\s*")
_ENTITY = re.compile(r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/)?(Q\d+)")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table say: our field -> its columns, best first, and the level of administrative areas."""

    fields: dict[str, list[str]]
    level: int | None = None
    pcode: str = ""
    osm: bool = False

    def value(self, name: str, record: dict[str, Any]) -> str:
        """Return the first value of a field that is there, "" when none is."""
        cells = (record.get(column) for column in self.fields[name])
        return next((text for text in map(_text, cells) if text), "")


@dataclass(slots=True)
class Shape:
    """Where a feature lies: a point, the box around an area, its radius and outline."""

    lon: float
    lat: float
    extent: tuple[float, float, float, float] | None = None
    radius_m: float = 0.0
    outline: dict[str, Any] | None = field(default=None)


def _text(cell: Any) -> str:
    """Return a cell as text; whole numbers that a spreadsheet holds as decimals without them."""
    if cell is None or cell != cell:  # noqa: PLR0124  not a number: an empty cell of pandas
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def recognise(file: File, header: Iterable[Any], *, point: bool = True) -> Columns:
    """Return what the columns say; `point` asks for coordinate columns too. Raises InputError when no column names."""
    by_lower = {str(column).strip().lower(): str(column) for column in header}
    fields = {name: [by_lower[known] for known in known_as if known in by_lower] for name, known_as in _COLUMNS.items()}
    fields["aliases"] += [column for lower, column in by_lower.items() if _NAME_IN_LANGUAGE.fullmatch(lower)]
    for ours, theirs in file.columns.items():
        if theirs.strip().lower() not in by_lower:
            continue
        fields[ours] = [by_lower[theirs.strip().lower()]]
    osm = not file.columns and {"place", "name"} <= by_lower.keys() and "where_coordinates" not in by_lower
    if "name" not in file.columns and len(fields["name"]) > 1:  # `place` beside `name` says which kind
        fields["name"] = [column for column in fields["name"] if column.lower() not in {"place", "location"}]
    level, pcode = None, ""
    if not fields["name"]:
        level, pcode = _take_level(by_lower, fields)
    if "where_coordinates" in by_lower and "date_start" in by_lower:
        fields["id"] = []  # the id of an event
    mapped = any(theirs.strip().lower() in by_lower for theirs in file.columns.values())  # else meant for other files
    unused = [theirs for ours, theirs in file.columns.items() if fields[ours][:1] != [by_lower.get(theirs.lower(), "")]]
    missing = [] if fields["name"] else ["name"]
    if point and not fields["point"] and level is None:
        missing += [name for name in ("lat", "lon") if not fields[name]]
    if missing or (mapped and unused):
        found = ", ".join(by_lower.values()) or "none"
        problem = f"no column {', '.join(unused)}" if unused else f"no column for {', '.join(missing)}"
        remedy = "name them name, lat, lon or map them: --columns name=...,lat=...,lon=..."
        raise file.refuse("", f"{problem} (found: {found}); {remedy}")
    _learn(file, by_lower, level, osm=osm)
    return Columns(fields, level, pcode, osm)


def _take_level(by_lower: dict[str, str], fields: dict[str, list[str]]) -> tuple[int | None, str]:
    """Enter the columns of the deepest administrative level there is; return that level and its p-code column."""
    names: dict[int, list[str]] = {}
    for lower, column in by_lower.items():
        match = _LEVEL_NAME.fullmatch(lower)
        if match:
            names.setdefault(int(match[1] or match[3]), []).append(column)
    pcodes = {int(match[1]): column for lower, column in by_lower.items() if (match := _LEVEL_PCODE.fullmatch(lower))}
    if not names:
        return None, ""
    level = max(names)

    def english_first(column: str) -> tuple[bool, bool]:
        lower = column.lower()
        return "ref" in lower or "alt" in lower, not lower.endswith(("en", "name"))

    for one, columns in names.items():
        columns.sort(key=english_first)
        if one == level:
            fields["name"], fields["aliases"] = columns[:1], columns[1:]
            fields["id"] = [pcodes[one]] if one in pcodes else []
        elif one in {1, 2} and one < level:
            fields[f"admin{one}"] = columns[:1]
    return level, pcodes.get(level, "")


def _learn(file: File, by_lower: dict[str, str], level: int | None, *, osm: bool) -> None:
    """Note whose table it is, where its columns tell."""
    if "where_coordinates" in by_lower:
        file.learn("UCDP GED", "UCDP GED", "CC BY 4.0")
    elif level is not None:
        file.learn("administrative areas")
    elif "osm_id" in by_lower or (osm and by_lower.keys() & {"@id", "osm_type", "@type"}):
        file.learn("OpenStreetMap", "OpenStreetMap", "ODbL 1.0")
    elif "geonameid" in by_lower and "asciiname" in by_lower:
        file.learn("GeoNames places", "GeoNames", geonames.LICENCE)
    file.learn("table")


def read_table(file: File, lines: Iterator[str], left_out: Counter[str]) -> Iterator[Answer]:
    """Yield the places of a text table with a header, separated as its header is."""
    first = next(lines, "")
    delimiter = max(",;\t|", key=first.count)
    table = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    header = next(table, [])
    columns = recognise(file, header)
    for number, values in enumerate(table, start=2):
        tags = number == 2 and any(value.startswith("#") for value in values)  # HXL
        if values and not tags:
            if len(values) != len(header):
                wrong = f"{len(values)} columns, the header has {len(header)}"
                raise file.refuse(f"row {number}", f"{wrong}; is the file cut short, or a separator not quoted?")
            yield place(file, f"row {number}", dict(zip(header, values, strict=True)), columns, left_out=left_out)


def read_frames(file: File, left_out: Counter[str]) -> Iterator[Answer]:
    """Yield the places of a spreadsheet or a Parquet table; of a workbook those sheets count that name places."""
    import pandas as pd

    from geoconflict.errors import InputError

    if file.path.suffix.lower() == ".parquet":
        frames = {"": pd.read_parquet(file.path)}
    else:
        frames = pd.read_excel(file.path, sheet_name=None)
    problem: InputError | None = None
    known = 0
    for sheet, frame in frames.items():
        try:
            columns = recognise(file, frame.columns)
        except InputError as error:
            problem = error
            continue
        known += 1
        used = [c for c in frame.columns if str(c) in set(itertools.chain(*columns.fields.values(), [columns.pcode]))]
        for number, record in enumerate(frame[used].to_dict("records"), start=2):
            values = {str(key): value for key, value in record.items()}
            if number == 2 and any(str(value).startswith("#") for value in values.values()):  # HXL
                continue
            where = f"sheet {sheet} row {number}" if len(frames) > 1 else f"row {number}"
            yield place(file, where, values, columns, left_out=left_out)
    if problem and not known:
        raise problem


def place(
    file: File,
    where: str,
    record: dict[str, Any],
    columns: Columns,
    *,
    left_out: Counter[str],
    shape: Shape | None = None,
) -> Answer:
    """Return one row of a table, or the properties of a feature with its shape, as a place."""
    written = clean(columns.value("name", record))
    if not written:
        return NO_NAME
    if len(written) > LONGEST_NAME:
        return LONG_NAME
    if shape is None:
        shape = _shape(file, where, record, columns)
    if shape is None and columns.level is None:
        return NO_POINT
    people, precision = count(columns.value("population", record)), columns.value("where_prec", record)
    kind = _kind(columns, record, split_type(written)[1], precision, people)
    if kind is None:
        return NO_PLACE
    file.date(columns.value("date", record))
    lon, lat = (shape.lon, shape.lat) if shape else (0.0, 0.0)
    name = written if is_area(kind) else _untyped(written)
    identity, aliases = _identity(file, columns, record, f"{slug(written)}-{lat:.3f}-{lon:.3f}")
    radius = float(count(columns.value("radius_m", record))) or (shape.radius_m if shape else 0.0)
    given = geonames.AREA_RADIUS_M.get(kind) or kind_radius_m(kind, people)
    geonameid = geonames_number(columns.value("geonameid", record))
    row = Row(
        id=f"geonames:{geonameid}" if geonameid else identity,
        name=name,
        kind=kind,
        lon=lon,
        lat=lat,
        radius_m=radius or max(given, _PRECISION_RADIUS_M.get(precision, 0.0)),
        country=country(file, columns.value("country", record)),
        admin1=columns.value("admin1", record),
        admin2=columns.value("admin2", record),
        population=people,
        geonameid=geonameid,
        extent=shape.extent if shape else None,
        source=file.credit,
    )
    for column in columns.fields["aliases"]:
        parts = re.split(r"[;|]|, " if column.lower().endswith("altlabel") else r"[;|]", _text(record.get(column)))
        aliases += [part.strip() for part in parts]
    outline = shape.outline if shape else None
    known = file.additions.collection.ids.get(f"country:{row.country}") if kind == "country" else None
    return Found(row, usable([written, *aliases], left_out), where, outline, placed=shape is not None, known=known)


def _shape(file: File, where: str, record: dict[str, Any], columns: Columns) -> Shape | None:
    """Return the point a row gives, None when it gives none."""
    lon, lat = columns.value("lon", record), columns.value("lat", record)
    if lon and lat:
        return Shape(*point(file, where, lon, lat))
    written = columns.value("point", record)
    if match := _POINT.fullmatch(written):
        return Shape(*point(file, where, match[1], match[2]))
    if match := _PAIR.fullmatch(written):  # people write latitude first
        return Shape(*point(file, where, match[2], match[1]))
    if written and columns.fields["point"][0].lower() != "location":
        raise file.refuse(where, f"{written[:60]!r} is no point; write Point(36.69 36.31), longitude first")
    return None


def _identity(file: File, columns: Columns, record: dict[str, Any], otherwise: str) -> tuple[str, list[str]]:
    """Return the id of a row, and a p-code as a name that can be asked for."""
    given = columns.value("id", record)
    if columns.pcode and given:
        return f"pcode:{given}", [given]
    if match := _ENTITY.fullmatch(given):
        file.learn("table")
        if "wikidata.org" in given:
            file.learn("", "Wikidata", "CC0 1.0")
        return f"wikidata:{match[1]}", []
    return (f"osm:{given}" if columns.osm and given else f"{slug(file.path.stem)}:{given or otherwise}"), []


def _untyped(name: str) -> str:
    """Return a name as written without the type words at its end ("Atmeh town")."""
    words = name.split()
    while len(words) > 1 and norm(words[-1]) in TYPE_WORDS:
        words.pop()
    return " ".join(words)


def _kind(columns: Columns, record: dict[str, Any], typed: str, precision: str, people: int) -> Kind | None:
    """Return the kind of a row: as UCDP's precision, its level, OpenStreetMap's tags, its column or its name say."""
    if precision in _PRECISION_KIND:
        return _PRECISION_KIND[precision]
    if columns.level is not None:
        return _LEVEL_KIND[columns.level]
    if columns.osm:
        return _osm_kind(record, people)
    given = columns.value("kind", record)
    word = given.lower()
    coded = geonames.feature_code_kind(given)
    if coded:
        return coded
    if word in KINDS and word != "city":
        return cast("Kind", word)
    for part in (word, *word.split()[:1]):
        if part in _OSM_PLACE:
            return _OSM_PLACE[part]
    said = next(
        (kind for kind in (TYPE_WORDS.get(word), TYPE_WORDS.get(word.partition(" ")[0]), typed) if kind), "city"
    )
    if said == "area":
        return "region"
    if said != "city":
        return cast("Kind", said)
    return "village" if not people and "village" in word else settlement_kind(people)


def _osm_kind(record: dict[str, Any], people: int) -> Kind | None:
    """Return the kind OpenStreetMap's tags say, None for what is no place."""
    value = _text(record.get("place")).lower()
    if value in {"city", "town", "village"}:
        kind = cast("Kind", value)
        return settlement_kind(people) if people else kind
    if value in _OSM_PLACE:
        return _OSM_PLACE[value]
    level = _text(record.get("admin_level"))
    if level and _text(record.get("boundary")) in {"administrative", ""}:
        return _OSM_LEVEL.get(level, "admin3")
    return next((kind for (tag, said), kind in _OSM_TAGS.items() if _text(record.get(tag)) == said), None)
