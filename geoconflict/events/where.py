"""Where an event was: chosen among the places resolved in its sentences, and the role every mention plays in it.

The country comes first, then the first-level area, then the finest spot inside it. No place is found here; a place no
sentence of the event names is never given to it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from geoconflict.events.lexicon import any_of, fold
from geoconflict.events.loci import name_key
from geoconflict.events.said import INSIDE, SETTLED, names_said, tied_to, with_type, words_of
from geoconflict.events.spots import (
    AREA_REACH,
    DIRECTIONAL,
    LOCATIVE,
    Spot,
    Unplaced,
    distance_m,
    is_origin,
    is_small_region,
)
from geoconflict.records import LOCATION_ROLES, EventMention

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from geoconflict.events.statements import Statement
    from geoconflict.records import Event, Place, Resolution, Role

SAME_TOWN_M: Final = 10_000.0
"""A prison, camp or quarter this near the town's point lies in or beside that town."""

_FINENESS: Final = {
    "country": 0,
    "water": 0,
    "region": 1,
    "border": 1,
    "road": 1,
    "admin1": 2,
    "admin2": 3,
    "admin3": 3,
}
SMALL_REGION_FINENESS: Final = 3
"""A plain or valley no larger than a district says as much as one."""
SPOT_FINENESS: Final = 4
"""Any spot is finer than any area."""

_SITES: Final = frozenset({"prison", "camp", "base", "airport", "neighbourhood", "crossing", "facility"})
_TOWNS: Final = frozenset({"city", "town", "village"})
_LOCAL_WORDS: Final = re.compile(r"\bthe (?:\w+ )?(?:city|capital|town)\b|\bhere\b")
_SEAT_BEFORE: Final = re.compile(
    r"\b(?:based|headquartered|speaking|told (?:[\w'-]+ ){1,2}|reporters?|correspondents?)\s*"
    r"(?:in|at|from|out of)\s+(?:the )?$"
)
_SEAT_AFTER: Final = re.compile(
    r"-(?:based|backed)\b|,? (?:said|says|told|reported|reports|announced|claimed|denied|stated|added)\b"
)
_PART_OF_TOWN: Final = re.compile(
    r"[\w' -]{0,20}?\b(?:district|neighbou?rhood|quarter|street|road|square|hospital|school|mosque|market|checkpoint"
    r"|university|palace|airport|airbase|suburb)s?\b"
)

_FIRED_BY: Final = re.compile(
    r"\b(?:fired|launched|lobbed|shot|shelled|bombed|attacked|targeted) (?:\w+ ){0,3}by [\w' -]{0,60}"
    r"\b(?:positioned|located|stationed|based|entrenched|holed up|deployed)\s+(?:in|at|inside|near|around)"
    r"\s+(?:[\w'-]+ ){0,4}$"
)
"""Who shot stands there: "shells were fired by fighters who are positioned in the X district"."""
_CREDIT: Final = re.compile(r"[^.]{0,80}?\((?:[\w/-]+ ){0,3}(?:file )?(?:photo|image|picture|file)\b")
"""The credit of a picture behind it: the name stands in its caption."""
_ACTS: Final = re.compile(r" (?:also |then )?(?:has|have|had|is|was|will|would|says|\w+ed)\b")
"""A country or its capital that does something is who did it."""
_AREA_AFTER: Final = re.compile(r"'?s? (?:province|governorate|countryside|region)\b")

WEIGHTS: Final = {
    "locative": 1.0,
    "direction": -1.5,
    "clause": 1.0,
    "near": 1.0,
    "lead": 0.8,
    "further down": -0.12,
    "repeated": 0.3,
    "not there before": -1.2,
    "not there after": -1.2,
}
"""What speaks for a mention being the place, set by hand on the development articles and half A of FA-KES. Weights
fitted to what there is of gold are no better on text not fitted to: `benchmarks/event_places.py --fit` prints it."""

OBJECT_CHARS: Final = 30
NOTHING_FAR: Final = 8
"""A sentence this far down an event's telling says no less of its place than one still further down."""
NEAR_SHARE: Final = 0.6
NEAR_CHARS: Final = 150
"""A name right at an event word is near by .6, one 90 characters off not at all."""

