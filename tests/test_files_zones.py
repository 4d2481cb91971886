"""Zones in: every format, archives, layers, and what programs leave of attributes."""

import json
import re

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import Point, Polygon, box
from zone_files import EAST, SQUARE, shapefile, told, zipped, zone, zone_file

from geoconflict.errors import InputError
from geoconflict.files import features, read_table, read_zones
from geoconflict.records import CRS, ZONE_COLUMNS


def hausdorff_m(one, other):
    to_metres = Transformer.from_crs(CRS, "EPSG:32637", always_xy=True)
    flat = [
        shapely.transform(list(shapes), lambda xy: np.transpose(to_metres.transform(*xy.T))) for shapes in (one, other)
    ]
    return float(shapely.hausdorff_distance(*flat).max())


# ---- formats -------------------------------------------------------------------------------------------------------
ZAATARI = {
    "BlockBoundaries_2016_12": 193,
    "DistrictBoundaries_2016_12": 12,
    "CampFacilities_2017_02": 208,
    "Roads_2016_12": 161,
}


@pytest.mark.parametrize("name", ZAATARI)
def test_the_same_layer_from_six_formats(shared, tmp_path, name):
    folder = shared / "displacement/zaatari_formats"
    reference = read_table(folder / f"{name}.geojson")
    assert len(reference) == ZAATARI[name]
    sheets = {}
    for ending in ("csv", "xlsx"):  # as published, they hold the attributes only: polygons go in as WKT
        sheet = read_table(folder / f"{name}.{ending}")
        assert "geometry" not in sheet
        sheets[ending] = len(sheet)
        wkt = sheet.assign(wkt=[shape.wkt for shape in reference["geometry"]])
        path = tmp_path / f"{name}.{ending}"
        (wkt.to_csv if ending == "csv" else wkt.to_excel)(path, index=False)
    assert set(sheets.values()) == {ZAATARI[name]}
    for ending in ("shp.zip", "kml", "topojson"):
        table = read_table(folder / f"{name}.{ending}")
        assert len(table) == ZAATARI[name], ending
        assert hausdorff_m(table["geometry"], reference["geometry"]) < 0.1, ending
        if ending != "kml":  # KML lost the attributes
            left, right = ({c.lower(): one[c] for c in one if c != "geometry"} for one in (table, reference))
            words = [column for column in right if any(isinstance(cell, str) for cell in right[column])]
            assert len(words) >= 3
            for column in words:  # Arabic without a .cpg, too
                assert left[column].fillna("").tolist() == right[column].fillna("").tolist(), (ending, column)
    if name.startswith("Roads"):
        with pytest.raises(InputError, match="is no zone; zones are polygons"):
            read_zones(folder / f"{name}.topojson", controller="A")
        return
    paths = [folder / f"{name}.{ending}" for ending in ("geojson", "shp.zip", "kml", "topojson")]
    for path in (*paths, tmp_path / f"{name}.csv", tmp_path / f"{name}.xlsx"):
        layer, _ = told(lambda path=path: read_zones(path, controller="A"))
        assert len(layer) == ZAATARI[name], path.name
        assert layer.geometry.is_valid.all()
        assert set(layer["valid_from"]) == {"2016-12-31" if "2016" in name else "2017-02-28"}


ROWS = [
    zone(zone_id="z1", certainty="high", source="S", country="Syria"),
    zone(zone_id="z2", valid_to="2022-03-01", geometry=EAST, source="S", country="Syria", certainty=None),
]


