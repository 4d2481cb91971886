"""Speed of the zone and camp links beside geopandas, on the same data in one run; prints a table with ratios.

    python benchmarks/links_speed.py [events, default 1000000]

Zones: dated maps of wavy polygons side by side. The peer is `geopandas.sjoin(predicate="within")` and a date filter,
which gives the controller only; ours is measured for the same (`side`), and whole (`link_zones`: fronts, last change of
hands, columns). Camps: 2,000 over Syria, the nearest five; the peer is `sjoin_nearest` in UTM, the nearest one. Our
camps are checked against every camp by `pyproj.Geod` for some events.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geoconflict.links import link_camps, link_zones
from geoconflict.links.camps import LISTED_CAMPS, _Camps, _Near
from geoconflict.zones import ZoneBook

if TYPE_CHECKING:
    from collections.abc import Callable

WEST, SOUTH, EAST, NORTH = 35.5, 32.0, 42.5, 37.5
FIRST_DAY = np.datetime64("2022-01-01")
DAYS_A_MAP = 30
CHECKED = 2_000
RNG = np.random.default_rng(7)


def zone_layer(maps: int, columns: int, vertices: int) -> gpd.GeoDataFrame:
    """Maps of `columns` zones side by side, each of about `vertices` vertices, held by two sides in turn."""
    rows, shapes = [], []
    for number in range(maps):
        start = FIRST_DAY + number * DAYS_A_MAP
        wave = [_edge(WEST + (EAST - WEST) * i / columns, vertices // 2, i in {0, columns}) for i in range(columns + 1)]
        for i in range(columns):
            shapes.append(shapely.Polygon(np.vstack([wave[i], wave[i + 1][::-1]])))
            rows.append((f"{number}-{i}", "AB"[i % 2], str(start), str(start + DAYS_A_MAP), "high", "bench", "SY"))
    names = ["zone_id", "controller", "valid_from", "valid_to", "certainty", "source", "country"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry=shapes, crs="EPSG:4326")


def _edge(lon: float, points: int, straight: bool) -> np.ndarray:
    lat = np.linspace(SOUTH, NORTH, points)
    steps = RNG.normal(0, 1, points).cumsum()
    wave = 0 if straight else 0.02 * steps / np.abs(steps).max() + 0.005 * np.sin(lat * 90)
    return np.column_stack([lon + wave * np.ones(points), lat])


def event_layer(count: int, days: int) -> gpd.GeoDataFrame:
    """Events at random spots and days, all placed to 1.5 km."""
    lon, lat = RNG.uniform(WEST, EAST, count), RNG.uniform(SOUTH, NORTH, count)
    day = (FIRST_DAY + RNG.integers(0, days, count)).astype(str)
    frame = pd.DataFrame({"event_id": np.arange(count).astype(str), "date_start": day, "date_end": day})
    frame = frame.assign(where_prec=1, radius_m=1500.0, country="SY")
    return gpd.GeoDataFrame(frame, geometry=shapely.points(lon, lat), crs="EPSG:4326")


def timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def zones(count: int, maps: int, columns: int, vertices: int) -> None:
    layer, events = zone_layer(maps, columns, vertices), event_layer(count, maps * DAYS_A_MAP)
    lon, lat = shapely.get_x(events.geometry.values), shapely.get_y(events.geometry.values)
    day = events.date_start.to_numpy("datetime64[D]")
    number = {"A": 0, "B": 1}

    def peer() -> np.ndarray:
        joined = gpd.sjoin(events, layer, predicate="within")
        joined = joined[(joined.date_start >= joined.valid_from) & (joined.date_start < joined.valid_to)]
        return joined.controller.map(number).reindex(events.index).fillna(-1).to_numpy(int)

    book = ZoneBook(layer)
    book.sides(lon[:10], lat[:10], day[:10])  # shapes are prepared once
    peer_s, expected = timed(peer)
    side_s, (found,) = timed(lambda: book.sides(lon, lat, day))
    whole_s, _ = timed(lambda: link_zones(events, layer))
    print(
        f"zones {maps:>3} maps x {columns:>3} zones x {vertices:>6} vertices: sjoin {peer_s:6.2f} s | "
        f"side {side_s:5.2f} s, {count / side_s / 1e6:5.1f} M/s, {peer_s / side_s:5.1f}x | "
        f"link_zones {whole_s:6.2f} s | "
        f"same answers {np.mean(found == expected):.6f}"
    )


def camps(count: int) -> None:
    places = shapely.points(RNG.uniform(WEST, EAST, 2_000), RNG.uniform(SOUTH, NORTH, 2_000))
    ids = [f"camp:{i:04}" for i in range(len(places))]
    layer = gpd.GeoDataFrame({"camp_id": ids, "name": ids, "opened": None, "closed": None}, geometry=places, crs=4326)
    layer["populations"] = [[] for _ in ids]
    events = event_layer(count, 365)
    lon, lat = shapely.get_x(events.geometry.values), shapely.get_y(events.geometry.values)
    utm = layer.estimate_utm_crs()

    def peer() -> gpd.GeoDataFrame:
        return gpd.sjoin_nearest(events.to_crs(utm), layer.to_crs(utm), distance_col="metres")

    peer_s, joined = timed(peer)
    near = _Near(_Camps(layer), np.arange(len(layer)))
    ours_s, pairs = timed(lambda: near.pairs(lon, lat, 50_000.0))
    whole_s, _ = timed(lambda: link_camps(events, layer))
    geod, sample = Geod(ellps="WGS84"), RNG.choice(count, CHECKED, replace=False)
    camp_lon, camp_lat = shapely.get_x(places), shapely.get_y(places)
    right, off = 0, []
    joined = joined[~joined.index.duplicated()]
    for i in sample:
        every = geod.inv(np.full(2_000, lon[i]), np.full(2_000, lat[i]), camp_lon, camp_lat)[2]
        best = np.argsort(every, kind="stable")[:LISTED_CAMPS]
        best = best[every[best] <= 50_000]
        right += list(pairs.camp[slice(*np.searchsorted(pairs.place, [i, i + 1]))]) == list(best)
        off.append(abs(joined.metres[i] - every.min()))
    print(
        f"camps 2,000, nearest {LISTED_CAMPS}: sjoin_nearest (UTM, 1) {peer_s:6.2f} s, up to {max(off):.1f} m off | "
        f"pairs {ours_s:5.2f} s, {peer_s / ours_s:4.1f}x, exact {right / CHECKED:.4f} | link_camps {whole_s:6.2f} s"
    )


if __name__ == "__main__":
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    zones(events, maps=1, columns=1, vertices=50_000)
    zones(events, maps=1, columns=10, vertices=20_000)
    zones(events, maps=10, columns=10, vertices=5_000)
    zones(events, maps=1, columns=100, vertices=5_000)
    camps(events)
