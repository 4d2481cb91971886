"""The piece of the Earth a still shows: from longitude and latitude to pixels.

A frame is a stereographic projection about its own centre. It is conformal, so a circle of metres stays a circle, and
true to scale at the centre: within 1 % over 2,500 km. Pixels run right and down from the upper left corner of the
picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import shapely
from pyproj import Geod, Transformer

_WGS84 = Geod(ellps="WGS84")
EARTH_RADIUS_KM = 6371.0

PADDING = 0.2
"""Share of the extent left free on each side, so that labels beside the outermost symbols have room."""
MIN_WIDTH_M = 80_000.0
"""The outlines are simplified to about 400 m: closer than this their borders would be visibly wrong beside a symbol."""
WORLD_SPREAD_DEG = 40.0
"""Points farther than this from their centre do not fit a stereographic view (scale there 1.13 times the centre's)."""
MAIN_SHARE, APART_KM, MAIN_SPANS = 0.9, 500.0, 2.0
"""So large a share of the events makes a cluster the main one; what lies apart from it by more than `APART_KM` and by
more than `MAIN_SPANS` times its own extent would shrink it to a spot, and is left out of the view."""
WORLD_WIDTH_M = 34_500_000.0
"""Width of the Equal Earth map of the whole world, 2 x 17.24 thousand km."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, right and down."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def grown(self, margin: float) -> Box:
        """Return the rectangle with `margin` pixels more on every side."""
        return Box(self.left - margin, self.top - margin, self.width + 2 * margin, self.height + 2 * margin)


@dataclass(frozen=True)
class Frame:
    """A view centred on `lon`, `lat` (degrees) that fills `box` at `metres_per_px`; `world` is the Equal Earth view."""

    lon: float
    lat: float
    metres_per_px: float
    box: Box
    world: bool = False

    @cached_property
    def _transformer(self) -> Transformer:
        return _transformer(self.lon, self.lat, world=self.world)

    def to_px(self, lon: Any, lat: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels x (right) and y (down) of points in degrees."""
        x, y = self._transformer.transform(np.asarray(lon, float), np.asarray(lat, float))
        middle_x, middle_y = self.box.centre
        return middle_x + np.asarray(x) / self.metres_per_px, middle_y - np.asarray(y) / self.metres_per_px

    def to_lon_lat(self, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return degrees of points in pixels; infinite outside the globe."""
        middle_x, middle_y = self.box.centre
        lon, lat = self._transformer.transform(
            (np.asarray(x, float) - middle_x) * self.metres_per_px,
            (middle_y - np.asarray(y, float)) * self.metres_per_px,
            direction="INVERSE",
        )
        return np.asarray(lon), np.asarray(lat)

    @property
    def width_m(self) -> float:
        """Width of the view at its centre."""
        return self.box.width * self.metres_per_px

    @property
    def window(self) -> tuple[float, float, float, float]:
        """West, south, east, north (degrees) of what `cut` keeps; longitudes within 180 degrees of the centre."""
        return self._window

    @property
    def words(self) -> str:
        """The projection: "stereographic, centred on 36.3° N 36.7° E"."""
        if self.world:
            return "Equal Earth"
        lat = f"{abs(self.lat):.1f}° {'N' if self.lat >= 0 else 'S'}"
        lon = f"{abs((self.lon + 180) % 360 - 180):.1f}° {'E' if (self.lon + 180) % 360 >= 180 else 'W'}"
        return f"stereographic, centred on {lat} {lon}"

    def moved_to(self, box: Box) -> Frame:
        """Return the same piece of the Earth in another box of the same shape."""
        return Frame(self.lon, self.lat, self.metres_per_px * self.box.width / box.width, box, self.world)

    def px_of(self, metres: float, lon: float, lat: float) -> float:
        """Return how many pixels a distance takes at a place, measured on the ellipsoid, east and west of it.

        Equal Earth draws areas true and shapes not: there it is the radius of the circle of the true area.
        """
        if self.world:
            return metres / self.metres_per_px
        east = _WGS84.fwd(lon, lat, 90.0, metres)
        west = _WGS84.fwd(lon, lat, 270.0, metres)
        x, y = self.to_px([east[0], west[0]], [east[1], west[1]])
        return float(math.hypot(x[1] - x[0], y[1] - y[0]) / 2)

    def clip(self, shapes: Any) -> Any:
        """Return an array of shapes in degrees as shapes in pixels, cut a little outside the box."""
        return self.project(self.cut(shapes))

    def cut(self, shapes: Any) -> Any:
        """Return an array of shapes in degrees without what lies outside the box; edges they share stay shared."""
        west, south, east, north = self._window
        pieces: Any = None
        # A view across the 180th meridian sees shapes that are stored on its far side, so they are shifted beside it.
        for turn in (-360.0, 0.0, 360.0):
            left, right = max(west, turn - 180.0), min(east, turn + 180.0)
            if left >= right:
                continue
            window = shapely.box(left, south, right, north)
            moved = shapely.transform(shapes, partial(np.add, (turn, 0.0))) if turn else np.asarray(shapes)
            cut = np.full(len(moved), shapely.Polygon(), dtype=object)
            whole = shapely.contains_properly(window, moved)
            cut[whole] = moved[whole]
            partly = shapely.intersects(moved, window) & ~whole
            cut[partly] = shapely.intersection(moved[partly], window)
            pieces = cut if pieces is None else shapely.union(pieces, cut)
        return np.array([_solid(piece) for piece in pieces], dtype=object)

    def project(self, shapes: Any) -> Any:
        """Return shapes in degrees, as `cut` leaves them, in pixels."""
        west, _, east, _ = self._window
        # Long straight borders, such as parallels, are curves in this projection.
        fine = shapely.segmentize(shapes, max_segment_length=max((east - west) / 60.0, 1e-6))
        in_px = shapely.transform(fine, lambda c: np.column_stack(self.to_px(c[:, 0], c[:, 1])))
        in_px = np.asarray(shapely.simplify(in_px, 0.3, preserve_topology=False))
        broken = ~shapely.is_valid(in_px)
        if broken.any():
            in_px[broken] = shapely.make_valid(in_px[broken])
        return in_px if in_px.ndim else in_px.item()

    @cached_property
    def _window(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the box with a margin; longitudes within 180 degrees of the centre."""
        if self.world:
            return -180.0, -90.0, 180.0, 90.0
        box = self.box.grown(0.05 * max(self.box.width, self.box.height))
        along = np.linspace(0.0, 1.0, 41)
        x = np.concatenate([box.left + box.width * along] * 2 + [np.full(41, box.left), np.full(41, box.right)])
        y = np.concatenate([np.full(41, box.top), np.full(41, box.bottom)] + [box.top + box.height * along] * 2)
        lon, lat = self.to_lon_lat(x, y)
        lon = self.lon + (lon - self.lon + 180.0) % 360.0 - 180.0
        south, north = float(lat.min()), float(lat.max())
        for pole in (-90.0, 90.0):
            px, py = self.to_px(self.lon, pole)
            if box.left <= px <= box.right and box.top <= py <= box.bottom:
                return self.lon - 180.0, min(south, pole), self.lon + 180.0, max(north, pole)
        return float(lon.min()), south, float(lon.max()), north


def _transformer(lon: float, lat: float, *, world: bool) -> Transformer:
    how = "+proj=eqearth +lon_0=0" if world else f"+proj=stere +lat_0={lat!r} +lon_0={lon!r}"
    return Transformer.from_crs("EPSG:4326", f"{how} +datum=WGS84 +units=m +type=crs", always_xy=True)


def _solid(piece: Any) -> Any:
    """Return a cut shape without the points and lines a cut along its edge leaves."""
    if piece.geom_type != "GeometryCollection" or piece.is_empty:
        return piece
    parts = shapely.get_parts(piece)
    dimension = shapely.get_dimensions(parts)
    return shapely.union_all(parts[dimension == dimension.max()])


def fit_frame(lon: Any, lat: Any, radius_m: Any, box: Box, *, padding: float = PADDING) -> Frame:
    """Return the view of `box` pixels that shows all circles about the points (degrees) with room around them."""
    lon, lat, radius_m = (np.asarray(values, float) for values in (lon, lat, radius_m))
    if not len(lon):
        return Frame(0.0, 0.0, WORLD_WIDTH_M / min(box.width, box.height * 2.05), box, world=True)
    centre_lon, centre_lat = _middle(lon, lat)
    if _spread(lon, lat, centre_lon, centre_lat) > WORLD_SPREAD_DEG:
        return Frame(0.0, 0.0, WORLD_WIDTH_M / min(box.width, box.height * 2.05), box, world=True)
    for _ in range(2):  # the second time about the middle of the extent rather than of the points
        project = _transformer(centre_lon, centre_lat, world=False)
        x, y = (np.asarray(values) for values in project.transform(lon, lat))
        west, east = float((x - radius_m).min()), float((x + radius_m).max())
        south, north = float((y - radius_m).min()), float((y + radius_m).max())
        middle = project.transform((west + east) / 2, (south + north) / 2, direction="INVERSE")
        centre_lon, centre_lat = round(float(middle[0]), 6), round(float(middle[1]), 6)
    room = 1.0 - 2 * padding
    scale = max((east - west) / (box.width * room), (north - south) / (box.height * room), MIN_WIDTH_M / box.width)
    return Frame(centre_lon, centre_lat, scale, box)


def main_cluster(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Say which points (degrees) belong to the main cluster; all where none is so large, or none lies far off."""
    every = np.ones(len(lon), bool)
    if len(lon) < 3:
        return every
    cells, cell_of, count = np.unique(
        np.column_stack([lon, lat]).round(), axis=0, return_inverse=True, return_counts=True
    )
    lam, phi = np.radians(cells).T
    xyz = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(np.linalg.norm(xyz[:, None] - xyz[None], axis=2) / 2, 0, 1))
    near = km <= APART_KM
    while (wider := near @ near).sum() > near.sum():  # what hangs together over steps of `APART_KM`
        near = wider
    main = near[(near @ count).argmax()]
    apart = km[np.ix_(main, ~main)].min() if not main.all() else 0.0
    if (main @ count) < MAIN_SHARE * len(lon) or apart <= MAIN_SPANS * km[np.ix_(main, main)].max():
        return every
    return np.asarray(main[cell_of.ravel()])


def _middle(lon: np.ndarray, lat: np.ndarray) -> tuple[float, float]:
    """Return the middle of points on the sphere; the first point where they cancel out."""
    phi, lam = np.radians(lat), np.radians(lon)
    x, y, z = (np.cos(phi) * np.cos(lam)).mean(), (np.cos(phi) * np.sin(lam)).mean(), np.sin(phi).mean()
    if math.hypot(x, y, z) < 1e-6:
        return float(lon[0]), float(lat[0])
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _spread(lon: np.ndarray, lat: np.ndarray, centre_lon: float, centre_lat: float) -> float:
    """Return the angle in degrees from the centre to the farthest point."""
    phi, phi0, turn = np.radians(lat), math.radians(centre_lat), np.radians(lon - centre_lon)
    cosine = np.sin(phi) * math.sin(phi0) + np.cos(phi) * math.cos(phi0) * np.cos(turn)
    return float(np.degrees(np.arccos(np.clip(cosine.min(), -1.0, 1.0))))


def scale_bar(frame: Frame, at: tuple[float, float], max_px: float) -> tuple[int, float]:
    """Return the round number of metres (1, 2 or 5 times a power of ten) and its pixels where the bar is drawn.

    The length is measured at the bar's own place, not at the centre of the view.
    """
    lon, lat = (float(value) for value in frame.to_lon_lat(*at))
    at_most = max_px * frame.metres_per_px
    power = 10 ** math.floor(math.log10(at_most))
    for length in (5 * power, 2 * power, power, power / 2):
        px = frame.px_of(length / 2, lon, lat) * 2
        if px <= max_px:
            return max(1, round(length)), px
    raise AssertionError("half a power of ten below the width always fits")
