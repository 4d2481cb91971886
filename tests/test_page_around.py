"""What stands around the map: its words and their direction, its colours, paper, tiles, and hostile text in all of it."""

import base64
import gzip
import hashlib
import http.server
import io
import json
import re
import threading
from pathlib import Path

import folium
import numpy as np
import pypdf
import pytest
import shapely
from browser import chromium, new_tab
from page_layers import CAMP_COLUMNS, ZONE_COLUMNS, camp_layer, event_layer, frame, story, zone_layer
from test_page_browser import hostile_event
from xyzservices import TileProvider

from geoconflict.bundled import BORDER_POLICIES
from geoconflict.cli.dress import dress
from geoconflict.cli.options import Talk
from geoconflict.errors import InputError, UsageError
from geoconflict.files import read_theme
from geoconflict.maps import page as page_module
from geoconflict.maps import render_map
from geoconflict.maps.basemap import base_island
from geoconflict.maps.tiles import PUBLISHED_TILE_ZOOM, credit_parts, open_tiles
from geoconflict.maps.words import words_of
from geoconflict.records import Imagery, Theme

STATIC = Path(page_module.__file__).parent / "static"
HOSTILE = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text())
ENGLISH = words_of("en")["phrases"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def in_browser(test):
    return pytest.mark.browser(pytest.mark.enable_socket(test))


# ---- words -----------------------------------------------------------------------------------------------------

STRING = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|(?<=[(,=:\[!&|?{};\n])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n\\])+/[a-z]*)"""
    r"""|'(?P<one>(?:\\.|[^'\\\n])*)'|`(?P<template>(?:\\.|[^`\\])*)`""",
    re.DOTALL,
)
# What a literal that is no sentence is handed to: selectors, events, styles, names of keys and options.
TECHNICAL = re.compile(
    r"(querySelector(All)?|closest|matches|matchMedia|\.on|\.off|addEventListener|getContext|setAttribute|className:|rel:|"
    r"font =|key === |key !== |code === |case |includes|DateTimeFormat|\[)\(?\s*\Z|(style\.\w+ =|\+=?|font:)\s*\Z"
)
NAMES = {"Natural Earth, GeoNames, Leaflet", "use strict", "actor \0"}  # of works, of the language, of a facet


def literals(code):
    """Every text in a script, with what stands before it: quoted ones, and the fixed parts of templates."""
    for match in STRING.finditer(code):
        if match["skip"] is not None:
            continue
        before = code[max(0, match.start() - 40) : match.start()]
        if match["one"] is not None:
            yield before, match["one"]
            continue
        rest = match["template"]
        while (opened := rest.find("${")) >= 0:
            depth, end = 1, opened + 2
            while depth and end < len(rest):
                depth += {"{": 1, "}": -1}.get(rest[end], 0)
                end += 1
            yield from literals(rest[opened + 2 : end - 1])
            rest = f"{rest[:opened]}\0{rest[end:]}"
        yield before, rest


@pytest.mark.parametrize("name", page_module.SCRIPTS)
def test_no_script_holds_a_sentence(name):
    found = [
        text
        for before, text in literals((STATIC / f"{name}.js").read_text(encoding="utf-8"))
        if re.search(r"[A-Za-z]{2,}[,.;:]? [a-z(]|[a-z] \0|\0 [a-z]{2}", text)
        and text not in NAMES
        and not TECHNICAL.search(before)
        and not re.search(r"[\[\]=>#]|px|\d[,.]?\d? |rgb|translate|leaflet-|^\W", text)
    ]
    assert found == []


def test_the_search_for_sentences_finds_them():
    code = "f('Show all events'); g(`${n} of them`); // a comment 'with words here'\nh(/it's a pattern/); i('ok')"
    assert [text for _, text in literals(code)] == ["Show all events", "n"[:0] + "\0 of them", "ok"]


