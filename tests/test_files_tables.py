"""Event tables in and layers out: what goes out comes back, and what cannot be used is named."""

import csv
import hashlib
import io
import json
import re

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shapely import Point

from geoconflict.errors import InputError, InputWarning, OutputError, RowsLeftOutWarning, UsageError
from geoconflict.files import (
    LAYER_ENDINGS,
    check_output,
    read_events,
    read_table,
    sniff,
    write_bytes,
    write_layer,
    write_table,
    write_text,
)
from geoconflict.files.cells import csv_line, guarded, unguarded
from geoconflict.files.columns import in_one_line
from geoconflict.files.events import range_slips
from geoconflict.records import CAMP_LINK_COLUMNS, CRS, EVENT_COLUMNS, PEOPLE_COLUMNS, ZONE_LINK_COLUMNS

COLUMNS = {**EVENT_COLUMNS, **ZONE_LINK_COLUMNS, **CAMP_LINK_COLUMNS, **PEOPLE_COLUMNS}
DAYS = {"date_start", "date_end", "zone_as_of", "zone_changed_after", "zone_changed_on", "camp_population_as_of"}
FACTS = {"index_date": "2026-11-20"}

# Hostile on purpose: separators, quotes, line ends, formulas, templates, right-to-left marks; no NUL and no half pairs, which tables cannot hold.
texts = st.one_of(
    st.sampled_from(
        [
            'a,"b";\tc',
            "=1+1",
            "{{ 7*191 }}",
            "قصف\u200fأطمة",
            "line\r\nend\n",
            "null",
            "[]",
            " x ",
            "007",
            "true",
            "1e5",
            "NaN",
            "#hash",
            "\u2028",
        ]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20),
)
numbers = st.floats(-1e9, 1e9, allow_nan=False).map(lambda one: one + 0.0)
integers = st.integers(-(2**53), 2**53)
days = st.dates().map(str)
figure = st.fixed_dictionaries(
    {
        "article": texts,
        "start": st.integers(0, 10**6),
        "low": st.none() | st.integers(0, 1000),
        "used": st.booleans(),
        "score": numbers,
    }
)
points = st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(
    lambda xy: Point(round(xy[0], 6) + 0.0, round(xy[1], 6) + 0.0)
)
TEXT_LISTS = {"merged_ids", "articles"}


@st.composite
def rows_of_cells(draw):
    """A few values of each kind, spread over all columns: drawing each of 66 columns by itself takes minutes."""
    pools = {
        "string": draw(st.lists(texts, min_size=1, max_size=4)),
        "Int64": draw(st.lists(integers, min_size=1, max_size=3)),
        "Float64": draw(st.lists(numbers, min_size=1, max_size=3)),
        "boolean": [True, False],
    }
    figures, dates = draw(st.lists(figure, min_size=1, max_size=3)), draw(st.lists(days, min_size=1, max_size=3))
    chance = draw(st.randoms(use_true_random=False))
    rows = []
    for number, point in enumerate(draw(st.lists(points, max_size=3))):
        cells = {}
        for name, dtype in COLUMNS.items():
            if dtype == "object":
                cells[name] = chance.choices(pools["string"] if name in TEXT_LISTS else figures, k=chance.randrange(3))
            else:
                cells[name] = chance.choice([None, *(dates if name in DAYS else pools[dtype])])
        start, end = cells["date_start"], cells["date_end"]
        cells |= {
            "event_id": f"{number}{pools['string'][0]}",
            "date_end": None if start is None or end is None or end < start else end,
        }
        rows.append((cells, point))
    return rows


def layer_of(rows):
    cells = {name: pd.Series([one[name] for one, _ in rows], dtype=dtype) for name, dtype in COLUMNS.items()}
    return geopandas.GeoDataFrame(
        cells, geometry=geopandas.GeoSeries([point for _, point in rows], crs=CRS, dtype="geometry")
    )


