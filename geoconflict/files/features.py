"""Layers of features through GDAL, in degrees whatever their CRS; the checks every geometry from a file passes."""

from __future__ import annotations

import codecs
import warnings
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

from geoconflict.errors import InputError
from geoconflict.records import CRS

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame

DEGREES = (180.0, 90.0)
MAX_MAP_BYTES = 1_000_000_000
"""A map is read whole; in memory it takes about five times its size on disk."""
_MARKS = {
    ".gpkg": ((68, b"GPKG"), (68, b"GP10"), (68, b"GP11")),
    ".fgb": ((0, b"fgb\x03fgb"),),
    ".shp": ((0, b"\x00\x00\x27\x0a"),),
}
"""How files begin, at which byte: application id of GeoPackage 1.2+, 1.0, 1.1; FlatGeobuf 3; ESRI's file code."""
_HEAD = 72
_TEXT_ENDS = 16
"""All of them have a NUL before: SQLite after its 15 letters, FlatGeobuf in the length of its header."""
_PIECE = 1 << 20
_MACOS = "__MACOSX"
"""A folder archives made on macOS carry, with a shadow of every file."""


def read_features(path: Path, layer: str | None = None, bad: dict[int, str] | None = None) -> DataFrame:
    """Return one layer of a .gpkg, .fgb, .shp or zipped .shp in EPSG:4326; a file without a CRS is refused.

    Rows whose coordinates are no degrees are noted in `bad` where it is given, their geometry missing. Raises
    InputError for them otherwise, for several layers in one file of which none is chosen, for degrees in a CRS that
    counts metres, and for a file that is not what its ending says. The text of a shapefile without a .cpg is UTF-8
    where its bytes are.
    """
    import pyogrio

    where, encoding = _checked(path, layer)
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
    degrees: DataFrame = frame.set_geometry(in_degrees(frame.geometry, path.name, bad))
    return degrees


def polygon_layers(path: Path) -> list[str]:
    """Return the layers of a GDAL file that hold areas, or may; all of them where none says what it holds."""
    layers = _layers(path)
    areas = [name for name, kind in layers if any(word in kind for word in ("Polygon", "Surface", "Unknown", "Coll"))]
    return areas or [name for name, _ in layers]


def spatial_layers(path: Path) -> list[str | None]:
    """Return the layers of a GeoPackage that hold lines or areas, or may; None stands for the one of any other file."""
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return [None]
    return [name for name, kind in _layers(path) if kind != "Point"] or [None]


