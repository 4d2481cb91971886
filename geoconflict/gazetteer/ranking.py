"""Which place does a name stand for, when nothing but the name is known? Candidates with scores and reasons."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import AMBIGUOUS, BARE, CODE, COMMON, COUNTY, JOINED, MAIN
from geoconflict.gazetteer.names import ARABIC, arabic_forms, bare, norm, skeleton, split_type, strip_type
from geoconflict.records import AREA_KINDS, Candidate, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.gazetteer.lookup import Gazetteer

ANSWER_SCORE = 0.5
"""From this score on a candidate may stand as the answer; below, say that the name is not known well enough."""

# How well a name fits, by the step of the ladder that found it, and what a kind of name costs on top.
_EXACT, _TYPE_OFF, _BARE_QUERY, _PREFIX_OFF = 1.0, 0.96, 0.95, 0.85
_FLAG_COST = ((COUNTY, 0.9), (BARE, 0.95), (JOINED, 0.8), (COMMON, 0.5), (CODE, 0.7), (AMBIGUOUS, 0.9))
_MAIN_NAME, _ALTERNATE_NAME = 0.98, 0.95
_RESPELT = 0.85

# Odds of a prior. Country: two hundred to one, so that a village there beats a town abroad, but not Paris. Province: thirty to one.
_COUNTRY_ODDS, _ADMIN1_ODDS, _NEAR_ODDS, _CAPITAL_ODDS = 200.0, 30.0, 50.0, 4.0
_NEAR_KM = 50.0
# Abroad of the country asked for, only places people write about worldwide are answers.
_ABROAD, _ABROAD_FULL_PEOPLE, _ABROAD_FROM_PEOPLE = 0.4, 1_000_000, 20_000

# People count for much among cities; below this, news is as likely from the smaller village as from the larger.
_PEOPLE_COUNT_FROM = 30_000
_CITY_POWER, _VILLAGE_POWER = 0.8, 0.25
_UNKNOWN_PEOPLE = 3_000

_SAME_SPOT_KM = 25.0
"""Namesakes nearer than this are one answer: the design's own measure of right (where_prec 2)."""

_WANTED_ODDS, _UNWANTED_AREA_ODDS = 30.0, 0.5
_LADDER_LIMIT = 400
"""Namesakes considered; San Antonio has 500, and the least populous do not matter."""


@dataclass(slots=True)
class _Found:
    """One place found: how well its name fits, by which step, and its odds among the others."""

    row: int
    place: Place
    fit: float
    how: str
    odds: float = 1.0


def rank(
    gazetteer: Gazetteer, name: str, *, country: str | None, admin1: str | None, near: tuple[float, float] | None,
) -> list[Candidate]:
    """Return all candidates for a name, best first; see `Gazetteer.candidates`."""
    country = country.upper() if country else None
    wanted = split_type(name)[1]
    found: dict[int, _Found] = {}
    for part in _parts(name):
        _climb(gazetteer, part, country, found)
    listed = sorted(found.values(), key=lambda one: (-one.place.population, one.row))[:_LADDER_LIMIT]
    for one in listed:
        one.odds = one.fit * _odds(one.place, wanted=wanted, country=country, admin1=admin1, near=near)
    return _scored(listed, name=name, wanted=wanted, country=country)


def _parts(name: str) -> Iterator[str]:
    """Yield the name without brackets, then each of "Has/Hassef"."""
    plain, depth = [], 0
    for letter in name:
        depth += letter in "(["
        if not depth:
            plain.append(letter)
        depth -= letter in ")]" and depth > 0
    text = "".join(plain).strip() or name
    yield text
    if "/" in text:
        typed = split_type(text)[1]
        yield from (part if split_type(part)[1] or not typed else part for part in text.split("/") if part.strip())


def _climb(gazetteer: Gazetteer, name: str, country: str | None, found: dict[int, _Found]) -> None:
    """Add what the ladder finds: exact, type words off, articles off, Arabic prefixes off; respelt if nothing fits."""
    steps = [(norm(name), _EXACT, "exact name"), (strip_type(name), _TYPE_OFF, "name without its type word")]
    steps += [(bare(key), _BARE_QUERY * fit, "name without its article") for key, fit, _ in steps]
    if ARABIC.search(name):
        head, _, rest = norm(name).partition(" ")
        steps += [
            (f"{form} {rest}".strip(), _PREFIX_OFF, "name without an Arabic prefix")
            for form, dropped in arabic_forms(head) if dropped
        ]
    inside = False
    for key, fit, how in steps:
        for entry in gazetteer.entries(key):
            place = gazetteer.place(entry.row)
            step_fit = fit * _flag_fit(entry.flags)
            if entry.row not in found or found[entry.row].fit < step_fit:
                found[entry.row] = _Found(entry.row, place, step_fit, how)
            inside = inside or country is None or place.country == country
    if not inside:
        for row, alike in gazetteer.similar(name, None if country is None else (country,)):
            place = gazetteer.place(row)
            found.setdefault(row, _Found(row, place, _RESPELT * alike**2, f"respelling of {place.name}"))


