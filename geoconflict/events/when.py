"""When an event was: one of its own dates, or the day before publication to publication, said to be inferred."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geoconflict.events.dates import find_duration
from geoconflict.events.lexicon import any_of
from geoconflict.events.statements import OLD_DAYS, OLD_SINCE_DAYS, distance_to, is_speech_date
from geoconflict.records import EventDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.dates import DateExpression, Dateline
    from geoconflict.events.statements import Statement

CLAIM_FLOOR: Final = -1.5
"""A date with a weaker claim is of something else."""

LONGEST_DURATION_DAYS: Final = 60

_HAPPENED_ON: Final = re.compile(rf"\b(?:{any_of('happened')})\b[^.;]{{0,40}}$")
_BEFORE_OR_AFTER: Final = re.compile(r"\b(?:until|before|after|by|ahead of|deadline)\s+(?:the\s+)?$")
_TODAY: Final = re.compile(r"\b(?:today|this morning)\b")
_ONE_DAY: Final = dt.timedelta(days=1)


def choose_date(group: Sequence[Statement], dateline: Dateline, *, support: Sequence[Statement] = ()) -> EventDate:
    """Return when the event of a group was.

    The date nearest a trigger in the earliest sentence wins; the day of a speech is only the latest day it may have
    been. Without one the day of a sentence that lends the event its place holds, said to be inferred. Without any date
    the report's own day is the latest, and the day before it the earliest likely one.
    """
    if group[0].background is not None:
        old = group[0].background
        return EventDate(old.first, old.last, old.precision, old.rule, inferred=False, weekday=old.weekday)
    claims = [(_claim(s, n, d), s, d) for n, s in enumerate(group) for d in s.dates if _is_of_now(d, dateline.day)]
    best = max(claims, key=lambda claim: claim[0], default=None)
    if best is not None and best[0] > CLAIM_FLOOR:
        return _as_event_date(group, best[1], best[2], dateline.day)
    lent = [(s, d) for s in support for d in s.dates if d.precision == "day" and _is_of_now(d, dateline.day)]
    for statement, date in lent:
        if not is_speech_date(statement, date) and not date.since:
            found = _as_event_date(group, statement, date, dateline.day)
            return replace(found, rule=f"beside:{found.rule}", inferred=True)
    if dateline.day:
        return EventDate(dateline.day - _ONE_DAY, dateline.day, "range", f"published:{dateline.rule}", inferred=True)
    return EventDate(rule="none")


def _is_of_now(date: DateExpression, published: dt.date | None) -> bool:
    if date.first is None or date.last is None:
        return date.weekday is not None
    if published is None:
        return True
    if date.since:
        return (published - date.first).days <= OLD_SINCE_DAYS and date.first <= published + _ONE_DAY
    return date.first <= published + _ONE_DAY and (published - date.last).days <= OLD_DAYS


def _claim(statement: Statement, position: int, date: DateExpression) -> float:
    upto = statement.sentence.low[: date.start - statement.sentence.start]
    near = min((distance_to(statement, date, t) for t in statement.triggers), default=200)
    score = 3.0 - near / 80 - 0.35 * min(position, 6) - 2.2 * is_speech_date(statement, date)
    score -= 1.0 * (date.precision not in ("day", None))
    score -= 1.5 * upto.rstrip().endswith("since")
    score -= 1.5 * bool(_BEFORE_OR_AFTER.search(upto))
    return score + 2.0 * bool(_HAPPENED_ON.search(upto))


def _as_event_date(
    group: Sequence[Statement], statement: Statement, date: DateExpression, published: dt.date | None
) -> EventDate:
    if date.first is None or date.last is None:
        return EventDate(rule=date.rule, weekday=date.weekday)
    if is_speech_date(statement, date) and date.precision == "day":
        first = date.first if _TODAY.search(statement.sentence.low) else date.first - _ONE_DAY
        return EventDate(first, date.last, "range", f"reported_{date.rule}", inferred=True)
    days = next((n for n in (find_duration(s.sentence.low) for s in group) if n), None)
    if days and date.days == 1 and days <= LONGEST_DURATION_DAYS:
        last = date.first + days * _ONE_DAY
        if published is None or last <= published + 3 * _ONE_DAY:
            return EventDate(date.first, last, "range", date.rule, weekday=date.weekday)
    if date.since and published and published > date.first:
        return EventDate(date.first, published, "range", date.rule, weekday=date.weekday)
    return EventDate(date.first, date.last, date.precision, date.rule, weekday=date.weekday)