@pytest.mark.parametrize(
    "ending", [".geojson", ".gpkg", ".fgb", ".shp", ".parquet", ".jsonl", ".kml", ".csv", ".topojson"]
)
def test_formats_give_the_same_zones(tmp_path, ending):
    path = tmp_path / f"zones{ending}"
    frame = geopandas.GeoDataFrame(ROWS, crs=CRS)
    plain = frame.drop(columns="geometry").astype(object).where(lambda one: one.notna(), None).to_dict("records")
    if ending == ".parquet":
        frame.to_parquet(path)
    elif ending == ".jsonl":
        features = json.loads(frame.to_json())["features"]
        path.write_text("\n".join(map(json.dumps, features)), encoding="utf-8")
    elif ending == ".csv":
        frame.assign(wkt=frame.geometry.to_wkt()).drop(columns="geometry").to_csv(path, index=False)
    elif ending == ".kml":
        marks = [placemark(shape, data=row) for shape, row in zip(frame.geometry, plain, strict=True)]
        path.write_text(kml("".join(marks)), encoding="utf-8")
    elif ending == ".topojson":
        path.write_text(json.dumps(topology(frame.geometry, plain, quantised=True)), encoding="utf-8")
    else:
        zone_file(path, ROWS)
    layer, _ = told(lambda: read_zones(path))
    layer = layer.sort_values("zone_id")  # FlatGeobuf sorts its rows by place
    assert layer["zone_id"].tolist() == ["z1", "z2"]
    assert layer["source"].tolist() == ["S", "S"]
    assert layer["country"].iloc[0] == "SY"
    assert layer["valid_to"].isna().tolist() == [True, False]
    assert layer["valid_to"].iloc[1] == "2022-03-01"
    assert layer[list(ZONE_COLUMNS)].dtypes.astype(str).to_dict() == ZONE_COLUMNS
    assert layer.geometry.iloc[0].symmetric_difference(SQUARE).area < 1e-8
    assert layer.crs == CRS


def test_the_crs_member_of_old_geojson(tmp_path):
    metres = geopandas.GeoSeries([SQUARE], crs=CRS).to_crs(32637)
    shape = json.loads(shapely.to_geojson(metres.iloc[0]))
    properties = {"controller": "A", "valid_from": "2022-01-01"}
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": properties, "geometry": shape}],
    }
    path = tmp_path / "z.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match="is no degree of longitude"):
        read_zones(path)  # without a member: RFC 7946 has degrees only
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32637"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert read_zones(path).geometry.iloc[0].equals_exact(SQUARE, 1e-6)
    document["crs"] = {"type": "link", "properties": {"href": "http://example.org/crs/1"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match="its crs is no name"):
        read_zones(path)


@pytest.mark.parametrize("bare", [False, True])
def test_one_feature_or_a_bare_geometry_is_geojson_too(tmp_path, bare):
    shape = json.loads(shapely.to_geojson(SQUARE))
    path = tmp_path / "z_2022-01-01.geojson"
    path.write_text(json.dumps(shape if bare else {"type": "Feature", "properties": {}, "geometry": shape}))
    assert read_zones(path, controller="A").geometry.iloc[0].equals(SQUARE)


# ---- TopoJSON ------------------------------------------------------------------------------------------------------
def topology(shapes, properties, *, quantised, heights=False):
    """Return polygons as TopoJSON, each ring in two arcs of which the second runs backwards."""
    scale, translate = [1e-5, 1e-5], [30.0, 30.0]
    arcs, geometries = [], []

    def arc(corners):
        if quantised:
            steps = np.round((np.array(corners) - translate) / scale).astype(int)
            corners = np.vstack([steps[:1], np.diff(steps, axis=0)]).tolist()
        arcs.append([[*one, 7] for one in corners] if heights else [list(one) for one in corners])
        return len(arcs) - 1

    for shape, row in zip(shapes, properties, strict=True):
        polygons = []
        for polygon in shapely.get_parts(shape):
            rings = []
            for ring in (polygon.exterior, *polygon.interiors):
                corners = list(ring.coords)
                rings.append([arc(corners[:3]), ~arc(corners[2:][::-1])])
            polygons.append(rings)
        geometries.append({"type": "MultiPolygon", "arcs": polygons, "properties": row})
    objects = {"zones": {"type": "GeometryCollection", "geometries": geometries}}
    transform = {"transform": {"scale": scale, "translate": translate}} if quantised else {}
    return {"type": "Topology", "objects": objects, "arcs": arcs} | transform


@settings(max_examples=30, deadline=None)
@given(
    corners=st.lists(st.tuples(st.integers(-500_000, 500_000), st.integers(-500_000, 500_000)), min_size=3, max_size=8),
    quantised=st.booleans(),
    heights=st.booleans(),
)
def test_arcs_come_back_as_they_were(tmp_path_factory, corners, quantised, heights):
    shape = shapely.convex_hull(shapely.MultiPoint([(30 + x * 1e-5, 30 + y * 1e-5) for x, y in corners]))
    if shape.geom_type != "Polygon" or shape.area < 1e-6:
        return
    holed = Polygon(shape.exterior, [shapely.affinity.scale(shape, 0.5, 0.5).exterior])
    path = tmp_path_factory.mktemp("t") / "z.topojson"
    document = topology([holed], [{"name": "x"}], quantised=quantised, heights=heights)
    path.write_text(json.dumps(document), encoding="utf-8")
    (back,) = read_table(path)["geometry"]
    assert len(back.geoms[0].interiors) == 1
    assert shapely.hausdorff_distance(back, holed) < 2e-5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arcs": [[[1]]]}, "its arcs cannot be decoded"),
        ({"objects": {}}, "has 0 layers"),
        ({"objects": {"a": {"type": "Polygon", "arcs": [[9]]}}}, "row 1: not a TopoJSON geometry"),
    ],
)
def test_broken_topologies_are_one_line(tmp_path, change, message):
    path = tmp_path / "z_2022-01-01.topojson"
    path.write_text(json.dumps(topology([SQUARE], [{}], quantised=False) | change), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_zones(path, controller="A")
    assert "\n" not in str(caught.value)


# ---- KML -----------------------------------------------------------------------------------------------------------
def kml(body, head=""):
    return f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{head}{body}</Document></kml>'


def placemark(shape, inside="", data=None):
    rings = [" ".join(f"{x},{y},0" for x, y in ring.coords) for ring in (shape.exterior, *shape.interiors)]
    outer, *inner = (f"<LinearRing><coordinates>{ring}</coordinates></LinearRing>" for ring in rings)
    holes = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in inner)
    cells = "".join(f'<Data name="{key}"><value>{value}</value></Data>' for key, value in (data or {}).items() if value)
    return (
        f"<Placemark>{inside}<ExtendedData>{cells}</ExtendedData>"
        f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon></Placemark>"
    )


