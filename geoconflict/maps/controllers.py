"""The look of each controller's ground, the same on every map, on the page and on the still.

Tint and hatch follow from names alone. No colour stands for a side: those of the curated reports share them out so that
neighbours of one day have neither in common, other names are hashed, and the key names them all.
"""

from __future__ import annotations

import zlib
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geoconflict.bundled import curated_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

TINTS = ("#4f46a8", "#8f640a", "#0b797b", "#514e4a", "#5d214a", "#1c3c7d", "#21490b")
DARK_TINTS = ("#b39ddb", "#d8b15a", "#4dd0c8", "#b3aea8", "#e59ab5", "#90b4e8", "#b9c86a")
"""The same tints for a dark page; names are written in them, so each is read on land of its page. Those of a light one
also differ in lightness: as ground of a still any two are dE*ab 9 apart, to a colour-blind reader 4."""
HATCHES = ("///", "\\\\\\", "..", "---", "|||")
"""As matplotlib writes them. 7 tints and 5 hatches share no divisor: 35 controllers before two look alike."""
SHARED_TINT, SHARED_DARK_TINT, SHARED_HATCH = "#6b7076", "#a3a9b0", "++"
HATCH_ORDER = (*HATCHES, SHARED_HATCH)

NEIGHBOURS_DEG, NEIGHBOURS_WEIGHT = 0.7, 20
"""Towns within about 80 km make neighbours of who holds them at one time; how much more that matters than the time."""
ROUNDS = 10

_LOOKS = len(TINTS) * len(HATCHES)


class Look(NamedTuple):
    """Tint on a light and on a dark page, and hatch."""

    tint: str
    dark_tint: str
    hatch: str

    def as_dict(self) -> dict[str, str | int]:
        """Return what the page's script reads: both tints, and the place of the hatch in `HATCH_ORDER`."""
        return {"light": self.tint, "dark": self.dark_tint, "hatch": HATCH_ORDER.index(self.hatch)}


SHARED_LOOK = Look(SHARED_TINT, SHARED_DARK_TINT, SHARED_HATCH)


def is_shared(name: str) -> bool:
    """Whether a zone is said to be held jointly, or by different sides in different reports."""
    return name.lower().startswith(("joint", "contested"))


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Return the look of each controller; shared and contested ground is one grey.

    A controller of the curated reports looks the same on every map. Others take the look their name hashes to; where
    one of the map's controllers has it, the name that comes first in the alphabet keeps it and the next gives way.
    """
    names = sorted(set(names))
    curated = _curated()
    here = {name: number for name, number in curated.items() if name in names}
    taken = {number: name for name, number in here.items()}
    _assign([name for name in names if name not in curated and not is_shared(name)], taken)
    number_of = {name: number for number, name in taken.items()} | here
    return {name: SHARED_LOOK if is_shared(name) else _look(number_of.get(name, _home(name))) for name in names}


@cache
def _curated() -> dict[str, int]:
    """Return the number of the look of each controller in the curated reports.

    Whoever has most towns chooses first: the look least like those of its neighbours, then of who held towns in its
    time at all. It may choose again while that helps.
    """
    rows = [row for row in curated_rows("control.csv") if not is_shared(row["controller"])]
    closeness = _closeness(rows)
    towns = Counter(row["controller"] for row in rows)
    order = sorted(towns, key=lambda name: (-towns[name], name))
    taken: dict[str, int] = {}
    for _ in range(ROUNDS):
        before = dict(taken)
        for name in order:
            taken.pop(name, None)
            taken[name] = min(_from_home(name), key=lambda number: _likeness(name, number, taken, closeness))
        if taken == before:
            break
    return taken


def _closeness(rows: list[dict[str, str]]) -> dict[frozenset[str], int]:
    """Return how much it matters that two controllers look apart; 0, and left out, for those of different times."""
    names = np.array([row["controller"] for row in rows])
    first = np.array([row["valid_from"] for row in rows])
    last = np.array([max(row["valid_to"], row["last_seen"], row["valid_from"]) for row in rows])
    lon, lat = (np.array([float(row[key]) for row in rows]) for key in ("lon", "lat"))
    found: dict[frozenset[str], int] = {}
    for k, name in enumerate(names.tolist()):
        then = (first <= last[k]) & (last >= first[k]) & (names != name)
        near = np.hypot((lon - lon[k]) * np.cos(np.radians(lat[k])), lat - lat[k]) <= NEIGHBOURS_DEG
        for weight, others in ((1, then), (NEIGHBOURS_WEIGHT, then & near)):
            for other in set(names[others].tolist()):
                pair = frozenset((name, other))
                found[pair] = max(found.get(pair, 0), weight)
    return found


def _likeness(name: str, number: int, taken: dict[str, int], closeness: dict[frozenset[str], int]) -> int:
    """Return how much a look has in common with those of others, a tint counting twice a hatch."""
    return sum(
        closeness.get(frozenset((name, other)), 0)
        * (2 * ((number - its) % len(TINTS) == 0) + ((number - its) % len(HATCHES) == 0))
        + (number == its)
        for other, its in taken.items()
    )


def _assign(names: list[str], taken: dict[int, str]) -> None:
    """Give each name, in order, the first look from its own on of free tint and hatch, of free tint, or free at all."""
    for name in names:
        tints = {number % len(TINTS) for number in taken}
        hatches = {number % len(HATCHES) for number in taken}
        free = [number for number in _from_home(name) if number not in taken]
        if free:
            best = min(free, key=lambda number: 2 * (number % len(TINTS) in tints) + (number % len(HATCHES) in hatches))
            taken[best] = name


def _from_home(name: str) -> list[int]:
    """Return the numbers of all looks, from the one the name hashes to."""
    return [(_home(name) + step) % _LOOKS for step in range(_LOOKS)]


def _home(name: str) -> int:
    return zlib.crc32(name.encode()) % _LOOKS


def _look(number: int) -> Look:
    tint = number % len(TINTS)
    return Look(TINTS[tint], DARK_TINTS[tint], HATCHES[number % len(HATCHES)])
