"""What a map within a still would like to name, how much each name matters, and where it might stand."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.bundled import curated_rows, disputed_lines
from geoconflict.maps import captions, symbols
from geoconflict.maps.frame import Box
from geoconflict.maps.labels import Label, beside, inside
from geoconflict.maps.sheet import LINE
from geoconflict.maps.spelling import Spelling
from geoconflict.maps.towns import LARGE, towns
from geoconflict.maps.view import nearest_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

    from geoconflict.maps.content import Content
    from geoconflict.maps.ground import Held, Land
    from geoconflict.maps.labels import Place
    from geoconflict.maps.spots import Spots
    from geoconflict.maps.view import View

WEIGHT = {"event": 100.0, "area": 100.0, "camp": 45.0, "city": 45.0, "zone": 40.0, "country": 14.0}
WEIGHT |= {"town": 10.0, "region": 6.0, "water": 5.0, "sea": 5.0}
"""What a reader needs first. A label gives way only where more weight is gained than lost."""
PRIORITY = ("event", "area", "camp", "city")
PLACED = ("place_id", "place_kind", "country")
"""What a place's name in another spelling is found by."""
CALLOUTS = 7
"""Places that get lines of their own beside the symbol; with more, names only."""
TOWN_ROOM, TOWNS, TOWN_GAP, TOWN = 17_000.0, 22, 40.0, 2.2
"""CSS pixels of map a town; towns at most; how far apart; radius of its dot."""
CAMPS_NAMED, LEADER = 6, 60.0
"""Camps named at most, and how far away: a longer line would run through what matters more."""
LABEL_CLEARS = 47.0
"""Circles up to this radius are kept free of labels; larger ones cannot be."""
COUNTRY_DRIFT = 75.0
"""How far the name of a country may stand from its curated point."""
SMALLEST_NAMED, SEA_SHARE = 0.015, 0.03
"""Share of the map a country without a curated point in sight, and a sea, must fill to be named."""
SEA_PIECE = 5

Line = tuple[str, float, bool]
"""Text, size in CSS pixels and whether bold."""


@dataclass(frozen=True)
class Name:
    """A label with its wordings, lines each, and how it is written; `dot` is the point a town gets with its name."""

    label: Label
    wordings: tuple[tuple[Line, ...], ...]
    color: str
    italic: bool = False
    dot: tuple[float, float] | None = None
    key: str = ""

    def shown(self, place: Place) -> tuple[Line, ...]:
        """Return the lines of the wording a position is for."""
        return self.wordings[place.wording]


