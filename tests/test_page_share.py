"""What leaves the page: the shown events as GeoJSON and CSV, links, and the code that sets the page into another."""

import csv
import functools
import html.parser
import http.server
import io
import json
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from browser import Tab, frames, new_tab
from page_layers import event, event_layer, story
from page_texts import STORED

from geoconflict.files import read_events
from geoconflict.files.cells import csv_line, guarded, storable
from geoconflict.maps import render_map

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture
def tab(browser, tmp_path):
    with new_tab(browser) as opened:
        opened.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
        yield opened


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "story.html"
    render_map(story(), title="Raids & shelling: “Idlib”", policy="publish").save(path)
    return path


def downloaded(tab, folder, name, inside=None):
    """Press a download button and return the bytes of the file once it is whole."""
    (inside or tab).run(f"document.getElementById('share-{Path(name).suffix[1:]}').click()")
    path, until = folder / name, time.monotonic() + 15
    while not (path.is_file() and path.stat().st_size and not list(folder.glob("*.crdownload"))):
        assert time.monotonic() < until, [one.name for one in folder.iterdir()]
        tab.settle()
    data = path.read_bytes()
    path.unlink()
    return data


def only_in_idlib(tab):
    tab.run(
        "(() => { const s = document.getElementById('search'); s.value = 'idlib'; s.dispatchEvent(new Event('input')); })()"
    )
    tab.settle()
    tab.settle()


def test_geojson_holds_the_shown_events_and_says_what_they_are(tab, page, tmp_path):
    tab.open(page, **DESKTOP)
    whole = json.loads(downloaded(tab, tmp_path, "raids-shelling-idlib.geojson"))
    assert len(whole["features"]) == 8
    assert whole["filters"] == "none: all events of the page"
    only_in_idlib(tab)
    shown = json.loads(downloaded(tab, tmp_path, "raids-shelling-idlib.geojson"))
    facts = {name: value for name, value in shown.items() if name != "features"}
    assert facts["type"] == "FeatureCollection"
    assert facts["generator"].startswith("geoconflict ")
    assert (facts["policy"], facts["page_title"], facts["filters"]) == (
        "publish",
        "Raids & shelling: “Idlib”",
        "Search: idlib",
    )
    assert "Natural Earth" in facts["credits"]
    listed = tab.run("document.querySelectorAll('#list button').length")
    assert len(shown["features"]) == facts["events"] == listed
    assert listed < 8
    feature = next(one for one in whole["features"] if one["properties"]["event_id"] == "e00000000001")
    assert feature["geometry"] == {"type": "Point", "coordinates": [36.69, 36.31]}  # as the page is masked
    properties = feature["properties"]
    assert (properties["fatalities_best"], properties["date_start"], properties["where_prec"]) == (13, "2022-02-03", 1)
    assert properties["sources"][0]["url"] == "https://example.org/raid"
    assert {"camp_bearing_deg", "camp_distance_m"}.isdisjoint(properties)
    nowhere = next(one for one in whole["features"] if one["properties"]["event_id"] == "e00000000008")
    assert nowhere["geometry"] is None
    assert nowhere["properties"]["status"] == "background"
    assert tab.complaints == []


def test_csv_opens_in_a_spreadsheet_and_in_our_own_reader(tab, page, tmp_path):
    tab.open(page, **DESKTOP)
    data = downloaded(tab, tmp_path, "raids-shelling-idlib.csv")
    assert data.startswith(b"\xef\xbb\xbf")  # a spreadsheet would take it for its own code page
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == 8
    assert {row["policy"] for row in rows} == {"publish"}
    path = tmp_path / "back.csv"
    path.write_bytes(data)
    back, layer = read_events(path), story()
    assert set(back["event_id"]) == set(layer["event_id"])
    ours, theirs = (one.set_index("event_id").sort_index() for one in (layer, back))
    for name in (
        "summary",
        "date_start",
        "place_name",
        "fatalities_best",
        "where_prec",
        "event_type",
        "status",
        "country",
    ):
        assert (
            theirs[name].astype(object).where(theirs[name].notna(), None).tolist()
            == ours[name].astype(object).where(ours[name].notna(), None).tolist()
        ), name
    assert theirs.geometry.isna().tolist() == ours.geometry.isna().tolist()


def test_files_hold_what_the_layer_has_and_nothing_the_page_fills_in(tab, tmp_path):
    place = {"lon": 36.6, "lat": 35.9}
    layer = event_layer(
        [
            event(1, "2022-02-03", "Battles", "Idlib", "Whole.", **place),
            event(2, None, None, "Idlib", "No first day.", **place, date_end="2022-02-04"),
            event(3, "2022-02-05", "Riots", "Idlib", "No last day.", **place) | {"date_end": None},
            event(4, None, "Riots", "Idlib", "No id.", **place) | {"event_id": None},
            event(1, None, "Riots", "Idlib", "The id again, and no status.", **place) | {"status": None},
        ]
    )
    path = tmp_path / "raw.html"
    render_map(layer, title="raw").save(path)
    tab.open(path, **DESKTOP)
    told = ["summary", "event_id", "event_type", "status", "date_start", "date_end"]
    given = {row[0]: row[1:] for row in layer[told].astype(object).where(layer[told].notna(), None).to_numpy().tolist()}
    features = json.loads(downloaded(tab, tmp_path, "raw.geojson"))["features"]
    saved = [one["properties"] for one in features]
    assert {one["summary"]: [one[name] for name in told[1:]] for one in saved} == given
    rows = csv.DictReader(io.StringIO(downloaded(tab, tmp_path, "raw.csv").decode("utf-8-sig"), newline=""))
    assert {row["summary"]: [row[name] or None for name in told[1:]] for row in rows} == given
    assert tab.complaints == []
    link = tab.run(
        "[...document.querySelectorAll('#list button')].find(one => one.textContent.includes('No id.')).click(), location.hash"
    )
    first = event(9, "2022-02-01", "Battles", "Idlib", "Come later.", **place)
    render_map(pd.concat([event_layer([first]), layer], ignore_index=True)).save(path)
    tab.open(path, fragment=link, **DESKTOP)
    assert tab.run("document.querySelector('.card blockquote').textContent") == "No id.", "a link names a row"


