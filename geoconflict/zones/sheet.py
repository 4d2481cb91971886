"""One sheet of a control map: the zones one source shows on one stretch of days, asked for many points at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

from geoconflict import bundled
from geoconflict.records import CRS
from geoconflict.zones.cells import CROSSED, Cells
from geoconflict.zones.halfway import FRONT_WIDTH, GRID_M, MIN_FRONT_WIDTH_M
from geoconflict.zones.lines import Lines, segments
from geoconflict.zones.mesh import REACH_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

SNAP_M = 2_000.0
"""A place this near a zone of its own country counts as inside: outlines of countries differ by that much."""

BORDER_M = 3_000.0
"""An edge this near a coast or border is no front where a map shows one side only. 85-95 % of such edges of daily maps
of Ukraine lie within 2 km of Natural Earth's lines, 97 % within 3 km."""

EDGE_DEGREES = 0.05
"""Longest edge before it is projected: edges are straight in degrees, and stray less than 2 m from that."""

CELLS_FROM = 50_000
"""Points asked of a sheet before a grid over it is worth making."""

SLIVER_DEGREES = 1e-6
"""A strip this thin (0.1 m) that two sides claim is a line digitised twice; it is told from the depth in each zone."""

GEOD = Geod(ellps="WGS84")
NONE = -1


@dataclass(frozen=True)
class Ground:
    """The columns of a zone layer as arrays, a row a zone."""

    shapes: NDArray[np.object_]
    controller: Ints
    country: Ints
    grade: Ints
    uncertainty_m: Floats
    report_points: NDArray[np.object_] | None
    report_seen: NDArray[np.object_] | None


@dataclass(frozen=True)
class Facing:
    """How far n points are from the ground of other sides, metres and degrees clockwise from north, NaN where unknown.

    `metres` and `bearing` have a column for each of a sheet's sides (NaN in the point's own); `front_side` is `NONE`
    where the map leaves the other side's ground blank.
    """

    metres: Floats
    bearing: Floats
    front_m: Floats
    front_width_m: Floats
    front_side: Ints

    @classmethod
    def nothing(cls, count: int, sides: int) -> Facing:
        """Return n points of which nothing is known."""
        return cls(
            np.full((count, sides), np.nan),
            np.full((count, sides), np.nan),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.full(count, NONE),
        )


@lru_cache(maxsize=64)
def _to_metres(crs: str) -> Transformer:
    """Return the way into a projection: making one takes longer than asking a sheet, and days of a country share it."""
    return Transformer.from_crs(CRS, crs, always_xy=True)


def middle_lon(west: Floats, east: Floats) -> float:
    """Return the middle of stretches of longitude taken together: opposite the widest gap between them.

    Zones on both sides of the 180th meridian lie beside each other, although their degrees reach from -180 to 180.
    """
    order = np.argsort(west)
    west, east = west[order], np.maximum.accumulate(east[order])
    begins = np.append(west[1:], west[0] + 360)
    gap = int(np.argmax(begins - east))
    return float((begins[gap] + east[gap] + 360) / 2 + 180) % 360 - 180


