"""Stills: how long one takes, beside py-staticmaps, and how many labels find room over random extents.

    python benchmarks/stills.py [--extents 200] [--peers FOLDER]

Times are of the layers in the examples, linked before: warm is the second still of a process, cold a process of its
own that reads the layer, imports everything, draws and writes a PNG. py-staticmaps is asked for the same pins without
any base map, since its tiles come from a server; it is looked for in FOLDER and left out where it is not installed.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd

from geoconflict import link_camps, read_camps, read_events, render_still
from geoconflict.maps.checks import overlaps
from geoconflict.maps.content import content_of
from geoconflict.maps.names import PRIORITY
from geoconflict.maps.picture import Picture
from geoconflict.maps.sheet import Sheet
from geoconflict.maps.sizes import SIZES
from geoconflict.maps.towns import towns
from geoconflict.records import CRS

EXAMPLES = Path(__file__).parents[1] / "examples" / "events.csv"
COLD = """
import sys
from geoconflict import read_events, read_camps, link_camps, render_still
layer = link_camps(read_events(sys.argv[1]), read_camps())
render_still(layer, camps=read_camps(), size=sys.argv[2]).save(sys.argv[3], overwrite=True)
"""
PEER = """
import sys
sys.path.insert(0, sys.argv[1])
import staticmaps
context = staticmaps.Context()
context.set_tile_provider(staticmaps.tile_provider_None)
for lat, lon in ((36.1168, 36.5152), (36.4775, 40.7625), (36.3083, 36.6876)):
    context.add_object(staticmaps.Marker(staticmaps.create_latlng(lat, lon), size=12))
context.render_pillow(1200, 900).save(sys.argv[2])
"""
KINDS = ("Battles", "Explosions/Remote violence", "Violence against civilians", "Protests")


def random_layers(chance: random.Random) -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
    """Return events at and beside real towns within 60 to 1,200 km of each other, and camps among them."""
    rows = towns()
    middle = rows[chance.randrange(len(rows))]
    span = chance.choice((0.6, 1.5, 3.0, 6.0, 11.0))
    stretch = 1.0 / max(0.2, np.cos(np.radians(middle.lat)))
    near = [t for t in rows if abs(t.lat - middle.lat) < span / 2 and abs(t.lon - middle.lon) < span / 2 * stretch]
    number = min(chance.randint(1, 30), 2 * len(near))
    events: list[dict[str, Any]] = []
    for k in range(number):
        town = chance.choice(near)
        beside = chance.random() < 0.5
        events.append(
            {
                "event_id": f"e{k}",
                "event_type": chance.choice(KINDS),
                "place_name": f"Near {town.name}" if beside else town.name,
                "place_kind": "town",
                "where_prec": 1,
                "radius_m": 3000.0,
                "date_start": "2022-02-03",
                "date_end": "2022-02-03",
                "date_precision": "day",
                "fatalities_best": chance.choice((None, 3, 12)),
                "camp_name": f"Camp {k % 5}",
                "lon": town.lon + (chance.uniform(-0.1, 0.1) * span if beside else 0.0),
                "lat": town.lat + (chance.uniform(-0.1, 0.1) * span if beside else 0.0),
            }
        )
    frame = pd.DataFrame(events)
    layer = geopandas.GeoDataFrame(frame, geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]), crs=CRS)
    some = [chance.choice(events) for _ in range(min(5, number))]
    at = [(one["lon"] + chance.uniform(-0.05, 0.05) * span, one["lat"] + 0.04 * span) for one in some]
    names = {"name": [f"Camp {k}" for k in range(len(some))], "camp_id": [f"c{k}" for k in range(len(some))]}
    camps = geopandas.GeoDataFrame(names, geometry=geopandas.points_from_xy(*zip(*at, strict=True)), crs=CRS)
    return layer, camps


def labels(extents: int, size: str) -> dict[str, Any]:
    """Return overlaps and the share of labels that found room over random extents of one size."""
    asked: Counter[str] = Counter()
    placed: Counter[str] = Counter()
    numbers, over = [], 0
    chosen = SIZES[size]
    height = chosen.height_px or round(chosen.width_px * 0.94)
    for seed in range(extents):
        content = content_of(*_with_none(random_layers(random.Random(seed))))
        sheet = Sheet(chosen.width_px, height, shown_at=chosen.shown_at)
        with sheet.settings():
            from geoconflict.maps.frame import Box

            picture = Picture(content, sheet, Box(0, 0, chosen.width_px, height * 0.8), "un")
            for name, place in zip(picture.names, picture.places, strict=True):
                asked[name.label.kind] += 1
                if place is not None:
                    placed[name.label.kind] += 1
                    picture.write(name, place)
        numbers.append(len(picture.names))
        over += len(overlaps(sheet.written))
    vital = sum(asked[kind] for kind in PRIORITY)
    return {
        "size": size,
        "extents": extents,
        "labels an extent": f"{min(numbers)}-{max(numbers)}, median {statistics.median(numbers):g}",
        "overlaps": over,
        "event, camp and city labels placed": round(sum(placed[kind] for kind in PRIORITY) / max(1, vital), 4),
        "all labels placed": round(sum(placed.values()) / max(1, sum(asked.values())), 4),
        "by kind": {kind: f"{placed[kind]}/{asked[kind]}" for kind in sorted(asked)},
    }


def _with_none(layers: tuple[Any, Any]) -> tuple[Any, None, Any]:
    return layers[0], None, layers[1]


def times(peers: Path | None) -> dict[str, Any]:
    """Return seconds a still, warm and cold, and of py-staticmaps."""
    camps = read_camps()
    layer = link_camps(read_events(EXAMPLES), camps)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            took, busy = [], []
            for _ in range(3):
                begin, worked = time.perf_counter(), time.process_time()
                render_still(layer, camps=camps, size=size).save(Path(folder) / "warm.png", overwrite=True)
                took.append(time.perf_counter() - begin)
                busy.append(time.process_time() - worked)
            found[f"{size}, warm"] = _seconds(min(took[1:]), min(busy[1:]))
        begin, worked = time.perf_counter(), _of_children()
        target = str(Path(folder) / "cold.png")
        subprocess.run([sys.executable, "-c", COLD, str(EXAMPLES), "article", target], check=True)
        found["article, cold process"] = _seconds(time.perf_counter() - begin, _of_children() - worked)
        begin, worked = time.perf_counter(), _of_children()
        done = subprocess.run(
            [sys.executable, "-c", PEER, str(peers or folder), target], check=False, capture_output=True
        )
        spent = _seconds(time.perf_counter() - begin, _of_children() - worked)
        peer = spent if done.returncode == 0 else "not installed"
        found["py-staticmaps, cold process, pins without base map or labels"] = peer
    return found


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _seconds(wall: float, cpu: float) -> str:
    """Return both times; on a busy machine only the second says what a still costs."""
    return f"{wall:.2f} s, of the processor {cpu:.2f} s"


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extents", type=int, default=200)
    parser.add_argument("--sizes", default="article,phone")
    parser.add_argument("--peers", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    print(json.dumps(times(given.peers), indent=1))
    for size in given.sizes.split(","):
        print(json.dumps(labels(given.extents, size), indent=1))


if __name__ == "__main__":
    main()
