"""Files the user adds: each sort is read for what it is; what is broken or built to do harm costs one clear line."""

import json
import sqlite3
import tracemalloc
import zipfile

import pytest

from geoconflict.errors import GazetteerError, InputError, InputWarning
from geoconflict.gazetteer import Gazetteer, index_info
from geoconflict.gazetteer.added import Additions, in_order, parse_columns, read_places, warn_of
from geoconflict.gazetteer.added.values import LONG_NAME, LONGEST_LINE, NO_NAME, NO_PLACE, NO_POINT, NOT_KNOWN
from geoconflict.gazetteer.build import build_index, install, write_index
from geoconflict.gazetteer.index import AMBIGUOUS, BARE, INDEX_VERSION, META, Added
from geoconflict.gazetteer.names import norm
from geoconflict.gazetteer.rows import Collection, Row


def known():
    """A country, a governorate, its city and a town, with GeoNames' numbers and points."""
    collection = Collection()
    collection.add(Row("country:SY", "Syria", "country", 38, 35, 400_000, "SY", source="test"), ["سوريا"])
    collection.admin1_row["SY", "12"] = collection.add(
        Row("admin1:SY.12", "Idlib", "admin1", 36.68, 35.79, 57_000, "SY", population=440_000, source="test"),
        ["Idlib Governorate", "Idleb"],
    )
    city = Row("geonames:169389", "Idlib", "city", 36.63393, 35.93062, 6_400, "SY", "Idlib", "", 128_840)
    city.geonameid = 169389
    collection.add(city, ["إدلب", "Idleb"])
    town = Row("curated:atmeh", "Atmeh", "town", 36.68763, 36.3083, 3_000, "SY", "Idlib", source="curated: test")
    collection.add(town, ["أطمة"])
    return collection


