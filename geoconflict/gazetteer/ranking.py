"""Which place does a name stand for, when nothing but the name is known? Candidates with scores and reasons.

A ladder of ever looser forms of the name finds places; the score is how well the form fits, times the share of the
place among all found. Shares come from odds: people, capital, the country, province and point asked for. The numbers
are round and set by judgement; `benchmarks/geocode_names.py` shows what they give on lists of real names.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import ALTERNATE, AMBIGUOUS, BARE, CODE, COMMON, COUNTY, FIRM, JOINED, MAIN
from geoconflict.gazetteer.names import ARABIC, arabic_forms, bare, norm, skeleton, spelling, split_type, strip_type
from geoconflict.gazetteer.parts import country_part, wind_of
from geoconflict.gazetteer.rows import distance_km
from geoconflict.records import AREA_KINDS, Candidate, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.gazetteer.lookup import Gazetteer

ANSWER_SCORE = 0.5
"""From this score on a candidate may stand as the answer; below, say that the name is not known well enough."""

# How well each step of the ladder fits, and each kind of name.
_EXACT, _ARTICLE_OFF, _TYPE_OFF, _PREFIX_OFF = 1.0, 0.95, 0.96, 0.85
_MAIN_NAME, _ALTERNATE_NAME = 0.98, 0.95
_FLAG_FIT = ((COUNTY, 0.9), (BARE, 0.95), (JOINED, 0.8), (COMMON, 0.5), (CODE, 0.5), (AMBIGUOUS, 0.9))
_RESPELT, _OTHER_NAME_RESPELT, _NO_VILLAGE = 0.85, 0.8, 0.55
# A village that is like a town only when respelt is one nobody listed.
# Below ANSWER_SCORE on purpose: "Northern Aleppo" is somewhere in Aleppo, a town named like a district is not the
# district, and a namesake abroad is not the village asked for.
_PART_OF, _OTHER_SORT, _ANYWHERE, _ABROAD = 0.45, 0.45, 0.45, 0.4
_PART_OF_COUNTRY = 0.9
_EXACT_NAME, _ABBREVIATION = "exact name", "abbreviation"
_LONGEST_ABBREVIATION = 4
"""Letters: no place of ours is written shorter with five."""
_OTHER_KIND = 0.9
# "hospital" asked for without a country is not Hospital in Ireland; Nice and Reading are cities all the same.
_EVERYDAY, _EVERYDAY_ZIPF, _EVERYDAY_BELOW_PEOPLE = 0.5, 4.7, 100_000
# A place abroad is an answer the more people write about it, if the name is exact: Paris is, whatever the country.
_ABROAD_FROM_PEOPLE, _ABROAD_FULL_PEOPLE = 20_000, 1_000_000

_COUNTRY_ODDS, _ADMIN1_ODDS, _NEAR_ODDS = 200.0, 30.0, 50.0
_CAPITAL_ODDS, _COUNTRY_KIND_ODDS, _WANTED_ODDS = 4.0, 5.0, 30.0
_OTHER_NAME_ODDS = 0.25
_RESPELT_POWER, _RESPELT_AREA_ODDS = 0.15, 0.2
_NEAR_KM = 50.0
# Without a country a respelling is looked for in the whole world: one letter off only for long names ("Khartum"), and
# only a place many write about is the answer.
_LONG_NAME, _KNOWN_ABROAD_PEOPLE = 7, 50_000
_VILLAGE_WORDS = frozenset({"village", "hamlet", "قريه"})
# News grows with people among cities; a village of 3,000 is hardly likelier to be meant than its namesake of 500.
_CITY_FROM_PEOPLE, _CITY_POWER, _VILLAGE_POWER, _UNKNOWN_PEOPLE = 30_000, 0.8, 0.25, 3_000

_ONE_ANSWER_KM = 25.0
"""Namesakes nearer than this are one answer: the measure of right the field uses (UCDP where_prec 2)."""
_CHIEF_TOWN_SHARE = 0.25
_SHARED_AMONG = 50
"""Namesakes whose nearness is compared pair by pair, likeliest first; San Antonio has 500."""

# What stands for a district when only the town it is named after is known. Districts of Syria and Iraq have radii of
# 14 to 47 km in the curated rows, and their seats are seldom in the middle.
_SEAT_AREA_RADIUS_M = {"admin2": 35_000.0, "admin3": 15_000.0, "area": 15_000.0}
_SEAT_AREA = "#area"
_SEAT_FIT = 0.7

_BETWEEN = frozenset({"border", "road", "highway", "line", "front", "axis"})
_ADMIN_KINDS = frozenset({"admin1", "admin2", "admin3"})
_NAMED_ALONE = frozenset({"city", "town", "village", "neighbourhood", "admin1", "admin2", "admin3"})
"""Kinds whose names stand without their type word; a base or a countryside is nothing without it."""
_SITES = frozenset({"camp", "base", "airport", "prison", "crossing", "facility", "water", "road"})
_PARTS = frozenset(
    (  # noqa: SIM905  a list of 25 quoted words hides them
        "north south east west northern southern eastern western central northwest northeast southwest southeast "
        "northwestern northeastern southwestern southeastern n s e w nw ne sw se"
    ).split()
)


@dataclass(slots=True)
class _Found:
    """A place found: how well its name fits and by which step, its odds among all.

    `main` says that the form found is its very name, `own` that it is at least a spelling of it; `rarity` is the share
    of a respelling among all, for which people say less: who misspells a name asks for small places too.
    """

    row: int
    place: Place
    fit: float
    how: str
    main: bool = False
    own: bool = True
    rarity: float | None = None
    odds: float = 1.0


def rank(
    gazetteer: Gazetteer,
    name: str,
    *,
    country: str | None,
    admin1: str | None,
    near: tuple[float, float] | None,
) -> list[Candidate]:
    """Return all candidates for a name, best first; see `Gazetteer.candidates`."""
    name, country, admin1 = _without_parents(gazetteer, name, country, admin1)
    wanted = split_type(name)[1]
    by_row: dict[int, _Found] = {}
    for part in _parts(name):
        _climb(gazetteer, part, country, wanted, by_row)
    found = list(by_row.values())
    for one in found:
        one.odds = one.fit * _odds(one, wanted=wanted, country=country, admin1=admin1, near=near)
        one.odds *= 1.0 if one.own else _OTHER_NAME_ODDS
    found.sort(key=lambda one: (-one.odds, one.row))
    if wanted in _SEAT_AREA_RADIUS_M and not any(_fits(one.place, wanted) and one.place.is_area for one in found):
        found = [_around_seat(one, wanted) for one in found]
    return _scored(found, wanted=wanted, country=country)


def _without_parents(
    gazetteer: Gazetteer, name: str, country: str | None, admin1: str | None
) -> tuple[str, str | None, str | None]:
    """Return "X, Y" as X with the country or province that Y says; arguments that are given outrank the name."""
    while not gazetteer.entries(norm(name)):
        head, _, tail = name.rpartition(",")
        head, tail = head.strip(), tail.strip()
        area = _parent(gazetteer, head, tail) if head and tail else None
        if area is None:
            break
        name, country = head, country or area.country
        admin1 = admin1 or (area.name if area.kind == "admin1" else None)
    return name, country, admin1


def _parent(gazetteer: Gazetteer, head: str, tail: str) -> Place | None:
    """Return the country or province called `tail`, of several that in which a place is called `head`."""
    firm = FIRM if tail.isupper() else MAIN | ALTERNATE
    known = [(gazetteer.place(e.row), e.flags) for key, _, _ in _steps(tail) for e in gazetteer.entries(key)]
    areas = [place for place, flags in known if place.kind in {"country", "admin1"} and flags & firm]
    areas.sort(key=lambda place: (place.kind != "country", -place.population))
    heads = [
        gazetteer.place(entry.row)
        for key, _, _ in _steps(head.rpartition(",")[0] or head)
        for entry in gazetteer.entries(key)
    ]
    inside = [
        area
        for area in areas
        if any(one.country == area.country and (area.kind == "country" or _lies_in(one, area.name)) for one in heads)
    ]
    return next(iter(inside or areas), None)


def _parts(name: str) -> Iterator[str]:
    """Yield the name without what stands in brackets, then each side of "Has/Hassef"; a border has two ends."""
    plain, depth = [], 0
    for letter in name:
        depth += letter in "(["
        if not depth:
            plain.append(letter)
        depth -= letter in ")]" and depth > 0
    text = "".join(plain).strip() or name
    yield text
    if "/" in text and norm(text).rpartition(" ")[2] not in _BETWEEN:
        yield from filter(str.strip, text.split("/"))


def _climb(gazetteer: Gazetteer, name: str, country: str | None, wanted: str, found: dict[int, _Found]) -> None:
    """Add what the ladder finds, stopping after the first step that has a place of the wanted sort in the country.

    The forms of `_steps`; then the area of which the name says a part ("Northern Aleppo", "NW Syria"), or respellings.
    """
    written_as_code = name.isupper() or "." in name or (country is not None and _written_short(name))
    for key, fit, how in _steps(name):
        arrived, word = False, gazetteer.word(key)
        everyday = country is None and word.common and word.zipf >= _EVERYDAY_ZIPF
        for entry in gazetteer.entries(key):
            place = gazetteer.place(entry.row)
            step_fit = fit * _flag_fit(entry.flags, written_as_code=written_as_code)
            if everyday and place.population < _EVERYDAY_BELOW_PEOPLE and not place.is_area:
                step_fit *= _EVERYDAY
            if entry.row not in found or found[entry.row].fit < step_fit:
                main = bool(entry.flags & MAIN)
                own = main or _is_spelling_of(key, place)
                step = _ABBREVIATION if how == _EXACT_NAME and _abbreviates(name, key, place) else how
                found[entry.row] = _Found(entry.row, place, step_fit, step, main=main, own=own)
            arrived = arrived or (country in {None, place.country} and _as_wanted(place, wanted) > _OTHER_SORT)
        if arrived:
            return
    words = strip_type(name).split()
    if len(words) > 1 and words[0] in _PARTS:
        entries = gazetteer.entries(" ".join(words[1:]))
        areas = [(entry.row, gazetteer.place(entry.row)) for entry in entries if entry.flags & FIRM]
        areas = [(row, place) for row, place in areas if place.is_area and country in {None, place.country}]
        for row, place in areas:
            part = country_part(place, wind_of(words[0])) if place.kind == "country" and wind_of(words[0]) else None
            fit = _PART_OF_COUNTRY if part else _PART_OF
            found.setdefault(row, _Found(row, part or place, fit, f"the name says a part of {place.name}"))
        if areas:
            return
    _respell(gazetteer, name, country, found)


def _respell(gazetteer: Gazetteer, name: str, country: str | None, found: dict[int, _Found]) -> None:
    """Add the places whose name may be another spelling of this one."""
    from geoconflict.gazetteer.respelt import ASKED_FOR

    respelt = gazetteer.respelt(name, None if country is None else (country,), prior=ASKED_FOR)
    if country is None and len(norm(name)) < _LONG_NAME:
        respelt = {row: odds for row, odds in respelt.items() if spelling(name) == spelling(gazetteer.place(row).name)}
    total = sum(respelt.values())
    asked = split_type(name)[1]
    says_village = not _VILLAGE_WORDS.isdisjoint(norm(name).split())
    for row, odds in respelt.items():
        place = gazetteer.place(row)
        if place.kind not in _NAMED_ALONE and split_type(place.name)[1] not in {"", asked}:
            continue  # "Palmira" is no spelling of "Palmyra airport", nor "Hasaka district" of its countryside
        fit = _RESPELT * total / (1 + total)
        if not _is_respelling_of(name, place):
            fit *= _OTHER_NAME_RESPELT
        if (says_village and place.kind != "village") or (asked in _SITES and place.kind != asked):
            fit *= _NO_VILLAGE
        if country is None and place.population < _KNOWN_ABROAD_PEOPLE:
            fit = min(fit, _ANYWHERE)
        found.setdefault(row, _Found(row, place, fit, f"respelling of {place.name}", rarity=odds / total))


def _steps(name: str) -> Iterator[tuple[str, float, str]]:
    """Yield the keys to look up for a name, each once, with how well a hit fits and what was done to the name."""
    key, untyped = norm(name), strip_type(name)
    steps = [
        (key, _EXACT, _EXACT_NAME),
        (bare(key), _ARTICLE_OFF, "name without its article"),
        (untyped, _TYPE_OFF, "name without its type word"),
        (bare(untyped), _TYPE_OFF * _ARTICLE_OFF, "name without type word and article"),
    ]
    if ARABIC.search(key):
        head, _, rest = untyped.partition(" ")
        steps += [
            (f"{form} {rest}".strip(), _PREFIX_OFF, "name without an Arabic prefix")
            for form, dropped in arabic_forms(head)
            if dropped
        ]
    seen: set[str] = set()
    for step in steps:
        if step[0] not in seen:
            seen.add(step[0])
            yield step


def _written_short(name: str) -> bool:
    """Return whether a name is written as abbreviations are, with dots or capitals in it: "DeZ", "Ky."."""
    return "." in name or (sum(letter.isupper() for letter in name) > 1 and len(name) <= _LONGEST_ABBREVIATION)


def _abbreviates(name: str, key: str, place: Place) -> bool:
    """Return whether a name is written short for the place's own: "DeZ", "U.A.E.", "Ky.", but not "Hama"."""
    short, own = key.replace(" ", ""), norm(place.name)
    if (
        not _written_short(name)
        or len(short) > _LONGEST_ABBREVIATION
        or key in own.split()
        or skeleton(key) == skeleton(own)
    ):
        return False
    rest = iter(own.replace(" ", ""))
    return own.startswith(short[:1]) and all(letter in rest for letter in short)


