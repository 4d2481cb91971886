"""How large and how fast a page is: 100,000 rows, 2,000 events of articles, 5 events, beside folium's clusters.

    python benchmarks/page.py [--rows 100000] [--series]

The rows are UCDP's (../shared/events, CC BY 4.0) where they are there, else generated; they are repeated until there
are enough, each copy with an id, a headline and a source title of its own, moved by about 5 km and up to 60 days.
folium's clusters get bare markers: MarkerCluster 10,000 of them, because it writes 300 bytes of script a marker, and
FastMarkerCluster as many as our page. Their plugin comes through npm, is checked, and stands in the page like ours, so
that no connection is measured. "build" is from the layer in memory to the file on disk, in a process that has drawn a
page before; "painted" is from the call of the address to the first frame with all data on the map, best of three;
frames are those while the slider, or the map, moves once a frame. --series also draws the control maps of Ukraine
(../shared/zones), as they are and as 800 days.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.plugins import FastMarkerCluster, MarkerCluster

from geoconflict import records
from geoconflict.files import read_events, read_zones
from geoconflict.maps import render_map
from geoconflict.maps.page import vendored

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
TABLES = ("ucdp_ged_syria_dev.parquet", "ucdp_ged_iraq.parquet")  # neighbours, as a map of one war would have them
CLUSTERED = 10_000
PLUGIN = (
    "leaflet.markercluster@1.5.3",
    "vPTw/Bndq7eQHjLBVlWpnGeLa3t+3zGiuM7fJwCkiMFq+nmRuG3RI3f7f4N4TDX7T4NpbAXpR2+NTRSEGfCSeA==",
)
FRAMES = 150
MARK = """
new MutationObserver(() => { if (document.documentElement.dataset.ready) requestAnimationFrame(() => {
  window.painted ??= performance.now(); }); }).observe(document, {subtree: true, attributes: true, childList: true});
addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => {
  window.loaded = performance.now(); })));
