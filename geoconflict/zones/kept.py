"""Derived stretches kept in a folder, so that a day is derived once and not at every call.

A file a stretch, in a folder whose name changes with the reports, the outline, this code and the libraries that cut the
shapes. These folders stand in one of our own and each holds a mark: nothing else is ever removed. Whatever cannot be
read back whole counts as not kept; whatever cannot be written costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import scipy
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

UNUSED_DAYS = 60
"""Folders of other reports or another version that nobody wrote to for so long are removed."""

OWN_FOLDER = "kept-zones"
"""In the folder that is handed over, which is the user's."""
_NAME = re.compile(r"zones-[0-9a-f]{16}")
_MARK = "made-by-geoconflict"
_GEOMETRY = "geometry"


class Shelf:
    """The stretches of one table of reports: columns as plain lists, with the shapes under "geometry"."""

    def __init__(self, folder: Path, *facts: Any) -> None:
        """Open the shelf in `folder` for what the zones are made from: tables, shapes and texts."""
        digest = hashlib.sha256(_made_by().encode())
        for fact in facts:
            digest.update(hashlib.sha256(_as_bytes(fact)).digest())
        self.folder = folder / OWN_FOLDER / f"zones-{digest.hexdigest()[:16]}"

    def get(self, name: str) -> dict[str, list[Any]] | None:
        """Return a stretch as it was put there; None where there is none, or none that is whole."""
        try:
            told, packed = (self.folder / name).read_bytes().split(b"\n", 1)
            if hashlib.sha256(packed).hexdigest().encode() != told:
                return None
            columns: dict[str, list[Any]] = json.loads(zlib.decompress(packed))
            columns[_GEOMETRY] = list(shapely.from_wkb([bytes.fromhex(one) for one in columns[_GEOMETRY]]))
        except (OSError, ValueError, KeyError, TypeError, zlib.error, shapely.errors.ShapelyError):
            return None
        return columns

    def put(self, name: str, columns: dict[str, list[Any]]) -> None:
        """Keep a stretch: written beside and renamed, so that whoever reads meanwhile finds a whole one or none."""
        plain = columns | {_GEOMETRY: [shapely.to_wkb(shape, hex=True) for shape in columns[_GEOMETRY]]}
        packed = zlib.compress(json.dumps(plain).encode(), 6)  # as ASCII: half a surrogate pair has no UTF-8
        beside = self.folder / f".{name}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True, exist_ok=True)
                (self.folder / _MARK).touch()
                self._tidy()
            beside.write_bytes(hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed)
            beside.replace(self.folder / name)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Remove what other versions kept and nobody wrote to for long."""
        for other in self.folder.parent.iterdir():
            ours = _NAME.fullmatch(other.name) and not other.is_symlink() and (other / _MARK).is_file()
            if ours and other != self.folder and time.time() - other.stat().st_mtime > UNUSED_DAYS * 86_400:
                shutil.rmtree(other, ignore_errors=True)


def plain(zones: gpd.GeoDataFrame) -> dict[str, list[Any]]:
    """Return a layer as columns of plain values, missing as None, with the shapes under "geometry"."""
    columns = {
        name: [None if one is pd.NA else one for one in zones[name].tolist()]
        for name in zones.columns
        if name != _GEOMETRY
    }
    return columns | {_GEOMETRY: list(zones.geometry)}


def stacked(stretches: Iterable[dict[str, list[Any]]], dtypes: dict[str, str], crs: str) -> gpd.GeoDataFrame:
    """Return plain stretches under each other as one layer."""
    rows = list(stretches)
    series = {
        name: pd.Series([one for each in rows for one in each[name]], dtype=dtype) for name, dtype in dtypes.items()
    }
    return gpd.GeoDataFrame(series, geometry=[shape for each in rows for shape in each[_GEOMETRY]], crs=crs)


@cache
def _made_by() -> str:
    """Return what decides, beside the reports, how zones come out: the code of this room and its libraries."""
    room = Path(__file__).parent
    files = [*sorted(room.glob("*.py")), room.parent / "records.py"]
    code = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    libraries = [shapely.geos_version_string, shapely.__version__, pyproj.proj_version_str, scipy.__version__]
    return json.dumps([*code, *libraries, np.__version__, pd.__version__, gpd.__version__])


def _as_bytes(fact: Any) -> bytes:
    if isinstance(fact, gpd.GeoDataFrame):
        shapes = b"".join(fact.geometry.to_wkb())
        return _as_bytes(pd.DataFrame(fact.drop(columns=fact.geometry.name))) + shapes + str(fact.crs).encode()
    if isinstance(fact, pd.DataFrame):
        return _encoded(fact.to_csv(index=False))
    return bytes(shapely.to_wkb(fact)) if isinstance(fact, shapely.Geometry) else _encoded(str(fact))


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # half a surrogate pair must not cost the run
