"""One read-only index of places: `build` makes it, `lookup` asks it, `online` asks others, `check` reads curated rows.

`download` fetches GeoNames' dumps to build it from.

Names are loaded when first used: asking an index imports neither what builds one nor what goes online.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoconflict.gazetteer.build import build_index
    from geoconflict.gazetteer.check import check_curated
    from geoconflict.gazetteer.download import download_dumps
    from geoconflict.gazetteer.index import Entry, index_info
    from geoconflict.gazetteer.lookup import Gazetteer, Word, open_gazetteer
    from geoconflict.gazetteer.online import geocode_online

_HOME = {
    "Entry": "index",
    "Gazetteer": "lookup",
    "Word": "lookup",
    "build_index": "build",
    "check_curated": "check",
    "download_dumps": "download",
    "geocode_online": "online",
    "index_info": "index",
    "open_gazetteer": "lookup",
}

__all__ = [
    "Entry",
    "Gazetteer",
    "Word",
    "build_index",
    "check_curated",
    "download_dumps",
    "geocode_online",
    "index_info",
    "open_gazetteer",
]


def __getattr__(name: str) -> Any:
    """Import the file a public name lives in, the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'geoconflict.gazetteer' has no attribute {name!r}")
    value = getattr(import_module(f"geoconflict.gazetteer.{_HOME[name]}"), name)
    globals()[name] = value
    return value
