"""What the page holds of large tables, long series and bad rows, and what it shows without JavaScript."""

import base64
import datetime as dt
import gzip
import html
import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from browser import new_tab
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_layers import event, event_layer, story, zone_layer

from geoconflict.errors import InputError, OutputError, UsageError
from geoconflict.maps import islands, render_map
from geoconflict.maps import page as page_module
from geoconflict.maps.arcs import ALPHABET, STEPS_PER_DEGREE, shared_arcs
from geoconflict.maps.columns import PACK_ABOVE_ROWS, packed, packed_cards
from geoconflict.maps.islands import AREA, NOWHERE, POINT, zone_island
from geoconflict.maps.page import PageWarning, island
from geoconflict.maps.plain import MOST_ROWS, small_picture
from geoconflict.maps.sheets import dated_sheets, thin
from geoconflict.records import CRS

ISLAND = re.compile(r'<script type="application/(json|gzip)" id="gc-(\w+)">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def tab(browser):
    with new_tab(browser) as opened:
        yield opened


def document(conflict_map):
    return conflict_map.get_root().render()


def held(text):
    return {
        key: json.loads(data if form == "json" else gzip.decompress(base64.b64decode(data)).split(b"\0")[0])
        for form, key, data in ISLAND.findall(text)
    }


def many(count):
    rows = [
        event(
            number,
            (dt.date(2022, 1, 1) + dt.timedelta(days=number % 300)).isoformat() if number % 7 else None,
            ("Battles", "Riots")[number % 2],
            f"Town {number % 90}",
            f"Sentence {number}.",
            lon=36 + number % 90 / 100,
            lat=36.0,
            figures=[] if number % 3 else [{"text": str(number), "unit": "killed", "used": number % 2 == 0}],
            sources=[{"title": f"Sentence {number}.", "date": "2022-01-01"}] * (number % 3),
        )
        for number in range(count)
    ]
    return event_layer(rows)


# Shapes


def rings_of(island, shape):
    """Return the rings of a shape as the page puts them together, in degrees."""
    out = []
    for ring in island["shapes"][shape]:
        points = []
        for number in ring:
            arc = np.cumsum(np.array(steps_of(island["arcs"][max(number, ~number)])).reshape(-1, 2), axis=0)
            arc = arc[::-1] if number < 0 else arc
            assert not points or (points[-1] == arc[0]).all(), "arcs of a ring do not meet"
            points += list(arc[1:] if points else arc)
        out.append(np.array(points) / STEPS_PER_DEGREE)
    return out


def steps_of(text):
    numbers, value, shift = [], 0, 0
    for letter in text:
        digit = ALPHABET.index(letter)
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            numbers.append(-((value + 1) >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return numbers


corner = st.tuples(st.integers(-1790, 1790), st.integers(-840, 840))


@given(st.lists(st.tuples(corner, st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=6))
def test_shapes_come_back_from_their_arcs(boxes):
    shapes = [shapely.box(x / 10, y / 10, (x + w) / 10, (y + h) / 10) for (x, y), w, h in boxes]
    arcs, numbered = shared_arcs(shapes, 0.0)
    for number, shape in enumerate(shapes):
        back = shapely.Polygon(rings_of({"arcs": arcs, "shapes": numbered}, number)[0])
        assert back.symmetric_difference(shape).area < 1e-6
    assert len(set(arcs)) == len(arcs)


def test_neighbours_share_their_edge_and_a_hole_stays_one():
    west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    ring = shapely.box(-1, -1, 3, 2).difference(shapely.box(0, 0, 2, 1))
    arcs, numbered = shared_arcs([west, east, ring], 0.0001)
    used = [{max(n, ~n) for rings in shape for n in rings} for shape in numbered]
    assert used[0] & used[1]
    assert used[0] & used[2]
    assert len(numbered[2]) == 2
    assert sum(map(len, arcs)) < 120


def test_a_shape_that_does_not_change_stands_once():
    zones = pd.concat([zone_layer(day, None) for day in ("2022-01-01", "2022-01-08", "2022-01-15")], ignore_index=True)
    one = zone_island(zone_layer("2022-01-01", None))
    three = zone_island(gpd.GeoDataFrame(zones, crs=CRS))
    assert len(three["items"]) == 3 * len(one["items"])
    assert three["arcs"] == one["arcs"]
    assert len(three["shapes"]) == len(one["shapes"])
    assert [source["maps"] for source in three["sources"]] == [3] * len(three["sources"])
    assert {"name", "derived", "first", "last"} <= set(three["sources"][0])


def test_a_series_too_large_is_thinned_and_says_so(monkeypatch):
    zones = daily(60)
    whole = zone_island(zones)
    monkeypatch.setattr(islands, "MAX_ZONE_BYTES", islands._packed_bytes(whole) // 3)
    with pytest.warns(PageWarning, match=r"shows \d+ of the 60 control maps of maps of a front, at least 4 days apart"):
        page = render_map(many(10), zones=zones)
    assert "of the 60 control maps" in held(document(page))["page"]["credits"]["Reported control"][-1]
    thinned = zone_island(zones)
    starts = sorted({item["from"] for item in thinned["items"]})
    assert min(np.diff(starts)) >= 4
    assert starts[-1] == max(item["from"] for item in whole["items"])
    ends = {item["from"]: item["to"] for item in thinned["items"]}
    assert [ends[day] for day in starts[:-1]] == starts[1:], "a day that had a map has none"


def daily(count):
    first = dt.date(2022, 1, 1)
    random = np.random.default_rng(0)
    around = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    shapes = [
        shapely.Polygon(np.c_[36.3 + np.cos(around) * reach, 36 + np.sin(around) * reach])
        for reach in 0.2 + random.uniform(0, 0.2, (count, 60))
    ]
    frame = pd.DataFrame(
        {
            "zone_id": [f"z{n}" for n in range(count)],
            "controller": "A side",
            "valid_from": [(first + dt.timedelta(days=n)).isoformat() for n in range(count)],
            "valid_to": None,
            "certainty": None,
            "source": "maps of a front",
        }
    ).astype("string")
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)


def test_thinning_leaves_sources_alone_that_publish_no_maps():
    zones = daily(5)
    zones["valid_to"] = ["2022-02-01", "2022-03-01", "2022-02-01", "2022-02-01", "2022-02-01"]
    twice = pd.concat([zones, zones.assign(valid_to="2022-05-01")], ignore_index=True)
    assert len(thin(dated_sheets(gpd.GeoDataFrame(twice, crs=CRS)), 7)) == 10
    assert len(thin(dated_sheets(gpd.GeoDataFrame(daily(5), crs=CRS)), 7)) == 2


# Columns

cells = st.none() | st.text(st.characters(codec="utf-8")) | st.integers(-(2**50), 2**50) | st.booleans()
records = st.dictionaries(st.sampled_from(["title", "url", "n"]), cells, max_size=3)


@given(
    st.lists(st.sampled_from(["a", "b", None]), min_size=1),
    st.lists(st.none() | st.lists(records, max_size=3), min_size=1),
)
def test_small_tables_stay_as_they_are(words, lists):
    columns = {"words": words, "lists": lists[: len(words)]}
    assert packed(columns) is columns


def test_large_tables_read_in_the_page_as_they_were_written(tab, tmp_path):
    layer = many(PACK_ABOVE_ROWS + 400)
    plain_events, plain_cards = islands.event_island(layer), islands.card_island(layer, "open")
    short = packed_cards(plain_cards)
    assert set(short["sources"]["of"]["title"]) == {"same"}
    events, cards = island("gc-events", packed(plain_events)), island("gc-cards", short)
    assert len(cards) < 0.3 * len(json.dumps(plain_cards))
    path = tmp_path / "many.html"
    path.write_text(events + cards, encoding="utf-8")
    tab.open(path, ready="true")
    told = tab.run(
        "(async () => { const $ = id => document.getElementById(id);"
        + page_source("data.js")
        + "const events = openEvents(await readIsland('events')), cards = openCards(await readIsland('cards'), events);"
        "const cells = column => Array.from({ length: column.length }, (_, i) => column.at(i));"
        "return { events: Object.fromEntries(['id', 'place', 'start', 'lon', 'lat', 'radius', 'where', 'precision']"
        " .map(name => [name, cells(events[name])])),"
        " cards: Object.fromEntries(Object.keys(cards).map(name => [name, cells(cards[name])])) }; })()"
    )
    assert told["events"] == {name: plain_events[name] for name in told["events"]}
    without = [[{k: v for k, v in one.items() if v is not None} for one in cell] for cell in plain_cards["sources"]]
    assert told["cards"].pop("sources") == without
    assert told["cards"] == {name: plain_cards[name] for name in told["cards"]}


number = st.none() | st.floats(-180, 180).map(lambda value: round(value, 6))
column_of = st.one_of(
    st.lists(number, min_size=2000, max_size=2000, unique=True),
    st.lists(st.sampled_from(["a", "b", None, "\0"]), min_size=1500, max_size=1500),
    st.lists(st.integers(0, 300), min_size=1500, max_size=1500),
    st.lists(st.sampled_from([1.5, None, float(2**31)]), min_size=1100, max_size=1100),
)


@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
@given(column_of)
def test_any_column_reads_in_the_page_as_it_was_written(tab, tmp_path_factory, values):
    path = tmp_path_factory.mktemp("column") / "column.html"
    path.write_text(island("gc-one", packed({"values": values})), encoding="utf-8")
    tab.open(path, ready="true")
    told = tab.run(
        "(async () => { const $ = id => document.getElementById(id);"
        + page_source("data.js")
        + "return Array.from(openColumn((await readIsland('one')).values)); })()"
    )
    assert told == values


def page_source(name):
    from pathlib import Path

    return (Path(islands.__file__).parent / "static" / name).read_text(encoding="utf-8")


# Bad rows


def test_rows_without_day_or_place_are_listed_and_not_drawn(tab, tmp_path):
    rows = [
        event(1, None, "Battles", None, "Neither."),
        event(2, "2022-02-03", "Battles", "Atmeh", "No point."),
        event(3, None, "Battles", "Atmeh", "No day.", lon=36.7, lat=36.3),
        event(4, "2022-02-03", "Battles", "Atmeh", "Not a number.", lon=36.7, lat=36.3, radius_m=float("nan")),
        event(5, "2022-02-03", "Battles", "Atmeh", "Infinite.", lon=float("inf"), lat=36.3, radius_m=float("inf")),
    ]
    text = document(render_map(event_layer(rows)))
    kept = held(text)["events"]
    assert kept["where"] == [NOWHERE, NOWHERE, POINT, AREA, NOWHERE]
    assert kept["radius"][3:] == [None, None]
    path = tmp_path / "bad.html"
    path.write_text(text, encoding="utf-8")
    tab.open(path)
    assert not tab.complaints
    assert tab.run("document.querySelectorAll('#list li').length") == 5


def test_ten_thousand_events_at_one_point_open(tab, tmp_path):
    rows = [event(n, "2022-02-03", "Battles", "Atmeh", f"Number {n}.", lon=36.7, lat=36.3) for n in range(10_000)]
    path = tmp_path / "one.html"
    render_map(event_layer(rows)).save(path)
    tab.open(path)
    assert not tab.complaints
    assert "10,000" in tab.run("document.getElementById('count').textContent")


def test_a_second_event_of_one_id_has_an_address_of_its_own():
    rows = [event(1, "2022-02-03", "Battles", "Atmeh", f"Number {n}.", lon=36.7, lat=36.3) for n in range(3)]
    ids = held(document(render_map(event_layer(rows))))["events"]["id"]
    assert len(set(ids)) == 3
    assert ids[0] == rows[0]["event_id"]


def test_days_long_ago_are_days(tab, tmp_path):
    rows = [
        event(1, "0001-01-01", "Battles", "Atmeh", "The first day.", lon=36.7, lat=36.3),
        event(2, "1948-05-15", "Battles", "Atmeh", "Before 1970.", lon=36.7, lat=36.3),
    ]
    path = tmp_path / "old.html"
    render_map(event_layer(rows)).save(path)
    tab.open(path)
    assert not tab.complaints
    assert "1948" in tab.run("document.getElementById('list').textContent")
    assert "0001-01-01" in path.read_text(encoding="utf-8")


# Without JavaScript


def plain_of(layer, **options):
    return re.search("<noscript>(.*?)</noscript>", document(render_map(layer, **options)), re.DOTALL)[1]


def test_without_javascript_a_table_is_read(tab, tmp_path):
    path = tmp_path / "plain.html"
    render_map(story(), title="Raids & shelling", still=PNG).save(path)
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.call("Page.navigate", url=path.resolve().as_uri())
        tab.wait("document.readyState === 'complete' && document.querySelector('.plain table')")
        shown = "[...document.querySelectorAll('.stage, .panel, .plain')].map(one => getComputedStyle(one).display)"
        assert tab.run(shown) == ["none", "none", "block"]
        assert tab.run("document.querySelector('.plain img').naturalWidth") == 1
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
    table = plain_of(story(), title="Raids & shelling")
    assert table.count("<tr>") == len(story()) + 1
    assert "Raids &amp; shelling" in table
    assert re.search(r'<a href="https://example\.org/raid"', table)
    assert "true spot within 3 km" in table


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def test_the_table_is_text_whatever_it_says():
    nasty = "</noscript><script>alert(1)</script>\u202e\x07{{ 6*7 }}"
    layer = event_layer(
        [
            event(1, "2022-02-03", nasty, nasty, nasty, lon=36.7, lat=36.3, sub_event_type=nasty,
                  sources=[{"title": nasty, "url": "javascript:alert(1)", "date": nasty}]),
        ]
    )  # fmt: skip
    text = document(render_map(layer, title=nasty, standfirst=nasty))
    table = re.search("<noscript>(.*?)</noscript>", text, re.DOTALL)[1]
    assert "<script" not in table
    assert "javascript:" not in re.sub("<td>.*?</td>", "", table)
    assert "href" not in table
    assert not set(table) & {"\u202e", "\x07"}
    assert html.unescape(table).count("</noscript><script>alert(1)</script>") >= 4


def test_the_table_is_cut_and_says_so():
    table = plain_of(many(1234))
    assert table.count("<tr>") == MOST_ROWS + 1
    assert f"{1234 - MOST_ROWS:,} earlier events" in table
    assert "<table" not in plain_of(story().iloc[:0])


def test_a_still_has_to_be_a_png():
    with pytest.raises(UsageError, match="no PNG"):
        render_map(story(), still=b"<svg/>")


def test_a_still_is_made_small():
    import io

    from PIL import Image

    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (900, 1200, 3), dtype=np.uint8))
    written = io.BytesIO()
    noise.save(written, "PNG")
    small = small_picture(written.getvalue())
    assert len(small) < len(written.getvalue()) / 3
    assert Image.open(io.BytesIO(small)).size == (800, 600)


@pytest.mark.parametrize(("count", "words"), [(1_234_567, "1,234,567"), (12, "12"), (100_000, "100,000"), (0, "0")])
def test_without_script_a_count_has_all_its_digits(count, words):
    counts = {f"fatalities_{name}": count for name in ("low", "best", "high")}
    text = render_map(event_layer([event(1, "2022-02-03", "Battles", "X", "x", lon=36, lat=36, **counts)]))
    assert f"<td>{words}</td>" in text.get_root().render()


# Places that are none, or too fine


@pytest.mark.parametrize(("lon", "lat", "words"), [(181, 0, "longitude 181"), (10, -95, "latitude -95")])
def test_a_place_off_the_earth_is_refused_with_its_row(lon, lat, words):
    layer = event_layer([event(1, "2022-02-03", "Battles", "X", "x", lon=36, lat=36)] * 2)
    layer.loc[1, "geometry"] = shapely.Point(lon, lat)
    with pytest.raises(InputError, match=rf"row 2: {words} .* use -\d+ to \d+"):
        render_map(layer)
    with pytest.raises(InputError, match=rf"camp row 2: {words}"):
        render_map(layer.iloc[:1], camps=layer)


def test_a_pole_which_no_page_can_draw_is_not_on_the_map():
    rows = [event(n, "2022-02-03", "Battles", "X", "x", lon=0, lat=lat) for n, lat in enumerate((90, -90, 60))]
    events = held(render_map(event_layer(rows)).get_root().render())["events"]
    assert events["where"] == [NOWHERE, NOWHERE, POINT]


def test_an_outline_is_no_finer_than_the_policy_says_though_nobody_protected_it():
    x, y = 36.12345678, 36.98765432
    layer = event_layer([event(1, "2022-02-03", "Battles", "X", "x", lon=x, lat=y, where_prec=3, radius_m=40_000.0)])
    layer = layer.set_geometry([shapely.Point(x, y).buffer(0.2)], crs=CRS)
    for policy, step in (("publish", 100), ("open", 1)):
        base = held(render_map(layer, policy=policy).get_root().render())["base"]
        assert base["outlineOf"] == [0]
        fine = [one for ring in base["outlines"][0] for one in ring if one % step]
        assert not fine
        assert len(base["outlines"][0][0]) > 20
        west, _, east, _ = base["frame"]
        middle = (west + east) / 2  # what is cut about a fine point would say where it is
        assert (abs(middle * 200 - round(middle * 200)) < 1e-6) is (policy == "publish")


# Files beside the page


def test_data_beside_the_page_open_from_disk(tab, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "BESIDE_ABOVE_BYTES", 10_000)
    layer = many(9_000)
    path = tmp_path / "a map.html"
    written = render_map(layer).save(path, beside=True)
    folder = tmp_path / "a map.html.data"
    assert written == (path, folder)
    names = sorted(one.name for one in folder.iterdir())
    assert any(name.startswith("cards.") for name in names)
    assert "Sentence 8123" not in path.read_text(encoding="utf-8")
    tab.open(path)
    assert not tab.complaints
    assert "9,000" in tab.run("document.getElementById('count').textContent")
    (folder / "mine.js").write_text("kept")
    render_map(layer.iloc[:8_000]).save(path, beside=True)
    assert "mine.js" in {one.name for one in folder.iterdir()}
    assert len(list(folder.iterdir())) == len(names) + 1
    for one in folder.iterdir():
        one.unlink()
    tab.open(path, ready="!document.getElementById('no-map').hidden")
    assert "a map.html.data/" in tab.run("document.getElementById('no-map').textContent")


@pytest.mark.parametrize("beside", [True, False])
def test_no_page_leaves_the_data_of_an_earlier_one_beside_it(tmp_path, monkeypatch, beside):
    monkeypatch.setattr(page_module, "BESIDE_ABOVE_BYTES", 10_000)
    path, other = tmp_path / "q.html", tmp_path / "q.htm"
    large, small = render_map(many(3_000)), render_map(story())
    _, folder = large.save(path, beside=True)
    assert large.save(other, beside=True)[1] != folder
    (folder / "mine.js").write_text("kept", encoding="utf-8")
    (folder / "mine.0123456789ab.js").write_text("kept", encoding="utf-8")
    monkeypatch.setattr(page_module, "BESIDE_ABOVE_BYTES", 10**9)
    assert small.save(path, beside=beside) == (path,)
    assert sorted(one.name for one in folder.iterdir()) == ["mine.0123456789ab.js", "mine.js"]
    assert small.save(other, beside=beside) == (other,)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["q.htm", "q.html", "q.html.data"]
    with pytest.raises(OutputError, match=r"end it in \.html"):
        small.save(tmp_path / "q.html.data")


def test_a_large_page_says_how_to_be_smaller(monkeypatch, tmp_path):
    from geoconflict.maps import map as map_module

    monkeypatch.setattr(map_module, "LARGEST_NOTEBOOK_BYTES", 100_000)
    conflict_map = render_map(story())
    with pytest.warns(PageWarning, match="--data-beside"):
        conflict_map.save(tmp_path / "map.html")
    assert "beside=True" in conflict_map._repr_html_()


def test_cards_carry_what_the_links_say_and_no_beaten_point():
    layer = story().assign(
        place_candidates=[[{"name": "Atme", "lon": 36.71234, "lat": 36.3, "score": 0.2}]] * 8,
        zone_changed_after="2022-01-01",
        camp_population_age_days=40,
        admin1_pcode="SY07",
    )
    cards = held(document(render_map(layer)))["cards"]
    assert cards["place_candidates"][0][0].items() >= {"name": "Atme", "score": 0.2}.items()
    assert not {"lon", "lat"} & set(cards["place_candidates"][0][0])
    assert cards["zone_changed_after"][0] == "2022-01-01"
    assert cards["camp_population_age_days"][0] == 40
    assert cards["admin1_pcode"][0] == "SY07"