"""
DRAG = """(async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done)), times = [], count = %d, move = %s;
  await frame();
  let last = performance.now();
  for (let k = 0; k < count; k++) { move(k / count); const now = await frame(); times.push(now - last); last = now; }
  return times;
})()"""
SLIDE = """k => { const to = document.getElementById('to'); to.value = Number(to.min) + (1 - k) * (to.max - to.min);
  to.dispatchEvent(new Event('input')); }"""
PAN = """k => { const map = Object.values(window).find(one => one && one._leaflet_id && one.panBy);
  map.panBy([k < 0.5 ? 6 : -6, 0], { animate: false }); }"""
SEARCH = """(async () => { const box = document.getElementById('search'), out = [];
  const longest = () => new Promise(done => { let last = performance.now(), most = 0; const end = last + 900;
    const tick = now => { most = Math.max(most, now - last); last = now;
      if (now < end) requestAnimationFrame(tick); else done(most); };
    requestAnimationFrame(tick); });
  for (const words of ['idlib', 'mortar', 'civilians']) {
    box.value = words; box.dispatchEvent(new Event('input')); out.push(await longest()); }
  return out; })()"""


class Shown(NamedTuple):
    """What one page cost."""

    what: str
    events: int
    build_s: float
    megabytes: float
    painted_ms: float | None = None
    slide: list[float] | None = None
    pan: list[float] | None = None
    search: list[float] | None = None


def rows(count: int) -> gpd.GeoDataFrame:
    """Return an event table of so many rows, no two with the same id or headline."""
    found = [SHARED / "events" / name for name in TABLES if (SHARED / "events" / name).is_file()]
    if found:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one = pd.concat([read_events(path) for path in found], ignore_index=True)
    else:
        print("generated rows: ../shared/events is not there")
        one = generated(20_000)
    random = np.random.default_rng(1)
    copy = np.arange(count) // len(one)
    table = one.iloc[np.arange(count) % len(one)].reset_index(drop=True)
    table["event_id"] = [f"{name}-{number}" for name, number in zip(table["event_id"], copy, strict=True)]
    shift = pd.to_timedelta(np.where(copy > 0, random.integers(-60, 61, count), 0), unit="D")
    for name in ("date_start", "date_end"):
        table[name] = (pd.to_datetime(table[name]) + shift).dt.strftime("%Y-%m-%d").astype("string")
    heads = [f"{text} ({number})" if number else text for text, number in zip(table["summary"], copy, strict=True)]
    table["summary"] = pd.Series(heads, dtype="string")
    table["sources"] = [
        [{**source, "title": head} for source in cell] for cell, head in zip(table["sources"], heads, strict=True)
    ]
    spots = (
        shapely.get_coordinates(table.geometry.to_numpy()) + random.normal(0, 0.05, (count, 2)) * (copy > 0)[:, None]
    )
    return gpd.GeoDataFrame(table, geometry=shapely.points(spots), crs=records.CRS)


def generated(count: int) -> gpd.GeoDataFrame:
    """Return rows with invented figures at random spots of northern Syria."""
    random = np.random.default_rng(2)
    frame = pd.DataFrame({name: pd.Series([None] * count, dtype=kind) for name, kind in records.EVENT_COLUMNS.items()})
    days = pd.Timestamp("2012-01-01") + pd.to_timedelta(random.integers(0, 3000, count), unit="D")
    frame["date_start"] = frame["date_end"] = pd.Series(days.strftime("%Y-%m-%d"), dtype="string")
    frame["event_id"] = pd.Series([f"g{number}" for number in range(count)], dtype="string")
    frame["summary"] = pd.Series([f"Report number {number} of shelling" for number in range(count)], dtype="string")
    frame["place_name"] = pd.Series([f"Town {number % 1500}" for number in range(count)], dtype="string")
    frame["fatalities_best"] = pd.array(random.integers(0, 20, count), dtype="Int64")
    frame["where_prec"], frame["radius_m"], frame["status"] = 1, 3000.0, "event"
    frame["sources"] = [
        [{"title": text, "date": day}] for text, day in zip(frame["summary"], frame["date_start"], strict=True)
    ]
    spots = np.c_[random.uniform(36, 41, count), random.uniform(34, 37, count)]
    return gpd.GeoDataFrame(frame, geometry=shapely.points(spots), crs=records.CRS)


def articles(layer: gpd.GeoDataFrame, count: int) -> gpd.GeoDataFrame:
    """Return events with everything a card shows: two quoted sentences, figures, actors, candidates, camps, sources."""
    out = layer.iloc[:count].reset_index(drop=True)
    quote = "The shelling hit a market in the town's east on the day, rescuers said, and {} more were wounded near {}."
    numbered = list(enumerate(zip(out["summary"], out["place_name"], out["date_start"], strict=True)))
    out["evidence"] = [
        [{"article": f"a{n}-{k}", "start": 10, "end": 120, "text": quote.format(n + k, place)} for k in (0, 1)]
        for n, (_, place, _) in numbered
    ]
    out["figures"] = [
        [
            {"text": str(n % 40 + k), "unit": unit, "low": n % 40, "high": n % 40, "speaker": f"a worker in {place}",
             "hedge": "exact", "used": True, "group": "", "why": "", "article": f"a{n}-{k}"}
            for k, unit in enumerate(("killed", "injured", "killed"))
        ]
        for n, (_, place, _) in numbered
    ]  # fmt: skip
    out["place_candidates"] = [
        [
            {"name": f"{place} {k}", "kind": "village", "admin1": "Idlib", "country": "SY", "score": 0.9 - 0.1 * k}
            for k in range(5)
        ]
        for _, (_, place, _) in numbered
    ]
    out["place_reason"] = pd.Series(
        [f"the only {place} in the province the report names" for _, (_, place, _) in numbered], dtype="string"
    )
    out["sources"] = [
        [
            {"title": f"{head} - report {k}", "url": f"https://example.org/{n}/{k}/report", "date": day, "note": ""}
            for k in (0, 1)
        ]
        for n, (head, _, day) in numbered
    ]
    return out


def clusters(layer: gpd.GeoDataFrame, path: Path, *, fast: bool) -> None:
    """Write the same events as folium's cluster of bare markers, with its code in the page."""
    spots = [(point.y, point.x) for point in layer.geometry]
    page = folium.Map(tiles=None, location=spots[0], zoom_start=6)
    if fast:
        FastMarkerCluster(spots).add_to(page)
    else:
        cluster = MarkerCluster().add_to(page)
        for spot in spots:
            folium.Marker(spot).add_to(cluster)
    text = page.get_root().render()
    code = {"leaflet.js": (vendored("leaflet.js") or b"").decode(), "leaflet.markercluster.js": plugin()}
    text = re.sub(
        r'<script src="([^"]+)"></script>', lambda m: f"<script>{code.get(m[1].rsplit('/', 1)[1], '')}</script>", text
    )
    path.write_text(
        re.sub(r'<link rel="stylesheet" href="[^"]+"/>', "<style>.leaflet-pane{position:absolute}</style>", text)
    )


