"""The land under a map: outlines cut to the region, the far world coarse below, labels written by hand."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.bundled import BORDER_POLICIES, country_outlines, curated_rows, disputed_lines
from geoconflict.maps.islands import rings
from geoconflict.maps.towns import Town, towns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

Window = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

SMALLEST_SPAN_DEG = 0.5  # one village fills the map with its district, not with one empty colour
AREA_FIT_M = 150_000  # a province known only as such widens the first view, a country does not
MARGIN = 1.0  # of the longer span, on each side: a wide screen shows this much beyond a tall region, and panning more
SMALLEST_MARGIN_DEG = 2.5  # two screens at the scale a single event opens with
FAR_TOLERANCE_DEG = 0.15  # the far world is context, never read closely
WIDE_DEG = 60.0  # a window wider than a subcontinent is drawn coarser, coast and border alike
WIDE_STEPS = 4000  # into how many of its widths the finest detail fits then: a quarter of a pixel as it opens
CAPITAL_ZOOM, SMALL_TOWN_ZOOM, VILLAGE_ZOOM = 4, 8, 11
TOWN_ZOOMS = ((1_000_000, 5), (300_000, 6), (100_000, 7), (40_000, 8), (15_000, 9), (0, 10))
"""Inhabitants and the first zoom that names a town so large: about ten names a screen in settled country."""
METRES_PER_DEGREE = 111_320
LARGEST_LATITUDE = 85.05  # where the web projection ends


def view_of(events: GeoDataFrame, *others: GeoDataFrame | None) -> Window:
    """Return the window the map opens with: the events' places, else the first other layer with any, else the world.

    Background events and areas wider than `AREA_FIT_M` widen it only where nothing else is there.
    """
    located = events[~(events.geometry.isna() | events.geometry.is_empty)]
    if len(located):
        radius = located["radius_m"].astype("Float64").fillna(0) if "radius_m" in located else 0 * located.index
        close = located[radius <= AREA_FIT_M] if (radius <= AREA_FIT_M).any() else located
        if "status" in close and (close["status"] == "event").any():
            close = close[close["status"] == "event"]
        west, south, east, north = close.total_bounds
        wide = close["radius_m"].astype("Float64").fillna(0).max() if "radius_m" in close else 0
        reach = min(float(wide), AREA_FIT_M) / METRES_PER_DEGREE
        return _at_least(west - reach, south - reach, east + reach, north + reach)
    for layer in others:
        if layer is not None and len(layer) and not layer.geometry.is_empty.all():
            return _at_least(*layer.total_bounds)
    return (-170.0, -58.0, 180.0, 75.0)


def _at_least(west: float, south: float, east: float, north: float) -> Window:
    wide = max(0.0, SMALLEST_SPAN_DEG - (east - west)) / 2
    high = max(0.0, SMALLEST_SPAN_DEG - (north - south)) / 2
    return (
        max(-180.0, float(west) - wide),
        max(-LARGEST_LATITUDE, float(south) - high),
        min(180.0, float(east) + wide),
        min(LARGEST_LATITUDE, float(north) + high),
    )


def around(view: Window) -> Window:
    """Return the window the detailed land, labels and camps are cut to."""
    west, south, east, north = view
    shrink = math.cos(math.radians((south + north) / 2))  # a degree of longitude, in degrees of latitude
    high = max(SMALLEST_MARGIN_DEG, MARGIN * max((east - west) * shrink, north - south))
    wide = high / shrink
    return (
        max(-180.0, west - wide),
        max(-LARGEST_LATITUDE, south - high),
        min(180.0, east + wide),
        min(LARGEST_LATITUDE, north + high),
    )


def base_island(view: Window, policy: str) -> dict[str, Any]:
    """Return land, coasts, borders, disputed lines and labels around `view`, and the coarse world beyond."""
    window = around(view)
    outlines = country_outlines(policy)
    frame = shapely.box(*window)
    near = outlines[outlines.intersects(frame)]
    shapes = np.array([areas_of(shape) for shape in near.geometry], dtype=object)
    disputed = shapely.intersection(shapely.union_all(disputed_lines().geometry.to_numpy()), frame)
    if window[2] - window[0] > WIDE_DEG:
        shapes = shapely.simplify(shapes, (window[2] - window[0]) / WIDE_STEPS)
        land, coast, borders = shapes, None, shapely.difference(shapely.boundary(shapes), disputed)
    else:
        land, coast, borders = _land_and_lines(shapes, frame, disputed)
    return {
        "frame": list(window),
        "land": rings(land),
        "coast": rings(coast),
        "borders": rings(borders),
        "disputed": rings(disputed),
        "far": _far_world(policy),
        "labels": list(_labels(window, _nearby(view))),
    }


def areas_of(shape: Any) -> Any:
    """Return the polygons of a shape; a cut or a repair may leave single lines and points beside them."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _land_and_lines(shapes: Any, frame: Any, disputed: Any) -> tuple[Any, Any, Any]:
    """Return the land, its coast, and the lines between countries that nobody disputes, all inside the frame."""
    # A little over the frame, so that the cut itself is never drawn as a coast or a border.
    wider = shapely.buffer(frame, 0.01, cap_style="square", join_style="mitre")
    pieces = [areas_of(shape) for shape in shapely.intersection(shapes, wider)]
    land = areas_of(shapely.union_all(pieces))
    coast = shapely.intersection(shapely.boundary(land), frame)
    lines = shapely.intersection(shapely.union_all(shapely.boundary(pieces)), frame)
    return shapely.intersection(land, frame), coast, shapely.difference(shapely.difference(lines, coast), disputed)


