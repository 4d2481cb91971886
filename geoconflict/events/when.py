"""When an event was: one of its own dates, or the day before publication to publication, said to be inferred."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geoconflict.events.date_forms import COUNT, count
from geoconflict.events.lexicon import any_of
from geoconflict.events.statements import OLD_DAYS, OLD_SINCE_DAYS, distance_to, is_speech_date, share_a_place
from geoconflict.records import EventDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.dates import DateExpression, Dateline
    from geoconflict.events.statements import Statement

CLAIM_FLOOR: Final = -1.5
"""A date with a weaker claim is of something else."""

WIDE_DAYS: Final = 5
"""A date wider than this says little; only an event's own sentence can give it."""

LONGEST_DURATION_DAYS: Final = 60
SLACK_DAYS: Final = 3
"""A stretch counted in round days may seem to end this long after publication."""

_FIGHT: Final = (
    r"(?:stand-?off|siege|battle|fighting|clashes|operation|offensive|assault|campaign|bombardment|shelling|blockade"
    r"|air ?strikes|raids|protests|truce|ceasefire)\b"
)
_DURATION: Final = re.compile(
    rf"\b(?P<count>{COUNT})[- ](?P<unit>day|week)s?[- ](?:long |of (?:\w+ )?)?{_FIGHT}"
    rf"|\blasted (?:for )?(?P<lasted>{COUNT}) (?P<lasted_unit>day|week)s?\b"
)
_BEGAN: Final = re.compile(r"\b(?:began|begun|beginning|started|starting|erupted|broke out|launched|since|opened)\b")
_ENDED: Final = re.compile(r"\b(?:ended|ending|ends|lifted|was over|came to an end|called off|concluded)\b")

_IS_OVER: Final = re.compile(r"\b(?:after|following|broke|breaking|lifted|lifting) (?:\w+ ){0,2}$")

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
    claims = [
        (_claim(s, n, d), s, d)
        for n, s in enumerate(group)
        for d in s.dates
        if _is_of_now(d, dateline.day) and not _is_wide_of_another(group, s, d)
    ]
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


def _is_wide_of_another(group: Sequence[Statement], statement: Statement, date: DateExpression) -> bool:
    """Whether a month or week stands in a later sentence that names no place of the first: it is of some other time."""
    wide = date.days > WIDE_DAYS or date.precision in ("month", "week")
    early = any(statement is s for s in group[:2])
    return wide and not early and not any(share_a_place(statement, s) for s in group[:2])


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
    whole = _whole_stretch(group, statement, date, published)
    if whole:
        return whole
    if date.since and published and published > date.first:
        return EventDate(date.first, published, "range", date.rule, weekday=date.weekday)
    return EventDate(date.first, date.last, date.precision, date.rule, weekday=date.weekday)


def _whole_stretch(
    group: Sequence[Statement], statement: Statement, date: DateExpression, published: dt.date | None
) -> EventDate | None:
    """Return the days of "a 10-day standoff" from the day it began or to the day it ended; else None.

    A day told in another sentence than how long it lasted is its beginning if the stretch fits before publication; in
    the same one the text must say that it began or ended: "killed in the 3-day battle on Sunday" is a day of it.
    """
    if date.first is None or date.days != 1:
        return None
    told = next(((s, n) for s in group if (n := _duration(s.sentence.low))), None)
    if told is None or told[1] > LONGEST_DURATION_DAYS:
        return None
    stretch = told[1] * _ONE_DAY
    low, at = statement.sentence.low, date.start - statement.sentence.start
    began = bool(_BEGAN.search(low))
    if _ENDED.search(low, 0, at) and not began:
        return EventDate(date.first - stretch, date.first, "range", f"{date.rule}:ended")
    if (began or told[0].index != statement.index) and (
        published is None or date.first + stretch <= published + SLACK_DAYS * _ONE_DAY
    ):
        return EventDate(date.first, date.first + stretch, "range", f"{date.rule}:began")
    return None


def _duration(low: str) -> int | None:
    """Return the days of "10-day standoff" or "lasted two weeks" in a folded sentence; none "after a 10-day siege"."""
    match = _DURATION.search(low)
    if not match or _IS_OVER.search(low, 0, match.start()):
        return None
    number, unit = match["count"] or match["lasted"], match["unit"] or match["lasted_unit"]
    return count(number) * (7 if unit == "week" else 1) or None
