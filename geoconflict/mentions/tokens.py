"""Text to tokens: words with their offsets, and what stands between them.

A token never contains a hyphen, an underscore or a possessive ending, so that "Turkish-backed", "#دولة_الكويت" and
"Syria's" give the name by itself. Offsets always point into the text as it came; folding happens on `Token.norm`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from geoconflict.gazetteer.names import norm
from geoconflict.mentions.vocabulary import ABBREVIATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MARKS = "\u064b-\u065f\u0670\u0300-\u036f"  # combining marks: Arabic vowels, and accents of decomposed (NFD) text
_INSIDE = "'’ʼ‘`\u00ad\u200c\u200d"  # apostrophes of transliteration, soft hyphens and joiners do not end a word
_ABBREVIATED = "|".join(re.escape(word) for word in sorted(ABBREVIATIONS, key=len, reverse=True))
_WORD = re.compile(
    rf"((?=[A-Z]\w{{0,4}}\.)(?:(?:[A-Z]\.){{2,}}(?:[A-Z]\b)?"  # U.S., U.A.E
    rf"|(?:{_ABBREVIATED})\.)"
    rf"|[^\W_][\w{_MARKS}{_INSIDE}]*)",
)
_POSSESSIVE = re.compile(r"(?:['’]s?|['’`‘]+)$")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+|[^A-Za-z\d]+")
_CAMEL_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BIDI = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f]+")
_OPENS_HASHTAG = ("#", "_")
_BREAKS = frozenset({"\n", "\r\n", " \n", "\n "})
_WORDS_KEPT = 50_000
"""Words whose parts are remembered, some 15 MB."""
_WRAPPED_LINE = 50
"""A line at least this long with no blank line after it was wrapped: the break is a space, not a title's end."""


class Token:
    """A word of the text; `gap` is what stands between it and the word before, `hashtag` whether it is part of one."""

    __slots__ = ("capital", "end", "gap", "hashtag", "norm", "start", "text")

    def __init__(  # noqa: PLR0917  by position: a text has thousands
        self, start: int, end: int, text: str, gap: str, hashtag: bool, key: str, capital: bool
    ) -> None:
        self.start, self.end, self.text, self.gap, self.hashtag = start, end, text, gap, hashtag
        self.norm, self.capital = key, capital

    def __repr__(self) -> str:
        return f"Token({self.start}:{self.end} {self.text!r})"


_Part = tuple[int, int, str, str, bool]
"""A part of a word that is a token: its start and end in the word, text, normal form, and whether it is capital."""


class Splitter:
    """Splits texts into tokens and remembers how each word was split: most words of a text were met before.

    `unglue` is asked where a word is two that lost their space ("Turkeywould"); 0 means nowhere.
    """

    def __init__(self, unglue: Callable[[str], int] | None = None) -> None:
        self._unglue = unglue
        self._plain: dict[str, list[_Part]] = {}
        self._tagged: dict[str, list[_Part]] = {}

    def split(self, text: str) -> list[Token]:
        """Return the words of a text in order."""
        tokens: list[Token] = []
        add = tokens.append
        chunks = _WORD.split(text)  # gap, word, gap, word, ..., gap
        last = end = 0
        for gap, word in zip(chunks[::2], chunks[1::2], strict=False):
            start = end + len(gap)
            end = start + len(word)
            hashtag = gap != " " and gap.endswith(_OPENS_HASHTAG)
            parts = (self._tagged if hashtag else self._plain).get(word) or self._parts_of(word, hashtag=hashtag)
            for first, past, part, key, capital in parts:
                begin = start + first
                if gap != " " or last + 1 != begin:
                    gap = _gap(text, last, begin)  # noqa: PLW2901  the gap before the next part
                last = start + past
                add(Token(begin, last, part, gap, hashtag, key, capital))
        return tokens

    def _parts_of(self, word: str, *, hashtag: bool) -> list[_Part]:
        memory = self._tagged if hashtag else self._plain
        if len(memory) >= _WORDS_KEPT:
            memory.clear()
        plain = word.isalpha() and word.islower()  # most words, told fast
        cuts = ((0, len(word)),) if plain else _cuts(word, self._unglue, hashtag=hashtag)
        memory[word] = parts = [
            (start, end, part := word[start:end], norm(part), part[:1].isupper()) for start, end in cuts
        ]
        return parts


def split_tokens(text: str, unglue: Callable[[str], int] | None = None) -> list[Token]:
    """Return the words of one text in order; see `Splitter`."""
    return Splitter(unglue).split(text)


def _cuts(word: str, unglue: Callable[[str], int] | None, *, hashtag: bool) -> Iterator[tuple[int, int]]:
    """Yield start and end of the parts of a word: camel-case hashtags and glued words are split."""
    if "_" in word:
        for part in re.finditer(r"[^_]+", word):
            yield part.start(), _without_possessive(part.start(), part.group())
    elif hashtag and len(word) > 4 and word.isascii() and not word.isupper() and not word.islower():
        for part in _CAMEL.finditer(word):
            yield part.span()
    else:
        cut = unglue(word) if unglue and len(word) > 4 and not word.islower() else 0
        if cut:
            yield 0, cut
        yield cut, _without_possessive(cut, word[cut:])


def _without_possessive(start: int, word: str) -> int:
    """Return the end of a word that begins at `start`, its possessive ending left to the next gap."""
    possessive = None if word.isalpha() else _POSSESSIVE.search(word)
    return start + (possessive.start() if possessive and possessive.start() else len(word))


def camel_breaks(word: str) -> list[int]:
    """Return where a small letter meets a capital one inside a word."""
    return [match.start() for match in _CAMEL_BREAK.finditer(word)]


def _gap(text: str, start: int, end: int) -> str:
    """Return what stands between two words, with every kind of space as one and marks of direction left out."""
    gap = _plain_gap(text[start:end])
    if gap in _BREAKS and start - max(text.rfind("\n", 0, start), 0) >= _WRAPPED_LINE:
        return " "
    return gap


@lru_cache(1_000)
def _plain_gap(gap: str) -> str:
    return _SPACES.sub(" ", gap if gap.isascii() else _BIDI.sub("", gap))
