"""`geocode` on the command line: names, tables, services that fail."""

import csv
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from click.testing import CliRunner

from geoconflict.cli import cli
from geoconflict.cli.placing import ADDED_COLUMNS
from geoconflict.files import read_table, write_table

GEOCONFLICT = str(Path(sys.executable).with_name("geoconflict"))


def geoconflict(*arguments, cwd=None):
    """Run the installed command as a user does."""
    return subprocess.run([GEOCONFLICT, *map(str, arguments)], capture_output=True, cwd=cwd, check=False)


def usage_error(*arguments):
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    assert done.exit_code == 2, done.output
    return done.output.replace("\n", " ")


# Two sources each: UCDP GED and GeoNames or OCHA COD-AB, as design documents of the field give them.
TOWNS = {
    "Atmeh": (36.308, 36.688),
    "Idlib": (35.931, 36.634),
    "Hasakeh": (36.502, 40.748),
    "Kafr Takharim": (36.117, 36.516),
    "أطمة": (36.308, 36.688),
    "إدلب": (35.931, 36.634),
    "الحسكة": (36.502, 40.748),
    "كفر تخاريم": (36.117, 36.516),
}


def test_geocode_names_in_two_scripts(gazetteer):
    done = geoconflict("geocode", *TOWNS, "--country", "SY", "--json")
    assert done.returncode == 0, done.stderr
    for answer in json.loads(done.stdout):
        lat, lon = TOWNS[answer["name"]]
        near = [one for one in answer["candidates"] if abs(one["lat"] - lat) < 0.018 and abs(one["lon"] - lon) < 0.022]
        assert near, answer
        assert all(one["reason"] and 0 <= one["score"] <= 1 for one in answer["candidates"])
    idlib = next(answer for answer in json.loads(done.stdout) if answer["name"] == "Idlib")
    assert {"city", "admin1"} <= {one["kind"] for one in idlib["candidates"][:3]}


def test_geocode_of_unknown_names_fails_only_when_none_is_known(gazetteer):
    assert geoconflict("geocode", "Xqzzvw").returncode == 1
    assert geoconflict("geocode", "Xqzzvw", "Aleppo").returncode == 0


def test_every_name_has_its_answer_in_json(gazetteer):
    done = geoconflict(
        "geocode", "Xqzzvw", "", "Kafr Takharem", "7", "x" * 10_000, "Xqzzvw", "--country", "SY", "--json"
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert [set(one) for one in answers] == [{"name", "candidates"}] * 6
    assert [len(one["candidates"]) for one in answers] == [0, 0, 1, 0, 0, 0]
    assert answers[2]["candidates"][0]["reason"].startswith("respelling of Kafr Takharim")


def test_the_reason_says_of_a_short_or_misspelt_name_what_it_is(gazetteer):
    names = {"DeZ": "abbreviation of Deir ez-Zor", "U.A.E.": "abbreviation of United Arab Emirates"}
    names |= {"Hama": "exact name", "HOMS": "exact name", "Saraqeeb": "respelling of Saraqib"}
    found = CliRunner().invoke(cli, ["geocode", *names, "--country", "SY", "--json"])
    reasons = {one["name"]: one["candidates"][0]["reason"] for one in json.loads(found.output)}
    assert {name: reason[: len(names[name])] for name, reason in reasons.items()} == names


# ---- tables ------------------------------------------------------------------------------------------------------------
def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def place(tmp_path, gazetteer):
    """Geocode the column `place` of a table given as text, return the command's result and the rows it wrote."""

    def run(text, *options, name="t.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        index = ["--gazetteer", gazetteer.folder]
        done = geoconflict("geocode", "--column", "place", tmp_path / name, "-o", tmp_path / "o.csv", *index, *options)
        return done, rows_of(tmp_path / "o.csv") if (tmp_path / "o.csv").exists() else None

    return run


def test_a_table_keeps_its_rows_in_their_order(place):
    done, rows = place("id,place,place\n1,Atmeh,a\n2,,b\n3,Xqzzvw,c\n4,Atmeh,d\n5,7,e\n", "--country", "SY")
    assert done.returncode == 0, done.stderr
    assert list(rows[0]) == ["id", "place", "place.2", *ADDED_COLUMNS]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["place.2"] for row in rows] == list("abcde")
    first = rows[0]
    assert (first["place_name"], first["place_kind"], first["where_prec"]) == ("Atmeh", "town", "1")
    assert (float(first["place_lat"]), float(first["place_lon"])) == pytest.approx((36.308, 36.688), abs=0.02)
    assert float(first["radius_m"]) == 3_000
    assert {key: rows[3][key] for key in ADDED_COLUMNS} == {key: first[key] for key in ADDED_COLUMNS}
    assert [row["reason"] for row in rows[1:3]] == ["no name in this row", "not in the gazetteer"]
    assert all(row["place_id"] == row["place_lat"] == row["score"] == "" for row in rows[1:3])
    assert "1 of 3 names placed, 2 not known; 5 rows written" in done.stderr.decode()


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".parquet", ".jsonl"])
def test_the_kinds_of_tables(tmp_path, gazetteer, ending):
    frame = pd.DataFrame({"id": pd.Series([1, 2], dtype="Int64"), "place": ["Aleppo", None]})
    source, target = tmp_path / f"t{ending}", tmp_path / f"o{ending.replace('.tsv', '.csv')}"
    if ending == ".tsv":
        frame.to_csv(source, sep="\t", index=False)
    else:
        write_table(frame, source)
    done = geoconflict("geocode", "--column", "place", source, "-o", target, "--country", "SY")
    assert done.returncode == 0, done.stderr
    written = read_table(target)
    assert list(written.columns) == ["id", "place", *ADDED_COLUMNS]
    assert written["place_name"][0] == "Aleppo"
    assert float(written["place_lat"][0]) == pytest.approx(36.2, abs=0.05)
    assert pd.isna(written["place_lat"][1])
    if ending in {".parquet", ".xlsx", ".jsonl"}:
        assert isinstance(written["place_lat"][0], float), "numbers stay numbers"
        assert int(written["where_prec"][0]) == written["where_prec"][0] == 1


