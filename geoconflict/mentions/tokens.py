"""Text to tokens: words with their offsets, and what stands between them.

A token never contains a hyphen, an underscore or a possessive ending, so that "Turkish-backed", "#دولة_الكويت" and
"Syria's" give the name by itself. Offsets always point into the text as it came; folding happens on `Token.norm`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geoconflict.gazetteer.names import norm
from geoconflict.mentions.vocabulary import ABBREVIATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MARKS = "\u064b-\u065f\u0670\u0300-\u036f"  # combining marks: Arabic vowels, and accents of decomposed (NFD) text
_INSIDE = "'’ʼ‘`\u00ad\u200c\u200d"  # apostrophes of transliteration, soft hyphens and joiners do not end a word
_ABBREVIATED = "|".join(re.escape(word) for word in sorted(ABBREVIATIONS, key=len, reverse=True))
_WORD = re.compile(
    rf"(?=[A-Z])(?:(?:[A-Z]\.){{2,}}(?:[A-Z]\b)?"  # U.S., U.A.E
    rf"|(?:{_ABBREVIATED})\.)"
    rf"|[^\W_][\w{_MARKS}{_INSIDE}]*",
)
_POSSESSIVE = re.compile(r"(?:['’]s?|['’`‘]+)$")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+|[^A-Za-z\d]+")
_CAMEL_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BIDI = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f]+")
_WRAPPED_LINE = 50
"""A line at least this long with no blank line after it was wrapped: the break is a space, not a title's end."""


class Token:
    """A word of the text; `gap` is what stands between it and the word before, `hashtag` whether it is part of one."""

    __slots__ = ("capital", "end", "gap", "hashtag", "norm", "start", "text")

    def __init__(self, start: int, end: int, text: str, gap: str, hashtag: bool) -> None:
        self.start, self.end, self.text, self.gap, self.hashtag = start, end, text, gap, hashtag
        self.norm = norm(text)
        self.capital = text[:1].isupper()

    def __repr__(self) -> str:
        return f"Token({self.start}:{self.end} {self.text!r})"


def split_tokens(text: str, unglue: Callable[[str], int] | None = None) -> list[Token]:
    """Return the words of a text in order.

    `unglue` is asked where a word is two that lost their space ("Turkeywould"); 0 means nowhere.
    """
    tokens: list[Token] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match.group()
        if word.islower() and word.isalpha() and text[start - 1 : start] not in ("#", "_"):  # most words, told fast
            gap = text[last:start]
            tokens.append(Token(start, end, word, gap if gap == " " else _gap(text, last, start), False))
            last = end
            continue
        for first, past, hashtag in _parts(text, start, word, unglue):
            gap = text[last:first]
            tokens.append(Token(first, past, text[first:past], gap if gap == " " else _gap(text, last, first), hashtag))
            last = past
    return tokens


def _parts(
    text: str,
    start: int,
    word: str,
    unglue: Callable[[str], int] | None,
) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, part of a hashtag) of the parts of a word: camel-case hashtags and glued words are split."""
    hashtag = start > 0 and text[start - 1] in "#_"
    if "_" in word:
        for part in re.finditer(r"[^_]+", word):
            yield start + part.start(), _without_possessive(start + part.start(), part.group()), hashtag
    elif hashtag and len(word) > 4 and word.isascii() and not word.isupper() and not word.islower():
        for part in _CAMEL.finditer(word):
            yield start + part.start(), start + part.end(), True
    else:
        cut = unglue(word) if unglue and len(word) > 4 and not word.islower() else 0
        if cut:
            yield start, start + cut, hashtag
        yield start + cut, _without_possessive(start + cut, word[cut:]), hashtag


def _without_possessive(start: int, word: str) -> int:
    """Return the end of a word that begins at `start`, its possessive ending left to the next gap."""
    possessive = None if word.isalpha() else _POSSESSIVE.search(word)
    return start + (possessive.start() if possessive and possessive.start() else len(word))


def camel_breaks(word: str) -> list[int]:
    """Return where a small letter meets a capital one inside a word."""
    return [match.start() for match in _CAMEL_BREAK.finditer(word)]


def _gap(text: str, start: int, end: int) -> str:
    """Return what stands between two words, with every kind of space as one and marks of direction left out."""
    gap = text[start:end]
    if not gap.isascii():
        gap = _BIDI.sub("", gap)
    gap = _SPACES.sub(" ", gap)
    if gap in ("\n", "\r\n", " \n", "\n ") and start - max(text.rfind("\n", 0, start), 0) >= _WRAPPED_LINE:
        return " "
    return gap
