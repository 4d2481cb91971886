"""The land under a map: outlines cut to the region, the far world coarse below, labels written by hand."""

from __future__ import annotations

import csv
import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geoconflict import bundled
from geoconflict.bundled import BORDER_POLICIES, country_outlines, curated_rows, disputed_lines
from geoconflict.maps.arcs import STEPS_PER_DEGREE
from geoconflict.maps.columns import column, packed
from geoconflict.maps.islands import DECIMALS, LARGEST_LATITUDE, country_names, is_spot, rings
from geoconflict.maps.towns import Town, towns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geopandas import GeoDataFrame

Window = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

SMALLEST_SPAN_DEG = 0.5  # one village fills the map with its district, not with one empty colour
AREA_FIT_M = 150_000  # a province known only as such widens the first view, a country does not
MARGIN = 1.5  # of the longer span, on each side: a tall screen shows this much above a wide region, and panning more
SMALLEST_MARGIN_DEG = 2.5  # two screens at the scale a single event opens with
FAR_TOLERANCE_DEG = 0.2  # the far world is context, never read closely
FAR_STEP_DEG = 0.1  # what its points are rounded to
FAR_LEAST_DEG2 = 0.05  # an island or lake smaller than this is a speck in so wide a view
FAR_WORLD = Path(__file__).parent / "static" / "far_world.json"
"""What `dissolved_world` gives, made by scripts/make_far_world.py."""
WIDE_DEG = 60.0  # a window wider than a subcontinent is drawn coarser, coast and border alike
WIDE_STEPS = 4000  # into how many of its widths the finest detail fits then: a quarter of a pixel as it opens
CAPITAL_ZOOM, SMALL_TOWN_ZOOM, VILLAGE_ZOOM = 4, 8, 11
TOWN_ZOOMS = ((1_000_000, 5), (300_000, 6), (100_000, 7), (40_000, 8), (15_000, 9), (0, 10))
"""Inhabitants and the first zoom that names a town so large: about ten names a screen in settled country."""
METRES_PER_DEGREE = 111_320

BASE_KINDS = ("lake", "building", "river", "admin1", "rail", "road")
"""What a base map layer may hold beside land and borders; static/base.js says from which zoom each rank is drawn."""
LEAST_RANK = 5
WIDE_RANK, FAR_RANK = 1, 3
"""The least rank drawn in a window wider than a subcontinent, and outside the part of another the map opens with."""
BASE_TOLERANCE_DEG = 0.004  # of the bundled lines: what they were simplified to
OWN_TOLERANCE_DEG = 0.0002  # of the user's own: below a pixel at the largest scale without tiles
OUTLINED_PRECISIONS = (3, 4)
"""`where_prec` of a district and a province; a region or a country is drawn as a circle."""
PROVINCE = 4
NAME_ZOOMS = {"river": 7, "lake": 7, "admin1": 6}
"""The first zoom that names one of rank 1; each further rank waits for one more."""


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


def base_island(view: Window, policy: str, *, basemap: GeoDataFrame | None = None) -> dict[str, Any]:
    """Return land, coasts, borders, disputed lines and labels around `view`, and the coarse world beyond.

    `land` is the rings of all countries, `countries` how many of them belong to whom: `[name, count]`, in their order.
    `layers` are rivers, lakes, lines between provinces and what `basemap` brings: `kind` of `BASE_KINDS`, `rank` (1 is
    major) and `rings`. A kind the user's layer holds replaces the bundled one.
    """
    window = around(view)
    outlines = country_outlines(policy)
    frame = shapely.box(*window)
    near = outlines[outlines.intersects(frame)]
    shapes = np.array([areas_of(shape) for shape in near.geometry], dtype=object)
    disputed = shapely.intersection(shapely.union_all(disputed_lines().geometry.to_numpy()), frame)
    if window[2] - window[0] > WIDE_DEG:
        shapes = shapely.simplify(shapes, (window[2] - window[0]) / WIDE_STEPS)
        pieces, coast, borders = shapes, None, shapely.difference(shapely.boundary(shapes), disputed)
    else:
        pieces, coast, borders = _land_and_lines(shapes, frame, disputed)
    land = [rings(piece) for piece in pieces]
    names = [country_names().get(code, name) for code, name in zip(near["iso2"], near["name"], strict=True)]
    lines = list(_base_rows(view, window, policy, basemap))
    return {
        "frame": list(window),
        "land": [ring for piece in land for ring in piece],
        "countries": [[name, len(piece)] for name, piece in zip(names, land, strict=True)],
        "coast": rings(coast),
        "borders": rings(borders),
        "disputed": rings(disputed),
        "far": _far_world(),
        "layers": _base_layers(lines),
        "labels": [*_labels(window, _nearby(view)), *_base_names(lines)],
    }


