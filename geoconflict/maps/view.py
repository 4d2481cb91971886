"""What a map within a still shows: the piece of the Earth it is of, chosen from the events and what is near them.

A spot alone tells a reader nothing: the view reaches to the nearest city a reader may know and to the nearest border
or coast, where they are near enough not to make the events small.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Geod

from geoconflict.bundled import country_outlines
from geoconflict.maps.frame import Box, Frame, fit_frame
from geoconflict.maps.towns import LARGE, Town, towns

if TYPE_CHECKING:
    from geoconflict.maps.content import Content
    from geoconflict.maps.sheet import Sheet

CITY_WITHIN_M, BORDER_WITHIN_M = 110_000.0, 45_000.0
"""A city or border farther away would make a single event's map a map of something else."""
CITY_SPANS = 0.6
"""Of events spread wide: a city is reached for within so much of their extent."""
CONTEXT_M = 600_000.0
"""An extent wider than this always holds cities and borders of its own."""
_WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True)
class View:
    """A frame on a sheet."""

    sheet: Sheet
    frame: Frame

    @property
    def box(self) -> Box:
        """The rectangle of the map on the sheet."""
        return self.frame.box

    @cached_property
    def window(self) -> Any:
        """The same rectangle as a shape."""
        return shapely.box(self.box.left, self.box.top, self.box.right, self.box.bottom)

    def px(self, size: float) -> float:
        """Return CSS pixels as pixels of the sheet."""
        return self.sheet.px(size)

    @property
    def compact(self) -> bool:
        """Whether the map is shown so small that it has room for few words."""
        return self.box.width / self.sheet.unit < 480


def frame_of(content: Content, box: Box, borders: str) -> Frame:
    """Return the frame of the events of a still with what a reader needs around them."""
    lon, lat, radius = content.drawn
    first = fit_frame(lon, lat, radius, box)
    if first.world or not len(lon):
        return first
    more = [point for point in (nearest_city(lon, lat), _nearest_border(lon, lat, borders)) if point]
    extent = _extent_m(lon, lat, radius)
    if not more or extent > CONTEXT_M:
        return first
    lon = np.concatenate([lon, [point[0] for point in more]])
    lat = np.concatenate([lat, [point[1] for point in more]])
    # The view need only reach what is added, which stands nearer its edge than the events do.
    wide = fit_frame(lon, lat, np.concatenate([radius, np.zeros(len(more))]), box, padding=0.13)
    return wide if wide.metres_per_px > first.metres_per_px else first


def nearest_city(lon: np.ndarray, lat: np.ndarray) -> tuple[float, float, str] | None:
    """Return longitude, latitude and name of the city (`LARGE` or a capital) nearest to the points, if near enough."""
    if not len(lon):
        return None
    rows = _cities()
    reach = max(CITY_WITHIN_M, CITY_SPANS * _extent_m(lon, lat, np.zeros(len(lon))))
    middle = float(np.median(lon)), float(np.median(lat))
    city_lon, city_lat = np.array([town.lon for town in rows]), np.array([town.lat for town in rows])
    _, _, metres = _WGS84.inv(np.full(len(rows), middle[0]), np.full(len(rows), middle[1]), city_lon, city_lat)
    k = int(np.argmin(metres))
    return (rows[k].lon, rows[k].lat, rows[k].name) if metres[k] <= reach else None


@cache
def _cities() -> tuple[Town, ...]:
    return tuple(town for town in towns() if town.capital or town.population >= LARGE)


def _nearest_border(lon: np.ndarray, lat: np.ndarray, borders: str) -> tuple[float, float] | None:
    """Return the point of the nearest border or coast (degrees), if near enough."""
    middle = shapely.Point(float(np.median(lon)), float(np.median(lat)))
    outlines = country_outlines(borders)
    near = outlines.geometry[outlines.geometry.intersects(middle.buffer(1e-6))]
    if not len(near):
        return None
    foot = shapely.get_point(shapely.shortest_line(shapely.boundary(near.iloc[0]), middle), 0)
    metres = _WGS84.inv(middle.x, middle.y, foot.x, foot.y)[2]
    return (foot.x, foot.y) if metres <= BORDER_WITHIN_M else None


def _extent_m(lon: np.ndarray, lat: np.ndarray, radius: np.ndarray) -> float:
    turn = (lon - lon[0] + 180.0) % 360.0 - 180.0
    west, east = float(turn.min()) + lon[0], float(turn.max()) + lon[0]
    return float(_WGS84.inv(west, float(lat.min()), east, float(lat.max()))[2] + 2 * radius.max())
