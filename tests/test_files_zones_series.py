"""Zones in: folders of dated files, names that say who and when, and what is wrong, each in one clear line."""

import datetime as dt
import json
import math
import re

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import MultiPolygon, Point, Polygon, box
from zone_files import BOW_TIE, EAST, SQUARE, told, zone, zone_file

from geoconflict.errors import InputError, InputWarning, RepairedWarning, RowsLeftOutWarning, UsageError
from geoconflict.files import read_zones, write_layer
from geoconflict.files.days import DayPattern, name_without_days, named_days
from geoconflict.files.polygons import area_km2
from geoconflict.records import CRS
from geoconflict.zones import zone_facts


# ---- folders and names ---------------------------------------------------------------------------------------------
def test_a_series_of_dated_maps(shared):
    layer = read_zones(shared / "zones/deepstate_ukraine", controller="Russian army")
    assert len(layer) == 26
    assert layer.geometry.is_valid.all()
    assert list(layer["source"].unique()) == ["deepstatemap_data"]
    assert layer["valid_from"].iloc[0] == "2024-07-08"
    assert layer["valid_to"].isna().all()  # dated maps: the next replaces each, and a long gap shows as one
    assert layer["certainty"].isna().all()
    (facts,) = zone_facts(layer)
    assert (facts["days"], facts["first_day"], facts["last_day"]) == (26, "2024-07-08", "2026-08-22")
    assert facts["largest_gap"] == {"days": 44, "after": "2024-07-28", "before": "2024-09-10"}
    geodesic = [abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6 for shape in layer.geometry]
    assert [one["km2"]["Russian army"] for one in facts["areas"]] == pytest.approx(geodesic, rel=1e-4)


def test_shapefiles_named_by_day_in_another_crs_with_broken_rings(shared):
    folder = shared / "zones/isw_ukraine_shp"
    layer, warned = told(lambda: read_zones(folder, controller="Russian army"))
    days = layer.groupby("source")["valid_from"].agg(lambda rows: sorted(set(rows))).to_dict()
    assert days == {
        "AssessedRussianAdvancesinUkraine": ["2022-08-23"],
        "UkraineControlMapAO": ["2022-05-23", "2022-06-04", "2022-08-23"],
    }
    assert layer.geometry.is_valid.all()
    repairs = [text for kind, text in warned if kind == "RepairedWarning"]
    assert len(repairs) == 3
    assert all(
        re.search(r"zip row 1: a ring crosses itself; repaired, area 1[12]\d,\d{3}\.\d km2, changed by less", one)
        for one in repairs
    )
    assert any("AUG23 has no year; taken as 2022-08-23, which another file here carries" in text for _, text in warned)
    alone = folder / "AssessedRussianAdvancesinUkraineAUG23.zip"
    with pytest.raises(InputError, match=r"AUG23 may be 23 Aug of a year it does not say or 2023-08; .*--zone-dates"):
        read_zones(alone, controller="Russian army")
    said = read_zones(alone, controller="Russian army", dates="2022-08-23=*aug23")
    assert set(said["valid_from"]) == {"2022-08-23"}


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("deepstatemap_data_20240708", ["2024-07-08"]),
        ("map 2024-07-08 v2", ["2024-07-08"]),
        ("UkraineControlMapAO04JUN2022", ["2022-06-04"]),
        ("zonesAUG232022", ["2022-08-23"]),
        ("zones 23rd Aug 2022", ["2022-08-23"]),
        ("zones_23-05-2022", ["2022-05-23"]),
        ("zones_05062022", ["2022-06-05", "2022-05-06"]),
        ("zones 5.6.2022", ["2022-06-05", "2022-05-06"]),
        ("zones_220523", ["2022-05-23", "2023-05-22"]),
        ("zones_23May22", ["2022-05-23", "2023-05-22"]),
        ("BlockBoundaries_2016_12", ["2016-12"]),
        ("zones_202212", ["2022-12"]),
        ("zonesMay2022", ["2022-05"]),
        ("AdvancesAUG23", ["2023-08", "-08-23"]),
        ("dismay22", []),
        ("zones_2022", []),
        ("id_1202407081", []),
        ("2024-13-40", []),
    ],
)
def test_what_a_name_may_mean(name, readings):
    found = named_days(name)
    meant = [f"{one.first}"[: 7 if one.precision == "month" else 10] for each in found for one in each.readings]
    meant += [f"-{each.yearless[0]:02}-{each.yearless[1]:02}" for each in found if each.yearless]
    assert meant == readings