RED = '<Style id="r"><PolyStyle><color>7f0000ff</color></PolyStyle></Style>'
BLUE = '<StyleMap id="b"><Pair><key>normal</key><styleUrl>#b1</styleUrl></Pair></StyleMap><Style id="b1"><PolyStyle><color>7fff0000</color></PolyStyle></Style>'


@pytest.mark.parametrize(
    ("one", "other", "controller"),
    [
        ("<name>North</name>", "<name>South</name>", "@name"),
        ("<Snippet>North</Snippet>", "<Snippet>South</Snippet>", "@snippet"),
        ("<description>North</description>", "<description>South</description>", "@description"),
        ("<description>Held by: SDF&lt;br>x</description>", "<description>held by: SNA</description>", None),
        ("<description>Held by: North&lt;br>x</description>", "<description>held by: South</description>", "@held by"),
        (
            "<description><![CDATA[<table><tr><td>controller</td><td>North</td></tr></table>]]></description>",
            "<description><![CDATA[<table><tr><td>Controller</td><td>South</td></tr></table>]]></description>",
            None,
        ),
        ("<name>n 1</name>", "<name>s 1</name>", ["North=n *", "South=s*"]),
        ("<styleUrl>#r</styleUrl>", "<styleUrl>#b</styleUrl>", ["North=#ff0000", "South=#0000FF"]),
        ("<styleUrl>#r</styleUrl>", "<styleUrl>#b</styleUrl>", ["North=r", "South"]),
        ("<name>SDF</name>", "<name>SNA</name>", None),
    ],
)
def test_who_held_a_placemark(tmp_path, one, other, controller):
    path = tmp_path / "z_2022-01-01.kml"
    path.write_text(kml(placemark(SQUARE, one) + placemark(EAST, other), RED + BLUE), encoding="utf-8")
    layer, _ = told(lambda: read_zones(path, controller=controller))
    assert layer["controller"].tolist() == (["SDF", "SNA"] if "SDF" in one else ["North", "South"])


