"""Zones, fronts, sources beside each other, camps and the key, in a real browser."""

import pytest
import shapely
from browser import new_tab
from page_layers import camp_layer, event, event_layer, frame, story, zone_layer

from geoconflict.maps import islands, render_map
from geoconflict.maps.page import PageWarning
from geoconflict.records import CAMP_COLUMNS, ZONE_COLUMNS

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
WEST, MIDDLE, EAST, NORTH = 36.0, 36.5, 37.0, 36.4
MAP = "Object.values(window).find(one => one && one.latLngToContainerPoint)"


@pytest.fixture(scope="module")
def tab(browser):
    with new_tab(browser) as opened:
        yield opened


def ground(who, source, box, *, day="2022-01-20", until=None, certainty="high"):
    row = {"controller": who, "source": source, "valid_from": day, "valid_to": until, "certainty": certainty}
    return row | {"zone_id": f"{source} {who} {day} {box}", "country": "SY"}, shapely.box(*box)


def zones_of(*grounds):
    return frame([row for row, _ in grounds], ZONE_COLUMNS, [shape for _, shape in grounds])


LEFT, RIGHT = (WEST, 35.6, MIDDLE, NORTH), (MIDDLE, 35.6, EAST, NORTH)
WIDER = (WEST, 35.6, MIDDLE + 0.25, NORTH)
ONE = (ground("Side A", "Gazette", LEFT), ground("Side B", "Gazette", RIGHT))
OTHER = (
    ground("Side A", "Atlas", WIDER, day="2022-01-28"),
    ground("Side B", "Atlas", (MIDDLE + 0.25, 35.6, EAST, NORTH), day="2022-01-28"),
)


def open_page(tab, path, zones, *, camps=None, fragment="#v=36,36.5,9", size=DESKTOP, **more):
    events = [
        event(1, "2022-01-20", "Battles", "Idlib", "First.", lon=36.3, lat=35.9),
        event(2, "2022-02-03", "Battles", "Idlib", "Last.", lon=36.3, lat=35.9),
    ]
    render_map(event_layer(events), zones=zones, camps=camps).save(path, overwrite=True)
    tab.open(path, fragment=fragment, **size, **more)
    return tab


def test_the_page_opens_at_the_last_day_of_its_last_event_that_has_a_map(tab, tmp_path):
    day, end = "2022-02-03", "2022-02-04"
    zones = zones_of(*(ground(who, "Gazette", box, day=day, until=end) for who, box in (("A", LEFT), ("B", RIGHT))))
    long = event(1, day, "Battles", "Idlib", "Long.", lon=36.3, lat=35.9) | {"date_end": "2022-02-07"}
    later = event(2, "2022-02-08", "Battles", "Idlib", "Later.", lon=36.3, lat=35.9)
    path = tmp_path / "last.html"
    for events, heading in (
        ([long], "Control as of 3 Feb 2022"),
        ([long, later], "This page has no control map for 8 Feb 2022"),
    ):
        render_map(event_layer(events), zones=zones).save(path, overwrite=True)
        tab.open(path, **DESKTOP)
        assert text_of(tab, "#key-zones-heading").startswith(heading)


def text_of(tab, selector):
    return tab.run(f"document.querySelector({selector!r}).textContent")


def names(tab, selector):
    return tab.run(f"[...document.querySelectorAll({selector!r})].map(one => one.textContent)")


def ask(tab, lon, lat):
    x, y = (
        tab.run(f"""(() => {{ const map = {MAP}, box = map.getContainer().getBoundingClientRect(), at = map.latLngToContainerPoint([{lat}, {lon}]);
        return [box.x + at.x, box.y + at.y]; }})()""")
    )
    tab.click(x, y)
    return text_of(tab, "#details")


def darkest(tab, lon, lat):
    """How dark the zones' canvas is at its darkest within 5 pixels of a spot: 0 is nothing drawn, 255 opaque black."""
    return tab.run(f"""(() => {{ const map = {MAP}, canvas = map.getPane('zones').querySelector('canvas'), at = map.latLngToContainerPoint([{lat}, {lon}]);
        const {{ data }} = canvas.getContext('2d').getImageData(at.x + 115, at.y + 115, 11, 11); let most = 0;
        for (let k = 0; k < data.length; k += 4) most = Math.max(most, data[k + 3] * (1 - (data[k] + data[k + 1] + data[k + 2]) / 765));
        return most; }})()""")


