"""When an event was: one of its own dates, or the day before publication to publication, said to be inferred."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geoconflict.events.date_forms import COUNT, NO_YEAR, count
from geoconflict.events.dates import YEAR_OF_THE_TEXT
from geoconflict.events.kinds import related
from geoconflict.events.lexicon import any_of
from geoconflict.events.statements import (
    OLD_DAYS,
    OLD_SINCE_DAYS,
    distance_to,
    is_no_deeds,
    is_speech_date,
    share_a_place,
)
from geoconflict.events.triggers import BACK_REFERENCE
from geoconflict.records import EventDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.dates import DateExpression, Dateline
    from geoconflict.events.statements import Statement

CLAIM_FLOOR: Final = -1.5
"""A date with a weaker claim is of something else."""

WIDE_DAYS: Final = 5
"""A date wider than this says little; only an event's own sentence can give it."""

FEW_DAYS: Final = 3
"""A stretch as short as this is as good as a day where the days are named: "on Saturday and Sunday"."""
_NAMED_DAYS: Final = ("from_to", "day_range")

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
_SOME_OTHER_TIME: Final = re.compile(
    r"^\W*(?:(?:\w+ )?(?:days|weeks|months|years) (?:before|earlier|later|ago)\b|before \w+ (?:\w+ ){0,4}(?:left|fled"
    r"|fell|withdrew|retreated|arrived|came)\b)|\b(?:later|earlier|in) (?:that|the same) (?:week|month|year)\b"
    r"|\bat that time\b|\b(?:for|over|in) (?:the )?(?:(?:past|last|recent) )?(?:\w+ )?(?:months|years)\b"
)
"""The report's own day says nothing of these: "later that month", "before the army left", "for four years"."""
_OF_OTHERS: Final = re.compile(
    r"\b(?:evacuated|bussed|brokered|agreed|signed|reached|released|born|published|elected|freed|sworn in)\b"
    r"[^,.;]{0,40}\b(?:on|late|early) $"
)
"""The day of something else that was done to those struck: "buses with people evacuated on Friday"."""
_COUNTED_FAMILIES: Final = frozenset({"dead", "any"})
_OPERATION_BEGAN: Final = re.compile(
    r"\b(?:operation|offensive|campaign|push|siege|war)\b(?:(?! that\b)[^,.;]){0,40}"
    r"\b(?:launched|began|begun|started|unleashed)\b[^,.;]{0,12}$"
)
""""The operation launched on Sunday": the day of its beginning, not of what is told of it."""
_ENDED: Final = re.compile(r"\b(?:ended|ending|ends|lifted|was over|came to an end|called off|concluded)\b")

_IS_OVER: Final = re.compile(r"\b(?:after|following|broke|breaking|lifted|lifting) (?:\w+ ){0,2}$")

_HAPPENED_ON: Final = re.compile(rf"\b(?:{any_of('happened')})\b[^.;]{{0,40}}$")
_BEFORE_OR_AFTER: Final = re.compile(r"\b(?:until|before|after|by|ahead of|deadline)\s+(?:the\s+)?$")
_IT_WAS_ON: Final = re.compile(
    r"\W*(?:the|this|both) (?:[\w-]+ ){0,2}"
    r"(?:incidents?|attacks?|strikes?|raids?|blasts?|explosions?|bombings?|shelling|massacre|killings?|clashes|accident"
    rf"|operation|assault|kidnapping|abduction) (?:{any_of('happened')}|was|were|came)\b"
)
_TODAY: Final = re.compile(r"\b(?:today|this morning)\b")
_ONE_DAY: Final = dt.timedelta(days=1)

IMPOSSIBLE: Final = "no_such_day"
"""The rule of a written day the calendar does not have; the event then has no day, not the report's."""

_ASIDE: Final = re.compile(r"\W*(?:which|who|whose|where|when)\b")
_OF_SOMETHING_ELSE: Final = re.compile(
    r"\b(?:since|until|before|after|following|deal|agreement|accord|truce|ceasefire|resolution|brokered|signed|war|born"
    r"|held by|held|controlled|displaced|founded|elected|unlike|like|compared (?:to|with)|recalling|reminiscent)\b"
    r"[^,;]{0,40}$"
)

