"""How much of each cell of a raster lies inside a shape: sums over circles and polygons that weigh cut cells exactly.

By Green's theorem the sum over a shape of cells weighted by the share inside is the integral, along its outline, of
C(x, row) dy, where C is the sum of a row's cells from its left end to x, straight within a cell. The outline is cut at
every row and column it crosses; within one cell the integrand is then straight, so its value in the middle times dy is
exact. The work grows with the length of the outline, not with the area.

All coordinates here are columns (right) and rows (down) of a raster, in cells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Whole = NDArray[np.int64]

BEARINGS = 16
"""Points of a circle that are measured on the ellipsoid; the outline between them is their trigonometric curve."""
CORNERS = 64
"""Corners of the polygon that stands for a circle, of the circle's own size; it leaves the circle by .08 % of the
radius at most."""
LARGEST_RIPPLE = 1e-3
"""Share of the outline in waves too short for 16 points, above which it is not drawn: a pole or the edge of a
projection lies inside."""
INSCRIBED = math.sqrt(math.sin(2 * math.pi / CORNERS) / (2 * math.pi / CORNERS))
"""The radius of a circle over that of the circle its polygon of the same size has its corners on."""


@dataclass(frozen=True)
class Pieces:
    """Outlines in pieces that lie in one cell each.

    `owner` numbers the shape, `row` the row of cells, `x` is the column of the piece's middle, `dy` its signed height.
    """

    owner: Whole
    row: Whole
    x: Array
    dy: Array

    def only(self, chosen: Any) -> Pieces:
        """Return some of the pieces."""
        return Pieces(self.owner[chosen], self.row[chosen], self.x[chosen], self.dy[chosen])

    def cells(self, count: int) -> Array:
        """Return the size of each of `count` shapes, in cells."""
        return weighed(self.owner, self.x * self.dy, count)

    def sums(self, left: int, top: int, count: int, *sums: NDArray[Any]) -> list[Array]:
        """Return the weighted sums of `count` shapes over rows that begin at `top` and columns that begin at `left`.

        Each of `sums` (rows, columns + 1) holds those of each row from its left end. Cells beyond it count nothing.
        """
        width = sums[0].shape[1]
        inside = np.clip(self.x - left, 0, width - 1)
        column = np.minimum(inside.astype(np.int64), width - 2)
        inside -= column
        column += (self.row - top) * width
        found = []
        for one in sums:
            flat = one.ravel()
            value = flat[column]
            value = value + inside * (flat[column + 1] - value)
            found.append(weighed(self.owner, value * self.dy, count))
        return found


def weighed(owner: Whole, amounts: Array, count: int) -> Array:
    """Add up amounts by owner."""
    return np.asarray(np.bincount(owner, amounts, count), float)


def cut(start: Array, end: Array, owner: Whole) -> Pieces:
    """Cut edges, from `start` to `end` (edges, 2: column and row), at every row and column they cross."""
    rises = np.asarray(start[:, 1] != end[:, 1])
    (x0, y0), (x1, y1), owner = start[rises].T, end[rises].T, owner[rises]
    edge, row, low, high = _between(np.minimum(y0, y1), np.maximum(y0, y1))
    slope = ((x1 - x0) / (y1 - y0))[edge]
    first, last = x0[edge] + slope * (low - y0[edge]), x0[edge] + slope * (high - y0[edge])
    dy = np.where(y1 > y0, 1.0, -1.0)[edge] * (high - low)
    left, right = np.minimum(first, last), np.maximum(first, last)
    piece, _, low, high = _between(left, right)
    wide = (right - left)[piece]
    share = np.divide(high - low, wide, out=np.ones_like(wide), where=wide > 0)
    return Pieces(owner[edge[piece]], row[piece], (low + high) / 2, dy[piece] * share)


def _between(low: Array, high: Array) -> tuple[Whole, Whole, Array, Array]:
    """Split ranges at whole numbers: the range each part is of, the whole number it begins at or after, its ends."""
    first = np.floor(low).astype(np.int64)
    parts = np.maximum(np.ceil(high).astype(np.int64) - first, 1)
    of = np.repeat(np.arange(len(low)), parts)
    number = np.arange(len(of)) - np.repeat(np.cumsum(parts) - parts, parts) + first[of]
    return of, number, np.maximum(low[of], number), np.minimum(high[of], number + 1)


@cache
def _between_bearings() -> Array:
    """Return the matrix from values at 16 bearings to those at 64 on the trigonometric curve through them."""
    padded = np.fft.rfft(np.eye(BEARINGS), axis=1)
    padded[:, -1] /= 2  # the shortest wave stands for both its directions once there are more points
    wider = np.zeros((BEARINGS, CORNERS // 2 + 1), complex)
    wider[:, : padded.shape[1]] = padded
    return np.asarray(np.fft.irfft(wider, CORNERS, axis=1) * (CORNERS / BEARINGS))


def outlines(columns: Array, rows: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return polygons (circles, 64, 2) of circles given at 16 bearings (circles, 16), and which can be drawn.

    Corners run so that the polygons have positive size.
    """
    at = np.stack([columns, rows], axis=-1)
    finite = np.asarray(np.isfinite(at).all(axis=(1, 2)))
    at = np.where(finite[:, None, None], at, 0)
    waves = np.abs(np.fft.rfft(at, axis=1))
    ripple, first = waves[:, 5:].max(axis=(1, 2)), waves[:, 1].max(axis=1)
    drawn = np.asarray(finite & (ripple <= LARGEST_RIPPLE * first) & (first > 0))
    corners = np.einsum("nbd,bc->ncd", at, _between_bearings())
    following = np.roll(corners, -1, axis=1)
    size = (corners[..., 0] * (following[..., 1] - corners[..., 1])).sum(axis=1)
    corners[size < 0] = corners[size < 0, ::-1]
    return corners, drawn


def edges(corners: Array) -> tuple[Array, Array, Whole]:
    """Return start, end and owner of the edges of polygons (polygons, corners, 2)."""
    count, each, _ = corners.shape
    following = np.roll(corners, -1, axis=1)
    return corners.reshape(-1, 2), following.reshape(-1, 2), np.repeat(np.arange(count), each)
