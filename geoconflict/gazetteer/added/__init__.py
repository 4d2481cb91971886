"""Places of the user's own, entered into an index that is being made.

`store` keeps them on disk meanwhile; `geonames`, `tables` and `features` read the files; this file says which of them
reads what, enters what they find, and tells what became of it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import warnings
import zipfile
import zlib
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from geoconflict.errors import GeoconflictError, InputError, InputWarning
from geoconflict.gazetteer.added import features, geonames, tables
from geoconflict.gazetteer.added.store import Additions
from geoconflict.gazetteer.added.values import NOT_KNOWN, File, Found, read_lines
from geoconflict.gazetteer.rows import distance_km, is_area

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from geoconflict.gazetteer.index import Added
    from geoconflict.gazetteer.rows import Row

__all__ = [
    "Additions",
    "NothingAddedError",
    "Reading",
    "file_day",
    "in_order",
    "parse_columns",
    "read_places",
    "warn_of",
]

_ENDINGS = ".txt or .zip of GeoNames, .csv .tsv .xlsx .parquet, .geojson .json .osm, .gpkg .shp .fgb"
_TEXTS, _FRAMES = {".csv", ".tsv", ".txt"}, {".xlsx", ".parquet"}
_LAYERS = {".gpkg", ".shp", ".fgb", ".kml", ".gml", ".geojsonl", ".geojsons", ".geojsonseq"}
_LIKE_A_PLACE_KM = 3.0
"""Rows of one id further apart than this are two places, and the list is wrong."""
# Names of areas first, then the places that have most, their names, areas, and lists that mention places.
_ORDER = ("codes", "places", "names", "areas", "")


class NothingAddedError(InputError):
    """A file that can be read but adds nothing to this index."""


@dataclass(slots=True)
class Reading:
    """What became of a file: how many places were new, known (and gained something) or repeated, which were left out.

    `kind`, `source`, `licence` ("" when nobody states it) and `newest`, the latest day its rows give for themselves.
    """

    new: int = 0
    known: int = 0
    repeated: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    kind: str = ""
    source: str = ""
    licence: str = ""
    newest: str = ""

    def __str__(self) -> str:
        parts = [f"{self.new} new places", f"{self.known} known"]
        parts += [f"{number} left out {reason}" for reason, number in self.left_out.items() if number]
        return ", ".join(parts)


def parse_columns(text: str) -> dict[str, str]:
    """Return our field -> the file's column, from "name=NOM,lat=Y,lon=X"; InputError for a field that is none."""
    found: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        ours, equals, theirs = (piece.strip() for piece in part.partition("="))
        if not equals or not theirs or ours not in tables.FIELDS:
            fields = ", ".join(tables.FIELDS)
            raise InputError(f"--columns {part!r}: write FIELD=COLUMN, with a field of {fields}")
        found[ours] = theirs
    return found


def in_order(paths: Iterable[Path]) -> list[int]:
    """Return the numbers of files in the order they must be read, whatever the order they are given in."""
    listed = [(_ORDER.index(_sort(path)), path.name, number) for number, path in enumerate(paths)]
    return [number for *_, number in sorted(listed)]


def _sort(path: Path) -> str:
    """Return which of `_ORDER` a file is; a broken one is found out when it is read."""
    ending = path.suffix.lower()
    try:
        if ending in {".txt", ".zip"}:
            with _texts(path) as files:
                kinds = [geonames.file_kind(file.readline(65_536)) for _, file in files]
            return next((kind for kind in _ORDER if kind in kinds), "")
    except (OSError, ValueError, RuntimeError, GeoconflictError, zipfile.BadZipFile, zlib.error):
        return ""
    return "areas" if ending in _LAYERS | {".geojson", ".json"} else ""


