"""A series of dated control maps: area by day, gained and lost ground, and when towns changed hands between maps.

    python benchmarks/zone_series.py ../shared/zones/deepstate_ukraine "Russian army" [--draw FOLDER]

The maps carry no controller; the second argument is who holds what they draw. The towns are looked up in the gazetteer.
What `ZoneBook` says of a town on the day of each map is checked against plain shapely on the files themselves. With
--draw the three towns that changed hands last are drawn on the maps before and after, to be looked at.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geoconflict import open_gazetteer
from geoconflict.files import read_zones
from geoconflict.zones import STATUSES, ZoneBook, compare_zones, zone_facts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TOWNS = (
    "Avdiivka", "Bakhmut", "Chasiv Yar", "Dvorichna", "Hirnyk", "Hrodivka", "Huliaipole", "Krasnohorivka", "Kupiansk",
    "Kurakhove", "Myrnohrad", "Novohrodivka", "Ocheretyne", "Pokrovsk", "Selydove", "Siversk", "Toretsk", "Ukrainsk",
    "Velyka Novosilka", "Vuhledar",
)  # fmt: skip
COUNTRY, FRONT_LINE = "UA", (37.5, 48.3)
DRAWN = 3


class Town(NamedTuple):
    """A town and where it lies, with the number of the first map on which each holder is shown (None: nobody)."""

    name: str
    lon: float
    lat: float
    radius_m: float
    held: list[str | None]
    status: list[str]

    def changes(self) -> list[int]:
        """Return the numbers of the maps that show another holder than the map before."""
        return [number for number in range(1, len(self.held)) if self.held[number] != self.held[number - 1]]


def areas(zones: GeoDataFrame) -> None:
    """Print a line a map: area held, and what changed since the map before."""
    (facts,) = zone_facts(zones)
    days = [one["day"] for one in facts["areas"]]
    print(f"{'day':10}  {'km2':>9}  {'gap':>4}  {'gained':>7}  {'lost':>6}  {'strips':>6}")
    for number, one in enumerate(facts["areas"]):
        (km2,) = one["km2"].values()
        line = f"{one['day']}  {km2:9,.1f}"
        if number:
            done = compare_zones(zones, zones, days=(days[number - 1], one["day"]))
            gap = np.datetime64(one["day"]) - np.datetime64(days[number - 1])
            row = done.table.iloc[0]
            net = row.after_km2 - row.before_km2
            strips = done.facts["within_tolerance_km2"]
            line += f"  {gap.astype(int):>4}  {row.gained_km2:7.1f}  {row.lost_km2:6.1f}  {strips:6.2f}"
            if abs(row.gained_km2 - row.lost_km2 - net) > strips + 0.1:
                line += f"  the sums differ: net {net:.1f}"
        print(line)


def towns(book: ZoneBook, days: list[str]) -> list[Town]:
    """Ask for every town on the day of every map."""
    gazetteer = open_gazetteer()
    places = [gazetteer.candidates(name, country=COUNTRY, near=FRONT_LINE, limit=1)[0].place for name in TOWNS]
    lon, lat, radius = (np.array([getattr(one, name) for one in places]) for name in ("lon", "lat", "radius_m"))
    each, when = np.tile(np.arange(len(places)), len(days)), np.repeat(np.array(days, "datetime64[D]"), len(places))
    country = np.full(len(each), COUNTRY, object)
    (answers,) = book.ask(lon[each], lat[each], when, when, radius_m=radius[each], country=country)
    held = book.names(answers.controller).reshape(len(days), -1)
    status = np.array(STATUSES, object)[answers.status].reshape(len(days), -1)
    return [
        Town(name, place.lon, place.lat, place.radius_m, list(held[:, k]), list(status[:, k]))
        for k, (name, place) in enumerate(zip(TOWNS, places, strict=True))
    ]


def told(found: list[Town], days: list[str]) -> None:
    """Print a line a town: when it changed hands, between which maps, and on how many maps the front ran through it."""
    for town in found:
        words = [
            f"between {days[n - 1]} and {days[n]} ({(np.datetime64(days[n]) - np.datetime64(days[n - 1])).astype(int)} "
            f"days): {town.held[n - 1] or 'not held'} -> {town.held[n] or 'not held'}"
            for n in town.changes()
        ]
        through = sum(status == "contested" for status in town.status)
        words = words or [f"no change: {town.held[0] or 'not held'} on all"]
        print(f"{town.name:17} {town.lon:.4f},{town.lat:.4f}  {'; '.join(words)}; front through it on {through} maps")


def checked(folder: Path, found: list[Town]) -> None:
    """Print how many answers agree with plain shapely on the files themselves."""
    agree, asked = 0, 0
    for number, path in enumerate(sorted(folder.glob("*.geojson"))):
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        shape = shapely.union_all([shapely.make_valid(shapely.geometry.shape(one["geometry"])) for one in features])
        for town in found:
            asked += 1
            agree += shape.contains(shapely.Point(town.lon, town.lat)) == (town.held[number] is not None)
    print(f"the same as plain shapely on the files: {agree} of {asked}")


def draw(zones: GeoDataFrame, found: list[Town], days: list[str], folder: Path) -> None:
    """Draw the towns that changed hands last on the maps before and after."""
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    changed = sorted((town for town in found if town.changes()), key=lambda town: -town.changes()[-1])
    for town in changed[:DRAWN]:
        number = town.changes()[-1]
        figure, axes = plt.subplots(1, 2, figsize=(12, 6), layout="constrained")
        wide, high = 0.35, 0.35 * np.cos(np.radians(town.lat))
        for axis, day in zip(axes, days[number - 1 : number + 1], strict=True):
            zones[zones.valid_from == day].plot(ax=axis, color="tan", edgecolor="black")
            for other in found:
                axis.plot(other.lon, other.lat, "k.")
                axis.annotate(other.name, (other.lon, other.lat), clip_on=True)
            radius = town.radius_m / 111_320
            circle = shapely.affinity.scale(shapely.Point(town.lon, town.lat).buffer(radius), wide / high, 1)
            axis.plot(*circle.exterior.xy, "b-")
            axis.set(
                xlim=(town.lon - wide, town.lon + wide), ylim=(town.lat - high, town.lat + high), aspect=wide / high
            )
            axis.set_title(f"{town.name}: map of {day}")
        figure.savefig(folder / f"{town.name}.png", dpi=70)
        plt.close(figure)


def main(path: str, controller: str, draw_to: str | None) -> None:
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        zones = read_zones(path, controller=controller)
    days = sorted(set(zones.valid_from))
    gaps = [(np.datetime64(b) - np.datetime64(a)).astype(int) for a, b in pairwise(days)]
    print(f"{len(days)} maps, {days[0]} to {days[-1]}, {min(gaps)} to {max(gaps)} days apart")
    areas(zones)
    found = towns(ZoneBook(zones), days)
    told(found, days)
    checked(Path(path), found)
    print(f"{time.process_time() - started:.1f} s of the processor")
    if draw_to:
        draw(zones, found, days, Path(draw_to))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("maps")
    parser.add_argument("controller")
    parser.add_argument("--draw", metavar="FOLDER")
    options = parser.parse_args()
    main(options.maps, options.controller, options.draw)