def test_each_row_may_say_its_country_and_province(place):
    table = (
        "place,land,province\nTripoli,Libya,\nTripoli,LB,\nTripoli,,\nTripoli,Narnia,\n"
        "Khan al-Asal,SYR,Aleppo Governorate\nTripoli,Atlantis,\n"
    )
    done, rows = place(table, "--country-column", "land", "--admin1-column", "province", "--country", "LY")
    assert done.returncode == 3
    assert [float(row["place_lat"] or 0) for row in rows[:4]] == pytest.approx([32.9, 34.4, 32.9, 0], abs=0.1)
    assert rows[3]["reason"] == "country 'Narnia' is not known; write its ISO code or name"
    assert [line for line in done.stderr.decode().splitlines() if "Narnia" in line or "Atlantis" in line][1:], (
        "each named"
    )
    assert rows[4]["place_id"]


def test_a_table_gets_no_place_where_none_is_likelier_than_not(place):
    done, (vague, sure) = place("place\nSpringfield\nAleppo\n")
    assert done.returncode == 0, done.stderr
    assert (vague["place_id"], vague["place_lat"]) == ("", "")
    assert vague["reason"].startswith("not sure enough")
    assert sure["place_name"] == "Aleppo"


def test_a_table_without_a_known_name_is_written_and_fails(place):
    done, rows = place("place\nXqzzvw\n")
    assert done.returncode == 1
    assert rows[0]["reason"] == "not in the gazetteer"
    done, rows = place("place\n", "--overwrite")
    assert (done.returncode, rows) == (0, [])


def test_columns_that_are_missing_or_there_already(place, tmp_path, gazetteer):
    done, rows = place("id,town\n1,Atmeh\n")
    assert (done.returncode, rows) == (1, None)
    assert done.stderr.decode().endswith("t.csv: no column 'place'; it has id, town\n")
    done, rows = place("place,score\nAtmeh,3\n")
    assert (done.returncode, rows) == (1, None)
    assert "has score already, which geocode adds; rename what is yours" in done.stderr.decode()
    done, rows = place("place\nAtmeh\n", "--country", "SY")
    (tmp_path / "o.csv").rename(tmp_path / "before.csv")
    again, twice = place((tmp_path / "before.csv").read_text(encoding="utf-8"), "--country", "SY")
    assert again.returncode == 0, again.stderr
    assert twice == rows
    assert "earlier geocode are replaced" in again.stderr.decode()


def test_names_no_place_has(place):
    done, rows = place("place\n" + "Kafr " * 2_000 + '\n"line\nbreak"\n\u202e\n=1+1\n', "--country", "SY")
    assert done.returncode in {0, 1}, done.stderr
    assert rows[0]["reason"] == "no name of a place: 9999 characters"
    assert len(rows) == 4
    assert all(row["reason"] for row in rows)


def test_summary_and_streams(place, tmp_path, gazetteer):
    done, _ = place("place\nAtmeh\nXqzzvw\nSpringfield\n\n", "--json", "--quiet")
    assert done.stderr == b""
    counts = {"rows": 3, "names": 3, "placed": 1, "not_sure": 1, "not_known": 1, "no_answer": 0}
    assert json.loads(done.stdout) == counts | {"output": str(tmp_path / "o.csv")}
    (tmp_path / "t.csv").write_text("place\nAtmeh\n", encoding="utf-8")
    streamed = geoconflict("geocode", "--column", "place", tmp_path / "t.csv", "--gazetteer", gazetteer.folder)
    assert streamed.returncode == 0, streamed.stderr
    assert streamed.stdout.decode().splitlines()[0].split(",") == ["place", *ADDED_COLUMNS]


