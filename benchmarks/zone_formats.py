"""The same layers from several formats, and a series of daily maps: ours beside geopandas, in one run.

    python benchmarks/zone_formats.py FOLDER [DAILY]

FOLDER holds layers of one name in several formats (.geojson and .kml, .topojson, .shp.zip ...); of each the first
GeoJSON is the reference. Printed: features with a geometry, the farthest any lies from its reference in metres, and the
share of texts that are the same (KML keeps none). DAILY is a folder of dated maps, timed, with its area by year.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import shapely
from pyproj import Geod

from geoconflict.files import read_table, read_zones
from geoconflict.zones import zone_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

ENDINGS = (".geojson", ".shp.zip", ".kml", ".topojson")
GEOD = Geod(ellps="WGS84")


def peer(path: Path) -> DataFrame:
    """Read as geopandas does, told that what has no CRS is in degrees."""
    frame = geopandas.read_file(path)
    return frame.set_crs(4326) if frame.crs is None else frame.to_crs(4326)


def farthest_m(shapes: Any, reference: Any) -> float:
    """Return how far any shape lies from its reference, in metres on WGS84 along the longer of the two axes."""
    drawn = [(one, other) for one, other in zip(shapes, reference, strict=True) if one is not None and not one.is_empty]
    if not drawn:
        return float("nan")
    degrees = float(np.max(shapely.hausdorff_distance(*map(list, zip(*drawn, strict=True)))))
    west, south, *_ = drawn[0][1].bounds
    return float(GEOD.inv(west, south, west, south + degrees)[2])


def same_texts(frame: DataFrame, reference: DataFrame) -> float:
    """Return the share of the texts of the reference a layer has too, column by column of one name."""
    columns = {str(name).lower(): frame[name] for name in frame.columns}
    same = total = 0
    for name in reference.columns:
        words = [cell if isinstance(cell, str) else None for cell in reference[name]]
        other = columns.get(str(name).lower(), [None] * len(words))
        pairs = [(one, two) for one, two in zip(words, other, strict=True) if one]
        same, total = same + sum(one == two for one, two in pairs), total + len(pairs)
    return same / total if total else float("nan")


def row(read: Callable[[Path], DataFrame], path: Path, reference: DataFrame) -> str:
    """Read a file and describe it."""
    started = time.perf_counter()
    try:
        frame = read(path)
    except Exception as error:  # noqa: BLE001  # a peer may raise anything; the row says it
        return f"{type(error).__name__:>36}"
    took = time.perf_counter() - started
    drawn = sum(one is not None and not one.is_empty for one in frame["geometry"])
    away = farthest_m(frame["geometry"], reference["geometry"])
    return f"{drawn:6} {away:8.3f} m {same_texts(frame, reference):6.2f} {took * 1e3:7.0f} ms"


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    print(f"{'':46} {'ours':>35}   {'geopandas':>35}")
    for first in sorted(folder.glob("*.geojson")):
        reference = read_table(first)
        for ending in ENDINGS:
            path = first.with_name(first.stem + ending)
            if path.is_file():
                print(f"{path.name:46} {row(read_table, path, reference)}   {row(peer, path, reference)}")
    if len(sys.argv) > 2:
        started = time.perf_counter()
        zones = read_zones(sys.argv[2], controller="one side")
        print(f"\n{len(zones)} zones of {sys.argv[2]} read and checked in {time.perf_counter() - started:.1f} s")
        for one in zone_facts(zones):
            years = {area["day"][:4]: (area["day"], sum(area["km2"].values())) for area in one["areas"]}
            print(one["source"], ", ".join(f"{day}: {km2:,.0f} km2" for day, km2 in years.values()))


if __name__ == "__main__":
    main()
