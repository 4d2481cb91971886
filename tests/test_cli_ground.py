"""People, admin areas and imagery on the command line: one line for a bad file, the rest done, the right exit code."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from click.testing import CliRunner

from geoconflict.cli import cli
from geoconflict.cli.layers import event_days
from geoconflict.errors import InputError

EVENTS = """event_id,date,place,lat,lon,where_prec,radius_m,country,admin1,event_type,summary
1,2022-02-03,Town,36.5,36.5,1,500,SY,West,Battles,A clash
2,2022-02-04,Village,36.5,37.5,1,500,SY,West,Battles,Another clash
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    form = {"driver": "GTiff", "width": 250, "height": 150, "crs": "EPSG:4326", "dtype": "float32", "count": 1}
    with rasterio.open("people.tif", "w", transform=Affine(0.01, 0, 35.8, 0, -0.01, 37.2), nodata=-1, **form) as file:
        file.write(np.full((150, 250), 20, "float32"), 1)
    halves = [shapely.box(36, 36, 37, 37), shapely.box(37, 36, 38, 37)]
    areas = gpd.GeoDataFrame(
        {"ADM1_PCODE": ["SY01", "SY02"], "ADM1_EN": ["West", "East"], "ADM1_AR": ["غرب", "شرق"]},
        geometry=halves,
        crs=4326,
    )
    areas.to_file("adm1.geojson")
    zones = areas.assign(controller=["A", "B"], valid_from="2022-01-01", source="maps")[
        ["controller", "valid_from", "source", "geometry"]
    ]
    zones.to_file("zones.geojson")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments], standalone_mode=False)


LINK = ("link", "events.csv", "--no-zones", "--no-camps", "--overwrite", "-o", "out.csv")


