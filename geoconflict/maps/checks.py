"""What an editor checks before a map is printed, computed from what was drawn.

Contrast is that of WCAG 2.2 (1.4.3: 4.5 for text of usual size, 3 for large). Colour-blind readers are simulated with
the full-severity matrices of Machado, Oliveira and Fernandes (2009, IEEE TVCG 15(6)) on linear RGB, and two colours
differ by CIE 1976 dE*ab under D65; 10 is a difference seen at once.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geoconflict.maps import captions, symbols
from geoconflict.maps.content import CONTROL_DAY, SOURCE_NOT_GIVEN
from geoconflict.maps.ground import TINT
from geoconflict.maps.layout import SOURCES_APART
from geoconflict.maps.names import PRIORITY
from geoconflict.maps.sheet import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.maps.layout import Layout
    from geoconflict.maps.sheet import Written

TEXT_CONTRAST, LARGE_CONTRAST, LARGE_PX = 4.5, 3.0, 18.66
"""Bold text from `LARGE_PX` CSS pixels (14 points) counts as large; no still has plain text of 24."""
KINDS_APART, GROUND_APART = 10.0, 2.3
"""Least dE*ab of two kinds of event, and of the ground of two controllers, whose hatch and name tell them apart too
(2.3 is a just noticeable difference: Mahy, Van Eycken and Oosterlinck 1994)."""
_SIMULATED = {
    "usual sight": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])
NAMED = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an editor's list: whether it holds, what was looked at, what was found."""

    ok: bool
    what: str
    found: str

    def __str__(self) -> str:
        """Return the line as printed."""
        return f"{'ok  ' if self.ok else 'LOOK'} {self.what}: {self.found}"


def findings(layout: Layout, shown_at_px: float | None = None) -> list[Finding]:
    """Return the editor's list of a drawn still, shown `shown_at_px` CSS pixels wide or as it was laid out for."""
    return [
        *_said(layout),
        *_labels(layout),
        _text_size(layout, shown_at_px or layout.size.shown_at),
        _contrast(layout.sheet.written),
        *_colours(layout),
        Finding(not layout.sheet.missing, "glyphs", layout.sheet.missing_words() or "all drawn"),
    ]


def _said(layout: Layout) -> Iterator[Finding]:
    """Look at what the still says about itself."""
    written = " ".join(line.text for line in layout.sheet.written)
    held = any(picture.held for picture in layout.pictures)
    yield Finding(
        "Events" in layout.dates and "without a date" not in layout.dates, "date of events", layout.dates or "none"
    )
    if held:
        days = dict.fromkeys(_control_days(layout))
        unsaid = [day for day, said in days if day and not said]
        words = captions.list_words(day or "none" for day, _ in days)
        if unsaid:
            words += f"; found no room: {captions.list_words(unsaid)}"
        yield Finding(all(said for _, said in days), "date of control", words)
        sources = sorted({one for panel in layout.panels for one in panel.content.sources})
        apart = layout.sources_apart
        words = "; ".join(captions.list_words(one, 3) for one in apart) or captions.list_words(sources, 3)
        words += f" ({SOURCES_APART[0].lower()}{SOURCES_APART[1:]})" if apart else ""
        yield Finding(SOURCE_NOT_GIVEN not in sources and not apart, "source of control", words)
    else:
        yield Finding(True, "control", "none drawn")
    yield Finding(
        "Natural Earth" in written or not layout.pictures,
        "source of the base map",
        "credited" if layout.pictures else "no map",
    )
    yield Finding(bool(layout.words.byline), "byline", layout.words.byline or "none; give one with --byline")
    for picture in layout.pictures[:1]:
        scale, wide = picture.scale, picture.view.frame.width_m / 1000
        words = f"bar of {scale / 1000:g} km" if scale else "no bar"
        fits = scale is not None or wide > 5000
        yield Finding(fits, "scale", f"{words}; map {wide:,.0f} km wide, {picture.view.frame.words}")
    for words in dict.fromkeys(one for picture in layout.pictures for one in picture.said):
        yield Finding("simplified" in words or "drawn to" in words, "note", words)
    if layout.left_out:
        yield Finding(False, "left out for want of room", captions.list_words(layout.left_out))


def _control_days(layout: Layout) -> Iterator[tuple[str, bool]]:
    """Yield of each map with control the day that is for, "" for none, and whether a line above the map says it."""
    for panel, picture, line in zip(layout.panels, layout.pictures, layout.control_lines, strict=True):
        if picture.held:
            found = CONTROL_DAY.search(panel.content.control)
            yield (found[1], found[1] in line) if found else ("", False)


def overlaps(written: list[Written]) -> list[tuple[str, str]]:
    """Return the lines of text that lie on one another."""
    shrunk = [(line, line.box.grown(-0.5)) for line in written if line.text.strip()]
    return [(a.text, b.text) for (a, one), (b, other) in itertools.combinations(shrunk, 2) if one.meets(other)]


