"""What a still is drawn with: colours and the outline of each symbol.

The page draws the same ones from `static/symbols.js`; the ground of controllers looks as `controllers.py` says on both.
Event kinds have their colours for colour-blind readers (dE76 of at least 34 in simulated deuteranopia and protanopia).
"""

from __future__ import annotations

import numpy as np
from matplotlib.path import Path

LAND, SEA, INK, SOFT, BORDER, COAST = "#f5f3ee", "#dfe6ea", "#1d2126", "#5a626c", "#7a756e", "#b9b4ac"
ACCENT = "#b3400a"
CAMP = "#3b5566"


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

EVENTS: dict[str, tuple[Path, str]] = {
    "Battles": (CIRCLE, "#da5e0b"),
    "Explosions/Remote violence": (_TRIANGLE, "#214421"),
    "Violence against civilians": (_SQUARE, "#600560"),
    "Riots": (_DIAMOND, "#b96e8c"),
    "Protests": (_CROSS, "#5387d4"),
    "Strategic developments": (_STAR, "#8033f4"),
}
OTHER_EVENT = (CIRCLE, SOFT)


def mixed(color: str, share: float) -> str:
    """Return a colour mixed with white (share above 0) or with black (below)."""
    target = 255 if share > 0 else 0
    parts = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(part + (target - part) * abs(share)):02x}" for part in parts)
