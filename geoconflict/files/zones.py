"""Zones of control from files, and the town reports zones are derived from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError
from geoconflict.files.columns import cast, column_of, countries, filled, floats, texts
from geoconflict.files.days import days_in_name, name_without_days, parse_day, parse_span
from geoconflict.files.tables import SPATIAL_ENDINGS, Table, open_table, read_features
from geoconflict.records import CRS, ZONE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

_USUAL_NAMES = {
    "zone_id": ("zone_id", "id"),
    "controller": ("controller", "control", "held_by", "side"),
    "valid_from": ("valid_from", "from", "start"),
    "valid_to": ("valid_to", "to", "end"),
}
"""Names under which zone files keep what we need; the others are taken by our own name only. ADM attributes such as
`date`, `validOn` or `validTo` speak of an administrative border and are no day of control."""

DERIVED_COLUMNS = {
    "uncertainty_m": "Float64", "towns": "Int64", "reports": "Int64", "report_points": "object",
    "report_seen": "object", "last_seen": "string", "area_km2": "Float64", "derived": "boolean", "method": "string",
}  # fmt: skip
"""What zones derived from town reports carry beside `ZONE_COLUMNS`; kept where a file has `derived`."""

TOWN_COLUMNS = (
    "town", "lon", "lat", "controller", "valid_from", "valid_to", "date_precision", "source", "confidence", "note",
    "authority", "last_seen",
)  # fmt: skip
"""Columns every table of town reports has after reading, missing ones empty; a file's others follow."""
_TOWN_DAYS = ("valid_from", "valid_to", "last_seen")


def read_zones(paths: str | Path | Iterable[str | Path], *, controller: str | None = None) -> GeoDataFrame:
    """Return zone files as one layer: `ZONE_COLUMNS` and `geometry` (polygons, EPSG:4326), in file order.

    Parameters
    ----------
    paths
        GeoJSON, GPKG, FlatGeobuf, GeoParquet, shapefile or zipped shapefile; one layer a file.
    controller
        Who held the polygons of a file without a column `controller`.

    Notes
    -----
    A zone holds on `[valid_from, valid_to)`. Where a file has no `valid_from`, the day in its name counts (20240708,
    2024-07-08, 23May2022); such files stay open-ended, a series of dated maps each of which the next replaces.
    `source` is the file's column, else its name without the day. `certainty` and `country` stay missing unless the file
    says them. Other CRS are transformed; bad rings are repaired, with an InputWarning; a row without an area is left
    out, with one too.

    Raises
    ------
    InputError
        No CRS, no day, no controller, a value that is no date, a geometry that is no polygon: naming file, row, remedy.
    """
    import pandas as pd

    files = [Path(one) for one in ([paths] if isinstance(paths, str | Path) else paths)]
    if not files:
        raise InputError("no zone file was given")
    layers = [_zone_file(path, controller) for path in files]
    layer: GeoDataFrame = pd.concat(layers, ignore_index=True)
    return layer


