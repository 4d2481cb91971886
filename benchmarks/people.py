"""People near events and in areas, beside a peer in one run: processor times, ratios, how far the answers lie apart.

    python benchmarks/people.py [events, default 10000] [cells a side, default 10000]

The raster is made up: a GeoTIFF of 3 arc seconds, float32, tiled, deflate, clusters of people and a fifth without data.
Ours counts 1, 5 and 10 km about each event, window by window and through strips; the peers are exactextract, where it
is installed, and rasterio's own mask, both on geodesic polygons of 64 corners, on a sample. Brute force cuts every cell
of some circles with shapely. Areas are squares of a grid, which exactextract sums, too.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import rasterio
import shapely
from affine import Affine
from pyproj import Geod
from rasterio.mask import mask
from rasterio.windows import Window

from geoconflict.files import open_population

if TYPE_CHECKING:
    from collections.abc import Callable

RADII_M = (1_000.0, 5_000.0, 10_000.0)
WEST, NORTH, CELL = 36.0, 37.0, 1 / 1200
SAMPLE, BRUTE = 300, 12
GEOD = Geod(ellps="WGS84")
RNG = np.random.default_rng(5)


def make_raster(path: Path, side: int) -> None:
    """Write people in clusters, with a coast beyond which nothing is known."""
    form = {"driver": "GTiff", "dtype": "float32", "nodata": -99999.0, "crs": "EPSG:4326", "count": 1}
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "predictor": 3}
    place = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    with rasterio.open(path, "w", width=side, height=side, transform=place, **form, **tiles) as file:
        for top in range(0, side, 512):
            rows = min(512, side - top)
            row, column = np.mgrid[top : top + rows, 0:side]
            wave = np.sin(row / 90) * np.cos(column / 130) + np.sin((row + column) / 37)
            cells = np.where(wave > 0.4, np.exp(2 * wave) * (1 + RNG.random((rows, side))), 0.02).round(2)
            cells[column > side * 0.8 + 300 * np.sin(row / 400)] = -99999
            file.write(cells.astype("float32"), 1, window=Window(0, top, side, rows))


def circle(lon: float, lat: float, radius: float, corners: int = 64) -> shapely.Polygon:
    """Return a geodesic polygon of the size of the circle."""
    wide = radius / np.sqrt(np.sin(2 * np.pi / corners) / (2 * np.pi / corners))
    bearing = np.arange(corners) * 360 / corners
    at = GEOD.fwd(np.full(corners, lon), np.full(corners, lat), bearing, np.full(corners, wide))
    return shapely.Polygon(np.column_stack(at[:2]))


def brute(raster: rasterio.DatasetReader, shape: shapely.Polygon) -> float:
    """Cut every cell of the shape's extent with it."""
    west, south, east, north = shape.bounds
    left, top = int((west - WEST) / CELL), int((NORTH - north) / CELL)
    right, bottom = int((east - WEST) / CELL) + 1, int((NORTH - south) / CELL) + 1
    cells = raster.read(1, window=Window(left, top, right - left, bottom - top)).astype(float)
    x, y = WEST + np.arange(left, right) * CELL, NORTH - np.arange(top, bottom) * CELL
    boxes = shapely.box(*np.broadcast_arrays(x, (y - CELL)[:, None], x + CELL, y[:, None]))
    shapely.prepare(shape)
    share = np.where(shapely.contains(shape, boxes), 1.0, 0.0)
    edge = shapely.intersects(shape, boxes) & (share == 0)
    share[edge] = shapely.area(shapely.intersection(boxes[edge], shape)) / CELL**2
    return float((np.where(cells < 0, 0, cells) * share).sum())


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds of processor time a piece of work took, which other work on the machine stretches least."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def apart(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference in the people of a shape, as a share of them, where there are ten or more."""
    some = theirs >= 10
    return float(np.max(np.abs(ours[some] - theirs[some]) / theirs[some])) if some.any() else 0.0


