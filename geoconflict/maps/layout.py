"""A still in the making: headline on top, key and credits below or beside, one map or several in what is left."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import shapely

from geoconflict import __version__
from geoconflict.bundled import BORDER_POLICIES
from geoconflict.errors import UsageError
from geoconflict.maps import captions, symbols
from geoconflict.maps.controllers import SHARED_LOOK, is_shared
from geoconflict.maps.frame import Box
from geoconflict.maps.ground import TINT
from geoconflict.maps.picture import Picture
from geoconflict.maps.sheet import LINE, Sheet, runs_leftward
from geoconflict.maps.spots import CAMP, SEVERAL, SPOT, draw_symbol
from geoconflict.maps.view import frame_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geoconflict.maps.content import Content
    from geoconflict.maps.sizes import Size
    from geoconflict.records import Theme

MIN_MAP_HEIGHT = 120.0
"""CSS pixels of height below which a map shows nothing."""
MARGIN, KEY_SIZE, CREDIT_SIZE, NOTE_SIZE = 16.0, 12.0, 11.0, 11.0
NARROW = 480
"""A still shown at most so wide is laid out for a phone."""
COLUMN = 0.42
"""Share of the width the words take where they stand beside the map."""
NOTHING_PLACED = "No event could be placed on a map."
NOTHING_REPORTED = "No event was found."
SHORT_BORDERS = {"un": "as the UN draws them", "de-facto": "as they are in fact"}
SHORT_KEY = {
    "ring": "True spot inside, 9 in 10",
    "camp": "Displacement camp",
    "front": "Front, approximate",
    "area": "Known only to this area",
    "outline": "Known only to this area",
}
"""Words of the key where it has one narrow column."""
SHARED = "Contested or jointly held"
SOURCES_APART = "Control is of different sources: what differs between the maps may be the sources, not the ground"
PANEL_GAP, PANEL_HEAD = 12.0, 34.0


class _NoRoomError(UsageError):
    """What there is to say leaves no room for the map."""


@dataclass(frozen=True)
class Panel:
    """One map of a still: what it shows, and its own headline and line where there are several."""

    content: Content
    heading: str = ""
    line: str = ""


@dataclass(frozen=True)
class Wording:
    """The words of a still: those given, and the policies it follows."""

    title: str
    standfirst: str
    byline: str
    policy: str
    borders: str
    names: str = "press"


class Layout:
    """Lays out and draws one still; `pictures` and `dates` say what it came to show."""

    def __init__(
        self,
        size: Size,
        whole: Content,
        panels: list[Panel],
        words: Wording,
        *,
        basemap: GeoDataFrame | None = None,
        theme: Theme | None = None,
    ) -> None:
        self.size, self.whole, self.panels, self.words, self.basemap, self.theme = (
            size,
            whole,
            panels,
            words,
            basemap,
            theme,
        )
        # A still whose height follows from what is on it is drawn on a long sheet that is cut afterwards.
        self.sheet = self._blank_sheet()
        self.left_out: list[str] = []
        self._once: dict[Any, Any] = {}
        self.narrow = size.shown_at <= NARROW
        self.margin = self.sheet.px(12.0 if self.narrow else MARGIN)
        self.dates, self.notes = "", [""]
        self.control_lines: list[str] = []
        """Of each map the line that says for which day its control is, as written."""
        self.pictures: list[Picture] = []

    def _blank_sheet(self) -> Sheet:
        size = self.size
        height = size.height_px or 12 * size.width_px
        return Sheet(size.width_px, height, shown_at=size.shown_at, theme=self.theme)

    @property
    def sources_apart(self) -> list[list[str]]:
        """Whose word the ground of each map is, where the maps do not agree in that."""
        found = [panel.content.sources for panel in self.panels if panel.content.sources]
        apart = [list(one) for one in dict.fromkeys(map(tuple, found))]
        return apart if len(apart) > 1 else []

    @property
    def _panel_head(self) -> float:
        """The height of the words above one map of several."""
        return self.sheet.px(PANEL_HEAD + (11.0 * LINE if self.sources_apart else 0.0))

    @property
    def looks(self) -> dict[str, Any]:
        """Tint and hatch of each controller of any of the maps."""
        return {name: look for panel in self.panels for name, look in panel.content.looks.items()}

    # ---- the whole --------------------------------------------------------------------------------------------------
    def draw(self) -> None:
        """Draw everything."""
        if not len(self.whole.drawn[0]):
            self._card()
        else:
            self._fit()
        self.sheet.warn_of_missing()

    def _fit(self) -> None:
        """Draw what the size has room to explain: a symbol nobody explains is worse than none.

        A picture too small for the whole key goes without camps, then without control; `left_out` says so.
        """
        draw = self._beside if self.size.beside and len(self.panels) == 1 else self._above
        fewer: tuple[tuple[str, dict[str, Any]], ...] = (
            ("", {}),
            ("displacement camps", {"camps": None}),
            ("who held the ground", {"zones": None, "control": "", "derived": False}),
        )
        for step, (what, changes) in enumerate(fewer):
            if what:
                self.left_out.append(what)
                self.whole = replace(self.whole, **changes)
                self.panels = [replace(panel, content=replace(panel.content, **changes)) for panel in self.panels]
            try:
                draw()
            except _NoRoomError:
                if step == len(fewer) - 1 or not self.size.name:
                    raise
                self.sheet = self._blank_sheet()
            else:
                return

    def _above(self) -> None:
        """Words above and below the map."""
        sheet, width = self.sheet, self.sheet.width - 2 * self.margin
        # Which ground is in sight decides what the head says of control, and the head how high the map is.
        self.dates = self._date_line()
        top = self._head(self.margin, width, draw=False) + sheet.px(5)
        bottom = top + self._natural_height(width) if self.size.height_px is None else 0.82 * sheet.height
        for _ in range(4):
            self._plan(Box(self.margin, top, width, max(bottom - top, sheet.px(MIN_MAP_HEIGHT))))
            foot, before = self._foot(width), (top, bottom)
            self.dates = self._date_line()
            top = self._head(self.margin, width, draw=False) + sheet.px(5)
            if self.size.height_px is None:
                bottom = top + self._natural_height(width)
            else:
                bottom = sheet.height - self.margin * 0.6 - foot.height - sheet.px(6)
                if bottom - top < sheet.px(MIN_MAP_HEIGHT):
                    more = math.ceil(sheet.px(MIN_MAP_HEIGHT) - (bottom - top))
                    raise _NoRoomError(f"headline, key and credits leave no room for the map; make it {more} px higher")
            if math.dist(before, (top, bottom)) < 1.0:
                break
        # A key that grows and shrinks with the map never settles; then the last plan is drawn, its key the whole one.
        top, bottom = before
        self._head(self.margin, width)
        self._draw_maps()
        foot.draw(self.margin, bottom + sheet.px(6))
        if self.size.height_px is None:
            sheet.cut_to(math.ceil(bottom + sheet.px(6) + foot.height + self.margin * 0.7))

    def _beside(self) -> None:
        """Words in a column on the left, the map beside it up to the edges of the picture."""
        sheet = self.sheet
        column = sheet.width * COLUMN
        width = column - 1.6 * self.margin
        self._plan(Box(column, 0, sheet.width - column, sheet.height))
        self.dates = self._date_line()
        top = self._head(self.margin, width, draw=False)
        foot = self._foot(width)
        begin = sheet.height - self.margin * 0.8 - foot.height
        if begin < top:
            raise _NoRoomError(
                f"headline and key leave no room beside the map; make it {math.ceil(top - begin)} px higher"
            )
        self._head(self.margin, width)
        self._draw_maps()
        foot.draw(self.margin, begin)

    def _card(self) -> None:
        """Say in words what there is where nothing can be placed; a map of the world would only look like an answer."""
        sheet, whole, width = self.sheet, self.whole, self.sheet.width - 2 * self.margin
        self.dates = captions.date_line(whole.events, "")
        top = self._head(self.margin, width) + sheet.px(6)
        said = NOTHING_PLACED if len(whole.events) else NOTHING_REPORTED
        self.notes = [said, *([f"{captions.list_words(whole.missing)}."] if whole.missing else [])]
        for text in self.notes:
            for line in sheet.wrapped(text, 14, width, 4):
                sheet.write(line, self.margin, top, 14, color=sheet.palette.ink, role="head")
                top += sheet.px(14) * LINE
        if self.size.height_px is None:
            sheet.cut_to(math.ceil(top + self.margin * 3))
        maker = f"geoconflict {__version__}, policy “{self.words.policy}”."
        low = sheet.height - self.margin * 0.7 - sheet.px(CREDIT_SIZE) * LINE
        sheet.write(maker, self.margin, low, CREDIT_SIZE, color=sheet.palette.soft, role="credit")

    # ---- maps -------------------------------------------------------------------------------------------------------
    def _date_line(self) -> str:
        """Return the line that says of when events and control are; control is dated only where some is in sight."""
        if len(self.panels) > 1:
            return captions.date_line(self.whole.events, "")
        picture = self.pictures[0] if self.pictures and self.whole.zones is not None else None
        if picture is None or picture.held:
            return captions.date_line(self.whole.events, self.whole.control)
        small = any("too small to draw" in one for one in picture.said)
        return captions.date_line(self.whole.events, "" if small else "no control data here")

    def _columns(self, width: float) -> int:
        """Return how many maps stand side by side, each wide enough to be read."""
        most = max(1, int((width / self.sheet.unit + PANEL_GAP) / (150.0 + PANEL_GAP)))
        count = len(self.panels)
        return min(count, most, 2 if count in (2, 4) and most < 4 else most)

    def _natural_height(self, width: float) -> float:
        """Return how high the maps are where the still may be as high as it likes."""
        columns = self._columns(width)
        if len(self.panels) == 1:
            return width * 0.94
        rows = math.ceil(len(self.panels) / columns)
        side = (width - (columns - 1) * self.sheet.px(PANEL_GAP)) / columns
        return rows * (side + self._panel_head) + (rows - 1) * self.sheet.px(PANEL_GAP)

    def _boxes(self, box: Box) -> list[Box]:
        if len(self.panels) == 1:
            return [box]
        columns, gap, head = self._columns(box.width), self.sheet.px(PANEL_GAP), self._panel_head
        rows = math.ceil(len(self.panels) / columns)
        width = (box.width - (columns - 1) * gap) / columns
        height = (box.height - (rows - 1) * gap) / rows
        if height - head < self.sheet.px(70):
            raise UsageError(f"{len(self.panels)} maps do not fit; take a coarser step, fewer days or size phone")
        places = (divmod(k, columns) for k in range(len(self.panels)))
        return [
            Box(box.left + column * (width + gap), box.top + row * (height + gap) + head, width, height - head)
            for row, column in places
        ]

    def _plan(self, box: Box) -> None:
        """Plan the map, or all of a series: of one extent."""
        boxes = self._boxes(box)
        frame = frame_of(self.whole, boxes[0], self.words.borders)
        self.pictures = [
            Picture(
                panel.content,
                self.sheet,
                one,
                self.words.borders,
                frame=frame.moved_to(one),
                basemap=self.basemap,
                names=self.words.names,
                fixtures=number == 0,
                once=self._once,
            )
            for number, (panel, one) in enumerate(zip(self.panels, boxes, strict=True))
        ]

    def _draw_maps(self) -> None:
        sheet, colors = self.sheet, self.sheet.palette
        self.control_lines = [self.dates] * len(self.panels)
        for number, (panel, picture) in enumerate(zip(self.panels, self.pictures, strict=True)):
            picture.draw()
            box = picture.view.box
            if panel.heading:
                top = box.top - self._panel_head + sheet.px(2)
                lines = [(panel.heading, True, colors.ink), (panel.line, False, colors.soft)]
                if self.sources_apart and panel.content.sources:
                    source = f"Control: {captions.list_words(panel.content.sources, 2)}"
                    lines.append((source, False, colors.soft))
                for text, bold, color in lines:
                    size = 11.5 if bold else 11.0
                    # What is in brackets goes first, then the count, which the map shows.
                    short = text.split(" (")[0].replace("control as reported for", "control")
                    wordings = (text, short, short.split(" · ")[-1])
                    fits = (one for one in wordings if sheet.measure(one, size, bold=bold)[0] <= box.width)
                    shown = next(fits, wordings[-1])
                    for line in sheet.wrapped(shown, size, box.width, 1, bold=bold):
                        sheet.write(line, box.left, top, size, color=color, bold=bold, role="head")
                        self.control_lines[number] = line if text == panel.line else self.control_lines[number]
                    top += sheet.px(size) * LINE

    # ---- words ------------------------------------------------------------------------------------------------------
    def _head(self, left: float, width: float, *, draw: bool = True) -> float:
        """Write headline, standfirst and date line, the logo beside them; return where they end."""
        sheet, colors, top = self.sheet, self.sheet.palette, self.margin * 0.8
        room = width - self._logo(left + width, top, width, draw=draw)
        headline = 18 if self.narrow else 19 if self.size.beside else 22
        for text, size, lines, bold, color in (
            (self.words.title, headline, 4 if self.size.beside else 3, True, colors.ink),
            (self.words.standfirst, 13 if self.narrow else 14, 4, False, colors.ink),
            (self.dates, 12 if self.narrow or self.size.beside else 13, 4, False, colors.soft),
        ):
            align, x = ("right", left + room) if runs_leftward(text) else ("left", left)
            for line in sheet.wrapped(text, size, room, lines, bold=bold, title=bold):
                if draw:
                    sheet.write(line, x, top, size, color=color, bold=bold, title=bold, align=align, role="head")
                top += sheet.px(size) * LINE
            top += sheet.px(3) if text else 0.0
        return top

    def _logo(self, right: float, top: float, width: float, *, draw: bool) -> float:
        """Draw the theme's logo at the right of the headline; return the width it takes."""
        theme, sheet = self.theme, self.sheet
        if theme is None or not theme.logo:
            return 0.0
        if theme.logo_mime not in ("image/png", "image/jpeg"):
            if draw:
                warnings.warn("the theme's logo is no PNG or JPEG and was left out of the still", stacklevel=5)
            return 0.0
        box = Box(right - min(sheet.px(110), width * 0.3), top, min(sheet.px(110), width * 0.3), sheet.px(34))
        return sheet.image(theme.logo, box, draw=draw) + sheet.px(10)

    def _foot(self, width: float) -> _Foot:
        """Return key, notes and credits, ready to be measured and drawn."""
        pictures = self.pictures
        missing = list(dict.fromkeys(self.whole.missing + [one for p in pictures for one in p.missing]))
        said = list(dict.fromkeys(one for picture in pictures for one in picture.said))
        self.notes = [f"Not on the map: {captions.list_words(missing)}."] if missing else []
        self.notes += [f"{one[0].upper()}{one[1:]}." for one in said]
        if self.sources_apart:
            self.notes.append(f"{SOURCES_APART}.")
        return _Foot(self, width, self._key(), self.notes, self._credits(short=self.narrow))

    def _key(self) -> list[tuple[str, str]]:
        """Return what the maps' own labels do not explain, a swatch and its words each."""
        generalised = self.words.policy == "publish"
        key = dict.fromkeys(line for p in self.pictures for line in p.spots.key(generalised=generalised))
        held = sorted({name for picture in self.pictures for name in picture.held})
        for name in held:
            shown = [picture for picture in self.pictures if name in picture.held]
            if not all(f"zone:{name}" in picture.named for picture in shown) or len(self.pictures) > 1:
                key[(f"zone:{name}", name)] = None
        shared = [line for line in key if line[0].startswith("zone:") and is_shared(line[1])]
        if len(shared) > 1:  # they look alike, so one sample stands for all
            key = {(line if line != shared[0] else (line[0], SHARED)): None for line in key if line not in shared[1:]}
        if held and any(one.rough for picture in self.pictures for one in picture.held.values()):
            key[("front", "Front, approximate; paler ground is less certain")] = None
        if held and self.whole.derived:
            key[("blank", "No report on control")] = None
        if self.size.beside:
            return [(swatch, SHORT_KEY.get(swatch, words)) for swatch, words in key]
        return list(key)

    @property
    def credit(self) -> str:
        """Sources, borders, projection and maker in one line, as the largest size has them."""
        return " ".join(" ".join(self._credits(short=False)).split()) if self.pictures else ""

    def _credits(self, *, short: bool) -> list[str]:
        held = any(picture.held for picture in self.pictures)
        sources = sorted({one for panel in self.panels for one in panel.content.sources})
        named = captions.list_words(sources, 2)
        control = f"Control: {named}; edges approximate." if held else ""
        border = BORDER_POLICIES[self.words.borders]
        credit = self.theme.credit if self.theme else ""
        given = self.basemap
        named_base = given is not None and len(given) > 0 and "source" in given
        base = sorted({str(one) for one in given["source"].dropna()}) if given is not None and named_base else []
        own = f" Base map: {captions.list_words(base, 3)}." if base else ""
        by = f"Map: {self.words.byline}." if self.words.byline else ""
        old = any(area.dated for picture in self.pictures for area in picture.spots.areas)
        natural = "Natural Earth, provinces of about 2013" if old else "Natural Earth"
        projection = self.pictures[0].view.frame.words
        maker = f"geoconflict {__version__}, policy “{self.words.policy}”."
        if self.size.beside:
            borders = SHORT_BORDERS.get(self.words.borders, border)
            control = f"Control: {named}." if held else ""
            return [f"{by} {control} Land: {natural}. Places: GeoNames.{own} Borders: {borders}. {credit} geoconflict"]
        if short:
            borders = SHORT_BORDERS.get(self.words.borders, border)
            line = f"Land: {natural}. Places: GeoNames (CC BY 4.0).{own} Borders: {borders}."
            maker = f"{projection.split(',')[0].capitalize()} projection. geoconflict, policy “{self.words.policy}”."
            return [f"{by} {control} {line} {credit} {maker}"]
        where = f"Projection: {projection}."
        line = f"{border[0].upper()}{border[1:]}; no endorsement is implied. {where}"
        land = f"Land: {natural}, simplified.{own} Places: GeoNames (CC BY 4.0) and curated rows."
        return [f"{by} {control} {land} {line} {credit} {maker}"]


