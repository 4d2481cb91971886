"""The nearest few of some points to each of many places, by geodesic distance on WGS84, ties in order of the points."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyproj import Geod
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Allowed = Callable[[Ints, Ints], Bools]

CLOSE_M = 100_000.0
"""Up to here distance and bearing follow from the straight line through the Earth: .05 mm and .001 degrees from the
geodesic's (tests/test_links.py holds them to .5 mm; benchmarks/links_speed.py prints how far apart they are)."""

NEAR_TIE_M = 0.02
"""Straight lines through the Earth order points as geodesics do but where they differ by less: 14 mm at `CLOSE_M`."""

_SPARE = 2
_ABOUT = 1.001
"""Neighbours looked at beyond those asked for, if at most this much farther, where a straight line may mislead."""
_MORE = 4
"""So many times as many neighbours are asked for where too few of them may be paired."""

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


class _Asked(NamedTuple):
    """Places in degrees, how many points of each are asked for, within how many metres, and which may be paired."""

    lon: Floats
    lat: Floats
    most: int
    max_m: float
    allowed: Allowed | None


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

    def count(self, lon: Floats, lat: Floats, within_m: float, allowed: Allowed | None = None) -> Ints:
        """Return how many points lie within a few kilometres of places; there a straight line is a millimetre short."""
        if self.all is None:
            return np.zeros(len(lon), np.int64)
        xyz = in_space(lon, lat)
        count = np.asarray(self.all.query_ball_point(xyz, within_m, return_length=True), np.int64)
        if allowed is None:
            return count
        part = np.cumsum(count) // _CELLS_AT_ONCE
        for places in np.split(np.arange(len(lon)), np.flatnonzero(np.diff(part)) + 1):
            near = cKDTree(xyz[places]).sparse_distance_matrix(self.all, within_m, output_type="ndarray")
            place, point = places[near["i"]], near["j"]
            count[places] = np.bincount(near["i"][allowed(place, point)], minlength=len(places))
        return count

    def pairs(
        self, lon: Floats, lat: Floats, most: int, max_distance_m: float, allowed: Allowed | None = None
    ) -> Pairs:
        """Return the nearest points of each place, at most so many and none farther than asked.

        `allowed` says which places and points (rows, alike in number) may be paired; without it all may.
        """
        if self.tree is None or not len(lon):
            nothing = np.zeros(0, np.int64)
            return Pairs(nothing, nothing, np.zeros(0), np.zeros(0))
        asked = _Asked(lon, lat, most, max_distance_m, allowed)
        if most > _FEW:
            return self._exactly(asked, np.arange(len(lon)))[0]
        found = np.full((len(lon), most), -1), np.full((len(lon), most), np.nan), np.full((len(lon), most), np.nan)
        # Places beside each other go together: they walk the same branches of the tree.
        order = np.lexsort((np.floor(lon * 16).astype(np.int16), np.floor(lat * 16).astype(np.int16)))
        for start in range(0, len(lon), _AT_ONCE):
            hard = self._simply(asked, order[start : start + _AT_ONCE], found)
            if len(hard):
                pairs, rank = self._exactly(asked, hard)
                for values, of_pairs in zip(found, pairs[1:], strict=True):
                    values[pairs.place, rank] = of_pairs
        flat = [values.reshape(-1) for values in found]
        place = np.repeat(np.arange(len(lon)), most)
        if not (kept := flat[0] >= 0).all():
            place, *flat = (values[kept] for values in (place, *flat))
        return Pairs(place, *flat)

    def _simply(self, asked: _Asked, at: Ints, found: tuple[Ints, Floats, Floats]) -> Ints:
        """Fill in the places `at` of which straight lines are sure; return the others."""
        assert self.tree is not None
        point, metres, bearing = found
        most, tree = point.shape[1], self.tree
        lon, lat, max_m, allowed = asked.lon, asked.lat, asked.max_m, asked.allowed
        xyz = in_space(lon[at], lat[at])
        straight, spot = tree.query(xyz, np.arange(1, most + 2), distance_upper_bound=max_m + 1)
        unsure = self._doubtful(straight, spot, max_m)
        if allowed is not None:
            row, column = np.nonzero(spot[:, :most] < tree.n)
            unsure[row[~allowed(at[row], self.one_at[spot[row, column]])]] = True
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

    def _exactly(self, asked: _Asked, places: Ints) -> tuple[Pairs, Ints]:
        """Return the pairs of places with near ties, points at one spot, far points or some that are not allowed.

        Geodesics decide. Ever more neighbours are asked for where too few of them are allowed. With the rank of each.
        """
        assert self.tree is not None
        parts, count = [], min(asked.most + _SPARE, self.tree.n)
        while len(places):
            step, unsettled = max(1, _CELLS_AT_ONCE // count), []
            for start in range(0, len(places), step):
                some = places[start : start + step]
                part, settled = self._among(asked, some, count)
                parts.append(part)
                unsettled.append(some[~settled])
            places, count = np.concatenate(unsettled), min(_MORE * count, self.tree.n)
        place, one, metres, bearing = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        order = np.argsort(place, kind="stable")
        place = place[order]
        rank = np.arange(len(place)) - np.searchsorted(place, place)
        return Pairs(place, one[order], metres[order], bearing[order]), rank

    def _among(self, asked: _Asked, places: Ints, count: int) -> tuple[Pairs, Bools]:
        """Return the pairs of the places of which the nearest so many spots tell enough, and which these are."""
        assert self.tree is not None
        xyz, max_m = in_space(asked.lon[places], asked.lat[places]), asked.max_m
        straight, found = self.tree.query(xyz, np.arange(1, count + 1), distance_upper_bound=max_m + 1)
        row, column = np.nonzero(found < self.tree.n)
        spot, chord = found[row, column], straight[row, column]
        held = np.asarray(np.diff(self.first))[spot]
        row, chord = np.repeat(row, held), np.repeat(chord, held)
        number = np.arange(len(row)) - np.repeat(np.cumsum(held) - held, held)
        one = self.members[np.repeat(self.first[spot], held) + number]
        if asked.allowed is not None:
            may = asked.allowed(places[row], one)
            row, chord, one = row[may], chord[may], one[may]
        # Those beyond the last asked for matter only where they are about as near: there geodesics decide.
        about = np.full(len(places), np.inf)
        last = np.flatnonzero(np.arange(len(row)) - np.searchsorted(row, row) == asked.most - 1)
        about[row[last]] = chord[last] * _ABOUT + 1
        settled = (straight[:, -1] > about) | np.isinf(straight[:, -1]) | (count == self.tree.n)
        perhaps = settled[row] & (chord <= about[row])
        row, one = row[perhaps], one[perhaps]
        place = places[row]
        bearing, _, metres = _GEOD.inv(asked.lon[place], asked.lat[place], self.lon[one], self.lat[one])
        order = np.lexsort((one, np.round(metres, 3), row))
        order = order[metres[order] <= max_m]
        row = row[order]
        order = order[np.arange(len(row)) - np.searchsorted(row, row) < asked.most]
        return Pairs(place[order], one[order], metres[order], bearing[order] % 360), settled


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
