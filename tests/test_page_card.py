"""The details of an event: every fact with how well it is known, every sentence with its source, and the citation."""

import pytest
from page_layers import camp_layer, event, event_layer, story, zone_layer
from page_texts import STORED

from geoconflict.maps import render_map

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LEAD = "At least 13 people were killed in Atmeh, Syria Civil Defence said."
FULL = {
    "merged_ids": ["olderid00001"],
    "reports": 3,
    "confidence": 0.93,
    "date_precision": "day",
    "date_rule": "weekday_same_or_past",
    "place_reason": "the text says it lies in Idlib",
    "place_candidates": [
        {"name": "Atmeh", "kind": "village", "admin1": "Homs", "country": "SY", "score": 0.12, "lon": 1.0, "lat": 2.0}
    ],
    "admin1_pcode": "SY07",
    "admin1_name": "Idleb",
    "admin1_name_local": "إدلب",
    "admin_status": "near_border",
    "admin_agrees": False,
    "evidence": [
        {"article": "raid", "start": 0, "end": 60, "text": LEAD},
        {"article": "raid", "start": 200, "end": 250, "text": "Residents heard helicopters for two hours."},
        {"article": "wire", "start": 9, "end": 50, "text": "سمع السكان مروحيات."},
        {"article": "wire", "start": 60, "end": 90, "text": None},
    ],
    "sources": [
        {"article": "raid", "title": "Raid in Atmeh", "url": "https://example.org/raid", "date": "2022-02-03", "note": "", "copy_of": ""},
        {"article": "wire", "title": "Wire", "url": "ftp://example.com/w", "date": "2022-02-04", "note": "joined for: same day", "copy_of": "raid"},
    ],
    "figures": [
        {"text": "At least 13 people", "unit": "killed", "speaker": "Syria Civil Defence", "used": True, "why": "floor", "hedge": "floor", "status": "total", "group": "people"},
        {"text": None, "low": 7, "unit": "killed", "used": False, "why": "superseded"},
        {"text": "500", "unit": "displaced", "speaker": "", "used": False, "why": "not a count of dead or injured", "hedge": "rounded", "status": "period_total", "group": ""},
    ],
    "fatalities_low": 13,
    "fatalities_best": 13,
    "zone_status": "sources_disagree",
    "front_distance_m": 4000.0,
    "front_uncertainty_m": 1500.0,
    "zones": [
        {"source": "Map A", "controller": "Side one", "status": "inside", "as_of": "2022-01-20", "certainty": "low", "previous_controller": "Side two", "changed_after": "2020-03-01", "changed_on": "2020-03-20", "other_sides": [{"controller": "Side two", "distance_m": 5200.0, "bearing_deg": -45.0}]},
        {"source": "Map B", "controller": None, "status": "too_old", "as_of": "2019-01-01", "certainty": None, "front_distance_m": 4000.0},
    ],
    "camp_name": "Qah camp",
    "camp_distance_words": "within 5 km",
    "camp_population": 4200,
    "camp_population_as_of": "2021-12",
    "camps": [
        {"name": "Qah camp", "distance_words": "within 5 km", "open": "unknown"},
        {"name": "Maram camp", "distance_words": "within 10 km", "population": 1, "population_as_of": "2020", "open": "perhaps"},
    ],
    "population_within_5km": 60_456.0,
}  # fmt: skip


def open_card(tab, tmp_path, size=DESKTOP, policy="open", **more):
    """Open the page of one event and its details; return the text of the card with all of it unfolded."""
    path = tmp_path / "card.html"
    told = {"lon": 36.68763, "lat": 36.3083, **more}
    render_map(
        event_layer([event(1, "2022-02-03", "Battles", "Atmeh", LEAD, **told)]), title="One raid", policy=policy
    ).save(path)
    tab.open(path, fragment="#e=e00000000001", **size)
    return text(tab)


def text(tab, selector=".card"):
    return tab.run(f"document.querySelector({selector!r})?.textContent ?? null")


def part(tab, term):
    return tab.run(
        f"([...document.querySelectorAll('.card dt')].find(dt => dt.textContent === {term!r}) || {{}}).nextElementSibling?.textContent ?? null"
    )


