"""Lines in metres asked for the spot on them nearest to each of many points: fronts and edges of zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SAMPLE_M = 500.0
"""Lines are sampled this often to find which piece of them is near."""

_SAMPLES = 4
_AT_ONCE = 100_000


class Lines:
    """Lines in metres, asked for the spot on them nearest to each of many points.

    Points find the nearest samples of the lines, then the spot on the pieces beside these. That is the nearest spot but
    where another line passes within `SAMPLE_M` of it: then it is at most 3 m farther at 1 km, 31 m farther at 100 m.
    """

    def __init__(self, lines: NDArray[np.object_], owners: Ints) -> None:
        self.xy, self.line = shapely.get_coordinates(shapely.segmentize(lines, SAMPLE_M), return_index=True)
        self.owners = owners
        self.goes_on = np.append(self.line[1:] == self.line[:-1], [False])
        self.tree = cKDTree(self.xy)

    def nearest(self, points: Floats) -> tuple[Floats, Ints]:
        """Return the nearest spot for each point and the owner of its line."""
        spots, owners = np.empty_like(points), np.empty(len(points), np.int64)
        for first in range(0, len(points), _AT_ONCE):
            chunk = slice(first, first + _AT_ONCE)
            spots[chunk], owners[chunk] = self._nearest(points[chunk])
        return spots, owners

    def _nearest(self, points: Floats) -> tuple[Floats, Ints]:
        samples = np.asarray(self.tree.query(points, np.arange(1, min(_SAMPLES, len(self.xy)) + 1))[1])
        pieces = np.concatenate([samples, np.maximum(samples - 1, 0)], axis=1)
        start = self.xy[pieces]
        step = np.where(self.goes_on[pieces, None], self.xy[np.minimum(pieces + 1, len(self.xy) - 1)] - start, 0.0)
        length = np.maximum((step**2).sum(axis=2), 1e-9)
        share = np.clip(((points[:, None] - start) * step).sum(axis=2) / length, 0, 1)
        spot = start + share[:, :, None] * step
        best = ((points[:, None] - spot) ** 2).sum(axis=2).argmin(axis=1)
        row = np.arange(len(points))
        return spot[row, best], self.owners[self.line[pieces[row, best]]]


def segments(shape: Any) -> NDArray[np.object_]:
    """Return the edges of an area, or the pieces of a line, as two-point lines."""
    line = shape.boundary if shape.geom_type.endswith("Polygon") else shape
    xy, part = shapely.get_coordinates(shapely.get_parts(shapely.get_parts(line)), return_index=True)
    same = part[1:] == part[:-1]
    return np.asarray(shapely.linestrings(np.stack([xy[:-1][same], xy[1:][same]], axis=1)))