def as_cells(layer):
    return {
        name: [None if one is pd.NA else one for one in layer[name].tolist()]
        for name in layer.columns
        if name != "geometry"
    }


def test_text_of_an_event_table_can_end_no_line_and_turn_no_direction(tmp_path):
    path = tmp_path / "events.csv"
    table = pd.DataFrame(
        {
            "event_id": ["e1", "e2"],
            "date_start": ["2022-02-03"] * 2,
            "lat": [36.31] * 2,
            "lon": [36.69] * 2,
            "place_name": ["At\x0bmeh\x1b[2J\r\n3 Feb 2022: forged\u202e", "Dayr  az\u200fZawr"],
            "summary": ["one\u2029two\u0085", " x "],
        }
    )
    write_table(table, path)
    read = read_events(path)
    assert read["place_name"].tolist() == ["At meh [2J 3 Feb 2022: forged", "Dayr  az\u200fZawr"]
    assert read["summary"].tolist() == ["one two", " x "]


@pytest.mark.parametrize("ending", LAYER_ENDINGS)
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(rows=rows_of_cells())
def test_a_layer_comes_back_as_it_was_written(tmp_path_factory, ending, rows):
    layer, path = layer_of(rows), tmp_path_factory.mktemp("r") / f"events{ending}"
    write_layer(layer, path, about=FACTS)
    back = read_events(path)
    # Without a feature these two have no place to name columns: those every event layer has come back.
    columns = COLUMNS if rows or ending not in {".geojson", ".jsonl"} else EVENT_COLUMNS
    assert back.dtypes.drop("geometry").astype(str).to_dict() == columns
    assert back.crs == CRS
    for name in layer.select_dtypes("string"):
        layer[name] = in_one_line(layer[name])
    assert as_cells(back) == {name: cells for name, cells in as_cells(layer).items() if name in columns}
    assert [None if one is None else (one.x, one.y) for one in back.geometry] == [
        None if one is None else (one.x, one.y) for one in layer.geometry
    ]
    assert sniff(path) == ("events" if rows or ending != ".jsonl" else "articles")  # an empty .jsonl may be either


def sample():
    evidence = [{"article": "a", "start": 1, "end": 9}]
    first = dict.fromkeys(COLUMNS) | {name: [] for name, dtype in COLUMNS.items() if dtype == "object"}
    one = first | {
        "event_id": "e1",
        "date_start": "2022-02-03",
        "date_end": "2022-02-03",
        "fatalities_best": 13,
        "date_inferred": False,
        "radius_m": 1500.0,
        "evidence": evidence,
        "summary": "قتل 13",
        "where_prec": 1,
    }
    return layer_of([(one, Point(36.69123456, 36.3)), (first | {"event_id": "e2"}, None)])


def test_geojson_says_exactly_what_the_contract_says(tmp_path):
    path = tmp_path / "e.geojson"
    write_layer(sample(), path, policy="publish", about=FACTS)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert {key: document[key] for key in ("type", "index_date", "policy")} == {
        "type": "FeatureCollection",
        "index_date": "2026-11-20",
        "policy": "publish",
    }
    assert document["generator"].startswith("geoconflict ")
    one, two = document["features"]
    assert one["geometry"] == {"type": "Point", "coordinates": [36.691235, 36.3]}
    assert two["geometry"] is None
    properties = one["properties"]
    assert list(properties) == list(COLUMNS)
    assert (
        properties["fatalities_best"],
        properties["fatalities_low"],
        properties["date_inferred"],
        properties["zone_controller"],
    ) == (13, None, False, None)
    assert isinstance(properties["fatalities_best"], int)
    assert properties["evidence"] == [{"article": "a", "start": 1, "end": 9}]
    assert properties["figures"] == []
    assert "NaN" not in path.read_text(encoding="utf-8")