def test_cells_are_quoted_as_in_our_own_tables(tab, tmp_path):
    texts = ["a;=HYPERLINK(1)", "a\t=1+1", 'a"b', "a,b", "a\r\nb", "plain", "=1;2"]
    rows = [event(n, "2022-02-03", "Battles", "Idlib", text, lon=36.6, lat=35.9) for n, text in enumerate(texts)]
    path = tmp_path / "quoted.html"
    render_map(event_layer(rows), title="quoted").save(path)
    tab.open(path, **DESKTOP)
    text = downloaded(tab, tmp_path, "quoted.csv").decode("utf-8-sig")
    assert [one for one in texts if f",{csv_line([one])[:-2]}," not in text] == []
    assert tab.complaints == []


def test_hostile_text_leaves_as_it_is_and_runs_nowhere(tab, tmp_path):
    formulas = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\tx", "'=1", "-7", 'a"b', "a,b\r\nc"]
    texts = [*STORED, *formulas]
    rows = [event(n, "2022-02-03", "Battles", "Idlib", text, lon=36.6, lat=35.9) for n, text in enumerate(texts)]
    path = tmp_path / "hostile.html"
    render_map(event_layer(rows), title="=x").save(path)
    tab.open(path, **DESKTOP)
    features = json.loads(downloaded(tab, tmp_path, "x.geojson").decode("utf-8", "surrogatepass"))["features"]
    told = {one["properties"]["event_id"]: one["properties"]["summary"] for one in features}
    assert [told[f"e{n:011d}"] for n in range(len(texts))] == texts
    table = list(csv.DictReader(io.StringIO(downloaded(tab, tmp_path, "x.csv").decode("utf-8-sig"), newline="")))
    cells = {row["event_id"]: row["summary"] for row in table}
    assert [cells[f"e{n:011d}"] for n in range(len(texts))] == [guarded(storable(text)) for text in texts]
    assert {row["page_title"] for row in table} == {"'=x"}
    assert tab.complaints == []


class Frame(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def embed_code(tab):
    tab.run("document.getElementById('share').open = true; document.getElementById('share-embed').click()")
    assert tab.run("document.activeElement.id") == "embed-code"
    return tab.run("document.getElementById('embed-code').value")


def test_the_embed_code_is_one_frame_and_says_to_host_the_file(tab, tmp_path):
    path = tmp_path / "quoted.html"
    render_map(story(), title='"><script>PWN(1)</script> & more').save(path)
    tab.open(path, **DESKTOP)
    only_in_idlib(tab)
    ((tag, attributes),) = Frame(embed_code(tab)).found
    assert tag == "iframe"
    assert attributes["title"] == '"><script>PWN(1)</script> & more'
    assert attributes["src"].startswith("https://example.org/map.html#v=")
    assert attributes["src"].endswith("&q=idlib")
    assert "allow-same-origin" not in attributes["sandbox"]
    assert "allow-downloads" in attributes["sandbox"]
    assert "aspect-ratio" in attributes["style"]
    assert "your own web server" in tab.run("document.querySelector('#share .told').textContent")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_embed_code_works_as_it_is_pasted(browser, tab, page, served, tmp_path):
    tab.call("Page.navigate", url=f"{served}/story.html#e=e00000000002")
    tab.wait("document.documentElement?.dataset.ready")
    tab.settle()
    tab.run(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true }); document.querySelector('.cite').click()"
    )
    tab.settle()
    assert tab.run("document.querySelector('.card .told textarea').value").endswith(
        f"\n{served}/story.html#e=e00000000002"
    )
    code = embed_code(tab)
    assert served in code
    (tmp_path / "host.html").write_text(f"<!doctype html><title>host</title><body>{code}</body>", encoding="utf-8")
    tab.call("Page.navigate", url=f"{served}/host.html")
    tab.wait("document.documentElement && document.querySelector('iframe')")
    tab.settle()
    (inner,) = frames(browser)
    inside = Tab(inner)
    inside.wait("document.documentElement?.dataset.ready")
    inside.settle()
    assert inside.run("document.querySelector('.card h2').textContent").startswith("Barisha")
    saved = json.loads(downloaded(tab, tmp_path, "raids-shelling-idlib.geojson", inside))
    assert len(saved["features"]) == 8
    assert tab.run("document.querySelector('iframe').offsetHeight") >= 560
    assert inside.complaints == []
    inside.socket.close()
