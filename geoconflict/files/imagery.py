"""A satellite or air picture as a page can show it: in Web Mercator, cut to the map, stretched, small enough."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError
from geoconflict.files.geotiff import check_place, is_address, open_raster, raster_access, short_name
from geoconflict.records import Imagery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Window = tuple[float, float, float, float]

MOST_BYTES = 1_400_000
"""Of one picture in the page; as text a third more."""
MOST_PX = 2_048
"""Along the longer side: a wide screen at twice its pixels."""
STRETCH = (2.0, 98.0)
"""Percentiles of each band that become black and white."""
QUALITY = 80  # of WebP: halos begin to show below
SMALLEST_PX = 64
_RADIUS_M = 6_378_137.0
_EDGE_M = math.pi * _RADIUS_M
_EDGE_LAT = 85.0511287798066
_SHRINK = 0.9


def read_imagery(
    path: str | Path,
    extent: Window,
    *,
    date: dt.date | None = None,
    credit: str | None = None,
    bands: Sequence[int] | None = None,
    finest_m: float = 0.0,
    most_bytes: int = MOST_BYTES,
) -> Imagery:
    """Read what a GeoTIFF shows of an extent, as a picture for `render_map`.

    Parameters
    ----------
    path
        A GeoTIFF (a Cloud-Optimised one, too) with any CRS and number type, turned ones included, or its http(s)
        address.
    extent
        West, south, east, north in degrees; what lies outside is cut off. `maps.map_extent` gives that of a map.
    date, credit
        When it was taken and whose it is; without them what the file's own tags say.
    bands
        One band for grey or three for red, green and blue, from 1. Without it the bands the file calls so, else the
        first three, else the first; a band with a palette is shown in its colours.
    finest_m
        Metres a pixel covers at least.
    most_bytes
        Size of the image file; a larger one is made coarser, which `notes` say.

    Returns
    -------
    Imagery
        WebP with transparency where there are no data. Each band is stretched between its 2nd and 98th percentile in
        the picture. The same file gives the same bytes.

    Raises
    ------
    InputError
        For a file that is no GeoTIFF, has no CRS or position, covers nothing of the extent, or has no data in it.
    OnlineError
        For an address that does not answer.
    """
    name, remote = short_name(path), is_address(path)
    with raster_access(name, remote=remote):
        raster = open_raster(path, name)
        with raster:
            check_place(raster, name)
            chosen, notes = _bands(raster, name, bands)
            box, own_m = _cut(raster, name, extent)
            middle = math.cos(math.radians(_lat((box[1] + box[3]) / 2)))
            step = max(own_m, finest_m / middle, (box[2] - box[0]) / MOST_PX, (box[3] - box[1]) / MOST_PX)
            while True:
                data = _picture(raster, name, chosen, box, step)
                if len(data) <= most_bytes or (box[2] - box[0]) / step < SMALLEST_PX:
                    break
                step /= min(_SHRINK, math.sqrt(most_bytes / len(data)) * 0.97)
            told, owner = _day(raster.tags()), _owner(raster.tags())
    if step > 1.01 * own_m:
        notes.append(f"shown at {step * middle:.3g} m a pixel instead of {own_m * middle:.3g} m")
    if not (date or told):
        notes.append("nothing says when it was taken; --imagery-date does")
    if not (credit or owner):
        notes.append("nothing says whose it is; --imagery-credit does")
    west, south, east, north = box
    return Imagery(
        name=name,
        data=data,
        mime="image/webp",
        bounds=(_lon(west), _lat(south), _lon(east), _lat(north)),
        metres=step * middle,
        date=date.isoformat() if date else told,
        credit=credit or owner,
        notes=tuple(f"{name}: {note}" for note in notes),
    )


def _bands(raster: Any, name: str, wanted: Sequence[int] | None) -> tuple[list[int], list[str]]:
    """Return the bands to show, and what to say of the choice."""
    from rasterio.enums import ColorInterp

    count = raster.count
    if any("complex" in kind for kind in raster.dtypes):
        raise InputError(f"{name}: holds complex numbers; make a picture of it first")
    if wanted:
        if len(wanted) not in (1, 3) or not all(1 <= band <= count for band in wanted):
            raise InputError(f"{name}: bands {list(wanted)} cannot be shown; name one or three of its {count}")
        return list(wanted), []
    colours = [ColorInterp.red, ColorInterp.green, ColorInterp.blue]
    if all(colour in raster.colorinterp for colour in colours):
        return [raster.colorinterp.index(colour) + 1 for colour in colours], []
    shown = [band for band in range(1, count + 1) if raster.colorinterp[band - 1] != ColorInterp.alpha]
    if len(shown) >= 3:
        said = [
            f"bands {', '.join(map(str, shown[:3]))} of {count} are shown as red, green, blue; --imagery-bands says"
        ]
        return shown[:3], said
    return shown[:1], ([] if count == 1 else [f"band {shown[0]} of {count} is shown in grey"])


def _cut(raster: Any, name: str, extent: Window) -> tuple[Window, float]:
    """Return the part of a raster that lies in an extent, in Web Mercator metres, and the size of its pixels there."""
    import numpy as np
    from rasterio.warp import transform

    along = np.linspace(0, 1, 21)
    none, full = np.zeros(21), np.ones(21)
    columns = np.concatenate([along, full, along, none]) * raster.width
    rows = np.concatenate([none, along, full, along]) * raster.height
    t = raster.transform
    x, y = t.a * columns + t.b * rows + t.c, t.d * columns + t.e * rows + t.f
    lon, lat = (np.asarray(one) for one in transform(raster.crs, "EPSG:4326", x, y))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise InputError(f"{name}: reaches beyond what its projection can show; cut it with gdalwarp -te")
    edges = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
    own = _mercator(edges)
    west, south, east, north = (
        *(max(one, other) for one, other in zip(own[:2], _mercator(extent)[:2], strict=True)),
        *(min(one, other) for one, other in zip(own[2:], _mercator(extent)[2:], strict=True)),
    )
    if west >= east or south >= north:
        covers = ", ".join(f"{edge:.2f}" for edge in edges)
        shows = ", ".join(f"{edge:.2f}" for edge in extent)
        raise InputError(f"{name}: covers nothing of the map: it shows {covers} (W, S, E, N), the map {shows}")
    corner = transform(raster.crs, "EPSG:3857", x[[0, 20, 62, 42]], y[[0, 20, 62, 42]])
    (x0, x1, x2, x3), (y0, y1, y2, y3) = corner
    size = abs((x0 - x2) * (y1 - y3) - (x1 - x3) * (y0 - y2)) / 2
    return (west, south, east, north), math.sqrt(size / (raster.width * raster.height))


def _picture(raster: Any, name: str, bands: list[int], box: Window, step: float) -> bytes:
    """Return the image file of a part of a raster at `step` metres of Web Mercator a pixel."""
    import numpy as np
    from affine import Affine
    from rasterio.enums import ColorInterp, Resampling
    from rasterio.vrt import WarpedVRT

    west, south, east, north = box
    width, height = (max(1, round(length / step)) for length in (east - west, north - south))
    palette = raster.colormap(bands[0]) if raster.colorinterp[bands[0] - 1] == ColorInterp.palette else None
    own_alpha = ColorInterp.alpha in raster.colorinterp
    with WarpedVRT(
        raster,
        crs="EPSG:3857",
        transform=Affine((east - west) / width, 0, west, 0, -(north - south) / height, north),
        width=width,
        height=height,
        resampling=Resampling.nearest if palette else Resampling.bilinear,
        add_alpha=not own_alpha,
        UNIFIED_SRC_NODATA="YES",
    ) as warped:
        cells = warped.read(bands).astype("float64")
        alpha = warped.read(raster.colorinterp.index(ColorInterp.alpha) + 1 if own_alpha else warped.count)
    seen = (alpha > 0) & np.isfinite(cells).all(axis=0)
    if raster.nodata is not None and len(bands) == 1:
        seen &= cells[0] != raster.nodata
    if not seen.any():
        raise InputError(f"{name}: has no data where the map is")
    if palette:
        table = np.array([palette.get(i, (0, 0, 0, 0)) for i in range(max(palette) + 1)], "uint8")
        colours = table[np.clip(cells[0], 0, len(table) - 1).astype(int)].transpose(2, 0, 1)
        return _webp(np.concatenate([colours[:3], np.where(seen, colours[3], 0)[None]]).astype("uint8"))
    stretched = np.stack([_stretched(band, seen) for band in cells])
    if len(bands) == 1:
        stretched = np.repeat(stretched, 3, axis=0)
    top = 255 if not own_alpha or alpha.dtype == np.uint8 else float(np.iinfo(alpha.dtype).max)
    clear = np.where(seen, np.round(alpha * (255 / top)) if own_alpha else 255, 0)
    return _webp(np.concatenate([stretched, clear[None]]).astype("uint8"))


def _stretched(band: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return a band from 0 to 255 between two percentiles of what is seen; an even band is grey."""
    import numpy as np

    low, high = np.percentile(band[seen], STRETCH)
    if high <= low:
        low, high = float(band[seen].min()), float(band[seen].max())
    if high <= low:
        return np.where(seen, 128.0, 0.0)
    return np.where(seen, np.clip((band - low) / (high - low), 0, 1) * 255, 0).round()


