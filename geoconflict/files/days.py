"""Calendar days as files write them; never shifted by a time zone."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple

from geoconflict.errors import UsageError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_WORD = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WORDY = re.compile(rf"(\d{{1,2}})[ -]({_MONTH_WORD})[ -](\d{{4}})", re.IGNORECASE)
_VAGUE = re.compile(r"(\d{4})(?:-(\d{2}))?")
_GAP = r"[-_. ]?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_WORD = rf"(?P<word>{_MONTH_WORD})"
_NAME_FORMS = (
    (  # whole days
        rf"(?<!\d){_YEAR}{_GAP}(?P<month>[01]\d){_GAP}(?P<day>[0-3]\d)(?!\d)",
        rf"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th)?{_GAP}{_WORD}{_GAP}{_YEAR}(?!\d)",
        rf"{_WORD}{_GAP}(?P<day>[0-3]?\d)(?:st|nd|rd|th)?,?{_GAP}{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<one>[0-3]\d)(?P<two>[0-3]\d){_YEAR}(?!\d)",
        rf"(?<!\d)(?P<one>[0-3]?\d)(?P<gap>[-_. ])(?P<two>[0-3]?\d)(?P=gap){_YEAR}(?!\d)",
    ),
    (  # months
        rf"(?<!\d){_YEAR}[-_.](?P<month>0[1-9]|1[0-2])(?!\d)",
        rf"{_WORD}{_GAP}{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}{_GAP}{_WORD}(?![a-z])",
    ),
    (  # two figures that may be a year or a day
        rf"(?<!\d)(?P<one>[0-3]?\d){_GAP}{_WORD}{_GAP}(?P<two>\d\d)(?!\d)",
        rf"{_WORD}{_GAP}(?P<two>\d\d?)(?!\d)",
        rf"(?<!\d)(?P<one>[0-3]?\d){_GAP}{_WORD}(?![a-z])",
        r"(?<!\d)(?P<six>\d{6})(?!\d)",
    ),
)
"""How file names carry days, the surest forms first: where one is found, vaguer ones beside it are not looked at."""
_FORMS = [[re.compile(form, re.IGNORECASE) for form in forms] for forms in _NAME_FORMS]


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


class NamedDay(NamedTuple):
    """A piece of a file name that is a day or month, and all it may mean; ambiguous with more than one reading."""

    text: str
    readings: tuple[Span, ...]
    yearless: tuple[int, int] | None = None
    """(month, day) where it may be a day whose year the name does not say (AUG23)."""


def named_days(name: str) -> list[NamedDay]:
    """Return the different days a file name carries, or the months when it carries no day, with all readings of each.

    20240708, 2024-07-08, 23May2022 and AUG232022 have one reading, 05062022 two (day or month first), AUG23 two of
    which one lacks the year, 2022_12 is a month. A name with two entries speaks of two days.
    """
    for forms in _FORMS:
        found: dict[tuple[Any, ...], NamedDay] = {}
        taken: list[tuple[int, int]] = []
        for form in forms:
            for match in form.finditer(name):
                if any(start < match.end() and match.start() < end for start, end in taken):
                    continue
                if match.groupdict().get("word") and not _begins_word(name, match.start("word")):
                    continue
                readings, yearless = _readings({key: part for key, part in match.groupdict().items() if part})
                if readings or yearless:
                    taken.append(match.span())
                    found.setdefault((readings, yearless), NamedDay(match[0], readings, yearless))
        if found:
            return list(found.values())
    return []


def days_in_name(name: str) -> list[dt.date]:
    """Return the different days a file name carries for certain; none where it could be read two ways."""
    return [one.readings[0].first for one in named_days(name) if len(one.readings) == 1 and _is_day(one)]


def name_without_days(name: str) -> str:
    """Return a file name without the days it carries: the name its series shares."""
    for one in named_days(name):
        name = name.replace(one.text, "")
    return name.strip(" -_.") or name


def _is_day(one: NamedDay) -> bool:
    return one.yearless is None and one.readings[0].precision == "day"


def _begins_word(name: str, at: int) -> bool:
    """Whether a month begins at a place: "AUG" in "UkraineAUG23" does, "may" in "dismay22" does not."""
    before, letter = name[at - 1 : at] if at else "", name[at]
    return not before.isalpha() or (before.islower() and letter.isupper())


def _readings(parts: dict[str, str]) -> tuple[tuple[Span, ...], tuple[int, int] | None]:
    """Return the days or months the parts of a match may mean, and the day without a year."""
    month = _month(parts["word"]) if "word" in parts else int(parts.get("month", 0))
    one, two = int(parts.get("one", 0)), int(parts.get("two", 0))
    yearless = None
    if "six" in parts:
        a, b, c = (int(parts["six"][i : i + 2]) for i in (0, 2, 4))
        days = [_day(2000 + a, b, c), _day(2000 + c, b, a), _day(2000 + c, a, b)]
        months = [_whole_month(int(parts["six"][:4]), c)] if parts["six"][:2] in {"19", "20"} else []
    elif "year" in parts and "one" in parts:
        days, months = [_day(int(parts["year"]), two, one), _day(int(parts["year"]), one, two)], []
    elif "year" in parts:
        days = [_day(int(parts["year"]), month, int(parts["day"]))] if "day" in parts else []
        months = [] if days else [_whole_month(int(parts["year"]), month)]
    elif one and "two" in parts:  # 23May22
        days, months = [_day(2000 + two, month, one), _day(2000 + one, month, two)], []
    else:
        days = []
        months = [_whole_month(2000 + two, month)] if len(parts.get("two", "")) == 2 else []
        yearless = (month, one or two) if _day(2000, month, one or two) else None
    spans = [*(Span(day, day, "day") for day in days if day), *(one for one in months if one)]
    return tuple(dict.fromkeys(spans)), yearless


def _whole_month(year: int, month: int) -> Span | None:
    return parse_span(f"{year:04}-{month:02}")


# ---- days in names as the user says they are written ---------------------------------------------------------------
_DIRECTIVES = {
    "Y": r"(?P<Y>(?:19|20)\d\d)", "y": r"(?P<y>\d\d)", "m": r"(?P<m>\d\d?)", "d": r"(?P<d>\d\d?)",
    "b": rf"(?P<b>{_MONTH_WORD})", "B": rf"(?P<b>{_MONTH_WORD})", "j": r"(?P<j>\d{3})", "%": "%",
}  # fmt: skip
"""As in strftime: year, two-digit year (20..), month, day, month in words, day of the year."""


def _expanded(form: str) -> str:
    """Put the directives of a pattern into a regular expression; figures side by side have two digits each."""
    parts = re.split("(%[YymdbBj%])", form)
    for at in range(1, len(parts), 2):
        joined = [0 < at + step < len(parts) and parts[at + step // 2] == "" for step in (-2, 2)]
        part = _DIRECTIVES[parts[at][1]]
        if r"\d" in part:
            part = part.replace(r"\d\d?", r"\d\d") if any(joined) else part
            part = ("" if joined[0] else r"(?<!\d)") + part + ("" if joined[1] else r"(?!\d)")
        parts[at] = part
    return "".join(parts)


class DayPattern:
    """How names carry a day and perhaps a controller: "map_%Y%m%d", "{controller}_*_%d%b%y", or a regular expression.

    `%Y %y %m %d %b %j` are read as strftime writes them, `*` is anything, `{controller}` who held it; the rest stands
    for itself. A pattern with a named group, `(?P<date>...)` or `(?P<controller>...)`, is a regular expression, in
    which the same %-signs may stand. It may match anywhere in a name. Raises UsageError for one that names neither.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        literal = pattern
        if "(?P<" not in pattern:
            literal = re.escape(pattern).replace(r"\*", ".*?")
            literal = literal.replace(r"\{controller\}", "(?P<controller>[^/]+?)")
            literal = literal + "$" if literal.endswith(("+?)", ".*?")) else literal
        try:
            self._form = re.compile(_expanded(literal), re.IGNORECASE)
        except re.error as error:
            raise UsageError(f"--zone-dates {pattern!r}: {error}; write e.g. 'map_%Y%m%d'") from error
        if not set(self._form.groupindex) & {*"Yymdbj", "date", "controller"}:
            raise UsageError(f"--zone-dates {pattern!r} names no part of a date; write e.g. 'map_%Y%m%d'")

    def rest(self, name: str) -> str | None:
        """Return a name without what the pattern finds in it: the name the series shares, perhaps ""."""
        match = self._form.search(name)
        if match is None:
            return None
        for start, end in sorted((match.span(group) for group in match.groupdict() if match[group]), reverse=True):
            name = name[:start] + name[end:]
        return re.sub(r"[-_. /]{2,}", "_", name).strip(" -_./")

    def find(self, name: str) -> tuple[list[NamedDay], str | None] | None:
        """Return the day a name carries by this pattern and its controller; None where the pattern does not match."""
        match = self._form.search(name)
        if match is None:
            return None
        parts = {key: value for key, value in match.groupdict().items() if value}
        controller = parts.pop("controller", "").strip(" -_.") or None
        if "date" in parts:
            return named_days(parts["date"]), controller
        if not parts:
            return [], controller
        year = int(parts["Y"]) if "Y" in parts else 2000 + int(parts["y"]) if "y" in parts else 0
        month = _month(parts["b"]) if "b" in parts else int(parts.get("m", 0))
        if "j" in parts and year:
            day: dt.date | None = dt.date(year, 1, 1) + dt.timedelta(int(parts["j"]) - 1)
            day = day if day is not None and day.year == year else None
        else:
            day = _day(year, month, int(parts.get("d", 0)))
        span = Span(day, day, "day") if day else None
        if span is None and "d" not in parts and "j" not in parts and year:
            span = _whole_month(year, month)
        yearless = (month, int(parts["d"])) if not year and "d" in parts else None
        return ([NamedDay(match[0], (span,) if span else (), yearless)] if span or yearless else []), controller


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