class Built:
    """What reading files adds to the known rows, and the index made of it."""

    def __init__(self, folder, *files, collection=None, **said):
        self.collection = known() if collection is None else collection
        self.additions = Additions(self.collection)
        files = [files[number] for number in in_order(files)]
        self.readings = {file.name: read_places(Added(str(file), **said), self.additions) for file in files}
        self.rows = list(self.additions.places())
        install(folder / "index", lambda beside: write_index(beside, self.collection, {}, self.additions))
        self.gazetteer = Gazetteer(folder / "index")

    @property
    def reading(self):
        (one,) = self.readings.values()
        return one

    @property
    def counts(self):
        return self.reading.new, self.reading.known, self.reading.left_out.total()

    def named(self, name):
        return {self.gazetteer.place(entry.row).id for entry in self.gazetteer.entries(norm(name))}


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def archive(path, text, member="SY.txt"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(member, text)
        file.writestr("readme.txt", "about")
        file.writestr("iso-languagecodes.txt", "ISO 639-3\tISO 639-2\tISO 639-1\tLanguage Name\n")
    return path


def features(path, *pairs, **members):
    """Write (properties, geometry) as GeoJSON; a geometry is a point or a ring."""
    listed = []
    for properties, where in pairs:
        kind = "Point" if where and not isinstance(where[0], list) else "Polygon"
        geometry = {"type": kind, "coordinates": where if kind == "Point" else [where]} if where else None
        listed.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return written(path, json.dumps({"type": "FeatureCollection", "features": listed, **members}))


def refused(path, text=None, **said):
    if text is not None:
        written(path, text)
    with pytest.raises(InputError) as problem:
        read_places(Added(str(path), **said), Additions(known()))
    assert str(path) in str(problem.value)
    assert "\n" not in str(problem.value)
    return str(problem.value)


# ---- GeoNames ----------------------------------------------------------------------------------------------------------
def dump_row(
    number, name, *, lat=35.93062, lon=36.63393, code="P\tPPL", people=0, first="12", aliases="", country="SY"
):
    cells = [
        number,
        name,
        name,
        aliases,
        lat,
        lon,
        code,
        country,
        "",
        first,
        "",
        "",
        "",
        people,
        "",
        451,
        "Asia/Damascus",
    ]
    return "\t".join(map(str, [*cells, "2020-01-01"])) + "\n"


@pytest.mark.parametrize("zipped", [False, True])
def test_geonames_dump(tmp_path, zipped):
    text = dump_row(169389, "Idlib", code="P\tPPLA", people=128840, aliases="Edlib,إدلب,Idlip") + dump_row(
        1, "Harbanush"
    )
    path = archive(tmp_path / "SY.zip", text) if zipped else written(tmp_path / "SY.txt", text)
    built = Built(tmp_path, path)
    assert built.counts == (1, 1, 0)
    assert built.named("Idlip") == {"geonames:169389"}, "a known place gains spellings"
    (qah,) = built.rows
    assert (qah.id, qah.kind, qah.admin1, qah.radius_m, qah.geonameid) == ("geonames:1", "village", "Idlib", 1_500, 1)
    assert (built.reading.licence, built.reading.source, built.reading.newest) == (
        "CC BY 4.0",
        "GeoNames",
        "2020-01-01",
    )
    assert [c.place.id for c in built.gazetteer.candidates("Harbnoosh", country="SY")] == ["geonames:1"], "respelt"


def test_a_place_with_a_high_number_costs_no_memory(tmp_path):
    path = written(tmp_path / "SY.txt", dump_row(99_999_999, "Qah") + dump_row(169389, "Idlip"))
    additions = Additions(known())
    tracemalloc.start()
    read_places(Added(str(path)), additions)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000
    assert [additions.by_geonameid(number) for number in (99_999_999, 169389, 99_999_998, 5)] == [4, 2, None, None]
    additions.close()


def test_numbers_that_are_none_are_left_out(tmp_path):
    dump = written(tmp_path / "SY.txt", dump_row("²", "Qah") + dump_row("9" * 5_000, "Far") + dump_row(7, "Near"))
    table = written(tmp_path / "t.csv", "name,lat,lon,geonameid,population\nTown,35,37,²,1e300\n")
    built = Built(tmp_path, dump, table, licence="CC0")
    assert built.readings["SY.txt"].left_out.total() == 2
    assert [(row.name, row.geonameid, row.population) for row in built.rows] == [("Near", 7, 0), ("Town", None, 0)]


def test_two_rows_of_one_dump_are_two_places(tmp_path):
    built = Built(tmp_path, written(tmp_path / "SY.txt", dump_row(1, "Qah") + dump_row(2, "Qah", code="S\tSCH")))
    assert built.counts == (2, 0, 0)
    assert built.named("Qah") == {"geonames:1", "geonames:2"}


def test_areas_of_a_dump_are_those_known_by_code(tmp_path):
    text = dump_row(5, "Mohafazat Idlib", code="A\tADM1") + dump_row(163843, "Syrien", code="A\tPCLI", first="00")
    built = Built(tmp_path, written(tmp_path / "SY.txt", text))
    assert built.counts == (0, 2, 0)
    assert built.named("Mohafazat Idlib") == {"admin1:SY.12"}
    assert built.named("Syrien") == {"country:SY"}


def test_codes_of_areas_become_names_or_nothing(tmp_path):
    dump = written(tmp_path / "SY.txt", dump_row(1, "Qah", first="11") + dump_row(2, "Far", lat=33, first="99"))
    codes = written(tmp_path / "admin1CodesASCII.txt", "SY.11\tḨimş\tHims\t169575\n")
    built = Built(tmp_path, dump, codes)
    assert [row.admin1 for row in built.rows] == ["Ḩimş", ""]


ALTERNATES = (
    "11\t1\tar\tقاح\t\t\t\t\n"
    "12\t1\tlink\thttps://example.org/Qah\t\t\t\t\n"
    "13\t1\ticao\tOSQA\t\t\t\t\n"
    "14\t1\ten\tQahabad\t\t\t\t1\t1930\t1950\n"
    "15\t1\ten\tThe Qah\t\t\t1\t\n"
    "16\t999\ten\tElsewhere\t\t\t\t\n"
    "17\t169389\tku\tIdlibê\t1\t\t\t\n"
)


def test_names_in_all_languages_whatever_the_order_of_files(tmp_path):
    names = archive(tmp_path / "alternateNamesV2.zip", ALTERNATES, "alternateNamesV2.txt")
    dump = written(tmp_path / "SY.txt", dump_row(1, "Qah"))
    built = Built(tmp_path, names, dump)
    assert built.readings[names.name].known == 2
    assert built.readings[names.name].left_out == {NOT_KNOWN: 1}
    assert built.named("قاح") == {"geonames:1"}
    assert built.named("Idlibê") == {"geonames:169389"}
    assert not built.named("OSQA")
    assert not built.named("https://example.org/Qah")
    assert {e.flags for e in built.gazetteer.entries(norm("Qahabad"))} == {AMBIGUOUS}, (
        "a name of the past needs context"
    )
    assert {e.flags for e in built.gazetteer.entries(norm("The Qah"))} == {AMBIGUOUS}, "so does slang"


def test_names_without_their_places(tmp_path):
    path = archive(tmp_path / "alternateNamesV2.zip", "11\t5\tar\tقاح\t\t\t\t\n", "alternateNamesV2.txt")
    assert "add the country's dump too" in refused(path)


def test_a_name_without_its_article_where_nothing_firmer_is(tmp_path):
    built = Built(tmp_path, written(tmp_path / "SY.txt", dump_row(1, "Al Qahira") + dump_row(2, "Qahira", lat=33)))
    flags = {entry.row - 4: entry.flags for entry in built.gazetteer.entries(norm("Qahira"))}
    assert flags[0] == BARE
    assert flags[1] != BARE


# ---- administrative areas ----------------------------------------------------------------------------------------------
RING = [[36.0, 35.0], [37.0, 35.0], [37.0, 36.3], [36.0, 36.3], [36.0, 35.0]]


def cod(level, name, arabic, pcode, **more):
    return {f"ADM{level}_EN": name, f"ADM{level}_AR": arabic, f"ADM{level}_PCODE": pcode, "ADM0_PCODE": "SY", **more}


def test_an_area_that_is_known_gains_code_names_and_outline(tmp_path):
    path = features(tmp_path / "adm1.geojson", (cod(1, "Idleb", "ادلب", "SY07"), RING))
    built = Built(tmp_path, path)
    assert built.counts == (0, 1, 0)
    assert built.named("SY07") == built.named("ادلب") & {"admin1:SY.12"} == {"admin1:SY.12"}
    (entry,) = built.gazetteer.entries("sy07")
    place, outline = built.gazetteer.place(entry.row), built.gazetteer.outline(entry.row)
    assert (place.lon, place.lat) == (36.68, 35.79), "a point that lies inside stays"
    assert place.extent == (36.0, 35.0, 37.0, 36.3)
    assert place.radius_m == pytest.approx(85_100, abs=200), "half the diagonal"
    assert outline["type"] == "Polygon"
    assert {tuple(point) for point in outline["coordinates"][0]} == {tuple(point) for point in RING}
    assert built.gazetteer.outline(0) is None


def test_an_area_that_is_new_has_a_point_inside_itself(tmp_path):
    from shapely.geometry import Point, shape

    bay = [[36, 35], [37, 35], [37, 36], [36.9, 36], [36.9, 35.1], [36.1, 35.1], [36.1, 36], [36, 36], [36, 35]]
    more = {"ADM1_EN": "Idleb", "ADM1_AR": "ادلب", "ADM1_PCODE": "SY07"}
    built = Built(tmp_path, features(tmp_path / "adm2.json", (cod(2, "Horseshoe", "حدوة", "SY0799", **more), bay)))
    (row,) = built.rows
    assert (row.id, row.kind, row.country, row.admin1) == ("pcode:SY0799", "admin2", "SY", "Idlib")
    assert shape(built.gazetteer.outline(4)).contains(Point(row.lon, row.lat))


def test_p_code_tables_need_no_coordinates(tmp_path):
    import pandas as pd

    path = tmp_path / "pcodes.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"About": ["this book"]}).to_excel(book, sheet_name="readme", index=False)
        pd.DataFrame([cod(1, "Idleb", "ادلب", "SY07"), cod(1, "Nowhere", "", "SY99")]).to_excel(
            book, sheet_name="ADM1", index=False
        )
    built = Built(tmp_path, path)
    assert built.counts == (0, 1, 1)
    assert built.named("SY07") == {"admin1:SY.12"}


def test_layers_in_metres_are_reprojected_and_those_without_crs_refused(tmp_path):
    import geopandas
    from shapely.geometry import Point

    frame = geopandas.GeoDataFrame({"name": ["Qah"]}, geometry=[Point(36.7, 36.4)], crs=4326)
    frame.to_crs(32637).to_file(tmp_path / "metres.gpkg")
    built = Built(tmp_path, tmp_path / "metres.gpkg")
    (row,) = built.rows
    assert (row.lon, row.lat) == (pytest.approx(36.7, abs=1e-6), pytest.approx(36.4, abs=1e-6))
    frame.to_file(tmp_path / "shape.shp")
    (tmp_path / "shape.prj").unlink()
    assert "does not say its coordinate reference system; give the shapefile its .prj" in refused(
        tmp_path / "shape.shp"
    )


def test_a_country_across_the_date_line_is_not_as_wide_as_the_earth(tmp_path):
    path = features(tmp_path / "a.geojson", ({"name": "Isles", "kind": "region"}, None))
    islands = [
        [[[177, -18], [178, -18], [178, -17], [177, -18]]],
        [[[-179, -18], [-178, -18], [-178, -17], [-179, -18]]],
    ]
    data = json.loads(path.read_text())
    data["features"][0]["geometry"] = {"type": "MultiPolygon", "coordinates": islands}
    built = Built(tmp_path, written(path, json.dumps(data)))
    assert built.rows[0].extent is None
    assert built.rows[0].radius_m < 300_000


# ---- tables ------------------------------------------------------------------------------------------------------------
def test_table_with_other_column_names(tmp_path):
    rows = "\ufeffLatitude;Longitude;Place_Name;name_ar;Country;Population\n36.2;36.7;Qah camp;مخيم قاح;sy;12000\n"
    built = Built(tmp_path, written(tmp_path / "places.csv", rows + ";;Nowhere;;;\n35.5;36.5;;;;\n"))
    assert built.reading.left_out == {NO_NAME: 1, NO_POINT: 1}
    (row,) = built.rows
    assert (row.kind, row.country, row.population, row.radius_m) == ("camp", "SY", 12_000, 500)
    assert row.source == "added: places.csv, licence not stated"
    assert built.named("مخيم قاح") == built.named("Qah camp") == built.named("Qah") == {row.id}


def test_columns_the_user_maps(tmp_path):
    text = "NOM\tY\tX\tTYPE\tAUTRES\nCamp des Oliviers\t36.2\t36.7\tcamp\tOlive Camp|Zeitoun\n"
    said = {"columns": "name=NOM,lat=Y,lon=X,kind=TYPE,aliases=AUTRES", "licence": "CC0", "source": "Example"}
    built = Built(tmp_path, written(tmp_path / "liste.tsv", text), **said)
    (row,) = built.rows
    assert (row.kind, row.source) == ("camp", "added: liste.tsv of Example, CC0")
    assert built.named("Zeitoun") == {row.id}
    assert "no column ORT (found: NOM, Y, X" in refused(tmp_path / "liste.tsv", columns="name=ORT,lat=Y,lon=X")
    assert "no column ZAHL (found: NOM, Y, X" in refused(
        tmp_path / "liste.tsv", columns="name=NOM,lat=Y,lon=X,population=ZAHL"
    )
    with pytest.raises(InputError, match=r"'nom=name': write FIELD=COLUMN, with a field of name, lat"):
        parse_columns("nom=name")


def test_what_the_user_says_is_for_files_that_do_not_say_it(tmp_path):
    dump = written(tmp_path / "SY.txt", dump_row(1, "Qah"))
    mine, other = tmp_path / "mine.csv", tmp_path / "other.csv"
    written(mine, "NOM,lat,lon\nHarim,36.2,36.5\n")
    written(other, "name,lat,lon\nSalqin,36.1,36.4\n")
    built = Built(tmp_path, mine, other, dump, columns="name=NOM", licence="CC0", source="Example")
    said = {name: (reading.source, reading.licence) for name, reading in built.readings.items()}
    assert said == {
        "SY.txt": ("GeoNames", "CC BY 4.0"),
        "mine.csv": ("Example", "CC0"),
        "other.csv": ("Example", "CC0"),
    }


def test_hxl_tags_are_no_row(tmp_path):
    text = "name,lat,lon\n#loc+name,#geo+lat,#geo+lon\nKherson,46.6,32.6\n"
    assert Built(tmp_path, written(tmp_path / "hxl.csv", text)).counts == (1, 0, 0)


def test_events_of_ucdp_are_one_place_each(tmp_path):
    head = "id,date_start,date_end,where_prec,where_coordinates,adm_1,latitude,longitude,country\n"
    events = "".join(
        f"{n},2018-01-0{n},2018-01-0{n},{n % 2 + 1},Qah village,Idleb,36.4,36.7,Syria\n" for n in range(1, 7)
    )
    area = "9,2019-02-03,2019-02-03,4,Idlib governorate,Idlib,35.8,36.7,Syria\n"
    built = Built(tmp_path, written(tmp_path / "ged.csv", head + events + area))
    assert (built.reading.new, built.reading.kind, built.reading.licence) == (1, "UCDP GED", "CC BY 4.0")
    (row,) = built.rows
    assert (row.name, row.country, row.admin1) == ("Qah", "SY", "Idlib")
    assert row.radius_m == 3_000, "the row that knows the spot says how well it is known"
    assert built.reading.newest == "2019-02-03"


@pytest.mark.parametrize(("country", "code"), [("Iraq", "IQ"), ("IRQ", "IQ"), ("iq", "IQ"), ("Atlantis", None)])
def test_countries_by_name_and_code(tmp_path, country, code):
    collection = known()
    collection.add(Row("country:IQ", "Iraq", "country", 44, 33, 500_000, "IQ", source="test"))
    text = f"name,lat,lon,country\nQah,33.4,43.7,{country}\n"
    built = Built(tmp_path, written(tmp_path / "p.csv", text), collection=collection)
    assert built.rows[0].country == code


def test_wikidata(tmp_path):
    text = (
        "item,itemLabel,itemLabel_ar,itemAltLabel,coord\n"
        'http://www.wikidata.org/entity/Q1,Qah,قاح,"Kah, Qaah",Point(36.7 36.4)\n'
        'http://www.wikidata.org/entity/Q1,Qah,قاح,"Kah, Kaah",Point(36.7 36.4)\n'
    )
    built = Built(tmp_path, written(tmp_path / "query.csv", text))
    (row,) = built.rows
    assert (row.id, row.lon, row.lat) == ("wikidata:Q1", 36.7, 36.4)
    assert built.named("قاح") == built.named("Kah") == built.named("Kaah") == {"wikidata:Q1"}
    assert (built.reading.source, built.reading.licence) == ("Wikidata", "CC0 1.0")


# ---- OpenStreetMap -----------------------------------------------------------------------------------------------------
def test_openstreetmap_as_geojson(tmp_path):
    tags = {
        "@id": "node/7",
        "place": "hamlet",
        "name": "قاح",
        "name:en": "Qah",
        "alt_name:ku": "Qahê",
        "population": "900",
    }
    path = features(tmp_path / "osm.geojson", (tags, [36.7, 36.4]), ({"@id": "node/8", "name": "Cafe"}, [36.7, 36.4]))
    built = Built(tmp_path, path)
    (row,) = built.rows
    assert (row.id, row.kind, row.population) == ("osm:node/7", "village", 900)
    assert built.named("Qah") == built.named("Qahê") == {row.id}
    assert built.reading.left_out[NO_PLACE] == 1
    assert (built.reading.source, built.reading.licence) == ("OpenStreetMap", "ODbL 1.0")


OSM_XML = (
    '<osm version="0.6"><node id="7" lat="36.4" lon="36.7" timestamp="2024-05-01T00:00:00Z">'
    '<tag k="place" v="village"/><tag k="name" v="Qah"/></node><node id="8" lat="36.5" lon="36.7"/>'
    '<way id="9"><tag k="name" v="Road"/><tag k="place" v="town"/></way></osm>'
)
OVERPASS = {
    "osm3s": {"copyright": "ODbL"},
    "elements": [
        {"type": "node", "id": 7, "lat": 36.4, "lon": 36.7, "tags": {"name": "Qah", "place": "village"}},
        {"type": "node", "id": 8, "lat": 36.5, "lon": 36.7},
        {"type": "way", "id": 9, "nodes": [8], "tags": {"name": "Road", "place": "town"}},
    ],
}


@pytest.mark.parametrize(("name", "text"), [("m.osm", OSM_XML), ("m.json", json.dumps(OVERPASS))])
def test_openstreetmap_as_xml_and_from_overpass(tmp_path, name, text):
    built = Built(tmp_path, written(tmp_path / name, text))
    assert [(row.id, row.kind, row.lat) for row in built.rows] == [("osm:node/7", "village", 36.4)]
    assert built.reading.left_out[NO_POINT] == 1, "a way has no point in this file"
    assert built.reading.licence == "ODbL 1.0"


# ---- one place, several files ------------------------------------------------------------------------------------------
def test_added_place_near_a_known_one_is_that_place(tmp_path):
    rows = "Atmeh,36.309,36.69,SY,Atma|Atimah\nAtmeh,35.0,38.0,SY,\nIdlib Governorate,35.8,36.7,SY,\n"
    built = Built(tmp_path, written(tmp_path / "more.csv", "name,lat,lon,country,aliases\n" + rows))
    assert built.counts == (1, 2, 0)
    assert built.named("Atimah") == {"curated:atmeh"}


def test_a_list_finds_the_places_of_a_dump_that_was_added_too(tmp_path):
    dump = written(tmp_path / "SY.txt", dump_row(1, "Qah", lat=36.4, lon=36.7))
    listed = written(tmp_path / "list.csv", "name,lat,lon,aliases\nQah,36.41,36.7,Kah\n")
    built = Built(tmp_path, listed, dump)
    assert (built.readings["list.csv"].new, built.readings["list.csv"].known) == (0, 1)
    assert built.named("Kah") == {"geonames:1"}


# ---- bad input ---------------------------------------------------------------------------------------------------------
HEAD = "name,lat,lon\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + "Atmeh,36.3,abc\n", "bad.csv row 2: lon 'abc', lat '36.3' are not numbers; use decimal degrees"),
        (HEAD + "Atmeh,136.3,36\n", "bad.csv row 2: lon 36, lat 136.3 is no point on Earth; are the columns swapped"),
        (HEAD + "Atmeh,36.3,36\nQah,36.4\n", "bad.csv row 3: 2 columns, the header has 3; is the file cut short"),
        (HEAD + "Atmeh,36.3,36,9\n", "bad.csv row 2: 4 columns, the header has 3"),
        (HEAD + "At\0meh,36.3,36\n", "bad.csv row 2: a NUL byte"),
        (
            "town_code,x\n1,2\n",
            "bad.csv: no column for name, lat (found: town_code, x); name them name, lat, lon or map",
        ),
        (HEAD, "no place with a name and a point"),
        ("", "no column for name, lat, lon"),
        (HEAD + "nan,nan,nan\n", "no point on Earth"),
        ("id," + HEAD + "1,Qah,36.4,36.7\n1,Kah,35,38\n", "row 3: id 'bad:1' is that of 'Qah' at 36.7, 36.4 as well"),
        ("name,coord\nQah,36 degrees\n", "row 2: '36 degrees' is no point; write Point(36.69 36.31), longitude first"),
    ],
)
def test_bad_tables_are_said_in_one_line(tmp_path, content, message):
    assert message in refused(tmp_path / "bad.csv", content)


