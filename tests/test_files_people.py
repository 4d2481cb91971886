"""People from population rasters: exact shares, every way of reading, rasters as they come, and addresses."""

import math
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geoconflict.errors import InputError, InputWarning, OnlineError
from geoconflict.files import open_population
from geoconflict.links import link_population, people_by_area
from geoconflict.records import CRS, EVENT_COLUMNS, PEOPLE_COLUMNS

DEGREES = Affine(0.01, 0, 36.0, 0, -0.01, 37.0)
VALUES = np.random.default_rng(3).gamma(0.4, 300, (60, 80)).round(1)
VALUES[:, 65:] = -200
GEOD = Geod(ellps="WGS84")


def write(path, values, transform=DEGREES, crs=CRS, nodata=-200.0, **more):
    bands = np.atleast_3d(values.T).T if values.ndim == 2 else values
    form = {"height": bands.shape[1], "width": bands.shape[2], "count": len(bands), "dtype": bands.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, nodata=nodata, **form, **more) as file:
        file.write(bands)
    return path


def cut_every_cell(shape, values, transform=DEGREES):
    rows, columns = np.indices(values.shape)
    x, y = transform.c + columns * transform.a, transform.f + rows * transform.e
    share = shapely.area(shapely.intersection(shapely.box(x, y + transform.e, x + transform.a, y), shape))
    share /= abs(transform.a * transform.e)
    return float((np.maximum(values, 0) * share).sum()), float(share[values >= 0].sum() / share.sum())


def circle(lon, lat, radius):
    at = GEOD.fwd(np.full(720, lon), np.full(720, lat), np.arange(0, 360, 0.5), np.full(720, radius))
    return shapely.Polygon(np.column_stack(at[:2]))


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    with open_population(write(tmp_path_factory.mktemp("people") / "p.tif", VALUES)) as population:
        yield population


CORNER = st.tuples(st.floats(36.01, 36.79), st.floats(36.41, 36.99))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CORNER, min_size=3, max_size=12), st.booleans())
def test_an_area_counts_the_exact_share_of_each_cell(people, corners, hollow):
    parts = shapely.get_parts(shapely.make_valid(shapely.Polygon(corners)))
    shape = shapely.union_all([one for one in parts if one.geom_type == "Polygon"])
    if hollow:
        shape = shape.difference(shape.centroid.buffer(0.05))
    if shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.area < 1e-6:
        return
    counted = people.in_areas(np.array([shape, shapely.Polygon()], object))
    expected, known = cut_every_cell(shape, VALUES)
    assert counted.known == pytest.approx([known, 0], abs=1e-6)
    assert math.isnan(counted.people[1])
    if known > 1e-6:
        assert counted.people[0] == pytest.approx(expected, rel=1e-6, abs=1e-4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CORNER, min_size=1, max_size=30), st.floats(300, 12_000))