def base_credits(basemap: GeoDataFrame | None) -> list[str]:
    """Return where the lines of the user's own come from, each once."""
    return sorted({str(one) for one in basemap["source"].dropna()}) if basemap is not None and len(basemap) else []


class BaseRow(NamedTuple):
    """One line or area of the base map; `until` is the last zoom it is exact enough for, None where it always is."""

    kind: str
    rank: int
    name: str
    shape: Any
    until: int | None


def _base_rows(view: Window, window: Window, policy: str, basemap: GeoDataFrame | None) -> Iterator[BaseRow]:
    """Yield what lies in the window; minor lines only near the view, where they show after zooming in."""
    wide = window[2] - window[0] > WIDE_DEG
    frame, nearby = shapely.box(*window), _nearby(view)
    own = set() if basemap is None else set(basemap["kind"])
    ours: dict[str, tuple[Callable[[], GeoDataFrame], int | None]] = {
        "lake": (bundled.lakes, bundled.RIVERS_MAX_ZOOM),
        "river": (bundled.rivers, bundled.RIVERS_MAX_ZOOM),
    } | ({} if wide else {"admin1": (lambda: bundled.admin1_outlines(policy), None)})
    given: list[tuple[GeoDataFrame, float, int | None]] = [
        (read(), BASE_TOLERANCE_DEG, until) for kind, (read, until) in ours.items() if kind not in own
    ]
    if basemap is not None:
        given.append((basemap, OWN_TOLERANCE_DEG, None))
    for layer, tolerance, until in given:
        here = layer.iloc[np.sort(shapely.STRtree(layer.geometry.to_numpy()).query(frame))] if len(layer) else layer
        names = here["name"] if "name" in here else [""] * len(here)
        for kind, rank, name, shape in zip(here["kind"], here["rank"], names, here.geometry, strict=True):
            level = LEAST_RANK if rank is None or rank != rank else min(LEAST_RANK, max(1, int(rank)))  # noqa: PLR0124 - the mark of a missing number
            if kind not in BASE_KINDS or (wide and level > WIDE_RANK):
                continue
            kept = nearby if level > FAR_RANK else window
            cut = shape if _holds(kept, shape.bounds) else shapely.intersection(shape, shapely.box(*kept))
            drawn = shapely.simplify(cut, (window[2] - window[0]) / WIDE_STEPS if wide else tolerance)
            if not drawn.is_empty:
                yield BaseRow(kind, level, name if isinstance(name, str) else "", drawn, until)


def _base_layers(rows: list[BaseRow]) -> list[dict[str, Any]]:
    together: dict[tuple[str, int, int | None], list[Any]] = {}
    for row in rows:
        together.setdefault((row.kind, row.rank, row.until), []).append(row.shape)
    drawn = {key: rings(shapes) for key, shapes in together.items()}
    return [
        {"kind": kind, "rank": rank, "rings": found} | ({} if until is None else {"until": until})
        for (kind, rank, until), found in drawn.items()
        if found
    ]


def _base_names(rows: list[BaseRow]) -> Iterator[tuple[str, str, int, float, float]]:
    """Yield the names of rivers, lakes and provinces the layer gives, each once, at the longest or largest piece."""
    best: dict[tuple[str, str], tuple[float, BaseRow]] = {}
    for row in rows:
        size = row.shape.area or row.shape.length
        known = best.get((row.kind, row.name))
        if row.name and row.kind in NAME_ZOOMS and (known is None or size > known[0]):
            best[row.kind, row.name] = (size, row)
    for _, row in sorted(best.values(), key=lambda found: (found[1].rank, found[1].kind, found[1].name)):
        part = max(shapely.get_parts(row.shape), key=lambda one: one.area or one.length)
        point = part.point_on_surface() if part.area else part.interpolate(0.5, normalized=True)
        yield row.name, row.kind, NAME_ZOOMS[row.kind] + row.rank - 1, round(point.x, 4), round(point.y, 4)