class _Foot:
    """Key, notes and credits as lines; drawn from a point downwards."""

    def __init__(
        self, layout: Layout, width: float, key: list[tuple[str, str]], notes: list[str], credit: list[str]
    ) -> None:
        self.layout, self.sheet, self.width = layout, layout.sheet, width
        # Beside the map height is what words lack: their key is as small as text may be.
        self.key_size = CREDIT_SIZE if layout.size.beside else KEY_SIZE
        self.rows = self._rows(key)
        joined = (
            [" ".join(" ".join([*notes, *credit]).split())]
            if layout.narrow or layout.size.beside
            else [*notes, *credit]
        )
        most = 12 if layout.narrow else 9
        self.lines = [
            line for text in joined for line in self.sheet.wrapped(" ".join(text.split()), CREDIT_SIZE, width, most)
        ]
        self._row, self._line = (
            self.sheet.px(self.key_size) * (1.2 if layout.size.beside else 1.5),
            self.sheet.px(CREDIT_SIZE) * LINE,
        )
        self.height = len(self.rows) * self._row + self.sheet.px(4) + len(self.lines) * self._line

    def _rows(self, key: list[tuple[str, str]]) -> list[list[tuple[float, str, str]]]:
        """Break the key into rows that fit: where it begins, swatch and words of each."""
        sheet, x = self.sheet, math.inf
        rows: list[list[tuple[float, str, str]]] = []
        for swatch, words in key:
            shown = sheet.wrapped(words, self.key_size, self.width - sheet.px(26), 1)[0]
            needs = sheet.px(26) + sheet.measure(shown, self.key_size)[0]
            if x + needs > self.width:
                rows.append([])
                x = 0.0
            rows[-1].append((x, swatch, shown))
            x += needs + sheet.px(16)
        return rows

    def draw(self, left: float, top: float) -> None:
        """Draw all of it."""
        sheet, colors = self.sheet, self.sheet.palette
        for row in self.rows:
            middle = top + self._row / 2
            for x, swatch, words in row:
                self._swatch(swatch, left + x + sheet.px(10), middle)
                at = middle - sheet.px(self.key_size) * 0.62
                sheet.write(words, left + x + sheet.px(26), at, self.key_size, color=colors.ink, role="key")
            top += self._row
        top += sheet.px(4)
        for line in self.lines:
            sheet.write(line, left, top, CREDIT_SIZE, color=colors.soft, role="credit")
            top += self._line

    def _swatch(self, key: str, x: float, y: float) -> None:
        """Draw the sample of one line of the key, centred."""
        sheet, colors = self.sheet, self.sheet.palette
        what, _, name = key.partition(":")
        patch = shapely.box(x - sheet.px(10), y - sheet.px(6), x + sheet.px(10), y + sheet.px(6))
        if what == "event":
            draw_symbol(sheet, [name], x, y, sheet.px(SPOT))
        elif what == "several":
            sheet.symbol(symbols.CIRCLE, x, y, sheet.px(SEVERAL * 0.85), color=colors.paper, edge=colors.ink, width=1.4)
            size = sheet.px(11) * 0.6
            sheet.write("2", x, y - size, 11, color=colors.ink, bold=True, align="center", role="count")
        elif what == "camp":
            sheet.symbol(symbols.TENT, x, y, sheet.px(CAMP), color=colors.camp, width=0.8)
        elif what == "blank":
            sheet.fill(patch, color=colors.land)
            sheet.line(patch, color=colors.border, width=0.8)
        elif what == "ring":
            circle = shapely.Point(x, y).buffer(sheet.px(7))
            sheet.fill(circle, color=colors.ink, alpha=0.08)
            sheet.line(circle, color=colors.ink, width=1.1)
        elif what in ("area", "outline"):
            shape = shapely.Point(x, y).buffer(sheet.px(7)) if what == "area" else patch
            sheet.fill(shape, color=colors.area, alpha=0.07)
            sheet.line(shape, color=colors.area, width=1.2, dash=(4, 2.5) if what == "area" else ())
        elif what == "front":
            line = shapely.LineString([(x - sheet.px(10), y), (x + sheet.px(10), y)])
            sheet.line(line, color=colors.soft, width=5.0, alpha=0.2)
            sheet.line(line, color=colors.soft, width=1.1, dash=(3.5, 2.2))
        else:
            self._ground(name, patch)

    def _ground(self, name: str, patch: Any) -> None:
        shared = is_shared(name)
        tint, _, hatch = self.layout.looks.get(name, SHARED_LOOK)
        self.sheet.fill(patch, color=tint, alpha=TINT)
        ink = symbols.mixed(tint, 0.2 if shared else 0.62)
        self.sheet.fill(patch, color=tint, alpha=0.0, hatch=hatch * (2 if shared else 1), hatch_color=ink, z=1.1)
        self.sheet.line(patch, color=tint, width=1.0)