def rows(path="out.csv"):
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_people_and_admin_areas(folder):
    done = run(*LINK, "--population", "people.tif", "--admin", "adm1.geojson")
    assert done.return_value == 0
    west, east = rows()
    assert (west["admin1_pcode"], west["admin1_name_local"], west["admin_agrees"]) == ("SY01", "غرب", "true")
    assert (east["admin1_pcode"], east["admin_agrees"]) == ("SY02", "false")
    assert float(west["population_within_5km"]) == pytest.approx(20 * 78.54 / (1.11 * 1.11 * 0.8), rel=0.03)
    assert "Admin areas: 1 of 2 events agree" in done.output
    assert "these differ: Village (West; the file has East)" in done.output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--population", "."), "cannot be read as a raster (a folder"),
        (("--population", "events.csv"), "Not read: events.csv: cannot be read as a raster"),
        (("--admin", "none.geojson"), "none.geojson: no such file"),
        (("--admin", "people.tif"), "people.tif"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_the_rest_done(folder, more, said):
    done = run(
        *LINK,
        *more,
        "--population" if "--admin" in more else "--admin",
        "people.tif" if "--admin" in more else "adm1.geojson",
    )
    assert said in done.output
    assert done.return_value == 3
    assert len(rows()) == 2
    assert (rows()[0]["population_within_1km"] != "") is ("--admin" in more)


def test_options_that_speak_of_nothing(folder):
    for more in (
        ("--population-band", 1),
        ("--admin-columns", "admin1_name=NAME"),
        ("--admin", "adm1.geojson", "--admin-columns", "nonsense"),
    ):
        done = run(*LINK, *more)
        assert done.exception.exit_code == 2
        assert "speak" in str(done.exception) or "OURS=THEIRS" in str(done.exception)
    for more in (("--imagery-credit", "X"), ("--imagery", "people.tif", "--imagery-bands", "red")):
        assert run("map", "events.csv", "-o", "m.html", *more).exception.exit_code == 2


def test_imagery_under_a_map(folder):
    words = ("--imagery-date", "2022-02-01", "--imagery-credit", "Agency")
    done = run(
        "map",
        "events.csv",
        "--no-zones",
        "--no-camps",
        "-o",
        "m.html",
        "--imagery",
        "people.tif",
        *words,
        "--imagery",
        ".",
    )
    assert done.return_value == 3
    assert "Not read: " in done.output
    text = (folder / "m.html").read_text(encoding="utf-8")
    held = json.loads(text.split('id="gc-imagery">')[1].split("</script>")[0])
    assert [(one["date"], one["credit"]) for one in held] == [("2022-02-01", "Agency")]


def test_people_in_areas_and_by_controller(folder):
    told = run("people", "adm1.geojson", "--population", "people.tif", "--by", "ADM1_PCODE").stdout
    table = list(csv.DictReader(io.StringIO(told.lstrip("\ufeff"))))
    assert [(row["ADM1_PCODE"], float(row["people"])) for row in table] == [("SY01", 200_000), ("SY02", 200_000)]
    told = run("people", "zones.geojson", "--population", "people.tif", "--date", "2022-01-20").stdout
    table = list(csv.DictReader(io.StringIO(told.lstrip("\ufeff"))))
    assert [(row["source"], row["controller"], row["as_of"]) for row in table] == [
        ("maps", "A", "2022-01-01"),
        ("maps", "B", "2022-01-01"),
    ]
    assert "no zone holds on 2020-01-01" in str(
        run("people", "zones.geojson", "--population", "people.tif", "--date", "2020-01-01").exception
    )
    assert "has no geometry" in str(run("people", "events.csv", "--population", "people.tif").exception)
    assert run("people", "adm1.geojson").exception.exit_code == 2


def test_of_dated_maps_people_are_counted_on_the_latest(folder):
    """Ground a side has lost since is not its own any more, and a map too old says nothing."""
    series = gpd.GeoDataFrame(
        {"controller": ["A", "A"], "valid_from": ["2022-01-01", "2022-02-01"], "source": "maps"},
        geometry=[shapely.box(36, 36, 38, 37), shapely.box(36, 36, 37, 37)],
        crs=4326,
    )
    series.to_file("series.geojson")

    def counted(day, *more):
        done = run("people", "series.geojson", "--population", "people.tif", "--date", day, *more)
        table = list(csv.DictReader(io.StringIO(done.stdout.lstrip("\ufeff"))))
        return [(row["controller"], row["as_of"], float(row["people"])) for row in table], done

    assert counted("2022-01-31")[0] == [("A", "2022-01-01", 400_000)]
    assert counted("2022-02-01")[0] == [("A", "2022-02-01", 200_000)]
    table, done = counted("2022-06-01")
    assert (table, "more than 45 days older than 2022-06-01 (--max-zone-age)" in str(done.exception)) == ([], True)
    assert counted("2022-06-01", "--max-zone-age", 120)[0] == [("A", "2022-02-01", 200_000)]
    series.assign(source=["old", "new"]).to_file("series.geojson")
    table, done = counted("2022-03-01")
    assert table == [("A", "2022-02-01", 200_000)]
    assert "Not counted: old: its latest map, of 2022-01-01" in done.stderr


def test_admin_columns_that_no_file_has_are_answered_with_those_there(folder):
    done = run(
        *LINK,
        "--admin",
        "adm1.geojson",
        "--admin-columns",
        "admin1_name=ADM1_EN",
        "--admin-columns",
        "admin1_pcode=nope",
    )
    assert isinstance(done.exception, InputError)
    assert "no file has that of admin1_pcode=nope; there are ADM1_PCODE, ADM1_EN, ADM1_AR" in str(done.exception)


def test_a_bad_list_of_camps_is_named_and_the_rest_done(folder):
    (folder / "camps.csv").write_text("name,lat,lon\nCamp,36.51,36.51\n", encoding="utf-8")
    (folder / "empty.csv").write_text("", encoding="utf-8")
    link = ("link", "events.csv", "--no-zones", "--overwrite", "-o", "out.csv")
    done = run(*link, "--camps", "empty.csv", "--camps", "camps.csv", "--camps", "none.csv")
    assert done.return_value == 3
    assert [row["camp_name"] for row in rows()] == ["Camp", ""]
    assert "Camp, 1.4 km, opening day not known" in done.stderr
    assert "Not read: empty.csv: the file is empty" in done.stderr
    assert "Not read: none.csv: no such file" in done.stderr
    done = run(*link, "--camps", "empty.csv")
    assert (done.return_value, [row["camps_within_10km"] for row in rows()]) == (3, ["", ""]), "no list is not no camps"


def test_a_text_given_as_a_table_is_pointed_to_the_command_that_reads_it(folder):
    (folder / "report.txt").write_text("A report.", encoding="utf-8")
    done = run("link", "report.txt", "-o", "out.csv")
    assert "geoconflict events report.txt" in str(done.exception)


def days_asked(*events):
    """Days for (first, last, where_prec, point): every zone of which the country around 36.5, 36.5 has."""
    layer = gpd.GeoDataFrame(
        [{"date_start": a, "date_end": b, "where_prec": prec, "radius_m": 500.0} for a, b, prec, _ in events],
        geometry=[point and shapely.Point(point) for *_, point in events],
        crs=4326,
    )
    ground = gpd.GeoDataFrame(geometry=[shapely.box(36, 36, 37, 37)], crs=4326)
    return [day.isoformat() for day in event_days(layer, ground)]


def test_every_day_of_an_event_asks_for_its_zones_but_of_years_without_a_spot_two():
    here = (36.5, 36.5)
    assert days_asked(("2020-02-01", "2020-02-03", 1, here), (None, None, 1, here)) == [
        "2020-02-01", "2020-02-02", "2020-02-03",
    ]  # fmt: skip
    assert len(days_asked(("2020-01-01", "2020-12-31", 4, here))) == 366
    assert days_asked(("2019-01-01", "2020-12-31", 4, here)) == ["2019-01-01", "2020-12-31"]


def test_only_events_by_the_country_ask_for_its_zones():
    day = "2020-02-01"
    assert days_asked((day, day, 1, (37.9, 36.5))) == [day]  # as near as other ground is told
    assert days_asked((day, day, 1, (39.0, 36.5)), (day, day, 7, None)) == []
    assert days_asked((day, day, 1, (36.5, 36.5)), ("2020-03-01", "2020-03-01", 7, None)) == [day, "2020-03-01"]


def test_a_map_of_another_country_says_nothing_of_zones_it_does_not_need(folder):
    head = "event_id,date_start,date_end,where_prec,lat,lon,radius_m,country\n"
    (folder / "far.csv").write_text(head + "e1,2020-02-01,2020-02-01,1,15.6,32.5,500,SD\n", encoding="utf-8")
    done = run("link", "far.csv", "--no-camps", "-o", "far.geojson")
    assert "Syria" not in done.stderr
    assert "Zones: none; no dated event lies in or near the country" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="terminals of Windows are not asked for here")
def test_a_terminal_is_told_what_is_being_done(folder):
    ours, theirs = os.openpty()
    command = [Path(sys.executable).with_name("geoconflict"), *LINK, "--admin", "adm1.geojson"]
    subprocess.run(command, stderr=theirs, stdout=subprocess.DEVNULL, check=True)
    os.close(theirs)
    assert b"Finding admin areas" in os.read(ours, 100_000)
    done = subprocess.run(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, check=True)
    assert b"Finding admin areas" not in done.stderr
    os.close(ours)