SUPPORT_FACTOR: Final = 0.6
FINENESS_BONUS: Final = 0.7
FINE_CLAIM: Final = -0.4
"""A finer place inside the chosen area needs at least this claim, so that a place merely passed by is not taken."""
NAME_CLAIM: Final = 0.8
"""What a name no list has must claim to be where an event was: it stands where one does, in the clause that tells."""
REGION_OF_ITS_OWN_M: Final = 60_000.0
"""A region of this radius or less says more than the town it is told beside: "Qalamoun in rural Damascus"."""
BESIDE_M: Final = 30_000.0
"""How far a place may lie from another that is only named to say where it is."""
NEAR_M: Final = 10_000.0
OUTLYING_M: Final = 25_000.0
"""The circle of a place no list has that is said to be near a town; of a village said to be in one."""
BESIDE_MARGIN: Final = 0.2
"""How much more a place nobody could resolve must claim than a known one of the same sentence."""
PROVINCE_LEADS: Final = 1.2
"""How much less a village may claim than a city whose name is its province's too: a headline names that first."""
COUNTRY_LEAD: Final = 1.0
"""How much stronger the best claim of another country must be to outweigh the country most spoken of."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The place of an event, or None, and the role of every mention in its sentences.

    `said` is the finer place the text names for it that no list has, so that `spot` is only where that lies.
    """

    spot: Spot | None
    mentions: tuple[EventMention, ...]
    said: str = ""

    @property
    def place(self) -> Place | None:
        """Return the place chosen; for a quarter no list has its town."""
        if self.spot is None:
            return None
        return self.spot.resolution.place if self.spot.is_part_of_town else self.spot.place


@dataclass(frozen=True, slots=True)
class Claim:
    """A place named by an event's sentences, what speaks for it by name, and how much that is."""

    spot: Spot
    features: Mapping[str, float]
    score: float

    @property
    def place(self) -> Place:
        """Return the place named."""
        return self.spot.place

    @property
    def fineness(self) -> int:
        """Return how closely it says where: 0 a country, 4 a spot; about a town says as much as a district."""
        wide = not self.place.is_area and self.spot.radius_m >= NEAR_M and self.spot.resolution.relation != "in"
        return SMALL_REGION_FINENESS if wide else _fineness(self.place)

    @property
    def area(self) -> tuple[str | None, str]:
        """Return the country and first-level area it lies in."""
        return _area(self.spot.place)


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
            role: Role = mention.role if event.status == "event" else "background"
            if span not in roles or rank[role] < rank[roles[span]]:
                roles[span] = role
    return [
        replace(r, role=roles.get((r.mention.start, r.mention.end), "background")) if r.role in LOCATION_ROLES else r
        for r in resolutions
    ]


def choose_place(
    group: Sequence[Statement], support: Sequence[Statement], article: str, filed_from: Collection[str] = ()
) -> Choice:
    """Return the place of an event told in `group`; `support` are sentences that tell nothing but may name it.

    `filed_from` are the ids of the places the report was filed from: the event was there only if its own sentence says.
    """
    claims = _of_their_own(claims_of(group, support, filed_from), group)
    best, name = _with_name(_as_said(_best(claims), claims), claims, group)
    spot = best.spot if best else None
    told = [*group, *support]
    mentions = (EventMention(article, s.start, s.end, _role(s, spot)) for statement in told for s in statement.places)
    if name:
        said = words_of(*name)
    else:
        said = next((with_type(s, spot) for s in told if spot in s.places), "") if spot and spot.is_part_of_town else ""
    return Choice(spot, tuple(mentions), said)


# ---- claims ------------------------------------------------------------------------------------------------


def claims_of(group: Sequence[Statement], support: Sequence[Statement], filed_from: Collection[str]) -> list[Claim]:
    """Return the places an event's sentences name that may be where it was, with what speaks for each."""
    told = [*group, *support]
    times_named = Counter(s.place.id for statement in told for s in statement.places)
    claims = []
    for position, statement in enumerate(told):
        for spot in statement.places:
            if spot.dateline or spot.reference or _is_seat(statement, spot) or _is_elsewhere(statement, spot):
                continue
            if spot.place.id in filed_from and not (statement.triggers and _is_said_of_the_event(statement, spot)):
                continue
            features = _features(statement, spot, position)
            features["repeated"] = min(3, times_named[spot.place.id] - 1)
            score = _weigh(features)
            lent = position >= len(group) and score > 0
            claims.append(Claim(spot, features, score * SUPPORT_FACTOR if lent else score))
    return claims or _filed_from(told)


