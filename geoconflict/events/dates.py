"""Date expressions: each with its value, the rule that gave it and its precision.

Nothing is guessed: without a day of publication "Thursday" stays a weekday, and "3 March" has no year.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from geoconflict.events.lexicon import fold
from geoconflict.places import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geoconflict.records import Article

Precision = Literal["day", "week", "month", "year", "range"]

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = {name: n for n, name in enumerate(_MONTHS, 1)}
_WEEKDAY: Final = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_COUNTS: Final = {"couple of": 2, "a couple of": 2, "a few": 4, "several": 4}

_M: Final = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|Jun\.|July?|Jul\.|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?"
    r"|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)"
)
_DAY_NAME: Final = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WD: Final = rf"(?:\b(?P<weekday>{_DAY_NAME}|Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun)\.?,?\s+(?:the\s+)?)?"
_Y: Final = r"(?P<year>(?:19|20)\d\d)"
_D: Final = r"(?P<day>\d{1,2})"
_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_COUNT: Final = rf"(?:\d{{1,3}}|a|an|{numbers.SIMPLE}|couple of|a couple of|a few|several)"

_FULL: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("iso", re.compile(rf"\b{_Y}-(?P<month_number>\d\d)-(?P<day>\d\d)(?!\d)")),
    ("numeric", re.compile(rf"{_WD}\b(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep){_Y}(?!\d)")),
    ("day_month_year", re.compile(rf"{_WD}\b{_D}{_ORDINAL}(?:\s+of)?[\s-]+{_M},?[\s-]+{_Y}\b")),
    ("month_day_year", re.compile(rf"{_WD}\b{_M}\s+{_D}(?:{_ORDINAL},?\s+|(?<=\d\d)){_Y}\b")),
)
_PARTIAL: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("day_range", re.compile(rf"\b{_M}\s+{_D}\s*(?:-|–|to|and)\s*(?P<last>\d{{1,2}})(?:,?\s+{_Y})?\b(?!\s*[:%])")),
    ("day_range", re.compile(rf"\b{_D}\s*(?:-|–|to|and)\s*(?P<last>\d{{1,2}})\s+{_M}\b(?:,?\s+{_Y})?")),
    ("month_day", re.compile(rf"{_WD}\b{_M}\s+{_D}{_ORDINAL}\b(?!\s*(?:people|[-:%]|\d))")),
    ("month_day", re.compile(rf"{_WD}\b{_D}{_ORDINAL}(?:\s+of)?\s+{_M}\b(?!\s+\d)")),
    ("month_year", re.compile(rf"\b{_M}(?:\s+of)?,?\s+{_Y}\b")),
    (
        "month",
        re.compile(
            r"\b(?i:in|since|last|this|of|until|early|late|mid-?)\s+(?:(?:early|late|mid)[ -])?"
            + _M
            + r"\b(?![\s.]*\d)"
        ),
    ),
    (
        "weekday",
        re.compile(
            rf"\b(?:(?P<turn>(?i:last|next|this|previous|coming))\s+)?(?P<weekday>{_DAY_NAME})s?\b"
            r"(?P<part>\s+(?:night|evening|morning|afternoon))?"
        ),
    ),
    (
        "year",
        re.compile(
            r"(?<![\d/-])\b(?P<year>(?:19[4-9]|20[0-4])\d)\b"
            r"(?!\s*(?:people|civilians|fighters|[-/]\d|\w*\s+(?:killed|dead|wounded)))"
        ),
    ),
    ("ago", re.compile(rf"(?i)\b(?P<count>{_COUNT})\s+(?P<unit>day|week|month|year)s?\s+(?:ago|earlier)\b")),
    (
        "relative",
        re.compile(
            r"(?i)\b(?P<word>the day before yesterday|yesterday|last night|overnight|today|tonight"
            r"|this (?:morning|afternoon|evening|week|month|year)|earlier (?:today|this (?:week|month|year))"
            r"|last (?:week|month|year|weekend)|(?:in the )?(?:past|last) (?:24|48|72) hours|(?:at|over) the weekend"
            r"|early this (?:week|month)|at dawn)\b"
        ),
    ),
)
_SIGN: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)|(?P<word>night|morning|evening|week|month|year|\bago\b|earlier|dawn|hours|today|yesterday)"
    r"|(?P<weekday>day)|(?P<month>\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
"""Every date expression holds one of these; the patterns are tried only around them, and only those they may fit."""

_NEEDS: Final[dict[str, frozenset[str]]] = {
    "iso": frozenset({"year"}), "numeric": frozenset({"year"}), "day_month_year": frozenset({"month", "year"}),
    "month_day_year": frozenset({"month", "year"}), "day_range": frozenset({"month"}),
    "month_day": frozenset({"month"}), "month_year": frozenset({"month", "year"}), "month": frozenset({"month"}),
    "weekday": frozenset({"weekday"}), "year": frozenset({"year"}), "ago": frozenset({"word"}),
    "relative": frozenset({"word"}),
}  # fmt: skip
"""The signs without which a form cannot stand."""

SIGN_REACH_CHARS: Final = 40
"""The longest date expression reaches no further than this from its sign."""
_SINCE: Final = re.compile(
    r"\b(?:since|from|(?:began|started|broke out) (?:on|in)|starting|beginning)\s+(?:the\s+)?(?:early |late |mid-)?$"
)
_FUTURE: Final = re.compile(r"\b(?:will|next|(?:set|due|scheduled|expected|planned|about) to|to be held|upcoming)\b")
_SAID_ON: Final = re.compile(r"\b(?:said|told|announced)\W+(?:\w+\W+){0,3}(?:on\s+)?$")
_YEAR_WORD: Final = re.compile(
    r"\b(?:in|since|from|until|by|of|early|late|mid-?|during|back in|and|before|after|summer|winter|spring|autumn"
    r"|between|year)\s*$"
)
_NOT_A_YEAR: Final = re.compile(r"(?:#|\$|resolution |no\. ?)$")
_DURATION: Final = re.compile(
    rf"\b(?P<count>{_COUNT})[- ](?P<unit>day|week)s?[- ](?:long )?"
    r"(?:standoff|stand-off|siege|battle|fighting|clashes|operation|offensive|assault|campaign)\b"
)
_FILE_DATE: Final = re.compile(r"(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?([0-3]\d)(?!\d)")

_ONE_DAY: Final = dt.timedelta(days=1)
YEAR_TURN_DAYS: Final = 3
"""A day without a year that would lie this far after publication is of the year before; less may be a typing slip."""

HEAD_CHARS: Final = 450
FOOT_CHARS: Final = 250
"""Where a report's own date stands: at its head or at its foot."""

