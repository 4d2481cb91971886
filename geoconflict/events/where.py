"""Where an event was: chosen among the places resolved in its sentences, first the area, then the finest spot in it.

No place is found here; a place no sentence of the event names is never given to it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.lexicon import any_of
from geoconflict.records import LOCATION_ROLES, EventMention

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geoconflict.events.sentences import Sentence
    from geoconflict.events.statements import Statement
    from geoconflict.records import Event, Place, Resolution, Role

EARTH_RADIUS_M: Final = 6_371_008.8

APART_M: Final = 20_000.0
"""Spots further apart than this are two events: beyond the extent of one town and the error of its point."""

SAME_TOWN_M: Final = 10_000.0
"""A prison, camp or quarter this near the town's point lies in or beside that town."""

FINENESS: Final = {"country": 0, "water": 0, "region": 1, "border": 1, "road": 1, "admin1": 2, "admin2": 3, "admin3": 3}
"""How fine an area is; every spot is finer."""
SPOT_FINENESS: Final = 4

_SITE_KINDS: Final = frozenset({"prison", "camp", "base", "airport", "neighbourhood", "crossing", "facility"})
_TOWN_KINDS: Final = frozenset({"city", "town", "village"})
_LOCATIVE: Final = frozenset(
    {"in", "at", "on", "near", "outside", "inside", "over", "around", "across", "into", "of", "within"}
)
_DIRECTIONAL: Final = frozenset({"from", "to", "toward", "towards", "with", "against", "by"})
_WIRE_DATELINE: Final = re.compile(
    r"(?:,\s+[A-Z][\w.]*)?\s*"
    r"(?:\((?:AP|AFP|Reuters|[A-Z][A-Za-z ]+)\)|[–—]|-\s|/\s?[A-Z]|,\s+[A-Z][a-z]+\.?\s+\d{1,2}\b)"
)
_BORDER_BEFORE: Final = re.compile(r"\b(?:border|frontier|bordering)\s*(?:with|of|region of|between)?\s*(?:the\s+)?$")
_BORDER_AFTER: Final = re.compile(r"(?:-\w+)? (?:border|frontier)")

# Weights of a mention's claim to be the place, found by hand on the development articles and half of FA-KES.
LEAD_BONUS: Final = 0.8
CLAUSE_BONUS: Final = 1.0
LOCATIVE_BONUS: Final = 1.0
ELSEWHERE_PENALTY: Final = 1.5
POSITION_PENALTY: Final = 0.12
REPEAT_BONUS: Final = 0.3
NOT_THERE_PENALTY: Final = 1.2
SUPPORT_FACTOR: Final = 0.6
FINE_CLAIM: Final = -0.4
"""A finer place inside the chosen area needs at least this claim, so that a place merely passed by is not taken."""


@dataclass(frozen=True, slots=True)
class _Claim:
    resolution: Resolution
    place: Place
    score: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The place of an event and the role of every mention in its sentences."""

    resolution: Resolution | None
    mentions: tuple[EventMention, ...]


def with_roles(resolutions: Iterable[Resolution], events: Iterable[Event]) -> list[Resolution]:
    """Return the resolutions of one article with the location roles its events gave them, in the same order.

    `events` are what `extract_events` returned for that article. A mention no event uses is background; roles that are
    no locations (actor, metonym, demonym, in_name) stay as they are.
    """
    rank: dict[Role, int] = {"event": 0, "event_area": 1, "near_reference": 2, "background": 3}
    roles: dict[tuple[int, int], Role] = {}
    for event in events:
        for mention in event.mentions:
            span = mention.start, mention.end
            role: Role = mention.role if event.status == "event" or mention.role == "near_reference" else "background"
            if span not in roles or rank[role] < rank[roles[span]]:
                roles[span] = role
    return [
        replace(r, role=roles.get((r.mention.start, r.mention.end), "background")) if r.role in LOCATION_ROLES else r
        for r in resolutions
    ]


def choose_place(group: Sequence[Statement], support: Sequence[Statement], article: str) -> Choice:
    """Return the place of an event told in `group`; `support` are sentences that tell nothing but may name it.

    The area comes first: the first-level area with the strongest claim, each further mention adding to it. Then the
    finest place inside that area, and inside a town its prison, camp or quarter.
    """
    claims = _claims(group, support)
    best = _best(claims)
    mentions = tuple(_mention_roles([*group, *support], best, article))
    return Choice(best.resolution if best else None, mentions)


def distance_m(a: Place, b: Place) -> float:
    """Return the great-circle distance of two places in metres (haversine, within .5 % of the geodesic)."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    half_lon = math.radians(b.lon - a.lon) / 2
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def radius_m(resolution: Resolution) -> float:
    """Return the circle a use of a place is known to."""
    return resolution.radius_m or (resolution.place.radius_m if resolution.place else 0.0)


