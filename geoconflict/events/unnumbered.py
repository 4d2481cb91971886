"""Counts the words settle without a numeral: "killed a child and her mother", "killing him", "no one was hurt"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from geoconflict.events.lexicon import any_of, pattern
from geoconflict.events.openings import find_at
from geoconflict.places import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.events.sentences import Sentence
    from geoconflict.records import FigureUnit

_BREAKS: Final = (
    r"(?:and|or|of|in|by|at|to|for|with|from|on|as|near|after|when|who|whose|which|that|was|were|is|are|has|had|have|killed"
    r"|wounded|injured|including|among|than)\b"
)
_ADJECTIVES: Final = rf"(?:(?!{_BREAKS}|\d+\b(?!-year)|(?:the|{numbers.SIMPLE})\b)[\w'-]+\s+){{0,3}}?"
_PERSON: Final = (
    rf"{_ADJECTIVES}(?:{any_of('counted_persons')})\b(?!-)"
    rf"(?!'s\b|\s+(?:{any_of('not_a_person_after')})\b|\s+(?:of|from) the (?:dead|victims)\b)"
)
_WHERE_FROM: Final = rf"(?:\s+(?:of|from|in)(?:\s+(?!{_BREAKS})[\w'-]+){{1,3}})?"
_ITEM: Final = rf"(?:(?:an?|the|his|her|their|its|another)\s+{_PERSON}{_WHERE_FROM}|a (?:married )?couple\b(?! of))"
_ITEMS: Final = re.compile(_ITEM)
_JOIN: Final = r"(?:,\s+and\s+|,\s*|\s+and\s+|\s+along with\s+|\s+together with\s+|\s+as well as\s+)"
_NUMBERED: Final = rf"(?:(?:his|her|their|its|the|at least)\s+)?(?:\d+|{numbers.SIMPLE})\s+(?:{any_of('group_nouns')})"
_KILL: Final = (
    r"(?P<killed>kill(?:ed|ing|s)?|shot dead|murder(?:ed|ing|s)|assassinat(?:ed|ing|es)|execut(?:ed|ing|es)"
    r"|behead(?:ed|ing|s)|(?:death|killing|murder|assassination|execution) of)"
)
_HURT: Final = r"(?P<injured>wound(?:ed|ing|s)|injur(?:ed|ing|es))"
_WAS: Final = r"\s+(?:was|were|is|are|has been|have been|had been)\s+(?:(?:also|both|all|reportedly|later|then)\s+)?"
_DONE: Final = (
    r"(?:(?P<killed>killed|shot dead|assassinated|executed|martyred|beheaded|murdered|gunned down)"
    r"|(?P<injured>wounded|injured))\b"
)
_OBJECTS: Final = re.compile(
    rf"\b(?:{_KILL}|{_HURT})\s+(?P<people>{_ITEM}(?:{_JOIN}{_ITEM})*)(?!{_WAS}|\s+(?:said|who said|told)\b)"
)
_DEED: Final = re.compile(r"kill|shot dead|murder|assassinat|execut|behead|death of|wound|injur")
"""Where one of them may begin."""
_SUBJECTS: Final = re.compile(
    rf"(?<![\w-])(?P<people>{_ITEM}(?:{_JOIN}{_ITEM})*)(?:{_JOIN}{_NUMBERED}(?:{_JOIN}{_ITEM})?)?"
    rf"(?:,\s+(?:\d{{1,3}}|[^,.;]{{3,60}}),|\s+and\s+(?:\w+\s+)?others?)?{_WAS}{_DONE}"
)
_PRONOUN: Final = re.compile(
    rf"\b(?:{_KILL}|{_HURT})\s+(?P<people>him|her|another)(?=\s*[.,;]|\s*$|\s+(?:and|in|on|at|near|along|with|as|when|before)\b)"
    rf"|\b(?P<others>another|one other|a second|a third){_WAS}(?:(?P<killed_2>killed)|(?P<injured_2>wounded|injured))\b"
    r"|,\s+(?P<one>another)\s+(?:(?P<killed_3>killed)|(?P<injured_3>wounded|injured))\b"
)
_NAME: Final = r"(?:[aAeE]l-|[A-Z]\.? |Abu |bin |ibn )?[A-Z][\w'’-]+"
_NAMED: Final = re.compile(
    rf"(?<![\w'’-])(?!(?:The|This|That|He|She|It|They|Nobody|None|No|Everyone|Each|Half|More|Another|Somebody|Someone)\b"
    rf"|(?i:{numbers.SIMPLE})\b)"
    rf"{_NAME}(?:\s+(?:of |for )?{_NAME}){{0,7}}"
    r"(?:,\s*\d{1,2},|,\s+[^,.;\d]{3,70},|\s+another\s+[\w-]+\s+[\w-]+)?"
    r"(?:\s+(?:was|is|has been|had been)\s+(?:(?:also|reportedly|later|then|struck and|shot and)\s+)*"
    r"(?:(?P<killed>killed|shot dead|assassinated|executed|martyred|beheaded|murdered|gunned down)"
    r"|(?P<killed_3>(?:mortally|fatally) (?:wounded|injured))|(?P<injured>(?:\w+ly )?wounded|injured))\b"
    r"|(?<=,)\s+who\s+(?:was|had been)\s+(?P<killed_2>killed|shot dead|murdered|executed)\b"
    r"|(?<=\d,) (?:of [^.;\d]{3,50}, )?died\b|, of [A-Z][^.;\d]{3,50}, died\b)"
)
"""Somebody by name: "Ahmad Saleh, a commander, was killed"; the verb in the singular says it is one."""
_ONE_OF: Final = re.compile(
    r"\bone of (?:the|its|his|her|their|our|my)\s+(?!dead\b|victims\b)(?:[\w'-]+\s+){0,4}?"
    rf"(?:{any_of('group_nouns')})\s+(?:died\b|(?:was|had been|has been)\s+(?:\w+ly\s+)?"
    r"(?:killed|shot dead|executed|assassinated|murdered|(?P<injured>wounded|injured))\b)"
)
_AFTER_NUMBER: Final = re.compile(
    rf"{_JOIN}(?P<people>{_ITEM})(?!{_WAS}(?!killed|shot dead|wounded|injured))"
    r"(?=\s*(?:[.,;)]|$|\s(?:in|at|on|near|when|while|by|after|during|and|were|was|killed|dead|wounded|injured)\b))"
)
_BARE: Final = re.compile(
    rf"\b(?:(?P<killed>kills?)|(?P<injured>wounds?|injures?))\s+(?P<people>{_PERSON})(?!\w)"
    rf"|^(?P<first>{_PERSON})(?:\s+(?!{_BREAKS})[\w'-]+){{0,3}}(?:,\s+(?:{_NUMBERED}|\d+ \w+))?"
    r"\s+(?:(?P<killed_2>killed|shot dead|dies)|(?P<injured_2>wounded|injured))\b"
    rf"(?!\s+(?:an?|the|at least|more|over|civilians|people|\d|(?:{numbers.SIMPLE})\b))"
)
"""Headlines leave articles out: "Shell kills child", "General, three guards killed"."""

_BARE_AFTER_NUMBER: Final = re.compile(rf"{_JOIN}(?P<people>{_PERSON})(?=\s*(?:[.,;]|$|\s(?:in|at|on|near)\b))")
_INSIDE: Final = re.compile(r"\b(?:including|among (?:them|those)|of (?:them|whom)|mostly)\W+(?:at least )?$")
_AMONG_A_NUMBER: Final = re.compile(r"\s+(?:was|were|is|are)?\s*among\b")
_NONE: Final = re.compile(
    r"\b(?:no|without(?: any)?|zero) (?P<what>casualties|deaths|fatalities|injuries)"
    r"(?: (?:among|to|on) (?:the )?(?P<group>[\w -]{3,40}?)(?= (?:were|was|in)\b|[.,;\"]|$))?"
    r"(?! (?:were |was )?(?:immediately )?(?:reported|confirmed|announced|known))"
    r"|\bno one was (?P<verb>killed|hurt|injured)|\b(?P<kills>kill(?:ed|ing)) (?:no one|nobody)\b"
)


_HINTS: Final = frozenset({
    "kill", "shot", "gunn", "woun", "inju", "dies", "died", "murd", "assa", "exec", "behe", "mart", "deat", "casu",
    "fata", "no", "hurt",
})  # fmt: skip
"""Without one of these a sentence counts nobody here."""

_WERE: Final = frozenset({"was", "were", "is", "are", "been"})
_PASSIVE: Final = re.compile(_WAS + _DONE)
_PRONOUNS: Final = ("him", "her", "another", "one other", "a second", "a third")
_NOBODY: Final = ("no ", "without", "zero", "nobody")


class Unnumbered(NamedTuple):
    """People counted without a numeral; offsets are within the sentence. `n` is 0 where the text says nobody."""

    start: int
    end: int
    n: int
    unit: FigureUnit
    group: str


def find_unnumbered(sentence: Sentence, ends: list[tuple[int, FigureUnit]]) -> Iterator[Unnumbered]:
    """Yield the people a sentence counts without a numeral; `ends` are where its numbered figures end, and their unit.

    One person is one item: "a farmer and his son" are two. What stands under a condition is left out.
    """
    low = sentence.low
    if sentence.openings.isdisjoint(_HINTS):
        return
    taken: list[tuple[int, int]] = []
    headline = sentence.kind == "headline"
    passive = None if sentence.lacks(_WERE) else _PASSIVE.search(low)
    matches = list(find_at(_DEED.finditer(low), _OBJECTS, low))
    if passive:
        matches += _SUBJECTS.finditer(low)
    if any(word in low for word in _PRONOUNS):
        matches += _PRONOUN.finditer(low)
    if headline:
        matches += _BARE.finditer(low)
    elif passive or " died " in low or " and killed " in low or "ally wounded" in low or ", who " in low:
        matches += _NAMED.finditer(sentence.text)
    if "one of" in low:
        matches += _ONE_OF.finditer(low)
    for match in matches:
        name = next((n for n in ("people", "first", "others", "one") if n in match.re.groupindex and match[n]), None)
        start, end = match.span(name) if name else match.span()
        if (
            _is_open(sentence, match.start())
            or _INSIDE.search(low, max(0, start - 40), start)
            or any(a < end and start < b for a, b in taken)
        ):
            continue
        taken.append((start, end))
        yield from _items(low, start, end, _unit(match), many=name == "people")
    for end, unit in ends:
        item = (_BARE_AFTER_NUMBER.match(low, end) if headline else None) or _AFTER_NUMBER.match(low, end)
        if item and not any(a < item.end() and item.start() < b for a, b in taken):
            taken.append(item.span())
            yield from _items(low, *item.span("people"), unit, many=False)
    none = _NONE.search(low) if any(word in low for word in _NOBODY) else None
    if none:
        units: dict[str, FigureUnit] = {
            "casualties": "casualties",
            "injuries": "injured",
            "hurt": "injured",
            "injured": "injured",
        }
        what = none["what"] or none["verb"] or "killed"
        yield Unnumbered(*none.span(), 0, units.get(what, "killed"), (none["group"] or "").strip())


def _is_open(sentence: Sentence, start: int) -> bool:
    """Whether what is told from `start` on is only feared, planned or denied."""
    lists = ("figure_conditions", "figure_denials")
    return any(sentence.may_have(name) and pattern(name).search(sentence.low, 0, start) for name in lists)


def _unit(match: re.Match[str]) -> FigureUnit:
    found = match.groupdict()
    return "injured" if found.get("injured") or found.get("injured_2") or found.get("injured_3") else "killed"


def _items(low: str, start: int, end: int, unit: FigureUnit, *, many: bool) -> Iterator[Unnumbered]:
    if _AMONG_A_NUMBER.match(low, end):
        return
    spans = [m.span() for m in _ITEMS.finditer(low[start:end])] if many else []
    for a, b in spans or [(0, end - start)]:
        words = low[start + a : start + b]
        yield Unnumbered(start + a, start + b, 2 if "couple" in words else 1, unit, _head(words))


def _head(words: str) -> str:
    people = pattern("counted_persons").findall(words.partition(" of ")[0])
    return people[-1] if people else ""
