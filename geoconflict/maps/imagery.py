"""Pictures of the ground under the page's map: what the page holds of them, and how far it lets one look into them."""

from __future__ import annotations

import math
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from geoconflict.errors import PolicyError
from geoconflict.maps.basemap import around, view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from geoconflict.records import Imagery

CLOSEST_ZOOM = 18
PUBLISHED_M = 20.0
"""Under "publish" pictures are no finer than this, as the page's largest scale is: roofs and tents cannot be told."""
_ROUNDING = 1e-6
_EQUATOR_M = 156_543.034  # a pixel of Web Mercator at zoom 0
NOT_STATED = "not stated"


def map_extent(layer: GeoDataFrame, zones: GeoDataFrame | None = None) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of the ground the page of a layer shows in detail."""
    return around(view_of(layer, zones))


def imagery_island(pictures: Sequence[Imagery]) -> list[dict[str, Any]] | None:
    """Return what the page needs to show pictures; None without any."""
    return [
        {
            "name": one.name,
            "data": f"data:{one.mime};base64,{b64encode(one.data).decode()}",
            "bounds": [round(edge, 7) for edge in one.bounds],
            "date": one.date,
            "credit": one.credit,
        }
        for one in pictures
    ] or None


def check_published(pictures: Sequence[Imagery]) -> None:
    """Refuse pictures finer than the policy "publish" lets anybody see."""
    for one in pictures:
        if not one.metres >= PUBLISHED_M * (1 - _ROUNDING):
            raise PolicyError(
                f"{one.name}: shows {one.metres:.3g} m a pixel, finer than the policy publish allows; read it with "
                f"finest_m={PUBLISHED_M:g}"
            )


def closest_zoom(pictures: Sequence[Imagery], least: int) -> int:
    """Return the zoom at which the finest picture is shown pixel by pixel, at least `least`."""
    zooms = [
        math.log2(_EQUATOR_M * math.cos(math.radians((one.bounds[1] + one.bounds[3]) / 2)) / one.metres)
        for one in pictures
    ]
    return max([least, *(min(CLOSEST_ZOOM, math.ceil(zoom)) for zoom in zooms)])


def imagery_credits(pictures: Sequence[Imagery]) -> list[str]:
    """Return whose pictures they are and of which day."""
    return [f"{one.credit or NOT_STATED}, {one.date or 'day ' + NOT_STATED} ({one.name})" for one in pictures]
