"""Date expressions: each with its value, the rule that gave it and its precision; and the day of publication.

Nothing is guessed: without a day of publication "Thursday" stays a weekday, and "3 March" has no year. What the forms
are and mean alone stands in `date_forms`, the month names of other languages in `months`; here they meet a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from geoconflict.events.date_forms import (
    DIGIT,
    FULL_FORMS,
    MONTHS,
    NEEDS,
    NEEDS_DIGIT,
    NO_YEAR,
    ONE_DAY,
    PARTIAL_FORMS,
    WORDS,
    DateContext,
    Precision,
    calendar_day,
    find_signs,
    resolve,
)
from geoconflict.events.lexicon import fold
from geoconflict.events.months import find_foreign_dates, with_plain_digits
from geoconflict.events.spans import Spans

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from geoconflict.records import Article

SIGN_REACH_CHARS: Final = 40
"""The longest date expression reaches no further than this from its sign."""

CONTEXT_CHARS: Final = 120
STORY_REACH_CHARS: Final = 250
""""The next day" counts from a day named at most this far before it."""

TWO_DAYS_WITHIN: Final = 3
""""On A and B" is one stretch where the days lie no further apart; else it is two times."""

HEAD_CHARS: Final = 450
FOOT_CHARS: Final = 250
"""Where a report's own date stands: at its head or at its foot."""

DATELINE_SCORE: Final = 1.5
"""Below this a full date at the head or foot is part of the story."""

ALIKE: Final = 0.5
"""Two datelines whose scores differ by less are equally good: where they disagree none is believed."""

YEAR_OF_THE_TEXT: Final = "year_of_the_text"
"""The rule of a day without a year in a report without a day of publication whose full dates are all of one year."""

YEARS: Final = range(1900, 2100)
"""Years a report may be of; files without a day sometimes say 0001 or 9999."""

_ALL_NEEDS: Final = frozenset(NEEDS.values())
_SINCE: Final = re.compile(
    r"\b(?:since|from|(?:began|started|broke out) (?:on|in)|starting|beginning)\s+(?:the\s+)?(?:early |late |mid-)?$"
)
_SENTENCE_END: Final = re.compile(r"(?:(?<=\w{4})|(?<=[\"')\d]))[.!?][\"')]*\s+|\n\s*\n")
_SINCE_CLAUSE: Final = re.compile(r"\bsince (?P<what>[^,.;:\d]{3,70}) (?:on|in|last|the) (?:(?:early|late|mid)[ -])?$")
_COMPARED: Final = re.compile(r"\b(?:first|\w+est|worst|most|largely)\b[^.;]*$")
""""Since the truce collapsed on Monday" opens a period; "the deadliest since the war began hit Azaz on Monday" none."""
_ONLY_TO: Final = re.compile(
    r"\s*(?P<to>-|to|through|till|until|and(?: again| also)?|(?:and )?into)\s*(?:on\s+)?(?:the\s+)?"
    r"(?:(?:early|late)\s+)?"
)
_BETWEEN: Final = re.compile(r"\bbetween\b")
_FROM: Final = re.compile(r"\bfrom\b")
_BEGAN: Final = re.compile(r"\b(?:began|begun|started|launched|erupted|broke out|opened)\b[^.;]{0,20}$")
_WENT_ON_TO: Final = re.compile(
    r"\s*,?\s*(?:and\s+|but\s+)?(?:continued|went on|lasted|raged|resumed|carried on|dragged on|ended)\s+"
    r"(?:\w+\s+){0,2}"
)
_OPENING_HOURS: Final = re.compile(r"\b(?:open|hours|daily|weekly|[ap]\.?m\.?)\W+$")
_FILE_DATE: Final = re.compile(r"(?<![0-9A-Fa-f])(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?([0-3]\d)(?![0-9A-Za-z])")
_URL_DAY: Final = re.compile(r"(?<!\d)(20\d\d)([/_-]?)(0[1-9]|1[0-2])\2([0-3]\d)(?!\d)")
_URL_YEAR: Final = re.compile(r"/(20\d\d)/(?:0?[1-9]|1[0-2])(?!\d)")
_TITLE_YEAR: Final = re.compile(rf"(?i)\b(?:{'|'.join(MONTHS)})[a-z]*\.?(?: \d\d?,?)? (20\d\d)\b")
_MARK: Final = re.compile(
    r"(?:^\W*(?i:date|posted|published|updated|last updated?|modified)|\b(?:Date|Posted|Published|(?P<new>Updated"
    r"|Last [Uu]pdated?|Modified)))\b[^\n]{0,25}$"
)
_UPDATE: Final = re.compile(r"(?i)(?:updated?|modified)\b[^\n]{0,25}$")
_STAMP: Final = re.compile(
    r"\b(?:updated?|modified|posted|published)(?: (?:at|on))?\W*(?:\d\d?:?\d\d(?: ?[ap]\.?m\.?)?)?(?:\W+on)?\W*$"
)
"""A full date right behind it is when the report was put up or changed, not when anything happened."""
_IN_A_SENTENCE: Final = re.compile(r"\b[a-z]+,?\s*$")


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
    """The day of publication, where it is known (None when it is not) and by which rule; `note` says what disagrees.

    `year` is that of a report whose day is not known.
    """

    day: dt.date | None
    span: tuple[int, int] | None
    rule: str
    note: str = ""
    year: int | None = None