def read_places(given: Path | Added, additions: Additions) -> Reading:
    """Enter the places of one file.

    By ending and content: GeoNames' files (.txt, .zip), tables with a header that has a name and a point (.csv, .tsv,
    .txt, .xlsx, .parquet), GeoJSON, OpenStreetMap's JSON and XML, layers of GDAL (.gpkg, .shp, .fgb). Rows that cannot
    be a place are left out and counted; what is told of them is an InputWarning. A place already known by one of the
    names, at the same spot, gains the others and its outline. Raises InputError naming file, row and value for a value
    that is wrong, and for a file that adds nothing.
    """
    if isinstance(given, Path):
        file = File(given, additions)
    else:
        columns = parse_columns(given.columns)
        file = File(Path(given.path), additions, columns, given.licence, given.source)
    reading = Reading()
    file.first = additions.next
    try:
        _enter_all(file, reading)
    except UnicodeDecodeError as error:
        raise file.refuse("", f"not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except GeoconflictError:
        raise
    # zlib: a broken archive; RuntimeError: an encrypted one, one packed in a way Python cannot undo, JSON too deep, a
    # file GDAL cannot read; the rest: data whose members are not what they should be.
    except (
        OSError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        csv.Error,
        RuntimeError,
        ArithmeticError,
        AttributeError,
        TypeError,
        ValueError,
        LookupError,
    ) as error:
        if getattr(error, "errno", None) and not isinstance(error, FileNotFoundError | PermissionError):
            raise  # a disk that is full is no fault of the file
        raise file.refuse("", f"cannot be read ({error}); is the file cut short or damaged?") from error
    if not reading.new + reading.known:
        raise NothingAddedError(f"{file.path}: no place with a name and a point in it; what is it a list of?")
    reading.kind, reading.source, reading.licence, reading.newest = file.kind, file.source, file.licence, file.newest
    return reading


def _enter_all(file: File, reading: Reading) -> None:
    ending = file.path.suffix.lower()
    left_out = reading.left_out
    if ending in _TEXTS | {".zip"} and not _holds_shapefile(file.path):
        with _texts(file.path) as texts:
            for member, text in texts:
                _enter_text(file, member, text, reading)
    elif ending in _FRAMES:
        _enter_found(file, tables.read_frames(file, left_out), reading)
    elif ending in {".geojson", ".json"}:
        _enter_found(file, features.read_json(file, left_out), reading)
    elif ending in {".osm", ".xml"}:
        _enter_found(file, features.read_osm_xml(file, left_out), reading)
    elif ending in _LAYERS | {".zip"}:
        _enter_found(file, features.read_layers(file, left_out), reading)
    elif ending == ".pbf":
        raise file.refuse("", "is packed; make GeoJSON of it: osmium export -f geojson")
    else:
        raise file.refuse("", f"cannot add such a file; use {_ENDINGS}")


def _holds_shapefile(path: Path) -> bool:
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith((".shp", ".gpkg")) for name in archive.namelist())


@contextmanager
def _texts(path: Path) -> Iterator[Iterator[tuple[str, TextIO]]]:
    """Open a text file, or one after the other those of an archive; yields pairs of a member's name and its text."""
    if path.suffix.lower() != ".zip":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield iter([("", file)])
        return
    with zipfile.ZipFile(path) as archive:
        members = [
            name
            for name in archive.namelist()
            if name.endswith((".txt", ".csv", ".tsv")) and not any(part in name.lower() for part in ("readme", "iso-"))
        ]
        if not members:
            raise InputError(f"{path}: holds no .txt of GeoNames and no table")

        def opened() -> Generator[tuple[str, TextIO], None, None]:
            for member in sorted(members):
                with archive.open(member) as raw:
                    yield member, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")

        with closing(opened()) as texts:
            yield texts


def _enter_text(file: File, _member: str, text: TextIO, reading: Reading) -> None:
    lines = read_lines(file, text)
    first = next(lines, "")
    kind, lines = geonames.file_kind(first), itertools.chain([first] if first else [], lines)
    if kind == "places":
        _enter_found(file, geonames.read_dump(file, lines, reading.left_out), reading, dump=True)
    elif kind == "names":
        reading.known += len(set(geonames.read_names(file, lines, reading.left_out)))
        if not reading.known:
            wrong = f"none of its {reading.left_out[NOT_KNOWN]} names is of a place of the index"
            raise NothingAddedError(f"{file.path}: {wrong}; add the country's dump too")
    elif kind == "codes":
        reading.known += sum(1 for _ in geonames.read_codes(file, lines))
    else:
        _enter_found(file, tables.read_table(file, lines, reading.left_out), reading)


