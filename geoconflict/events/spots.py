"""How a sentence speaks of a place: in it, from it, near it, filed from it; and how far apart places are."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.lexicon import any_of, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.sentences import Sentence
    from geoconflict.records import Place, Resolution

EARTH_RADIUS_M: Final = 6_371_008.8

APART_M: Final = 20_000.0
"""Spots further apart than this are two events: beyond the extent of one town and the error of its point."""

AREA_REACH: Final = 1.3
"""An area's radius is half the diagonal of its extent; its own points may lie a little further from its centre."""

SMALL_REGION_M: Final = 30_000.0
"""A region of this radius or less is no larger than a district: half the diagonal of a Syrian or Iraqi one."""

LAST_DATELINE_SENTENCE: Final = 4
"""A wire dateline stands at the head, after headline, byline and date at most."""

LOCATIVE: Final = frozenset(
    {"in", "at", "on", "near", "outside", "inside", "over", "around", "across", "into", "of", "within"}
)
DIRECTIONAL: Final = frozenset({"from", "to", "toward", "towards", "with", "against", "by"})

_WIRE_DATELINE: Final = re.compile(
    r"(?:,\s+[A-Z][\w.]*)?\s*"
    r"(?:,?\s*\([A-Z][\w ./&-]{1,30}\)|[–—]|-\s|/\s?[A-Z]|,\s+(?:[A-Z][a-z]+\.?\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]+)\b)"
)
_FILED_TOWN: Final = re.compile(
    r"[A-Z][\w'’-]*(?:[ /-][A-Z][\w'’-]*){0,3},"
)  # "QAMISHLI, Syria (AP) -": before "Syria"
_BEGINS_ANEW: Final = re.compile(r"\s+(?:[A-Z][a-z]|A\s)")  # "BEIRUT A Russian helicopter": the sentence starts here
_BORDER_BEFORE: Final = re.compile(r"\b(?:border|frontier|bordering)\s*(?:with|of|region of|between)?\s*(?:the\s+)?$")
_BORDER_AFTER: Final = re.compile(r"(?:-\w+)? (?:border|frontier)")
_PHRASE_END: Final = re.compile(r"[.;\n]")


