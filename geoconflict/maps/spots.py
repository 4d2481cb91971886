"""Events and camps as symbols: one a place, in a crowded picture one for all around it, areas as dashed outlines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geoconflict.bundled import admin1_area, admin1_changed
from geoconflict.maps import captions, symbols
from geoconflict.maps.content import numbers, points_of
from geoconflict.maps.frame import Box
from geoconflict.maps.islands import kinds_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geoconflict.maps.content import Content
    from geoconflict.maps.ground import Land
    from geoconflict.maps.sheet import Sheet
    from geoconflict.maps.view import View

SPOT, SEVERAL, CAMP = 6.6, 9.4, 5.8
"""Radius of a symbol in CSS pixels."""
EACH, LARGEST = 0.42, 23.0
"""What the root of their number adds to the radius of a disc of several, and the largest such disc."""
SMALLEST_AREA = 20.0
"""An area of unknown extent is drawn this large, so that it does not look like a spot."""
SINGLE_SPOTS, SINGLE_AREAS = 60, 20
"""Above this many places a picture is crowded: events that fall into one cell of it are drawn as one disc."""
COMPACT_SPOTS = 18
"""The same on a phone, where more names than that leave no map."""
CELL = 23.0
WIDE_M = 700_000.0
"""Views up to this wide draw camps at full size."""
CAMPS_NEAR_M = 50_000.0
"""Camps are drawn this near to a drawn event, as far as links reach; others say nothing about the events."""


@dataclass(frozen=True)
class _Symbol:
    """Something drawn round a point."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """What the symbol covers."""
        return Box(self.x - self.radius, self.y - self.radius, 2 * self.radius, 2 * self.radius)


@dataclass(frozen=True)
class Spot(_Symbol):
    """Events drawn as one symbol: `rows` of the spot layer by position; `ring` is the radius of their uncertainty."""

    rows: tuple[int, ...]
    ring: float


@dataclass(frozen=True)
class CampSpot(_Symbol):
    """Camps at one point."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """Events known to one area: `outline` in pixels, cut to the country.

    `given`: it is the area's own; `dated`: as the package has it, of about 2013.
    """

    x: float
    y: float
    rows: tuple[int, ...]
    outline: Any
    reach: float
    given: bool
    dated: bool = False


def draw_symbol(sheet: Sheet, kinds: list[Any], x: float, y: float, radius: float) -> None:
    """Draw one event by its kind, or several as a disc with their number."""
    colors = sheet.palette
    if len(kinds) == 1:
        outline, color = colors.kind(kinds[0])
        sheet.symbol(outline, x, y, radius, color=color, edge=colors.halo, width=1.0)
        return
    sheet.symbol(symbols.CIRCLE, x, y, radius, color=colors.paper, edge=colors.ink, width=1.4)
    words = f"{len(kinds)}" if len(kinds) < 10_000 else f"{len(kinds) // 1000}k"
    sheet.write(words, x, y - sheet.px(11) * 0.6, 11, color=colors.ink, bold=True, align="center", z=8.5, role="count")


class Spots:
    """The events and camps of a view, grouped.

    Attributes
    ----------
    layer, area_layer
        The rows that `spots` and `areas` point to.
    missing
        Counts of what is not on the map, in words.
    crowded
        Whether a disc stands for all events around it.
    """

    def __init__(self, view: View, content: Content, land: Land, basemap: GeoDataFrame, borders: str) -> None:
        self.view, self.content = view, content
        self.layer, self.area_layer, self.missing = content.spots, content.areas, list(content.missing)
        single = SINGLE_SPOTS if not view.compact else COMPACT_SPOTS
        self.crowded = _places(self.layer) > single or _places(self.area_layer) > SINGLE_AREAS
        if self.crowded:
            self._gather()
        self.spots = self._spots()
        self.areas = self._areas(land, _provinces(basemap), borders)
        self.camps = self._camps()

    def _gather(self) -> None:
        """Put events whose area fits into a cell to the spots, and leave out the rest where it is too many."""
        radius = numbers(self.area_layer, "radius_m", missing=math.inf)
        fits = radius <= self.view.px(CELL) * self.view.frame.metres_per_px
        if fits.any():
            self.layer = pd.concat([self.layer, self.area_layer[fits]])
        self.area_layer = self.area_layer[~fits]
        if _places(self.area_layer) > SINGLE_AREAS:
            self.missing.append(f"{captions.counted(len(self.area_layer), 'event')} known only to a wider area")
            self.area_layer = self.area_layer.iloc[:0]

    def _spots(self) -> list[Spot]:
        """Return one symbol a place, in a crowded picture one for all around it; the fullest first."""
        layer, frame = self.layer, self.view.frame
        if not len(layer):
            return []
        lon, lat = points_of(layer)
        radius = numbers(layer, "radius_m")
        x, y = frame.to_px(lon, lat)
        keys = np.column_stack([np.round(lon, 5), np.round(lat, 5)])
        if self.crowded:
            keys = np.column_stack([np.floor(x / self.view.px(CELL)), np.floor(y / self.view.px(CELL))])
        _, group = np.unique(keys, axis=0, return_inverse=True)
        order = np.argsort(group.ravel(), kind="stable")
        spots = []
        for rows in np.split(order, np.flatnonzero(np.diff(group.ravel()[order])) + 1):
            metres = 0.0 if self.crowded else float(radius[rows].max())
            ring = frame.px_of(metres, float(lon[rows[0]]), float(lat[rows[0]])) if metres else 0.0
            spots.append(self._spot(float(x[rows].mean()), float(y[rows].mean()), rows.tolist(), ring))
        spots.sort(key=lambda spot: (-len(spot.rows), spot.y, spot.x))
        return self._merged(spots)

    def _spot(self, x: float, y: float, rows: list[int], ring: float = 0.0) -> Spot:
        # The area beyond the smallest disc grows with the number of events, as far as the map stays in sight.
        size = SPOT if len(rows) == 1 else min(SEVERAL + EACH * math.sqrt(len(rows)), LARGEST)
        return Spot(x, y, self.view.px(size), tuple(rows), ring)

    def _merged(self, spots: list[Spot]) -> list[Spot]:
        """Let a symbol take in those it would hide: a number says how many there are."""
        kept: list[Spot] = []
        for spot in spots:
            for k, other in enumerate(kept):
                # One symbol may cover half of another, nothing covers a number.
                share = 0.9 if self.crowded or len(spot.rows) > 1 or len(other.rows) > 1 else 0.55
                if math.hypot(spot.x - other.x, spot.y - other.y) < share * (spot.radius + other.radius):
                    kept[k] = self._spot(other.x, other.y, [*other.rows, *spot.rows], max(other.ring, spot.ring))
                    break
            else:
                kept.append(spot)
        kept.sort(key=lambda spot: (-len(spot.rows), spot.y, spot.x))
        return kept if len(kept) == len(spots) else self._merged(kept)  # a disc that grew may reach others

    def _areas(self, land: Land, provinces: GeoDataFrame | None, borders: str) -> list[Area]:
        """Return the outline of each area: its own where one is given, else the circle that holds it."""
        layer, frame = self.area_layer, self.view.frame
        if not len(layer):
            return []
        lon, lat = points_of(layer)
        x, y = frame.to_px(lon, lat)
        events = captions.records_of(layer, ("place_id", "date_start", "date_end", *_AREA_COLUMNS))
        groups: dict[tuple[Any, ...], list[int]] = {}
        for k, event in enumerate(events):
            groups.setdefault((event["place_name"], round(float(x[k]), 1), round(float(y[k]), 1)), []).append(k)
        areas = []
        for rows in groups.values():
            k, event = rows[0], events[rows[0]]
            metres = max(float(events[row]["radius_m"] or 0.0) for row in rows)
            reach = max(frame.px_of(metres, float(lon[k]), float(lat[k])), self.view.px(SMALLEST_AREA))
            own, dated = layer.geometry.iloc[k] if shapely.get_dimensions(layer.geometry.iloc[k]) == 2 else None, False
            if own is None and event["place_kind"] == "admin1" and not event["place_said"]:
                days = {events[row]["date_end"] or events[row]["date_start"] for row in rows}
                own, dated = _province_of(provinces, event, (float(lon[k]), float(lat[k])), days, borders)
            if own is not None:
                outline = frame.clip(np.array([own], dtype=object))[0]
            else:
                outline = shapely.Point(x[k], y[k]).buffer(reach, quad_segs=48)
                country = land.of(event["country"])
                if country.intersects(shapely.Point(x[k], y[k])):
                    outline = shapely.intersection(outline, country)
            areas.append(Area(float(x[k]), float(y[k]), tuple(rows), outline, reach, own is not None, dated))
        return areas

    def _camps(self) -> list[CampSpot]:
        """Return the camps in sight and near an event; those generalised to one settlement share one symbol."""
        camps, frame = self.content.camps, self.view.frame
        lon, lat, metres = self.content.drawn
        if camps is None or not len(camps) or not len(lon):
            return []
        radius = self.view.px(CAMP * (1.0 if frame.width_m <= WIDE_M else 0.7))
        points = shapely.centroid(camps.geometry.to_numpy())
        x, y = frame.to_px(shapely.get_x(points), shapely.get_y(points))
        inner = self.view.box.grown(-radius)
        events = np.column_stack(frame.to_px(lon, lat))
        reach = (CAMPS_NEAR_M + metres) / frame.metres_per_px
        names = [str(name) if isinstance(name, str) else "" for name in camps.get("name", [""] * len(camps))]
        at: dict[tuple[float, float], list[str]] = {}
        for point, name in zip(zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), strict=True), names, strict=True):
            inside = inner.left < point[0] < inner.right and inner.top < point[1] < inner.bottom
            if inside and (np.hypot(*(events - point).T) <= reach).any():
                at.setdefault(point, []).append(name)
        return [CampSpot(x, y, radius, tuple(sorted(filter(None, found)))) for (x, y), found in sorted(at.items())]

    # ---- drawing ----------------------------------------------------------------------------------------------------
    def draw(self, skip: list[Box]) -> None:
        """Draw all of them; a camp under one of `skip` is left out."""
        sheet, window, colors = self.view.sheet, self.view.window, self.view.sheet.palette
        kinds = kinds_of(self.layer)
        for area in self.areas:
            sheet.fill(shapely.intersection(area.outline, window), color=colors.area, alpha=0.07, z=2.6)
            rim = shapely.intersection(shapely.boundary(area.outline), shapely.buffer(window, -0.5))
            sheet.line(rim, color=colors.area, width=1.1, dash=() if area.given else (4.5, 3), alpha=0.8, z=5)
        for camp in self.camps:
            if not any(camp.box.meets(box) for box in skip):
                sheet.symbol(
                    symbols.TENT, camp.x, camp.y, camp.radius, color=colors.camp, edge=colors.halo, width=0.8, z=7
                )
        for spot in reversed(self.spots):
            if spot.ring > spot.radius * 1.15:
                disc = shapely.intersection(shapely.Point(spot.x, spot.y).buffer(spot.ring, quad_segs=32), window)
                sheet.fill(disc, color=colors.ink, alpha=0.08, z=5.9)
                sheet.line(disc, color=colors.halo, width=2.4, alpha=0.8, z=5.95)
                sheet.line(disc, color=colors.ink, width=1.1, alpha=0.85, z=6)
            draw_symbol(sheet, [kinds[row] for row in spot.rows], spot.x, spot.y, spot.radius)

    def key(self, *, generalised: bool) -> list[tuple[str, str]]:
        """Return what a key must explain, a swatch and its words each."""
        key: list[tuple[str, str]] = []
        if self.spots:
            sizes = [len(spot.rows) for spot in self.spots]
            alone = [spot.rows[0] for spot in self.spots if len(spot.rows) == 1]
            kinds = set(kinds_of(self.layer.iloc[alone]))
            if kinds:
                key += [(f"event:{kind}", kind) for kind in symbols.KINDS if kind in kinds]
                key += [("event:", "Event, kind not known")] if kinds - set(symbols.KINDS) else []
            if max(sizes) > 1:
                key.append(("several", "Events around here" if self.crowded else "Several events"))
            if any(spot.ring > spot.radius * 1.15 for spot in self.spots):
                key.append(("ring", "True spot lies inside, 9 times in 10"))
        if self.areas:
            given = all(area.given for area in self.areas)
            key.append(("outline" if given else "area", "Event known only to this area"))
        if self.camps:
            key.append(("camp", "Listed displacement camp" + (", position generalised" if generalised else "")))
        return key


def _places(layer: GeoDataFrame) -> int:
    """Return how many different points a layer has."""
    lon, lat = points_of(layer)
    return len(set(zip(np.round(lon, 5).tolist(), np.round(lat, 5).tolist(), strict=True)))


_AREA_COLUMNS = ("place_name", "place_said", "place_kind", "country", "radius_m")


def _provinces(basemap: GeoDataFrame) -> GeoDataFrame | None:
    """Return the rows of a basemap that are areas of provinces."""
    areas = (basemap["kind"] == "admin1").to_numpy(bool) & (shapely.get_dimensions(basemap.geometry) == 2)
    return basemap[areas] if areas.any() else None


def _province_of(
    provinces: GeoDataFrame | None,
    event: dict[str, Any],
    point: tuple[float, float],
    days: set[str | None],
    borders: str,
) -> tuple[Any, bool]:
    """Return the outline of the province events are known to, None where there is none, and if it is the package's.

    The user's comes first. The package's is none where the province was another one on one of the days. One that has
    the name but does not hold the events' point is another province, and no outline is claimed.
    """
    spot = shapely.Point(point)
    if provinces is not None:
        for shape in provinces.geometry[(provinces["name"] == event["place_name"]).fillna(False).to_numpy(bool)]:
            if shape.intersects(spot):
                return shape, False
    country = event["country"]
    for name in (event["place_id"], event["place_name"]):
        if not isinstance(country, str) or not isinstance(name, str):
            continue
        shape = admin1_area(country, name, borders)
        if shape is not None and shape.intersects(spot):
            changed = any(admin1_changed(country, name, day, borders) for day in days)
            return (None, False) if changed else (shape, True)
    return None, False
