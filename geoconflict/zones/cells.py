"""A grid over a sheet of zones: where no edge crosses a cell, all its points lie in the same zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

A_SIDE = 512
"""Cells along each side: of a country about a kilometre, 1 MB a sheet."""

CROSSED = -2
"""Mark of a cell an edge runs through: there only the polygons know."""

OUTSIDE = -1


class Cells:
    """The zone of every cell of a grid over the extent of some polygons, made once and then a look-up a point.

    Parameters
    ----------
    shapes
        Polygons in degrees.
    locate
        Says exactly for points (lon, lat) which zone they are in (-1: none) and whether several sides claim it.
    """

    def __init__(self, shapes: NDArray[np.object_], locate: Callable[[Floats, Floats], tuple[Ints, Bools]]) -> None:
        self.west, self.south, east, north = shapely.total_bounds(shapes)
        self.across, self.up = (max(extent, 1e-9) / A_SIDE for extent in (east - self.west, north - self.south))
        zone = np.full((A_SIDE + 1) ** 2, OUTSIDE, np.int32)
        zone[self._crossed(shapes)] = CROSSED
        free = np.flatnonzero(zone != CROSSED)
        row, column = np.divmod(free, A_SIDE + 1)
        middle = self.west + (column + 0.5) * self.across, self.south + (row + 0.5) * self.up
        self.disputed = np.zeros(len(zone), bool)
        zone[free], self.disputed[free] = locate(*middle)
        self.zone = zone

    def look_up(self, lon: Floats, lat: Floats) -> tuple[Ints, Bools]:
        """Return zone (`CROSSED`: ask the polygons, -1: none) and whether it is claimed by several sides."""
        column, row = (lon - self.west) / self.across, (lat - self.south) / self.up
        inside = (column >= 0) & (column <= A_SIDE) & (row >= 0) & (row <= A_SIDE)
        if inside.all():
            cell = self._cell(column, row)
            return self.zone[cell].astype(np.int64), self.disputed[cell]
        zone, disputed = np.full(len(lon), OUTSIDE, np.int64), np.zeros(len(lon), bool)
        cell = self._cell(column[inside], row[inside])
        zone[inside], disputed[inside] = self.zone[cell], self.disputed[cell]
        return zone, disputed

    @staticmethod
    def _cell(column: Floats, row: Floats) -> Ints:
        """Return the number of a cell; the grid has one row and column to spare for points on its far edges."""
        return row.astype(np.int64) * (A_SIDE + 1) + column.astype(np.int64)

    def _crossed(self, shapes: NDArray[np.object_]) -> Ints:
        """Return the cells that edges of the polygons may run through: all that touch the box around a short piece."""
        areas = shapely.get_parts(shapely.get_parts(shapes))
        # Half a cell, so that rounding cannot let a piece step over a cell.
        rings = shapely.segmentize(shapely.get_rings(areas), min(self.across, self.up) / 2)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        column, row = (xy[:, 0] - self.west) / self.across, (xy[:, 1] - self.south) / self.up
        goes_on = np.flatnonzero(ring[1:] == ring[:-1])
        corners = [
            self._cell(np.clip(column[goes_on + x], 0, A_SIDE), np.clip(row[goes_on + y], 0, A_SIDE))
            for x in (0, 1)
            for y in (0, 1)
        ]
        return np.unique(np.concatenate(corners))
