"""GeoNames' own files: dumps of places, names in all languages, names of administrative areas.

Recognised by content, as the readme of the dumps describes it (https://download.geonames.org/export/dump/readme.txt):
places have 19 columns and no header, alternateNamesV2 8 to 10, the area codes 4 that begin with a code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geoconflict.gazetteer.added.values import (
    LONG_NAME,
    LONGEST_NAME,
    NO_NAME,
    NOT_KNOWN,
    Found,
    clean,
    count,
    geonames_number,
    point,
    usable,
)
from geoconflict.gazetteer.index import ALTERNATE, AMBIGUOUS
from geoconflict.gazetteer.rows import Row, kind_radius_m, settlement_kind

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from geoconflict.gazetteer.added.values import Answer, File
    from geoconflict.records import Kind

LICENCE = "CC BY 4.0"
_COLUMNS = 19
_ALTERNATE_COLUMNS = range(8, 11)
_CODE_COLUMNS = 4
_AREA_CODE = re.compile(r"[A-Z]{2}\.[^\s.]+(\.[^\t.]+)?")

# Feature codes; others of the classes A, H, L, R, S, T, V go by their class, and those of P by their people.
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
AREA_RADIUS_M = {"country": 300_000.0, "region": 50_000.0, "admin1": 60_000.0, "admin2": 25_000.0, "admin3": 12_000.0}
"""An area given as a point: the usual size of its kind, for want of an extent."""

# What the language column of alternateNamesV2 holds beside languages: links, codes for machines, sounds, and the
# names places had for thirteen years of the French Revolution.
_NO_LANGUAGE = frozenset(
    {"link", "post", "iata", "icao", "faac", "tcid", "unlc", "wkdt", "phon", "fr_1793", "lauc", "uicn"}
)


def file_kind(first_line: str) -> str:
    """Return which of GeoNames' files begins with a line: "places", "names", "codes", or "" for none of them."""
    cells = first_line.rstrip("\r\n").split("\t")
    if len(cells) == _COLUMNS:
        return "places"
    if len(cells) in _ALTERNATE_COLUMNS and cells[0].isdigit() and cells[1].isdigit():
        return "names"
    if len(cells) == _CODE_COLUMNS and _AREA_CODE.fullmatch(cells[0]):
        return "codes"
    return ""


def read_dump(file: File, lines: Iterator[str], left_out: Counter[str]) -> Iterator[Answer]:
    """Yield the places of a dump."""
    file.learn("GeoNames places", "GeoNames", LICENCE)
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != _COLUMNS:
            raise _wrong_columns(file, number, len(cells), f"a GeoNames dump has {_COLUMNS}")
        yield _place(file, number, cells, left_out)


def _wrong_columns(file: File, number: int, found: int, wanted: str) -> Exception:
    return file.refuse(f"row {number}", f"{found} columns, {wanted}; is the file cut short? Download it again")


def feature_kind(feature_class: str, code: str, people: int) -> Kind:
    """Return the kind of a GeoNames feature; a populated place without people in the dump is a village."""
    kind = _FEATURES.get(code) or _CLASSES.get(feature_class)
    return kind or ("village" if code == "PPL" and not people else settlement_kind(people))


def feature_code_kind(code: str) -> Kind | None:
    """Return the kind a feature code alone decides."""
    return _FEATURES.get(code.upper())


def _place(file: File, number: int, cells: list[str], left_out: Counter[str]) -> Answer:
    written, name, plain, alternates, lat, lon, feature_class, code, country = cells[:9]
    geonameid = geonames_number(written)
    if not name or geonameid is None:
        return NO_NAME
    name = clean(name)
    lon_lat = point(file, f"row {number}", lon, lat)
    file.date(cells[18])
    people, first, second = count(cells[14]), cells[10], cells[11]
    first_code = f"{country}.{first}" if first not in {"", "00"} else ""
    second_code = f"{first_code}.{second}" if first_code and second else ""
    if code == "ADM1" and first_code:
        file.additions.area_names.setdefault(first_code, name)
    if code == "ADM2" and second_code:
        file.additions.area_names.setdefault(second_code, name)
    kind = feature_kind(feature_class, code, people)
    radius = AREA_RADIUS_M.get(kind) or kind_radius_m(kind, people)
    if code not in _FEATURES:
        radius = _CLASS_RADIUS_M.get(feature_class, radius)
    collection = file.additions.collection
    known_area = collection.admin1_row.get((country, first))
    row = Row(
        id=f"geonames:{geonameid}",
        name=name,
        kind=kind,
        lon=lon_lat[0],
        lat=lon_lat[1],
        radius_m=radius,
        country=country or None,
        admin1=collection.rows[known_area].name if known_area is not None else first_code,
        admin2=second_code,
        population=people,
        geonameid=geonameid,
        source=file.credit,
    )
    if len(name) > LONGEST_NAME:
        return LONG_NAME
    known = collection.ids.get(f"country:{country}") if kind == "country" else known_area if kind == "admin1" else None
    return Found(row, usable([plain, *alternates.split(",")], left_out), f"row {number}", known=known)


def read_names(file: File, lines: Iterator[str], left_out: Counter[str]) -> Iterator[int]:
    """Add the names of alternateNamesV2 to the places that are known by their number, and yield those places.

    Names of the past and of slang stand apart: they name the place only where nothing else is so called.
    """
    file.learn("GeoNames names", "GeoNames", LICENCE)
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) not in _ALTERNATE_COLUMNS:
            raise _wrong_columns(file, number, len(cells), "alternateNamesV2 has 8 to 10")
        geonameid = geonames_number(cells[1])
        if geonameid is None:
            raise file.refuse(f"row {number}", f"{cells[1]!r} is no number of GeoNames; download the file again")
        if cells[2] in _NO_LANGUAGE:
            continue
        place = file.additions.by_geonameid(geonameid)
        if place is None:
            left_out[NOT_KNOWN] += 1
            continue
        apart = cells[6] == "1" or cells[7] == "1"
        for name in usable([cells[3]], left_out):
            file.additions.name(place, [name], AMBIGUOUS if apart else ALTERNATE)
        yield place


def read_codes(file: File, lines: Iterator[str]) -> Iterator[str]:
    """Learn the names of areas by their codes, from admin1CodesASCII.txt and admin2Codes.txt, and yield the codes."""
    file.learn("GeoNames area codes", "GeoNames", LICENCE)
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != _CODE_COLUMNS or not _AREA_CODE.fullmatch(cells[0]):
            raise _wrong_columns(file, number, len(cells), "an area code file has code, name, plain name and number")
        file.additions.area_names[cells[0]] = clean(cells[1])
        yield cells[0]
