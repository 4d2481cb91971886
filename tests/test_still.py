"""The still: what it draws, what it only counts, what it says, and that its labels lie on nothing."""

import re
import warnings
import xml.etree.ElementTree as ET

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pyproj import Geod

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError, OutputError, UsageError
from geoconflict.maps import captions, render_still
from geoconflict.maps.content import content_of, zones_on
from geoconflict.maps.controllers import (
    HATCH_ORDER,
    NEIGHBOURS_WEIGHT,
    SHARED_LOOK,
    TINTS,
    _closeness,
    is_shared,
    looks,
)
from geoconflict.maps.frame import Box, fit_frame, scale_bar
from geoconflict.maps.islands import zone_island
from geoconflict.maps.labels import Label, Obstacle, arrange, beside, emptiest_corner, inside
from geoconflict.maps.picture import Picture
from geoconflict.maps.sheet import Sheet, runs_leftward
from geoconflict.records import CAMP_LINK_COLUMNS, CRS, EVENT_COLUMNS, ZONE_COLUMNS, ZONE_LINK_COLUMNS

WGS84 = Geod(ellps="WGS84")
ATMEH = {
    "event_id": "a",
    "status": "event",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "place_id": "x",
    "place_name": "Atmeh",
    "place_kind": "town",
    "place_relation": "near",
    "admin1": "Idlib",
    "country": "SY",
    "where_prec": 1,
    "radius_m": 3000.0,
    "date_start": "2022-02-03",
    "date_end": "2022-02-03",
    "date_precision": "day",
    "fatalities_low": 12,
    "fatalities_best": 13,
    "fatalities_high": 13,
    "zone_controller": "Side A",
    "zone_as_of": "2022-02-03",
    "zone_source": "a map",
    "zone_status": "inside",
    "camp_name": "Camp C",
    "camp_distance_m": 1234.5,
    "camp_bearing_deg": 217.0,
    "lon": 36.6876,
    "lat": 36.3083,
}
PROVINCE = {
    **ATMEH,
    "place_id": "p",
    "place_name": "Hama",
    "place_kind": "admin1",
    "place_relation": "in",
    "where_prec": 4,
    "radius_m": 59_000.0,
    "lon": 37.2,
    "lat": 35.22,
}
COUNTRY = {**ATMEH, "place_name": "Syria", "place_kind": "country", "where_prec": 6, "radius_m": 450_000.0}
NOWHERE = {**{key: value for key, value in ATMEH.items() if key not in ("lon", "lat")}, "place_name": None}
BACKGROUND = {**ATMEH, "status": "background"}


def events(*rows):
    columns = {**EVENT_COLUMNS, **ZONE_LINK_COLUMNS, **CAMP_LINK_COLUMNS}
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=dtype) for name, dtype in columns.items()}
    )
    points = [shapely.Point(row["lon"], row["lat"]) if "lon" in row else None for row in rows]
    return geopandas.GeoDataFrame(frame, geometry=points, crs=CRS)


def zones(*rows):
    """Boxes: controller, valid_from, valid_to, west, east."""
    frame = pd.DataFrame({name: pd.Series([None] * len(rows), dtype=dtype) for name, dtype in ZONE_COLUMNS.items()})
    for k, (controller, first, last, _, _) in enumerate(rows):
        frame.loc[k, ["controller", "valid_from", "valid_to", "source"]] = [controller, first, last, "a map"]
    return geopandas.GeoDataFrame(frame, geometry=[shapely.box(w, 35.9, e, 36.8) for *_, w, e in rows], crs=CRS)