def test_every_phrase_is_used_and_every_used_one_exists():
    scripts = "".join((STATIC / f"{name}.js").read_text(encoding="utf-8") for name in page_module.SCRIPTS)
    shell = (STATIC / "shell.html").read_text(encoding="utf-8")
    python = "".join(path.read_text(encoding="utf-8") for path in STATIC.parent.glob("*.py"))
    said = set(re.findall(r"\bsay\(\s*'([^']+)'", scripts)) | set(re.findall(r'data-say[a-z-]*="([^"]+)"', shell))
    assert said - set(ENGLISH) == set()
    groups = set(re.findall(r"\bwordOf\('([a-z]+)'", scripts))
    begun = (*re.findall(r"`([a-z][\w.-]*[._-])\$\{", scripts), *(f"{group}." for group in groups))
    quoted = set(re.findall(r"'([a-z][\w.-]*)'", scripts)) | said | set(re.findall(r'"([a-z][\w.-]*)"', python))
    if 'f"plain.{' in python:
        begun = (*begun, "plain.")
    assert [key for key in ENGLISH if key not in quoted and not key.startswith(begun)] == []
    assert list(ENGLISH) == sorted(ENGLISH)


def test_the_border_policies_are_named_as_everywhere():
    said = {name: ENGLISH[f"around.borders.{name}"] for name in BORDER_POLICIES}
    assert said == {name: f"{text[0].upper()}{text[1:]}." for name, text in BORDER_POLICIES.items()}


def test_every_heading_of_the_credits_has_its_phrase():
    told = render_map(story(), zones=zone_layer(), camps=camp_layer()).page["credits"]
    assert told
    assert [what for what in told if f"credits.{what.lower().replace(' ', '-')}" not in ENGLISH] == []


ALPHABET = "ابتثجحخدذرزسشصضطظعغفقكلمنه"


def turned(text):
    """The text in letters that run leftward, its places kept."""
    parts = re.split(r"(\{\w+\})", text)
    letters = str.maketrans({chr(97 + k): letter for k, letter in enumerate(ALPHABET)})
    return "".join(part if part.startswith("{") else part.lower().translate(letters) for part in parts)


def leftward(folder, **changes):
    """A language nobody speaks, written from right to left."""
    phrases = {
        key: turned(phrase) if isinstance(phrase, str) else {form: turned(one) for form, one in phrase.items()}
        for key, phrase in ENGLISH.items()
    }
    path = folder / "leftward.json"
    path.write_text(json.dumps({"language": "ar", "direction": "rtl", "phrases": phrases} | changes))
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"language": "ar><script>"}, "is no language tag"),
        ({"direction": "up"}, "is neither ltr nor rtl"),
        ({"more": 1}, "and no others"),
        ({"phrases": []}, "is no object of phrases"),
        ({"phrases": {"list.heading": 3}}, "list.heading: is neither a text nor texts by plural form"),
        ({"phrases": {"list.heading": {"one": "x"}}}, "with other"),
        ({"phrases": {"list.headings": "x"}}, "list.headings: is no key of a phrase"),
        ({"phrases": {"list.heading": "{event}"}}, "nothing fills {event}"),
    ],
)
def test_a_language_file_that_cannot_be_used_is_one_clear_line(tmp_path, changes, words):
    with pytest.raises(InputError) as caught:
        words_of(leftward(tmp_path, **changes))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    (tmp_path / "no.json").write_text("{")
    with pytest.raises(InputError, match="is no JSON"):
        words_of(tmp_path / "no.json")
    with pytest.raises(InputError, match="cannot be read"):
        words_of(tmp_path / "none.json")


def test_what_a_language_file_does_not_say_is_english(tmp_path):
    given = {"language": "uk", "direction": "ltr", "phrases": {"list.heading": "Події"}}
    (tmp_path / "uk.json").write_text(json.dumps(given))
    words = words_of(tmp_path / "uk.json")
    assert words["phrases"] == {**ENGLISH, "list.heading": "Події"}
    text = render_map(story(), language=tmp_path / "uk.json").get_root().render()
    assert '<html lang="uk" dir="ltr">' in text


