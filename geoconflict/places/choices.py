"""What a mention may stand for, and how likely each place is before the rest of the text is heard."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import ALTERNATE, BARE, CODE, COMMON, COUNTY, JOINED, MAIN
from geoconflict.gazetteer.names import ARABIC, norm, skeleton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.places.context import Context
    from geoconflict.records import Mention, Place

_LONGEST_CODE = 3
MOST_CHOICES = 40
"""Places considered for one name; there are 300 San Joses, and the text decides among the likeliest."""

# A place's own weight, in the units of the votes in `joint`: round numbers. A search over them gained .03 on the half
# of the news it saw and nothing on the other half.
_PER_TENFOLD_PEOPLE = 0.6
_KIND_WEIGHT = {"country": 1.6, "region": 1.9, "water": 1.2, "admin1": 0.0, "admin2": -0.6, "camp": 0.2}
_CAPITAL_WEIGHT = 1.0
_NOT_OWN_NAME = 1.5  # an alternate name of a town; countries and areas have many good ones
_WITHOUT_CITY = 0.5
_DOTTED_STATE = 3.0  # "Va.", "ON": a short form of an admin-1 area, written as one
_CODE_ONLY = 2.5
_WITHOUT_ARTICLE = 0.8
_EVERYDAY_WORD = 0.8
_DEMONYM = 5.0
_KIND_ASKED = 1.5  # "X province" for a province
_KIND_ASKED_FACILITY = 3.0  # "X prison" for a prison: nobody says it of a town
_OTHER_KIND_ASKED = 0.3
_PART_OF_AREA = 1.0  # "northern X" for an area: towns are not spoken of so
_SETTLEMENT_ASKED = 2.0  # "the city of X" against a province
_CITY_LEADS = 1.5
_LEADING_SHARE = 0.3
_LEADING_SHARE_BY_MAIN_NAME = 0.08
_METROPOLIS = 2_000_000
"""A city with this share of its area's people (less when the bare name is its own, as "Kherson" and not "Oklahoma"),
with this many, or a capital is what the bare name means."""
_COUNTRY_LEADS = 3.0  # "Iraq" is the country, though some call the town of Arak so
_AREA_INSIDE_LEADS = 3.0  # "England" is England, though some call the United Kingdom so

_BESIDE_A_CITY = 4.0  # the hamlet Nikopol beside the city: more than all its neighbours in a text can say
_KNOWN_CITY = 50_000
"""People from which a city is known by several spellings of its name, each as good as its own."""

INSTITUTIONS = frozenset({"pentagon", "kremlin", "white house", "downing street", "capitol hill"})
"""Buildings that stand for a government wherever they are named."""
_NAMESAKE_SITES = frozenset(
    (  # noqa: SIM905  a list of quoted words hides them
        "airport airbase airfield port prison jail hospital university refinery station base camp stadium barracks "
        "checkpoint crossing مرفا مينا ميناء مطار مستشفي جامعه سجن معبر محطه مخيم"
    ).split(),
)
"""Facilities that are called after the town they stand in, as streets and rivers are not."""
NAMED_AFTER = 0
"""Flag of a choice for a facility no list knows: the town it is called after."""
_BASE_WORDS = ("base", "air base", "airbase", "military airport", "military airbase", "airfield", "airport")
"""Ways the lists and the press call one and the same base."""
_SETTLEMENTS = frozenset({"city", "town", "village", "neighbourhood"})
_SERVED = _SETTLEMENTS | {"admin2"}
_TWINS = frozenset({"city", "admin1"})
_NESTED = frozenset({"admin1", "admin2", "admin3"})
_AREAS_ASKED = frozenset({"admin1", "admin2", "admin3", "area"})
_FACILITIES = frozenset({"camp", "base", "airport", "prison", "crossing", "facility", "road"})


class Choice:
    """A place a mention may stand for: `score` is its weight by itself, `flags` what kind of name the text uses."""

    __slots__ = ("flags", "place", "row", "score")

    def __init__(self, row: int, place: Place, flags: int, score: float) -> None:
        self.row, self.place, self.flags, self.score = row, place, flags, score


def spoken_of_as_areas(mentions: Sequence[Mention], contexts: Sequence[Context]) -> frozenset[str]:
    """Return the names a text calls a province or district somewhere, and nowhere a city."""
    said = {mention.key for mention, context in zip(mentions, contexts, strict=True) if context.wanted in _AREAS_ASKED}
    denied = {mention.key for mention, context in zip(mentions, contexts, strict=True) if context.wanted == "city"}
    return frozenset(said - denied)


def choices_for(
    mention: Mention,
    context: Context,
    text: str,
    gazetteer: Gazetteer,
    *,
    area: bool = False,
    population: bool = True,
) -> list[Choice]:
    """Return the places a mention may stand for, the likeliest first; empty when nothing knows the name.

    `area` says that the text calls the name an area elsewhere; its seat leads only if most people live there. Without
    `population` places weigh the same however large and well known they are.
    """
    if mention.key in INSTITUTIONS:
        return []
    demonym = gazetteer.demonym(mention.key)
    entries = gazetteer.lookup(mention.key)
    if not entries and demonym is None:
        return _towns_called_after(mention, gazetteer)
    if demonym is not None and (mention.role == "demonym" or not entries):
        return [Choice(demonym, gazetteer.place(demonym), MAIN, _DEMONYM)]
    short_form, arabic = _written_as_short_form(mention, text), bool(ARABIC.match(mention.key))
    name = mention.text
    titled = len(name) <= _LONGEST_CODE and name.isalpha() and name[:1].isupper() and name[1:].islower()
    titled &= text[mention.end : mention.end + 1] != "."
    if context.article and any(gazetteer.place(row).kind == "country" for row, _ in entries):
        context = replace(context, article=False)  # "the Congo" is a country first
    choices = []
    for row, flags in entries:
        if flags & CODE and not flags & MAIN and not short_form and (not flags & ALTERNATE or titled):
            continue  # "Car bomb" is not of the CAR
        place = gazetteer.place(row)
        score = _own_weight(place, flags, short_form=short_form, population=population) + _type_weight(place, context)
        if not flags & MAIN and not place.is_area:
            score += _as_good_as_own(place, flags, mention.key, arabic=arabic)
        choices.append(Choice(row, place, flags, score))
    choices += _namesakes(mention, context, choices, gazetteer)
    choices += _facilities(mention, context, gazetteer, {choice.row for choice in choices})
    if context.wanted == "water" and not any(choice.place.kind == "water" for choice in choices):
        return []  # a river is not the town it is called as
    if context.wanted not in _AREAS_ASKED and context.wanted != "city" and not context.part:
        _let_cities_lead(choices, area=area)
    if context.type_word != "village":
        _let_villages_yield(choices)
    choices.sort(key=lambda choice: (-choice.score, choice.place.id))
    return choices[:MOST_CHOICES]


def _towns_called_after(mention: Mention, gazetteer: Gazetteer) -> list[Choice]:
    """Return what a facility no list knows may be called after: "Beirut Port", "Clay County Jail", "مرفأ بيروت"."""
    words = mention.key.split()
    for rest in (words[:-1] if words[-1] in _NAMESAKE_SITES else [], words[1:] if words[0] in _NAMESAKE_SITES else []):
        towns = [
            Choice(row, place, NAMED_AFTER, _own_weight(place, flags, short_form=False))
            for row, flags in gazetteer.lookup(" ".join(rest))
            if rest and flags & (MAIN | ALTERNATE) and (place := gazetteer.place(row)).kind in _SERVED
        ]
        if towns:
            return sorted(towns, key=lambda choice: (-choice.score, choice.place.id))[:MOST_CHOICES]
    return []


def _as_good_as_own(place: Place, flags: int, key: str, *, arabic: bool) -> float:
    """Return what another name of a town gets back because it is hardly another.

    "Derna" is Darnah, and names of towns on file are Latin: in Arabic every name is another. "New York" is what people
    call the city, and call the state.
    """
    if arabic or (flags & ALTERNATE and place.population >= _KNOWN_CITY and skeleton(place.name) == skeleton(key)):
        return _NOT_OWN_NAME
    return _WITHOUT_CITY if flags & ALTERNATE and place.name.lower() == f"{key} city" else 0.0


def _written_as_short_form(mention: Mention, text: str) -> bool:
    """Whether the text writes a name as a short form: "Va.", "D.C.", "NSW"."""
    name = mention.text
    dotted = name.endswith(".") or (
        "." in name and len(mention.key) <= 4 and text[mention.end : mention.end + 1] == "."
    )
    return dotted or (name.isupper() and len(name) <= 4)


def _own_weight(place: Place, flags: int, *, short_form: bool, population: bool = True) -> float:
    weight = _fame_weight(place) if population else 0.0
    if not flags & MAIN and place.kind not in ("country", "region", "admin1"):
        weight -= _NOT_OWN_NAME
    if flags & CODE and short_form and place.kind == "admin1":
        weight += _DOTTED_STATE
    elif flags & CODE and not flags & (MAIN | ALTERNATE):
        weight -= _CODE_ONLY
    if flags & BARE and not flags & (MAIN | ALTERNATE):
        weight -= _WITHOUT_ARTICLE
    if flags & COMMON:
        weight -= _EVERYDAY_WORD
    return weight


def _fame_weight(place: Place) -> float:
    """Return how much a place is named for its size, kind and rank."""
    weight = math.log10(place.population + 30) * _PER_TENFOLD_PEOPLE + _KIND_WEIGHT.get(place.kind, 0.0)
    return weight + _CAPITAL_WEIGHT if place.capital else weight


def _type_weight(place: Place, context: Context) -> float:
    """Return how well a place fits the type word beside the mention."""
    wanted, kind = context.wanted, place.kind
    if not wanted and context.article and kind == "water":
        return _KIND_ASKED_FACILITY  # "the Nile" is not the state of River Nile
    if not wanted:
        return _PART_OF_AREA if context.part and place.is_area else 0.0
    if wanted in _AREAS_ASKED:
        if kind == wanted or (wanted == "area" and kind in ("admin1", "region")):
            return _KIND_ASKED
        return 0.5 * _KIND_ASKED if kind in _NESTED else -_OTHER_KIND_ASKED
    if wanted == "city":
        return -_SETTLEMENT_ASKED if kind in _NESTED or kind == "country" else 0.0
    if kind == wanted:
        return _KIND_ASKED_FACILITY
    return 0.0


def fits_type(place: Place, context: Context) -> bool | None:
    """Whether a place is of the kind the type word beside the mention asks for; None when there is none."""
    wanted, kind = context.wanted, place.kind
    if not wanted:
        return None
    if wanted in ("admin1", "admin2", "admin3"):
        return kind in _NESTED
    if wanted == "area":
        return kind in _NESTED or kind == "region"
    if wanted == "city":
        return kind in _SETTLEMENTS
    return kind == wanted


def _namesakes(mention: Mention, context: Context, choices: Sequence[Choice], gazetteer: Gazetteer) -> list[Choice]:
    """Return the province of a city called as it, or the city, where the list knows the spelling for one of them only.

    A spelling of one is as good for the other: "Deir Ezzor city" and "Hasakeh province" are written side by side.
    """
    if len(choices) != 1 or choices[0].place.kind not in _TWINS:
        return []
    place, flags = choices[0].place, choices[0].flags
    bones = skeleton(place.name)
    if bones != skeleton(mention.key):
        return []
    found = []
    for row, own_flags in gazetteer.lookup(norm(place.name)):
        twin = gazetteer.place(row)
        city = twin if twin.kind == "city" else place
        alike = own_flags & MAIN and skeleton(twin.name) == skeleton(city.admin1) == bones
        if alike and twin.country == place.country and {twin.kind, place.kind} == _TWINS:
            weight = _own_weight(twin, flags, short_form=False) + _type_weight(twin, context)
            found.append(Choice(row, twin, flags, weight))
    return found


def _facilities(mention: Mention, context: Context, gazetteer: Gazetteer, known: set[int]) -> list[Choice]:
    """Return facilities the text names with a small type word after the name: "Gweiran prison" is indexed as such.

    "The Dnipro" is written with none, and is the river.
    """
    river = context.article and not context.wanted
    if context.wanted not in _FACILITIES and context.wanted != "water" and not river:
        return []
    words = ("river",) if river else _BASE_WORDS if context.wanted == "base" else (context.type_word,)
    found: dict[int, Choice] = {}
    for word in words:
        for row, flags in gazetteer.lookup(f"{mention.key} {word}"):
            place = gazetteer.place(row)
            if row not in known and flags & (MAIN | ALTERNATE) and place.kind in _FACILITIES | {"water"}:
                weight = _own_weight(place, flags, short_form=False) + _KIND_ASKED_FACILITY
                found.setdefault(row, Choice(row, place, flags, weight))
    if context.wanted == "base" and any(choice.place.kind == "base" for choice in found.values()):
        return [choice for choice in found.values() if choice.place.kind == "base"]
    return list(found.values())


def _let_villages_yield(choices: Sequence[Choice]) -> None:
    """Lower hamlets that share the name of a city of their country: who means the hamlet says so."""
    cities = {choice.place.country for choice in choices if choice.place.population >= _KNOWN_CITY}
    for choice in choices:
        if choice.place.kind == "village" and choice.place.country in cities:
            choice.score -= _BESIDE_A_CITY


def _let_cities_lead(choices: Sequence[Choice], *, area: bool) -> None:
    """Lower areas called as their leading city, and whatever is only by another name called as a country."""
    leading: dict[str | None, float] = {}
    by_main_name: dict[str | None, float] = {}
    inside = {c.place.country for c in choices if c.place.kind in ("admin1", "region") and c.flags & MAIN}
    for choice in choices:
        place = choice.place
        if place.kind == "country":
            if choice.flags & MAIN or place.country not in inside:
                leading[place.country] = math.inf
            else:
                choice.score -= _AREA_INSIDE_LEADS
        elif not place.is_area:
            leads = place.capital or place.population > _METROPOLIS
            people = math.inf if leads else place.population
            leading[place.country] = max(leading.get(place.country, 0.0), people)
            if choice.flags & MAIN and not area:
                by_main_name[place.country] = max(by_main_name.get(place.country, 0.0), people)
    is_country = any(choice.place.kind == "country" and choice.flags & MAIN for choice in choices)
    for choice in choices:
        place = choice.place
        if is_country and place.kind != "country" and not choice.flags & MAIN:
            choice.score -= _COUNTRY_LEADS
        if place.kind in ("admin1", "admin2"):
            leads = leading.get(place.country, 0.0) > _LEADING_SHARE * place.population
            named = by_main_name.get(place.country, 0.0) > _LEADING_SHARE_BY_MAIN_NAME * place.population
            choice.score -= _CITY_LEADS if leads or named else 0.0


def name_reason(choice: Choice, mention: Mention) -> str:
    """Say in plain words how the text's name is this place's."""
    flags, name = choice.flags, choice.place.name
    if flags == NAMED_AFTER:
        where = "in" if choice.place.is_area else "within 25 km of"
        return f"not in the gazetteer; called after {name}, so taken to lie {where} it"
    if mention.role == "demonym" and flags == MAIN and mention.text != name:
        return f"the people or an adjective of {name}"
    if flags & MAIN:
        return "exact name"
    if flags & CODE:
        return f"short form of {name}"
    if flags & ALTERNATE:
        return f"another name of {name}"
    if flags & BARE:
        return f"{name} without its article"
    if flags & COUNTY:
        return f"{name} without its type word"
    if flags & JOINED:
        return f"{name} written as one word"
    return f"spelt like {name}"
