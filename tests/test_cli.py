"""The command line: streams, exit codes, one-line errors, bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from geoconflict.cli import cli
from geoconflict.errors import OutputError

GEOCONFLICT = str(Path(sys.executable).with_name("geoconflict"))

ATMEH = (
    "IDLIB, Feb 3, 2022 - Helicopters carrying US special forces landed near Atmeh in Idlib province on Thursday. "
    "The Syrian Observatory for Human Rights said 13 people were killed in the raid, seven of them civilians.\n"
)


def geoconflict(*arguments, stdin=None, cwd=None):
    """Run the installed command as a user does."""
    return subprocess.run([GEOCONFLICT, *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd, check=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "atmeh.txt").write_text(ATMEH, encoding="utf-8")
    return tmp_path


def commands(group=cli, path=()):
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example(path):
    done = CliRunner().invoke(cli, [*path, "--help"])
    assert done.exit_code == 0
    assert f"geoconflict {' '.join(path)}" in done.output.split("Options:")[0].split("\n\n", 1)[1], "no example"


@pytest.mark.parametrize(
    ("arguments", "output", "told"),
    [
        (("map", "rep.html"), "rep.html", "rep.html"),
        (("embed", "--snippet", "rep.html"), "rep.png", "rep.html"),
        (("embed", "rep.alt.txt"), "rep.png", "rep.alt.txt"),
        (("embed", "."), "rep.png", "rep.alt.txt"),
        (("embed", "--theme", "map@2x.png", "other.txt"), "map.png", "map@2x.png"),
        (("map", "--basemap", "roads.html", "other.txt"), "roads.html", "roads.html"),
        (("map", "--zones", "zones.html", "other.txt"), "link.html", "link.html"),
        (("events", "rows.csv"), "rows.csv", "rows.csv"),
        (("link", "rows.csv"), "rows.csv", "rows.csv"),
        (("places", "other.txt"), "other.txt", "other.txt"),
        (("zones", "from-points", "--date", "2022-02-03", "rows.csv"), "rows.csv", "rows.csv"),
        (("zones", "compare", "zones.html", "rows.csv"), "rows.csv", "rows.csv"),
        (("people", "--population", "rows.csv", "zones.html"), "rows.csv", "rows.csv"),
        (("geocode", "--column", "a", "rows.csv"), "rows.csv", "rows.csv"),
    ],
)
def test_no_command_replaces_what_it_reads(folder, monkeypatch, arguments, output, told):
    files = ("rep.html", "rep.alt.txt", "map@2x.png", "roads.html", "zones.html", "other.txt", "rows.csv")
    for name in files:
        (folder / name).write_text(ATMEH, encoding="utf-8")
    (folder / "link.html").symlink_to("zones.html")
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(cli, [*arguments, "-o", output, "--overwrite"])
    assert isinstance(done.exception, OutputError), done.output
    assert told in str(done.exception)
    assert "is read by this command" in str(done.exception)
    assert all((folder / name).read_text(encoding="utf-8") == ATMEH for name in files)


def test_a_folder_with_reports_and_a_table_is_read_whole_and_what_both_tell_is_said(folder):
    (folder / "README.md").write_text(ATMEH.replace("13 people", "40 people"), encoding="utf-8")
    (folder / "events.csv").write_text(
        "id,type_of_violence,date_start,date_end,date_prec,where_prec,latitude,longitude,low,best,high\n"
        "G1,1,2022-02-03,2022-02-03,1,1,36.3083,36.6876,60,11,13\n",
        encoding="utf-8",
    )
    done = geoconflict("events", folder, "-o", folder / "out.geojson", "--no-zones", "--no-camps")
    told = done.stderr.decode()
    assert done.returncode == 0, told
    events = json.loads((folder / "out.geojson").read_text(encoding="utf-8"))["features"]
    report, row = (one["properties"] for one in events)
    assert (row["event_id"], row["may_be_same_as"]) == ("G1", report["event_id"])
    assert report["may_be_same_as"] == "G1"
    assert report["fatalities_best"] == 13
    for words in ("1 passed over (README.md)", "events.csv", "may be one event told twice", "outside the source's own"):
        assert words in told, words
    assert "11 (the source gives low 60, high 13)" in told


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_is_documented_in_the_readme(path):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert " ".join(path) in readme


def test_help_and_geocode_load_nothing_heavy(gazetteer):
    code = (
        "import sys; sys.argv = ['geoconflict', 'geocode', 'Atmeh', '--country', 'SY']\n"
        "from geoconflict.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'numpy', 'pandas', 'geopandas', 'shapely', 'folium', 'rasterio', 'matplotlib', 'geopy', 'babel', 'requests'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


# ---- places ------------------------------------------------------------------------------------------------------------
def test_places_writes_one_line_an_article_with_true_offsets(folder, gazetteer):
    (folder / "none.txt").write_text("Nothing happened anywhere in particular.", encoding="utf-8")
    done = geoconflict("places", folder / "atmeh.txt", folder / "none.txt")
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.decode().splitlines())
    assert first["id"] == "atmeh"
    assert second == {"id": "none", "toponyms": []}
    for one in first["toponyms"]:
        assert ATMEH[one["start"] : one["end"]] == one["name"]
    found = {one["name"]: one for one in first["toponyms"]}
    assert found["Atmeh"]["role"] == "event"
    assert abs(found["Atmeh"]["lat"] - 36.308) < 0.02
    assert abs(found["Atmeh"]["lon"] - 36.688) < 0.02


def test_standard_input_and_output(gazetteer):
    done = geoconflict("places", "-", stdin=ATMEH.encode())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["toponyms"]


def test_events_stream_to_stdout_one_feature_a_line(folder, gazetteer):
    done = geoconflict("events", folder / "atmeh.txt", "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    features = [json.loads(line.lstrip("\x1e")) for line in done.stdout.decode().splitlines()]
    assert [one["type"] for one in features] == ["Feature"] * len(features)
    event = next(one["properties"] for one in features if one["properties"]["status"] == "event")
    assert event["date_start"] == "2022-02-03"
    assert event["fatalities_best"] == 13
    assert event["civilian_fatalities_best"] == 7
    assert event["zone_controller"]


def test_summary_as_json_on_stdout(folder, gazetteer):
    done = geoconflict("map", folder / "atmeh.txt", "-o", folder / "map.html", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["policy"] == "publish"
    assert summary["articles"] == 1
    assert any("Atmeh" in event["place"] for event in summary["events"])


# ---- bad input ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "command", [["geocode", "Basra"], ["places", "a.txt"], ["zones", "at", "44,33", "--date", "2022-01-01"]]
)
def test_a_country_nobody_knows_is_a_usage_error(command):
    done = CliRunner().invoke(cli, [*command, "--country", "ZQ"])
    assert done.exit_code == 2
    assert "'ZQ' is no country" in done.output


def test_each_bad_article_is_named_and_costs_no_other(folder, gazetteer):
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "utf16.txt").write_bytes("أطمة في إدلب".encode("utf-16"))
    (folder / "cp1256.txt").write_bytes(("قتل عشرة أشخاص في قصف على مدينة إدلب يوم الخميس. " * 20).encode("cp1256"))
    inputs = [folder / f"{name}.txt" for name in ("empty", "binary", "utf16", "cp1256", "atmeh")]
    done = geoconflict("map", *inputs, folder / "missing.txt", "-o", folder / "map.html")
    assert done.returncode == 3, done.stderr
    said = done.stderr.decode()
    for name in ("binary.txt", "utf16.txt", "cp1256.txt", "missing.txt"):
        lines = [line for line in said.splitlines() if name in line]
        assert len(lines) == 1, (name, said)
    assert "Atmeh" in said
    assert "13 people were killed in the raid" in (folder / "map.html").read_text(encoding="utf-8")


def test_two_articles_with_one_id_both_stay(folder, gazetteer):
    (folder / "other").mkdir()
    (folder / "other" / "atmeh.txt").write_text("Rain fell on Aleppo.", encoding="utf-8")
    done = geoconflict("places", folder / "atmeh.txt", folder / "other" / "atmeh.txt")
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.decode().splitlines()] == ["atmeh", "atmeh~2"]
    assert "atmeh~2" in done.stderr.decode()


def test_an_existing_output_is_refused_and_left_alone(folder, gazetteer):
    page = folder / "map.html"
    page.write_text("mine", encoding="utf-8")
    done = geoconflict("map", folder / "atmeh.txt", "-o", page)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert "--overwrite" in done.stderr.decode()
    assert page.read_text(encoding="utf-8") == "mine"
    assert geoconflict("map", folder / "atmeh.txt", "-o", page, "--overwrite").returncode == 0


@pytest.mark.parametrize("arguments", [["--help"], ["geocode", "Idlib"], ["gazetteer", "info"], ["events", "a.txt"]])
def test_a_full_disk_behind_stdout_is_one_line(folder, gazetteer, arguments):
    (folder / "a.txt").write_text(ATMEH, encoding="utf-8")
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [GEOCONFLICT, *arguments], stdout=full, stderr=subprocess.PIPE, cwd=folder, check=False, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "geoconflict: standard output: No space left on device\n"


@pytest.mark.parametrize(("command", "name"), [("map", "m.html"), ("embed", "m.png"), ("events", "m.csv")])
def test_links_are_followed_and_devices_refused(folder, gazetteer, command, name):
    (folder / "real").mkdir()
    link = folder / name
    link.symlink_to(folder / "real" / name)
    assert geoconflict(command, folder / "atmeh.txt", "-o", link).returncode == 0
    assert link.is_symlink()
    earlier = (folder / "real" / name).read_bytes()
    assert earlier
    link.unlink()
    link.symlink_to("/dev/full")
    done = geoconflict(command, folder / "atmeh.txt", "-o", link, "--overwrite")
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert link.is_symlink()


def test_an_output_folder_that_is_missing_is_said_before_any_work(folder):
    done = geoconflict("map", folder / "atmeh.txt", "-o", folder / "nowhere" / "map.html")
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1


def test_usage_errors_exit_2(folder):
    assert geoconflict("map").returncode == 2
    assert geoconflict("map", folder / "atmeh.txt", "-o", folder / "map.docx").returncode == 2
    assert geoconflict("zones", "at", "36,36", "--date", "2022-13-01").returncode == 2
    assert geoconflict("zones", "at", "200,36", "--date", "2022-01-01").returncode == 2


def test_several_lists_of_camps_as_far_and_as_many_as_asked(folder):
    (folder / "sites.csv").write_text(
        "name,lat,lon,kind\n" + "".join(f"Site {i},36.{30 + i},36.7,IDP camp\n" for i in range(8)), encoding="utf-8"
    )
    (folder / "counts.csv").write_text("camp,date,population\nSite 0,2022-01-01,900\n", encoding="utf-8")
    (folder / "event.csv").write_text(
        "event_id,date,lat,lon,where_prec,radius_m\ne1,2022-02-03,36.3,36.7,1,500\n", encoding="utf-8"
    )
    lists = ("--camps", folder / "sites.csv", "--camps", folder / "counts.csv", "--no-zones", "--overwrite")
    found = {}
    for asked in ((), ("--camps-listed", "0"), ("--camps-listed", "0", "--camps-within", "3")):
        done = geoconflict("link", folder / "event.csv", "-o", folder / "linked.geojson", *lists, *asked)
        assert done.returncode == 0, done.stderr.decode()
        (feature,) = json.loads((folder / "linked.geojson").read_text(encoding="utf-8"))["features"]
        found[asked] = len(feature["properties"]["camps"])
        assert feature["properties"]["camp_population"] == 900
        assert feature["properties"]["camp_population_age_days"] == 33
    assert list(found.values()) == [5, 8, 3]


def test_zones_without_crs_and_camps_swapped_are_named(folder, gazetteer):
    import geopandas
    from shapely.geometry import box

    zones = geopandas.GeoDataFrame(
        {"controller": ["a"], "valid_from": ["2022-01-01"]}, geometry=[box(36, 35, 37, 37)], crs="EPSG:4326"
    )
    zones.to_file(folder / "zones.shp", engine="pyogrio")
    (folder / "zones.prj").unlink()
    done = geoconflict("map", folder / "atmeh.txt", "-o", folder / "m.html", "--zones", folder / "zones.shp")
    assert done.returncode == 1
    assert "coordinate reference system" in done.stderr.decode()
    assert not (folder / "m.html").exists()
    (folder / "camps.csv").write_text(
        "name,country,lat,lon,source\nGood camp,SY,36.31,36.66,test\nSwapped camp,SY,36.66,30.20,test\n"
        "Turned camp,SY,38.61,33.31,test\n",
        encoding="utf-8",
    )
    done = geoconflict("map", folder / "atmeh.txt", "-o", folder / "m.html", "--camps", folder / "camps.csv")
    assert done.returncode == 0, done.stderr
    assert "Turned camp" in done.stderr.decode()


def test_a_text_too_long_to_be_an_article_is_said(folder, gazetteer):
    with (folder / "long.txt").open("w", encoding="utf-8") as file:
        for _ in range(52):
            file.write("Shells fell on the town. " * 40_000)
    done = geoconflict("places", folder / "long.txt", folder / "atmeh.txt")
    assert done.returncode == 3
    assert "long.txt" in done.stderr.decode()
    assert json.loads(done.stdout)["id"] == "atmeh"


# ---- zones and gazetteer -----------------------------------------------------------------------------------------------
def test_zones_from_points_then_at(tmp_path):
    made = geoconflict("zones", "from-points", "--date", "2022-02-03", "-o", tmp_path / "z.geojson")
    assert made.returncode == 0, made.stderr
    done = geoconflict(
        "zones", "at", "36.63,35.93", "--date", "2022-02-03", "--zones", tmp_path / "z.geojson", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert [one["controller"] for one in json.loads(done.stdout)] == ["HTS-led opposition"]
    assert geoconflict("zones", "info", tmp_path / "z.geojson").returncode == 0


def test_western_longitudes_and_days_before_any_report():
    done = geoconflict("zones", "at", "-3.7,40.4", "--date", "2022-02-03")
    assert done.returncode == 0, done.stderr
    assert "no zone" in done.stdout.decode()
    done = geoconflict("zones", "at", "36.63,35.93", "--date", "2001-02-03")
    assert done.stdout.decode().startswith("no report that early")
    assert geoconflict("zones", "at", "36.63,35.93", "--dat", "2001-02-03").returncode == 2


def test_no_zones_are_no_success(tmp_path):
    done = geoconflict(
        "zones", "from-points", "--country", "Ukraine", "--date", "2022-02-03", "-o", tmp_path / "z.geojson"
    )
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert not (tmp_path / "z.geojson").exists()


def write_zones(path, **columns):
    import geopandas
    from shapely.geometry import box

    geopandas.GeoDataFrame(columns, geometry=[box(36, 35, 37.5, 37)], crs="EPSG:4326").to_file(path, engine="pyogrio")
    return path


def test_who_held_a_zone_file_can_be_said(folder, gazetteer):
    zones = write_zones(folder / "z_2022-01-20.geojson", name=["x"])
    refused = geoconflict("zones", "info", zones)
    assert refused.returncode == 1
    assert "--controller" in refused.stderr.decode()
    assert "(controller=" not in refused.stderr.decode()
    asked = ["--zones", zones, "--controller", "Northern side"]
    at = geoconflict("zones", "at", "36.5,36.2", "--date", "2022-02-03", *asked)
    assert "Northern side" in at.stdout.decode(), at.stderr
    done = geoconflict("events", folder / "atmeh.txt", *asked, "--quiet")
    assert done.returncode == 0, done.stderr
    assert "Northern side" in done.stdout.decode()
    both = geoconflict("zones", "info", zones, folder / "none.geojson", "--controller", "Northern side")
    assert both.returncode == 3
    assert "Northern side" in both.stdout.decode()
    assert "none.geojson" in both.stderr.decode()
    assert geoconflict("events", folder / "atmeh.txt", "--controller", "Northern side").returncode == 2
    dateless = write_zones(folder / "z.geojson", controller=["x"])
    told = geoconflict("zones", "info", dateless).stderr.decode()
    assert "valid_from" in told
    assert told.count("\n") == 1


# ---- event tables --------------------------------------------------------------------------------------------------------
def test_a_bad_row_is_left_out_and_said(tmp_path, gazetteer):
    (tmp_path / "e.csv").write_text(
        "id,date,lat,lon\na,2022-02-03,36.3,36.7\nb,2022-13-03,36.3,36.7\nc,2022-02-04,36.3,36.7\n", encoding="utf-8"
    )
    for command, name in (("link", "o.geojson"), ("map", "o.html")):
        done = geoconflict(command, tmp_path / "e.csv", "-o", tmp_path / name)
        assert done.returncode == 3, done.stderr
        (line,) = [line for line in done.stderr.decode().splitlines() if "e.csv row 3" in line]
        assert "2022-13-03" in line
        assert "YYYY-MM-DD" in line
    assert len(json.loads((tmp_path / "o.geojson").read_text(encoding="utf-8"))["features"]) == 2


def test_whose_table_it_is_can_be_said(tmp_path, gazetteer):
    (tmp_path / "u.csv").write_text(
        "id,date_start,date_end,latitude,longitude,type_of_violence,best\n7,2022-02-03,2022-02-03,36.3,36.7,3,4\n"
        "8,2022-02-03,2022-02-03,36.3,36.7,1,4\n",
        encoding="utf-8",
    )
    for command in ("link", "events"):
        done = geoconflict(command, tmp_path / "u.csv", "--from", "ucdp", "-o", tmp_path / f"{command}.csv", "--json")
        assert done.returncode == 0, done.stderr
        kinds = [event["event"] for event in json.loads(done.stdout)["events"]]
        assert kinds == ["Violence against civilians", "state-based violence"]
    (tmp_path / "odd.csv").write_text("who,where\na,b\n", encoding="utf-8")
    done = geoconflict("link", tmp_path / "odd.csv", "-o", tmp_path / "o.csv")
    assert done.returncode == 2
    assert "--from" in done.stderr.decode()


# ---- nothing to show -----------------------------------------------------------------------------------------------------
def test_an_article_in_another_language_is_said(tmp_path, gazetteer):
    (tmp_path / "ar.txt").write_text(
        "وصلت قافلة مساعدات إلى مدينة الرقة يوم الأحد ومنها إلى الحسكة.\n", encoding="utf-8"
    )
    done = geoconflict("embed", tmp_path / "ar.txt", "-o", tmp_path / "m.svg")
    assert done.returncode == 0, done.stderr
    assert "Warning: 1 article is not in English, the only language events are read from" in done.stderr.decode()
    assert "(Arabic: ar)" in done.stderr.decode()
    assert "No event was read." in (tmp_path / "m.alt.txt").read_text(encoding="utf-8")


def test_a_folder_without_articles_is_an_error(tmp_path):
    done = geoconflict("map", tmp_path, "-o", tmp_path / "m.html")
    assert done.returncode == 1
    assert done.stderr.decode() == f"geoconflict: no article in {tmp_path}\n"


def test_gazetteer_info_search_check(gazetteer):
    info = geoconflict("gazetteer", "info", "--json")
    assert info.returncode == 0, info.stderr
    assert "CC BY 4.0" in info.stdout.decode()
    assert geoconflict("gazetteer", "search", "Tanf").returncode == 0
    assert geoconflict("gazetteer", "check").returncode == 0


def test_quiet_does_not_hide_what_could_not_be_read(folder, gazetteer):
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    for command in (["places"], ["events"]):
        done = geoconflict(*command, folder / "atmeh.txt", folder / "binary.txt", "--quiet")
        assert done.returncode == 3
        assert [line for line in done.stderr.decode().splitlines() if "binary.txt" in line], command


def test_an_alt_text_in_the_way_is_said_before_any_work(folder):
    (folder / "map.alt.txt").write_text("mine", encoding="utf-8")
    done = geoconflict("embed", folder / "atmeh.txt", "-o", folder / "map.png")
    assert done.returncode == 1
    assert "map.alt.txt" in done.stderr.decode()
    assert not (folder / "map.png").exists()