# ---- in a browser ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with chromium() as address:
        yield address


@pytest.fixture
def tab(browser):
    with new_tab(browser) as opened:
        opened.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source="window.ran = []; window.PWN = window.alert = n => window.ran.push(String(n));",
        )
        yield opened


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


# ---- tiles -----------------------------------------------------------------------------------------------------


@pytest.fixture
def tile_server():
    """A server of grey tiles on this machine, and the paths it was asked for; `broken` makes it answer 404."""
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (256, 256), "#808080").save(picture, "PNG")

    class Handler(http.server.BaseHTTPRequestHandler):
        asked, broken = [], False

        def do_GET(self):
            self.asked.append(self.path)
            self.send_response(404 if Handler.broken else 200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(b"" if Handler.broken else picture.getvalue())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], Handler
    server.shutdown()
    server.server_close()


CREDIT = '&copy; <a href="https://example.org/terms">Grey <b>tiles</b></a> <img src=x onerror="PWN(1)"> {{ 7*7 }} <a href="javascript:PWN(2)">no</a>'


def grey(port, **more):
    return TileProvider(
        name="Grey </script>",
        url=f"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png",
        attribution="",
        html_attribution=CREDIT,
        **more,
    )


@in_browser
def test_tiles_come_from_their_host_only_and_can_be_left(tab, tmp_path, tile_server):
    port, handler = tile_server
    path = tmp_path / "tiles.html"
    render_map(story(), tiles=grey(port, max_zoom=16), policy="open").save(path)
    text = path.read_text()
    assert f"img-src data: blob: http://127.0.0.1:{port};" in text
    tab.open(path, **DESKTOP)
    tab.wait("document.querySelectorAll('.leaflet-tile-loaded').length > 3")
    tab.settle()
    assert tab.complaints == []
    assert {url.split("/")[2] for url in tab.requests[1:]} == {f"127.0.0.1:{port}"}
    assert len(handler.asked) > 3
    credit = "document.querySelector('.tile-credit')"
    assert tab.run(f"{credit}.textContent") == "© Grey tiles  {{ 7*7 }} no"
    assert tab.run(f"[...{credit}.querySelectorAll('a')].map(a => a.href)") == ["https://example.org/terms"] * 2
    assert "Grey </script>" in tab.run("document.getElementById('key-imagery').textContent")
    assert f"127.0.0.1:{port}" in tab.run("document.querySelector('.tiles .note').textContent")
    name = tab.run("document.querySelector('[data-map]').id")
    assert tab.run(f"window.{name}.getMaxZoom()") == 16
    tab.run("document.querySelector('.tiles input').click()")
    tab.settle()
    assert tab.run("document.querySelectorAll('.leaflet-tile').length") == 0
    assert tab.run(f"{credit} === null")
    assert tab.run("window.ran") == []


