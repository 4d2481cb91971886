"""The only door for the user's data; what passes it is trusted inside.

Reading refuses with one line that names file, row, value and remedy (`InputError`), or leaves the bad part out and says
so (`Reading.skipped`, `InputWarning`). Writing happens beside the target and is renamed, so an earlier file survives a
failure. Names are loaded when first used: reading a text does not import geopandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoconflict.files.admin import read_admin
    from geoconflict.files.articles import Reading, Skipped, read_articles
    from geoconflict.files.basemap import read_basemap
    from geoconflict.files.camps import read_camps
    from geoconflict.files.events import read_events, sniff
    from geoconflict.files.imagery import read_imagery
    from geoconflict.files.output import (
        LAYER_ENDINGS,
        check_output,
        write_bytes,
        write_layer,
        write_table,
        write_text,
    )
    from geoconflict.files.rasters import Population, open_population
    from geoconflict.files.tables import read_table
    from geoconflict.files.theme import read_theme
    from geoconflict.files.towns import read_town_reports
    from geoconflict.files.zones import read_zones

__all__ = [
    "LAYER_ENDINGS",
    "Population",
    "Reading",
    "Skipped",
    "check_output",
    "open_population",
    "read_admin",
    "read_articles",
    "read_basemap",
    "read_camps",
    "read_events",
    "read_imagery",
    "read_table",
    "read_theme",
    "read_town_reports",
    "read_zones",
    "sniff",
    "write_bytes",
    "write_layer",
    "write_table",
    "write_text",
]

_HOME = {
    "Reading": "articles",
    "Skipped": "articles",
    "read_articles": "articles",
    "sniff": "events",
    "read_admin": "admin",
    "read_basemap": "basemap",
    "read_imagery": "imagery",
    "read_table": "tables",
    "read_theme": "theme",
    "read_events": "events",
    "read_zones": "zones",
    "read_town_reports": "towns",
    "read_camps": "camps",
    "open_population": "rasters",
    "Population": "rasters",
    "LAYER_ENDINGS": "output",
    "check_output": "output",
    "write_bytes": "output",
    "write_layer": "output",
    "write_table": "output",
    "write_text": "output",
}


def __getattr__(name: str) -> Any:
    """Import the file a name lives in, the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'geoconflict.files' has no attribute {name!r}")
    value = getattr(import_module(f"geoconflict.files.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the names of the door."""
    return sorted(__all__)
