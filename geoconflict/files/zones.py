"""Zones of control from files: who is said to have held which ground from which day on."""

from __future__ import annotations

import tempfile
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError, RowsLeftOutWarning
from geoconflict.files.columns import cast, countries, filled, labels, one_line
from geoconflict.files.controllers import CONTROLLER_NAMES, Controllers, known_side, no_controller
from geoconflict.files.days import parse_day
from geoconflict.files.features import beyond
from geoconflict.files.folders import MAP_ENDINGS, Map, find_maps
from geoconflict.files.map_days import MapDays, told_apart
from geoconflict.files.polygons import say_overlaps, say_same_maps, sound_polygons
from geoconflict.files.spelling import one_spelling
from geoconflict.files.tables import Table, open_table
from geoconflict.records import CRS, ZONE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

_USUAL_NAMES = {
    "zone_id": ("zone_id", "id"),
    "controller": CONTROLLER_NAMES,
    "valid_from": ("valid_from", "from", "start", "begin"),
    "valid_to": ("valid_to", "to", "end"),
}
"""Names under which zone files keep what we need; the others are taken by our own name only. ADM attributes such as
`date`, `validOn` or `validTo` speak of an administrative border and are no day of control."""
_WKT_NAMES = ("geometry", "wkt", "geom", "the_geom", "polygon")
"""Columns in which a table of cells may keep polygons as text."""

_IS_ONE: dict[str, Callable[[str], object]] = {
    "controller": known_side, "valid_from": parse_day, "valid_to": parse_day,
}  # fmt: skip
"""Says whether a text is what the column needs; "From: Reuters" is no day, "Side: east bank" no side."""

DERIVED_COLUMNS = {
    "uncertainty_m": "Float64", "towns": "Int64", "reports": "Int64", "report_points": "object",
    "report_seen": "object", "last_seen": "string", "area_km2": "Float64", "derived": "boolean", "method": "string",
}  # fmt: skip
"""What zones derived from town reports carry beside `ZONE_COLUMNS`; kept where a file has `derived`."""
_MOST_TOLD = 5


def read_zones(
    paths: str | Path | Iterable[str | Path],
    *,
    controller: str | Sequence[str] | None = None,
    dates: str | Sequence[str] | None = None,
    layer: str | None = None,
) -> GeoDataFrame:
    """Return zone files as one layer: `ZONE_COLUMNS` and `geometry` (polygons, EPSG:4326), in file order.

    Parameters
    ----------
    paths
        Files, folders (with folders inside) or ZIP archives of GeoJSON, TopoJSON, GPKG, FlatGeobuf, GeoParquet, KML,
        KMZ, shapefiles, zipped or not, and CSV or XLSX with polygons as WKT in degrees.
    controller
        Who held the polygons of files without a column `controller`: a name for all; "NAME=PATTERN" for rows one of
        whose texts (of KML also name, folder, snippet, description, colour "#rrggbb", style), or else whose file, layer
        or folder matches the pattern (`*`, `?`, any case); "@COLUMN" for the column that tells it. Also several.
    dates
        How names of files, layers and folders carry days, as `DayPattern` describes, or "YYYY-MM-DD=PATTERN" for the
        day of the files that match.
    layer
        Pattern of the layers to read of a file or archive with several. Without it they are read where each carries a
        day of its own, and asked about otherwise.

    Notes
    -----
    A zone holds on `[valid_from, valid_to)`. Where a file has no `valid_from`, the day in its name counts (20240708,
    2024-07-08, 23May2022), or in that of its folder; such files stay open-ended, a series of dated maps each of which
    the next replaces. A month (2022_12) counts as its last day, since the map may have been drawn then. `source` is the
    file's column, else its name without the day, after its folder where two of `paths` share it. `certainty` and
    `country` stay missing unless the file says them. Other CRS are transformed; rings are repaired, with a
    RepairedWarning that says the change in area. What is left out, a row or one of several files, is told by a
    RowsLeftOutWarning, and what is there twice or overlaps by an InputWarning.

    Raises
    ------
    InputError
        Nothing could be read: no CRS, no day, no controller, no polygon, more than 1 GB; naming file, row, remedy.
    UsageError
        `controller` or `dates` cannot be understood.
    """
    import pandas as pd

    given = [Path(one) for one in ([paths] if isinstance(paths, str | Path) else paths)]
    if not given:
        raise InputError("no zone file was given")
    asked = _Asked(Controllers.of(controller), MapDays.of(dates, given))
    refused: list[InputError] = []
    read: list[_Read] = []
    with tempfile.TemporaryDirectory(prefix="geoconflict-") as folder:
        for number, path in enumerate(given):
            try:
                for one in find_maps(path, layer, Path(folder) / str(number), refused.append):
                    try:
                        read.append(_zone_map(one, path, asked))
                    except InputError as problem:
                        refused.append(problem)
            except InputError as problem:
                refused.append(problem)
    if not read:
        more = f"; and {len(refused) - _MOST_TOLD} more" if len(refused) > _MOST_TOLD else ""
        raise InputError("; ".join(one_line(str(one)) for one in refused[:_MOST_TOLD]) + more)
    for told in refused:
        warnings.warn(one_line(str(told)), RowsLeftOutWarning, stacklevel=2)
    _name_apart(read)
    zones: GeoDataFrame = pd.concat([one.zones for one in read], ignore_index=True)
    asked.days.say_notes()
    zones["controller"] = one_spelling(zones["controller"], "zones")
    say_same_maps([(one.name, one.path, one.zones) for one in read])
    say_overlaps(zones)
    return zones


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the user said about the files."""

    controllers: Controllers
    days: MapDays


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of one layer; `source` and `zone_id` are missing where only names of files tell them."""

    name: str
    where: str
    given: Path
    source: str
    zones: GeoDataFrame

    @property
    def path(self) -> Path:
        """Where it lies, with what the user named."""
        return self.given / self.name if self.given.is_dir() else self.given.parent / self.name


