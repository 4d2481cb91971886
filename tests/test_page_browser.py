"""The page in a real browser: what is shown, what runs, what is asked for, and how it is used."""

from pathlib import Path

import folium
import pytest
from browser import Tab, frames
from page_layers import camp_layer, event, event_layer, story, zone_layer

from geoconflict.maps import page as page_module
from geoconflict.maps import render_map

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "story.html"
    render_map(
        story(), zones=zone_layer(), camps=camp_layer(), title="Raids and shelling", standfirst="What reports say."
    ).save(path)
    return path


def only_asked_for(tab, path):
    assert [url.split("#")[0] for url in tab.requests] == [path.as_uri()], tab.requests
    assert tab.complaints == []


def text_of(tab, selector):
    return tab.run(f"document.querySelector({selector!r}).textContent")


def listed(tab):
    return tab.run("[...document.querySelectorAll('#list .quote')].map(quote => quote.textContent)")


WORDS = {
    "totalWords(12, 13, 13)": "13 (12–13)",
    "totalWords(13, 13, 13)": "13",
    "totalWords(12, 12, null)": "at least 12",
    "totalWords(12, 12, null, 'rounded')": "about 12",
    "totalWords(null, 50, null)": "about 50",
    "totalWords(3, 12, null, 'floor')": "at least 12 (another count: at least 3)",
    "totalWords(12, null, null)": "at least 12",
    "totalWords(null, null, 20)": "up to 20",
    "totalWords(0, 0, 0)": "0",
    "totalWords(null, null, null)": None,
    "totalWords(1200, 1500, 1500)": "1,500 (1,200–1,500)",
    "whenWords(dayOf('2022-02-03'), dayOf('2022-02-03'), 'day')": "3 Feb 2022",
    "whenWords(dayOf('2022-02-01'), dayOf('2022-02-28'), 'month')": "Feb 2022",
    "whenWords(dayOf('2013-01-01'), dayOf('2013-12-31'), 'year')": "2013",
    "whenWords(dayOf('2022-01-31'), dayOf('2022-02-06'), 'week')": "week of 31 Jan 2022",
    "whenWords(dayOf('2022-02-01'), dayOf('2022-02-03'), 'range')": "1–3 Feb 2022",
    "whenWords(dayOf('2021-12-31'), dayOf('2022-01-01'), 'range')": "31 Dec 2021 to 1 Jan 2022",
    "whenWords(null, null, null)": "date not known",
    "isoWords('2018-12')": "Dec 2018",
    "isoWords('spring 2018')": "spring 2018",
    "placeWords(null, 'in')": "Place not known",
    "placeWords('Saraqib', 'near')": "Near Saraqib",
    "areaName('Aleppo', 4)": "Aleppo (province)",
    "areaName('Sumy Oblast', 4)": "Sumy Oblast",
    "precisionWords(6, 400000)": "known only to a country; true spot within 400 km of the point, 9 times in 10",
    "precisionWords(null, null)": "not known how exactly",
    "distanceWords(1430)": "1.4 km",
    "distanceWords(420)": "400 m",
    "safeAddress('javascript:PWN(1)')": None,
    "safeAddress(' https://example.org/a').href": "https://example.org/a",
    "sourceWords({title: 'T', url: 'https://www.example.org/x', date: '2022-02-03'})": "example.org, 3 Feb 2022: T",
}


def test_days_figures_and_precision_in_words(tab):
    folder = Path(page_module.__file__).parent / "static"
    code = "".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in ("language", "words"))
    words = (folder / "language" / "en.json").read_text(encoding="utf-8")
    said = tab.run(f"(() => {{ {code}; speak({words}); return [{', '.join(WORDS)}]; }})()")
    assert dict(zip(WORDS, said, strict=True)) == WORDS


