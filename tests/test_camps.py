"""Lists of camps as UNHCR, IOM and CCCM write them: each trap with its one line, and nothing that is no camp."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError, InputWarning
from geoconflict.files import read_camps, write_layer
from geoconflict.files.camp_days import DayReader, as_written
from geoconflict.files.camp_names import same_camp
from geoconflict.files.camp_rows import no_camp
from geoconflict.files.tables import read_table
from geoconflict.links import events_to_layer, link_camps
from geoconflict.maps.content import _open_camps
from geoconflict.records import CAMP_COLUMNS, CRS

GEOD = Geod(ellps="WGS84")


def read(path, *texts):
    """Read lists given as text; return the camps and what was said."""
    files = []
    for number, text in enumerate(texts):
        files.append(path / f"c{number or ''}.csv")
        files[-1].write_text(text, encoding="utf-8")
    return told_by(lambda: read_camps(files))


def told_by(call):
    with pytest.warns() as told:
        camps = call()
    assert all(issubclass(one.category, InputWarning) for one in told)
    return camps, [str(one.message) for one in told]


# ---- the curated camps ---------------------------------------------------------------------------------------------
def test_the_curated_camps():
    camps = read_camps()
    assert camps[list(CAMP_COLUMNS)].dtypes.astype(str).to_dict() == CAMP_COLUMNS
    assert camps.crs == CRS
    assert len(camps) == len(list(curated_rows("camps.csv")))
    assert camps["camp_id"].is_unique
    for populations in camps["populations"]:
        days = [one["as_of"] for one in populations if one["as_of"]]
        assert days == sorted(days)
        assert all(isinstance(one["population"], int) for one in populations)
    assert camps["country"].notna().all()
    assert camps["radius_m"].min() >= 500


def test_camps_written_come_back(tmp_path):
    """Also: none of the curated lies in the swapped place, is military, or is another's double."""
    camps = read_camps()
    write_layer(camps, tmp_path / "camps.geojson")
    back = read_camps(tmp_path / "camps.geojson")
    pd.testing.assert_frame_equal(back.drop(columns="geometry"), camps.drop(columns="geometry"))
    assert back.geometry.geom_equals_exact(camps.geometry, 1e-6).all()


# ---- traps ---------------------------------------------------------------------------------------------------------
CAMPS = """name,country,lat,lon,kind,opened,closed,population,as_of
Mafraq,Jordan,32.34,36.2,IDP Camp,11/8/18,,10000,2019-03
Swapped,JO,36.33,32.29,Refugee Camp,1/1/12,,,
Border,SY,36.31,36.69,IDP Camp,12/30/99,1905-06-18T00:00:00Z,5,undated
Barracks,SY,35.0,37.0,military camp,2012,,,
Nowhere,SY,,,IDP Camp,,,,
Old,SY,35.1,37.1,IDP Camp,2012,2014-02,,
Zero,SY,0,0,IDP Camp,,,,
Archive,SY,35.2,37.2,Archived data - disregard,,,,
Homs,SY,34.73,36.71,Refugee Urban location,,,,
Null,SY,,,IDP Camp,,,,
Rukban again,TR,38.675,33.3103,Refugee Camp,,,,
Rukban,TR,38.675,33.3103,Refugee Camp,,,,
Beyond,SY,99,200,IDP Camp,,,,
Mixed up,SY,35.3,37.3,IDP Camp,2019,2017,,
"""


def test_a_list_with_every_trap(tmp_path):
    camps, told = read(tmp_path, CAMPS)
    assert camps["name"].tolist() == ["Mafraq", "Border", "Old", "Rukban again", "Mixed up"]
    for line in (
        "row 3 (Swapped): latitude and longitude are swapped: the point lies outside the stated country; left out",
        "row 5 (Barracks): not a displacement camp; left out",
        "rows 6 (Nowhere), 11 (Null): no coordinates; left out (2 rows)",
        "row 8 (Zero): at 0 N 0 E, where no camp is; left out",
        "row 9 (Archive): archived by its source; left out",
        "row 10 (Homs): people in a town or scattered, no camp; left out",
        "row 13 (Rukban): latitude and longitude are swapped: exchanged, the point is that of the camp of this name",
        "row 14 (Beyond): coordinates beyond the globe; left out",
        "row 4: closed '1905-06-18T00:00:00Z' is a spreadsheet's mistake; left empty",
        "row 15: closed before it was opened; neither day is known then",
    ):
        assert sum(line in one for one in told) == 1, line
    one, border, old = (camps.iloc[i] for i in range(3))
    assert (one["country"], one["opened"]) == ("JO", "2018-11-08")
    assert one["populations"] == [{"population": 10000, "as_of": "2019-03", "source": None}]
    assert (border["opened"], old["opened"], old["closed"]) == ("1999-12-30", "2012", "2014-02")
    assert pd.isna(border["closed"])
    assert border["populations"] == [{"population": 5, "as_of": None, "source": None}]
    assert camps.iloc[4][["opened", "closed"]].isna().all()