def _webp(rgba: NDArray[np.uint8]) -> bytes:
    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.io import MemoryFile

    form = {"driver": "WEBP", "count": 4, "height": rgba.shape[1], "width": rgba.shape[2], "dtype": "uint8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a page says itself where the picture lies
        with MemoryFile() as memory:
            with memory.open(**form, QUALITY=QUALITY) as file:
                file.write(rgba)
            return bytes(memory.getbuffer())


def _day(tags: dict[str, str]) -> str:
    """Return the day a file says it was taken or made: "2022:02:03 10:15:00" in TIFF's own tag."""
    text = tags.get("ACQUISITIONDATETIME") or tags.get("TIFFTAG_DATETIME") or ""
    try:
        return dt.date.fromisoformat(text[:10].replace(":", "-")).isoformat()
    except ValueError:
        return ""


def _owner(tags: dict[str, str]) -> str:
    return (tags.get("TIFFTAG_COPYRIGHT") or tags.get("TIFFTAG_ARTIST") or "").strip()


def _mercator(edges: Window) -> Window:
    """Return degrees as metres of Web Mercator, within its square."""
    west, south, east, north = edges

    def x(lon: float) -> float:
        return max(-_EDGE_M, min(_EDGE_M, math.radians(lon) * _RADIUS_M))

    def y(lat: float) -> float:
        return _RADIUS_M * math.asinh(math.tan(math.radians(max(-_EDGE_LAT, min(_EDGE_LAT, lat)))))

    return x(west), y(south), x(east), y(north)


def _lon(x: float) -> float:
    return math.degrees(x / _RADIUS_M)


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh(y / _RADIUS_M)))