class _Candidate(NamedTuple):
    score: float
    start: int
    end: int
    day: dt.date
    form: str
    is_update: bool


def find_dateline(article: Article) -> Dateline:
    """Return the day of publication: as given, from the head or foot of the text, or from the file's name.

    A day only assumed (`Article.published_assumed`) stands behind the text's and the file's own.

    Full dates compete by how alone they stand: a short line, a matching weekday, a clock time, "Published". The best
    wins, and what else the text or file says is noted; of two equally good ones of different days none is taken. The
    day of an update counts only where no other stands.
    """
    found = [c for c in _candidates(article.text) if c.score >= DATELINE_SCORE]
    found = [c for c in found if not c.is_update] or found
    best = max(found, key=lambda c: c.score, default=None)
    named, where = _file_day(article), "file_name"
    if named is None and article.url:
        named, where = _url_day(article.url), "url"
    given = article.published if article.published and article.published.year in YEARS else None
    own = best.day if best else named
    if given and not (article.published_assumed and own):
        note = f"published {given} as given, dated {own} in itself" if own not in (None, given) else ""
        return Dateline(given, (best.start, best.end) if best else None, "given", note)
    unlikely = f"the day of publication given, {article.published}, is none" if article.published and not given else ""
    if given and given != own:
        unlikely = f"dated {own} in itself, published {given} as assumed"
    if best is None:
        return Dateline(named, None, where if named else "none", unlikely, _stated_year(article))
    others = [c for c in found if c.day != best.day]
    note = f"carries the dates {', '.join(sorted({str(c.day) for c in (best, *others)}))}" if others else unlikely
    if any(best.score - c.score < ALIKE and abs(c.day - best.day) > ONE_DAY for c in others):
        settled = given or (named if named in {c.day for c in found} else None)
        if settled:
            return Dateline(settled, (best.start, best.end), "given" if given else where, note)
        return Dateline(None, None, "datelines_disagree", note)
    if not note and named and abs(named - best.day) > ONE_DAY:
        note = f"dated {best.day} in its text, {named} in its file's name"
    return Dateline(best.day, (best.start, best.end), f"dateline_{best.form}", note)


def find_dates(text: str, dateline: Dateline) -> list[DateExpression]:
    """Return all date expressions but the dateline itself, in order and without overlaps, the fullest form first."""
    text = with_plain_digits(text)
    low = fold(text)
    windows = list(_windows(low))
    fitting = _by_needs(windows)
    taken = Spans([dateline.span] if dateline.span else [])
    found = []
    for start, end, day, form in _foreign(text, windows):
        if not taken.touch(start, end):
            found.append(DateExpression(start, end, day, day, "day" if day else None, form))
            taken.add(start, end)
    for form, pattern in (*FULL_FORMS, *PARTIAL_FORMS):
        if form in WORDS and not any(word in low for word in WORDS[form]):
            continue
        for match in _matches(form, pattern, text, fitting):
            start, end = match.span()
            if taken.touch(start, end):
                continue
            before = _sentence_before(low, start)
            value = resolve(form, match, DateContext(dateline.day, before, text[end : end + 40]))
            if value and value.precision == "day" and "year" in NEEDS[form] and _STAMP.search(before):
                taken.add(start, end)
            elif value:
                since = _opens_a_period(before) or match.group(0).lower().startswith(("since", "from"))
                since = since or form == "past_span"
                found.append(DateExpression(start, end, *value[:4], since, value.weekday))
                taken.add(start, end)
    dates = _in_one_order(text, sorted(found, key=lambda date: date.start))
    return _in_the_story(low, _joined(text, low, dates), dateline.year)