@pytest.mark.parametrize(
    ("column", "cell", "read_as"),
    [
        (["9/17/19", "1/2/03"], "1/2/03", "2003-01-02"),  # UNHCR's, month first
        (["17/9/19", "1/2/03"], "1/2/03", "2003-02-01"),
        (["9/17/99"], "9/17/99", "1999-09-17"),
        (["1/1/50"], "1/1/50", "1950-01-01"),
        (["1/2/19"], "1/2/19", "2019"),  # as with four digits
        (["1/2/19", "17/9/19", "9/17/19"], "1/2/19", "2019"),  # both orders in one column
        (["3/2/2019"], "3/2/2019", "2019"),  # nothing tells which is the month
        (["3/2/2019", "30/2/2019", "30/3/2019"], "3/2/2019", "2019-02-03"),
        (["2/2/2019"], "2/2/2019", "2019-02-02"),
        (["2018-07"], "2018-07", "2018-07"),
        (["2018/2019"], "2018/2019", "2018-01-01/2019-12-31"),
        (["13/13/19"], "13/13/19", None),
    ],
)
def test_days_as_lists_write_them(column, cell, read_as):
    span = DayReader(column).span(cell)
    assert (span and as_written(span)) == read_as


def test_days_that_may_be_two_are_kept_to_the_year_and_said(tmp_path):
    table = "name,lat,lon,kind,opened,population,as_of\nA,36.11,36.81,idp camp,1/2/19,5,3/2/2021\n"
    camps, told = read(tmp_path, table)
    assert camps["opened"].tolist() == ["2019"]
    assert camps["populations"].iloc[0][0]["as_of"] == "2021"
    for column, cell in (("opened", "1/2/19"), ("as_of", "3/2/2021")):
        line = f"row 2: {column} '{cell}' may begin with the day or the month"
        assert sum(line in one for one in told) == 1, line
    settled = tmp_path / "settled.csv"
    settled.write_text(f"{table}B,36.51,36.91,idp camp,1/17/19,,\n", encoding="utf-8")
    camps = read_camps(settled)
    assert camps["opened"].tolist() == ["2019-01-02", "2019-01-17"]
    assert camps["populations"].iloc[0][0]["as_of"] == "2021-03-02"  # the list's other days tell


def test_whole_governorates_are_no_camps(tmp_path):
    camps, told = read(
        tmp_path,
        "Country,name,loc_type,POINT_X,POINT_Y\nIraq,Ninewa,Refugee Location,43.125,36.37872728\n"
        "Iraq,Ninewa,Refugee Camp,43.125123,36.512345\nIraq,Domiz,Refugee Location,42.89123,36.78212\n",
    )
    assert camps["name"].tolist() == ["Ninewa", "Domiz"]
    assert any("row 2 (Ninewa): people of a whole city or governorate, no camp; left out" in one for one in told)