_OPERATION_TO_BEGIN: Final = re.compile(
    r"[^.;]{0,120}?\b(?:launched|began|started|unleashed|opened|kicked off)\b[^.;]{0,40}"
    r"\b(?:operation|offensive|campaign|push|siege|incursion|intervention|war)\b"
)
""""On 24 August the army launched its offensive", told behind today's attack, is the day of the offensive only."""
REACTION_DAYS: Final = 3
"""Meetings, condemnations and funerals follow within so many days."""
REACTION_REACH_CHARS: Final = 60
_REACTED_ON: Final = re.compile(
    r"\b(?:met|convened|condemned|denounced|deplored|decried|mourned|buried|summoned"
    r"|(?:attend(?:ed|ing)?|held|holding|called|gathered for|at) (?:(?:an?|the|his|her|their|mass|emergency|urgent"
    r"|joint|special|large|closed-door) )*"
    r"(?:funerals?|vigils?|burials?|meeting|session|talks|memorial|prayers|minute of silence))\b[^,.;]{0,35}$"
)
_APART: Final = re.compile(
    rf",?\s+(?:(?P<the>the)|(?P<count>{COUNT})) days? (?P<side>after|before)\b(?! (?:that|which)\b)"
)
_FOLLOWED: Final = re.compile(r",?\s+(?:was|were|has been|had been)\s+(?:\w+ly )?followed by\b")
_CONFESSED: Final = re.compile(
    r",?\s+(?:[\w'-]+\s+){1,5}?(?:admitted|confessed|testified|recalled|acknowledged|recounted|conceded)\b"
)
_STRUCK: Final = re.compile(r",?\s+(?:(?:was|were|came|when|where|died)\b|killing|wounding)")
_ON_REACTED: Final = re.compile(
    r",?\s+(?:(?:also|has|have|strongly|sharply|jointly|again) ){0,2}"
    r"(?:condemned|denounced|deplored|decried|mourned|buried|summoned|convened|attended|held (?:a|an) (?:\w+ )?"
    r"(?:funeral|vigil|meeting|session)|met to|called for an? (?:\w+ )?(?:investigation|inquiry|meeting)"
    r"|demanded an? (?:\w+ )?(?:investigation|inquiry)|expressed|offered condolences)\b"
)


def choose_date(
    group: Sequence[Statement],
    dateline: Dateline,
    *,
    support: Sequence[Statement] = (),
    told: Sequence[Statement] = (),
) -> EventDate:
    """Return when the event of a group was; `told` are all statements of the article, in order.

    The date nearest a trigger in the earliest sentence wins; the day of a speech is only the latest day it may have
    been. Without one the day of a sentence that lends the event its place holds, said to be inferred. Without any date
    the report's own day is the latest, and the day before it the earliest likely one.
    """
    if group[0].background is not None:
        return _as_told(group[0], group[0].background)
    group = [*group, *_saying_when(group, told)]
    claims = [
        (_claim(s, n, d), s, d)
        for n, s in enumerate(group)
        for d in s.dates
        if _is_of_now(d, dateline.day) and not _is_wide_of_another(group, s, d) and not is_no_deeds(s, d)
        if not _is_of_another_deed(group, s, d)
    ]
    best = max(claims, key=lambda claim: claim[0], default=None)
    if best is not None and best[0] > CLAIM_FLOOR:
        _, statement, date = max([c for c in claims if _is_finer(c, best)], key=lambda claim: claim[0], default=best)
        return _as_event_date(group, statement, date, dateline.day)
    own = _own_old_date(group[0], dateline.day)
    if own is not None:
        return _as_told(group[0], own)
    if any(d.rule == IMPOSSIBLE for s in group[:2] for d in s.dates):
        return EventDate(rule=IMPOSSIBLE)
    lent = [(s, d) for s in support for d in s.dates if d.precision == "day" and _is_of_now(d, dateline.day)]
    for statement, date in lent:
        if not _is_a_speakers(statement, date) and not date.since:
            found = _as_event_date(group, statement, date, dateline.day)
            return replace(found, rule=f"beside:{found.rule}", inferred=True)
    unsaid = _day_without_year(group)
    if unsaid:
        return EventDate(rule=unsaid)
    head = _head_of_list(group[0], told)
    if head is not None:
        found = choose_date([head], dateline._replace(day=None))
        if found.first or found.rule.startswith(NO_YEAR):
            return replace(found, rule=f"{found.rule}:head", inferred=True)
    if dateline.day and _SOME_OTHER_TIME.search(group[0].sentence.low):
        return EventDate(rule="some_other_time")
    if dateline.day:
        return EventDate(dateline.day - _ONE_DAY, dateline.day, "range", f"published:{dateline.rule}", inferred=True)
    return EventDate(rule="none")


