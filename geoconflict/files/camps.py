"""Displacement and refugee camps: the curated ones, or a file's."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.bundled import country_outlines, curated_rows
from geoconflict.errors import InputError
from geoconflict.files.columns import column_of, countries, filled, floats, lists, texts
from geoconflict.files.days import parse_span
from geoconflict.files.tables import Table, open_table
from geoconflict.records import CAMP_COLUMNS, CRS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geoconflict.files.days import Span

_USUAL_NAMES = {
    "camp_id": ("camp_id", "id", "pcode", "source_id", "location id"),
    "name": ("name", "camp", "camp_name", "name_en"),
    "lat": ("lat", "latitude", "point_y", "y"),
    "lon": ("lon", "lng", "long", "longitude", "point_x", "x"),
    "kind": ("kind", "loc_type", "type"),
    "country": ("country", "iso2", "iso3"),
    "admin1": ("admin1", "gov", "governorate"),
    "opened": ("opened", "createdate"),
    "closed": ("closed", "closedate"),
    "population": ("population",),
    "as_of": ("as_of", "population_as_of"),
}
"""Our name -> the names camp lists use (ours, UNHCR's and IOM's)."""

_NO_CAMP = re.compile(r"\b(military|army|training|barracks|base|archived data)\b", re.IGNORECASE)
"""Kinds that are no displacement camp (design contract 3.8), and what UNHCR marks as withdrawn."""
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")
_LATEST_SHORT_YEAR = 49
"""UNHCR's list writes 9/17/19: no camp in use is older than 1950, none opens after 2049."""
_FIRST_YEAR = 1910
"""Earlier days are a spreadsheet's mistake, so not known: its zero is 1899-12-30, and a bare year such as 1996 it takes
for the 1,996th day, 1905-06-18."""

BORDER_SLACK_DEG = 0.1
"""A point this near to its country (about 10 km) counts as inside: outlines are simplified, camps stand at borders."""


MIRROR_SLACK_DEG = 0.02
"""How near (about 2 km) an exchanged point must come to another camp of the name to be a slip and no chance."""


def read_camps(path: str | Path | None = None) -> GeoDataFrame:
    """Return displacement and refugee camps: `CAMP_COLUMNS` and `geometry` (points, EPSG:4326).

    Parameters
    ----------
    path
        None for the curated camps (published with coordinates by UNHCR, OCHA or IOM). Else a table or layer of points
        with `name`, coordinates, and of these what it has: `country`, `kind`, `admin1`, `opened`, `closed`,
        `population` with `as_of`, `source`; UNHCR's and IOM's own column names will do.

    Notes
    -----
    Days known only to the month or year stay "YYYY-MM" or "YYYY", in `opened`, `closed` and `as_of` of the populations;
    `as_of` is None where the count has no day. Rows that are no displacement camp, have no coordinates, or whose
    latitude and longitude are swapped (the point lies outside the stated country, the swapped one inside) are left
    out, each with an InputWarning; so are rows with a value that is no number.

    Raises
    ------
    InputError
        For a file without names or coordinates, or without a CRS, and when a bad value leaves no row.
    """
    if path is None:
        # Curated rows were checked when they were added; the outlines the check needs take seconds to load.
        return _camp_layer(_curated_camps(), check_country=False)
    return _camp_layer(_camp_file(Path(path)), check_country=True)


def _curated_camps() -> Table:
    import pandas as pd

    populations: dict[str, list[dict[str, Any]]] = {}
    for row in curated_rows("camp_populations.csv"):
        populations.setdefault(row["camp"], []).append({key: row[key] for key in ("population", "as_of", "source")})
    frame = pd.DataFrame(list(curated_rows("camps.csv")), dtype="object").replace("", None)
    lists: Any = [populations.get(name, []) for name in frame["name"]]
    frame["populations"] = lists
    frame["radius_m"] = frame["precision_m"]
    if "camp_id" not in frame:
        frame["camp_id"] = ["camp:" + "-".join(re.findall(r"\w+", name.casefold())) for name in frame["name"]]
    return Table("camps.csv", frame, 2)


def _camp_file(path: Path) -> Table:
    """Open a list of camps under our own column names."""
    import pandas as pd

    table = open_table(path, leave_out=True)
    lower = {str(column).strip().lower(): column for column in table.frame.columns}
    columns, called = {}, {}
    for ours, names in _USUAL_NAMES.items():
        if (name := next((one for one in names if one in lower), None)) is not None:
            columns[ours] = table.frame[lower[name]]
            called[ours] = str(lower[name])
    for name in ("source", "populations"):
        if name in lower:
            columns[name] = table.frame[lower[name]]
    if "name" not in columns:
        raise InputError(f"{table.name}: no column `name`; it has {', '.join(map(str, table.frame.columns[:8]))}")
    if "geometry" in table.frame:
        columns |= _from_points(table)
    if not {"lat", "lon"} <= columns.keys():
        raise InputError(f"{table.name}: no coordinates; camps need columns lat and lon, or points")
    return replace(table, frame=pd.DataFrame(columns), called=called)