@in_browser
def test_where_tiles_fail_the_embedded_map_is_seen(tab, tmp_path, tile_server):
    port, handler = tile_server
    handler.broken = True
    path = tmp_path / "tiles.html"
    render_map(story(), tiles=grey(port)).save(path)
    tab.open(path, **DESKTOP)
    tab.wait("document.querySelector('.tiles .note').textContent.includes('did not load')")
    name = tab.run("document.querySelector('[data-map]').id")
    assert tab.run(f"window.{name}.getMaxZoom()") == PUBLISHED_TILE_ZOOM
    assert tab.run(
        "[...document.querySelectorAll('.leaflet-tile')].every(tile => !tile.classList.contains('leaflet-tile-loaded') || tile.naturalWidth === 0)"
    )
    land = tab.run(
        """(() => { const canvas = document.querySelector('.leaflet-base-pane canvas.layer'), data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set(); for (let k = 0; k < data.length; k += 400) seen.add(`${data[k]},${data[k + 1]},${data[k + 2]}`); return [...seen]; })()"""
    )
    assert "246,244,239" in land


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("no such provider at all", "no such provider; nearest are"),
        ("CartoDB.Positron", "want apikey from their provider; give it with --tiles-key"),
        ("MtbMap", "are not served over https"),
        ("Esri.ArcticImagery", "are in EPSG:5936"),
        (TileProvider(name="t", url="https://e.org/{z}/{x}/{y}", attribution=" "), "say whose they are"),
        (TileProvider(name="t", url="https://e.org/{z}/{x}", attribution="E"), "lacks {z}, {x} or {y}"),
        (
            TileProvider(name="t", url="https://e.org/{z}/{x}/{y}?{day}", attribution="E"),
            "wants day, which is not given",
        ),
        (TileProvider(name="t", url="ftp://e.org/{z}/{x}/{y}", attribution="E"), "is no address of a server"),
        (TileProvider(name="t", url="https://u:p@e.org/{z}/{x}/{y}", attribution="E"), "is no address of a server"),
        (TileProvider(name="t", url="https://e.org; script-src */{z}/{x}/{y}", attribution="E"), "is no address of"),
        (TileProvider(name="t", url="javascript:PWN(1)//{z}/{x}/{y}", attribution="E"), "is no address of a server"),
    ],
)
def test_tiles_that_cannot_be_used_are_one_clear_line(given, words):
    with pytest.raises(UsageError, match=re.escape(words)) as caught:
        render_map(story(), tiles=given)
    assert "\n" not in str(caught.value)


def test_the_terms_of_tiles_are_said():
    openstreetmap = open_tiles("openstreetmap mapnik")
    assert openstreetmap.hosts == ("https://tile.openstreetmap.org",)
    terms = " ".join(openstreetmap.terms)
    for words in (
        "need a connection",
        "network address goes to tile.openstreetmap.org",
        "OpenStreetMap contributors",
        "from disk",
    ):
        assert words in terms
    keyed = open_tiles("CartoDB.Positron", key="k1")
    assert keyed.url.endswith("?key=k1")
    assert len(keyed.hosts) == 4
    assert "every reader can read it" in " ".join(keyed.terms)
    assert credit_parts('a <a href="//e.org">b</a><a href="https://e.org/">c</a>') == (
        ("a ", ""),
        ("b", ""),
        ("c", "https://e.org/"),
    )


def test_the_world_beyond_holds_states_of_several_pieces():
    """Türkiye, Iran and Russia are many polygons each: zoomed out, land must not look like sea."""
    far = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 10_000 for ring in base_island((36, 35, 37, 36), "un")["far"]]
    land = [shapely.Polygon(ring).buffer(0) for ring in far if len(ring) > 3]
    for lon, lat in ((33, 39), (54, 32), (60, 58), (-100, 40), (135, -25)):
        assert any(shape.contains(shapely.Point(lon, lat)) for shape in land), (lon, lat)


# ---- hostile text ----------------------------------------------------------------------------------------------

STORED = [text for text in HOSTILE if not re.search("[\ud800-\udfff]", text)]


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


def test_the_command_says_what_tiles_cost_and_hands_on_how_a_map_is_dressed(tmp_path, capsys):
    given = {
        "tiles": "CartoDB.Positron",
        "tiles_key": "k1",
        "theme_file": str(Path(__file__).parents[1] / "docs" / "theme.toml"),
        "language": str(leftward(tmp_path)),
        "standfirst": "What reports say.",
    }
    worn = dress(given, Talk(quiet=True))
    said = capsys.readouterr().err
    assert "every reader's network address goes to a.basemaps.cartocdn.com" in said
    assert "OpenStreetMap contributors" in said
    text = render_map(story(), **worn).get_root().render()
    assert '<html lang="ar" dir="rtl">' in text
    assert "img-src data: blob: https://a.basemaps.cartocdn.com https://b.basemaps" in text
    assert dress({"language": "en"}, Talk()) == {}
    with pytest.raises(UsageError, match="name their provider with --tiles"):
        dress({"tiles_key": "k1"}, Talk())
