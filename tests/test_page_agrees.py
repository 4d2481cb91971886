"""What the page says in several places agrees: headline, list, key, card, map, paper, and the page without scripts."""

import html
import re

import pandas as pd
import pytest
from browser import new_tab
from page_layers import camp_layer, event, event_layer, story, zone_layer
from xyzservices import TileProvider

from geoconflict.maps import render_map
from geoconflict.maps.basemap import around, view_of

DESKTOP = {"width": 1280, "height": 800}
IDLIB = {"lon": 36.63, "lat": 35.93, "radius_m": 3000.0}
PROVINCE = {"lon": 36.63, "lat": 35.93, "radius_m": 40_000.0, "where_prec": 4}


@pytest.fixture(scope="module")
def tab(browser):
    with new_tab(browser) as opened:
        yield opened


def shown(tab, tmp_path, layer, fragment="", size=DESKTOP, **options):
    path = tmp_path / "page.html"
    render_map(layer, **options).save(path)
    return tab.open(path, fragment=fragment, **size)


def text_of(tab, selector):
    return tab.run(f"document.querySelector({selector!r}).textContent")


def part(tab, term):
    return tab.run(
        f"([...document.querySelectorAll('.card dt')].find(dt => dt.textContent === {term!r}) || {{}}).nextElementSibling?.textContent ?? null"
    )


def plain_of(layer, **options):
    document = render_map(layer, **options).get_root().render()
    return html.unescape(re.search("<noscript>(.*?)</noscript>", document, re.DOTALL)[1])


def test_the_table_without_scripts_says_what_the_list_says():
    rows = [
        event(1, "2022-02-03", "Battles", "Idlib", "A.", date_inferred=True, **IDLIB),
        event(2, "2022-02-02", "Battles", "Aleppo", "B.", **PROVINCE),
        event(3, "2013-01-01", "Battles", "Hama", "C.", status="background", **IDLIB),
        event(4, "2022-02-01", "Battles", "Homs", "D.", where_prec=1, radius_m=None, fatalities_best=0),
    ]
    table = plain_of(event_layer(rows))
    assert "<p>3 events; 1 more as background</p>" in table
    assert "<td>2022-02-03 (inferred)</td>" in table
    assert "<td>Aleppo (province), Idlib, Syria (true spot" in table
    assert "<td>Battles (named as background). C.</td>" in table
    assert "<td>Homs, Idlib, Syria (not on the map)</td>" in table
    assert "<td>0</td>" in table
    one = plain_of(event_layer(rows[:1]))
    assert "<p>1 event</p>" in one


def test_a_map_without_events_says_so():
    assert "<p>This map holds no events</p>" in plain_of(story().iloc[:0])
    document = render_map(story().iloc[:0], camps=camp_layer()).get_root().render()
    assert "gc-camps" not in document