DATELINE_SCORE: Final = 1.5
"""Below this a full date at the head or foot is part of the story; 204 of 208 FA-KES articles got their own day."""


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A date the text names, at absolute offsets.

    `first` and `last` are None without an anchor (`weekday` may still be known). `since` marks the start of a period.
    """

    start: int
    end: int
    first: dt.date | None
    last: dt.date | None
    precision: Precision | None
    rule: str
    since: bool = False
    weekday: int | None = None

    @property
    def days(self) -> int:
        """Return how many days it spans; 0 when they are not known."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0


class Dateline(NamedTuple):
    """The day of publication, where the text says it (None when it does not) and by which rule it was found."""

    day: dt.date | None
    span: tuple[int, int] | None
    rule: str


class _Value(NamedTuple):
    first: dt.date | None
    last: dt.date | None
    precision: Precision | None
    rule: str
    weekday: int | None = None


class _Context(NamedTuple):
    published: dt.date | None
    before: str  # folded, up to 60 characters
    around: str  # folded, from 60 before to 40 after
    following: str  # two characters, as written


def find_dateline(article: Article) -> Dateline:
    """Return the day of publication: as given, from the head or foot of the text, or from the file's name.

    Full dates compete by how alone they stand: a short line, a matching weekday, a clock time behind.
    """
    if article.published:
        return Dateline(article.published, None, "given")
    best: tuple[float, Dateline] | None = None
    for start, end, day, weekday, form in _full_dates(article.text):
        score = _dateline_score(article.text, start, end, None if weekday is None else weekday == day.weekday())
        if score >= DATELINE_SCORE and (best is None or score > best[0]):
            best = score, Dateline(day, (start, end), f"dateline_{form}")
    if best:
        return best[1]
    named = _FILE_DATE.search(article.file_name or article.id)
    written = named and _date(*map(int, named.groups()))
    return Dateline(written, None, "file_name") if written else Dateline(None, None, "none")


def find_dates(text: str, dateline: Dateline) -> list[DateExpression]:
    """Return all date expressions but the dateline itself, in order and without overlaps, the fullest form first."""
    low = fold(text)
    windows = list(_windows(low))
    taken = [dateline.span] if dateline.span else []
    found = []
    for form, pattern in (*_FULL, *_PARTIAL):
        needs = _NEEDS[form]
        fitting = ((start, end) for start, end, signs in windows if needs <= signs)
        for match in (m for window in fitting for m in pattern.finditer(text, *window)):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            before = low[max(0, start - 60) : start]
            context = _Context(dateline.day, before, low[max(0, start - 60) : end + 40], text[end : end + 2])
            value = _RESOLVE[form](match, context)
            if value:
                since = bool(_SINCE.search(before)) or match.group(0).lower().startswith("since")
                found.append(DateExpression(start, end, *value[:4], since, value.weekday))
                taken.append((start, end))
    return sorted(found, key=lambda date: date.start)


