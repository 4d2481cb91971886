"""One sheet of a control map: the zones one source shows on one stretch of days, asked for many points at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

from geoconflict import bundled
from geoconflict.records import CRS
from geoconflict.zones.halfway import FRONT_WIDTH, GRID_M, MIN_FRONT_WIDTH_M

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

SAMPLE_M = 500.0
_SAMPLES = 4
_AT_ONCE = 100_000

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


class Sheet:
    """Zones that hold at the same time by the same source; shapes are prepared and indexed once, when first needed."""

    def __init__(self, ground: Ground, rows: Ints) -> None:
        # Where zones overlap the surer one is found: painted last. Ties go to the row that comes first.
        self.rows = rows[np.lexsort((-rows, ground.grade[rows]))]
        self.ground = ground
        self.sides = np.unique(ground.controller[rows])
        self.bounds = shapely.bounds(ground.shapes[self.rows])

    def locate(self, lon: Floats, lat: Floats) -> tuple[Ints, Bools]:
        """Return the zone each point is in (`NONE`: in none) and whether zones of different sides claim it.

        Longitudes must come in ascending order.
        """
        found = np.full(len(lon), NONE)
        disputed = np.zeros(len(lon), bool)
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
        return found, disputed

    def zone_of(self, lon: Floats, lat: Floats, country: Ints) -> tuple[Ints, Bools, Ints]:
        """Return the zone of each point, whether different sides claim it, and which points lie just beside theirs.

        Longitudes must come in ascending order.
        """
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
        metres = self._metres(lon[at], lat[at], shapely.get_coordinates(ways)[1::2])
        zone_rows = self.rows[zone]
        own = (country[at] >= 0) & (country[at] == self.ground.country[zone_rows])
        allowed = (own & (metres <= SNAP_M)) | (metres <= 0.5)  # half a metre: on the edge, within rounding
        at, zone_rows, metres = at[allowed], zone_rows[allowed], metres[allowed]
        order = np.lexsort((zone_rows, metres, at))
        at, keep = np.unique(at[order], return_index=True)
        row[at], distance[at] = zone_rows[order][keep], metres[order][keep]
        return row, distance

    @property
    def shows_one_side(self) -> bool:
        """Whether only one side's ground is drawn, so that the other's is what is left blank."""
        return len(self.sides) == 1

    def front(self, lon: Floats, lat: Floats, row: Ints) -> tuple[Floats, Floats, Ints]:
        """Return for points in zones the distance to the nearest ground of another side, metres.

        Also how wide the front there is drawn (NaN: not said) and a zone row of the other side (`NONE`: ground the map
        leaves blank). On a map of one side its own edge is the front, except along coasts and borders; there the points
        may lie outside. NaN where there is no other side.
        """
        distance, width, other = np.full(len(lon), np.nan), np.full(len(lon), np.nan), np.full(len(lon), NONE)
        side = np.where(row == NONE, self.sides[0] if len(self.sides) else NONE, self.ground.controller[row])
        for own in self.sides:
            here = np.flatnonzero(side == own)
            lines = self._facing(int(own))
            if not len(here) or lines is None:
                continue
            foot, other[here] = lines.nearest(self._project(lon[here], lat[here]))
            distance[here] = self._metres(lon[here], lat[here], foot)
            width[here] = self._width(foot, row[here], other[here])
        return distance, width, other

    def _width(self, foot: Floats, row: Ints, other: Ints) -> Floats:
        """Return how far the true front may be from the drawn one at points on it (projected metres)."""
        if self._reports is not None:
            nearest_m: Floats = self._reports[0].query(foot)[0]
            return np.maximum(MIN_FRONT_WIDTH_M, FRONT_WIDTH * nearest_m)
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

    @cached_property
    def _transformer(self) -> Transformer:
        west, south = self.bounds[:, :2].min(axis=0)
        east, north = self.bounds[:, 2:].max(axis=0)
        crs = f"+proj=laea +lat_0={(south + north) / 2:.2f} +lon_0={(west + east) / 2:.2f} +datum=WGS84 +units=m"
        return Transformer.from_crs(CRS, crs, always_xy=True)

    def _project(self, lon: Floats, lat: Floats) -> Floats:
        return np.column_stack(self._transformer.transform(lon, lat))

    @cached_property
    def _projected(self) -> NDArray[np.object_]:
        shapes = shapely.segmentize(self.ground.shapes[self.rows], EDGE_DEGREES)
        return np.asarray(shapely.transform(shapes, lambda xy: self._project(xy[:, 0], xy[:, 1])))

    @cached_property
    def _zone_tree(self) -> Any:
        return shapely.STRtree(self._projected)

    def _facing(self, own: int) -> _Lines | None:
        """Return what a side may meet as its front, each line with the zone row it belongs to."""
        if own not in self._fronts:
            if self.shows_one_side:
                # The edge between two grades of one side is no front.
                lines = _segments(shapely.union_all(self._projected, grid_size=GRID_M))
                lines = lines[~self._along_border(lines)]
                owners = np.full(len(lines), NONE)
            else:
                others = np.flatnonzero(self.ground.controller[self.rows] != own)
                lines, part = shapely.get_parts(shapely.boundary(self._projected[others]), return_index=True)
                owners = self.rows[others][part]
            self._fronts[own] = _Lines(lines, owners) if len(lines) else None
        return self._fronts[own]

    @cached_property
    def _fronts(self) -> dict[int, _Lines | None]:
        return {}

    def _along_border(self, lines: NDArray[np.object_]) -> Bools:
        """Say which segments run along a coast or the border of a country."""
        west, south = self.bounds[:, :2].min(axis=0) - 1
        east, north = self.bounds[:, 2:].max(axis=0) + 1
        outlines = bundled.country_outlines("un").geometry.to_numpy()
        outlines = outlines[shapely.intersects(outlines, shapely.box(west, south, east, north))]
        areas = [part for part in shapely.get_parts(shapely.get_parts(outlines)) if part.geom_type == "Polygon"]
        borders = [shapely.clip_by_rect(area.boundary, west, south, east, north) for area in areas]
        borders = [line for line in borders if not line.is_empty]
        along = np.zeros(len(lines), bool)
        if borders:
            metric = shapely.transform(np.array(borders, object), lambda xy: self._project(xy[:, 0], xy[:, 1]))
            pieces = np.concatenate([_segments(line) for line in metric])
            middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
            along[shapely.STRtree(pieces).query(middle, predicate="dwithin", distance=BORDER_M)[0]] = True
        return along

    def _metres(self, lon: Floats, lat: Floats, spot: Floats) -> Floats:
        """Return the geodesic distance from points to spots of the projection."""
        spot_lon, spot_lat = self._transformer.transform(spot[:, 0], spot[:, 1], direction="INVERSE")
        return np.asarray(GEOD.inv(lon, lat, spot_lon, spot_lat)[2], float)


class _Lines:
    """Lines in metres, asked for the spot on them nearest to each of many points.

    Points find the nearest samples of the lines, then the spot on the pieces beside these. That is the nearest spot but
    where another line passes within `SAMPLE_M` of it: then it is at most 3 m farther at 1 km, 31 m farther at 100 m.
    """

    def __init__(self, lines: NDArray[np.object_], owners: Ints) -> None:
        self.xy, self.line = shapely.get_coordinates(shapely.segmentize(lines, SAMPLE_M), return_index=True)
        self.owners = owners
        self.goes_on = np.append(self.line[1:] == self.line[:-1], [False])
        self.tree = cKDTree(self.xy)

    def nearest(self, points: Floats) -> tuple[Floats, Ints]:
        """Return the nearest spot for each point and the owner of its line."""
        spots, owners = np.empty_like(points), np.empty(len(points), np.int64)
        for first in range(0, len(points), _AT_ONCE):
            chunk = slice(first, first + _AT_ONCE)
            spots[chunk], owners[chunk] = self._nearest(points[chunk])
        return spots, owners

    def _nearest(self, points: Floats) -> tuple[Floats, Ints]:
        samples = np.asarray(self.tree.query(points, np.arange(1, min(_SAMPLES, len(self.xy)) + 1))[1])
        pieces = np.concatenate([samples, np.maximum(samples - 1, 0)], axis=1)
        start = self.xy[pieces]
        step = np.where(self.goes_on[pieces, None], self.xy[np.minimum(pieces + 1, len(self.xy) - 1)] - start, 0.0)
        length = np.maximum((step**2).sum(axis=2), 1e-9)
        share = np.clip(((points[:, None] - start) * step).sum(axis=2) / length, 0, 1)
        spot = start + share[:, :, None] * step
        best = ((points[:, None] - spot) ** 2).sum(axis=2).argmin(axis=1)
        row = np.arange(len(points))
        return spot[row, best], self.owners[self.line[pieces[row, best]]]


def _segments(shape: Any) -> NDArray[np.object_]:
    """Return the edges of an area, or the pieces of a line, as two-point lines."""
    line = shape.boundary if shape.geom_type.endswith("Polygon") else shape
    xy, part = shapely.get_coordinates(shapely.get_parts(shapely.get_parts(line)), return_index=True)
    same = part[1:] == part[:-1]
    return np.asarray(shapely.linestrings(np.stack([xy[:-1][same], xy[1:][same]], axis=1)))