def _opens_a_period(before: str) -> bool:
    """Whether the words before a date make it the first day of a time: "since", "since the truce collapsed on"."""
    if _SINCE.search(before):
        return True
    clause = _SINCE_CLAUSE.search(before) if "since " in before else None
    return bool(clause and not _COMPARED.search(before, 0, clause.start()))


_Window = tuple[int, int, set[str]]
_ByNeeds = dict[frozenset[str], list[tuple[int, int]]]


def _by_needs(windows: Sequence[_Window]) -> _ByNeeds:
    """Return where the forms with each set of needs may stand: there are fewer such sets than forms."""
    return {needs: [(start, end) for start, end, signs in windows if needs <= signs] for needs in _ALL_NEEDS}


def _matches(form: str, pattern: re.Pattern[str], text: str, windows: _ByNeeds) -> Iterator[re.Match[str]]:
    digit = form in NEEDS_DIGIT
    for start, end in windows[NEEDS[form]]:
        if not digit or DIGIT.search(text, start, end):
            yield from pattern.finditer(text, start, end)


def _foreign(text: str, windows: Sequence[_Window]) -> Iterator[tuple[int, int, dt.date | None, str]]:
    with_year = ((start, end) for start, end, signs in windows if "year" in signs)
    for date in (date for window in with_year for date in find_foreign_dates(text, *window)):
        value = calendar_day(date.year, date.month, date.day, "full_date")
        if value:
            yield date.start, date.end, value.first, value.rule


def _windows(low: str) -> Iterator[_Window]:
    """Yield the stretches of a text that may hold dates, cut at blanks, with the signs in them."""
    start, end = 0, -1
    signs: set[str] = set()
    for opens, closes, sign in find_signs(low):
        first = low.rfind(" ", 0, max(0, opens - SIGN_REACH_CHARS)) + 1
        last = low.find(" ", closes + SIGN_REACH_CHARS)
        if end >= 0 and first > end:
            yield start, end, signs
            start, signs = first, set()
        elif end < 0:
            start = first
        end = len(low) if last < 0 else last
        signs.add(sign)
    if end >= 0:
        yield start, end, signs


def _sentence_before(low: str, start: int) -> str:
    """Return what stands before `start` in its sentence, at most `CONTEXT_CHARS`."""
    before = low[max(0, start - CONTEXT_CHARS) : start]
    if not ("." in before or "\n" in before or "?" in before or "!" in before):
        return before
    cuts = [m.end() for m in _SENTENCE_END.finditer(before)]
    return before[cuts[-1] :] if cuts else before


# ---- expressions that lean on each other -------------------------------------------------------------------


def _in_one_order(text: str, dates: list[DateExpression]) -> list[DateExpression]:
    """Read "02/05/2018" as the other numeric dates of the text are written, where these agree on day or month first."""
    ambiguous = [d for d in dates if d.rule == "numeric_ambiguous"]
    orders = {
        text[date.start : date.end].rsplit(None, 1)[-1].startswith(str(date.first.day))
        for date in (dates if ambiguous else [])
        if date.rule == "numeric_date" and date.first and date.first.day > 12 and "/" in text[date.start : date.end]
    }
    if len(orders) != 1:
        return dates
    (day_first,) = orders
    read = {}
    for date in ambiguous:
        a, b, year = map(int, text[date.start : date.end].rsplit(None, 1)[-1].split("/"))
        value = calendar_day(year, *((b, a) if day_first else (a, b)), "numeric_date")
        if value and value.first:
            read[date] = _on(date, value.first, "numeric_like_the_others")
    return [read.get(date, date) for date in dates]


