"""The time of the page in a real browser: range and day, axis, handles, play, steps by event, keys, the address."""

import datetime as dt
import re

import pandas as pd
import pytest
from browser import new_tab
from page_layers import event, event_layer, story, zone_layer

from geoconflict.maps import render_map

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

DESKTOP = {"width": 1280, "height": 800}
KINDS = ("Battles", "Explosions/Remote violence", "Protests")
PLACE = {"lon": 36.63, "lat": 35.93, "radius_m": 3000.0}
WORDS = """(() => { const pen = CanvasRenderingContext2D.prototype, fill = pen.fillText; window.axis = [];
  pen.fillText = function (text, ...rest) { if (this.canvas.id === 'histogram') axis.push(text); return fill.call(this, text, ...rest); }; })()"""


@pytest.fixture(scope="module")
def tab(browser):
    with new_tab(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("time") / "story.html"
    render_map(story(), zones=zone_layer("2021-12-25", "2022-02-02")).save(path)
    return path


def days_apart(path, count, every_days, first="2012-01-01"):
    start = dt.date.fromisoformat(first)
    rows = [
        event(
            k, (start + dt.timedelta(days=k * every_days)).isoformat(), KINDS[k % 3], "Idlib", f"Report {k}.", **PLACE
        )
        for k in range(count)
    ]
    render_map(event_layer(rows)).save(path)
    return path


def text_of(tab, selector):
    return tab.run(f"document.querySelector({selector!r}).textContent")


def press(tab, key, on=None):
    if on:
        tab.run(f"document.querySelector({on!r}).focus()")
    tab.key(key, text=key)
    tab.settle()


def axis_of(tab, path, **more):
    tab.open(path, **(DESKTOP | more))
    tab.run(WORDS)
    tab.run("window.dispatchEvent(new Event('resize'))")
    tab.settle()
    return [words for words in tab.run("axis") if not words.startswith("up to")]


@pytest.mark.parametrize("few", [True, False], ids=["dots", "bars"])
def test_years_of_the_first_century_stand_at_their_place(tab, tmp_path, few):
    path = tmp_path / "early.html"
    rows = [event(k, day, KINDS[0], "Idlib", "x", **PLACE) for k, day in enumerate(("0001-01-01", "0020-06-01"))]
    rows += [event(k, "2022-02-03", KINDS[1], "Idlib", "x", **PLACE) for k in range(2, 5 if few else 80)]
    render_map(event_layer(rows)).save(path)
    axis = axis_of(tab, path)
    assert tab.complaints == []
    assert [words for words in axis if not re.fullmatch("[1-9][0-9]*[05]0", words)] == []
    assert len(axis) >= 4
    assert " 1 to 3 Feb 2022" in text_of(tab, "#dateline")
    columns = """(() => { const canvas = document.getElementById('histogram'), ratio = devicePixelRatio, wide = canvas.width;
      const { data } = canvas.getContext('2d').getImageData(0, 14 * ratio, wide, 22 * ratio), inked = [];
      for (let x = 0; x < wide; x++) for (let y = 0; y < 22 * ratio; y++) if (data[4 * (y * wide + x) + 3] > 40) { inked.push(x / wide); break; }
      return inked; })()"""
    inked = tab.run(columns)
    assert inked
    assert max(inked) > 0.95
    assert min(inked) < 0.05
    assert [x for x in inked if 0.06 < x < 0.94] == []


def drag(tab, handle, by):
    """Drag a handle by its middle; return its value before and after."""
    value = f"Number(document.querySelector('{handle}').value)"
    before = tab.run(value)
    x, y = (
        tab.run(f"""(() => {{ const box = document.querySelector('{handle}').getBoundingClientRect(), slider = document.querySelector('{handle}');
        const share = (slider.value - slider.min) / (slider.max - slider.min); return [box.x + 12 + share * (box.width - 24), box.y + box.height / 2]; }})()""")
    )
    tab.call("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left", clickCount=1)
    for part in (0.3, 0.7, 1):
        tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + by * part, y=y, button="left", buttons=1)
    tab.call("Input.dispatchMouseEvent", type="mouseReleased", x=x + by, y=y, button="left", clickCount=1)
    tab.settle()
    return before, tab.run(value)


def test_one_day_is_shown_with_all_that_led_up_to_it(tab, page):
    tab.open(page, **DESKTOP)
    tab.run("document.querySelector('#mode-asof').click()")
    tab.settle()
    assert tab.run("document.querySelector('#from').hidden")
    press(tab, ",", on="#to")
    press(tab, ",")
    assert text_of(tab, "#range") == "As of 1 Feb 2022"
    assert text_of(tab, "#as-of") == "Control on 1 Feb 2022, as of 25 Dec 2021"
    assert tab.run("document.querySelector('#to').getAttribute('aria-valuetext')") == "1 Feb 2022"
    assert "up to 1 Feb 2022; 3 of the last 30 days; 1 without a date" in text_of(tab, "#dateline")
    press(tab, ".")
    assert text_of(tab, "#as-of") == "This page has no control map for 2 Feb 2022"
    address = tab.run("location.hash")
    assert "m=asof" in address
    tab.open(page, fragment=address, **DESKTOP)
    assert text_of(tab, "#range") == "As of 2 Feb 2022"
    tab.run("document.querySelector('#mode-range').click()")
    tab.settle()
    assert text_of(tab, "#range") == "27 Oct 2019 to 2 Feb 2022"
    assert "m=" not in tab.run("location.hash")


