"""The publication policy: nothing finer than it allows may be left anywhere in a published layer."""

import json
import re

import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point

from geoconflict.bundled import country_outlines
from geoconflict.errors import InputError, UsageError
from geoconflict.files import read_camps, write_layer
from geoconflict.protection import distance_words, protect, short_quote
from geoconflict.records import CAMP_LINK_COLUMNS, CRS, EVENT_COLUMNS, PEOPLE_COLUMNS, ZONE_LINK_COLUMNS

COLUMNS = {**EVENT_COLUMNS, **ZONE_LINK_COLUMNS, **CAMP_LINK_COLUMNS, **PEOPLE_COLUMNS}
ATMEH_CAMP = (36.691234, 36.317891)


def event(**cells):
    """One linked event as a layer; what is not given is missing."""
    point = cells.pop("point", ATMEH_CAMP)
    row = {name: [[] if dtype == "object" else None] for name, dtype in COLUMNS.items()}
    row |= {name: [value] for name, value in ({"event_id": "e1"} | cells).items()}
    frame = pd.DataFrame({name: pd.Series(value, dtype=COLUMNS.get(name)) for name, value in row.items()})
    return geopandas.GeoDataFrame(frame, geometry=[None if point is None else Point(point)], crs=CRS)


def published_json(layer, tmp_path):
    path = tmp_path / "out.geojson"
    write_layer(protect(layer, "publish"), path, overwrite=True, policy="publish")
    return path.read_text(encoding="utf-8")


degrees = st.floats(-89, 89, allow_nan=False)
coordinate_texts = st.builds("strike at {:.5f}, {:.6f} near the camp".format, degrees, degrees)
nested = st.recursive(
    st.one_of(degrees, coordinate_texts, st.none(), st.booleans(), st.integers(0, 10**6)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lon", "lat", "x", "coordinates", "note", "name"]), inner, max_size=4)
    ),
    max_leaves=8,
)
camp = st.fixed_dictionaries(
    {
        "camp_id": st.just("camp:a"),
        "distance_m": st.floats(0.5, 60_000),
        "bearing_deg": st.floats(0, 360),
        "lon": degrees,
        "lat": degrees,
        "extra": nested,
    },
)


@settings(max_examples=40, deadline=None)
@given(
    point=st.tuples(degrees, degrees),
    camps=st.lists(camp, max_size=3),
    zones=st.lists(st.dictionaries(st.sampled_from(["source", "front_distance_m", "lon"]), degrees), max_size=2),
    summary=coordinate_texts,
    people=st.floats(0, 1e6),
    distance=st.floats(1, 50_000),
    kind=st.sampled_from(["camp", "town", "facility", None]),
)
def test_no_fine_number_is_left_anywhere(  # noqa: PLR0917  # hypothesis hands them over by name
    tmp_path_factory, point, camps, zones, summary, people, distance, kind
):
    layer = event(
        point=point,
        camps=camps,
        zones=zones,
        summary=summary,
        place_kind=kind,
        population_within_1km=people,
        confidence=0.123456,
        camp_id="camp:a",
        camp_distance_m=distance,
        camp_bearing_deg=12.5,
        front_distance_m=distance,
        place_name="Field hospital",
        evidence=[{"article": "a", "start": 1, "end": 9, "quote": summary}],
        sources=[{"title": summary, "url": f"https://maps.example/@{point[0]:.6f},{point[1]:.6f}"}],
    )
    text = published_json(layer, tmp_path_factory.mktemp("p"))
    assert not re.search(r"\d\.\d{3}", text)
    row = json.loads(text)["features"][0]["properties"]
    assert row["camp_distance_m"] is None
    assert row["camp_bearing_deg"] is None
    assert row["camp_distance_words"] == distance_words(distance)
    assert row["front_distance_m"] % 5_000 == 0
    assert all(
        one["distance_m"] is None and one["bearing_deg"] is None and one["distance_words"] for one in row["camps"]
    )


def test_rows_columns_and_dtypes_stay():
    layer = pd.concat(
        [event(), event(event_id="e2", point=None, camp_distance_m=900.0), event(event_id="e3", place_kind="camp")],
        ignore_index=True,
    )
    layer.index = [7, 3, 5]
    before = layer.copy(deep=True)
    masked = protect(layer, "publish")
    assert list(masked.columns) == [*layer.columns, "camp_distance_words"]
    assert masked[layer.columns].dtypes.equals(layer.dtypes)
    assert list(masked.index) == [7, 3, 5]
    assert list(masked["event_id"]) == ["e1", "e2", "e3"]
    assert masked.crs == CRS
    assert masked.geometry.isna().tolist() == [False, True, False]
    pd.testing.assert_frame_equal(layer, before)  # the caller's layer is untouched


