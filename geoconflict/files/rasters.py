"""People near a point and in an area, from a population raster: geodesic circles, cells cut by an outline weighted."""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

from geoconflict.errors import InputError, InputWarning
from geoconflict.files.geotiff import check_place, is_address, open_raster, raster_access, short_name
from geoconflict.records import CRS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from geoconflict.files.shares import Pieces

    Array = NDArray[np.float64]
    Rows = tuple[int, int]

Unit = Literal["people", "per-km2"]

STRIP_CELLS = 8_000_000
"""Cells read at a time where a raster is read through: 64 MB of running sums."""
WINDOW_S, WINDOW_CELL_S, STRIP_CELL_S = 4e-4, 1.5e-8, 3e-8
"""What a window of its own costs, and a cell read in one and in a strip (measured, benchmarks/people.py): places are
read window by window until reading the ground between them once is cheaper."""
MOST_PLACES = 100_000
"""Places whose outlines are held at a time: 300 MB for three radii."""
BATCH = 60
"""Places whose outlines are cut at a time: their pieces stay in the processor's cache."""
NO_DATA = (-1.0, -200.0, -999.0, -9999.0, -32768.0, -99999.0, -2147483648.0)
"""What rasters write into cells without data, whether they declare it or not (GHS-POP -200, WorldPop -99999)."""
MOST_PEOPLE = 1e9
"""More than a cell can hold; greater values (3.4e38, 4294967295) stand for no data, too."""
NOTHING = 1e-9
"""A share no larger than this is rounding."""
DENSITY_WORDS = ("density", "per sq", "/km2", "per km", "km-2", "/sq", "/km²")
OTHER_WORDS = re.compile(
    r"(?<![a-z])(smod|degurba|built|vnl|viirs|dmsp|ntl|night_?lights?|nightlights?|land_?cover|lulc|worldcover|lc|dem|srtm)"
    r"(?![a-z])",
    re.IGNORECASE,
)
PEOPLE_WORDS = re.compile(r"(?<![a-z])(population|people|ppp|worldpop|landscan|hrsl|gpw)(?![a-z])", re.IGNORECASE)
"""Words of rasters of settlement types, built-up ground, lights, land cover, heights; and of rasters of people."""
MOST_CLASSES = 30
SAMPLE = 256
"""Whole numbers of so few values in the middle cells of a raster (so many each way), 0 never, are classes: where people
are counted some cells have none."""
SEAM_CELLS = 1.0
"""A raster of degrees is closed round the globe where it is 360 degrees wide to within a cell."""


@dataclass(frozen=True)
class Counts:
    """People in some shapes.

    Attributes
    ----------
    people
        How many; NaN where the raster does not say: a shape without any cell with data, a circle that reaches beyond.
    known
        The share (0-1) of each shape that lies in cells with data.
    """

    people: Array
    known: Array


