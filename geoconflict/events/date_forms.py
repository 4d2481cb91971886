"""The ways English news writes a date: a pattern for each form, and what it means from the day of publication.

A form that means no day without knowing more answers so: its `DateValue` has a rule and no `first`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from geoconflict.places import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

Precision = Literal["day", "week", "month", "year", "range"]

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = {name: n for n, name in enumerate(MONTHS, 1)}
_WEEKDAY: Final = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_VAGUE: Final = {"couple of": (2, 3), "a couple of": (2, 3), "a few": (2, 6), "several": (3, 9), "few": (2, 6)}
"""Counts that are none: the least and the most they are taken for."""

_M: Final = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|Jun\.|July?|Jul\.|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?"
    r"|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)"
)
_DAY_NAME: Final = r"(?i:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?i:day)"
_WD: Final = rf"(?:\b(?P<weekday>{_DAY_NAME}|Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun)\.?,?\s+(?:the\s+)?)?"
_Y: Final = r"(?P<year>(?:19|20)\d\d)"
_D: Final = r"(?P<day>\d{1,2})"
_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_WHICH_YEAR: Final = r"(?P<turn>,?\s+(?:of\s+)?(?:last|this|that|the\s+(?:same|following|previous|next))\s+year\b)?"
_TO: Final = r"\s*(?:-|–|to|and|through|till|until)\s*"
COUNT: Final = rf"(?:\d{{1,3}}|an?|{numbers.SIMPLE}|couple of|a couple of|a few|several)"

FULL_FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("iso", re.compile(rf"(?<!\d){_Y}(?P<sep>[-/.])(?P<month_number>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})(?!\d)")),
    ("numeric", re.compile(rf"{_WD}\b(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep){_Y}(?!\d)")),
    ("day_month_year", re.compile(rf"{_WD}\b{_D}{_ORDINAL}(?:\s+(?:day\s+)?of)?[\s-]*{_M},?[\s-]*{_Y}(?!\d)")),
    ("month_day_year", re.compile(rf"{_WD}\b{_M}\s+(?:the\s+)?{_D}(?:{_ORDINAL},?\s+|(?<=\d\d)){_Y}(?!\d)")),
)
"""Forms that hold day, month and year."""

PARTIAL_FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "day_range",
        re.compile(
            rf"\b{_M}\s+{_D}{_ORDINAL}{_TO}(?P<last>\d{{1,2}}){_ORDINAL}(?:,?\s+{_Y})?\b(?!\s*[:%]|\s+[a-z]+ed\b)"
        ),
    ),
    ("day_range", re.compile(rf"\b{_D}{_ORDINAL}{_TO}(?P<last>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?{_M}\b(?:,?\s+{_Y})?")),
    (
        "month_day",
        re.compile(rf"{_WD}\b{_M}\s+(?:the\s+)?{_D}{_ORDINAL}\b{_WHICH_YEAR}(?!\s*(?:people|[-:%]|\d)|,?\s+\d{{4}}\b)"),
    ),
    ("month_day", re.compile(rf"{_WD}\b{_D}{_ORDINAL}(?:\s+(?:day\s+)?of)?\s+{_M}\b{_WHICH_YEAR}(?!,?\s+\d)")),
    ("month_year", re.compile(rf"\b{_M}(?:\s+of)?,?\s+{_Y}\b")),
    (
        "feast",
        re.compile(
            r"\b(?P<feast>New Year['’]?s (?:Eve|Day)|Christmas (?:Eve|Day)|Boxing Day)\b(?! (?:party|concert|mass)\b)"
            rf"(?:,?\s+(?:of\s+|in\s+)?{_Y}\b)?"
        ),
    ),
    (
        "month",
        re.compile(
            r"\b(?:(?i:in|since|last|this|until|during|throughout|early|late|mid-?|from|between|of)\s+"
            r"(?:(?:early|late|mid)[ -])?|(?<= to )|(?<= and )|(?<= through ))"
            rf"{_M}\b{_WHICH_YEAR}(?![\s.]*\d)"
        ),
    ),
    (
        "weekday",
        re.compile(
            r"\b(?:(?P<turn>(?i:last|next|this(?: past| coming)?|past|previous|following|coming))\s+)?"
            rf"(?P<weekday>{_DAY_NAME})s?\b(?P<part>\s+(?:night|evening|morning|afternoon))?"
            r"(?:\s+(?:of\s+)?(?P<week>last|this|next)\s+week\b)?"
        ),
    ),
    (
        "year",
        re.compile(
            r"(?<![\d/-])\b(?P<year>(?:19[4-9]|20[0-4])\d)\b"
            r"(?!\s*(?:people|civilians|fighters|[-/]\d|\w*\s+(?:killed|dead|wounded)))"
        ),
    ),
    ("ago", re.compile(rf"(?i)\b(?P<count>{COUNT})\s+(?P<unit>day|week|month|year|decade)s?\s+(?:ago|earlier)\b")),
    (
        "past_span",
        re.compile(
            rf"(?i)\b(?:over|during|in|within|for|throughout)\s+(?:the\s+)?(?:(?:past|last|previous)\s+(?P<count>{COUNT}"
            r"|few)\s+|recent\s+)(?P<unit>day|week)s\b"
            r"|\b(?:over|during|within|throughout|in)\s+(?:the\s+)?(?P<one>past)\s+week\b"
        ),
    ),
    ("step", re.compile(r"(?i)\b(?:the\s+)?(?P<step>next|following|same|previous)\s+day\b")),
    (
        "relative",
        re.compile(
            r"(?i)\b(?P<word>the day before yesterday|yesterday|last night|overnight|today|tonight"
            r"|this (?:morning|afternoon|evening|week(?:end)?|month|year)|earlier (?:today|this (?:week|month|year))"
            r"|last (?:weekend|week|month|year)|(?:in the )?(?:past|last) (?:24|48|72) hours|(?:at|over) the weekend"
            r"|early this (?:week|month)|at dawn)\b"
        ),
    ),
)
"""Forms that lean on the day of publication, the fullest first."""

_SIGNS: Final = {
    "year": ("19", "20"),
    "word": (
        "night", "noon", "morning", "month", "evening", "earlier", "week", "year", "yesterday", "ago", "dawn", "hours",
        "today", "eve",
    ),
    "weekday": ("day",),
    "month": MONTHS,
}  # fmt: skip
"""Every date expression holds one of these; the patterns are tried only around them, and only those they may fit."""

_MONTH_WORD: Final = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_YEAR_END: Final = re.compile(r"\d\d")
_WORD_GOES_ON: Final = re.compile(r"\w")
DIGIT: Final = re.compile(r"\d")
NEEDS_DIGIT: Final = frozenset({"numeric", "day_month_year", "month_day_year", "day_range", "month_day"})
"""Forms with a day of the month in digits."""

NEEDS: Final[dict[str, frozenset[str]]] = {
    "iso": frozenset({"year"}), "numeric": frozenset({"year"}), "day_month_year": frozenset({"month", "year"}),
    "month_day_year": frozenset({"month", "year"}), "day_range": frozenset({"month"}),
    "feast": frozenset(),
    "month_day": frozenset({"month"}), "month_year": frozenset({"month", "year"}), "month": frozenset({"month"}),
    "weekday": frozenset({"weekday"}), "year": frozenset({"year"}), "ago": frozenset({"word"}),
    "past_span": frozenset(),
    "step": frozenset({"weekday"}), "relative": frozenset({"word"}),
}  # fmt: skip
"""The signs without which a form cannot stand."""

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "feast": ("christmas", "new year", "boxing day"),
    "ago": (" ago", " earlier"),
    "past_span": ("past ", "last ", "previous ", "recent "),
    "step": ("next day", "following day", "same day", "previous day"),
}
"""Words of which a folded text must hold one for a form to stand in it."""

_TO_COME: Final = re.compile(
    r"\b(?:will|shall|would|should(?! have)|coming|upcoming|tomorrow|next(?! to\b| door\b)|slated|to be held|chance of"
    r"|(?:is|are) forecast|forecast (?:to|for)|due (?:for|on|in|to (?:be|begin|start|take|meet|hold|open|arrive|appear"
    r"|vote|visit|end|return|go|come|travel|attend|leave|expire))"
    r"|(?:set|scheduled|expected|planned|planning|plans|about|poised|likely|supposed|hopes|hoping|intends?)"
    r" (?:to|for))\b"
)
_SIDE_CLAUSE: Final = re.compile(
    r"\b(?:who|which|that|after|following|when|where|since|over)\b.*\b(?:\w{3,}ed|was|were|had|struck|hit|shot|took|fell"
    r"|left|began|broke|drove)\b"
)
"""What is told of in it has been: "should be tried for the attack that claimed 20 lives Monday"."""

_FOR: Final = re.compile(
    r"\b(?:planned|scheduled|due|slated|set|(?:meeting|hearing|session|vote|trial|rally|talks) for)\s+(?:for\s+|on\s+)?"
    r"(?:\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\.?)? )?$"
)
_SPOKEN: Final = re.compile(
    r"(?<!\bbe )\b(?:said|says|told|announced|reported|posted|wrote|tweeted|added|stated|warned|declared|confirmed"
    r"|according|in an? (?:\w+ )?(?:statement|interview|speech|briefing)|welcomed)\b(?:\W+\w+){0,6}\W*$"
)
_PAST: Final = re.compile(r"\b(?:\w{3,}ed|was|were|had|said|told|struck|hit|shot|took|fell|left|began|broke)\b")
_HABIT: Final = re.compile(r"\b(?:every|each|most|any|alternate|typically|usually)\s+(?:\w+\s+)?$")
_ONE_OF_MANY: Final = re.compile(r"\b(?:an?|one|some)\s+$")
_NOT_A_NOUN: Final = re.compile(r"\s*(?:$|[.,;:)]|(?:last|in|of|when|that|and|or|at|to|from)\b)")
_AFTER_PLURAL: Final = re.compile(
    r"\s*(?:$|[^\sa-z]|(?:and|or|from|at|during|in|when|to|between|of|but|for|are|were|as)\b)"
)
_HOURS_AFTER: Final = re.compile(r"\s\d{1,2}-\d{1,2}\b")
_MONTH_BEFORE: Final = re.compile(rf"\b(?:{'|'.join(MONTHS)})[a-z]*\.? (?:to|and|through) $")
_BEGINS: Final = re.compile(r"\b(?:starts|begins|opens|resumes|convenes|takes place)\s+(?:on\s+)?$")
_NAME_BEFORE: Final = re.compile(r"\b(?:black|bloody|good|easter|palm|ash|super|shrove|holy|cyber|giving|maundy)\s+$")
_NAME_AFTER: Final = re.compile(
    r"\s+(?:Times|Telegraph|Express|Mail|Mirror|Herald|Post|Star|Sun|Independent|World|Tribune|Night Live)\b"
)
_YEAR_WORD: Final = re.compile(
    r"\b(?:in|since|from|until|by|of|early|late|mid-?|during|back in|and|before|after|summer|winter|spring|autumn"
    r"|between|year|to|through)\s*$"
)
_THE_YEARS_EVENT: Final = re.compile(
    r"\s+(?:\w+\s+)?(?:attacks?|massacre|bombings?|war|invasion|siege|battle|offensive|agreement|deal|ceasefire|truce"
    r"|uprising|coup|elections?|census|accord|resolution|revolution|protests)\b"
)
_ARTICLE_BEFORE: Final = re.compile(r"\b(?:the|a|an|its|their|that)\s+$")
_NOT_A_YEAR: Final = re.compile(r"(?:#|\$|resolution |no\. ?)$")

_FEASTS: Final = {
    "new years eve": (12, 31), "new years day": (1, 1), "christmas eve": (12, 24), "christmas day": (12, 25),
    "boxing day": (12, 26),
}  # fmt: skip
"""Feasts by month and day."""

ONE_DAY: Final = dt.timedelta(days=1)
NO_YEAR: Final = "no_year:"
"""What the rule of a day opens with that is written without a year where no day of publication is known."""
_LEAP_YEAR: Final = 2000
LONGEST_SPAN_DAYS: Final = 31
""""Over the past 40 days" says no more of when than the report does."""
YEAR_TURN_DAYS: Final = 3
"""A day without a year that would lie this far after publication is of the year before; less may be a typing slip."""


class DateValue(NamedTuple):
    """What an expression means; `first` and `last` None where it needs more than is known."""

    first: dt.date | None
    last: dt.date | None
    precision: Precision | None
    rule: str
    weekday: int | None = None


class DateContext(NamedTuple):
    """What stands around an expression: the sentence before it (folded), and the text right behind as written."""

    published: dt.date | None
    before: str
    after: str


def find_signs(low: str) -> list[tuple[int, int, str]]:
    """Return where a folded text holds what is of a date, and what it is, in order and without overlaps."""
    hits = []
    for name, words in _SIGNS.items():
        for word in words:
            at = low.find(word)
            while at >= 0:
                end = at + len(word) + 2 * (name == "year")
                if _is_sign(low, at, end, name):
                    hits.append((at, end, name))
                at = low.find(word, at + 1)
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    signs: list[tuple[int, int, str]] = []
    for hit in hits:
        if not signs or hit[0] >= signs[-1][1]:  # "today" is no weekday
            signs.append(hit)
    return signs


def _is_sign(low: str, start: int, end: int, name: str) -> bool:
    """Whether a year has four digits, a month is a whole word ("march", no "market"), "ago" and "eve" end one."""
    if name == "year":
        return bool(_YEAR_END.match(low, start + 2, end))
    if name == "month":
        return not (start and "a" <= low[start - 1] <= "z") and bool(_MONTH_WORD.match(low, start))
    return low[start:end] not in ("ago", "eve") or not _WORD_GOES_ON.match(low, end)


def weekday_of(match: re.Match[str]) -> int | None:
    """Return the weekday a match names, Monday 0."""
    name = match.groupdict().get("weekday")
    return _WEEKDAY[name[:3].lower()] if name else None


def calendar_day(year: int, month: int, day: int, rule: str, weekday: int | None = None) -> DateValue | None:
    """Return a written day; one the calendar does not have (31 February) has no value, an impossible number is None.

    A weekday written beside it that does not fit is said in the rule: one of the two is a slip.
    """
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return DateValue(None, None, None, "no_such_day")
    fits = weekday is None or weekday == value.weekday()
    return DateValue(value, value, "day", rule if fits else f"{rule}:weekday_differs", weekday)


def count(text: str) -> int:
    """Return the number of a count word, 0 when it is vague."""
    return 0 if text.lower() in _VAGUE else numbers.number(text)


def resolve(form: str, match: re.Match[str], context: DateContext) -> DateValue | None:
    """Return what a match of a form means, None when it is no date after all."""
    return _RESOLVE[form](match, context)


# ---- one form of writing at a time -------------------------------------------------------------------------


def _span(first: dt.date, last: dt.date, precision: Precision, rule: str) -> DateValue:
    return DateValue(first, max(first, last), precision, rule)


def _day(value: dt.date, rule: str, weekday: int | None = None) -> DateValue:
    return DateValue(value, value, "day", rule, weekday)


def _month_span(year: int, month: int) -> tuple[dt.date, dt.date]:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, 1), following - ONE_DAY


def _month(match: re.Match[str]) -> int:
    return _MONTH[match["month"][:3].lower()]


def _is_to_come(before: str) -> bool:
    """Whether the sentence so far speaks of what is to come, and nobody has spoken since."""
    last = max((m.end() for m in _TO_COME.finditer(before)), default=-1)
    if _FOR.search(before) or last < 0:
        return bool(_FOR.search(before))
    spoken = _SPOKEN.search(before)
    return not (spoken and spoken.start() > last) and not _SIDE_CLAUSE.search(before, last)


def _iso(match: re.Match[str], _: DateContext) -> DateValue | None:
    return calendar_day(int(match["year"]), int(match["month_number"]), int(match["day"]), "full_date")


def _written_out(match: re.Match[str], _: DateContext) -> DateValue | None:
    return calendar_day(int(match["year"]), _month(match), int(match["day"]), "full_date", weekday_of(match))


def _numeric(match: re.Match[str], _: DateContext) -> DateValue | None:
    """Day or month first: the weekday settles it, else a number above 12, else dots and dashes are day-first."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
    weekday = weekday_of(match)
    day_first, month_first = (calendar_day(year, m, d, "numeric_date") for m, d in ((b, a), (a, b)))
    readings = {value.first for value in (day_first, month_first) if value and value.first}
    fitting = {day for day in readings if day.weekday() == weekday}
    if len(fitting or readings) == 1:
        (day,) = fitting or readings
        return calendar_day(day.year, day.month, day.day, "numeric_date", weekday)
    if readings and match["sep"] in ".-":
        return day_first
    if readings:
        return DateValue(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", "numeric_ambiguous")
    return day_first or month_first


def _month_day(match: re.Match[str], context: DateContext) -> DateValue | None:
    groups = match.groupdict()
    day, month, turn = int(match["day"]), _month(match), (groups.get("turn") or "").split()
    if not 1 <= day <= 31:
        return None
    if groups.get("year"):
        year = int(groups["year"])
    elif context.published is None or (turn and turn[-2] not in ("last", "this")):
        return DateValue(None, None, "day", _without_year(month, day, "" if turn else groups.get("last") or ""))
    elif turn:
        year = context.published.year - (turn[-2] == "last")
    else:
        year = context.published.year
        value = calendar_day(year, month, day, "")
        late = value and value.first and value.first > context.published + dt.timedelta(days=YEAR_TURN_DAYS)
        year -= bool(late and not _is_to_come(context.before) and not _TO_COME.search(context.after))
    value = calendar_day(year, month, day, "month_day", weekday_of(match))
    if groups.get("last") and value and value.first:
        end = calendar_day(year, month, int(groups["last"]), "")
        if end and end.last and end.last > value.first:
            return DateValue(value.first, end.last, "range", "day_range")
    return value


def _without_year(month: int, day: int, last: str = "") -> str:
    """Return the rule of a day whose year nobody says, with the day as ISO 8601-2 writes it: "no_year:XXXX-01-08"."""
    if calendar_day(_LEAP_YEAR, month, day, "") is None:
        return "no_year"
    until = f"/{int(last):02}" if last.isdigit() and day < int(last) <= 31 else ""
    return f"{NO_YEAR}XXXX-{month:02}-{day:02}{until}"


def _feast(match: re.Match[str], context: DateContext) -> DateValue | None:
    """Return the day of a feast that has the same date each year, of the year written or else the last one."""
    month, day = _FEASTS[match["feast"].lower().replace("’", "").replace("'", "")]
    if match["year"]:
        return calendar_day(int(match["year"]), month, day, "feast")
    if context.published is None:
        return DateValue(None, None, "day", _without_year(month, day))
    year = context.published.year
    late = dt.date(year, month, day) > context.published + dt.timedelta(days=YEAR_TURN_DAYS)
    return calendar_day(year - (late and not _is_to_come(context.before)), month, day, "feast")


def _month_year(match: re.Match[str], _: DateContext) -> DateValue:
    return DateValue(*_month_span(int(match["year"]), _month(match)), "month", "month_year")


def _month_alone(match: re.Match[str], context: DateContext) -> DateValue | None:
    published, month = context.published, _month(match)
    words, turn = match.group(0).lower(), (match["turn"] or "").split()
    if words.startswith(("of may", "from may", "between may")):
        return None  # a name as often as a month
    if words.startswith(MONTHS) and not _MONTH_BEFORE.search(context.before):
        return None  # "between March and May", but not "to March" alone
    if published is None or (turn and turn[-2] not in ("last", "this")):
        return DateValue(None, None, "month", "no_year")
    year = published.year - (month > published.month or (words.startswith("last") and month == published.month))
    if turn:
        year = published.year - (turn[-2] == "last")
    elif month > published.month and _is_to_come(context.before):
        return None
    first, last = _month_span(year, month)
    part = re.search(r"\b(early|late|mid)\b", words)
    if part:
        low, high = {"early": (1, 10), "mid": (10, 20), "late": (20, last.day)}[part.group(1)]
        return _span(first.replace(day=low), min(last.replace(day=high), published), "week", "month_part")
    return _span(first, min(last, published), "month", "month_past")


def _named_weekday(match: re.Match[str], context: DateContext) -> DateValue | None:
    weekday = weekday_of(match)
    if weekday is None or _is_no_one_day(match, context):
        return None
    if context.published is None:
        return DateValue(None, None, None, "weekday_without_anchor", weekday)
    back = (context.published.weekday() - weekday) % 7
    past, future = context.published - back * ONE_DAY, context.published + (7 - back) * ONE_DAY
    turn, week = (match["turn"] or "").lower(), match["week"]
    if week:
        weeks = {"last": -1, "this": 0, "next": 1}[week]
        monday = context.published - context.published.weekday() * ONE_DAY
        return _day(monday + (7 * weeks + weekday) * ONE_DAY, f"weekday_of_{week}_week", weekday)
    if turn in ("next", "coming", "this coming"):
        return _day(future, "weekday_next", weekday)
    if turn in ("last", "previous", "past", "this past"):
        return _day(past - (7 if back == 0 else 0) * ONE_DAY, "weekday_last", weekday)
    if turn == "following" and context.before.endswith("the "):
        return DateValue(None, None, None, "weekday_following", weekday)
    if back and _is_to_come(context.before) and not _is_possessive(match, context):
        return _day(future, "weekday_future", weekday)
    if back and (_BEGINS.search(context.before) or (turn == "this" and not _PAST.search(context.before))):
        return DateValue(None, None, None, "weekday_before_or_after", weekday)
    return _day(past, "weekday_same_or_past", weekday)


def _is_possessive(match: re.Match[str], context: DateContext) -> bool:
    """Whether something of that day is named ("Thursday's budget"): what is to come is said of another time."""
    return match.group(0)[-1] == "s" or bool(re.match(r"['’]s?\s+[a-z]", context.after))


def _is_no_one_day(match: re.Match[str], context: DateContext) -> bool:
    """Whether it is a habit ("on Fridays"), one of many ("on a Friday") or a name ("Bloody Sunday")."""
    plural = match.group(0).lower().endswith("days")
    return bool(
        (plural and _AFTER_PLURAL.match(context.after))
        or _HABIT.search(context.before)
        or (_ONE_OF_MANY.search(context.before) and (match["part"] or _NOT_A_NOUN.match(context.after)))
        or (_NAME_BEFORE.search(context.before) and not match["turn"])
        or _NAME_AFTER.match(context.after)
        or _HOURS_AFTER.match(context.after)
    )


def _year(match: re.Match[str], context: DateContext) -> DateValue | None:
    if _NOT_A_YEAR.search(context.before):
        return None
    if not _YEAR_WORD.search(context.before) and not (
        _ARTICLE_BEFORE.search(context.before) and _THE_YEARS_EVENT.match(context.after)
    ):
        return None
    year = int(match["year"])
    return DateValue(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", "year")


def _ago(match: re.Match[str], context: DateContext) -> DateValue | None:
    """Count back from publication; "two days earlier" counts from the story, not from publication."""
    unit, number, published = match["unit"].lower(), count(match["count"]), context.published
    if match.group(0).lower().endswith("earlier") and unit in ("day", "week"):
        return DateValue(None, None, None, f"earlier:{number * (7 if unit == 'week' else 1)}" if number else "earlier")
    if published is None:
        return DateValue(None, None, None, "relative_without_anchor")
    unit_days = {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3652}[unit]
    least, most = _VAGUE.get(match["count"].lower(), (number, number))
    try:
        first, last = (published - dt.timedelta(n * unit_days) for n in (most, least))
    except OverflowError:  # "999 decades ago" needs no day
        return None
    if unit == "decade":
        return DateValue(dt.date(first.year - 2, 1, 1), dt.date(last.year + 2, 12, 31), "range", "ago_vague")
    if unit == "year":
        return DateValue(dt.date(first.year, 1, 1), dt.date(last.year, 12, 31), "year", "ago")
    if unit == "month":
        return DateValue(_month_span(first.year, first.month)[0], _month_span(last.year, last.month)[1], "month", "ago")
    if unit == "week":
        return DateValue(first - 3 * ONE_DAY, last + 3 * ONE_DAY, "week", "ago")
    return _day(first, "ago") if first == last else DateValue(first, last, "range", "ago_vague")


def _past_span(match: re.Match[str], context: DateContext) -> DateValue | None:
    """Return the days of "over the past three days", "in recent weeks", up to publication; a longer time is no date."""
    unit_days = 1 if (match["unit"] or "week").lower() == "day" else 7
    said = "1" if match["one"] else (match["count"] or "several").lower()
    days = unit_days * (_VAGUE.get(said) or (0, count(said)))[1]
    if context.published is None or not 0 < days <= LONGEST_SPAN_DAYS:
        return None
    return DateValue(context.published - days * ONE_DAY, context.published, "range", "past_span")


def _step(match: re.Match[str], _: DateContext) -> DateValue:
    steps = {"next": 1, "following": 1, "same": 0, "previous": -1}
    return DateValue(None, None, None, f"step:{steps[match['step'].lower()]}")


def _relative(match: re.Match[str], context: DateContext) -> DateValue | None:
    word, published = match["word"].lower(), context.published
    if published is None:
        return DateValue(None, None, None, "relative_without_anchor")
    rule = word.replace(" ", "_")
    if word in ("yesterday", "last night"):
        return _day(published - ONE_DAY, rule)
    if word == "the day before yesterday":
        return _day(published - 2 * ONE_DAY, rule)
    if word == "overnight":
        return DateValue(published - ONE_DAY, published, "range", rule)
    if "hours" in word:
        return DateValue(published - ONE_DAY * (int(re.sub(r"\D", "", word)) // 24), published, "range", "past_hours")
    if "weekend" in word:
        saturday = published - ONE_DAY * ((published.weekday() - 5) % 7)
        if word.startswith("last") and published.weekday() >= 5:
            saturday -= 7 * ONE_DAY
        return _span(saturday, min(saturday + ONE_DAY, published), "range", "weekend")
    if "week" in word:
        monday = published - ONE_DAY * (published.weekday() + 7 * word.startswith("last"))
        return DateValue(monday, min(monday + 6 * ONE_DAY, published), "week", rule)
    if "month" in word:
        day = published.replace(day=1) - ONE_DAY if word.startswith("last") else published
        first, last = _month_span(day.year, day.month)
        return DateValue(first, min(last, published), "month", rule)
    if "year" in word:
        year = published.year - word.startswith("last")
        return DateValue(dt.date(year, 1, 1), min(dt.date(year, 12, 31), published), "year", rule)
    return _day(published, "at_dawn" if word == "at dawn" else "today")


_RESOLVE: Final[dict[str, Callable[[re.Match[str], DateContext], DateValue | None]]] = {
    "iso": _iso, "numeric": _numeric, "day_month_year": _written_out, "month_day_year": _written_out,
    "day_range": _month_day, "month_day": _month_day, "feast": _feast, "month_year": _month_year, "month": _month_alone,
    "weekday": _named_weekday, "year": _year, "ago": _ago, "past_span": _past_span, "step": _step,
    "relative": _relative,
}  # fmt: skip
