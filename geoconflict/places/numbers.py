"""Numbers in words: "twenty-five", "a dozen", "half a million". Distances, dates and figures count with these."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUE: Final = {word: n for n, word in enumerate(_UNITS, 1)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALE: Final = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}

SIMPLE: Final = "|".join(sorted(_VALUE, key=len, reverse=True))
"""Alternation of "one" to "ninety"."""

SCALES: Final = "|".join(_SCALE)

_SMALL: Final = rf"(?:(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_UNITS[:9])})|{SIMPLE})\b"

WORDS: Final = (
    rf"(?:(?:half an?|an?|{_SMALL})\s+)?(?:{SCALES})\b(?:\s+(?:and\s+)?{_SMALL})?(?:\s+(?:thousand|million)\b)?"
    rf"|{_SMALL}"
)
"""Alternation of the numbers in words this module reads: "twenty-three", "two hundred and six", "three dozen"."""


def number(text: str) -> int:
    """Return the value of digits ("1,200", "3 000") or of number words ("three dozen", "twenty-one"); "a" is 1.

    A scale after digits counts: "12 thousand" is 12,000.
    """
    total, current = 0, 0.0
    for word in re.findall(r"\d[\d, ]*|[a-z]+", text.lower()):
        if word[0].isdigit():
            current = int(re.sub(r"\D", "", word))
        elif word in ("a", "an"):
            current = current or 1
        elif word == "half":
            current = 0.5
        elif word in _VALUE:
            current = current + _VALUE[word] if current >= 20 else _VALUE[word]
        elif word in _SCALE and 0 < total < _SCALE[word]:  # "one hundred and twenty thousand"
            total, current = int((total + current) * _SCALE[word]), 0
        elif word in _SCALE:
            total += int((current or 1) * _SCALE[word])
            current = 0
    return int(total + current)
