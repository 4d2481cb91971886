"""The curated rows: our tables are in order, and the check finds what is not."""

import csv
import datetime as dt
import math
import re
import shutil
import statistics
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.bundled import curated_dir
from geoconflict.gazetteer.check import TABLES, Problem, check_curated, first_day
from geoconflict.gazetteer.names import bare

KM_PER_DEGREE = 111.2


def read(file):
    with (curated_dir() / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def km(one, other):
    """Distance of two rows in km; flat, which is good to 0.1 % at these distances."""
    lat, lon, lat2, lon2 = (float(row[key]) for row in (one, other) for key in ("lat", "lon"))
    return math.hypot(lat - lat2, (lon - lon2) * math.cos(math.radians(lat))) * KM_PER_DEGREE


@pytest.fixture
def copy(tmp_path):
    """A copy of our tables one may spoil."""
    for file in TABLES:
        shutil.copy(curated_dir() / file, tmp_path / file)
    return tmp_path


def change(folder, file, **cells):
    """Set cells of a file's first row (line 2)."""
    edit(folder, file, lambda rows: rows[0].update(cells))


def edit(folder, file, how):
    rows = read(file)
    header = list(rows[0])
    how(rows)
    with (folder / file).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header)
        writer.writeheader()
        writer.writerows(rows)
    return len(rows) + 1  # the last line


def test_our_tables_are_in_order():
    assert [str(problem) for problem in check_curated()] == []


def test_a_problem_is_one_line_with_file_row_column_and_remedy():
    problem = Problem("control.csv", 12, "valid_to", "2024 is not after valid_from 2025")
    assert str(problem) == "control.csv row 12, valid_to: 2024 is not after valid_from 2025"


@pytest.mark.parametrize(
    ("file", "column", "value", "says"),
    [
        ("places.csv", "source", "", "name the source"),
        ("places.csv", "source", "general knowledge, unverified", "is no source"),
        ("countries.csv", "point_source", "", "name the source"),
        ("places.csv", "lat", "96.3", "beyond 90"),
        ("places.csv", "lon", "-181", "beyond 180"),
        ("places.csv", "lat", "36,3", "is no number"),
        ("camps.csv", "lon", "nan", "is no number"),
        ("countries.csv", "capital_lat", "142", "beyond 90"),
        ("places.csv", "kind", "hamlet", "is not one of"),
        ("camps.csv", "kind", "settlement", "is not one of"),
        ("camps.csv", "published_by", "newspaper", "is not one of: IOM, OCHA, UNHCR"),
        ("control.csv", "confidence", "sure", "is not one of"),
        ("places.csv", "country", "SX9", "no code of countries.csv"),
        ("places.csv", "country", "", "is empty"),
        ("places.csv", "name", "", "is empty"),
        ("control.csv", "controller", "", "is empty"),
        ("control.csv", "valid_from", "6 March 2020", "is no date"),
        ("control.csv", "source_date", "2020-02-30", "is no date"),
        ("camps.csv", "opened", "1991-13", "is no date"),
        ("camp_populations.csv", "as_of", "", "is empty"),
        ("camp_populations.csv", "population", "about 300", "is no whole number"),
        ("camp_populations.csv", "camp", "Nowhere camp", "is no name in camps.csv"),
        ("places.csv", "precision_m", "0", "is no distance"),
        ("regions.csv", "radius_km", "wide", "is no distance"),
        ("places.csv", "aliases", "Atme||Atma", "empty or repeated"),
        ("places.csv", "aliases", "Atme|Atme", "empty or repeated"),
        ("places.csv", "aliases", "Hope", "common word"),
        ("actors.csv", "aliases", "IS", "common word or very short"),
        ("control.csv", "source_url", "https://user:pass@example.org/a", "login or key"),
        ("control.csv", "source_url", "https://example.org/a?b=1&api_key=abc", "login or key"),
    ],
)
def test_a_bad_cell_is_found(copy, file, column, value, says):
    assert read(file)[0][column] != value
    change(copy, file, **{column: value})
    found = [problem for problem in check_curated(copy) if (problem.file, problem.row) == (file, 2)]
    assert [problem.column for problem in found if says in problem.message] == [column]
    assert (value in str(found[0])) is (says != "login or key")  # a login is not printed again


def test_a_point_at_nought_nought_is_found(copy):
    change(copy, "places.csv", lat="0", lon="0.0")
    assert [(p.row, p.column) for p in check_curated(copy)] == [(2, "lat")]


