"""Quarters of a town: "the Karrada quarter of Mosul" lies in Mosul, though Baghdad has a Karrada too.

A quarter the lists know within the town's reach is answered; any other is somewhere in the town, and said to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geoconflict.gazetteer.rows import distance_km
from geoconflict.places.context import WIDE_GAP, is_quarter_word
from geoconflict.places.joint import lies_in
from geoconflict.places.unknown import ANCHORED_SCORE, pattern_word
from geoconflict.records import Candidate, Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.places.context import Context
    from geoconflict.records import Mention, Place, Role

_TOWNS, _SETTLED = frozenset({"city", "town"}), frozenset({"city", "town", "village"})
_PROVINCES = frozenset({"admin1", "admin2"})
_DISTRICTS = frozenset({"district", "section"})
"""Type words of parts of a town, and of parts of a province as well."""
_AREAS, _TOWN_OF_ITS_OWN_M = frozenset({"admin2", "admin3"}), 25_000.0
_IN_TOWN = frozenset({"square", "station", "street", "roundabout", "university", "hospital", "mosque", "stadium"})
"""Last words of names that stand in a town or not at all."""
_A_CITY = 100_000
"""People from which a town is no quarter of another."""
LEAST_REACH_M, REACH = 15_000.0, 1.5
"""A quarter lies within so many radii of its town's circle, which holds nine in ten of its points, and at least within
15 km: suburbs are called quarters."""

_WIND = r"(?:(?:north|south)-?(?:east|west)?|east|west)(?:ern)?"
_QUARTER = r"(?:neighbou?rhoods?|quarters?|districts?|suburbs?|sections?)"
_WIND_OF = re.compile(
    rf"^(?: {_QUARTER})?,? (?:(?:in|on|at|to) )?(?:the )?{_WIND}(?: (?:edge|outskirts|side|part|suburbs|flank))? of "
    r"(?:the city of )?$"
)
_ON = re.compile(rf"^(?: {_QUARTER})?,? (?:on|at|in) $")
_OUTSKIRTS = re.compile(rf"^(?:['’]?s|['’])? (?:{_WIND} )?(?:outskirts|edge|side|suburbs)\b")
_COMMA = re.compile(rf"^ {_QUARTER}, (?:in )?$")
_QUARTER_OF = re.compile(rf"^ {_QUARTER} of ")
_APPOSED = re.compile(
    rf"^, (?:an?|one of the) (?:[\w-]+ ){{0,3}}?{_QUARTER} (?:of|in) (?:the )?(?:(?:city|capital),? (?:of )?)?$"
)
_OF_CITY = re.compile(rf"^ {_QUARTER} (?:in|of|inside) (?:the|this|that) (?P<kind>city|town)\b")
_CITYS = re.compile(r"\b(?:the|this|that) (?P<kind>city|town)['’]s (?:[a-z]+ )?$")
_LOOK_BEHIND, _LOOK_AHEAD = 40, 40


@dataclass(frozen=True, slots=True)
class Town:
    """The town a quarter is one of; `beside` when the text puts it at the edge ("west of Homs")."""

    place: Place
    beside: bool = False

    @property
    def reach_m(self) -> float:
        """How far from the town's point its quarters lie."""
        return max(LEAST_REACH_M, REACH * self.place.radius_m)

    def reaches(self, place: Place) -> bool:
        """Whether a place lies where the town's quarters do."""
        return self.off_m(place) <= self.reach_m

    def off_m(self, place: Place) -> float:
        """Return the distance of a place from the town's point."""
        return distance_km(self.place.lon, self.place.lat, place.lon, place.lat) * 1_000


def towns_of_quarters(
    text: str,
    mentions: Sequence[Mention],
    contexts: Sequence[Context],
    places: Sequence[Place | None],
    meant: Sequence[Place | None],
) -> dict[int, Town]:
    """Return the town of each mention the text calls a part of one it names, by number.

    The mentions are sorted; `places` are what they mean so far, `meant` the same with places that are doubted. The town
    is named beside it ("X quarter of Y", "Y's X quarter", "X district west of Y"), is "the city" named last, or that of
    the next name of one list.
    """
    found: dict[int, Town] = {}
    for i in reversed(range(len(mentions))):
        apposed = i + 1 < len(mentions) and bool(_APPOSED.match(text[mentions[i].end : mentions[i + 1].start]))
        called = apposed or is_quarter_word(contexts[i].type_word)
        if mentions[i].role is not None or (not called and pattern_word(mentions[i]) not in _IN_TOWN):
            continue
        town = _named_beside(text, mentions, contexts, places, i)
        if town is None and called:
            town = _said_the_city(text, mentions, places, i)
        if town is None and i + 1 in found and WIDE_GAP.match(text[mentions[i].end : mentions[i + 1].start]):
            town = found[i + 1]
        if town is None or town.place == places[i]:
            continue
        own = meant[i]
        if called and own is not None and own.kind == "city" and own.population > town.place.population < _A_CITY:
            if _QUARTER_OF.match(text[mentions[i].end : mentions[i].end + _LOOK_AHEAD]) and i + 1 < len(mentions):
                found[i] = found[i + 1] = Town(own)  # "the Homs quarter of X" is a quarter of Homs
            continue
        found[i] = town
    return found


