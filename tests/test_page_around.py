"""What stands around the map: the direction of its words, its colours, its parts on each screen, and paper."""

import base64
import io

import numpy as np
import pypdf
import pytest
import shapely
from page_layers import camp_layer, story, zone_layer
from page_texts import leftward

from geoconflict.maps import render_map
from geoconflict.maps.basemap import base_island

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def in_browser(test):
    return pytest.mark.browser(pytest.mark.enable_socket(test))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("around") / "story.html"
    render_map(story(), zones=zone_layer(), camps=camp_layer(), title="Raids", standfirst="What reports say.").save(
        path
    )
    return path


def texts(tab, within):
    """Texts of elements a reader reads, and whether each is isolated from the direction of the page."""
    return tab.run(
        f"""(() => {{ const out = [], walker = document.createTreeWalker(document.querySelector({within!r}), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {{ const node = walker.currentNode;
          if (/[A-Za-z]{{3}}/.test(node.data.replace(/\u2068[^\u2069]*\u2069/g, ''))) out.push([node.data, Boolean(node.parentElement.closest('bdi, [dir]:not(html), option, .map'))]); }}
        return out; }})()"""
    )


@in_browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_page_from_right_to_left_turns_all_but_the_map(tab, tmp_path, size):
    layer = story()
    layer.loc[0, ["place_name", "actor1"]] = ["أطمة (Atmeh)", "هێزەکان"]
    path = tmp_path / "rtl.html"
    render_map(layer, zones=zone_layer(), camps=camp_layer(), title="Raids (2022)", language=leftward(tmp_path)).save(
        path
    )
    tab.open(path, **size)
    tab.run("document.querySelector('#list button[data-event]').click()")
    tab.settle()
    assert tab.complaints == []
    assert tab.run("getComputedStyle(document.body).direction") == "rtl"
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    map_name = tab.run("document.querySelector('[data-map]').id")
    west, east = (tab.run(f"window.{map_name}.latLngToContainerPoint([36, {lon}]).x") for lon in (36, 37))
    assert west < east, "the map is mirrored"
    if size is DESKTOP:
        assert tab.run("document.getElementById('panel').getBoundingClientRect().left") == 0
    for part in (".head", "#details", "#panel", "#foot"):
        loose = [text for text, isolated in texts(tab, part) if not isolated]
        assert loose == [], f"{part}: English, or data without a direction of their own"


def ink(tab):
    """Colours of the page as it stands: of the text, and of the map's land as the script draws it."""
    return tab.run("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")


@in_browser
def test_the_scheme_follows_the_system_until_it_is_chosen(tab, page):
    light, dark = ["rgb(29, 33, 38)", "rgb(255, 255, 255)"], ["rgb(236, 239, 242)", "rgb(22, 25, 29)"]
    tab.open(page, **DESKTOP, dark=True)
    assert ink(tab) == dark
    for choice, colours in (("light", light), ("dark", dark), ("auto", dark)):
        tab.run(f"scheme.value = '{choice}'; scheme.dispatchEvent(new Event('change'))")
        assert ink(tab) == colours
    tab.run("scheme.value = 'light'; scheme.dispatchEvent(new Event('change'))")
    tab.open(page, **DESKTOP, dark=True)
    assert ink(tab) == dark, "the choice outlives the page"
    tab.open(page, **DESKTOP)
    assert ink(tab) == light


@in_browser
def test_the_parts_fit_each_screen(tab, page):
    """Three stops of the sheet on a phone, the panel beside the map on its side; the foot takes no room of the list."""
    tab.open(page, **PHONE)
    heights = []
    for _ in range(3):
        heights.append(tab.run("panel.offsetHeight"))
        tab.run("sheet.click()")
        tab.run("new Promise(done => setTimeout(done, 250))")
    assert heights == sorted(set(heights))
    assert heights[0] <= 60
    assert tab.run(
        "panel.contains(foot) && scheme.offsetHeight >= 44 && document.getElementById('print').offsetHeight >= 44"
    )
    tab.open(page, width=844, height=390)
    assert tab.run("sheet.offsetHeight") == 0
    assert tab.run(
        "document.querySelector('.map').offsetHeight >= 100 && panel.offsetLeft >= document.querySelector('.map').offsetWidth - 1"
    )
    tab.open(page, **DESKTOP)
    assert not tab.run("panel.contains(foot)")
    assert tab.run("foot.offsetHeight") <= 60
    assert tab.run("document.getElementById('scroll').offsetHeight") >= 200


@in_browser
def test_paper_has_the_map_the_key_the_events_and_the_sources(tab, page):
    tab.open(page, **DESKTOP, dark=True)
    name = tab.run("document.querySelector('[data-map]').id")
    view = f"(map => [map.getZoom(), map.getCenter().lat, map.getCenter().lng, map.getSize().x, map.getSize().y])(window.{name})"
    before = tab.run(view)
    data = tab.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=True)["data"]
    printed = pypdf.PdfReader(io.BytesIO(base64.b64decode(data)))
    words = " ".join(one.extract_text() for one in printed.pages).replace("\n", " ")
    for phrase in (
        "Raids",
        "What reports say.",
        "Battles",
        "The 8 events shown",
        "GeoNames",
        "United Nations",
        "Printed on",
    ):
        assert phrase in words
    for summary in story()["summary"]:
        assert summary[:40] in words
    assert "Search" not in words
    assert len(printed.pages) <= 3
    tab.settle()
    assert tab.run(view) == pytest.approx(before, abs=0.01), "printing moved the map"
    assert ink(tab)[1] == "rgb(22, 25, 29)"
    assert tab.run("printed.childElementCount") == 0
    assert tab.complaints == []


def test_the_world_beyond_holds_states_of_several_pieces():
    """Türkiye, Iran and Russia are many polygons each: zoomed out, land must not look like sea."""
    far = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 10 for ring in base_island((36, 35, 37, 36), "un")["far"]]
    land = [shapely.Polygon(ring).buffer(0) for ring in far if len(ring) > 3]
    for lon, lat in ((33, 39), (54, 32), (60, 58), (-100, 40), (135, -25)):
        assert any(shape.contains(shapely.Point(lon, lat)) for shape in land), (lon, lat)
