"""How strongly the places of a text pull on a spot: each by exp(-distance / 50 km), summed over cells of half a degree.

Spots of one cell pull from their common centre, so that a text with thousands of names costs no more a name than a
short one. Which cells lie in reach of which does not change from one round of votes to the next and is worked out once.
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
_BLOCK = 4
"""Cells a side of a block, two degrees: a cell looks for others in its own block and those around; nothing within
150 km lies outside them, but in longitude beyond 45 degrees of latitude, where more of them are looked at."""
_KM_PER_DEGREE = 111.2
_NO_WEIGHT = 1e-6


class _Cell:
    """What pulls from half a degree: sums over its spots of weight, weight * lat and weight * lon."""

    __slots__ = ("around", "lats", "lons", "weight", "x", "y")

    def __init__(self, y: int, x: int) -> None:
        self.y, self.x = y, x
        self.weight = self.lats = self.lons = 0.0
        self.around: list[_Cell] | None = None


class Spot:
    """A place a name may mean, ready to pull and be pulled on."""

    __slots__ = ("cell", "east", "lat", "lon")

    def __init__(self, lat: float, lon: float, cell: _Cell) -> None:
        self.lat, self.lon, self.cell = lat, lon, cell
        self.east = _KM_PER_DEGREE * math.cos(math.radians(lat))


class Surroundings:
    """The spots of one text, and the weights of one round of votes. Pulls do not reach over the 180th meridian."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], _Cell] = {}
        self._blocks: dict[tuple[int, int], list[_Cell]] = defaultdict(list)
        self._own: dict[int, dict[_Cell, list[float]]] = {}

    def spot(self, lat: float, lon: float) -> Spot:
        """Return a spot that nothing pulls from yet; all are made before the first is pulled on."""
        y, x = int(lat // _CELL), int(lon // _CELL)
        cell = self._cells.get((y, x))
        if cell is None:
            cell = self._cells[y, x] = _Cell(y, x)
            self._blocks[y // _BLOCK, x // _BLOCK].append(cell)
        return Spot(lat, lon, cell)

    def clear(self) -> None:
        """Forget the weights, for the next round."""
        for cell in self._cells.values():
            cell.weight = cell.lats = cell.lons = 0.0
        self._own.clear()

    def add(self, index: int, spot: Spot, weight: float) -> None:
        """Let a spot pull; `index` is the number of its name."""
        cell, lats, lons = spot.cell, weight * spot.lat, weight * spot.lon
        cell.weight += weight
        cell.lats += lats
        cell.lons += lons
        own = self._own.setdefault(index, {})
        mine = own.get(cell)
        if mine is None:
            own[cell] = [weight, lats, lons]
        else:
            mine[0] += weight
            mine[1] += lats
            mine[2] += lons

    def pull(self, index: int, spot: Spot) -> float:
        """Return how strongly the spots of all other names pull on one."""
        around = spot.cell.around
        if around is None:
            around = spot.cell.around = self._cells_around(spot.cell)
        own = self._own.get(index, {})
        lat, lon, east = spot.lat, spot.lon, spot.east
        total = 0.0
        for cell in around:
            weight, lats, lons = cell.weight, cell.lats, cell.lons
            if cell in own:
                mine = own[cell]
                weight, lats, lons = weight - mine[0], lats - mine[1], lons - mine[2]
            if weight < _NO_WEIGHT:
                continue
            north_km = (lats / weight - lat) * _KM_PER_DEGREE
            if -_FARTHEST_KM < north_km < _FARTHEST_KM:
                distance_km = math.hypot(north_km, (lons / weight - lon) * east)
                if distance_km < _FARTHEST_KM:
                    total += weight * math.exp(-distance_km / _REACH_KM)
        return total

    def _cells_around(self, cell: _Cell) -> list[_Cell]:
        y, x = cell.y // _BLOCK, cell.x // _BLOCK
        far = _FARTHEST_KM / (_CELL * _KM_PER_DEGREE)  # cells
        north, east = int(far) + 1, int(far / math.cos(math.radians(max(abs(cell.y), abs(cell.y + 1)) * _CELL))) + 1
        degrees = abs(y * _BLOCK * _CELL)
        wide = 1 if degrees < 44 else 2 if degrees < 66 else 5
        return [
            other
            for dy in (-1, 0, 1)
            for dx in range(-wide, wide + 1)
            for other in self._blocks.get((y + dy, x + dx), ())
            if abs(other.y - cell.y) <= north and abs(other.x - cell.x) <= east
        ]