def _joined(text: str, low: str, dates: list[DateExpression]) -> list[DateExpression]:
    """Join "from Sunday to Tuesday", "28 March - 2 April", "between 2014 and 2016"; "at dawn on Monday" is Monday."""
    joined: list[DateExpression] = []
    for date in dates:
        last = joined[-1] if joined else None
        gap = low[last.end : date.start] if last else ""
        if last and last.rule in ("at_dawn", "overnight") and gap.strip() in ("", "on", "of", "from", "between"):
            joined[-1] = date
        elif last and last.precision == "day" and date.rule in ("at_dawn", "overnight") and not gap.strip():
            continue
        elif last and _WENT_ON_TO.fullmatch(gap) and _BEGAN.search(low, max(0, last.start - 40), last.start):
            whole = _from_to(text, replace(last, since=False), date)
            joined[-1:] = [whole] if whole else [last, date]
        elif last and (to := _ONLY_TO.fullmatch(gap)):
            before = _sentence_before(low, last.start)
            if to["to"] == "-" and last.weekday is not None and _OPENING_HOURS.search(before):
                joined.pop()
                continue
            may_join = _may_join(to["to"], before + low[last.start : last.end])
            two_days = to["to"].startswith("and") and _are_two_days(before, gap, last, date)
            whole = _from_to(text, last, date) if may_join or two_days else None
            joined[-1:] = [whole] if whole else [last, date]
        else:
            joined.append(date)
    return joined


def _may_join(to: str, upto: str) -> bool:
    """Whether the words around two dates say that they are the ends of one stretch."""
    if to in ("-", "through", "into", "and into"):
        return True
    return bool((_BETWEEN if to == "and" else _FROM).search(upto[-40:]))


def _are_two_days(before: str, gap: str, first: DateExpression, last: DateExpression) -> bool:
    """Whether "on December 31 and January 1" names two days of one deed that lie next to each other, or nearly."""
    if not (first.precision == last.precision == "day" and first.first and last.first):
        return False
    named = first.weekday is not None and last.weekday is not None
    if not named and (" on " in gap or not before.endswith("on ")):
        return False
    return ONE_DAY <= last.first - first.first <= TWO_DAYS_WITHIN * ONE_DAY


def _from_to(text: str, first: DateExpression, last: DateExpression) -> DateExpression | None:
    if last.first is None or last.last is None:
        return None
    if first.rule.startswith(("no_year", "month_day", "month_past")):  # "from 28 March to 2 April 2020"
        for form, pattern in PARTIAL_FORMS:
            match = pattern.fullmatch(text, first.start, first.end) if form in ("month_day", "month") else None
            value = match and resolve(form, match, DateContext(last.last, "", ""))
            if value:
                first = replace(first, first=value.first, last=value.last, precision=value.precision)
    opens = first.first
    if opens and opens > last.first and first.weekday is not None:
        opens -= 7 * ONE_DAY
    if opens is None or opens >= last.last:
        return None
    return DateExpression(first.start, last.end, opens, last.last, "range", "from_to")


def _in_the_story(low: str, dates: list[DateExpression], year: int | None = None) -> list[DateExpression]:
    """Resolve what counts from a day named before: "the next day", "two days earlier", "the following Monday".

    A weekday without a day of publication is the day of a full date before it that names the same weekday; a day
    without a year is of the one year the full dates of the text are of, else of `year`.
    """
    resolved: list[DateExpression] = []
    unsaid = any(date.rule.startswith(NO_YEAR) for date in dates)
    years = (_years(dates) or ({year} if year else set())) if unsaid else set()
    for date in dates:
        if len(years) == 1 and date.rule.startswith(NO_YEAR):
            resolved.append(_in_year(date, *years))
            continue
        known = [d for d in resolved if d.precision == "day" and d.first]
        near = [d for d in known if date.start - d.end <= STORY_REACH_CHARS and "\n\n" not in low[d.end : date.start]]
        day = near[-1].first if near else None
        rule, _, number = date.rule.partition(":")
        if rule == "weekday_without_anchor":
            same = [d for d in known if d.weekday == date.weekday and d.rule.endswith("_date")]
            day = same[-1].first if same else None
            resolved.append(_on(date, day, "weekday_repeats_date") if day else date)
        elif rule == "today" and day and _is_quoted(low, date.start) and date.first and day < date.first:
            resolved.append(_on(date, day, "story_today"))
        elif rule in ("step", "earlier") and number and day:
            steps = int(number) * (1 if rule == "step" else -1)
            resolved.append(_on(date, day + steps * ONE_DAY, f"story_{rule}"))
        elif rule == "weekday_following" and day and date.weekday is not None:
            ahead = (date.weekday - day.weekday() - 1) % 7 + 1
            resolved.append(_on(date, day + ahead * ONE_DAY, rule))
        elif rule != "step":
            resolved.append(replace(date, rule="story_without_anchor") if rule == "earlier" else date)
    return resolved