def _zone_file(path: Path, controller: str | None) -> GeoDataFrame:
    """Read one file."""
    import geopandas
    import pandas as pd

    table = _spatial(path)
    stem = path.name.split(".")[0]
    fields: dict[str, Series | list[Any] | str | None] = {
        name: _named(table.frame, name) for name in ("zone_id", "controller", "certainty", "source")
    }
    valid_from, valid_to = (_zone_days(table, name) for name in ("valid_from", "valid_to"))
    if not any(valid_from):
        valid_from = [_day_of(path.name)] * len(table.frame)
    for position, (start, end) in enumerate(zip(valid_from, valid_to, strict=True)):
        if start is None:
            raise table.at(position, "no valid_from; a zone holds from a day on, YYYY-MM-DD")
        if end is not None and end <= start:
            raise table.at(
                position, f"valid_to {end} is not after valid_from {start}; it is the first day no longer held"
            )
    default = {
        "zone_id": [f"{stem}:{number}" for number in range(1, len(table.frame) + 1)],
        "controller": controller,
        "certainty": None,
        "source": name_without_days(stem),
    }
    frame = pd.DataFrame({name: _or(fields[name], default[name], table.frame.index) for name in fields})
    if frame["controller"].isna().any():
        at = int(frame["controller"].isna().to_numpy().argmax())
        raise table.at(at, "no controller; add a column `controller`, or say who held the whole file with --controller")
    frame["valid_from"], frame["valid_to"] = valid_from, valid_to
    frame["country"] = countries(table.frame)
    frame = frame[list(ZONE_COLUMNS)].astype(dict(ZONE_COLUMNS))
    if "derived" in table.frame:
        for name in DERIVED_COLUMNS.keys() & set(table.frame.columns):
            frame[name] = cast(table, name, DERIVED_COLUMNS[name])
        frame = frame[[*ZONE_COLUMNS, *(name for name in DERIVED_COLUMNS if name in frame)]]
    layer = geopandas.GeoDataFrame(frame, geometry=_polygons(table), crs=CRS)
    return layer[layer.geometry.notna()]


def _spatial(path: Path) -> Table:
    """Open a layer of features; a table of cells holds no polygons."""
    ending = path.suffix.lower()
    if ending not in (*SPATIAL_ENDINGS, ".parquet"):
        raise InputError(
            f"{path.name}: {ending or 'no ending'} is no zone file; use .geojson, .gpkg, .fgb or a zipped .shp"
        )
    table = open_table(path) if ending == ".parquet" else Table(path.name, _features(path))
    if "geometry" not in table.frame:
        raise InputError(f"{path.name}: no geometry; zones are polygons")
    return table


def _features(path: Path) -> DataFrame:
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix.lower() in {".geojson", ".json"}:
        return open_table(path).frame  # read as written: GDAL would guess dates and numbers
    return read_features(path)


def _named(frame: DataFrame, ours: str) -> Series | None:
    """Return a column by our name or a usual one, as text; None when there is none."""
    lower = {str(column).strip().lower(): column for column in frame.columns}
    name = next((one for one in _USUAL_NAMES.get(ours, (ours,)) if one in lower), None)
    return None if name is None else texts(frame[lower[name]])


def _or(given: Any, default: Any, index: Any) -> Series:
    """Return a column, its gaps filled by the default."""
    import pandas as pd

    fallback = pd.Series(default, index=index, dtype="string")
    return fallback if given is None else given.fillna(fallback)


def _zone_days(table: Table, name: str) -> list[str | None]:
    """Return the days of a column; a month or year is refused, since the day control changed is what a zone says."""
    given = _named(table.frame, name)
    if given is None:
        return [None] * len(table.frame)
    result: list[str | None] = []
    for position, cell in enumerate(given):
        day = None if filled(cell) is None else parse_day(cell)
        if day is None and filled(cell) is not None:
            raise table.at(position, f"{name} {cell} is not a date; use YYYY-MM-DD")
        result.append(None if day is None else day.isoformat())
    return result


def _day_of(name: str) -> str:
    days = days_in_name(name.split(".", maxsplit=1)[0])
    if len(days) == 1:
        return days[0].isoformat()
    what = f"its name carries {len(days)} days" if days else "no valid_from and no day in its name"
    raise InputError(
        f"{name}: {what}; add a column valid_from (YYYY-MM-DD), or name the file after its day, e.g. zones_2022-05-23"
        f"{Path(name).suffix}"
    )