@pytest.mark.parametrize(
    "size", [DESKTOP, PHONE, {"width": 640, "height": 400}], ids=lambda size: f"{size['width']}x{size['height']}"
)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_opens_whole_at_each_size(tab, page, size, dark):
    tab.open(page, dark=dark, **size)
    only_asked_for(tab, page)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth")
    assert tab.run(
        "[...document.querySelectorAll('.panel, .head, .time, #details')].every(part => part.scrollWidth <= part.clientWidth + 1)"
    )
    painted = tab.run("""[...document.querySelectorAll('canvas.layer')].map(canvas => {
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data, colours = new Set();
        for (let k = 0; k < data.length; k += 401 * 4) colours.add(`${data[k]},${data[k + 1]},${data[k + 2]},${data[k + 3]}`);
        return colours.size; })""")
    assert len(painted) == 3
    assert min(painted) >= 3
    assert tab.run("document.querySelector('.map').offsetHeight") >= 100


def test_the_headline_says_the_days_and_the_day_of_control(tab, page):
    tab.open(page, **DESKTOP)
    assert (
        text_of(tab, "#dateline")
        == "7 events, 27 Oct 2019 to 3 Feb 2022; 1 without a date; 1 more as background. Control on 3 Feb 2022, as of 20 Jan 2022, not of earlier days"
    )
    assert text_of(tab, "#key-zones").endswith("No report")
    assert "town reports, approximate" in text_of(tab, "#key-zones-note")
    assert "United Nations" in text_of(tab, "#borders")
    assert text_of(tab, "#not-drawn") == "1 event not on the map"
    assert "GeoNames" in text_of(tab, "#credits")


def test_the_headline_says_how_old_control_is_and_where_there_is_none(tab, tmp_path):
    path = tmp_path / "old.html"
    one = [event(1, "2022-02-03", "Battles", "Atmeh", "x", lon=36.7, lat=36.3)]
    zones = zone_layer("2022-01-20", "2022-03-01").assign(last_seen="2022-02-20")
    zones["report_seen"] = [["2022-01-05", "2021-07-01"]] * len(zones)
    render_map(event_layer(one), zones=zones).save(path)
    tab.open(path, **DESKTOP)
    assert text_of(tab, "#dateline").endswith("Control on 3 Feb 2022, as of 5 Jan 2022")
    assert "The oldest report still in use is of Jul 2021." in text_of(tab, "#key-zones-note")
    zones["geometry"] = zones.translate(2.5, 0)  # beside the view, not in it
    render_map(event_layer(one), zones=zones).save(path)
    tab.open(path, **DESKTOP)
    assert text_of(tab, "#dateline").endswith("No control data here")
    assert text_of(tab, "#key-zones") == ""


RECORD = """(() => {
  const pen = CanvasRenderingContext2D.prototype, fill = pen.fillText, stroke = pen.stroke;
  window.words = []; window.dashed = [];
  pen.fillText = function (text, x, y) {
    const wide = this.measureText(text).width, left = this.textAlign === 'center' ? x - wide / 2 : x;
    if (this.canvas.matches('.layer')) words.push({ text: text.replace(/[\\u2066-\\u2069]/g, ''), left: left - 120, right: left + wide - 120, seen: parseFloat(this.canvas.style.width) - 240 });
    return fill.call(this, text, x, y);
  };
  pen.stroke = function (...path) { dashed.push(this.getLineDash().join()); return stroke.apply(this, path); };
})()"""


def drawn_again(tab):
    """The words and dashes the map draws from now on, all drawn once more."""
    tab.run(RECORD)
    tab.run("window.dispatchEvent(new Event('resize'))")
    tab.run("document.querySelector('#to').dispatchEvent(new Event('input'))")
    tab.settle()
    return tab.run("words"), tab.run("dashed")


def test_words_on_the_map_end_inside_it(tab, page):
    tab.open(page, **PHONE)
    words, _ = drawn_again(tab)
    assert {"Atmeh", "Barisha"} & {word["text"] for word in words}
    assert [word for word in words if not -1 <= word["left"] <= word["right"] <= word["seen"] + 1] == []


