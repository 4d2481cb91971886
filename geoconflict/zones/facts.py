"""What is in a zone layer: sources, days, gaps, sides, areas, certainty."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from geoconflict.records import CRS, EQUAL_AREA

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def zone_facts(zones: GeoDataFrame) -> list[dict[str, Any]]:
    """Return what a layer of `ZONE_COLUMNS` holds, a dict a source in order of their names, ready for JSON.

    `zones` (how many), `controllers`, `certainty` (grade -> zones, "not said" among them), `days` (how many it has a
    map of), `first_day`, `last_day`, `largest_gap` (`days`, `after`, `before`: the longest time without a map between
    two; None where there is none) and `areas` (a dict a day: `day` and `km2`, controller -> km2 of its zones together,
    equal-area, ground claimed twice by one side counted once).
    """
    sources = zones["source"].fillna("not named")
    return [_of_source(str(source), rows) for source, rows in zones.groupby(sources, sort=True)]


def _of_source(source: str, rows: GeoDataFrame) -> dict[str, Any]:
    days = sorted(rows["valid_from"].dropna().unique())
    grades = rows["certainty"].fillna("not said").value_counts()
    return {
        "source": source,
        "zones": len(rows),
        "controllers": sorted(rows["controller"].dropna().unique()),
        "certainty": {str(grade): int(count) for grade, count in sorted(grades.items())},
        "days": len(days),
        "first_day": days[0] if days else None,
        "last_day": days[-1] if days else None,
        "largest_gap": _largest_gap(rows, days),
        "areas": [{"day": day, "km2": _areas(rows, day)} for day in days],
    }


def _largest_gap(rows: GeoDataFrame, days: list[str]) -> dict[str, Any] | None:
    """Return the longest time between two maps of which the earlier does not itself say that it held till the later."""
    largest = None
    for after, before in pairwise(days):
        ends = rows.loc[rows["valid_from"] == after, "valid_to"].dropna()
        since = max([after, *ends])
        gap = (dt.date.fromisoformat(before) - dt.date.fromisoformat(since)).days
        if gap > (largest["days"] if largest else 0):
            largest = {"days": gap, "after": since, "before": before}
    return largest


def _areas(rows: GeoDataFrame, day: str) -> dict[str, float]:
    """Return km2 by controller on a day: of a series of maps the map of the day, else every zone that held then."""
    import geopandas
    import shapely

    if rows["valid_to"].isna().all():
        held = rows[rows["valid_from"] == day]
    else:
        held = rows[(rows["valid_from"] <= day) & ~(rows["valid_to"] <= day).fillna(value=False)]
    shapes = {str(side): shapely.union_all(group.geometry.to_numpy()) for side, group in held.groupby("controller")}
    areas = geopandas.GeoSeries(shapes, crs=CRS).to_crs(EQUAL_AREA).area / 1e6
    return {side: round(float(area), 1) for side, area in areas.items()}