_SHOOTS: Final = (
    r"(?:fir(?:ed|es|ing)|shell(?:ed|ing|s)|bombard(?:ed|ing)|pound(?:ed|ing)|target(?:ed|ing)|struck|hit|launch(?:ed|ing)"
    r"|lobb(?:ed|ing)|rain(?:ed|ing)|attack(?:ed|ing)|land(?:ed|ing)|fell)\b"
)
_FIGHTERS: Final = (
    r"(?:fighters|forces|troops|rebels|militants|terrorists|groups?|organi[sz]ations?|gunmen|insurgents|militias|militiamen"
    r"|units|soldiers|army|jihadists|extremists|factions?|artillery|batteries|positions)"
)
_POSTED: Final = re.compile(
    rf"\b{_FIGHTERS} (?:(?:who|that|which) (?:are|were) )?"
    r"(?:positioned|located|stationed|based|deployed|entrenched|holed up|dug in|spread)"
    r" (?:in|at|inside|around|near|outside)\s+(?:[\w'-]+\W{1,2}){0,8}$"
)
_ARE_POSTED: Final = frozenset({"posi", "loca", "stat", "base", "depl", "entr", "hole", "dug", "spre"})
_SHOT: Final = re.compile(rf"\b{_SHOOTS}")
_STRUCK_TOWN: Final = re.compile(rf"\b{_SHOOTS} (?:the )?(?:[\w-]+ ){{0,2}}(?:town|city|village|suburb)s? of $")
_POSTED_SHOOTS: Final = re.compile(rf"[^.;]{{0,90}}?\b{_SHOOTS}")
_ARE_IN: Final = re.compile(
    rf"(?:^|[.;,:]\s*|\b(?:that|said|when|as|while|after|meanwhile)\s+)(?:[\w'-]+ ){{0,3}}"
    rf"{_FIGHTERS} (?:in|inside|around)"
    r"\s+(?:(?:the|town|city|village|district|area|and|of|nearby|rebel-held|government-held) |[\w'-]+ and )*$"
)
_IN_SHOOT: Final = re.compile(
    rf"(?:,? and [\w'-]+(?: [\w'-]+)?)?(?:\s+(?:on \w+day|also|have|had|then|again))*\s+{_SHOOTS}"
)
"""Who stands in a place and shoots at another: the place struck is the other."""
_MEETS: Final = re.compile(
    r"\b(?:talks|negotiations?|meetings?|met|summit|conference|session|consultations|vot(?:e|ed|ing)|elections?"
    r"|hearing)\b(?P<gap>[^.;]{0,80}\b)(?:in|at)\s+(?:the )?(?:[\w'-]+ ){0,4}$"
)
_MEETS_HINT: Final = re.compile(r"talks|negotiat|meeting|\bmet\b|summit|conference|session|consult|vot|elect|hearing")
_DEED: Final = re.compile(
    r"\b(?:kill|attack|air ?stri|str[iu]ck|strikes?\b|shell|bomb|fight|clash|batt|fir(?:ed|ing)|rocket|blast|explo|died"
    r"|dead|raid|captur|seiz|wound|injur)"
)
_AGREED: Final = re.compile(r"\b(?:agree[ds]?|agreement|sign(?:ed|ing)|deal|accord)\b")
"""What a meeting agreed is an event of the place it met in."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One resolved place in its sentence: the preposition that governs it, and what it is not.

    `reference`: it only says what the event was near (a border). `dateline`: the report was filed there.
    """

    resolution: Resolution
    place: Place
    preposition: str
    reference: bool
    dateline: bool

    @property
    def start(self) -> int:
        """Return where its name starts in the article."""
        return self.resolution.mention.start

    @property
    def end(self) -> int:
        """Return where its name ends in the article."""
        return self.resolution.mention.end

    @property
    def possible(self) -> bool:
        """Whether an event of the sentence may have been there."""
        return not (self.reference or self.dateline) and self.preposition not in DIRECTIONAL

    @property
    def is_part_of_town(self) -> bool:
        """Whether it is a quarter no list has, which the text puts in a town: its point is the town's."""
        spot = self.resolution.spot
        return spot is not None and spot.kind == "neighbourhood"

    @property
    def radius_m(self) -> float:
        """Return the circle this use of the place is known to."""
        return self.resolution.radius_m or self.place.radius_m


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A place named in its sentence that no place was found for, and the preposition that governs it.

    `kind` is what a type word beside it says (`said.SETTLED`, `said.INSIDE`), "" without one.
    """

    start: int
    end: int
    preposition: str
    kind: str = ""


def look_unplaced(sentence: Sentence, resolution: Resolution) -> Unplaced:
    """Return how `sentence` speaks of a place nobody could resolve."""
    mention = resolution.mention
    return Unplaced(mention.start, mention.end, preposition_of(sentence.low, mention.start - sentence.start))


def look(sentence: Sentence, resolution: Resolution, place: Place) -> Spot:
    """Return how `sentence` speaks of a resolved place."""
    start, end = resolution.mention.start - sentence.start, resolution.mention.end - sentence.start
    if _is_where_people_meet(sentence.low, start):
        return Spot(resolution, place, "from", reference=True, dateline=_is_dateline(sentence, start, end))
    return Spot(
        resolution,
        place,
        "near" if resolution.relation != "in" else preposition_of(sentence.low, start),
        _is_reference(sentence.low, start, end, resolution, place),
        _is_dateline(sentence, start, end),
    )


def is_origin(sentence: Sentence, spot: Spot | Unplaced) -> bool:
    """Whether those who shot stood there: "fighters positioned in X shelled Y", "rebels in X fired rockets at Y"."""
    low, start, end = sentence.low, spot.start - sentence.start, spot.end - sentence.start
    upto = low[max(0, start - 140) : start]
    posted = None if sentence.lacks(_ARE_POSTED) else _POSTED.search(upto)
    if posted and not _SHOT.search(upto, posted.start()) and _POSTED_SHOOTS.match(low, end):
        return True
    return bool(_IN_SHOOT.match(low, end) and _ARE_IN.search(upto))


def _is_where_people_meet(low: str, start: int) -> bool:
    """Whether people talk, meet or vote there and nothing is done: "peace talks entered a second day in X"."""
    upto = low[max(0, start - 140) : start]
    met = _MEETS.search(upto) if _MEETS_HINT.search(upto) else None
    return met is not None and not _DEED.search(met["gap"]) and not _AGREED.search(low)


def preposition_of(low: str, start: int) -> str:
    """Return the preposition that governs a name: in "in the city of X" it is "in"."""
    left = _PHRASE_END.split(low[max(0, start - 60) : start])[-1]
    if left.endswith(" of ") and _STRUCK_TOWN.search(left):
        return "at"  # "those loyal to the army struck the town of X": "to" does not govern it
    hits = list(pattern("prepositions").finditer(left))
    while hits:
        hit = hits.pop()
        word = hit.group(0)
        if left.count(" ", hit.end()) > (5 if word == "of" else 8):
            continue
        passes_on = word in ("and", "or") or (word == "of" and _area_word().search(left, 0, hit.start()))
        if not (hits and passes_on):
            return word
    return ""


@cache
def _area_word() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of('area_words')})\s*$")


def _is_reference(low: str, start: int, end: int, resolution: Resolution, place: Place) -> bool:
    if resolution.spot:
        return False
    if place.kind == "border":
        return True
    if ("border" in low or "frontier" in low) and _BORDER_BEFORE.search(low, max(0, start - 40), start):
        return True
    return place.kind == "country" and (resolution.relation == "near" or bool(_BORDER_AFTER.match(low, end)))


def _is_dateline(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the report was filed from there: "BEIRUT (Reuters) - ...", or after a date, "3 May 2016 BEIRUT A ..."."""
    if sentence.index > LAST_DATELINE_SENTENCE:
        return False
    before = sentence.text[:start].strip(" (")
    filed_town = bool(_FILED_TOWN.fullmatch(before)) and not sentence.low.startswith(("in ", "near ", "at "))
    if before and not before[-4:].isdigit() and not filed_town:
        return False
    if _WIRE_DATELINE.match(sentence.text, end):
        return True
    shouted = sentence.text[start:end].isupper() and end - start > 3
    return (shouted or bool(before)) and not filed_town and bool(_BEGINS_ANEW.match(sentence.text, end))


