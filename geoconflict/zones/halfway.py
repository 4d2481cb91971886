"""Zones and fronts of one day from the towns reported that day: fronts half-way between neighbours held differently.

Neighbouring towns are joined (Delaunay, in a local equal-area projection). Inside a triangle the weight of a side falls
linearly from the towns that hold it, so the front is where it is one half: half-way between two towns of different
sides. Nobody reported where the front runs. The weight is also, as measured by leaving towns out, about the share of
unseen towns that turn out to be on the drawn side, so the grade of a zone is read straight off it. Nothing is claimed
farther than `REACH_M` from every report, nor outside the country.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

from geoconflict.errors import InputError
from geoconflict.records import CRS, ZONE_COLUMNS
from geoconflict.zones.reports import GRADES, as_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from geoconflict.zones.reports import Holding

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

REACH_M = 50_000.0
"""Farther than this from every report nothing is claimed: beyond 80 km 84 % of unseen towns came out right, at 50-80 km
92 %, nearer at least 94 %."""

HIGH_REACH_M = 30_000.0
"""High certainty needs a report of at least medium confidence nearest, and this near."""

MEDIUM, HIGH = 0.80, 0.95
"""Weight from which a place is of medium, high certainty. Unseen towns right, Syria: low .73-.77, medium .92-.96, high
.96-.98; Ukraine: .68, .97, .998."""

FRONT_WIDTH = 0.9
"""The true front lies 9 times in 10 within this share of the drawn front's distance to the nearest report."""

MIN_FRONT_WIDTH_M = 1_500.0
"""A town is not a point."""

SAME_PLACE_M = 300.0
"""Reports nearer to each other than this speak of one place."""

SHARED_TOWN_M = 3_000.0
"""How far a town held jointly or disputed by reports speaks for its surroundings when no neighbour is held likewise.
Taken as towns like others, three of them drew 1,500 km2. So far speaks any town on a day the table does not cover."""

AREA_EDGE = 0.1
"""The outer part of a declared area that is of low certainty, as a share of its radius."""

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

METHOD = "half-way between neighbouring towns of different sides"
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

_FRAME_SITES = 64  # on a frame beyond all towns, each held like the town nearest to it: the mesh covers the country
_CUTS = (0.0, 1 - HIGH, 1 - MEDIUM, 0.5, MEDIUM, HIGH, 1.0)  # an edge between two sides is cut at these shares
_STRIP_GRADES = (2, 1, 0, 0, 1, 2)


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
class Country:
    """The outline zones are clipped to, in degrees and in metres of its own projection."""

    outline: Any

    @classmethod
    def of(cls, outline: Any) -> Country:
        """Take a polygon in longitude and latitude, or a GeoDataFrame or GeoSeries with a CRS, of one or more parts."""
        if hasattr(outline, "to_crs"):
            if outline.crs is None:
                raise InputError("the outline has no CRS; set it, e.g. outline.set_crs('EPSG:4326')")
            outline = outline.to_crs(CRS).geometry.union_all()
        if outline is None or outline.is_empty or outline.geom_type not in {"Polygon", "MultiPolygon"}:
            raise InputError("the outline is no area; give the polygon of the country")
        return cls(outline)

    @cached_property
    def crs(self) -> str:
        """A Lambert equal-area projection on the middle of the country, in metres."""
        middle = self.outline.centroid
        return f"+proj=laea +lat_0={middle.y:.2f} +lon_0={middle.x:.2f} +datum=WGS84 +units=m"

    @cached_property
    def land(self) -> Any:
        """The outline in metres."""
        return self.project(self.outline)

    def project(self, shape: Any) -> Any:
        """Turn degrees into metres."""
        to_metres = Transformer.from_crs(CRS, self.crs, always_xy=True).transform
        return shapely.transform(shape, lambda xy: np.column_stack(to_metres(xy[:, 0], xy[:, 1])))

    def points(self, lon: Any, lat: Any) -> Floats:
        """Turn longitudes and latitudes into an (n, 2) array of metres."""
        to_metres = Transformer.from_crs(CRS, self.crs, always_xy=True).transform
        return np.column_stack(to_metres(np.asarray(lon, float), np.asarray(lat, float)))


