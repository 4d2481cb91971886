"""How strongly the places of a text pull on a spot: each by exp(-distance / 50 km), summed over cells of half a degree.

Spots of one cell pull from their common centre, so that a text with thousands of names costs no more a name than a
short one.
"""

from __future__ import annotations

import math
from collections import defaultdict

PLACED_NOWHERE = frozenset({"country", "region", "water"})
"""Kinds whose one point says nothing of what lies near."""
_REACH_KM = 50.0
"""Distance over which a pull falls to 1/e; beyond three times this it is left out."""
_FARTHEST_KM = 150.0
_CELL = 0.5
_BLOCK = 2.0
"""Degrees; blocks of cells, of which a spot looks at its own and those around: nothing within 150 km lies outside them,
but in longitude beyond 45 degrees of latitude, where more of them are looked at."""
_KM_PER_DEGREE = 111.2

_Cell = list[float]  # weight, weight * lat, weight * lon


class Surroundings:
    """The spots of one round of votes. Pulls do not reach over the 180th meridian."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], _Cell] = {}
        self._blocks: dict[tuple[int, int], list[_Cell]] = defaultdict(list)
        self._own: dict[int, dict[int, _Cell]] = defaultdict(dict)
        self._around: dict[tuple[int, int], list[_Cell]] = {}

    def add(self, index: int, lat: float, lon: float, weight: float) -> None:
        """Add a spot a name may mean; `index` is the name's."""
        key = int(lat // _CELL), int(lon // _CELL)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = [0.0, 0.0, 0.0]
            self._blocks[int(lat // _BLOCK), int(lon // _BLOCK)].append(cell)
        for summed in (cell, self._own[index].setdefault(id(cell), [0.0, 0.0, 0.0])):
            summed[0] += weight
            summed[1] += weight * lat
            summed[2] += weight * lon

    def pull(self, index: int, lat: float, lon: float) -> float:
        """Return how strongly the spots of all other names pull on one."""
        block = int(lat // _BLOCK), int(lon // _BLOCK)
        cells = self._around.get(block)
        if cells is None:
            cells = self._around[block] = self._cells_around(block)
        east = _KM_PER_DEGREE * math.cos(math.radians(lat))
        own = self._own.get(index, {})
        total = 0.0
        for cell in cells:
            weight, lats, lons = cell
            mine = own.get(id(cell))
            if mine:
                weight, lats, lons = weight - mine[0], lats - mine[1], lons - mine[2]
                if weight < 1e-6:
                    continue
            distance_km = math.hypot((lats / weight - lat) * _KM_PER_DEGREE, (lons / weight - lon) * east)
            if distance_km < _FARTHEST_KM:
                total += weight * math.exp(-distance_km / _REACH_KM)
        return total

    def _cells_around(self, block: tuple[int, int]) -> list[_Cell]:
        y, x = block
        wide = 1 if abs(y * _BLOCK) < 44 else 2 if abs(y * _BLOCK) < 66 else 5
        return [
            cell
            for dy in (-1, 0, 1)
            for dx in range(-wide, wide + 1)
            for cell in self._blocks.get((y + dy, x + dx), ())
        ]