def _polygons(table: Table) -> Any:
    """Return valid polygons: rings repaired, rows without an area None, each with one warning a file."""
    import numpy as np
    import shapely

    shapes = table.frame["geometry"].to_numpy()
    kinds = shapely.get_type_id(shapes)
    empty = (kinds == -1) | shapely.is_empty(shapes)
    wrong = ~np.isin(kinds, (3, 6)) & ~empty
    if wrong.any():
        at = int(wrong.argmax())
        raise table.at(at, f"a {shapes[at].geom_type} is no zone; zones are polygons")
    broken = ~shapely.is_valid(shapes) & ~empty
    repaired = shapes.copy()
    repaired[broken] = [
        _areas(one) for one in shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    ]
    repaired[empty | shapely.is_empty(repaired)] = None
    if broken.any():
        table.warn(f"{table.rows(np.flatnonzero(broken).tolist())}: a ring crosses itself; repaired")
    if lost := [int(i) for i in np.flatnonzero(shapely.is_missing(repaired))]:
        table.warn(f"{table.rows(lost)}: no area; left out")
    return repaired


def _areas(shape: Any) -> Any:
    """Return the polygons of a repaired shape, without the lines and points a repair may leave."""
    import shapely

    parts = [one for one in shapely.get_parts(shapely.get_parts(shape)) if one.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


# ---- town reports --------------------------------------------------------------------------------------------------
def read_town_reports(path: str | Path | None = None) -> DataFrame:
    """Return reports on who held a town, one row a town and period; None is the curated ones.

    `TOWN_COLUMNS` first; `lon` and `lat` are degrees, days "YYYY-MM-DD" text, missing is NA. A day known only
    to the month stays "YYYY-MM": on its days the report is that much less sure.

    Raises InputError for a row without town, controller, source or day, and for a value that is no number or date.
    """
    if path is None:
        table = _curated("control.csv")
    else:
        table = open_table(path)
        needed = {"town", "lon", "lat", "controller", "valid_from", "source"}
        if absent := needed - set(map(str, table.frame.columns)):
            missing, all_needed = ", ".join(sorted(absent)), ", ".join(sorted(needed))
            raise InputError(f"{table.name}: no column {missing}; town reports need {all_needed}")
    return _reports(table)


def _curated(name: str) -> Table:
    import pandas as pd

    return Table(name, pd.DataFrame(list(curated_rows(name)), dtype="object").replace("", None), 2)


def _reports(table: Table) -> DataFrame:
    import pandas as pd

    frame = table.frame
    names = [*TOWN_COLUMNS, *(name for name in frame.columns if name not in {*TOWN_COLUMNS, "geometry"})]
    columns: dict[str, Any] = {name: texts(column_of(frame, name)) for name in names if name not in {"lon", "lat"}}
    for name, limit in (("lon", 180), ("lat", 90)):
        values = floats(table, name)
        if (wrong := values.isna() | (values.abs() > limit).fillna(value=False)).any():
            at = int(wrong.to_numpy().argmax())
            raise table.at(at, f"{name} {frame[name].iloc[at]} is no degree between -{limit} and {limit}")
        columns[name] = values.astype("float64")
    for name in ("town", "controller", "valid_from", "source"):
        if (absent := columns[name].isna()).any():
            raise table.at(int(absent.to_numpy().argmax()), f"no {name}; every town report needs one")
    for name in _TOWN_DAYS:
        columns[name] = _days_or_months(table, name, columns[name])
    if "radius_m" in columns:
        columns["radius_m"] = floats(table, "radius_m")
    return pd.DataFrame(columns)[names]


def _days_or_months(table: Table, name: str, cells: Series) -> Series:
    """Return days as "YYYY-MM-DD", those known only to the month as "YYYY-MM"."""
    import pandas as pd

    result: list[str | None] = []
    for position, cell in enumerate(cells):
        span = None if filled(cell) is None else parse_span(cell)
        if filled(cell) is not None and (span is None or span.precision in {"year", "range"}):
            raise table.at(position, f"{name} {cell} is not a date; use YYYY-MM-DD, or YYYY-MM for a month")
        result.append(None if span is None else span.first.isoformat()[: 7 if span.precision == "month" else 10])
    return pd.Series(result, index=cells.index, dtype="string")
