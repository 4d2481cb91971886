"""Two control maps beside each other: areas by controller, layer of changes, command."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geoconflict.cli.zones import zones
from geoconflict.errors import InputError, OutputError, UsageError
from geoconflict.files import read_zones
from geoconflict.records import ZONE_COLUMNS
from geoconflict.zones import ZoneBook, compare_zones

GEOD = Geod(ellps="WGS84")


def zones_of(*rows, day="2024-01-01", source="s"):
    """Rows of (controller, geometry or west, south, east, north)."""
    table = [
        (f"{source}-{i}", side, day, None, None, source, None, shape[0] if len(shape) == 1 else shapely.box(*shape))
        for i, (side, *shape) in enumerate(rows)
    ]
    return gpd.GeoDataFrame(table, columns=[*ZONE_COLUMNS, "geometry"], crs=4326).astype(ZONE_COLUMNS)


def km2(shape):
    return abs(GEOD.geometry_area_perimeter(shapely.segmentize(shape, 0.01))[0]) / 1e6


def row_of(done, side):
    (row,) = done.table[done.table.controller == side].to_dict("records")
    return row


def test_gained_lost_unchanged_and_what_one_map_leaves_blank_stand_apart():
    before = zones_of(("A", 36, 34, 37, 35), ("B", 37, 34, 38, 35))
    after = zones_of(("A", 36, 34, 37.5, 35), ("B", 37.5, 34, 38, 35), ("C", 38, 34, 38.25, 35), day="2024-02-01")
    done = compare_zones(before, after)
    half, quarter = km2(shapely.box(37, 34, 37.5, 35)), km2(shapely.box(38, 34, 38.25, 35))
    a, b, c = (row_of(done, side) for side in "ABC")
    assert (a["gained_km2"], a["lost_km2"]) == (pytest.approx(half, rel=1e-4), 0)
    assert (b["gained_km2"], b["lost_km2"]) == (0, pytest.approx(half, rel=1e-4))
    whole = km2(shapely.box(36, 34, 37, 35))
    assert (a["unchanged_km2"], a["before_km2"]) == pytest.approx((whole, whole), rel=1e-4)
    assert (c["before_km2"], c["gained_km2"]) == (0, 0)  # the earlier map says nothing of that ground
    assert (c["only_after_km2"], c["after_km2"]) == pytest.approx((quarter, quarter), rel=1e-4)
    assert done.facts["blank_is_other_side"] is False
    drawn = done.changes[["change", "from_controller", "to_controller", "from_day", "to_day"]].astype(object)
    assert drawn.where(drawn.notna(), None).to_numpy().tolist() == [
        ["changed", "B", "A", "2024-01-01", "2024-02-01"],
        ["only_after", None, "C", "2024-01-01", "2024-02-01"],
    ]
    assert done.changes.crs == "EPSG:4326"
    assert [km2(shape) for shape in done.changes.geometry] == pytest.approx(done.changes.area_km2.tolist(), rel=1e-4)


def test_where_one_side_only_is_drawn_blank_ground_is_others():
    done = compare_zones(zones_of(("A", 36, 34, 37, 35)), zones_of(("A", 36.5, 34, 38, 35)))
    row = row_of(done, "A")
    assert done.facts["blank_is_other_side"] is True
    assert row["gained_km2"] == pytest.approx(km2(shapely.box(37, 34, 38, 35)), rel=1e-4)
    assert row["lost_km2"] == pytest.approx(km2(shapely.box(36, 34, 36.5, 35)), rel=1e-4)
    assert set(done.changes.change) == {"changed"}
    assert done.changes.to_controller.isna().sum() == 1


def test_a_line_drawn_anew_is_no_gain_unless_it_is_asked_for():
    before = zones_of(("A", 36, 34, 37, 35), ("B", 37, 34, 38, 35))
    after = zones_of(("A", 36, 34, 37.0008, 35), ("B", 37.0008, 34, 38, 35))  # 74 m
    done = compare_zones(before, after)
    strip = km2(shapely.box(37, 34, 37.0008, 35))
    assert (done.changes.empty, row_of(done, "A")["gained_km2"]) == (True, 0)
    assert next(iter(done.changes.columns)) == "change"
    assert str(done.changes.area_km2.dtype) == "Float64"
    assert done.facts["within_tolerance_km2"] == pytest.approx(strip, rel=0.01)
    exact = compare_zones(before, after, tolerance_m=0)
    assert row_of(exact, "A")["gained_km2"] == pytest.approx(strip, rel=0.01)
    for tolerance in (-1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="metres from 0"):
            compare_zones(before, after, tolerance_m=tolerance)


def test_ground_two_sides_claim_is_a_ground_of_its_own():
    both = zones_of(("A", 36, 34, 37.5, 35), ("B", 37, 34, 38, 35))
    done = compare_zones(both, zones_of(("A", 36, 34, 37, 35), ("B", 37, 34, 38, 35)))
    assert (
        row_of(done, "A / B")["lost_km2"]
        == row_of(done, "B")["gained_km2"]
        == pytest.approx(km2(shapely.box(37, 34, 37.5, 35)), rel=1e-4)
    )


SQUARES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 6), st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=5
)


def squares(rows):
    return zones_of(
        *((side, 36 + x / 4, 34 + y / 4, 36 + (x + size) / 4, 34 + (y + size) / 4) for side, x, y, size in rows)
    )


@settings(max_examples=12, deadline=None)
@given(SQUARES, SQUARES)
def test_the_areas_add_up_and_turn_round(before, after):
    forth, back = compare_zones(squares(before), squares(after)), compare_zones(squares(after), squares(before))
    for row in forth.table.to_dict("records"):
        other = row_of(back, row["controller"])
        assert (row["gained_km2"], row["only_before_km2"]) == pytest.approx(
            (other["lost_km2"], other["only_after_km2"]), abs=0.1
        )
        kept = row["unchanged_km2"]
        strips = row["within_tolerance_km2"]
        assert row["before_km2"] == pytest.approx(kept + row["lost_km2"] + row["only_before_km2"], abs=0.1 + strips)
        assert row["after_km2"] == pytest.approx(kept + row["gained_km2"] + row["only_after_km2"], abs=0.1 + strips)
    same = compare_zones(squares(before), squares(before))
    assert same.changes.empty
    assert same.facts["changed_km2"] == same.facts["only_before_km2"] == same.facts["only_after_km2"] == 0


def test_what_cannot_be_compared_is_said():
    one = zones_of(("A", 36, 34, 37, 35))
    two_days = pd.concat([one, zones_of(("A", 36, 34, 38, 35), day="2024-03-01")], ignore_index=True)
    with pytest.raises(InputError, match="the first layer has maps of 2 days, 2024-01-01 to 2024-03-01"):
        compare_zones(two_days, one)
    done = compare_zones(two_days, two_days, days=("2024-02-01", "2024-03-05"))
    assert (done.facts["before"]["day"], done.facts["after"]["day"]) == ("2024-01-01", "2024-03-01")
    with pytest.raises(InputError, match="the second layer has no map of 2023-12-31; its first is of 2024-01-01"):
        compare_zones(two_days, two_days, days=("2024-03-01", "2023-12-31"))
    with pytest.raises(InputError, match=r"the second layer has 2 sources \(s, t\)"):
        compare_zones(one, pd.concat([one, zones_of(("A", 36, 34, 37, 35), source="t")], ignore_index=True))
    with pytest.raises(InputError, match="no CRS"):
        compare_zones(one, one.set_crs(None, allow_override=True))


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore::geoconflict.errors.InputWarning")
def test_the_ukrainian_series(shared):
    folder = shared / "zones" / "deepstate_ukraine"
    files = [folder / f"deepstatemap_data_{day}.geojson" for day in ("20240708", "20260822")]
    layer = read_zones(files, controller="Russian army")
    done = compare_zones(layer, layer, days=("2024-07-08", "2026-08-22"))
    row = row_of(done, "Russian army")
    raw = []
    for path in files:
        (feature,) = json.loads(path.read_text(encoding="utf-8"))["features"]
        raw.append(shapely.make_valid(shapely.geometry.shape(feature["geometry"])))
    gained = raw[1].difference(raw[0])
    assert (row["before_km2"], row["after_km2"]) == pytest.approx([km2(shape) for shape in raw], rel=1e-4)
    assert row["gained_km2"] == pytest.approx(km2(gained), abs=done.facts["within_tolerance_km2"] + 1)
    inside = [gained.buffer(1e-4).contains(part) for part in done.changes.geometry[done.changes.from_controller.isna()]]
    assert all(inside)


def test_the_command_prints_a_table_and_writes_a_layer(tmp_path):
    zones_of(("A", 36, 34, 37, 35), ("B", 37, 34, 38, 35)).to_file(tmp_path / "old.geojson")
    zones_of(("A", 36, 34, 37.5, 35), ("B", 37.5, 34, 38, 35), day="2024-02-01").to_file(tmp_path / "new.geojson")

    def ask(*args):
        return CliRunner().invoke(zones, ["compare", *map(str, args)])

    files = tmp_path / "old.geojson", tmp_path / "new.geojson"
    done = ask(*files, "-o", tmp_path / "changes.geojson")
    assert done.exit_code == 0, done.output
    assert "s as of 2024-01-01 -> s as of 2024-02-01, km2" in done.stdout
    assert "+proj=laea" in done.stdout
    written = gpd.read_file(tmp_path / "changes.geojson")
    assert written[["from_controller", "to_controller"]].to_numpy().tolist() == [["B", "A"]]
    told = json.loads(ask(*files, "--json").stdout)
    assert told["controllers"][0]["gained_km2"] == pytest.approx(written.area_km2[0])
    assert told["changed_km2"] == pytest.approx(written.area_km2[0], abs=0.001)
    assert isinstance(ask(*files, "-o", tmp_path / "changes.geojson").exception, OutputError)
    for args in (files[:1], [*files, files[0]]):
        assert isinstance(ask(*args).exception, UsageError)


# ---- the grid over a sheet -------------------------------------------------------------------------------------------
def test_the_grid_gives_what_the_polygons_give():
    rng = np.random.default_rng(5)
    rows = []
    for k in range(12):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 40))
        reach = rng.uniform(0.2, 1.2, 40)
        ring = np.column_stack([36 + k % 4 + reach * np.cos(angle), 34 + k // 4 + reach * np.sin(angle)])
        hole = shapely.Point(36 + k % 4, 34 + k // 4).buffer(0.1)
        rows.append(("ABC"[k % 3], shapely.make_valid(shapely.Polygon(ring)).difference(hole)))
    sheet = ZoneBook(zones_of(*rows, ("A", 40, 33, 41, 34), ("B", 41, 33, 42, 34))).sources[0].sheets[0]
    xy = shapely.get_coordinates(list(sheet.ground.shapes))
    middle = np.column_stack([rng.uniform(34, 43, 80_000), rng.uniform(32, 38, 80_000)])
    beside = xy[rng.integers(0, len(xy), 20_000)] + rng.normal(0, 1e-4, (20_000, 2))
    lon, lat = np.concatenate([middle, beside, xy]).T
    exact = sheet._exactly(lon, lat)
    quick = sheet.locate(lon, lat)
    assert sheet._cells is not None
    for one, other in zip(exact, quick, strict=True):
        np.testing.assert_array_equal(one, other)
    assert 0.2 < (exact[0] >= 0).mean() < 0.9
    assert exact[1].any()
