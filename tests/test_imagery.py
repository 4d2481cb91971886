"""Pictures of the ground: where they lie, what they show, what they weigh, and what the page makes of them."""

import datetime as dt
import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from browser import chromium, new_tab
from page_layers import event, event_layer
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.warp import transform

from geoconflict.errors import InputError, PolicyError
from geoconflict.files import read_imagery
from geoconflict.maps import PUBLISHED_M, map_extent, render_map

UTM = "EPSG:32637"
PLACE = Affine(10, 0, 290_000, 0, -10, 4_020_000)
EVERYWHERE = (-180.0, -85.0, 180.0, 85.0)


def write(path, bands, crs=UTM, place=PLACE, **more):
    form = {"height": bands.shape[1], "width": bands.shape[2], "count": len(bands), "dtype": bands.dtype}
    tags = more.pop("tags", {})
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=place, **form, **more) as file:
        file.write(bands)
        file.update_tags(**tags)
    return path


def pixels(picture):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(picture.data) as memory, memory.open() as file:
            return file.read()


def at(picture, lon, lat):
    """Red, green, blue, alpha of a picture at a place."""
    cells = pixels(picture)
    (x, west, east), (y, south, north) = transform(
        "EPSG:4326",
        "EPSG:3857",
        [lon, picture.bounds[0], picture.bounds[2]],
        [lat, picture.bounds[1], picture.bounds[3]],
    )
    column, row = (x - west) / (east - west) * cells.shape[2], (north - y) / (north - south) * cells.shape[1]
    return cells[:, int(row), int(column)].astype(int).tolist()


def quarters(dtype, high):
    """North-west dark, north-east red, south-west green, south-east white; 400 x 400."""
    cells = np.zeros((3, 400, 400), dtype)
    cells[0, :200, 200:] = cells[1, 200:, :200] = high
    cells[:, 200:, 200:] = high
    return cells


def place(east_m, south_m, crs=UTM, start=PLACE):
    lon, lat = transform(crs, "EPSG:4326", [start.c + east_m], [start.f - south_m])
    return lon[0], lat[0]


@pytest.mark.parametrize(("dtype", "high"), [("uint8", 200), ("uint16", 9_000), ("float32", 0.4)])
def test_colours_lie_where_they_belong(tmp_path, dtype, high):
    picture = read_imagery(write(tmp_path / "p.tif", quarters(dtype, high)), EVERYWHERE)
    for (east, south), expected in {
        (1_000, 1_000): (0, 0, 0),
        (3_000, 1_000): (255, 0, 0),
        (1_000, 3_000): (0, 255, 0),
        (3_000, 3_000): (255, 255, 255),
    }.items():
        *colour, alpha = at(picture, *place(east, south))
        assert np.abs(np.subtract(colour, expected)).max() < 30
        assert alpha == 255
    corners = np.transpose([place(0, 0), place(4_000, 4_000)])
    assert picture.bounds[0] == pytest.approx(corners[0][0], abs=2e-3)
    assert picture.bounds[3] == pytest.approx(corners[1][0], abs=2e-3)
    assert picture.metres == pytest.approx(10, rel=0.02)
    assert pixels(picture)[3, 0, 0] == 0  # UTM is turned against the page: its corners stay clear


def test_grey_is_stretched_and_nodata_is_clear(tmp_path):
    cells = np.linspace(1_000, 2_000, 160_000, dtype="float32").reshape(1, 400, 400)
    cells[0, 0, 300] = 1e9  # one bright cell must not darken the rest
    cells[0, :100] = np.nan
    cells[0, 100:200] = -9999
    picture = read_imagery(write(tmp_path / "g.tif", cells, nodata=-9999), EVERYWHERE)
    assert at(picture, *place(2_000, 500))[3] == at(picture, *place(2_000, 1_500))[3] == 0
    low, middle, high = (at(picture, *place(2_000, south)) for south in (2_020, 3_000, 3_980))
    assert low[0] < 20
    assert middle[0] == pytest.approx(128, abs=12)
    assert high[0] > 235
    assert len({*middle[:3]}) == 1