def are_apart(left: Sequence[Resolution], right: Sequence[Resolution]) -> bool:
    """Whether two sets of places, neither empty, lie further apart than one event reaches."""
    pairs = [(a, b) for a in left for b in right if a.place and b.place]
    return bool(pairs) and all(_gap_m(a, b) > APART_M for a, b in pairs)


def _gap_m(a: Resolution, b: Resolution) -> float:
    """Distance between two places, less their extents where one is an area."""
    assert a.place and b.place  # noqa: PT018 - callers hand over resolved places only
    areas = [r for r in (a, b) if r.place and r.place.is_area]
    return distance_m(a.place, b.place) - sum(1.3 * radius_m(r) for r in areas)


def candidates(statement: Statement, *, fine: bool = False) -> list[Resolution]:
    """Return the places of a statement where its event may have been; `fine` leaves out areas."""
    return [
        r
        for r in statement.places
        if r.place
        and not (fine and r.place.is_area)
        and not is_reference(statement.sentence, r)
        and not is_wire_dateline(statement.sentence, r)
        and preposition(statement.sentence, r) not in _DIRECTIONAL
    ]


def clash(a: Statement, b: Statement) -> bool:
    """Whether two statements place themselves too far apart to tell one event."""
    left, right = candidates(a, fine=True), candidates(b, fine=True)
    if left and right:
        if a.sentence.in_list and b.sentence.in_list:  # a list names one incident an item
            return not {r.place.id for r in left if r.place} & {r.place.id for r in right if r.place}
        return are_apart(left, right)
    return are_apart(_no_countries(candidates(a)), _no_countries(candidates(b)))


def share_a_place(a: Statement, b: Statement, *, fine: bool = False) -> bool:
    """Whether two statements name the same place."""
    ids = {r.place.id for r in candidates(a, fine=fine) if r.place}
    return bool(ids & {r.place.id for r in candidates(b, fine=fine) if r.place})


def _no_countries(resolutions: Sequence[Resolution]) -> list[Resolution]:
    return [r for r in resolutions if r.place and r.place.kind != "country"]


# ---- how a sentence speaks of a place ----------------------------------------------------------------------


@cache
def _preposition_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of('prepositions')})\b")


@cache
def _area_word() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of('area_words')})\s*$")


@cache
def _not_there_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of('not_there_before')})\b[^.;]{{0,25}}$")


@cache
def _not_there_after() -> re.Pattern[str]:
    return re.compile(rf"[- ](?:{any_of('not_there_after')})\b")


def preposition(sentence: Sentence, resolution: Resolution) -> str:
    """Return the preposition that governs a name: in "in the city of X" it is "in", in "close to X" it is "near"."""
    if resolution.relation != "in":
        return "near"
    left = sentence.low[
        max(0, resolution.mention.start - sentence.start - 60) : resolution.mention.start - sentence.start
    ]
    left = re.split(r"[.;\n]", left)[-1]
    hits = [
        m
        for m in _preposition_pattern().finditer(left)
        if len(left[m.end() :].split()) <= (5 if m.group(0) == "of" else 8)
    ]
    while hits:
        hit = hits.pop()
        word = hit.group(0)
        passes_on = word in ("and", "or") or (word == "of" and _area_word().search(left[: hit.start()]))
        if not (hits and passes_on):
            return word
    return ""