def texts_of(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def still():
    layer = events(ATMEH, PROVINCE, COUNTRY, NOWHERE, BACKGROUND)
    sides = zones(
        ("Side A", "2022-02-03", "2022-02-04", 36.5, 36.9), ("Side B", "2022-02-03", "2022-02-04", 36.9, 37.4)
    )
    return render_still(layer, zones=sides, title="Five reports $x_1$ <b>{{ 7*191 }}</b> & more")


# ---- the files -----------------------------------------------------------------------------------------------------
def test_files_have_the_size_asked_for_and_live_text(still, tmp_path):
    written = [still.save(tmp_path / f"map.{form}", overwrite=True)[0] for form in ("png", "svg", "pdf")]
    with Image.open(written[0]) as picture:
        assert picture.size == (1200, 900)
        assert len(picture.convert("RGB").resize((60, 45)).getcolors(2700)) > 20  # something is drawn
    svg = written[1].read_text(encoding="utf-8")
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("height"), root.get("role")) == ("1200", "900", "img")
    told = {one.get("id"): one.text for one in root[:2]}
    assert [one.tag.rpartition("}")[2] for one in root[:2]] == ["title", "desc"]
    assert told[root.get("aria-labelledby")] == still.title
    assert told[root.get("aria-describedby")] == still.alt_text.strip()
    shown = texts_of(svg)
    assert "Five reports $x_1$ <b>{{ 7*191 }}</b> & more" in shown  # neither formula nor markup
    assert {"Near Atmeh", "3 Feb 2022", "13 reported killed (12–13)", "Side A", "Side B", "Hama"} <= set(shown)
    assert "Events 3 Feb 2022 · control as reported for 3 Feb 2022" in shown
    assert written[2].read_bytes().startswith(b"%PDF")
    assert (tmp_path / "map.alt.txt").read_text(encoding="utf-8") == still.alt_text


def test_no_text_of_a_record_breaks_a_file_or_forges_a_line(tmp_path):
    forged = "At\x0bmeh\x00\n9 Sep 2099: forged.\u202e"
    words = ("place_name", "place_said", "admin1", "sub_event_type", "zone_controller", "zone_source", "camp_name")
    layer = events({**ATMEH, **dict.fromkeys(words, forged), "country": forged}, ATMEH)
    sides = zones((forged, "2022-02-03", "2022-02-04", 36.5, 36.9)).assign(source=forged)
    camp = geopandas.GeoDataFrame({"camp_id": ["c"], "name": [forged]}, geometry=[shapely.Point(36.72, 36.29)], crs=CRS)
    drawn = render_still(layer, zones=sides, camps=camp)
    files = drawn.save(tmp_path / "map.svg", formats=("svg", "png"))
    ET.parse(files[0])
    with Image.open(files[1]) as picture:
        told = [files[0].read_text("utf-8"), drawn.alt_text, drawn.short_text, *map(str, picture.info.values())]
    told.append(drawn.snippet(files[0]))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", "".join(told))
    assert not re.search("^9 Sep 2099", drawn.alt_text, re.MULTILINE)
    assert "9 Sep 2099: forged" in drawn.alt_text


def test_same_layer_same_bytes_whatever_the_users_settings(still):
    import matplotlib as mpl

    layer = events(ATMEH, PROVINCE, COUNTRY, NOWHERE, BACKGROUND)
    sides = zones(
        ("Side A", "2022-02-03", "2022-02-04", 36.5, 36.9), ("Side B", "2022-02-03", "2022-02-04", 36.9, 37.4)
    )
    with mpl.rc_context({"font.size": 30, "text.color": "red", "svg.fonttype": "path", "hatch.linewidth": 9}):
        before = dict(mpl.rcParams)
        again = render_still(layer, zones=sides, title="Five reports $x_1$ <b>{{ 7*191 }}</b> & more")
        for form in ("png", "svg", "pdf"):
            draw, draw_again = getattr(still.sheet, form), getattr(again.sheet, form)
            assert draw("t", "d") == draw_again("t", "d"), form
        assert dict(mpl.rcParams) == before