def test_parquet_has_list_columns_bounds_and_metadata(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "e.parquet"
    write_layer(sample(), path, about=FACTS)
    schema = pq.read_schema(path)
    assert pa.types.is_list(schema.field("evidence").type)
    assert pa.types.is_list(schema.field("merged_ids").type)
    assert schema.field("fatalities_best").type == pa.int64()
    assert schema.metadata[b"index_date"] == b"2026-11-20"
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"
    others = geopandas.read_parquet(path)
    assert others.crs == CRS
    assert others.geometry.iloc[0].x == 36.69123456


def test_gpkg_opens_elsewhere_with_its_metadata(tmp_path):
    import pyogrio

    path = tmp_path / "e.gpkg"
    write_layer(sample(), path, about=FACTS)
    info = pyogrio.read_info(path)
    assert info["layer_name"] == "events"
    assert info["dataset_metadata"]["policy"] == "open"
    frame = geopandas.read_file(path)
    assert json.loads(frame["evidence"].iloc[0]) == [{"article": "a", "start": 1, "end": 9}]


def test_standard_output_is_one_feature_a_line(capfdbinary):
    write_layer(sample(), "-", about=FACTS)
    lines = capfdbinary.readouterr().out.decode("utf-8").split("\n")
    assert lines.pop() == ""
    features = [json.loads(line) for line in lines]
    assert [one["properties"]["event_id"] for one in features] == ["e1", "e2"]
    assert all(one["type"] == "Feature" and one["policy"] == "open" for one in features)


@pytest.mark.parametrize("ending", LAYER_ENDINGS)
def test_same_layer_same_bytes(tmp_path, ending):
    digests = set()
    for name in ("a", "b"):
        path = tmp_path / name / f"e{ending}"
        path.parent.mkdir()
        write_layer(sample(), path)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


DANGEROUS = ["=HYPERLINK(1)", "+A1", "@SUM(1)", "-2+3", "\t=1", "\r=1", "'=1", "-Atmeh"]
HARMLESS = ["-10.5", "+963", "-1e5", "3-4", "'", "'tis", "-", "a=b", "Ain al-Arab", "-10,5"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_no_cell_is_run_as_a_formula_and_all_come_back(tmp_path, ending):
    frame = pd.DataFrame({"=name": [*DANGEROUS, *HARMLESS], "n": [-1.5] * (len(DANGEROUS) + len(HARMLESS))})
    path = tmp_path / f"t{ending}"
    write_table(frame, path)
    if ending == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    else:
        rows = [list(row) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]
    cells = [row[0] for row in rows]
    assert cells[0] == "'=name"
    assert cells[1 : 1 + len(DANGEROUS)] == [f"'{one}" for one in DANGEROUS]
    assert cells[1 + len(DANGEROUS) :] == HARMLESS
    assert {float(row[1]) for row in rows[1:]} == {-1.5}
    assert not any(str(row[1]).startswith("'") for row in rows[1:])
    back = read_table(path)
    assert back["=name"].tolist() == [*DANGEROUS, *HARMLESS]


@given(st.lists(st.text(alphabet="'=a;,\t\"\r\n", max_size=6), min_size=1, max_size=4))
def test_no_separator_of_a_spreadsheet_splits_a_cell(cells):
    line = csv_line(cells)
    assert next(csv.reader(io.StringIO(line, newline=""))) == [guarded(one) for one in cells]
    bare = re.sub('"[^"]*"', "", line.removesuffix("\r\n"))  # what stands outside quotation marks
    assert not set(bare) & set(';\t"\r\n')


@given(st.text(alphabet="'=+-@\t1.a", max_size=6))
def test_guarding_a_cell_can_be_undone(text):
    assert unguarded(guarded(text)) == text


def test_a_quote_never_closed_is_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('id,text\n1,"Rain, and wind"\n2,"Snow\n3,Sun\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.csv row 3: a quote .* never closed"):
        read_table(path)
    path.write_text('id,text\n1,"Rain,\nand wind"\n2,"Snow"', encoding="utf-8")
    assert read_table(path)["text"].tolist() == ["Rain,\nand wind", "Snow"]


# ---- the target ----------------------------------------------------------------------------------------------------
def test_an_existing_output_is_refused_and_kept(tmp_path):
    path = tmp_path / "e.geojson"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"exists; .* --overwrite"):
        write_layer(sample(), path)
    for refused in (tmp_path, tmp_path / "none" / "e.csv"):
        with pytest.raises(OutputError):
            check_output(refused, overwrite=True)
    with pytest.raises(OutputError, match=r"\.shp is no format of this output; use \.geojson"):
        write_layer(sample(), tmp_path / "e.shp")
    assert path.read_text(encoding="utf-8") == "mine"
    write_layer(sample(), path, overwrite=True)
    assert sniff(path) == "events"
    assert [one.name for one in tmp_path.iterdir()] == ["e.geojson"]  # nothing left beside


@pytest.mark.parametrize("ending", LAYER_ENDINGS)
def test_a_failure_in_the_middle_leaves_the_earlier_file(tmp_path, ending, monkeypatch):
    path = tmp_path / f"e{ending}"
    path.write_bytes(b"earlier")
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(OutputError, match="No space left on device"):
        write_layer(sample(), path, overwrite=True)
    assert path.read_bytes() == b"earlier"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["e.geojson", "e.parquet", "e.gpkg", "e.csv", "e.jsonl"])
def test_a_link_stays_and_what_it_points_to_is_written(tmp_path, name):
    (tmp_path / "real").mkdir()
    link, real = tmp_path / name, tmp_path / "real" / name
    link.symlink_to(real)
    for overwrite in (False, True):
        write_layer(sample(), link, overwrite=overwrite)
        assert link.is_symlink()
        assert sniff(real) == "events"
    assert not list(real.parent.glob(".*"))  # nothing left beside


def test_no_device_is_written_to_as_if_it_were_a_file(tmp_path):
    link = tmp_path / "e.csv"
    link.symlink_to("/dev/full")
    for write in (lambda: write_layer(sample(), link, overwrite=True), lambda: write_text("x", link, overwrite=True)):
        with pytest.raises(OutputError, match="no regular file"):
            write()
    assert link.is_symlink()


def test_an_unwritable_folder_is_refused_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)  # the tests may run as root, whom no permission stops
    with pytest.raises(OutputError, match="not writable"):
        check_output(tmp_path / "e.csv")


