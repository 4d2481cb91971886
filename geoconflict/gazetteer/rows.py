"""Rows and names while an index is being made: how a place and the forms of its name are entered.

Used while an index is built; what reads one takes only the sizes of kinds and `distance_km` from here.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import ALTERNATE, BARE, CODE, FIRM, JOINED, MAIN, WORD_COMMON
from geoconflict.gazetteer.names import ARABIC, bare, normal_form, strip_type
from geoconflict.records import AREA_KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

EARTH_RADIUS_KM = 6371.0088
SETTLEMENTS: frozenset[str] = frozenset({"city", "town", "village", "neighbourhood"})

ARABIC_WRITING = frozenset(
    {
        "AE",
        "AF",
        "BH",
        "DJ",
        "DZ",
        "EG",
        "EH",
        "ER",
        "IQ",
        "IR",
        "JO",
        "KM",
        "KW",
        "LB",
        "LY",
        "MA",
        "MR",
        "OM",
        "PK",
        "PS",
        "QA",
        "SA",
        "SD",
        "SO",
        "SY",
        "TD",
        "TN",
        "YE",
    }
)
"""Countries whose places are written in Arabic script, so that a Latin name on file is a transliteration."""

# The circle that holds the true spot 9 times in 10, by kind (design contract 3.6). A camp or building 500 m; fields,
# bases and airports are larger than a building, so their point may be that much off.
RADIUS_M: dict[str, float] = {
    "neighbourhood": 1_000,
    "village": 1_500,
    "town": 3_000,
    "camp": 500,
    "prison": 500,
    "crossing": 500,
    "facility": 500,
    "base": 1_500,
    "airport": 2_000,
    "road": 10_000,
    "border": 10_000,
    "water": 25_000,
}
# Floors for areas whose extent is known from few towns: a district or province is hardly ever smaller.
_LEAST_AREA_RADIUS_M = {"country": 15_000.0, "admin1": 10_000.0, "admin2": 8_000.0}
CITY_FROM, CITY_FULL = 50_000, 5_000_000
TOWN_FROM = 3_000

# Never entered as names: compass and generic words, which removing the type word leaves of "Central Region".
_NO_NAME = frozenset(
    {
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "centre",
        "center",
        "northwest",
        "northeast",
        "southwest",
        "southeast",
        "metro",
        "upper",
        "lower",
        "federal",
        "capital",
        "metropolitan",
        "state",
        "national",
        "region",
        "district",
        "mid",
        "middle",
        "coast",
        "island",
        "islands",
        "river",
        "north western",
        "north eastern",
        "south eastern",
        "south western",
        "north west",
        "north east",
        "south west",
        "south east",
        "state university",
        "united way",
        "south central",
        "north central",
    }
)
_TRANSLITERATION = re.compile("[āīūḩḥşṣţṭẕẓḑḍ]", re.IGNORECASE)
"""Letters of the romanisation of Arabic in GeoNames; French names in the Maghreb have none of them."""
# An alternate name of a smaller place that is an everyday word is kept apart: GeoNames lists "Metro", "The Mission",
# "كورونا" (Corona) and "الآن" (Alan) as names of towns.
_EVERYDAY_ZIPF = {"en": 3.0, "ar": 4.5}
_EVERYDAY_BELOW_PEOPLE = 200_000
_LONGEST_KEY = 60
_LONGEST_CODE = 3
_SHORTEST_BARE = 4
_JOINED_KINDS = frozenset({"country", "admin1", "region"})


@dataclass(slots=True)
class Row:
    """A place on its way into an index; fields as in `records.Place`."""

    id: str
    name: str
    kind: Kind
    lon: float
    lat: float
    radius_m: float
    country: str | None = None
    admin1: str = ""
    admin2: str = ""
    population: int = 0
    capital: bool = False
    geonameid: int | None = None
    extent: tuple[float, float, float, float] | None = None
    source: str = ""


class Collection:
    """The rows of an index and, for each key, the rows it names with their flags."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.names: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self.demonyms: dict[str, int] = {}
        self.admin1_row: dict[tuple[str, str], int] = {}
        self.ids: dict[str, int] = {}

    def add(self, row: Row, aliases: Iterable[str] = (), *, codes: bool = True) -> int:
        """Enter a row with its names and return its number. With `codes=False` short aliases are names, not codes."""
        number, base = len(self.rows), row.id
        copies = 1
        while row.id in self.ids:
            copies += 1
            row.id = f"{base}~{copies}"
        self.ids[row.id] = number
        self.rows.append(row)
        self.name(number, row.name, MAIN)
        for alias in aliases:
            self.name(number, alias, ALTERNATE, codes=codes)
        return number

    def name(self, number: int, name: str, flags: int, *, codes: bool = True) -> None:
        """Enter one name of a row."""
        for key, flag in name_entries(name, self.rows[number].kind, flags, codes=codes):
            rows = self.names[key]
            rows[number] = rows.get(number, 0) | flag

    def rename(self, number: int, name: str) -> None:
        """Give a row another name of its own; the one it had becomes an alternate name."""
        row = self.rows[number]
        former = normal_form(row.name)
        if former != normal_form(name) and number in self.names.get(former, {}):
            self.names[former][number] = self.names[former][number] & ~MAIN | ALTERNATE
        row.name = name
        self.name(number, name, MAIN)

    def admin1_name(self, country: str | None, given: str) -> str:
        """Return the index's name of a first-level area given by code ("SY.12") or in any spelling; else as given."""
        code = self.admin1_row.get((country or "", given.partition(".")[2]))
        if code is not None:
            return self.rows[code].name
        for key in dict.fromkeys((normal_form(given), strip_type(given), bare(strip_type(given)))):
            for number in self.names.get(key, ()):
                area = self.rows[number]
                if area.kind == "admin1" and area.country == country:
                    return area.name
        return given

    def add_bare_names(self) -> None:
        """Enter every firm name once more without its article."""
        found: list[tuple[str, int]] = []
        for key, rows in self.names.items():
            short = bare_key(key)
            if short:
                found += [(short, number) for number, flags in rows.items() if flags & (MAIN | ALTERNATE)]
        for short, number in found:
            self.names[short].setdefault(number, BARE)