def test_dumps_cut_short(tmp_path):
    whole = dump_row(1, "Qah") * 3
    assert "row 3: 5 columns, a GeoNames dump has 19; is the file cut short?" in refused(
        tmp_path / "SY.txt", "\t".join((dump_row(1, "Qah") * 2 + dump_row(2, "Kah")).split("\t")[:41])
    )
    path = archive(tmp_path / "SY.zip", "".join(dump_row(n, f"Place {n * n}") for n in range(1, 3000)))
    path.write_bytes(path.read_bytes()[:-400])
    assert "is the file cut short" in refused(path)
    assert "no point on Earth" in refused(tmp_path / "far.txt", whole + dump_row(4, "Far", lat=99))


def test_a_name_of_ten_thousand_letters_is_left_out_and_counted(tmp_path):
    path = written(
        tmp_path / "long.csv", f"name,lat,lon,aliases\n{'a' * 10_000},36,36,\nQah,36.4,36.7,{'b' * 10_000}\n"
    )
    built = Built(tmp_path, path, licence="CC0")
    assert (built.reading.new, built.reading.left_out[LONG_NAME]) == (1, 2)
    with pytest.warns(InputWarning, match=r"long.csv: left out 2 rows with a name longer than 200 characters"):
        warn_of(built.reading, path)


