"""Zone files that mislead: names shared, texts that look like columns, one format under the ending of another, bombs."""

import http.server
import json
import threading
import time
import zipfile

import geopandas
import numpy as np
import pytest
import shapely
from shapely import Polygon, box
from test_files_zones import kml, placemark
from zone_files import EAST, SQUARE, shapefile, told, zipped, zone, zone_file

from geoconflict.cli import cli
from geoconflict.errors import InputError, RowsLeftOutWarning
from geoconflict.files import features, read_camps, read_zones
from geoconflict.files import kml as kml_files
from geoconflict.files.polygons import say_overlaps
from geoconflict.records import CRS
from geoconflict.zones import zones_at

VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


# ---- names ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("give_folders", [False, True])
def test_files_of_one_name_in_two_folders_are_two_sources(tmp_path, give_folders):
    for folder, side, day in (("isw", "A", "2022-01-01"), ("lm", "B", "2022-01-03")):
        (tmp_path / folder).mkdir()
        zone_file(tmp_path / folder / "zones.geojson", [zone(controller=side, valid_from=day)])
    given = [tmp_path / folder / ("" if give_folders else "zones.geojson") for folder in ("isw", "lm")]
    layer, warned = told(lambda: read_zones(given))
    assert layer["source"].tolist() == ["isw/zones", "lm/zones"]
    assert layer["zone_id"].tolist() == ["isw/zones:1", "lm/zones:1"]
    assert [one["controller"] for one in zones_at(layer, 36.5, 35.5, "2022-01-05")] == ["A", "B"]
    ((_, text),) = warned  # the same polygons under another day, though both files are called zones.geojson
    assert "isw/zones.geojson and " in text
    assert "a mislabelled copy?" in text


def test_a_series_in_folders_of_months_stays_one_and_no_id_is_there_twice(tmp_path):
    for month, shape in (("2022-01", SQUARE), ("2022-02", EAST)):
        (tmp_path / month).mkdir()
        zone_file(tmp_path / month / "fronts.geojson", [zone(geometry=shape, valid_from=f"{month}-01")])
    layer, warned = told(lambda: read_zones(sorted(tmp_path.glob("*/fronts.geojson"))))
    assert set(layer["source"]) == {"fronts"}
    assert layer["zone_id"].tolist() == ["fronts:1", "fronts.2:1"]
    assert warned == []


