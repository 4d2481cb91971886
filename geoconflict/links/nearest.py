"""The nearest few of some points to each of many places, by geodesic distance on WGS84, ties in order of the points."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyproj import Geod
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

CLOSE_M = 100_000.0
"""Up to here distance and bearing follow from the straight line through the Earth: .05 mm and .001 degrees from the
geodesic's (tests/test_nearest.py)."""

NEAR_TIE_M = 0.02
"""Straight lines through the Earth order points as geodesics do but where they differ by less: 14 mm at `CLOSE_M`."""

_SPARE = 2
_ABOUT = 1.001
"""Neighbours looked at beyond those asked for, if at most this much farther, where a straight line may mislead."""

_FEW = 16
"""More neighbours than this are listed pair by pair: a table of them would mostly be empty."""

_CELLS_AT_ONCE = 4_000_000
_AT_ONCE = 16_384
"""Places worked on together: their arrays stay in the processor's cache."""

_GEOD = Geod(ellps="WGS84")


class Pairs(NamedTuple):
    """Places and points near each other, in order of the places, for each the nearest first: rows, metres, degrees."""

    place: Ints
    point: Ints
    distance_m: Floats
    bearing_deg: Floats


class Nearest:
    """Points in a tree in space: straight lines through the Earth grow with distance on it.

    Parameters
    ----------
    lon, lat
        Degrees of the points. Points equally near to the millimetre are taken in the order given.
    """

    def __init__(self, lon: Floats, lat: Floats) -> None:
        self.lon, self.lat = lon, lat
        # Points at one spot are one point of the tree, so that any number of them cannot crowd out a neighbour.
        spots, spot = np.unique(np.column_stack([lon, lat]), axis=0, return_inverse=True)
        spot = spot.reshape(-1)
        self.axes = in_space(*spots.T).T.copy()
        self.tree = cKDTree(self.axes.T) if len(spots) else None
        self.all = cKDTree(in_space(lon, lat)) if len(spots) else None
        self.members = np.argsort(spot, kind="stable")
        self.first = np.searchsorted(spot[self.members], np.arange(len(spots) + 1))
        self.one_at = self.members[self.first[:-1]]
        self.crowded = np.flatnonzero(np.diff(self.first) > 1)

    def count(self, lon: Floats, lat: Floats, within_m: float) -> Ints:
        """Return how many points lie within a few kilometres of places; there a straight line is a millimetre short."""
        if self.all is None:
            return np.zeros(len(lon), np.int64)
        return np.asarray(self.all.query_ball_point(in_space(lon, lat), within_m, return_length=True), np.int64)

    def pairs(self, lon: Floats, lat: Floats, most: int, max_distance_m: float) -> Pairs:
        """Return the nearest points of each place, at most so many and none farther than asked."""
        if self.tree is None or not len(lon):
            nothing = np.zeros(0, np.int64)
            return Pairs(nothing, nothing, np.zeros(0), np.zeros(0))
        if most > _FEW:
            step = max(1, _CELLS_AT_ONCE // min(most, self.tree.n))
            parts = [
                self._exactly(lon[start : start + step], lat[start : start + step], most, max_distance_m)[0]
                for start in range(0, len(lon), step)
            ]
            parts = [part._replace(place=part.place + number * step) for number, part in enumerate(parts)]
            return Pairs(*map(np.concatenate, zip(*parts, strict=True)))
        found = np.full((len(lon), most), -1), np.full((len(lon), most), np.nan), np.full((len(lon), most), np.nan)
        # Places beside each other go together: they walk the same branches of the tree.
        order = np.lexsort((np.floor(lon * 16).astype(np.int16), np.floor(lat * 16).astype(np.int16)))
        for start in range(0, len(lon), _AT_ONCE):
            hard = self._simply(lon, lat, order[start : start + _AT_ONCE], max_distance_m, found)
            if len(hard):
                pairs, rank = self._exactly(lon[hard], lat[hard], most, max_distance_m)
                for values, of_pairs in zip(found, pairs[1:], strict=True):
                    values[hard[pairs.place], rank] = of_pairs
        flat = [values.reshape(-1) for values in found]
        place = np.repeat(np.arange(len(lon)), most)
        if not (kept := flat[0] >= 0).all():
            place, *flat = (values[kept] for values in (place, *flat))
        return Pairs(place, *flat)

    def _simply(self, lon: Floats, lat: Floats, at: Ints, max_m: float, found: tuple[Ints, Floats, Floats]) -> Ints:
        """Fill in the places `at` of which straight lines are sure; return the others."""
        assert self.tree is not None
        point, metres, bearing = found
        most, tree = point.shape[1], self.tree
        xyz = in_space(lon[at], lat[at])
        straight, spot = tree.query(xyz, np.arange(1, most + 2), distance_upper_bound=max_m + 1)
        unsure = self._doubtful(straight, spot, max_m)
        if unsure.any():
            sure = np.flatnonzero(~unsure)
            hard, at, straight, spot, xyz = at[unsure], at[sure], straight[sure], spot[sure], xyz[sure]
        else:
            hard = at[:0]
        chord, spot = straight[:, :most], spot[:, :most]
        there = spot < tree.n
        if not there.all():
            spot, chord = np.where(there, spot, 0), np.where(there, chord, np.nan)
        x, y, z = (of[spot] - own[:, None] for of, own in zip(self.axes, xyz.T, strict=True))
        lam, phi = np.radians(lon[at])[:, None], np.radians(lat[at])[:, None]
        east, north = _east_north(x, y, z, lam, phi)
        point[at] = np.where(there, self.one_at[spot], -1)
        metres[at] = _on_ground(chord, east, north, phi)
        turned = np.degrees(np.arctan2(east, north))
        turned[turned < 0] += 360
        bearing[at] = turned
        return hard

    def _doubtful(self, straight: Floats, spot: Ints, max_m: float) -> Bools:
        """Say for which places straight lines may mislead: near ties, far points, several points at one spot."""
        farthest = straight[:, -1]
        doubt = np.zeros(len(straight), bool)
        if max_m > CLOSE_M or np.isinf(farthest).any():
            there = np.where(np.isinf(straight), 0.0, straight)
            doubt |= (there > CLOSE_M).any(axis=1) | (np.abs(straight - max_m) < 1).any(axis=1)
        with np.errstate(invalid="ignore"):  # infinity less infinity
            for rank in range(straight.shape[1] - 1):
                doubt |= straight[:, rank + 1] - straight[:, rank] < NEAR_TIE_M
        if len(self.crowded):
            doubt |= np.isin(spot, self.crowded).any(axis=1)
        return doubt

    def _exactly(self, lon: Floats, lat: Floats, most: int, max_m: float) -> tuple[Pairs, Ints]:
        """Return the pairs of places with near ties, points at one spot or far points, and the rank of each.

        Geodesics decide.
        """
        assert self.tree is not None
        xyz, count = in_space(lon, lat), min(most + _SPARE, self.tree.n)
        while True:
            straight, found = self.tree.query(xyz, np.arange(1, count + 1), distance_upper_bound=max_m + 1)
            # The spare ones matter only where they are about as near as the last asked for: there geodesics decide.
            about = straight[:, [min(most, self.tree.n) - 1]] * _ABOUT + 1
            perhaps = (found < self.tree.n) & (straight <= about)
            if count == self.tree.n or not perhaps[:, -1].any():
                break
            count = min(2 * count, self.tree.n)
        place, column = np.nonzero(perhaps)
        spot = found[place, column]
        held = np.asarray(np.diff(self.first))[spot]
        place = np.repeat(place, held)
        number = np.arange(len(place)) - np.repeat(np.cumsum(held) - held, held)
        one = self.members[np.repeat(self.first[spot], held) + number]
        bearing, _, metres = _GEOD.inv(lon[place], lat[place], self.lon[one], self.lat[one])
        order = np.lexsort((one, np.round(metres, 3), place))
        order = order[metres[order] <= max_m]
        place = place[order]
        rank = np.arange(len(place)) - np.searchsorted(place, place)
        keep = rank < most
        order, place = order[keep], place[keep]
        return Pairs(place, one[order], metres[order], bearing[order] % 360), rank[keep]


def _east_north(x: Floats, y: Floats, z: Floats, lam: Floats, phi: Floats) -> tuple[Floats, Floats]:
    """Return how far a way in space leads east and north where it begins."""
    sin, cos = np.sin(lam), np.cos(lam)
    return cos * y - sin * x, np.cos(phi) * z - np.sin(phi) * (cos * x + sin * y)


def _on_ground(chord: Floats, east: Floats, north: Floats, phi: Floats) -> Floats:
    """Return the distance on the ellipsoid for straight lines up to `CLOSE_M`.

    The arc over the chord on a circle of the radius of curvature in the way's direction (Euler's formula), taken where
    the way begins: 2 R asin(c / 2 R) as a series.
    """
    squeezed = 1 - _GEOD.es * np.sin(phi) ** 2
    east_bend = squeezed / _GEOD.a**2  # one over the radius along the parallel, squared
    north_more = (squeezed / (1 - _GEOD.es)) ** 2 - 1
    e2 = east * east
    n2 = north * north
    with np.errstate(invalid="ignore"):
        bend = chord * chord * east_bend * (1 + north_more * (n2 / (e2 + n2 + 1e-9)))
    return np.asarray(chord + chord * bend * (1 / 24 + bend * (3 / 640)))


def in_space(lon: Floats, lat: Floats) -> Floats:
    """Return points on the ellipsoid as (n, 3) metres from the middle of the Earth."""
    lam, phi = np.radians(lon), np.radians(lat)
    normal = _GEOD.a / np.sqrt(1 - _GEOD.es * np.sin(phi) ** 2)
    flat = normal * np.cos(phi)
    return np.column_stack([flat * np.cos(lam), flat * np.sin(lam), normal * (1 - _GEOD.es) * np.sin(phi)])
