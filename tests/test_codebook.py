"""Layers in the terms of ACLED, UCDP and PLOVER: their columns, their codes, nothing invented, and back again."""

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from geoconflict.cli import cli
from geoconflict.errors import InputError, UsageError
from geoconflict.files import read_events, write_layer, write_table
from geoconflict.links import CODEBOOKS, events_to_layer, to_codebook
from geoconflict.links.codebook import SUB_EVENT_TYPES
from geoconflict.records import ActorMention, Event, EventDate, Evidence, Place, Source, Totals, event_id

ROOT = Path(__file__).parents[1]
TOWN = Place("geonames:172410", "Sarmin", "town", 36.72601, 35.90301, 3000.0, "SY", "Idlib", "Idlib District")
AREA = Place("admin1:SY.12", "Idlib", "admin1", 36.6, 35.9, 60000.0, "SY", "Idlib")


def day(first, last=None, precision="day"):
    first = dt.date.fromisoformat(first)
    return EventDate(first, dt.date.fromisoformat(last) if last else first, precision, "told")


def event(number, sub="Armed clash", kind="Battles", date=None, place=TOWN, **more):
    evidence = Evidence("a", number, number + 9)
    values = {
        "actors": (
            ActorMention("Hayat Tahrir al-Sham", "HTS", "rebel group", country="SY", role="perpetrator"),
            ActorMention("Syrian Arab Army", "the army", "state forces", country="SY", role="target"),
            ActorMention("Russian Armed Forces", "Russia", "state forces", country="RU", role="target"),
            ActorMention("Local Coordination Committees", "the LCC", role="speaker"),
        ),
        "fatalities": Totals(4, 5, 7),
        "where_prec": place.where_prec if place else 7,
        "radius_m": place.radius_m if place else 0.0,
        "type_of_violence": 1,
        "sources": (Source("a", "Wire: Fighting in Sarmin; toll rises", "https://e.org/1", dt.date(2021, 6, 9)),),
        **more,
    }
    return Event(
        event_id(evidence), ("a",), (evidence,), "Fighting hit Sarmin.", kind, sub, date or EventDate(), place, **values
    )


EVENTS = [
    event(1, date=day("2021-06-08")),
    event(20, "Air/drone strike", "Explosions/Remote violence", day("2021-06-01", "2021-06-07", "week")),
    event(40, "Peaceful protest", "Protests", day("2021-06-01", "2021-06-30", "month"), AREA, type_of_violence=None, fatalities=Totals()),
    event(60, "Attack", "Violence against civilians", day("2020-01-01", "2020-12-31", "year"), None, type_of_violence=3),
    event(80, "Shelling/artillery/missile attack", "Explosions/Remote violence", fatalities=Totals(12, 12, None), civilian_fatalities=Totals(12, 12, None)),
    event(99, date=day("2021-06-28", "2021-07-02", "range"), status="background", fatalities=Totals(2, 2, 2)),
]  # fmt: skip
LAYER = events_to_layer(EVENTS)


def table(codebook):
    return to_codebook(LAYER, codebook).table


@pytest.mark.parametrize("codebook", CODEBOOKS)
def test_a_row_an_event_in_order(codebook):
    coded = table(codebook)
    assert coded.iloc[:, 0].tolist() == [one.id for one in EVENTS]
    assert coded.columns.is_unique


def test_acled_columns_are_those_of_its_export():
    assert list(table("acled").columns[:31]) == [
        "event_id_cnty",
        "event_date",
        "year",
        "time_precision",
        "disorder_type",
        "event_type",
        "sub_event_type",
        "actor1",
        "assoc_actor_1",
        "inter1",
        "actor2",
        "assoc_actor_2",
        "inter2",
        "interaction",
        "civilian_targeting",
        "iso",
        "region",
        "country",
        "admin1",
        "admin2",
        "admin3",
        "location",
        "latitude",
        "longitude",
        "geo_precision",
        "source",
        "source_scale",
        "notes",
        "fatalities",
        "tags",
        "timestamp",
    ]


def test_ucdp_columns_are_those_of_a_real_export(shared):
    with (shared / "events" / "ucdp_ged_ukraine.csv").open(encoding="utf-8", newline="") as file:
        theirs = next(csv.reader(file))
    # That copy is one HDX made: with iso3 and the years of the conflict, which GED itself does not have.
    assert set(theirs) - set(table("ucdp").columns) <= {"iso3", "start_year", "end_year"}