def test_windows_and_strips_agree_with_every_cell_cut(people, places, radius):
    lon, lat = np.transpose(places)
    ways = []
    for through in (False, True):
        people._through_is_cheaper = lambda _corners, way=through: way
        ways.append(people.counts(lon, lat, [radius, radius / 3]))
    del people._through_is_cheaper
    np.testing.assert_allclose(ways[0].people, ways[1].people, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(ways[0].known, ways[1].known, atol=1e-9)
    shape = circle(lon[0], lat[0], radius)
    if shapely.box(36, 36.4, 36.8, 37).contains(shape):
        expected, known = cut_every_cell(shape, VALUES)
        assert ways[0].known[0, 0] == pytest.approx(known, abs=0.003)
        if known > 0.01:
            assert ways[0].people[0, 0] == pytest.approx(expected, rel=0.01, abs=1)
    else:
        assert math.isnan(ways[0].people[0, 0]) or shape.within(shapely.box(36, 36.4, 36.8, 37).buffer(1e-4))


def test_more_places_than_are_held_at_a_time(people, monkeypatch):
    lon, lat = np.random.default_rng(6).uniform([[36.1], [36.5]], [[36.6], [36.9]], (2, 25))
    whole = people.counts(lon, lat, [800.0, 3_000.0])
    monkeypatch.setattr("geoconflict.files.rasters.MOST_PLACES", 7)
    parts = people.counts(lon, lat, [800.0, 3_000.0])
    np.testing.assert_allclose(parts.people, whole.people, rtol=1e-9)
    np.testing.assert_allclose(parts.known, whole.known)


def test_many_events_are_read_through_and_few_by_windows(people):
    lon, lat = np.random.default_rng(1).uniform([[36.2], [36.6]], [[36.5], [36.8]], (2, 400))
    corners = people._circles(lon, lat, np.array([1_000.0]))[0]
    assert people._through_is_cheaper(corners)
    apart = np.concatenate([corners[:1], corners[:1] + np.array([0, 50_000])])
    assert not people._through_is_cheaper(apart)


def test_across_the_seam_at_the_poles_and_upside_down(tmp_path):
    world = np.ones((180, 360))
    whole = Affine(1, 0, -180, 0, -1, 90)
    with open_population(write(tmp_path / "world.tif", world, whole)) as population:
        seam = population.counts([179.9, -179.9, 0.0], [60.0, 60.0, 60.0], [200_000]).people[:, 0]
        assert seam == pytest.approx([seam[2]] * 3, rel=1e-6)
        assert population.within(10, 89.9, 50_000) is None  # the pole lies in it: no outline in degrees
    mollweide = Affine(100_000, 0, -18_100_000, 0, -100_000, 9_100_000)
    with open_population(write(tmp_path / "m.tif", np.ones((182, 362)), mollweide, "ESRI:54009")) as population:
        cells = math.pi * 200**2 / 100**2
        found = population.counts([179.9, 150.0, -120.0], [60.0, -20.0, 45.0], [200_000]).people[:, 0]
        assert math.isnan(found[0])  # torn apart at the edge of the projection
        assert found[1:] == pytest.approx([cells] * 2, rel=0.006)  # a projection of the sphere
    south_up = Affine(0.01, 0, 36.0, 0, 0.01, 36.4)
    turned = Affine.translation(36.4, 36.9) @ Affine.rotation(-30) @ Affine.scale(0.01, -0.01)
    with (
        open_population(write(tmp_path / "up.tif", VALUES[::-1], south_up)) as up,
        open_population(write(tmp_path / "turned.tif", np.ones((60, 80)), turned)) as rotated,
        open_population(write(tmp_path / "p.tif", VALUES)) as plain,
    ):
        assert up.within(36.3, 36.7, 5_000) == pytest.approx(plain.within(36.3, 36.7, 5_000))
        x, y = turned @ (40, 30)
        size = circle(x, y, 5_000).area / 0.01**2
        assert rotated.within(x, y, 5_000) == pytest.approx(size, rel=1e-3)


@pytest.mark.parametrize(
    ("values", "nodata", "said"),
    [
        (np.where(VALUES < 0, -99999, VALUES).astype("float32"), None, "declares no nodata value; cells of -99999 are"),
        (np.where(VALUES < 0, -200, VALUES), -1.0, "declares another nodata value; cells of -200 are"),
        (np.where(VALUES < 0, 3.4e38, VALUES), None, r"cells of 3.4e\+38 are"),
        (np.where(VALUES < 0, np.nan, VALUES), None, None),
    ],
)
def test_missing_cells_that_are_not_declared(tmp_path, people, values, nodata, said):
    with open_population(write(tmp_path / "w.tif", values, nodata=nodata)) as population:
        if said:
            with pytest.warns(InputWarning, match=said):
                found = population.within(36.64, 36.7, 5_000)
        else:
            found = population.within(36.64, 36.7, 5_000)
        assert found == pytest.approx(people.within(36.64, 36.7, 5_000), rel=1e-5)
        assert population.within(36.64, 36.7, 5_000) == pytest.approx(found)  # said once


def test_values_that_are_no_people(tmp_path):
    path = write(tmp_path / "elevation.tif", np.linspace(-30, 900, 4800).reshape(60, 80), nodata=None)
    with open_population(path) as population, pytest.raises(InputError, match=r"elevation\.tif: has negative values"):
        population.within(36.1, 36.97, 2_000)


def test_bands_units_and_scale(tmp_path, people):
    both = np.stack([VALUES, np.where(VALUES < 0, VALUES, VALUES / 2)])
    path = write(tmp_path / "two.tif", both)
    with rasterio.open(path, "r+") as file:
        file.descriptions = ("all", "women")
    with pytest.raises(InputError, match=r"two.tif: has 2 bands \(1 all, 2 women\).*--population-band"):
        open_population(path)
    with pytest.raises(InputError, match="has no band 3"):
        open_population(path, band=3)
    with open_population(path, band=2) as women:
        assert women.within(36.3, 36.7, 5_000) == pytest.approx(people.within(36.3, 36.7, 5_000) / 2)
    for crs, transform in ((CRS, DEGREES), ("EPSG:32637", Affine(500, 0, 300_000, 0, -500, 4_080_000))):
        even = write(tmp_path / "density.tif", np.full((60, 80), 100.0), transform, crs)
        with open_population(even, unit="per-km2") as population:
            lon, lat = (36.3, 36.7) if crs == CRS else (36.95, 36.72)
            assert population.within(lon, lat, 5_000) == pytest.approx(100 * math.pi * 25, rel=3e-3)
    with rasterio.open(even, "r+") as file:
        file.update_tags(1, long_name="Population density, persons per km2")
    with open_population(even) as population, pytest.warns(InputWarning, match="read as people per km2"):
        assert population.within(36.95, 36.72, 5_000) == pytest.approx(100 * math.pi * 25, rel=3e-3)
    with rasterio.open(write(tmp_path / "s.tif", np.full((60, 80), 7, "int16"), nodata=None), "r+") as file:
        file.scales = (0.5,)
    with open_population(tmp_path / "s.tif") as population:
        assert population.in_areas([shapely.box(36.1, 36.6, 36.2, 36.7)]).people == pytest.approx([350])


def test_what_is_no_population_raster_is_one_line(tmp_path):
    write(tmp_path / "nocrs.tif", VALUES, crs=None)
    write(tmp_path / "cut.tif", np.random.default_rng(2).random((600, 800)), compress="deflate")
    (tmp_path / "cut.tif").write_bytes((tmp_path / "cut.tif").read_bytes()[:90_000])
    (tmp_path / "far.vrt").write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>', encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        write(tmp_path / "nowhere.tif", VALUES, transform=None)
        for name, said in (
            ("nocrs.tif", "no CRS; set it with gdal_edit"),
            ("nowhere.tif", "it has no position; georeference it"),
            ("", "a folder; name the GeoTIFF in it"),
            ("far.vrt", "cannot be read as a raster"),
            ("missing.tif", "no such file"),
        ):
            with pytest.raises(InputError, match=said) as caught:
                open_population(tmp_path / name)
            assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r"cut\.tif: cannot be read as a raster"):
        open_population(tmp_path / "cut.tif").counts([36.3, 36.3], [36.7, 36.0], [60_000.0, 5_000])


