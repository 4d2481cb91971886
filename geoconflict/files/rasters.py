"""People near a point, from a population raster: windowed reads, geodesic circles, cells cut by the circle weighted."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from geoconflict.errors import InputError
from geoconflict.records import CRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_SPLITS = ((100, 8), (400, 4))
"""A cell cut by the circle is weighted by 8 x 8 points in it (a circle of 1 cell comes out within 1 %); by 4 x 4 where
more than 100 cells are cut, by 2 x 2 above 400: their errors cancel along the line."""
_GRID = 3
"""The way from cells to metres is measured at 3 x 3 points and interpolated by parabolas."""


class Population:
    """An open population raster; one band, each cell the number of people in it.

    Use it as a context manager, or call `close`. Not safe to share between threads.
    """

    def __init__(self, path: Path) -> None:
        import rasterio
        from rasterio.errors import RasterioError

        try:
            self._raster: Any = rasterio.open(path)
        except (RasterioError, OSError) as error:
            reason = "no such file" if not path.exists() else str(error).splitlines()[0]
            raise InputError(f"{path.name}: cannot be read as a raster ({reason})") from error
        self.name = path.name
        problem = (
            f"it has {self._raster.count} bands; a population raster has one"
            if self._raster.count != 1
            else "it has no CRS; set it with gdal_edit.py -a_srs"
            if self._raster.crs is None
            else ""
        )
        if problem:
            self.close()
            raise InputError(f"{path.name}: {problem}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._raster.close()

    def within(self, lon: float, lat: float, radius_m: float) -> float | None:
        """Return how many people live within `radius_m` of a point, or None when the raster does not say.

        The circle is geodesic on WGS84. A cell counts by the share of it inside the circle. Cells without data (sea,
        as a rule) count nothing; None where all of them are, and where the circle reaches beyond the raster, since the
        people there are not known.
        """
        return self.within_each(lon, lat, [radius_m])[0]

    def within_each(self, lon: float, lat: float, radii_m: Sequence[float]) -> list[float | None]:
        """Return `within` for several radii about one point, reading the raster once."""
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90 and all(one > 0 for one in radii_m)):
            raise InputError(f"no circle on Earth: lon {lon}, lat {lat}, radii {list(radii_m)} m")
        result: list[float | None] = [None] * len(radii_m)
        for index in sorted(range(len(radii_m)), key=lambda i: -radii_m[i]):
            window = self._window(lon, lat, radii_m[index])
            if window is not None:  # a smaller circle may fit where the larger did not
                inside = [i for i in range(len(radii_m)) if radii_m[i] <= radii_m[index]]
                for i, people in zip(inside, self._count(lon, lat, window, [radii_m[i] for i in inside]), strict=True):
                    result[i] = people
                break
        return result

    # ---- inside ----------------------------------------------------------------------------------------------------
    @cached_property
    def _to_raster(self) -> Any:
        from pyproj import Transformer

        return Transformer.from_crs(CRS, self._raster.crs.to_wkt(), always_xy=True)

    @cached_property
    def _geod(self) -> Any:
        from pyproj import Geod

        return Geod(ellps="WGS84")

    def _window(self, lon: float, lat: float, radius_m: float) -> tuple[int, int, int, int] | None:
        """Return left column, top row, width, height of the cells a circle touches; None when it leaves the raster."""
        import numpy as np

        bearings = np.linspace(0, 360, 32, endpoint=False)
        # The outermost point lies between two of the 32: the factor puts the polygon outside the circle.
        reach = np.full(32, radius_m / math.cos(math.pi / 32))
        lons, lats, _ = self._geod.fwd(np.full(32, lon), np.full(32, lat), bearings, reach)
        columns, rows = self._cells(lons, lats)
        if not (np.isfinite(columns).all() and np.isfinite(rows).all()):
            return None
        left, top = math.floor(columns.min()), math.floor(rows.min())
        right, bottom = math.ceil(columns.max()), math.ceil(rows.max())
        if left < 0 or top < 0 or right > self._raster.width or bottom > self._raster.height:
            return None
        if (columns.max() - columns.min()) > self._raster.width / 2:  # the circle straddles the seam of a world raster
            return None
        return left, top, right - left, bottom - top

    def _cells(self, lons: Any, lats: Any) -> tuple[Array, Array]:
        """Return fractional columns and rows of points."""
        import numpy as np

        x, y = self._to_raster.transform(lons, lats)
        return _through(~self._raster.transform, np.asarray(x), np.asarray(y))

    def _count(
        self, lon: float, lat: float, window: tuple[int, int, int, int], radii_m: Sequence[float]
    ) -> list[float | None]:
        """Sum the people of a window within each radius."""
        import numpy as np
        from rasterio.windows import Window

        left, top, width, height = window
        band = self._raster.read(1, window=Window(left, top, width, height), masked=True)
        known = ~np.ma.getmaskarray(band) & np.isfinite(band.data)
        values = np.where(known, band.data, 0).astype("float64")
        to_metres, half_diagonal = self._metres(lon, lat, window)
        east, north = to_metres(np.arange(width) + 0.5, np.arange(height) + 0.5)
        squares = east * east + north * north
        result: list[float | None] = []
        for radius in radii_m:
            near = squares <= (radius + half_diagonal) ** 2
            box = tuple(slice(at[0], at[-1] + 1) for at in (np.flatnonzero(near.any(axis=i)) for i in (1, 0)))
            whole = squares[box] <= max(0.0, radius - half_diagonal) ** 2
            rows, columns = np.nonzero(near[box] & ~whole)
            share = _share_inside(to_metres, rows + box[0].start, columns + box[1].start, radius)
            cut_known = known[box][rows, columns] & (share > 0)
            if not (known[box][whole].any() or cut_known.any()):
                result.append(None)
                continue
            result.append(float(values[box][whole].sum() + (values[box][rows, columns] * share).sum()))
        return result

    def _metres(self, lon: float, lat: float, window: tuple[int, int, int, int]) -> tuple[Any, float]:
        """Return the function from columns and rows of a window to metres east and north, and a cell's half diagonal.

        Geodesic distance and azimuth are taken at 3 x 3 points of the window and interpolated by parabolas both ways.
        """
        import numpy as np

        left, top, width, height = window
        columns, rows = np.meshgrid(np.linspace(0, width, _GRID), np.linspace(0, height, _GRID))
        x, y = _through(self._raster.transform, columns.ravel() + left, rows.ravel() + top)
        lons, lats = self._to_raster.transform(x, y, direction="INVERSE")
        azimuth, _, distance = self._geod.inv(np.full(_GRID**2, lon), np.full(_GRID**2, lat), lons, lats)
        angle = np.radians(azimuth)
        axes = [np.reshape(distance * way(angle), (_GRID, _GRID)) for way in (np.sin, np.cos)]
        east, north = axes

        def to_metres(columns: Array, rows: Array) -> tuple[Array, Array]:
            across, down = _parabolas(columns / width), _parabolas(rows / height)
            return down @ east @ across.swapaxes(-1, -2), down @ north @ across.swapaxes(-1, -2)

        # The largest of the four steps measured each way, and a tenth more as cells of a window differ in size.
        along = np.hypot(*(np.diff(axis, axis=1) for axis in axes)).max() * (_GRID - 1) / width
        down = np.hypot(*(np.diff(axis, axis=0) for axis in axes)).max() * (_GRID - 1) / height
        return to_metres, 0.55 * math.hypot(along, down)


def open_population(path: str | Path) -> Population:
    """Open a population raster in any CRS, e.g. GHS-POP or WorldPop; each cell holds a number of people.

    Raises InputError for a file that is no raster, has several bands, or no CRS.
    """
    return Population(Path(path))


def _through(transform: Any, first: Array, second: Array) -> tuple[Array, Array]:
    """Apply an affine transform; written out, as the operator's name changed between versions of affine."""
    t = transform
    return t.a * first + t.b * second + t.c, t.d * first + t.e * second + t.f


def _parabolas(share: Array) -> Array:
    """Return the weights (a last axis of 3) of the values at 0, 1/2 and 1 in the parabola through them."""
    import numpy as np

    return np.stack([2 * (share - 0.5) * (share - 1), -4 * share * (share - 1), 2 * share * (share - 0.5)], axis=-1)


def _share_inside(to_metres: Any, rows: Any, columns: Any, radius: float) -> Array:
    """Return which share of each of some cells lies within a radius, by points spread in the cell."""
    import numpy as np

    split = next((split for most, split in _SPLITS if len(rows) <= most), 2)
    step = (np.arange(split) + 0.5) / split
    east, north = to_metres(columns[:, None] + step, rows[:, None] + step)
    inside: Array = (east**2 + north**2 <= radius**2).mean(axis=(1, 2))
    return inside
