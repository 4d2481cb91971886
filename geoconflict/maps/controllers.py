"""The look of each controller's ground, the same on every map, on the page and on the still.

Tint and hatch follow from the name alone. No colour stands for a side: the name is hashed, the hatch tells neighbours
apart where the tint does not, and the key names both.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from geoconflict.bundled import curated_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

TINTS = ("#3d3a78", "#8a6413", "#1f756d", "#625d58", "#8f3a59", "#33658a", "#5b6b1f")
DARK_TINTS = ("#b39ddb", "#d8b15a", "#4dd0c8", "#b3aea8", "#e59ab5", "#90b4e8", "#b9c86a")
"""The same tints for a dark page; names are written in them, so each is read on land of its page."""
HATCHES = ("///", "\\\\\\", "..", "---", "|||")
"""As matplotlib writes them. 7 tints and 5 hatches share no divisor: 35 controllers before two look alike."""
SHARED_TINT, SHARED_DARK_TINT, SHARED_HATCH = "#6b7076", "#a3a9b0", "++"
HATCH_ORDER = (*HATCHES, SHARED_HATCH)

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
    taken = {number: name for name, number in curated.items() if name in names}
    _assign([name for name in names if name not in curated and not is_shared(name)], taken)
    number_of = {name: number for number, name in taken.items()}
    return {name: SHARED_LOOK if is_shared(name) else _look(number_of.get(name, _home(name))) for name in names}


@cache
def _curated() -> dict[str, int]:
    """Return the number of the look of each controller in the curated reports."""
    taken: dict[int, str] = {}
    _assign(
        sorted({row["controller"] for row in curated_rows("control.csv") if not is_shared(row["controller"])}), taken
    )
    return {name: number for number, name in taken.items()}


def _assign(names: list[str], taken: dict[int, str]) -> None:
    """Give each name, in order, the first look from its own on whose tint is free; then any that is free."""
    for name in names:
        order = [(_home(name) + step) % _LOOKS for step in range(_LOOKS)]
        tints = {number % len(TINTS) for number in taken}
        free = [number for number in order if number not in taken]
        best = next((number for number in free if number % len(TINTS) not in tints), free[0] if free else None)
        if best is not None:
            taken[best] = name


def _home(name: str) -> int:
    return zlib.crc32(name.encode()) % _LOOKS


def _look(number: int) -> Look:
    tint = number % len(TINTS)
    return Look(TINTS[tint], DARK_TINTS[tint], HATCHES[number % len(HATCHES)])