def test_files_that_cannot_be_used_are_passed_over_when_asked(tmp_path):
    for name, text in (("good", "name,lat,lon\nA,36.11,36.81\n"), ("empty", ""), ("other", "foo,bar\n1,2\n")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    files = [tmp_path / f"{name}.csv" for name in ("empty", "good", "none", "other")]
    with pytest.raises(InputError, match="empty"):
        read_camps(files)
    over = []
    camps = read_camps(files, passed_over=lambda path, problem: over.append(path.stem))
    assert (camps["name"].tolist(), over) == (["A"], ["empty", "none", "other"])
    assert not len(read_camps(files[:1], passed_over=lambda *_: None))  # and not the curated in its place


def test_a_latitude_beyond_the_pole_is_called_that(tmp_path):
    _, told = read(tmp_path, "name,lat,lon,kind\nA,36.11,36.81,idp camp\nF,95,37.5,idp camp\n")
    assert any("row 3 (F): latitude beyond 90 degrees" in one for one in told)
    assert not any("stated country" in one for one in told)


def test_dtm_and_cccm_tables(tmp_path):
    """Other column names, a row of HXL tags, times of listing, families that are no people, and counts with commas."""
    camps, told = read(
        tmp_path,
        "SSID,Site Name,Site Type,Latitude,Longitude,Total Individuals,Reporting Date\n"
        "#loc+code,#loc+name,#loc+type,#geo+lat,#geo+lon,#affected,#date\n"
        'S1,Al Noor,School,36.1,36.8,"1,204",15/03/2021\n'
        "S1,Al Noor,School,36.1,36.8,1300,20/04/2021\n"
        "S2,Old barracks,Collective centre,36.2,36.9,80,15/03/2021\n"
        "S3,Half,Planned camp,36.3,36.95,12.5,15/03/2021\n",
        "Location ID,name,lat,lon,first,last,max_camp_families\n"
        "7,Ashti,36.5,44.1,2014-09-01,2016-02-01,120\n8,Bahar,36.6,44.3,2014-12-09,2021-02-28,50\n",
    )
    assert camps["name"].tolist() == ["Al Noor", "Old barracks", "Ashti", "Bahar"]
    assert [one["population"] for one in camps["populations"].iloc[0]] == [1204, 1300]
    assert [one["as_of"] for one in camps["populations"].iloc[0]] == ["2021-03-15", "2021-04-20"]
    assert camps["opened"].tolist()[2:] == [pd.NA, "2014-12-09"]  # the list itself begins when the first is seen
    assert camps["closed"].tolist()[2:] == ["2016-02-01", pd.NA]
    assert any("c.csv row 6: Total Individuals '12.5' is no count" in one for one in told)
    assert any("c1.csv: row 2: not listed after last, the list's latest being 2021-02-28" in one for one in told)
    assert any("column max_camp_families counts families, not people" in one for one in told)


def test_camps_marked_closed_on_no_day_are_not_open_for_ever(tmp_path):
    camps, told = read(
        tmp_path,
        "name,lat,lon,loc_type,createdate,closedate,updatedate,status\n"
        "Gone,36.1,36.8,IDP Camp,1/1/12,,11/1/19,0\nHere,36.2,36.9,IDP Camp,9/17/12,,11/1/19,1\n",
    )
    assert camps["closed"].tolist() == ["2012-01-01/2019-11-01", pd.NA]
    assert any("row 2: marked closed on no known day" in one for one in told)


def test_one_camp_under_several_names_is_one(tmp_path):
    camps, told = read(
        tmp_path,
        "name,name_alt,lat,lon,kind,opened,closed,population,as_of\n"
        "Al Maproka,,36.65062,39.75618,Refugee Camp,2017-06,2019-01,,\n"
        "Mabrouka,,36.65257,39.75854,IDP Camp,2017-10,,5165,2018-03\n"
        "Domiz 1,,36.782,42.891,Refugee Camp,,,,\nDomiz 2,,36.783,42.892,Refugee Camp,,,,\n"
        "Doro,,9.97,33.75,Refugee Camp,,,,\nGore,,9.971,33.751,Refugee Camp,,,,\n",
        "id,name,lat,lon,kind,population,as_of\nx,Mabrouka camp,36.652,39.757,idp,4000,2018-09\n",
    )
    assert camps["name"].tolist() == ["Al Maproka", "Domiz 1", "Domiz 2", "Doro", "Gore"]
    first = camps.iloc[0]
    assert (first["opened"], pd.isna(first["closed"])) == ("2017-06", True)  # the third says neither
    assert [one["population"] for one in first["populations"]] == [5165, 4000]
    assert any(
        "rows of one camp are joined: c.csv row 3 (Mabrouka) with c.csv row 2 (Al Maproka)" in one for one in told
    )


@pytest.mark.parametrize(
    ("days", "joined"),
    [
        ((",2020-01", "2019-05-01,2021-01"), ("2019-05-01", "2021-01")),
        (("2018,", "2019-05-01,2021-01"), ("2018", pd.NA)),
        (("2018,2020-01", "2019-05-01,2021-01"), ("2018", "2021-01")),
    ],
)
def test_a_joined_camp_is_open_as_long_as_any_of_its_rows_may_have_been(tmp_path, days, joined):
    rows = [f"Mabrouka,36.65,39.75,IDP Camp,{one}" for one in days]
    camps, _ = read(tmp_path, "\n".join(["name,lat,lon,kind,opened,closed", *rows]))
    assert camps[["opened", "closed"]].to_numpy(object).tolist() == [list(joined)]


def test_ids_stay_unique(tmp_path):
    camps, told = read(tmp_path, "id,name,lat,lon\na,North,36.3,36.7\na,South,35.3,36.7\n")
    assert camps["camp_id"].tolist() == ["a", "a~2"]
    assert any("the id of another camp" in one for one in told)


def test_many_camps_at_one_point_are_known_to_a_town_only(tmp_path):
    rows = [f"Site {letter * 4},35.93,36.63,IDP Camp" for letter in "abc"]
    rows += ["Own place,35.8123,36.7456,IDP Camp", "Coarse,35.8,36.7,IDP Camp", "Degrees,35,37,IDP Camp"]
    camps, told = read(tmp_path, "\n".join(["name,lat,lon,kind", *rows]))
    assert camps["radius_m"].tolist() == [5000, 5000, 5000, pd.NA, 8000, 80000]
    assert any("Site aaaa, Site bbbb, Site cccc: 3 or more sites at exactly one point" in one for one in told)


# ---- counts by camp and day ----------------------------------------------------------------------------------------
def test_a_table_of_counts_joins_by_code_or_name(tmp_path):
    camps, told = read(
        tmp_path,
        "pcode,name,name_alt,country,lat,lon,loc_type\nSYR1,El Hol,,SY,36.37507,41.15103,Refugee Camp\n"
        "SYR2,Roj camp,,SY,37.18437,42.2319,IDP Camp\nJOR1,Twin,,JO,32.1,36.1,IDP Camp\nSYR9,Twin,,SY,35.1,36.9,IDP Camp\n",
        "camp,date,population\nAl-Hawl,2019-03-25,72842\nHol camp,2018-12,9400\nrōj,undated,7\nTwin,2020,4\nLost,2020,9\n",
        "pcode,country,individuals,as_of\nSYR2,SY,1775,2018-03\n",
    )  # fmt: skip
    counts = {
        name: [one["population"] for one in found]
        for name, found in zip(camps["name"], camps["populations"], strict=True)
    }
    assert counts == {"El Hol": [9400, 72842], "Roj camp": [1775, 7], "Twin": []}
    assert any("row 6 (Lost): no camp of this name is listed; the count is not used" in one for one in told)
    assert any("row 5 (Twin): several camps of this name are listed" in one for one in told)


def test_counts_alone_speak_of_the_curated_camps(shared):
    camps, told = told_by(lambda: read_camps(shared / "displacement/camp_population_facts.csv"))
    assert len(camps) == len(read_camps())
    hol = camps.set_index("name").loc["Al-Hol camp", "populations"]
    assert {72842, 69015} <= {one["population"] for one in hol}
    assert told == [
        "camp_population_facts.csv: row 13 (Atmeh + Qah area): no camp of this name is listed; the count is not used"
    ]


# ---- no camp of soldiers -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "kind", "is_none"),
    [
        ("Camp Bondsteel", "", True),
        ("Camp Bondsteel", "camp", True),
        ("Al-Qarmid", "training camp", True),
        ("Baiji refinery camp", "", True),
        ("Wadi camp", "Oil camp", True),
        ("Army camp", "camp", True),
        ("Scout hut", "camp_site", True),
        ("Depot", "Warehouse", True),
        ("Federal Training Center Camp", "IDP Settlement", False),
        ("Police Barrack", "IDP Camp", False),
        ("Barracks / Vrhnika", "Refugee Accomodation", False),
        ("Camp Liberty", "Refugee Camp", False),
        ("Al-Hol", "camp", False),
        ("Rhino Camp settlement", "", False),
    ],
)
def test_who_lives_there_is_the_sources_word_then_the_names(name, kind, is_none):
    assert no_camp(name, kind) == is_none