def test_writing_turned_by_controls_is_folded(tmp_path):
    path = written(tmp_path / "bidi.csv", "name,lat,lon\n\u202eQ\u2066a\u200fh\u202c,36.4,36.7\n")
    built = Built(tmp_path, path)
    assert built.rows[0].name == "Qah"
    assert built.named("Qah") == {built.rows[0].id}


def test_a_file_without_a_licence_is_said(tmp_path):
    path = written(tmp_path / "p.csv", "name,lat,lon\nQah,36.4,36.7\n")
    with pytest.warns(
        InputWarning, match=r"p.csv: does not say its licence; recorded as not stated; say it with --lic"
    ):
        warn_of(Built(tmp_path, path).reading, path)


def test_one_line_of_gigabytes_in_a_small_archive(tmp_path):
    path = archive(tmp_path / "bomb.zip", "a" * (40 * LONGEST_LINE))
    assert path.stat().st_size < 100_000
    assert "longer than" in refused(path)


def test_an_archive_broken_in_the_middle(tmp_path):
    path = archive(tmp_path / "broken.zip", "\n".join(f"{n}\tname{n * n}" for n in range(20_000)))
    data = bytearray(path.read_bytes())
    data[2000:2200] = bytes(200)
    path.write_bytes(data)
    refused(path)


