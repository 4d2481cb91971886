"""What a still is drawn with: colours and the outline of each symbol.

The page draws the same ones from `static/symbols.js`; the ground of controllers looks as `controllers.py` says on both.
Event kinds have their colours for colour-blind readers (dE76 of at least 34 in simulated deuteranopia and protanopia).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from geoconflict.records import VIOLENCE, Theme


def _closed(*corners: tuple[float, float]) -> Path:
    return Path(np.array([*corners, corners[0]]), closed=True)


# Outlines fit the unit circle, y upwards; each looks about as heavy as the circle.
CIRCLE = Path.unit_circle()
TENT = _closed((-1, -0.7), (-0.32, -0.7), (0, 0.15), (0.32, -0.7), (1, -0.7), (0, 1))
_TRIANGLE = _closed((-1, -0.75), (1, -0.75), (0, 1.05))
_SQUARE = _closed((-0.82, -0.82), (0.82, -0.82), (0.82, 0.82), (-0.82, 0.82))
_DIAMOND = _closed((0, -1.05), (1.05, 0), (0, 1.05), (-1.05, 0))
_CROSS = _closed(
    (-0.36, 1),
    (0.36, 1),
    (0.36, 0.36),
    (1, 0.36),
    (1, -0.36),
    (0.36, -0.36),
    (0.36, -1),
    (-0.36, -1),
    (-0.36, -0.36),
    (-1, -0.36),
    (-1, 0.36),
    (-0.36, 0.36),
)
_STAR = Path.unit_regular_star(5, 0.5)

KINDS: dict[str, Path] = {
    "Battles": CIRCLE,
    "Explosions/Remote violence": _TRIANGLE,
    "Violence against civilians": _SQUARE,
    "Riots": _DIAMOND,
    "Protests": _CROSS,
    "Strategic developments": _STAR,
    VIOLENCE[1]: _closed((-1, 0.8), (1, 0.8), (0, -1.1)),
    VIOLENCE[2]: _closed((-0.95, 1), (0.95, 1), (-0.95, -1), (0.95, -1)),
    VIOLENCE[3]: _closed((-1.1, 0.55), (1.1, 0.55), (1.1, -0.55), (-1.1, -0.55)),
}
"""The outline of each kind of event: ACLED's types, then UCDP's types of violence."""
_COLOURS = (0, 1, 2, 3, 4, 5, 0, 3, 2, 6)
"""Which of the colours `type-0` and on of a theme each kind has, and last an event of no known kind."""
OTHER_KIND = CIRCLE


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a still; `kinds` are those of `KINDS` in order, and of an event of no known kind."""

    paper: str
    ink: str
    soft: str
    sea: str
    land: str
    coast: str
    border: str
    label: str
    halo: str
    kinds: tuple[str, ...]
    area: str = "#8a2d04"
    """Outline and words of events known only to an area."""
    camp: str = "#3b5566"
    water: str = "#3f6b85"
    country: str = "#575149"

    def kind(self, name: str | None) -> tuple[Path, str]:
        """Return outline and colour of a kind of event."""
        for outline, color, known in zip(KINDS.values(), self.kinds, KINDS, strict=False):
            if known == name:
                return outline, color
        return OTHER_KIND, self.kinds[-1]


def palette_of(theme: Theme | None = None) -> Palette:
    """Return the colours a theme gives a map in a light room."""
    colours = (theme or Theme()).colours("light")
    kinds = tuple(colours[f"type-{number}"] for number in _COLOURS)
    names = ("paper", "ink", "soft", "sea", "land", "coast", "border", "label", "halo")
    return Palette(**{name: colours[name] for name in names}, kinds=kinds)


def mixed(color: str, share: float) -> str:
    """Return a colour mixed with white (share above 0) or with black (below)."""
    return over("#ffffff" if share > 0 else "#000000", color, abs(share))


def over(color: str, ground: str, alpha: float) -> str:
    """Return what a colour of some opacity looks like on a ground."""
    pairs = ((int(color[k : k + 2], 16), int(ground[k : k + 2], 16)) for k in (1, 3, 5))
    return "#" + "".join(f"{round(under + (top - under) * alpha):02x}" for top, under in pairs)
