"""Stills in every size: text that can be read, labels that overlap nothing, series, what an editor is told."""

import random
import re
import resource
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from PIL import Image

from geoconflict.errors import InputError, OutputError, UsageError
from geoconflict.maps import render_still
from geoconflict.maps.checks import contrast, difference, overlaps
from geoconflict.maps.names import PRIORITY
from geoconflict.maps.sheet import SMALLEST
from geoconflict.maps.sizes import SIZES
from geoconflict.records import CRS

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from stills import random_layers
from test_still import ATMEH, NOWHERE, PROVINCE, events, texts_of, zones

SIDES = (("Side A", "2022-02-01", "2022-02-10", 36.5, 36.9), ("Side B", "2022-02-01", "2022-02-10", 36.9, 37.4))


@pytest.mark.parametrize("size", SIZES)
def test_every_size_can_be_read_where_it_is_shown(size, tmp_path):
    still = render_still(events(ATMEH, PROVINCE), zones=zones(*SIDES), size=size, byline="A Desk")
    again = render_still(events(ATMEH, PROVINCE), zones=zones(*SIDES), size=size, byline="A Desk")
    assert still.sheet.png("t", "d") == again.sheet.png("t", "d")
    written = still.sheet.written
    assert min(line.size for line in written) >= SMALLEST
    assert not overlaps(written)
    whole = (0, 0, still.sheet.width, still.sheet.height)
    for line in written:
        assert line.box.left >= whole[0] - 1, line
        assert line.box.right <= whole[2] + 1, line
        assert line.box.top >= whole[1], line
        assert line.box.bottom <= whole[3] + 1, line
    said = " ".join(line.text for line in written)
    assert "A Desk" in said
    assert "Natural Earth" in said
    files = still.save(tmp_path / "map.png", formats=("png", "svg", "pdf"))
    assert [file.name for file in files] == ["map.png", "map@2x.png", "map.svg", "map.pdf", "map.alt.txt"]
    with Image.open(files[0]) as plain, Image.open(files[1]) as fine:
        assert plain.size[0] == SIZES[size].width_px
        assert fine.size == (2 * plain.size[0], 2 * plain.size[1])
    assert b"/FontFile2" in files[3].read_bytes()


@pytest.mark.parametrize(("size", "least_vital", "least"), [("article", 0.95, 0.7), ("phone", 0.8, 0.6)])
def test_labels_of_random_extents_overlap_nothing_and_find_room(size, least_vital, least):
    """The figure over 200 extents is in benchmarks/stills.py; these are the first of them."""
    names, places = [], []
    for seed in range(5):
        layer, camps = random_layers(random.Random(seed))
        still = render_still(layer, camps=camps, size=size)
        assert overlaps(still.sheet.written) == []
        for picture in still.layout.pictures:
            names += picture.names
            places += picture.places
            symbols = [spot.box for spot in picture.spots.spots]
            assert not any(box.meets(symbol) for box in picture.boxes for symbol in symbols)
    vital = [place is not None for name, place in zip(names, places, strict=True) if name.label.kind in PRIORITY]
    assert np.mean(vital) >= least_vital
    assert np.mean([place is not None for place in places]) >= least


def test_a_series_has_one_map_a_step_and_says_the_day_of_each():
    week = {**ATMEH, "event_id": "b", "date_start": "2022-02-15", "date_end": "2022-02-15", "lon": 36.9}
    still = render_still(events(ATMEH, week), zones=zones(*SIDES), step="week")
    headings = [panel.heading for panel in still.layout.panels]
    assert headings == ["31 Jan – 6 Feb 2022", "7–13 Feb 2022", "14–20 Feb 2022"]
    frames = {(p.view.frame.lon, p.view.frame.lat, p.view.frame.width_m) for p in still.layout.pictures}
    assert len(frames) == 1
    assert sum(len(picture.spots.spots) for picture in still.layout.pictures) == 2
    assert overlaps(still.sheet.written) == []
    with pytest.raises(UsageError, match="take --series month"):
        render_still(events(ATMEH, {**week, "date_start": "2024-02-15", "date_end": "2024-02-15"}), step="week")
    with pytest.raises(UsageError, match="no event has one"):
        render_still(events({**ATMEH, "date_start": None}), step="day")


def test_before_and_after_show_who_held_the_ground_on_either_day():
    sides = zones(("Side A", "2022-01-01", "2022-02-01", 36.4, 37.0), ("Side B", "2022-02-01", None, 36.4, 37.0))
    still = render_still(events(ATMEH), zones=sides, before="2022-01-20", after="2022-02-04")
    assert [set(picture.held) for picture in still.layout.pictures] == [{"Side A"}, {"Side B"}]
    assert [len(picture.spots.spots) for picture in still.layout.pictures] == [0, 1]
    for wrong in (
        {"before": "2022-01-20"},
        {"before": "2022-02-04", "after": "2022-01-20"},
        {"before": "x", "after": "y"},
    ):
        with pytest.raises(UsageError):
            render_still(events(ATMEH), **wrong)