@dataclass(frozen=True)
class Places:
    """Places with a report, one a row.

    Metres, side, rank of the best report, names, number of reports, lon and lat, the last day somebody looked at it,
    whether that is long ago, and whether a report is of more than low grade, age aside.
    """

    xy: Floats
    side: NDArray[np.object_]
    rank: Ints
    towns: list[list[str]]
    reports: Ints
    lonlat: Floats
    seen: NDArray[np.datetime64]
    stale: NDArray[np.bool_]
    vouched: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.side)

    def where(self, keep: NDArray[np.bool_]) -> Places:
        """Return the places for which `keep` is true."""
        towns = [names for names, kept in zip(self.towns, keep, strict=True) if kept]
        return Places(
            self.xy[keep],
            self.side[keep],
            self.rank[keep],
            towns,
            self.reports[keep],
            self.lonlat[keep],
            self.seen[keep],
            self.stale[keep],
            self.vouched[keep],
        )


@dataclass(frozen=True)
class Area:
    """Ground that is spoken for by name: a shared town, or an area a source itself outlines. Metres.

    `side` is "" where nothing is to be claimed. `is_front` says whether its edge is a front; that of a shared town is
    only how far its report carries.
    """

    side: str
    shape: Any
    edge_m: float
    rank: int
    town: str
    is_front: bool


def places_of(holding: Holding, country: Country) -> Places:
    """Put reports about one place together; where they name different sides it is contested: never a vote."""
    controller, town = (holding.frame[name].to_numpy(object) for name in ("controller", "town"))
    lonlat = holding.frame[["lon", "lat"]].to_numpy(float)
    xy = country.points(*lonlat.T)
    pairs = cKDTree(xy).query_pairs(SAME_PLACE_M, output_type="ndarray")
    near = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    count, group = connected_components(near, directed=False)
    sides, ranks, towns, newest, vouched = [], [], [], [], []
    for number in range(count):
        members = np.flatnonzero(group == number)
        named = sorted(set(controller[members]))
        sides.append(named[0] if len(named) == 1 else "contested: " + " / ".join(named))
        ranks.append(holding.rank[members].max() if len(named) == 1 else 0)
        towns.append(list(town[members]))
        vouched.append(len(named) == 1 and bool(holding.vouched[members].any()))
        newest.append(members[holding.seen[members].argmax()])
    reports = np.bincount(group, minlength=count)
    middle = np.column_stack([np.bincount(group, xy[:, axis]) / reports for axis in (0, 1)])
    degrees = np.column_stack([np.bincount(group, lonlat[:, axis]) / reports for axis in (0, 1)])
    return Places(
        middle,
        np.array(sides, object),
        np.array(ranks, np.int64),
        towns,
        reports,
        degrees,
        holding.seen[newest],
        holding.stale[newest],
        np.array(vouched, bool),
    )


def set_shared_towns_apart(places: Places) -> tuple[Places, list[Area]]:
    """Take out joint and contested towns with no neighbour held likewise: as an area each, they pull no front."""
    start, neighbours = Delaunay(places.xy).vertex_neighbor_vertices
    shared = np.array([side.startswith(("joint", "contested")) for side in places.side])
    alone = np.zeros(len(places), bool)
    for i in np.flatnonzero(shared):
        alone[i] = not (places.side[neighbours[start[i] : start[i + 1]]] == places.side[i]).any()
    if (~alone).sum() < 3:
        return places, []
    gap = np.asarray(cKDTree(places.xy).query(places.xy, k=2)[0])[:, 1]
    areas = []
    for i in np.flatnonzero(alone):
        radius = float(min(SHARED_TOWN_M, gap[i] / 2))
        disc = shapely.Point(places.xy[i]).buffer(radius, quad_segs=32)
        areas.append(Area(places.side[i], disc, AREA_EDGE * radius, 0, places.towns[i][0], is_front=False))
    return places.where(~alone), areas


def declared_areas(holding: Holding, shapes: dict[int, Any], country: Country) -> list[Area]:
    """Return the areas sources themselves declare: an outline, or `radius_m` around a point; drawn as said.

    Medium certainty at best: the source says so of the whole, nobody of each spot. Without a controller it is ground
    to be left blank.
    """
    areas = []
    frame = holding.frame
    for row, rank, side, town in zip(frame.index, holding.rank, frame.controller, frame.town, strict=True):
        shape = country.project(shapes[int(row)])
        edge = AREA_EDGE * float(np.sqrt(shape.area / np.pi))
        named = "" if pd.isna(side) else str(side)
        areas.append(Area(named, shape, edge, min(1, int(rank)), str(town), is_front=bool(named)))
    return areas


