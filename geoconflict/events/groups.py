"""Which statements of one article tell the same event.

One pass in reading order: each statement joins the best group, opens a group of its own, or is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.figures import value
from geoconflict.events.kinds import AIR, SHELLING, related
from geoconflict.events.lexicon import any_of, starting
from geoconflict.events.loci import Locus, differ
from geoconflict.events.spots import lie_in_other_areas
from geoconflict.events.statements import clash, share_a_place
from geoconflict.events.triggers import BACK_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.dates import DateExpression
    from geoconflict.events.figures import Count
    from geoconflict.events.statements import Statement
    from geoconflict.records import Place

JOIN_SCORE: Final = 2.0
"""A statement joins a group when at least this much speaks for it; weights below, found on the development articles."""

CONTINUED: Final = 2.0
"""What it weighs that a sentence without a place stands right behind one that tells the event, its place and all."""

SUPPORT_SENTENCES: Final = 12
"""How far after an event's first sentence another may still say where it was."""

EXACT_DAYS: Final = 1
"""A date no longer than this says the day; a longer one ("the past 24 hours", "this week") may hold several events."""

FARTHEST_SENTENCES: Final = 150
"""A sentence this far behind an event's last one is of another: a report of many pages is many reports."""

_OPEN_FAMILIES: Final = frozenset({"dead", "any", "other"})
CONTEXT_SENTENCES: Final = 3
"""A quarter named so soon after its town needs the town no more."""

_MINOR_FAMILIES: Final = frozenset({"agreement", "transfer", "change", "base", "looting", "disrupted"})
_OWN_DOER_FAMILIES: Final = frozenset({"air", "shell", "blast", "arrest", "abduction"})
_SITE: Final = re.compile(rf"\b({any_of('sites')})s?\b")
_DEFINITE: Final = re.compile(
    rf"\bthe (?:[\w'-]+ ){{0,2}}?({any_of('sites')}"
    r"|attack|strike|raid|operation|assault|blast|explosion|bombing|massacre|clashes)s?\b"
)
_SAYS_WHEN: Final = re.compile(
    rf"\W*(?:the|this|these|both) (?:[\w-]+ ){{0,2}}(?:{any_of('event_nouns')}) (?:{any_of('happened')})\b"
)
_SEPARATE: Final = re.compile(
    r"\b(?:separate(?:ly)?|(?:in|by) (?:another|a (?:second|third|different)) (?:[\w-]+ )?"
    rf"(?:{any_of('event_nouns')}))\b"
    r"|\b(?:more|other|another|further)\b.{0,60}"
    r"\b(?:killed|wounded|injured|died|hurt)\b.{0,60}\b(?:in|by|when) (?:an?|two|three)\b"
)
_ANOTHER: Final = re.compile(r"\b(?:another|also|other|second|third|meanwhile|later|earlier|separate\w*)\b")
_WEAPONS: Final = {
    AIR: "air",
    SHELLING: "shell",
    "Suicide bomb": "bomb",
    "Remote explosive/landmine/IED": "bomb",
    "Chemical weapon": "chemical",
    "?capture": "ground",
    "Abduction/forced disappearance": "abduction",
    "Arrests": "arrest",
    "Disrupted weapons use": "disrupted",
}
"""Kinds that no other word stands for: a deed told in one of them is not the deed told in another."""
_CARRIERS: Final = frozenset({"air", "shell"})
"""What brings gas: "jets dropped chlorine" is one deed."""
_PEOPLE_HIT: Final = ("killed", "injured")
_WIDE_KINDS: Final = frozenset({"country", "region", "border", "road", "water"})
_STANDING: Final = frozenset({"in", "at", "near", "on", "outside", "inside"})
_DEEDS: Final = frozenset({"attack", "strike", "raid", "operation", "assault", "blast"})


@dataclass
class Group:
    """The statements of one event, in order; `support` may only lend a place, `carried` is the day told last before."""

    statements: list[Statement] = field(default_factory=list)
    support: list[Statement] = field(default_factory=list)
    carried: Sequence[DateExpression] = ()

    def days(self) -> Sequence[DateExpression]:
        """Return the days its statements tell, else the last one told before: a report goes on with its day."""
        return [d for s in self.statements for d in s.days()] or self.carried

    @property
    def first(self) -> Statement:
        """Return the statement that opened it."""
        return self.statements[0]

    @property
    def loci(self) -> list[Locus]:
        """Return the towns and quarters it was told at; of the head of a round-up only where nothing else says."""
        return [a for s in self.statements if not s.is_wide() for a in s.loci] or [
            a for s in self.statements for a in s.loci
        ]

    @property
    def families(self) -> frozenset[str]:
        """Return all families its statements tell."""
        return frozenset().union(*(s.families for s in self.statements))


