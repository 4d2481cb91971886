"""The page as a document: what stands in it, what does not, and what it refuses."""

import base64
import gzip
import json
import re
import warnings
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from page_layers import camp_layer, event, event_layer, story, zone_layer

from geoconflict.bundled import BORDER_POLICIES, country_outlines
from geoconflict.errors import InputError, OutputError, UsageError
from geoconflict.maps import ConflictMap, render_map
from geoconflict.maps import page as page_module
from geoconflict.maps.basemap import areas_of, base_island, view_of
from geoconflict.maps.islands import AREA, NOWHERE, POINT, rings, zone_island
from geoconflict.maps.page import COMPRESS_ABOVE_BYTES, inert_json, island
from geoconflict.maps.sheets import dated_sheets
from geoconflict.records import CAMP_COLUMNS, CRS

NOSCRIPT = re.compile("<noscript>.*?</noscript>", re.DOTALL)
ISLAND = re.compile(r'<script type="application/(json|gzip)" id="gc-(\w+)">(.*?)</script>', re.DOTALL)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters())
    | st.sampled_from(json.loads((Path(__file__).parent / "data" / "hostile.json").read_text())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=12,
)


def document(conflict_map):
    return conflict_map.get_root().render()


def islands(text):
    return {
        key: json.loads(data if form == "json" else gzip.decompress(base64.b64decode(data)))
        for form, key, data in ISLAND.findall(text)
    }


@given(values)
def test_island_text_is_inert_and_says_the_same(value):
    text = inert_json(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&%$#`\u2028\u2029")
    assert "{{" not in text
    assert text.encode("utf-8")  # also with half of a surrogate pair


def test_large_island_is_packed_and_reads_the_same():
    value = {"summary": [f"a sentence of some length, number {n}" for n in range(60_000)]}
    assert len(inert_json(value)) > COMPRESS_ABOVE_BYTES
    tag = island("gc-cards", value)
    packed = re.fullmatch(r'<script type="application/gzip" id="gc-cards">([A-Za-z0-9+/=]+)</script>', tag)[1]
    assert json.loads(gzip.decompress(base64.b64decode(packed))) == value
    assert tag == island("gc-cards", value)


def test_same_input_same_bytes_and_own_id():
    first, second = (document(render_map(story(), zones=zone_layer(), camps=camp_layer(), title="T")) for _ in range(2))
    assert first == second
    assert render_map(story(), title="other").get_name() != render_map(story(), title="T").get_name()


def test_data_stand_in_islands_only_and_nothing_is_fetched():
    text = document(
        render_map(story(), zones=zone_layer(), camps=camp_layer(), title="Raids & shelling", standfirst="A sentence.")
    )
    held = islands(text)
    assert held["page"]["title"] == "Raids & shelling"
    assert held["cards"]["summary"][0] in story()["summary"].tolist()
    rest = NOSCRIPT.sub("", ISLAND.sub("", text))
    for words in ("Atmeh", "Civil Defence", "HTS-led", "A sentence.", "example.org/raid"):
        assert words not in rest
    markup = re.sub(r"<script>.*?</script>", "", rest, flags=re.DOTALL)
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", markup)
    assert "default-src 'none'" in rest


def test_only_well_known_places_are_points():
    layer = event_layer(
        [
            event(1, "2022-02-03", "Battles", "spot", "x", lon=36.0, lat=36.0, where_prec=1, radius_m=1500.0),
            event(2, "2022-02-03", "Battles", "edge", "x", lon=36.0, lat=36.0, where_prec=2, radius_m=10_000.0),
            event(3, "2022-02-03", "Battles", "wide", "x", lon=36.0, lat=36.0, where_prec=2, radius_m=10_001.0),
            event(4, "2022-02-03", "Battles", "province", "x", lon=36.0, lat=36.0, where_prec=4, radius_m=500.0),
            event(5, "2022-02-03", "Battles", "unsaid", "x", lon=36.0, lat=36.0, where_prec=None, radius_m=None),
            event(6, "2022-02-03", "Battles", None, "x", where_prec=7, radius_m=None),
        ]
    )
    assert islands(document(render_map(layer)))["events"]["where"] == [POINT, POINT, AREA, AREA, AREA, NOWHERE]


def test_publish_withholds_what_gives_the_spot_back():
    told = islands(document(render_map(story(), policy="publish")))["cards"]
    assert not {"camp_bearing_deg", "camp_distance_m", "camps"} & set(told)
    assert told["camp_distance_words"][0] == "within 2 km"
    assert "camp_bearing_deg" in islands(document(render_map(story(), policy="open")))["cards"]


def test_unlisted_columns_never_reach_the_page():
    layer = story().assign(informant="a name nobody may read")
    assert "nobody may read" not in document(render_map(layer))


def test_an_empty_layer_makes_a_page():
    text = document(render_map(story().iloc[:0]))
    assert islands(text)["events"]["id"] == []


def test_control_elsewhere_is_not_spoken_of():
    here = islands(document(render_map(story(), zones=zone_layer())))
    assert "hold" in here["page"]["alt"]
    away = zone_layer()
    away["geometry"] = away.translate(30, 10)
    nowhere = event_layer([event(1, "2022-02-03", "Battles", None, "x", where_prec=7, radius_m=None)])
    for layer, zones in ((story(), away), (nowhere, zone_layer())):
        page = islands(document(render_map(layer, zones=zones)))
        assert "zones" not in page
        assert "hold" not in page["page"]["alt"]
        assert page["page"]["credits"]["Reported control"] == []
    assert "zones" in islands(document(render_map(story().iloc[:0], zones=away)))  # a map of zones alone


def test_zones_say_since_when_their_towns_were_looked_at():
    zones = zone_layer("2022-01-20", "2022-03-01").assign(last_seen="2022-02-20")
    assert {(item["since"], item["seen"]) for item in zone_island(zones)["items"]} == {(19043, 19043)}
    zones["report_seen"] = [["2022-02-01", "2021-07-01", "2022-01-05"]] * len(zones)
    assert {(item["since"], item["seen"]) for item in zone_island(zones)["items"]} == {(18809, 19024)}


def test_the_view_is_that_of_the_events_and_not_of_what_is_recalled():
    far = event_layer(
        [
            event(1, "2022-02-03", "Battles", "Atmeh", "x", lon=36.7, lat=36.3),
            event(2, "2001-02-03", "Battles", "Kabul", "x", lon=69.2, lat=34.5, status="background"),
            event(3, "2022-02-03", "Battles", "Syria", "x", lon=38.5, lat=35.0, where_prec=6, radius_m=400_000.0),
        ]
    )
    west, south, east, north = view_of(far)
    assert west < 36.7 < east < 38.5
    assert south < 36.3 < north
    assert 0.4 < east - west < 1.2


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda: render_map(story().set_crs(None, allow_override=True)), InputError, "has no CRS"),
        (lambda: render_map(story().to_crs(3857)), InputError, "use .to_crs"),
        (
            lambda: render_map(story().assign(date_start="2022-02-30")),
            InputError,
            "event row 1: date_start '2022-02-30' is not a date",
        ),
        (
            lambda: render_map(story(), zones=zone_layer("2023-02-30")),
            InputError,
            "zone row 1: valid_from '2023-02-30'",
        ),
        (lambda: render_map(story(), policy="secret"), UsageError, "use one of open, publish"),
        (lambda: render_map(story(), borders="mine"), UsageError, "use one of un, de-facto"),
        (lambda: render_map(story(), language="xx"), UsageError, "use one of en"),
    ],
)
def test_bad_input_is_one_clear_line(change, kind, words):
    with pytest.raises(kind, match=re.escape(words)) as caught:
        change()
    assert "\n" not in str(caught.value)