def _is_quoted(low: str, start: int) -> bool:
    """Whether a quotation is open before `start` in its paragraph: its "today" is the day it was spoken."""
    return low.count('"', low.rfind("\n", 0, start) + 1, start) % 2 == 1


def _years(dates: list[DateExpression]) -> set[int]:
    """Return the years of the full dates of a text; the first day of a period says nothing of the other days."""
    full = (d for d in dates if d.precision == "day" and d.rule.endswith("_date") and not d.since)
    return {d.first.year for d in full if d.first}


def _in_year(date: DateExpression, year: int) -> DateExpression:
    """Return a day written without a year as of `year`, as it was where that year does not have it."""
    month, day = (int(part) for part in date.rule.removeprefix(f"{NO_YEAR}XXXX-").partition("/")[0].split("-"))
    value = calendar_day(year, month, day, "")
    return _on(date, value.first, YEAR_OF_THE_TEXT) if value and value.first else date


def _on(date: DateExpression, day: dt.date, rule: str) -> DateExpression:
    return replace(date, first=day, last=day, precision="day", rule=rule)


# ---- the publication day -----------------------------------------------------------------------------------


def _candidates(text: str) -> Iterator[_Candidate]:
    """Yield the full dates at the head and the foot of a text with how much like a dateline they stand."""
    text = with_plain_digits(text)
    foot = max(HEAD_CHARS, len(text) - FOOT_CHARS)
    for part, offset in ((text[:HEAD_CHARS], 0), (text[foot:], foot)):
        if not ("19" in part or "20" in part):  # no year
            continue
        windows = list(_windows(fold(part)))
        fitting = _by_needs(windows)
        for start, end, day, _ in _foreign(part, windows):
            if day:
                yield _candidate(text, start + offset, end + offset, day, "foreign", fits=None)
        for form, pattern in FULL_FORMS:
            for match in _matches(form, pattern, part, fitting):
                value = resolve(form, match, DateContext(None, "", ""))
                if value and value.first and value.precision == "day":
                    fits = None if value.weekday is None else value.weekday == value.first.weekday()
                    start, end = match.start() + offset, match.end() + offset
                    yield _candidate(text, start, end, value.first, form, fits=fits)


def _candidate(text: str, start: int, end: int, day: dt.date, form: str, *, fits: bool | None) -> _Candidate:
    line_start = text.rfind("\n", 0, start) + 1
    is_update = bool(_UPDATE.search(text[line_start:start]))
    return _Candidate(_dateline_score(text, start, end, fits), start, end, day, form, is_update)


_TOLD_FIRST: Final = re.compile(r"(?i)[\s\d.)•*–—-]*(?:(?:in|at|near)\s[^\n]{1,40}\s)?on\s+(?:the\s+)?(?:\w+day,?\s+)?")

