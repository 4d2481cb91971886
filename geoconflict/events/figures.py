"""Every number of people a sentence gives: what it counts, how firm it is, who says so, and what kind of count it is.

A figure is read in four steps: the number and its hedge (`amounts.py`), the people counted (`readings.py`), the unit
(`count_units.py`: killed, injured ...), and the status (`count_status.py`: total, part, subset, war total, denied ...).
`unnumbered.py` reads the counts no numeral gives, `totals.py` adds them up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from geoconflict.events.amounts import find_amounts
from geoconflict.events.count_status import BESIDE, status_of
from geoconflict.events.count_units import BEHIND, DEAD_AND_HURT_AFTER, DEAD_AND_HURT_BEFORE, HURT, unit_of
from geoconflict.events.lexicon import pattern
from geoconflict.events.openings import openings
from geoconflict.events.readings import GROUP, Reading, group_of, is_civilian, is_combatant, is_subset_group, value
from geoconflict.events.speakers import speaker_of
from geoconflict.events.unnumbered import find_unnumbered
from geoconflict.records import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geoconflict.events.sentences import Sentence
    from geoconflict.records import FigureStatus, FigureUnit

__all__ = ["Count", "find_figures", "is_civilian", "is_combatant", "is_subset_group", "value"]

_OPEN_WORDS: Final = frozenset({"to", "the", "numb", "coun", "gave", "give", "plac", "put", "puts", "putt"})
"""What some of the patterns begin with that go on to one of the other words: "number of dead", "to flee"."""
_COUNTED: Final = (
    frozenset().union(
        *(
            openings(name) or ()
            for name in (
                "killed", "injured", "captured", "displaced", "missing", "dead_nouns",
                "killing_verbs", "injuring_verbs", "capturing_verbs", "displacing_verbs",
            )
        )
    )
    - _OPEN_WORDS
    | {"vict", "casu", "died", "dies", "murd", "no"}
)  # fmt: skip
"""Without a word that begins like one of these a sentence counts nobody: asked first, because most do not."""

_AMONG_SO_MANY: Final = re.compile(r"\bamong\s+(?:the\s+)?$")
_SHARED: Final = "verb behind the list"
_ALSO: Final = re.compile(r" (?:were|was|had) also\b")
"""Behind a number: it counts others than those told before."""
_JOINS_PARTS: Final = re.compile(r"[^.;]{0,25}?(?:,|and|&|along with|as well as)[^.;]{0,25}")
_OWN_VERB: Final = re.compile(r"\b(?:was|were|had|has|have)\b")


@dataclass(frozen=True, slots=True)
class Count:
    """A figure as found, with what only its own article needs to know.

    `moved`: the text says the count rose to this number. `headline`: it stands in a headline. `unnumbered`: the words
    count one person, or a few, without a numeral.
    """

    figure: Figure
    moved: bool = False
    headline: bool = False
    unnumbered: bool = False

    def marked(self, status: FigureStatus, why: str) -> Count:
        """Return the same count with another status."""
        return replace(self, figure=replace(self.figure, status=status, why=why))


def find_figures(sentence: Sentence, article: str, skip: Iterable[tuple[int, int]] = ()) -> list[Count]:
    """Return the counts of people in a sentence, in order; numbers inside `skip` (dates) are left alone."""
    if sentence.openings.isdisjoint(_COUNTED):
        return []
    counts: list[Count] = []
    waiting: list[Reading] = []  # counted groups whose verb may stand behind the next: "5 soldiers and 3 guards died"
    for reading in _readings(sentence, skip, counts):
        unit, why = unit_of(reading)
        if unit is None:
            waiting = [reading] if reading.group else []
            continue
        if why == BEHIND:
            counts += [_made(w, unit, _SHARED, article) for w in waiting if _leads_to(w, reading)]
        waiting = []
        counts.append(_made(reading, unit, why, article))
    if counts:
        counts = _inside_a_later(sentence, counts)
    counts = _pair_parts(sentence, _with_unnumbered(sentence, counts, article))
    if len(counts) > 1:
        counts.sort(key=lambda count: count.figure.start)
    return counts


def _readings(sentence: Sentence, skip: Iterable[tuple[int, int]], counts: Sequence[Count]) -> Iterator[Reading]:
    """Yield each number's reading; `counts` grows while they are read, and each sees those before it."""
    found = find_amounts(sentence, skip, GROUP)
    for i, amount in enumerate(found):
        previous_end = found[i - 1].end if i else 0
        next_start = found[i + 1].number if i + 1 < len(found) else len(sentence.low)
        earlier = tuple(count.figure for count in counts)
        yield Reading(
            sentence, amount, previous_end, next_start, earlier, *group_of(sentence.low, amount.end, next_start)
        )