def test_save_refuses_and_leaves_what_is_there(still, tmp_path):
    (tmp_path / "map.alt.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"map\.alt\.txt exists already"):
        still.save(tmp_path / "map.png")
    assert [path.name for path in tmp_path.iterdir()] == ["map.alt.txt"]
    with pytest.raises(UsageError, match=r"\.png, \.svg or \.pdf"):
        still.save(tmp_path / "map.gif")
    with pytest.raises(OutputError, match="cannot be written"):
        still.save(tmp_path / "none" / "map.png")


def test_notebook_gets_a_picture_and_its_words(still):
    shown = still._repr_mimebundle_()
    assert shown["image/png"].startswith(b"\x89PNG")
    assert shown["text/plain"] == still.alt_text


def test_options_that_cannot_be_are_one_line():
    layer = events(ATMEH)
    crowd = zones(
        *(
            (f"A side with a rather long and official name {k:02d}", "2022-02-03", None, 36 + k / 10, 36.1 + k / 10)
            for k in range(12)
        )
    )
    for wrong, words in (
        ({"policy": "secret"}, "policy 'secret'"),
        ({"borders": "mine"}, "border policy 'mine'"),
        ({"language": "xx"}, "language 'xx'"),
        ({"width_px": 90}, "90 x 90 px"),
        ({"height_px": 300, "width_px": 480, "standfirst": "word " * 60, "zones": crowd}, r"make it \d+ px higher"),
    ):
        with pytest.raises(UsageError, match=words):
            render_still(layer, **wrong)
    with pytest.raises(InputError, match="event layer has no CRS"):
        render_still(layer.set_crs(None, allow_override=True))


# ---- what is claimed -----------------------------------------------------------------------------------------------
def test_precision_decides_pin_area_or_count(still):
    content = content_of(events(ATMEH, PROVINCE, COUNTRY, NOWHERE, BACKGROUND), None, None)
    assert list(content.spots["place_name"]) == ["Atmeh"]
    assert list(content.areas["place_name"]) == ["Hama"]
    assert content.missing == [
        "1 event without a known place",
        "1 event known only to a country or large region",
        "1 event told as background",
    ]
    assert "Not on the map: 1 event without a known place" in still.alt_text
    assert "Hama (Idlib, Syria); known only to this area" in still.alt_text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "where_prec": st.sampled_from([1, 2, 3, 4, 5, 6, 7, None]),
                "status": st.sampled_from(["event", "background", None]),
                "radius_m": st.sampled_from([None, 500.0, 10_000.0, 10_001.0, 60_000.0, 500_000.0]),
                "place_kind": st.sampled_from(["town", "admin1", None]),
                "placed": st.booleans(),
            }
        ),
        max_size=12,
    )
)
def test_every_event_is_drawn_once_or_counted(rows):
    made = [{**(ATMEH if row.pop("placed") else NOWHERE), **row} for row in map(dict, rows)]
    content = content_of(events(*made), None, None)
    counted = sum(int(words.split()[0]) for words in content.missing)
    assert len(content.spots) + len(content.areas) + counted == len(rows)
    assert not set(content.spots.index) & set(content.areas.index)
    for event in captions.records_of(content.spots, ("where_prec", "radius_m", "place_kind")):
        assert event["where_prec"] in (1, 2, None)
        assert (event["radius_m"] or 0) <= 10_000
        assert event["place_kind"] != "admin1"


@pytest.mark.parametrize(
    ("day", "held", "words"),
    [
        ("2022-01-31", [], "no report on control for 31 Jan 2022"),
        ("2022-02-01", ["A"], "control as reported for 1 Feb 2022"),
        ("2022-02-09", ["A"], "control as reported for 9 Feb 2022"),
        ("2022-02-10", ["B"], "control as reported for 10 Feb 2022"),  # the day a zone ends is outside it
        ("2022-02-11", ["B"], "control as reported for 10 Feb 2022"),
        ("2022-03-27", ["B"], "control as reported for 10 Feb 2022"),
        ("2022-03-28", [], "last report on control, 10 Feb 2022, too old to draw"),
    ],
)
def test_control_is_that_of_the_day_and_says_so(day, held, words):
    layer = zones(("A", "2022-02-01", "2022-02-10", 36, 37), ("B", "2022-02-10", "2022-02-11", 36, 37))
    found, said = zones_on(layer, day)
    assert ([] if found is None else list(found["controller"])) == held
    assert said == words


