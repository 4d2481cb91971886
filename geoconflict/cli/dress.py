"""How a map looks: what the options `opt.theme`, `opt.language` and `opt.tiles` ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoconflict.errors import UsageError

if TYPE_CHECKING:
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
