"""Parts of a country by the winds: "northern Syria", "NW Syria"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geoconflict.gazetteer.rows import distance_km

if TYPE_CHECKING:
    from geoconflict.records import Place

WINDS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
"""The eight winds, clockwise, 45 degrees from one to the next."""
_SHORT = dict(zip(("n", "ne", "e", "se", "s", "sw", "w", "nw"), WINDS, strict=True))
_WIND = re.compile(r"(north|south)?[ -]?(east|west)?(?:ern)?")


def wind_of(word: str) -> str:
    """Return the wind a word says ("NW", "north-western", "South"), "" for none."""
    word = word.lower().strip(". ")
    found = _WIND.fullmatch(word)
    return _SHORT.get(word) or ("".join(part or "" for part in found.groups()) if found else "")


def country_part(place: Place, wind: str) -> Place | None:
    """Return the part of a country on the side of a wind, None where the country's extent is not known.

    The half or quarter of the box on that side, as a region: its middle, and half its diagonal as radius. A part has no
    border anybody drew; the circle says how little is known.
    """
    if not place.extent:
        return None
    west, south, east, north = place.extent
    lon, lat = (west + east) / 2, (south + north) / 2
    west, east = (lon if "east" in wind else west), (lon if "west" in wind else east)
    south, north = (lat if "north" in wind else south), (lat if "south" in wind else north)
    return replace(
        place,
        id=f"{place.id}+{wind}",
        name=f"{wind} {place.name}",
        kind="region",
        lon=round((west + east) / 2, 4),
        lat=round((south + north) / 2, 4),
        radius_m=round(distance_km(west, south, east, north) * 500, -2),
        population=0,
        geonameid=None,
        extent=(west, south, east, north),
    )