def _flag_fit(flags: int, *, written_as_code: bool) -> float:
    """Return how well a kind of name fits."""
    if flags & MAIN:
        return _MAIN_NAME
    fit = _ALTERNATE_NAME
    for flag, factor in _FLAG_FIT:
        if flags & flag and not (flag == CODE and written_as_code):
            fit *= factor
    return fit


def _is_spelling_of(key: str, place: Place) -> bool:
    """Return whether a key spells the place's own name, or may: "Slov'yansk" is a former name of Nikopol."""
    if place.source.startswith("curated"):
        return True
    shape, own = skeleton(key), skeleton(place.name)
    return not shape or not own or shape == own


def _is_respelling_of(name: str, place: Place) -> bool:
    """Return whether a name may be the place's own respelt, not one of GeoNames' other names of it."""
    from geoconflict.gazetteer.respelt import MOST_CONSONANTS, sound_cost
    from geoconflict.gazetteer.spellings import spelt

    if place.source.startswith("curated"):
        return True
    return sound_cost(spelt(name), spelt(place.name), MOST_CONSONANTS) < math.inf


def _odds(
    one: _Found,
    *,
    wanted: str,
    country: str | None,
    admin1: str | None,
    near: tuple[float, float] | None,
) -> float:
    """Return how likely a place is written about, before the name is compared."""
    place = one.place
    people = place.population or _UNKNOWN_PEOPLE
    odds: float = (min(people, _CITY_FROM_PEOPLE) / 1_000) ** _VILLAGE_POWER
    odds *= max(1.0, people / _CITY_FROM_PEOPLE) ** _CITY_POWER
    if place.kind == "country":
        odds *= _COUNTRY_KIND_ODDS
    if place.capital:
        odds *= _CAPITAL_ODDS
    if one.rarity is not None:
        odds = one.rarity * (people / 1_000) ** _RESPELT_POWER
        odds *= _RESPELT_AREA_ODDS if place.is_area and not wanted else 1.0
    if wanted and _fits(place, wanted):
        odds *= _WANTED_ODDS
    if country and place.country == country:
        odds *= _COUNTRY_ODDS
    if admin1 and _lies_in(place, admin1):
        odds *= _ADMIN1_ODDS
    if near:
        odds *= 1 + _NEAR_ODDS * math.exp(-distance_km(*near, place.lon, place.lat) / _NEAR_KM)
    return odds