# ---- texts that look like columns ----------------------------------------------------------------------------------
def dated(folder, *marks):
    path = folder / "z_2022-01-01.kml"
    path.write_text(kml("".join(marks)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "inside", [{"data": {"Geometry": "polygon"}}, {"inside": "<description>Geometry: x</description>"}]
)
def test_no_column_of_a_kml_takes_the_place_of_its_geometry(tmp_path, inside):
    layer = read_zones(dated(tmp_path, placemark(SQUARE, **inside)), controller="A")
    assert layer.geometry.iloc[0].equals(SQUARE)


def test_lines_of_a_description_are_days_and_sides_only_where_all_are(tmp_path):
    prose = "<description>From: Reuters&lt;br>Side: east bank of the river</description>"
    layer, _ = told(lambda: read_zones(dated(tmp_path, placemark(SQUARE, prose)), controller="A"))
    assert layer[["controller", "valid_from"]].to_numpy().tolist() == [["A", "2022-01-01"]]
    with pytest.raises(InputError, match=r"no controller; .*\(Side: east bank of the river; "):
        read_zones(dated(tmp_path, placemark(SQUARE, prose)))
    sound = "<description>From: 5 May 2022&lt;br>Side: SDF</description>"
    layer, warned = told(lambda: read_zones(dated(tmp_path, placemark(SQUARE, sound))))
    assert layer[["controller", "valid_from"]].to_numpy().tolist() == [["SDF", "2022-05-05"]]
    assert {text for _, text in warned} == {
        f"z_2022-01-01.kml: {ours} taken from the lines {key!r} of descriptions"
        for ours, key in (("controller", "Side"), ("valid_from", "From"))
    }
    layer, _ = told(
        lambda: read_zones(dated(tmp_path, placemark(SQUARE, sound), placemark(EAST, prose)), controller="A")
    )
    assert layer["valid_from"].tolist() == ["2022-01-01"] * 2


def test_what_is_printed_is_one_line_a_source(tmp_path, capsys):
    cells = {"controller": "A\n\x1b[2Kother: B", "source": "S\r\n\u202eT", "valid_from": "2022-01-01", "zone_id": "\t1"}
    path = zone_file(tmp_path / "z.geojson", [zone(**cells)])
    layer = read_zones(path)
    assert layer[["controller", "source", "zone_id"]].to_numpy().tolist() == [["A [2Kother: B", "S T", "1"]]
    asked = ["zones", "at", "36.5,35.5", "--date", "2022-01-02", "--zones", str(path)]
    assert not cli.main(asked, standalone_mode=False)
    assert capsys.readouterr().out.count("\n") == 1


# ---- single rows ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("corner", ["nan,35", "36,inf", "360036,35"])
def test_a_corner_that_is_nowhere_costs_its_placemark_only(tmp_path, corner):
    bad = placemark(SQUARE).replace("36.0,36.0,0", corner)
    assert corner in bad
    with pytest.warns(RowsLeftOutWarning, match=r"z_2022-01-01\.kml row 2: "):
        layer = read_zones(dated(tmp_path, placemark(SQUARE), bad, placemark(EAST)), controller="A")
    assert layer["zone_id"].tolist() == ["z_2022-01-01:1", "z_2022-01-01:3"]


@pytest.mark.parametrize("ending", [".gpkg", ".fgb", ".parquet", ".geojson", ".shp"])
def test_a_row_beyond_the_globe_costs_itself_only(tmp_path, ending):
    path = tmp_path / f"z{ending}"
    frame = geopandas.GeoDataFrame([zone(), zone(geometry=box(36, 35, 360_037, 36))], crs=CRS)
    frame.to_parquet(path) if ending == ".parquet" else frame.to_file(path)
    with pytest.warns(RowsLeftOutWarning, match=r"is no degree of longitude .*; row left out"):
        assert len(read_zones(path)) == 1


# ---- one format under the ending of another ------------------------------------------------------------------------
@pytest.mark.parametrize("read", [read_zones, read_camps])
@pytest.mark.parametrize("name", ["v.gpkg", "v.fgb", "v.shp", "v.zip", "v.shp.zip"])
def test_no_file_sends_the_reader_elsewhere(tmp_path, name, read):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815  # the name http.server calls

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = VRT.format(f"/vsicurl/http://127.0.0.1:{server.server_port}/s.geojson")
        if name == "v.shp.zip":
            zipped(tmp_path / name, {"v.shp": text})
        else:
            (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=name[:5]):
            read(tmp_path / name)
        server.shutdown()
    assert asked == []


def test_a_file_that_begins_well_and_goes_on_as_a_pointer_elsewhere(tmp_path):
    local = tmp_path / "s.geojson"
    zone_file(local, [zone()])
    (tmp_path / "v.fgb").write_bytes(b"fgb\x03fgb\x01" + VRT.format(local).encode())
    with pytest.raises(InputError, match=r"v\.fgb: .*does not begin as a \.fgb file does"):
        read_zones(tmp_path / "v.fgb")
    crs = {"type": "name", "properties": {"name": "EPSG:32637"}}
    metres = json.loads(geopandas.GeoSeries([EAST], crs=CRS).to_crs(32637).to_json())["features"]
    document = {"about": VRT.format(local), "type": "FeatureCollection", "crs": crs, "features": metres}
    (tmp_path / "v_2022-01-01.geojson").write_text(json.dumps(document), encoding="utf-8")
    layer = read_zones(tmp_path / "v_2022-01-01.geojson", controller="B")
    assert layer.geometry.iloc[0].equals_exact(EAST, 1e-6)  # its own features, not those of the square


# ---- much of nothing -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["&lt;tr>" * 12_000, "&lt;" * 90_000, "a: x" + " " * 90_000 + "y", "&lt;tr>" + "&lt;td>" * 20_000]
)
def test_a_long_description_takes_no_time(tmp_path, text):
    path = dated(tmp_path, placemark(SQUARE, f"<description>{text}</description>"))
    path.write_text(
        path.read_text(encoding="utf-8").replace("37.0,36.0,0", "37.0,36.0,0" + " " * 90_000), encoding="utf-8"
    )
    start = time.process_time()
    assert len(read_zones(path, controller="A")) == 1
    assert time.process_time() - start < 3  # it was 20 s and more