def test_options_that_would_do_nothing_are_refused(tmp_path):
    table = ["--column", "place", tmp_path / "t.csv"]
    assert "--explain, --limit goes with names" in usage_error("geocode", *table, "--explain", "--limit", "3")
    assert "--column takes one table" in usage_error("geocode", *table, tmp_path / "u.csv")
    assert "--json prints the summary" in usage_error("geocode", *table, "--json")
    assert "-o goes with --column only" in usage_error("geocode", "Atmeh", "-o", tmp_path / "o.csv")
    assert "--country-column goes with --column" in usage_error("geocode", "Atmeh", "--country-column", "land")
    assert "--online asks by name and country" in usage_error(
        "geocode", "Atmeh", "--online", "photon", "--near", "36,36"
    )
    missing = geoconflict("geocode", *table, "-o", tmp_path / "o.pdf")
    assert missing.returncode == 1
    assert ".pdf is no format of this output" in missing.stderr.decode()


# ---- services ----------------------------------------------------------------------------------------------------------
class Service(BaseHTTPRequestHandler):
    """Answers as Nominatim does, but not for every name."""

    def do_GET(self):
        name = parse_qs(urlsplit(self.path).query)["q"][0]
        self.server.asked.append(name)
        if name.startswith("Broken"):
            self.send_error(429 if name == "Broken off" else 500)
            return
        known = {"osm_type": "node", "osm_id": 1, "lat": "33.5", "lon": "36.3", "type": "city", "importance": 1}
        found = [] if name == "Qxunknown" else [known | {"name": name, "display_name": name}]
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def service(tmp_path, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("GEOCONFLICT_NOMINATIM_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("GEOCONFLICT_CACHE", str(tmp_path / "cache"))
    yield server
    server.shutdown()
    server.server_close()


def test_a_name_the_service_fails_on_costs_no_other(service):
    done = geoconflict("geocode", "Tartus", "Broken", "Homs", "--online", "nominatim", "--json")
    assert done.returncode == 3
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.decode().startswith("geoconflict: Broken: ")
    answers = json.loads(done.stdout)
    assert [len(one["candidates"]) for one in answers] == [1, 0, 1]
    assert "error" in answers[1]
    assert geoconflict("geocode", "Broken", "--online", "nominatim").returncode == 1
    unknown = geoconflict("geocode", "Qxunknown", "--online", "nominatim", "--json")
    assert (unknown.returncode, json.loads(unknown.stdout)) == (1, [{"name": "Qxunknown", "candidates": []}])


def test_of_a_table_the_service_is_asked_what_the_index_does_not_know(place, service):
    table = "place\nAtmeh\nQxzzvwk\nQxzzvwk\nQxunknown\nBroken\nSpringfield\n"
    done, rows = place(table, "--online", "nominatim")
    assert done.returncode == 3
    assert service.asked == ["Qxzzvwk", "Qxunknown", "Broken"], "neither the known nor a name that many places bear"
    atmeh, found, again, unknown, broken, shared = rows
    assert atmeh["reason"].startswith("exact name")
    assert found == again
    assert (found["place_lat"], found["place_id"]) == ("33.5", "osm:node/1")
    assert found["reason"] == "Nominatim's answer 1 of 1; index: not in the gazetteer"
    assert unknown["reason"] == "not known to nominatim; index: not in the gazetteer"
    assert broken["reason"].startswith("no answer: Nominatim at ")
    assert shared["reason"].startswith("not sure enough: Springfield")
    assert "2 of 5 names placed, 1 not sure enough, 1 not known, 1 without an answer" in done.stderr.decode()


def test_after_an_outage_names_are_not_asked_rather_than_unknown(place, service):
    done, rows = place("place\nBroken off\nQxzzvwk\nQxzzvwl\nAleppo\n", "--online", "nominatim")
    assert done.returncode == 3
    assert service.asked == ["Broken off"], "a service that wants no more requests gets none"
    assert rows[0]["reason"].startswith("no answer: Nominatim")
    assert [row["reason"].partition(";")[0] for row in rows[1:3]] == ["not asked: service outage"] * 2
    assert rows[3]["place_name"] == "Aleppo"
    assert "2 more names were not asked" in done.stderr.decode()


@pytest.mark.parametrize(("given", "code"), [("Iraq", "IQ"), ("irq", "IQ"), ("iq", "IQ")])
def test_a_country_is_taken_by_code_or_name(gazetteer, given, code):
    found = CliRunner().invoke(cli, ["geocode", "Basra", "--country", given, "--json", "--limit", "1"])
    assert found.exit_code == 0
    assert json.loads(found.output)[0]["candidates"][0]["country"] == code
