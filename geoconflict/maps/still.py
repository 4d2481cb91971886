"""The picture for an article: events over a quiet basemap, dated, credited, with words for those who cannot see it.

A still makes the same claims as the page and no more. An event known only to its area is a dashed outline, never a
pin; a pin carries the circle its true spot lies in; control is drawn for one stated day, named by who is reported to
hold the ground, in looks that follow from its name. What cannot be drawn is counted under the map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geoconflict import __version__
from geoconflict.bundled import BORDER_POLICIES
from geoconflict.errors import UsageError
from geoconflict.maps import captions, symbols
from geoconflict.maps.content import Content, content_of
from geoconflict.maps.frame import Box
from geoconflict.maps.picture import CAMP_PX, SEVERAL_PX, SPOT_PX, Picture, draw_symbol
from geoconflict.maps.save import check_target, write_whole
from geoconflict.maps.sheet import LINE, Sheet, printable, runs_leftward
from geoconflict.maps.sheets import MAX_SHEET_AGE_DAYS
from geoconflict.maps.words import check_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MIN_SIZE_PX, MAX_SIZE_PX = (480, 400), (6000, 6000)
MIN_MAP_HEIGHT_PX = 180.0
MARGIN_PX = 24.0
KEY_SIZE, CREDIT_SIZE = 18.0, 13.5
NOTHING_PLACED = "No event could be placed on a map."
NOTHING_REPORTED = "No event was found."


@dataclass(frozen=True, eq=False)
class Still:
    """A drawn map: `save` writes it, a notebook shows it.

    Attributes
    ----------
    title
        The headline as drawn.
    alt_text
        What the picture shows, in plain words, ending in a line break.
    """

    title: str
    alt_text: str
    sheet: Sheet = field(repr=False)

    def save(self, path: str | Path, *, overwrite: bool = False) -> tuple[Path, Path]:
        """Write the picture and, beside it, its alt text; return both paths.

        `map.png` (or .svg, .pdf) comes with `map.alt.txt`. The same still gives the same bytes. Raises UsageError for
        another ending, OutputError where a file exists and `overwrite` is not set or cannot be written.
        """
        path = Path(path)
        draw = {".png": self.sheet.png, ".svg": self.sheet.svg, ".pdf": self.sheet.pdf}.get(path.suffix.lower())
        if draw is None:
            raise UsageError(f"{path.name}: a still is written as .png, .svg or .pdf")
        words = path.with_suffix(".alt.txt")
        for target in (path, words):
            check_target(target, overwrite=overwrite)
        write_whole(path, draw(self.title, self.alt_text.strip()))
        write_whole(words, self.alt_text.encode("utf-8"))
        return path, words

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show the picture in a notebook, and its alt text where there are no pictures."""
        return {"image/png": self.sheet.png(self.title, self.alt_text.strip()), "text/plain": self.alt_text}


def render_still(
    layer: GeoDataFrame,
    *,
    zones: GeoDataFrame | None = None,
    camps: GeoDataFrame | None = None,
    title: str | None = None,
    standfirst: str | None = None,
    width_px: int = 1200,
    height_px: int = 900,
    policy: str = "publish",
    borders: str = "un",
    max_zone_age_days: int = MAX_SHEET_AGE_DAYS,
    language: str = "en",
) -> Still:
    """Draw a linked layer as one picture.

    Draws what the layers say: hand over event and camp layers as `protect` returned them for `policy`.

    Parameters
    ----------
    layer
        `records.EVENT_COLUMNS`, and link columns if there are any. Columns that are missing are not told.
    zones, camps
        `records.ZONE_COLUMNS` and `records.CAMP_COLUMNS`. Drawn are the zones that hold on the last day of the events,
        or those of the latest dated map before it, and the camps open at some time of the events.
    title, standfirst
        Headline and the sentence below it; without a title one is made of the columns.
    width_px, height_px
        Size of the picture in pixels.
    policy
        The publication policy the layers went through; it is named on the map.
    borders
        A policy of `bundled.BORDER_POLICIES`; the map names it.
    max_zone_age_days
        A dated control map is drawn at most so long.
    language
        Language of the map's own words; only "en" so far.

    Returns
    -------
    Still
        With `save(path)` and `alt_text`.

    Raises
    ------
    InputError
        A layer without CRS.
    UsageError
        An unknown policy, border policy or language, or a size that holds no map.
    """
    check_words(policy, borders, language)
    if not (MIN_SIZE_PX[0] <= width_px <= MAX_SIZE_PX[0] and MIN_SIZE_PX[1] <= height_px <= MAX_SIZE_PX[1]):
        raise UsageError(
            f"a still of {width_px} x {height_px} px is not possible; use {MIN_SIZE_PX[0]} x {MIN_SIZE_PX[1]} to "
            f"{MAX_SIZE_PX[0]} x {MAX_SIZE_PX[1]}",
        )
    content = content_of(layer, zones, camps, max_zone_age_days)
    title = printable(title or "") or captions.default_title(content.events)
    layout = _Layout(content, Sheet(width_px, height_px), policy, borders)
    with layout.sheet.settings():
        return layout.still(title, printable(standfirst or ""))