# ---- addresses -----------------------------------------------------------------------------------------------------
@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of one folder that answers ranges, and what it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Range")))
            file = tmp_path / self.path.split("?")[0].lstrip("/")
            if not file.is_file():
                self.send_error(404)
                return
            data = file.read_bytes()
            first, _, last = (self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")
            part = data[int(first) : int(last) + 1 if last else None]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

        def do_HEAD(self):
            file = tmp_path / self.path.split("?")[0].lstrip("/")
            self.send_response(200 if file.is_file() else 404)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(file.stat().st_size if file.is_file() else 0))
            self.end_headers()

        def log_message(self, *_):
            pass

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


def test_a_raster_at_an_address(tmp_path, server):
    address, asked = server
    values = np.random.default_rng(4).random((2000, 3000)).astype("float32")
    small = Affine(0.001, 0, 36, 0, -0.001, 37)
    path = write(tmp_path / "cog.tif", values, small, tiled=True, blockxsize=256, blockysize=256)
    with open_population(path) as local, open_population(f"{address}/cog.tif") as remote:
        assert remote.within(37.0, 36.0, 2_000) == pytest.approx(local.within(37.0, 36.0, 2_000))
    assert {path for path, _ in asked} == {"/cog.tif"}  # nothing beside it
    fetched = sum(int(last) - int(first) + 1 for _, given in asked for first, last in [given[6:].split("-")])
    assert fetched < path.stat().st_size / 4
    with pytest.raises(OnlineError, match=r"^none.tif: the address gave no raster \(") as caught:
        open_population(f"{address}/none.tif?key=secret")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_outage_is_one_line(monkeypatch):
    from geoconflict.files import geotiff

    monkeypatch.setitem(geotiff.REMOTE, "GDAL_HTTP_MAX_RETRY", "0")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(OnlineError, match=r"p\.tif: the address gave no raster"):
        open_population("http://127.0.0.1:9/p.tif")


