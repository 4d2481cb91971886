"""Derived zones are kept and shared between days without a bit of difference."""

import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest
import shapely

from geoconflict import bundled
from geoconflict.files import read_town_reports
from geoconflict.zones import series, zones_for_days, zones_from_reports
from geoconflict.zones.kept import OWN_FOLDER, Shelf

SQUARE = shapely.box(35, 33, 41, 37)
DAYS = ["2022-02-01", "2022-03-10", "2022-06-01"]


def reports():
    rows = [("A1", 37.5, 35.2, "A"), ("A2", 37.5, 34.8, "A"), ("B1", 38.5, 35.2, "B"), ("B2", 38.5, 34.8, "B")]
    frame = pd.DataFrame([*rows, ("A2 lost", 37.5, 34.8, "B")], columns=["town", "lon", "lat", "controller"])
    frame = frame.assign(valid_from="2022-01-01", valid_to=None, confidence="high", last_seen="2022-12-31")
    frame.loc[1, "valid_to"] = frame.loc[4, "valid_from"] = "2022-03-10"
    return frame.assign(date_precision=["day", "day", "week", "month", "week"])


def bits(layer):
    """Everything a layer holds, so that two are equal to the last bit or not at all."""
    told = [(name, str(layer[name].dtype), repr(layer[name].tolist())) for name in layer.columns if name != "geometry"]
    return told, layer.geometry.to_wkb().tolist(), str(layer.crs), repr(layer.index)


def test_days_that_share_a_drawing_have_it_as_if_each_were_derived_alone():
    outlines = bundled.reported_ground()
    outline, told = outlines[outlines.iso2 == "SY"], read_town_reports()
    zones = zones_for_days(told, outline, ["2022-02-03"], country="SY", look_back_days=10)
    days = sorted(zones.valid_from.unique())
    assert len(days) > 2
    for day, after in pairwise(days):
        alone = zones_from_reports(told, outline, day, country="SY").zones
        assert bits(zones[zones.valid_from == day].reset_index(drop=True)) == bits(alone)
        assert set(alone.valid_to) <= {after} | set(days)


def test_what_was_kept_comes_back_to_the_last_bit_and_nothing_is_derived_again(tmp_path, monkeypatch):
    fresh = bits(zones_for_days(reports(), SQUARE, DAYS, country="SY"))
    assert bits(zones_for_days(reports(), SQUARE, DAYS, country="SY", keep_in=tmp_path)) == fresh
    monkeypatch.setattr(series, "derive_zones", None)
    assert bits(zones_for_days(reports(), SQUARE, DAYS, country="SY", keep_in=tmp_path)) == fresh
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "text", "folder"])
def test_what_is_damaged_is_derived_again(tmp_path, harm):
    fresh = bits(zones_for_days(reports(), SQUARE, DAYS, keep_in=tmp_path))
    (folder,) = (tmp_path / OWN_FOLDER).iterdir()
    for path in list(folder.glob("[0-9]*")):
        whole = path.read_bytes()
        middle = len(whole) // 2
        harmed = {
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "empty": b"",
            "text": b"{}\n{}",
        }
        if harm == "folder":
            path.unlink()
            path.mkdir()
        else:
            path.write_bytes(harmed[harm])
    assert bits(zones_for_days(reports(), SQUARE, DAYS, keep_in=tmp_path)) == fresh
    if harm != "folder":
        assert bits(zones_for_days(reports(), SQUARE, DAYS, keep_in=tmp_path)) == fresh


def test_other_reports_outlines_or_countries_are_kept_apart(tmp_path):
    zones_for_days(reports(), SQUARE, DAYS, keep_in=tmp_path)
    moved = reports()
    moved.loc[0, "lon"] = 37.500001
    zones_for_days(moved, SQUARE, DAYS, keep_in=tmp_path)
    zones_for_days(reports(), SQUARE.buffer(1e-6), DAYS, keep_in=tmp_path)
    zones_for_days(reports(), SQUARE, DAYS, keep_in=tmp_path, country="SY")
    zones_for_days(reports(), SQUARE, DAYS, keep_in=tmp_path, source="mine")
    assert len(list((tmp_path / OWN_FOLDER).iterdir())) == 5


def derived_in(folder):
    return bits(zones_for_days(reports(), SQUARE, DAYS, keep_in=folder))


def test_processes_at_once_find_the_same(tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(derived_in, [tmp_path] * 4))
    assert found == [derived_in(tmp_path)] * 4
    (folder,) = (tmp_path / OWN_FOLDER).iterdir()
    assert not list(folder.glob(".*"))


def test_a_text_no_encoding_holds_is_kept_like_any_other(tmp_path):
    told = reports().astype({"town": object})
    told.loc[0, "town"] = "A1 \ud800"
    shelf = Shelf(tmp_path, told, SQUARE, "\ud800")
    stretch = {"source": ["half a pair \ud800, \u0645"], "geometry": [SQUARE]}
    shelf.put("2022-02-01", stretch)
    assert shelf.get("2022-02-01") == stretch


def test_a_folder_nobody_can_write_to_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    kept = zones_for_days(reports(), SQUARE, DAYS, keep_in=tmp_path / "file")
    assert bits(kept) == bits(zones_for_days(reports(), SQUARE, DAYS))


def test_what_older_versions_left_goes_after_a_while_and_nothing_of_the_user_s(tmp_path):
    zones_for_days(reports(), SQUARE, DAYS[:1], keep_in=tmp_path)
    (kept,) = (tmp_path / OWN_FOLDER).iterdir()
    old, lately, unmarked, named = (kept.with_name(name) for name in ("0" * 16, "1" * 16, "2" * 16, "syria"))
    old, lately, unmarked, named = (path.with_name(f"zones-{path.name}") for path in (old, lately, unmarked, named))
    for folder in (old, lately, named):
        shutil.copytree(kept, folder)
    (tmp_path / "zones-2022").mkdir()
    unmarked.mkdir()
    long_ago = time.time() - 90 * 86_400
    for folder in (old, named, unmarked, tmp_path / "zones-2022"):
        os.utime(folder, (long_ago, long_ago))
    zones_for_days(reports(), SQUARE, DAYS[:1], keep_in=tmp_path, source="mine")
    assert not old.exists()
    assert all(folder.is_dir() for folder in (kept, lately, unmarked, named, tmp_path / "zones-2022"))


def test_numbers_keep_every_digit(tmp_path):
    told = reports()
    told["lon"] = told["lon"] + np.pi * 1e-3
    first, second = (zones_for_days(told, SQUARE, DAYS[:1], keep_in=tmp_path) for _ in range(2))
    assert bits(first) == bits(second) == bits(zones_for_days(told, SQUARE, DAYS[:1]))
