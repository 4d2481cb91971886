"""Features with a geometry: GeoJSON, GeoPackage, shapefile and what else GDAL reads, OpenStreetMap's JSON and XML.

An area's outline is kept, simplified to a tolerance of 0.001 degrees (at most 111 m, a tenth of the smallest radius of
an area), so that it says no less than it is asked. Its point lies inside it, its radius is half its box's diagonal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geoconflict.errors import InputError
from geoconflict.gazetteer.added.tables import Shape, place, recognise
from geoconflict.gazetteer.added.values import NO_POINT, point
from geoconflict.gazetteer.rows import distance_km

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from geoconflict.gazetteer.added.values import Answer, File

TOLERANCE_DEG = 0.001
_DECIMALS = 5
_LEAST_RADIUS_M = 500.0
_HALF_WORLD_DEG = 180.0
_AREAS = {"Polygon", "MultiPolygon"}
_WGS84 = ("4326", "crs84")
_NAMES_OTHERS = b"<OGR"
"""How GDAL's texts of sources begin: OGRVRTDataSource, OGRWFSDataSource."""
_HEAD_BYTES = 4096
_OSM_CREDIT = ("OpenStreetMap", "OpenStreetMap", "ODbL 1.0")


def read_json(file: File, left_out: Counter[str]) -> Iterator[Answer]:
    """Yield the places of a GeoJSON feature collection or of an answer of OpenStreetMap's Overpass."""
    try:
        data = json.loads(file.path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        if isinstance(error, UnicodeDecodeError):
            raise
        raise file.refuse("", f"no JSON ({error}); is the file cut short?") from error
    if not isinstance(data, dict) or not isinstance(data.get("features", data.get("elements")), list):
        raise file.refuse("", "no GeoJSON feature collection and no answer of Overpass; save it as GeoJSON")
    if "features" not in data:
        yield from _read_elements(file, data["elements"], left_out)
        return
    crs = str((data.get("crs") or {}).get("properties", {}).get("name", "EPSG:4326"))
    if not crs.lower().endswith(_WGS84):
        yield from read_layers(file, left_out)
        return
    named = []
    for number, feature in enumerate(data["features"], start=1):
        properties, geometry = feature.get("properties") or {}, feature.get("geometry") or {}
        if not isinstance(properties, dict) or not isinstance(geometry, dict):
            raise file.refuse(f"feature {number}", "properties or geometry are no objects; save it as GeoJSON")
        if "@id" not in properties and isinstance(feature.get("id"), str):
            properties = {"@id": feature["id"], **properties}
        named.append((properties, geometry))
    yield from _read_features(file, named, left_out)


def read_layers(file: File, left_out: Counter[str]) -> Iterator[Answer]:
    """Yield the places of every layer GDAL finds that names something, reprojected to degrees where it is not in them.

    Raises InputError for a layer without a coordinate reference system, and for a text that names other files or
    addresses: GDAL goes by the content and would follow it under any ending.
    """
    import pyogrio
    import shapely

    with file.path.open("rb") as content:
        if _NAMES_OTHERS in content.read(_HEAD_BYTES):
            raise file.refuse("", "it names other files or addresses to be read, which is not done")

    problem: InputError | None = None
    known = 0
    for layer, geometry_type in pyogrio.list_layers(file.path):
        if geometry_type is None:
            continue
        frame = pyogrio.read_dataframe(file.path, layer=layer)
        if frame.crs is None:
            wrong = f"layer {layer} does not say its coordinate reference system"
            raise file.refuse("", f"{wrong}; give the shapefile its .prj, or set the CRS of the layer")
        frame = frame.to_crs(4326)
        shapes = frame.geometry
        properties = frame.drop(columns=frame.geometry.name).to_dict("records")
        named = [
            ({str(key): value for key, value in one.items()}, json.loads(shapely.to_geojson(shape)) if shape else {})
            for one, shape in zip(properties, shapes, strict=True)
        ]
        try:
            yield from _read_features(file, named, left_out)
            known += 1
        except InputError as error:
            if "no column" not in str(error):
                raise
            problem = error
    if not known:
        raise problem or file.refuse("", "no layer with geometries in it")


def _read_features(
    file: File, named: list[tuple[dict[str, Any], dict[str, Any]]], left_out: Counter[str]
) -> Iterator[Answer]:
    columns = recognise(file, dict.fromkeys(key for properties, _ in named for key in properties), point=False)
    for number, (properties, geometry) in enumerate(named, start=1):
        where = f"feature {number}"
        shape = feature_shape(file, where, geometry)
        if shape is None:
            yield NO_POINT
            continue
        yield place(file, where, properties, columns, left_out=left_out, shape=shape)


def feature_shape(file: File, where: str, geometry: dict[str, Any]) -> Shape | None:
    """Return where a GeoJSON geometry lies, None when it is empty. Raises InputError for positions off the Earth."""
    parts = geometry.get("geometries") or [geometry]
    points = [found for part in parts for found in _positions(file, where, part.get("coordinates"))]
    if not points:
        return None
    if len(points) == 1:
        return Shape(*points[0])
    shift = max(lon for lon, _ in points) - min(lon for lon, _ in points) > _HALF_WORLD_DEG
    lons = [lon + 360 if shift and lon < 0 else lon for lon, _ in points]
    west, east = min(lons), max(lons)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    lon, lat = (west + east) / 2, (south + north) / 2
    outline = None
    if geometry.get("type") in _AREAS:
        lon, lat, outline = _outline(file, where, geometry)
    elif geometry.get("type") == "LineString":
        lon, lat = points[len(points) // 2]
    return Shape(
        lon=lon - 360 if lon > 180 else lon,
        lat=lat,
        extent=None if shift else (west, south, east, north),
        radius_m=round(max(_LEAST_RADIUS_M, distance_km(west, south, east, north) * 500), -2),
        outline=outline,
    )


def _outline(file: File, where: str, geometry: dict[str, Any]) -> tuple[float, float, dict[str, Any]]:
    """Return a point inside an area and its outline, repaired where it crosses itself."""
    import shapely
    from shapely.geometry import mapping, shape

    try:
        area = shapely.force_2d(shape(geometry))
        if not area.is_valid:
            area = shapely.make_valid(area, method="structure", keep_collapsed=False)
        inside = area.representative_point()
        simple = shapely.set_precision(area.simplify(TOLERANCE_DEG), 10.0**-_DECIMALS)
        kept = mapping(area if simple.is_empty else simple)
    except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError) as error:
        raise file.refuse(where, f"its polygon cannot be used ({error}); repair it") from error
    return inside.x, inside.y, json.loads(json.dumps(kept), parse_float=lambda text: round(float(text), _DECIMALS))


def _positions(file: File, where: str, coordinates: Any) -> Iterator[tuple[float, float]]:
    """Yield the positions of a geometry of any depth."""
    if isinstance(coordinates, list) and coordinates and not isinstance(coordinates[0], list):
        if len(coordinates) < 2 or not all(isinstance(part, int | float) for part in coordinates[:2]):
            raise file.refuse(where, f"{str(coordinates)[:60]} is no position; write [longitude, latitude]")
        yield point(file, where, coordinates[0], coordinates[1])
    elif isinstance(coordinates, list):
        for part in coordinates:
            yield from _positions(file, where, part)


# ---- OpenStreetMap ---------------------------------------------------------------------------------------------------
def _read_elements(file: File, elements: Iterable[Any], left_out: Counter[str]) -> Iterator[Answer]:
    """Yield the places among the elements of an answer of Overpass; lines and areas by their `center` or `bounds`."""
    file.learn(*_OSM_CREDIT)
    for number, element in enumerate(elements, start=1):
        if not isinstance(element, dict):
            raise file.refuse(f"element {number}", "is no object; save the answer of Overpass as it comes")
        tags = {str(key): str(value) for key, value in (element.get("tags") or {}).items()}
        if "name" not in tags:
            continue  # the corners of ways
        where = f"{element.get('type')} {element.get('id')}"
        tags["@id"] = where.replace(" ", "/")
        yield _element(file, where, tags, _element_geometry(element), left_out)


def _element_geometry(element: dict[str, Any]) -> dict[str, Any]:
    at = element if "lon" in element else element.get("center") or {}
    bounds = element.get("bounds")
    if bounds and not at:
        at = {
            "lon": (bounds["minlon"] + bounds["maxlon"]) / 2,
            "lat": (bounds["minlat"] + bounds["maxlat"]) / 2,
        }
    return {"type": "Point", "coordinates": [at["lon"], at["lat"]]} if at else {}


def _element(file: File, where: str, tags: dict[str, str], geometry: dict[str, Any], left_out: Counter[str]) -> Answer:
    columns = recognise(file, ["place", *tags], point=False)
    shape = feature_shape(file, where, geometry)
    return place(file, where, tags, columns, left_out=left_out, shape=shape) if shape else NO_POINT


def read_osm_xml(file: File, left_out: Counter[str]) -> Iterator[Answer]:
    """Yield the places among the nodes of an OpenStreetMap XML file; ways and relations have no point in it."""
    file.learn(*_OSM_CREDIT)
    try:
        # expat refuses nested entities that grow without bound; no other parser is needed for a file of the user's own
        for _, node in ET.iterparse(file.path, events=("end",)):  # noqa: S314
            if node.tag not in {"node", "way", "relation"}:
                continue
            tags = {tag.get("k", ""): tag.get("v", "") for tag in node.iter("tag")}
            identity, lon, lat = node.get("id", ""), node.get("lon"), node.get("lat")
            if "name" in tags:
                where = f"{node.tag} {identity}"
                geometry = {}
                if lon and lat:
                    geometry = {"type": "Point", "coordinates": list(point(file, where, lon, lat))}
                tags["@id"] = f"{node.tag}/{identity}"
                tags.update({"@timestamp": node.get("timestamp", "")})
                yield _element(file, where, tags, geometry, left_out)
            node.clear()
    except ET.ParseError as error:
        raise file.refuse("", f"no OpenStreetMap XML ({error}); is the file cut short?") from error