def area_outlines(layer: GeoDataFrame, policy: str, decimals: int = DECIMALS) -> dict[str, Any]:
    """Return the outlines of areas events are known to: `outlines`, rings each, and `outlineOf`, one number an event.

    `provincesOf` is the year of the package's provinces where one of them is among these; a province that was another
    one on the day of the event is a circle.

    An event known to a district or province (`where_prec` 3 or 4) has the outline its own row brings as a polygon; one
    known to a province that of the province of its name under the border policy. -1 where the page has none and draws
    a circle: "near" a province is not in it, nor is a place of it that no list holds. A row's own polygon is rounded to
    `decimals`.
    """
    shapes = shapely.transform(layer.geometry.to_numpy(), lambda spots: np.round(spots, decimals) + 0.0)
    precisions, radii = column(layer, "where_prec"), column(layer, "radius_m")
    here = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    wide = [row for row in np.flatnonzero(here).tolist() if precisions[row] in OUTLINED_PRECISIONS]
    told = [column(layer, name) for name in ("country", "place_name", "place_relation", "place_said")]
    starts, ends = column(layer, "date_start"), column(layer, "date_end")
    covers = shapely.area(shapes)
    provinces: dict[tuple[str, str], Any] = {}
    dated = False
    place: dict[Any, int] = {}
    outlines: list[list[list[int]]] = []
    numbers = [-1] * len(layer)
    for row in wide:
        if is_spot(precisions[row], radii[row]):
            continue
        code, name, relation, said = (cells[row] for cells in told)
        key, outline = (shapes[row].wkb, shapes[row]) if covers[row] else ((code, name), None)
        if outline is None and precisions[row] == PROVINCE and code and name and not said and relation in (None, "in"):
            if key not in provinces:
                provinces[key] = bundled.admin1_area(code, name, policy)
            if not bundled.admin1_changed(code, name, ends[row] or starts[row], policy):
                outline = provinces[key]
                dated |= outline is not None
        if outline is not None:
            numbers[row] = place.setdefault(key, len(outlines))
            if numbers[row] == len(outlines):
                outlines.append(rings(shapely.simplify(outline, BASE_TOLERANCE_DEG)))
    if not outlines:
        return {}
    edition = {"provincesOf": 2013} if dated else {}
    return {"outlines": outlines} | packed({"outlineOf": numbers}) | edition


def areas_of(shape: Any) -> Any:
    """Return the polygons of a shape; a cut or a repair may leave single lines and points beside them."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _land_and_lines(shapes: Any, frame: Any, disputed: Any) -> tuple[Any, Any, Any]:
    """Return each country's land, the coast, and the lines between countries nobody disputes, all inside the frame."""
    # A little over the frame, so that the cut itself is never drawn as a coast or a border.
    wider = shapely.buffer(frame, 0.01, cap_style="square", join_style="mitre")
    pieces = [areas_of(shape) for shape in shapely.intersection(shapes, wider)]
    land = areas_of(shapely.union_all(pieces))
    coast = shapely.intersection(shapely.boundary(land), frame)
    lines = shapely.intersection(shapely.union_all(shapely.boundary(pieces)), frame)
    inside = [areas_of(piece) for piece in shapely.intersection(pieces, frame)]
    return inside, coast, shapely.difference(shapely.difference(lines, coast), disputed)


def dissolved_world() -> list[list[int]]:
    """Return the land of the world as coarse rings of steps of `FAR_STEP_DEG`; `FAR_WORLD` holds them."""
    land = shapely.union_all(country_outlines().geometry.to_numpy())
    coarse = shapely.simplify(land, FAR_TOLERANCE_DEG, preserve_topology=False)
    outlines = [ring for part in shapely.get_parts(coarse) for ring in (part.exterior, *part.interiors)]
    large = [ring for ring in outlines if shapely.Polygon(ring).area >= FAR_LEAST_DEG2]
    seen = shapely.transform(np.array(large, dtype=object), lambda spots: np.round(spots / FAR_STEP_DEG) * FAR_STEP_DEG)
    steps = round(FAR_STEP_DEG * STEPS_PER_DEGREE)
    return [[k // steps for k in ring] for ring in rings(shapely.GeometryCollection(list(seen))) if len(ring) > 6]


@cache
def _far_world() -> list[list[int]]:
    held: list[list[int]] = json.loads(FAR_WORLD.read_text(encoding="utf-8"))
    return held


def _nearby(view: Window) -> Window:
    west, south, east, north = view
    reach = max(SMALLEST_MARGIN_DEG / 2, (east - west) / 4, (north - south) / 4)
    return (west - reach, south - reach, east + reach, north + reach)


def _holds(window: Window, box: Window) -> bool:
    return window[0] <= box[0] and window[1] <= box[1] and box[2] <= window[2] and box[3] <= window[3]


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
            yield text, kind, zoom, round(lon, 3), round(lat, 3)


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
