"""The map inside a still: what lies where within its box, and which label gets which room.

Room is given in order of what a reader needs first: symbols, scale bar and inset, what is said about the events, who
is reported to hold the ground, names of countries, towns. What finds no room is left out, never put on something else.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.bundled import country_outlines, curated_rows, disputed_lines
from geoconflict.maps import captions, symbols
from geoconflict.maps.content import names_of, numbers
from geoconflict.maps.frame import Box, Frame, fit_frame, scale_bar
from geoconflict.maps.labels import emptiest_corner, foot_of, place_beside, place_inside
from geoconflict.maps.sheet import LINE, Sheet, printable
from geoconflict.maps.towns import LARGE, towns

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geoconflict.maps.content import Content

SPOT_PX, SEVERAL_PX, CAMP_PX, TOWN_PX = 10.0, 14.0, 8.5, 3.2
SMALLEST_AREA_PX = 30.0
"""An area of unknown extent is drawn this large, so that it does not look like a spot."""
SCALED_M = 5_000_000.0
"""Between the middle and the edge of a view this wide scale differs by 4 %; a wider one gets no scale bar."""
CALLOUTS = 7
"""Places that get lines of their own beside the symbol; with more, names only where they fit."""
SINGLE_SPOTS, SINGLE_AREAS = 60, 20
"""Above this many places a picture is crowded: events that fall into one cell of it are drawn as one disc."""
CELL_PX = 34.0
TOWNS, TOWNS_TRIED, TOWN_GAP_PX = 16, 200, 70.0
WIDE_M, INSET_M, INSET_NAMES = 700_000.0, 2_500_000.0, 5
"""Views up to this wide draw camps at full size, and need an inset; how many countries that names."""
LABEL_CLEARS_PX = 70.0
"""Circles up to this radius are kept free of labels; larger ones cannot be."""
LEADER_STEP_PX = 8.0
CAMPS_NEAR_M = 50_000.0
"""Camps are drawn this near to a drawn event, as far as links reach; others say nothing about the events."""
METRES_PER_DEGREE = 111_200.0
COUNTRY_DRIFT_PX = 110.0
"""How far the name of a country may stand from its curated point."""
COUNTRY_INK = "#77716a"
SMALLEST_NAMED = 0.015
"""Share of the map a country without a curated point in sight must fill to be named."""

Lines = list[tuple[str, float, bool]]
"""Text, size and whether bold, a line each."""


@dataclass(frozen=True)
class _Spot:
    """Events drawn as one symbol: `rows` of the spot layer by position; `ring` is the radius of their uncertainty."""

    x: float
    y: float
    rows: tuple[int, ...]
    radius: float
    ring: float


def draw_symbol(sheet: Sheet, kinds: list[Any], x: float, y: float, radius: float) -> None:
    """Draw one event by its kind, or several as a disc with their number."""
    if len(kinds) == 1:
        outline, color = symbols.EVENTS.get(kinds[0], symbols.OTHER_EVENT) if kinds[0] else symbols.OTHER_EVENT
        sheet.symbol(outline, x, y, radius, color=color)
        return
    sheet.symbol(symbols.CIRCLE, x, y, radius, color="white", edge=symbols.INK, width=2.0)
    words = f"{len(kinds)}" if len(kinds) < 10_000 else f"{len(kinds) // 1000}k"
    size = {1: 16, 2: 15, 3: 12}.get(len(words), 10)
    sheet.write(words, x, y - sheet.px(size) * 0.6, size, color=symbols.INK, bold=True, align="center", z=8.5)


class Picture:
    """The map of one still within `box`.

    Attributes
    ----------
    spots, areas
        Events drawn as symbols and as areas. In a crowded picture a disc stands for all events around it, those
        included whose area is no larger than a cell; the more widely known are then told in `missing`.
    missing
        Counts of what is not on the map, in words.
    """

    def __init__(self, content: Content, sheet: Sheet, box: Box, borders: str) -> None:
        self.content, self.sheet, self.box, self.borders = content, sheet, box, borders
        self.frame = fit_frame(*content.drawn, box)
        self.window = shapely.box(box.left, box.top, box.right, box.bottom)
        self.taken: list[Box] = []
        self._fixtures: list[Box] = []
        self.spots, self.areas, self.missing = content.spots, content.areas, list(content.missing)
        self.crowded = _places(self.spots) > SINGLE_SPOTS or _places(self.areas) > SINGLE_AREAS
        if self.crowded:
            self._gather()
        self.held = self._held()

    def _gather(self) -> None:
        """Put events whose area fits into a cell to the spots, and leave out the rest where it is too many."""
        import pandas as pd

        radius = numbers(self.areas, "radius_m", missing=math.inf)
        fits = radius <= self.sheet.px(CELL_PX) * self.frame.metres_per_px
        if fits.any():
            self.spots = pd.concat([self.spots, self.areas[fits]])
        self.areas = self.areas[~fits]
        if _places(self.areas) > SINGLE_AREAS:
            self.missing.append(f"{captions.counted(len(self.areas), 'event')} known only to a wider area")
            self.areas = self.areas.iloc[:0]

    def key(self, *, generalised: bool) -> list[tuple[str, str]]:
        """Return what a key must explain, a swatch and its words each: symbols, areas, camps, zones."""
        key: list[tuple[str, str]] = []
        if len(self.spots):
            sizes = [len(spot.rows) for spot in self._spots()]
            kinds = {event["event_type"] for event in captions.records_of(self.spots, ["event_type"])}
            if 1 in sizes or not self.crowded:
                key += [(f"event:{kind}", kind) for kind in symbols.EVENTS if kind in kinds]
                key += [("event:", "Event, kind not known")] if kinds - set(symbols.EVENTS) else []
            if max(sizes) > 1:
                key.append(("several", "Events around here" if self.crowded else "Several events"))
            if not self.crowded and numbers(self.spots, "radius_m").max() > 0:
                key.append(("ring", "True spot lies inside, 9 times in 10"))
        if len(self.areas):
            key.append(("area", "Event known only to this area"))
        if self._camp_points():
            key.append(("camp", "Listed displacement camp" + (", position generalised" if generalised else "")))
        key += [(f"zone:{name}", name) for name in self.held]
        return [*key, ("blank", "No report on control")] if self.held and self.content.derived else key

    # ---- drawing ----------------------------------------------------------------------------------------------------
    def draw(self) -> None:
        """Draw the map."""
        self.sheet.rectangle(self.box, color=symbols.SEA, z=0)
        countries = country_outlines(self.borders)
        weight = 1.0 if self.frame.width_m <= SCALED_M else 0.5  # of lines: small countries must not drown in borders
        land = self._basemap(self.frame, self.window, countries, weight=weight)
        self._draw_zones()
        spots = self._spots()
        self.taken += [Box(s.x - s.radius, s.y - s.radius, 2 * s.radius, 2 * s.radius) for s in spots]
        self._scale_bar()
        self._inset(countries)
        self._draw_spots(spots)
        self._draw_camps()
        self._areas()
        if not self.crowded:
            self._callouts(spots)
        self._name_zones()
        self._name_countries(countries, land)
        self._towns()
        self.sheet.rectangle(self.box, edge=symbols.COAST, width=1.2, z=20)

    def _basemap(
        self,
        frame: Frame,
        window: Any,
        countries: GeoDataFrame,
        *,
        weight: float = 1.0,
        z: float = 1.0,
    ) -> Any:
        """Draw land, coasts and borders; return the countries in pixels, in the order of their rows."""
        shapes = countries.geometry.to_numpy()
        if frame.width_m > SCALED_M:
            # No more detail than the eye sees; neighbours keep the points of their border in common.
            shapes = shapely.coverage_simplify(shapes, frame.metres_per_px * 0.4 / METRES_PER_DEGREE)
        pieces = frame.cut(shapes)
        whole = shapely.union_all(pieces)
        coast = shapely.boundary(whole)
        # Neighbours share the points of their border, so lines are told apart exactly and before any rounding.
        borders = shapely.difference(shapely.union_all(shapely.boundary(pieces)), coast)
        disputed = shapely.union_all(frame.cut(disputed_lines().geometry.to_numpy()))
        sheet, width = self.sheet, 2.0 * weight
        for line, color, thick, dash, level in (
            (coast, symbols.COAST, 0.9 * weight, (), z + 0.1),
            (shapely.difference(borders, disputed), symbols.BORDER, width, (), z + 3),
            (disputed, symbols.BORDER, width, (3, 2), z + 3),
        ):
            visible = shapely.intersection(frame.project(line), window)
            sheet.line(visible, color=color, width=thick, dash=dash, z=level)
        sheet.fill(shapely.intersection(frame.project(whole), window), color=symbols.LAND, z=z)
        return shapely.intersection(frame.project(pieces), window)

    # ---- zones ------------------------------------------------------------------------------------------------------
    def _held(self) -> dict[str, Any]:
        """Return the ground of each controller inside the box, in pixels."""
        zones = self.content.zones
        held: dict[str, Any] = {}
        if zones is None:
            return held
        for name in names_of(zones):
            shapes = zones.geometry[(zones["controller"] == name).to_numpy(bool)].to_numpy()
            parts = self.frame.clip(shapes)
            # Grades of one controller touch along edges that are no front; half a pixel's overlap closes the seam.
            joined = shapely.buffer(shapely.union_all(shapely.buffer(parts, 0.4)), -0.4)
            area = shapely.intersection(joined, self.window)
            if area.area > 1.0:
                held[name] = area
        return held

    def _draw_zones(self) -> None:
        rim = shapely.buffer(shapely.boundary(self.window), 0.8)
        for name, area in self.held.items():
            tint, _, hatch = self.content.looks[name]
            self.sheet.fill(area, color=tint, alpha=0.16, hatch=hatch, hatch_color=symbols.mixed(tint, 0.45), z=2)
            edge = shapely.difference(shapely.boundary(area), rim)
            self.sheet.line(edge, color=tint, width=1.4, alpha=0.85, z=2.5)

    def _name_zones(self) -> None:
        for name, area in sorted(self.held.items(), key=lambda item: (-item[1].area, item[0])):
            roomy = max(shapely.get_parts(area), key=lambda part: part.area)
            tint = self.content.looks[name].tint
            words = self.sheet.wrapped(name, 17, self.sheet.px(190), 3, bold=True)
            self._write_inside(roomy, [(word, 17, True) for word in words], color=symbols.mixed(tint, -0.35))

    # ---- events -----------------------------------------------------------------------------------------------------
    def _spots(self) -> list[_Spot]:
        """Return one symbol a place, in a crowded picture one for all around it; the fullest first."""
        layer = self.spots
        if not len(layer):
            return []
        lon, lat, radius = layer.geometry.x.to_numpy(), layer.geometry.y.to_numpy(), numbers(layer, "radius_m")
        x, y = self.frame.to_px(lon, lat)
        keys = np.column_stack([np.round(lon, 5), np.round(lat, 5)])
        if self.crowded:
            cell = self.sheet.px(CELL_PX)
            keys = np.column_stack([np.floor(x / cell), np.floor(y / cell)])
        _, group = np.unique(keys, axis=0, return_inverse=True)
        order = np.argsort(group.ravel(), kind="stable")
        spots = []
        for rows in np.split(order, np.flatnonzero(np.diff(group.ravel()[order])) + 1):
            metres = 0.0 if self.crowded else float(radius[rows].max())
            ring = self.frame.px_of(metres, float(lon[rows[0]]), float(lat[rows[0]])) if metres else 0.0
            spots.append(self._spot(float(x[rows].mean()), float(y[rows].mean()), rows.tolist(), ring))
        spots.sort(key=lambda spot: (-len(spot.rows), spot.y, spot.x))
        return self._merged(spots) if self.crowded else spots

    def _spot(self, x: float, y: float, rows: list[int], ring: float = 0.0) -> _Spot:
        size = SPOT_PX if len(rows) == 1 else SEVERAL_PX + 2.2 * math.log10(len(rows))
        return _Spot(x, y, tuple(rows), self.sheet.px(size), ring)

    def _merged(self, spots: list[_Spot]) -> list[_Spot]:
        """Let a disc take in the smaller ones it would lie on, and grow where it is."""
        kept: list[_Spot] = []
        for spot in spots:
            for k, other in enumerate(kept):
                if math.hypot(spot.x - other.x, spot.y - other.y) < 0.9 * (spot.radius + other.radius):
                    kept[k] = self._spot(other.x, other.y, [*other.rows, *spot.rows])
                    break
            else:
                kept.append(spot)
        return sorted(kept, key=lambda spot: (-len(spot.rows), spot.y, spot.x))

    def _draw_spots(self, spots: list[_Spot]) -> None:
        kinds = [event["event_type"] for event in captions.records_of(self.spots, ["event_type"])]
        for spot in reversed(spots):
            if spot.ring > spot.radius * 1.15:
                circle = shapely.Point(spot.x, spot.y).buffer(spot.ring, quad_segs=32)
                ring = shapely.intersection(circle.exterior, self.window)
                self.sheet.line(ring, color=symbols.INK, width=1.1, alpha=0.7, z=6)
            draw_symbol(self.sheet, [kinds[row] for row in spot.rows], spot.x, spot.y, spot.radius)

    def _areas(self) -> None:
        """Draw events known only to an area as the dashed circle that holds the area, one for each place."""
        layer = self.areas
        if not len(layer):
            return
        x, y = self.frame.to_px(layer.geometry.x, layer.geometry.y)
        events = captions.records_of(layer, (*captions.CALLOUT_COLUMNS, "radius_m"))
        groups: dict[tuple[Any, ...], list[int]] = {}
        for k, event in enumerate(events):
            groups.setdefault((event["place_name"], round(float(x[k]), 1), round(float(y[k]), 1)), []).append(k)
        circles = []
        for rows in groups.values():
            k, point = rows[0], layer.geometry.iloc[rows[0]]
            metres = max(float(events[row]["radius_m"] or 0.0) for row in rows)
            reach = max(self.frame.px_of(metres, point.x, point.y), self.sheet.px(SMALLEST_AREA_PX))
            circle = shapely.Point(x[k], y[k]).buffer(reach, quad_segs=48)
            rim = shapely.intersection(circle.exterior, self.window)
            self.sheet.line(rim, color=symbols.ACCENT, width=1.8, dash=(5, 3.5), z=5)
            circles.append(((float(x[k]), float(y[k])), reach, circle))
        small = self.sheet.px(LABEL_CLEARS_PX)
        rims = [Box(x - reach, y - reach, 2 * reach, 2 * reach) for (x, y), reach, _ in circles if reach <= small]
        for rows, (middle, reach, circle) in zip(groups.values(), circles, strict=True):
            lines = self._callout([events[row] for row in rows], full=len(groups) <= CALLOUTS)
            if self._write_inside(circle, lines, color=symbols.ACCENT, prefer=middle):
                continue
            beside = [*self.taken, *rims]
            self._write_beside(middle, reach if reach <= small else 0.0, lines, beside, color=symbols.ACCENT, far=True)
        self.taken += rims

    def _callouts(self, spots: list[_Spot]) -> None:
        """Write beside each symbol what happened there, or only the name where there are many."""
        events = captions.records_of(self.spots, captions.CALLOUT_COLUMNS)
        full = len(spots) <= CALLOUTS
        for spot in spots:
            # A small ring stays readable when the label stands outside it; a large one cannot be avoided.
            reach = max(spot.radius, spot.ring if spot.ring <= self.sheet.px(LABEL_CLEARS_PX) else 0.0)
            lines = self._callout([events[row] for row in spot.rows], full=full)
            self._write_beside((spot.x, spot.y), reach, lines, self.taken, color=symbols.INK, far=full)

    @staticmethod
    def _callout(events: list[dict[str, Any]], *, full: bool) -> Lines:
        """Return name, time and figures, or the name alone."""
        first, *rest = captions.callout(events)
        return [(printable(first), 20 if full else 17, True), *((printable(word), 17, False) for word in rest if full)]

    def _write_beside(
        self,
        anchor: tuple[float, float],
        reach: float,
        lines: Lines,
        taken: list[Box],
        *,
        color: str,
        far: bool,
    ) -> None:
        """Write lines where there is room beside a symbol; those that had to move away get a line to it."""
        bounds = self.box.grown(-self.sheet.px(6))
        box = place_beside(anchor, self._size(lines), reach, taken, bounds, far=far)
        if box is None:
            return
        self._leader(anchor, box, reach)
        self._write(lines, box, color=color, align="right" if box.right <= anchor[0] else "left")
        self.taken.append(box.grown(self.sheet.px(4)))

    def _leader(self, anchor: tuple[float, float], box: Box, reach: float) -> None:
        x, y = foot_of(anchor, box)
        length = math.hypot(x - anchor[0], y - anchor[1])
        if length < reach + self.sheet.px(14):
            return
        near = reach / length
        start = (anchor[0] + (x - anchor[0]) * near, anchor[1] + (y - anchor[1]) * near)
        self.sheet.line(shapely.LineString([start, (x, y)]), color=symbols.SOFT, width=1.1, z=7.5)
        steps = np.linspace(start, (x, y), 2 + int(length / self.sheet.px(LEADER_STEP_PX)))
        self.taken += [Box(left - 1, top - 1, 2, 2) for left, top in steps.tolist()]  # no name on the line

    # ---- camps ------------------------------------------------------------------------------------------------------
    def _camp_size(self) -> float:
        return self.sheet.px(CAMP_PX * (1.0 if self.frame.width_m <= WIDE_M else 0.62))

    def _camp_points(self) -> list[tuple[float, float]]:
        """Return the points of camps in sight and near an event; those generalised to one settlement share one."""
        camps = self.content.camps
        if camps is None or not len(camps):
            return []
        points = shapely.centroid(camps.geometry.to_numpy())
        x, y = self.frame.to_px(shapely.get_x(points), shapely.get_y(points))
        radius = self._camp_size()
        inner = self.box.grown(-radius)
        seen = set(zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), strict=True))
        inside = sorted(p for p in seen if inner.left < p[0] < inner.right and inner.top < p[1] < inner.bottom)
        lon, lat, metres = self.content.drawn
        events = np.column_stack(self.frame.to_px(lon, lat))
        reach = (CAMPS_NEAR_M + metres) / self.frame.metres_per_px
        return [p for p in inside if (np.hypot(*(events - p).T) <= reach).any()]

    def _draw_camps(self) -> None:
        radius = self._camp_size()
        for x, y in self._camp_points():
            spot = Box(x - radius, y - radius, 2 * radius, 2 * radius)
            if not any(spot.meets(fixed) for fixed in self._fixtures):
                self.sheet.symbol(symbols.TENT, x, y, radius, color=symbols.CAMP, width=1.0, z=7)
                self.taken.append(spot)

    # ---- names ------------------------------------------------------------------------------------------------------
    def _size(self, lines: Lines) -> tuple[float, float]:
        sizes = [self.sheet.measure(text, size, bold=bold) for text, size, bold in lines]
        return max(width for width, _ in sizes), sum(height for _, height in sizes)

    def _write(self, lines: Lines, box: Box, *, color: str, align: str) -> None:
        top, x = box.top, {"left": box.left, "center": box.centre[0], "right": box.right}[align]
        for text, size, bold in lines:
            self.sheet.write(text, x, top, size, color=color, bold=bold, align=align, halo=True)
            top += self.sheet.px(size) * LINE

    def _write_inside(
        self,
        area: Any,
        lines: Lines,
        *,
        color: str,
        prefer: tuple[float, float] | None = None,
        drift: float = math.inf,
    ) -> bool:
        lines = [(printable(text), size, bold) for text, size, bold in lines]
        bounds = self.box.grown(-self.sheet.px(6))
        box = place_inside(area, self._size(lines), self.taken, bounds, prefer=prefer, drift=drift)
        if box is None:
            return False
        self._write(lines, box, color=color, align="center")
        self.taken.append(box.grown(self.sheet.px(9)))  # towns set close around it would read as a list
        return True

    def _name_countries(self, countries: GeoDataFrame, land: Any) -> None:
        """Name countries at or near points written by hand; in close views, that hold none, on the mainland in sight.

        The middle of what is visible may be land that others claim, and a name there would be a claim of ours: so a
        country gets no name of the second kind on a part that lies apart, nor where a line of its own is disputed.
        """
        row_of = {iso2: k for k, iso2 in enumerate(countries["iso2"]) if isinstance(iso2, str)}
        seen: set[str] = set()
        for iso2, name, lon, lat in _country_points():
            x, y = (float(value) for value in self.frame.to_px(lon, lat))
            inside = self.box.left < x < self.box.right and self.box.top < y < self.box.bottom
            if iso2 in seen or iso2 not in row_of or not inside:
                continue
            for part in shapely.get_parts(land[row_of[iso2]]):
                if part.geom_type == "Polygon" and part.contains(shapely.Point(x, y)):
                    drift = self.sheet.px(COUNTRY_DRIFT_PX)
                    words: Lines = [(name.upper(), 18, False)]
                    if self._write_inside(part, words, color=COUNTRY_INK, prefer=(x, y), drift=drift):
                        seen.add(iso2)
        names = {iso2: name for iso2, name, *_ in _country_points()}
        disputed = shapely.union_all(self.frame.clip(disputed_lines().geometry.to_numpy()))
        for iso2, k in row_of.items():
            if iso2 in seen or iso2 not in names or land[k].area < SMALLEST_NAMED * self.window.area:
                continue
            mainland = max(shapely.get_parts(countries.geometry.iloc[k]), key=lambda part: part.area)
            part = shapely.intersection(self.frame.clip(np.array([mainland], dtype=object))[0], self.window)
            if part.area > 0 and (disputed.is_empty or part.distance(disputed) > 1.0):
                largest = max(shapely.get_parts(part), key=lambda piece: piece.area)
                self._write_inside(largest, [(names[iso2].upper(), 18, False)], color=COUNTRY_INK)

    def _towns(self) -> None:
        """Name towns for orientation, the largest first; none on or under anything else, none that is named already."""
        drawn = [] if self.crowded else [part for part in (self.spots, self.areas) if "place_name" in part]
        told = {name for part in drawn for name in part["place_name"].dropna()}
        rows = towns()
        x, y = self.frame.to_px([town.lon for town in rows], [town.lat for town in rows])
        inner, gap = self.box.grown(-self.sheet.px(10)), self.sheet.px(TOWN_GAP_PX)
        visible = np.flatnonzero((x > inner.left) & (x < inner.right) & (y > inner.top) & (y < inner.bottom))
        dots: list[tuple[float, float]] = []
        for k in visible[:TOWNS_TRIED].tolist():
            town, dot = rows[k], (float(x[k]), float(y[k]))
            large = town.capital or town.population >= LARGE
            radius, size = self.sheet.px(TOWN_PX + (0.8 if large else 0)), 17 if large else 15
            spot = Box(dot[0] - radius, dot[1] - radius, 2 * radius, 2 * radius)
            if len(dots) >= TOWNS or town.name in told or any(map(spot.meets, self.taken)):
                continue
            name = printable(town.name)
            box = place_beside(dot, self.sheet.measure(name, size), radius, [*self.taken, spot], inner)
            if box is None or any(math.dist(dot, other) < gap for other in dots):
                continue
            self.sheet.symbol(symbols.CIRCLE, *dot, radius, color=symbols.INK, width=0.8, z=4.5)
            self.sheet.write(name, box.left, box.top, size, color="#3a4048", halo=True, z=8.8)
            self.taken += [spot, box]
            dots.append(dot)

    # ---- scale and inset --------------------------------------------------------------------------------------------
    def _scale_bar(self) -> None:
        """Draw a bar true where it stands; a view of continents has no one scale."""
        if self.frame.world or self.frame.width_m > SCALED_M:
            return
        sheet, size = self.sheet, (self.sheet.px(190), self.sheet.px(40))
        corners = ("lower left", "upper left", "upper right")
        box = emptiest_corner(size, sheet.px(14), self.taken, self.box, order=corners)
        if box is None:
            return
        y, tick = box.bottom - sheet.px(5), sheet.px(6)
        metres, px = scale_bar(self.frame, (box.centre[0], y), size[0])
        bar = shapely.LineString([(box.left, y - tick), (box.left, y), (box.left + px, y), (box.left + px, y - tick)])
        sheet.line(bar, color="white", width=4.5, alpha=0.8, z=9)
        sheet.line(bar, color=symbols.INK, width=1.8, z=9.1)
        words = f"{metres // 1000:,} km" if metres >= 1000 else f"{metres} m"
        sheet.write(words, box.left, box.top, 16, color=symbols.INK, halo=True, z=9.2)
        self.taken.append(box)
        self._fixtures.append(box)

    def _inset(self, countries: GeoDataFrame) -> None:
        """Show where the map lies, in a corner that covers no event; a view of continents needs none."""
        if self.frame.world or self.frame.width_m > INSET_M:
            return
        sheet, busy = self.sheet, [taken.grown(self.sheet.px(6)) for taken in self.taken]
        sizes = [(self.box.width * share, self.box.width * share * 0.86) for share in (0.2, 0.165, 0.135)]
        box = next(filter(None, (emptiest_corner(size, sheet.px(10), busy, self.box) for size in sizes)), None)
        if box is None:
            return
        width_m = max(self.frame.width_m * 5.0, 1_400_000.0)
        frame = Frame(self.frame.lon, self.frame.lat, width_m / box.width, box)
        sheet.rectangle(box, color=symbols.SEA, z=10)
        land = self._basemap(frame, shapely.box(box.left, box.top, box.right, box.bottom), countries, weight=0.5, z=11)
        across = [self.box.left, self.box.right, self.box.right, self.box.left]
        down = [self.box.top, self.box.top, self.box.bottom, self.box.bottom]
        outline = shapely.Polygon(np.column_stack(frame.to_px(*self.frame.to_lon_lat(across, down))))
        sheet.line(outline, color=symbols.ACCENT, width=2.2, z=16)
        left, top, right, bottom = outline.bounds
        taken = [Box(left, top, right - left, bottom - top)]
        row_of = {iso2: k for k, iso2 in enumerate(countries["iso2"]) if isinstance(iso2, str)}
        for iso2, name, lon, lat in sorted(_country_points(), key=lambda point: self._away(frame, point)):
            if len(taken) > INSET_NAMES:
                break
            x, y = (float(value) for value in frame.to_px(lon, lat))
            if iso2 not in row_of or not (box.left < x < box.right and box.top < y < box.bottom):
                continue
            own = [part for part in shapely.get_parts(land[row_of[iso2]]) if part.distance(shapely.Point(x, y)) == 0.0]
            size, drift = sheet.measure(name, 12), sheet.px(30)
            where = place_inside(own[0], size, taken, box.grown(-2), prefer=(x, y), drift=drift) if own else None
            if where is not None:
                sheet.write(name, where.left, where.top, 12, color=symbols.INK, z=17)
                taken.append(where)
                row_of.pop(iso2)
        sheet.rectangle(box, edge=symbols.BORDER, width=1.2, z=18)
        self.taken.append(box)
        self._fixtures.append(box)

    @staticmethod
    def _away(frame: Frame, point: tuple[str, str, float, float]) -> float:
        x, y = frame.to_px(point[2], point[3])
        away = math.hypot(float(x) - frame.box.centre[0], float(y) - frame.box.centre[1])
        return away if math.isfinite(away) else math.inf


def _country_points() -> list[tuple[str, str, float, float]]:
    """Return iso2, name, longitude, latitude of where the name of a country may stand, best first."""
    countries = {row["iso2"]: row for row in curated_rows("countries.csv")}
    with (Path(__file__).parent / "static" / "country_labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [*countries.values(), *csv.DictReader(file)]
    return [
        (row["iso2"], countries[row["iso2"]]["name"], float(row["lon"]), float(row["lat"]))
        for row in rows
        if row["lat"]
    ]


def _places(layer: GeoDataFrame) -> int:
    """Return how many different points a layer has."""
    return len({(round(point.x, 5), round(point.y, 5)) for point in layer.geometry})
