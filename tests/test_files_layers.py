"""Camps, town reports and population in: traps seen in real files, each with its one clear line."""

import math

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import Geod, Transformer

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError, InputWarning, RowsLeftOutWarning
from geoconflict.files import open_population, read_town_reports
from geoconflict.records import CRS


# ---- town reports --------------------------------------------------------------------------------------------------
def test_curated_town_reports():
    reports = read_town_reports()
    assert len(reports) == len(list(curated_rows("control.csv")))
    assert reports["lon"].dtype == "float64"
    assert reports["lat"].between(32, 38).all()
    assert reports["valid_from"].str.fullmatch(r"\d{4}-\d\d(-\d\d)?").all()
    assert reports[["town", "controller", "source"]].notna().all(axis=None)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("T,36,35,A,2020-02-30,S", r"row 2: valid_from 2020-02-30 is not a date"),
        ("T,36,95,A,2020-01-01,S", r"row 2: lat 95"),
        (",36,35,A,2020-01-01,S", r"row 2: no town"),
    ],
)
def test_bad_town_reports(tmp_path, row, message):
    (tmp_path / "r.csv").write_text(f"town,lon,lat,controller,valid_from,source\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_town_reports(tmp_path / "r.csv")


def test_bad_town_reports_are_left_out_and_the_rest_is_read(tmp_path):
    rows = """A,35.5,36.5,Red,2024-01-01,,high
B,,36.5,Red,2024-01-01,,
C,0,0,Red,2024-01-01,,
D,35.5,36.5,,2024-01-01,,
E,35.5,36.5,Red,2024-02-01,2024-01-01,
F,35.5,36.5,Red,2024-02,2024-02-01,
G,35.5,36.5,Red,2024-13-01,,
H,35.5,36.5,Red,2024-01-01,,sure
I,35.5,37.5, red ,2024-01-01,2024-02,
"""
    head = "town,lat,lon,controller,valid_from,valid_to,confidence,source\n"
    text = head + "".join(f"{line},me\n" for line in rows.splitlines())
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    with pytest.warns() as caught:
        reports = read_town_reports(tmp_path / "r.csv")
    assert reports["town"].tolist() == ["A", "I"]
    assert reports["controller"].tolist() == ["Red", "Red"]
    assert reports.index.tolist() == [0, 1]
    told = [str(one.message) for one in caught if one.category is RowsLeftOutWarning]
    assert [line.split(":")[0] for line in told] == [f"r.csv row {n}" for n in range(3, 8)] + ["r.csv rows 8, 9"]
    assert "no lat" in told[0]
    assert "open sea" in told[1]
    assert "not after valid_from" in told[3]
    assert "not after valid_from" in told[4]
    (spelling,) = [str(one.message) for one in caught if one.category is InputWarning]
    assert spelling.startswith("r.csv: controller 'red' is taken for 'Red'")


# ---- population ----------------------------------------------------------------------------------------------------
def raster(path, values, transform, crs, nodata=-200.0):
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype="float64",
        crs=crs,
        transform=transform,
        nodata=nodata,
    ) as file:
        file.write(values, 1)
    return path


