"""Admin areas with p-codes: which an event is in, borders and coasts, and whether the place's own agree."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoconflict.errors import InputError, InputWarning
from geoconflict.files import read_admin
from geoconflict.links import ADMIN_LINK_COLUMNS, admin_agreement, link_admin
from geoconflict.links.admin import _keys_of
from geoconflict.records import CRS, EVENT_COLUMNS


def events(*rows):
    base = {"where_prec": 1, "radius_m": 500.0, "place_kind": "town", "country": "SY", "admin1": None, "admin2": None}
    table = pd.DataFrame([base | row for row in rows]).reindex(columns=list(EVENT_COLUMNS)).astype(EVENT_COLUMNS)
    shapes = [shapely.Point(row["at"]) if row.get("at") else None for row in rows]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)


@pytest.fixture(scope="module")
def cod(shared):
    return read_admin([shared / f"gazetteer/syr_admbnda_adm{level}_uncs_unocha.json" for level in (2, 1)])


def test_a_real_boundary_set(cod):
    assert cod["level"].value_counts().to_dict() == {1: 14, 2: 62}
    idleb = cod[cod.admin1_pcode.eq("SY07") & cod.level.eq(1)].iloc[0]
    assert (idleb.admin1_name, idleb.admin1_name_local, idleb.country) == ("Idleb", "إدلب", "SY")
    layer = events(
        {"place_name": "Atmeh", "at": (36.6876, 36.3083), "admin1": "Idlib", "admin2": "Harim"},
        {"place_name": "Aleppo", "place_kind": "admin1", "where_prec": 4, "radius_m": 80_000.0, "at": (37.9, 36.1)},
        {"place_name": "Kobani", "at": (38.35, 36.89), "admin1": "Ar-Raqqah", "admin2": "Ain al-Arab"},
        {"place_name": "Syria", "place_kind": "country", "where_prec": 6, "radius_m": 300_000.0, "at": (38, 35)},
        {
            "place_name": "near Idlib",
            "where_prec": 2,
            "radius_m": 25_000.0,
            "at": (36.63, 35.93),
            "admin1": "Elsewhere",
        },
        {"place_name": "nowhere"},
    )
    linked = link_admin(layer, cod)
    assert linked.index.equals(layer.index)
    assert {name: str(linked[name].dtype) for name in ADMIN_LINK_COLUMNS} == ADMIN_LINK_COLUMNS
    assert linked.admin_status.tolist()[1:] == ["by_name", "inside", "too_coarse", "inside", pd.NA]
    assert linked.admin_status.iloc[0] in {"inside", "near_border"}
    assert linked.admin1_pcode.tolist() == ["SY07", "SY02", "SY02", pd.NA, "SY07", pd.NA]
    assert linked.admin2_pcode.tolist()[:2] == ["SY0703", pd.NA]  # a province is no district
    assert linked.admin2_name.iloc[2] == "Ain Al Arab"
    assert linked.admin2_name_local.iloc[2] == "عين العرب"
    assert linked.admin2_pcode.isna().tolist()[3:] == [True, True, True]
    assert linked.admin_agrees.tolist() == [True, pd.NA, False, pd.NA, pd.NA, pd.NA]
    said = admin_agreement(linked)
    assert said.startswith(
        "Admin areas: 1 of 2 events agree with the place list's own; these differ: Kobani (Ar-Raqqah / Ain al-Arab; the "
        "file has Aleppo / Ain Al Arab)"
    )
    assert "1 known too coarsely" in said


def test_coast_neighbours_and_far_away(cod):
    coast = events(
        {"place_name": "Harbour", "at": (35.757, 35.52)},  # off Latakia
        {"place_name": "Harbour", "at": (35.757, 35.52), "country": "TR"},
        {"place_name": "Sea", "at": (35.0, 35.5)},
    )
    linked = link_admin(coast, cod)
    assert linked.admin_status.tolist() == ["nearest", "outside", "outside"]
    assert linked.admin1_name.tolist() == ["Lattakia", pd.NA, pd.NA]
    assert 0 < linked.admin_distance_m.iloc[0] < 2_000
    assert link_admin(coast, cod, nearest_m=1.0).admin_status.tolist() == ["outside"] * 3


GRID = gpd.GeoDataFrame(
    {
        "ADM1_PCODE": ["X2", "X1", "X1"],
        "ADM1_FR": ["Deux", "Un", "Un"],
        "ADM1_EN": ["Two", "One", "One"],
        "ADM2_PCODE": ["X201", "X102", "X101"],
        "ADM2_EN": ["East", "North", "South"],
        "ADM3_PCODE": ["X20101", "X10201", "X10101"],
        "ADM3_EN": ["E", "N", "S"],
        "ADM0_PCODE": ["SY"] * 3,
    },
    geometry=[shapely.box(1, 0, 2, 2), shapely.box(0, 1, 1, 2), shapely.box(0, 0, 1, 1)],
    crs=CRS,
)


def test_borders_and_one_file_of_three_levels(tmp_path):
    GRID.to_file(tmp_path / "adm3.gpkg")
    areas = read_admin([tmp_path / "adm3.gpkg"])
    assert (areas.level == 3).all()
    assert areas.admin1_name_local.tolist() == ["Un", "Un", "Deux"]
    rows = [
        {"place_name": "corner", "at": (1.0, 1.0)},
        {"place_name": "near", "at": (0.99, 0.5), "radius_m": 3_000.0},
        {"place_name": "precise", "at": (0.99, 0.5), "radius_m": 500.0},
        {"place_name": "line", "at": (0.5, 1.005), "place_kind": "admin2", "where_prec": 3, "radius_m": 9_000.0},
        {"place_name": "district", "at": (0.5, 1.005), "where_prec": 3, "radius_m": 500.0},
        {"place_name": "East", "at": (0.5, 0.5), "place_kind": "admin2", "where_prec": 3, "admin1": "Two"},
    ]
    linked = link_admin(events(*rows), areas)
    assert linked.admin_status.tolist() == ["near_border", "near_border", "inside", "near_border", "inside", "by_name"]
    assert linked.admin3_pcode.tolist() == ["X10101", "X10101", "X10101", pd.NA, pd.NA, pd.NA]  # ties by code
    assert linked.admin2_pcode.tolist() == ["X101", "X101", "X101", "X102", "X102", "X201"]
    again = link_admin(events(*rows), areas.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(pd.DataFrame(linked), pd.DataFrame(again))
    empty = link_admin(events(rows[0]).iloc[:0], areas)
    assert {name: str(empty[name].dtype) for name in ADMIN_LINK_COLUMNS} == ADMIN_LINK_COLUMNS
    assert admin_agreement(empty) is None
    unnamed = link_admin(events({"place_name": "x", "at": (0.5, 0.5)}), areas)
    assert admin_agreement(unnamed.assign(admin_agrees=pd.NA)).startswith("Admin areas: none could be compared")


def test_every_event_agrees_with_a_plain_join(cod):
    """Against geopandas' own join, for points spread over the country."""
    at = np.random.default_rng(2).uniform([35.8, 32.5], [42.2, 37.2], (200, 2))
    layer = events(*({"place_name": str(i), "at": tuple(one)} for i, one in enumerate(at)))
    linked = link_admin(layer, cod, nearest_m=0)
    joined = gpd.sjoin(layer[["geometry"]], cod[cod.level == 2][["admin2_pcode", "geometry"]], how="left")
    joined = joined[~joined.index.duplicated()]
    assert linked.admin2_pcode.tolist() == joined.admin2_pcode.where(joined.admin2_pcode.notna(), pd.NA).tolist()
    assert linked.admin2_pcode.notna().sum() > 100


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Idlib", "Idleb", True),
        ("As-Sweida", "Suwayda", True),
        ("Ar-Raqqa", "Raqqah Governorate", True),
        ("Deir ez-Zor", "Deir-ez-Zor", True),
        ("Lattakia", "Latakia", True),
        ("حماة", "حماه", True),
        ("Homs", "Hama", False),
        ("Tartous", "Daraa", False),
        ("Kyiv", "Kherson", False),
    ],
)
def test_spellings(one, other, same):
    assert bool(set(_keys_of(one)) & set(_keys_of(other))) is same