def test_older_events_stand_back(tab, page):
    paint = """(() => { const pen = CanvasRenderingContext2D.prototype, stamp = pen.drawImage; window.weights = [];
      pen.drawImage = function (...given) { if (this.canvas.matches('.layer')) weights.push(this.globalAlpha); return stamp.apply(this, given); }; })()"""
    tab.open(page, fragment="#m=asof&n=3", **DESKTOP)
    tab.run(paint)
    press(tab, ",", on="#to")
    faded = tab.run("weights.filter(weight => weight < 0.5).length")
    assert 0 < faded < tab.run("weights.length")


def test_an_event_is_a_step_away(tab, page):
    tab.open(page, fragment="#m=asof", **DESKTOP)
    tab.run("document.querySelector('#earlier-event').focus()")
    seen = []
    for _ in range(4):
        tab.run("document.querySelector('#earlier-event').click()")
        tab.settle()
        seen.append((text_of(tab, "#range"), text_of(tab, "#details h2")))
    assert [day for day, _ in seen] == [
        f"As of {day}" for day in ("3 Feb 2022", "3 Feb 2022", "1 Feb 2022", "30 Jan 2022")
    ]
    assert seen[3][1].startswith("Near Saraqib")
    assert tab.run("document.activeElement.id") == "earlier-event"
    assert re.search(r"30 Jan 2022, Near Saraqib: Battles \(\d of \d\)", text_of(tab, "#time-said"))
    press(tab, "]", on="#details-heading")
    assert text_of(tab, "#range") == "As of 1 Feb 2022"


def test_keys_type_where_text_is_typed(tab, page):
    tab.open(page, **DESKTOP)
    before = text_of(tab, "#range")
    press(tab, ",", on="#search")
    assert tab.run("document.querySelector('#search').value") == ","
    assert text_of(tab, "#range") == before
    press(tab, ",", on="#list")  # keys of single letters act on their own parts only
    assert text_of(tab, "#range") == before
    assert "space plays" in text_of(tab, ".time-more")


def test_both_handles_can_be_dragged_where_they_meet(tab, page):
    for end in ("2019-10-27", "2022-02-03", "2021-01-01"):
        for handle, by in (("#from", -150), ("#to", 150)):
            if (end, handle) in {("2019-10-27", "#from"), ("2022-02-03", "#to")}:
                continue
            tab.open(page, fragment=f"#d={end}..{end}", **DESKTOP)
            before, after = drag(tab, handle, by)
            assert (after < before) if by < 0 else (after > before), (end, handle)


def test_play_runs_to_the_end_and_steps_where_motion_is_unwanted(tab, tmp_path):
    path = days_apart(tmp_path / "week.html", 8, 1)
    tab.open(path, **DESKTOP)
    tab.run("document.querySelector('#speed').value = '2'; document.querySelector('#to').focus()")
    press(tab, " ")
    assert text_of(tab, "#play") == "Pause"
    tab.wait("document.querySelector('#play').textContent === 'Play'", 8)
    assert text_of(tab, "#range") == "1–8 Jan 2012"
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    tab.run(
        "document.querySelector('#step').value = 'week'; document.querySelector('#step').dispatchEvent(new Event('change'))"
    )
    tab.run(
        "window.days = new Set(); document.querySelector('#play').click(); const look = () => { days.add(document.querySelector('#to').value); requestAnimationFrame(look); }; look();"
    )
    tab.wait("document.querySelector('#play').textContent === 'Play'", 8)
    assert tab.run("days.size") == 2  # the first day, and a week later the last
    tab.call("Emulation.setEmulatedMedia", features=[])


def test_the_axis_fits_its_span(tab, tmp_path):
    assert axis_of(tab, days_apart(tmp_path / "two.html", 2, 1)) == ["1 Jan 2012", "2 Jan"]
    years = axis_of(tab, days_apart(tmp_path / "years.html", 90, 49))
    assert years[0] == "2012"
    assert years[-1] == "2023"
    narrow = axis_of(tab, tmp_path / "years.html", width=390, height=800)
    assert 2 <= len(narrow) < len(years)
    months = axis_of(tab, days_apart(tmp_path / "months.html", 70, 5))
    assert months[0] == "Jan 2012"
    assert "Mar" in months


def test_a_month_from_its_last_day_ends_in_the_next(tab, tmp_path):
    path = days_apart(tmp_path / "ends.html", 3, 60, "2023-01-01")
    tab.open(path, fragment="#d=2023-01-01..2023-01-31&k=month", **DESKTOP)
    press(tab, ">", on="#to")
    assert text_of(tab, "#range") == "1 Jan to 28 Feb 2023"


def test_without_dated_events_the_time_is_that_of_the_maps(tab, tmp_path):
    path = tmp_path / "undated.html"
    zones = zone_layer("2022-01-01", "2022-02-01")
    later = zone_layer("2022-02-01")
    later["controller"] = later["controller"].str.replace("Syrian National Army", "Kurdish-led forces")
    render_map(event_layer([event(1, None, "Battles", "Idlib", "x", **PLACE)]), zones=pd.concat([zones, later])).save(
        path
    )
    tab.open(path, **DESKTOP)
    assert not tab.run("document.querySelector('#time').hidden")
    assert "Kurdish-led forces" in text_of(tab, "#key-zones")
    press(tab, ",", on="#to")
    assert "Kurdish-led forces" not in text_of(tab, "#key-zones")
    assert text_of(tab, "#dateline").startswith("1 event. Control")
    assert tab.complaints == []


@pytest.mark.parametrize(
    "fragment", ["#m=asof&d=2022-02-03..2019-01-01", "#m=nonsense&n=-4&k=decade", "#m=asof&n=1e9&s=99&h=all"]
)
def test_a_broken_address_opens_the_page(tab, page, fragment):
    tab.open(page, fragment=fragment, **DESKTOP)
    assert text_of(tab, "#count").startswith("8 events")
    assert tab.complaints == []