def group_statements(statements: Sequence[Statement]) -> list[Group]:
    """Return the groups of an article in order of their first statement."""
    groups: list[Group] = []
    rest: list[Statement] = []
    counted: list[Statement] = []
    carried: Sequence[DateExpression] = ()
    for statement in statements:
        if not statement.triggers:
            (counted if statement.is_counted() else rest).append(statement)
            continue
        joined = _choose(statement, groups)
        if isinstance(joined, Group):
            joined.statements.append(statement)
        elif joined:
            groups.append(Group([statement], carried=carried))
        else:
            rest.append(statement)
        carried = carried if statement.is_old else statement.days() or carried
    _place_counts(counted, groups)
    groups = _without_doubles(groups)
    for group in groups:
        if not group.first.is_old:
            group.support = [s for s in rest if _supports(s, group)] or _before(group, statements, groups)
    return groups


def _before(group: Group, statements: Sequence[Statement], groups: Sequence[Group]) -> list[Statement]:
    """Return the last sentence before an event that says where, if the event's own name no place that is known.

    A sentence that tells another deed lends nothing: its place is its own.
    """
    if any(s.sites() for s in group.statements):
        return []
    before = [s for s in statements if 0 < group.first.index - s.index <= CONTEXT_SENTENCES and s.is_placed()]
    last = next((s for s in before[-1:] if not s.is_old), None)
    if last is None:
        return []
    teller = next((g for g in groups if g is not group and last in g.statements), None)
    if teller is not None and _is_another_deed(group, teller):
        return []
    return [replace(last, dates=(), triggers=())]


def _is_another_deed(group: Group, teller: Group) -> bool:
    """Whether two groups tell of other weapons, or of no like deed and other days."""
    alike = group.families & teller.families - _OPEN_FAMILIES
    return not _share_a_weapon(teller, group) or (not alike and _is_of_another_day(group.first, teller))


def _share_a_weapon(a: Group, b: Group) -> bool:
    own, theirs = (frozenset().union(*(_weapons(s) for s in g.statements)) for g in (a, b))
    return bool(own & theirs) or not ((own and theirs) or _is_gas_alone(own, theirs))