def _from_points(table: Table) -> dict[str, Series]:
    import pandas as pd
    import shapely

    shapes = table.frame["geometry"].to_numpy()
    if (wrong := (shapely.get_type_id(shapes) > 0)).any():
        at = int(wrong.argmax())
        raise table.at(at, f"a {shapes[at].geom_type} is no camp; camps are points")
    return {
        "lon": pd.Series(shapely.get_x(shapes), index=table.frame.index),
        "lat": pd.Series(shapely.get_y(shapes), index=table.frame.index),
    }


def _camp_layer(table: Table, *, check_country: bool) -> GeoDataFrame:
    import geopandas
    import numpy as np
    import pandas as pd
    import shapely

    frame = table.frame
    lon, lat = (floats(table, axis).to_numpy("float64", na_value=float("nan")) for axis in ("lon", "lat"))
    words = {name: _words(frame, name) for name in ("camp_id", "name", "kind", "admin1", "source")}
    layer = pd.DataFrame(words)
    layer["camp_id"] = layer["camp_id"].fillna(
        pd.Series([f"{table.name}:{table.first_row + i}" for i in range(len(frame))], index=frame.index, dtype="string")
    )
    layer["country"] = countries(frame)
    layer["radius_m"] = floats(table, "radius_m")
    layer["opened"], layer["closed"] = _opening(table)
    populations: Any = _populations(table)
    layer["populations"] = populations
    good = np.array(table.good(), dtype=bool)
    keep = good & _kept(table, layer, lon, lat, good, check_country=check_country)
    layer = layer[keep]
    points = shapely.points(lon[keep], lat[keep])
    dtypes: Any = CAMP_COLUMNS
    return geopandas.GeoDataFrame(layer[list(CAMP_COLUMNS)].astype(dtypes), geometry=points, crs=CRS).reset_index(
        drop=True
    )


def _words(frame: DataFrame, name: str) -> Series:
    import pandas as pd

    return texts(frame[name]) if name in frame else pd.Series(None, index=frame.index, dtype="string")


# ---- which rows stay -----------------------------------------------------------------------------------------------
def _kept(table: Table, layer: DataFrame, lon: Any, lat: Any, good: Any, *, check_country: bool) -> Any:
    """Return which rows are camps at a place, and warn of the others, unless they are no `good` ones anyway."""
    import numpy as np

    no_camp = np.array([bool(_NO_CAMP.search(kind)) for kind in layer["kind"].fillna("")], dtype=bool)
    nowhere = np.isnan(lon) | np.isnan(lat)
    swapped = ~nowhere & ((np.abs(lat) > 90) & (np.abs(lon) <= 90) & (np.abs(lat) <= 180))
    beyond = ~nowhere & ~swapped & ((np.abs(lat) > 90) | (np.abs(lon) > 180))
    on_earth = ~(nowhere | swapped | beyond)
    if check_country:
        on_earth_lon, on_earth_lat = (np.where(on_earth, axis, 0.0) for axis in (lon, lat))
        swapped |= on_earth & _in_the_swapped_place(layer["country"], on_earth_lon, on_earth_lat)
    names = layer["name"].isna().to_numpy()
    for rows, what in (
        (names, "no name"),
        (no_camp & ~names, "not a displacement camp"),
        (nowhere & ~no_camp & ~names, "no coordinates"),
        (beyond & ~no_camp & ~names, "coordinates beyond the globe"),
        (swapped & ~no_camp & ~names, "latitude and longitude are swapped: the point lies outside the stated country"),
    ):
        if (rows := rows & good).any():
            at = np.flatnonzero(rows).tolist()
            name = filled(layer["name"].iloc[at[0]])
            table.warn(f"{table.rows(at)}{f' ({name})' if name else ''}: {what}; left out")
    keep = ~(names | no_camp | nowhere | beyond | swapped)
    _warn_of_mirrored(table, layer["name"], lon, lat, np.flatnonzero(keep))
    return keep