# ---- layers ----------------------------------------------------------------------------------------------------------
def events(*rows):
    table = [{"place_name": name, "where_prec": 1, "radius_m": 500.0} for name, _, _ in rows]
    frame = gpd.GeoDataFrame(table, geometry=[shapely.Point(lon, lat) for _, lon, lat in rows], crs=CRS)
    return frame.reindex(columns=[*EVENT_COLUMNS, "geometry"])


def test_a_layer_says_what_is_not_covered(people):
    layer = events(("Inland", 36.3, 36.7), ("Rim", 36.01, 36.7), ("Shore", 36.64, 36.7), ("Inland", 36.3, 36.7))
    with pytest.warns(InputWarning) as said:
        linked = link_population(layer, people)
    assert sorted(str(one.message) for one in said) == [
        f"people: circles around 1 of 3 places {words}"
        for words in (
            "are counted, but less than 90% of a circle has data (sea, or the rim of what is covered) (Shore)",
            "reach beyond the population raster, or have no data there: not counted (Rim)",
        )
    ]
    assert linked.population_within_5km.isna().tolist() == [False, True, False, False]
    assert linked.population_within_1km.iloc[0] == linked.population_within_1km.iloc[3]
    nothing = link_population(layer, None)
    assert nothing[list(PEOPLE_COLUMNS)].isna().all(axis=None)
    assert {name: str(nothing[name].dtype) for name in PEOPLE_COLUMNS} == PEOPLE_COLUMNS


def test_people_by_controller(people):
    west, east, over = (
        shapely.box(36.1, 36.5, 36.3, 36.9),
        shapely.box(36.3, 36.5, 36.7, 36.9),
        shapely.box(36.2, 36.5, 36.3, 36.9),
    )
    zones = gpd.GeoDataFrame({"controller": ["A", "B", "A", None]}, geometry=[west, east, over, east], crs=CRS)
    each = people_by_area(zones.to_crs("EPSG:3857"), people)
    assert len(each) == 4
    assert each.people.iloc[1] == pytest.approx(cut_every_cell(east, VALUES)[0])
    assert each.people_known_share.tolist() == pytest.approx([1, 0.875, 1, 0.875])
    sides = people_by_area(zones, people, by="controller")
    assert sides.controller.tolist() == ["A", "B"]
    assert sides.people.tolist() == pytest.approx([cut_every_cell(one, VALUES)[0] for one in (west, east)])
    bow = shapely.Polygon([(36.1, 36.5), (36.3, 36.7), (36.3, 36.5), (36.1, 36.7)])
    crossed = people_by_area(gpd.GeoDataFrame(geometry=[bow], crs=CRS), people)
    assert crossed.people.iloc[0] == pytest.approx(cut_every_cell(shapely.make_valid(bow), VALUES)[0])
    empty = people_by_area(zones.iloc[:0], people)
    assert (len(empty), str(empty.people.dtype)) == (0, "Float64")
    with pytest.raises(InputError, match="row 1: a Point is no area"):
        people_by_area(zones.set_geometry(zones.representative_point()), people)


