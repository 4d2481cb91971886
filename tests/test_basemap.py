"""What lies under a map: bundled rivers, lakes and provinces, and files of the user's own."""

import json
import re
import subprocess
import sys
import warnings

import geopandas
import numpy as np
import pandas as pd
import pycountry
import pytest
import shapely
from click.testing import CliRunner

from geoconflict import bundled
from geoconflict.cli import cli
from geoconflict.errors import InputError, InputWarning, UsageError
from geoconflict.files import basemap as door
from geoconflict.files import read_basemap, read_events
from geoconflict.maps import render_map, render_still
from geoconflict.maps.basemap import area_outlines

# Countries whose divisions are those of today, by the curated rows; the README names the others.
DIVISIONS = {"SY": 14, "UA": 27, "YE": 21, "IQ": 18, "SD": 17, "LB": 6, "PS": 2, "SS": 10, "AF": 34, "BF": 13}
# Capitals of provinces, well inside: (country, lon, lat) -> the curated name.
INSIDE = {
    ("SY", 36.63, 35.93): "Idlib", ("SY", 40.75, 36.50): "Hasakah", ("SY", 40.14, 35.33): "Deir ez-Zor",
    ("IQ", 43.13, 36.34): "Nineveh", ("UA", 37.80, 48.00): "Donetsk Oblast", ("UA", 36.23, 49.99): "Kharkiv Oblast",
    ("SD", 25.35, 13.63): "North Darfur", ("YE", 44.02, 13.58): "Taiz", ("SS", 31.56, 9.53): "Upper Nile",
}  # fmt: skip


def nearest(layer, point):
    """Return how many degrees the nearest shape is away."""
    return np.min(shapely.distance(layer.geometry.to_numpy(), point))


@pytest.mark.parametrize(("country", "number"), DIVISIONS.items())
def test_provinces_fill_their_country(country, number):
    areas = bundled.admin1_areas(country)
    assert len(areas) == number
    assert areas.is_valid.all()
    assert not areas.is_empty.any()
    assert areas["name"].is_unique
    outline = bundled.country_outlines().set_index("iso2").geometry[country]
    covered = shapely.union_all(areas.geometry.to_numpy()).area / outline.area
    # What is missing in Syria is the Golan, of which Natural Earth has no province.
    assert covered > (0.99 if country == "SY" else 0.985)
    assert shapely.area(areas.geometry.to_numpy()).sum() < 1.005 * outline.area  # no two of them share ground


@pytest.mark.parametrize(("point", "name"), INSIDE.items())
def test_a_town_lies_in_its_province(point, name):
    country, lon, lat = point
    areas = bundled.admin1_areas(country)
    assert areas.loc[areas.contains(shapely.Point(lon, lat)), "name"].tolist() == [name]
    assert bundled.admin1_area(country, name).contains(shapely.Point(lon, lat))


def test_places_of_the_gazetteer_are_the_same_provinces(gazetteer):
    """The place ids are GeoNames' codes: the gazetteer's point of a province lies in the area of that id."""
    checked = 0
    for country in ("SY", "IQ", "UA", "SD", "YE", "SS", "AF"):
        for area in bundled.admin1_areas(country).itertuples():
            named = {
                one.place.id: one.place
                for one in gazetteer.candidates(area.name, country=country, limit=5)
                if one.place.kind == "admin1"
            }
            # GeoNames' codes of Kyiv and its oblast stand the other way round in the gazetteer.
            if area.place_id in named and not area.name.startswith("Kyiv"):
                place = named[area.place_id]
                assert shapely.distance(area.geometry, shapely.Point(place.lon, place.lat)) < 0.3, (country, area.name)
                checked += 1
    assert checked > 120


@pytest.mark.parametrize(
    ("country", "said", "name"),
    [
        ("SY", "Al Hasakah Governorate", "Hasakah"),
        ("SY", "Rif Dimashq Governorate", "Rif Dimashq"),
        ("SY", "Deir ez Zor Governorate", "Deir ez-Zor"),
        ("SY", "Damascus Governorate", "Damascus"),
        ("UA", "L'viv oblast", "Lviv Oblast"),
        ("IQ", "Ninawa province", "Nineveh"),
        ("SY", "Northern Aleppo Governorate", None),  # a part of one
        ("SY", "Governorate", None),
    ],
)
def test_a_province_is_known_by_its_name_with_the_word_for_province(country, said, name):
    expected = None if name is None else bundled.admin1_area(country, name)
    assert bundled.admin1_area(country, said) == expected


