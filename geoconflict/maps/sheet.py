"""The paper a still is drawn on: matplotlib in pixels, right and down, without its global state.

Text stays text: no `$` turns into a formula, in SVG it can be searched and read aloud, Arabic is shaped and runs from
right to left. The same drawing gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import font_manager, patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.text import Text

from geoconflict.maps.captions import printable
from geoconflict.maps.frame import Box
from geoconflict.maps.symbols import palette_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geoconflict.records import Theme

DPI = 100
POINTS = 72 / DPI
"""Points to a pixel."""
FAMILY = "DejaVu Sans"
"""Comes with matplotlib, so a still looks the same everywhere; has Latin, Cyrillic, Greek, Arabic, Hebrew, Georgian."""
LINE = 1.24
"""Height of a line of text in font sizes."""
BASELINE = 0.96
"""From the top of a line to its baseline in font sizes."""
HALO = 2.2
"""Width of the rim round letters, in CSS pixels."""
READ_AT = 800
"""An article shows a picture about this many CSS pixels wide; one made narrower is shown as it is."""
SMALLEST = 11.0
"""No text is smaller than this many CSS pixels at the width the picture is shown at."""

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")


def runs_leftward(text: str) -> bool:
    """Whether the first letter is of a script written from right to left."""
    first = _LETTER.search(text)
    return bool(first and _RIGHT_TO_LEFT.match(first.group()))


@cache
def _characters(path: str) -> frozenset[int]:
    return frozenset(font_manager.get_font(path).get_charmap())


@cache
def _own_characters() -> frozenset[int]:
    return _characters(font_manager.findfont(FontProperties(family=FAMILY)))


@cache
def _family_with(character: str) -> str | None:
    """Return a family installed here that has a character the house font lacks."""
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda entry: (entry.name, entry.fname)):
        # A font of last resort draws every character as a sign for its script, which nobody can read.
        if entry.style != "normal" or entry.name.startswith("Last Resort"):
            continue
        try:
            if ord(character) in _characters(entry.fname):
                return str(entry.name)
        except (OSError, RuntimeError):  # a font file matplotlib cannot open is no font for us
            continue
    return None


def _installed(families: tuple[str, ...]) -> list[str]:
    """Return those of a theme's fonts that are installed here; the house font stands in for the rest."""
    known = {entry.name for entry in font_manager.fontManager.ttflist} if families else set()
    return [family for family in families if family in known]


@dataclass(frozen=True, slots=True)
class Written:
    """A line on the sheet: the box of its letters, size in CSS pixels, colour, what it is part of, what lies below."""

    text: str
    box: Box
    size: float
    color: str
    role: str
    ground: tuple[str, ...]