def test_each_fact_stands_with_how_it_is_known(tab, tmp_path):
    open_card(tab, tmp_path, **FULL)
    assert (
        part(tab, "Date known to")
        == "the dayHow it was read: the weekday named, on or last before the day of publication"
    )
    where = part(tab, "Where")
    for words in (
        "the text says it lies in Idlib",
        "1 other place weighed",
        "Atmeh, Homs, Syria",
        "village; score 0.12 of 1",
    ):
        assert words in where, words
    assert part(tab, "Official areas").startswith("Idleb إدلب SY07near a border between areas")
    assert "in other areas" in part(tab, "Official areas")
    assert part(tab, "Killed") == "at least 13according to Syria Civil Defence"
    numbers = part(tab, "Numbers told")
    for words in (
        "“At least 13 people” killed (people)",
        "said by Syria Civil Defence",
        "a least number",
        "counted: as a least number",
    ):
        assert words in numbers, words
    for words in (
        "7 killed",
        "“500” displaced",
        "a rounded number; of a longer time",
        "not counted: not a count of dead or injured",
    ):
        assert words in numbers, words
    control = part(tab, "Reported control")
    for words in (
        "Sources disagree", "front about 4 km away, give or take 1.5 km", "Side one", "says Map A; as of 20 Jan 2022; certainty low",
        "before: Side two; changed between 1 Mar 2020 and 20 Mar 2020", "Last control report is too old to say", "says Map B",
        "Nearest ground of 1 other side", "5.2 km away; to the north-west",
    ):  # fmt: skip
        assert words in control, words
    camps = part(tab, "Nearest listed camp")
    for words in (
        "within 5 km; opening day not known",
        "4,200 people (Dec 2021)",
        "1 further camp",
        "within 10 km; 1 person (2020); not certain that it was open",
    ):
        assert words in camps, words
    assert part(tab, "People living near") == "60,000 within 5 km"
    assert part(tab, "Reports") == "3 reports joined to this event; 1 of them a copy; 1 other entry merged into it"
    assert part(tab, "How fully told").startswith("In fullseveral reports tell it")
    assert "Confidence 0.93 of 1" in part(tab, "How fully told")
    assert tab.complaints == []


def test_every_sentence_is_quoted_under_the_report_it_stands_in(tab, tmp_path):
    open_card(tab, tmp_path, **FULL)
    assert text(tab, ".card > blockquote") == LEAD
    reports = tab.run(
        "[...document.querySelectorAll('.sources > li')].map(li => [li.className, li.querySelector('a')?.href ?? null, li.textContent])"
    )
    (plain, link, first), (copy, none, second) = reports
    assert (plain, link) == ("", "https://example.org/raid")
    assert "its sentence is quoted above" in first
    assert first.endswith("Residents heard helicopters for two hours.")
    assert LEAD not in first
    assert (copy, none) == ("copy", None)  # no link but http and https
    assert "copy of Raid in Atmeh: no further witness" in second
    assert "joined for: same day" in second
    assert "سمع السكان مروحيات." in second
    assert "1 more sentence it rests on" in second
    assert "more sentence" not in first
    assert tab.run("[...document.querySelectorAll('.sentence')].map(one => getComputedStyle(one).direction)") == [
        "ltr",
        "rtl",
    ]


def test_what_nobody_says_is_left_out_or_said_to_be_unknown(tab, tmp_path):
    bare = {"date_start": None, "date_end": None, "date_precision": None, "sources": [], "confidence": None, "reports": None, "actors": [], "evidence": [{"article": "a", "start": 0, "end": 4}]}  # fmt: skip
    card = open_card(tab, tmp_path, **bare)
    assert part(tab, "Date known to") == "No report says when."
    for term in (
        "Killed",
        "Numbers told",
        "Reported control",
        "Nearest listed camp",
        "How fully told",
        "Reports",
        "Official areas",
    ):
        assert part(tab, term) is None, term
    assert "undefined" not in card
    assert "null" not in card
    assert "{" not in card
    assert tab.complaints == []


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.9, "In full"), (0.89, "Well"), (0.75, "Well"), (0.55, "In part"), (0.54, "Thinly"), (0.0, "Thinly")],
)
def test_confidence_is_said_in_steps(tab, tmp_path, confidence, words):
    open_card(tab, tmp_path, confidence=confidence)
    told = part(tab, "How fully told")
    assert told.startswith(words)
    assert f"Confidence {confidence:.2f} of 1" in told
    assert "not the chance" in told


def test_a_rule_of_the_reading_nobody_put_into_words_stands_as_it_is(tab, tmp_path):
    open_card(tab, tmp_path, date_rule="some_new_rule:2:weekday_differs", date_inferred=True)
    date = part(tab, "Date known to")
    assert "How it was read: some new rule; the weekday beside it does not fit that date" in date
    assert "Inferred" in date


def test_under_publish_a_card_has_no_bearing_and_no_metres_to_a_camp(tab, tmp_path):
    card = open_card(tab, tmp_path, policy="publish", **FULL, camp_distance_m=1430.0, camp_bearing_deg=312.0)
    assert "within 5 km" in card
    assert "1.4 km" not in card
    assert "north" not in part(tab, "Nearest listed camp")


