"""Events to one layer, and the columns added to it."""

import datetime as dt
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geoconflict.errors import InputError, UsageError
from geoconflict.links import CampBook, events_to_layer, link_camps, link_population, link_zones, repeats
from geoconflict.links.nearest import CLOSE_M, Nearest
from geoconflict.records import (
    CAMP_COLUMNS,
    CAMP_LINK_COLUMNS,
    EVENT_COLUMNS,
    PEOPLE_COLUMNS,
    ZONE_COLUMNS,
    ZONE_LINK_COLUMNS,
    ActorMention,
    Candidate,
    Event,
    EventDate,
    Evidence,
    Figure,
    Place,
    Source,
    Totals,
    event_id,
)
from geoconflict.zones import ZoneBook

GEOD = Geod(ellps="WGS84")


def event(
    lon=36.5, lat=34.5, first="2022-01-10", last=None, *, radius_m=1_500.0, where_prec=1, country="SY", number=0, **more
):
    evidence = Evidence("a", number, number + 5)
    place = None if lon is None else Place(f"x:{number}", f"Place {number}", "village", lon, lat, radius_m, country)
    days = [None if text is None else dt.date.fromisoformat(text) for text in (first, last or first)]
    date = EventDate(*days, "day" if first else None, "dateline")
    return Event(
        event_id(evidence),
        ("a",),
        (evidence,),
        "Shells fell.",
        "Explosions/Remote violence",
        "Shelling/artillery/missile attack",
        date,
        place,
        where_prec=where_prec,
        radius_m=radius_m,
        **more,
    )


def zones_of(*rows):
    """Rows of (west, east, controller, valid_from, valid_to, source), all between 34 and 35 N."""
    table = [
        (f"{source}-{i}", side, start, end, "high", source, "SY", shapely.box(west, 34, east, 35))
        for i, (west, east, side, start, end, source) in enumerate(rows)
    ]
    return gpd.GeoDataFrame(table, columns=[*ZONE_COLUMNS, "geometry"], crs=4326).astype(ZONE_COLUMNS)


def camps_of(*rows):
    """Rows of (camp_id, lon, lat) and what else is known."""
    table = [
        {
            "camp_id": name,
            "name": name.title(),
            "kind": "idp",
            "country": "SY",
            "admin1": None,
            "opened": None,
            "closed": None,
            "populations": [],
            "source": "test",
            "radius_m": None,
        }
        | (more[0] if more else {})
        for name, _, _, *more in rows
    ]
    points = gpd.points_from_xy([row[1] for row in rows], [row[2] for row in rows])
    return gpd.GeoDataFrame(
        pd.DataFrame(table, columns=list(CAMP_COLUMNS)).astype(CAMP_COLUMNS), geometry=points, crs=4326
    )


def only(layer):
    assert len(layer) == 1
    return layer.iloc[0].where(lambda row: ~row.map(lambda value: value is pd.NA), None)


def linked(zones, *args, max_age_days=45, **more):
    return only(link_zones(events_to_layer([event(*args, **more)]), zones, max_age_days=max_age_days))


# ---- the hinge -------------------------------------------------------------------------------------------------------
def test_an_event_becomes_a_row_with_everything_it_knows():
    full = event(
        36.69,
        36.31,
        "2022-02-03",
        where_prec=2,
        radius_m=10_000,
        place_relation="near",
        place_said="the <mill> quarter",
        place_reason="exact name",
        place_candidates=(Candidate(Place("x:9", "Hama", "city", 36.7, 35.1, 5_000.0, "SY"), 0.1, "exact name"),),
        actors=(
            ActorMention("HTS", "the group", role="target"),
            ActorMention("US", "US forces", role="perpetrator"),
            ActorMention("Pentagon", "the Pentagon", role="speaker"),
        ),
        figures=(Figure("a", 3, 5, "13", 13, 13, "killed", used=True),),
        fatalities=Totals(9, 13, None),
        sources=(Source("a", "A raid", date=dt.date(2022, 2, 3)),),
        merged_ids=("b" * 12,),
        confidence=0.8,
    )
    row = only(events_to_layer([full]))
    assert (row.actor1, row.actor2, len(row.actors)) == ("US", "HTS", 3)
    assert (row.fatalities_low, row.fatalities_best, row.fatalities_high, row.injured_best) == (9, 13, None, None)
    assert (row.where_prec, row.geo_precision, row.place_relation, row.admin1) == (2, 2, "near", None)
    assert row.place_said == "the <mill> quarter"
    bare = only(events_to_layer([event()]))
    assert pd.isna(bare.place_said)  # what no text names is missing, not ""
    assert (row.place_reason, bare.place_reason, bare.place_candidates) == ("exact name", None, [])
    assert row.place_candidates == [
        {"name": "Hama", "kind": "city", "admin1": None, "country": "SY", "score": 0.1, "lon": 36.7, "lat": 35.1}
    ]
    assert bare.evidence == [{"article": "a", "start": 0, "end": 5}]  # made without its words
    assert (row.date_start, row.date_end, row.reports, row.summary) == ("2022-02-03", "2022-02-03", 1, "Shells fell.")
    assert row.sources == [
        {"article": "a", "title": "A raid", "url": "", "date": "2022-02-03", "note": "", "copy_of": ""}
    ]
    assert row.figures[0]["low"] == 13
    assert row.evidence == [{"article": "a", "start": 0, "end": 5}]
    assert (row.geometry.x, row.geometry.y) == (36.69, 36.31)