def _of_their_own(claims: list[Claim], group: Sequence[Statement]) -> list[Claim]:
    """Leave out what only says where another place of its sentence lies: Y of "X in rural Y", "X near Y"."""
    around = set()
    for statement in group:
        for spot in statement.sites():
            tie = tied_to(statement, spot) if _says_where(spot.place) else None
            if tie and tie[0].place.kind != "country" and _is_around(tie[0], spot):
                around.add((tie[0].start, tie[0].end))
    kept = [c for c in claims if (c.spot.start, c.spot.end) not in around]
    return kept if any(c.place.kind != "country" for c in kept) else claims


def _says_where(place: Place) -> bool:
    return not place.is_area or (place.kind == "region" and place.radius_m <= REGION_OF_ITS_OWN_M)


def _is_around(wide: Spot, spot: Spot) -> bool:
    if wide.place.id == spot.place.id or wide.place.country not in (spot.place.country, None):
        return False
    return distance_m(wide.place, spot.place) <= BESIDE_M + AREA_REACH * wide.radius_m


def _as_said(best: Claim | None, claims: Sequence[Claim]) -> Claim | None:
    """Return the claim of the same place that says "in" it, where those together outweigh the ones that say "near"."""
    if best is None or best.spot.resolution.relation == "in" or best.spot.resolution.spot:
        return best
    same = [c for c in claims if c.place.id == best.place.id]
    inside = [c for c in same if c.spot.resolution.relation == "in"]
    near = [c for c in same if c.spot.resolution.relation != "in"]
    return max(inside, key=lambda c: c.score) if inside and area_strength(inside) > area_strength(near) else best


def _with_name(
    best: Claim | None, claims: Sequence[Claim], group: Sequence[Statement]
) -> tuple[Claim | None, tuple[Statement, Unplaced] | None]:
    """Return where the event was with the name no list has that says it more finely: the town or area that lies in.

    A village no list has is in no town known; a place said to be near another is near it.
    """
    named = [
        (_weigh(_features(statement, name, position)), statement, name)
        for position, statement in enumerate(group)
        if statement.triggers and statement.sentence.kind == "body"
        for name in names_said(statement)
        if _may_be_place(statement, name)
    ]
    named = [n for n in named if n[0] >= NAME_CLAIM and not _names_a_finer(best, *n)]
    if not named:
        return best, None
    score, statement, name = max(named, key=lambda n: n[0])
    if tied_to(statement, name) is None:  # the same name may be told with where it lies: "the X quarter of Y"
        same = [n for n in named if words_of(statement, name) in words_of(n[1], n[2]) and tied_to(n[1], n[2])]
        score, statement, name = max(same, key=lambda n: n[0], default=(score, statement, name))
    tie = tied_to(statement, name)
    if tie and tie[0].place.kind != "country" and (best is None or tie[0].place.country in (best.place.country, None)):
        tied = _tied_claim(statement, name, claims, tie=tie)
        if best is not None and tied.area != best.area and best.fineness > 1 and score < best.score + BESIDE_MARGIN:
            return best, None  # told of another province, and no more strongly
        return tied, (statement, name)
    if best is None or best.place.is_area or (name.kind == INSIDE and best.place.kind in _TOWNS):
        return best, (statement, name)
    if best.spot.resolution.relation != "in" or score < best.score + BESIDE_MARGIN * (best.spot in statement.places):
        return best, None
    if not _is_town_of_its_own(statement, name) or _holds_known(statement, name, claims):
        return best, None
    told = [c for c in claims if c.place.is_area and c.score >= FINE_CLAIM]
    beside = [c for c in told if c.spot in statement.places]
    around = [c for c in told if c.fineness >= _FINENESS["admin1"] and any(c.spot in s.places for s in group)]
    province = next((c.place for c in best.spot.resolution.candidates if c.place.name == best.place.admin1), None)
    fallback = _as_place(best, province, words_of(statement, name)) if province and province.kind == "admin1" else None
    return max(beside or around, key=lambda c: (c.fineness, c.score), default=fallback), (statement, name)


