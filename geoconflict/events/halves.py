"""One sentence that tells two events: which deed, place, day and count belongs to which half."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from geoconflict.events.loci import OBJECT_CHARS
from geoconflict.events.spots import LOCATIVE, are_apart, is_small_region, lie_in_other_areas

if TYPE_CHECKING:
    from geoconflict.events.spots import Spot
    from geoconflict.events.statements import Statement
    from geoconflict.events.triggers import Trigger

BARE_AND: Final = 6
"""A deed this few characters behind "and" has no subject of its own: "jets struck X and bombed Y"."""

_CUT: Final = re.compile(
    r";|\b(?:while|meanwhile|whereas|but)\b"
    r"|,? \band\b(?= (?:the|in|at|an?|two|three|four|five|six|\d|[a-z]+ (?:forces|troops)))"
    r"|\b(?:when|after|before)\b"
)
_CONJUNCTION: Final = re.compile(r"(?:,|;| and\b| while\b| meanwhile\b)")
"""What may part two deeds whose places are too far apart for one event."""
_DID: Final = re.compile(r"ed$|^(?:struck|hit|shot|took|fell)$")
"""A deed told by a verb of its own, whose sentence half counts for itself."""
_HOURS_AFTER: Final = re.compile(
    r"\b(?:hours?|days?|weeks?|months?|years?|minutes) after "
    r"(?!the\b|th(?:is|at|ese|ose)\b|its\b|their\b|his\b|her\b|being\b|having\b|s?he\b)"
)
"""Opens what happened before; "after the attack" speaks of the event itself."""
_SAME_PEOPLE: Final = re.compile(r" (?:him|her|them)\b")
"""Behind the deed before: "found two days after gunmen kidnapped them in X" is one event."""
_ALSO: Final = re.compile(r"\b(?:also|another|other|others|separate\w*|more)\b")
FIRST_LIST_SENTENCE: Final = 2
"""A headline and the sentence after it list what the report goes on to tell place by place."""

DEED_CHARS: Final = 90
"""A deed further before "in X, Y and Z" may be of another clause."""

_IN_A_ROW: Final = re.compile(
    r"(?: |, |,? (?:and|as well as) )(?:(?:also )?(?:in|on|at|near) )?(?:the )?"
    r"(?:(?:nearby |neighbou?ring )?(?:towns?|city|cities|villages?|provinces?|areas?|districts?) of )?(?:the )?"
)
"""What may stand between two places struck alike."""


def split_deeds(statement: Statement) -> list[Statement]:
    """Split a sentence that tells two events: two deeds, each with its own doer, its own place or its own time.

    A deed at each of several places named in a row is as many events: "jets struck X, Y and Z".
    """
    if "respectively" in statement.sentence.low and (split := _respectively(statement)):
        return split
    return [one for half in _split_deeds(statement) for one in _by_places(half)]


def _by_places(statement: Statement) -> list[Statement]:
    """Return a statement once for each place of a row its deed was at; a count of them all is of none."""
    sentence = statement.sentence
    if statement.index < FIRST_LIST_SENTENCE or sentence.kind != "body" or not statement.triggers:
        return [statement]
    row = max(_rows(statement), key=len, default=[])
    if len({s.place.id for s in row}) < 2 or any(a is not b and _may_hold(a, b) for a in row for b in row):
        return [statement]
    if not any(_reaches(t, row[0]) for t in statement.triggers):
        return [statement]
    counts = tuple(c.marked("other_event", "counted over several places") for c in statement.counts)
    return [
        replace(
            statement,
            places=tuple(p for p in statement.places if p is spot or p not in row),
            counts=counts,
            span=(spot.start, spot.end),
        )
        for spot in row
    ]


def _rows(statement: Statement) -> list[list[Spot]]:
    """Return the places of a statement in runs of those named one after the other."""
    rows: list[list[Spot]] = []
    text, offset = statement.sentence.text, statement.sentence.start
    for spot in (s for s in _sites(statement) if s.resolution.relation == "in" and s.preposition != "between"):
        last = rows[-1][-1] if rows else None
        if last and _IN_A_ROW.fullmatch(text[last.end - offset : spot.start - offset]):
            rows[-1].append(spot)
        else:
            rows.append([spot])
    return rows


def _reaches(deed: Trigger, first: Spot) -> bool:
    """Whether a deed is told of the row that begins with a place: "strikes on X", "shelled X", "clashes in X"."""
    gap = first.start - deed.end
    near = DEED_CHARS if first.preposition in LOCATIVE else OBJECT_CHARS
    return deed.kind != "?dead" and deed.scope == "asserted" and 0 < gap < near


def _may_hold(area: Spot, spot: Spot) -> bool:
    """Whether one place lies in the other: "Taftanaz, Idlib province" is one."""
    return (
        area.place.is_area
        and (not spot.place.is_area or area.place.kind != spot.place.kind)
        and not lie_in_other_areas([area], [spot])
    )


def _split_deeds(statement: Statement) -> list[Statement]:
    asserted = [t for t in statement.triggers if t.scope == "asserted"]
    for first, second in pairwise(t for t in statement.triggers if t.scope in ("asserted", "past")):
        cut = _last_cut(_HOURS_AFTER, statement, first, second)
        same_people = _SAME_PEOPLE.match(statement.sentence.low, second.end - statement.sentence.start)
        if cut and not same_people:  # "killed near X hours after an attack left dozens dead in Y"
            left, right = _halves(statement, cut)
            before = tuple(replace(t, scope="past") for t in right.triggers)
            return [*_split_deeds(left), replace(right, triggers=before)]
    for first, second in pairwise(t for t in asserted if t.kind != "?dead"):
        cut = _last_cut(_CUT, statement, first, second)
        if cut:
            left, right = _halves(statement, cut)
            other_doers = left.doers() and right.doers() and not left.doers() & right.doers()
            apart = are_apart(_sites(left), _sites(right))
            if (first.family != second.family and other_doers and _sites(right)) or (apart and right.doers()):
                return [left, *_split_deeds(right)]
        cut = _last_cut(_CONJUNCTION, statement, first, second)
        if cut:
            left, right = _halves(statement, cut)
            if lie_in_other_areas(_sites(left), _sites(right)):
                left, right = _shared_counts_aside(left, right)
                doers = [a for a in left.actors if a.role == "perpetrator"] if second.start - cut <= BARE_AND else []
                return [left, *_split_deeds(replace(right, actors=(*doers, *right.actors)))]
        right_words = statement.sentence.low[cut - statement.sentence.start :] if cut else ""
        if cut and first.family != second.family and _ALSO.search(right_words):
            left, right = _halves(statement, cut)
            if _has_people_hit(left) and _has_people_hit(
                right
            ):  # "killed by a mine in X, and 11 others died in clashes"
                return [left, *_split_deeds(replace(right, places=right.places or left.places))]
    return _by_counts(statement)


def _has_people_hit(statement: Statement) -> bool:
    return statement.has_count("killed", "injured")


def _respectively(statement: Statement) -> list[Statement]:
    """Split "bombs in X and Y killed 10 and 20 people respectively": the first count is of the first place."""
    dead = [c for c in statement.counts if c.figure.unit == "killed" and c.figure.status == "total"]
    row = next((r for r in _rows(statement) if len(r) == len(dead) > 1), [])
    return [
        replace(
            statement,
            places=tuple(p for p in statement.places if p is spot or p not in row),
            counts=(count, *(c for c in statement.counts if c not in dead)),
            span=(spot.start, spot.end),
        )
        for spot, count in zip(row, dead, strict=False)
    ]


def _by_counts(statement: Statement) -> list[Statement]:
    """Split where a deed left its own dead in each of two places: "killed five in X and another in Y seven"."""
    deed = next((t for t in statement.triggers if t.scope == "asserted" and t.kind != "?dead"), None)
    dead = [c for c in statement.counts if c.figure.unit == "killed" and c.figure.status == "total"]
    if deed is None or len(dead) != 2:
        return [statement]
    low, offset = statement.sentence.low, statement.sentence.start
    for cut in _CONJUNCTION.finditer(low, dead[0].figure.end - offset, dead[1].figure.start - offset):
        left, right = _halves(statement, cut.start() + offset)
        if deed not in left.triggers or not lie_in_other_areas(_sites(left), _sites(right)):
            continue
        start = dead[1].figure.start
        again = replace(deed, start=start, end=dead[1].figure.end, clause=statement.sentence.clause(start))
        actors = (*(a for a in left.actors if a.role == "perpetrator"), *right.actors)
        return [left, replace(right, triggers=(again, *right.triggers), actors=actors)]
    return [statement]


def _last_cut(cut: re.Pattern[str], statement: Statement, first: Trigger, second: Trigger) -> int | None:
    """Return where the last of the words that may part two deeds begins between them."""
    low, offset = statement.sentence.low, statement.sentence.start
    found = [c.start() + offset for c in cut.finditer(low, first.end - offset, second.start - offset)]
    return found[-1] if found else None


def _shared_counts_aside(left: Statement, right: Statement) -> tuple[Statement, Statement]:
    """Mark counts that may be of both deeds: "strikes on X and shelling of Y killed five" tells of neither alone."""
    if bool(left.counts) == bool(right.counts):
        return left, right
    counts = tuple(c.marked("other_event", "counted over several places") for c in left.counts or right.counts)
    if right.counts:
        last_site = max(s.end for s in right.sites())
        behind = min(c.figure.start for c in right.counts) > last_site
        return left, replace(right, counts=counts) if behind else right
    first = min(t.start for t in left.triggers if t.kind != "?dead")
    told = next(t.word for t in right.triggers if t.kind != "?dead")
    is_of_both = max(c.figure.start for c in left.counts) < first and not _DID.search(told)
    return replace(left, counts=counts) if is_of_both else left, right


def _halves(statement: Statement, cut: int) -> tuple[Statement, Statement]:
    begin, end = statement.span or (statement.sentence.start, statement.sentence.end)

    def half(*, left: bool) -> Statement:
        dates = tuple(d for d in statement.dates if (d.start < cut) == left)
        return replace(
            statement,
            triggers=tuple(t for t in statement.triggers if (t.start < cut) == left),
            dates=dates or statement.dates,
            places=tuple(p for p in statement.places if (p.start < cut) == left),
            unplaced=tuple(p for p in statement.unplaced if (p.start < cut) == left),
            actors=tuple(a for a in statement.actors if (a.start < cut) == left),
            counts=tuple(c for c in statement.counts if (c.figure.start < cut) == left),
            span=(begin, cut) if left else (cut, end),
        )

    return half(left=True), half(left=False)


def _sites(statement: Statement) -> list[Spot]:
    """Return the places of a half that its deed may have been at, countries and the like left out."""
    kinds = ("admin1", "admin2", "admin3")
    return [s for s in statement.sites() if not s.place.is_area or s.place.kind in kinds or is_small_region(s.place)]