def test_columns_dtypes_and_crs_are_the_contract_with_and_without_rows():
    some = events_to_layer([event(), event(None, None, first=None, number=1)])
    none = events_to_layer([])
    for layer in (some, none):
        assert list(layer.columns) == [*EVENT_COLUMNS, "geometry"]
        assert [str(dtype) for dtype in layer.dtypes[:-1]] == list(EVENT_COLUMNS.values())
        assert layer.crs == "EPSG:4326"
    placeless = some.iloc[1]
    assert placeless.geometry is None
    assert placeless[["place_id", "where_prec", "radius_m", "date_start", "country"]].isna().all()


@pytest.mark.parametrize(("where_prec", "geo_precision"), [(1, 1), (2, 2), (3, 2), (4, 3), (6, 3)])
def test_precision_in_acled_s_words(where_prec, geo_precision):
    assert only(events_to_layer([event(where_prec=where_prec)])).geo_precision == geo_precision


# ---- what every link promises ----------------------------------------------------------------------------------------
EVENTS = st.builds(
    event,
    lon=st.one_of(st.none(), st.floats(35.9, 39.1)),
    lat=st.floats(33.9, 35.1),
    first=st.one_of(st.none(), st.dates(dt.date(2022, 1, 1), dt.date(2022, 4, 1)).map(str)),
    radius_m=st.sampled_from([500.0, 3_000.0, 9_000.0, 40_000.0]),
    where_prec=st.sampled_from([1, 2, 4]),
    country=st.sampled_from(["SY", "TR", None]),
    number=st.integers(0, 99),
)
OVERLAPPING = zones_of(
    (36, 37, "A", "2022-01-01", "2022-02-01", "s"),
    (37, 38, "B", "2022-01-01", None, "s"),
    (36.5, 38.5, "B", "2022-01-15", None, "t"),
    (36.4, 36.6, "C", "2022-01-01", None, "s"),
)
SOME_CAMPS = camps_of(("c1", 36.5, 34.5), ("c2", 36.5, 34.5), ("c3", 37.0, 34.2, {"opened": "2022-02-01"}))


class Everywhere:
    """One person on each square metre."""

    def within(self, lon, lat, radius_m):
        return None if lat > 35 else np.pi * radius_m**2


@settings(max_examples=20, deadline=None)
@given(st.lists(EVENTS, max_size=12), st.booleans())
def test_links_keep_every_row_once_in_order(events, reverse):
    layer = events_to_layer(events)
    layer.index = np.arange(100, 100 + len(layer))[:: -1 if reverse else 1]
    done = link_population(link_camps(link_zones(layer, OVERLAPPING), SOME_CAMPS), Everywhere())
    assert done.event_id.tolist() == layer.event_id.tolist()
    assert done.index.tolist() == layer.index.tolist()
    assert list(done.columns) == [*EVENT_COLUMNS, *ZONE_LINK_COLUMNS, *CAMP_LINK_COLUMNS, *PEOPLE_COLUMNS, "geometry"]
    added = ZONE_LINK_COLUMNS | CAMP_LINK_COLUMNS | PEOPLE_COLUMNS
    assert {name: str(done[name].dtype) for name in added} == added
    assert done.crs == "EPSG:4326"
    again = link_camps(link_zones(done, OVERLAPPING), SOME_CAMPS)
    assert sorted(again.columns) == sorted(done.columns)
    for name in ("zone_status", "zone_controller", "camp_id", "front_distance_m"):
        assert again[name].equals(done[name])
    assert len(layer.columns) == len(EVENT_COLUMNS) + 1  # the layer given is left as it was