def _may_be_place(statement: Statement, name: Unplaced) -> bool:
    """Whether a name no list has stands where an event's place stands, and not where somebody speaks or shot from."""
    if not _is_locative(statement, name) or _is_elsewhere(statement, name):
        return False
    low, offset = statement.sentence.low, statement.sentence.start
    return not is_origin(statement.sentence, name) and not _not_there_after().match(low, name.end - offset)


def _names_a_finer(best: Claim | None, score: float, statement: Statement, name: Unplaced) -> bool:
    """Whether a name says no more than the spot chosen: that is a site or village, or another one stands beside it."""
    if best is None:
        return False
    if name_key(best.place.name) in map(name_key, words_of(statement, name).rsplit(" of ", 1)):
        return True
    if best.place.is_area:
        return False
    if best.place.kind in _SITES and not best.spot.is_part_of_town:
        return True
    if best.spot.is_part_of_town:
        return best.spot in statement.places or score < best.score
    others = [s for s in statement.sites(fine=True) if s.place.id != best.place.id and not s.is_part_of_town]
    tie = tied_to(statement, name)
    return bool(others) and (tie is None or tie[0] not in others)


def _tied_claim(statement: Statement, name: Unplaced, claims: Sequence[Claim], *, tie: tuple[Spot, bool]) -> Claim:
    """Return the claim of the place a name is tied to, as the area or the town the tie means.

    "A village in Y" lies in the province of Y, not in the town; "the X quarter in Y" in the town, not in the province.
    """
    spot, beside = tie
    own = next((c for c in claims if c.spot is spot), Claim(spot, {}, 0.0))
    place, meant = spot.place, spot.resolution.candidates
    if beside:
        return own if spot.resolution.relation != "in" or place.is_area else _widened(own, "near", NEAR_M)
    if name.kind == SETTLED and place.kind in ("city", "town"):
        area = next((c.place for c in meant if c.place.kind == "admin1"), None)
        told = [c for c in claims if c.place.kind == "admin1" and c.place.name == place.admin1]
        if told:
            return max(told, key=lambda c: c.score)
        return _as_place(own, area, words_of(statement, name)) if area else _widened(own, "near", OUTLYING_M)
    if name.kind == INSIDE and place.kind == "admin1":
        town = next((c.place for c in meant if c.place.kind == "city" and c.place.name == place.name), None)
        says_area = _AREA_AFTER.match(statement.sentence.low, spot.end - statement.sentence.start)
        return _as_place(own, town, words_of(statement, name)) if town and not says_area else own
    return own


def _as_place(claim: Claim, place: Place, said: str) -> Claim:
    """Return a claim as that of another place of its name, which `said`, a name in no list, lies in by the text."""
    what = "province" if place.kind == "admin1" else place.kind
    reason = f"{said} is in no list; by the text it lies in the {what} {place.name}"
    resolution = replace(
        claim.spot.resolution, place=place, where_prec=place.where_prec, radius_m=place.radius_m, reason=reason
    )
    return replace(claim, spot=replace(claim.spot, resolution=resolution, place=place))


def _widened(claim: Claim, relation: Literal["near", "outskirts"], radius_m: float) -> Claim:
    resolution = replace(
        claim.spot.resolution, relation=relation, where_prec=2, radius_m=max(radius_m, claim.spot.radius_m)
    )
    return replace(claim, spot=replace(claim.spot, resolution=resolution))


def _is_town_of_its_own(statement: Statement, name: Unplaced) -> bool:
    """Whether a name stands as an event's place, and not as a quarter or building of a town that is known."""
    low = statement.sentence.low
    start, end = name.start - statement.sentence.start, name.end - statement.sentence.start
    inside = _PART_OF_TOWN.match(low, end) or _PART_OF_TOWN.search(low, start, end)
    return _is_locative(statement, name) and (name.kind or name.preposition != "of") and not inside


def _holds_known(statement: Statement, name: Unplaced, claims: Sequence[Claim]) -> bool:
    """Whether a name is a known one with a word before or behind it: "Mosul University" is in Mosul."""
    written = statement.sentence.low[name.start - statement.sentence.start : name.end - statement.sentence.start]
    known = (fold(c.spot.resolution.mention.text) for c in claims)
    return any(written.endswith(" " + town) or written.startswith(town + " ") for town in known)