def test_control_is_not_said_for_later_than_the_reports_speak():
    layer = zones(("A", "2022-01-01", None, 36, 37)).assign(last_seen=pd.array(["2022-01-20"], dtype="string"))
    assert zones_on(layer, "2022-01-10")[1] == "control as reported for 10 Jan 2022"
    assert zones_on(layer, "2022-02-03")[1] == "control as reported for 20 Jan 2022"
    found, words = zones_on(layer, "2022-04-03")
    assert found is None
    assert "20 Jan 2022, too old" in words


def test_control_says_how_old_its_oldest_report_is():
    seen = [["2022-01-20", "2021-07-01"]]
    layer = zones(("A", "2022-01-01", "2022-03-01", 36, 37)).assign(last_seen="2022-02-20", report_seen=seen)
    assert zones_on(layer, "2022-02-03")[1] == "control as reported for 20 Jan 2022 (oldest report Jul 2021)"
    layer["report_seen"] = [["2022-01-20", "2022-03-30"]]
    assert zones_on(layer, "2022-02-03")[1] == "control as reported for 3 Feb 2022"


def test_control_is_spoken_of_only_where_it_is_in_sight():
    here, away = (zones(("A", "2022-02-01", "2022-03-01", west, west + 1)) for west in (36, 76))
    assert "Ground reported as held by A." in render_still(events(ATMEH), zones=here).alt_text
    own = {**ATMEH, "zone_controller": None, "zone_status": "no_zone", "zone_as_of": None, "zone_source": None}
    for layer in (away, None):
        still = render_still(events(own), zones=layer)
        drawn = texts_of(still.sheet.svg("t", "d"))
        assert not [text for text in drawn if "ontrol" in text or text == "A"]
        assert "control as reported" not in still.alt_text
    beside = zones(("A", "2022-02-01", "2022-03-01", 39, 40))
    assert "no control data here" in render_still(events(own), zones=beside).alt_text


def test_blank_ground_has_its_line_in_the_key():
    side = zones(("A", "2022-02-01", "2022-03-01", 36, 37))
    for layer, told in ((side, False), (side.assign(derived=True), True)):
        drawn = texts_of(render_still(events(ATMEH), zones=layer).sheet.svg("t", "d"))
        assert ("No report on control" in drawn) == told


def test_what_lies_far_off_is_counted_and_the_rest_fills_the_map():
    near = [{**ATMEH, "event_id": f"e{k}", "lon": 36.2 + k / 9} for k in range(9)]
    stray = {**ATMEH, "lon": 45.3, "lat": 2.0}
    content = content_of(events(*near, stray), None, None)
    assert list(content.spots.geometry.x) == [event["lon"] for event in near]
    assert content.missing == ["1 event far from the others"]
    # Of few events none is left out; two clusters of one size, or a chain of places, are one view.
    for few in (2, 4, 8):
        assert len(content_of(events(*near[:few], stray), None, None).spots) == few + 1
    chain = [{**ATMEH, "lon": 20.0 + 4 * k} for k in range(8)]
    assert len(content_of(events(*chain), None, None).spots) == 8


def test_camps_far_from_all_events_are_not_drawn():
    points = geopandas.points_from_xy([36.9, 36.7], [36.3, 37.2])  # 19 and 100 km away
    camps = geopandas.GeoDataFrame({"name": ["C", "D"]}, geometry=points, crs=CRS)
    wide = [ATMEH, {**ATMEH, "lon": 38.7, "lat": 35.3}]
    content = content_of(events(*wide), None, camps)
    picture = Picture(content, Sheet(1200, 900), Box(0, 0, 1200, 900), "un")
    assert [camp.names for camp in picture.spots.camps] == [("C",)]


