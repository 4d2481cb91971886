"""The map inside a still: what lies where within its box, and which label gets which room.

A picture is planned before it is drawn: what is in sight, where scale bar and inset stand, which labels find room. The
still's words and key follow from the plan, and what found no room is told to who checks it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.maps import captions, symbols
from geoconflict.maps.frame import Box, Frame, scale_bar
from geoconflict.maps.ground import (
    SCALED_M,
    TINT,
    WEAK_TINT,
    basemap_of,
    crossing_words,
    draw_basemap,
    draw_control,
    draw_land,
    held_ground,
    land_of,
)
from geoconflict.maps.labels import Label, Obstacle, arrange, emptiest_corner, inside
from geoconflict.maps.names import LABEL_CLEARS, PRIORITY, Name, Names, country_points, line_tops
from geoconflict.maps.spots import Spots
from geoconflict.maps.view import View, frame_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geoconflict.maps.content import Content
    from geoconflict.maps.labels import Place
    from geoconflict.maps.sheet import Sheet

INSET_M, INSET_NAMES = 2_500_000.0, 5
"""Views up to this wide need an inset; how many countries that names."""
INSET_WIDE_M = 4_000_000.0
"""An inset shows five times the map's width but no more than this: names of countries must still fit."""
INSET_SHARES = (0.2, 0.165, 0.135)
"""Width of the inset in widths of the map, the first that fits."""


