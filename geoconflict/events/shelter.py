"""Displacement camps a text tells of without naming them: "several refugee camps near Atmeh".

They are kept as said. A camp with a name is a place, and the places room's; one without is no point on a map.
"""

from __future__ import annotations

import re
from typing import Final

_MANY = (
    r"several|many|some|various|numerous|multiple|few|other|further|nearby|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve|twenty|dozens|scores|hundreds|most|all|both|these|those|the|\d+"
)
_ONE = r"a|an|one|another"
_LEAD = (
    r"(?:(?:at least|about|around|more than|over|nearly|up to|a number|a)\s+)?"
    rf"(?:(?:{_MANY}|{_ONE})\s+(?:of\s+)?){{1,3}}"
)
_PEOPLE = (
    r"(?:(?:internally[ -])?displaced(?:[ -](?:persons?|people|famil(?:y|ies)|civilians))?|displacement|refugees?|"
    r"IDPs?)(?:['’]s?)?"
)
_ROUGH = r"makeshift|tented|tent|informal|random|unofficial|spontaneous|overcrowded|temporary"
_NOUN = r"(?P<noun>(?:en)?camp(?:ment)?s?|settlements?|sites?)"
_ADJECTIVES = r"(?:(?!(?:military|army|training|prison|detention|rebel|militant|protest)\b)[a-z-]{3,}\s+){0,2}"
_NAME = r"[A-Z][\w'’-]*(?:[ -](?:al-|el-)?[A-Z][\w'’-]*){0,3}"
_WHERE = (
    rf"(?:\s+(?:(?:just\s+)?(?:near|around|outside|inside|in|at|along|beside|by|close to|on the outskirts of|"
    rf"(?:north|south|east|west|north-?(?:east|west)|south-?(?:east|west)) of))\s+(?:the\s+)?"
    rf"(?:[a-z-]+\s+){{0,3}}{_NAME}(?:\s+(?:border|city|town|province|governorate|countryside|district)\b)?)?"
)
_WHOSE = r"(?:[A-Z]\w*(?:ian|ese|ish)|Iraqi|Somali|Yemeni|Afghan|Kurdish|UN)"
"""Capitalised and no name of a camp: whose camp it is."""
_OPENING = rf"\b(?:(?P<lead>(?i:{_LEAD})){_ADJECTIVES})?(?:{_WHOSE}\s+)?"
_FORMS: Final = (
    re.compile(rf"{_OPENING}(?P<head>(?i:{_PEOPLE}))\s+{_ADJECTIVES}(?i:{_NOUN})\b{_WHERE}"),
    re.compile(
        rf"{_OPENING}(?P<head>)(?i:{_NOUN})\s+(?:for|of|hosting|housing|sheltering|where)\s+"
        rf"(?:[\w-]+\s+){{0,3}}?(?i:{_PEOPLE})\b{_WHERE}"
    ),
    re.compile(rf"{_OPENING}(?P<head>(?i:{_ROUGH}))\s+{_ADJECTIVES}(?i:{_NOUN})\b{_WHERE}"),
)
_OF_PEOPLE: Final = re.compile(_PEOPLE, re.IGNORECASE)
_WORD_BEFORE: Final = re.compile(r"([\w'’-]+)\s+$")
_BEGINS: Final = re.compile(
    rf"(?:{_MANY}|{_ONE}|{_ROUGH}|at|in|near|to|from|on|of|and|inside|around|outside)$", re.IGNORECASE
)
_NAMED_AFTER: Final = re.compile(r"\s*,?\s*(?:(?:called|named|known as|of)\s+(?:the\s+)?)?[A-Z]")
_HINTS: Final = ("camp", "settlement", "site")


def unnamed_camps(sentence: str) -> list[tuple[int, int]]:
    """Return where a sentence tells of displacement camps without a name: (start, end) within it, in order.

    One camp counts with "a" or "another" only: "the camp" is one the text has named. Camps named after what stands
    before them ("Qah and Atmeh refugee camps") have a name, and camps of soldiers or detainees are none.
    """
    if not any(hint in sentence for hint in _HINTS):
        return []
    found: list[tuple[int, int]] = []
    for number, form in enumerate(_FORMS):
        if number == len(_FORMS) - 1 and not _OF_PEOPLE.search(sentence):
            continue  # makeshift camps may be anybody's
        for match in form.finditer(sentence):
            taken = any(start < match.end() and match.start() < end for start, end in found)
            if not taken and _is_unnamed(sentence, match):
                found.append(match.span())
    return sorted(found)


def _is_unnamed(sentence: str, match: re.Match[str]) -> bool:
    lead = match["lead"].lower().split() if match["lead"] else []
    one = not match["noun"].lower().endswith("s")
    if one and (not lead or lead[-1] not in _ONE.split("|") or _NAMED_AFTER.match(sentence, match.end("noun"))):
        return False
    before = _WORD_BEFORE.search(sentence, 0, match.start())
    return bool(lead) or before is None or not before[1][0].isupper() or bool(_BEGINS.fullmatch(before[1]))
