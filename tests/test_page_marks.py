"""What the map draws, in a real browser: sizes, crowds, fans, areas, labels, the base map, and accessibility checks."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from npm_packages import npm_folder
from page_layers import camp_layer, event, event_layer, story, zone_layer

from geoconflict.bundled import country_outlines
from geoconflict.maps import render_map
from geoconflict.maps.basemap import FAR_STEP_DEG, FAR_WORLD, area_outlines, base_island, view_of
from geoconflict.records import CRS

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MAP = "window[document.querySelector('[data-map]').id]"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("marks") / "story.html"
    render_map(story(), zones=zone_layer(), camps=camp_layer(), title="Raids and shelling").save(path)
    return path


def saved(tmp_path, layer, **more):
    path = tmp_path / "page.html"
    render_map(layer, **more).save(path)
    return path


def crowd(count, spread=1.3, *, seed=1):
    """Return events as an event table gives them: most at a few towns, a tenth known only to a province."""
    random = np.random.default_rng(seed)
    towns = np.array([[36.63, 35.93], [37.15, 36.2], [36.3, 33.51], [40.14, 35.34], [44.37, 33.31], [43.13, 36.34]])
    spots = (towns[random.integers(0, len(towns), count)] + random.normal(0, spread, (count, 2))).round(1)
    exact = random.random(count) < 0.9
    days = np.sort(random.integers(0, 4000, count))
    data = {
        "event_id": [f"u{row}" for row in range(count)],
        "event_type": random.choice(["Battles", "Explosions/Remote violence", "Protests"], count),
        "date_start": (np.datetime64("2011-01-01") + days).astype(str),
        "where_prec": np.where(exact, 1, 4),
        "radius_m": np.where(exact, 2000.0, 60_000.0),
        "country": "SY",
        "status": "event",
        "summary": "",
        "place_name": [f"{x} {y}" for x, y in spots],
        "fatalities_best": np.floor(random.lognormal(0.6, 1.2, count)),
    }
    data["date_end"] = data["date_start"]
    return gpd.GeoDataFrame(data, geometry=gpd.points_from_xy(*spots.T), crs=CRS)


def at_one_place(count):
    rows = [
        event(k, "2022-02-03", "Battles" if k % 3 else "Protests", "Atmeh", f"Report {k}.", lon=36.7, lat=36.3)
        for k in range(count)
    ]
    return event_layer(rows)


def middle(tab, lon, lat):
    """Return where a place of the map stands in the window."""
    return tab.run(
        f"(() => {{ const map = {MAP}, frame = map.getContainer().getBoundingClientRect(), at = map.latLngToContainerPoint([{lat}, {lon}]);"
        " return [at.x + frame.left, at.y + frame.top]; })()"
    )


def colours_of(tab, canvas=-1):
    return tab.run(
        f"""(() => {{ const canvas = [...document.querySelectorAll('canvas.layer')].at({canvas});
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let inked = 0; for (let k = 3; k < data.length; k += 4) if (data[k]) inked++; return inked; }})()"""
    )


def test_events_at_one_place_fan_out_and_each_opens_its_own(tab, tmp_path):
    tab.open(saved(tmp_path, at_one_place(12)), **DESKTOP)
    x, y = middle(tab, 36.7, 36.3)
    before = colours_of(tab)
    tab.click(x, y)
    assert colours_of(tab) > before + 1000
    assert "12 events at one place" in tab.run("document.getElementById('spoken').textContent")
    assert tab.run("document.getElementById('details').hidden")
    # The last of a fan of twelve stands out on its spiral; each leg opens one event.
    opened = tab.run(
        """(() => { const map = MAP, at = map.latLngToContainerPoint([36.3, 36.7]), out = new Set();
        for (let turn = 0; turn < 6.3; turn += 0.15) for (const reach of [39, 48, 56, 64]) {
          const containerPoint = at.add([reach * Math.cos(turn), reach * Math.sin(turn)]);
          map.fire('mousemove', { containerPoint });
          if (map.getContainer().style.cursor !== 'pointer') continue;  // a click beside the legs would close the fan
          map.fire('click', { containerPoint });
          out.add(document.querySelector('.card blockquote').textContent);
        } return [...out]; })()""".replace("MAP", MAP)
    )
    assert len(opened) == 12, opened


def test_a_fan_opens_and_is_walked_by_key(tab, tmp_path):
    tab.open(saved(tmp_path, at_one_place(6)), **DESKTOP)
    tab.run("document.querySelector('[data-map]').focus()")
    tab.key("Enter", number=13)
    tab.settle()
    assert "6 events at one place" in tab.run("document.getElementById('spoken').textContent")
    centre = tab.run(f"{MAP}.getCenter().lng")
    said = []
    for _ in range(2):
        tab.key("ArrowRight", number=39)
        tab.settle()
        said.append(tab.run("document.getElementById('spoken').textContent"))
    assert "Atmeh" in said[0]
    assert tab.run(f"{MAP}.getCenter().lng") == centre  # the arrows walked the fan, not the map
    tab.key("Enter", number=13)
    tab.settle()
    assert tab.run("document.querySelector('.card blockquote').textContent").startswith("Report")
    tab.run("document.querySelector('[data-map]').focus()")
    tab.key("Escape", number=27)
    tab.key("Escape", number=27)
    tab.settle()
    assert tab.complaints == []


def test_more_than_a_fan_holds_is_a_list(tab, tmp_path):
    tab.open(saved(tmp_path, at_one_place(2000)), **DESKTOP)
    tab.click(*middle(tab, 36.7, 36.3))
    assert "2,000" in tab.run("document.getElementById('details-heading').textContent")
    assert tab.complaints == []


def test_a_finger_hits_what_a_mouse_must_aim_at(tab, page):
    tab.open(page, **PHONE)
    x, y = middle(tab, 37.0467, 36.5863)
    opened = "document.querySelector('.card blockquote')?.textContent ?? ''"
    tab.run("document.getElementById('details').hidden || document.querySelector('#details .close').click()")
    tab.click(x + 19, y)
    assert "Azaz" not in tab.run(opened)
    tab.call("Emulation.setTouchEmulationEnabled", enabled=True)
    for kind, points in (("touchStart", [{"x": x - 6, "y": y - 19}]), ("touchEnd", [])):
        tab.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)
    tab.settle()
    assert "Azaz" in tab.run(opened)


def test_the_key_explains_the_sizes_only_where_they_say_something(tab, page, tmp_path):
    tab.open(page, **DESKTOP)
    words = tab.run("document.getElementById('key').textContent")
    assert "10–24 killed" in words
    assert "Number killed not known" in words
    assert "25 or more" not in words  # none so large
    tab.open(saved(tmp_path, at_one_place(3)), **DESKTOP)
    assert "killed" not in tab.run("document.getElementById('key').textContent")


def test_a_province_is_drawn_as_its_outline_and_other_areas_end_at_the_border():
    layer = story()
    drawn = area_outlines(layer, "un")
    numbers = drawn["outlineOf"]
    assert [row for row, number in enumerate(numbers) if number >= 0] == [5]  # the one known only to Aleppo province
    steps = np.array(drawn["outlines"][0][0]).reshape(-1, 2).cumsum(axis=0) / 10_000
    west, south, east, north = *steps.min(axis=0), *steps.max(axis=0)
    assert 36.2 < west < 37
    assert 38 < east < 38.9
    assert shapely.Polygon(steps).contains(shapely.Point(37.15, 36.2))
    assert (south, north) == pytest.approx((35.3, 36.8), abs=0.4)
    near = layer.assign(place_relation="near")
    assert area_outlines(near, "un") == {}
    base = base_island(view_of(layer), "un")
    assert sum(count for _, count in base["countries"]) == len(base["land"])
    assert {"Syria", "Türkiye"} <= {name for name, _ in base["countries"]}


def test_an_area_of_one_country_spills_over_no_border(tab, tmp_path):
    northwest = event(
        1, "2022-02-03", "Battles", "northwest Syria", "x", lon=36.7, lat=35.9, where_prec=5, radius_m=90_000.0
    )
    tab.open(saved(tmp_path, event_layer([northwest]), policy="open"), **DESKTOP)
    tab.run(f"{MAP}.setView([36.2, 36.6], 8, {{animate: false}}), 1")
    tab.settle()
    inked = """(() => { const canvas = [...document.querySelectorAll('canvas.layer')].at(-1), map = MAP, pen = canvas.getContext('2d');
      const box = (lat, lon) => { const at = map.latLngToContainerPoint([lat, lon]);
        return pen.getImageData(at.x + 120 - 8, at.y + 120 - 8, 16, 16).data.some((value, k) => k % 4 === 3 && value); };
      return [box(35.75, 36.55), box(36.45, 36.2), box(35.75, 35.72)]; })()""".replace("MAP", MAP)
    assert tab.run(inked) == [True, False, False]  # in Syria, in Türkiye, at sea: all within the 90 km


def test_labels_of_every_script_are_drawn_in_their_direction(tab, tmp_path):
    names = {"إدلب": "rtl", "كەركووك": "rtl", "Харків": "ltr", "Afrîn": "ltr"}
    rows = [event(k, "2022-02-03", "Battles", name, "x", lon=36.2 + 0.3 * k, lat=36.0) for k, name in enumerate(names)]
    tab.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="""window.drawn = {}; const draw = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
          drawn[text.replace(/[\\u2066-\\u2069]/g, '')] = [this.direction, this.letterSpacing]; return draw.call(this, text, ...at); };""",
    )
    tab.open(saved(tmp_path, event_layer(rows)), **DESKTOP)
    tab.run(f"{MAP}.setView([35.6, 37.6], 6.5, {{animate: false}}), 1")
    drawn = tab.run("window.drawn")
    assert {name: drawn[name][0] for name in names} == names
    assert drawn["SYRIA"][1] != "0px"
    assert all(drawn[name][1] == "0px" for name in names)  # letters of joined scripts would fall apart


def test_a_base_map_of_the_user_is_drawn_by_rank():
    shapes = [
        shapely.LineString([(36, 36), (37.5, 36)]),
        shapely.LineString([(36, 36.1), (37.5, 36.1)]),
        shapely.box(36.5, 36.4, 36.6, 36.5),
    ]
    given = gpd.GeoDataFrame(
        {"kind": ["road", "road", "lake"], "rank": [1, 4, 2], "name": ["M5", None, "Lake"], "source": "survey"},
        geometry=shapes,
        crs=CRS,
    )
    base = base_island(view_of(story()), "un", basemap=given)
    drawn = {(layer["kind"], layer["rank"]) for layer in base["layers"]}
    assert {("road", 1), ("road", 4), ("lake", 2)} <= drawn
    assert not any(kind == "lake" and rank != 2 for kind, rank in drawn)  # the user's lakes replace the bundled ones
    assert any(kind == "river" for kind, _ in drawn)
    assert ["Lake", "lake"] in [list(label[:2]) for label in base["labels"]]
    assert json.dumps(base) == json.dumps(base_island(view_of(story()), "un", basemap=given))


def test_a_river_is_a_line_and_not_an_area_closed_across_the_land(tab, tmp_path):
    bend = shapely.LineString([(36.2, 36.0), (36.2, 36.6), (37.2, 36.6), (37.2, 36.0)])
    rivers = gpd.GeoDataFrame(
        {"kind": ["river"], "rank": [1], "name": ["Bend"], "source": ["s"]}, geometry=[bend], crs=CRS
    )
    tab.open(saved(tmp_path, story(), basemap=rivers), **DESKTOP)
    blue = tab.run(f"""[[36.0, 36.5], [36.6, 36.8]].map(([lat, lon]) => {{
        const map = {MAP}, pen = map.getPane('base').querySelector('canvas').getContext('2d'), at = map.latLngToContainerPoint([lat, lon]);
        const {{ data }} = pen.getImageData(at.x + 120 - 3, at.y + 120 - 3, 7, 7);
        let count = 0;
        for (let k = 0; k < data.length; k += 4) count += data[k + 2] - data[k] > 30;
        return count; }})""")
    assert blue[0] == 0
    assert blue[1] > 0


def test_an_event_of_a_province_without_a_radius_is_on_the_map(tab, tmp_path):
    known = {"lon": 40.9, "lat": 36.4, "radius_m": None, "place_relation": None}
    told = [("Al Hasakah Governorate", 4), ("Eastern Deir ez Zor Governorate", 5), ("Syria", 6)]
    rows = [
        event(k, "2022-02-03", "Battles", name, "x", where_prec=precision, **(known | {"lat": 36.4 - k / 2}))
        for k, (name, precision) in enumerate(told)
    ]
    layer = event_layer(rows)
    outlines = area_outlines(layer, "un")
    assert outlines["outlineOf"] == [0, -1, -1]
    tab.open(saved(tmp_path, layer), **DESKTOP)
    assert tab.run("document.querySelector('#not-drawn').textContent") == "1 event not on the map"


def test_the_far_world_is_land_without_slivers_between_countries():
    """What scripts/make_far_world.py wrote: as much land as the outlines hold, in few rings, none a sliver."""
    rings = [np.array(ring).reshape(-1, 2).cumsum(axis=0) * FAR_STEP_DEG for ring in json.loads(FAR_WORLD.read_text())]
    whole = [shapely.Polygon(ring) for ring in rings]
    assert len(whole) < 600
    assert min(one.area / one.length for one in whole) > 0.01
    outer = sum(shapely.area(country_outlines().geometry.to_numpy()))
    assert sum(one.area for one in whole) == pytest.approx(outer, rel=0.03)


def test_a_crowd_keeps_every_event_in_a_mark_a_tag_or_the_list(tab, tmp_path):
    tab.open(saved(tmp_path, crowd(3_000)), **DESKTOP)
    tab.run(f"{MAP}.setZoom({MAP}.getZoom() + 2, {{animate: false}}), 1")
    tab.settle()
    # What a pointer meets on a grid of the whole map: bubbles say how many they hold, and of which types.
    said = tab.run(
        """(() => { const map = MAP, out = new Set(), { x, y } = map.getSize(); for (let left = 4; left < x; left += 8) for (let top = 4; top < y; top += 8) {
        map.fire('mousemove', { containerPoint: L.point(left, top) }); if (map.getContainer().style.cursor) out.add(document.getElementById('tip').textContent); }
        return [...out]; })()""".replace("MAP", MAP)
    )
    bubbles = [words for words in said if " events: " in words]
    assert len(bubbles) > 20
    for words in bubbles:
        count, types = words.replace("\u2068", "").replace("\u2069", "").split(" events: ")
        amounts = [int(part.rsplit(" ", 1)[1].replace(",", "")) for part in types.split(", ")]
        assert sum(amounts) == int(count.replace(",", ""))
        assert amounts == sorted(amounts, reverse=True)
    assert any(" events: " not in words for words in said)  # lone events stay beside the bubbles
    assert tab.complaints == []


AXE = "(async () => (await axe.run(document, {resultTypes: ['violations']})).violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | ')))()"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_a_reader(tab, page, size, dark):
    axe = (npm_folder("axe-core") / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    tab.open(page, **size, dark=dark)
    tab.run(axe + "; 1")
    states = {
        "list": "1",
        "card": "document.querySelector('#list button[data-event]').click()",
        "sheet": "document.getElementById('sheet').click()",
        "every detail open": "document.querySelectorAll('details').forEach(one => { one.open = true; })",
        "as of a day": "document.querySelector('#mode-asof').click()",
    }
    for state, action in states.items():
        tab.run(f"{action}; 1")
        tab.settle()
        assert tab.run(AXE) == [], state