def _day_without_year(group: Sequence[Statement]) -> str:
    """Return the rule of the day a report without any year gives its deed ("no_year:XXXX-01-08"), else ""."""
    found = [(_claim(s, n, d), d.rule) for n, s in enumerate(group) for d in s.dates if d.rule.startswith(NO_YEAR)]
    claim, rule = max(found, default=(CLAIM_FLOOR, ""))
    return rule if claim > CLAIM_FLOOR else ""


def _saying_when(group: Sequence[Statement], told: Sequence[Statement]) -> list[Statement]:
    """Return the sentences without a deed that say when the one told before was: "The incident was on 11 April"."""
    found, last = [], None
    for statement in told:
        if statement.triggers:
            last = statement
        elif last in group and statement.dates and _IT_WAS_ON.match(statement.sentence.low):
            found.append(statement)
    return found


def _head_of_list(first: Statement, told: Sequence[Statement]) -> Statement | None:
    """Return the sentence that heads the list an item without a day stands in, and gives it one; else None.

    "On 8 January aircraft flew 34 strikes in two countries. Near Azaz, two strikes hit ...; near Idlib, one ..."
    """
    if not first.opens_with_place():
        return None
    for statement in reversed([s for s in told if s.index < first.index and not s.is_old]):
        if statement.is_placed():
            if not statement.opens_with_place():
                return None
        elif statement.families & first.families and statement.dates:
            return statement
    return None


def _is_wide_of_another(group: Sequence[Statement], statement: Statement, date: DateExpression) -> bool:
    """Whether a month, week or open period stands in a later sentence without a place of the first: of some other time.

    "57 people have been killed since 22 April" behind the shelling of a day is the count of many days.
    """
    first = group[0]
    if statement is first or (first.sentence.kind == "headline" and statement is group[1]):
        return False
    if date.rule == "past_span" and date.days > WIDE_DAYS and statement is not group[min(1, len(group) - 1)]:
        return True
    elsewhere = not any(share_a_place(statement, s) for s in group[:2])
    if date.since and (date.rule == "past_span" or "since" in statement.sentence.low):
        return elsewhere or statement.families <= _COUNTED_FAMILIES
    return elsewhere and (date.days > WIDE_DAYS or date.precision in ("month", "week"))


def _is_of_another_deed(group: Sequence[Statement], statement: Statement, date: DateExpression) -> bool:
    """Whether a day stands in a further sentence with another weapon, or opens one with other people hit.

    "Shells killed three. On Sunday 35 people choked on gas": the first deed's day is not said.
    """
    first = group[0]
    if statement is first or date.days != 1 or first.sentence.kind == "headline":
        return False
    deeds, lead = statement.families - _COUNTED_FAMILIES, first.families - _COUNTED_FAMILIES
    if deeds and lead and not related(deeds, lead) and any(d.first for d in first.dates):
        return True
    upto = statement.sentence.low[: date.start - statement.sentence.start]
    if upto.strip() not in ("", "on") or BACK_REFERENCE.search(statement.sentence.low):
        return False
    before = [s for s in group if s.index < statement.index]
    hit, told = _people_hit([statement]), _people_hit(before)
    return bool(hit and told and statement.triggers and not hit & told)


def _people_hit(statements: Sequence[Statement]) -> set[tuple[str, int | None]]:
    counts = (c.figure for s in statements for c in s.counts if c.figure.unit in ("killed", "injured"))
    return {(figure.unit, figure.low) for figure in counts}