def test_layers_that_cannot_be_linked_are_named():
    layer = events_to_layer([event()])
    bare = layer.set_crs(None, allow_override=True)
    for link, other in ((link_zones, OVERLAPPING), (link_camps, SOME_CAMPS), (link_population, Everywhere())):
        with pytest.raises(InputError, match="the event layer has no CRS"):
            link(bare, other)
    with pytest.raises(InputError, match="the camp layer has no CRS"):
        link_camps(layer, SOME_CAMPS.set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="the zone layer has no CRS"):
        link_zones(layer, OVERLAPPING.set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="no column 'radius_m'"):
        link_zones(layer.drop(columns="radius_m"), OVERLAPPING)
    with pytest.raises(InputError, match="events row 1: date_start 2022-02-30 is not a date"):
        link_zones(layer.assign(date_start="2022-02-30"), OVERLAPPING)


# ---- zones -----------------------------------------------------------------------------------------------------------
AB = zones_of(
    (36, 37, "A", "2022-01-01", "2022-02-01", "s"),
    (37, 38, "B", "2022-01-01", "2022-02-01", "s"),
    (36, 38, "B", "2022-02-01", "2022-06-01", "s"),
)


def test_inside_one_zone():
    row = linked(AB)
    assert (row.zone_status, row.zone_controller, row.zone_source, row.zone_as_of) == ("inside", "A", "s", "2022-01-01")
    assert row.front_distance_m == pytest.approx(GEOD.inv(36.5, 34.5, 37, 34.5)[2], rel=1e-4)
    assert row.zones[0] | {"front_distance_m": None, "other_sides": None} == {
        "source": "s",
        "status": "inside",
        "controller": "A",
        "zone_id": "s-0",
        "as_of": "2022-01-01",
        "certainty": "high",
        "front_distance_m": None,
        "front_uncertainty_m": None,
        "other_side": "B",
        "previous_controller": None,
        "changed_after": None,
        "changed_on": None,
        "next_controller": None,
        "next_as_of": None,
        "other_sides": None,
    }
    (other,) = row.zones[0]["other_sides"]
    assert (other["controller"], other["distance_m"]) == ("B", row.front_distance_m)
    assert other["bearing_deg"] == pytest.approx(90, abs=0.5)


@pytest.mark.parametrize(
    ("days", "status", "side", "before", "changed"),
    [
        (("2022-01-10", "2022-01-20"), "inside", "A", None, None),
        (("2022-01-31", "2022-01-31"), "inside", "A", None, None),
        (("2022-01-31", "2022-02-01"), "between_changes", None, "A", "2022-02-01"),
        (("2022-02-01", "2022-02-01"), "inside", "B", "A", "2022-02-01"),
        (("2021-12-31", "2022-01-01"), "between_changes", None, None, None),
        (("2022-06-01", "2022-06-01"), "no_zone", None, None, None),
        ((None, None), "no_zone", None, None, None),
    ],
)
def test_a_side_is_named_only_if_it_held_the_place_on_all_days(days, status, side, before, changed):
    row = linked(AB, 36.5, 34.5, *days)
    assert (row.zone_status, row.zone_controller) == (status, side)
    assert (row.zone_previous_controller, row.zone_changed_on) == (before, changed)


def test_each_other_side_is_told_with_its_direction_the_nearest_first():
    three = zones_of(
        (36, 37, "A", "2022-01-01", None, "s"),
        (37.2, 38, "B", "2022-01-01", None, "s"),
        (35, 35.5, "C", "2022-01-01", None, "s"),
    )
    inside = linked(three, 36.6, 34.5)
    near_b, near_c = (GEOD.inv(36.6, 34.5, lon, 34.5) for lon in (37.2, 35.5))
    first, second = inside.zones[0]["other_sides"]
    assert (first["controller"], second["controller"]) == ("B", "C")
    assert first["distance_m"] == inside.front_distance_m == pytest.approx(near_b[2], rel=1e-4)
    assert second["distance_m"] == pytest.approx(near_c[2], rel=1e-4)
    assert (first["bearing_deg"], second["bearing_deg"]) == pytest.approx((near_b[0], near_c[0] % 360), abs=0.5)
    between = linked(three, 37.1, 34.5)  # in no zone: every side is another one, and there is no front of one's own
    assert (between.zone_status, between.front_distance_m) == ("no_zone", None)
    assert [one["controller"] for one in between.zones[0]["other_sides"]] == ["B", "A"]  # C is beyond 100 km
    overlap = linked(OVERLAPPING, 36.45, 34.5, "2022-01-05").zones[0]
    assert {"controller": "C", "distance_m": 0.0, "bearing_deg": None} in overlap["other_sides"] or overlap[
        "controller"
    ] == "C"


