"""Where a label goes: beside its symbol or inside its area, on nothing else.

Everything here is in pixels, right and down. A label that fits nowhere is left out: the caller says so or does without.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.maps.frame import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GAP_PX = 5.0
"""Between a symbol and its label."""
STEPS_PX = (0.0, 16.0, 34.0, 58.0, 90.0, 130.0)
"""How far a label that may have a leader line moves away, nearest first."""
# Right of the symbol reads best, then left, then the corners (the cartographer's order after Imhof).
_SIDES = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))


def place_beside(
    anchor: tuple[float, float],
    size: tuple[float, float],
    reach: float,
    taken: Iterable[Box],
    bounds: Box,
    *,
    far: bool = False,
) -> Box | None:
    """Return the first free box of `size` beside a symbol of half-width `reach` at `anchor`, or None.

    With `far` the label may also stand away from its symbol, for a leader line to join them.
    """
    taken = list(taken)
    for box in _beside(anchor, size, reach, STEPS_PX if far else STEPS_PX[:1]):
        if bounds.holds(box) and not any(box.meets(other) for other in taken) and _in_sight(anchor, box, taken):
            return box
    return None


def foot_of(anchor: tuple[float, float], box: Box) -> tuple[float, float]:
    """Return the point of a box nearest to the symbol: where a leader line ends."""
    return min(max(anchor[0], box.left), box.right), min(max(anchor[1], box.top), box.bottom)


def _in_sight(anchor: tuple[float, float], box: Box, taken: list[Box]) -> bool:
    """Whether a line from the symbol to its label crosses nothing but what stands over the symbol itself."""
    line = shapely.LineString([anchor, foot_of(anchor, box)])
    x, y = anchor
    others = [one for one in taken if not (one.left <= x <= one.right and one.top <= y <= one.bottom)]
    return not any(line.intersects(shapely.box(one.left, one.top, one.right, one.bottom)) for one in others)


def _beside(
    anchor: tuple[float, float],
    size: tuple[float, float],
    reach: float,
    steps: Iterable[float],
) -> Iterator[Box]:
    x, y = anchor
    width, height = size
    for step in steps:
        away = reach + GAP_PX + step
        for across, down in _SIDES:
            # A corner label stands as far along each axis as makes its own corner touch the circle of that radius.
            distance = away * (0.72 if across and down else 1.0)
            middle_x = x + across * (distance + width / 2)
            middle_y = y + down * (distance + height / 2)
            yield Box(middle_x - width / 2, middle_y - height / 2, width, height)


def place_inside(
    area: Any,
    size: tuple[float, float],
    taken: Iterable[Box],
    bounds: Box,
    *,
    prefer: tuple[float, float] | None = None,
    drift: float = math.inf,
) -> Box | None:
    """Return a free box of `size` wholly inside an area (shapely), as near to `prefer` as can be, or None.

    Without `prefer` the roomiest point of the area is preferred. Its middle is at most `drift` pixels away from it.
    """
    area = shapely.intersection(area, shapely.box(bounds.left, bounds.top, bounds.right, bounds.bottom))
    if area.is_empty or area.area < size[0] * size[1]:
        return None
    if prefer is None:
        roomy = shapely.get_point(shapely.maximum_inscribed_circle(area, tolerance=2.0), 0)
        prefer = (roomy.x, roomy.y)
    left, top, right, bottom = area.bounds
    grid_x, grid_y = np.meshgrid(np.linspace(left, right, 25), np.linspace(top, bottom, 25))
    x = np.append(prefer[0], grid_x.ravel())
    y = np.append(prefer[1], grid_y.ravel())
    away = np.hypot(x - prefer[0], y - prefer[1])
    order = np.argsort(away, kind="stable")
    order = order[away[order] <= drift]
    x, y = x[order] - size[0] / 2, y[order] - size[1] / 2
    shapely.prepare(area)
    fits = shapely.contains(area, shapely.box(x, y, x + size[0], y + size[1]))
    taken = list(taken)
    for k in np.flatnonzero(fits):
        box = Box(float(x[k]), float(y[k]), *size)
        if not any(box.meets(other) for other in taken):
            return box
    return None


CORNERS = ("lower right", "upper right", "lower left", "upper left")


def emptiest_corner(
    size: tuple[float, float],
    margin: float,
    taken: Iterable[Box],
    bounds: Box,
    *,
    order: Iterable[str] = CORNERS,
) -> Box | None:
    """Return the box of `size` in the first corner of `bounds` where it covers nothing, or None."""
    width, height = size
    taken = list(taken)
    for corner in order:
        x = bounds.right - margin - width if corner.endswith("right") else bounds.left + margin
        y = bounds.bottom - margin - height if corner.startswith("lower") else bounds.top + margin
        box = Box(x, y, width, height)
        if bounds.holds(box) and not any(box.meets(other) for other in taken):
            return box
    return None