class Sheet:
    """A figure of `width` x `height` pixels; sizes given to it are CSS pixels where it is shown `shown_at` wide.

    Attributes
    ----------
    palette
        The colours of the theme.
    written
        Every line of text, in the order it was written.
    missing
        Characters no font here can draw.
    """

    def __init__(self, width: int, height: int, *, shown_at: float | None = None, theme: Theme | None = None) -> None:
        self.width, self.height = width, height
        self.shown_at = float(shown_at or min(width, READ_AT))
        self.unit = width / self.shown_at
        self.palette = palette_of(theme)
        self.written: list[Written] = []
        self.missing: set[str] = set()
        self._fonts = {False: _installed(theme.font if theme else ())}
        self._fonts[True] = _installed(theme.title_font if theme else ()) or self._fonts[False]
        self._sizes: dict[tuple[str, float, bool, bool], tuple[float, float]] = {}
        with self.settings():
            self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=self.palette.paper)
            self._renderer = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
            self._axes = self.figure.add_axes((0, 0, 1, 1))
            self._axes.set_xlim(0, width)
            self._axes.set_ylim(height, 0)
            self._axes.set_axis_off()

    def cut_to(self, height: int) -> None:
        """Change the height; what is drawn stays where it is, counted from the top."""
        self.height = height
        self.figure.set_size_inches(self.width / DPI, height / DPI)
        self._axes.set_ylim(height, 0)

    @staticmethod
    def settings() -> Any:
        """Return a `with` block for drawing: matplotlib's own defaults plus ours, whatever the user's settings are."""
        kept = ("backend", "date.")  # setting these again would change what other figures are drawn with
        defaults = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(kept)}
        defaults |= {"svg.fonttype": "none", "svg.hashsalt": "geoconflict", "pdf.fonttype": 42, "font.family": [FAMILY]}
        return mpl.rc_context(defaults)

    def px(self, size: float) -> float:
        """Return CSS pixels as pixels of this sheet."""
        return size * self.unit

    # ---- text -----------------------------------------------------------------------------------------------------
    def _font(
        self, text: str, size: float, *, bold: bool = False, italic: bool = False, title: bool = False
    ) -> tuple[str, FontProperties]:
        """Return the text and a font for it; a character no font here has is shown as one that stands for any."""
        own = self._fonts[title]
        families = [*own, FAMILY]
        for character in sorted(set(text)):
            # The fonts are asked in turn, so the house font after the theme's is tried before any other.
            if ord(character) in _own_characters() or character in " \ufffd":
                continue
            family = _family_with(character)
            if family is None:
                text = text.replace(character, "\ufffd")
                self.missing.add(character)
            elif family not in families:
                families.append(family)
        weight = "bold" if bold else "normal"
        style: Literal["normal", "italic"] = "italic" if italic else "normal"
        return text, FontProperties(family=families, size=self.px(size) * POINTS, weight=weight, style=style)

    def measure(
        self, text: str, size: float, *, bold: bool = False, italic: bool = False, title: bool = False
    ) -> tuple[float, float]:
        """Return width and line height of one line in pixels."""
        key = (text, size, bold, italic or title)
        if key not in self._sizes:
            shown, font = self._font(text, size, bold=bold, italic=italic, title=title)
            width, _, _ = self._renderer.get_text_width_height_descent(shown, font, ismath=False)
            self._sizes[key] = float(width), self.px(size) * LINE
        return self._sizes[key]

    def wrapped(
        self, text: str, size: float, width: float, lines: int, *, bold: bool = False, title: bool = False
    ) -> list[str]:
        """Break text into at most so many lines of a width in pixels; what does not fit ends in an ellipsis."""
        out: list[str] = []
        for word in printable(text).split(" "):
            longer = f"{out[-1]} {word}" if out else word
            if out and self.measure(longer, size, bold=bold, title=title)[0] > width:
                out.append(word)
            else:
                out[-1:] = [longer]
        cut, out = len(out) > lines, out[:lines]
        for k, line in enumerate(out):
            shown = line
            last = cut and k == lines - 1
            while shown:
                ending = "…" if last or shown != line else ""
                if self.measure(shown + ending, size, bold=bold, title=title)[0] <= width:
                    break
                shown = shown[:-1]
            out[k] = shown.rstrip() + ("…" if last or shown != line else "")
        return [line for line in out if line]

    def write(
        self,
        text: str,
        x: float,
        top: float,
        size: float,
        *,
        color: str,
        role: str,
        bold: bool = False,
        italic: bool = False,
        title: bool = False,
        align: str = "left",
        halo: bool = False,
        ground: Sequence[str] = (),
        z: float = 9,
    ) -> None:
        """Write one line whose line box begins at `top`; `halo` puts a rim round the letters.

        `role` says what it is part of ("head", "key", "credit", "label", "scale", "inset", "count") and `ground` which
        colours lie below, for who checks the sheet; without one it is the paper.
        """
        text, font = self._font(printable(text), size, bold=bold, italic=italic, title=title)
        width, height = self.measure(text, size, bold=bold, italic=italic, title=title)
        left = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        box = Box(left, top, width, height)
        self.written.append(Written(text, box, size, color, role, tuple(ground) or (self.palette.paper,)))
        artist = Text(
            x,
            top + self.px(size) * BASELINE,
            text,
            color=color,
            fontproperties=font,
            ha=align,
            va="baseline",
            parse_math=False,
            zorder=z,
        )
        # What the SVG needs to know of a line: its number, which way it runs, whether it has a rim.
        number = len(self.written) - 1
        way = f"leftward-{align}" if runs_leftward(text) else "text"
        artist.set_gid(f"{way}-{'haloed-' if halo else ''}{number}")
        if halo:
            rim = patheffects.withStroke(linewidth=self.px(HALO) * POINTS, foreground=self.palette.halo, alpha=0.85)
            artist.set_path_effects([rim])
        self._axes.add_artist(artist)

    # ---- shapes ---------------------------------------------------------------------------------------------------
    def fill(
        self,
        shape: Any,
        *,
        color: str,
        alpha: float = 1.0,
        hatch: str = "",
        hatch_color: str = "",
        z: float = 1,
    ) -> None:
        """Fill polygons, their holes left out, with a tint, a hatch or both."""
        outline = _outline(shape)
        if outline is None:
            return
        if alpha:
            self._add(PathPatch(outline, facecolor=color, edgecolor="none", alpha=alpha, zorder=z))
        if hatch:
            patch = PathPatch(
                outline,
                facecolor="none",
                edgecolor=hatch_color or color,
                linewidth=0,
                hatch=hatch,
                zorder=z,
            )
            patch.set_hatch_linewidth(self.px(0.6) * POINTS)
            self._add(patch)

    def line(
        self,
        shape: Any,
        *,
        color: str,
        width: float,
        dash: Sequence[float] = (),
        alpha: float = 1.0,
        z: float = 2,
    ) -> None:
        """Draw lines, or the edges of polygons; `dash` in multiples of the width."""
        outline = _outline(shape)
        if outline is not None:
            self._add(
                PathPatch(
                    outline,
                    facecolor="none",
                    edgecolor=color,
                    linewidth=self.px(width) * POINTS,
                    alpha=alpha,
                    zorder=z,
                    linestyle=(0, tuple(dash)) if dash else "solid",
                    joinstyle="round",
                    capstyle="butt",
                )
            )

    def rectangle(self, box: Box, *, color: str = "none", edge: str = "none", width: float = 1.0, z: float = 1) -> None:
        """Draw a rectangle."""
        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom), (0, 0)]
        outline = Outline(corners, closed=True)
        self._add(PathPatch(outline, facecolor=color, edgecolor=edge, linewidth=self.px(width) * POINTS, zorder=z))

    def symbol(
        self,
        outline: Outline,
        x: float,
        y: float,
        radius: float,
        *,
        color: str,
        edge: str = "white",
        width: float = 1.4,
        z: float = 8,
    ) -> None:
        """Draw a symbol given as an outline within the unit circle, y upwards."""
        placed = Outline(np.asarray(outline.vertices) * (radius, -radius) + (x, y), outline.codes)
        self._add(
            PathPatch(
                placed, facecolor=color, edgecolor=edge, linewidth=self.px(width) * POINTS, zorder=z, joinstyle="miter"
            )
        )

    def image(self, data: bytes, box: Box, *, draw: bool = True, z: float = 9) -> float:
        """Draw a PNG or JPEG file as large as fits into a box, in its right upper corner; return its width.

        Raises OSError where the file is no image that can be read.
        """
        from matplotlib.image import AxesImage
        from PIL import Image

        with Image.open(io.BytesIO(data)) as picture:
            pixels = np.asarray(picture.convert("RGBA"))
        scale = min(box.width / pixels.shape[1], box.height / pixels.shape[0])
        width, height = pixels.shape[1] * scale, pixels.shape[0] * scale
        drawn = AxesImage(self._axes, extent=(box.right - width, box.right, box.top + height, box.top), zorder=z)
        drawn.set_data(pixels)
        if draw:
            self._axes.add_artist(drawn)
        return float(width)

    def _add(self, patch: PathPatch) -> None:
        self._axes.add_artist(patch)

    # ---- the file -------------------------------------------------------------------------------------------------
    def missing_words(self) -> str:
        """Return which characters no font here can draw, by script, and what to do; "" where there are none."""
        if not self.missing:
            return ""
        named = ", ".join(f"U+{ord(character):04X}" for character in sorted(self.missing))
        scripts = sorted({unicodedata.name(one, "").partition(" ")[0].capitalize() for one in self.missing} - {""})
        remedy = f"; install a font for {' and '.join(scripts)}, e.g. Noto Sans {scripts[0]}" if scripts else ""
        return f"no font here draws {named}; the picture shows \ufffd, the alt text has them{remedy}"

    def warn_of_missing(self) -> None:
        """Say which characters no font on this machine can draw."""
        if words := self.missing_words():
            warnings.warn(words, stacklevel=3)

    def png(self, title: str, description: str, *, ratio: int = 1) -> bytes:
        """Return the picture as PNG, `ratio` times as many pixels as asked for each way."""
        return self._saved("png", {"Title": title, "Description": description}, ratio)

    def pdf(self, title: str, description: str) -> bytes:
        """Return the picture as PDF, fonts embedded."""
        return self._saved("pdf", {"Title": title, "Subject": description, "CreationDate": None})

    def svg(self, title: str, description: str) -> bytes:
        """Return the picture as SVG with live text; rims are drawn by a style so that letters stay letters."""
        haloed = [text for text in self._texts() if text.get_path_effects()]
        effects = [text.get_path_effects() for text in haloed]
        for text in haloed:
            text.set_path_effects([])
        try:
            data = self._saved("svg", {"Date": None, "Title": title, "Description": description}).decode()
        finally:
            for text, effect in zip(haloed, effects, strict=True):
                text.set_path_effects(effect)
        # Several pictures may stand inline on one page, each with ids of its own.
        key = f"still-{hashlib.sha256(data.encode()).hexdigest()[:8]}"
        rim = f"{self.px(HALO) * POINTS:.2f}"
        left = f'[id^="{key}-leftward-'
        style = (
            f'<style type="text/css">[id^="{key}-"][id*="-haloed-"] text{{paint-order:stroke;'
            f"stroke:{self.palette.halo};stroke-opacity:.85;stroke-width:{rim}px;stroke-linejoin:round}}"
            # Where text runs leftward, its start is its right end.
            f'{left}"] text{{direction:rtl}}{left}left-"] text{{text-anchor:end!important}}'
            f'{left}right-"] text{{text-anchor:start!important}}</style>'
        )
        # matplotlib gives the size in points, a third larger or smaller than the pixels asked for, as one reads it.
        size = f'width="{self.width}" height="{self.height}"'
        data = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"|height="[\d.]+pt" width="[\d.]+pt"', size, data, count=1)
        # Another font on the reader's machine may run wider: a line keeps the length it has room for.
        data = re.sub(r'(<g id="[a-z-]+-(\d+)">\s*<text )', self._with_length, data)
        data = re.sub(r"<[a-z][^>]*>", lambda found: _own_tag(found[0], key), data)
        named = f'role="img" aria-labelledby="{key}-title" aria-describedby="{key}-desc"'
        told = f'<title id="{key}-title">{escape(title)}</title>\n <desc id="{key}-desc">{escape(description)}</desc>'
        data = re.sub(r"<svg ([^>]*)>", lambda found: f"<svg {named} {found[1]}>\n {told}", data, count=1)
        return data.replace("<defs>", f"{style}\n <defs>", 1).encode()

    def _with_length(self, found: re.Match[str]) -> str:
        length = self.written[int(found[2])].box.width * POINTS
        return f'{found[1]}textLength="{length:.2f}" lengthAdjust="spacingAndGlyphs" '

    def _texts(self) -> Iterator[Text]:
        return (artist for artist in self._axes.get_children() if isinstance(artist, Text))

    def _saved(self, form: str, metadata: dict[str, Any], ratio: int = 1) -> bytes:
        stream = io.BytesIO()
        with self.settings():
            self.figure.savefig(stream, format=form, dpi=DPI * ratio, metadata=metadata)
        return stream.getvalue()