def test_control_drawn_under_older_events_is_said_not_to_be_theirs():
    side = zones(("A", "2022-02-01", "2022-02-10", 36, 37))
    assert content_of(events(ATMEH), side, None).control == "control as reported for 3 Feb 2022"
    older = {**ATMEH, "date_start": "2020-10-26", "date_end": "2020-10-26"}
    assert (
        content_of(events(ATMEH, older), side, None).control
        == "control as reported for 3 Feb 2022, not for earlier days"
    )


def test_a_controller_looks_the_same_on_every_map_and_shared_ground_is_grey():
    names = ["B", "joint: A and B", "A", "contested: A / B"]
    assert looks(names)["A"] == looks(["A"])["A"] == looks(["A", "SDF"])["A"]
    assert looks(names)["B"] != looks(names)["A"]
    assert looks(names)["joint: A and B"] == looks(names)["contested: A / B"] == SHARED_LOOK
    # Those of the curated reports keep theirs whatever else is on the map, and most differ in tint.
    curated = [row["controller"] for row in curated_rows("control.csv") if not is_shared(row["controller"])]
    whole = looks(curated)
    assert all(looks([name, "A", "B"])[name] == look for name, look in whole.items())
    assert len({look.tint for look in whole.values()}) == len(TINTS)
    # Who held towns near each other at one time is told apart by both.
    towns = [row for row in curated_rows("control.csv") if not is_shared(row["controller"])]
    near = [pair for pair, weight in _closeness(towns).items() if weight == NEIGHBOURS_WEIGHT]
    assert frozenset(("HTS-led opposition", "Syrian government")) in near
    for one, other in near:
        assert whole[one].tint != whole[other].tint, (one, other)
        assert whole[one].hatch != whole[other].hatch, (one, other)
    many = [f"side {k:02d}" for k in range(35)]
    assert len(set(looks(many).values())) == 35
    assert len({look.tint for look in looks(many[:7]).values()}) == 7
    assert len(looks([*many, "one more"])) == 36


def test_page_and_still_give_a_controller_one_look():
    side = zones(("SDF", "2022-01-01", None, 36, 37), ("A", "2022-01-01", None, 37, 38))
    still, page = content_of(events(ATMEH), side, None).looks, zone_island(side)
    for name, drawn in zip(page["controllers"], page["looks"], strict=True):
        assert (drawn["light"], HATCH_ORDER[drawn["hatch"]]) == (still[name].tint, still[name].hatch)


def test_words_hold_no_finer_place_than_the_layer(still, tmp_path):
    assert "displacement camp Camp C within 5 km" in still.alt_text
    assert "opening day not known" not in still.alt_text
    unknown = captions.event_words(
        {"summary": "x", "camp_name": "Camp C", "camps": [{"name": "Camp C", "open": "unknown"}]}
    )
    assert "nearest listed displacement camp Camp C near, opening day not known" in unknown
    path, _ = still.save(tmp_path / "map.svg")
    for text in (still.alt_text, path.read_text(encoding="utf-8")):
        assert not re.search(r"1234|217|36\.68|36\.30|36\.69", text.split("<path")[0])


@pytest.mark.parametrize(
    ("low", "best", "high", "words"),
    [
        (None, None, None, ""),
        (12, 13, 13, "13 reported killed (12–13)"),
        (13, 13, 13, "13 reported killed"),
        (12, None, None, "at least 12 reported killed"),
        (60, 60, None, "at least 60 reported killed"),
        (None, None, 20, "up to 20 reported killed"),
        (34, 60, None, "60 reported killed (at least 34)"),
        (0, 0, 0, "no one reported killed"),
        (None, 7, None, "at least 7 reported killed"),
    ],
)
def test_killed_words_keep_the_range(low, best, high, words):
    assert captions.killed_words({"fatalities_low": low, "fatalities_best": best, "fatalities_high": high}) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2022-01-20", "2022-01-30", "20–30 Jan 2022"),
        ("2022-01-30", "2022-02-01", "30 Jan – 1 Feb 2022"),
        ("2024-12-31", "2025-01-01", "31 Dec 2024 – 1 Jan 2025"),
        ("2022-02-03", None, "3 Feb 2022"),
        (None, None, ""),
    ],
)
def test_span_words(first, last, words):
    assert captions.span_words(first, last) == words