def test_texts_and_bytes_are_written_as_they_are(tmp_path, capfdbinary):
    write_text("a\r\nقصف\n", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == "a\r\nقصف\n".encode()
    write_bytes(b"\0\xff", tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"\0\xff"
    write_text("x\n", "-")
    assert capfdbinary.readouterr().out == b"x\n"


def test_half_a_surrogate_pair_costs_a_letter_and_no_file(tmp_path):
    layer = sample()
    layer["summary"] = pd.Series(["half \ud83d pair\0", None], dtype="object")
    for ending in LAYER_ENDINGS:
        write_layer(layer, tmp_path / f"e{ending}")
        summary = read_events(tmp_path / f"e{ending}")["summary"].iloc[0]
        assert summary.startswith("half ")
        assert summary.rstrip("\0\ufffd").endswith(" pair")


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_tables_come_back(tmp_path, ending):
    frame = pd.DataFrame(
        {"name": ["=1+1", "أطمة", None], "n": pd.Series([1, None, 3], dtype="Int64"), "x": [0.5, np.nan, 2.0]}
    )
    write_table(frame, tmp_path / f"t{ending}")
    back = read_table(tmp_path / f"t{ending}")
    assert back["name"].tolist()[:2] == ["=1+1", "أطمة"]
    assert pd.isna(back["name"].iloc[2])
    assert [None if pd.isna(one) else float(one) for one in back["n"]] == [1.0, None, 3.0]
    if ending == ".xlsx":
        assert openpyxl.load_workbook(tmp_path / "t.xlsx").active["A2"].data_type == "s"  # no formula


# ---- event tables of others ----------------------------------------------------------------------------------------
def test_ucdp_with_and_without_hxl_tags(shared):
    plain, tagged = (
        read_events(shared / "events" / name)
        for name in ("ucdp_ged_ukraine.csv", "hdx_conflict_data_ukr_with_HXL_row.csv")
    )
    assert len(plain) == len(tagged) == 1167
    pd.testing.assert_frame_equal(pd.DataFrame(plain), pd.DataFrame(tagged))
    one = plain.iloc[0]
    assert (one["event_id"], one["date_start"], one["date_precision"], one["country"]) == (
        "147997",
        "2014-01-22",
        "day",
        "UA",
    )
    assert (one["fatalities_low"], one["fatalities_best"], one["fatalities_high"]) == (5, 5, 5)
    assert one["sources"][3] == {
        "article": None,
        "outlet": "Agence France Presse",
        "title": "Five dead as Ukraine police launch assault on protesters",
        "url": None,
        "date": "2014-01-22",
        "note": None,
    }
    assert (round(one.geometry.x, 5), round(one.geometry.y, 5)) == (30.52333, 50.45)


def ucdp(path, *rows):
    head = "id,type_of_violence,date_start,date_end,date_prec,latitude,longitude,where_prec,side_a,side_b,low,best,high"
    lines = [f"{head},source_article,source_office", *rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_coalition_of_ucdp_is_its_members_and_the_office_names_the_outlet(tmp_path):
    day = "2017-01-01,2017-01-01,1,36.2,37.1,1"
    path = ucdp(
        tmp_path / "ged.csv",
        f'a,1,{day},"Ahrar al-Sham, Forces of X (north, south), SNA",IS,1,1,1,"""SOHR,2017-01-01,Clashes""",SOHR',
        f"b,1,{day},IS,Civilians,1,1,1,Clashes near Aleppo,Reuters News",
    )
    layer = read_events(path)
    assert layer["actor1"].tolist() == ["Ahrar al-Sham, Forces of X (north, south), SNA", "IS"]
    names = [[one["canonical"] for one in actors] for actors in layer["actors"]]
    assert names == [["Ahrar al-Sham", "Forces of X (north, south)", "SNA", "IS"], ["IS", "Civilians"]]
    assert [(one[0]["outlet"], one[0]["title"]) for one in layer["sources"]] == [
        ("SOHR", "Clashes"),
        ("Reuters News", "Clashes near Aleppo"),
    ]


def test_a_best_number_outside_its_range_is_said_and_kept(tmp_path):
    day = "2017-01-01,2017-01-01,1,36.2,37.1,1,A,B"
    layer = read_events(ucdp(tmp_path / "ged.csv", f"a,1,{day},60,60,59,,", f"b,1,{day},1,2,3,,", f"c,1,{day},,2,,,"))
    assert layer["fatalities_low"].tolist()[:2] == [60, 1]
    assert [slip.split(" of 1 event ")[0] for slip in range_slips(layer)] == ["the best number of dead"]
    assert "(a)" in range_slips(layer)[0]
    assert range_slips(layer.iloc[1:]) == []


@pytest.mark.parametrize(
    ("name", "rows", "country"), [("ucdp_ged_iraq.parquet", 7473, "IQ"), ("ucdp_ged_syria_dev.parquet", 11380, "SY")]
)
def test_ucdp_parquet(shared, name, rows, country):
    path = shared / "events" / name
    assert sniff(path) == "events"
    layer = read_events(path)
    source = pd.read_parquet(path)
    assert len(layer) == rows
    assert set(layer["country"]) == {country}
    assert layer["fatalities_best"].sum() == source["best"].sum()
    assert layer["where_prec"].tolist() == source["where_prec"].tolist()
    exact = layer["where_prec"] == 1
    assert layer.loc[exact, "radius_m"].max() <= 8_500
    assert (layer.loc[layer["where_prec"] == 2, "radius_m"] == 25_000).all()
    assert layer.loc[layer["where_prec"] > 2, "radius_m"].isna().all()  # not known is an answer


ACLED = (
    "\ufeffevent_id_cnty;event_date;time_precision;event_type;sub_event_type;actor1;actor2;country;admin1;admin2;location;latitude;longitude;geo_precision;source;source_scale;notes;fatalities\n"
    'SYR1;03 February 2022;1;Battles;Armed clash;Force A;Force B;Syria;Idleb;Harim;Atma;36,5;36.69;1;SOHR;National;"A clash; near Atma.";13\n'
)


def test_acled_by_its_columns(tmp_path):
    path = tmp_path / "acled.csv"
    path.write_text(ACLED.replace("36,5", "36.5"), encoding="utf-8")
    assert sniff(path) == "events"
    one = read_events(path).iloc[0]
    assert (one["event_id"], one["date_start"], one["event_type"], one["sub_event_type"]) == (
        "SYR1",
        "2022-02-03",
        "Battles",
        "Armed clash",
    )
    assert (one["fatalities_best"], one["country"], one["where_prec"], one["geo_precision"]) == (13, "SY", 1, 1)
    assert pd.isna(one["fatalities_low"])
    path.write_text(ACLED.replace("36,5", "36.5").replace(";1;Battles", ";3;Battles"), encoding="utf-8")
    month = read_events(path).iloc[0]
    assert (month["date_start"], month["date_end"], month["date_precision"]) == ("2022-02-01", "2022-02-28", "month")
    path.write_text(ACLED, encoding="utf-8")
    with pytest.raises(InputError, match=r"acled.csv row 2: latitude '36,5' is not a number; decimals take a point"):
        read_events(path)


def test_any_table_by_a_mapping(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "Nr,When,N,E,Dead\nA-1,2022-02-03,36.3,36.7,4\nA-2,2022-02-04,,,\nA-2,2022-02-05,36.1,36.2,0\n",
        encoding="utf-8",
    )
    with pytest.raises(UsageError, match=r"neither articles .* --from"):
        sniff(path)
    with pytest.raises(UsageError, match="--from"):
        read_events(path)
    columns = {"event_id": "Nr", "date_start": "When", "lat": "N", "lon": "E", "fatalities_best": "Dead"}
    with pytest.warns(InputWarning, match="row 4: the event id is taken"):
        layer = read_events(path, columns=columns)
    assert layer["event_id"].tolist() == ["A-1", "A-2", "A-2~2"]
    assert layer.geometry.isna().tolist() == [False, True, False]  # no coordinates: the row stays, without a point
    assert as_cells(layer)["fatalities_best"] == [4, None, 0]
    with pytest.raises(UsageError, match="no column Dead2; it has Nr, When"):
        read_events(path, columns=columns | {"fatalities_best": "Dead2"})
    with pytest.raises(UsageError, match="deaths is no column of an event layer"):
        read_events(path, columns=columns | {"deaths": "Dead"})


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("a,2022-02-30,36.3,36.7,1", r"t.csv row 3: date '2022-02-30' is not a date; use YYYY-MM-DD"),
        ("a,2022-02-03,96.3,36.7,1", r"row 3: latitude 96.3 is beyond"),
        ("a,2022-02-03,36.3,36.7,1.5", r"row 3: fatalities 1.5 is not a whole number"),
        ("a,2022-02-03,36.3,x,1", r"row 3: longitude 'x' is not a number"),
        (",2022-02-03,36.3,36.7,1", r"row 3: no event id"),
        ("a,3/2/22,36.3,36.7,1", r"row 3: date '3/2/22' is not a date"),
        ("a,2022-02-03,inf,36.7,1", r"row 3: latitude 'inf' is not a number"),
    ],
)
def test_a_bad_row_is_left_out_naming_file_row_and_remedy(tmp_path, bad, message):
    path = tmp_path / "t.csv"
    head, good = "id,date,latitude,longitude,fatalities\n", "x,2022-02-03,36.3,36.7,1\nx,2022-02-04,36.3,36.7,\n"
    path.write_text(f"{head}{good.replace(chr(10), chr(10) + bad + chr(10), 1)}", encoding="utf-8")
    assert sniff(path) == "events"
    with pytest.warns(InputWarning) as caught:
        layer = read_events(path)
    (left_out, renamed) = caught
    assert left_out.category is RowsLeftOutWarning
    assert re.search(message, str(left_out.message))
    assert "\n" not in str(left_out.message)
    assert "row 4: the event id is taken" in str(renamed.message)
    assert layer["date_start"].tolist() == ["2022-02-03", "2022-02-04"]
    path.write_text(f"{head}{bad}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message.replace("row 3", "row 2")):
        read_events(path)


def test_a_bad_line_of_json_costs_no_other(tmp_path):
    def feature(key, lon):
        properties = {"event_id": key, "date_start": "2022-02-03"}
        return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, 36.3]}, "properties": properties}

    good, far = json.dumps(feature("a", 36.7)), json.dumps(feature("b", 367))
    (tmp_path / "e.jsonl").write_text(f"{good}\n{{\n{far}\n[]\n", encoding="utf-8")
    (tmp_path / "e.geojson").write_text(
        f'{{"type": "FeatureCollection", "features": [{far}, {good}]}}', encoding="utf-8"
    )
    for name, rows in (("e.jsonl", ["2", "3", "4"]), ("e.geojson", ["1"])):
        with pytest.warns(RowsLeftOutWarning) as caught:
            layer = read_events(tmp_path / name)
        assert layer["event_id"].tolist() == ["a"]
        assert [
            re.search(r"row (\d+): (not JSON|coordinate 367|a row of JSON)", str(one.message))[1] for one in caught
        ] == rows