@pytest.mark.parametrize(
    "feature",
    [
        '{"properties": {"name": "x"}, "geometry": "x"}',
        '{"properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [1]}}',
        '{"properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": ["1", "2"]}}',
        '{"properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [400, 2]}}',
        '{"properties": {"name": "x"}, "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [2, 3]]]}}',
        '{"properties": [1], "geometry": {"type": "Point", "coordinates": [1, 2]}}',
        "[" * 100_000,
    ],
)
def test_geojson_that_is_none(tmp_path, feature):
    refused(tmp_path / "f.geojson", '{"type": "FeatureCollection", "features": [' + feature + "]}")


@pytest.mark.parametrize(
    ("name", "content"), [("m.osm", OSM_XML[:-30]), ("m.json", '{"elements": 3}'), ("m.gpkg", "x")]
)
def test_other_files_cut_short(tmp_path, name, content):
    refused(tmp_path / name, content)


def test_bad_files_are_refused_before_the_work_and_leave_nothing(tmp_path):
    def refused_build(name, content, message):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=message):
            build_index(tmp_path / "index", add=[tmp_path / name])

    refused_build("none.csv", None, "no such file to add")
    refused_build("image.png", b"\x89PNG", "cannot add such a file")
    refused_build("planet.osm.pbf", b"x", "osmium export -f geojson")
    refused_build("latin.csv", "name,lat,lon\nMalé,4,73\n".encode("latin-1"), "not UTF-8")
    refused_build("bad.geojson", b'{"type": "Feature"}', "no GeoJSON feature collection")
    refused_build("bad.zip", b"PK", "cannot be read")
    assert not (tmp_path / "index").exists()