def test_a_front_runs_where_two_sides_meet_and_along_no_other_edge(tab, tmp_path):
    open_page(tab, tmp_path / "front.html", zones_of(*ONE))
    front, edge = darkest(tab, MIDDLE, 36.0), darkest(tab, EAST, 36.0)
    assert front > 200 > edge + 40
    tab.run("[...document.querySelectorAll('#key-zones-switches input')][1].click()")
    tab.settle()
    assert darkest(tab, MIDDLE, 36.0) < front - 20
    assert "h=front" in tab.run("location.hash")
    with_gap = (ONE[0], ground("contested: Side A / Side B", "Gazette", RIGHT))
    open_page(tab, tmp_path / "front.html", zones_of(*with_gap))
    assert darkest(tab, MIDDLE, 35.8) < 200  # contested ground is where the front is, not beyond it


def test_one_source_is_drawn_and_the_others_are_a_click_away(tab, tmp_path):
    open_page(tab, tmp_path / "two.html", zones_of(*ONE, *OTHER))
    checked = (
        "[...document.querySelectorAll('#key-source-list input')].find(one => one.checked).parentElement.textContent"
    )
    assert tab.run(checked) == "Atlasas of 28 Jan 2022"  # the most recent map of the day
    assert text_of(tab, "#as-of") == "Control on 3 Feb 2022, as of 28 Jan 2022"
    assert darkest(tab, MIDDLE + 0.25, 36.0) > 200 > darkest(tab, MIDDLE, 36.0)
    tab.run(
        "[...document.querySelectorAll('#key-source-list label')].find(one => one.textContent.startsWith('Gazette')).querySelector('input').click()"
    )
    tab.settle()
    assert text_of(tab, "#as-of") == "Control on 3 Feb 2022, as of 20 Jan 2022"
    assert darkest(tab, MIDDLE + 0.25, 36.0) < 200 < darkest(tab, MIDDLE, 36.0)
    link = tab.run("location.hash")
    tab.open(tmp_path / "two.html", fragment=link, **DESKTOP)
    assert tab.run(checked).startswith("Gazette")
    whole = (WEST, 35.6, EAST, NORTH)
    more = zones_of(ground("Side C", "Almanac", whole), *ONE, *OTHER, ground("Side C", "Herald", whole))
    open_page(tab, tmp_path / "more.html", more, fragment=link)
    assert tab.run(checked).startswith("Gazette"), "the link names another source once there are more"


def test_a_source_over_two_others_stands_alone_when_it_is_chosen(tab, tmp_path):
    """Two sources side by side, a third over both: all three are rivals, whichever two met first."""
    wide = ground("Side C", "Chronicle", (WEST, 35.6, EAST, NORTH))
    for names_of in (("Atlas", "Bulletin"), ("Atlas", "Digest")):  # the third between them in order, and last
        beside = (ground("Side A", names_of[0], LEFT), ground("Side B", names_of[1], RIGHT))
        open_page(tab, tmp_path / "over.html", zones_of(*beside, wide), fragment="#s=Chronicle&v=36,36.5,9")
        assert names(tab, "#key-zones bdi") == ["Side C"]
        assert len(names(tab, "#key-source-list input")) == 4


def test_the_days_of_sources_side_by_side_are_all_said(tab, tmp_path):
    beside = (ground("Side A", "Gazette", LEFT, day="2021-12-25"), ground("Side B", "Atlas", RIGHT, day="2022-02-01"))
    open_page(tab, tmp_path / "days.html", zones_of(*beside))
    said = "Control on 3 Feb 2022, by maps of 25 Dec 2021 to 1 Feb 2022"
    assert (text_of(tab, "#as-of"), text_of(tab, "#key-zones-heading")) == (said, said)
    open_page(
        tab, tmp_path / "days.html", zones_of(*beside), fragment="#v=36,36.9,12"
    )  # the elder lies beside the view
    assert text_of(tab, "#as-of") == "Control on 3 Feb 2022, as of 1 Feb 2022"
    undated = (ground("Side A", "Gazette", LEFT, day=None), beside[1])
    open_page(tab, tmp_path / "days.html", zones_of(*undated))
    assert text_of(tab, "#as-of") == "Control on 3 Feb 2022, as of 1 Feb 2022, in part of no stated day"


def test_where_sources_differ_is_drawn_and_said(tab, tmp_path):
    open_page(tab, tmp_path / "compare.html", zones_of(*ONE, *OTHER), fragment="#x=1&v=36,36.5,9")
    assert darkest(tab, MIDDLE + 0.12, 36.0) > 120 > darkest(tab, MIDDLE + 0.4, 36.0)
    assert "sources compared" in text_of(tab, "#key-zones-heading")
    said = set(names(tab, "#key-differences li"))
    assert said in ({"Gazette: Side B; Atlas: Side A"}, {"Atlas: Side A; Gazette: Side B"})
    told = ask(tab, MIDDLE + 0.12, 36.1)
    assert "AtlasSide A" in told
    assert "GazetteSide B" in told
    assert "The sources disagree about this ground." in told
    assert "disagree" not in ask(tab, MIDDLE + 0.4, 36.1)
    press_days = "(() => { const to = document.querySelector('#to'); to.value = Number(to.value) - 10; to.dispatchEvent(new Event('input')); })()"
    tab.run(press_days)  # 24 January: only one of them has a map
    tab.settle()
    assert "compared" not in text_of(tab, "#key-zones-heading")
    assert "no map for this day" in text_of(tab, "#details")


