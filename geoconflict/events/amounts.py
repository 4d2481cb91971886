"""The numbers of a sentence that may count people, and how firm each is: "at least 12", "between 10 and 15", "dozens".

Ages, money, distances, times, unit names, plates, years and counts of things are left out here; what the rest count
is for `figures.py` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from geoconflict.events.lexicon import any_of, fragments, pattern
from geoconflict.events.openings import LETTERS, find_at, skipping
from geoconflict.places import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geoconflict.events.sentences import Sentence

_VAGUE: Final[dict[str, tuple[int | None, int | None]]] = {
    "tens of thousands": (20_000, None), "hundreds of thousands": (200_000, None), "thousands": (2_000, None),
    "hundreds": (200, None), "scores": (40, None), "dozens": (24, None), "tens": (20, None), "several": (3, None),
    "several dozen": (36, None), "several hundred": (300, None), "several thousand": (3_000, None),
    "a few dozen": (36, None), "a few hundred": (300, None), "a few thousand": (3_000, None), "a few": (3, None),
    "a couple of": (2, 2), "a number of": (None, None),
}  # fmt: skip
"""The smallest count each vague word allows."""

WIDEST_RANGE: Final = 20
"""A range whose upper end is more than so many times its lower one is none: "51-7734" is a plate."""

YEARS: Final = range(1900, 2036)

_DIGITS: Final = r"\d{1,3}(?:[, ]\d{3})+|\d+"
_ONE: Final = rf"(?:{_DIGITS}|{numbers.WORDS})"
_NUMBER: Final = re.compile(
    rf"(?<![\w$€£./:-])(?:(?P<vague>{any_of('vague_numbers')})(?:\s+of)?"
    rf"|between\s+(?P<from_1>{_ONE})\s+and\s+(?P<to_1>{_ONE})"
    rf"|from\s+(?P<from_2>{_ONE})\s+to\s+(?P<to_2>{_ONE})"
    rf"|(?P<both>both(?=\s+(?:of\s+)?(?:the(?:ir)?\s+)?(?:{any_of('group_nouns')})\b))"
    rf"|(?P<digits>{_DIGITS})(?P<plus>\+)?(?:\s*-\s*(?P<to_3>{_DIGITS})|\s+(?:to|or)\s+(?P<to_4>{_ONE}))?"
    rf"(?:\s+(?P<scale>{numbers.SCALES}))?"
    rf"|(?P<words>{numbers.WORDS})(?:\s+(?:to|or)\s+(?P<to_5>{_ONE}))?)"
    rf"(?![\w°]|-year|-(?!(?:{any_of('headline_sources')})\b)[a-z]|[.,:/-]\d|\s*%|\s*(?:{any_of('measures')})\b"
    rf"|\s+(?:(?!(?:in|on|at|by|and|or|as|after|when|near|from|of|with|during|dead|killed|wounded|injured)\b)[a-z-]+\s+)?"
    rf"(?:{any_of('counted_things')})\b(?:(?<=s)|(?!\s+(?:{any_of('group_nouns')})\b)))"
)
_ANY: Final = re.compile(rf"\d|\b(?:both|{any_of('vague_numbers')}|{numbers.SIMPLE}|{numbers.SCALES})\b")
"""Without one of these a sentence has no number: asked first, because most have none."""

_DIGIT: Final = re.compile(r"\d")
_PLAIN_WORDS: Final = ("both", *numbers.SIMPLE.split("|"), *numbers.SCALES.split("|"), *fragments("vague_numbers"))
_OPENINGS: Final = frozenset(word.removeprefix("a ").split()[0][:LETTERS] for word in _PLAIN_WORDS)
_START: Final = re.compile(
    "|".join("0123456789")
    + "|"
    + skipping({"between", "from", "half a", *_PLAIN_WORDS})
    + rf"|an?(?=\s+(?:{numbers.SCALES}|few|couple|number)\b)"
)
"""Where a number may begin, written so that the scan may skip."""

_SCALES: Final = frozenset(numbers.SCALES.split("|"))
_COUNTS_NOBODY: Final = re.compile(
    r"\bone of (?:the|a|an|his|their|several|many|its)\b|\bone day\b"
    rf"|\b(?:one|1) (?:in|out of) (?:every )?(?:\d|{numbers.SIMPLE})"
    r"|\bone (?:side|another|resident|source|official|witness|hand|analyst)\b"
)
_NOBODY: Final = re.compile(r"\b(?:no|not(?: even| a single)?|none of(?: the)?|neither of(?: the)?|nor|without)\s+$")
"""Before a number: then nobody was, or of so many none."""
_NO_PEOPLE_BEFORE: Final = re.compile(r"\bpopulation of (?:[\w-]+ ){0,2}$|\b(?:one|1) (?:in|out of) (?:every )?$")
"""Before a number: it is how many live there, or the base of a share ("one in five")."""
_OF_DIGITS: Final = re.compile(r"\d ?$")
"""Before a scale: "£59.5 million" is money, not a million."""
_NUMBERED: Final = re.compile(rf"\b(?:{any_of('numbered_things')})\s*(?:no\.?|number|#)?\s*$")
_AGE: Final = re.compile(
    r"[A-Z][\w'’-]+\)?,\s*$|\b(?:sons?|daughters?|brothers?|sisters?|wife|boys?|girls?|child(?:ren)?),\s*$"
)
_AGES: Final = re.compile(r",\s*\d{1,2} and $")
_SECOND_AGE: Final = re.compile(r" and \d{1,2},")
_HEDGE: Final = re.compile(
    r"(?<![a-z])(?:(?P<floor>(?:(?:well|far|just|slightly|a little)\s+)?"
    rf"(?:{any_of('floor_hedges')}))\s+(?:(?:a|the)\s+)?$"
    rf"|(?P<ceiling>{any_of('ceiling_hedges')})\s+(?:(?:a|the|about|(?P<over>over|(?:well )?more than))\s+)?$"
    rf"|(?P<rounded>{any_of('rounded_hedges')})\s+(?:(?:a|the|another|other)\s+)?$"
    rf"|(?P<plain>{any_of('plain_hedges')})\s+(?:(?:a|the)\s+)?$)"
)
_BELOW: Final = re.compile(rf"(?:{any_of('below_hedges')})\b")
_DOUBT_BEFORE: Final = re.compile(r"\b(?:possibl[ye]|perhaps|maybe|up to|may|feared)\s+(?:[\w'-]+\s+){0,1}$")
_DOUBT_AFTER: Final = re.compile(r"(?:\s+[\w'-]+){0,3}?\s+(?:may|might) (?:also )?have\b")
_SURPASSED: Final = re.compile(r"\b(?:surpass(?:es|ed|ing)|topp?(?:s|ed|ing)|pass(?:es|ed)) $")
_AT_LEAST_AFTER: Final = re.compile(r"\W+(?:[\w-]+\W+){0,5}?at least\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and its hedge; offsets are within the sentence.

    `start` is where the hedge starts, `number` where the number does. `low` and `high` are what the words allow,
    `named` the smallest number they name.
    """

    start: int
    number: int
    end: int
    low: int | None
    high: int | None
    hedge: Literal["exact", "floor", "ceiling", "rounded"]
    named: int