def _name_apart(read: list[_Read]) -> None:
    """Fill sources and ids from the names of files: those of different folders stay apart, no id is there twice."""
    sources = told_apart([(one.given, one.source) for one in read])
    places = told_apart([(one.given, one.where) for one in read])
    seen: dict[str, int] = {}
    for one, source, place in zip(read, sources, places, strict=True):
        seen[place] = seen.get(place, 0) + 1
        where = one_line(place if seen[place] == 1 else f"{place}.{seen[place]}")
        ids = [f"{where}:{number + 1}" for number in one.zones.index]
        one.zones["zone_id"] = _or(one.zones["zone_id"], ids, one.zones.index)
        one.zones["source"] = _or(one.zones["source"], one_line(source), one.zones.index)


def _zone_map(one: Map, given: Path, asked: _Asked) -> _Read:
    """Read one layer; bad rows are left out and told."""
    import geopandas
    import pandas as pd

    table = _opened(one)
    named = asked.days.controller_in(one)
    source = asked.days.source_of(one)
    shapes = sound_polygons(table)
    fields = {name: _named(table, name) for name in ("zone_id", "controller", "certainty", "source")}
    if named is None and fields["controller"] is None and (side := known_side(source)):
        named, source = side, ""
    valid_from, valid_to = _zone_days(table, one, asked.days)
    controller = asked.controllers.fill(table, fields["controller"], (*one.names, one.name), named)
    if (problem := no_controller(table)) is not None:
        raise problem
    frame = pd.DataFrame({name: _or(fields[name], None, table.frame.index) for name in fields})
    frame["controller"] = labels(controller)
    frame["valid_from"], frame["valid_to"] = valid_from, valid_to
    frame["country"] = countries(table.frame) if {"country", "iso3"} & set(table.frame.columns) else pd.NA
    frame = frame[list(ZONE_COLUMNS)].astype(dict(ZONE_COLUMNS))
    if "derived" in table.frame:
        for name in DERIVED_COLUMNS.keys() & set(table.frame.columns):
            frame[name] = cast(table, name, DERIVED_COLUMNS[name])
        frame = frame[[*ZONE_COLUMNS, *(name for name in DERIVED_COLUMNS if name in frame)]]
    good = table.good(RowsLeftOutWarning)
    zones = geopandas.GeoDataFrame(frame.reset_index(drop=True), geometry=shapes, crs=CRS)[good].copy()
    return _Read(one.name, one.where, given, source or _folder_of(one), zones)


def _opened(one: Map) -> Table:
    """Open a layer, its rows to be left out one by one; it has a column `geometry`."""
    ending = one.path.suffix.lower()
    if ending not in (*MAP_ENDINGS, ".csv", ".tsv", ".xlsx"):
        raise InputError(
            f"{one.name}: {ending or 'no ending'} is no zone file; use .geojson, .gpkg, .fgb, .kml or a zipped .shp"
        )
    try:
        table = open_table(one.path, leave_out=True, layer=one.layer)
    except InputError as error:  # says the name of the file that was unpacked
        told = str(error).replace(str(one.path), one.name).replace(one.path.name, one.name, 1)
        raise InputError(told if one.name in told else f"{one.name}: {told}") from error
    if not len(table.frame):
        raise InputError(f"{one.name}: no zone in it")
    table = replace(table, name=one.name)
    return table if "geometry" in table.frame and ending not in {".csv", ".tsv", ".xlsx"} else _from_wkt(table)