def test_cut_to_the_map_and_coarser_for_its_size(tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (3, 900, 900), "uint8")
    path = write(
        tmp_path / "noise.tif", noise, tags={"TIFFTAG_DATETIME": "2022:02:03 10:00:00", "TIFFTAG_ARTIST": "Someone"}
    )
    west, south, east, north = read_imagery(path, EVERYWHERE).bounds
    quarter = (west, (south + north) / 2, (west + east) / 2, north)
    cut = read_imagery(path, (*quarter[:3], 90.0))
    assert cut.bounds == pytest.approx(quarter, abs=1e-9)
    assert (cut.date, cut.credit, cut.notes) == ("2022-02-03", "Someone", ())
    small = read_imagery(path, EVERYWHERE, most_bytes=60_000, date=dt.date(2023, 1, 1), credit="Else")
    assert len(small.data) <= 60_000
    assert small.metres > 20
    assert re.fullmatch(r"noise\.tif: shown at [\d.]+ m a pixel instead of 10 m", small.notes[0])
    assert (small.date, small.credit) == ("2023-01-01", "Else")
    assert read_imagery(path, EVERYWHERE, finest_m=50).metres == pytest.approx(50, rel=0.01)
    assert read_imagery(path, EVERYWHERE).data == read_imagery(path, EVERYWHERE).data


def test_turned_palette_and_many_bands(tmp_path):
    turned = Affine.translation(290_000, 4_020_000) @ Affine.rotation(30) @ Affine.scale(10, -10)
    picture = read_imagery(write(tmp_path / "t.tif", quarters("uint8", 200), place=turned), EVERYWHERE)
    x, y = turned @ (300, 100)
    lon, lat = transform(UTM, "EPSG:4326", [x], [y])
    assert at(picture, lon[0], lat[0])[0] > 225
    assert at(picture, lon[0], lat[0])[1] < 30
    path = write(tmp_path / "classes.tif", np.full((1, 50, 50), 3, "uint8"))
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {3: (10, 200, 30, 255)})
    assert np.abs(np.subtract(at(read_imagery(path, EVERYWHERE), *place(250, 250)), (10, 200, 30, 255))).max() < 6
    five = write(
        tmp_path / "five.tif",
        np.stack([*quarters("uint16", 900), *quarters("uint16", 900)[:2]]),
        photometric="minisblack",
    )
    assert "bands 1, 2, 3 of 5 are shown as red, green, blue" in read_imagery(five, EVERYWHERE).notes[0]
    swapped = read_imagery(five, EVERYWHERE, bands=[2, 1, 3])
    assert at(swapped, *place(3_000, 1_000))[1] > 225
    assert pixels(read_imagery(five, EVERYWHERE, bands=[4])).shape[0] == 4


def test_what_is_no_picture_of_the_map(tmp_path):
    path = write(tmp_path / "p.tif", quarters("uint8", 200))
    empty = write(tmp_path / "empty.tif", np.zeros((1, 40, 40), "uint8"), nodata=0)
    bare = write(tmp_path / "bare.tif", np.zeros((1, 40, 40), "uint8"), crs=None)
    (tmp_path / "cut.tif").write_bytes(path.read_bytes()[:3_000])
    for given, extent, said in (
        (path, (10, 10, 11, 11), r"p\.tif: covers nothing of the map: it shows 36\.6"),
        (empty, EVERYWHERE, "has no data where the map is"),
        (bare, EVERYWHERE, "no CRS"),
        (tmp_path, EVERYWHERE, "a folder"),
        (tmp_path / "cut.tif", EVERYWHERE, "cannot be read as a raster"),
        (tmp_path / "none.tif", EVERYWHERE, "no such file"),
    ):
        with pytest.raises(InputError, match=said) as caught:
            read_imagery(given, extent)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r"bands \[9\] cannot be shown"):
        read_imagery(path, EVERYWHERE, bands=[9])