_ON: Final = re.compile(r"\bon\s+(?:\w+day,?\s+)?$", re.IGNORECASE)
_GOES_ON: Final = re.compile(r",?\s+[a-z]{2}")
"""Both say that a full date is one of a sentence, the day of what it tells: "On June 3, 2021, shells hit ...", "Shells
hit Azaz on June 3, 2021 and killed ..."."""
_OPENS_A_SENTENCE: Final = re.compile(
    r"(?i)[\s\d.)•*–—-]*(?:on|between|from|since|until|during|by|before|after)\s+(?:the\s+)?(?:\w+day,?\s+)?"
)
_BARE_BEFORE: Final = re.compile(r"(?:^|\s)[A-Z][\w.-]*\s+$")
_BARE_AFTER: Final = re.compile(r"\s+[\"'“]?(?:[A-Z]|\d{1,3} [a-z])")
"""Both say that a date stands between headline and report run together: "Raids Hit Azaz 5 April 2016 At least 14"."""
_ENDS_A_STRETCH: Final = re.compile(r"(?i)\b(?:19|20)\d\d,?\s+(?:and|to|until|till|through)\s+(?:\w+day,?\s+)?$")
_OPENS_A_STRETCH: Final = re.compile(r",?\s+(?:and|to|until|till|through)\s+(?:\w+\.?\s+)?\d")
_WENT_ON: Final = re.compile(
    r",?\s+(?!(?:by|at|in|from|updated|posted|published|last)\b)\S+\s+\S+\s[^\n]*\w[.!?][\"'”)]*\s*$"
)
"""What follows a day in a sentence that goes on to its full stop: "On 5 April 2016 a car bomb killed 14 people."."""


def _dateline_score(text: str, start: int, end: int, weekday_fits: bool | None) -> float:
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[line_start : line_end if line_end > 0 else len(text)]
    before, after = text[line_start:start], text[end : end + 14]
    goes_on = bool(_ON.search(before)) and bool(_GOES_ON.match(after)) and not _MARK.search(before)
    if len(line) >= 60 and (goes_on or _TOLD_FIRST.fullmatch(before)):
        return 0.0
    if _is_of_a_sentence(before, line[end - line_start :]):
        return 0.0
    words = len(before.split())
    marked = bool(_MARK.search(before)) or (words <= 4 and bool(re.search(r"(?i)\b(?:on|by)[\s:]*$", before)))
    clock = re.match(r"[\s,–-]*\d{1,2}:\d\d", after) or re.search(r"\b\d\d:?\d\d\s*$", before)
    score = 0.0 if weekday_fits is None else 2.0 if weekday_fits else -1.5
    score += 2.0 * (len(line) < 60) + 1.5 * (words <= 3) + 1.0 * bool(clock) + 1.5 * marked
    score -= 1.5 * (words > 4 and not marked and bool(_IN_A_SENTENCE.search(before)))
    score += 1.5 * (words > 3 and bool(_BARE_BEFORE.search(before)) and bool(_BARE_AFTER.match(after)))
    return score + 0.5 * (start < HEAD_CHARS)


def _is_of_a_sentence(before: str, after: str) -> bool:
    """Whether a full date is an end of a stretch, or opens a sentence that goes on to tell what was on that day."""
    if _ENDS_A_STRETCH.search(before) or _OPENS_A_STRETCH.match(after):
        return True
    opens = _OPENS_A_SENTENCE.fullmatch(before) or (not before.strip() and re.match(r"\s+[a-z]+\b(?!:)", after))
    return bool(opens and _WENT_ON.match(after))


def _url_day(url: str) -> dt.date | None:
    """Return the day in an address, as most papers write it: ".../2022/02/03/raid"."""
    found = _URL_DAY.search(url)
    value = calendar_day(int(found[1]), int(found[3]), int(found[4]), "url") if found else None
    return value.first if value else None


def _stated_year(article: Article) -> int | None:
    """Return the year of an article without a day of publication, from its address or its title's month; else None."""
    found = _URL_YEAR.search(article.url) or _TITLE_YEAR.search(article.title)
    return int(found[1]) if found else None


def _file_day(article: Article) -> dt.date | None:
    """Return the day in a file's name: 2022-02-03, 20220203, 3_March_2022."""
    name = article.file_name or article.id
    written = _FILE_DATE.search(name)
    if written:
        year, month, day = map(int, written.groups())
        value = calendar_day(year, month, day, "file_name")
        return value.first if value else None
    for form, pattern in FULL_FORMS:
        match = pattern.search(name.replace("_", " ").replace(".", " ")) if "month" in form else None
        value = resolve(form, match, DateContext(None, "", "")) if match else None
        if value:
            return value.first
    return None