def test_acled_codes():
    first, week, month, year, undated, across = (
        table("acled").astype(object).where(lambda t: t.notna(), None).to_dict("records")
    )
    assert (first["event_date"], first["time_precision"], first["year"]) == ("2021-06-08", 1, 2021)
    assert (week["event_date"], week["time_precision"]) == ("2021-06-04", 2)
    assert (month["time_precision"], month["event_date"][:7]) == (3, "2021-06")
    assert (year["event_date"], year["time_precision"], year["year"]) == (None, None, 2020)
    assert (undated["event_date"], undated["year"]) == (None, None)
    assert (across["event_date"], across["time_precision"]) == ("2021-06-30", 2)
    assert (first["inter1"], first["inter2"], first["interaction"]) == (
        "Rebel group",
        "State forces",
        "State forces-Rebel group",
    )
    assert first["assoc_actor_2"] == "Russian Armed Forces"
    assert (first["iso"], first["country"], first["fatalities"]) == (760, "Syria", 5)
    assert month["fatalities"] is None
    assert first["source"] == "Wire: Fighting in Sarmin, toll rises"
    assert first["civilian_targeting"] is None
    assert year["civilian_targeting"] == "Civilian targeting"
    assert (year["latitude"], year["location"], year["geo_precision"]) == (None, None, None)
    assert across["status"] == "background"


def test_soldiers_abroad_are_external_forces():
    abroad = event(
        1, actors=(ActorMention("Russian Armed Forces", "Russia", "state forces", country="RU", role="perpetrator"),)
    )
    coded = to_codebook(events_to_layer([abroad]), "acled").table.iloc[0]
    assert coded["inter1"] == "External/Other forces"
    assert coded["interaction"] is None  # nobody says that no one else took part


def test_ucdp_codes():
    first, week, month, year, undated, across = (
        table("ucdp").astype(object).where(lambda t: t.notna(), None).to_dict("records")
    )
    assert [one["date_prec"] for one in (first, week, month, year, undated, across)] == [1, 3, 4, 5, None, 2]
    assert (first["side_a"], first["side_b"]) == ("Syrian Arab Army", "Hayat Tahrir al-Sham")  # the government first
    assert year["side_b"] == "Civilians"
    assert (first["low"], first["best"], first["high"], first["deaths_unknown"]) == (4, 5, 7, 5)
    assert (undated["deaths_civilians"], undated["deaths_unknown"], undated["high"]) == (12, 0, None)
    assert (month["best"], month["deaths_unknown"], month["type_of_violence"]) == (None, None, None)
    assert (first["event_clarity"], week["event_clarity"], across["event_clarity"]) == (1, None, None)
    assert first["where_coordinates"] == "Sarmin town"
    assert {first[name] for name in ("conflict_new_id", "dyad_name", "gwnoa", "deaths_a")} == {None}


def test_priogrid_cells_are_those_of_ucdp(shared):
    theirs = read_events(shared / "events" / "ucdp_ged_ukraine.csv")
    cells = pd.read_csv(shared / "events" / "ucdp_ged_ukraine.csv", usecols=["id", "priogrid_gid"], dtype=str)
    ours = to_codebook(theirs, "ucdp").table
    assert ours["priogrid_gid"].astype(str).tolist() == cells["priogrid_gid"].tolist()


def test_plover_codes():
    first, week, month, year, undated, across = table("plover").to_dict("records")
    assert (first["event"], first["mode"], first["context"], first["quad_code"]) == (["ASSAULT"], [], ["military"], 4)
    assert [one["identifier_text"] for one in first["source"]] == [
        "Hayat Tahrir al-Sham",
        "Syrian Arab Army",
        "Russian Armed Forces",
    ]
    assert first["recipient"] == []
    assert first["source"][1] == {
        "code": "SYR",
        "sector": "MIL",
        "actor_text": "the army",
        "identifier_text": "Syrian Arab Army",
    }
    assert week["mode"] == ["heavy-weapons"]
    assert [one["identifier_text"] for one in week["recipient"]] == ["Syrian Arab Army", "Russian Armed Forces"]
    assert (month["event"], month["mode"]) == (["PROTEST"], ["demo"])
    assert first["event_loc"] == {
        "geonameid": 172410, "name": "Sarmin", "latitude": 35.90301, "longitude": 36.72601, "country code": "SY", "cc3": "SYR",
    }  # fmt: skip
    assert year["event_loc"] is None
    assert undated["date"] is None
    assert across["context"] == ["military", "historical"]