def _layers(path: Path) -> list[tuple[str, str]]:
    """Return the layers of a GDAL file and the kind of geometry each says it has."""
    import pyogrio

    _checked(path, None)
    try:
        return [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise InputError(f"{path.name}: cannot be read as a spatial layer ({_said(error, str(path))})") from error


def choose_layer(name: str, layers: list[str], wanted: str | None) -> str:
    """Return the layer to read of a file: the one wanted, else the only one; InputError that names them."""
    if wanted in layers:
        return str(wanted)
    if wanted is not None:
        raise InputError(f"{name}: has no layer {wanted!r}; it has {', '.join(layers[:5])}")
    if len(layers) != 1:
        raise InputError(f"{name}: has {len(layers)} layers ({', '.join(layers[:5])}); keep one layer a file")
    return layers[0]


def check_size(size: int, name: str) -> None:
    """Raise InputError for a file too large to be read whole."""
    if size > MAX_MAP_BYTES:
        raise InputError(
            f"{name}: {size / 1e9:.1f} GB, more than the {MAX_MAP_BYTES / 1e9:g} GB a map may have; cut it to your "
            "area, e.g. ogr2ogr -spat WEST SOUTH EAST NORTH smaller.gpkg, or simplify it"
        )


def _checked(path: Path, layer: str | None) -> tuple[str, str | None]:
    """Return what GDAL opens and in which encoding, once it is known to be of the format its ending says.

    GDAL itself goes by the content: text that names other files or addresses (VRT) would be followed under any ending.
    """
    ending = path.suffix.lower()
    if ending == ".zip":
        return _zipped_shapefile(path, layer)
    check_size(path.stat().st_size, path.name)
    with path.open("rb") as file:
        _check_format(ending, file.read(_HEAD), path.name)
    if ending != ".shp":
        return str(path), None
    dbf = next(iter(_beside(path, ".dbf")), None)
    if dbf is None or _beside(path, ".cpg"):
        return str(path), None
    check_size(dbf.stat().st_size, dbf.name)
    with dbf.open("rb") as file:
        return str(path), "UTF-8" if _is_utf8(file) else None


def _zipped_shapefile(path: Path, layer: str | None) -> tuple[str, str | None]:
    """Return the shapefile in an archive, in whatever folder it lies, and its encoding."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {one.filename: one for one in archive.infolist() if not one.filename.startswith(_MACOS)}
            shapes = {one[:-4].rpartition("/")[2]: one for one in members if one.lower().endswith(".shp")}
            if not shapes:
                raise InputError(f"{path.name}: no .shp in this archive; unpack it and name the file that counts")
            member = shapes[choose_layer(path.name, list(shapes), layer)]
            beside = [one for name, one in members.items() if name.rpartition(".")[0] == member[:-4]]
            check_size(sum(one.file_size for one in beside), f"{path.name}, unpacked")
            if any(one.flag_bits & 1 for one in beside):
                raise InputError(f"{path.name}: its files are encrypted; unpack it")
            with archive.open(member) as file:
                _check_format(".shp", file.read(_HEAD), f"{path.name}/{member}")
            lower = {one.lower(): one for one in members}
            dbf, encoding = lower.get(f"{member[:-4]}.dbf".lower()), None
            if dbf and f"{member[:-4]}.cpg".lower() not in lower:
                with archive.open(dbf) as file:
                    encoding = "UTF-8" if _is_utf8(file) else None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise InputError(f"{path.name}: not a ZIP archive that can be read ({first_line(error)})") from error
    return f"/vsizip/{{{path}}}/{member}", encoding


def _check_format(ending: str, head: bytes, name: str) -> None:
    """Raise InputError for a file that does not begin as its format does.

    Each of these formats has a NUL byte early on, and the drivers that read text look no further than the first.
    """
    marks = _MARKS.get(ending)
    if marks is None or not any(head[at:].startswith(mark) for at, mark in marks) or b"\0" not in head[:_TEXT_ENDS]:
        raise InputError(f"{name}: cannot be read as a spatial layer (it does not begin as a {ending} file does)")


def _beside(path: Path, ending: str) -> list[Path]:
    return [one for one in (path.with_suffix(ending), path.with_suffix(ending.upper())) if one.is_file()]


def _is_utf8(dbf: IO[bytes]) -> bool:
    """Whether the rows of a dBASE table hold UTF-8 beyond ASCII: no other encoding looks like it by chance."""
    head = dbf.read(32)
    dbf.read(max(0, int.from_bytes(head[8:10], "little") - len(head)))
    decoder = codecs.getincrementaldecoder("utf-8")()
    ascii_only = True
    try:
        while piece := dbf.read(_PIECE):
            ascii_only = decoder.decode(piece).isascii() and ascii_only
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not ascii_only


def in_degrees(series: Any, name: str, bad: dict[int, str] | None = None) -> Any:
    """Return geometry in EPSG:4326, two-dimensional.

    Coordinates beyond the globe, or no finite numbers, are noted in `bad` by row, the geometry missing; without it the
    first is an InputError. So is a projected CRS all of whose coordinates are degrees: no place lies within 180 metres
    of the origin of its projection.
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
    wrong = beyond(shapes.to_numpy())
    for row, value in wrong.items():
        if bad is None:
            raise InputError(f"{name} row {row + 1}: {no_degree(value)}")
        bad.setdefault(row, no_degree(value))
    if wrong:
        shapes = shapes.copy()
        shapes.iloc[list(wrong)] = None
    return shapes


def beyond(shapes: Any) -> dict[int, float]:
    """Return of which geometries (array) a coordinate is no degree or no finite number: position -> the first such."""
    import numpy as np
    import shapely

    corners, rows = shapely.get_coordinates(shapes, return_index=True)
    wrong = ~(np.abs(corners) <= np.array(DEGREES) + 1e-9)  # NaN compares as False
    found: dict[int, float] = {}
    for at in np.flatnonzero(wrong.any(axis=1)).tolist():
        found.setdefault(int(rows[at]), float(corners[at][wrong[at]][0]))
    return found


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