# ---- distances ---------------------------------------------------------------------------------------------


def distance_m(a: Place, b: Place) -> float:
    """Return the great-circle distance of two places in metres (haversine, within .5 % of the geodesic)."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    half_lon = math.radians(b.lon - a.lon) / 2
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def are_apart(left: Sequence[Spot], right: Sequence[Spot]) -> bool:
    """Whether two sets of places, neither empty, lie further apart than one event reaches."""
    return bool(left and right) and all(_gap_m(a, b) > APART_M for a in left for b in right)


def lie_in_other_areas(left: Sequence[Spot], right: Sequence[Spot]) -> bool:
    """Whether two sets of places, neither empty, share no first-level area, or are apart where one is not known."""
    return bool(left and right) and all(
        (a.place.country, area_name(a.place)) != (b.place.country, area_name(b.place))
        if "admin1" in (a.place.kind, b.place.kind) and area_name(a.place) and area_name(b.place)
        else _gap_m(a, b) > APART_M
        for a in left
        for b in right
    )


def is_small_region(place: Place) -> bool:
    """Whether a place is a valley, plain or the like no larger than a district."""
    return place.kind == "region" and place.radius_m <= SMALL_REGION_M


def area_name(place: Place) -> str:
    """Return the name of the first-level area a place is or lies in; empty where it is wider or not known."""
    return place.name if place.kind == "admin1" else place.admin1


def _gap_m(a: Spot, b: Spot) -> float:
    """Return the distance of two places, less the extent of those that are areas."""
    return distance_m(a.place, b.place) - sum(AREA_REACH * spot.radius_m for spot in (a, b) if spot.place.is_area)