def test_sides_known_as_such_beside_marks_of_towns(tmp_path):
    town = "<Placemark><name>Town</name><Point><coordinates>36,35</coordinates></Point></Placemark>"
    body = "".join(
        f"<Folder><name>{side}</name><Folder><name>areas</name>{placemark(shape)}</Folder></Folder>"
        for side, shape in (("SDF", SQUARE), ("Syrian government", EAST))
    )
    path = tmp_path / "z_2022-01-01.kml"
    path.write_text(kml(f"<name>Who holds what</name>{body}{town}"), encoding="utf-8")
    layer, warned = told(lambda: read_zones(path))
    assert layer["controller"].tolist() == ["SDF", "Syrian government"]
    assert [text.partition(":")[0] for _, text in warned] == [path.name, f"{path.name} row 3"]
    assert "taken from `folders`, which names sides: SDF, Syrian government" in warned[0][1]
    assert "a Point is no zone" in warned[1][1]
    path.write_text(path.read_text(encoding="utf-8").replace("SDF", "Blue"), encoding="utf-8")
    with pytest.raises(InputError, match=r"z_2022-01-01\.kml: no controller; "):
        read_zones(path)


def test_folders_of_a_kmz_holes_and_times(tmp_path):
    holed = Polygon(SQUARE.exterior, [box(36.4, 35.4, 36.6, 35.6).exterior])
    span = "<TimeSpan><begin>2022-01-05</begin><end>2022-02-01</end></TimeSpan>"
    body = f"<Folder><name>North</name>{placemark(holed, span)}</Folder><Folder><name>South</name><Folder><name>x</name>{placemark(EAST, span)}</Folder></Folder>"
    path = zipped(tmp_path / "z.kmz", {"files/i.png": b"x", "doc.kml": kml(body)})
    layer = read_zones(path, controller=["North=North", "South=South*"])
    assert layer["controller"].tolist() == ["North", "South"]
    assert layer["valid_from"].tolist() == ["2022-01-05"] * 2
    assert layer["valid_to"].tolist() == ["2022-02-01"] * 2
    assert layer.geometry.iloc[0].equals(holed)
    with pytest.raises(
        InputError, match=r"z.kmz: no controller; .*--controller @COLUMN or NAME=PATTERN \(folder: North, x\)"
    ):
        read_zones(path)
    with pytest.raises(InputError, match="gives it to A and to B; make the patterns narrower"):
        read_zones(path, controller=["A=z*", "B=*.kmz"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<kml", "not KML"),
        ("<gpx/>", "not KML, its first element is <gpx>"),
        ("<kml><NetworkLink/></kml>", "no placemark in it; a link to another KML is not followed"),
        (kml("<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>1,x</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"), "row 1: its coordinates cannot be read"),
        (kml("<Placemark><name>a</name></Placemark>"), "row 1: no geometry"),
        (kml(f"<Placemark>{'<MultiGeometry>' * 5000}{'</MultiGeometry>' * 5000}</Placemark>"), "row 1: its coordinates cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_zone_in_kml(tmp_path, text, message):
    (tmp_path / "z_2022-01-01.kml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_zones(tmp_path / "z_2022-01-01.kml", controller="A")
    assert "\n" not in str(caught.value)


# ---- archives and layers -------------------------------------------------------------------------------------------
def test_zipped_shapefiles_of_any_crs_in_any_folder(tmp_path):
    rows = [zone(controller="قوات")]
    parts = shapefile(tmp_path, "z", rows, crs=CRS, keep=(".shp", ".shx", ".dbf", ".prj"))
    for prefix in ("", "a/b c/"):
        members = {f"{prefix}z{ending}": content for ending, content in parts.items()}
        members["__MACOSX/._z.shp"] = b"x"
        layer = read_zones(zipped(tmp_path / "z.zip", members))
        assert layer["controller"].tolist() == ["قوات"]  # without a .cpg
    for epsg in (3857, 32637, 22770):
        frame = geopandas.GeoDataFrame(rows, crs=CRS).to_crs(epsg)
        parts = shapefile(tmp_path, f"e{epsg}", frame.to_dict("records"), crs=epsg)
        layer = read_zones(zipped(tmp_path / "e.zip", {f"e{ending}": content for ending, content in parts.items()}))
        assert layer.geometry.iloc[0].symmetric_difference(SQUARE).area < 1e-6
    del parts[".prj"]
    with pytest.raises(
        InputError, match=r"^e.zip: no coordinate reference system \(its .prj file is missing\).*EPSG:4326"
    ):
        read_zones(zipped(tmp_path / "e.zip", {f"e{ending}": content for ending, content in parts.items()}))
    del parts[".shx"]
    with pytest.raises(InputError, match=r"^e.zip: cannot be read as a spatial layer"):
        read_zones(zipped(tmp_path / "e.zip", {f"e{ending}": content for ending, content in parts.items()}))


def test_several_layers_are_chosen_or_each_dated(tmp_path):
    path = tmp_path / "z.gpkg"
    zone_file(path, [{"geometry": Point(36, 35)}], layer="towns")
    zone_file(path, [zone()], layer="zones")
    assert len(read_zones(path)) == 1  # one layer of areas
    zone_file(path, [zone(controller="B")], layer="districts")
    with pytest.raises(
        InputError, match=r"z.gpkg: has 2 layers \(zones, districts\); choose with --zone-layer NAME, or '\*' for all"
    ):
        read_zones(path)
    assert read_zones(path, layer="zon*")["controller"].tolist() == ["A"]
    with pytest.raises(InputError, match="no layer 'x'; it has zones, districts"):
        read_zones(path, layer="x")
    alone = zone_file(tmp_path / "alone.geojson", [zone()])
    assert len(read_zones(alone, layer="x")) == 1  # nothing to choose
    layer, warned = told(lambda: read_zones(path, layer="*"))
    assert len(layer) == 2
    assert "z.gpkg layer zones and z.gpkg layer districts hold the same map" in warned[0][1]
    dated = tmp_path / "d.gpkg"
    for day, shape in (("2022_05_01", SQUARE), ("2022_06_01", EAST)):
        zone_file(dated, [{"geometry": shape}], layer=f"map_{day}")
    layer = read_zones(dated, controller="A")
    assert layer["valid_from"].tolist() == ["2022-05-01", "2022-06-01"]
    assert set(layer["source"]) == {"map"}


def test_several_shapefiles_in_one_archive(tmp_path):
    members = {}
    for name, shape in (("map20220501", SQUARE), ("map20220601", EAST)):
        parts = shapefile(tmp_path, name, [{"geometry": shape, "who": "A"}])
        members |= {f"in/{name}{ending}": content for ending, content in parts.items()}
    layer = read_zones(zipped(tmp_path / "a.zip", members), controller="@who")
    assert layer["valid_from"].tolist() == ["2022-05-01", "2022-06-01"]
    undated = {re.sub(r"\d{8}", lambda one: one[0][5], name): content for name, content in members.items()}
    path = zipped(tmp_path / "b_2022-01-01.zip", undated)
    with pytest.raises(InputError, match=r"has 2 layers \(in/map5, in/map6\); choose with --zone-layer"):
        read_zones(path, controller="A")
    assert len(read_zones(path, controller="A", layer="*5")) == 1
    with pytest.raises(InputError, match="no zone file in this archive"):
        read_zones(zipped(tmp_path / "c.zip", {"readme.txt": "x"}), controller="A")


def test_a_file_too_big_to_read_is_refused_before_it_is_read(tmp_path, monkeypatch):
    with (tmp_path / "z.geojson").open("wb") as file:
        file.truncate(2 * 1024**3)  # sparse: takes no room
    with pytest.raises(
        InputError, match=r"^z.geojson: 2.1 GB, more than the 1 GB a map may have; cut it .*ogr2ogr -spat"
    ):
        read_zones(tmp_path / "z.geojson")
    path = zipped(tmp_path / "z.zip", {"z.geojson": b" " * 5_000})
    monkeypatch.setattr(features, "MAX_MAP_BYTES", 4_000)
    with pytest.raises(InputError, match=r"^z.zip, unpacked: "):
        read_zones(path)