def _fits(place: Place, wanted: str) -> bool:
    """Return whether a place is of the sort a type word says."""
    if wanted == "area":
        return place.is_area
    if wanted == "city":
        return place.kind in {"city", "town", "village"}
    return place.kind == wanted


def _lies_in(place: Place, admin1: str) -> bool:
    """Return whether a place is, or lies in, a province given in any spelling."""
    own = strip_type(place.name if place.kind == "admin1" else place.admin1)
    asked = strip_type(admin1)
    return bool(own) and (bare(own) == bare(asked) or skeleton(own) == skeleton(asked) != "")


def _around_seat(one: _Found, wanted: str) -> _Found:
    """Return the area around a settlement, for "Tadmur district" when only the town is known.

    A district named like a town has its seat there: it is known that well, and not better.
    """
    if one.place.is_area:
        return one
    radius_m = _SEAT_AREA_RADIUS_M[wanted]
    area = replace(
        one.place,
        id=one.place.id + _SEAT_AREA,
        name=f"{one.place.name} area",
        kind="region",
        radius_m=radius_m,
        population=0,
        capital=False,
        geonameid=None,
    )
    how = f"no such area is known; {radius_m / 1_000:.0f} km around {one.place.name}, by {one.how}"
    return replace(one, place=area, fit=one.fit * _SEAT_FIT, how=how)