@given(day=st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)), form=st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y_%m_%d", "%d%b%Y", "%d %B %Y", "%b%d%Y", "%d%m%Y"]))  # fmt: skip
def test_a_day_written_is_among_its_readings(day, form):
    name = f"map_{day.strftime(form)}_x"
    (found,) = named_days(name)
    assert day in [one.first for one in found.readings]
    assert len(found.readings) == 1 or "%d%m" in form
    assert name_without_days(name) == "map__x"
    match = DayPattern(f"map_{form}").find(name)
    assert match[0][0].readings[0].first == day


def test_folders_whose_names_say_day_and_side(tmp_path):
    folder = tmp_path / "fronts"
    for name in ("SDF_2022-05-23", "SNA_2022-05-23", "SDF_2022-06-01", "SNA_2022-06-01"):
        path = folder / name[4:] / f"{name}.geojson"
        path.parent.mkdir(parents=True, exist_ok=True)
        zone_file(path, [{"geometry": SQUARE if name.startswith("SDF") else EAST}])
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    for options in ({}, {"dates": "{controller}_%Y-%m-%d"}, {"dates": r"(?P<controller>[A-Z]+)_(?P<date>[\d-]+)$"}):
        layer, warned = told(lambda options=options: read_zones(folder, **options))
        assert sorted(zip(layer["controller"], layer["valid_from"], strict=True)) == [
            ("SDF", "2022-05-23"), ("SDF", "2022-06-01"), ("SNA", "2022-05-23"), ("SNA", "2022-06-01"),
        ]  # fmt: skip
        assert set(layer["source"]) == {"fronts"}  # one series, not one a side
        assert ("InputWarning", "fronts: no zone files, not read: notes.txt") in warned
    mapped, _ = told(lambda: read_zones(folder, controller=["north=SDF*", "south=sna*"]))
    assert set(mapped["controller"]) == {"north", "south"}


def test_days_in_folders_and_patterns_across_them(tmp_path):
    path = tmp_path / "maps" / "2022" / "05" / "23.geojson"
    path.parent.mkdir(parents=True)
    zone_file(path, [{"geometry": SQUARE}])
    with pytest.raises(InputError, match="no valid_from and no day in its name; add a column valid_from"):
        read_zones(tmp_path / "maps", controller="A")
    layer = read_zones(tmp_path / "maps", controller="A", dates="%Y/%m/%d")
    assert layer["valid_from"].tolist() == ["2022-05-23"]


def test_one_bad_file_costs_no_other(tmp_path):
    folder = tmp_path / "maps"
    folder.mkdir()
    for name, shape in (("m_2022-05-01", SQUARE), ("m_05062022", EAST), ("m_20220501_20220601", EAST), ("m", EAST)):
        zone_file(folder / f"{name}.geojson", [{"geometry": shape}])
    (folder / "n_2022-05-01.geojson").write_text("{", encoding="utf-8")
    layer, warned = told(lambda: read_zones([folder, tmp_path / "none.kml"], controller="A"))
    assert layer["valid_from"].tolist() == ["2022-05-01"]
    assert {kind for kind, _ in warned} == {"RowsLeftOutWarning"}
    messages = " | ".join(text for _, text in warned)
    assert (
        "m_05062022.geojson: 05062022 may be 2022-06-05 or 2022-05-06; say it with --zone-dates, e.g. --zone-dates '2022-06-05=m_05062022*'"
        in messages
    )
    assert (
        "m_20220501_20220601.geojson: its name carries 2 days (20220501, 20220601); say it with --zone-dates"
        in messages
    )
    assert "m.geojson: no valid_from and no day in its name" in messages
    assert "n_2022-05-01.geojson: not JSON" in messages
    assert "none.kml: no such file or folder" in messages
    both, _ = told(lambda: read_zones(folder, controller="A", dates=["%d%m%Y", "2022-07-01=m"]))
    assert sorted(both["valid_from"]) == ["2022-05-01", "2022-06-05", "2022-07-01"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dates": "zones"}, "names no part of a date"),
        ({"dates": "(?P<date>"}, "--zone-dates"),
        ({"dates": "2022-02-30=*"}, "2022-02-30 is no day"),
        ({"controller": ["A", "B"]}, "only one can hold everything"),
        ({"controller": "=x"}, "write NAME, NAME=PATTERN or @COLUMN"),
    ],
)
def test_options_that_cannot_be_understood(tmp_path, options, message):
    path = zone_file(tmp_path / "z_2022-01-01.geojson", [{"geometry": SQUARE}])
    with pytest.raises(UsageError, match=message):
        read_zones(path, **options)