def find_amounts(sentence: Sentence, skip: Iterable[tuple[int, int]], counts_people: re.Pattern[str]) -> list[Amount]:
    """Return the amounts of a sentence in order, without those inside `skip` (dates, absolute offsets).

    A number that may be a year is one unless `counts_people` matches right behind it.
    """
    if not _may_have_number(sentence):
        return []
    spans, found = list(skip), []
    for match in _numbers(sentence.low):
        start, end = match.span()
        if any(a < end + sentence.start and start + sentence.start < b for a, b in spans):
            continue
        if match["from_2"] and pattern("count_moved").search(sentence.low, max(0, start - 40), start):
            for group in ("from_2", "to_2"):  # "rose from 19 to 27" is no range
                value = numbers.number(match[group])
                found.append(_hedged(sentence.low, match.span(group), (value, value)))
            continue
        values = _values(match)
        if values is None or _is_no_count(sentence, match):
            continue
        year = match["digits"] and not match["plus"] and (values[0] or 0) in YEARS
        if not (year and not counts_people.match(sentence.low, end, end + 40)):
            found.append(
                _hedged(sentence.low, (start, end), values, vague=bool(match["vague"]), plus=bool(match["plus"]))
            )
    return found


def _may_have_number(sentence: Sentence) -> bool:
    if _DIGIT.search(sentence.low):
        return True
    return not _OPENINGS.isdisjoint(sentence.openings) and bool(_ANY.search(sentence.low))