def _scored(found: list[_Found], *, wanted: str, country: str | None) -> list[Candidate]:
    """Turn odds into scores: how well the name fits, times the share of the candidate's own spot among all."""
    total = sum(one.odds for one in found) or 1.0
    scores: dict[int, float] = {}
    pairs: list[tuple[_Found, _Found]] = []
    for number, one in enumerate(found):
        rivals = found[:_SHARED_AMONG] if number < _SHARED_AMONG else [one]
        same = [other for other in rivals if one_answer(one.place, other.place)]
        fit = one.fit * _as_wanted(one.place, wanted) * _abroad(one, country)
        scores[one.row] = round(fit * sum(other.odds for other in same) / total, 3)
        if one.place.kind in _ADMIN_KINDS and not wanted:
            pairs += [(one, other) for other in same if not other.place.is_area]
    behind: set[int] = set()
    for area, spot in pairs:  # of a town and the area named after it, the one a bare name says stands first
        first, second = (spot, area) if _is_chief_town(spot, area) else (area, spot)
        scores[second.row] = min(scores[second.row], scores[first.row])
        behind.add(second.row)
    found = sorted(found, key=lambda one: (-scores[one.row], one.row in behind, -one.odds, one.row))
    return [Candidate(one.place, scores[one.row], _reason(one, found, country)) for one in found]


