"""Where a statement puts its own deed: towns, and quarters inside them, told apart by place or by name.

A quarter or village nobody could resolve is another place than the one next to it all the same: its name says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.spots import LOCATIVE, Spot, distance_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.statements import Statement

OBJECT_CHARS: Final = 30
"""A name this close behind a verb is what was struck."""

IN_TOWN_M: Final = 12_000.0
"""A quarter, camp or base this near a town's point may be the part of it that was struck."""

_TOWNS: Final = frozenset({"city", "town", "village"})

_NAME: Final = r"(?:[aAeE]l[- ])?[A-Z][\w'’]+(?:[- ](?:(?:[aAeE]l|ad|an|ar|as|at|az|ash)-)?[A-Z][\w'’]+){0,2}"
_NO_NAME: Final = "The|This|That|In|On|At|A|An|One|Two|Three|Four|Several|Many|Other|Another|Its|Their|Old|New"
_TOWN_WORDS: Final = "[Tt]own|[Vv]illage|[Hh]amlet"
_QUARTER_WORDS: Final = "[Nn]eighbou?rhood|[Qq]uarter|[Dd]istrict|[Ss]uburb"
_FIELD_WORDS: Final = r"[Oo]il ?fields?|[Gg]as ?fields?|[Hh]illtops?|[Cc]rossroads?|[Jj]unctions?"
"""What lies outside any town and is a place of its own."""
_CALLED: Final = re.compile(
    rf"\b(?:(?P<town>{_TOWN_WORDS})|{_QUARTER_WORDS})s? (?:of )?(?P<of>{_NAME})"
    rf"|\b(?!(?:{_NO_NAME})\b)(?P<before>(?:[aAeE]l-)?[A-Z][\w'’]+(?:-[\w'’]+)*)"
    rf" (?:(?P<town_after>{_TOWN_WORDS}|{_FIELD_WORDS})|{_QUARTER_WORDS})s?\b"
)
"""A town or quarter the words call one, whether or not anybody could resolve its name."""
_CALLED_HINT: Final = frozenset({
    "town", "vill", "haml", "neig", "quar", "dist", "subu", "anot", "oilf", "oil", "gasf", "gas", "hill", "cros",
    "junc",
})  # fmt: skip
_UNNAMED: Final = re.compile(
    r"\b(?:in|on|at|hit|struck|attacked|bombed|shelled|targeted) (?:(?:a|a nearby|a second) (?:[\w-]+ )?"
    r"(?:village|town|hamlet)"
    r"|another (?:[\w-]+ )?(?:village|town|hamlet|neighbou?rhood|district|quarter|suburb|area))\b"
)
"""A town without a name: "a village near X" is not X."""


_NO_PART_OF_NAME: Final = re.compile(r"^(?:the |[ae][a-z]{1,2}[- ](?=\w))|['’]s?$|[^a-z]")
_VOWEL_OR_DOUBLED: Final = re.compile(r"[aeiouywh]|(.)(?=\1)")


@dataclass(frozen=True, slots=True)
class Locus:
    """One fine place of a deed: resolved (`spot`), or known by name alone; `inner` is a part of a town."""

    name: str
    inner: bool
    spot: Spot | None = None


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return the consonants of a name without its article, each run of one once: what respellings share."""
    low = _NO_PART_OF_NAME.sub("", name.lower())
    return low[:1] + _VOWEL_OR_DOUBLED.sub("", low[1:])


def find_loci(statement: Statement) -> tuple[Locus, ...]:
    """Return the fine places a statement puts its deed at; areas and places only referred to are left out."""
    found = [
        Locus(name_key(s.resolution.mention.text), s.place.kind not in _TOWNS, s)
        for s in statement.sites(fine=True)
        if s.resolution.relation == "in" and _is_of_the_deed(statement, s)
    ]
    return (*found, *_called(statement))


def _is_of_the_deed(statement: Statement, spot: Spot) -> bool:
    return spot.preposition in LOCATIVE - {"of"} or any(
        0 < spot.start - t.end < OBJECT_CHARS for t in statement.triggers
    )


def _called(statement: Statement) -> list[Locus]:
    """Return the towns and quarters a statement calls so and no place was found for."""
    sentence, offset = statement.sentence, statement.sentence.start
    if sentence.lacks(_CALLED_HINT):
        return []
    first, last = statement.span or (sentence.start, sentence.end)
    known = [(p.start - offset, p.end - offset) for p in statement.places]
    found = []
    for match in _CALLED.finditer(sentence.text):
        name = "of" if match["of"] else "before"
        start, end = match.span(name)
        resolved = any(a < end and start < b for a, b in known)
        if first <= start + offset < last and not resolved:
            found.append(Locus(name_key(match[name]), not (match["town"] or match["town_after"])))
    found += [
        Locus("", inner="another" in m[0])
        for m in _UNNAMED.finditer(sentence.text)
        if first <= m.start() + offset < last
    ]
    return found


def differ(own: Sequence[Locus], others: Sequence[Locus]) -> bool:
    """Whether two sets of places, neither empty, are of two deeds: other quarters, or other towns.

    A quarter and the town it may lie in are one: "shelling of Homs ... shells fell on the Waer quarter".
    """
    if not own or not others:
        return False
    inner, others_inner = [a for a in own if a.inner], [b for b in others if b.inner]
    if inner and others_inner and not any(_same(a, b) for a in inner for b in others_inner):
        return True
    return not any(_same(a, b) or _holds(a, b) or _holds(b, a) for a in own for b in others)


def _same(a: Locus, b: Locus) -> bool:
    if a.name and a.name == b.name:
        return True
    if a.spot is None or b.spot is None:
        return False
    return a.spot.place.id == b.spot.place.id


def _holds(town: Locus, part: Locus) -> bool:
    """Whether a part of a town may lie in the town: by distance, or where it is not known where it is."""
    if town.inner or not part.inner or not part.name:
        return False
    if town.spot is None or part.spot is None:
        return True
    return distance_m(town.spot.place, part.spot.place) <= max(IN_TOWN_M, town.spot.radius_m)
