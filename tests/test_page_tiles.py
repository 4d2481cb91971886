"""Map pictures of a server under the page: only from their host, only as their terms have it, and none when they fail."""

import http.server
import io
import re
import threading
from pathlib import Path

import pytest
from page_layers import story
from page_texts import leftward
from xyzservices import TileProvider

from geoconflict.cli.dress import dress
from geoconflict.cli.options import Talk
from geoconflict.errors import UsageError
from geoconflict.maps import render_map
from geoconflict.maps.tiles import PUBLISHED_TILE_ZOOM, credit_parts, open_tiles

DESKTOP = {"width": 1280, "height": 800}


def in_browser(test):
    return pytest.mark.browser(pytest.mark.enable_socket(test))


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