def test_an_empty_layer_keeps_its_form():
    empty = event().iloc[:0]
    masked = protect(empty, "publish")
    assert masked.empty
    assert masked[empty.columns].dtypes.equals(empty.dtypes)
    assert masked.crs == CRS


def test_a_sensitive_place_goes_to_its_settlement_and_a_town_stays():
    camp_event = protect(event(place_kind="camp", place_id="curated:atmeh-camp", radius_m=500.0), "publish")
    spot = camp_event.geometry.iloc[0]
    assert Point(ATMEH_CAMP).distance(spot) > 0.005  # more than rounding can move it
    assert spot.distance(Point(36.69, 36.31)) < 0.02  # Atmeh
    assert camp_event["place_id"].isna().all()
    assert camp_event["radius_m"].iloc[0] >= 5_000
    town = protect(event(place_kind="town", place_id="geonames:1", radius_m=3_000.0), "publish")
    assert (town.geometry.iloc[0].x, town.geometry.iloc[0].y) == (36.69, 36.32)
    assert town["place_id"].iloc[0] == "geonames:1"
    assert town["radius_m"].iloc[0] == 3_100


def test_far_from_any_known_settlement_a_camp_lies_on_a_coarse_grid():
    masked = protect(event(point=(-157.123456, 21.987654), place_kind="camp"), "publish")
    assert (masked.geometry.iloc[0].x, masked.geometry.iloc[0].y) == (-157.1, 22.0)


@pytest.mark.parametrize(
    "name", ["Al-Quds Hospital", "مستشفى القدس", "Girls' School", "Kharab IDP camp", "collective centre", "مخيم أطمة"]
)
def test_names_that_make_a_place_sensitive(name):
    assert protect(event(place_kind="facility", place_name=name, place_id="x:1"), "publish")["place_id"].isna().all()


@pytest.mark.parametrize("name", ["Campania", "Schoolfield", "Champion", "Qamishli"])
def test_names_that_only_look_alike(name):
    assert protect(event(place_kind="town", place_name=name, place_id="x:1"), "publish")["place_id"].notna().all()


def test_quotes_of_a_report_share_one_allowance():
    sentence = "Shells fell on the town in the morning, residents said, and rescue workers pulled people from the rubble of a house. "
    quotes = [
        {"article": "a", "quote": sentence * 3},
        {"article": "a", "quote": "Another sentence altogether."},
        {"article": "b", "quote": sentence},
    ]
    masked = protect(event(articles=["a", "b"], summary=sentence.strip(), evidence=quotes), "publish")
    told = [masked["summary"].iloc[0], *(one["quote"] for one in masked["evidence"].iloc[0] if one["article"] == "a")]
    assert sum(len(one) for one in told if one) <= 300
    assert masked["evidence"].iloc[0][2]["quote"].strip() == sentence.strip()  # the other report has its own


def test_the_sentences_of_the_evidence_share_the_allowance_of_the_summary():
    words = [
        f"Shells fell on the {name} quarter at 36.12345, 37.12345 that day." for name in ("first", "second", "third")
    ]
    spans = [{"article": "a", "start": 1, "end": 9, "text": one} for one in words]
    spans.append({"article": "b", "start": 4, "end": 8, "text": words[2]})
    layer = event(
        articles=["a", "b"], summary=words[1], evidence=spans, place_reason="the text says 36.12345, 37.12345"
    )
    row = protect(layer, "publish").iloc[0]
    coarse = [one.replace("345", "") for one in words]
    assert row["summary"] == coarse[1]
    assert [one["text"] for one in row["evidence"]] == [coarse[0], coarse[1], None, coarse[2]]
    assert [(one["start"], one["end"]) for one in row["evidence"]] == [(1, 9)] * 3 + [(4, 8)]
    assert row["place_reason"] == "the text says 36.12, 37.12"
    assert [one["text"] for one in protect(layer, "open").iloc[0]["evidence"]] == [*words, words[2]]


def test_a_sentence_longer_than_its_summary_is_cut_where_that_is():
    long = "The town was shelled " + "again and " * 60 + "again."
    row = protect(
        event(articles=["a"], summary=long[:295], evidence=[{"article": "a", "start": 0, "end": 9, "text": long}]),
        "publish",
    )
    assert row["evidence"].iloc[0][0]["text"] == row["summary"].iloc[0] == long[:295]


def test_beaten_candidates_are_named_and_not_shown_on_a_map():
    beaten = {"name": "Atmeh camp", "kind": "camp", "admin1": "Idlib", "country": "SY", "score": 0.0912}
    layer = event(place_candidates=[beaten | {"lon": 36.68123, "lat": 36.31123}])
    assert protect(layer, "publish")["place_candidates"].iloc[0] == [beaten | {"score": 0.09}]
    assert protect(layer, "open")["place_candidates"].iloc[0][0]["lon"] == 36.68123


