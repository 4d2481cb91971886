"""Which counts of an event's sentences are its own: those told of its place and its day.

The head of a report, a round-up or a toll of some days may count the dead of several events. Such a count belongs to
none of them as soon as the events it holds are told by themselves; it stays in the evidence and sets nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from geoconflict.events.figures import value
from geoconflict.events.kinds import related
from geoconflict.events.loci import differ
from geoconflict.events.statements import clash, share_a_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geoconflict.events.figures import Count
    from geoconflict.events.groups import Group
    from geoconflict.events.statements import Statement

UNITS: Final = ("killed", "injured", "casualties")
MOST_PARTS: Final = 4
"""No more events than this are tried for the sum a head gives: more of them add up to anything."""

_SEVERAL: Final = re.compile(
    r"\b(?:two|three|four|five|six|several|various|different|separate|multiple|both)\b (?:\w+ ){0,2}?"
    r"(?:parts|areas|places|towns|villages|cities|provinces|locations|sites|explosions|bombings|neighbou?rhoods"
    r"|attacks|blasts|massacres|incidents|raids|(?:air ?)?strikes)\b"
)
_SOME_TIME: Final = re.compile(
    r"\b(?:in|over|during|for|within|throughout) (?:the |its )?(?:past|last|recent|previous|space of)"
    r" (?:[\w-]+ ){0,2}(?:hours|days?|weeks?|months?|years?)\b"
    r"|\b(?:this|past|last) (?:week|month|year)\b|\b(?:over|during) the weekend\b|\bso far\b|\b(?:over|in) \d+ days\b"
    r"|\b(?:bring|brings|bringing|brought|rais\w+|takes?|taking)"
    r" (?:the|its|to) (?:[\w-]+ ){0,3}?(?:toll|total|number)\b"
    r"|\bsince (?:\w+day|the (?:start|beginning|collapse)|it (?:began|started))\b"
)
"""A count of some time, not of one event: "in recent days", "over the weekend", "bringing the toll to"."""


_NUMBERS: Final = frozenset({"two", "thre", "four", "five", "six", "seve", "vari", "diff", "sepa", "mult", "both"})
_TIMES: Final = frozenset({"hour", "day", "days", "week", "mont", "year", "far", "toll", "tota", "numb", "sinc"})
"""What the words of the two patterns begin with."""


def with_own_counts(groups: Sequence[Group]) -> None:
    """Set aside, in place, the counts of every present event that are of several events or of another one."""
    now = [g for g in groups if not g.first.is_old]
    for group in now:
        others = [g for g in now if g is not group]
        told = list(group.statements)
        for i, statement in enumerate(told):
            if any(c.figure.unit in UNITS for c in statement.counts):
                group.statements[i] = _with_own(statement, [s for s in told if s is not statement], others)
        if others:
            _count_alone(group)


def _count_alone(group: Group) -> None:
    """Make the one count of a unit a total, in place, where it is "six more" than another event's."""
    for unit in ("killed", "injured"):
        live = [
            (i, c)
            for i, s in enumerate(group.statements)
            for c in s.counts
            if c.figure.unit == unit and c.figure.status in ("total", "part")
        ]
        if len(live) == 1 and live[0][1].figure.status == "part":
            i, part = live[0]
            statement = group.statements[i]
            counts = tuple(c.marked("total", "") if c is part else c for c in statement.counts)
            group.statements[i] = replace(statement, counts=counts)


def _with_own(statement: Statement, rest: Sequence[Statement], others: Sequence[Group]) -> Statement:
    """Return a statement with the counts that are not of its event marked so."""
    low = statement.sentence.low
    core = [s for s in rest if _is_closer(s, statement)] or rest
    over_time = not statement.sentence.lacks(_TIMES) and bool(_SOME_TIME.search(low))
    several = not statement.sentence.lacks(_NUMBERS) and bool(_SEVERAL.search(low))
    wider = core is not rest or several or statement.is_wide()
    near = [g for g in others if _may_hold(statement, g, several=several)]
    counts = []
    for count in statement.counts:
        figure = count.figure
        if figure.status not in ("total", "part") or figure.unit not in UNITS:
            counts.append(count)
            continue
        number = value(figure) or 0
        own = _values(core, figure.unit)
        all_own = own or _values(rest, figure.unit)
        theirs = [n for g in near if (n := _largest(g.statements, figure.unit))]
        if over_time and any(n < number for n in own):
            counts.append(count.marked("period_total", "a count of some time, not of one event"))
        elif number in own:
            counts.append(count)
        elif theirs and all_own and (_is_sum(number, max(all_own), theirs) or (wider and own and number > max(own))):
            counts.append(count.marked("other_event", "counted over several places"))
        elif wider and _is_told_of_another(statement, count, others):
            counts.append(count.marked("other_event", "told of another event further down"))
        else:
            counts.append(count)
    return replace(statement, counts=tuple(counts)) if counts != list(statement.counts) else statement


def _is_closer(other: Statement, statement: Statement) -> bool:
    """Whether another sentence of the event says more closely where it was."""
    if statement.is_wide():
        return bool(other.loci) and not other.is_wide()
    inner = any(a.inner for a in statement.loci)
    if any(a.inner for a in other.loci) and not inner:
        return True
    return bool(other.loci) and not statement.loci


def _may_hold(statement: Statement, group: Group, *, several: bool) -> bool:
    """Whether a sentence may count the dead of another event too: of a like deed, in a place it does not exclude."""
    if not related(statement.families, group.families):
        return False
    if any(share_a_place(statement, s) for s in group.statements) or statement.is_nationwide():
        return True
    excluded = any(clash(statement, s) for s in group.statements)
    return not excluded and (several or not differ(statement.loci, group.loci))


def _is_sum(number: int, own: int, theirs: Sequence[int]) -> bool:
    """Whether a count is what the event and some of the others add up to."""
    return number > own and any(
        own + sum(parts) == number
        for size in range(1, min(len(theirs), MOST_PARTS) + 1)
        for parts in combinations(theirs, size)
    )


def _is_told_of_another(statement: Statement, count: Count, others: Sequence[Group]) -> bool:
    """Whether the same number of the same people is told of another event at a place of its own."""
    return any(
        c.figure.unit == count.figure.unit and value(c.figure) == value(count.figure)
        for g in others
        for s in g.statements
        if s.loci and not s.is_wide() and (statement.is_wide() or not differ(statement.loci, s.loci))
        for c in s.counts
    )


def _values(statements: Iterable[Statement], unit: str) -> list[int]:
    return [
        value(c.figure) or 0
        for s in statements
        for c in s.counts
        if c.figure.unit == unit and c.figure.status in ("total", "part")
    ]


def _largest(statements: Sequence[Statement], unit: str) -> int:
    return max(_values(statements, unit), default=0)
