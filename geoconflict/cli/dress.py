"""How a map looks: what the options `opt.theme`, `opt.language`, `opt.tiles` and `opt.basemap` ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoconflict.errors import UsageError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geoconflict.cli.options import Talk


def dress(given: dict[str, Any], talk: Talk) -> dict[str, Any]:
    """Return what a map is to be drawn with besides its layers; said are the terms of tiles, even if --quiet."""
    worn: dict[str, Any] = {}
    if given.get("standfirst"):
        worn["standfirst"] = given["standfirst"]
    if given.get("language", "en") != "en":
        worn["language"] = given["language"]
    if given.get("theme_file"):
        from geoconflict.files import read_theme

        worn["theme"] = read_theme(given["theme_file"])
    if given.get("tiles"):
        from geoconflict.maps.tiles import open_tiles

        worn["tiles"] = open_tiles(given["tiles"], key=given.get("tiles_key"))
        for line in worn["tiles"].terms:
            talk.insist(line)
    elif given.get("tiles_key"):
        raise UsageError("--tiles-key speaks of tiles; name their provider with --tiles")
    return worn


BASEMAP_REACH_DEG = 3.0
"""How far a map reaches beyond its events at least."""


def read_under(given: dict[str, Any], layer: GeoDataFrame) -> GeoDataFrame | None:
    """Read what is to lie under a map of a layer, as far as the map can reach; None where nothing is asked for."""
    from geoconflict.files import read_basemap

    if not given["basemap_files"]:
        return None
    west, south, east, north = layer.total_bounds
    if not west <= east:  # no event has a place: nothing is drawn
        return None
    reach = max(BASEMAP_REACH_DEG, east - west, north - south)
    return read_basemap(given["basemap_files"], (west - reach, south - reach, east + reach, north + reach))