def plugin() -> str:
    """Return the code of the cluster plugin, fetched as npm is set up on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", PLUGIN[0], "--silent", "--ignore-scripts"], cwd=folder, check=True, capture_output=True
        )
        data = next(Path(folder).glob("*.tgz")).read_bytes()
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    if digest != PLUGIN[1]:
        sys.exit(f"{PLUGIN[0]} is not the archive that was measured (sha512-{digest})")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        held = archive.extractfile("package/dist/leaflet.markercluster.js")
        return held.read().decode() if held else ""


def timed(write: Callable[[], Any]) -> float:
    """Return the seconds a call takes."""
    begun = time.perf_counter()
    write()
    return time.perf_counter() - begun


def opened(tab: Any, path: Path, *, ours: bool) -> dict[str, Any]:
    """Open a page three times and move it; milliseconds."""
    painted = []
    for _ in range(3):
        ready = "window.painted" if ours else "window.loaded"
        tab.open(path, ready=ready)
        painted.append(tab.run(ready))
    found = {"painted_ms": min(painted), "pan": tab.run(DRAG % (FRAMES, PAN))}
    if ours:
        found |= {"slide": tab.run(DRAG % (FRAMES, SLIDE))}
        tab.open(path, ready="window.painted")
        found |= {"search": tab.run(SEARCH)}
    return found


def line(one: Shown) -> str:
    """Return a line of the table."""

    def frames(times: list[float] | None) -> str:
        if not times:
            return f"{'-':>22}"
        return f"{np.percentile(times, 50):6.1f} {np.percentile(times, 95):6.1f} {1000 / np.mean(times):6.0f}/s"

    painted = "-" if one.painted_ms is None else f"{one.painted_ms:.0f}"
    search = "-" if one.search is None else " ".join(f"{value:.0f}" for value in one.search)
    return (
        f"{one.what:<34}{one.events:>8,}{one.build_s:>8.2f}{one.megabytes:>8.2f}{painted:>9}"
        f"  {frames(one.slide)}  {frames(one.pan)}  {search}"
    )


def series(folder: Path) -> None:
    """Draw the control maps of Ukraine, then as one map a day for 800 days, and print size, time and memory."""
    source = SHARED / "zones" / "deepstate_ukraine"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        maps = read_zones([source], controller=["Russian army"])
    events = generated(200)
    events["geometry"] = shapely.points(np.random.default_rng(3).uniform((36, 47), (38, 49), (200, 2)))
    given = maps.sort_values("valid_from").reset_index(drop=True)
    first = pd.Timestamp(str(given["valid_from"].iloc[0]))
    # A front moves a little every day: each day's map is moved by up to 300 m, so that no two are the same.
    daily = given.iloc[np.arange(800) * len(given) // 800].reset_index(drop=True)
    daily["valid_from"] = pd.Series(
        [(first + pd.Timedelta(days=n)).strftime("%Y-%m-%d") for n in range(800)], dtype="string"
    )
    same = daily.copy()
    daily["geometry"] = [
        shapely.transform(shape, lambda at, n=n: at + 0.003 * np.sin(40 * at[:, ::-1] + n))
        for n, shape in enumerate(daily.geometry)
    ]
    for what, zones in (
        ("control maps as they are", given),
        ("800 days, the maps repeated", same),
        ("800 days, all different", daily),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            path = folder / "series.html"
            seconds = timed(lambda zones=zones, path=path: render_map(events, zones=zones).save(path))
        said = "; ".join(str(one.message) for one in caught)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{what}: {len(zones)} zones, {seconds:.1f} s, {path.stat().st_size / 1e6:.2f} MB, "
            f"{peak:.0f} MB memory at most. {said}"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--series", action="store_true", help="also the series of control maps")
    parser.add_argument("--json", action="store_true", help="the figures as JSON too")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    from browser import chromium, new_tab

    layer = rows(options.rows)
    told = articles(layer, 2_000)
    render_map(told.iloc[:5])  # what is read once a process: outlines, towns, words
    shown = []
    with tempfile.TemporaryDirectory() as name, chromium() as address, new_tab(address) as tab:
        folder = Path(name)
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=MARK)
        for what, events in (
            ("geoconflict, event table", layer),
            ("geoconflict, events of articles", told),
            ("geoconflict, five events", told.iloc[:5]),
        ):
            path = folder / "page.html"
            seconds = timed(lambda events=events, path=path: render_map(events, title="Events").save(path))
            shown.append(Shown(what, len(events), seconds, path.stat().st_size / 1e6, **opened(tab, path, ours=True)))
        for what, events, fast in (
            ("folium MarkerCluster", layer.iloc[:CLUSTERED], False),
            ("folium FastMarkerCluster", layer, True),
        ):
            path = folder / "folium.html"
            seconds = timed(lambda events=events, path=path, fast=fast: clusters(events, path, fast=fast))
            shown.append(Shown(what, len(events), seconds, path.stat().st_size / 1e6, **opened(tab, path, ours=False)))
        print(
            f"{'':<34}{'events':>8}{'build s':>8}{'MB':>8}{'painted':>9}"
            f"  {'slider ms p50 p95':<22}  {'pan ms p50 p95':<22}  search ms, first to third"
        )
        for one in shown:
            print(line(one))
        if options.json:
            print(json.dumps([one._asdict() for one in shown]))
        if options.series:
            series(folder)


if __name__ == "__main__":
    main()
