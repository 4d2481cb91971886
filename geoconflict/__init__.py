"""Conflict reporting to a sourced, dated, checkable map.

    articles    = read_articles(inputs)
    mentions    = find_mentions(article, gazetteer)
    resolutions = resolve_places(article, mentions, gazetteer)
    events      = merge_events(extract_events(article, resolutions) for ...)
    layer       = events_to_layer(events)
    layer       = link_camps(link_zones(layer, zones), camps)
    layer       = protect(layer, policy)
    render_map(layer, zones=zones, camps=camps).save("map.html")

Names are loaded when first used, so that `import geoconflict` costs milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Article": "records",
    "Mention": "records",
    "Place": "records",
    "Candidate": "records",
    "Resolution": "records",
    "Figure": "records",
    "Event": "records",
    "GeoconflictError": "errors",
    "read_articles": "files",
    "read_events": "files",
    "read_zones": "files",
    "read_camps": "files",
    "read_admin": "files",
    "read_imagery": "files",
    "open_population": "files",
    "write_layer": "files",
    "open_gazetteer": "gazetteer",
    "find_mentions": "mentions",
    "resolve_places": "places",
    "extract_events": "events",
    "merge_events": "events",
    "with_roles": "events",
    "zones_from_reports": "zones",
    "zones_at": "zones",
    "events_to_layer": "links",
    "link_zones": "links",
    "link_camps": "links",
    "link_population": "links",
    "link_admin": "links",
    "people_by_area": "links",
    "protect": "protection",
    "render_map": "maps",
    "render_still": "maps",
    "ConflictMap": "maps",
}

__all__ = ["__version__", *sorted(_HOME)]  # noqa: PLE0604 - names from the table above


def __getattr__(name: str) -> Any:
    """Import the room a public name lives in, the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'geoconflict' has no attribute {name!r}")
    value = getattr(import_module(f"geoconflict.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