class _Layout:
    """One still in the making: headline on top, key and credits below, the map in what is left."""

    def __init__(self, content: Content, sheet: Sheet, policy: str, borders: str) -> None:
        self.content, self.sheet, self.policy, self.borders = content, sheet, policy, borders
        self.margin = sheet.px(MARGIN_PX)
        self.width = sheet.width - 2 * self.margin
        self.controllers: list[str] = []  # those with ground in the picture

    def still(self, title: str, standfirst: str) -> Still:
        """Draw everything and return the still."""
        content, sheet = self.content, self.sheet
        if not len(content.drawn[0]):
            return self._card(title, standfirst)
        # Which ground is in sight depends on the room the head leaves; the largest it may be decides what is said.
        sight = Picture(content, sheet, Box(self.margin, 0, self.width, sheet.height), self.borders)
        control = content.control if sight.held or content.zones is None else "no control data here"
        dates = captions.date_line(content.events, control)
        top = self._head(title, standfirst, dates)
        # The key depends on what the map shows and the map's height on the key: ask a map of the largest height.
        largest = Picture(content, sheet, Box(self.margin, top, self.width, sheet.height - top), self.borders)
        self.controllers = list(largest.held)
        notes = [f"Not on the map: {captions.list_words(largest.missing)}."] if largest.missing else []
        bottom = self._foot(largest.key(generalised=self.policy == "publish"), notes)
        if bottom - top < sheet.px(MIN_MAP_HEIGHT_PX):
            more = math.ceil(sheet.px(MIN_MAP_HEIGHT_PX) - (bottom - top))
            raise UsageError(f"headline, key and credits leave no room for the map; make it {more} px higher")
        Picture(content, sheet, Box(self.margin, top, self.width, bottom - top), self.borders).draw()
        sheet.warn_of_missing()
        held = [f"Ground reported as held by {captions.list_words(self.controllers)}."] if self.controllers else []
        return Still(title, captions.alt_text(title, standfirst, dates, content.events, [*held, *notes]), sheet)

    def _card(self, title: str, standfirst: str) -> Still:
        """Say in words what there is where nothing can be placed; a map of the world would only look like an answer."""
        sheet, content = self.sheet, self.content
        dates = captions.date_line(content.events, "")
        top = self._head(title, standfirst, dates)
        said = NOTHING_PLACED if len(content.events) else NOTHING_REPORTED
        notes = [f"{captions.list_words(content.missing)}."] if content.missing else []
        for text in (said, *notes):
            for line in sheet.wrapped(text, 21, self.width, 4):
                sheet.write(line, self.margin, top, 21, color=symbols.INK)
                top += sheet.px(21) * LINE
        maker = f"geoconflict {__version__}, policy “{self.policy}”."
        sheet.write(maker, self.margin, sheet.height - self.margin * 1.4, CREDIT_SIZE, color=symbols.SOFT)
        sheet.warn_of_missing()
        words = captions.alt_text(
            title, standfirst, dates, content.events, [said, *notes], picture="A card without a map"
        )
        return Still(title, words, sheet)

    def _head(self, title: str, standfirst: str, dates: str) -> float:
        """Write headline, standfirst and date line; return where the map begins."""
        sheet, top = self.sheet, self.margin * 0.75
        for text, size, lines, bold, color in (
            (title, 34, 2, True, symbols.INK),
            (standfirst, 21, 3, False, symbols.INK),
            (dates, 19, 2, False, symbols.SOFT),
        ):
            align, x = ("right", self.margin + self.width) if runs_leftward(text) else ("left", self.margin)
            for line in sheet.wrapped(text, size, self.width, lines, bold=bold):
                sheet.write(line, x, top, size, color=color, bold=bold, align=align)
                top += sheet.px(size) * LINE
            top += sheet.px(4)
        return top + sheet.px(8)

    def _foot(self, key: list[tuple[str, str]], notes: list[str]) -> float:
        """Draw key, notes and credits from the lower edge up; return where the map ends."""
        sheet = self.sheet
        lines = [line for text in (*notes, self._credits()) for line in sheet.wrapped(text, CREDIT_SIZE, self.width, 4)]
        rows = self._rows(key)
        line_height, row_height = sheet.px(CREDIT_SIZE) * LINE, sheet.px(KEY_SIZE) * 1.55
        credits_top = sheet.height - self.margin * 0.6 - len(lines) * line_height
        for k, line in enumerate(lines):
            sheet.write(line, self.margin, credits_top + k * line_height, CREDIT_SIZE, color=symbols.SOFT)
        key_top = credits_top - len(rows) * row_height - sheet.px(6)
        for k, row in enumerate(rows):
            middle = key_top + (k + 0.5) * row_height
            for x, swatch, words in row:
                self._swatch(swatch, x + sheet.px(15), middle)
                sheet.write(words, x + sheet.px(38), middle - sheet.px(KEY_SIZE) * 0.62, KEY_SIZE, color=symbols.INK)
        return key_top - sheet.px(8)

    def _rows(self, key: list[tuple[str, str]]) -> list[list[tuple[float, str, str]]]:
        """Break the key into rows that fit: where it begins, swatch and words of each."""
        sheet, x = self.sheet, math.inf
        rows: list[list[tuple[float, str, str]]] = []
        for swatch, words in key:
            shown = sheet.wrapped(words, KEY_SIZE, self.width - sheet.px(60), 1)[0]
            needs = sheet.px(38) + sheet.measure(shown, KEY_SIZE)[0]
            if x + needs > self.width:
                rows.append([])
                x = 0.0
            rows[-1].append((self.margin + x, swatch, shown))
            x += needs + sheet.px(28)
        return rows

    def _swatch(self, key: str, x: float, y: float) -> None:
        """Draw the sample of one line of the key, centred."""
        sheet = self.sheet
        what, _, name = key.partition(":")
        if what == "event":
            draw_symbol(sheet, [name], x, y, sheet.px(SPOT_PX))
        elif what == "several":
            draw_symbol(sheet, [None, None], x, y, sheet.px(SEVERAL_PX * 0.85))
        elif what == "camp":
            sheet.symbol(symbols.TENT, x, y, sheet.px(CAMP_PX), color=symbols.CAMP, width=1.0)
        elif what == "blank":
            shape = shapely.box(x - sheet.px(15), y - sheet.px(9), x + sheet.px(15), y + sheet.px(9))
            sheet.fill(shape, color=symbols.LAND)
            sheet.line(shape, color=symbols.BORDER, width=1.0)
        elif what in ("ring", "area"):
            circle = shapely.Point(x, y).buffer(sheet.px(10)).exterior
            color, width, dash = (symbols.INK, 1.1, ()) if what == "ring" else (symbols.ACCENT, 1.8, (4, 2.5))
            sheet.line(circle, color=color, width=width, dash=dash)
        else:
            tint, _, hatch = self.content.looks[name]
            shape = shapely.box(x - sheet.px(15), y - sheet.px(9), x + sheet.px(15), y + sheet.px(9))
            sheet.fill(shape, color=tint, alpha=0.16, hatch=hatch, hatch_color=symbols.mixed(tint, 0.45))
            sheet.line(shape, color=tint, width=1.4)

    def _credits(self) -> str:
        zones = self.content.zones
        told = zones["source"].dropna() if zones is not None and "source" in zones else ()
        sources = sorted({str(source) for source in told})
        named = f"Control: {captions.list_words(sources, 2)}; " if sources else "Control: "
        control = f" {named}edges are approximate." if self.controllers else ""
        words = BORDER_POLICIES[self.borders]
        return (
            f"{words[0].upper()}{words[1:]}; no endorsement is implied. Land: Natural Earth 1:10m, simplified. Places: "
            f"GeoNames (CC BY 4.0) and curated rows.{control} geoconflict {__version__}, policy “{self.policy}”."
        )