# ---- bad input -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"valid_to": "2023-02-30"}, "valid_to 2023-02-30 is not a date; use YYYY-MM-DD"),
        ({"valid_from": "2022-13-01"}, "valid_from 2022-13-01 is not a date"),
        ({"valid_from": None}, "no valid_from"),
        ({"valid_to": "2022-01-01"}, "valid_to 2022-01-01 is not after valid_from"),
        ({"controller": None}, "no controller; add a column"),
        ({"geometry": Point(36, 35)}, "a Point is no zone"),
        ({"geometry": None}, "no geometry; a zone needs a polygon"),
        ({"geometry": Polygon()}, "an empty Polygon|no geometry"),
        ({"geometry": Polygon([(0, 0), (1, 1), (2, 2)])}, "its rings enclose no area"),
    ],
)
def test_a_bad_zone_is_left_out_and_told(tmp_path, cells, message):
    path = zone_file(tmp_path / "zones.geojson", [zone(geometry=EAST), zone(**cells)])
    with pytest.warns(RowsLeftOutWarning, match=rf"zones.geojson row 2: .*({message}).*; row left out") as caught:
        layer = read_zones(path)
    assert layer["zone_id"].tolist() == ["zones:1"]
    assert all("\n" not in str(one.message) for one in caught)
    path = zone_file(tmp_path / "alone.geojson", [zone(**cells)])
    with pytest.raises(InputError, match=f"alone.geojson.*({message})"):
        read_zones(path)


def test_degrees_in_a_crs_of_metres_and_the_other_way_round(tmp_path):
    path = zone_file(tmp_path / "z.gpkg", [zone()], crs="EPSG:32637")
    with pytest.raises(
        InputError, match=r"z.gpkg: its CRS \(EPSG:32637\) counts in metres, but all coordinates lie within ±180"
    ):
        read_zones(path)
    path = zone_file(tmp_path / "m.gpkg", [zone(geometry=box(4e5, 39e5, 5e5, 40e5))], crs=CRS)
    with pytest.raises(InputError, match=r"m.gpkg row 1: coordinate 500000 is no degree"):
        read_zones(path)


def test_repairs_say_the_area_before_and_after(tmp_path):
    lobed = Polygon([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (-1, -1), (-1, 0), (0, -1)])  # 16 and two crossing slivers
    path = zone_file(tmp_path / "zones.geojson", [zone(), zone(geometry=BOW_TIE), zone(geometry=lobed)])
    with pytest.warns(RepairedWarning) as caught:
        layer = read_zones(path)
    assert [str(one.message).partition("; repaired")[0] for one in caught] == [
        "zones.geojson row 2: a ring crosses itself",
        "zones.geojson row 3: a ring crosses itself",
    ]
    before, after, change = (
        float(one.replace(",", "")) for one in re.findall(r"([+-]?[\d,]+\.?\d*) km2", str(caught[0].message))
    )
    assert (before, change) == (pytest.approx(0, abs=50), pytest.approx(after - before, abs=0.2))
    assert after == pytest.approx(area_km2(layer.geometry.to_numpy())[1], abs=0.1)
    assert layer.geometry.is_valid.all()


def test_areas_are_geodesic():
    for south in (-80, 0, 34, 70):
        shape = shapely.segmentize(box(36, south, 37, south + 1), 0.01)
        expected = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6
        assert area_km2(np.array([shape]))[0] == pytest.approx(expected, rel=1e-4)
    assert area_km2(np.array([box(-180, -90, 180, 90)]))[0] == pytest.approx(510_065_622, rel=1e-6)