@given(st.text(max_size=900))
@settings(deadline=None)
def test_a_short_quote_is_short_and_begins_as_the_text_does(text):
    quote = short_quote(text)
    assert len(quote) <= 300
    assert text.startswith(quote.removesuffix("…")) or not quote.strip("…")


def test_abbreviations_end_no_sentence():
    text = "The town was hit, Gen. Adam J. Smith said. He gave no figure. A third sentence follows."
    assert short_quote(text) == "The town was hit, Gen. Adam J. Smith said. He gave no figure."


def test_plain_numbers_in_texts_stay():
    text = "About 2.345 million people and 1,234.5 tons; 13 dead on 2022-02-03 at 08.30."
    assert protect(event(summary=text), "publish")["summary"].iloc[0] == text


def test_camps_lie_at_two_decimals_and_keep_their_populations():
    camps = read_camps()
    masked = protect(camps, "publish")
    assert list(masked.columns) == list(camps.columns)
    assert list(masked["camp_id"]) == list(camps["camp_id"])
    xy = pd.concat([masked.geometry.x, masked.geometry.y])
    assert (xy.round(2) == xy).all()
    assert masked["populations"].tolist() == camps["populations"].tolist()
    away = shapely.distance(masked.geometry.to_numpy(), camps.geometry.to_numpy())
    assert (away < 0.08).mean() > 0.95  # within the reach of a settlement, or half a cell of the grid
    assert away.max() < 0.15  # beside a border or the sea the next cell


def test_a_masked_place_stays_in_its_country_and_on_land():
    camps = read_camps()
    ground = country_outlines().set_index("iso2").geometry
    shown = [protect(camps, "publish")]
    rows = zip(camps.geometry, camps["country"], strict=True)
    events = [event(point=(spot.x, spot.y), country=code, place_kind="camp") for spot, code in rows]
    # A hospital on an island without a crossing of the grid, and two whose country is not told.
    spots = [((14.5146, 35.8989), "MT"), ((12.4964, 41.9028), None), ((36.10, 36.20), None)]
    events += [event(point=spot, country=code, place_kind="facility") for spot, code in spots]
    shown.append(protect(pd.concat(events, ignore_index=True), "publish"))
    for layer in shown:
        told = layer["country"].astype("object").where(layer["country"].notna(), None).tolist()
        for spot, code in zip(layer.geometry, told, strict=True):
            home = ground[code] if code else shapely.union_all(ground[["IT", "TR"]].to_numpy())
            assert home.intersects(spot), (code, spot)


def test_a_town_by_the_sea_or_a_border_is_not_rounded_across_it_and_a_ship_stays_at_sea():
    ground = country_outlines().set_index("iso2").geometry
    rim = shapely.get_coordinates(shapely.boundary(ground["LB"]))[::3] + 0.0009
    inside = [spot for spot in rim if ground["LB"].contains(Point(spot))]
    towns = pd.concat([event(point=spot, country="LB", place_kind="town") for spot in inside], ignore_index=True)
    masked = protect(towns.assign(radius_m=pd.array([100.0] * len(towns), dtype="Float64")), "publish")
    assert len(inside) > 20
    assert ground["LB"].contains(masked.geometry).all()
    assert (masked.geometry.x.round(2) == masked.geometry.x).all()
    old, new = towns.geometry, masked.geometry
    moved_m = Geod(ellps="WGS84").inv(old.x, old.y, new.x, new.y)[2]
    assert (moved_m <= masked["radius_m"].to_numpy(float)).all()
    ship = protect(event(point=(34.123456, 34.123456), country="LB", place_kind="water"), "publish").geometry.iloc[0]
    assert (ship.x, ship.y) == (34.12, 34.12)


@pytest.mark.parametrize("radius_m", [None, 300.0, 5_000.0])
def test_the_true_point_stays_within_the_published_radius(radius_m):
    curated = read_camps()
    spots = [(lon / 7, lat / 9) for lon in range(-50, 50, 9) for lat in range(-50, 50, 11)]
    far = curated.iloc[[0] * len(spots)].set_geometry(geopandas.points_from_xy(*zip(*spots, strict=True)), crs=CRS)
    camps = pd.concat([curated, far], ignore_index=True).assign(radius_m=pd.Series(radius_m, dtype="Float64"))
    camps["radius_m"] = pd.array([radius_m] * len(camps), dtype="Float64")
    masked = protect(camps, "publish")
    old, new = camps.geometry, masked.geometry
    moved_m = Geod(ellps="WGS84").inv(old.x, old.y, new.x, new.y)[2]
    assert (moved_m <= masked["radius_m"].to_numpy(float)).all()
    assert masked["radius_m"].dtype == camps["radius_m"].dtype
    events = [event(point=spot, place_kind="camp", radius_m=100.0) for spot in zip(old.x, old.y, strict=True)]
    published = protect(pd.concat(events[:150], ignore_index=True), "publish")
    assert (moved_m[:150] <= published["radius_m"].to_numpy(float)).all()


