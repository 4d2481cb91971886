"""Making an index: whole or not at all, and with the user's own places."""

import errno
import json
import threading
import zipfile
from importlib.metadata import version

import pytest

from geoconflict.errors import GazetteerError, InputError
from geoconflict.gazetteer import Gazetteer, index_info
from geoconflict.gazetteer.added import read_places
from geoconflict.gazetteer.build import build_index, install, write_index
from geoconflict.gazetteer.index import (
    MAIN,
    META,
    ROWS,
    Added,
    package_versions,
    remember_files,
    remembered_files,
    sources_digest,
)
from geoconflict.gazetteer.names import norm
from geoconflict.gazetteer.rows import Collection, Row, kind_radius_m, spread


def small_collection() -> Collection:
    """Three real rows: a governorate, its city and a town, with GeoNames' ids and points."""
    collection = Collection()
    collection.add(Row("country:SY", "Syria", "country", 38, 35, 400_000, "SY", source="test"))
    collection.admin1_row["SY", "12"] = collection.add(
        Row("admin1:SY.12", "Idlib", "admin1", 36.68, 35.79, 57_000, "SY", population=440_000, source="test"),
        ["Idlib Governorate"],
    )
    collection.add(
        Row(
            "geonames:169389",
            "Idlib",
            "city",
            36.63393,
            35.93062,
            6_400,
            "SY",
            "Idlib",
            "",
            128_840,
            geonameid=169389,
            source="test",
        ),
        ["إدلب", "Idleb"],
    )
    collection.add(
        Row("curated:atmeh", "Atmeh", "town", 36.68763, 36.3083, 3_000, "SY", "Idlib", source="curated: test"), ["أطمة"]
    )
    collection.demonyms["syrian"] = 0
    return collection


def make_small(folder):
    write_index(folder, small_collection(), {"said": (62, 1)})


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "index"
    install(folder, make_small)
    return folder


def test_round_trip(small):
    gazetteer = Gazetteer(small)
    rows = small_collection().rows
    for number, row in enumerate(rows):
        place = gazetteer.place(number)
        assert (place.id, place.name, place.kind, place.lon, place.lat) == (
            row.id,
            row.name,
            row.kind,
            row.lon,
            row.lat,
        )
        assert (place.radius_m, place.population, place.geonameid) == (row.radius_m, row.population, row.geonameid)
        assert number in {entry.row for entry in gazetteer.lookup(norm(row.name)) if entry.flags & MAIN}
    assert gazetteer.word("said").zipf == 6.2
    assert gazetteer.demonym("syrian") == 0
    assert index_info(small)["counts"]["places"] == len(rows)
    assert [c.place.kind for c in gazetteer.candidates("إدلب", country="SY")] == ["city"]
    with pytest.raises(GazetteerError, match="no row 99"):
        gazetteer.place(99)


