"""Events of different inputs that may be one: told, never joined, since a table does not carry what joining asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from geoconflict.links.layer import lonlat, numbers, placed
from geoconflict.records import LINKABLE_RADIUS_M

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

MARK = "may_be_same_as"
"""The column that names the other events, "id; id"; only a layer with such a pair has it."""
NEAR_M = LINKABLE_RADIUS_M
"""Two points as far apart as this may be one town: as far as a place may be off and still be linked."""
MOST_WHERE_PREC = 2
_NEAR_DEG = NEAR_M / 110_000
"""More than that of latitude: farther apart are no two points that near."""
LONGEST_DAYS = 31
"""An event of more days is compared by its first ones only."""
MOST_NAMED = 3


def repeats(layers: list[GeoDataFrame]) -> list[str]:
    """Mark events of different layers that may be one event; return a warning that names the first of them, or none.

    Two events may be one where their days overlap, their places (`where_prec` 1 or 2) lie within `NEAR_M`, and their
    kinds and the number killed do not both differ. Events named as background take no part. The layers then have
    `MARK` (changed in place); no row is joined or dropped, since the figures of both stand.
    """
    from pyproj import Geod

    geod, pairs = Geod(ellps="WGS84"), []
    seen: dict[dt.date, list[tuple[int, int]]] = defaultdict(list)
    points = [lonlat(layer) for layer in layers]
    facts = [list(zip(layer["event_type"], numbers(layer, "fatalities_best"), strict=True)) for layer in layers]
    for number, layer in enumerate(layers):
        own = list(_dated(layer))
        for row, days in own:
            lon, lat = (axis[row] for axis in points[number])
            for other, there in sorted({one for day in days for one in seen.get(day, ())}):
                east, north = (axis[there] for axis in points[other])
                if abs(north - lat) > _NEAR_DEG or not _alike(facts[number][row], facts[other][there]):
                    continue
                if geod.inv(lon, lat, east, north)[2] <= NEAR_M:
                    pairs.append(((other, there), (number, row)))
        for row, days in own:
            for day in days:
                seen[day].append((number, row))
    if not pairs:
        return []
    marks: list[list[list[str]]] = [[[] for _ in range(len(layer))] for layer in layers]
    for a, b in pairs:
        for (layer_number, row), (other, there) in ((a, b), (b, a)):
            marks[layer_number][row].append(str(layers[other]["event_id"].iloc[there]))
    for layer, marked in zip(layers, marks, strict=True):
        layer[MARK] = ["; ".join(dict.fromkeys(ids)) or None for ids in marked]
        layer[MARK] = layer[MARK].astype("string")
    named = [f"{_named(layers, a)} and {_named(layers, b)}" for a, b in pairs[:MOST_NAMED]]
    more = f" and {len(pairs) - MOST_NAMED} more" if len(pairs) > MOST_NAMED else ""
    count = "1 pair of events" if len(pairs) == 1 else f"{len(pairs)} pairs of events"
    return [f"{count} of different inputs may be one event told twice, each counted: {', '.join(named)}{more}"]


def _dated(layer: GeoDataFrame) -> Iterator[tuple[int, list[dt.date]]]:
    """Yield the rows that can be compared, with their days."""
    able = placed(layer) & (numbers(layer, "where_prec") <= MOST_WHERE_PREC)
    able &= (layer["status"] != "background").fillna(value=True).to_numpy(bool)
    for row, (fit, start, end) in enumerate(zip(able, layer["date_start"], layer["date_end"], strict=True)):
        if fit and isinstance(start, str):
            first = dt.date.fromisoformat(start)
            last = dt.date.fromisoformat(end) if isinstance(end, str) else first
            yield row, [first + dt.timedelta(days) for days in range(min((last - first).days + 1, LONGEST_DAYS))]


def _alike(one: tuple[Any, float], other: tuple[Any, float]) -> bool:
    """Whether two events are of one kind, as far as is said, or name one number of dead."""
    (kind, killed), (other_kind, other_killed) = one, other
    return not (isinstance(kind, str) and isinstance(other_kind, str)) or kind == other_kind or killed == other_killed


def _named(layers: list[GeoDataFrame], at: tuple[int, int]) -> str:
    row: Any = layers[at[0]].iloc[at[1]]
    return f"{row['place_name']}, {row['date_start']} ({row['event_id']})"
