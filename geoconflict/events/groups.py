"""Which statements of one article tell the same event.

One pass in reading order: each statement joins the best group, opens a group of its own, or is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.figures import value
from geoconflict.events.kinds import related
from geoconflict.events.lexicon import any_of, starting
from geoconflict.events.spots import LOCATIVE, Spot, distance_m
from geoconflict.events.statements import clash, share_a_place
from geoconflict.events.triggers import BACK_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.figures import Count
    from geoconflict.events.statements import Statement
    from geoconflict.records import Figure

JOIN_SCORE: Final = 2.0
"""A statement joins a group when at least this much speaks for it; weights below, found on the development articles."""

SUPPORT_SENTENCES: Final = 12
"""How far after an event's first sentence another may still say where it was."""

OBJECT_CHARS: Final = 30
"""A name this close behind a verb is what was struck."""

FARTHEST_SENTENCES: Final = 150
"""A sentence this far behind an event's last one is of another: a report of many pages is many reports."""

_OPEN_FAMILIES: Final = frozenset({"dead", "any", "other"})
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
_ONE_MORE: Final = re.compile(
    r"\b(?:also|another|separate\w*|meanwhile|later|earlier|similar|second|third|other|further)\b"
)
_TOWN_NAMED: Final = re.compile(
    r"\b(?:[Tt]own|[Vv]illage|[Cc]ity|[Hh]amlet|[Ss]uburb)s? of (?P<of>(?:[aAeE]l[- ])?[A-Z][\w'’-]+)"
    r"|(?P<before>(?:[aAeE]l-)?[A-Z][\w'’]+(?:-[\w'’]+)*) (?:town|village|hamlet|suburb)\b"
    r"|\b(?:in|on|at|hit|struck|attacked|bombed|shelled|targeted) "
    r"(?P<unnamed>(?:a|another|a nearby|a second) (?:[\w-]+ )?(?:village|town|hamlet))\b"
)
"""A town the words call one, whether or not anybody could resolve its name; "a village near X" is not X."""
_SEVERAL_PLACES: Final = re.compile(
    r"\b(?:two|three|four|five|six|several|various|different|separate|multiple)\b (?:\w+ ){0,2}?"
    r"(?:parts|areas|places|towns|villages|cities|provinces|locations|sites|explosions|bombings"
    r"|attacks|blasts|massacres|incidents|raids|(?:air ?)?strikes)\b"
)
_PEOPLE_HIT: Final = ("killed", "injured")
_TOWN_KINDS: Final = frozenset({"city", "town", "village"})
_STANDING: Final = frozenset({"in", "at", "near", "on", "outside", "inside"})
_DEEDS: Final = frozenset({"attack", "strike", "raid", "operation", "assault", "blast"})


@dataclass
class Group:
    """The statements of one event, in order; `support` may only lend a place."""

    statements: list[Statement] = field(default_factory=list)
    support: list[Statement] = field(default_factory=list)

    @property
    def first(self) -> Statement:
        """Return the statement that opened it."""
        return self.statements[0]

    @property
    def families(self) -> frozenset[str]:
        """Return all families its statements tell."""
        return frozenset().union(*(s.families for s in self.statements))


def group_statements(statements: Sequence[Statement]) -> list[Group]:
    """Return the groups of an article in order of their first statement."""
    groups: list[Group] = []
    rest: list[Statement] = []
    counted: list[Statement] = []
    for statement in statements:
        if not statement.triggers:
            (counted if statement.is_counted() else rest).append(statement)
            continue
        joined = _choose(statement, groups)
        if isinstance(joined, Group):
            joined.statements.append(statement)
        elif joined:
            groups.append(Group([statement]))
        else:
            rest.append(statement)
    _place_counts(counted, groups)
    _set_round_up_counts_aside(groups)
    _set_grand_totals_aside(groups)
    _set_repeats_aside(groups)
    for group in groups:
        if not group.first.is_old:
            group.support = [s for s in rest if _supports(s, group)]
    return groups


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


def _set_round_up_counts_aside(groups: Sequence[Group]) -> None:
    """Mark the counts of a sentence over several places, where those places have events of their own."""
    for group in groups:
        for i, statement in enumerate(group.statements):
            if not (statement.counts and statement.is_wide()):
                continue
            others = [
                s
                for other in groups
                if other is not group and abs(other.first.index - statement.index) <= FARTHEST_SENTENCES
                for s in other.statements
            ]
            own = [s for s in group.statements if s is not statement and not s.is_wide() and s.is_placed()]
            over_all = statement.is_nationwide()
            if own and any((over_all or share_a_place(statement, s)) and clash(own[0], s) for s in others):
                counts = tuple(c.marked("other_event", "counted over several places") for c in statement.counts)
                group.statements[i] = replace(statement, counts=counts)