def test_of_many_bad_rows_some_are_named_and_all_counted(tmp_path):
    rows = [f"e{i},{'2022-02-03' if i % 2 else 'soon'},36.3,36.7" for i in range(40)]
    (tmp_path / "t.csv").write_text("\n".join(["id,date,lat,lon", *rows]), encoding="utf-8")
    with pytest.warns(RowsLeftOutWarning) as caught:
        layer = read_events(tmp_path / "t.csv")
    assert layer["event_id"].tolist() == [f"e{i}" for i in range(1, 40, 2)]
    assert [str(one.message).split(":")[0] for one in caught[:2]] == ["t.csv row 2", "t.csv row 4"]
    assert "rows 12, 14, 16 and 12 more" in str(caught[-1].message)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", "id;قصف".encode("cp1256")),
        ("a.xlsx", b"PK"),
        ("a.parquet", b"PAR1xxxx"),
        ("a.jsonl", b"{"),
        ("a.geojson", b"{}"),
        ("a.gpkg", b"x"),
        ("a.doc", b"x"),
    ],
)
def test_a_broken_table_is_one_line(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises((InputError, UsageError)) as caught:
        read_events(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_more_cells_than_columns_lose_nothing(shared):
    with pytest.warns(InputWarning, match="row 54: more cells than columns"):
        frame = read_table(shared / "displacement/camps_sy_jo_tr.csv")
    assert len(frame) == 56
    assert "no bbox check can see it" in frame["quality_note"].iloc[52]


@pytest.mark.parametrize("ending", [".geojson", ".shp.zip"])
def test_real_layers_in_two_formats_agree(shared, ending):
    folder = shared / "displacement/zaatari_formats"
    for name, rows in (
        ("BlockBoundaries_2016_12", 193),
        ("DistrictBoundaries_2016_12", 12),
        ("CampFacilities_2017_02", 208),
        ("Roads_2016_12", 161),
    ):
        frame = read_table(folder / f"{name}{ending}")
        bounds = geopandas.GeoSeries(frame["geometry"], crs=CRS).total_bounds
        assert len(frame) == rows
        assert np.allclose(bounds, geopandas.read_file(folder / f"{name}.geojson").total_bounds, atol=2e-6)