class Population:
    """An open population raster.

    Use it as a context manager, or call `close`. Not safe to share between threads.
    """

    def __init__(self, path: str | Path, *, band: int | None = None, unit: Unit | None = None) -> None:
        self.remote = is_address(path)
        self.name = short_name(path)
        with self._reading():
            self._raster: Any = open_raster(path, self.name)
        try:
            self._band = self._choose_band(band)
            self._check()
            if unit is None:
                self._check_people()
        except InputError:
            self.close()
            raise
        self._unit: Unit = unit or self._unit_told()
        self._taken: set[float] = set()
        self._told = 0
        self.notes: list[str] = []
        """What had to be assumed, a line each; complete once people have been counted."""
        if unit is None and self._unit == "per-km2":
            self.notes.append(
                f"{self.name}: read as people per km2, as its description says; --population-unit says it"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._raster.close()

    # ---- people --------------------------------------------------------------------------------------------------
    def within(self, lon: float, lat: float, radius_m: float) -> float | None:
        """Return how many people live within `radius_m` of a point, or None when the raster does not say.

        The circle is geodesic on WGS84. A cell counts by the share of it inside the circle. Cells without data (sea,
        as a rule) count nothing; None where all of them are, and where the circle reaches beyond the raster, since the
        people there are not known.
        """
        return self.within_each(lon, lat, [radius_m])[0]

    def within_each(self, lon: float, lat: float, radii_m: Sequence[float]) -> list[float | None]:
        """Return `within` for several radii about one point."""
        people = self.counts([lon], [lat], radii_m).people[0]
        return [None if math.isnan(one) else float(one) for one in people]

    def counts(self, lon: Sequence[float] | Array, lat: Sequence[float] | Array, radii_m: Sequence[float]) -> Counts:
        """Return the people within several radii of many points: arrays (points, radii), as `within` counts them.

        Reads a window for each point, or, where that is cheaper (from about 10,000 points on), all rows between them
        once; both give the same to within rounding. Circles across the 180th meridian are counted where a raster of
        degrees closes round the globe. Raises InputError for what is no circle on Earth.
        """
        import numpy as np

        lon, lat, radii = (np.asarray(values, float) for values in (lon, lat, radii_m))
        bad = ~(np.isfinite(lon) & (np.abs(lat) <= 90))
        if bad.any() or not (radii > 0).all():
            first = int(bad.argmax())
            raise InputError(f"no circle on Earth: lon {lon[first]}, lat {lat[first]}, radii {list(radii_m)} m")
        if len(lon) > MOST_PLACES:  # from north to south, so that each part reads its own rows
            order = np.argsort(-lat, kind="stable")
            parts = [
                (part, self.counts(lon[part], lat[part], radii_m))
                for part in np.array_split(order, -(-len(lon) // MOST_PLACES))
            ]
            both = np.empty((2, len(lon), len(radii)))
            for part, one in parts:
                both[:, part] = one.people, one.known
            return Counts(*both)
        shape = len(lon), len(radii)
        corners, inside = self._circles(lon, lat, radii)
        people, known = np.full(shape, np.nan), np.zeros(shape)
        places = np.flatnonzero(inside.any(axis=1))
        if len(places):
            # What is not drawn becomes a point on a circle that is: a point holds nobody and widens no window.
            spot = corners[np.arange(len(corners)), inside.argmax(axis=1)][:, None, :1]
            corners = np.where(inside[..., None, None], corners, spot)[places]
            with self._reading():
                through = not self.remote and self._through_is_cheaper(corners)
                counted = (self._by_strips if through else self._by_windows)(corners)
            self._settle()
            people[places], known[places] = counted
        elif hint := self._degrees_as_metres():
            self.notes.append(f"{self.name}: covers none of the places{hint}")
            self._settle()
        people[~inside | (known <= NOTHING)] = np.nan
        return Counts(people.clip(0), np.where(inside, known, 0))

    def in_areas(self, shapes: Any) -> Counts:
        """Return the people in areas (an array of shapely polygons in degrees); ground beyond the raster counts nobody.

        Cells are weighted by the exact share inside; an edge is straight in the area's own degrees. `known` says how
        much of an area has data. NaN where none has, and for an empty area.
        """
        import numpy as np

        pieces, count = self._outlines_of(shapes)
        people, known = np.zeros(count), np.zeros(count)
        size = pieces.cells(count)
        if len(pieces.row):
            pieces = pieces.only(np.argsort(pieces.row, kind="stable"))
            reach = max(0, int(pieces.row[0])), min(self._raster.height, int(pieces.row[-1]) + 1)
            left, right = self._across(float(pieces.x.min()), float(pieces.x.max()))
            with self._reading():
                for top, bottom in self._strips(reach, right - left):
                    chosen = pieces.only(slice(*np.searchsorted(pieces.row, [top, bottom])))
                    more, seen = self._summed(chosen, count, (top, bottom), (left, right))
                    people, known = people + more, known + seen
        elif count:
            self.notes.append(f"{self.name}: covers none of the areas{self._degrees_as_metres()}")
        self._settle()
        known = np.divide(known, size, out=np.zeros(count), where=size > 0).clip(0, 1)
        people[known <= NOTHING] = np.nan
        return Counts(people.clip(0), known)

    # ---- the raster -------------------------------------------------------------------------------------------------
    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Set GDAL up for the time of reading, and say a failure in one line."""
        with raster_access(self.name, remote=self.remote):
            yield

    def _choose_band(self, band: int | None) -> int:
        count = self._raster.count
        if band is None and count != 1:
            told = [f"{i} {text}" for i, text in enumerate(self._raster.descriptions, 1) if text]
            listed = f" ({', '.join(told[:6])})" if told else ""
            raise InputError(
                f"{self.name}: has {count} bands{listed}; a population raster has one: say which with --population-band"
            )
        if band is not None and not 1 <= band <= count:
            raise InputError(f"{self.name}: has no band {band}; it has {count}")
        return band or 1

    def _check(self) -> None:
        from rasterio.enums import ColorInterp

        check_place(self._raster, self.name)
        if self._raster.colorinterp[self._band - 1] == ColorInterp.palette:
            raise InputError(f"{self.name}: is a picture of classes (it has a palette); people are counted in numbers")
        if "complex" in self._raster.dtypes[self._band - 1]:
            raise InputError(f"{self.name}: holds complex numbers, not people")

    def _words(self) -> str:
        """Return what the raster itself says of its cells."""
        raster, number = self._raster, self._band
        tags = [*raster.tags().values(), *raster.tags(number).values()]
        return " ".join(
            str(text) for text in (raster.units[number - 1], raster.descriptions[number - 1], *tags) if text
        )

    def _unit_told(self) -> Unit:
        """Return what the raster's own words say its cells hold; people where they say nothing."""
        words = self._words().lower()
        return "per-km2" if any(word in words for word in DENSITY_WORDS) else "people"

    def _check_people(self) -> None:
        """Raise InputError where the raster's name, description or numbers say that it does not count people."""
        if other := self._no_people():
            raise InputError(
                f"{self.name}: does not look like a population raster: {other}; "
                "use --population-unit people to count it all the same"
            )

    def _no_people(self) -> str | None:
        import numpy as np

        called = f"{self.name} {self._raster.descriptions[self._band - 1] or ''}"
        if (word := OTHER_WORDS.search(called)) and not PEOPLE_WORDS.search(f"{called} {self._words()}"):
            return f"it is called {word[0]}"
        if self.remote or np.dtype(self._raster.dtypes[self._band - 1]).kind not in "iu":
            return None
        middle = [(max(0, (size - SAMPLE) // 2), min(size, (size + SAMPLE) // 2)) for size in self._raster.shape]
        with self._reading():
            cells = self._window(*middle)
        values = np.unique(cells[(cells >= 0) & (cells != self._raster.nodata)])
        if len(values) < 2 or values[0] == 0 or len(values) > MOST_CLASSES or cells.size < 10 * len(values):
            return None
        shown = ", ".join(f"{one}" for one in values[:5].tolist())
        return (
            f"its cells hold {len(values)} whole numbers only and never 0 ({shown}{' ...' if len(values) > 5 else ''})"
        )

    def _degrees_as_metres(self) -> str:
        """Return a remedy where the corners look like degrees though the CRS is one of metres, else nothing."""
        left, bottom, right, top = self._raster.bounds
        if self._degrees or max(abs(left), abs(right)) > 360 or max(abs(bottom), abs(top)) > 90:
            return ""
        crs = self._raster.crs.to_string()[:40]
        return f"; its corners look like degrees, though its CRS is {crs}: set it with gdal_edit.py -a_srs EPSG:4326"

    @cached_property
    def _degrees(self) -> bool:
        return bool(self._raster.crs.is_geographic)

    @cached_property
    def _closed(self) -> bool:
        """Whether the right edge of the raster meets its left edge on the globe."""
        t = self._raster.transform
        straight = t.b == 0 and t.d == 0
        return self._degrees and straight and abs(abs(t.a) * self._raster.width - 360) < SEAM_CELLS * abs(t.a)

    @cached_property
    def _to_raster(self) -> Any:
        from pyproj import Transformer

        return Transformer.from_crs(CRS, self._raster.crs.to_wkt(), always_xy=True)

    def _cells(self, lon: Array, lat: Array) -> tuple[Array, Array]:
        """Return fractional columns and rows of points in degrees; infinite outside the projection."""
        import numpy as np

        x, y = self._to_raster.transform(lon, lat)
        return _through(~self._raster.transform, np.asarray(x), np.asarray(y))

    # ---- outlines ---------------------------------------------------------------------------------------------------
    def _circles(self, lon: Array, lat: Array, radii: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return polygons (points, radii, corners, 2) of circles in cells, and which of them the raster holds."""
        import numpy as np
        from pyproj import Geod

        from geoconflict.files.shares import BEARINGS, CORNERS, INSCRIBED, outlines

        shape = len(lon), len(radii), BEARINGS
        start_lon, start_lat = (np.broadcast_to(values[:, None, None], shape) for values in (lon, lat))
        bearing = np.broadcast_to(np.arange(BEARINGS) * 360 / BEARINGS, shape)
        reach = np.broadcast_to((radii / INSCRIBED)[:, None], shape)
        at_lon, at_lat, _ = Geod(ellps="WGS84").fwd(
            start_lon.ravel(), start_lat.ravel(), bearing.ravel(), reach.ravel()
        )
        columns, rows = self._cells(at_lon, at_lat)
        if self._closed:  # corners stay beside each other, on whichever side of the seam their place lies
            middle = np.broadcast_to(self._cells(lon, lat)[0][:, None, None], shape).ravel()
            width = 360 / abs(self._raster.transform.a)
            columns = middle + (columns - middle + width / 2) % width - width / 2
        corners, drawn = outlines(columns.reshape(-1, BEARINGS), rows.reshape(-1, BEARINGS))
        corners = corners.reshape(*shape[:2], CORNERS, 2)
        low, high = corners.min(axis=2), corners.max(axis=2)
        inside = drawn.reshape(shape[:2]) & (low[..., 1] >= 0) & (high[..., 1] <= self._raster.height)
        if not self._closed:
            inside &= (low[..., 0] >= 0) & (high[..., 0] <= self._raster.width)
        return corners, inside & (high[..., 0] - low[..., 0] <= self._raster.width)

    def _outlines_of(self, shapes: Any) -> tuple[Pieces, int]:
        """Return the outlines of polygons in degrees, in pieces."""
        import numpy as np
        import shapely

        from geoconflict.files.shares import cut

        shapes = np.asarray(shapes, object)
        if not self._degrees:  # a straight edge of degrees is a curve in a projection
            shapes = shapely.segmentize(shapes, 0.02)
        shapes = shapely.transform(shapes, self._in_cells)
        low_x, low_y, high_x, high_y = shapely.bounds(shapes).T
        near = (low_y < self._raster.height) & (high_y > 0)
        if not self._closed:
            near &= (low_x < self._raster.width) & (high_x > 0)
        shapes[~near] = shapely.Polygon()
        shapes = shapely.orient_polygons(shapes)
        parts, owner = shapely.get_parts(shapes, return_index=True)
        rings, of = shapely.get_rings(parts, return_index=True)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        if not np.isfinite(points).all():
            raise InputError(f"{self.name}: an area reaches beyond what the raster's projection can show")
        follows = ring[1:] == ring[:-1]
        owners = owner[of][ring[:-1][follows]].astype(np.int64)
        return cut(points[:-1][follows], points[1:][follows], owners), len(shapes)

    def _in_cells(self, degrees: Array) -> Array:
        import numpy as np

        return np.column_stack(self._cells(degrees[:, 0], degrees[:, 1]))

    # ---- reading ----------------------------------------------------------------------------------------------------
    def _through_is_cheaper(self, corners: Array) -> bool:
        """Whether to read all rows between the places once rather than a window for each."""
        import numpy as np

        low, high = corners.min(axis=(1, 2)), corners.max(axis=(1, 2))
        windows = len(corners) * WINDOW_S + float(np.prod(high - low, axis=1).sum()) * WINDOW_CELL_S
        left, right = self._across(float(low[:, 0].min()), float(high[:, 0].max()))
        return float(high[:, 1].max() - low[:, 1].min()) * (right - left) * STRIP_CELL_S < windows

    def _by_windows(self, corners: Array) -> tuple[Array, Array]:
        """Count each place in a window of its own; places of one block of the file follow each other."""
        import numpy as np

        from geoconflict.files.shares import cut, edges

        count, radii = corners.shape[:2]
        people, known = np.zeros((count, radii)), np.zeros((count, radii))
        low, high = corners.min(axis=(1, 2)), corners.max(axis=(1, 2))
        block = self._raster.block_shapes[self._band - 1]
        order = np.lexsort((low[:, 0] // block[1], low[:, 1] // block[0]))
        for batch in np.array_split(order, -(-count // BATCH)):
            pieces = cut(*edges(corners[batch].reshape(-1, *corners.shape[2:])))
            size = pieces.cells(len(batch) * radii).reshape(-1, radii)
            ends = np.searchsorted(pieces.owner // radii, np.arange(len(batch) + 1))
            for number, place in enumerate(batch):
                own = pieces.only(slice(ends[number], ends[number + 1]))
                own.owner[:] -= number * radii
                rows = int(low[place, 1]), math.ceil(high[place, 1])
                columns = self._across(float(low[place, 0]), float(high[place, 0]))
                people[place], seen = self._summed(own, radii, rows, columns)
                known[place] = np.divide(seen, size[number], out=np.zeros(radii), where=size[number] > 0)
        return people, known.clip(0, 1)

    def _by_strips(self, corners: Array) -> tuple[Array, Array]:
        """Read all rows between the places once, and add to each place what each strip of rows holds of it."""
        import numpy as np

        from geoconflict.files.shares import cut, edges

        count, radii = corners.shape[:2]
        people, known, size = (np.zeros((count, radii)) for _ in range(3))
        low, high = corners.min(axis=(1, 2)), corners.max(axis=(1, 2))
        left, right = self._across(float(low[:, 0].min()), float(high[:, 0].max()))
        reach = max(0, int(low[:, 1].min())), min(self._raster.height, math.ceil(high[:, 1].max()))
        for top, bottom in self._strips(reach, right - left):
            upto = self._read((top, bottom), (left, right))
            touched = np.flatnonzero((low[:, 1] < bottom) & (high[:, 1] > top))
            for batch in np.array_split(touched, max(1, -(-len(touched) // BATCH))):
                pieces = cut(*edges(corners[batch].reshape(-1, *corners.shape[2:])))
                pieces = pieces.only((pieces.row >= top) & (pieces.row < bottom))
                cells = len(batch) * radii
                size[batch] += (own := pieces.cells(cells).reshape(-1, radii))
                sums = pieces.sums(left, top, cells, *upto)
                people[batch] += sums[0].reshape(-1, radii)
                known[batch] += own if len(sums) == 1 else sums[1].reshape(-1, radii)
        return people, np.divide(known, size, out=np.zeros_like(size), where=size > 0).clip(0, 1)

    def _summed(self, pieces: Pieces, count: int, rows: Rows, columns: tuple[int, int]) -> tuple[Array, Array]:
        """Read a window and return the people of `count` shapes in it, and their cells with data."""
        from geoconflict.files.shares import weighed

        sums = pieces.sums(columns[0], rows[0], count, *self._read(rows, columns))
        if len(sums) == 2:
            return sums[0], sums[1]
        inside = pieces.x.clip(*columns) - columns[0]
        return sums[0], weighed(pieces.owner, inside * pieces.dy, count)

    def _across(self, low: float, high: float) -> tuple[int, int]:
        """Return the columns to read: beyond the edges only where the raster closes round the globe."""
        left, right = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
        if self._closed:
            return left, right
        left = min(max(0, left), self._raster.width - 1)
        return left, max(left + 1, min(self._raster.width, right))

    def _strips(self, reach: Rows, width: int) -> Iterator[Rows]:
        """Yield first and last row of strips, along the file's own blocks."""
        block = self._raster.block_shapes[self._band - 1][0]
        height = (
            max(1, STRIP_CELLS // max(1, width) // block) * block
            if block * width <= STRIP_CELLS
            else (max(1, STRIP_CELLS // max(1, width)))
        )
        top = reach[0]
        while top < reach[1]:
            bottom = min(reach[1], (top // height + 1) * height)
            yield top, bottom
            top = bottom

    def _read(self, rows: Rows, columns: tuple[int, int]) -> tuple[Any, ...]:
        """Return the people of a window, summed along each row from its left edge, and its cells with data likewise.

        (rows, columns + 1); the second only where a cell has none.
        """
        cells = self._window(rows, columns)
        missing = self._missing(cells)
        scale, offset = self._raster.scales[self._band - 1], self._raster.offsets[self._band - 1]
        if (scale, offset) != (1, 0):
            cells = cells * scale + offset
        if missing is not None:
            cells[missing] = 0
        if self._unit == "per-km2":
            cells = cells * self._cell_km2(rows, columns)[:, None]
        people = _running(cells, float)
        return (people,) if missing is None else (people, _running(~missing, "int32"))

    def _window(self, rows: Rows, columns: tuple[int, int]) -> Any:
        """Read cells; columns beyond an edge are those of the other edge."""
        import numpy as np
        from rasterio.windows import Window

        width, parts, at = self._raster.width, [], columns[0]
        while at < columns[1]:
            first = at % width
            take = min(width - first, columns[1] - at)
            window = Window(first, rows[0], take, rows[1] - rows[0])
            parts.append(self._raster.read(self._band, window=window))
            at += take
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _missing(self, cells: Any) -> NDArray[np.bool_] | None:
        """Say which cells hold no data, None where all do; notes values that stand for it without being declared."""
        import numpy as np

        declared = self._raster.nodata
        with np.errstate(invalid="ignore"):
            missing = ~((cells >= 0) & (cells <= MOST_PEOPLE))
            if declared is not None and declared >= 0:
                missing |= cells == declared
        if not missing.any():
            return None
        odd = cells[missing]
        odd = odd[np.isfinite(odd)]
        if declared is not None:
            odd = odd[odd != np.asarray(declared).astype(odd.dtype, casting="unsafe")]
        if len(odd):
            self._note_undeclared(np.unique(odd)[:5].tolist())
        return np.asarray(missing)

    def _note_undeclared(self, values: list[float]) -> None:
        self._taken.update(values)
        strange = sorted(one for one in self._taken if one not in NO_DATA and -1e30 < one < 0)
        if len(strange) > 1:
            raise InputError(
                f"{self.name}: has negative values ({', '.join(f'{one:g}' for one in strange[:3])} ...), so its cells "
                "are no numbers of people; or declare what stands for no data with gdal_edit.py -a_nodata"
            )

    def _settle(self) -> None:
        """Warn once of what was taken for no data."""
        import warnings

        if len(self._taken) > self._told:
            values = ", ".join(f"{one:g}" for one in sorted(self._taken)[:3])
            declared = "declares no nodata value" if self._raster.nodata is None else "declares another nodata value"
            self.notes.append(f"{self.name}: {declared}; cells of {values} are taken as without data")
            self._told = len(self._taken)
        while self.notes:
            warnings.warn(self.notes.pop(0), InputWarning, stacklevel=3)

    def _cell_km2(self, rows: Rows, columns: tuple[int, int]) -> Array:
        """Return the size of a cell of each row, in the middle of some columns, from the projection's areal scale."""
        import numpy as np
        from pyproj import Proj

        t, crs = self._raster.transform, self._raster.crs
        row = np.arange(rows[0], rows[1], dtype=float) + 0.5
        x, y = _through(t, np.full(len(row), sum(columns) / 2), row)
        size = abs(t.a * t.e - t.b * t.d)
        if self._degrees:
            # Metres of a degree along parallel and meridian of WGS84: Snyder 1987, equations 4-18 and 4-21.
            a, e2, lat = 6378137.0, 0.0066943799901413165, np.radians(y)
            flat = 1 - e2 * np.sin(lat) ** 2
            return np.asarray(size * np.radians(1) ** 2 * a**2 * (1 - e2) * np.cos(lat) / flat**2 / 1e6)
        lon, lat = self._to_raster.transform(x, y, direction="INVERSE")
        scale = np.asarray(Proj(crs.to_wkt()).get_factors(lon, lat).areal_scale)
        return np.asarray(size * crs.linear_units_factor[1] ** 2 / scale / 1e6)


def open_population(path: str | Path, *, band: int | None = None, unit: Unit | None = None) -> Population:
    """Open a population raster in any CRS, e.g. GHS-POP or WorldPop.

    Parameters
    ----------
    path
        A GeoTIFF (a Cloud-Optimised one, too), or its http(s) address: then only the parts needed are asked for.
    band
        Which band, from 1; needed where there are several.
    unit
        What a cell holds: "people" in it, or people "per-km2". Without it what the raster's own description says,
        else people.

    Raises
    ------
    InputError
        For a file that is no GeoTIFF, has several bands, no CRS, or a palette, and, without `unit`, for one whose name,
        words or numbers say that it counts no people.
    OnlineError
        For an address that does not answer.
    """
    return Population(path, band=band, unit=unit)


def _running(cells: Any, dtype: Any) -> Any:
    """Return sums along each row from its left edge, a column more than the cells."""
    import numpy as np

    sums = np.empty((cells.shape[0], cells.shape[1] + 1), dtype)
    sums[:, 0] = 0
    np.cumsum(cells, axis=1, dtype=dtype, out=sums[:, 1:])
    return sums


def _through(transform: Any, first: Array, second: Array) -> tuple[Array, Array]:
    """Apply an affine transform; written out, as the operator's name changed between versions of affine."""
    t = transform
    return t.a * first + t.b * second + t.c, t.d * first + t.e * second + t.f