def test_a_change_lies_between_the_last_map_of_one_side_and_the_first_of_the_next():
    maps = zones_of(
        (36, 37, "A", "2022-01-01", None, "s"),
        (36, 37, "A", "2022-01-11", None, "s"),
        (37, 38, "C", "2022-01-16", None, "s"),  # leaves the place blank: that says nothing
        (36, 37, "B", "2022-01-21", None, "s"),
        (36, 37, "B", "2022-02-01", None, "s"),
    )
    row = linked(maps, 36.5, 34.5, "2022-02-03")
    told = row.zone_previous_controller, row.zone_changed_after, row.zone_changed_on
    assert told == ("A", "2022-01-11", "2022-01-21")
    before = linked(maps, 36.5, 34.5, "2022-01-12").zones[0]
    assert (before["controller"], before["next_controller"], before["next_as_of"]) == ("A", None, "2022-01-16")
    held = linked(AB, 36.5, 34.5, "2022-02-05").zones[0]  # a source that says till when: the change has a day
    assert (held["changed_after"], held["changed_on"]) == ("2022-01-31", "2022-02-01")


def test_between_two_maps_that_differ_the_certainty_is_low():
    maps = zones_of((36, 37, "A", "2022-01-01", None, "s"), (36, 37, "B", "2022-01-21", None, "s"))
    on_the_day, between, after = (linked(maps, 36.5, 34.5, f"2022-01-{day}") for day in ("01", "10", "21"))
    assert [row.zone_controller for row in (on_the_day, between, after)] == ["A", "A", "B"]
    assert [row.zone_certainty for row in (on_the_day, between, after)] == ["high", "low", "high"]


def test_a_map_of_one_side_tells_what_that_side_took_and_lost():
    maps = zones_of((36, 37, "A", "2022-01-01", None, "s"), (36.6, 37.5, "A", "2022-01-21", None, "s"))
    taken, lost = (linked(maps, lon, 34.5, "2022-01-25").zones[0] for lon in (37.2, 36.3))
    assert (taken["controller"], taken["previous_controller"], taken["changed_on"]) == ("A", None, "2022-01-21")
    assert (lost["controller"], lost["previous_controller"], lost["changed_after"]) == (None, "A", "2022-01-01")


def test_layers_in_pieces_are_linked_alike():
    rng = np.random.default_rng(11)
    events = [
        event(lon, lat, f"2022-0{month}-10", number=number)
        for number, (lon, lat, month) in enumerate(
            zip(rng.uniform(35.9, 38.1, 60), rng.uniform(34, 35, 60), rng.integers(1, 4, 60), strict=True)
        )
    ]
    layer, zones, camps = events_to_layer(events), ZoneBook(OVERLAPPING), CampBook(SOME_CAMPS)
    whole = link_camps(link_zones(layer, OVERLAPPING), SOME_CAMPS)
    pieces = [link_camps(link_zones(layer.iloc[n : n + 7], zones), camps) for n in range(0, 60, 7)]
    pd.testing.assert_frame_equal(pd.concat(pieces), whole)


def test_an_event_of_several_days_across_maps_of_one_side_is_inside():
    held = zones_of((36, 37, "A", "2022-01-01", "2022-02-01", "s"), (36, 37, "A", "2022-02-01", "2022-03-01", "s"))
    row = linked(held, 36.5, 34.5, "2022-01-30", "2022-02-02")
    assert (row.zone_status, row.zone_controller, row.zone_as_of) == ("inside", "A", "2022-01-01")


@pytest.mark.parametrize(
    ("where_prec", "radius_m", "status"),
    [
        (1, 10_000, "inside"),
        (2, 3_000, "inside"),
        (3, 3_000, "area_only"),
        (1, 10_001, "area_only"),
    ],
)
def test_only_well_known_places_are_linked(where_prec, radius_m, status):
    row = linked(AB, where_prec=where_prec, radius_m=radius_m)
    assert row.zone_status == status
    assert (row.zone_controller is None) == (status == "area_only")
    assert bool(row.zones) == (status == "inside")


def test_an_event_without_a_place_says_nothing_of_control():
    row = linked(AB, None, None)
    assert pd.isna(row.zone_status)
    assert row.zones == []