def test_an_area_too_small_to_draw_keeps_its_tag_among_other_names(tab, tmp_path):
    """Names crowd around it and its circle would be a few pixels: no circle, the tag away from it on a line."""
    path = tmp_path / "small.html"
    beside = [("Ansari Village", -0.25, 0.0), ("Long Hill Town", -0.3, 0.12), ("Another Town", 0.1, -0.1)]
    crowd = [
        event(k, f"2022-02-0{k}", "Battles", name, "x", lon=37.15 + dx, lat=36.2 + dy, radius_m=1500.0)
        for k, (name, dx, dy) in enumerate(beside, start=1)
    ]
    city = event(8, "2022-02-03", "Battles", "Aleppo", "x", lon=37.15, lat=36.2, radius_m=10_600.0, place_kind="city")
    far = event(9, "2022-02-04", "Battles", "Hodeida", "x", lon=43.0, lat=14.8, radius_m=1500.0)
    render_map(event_layer([*crowd, city, far])).save(path)
    for size in (DESKTOP, PHONE):
        tab.open(path, **size)
        words, dashed = drawn_again(tab)
        assert "in Aleppo" in [word["text"] for word in words]
        assert "3,5" not in dashed
        assert tab.run("document.querySelector('#not-drawn').hidden")
    render_map(event_layer([*crowd, city])).save(path)
    tab.open(path, **DESKTOP)
    words, dashed = drawn_again(tab)
    assert "in Aleppo" in [word["text"] for word in words]
    assert "3,5" in dashed  # near enough for a circle of its true size


def test_the_card_quotes_and_names_who_says_so(tab, page):
    tab.open(page, **DESKTOP)
    tab.run("document.querySelector('#list button').click()")
    card = text_of(tab, ".card")
    for words in (
        "At least 13 people, among them six children",
        "13 (12–13)",
        "according to Syria Civil Defence",
        "a named place; true spot within 1.5 km of the point, 9 times in 10",
        "Reported control",
        "HTS-led opposition",
        "reported by town reports; as of 20 Jan 2022; certainty high",
        "front about 31 km away, give or take 4 km",
        "within 2 km",
        "30,000 people (Dec 2021)",
        "example.org, 3 Feb 2022: Raid kills leader in north-west",
        "at least 12",
        "said by the observatory",
    ):
        assert words in card, words
    assert "north" not in text_of(tab, ".card dl")  # no bearing under "publish"
    assert tab.run("[...document.querySelectorAll('.card a')].map(a => [a.href, a.rel, a.target])") == [
        ["https://example.org/raid", "noopener noreferrer", "_blank"]
    ]
    assert tab.run("document.activeElement.id") == "details-heading"


def test_filters_and_slider_change_list_and_counts(tab, page):
    tab.open(page, **DESKTOP)
    assert len(listed(tab)) == 8
    tab.run("document.querySelector('#key-types input').click()")  # battles off
    tab.settle()
    assert len(listed(tab)) == 6
    assert text_of(tab, "#count") == "6 of 8 events"
    tab.run("document.getElementById('reset').click()")
    tab.run(
        "(() => { const box = document.getElementById('search'); box.value = 'idlib'; box.dispatchEvent(new Event('input')); })()"
    )
    tab.settle()
    tab.settle()
    assert all("idlib" in (quote + "Idlib").casefold() for quote in listed(tab))
    assert 2 <= len(listed(tab)) < 8
    tab.run("document.getElementById('reset').click()")
    tab.settle()
    tab.run(
        "(() => { const s = document.getElementById('to'); s.value = s.min; s.dispatchEvent(new Event('input')); })()"
    )
    tab.settle()
    kept = listed(tab)
    assert len(kept) == 3  # the day itself, what has no date, what lies before all days
    assert any("Barisha" in quote for quote in kept)
    assert text_of(tab, "#as-of") == "This page has no control map for 27 Oct 2019"