class Names:
    """Collects what a view would name."""

    def __init__(
        self,
        view: View,
        content: Content,
        land: Land,
        spots: Spots,
        *,
        held: dict[str, Held],
        names: str = "press",
    ) -> None:
        self.view, self.content, self.land, self.spots, self.held = view, content, land, spots, held
        self.spelling, self.colors = Spelling(names), view.sheet.palette
        self.bounds = view.box.grown(-view.px(4))

    def all(self, basemap: GeoDataFrame | None = None) -> list[Name]:
        """Return every name, the events first."""
        crowded = self.spots.crowded
        events = [] if crowded else [*self._events(), *self._areas()]
        towns_near = list(self._towns())
        rest = [*self._zones(), *self._countries(), *towns_near, *self._seas(), *self._basemap(basemap)]
        return [*events, *([] if crowded else self._camps()), *rest]

    def kept(self) -> list[str]:
        """Return, in words, the names that stay as the press has them because no list has them as asked for."""
        kept = list(self.spelling.missing)
        if not kept:
            return []
        them = "it" if len(kept) == 1 else "them"
        return [f"{captions.counted(len(kept), 'name')} as the press writes {them}: {captions.list_words(kept, 4)}"]

    # ---- measures ---------------------------------------------------------------------------------------------------
    def _size(self, lines: tuple[Line, ...], *, italic: bool = False) -> tuple[float, float]:
        sheet = self.view.sheet
        sizes = [sheet.measure(text, size, bold=bold, italic=italic) for text, size, bold in lines]
        return max(width for width, _ in sizes), sum(height for _, height in sizes)

    def _lines(self, text: str, size: float, width: float, *, bold: bool = False, most: int = 3) -> tuple[Line, ...]:
        """Break a text into lines of a width in CSS pixels."""
        rows = self.view.sheet.wrapped(captions.printable(text), size, self.view.px(width), most, bold=bold)
        return tuple((row, size, bold) for row in rows)

    def _callout(self, events: list[dict[str, Any]], *, full: bool) -> tuple[tuple[Line, ...], ...]:
        """Return the wordings of an event, the fullest first: with time and figures, with time, the name alone."""
        first, *rest = captions.callout(events)
        width = 130.0 if self.view.compact else 210.0
        head = self._lines(first, 12.5 if full and not self.view.compact else 12, width, bold=True)
        bare = self._lines(first, 11.5, width * 0.75, bold=True)
        if not full:
            return (head, bare) if bare != head else (head,)
        body = [self._lines(text, 11.5 if not self.view.compact else 11, width) for text in rest]
        longest = head + tuple(line for lines in body for line in lines)
        shorter = head + (body[0] if body else ())
        return tuple(dict.fromkeys((longest, shorter, head, bare)))

    # ---- events and camps -------------------------------------------------------------------------------------------
    def _events(self) -> Iterator[Name]:
        """Name what happened at each symbol, or only the place where there are many."""
        columns = (*captions.CALLOUT_COLUMNS, *PLACED)
        events = [self.spelling.event(event) for event in captions.records_of(self.spots.layer, columns)]
        spots = self.spots.spots
        full = len(spots) <= (CALLOUTS if not self.view.compact else 3)
        for number, spot in enumerate(spots):
            told = [events[row] for row in spot.rows]
            wordings = self._callout(told, full=full)
            # A small ring stays readable when the label stands outside it; a large one cannot be avoided.
            reach = max(spot.radius, spot.ring if spot.ring <= self.view.px(LABEL_CLEARS) else 0.0)
            places = self._beside((spot.x, spot.y), wordings, reach, far=True)
            if reach > spot.radius:
                places += self._beside(
                    (spot.x, spot.y), wordings[-1:], spot.radius, far=False, wording=len(wordings) - 1
                )
            label = Label(captions.place_words(told[0]), "event", WEIGHT["event"], places, ("spot", number))
            yield Name(label, wordings, self.colors.ink)

    def _areas(self) -> Iterator[Name]:
        columns = (*captions.CALLOUT_COLUMNS, *PLACED, "radius_m")
        events = [self.spelling.event(event) for event in captions.records_of(self.spots.area_layer, columns)]
        full = len(self.spots.areas) <= (CALLOUTS if not self.view.compact else 2)
        for number, area in enumerate(self.spots.areas):
            told = [events[row] for row in area.rows]
            wordings = self._callout(told, full=full)
            sizes = [self._size(lines) for lines in wordings]
            visible = shapely.intersection(area.outline, self.view.window)
            prefer = (area.x, area.y) if visible.intersects(shapely.Point(area.x, area.y)) else None
            places = inside(visible, sizes, self.bounds, prefer=prefer) if visible.area > 0 else ()
            small = area.reach <= self.view.px(LABEL_CLEARS)
            places += self._beside((area.x, area.y), wordings, area.reach if small else 0.0, far=True)
            label = Label(captions.place_words(told[0]), "area", WEIGHT["area"], places, ("area", number))
            yield Name(label, wordings, self.colors.area)

    def _beside(
        self,
        anchor: tuple[float, float],
        wordings: tuple[tuple[Line, ...], ...],
        reach: float,
        *,
        far: bool,
        own: Box | None = None,
        wording: int = 0,
        italic: bool = False,
    ) -> tuple[Place, ...]:
        sizes = [self._size(lines, italic=italic) for lines in wordings]
        places = beside(anchor, sizes, reach, self.view.sheet.unit, far=far, own=own)
        if not wording:
            return places
        return tuple(replace(place, wording=wording, cost=place.cost + 12.0) for place in places)

    def _camps(self) -> Iterator[Name]:
        """Name the camps nearest to the events, as the links tell them, one a symbol."""
        layer = self.spots.layer
        wanted = set(layer["camp_name"].dropna()) if "camp_name" in layer else set()
        most = CAMPS_NAMED if not self.view.compact else 2 if len(self.spots.spots) <= CALLOUTS else 0
        named = [(number, camp) for number, camp in enumerate(self.spots.camps) if wanted & set(camp.names)]
        for number, camp in named[:most]:
            text = self.spelling.camp(camp.names[0]) if len(camp.names) == 1 else f"{len(camp.names)} camps"
            if len(camp.names) > 1 and (known := sorted(wanted & set(camp.names))):
                text = f"{self.spelling.camp(known[0])} and {len(camp.names) - 1} more"
            wordings = (self._lines(text, 11, 200.0), self._lines(text, 11, 80.0))
            places = self._beside((camp.x, camp.y), wordings, camp.radius, far=True)
            places = tuple(
                one for one in places if one.leader is None or math.dist(*one.leader) <= self.view.px(LEADER)
            )
            label = Label(text, "camp", WEIGHT["camp"], places, ("camp", number))
            yield Name(label, wordings, self.colors.camp)

    # ---- ground -----------------------------------------------------------------------------------------------------
    def _zones(self) -> Iterator[Name]:
        """Name each controller on the largest piece of its ground, so that the key need not."""
        for name, one in sorted(self.held.items(), key=lambda item: (-item[1].whole.area, item[0])):
            roomy = max(shapely.get_parts(one.whole), key=lambda part: part.area)
            tint = self.content.looks[name].tint
            wordings = tuple(
                dict.fromkeys((self._lines(name, 12, 130.0, bold=True), self._lines(name, 11, 80.0, bold=True)))
            )
            places = inside(roomy, [self._size(lines) for lines in wordings], self.bounds)
            label = Label(name, "zone", WEIGHT["zone"], places)
            yield Name(label, wordings, symbols.mixed(tint, -0.35), key=f"zone:{name}")

    def _countries(self) -> Iterator[Name]:
        """Name countries at or near points written by hand; in close views, that hold none, on the mainland in sight.

        The middle of what is visible may be land that others claim, and a name there would be a claim of ours: so a
        country gets no name of the second kind on a part that lies apart, nor where a line of its own is disputed.
        """
        points: dict[str, list[tuple[float, float]]] = {}
        names: dict[str, str] = {}
        for iso2, name, lon, lat in country_points():
            names[iso2] = name
            x, y = (float(value) for value in self.view.frame.to_px(lon, lat))
            if self.view.box.left < x < self.view.box.right and self.view.box.top < y < self.view.box.bottom:
                points.setdefault(iso2, []).append((x, y))
        disputed = shapely.union_all(self.view.frame.clip(disputed_lines().geometry.to_numpy()))
        for iso2, piece in zip(self.land.iso2, self.land.pieces, strict=True):
            if not isinstance(iso2, str) or iso2 not in names or piece.is_empty:
                continue
            wordings = (((captions.printable(self.spelling.country(iso2, names[iso2])).upper(), 11.5, False),),)
            sizes = [self._size(wordings[0])]
            places: tuple[Place, ...] = ()
            for x, y in points.get(iso2, []):
                for part in shapely.get_parts(piece):
                    if part.geom_type == "Polygon" and part.contains(shapely.Point(x, y)):
                        drift = self.view.px(COUNTRY_DRIFT)
                        places += inside(part, sizes, self.bounds, prefer=(x, y), drift=drift)
            if not places and piece.area >= SMALLEST_NAMED * self.view.window.area:
                largest = max(shapely.get_parts(piece), key=lambda part: part.area)
                near = not disputed.is_empty and largest.distance(disputed) <= 1.0
                if not near and largest.area > 0.6 * piece.area:
                    places = inside(largest, sizes, self.bounds)
            if places:
                yield Name(Label(names[iso2], "country", WEIGHT["country"], places), wordings, self.colors.country)

    def _towns(self) -> Iterator[Name]:
        """Name towns for orientation, the largest first; none that is named already, none close to another."""
        view, spots = self.view, self.spots
        drawn = [] if spots.crowded else [part for part in (spots.layer, spots.area_layer) if "place_name" in part]
        told = {name for part in drawn for name in part["place_name"].dropna()}
        lon, lat, _ = self.content.drawn
        known = nearest_city(lon, lat)
        rows = towns()
        x, y = view.frame.to_px([town.lon for town in rows], [town.lat for town in rows])
        inner, gap = view.box.grown(-view.px(7)), view.px(TOWN_GAP)
        visible = np.flatnonzero((x > inner.left) & (x < inner.right) & (y > inner.top) & (y < inner.bottom)).tolist()
        if known:
            visible.sort(key=lambda k: (rows[k].lon, rows[k].lat) != known[:2])
        most = min(TOWNS, int(view.window.area / view.sheet.unit**2 / TOWN_ROOM))
        busy = [spot.box.grown(view.px(2)) for spot in spots.spots] + [camp.box for camp in spots.camps]
        rings = [one for one in spots.spots if one.ring > one.radius]
        dots: list[tuple[float, float]] = []
        for k in visible:
            town, dot = rows[k], (float(x[k]), float(y[k]))
            if len(dots) >= most:
                break
            radius = view.px(TOWN + (0.6 if town.capital or town.population >= LARGE else 0.0))
            spot = Box(dot[0] - radius, dot[1] - radius, 2 * radius, 2 * radius)
            apart = all(math.dist(dot, other) >= gap for other in dots)
            city = bool(known and (town.lon, town.lat) == known[:2])
            on_ring = any(abs(math.dist(dot, (one.x, one.y)) - one.ring) < view.px(4) for one in rings)
            if town.name in told or not apart or on_ring or any(map(spot.meets, busy)):
                continue
            if not city and not self.spelling.knows(town):  # in two scripts side by side a map looks like two
                continue
            dots.append(dot)
            large = city or town.capital or town.population >= LARGE
            written = captions.printable(self.spelling.town(town))
            wordings = (((written, 12.0 if large else 11.0, False),),)
            places = self._beside(dot, wordings, radius, far=False, own=spot)
            kind = "city" if city else "town"
            weight = WEIGHT[kind] + (2.0 if large and not city else 0.0)
            yield Name(Label(town.name, kind, weight, places), wordings, self.colors.label, dot=dot)

    def _seas(self) -> Iterator[Name]:
        """Name the seas in sight on open water."""
        for name, west, south, east, north in sea_boxes():
            if self.view.frame.world:
                return
            shape = self.view.frame.clip(np.array([shapely.box(west, south, east, north)], dtype=object))[0]
            water = shapely.difference(shapely.intersection(shape, self.view.window), self.land.whole)
            if water.area < SEA_SHARE * self.view.window.area:
                continue
            largest = max(shapely.get_parts(water), key=lambda part: part.area)
            wordings = (self._lines(name, 11.5, 300.0), self._lines(name, 11.5, 90.0))
            sizes = [self._size(lines, italic=True) for lines in wordings]
            label = Label(name, "sea", WEIGHT["sea"], inside(largest, sizes, self.bounds))
            yield Name(label, wordings, self.colors.water, italic=True)

    def _basemap(self, basemap: GeoDataFrame | None) -> Iterator[Name]:
        """Name the provinces and lakes a source gives, where there is room to spare."""
        if basemap is None or not len(basemap) or "name" not in basemap:
            return
        told = {str(name) for name in self.spots.area_layer.get("place_name", []) if isinstance(name, str)}
        rows = basemap[basemap["kind"].isin(["admin1", "lake"]).to_numpy(bool) & basemap["name"].notna().to_numpy(bool)]
        shapes = self.view.frame.clip(rows.geometry.to_numpy()) if len(rows) else []
        for kind, name, shape in zip(rows["kind"], rows["name"], shapes, strict=True):
            part = shapely.intersection(shape, self.view.window)
            if shapely.get_dimensions(part) != 2 or part.area < 0.006 * self.view.window.area or name in told:
                continue
            largest = max(shapely.get_parts(part), key=lambda piece: piece.area)
            wordings = (self._lines(str(name), 11, 120.0),)
            sizes = [self._size(wordings[0], italic=kind == "lake")]
            what = "region" if kind == "admin1" else "water"
            label = Label(str(name), what, WEIGHT[what], inside(largest, sizes, self.bounds))
            color = self.colors.country if kind == "admin1" else self.colors.water
            yield Name(label, wordings, color, italic=kind == "lake")


@cache
def country_points() -> tuple[tuple[str, str, float, float], ...]:
    """Return iso2, name, longitude, latitude of where the name of a country may stand, best first."""
    countries = {row["iso2"]: row for row in curated_rows("countries.csv")}
    with (Path(__file__).parent / "static" / "country_labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [*countries.values(), *csv.DictReader(file)]
    return tuple(
        (row["iso2"], countries[row["iso2"]]["name"], float(row["lon"]), float(row["lat"]))
        for row in rows
        if row["lat"]
    )


@cache
def sea_boxes() -> tuple[tuple[str, float, float, float, float], ...]:
    """Return name, west, south, east, north of seas: boxes within which open water bears the name."""
    with (Path(__file__).parent / "static" / "sea_labels.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["name"], *(float(row[key]) for key in ("west", "south", "east", "north")))  # type: ignore[misc]
            for row in csv.DictReader(file)
        )


def line_tops(lines: tuple[Line, ...], top: float, unit: float) -> Iterator[tuple[Line, float]]:
    """Yield each line of a label and where it begins."""
    for line in lines:
        yield line, top
        top += line[1] * unit * LINE