@pytest.mark.parametrize("codebook", ["acled", "ucdp"])
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx", ".jsonl"])
def test_what_a_codebook_holds_comes_back(tmp_path, codebook, ending):
    path = tmp_path / f"coded{ending}"
    write_table(to_codebook(LAYER, codebook, about={"policy": "open"}).table, path)
    back = read_events(path)  # told by its columns
    assert back["event_id"].tolist() == LAYER["event_id"].tolist()
    assert back.geometry.geom_equals(LAYER.geometry).tolist() == [True, True, True, False, True, True]
    assert back.geometry.isna().tolist() == LAYER.geometry.isna().tolist()
    assert back["fatalities_best"].fillna(-1).tolist() == LAYER["fatalities_best"].fillna(-1).tolist()
    assert back["country"].fillna("").tolist() == LAYER["country"].fillna("").tolist()
    if codebook == "ucdp":
        for name in ("date_start", "date_end", "fatalities_low", "fatalities_high", "where_prec", "type_of_violence"):
            assert back[name].astype(object).fillna("").tolist() == LAYER[name].astype(object).fillna("").tolist(), name
        assert back["civilian_fatalities_best"].fillna(-1).tolist()[4] == 12
        return
    for name in ("event_type", "sub_event_type", "actor1", "actor2", "geo_precision", "summary"):
        assert back[name].astype(object).fillna("").tolist() == LAYER[name].astype(object).fillna("").tolist(), name
    # A day, a week and a month come back as they were; no span that comes back leaves out a day of the event.
    assert back["date_start"].fillna("").tolist()[:5] == ["2021-06-08", "2021-06-01", "2021-06-01", "", ""]
    assert back["date_end"].fillna("").tolist()[:5] == ["2021-06-08", "2021-06-07", "2021-06-30", "", ""]
    assert back["date_start"][5] <= "2021-06-28"
    assert back["date_end"][5] >= "2021-07-02"


def test_what_does_not_fit_is_counted():
    notes = to_codebook(LAYER, "acled").notes
    assert any(one.startswith("acled: 1 of 6 events have a span of days") for one in notes)
    assert any(one.startswith("acled: 1 of 6 events are told as background") for one in notes)
    assert "acled: 4 of 6 events have a range of deaths, of which ACLED keeps one number." in notes
    assert any(one.startswith("plover: 1 of 6 events have no date") for one in to_codebook(LAYER, "plover").notes)


@pytest.mark.parametrize("codebook", CODEBOOKS)
def test_an_empty_layer_keeps_its_columns(codebook):
    empty = to_codebook(LAYER.iloc[:0], codebook)
    assert list(empty.table.columns) == list(table(codebook).columns)
    assert len(empty.table) == 0
    assert empty.notes == ()


def test_unknown_codebooks_and_layers_are_refused():
    with pytest.raises(UsageError, match="acled, ucdp, plover"):
        to_codebook(LAYER, "gtd")
    with pytest.raises(InputError, match="no CRS"):
        to_codebook(pd.DataFrame(LAYER), "acled")


def test_the_crosswalk_covers_every_sub_type_and_the_docs_print_it():
    with (ROOT / "geoconflict" / "events" / "kinds.csv").open(encoding="utf-8", newline="") as file:
        kinds = [row["sub_event_type"] for row in csv.DictReader(file) if not row["sub_event_type"].startswith("?")]
    assert list(SUB_EVENT_TYPES) == kinds
    page = (ROOT / "docs" / "crosswalk.md").read_text(encoding="utf-8")
    for name, known in SUB_EVENT_TYPES.items():
        assert "| " + " | ".join([name, *(word or "-" for word in known)]) + " |" in page


def test_the_command_writes_and_reads_them(tmp_path):
    source = tmp_path / "events.geojson"
    write_layer(LAYER, source)
    alone = ["--no-zones", "--no-camps"]
    for codebook in CODEBOOKS:
        done = CliRunner().invoke(
            cli, ["link", str(source), *alone, "--codebook", codebook, "-o", str(tmp_path / f"{codebook}.csv")]
        )
        assert done.exit_code == 0, done.output
        assert f"{codebook}: 1 of 6 events" in done.stderr
    again = CliRunner().invoke(
        cli, ["link", str(tmp_path / "ucdp.csv"), *alone, "--codebook", "acled", "-o", str(tmp_path / "again.csv")]
    )
    assert again.exit_code == 0, again.output
    back = read_events(tmp_path / "again.csv", source="acled")
    assert back["event_id"].tolist() == LAYER["event_id"].tolist()
    refused = CliRunner().invoke(cli, ["link", str(source), "--codebook", "acled", "-o", str(tmp_path / "a.geojson")])
    assert ".csv" in str(refused.exception)
    assert not (tmp_path / "a.geojson").exists()