def test_tables_in_tables_of_a_description(tmp_path):
    table = "<table><tr><td>Area 1</td></tr><tr><td><table><tr bgcolor='#fff'><td>Controller</td><td>A &amp;amp; B</td></tr></table></td></tr></table>"
    path = dated(
        tmp_path, placemark(SQUARE, f"<description><![CDATA[{table.replace('&amp;amp;', '&amp;')}]]></description>")
    )
    assert read_zones(path)["controller"].tolist() == ["A & B"]


def test_a_kmz_of_more_than_can_be_shown_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(kml_files, "MOST_NODES", 1_000)
    path = zipped(tmp_path / "z_2022-01-01.kmz", {"doc.kml": kml("<a b=''/>" * 600)})
    with pytest.raises(InputError, match="more than 1,000 elements; cut it"):
        read_zones(path, controller="A")
    monkeypatch.setattr(kml_files, "MOST_BYTES_UNPACKED", 5_000)
    with pytest.raises(InputError, match="MB of KML; cut it"):
        read_zones(path, controller="A")


@pytest.mark.parametrize("read", [read_zones, read_camps])
def test_the_table_of_a_zipped_shapefile_is_not_unpacked_whole(tmp_path, monkeypatch, read):
    members = shapefile(tmp_path, "c", [zone()], keep=(".shp", ".shx", ".dbf", ".prj"))
    members[".dbf"] += b"\0" * 3_000_000
    path = zipped(tmp_path / "c.shp.zip", {f"c{ending}": content for ending, content in members.items()})
    most = []
    real = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda file, n=-1: most.append(n) or real(file, n))
    assert features._zipped_shapefile(path, None)[1] is None
    assert 0 < min(most) <= max(most) <= 1 << 20
    monkeypatch.setattr(features, "MAX_MAP_BYTES", 1_000_000)
    with pytest.raises(InputError, match=r"more than the 0\.001 GB a map may have"):
        read(path)


def test_maps_of_a_series_are_compared_within_their_day(monkeypatch):
    days, corners = 40, np.linspace(0, 2 * np.pi, 50)
    shapes = [Polygon(np.c_[east + np.cos(corners), np.sin(corners)]) for _ in range(days) for east in (36, 37)]
    layer = geopandas.GeoDataFrame(
        {
            "zone_id": [str(i) for i in range(2 * days)], "controller": ["A", "B"] * days, "valid_to": None, "source": "s",
            "valid_from": np.repeat([str(np.datetime64("2022-01-01") + i) for i in range(days)], 2),
        }, geometry=shapes, crs=CRS,
    )  # fmt: skip
    pairs = []
    real = shapely.STRtree.query
    monkeypatch.setattr(
        shapely.STRtree, "query", lambda *given, **said: pairs.append(real(*given, **said)) or pairs[-1]
    )
    _, ((_, text),) = told(lambda: say_overlaps(layer))
    assert f"on 2022-01-01; {days - 1} more of its pairs overlap" in text
    assert sum(one.shape[1] for one in pairs) == days * 4