def test_default_titles_claim_what_the_layer_holds():
    assert captions.default_title(events(ATMEH)) == "Armed clash reported near Atmeh"
    assert captions.default_title(events({**ATMEH, "place_relation": "in"})) == "Armed clash reported in Atmeh"
    prison = {**ATMEH, "place_relation": "in", "place_kind": "prison", "sub_event_type": "Other"}
    assert captions.default_title(events(prison)) == "Battles reported at Atmeh"
    said = {**ATMEH, "place_said": "Khirbet Amud", "sub_event_type": "Attack"}
    assert captions.default_title(events(said)) == "Attack reported: Khirbet Amud (in no list), near Atmeh"
    assert captions.place_words({"place_said": "Khirbet Amud"}) == "Khirbet Amud (in no list)"
    assert captions.default_title(events(ATMEH, PROVINCE)) == "2 reported events in Syria"
    assert captions.default_title(events()) == "No reported events"


# ---- scripts -------------------------------------------------------------------------------------------------------
def test_arabic_is_shaped_and_stands_on_the_right():
    title = "شمال غرب سوريا"
    assert runs_leftward(title)
    assert not runs_leftward("Idlib / إدلب")
    sheet = Sheet(1200, 900)
    joined = sheet.measure(title, 34)[0]
    apart = sum(sheet.measure(letter, 34)[0] for letter in title)
    assert joined < 0.9 * apart  # letters that join are narrower than the same letters alone
    still = render_still(events({**ATMEH, "place_name": "أطمة"}), title=title, width_px=640, height_px=480)
    svg = still.sheet.svg("t", "d").decode()
    assert title in texts_of(svg)
    assert re.search(r'<g id="still-[0-9a-f]{8}-leftward-right-\d+">', svg)


def test_a_character_without_a_font_is_named_and_kept_in_the_words():
    title = "Report \U0010fffd here\x00\u202e"
    with pytest.warns(UserWarning, match=r"U\+10FFFD"):
        still = render_still(events(ATMEH), title=title, width_px=640, height_px=480)
    assert "Report \U0010fffd here." in still.alt_text
    assert "Report \ufffd here" in texts_of(still.sheet.svg("t", "d"))


