"""Speed of the zone and camp links beside geopandas, on the same data in one run, and their memory; prints tables.

    python benchmarks/links_speed.py [events, default 1000000]

Times are seconds of the processor (both sides use one), then of the clock. Zones: dated maps of wavy polygons side by
side. The peer is `geopandas.sjoin(predicate="within")` and a date filter, which gives the controller only; ours is
measured for the same (`side`, the first time, when the maps are made ready, and again), and whole for a tenth of the
events (`link_zones`: fronts, every other side, changes of hands, columns). Camps: 2,000 over Syria, the nearest five;
the peer is `sjoin_nearest` in UTM, the nearest one. Our camps are checked against every camp by `pyproj.Geod` for some
events. Memory: the peak of a process that links events piece by piece and writes each piece, at a tenth and at all.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geoconflict.files import write_layer
from geoconflict.links import CampBook, link_camps, link_zones
from geoconflict.links.camps import LISTED_CAMPS
from geoconflict.links.nearest import Nearest
from geoconflict.zones import ZoneBook

if TYPE_CHECKING:
    from collections.abc import Callable

WEST, SOUTH, EAST, NORTH = 35.5, 32.0, 42.5, 37.5
FIRST_DAY = np.datetime64("2022-01-01")
DAYS_A_MAP = 30
CHECKED = 2_000
PIECE = 50_000
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


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Return the seconds of the processor and of the clock that some work takes, and its result."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.process_time() - processor, time.perf_counter() - clock, result


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
    peer_s, peer_clock, expected = timed(peer)
    first_s, _, _ = timed(lambda: book.sides(lon, lat, day))
    side_s, clock, (found,) = timed(lambda: book.sides(lon, lat, day))
    tenth = events.iloc[: count // 10]
    whole_s, _, _ = timed(lambda: link_zones(tenth, book))
    print(
        f"zones {maps:>3} maps x {columns:>3} zones x {vertices:>6} vertices: "
        f"sjoin {peer_s:6.2f} s ({peer_clock:.2f}) | "
        f"side first {first_s:5.2f} s, again {side_s:5.2f} s ({clock:.2f}): {count / side_s / 1e6:5.1f} M/s, "
        f"{peer_s / side_s:5.1f}x | link_zones {whole_s / len(tenth) * 1e6:5.1f} s/M | "
        f"same answers {np.mean(found == expected):.6f}",
        flush=True,
    )


def camps(count: int) -> None:
    layer = camp_layer()
    places = layer.geometry.to_numpy()
    events = event_layer(count, 365)
    lon, lat = shapely.get_x(events.geometry.values), shapely.get_y(events.geometry.values)
    utm = layer.estimate_utm_crs()

    def peer() -> gpd.GeoDataFrame:
        return gpd.sjoin_nearest(events.to_crs(utm), layer.to_crs(utm), distance_col="metres")

    peer_s, peer_clock, joined = timed(peer)
    near = Nearest(shapely.get_x(places), shapely.get_y(places))
    ours_s, clock, pairs = timed(lambda: near.pairs(lon, lat, LISTED_CAMPS, 50_000.0))
    tenth = events.iloc[: count // 10]
    whole_s, _, _ = timed(lambda: link_camps(tenth, layer))
    geod, sample = Geod(ellps="WGS84"), RNG.choice(count, CHECKED, replace=False)
    camp_lon, camp_lat = shapely.get_x(places), shapely.get_y(places)
    right, off, wrong_m = 0, [], 0.0
    joined = joined[~joined.index.duplicated()]
    for i in sample:
        every = geod.inv(np.full(2_000, lon[i]), np.full(2_000, lat[i]), camp_lon, camp_lat)[2]
        best = np.argsort(every, kind="stable")[:LISTED_CAMPS]
        best = best[every[best] <= 50_000]
        ours = slice(*np.searchsorted(pairs.place, [i, i + 1]))
        right += list(pairs.point[ours]) == list(best)
        wrong_m = max(wrong_m, *np.abs(pairs.distance_m[ours] - every[pairs.point[ours]]))
        off.append(abs(joined.metres[i] - every.min()))
    print(
        f"camps 2,000, nearest {LISTED_CAMPS}: sjoin_nearest (UTM, 1) {peer_s:6.2f} s ({peer_clock:.2f}), up to "
        f"{max(off):.1f} m off | pairs {ours_s:5.2f} s ({clock:.2f}), {peer_s / ours_s:4.1f}x, exact "
        f"{right / CHECKED:.4f}, distances within {wrong_m * 1000:.3f} mm | "
        f"link_camps {whole_s / len(tenth) * 1e6:5.1f} s/M",
        flush=True,
    )


def camp_layer() -> gpd.GeoDataFrame:
    places = shapely.points(RNG.uniform(WEST, EAST, 2_000), RNG.uniform(SOUTH, NORTH, 2_000))
    ids = [f"camp:{i:04}" for i in range(len(places))]
    layer = gpd.GeoDataFrame({"camp_id": ids, "name": ids, "opened": None, "closed": None}, geometry=places, crs=4326)
    layer["populations"] = [[] for _ in ids]
    return layer


def peak_mb() -> float:
    """Return the peak of memory of this process in MB, from Linux: elsewhere a child's includes its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.split("VmHWM:")[1].split()[0]) / 1024


def stream(count: int) -> None:
    """Link events piece by piece and write each piece; print the peak of memory in MB before and after."""
    zone_book, camp_book = ZoneBook(zone_layer(10, 10, 5_000)), CampBook(camp_layer())
    before = peak_mb()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(0, count, PIECE):
            piece = link_camps(link_zones(event_layer(PIECE, 300), zone_book), camp_book)
            write_layer(piece, Path(folder) / "piece.jsonl", overwrite=True)
    print(json.dumps({"before": before, "peak": peak_mb()}))


def memory(count: int) -> None:
    """Print the peak of memory of processes that stream a tenth of the events and all of them."""
    for events in (count // 10, count):
        code = f"import links_speed; links_speed.stream({events})"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
        told = json.loads(done.stdout)
        print(f"memory, {events:>9,} events in pieces of {PIECE:,}: {told['before']:,.0f} -> {told['peak']:,.0f} MB")


if __name__ == "__main__":
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    zones(events, maps=1, columns=1, vertices=50_000)
    zones(events, maps=1, columns=10, vertices=20_000)
    zones(events, maps=10, columns=10, vertices=5_000)
    zones(events, maps=1, columns=100, vertices=5_000)
    camps(events)
    memory(events)