def test_a_zone_across_the_antimeridian_is_cut_there(tmp_path):
    leaping = Polygon(
        [(179, 0), (-179, 0), (-179, 1), (179, 1)], [[(179.5, 0.4), (-179.5, 0.4), (-179.5, 0.6), (179.5, 0.6)]]
    )
    path = zone_file(tmp_path / "z.geojson", [zone(geometry=leaping), zone(geometry=box(-180, -60, 180, -50))])
    with pytest.warns(RepairedWarning, match="row 1: its ring leaps across the antimeridian; cut there") as caught:
        layer = read_zones(path)
    assert len(caught) == 1  # a belt around the globe is no leap
    cut = layer.geometry.iloc[0]
    holed = MultiPolygon(
        [box(179, 0, 180, 1) - box(179.5, 0.4, 180, 0.6), box(-180, 0, -179, 1) - box(-180, 0.4, -179.5, 0.6)]
    )
    assert cut.symmetric_difference(holed).area < 1e-9
    assert layer.geometry.iloc[1].equals(box(-180, -60, 180, -50))


def test_a_ring_around_a_pole_is_refused(tmp_path):
    path = zone_file(tmp_path / "z.geojson", [zone(), zone(geometry=Polygon([(0, 80), (120, 80), (-120, 80)]))])
    with pytest.warns(RowsLeftOutWarning, match="row 2: its ring goes around a pole"):
        assert len(read_zones(path)) == 1


def test_a_mislabelled_copy_is_noticed(tmp_path):
    turned = Polygon([*SQUARE.exterior.coords][2:-1] + [*SQUARE.exterior.coords][:2])  # other first corner
    for name, shape in (("m_2022-05-22", SQUARE), ("m_2022-05-23", turned), ("m_2022-05-24", EAST)):
        zone_file(tmp_path / f"{name}.geojson", [{"geometry": shape}])
    with pytest.warns(InputWarning) as caught:
        read_zones(tmp_path, controller="A")
    assert [str(one.message) for one in caught] == [
        "m_2022-05-22.geojson and m_2022-05-23.geojson hold the same polygons, dated 2022-05-22 and 2022-05-23: a mislabelled copy? Then leave it out"
    ]


@pytest.mark.parametrize(
    ("cells", "overlaps"),
    [
        ({"controller": "B"}, True),
        ({"controller": "A"}, False),
        ({"controller": "B", "source": "other"}, False),
        ({"controller": "B", "valid_from": "2022-03-01"}, False),  # a later map of the series
        ({"controller": "B", "geometry": EAST}, False),
    ],
)
def test_overlaps_within_one_source_are_said(tmp_path, cells, overlaps):
    half = box(36.5, 35, 37, 36)
    rows = [zone(source="S", zone_id="a"), zone(source="S", zone_id="b", geometry=half) | cells]
    layer, warned = told(lambda: read_zones(zone_file(tmp_path / "z.geojson", rows)))
    assert len(layer) == 2
    area = area_km2(np.array([half]))[0]
    expected = f"S: zones a and b of different controllers overlap by {area:,.1f} km2 on 2022-01-01; a place there is contested"
    assert [text for _, text in warned] == ([expected] if overlaps else [])


def test_overlaps_end_where_a_zone_does(tmp_path):
    rows = [zone(valid_to="2022-02-01"), zone(controller="B", valid_from="2022-02-01", valid_to="2022-04-01")]
    assert told(lambda: read_zones(zone_file(tmp_path / "z.geojson", rows)))[1] == []
    rows[0]["valid_to"] = "2022-02-02"
    (warned,) = told(lambda: read_zones(zone_file(tmp_path / "z.geojson", rows)))[1]
    assert "on 2022-02-01" in warned[1]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.geojson", "{"), ("a.geojson", "[]"), ("a.geojson", '{"type": "FeatureCollection", "features": []}'),
     ("a.geojson", '{"type": "FeatureCollection", "features": [null]}'), ("a.gpkg", "x"), ("a.zip", "x"), ("a.kmz", "x"), ("a.kml", "<kml/>"),
     ("a.topojson", "{}"), ("a.parquet", "x"), ("a.csv", "a,b\n1,2\n"), ("a.csv", "wkt\nPOLYGON((0 0\n"), ("a.txt", "x"),
     ("none.geojson", None)],
)  # fmt: skip
def test_what_is_no_zone_file_is_one_line(tmp_path, name, text):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_zones(tmp_path / name, controller="A", dates="2022-01-01=*")
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value) or text is None