def test_sources_side_by_side():
    both = zones_of(
        (36, 37, "A", "2022-01-01", None, "s"),
        (36, 38, "A", "2022-01-05", None, "t"),
        (37, 38, "B", "2022-01-01", None, "s"),
    )
    agreed, split, alone = (linked(both, lon) for lon in (36.5, 37.5, 38.5))
    assert (agreed.zone_status, agreed.zone_controller, agreed.zone_source, agreed.zone_as_of) == (
        "inside",
        "A",
        "s; t",
        "2022-01-05",
    )
    assert (split.zone_status, split.zone_controller, split.zone_source) == ("sources_disagree", None, None)
    assert [one["controller"] for one in split.zones] == ["B", "A"]
    assert alone.zone_status == "no_zone"
    silent = linked(both, 37.5, 34.5, "2022-02-19", max_age_days=45)
    assert (silent.zone_status, silent.zone_controller, silent.zone_source) == (
        "inside",
        "A",
        "t",
    )  # the other is too old
    old = linked(both, 36.5, 34.5, "2022-06-01")
    assert (old.zone_status, old.zone_as_of, [one["status"] for one in old.zones]) == (
        "too_old",
        "2022-01-05",
        ["too_old"] * 2,
    )


def test_a_map_in_force_that_leaves_the_place_blank_goes_before_one_that_is_too_old():
    zones = zones_of(
        (37, 38, "B", "2022-01-01", None, "current"),
        (36, 37, "A", "2020-01-01", None, "stale"),
        (37.1, 38, "C", "2022-01-01", None, "farther"),
    )
    row = linked(zones, 36.9, 34.5, "2022-01-03")
    assert [one["status"] for one in row.zones] == ["no_zone", "no_zone", "too_old"]
    assert (row.zone_status, row.zone_source, row.zone_as_of) == ("no_zone", "current", "2022-01-01")
    assert row.front_distance_m == row.zones[0]["front_distance_m"] < row.zones[1]["front_distance_m"]


def test_source_day_and_front_are_of_one_answer():
    zones = zones_of(
        (36, 37, "A", "2022-01-05", None, "late"),
        (37.5, 38, "B", "2022-01-05", None, "late"),
        (36.9, 37, "B", "2022-01-01", None, "blank here"),
    )
    row = linked(zones, 36.85, 34.5, "2022-01-06")
    late = next(one for one in row.zones if one["source"] == "late")
    assert (row.zone_status, row.zone_source, row.zone_as_of) == ("inside", "late", late["as_of"])
    assert row.front_distance_m == late["front_distance_m"] > 50_000


def told(name, lon, day, killed, *, kind="Battles", where_prec=1):
    row = {"event_id": name, "date_start": day, "date_end": day, "event_type": kind, "fatalities_best": killed}
    frame = pd.DataFrame([row | {"where_prec": where_prec, "status": "event", "place_name": "Atmeh"}])
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([lon], [36.3]), crs=4326)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (told("b", 36.75, "2022-02-03", 11), True),
        (told("b", 36.75, "2022-02-03", 11, kind=None), True),
        (told("b", 36.75, "2022-02-03", 13, kind="Riots"), True),
        (told("b", 36.75, "2022-02-03", 11, kind="Riots"), False),
        (told("b", 36.75, "2022-02-04", 13), False),
        (told("b", 36.95, "2022-02-03", 13), False),
        (told("b", 36.75, "2022-02-03", 13, where_prec=4), False),
    ],
)
def test_what_two_inputs_may_both_tell_is_marked_and_never_joined(other, alike):
    layers = [told("a", 36.7, "2022-02-03", 13), other]
    said = repeats(layers)
    assert [len(layer) for layer in layers] == [1, 1]
    marks = [layer.get("may_be_same_as", pd.Series([None])).tolist() for layer in layers]
    assert (len(said), marks) == ((1, [["b"], ["a"]]) if alike else (0, [[None], [None]]))


def test_overlapping_zones_of_one_source_are_contested():
    row = linked(OVERLAPPING, 36.45, 34.5, "2022-01-05")
    assert (row.zone_status, row.front_distance_m) == ("contested", 0)


def test_no_zones_at_all():
    row = linked(zones_of())
    assert (row.zone_status, row.zones) == ("no_zone", [])