@dataclass(frozen=True)
class Mesh:
    """The triangles of a day: the first `len(places)` sites are places, the rest virtual ones on a frame around all."""

    places: Places
    xy: Floats
    side: NDArray[np.object_]
    triangles: Ints

    @classmethod
    def of(cls, places: Places, country: Country) -> Mesh:
        """Join neighbours. Towns on the frame repeat the nearest real one: beyond the last report nothing changes."""
        frame = shapely.union_all([country.land.envelope, shapely.MultiPoint(places.xy)]).envelope.buffer(2 * REACH_M)
        along = np.linspace(0, 1, _FRAME_SITES, endpoint=False)
        ring = shapely.get_coordinates(shapely.line_interpolate_point(frame.exterior, along, normalized=True))
        nearest = cKDTree(places.xy).query(ring)[1]
        xy = np.vstack([places.xy, ring])
        side = np.concatenate([places.side, places.side[nearest]])
        return cls(places, xy, side, Delaunay(xy).simplices.astype(np.int64))

    def on_edge(self, start: Ints, end: Ints, cut: int) -> Floats:
        """Return the points at the `cut`-th share of the edges start-end, to the last bit the same from both ends."""
        forward = (start < end)[:, None]
        first, last = self.xy[np.minimum(start, end)], self.xy[np.maximum(start, end)]
        share = np.where(forward, _CUTS[cut], _CUTS[len(_CUTS) - 1 - cut])
        return np.asarray((1 - share) * first + share * last)  # exact at both ends

    @cached_property
    def kinds(self) -> Ints:
        """How many sides meet in each triangle."""
        a, b, c = self.side[self.triangles].T
        return np.asarray(3 - (a == b) - (b == c) - (a == c) + ((a == b) & (b == c)), np.int64)

    @cached_property
    def odd_first(self) -> Ints:
        """The triangles of two sides, turned so that the corner held differently comes first."""
        turned = self.triangles[self.kinds == 2]
        a, b, c = self.side[turned].T
        first = np.where(b == c, 0, np.where(a == c, 1, 2))
        return np.asarray(np.take_along_axis(turned, (first[:, None] + np.arange(3)) % 3, axis=1))

    def pieces(self) -> Iterator[tuple[Any, NDArray[np.object_], int]]:
        """Yield arrays of polygons with their sides and their grade; together they cover the mesh without overlap."""
        plain = self.triangles[self.kinds == 1]
        yield shapely.polygons(self.xy[plain]), self.side[plain[:, 0]], 2
        odd, left, right = self.odd_first.T
        for strip, grade in enumerate(_STRIP_GRADES):
            corners = [
                self.on_edge(odd, left, strip),
                self.on_edge(odd, left, strip + 1),
                self.on_edge(odd, right, strip + 1),
                self.on_edge(odd, right, strip),
            ]
            yield shapely.polygons(np.stack(corners, axis=1)), self.side[odd if strip < 3 else left], grade
        meeting = self.triangles[self.kinds == 3]
        middle = self.xy[meeting].mean(axis=1)
        for turn in range(3):
            a, b, c = np.roll(meeting, -turn, axis=1).T
            at = [(self.on_edge(a, b, cut), self.on_edge(a, c, cut)) for cut in range(4)]
            yield shapely.polygons(np.stack([self.xy[a], *at[1]], axis=1)), self.side[a], 2
            yield shapely.polygons(np.stack([at[1][0], at[2][0], at[2][1], at[1][1]], axis=1)), self.side[a], 1
            low = [at[2][0], at[3][0], middle, at[3][1], at[2][1]]
            yield shapely.polygons(np.stack(low, axis=1)), self.side[a], 0

    def ground(self) -> dict[str, list[Any]]:
        """Return the ground of each side by grade, low to high, in metres."""
        shapes, sides, grades = [], [], []
        for polygons, held_by, grade in self.pieces():
            shapes.append(polygons)
            sides.append(held_by)
            grades.append(np.full(len(polygons), grade))
        every, side, of_grade = np.concatenate(shapes), np.concatenate(sides), np.concatenate(grades)
        return {
            name: [shapely.coverage_union_all(every[(side == name) & (of_grade == grade)]) for grade in range(3)]
            for name in sorted(set(side))
        }

    def front_edges(self) -> tuple[Floats, NDArray[np.object_], Ints]:
        """Return the fronts as (n, 2, 2) segments, the (n, 2) sides they run between and their triangles."""
        odd, left, right = self.odd_first.T
        ends = [np.stack([self.on_edge(odd, left, 3), self.on_edge(odd, right, 3)], axis=1)]
        sides = [np.stack([self.side[odd], self.side[left]], axis=1)]
        triangles = [self.odd_first]
        meeting = self.triangles[self.kinds == 3]
        middle = self.xy[meeting].mean(axis=1)
        for turn in range(3):
            a, b, _ = np.roll(meeting, -turn, axis=1).T
            ends.append(np.stack([self.on_edge(a, b, 3), middle], axis=1))
            sides.append(np.stack([self.side[a], self.side[b]], axis=1))
            triangles.append(meeting)
        return np.concatenate(ends), np.concatenate(sides), np.concatenate(triangles)