def test_a_citation_says_what_where_when_who_and_by_which_map(tab, tmp_path):
    open_card(tab, tmp_path, **FULL, sub_event_type="Armed clash")
    tab.run(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async words => { window.copied = words; } }, configurable: true })"
    )
    tab.run("document.querySelector('.cite').click()")
    tab.wait("window.copied")
    lines = tab.run("window.copied").split("\n")
    assert lines[0] == "Armed clash: Atmeh, Idlib, Syria, 3 Feb 2022."
    assert lines[1] == f"“{LEAD}”"
    assert "Place: Atmeh, Idlib, Syria (a named place; true spot within 3 km of the point, 9 times in 10)." in lines
    assert "Date: 3 Feb 2022 (known to the day)." in lines
    assert "Reported killed: at least 13." in lines
    assert "- example.org, 3 Feb 2022: Raid in Atmeh, https://example.org/raid" in lines
    assert any(line.endswith("copy of Raid in Atmeh: no further witness") for line in lines)
    assert lines[-1].startswith("As mapped by geoconflict ")  # from disk there is no address another could open
    assert lines[-1].endswith("(policy: open), “One raid”.")
    assert text(tab, ".card .told") == "Citation copied"
    tab.run("document.querySelector('.card .link').click()")
    tab.wait("window.copied.includes('#e=')")
    assert tab.run("window.copied").endswith("card.html#e=e00000000001")


def test_without_a_clipboard_the_text_stands_selected(tab, tmp_path):
    open_card(tab, tmp_path, **FULL)
    tab.run("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    tab.run("document.querySelector('.cite').click()")
    tab.settle()
    field = "document.querySelector('.card .told textarea')"
    assert tab.run(f"document.activeElement === {field}")
    assert tab.run(f"{field}.value.slice({field}.selectionStart, {field}.selectionEnd)").startswith("Battles: Atmeh")
    assert tab.complaints == []


def test_a_card_is_readable_on_a_phone(tab, tmp_path):
    path = tmp_path / "phone.html"
    layer = story()
    layer.at[0, "evidence"] = [{"article": "raid", "start": 0, "end": 9, "text": "x" * 300}]
    render_map(layer, zones=zone_layer(), camps=camp_layer()).save(path)
    tab.open(path, fragment="#e=e00000000001", **PHONE)
    tab.run("document.getElementById('panel').dataset.stop = 'full'")
    tab.settle()
    assert tab.run(
        "[...document.querySelectorAll('#details, .card, .card dd, .sentence')].every(one => one.scrollWidth <= one.clientWidth + 1)"
    )
    assert tab.run(
        "[...document.querySelectorAll('.card dd, .card blockquote, .card .aside')].every(one => parseFloat(getComputedStyle(one).fontSize) >= 13)"
    )


def hostile(value, text):
    """Return a value with every text in it replaced, but for what decides by its form: days and links."""
    if isinstance(value, str):
        return text
    if isinstance(value, list):
        return [hostile(one, text) for one in value]
    if isinstance(value, dict):
        return {name: one if name in {"role", "status"} else hostile(one, text) for name, one in value.items()}
    return value


def test_hostile_text_in_what_the_card_adds_is_text(tab, tmp_path):
    rows = []
    for number, text in enumerate(STORED):
        told = {name: value if name == "zone_status" else hostile(value, text) for name, value in FULL.items()}
        rows.append(event(number, "2022-02-03", "Battles", "Atmeh", LEAD, **told, lon=36.68763, lat=36.3083))
    path = tmp_path / "hostile.html"
    render_map(event_layer(rows), title="Hostile").save(path)
    tab.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="window.ran = []; window.PWN = window.alert = n => window.ran.push(String(n));",
    )
    tab.open(path, **DESKTOP)
    tab.run("while (!document.getElementById('more').hidden) document.getElementById('more').click()")
    seen = tab.run("""(() => { const out = {};
      for (const button of document.querySelectorAll('#list button[data-event]')) {
        button.click();
        document.querySelector('.cite').click();
        out[button.dataset.event] = document.querySelector('.card').textContent;
      }
      document.getElementById('filters').open = true;
      for (const facet of document.querySelectorAll('.facet')) facet.open = true;
      return out; })()""")
    tab.settle()
    assert len(seen) == len(STORED)
    for number, text in enumerate(STORED):
        assert seen[str(number)].count(text) >= 12, text
    tab.run(
        "(() => { const s = document.getElementById('search'); s.value = '<img src=x'; s.dispatchEvent(new Event('input')); })()"
    )
    tab.settle()
    tab.settle()
    assert tab.run("window.ran") == []
    assert tab.run("document.querySelectorAll('iframe, img:not(.leaflet-tile), object, embed, base, form').length") == 0
    assert [url.split("#")[0] for url in tab.requests] == [path.as_uri()]
    assert tab.complaints == []