def _is_chief_town(spot: _Found, area: _Found) -> bool:
    """Return whether a bare name says a town before the area it lies in.

    A district is named after its seat. A province comes second to a town whose very name it is ("Luhansk" of Luhansk
    Oblast), or that holds a good part of its people: Idlib and New York do, Oklahoma City does not.
    """
    if area.place.kind != "admin1" or (spot.main and not area.main):
        return True
    return spot.place.population >= _CHIEF_TOWN_SHARE * area.place.population


def one_answer(place: Place, other: Place) -> bool:
    """Return whether two candidates name the same spot: near each other, or an area and a place in it."""
    if place is other:
        return True
    if place.country != other.country:
        return False
    reach_km = _ONE_ANSWER_KM
    if place.is_area != other.is_area:
        area, spot = (place, other) if place.is_area else (other, place)
        if area.kind == "admin1" and area.name == spot.admin1:
            return True
        if area.kind in _ADMIN_KINDS - {"admin1"}:
            reach_km = max(reach_km, 1.5 * area.radius_m / 1_000)
    return distance_km(place.lon, place.lat, other.lon, other.lat) <= reach_km


def _as_wanted(place: Place, wanted: str) -> float:
    """Return what is left of a fit when the type word says the place is something else.

    A town for "Tadmur district", or a province for "Qadisiyah town", would be falsely precise or coarse: no answer.
    """
    if not wanted or _fits(place, wanted) or place.id.endswith(_SEAT_AREA):
        return 1.0
    if place.is_area != (wanted == "area" or wanted in AREA_KINDS) or place.kind == "admin1":
        return _OTHER_SORT
    return _OTHER_KIND


def _abroad(one: _Found, country: str | None) -> float:
    """Return how far a place outside the country asked for is an answer at all."""
    place = one.place
    if country is None or place.country in {country, None} or place.kind == "country":
        return 1.0
    if one.how not in {_EXACT_NAME, _ABBREVIATION}:
        return _ABROAD
    span = math.log(_ABROAD_FULL_PEOPLE / _ABROAD_FROM_PEOPLE)
    reach = math.log(max(place.population, 1) / _ABROAD_FROM_PEOPLE) / span
    return _ABROAD + (1 - _ABROAD) * min(1.0, max(0.0, reach))


def _reason(one: _Found, found: list[_Found], country: str | None) -> str:
    """Return in words why a candidate stands where it stands."""
    where = one.place.country or "no one country"
    source = one.place.source.partition(":")[0].partition(" via ")[0].replace("curated", "curated rows")
    of = f" of {one.place.name}" if one.how == _ABBREVIATION else ""
    text = f"{one.how}{of} in {source}"
    inside = [other.place for other in found if other.place.country == one.place.country]
    if len(inside) > 1:
        most = max(inside, key=lambda place: place.population)
        text += f"; {'most populous' if most is one.place else 'one'} of {len(inside)} in {where}"
    elif len(found) > 1:
        text += f"; only one in {where}"
    if country and one.place.country not in {country, None}:
        text += f"; outside {country}"
    return text