def _set_grand_totals_aside(groups: Sequence[Group]) -> None:
    """Mark a count over several towns, where each of them has an event of its own: it is the total of none.

    It stands early, names no town, and either says that it is of several places or is the sum of what is told of each.
    """
    now = [(g, g.families) for g in groups if not g.first.is_old]
    for group, families in now:
        for i, statement in enumerate(group.statements):
            if not any(c.figure.status == "total" and c.figure.unit in _PEOPLE_HIT for c in statement.counts):
                continue
            if _says_which(statement):
                continue
            later = [g for g, told in now if g is not group and related(told, families)]
            rest = Group([s for s in group.statements if s is not statement])
            counts = tuple(
                c.marked("other_event", "counted over several places")
                if c.figure.status == "total" and _is_over_all(statement, c.figure, rest, later)
                else c
                for c in statement.counts
            )
            group.statements[i] = replace(statement, counts=counts)


def _is_over_all(statement: Statement, figure: Figure, rest: Group, later: Sequence[Group]) -> bool:
    """Whether a count is of the towns of several groups: it says so, or is the sum of theirs."""
    if figure.unit not in _PEOPLE_HIT:
        return False
    whole = value(figure) or 0
    counted = [_told_of(s, figure.unit) for g in (rest, *later) for s in g.statements]
    parts = [n for n in counted if n != whole]  # the same number again is the same count
    elsewhere = any(_tells_of_a_town(g) and any(_told_of(s, figure.unit) for s in g.statements) for g in later)
    here = _tells_of_a_town(rest) or any(_told_of(s, figure.unit) for s in rest.statements)
    several = bool(_SEVERAL_PLACES.search(statement.sentence.low))
    return elsewhere and here and (sum(parts) == whole or (several and max(parts, default=whole) < whole))


def _set_repeats_aside(groups: Sequence[Group]) -> None:
    """Mark a count of an early sentence over two events which the one's own sentences tell and the other's do not."""
    now = [g for g in groups if not g.first.is_old]
    for group in now:
        lead, rest = group.first, group.statements[1:]
        if len(lead.sites()) < 2 or not any(s.is_placed() for s in rest):
            continue
        own = {_key(c) for s in rest for c in s.counts}
        if own.issuperset(_key(c) for c in lead.counts):
            continue
        theirs = {
            _key(c)
            for g in now
            if g is not group and not any(share_a_place(s, other, fine=True) for s in rest for other in g.statements)
            for s in g.statements
            if s.is_placed()
            for c in s.counts
        }
        counts = tuple(
            c.marked("other_event", "told of another event further down") if _key(c) in theirs - own else c
            for c in lead.counts
        )
        group.statements[0] = replace(lead, counts=counts)


def _key(count: Count) -> tuple[str, int | None]:
    return count.figure.unit, value(count.figure)


def _says_which(statement: Statement) -> bool:
    """Whether a sentence tells its deed of one town and no more."""
    return bool(_towns(statement)) and not _SEVERAL_PLACES.search(statement.sentence.low)


def _tells_of_a_town(group: Group) -> bool:
    body = (s for s in group.statements if s.sentence.kind == "body")
    return any(_towns(s) or unknown_towns(s) for s in body)


def _told_of(statement: Statement, unit: str) -> int:
    counts = (c.figure for c in statement.counts if c.figure.unit == unit and c.figure.status in ("total", "part"))
    return sum(value(f) or 0 for f in counts)


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
    shared = any(share_a_place(statement, s, fine=True) for s in group.statements if not s.is_wide())
    if not shared and starting("turns_elsewhere").match(statement.sentence.low):
        return False
    if not shared and any(clash(statement, s) for s in group.statements if s.places):
        return False
    if (not shared and _is_in_another_town(statement, group)) or _is_in_an_unknown_town(statement, group):
        return False
    if _SAYS_WHEN.match(statement.sentence.low):
        return True  # "The attack took place on Tuesday": its day is firmer than the one told before
    day = statement.day()
    days = [d for s in group.statements for d in s.days()]
    if not (day and day.first and day.last and days):
        return True
    return any(d.first and d.last and d.first <= day.last and day.first <= d.last for d in days)