@pytest.mark.parametrize(
    ("crs", "lon", "lat"),
    [("EPSG:4326", 36.7, 36.3), ("ESRI:54009", 36.7, 36.3), ("EPSG:32637", 38.0, 36.3), ("EPSG:4326", 20.0, 65.0)],
)
@pytest.mark.parametrize("radius_m", [1_000.0, 5_000.0, 10_000.0])
def test_an_even_raster_gives_the_area_of_the_geodesic_circle(tmp_path, crs, lon, lat, radius_m):
    """Cells hold their own size, so the sum is the circle's size: against an independent geodesic polygon of 720 corners."""
    x, y = Transformer.from_crs(CRS, crs, always_xy=True).transform(lon, lat)
    size = 0.01 if crs == "EPSG:4326" else 1_000.0
    half = 150 if crs == "EPSG:4326" else 30
    transform = Affine(size, 0, x - half * size - 0.3 * size, 0, -size, y + half * size + 0.4 * size)
    shape = (2 * half, 2 * half)
    geod, to_degrees = Geod(ellps="WGS84"), Transformer.from_crs(crs, CRS, always_xy=True)
    values = np.zeros(shape)
    for row in range(half - 35, half + 35) if crs == "EPSG:4326" else range(shape[0]):
        corners = [(0, row), (1, row), (1, row + 1), (0, row + 1)]
        lons, lats = to_degrees.transform(
            *np.transpose([(transform.c + i * size, transform.f - j * size) for i, j in corners])
        )
        values[row] = abs(geod.polygon_area_perimeter(lons, lats)[0])
    if crs != "EPSG:4326":  # cells of a row differ there: an equal-area projection has one size, UTM nearly
        values[:] = values[half] if crs == "ESRI:54009" else size**2
    circle = geod.fwd(np.full(720, lon), np.full(720, lat), np.arange(0, 360, 0.5), np.full(720, radius_m))
    expected = abs(geod.polygon_area_perimeter(circle[0], circle[1])[0])
    with open_population(raster(tmp_path / "p.tif", values, transform, crs)) as population:
        got = population.within(lon, lat, radius_m)
    tolerance = {1_000.0: 0.03, 5_000.0: 0.01, 10_000.0: 0.005}[radius_m]
    assert got == pytest.approx(expected, rel=tolerance)


def test_nodata_edges_and_several_radii(tmp_path):
    values = np.full((40, 40), 10.0)
    values[:, :20] = -200.0
    values[0, 39] = np.nan
    transform = Affine(0.01, 0, 36.0, 0, -0.01, 37.0)
    with open_population(raster(tmp_path / "p.tif", values, transform, CRS)) as population:
        assert population.within(36.05, 36.8, 1_000) is None  # only cells without data
        assert population.within(36.0, 36.8, 1_000) is None  # reaches beyond the raster
        assert population.within(10.0, 50.0, 1_000) is None
        at_the_line = population.within(36.2, 36.8, 5_000)
        inland = population.within(36.3, 36.8, 5_000)
        assert at_the_line == pytest.approx(inland / 2, rel=0.02)  # half the circle lies where nothing is known
        small, middle, large = population.within_each(36.3, 36.8, [1_000, 5_000, 50_000])
        assert (small, middle) == pytest.approx((population.within(36.3, 36.8, 1_000), inland))
        assert large is None
        with pytest.raises(InputError):
            population.within(math.nan, 36.8, 1_000)


def test_a_real_extract_in_mollweide(shared):
    with (
        open_population(shared / "rasters/GHS_POP_E2015_GLOBE_R2019A_54009_1K_V1_0.tif") as population,
        rasterio.open(shared / "rasters/GHS_POP_E2015_GLOBE_R2019A_54009_1K_V1_0.tif") as file,
    ):
        values = file.read(1)
        row, column = np.unravel_index(values.argmax(), values.shape)
        x, y = file.transform @ (column + 0.5, row + 0.5)
        lon, lat = Transformer.from_crs(file.crs.to_wkt(), CRS, always_xy=True).transform(x, y)
        assert population.within(lon, lat, 200) == pytest.approx(values.max() * math.pi * 0.2**2, rel=0.1)
        small, large = population.within_each(lon, lat, [1_000, 3_000])
        assert values.max() < small < large < values.sum()


def test_what_is_no_population_raster(shared, tmp_path):
    with pytest.raises(InputError, match="3 bands; a population raster has one"):
        open_population(shared / "rasters/rasterio_RGB.byte.tif")
    (tmp_path / "x.tif").write_bytes(b"x")
    for name in ("x.tif", "none.tif"):
        with pytest.raises(InputError, match=f"{name}: cannot be read as a raster"):
            open_population(tmp_path / name)