def test_open_is_the_layer_itself_and_other_words_are_refused():
    layer = event()
    assert protect(layer, "open") is layer
    with pytest.raises(UsageError, match="open or publish"):
        protect(layer, "secret")
    with pytest.raises(InputError, match=r"events .* or camps"):
        protect(layer[["geometry"]], "publish")


@pytest.mark.parametrize(
    ("kind", "name", "moved"),
    [
        ("facility", "Lycée Victor Hugo", True),
        ("facility", "مدارس الأمل", True),
        ("facility", "a place with a name", True),  # it may be one
        ("facility", "Tishrin Dam", False),
        ("town", "Afrin", False),
    ],
)
def test_what_may_be_a_shelter_is_moved(kind, name, moved):
    masked = protect(event(point=(12.3456, 45.6789), place_kind=kind, place_name=name), "publish")
    assert (masked.geometry.iloc[0].x == 12.3) is moved


def test_the_user_s_own_coordinates_do_not_stay_beside_a_moved_point():
    layer = event(point=(12.3456, 45.6789), place_kind="camp").assign(latitude_src=45.6789, note_lon="12.3456")
    masked = protect(layer, "publish")
    assert masked["latitude_src"].isna().all()
    assert masked["note_lon"].isna().all()
    plain = protect(event(point=(12.3456, 45.6789), place_kind="town").assign(latitude_src=45.6789), "publish")
    assert plain["latitude_src"].tolist() == [45.68]


@pytest.mark.parametrize("near_town", [True, False])
@pytest.mark.parametrize("shape", ["polygon", "line", "points", "collection"])
def test_a_sensitive_shape_is_published_as_its_point_would_be(shape, near_town):
    x, y = ATMEH_CAMP if near_town else (12.3456, 45.6789)
    spot = Point(x, y)
    drawn = {
        "polygon": spot.buffer(0.0002),
        "line": shapely.LineString([(x - 0.0002, y), (x, y), (x + 0.0002, y)]),
        "points": shapely.MultiPoint([spot]),
        "collection": shapely.GeometryCollection([spot]),
    }[shape]
    cells = {"place_kind": "facility", "place_name": "Field hospital", "radius_m": 300.0}
    camps = read_camps().iloc[[0]].set_geometry([spot], crs=CRS)
    for layer in (event(point=(x, y), **cells), camps):
        as_point = protect(layer, "publish")
        masked = protect(layer.set_geometry([drawn], crs=CRS), "publish")
        assert masked.geometry.iloc[0].wkt == as_point.geometry.iloc[0].wkt
        assert masked["radius_m"].tolist() == as_point["radius_m"].tolist()


def test_no_column_quotes_more_of_a_report_than_the_allowance():
    sentences = [
        f"Shells fell on the {name} quarter that day and people fled." for name in ("first", "second", "third")
    ]
    long = "word " * 284 + "end"
    row = protect(
        event(
            articles=["a"],
            summary=sentences[0],
            place_reason=f"the text says 36.12345, 37.12345 {long}",
            sources=[{"article": "a", "title": f"Hospital at 36.12345, 37.12345 {long}", "note": long}],
            figures=[
                {"article": "a", "text": "people fled", "start": 5},
                {"article": "a", "text": long, "start": 7},
                {"article": "a", "text": "at least 12 bodies"},
                *({"article": "a", "text": f"{number} {'people ' * 9}"} for number in range(9)),
            ],
            camps_said=[{"article": "a", "text": long}],
            evidence=[{"article": "a", "text": one} for one in sentences],
            place_candidates=[{"name": "Atmeh", "reason": long}],
        ),
        "publish",
    ).iloc[0]
    title = row["sources"][0]["title"]
    assert title.startswith("Hospital at 36.12, 37.12 word")
    assert title.endswith(" word…")
    assert 190 < len(title) <= 200
    reasons = [row["place_reason"], row["sources"][0]["note"], row["place_candidates"][0]["reason"]]
    assert all(one.endswith("word…") and len(one) <= 300 for one in reasons)
    assert "36.123" not in reasons[0]
    assert [one["text"] for one in row["evidence"]] == [*sentences[:2], None]  # whole sentences come first
    words = [one["text"] for one in row["figures"]]
    assert words[0] == "people fled"  # quoted already
    assert len(words[1]) <= 80
    assert words[2] == "at least 12 bodies"
    assert words[-1] is None
    assert [one.get("start") for one in row["figures"][:2]] == [5, 7]
    told = {*sentences[:2], *words[1:], *(one["text"] for one in row["camps_said"])} - {None}
    assert sum(map(len, told)) <= 300