def test_curated_bases_are_no_camps_unless_a_source_says_who_lives_there(tmp_path):
    bases = [row for row in curated_rows("places.csv") if row["kind"] == "base"]
    assert len(bases) > 80
    lines = [f'"{row["name"]}",{row["lat"]},{row["lon"]},camp' for row in bases]
    lines += ["Camp Ashraf,34.06,44.574,Refugee camp (UNHCR)", "Good,35.5,36.5,camp"]
    camps, told = read(tmp_path, "\n".join(["name,lat,lon,kind", *lines]))
    assert camps["name"].tolist() == ["Camp Ashraf", "Good"]
    assert f"left out ({len(bases)} rows)" in told[0]


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["", "Al-Noor ", "Tell Brak ", "5th ", "Camp "]),
    st.sampled_from(["military", "army", "training", "Air Base", "barracks", "oil refinery", "militia", "prison"]),
    st.sampled_from(["", " camp", " site"]),
    st.sampled_from(["", "camp", "site", "settlement", "Unknown"]),
)
def test_no_camp_of_soldiers_is_ever_one(before, whose, after, kind):
    assert no_camp(f"{before}{whose}{after}", kind)
    assert no_camp("Noor", f"{whose}{after}")
    assert not no_camp(f"{before}{whose}{after}", "IDP camp")


