"""Land borders of two countries as rows of an index, for "on the Syrian-Turkish border".

Derived from the outlines the package carries, UN policy: a border is what the outlines of two countries share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoconflict.bundled import country_outlines, curated_rows
from geoconflict.gazetteer.index import MAIN
from geoconflict.gazetteer.rows import Row, distance_km

if TYPE_CHECKING:
    from shapely import Geometry, MultiLineString

    from geoconflict.gazetteer.rows import Collection

SHORTEST_KM = 1.0
"""Outlines that share less touch in a point."""


def border_key(one: str, other: str) -> str:
    """Return the key of the border of two countries (alpha-2), in either order."""
    return " ".join(("border", *sorted((one.lower(), other.lower()))))


def enter_borders(collection: Collection) -> None:
    """Enter a row of kind "border" for every two countries that share one.

    Its point lies on the line, half-way along its longest piece; its radius is half the diagonal of the extent.
    """
    import shapely

    names = {row["iso2"]: row["name"] for row in curated_rows("countries.csv")}
    outlines = country_outlines()
    outlines = outlines[outlines["iso2"].isin(list(names))].reset_index(drop=True)
    shapes, codes = outlines.geometry.to_numpy(), outlines["iso2"].to_list()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(first, second, strict=True):
        one, other = codes[a], codes[b]
        if one >= other:
            continue
        line = shapely.line_merge(_lines(shapely.intersection(shapes[a].boundary, shapes[b].boundary)))
        pieces = [piece for piece in shapely.get_parts(line) if piece.length > 0]
        if not pieces:
            continue
        west, south, east, north = line.bounds
        length_km = distance_km(west, south, east, north)
        if length_km < SHORTEST_KM:
            continue
        middle = max(pieces, key=lambda piece: piece.length).interpolate(0.5, normalized=True)
        number = collection.add(
            Row(
                id=f"border:{one}-{other}",
                name=f"border of {names[one]} and {names[other]}",
                kind="border",
                lon=round(middle.x, 4),
                lat=round(middle.y, 4),
                radius_m=round(length_km * 500, -2),
                extent=(west, south, east, north),
                source="Natural Earth 1:10m via world-atlas",
            ),
        )
        collection.names[border_key(one, other)][number] = MAIN


def _lines(shape: Geometry) -> MultiLineString:
    """Return the lines of what two outlines share, without the points where they only touch."""
    import shapely

    return shapely.MultiLineString([part for part in shapely.get_parts(shape) if part.geom_type == "LineString"])
