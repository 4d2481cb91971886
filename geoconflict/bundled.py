"""What the package carries: the curated rows and the country outlines.

The curated rows live in `gazetteer/` at the top of the repository; the wheel carries them as `geoconflict/curated/`.
"""

from __future__ import annotations

import csv
import gzip
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import GeoconflictError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame


@cache
def curated_dir() -> Path:
    """Return the folder of curated rows, in the wheel or in the checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "curated", here.parent / "gazetteer"):
        if (folder / "places.csv").is_file():
            return folder
    raise GeoconflictError("the curated gazetteer rows are missing from this installation; reinstall geoconflict")


def curated_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one curated table, e.g. "places.csv", as column -> text; list cells are joined by "|"."""
    with (curated_dir() / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


BORDER_POLICIES = {
    "un": "borders as in United Nations General Assembly and Security Council resolutions; disputed lines dashed",
    "de-facto": "borders as administered on the ground, after Natural Earth; disputed lines dashed",
}


@cache
def _borders() -> dict[str, Any]:
    with gzip.open(Path(__file__).with_name("borders.json.gz"), "rt", encoding="utf-8") as file:
        return json.load(file)  # type: ignore[no-any-return]


def _points(deltas: list[int]) -> Any:
    """Return a ring or line in degrees from the grid steps it is stored in, x and y in turn."""
    import numpy as np

    return np.cumsum(np.array(deltas).reshape(-1, 2), axis=0) * _borders()["grid_deg"]


@cache
def _country_outlines(policy: str) -> GeoDataFrame:
    import geopandas
    import shapely

    from geoconflict.records import CRS

    if policy not in BORDER_POLICIES:
        raise UsageError(f"border policy {policy!r} is unknown; use one of {', '.join(BORDER_POLICIES)}")
    # Areas without a code of their own join the state they are counted to; those of no state keep their name.
    groups: dict[str, list[tuple[str, Any]]] = {}
    for area in _borders()["areas"]:
        polygons = [
            shapely.Polygon(_points(outer), [_points(hole) for hole in holes]) for outer, *holes in area["polygons"]
        ]
        if polygons:
            code = area["un" if policy == "un" else "de_facto"]
            groups.setdefault(code or area["name"], []).append((area["name"], shapely.MultiPolygon(polygons)))
    rows = []
    for key, members in groups.items():
        name, shape = max(members, key=lambda member: member[1].area)
        if len(members) > 1:
            shape = shapely.union_all([one for _, one in members])
        rows.append((key if len(key) == 2 else None, name, shape))
    frame = geopandas.GeoDataFrame(rows, columns=["iso2", "name", "geometry"], crs=CRS)
    return frame.sort_values("name", ignore_index=True)


def country_outlines(policy: str = "un") -> GeoDataFrame:
    """Return the countries as areas: `iso2` (missing where no state is named), `name`, `geometry`, EPSG:4326.

    Natural Earth 1:10m simplified to 0.004 degrees (about 400 m), so a place nearer to a border than that may fall on
    the other side. Raises UsageError for an unknown policy.
    """
    return _country_outlines(policy).copy()


def disputed_lines() -> GeoDataFrame:
    """Return the border lines whose course is disputed, to be drawn dashed: `name`, `geometry`, EPSG:4326."""
    import geopandas
    import shapely

    from geoconflict.records import CRS

    rows = [(one["name"], shapely.LineString(_points(one["line"]))) for one in _borders()["disputed"]]
    return geopandas.GeoDataFrame(rows, columns=["name", "geometry"], crs=CRS)