def test_before_and_after_tell_no_event_of_neither_map_and_count_the_rest_once():
    later = {**ATMEH, "event_id": "b", "date_start": "2022-03-01", "date_end": "2022-03-01"}
    lost = {**NOWHERE, "event_id": "c", "date_start": None, "date_end": None}
    still = render_still(events(ATMEH, later, lost), before="2022-01-20", after="2022-02-04")
    assert "1 Mar 2022" not in still.alt_text
    assert still.title == "Armed clash reported near Atmeh"
    assert re.findall(r"Not on the map: (.*)", still.alt_text) == ["2 events after the second day or without a date."]
    with pytest.raises(UsageError, match="no event began by 4 Jan 2022"):
        render_still(events(ATMEH), before="2022-01-02", after="2022-01-04")


def test_a_series_counts_once_what_is_on_none_of_its_maps():
    rows = [ATMEH, {**NOWHERE, "event_id": "b"}, {**ATMEH, "event_id": "c", "date_start": None, "date_end": None}]
    still = render_still(events(*rows), step="day")
    found = re.findall(r"Not on the map: (.*)", still.alt_text)
    assert found == ["1 event without a known place and 1 event without a date."]


@pytest.mark.parametrize("second", ["a map", "another map", None])
def test_ground_of_two_sources_is_not_told_as_a_change_of_the_ground(second):
    sides = zones(("Side A", "2022-01-01", "2022-02-01", 36.4, 37.0), ("Side B", "2022-02-01", None, 36.4, 37.0))
    sides["source"] = ["a map", second]
    still = render_still(events(ATMEH), zones=sides, before="2022-01-20", after="2022-02-04")
    written = [line.text for line in still.sheet.written if line.role == "head"]
    named = [line for line in written if line.startswith("Control: ")]
    found = {finding.what: finding for finding in still.check()}["source of control"]
    differ = second != "a map"
    assert named == (["Control: a map", f"Control: {second or 'source not given'}"] if differ else [])
    assert found.ok is not differ
    assert ("may be the sources, not the ground" in still.alt_text) is differ


@pytest.mark.parametrize("size", ["article", "phone"])
def test_every_map_of_a_series_says_for_which_day_its_control_is(size):
    week = {**ATMEH, "event_id": "b", "date_start": "2022-02-15", "date_end": "2022-02-15", "lon": 36.9}
    sides = zones(("Side A", "2022-02-01", "2022-03-01", 36.4, 37.0))
    still = render_still(events(ATMEH, week), zones=sides, step="week", size=size)
    days = ("6 Feb 2022", "13 Feb 2022", "20 Feb 2022")
    lines = still.layout.control_lines
    assert all(line.endswith(f" {day}") for line, day in zip(lines, days, strict=True))
    found = {finding.what: finding for finding in still.check()}["date of control"]
    assert found.ok
    assert all(day in found.found for day in days)
    still.layout.control_lines[1] = "1 event · control 13…"
    found = {finding.what: finding for finding in still.check()}["date of control"]
    assert not found.ok
    assert found.found.endswith("found no room: 13 Feb 2022")


def test_pictures_on_one_page_share_no_id_and_text_is_kept():
    title = """Set in 'DejaVu Sans' id="x" today"""
    drawn = [render_still(events(ATMEH), zones=zones(*SIDES), title=title, size=size) for size in ("article", "phone")]
    ids = []
    for still in drawn:
        svg = still.sheet.svg(still.title, still.alt_text).decode()
        root = ET.fromstring(svg)
        ids.append({one.get("id") for one in root.iter() if one.get("id")})
        aimed = {number for pair in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg) for number in pair if number}
        assert aimed <= ids[-1]
        written = [one.text for one in root.iter() if one.tag.endswith("}text")]
        assert title in " ".join(written)
    assert not ids[0] & ids[1]


def test_a_ring_near_the_pole_is_no_larger_on_a_map_of_the_world():
    rows = [{**ATMEH, "event_id": str(lat), "lat": lat, "country": None} for lat in (36.31, -36.0, 85.0, -90.0)]
    (picture,) = render_still(events(*rows)).layout.pictures
    assert picture.view.frame.world
    assert len(picture.spots.spots) == 4
    assert len({round(spot.ring, 6) for spot in picture.spots.spots}) == 1