def derive(holding: Holding, areas: list[Area], country: Country, shared_values: dict[str, Any]) -> Zones:
    """Derive the zones and fronts of one day from what is reported of it.

    `shared_values` is what every row has: `valid_from`, `valid_to`, `source`, `country`, `last_seen`. Raises InputError
    when fewer than three places are reported.
    """
    reported = places_of(holding, country) if len(holding.frame) else None
    if reported is None or len(reported) < MIN_PLACES:
        count = 0 if reported is None else len(reported)
        raise InputError(
            f"{shared_values['valid_from']}: {count} places with a report that still counts, at least {MIN_PLACES} are "
            "needed; a report counts until its valid_to, or without one for a year after last_seen or after the newest "
            "day in the table"
        )
    places, shared_towns = set_shared_towns_apart(reported)
    areas = shared_towns + areas
    for area in areas:  # it stands for the reports inside it that say the same; blank ground for all of them
        inside = shapely.contains_xy(area.shape, places.xy[:, 0], places.xy[:, 1])
        places = places.where(~(inside & ((places.side == area.side) | (area.side == ""))))
    if len(places) < MIN_PLACES:
        raise InputError(f"{shared_values['valid_from']}: fewer than {MIN_PLACES} places outside the declared areas")
    mesh = Mesh.of(places, country)
    ground = mesh.ground()
    claim = _claim(places, areas, country, SHARED_TOWN_M if holding.scattered else REACH_M)
    spoken_for = _together(area.shape for area in areas)
    claim = _without(claim, _without(_unvouched(mesh, ground, claim), spoken_for))
    fronts = _fronts(mesh, areas, claim, country)
    zones = _zones(ground, areas, claim, Cells.of(mesh, country.points(*holding.lapsed.T)), country.crs)
    zones = _with_evidence(zones, reported, fronts, as_day(shared_values["last_seen"]))
    prefix = " ".join(filter(None, (shared_values["country"], shared_values["valid_from"])))
    zones["zone_id"] = [
        re.sub(r"\W+", "-", f"{prefix} {side} {grade}").lower()
        for side, grade in zip(zones.controller, zones.certainty, strict=True)
    ]
    zones = zones.assign(**shared_values, derived=True, method=METHOD)
    # A long straight edge in metres is none in degrees: neighbours would overlap. Reprojected, rings may also cross
    # themselves by a hair.
    zones = zones.set_geometry(zones.geometry.segmentize(EDGE_M)).to_crs(CRS)
    valid = shapely.make_valid(zones.geometry.to_numpy(), method="structure", keep_collapsed=False)
    zones["geometry"] = [_polygons(shape) for shape in shapely.set_precision(valid, GRID_DEGREES)]
    dates = {name: shared_values[name] for name in ("valid_from", "valid_to")}
    return Zones(typed(zones, ZONE_LAYER_COLUMNS), typed(fronts.to_crs(CRS).assign(**dates), FRONT_COLUMNS))


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


