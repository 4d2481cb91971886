"""Opening GeoTIFFs: local ones and such at a web address, with one clear line for each that is none."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geoconflict.errors import InputError, OnlineError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = re.compile(r"(?:/vsicurl/)?https?://[^\s'\"]+")
REMOTE = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",  # ask for the file named and for nothing beside it
    "GDAL_HTTP_CONNECTTIMEOUT": "10",
    "GDAL_HTTP_TIMEOUT": "60",
    "GDAL_HTTP_MAX_RETRY": "2",
    "GDAL_HTTP_RETRY_DELAY": "1",
    "VSI_CACHE": "TRUE",
}


def is_address(path: str | Path) -> bool:
    """Whether a path is a web address."""
    return str(path).lower().startswith(("http://", "https://"))


def short_name(path: str | Path) -> str:
    """Return the name a raster has in messages: never the query or the password of an address."""
    if not is_address(path):
        return Path(path).name or str(path)
    parts = urlsplit(str(path))
    return Path(parts.path).name or str(parts.hostname)


@contextmanager
def raster_access(name: str, *, remote: bool) -> Iterator[None]:
    """Set GDAL up for reading rasters, and turn its errors into one line that names the file."""
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.Env(**(REMOTE if remote else {})):
            yield
    except (RasterioError, OSError, MemoryError) as error:
        if isinstance(error, InputError | OnlineError):
            raise
        reason = (str(error.__cause__ or error).splitlines() or ["no reason given"])[0]
        if remote:
            reason = _ADDRESS.sub(name, reason)  # it may hold a key
            raise OnlineError(f"{name}: the address gave no raster ({reason}); try again, or download it") from error
        raise InputError(f"{name}: cannot be read as a raster ({reason})") from error


def open_raster(path: str | Path, name: str) -> Any:
    """Open a GeoTIFF, local or at an address; nothing but the file named is ever read, so no VRT is."""
    import rasterio

    if not is_address(path):
        if not Path(path).exists():
            raise InputError(f"{name}: cannot be read as a raster (no such file)")
        if not Path(path).is_file():
            raise InputError(f"{name}: cannot be read as a raster (a folder; name the GeoTIFF in it)")
    return rasterio.open(str(path), driver="GTiff")


def check_place(raster: Any, name: str) -> None:
    """Raise InputError for a raster that does not say where it lies."""
    if raster.crs is None:
        raise InputError(f"{name}: it has no CRS; set it with gdal_edit.py -a_srs")
    t = raster.transform
    if t.is_identity or not (t.a * t.e - t.b * t.d):
        points = " but control points; warp it with gdalwarp" if raster.gcps[0] else "; georeference it"
        raise InputError(f"{name}: it has no position{points}")