def _labels(layout: Layout) -> Iterator[Finding]:
    found = overlaps(layout.sheet.written)
    yield Finding(
        not found, "labels overlapping", f"{len(found)}" + "".join(f"; “{a}” and “{b}”" for a, b in found[:3])
    )
    dropped = list(dict.fromkeys((name.label.kind, name.label.name) for p in layout.pictures for name in p.dropped))
    asked = sum(len(picture.names) for picture in layout.pictures)
    short = sum(
        place is not None and place.wording > 0 and name.label.kind in ("event", "area")
        for picture in layout.pictures
        for name, place in zip(picture.names, picture.places, strict=True)
    )
    keyed = {name.label.name for p in layout.pictures for name in p.dropped if name.key}
    named = [f"{name} ({kind}{', in the key' if name in keyed else ''})" for kind, name in dropped]
    more = f"; {short} event labels shortened" if short else ""
    vital = not any(kind in PRIORITY for kind, _ in dropped)
    words = captions.list_words(named, NAMED) if named else "none"
    yield Finding(vital, "labels dropped", f"{len(dropped)} of {asked}: {words}{more}")


def _text_size(layout: Layout, shown_at_px: float) -> Finding:
    ratio = shown_at_px / layout.size.shown_at
    sizes = [(line.size * ratio, line.text) for line in layout.sheet.written]
    small = [text for size, text in sizes if size < SMALLEST - 0.01]
    words = f"smallest {min(size for size, _ in sizes):.1f} px at {shown_at_px:g} px wide"
    if small:
        words += f"; {len(small)} lines under {SMALLEST:g} px, e.g. “{small[0]}”"
    return Finding(not small, "size of text", words)


# ---- colours -----------------------------------------------------------------------------------------------------
def _linear(color: str) -> np.ndarray:
    share = np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear: np.ndarray = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    light = sorted(float(_linear(color) @ np.array([0.2126, 0.7152, 0.0722])) + 0.05 for color in (one, other))
    return light[1] / light[0]


def difference(one: str, other: str, sight: str = "usual sight") -> float:
    """Return dE*ab of two colours as a sight of `_SIMULATED` sees them."""
    return float(np.linalg.norm(_lab(one, sight) - _lab(other, sight)))


def _lab(color: str, sight: str) -> np.ndarray:
    ratio = _TO_XYZ @ np.clip(_SIMULATED[sight] @ _linear(color), 0, 1) / _WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _contrast(written: list[Written]) -> Finding:
    """Compare every colour of text with every colour below it, its rim not counted."""
    pairs: dict[tuple[str, str], tuple[float, str]] = {}
    for line in written:
        for ground in line.ground:
            needed = LARGE_CONTRAST if line.size >= LARGE_PX else TEXT_CONTRAST
            pairs.setdefault((line.color, ground), (needed, line.text))
    low = [
        f"{color} on {ground} {ratio:.1f} (“{text}”)"
        for (color, ground), (needed, text) in sorted(pairs.items())
        if (ratio := contrast(color, ground)) < needed
    ]
    least = min((contrast(*pair) for pair in pairs), default=21.0)
    words = f"{len(pairs)} pairs of colours, least {least:.1f} : 1, rims not counted"
    return Finding(not low, "contrast of text", words + "".join(f"; {one}" for one in low[:3]))


def _colours(layout: Layout) -> Iterator[Finding]:
    """Tell how far apart kinds of event and grounds are for each sight."""
    palette = layout.sheet.palette
    kinds = {kind for p in layout.pictures for kind in p.spots.layer.get("event_type", []) if isinstance(kind, str)}
    shown = {kind: palette.kind(kind)[1] for kind in symbols.KINDS if kind in kinds}
    looks = {name: layout.looks[name] for picture in layout.pictures for name in picture.held}
    ground = {name: symbols.over(look.tint, palette.land, TINT) for name, look in looks.items()}
    for what, colours, least in (("kinds of event", shown, KINDS_APART), ("grounds", ground, GROUND_APART)):
        if len(colours) < 2:
            continue
        told, ok = [], True
        for sight in _SIMULATED:
            apart = [
                (difference(colours[a], colours[b], sight), a, b) for a, b in itertools.combinations(sorted(colours), 2)
            ]
            delta, a, b = min(apart)
            # Two grounds as like as that are told apart by their hatch, if by nothing else.
            twins = [
                (a, b)
                for delta, a, b in apart
                if delta < least and (what != "grounds" or looks[a].hatch == looks[b].hatch)
            ]
            ok &= not twins
            if twins:
                a, b = twins[0]
            told.append(f"{sight} {delta:.0f}" + (f" ({a} / {b})" if delta < least or twins else ""))
        other = "; shapes differ too" if what == "kinds of event" else "; hatches differ too"
        yield Finding(ok, f"{what} apart", f"least dE*ab {', '.join(told)}{other}")