def _is_locative(statement: Statement, name: Spot | Unplaced) -> bool:
    """Whether a name stands where an event's place stands: behind "in" and the like, or as what was attacked."""
    attacked = not name.preposition and any(0 < name.start - t.end < OBJECT_CHARS for t in statement.triggers)
    return attacked or name.preposition in LOCATIVE


def _features(statement: Statement, spot: Spot | Unplaced, position: int) -> dict[str, float]:
    """Return what speaks for a name being where its event was, each as 0 or 1 unless a share or a count."""
    sentence = statement.sentence
    start, end = spot.start - sentence.start, spot.end - sentence.start
    clause = sentence.clause(spot.start)
    gaps = (min(abs(spot.start - t.end), abs(t.start - spot.end)) for t in statement.triggers)
    return {
        "locative": _is_locative(statement, spot),
        "direction": spot.preposition in DIRECTIONAL,
        "clause": any(t.clause == clause for t in statement.triggers),
        "near": max(0.0, NEAR_SHARE - min(gaps) / NEAR_CHARS) if statement.triggers else 0.0,
        "lead": position == 0 or sentence.kind == "headline",
        "further down": min(position, NOTHING_FAR),
        "not there before": bool(_not_there_before().search(sentence.low, max(0, start - 45), start)),
        "not there after": bool(_not_there_after().match(sentence.low, end)),
    }


def _weigh(features: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in features.items())


def _is_seat(statement: Statement, spot: Spot) -> bool:
    """Whether somebody speaks from there: "a monitor based in X", "an official in X said"."""
    low, offset = statement.sentence.low, statement.sentence.start
    before = low[max(0, spot.start - offset - 45) : spot.start - offset]
    return bool(_SEAT_BEFORE.search(before) or _SEAT_AFTER.match(low, spot.end - offset))


def _is_elsewhere(statement: Statement, spot: Spot | Unplaced) -> bool:
    """Whether a place is no place of what is told: where shells came from, a picture was taken, or people come from."""
    low, offset = statement.sentence.low, statement.sentence.start
    start, end = spot.start - offset, spot.end - offset
    if " by " in low and _FIRED_BY.search(low, 0, start):
        return True
    credit = _CREDIT.search(low, end) if "photo" in low or "file" in low else None
    if credit:
        return True
    if not isinstance(spot, Spot) or spot.resolution.spot:
        return False
    if spot.place.capital and not spot.preposition and _ACTS.match(low, end):
        return True
    if spot.place.kind != "country":
        return False
    return spot.preposition in ("from", "by", "with", "against") or (
        not spot.preposition and bool(_ACTS.match(low, end))
    )


def _is_said_of_the_event(statement: Statement, spot: Spot) -> bool:
    """Whether a town the report was filed from is named again as where it happened, not as where somebody spoke."""
    low, offset = statement.sentence.low, statement.sentence.start
    speaks = _not_there_before().search(low, max(0, spot.start - offset - 45), spot.start - offset)
    return _is_locative(statement, spot) and not speaks and not _not_there_after().match(low, spot.end - offset)


@cache
def _not_there_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of('not_there_before')})\b[^.;]{{0,25}}$")


@cache
def _not_there_after() -> re.Pattern[str]:
    return re.compile(rf"[- ](?:{any_of('not_there_after')})\b")


def _filed_from(told: Sequence[Statement]) -> list[Claim]:
    """Take the place of the wire dateline only where the text speaks of "the city" or "the capital"."""
    if not any(_LOCAL_WORDS.search(s.sentence.low) for s in told) or any(s.unplaced for s in told):
        return []
    return [Claim(s, {}, 0.5) for statement in told for s in statement.places if s.dateline]


# ---- country, area, spot -----------------------------------------------------------------------------------


def _best(claims: list[Claim]) -> Claim | None:
    if not claims:
        return None
    claims = of_one_country(claims)
    best = _best_area(claims)
    inside = [
        c for c in claims if c.fineness > best.fineness and c.score >= FINE_CLAIM and _lies_in(c.place, best.place)
    ]
    if inside:
        best = max(inside, key=lambda c: c.score + FINENESS_BONUS * c.fineness)
    if best.place.kind == "city" and best.place.name == best.place.admin1:  # the name of the province as well
        others = [
            c
            for c in claims
            if c.place.kind in _TOWNS - {"city"}
            and c.area == best.area
            and c.fineness == SPOT_FINENESS
            and c.score >= FINE_CLAIM
            and (c in inside or c.features["locative"])
        ]
        finer = max(others, key=lambda c: c.score, default=best)
        best = finer if finer.score > best.score - PROVINCE_LEADS else best
    if best.place.kind in _TOWNS:  # a prison, camp or quarter of that town, told in the same event
        sites = [c for c in claims if c.place.kind in _SITES and c.score >= FINE_CLAIM and _beside(c.place, best.place)]
        best = max(sites, key=lambda c: c.score, default=best)
    return best