class Picture:
    """The map of one still within `box`, planned.

    Attributes
    ----------
    spots
        Events and camps as they are drawn.
    held
        The ground in sight by controller.
    said
        What the picture has to tell about itself, in words: ground across a border, outlines simplified.
    names, places
        Every label wanted and the room it got, None where it got none.
    scale
        Length of the scale bar in metres, None where there is none.
    """

    def __init__(
        self,
        content: Content,
        sheet: Sheet,
        box: Box,
        borders: str,
        *,
        frame: Frame | None = None,
        basemap: GeoDataFrame | None = None,
        names: str = "press",
        fixtures: bool = True,
        labels: bool = True,
        once: dict[Any, Any] | None = None,
    ) -> None:
        self.content, self.sheet, self.borders = content, sheet, borders
        self.view = View(sheet, frame or frame_of(content, box, borders))
        self.land = land_of(self.view.frame, self.view.window, borders)
        self.basemap = basemap_of(self.view, basemap, borders)
        self.spots = Spots(self.view, content, self.land, self.basemap, borders)
        self.held, self.said = held_ground(self.view, content, self.land, once)
        self.said += crossing_words(self.held)
        wanted = Names(self.view, content, self.land, self.spots, held=self.held, names=names)
        self.names = wanted.all(self.basemap) if labels else []
        self.said += wanted.kept()
        self.spelling = wanted.spelling
        self.scale: int | None = None
        self._bar: Box | None = None
        self._inset: Box | None = None
        if fixtures:
            self._place_fixtures()
        self.places = self._arranged(wanted)

    @property
    def missing(self) -> list[str]:
        """Counts of what is not on the map, in words."""
        return self.spots.missing

    @property
    def named(self) -> set[str]:
        """The lines of a key that labels on the map make needless."""
        return {name.key for name, place in zip(self.names, self.places, strict=True) if place and name.key}

    @property
    def _countries(self) -> set[str]:
        """The codes of the countries the events are in."""
        return set(self.content.events["country"].dropna()) if "country" in self.content.events else set()

    @property
    def dropped(self) -> list[Name]:
        """The labels that found no room."""
        return [name for name, place in zip(self.names, self.places, strict=True) if place is None]

    @property
    def boxes(self) -> list[Box]:
        """What labels, scale bar and inset cover."""
        fixtures = [box for box in (self._bar, self._inset) if box is not None]
        return [*(place.box for place in self.places if place), *fixtures]

    # ---- planning ---------------------------------------------------------------------------------------------------
    def _place_fixtures(self) -> None:
        """Find corners for scale bar and inset: on no event or camp, and on as few labelled points as can be."""
        view, frame, events = self.view, self.view.frame, [spot.box for spot in self.spots.spots]
        if frame.world:
            return
        busy = [box.grown(view.px(10)) for box in events] + [camp.box for camp in self.spots.camps]
        points = [place.box for name in self.names if name.label.kind in PRIORITY for place in name.label.places[:1]]
        # What an event's words would take beside it counts as well: an inset in their place sends them away.
        if frame.width_m <= INSET_M:
            shares = INSET_SHARES if not view.compact else (0.3, 0.25)
            sizes = [(view.box.width * share, view.box.width * share * 0.82) for share in shares]
            sizes = [size for size in sizes if size[1] < 0.45 * view.box.height]
            corners = (emptiest_corner(size, view.px(6), busy, view.box, rather_not=points) for size in sizes)
            self._inset = next(filter(None, corners), None) if view.box.width > view.px(240) else None
            busy += [self._inset] if self._inset else []
        if frame.width_m <= SCALED_M:
            size = (min(view.px(125), view.box.width * 0.34), view.px(25))
            order = ("lower left", "upper left", "lower right", "upper right")
            self._bar = emptiest_corner(size, view.px(8), busy, view.box, order=order, rather_not=points)
            if self._bar is not None:
                at = (self._bar.centre[0], self._bar.bottom)
                self.scale = scale_bar(frame, at, self._bar.width)[0]

    def _arranged(self, wanted: Names) -> list[Place | None]:
        """Give each label its room."""
        spots, near = self.spots, self.view.px(LABEL_CLEARS)
        obstacles = [Obstacle(spot.box, ("spot", k)) for k, spot in enumerate(spots.spots)]
        obstacles += [Obstacle(camp.box, ("camp", k)) for k, camp in enumerate(spots.camps)]
        obstacles += [Obstacle(box) for box in (self._bar, self._inset) if box is not None]
        lines = [self.land.coast, self.land.borders, self.land.disputed]
        lines += [shapely.boundary(area.outline) for area in spots.areas]
        lines += [shapely.Point(s.x, s.y).buffer(s.ring).exterior for s in spots.spots if s.radius < s.ring <= near]
        avoid = shapely.get_parts(shapely.union_all([shapely.segmentize(line, 40.0) for line in lines]))
        return arrange(
            [name.label for name in self.names], obstacles, wanted.bounds, avoid=avoid, gap=self.view.px(1.5)
        )

    # ---- drawing ----------------------------------------------------------------------------------------------------
    def draw(self) -> None:
        """Draw the map."""
        sheet, view, colors = self.sheet, self.view, self.sheet.palette
        sheet.rectangle(view.box, color=colors.sea, z=0)
        wide = view.frame.width_m > SCALED_M
        draw_land(view, self.land, weight=0.5 if wide else 1.0)  # small countries must not drown in borders
        draw_basemap(view, self.basemap)
        draw_control(view, self.held, self.content.looks, self.land)
        self.spots.draw([box for box in (self._bar, self._inset) if box is not None])
        for name, place in zip(self.names, self.places, strict=True):
            if place is not None:
                self.write(name, place)
        self._draw_bar()
        self._draw_inset()
        sheet.rectangle(view.box, edge=colors.coast, width=0.8, z=20)

    def write(self, name: Name, place: Place) -> None:
        """Write one label where it found room, with its leader or dot."""
        sheet, colors = self.sheet, self.sheet.palette
        box = place.box
        if name.dot is not None:
            radius = place.extra[0].width / 2
            sheet.symbol(symbols.CIRCLE, *name.dot, radius, color=colors.ink, edge=colors.halo, width=0.6, z=4.5)
        if place.leader is not None:
            (x, y), foot = place.leader
            length, start = math.dist(place.leader[0], foot), 0.0
            own = name.label.own
            if own and own[0] in ("spot", "camp"):
                symbol = (self.spots.spots if own[0] == "spot" else self.spots.camps)[own[1]]
                start = min(1.0, symbol.radius / length) if length else 1.0
            line = shapely.LineString([(x + (foot[0] - x) * start, y + (foot[1] - y) * start), foot])
            sheet.line(line, color=colors.halo, width=2.2, alpha=0.8, z=7.4)
            sheet.line(line, color=colors.soft, width=0.9, z=7.5)
        x = {"left": box.left, "center": box.centre[0], "right": box.right}[place.align]
        ground = self._ground(box)
        for (text, size, bold), top in line_tops(name.shown(place), box.top, sheet.unit):
            sheet.write(
                text,
                x,
                top,
                size,
                color=name.color,
                bold=bold,
                italic=name.italic,
                align=place.align,
                halo=True,
                ground=ground,
                role="label",
            )

    def _ground(self, box: Box) -> tuple[str, ...]:
        """Return the colours below a label."""
        colors, shape = self.sheet.palette, shapely.box(box.left, box.top, box.right, box.bottom)
        under = {colors.land} if self.land.whole.intersects(shape) else set()
        if not self.land.whole.contains(shape):
            under.add(colors.sea)
        for name, one in self.held.items():
            if one.whole.intersects(shape):
                alpha = WEAK_TINT if one.weak.contains(shape) else TINT
                under.add(symbols.over(self.content.looks[name].tint, colors.land, alpha))
        return tuple(sorted(under))

    def _draw_bar(self) -> None:
        """Draw a bar true where it stands; a view of continents has no one scale."""
        box, sheet, colors = self._bar, self.sheet, self.sheet.palette
        if box is None:
            return
        y, tick = box.bottom - sheet.px(4), sheet.px(4)
        metres, px = scale_bar(self.view.frame, (box.centre[0], box.bottom), box.width)
        bar = shapely.LineString([(box.left, y - tick), (box.left, y), (box.left + px, y), (box.left + px, y - tick)])
        sheet.line(bar, color=colors.halo, width=3.2, alpha=0.8, z=9)
        sheet.line(bar, color=colors.ink, width=1.2, z=9.1)
        words = f"{metres // 1000:,} km" if metres >= 1000 else f"{metres} m"
        ground = self._ground(box)
        sheet.write(words, box.left, box.top, 11, color=colors.ink, halo=True, z=9.2, role="scale", ground=ground)

    def _draw_inset(self) -> None:
        """Show where the map lies; one of open sea reaches to land that has a name."""
        box, sheet, colors = self._inset, self.sheet, self.sheet.palette
        if box is None:
            return
        main, outer = self.view.frame, self.view.box
        across, down = [outer.left, outer.right, outer.right, outer.left], [outer.top] * 2 + [outer.bottom] * 2
        width_m = max(min(main.width_m * 5.0, INSET_WIDE_M), main.width_m * 2.2, 1_400_000.0)
        known = set(captions.country_names(self._countries))
        for farther in (1.0, 2.5, 5.0):
            view = View(sheet, Frame(main.lon, main.lat, width_m * farther / box.width, box))
            land = land_of(view.frame, view.window, self.borders, coarse=True)
            outline = shapely.Polygon(np.column_stack(view.frame.to_px(*main.to_lon_lat(across, down))))
            names = self._inset_names(view, land, outline)
            if {name for name, _ in names} - known:
                break
        sheet.rectangle(box, color=colors.sea, z=10)
        draw_land(view, land, weight=0.6, z=11)
        sheet.line(outline, color=colors.area, width=1.6, z=16)
        for name, at in names:
            sheet.write(name, at.left, at.top, 11, color=colors.ink, z=17, role="inset", ground=(colors.land,))
        sheet.rectangle(box, edge=colors.border, width=0.9, z=18)

    def _inset_names(self, view: View, land: Any, outline: Any) -> list[tuple[str, Box]]:
        """Return names of countries in the inset and their room, those of the events first."""
        sheet, labels = self.sheet, []
        left, top, right, bottom = outline.bounds
        rim, width, height = sheet.px(1.5), right - left, bottom - top
        # Names may stand in the frame where it is large, never on its line.
        frame = [Obstacle(Box(left - rim, one - rim, width + 2 * rim, 2 * rim)) for one in (top, bottom)]
        frame += [Obstacle(Box(one - rim, top - rim, 2 * rim, height + 2 * rim)) for one in (left, right)]
        own = self._countries
        middle, near = view.box.centre, []
        for iso2, press, lon, lat in country_points():
            name = self.spelling.country(iso2, press)
            x, y = (float(value) for value in view.frame.to_px(lon, lat))
            if view.box.left < x < view.box.right and view.box.top < y < view.box.bottom:
                away = 0.0 if iso2 in own else math.hypot(x - middle[0], y - middle[1])
                near.append((away, name, iso2, x, y))
        for away, name, iso2, x, y in sorted(near):
            size = sheet.measure(name, 11)
            for part in shapely.get_parts(land.of(iso2)):
                if part.geom_type == "Polygon" and part.contains(shapely.Point(x, y)):
                    # The name of a small country may reach over its border, as atlases print it; a large one's may not.
                    over = 10 if iso2 in own else 7 if part.area < 4 * size[0] * size[1] else 0
                    room = shapely.buffer(part, sheet.px(over), quad_segs=2)
                    drift = sheet.px(26 if iso2 not in own else 60)
                    places = inside(room, [size], view.box.grown(-2), prefer=(x, y), drift=drift)
                    if places:
                        labels.append((away, Label(name, "country", 1.0 + 100.0 / (1.0 + away), places)))
        labels = sorted(labels, key=lambda one: (one[0], one[1].name))
        first: dict[str, Label] = {}
        for _, label in labels:
            first.setdefault(label.name, label)
        chosen = list(first.values())[:INSET_NAMES]
        found = zip(chosen, arrange(chosen, frame, view.box), strict=True)
        return [(label.name, place.box) for label, place in found if place is not None]