def _warn_of_mirrored(table: Table, names: Series, lon: Any, lat: Any, rows: Any) -> None:
    """Warn of two rows of one name, one at the other's point with lat and lon exchanged: one of them is wrong.

    UNHCR's list has Rukban a second time, in Turkey, where its country says it lies; only its twin gives it away.
    """
    import numpy as np
    from scipy.spatial import cKDTree

    rows = rows[np.abs(lon[rows] - lat[rows]) > BORDER_SLACK_DEG]  # else the exchanged point is the point itself
    if not len(rows):
        return
    words = {row: set(re.findall(r"\w{4,}", names.iloc[row].casefold())) - {"camp"} for row in rows}
    mirror = cKDTree(np.column_stack([lat[rows], lon[rows]]))
    twins = mirror.query_ball_point(np.column_stack([lon[rows], lat[rows]]), MIRROR_SLACK_DEG)
    told: set[int] = set()
    for row, near in zip(rows.tolist(), twins, strict=True):
        for twin in rows[near].tolist():
            if words[row] & words[twin] and not told & {row, twin}:
                told |= {row, twin}
                one, other = names.iloc[row], names.iloc[twin]
                table.warn(
                    f"{table.rows([row, twin])}: {one} and {other} lie at the same point, latitude and "
                    "longitude exchanged; one of them is wrong, both are kept"
                )


def _in_the_swapped_place(country: Series, lon: Any, lat: Any) -> Any:
    """Whether a point lies outside its stated country while the point with lat and lon exchanged lies inside."""
    import numpy as np
    import shapely

    outlines = country_outlines()
    result = np.zeros(len(country), dtype=bool)
    for code, outline in zip(outlines["iso2"], outlines.geometry, strict=True):
        rows = (country == code).fillna(value=False).to_numpy(dtype=bool)
        if not rows.any():
            continue
        shapely.prepare(outline)
        suspects = np.flatnonzero(rows)
        suspects = suspects[shapely.contains_xy(outline, lat[suspects], lon[suspects])]
        given = shapely.points(lon[suspects], lat[suspects])
        result[suspects] = ~shapely.dwithin(outline, given, BORDER_SLACK_DEG)
    return result


# ---- days and people -----------------------------------------------------------------------------------------------
def _opening(table: Table) -> tuple[Series, Series]:
    """Return when camps were opened and closed, as written to the day, month or year; what is no date is left empty."""
    import pandas as pd

    frame, ends = table.frame, []
    for name in ("opened", "closed"):
        days: list[str | None] = []
        wrong = []
        for position, cell in enumerate(frame[name].tolist() if name in frame else [None] * len(frame)):
            span = None if filled(cell) is None else _span(cell)
            if filled(cell) is not None and span is None:
                wrong.append(position)
            known = span is not None and span.first.year >= _FIRST_YEAR
            days.append(_as_written(span, closed=name == "closed") if span is not None and known else None)
        if wrong:
            cell = str(frame[name].iloc[wrong[0]])[:40]
            table.warn(f"{table.rows(wrong)}: {table.column(name)} {cell!r} is not a date; left empty")
        ends.append(pd.Series(days, index=frame.index, dtype="string"))
    return ends[0], ends[1]


def _span(cell: Any) -> Span | None:
    """Return the days a cell may mean, UNHCR's month/day/two-digit year among the forms."""
    if match := _US_DAY.fullmatch(str(cell).strip()):
        month, day, year = (int(part) for part in match.groups())
        century = 2000 if year <= _LATEST_SHORT_YEAR else 1900
        return parse_span(f"{century + year}-{month:02d}-{day:02d}")
    return parse_span(cell)


def _as_written(span: Span, *, closed: bool) -> str:
    """Return "2018-07-03", "2018-07" or "2018"; of a range the end that may have been the camp's first or last day."""
    if span.precision == "range":
        return (span.last if closed else span.first).isoformat()
    return span.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[span.precision]]


def _populations(table: Table) -> list[list[dict[str, Any]]]:
    """Return the populations of each camp by day, from a list column or from `population` and `as_of`."""
    frame = table.frame
    if "populations" in frame:
        return [_counted(table, position, cell) for position, cell in enumerate(lists(table, "populations"))]
    if "population" not in frame:
        return [[] for _ in range(len(frame))]
    columns = [column_of(frame, name).tolist() for name in ("population", "as_of", "source")]
    return [
        _counted(table, position, [{"population": people, "as_of": day, "source": source}])
        for position, (people, day, source) in enumerate(zip(*columns, strict=True))
    ]


def _counted(table: Table, position: int, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return counts of people in order of their days, those without a day last."""
    found = []
    for row in rows:
        people = filled(row.get("population"))
        if people is None:
            continue
        try:
            count = int(float(people))
        except (TypeError, ValueError, OverflowError):
            table.refuse(position, f"{table.column('population')} {str(people)[:40]!r} is not a number")
            continue
        span = parse_span(written := row.get("as_of"))
        day = None if span is None else str(written) if span.precision == "range" else _as_written(span, closed=False)
        found.append({"population": count, "as_of": day, "source": filled(row.get("source"))})
    return sorted(found, key=lambda one: (one["as_of"] is None, one["as_of"] or ""))