def test_links_agree_with_asking_each_zone_for_each_event():
    rng = np.random.default_rng(3)
    rows = []
    for k in range(40):
        west, start = 36 + k % 8 * 0.25, np.datetime64("2022-01-01") + 20 * (k // 8)
        rows.append((west, west + 0.25, "ABC"[rng.integers(3)], str(start), str(start + 20), "s"))
    zones = zones_of(*rows)
    days = np.datetime64("2022-01-01") + rng.integers(-3, 110, 600)
    events = [
        event(*spot, str(day), number=i, country=None)
        for i, (spot, day) in enumerate(
            zip(np.column_stack([rng.uniform(35.9, 38.1, 600), rng.uniform(34.05, 34.95, 600)]), days, strict=True)
        )
    ]
    layer = link_zones(events_to_layer(events), zones)
    for row in layer.itertuples():
        expected = [
            one.controller
            for one in zones.itertuples()
            if one.valid_from <= row.date_start < one.valid_to and one.geometry.buffer(1e-9).contains(row.geometry)
        ]
        assert row.zone_controller is pd.NA if not expected else row.zone_controller == expected[0], row
    assert layer.zone_controller.notna().sum() > 400


# ---- camps -----------------------------------------------------------------------------------------------------------
def camp(camps, *args, max_distance_m=50_000, **more):
    return only(link_camps(events_to_layer([event(*args, **more)]), camps, max_distance_m=max_distance_m))


def test_none_one_and_two_camps():
    row = camp(camps_of())
    assert (row.camp_id, row.camps_within_10km, row.camps) == (None, 0, [])
    row = camp(camps_of(("far", 36.5, 35.5)))
    assert (row.camp_id, row.camp_distance_m, row.camps_within_10km, row.camps) == (None, None, 0, [])
    row = camp(camps_of(("b", 36.6, 34.5), ("a", 36.5, 34.9)))
    bearing, _, metres = GEOD.inv(36.5, 34.5, 36.6, 34.5)
    assert (row.camp_id, row.camp_name, row.camps_within_10km) == ("b", "B", 1)
    assert row.camp_distance_m == pytest.approx(metres, abs=0.05)
    assert row.camp_bearing_deg == pytest.approx(bearing, abs=0.05)
    assert [one["camp_id"] for one in row.camps] == ["b", "a"]


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([(36.5, 34.5), (0.0, 0.0), (179.99, -17.0), (20.0, 89.9), (-70.0, -60.0)]),
    st.sampled_from([0.0, 1e-9, 0.01, 0.5, 10.0]),
    st.sampled_from([1, 5, 40]),
    st.sampled_from([5_000.0, 50_000.0, 1_000_000.0]),
    st.integers(0, 2**32 - 1),
)
def test_the_nearest_are_those_geodesics_find(middle, spread, most, reach_m, seed):
    rng = np.random.default_rng(seed)
    lon = (middle[0] + rng.normal(0, spread, 40) + 180) % 360 - 180
    lat = np.clip(middle[1] + rng.normal(0, spread, 40), -90, 90)
    lon[:10], lat[:10] = lon[10:20], lat[10:20]  # several at one spot
    at_lon = (middle[0] + rng.normal(0, max(spread, 0.2), 20) + 180) % 360 - 180
    at_lat = np.clip(middle[1] + rng.normal(0, max(spread, 0.2), 20), -90, 90)
    pairs = Nearest(lon, lat).pairs(at_lon, at_lat, most, reach_m)
    for place in range(20):
        bearing, _, metres = GEOD.inv(np.full(40, at_lon[place]), np.full(40, at_lat[place]), lon, lat)
        order = np.lexsort((np.arange(40), np.round(metres, 3)))
        expected = order[metres[order] <= reach_m][:most]
        mine = pairs.place == place
        assert pairs.point[mine].tolist() == expected.tolist()
        np.testing.assert_allclose(pairs.distance_m[mine], metres[expected], atol=0.0005)
        clear = (metres[expected] > 1) & (metres[expected] < CLOSE_M) & (abs(at_lat[place]) < 89)
        turn = (pairs.bearing_deg[mine] - bearing[expected] + 180) % 360 - 180
        assert np.abs(turn[clear]).max(initial=0) < 0.001


def test_ties_go_to_the_smallest_id_even_among_many_at_one_spot():
    spots = [(f"c{i:02}", 36.6, 34.5) for i in range(12)][::-1]
    row = camp(camps_of(*spots, ("a east", 36.7, 34.5), ("z west", 36.4, 34.5)))
    assert [one["camp_id"] for one in row.camps] == ["c00", "c01", "c02", "c03", "c04"]
    assert row.camps_within_10km == 13
    assert camp(camps_of(("east", 36.6, 34.5), ("aaa west", 36.4, 34.5))).camp_id == "aaa west"


@pytest.mark.parametrize(
    ("known", "first", "last", "found"),
    [
        ({"opened": "2022-01-10"}, "2022-01-09", None, False),
        ({"opened": "2022-01-10"}, "2022-01-10", None, True),
        ({"opened": "2022-01"}, "2022-01-02", None, True),
        ({"opened": "2023"}, "2022-12-31", None, False),
        ({"closed": "2022-01-10"}, "2022-01-10", None, True),
        ({"closed": "2022-01-10"}, "2022-01-11", None, False),
        ({"closed": "2022-01-10"}, "2022-01-09", "2022-01-12", False),
        ({}, None, None, True),
        ({"opened": "2014"}, None, None, False),
    ],
)
def test_only_camps_open_on_all_days_count(known, first, last, found):
    row = camp(camps_of(("c", 36.6, 34.5, known)), 36.5, 34.5, first, last)
    assert (row.camp_id == "c") == found
    assert row.camps_within_10km == int(found)


