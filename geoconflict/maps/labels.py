"""Which label goes where: several positions for each, the weightier first, then repair of what found no room.

Everything here is in pixels, right and down. Labelling points without overlap is NP-hard (Marks and Shieber 1991), so
this is the usual approximation: greedy by weight, then ejection: a label without room takes that of lighter ones,
which move elsewhere if they can (after Christensen, Marks and Shieber 1995, "An empirical study of algorithms for
point-feature label placement"). No chance is involved: the same labels get the same room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.maps.frame import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

GAP = 3.5
"""Between a symbol and its label, in CSS pixels."""
STEPS = (9.0, 20.0, 34.0, 52.0, 74.0, 100.0)
"""How far a label with a leader line stands away, nearest first, in CSS pixels."""
FAR_COST, WORDING_COST = 5.0, 11.0
"""What the first leader step and each shorter wording cost; the worst place beside a symbol costs 3."""
KEPT = 40
"""Positions kept a label, the cheapest: more cost time and change nothing."""
PASSES = 6
SHORTER = 0.06
"""Share of its weight a label is worth less with each shorter wording: a full callout outweighs one town."""
PRESSURE = 2.0
"""What it costs to take all the room of another label as weighty."""
# Right of the symbol reads best, then left, then above and below (the cartographer's order after Imhof 1975).
_SIDES = (
    *((1, 0, 0.0), (-1, 0, 0.6), (1, -1, 0.8), (1, 1, 1.0), (-1, -1, 1.4), (-1, 1, 1.6), (0, -1, 1.8), (0, 1, 2.0)),
    *((0.5, -1, 2.2), (-0.5, -1, 2.4), (0.5, 1, 2.6), (-0.5, 1, 2.8), (1, -0.5, 0.5), (1, 0.5, 0.6)),
    *((-1, -0.5, 1.0), (-1, 0.5, 1.2)),
)
_TURNS = tuple(math.radians(turn) for turn in (0, 180, 330, 30, 210, 150, 300, 60, 240, 120, 270, 90))


@dataclass(frozen=True, slots=True)
class Place:
    """A position a label may take: `box` of the text, `cost`, which wording, and where its lines begin.

    `leader` joins symbol and text; `extra` is what else the position covers (the leader, the dot of a town).
    """

    box: Box
    cost: float
    wording: int = 0
    align: str = "left"
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None
    extra: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """What wants to be named: `weight` says how much it matters, `own` which obstacles are its own symbol's."""

    name: str
    kind: str
    weight: float
    places: tuple[Place, ...]
    own: Any = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rectangle no label may cover; those whose `own` it has may begin their leader in it."""

    box: Box
    own: Any = None


def beside(
    anchor: tuple[float, float],
    sizes: Sequence[tuple[float, float]],
    reach: float,
    unit: float,
    *,
    far: bool = False,
    own: Box | None = None,
) -> tuple[Place, ...]:
    """Return the positions beside a symbol of half-width `reach`, for each wording its `sizes` (width, height).

    `unit` is a CSS pixel; `far` adds positions with a leader line, `own` a box that comes and goes with the label.
    """
    extra = (own,) if own else ()
    found = []
    for wording, size in enumerate(sizes):
        for box, cost, align in _around(anchor, size, reach + GAP * unit):
            found.append(Place(box, cost + WORDING_COST * wording, wording, align, None, extra))
        if far:
            for box, cost, align in _away(anchor, size, reach, unit):
                line = (anchor, foot_of(anchor, box))
                along = _along(line, reach, unit)
                found.append(Place(box, cost + WORDING_COST * wording, wording, align, line, extra + along))
    return tuple(found)


def _around(anchor: tuple[float, float], size: tuple[float, float], away: float) -> Iterator[tuple[Box, float, str]]:
    (x, y), (width, height) = anchor, size
    for across, down, cost in _SIDES:
        # A corner label stands as far along each axis as makes its own corner touch the circle of that radius.
        corner = abs(across) == 1 and abs(down) == 1
        distance = away * (0.72 if corner else 1.0)
        if abs(across) == 1:
            left = x + distance if across > 0 else x - distance - width
            top = y - height / 2 + down * (distance + height / 2 if corner else 0.6 * height)
        else:
            left = x - width / 2 + across * width * 0.7
            top = y + distance if down > 0 else y - distance - height
        yield Box(left, top, width, height), cost, "left" if across > 0.6 else "right" if across < -0.6 else "center"


def _away(
    anchor: tuple[float, float], size: tuple[float, float], reach: float, unit: float
) -> Iterator[tuple[Box, float, str]]:
    (x, y), (width, height) = anchor, size
    for step, extra in enumerate(STEPS):
        away = reach + (GAP + extra) * unit
        for rank, turn in enumerate(_TURNS):
            across, down = round(math.cos(turn), 6), round(math.sin(turn), 6)
            side = 0.5 if abs(across) < 0.35 else 1.0 if across > 0 else 0.0
            left = x + across * away - width * (1 - side)
            top = y + down * away - height * (0.5 - 0.5 * down)
            align = {1.0: "left", 0.5: "center", 0.0: "right"}[side]
            yield Box(left, top, width, height), FAR_COST + 2.5 * step + 0.1 * rank, align


def _along(line: tuple[tuple[float, float], tuple[float, float]], reach: float, unit: float) -> tuple[Box, ...]:
    """Return small boxes along a leader, so that nothing is written on it."""
    length = math.dist(*line)
    if length <= reach:
        return ()
    shares = np.linspace(min(1.0, reach / length), 1.0, 2 + int(length / (6 * unit)))
    (x, y), (end_x, end_y) = line
    return tuple(Box(x + (end_x - x) * s - 1, y + (end_y - y) * s - 1, 2, 2) for s in shares[:-1].tolist())


def foot_of(anchor: tuple[float, float], box: Box) -> tuple[float, float]:
    """Return the point of a box nearest to the symbol: where a leader line ends."""
    return min(max(anchor[0], box.left), box.right), min(max(anchor[1], box.top), box.bottom)


def inside(
    area: Any,
    sizes: Sequence[tuple[float, float]],
    bounds: Box,
    *,
    prefer: tuple[float, float] | None = None,
    drift: float = math.inf,
    cost: float = 0.0,
) -> tuple[Place, ...]:
    """Return positions wholly inside an area (shapely), the nearest to `prefer` first.

    Without `prefer` the roomiest point of the area is preferred; the middle is at most `drift` pixels away from it.
    """
    area = shapely.intersection(area, shapely.box(bounds.left, bounds.top, bounds.right, bounds.bottom))
    if area.is_empty or area.area <= 0:
        return ()
    if prefer is None:
        roomy = shapely.get_point(shapely.maximum_inscribed_circle(area, tolerance=2.0), 0)
        prefer = (roomy.x, roomy.y)
    left, top, right, bottom = area.bounds
    grid_x, grid_y = np.meshgrid(np.linspace(left, right, 25), np.linspace(top, bottom, 25))
    x, y = np.append(prefer[0], grid_x.ravel()), np.append(prefer[1], grid_y.ravel())
    away = np.hypot(x - prefer[0], y - prefer[1])
    order = np.argsort(away, kind="stable")
    order = order[away[order] <= drift]
    shapely.prepare(area)
    span = math.hypot(right - left, bottom - top) or 1.0
    found: list[Place] = []
    for wording, (width, height) in enumerate(sizes):
        if area.area < width * height:
            continue
        west, north = x[order] - width / 2, y[order] - height / 2
        fits = np.flatnonzero(shapely.contains(area, shapely.box(west, north, west + width, north + height)))
        # Positions next to each other are blocked by the same things: every so many is enough beyond the nearest.
        fits = fits if len(fits) <= KEPT else np.concatenate([fits[:12], fits[12 :: max(1, len(fits) // 60)]])
        for k in fits.tolist():
            price = cost + 6.0 * float(away[order[k]]) / span + WORDING_COST * wording
            found.append(Place(Box(float(west[k]), float(north[k]), width, height), price, wording, "center"))
    return tuple(found)


# ---- placing -----------------------------------------------------------------------------------------------------
def arrange(
    labels: Sequence[Label], obstacles: Sequence[Obstacle], bounds: Box, *, avoid: Any = None, gap: float = 0.0
) -> list[Place | None]:
    """Return the position of each label, None where it found none: no two share room, none lies on an obstacle.

    `avoid` is an array of lines (shapely) that a label should rather not cross; `gap` pixels at least stay free on
    either side of a label, or two would read as one.
    """
    owner, places = _possible(labels, obstacles, bounds, avoid)
    if not places:
        return [None] * len(labels)
    return _Arrangement(labels, owner, places, gap).solved()


def _possible(
    labels: Sequence[Label], obstacles: Sequence[Obstacle], bounds: Box, avoid: Any
) -> tuple[list[int], list[tuple[float, Place]]]:
    """Return the positions free of obstacles, the cheapest of each label, with the label they are of."""
    walls = np.array([_edges(one.box) for one in obstacles]).reshape(-1, 4)
    tree = shapely.STRtree(avoid) if avoid is not None and len(avoid) else None
    owner: list[int] = []
    kept: list[tuple[float, Place]] = []
    for number, label in enumerate(labels):
        others = np.array([label.own is None or one.own != label.own for one in obstacles], dtype=bool)
        inner = [place for place in label.places if bounds.holds(place.box)]
        texts = np.array([_edges(place.box) for place in inner]).reshape(-1, 4)
        clear: list[bool] = np.logical_not(_meet(texts, walls).any(axis=1)).tolist()
        strange = walls[others]
        free = [
            place
            for place, ok in zip(inner, clear, strict=True)
            if ok and not (place.extra and _meet(np.array([_edges(box) for box in place.extra]), strange).any())
        ]
        costs = np.array([place.cost for place in free])
        if tree is not None and free:
            texts = shapely.box(*np.array([_edges(place.box) for place in free]).T)
            hit = np.unique(tree.query(texts, predicate="intersects")[0])
            costs[hit] += 2.0
        for k in np.argsort(costs, kind="stable")[:KEPT].tolist():
            owner.append(number)
            kept.append((float(costs[k]), free[k]))
    return owner, kept


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _meet(boxes: np.ndarray, walls: np.ndarray) -> np.ndarray:
    """Return which boxes (rows) lie on which walls (columns): left, top, right, bottom each."""
    one, other = boxes[:, None, :], walls[None, :, :]
    across = (other[..., 0] < one[..., 2]) & (one[..., 0] < other[..., 2])
    met: np.ndarray = across & (other[..., 1] < one[..., 3]) & (one[..., 1] < other[..., 3])
    return met


class _Arrangement:
    """Positions by number, which of them exclude each other, and which is taken for each label."""

    def __init__(
        self, labels: Sequence[Label], owner: list[int], places: list[tuple[float, Place]], gap: float
    ) -> None:
        self.gap = gap
        self.weight = [label.weight for label in labels]
        self.owner, self.places = owner, [place for _, place in places]
        self.of: list[list[int]] = [[] for _ in labels]
        for number, label in enumerate(owner):
            self.of[label].append(number)
        self.against = self._conflicts()
        self.cost = [price + self._pressure(number) for number, (price, _) in enumerate(places)]
        self.by_cost = [sorted(numbers, key=lambda n: (self.cost[n], n)) for numbers in self.of]
        self.taken: list[int | None] = [None] * len(labels)

    def _conflicts(self) -> list[set[int]]:
        boxes = [(number, box) for number, place in enumerate(self.places) for box in (place.box, *place.extra)]
        edges = np.array([_edges(box) for _, box in boxes]) + self.gap * np.array([-1, 0, 1, 0])
        shapes = np.asarray(shapely.box(edges[:, 0], edges[:, 1], edges[:, 2], edges[:, 3]), dtype=object)
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        number = np.array([number for number, _ in boxes])
        label = np.array(self.owner)
        one, other = number[first], number[second]
        apart = label[one] != label[other]
        against: list[set[int]] = [set() for _ in self.places]
        for a, b in np.unique(np.column_stack([one[apart], other[apart]]), axis=0).tolist():
            against[a].add(b)
        return against

    def _pressure(self, number: int) -> float:
        """Return the cost of the room a position takes from the other labels."""
        lost: dict[int, int] = {}
        for other in self.against[number]:
            lost[self.owner[other]] = lost.get(self.owner[other], 0) + 1
        own = self.weight[self.owner[number]]
        share = sum(min(self.weight[label] / own, 2.0) * n / len(self.of[label]) for label, n in lost.items())
        return PRESSURE * min(share, 5.0)

    def _in_the_way(self, number: int) -> set[int]:
        """Return the labels whose taken position excludes one."""
        used = {other for other in self.taken if other is not None}
        return {self.owner[other] for other in used & self.against[number]}

    def _free(self, label: int) -> int | None:
        """Return the cheapest position of a label that nothing taken excludes."""
        used = {number for number in self.taken if number is not None}
        return next((number for number in self.by_cost[label] if used.isdisjoint(self.against[number])), None)

    def solved(self) -> list[Place | None]:
        order = sorted(range(len(self.of)), key=lambda label: (-self.weight[label], len(self.of[label]), label))
        for label in order:
            self.taken[label] = self._free(label)
        for _ in range(PASSES):
            # Every label of the list is tried, or one success would hide the rest.
            moved = [self._eject(label) for label in order if self.taken[label] is None and self.of[label]]
            if not any(moved):
                break
        for label in order:
            self._fuller(label)
        for label in order:  # what was pushed aside may come back to a better position
            if (now := self.taken[label]) is not None:
                self.taken[label] = None
                better = self._free(label)
                self.taken[label] = better if better is not None and self.cost[better] < self.cost[now] else now
        return [None if number is None else self.places[number] for number in self.taken]

    def _worth(self) -> float:
        """Return how much is said: the weight of what stands, less where a shorter wording does."""
        stands = ((weight, n) for weight, n in zip(self.weight, self.taken, strict=True) if n is not None)
        return sum(weight * (1.0 - SHORTER * self.places[n].wording) for weight, n in stands)

    def _fuller(self, label: int) -> bool:
        """Give a label that stands in a shorter wording room for a fuller one; say whether that was a gain."""
        now = self.taken[label]
        if now is None or not self.places[now].wording:
            return False
        fuller = [n for n in self.by_cost[label] if self.places[n].wording < self.places[now].wording]
        return self._eject(label, wanted=fuller)

    def _eject(self, label: int, depth: int = 2, wanted: Sequence[int] | None = None) -> bool:
        """Give a label room that lighter ones have, or that others can do without; say whether that was a gain."""
        before, worth = list(self.taken), self._worth()
        for number in self.by_cost[label] if wanted is None else wanted:
            out = sorted(self._in_the_way(number), key=lambda one: (-self.weight[one], one))
            for one in out:
                self.taken[one] = None
            self.taken[label] = number
            for one in out:
                self.taken[one] = self._free(one)
                if self.taken[one] is None and depth > 1:
                    self._eject(one, depth - 1)
            if self._worth() > worth:
                return True
            self.taken[:] = before
        return False


# ---- fixtures ----------------------------------------------------------------------------------------------------
CORNERS = ("lower right", "upper right", "lower left", "upper left")


def emptiest_corner(
    size: tuple[float, float],
    margin: float,
    taken: Iterable[Box],
    bounds: Box,
    *,
    order: Iterable[str] = CORNERS,
    rather_not: Iterable[Box] = (),
) -> Box | None:
    """Return the box of `size` in the corner of `bounds` where it covers nothing, or None.

    Of several the one that covers least of `rather_not`, then the first of `order`.
    """
    width, height = size
    taken, rather_not = list(taken), list(rather_not)
    free: list[tuple[int, Box]] = []
    for corner in order:
        x = bounds.right - margin - width if corner.endswith("right") else bounds.left + margin
        y = bounds.bottom - margin - height if corner.startswith("lower") else bounds.top + margin
        box = Box(x, y, width, height)
        if bounds.holds(box) and not any(box.meets(other) for other in taken):
            free.append((sum(box.meets(other) for other in rather_not), box))
    return min(free, key=lambda one: one[0])[1] if free else None
