"""What the words of a pattern begin with: most sentences have none of them, and need not be searched for it.

A sentence knows the first letters of its words (`opening_letters`), a word list those its patterns may begin with
(`openings`), and those of the words it cannot do without (`signs`). Only where the two meet can the pattern match;
comparing them costs a twentieth of a search.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.lexicon import fragments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LETTERS: Final = 4
"""So many letters tell most words apart."""

_OPENING: Final = re.compile(rf"(\w{{1,{LETTERS}}})\w*")
_CLASS: Final = re.compile(r"\[([^\]\\^-]+)\]")
_NOT_ALONE: Final = ("*", "+", "{")
_REPEATED: Final = re.compile(r"\*|\+|\{[^}]*\}")
_COMMON: Final = frozenset({
    "a", "all", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have", "her",
    "his", "in", "is", "it", "its", "new", "no", "not", "of", "on", "or", "over", "that", "the", "this", "to", "was",
    "were", "whos", "with",
})  # fmt: skip
"""What the words begin with that stand in most sentences: they tell nothing."""
_MAY_BE_MISSING: Final = re.compile(r"\(\?:(?:[^()\\]|\\.|\(\?:[^()]*\))* \)(?:\?|\{0,\d\})")
"""A group that ends with a blank and need not be there."""


def opening_letters(low: str) -> frozenset[str]:
    """Return the first letters of each word of a folded text."""
    return frozenset(_OPENING.findall(low))


@cache
def openings(name: str) -> frozenset[str] | None:
    """Return the first letters of what a word list's pattern may match, or None where they may be any."""
    heads = [_signs_of(fragment) for fragment in fragments(name)]
    return None if None in heads else frozenset().union(*(some or () for some in heads))


@cache
def signs(name: str) -> frozenset[str] | None:
    """Return the first letters of words of which each match of a word list holds one, or None where any may do.

    Of a fragment of several words it is the first that is not in every other sentence: "memory" of "in memory of".
    """
    found: set[str] = set()
    for fragment in fragments(name):
        heads = [_signs_of(words) for words in _words_of(fragment)]
        telling = next((some for some in heads if some and some.isdisjoint(_COMMON)), heads[0])
        if telling is None:
            return None
        found |= telling
    return frozenset(found)


def _words_of(fragment: str) -> list[str]:
    """Return the parts of a fragment that begin at a word each match has: cut at the blanks outside of brackets."""
    parts, depth = [""], 0
    for at, sign in enumerate(fragment):
        depth += (sign in "([") - (sign in ")]")
        if sign == " " and not depth and fragment[at + 1 : at + 2] not in ("?", *_NOT_ALONE):
            parts.append("")
        else:
            parts[-1] += sign
    return [parts[0], *(_MAY_BE_MISSING.sub("", part) for part in parts[1:])]


def _signs_of(words: str) -> frozenset[str] | None:
    try:
        found = frozenset(_heads(words, ""))
    except _AnyLetterError:
        return None
    return None if "" in found else found


@cache
def starts(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern that finds where one of some word lists may begin, at a word's start: its scan skips."""
    heads = {head for name in names for head in openings(name) or ()}
    return re.compile(skipping(heads, r"(?<![\w-].)"))


def skipping(words: Iterable[str], after_first: str = "") -> str:
    """Return a pattern of plain words by their first letter, so that the scan may skip to one of these letters."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{letter}{after_first}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


def find_at(found: Iterable[re.Match[str]], pattern: re.Pattern[str], low: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that begin where one of `found` does, without overlaps."""
    end = 0
    for start in found:
        match = pattern.match(low, start.start()) if start.start() >= end else None
        if match:
            end = match.end()
            yield match


class _AnyLetterError(Exception):
    """A pattern that does not say what it begins with."""


def _heads(rest: str, head: str) -> Iterator[str]:
    """Yield what the word may begin with of which `head` is read and the pattern `rest` is left."""
    if len(head) == LETTERS or not rest:
        yield head
    elif rest.startswith(("(?!", "(?=", "(?<")):  # what stands around a word does not change it
        yield from _heads(rest[_closing(rest) + 1 :], head)
    else:
        choices, after = _first(rest)
        repeated = _REPEATED.match(after)
        if repeated:
            if not all(choice.startswith(" ") for choice in choices):
                raise _AnyLetterError
            yield head  # of words that follow
            after, choices = after[repeated.end() :], [""]
        if after.startswith("?"):
            after = after[1:].removeprefix("?")
            choices = [*choices, ""]
        for choice in choices:
            if choice is _WORD_ENDS:
                yield head
            else:
                yield from _heads(choice + after, head) if len(choice) != 1 else _heads(after, head + choice)


_WORD_ENDS: Final = "\\W"


def _first(rest: str) -> tuple[list[str], str]:
    """Return what a pattern may begin with, letters or patterns, and what follows."""
    if rest.startswith("(?:"):
        end = _closing(rest)
        return _alternatives(rest[3:end]), rest[end + 1 :]
    letters = _CLASS.match(rest)
    if letters:
        return list(letters[1]), rest[letters.end() :]
    if rest.startswith("\\d"):
        return list("0123456789"), rest[2:]
    if rest.startswith(("\\.", "\\b", "\\W", "\\s")):
        return [_WORD_ENDS], rest[2:]
    if rest[0] in "\\[(.":
        raise _AnyLetterError
    return [rest[0] if rest[0].isalnum() else _WORD_ENDS], rest[1:]


def _closing(rest: str) -> int:
    """Return where the bracket a pattern opens with is closed."""
    depth = 0
    for at, sign in enumerate(rest):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return at
    raise _AnyLetterError


def _alternatives(inside: str) -> list[str]:
    parts, depth = [""], 0
    for sign in inside:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