def test_the_address_brings_the_choice_back_and_a_broken_one_opens_the_map(tab, page):
    tab.open(page, **DESKTOP)
    tab.run("document.querySelectorAll('#list button')[2].click()")
    tab.settle()
    fragment = tab.run("location.hash")
    quote = text_of(tab, ".card blockquote")
    tab.open(page, fragment=fragment, **DESKTOP)
    assert text_of(tab, ".card blockquote") == quote
    tab.open(page, fragment="#v=x,9,%E0%A4%A&d=..&t=77&e=none&q=%", **DESKTOP)
    assert len(listed(tab)) == 8
    assert tab.complaints == []


def test_it_is_used_by_keyboard_alone(tab, page):
    tab.open(page, **DESKTOP)
    order = []
    for _ in range(16):
        tab.key("Tab", number=9)
        order.append(
            tab.run("document.activeElement.id || document.activeElement.className || document.activeElement.tagName")
        )
    assert order[0] == "skip"
    assert {"play", "from", "to"} <= set(order)
    tab.run("document.querySelector('#list button').focus()")
    tab.key("Enter", number=13, text="\r")
    tab.settle()
    assert tab.run("document.activeElement.id") == "details-heading"
    tab.key("Escape", number=27)
    tab.settle()
    assert tab.run("document.getElementById('details').hidden")
    assert tab.run("document.activeElement.dataset.event") == "0"
    tab.run("document.getElementById('to').focus()")
    before = int(tab.run("document.getElementById('to').value"))
    tab.key("ArrowLeft", number=37)
    tab.settle()
    assert int(tab.run("document.getElementById('to').value")) == before - 1
    assert tab.run("document.getElementById('to').getAttribute('aria-valuetext')") == "2 Feb 2022"


def test_a_click_on_a_symbol_opens_its_event(tab, tmp_path):
    path = tmp_path / "one.html"
    render_map(
        event_layer(
            [
                event(
                    1,
                    "2022-02-03",
                    "Battles",
                    "Atmeh",
                    "It happened in Atmeh.",
                    lon=36.68763,
                    lat=36.3083,
                    radius_m=1500.0,
                )
            ]
        )
    ).save(path)
    tab.open(path, **DESKTOP)
    assert tab.run("document.getElementById('time').hidden")  # one day needs no slider
    x, y = tab.run("""(() => {
        const map = window[JSON.parse(document.getElementById('gc-page').textContent).map];
        const frame = map.getContainer().getBoundingClientRect(), spot = map.latLngToContainerPoint([36.3083, 36.68763]);
        return [frame.x + spot.x, frame.y + spot.y]; })()""")
    tab.click(x, y)
    assert text_of(tab, ".card blockquote") == "It happened in Atmeh."


def test_on_a_phone_the_chosen_spot_stays_in_sight(tab, page):
    tab.open(page, **PHONE)
    tab.run("document.querySelector('#list button').click()")
    tab.settle()
    sheet, spot, top = (
        tab.run("""(() => { const map = Object.values(window).find(v => v && v.latLngToContainerPoint), stage = document.querySelector('.map').getBoundingClientRect();
        return [document.getElementById('panel').getBoundingClientRect().top, stage.top + map.latLngToContainerPoint([36.3083, 36.68763]).y, stage.top]; })()""")
    )
    assert top + 20 < spot < sheet - 20
    assert text_of(tab, ".card h2").startswith("Atmeh")


