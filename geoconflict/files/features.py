"""Layers of features through GDAL, in degrees whatever their CRS; the checks every geometry from a file passes."""

from __future__ import annotations

import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError
from geoconflict.records import CRS

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame

DEGREES = (180.0, 90.0)
_MACOS = "__MACOSX"
"""A folder archives made on macOS carry, with a shadow of every file."""


def read_features(path: Path, layer: str | None = None) -> DataFrame:
    """Return one layer of a spatial file in EPSG:4326; a file without a CRS is refused.

    Raises InputError also for several layers in one file of which none is chosen, for coordinates that are no degrees,
    and for degrees in a CRS that counts metres. The text of a shapefile without a .cpg is UTF-8 where its bytes are.
    """
    import pyogrio

    where, encoding = _shapefile(path, layer)
    with warnings.catch_warnings():
        # of measured geometries, whose measure nobody here uses, and of stray text files
        warnings.simplefilter("ignore")
        try:
            layers = [str(name) for name, kind in pyogrio.list_layers(where) if kind is not None]
            layer = choose_layer(path.name, layers, layer) if layers and where == str(path) else None
            frame: Any = pyogrio.read_dataframe(where, layer=layer, encoding=encoding)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{path.name}: cannot be read as a spatial layer ({_said(error, where)})") from error
    if "geometry" not in frame:
        raise InputError(f"{path.name}: a table without geometry; a layer of features is needed")
    if frame.crs is None:
        prj = " (its .prj file is missing)" if path.suffix.lower() in {".zip", ".shp"} else ""
        raise InputError(f"{path.name}: no coordinate reference system{prj}; add it, e.g. ogr2ogr -a_srs EPSG:4326")
    degrees: DataFrame = frame.set_geometry(in_degrees(frame.geometry, path.name))
    return degrees


def polygon_layers(path: Path) -> list[str]:
    """Return the layers of a GDAL file that hold areas, or may; all of them where none says what it holds."""
    import pyogrio

    try:
        layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise InputError(f"{path.name}: cannot be read as a spatial layer ({_said(error, str(path))})") from error
    areas = [name for name, kind in layers if any(word in kind for word in ("Polygon", "Surface", "Unknown", "Coll"))]
    return areas or [name for name, _ in layers]


def choose_layer(name: str, layers: list[str], wanted: str | None) -> str:
    """Return the layer to read of a file: the one wanted, else the only one; InputError that names them."""
    if wanted in layers:
        return str(wanted)
    if wanted is not None:
        raise InputError(f"{name}: has no layer {wanted!r}; it has {', '.join(layers[:5])}")
    if len(layers) != 1:
        raise InputError(f"{name}: has {len(layers)} layers ({', '.join(layers[:5])}); keep one layer a file")
    return layers[0]


def _shapefile(path: Path, layer: str | None) -> tuple[str, str | None]:
    """Return what GDAL opens and in which encoding: of a zipped shapefile its member, in whatever folder it lies."""
    if path.suffix.lower() == ".shp":
        dbf = next((one for one in _beside(path, ".dbf")), None)
        bare = dbf is not None and not _beside(path, ".cpg")
        return str(path), "UTF-8" if bare and dbf is not None and _is_utf8(dbf.read_bytes()) else None
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return str(path), None
    with zipfile.ZipFile(path) as archive:
        names = [one for one in archive.namelist() if not one.startswith(_MACOS)]
        shapes = {one[:-4].rpartition("/")[2]: one for one in names if one.lower().endswith(".shp")}
        if not shapes:
            return str(path), None
        member = shapes[choose_layer(path.name, list(shapes), layer)]
        lower = {one.lower(): one for one in names}
        dbf_name, encoding = lower.get(f"{member[:-4]}.dbf".lower()), None
        if dbf_name and f"{member[:-4]}.cpg".lower() not in lower and not archive.getinfo(dbf_name).flag_bits & 1:
            encoding = "UTF-8" if _is_utf8(archive.read(dbf_name)) else None
    return f"/vsizip/{{{path}}}/{member}", encoding


def _beside(path: Path, ending: str) -> list[Path]:
    return [one for one in (path.with_suffix(ending), path.with_suffix(ending.upper())) if one.is_file()]


def _is_utf8(dbf: bytes) -> bool:
    """Whether the rows of a dBASE table hold UTF-8 beyond ASCII: no other encoding looks like it by chance."""
    rows = dbf[int.from_bytes(dbf[8:10], "little") :]
    try:
        return not rows.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def in_degrees(series: Any, name: str) -> Any:
    """Return geometry in EPSG:4326, two-dimensional.

    Raises InputError for coordinates beyond the globe, and for a projected CRS all of whose coordinates are degrees:
    no place lies within 180 metres of the origin of its projection.
    """
    import numpy as np
    import shapely

    if series.crs.is_projected:
        given = shapely.bounds(series.to_numpy())
        known = given[~np.isnan(given).any(axis=1)]
        if len(known) and (np.abs(known) <= np.array([*DEGREES, *DEGREES])).all():
            raise InputError(
                f"{name}: its CRS ({series.crs.to_string()[:30]}) counts in metres, but all coordinates lie within "
                "±180 and ±90 as degrees do; set the CRS they have, e.g. ogr2ogr -a_srs EPSG:4326"
            )
    shapes = series.to_crs(CRS).force_2d()
    bounds = shapely.bounds(shapes.to_numpy())
    outside = np.abs(bounds) > np.array([*DEGREES, *DEGREES]) + 1e-9  # NaN, the bounds of nothing, is not outside
    if outside.any():
        row = int(np.flatnonzero(outside.any(axis=1))[0])
        raise InputError(f"{name} row {row + 1}: {no_degree(beyond(bounds[row])[0])}")
    return shapes


def beyond(bounds: Any) -> list[float]:
    """Return which of the bounds of a geometry are no degrees."""
    return [float(one) for one, limit in zip(bounds, (*DEGREES, *DEGREES), strict=True) if abs(one) > limit + 1e-9]


def no_degree(value: float) -> str:
    """Say that a coordinate is no degree, and what to do."""
    return (
        f"coordinate {value:g} is no degree of longitude (±180) or latitude (±90); "
        "name the file's CRS, or convert it with ogr2ogr -t_srs EPSG:4326"
    )


def _said(error: Exception, where: str) -> str:
    """Return what GDAL says of a file, without where it lies and without advice to programmers."""
    told = str(error).replace(where, "it").partition("; It might help")[0]
    return first_line(ValueError(told.replace(where.rpartition("/")[0] + "/", "")))


def first_line(error: Exception) -> str:
    """Return what a foreign error says, in one short line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:150]