def _is_finer(claim: tuple[float, Statement, DateExpression], best: tuple[float, Statement, DateExpression]) -> bool:
    """Whether a claim says on which day of a week or month the deed was: "last week", then "Tuesday's execution"."""
    (score, statement, day), (_, other, wide) = claim, best
    if not (score > CLAIM_FLOOR and wide.precision in ("week", "month") and day.first and wide.first and wide.last):
        return False
    if abs(statement.index - other.index) > 1:
        return False
    inside = day.days == 1 and not day.since and wide.first <= day.first <= wide.last
    return inside and bool(statement.families & other.families) and not _is_a_speakers(statement, day)


def _is_of_now(date: DateExpression, published: dt.date | None) -> bool:
    if date.first is None or date.last is None:
        return date.weekday is not None
    if published is None:
        return True
    if date.since:
        return (published - date.first).days <= OLD_SINCE_DAYS and date.first <= published + _ONE_DAY
    return date.first <= published + _ONE_DAY and (published - date.last).days <= OLD_DAYS


def _own_old_date(statement: Statement, published: dt.date | None) -> DateExpression | None:
    """Return the date before news time that a sentence gives its own deed, nearest to it; else None.

    None is the day of something else beside it: "held since 2015", "the town, which it took in 2014", "under a deal
    of March 2018".
    """
    low, offset = statement.sentence.low, statement.sentence.start
    dates = [
        date
        for date in statement.dates
        if date.last and published and date.last < published and not date.since and not _is_a_speakers(statement, date)
        if not _OF_SOMETHING_ELSE.search(low, 0, date.start - offset) and not is_no_deeds(statement, date)
        if _clause_asserts(statement, date)
    ]
    return min(dates, key=lambda d: min(distance_to(statement, d, t) for t in statement.triggers), default=None)


def _clause_asserts(statement: Statement, date: DateExpression) -> bool:
    """Whether a date stands outside a relative clause, or in the one that tells the deed."""
    opens = max((c for c in statement.sentence.clauses if c <= date.start), default=statement.sentence.start)
    aside = _ASIDE.match(statement.sentence.low, opens - statement.sentence.start)
    clause = statement.sentence.clause(date.start)
    return bool(statement.triggers) and (not aside or any(t.clause == clause for t in statement.triggers))


def _names_a_day_too(statement: Statement, overnight: DateExpression) -> bool:
    clause = statement.sentence.clause
    return any(
        d is not overnight and d.first and d.days in (1, 2) and d.rule != "overnight"
        and clause(d.start) == clause(overnight.start) and not _is_a_speakers(statement, d)
        for d in statement.dates
    )  # fmt: skip


def _is_a_speakers(statement: Statement, date: DateExpression) -> bool:
    """Whether a date is when somebody spoke of the event or answered it."""
    return is_speech_date(statement, date) or _is_reaction_date(statement, date) or _is_of_a_confession(statement, date)


def _is_of_a_confession(statement: Statement, date: DateExpression) -> bool:
    """Whether a date is when somebody told of a deed long done: "on 23 May he admitted that he had kidnapped"."""
    words = _CONFESSED.match(statement.sentence.low, date.end - statement.sentence.start)
    return bool(words and all(t.start >= words.end() + statement.sentence.start for t in statement.triggers))


def _is_reaction_date(statement: Statement, date: DateExpression) -> bool:
    """Whether a date is when others answered what the sentence goes on to name, not when it was.

    "The council met on Monday after the attack", "France on Monday condemned the raid", "mourners buried on Monday
    five men killed by shelling": the deed stands behind both the day and the word for the answer.
    """
    low, offset = statement.sentence.low, statement.sentence.start
    before = _REACTED_ON.search(low, max(0, date.start - offset - REACTION_REACH_CHARS), date.start - offset)
    after = _ON_REACTED.match(low, date.end - offset)
    if not (before or after) or _STRUCK.match(low, date.end - offset):  # "at a funeral on Monday were hit by"
        return False
    start = min(date.start, before.start() + offset if before else date.start)
    return bool(statement.triggers) and all(t.start > start for t in statement.triggers if t.start != start)