def _from_wkt(table: Table) -> Table:
    """Return a table of cells with its polygons, WKT in degrees, read."""
    import geopandas
    import shapely

    lower = {str(column).strip().lower(): column for column in table.frame.columns}
    column = next((lower[name] for name in _WKT_NAMES if name in lower), None)
    if column is None:
        raise InputError(f"{table.name}: no geometry; zones are polygons, in a table as WKT in a column `wkt`")
    shapes: list[Any] = []
    for position, cell in enumerate(table.frame[column]):
        shape = None
        try:
            shape = shapely.from_wkt(str(cell)) if filled(cell) is not None else None
        except shapely.errors.ShapelyError:
            table.refuse(
                position, f"{column} {str(cell)[:40]!r} is no WKT, e.g. POLYGON ((36 35, 37 35, 37 36, 36 35))"
            )
        if shape is not None and (wrong := beyond([shape])):
            table.refuse(position, f"{column}: coordinate {wrong[0]:g} is no degree; a table has no CRS, write degrees")
            shape = None
        shapes.append(shape)
    frame = table.frame.drop(columns=[column])
    frame["geometry"] = geopandas.GeoSeries(shapes, index=frame.index, crs=CRS)
    return Table(table.name, frame, table.first_row, bad=table.bad)


def _named(table: Table, ours: str) -> Series | None:
    """Return a column by our name or a usual one, as text in one line; None when there is none.

    What was read off lines of descriptions counts as a day or a side only where every zone has one that is one.
    """
    lower = {str(column).strip().lower().replace(" ", "_"): column for column in table.frame.columns}
    name = next((one for one in _USUAL_NAMES.get(ours, (ours,)) if one in lower), None)
    if name is None:
        return None
    cells = labels(table.frame[lower[name]])
    read_off = table.read_off.get(lower[name], [])
    if ours not in _IS_ONE or not read_off:
        return cells
    zones = [row for row in range(len(cells)) if row not in (table.bad or {})]
    needed = [row for row in zones if ours != "valid_to" or filled(cells.iloc[row]) is not None]
    lines = {row for row in read_off if row in needed}
    if all(filled(cells.iloc[row]) is not None for row in needed) and all(
        _IS_ONE[ours](cells.iloc[row]) for row in lines
    ):
        if lines:
            table.warn(f"{ours} taken from the lines {str(lower[name])!r} of descriptions")
        return cells
    cells.iloc[read_off] = None
    return None if cells.isna().all() else cells


def _or(given: Any, default: Any, index: Any) -> Series:
    """Return a column, its gaps filled by the default."""
    import pandas as pd

    fallback = pd.Series(default, index=index, dtype="string")
    return fallback if given is None else given.fillna(fallback)


def _folder_of(one: Map) -> str:
    """Return what a series is called whose files are named by day, or by day and side, only: its folder."""
    return one.names[-1] if len(one.names) > 1 else one.path.resolve().parent.name


# ---- days ----------------------------------------------------------------------------------------------------------
def _zone_days(table: Table, one: Map, days: MapDays) -> tuple[list[str | None], list[str | None]]:
    """Return first and end day of each row; without a column the day of the file."""
    stated = _named(table, "valid_from")
    valid_from = _days_of_column(table, "valid_from", stated)
    valid_to = _days_of_column(table, "valid_to", _named(table, "valid_to"))
    if stated is None or stated.isna().all():
        valid_from = [days.day_of(one).isoformat()] * len(table.frame)
    for position, (start, end) in enumerate(zip(valid_from, valid_to, strict=True)):
        if start is None:
            table.refuse(position, "no valid_from; a zone holds from a day on, YYYY-MM-DD")
        elif end is not None and end <= start:
            said = f"valid_to {end} is not after valid_from {start}; it is the first day no longer held"
            table.refuse(position, said)
    return valid_from, valid_to


def _days_of_column(table: Table, name: str, given: Series | None) -> list[str | None]:
    """Return the days of a column; a month or year is refused, since the day control changed is what a zone says."""
    if given is None:
        return [None] * len(table.frame)
    result: list[str | None] = []
    for position, cell in enumerate(given):
        day = None if filled(cell) is None else parse_day(cell)
        if day is None and filled(cell) is not None:
            table.refuse(position, f"{name} {cell} is not a date; use YYYY-MM-DD")
        result.append(None if day is None else day.isoformat())
    return result