def name_entries(name: str, kind: str, flags: int, *, codes: bool = True) -> list[tuple[str, int]]:
    """Return the keys under which a name of a row of some kind is entered, each with its flags; none for no name."""
    key = normal_form(name)
    if not 2 <= len(key) <= _LONGEST_KEY or key.isdigit() or key in _NO_NAME:
        return []
    if codes and flags == ALTERNATE and len(key) <= _LONGEST_CODE and key.isascii():
        flags = ALTERNATE | CODE if kind in {"country", "region"} else CODE
    if " " in key and flags & FIRM and (kind in _JOINED_KINDS or ARABIC.search(key)):
        return [(key, flags), (key.replace(" ", ""), JOINED)]
    return [(key, flags)]


def bare_key(key: str) -> str:
    """Return a key without its article, "" when it has none or too little would be left."""
    short = bare(key)
    return short if short != key and len(short) >= _SHORTEST_BARE and short not in _NO_NAME else ""


def everyday(key: str, words: dict[str, tuple[int, int]]) -> bool:
    """Return whether a key is an everyday word of English or Arabic, by the word list of the index."""
    zipf_x10, flags = words.get(key, (0, 0))
    if not zipf_x10:
        return False
    arabic = bool(ARABIC.search(key))
    return zipf_x10 >= _EVERYDAY_ZIPF["ar" if arabic else "en"] * 10 and (arabic or bool(flags & WORD_COMMON))


def set_apart(row: Row, key: str) -> bool:
    """Return whether an everyday word is set apart as alternate name of this row: not of large or curated places."""
    local = bool(ARABIC.search(key)) and row.country in ARABIC_WRITING
    return row.population < _EVERYDAY_BELOW_PEOPLE and not local and not row.source.startswith("curated")


def slug(name: str) -> str:
    """Return a name as part of an id."""
    return normal_form(name).replace(" ", "-")