def _leads_to(first: Reading, second: Reading) -> bool:
    """Whether two counted groups share the verb behind the second."""
    gap = first.sentence.low[first.end : second.start]
    return bool(_JOINS_PARTS.fullmatch(gap)) and not _OWN_VERB.search(gap)


def _made(reading: Reading, unit: FigureUnit, why: str, article: str) -> Count:
    sentence, low, start, end = reading.sentence, reading.sentence.low, reading.start, reading.end
    if (
        unit == "killed"
        and not sentence.lacks(HURT)
        and (DEAD_AND_HURT_AFTER.match(low, end) or DEAD_AND_HURT_BEFORE.search(low, 0, start))
    ):
        unit, why = "casualties", "killed or hurt together"
    amount = reading.amount
    status, reason = status_of(reading, unit)
    figure = Figure(
        article, sentence.start + start, sentence.start + end, sentence.text[start:end], amount.low, amount.high, unit,
        status, amount.hedge, reading.group, speaker=speaker_of(sentence.text), why=reason or why,
    )  # fmt: skip
    moved = sentence.may_have("count_moved") and pattern("count_moved").search(low, max(0, start - 70), start)
    return Count(figure, bool(moved), sentence.kind == "headline")


def _pair_parts(sentence: Sentence, counts: list[Count]) -> list[Count]:
    """Mark "5 soldiers and 3 militants" as parts of one sum."""
    counts = list(counts)
    for i in range(len(counts) - 1):
        a, b = counts[i].figure, counts[i + 1].figure
        gap = sentence.low[a.end - sentence.start : max(a.end, b.start) - sentence.start]
        two_groups = a.group != b.group and (bool(a.group and b.group) or a.why == _SHARED)
        unsettled = {a.status, b.status} <= {"total", "part"} and b.status == "total"
        beside = {a.status, b.status} == {"total", "part"} and counts[i + 1].figure.why == BESIDE
        if a.unit == b.unit and (beside or (two_groups and unsettled)) and _JOINS_PARTS.fullmatch(gap):
            counts[i] = counts[i].marked("part", "one of several groups counted together")
            counts[i + 1] = counts[i + 1].marked("part", "one of several groups counted together")
    return counts


def _inside_a_later(sentence: Sentence, counts: list[Count]) -> list[Count]:
    """Mark what is counted "among" a number told later: "3 police, a soldier among 9 killed"."""
    start = sentence.start
    whole = next((c for c in counts if _AMONG_SO_MANY.search(sentence.low, 0, c.figure.start - start)), None)
    if whole is None:
        return counts
    return [
        c.marked("subset", "among those counted")
        if c.figure.start < whole.figure.start and c.figure.unit == whole.figure.unit
        else c
        for c in counts
    ]


def _with_unnumbered(sentence: Sentence, counts: list[Count], article: str) -> list[Count]:
    """Add the people counted without a numeral: parts of a list, alone a total, not beside a number they may be in."""
    ends = [(c.figure.end - sentence.start, c.figure.unit) for c in counts if c.figure.status in ("total", "part")]
    found: list[Count] = []
    for one in find_unnumbered(sentence, ends):
        start, end = sentence.start + one.start, sentence.start + one.end
        text = sentence.text[one.start : one.end]
        beside = text.lower().startswith("another ")
        status: FigureStatus = "subset" if one.n == 0 and one.group else "part" if beside else "total"
        why = BESIDE if beside else "one person, without a number" if one.n else "said to be none"
        found.append(
            Count(
                Figure(
                    article,
                    start,
                    end,
                    text,
                    one.n,
                    one.n,
                    one.unit,
                    status,
                    "exact",
                    one.group,
                    speaker=speaker_of(sentence.text),
                    why=why,
                ),
                unnumbered=True,
            )
        )
    if not found:
        return counts
    kept: list[Count] = []
    for unit in ("killed", "injured", "casualties"):
        own = sorted((f for f in found if f.figure.unit == unit), key=lambda c: c.figure.start)
        numbered = [c for c in counts if c.figure.unit == unit]
        people = [f for f in own if f.figure.low]
        joined = [
            c
            for c in numbered
            if c.figure.status in ("total", "part") and any(_stand_together(sentence, c, f) for f in people)
        ]
        if (
            numbered
            and not joined
            and not all(_ALSO.match(sentence.low, c.figure.end - sentence.start) for c in numbered)
        ):
            continue
        if joined or len(people) > 1:
            why = "one of several counted together"
            counts = [c.marked("part", why) if c in joined else c for c in counts]
            own = [f.marked("part", why) if f in people else f for f in own]
        kept += own
    return counts + kept


def _stand_together(sentence: Sentence, numbered: Count, single: Count) -> bool:
    """Whether a numbered and an unnumbered item stand in one list."""
    a, b = sorted((numbered.figure, single.figure), key=lambda f: f.start)
    return bool(_JOINS_PARTS.fullmatch(sentence.low, a.end - sentence.start, max(a.end, b.start) - sentence.start))