def test_a_disk_that_fills_leaves_nothing(tmp_path):
    def full(folder):
        additions = Additions(known(), {}, folder)
        additions.add(Row("x:1", "Qah", "village", 36.7, 36.4, 1_500, "SY"))
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(GazetteerError, match=r"cannot be written \(database or disk is full\); free some space"):
        install(tmp_path / "index", full)
    assert list(tmp_path.iterdir()) == []


def test_what_the_trie_library_says_of_a_full_disk_is_said_clearly(tmp_path, monkeypatch):
    class Full:
        def __init__(self, *_):
            pass

        def save(self, _path):
            raise RuntimeError("writer.cc:129: MARISA_IO_ERROR: size_written <= 0")

    monkeypatch.setattr("marisa_trie.RecordTrie", Full)
    with pytest.raises(GazetteerError, match=r"cannot be written \(No space left on device\); free some space"):
        install(tmp_path / "index", lambda folder: write_index(folder, known(), {}))
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_a_newer_version(tmp_path):
    built = Built(tmp_path, written(tmp_path / "p.csv", "name,lat,lon\nQah,36.4,36.7\n"))
    meta = json.loads((built.gazetteer.folder / META).read_text())
    meta["index_version"] = INDEX_VERSION + 1
    written(built.gazetteer.folder / META, json.dumps(meta))
    with pytest.raises(GazetteerError, match=f"index version {INDEX_VERSION + 1}.*update geoconflict"):
        Gazetteer(built.gazetteer.folder)