def _numbers(low: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of a sentence; those with other digits than ours are looked for everywhere."""
    return find_at(_START.finditer(low), _NUMBER, low) if low.isascii() else _NUMBER.finditer(low)


def _is_no_count(sentence: Sentence, match: re.Match[str]) -> bool:
    low, (start, end) = sentence.low, match.span()
    digits = match["digits"] or ""
    return bool(
        _COUNTS_NOBODY.match(low, start)
        or low[start - 1 : start] + low[end : end + 1] == "()"  # a number alone in brackets is a reference
        or (digits.startswith("0") and len(digits) > 1)  # of a telephone
        or _NO_PEOPLE_BEFORE.search(low, max(0, start - 30), start)
        or (match["words"] in _SCALES and _OF_DIGITS.search(low, max(0, start - 2), start))
        or (digits and _NUMBERED.search(low, max(0, start - 30), start))
        or _NOBODY.search(low, max(0, start - 24), start)
        or (1 <= len(digits) <= 2 and _is_age(sentence, start, end))
    )


def _is_age(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a number stands as an age: "Ali, 8, and", "his son, 7, was", "two brothers, 9 and 11, were"."""
    text, head = sentence.text, max(0, start - 40)
    if text[end : end + 1] not in (",", ")"):
        return bool(_SECOND_AGE.match(text, end) and _AGE.search(text, head, start))
    return bool(_AGE.search(text, head, start) or _AGES.search(text, head, start))


def _values(match: re.Match[str]) -> tuple[int | None, int | None] | None:
    """Return the range a number names, or None where it names none."""
    if match["vague"]:
        return _VAGUE[match["vague"]]
    if match["both"]:
        return 2, 2
    scale = f" {match['scale']}" if match["scale"] else ""
    low = numbers.number((match["from_1"] or match["from_2"] or match["digits"] or match["words"]) + scale)
    upper = next((match[f"to_{n}"] for n in "12345" if match[f"to_{n}"]), None)
    if upper is None:
        return low, low
    high = numbers.number(upper + scale)
    fits = low < high <= WIDEST_RANGE * low and not (low in YEARS and high in YEARS)
    return (low, high) if fits else None


def _hedged(
    text: str, span: tuple[int, int], values: tuple[int | None, int | None], *, vague: bool = False, plus: bool = False
) -> Amount:
    (number, end), (low, high) = span, values
    hedge = _HEDGE.search(text, max(0, number - 40), number)
    start, named = hedge.start() if hedge else number, low or 0

    def amount(low: int | None, high: int | None, kind: Literal["exact", "floor", "ceiling", "rounded"]) -> Amount:
        return Amount(start, number, end, low, high, kind, named)

    if vague:
        return amount(low, high, "rounded")
    if hedge and hedge["over"] and hedge["ceiling"] != "possibly":  # "up to more than 130": 130 are counted
        return amount(low, None, "floor")
    doubted = _DOUBT_BEFORE.search(text, max(0, number - 40), number) or _DOUBT_AFTER.match(text, end, end + 50)
    if (hedge and hedge["ceiling"]) or doubted:
        return amount(None, high, "ceiling")
    if (
        (hedge and hedge["floor"])
        or plus
        or _SURPASSED.search(text, max(0, number - 14), number)
        or _AT_LEAST_AFTER.match(text, end, end + 30)
    ):
        return amount(low, None, "floor")
    if hedge and hedge["rounded"]:
        return amount(None if _BELOW.match(hedge["rounded"]) else low, high, "rounded")
    return amount(low, high, "exact")
