"""Where fronts run between towns, the second opinion on reports, and published maps rebuilt from towns."""

import datetime as dt
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from geoconflict.bundled import country_outlines
from geoconflict.cli import cli
from geoconflict.cli.zones import _silence, _way
from geoconflict.errors import InputError
from geoconflict.files import read_town_reports
from geoconflict.zones import doubtful_reports, zones_from_reports
from geoconflict.zones.kriging import DENSE_PLACES, LENGTH_M, NOISE, indicators, opinions_without_itself, surfaces
from geoconflict.zones.mesh import Mesh
from geoconflict.zones.reports import GRADES, TownReports
from geoconflict.zones.series import Series
from geoconflict.zones.towns import Country, places_of

SQUARE = shapely.box(35, 33, 41, 37)
DAY = np.datetime64("2022-06-01")


def towns(rows, **columns):
    frame = pd.DataFrame(rows, columns=["town", "lon", "lat", "controller"])
    defaults = {"valid_from": "2022-01-01", "confidence": "high", "last_seen": "2022-12-31", "source": "test"}
    return frame.assign(**(defaults | columns))


def scattered(count, seed, sides="ABC"):
    """Towns at random, held by the side of the nearest of some centres: ground with a shape."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform((35.5, 33.5), (40.5, 36.5), (count, 2))
    centres = rng.uniform((35.5, 33.5), (40.5, 36.5), (len(sides) * 2, 2))
    nearest = np.hypot(*(spots[:, None] - centres).transpose(2, 0, 1)).argmin(axis=1)
    return towns([(f"T{n:03}", *spots[n], sides[nearest[n] % len(sides)]) for n in range(count)])


def mesh_of(reports, country):
    return Mesh.of(places_of(TownReports.of(reports).on(DAY), country), country)


# ---- fronts ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
def test_points_are_answered_as_the_zones_are_drawn(seed):
    reports, country = scattered(60, seed), Country.of(SQUARE)
    spots = np.random.default_rng(100 + seed).uniform((35.1, 33.1), (40.9, 36.9), (1500, 2))
    side, grade = mesh_of(reports, country).grades(country.points(*spots.T), np.empty((0, 2)))
    zones = zones_from_reports(reports, SQUARE, "2022-06-01").zones
    point, row = shapely.STRtree(zones.geometry.to_numpy()).query(shapely.points(spots), predicate="within")
    drawn_side, drawn_grade = np.full(len(spots), None), np.full(len(spots), -1)
    drawn_side[point] = zones.controller.to_numpy(object)[row]
    drawn_grade[point] = [GRADES.index(word) for word in zones.certainty.iloc[row]]
    both = (drawn_grade >= 0) & (grade >= 0)
    assert both.sum() > 1000
    assert (drawn_side[both] == side[both]).mean() > 0.998  # edges are straight in metres, and kept to a metre
    assert (drawn_grade[both] == grade[both]).mean() > 0.99
    assert ((drawn_grade >= 0) == (grade >= 0)).mean() > 0.99


def test_a_front_lies_nearer_to_the_town_that_stands_alone():
    ring = [(f"B{n}", 38 + 0.5 * np.cos(n), 35 + 0.4 * np.sin(n), "B") for n in np.arange(0, 6.2, 0.7)]
    far = [(f"A{n}", 36 + n / 10, 34, "A") for n in range(3)]
    country = Country.of(SQUARE)
    mesh = mesh_of(towns([("lone", 38, 35, "A"), *ring, *far]), country)
    number = [names[0] for names in mesh.places.towns].index("lone")
    own = mesh.lines == number
    share = np.where(own[:, 0], mesh.crossed, 1 - mesh.crossed)[own.any(axis=1)]
    assert len(share) >= 8
    assert (share < 0.5).all()
    assert (share > 0.1).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 5))
def test_fronts_depend_neither_on_names_nor_order_nor_scale(seed, scale):
    rng = np.random.default_rng(seed)
    xy, side = rng.uniform(0, 300_000, (25, 2)), rng.choice(np.array(["A", "B", "C"], object), 25)
    values = indicators(side)[1]
    at = rng.uniform(0, 300_000, (40, 2))
    height = surfaces(xy, values)(at)
    order = rng.permutation(25)
    np.testing.assert_allclose(surfaces(xy[order], values[order])(at), height, atol=1e-8)
    np.testing.assert_allclose(surfaces(xy * scale, values)(at * scale), height, atol=1e-8)
    np.testing.assert_allclose(surfaces(xy, values[:, ::-1])(at), height[:, ::-1], atol=1e-8)
    np.testing.assert_allclose(surfaces(xy, values)(xy), values, atol=1e-8)
    np.testing.assert_allclose(height.sum(axis=1), 1, atol=1e-8)


def test_many_places_are_kriged_from_those_near():
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 500_000, (DENSE_PLACES + 1, 2))
    values = indicators(np.where(xy[:, 0] > 250_000, "east", "west").astype(object))[1]
    np.testing.assert_allclose(surfaces(xy, values)(xy[:50]), values[:50], atol=1e-6)
    assert surfaces(xy, values)(np.array([[10_000.0, 9_000.0]])).argmax() == 1


def test_fronts_stay_in_the_country_and_name_both_sides():
    outline = country_outlines("un")
    outline = outline[outline.iso2 == "SY"]
    fronts = zones_from_reports(read_town_reports(), outline, "2022-02-03", country="SY").fronts
    assert fronts.crs == "EPSG:4326"
    assert fronts.within(outline.union_all().buffer(1e-4)).all()
    assert (fronts.side_a < fronts.side_b).all()
    pairs = set(zip(fronts.side_a, fronts.side_b, strict=True))
    assert {("HTS-led opposition", "SNA and Turkey"), ("HTS-led opposition", "Syrian government")} <= pairs
    assert fronts.uncertainty_m.min() >= 1_500


@settings(max_examples=15, deadline=None)
@given(st.dates(pd.Timestamp("2024-11-20").date(), pd.Timestamp("2024-12-20").date()))
def test_zones_hold_from_one_change_to_the_next(day):
    outline = country_outlines("un")
    series = Series(read_town_reports(), None, outline[outline.iso2 == "SY"], "SY", "s")
    found = {str(text) for text in series.changes}
    number = int(np.searchsorted(series.changes, np.datetime64(day), side="right"))
    first, after = str(series.changes[number - 1]), str(series.changes[number])
    assert {first, after} <= found
    assert first <= str(day) < after
    held = [set(series.reports.on(np.datetime64(text)).frame.index) for text in (first, str(day))]
    assert held[0] == held[1]


# ---- the second opinion ----------------------------------------------------------------------------------------------
def test_the_second_opinion_is_ordinary_kriging_without_the_own_report():
    rng = np.random.default_rng(3)
    xy, side = rng.uniform(0, 400_000, (40, 2)), rng.choice(np.array(["A", "B"], object), 40)
    values = indicators(side)[1]
    found = opinions_without_itself(xy, values, xy, np.arange(40))
    for i in range(40):
        others = np.arange(40) != i
        between = np.hypot(*(xy[others, None] - xy[others]).transpose(2, 0, 1))
        system = np.ones((40, 40))
        system[:-1, :-1] = np.exp(-between / LENGTH_M) + NOISE * np.eye(39)
        system[-1, -1] = 0
        right = np.append(np.exp(-np.hypot(*(xy[others] - xy[i]).T) / LENGTH_M), 1)
        np.testing.assert_allclose(found[i], np.linalg.solve(system, right)[:-1] @ values[others], atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 59))
def test_what_a_town_itself_reports_never_counts_for_it(seed, number):
    reports = scattered(60, seed)
    changed = reports.copy()
    changed.loc[number, "controller"] = "D"
    said = doubtful_reports(changed, "2022-06-01").set_index("town")
    assert said.loc[f"T{number:03}", "second_says"] != "D"
    assert said.loc[f"T{number:03}", "said"] == "D"
    before = doubtful_reports(reports, "2022-06-01").set_index("town")
    if f"T{number:03}" in before.index:
        assert before.loc[f"T{number:03}", "second_says"] == said.loc[f"T{number:03}", "second_says"]


def test_a_wrong_report_amid_others_is_listed_first_with_those_against_it():
    rows = [(f"A{x}{y}", 36 + x / 4, 34 + y / 4, "A" if x < 6 else "B") for x in range(12) for y in range(8)]
    reports = towns(rows)
    assert len(doubtful_reports(reports, "2022-06-01")) == 0
    reports.loc[reports.town == "A23", "controller"] = "B"
    doubts = doubtful_reports(reports, "2022-06-01")
    assert (doubts.town[0], doubts.said[0], doubts.second_says[0]) == ("A23", "B", "A")
    assert doubts.weight[0] > 0.9
    assert [one["controller"] for one in doubts.contradicted_by[0]] == ["A", "A", "A"]
    off = [one["distance_m"] for one in doubts.contradicted_by[0]]
    assert off == sorted(off)
    assert off[0] == pytest.approx(22_900, abs=300)
    assert doubts.weight.is_monotonic_decreasing


def test_a_joint_town_is_not_contradicted_by_one_of_its_sides():
    rows = [(f"A{x}{y}", 36 + x / 4, 34 + y / 4, "A") for x in range(5) for y in range(5)]
    joint = [*rows, ("both", 36.4, 34.4, "joint: A and B"), ("other", 36.6, 34.6, "joint: B and C")]
    doubts = doubtful_reports(towns(joint), "2022-06-01")
    assert doubts.town.tolist() == ["other"]
    differ = [*rows, ("one", 36.4, 34.4, "B"), ("two", 36.4, 34.4005, "C")]
    assert doubtful_reports(towns(differ), "2022-06-01").said.tolist() == ["contested: B / C"]


def test_a_check_needs_towns_and_a_day():
    rows = [("A", 36, 34, "A"), ("B", 37, 34, "B"), ("C", 36, 35, "A")]
    with pytest.raises(InputError, match="3 towns with a report that still counts; a check needs 4"):
        doubtful_reports(towns(rows), "2022-06-01")
    with pytest.raises(InputError, match="'soon' is not a day"):
        doubtful_reports(towns(rows), "soon")


def test_an_empty_check_keeps_its_columns():
    rows = [("A", 36, 34, "A"), ("B", 37, 34, "A"), ("C", 36, 35, "A"), ("D", 37, 35, "A")]
    empty, full = doubtful_reports(towns(rows), "2022-06-01"), doubtful_reports(scattered(60, 1), "2022-06-01")
    assert len(empty) == 0 < len(full)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_zones_check_prints_a_table_and_json(tmp_path):
    reports = scattered(60, 1)
    reports.loc[7, "controller"] = "D"
    reports.to_csv(tmp_path / "towns.csv", index=False)
    asked = ["zones", "check", str(tmp_path / "towns.csv"), "--date", "2022-06-01"]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 0, done.output
    head, *lines = done.output.splitlines()
    assert head.split("  ")[0] == "town"
    assert any(line.startswith("T007 ") for line in lines)
    told = json.loads(CliRunner().invoke(cli, [*asked, "--json"]).output)
    assert [row["town"] for row in told] == [line.split()[0] for line in lines]
    assert told[0]["contradicted_by"][0].keys() == {"town", "controller", "distance_m"}
    few = CliRunner().invoke(cli, [*asked[:-1], "1999-01-01"], standalone_mode=False)
    assert "0 towns with a report that still counts" in str(few.exception)


def test_fronts_are_written_beside_the_zones(tmp_path):
    scattered(60, 1).to_csv(tmp_path / "towns.csv", index=False)
    paths = [str(tmp_path / name) for name in ("z.gpkg", "f.gpkg")]
    asked = ["zones", "from-points", str(tmp_path / "towns.csv"), "--date", "2022-06-01", "-o", paths[0]]
    done = CliRunner().invoke(cli, [*asked, "--fronts", paths[1]])
    assert done.exit_code == 0, done.output
    assert set(gpd.read_file(paths[1]).geom_type) <= {"LineString", "MultiLineString"}


def test_bad_rows_cost_neither_zones_nor_check(tmp_path):
    reports = scattered(60, 1)
    reports.loc[7, "lat"] = None
    reports.to_csv(tmp_path / "towns.csv", index=False)
    day = ["--date", "2022-06-01"]
    drawn = CliRunner().invoke(
        cli, ["zones", "from-points", str(tmp_path / "towns.csv"), *day, "-o", str(tmp_path / "z.gpkg")],
        standalone_mode=False,
    )  # fmt: skip
    checked = CliRunner().invoke(cli, ["zones", "check", str(tmp_path / "towns.csv"), *day], standalone_mode=False)
    for done in (drawn, checked):
        assert done.return_value == 3
        assert done.stderr.startswith("Not read: towns.csv row 9: no lat")
    assert len(gpd.read_file(tmp_path / "z.gpkg")) > 1


def test_both_ways_to_ask_say_the_same_of_a_day_too_late(tmp_path):
    """The curated reports end in February 2026: `zones at` is too old when `from-points` draws nothing."""

    def asked(day, *more):
        drawn = CliRunner().invoke(
            cli, ["zones", "from-points", "--date", day, "-o", str(tmp_path / f"{day}.gpkg"), *more],
            standalone_mode=False,
        )  # fmt: skip
        at = CliRunner().invoke(cli, ["zones", "at", "37.15,36.2", "--date", day, *more], standalone_mode=False)
        return drawn, at

    drawn, at = asked("2026-03-30")
    assert "last look at a town 45 days before 2026-03-30, on 2026-02-13" in drawn.stderr
    assert "transitional government (inside" in at.stdout
    drawn, at = asked("2026-03-31")
    assert "too late: the last look at a town was on 2026-02-13, 46 days before" in str(drawn.exception)
    assert "too old" in at.stdout
    drawn, at = asked("2026-03-31", "--max-zone-age", "46")
    assert drawn.exception is None
    assert "transitional government (inside" in at.stdout
    for done in asked("2099-02-03"):
        assert "has not come yet" in str(done.exception)


def test_the_reports_say_from_when_to_when_they_are():
    done = CliRunner().invoke(cli, ["zones", "at", "36.63,35.93", "--date", "2015-11-20"], standalone_mode=False)
    assert "2011-11 to 2026-02 (before 2020-03 of single towns only)" in done.stderr
    assert _silence(read_town_reports(), dt.date(2001, 1, 1)) == "no report that early; the first is of 2011-11"
    assert _silence(read_town_reports(), dt.date(2035, 2, 3)).startswith("no report that late")


def test_short_distances_are_told_in_metres():
    near = {"controller": "Blue", "bearing_deg": 180.0}
    told = [_way({**near, "distance_m": metres}) for metres in (0.2, 9.4, 999.4, 999.6)]
    assert told == ["Blue from here on", "Blue 9 m S", "Blue 999 m S", "Blue 1.0 km S"]


# ---- a published map -------------------------------------------------------------------------------------------------
@pytest.mark.shared
def test_a_published_map_is_rebuilt_better_than_by_the_nearest_town(shared):
    """From 150 places at random; benchmarks/zones_from_reports.py does it with the towns of the country."""
    path = shared / "zones" / "deepstate_ukraine" / "deepstatemap_data_20240708.geojson"
    zone = shapely.make_valid(gpd.read_file(path).geometry.iloc[0])
    country = Country.of(shapely.box(32, 46, 40.5, 50.5))
    rng = np.random.default_rng(2)
    grid = np.stack(np.meshgrid(np.arange(33, 40, 0.05), np.arange(46.5, 50, 0.05)), -1).reshape(-1, 2)
    points, truth = country.points(*grid.T), shapely.contains_xy(zone, *grid.T)
    overlaps = []
    for _ in range(6):
        spots = rng.uniform((32.5, 46.2), (40.2, 50.2), (150, 2))
        sides = np.where(shapely.contains_xy(zone, *spots.T), "zone", "rest").astype(object)
        mesh = mesh_of(towns([(str(n), *spot, sides[n]) for n, spot in enumerate(spots)]), country)
        rules = [
            mesh.ask(points)[0],
            replace(mesh, crossed=np.full(len(mesh.crossed), 0.5)).ask(points)[0],
            mesh.places.side[cKDTree(mesh.places.xy).query(points)[1]],
        ]
        overlaps.append([((side == "zone") & truth).sum() / ((side == "zone") | truth).sum() for side in rules])
    ours, half_way, nearest = np.mean(overlaps, axis=0)
    assert ours > half_way > nearest
    assert ours > 0.8