def exact_sums(path: Path, shapes: list[shapely.Polygon]) -> tuple[float, np.ndarray] | None:
    """Ask exactextract."""
    try:
        from exactextract import exact_extract
    except ImportError:
        return None
    layer = geopandas.GeoDataFrame(geometry=shapes, crs=4326)
    took, table = timed(lambda: exact_extract(str(path), layer, ["sum"], output="pandas"))
    return took, np.nan_to_num(table["sum"].to_numpy(float))


def mask_sums(path: Path, shapes: list[shapely.Polygon]) -> tuple[float, np.ndarray]:
    """Ask rasterio.mask: cells whose middle lies inside."""
    with rasterio.open(path) as raster:

        def work() -> list[float]:
            found = [mask(raster, [one], crop=True, filled=False)[0] for one in shapes]
            return [float(one.filled(0).sum(dtype=float)) for one in found]

        took, sums = timed(work)
    return took, np.array(sums)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    side = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.tif"
        make_raster(path, side)
        print(f"{side**2 / 1e6:.0f} M cells, {path.stat().st_size / 1e6:.0f} MB; {count:,} events x 3 radii")
        lon, lat = (at + RNG.uniform(0.15, side * CELL - 0.15, count) for at in (WEST, NORTH - side * CELL))
        answers, ours_s = {}, 0.0
        for name, through in (("chosen itself", None), ("windows", False), ("strips", True)):
            with open_population(path) as population:
                if through is not None:
                    population._through_is_cheaper = lambda _corners, given=through: given  # noqa: SLF001
                took, answers[name] = timed(lambda population=population: population.counts(lon, lat, RADII_M).people)
            print(f"  ours, {name:14} {took:7.2f} s")
            ours_s = ours_s or took
        windows, strips = answers["windows"], answers["strips"]
        print(f"  windows and strips apart by at most {np.nanmax(np.abs(windows - strips)):.1e} people")
        sample = np.arange(min(SAMPLE, count))
        shapes = [circle(lon[i], lat[i], radius) for i in sample for radius in RADII_M]
        ours = np.nan_to_num(windows[sample]).ravel()
        for name, told in (("exactextract", exact_sums(path, shapes)), ("rasterio.mask", mask_sums(path, shapes))):
            if told is None:
                print(f"  {name:14} not installed")
                continue
            whole = told[0] * count / len(sample)
            print(f"  {name:14} {whole:13.2f} s (from {len(sample)} events), {whole / ours_s:4.1f}x ours; "
                  f"apart by at most {apart(ours, told[1]):.1e}")  # fmt: skip
        with rasterio.open(path) as raster:
            cut = np.array([brute(raster, one) for one in shapes[: 3 * BRUTE]])
            round_ = np.array([brute(raster, circle(lon[i], lat[i], 5_000, 720)) for i in sample[:BRUTE]])
        print(f"  brute force, the same polygons: apart by at most {apart(ours[: 3 * BRUTE], cut):.1e}; circles of 720 "
              f"corners, 5 km: {apart(windows[:BRUTE, 1], round_):.1e}")  # fmt: skip
        areas(path, side)


def areas(path: Path, side: int) -> None:
    """Sum over a grid of ragged squares."""
    width = side * CELL
    corners = np.linspace(0.01, width - 0.01, 9)
    squares = [
        shapely.box(WEST + x0, NORTH - width + y0, WEST + x1, NORTH - width + y1).segmentize(0.003)
        for x0, x1 in itertools.pairwise(corners)
        for y0, y1 in itertools.pairwise(corners)
    ]
    ragged = [shapely.transform(one, lambda at: at + 0.004 * np.sin(at[:, ::-1] * 200)) for one in squares]
    with open_population(path) as population:
        took, ours = timed(lambda: population.in_areas(ragged).people)
    line = f"  {len(ragged)} areas of {shapely.get_num_coordinates(ragged[0])} corners: ours {took:6.2f} s"
    told = exact_sums(path, ragged)
    if told is not None:
        line += f", exactextract {told[0]:6.2f} s, {told[0] / took:4.1f}x; apart by at most "
        line += f"{apart(np.nan_to_num(ours), told[1]):.1e}"
    print(line)


if __name__ == "__main__":
    main()