@pytest.mark.parametrize(
    ("country", "name", "day", "changed"),
    [
        ("IN", "Andhra Pradesh", "2014-06-01", False),
        ("IN", "Andhra Pradesh", "2014-06-02", True),
        ("IN", "Kerala", "2024-05-05", False),
        ("YE", "Hadhramaut Governorate", "2024-05-05", True),
        ("SS", "Warrap", "2016-05-05", True),
        ("SS", "Warrap", "2021-05-05", False),
        ("SS", "Unity", "2021-05-05", True),
        ("KE", "Coast", "2024-05-05", True),
        ("SD", "South Kordofan", None, True),  # a day not known may be a later one
        ("SY", "Idlib", None, False),
        ("IN", "Nowhere", "2024-05-05", False),
    ],
)
def test_a_province_that_has_changed_since_is_known(country, name, day, changed):
    assert bundled.admin1_changed(country, name, day) is changed


def test_every_change_is_of_a_province_there_is_and_says_when_and_by_what():
    path = bundled.Path(bundled.__file__).parent / "basemap" / "admin1-changes.csv"
    rows = pd.read_csv(path, keep_default_na=False, dtype=str)
    assert list(rows) == ["iso2", "name", "since", "until", "what", "source"]
    assert not rows.duplicated(["iso2", "name", "since"]).any()
    for row in rows.itertuples():
        names = bundled.admin1_areas(row.iso2)["name"]
        assert len(names) if row.name == "" else (names == row.name).sum() == 1, row
        for day in (row.since, row.until or row.since):
            assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", day), row
        assert row.what, row
        assert row.source, row
        if row.source.startswith("ISO 3166-2:"):
            assert pycountry.subdivisions.get(code=row.source.removeprefix("ISO 3166-2:")), row


def test_a_changed_province_is_a_circle_for_later_events_and_outlines_are_dated(tmp_path):
    """On page and still: Andhra Pradesh before and after Telangana parted."""
    for day, drawn in (("2014-05-05", True), ("2024-05-05", False)):
        path = tmp_path / f"{day}.csv"
        path.write_text(
            "event_id,event_type,place_name,place_kind,country,lon,lat,where_prec,radius_m,date_start,date_end,"
            f"date_precision,status\ne1,Battles,Andhra Pradesh,admin1,IN,79.5,16.0,4,300000,{day},{day},day,event\n"
        )
        layer = read_events(path)
        still = render_still(layer)
        assert [area.given for area in still.layout.pictures[0].spots.areas] == [drawn]
        assert ("provinces of about 2013" in still.layout.credit) is drawn
        page = render_map(layer).page
        assert ("provinces of about 2013" in page["credits"]["Land and borders"]) is drawn
        assert ("outlines" in area_outlines(layer, "un")) is drawn


def test_disputed_provinces_follow_the_policy():
    for name in ("Crimea", "Sevastopol"):
        assert bundled.admin1_area("UA", name) is not None
        assert bundled.admin1_area("RU", name) is None
        assert bundled.admin1_area("UA", name, "de-facto") is None
        assert bundled.admin1_area("RU", name, "de-facto") is not None
    isthmus = shapely.Point(33.7, 46.13)  # the line between Crimea and Kherson is a border there, no province's edge
    un, held = bundled.admin1_outlines("un"), bundled.admin1_outlines("de-facto")
    assert nearest(un, isthmus) < 0.1 < nearest(held, isthmus)
    assert not set(bundled.admin1_areas("MA")["name"]) & {"Laâyoune - Boujdour - Sakia El Hamra", "Oued el Dahab"}
    for policy in bundled.BORDER_POLICIES:
        outlines = bundled.country_outlines(policy).set_index("iso2").geometry
        lines = bundled.admin1_outlines(policy)
        for country in ("UA", "SY", "IL", "MA", "SD"):
            own = lines[lines["iso2"] == country]
            assert len(own)
            assert own.within(shapely.buffer(outlines[country], 0.01)).all()
    with pytest.raises(UsageError, match="'mine' is unknown"):
        bundled.admin1_outlines("mine")
    with pytest.raises(UsageError, match="'mine' is unknown"):
        bundled.admin1_areas("SY", "mine")


def test_rivers_and_lakes_lie_where_they_are_known_to():
    """Within 5 km, as the README says: towns on the bank of a river, points in a lake."""
    rivers, lakes = bundled.rivers(), bundled.lakes()
    assert set(rivers["rank"]) == set(range(1, 6))
    for lon, lat in ((38.01, 36.82), (40.14, 35.34), (43.15, 36.34), (32.52, 15.63), (30.56, 50.44), (44.42, 33.32)):
        assert nearest(rivers, shapely.Point(lon, lat)) < 0.05, (lon, lat)
    for lon, lat in ((35.59, 32.80), (33.0, -1.0), (31.5, 60.8)):
        assert lakes.contains(shapely.Point(lon, lat)).any(), (lon, lat)
    assert not rivers.intersects(shapely.box(36.5, 34.9, 38.5, 35.2)).any()  # none in the desert east of Hama


