"""Zones and fronts of one day from the towns reported that day.

The mesh of the towns says who holds which ground with which weight (`mesh`). Here it is clipped to what may be claimed,
graded by weight and by how well and how lately the nearest town is reported, and given what it rests on. Nobody
reported where a front runs, and nothing is claimed farther than `REACH_M` from every report, nor outside the country.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geoconflict.errors import InputError
from geoconflict.records import CRS, ZONE_COLUMNS
from geoconflict.zones.mesh import HIGH_REACH_M, REACH_M, Mesh
from geoconflict.zones.reports import GRADES, as_day
from geoconflict.zones.towns import SAME_PLACE_M, SHARED_TOWN_M, outside, places_of, set_shared_towns_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from geoconflict.zones.reports import Holding
    from geoconflict.zones.towns import Area, Country, Places

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FRONT_WIDTH = 0.9
"""The true front lies 9 times in 10 within this share of the drawn front's distance to the nearest report of either
side, whichever is farther: .89-.94 of the front of Ukraine, by number of reports; of the nearer one .82-.90."""

MIN_FRONT_WIDTH_M = 1_500.0
"""A town is not a point."""

BESIDE_M = 2_000.0
"""A town this far outside the outline still vouches for the ground beside it; outlines are rough (contract 3.7)."""

FRONT_STEP_M = 2_000.0
"""Longest piece of front with one width."""

EDGE_M = 10_000.0
"""Longest edge of a zone before it is turned into degrees: between its ends it strays by less than 5 m."""

GRID_M = 0.1
"""Areas are cut and joined on a grid: without one GEOS 3.14 at times fills a hole it should keep, without an error."""

MIN_PLACES = 3
MIN_PART_M2 = 10_000.0
GRID_DEGREES = 1e-5
"""Coordinates are given to about a metre: finer would be false precision."""

REMEMBERED = 50
"""Drawings remembered within a series: days that share one follow each other, and each takes up to a megabyte."""

METHOD = "between neighbouring towns of different sides, where both are equally likely by kriging"
SOURCE = "derived from town reports"

ZONE_LAYER_COLUMNS = ZONE_COLUMNS | {
    "uncertainty_m": "Float64",
    "towns": "Int64",
    "reports": "Int64",
    "report_points": "object",
    "report_seen": "object",
    "last_seen": "string",
    "area_km2": "Float64",
    "derived": "boolean",
    "method": "string",
}
FRONT_COLUMNS = {
    "side_a": "string",
    "side_b": "string",
    "uncertainty_m": "Float64",
    "evidence_confidence": "string",
    "towns": "object",
    "valid_from": "string",
    "valid_to": "string",
}


@dataclass(frozen=True)
class Zones:
    """Zones and fronts derived for a day or for several.

    Attributes
    ----------
    zones
        A row a side and grade, EPSG:4326: `ZONE_COLUMNS`, then `uncertainty_m` (median half-width of the side's fronts,
        metres), `towns` and `reports` (how many the row rests on), `report_points` ([lon, lat] of those towns),
        `report_seen` (the last day somebody looked at each of them), `last_seen` (last day any report of the country
        speaks for), `area_km2`, `derived` (True) and `method`. Certainty is one grade less where the nearest town was
        last looked at over `STALE_DAYS` ago, low where over `DROP_DAYS` ago and towns farther off speak for it.
    fronts
        A row a piece of at most 2 km, EPSG:4326: `side_a`, `side_b`, `uncertainty_m` (the front is within it 9 times in
        10), `evidence_confidence`, `towns` (between which it was drawn), `valid_from`, `valid_to`.
    """

    zones: gpd.GeoDataFrame
    fronts: gpd.GeoDataFrame


@dataclass(frozen=True)
class Drawn:
    """What the towns of a day and who held them draw, in metres, however lately they were looked at."""

    mesh: Mesh
    ground: dict[str, list[Any]]
    claim: Any
    fronts: gpd.GeoDataFrame


@dataclass(frozen=True)
class Graded:
    """Zones of a day in metres, their shapes in degrees, and the row each reported place is counted in."""

    zones: gpd.GeoDataFrame
    degrees: list[Any]
    row_of_place: Ints


class Known:
    """What earlier days of a series drew: where nothing but days differs, it is taken as it is, to the last bit."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Any] = {}

    def get(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Return what was made of these bytes before, else make it."""
        if key not in self._made:
            if len(self._made) >= REMEMBERED:
                del self._made[next(iter(self._made))]
            self._made[key] = make()
        return self._made[key]


def derive(
    holding: Holding,
    areas: list[Area],
    country: Country,
    shared_values: dict[str, Any],
    day: np.datetime64,
    *,
    known: Known | None = None,
) -> Zones:
    """Derive the zones and fronts of one day from what is reported of it.

    `shared_values` is what every row has: `valid_from`, `valid_to`, `source`, `country`, `last_seen`. `known` is what
    other days of the same country left. Raises InputError when fewer than three places are reported.
    """
    zones, drawn, places = derive_zones(holding, areas, country, shared_values, day, known=known or Known())
    fronts = _vouched(drawn.fronts, places)
    dates = {name: shared_values[name] for name in ("valid_from", "valid_to")}
    return Zones(zones, typed(fronts.to_crs(CRS).assign(**dates), FRONT_COLUMNS))


def derive_zones(
    holding: Holding,
    areas: list[Area],
    country: Country,
    shared_values: dict[str, Any],
    day: np.datetime64,
    *,
    known: Known,
) -> tuple[gpd.GeoDataFrame, Drawn, Places]:
    """Derive the zones of one day, beside what `derive` makes the fronts from: the drawing and its places."""
    reported = places_of(holding, country) if len(holding.frame) else None
    if reported is None or len(reported) < MIN_PLACES:
        count = 0 if reported is None else len(reported)
        raise InputError(
            f"{day}: {count} places with a report that still counts, at least {MIN_PLACES} are needed; a report counts "
            "until its valid_to, or without one for a year after last_seen or after the newest day in the table"
        )
    places, shared_towns = set_shared_towns_apart(reported)
    areas = shared_towns + areas
    places = outside(places, areas)
    if len(places) < MIN_PLACES:
        raise InputError(f"{day}: fewer than {MIN_PLACES} places outside the declared areas")
    declared = [(area.side, area.shape.wkb, area.edge_m, area.rank, area.town, area.is_front) for area in areas]
    told = ("drawn", places.xy.tobytes(), *places.side, *declared, holding.scattered)
    drawn = known.get(told, lambda: _drawn(places, areas, country, scattered=holding.scattered))
    mesh = replace(drawn.mesh, places=places)
    of_reports = (reported.xy.tobytes(), *reported.side)
    age = (places.vouched.tobytes(), places.stale.tobytes(), holding.lapsed.tobytes())
    graded = known.get(
        ("graded", told, of_reports, age), lambda: _graded(replace(drawn, mesh=mesh), areas, country, holding, reported)
    )
    zones = _with_evidence(graded, reported, drawn.fronts, as_day(shared_values["last_seen"]))
    prefix = " ".join(filter(None, (shared_values["country"], shared_values["valid_from"])))
    zones["zone_id"] = [
        re.sub(r"\W+", "-", f"{prefix} {side} {grade}").lower()
        for side, grade in zip(zones.controller, zones.certainty, strict=True)
    ]
    zones = zones.assign(**shared_values, derived=True, method=METHOD)
    zones = zones.set_geometry(gpd.GeoSeries(graded.degrees, index=zones.index, crs=CRS))
    return typed(zones, ZONE_LAYER_COLUMNS), drawn, places


def _drawn(places: Places, areas: list[Area], country: Country, *, scattered: bool) -> Drawn:
    mesh = Mesh.of(places, country)
    ground = mesh.ground()
    claim = _claim(places, areas, country, SHARED_TOWN_M if scattered else REACH_M)
    spoken_for = _together(area.shape for area in areas)
    claim = _without(claim, _without(_unvouched(mesh, ground, claim), spoken_for))
    return Drawn(mesh, ground, claim, _fronts(mesh, areas, claim, country))


def _graded(drawn: Drawn, areas: list[Area], country: Country, holding: Holding, reported: Places) -> Graded:
    cells = Cells.of(drawn.mesh, country.points(*holding.lapsed.T))
    zones = _zones(drawn.ground, areas, drawn.claim, cells, country.crs)
    # A long straight edge in metres is none in degrees: neighbours would overlap. Reprojected, rings may also cross
    # themselves by a hair.
    degrees = zones.geometry.segmentize(EDGE_M).to_crs(CRS)
    valid = shapely.make_valid(degrees.to_numpy(), method="structure", keep_collapsed=False)
    shapes = [_polygons(shape) for shape in shapely.set_precision(valid, GRID_DEGREES)]
    return Graded(zones, shapes, _rows_of(reported, zones))


def _polygons(shape: Any) -> Any:
    """Drop the lines and points that clipping leaves where areas only touch."""
    if shape.geom_type.endswith("Polygon"):
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")])


def _inside(area: Any, limits: Any) -> Any:
    return _polygons(shapely.intersection(area, limits, grid_size=GRID_M))


def _without(area: Any, hole: Any) -> Any:
    return _polygons(shapely.difference(area, hole, grid_size=GRID_M))


def _together(areas: Iterable[Any]) -> Any:
    return _polygons(shapely.union_all(list(areas), grid_size=GRID_M))


def typed(frame: gpd.GeoDataFrame, columns: dict[str, str]) -> gpd.GeoDataFrame:
    """Return the columns asked for, in order, with their dtypes and then the geometry; EPSG:4326, rows counted anew."""
    series = {name: frame[name].astype(dtype).array for name, dtype in columns.items()}
    return gpd.GeoDataFrame(series, geometry=frame.geometry.to_numpy(), crs=CRS)


def _claim(places: Places, areas: list[Area], country: Country, reach_m: float) -> Any:
    """Return what may be claimed: near a report or in a declared area, in the country, not where an area is blank."""
    reached = np.asarray(shapely.buffer(shapely.points(places.xy), reach_m))
    claim = _inside(_together([*reached, *(area.shape for area in areas if area.side)]), country.land)
    return _without(claim, _together(area.shape for area in areas if not area.side))


def _unvouched(mesh: Mesh, ground: dict[str, list[Any]], claim: Any) -> Any:
    """Return the ground of a side that clipping cut off from all its reports.

    Two towns on either side of a bay or of a neighbour's corner are neighbours in the mesh; what is left of the ground
    between them inside the country is a patch nobody reported.
    """
    cut_off = []
    for side, grades in ground.items():
        reports = shapely.MultiPoint(mesh.places.xy[mesh.places.side == side])
        patches = shapely.get_parts(_inside(_together(grades), claim))
        cut_off += list(patches[shapely.distance(patches, reports) > BESIDE_M])
    return shapely.buffer(_together(cut_off), GRID_M)  # its edge too, which would be a front


def _zones(ground: dict[str, list[Any]], areas: list[Area], claim: Any, cells: Cells, crs: str) -> gpd.GeoDataFrame:
    """Return a row a side and grade with its ground, in metres."""
    parts: dict[tuple[str, int], list[Any]] = {}
    for area in areas:
        core = area.shape.buffer(-area.edge_m)
        parts.setdefault((area.side, 0), []).append(_without(area.shape, core))
        parts.setdefault((area.side, area.rank), []).append(core)
    spoken_for = _together(area.shape for area in areas)
    for side, grades in ground.items():
        for rank, held in enumerate(cells.graded(*grades)):
            parts.setdefault((side, rank), []).append(_without(held, spoken_for))
    rows = []
    for (side, rank), grounds in sorted(parts.items()):
        shape = _inside(_together(grounds), claim)
        if side and shape.area >= MIN_PART_M2:
            rows.append((side, GRADES[rank], round(shape.area / 1e6, 1), shape))
    columns = ["controller", "certainty", "area_km2", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=crs)


@dataclass(frozen=True)
class Cells:
    """What certainty takes beside the weight: ground by the town nearest to it, in metres."""

    well_known: Any
    stale: Any
    lapsed: Any

    @classmethod
    def of(cls, mesh: Mesh, lapsed: Floats) -> Cells:
        """Find the ground whose nearest town is well and lately reported, long ago, or too long ago to count."""
        places = mesh.places
        if len(lapsed):  # one that another report still speaks of has not lapsed
            lapsed = lapsed[cKDTree(places.xy).query(lapsed)[0] > SAME_PLACE_M]
            lapsed = np.unique(lapsed.round(), axis=0)
        sites = shapely.MultiPoint(np.vstack([mesh.xy, lapsed]))
        cells = shapely.get_parts(shapely.voronoi_polygons(sites, ordered=True))
        known = places.vouched
        near = np.asarray(shapely.buffer(shapely.points(places.xy[known]), HIGH_REACH_M))
        return cls(
            _inside(_together(near), _together(cells[: len(places)][known])),
            _together(cells[: len(places)][places.stale]),
            _together(cells[len(mesh.xy) :]),
        )

    def graded(self, low: Any, medium: Any, high: Any) -> tuple[Any, Any, Any]:
        """Return the ground of a side as low, medium, high: one grade less where stale, low where lapsed."""
        sure = _inside(high, self.well_known)
        fair = _together([medium, _without(high, sure)])
        if self.stale.is_empty and self.lapsed.is_empty:
            return low, fair, sure
        old = _together([self.stale, self.lapsed])
        lost = [_inside(fair, old), _inside(sure, self.lapsed)]
        kept = [_without(fair, old), _without(_inside(sure, self.stale), self.lapsed)]
        return _together([low, *lost]), _together(kept), _without(sure, old)


def _rows_of(reported: Places, zones: gpd.GeoDataFrame) -> Ints:
    """Return in which row each place is counted: the nearest part of its own side."""
    points = np.asarray(shapely.points(reported.xy))
    row_of_place = np.full(len(points), -1)
    for side in zones.controller.unique():
        rows, held = np.flatnonzero(zones.controller == side), np.flatnonzero(reported.side == side)
        distance = np.array([shapely.distance(zones.geometry.iloc[row], points[held]) for row in rows])
        row_of_place[held] = rows[distance.argmin(axis=0)]
    return row_of_place


def _with_evidence(
    graded: Graded, reported: Places, fronts: gpd.GeoDataFrame, last_seen: np.datetime64
) -> gpd.GeoDataFrame:
    """Add what each row rests on: every place counts once."""
    zones = graded.zones
    seen = np.minimum(reported.seen, last_seen).astype(str)
    width: dict[str, float | None] = {}
    for side in zones.controller.unique():
        own = fronts.uncertainty_m[(fronts.side_a == side) | (fronts.side_b == side)]
        width[side] = round(float(own.median()), 0) if len(own) else None
    members = [np.flatnonzero(graded.row_of_place == row) for row in range(len(zones))]
    return zones.assign(
        uncertainty_m=[width[side] for side in zones.controller],
        towns=[len(places) for places in members],
        reports=[int(reported.reports[places].sum()) for places in members],
        report_points=[reported.lonlat[places].round(5).tolist() for places in members],
        report_seen=[seen[places].tolist() for places in members],
    )


def _fronts(mesh: Mesh, areas: list[Area], claim: Any, country: Country) -> gpd.GeoDataFrame:
    """Return the fronts in short pieces inside the country, each as wide as the towns of both sides leave it."""
    nearest = cKDTree(mesh.places.xy)
    ends, sides, triangles = mesh.front_edges()
    segments, origin = in_steps(ends)
    distance = nearest.query(segments.mean(axis=1))[0]
    width = FRONT_WIDTH * _to_both(mesh.places, segments.mean(axis=1), sides[origin])
    between = [[i for i in row if i < len(mesh.places)] for row in triangles.tolist()]
    frame = gpd.GeoDataFrame(
        {
            "side_a": sides.min(axis=1)[origin],
            "side_b": sides.max(axis=1)[origin],
            "uncertainty_m": np.maximum(MIN_FRONT_WIDTH_M, width),
            "between": [between[i] for i in origin],
            "towns": None,
        },
        geometry=shapely.linestrings(segments),
        crs=country.crs,
    )
    spoken_for = shapely.union_all([area.shape for area in areas])
    edges = [_area_edge(area, mesh.places.side, nearest, country) for area in areas if area.is_front]
    outside = ~shapely.within(frame.geometry.to_numpy(), spoken_for) & (distance <= REACH_M)
    frame = pd.concat([frame[outside], *edges], ignore_index=True)
    frame["geometry"] = shapely.intersection(frame.geometry.to_numpy(), claim)
    return frame[frame.length > 0]


def _vouched(fronts: gpd.GeoDataFrame, places: Places) -> gpd.GeoDataFrame:
    """Say between which towns each piece of front was drawn, and how sure the least sure of them is that day."""
    rank, towns = places.rank.tolist(), [names[0] for names in places.towns]
    known = [between if isinstance(between, list) else None for between in fronts["between"]]
    return fronts.assign(
        evidence_confidence=[GRADES[min((rank[i] for i in at), default=0) if at else 0] for at in known],
        towns=[own if at is None else [towns[i] for i in at] for at, own in zip(known, fronts["towns"], strict=True)],
    )


def _to_both(places: Places, points: Floats, sides: NDArray[np.object_]) -> Floats:
    """Return how far (n, 2) points are from the nearest town of the side that is farther off, of the (n, 2) sides."""
    farther = np.zeros(len(points))
    for side in set(sides.ravel()):
        towns = cKDTree(places.xy[places.side == side])
        at = np.flatnonzero((sides == side).any(axis=1))
        farther[at] = np.maximum(farther[at], towns.query(points[at])[0])
    return farther


def _area_edge(area: Area, sides: NDArray[np.object_], nearest: cKDTree, country: Country) -> gpd.GeoDataFrame:
    """Return the edge of a declared area as front with whoever holds the nearest place outside."""
    ring = shapely.get_coordinates(area.shape.exterior if area.shape.geom_type == "Polygon" else area.shape.boundary)
    segments, _ = in_steps(np.stack([ring[:-1], ring[1:]], axis=1))
    other = sides[nearest.query(segments.mean(axis=1))[1]]
    pairs = np.sort(np.stack([other, np.full(len(other), area.side, object)], axis=1), axis=1)
    frame = gpd.GeoDataFrame(
        {
            "side_a": pairs[:, 0],
            "side_b": pairs[:, 1],
            "uncertainty_m": area.edge_m,
            "between": None,
            "towns": [[area.town]] * len(segments),
        },
        geometry=shapely.linestrings(segments),
        crs=country.crs,
    )
    return frame[frame.side_a != frame.side_b]


def in_steps(segments: Floats) -> tuple[Floats, Ints]:
    """Cut (n, 2, 2) segments into pieces of at most `FRONT_STEP_M`; also return which segment each comes from."""
    length = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    pieces = np.maximum(1, np.ceil(length / FRONT_STEP_M)).astype(int)
    origin = np.repeat(np.arange(len(segments)), pieces)
    number = np.arange(len(origin)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start, step = segments[origin, 0], (segments[:, 1] - segments[:, 0])[origin] / pieces[origin, None]
    first = start + number[:, None] * step
    return np.stack([first, first + step], axis=1), origin