class Sheet:
    """Zones that hold at the same time by the same source; shapes are prepared and indexed once, when first needed."""

    def __init__(self, ground: Ground, rows: Ints) -> None:
        # Where zones of a side overlap the surer one is found: painted last. Ties go to the row that comes first.
        self.rows = rows[np.lexsort((-rows, ground.controller[rows], ground.grade[rows]))]
        self.ground = ground
        self.sides = np.unique(ground.controller[rows])
        self.bounds = shapely.bounds(ground.shapes[self.rows])
        self._asked = 0
        self._cells: Cells | None = None

    def locate(self, lon: Floats, lat: Floats) -> tuple[Ints, Bools]:
        """Return the zone each point is in (`NONE`: in none) and whether zones of different sides claim it."""
        self._asked += len(lon)
        if self._asked < CELLS_FROM:
            return self._exactly(lon, lat)
        if self._cells is None:
            self._cells = Cells(self.ground.shapes[self.rows], self._exactly)
        found, disputed = self._cells.look_up(lon, lat)
        crossed = np.flatnonzero(found == CROSSED)
        found[crossed], disputed[crossed] = self._exactly(lon[crossed], lat[crossed])
        return found, disputed

    def _exactly(self, lon: Floats, lat: Floats) -> tuple[Ints, Bools]:
        """Ask the polygons themselves, each for the points within its bounds."""
        order = np.argsort(lon)
        lon, lat = lon[order], lat[order]
        found, disputed = np.full(len(lon), NONE), np.zeros(len(lon), bool)
        controller = self.ground.controller
        for row, (west, south, east, north) in zip(self.rows, self.bounds, strict=True):
            first, last = np.searchsorted(lon, west, "left"), np.searchsorted(lon, east, "right")
            near = first + np.flatnonzero((lat[first:last] >= south) & (lat[first:last] <= north))
            if not len(near):
                continue
            shape = self.ground.shapes[row]
            shapely.prepare(shape)
            hit = near[shapely.contains_xy(shape, lon[near], lat[near])]
            before = found[hit]
            disputed[hit] |= (before != NONE) & (controller[before] != controller[row])
            found[hit] = row
        claimed = np.flatnonzero(disputed)
        disputed[claimed] = self._deep_claims(lon[claimed], lat[claimed])
        as_asked = np.empty_like(order)
        as_asked[order] = np.arange(len(order))
        return found[as_asked], disputed[as_asked]

    def _deep_claims(self, lon: Floats, lat: Floats) -> Bools:
        """Say which points lie in zones of different sides, and in each deeper than half a sliver."""
        side, disputed = np.full(len(lon), NONE), np.zeros(len(lon), bool)
        if not len(lon):
            return disputed
        points = np.asarray(shapely.points(lon, lat))
        for row in self.rows:
            shape, controller = self.ground.shapes[row], self.ground.controller[row]
            hit = np.flatnonzero(shapely.contains_xy(shape, lon, lat))
            if not len(hit):
                continue
            edge = shape.boundary
            shapely.prepare(edge)
            hit = hit[~shapely.dwithin(edge, points[hit], SLIVER_DEGREES / 2)]
            disputed[hit] |= (side[hit] != NONE) & (side[hit] != controller)
            side[hit] = controller
        return disputed

    def zone_of(self, lon: Floats, lat: Floats, country: Ints) -> tuple[Ints, Bools, Ints]:
        """Return the zone of each point, whether different sides claim it, and which points lie just beside theirs."""
        zone, disputed = self.locate(lon, lat)
        outside = np.flatnonzero(zone == NONE)
        zone[outside], gap = self.nearest_zone(lon[outside], lat[outside], country[outside])
        return zone, disputed, outside[gap > 0]

    def nearest_zone(self, lon: Floats, lat: Floats, country: Ints) -> tuple[Ints, Floats]:
        """Return the nearest zone within `SNAP_M` for points outside all, and how far it is, metres.

        Only zones of the point's own country count, unless the point lies on the very edge of a zone.
        """
        row, distance = np.full(len(lon), NONE), np.full(len(lon), np.nan)
        if not len(lon):
            return row, distance
        points = self._project(lon, lat)
        at, zone = self._zone_tree.query(shapely.points(points), predicate="dwithin", distance=SNAP_M * 1.01)
        if not len(at):
            return row, distance
        ways = shapely.shortest_line(shapely.points(points[at]), self._projected[zone])
        metres, _ = self._way(lon[at], lat[at], shapely.get_coordinates(ways)[1::2])
        zone_rows = self.rows[zone]
        own = (country[at] >= 0) & (country[at] == self.ground.country[zone_rows])
        allowed = (own & (metres <= SNAP_M)) | (metres <= 0.5)  # half a metre: on the edge, within rounding
        at, zone_rows, metres = at[allowed], zone_rows[allowed], metres[allowed]
        order = np.lexsort((zone_rows, self.ground.controller[zone_rows], np.round(metres, 3), at))
        at, keep = np.unique(at[order], return_index=True)
        row[at], distance[at] = zone_rows[order][keep], metres[order][keep]
        return row, distance

    @property
    def shows_one_side(self) -> bool:
        """Whether only one side's ground is drawn, so that the other's is what is left blank."""
        return len(self.sides) == 1

    def facing(self, lon: Floats, lat: Floats, row: Ints, disputed: Bools) -> Facing:
        """Return how far the points are from each other side's ground; `row` is the zone each is in (`NONE`: in none).

        The front is the nearest ground of another side. On a map of one side it is that side's own edge, except along
        coasts and borders; there the points may lie outside. Ground several sides claim is on the front and nobody's.
        """
        found = Facing.nothing(len(lon), len(self.sides))
        if not len(lon):
            return found
        points, own = self._project(lon, lat), np.where((row == NONE) | disputed, NONE, self.ground.controller[row])
        for column, side in enumerate(self.sides):
            at = np.flatnonzero(own != side)
            if not len(at):
                continue
            foot, zone = self._edges(int(side)).nearest(points[at])
            metres, bearing = self._way(lon[at], lat[at], foot)
            found.metres[at, column], found.bearing[at, column] = metres, bearing
            nearer = np.flatnonzero((own[at] != NONE) & ~(metres >= found.front_m[at]))
            here = at[nearer]
            found.front_m[here], found.front_side[here] = metres[nearer], side
            found.front_width_m[here] = self._width(foot[nearer], row[here], zone[nearer])
        if self.shows_one_side and self._open_edge is not None:
            foot, _ = self._open_edge.nearest(points)
            found.front_m[:] = self._way(lon, lat, foot)[0]
            found.front_width_m[:] = self._width(foot, row, np.full(len(lon), NONE))
        self._claims(lon, lat, np.flatnonzero(disputed), found)
        return found

    def _claims(self, lon: Floats, lat: Floats, at: Ints, found: Facing) -> None:
        """Set the distance to the zones that the points `at` lie in to nothing."""
        if not len(at):
            return
        found.front_m[at] = 0.0
        for row in self.rows:
            controller = self.ground.controller[row]
            hit = at[shapely.contains_xy(self.ground.shapes[row], lon[at], lat[at])]
            column = np.searchsorted(self.sides, controller)
            found.metres[hit, column], found.bearing[hit, column] = 0.0, np.nan

    def _width(self, foot: Floats, row: Ints, other: Ints) -> Floats:
        """Return how far the true front may be from the drawn one at points on it (projected metres)."""
        if self._reports is not None:
            metres: Floats = self._reports[0].query(foot)[0]
            for rows in (row, other):  # to the town of the side that is farther off; ground farther than that is blank
                sides = np.where(rows == NONE, NONE, self.ground.controller[rows])
                for side in np.unique(sides[sides != NONE]):
                    at, tree = np.flatnonzero(sides == side), self._reports_of(int(side))
                    if tree is not None:
                        metres[at] = np.maximum(metres[at], np.minimum(REACH_M, tree.query(foot[at])[0]))
            return np.maximum(MIN_FRONT_WIDTH_M, FRONT_WIDTH * metres)
        stated = self.ground.uncertainty_m
        own, others = (np.where(rows == NONE, np.nan, stated[rows]) for rows in (row, other))
        return np.fmax(own, others)

    def seen(self, lon: Floats, lat: Floats) -> NDArray[np.datetime64]:
        """Return the day somebody last looked at the town nearest to each point; NaT where the map names no towns."""
        if self._reports is None:
            return np.full(len(lon), np.datetime64("NaT", "D"))
        tree, days = self._reports
        return np.asarray(days[tree.query(self._project(lon, lat))[1]])

    @cached_property
    def _reports(self) -> tuple[cKDTree, NDArray[np.datetime64]] | None:
        """The towns derived zones rest on and when each was last looked at (NaT: not said)."""
        if self.ground.report_points is None:
            return None
        lonlat: list[list[float]] = []
        days: list[str] = []
        nothing = np.full(len(self.ground.shapes), None, object)
        reported, looked_at = self.ground.report_points, self.ground.report_seen
        for points, seen in zip(
            reported[self.rows], (nothing if looked_at is None else looked_at)[self.rows], strict=True
        ):
            if points is None or not np.size(points):
                continue
            told = seen is not None and np.size(seen) == len(points)
            lonlat += [list(point) for point in points]
            days += [str(day) for day in seen] if told else ["NaT"] * len(points)
        if not lonlat:
            return None
        return cKDTree(self._project(*np.array(lonlat, float).T)), np.array(days, "datetime64[D]")

    def _reports_of(self, side: int) -> cKDTree | None:
        """Return the towns a side's derived zones rest on; None where they rest on none."""
        if side not in self._side_reports:
            points = self.ground.report_points
            told = [] if points is None else [points[row] for row in self.rows if self.ground.controller[row] == side]
            lonlat = [point for some in told if some is not None for point in some]
            self._side_reports[side] = cKDTree(self._project(*np.array(lonlat, float).T)) if lonlat else None
        return self._side_reports[side]

    @cached_property
    def _side_reports(self) -> dict[int, cKDTree | None]:
        return {}

    @cached_property
    def _transformer(self) -> Transformer:
        west, south, east, north = shapely.bounds(shapely.get_parts(self.ground.shapes[self.rows])).T
        lat, lon = (south.min() + north.max()) / 2, middle_lon(west, east)
        return _to_metres(f"+proj=laea +lat_0={lat:.2f} +lon_0={lon:.2f} +datum=WGS84 +units=m")

    def _project(self, lon: Floats, lat: Floats) -> Floats:
        return np.column_stack(self._transformer.transform(lon, lat))

    @cached_property
    def _projected(self) -> NDArray[np.object_]:
        shapes = shapely.segmentize(self.ground.shapes[self.rows], EDGE_DEGREES)
        return np.asarray(shapely.transform(shapes, lambda xy: self._project(xy[:, 0], xy[:, 1])))

    @cached_property
    def _zone_tree(self) -> Any:
        return shapely.STRtree(self._projected)

    def _edges(self, side: int) -> Lines:
        """Return the edges of a side's zones, each with its row."""
        if side not in self._edges_of:
            zones = np.flatnonzero(self.ground.controller[self.rows] == side)
            lines, part = shapely.get_parts(shapely.boundary(self._projected[zones]), return_index=True)
            self._edges_of[side] = Lines(lines, self.rows[zones][part])
        return self._edges_of[side]

    @cached_property
    def _edges_of(self) -> dict[int, Lines]:
        return {}

    @cached_property
    def _open_edge(self) -> Lines | None:
        """The edge of all zones together but for coasts and borders; there is none between two grades of a side."""
        lines = segments(shapely.union_all(self._projected, grid_size=GRID_M))
        lines = lines[~self._along_border(lines)]
        return Lines(lines, np.full(len(lines), NONE)) if len(lines) else None

    def _along_border(self, lines: NDArray[np.object_]) -> Bools:
        """Say which segments run along a coast or the border of a country."""
        west, south = self.bounds[:, :2].min(axis=0) - 1
        east, north = self.bounds[:, 2:].max(axis=0) + 1
        outlines = bundled.reported_ground().geometry.to_numpy()
        outlines = outlines[shapely.intersects(outlines, shapely.box(west, south, east, north))]
        areas = [part for part in shapely.get_parts(shapely.get_parts(outlines)) if part.geom_type == "Polygon"]
        borders = [shapely.clip_by_rect(area.boundary, west, south, east, north) for area in areas]
        borders = [line for line in borders if not line.is_empty]
        along = np.zeros(len(lines), bool)
        if borders:
            metric = shapely.transform(np.array(borders, object), lambda xy: self._project(xy[:, 0], xy[:, 1]))
            pieces = np.concatenate([segments(line) for line in metric])
            middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
            along[shapely.STRtree(pieces).query(middle, predicate="dwithin", distance=BORDER_M)[0]] = True
        return along

    def _way(self, lon: Floats, lat: Floats, spot: Floats) -> tuple[Floats, Floats]:
        """Return geodesic distance and bearing from points to spots of the projection; clockwise from north."""
        spot_lon, spot_lat = self._transformer.transform(spot[:, 0], spot[:, 1], direction="INVERSE")
        bearing, _, metres = GEOD.inv(lon, lat, spot_lon, spot_lat)
        return np.asarray(metres, float), np.asarray(bearing, float) % 360