def is_reference(sentence: Sentence, resolution: Resolution) -> bool:
    """Whether a place only says what the event was near: a border, "bordering X"."""
    start, end = resolution.mention.start - sentence.start, resolution.mention.end - sentence.start
    if resolution.place and resolution.place.kind == "border":
        return True
    if _BORDER_BEFORE.search(sentence.low, max(0, start - 40), start):
        return True
    country = resolution.place is not None and resolution.place.kind == "country"
    return country and (bool(_BORDER_AFTER.match(sentence.low, end)) or resolution.relation == "near")


def is_wire_dateline(sentence: Sentence, resolution: Resolution) -> bool:
    """Whether a place is where the report was filed: "BEIRUT (Reuters) - ..."."""
    start, end = resolution.mention.start - sentence.start, resolution.mention.end - sentence.start
    before = sentence.text[:start].strip(" (")
    return (
        sentence.index <= 4 and (not before or before[-4:].isdigit()) and bool(_WIRE_DATELINE.match(sentence.text, end))
    )


# ---- claims ------------------------------------------------------------------------------------------------


def _claims(group: Sequence[Statement], support: Sequence[Statement]) -> list[_Claim]:
    told = [*group, *support]
    counts = Counter(r.place.id for s in told for r in s.places if r.place)
    countries: Counter[str | None] = Counter()
    for statement in told:
        countries.update({r.place.country: 1 + (r.place.kind != "country") for r in statement.places if r.place})
    home = countries.most_common(1)[0][0] if countries else None
    claims = []
    for position, statement in enumerate(told):
        factor = SUPPORT_FACTOR if position >= len(group) else 1.0
        for resolution in statement.places:
            place = resolution.place
            if (
                place is None
                or is_wire_dateline(statement.sentence, resolution)
                or is_reference(statement.sentence, resolution)
            ):
                continue
            score = _claim(statement, resolution, position) + REPEAT_BONUS * min(3, counts[place.id] - 1)
            score -= NOT_THERE_PENALTY * (place.country != home)
            claims.append(_Claim(resolution, place, score * factor if score > 0 else score))
    return claims or _filed_from(told)


def _claim(statement: Statement, resolution: Resolution, position: int) -> float:
    sentence = statement.sentence
    start, end = resolution.mention.start - sentence.start, resolution.mention.end - sentence.start
    governed = preposition(sentence, resolution)
    score = LOCATIVE_BONUS * (governed in _LOCATIVE) - ELSEWHERE_PENALTY * (governed in _DIRECTIONAL)
    if statement.triggers:
        clause = sentence.clause(resolution.mention.start)
        score += CLAUSE_BONUS * any(t.clause == clause for t in statement.triggers)
        nearest = min(
            min(abs(resolution.mention.start - t.end), abs(t.start - resolution.mention.end))
            for t in statement.triggers
        )
        score += max(0.0, 0.6 - nearest / 150)
    score += LEAD_BONUS * (position == 0 or sentence.kind == "headline") - POSITION_PENALTY * min(position, 8)
    score -= NOT_THERE_PENALTY * bool(_not_there_before().search(sentence.low, max(0, start - 45), start))
    return score - NOT_THERE_PENALTY * bool(_not_there_after().match(sentence.low, end))


def _filed_from(told: Sequence[Statement]) -> list[_Claim]:
    """Take the place of the wire dateline only where the text speaks of "the city" or "the capital"."""
    if not any(re.search(r"\bthe (?:\w+ )?(?:city|capital|town)\b", s.sentence.low) for s in told):
        return []
    return [_Claim(r, r.place, 0.5) for s in told for r in s.places if r.place and is_wire_dateline(s.sentence, r)]


