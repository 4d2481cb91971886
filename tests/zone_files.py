"""Zone files for tests: written as programs write them, read with every warning caught."""

import warnings
import zipfile

import geopandas
from shapely import Polygon, box

from geoconflict.records import CRS

SQUARE = box(36.0, 35.0, 37.0, 36.0)
EAST = box(37.0, 35.0, 38.0, 36.0)
BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def zone_file(path, rows, crs=CRS, **options):
    geopandas.GeoDataFrame(rows, crs=crs).to_file(path, **options)
    return path


def zone(**cells):
    return {"controller": "A", "valid_from": "2022-01-01", "valid_to": None, "geometry": SQUARE} | cells


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def shapefile(folder, name, rows, crs=CRS, keep=(".shp", ".shx", ".dbf", ".prj", ".cpg")):
    """Return the files of a shapefile by ending."""
    zone_file(folder / f"{name}.shp", rows, crs=crs, encoding="UTF-8")
    return {ending: (folder / f"{name}{ending}").read_bytes() for ending in keep}


def told(call):
    """Return what a call returns and its warnings, as (category name, text)."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    return result, [(one.category.__name__, str(one.message)) for one in caught]
