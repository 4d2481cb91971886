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

# A point inside an area Natural Earth gives to the state that holds it, and whose it is under the policy "un".
_UN_PARTS = (
    ((34.2, 45.2), "RU", "UA"),  # Crimea: General Assembly resolution 68/262
)
# Lines between these are drawn dashed under both policies: their course is disputed between the two.
_DISPUTED_PAIRS = frozenset(
    frozenset(pair)
    for pair in (
        ("IL", "SY"), ("IL", "PS"), ("IL", "LB"), ("RU", "UA"), ("MA", "EH"), ("XK", "RS"), ("IN", "PK"), ("IN", "CN"),
        ("SO", "SO"), ("CY", "CY"), ("SD", "SS"), ("SD", "EG"), ("IN", None), ("PK", None), ("CN", None),
    )
)


@cache
def _topology() -> dict[str, Any]:
    with gzip.open(Path(__file__).with_name("borders.json.gz"), "rt", encoding="utf-8") as file:
        return json.load(file)  # type: ignore[no-any-return]


@cache
def _arcs() -> list[Any]:
    import numpy as np

    topology = _topology()
    scale, origin = np.array(topology["scale"]), np.array(topology["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]]


def _ring(indices: list[int]) -> Any:
    """Join arcs into one ring; a negative index is the arc ~i walked backwards, as TopoJSON has it."""
    import numpy as np

    arcs = _arcs()
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([part[1 if k else 0 :] for k, part in enumerate(parts)])


@cache
def _country_outlines(policy: str) -> GeoDataFrame:
    import geopandas
    import shapely

    from geoconflict.records import CRS

    if policy not in BORDER_POLICIES:
        raise UsageError(f"border policy {policy!r} is unknown; use one of {', '.join(BORDER_POLICIES)}")
    parts: list[tuple[str | None, str, Any]] = []
    for area in _topology()["areas"]:
        for polygon in area["polygons"]:
            rings = [ring for ring in map(_ring, polygon) if len(ring) > 3]
            if rings:
                shape = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
                parts.append((area["iso2"], area["name"], shape))
    if policy == "un":
        name_of = {iso2: name for iso2, name, _ in parts}
        for point, holder, owner in _UN_PARTS:
            spot = shapely.Point(point)
            parts = [
                (owner, name_of[owner], shape) if iso2 == holder and shape.contains(spot) else (iso2, name, shape)
                for iso2, name, shape in parts
            ]
    # Areas without a code of their own join the state they are counted to; those without any keep their name.
    groups: dict[str, list[tuple[str, Any]]] = {}
    for iso2, name, shape in parts:
        groups.setdefault(iso2 or name, []).append((name, shape))
    rows = []
    for key, members in groups.items():
        name = max(members, key=lambda member: member[1].area)[0]
        shapes = [shape for _, shape in members]
        # Only areas of different names touch; the parts of one area are already apart, and a union of them is slow.
        joined = shapely.union_all(shapes) if len({n for n, _ in members}) > 1 or key == "UA" else _multi(shapes)
        rows.append((key if len(key) == 2 else None, name, joined))
    frame = geopandas.GeoDataFrame(rows, columns=["iso2", "name", "geometry"], crs=CRS)
    return frame.sort_values("name", ignore_index=True)


def _multi(shapes: list[Any]) -> Any:
    """Put valid, disjoint shapes into one MultiPolygon; lines left over by a repair are dropped."""
    import shapely

    flat = [part for shape in shapes for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    joined = shapely.MultiPolygon(flat)
    return joined if joined.is_valid else shapely.make_valid(joined)


def country_outlines(policy: str = "un") -> GeoDataFrame:
    """Return the countries as areas: `iso2` (missing where no state is named), `name`, `geometry`, EPSG:4326.

    Natural Earth 1:10m simplified to 0.004 degrees (about 400 m), so a place nearer to a border than that may fall on
    the other side. Raises UsageError for an unknown policy.
    """
    return _country_outlines(policy).copy()


@cache
def _disputed_lines() -> GeoDataFrame:
    import geopandas
    import shapely

    from geoconflict.records import CRS

    users: dict[int, list[tuple[str | None, str]]] = {}
    for area in _topology()["areas"]:
        for index in {i if i >= 0 else ~i for polygon in area["polygons"] for ring in polygon for i in ring}:
            users.setdefault(index, []).append((area["iso2"], area["name"]))
    lines = [
        (" - ".join(sorted(name for _, name in both)), shapely.LineString(_arcs()[index]))
        for index, both in sorted(users.items())
        if len(both) == 2 and frozenset(iso2 for iso2, _ in both) in _DISPUTED_PAIRS
    ]
    return geopandas.GeoDataFrame(lines, columns=["name", "geometry"], crs=CRS)


def disputed_lines() -> GeoDataFrame:
    """Return the border lines whose course is disputed, to be drawn dashed: `name`, `geometry`, EPSG:4326."""
    return _disputed_lines().copy()