def _is_gas_alone(own: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one of the two tells of gas and the other neither of that nor of what may have brought it."""
    return ("chemical" in own) != ("chemical" in theirs) and not (own | theirs) & _CARRIERS


def _place_counts(counted: Sequence[Statement], groups: Sequence[Group]) -> None:
    """Figures without an event word go to the event last spoken of."""
    for statement in counted:
        before = [
            g
            for g in groups
            if not g.first.is_old
            and g.first.index < statement.index
            and not any(clash(statement, s) for s in g.statements)
        ]
        if before:
            latest = max(before, key=lambda g: max(s.index for s in g.statements if s.index < statement.index))
            latest.statements.append(statement)
            latest.statements.sort(key=lambda s: s.sentence.start)


def _without_doubles(groups: Sequence[Group]) -> list[Group]:
    """Join groups that tell one occurrence: the same people killed, or the same deed, at one place on one day."""
    kept: list[Group] = []
    for group in groups:
        twin = next((g for g in kept if _is_double(group, g)), None)
        if twin:
            twin.statements = sorted([*twin.statements, *group.statements], key=lambda s: (s.index, s.sentence.start))
        else:
            kept.append(group)
    return kept


def _is_double(group: Group, other: Group) -> bool:
    if group.first.is_old or other.first.is_old or not related(group.families, other.families):
        return False
    if _is_rare_twin(group, other):
        return True
    if differ(group.loci, other.loci) or any(clash(a, b) for a in group.statements for b in other.statements):
        return False
    if any(_is_of_another_day(s, other) or _is_one_more(s, other) for s in group.statements):
        return False
    theirs, own = _exactly_hit(other), _exactly_hit(group)
    if own & theirs:
        return True
    same_deed = bool(group.families & other.families - _OPEN_FAMILIES)
    same_place = any(share_a_place(a, b, fine=True) for a in group.statements for b in other.statements)
    return same_deed and same_place and not (own and theirs)


def _is_rare_twin(group: Group, other: Group) -> bool:
    """Whether two groups tell a suicide bombing each, of the city and of a village of its province, on no other day.

    Who heads a report with the city means the province: "a bomber in Hasakeh", and then "in the village of X".
    """
    first, second = sorted((group, other), key=lambda g: g.first.index)
    if second.first.index - first.statements[-1].index > 1 or _says_it_is_another(second):
        return False
    if not all("blast" in g.first.families for g in (first, second)) or _is_of_another_day(second.first, first):
        return False
    if not any(t.kind == "Suicide bomb" for s in first.statements for t in s.triggers):
        return False
    cities = [s.place for s in first.first.sites(fine=True)]
    places = [s.place for s in second.first.sites()]
    return bool(cities and places) and all(_is_in_its_province(p, c) for c in cities for p in places)


def _is_in_its_province(place: Place, city: Place) -> bool:
    """Whether a place is a village of the province a city is called as, or that province."""
    if city.name != city.admin1 or city.country != place.country:
        return False
    return place.name == city.name if place.kind == "admin1" else place.admin1 == city.admin1 and place.kind != "city"


def _says_it_is_another(group: Group) -> bool:
    low = group.first.sentence.low
    return bool(_SEPARATE.search(low) or _ANOTHER.search(low) or starting("turns_elsewhere").match(low))


def _exactly_hit(group: Group) -> set[tuple[str, int]]:
    """Return the counts that make an event known again: of two and more, for one is everywhere."""
    counted = {_key(c) for s in group.statements for c in s.counts if c.figure.unit in _PEOPLE_HIT}
    return {(unit, number) for unit, number in counted if number and number > 1}


def _choose(statement: Statement, groups: Sequence[Group]) -> Group | bool:
    """Return the group a statement joins, True where it opens one, False where it is left out."""
    same_time = [g for g in groups if g.first.is_old == statement.is_old]
    if statement.is_old:
        return _choose_background(statement, same_time)
    scored = [
        (_fit(statement, g, main=n == 0), -n, g)
        for n, g in enumerate(same_time)
        if statement.index - g.statements[-1].index <= FARTHEST_SENTENCES and _may_join(statement, g)
    ]
    best = max(scored, key=lambda item: item[:2], default=None)
    if best and best[0] >= JOIN_SCORE:
        return best[2]
    if _opens(statement, first=not same_time):
        return True
    return best[2] if best and statement.families <= _OPEN_FAMILIES and not statement.is_placed() else False


def _choose_background(statement: Statement, groups: Sequence[Group]) -> Group | bool:
    """Find the group of an older event, which needs its own date, a specific deed, and a place."""
    old = statement.background
    if old is None or old.first is None:
        return False
    for group in groups:
        other = group.first.background
        if (
            other
            and other.first
            and related(statement.families, group.first.families)
            and abs((other.first - old.first).days) < 366
            and other.first.year == old.first.year
        ):
            return group
    specific = [
        t
        for t in statement.triggers
        if not t.kind.startswith("?")
        or t.kind in ("?armed", "?capture")
        or (t.kind == "?dead" and statement.counts)
        or (t.scope == "asserted" and t.kind != "?dead")
    ]
    comparison = (
        old.since
        and not statement.has_count("killed")
        and not any(t.clause == statement.sentence.clause(old.start) or t.start > old.end for t in statement.triggers)
    )
    return bool(specific and statement.sites() and not comparison)


def _may_join(statement: Statement, group: Group) -> bool:
    """Other places or other days forbid it, and words that turn elsewhere."""
    if statement.span and any(s.index == statement.index for s in group.statements):
        return False  # it was split because it is another
    if starting("turns_elsewhere").match(statement.sentence.low):
        return False
    shared = any(share_a_place(statement, s, fine=True) for s in group.statements if not s.is_wide())
    if not shared and any(clash(statement, s) for s in group.statements if s.places):
        return False
    return not (
        _is_told_elsewhere(statement, group)
        or _is_of_another_day(statement, group)
        or _is_one_more(statement, group)
        or _is_of_another_kind(statement, group)
    )


def _is_told_elsewhere(statement: Statement, group: Group) -> bool:
    """Whether a sentence tells a deed of its own at another town or quarter than the group's, however near it lies."""
    if statement.sentence.kind != "body":
        return False
    if _is_unknown_and_far(statement, group):
        return True
    if not _has_a_deed(statement):
        return False
    if not (differ(statement.loci, group.loci) or _is_in_another_area(statement, group)):
        return False
    theirs = {_key(c) for s in group.statements for c in s.counts}
    own = {_key(c) for c in statement.counts if c.figure.unit in _PEOPLE_HIT}
    if _are_the_same_dead(own, theirs):  # the place is told more closely, or from further off
        return False
    return bool(own) or statement.opens_with_place() or not _refers_back(statement.sentence.low)


def _is_unknown_and_far(statement: Statement, group: Group) -> bool:
    """Whether it counts other dead at a quarter or village no list has, long after the event: no part of its town."""
    if not is_at_an_unknown_place(statement) or statement.sites():
        return False
    if statement.index - group.statements[-1].index <= CONTEXT_SENTENCES:
        return False
    own = {_key(c) for c in statement.counts if c.figure.unit in _PEOPLE_HIT}
    named = {a.name for a in group.loci}
    return bool(own - {_key(c) for s in group.statements for c in s.counts}) and not any(
        a.name in named for a in statement.loci
    )


def _are_the_same_dead(own: set[tuple[str, int | None]], theirs: set[tuple[str, int | None]]) -> bool:
    """Whether counts are told again: one dead is everywhere, and is another where the hurt beside are others."""
    shared = own & theirs
    if any(number != 1 for _, number in shared):
        return True
    return bool(shared) and {unit for unit, _ in own - shared}.isdisjoint(unit for unit, _ in theirs - shared)


def _is_in_another_area(statement: Statement, group: Group) -> bool:
    """Whether a sentence names no closer place than a province the group was not in."""
    own = [s for s in statement.sites() if s.place.kind == "admin1"]
    told = [s for s in group.statements if s.sites() and not s.is_wide()] or group.statements
    theirs = [p for s in told for p in s.sites() if p.place.kind not in _WIDE_KINDS]
    return not statement.sites(fine=True) and lie_in_other_areas(own, theirs)


def _is_of_another_kind(statement: Statement, group: Group) -> bool:
    """Whether a sentence tells of another weapon than the group, and that of others, elsewhere or with other dead.

    "Jets bombed X ... rebels shelled X, killing nine others": a strike and the answer to it are two events.
    """
    own = _weapons(statement)
    theirs = frozenset().union(*(_weapons(s) for s in group.statements))
    if _is_gas_of_another_day(statement, group, own=own, theirs=theirs):
        return True
    if not own or not theirs or own & theirs or ("chemical" in own | theirs and (own | theirs) & _CARRIERS):
        return False
    if _refers_back(statement.sentence.low):
        return False
    told = {_key(c) for s in group.statements for c in s.counts}
    counts = {_key(c) for c in statement.counts if c.figure.unit in _PEOPLE_HIT}
    doers, others = statement.doers(), set().union(*(s.doers() for s in group.statements))
    if doers & others or counts & told:
        return False
    return bool(counts and told) or bool(doers and others) or any(a.inner for a in statement.loci)


def _is_gas_of_another_day(statement: Statement, group: Group, *, own: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether only one of the two tells of gas and the sentence gives its deed a day where the group has none."""
    if not _is_gas_alone(own, theirs):
        return False
    return statement.day() is not None and not any(s.day() for s in group.statements)


def _weapons(statement: Statement) -> frozenset[str]:
    """Return the weapons a statement tells of; "a bomb" may have been dropped, an explosion is told as what it was."""
    return frozenset(
        _WEAPONS.get(t.kind, "bomb")
        for t in statement.triggers
        if t.kind in _WEAPONS or (t.kind == "?blast" and not t.word.startswith("bomb"))
    )


def _is_one_more(statement: Statement, group: Group) -> bool:
    """Whether a sentence without a place says itself that its deed and dead are further ones: "in a separate raid"."""
    low = statement.sentence.low
    return bool(
        statement.has_count(*_PEOPLE_HIT)
        and not statement.loci
        and any(s.has_count(*_PEOPLE_HIT) for s in group.statements)
        and _has_a_deed(statement)
        and _SEPARATE.search(low)
    )


def _is_of_another_day(statement: Statement, group: Group) -> bool:
    """Whether the day a sentence gives its deed is none of the group's; a stretch counts where no day is told."""
    if _SAYS_WHEN.match(statement.sentence.low):
        return False  # "The attack took place on Tuesday": its day is firmer than the one told before
    days = group.days()
    day = statement.day()
    if day is None or day.first is None or day.last is None:
        return bool(days) and _has_an_unknown_day(statement)
    exact = [d for d in days if d.days <= EXACT_DAYS]
    return bool(days) and not any(
        d.first and d.last and d.first <= day.last and day.first <= d.last
        for d in (exact if exact and day.days <= EXACT_DAYS else days)
    )


def _has_an_unknown_day(statement: Statement) -> bool:
    """Whether a deed is given a day of a month whose year nobody could tell: none of those that are known."""
    clause = statement.sentence.clause
    return any(
        d.first is None
        and d.weekday is None
        and not d.since
        and any(t.clause == clause(d.start) for t in statement.triggers)
        for d in statement.dates
    )


def _key(count: Count) -> tuple[str, int | None]:
    return count.figure.unit, value(count.figure)


def is_at_an_unknown_place(statement: Statement) -> bool:
    """Whether a sentence puts its deed at a town or quarter that no place was found for, and at no known one."""
    return any(a.spot is None for a in statement.loci) and not any(a.spot for a in statement.loci)


def _has_a_deed(statement: Statement) -> bool:
    """Whether it tells a deed, or who killed so many."""
    deed = any(t.weight >= 2 and t.kind != "?dead" for t in statement.triggers)
    return deed or bool(statement.doers() and statement.has_count("killed"))


def _fit(statement: Statement, group: Group, *, main: bool) -> float:
    families, told = statement.families, group.families
    kin, open_only = related(families, told), families <= _OPEN_FAMILIES
    score = 2.0 * bool(families & told - {"dead"}) + 1.0 * kin + 1.5 * open_only - 1.5 * (not kin and not open_only)
    score += 1.5 * _refers_back(statement.sentence.low)
    score += 0.6 * (statement.index - group.statements[-1].index <= 2) + 0.5 * main
    score += CONTINUED * (_goes_on_from(statement, group) and (kin or open_only) and not main)
    score += 1.0 * any(share_a_place(statement, s) for s in group.statements)
    score += 0.8 * any(not statement.parties.isdisjoint(s.parties) for s in group.statements)
    score += 0.8 * any(not statement.killed.isdisjoint(s.killed) for s in group.statements)
    doers, others = statement.doers(), set().union(*(s.doers() for s in group.statements[:3]))
    other_doer = doers and others and not doers & others and not families & told and families & _OWN_DOER_FAMILIES
    return score - 2.0 * bool(other_doer and statement.sites())


@lru_cache(maxsize=256)
def _refers_back(low: str) -> bool:
    return bool(BACK_REFERENCE.search(low))


@lru_cache(maxsize=256)
def _sites_named(low: str) -> frozenset[str]:
    return frozenset(_SITE.findall(low))


def _goes_on_from(statement: Statement, group: Group) -> bool:
    """Whether a sentence that says no place follows right behind one of the group that does."""
    follows = statement.index - group.statements[-1].index == 1
    return follows and not statement.is_placed() and any(s.is_placed() for s in group.statements)


def _opens(statement: Statement, *, first: bool) -> bool:
    """Whether a statement that fits no group tells an event of its own: a strong deed with a place or a day."""
    if first and statement.weight >= 1.2:
        return True
    strong = any(t.weight >= 2 and t.kind != "?dead" for t in statement.triggers)
    counted = any(c.figure.unit == "killed" and c.figure.status != "subset" for c in statement.counts)
    strong = strong or (statement.weight >= 2.5 and counted)  # "one of those slain" is told of an event before
    placed = statement.is_placed() or is_at_an_unknown_place(statement)
    dated = statement.day() is not None
    if counted and placed and dated and statement.sentence.kind == "body":  # so many died there on that day
        return True
    minor = statement.families <= _MINOR_FAMILIES
    return strong and ((placed and dated) if minor else (placed or dated))


def _supports(statement: Statement, group: Group) -> bool:
    """Whether a sentence that tells nothing says where: "The camp was at X" of a group that speaks of a camp."""
    if statement.is_old or not statement.places:
        return False
    near = statement.index - group.first.index
    if near < -2 or statement.index > max(group.first.index + SUPPORT_SENTENCES, group.statements[-1].index + 2):
        return False
    if not any(s.places for s in group.statements):
        next_to_it = any(abs(statement.index - s.index) <= 2 for s in group.statements)
        if next_to_it and any(not statement.parties.isdisjoint(s.parties) for s in group.statements):
            return True
    definite = _DEFINITE.search(statement.sentence.low) if near <= SUPPORT_SENTENCES else None
    if definite and (
        definite[1] in _DEEDS or any(definite[1] in _sites_named(s.sentence.low) for s in group.statements)
    ):
        return True
    beside = any(abs(statement.index - s.index) == 1 for s in group.statements)
    located = any(not s.place.is_area and s.preposition in _STANDING for s in statement.places)
    return not statement.triggers and near <= 8 and beside and located