# ---- where things lie ----------------------------------------------------------------------------------------------
POINTS = st.lists(st.tuples(st.floats(-180, 180), st.floats(-80, 80)), min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(POINTS, st.floats(0, 80_000))
def test_a_frame_shows_all_points_and_finds_back(points, radius):
    box = Box(24, 100, 1152, 640)
    lon, lat = np.array(points).T
    frame = fit_frame(lon, lat, np.full(len(lon), radius), box)
    x, y = frame.to_px(lon, lat)
    assert ((x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)).all()
    if not frame.world:
        back_lon, back_lat = frame.to_lon_lat(x, y)
        _, _, apart = WGS84.inv(lon, lat, back_lon, back_lat)
        assert (np.asarray(apart) < 0.01).all()


@settings(max_examples=60, deadline=None)
@given(st.floats(-179, 179), st.floats(-78, 78), st.floats(1_000, 900_000), st.floats(100, 250))
def test_the_scale_bar_is_as_long_as_it_says(lon, lat, radius, max_px):
    frame = fit_frame([lon], [lat], [radius], Box(0, 0, 1152, 640))
    at = (200.0, 600.0)
    metres, px = scale_bar(frame, at, max_px)
    assert 0 < px <= max_px
    assert str(metres).strip("0") in ("1", "2", "5")
    here = frame.to_lon_lat([at[0] - px / 2, at[0] + px / 2], [at[1]] * 2)
    _, _, length = WGS84.inv(here[0][0], here[1][0], here[0][1], here[1][1])
    assert length == pytest.approx(metres, rel=0.005)


@pytest.mark.parametrize(("lon", "lat"), [([36, 15], [36, 5]), ([36.7], [36.3]), ([-70, 36.7], [-40, 36.3])])
def test_cut_countries_stay_areas_whose_edges_can_be_drawn(lon, lat):
    from geoconflict.bundled import country_outlines

    frame = fit_frame(lon, lat, [0.0] * len(lon), Box(0, 0, 1152, 640))
    pieces = frame.cut(country_outlines("un").geometry.to_numpy())
    assert {piece.geom_type for piece in pieces if not piece.is_empty} <= {"Polygon", "MultiPolygon"}
    assert shapely.boundary(shapely.union_all(pieces)) is not None
    assert (shapely.is_valid(frame.project(pieces))).all()


def test_a_view_across_the_180th_meridian_has_land_on_both_sides():
    from geoconflict.bundled import country_outlines

    frame = fit_frame([178.4, -179.9], [-18.1, -16.8], [0, 0], Box(0, 0, 1000, 800))  # Fiji
    outlines = country_outlines("un")
    land = frame.clip(outlines.geometry[outlines["iso2"] == "FJ"].to_numpy())[0]
    middle_x, _ = frame.to_px(180.0, -17.0)
    west, _, east, _ = land.bounds
    assert west < middle_x < east


BOXES = st.lists(
    st.tuples(st.floats(0, 600), st.floats(0, 400), st.floats(5, 160), st.floats(8, 60), st.booleans()),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(BOXES)
@example([(512.0, 332.0, 5.0, 8.0, True)])  # its symbol lies under the wall, and so would its leader
def test_labels_lie_on_nothing_and_inside(wanted):
    bounds, wall = Box(0, 0, 600, 400), Box(500, 320, 90, 70)
    symbols = [Obstacle(Box(x - 8, y - 8, 16, 16), k) for k, (x, y, *_) in enumerate(wanted)]
    labels = [
        Label(f"{k}", "event", 1.0 + k % 3, beside((x, y), [(width, height)], 8, 1.0, far=far), k)
        for k, (x, y, width, height, far) in enumerate(wanted)
    ]
    places = arrange(labels, [Obstacle(wall), *symbols], bounds)
    assert places == arrange(labels, [Obstacle(wall), *symbols], bounds)
    found = [place for place in places if place]
    for number, place in enumerate(found):
        assert bounds.holds(place.box)
        assert not any(place.box.meets(one.box) for one in [Obstacle(wall), *symbols])
        assert not any(place.box.meets(other.box) for other in found[number + 1 :])
        assert not any(place.box.meets(part) for other in found if other is not place for part in other.extra)
    alone = [label for label in labels if not any(label.own != s.own for s in symbols)]
    assert (
        len(alone) != 1
        or places[0] is not None
        or not any(
            bounds.holds(p.box) and not any(part.meets(wall) for part in (p.box, *p.extra)) for p in alone[0].places
        )
    )


def test_a_label_without_room_takes_that_of_lighter_ones_which_move():
    bounds = Box(0, 0, 200, 60)
    left = beside((100, 30), [(60, 12)], 5, 1.0)
    only = (left[0],)  # the heavier label has one place, the lighter one's best is the same
    labels = [Label("town", "town", 1.0, left), Label("event", "event", 9.0, only)]
    town, event = arrange(labels, [], bounds)
    assert event.box == left[0].box
    assert town is not None
    assert not town.box.meets(event.box)
    light, heavy = arrange([Label("town", "town", 1.0, only), Label("event", "event", 9.0, only)], [], bounds)
    assert light is None
    assert heavy is not None


def test_a_label_in_an_area_stays_in_it_and_near_where_it_should():
    area = shapely.difference(shapely.box(0, 0, 300, 300), shapely.box(80, 0, 300, 220))  # an L
    bounds = Box(0, 0, 300, 300)
    for place in inside(area, [(60, 20)], bounds):
        box = place.box
        assert shapely.contains(area, shapely.box(box.left, box.top, box.right, box.bottom))
    assert not inside(area, [(60, 20)], bounds, prefer=(200, 100), drift=50)
    assert not inside(area, [(90, 90)], bounds)  # nowhere is that wide
    corner = emptiest_corner((50, 50), 5, [Box(240, 240, 60, 60)], bounds)
    assert (corner.right, corner.top) == (295, 5)


def test_no_label_of_a_still_lies_on_another(still):
    boxes = []
    renderer = still.sheet._renderer
    for text in still.sheet._texts():
        extent = text.get_window_extent(renderer)
        boxes.append((text.get_text(), Box(extent.x0, 900 - extent.y1, extent.width, extent.height).grown(-1.5)))
    overlapping = [(a, b) for k, (a, one) in enumerate(boxes) for b, other in boxes[k + 1 :] if one.meets(other)]
    assert not overlapping


# ---- the whole range -----------------------------------------------------------------------------------------------
def test_an_empty_layer_and_one_of_the_whole_world_are_drawn(tmp_path):
    empty = render_still(events(), width_px=600, height_px=450)
    assert "No reported events" in empty.alt_text
    side = zones(("A", "2022-02-01", "2022-03-01", 36, 37))
    nowhere = render_still(events(NOWHERE), zones=side)
    for still in (empty, nowhere):
        assert still.alt_text.startswith("A card without a map.")
        assert "Natural Earth" not in " ".join(texts_of(still.sheet.svg("t", "d")))
    assert "No event could be placed on a map.\n1 event without a known place." in nowhere.alt_text
    assert "Ground reported" not in nowhere.alt_text
    far = render_still(
        events(ATMEH, {**ATMEH, "lon": -70.0, "lat": -40.0, "country": "AR"}), width_px=600, height_px=450
    )
    assert "km" not in {text.split(" ")[-1] for text in texts_of(far.sheet.svg("t", "d"))}  # no one scale is true


@pytest.mark.shared
def test_a_table_of_thousands_is_gathered_and_counted(shared):
    from geoconflict import read_events

    layer = read_events(shared / "events" / "ucdp_ged_syria_dev.parquet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the table's own faults are the reader's to report
        still = render_still(layer, width_px=800, height_px=600)
    numbers = [int(text) for text in texts_of(still.sheet.svg("t", "d")) if text.isdigit() and int(text) > 1]
    left_out = int(
        re.search(r"Not on the map: ([\d,]+) events known only to a wider area", still.alt_text)[1].replace(",", "")
    )
    shown = len(layer) - left_out
    assert 0.98 * shown <= sum(numbers) <= shown + 2  # the rest are single symbols; the key's own sample is a 2
    assert "And 11,372 more events." in still.alt_text


def test_a_dated_map_is_drawn_for_its_day_and_not_for_ever():
    old = zones_layer_of_one("Side A", "2021-12-20")
    new = zones_layer_of_one("Side B", "2022-01-20")
    both = pd.concat([old, new], ignore_index=True)
    drawn, words = zones_on(both, "2022-02-03")
    assert drawn["controller"].tolist() == ["Side B"]  # the older map is replaced, not drawn beneath
    assert words == "control as reported for 20 Jan 2022"
    assert zones_on(both, "2022-05-01")[0] is None
    assert zones_on(both, "2022-05-01", 365)[0]["controller"].tolist() == ["Side B"]


def zones_layer_of_one(controller, day):
    row = dict.fromkeys(ZONE_COLUMNS) | {"zone_id": day, "controller": controller, "valid_from": day, "source": "maps"}
    frame = pd.DataFrame({name: pd.Series([row[name]], dtype=dtype) for name, dtype in ZONE_COLUMNS.items()})
    return geopandas.GeoDataFrame(frame, geometry=[shapely.box(36, 35, 37, 37)], crs=CRS)
