"""The towns of a day joined to triangles, and where the front crosses them.

Neighbouring towns are joined (Delaunay). On a line between two towns of different sides the front lies where the
surfaces of both sides, kriged through all towns, are equally high: half-way if the towns around are spread evenly, and
nearer to the town that stands alone. Inside a triangle it runs straight. The weight of a side falls from 1 at its towns
to one half at the front.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree

from geoconflict.zones.kriging import indicators, surfaces
from geoconflict.zones.towns import SAME_PLACE_M

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geoconflict.zones.towns import Country, Places

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

REACH_M = 50_000.0
"""Farther than this from every report nothing is claimed: beyond 80 km 84 % of unseen towns came out right, at 50-80 km
92 %, nearer at least 94 %."""

HIGH_REACH_M = 30_000.0
"""High certainty needs a report of at least medium confidence nearest, and this near."""

MEDIUM, HIGH = 0.80, 0.95
"""Weight from which a place is of medium, high certainty; docs/zones-from-reports.md says how often each was right."""

_FRAME_SITES = 64  # on a frame beyond all towns, held as the kriged surfaces have it: the mesh covers the country
_CUTS = (0.0, 2 * (1 - HIGH), 2 * (1 - MEDIUM), 1.0)  # shares of the way from a town to the front where grades change
_STRIP_GRADES = (2, 1, 0, 0, 1, 2)
_HALVINGS = 14  # a front on a line of 50 km is found to 3 m


@dataclass(frozen=True)
class Mesh:
    """The triangles of a day: the first `len(places)` sites are places, the rest virtual ones on a frame around all.

    `lines` are the (k, 2) pairs of neighbours held differently, the lower site first and in order; `crossed` is the
    share of each at which the front lies.
    """

    places: Places
    xy: Floats
    side: NDArray[np.object_]
    net: Delaunay
    lines: Ints
    crossed: Floats

    @classmethod
    def of(cls, places: Places, country: Country) -> Mesh:
        """Join neighbours and find the front between them; beyond the last report the surfaces go on."""
        frame = shapely.union_all([country.land.envelope, shapely.MultiPoint(places.xy)]).envelope.buffer(2 * REACH_M)
        along = np.linspace(0, 1, _FRAME_SITES, endpoint=False)
        ring = shapely.get_coordinates(shapely.line_interpolate_point(frame.exterior, along, normalized=True))
        names, values = indicators(places.side)
        height = surfaces(places.xy, values)
        xy = np.vstack([places.xy, ring])
        side = np.concatenate([places.side, names[height(ring).argmax(axis=1)]])
        net = Delaunay(xy)
        triangles = net.simplices.astype(np.int64)
        lines = np.unique(np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)
        lines = lines[side[lines[:, 0]] != side[lines[:, 1]]]
        return cls(places, xy, side, net, lines, _crossings(xy, lines, np.searchsorted(names, side[lines]), height))

    @cached_property
    def triangles(self) -> Ints:
        """The corners of each triangle, as sites."""
        return np.asarray(self.net.simplices, np.int64)

    def to_front(self, start: Ints, end: Ints) -> Floats:
        """Return the share of the way from a site to a neighbour of another side at which the front lies."""
        wide = len(self.xy)
        keys = self.lines[:, 0] * wide + self.lines[:, 1]
        share = self.crossed[np.searchsorted(keys, np.minimum(start, end) * wide + np.maximum(start, end))]
        return np.where(start < end, share, 1 - share)

    def on_edge(self, start: Ints, end: Ints, cut: int) -> Floats:
        """Return the points of the edges start-end where grades change, to the last bit the same from both ends.

        0 is the start, 3 the front, 6 the end.
        """
        first, last = np.minimum(start, end), np.maximum(start, end)
        front = self.to_front(first, last)
        shares = [front * share for share in _CUTS] + [1 - (1 - front) * share for share in _CUTS[-2::-1]]
        share = np.where(start < end, shares[cut], shares[len(shares) - 1 - cut])[:, None]
        return np.asarray((1 - share) * self.xy[first] + share * self.xy[last])  # exact at both ends

    @cached_property
    def kinds(self) -> Ints:
        """How many sides meet in each triangle."""
        a, b, c = self.side[self.triangles].T
        return np.asarray(3 - (a == b) - (b == c) - (a == c) + ((a == b) & (b == c)), np.int64)

    @cached_property
    def odd_first(self) -> Ints:
        """The triangles of two sides, turned so that the corner held differently comes first."""
        turned = self.triangles[self.kinds == 2]
        a, b, c = self.side[turned].T
        first = np.where(b == c, 0, np.where(a == c, 1, 2))
        return np.asarray(np.take_along_axis(turned, (first[:, None] + np.arange(3)) % 3, axis=1))

    @cached_property
    def meeting(self) -> tuple[Ints, Floats]:
        """The triangles of three sides and the point of each where these meet: amid the fronts on its edges."""
        corners = self.triangles[self.kinds == 3]
        at = [self.on_edge(corners[:, turn], corners[:, (turn + 1) % 3], 3) for turn in range(3)]
        return corners, np.asarray(sum(at) / 3)

    def pieces(self) -> Iterator[tuple[Any, NDArray[np.object_], int]]:
        """Yield arrays of polygons with their sides and their grade; together they cover the mesh without overlap."""
        plain = self.triangles[self.kinds == 1]
        yield shapely.polygons(self.xy[plain]), self.side[plain[:, 0]], 2
        odd, left, right = self.odd_first.T
        for strip, grade in enumerate(_STRIP_GRADES):
            corners = [
                self.on_edge(odd, left, strip),
                self.on_edge(odd, left, strip + 1),
                self.on_edge(odd, right, strip + 1),
                self.on_edge(odd, right, strip),
            ]
            yield shapely.polygons(np.stack(corners, axis=1)), self.side[odd if strip < 3 else left], grade
        meeting, middle = self.meeting
        for turn in range(3):
            a, b, c = np.roll(meeting, -turn, axis=1).T
            at = [(self.on_edge(a, b, cut), self.on_edge(a, c, cut)) for cut in range(4)]
            yield shapely.polygons(np.stack([self.xy[a], *at[1]], axis=1)), self.side[a], 2
            yield shapely.polygons(np.stack([at[1][0], at[2][0], at[2][1], at[1][1]], axis=1)), self.side[a], 1
            low = [at[2][0], at[3][0], middle, at[3][1], at[2][1]]
            yield shapely.polygons(np.stack(low, axis=1)), self.side[a], 0

    def ground(self) -> dict[str, list[Any]]:
        """Return the ground of each side by grade, low to high, in metres."""
        shapes, sides, grades = [], [], []
        for polygons, held_by, grade in self.pieces():
            shapes.append(polygons)
            sides.append(held_by)
            grades.append(np.full(len(polygons), grade))
        every, side, of_grade = np.concatenate(shapes), np.concatenate(sides), np.concatenate(grades)
        return {
            name: [shapely.coverage_union_all(every[(side == name) & (of_grade == grade)]) for grade in range(3)]
            for name in sorted(set(side))
        }

    def front_edges(self) -> tuple[Floats, NDArray[np.object_], Ints]:
        """Return the fronts as (n, 2, 2) segments, the (n, 2) sides they run between and their triangles."""
        odd, left, right = self.odd_first.T
        ends = [np.stack([self.on_edge(odd, left, 3), self.on_edge(odd, right, 3)], axis=1)]
        sides = [np.stack([self.side[odd], self.side[left]], axis=1)]
        triangles = [self.odd_first]
        meeting, middle = self.meeting
        for turn in range(3):
            a, b, _ = np.roll(meeting, -turn, axis=1).T
            ends.append(np.stack([self.on_edge(a, b, 3), middle], axis=1))
            sides.append(np.stack([self.side[a], self.side[b]], axis=1))
            triangles.append(meeting)
        return np.concatenate(ends), np.concatenate(sides), np.concatenate(triangles)

    def ask(self, points: Floats) -> tuple[NDArray[np.object_], Floats]:
        """Return who holds (m, 2) points inside the frame, in metres, and with which weight: the polygons, unpainted.

        The weight is 1 at a town and one half at a front; where three sides meet it is at most `MEDIUM` off the towns.
        """
        number = self.net.find_simplex(points)
        share = np.einsum("mij,mj->mi", self.net.transform[number, :2], points - self.net.transform[number, 2])
        share = np.column_stack([share, 1 - share.sum(axis=1)])
        corners, kinds = self.triangles[number], self.kinds[number]
        side, weight = self.side[corners[:, 0]], np.ones(len(points))
        two = np.flatnonzero(kinds == 2)
        a, b, c = self.side[corners[two]].T
        turn = (np.where(b == c, 0, np.where(a == c, 1, 2))[:, None] + np.arange(3)) % 3
        odd, left, right = np.take_along_axis(corners[two], turn, axis=1).T
        _, of_left, of_right = np.take_along_axis(share[two], turn, axis=1).T
        to_left, to_right = self.to_front(odd, left), self.to_front(odd, right)
        way = of_left / to_left + of_right / to_right  # 0 at the odd corner, 1 at the front
        side[two] = np.where(way <= 1, self.side[odd], self.side[left])
        # Beyond it the strips narrow to the edge left-right: the share of the way from there solves a quadratic.
        a2, a1 = (1 - to_left) * (1 - to_right), (of_left - 1) * (1 - to_right) + (of_right - 1) * (1 - to_left)
        root = np.sqrt(np.maximum(0, a1**2 - 4 * a2 * (1 - of_left - of_right)))
        weight[two] = 1 - np.where(way <= 1, way, (-a1 - root) / (2 * a2)) / 2
        three = np.flatnonzero(kinds == 3)
        order = np.full(len(self.triangles), -1)
        order[self.kinds == 3] = np.arange((self.kinds == 3).sum())
        middle = self.meeting[1][order[number[three]]]
        for turned in range(3):
            a, b, c = np.roll(corners[three], -turned, axis=1).T
            _, of_b, of_c = np.roll(share[three], -turned, axis=1).T
            way = of_b / self.to_front(a, b) + of_c / self.to_front(a, c)
            kite = np.stack([self.xy[a], self.on_edge(a, b, 3), middle, self.on_edge(a, c, 3)], axis=1)
            mine = shapely.intersects_xy(shapely.polygons(kite), *points[three].T)
            side[three[mine]] = self.side[a[mine]]
            weight[three[mine]] = np.maximum(0.5, 1 - way[mine] / 2)
        return side, weight

    def grades(self, points: Floats, lapsed: Floats) -> tuple[NDArray[np.object_], Ints]:
        """Return who holds (m, 2) points and the index of its grade, as zones are drawn; -1 where nothing is claimed.

        `lapsed` are the (n, 2) metres of towns whose last report is too old to count. Neither the outline nor areas
        are looked at.
        """
        side, weight = self.ask(points)
        to_place, place = cKDTree(self.places.xy).query(points)
        known = self.places.vouched[place] & (to_place <= HIGH_REACH_M)
        stale = self.places.stale[place]
        gone = np.zeros(len(points), bool)
        if len(lapsed):
            lapsed = lapsed[cKDTree(self.places.xy).query(lapsed)[0] > SAME_PLACE_M]
        if len(lapsed):
            gone = cKDTree(lapsed).query(points)[0] < to_place
        rank = np.where((weight >= HIGH) & known & ~gone, 2, np.where(weight >= MEDIUM, 1, 0))
        rank = np.where(gone, 0, np.maximum(rank - stale, 0))
        return side, np.where(to_place > REACH_M, -1, rank)


def _crossings(xy: Floats, lines: Ints, sides: Ints, height: Callable[[Floats], Floats]) -> Floats:
    """Return the share of each line at which the surfaces of the sides of its ends are equally high.

    It lies no nearer to a town than reports of one place may, or than the middle.
    """
    start, end = xy[lines[:, 0]], xy[lines[:, 1]]
    low, high, row = np.zeros(len(lines)), np.ones(len(lines)), np.arange(len(lines))
    for _ in range(_HALVINGS if len(lines) else 0):
        middle = (low + high) / 2
        heights = height((1 - middle)[:, None] * start + middle[:, None] * end)
        before = heights[row, sides[:, 0]] >= heights[row, sides[:, 1]]
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    least = np.minimum(0.5, SAME_PLACE_M / np.hypot(*(end - start).T))
    return np.clip((low + high) / 2, least, 1 - least)