def test_the_files_are_small_and_say_where_they_come_from():
    folder = bundled.Path(bundled.__file__).parent / "basemap"
    files = sorted(folder.glob("*.xz"))
    assert sum(file.stat().st_size for file in files) < 3_000_000
    for file in files:
        about = bundled._basemap(file.name.removesuffix(".json.xz"))["about"]
        said = ("GeoNames", "CC BY 4.0") if file.stem == "names.json" else ("Natural Earth", "public domain", "MIT")
        for word in (*said, "scripts/make_"):
            assert word in about
        assert f"`{file.name}`" in (folder / "README.md").read_text(encoding="utf-8")


def test_bundled_stays_light():
    code = "import sys, geoconflict.bundled as b; b._basemap('water'); print(sorted({'geopandas', 'shapely', 'numpy'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


# ---- files of the user's own ----------------------------------------------------------------------------------------
LINE = {"type": "LineString", "coordinates": [[36.0, 36.0], [37.0, 36.2]]}
SQUARE = {"type": "Polygon", "coordinates": [[[36, 36], [36.1, 36], [36.1, 36.1], [36, 36.1], [36, 36]]]}
HOSTILE = '<img src=x onerror="alert(1)">\u202e\n\x07{{7*7}}'


def collection(path, *features):
    rows = [{"type": "Feature", "properties": told, "geometry": shape} for told, shape in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


KINDS = [
    ({"highway": "motorway", "name": "طريق", "name:en": "M5"}, LINE, ("road", 1, "M5", "طريق")),
    ({"highway": "trunk_link", "ref": "M4"}, LINE, ("road", 2, "M4", None)),
    ({"highway": "residential"}, LINE, ("road", 5, None, None)),
    ({"railway": "rail", "name": "Baghdad Railway"}, LINE, ("rail", 1, "Baghdad Railway", None)),
    ({"waterway": "river", "name": "الفرات", "name:en": "Euphrates"}, LINE, ("river", 2, "Euphrates", "الفرات")),
    ({"natural": "water"}, SQUARE, ("lake", 3, None, None)),
    ({"building": "yes"}, SQUARE, ("building", 5, None, None)),
    ({"boundary": "administrative", "admin_level": "4", "name": "Idlib"}, LINE, ("admin1", 3, "Idlib", None)),
    ({"fclass": "primary", "ref": "4"}, LINE, ("road", 2, "4", None)),
    ({"fclass": "track_grade3"}, LINE, ("road", 5, None, None)),
    ({"other_tags": '"railway"=>"rail","name:en"=>"Line 1"'}, LINE, ("rail", 1, "Line 1", None)),
    ({"featurecla": "Road", "scalerank": 3, "name": "M1"}, LINE, ("road", 1, "M1", None)),
    ({"featurecla": "Lake Centerline", "scalerank": 9}, LINE, ("river", 4, None, None)),
    ({"featurecla": "River (Intermittent)", "scalerank": 6}, LINE, ("river", 3, None, None)),
    ({"kind": "Road", "rank": 2, "name": "5"}, LINE, ("road", 2, "5", None)),
    ({"kind": "road", "rank": "very"}, LINE, ("road", 3, None, None)),
]
OTHERS = [
    ({"highway": "footway"}, LINE), ({"railway": "abandoned"}, LINE), ({"building": "no"}, SQUARE),
    ({"highway": "primary"}, {"type": "Point", "coordinates": [36, 36]}), ({"kind": "front"}, LINE), ({}, LINE),
    ({"featurecla": "Ferry"}, LINE), ({"natural": "water"}, LINE), ({"kind": "road"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("told", "shape", "expected"), KINDS)
def test_what_a_feature_is(tmp_path, told, shape, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        row = read_basemap(collection(tmp_path / "own.geojson", (told, shape))).iloc[0]
    got = tuple(None if pd.isna(row[key]) else row[key] for key in ("kind", "rank", "name", "name_ar"))
    assert got == expected
    assert row["source"] == "own.geojson"


@pytest.mark.parametrize(("told", "shape"), OTHERS)
def test_what_is_no_part_of_a_basemap_is_counted(tmp_path, told, shape):
    path = collection(tmp_path / "own.geojson", (told, shape), ({"kind": "road"}, LINE))
    with pytest.warns(InputWarning, match="own.geojson: 1 of 2 features are no road"):
        assert read_basemap(path)["kind"].tolist() == ["road"]
    with pytest.raises(InputError, match="needs a column kind, tags of OpenStreetMap"):
        read_basemap(collection(tmp_path / "none.geojson", (told, shape)))


def test_layers_of_a_geopackage_and_several_files_in_metres(tmp_path):
    roads = geopandas.GeoDataFrame(
        {"highway": ["primary"]}, geometry=[shapely.LineString([(36, 36), (37, 36)])], crs=4326
    )
    water = geopandas.GeoDataFrame({"natural": ["water"]}, geometry=[shapely.box(36, 36, 36.1, 36.1)], crs=4326)
    stops = geopandas.GeoDataFrame({"highway": ["bus_stop"]}, geometry=[shapely.Point(36, 36)], crs=4326)
    path = tmp_path / "osm.gpkg"
    for name, frame in (("lines", roads), ("multipolygons", water), ("points", stops)):
        frame.to_crs(32637).to_file(path, layer=name)
    own = collection(tmp_path / "own.geojson", ({"kind": "rail"}, LINE))
    layer = read_basemap([path, own])
    assert layer[["kind", "source"]].to_numpy().tolist() == [
        ["lake", "osm.gpkg"],
        ["rail", "own.geojson"],
        ["road", "osm.gpkg"],
    ]
    assert layer.crs == "EPSG:4326"
    assert layer.geometry.iloc[2].bounds == pytest.approx((36, 36, 37, 36), abs=1e-6)


def test_everything_is_cut_to_the_extent(tmp_path):
    far = {"type": "LineString", "coordinates": [[10, 10], [11, 11]]}
    path = collection(
        tmp_path / "own.geojson", ({"kind": "road"}, LINE), ({"kind": "road"}, far), ({"kind": "lake"}, SQUARE)
    )
    layer = read_basemap(path, (36.0, 36.0, 36.05, 37.0))
    assert layer["kind"].tolist() == ["lake", "road"]
    assert layer.total_bounds.tolist() == pytest.approx([36.0, 36.0, 36.05, 36.1])
    assert len(read_basemap(path, (0, 0, 1, 1))) == 0


def test_too_much_is_thinned_from_the_least_important(tmp_path, monkeypatch):
    rows = [({"highway": kind}, LINE) for kind in ("residential", "motorway", "secondary", "primary")]
    path = collection(tmp_path / "own.geojson", *rows)
    monkeypatch.setattr(door, "MOST_FEATURES", 3)
    with pytest.warns(InputWarning, match="4 features, 8 corners; the 3 most important are drawn"):
        assert read_basemap(path)["rank"].tolist() == [1, 2, 3]
    monkeypatch.setattr(door, "MOST_CORNERS", 4)
    with pytest.warns(InputWarning, match="the 2 most"):
        assert read_basemap(path)["rank"].tolist() == [1, 2]


def test_names_are_text_in_one_line(tmp_path):
    path = collection(
        tmp_path / "own.geojson", ({"kind": "road", "name": HOSTILE}, LINE), ({"kind": "road", "name": "x" * 500}, LINE)
    )
    hostile, long = read_basemap(path)["name"]
    assert hostile.startswith('<img src=x onerror="alert(1)">')
    assert "\n" not in hostile
    assert "\x07" not in hostile
    assert len(long) == door.LONGEST_NAME


def test_both_commands_lay_files_under_a_map_and_write_the_html_for_an_article(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(
        "id,date,event_type,place,lat,lon,country\n1,2022-02-03,Battles,Atmeh,36.31,36.69,SY\n", encoding="utf-8"
    )
    roads = collection(tmp_path / "roads.geojson", ({"highway": "motorway", "name": "Road <b>5</b>"}, LINE), ({}, LINE))
    asked = ["--no-zones", "--no-camps", "--basemap", str(roads), "--snippet"]
    for command, name in (("embed", "map.png"), ("map", "page.html")):
        with pytest.warns(InputWarning, match="1 of 2 features are no road"):
            told = CliRunner().invoke(cli, [command, str(table), "-o", str(tmp_path / name), *asked])
        assert told.exit_code == 0, told.output
    assert 'src="map.png"' in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert 'src="page.html"' in (tmp_path / "page.embed.html").read_text(encoding="utf-8")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "roads.geojson" in page  # among the credits
    assert "<b>5</b>" not in page
    again = CliRunner().invoke(
        cli, ["embed", str(table), "-o", str(tmp_path / "new.png"), "--snippet", "--formats", "pdf"]
    )
    assert again.exit_code == 2
    assert "--snippet shows a picture a browser can draw" in again.output