def test_a_common_word_may_stand_when_it_is_called_ambiguous(copy):
    change(copy, "places.csv", aliases="Hope", ambiguous="Hope")
    assert check_curated(copy) == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"valid_from": "2021-05", "valid_to": "2021-04"}, "valid_to"),
        ({"valid_from": "2021-05-01", "valid_to": "2021-05-01"}, "valid_to"),
        ({"last_seen": "2019-01-01"}, "last_seen"),
        ({"valid_to": "2022-01-01", "last_seen": "2022-01-01"}, "last_seen"),
    ],
)
def test_times_out_of_order_are_found(copy, cells, column):
    change(copy, "control.csv", **cells)
    assert (2, column) in [(p.row, p.column) for p in check_curated(copy) if p.file == "control.csv"]


@pytest.mark.parametrize("file", sorted(TABLES))
def test_a_missing_file_a_missing_column_and_a_ragged_row_are_found(copy, file):
    path = copy / file
    text = path.read_text(encoding="utf-8")

    header, body = text.split("\n", 1)
    path.write_text(header.replace("source", "sauce", 1) + "\n" + body, encoding="utf-8")
    assert (file, 1) in [(p.file, p.row) for p in check_curated(copy) if "column is missing" in p.message]

    path.write_text(text + "one,cell\n", encoding="utf-8")
    last = len(read(file)) + 2
    assert (file, last) in [(p.file, p.row) for p in check_curated(copy) if "cells" in p.message]

    path.write_bytes(text.encode("utf-16"))
    assert (file, 1) in [(p.file, p.row) for p in check_curated(copy) if "UTF-8" in p.message]

    path.unlink()
    assert (file, 1) in [(p.file, p.row) for p in check_curated(copy) if "missing" in p.message]


@pytest.mark.parametrize("file", sorted(TABLES))
def test_a_row_written_twice_is_found(copy, file):
    last = edit(copy, file, lambda rows: rows.append(dict(rows[0])))
    assert (last, True) in [(p.row, "is row 2 already" in p.message) for p in check_curated(copy) if p.file == file]


def test_a_form_two_actors_of_one_country_share_is_found(copy):
    first = read("actors.csv")[0]
    form = first["aliases"].split("|")[0]
    newcomer = {**first, "canonical": "A newcomer", "abbreviation": "", "aliases": form, "ambiguous": ""}
    last = edit(copy, "actors.csv", lambda rows: rows.append(newcomer))
    assert [(p.row, first["canonical"] in p.message) for p in check_curated(copy)] == [(last, True)]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"controller": "SDF"}, True),
        ({"controller": "SDF", "source": "Another paper, 2021-01-02"}, False),  # two sources may differ
        ({"valid_from": "2021-01"}, False),  # the same side again
    ],
)
def test_one_source_gives_a_town_to_one_side_at_a_time(copy, changed, found):
    baseline = next(row for row in read("control.csv") if row["date_precision"] == "baseline")
    row = {**baseline, **changed}
    last = edit(copy, "control.csv", lambda rows: rows.append(row))
    assert [(p.row, "overlaps" in p.message) for p in check_curated(copy)] == ([(last, True)] if found else [])


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_dates_are_read_to_the_day_month_or_year(day):
    text = day.isoformat()
    assert first_day(text) == day
    assert first_day(text[:7]) == day.replace(day=1)
    assert first_day(text[:4]) == day.replace(month=1, day=1)


@given(st.text())
def test_anything_else_is_no_date(text):
    read_as = first_day(text)
    assert read_as is None or read_as.isoformat().startswith(text)


# ------------------------------------------------------------------ what stands in our rows


CONTROL = read("control.csv")


def holders(town, day):
    """Who held a town on a day by each row that is for that day."""
    rows = [row for row in CONTROL if row["town"] == town]
    return {row["controller"] for row in rows if row["valid_from"] <= day and (row["valid_to"] or "9") > day}


