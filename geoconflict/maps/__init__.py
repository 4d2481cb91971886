"""Draws the columns it is given; computes nothing spatial.

`render_map` makes the page, `render_still` the picture for an article. Each is loaded when first used: the page needs
folium, the still needs matplotlib, and neither needs the other. The page is a `folium.Map`: it shows in notebooks, and
layers of folium's own join it, at the price of its content policy (docs/map-style.md).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "render_map": "map",
    "ConflictMap": "map",
    "map_extent": "imagery",
    "PUBLISHED_M": "imagery",
    "render_still": "still",
    "Still": "still",
    "Tiles": "tiles",
    "open_tiles": "tiles",
}

__all__ = ["PUBLISHED_M", "ConflictMap", "Still", "Tiles", "map_extent", "open_tiles", "render_map", "render_still"]


def __getattr__(name: str) -> Any:
    """Import the module a public name lives in, the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'geoconflict.maps' has no attribute {name!r}")
    return getattr(import_module(f"geoconflict.maps.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