@pytest.mark.browser
@pytest.mark.enable_socket
class TestInABrowser:
    def test_a_map_without_events_offers_nothing_to_loosen(self, tab, tmp_path):
        shown(tab, tmp_path, story().iloc[:0], camps=camp_layer())
        assert text_of(tab, "#count") == "This map holds no events"
        assert tab.run("document.querySelector('#loosen').hidden && document.querySelector('#part-camps').hidden")
        assert tab.complaints == []

    def test_the_table_without_scripts_breaks_no_word(self, tab, tmp_path):
        path = tmp_path / "plain.html"
        rows = [event(1, "2022-02-03", "Battles", "Idlib", "Shelling hit two streets. " * 6, **IDLIB)]
        render_map(event_layer(rows)).save(path)
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            for width, lines in ((390, 12), (1280, 6)):
                tab.call(
                    "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
                )
                tab.call("Page.navigate", url=path.resolve().as_uri())
                tab.wait("document.readyState === 'complete' && document.querySelector('.plain table')")
                line = "parseFloat(getComputedStyle(document.querySelector('.plain td')).lineHeight)"
                assert tab.run(f"document.querySelector('.plain thead').offsetHeight < 2 * {line}"), width
                assert tab.run(f"document.querySelector('.plain tbody tr').offsetHeight < {lines} * {line}"), width
        finally:
            tab.call("Emulation.setScriptExecutionDisabled", value=False)

    def test_without_a_date_nobody_was_asked_who_held_the_place(self, tab, tmp_path):
        undated = {
            "date_end": None,
            "zone_status": "no_zone",
            "zones": [{"source": "town reports", "status": "no_zone"}],
        }
        rows = [
            event(1, None, "Battles", "Idlib", "x", **IDLIB, **undated),
            event(2, "2022-02-03", "Battles", "Idlib", "y", **IDLIB, zone_status="no_zone"),
        ]
        shown(tab, tmp_path, event_layer(rows), zones=zone_layer(), fragment="#e=e00000000001")
        assert part(tab, "Reported control") == "Not given: the date is not known"
        tab.open(tmp_path / "page.html", fragment="#e=e00000000002", **DESKTOP)
        assert part(tab, "Reported control").startswith("No report of who held this place")

    def test_one_long_event_moves_neither_the_control_nor_the_headline(self, tab, tmp_path):
        rows = [
            event(1, "2017-01-01", "Battles", "Idlib", "a", **IDLIB),
            event(2, "2017-02-15", "Battles", "Idlib", "b", **IDLIB, date_end="2017-02-18", date_precision="range"),
            event(3, "2017-01-03", "Battles", "Idlib", "c", **PROVINCE, date_end="2017-08-28", date_precision="range"),
        ]
        shown(tab, tmp_path, event_layer(rows), zones=zone_layer("2017-02-01"))
        assert "3 events, 1 Jan to 18 Feb 2017" in text_of(tab, "#dateline")
        assert text_of(tab, "#as-of").startswith("Control on 18 Feb 2017, as of 1 Feb 2017")
        tab.open(tmp_path / "page.html", fragment="#d=2017-01-01..2017-01-07", **DESKTOP)
        assert "2 events, 1–7 Jan 2017" in text_of(tab, "#dateline")

    def test_count_and_filters_follow_the_headline_at_once(self, tab, tmp_path):
        rows = [event(k, f"2017-01-{k:02}", "Battles", "Idlib", "a", **IDLIB) for k in range(1, 21)]
        shown(tab, tmp_path, event_layer(rows))
        said = tab.run(
            """(() => { const to = document.querySelector('#to'), text = id => document.querySelector(id).textContent;
            to.value = Number(to.min) + 6; to.dispatchEvent(new Event('input'));
            return [text('#count'), text('#chips'), text('#range'), text('#count-said')]; })()"""
        )
        assert said == ["7 of 20 events", "1–7 Jan 2017 ×", "1–7 Jan 2017", "20 events"]
        tab.settle()
        assert text_of(tab, "#count-said") == "7 of 20 events"  # said once the handle rests

    def test_map_and_card_speak_of_one_day(self, tab, tmp_path):
        first, later = zone_layer("2022-01-20", "2022-01-23"), zone_layer("2022-01-23")
        more = {"zone_status": "inside", "zone_controller": "Syrian government", "zone_source": "town reports"}
        rows = [
            event(1, "2022-01-20", "Battles", "Idlib", "a", **IDLIB, **more, date_end="2022-01-25", zone_as_of="2022-01-23"),
            event(2, "2022-01-24", "Battles", "Idlib", "b", **IDLIB, **more, zone_as_of="2022-01-23"),
        ]  # fmt: skip
        shown(tab, tmp_path, event_layer(rows), zones=pd.concat([first, later]), fragment="#e=e00000000001")
        assert "as of 23 Jan 2022" in part(tab, "Reported control")
        assert text_of(tab, "#as-of") == "Control as of 23 Jan 2022"
        tab.open(tmp_path / "page.html", fragment="#e=e00000000002", **DESKTOP)
        assert text_of(tab, "#as-of") == "Control on 24 Jan 2022, as of 23 Jan 2022"

    def test_none_is_a_number_and_background_is_counted(self, tab, tmp_path):
        rows = [
            event(1, "2022-02-03", "Battles", "Idlib", "a", **IDLIB, fatalities_best=3, civilian_fatalities_best=0),
            event(2, "2013-02-03", "Battles", "Idlib", "b", **IDLIB, status="background"),
        ]
        shown(tab, tmp_path, event_layer(rows), fragment="#e=e00000000001")
        assert part(tab, "of them civilians") == "0"
        assert text_of(tab, "#amount-background") == "1"

    def test_a_page_with_tiles_says_where_they_come_from_even_if_none_comes(self, tab, tmp_path):
        provider = TileProvider(name="Grey", url="http://127.0.0.1:9/{z}/{x}/{y}.png", attribution="Grey")
        shown(tab, tmp_path, story(), tiles=provider)
        tab.wait("document.querySelector('.tiles .note').textContent.includes('did not load')")
        assert "loaded from 127.0.0.1:9 while this page is open" in text_of(tab, "#foot")

    def test_paper_says_what_the_list_says_and_unfolds_the_key(self, tab, tmp_path):
        shown(tab, tmp_path, story(), zones=zone_layer(), camps=camp_layer())
        folded = "[...document.querySelectorAll('#key details, footer details')].filter(one => !one.open).length"
        before = tab.run(folded)
        tab.run("window.dispatchEvent(new Event('beforeprint'))")
        paper = text_of(tab, "#printed")
        assert before > 0
        assert tab.run(folded) == 0
        assert " · 13 (12–13) killedSource: example.org, 3 Feb 2022: Raid kills leader in north-west" in paper
        assert "in 2013, residents recalled. · named as background" in paper
        tab.run("window.dispatchEvent(new Event('afterprint'))")
        assert tab.run(folded) == before

    def test_where_the_detailed_land_ends_no_line_is_seen(self, tab, tmp_path):
        shown(tab, tmp_path, story(), fragment="#v=39.5,35,3.5")
        west, _, _, _ = around(view_of(story()))
        colours = tab.run(
            f"""(() => {{ const map = window[document.querySelector('[data-map]').id], at = map.latLngToContainerPoint([39.2, {west}]);
            const canvas = document.querySelector('.leaflet-base-pane canvas.layer'), seen = new Set(), ratio = canvas.width / parseFloat(canvas.style.width);
            const {{ data }} = canvas.getContext('2d').getImageData(Math.round((at.x + 120) * ratio) - 4, Math.round((at.y + 120) * ratio), 8, 2);
            for (let k = 0; k < data.length; k += 4) seen.add(data.slice(k, k + 3).join());
            return [...seen]; }})()"""
        )
        assert colours == ["246,244,239"]

    def test_in_a_crowd_a_tag_names_its_area_and_counts_by_times(self, tab, tmp_path):
        rows = [
            event(10 * k + n, "2022-02-03", "Battles", f"Town {k}", "a", where_prec=3, radius_m=12_000.0, lon=36 + k % 9 * 0.6, lat=33 + k // 9 * 0.5)
            for k in range(72)
            for n in range(4 if k % 9 else 7)
        ]  # fmt: skip
        shown(tab, tmp_path, event_layer(rows))
        tab.run(
            """(() => { const pen = CanvasRenderingContext2D.prototype, fill = pen.fillText; window.told = [];
            pen.fillText = function (text, ...more) { if (/^italic 12px/.test(this.font)) told.push(text); return fill.call(this, text, ...more); };
            window.dispatchEvent(new Event('resize')); document.querySelector('#search').dispatchEvent(new Event('input')); })()"""
        )
        tab.settle()
        told = tab.run("told.filter(text => /\\d$/.test(text))")
        assert {text for text in told if "×" not in text} == set()
        named = [text for text in told if "Town" in text]
        assert named
        assert all(re.fullmatch(r"Town \d+ \(district\) × 7", text) for text in named[:4])
        assert "× 4" in told