def test_same_rows_same_bytes(small, tmp_path):
    install(tmp_path / "again", make_small)
    for name in json.loads((small / META).read_text(encoding="utf-8"))["files"]:
        assert (small / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_failing_build_leaves_the_index_that_stood(tmp_path):
    target = tmp_path / "index"
    install(target, make_small)
    before = (target / META).read_bytes()

    def full_disk(folder):
        (folder / ROWS).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(GazetteerError, match=r"No space left on device.*GEOCONFLICT_CACHE"):
        install(target, full_disk)
    with pytest.raises(KeyboardInterrupt):
        install(target, lambda _folder: (_ for _ in ()).throw(KeyboardInterrupt))
    assert (target / META).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["index"], "nothing half-made is left"
    assert Gazetteer(target).candidates("Atmeh")


def test_only_an_index_is_replaced(tmp_path):
    (tmp_path / "precious.txt").write_text("notes")
    with pytest.raises(GazetteerError, match="is no gazetteer index"):
        install(tmp_path, make_small)
    assert (tmp_path / "precious.txt").read_text() == "notes"


def test_builders_at_once_leave_one_whole_index(tmp_path):
    target, errors, gate = tmp_path / "index", [], threading.Barrier(6)

    def build():
        gate.wait()
        try:
            for _ in range(3):
                install(target, make_small)
        except Exception as error:  # noqa: BLE001  whatever it is fails the test
            errors.append(error)

    threads = [threading.Thread(target=build) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert index_info(target)["damaged"] == []
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_damage_is_found(small, tmp_path):
    install(tmp_path / "index", make_small)
    rows = tmp_path / "index" / ROWS
    content = bytearray(rows.read_bytes())
    content[-1] ^= 255
    rows.write_bytes(content)
    assert index_info(tmp_path / "index")["damaged"] == [ROWS]


def test_added_files_are_remembered_and_change_the_digest(monkeypatch, tmp_path):
    monkeypatch.setenv("GEOCONFLICT_CACHE", str(tmp_path))
    assert remembered_files() == ()
    files = (Added("places.csv", 3, "ab" * 32),)
    remember_files(files)
    assert remembered_files() == files
    assert sources_digest(files) != sources_digest()
    remember_files(())
    assert remembered_files() == ()


def test_package_versions_are_those_installed():
    assert package_versions() == {package: version(package) for package in package_versions()}


# ---- the user's own places ---------------------------------------------------------------------------------------------
def test_table_with_other_column_names(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "\ufeffLatitude;Longitude;Place_Name;name_ar;Country;Population\n36.2;36.7;Qah camp;مخيم قاح;sy;12000\n;;Nowhere;;;\n35.5;36.5;;;;\n",
        encoding="utf-8",
    )
    collection = Collection()
    assert read_places(path, collection) == (1, 0, 2)
    (row,) = collection.rows
    assert (row.kind, row.country, row.population, row.radius_m, row.source) == (
        "camp",
        "SY",
        12_000,
        500,
        "added: places.csv",
    )
    assert norm("مخيم قاح") in collection.names
    assert norm("Qah camp") in collection.names
    assert norm("Qah") in collection.names


def test_hxl_tags_are_no_row(tmp_path):
    path = tmp_path / "hxl.csv"
    path.write_text("name,lat,lon\n#loc+name,#geo+lat,#geo+lon\nKherson,46.6,32.6\n")
    assert read_places(path, Collection()) == (1, 0, 0)


def test_geojson_areas_carry_their_extent(tmp_path):
    ring = [[36.0, 35.0], [37.0, 35.0], [37.0, 36.0], [36.0, 36.0], [36.0, 35.0]]
    features = [
        {
            "type": "Feature",
            "properties": {"ADM1_EN": "Nowhere", "admin": 1, "kind": "admin1"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        },
        {
            "type": "Feature",
            "properties": {"ADM1_EN": "Spot"},
            "geometry": {"type": "Point", "coordinates": [36.5, 35.5]},
        },
        {"type": "Feature", "properties": {"ADM1_EN": "Lost"}, "geometry": None},
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    collection = Collection()
    assert read_places(path, collection) == (2, 0, 1)
    assert collection.rows[0].extent == (36.0, 35.0, 37.0, 36.0)
    assert 70_000 < collection.rows[0].radius_m < 75_000, "half the diagonal of a degree at 35 N"


GEONAMES = (  # a line in the form of GeoNames' own dumps
    "169389\tIdlib\tIdlib\tEdlib,إدلب,Idlip\t35.93062\t36.63393\tP\tPPLA\tSY\t\t12\t\t\t\t128840\t\t451\tAsia/Damascus\t2020-01-01\n"
)


@pytest.mark.parametrize("zipped", [False, True])
def test_geonames_dump(tmp_path, zipped):
    village = (
        GEONAMES.replace("169389", "1")
        .replace("Idlib\tIdlib\tEdlib,إدلب,Idlip", "Qah\tQah\t")
        .replace("PPLA", "PPL")
        .replace("128840", "0")
    )
    path = tmp_path / "SY.txt"
    path.write_text(GEONAMES + village, encoding="utf-8")
    if zipped:
        with zipfile.ZipFile(tmp_path / "SY.zip", "w") as archive:
            archive.write(path, "SY.txt")
            archive.writestr("readme.txt", "about")
        path = tmp_path / "SY.zip"
    collection = small_collection()
    assert read_places(path, collection) == (1, 1, 0)
    assert norm("Idlip") in collection.names, "a known place gains spellings"
    qah = collection.rows[-1]
    assert (qah.id, qah.kind, qah.admin1, qah.radius_m) == ("geonames:1", "village", "Idlib", 1_500)


def test_added_place_near_a_known_one_is_that_place(tmp_path):
    path = tmp_path / "more.csv"
    path.write_text(
        "name,lat,lon,country,aliases\nAtmeh,36.309,36.69,SY,Atma|Atimah\nAtmeh,35.0,38.0,SY,\nIdlib Governorate,35.8,36.7,SY,\n"
    )
    collection = small_collection()
    assert read_places(path, collection) == (1, 2, 0)
    assert set(collection.names["atimah"]) == {3}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,lat,lon\nAtmeh,36.3,abc\n", r"bad.csv row 2: lon 'abc', lat '36.3' are not numbers"),
        (
            "name,lat,lon\nAtmeh,136.3,36\n",
            r"bad.csv row 2: lon 36, lat 136.3 is no point on Earth; are the columns swapped",
        ),
        ("town_code,x\n1,2\n", r"bad.csv: no column for name, lat \(found: town_code, x\)"),
        ("name,lat,lon\n", "no place with a name and a point"),
        ("", "no column for name, lat, lon"),
        ("name,lat,lon\nnan,nan,nan\n", "no point on Earth"),
    ],
)
def test_bad_tables_are_said_in_one_line(tmp_path, content, message):
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        read_places(path, Collection())


def test_bad_files_are_refused_before_the_work(tmp_path):
    with pytest.raises(InputError, match="no such file to add"):
        build_index(tmp_path / "index", add=[tmp_path / "none.csv"])
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    with pytest.raises(InputError, match="cannot add such a file"):
        build_index(tmp_path / "index", add=[tmp_path / "image.png"])
    (tmp_path / "latin.csv").write_bytes("name,lat,lon\nMalé,4,73\n".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        build_index(tmp_path / "index", add=[tmp_path / "latin.csv"])
    (tmp_path / "bad.geojson").write_text('{"type": "Feature"}')
    with pytest.raises(InputError, match="no GeoJSON feature collection"):
        build_index(tmp_path / "index", add=[tmp_path / "bad.geojson"])
    (tmp_path / "bad.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match="cannot be read"):
        build_index(tmp_path / "index", add=[tmp_path / "bad.zip"])
    assert not (tmp_path / "index").exists()


@pytest.mark.shared
def test_ucdp_places_can_be_added(shared, tmp_path):
    """Every place of the list is then found where the list has it, and areas stay areas."""
    collection = small_collection()
    path = shared / "places" / "ucdp_syria_places_dev.csv"
    reading = read_places(path, collection)
    assert reading.left_out == 0
    assert reading.new + reading.known == 1424
    install(tmp_path / "index", lambda folder: write_index(folder, collection, {}))
    gazetteer = Gazetteer(tmp_path / "index")
    town = gazetteer.candidates("Khan Shaykhun", country="SY")[0].place
    assert (town.name, town.admin1, town.country, town.kind) == ("Khan Shaykhun", "Idlib", "SY", "town")
    governorate = gazetteer.candidates("Northern Hamah Governorate", country="SY")[0].place
    assert governorate.is_area
    assert governorate.radius_m >= 25_000


@pytest.mark.shared
def test_cod_polygons_can_be_added(shared):
    collection = Collection()
    reading = read_places(shared / "gazetteer" / "syr_admbnda_adm2_uncs_unocha.json", collection)
    assert reading.new == 62
    assert all(row.extent and row.radius_m > 5_000 for row in collection.rows)


# ---- radii -------------------------------------------------------------------------------------------------------------
def test_city_radius_grows_with_people():
    assert kind_radius_m("city", 50_000) == 5_000
    assert kind_radius_m("city", 20_000_000) == 12_000
    assert 5_000 < kind_radius_m("city", 500_000) < 12_000
    assert [kind_radius_m(kind) for kind in ("camp", "neighbourhood", "village", "town")] == [500, 1_000, 1_500, 3_000]


def test_spread_across_the_date_line():
    area = spread([(179.0, -17.0), (-179.0, -18.0), (178.0, -18.0)], "admin1")
    assert area.extent is None
    assert abs(area.lon) > 178
    assert area.radius_m < 250_000