def test_derived_zones_come_back_as_written(tmp_path):
    layer = geopandas.GeoDataFrame(
        {"zone_id": ["z"], "controller": ["A"], "valid_from": ["2022-01-01"], "valid_to": [None], "certainty": ["low"], "source": ["s"], "country": ["SY"],
         "uncertainty_m": [1500.5], "towns": [3], "last_seen": ["2022-01-01"], "report_points": [[[36.5, 35.5]]], "derived": [True]},
        geometry=[SQUARE], crs=CRS,
    )  # fmt: skip
    write_layer(layer, tmp_path / "z.geojson")
    back = read_zones(tmp_path / "z.geojson")
    assert back["uncertainty_m"].tolist() == [1500.5]
    assert back["report_points"].tolist() == [[[36.5, 35.5]]]
    assert back["derived"].tolist() == [True]


# ---- what a layer holds --------------------------------------------------------------------------------------------
def test_facts_of_zones_with_ends(tmp_path):
    rows = [
        zone(source="S", valid_to="2022-02-01", certainty="high"),
        zone(source="S", valid_to="2022-02-01", geometry=box(36.5, 35, 37, 36)),  # the same side twice: counted once
        zone(source="S", valid_from="2022-01-11", valid_to="2022-02-01", controller="B", geometry=EAST),
        zone(source="S", valid_from="2022-02-21", valid_to="2022-03-01", controller="B", geometry=EAST),
    ]
    (facts,) = zone_facts(read_zones(zone_file(tmp_path / "z.geojson", rows)))
    assert facts["controllers"] == ["A", "B"]
    assert facts["certainty"] == {"high": 1, "not said": 3}
    assert facts["largest_gap"] == {"days": 20, "after": "2022-02-01", "before": "2022-02-21"}
    square, east = (round(float(one), 1) for one in area_km2(np.array([SQUARE, EAST])))
    assert [one["km2"] for one in facts["areas"]] == [{"A": square}, {"A": square, "B": east}, {"B": east}]
    assert json.loads(json.dumps(facts)) == facts
    assert math.isclose(square, 111.0 * 90.7, rel_tol=0.01)  # a degree each way at 35.5 N


def test_zones_info_says_days_areas_repairs_and_what_was_left_out(tmp_path, capsys):
    from geoconflict.cli import cli

    for day, shape in (("2022-05-01", SQUARE), ("2022-05-21", SQUARE.union(EAST)), ("2022-05-22", BOW_TIE)):
        zone_file(tmp_path / f"m_{day}.geojson", [{"geometry": shape}])
    (tmp_path / "m_undated.geojson").write_text("{}", encoding="utf-8")
    asked = ["zones", "info", str(tmp_path), "--controller", "A"]
    code, _ = told(lambda: cli.main([*asked, "--json"], standalone_mode=False))
    said = json.loads(capsys.readouterr().out)
    assert code == 3
    (facts,) = said["sources"]
    assert facts["largest_gap"] == {"days": 20, "after": "2022-05-01", "before": "2022-05-21"}
    assert len(said["repairs"]) == len(said["left_out"]) == 1
    assert said["left_out"][0].startswith("m_undated.geojson: ")
    code, _ = told(lambda: cli.main([*asked, "--by-day"], standalone_mode=False))
    text = capsys.readouterr()
    assert (
        "m: 3 zones, 3 days from 2022-05-01 to 2022-05-22, longest time without one 20 days from 2022-05-01 to 2022-05-21"
        in text.out
    )
    assert "  2022-05-21: A 20,133 km2" in text.out
    assert text.err.startswith("Not read: m_undated.geojson: ")
