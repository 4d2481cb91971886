"""What is known of a day, in metres: places with their reports, shared towns and declared areas, and the country."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

from geoconflict.errors import InputError
from geoconflict.records import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geoconflict.zones.reports import Holding

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SAME_PLACE_M = 300.0
"""Reports nearer to each other than this speak of one place."""

SHARED_TOWN_M = 3_000.0
"""How far a town held jointly or disputed by reports speaks for its surroundings when no neighbour is held likewise.
Taken as towns like others, three of them drew 1,500 km2. So far speaks any town on a day the table does not cover."""

AREA_EDGE = 0.1
"""The outer part of a declared area that is of low certainty, as a share of its radius."""


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

    @cached_property
    def _to_metres(self) -> Any:
        return Transformer.from_crs(CRS, self.crs, always_xy=True).transform

    def project(self, shape: Any) -> Any:
        """Turn degrees into metres."""
        return shapely.transform(shape, lambda xy: np.column_stack(self._to_metres(xy[:, 0], xy[:, 1])))

    def points(self, lon: Any, lat: Any) -> Floats:
        """Turn longitudes and latitudes into an (n, 2) array of metres."""
        return np.column_stack(self._to_metres(np.asarray(lon, float), np.asarray(lat, float)))


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


def outside(places: Places, areas: list[Area]) -> Places:
    """Take out the places an area stands for: those inside it that say the same; of blank ground all of them."""
    for area in areas:
        inside = shapely.contains_xy(area.shape, places.xy[:, 0], places.xy[:, 1])
        places = places.where(~(inside & ((places.side == area.side) | (area.side == ""))))
    return places