def _is_in_another_town(statement: Statement, group: Group) -> bool:
    """Whether a sentence tells its own deed and dead of a town the group has not spoken of, however near it lies."""
    own = _towns(statement)
    body = [s for s in group.statements if s.sentence.kind == "body"]
    theirs = [spot for s in body for spot in s.sites(fine=True)]
    if not (own and theirs) or statement.sentence.kind != "body" or not _has_a_deed(statement):
        return False
    if any(_overlap(a, b) for a in own for b in theirs):
        return False
    refers_back = bool(BACK_REFERENCE.search(statement.sentence.low))
    counted = statement.has_count(*_PEOPLE_HIT) and (any(s.has_count(*_PEOPLE_HIT) for s in body) or not refers_back)
    again = bool(_ONE_MORE.search(statement.sentence.low)) and not refers_back
    return counted or again or statement.opens_with_place()


def _is_in_an_unknown_town(statement: Statement, group: Group) -> bool:
    """Whether a sentence tells its own deed and dead of a town nobody could resolve, and the group speaks of none."""
    if not statement.has_count(*_PEOPLE_HIT) or statement.sentence.kind != "body":
        return False
    names = unknown_towns(statement)
    told = " ".join(s.sentence.text for s in group.statements)
    theirs = {_key(c) for s in group.statements for c in s.counts}
    repeats = any(_key(c) in theirs for c in statement.counts)
    return bool(names and theirs) and _tells_of_a_town(group) and not repeats and not any(n in told for n in names)


def unknown_towns(statement: Statement) -> list[str]:
    """Return the towns a sentence calls so and no place was found for; none where it names a known one as well."""
    if _towns(statement):
        return []
    offset = statement.sentence.start
    known = [(p.start - offset, p.end - offset) for p in statement.places]
    found = []
    for match in _TOWN_NAMED.finditer(statement.sentence.text):
        name = next(kind for kind in ("of", "before", "unnamed") if match[kind])
        start, end = match.span(name)
        if not any(a < end and start < b for a, b in known):
            found.append(match[name])
    return found


def _towns(statement: Statement) -> list[Spot]:
    """Return the towns a sentence says its deed was in, or names as what was struck."""
    return [
        s
        for s in statement.sites(fine=True)
        if s.place.kind in _TOWN_KINDS
        and s.resolution.relation == "in"
        and (s.preposition in LOCATIVE - {"of"} or any(0 < s.start - t.end < OBJECT_CHARS for t in statement.triggers))
    ]


def _overlap(a: Spot, b: Spot) -> bool:
    return a.place.id == b.place.id or distance_m(a.place, b.place) <= a.radius_m + b.radius_m


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
    score += 0.8 * (_goes_on_from(statement, group) and not main)
    score += 1.0 * any(share_a_place(statement, s) for s in group.statements)
    score += 0.8 * bool(_parties(statement) & set().union(*(_parties(s) for s in group.statements)))
    score += 0.8 * bool(_killed(statement) & set().union(*(_killed(s) for s in group.statements)))
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
    last = group.statements[-1]
    return statement.index - last.index == 1 and last.is_placed() and not statement.is_placed()


def _parties(statement: Statement) -> set[str]:
    return {a.canonical for a in statement.actors if a.role in ("perpetrator", "target")}


def _killed(statement: Statement) -> set[int]:
    return {c.figure.low for c in statement.counts if c.figure.unit == "killed" and c.figure.low}


def _opens(statement: Statement, *, first: bool) -> bool:
    """Whether a statement that fits no group tells an event of its own: a strong deed with a place or a day."""
    if first and statement.weight >= 1.2:
        return True
    strong = any(t.weight >= 2 and t.kind != "?dead" for t in statement.triggers)
    counted = any(c.figure.unit == "killed" and c.figure.status != "subset" for c in statement.counts)
    strong = strong or (statement.weight >= 2.5 and counted)  # "one of those slain" is told of an event before
    placed = statement.is_placed() or bool(unknown_towns(statement))
    dated = statement.day() is not None
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
        parties = set().union(*(_parties(s) for s in group.statements))
        if next_to_it and _parties(statement) & parties:
            return True
    definite = _DEFINITE.search(statement.sentence.low) if near <= SUPPORT_SENTENCES else None
    if definite and (
        definite[1] in _DEEDS or any(definite[1] in _sites_named(s.sentence.low) for s in group.statements)
    ):
        return True
    beside = any(abs(statement.index - s.index) == 1 for s in group.statements)
    located = any(not s.place.is_area and s.preposition in _STANDING for s in statement.places)
    return not statement.triggers and near <= 8 and beside and located