def _own_tag(tag: str, key: str) -> str:
    """Return a tag of an SVG with its ids, and what it points to, under a key; text between tags stays as it is."""
    tag = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{key}-", tag)
    # Verdana was drawn from the same model and is where DejaVu is not.
    return tag.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana").replace("Verdana, Verdana", "Verdana")


def _outline(shape: Any) -> Outline | None:
    """Return a shapely geometry as one matplotlib path; points and empty parts are left out."""
    vertices: list[Any] = []
    codes: list[Any] = []
    for part in shapely.get_parts(shapely.orient_polygons(shape)):
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
        elif part.geom_type in ("LineString", "LinearRing"):
            rings = [part]
        elif part.geom_type in ("MultiLineString", "MultiPolygon", "GeometryCollection"):
            inner = _outline(part)
            rings = []
            if inner is not None:
                vertices.append(inner.vertices)
                codes.append(inner.codes)
        else:
            continue
        for ring in rings:
            points = np.round(shapely.get_coordinates(ring), 2)
            if len(points) < 2:
                continue
            code = np.full(len(points), Outline.LINETO, dtype=np.uint8)
            code[0] = Outline.MOVETO
            if part.geom_type != "LineString":
                code[-1] = Outline.CLOSEPOLY
            vertices.append(points)
            codes.append(code)
    return Outline(np.concatenate(vertices), np.concatenate(codes)) if vertices else None
