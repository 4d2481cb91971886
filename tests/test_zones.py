"""Zones from town reports, and dated zones asked for a day."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geoconflict import bundled
from geoconflict.errors import InputError, InputWarning
from geoconflict.files import read_zones
from geoconflict.records import ZONE_COLUMNS
from geoconflict.zones import ZoneBook, zones_at, zones_for_days, zones_from_reports, zones_on
from geoconflict.zones.sheet import middle_lon

GEOD = Geod(ellps="WGS84")
SQUARE = shapely.box(35, 33, 41, 37)


def towns(*rows, **columns):
    """Rows of name, lon, lat, controller; held from 2022 on unless said otherwise."""
    frame = pd.DataFrame(rows, columns=["town", "lon", "lat", "controller"])
    defaults = {
        "valid_from": "2022-01-01",
        "valid_to": None,
        "confidence": "high",
        "date_precision": "day",
        "last_seen": "2022-12-31",
    }
    return frame.assign(**(defaults | columns))


FOUR = [("A1", 37.5, 35.2, "A"), ("A2", 37.5, 34.8, "A"), ("B1", 38.5, 35.2, "B"), ("B2", 38.5, 34.8, "B")]


def zone(shape, controller="A", valid_from="2022-01-01", valid_to=None, *, source="s", country="SY", certainty="high"):
    return (f"{source}-{controller}-{valid_from}", controller, valid_from, valid_to, certainty, source, country, shape)


def layer_of(*rows):
    frame = gpd.GeoDataFrame(rows, columns=[*ZONE_COLUMNS, "geometry"], crs="EPSG:4326")
    return frame.astype(ZONE_COLUMNS)


def box(west, east, south=34, north=35):
    return shapely.box(west, south, east, north)


def held(zones, lon, lat):
    """The sides whose zones hold a point, and the certainty of one."""
    rows = zones[zones.contains(shapely.Point(lon, lat))]
    return sorted(set(rows.controller)), (rows.certainty.iloc[0] if len(rows) else None)


# ---- the curated rows ------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def curated():
    return pd.DataFrame(list(bundled.curated_rows("control.csv"))).replace("", None)


@pytest.fixture(scope="module")
def syria():
    outlines = bundled.reported_ground()
    return outlines[outlines.iso2 == "SY"]


WHO_HELD_IT = [
    ("Atmeh", 36.69, 36.31, "2022-02-03", "HTS-led opposition", "inside"),
    ("Kafr Takharim", 36.515, 36.117, "2020-10-26", "HTS-led opposition", "inside"),
    ("Raqqa", 39.008, 35.953, "2022-02-01", "SDF", "inside"),
    ("Aleppo", 37.161, 36.201, "2024-11-28", "Syrian government", "inside"),
    ("Aleppo", 37.161, 36.201, "2024-12-01", "HTS-led opposition", "inside"),
    ("Hama", 36.758, 35.132, "2024-12-01", "Syrian government", "inside"),
    ("Hama", 36.758, 35.132, "2024-12-06", "HTS-led opposition", "inside"),
    ("Damascus", 36.306, 33.513, "2022-02-03", "Syrian government", "inside"),
    ("Idlib", 36.634, 35.931, "2022-02-03", "HTS-led opposition", "inside"),
    ("Kobani, drawn outside the outline", 38.353, 36.891, "2022-02-01", "SDF", "inside"),
    ("Al-Tanf, far from all towns", 38.618, 33.506, "2022-02-01", "US-led coalition and Syrian Free Army", "inside"),
    ("Ankara", 32.85, 39.92, "2022-02-01", None, "no_zone"),
    ("Raqqa", 39.008, 35.953, "2013-06-01", "opposition factions", "inside"),
    ("Raqqa", 39.008, 35.953, "2016-12-01", "Islamic State", "inside"),
    ("Raqqa", 39.008, 35.953, "2018-01-01", "SDF", "inside"),
    ("Palmyra", 38.284, 34.562, "2016-12-01", "Syrian government", "inside"),
    ("Palmyra", 38.284, 34.562, "2016-12-20", "Islamic State", "inside"),
    ("Between Raqqa and Palmyra, of which nobody spoke", 38.6, 35.2, "2016-12-01", None, "no_zone"),
    ("Katzrin, on the Golan", 35.69, 32.99, "2022-02-01", None, "no_zone"),
]


@pytest.mark.parametrize("known", WHO_HELD_IT, ids=lambda known: f"{known[0]} {known[3]}")
def test_who_held_it_by_the_curated_rows(curated, syria, known):
    place, lon, lat, day, side, status = known
    zones = zones_for_days(curated, syria, [day], country="SY", look_back_days=0)
    (answer,) = zones_at(zones, lon, lat, day, radius_m=500, country="SY")
    assert (answer["controller"], answer["status"]) == (side, status), place
    if side:  # towns nobody looked at for up to two months before say so
        assert np.datetime64(day) - 60 <= np.datetime64(answer["as_of"]) <= np.datetime64(day)


def test_the_prison_of_ghuwayran_during_the_attack(curated, syria):
    zones = zones_for_days(curated, syria, ["2022-01-20"], country="SY")
    (answer,) = zones_at(zones, 40.7625, 36.4775, "2022-01-20", radius_m=500, country="SY")
    assert answer["controller"] == "SDF" or answer["status"] == "contested"


def test_the_fronts_of_atmeh(curated, syria):
    """Measured before: government 18.7 km off, SNA 3.9 km, each give or take 3.5."""
    derived = zones_from_reports(curated, syria, "2022-02-03", country="SY")
    (answer,) = zones_at(derived.zones, 36.69, 36.31, "2022-02-03")
    assert answer["other_side"] == "SNA and Turkey"
    assert answer["front_distance_m"] == pytest.approx(3_900, abs=1_500)
    assert answer["front_uncertainty_m"] == pytest.approx(3_500, abs=1_500)
    fronts = derived.fronts.to_crs("EPSG:32637")
    line = fronts[(fronts.side_a == "HTS-led opposition") & (fronts.side_b == "Syrian government")]
    atmeh = gpd.GeoSeries.from_xy([36.69], [36.31], crs="EPSG:4326").to_crs("EPSG:32637")[0]
    assert line.distance(atmeh).min() == pytest.approx(18_700, abs=2_500)


def test_what_nobody_looked_at_since_is_too_old(curated, syria):
    zones = zones_for_days(curated, syria, ["2027-01-15"], country="SY")
    answers = zones_at(zones, 36.306, 33.513, "2027-01-15", country="SY")
    assert [answer["controller"] for answer in answers] in ([], [None])


# ---- the half-way rule -----------------------------------------------------------------------------------------------
def test_the_front_is_half_way_and_grades_follow_the_weight():
    derived = zones_from_reports(towns(*FOUR), SQUARE, "2022-06-01", country="SY")
    assert list(derived.zones.columns[:7]) == list(ZONE_COLUMNS)
    assert derived.zones.crs == "EPSG:4326"
    for share, side, grade in [
        (0.01, "A", "high"),
        (0.1, "A", "medium"),
        (0.3, "A", "low"),
        (0.49, "A", "low"),
        (0.51, "B", "low"),
        (0.7, "B", "low"),
        (0.9, "B", "medium"),
        (0.99, "B", "high"),
    ]:
        assert held(derived.zones, 37.5 + share, 35.15) == ([side], grade), share
    # From the day of change before to the one after: past March 2023 the towns were looked at over 90 days ago.
    assert set(zip(derived.zones.valid_from, derived.zones.valid_to, strict=True)) == {("2022-01-01", "2023-04-01")}
    lon = shapely.get_coordinates(derived.fronts.geometry.values)[:, 0]
    assert np.abs(lon - 38.0).max() < 0.03  # straight in the projection, not in degrees
    assert set(derived.fronts.side_a) == {"A"}
    # About .9 of the 45 km to the nearest town, at its narrowest.
    assert derived.fronts.uncertainty_m.min() == pytest.approx(0.9 * 45_650, rel=0.15)


def test_nothing_is_claimed_far_from_reports_or_outside_the_country():
    derived = zones_from_reports(towns(*FOUR), shapely.box(37.2, 30, 41, 40), "2022-06-01")
    for west, south, east, north in derived.zones.bounds.itertuples(index=False):
        assert west >= 37.2 - 1e-4
        assert GEOD.inv(38.5, 35.2, 38.5, north)[2] < 50_500
        assert east < 38.5 + 50_500 / GEOD.inv(38.5, 35.0, 39.5, 35.0)[2]
        assert south > 34.3


def test_reports_that_differ_on_a_place_make_it_contested_not_a_vote():
    rows = towns(*FOUR, ("A2 again", 37.501, 34.8, "B"), ("A2 still", 37.5, 34.801, "A"))
    zones = zones_from_reports(rows, SQUARE, "2022-06-01").zones
    assert held(zones, 37.5, 34.8) == (["contested: A / B"], "low")
    assert held(zones, 37.6, 34.8)[0] == ["A"]  # it speaks for 3 km at most
    (answer,) = zones_at(zones, 37.5, 34.8, "2022-06-01")
    assert answer["status"] == "contested"


def test_three_sides_meet_in_a_triangle():
    rows = towns(("A", 37.5, 34.8, "A"), ("B", 38.5, 34.8, "B"), ("C", 38.0, 35.5, "C"))
    zones = zones_from_reports(rows, SQUARE, "2022-06-01").zones
    for lon, lat, side in [
        (37.5, 34.8, "A"),
        (38.5, 34.8, "B"),
        (38.0, 35.5, "C"),
        (37.9, 34.98, "A"),
        (38.0, 35.1, "C"),
    ]:
        assert held(zones, lon, lat)[0] == [side]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 30), st.sampled_from("ABC")),
        min_size=6,
        max_size=40,
        unique_by=lambda row: row[:2],
    )
)
def test_every_town_lies_in_its_own_zone_and_zones_never_overlap(rows):
    table = towns(*[(f"{x}-{y}", 36 + x / 10, 33.5 + y / 10 + (x % 3) / 100, side) for x, y, side in rows])
    if np.ptp(table.lon) < 0.1 or np.ptp(table.lat) < 0.1:
        return
    zones = zones_from_reports(table, SQUARE, "2022-06-01").zones
    assert zones.is_valid.all()
    for row in table.itertuples():
        assert held(zones, row.lon, row.lat)[0] == [row.controller]
    shapes = zones.geometry.to_numpy()
    both = [shapely.intersection(a, b, grid_size=1e-6).area for i, a in enumerate(shapes) for b in shapes[:i]]
    assert sum(both) < 1e-4 * shapely.area(shapes).sum()
    assert zones.towns.sum() == zones.reports.sum() == len(table)


def test_declared_areas_are_drawn_as_said_and_blank_ones_left_blank():
    areas = pd.DataFrame(
        {
            "town": ["base", "keep out"],
            "lon": [37.5, 38.8],
            "lat": [34.4, 35.0],
            "radius_m": [30_000, 10_000],
            "controller": ["C", None],
            "valid_from": "2021",
            "confidence": "high",
            "last_seen": ["2022-05", None],
        }
    )
    derived = zones_from_reports(towns(*FOUR), SQUARE, "2022-06-01", areas=areas)
    assert held(derived.zones, 37.5, 34.4) == (["C"], "medium")
    assert held(derived.zones, 37.5, 34.4 + 0.26) == (["C"], "low")  # its outer tenth
    assert held(derived.zones, 38.8, 35.0)[0] == []
    assert held(derived.zones, 38.65, 35.0)[0] == ["B"]
    assert {"A", "C"} in [set(pair) for pair in derived.fronts[["side_a", "side_b"]].itertuples(index=False)]
    in_reports = pd.concat([towns(*FOUR).assign(radius_m=None), areas[areas.town == "base"]], ignore_index=True)
    assert held(zones_from_reports(in_reports, SQUARE, "2022-06-01").zones, 37.5, 34.4)[0] == ["C"]
    polygons = gpd.GeoDataFrame(
        areas.drop(columns=["lon", "lat", "radius_m"]),
        geometry=[shapely.Point(37.5, 34.4).buffer(0.2), box(38.7, 38.9, 34.9, 35.1)],
        crs=4326,
    )
    again = zones_from_reports(towns(*FOUR), SQUARE, "2022-06-01", areas=polygons).zones
    assert held(again, 37.5, 34.4)[0] == ["C"]
    assert held(again, 38.8, 35.0)[0] == []


# ---- days of reports -------------------------------------------------------------------------------------------------
def changing():
    rows = towns(*FOUR, ("A2 lost", 37.5, 34.8, "B"))
    rows.loc[1, "valid_to"] = rows.loc[4, "valid_from"] = "2022-03-10"
    rows.loc[4, "date_precision"] = "week"
    return rows


@pytest.mark.parametrize(
    ("day", "side", "grade"),
    [
        ("2022-03-08", "A", "high"),
        ("2022-03-09", "A", "medium"),  # the day before it changes hands
        ("2022-03-10", "B", "medium"),
        ("2022-03-16", "B", "medium"),
        ("2022-03-17", "B", "high"),  # a week to be sure
    ],
)
def test_a_town_is_held_on_valid_from_to_valid_to(day, side, grade):
    zones = zones_from_reports(changing(), SQUARE, day).zones
    assert held(zones, 37.5, 34.8) == ([side], grade)


def test_days_of_a_series_are_the_days_themselves():
    days = ["2022-02-01", "2022-03-09", "2022-03-10", "2022-03-20"]
    series = zones_for_days(changing(), SQUARE, days, country="SY")
    for day in days:
        rows = series[(series.valid_from <= day) & ~(series.valid_to <= day).fillna(value=False)]
        alone = zones_from_reports(changing(), SQUARE, day, country="SY").zones
        pd.testing.assert_frame_equal(
            pd.DataFrame(rows[["controller", "certainty", "area_km2", "towns"]]).reset_index(drop=True),
            pd.DataFrame(alone[["controller", "certainty", "area_km2", "towns"]]),
        )
    (answer,) = zones_at(series, 37.5, 34.8, "2022-03-20", country="SY")
    assert (answer["controller"], answer["previous_controller"], answer["changed_on"]) == ("B", "A", "2022-03-10")


def test_a_series_before_all_reports_is_empty_but_has_its_columns():
    empty = zones_for_days(towns(*FOUR), SQUARE, ["1999-01-01"])
    full = zones_for_days(towns(*FOUR), SQUARE, ["2022-06-01"])
    assert len(empty) == 0
    assert empty.crs == "EPSG:4326"
    assert list(empty.dtypes) == list(full.dtypes)
    assert list(empty.columns) == list(full.columns)


def test_reports_grow_stale_and_then_do_not_count():
    rows = towns(*FOUR).assign(last_seen="2022-01-10")
    assert held(zones_from_reports(rows, SQUARE, "2022-04-10").zones, 37.5, 34.8) == (["A"], "high")
    assert (
        held(zones_from_reports(rows.assign(confidence="medium"), SQUARE, "2022-04-11").zones, 37.5, 34.8)[1]
        == "medium"
    )
    with pytest.raises(InputError, match="0 places with a report that still counts"):
        zones_from_reports(rows, SQUARE, "2023-01-11")
    # A low grade has none to lose but where the weight alone gave it more.
    low = rows.assign(confidence="low")
    assert held(zones_from_reports(low, SQUARE, "2022-04-10").zones, 37.5, 34.8)[1] == "medium"
    assert held(zones_from_reports(low, SQUARE, "2022-04-11").zones, 37.5, 34.8)[1] == "low"
    # Without last_seen the newest day the table speaks of counts, and dates the zones.
    zones = zones_from_reports(towns(*FOUR, last_seen=None), SQUARE, "2022-03-01").zones
    assert set(zones.valid_from) == {"2022-01-01"}


def test_an_answer_is_dated_by_the_town_nearest_to_the_place():
    rows = towns(*FOUR).assign(last_seen=["2022-03-05", "2022-01-10", "2022-12-31", "2022-12-31"])
    for zones in (
        zones_from_reports(rows, SQUARE, "2022-06-01").zones,
        zones_for_days(rows, SQUARE, ["2022-06-01"]),
    ):
        said = {
            town: zones_at(zones, lon, lat, "2022-06-01")[0]
            for town, lon, lat in [("A1", 37.45, 35.25), ("A2", 37.5, 34.75), ("B1", 38.5, 35.2)]
        }
        assert {town: one["as_of"] for town, one in said.items()} == {
            "A1": "2022-03-05",  # 88 days
            "A2": "2022-01-10",
            "B1": "2022-06-01",  # looked at before and after: no day after the one asked
        }
        assert {town: one["certainty"] for town, one in said.items()} == {"A1": "high", "A2": "medium", "B1": "high"}
        assert {one["status"] for one in said.values()} == {"inside"}
    # Past a year the town itself does not count; what towns farther off say of its ground is of low certainty.
    rows = rows.assign(last_seen=["2022-12-31", "2021-11-30", "2022-12-31", "2022-12-31"], valid_from="2021-01-01")
    zones = zones_from_reports(rows, SQUARE, "2022-12-31").zones
    (said,) = zones_at(zones, 37.5, 34.85, "2022-12-31")
    assert (said["controller"], said["certainty"], said["as_of"]) == ("A", "low", "2022-12-31")
    assert zones_at(zones, 37.5, 35.2, "2022-12-31")[0]["certainty"] == "high"


def test_before_the_baseline_of_a_table_a_town_speaks_for_itself_only():
    """Towns known earlier would paint over those whose earlier side nobody listed."""
    rows = towns(*FOUR, ("C", 38.0, 35.0, "C"), valid_from=["2018", "2018", "2018", "2018", "2022-01-01"])
    rows.loc[4, "date_precision"] = "baseline"
    before = zones_from_reports(rows, SQUARE, "2021-12-31")
    assert held(before.zones, 37.5, 34.8)[0] == ["A"]
    assert held(before.zones, 37.5, 34.8 + 0.02)[0] == ["A"]  # 2.2 km
    assert held(before.zones, 37.5, 34.8 + 0.04)[0] == []
    assert held(before.zones, 38.0, 35.0)[0] == []
    assert len(before.fronts) == 0
    assert held(zones_from_reports(rows, SQUARE, "2022-01-01").zones, 38.0, 35.0)[0] == ["C"]
    series = zones_for_days(rows, SQUARE, ["2021-12-31", "2022-01-05"])
    assert set(series[series.valid_from < "2022-01-01"].controller) == {"A", "B"}
    assert series[series.valid_from < "2022-01-01"].valid_to.max() == "2022-01-01"


def test_months_and_years_parse():
    rows = towns(*FOUR, valid_from=["2018-07", "2019", "2022-01-01", "2022-05"])
    zones = zones_from_reports(rows, SQUARE, "2022-05-20").zones
    assert held(zones, 37.5, 34.8)[0] == ["A"]
    assert held(zones, 38.5, 34.8) == (["B"], "medium")  # some day of May


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"valid_from": "2022-13-01"}, "row 1 .A1.: valid_from '2022-13-01' is not a date"),
        ({"valid_to": "2021-01-01"}, "valid_to 2021-01-01 is not after valid_from"),
        ({"lat": 93}, "lat 93 is no number within"),
        ({"confidence": "sure"}, "'sure' is none of low, medium, high"),
    ],
)
def test_bad_reports_are_named(change, message):
    with pytest.raises(InputError, match=message):
        zones_from_reports(towns(*FOUR).assign(**change), SQUARE, "2022-06-01")


def test_bad_arguments_are_named():
    with pytest.raises(InputError, match="no column 'controller'"):
        zones_from_reports(towns(*FOUR).drop(columns="controller"), SQUARE, "2022-06-01")
    with pytest.raises(InputError, match="the outline has no CRS"):
        zones_from_reports(towns(*FOUR), gpd.GeoDataFrame(geometry=[SQUARE]), "2022-06-01")
    with pytest.raises(InputError, match="2 places"):
        zones_from_reports(towns(*FOUR[:2]), SQUARE, "2022-06-01")
    with pytest.raises(InputError, match="'yesterday' is not a day"):
        zones_from_reports(towns(*FOUR), SQUARE, "yesterday")


# ---- dated zones, asked for a day ------------------------------------------------------------------------------------
DAYS = st.dates(min_value=pd.Timestamp("2022-01-01").date(), max_value=pd.Timestamp("2022-02-28").date())


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(1, 40), DAYS)
def test_a_zone_holds_from_its_first_day_until_before_its_end(start, length, day):
    end = start + pd.Timedelta(days=length)
    zones = layer_of(zone(box(36, 37), valid_from=str(start), valid_to=str(end)[:10]))
    (answer,) = zones_at(zones, 36.5, 34.5, day)
    assert (answer["controller"] == "A") == (start <= day < end)
    assert answer["status"] == ("inside" if start <= day < end else "no_zone")


def test_a_later_map_replaces_the_earlier_one_and_an_old_one_says_nothing():
    maps = layer_of(zone(box(36, 37), valid_from="2022-01-01"), zone(box(36, 36.4), valid_from="2022-02-01"))
    said = {day: zones_at(maps, 36.6, 34.5, day)[0] for day in ("2021-12-31", "2022-01-31", "2022-02-01", "2022-03-30")}
    assert [answer["status"] for answer in said.values()] == ["no_zone", "inside", "no_zone", "too_old"]
    assert said["2022-01-31"]["as_of"] == "2022-01-01"
    inside = [zones_at(maps, 36.2, 34.5, day, max_age_days=45)[0]["status"] for day in ("2022-03-18", "2022-03-19")]
    assert inside == ["inside", "too_old"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_ground_two_sides_of_one_source_claim_is_contested_and_nobodys_in_any_order(order):
    rows = (zone(box(36, 37)), zone(box(36.5, 38), "B", certainty="low"), zone(box(40, 41), "C"))
    zones = layer_of(*(rows[number] for number in order))
    (said,) = zones_at(zones, 36.75, 34.5, "2022-01-02")
    assert (said["status"], said["controller"], said["zone_id"]) == ("contested", None, None)
    assert (said["certainty"], said["front_distance_m"], said["other_side"]) == (None, 0, None)
    assert [(one["controller"], one["distance_m"]) for one in said["other_sides"][:2]] == [("A", 0), ("B", 0)]
    assert zones_at(zones, 36.25, 34.5, "2022-01-02")[0]["controller"] == "A"
    assert zones_at(zones, 37.25, 34.5, "2022-01-02")[0]["controller"] == "B"
    day = np.array(["2022-01-02"] * 3, "datetime64[D]")
    (sides,) = ZoneBook(zones).sides(np.array([36.25, 36.75, 37.25]), np.full(3, 34.5), day)
    assert sides.tolist() == [0, -1, 1]


@pytest.mark.parametrize(("width", "status", "controller"), [(9e-7, "inside", True), (3e-6, "contested", False)])
def test_a_strip_digitised_twice_is_no_claim(width, status, controller):
    rows = zone(box(36, 37 + width)), zone(box(37, 38), "B")
    said = [zones_at(layer_of(*rows), 37 + width / 2, 34.5, "2022-01-02")[0] for rows in (rows, rows[::-1])]
    assert said[0]["controller"] == said[1]["controller"]
    assert (said[0]["controller"] is not None) == controller
    assert said[0]["status"] == status


def test_claims_that_overlap_in_time_are_told_as_a_change_of_hands():
    zones = layer_of(
        zone(box(36, 37), "Red", "2024-01-01", "2024-02-01"), zone(box(36, 37), "Blue", "2024-01-15", "2024-03-01")
    )
    days = ("2024-01-10", "2024-01-20", "2024-02-10")
    said = [zones_at(zones, 36.5, 34.5, day)[0] for day in days]
    assert [(one["status"], one["controller"]) for one in said] == [
        ("inside", "Red"),
        ("contested", None),
        ("inside", "Blue"),
    ]
    assert [one["previous_controller"] for one in said] == [None, "Red", "Red"]
    assert [one["changed_on"] for one in said] == [None, "2024-01-15", "2024-02-01"]
    # The next map of a dated series may be one that two sides claim: then nobody is named.
    series = layer_of(zone(box(36, 37), "Red"), *(zone(box(36, 37), side, "2022-02-01") for side in ("Red", "Blue")))
    (before,) = zones_at(series, 36.5, 34.5, "2022-01-20")
    assert (before["controller"], before["certainty"], before["next_controller"]) == ("Red", "low", None)
    assert before["next_as_of"] == "2022-02-01"


@pytest.mark.parametrize(
    ("lon", "red", "blue"),
    [
        (-179.5, [box(-180, -179, 10, 12)], [box(179, 180, 10, 12)]),
        (179.9, [box(179, 180, 10, 12), box(-180, -179, 10, 12)], [box(170, 179, 10, 12)]),
        (-179.5, [box(179, 180, 10, 12), box(-180, -179, 10, 12)], [box(170, 179, 10, 12)]),
    ],
)
def test_the_nearest_ground_may_lie_across_the_180th_meridian(lon, red, blue):
    zones = layer_of(zone(shapely.MultiPolygon(red)), zone(shapely.MultiPolygon(blue), "B"))
    (said,) = zones_at(zones, lon, 11, "2022-01-02")
    edge = blue[0].bounds[2]
    lats = np.linspace(10, 12, 4001)
    truth = GEOD.inv(np.full(4001, lon), np.full(4001, 11), np.full(4001, edge), lats)[2].min()
    assert said["controller"] == "A"
    assert said["front_distance_m"] == pytest.approx(truth, rel=1e-3)


def test_controllers_that_differ_in_case_and_blanks_are_one_side(tmp_path):
    layer_of(zone(box(36, 37), " Red "), zone(box(37, 38), "RED"), zone(box(38, 39), "Blue")).to_file(
        tmp_path / "z.geojson"
    )
    with pytest.warns(InputWarning, match="controller 'RED' is taken for 'Red'"):
        zones = read_zones(tmp_path / "z.geojson")
    assert zones["controller"].tolist() == ["Red", "Red", "Blue"]
    assert zones_at(zones, 36.9, 34.5, "2022-01-02")[0]["other_side"] == "Blue"


def test_sources_answer_side_by_side_in_order():
    zones = layer_of(zone(box(36, 37), source="b"), zone(box(36, 37), "B", source="a"))
    assert [(one["source"], one["controller"]) for one in zones_at(zones, 36.5, 34.5, "2022-01-02")] == [
        ("a", "B"),
        ("b", "A"),
    ]
    assert zones_at(layer_of(), 36.5, 34.5, "2022-01-02") == []


def test_just_outside_only_a_zone_of_the_own_country_counts():
    zones = layer_of(zone(box(36, 37)), zone(box(37, 38), "B"))
    north = 35 + 1_000 / 110_950
    assert zones_at(zones, 36.5, north, "2022-01-02", country="SY")[0]["controller"] == "A"
    assert zones_at(zones, 36.5, north, "2022-01-02", country="SY")[0]["certainty"] == "low"
    assert zones_at(zones, 36.5, north, "2022-01-02", country="TR")[0]["status"] == "no_zone"
    assert zones_at(zones, 36.5, north, "2022-01-02")[0]["status"] == "no_zone"
    assert zones_at(zones, 36.5, 35 + 2_100 / 110_950, "2022-01-02", country="SY")[0]["status"] == "no_zone"


def test_a_front_within_the_radius_but_at_most_5_km_makes_contested():
    zones = layer_of(zone(box(36, 37)), zone(box(37, 38), "B"))
    lon = 37 - 4_000 / 91_500
    for radius, off, status in [
        (1_000, 0, "inside"),
        (4_500, 0, "contested"),
        (9_000, 0, "contested"),
        (9_000, 0.02, "inside"),
    ]:
        answer = zones_at(zones, lon - off, 34.5, "2022-01-02", radius_m=radius)[0]
        assert (answer["status"], answer["controller"], answer["other_side"]) == (status, "A", "B")
    exact = GEOD.inv(lon, 34.5, 37, 34.5)[2]
    assert zones_at(zones, lon, 34.5, "2022-01-02")[0]["front_distance_m"] == pytest.approx(exact, abs=2)
    assert zones_at(zones, 37.0, 34.5, "2022-01-02")[0]["front_distance_m"] == pytest.approx(0, abs=1)


def test_front_distances_are_those_to_the_nearest_spot_of_the_line():
    rng = np.random.default_rng(5)
    lat = np.linspace(34, 36, 120)
    line = np.column_stack([37 + rng.normal(0, 0.03, 120), lat])
    west, east = ([*line, (end, 36), (end, 34)] for end in (36, 38))
    zones = layer_of(zone(shapely.Polygon(west)), zone(shapely.Polygon(east), "B"))
    dense = shapely.get_coordinates(shapely.segmentize(shapely.LineString(line), 1e-4))
    dense = dense[(dense[:, 1] > 34.001) & (dense[:, 1] < 35.999)]
    book, lon, lat = ZoneBook(zones), rng.uniform(36.8, 37.2, 200), rng.uniform(34.3, 35.7, 200)
    day = np.full(200, np.datetime64("2022-01-02"))
    (answers,) = book.ask(lon, lat, day, day)
    for i in range(200):
        truth = GEOD.inv(np.full(len(dense), lon[i]), np.full(len(dense), lat[i]), *dense.T)[2].min()
        assert answers.front_m[i] == pytest.approx(truth, abs=8)


def test_two_grades_of_one_side_have_no_front_between_them():
    grades = layer_of(zone(box(36, 37)), zone(box(37, 38), certainty="low"), zone(box(38, 39), "B"))
    answer = zones_at(grades, 36.99, 34.5, "2022-01-02", radius_m=5_000)[0]
    assert answer["status"] == "inside"
    assert answer["front_distance_m"] == pytest.approx(GEOD.inv(36.99, 34.5, 38, 34.5)[2], rel=1e-3)


def test_disputed_ground_is_passed_over_when_looking_for_the_side_before():
    history = layer_of(
        zone(box(36, 37), "A", "2022-01-01", "2022-01-10"),
        zone(box(36, 37), "contested: A / B", "2022-01-10", "2022-01-12"),
        zone(box(36, 37), "B", "2022-01-12", "2022-02-01"),
    )
    answer = zones_at(history, 36.5, 34.5, "2022-01-20")[0]
    assert (answer["controller"], answer["previous_controller"], answer["changed_on"]) == ("B", "A", "2022-01-12")
    between = zones_at(history, 36.5, 34.5, "2022-01-11")[0]
    assert (between["status"], between["previous_controller"], between["changed_on"]) == (
        "contested",
        "A",
        "2022-01-10",
    )


def test_zone_layers_that_cannot_be_used_are_named():
    zones = layer_of(zone(box(36, 37)))
    with pytest.raises(InputError, match="the zone layer has no CRS"):
        zones_at(zones.set_crs(None, allow_override=True), 36.5, 34.5, "2022-01-02")
    with pytest.raises(InputError, match="no column 'valid_to'"):
        zones_at(zones.drop(columns="valid_to"), 36.5, 34.5, "2022-01-02")
    with pytest.raises(InputError, match="zone row 1: valid_from 2022-02-30 is not a date"):
        zones_at(zones.assign(valid_from="2022-02-30"), 36.5, 34.5, "2022-01-02")
    with pytest.raises(InputError, match="no point on Earth"):
        zones_at(zones, 200, 34.5, "2022-01-02")


def test_other_crs_are_transformed():
    zones = layer_of(zone(box(36, 37)), zone(box(37, 38), "B"))
    assert zones_at(zones.to_crs(3857), 36.5, 34.5, "2022-01-02") == zones_at(zones, 36.5, 34.5, "2022-01-02")


# ---- a published map of one side -------------------------------------------------------------------------------------
@pytest.mark.shared
def test_on_a_map_of_one_side_coasts_and_borders_are_no_front(shared):
    path = shared / "zones" / "deepstate_ukraine" / "deepstatemap_data_20240708.geojson"
    shape = shapely.make_valid(gpd.read_file(path).geometry.iloc[0])
    zones = layer_of(zone(shape, "Russia", "2024-07-08", source="map", country="UA"))

    def ask(lon, lat, radius_m=5_000):
        return zones_at(zones, lon, lat, "2024-07-10", radius_m=radius_m, country="UA")[0]

    assert (ask(37.55, 47.09)["status"], ask(37.55, 47.09)["controller"]) == (
        "inside",
        "Russia",
    )  # Mariupol, on the coast
    assert ask(34.65, 47.50)["status"] == "contested"  # Enerhodar, 2.5 km from the water between the sides
    assert ask(30.52, 50.45)["status"] == "no_zone"  # Kyiv
    kherson = ask(32.62, 46.63)
    assert kherson["controller"] is None
    assert 2_000 < kherson["front_distance_m"] < 8_000


@pytest.mark.parametrize("south", [-1.0, 60.0])
def test_distances_across_the_180th_meridian(south):
    """A side on both sides of the seam: the foot on its edge is found where geodesics find it."""
    both = shapely.MultiPolygon([box(178, 179.9, south, south + 1), box(-179.9, -178, south, south + 1)])
    other = shapely.Polygon([(179.91, south), (180.06, south + 0.9), (180.06, south)])
    east, west = shapely.clip_by_rect(other, 179, -90, 180, 90), shapely.clip_by_rect(other, 180, -90, 181, 90)
    west = shapely.transform(west, lambda xy: xy - (360, 0))
    zones = layer_of(zone(both), zone(shapely.MultiPolygon([east, west]), "B"))
    for lon, lat in ((179.7, south + 0.8), (-179.6, south + 0.3), (179.85, south + 0.95)):
        (answer,) = zones_at(zones, lon, lat, "2022-01-05")
        edge = shapely.get_coordinates(shapely.segmentize(other.exterior, 1e-4))
        metres = GEOD.inv(np.full(len(edge), lon), np.full(len(edge), lat), *edge.T)[2].min()
        assert answer["front_distance_m"] == pytest.approx(metres, rel=2e-4, abs=6)


@pytest.mark.parametrize(
    ("stretches", "middle"),
    [
        ([(36, 42), (35, 37)], 38.5),
        ([(-180, -170), (160, 180)], 175),
        ([(-180, -175), (178, 180)], -178.5),
        ([(-10, 20)], 5),
        ([(170, 179), (178, 179.5), (-179, -178)], 176),
    ],
)
def test_the_middle_of_longitudes_is_the_short_way_round(stretches, middle):
    west, east = np.array(stretches, float).T
    assert middle_lon(west, east) == pytest.approx(middle)


def test_zones_in_force_on_a_day():
    maps = [zone(box(36, 37 + more), "A", day) for more, day in ((1, "2022-01-01"), (0, "2022-02-01"))]
    ended = [
        zone(box(36, 37), "B", "2022-01-01", "2022-02-01", source="t"),
        zone(box(37, 38), "B", "2021-01-01", source="t"),
    ]
    zones = layer_of(*ended, *maps)
    zones.index = list("abcd")
    held = zones_on(zones, "2022-01-15")
    assert held.index.tolist() == ["a", "b", "c"]
    assert held["as_of"].tolist() == ["2022-01-01", "2021-01-01", "2022-01-01"]
    assert held["age_days"].tolist() == [pd.NA, 379, 14]
    assert zones_on(zones, "2022-02-01").index.tolist() == ["b", "d"]
    assert zones_on(zones, "2020-01-01").empty
