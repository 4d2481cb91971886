"""Calendar days as files write them; never shifted by a time zone."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_WORD = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WORDY = re.compile(rf"(\d{{1,2}})[ -]({_MONTH_WORD})[ -](\d{{4}})", re.IGNORECASE)
_VAGUE = re.compile(r"(\d{4})(?:-(\d{2}))?")
_IN_NAME = re.compile(
    rf"(?<!\d)(?P<y1>(?:19|20)\d\d)[-_.]?(?P<m1>[01]\d)[-_.]?(?P<d1>[0-3]\d)(?!\d)"
    rf"|(?<!\d)(?P<d2>[0-3]?\d)[-_. ]?(?P<m2>{_MONTH_WORD})[-_. ]?(?P<y2>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)


class Span(NamedTuple):
    """The days a vague date may mean, both ends inclusive."""

    first: dt.date
    last: dt.date
    precision: Literal["day", "month", "year", "range"]


def parse_day(value: Any) -> dt.date | None:
    """Return the calendar day a cell names, or None when it names none.

    Takes dates and instants of any library (their own day, as written), "2022-02-03" with or without a time,
    "20220203", "3 February 2022" and e-mail dates. An order of numbers that could be read two ways (3/2/22) is no day.
    """
    if isinstance(value, dt.datetime):  # a pandas Timestamp is one
        return None if value != value else value.date()  # NaT differs from itself  # noqa: PLR0124
    if isinstance(value, dt.date):
        return value
    text = str(value).strip()
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(*(int(part) for part in match.groups()))
    if match := _WORDY.fullmatch(text):
        return _day(int(match[3]), _month(match[2]), int(match[1]))
    if text[:1].isalpha() and "," in text[:5]:  # "Thu, 03 Feb 2022 10:00:00 GMT"
        try:
            return parsedate_to_datetime(text).date()
        except ValueError:
            return None
    return None


def parse_span(value: Any) -> Span | None:
    """Return the days that "2018", "2018-07", "2018-07-03" or "2018/2019" may mean, or None."""
    if (day := parse_day(value)) is not None:
        return Span(day, day, "day")
    text = str(value).strip()
    if "/" in text:
        start, _, end = text.partition("/")
        ends = parse_span(start), parse_span(end)
        if ends[0] is None or ends[1] is None or ends[0].first > ends[1].last:
            return None
        return Span(ends[0].first, ends[1].last, "range")
    match = _VAGUE.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 0)
    if not 1 <= year <= dt.MAXYEAR or month > 12 or (match[2] and not month):
        return None
    if month:
        return Span(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]), "month")
    return Span(dt.date(year, 1, 1), dt.date(year, 12, 31), "year")


def days_in_name(name: str) -> list[dt.date]:
    """Return the different days a file name carries: 20240708, 2024-07-08, 23May2022.

    Months and two-digit years (AUG23) are none: they could be read two ways.
    """
    found = []
    for match in _IN_NAME.finditer(name):
        if match["y1"]:
            day = _day(int(match["y1"]), int(match["m1"]), int(match["d1"]))
        else:
            day = _day(int(match["y2"]), _month(match["m2"]), int(match["d2"]))
        if day is not None and day not in found:
            found.append(day)
    return found


def name_without_days(name: str) -> str:
    """Return a file name without the days it carries: the name its series shares."""
    return _IN_NAME.sub("", name).strip(" -_.") or name


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