def fineness(place: Place) -> int:
    """Return how fine a place is, 0 for a country, `SPOT_FINENESS` for a spot."""
    return FINENESS.get(place.kind, SPOT_FINENESS)


def _best(claims: list[_Claim]) -> _Claim | None:
    if not claims:
        return None
    best = _best_area(claims)
    inside = [
        c
        for c in claims
        if _lies_in(c.place, best.place) and fineness(c.place) > fineness(best.place) and c.score >= FINE_CLAIM
    ]
    if inside:
        best = max(inside, key=lambda c: (c.score + 0.7 * fineness(c.place), fineness(c.place)))
    if best.place.kind in _TOWN_KINDS:  # a prison, camp or quarter of that town, told in the same event
        sites = [
            c
            for c in claims
            if c.place.kind in _SITE_KINDS and distance_m(c.place, best.place) < SAME_TOWN_M and c.score >= FINE_CLAIM
        ]
        if sites:
            best = max(sites, key=lambda c: c.score)
    return best


def _best_area(claims: list[_Claim]) -> _Claim:
    """Return the strongest claim inside the first-level area with the strongest claims, or among the wider areas."""
    areas: dict[tuple[str | None, str], list[_Claim]] = {}
    for claim in claims:
        if fineness(claim.place) >= 2:
            areas.setdefault(_area_key(claim.place), []).append(claim)
    wide = [c for c in claims if fineness(c.place) < 2]
    if not areas:
        return max(wide, key=lambda c: c.score + 0.7 * fineness(c.place))

    def strength(found: list[_Claim]) -> float:
        scores = sorted((c.score for c in found), reverse=True)
        return scores[0] + 0.25 * sum(s for s in scores[1:4] if s > 0)

    strongest = max(areas.values(), key=strength)
    first = max(strongest, key=lambda c: c.score)
    spoken_wide = max(wide, key=lambda c: c.score, default=None)
    if spoken_wide and first.score < FINE_CLAIM and spoken_wide.score > first.score:
        return spoken_wide
    level = [c for c in strongest if c.place.kind == "admin1"]
    return max(level, key=lambda c: c.score) if level else first


def _area_key(place: Place) -> tuple[str | None, str]:
    return place.country, place.name if place.kind == "admin1" else place.admin1 or place.name


def _lies_in(place: Place, area: Place) -> bool:
    if area.kind == "country":
        return place.country == area.country
    if area.kind == "admin1":
        return _area_key(place) == _area_key(area) or (
            not place.admin1 and distance_m(place, area) < 1.3 * area.radius_m
        )
    if area.is_area:
        return distance_m(place, area) < 1.3 * area.radius_m
    return False


# ---- roles -------------------------------------------------------------------------------------------------


def _mention_roles(told: Sequence[Statement], best: _Claim | None, article: str) -> Iterable[EventMention]:
    for statement in told:
        for resolution in statement.places:
            role = _role(statement, resolution, best)
            yield EventMention(article, resolution.mention.start, resolution.mention.end, role)


def _role(statement: Statement, resolution: Resolution, best: _Claim | None) -> Role:
    place = resolution.place
    if is_wire_dateline(statement.sentence, resolution) and not (best and best.resolution is resolution):
        return "background"
    if is_reference(statement.sentence, resolution):
        return "near_reference"
    if best is None or place is None:
        return "background"
    if place.id == best.place.id:
        return "event"
    if place.is_area and _lies_in(best.place, place):
        return "event_area"
    if place.kind in _TOWN_KINDS and best.place.kind in _SITE_KINDS and distance_m(place, best.place) < SAME_TOWN_M:
        return "event_area"
    if resolution.relation == "near":
        return "near_reference"
    return "background"