def _claim(statement: Statement, position: int, date: DateExpression) -> float:
    upto = statement.sentence.low[: date.start - statement.sentence.start]
    near = min((distance_to(statement, date, t) for t in statement.triggers), default=200)
    score = 3.0 - near / 80 - 0.35 * min(position, 6) - 2.2 * _is_a_speakers(statement, date)
    if date.precision not in ("day", None) and not (date.rule in _NAMED_DAYS and date.days <= FEW_DAYS):
        score -= 0.6 if date.rule == "past_hours" else 1.0
    score -= 1.5 * (date.rule == "today" and _is_quoted(upto))
    score -= 1.5 * bool(_OPERATION_BEGAN.search(upto) or _OF_OTHERS.search(upto))
    if position:
        after = date.end - statement.sentence.start
        score -= 4.0 * bool(_OPERATION_TO_BEGIN.match(statement.sentence.low, after))
    score -= 1.5 * date.since
    score -= 1.5 * bool(_BEFORE_OR_AFTER.search(upto))
    score -= 2.5 * (date.rule == "overnight" and _names_a_day_too(statement, date))
    return score + 2.0 * bool(_HAPPENED_ON.search(upto))


def _is_quoted(upto: str) -> bool:
    """Whether a quotation is open behind these words: its "today" is the speaker's."""
    return upto.count('"') % 2 == 1


def _as_event_date(
    group: Sequence[Statement], statement: Statement, date: DateExpression, published: dt.date | None
) -> EventDate:
    if date.first is None or date.last is None:
        return EventDate(rule=date.rule, weekday=date.weekday)
    if is_speech_date(statement, date) and date.precision == "day":
        first = date.first if _TODAY.search(statement.sentence.low) else date.first - _ONE_DAY
        return EventDate(first, date.last, "range", f"reported_{date.rule}", inferred=True)
    if _is_of_a_confession(statement, date):
        return EventDate(rule=f"before_{date.rule}")
    if _is_reaction_date(statement, date) and date.precision == "day":
        first = date.first - REACTION_DAYS * _ONE_DAY
        return EventDate(first, date.last, "range", f"reaction_{date.rule}", inferred=True)
    if _days_apart(statement, date):
        return _as_told(statement, date)
    if date.days == 1 and _is_followed(statement, date):
        last = published if published and date.first <= published <= date.first + OLD_DAYS * _ONE_DAY else date.first
        return EventDate(date.first, last, "range", f"after_{date.rule}", inferred=True)
    whole = _whole_stretch(group, statement, date, published)
    if whole:
        return whole
    if date.since and published and published > date.first:
        return EventDate(date.first, published, "range", date.rule, weekday=date.weekday)
    return _as_told(statement, date)


def _as_told(statement: Statement, date: DateExpression) -> EventDate:
    """Return a date as the sentence gives it: its own, or so many days before or after."""
    guessed, apart = date.rule == YEAR_OF_THE_TEXT, _days_apart(statement, date)
    if apart and date.first:
        day = date.first + apart * _ONE_DAY
        return EventDate(day, day, "day", f"{date.rule}:{apart:+d}d", inferred=guessed)
    return EventDate(date.first, date.last, date.precision, date.rule, inferred=guessed, weekday=date.weekday)


def _days_apart(statement: Statement, date: DateExpression) -> int:
    """Return how many days before or after a day a deed told behind it was, 0 where the day is its own.

    "The governor was dismissed on 2 July, a day after thousands had marched": the march was on 1 July.
    """
    low, offset = statement.sentence.low, statement.sentence.start
    words = _APART.match(low, date.end - offset) if date.days == 1 else None
    if not words or not statement.triggers or any(t.start < words.end() + offset for t in statement.triggers):
        return 0
    number = 1 if words["the"] else count(words["count"])
    return number if words["side"] == "before" else -number


def _is_followed(statement: Statement, date: DateExpression) -> bool:
    """Whether the deed came after something else of that day: "its fall on Monday was followed by raids"."""
    words = _FOLLOWED.match(statement.sentence.low, date.end - statement.sentence.start)
    return bool(words and all(t.start >= words.end() + statement.sentence.start for t in statement.triggers))


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