def test_the_population_is_the_latest_not_after_the_event():
    counts = [
        {"population": n, "as_of": day, "source": "s"}
        for n, day in [(300, "2022-03"), (100, "2021-05-01"), (200, "2022-01-10"), (999, None), (998, "undated")]
    ]
    camps = camps_of(("c", 36.6, 34.5, {"populations": counts}))
    said = {
        day: camp(camps, 36.5, 34.5, day)
        for day in ("2021-04-30", "2022-01-09", "2022-01-10", "2022-03-30", "2022-03-31")
    }
    assert [row.camp_population for row in said.values()] == [None, 100, 200, 200, 300]
    assert said["2022-01-10"].camp_population_as_of == "2022-01-10"
    assert said["2022-01-10"].camps[0]["population"] == 200


def test_the_age_of_a_count_is_from_the_end_of_its_month():
    counts = [{"population": 200, "as_of": day, "source": "s"} for day in ("2021-12", "2023/2024")]
    camps = camps_of(("c", 36.6, 34.5, {"populations": counts, "kind": "idp", "radius_m": 5000.0}))
    row = camp(camps, 36.5, 34.5, "2022-01-10")
    assert (row.camp_population_as_of, row.camp_population_age_days) == ("2021-12", 10)
    assert (row.camp_kind, row.camp_radius_m, row.camps[0]["radius_m"]) == ("idp", 5000, 5000)
    assert camp(camps, 36.5, 34.5, "2024-12-30").camp_population_as_of == "2021-12"  # the later one is not over yet
    row = camp(camps, 36.5, 34.5, "2024-12-31")
    assert (row.camp_population_as_of, row.camp_population_age_days) == ("2023/2024", 0)
    assert camp(camps, 36.5, 34.5, "2021-12-30").camp_population_age_days is None


@pytest.mark.parametrize(
    ("known", "day", "said"),
    [
        ({"opened": "2022-01"}, "2022-01-30", "perhaps"),
        ({"opened": "2022-01"}, "2022-02-01", "yes"),
        ({"opened": "2022"}, "2022-06-01", "perhaps"),
        ({"opened": "2022-01-10"}, "2022-01-10", "yes"),
        ({"opened": "2012", "closed": "2022-03"}, "2022-03-01", "yes"),
        ({"opened": "2012", "closed": "2022-03"}, "2022-03-02", "perhaps"),
        ({"opened": "2012-01-01", "closed": "2012-01-01/2022-11-01"}, "2022-03-02", "perhaps"),
        ({}, "2022-03-02", "unknown"),
        ({"populations": [{"population": 9, "as_of": "2022-03", "source": "s"}]}, "2022-03-31", "yes"),
        ({"populations": [{"population": 9, "as_of": "2022-03", "source": "s"}]}, "2022-03-30", "unknown"),
    ],
)
def test_a_day_within_a_rough_opening_is_only_perhaps(known, day, said):
    (one,) = camp(camps_of(("c", 36.6, 34.5, known)), 36.5, 34.5, day).camps
    assert (one["open"], one["opened"], one["closed"]) == (said, known.get("opened"), known.get("closed"))


def test_as_many_camps_as_asked():
    camps = camps_of(*[(f"c{i:02}", 36.5 + i / 100, 34.5) for i in range(30)])
    layer = events_to_layer([event(36.5, 34.5)])
    assert len(only(link_camps(layer, camps, listed=2)).camps) == 2
    near = only(link_camps(layer, camps, listed=None, max_distance_m=10_000))
    metres = [GEOD.inv(36.5, 34.5, 36.5 + i / 100, 34.5)[2] for i in range(30)]
    assert len(near.camps) == sum(one <= 10_000 for one in metres) == near.camps_within_10km
    with pytest.raises(UsageError, match="at least one camp"):
        link_camps(layer, camps, listed=0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 5, None]), st.sampled_from([0.05, 1.0]))
