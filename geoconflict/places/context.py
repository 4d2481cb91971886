"""What the words around a mention say about it: type words, "X, Y", "near X", lists of names.

Looks at the text only, never at the gazetteer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from geoconflict.gazetteer.names import TYPE_WORDS, norm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.records import Mention

Relation = Literal["in", "near", "outskirts"]

FACILITY_KINDS: dict[str, str] = {
    "camp": "camp",
    "prison": "prison",
    "jail": "prison",
    "airport": "airport",
    "airbase": "base",
    "base": "base",
    "airfield": "base",
    "crossing": "crossing",
    "dam": "facility",
    "hospital": "facility",
    "refinery": "facility",
    "river": "water",
    "lake": "water",
    "sea": "water",
    "island": "region",
    "islands": "region",
    "neighborhood": "neighbourhood",
    "neighbourhood": "neighbourhood",
    "quarter": "neighbourhood",
    "street": "road",
    "highway": "road",
}
"""Type words that name a kind of their own, and the kind."""
_AREAS = frozenset({"admin1", "admin2", "admin3", "area"})
_SILENT_TYPES = frozenset({"area"})
"""Says nothing about the kind: "the Atmeh area", "the area of Idlib"."""
_PART_OF = re.compile(r"\b(?:an?|one of the) (?:[\w-]+ ){1,4}of (?:the )?$", re.IGNORECASE)
"""With "a southern neighbourhood of Khartoum" Khartoum is the town, no quarter of this name."""

_QUALIFIERS = frozenset({"air", "military", "naval", "army", "central", "international"})
"""Stand between a name and its type word: "Hama air base", "Homs central prison"."""
_MILITARY = frozenset({"military", "army"})
_CALLED_AFTER_TOWNS = frozenset({"base", "airport", "prison"})
"""Facilities that often lie outside the town they are called after, or in no more of it than a spot."""
_ONE_OF = frozenset({" a ", "an "})
_QUARTERS = frozenset({"neighbourhood", "neighborhood", "quarter", "district", "suburb", "section"})
"""Type words of a part of a town; of a "district" only where the text names the town beside it."""
_OWN_OF = re.compile(r"^ ([a-z]+?)s? of (?:the )?$")
"""Between X and Y in "X district of Y": the type word is of X."""
_ARTICLE_LEFT = re.compile(r"\b(?:al|el|a[dnrstz]|ash)-$", re.IGNORECASE)
"""An Arabic article that the name was found without."""
_LETTERS_AT_END = re.compile(r"[^\W\d_]+$")
_LINKS = frozenset({"of", "like", "including", "called", "named"})
_BEFORE_ARABIC = re.compile(r"([\u0600-\u06ff]+) (?:ال)?$")
_APPOSITION = re.compile(r"([a-z]+), $")
_AFTER = re.compile(r"^(?:['’]s)?[ \u00a0-]+([^\W\d_]+)(?:[ \u00a0]([^\W\d_]+))?")
LIST_GAP = re.compile(r"^(?:, | and |, and | or |, or |/| & )(?:the )?$")
"""What stands between two names of one list."""
WIDE_GAP = re.compile(
    r"^(?:, |,? and )(?:(?:the )?(?:[^\W\d_a-z][\w'’-]*|al-\w+)(?: [A-Z][\w'’-]*)*(?:, |,? and )){0,3}(?:al-)?$"
)
"""The same with names between them that no list knows."""
_NEAR = re.compile(
    r"\b(?:near|close to|not far from|adjacent to|next to|around|outside(?: of)?|bordering|borders? (?:with|to|of)|"
    r"(?:\d[\d.,]*|several|few|dozens of) ?-?(?:km|kms|kilomet(?:er|re)s?|miles?)(?: \([^)]*\))? (?:\w+ )?"
    r"(?:of|from|away from))"
    r" (?:the )?(?:[a-z]+ (?:of )?)?$",
    re.IGNORECASE,
)
_OUTSKIRTS = re.compile(
    r"\b(?:outskirts|suburbs?|countryside|edges?|environs|periphery|hinterland) (?:of|around) "
    r"(?:the )?(?:[a-z]+ (?:of )?)?$",
    re.IGNORECASE,
)
_OUTSKIRTS_AFTER = re.compile(r"^(?:['’]s)? (?:outskirts|suburbs|countryside|environs|periphery)\b")
_NEAR_ARABIC = re.compile(r"(?:قرب|بالقرب من|قريبا من|قريب من|بجوار|جوار)\s+(?:[\u0600-\u06ff]+ )?$")
_OUTSKIRTS_ARABIC = re.compile(r"(?:ريف|ضواحي|أطراف|اطراف|مشارف)\s+$")
# What a text must hold for a pattern to match; most have neither, and looking for words is many times faster.
_NEAR_WORDS = (
    *("near", "close to", "far from", "adjacent", "next to", "around", "outside", "border", "km", "kilomet", "mile"),
)
_OUTSKIRTS_WORDS = ("outskirt", "suburb", "countryside", "edge", "environs", "periphery", "hinterland")
_PART = re.compile(r"\b(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)ern $", re.IGNORECASE)
_ALONE = re.compile(
    r"$|[,.;:)!?\n]|['’]s\b|[ ](?:and|or|in|at|on|to|from|near|is|was|has|had|which|that|between|into|where|when|as|"
    r"with|north|south|east|west|overnight)\b",
)
_LOOK_BEHIND, _LOOK_AHEAD = 48, 32


_DATELINE = re.compile(r"^(?:,? \(|,? [A-Z][a-z]{2,8}\.? \d|,? \d{1,2} [A-Z][a-z]| ?[-–—] ?)")
_HEAD, _LONGEST_CODE = 160, 3


@dataclass(frozen=True, slots=True)
class Context:
    """What the text around one mention says.

    `type_word` is the type word beside it, singular ("province", "camp"), `wanted` the kind it asks for: a kind of the
    records, "city" for any settlement, or "". `parent` is the number of the mention that says where this one lies
    ("X, Y"), with how sure the wording is; `parent_said` is whether that one is
    called an area ("X in Y province"). `part` is whether the text speaks of a part of it ("northern X"), `article`
    whether it stands alone with an article, as rivers do ("across the X."), `dateline` whether it opens a report and
    stands alone ("GENEVA (Agency) -"): a wire service names the state of all but well-known cities.
    """

    relation: Relation = "in"
    type_word: str = ""
    wanted: str = ""
    parent: int | None = None
    parent_is_plain: bool = False
    part: bool = False
    parent_said: bool = False
    article: bool = False
    dateline: bool = False


def read_contexts(text: str, mentions: Sequence[Mention], *, parents: bool = True, types: bool = True) -> list[Context]:
    """Return the context of each mention, in the same order; the mentions are sorted and do not overlap.

    Without `parents` or `types`, "X, Y" or type words are not read.
    """
    spoken = [_own_type(text, mention) if types else ("", False) for mention in mentions]
    gaps = [text[a.end : b.start] for a, b in pairwise(mentions)]
    for i, gap in enumerate(gaps):
        of = _OWN_OF.match(gap)
        if of and of.group(1) in _QUARTERS and spoken[i + 1][0] in _QUARTERS:
            spoken[i + 1] = "", False
    _spread_over_lists(spoken, gaps)
    contexts: list[Context] = []
    for i, mention in enumerate(mentions):
        word = spoken[i][0]
        parent, plain = _parent(mentions, gaps, i) if parents else (None, False)
        relation = _relation(text, mention)
        if relation == "in" and i and LIST_GAP.match(gaps[i - 1]) and contexts[-1].relation == "near":
            relation = "near"
        behind = text[max(0, mention.start - _LOOK_BEHIND) : mention.start]
        part = "ern " in behind[-5:].lower() and bool(_PART.search(behind))
        said = parent is not None and kind_of_type(spoken[parent][0]) in _AREAS
        filed = parent is None and mention.start < _HEAD and _is_dateline(text, mention)
        wanted = kind_of_type(word)
        contexts.append(Context(relation, word, wanted, parent, plain, part, said, _has_article(text, mention), filed))
    return contexts


def _is_dateline(text: str, mention: Mention) -> bool:
    """Whether a name in capitals opens the report: "GENEVA (Agency) -", "KYIV, 3 May"."""
    shouted = mention.text.isupper() and len(mention.text) > _LONGEST_CODE
    return shouted and bool(_DATELINE.match(text[mention.end : mention.end + _LOOK_AHEAD]))


def _has_article(text: str, mention: Mention) -> bool:
    behind, ahead = text[max(0, mention.start - 4) : mention.start], text[mention.end : mention.end + _LOOK_AHEAD]
    return behind.lower() == "the " and bool(_ALONE.match(ahead))


def kind_of_type(word: str) -> str:
    """Return the kind a type word asks for, "" for none."""
    return "" if word in _SILENT_TYPES else FACILITY_KINDS.get(word, TYPE_WORDS.get(word, ""))


def _own_type(text: str, mention: Mention) -> tuple[str, bool]:
    """Return the type word beside a mention in the singular, and whether it stood in the plural."""
    after = _AFTER.match(text[mention.end : mention.end + _LOOK_AHEAD])
    if after:
        first, second = after.group(1).lower(), after.group(2)
        word, plural = _singular(norm(first))
        if second and first in _QUALIFIERS and norm(second) in FACILITY_KINDS:
            word = "airbase" if second.lower() == "airport" and first in _MILITARY else norm(second)
        if kind_of_type(word):
            return word, plural
    behind = text[max(0, mention.start - _LOOK_BEHIND) : mention.start]
    before, link = _word_before(_ARTICLE_LEFT.sub("", behind) if behind.endswith("-") else behind)
    word, plural = _singular(norm(before))
    if link == "of" and word in _QUARTERS and _PART_OF.search(behind):
        return "", False
    if kind_of_type(word) and not (word in ("camp", "base") and link != "of"):  # "a camp in X" is no camp called X
        return word, plural
    for pattern in () if behind.isascii() and ", " not in behind[-3:] else (_BEFORE_ARABIC, _APPOSITION):
        found = pattern.search(behind)
        if found:
            word, plural = _singular(norm(found.group(1)))
            if kind_of_type(word):
                return word, plural
    return "", False


def _word_before(behind: str) -> tuple[str, str]:
    """Return the word before a name and what links them: "city of ", "towns such as ", "the town "; "" for none."""
    words = behind.removesuffix("\n").split(" ")
    if words.pop():  # no space at the end
        return "", ""
    link = ""
    if words[-1:] == ["the"]:
        words.pop()
    if words and words[-1] in _LINKS:
        link = words.pop()
    elif words[-2:] == ["such", "as"]:
        del words[-2:]
    last = _LETTERS_AT_END.search(words[-1]) if words else None
    return (last.group(), link) if last else ("", "")


def _singular(word: str) -> tuple[str, bool]:
    if word.endswith("ies"):
        return word[:-3] + "y", True
    if word.endswith("s") and (word[:-1] in TYPE_WORDS or word[:-1] in FACILITY_KINDS):
        return word[:-1], True
    return word, False


def _spread_over_lists(types: list[tuple[str, bool]], gaps: Sequence[str]) -> None:
    """Give a plural type word to each name of its list: "provinces of Hama and Homs", "Aleppo and Idlib provinces"."""
    n = len(types)
    for i in range(1, n):
        if not types[i][0] and types[i - 1][1] and _one_list(gaps[i - 1], types[i - 1][0]):
            types[i] = types[i - 1]
    for i in range(n - 2, -1, -1):
        if not types[i][0] and types[i + 1][1] and _one_list(gaps[i], types[i + 1][0]):
            types[i] = types[i + 1]


def _one_list(gap: str, word: str) -> bool:
    return bool(LIST_GAP.match(gap) or (word in _QUARTERS and WIDE_GAP.match(gap)))


def names_facility(text: str, mention: Mention, context: Context) -> bool:
    """Whether a name goes on as that of a base, an airport or a prison: "Aden airport", not "a Jakarta prison"."""
    if context.wanted not in _CALLED_AFTER_TOWNS or text[max(0, mention.start - 3) : mention.start].lower() in _ONE_OF:
        return False
    after = _AFTER.match(text[mention.end : mention.end + _LOOK_AHEAD])
    return after is not None and context.wanted in {kind_of_type(norm(word)) for word in after.groups() if word}


def is_quarter_word(word: str) -> bool:
    """Whether a type word is one of a part of a town."""
    return word in _QUARTERS


_PLAIN_PARENT_GAPS = frozenset({", ", " (", ", in ", "، ", " - "})
_PARENT_IN = re.compile(
    r"^(?: (?:city|town|village|districts?|county|raion|municipality|area|neighbou?rhoods?|quarters?|suburbs?))?"
    r"(?: \([^)]*\))?,? (?:in|within|of|at) (?:the )?"
    r"(?:(?:(?:north|south)(?:east|west)?(?:ern)?|(?:east|west)(?:ern)?|central|rural|neighbou?ring) )?"
    r"(?:(?:city|town|village|province|governorate|district|state|region|county|oblast|countryside) of )?$"
    r"|^[ _](?:في|وسط|بمدينة|بمحافظة|بـ?)[ _]?#?(?:مدينة |محافظة |قضاء )?$",
)


def _parent(mentions: Sequence[Mention], gaps: Sequence[str], i: int) -> tuple[int | None, bool]:
    """Return which mention says where this one lies, and whether plainly ("X, Y") or loosely ("X in Y", "Y's X")."""
    if i < len(gaps) and mentions[i + 1].role is None:  # "Donetsk, Russian officials said" is no address
        gap, after = gaps[i], mentions[i + 1]
        if gap in _PLAIN_PARENT_GAPS or (gap == " " and after.text.isupper() and len(after.text) <= 3):
            return i + 1, True
        if _PARENT_IN.match(gap):
            return i + 1, False
    if i and gaps[i - 1] in ("'s ", "’s "):
        return i - 1, False
    return None, False


def _relation(text: str, mention: Mention) -> Relation:
    """Return whether the text speaks of the place itself, of somewhere near it, or of its outskirts."""
    behind = text[max(0, mention.start - _LOOK_BEHIND) : mention.start]
    said, arabic = behind.lower(), not behind.isascii()
    if (
        (any(word in said for word in _OUTSKIRTS_WORDS) and _OUTSKIRTS.search(behind))
        or (arabic and _OUTSKIRTS_ARABIC.search(behind))
        or _OUTSKIRTS_AFTER.match(text[mention.end : mention.end + 16])
    ):
        return "outskirts"
    if any(word in said for word in _NEAR_WORDS) and _NEAR.search(behind):
        return "near"
    return "near" if arabic and _NEAR_ARABIC.search(behind) else "in"
