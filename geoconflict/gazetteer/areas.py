"""What the towns of an area, and lists of its names, tell of it: its middle, how far it reaches, how it is called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from gettext import translation
from itertools import product
from typing import TYPE_CHECKING

from geoconflict.bundled import country_outlines
from geoconflict.gazetteer.names import norm
from geoconflict.gazetteer.rows import distance_km

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = ("en", "ar", "ckb", "ku", "fa", "tr", "he", "uk", "ru", "fr", "de", "es", "it", "pt", "nl", "pl")
"""Languages whose names of countries are entered: those of the conflicts' press and of large corpora."""

# Type words at the end of a province's or district's name, as GeoNames, ISO and the curated rows write them.
_TYPE_ENDING = re.compile(
    r"\s+(province|governorate|region|state|oblast'?|oblasts'?ka oblast|department|district|county|prefecture|division"
    r"|raion|rayon|city|council|autonomous region|parish|municipality|voivodeship|shi|qu)$",
    re.IGNORECASE,
)
_TYPE_OPENING = re.compile(r"^(provincia de|province of|estado de|departamento de|state of)\s+", re.IGNORECASE)

# A town this many times further from a province's middle than the median town is suspect, and a stray if in the cells
# around it the towns of other provinces outnumber this province's.
_STRAY_MEDIANS, _STRAY_OUTNUMBERED = 2.5, 5
# Ordered by distance, the last tenth of an area's towns ends before an empty gap this wide in which the distance also
# doubles: what lies beyond is coded astray (towns of Hebei in Xinjiang) or so remote that it says nothing of the area's
# middle and reach (Easter Island of Valparaíso).
_TAIL_SHARE, _TAIL_GAP_KM, _TAIL_FACTOR = 0.9, 300.0, 2.0
_OFF_OUTLINE_DEG = 0.05
"""How far outside its country's outline, simplified to 400 m, the middle of a province may be drawn."""


def untyped(name: str) -> str:
    """Return an area's name without the type word at its end."""
    return _TYPE_ENDING.sub("", name)


def without_opening(name: str) -> str:
    """Return an area's name without the type word at its beginning."""
    return _TYPE_OPENING.sub("", name)


def translations() -> Callable[[str], set[str]]:
    """Return a function from a name of ISO 3166-2 to its names in the languages not written in Latin letters."""
    import pycountry

    catalogs = [translation("iso3166-2", pycountry.LOCALES_DIR, [language], fallback=True) for language in LANGUAGES]
    return lambda name: {other for catalog in catalogs if not norm(other := catalog.gettext(name)).isascii()}


def stray_filter(
    points: dict[tuple[str, str], list[tuple[float, float]]],
) -> Callable[[tuple[str, str]], list[tuple[float, float]]]:
    """Return a function from an area to its towns, without those GeoNames codes to it by mistake.

    A stray lies far from the area's middle, amid towns of other areas. Towns that are merely far (in Quebec's north)
    have none of others around them, and stay.
    """
    around: defaultdict[tuple[int, int], Counter[tuple[str, str]]] = defaultdict(Counter)
    for key, towns in points.items():
        for lon, lat in towns:
            around[round(lon * 2), round(lat * 2)][key] += 1

    def is_stray(key: tuple[str, str], point: tuple[float, float]) -> bool:
        x, y = round(point[0] * 2), round(point[1] * 2)
        near: Counter[tuple[str, str]] = Counter()
        for i, j in product((-1, 0, 1), repeat=2):
            near.update(around.get((x + i, y + j), {}))
        return near.total() > _STRAY_OUTNUMBERED * near[key]

    def without_strays(key: tuple[str, str]) -> list[tuple[float, float]]:
        towns = points[key]
        lon, lat = (sorted(values)[len(towns) // 2] for values in zip(*towns, strict=True))
        measured = [(distance_km(lon, lat, *point), point) for point in towns]
        reach = _STRAY_MEDIANS * sorted(measured)[len(towns) // 2][0]
        return _without_tail([near for near in measured if near[0] <= reach or not is_stray(key, near[1])])

    return without_strays


def _without_tail(measured: list[tuple[float, tuple[float, float]]]) -> list[tuple[float, float]]:
    """Return the points of (distance in km, point) that lie before the first wide gap in the last tenth of them."""
    ordered = sorted(measured)
    for i in range(int(_TAIL_SHARE * len(ordered)), len(ordered)):
        near, far = ordered[i - 1][0], ordered[i][0]
        if i and far > _TAIL_FACTOR * near and far - near > _TAIL_GAP_KM:
            ordered = ordered[:i]
            break
    return [point for _, point in ordered]


def on_land() -> Callable[[str, tuple[float, float], list[tuple[float, float]]], tuple[float, float]]:
    """Return a function from a country's code, a middle and its towns to the middle, or the town nearest to it.

    The middle of an arc of islands, or of a coast, may be open sea or another country; then the nearest town stands.
    """
    import shapely

    outlines = country_outlines("un")
    shapes = dict(zip(outlines["iso2"], outlines["geometry"], strict=True))
    for shape in shapes.values():
        shapely.prepare(shape)

    def settle(code: str, middle: tuple[float, float], towns: list[tuple[float, float]]) -> tuple[float, float]:
        shape = shapes.get(code)
        if shape is None or shapely.dwithin(shape, shapely.Point(middle), _OFF_OUTLINE_DEG):
            return middle
        return min(towns, key=lambda town: distance_km(*middle, *town))

    return settle