def _windows(low: str) -> Iterator[tuple[int, int, set[str]]]:
    """Yield the stretches of a text that may hold dates, cut at blanks, with the signs in them."""
    start, end = 0, -1
    signs: set[str] = set()
    for sign in _SIGN.finditer(low):
        first = low.rfind(" ", 0, max(0, sign.start() - SIGN_REACH_CHARS)) + 1
        last = low.find(" ", sign.end() + SIGN_REACH_CHARS)
        if end >= 0 and first > end:
            yield start, end, signs
            start, signs = first, set()
        elif end < 0:
            start = first
        end = len(low) if last < 0 else last
        signs.add(sign.lastgroup or "")
    if end >= 0:
        yield start, end, signs


def find_duration(low: str) -> int | None:
    """Return the days of "10-day standoff" or "two-week siege" in a folded sentence."""
    match = _DURATION.search(low)
    return _count(match["count"]) * (7 if match["unit"] == "week" else 1) if match else None


# ---- the publication day -----------------------------------------------------------------------------------


def _full_dates(text: str) -> Iterator[tuple[int, int, dt.date, int | None, str]]:
    head, foot = text[:HEAD_CHARS], max(HEAD_CHARS, len(text) - FOOT_CHARS)
    for form, pattern in _FULL:
        for part, offset in ((head, 0), (text[foot:], foot)):
            for match in pattern.finditer(part):
                value = _RESOLVE[form](match, _Context(None, "", "", ""))
                if value and value.first and value.precision == "day":
                    weekday = _weekday(match)
                    yield match.start() + offset, match.end() + offset, value.first, weekday, form


def _dateline_score(text: str, start: int, end: int, weekday_fits: bool | None) -> float:
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[line_start : line_end if line_end > 0 else len(text)]
    before, after = text[line_start:start], text[end : end + 14]
    words = len(before.split())
    score = 0.0 if weekday_fits is None else 2.0 if weekday_fits else -1.5
    score += 2.0 * (len(line) < 60) + 1.5 * (words <= 3) + 1.0 * bool(re.match(r"[\s,–-]*\d{1,2}:\d\d", after))
    score += 1.5 * (words <= 4 and bool(re.search(r"(?i)(?:date|posted|published|updated|on|by)[\s:]*$", before)))
    score -= 1.5 * (words > 4 and bool(re.search(r"(?i)\b(?:on|in|since|until|of|from|at)\s*$", before)))
    return score + 0.5 * (start < HEAD_CHARS)


# ---- one form of writing at a time -------------------------------------------------------------------------


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _day(value: dt.date | None, rule: str, weekday: int | None = None) -> _Value | None:
    return _Value(value, value, "day", rule, weekday) if value else None


def _month_span(year: int, month: int) -> tuple[dt.date, dt.date]:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, 1), following - _ONE_DAY


def _month(match: re.Match[str]) -> int:
    return _MONTH[match["month"][:3].lower()]


def _weekday(match: re.Match[str]) -> int | None:
    name = match.groupdict().get("weekday")
    return _WEEKDAY[name[:3].lower()] if name else None


def _count(text: str) -> int:
    return _COUNTS.get(text.lower()) or numbers.number(text)


def _iso(match: re.Match[str], _: _Context) -> _Value | None:
    return _day(_date(int(match["year"]), int(match["month_number"]), int(match["day"])), "full_date")


def _written_out(match: re.Match[str], _: _Context) -> _Value | None:
    return _day(_date(int(match["year"]), _month(match), int(match["day"])), "full_date")