# ---- real files --------------------------------------------------------------------------------------------------------
@pytest.mark.shared
def test_ucdp_places_can_be_added(shared, tmp_path):
    """Every place of the list is then found where the list has it, and areas stay areas."""
    built = Built(tmp_path, shared / "places" / "ucdp_syria_places_dev.csv")
    assert built.reading.left_out.total() == 0
    assert built.reading.new + built.reading.known == 1424
    town = built.gazetteer.candidates("Khan Shaykhun", country="SY")[0].place
    assert (town.name, town.admin1, town.country, town.kind) == ("Khan Shaykhun", "Idlib", "SY", "town")
    governorate = built.gazetteer.candidates("Northern Hamah Governorate", country="SY")[0].place
    assert governorate.is_area
    assert governorate.radius_m >= 25_000


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["ucdp_ged_iraq.parquet", "ucdp_ged_ukraine.csv", "hdx_conflict_data_ukr_with_HXL_row.csv"]
)
def test_events_of_ucdp_can_be_added(shared, tmp_path, name):
    built = Built(tmp_path, shared / "events" / name)
    assert 140 < built.reading.new < 500
    assert built.reading.repeated > 900
    assert built.reading.licence == "CC BY 4.0"


@pytest.mark.shared
def test_cod_polygons_can_be_added(shared, tmp_path):
    from shapely.geometry import Point, shape

    folder = shared / "gazetteer"
    files = [folder / f"syr_admbnda_adm{level}_uncs_unocha.json" for level in (2, 1, 0)]
    built = Built(tmp_path, *files, folder / "geonames_admin1CodesASCII_2018.txt")
    assert [built.readings[file.name].new for file in files] == [62, 13, 0]
    for number in range(4, 79):
        place, outline = built.gazetteer.place(number), shape(built.gazetteer.outline(number))
        assert outline.is_valid
        assert outline.covers(Point(place.lon, place.lat))
        assert place.radius_m > 5_000
    original = {
        one["properties"]["ADM2_PCODE"]: shape(one["geometry"]) for one in json.loads(files[0].read_text())["features"]
    }
    (azaz,) = (entry.row for entry in built.gazetteer.entries("sy0204"))
    assert shape(built.gazetteer.outline(azaz)).hausdorff_distance(original["SY0204"]) < 0.0011
    assert index_info(built.gazetteer.folder)["damaged"] == []


@pytest.mark.parametrize("ending", [".gpkg", ".kml", ".shp"])
def test_a_file_that_names_others_is_not_followed(tmp_path, ending):
    (tmp_path / "b.csv").write_text("name,lat,lon\nSecret,36,37\n", encoding="utf-8")
    source = (
        "<OGRVRTDataSource><OGRVRTLayer name='b'><SrcDataSource>b.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert "names other files" in refused(tmp_path / f"a{ending}", source)