# ---- names ---------------------------------------------------------------------------------------------------------
@settings(max_examples=80, deadline=None)
@given(st.text("abcdefghij", min_size=3, max_size=12), st.integers(1, 40), st.integers(1, 40))
def test_a_number_tells_camps_apart(name, one, other):
    assert same_camp(f"{name} {one}", f"Al-{name.title()} {other} camp") == (one == other)


# ---- real files ----------------------------------------------------------------------------------------------------
def test_unhcr_list_of_sites(shared):
    camps, told = told_by(lambda: read_camps(shared / "displacement/displacement_locations_unhcr.csv"))
    said = " | ".join(told)
    raw = read_table(shared / "displacement/displacement_locations_unhcr.csv")
    kinds, placed = raw["loc_type"].fillna(""), raw["POINT_X"].notna()
    sites = placed & ~kinds.str.contains("Archived|Urban|Dispersed")
    assert 0.95 * sites.sum() < len(camps) < sites.sum()  # the rest are doubles and the two swapped
    assert "archived by its source; left out (143 rows)" in said
    assert "no coordinates; left out (2,275 rows)" in said
    assert "1791 (Boynuyogun), 2319 (Al Rukban): latitude and longitude are swapped" in said
    assert "row 3847: closedate '1905-06-18T00:00:00Z'" in said
    assert camps["camp_id"].is_unique
    assert camps["opened"].dropna().min() > "1950"
    assert camps["closed"].dropna().min() > "1950"
    rukban = camps[camps["name"].str.contains("Rukban")]
    assert (rukban.geometry.y < 34).all()
    assert (camps[camps["name"].str.startswith("Sutomore")]["radius_m"] >= 5000).all()
    assert len(told) < 20  # a line a reason, however many rows
    gone = raw.loc[(raw["status"] == "0") & sites, "pcode"]
    open_now = camps[camps["closed"].isna()]["camp_id"]
    assert open_now.isin(gone).mean() < 0.03  # doubles of which the other row is open


def test_iom_list_of_iraq(shared):
    camps, told = told_by(lambda: read_camps(shared / "displacement/iom_dtm_iraq_camp_locations.csv"))
    assert 155 < len(camps) <= 165
    assert camps["closed"].notna().sum() > 100
    assert any("counts families" in one for one in told)


def test_zaatari_is_read_alike_from_six_formats_and_its_buildings_are_no_camps(shared):
    folder = shared / "displacement/zaatari_formats"
    names = {}
    for ending in ("csv", "xlsx", "geojson", "kml", "topojson", "shp.zip"):
        frame = read_table(folder / f"CampFacilities_2017_02.{ending}")
        called = "name" if ending == "kml" else "NAME_EN"  # that KML has lost its attributes
        names[ending] = sorted(frame[called].dropna().astype(str).str.strip())
    assert len(names["csv"]) > 200
    for one, other in itertools.pairwise(names.values()):
        assert one == other
    for ending in ("geojson", "topojson", "shp.zip"):
        camps, told = told_by(lambda path=folder / f"CampFacilities_2017_02.{ending}": read_camps(path))
        assert len(camps) == 0
        assert list(camps.columns) == [*CAMP_COLUMNS, "geometry"]
        assert any("not a displacement camp" in one for one in told)