def _numeric(match: re.Match[str], _: _Context) -> _Value | None:
    """Day or month first: the weekday settles it, else a number above 12, else dots and dashes are day-first."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
    day_first, month_first = _date(year, b, a), _date(year, a, b)
    readings = {day for day in (day_first, month_first) if day}
    weekday = _weekday(match)
    fitting = {day for day in readings if day.weekday() == weekday}
    readings = fitting or readings
    if len(readings) == 1:
        return _day(readings.pop(), "numeric_date")
    if readings and match["sep"] in ".-":
        return _day(day_first, "numeric_date")
    return _Value(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", "numeric_ambiguous") if readings else None


def _month_day(match: re.Match[str], context: _Context) -> _Value | None:
    groups = match.groupdict()
    day, month = int(match["day"]), _month(match)
    if not 1 <= day <= 31:
        return None
    if groups.get("year"):
        year = int(groups["year"])
    elif context.published is None:
        return _Value(None, None, "day", "no_year")
    else:
        year = context.published.year
        value = _date(year, month, day)
        late = value and value > context.published + dt.timedelta(days=YEAR_TURN_DAYS)
        year -= bool(late and not _FUTURE.search(context.around))
    first = _date(year, month, day)
    last = _date(year, month, int(groups["last"])) if groups.get("last") else None
    if first and last and last > first:
        return _Value(first, last, "range", "day_range")
    return _day(first, "month_day")


def _month_year(match: re.Match[str], _: _Context) -> _Value | None:
    return _Value(*_month_span(int(match["year"]), _month(match)), "month", "month_year")


def _month_alone(match: re.Match[str], context: _Context) -> _Value | None:
    published, month = context.published, _month(match)
    if published is None:
        return None
    words = match.group(0).lower()
    year = published.year - (month > published.month or (words.startswith("last") and month == published.month))
    first, last = _month_span(year, month)
    part = re.search(r"\b(early|late|mid)\b", words)
    if part:
        low, high = {"early": (1, 10), "mid": (10, 20), "late": (20, last.day)}[part.group(1)]
        first, last = first.replace(day=low), last.replace(day=high)
        return _Value(first, max(first, min(last, published)), "week", "month_part")
    return _Value(first, max(first, min(last, published)), "month", "month_past")


def _named_weekday(match: re.Match[str], context: _Context) -> _Value | None:
    weekday = _weekday(match)
    if weekday is None:
        return None
    if match.group(0).endswith("s") and not match["part"] and not re.match(r"\s*[a-z]", context.following):
        return None  # "on Fridays"
    if context.published is None:
        return _Value(None, None, None, "weekday_without_anchor", weekday)
    back = (context.published.weekday() - weekday) % 7
    turn = (match["turn"] or "").lower()
    if turn in ("next", "coming"):
        return _day(context.published + dt.timedelta(7 - back), "weekday_next", weekday)
    if turn in ("last", "previous") and back == 0:
        return _day(context.published - dt.timedelta(7), "weekday_last", weekday)
    if back and _FUTURE.search(context.before) and not _SAID_ON.search(context.before):
        return _day(context.published + dt.timedelta(7 - back), "weekday_future", weekday)
    return _day(context.published - dt.timedelta(back), "weekday_same_or_past", weekday)


def _year(match: re.Match[str], context: _Context) -> _Value | None:
    if _NOT_A_YEAR.search(context.before) or not _YEAR_WORD.search(context.before):
        return None
    year = int(match["year"])
    return _Value(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", "year")


def _ago(match: re.Match[str], context: _Context) -> _Value | None:
    if context.published is None:
        return _Value(None, None, None, "relative_without_anchor")
    count, unit = _count(match["count"]), match["unit"].lower()
    try:
        day = context.published - dt.timedelta(count * {"day": 1, "week": 7, "month": 30, "year": 365}[unit])
    except OverflowError:  # "999 years ago" needs no day
        return None
    if unit == "day":
        return _day(day, "ago")
    if unit == "week":
        return _Value(day - 3 * _ONE_DAY, day + 3 * _ONE_DAY, "week", "ago")
    if unit == "month":
        return _Value(*_month_span(day.year, day.month), "month", "ago")
    return _Value(dt.date(day.year, 1, 1), dt.date(day.year, 12, 31), "year", "ago")


def _relative(match: re.Match[str], context: _Context) -> _Value | None:
    word, published = match["word"].lower(), context.published
    if published is None:
        return _Value(None, None, None, "relative_without_anchor")
    rule = word.replace(" ", "_")
    if word in ("yesterday", "last night"):
        return _day(published - _ONE_DAY, rule)
    if word == "the day before yesterday":
        return _day(published - 2 * _ONE_DAY, rule)
    if word == "overnight":
        return _Value(published - _ONE_DAY, published, "range", rule)
    if "hours" in word:
        return _Value(published - _ONE_DAY * (int(re.sub(r"\D", "", word)) // 24), published, "range", "past_hours")
    if "weekend" in word:
        saturday = published - _ONE_DAY * ((published.weekday() - 5) % 7)
        return _Value(saturday, saturday + _ONE_DAY, "range", "weekend")
    if "week" in word:
        monday = published - _ONE_DAY * (published.weekday() + 7 * word.startswith("last"))
        return _Value(monday, min(monday + 6 * _ONE_DAY, published), "week", rule)
    if "month" in word:
        day = published.replace(day=1) - _ONE_DAY if word.startswith("last") else published
        first, last = _month_span(day.year, day.month)
        return _Value(first, min(last, published), "month", rule)
    if "year" in word:
        year = published.year - word.startswith("last")
        return _Value(dt.date(year, 1, 1), min(dt.date(year, 12, 31), published), "year", rule)
    return _day(published, "today")


_RESOLVE: Final[dict[str, Callable[[re.Match[str], _Context], _Value | None]]] = {
    "iso": _iso, "numeric": _numeric, "day_month_year": _written_out, "month_day_year": _written_out,
    "day_range": _month_day, "month_day": _month_day, "month_year": _month_year, "month": _month_alone,
    "weekday": _named_weekday, "year": _year, "ago": _ago, "relative": _relative,
}  # fmt: skip
