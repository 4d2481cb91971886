"""The sizes a still comes in, each laid out for where it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geoconflict.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

MIN_SIZE_PX, MAX_SIZE_PX = (320, 300), (6000, 6000)


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of a still, and how many CSS pixels wide it is shown; without a height it is as high as it has to be."""

    name: str
    width_px: int
    height_px: int | None
    shown_at: int
    beside: bool = False
    """Whether the words stand beside the map instead of above and below it."""


SIZES = {
    "article": Size("article", 1200, 900, 800),  # the column of a news site on a desk screen, at one and a half
    "phone": Size("phone", 360, None, 360),  # the narrowest phone in wide use
    "square": Size("square", 1080, 1080, 540),  # a post; shown about half as large on a phone held upright
    "social": Size("social", 1200, 630, 600, beside=True),  # the card of a link (Open Graph, 1.91 : 1)
}
FORMATS = ("png", "svg", "pdf")


def beside(path: Path, ending: str) -> Path:
    """Return "map.png" as "map" with another ending; one that is no format of a still belongs to the name."""
    stem = path.stem if path.suffix.lower().lstrip(".") in FORMATS else path.name
    return path.with_name(f"{stem}{ending}")


def size_of(name: str | None, width_px: int | None, height_px: int | None) -> Size:
    """Return a named size, or one of so many pixels; raises UsageError for what cannot be."""
    if name is not None:
        if name not in SIZES:
            raise UsageError(f"size {name!r} is unknown; use one of {', '.join(SIZES)}")
        if width_px is not None or height_px is not None:
            raise UsageError("a named size has its own width and height; leave out one or the other")
        return SIZES[name]
    for given in (width_px, height_px):
        if given is not None and not float(given).is_integer():
            raise UsageError(f"{given} px: a still is a whole number of pixels wide and high")
    width = int(width_px or SIZES["article"].width_px)
    height = None if height_px is None else int(height_px)
    if height is None and width_px is None:
        height = SIZES["article"].height_px
    if not MIN_SIZE_PX[0] <= width <= MAX_SIZE_PX[0] or not MIN_SIZE_PX[1] <= (height or width) <= MAX_SIZE_PX[1]:
        raise UsageError(
            f"a still of {width} x {height or width} px is not possible; use {MIN_SIZE_PX[0]} x {MIN_SIZE_PX[1]} to "
            f"{MAX_SIZE_PX[0]} x {MAX_SIZE_PX[1]}",
        )
    shown_at = min(width, SIZES["article"].shown_at)
    return Size("", width, height, shown_at, beside=height is not None and width > 1.7 * height)


def formats_of(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return formats as they are known; raises UsageError for another."""
    found = tuple(dict.fromkeys(one.strip().lower().lstrip(".") for one in wanted))
    for one in found:
        if one not in FORMATS:
            raise UsageError(f"format {one!r} is unknown; a still is written as {', '.join(FORMATS)}")
    return found