def test_a_failure_leaves_all_files_of_a_still_as_they_were(tmp_path, monkeypatch):
    still = render_still(events(ATMEH), zones=zones(*SIDES))
    old = [tmp_path / name for name in ("map.png", "map@2x.png", "map.alt.txt")]
    for path in old:
        path.write_text("old")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            still.save(tmp_path / "map.png", overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert sorted(tmp_path.iterdir()) == sorted(old)
    assert {path.read_text() for path in old} == {"old"}


def test_a_point_in_a_name_is_no_ending(tmp_path):
    still = render_still(events(ATMEH), size="phone")
    saved = still.save(tmp_path / "report.v1", formats=["svg"])
    assert [path.name for path in saved] == ["report.v1.svg", "report.v1.alt.txt"]


def test_half_pixels_and_places_beyond_a_pole_are_one_line():
    with pytest.raises(UsageError, match=r"800\.5 px"):
        render_still(events(ATMEH), width_px=800.5)
    with pytest.raises(InputError, match="event layer, row 2: no place has latitude 95"):
        render_still(events(ATMEH, {**ATMEH, "event_id": "b", "lat": 95.0}))


def test_an_event_without_a_place_is_not_told_as_known_to_an_area():
    still = render_still(events(ATMEH, {**NOWHERE, "event_id": "b"}))
    assert "1 without a known place" in still.short_text
    assert "known only to an area" not in still.short_text


def test_the_editors_list_names_what_is_missing():
    still = render_still(events(ATMEH), zones=zones(*SIDES))
    found = {finding.what: finding for finding in still.check()}
    assert found["date of control"].ok
    assert "3 Feb 2022" in found["date of control"].found
    assert not found["byline"].ok
    assert found["labels overlapping"].found == "0"
    assert not {one.what: one for one in still.check(shown_at_px=400)}["size of text"].ok
    nowhere = render_still(events(NOWHERE)).check()
    assert any(finding.what == "labels overlapping" and finding.ok for finding in nowhere)


def test_colour_figures_are_those_of_their_sources():
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert difference("#ff0000", "#00ff00") == pytest.approx(170.6, abs=0.5)
    assert difference("#ff0000", "#00ff00", "deuteranopia") < 0.6 * difference("#ff0000", "#00ff00")


def test_a_zone_of_very_many_points_is_drawn_simpler_and_that_is_said():
    turn = np.linspace(0, 2 * np.pi, 400_000)
    reach = 0.4 + 0.002 * np.sin(turn * 4000)
    ring = shapely.polygons(np.column_stack([36.7 + reach * np.cos(turn), 36.0 + reach * np.sin(turn)]))
    layer = zones(SIDES[0]).set_geometry([ring], crs=CRS)
    still = render_still(events(ATMEH), zones=layer)
    assert re.search(
        r"control drawn to [\d,.]+ k?m: \d{3},\d{3} points are more than the picture can show", still.alt_text.lower()
    )


def test_a_zone_of_very_many_points_is_simplified_once_for_all_maps_of_a_still(monkeypatch):
    turn = np.linspace(0, 2 * np.pi, 150_000)
    ring = shapely.polygons(np.column_stack([36.7 + 0.4 * np.cos(turn), 36.0 + 0.4 * np.sin(turn)]))
    layer = zones(("Side A", "2022-01-20", "2022-03-01", 36.4, 37.0)).set_geometry([ring], crs=CRS)
    asked, simplify = [], shapely.simplify

    def counted(shapes, *rest, **options):
        asked.append(int(np.sum(shapely.get_num_coordinates(shapes))))
        return simplify(shapes, *rest, **options)

    monkeypatch.setattr(shapely, "simplify", counted)
    week = {**ATMEH, "event_id": "b", "date_start": "2022-02-15", "date_end": "2022-02-15", "lon": 36.9}
    still = render_still(events(ATMEH, week), zones=layer, step="week")
    assert [set(picture.held) for picture in still.layout.pictures] == [{"Side A"}] * 3
    assert sum(number > 100_000 for number in asked) == 1


def test_ground_across_a_border_is_said_and_a_sliver_is_cut():
    wide = zones(("Side A", "2022-02-01", "2022-02-10", 36.4, 37.4)).set_geometry(
        [shapely.box(36.4, 35.9, 37.4, 37.2)], crs=CRS
    )
    still = render_still(events(ATMEH), zones=wide)
    assert "Ground of Side A lies in Syria and Türkiye." in still.alt_text


def test_an_outline_of_the_layer_is_drawn_as_given():
    shape = shapely.box(36.5, 35.8, 37.0, 36.2)
    layer = events(ATMEH, PROVINCE)
    layer = layer.set_geometry(geopandas.GeoSeries([layer.geometry.iloc[0], shape], index=layer.index, crs=CRS))
    picture = render_still(layer).layout.pictures[0]
    (area,) = picture.spots.areas
    assert area.given
    left, top, right, bottom = area.outline.bounds
    lon, lat = picture.view.frame.to_lon_lat([left, right], [bottom, top])
    assert lon == pytest.approx([36.5, 37.0], abs=0.02)
    assert lat == pytest.approx([35.8, 36.2], abs=0.02)


@pytest.mark.parametrize(("lon", "lat", "country"), [(179.9, -16.5, "FJ"), (-179.9, 68.9, "RU"), (15.0, 89.5, None)])
def test_an_event_at_the_edge_of_the_map_of_the_world_is_drawn(lon, lat, country):
    still = render_still(events({**ATMEH, "lon": lon, "lat": lat, "country": country, "place_name": "Edge"}))
    assert any("Edge" in text for text in texts_of(still.sheet.svg("t", "d")))
    assert overlaps(still.sheet.written) == []


def test_a_size_or_format_that_is_none_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="use one of article, phone, square, social"):
        render_still(events(ATMEH), size="poster")
    with pytest.raises(UsageError, match="format 'gif' is unknown"):
        render_still(events(ATMEH), width_px=480).save(tmp_path / "map.png", formats=("gif",))