def _flag_fit(flags: int) -> float:
    """Return how well a kind of name fits."""
    fit = _MAIN_NAME if flags & MAIN else _ALTERNATE_NAME
    if flags & MAIN:
        return fit
    for flag, cost in _FLAG_COST:
        if flags & flag:
            fit *= cost
    return fit


def _odds(
    place: Place, *, wanted: str, country: str | None, admin1: str | None, near: tuple[float, float] | None,
) -> float:
    """Return how likely a place is written about, before the name is compared."""
    people = place.population or _UNKNOWN_PEOPLE
    odds = (min(people, _PEOPLE_COUNT_FROM) / 1_000) ** _VILLAGE_POWER
    odds *= max(1.0, people / _PEOPLE_COUNT_FROM) ** _CITY_POWER
    if place.capital:
        odds *= _CAPITAL_ODDS
    if wanted and _is_wanted(place, wanted):
        odds *= _WANTED_ODDS
    if country and place.country == country:
        odds *= _COUNTRY_ODDS
    if admin1 and _same_area(admin1, place):
        odds *= _ADMIN1_ODDS
    if near:
        odds *= 1 + _NEAR_ODDS * math.exp(-_km(near, (place.lon, place.lat)) / _NEAR_KM)
    return odds


def _is_wanted(place: Place, wanted: str) -> bool:
    if wanted == "area":
        return place.is_area
    if wanted == "city":
        return place.kind in {"city", "town", "village"}
    return place.kind == wanted


def _same_area(admin1: str, place: Place) -> bool:
    own = place.name if place.kind == "admin1" else place.admin1
    if not own:
        return False
    return bare(strip_type(own)) == bare(strip_type(admin1)) or skeleton(strip_type(own)) == skeleton(strip_type(admin1)) != ""


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lon1, lat1), (lon2, lat2) = one, other
    lat1, lat2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 12_742.0 * math.asin(math.sqrt(min(1.0, half)))


def _scored(found: list[_Found], *, name: str, wanted: str, country: str | None) -> list[Candidate]:
    """Turn odds into scores: fit times the share of the candidate's own spot among all."""
    total = sum(one.odds for one in found) or 1.0
    ordered = sorted(found, key=lambda one: (-_order(one, wanted), one.row))
    scored = []
    for one in ordered:
        share = sum(other.odds for other in found if _one_answer(one.place, other.place)) / total
        fit = one.fit * _abroad(one.place, country)
        if wanted and not _is_wanted(one.place, wanted):
            fit *= 0.6 if one.place.is_area != (wanted in AREA_KINDS | {"area"}) else 0.9
        scored.append((min(1.0, fit) * share, one))
    scored.sort(key=lambda pair: (-round(pair[0], 3), -_order(pair[1], wanted), pair[1].row))
    return [
        Candidate(one.place, round(score, 3), _reason(one, found, country)) for score, one in scored
    ]


def _order(one: _Found, wanted: str) -> float:
    """Return the odds within one answer: a town before the province named after it, unless a type word says otherwise."""
    return one.odds * (_UNWANTED_AREA_ODDS if one.place.is_area and not wanted else 1.0)


def _one_answer(place: Place, other: Place) -> bool:
    """Return whether two candidates name the same spot: near each other, or an area and a place in it."""
    if place is other or _km((place.lon, place.lat), (other.lon, other.lat)) <= _SAME_SPOT_KM:
        return True
    if place.is_area == other.is_area or place.country != other.country:
        return False
    area, spot = (place, other) if place.is_area else (other, place)
    return area.kind == "admin1" and area.name == spot.admin1


def _abroad(place: Place, country: str | None) -> float:
    """Return how far a place outside the country asked for is an answer at all."""
    if country is None or place.country in {country, None} or place.kind == "country":
        return 1.0
    reach = math.log(max(place.population, 1) / _ABROAD_FROM_PEOPLE) / math.log(_ABROAD_FULL_PEOPLE / _ABROAD_FROM_PEOPLE)
    return _ABROAD + (1 - _ABROAD) * min(1.0, max(0.0, reach))


def _reason(one: _Found, found: list[_Found], country: str | None) -> str:
    """Return in words why a candidate stands where it stands."""
    source = "curated rows" if one.place.source.startswith("curated") else one.place.source.partition(" via ")[0].partition(";")[0]
    inside = [other for other in found if other.place.country == one.place.country]
    text = f"{one.how} in {source}"
    if len(inside) > 1:
        most = max(inside, key=lambda other: other.place.population)
        place = "most populous" if most is one else "one"
        text += f"; {place} of {len(inside)} in {one.place.country}"
    elif len(found) > 1:
        text += f"; only one in {one.place.country}" if one.place.country else ""
    if country and one.place.country != country:
        text += f"; outside {country}"
    return text
