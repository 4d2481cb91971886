"""Full dates in Arabic, French, Turkish, Russian and Ukrainian: "٣ آذار/مارس ٢٠٢٠", "1er mars 2020", "3 березня 2020".

The names of the months are CLDR's, through `babel`, which is loaded at the first text that may hold such a date.
`dateparser` reads more languages and forms, but takes twice as long to load and finds dates in words that hold none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCALES: Final = ("ar", "ar_SY", "ar_IQ", "ar_MA", "ar_DZ", "ar_MR", "fr", "tr", "ru", "uk")
"""Arabic has six sets of names: Egypt and the Gulf, the Levant, Iraq, Morocco, Algeria with Tunisia, Mauritania."""

_NOT_FOREIGN: Final = frozenset({
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january", "february",
    "march", "april", "june", "july", "august", "september", "october", "november", "december",
})  # fmt: skip
"""English months, which need no table of names."""
LATIN_MONTHS: Final = frozenset({
    "jan", "fev", "mar", "avr", "mai", "jui", "aou", "sep", "oct", "nov", "dec",
    "oca", "sub", "nis", "may", "haz", "tem", "agu", "eyl", "eki", "kas", "ara",
})  # fmt: skip
"""What the French and Turkish months begin with, folded: other words in Latin script need no table of names either."""
_DIGITS: Final = {ord(digit): str(n % 10) for n, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_WORD: Final = r"[^\W\d_]{2,12}\.?"
_NAME: Final = rf"{_WORD}(?:[ \u00a0]{_WORD})?"
_FULL_DATE: Final = re.compile(
    rf"(?P<day>\d(?<![\d/.-].)\d?)(?:er|\.)?\s+(?:من\s+)?(?P<name>{_NAME})(?:\s?[/(-]\s?(?P<other>{_NAME})\)?)?"
    r"[,،]?\s+(?:(?:من\s+)?(?:عام|سنة|de)\s+)?(?P<year>(?:19|20)\d\d)(?!\d)"
)


class WrittenDate(NamedTuple):
    """A day, month and year as they stand in the text, not checked against the calendar."""

    start: int
    end: int
    year: int
    month: int
    day: int


def with_plain_digits(text: str) -> str:
    """Return `text` with Arabic-Indic and Persian digits as 0-9, character for character."""
    return text if text.isascii() else text.translate(_DIGITS)


def find_foreign_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[WrittenDate]:
    """Yield the full dates in other languages than English between two offsets; the digits of `text` must be plain.

    Two names of one month side by side ("آذار/مارس") must agree; a word that is no month makes no date.
    """
    for match in _FULL_DATE.finditer(text, start, len(text) if end is None else end):
        name, other = _folded(match["name"]), _folded(match["other"] or "")
        if name in _NOT_FOREIGN or (name.isascii() and name[:3] not in LATIN_MONTHS):
            continue
        months = {_month_names().get(name), _month_names().get(other)} - {None}
        if len(months) == 1 and (month := months.pop()):
            yield WrittenDate(*match.span(), int(match["year"]), month, int(match["day"]))


@cache
def _month_names() -> dict[str, int]:
    """Return the months by folded name; a name two languages use for different months is left out."""
    from babel import Locale

    found: dict[str, set[int]] = {}
    for code in _LOCALES:
        for forms in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                for month, name in forms[width].items():
                    found.setdefault(_folded(name), set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


def _folded(name: str) -> str:
    """Return a name without case, accents, hamza signs, vowel signs and tatweel: writers leave them out."""
    plain = unicodedata.normalize("NFD", name.replace("İ", "i").lower().replace("ı", "i"))
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in ".ـ").replace("\u00a0", " ")