def in_town(mention: Mention, town: Town, role: Role) -> Resolution:
    """Return the answer for a part of a town that no list knows there: a spot of its own, somewhere in or about it."""
    score = round(mention.score * ANCHORED_SCORE, 3)
    place, radius_m = town.place, town.place.radius_m
    reason = f"not in the gazetteer there; a part of {place.name} by the text, so taken to lie in it"
    if town.beside:
        radius_m = max(LEAST_REACH_M, radius_m)
        reason = f"not in the gazetteer there; at the edge of {place.name} by the text, so taken to lie about it"
    spot = replace(
        place,
        id=f"{place.id}+{mention.key}",
        name=f"{mention.text} ({place.name})",
        kind="neighbourhood",
        radius_m=radius_m,
        population=0,
        capital=False,
        geonameid=None,
        extent=None,
    )
    return Resolution(mention, place, role, score, reason, 2, radius_m, "in", (Candidate(place, score, reason),), spot)


def far_from_towns(
    i: int, mentions: Sequence[Mention], contexts: Sequence[Context], places: Sequence[Place | None]
) -> str:
    """Say why a name called a neighbourhood is not the place known, far from every city named; "" when it may be."""
    place = places[i]
    if place is None or place.kind not in _SETTLED or contexts[i].wanted != "neighbourhood":
        return ""
    if any(other is not None and other.kind in _PROVINCES and lies_in(place, other) for other in places):
        return ""
    towns = {
        other.id: Town(other)
        for j, other in enumerate(places)
        if other is not None and other.kind == "city" and mentions[j].key != mentions[i].key
    }
    if not towns or any(town.reaches(place) for town in towns.values()):
        return ""
    return f"a {contexts[i].type_word}, and {place.name} ({place.admin1}, {place.country}) is far from every city named"


def is_own_district(place: Place, context: Context, town: Town) -> bool:
    """Whether a place called a district of a town is one of the town's province, around a town of its own."""
    if context.type_word not in _DISTRICTS or place.country != town.place.country:
        return False
    if place.kind in _AREAS:
        return True
    return place.kind in _TOWNS and place.admin1 == town.place.admin1 and town.off_m(place) > _TOWN_OF_ITS_OWN_M


def _named_beside(
    text: str, mentions: Sequence[Mention], contexts: Sequence[Context], places: Sequence[Place | None], i: int
) -> Town | None:
    parent = contexts[i].parent
    if parent is not None and not (contexts[i].parent_is_plain and is_quarter_word(contexts[parent].type_word)):
        return _town(places[parent])
    if i + 1 == len(mentions):
        return None
    gap, ahead = (
        text[mentions[i].end : mentions[i + 1].start],
        text[mentions[i + 1].end : mentions[i + 1].end + _LOOK_AHEAD],
    )
    if _COMMA.match(gap) or _APPOSED.match(gap):
        return _town(places[i + 1])
    if _WIND_OF.match(gap) or (_ON.match(gap) and _OUTSKIRTS.match(ahead)):
        return _town(places[i + 1], beside=True)
    return None


def _said_the_city(text: str, mentions: Sequence[Mention], places: Sequence[Place | None], i: int) -> Town | None:
    """Return the town named last before "X neighbourhood in the city" or "the city's X neighbourhood"."""
    mention = mentions[i]
    said = _OF_CITY.match(text[mention.end : mention.end + _LOOK_AHEAD])
    said = said or _CITYS.search(text[max(0, mention.start - _LOOK_BEHIND) : mention.start])
    if not said:
        return None
    earlier = (places[j] for j in range(i - 1, -1, -1))
    last = next((place for place in earlier if place is not None and place.kind == said["kind"]), None)
    return _town(last)


def _town(place: Place | None, *, beside: bool = False) -> Town | None:
    return Town(place, beside) if place is not None and place.kind in _TOWNS else None