def test_sources_of_different_ground_are_drawn_together(tab, tmp_path):
    apart = (*ONE, ground("Side C", "Atlas", (37.6, 35.6, 38.0, NORTH)))
    open_page(tab, tmp_path / "apart.html", zones_of(*apart), fragment="#v=36,37,8")
    assert names(tab, "#key-zones bdi") == ["Side A", "Side B", "Side C"]
    assert tab.run("document.querySelector('#key-sources').hidden")


def test_a_thinned_series_claims_no_day_of_change(tab, tmp_path, monkeypatch):
    monkeypatch.setattr(islands, "MAX_ZONE_BYTES", 1)
    monkeypatch.setattr(islands, "THINNED_DAYS", (4,))
    series = [
        ground(who, "Gazette", box, day=f"2022-01-{day:02}", until=f"2022-01-{day + 1:02}" if day < 5 else "2022-03-01")
        for day in range(1, 6)
        for who, box in (("Side A" if day < 3 else "Side B", LEFT), ("Side B", RIGHT))
    ]
    with pytest.warns(PageWarning, match="2 of the 5"):
        open_page(tab, tmp_path / "thinned.html", zones_of(*series))
    told = ask(tab, 36.2, 36.2)
    assert "not yet on that of 1 Jan 2022" in told
    assert "since 5 Jan 2022; not" in told
    assert "so reported since 1 Jan 2022, its first map here" in ask(tab, 36.7, 36.2)


def test_any_ground_says_who_holds_it_since_when_and_how_surely(tab, tmp_path):
    series = (
        ground("Side B", "Gazette", LEFT, day="2021-12-01", until="2021-12-20"),
        ground("Side A", "Gazette", LEFT, day="2021-12-20", until="2022-01-20", certainty="medium"),
        ground("Side A", "Gazette", LEFT, day="2022-01-20", until="2022-03-01", certainty="low"),
        ground("Side B", "Gazette", (MIDDLE - 0.1, 35.6, EAST, NORTH), day="2022-01-20", until="2022-03-01"),
    )
    open_page(tab, tmp_path / "ground.html", zones_of(*series))
    told = ask(tab, 36.2, 36.2)
    assert "GazetteSide Aas of 20 Jan 2022; certainty lowso reported since 20 Dec 2021before that: Side B" in told
    assert "36.20° N, 36.20° E" in told
    assert "contested: this source gives the ground to several" in ask(tab, MIDDLE - 0.05, 36.2)
    assert "says nothing of this ground" in ask(tab, 35.7, 36.2)
    tab.run("document.querySelector('.map').focus()")
    tab.run(f"void {MAP}.setView([36.2, 36.15], 9, {{ animate: false }})")
    tab.key("Enter", number=13)
    tab.settle()
    assert "36.20° N, 36.15° E" in text_of(tab, "#details")
    assert tab.run("document.activeElement.id") == "details-heading"
    assert "certainty low" in text_of(tab, "#details .ground")
    assert names(tab, "#key-ground li") == ["Broken, pale hatch: low certainty"]


def test_hatches_of_low_certainty_and_of_contested_ground_differ_from_the_rest(tab, tmp_path):
    strips = [
        ("Side A", "high"),
        ("Side A", "low"),
        ("contested: Side A / Side B", "high"),
        ("joint: Side A and Side B", "high"),
    ]
    grounds = [
        ground(who, "Gazette", (36 + k * 0.25, 35.6, 36.25 + k * 0.25, NORTH), certainty=certainty)
        for k, (who, certainty) in enumerate(strips)
    ]
    open_page(tab, tmp_path / "hatch.html", zones_of(*grounds))
    pixels = [
        tab.run(f"""(() => {{ const map = {MAP}, canvas = map.getPane('zones').querySelector('canvas'), at = map.latLngToContainerPoint([35.7, {36.1 + k * 0.25}]);
        const {{ data }} = canvas.getContext('2d').getImageData(at.x + 120, at.y + 120, 18, 18), dark = [];
        for (let k = 3; k < data.length; k += 4) dark.push(data[k]); return [Math.max(...dark), dark.reduce((a, b) => a + b) / dark.length]; }})()""")
        for k in range(4)
    ]
    (_, high), (_, low), (contested_most, contested), (joint_most, joint) = pixels
    assert low < 0.75 * high
    assert contested > 1.2 * joint
    assert contested_most > joint_most
    assert names(tab, "#key-ground li") == [
        "Broken, pale hatch: low certainty",
        "Contested: different sides are reported there",
        "Held jointly",
    ]