def _enter_found(file: File, answers: Iterable[Found | str], reading: Reading, *, dump: bool = False) -> None:
    seen: set[tuple[Any, ...]] = set()
    for found in answers:
        if isinstance(found, str):
            reading.left_out[found] += 1
            continue
        row = found.row
        if not dump:  # events repeat their place
            same = (row.id, row.name, row.kind, row.lon, row.lat, row.radius_m, *found.aliases)
            if same in seen:
                reading.repeated += 1
                continue
            seen.add(same)
        if not found.placed:
            _enter_unplaced(file, found, reading)
        elif _enter(file, found, dump=dump):
            reading.new += 1
        else:
            reading.known += 1


def _enter(file: File, found: Found, *, dump: bool) -> bool:
    """Enter a place and return True, or what it adds to the one the index knows already and return False.

    Two rows of one dump are two places by their own word, and are not compared with each other.
    """
    additions, row = file.additions, found.row
    names = [row.name, *found.aliases]
    number = found.known if found.known is not None else additions.by_id(row)
    if number is not None and not dump and found.known is None:
        _refuse_two_of_one_id(file, found, number)
    if number is None:
        number = additions.same_place(row, names, among_added=not dump)
    if not dump:
        row.admin1 = additions.admin1_name(row.country, row.admin1)
    if number is None:
        number = additions.add(row, found.aliases)
        new = True
    else:
        additions.name(number, names)
        new = False
        if additions.is_added(number) and not is_area(row.kind) and row.radius_m < additions.row(number).radius_m:
            additions.reshape(number, row)  # the list knows the spot elsewhere, here only that it is near
    if found.outline is not None:
        if not new and is_area(row.kind):
            additions.reshape(number, _with_known_point(found, additions, number))
        additions.outline(number, found.outline)
    return new


def _refuse_two_of_one_id(file: File, found: Found, number: int) -> None:
    if number < file.first:
        return  # another file's, which may have moved it since
    known, row = file.additions.row(number), found.row
    if not is_area(row.kind) and distance_km(known.lon, known.lat, row.lon, row.lat) > _LIKE_A_PLACE_KM:
        wrong = f"id {row.id!r} is that of {known.name!r} at {known.lon:g}, {known.lat:g} as well"
        raise file.refuse(found.where, f"{wrong}, another place; give each place an id of its own, or none")


def _with_known_point(found: Found, additions: Additions, number: int) -> Row:
    """Return the row with the known place's point where that lies inside the outline: it was chosen with care."""
    from shapely.geometry import Point, shape

    known = additions.row(number)
    if found.outline and shape(found.outline).covers(Point(known.lon, known.lat)):
        found.row.lon, found.row.lat = known.lon, known.lat
    return found.row


def _enter_unplaced(file: File, found: Found, reading: Reading) -> None:
    """Give a known area the p-code and names of a table without coordinates."""
    number = found.known
    if number is None:
        number = file.additions.same_area(found.row, [found.row.name, *found.aliases])
    if number is None:
        reading.left_out["of areas without a point that the index does not know, or knows more than one of"] += 1
        return
    file.additions.name(number, [found.row.name, *found.aliases])
    reading.known += 1


def warn_of(reading: Reading, path: Path) -> None:
    """Warn of what was left out of a file and of a licence nobody states."""
    lost = [f"{number} rows {reason}" for reason, number in reading.left_out.items() if number]
    if lost:
        warnings.warn(f"{path}: left out {'; '.join(lost)}", InputWarning, stacklevel=2)
    if not reading.licence:
        remedy = 'say it with --licence, for example --licence "CC BY 4.0" --source "Example Institute"'
        warnings.warn(f"{path}: does not say its licence; recorded as not stated; {remedy}", InputWarning, stacklevel=2)


def file_day(path: Path) -> str:
    """Return the day a file was last changed, YYYY-MM-DD, UTC."""
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()