def test_governorates_of_a_real_boundary_file(shared, tmp_path):
    """Each cell holds its own number of km2: the sums are the sizes of the governorates."""
    areas = gpd.read_file(shared / "gazetteer/syr_admbnda_adm1_uncs_unocha.json")
    lat = 38 - (np.arange(160) + 0.5) * 0.04
    size = [
        abs(GEOD.polygon_area_perimeter([0, 0.04, 0.04, 0], [y - 0.02, y - 0.02, y + 0.02, y + 0.02])[0]) / 1e6
        for y in lat
    ]
    path = write(tmp_path / "km2.tif", np.tile(np.array(size)[:, None], (1, 220)), Affine(0.04, 0, 35, 0, -0.04, 38))
    with open_population(path) as population:
        counted = people_by_area(areas, population)
    expected = areas.to_crs("EPSG:6933").area / 1e6
    assert counted.people.tolist() == pytest.approx(expected.tolist(), rel=2e-3)
    assert counted.people_known_share.tolist() == pytest.approx([1] * 14)


@pytest.mark.parametrize("name", ["GHS_SMOD_POP2015.tif", "VNL_v2_2020.tif", "GHS_BUILT_2014.tif", "lc.tif"])
def test_rasters_of_something_else_are_refused_by_name(tmp_path, name):
    path = write(tmp_path / name, VALUES)
    with pytest.raises(InputError, match="does not look like a population raster"):
        open_population(path)
    with open_population(path, unit="people") as population:
        assert population.within(36.3, 36.7, 3_000) > 0


def test_classes_are_refused_and_few_people_are_not(tmp_path):
    classes = np.random.default_rng(5).choice([11, 12, 21, 30], (60, 80)).astype("int16")
    with pytest.raises(InputError, match=r"4 whole numbers only and never 0 \(11, 12, 21, 30\); use --population-unit"):
        open_population(write(tmp_path / "a.tif", classes))
    open_population(write(tmp_path / "b.tif", np.where(classes == 11, 0, classes).astype("int16"))).close()
    open_population(write(tmp_path / "ppp_built_2020.tif", VALUES)).close()


def test_a_raster_that_lies_elsewhere_is_said_and_quick(tmp_path):
    areas = gpd.GeoDataFrame({"by": ["a"]}, geometry=[shapely.box(36.1, 36.5, 36.4, 36.8)], crs=CRS)
    far = write(tmp_path / "far.tif", VALUES, Affine(0.01, 0, 100, 0, -0.01, 10))
    degrees = write(tmp_path / "degrees.tif", VALUES, crs="EPSG:32637")
    for path, line in ((far, "far.tif: covers none of the areas$"), (degrees, "look like degrees.* is EPSG:32637")):
        began = time.monotonic()
        with open_population(path) as population, pytest.warns(InputWarning, match=line):
            counted = people_by_area(areas, population, by="by")
        assert counted["people"].isna().all()
        assert time.monotonic() - began < 2, "outlines of ground the raster has none of were cut"


def test_a_column_to_sum_by_that_is_none_is_answered_with_those_there(people):
    areas = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.box(36.1, 36.5, 36.4, 36.8)], crs=CRS)
    with pytest.raises(InputError, match="no column 'nosuch'; it has code"):
        people_by_area(areas, people, by="nosuch")