def test_zones_and_camps_are_those_of_the_events_day(tab, tmp_path):
    path = tmp_path / "days.html"
    zones = [zone_layer("2019-10-01", "2020-03-06"), zone_layer("2020-03-06")]
    zones[0]["controller"] = zones[0]["controller"].str.replace("Syrian National Army", "Kurdish-led forces")
    import pandas as pd

    render_map(story(), zones=pd.concat(zones, ignore_index=True)).save(path)
    tab.open(path, **DESKTOP)
    names = "[...document.querySelectorAll('#key-zones bdi')].map(name => name.textContent)"
    assert tab.run(names) == ["HTS-led opposition", "Syrian government", "Syrian National Army"]
    tab.run("[...document.querySelectorAll('#list button')].find(b => b.textContent.includes('Barisha')).click()")
    tab.settle()
    assert tab.run(names) == ["HTS-led opposition", "Kurdish-led forces", "Syrian government"]
    assert text_of(tab, "#as-of") == "Control on 27 Oct 2019, as of 1 Oct 2019"


def test_without_leaflet_list_and_cards_work(tab, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "vendored", lambda name: None)
    path = tmp_path / "linked.html"
    render_map(story(), zones=zone_layer()).save(path)
    tab.call("Network.setBlockedURLs", urls=["https://*"])
    tab.open(path, **DESKTOP)
    tab.call("Network.setBlockedURLs", urls=[])
    assert not tab.run("document.getElementById('no-map').hidden")
    tab.run("document.querySelector('#list button').click()")
    assert "At least 13 people" in text_of(tab, ".card")
    assert not [words for words in tab.complaints if "ERR_" not in words]


def test_text_of_a_foreign_layer_is_shown_as_written(tab, tmp_path):
    path = tmp_path / "foreign.html"
    conflict_map = render_map(story())
    folium.Marker([36.2, 36.7], popup="popup {{ 6*7 }}").add_to(conflict_map)
    with pytest.warns(UserWarning, match="Marker"):
        conflict_map.save(path)
    tab.open(path, **DESKTOP)
    tab.run("document.querySelector('.leaflet-marker-icon').click()")
    tab.settle()
    assert text_of(tab, ".leaflet-popup-content").strip() == "popup {{ 6*7 }}"
    assert "Marker" in text_of(tab, "#foreign")
    only_asked_for(tab, path)


def test_in_a_notebook_frame_it_works_and_stays_inside(browser, tab, tmp_path):
    path = tmp_path / "notebook.html"
    path.write_text(
        f"<!doctype html><title>n</title><body>{render_map(story())._repr_html_()}</body>", encoding="utf-8"
    )
    tab.open(path, ready="document.querySelector('iframe')", **DESKTOP)
    tab.settle()
    assert tab.run("document.querySelector('iframe').contentDocument") is None
    (inner,) = frames(browser)
    inside = Tab(inner)
    inside.wait("document.documentElement.dataset.ready")
    assert len(listed(inside)) == 8
    with pytest.raises(AssertionError, match="SecurityError"):
        inside.run("parent.document.title")
    inside.socket.close()
    assert tab.complaints == []
    only_asked_for(tab, path)


def test_many_events_open_from_a_packed_island(tab, tmp_path):
    places = [("Idlib", 36.63, 35.93), ("Aleppo", 37.16, 36.2), ("Hama", 36.75, 35.13), ("Homs", 36.72, 34.73)]
    rows = []
    for n in range(6000):
        name, lon, lat = places[n % 4]
        rows.append(
            event(
                n,
                f"20{10 + n % 10}-0{1 + n % 9}-1{n % 10}",
                "Battles",
                name,
                f"Report number {n}: fighting in and around {name}, as told by several people there. " * 5,
                lon=lon + n % 83 / 200,
                lat=lat + n % 71 / 200,
                sources=[],
            )
        )
    path = tmp_path / "many.html"
    render_map(event_layer(rows)).save(path)
    assert 'type="application/gzip"' in path.read_text(encoding="utf-8")
    assert path.stat().st_size < 2_500_000
    tab.open(path, **DESKTOP)
    assert text_of(tab, "#count") == "6,000 events"
    assert len(listed(tab)) == 30
    only_asked_for(tab, path)