def test_links_to_dated_camps_are_those_of_asking_every_camp(seed, listed, spread):
    rng = np.random.default_rng(seed)
    number, spots = 120, rng.normal((36.5, 34.5), spread, (120, 2))
    spots[:60] = spots[0]  # many at one spot, most of them closed
    opened, closed = (np.datetime64("2022-01-01") + rng.integers(0, 60, number) + more for more in (0, 20))
    counts = [
        [{"population": k, "as_of": str(day + 9 * k), "source": "s"} for k in range(k % 3)]
        for k, day in enumerate(opened)
    ]
    dates = [
        {"opened": str(a) if rng.random() < 0.8 else None, "closed": str(b) if rng.random() < 0.8 else None}
        for a, b in zip(opened, closed, strict=True)
    ]
    told = zip(spots, dates, counts, strict=True)
    rows = [(f"c{i:03}", *spot, {**ends, "populations": of}) for i, (spot, ends, of) in enumerate(told)]
    days = [str(np.datetime64("2021-12-20") + int(day)) for day in rng.integers(0, 110, 30)] + [None]
    at = rng.normal((36.5, 34.5), spread, (31, 2))
    layer = events_to_layer([event(*spot, day, number=i) for i, (spot, day) in enumerate(zip(at, days, strict=True))])
    linked = link_camps(layer, camps_of(*rows), listed=listed)
    for spot, day, row in zip(at, days, linked.itertuples(), strict=True):
        is_open = [
            (ends["opened"] is None or (day is not None and ends["opened"] <= day))
            and (ends["closed"] is None or (day is not None and day <= ends["closed"]))
            for ends in dates
        ]
        metres = np.where(is_open, GEOD.inv(*np.broadcast_to(spot[:, None], (2, number)), *spots.T)[2], np.inf)
        order = [i for i in np.lexsort((np.arange(number), np.round(metres, 3))) if metres[i] <= 50_000][:listed]
        assert [one["camp_id"] for one in row.camps] == [f"c{i:03}" for i in order]
        assert row.camps_within_10km == (metres <= 10_000).sum()
        latest = [[one["population"] for one in counts[i] if day and one["as_of"] <= day] for i in order]
        assert [one["population"] for one in row.camps] == [of[-1] if of else None for of in latest]


def test_many_days_and_dated_camps_take_no_time_a_day():
    """Each day on which other camps are open once cost a tree and a look at every camp: 17 s, now .2."""
    rng = np.random.default_rng(1)
    opened = np.datetime64("2018-01-01") + rng.integers(0, 1500, 2000)
    spots = zip(rng.uniform(30, 45, 2000), rng.uniform(30, 40, 2000), opened.astype(str).tolist(), strict=True)
    count = [{"population": 5, "as_of": "2015-01-01", "source": "s"}]
    camps = camps_of(
        *[(f"c{i:04}", lon, lat, {"opened": day, "populations": count}) for i, (lon, lat, day) in enumerate(spots)]
    )
    days = (np.datetime64("2018-01-01") + rng.integers(0, 1500, 5000)).astype(str)
    layer = gpd.GeoDataFrame(
        {"where_prec": pd.array([1] * 5000, "Int64"), "radius_m": 500.0, "date_start": days, "date_end": days},
        geometry=shapely.points(rng.uniform(30, 45, 5000), rng.uniform(30, 40, 5000)),
        crs="EPSG:4326",
    )
    book, started = CampBook(camps), time.process_time()
    link_camps(layer, book)
    assert time.process_time() - started < 3


def test_places_not_well_known_get_no_camp():
    row = camp(SOME_CAMPS, where_prec=4)
    assert (row.camp_id, row.camps_within_10km, row.camps) == (None, None, [])


def test_a_bad_camp_date_is_named():
    with pytest.raises(InputError, match="camp c: opened soon is not a date"):
        camp(camps_of(("c", 36.6, 34.5, {"opened": "soon"})))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-179.9, 179.9), st.floats(-89, 89)), min_size=1, max_size=30),
    st.floats(-180, 180),
    st.floats(-89, 89),
)
def test_nearest_camps_are_exact_anywhere_on_earth(spots, lon, lat):
    camps = camps_of(*[(f"c{i:02}", *spot) for i, spot in enumerate(spots)])
    row = camp(camps, lon, lat, max_distance_m=3_000_000)
    metres = np.array([GEOD.inv(lon, lat, *spot)[2] for spot in spots])
    order = [i for i in np.lexsort((np.arange(len(spots)), np.round(metres, 3))) if metres[i] <= 3_000_000][:5]
    assert [one["distance_m"] for one in row.camps] == pytest.approx([round(metres[i], 1) for i in order], abs=0.11)


# ---- people ----------------------------------------------------------------------------------------------------------
def test_people_around_well_known_places_only():
    layer = link_population(
        events_to_layer([event(), event(where_prec=4, number=1), event(lat=35.5, number=2)]), Everywhere()
    )
    assert layer.population_within_5km.tolist()[0] == pytest.approx(np.pi * 5_000**2)
    assert layer[list(PEOPLE_COLUMNS)].iloc[1:].isna().all(axis=None)