def test_the_page_carries_it_and_asks_nobody(tmp_path):
    layer = event_layer([event(1, "2022-02-03", "Battles", "Town", "A clash.", lon=36.69, lat=36.28)])
    path = write(tmp_path / "p.tif", quarters("uint8", 200))
    credit = "</script><b>Agency</b> {{ 7*191 }} ${x}"
    picture = read_imagery(path, map_extent(layer), date=dt.date(2022, 2, 1), credit=credit)
    text = render_map(layer, imagery=[picture], policy="open").get_root().render()
    held = json.loads(re.search(r'id="gc-imagery">(.*?)</script>', text)[1])
    assert held[0]["credit"] == credit
    assert held[0]["data"].startswith("data:image/webp;base64,UklGR")
    page = json.loads(re.search(r'id="gc-page">(.*?)</script>', text)[1])
    assert page["credits"]["Imagery"] == [f"{credit}, 2022-02-01 (p.tif)"]
    assert page["largestZoom"] == 14  # 10 m a pixel at 36 N
    assert "img-src data: blob:" in text
    assert "<b>Agency" not in text
    assert text == render_map(layer, imagery=[picture], policy="open").get_root().render()
    with pytest.raises(PolicyError, match=r"^p\.tif: shows 10 m a pixel, finer than the policy publish allows"):
        render_map(layer, imagery=[picture])
    coarse = read_imagery(path, map_extent(layer), finest_m=PUBLISHED_M)
    published = render_map(layer, imagery=[coarse]).get_root().render()
    assert json.loads(re.search(r'id="gc-page">(.*?)</script>', published)[1])["largestZoom"] == 12
    assert 'gc-imagery">' not in render_map(layer).get_root().render()


@pytest.mark.browser
@pytest.mark.enable_socket
def test_in_a_browser_it_lies_in_its_place_and_can_be_dimmed(tmp_path):
    hostile = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text(encoding="utf-8"))
    texts = [str(one) for one in (hostile.values() if isinstance(hostile, dict) else hostile)]
    layer = event_layer([event(1, "2022-02-03", "Battles", "Town", "A clash.", lon=36.69, lat=36.28)])
    path = write(tmp_path / "p.tif", quarters("uint8", 200))
    pictures = [read_imagery(path, map_extent(layer), credit=text) for text in texts[:12]]
    render_map(layer, imagery=pictures, policy="open").save(tmp_path / "m.html")
    with chromium() as address, new_tab(address) as tab:
        tab.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source="window.ran = []; window.PWN = window.alert = n => window.ran.push(1);",
        )
        tab.open(tmp_path / "m.html", width=1280, height=800)
        assert tab.run("window.ran.length") == 0
        assert tab.complaints == []
        assert {url.split("#")[0] for url in tab.requests if not url.startswith("data:")} == {
            (tmp_path / "m.html").as_uri()
        }
        shown = tab.run(
            "[...document.querySelectorAll('.leaflet-imagery-pane img')].map(one => [one.complete, one.naturalWidth > 0])"
        )
        assert shown == [[True, True]] * len(pictures)
        words = tab.run("[...document.querySelectorAll('.imagery label')].map(one => one.textContent)")
        assert [text in said for text, said in zip(texts, words, strict=False)] == [True] * len(pictures)
        x, left, right = tab.run("""(() => {
            const map = window[JSON.parse(document.getElementById('gc-page').textContent).map];
            const spot = map.latLngToContainerPoint([36.28, 36.69]), stage = map.getContainer().getBoundingClientRect();
            const picture = document.querySelector('.leaflet-imagery-pane img').getBoundingClientRect();
            return [spot.x + stage.x, picture.left, picture.right]; })()""")
        west, _, east, _ = pictures[0].bounds
        assert (x - left) / (right - left) == pytest.approx((36.69 - west) / (east - west), abs=0.02)
        strength = """(() => { const [box, range] = document.querySelectorAll('.imagery:first-child input');
            const seen = () => document.querySelector('.leaflet-imagery-pane img').style.opacity;
            range.value = 40; range.dispatchEvent(new Event('input')); const dim = seen();
            box.click(); const off = seen(); box.click(); return [dim, off, seen()]; })()"""
        assert tab.run(strength) == ["0.4", "0", "0.4"]