def plain_name(name: str, country: str) -> str:
    """Return a transliterated name as English writes it: "Rafah", not "Rafaḩ"; other names keep their accents."""
    if country not in ARABIC_WRITING or not _TRANSLITERATION.search(name):
        return name
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


def settlement_kind(population: int) -> Kind:
    """Return the kind of a GeoNames settlement by its people; 0 is unknown, mostly a district's seat, so a town."""
    if population >= CITY_FROM:
        return "city"
    return "town" if population >= TOWN_FROM or population == 0 else "village"


def kind_radius_m(kind: str, population: int = 0) -> float:
    """Return the radius design contract 3.6 gives a spot of a kind; a city's grows with its people from 5 to 12 km."""
    if kind != "city":
        return RADIUS_M.get(kind, 25_000.0)
    share = math.log(max(population, CITY_FROM) / CITY_FROM) / math.log(CITY_FULL / CITY_FROM)
    return round(5_000 + 7_000 * min(1.0, share), -2)


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance of two points (haversine; 0.5 % off the ellipsoid at most)."""
    lat1, lat2 = math.radians(lat), math.radians(other_lat)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


@dataclass(frozen=True, slots=True)
class Spread:
    """An area as its towns show it: a middle, the box around them (None across the date line), and its radius."""

    lon: float
    lat: float
    extent: tuple[float, float, float, float] | None
    radius_m: float


def place_table(sort: str) -> str:
    """Return the statement that makes the table of places; `sort` is the SQL type of its kinds and sources."""
    return f"""CREATE TABLE place (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, kind {sort} NOT NULL, lon REAL NOT NULL,
    lat REAL NOT NULL, radius_m REAL NOT NULL, country TEXT, admin1 TEXT NOT NULL, admin2 TEXT NOT NULL,
    population INTEGER NOT NULL, capital INTEGER NOT NULL, geonameid INTEGER, extent TEXT, source {sort} NOT NULL);"""


ENTER_PLACE = "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
"""Enters what `place_record` returns."""


def place_record(number: int, row: Row, kind: object, source: object) -> tuple[object, ...]:
    """Return a row as it is entered in the table of places: points to a metre, extents to ten."""
    return (
        number,
        row.id,
        row.name,
        kind,
        round(row.lon, 5),
        round(row.lat, 5),
        row.radius_m,
        row.country,
        row.admin1,
        row.admin2,
        row.population,
        row.capital,
        row.geonameid,
        json.dumps([round(edge, 4) for edge in row.extent]) if row.extent else None,
        source,
    )


def spread(points: list[tuple[float, float]], kind: str) -> Spread:
    """Return the spread of an area's towns, given as (lon, lat).

    The middle is the mean of two: the mean over occupied half-degree cells (a mean over people would sit on the
    capital) and the middle of the box. The radius is half the diagonal of the box, with a floor by kind.
    """
    lons = [lon for lon, _ in points]
    shift = 360.0 if max(lons) - min(lons) > 180 else 0.0
    unrolled = [(lon + shift if shift and lon < 0 else lon, lat) for lon, lat in points]
    cells = {(round(lon * 2), round(lat * 2)): (lon, lat) for lon, lat in unrolled}
    west, east = min(p[0] for p in unrolled), max(p[0] for p in unrolled)
    south, north = min(p[1] for p in unrolled), max(p[1] for p in unrolled)
    lon = (sum(p[0] for p in cells.values()) / len(cells) + (west + east) / 2) / 2
    lat = (sum(p[1] for p in cells.values()) / len(cells) + (south + north) / 2) / 2
    crosses = east > 180
    radius = distance_km(west, south, east, north) * 500
    return Spread(
        lon=round(lon - 360 if lon > 180 else lon, 4),
        lat=round(lat, 4),
        extent=None if crosses or len(points) == 1 else (west, south, east, north),
        radius_m=round(max(radius, _LEAST_AREA_RADIUS_M.get(kind, 5_000.0)), -2),
    )


def is_area(kind: str) -> bool:
    """Return whether rows of a kind are areas."""
    return kind in AREA_KINDS