def of_one_country(claims: list[Claim]) -> list[Claim]:
    """Keep the claims of the country most spoken of, unless another's best claim is far stronger."""
    spoken: Counter[str | None] = Counter()
    for claim in claims:
        spoken[claim.place.country] += 1 + (claim.fineness > 0)
    spoken.pop(None, None)  # disputed places and regions across borders fit any country
    if not spoken:
        return claims
    home = spoken.most_common(1)[0][0]
    own = [c for c in claims if c.place.country in (home, None)]
    strongest_own = max(c.score for c in own)
    strongest = max(claims, key=lambda c: c.score)
    if strongest.place.country != home and strongest.score > strongest_own + COUNTRY_LEAD:
        return [c for c in claims if c.place.country in (strongest.place.country, None)]
    return own


def _best_area(claims: list[Claim]) -> Claim:
    """Return the first-level area most claimed, as the claim that names it; without any, the best wider area."""
    areas: dict[tuple[str | None, str], list[Claim]] = {}
    for claim in claims:
        if claim.fineness >= _FINENESS["admin1"]:
            areas.setdefault(_area_of(claim, claims), []).append(claim)
    wide = [c for c in claims if c.fineness < _FINENESS["admin1"]]
    if not areas:
        return max(wide, key=lambda c: c.score + FINENESS_BONUS * c.fineness)
    inside = max(areas.values(), key=area_strength)
    best = max(inside, key=lambda c: (c.place.kind == "admin1", c.score))
    widest = max(wide, key=lambda c: c.score, default=best)
    passed_by = max(c.score for c in inside) < FINE_CLAIM
    return widest if passed_by and widest.score > best.score else best


def _area_of(claim: Claim, claims: Sequence[Claim]) -> tuple[str | None, str]:
    """Return the area a claim lies in; the surroundings of a town and a small region are of the spot told in them."""
    if claim.fineness != SMALL_REGION_FINENESS or claim.place.kind in ("admin2", "admin3"):
        return claim.area
    spots = (c for c in claims if c.fineness > claim.fineness and c.place.country in (claim.place.country, None))
    inside = [c for c in spots if distance_m(c.place, claim.place) <= AREA_REACH * claim.spot.radius_m]
    return max(inside, key=lambda c: c.score).area if inside else claim.area


def area_strength(claims: Iterable[Claim]) -> float:
    """Return how strongly an area is claimed: its claims add up, the strong ones most (log of summed odds).

    A sentence that only says where tells the area no less than one of the event itself.
    """
    return math.log(sum(math.exp(_weigh(c.features)) for c in claims))


def _fineness(place: Place) -> int:
    return SMALL_REGION_FINENESS if is_small_region(place) else _FINENESS.get(place.kind, SPOT_FINENESS)


def _area(place: Place) -> tuple[str | None, str]:
    return place.country, place.name if place.kind == "admin1" else place.admin1 or place.name


def _lies_in(place: Place, area: Place) -> bool:
    if area.kind == "country":
        return place.country == area.country
    if not area.is_area:
        return False
    near = distance_m(place, area) < AREA_REACH * area.radius_m
    return near if area.kind != "admin1" or not place.admin1 else _area(place) == _area(area)


def _beside(place: Place, town: Place) -> bool:
    return distance_m(place, town) < SAME_TOWN_M


def _role(spot: Spot, best: Spot | None) -> Role:
    if spot.dateline and spot is not best:
        return "background"
    if spot.reference:
        return "background" if spot.preposition in DIRECTIONAL else "near_reference"
    if best is None:
        return "background"
    place = spot.place
    if place.id == best.place.id:
        return "event"
    if place.is_area and _lies_in(best.place, place):
        return "event_area"
    if place.kind in _TOWNS and best.place.kind in _SITES and _beside(place, best.place):
        return "event_area"
    return "near_reference" if spot.resolution.relation == "near" else "background"