@pytest.mark.parametrize(
    ("town", "day", "controller"),
    [
        ("Atmeh", "2022-02-03", "HTS-led opposition"),
        ("Kafr Takharim", "2020-10-26", "HTS-led opposition"),
        ("Raqqa", "2022-02-03", "SDF"),
        ("Damascus", "2022-02-03", "Syrian government"),
        ("Hasakah", "2022-02-03", "SDF"),
        ("Al-Sinaa Prison", "2022-01-19", "SDF"),
        ("Al-Sinaa Prison", "2022-01-24", "contested: Islamic State / SDF"),
        ("Al-Sinaa Prison", "2022-02-03", "SDF"),
        ("Afrin", "2020-10-26", "SNA and Turkey"),
        ("Afrin", "2022-10-15", "HTS-led opposition"),
        ("Aleppo", "2024-11-28", "Syrian government"),
        ("Aleppo", "2024-11-29", "contested: HTS-led opposition / Syrian government"),
        ("Aleppo", "2024-12-01", "HTS-led opposition"),
        ("Hama", "2024-12-01", "Syrian government"),
        ("Hama", "2024-12-05", "HTS-led opposition"),
        ("Manbij", "2024-12-01", "SDF"),
        ("Manbij", "2024-12-09", "SNA and Turkey"),
        ("Damascus", "2024-12-09", "HTS-led opposition"),
        ("Kobani", "2014-12-01", "contested: Islamic State / YPG"),
        ("Aleppo", "2016-12-01", "contested: Syrian government / opposition factions"),
        ("Aleppo", "2017-01-01", "Syrian government"),
        ("Palmyra", "2017-01-01", "Islamic State"),
        ("Afrin", "2018-03-17", "SDF"),
        ("Darayya", "2015-06-01", "opposition factions"),
        ("Deir ez-Zor", "2016-06-01", "contested: Islamic State / Syrian government"),
        ("Baghuz Fawqani", "2019-03-01", "contested: Islamic State / SDF"),
        ("Daraa al-Balad", "2021-08-15", "contested: Syrian government / local factions"),
        ("Tafas", "2021-08-15", "joint: Syrian government and local factions"),
        ("Mosul", "2015-06-01", "Islamic State"),
    ],
)
def test_who_held_a_town_on_a_day(town, day, controller):
    assert holders(town, day) == {controller}


def test_two_sources_that_differ_are_both_kept():
    towns = {row["town"] for row in CONTROL}
    differing = [town for town in towns if holders(town, "2024-12-03") == {"Syrian government", "SDF"}]
    assert len(differing) == 7  # the villages east of the Euphrates that both sides said they held


def test_a_town_stands_in_one_place_in_all_tables():
    points = {row["name"]: row for row in read("places.csv")}
    apart = {
        row["town"]: round(km(row, points[row["town"]]), 1)
        for row in read("control.csv")
        if row["town"] in points and km(row, points[row["town"]]) > 1
    }
    assert apart == {}


def test_the_precision_of_a_place_covers_what_its_second_source_says():
    compared = {row["name"]: re.findall(r"([\d.]+) km", row["checked_against"]) for row in read("places.csv")}
    apart = {
        row["name"]: compared[row["name"]]
        for row in read("places.csv")
        if any(float(distance) * 1000 > float(row["precision_m"]) for distance in compared[row["name"]])
    }
    assert sum(map(bool, compared.values())) > 300
    assert apart == {}


@pytest.mark.parametrize("file", ["places.csv", "camps.csv", "control.csv"])
def test_nothing_rests_on_rows_that_may_not_be_passed_on(file):
    assert [row for row in read(file) if "ACLED" in row["source"]] == []


def test_our_own_words_take_no_side():
    ours = {"control.csv": ("controller", "note", "authority"), "actors.csv": ("side", "kind"), "camps.csv": ("note",)}
    loaded = ("regime", "terrorist", "liberat", "mercenar", "martyr", "puppet", "rebel-held", "occupied")
    found = [
        (file, row[column])
        for file, columns in ours.items()
        for row in read(file)
        for column in columns
        if any(word in row[column].casefold() for word in loaded)
    ]
    assert found == []


@pytest.mark.shared
def test_places_stand_where_ucdp_has_them(shared):
    """UCDP GED, precision 1 and 2: same name and governorate, same point within the precision."""
    theirs = defaultdict(list)
    with (shared / "places" / "ucdp_syria_places_dev.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["where_prec"] in {"1", "2"} and row["kind"] in {"town", "village", "city"}:
                theirs[bare(row["name_clean"]), bare(row["adm1"].replace("Governorate", ""))].append(row)
    apart = {}
    for place in read("places.csv"):
        for name in (place["name"], *place["aliases"].split("|")):
            if rows := theirs.get((bare(name), bare(place["admin1"]))):
                apart[place["name"]] = min(km(place, row) - float(place["precision_m"]) / 1000 for row in rows)
    assert len(apart) > 180
    assert statistics.quantiles(apart.values(), n=20)[-1] <= 0
    other_villages = {"Aqrabat", "Al-Salihiyah (Deir ez-Zor north)"}  # of the same name, in another district
    assert {name for name, more in apart.items() if more > 5} == other_villages