def no_zones() -> Zones:
    """Return layers without a row, with their columns, dtypes and CRS."""
    return Zones(
        *(
            gpd.GeoDataFrame(
                {name: pd.Series([], dtype=dtype) for name, dtype in columns.items()}, geometry=[], crs=CRS
            )
            for columns in (ZONE_LAYER_COLUMNS, FRONT_COLUMNS)
        )
    )


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


def _with_evidence(
    zones: gpd.GeoDataFrame, reported: Places, fronts: gpd.GeoDataFrame, last_seen: np.datetime64
) -> gpd.GeoDataFrame:
    """Add what each row rests on: every place counts once, in the nearest part of its own side."""
    seen = np.minimum(reported.seen, last_seen).astype(str)
    points = np.asarray(shapely.points(reported.xy))
    row_of_place = np.full(len(points), -1)
    width: list[float | None] = []
    for side in zones.controller:
        rows, held = np.flatnonzero(zones.controller == side), np.flatnonzero(reported.side == side)
        distance = np.array([shapely.distance(zones.geometry.iloc[row], points[held]) for row in rows])
        row_of_place[held] = rows[distance.argmin(axis=0)]
        own = fronts.uncertainty_m[(fronts.side_a == side) | (fronts.side_b == side)]
        width.append(round(float(own.median()), 0) if len(own) else None)
    members = [np.flatnonzero(row_of_place == row) for row in range(len(zones))]
    return zones.assign(
        uncertainty_m=width,
        towns=[len(places) for places in members],
        reports=[int(reported.reports[places].sum()) for places in members],
        report_points=[reported.lonlat[places].round(5).tolist() for places in members],
        report_seen=[seen[places].tolist() for places in members],
    )


def _fronts(mesh: Mesh, areas: list[Area], claim: Any, country: Country) -> gpd.GeoDataFrame:
    """Return the fronts in short pieces inside the country, each as wide as the nearest report leaves it."""
    nearest = cKDTree(mesh.places.xy)
    ends, sides, triangles = mesh.front_edges()
    segments, origin = _in_steps(ends)
    distance = nearest.query(segments.mean(axis=1))[0]
    real = np.where(triangles < len(mesh.places), triangles, -1)
    rank = np.array([min((mesh.places.rank[i] for i in row if i >= 0), default=0) for row in real], int)
    towns = [[mesh.places.towns[i][0] for i in row if i >= 0] for row in real]
    frame = gpd.GeoDataFrame(
        {
            "side_a": sides.min(axis=1)[origin],
            "side_b": sides.max(axis=1)[origin],
            "uncertainty_m": np.maximum(MIN_FRONT_WIDTH_M, FRONT_WIDTH * distance),
            "evidence_confidence": np.array(GRADES, object)[rank[origin]],
            "towns": [towns[i] for i in origin],
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


def _area_edge(area: Area, sides: NDArray[np.object_], nearest: cKDTree, country: Country) -> gpd.GeoDataFrame:
    """Return the edge of a declared area as front with whoever holds the nearest place outside."""
    ring = shapely.get_coordinates(area.shape.exterior if area.shape.geom_type == "Polygon" else area.shape.boundary)
    segments, _ = _in_steps(np.stack([ring[:-1], ring[1:]], axis=1))
    other = sides[nearest.query(segments.mean(axis=1))[1]]
    pairs = np.sort(np.stack([other, np.full(len(other), area.side, object)], axis=1), axis=1)
    frame = gpd.GeoDataFrame(
        {
            "side_a": pairs[:, 0],
            "side_b": pairs[:, 1],
            "uncertainty_m": area.edge_m,
            "evidence_confidence": "low",
            "towns": [[area.town]] * len(segments),
        },
        geometry=shapely.linestrings(segments),
        crs=country.crs,
    )
    return frame[frame.side_a != frame.side_b]


def _in_steps(segments: Floats) -> tuple[Floats, Ints]:
    """Cut (n, 2, 2) segments into pieces of at most `FRONT_STEP_M`; also return which segment each comes from."""
    length = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    pieces = np.maximum(1, np.ceil(length / FRONT_STEP_M)).astype(int)
    origin = np.repeat(np.arange(len(segments)), pieces)
    number = np.arange(len(origin)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start, step = segments[origin, 0], (segments[:, 1] - segments[:, 0])[origin] / pieces[origin, None]
    first = start + number[:, None] * step
    return np.stack([first, first + step], axis=1), origin