def test_areas_count_by_a_point_inside_and_their_size(tmp_path):
    ring = [[36.70, 36.30], [36.72, 36.30], [36.72, 36.32], [36.70, 36.32], [36.70, 36.30]]
    feature = {"type": "Feature", "properties": {"name": "Karama", "kind": "idp"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    line = {"type": "Feature", "properties": {"name": "Road", "kind": "idp"}, "geometry": {"type": "LineString", "coordinates": ring}}  # fmt: skip
    path = tmp_path / "a.geojson"
    pd.Series({"type": "FeatureCollection", "features": [feature, line]}).to_json(path)
    camps, told = told_by(lambda: read_camps(path))
    assert camps["name"].tolist() == ["Karama"]
    assert 1000 < camps["radius_m"].iloc[0] < 3000
    assert "a LineString is no camp" in told[0]


# ---- bad input -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "no column `name`"),
        ("name\nAtmeh\n", "no coordinates; camps need"),
        ("name,lat,lon\nAtmeh,x,36\n", r"row 2: lat 'x' is not a number"),
        ("", "the file is empty"),
    ],
)
def test_what_is_no_list_of_camps(tmp_path, text, message):
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_camps(tmp_path / "c.csv")


def test_a_camp_with_a_bad_value_costs_no_other(tmp_path):
    camps, told = read(
        tmp_path,
        "name,lat,lon,population\nNorth,36.31,36.74,900\nEast,36;4,36.8,5\nSouth,35.9,36.6,many\nWest,35,36,-4\n",
    )
    assert camps["name"].tolist() == ["North"]
    assert [one.split(";")[0] for one in told] == [
        "c.csv row 3: lat '36",
        "c.csv row 4: population 'many' is not a number",
        "c.csv row 5: population '-4' is no count of people",
    ]


def test_a_list_without_rows_keeps_its_columns(tmp_path):
    (tmp_path / "c.csv").write_text("name,lat,lon\n", encoding="utf-8")
    camps = read_camps(tmp_path / "c.csv")
    assert camps[list(CAMP_COLUMNS)].dtypes.astype(str).to_dict() == CAMP_COLUMNS
    assert len(link_camps(events_to_layer([]), camps)) == 0


def test_links_to_a_real_list_are_those_of_asking_every_camp(shared):
    camps, _ = told_by(lambda: read_camps(shared / "displacement/unhcr_me_camps.csv"))
    chance = np.random.default_rng(3)
    near = chance.integers(0, len(camps), 150)
    lon, lat = ((axis.to_numpy()[near] + chance.normal(0, 0.1, 150)) for axis in (camps.geometry.x, camps.geometry.y))
    day = (np.datetime64("2005-01-01") + chance.integers(0, 6500, 150)).astype(str)
    events = pd.DataFrame({"date_start": day, "date_end": day, "where_prec": 1, "radius_m": 500.0})
    layer = link_camps(gpd.GeoDataFrame(events, geometry=gpd.points_from_xy(lon, lat), crs=CRS), camps)
    opened = camps["opened"].fillna("0001").tolist()
    closed = [day.split("/")[-1] for day in camps["closed"].fillna("9999")]
    for row in range(150):
        is_open = [a <= day[row] and b >= day[row][: len(b)] for a, b in zip(opened, closed, strict=True)]
        there = camps[is_open]
        metres = [GEOD.inv(lon[row], lat[row], one.x, one.y)[2] for one in there.geometry]
        order = sorted(zip(np.round(metres, 3), there["camp_id"], strict=True))
        assert [one["camp_id"] for one in layer["camps"].iloc[row]] == [c for m, c in order if m <= 50_000][:5]
        assert layer["camps_within_10km"].iloc[row] == sum(m <= 10_000 for m, _ in order)


def test_the_map_shows_camps_that_may_be_open(tmp_path):
    camps, _ = read(
        tmp_path,
        "name,lat,lon,kind,opened,closed\nMonth,36.31,36.71,idp,,2022-02\nBetween,36.32,36.82,idp,2020-01-01,2021-01-01/2022-06-01\n"
        "Gone,36.33,36.93,idp,,2022-01\nLater,36.34,36.64,idp,2022-03,\nBad,36.3,36.6,army,,\n",
    )  # fmt: skip
    assert _open_camps(camps, "2022-02-03", "2022-02-04")["name"].tolist() == ["Month", "Between"]