def test_other_columns_and_bad_files(tmp_path):
    path = tmp_path / "boundaries.geojson"
    GRID.rename(columns={"ADM2_PCODE": "shapeID", "ADM2_EN": "shapeName"})[
        ["shapeID", "shapeName", "geometry"]
    ].to_file(path)
    with pytest.raises(
        InputError, match=r"^boundaries\.geojson: no column of p-codes .*shapeID, shapeName.*--admin-columns"
    ):
        read_admin([path])
    areas = read_admin([path], columns={"admin2_pcode": "shapeID", "admin2_name": "shapeName"})
    assert areas.admin2_pcode.tolist() == ["X101", "X102", "X201"]
    linked = link_admin(events({"place_name": "x", "at": (0.5, 0.5)}), areas)
    assert (linked.admin2_name.iloc[0], linked.admin1_name.iloc[0]) == ("South", pd.NA)
    with pytest.raises(InputError, match="'pcode' is none; use admin1_pcode"):
        read_admin([path], columns={"pcode": "shapeID"})
    GRID.set_geometry(GRID.representative_point()).to_file(tmp_path / "points.geojson")
    with pytest.raises(InputError, match=r"points.*has no polygons"):
        read_admin([tmp_path / "points.geojson"])
    with pytest.raises(InputError, match="no such file"):
        read_admin([tmp_path / "none.gpkg"])


def test_rows_without_polygons_are_named(tmp_path):
    shapes = [GRID.geometry.iloc[0], shapely.Point(1, 1), None]
    path = tmp_path / "areas.geojson"
    GRID.set_geometry(gpd.GeoSeries(shapes, crs=CRS)).to_file(path)
    with pytest.warns(InputWarning, match=r"^areas\.geojson: rows 2, 3: no polygon, left out"):
        areas = read_admin([path])
    assert len(areas) == 1
