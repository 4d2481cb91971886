"""What the index says about a spelling, asked once and kept: the finder's view of the gazetteer."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from geoconflict.bundled import curated_rows
from geoconflict.gazetteer.index import ALTERNATE, BARE, CODE, MAIN
from geoconflict.gazetteer.names import norm

if TYPE_CHECKING:
    from geoconflict.gazetteer import Gazetteer, Word

LARGE_TOWN = 15_000
"""People from which a name counts as a known place beside other words of the text."""
SMALL_VILLAGE = 1_000
SMALL_AREA = 20_000
"""People, and metres of radius, under which a first-level area is no better known than a town."""
FAMOUS_CITY = 400_000
"""People from which a place outranks a demonym of the same spelling."""
BIG_KINDS = frozenset({"country", "admin1", "region", "capital", "water"})
ARMED_KINDS = frozenset({"rebel group", "political militia", "identity militia"})


class Known:
    """All places of one spelling, summed up.

    `kinds` has "capital" beside the kinds of the records, and a first-level area smaller than a city (Malta has 68) as
    "admin2"; `big` says that it is known for more than a town; `flags` is every flag any of them has. `curated` says
    that a spot of this name is a row of our own tables.
    Without `codes` short forms are left out: "Car" is not the CAR.
    """

    __slots__ = (
        "areas",
        "big",
        "countries",
        "curated",
        "flags",
        "kinds",
        "names_area",
        "outranks_demonym",
        "population",
        "rows",
    )

    def __init__(self, key: str, gazetteer: Gazetteer, *, codes: bool = True) -> None:
        entries = [(row, flags) for row, flags in gazetteer.lookup(key) if codes or flags & MAIN or not flags & CODE]
        self.rows = len(entries)
        self.population = 0
        self.flags = 0
        self.curated = False
        self.outranks_demonym = False
        kinds: set[str] = set()
        areas: set[tuple[str | None, str]] = set()
        countries: set[str | None] = set()
        for row, flags in entries:
            place = gazetteer.place(row)
            self.flags |= flags
            self.population = max(self.population, place.population)
            small_area = place.kind == "admin1" and max(place.population, place.radius_m) < SMALL_AREA
            kinds.add("capital" if place.capital else "admin2" if small_area else place.kind)
            self.curated = self.curated or (place.source.startswith("curated") and not place.is_area)
            countries.add(place.country)
            if place.admin1 and (place.population > SMALL_VILLAGE or flags & MAIN):
                areas.add((place.country, place.admin1))
            if (place.kind in ("country", "region") and flags & (MAIN | ALTERNATE)) or (
                flags & MAIN and (place.is_area or place.population > FAMOUS_CITY)
            ):
                self.outranks_demonym = True
        self.kinds = frozenset(kinds)
        self.big = bool(kinds & BIG_KINDS)
        self.areas = frozenset(areas)
        self.countries = frozenset(countries)
        self.names_area = bool(kinds & {"country", "admin1"})

    def __bool__(self) -> bool:
        return self.rows > 0

    @property
    def code_only(self) -> bool:
        """Whether the spelling is known as a short form only: an IATA or postal code, "LA"."""
        return bool(self.flags & CODE) and not self.flags & (MAIN | ALTERNATE | BARE)


class Lexicon:
    """The gazetteer with a memory: `known`, `word`, `is_demonym` and `names_something` answer from it."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._nothing = Known("", gazetteer)
        self.known = lru_cache(100_000)(self._known)
        self.spelt_out = lru_cache(1_000)(self._spelt_out)
        self.word = lru_cache(100_000)(self._word)
        self.is_demonym = lru_cache(100_000)(self._is_demonym)
        self.begins_name = lru_cache(20_000)(gazetteer.begins_name)
        self.names_something = lru_cache(100_000)(self._names_something)

    def _known(self, key: str) -> Known:
        return Known(key, self.gazetteer) if key in self.gazetteer else self._nothing

    def _spelt_out(self, key: str) -> Known:
        return Known(key, self.gazetteer, codes=False)

    def _word(self, key: str) -> Word:
        return self.gazetteer.word(key)

    def _is_demonym(self, key: str) -> bool:
        return self.gazetteer.demonym(key) is not None

    def _names_something(self, key: str) -> bool:
        """Whether a spelling is a place, or the people of one."""
        return key in self.gazetteer  # without reading what it is: most words asked about are no names

    def is_sizeable(self, key: str) -> bool:
        """Whether a name is a place most readers would take for one."""
        known = self.known(key)
        return known.population > LARGE_TOWN or bool(known.kinds & {"country", "admin1", "admin2"})

    @cached_property
    def armed_groups(self) -> dict[str, set[str]]:
        """Names of armed groups in normal form, under their first word; state forces are not among them."""
        groups: dict[str, set[str]] = {}
        for row in curated_rows("actors.csv"):
            if row["kind"] not in ARMED_KINDS:
                continue
            for name in (row["canonical"], *row["aliases"].split("|")):
                key = norm(name)
                if " " in key or (key and not self.names_something(key)):
                    groups.setdefault(key.split()[0], set()).add(key)
        return groups


@lru_cache(4)
def lexicon_of(gazetteer: Gazetteer) -> Lexicon:
    """Return the lexicon of a gazetteer, the same one every time."""
    return Lexicon(gazetteer)