@cache
def _far_world(policy: str) -> list[list[int]]:
    shapes = shapely.simplify(country_outlines(policy).geometry.to_numpy(), FAR_TOLERANCE_DEG, preserve_topology=False)
    return [ring for ring in rings(shapely.GeometryCollection([s for s in shapes if not s.is_empty])) if len(ring) > 6]


def _nearby(view: Window) -> Window:
    west, south, east, north = view
    reach = max(SMALLEST_MARGIN_DEG / 2, (east - west) / 4, (north - south) / 4)
    return (west - reach, south - reach, east + reach, north + reach)


def _inside(window: Window, lon: float, lat: float) -> bool:
    return window[0] <= lon <= window[2] and window[1] <= lat <= window[3]


def _labels(window: Window, nearby: Window) -> Iterator[tuple[str, str, int, float, float]]:
    """Yield labels, most important first: text, kind, the first zoom that shows it, degrees east and north.

    Small towns are named only near the view, where they show after zooming in, and not at all in a very wide one.

    Country names stand only where a row says so, never where a polygon has its middle: that would write a name on
    land others claim.
    """
    wide = window[2] - window[0] > WIDE_DEG
    for text, kind, zoom, lon, lat in _label_rows():
        if wide and zoom >= SMALL_TOWN_ZOOM:
            continue
        if _inside(nearby if zoom >= SMALL_TOWN_ZOOM else window, lon, lat):
            yield text, kind, zoom, round(lon, 4), round(lat, 4)


@cache
def _label_rows() -> tuple[tuple[str, str, int, float, float], ...]:
    countries = {row["iso2"]: row for row in curated_rows("countries.csv")}
    rows = [
        (row["name"], "country", 3, float(row["lon"]), float(row["lat"])) for row in countries.values() if row["lat"]
    ]
    with (Path(__file__).parent / "static" / "country_labels.csv").open(encoding="utf-8", newline="") as file:
        rows += [
            (countries[row["iso2"]]["name"], "country", 5, float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(file)
        ]
    rows += [
        (town.name, "capital" if town.capital else "town", _first_zoom(town), town.lon, town.lat) for town in towns()
    ]
    rows += [
        (row["name"].split(" (")[0], "village", VILLAGE_ZOOM, float(row["lon"]), float(row["lat"]))
        for row in curated_rows("places.csv")
        if row["kind"] == "village" and row["lat"]
    ]
    return tuple(rows)


def _first_zoom(town: Town) -> int:
    if town.capital:
        return CAPITAL_ZOOM
    return next((zoom for people, zoom in TOWN_ZOOMS if town.population >= people), VILLAGE_ZOOM)


def border_words(policy: str) -> str:
    """Return the sentence that names the border policy on the map."""
    text = BORDER_POLICIES[policy]
    return f"{text[0].upper()}{text[1:]}."