def test_saving_is_whole_or_not_at_all(tmp_path):
    target = tmp_path / "map.html"
    render_map(story(), title="first").save(target)
    assert target.read_bytes() == document(render_map(story(), title="first")).encode()
    with pytest.raises(OutputError, match="exists already"):
        render_map(story()).save(target, overwrite=False)
    with pytest.raises(OutputError, match="cannot be written"):
        render_map(story()).save(tmp_path / "no such folder" / "map.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        render_map(story()).save(tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "map.html"]


def test_a_source_that_ends_no_zone_publishes_dated_maps():
    rows = [
        ("maps", "2022-01-01", None, "2022-01-20"),
        ("maps", "2022-01-01", None, "2022-01-20"),
        ("maps", "2022-01-20", None, "2022-03-07"),  # and then it is too old: 45 days
        ("rows", "2022-01-01", "2022-01-10", "2022-01-10"),
        ("rows", "2022-01-20", None, None),
    ]
    frame = pd.DataFrame(rows, columns=["source", "valid_from", "valid_to", "end"]).astype("string")
    found = dated_sheets(gpd.GeoDataFrame(frame, geometry=[shapely.box(0, 0, 1, 1)] * len(frame), crs=CRS))
    assert found["valid_to"].fillna("-").tolist() == frame["end"].fillna("-").tolist()
    assert found["sheet_day"].notna().tolist() == [True, True, True, False, False]


def test_published_pages_hold_no_fine_coordinate_even_of_layers_nobody_protected():
    camps = pd.DataFrame({name: pd.Series([None], dtype=dtype) for name, dtype in CAMP_COLUMNS.items()})
    camps["name"] = "A camp"
    layer = gpd.GeoDataFrame(camps, geometry=[shapely.Point(36.661234, 36.315678)], crs=CRS)
    events = event_layer([event(1, "2022-02-03", "Battles", "Atmeh", "It happened.", lon=36.712345, lat=36.3083)])
    text = document(render_map(events, camps=layer))
    assert "36.6612" not in text
    assert "36.7123" not in text
    assert "36.6612" in document(render_map(events, camps=layer, policy="open"))


@given(st.lists(st.tuples(st.integers(-1800, 1800), st.integers(-850, 850)), min_size=4, max_size=20, unique=True))
def test_rings_come_back_within_half_a_step(points):
    shape = shapely.LineString([(lon / 10.00003, lat / 10.00003) for lon, lat in points])
    for steps in rings(shape):
        lon = lat = 0
        back = []
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            lon, lat = lon + dx, lat + dy
            back.append((lon / 10_000, lat / 10_000))
        assert shapely.hausdorff_distance(shape, shapely.LineString(back)) <= 0.0001


@pytest.mark.parametrize(
    "view", [(30, 46, 38, 50), (36, 35, 37, 36), (-10, 36, 20, 50)], ids=["Ukraine", "Syria", "Europe"]
)
def test_coast_and_borders_are_drawn_and_the_cut_is_not(view):
    base = base_island(view, "un")
    assert len(base["borders"]) > 0
    assert len(base["coast"]) > 0 or view[0] < 0  # a wide view draws both as one
    west, south, east, north = (round(edge * 10_000) for edge in base["frame"])
    for line in base["coast"] + base["borders"]:
        lon, lat = np.cumsum(line[::2]), np.cumsum(line[1::2])
        along = [(lon[:-1] == edge) & (lon[1:] == edge) for edge in (west, east)]
        along += [(lat[:-1] == edge) & (lat[1:] == edge) for edge in (south, north)]
        assert not np.any(along), "an edge of the cut is drawn as a coast"


@pytest.mark.parametrize("policy", BORDER_POLICIES)
def test_country_names_stand_in_their_country(policy):
    by_code = country_outlines(policy).set_index("iso2").geometry
    assert page_rows()
    for row in page_rows():
        spot = shapely.Point(float(row["lon"]), float(row["lat"]))
        shape = areas_of(by_code[row["iso2"]])
        assert shape.contains(spot), row
        assert shape.boundary.distance(spot) > 0.15, f"too near a border to be read as one country: {row}"


def page_rows():
    import csv

    with (Path(page_module.__file__).parent / "static" / "country_labels.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return list(csv.DictReader(file))


def test_without_leaflet_inside_a_pinned_copy_is_linked(monkeypatch):
    monkeypatch.setattr(page_module, "vendored", lambda name: None)
    text = document(render_map(story()))
    links = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)" integrity="(sha256-[^"]+)"', text)
    assert [Path(url).name for url, _ in links] == ["leaflet.css", "leaflet.js"]
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert all(url in policy for url, _ in links)


def test_foreign_layers_are_read_once_and_said_so():
    """A template in a user's own layer must not be computed while the page is built."""
    conflict_map = render_map(story())
    group = folium.FeatureGroup(name="{{ 6*7 }} layer").add_to(conflict_map)
    folium.Marker([36.2, 36.7], popup="popup {{ 6*7 }}", tooltip="tip {{ 6*7 }}").add_to(group)
    folium.Marker([36.2, 36.8], icon=folium.DivIcon(html="icon {{ 6*7 }}")).add_to(conflict_map)
    folium.GeoJson(
        gpd.GeoDataFrame({"note": ["field {{ 6*7 }}"]}, geometry=[shapely.Point(36.7, 36.2)], crs=4326),
        tooltip=folium.GeoJsonTooltip(["note"]),
    ).add_to(conflict_map)
    folium.LayerControl().add_to(conflict_map)
    with pytest.warns(UserWarning, match="FeatureGroup, GeoJson, LayerControl, Marker"):
        text = document(conflict_map)
    assert re.findall(r"\b(\w+) 42\b", text) == []
    assert set(re.findall(r"(\w+) \{\{ 6\*7 \}\}", text)) >= {"popup", "tip", "icon", "field"}
    assert "Content-Security-Policy" not in text
    assert islands(text)["page"]["foreign"] == ["FeatureGroup", "GeoJson", "LayerControl", "Marker"]


def test_foreign_layers_leave_the_bytes_equal():
    def once():
        conflict_map = render_map(story())
        folium.Marker([36.2, 36.7], popup="p", icon=folium.Icon(color="blue")).add_to(conflict_map)
        folium.CircleMarker([36.2, 36.7], tooltip="t").add_to(conflict_map)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return document(conflict_map)

    assert once() == once()


def test_a_notebook_frame_cannot_reach_the_notebook():
    frame = render_map(story(), title="A 'quoted' title")._repr_html_()
    sandbox = re.search(r'sandbox="([^"]+)"', frame)[1].split()
    assert "allow-scripts" in sandbox
    assert "allow-same-origin" not in sandbox
    srcdoc = re.search(r"srcdoc='([^']*)'", frame)[1]
    assert srcdoc.replace("&#39;", "'").replace("&amp;", "&") == document(render_map(story(), title="A 'quoted' title"))


def test_it_is_a_folium_map():
    conflict_map = render_map(story())
    assert isinstance(conflict_map, ConflictMap)
    assert isinstance(conflict_map, folium.Map)
    assert conflict_map.alt_text.startswith("Map of 8 reported events, 1 Jan 2013 to 3 Feb 2022: Atmeh, Barisha, Idlib")