def test_zones_and_camps_can_be_switched_off(tab, tmp_path):
    path = tmp_path / "off.html"
    render_map(story(), zones=zone_layer(), camps=camp_layer()).save(path)
    tab.open(path, fragment="#v=36.35,36.7,10", **DESKTOP)
    tab.run("document.querySelector('#part-camps').open = true")
    assert tab.run("document.querySelector('#part-camps-amount').textContent") != "0"
    tab.run(
        "document.querySelector('#key-camps input').click(); document.querySelector('#key-zones-switches input').click()"
    )
    tab.settle()
    assert text_of(tab, "#key-zones") == ""
    assert text_of(tab, "#as-of") == ""
    assert "switched off" in text_of(tab, "#key-zones-heading")
    blank = f"""(() => {{ const canvas = {MAP}.getPane('zones').querySelector('canvas');
        return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.every(value => !value); }})()"""
    assert tab.run(blank)
    tab.open(path, fragment=tab.run("location.hash"), **DESKTOP)
    assert tab.run(blank)
    assert not tab.run("document.querySelector('#key-camps input').checked")
    assert tab.complaints == []


COUNTS = [
    {"population": 9_000, "as_of": "2018-12", "source": "First count"},
    {"population": 30_000, "as_of": "2021-12", "source": "Second count"},
    {"population": 44_000, "as_of": "2022-02-01", "source": "Third count"},
]


def test_a_camp_tells_the_people_of_the_day_and_all_its_counts(tab, tmp_path):
    rows = [
        {"camp_id": "a", "name": "Camp A", "kind": "idp", "country": "SY", "populations": COUNTS, "source": "A list"},
        {"camp_id": "b", "name": "Camp B", "kind": "refugee", "country": "SY", "opened": "2014-10", "populations": []},
    ]
    camps = frame(rows, CAMP_COLUMNS, [shapely.Point(36.6, 36.1), shapely.Point(36.75, 36.0)])
    open_page(
        tab, tmp_path / "camp.html", zones_of(*ONE), camps=camps, fragment="#v=36.05,36.65,11&d=2022-01-20..2022-01-31"
    )
    told = ask(tab, 36.6, 36.1)
    assert "Camp for displaced people" in told
    assert "as of 31 Jan 2022" in told
    assert "30,000 peopleas of Dec 2021source: Second count" in told
    assert "day not knownit may not have existed on 31 Jan 2022" in told
    assert names(tab, "#details .figures li") == [
        "44,000 people, 1 Feb 2022Third count",
        "30,000 people, Dec 2021Second count",
        "9,000 people, Dec 2018First count",
    ]
    tab.run(
        "(() => { const to = document.querySelector('#to'); to.value = to.max; to.dispatchEvent(new Event('input')); })()"
    )
    tab.settle()
    assert "44,000 peopleas of 1 Feb 2022" in text_of(tab, "#details")
    assert "Camp for refugees" in ask(tab, 36.75, 36.0)
    assert "number of people not known" in text_of(tab, "#details")


def test_a_camp_has_its_people_beside_it_at_closer_zooms(tab, tmp_path):
    words = """window.words = []; { const pen = CanvasRenderingContext2D.prototype, fill = pen.fillText;
      pen.fillText = function (text, ...rest) { words.push(text); return fill.call(this, text, ...rest); }; }"""
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=words)
    camps = frame(
        [{"camp_id": "a", "name": "Camp A", "populations": COUNTS}], CAMP_COLUMNS, [shapely.Point(36.6, 36.1)]
    )
    open_page(tab, tmp_path / "label.html", zones_of(*ONE), camps=camps, fragment="#v=36.1,36.6,11")
    assert tab.run("words.includes('44,000 people (1 Feb 2022)')")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_key_of_many_controllers_stays_small(tab, tmp_path, size):
    many = [
        ground(f"Local council {k:02}", "Gazette", (36 + k * 0.05, 35.6, 36.05 + k * 0.05, NORTH)) for k in range(20)
    ]
    open_page(tab, tmp_path / "many.html", zones_of(*many), size=size)
    assert len(names(tab, "#key-zones > li > bdi")) == 8
    assert names(tab, "#key-zones summary") == ["12 more"]
    assert len(names(tab, "#key-zones bdi")) == 20
    if size is DESKTOP:
        assert tab.run(
            "document.querySelector('#key').offsetHeight < document.querySelector('#panel').offsetHeight / 2"
        )
    else:
        assert not tab.run("document.querySelector('#key').open")
        assert tab.run(
            "document.querySelector('#key').getBoundingClientRect().top < document.querySelector('#list').getBoundingClientRect().top"
        )
