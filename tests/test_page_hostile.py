"""Hostile text in all the page is given, and in its address: it is shown as text, runs nowhere and asks nobody."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import folium
import pytest
import shapely
from page_layers import CAMP_COLUMNS, ZONE_COLUMNS, event_layer, frame, story
from page_texts import ENGLISH, HOSTILE, STORED, hostile_event

from geoconflict.files import read_theme
from geoconflict.maps import render_map
from geoconflict.records import Imagery, Theme

DESKTOP = {"width": 1280, "height": 800}


def in_browser(test):
    return pytest.mark.browser(pytest.mark.enable_socket(test))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "story.html"
    render_map(story()).save(path)
    return path


@in_browser
def test_hostile_text_in_every_field_is_text(tab, tmp_path):
    layer = event_layer([hostile_event(number, text) for number, text in enumerate(STORED)])
    square = shapely.box(36, 35, 37, 37)
    zones = frame(
        [
            {
                "zone_id": text,
                "controller": text,
                "source": text,
                "valid_from": "2022-01-01",
                "certainty": text,
                "country": text,
            }
            for text in STORED
        ],
        ZONE_COLUMNS,
        [square] * len(STORED),
    )
    camps = frame(
        [
            {
                "camp_id": text,
                "name": text,
                "kind": text,
                "country": text,
                "admin1": text,
                "opened": None,
                "source": text,
                "populations": [{"population": 5, "as_of": "2021", "source": text}],
            }
            for text in STORED
        ],
        CAMP_COLUMNS,
        [shapely.Point(36.2 + 0.02 * n, 36.4) for n in range(len(STORED))],
    )
    path = tmp_path / "hostile.html"
    every = " ".join(STORED)
    render_map(layer, zones=zones, camps=camps, title=every, standfirst=every).save(path)
    tab.open(path, **DESKTOP)
    assert tab.run("document.querySelector('#title').textContent") == every
    assert tab.run("document.querySelector('#standfirst').textContent") == every
    tab.run("while (!document.getElementById('more').hidden) document.getElementById('more').click()")
    tab.settle()
    assert sorted(tab.run("[...document.querySelectorAll('#list .quote')].map(quote => quote.textContent)")) == sorted(
        STORED
    )
    seen = tab.run("""(async () => { const out = [];
        for (const button of [...document.querySelectorAll('#list button[data-event]')]) {
          button.click();
          const card = document.querySelector('.card');
          out.push([card.querySelector('blockquote').textContent, card.textContent, [...card.querySelectorAll('a')].map(a => a.protocol)]);
        } return out; })()""")
    assert len(seen) == len(STORED)
    for quote, card, links in seen:
        assert card.count(quote) >= 15, quote
        assert set(links) <= {"http:", "https:"}
    assert tab.run("window.ran") == []
    assert tab.run("document.querySelectorAll('iframe, img:not(.leaflet-tile), object, embed, base, form').length") == 0
    assert [url.split("#")[0] for url in tab.requests] == [path.as_uri()]
    assert tab.complaints == []


def hostile_language(folder):
    """Every phrase of the page followed by a hostile text."""

    def worse(phrase, k):
        return phrase + " " + re.sub(r"\{(\w+)\}", r"(\1)", HOSTILE[k % len(HOSTILE)])

    phrases = {
        key: worse(one, k) if isinstance(one, str) else {form: worse(text, k) for form, text in one.items()}
        for k, (key, one) in enumerate(ENGLISH.items())
    }
    path = folder / "hostile.json"
    path.write_text(json.dumps({"language": "en", "direction": "ltr", "phrases": phrases}))
    return path


def hostile_page(folder):
    """A page whose every text is hostile, but for its names of places on the land."""
    every = " ".join(HOSTILE)
    layer = event_layer([hostile_event(number, STORED[-1 - number]) for number in range(12)])
    zones = frame(
        [
            dict.fromkeys(("zone_id", "controller", "source", "certainty", "country"), text)
            | {"valid_from": "2022-01-01"}
            for text in STORED
        ],
        ZONE_COLUMNS,
        [shapely.box(36, 35, 37, 37)] * len(STORED),
    )
    camps = frame(
        [
            dict.fromkeys(("camp_id", "name", "kind", "country", "admin1", "source"), text)
            | {"populations": [{"population": 5, "as_of": half, "source": half}]}
            for text, half in zip(STORED, HOSTILE, strict=False)
        ],
        CAMP_COLUMNS,
        [shapely.Point(36.2 + 0.02 * n, 36.4) for n in range(len(STORED))],
    )
    picture = Imagery(every, b"\x89PNG\r\n\x1a\n", "image/png", (36.0, 35.0, 37.0, 37.0), 30.0, every, every)
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1"><rect width="3" height="1"/></svg>'
    theme = Theme(
        name=every, logo=logo, logo_mime="image/svg+xml", logo_alt=every, logo_link="javascript:PWN(90)", credit=every
    )
    return render_map(
        layer, zones=zones, camps=camps, imagery=[picture], theme=theme, title=every, standfirst=every,
        policy="open", language=hostile_language(folder),
    )  # fmt: skip


@in_browser
def test_hostile_text_everywhere_is_text(tab, tmp_path):
    path = tmp_path / "'\"><img src=x onerror=PWN(91)>${PWN(92)}#?&.html".replace("/", "")
    hostile_page(tmp_path).save(path)
    assert path.read_bytes() == hostile_page(tmp_path).get_root().render().encode("utf-8", "backslashreplace")
    tab.open(path, **DESKTOP)
    every = " ".join(HOSTILE).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    shown = {
        "#title": "textContent", "#standfirst": "textContent", "#logo img": "alt",
    }  # fmt: skip
    for selector, what in shown.items():
        assert tab.run(f"document.querySelector('{selector}').{what}.toWellFormed()") == every
    for part in ("credits", "key-imagery"):
        assert every in tab.run(f"document.getElementById('{part}').textContent.toWellFormed()")
    assert tab.run("document.querySelector('#logo a') === null")
    tab.run("""(async () => { for (const one of document.querySelectorAll('details')) one.open = true;
        for (const box of document.querySelectorAll('#key input[type=checkbox]')) { box.click(); box.click(); }
        for (const button of document.querySelectorAll('#list button[data-event]')) button.click(); })()""")
    tab.call("Page.printToPDF")
    tab.settle()
    assert tab.run("window.ran") == []
    assert [complaint for complaint in tab.complaints if "image" not in complaint] == []
    assert [url.split("#")[0] for url in tab.requests] == [path.as_uri()]
    assert (
        tab.run(
            "document.querySelectorAll('iframe, object, embed, base, form, link, body script:not([type]) ~ img').length"
        )
        == 0
    )


@in_browser
def test_a_hostile_address_opens_the_page(tab, page):
    names = ["v", "d", "t", "a", "q", "e", "s", "h", "m", "b", "nonsense"]
    for fragment in (
        "#" + "&".join(f"{name}=%27%22%3E%3Cimg%20src%3Dx%20onerror%3DPWN(1)%3E" for name in names),
        "#%E0%A4%A&v=1e999,NaN,",
    ):
        tab.open(page, **DESKTOP, fragment=fragment)
    tried = tab.run(
        f"""(async () => {{ const names = {json.dumps(names)}; let tried = 0;
        for (const text of {json.dumps(HOSTILE)}) {{ // a browser takes 200 addresses in 10 s
          const forms = [text, names.map(name => `${{name}}=${{text}}`).join('&'), names.map(name => `${{name}}=${{encodeURIComponent(text.toWellFormed())}}`).join('&')];
          location.hash = forms[tried++ % 3];
          await new Promise(done => setTimeout(done, 8)); }} return tried; }})()"""
    )
    assert tried == len(HOSTILE)
    tab.settle()
    assert tab.run("window.ran") == []
    assert [url.split("#")[0] for url in tab.requests] == [page.as_uri()] * len(tab.requests)
    assert tab.complaints == []


def test_the_policy_names_exactly_the_scripts_and_styles_of_the_page(tmp_path):
    theme = read_theme(Path(__file__).parents[1] / "docs" / "theme.toml")
    for made in (hostile_page(tmp_path), render_map(story(), theme=theme)):
        text = made.get_root().render()
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
        rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
        assert rules["default-src"] == ["'none'"]
        assert rules["img-src"] == ["data:", "blob:"]
        for kind in ("script", "style"):
            inline = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
            packed = re.findall(r'<script type="application/gzip" id="gc-code-\d+">([^<]+)</script>', text)
            inline += [gzip.decompress(base64.b64decode(one)).decode() for one in packed] if kind == "script" else []
            hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
            assert sorted(rules[f"{kind}-src"]) == sorted(f"'sha256-{digest}'" for digest in hashes)
            assert len(hashes) >= 2


def test_a_foreign_layer_takes_the_policy_away_and_says_so(tmp_path):
    made = hostile_page(tmp_path)
    folium.TileLayer("https://example.org/{z}/{x}/{y}.png", attr="E").add_to(made)
    with pytest.warns(UserWarning, match=r"layers of folium \(TileLayer\): its content policy is dropped"):
        text = made.get_root().render()
    assert "Content-Security-Policy" not in text
