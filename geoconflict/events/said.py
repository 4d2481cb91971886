"""Names of places an event's sentence says that no list has: "al-Salam hospital", "the village of Khirbet Amud".

They have no point. They say what the place chosen for the event is only the town, district or province of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geoconflict.events.lexicon import fold
from geoconflict.events.spots import Unplaced, preposition_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.events.sentences import Sentence
    from geoconflict.events.spots import Spot
    from geoconflict.events.statements import Statement

SETTLED: Final = "settled"
INSIDE: Final = "inside"
"""What a type word says of a name: a village or town of its own, or a part or building of one; "" is not known."""

LONGEST_TIE: Final = 70
"""Characters between a name and the place it lies in or by: "on the north-western outskirts of the city of"."""

_ARTICLE: Final = r"(?:[AaEe]l|[Aa](?:d|n|r|s|sh|t|z)|[Ee](?:d|s|sh|t|z)|Ad|Ash|As|At|An|Ar|Az)"
_NO_WORD: Final = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|July|August|September|October"
    r"|November|December|The\b|A\b|An\b)"
)
_WORD: Final = rf"(?:{_NO_WORD}(?:{_ARTICLE}-\s?|{_ARTICLE} )?[A-Z][\w'’]*(?:-[A-Za-z][\w'’]*)*)"
_A_NAME: Final = re.compile(_WORD)
_RUN: Final = rf"{_WORD}(?: {_WORD}){{0,3}}"
_LIST: Final = rf"{_RUN}(?:(?:, | and |, and ){_RUN}){{0,4}}"
_QUARTERS: Final = r"[Nn]eighbou?rhoods?|[Dd]istricts?|[Qq]uarters?|[Ss]uburbs?|[Aa]reas?|[Zz]ones?|[Ss]ectors?"
_SETTLEMENTS: Final = r"[Vv]illages?|[Tt]owns?|[Hh]amlets?|[Tt]ownships?|[Ff]arms?"
_SITES: Final = (
    r"[Cc]amps?|[Hh]ospitals?|[Cc]linics?|[Ss]chools?|[Mm]osques?|[Cc]hurch(?:es)?|[Mm]arkets?|[Ss]ouq?k?|[Ss]quares?"
    r"|[Ss]treets?|[Rr]oundabouts?|[Cc]heckpoints?|[Cc]rossings?|[Bb]ridges?|[Uu]niversity|[Hh]otels?|[Pp]risons?"
    r"|[Aa]irports?|[Aa]ir ?bases?|[Bb]arracks|[Ss]tations?|[Rr]efinery|[Dd]ams?|[Ff]actory|[Pp]alaces?|[Cc]astle"
    r"|[Ss]tadium|[Cc]emetery|[Jj]unctions?|[Cc]rossroads?|[Ii]ntersections?|[Hh]ills?|[Vv]alley|[Bb]akery|[Hh]ouse|[Cc]ent(?:er|re)"
    r"|[Oo]il ?fields?|[Gg]as ?fields?|[Pp]ower (?:plant|station)|[Bb]ase"
)
_NAMED: Final = re.compile(
    rf"\b(?P<name>{_LIST}) (?:(?P<settled>{_SETTLEMENTS})|(?P<inside>{_QUARTERS}|{_SITES}))\b(?! for )"
)
_TYPE_OF: Final = re.compile(
    rf"\b(?:[Tt]he )?(?:(?P<settled>{_SETTLEMENTS}|city)|(?P<inside>{_QUARTERS}|[Vv]icinity))"
    rf" of (?:the )?(?P<name>{_LIST})"
)
_TYPES: Final = re.compile(rf"\b(?:{_SETTLEMENTS}|{_QUARTERS}|{_SITES}|[Cc]ity|[Pp]rovince)\b")
_TYPE: Final = re.compile(rf"\b(?:{f'{_SETTLEMENTS}|{_QUARTERS}|{_SITES}|city|vicinity'.lower()})\b")
"""A type word in a folded sentence, before "of" or behind a name."""
_OLD_CITY: Final = re.compile(r"\b(?P<name>Old City|Old Town|Old Quarter)\b")
_AT_ARTICLE: Final = re.compile(
    rf"\b(?:in|at|on|near|around|outside|inside|into|over|hit|struck|targeted|bombed|shelled) "
    rf"(?:the )?(?P<name>{_ARTICLE}-[A-Z][\w'’-]*(?: {_WORD}){{0,1}})"
)
_AT_NAME: Final = re.compile(
    rf"\b(?:in|at|near|around|outside|inside|on) (?P<name>{_RUN}),? (?:in|of|near|north|south|east|west|outside)\w*\b"
)
"""A name no list has is taken without a type word where the sentence goes on to say where it lies."""
_TYPES_HINT: Final = frozenset({
    "neig", "dist", "quar", "subu", "area", "zone", "sect", "vill", "town", "haml", "farm", "camp", "hosp", "clin",
    "scho", "mosq", "chur", "mark", "souk", "souq", "sou", "squa", "stre", "roun", "chec", "cros", "brid", "univ",
    "hote", "pris", "airp", "air", "airb", "barr", "stat", "refi", "dam", "dams", "fact", "pala", "cast", "stad",
    "ceme", "junc", "inte", "hill", "vall", "bake", "hous", "cent", "oil", "oilf", "gas", "gasf", "powe", "base",
    "vici",
})  # fmt: skip
"""What the words of those types begin with."""
_NOT_NAMES: Final = re.compile(
    r"(?:the|a|an|in|on|at|and|two|three|four|five|several|many|some|other|all|most|rebel|opposition|government|regime"
    r"|army|military|civilian|residential|security|state|media|information|monitoring|coordination|police|un|us|uk|nato"
    r"|eastern|western|northern|southern|north|south|east|west|central|upper|lower|this|that|these|their|his|its"
    r"|[\w-]+-(?:held|controlled|run|backed|led|based|besieged|populated|majority|owned)"
    r"|\w+(?:ian|ish|ese|aeli|aqi|ench|ican|erman|emeni|hani|dday|sday|nday|urday|riday|stani))"
)
"""Words that are no name by themselves before a type word: "the Russian base", "Residential areas"."""
_TITLE_SHARE: Final = 0.6
"""A sentence this share of whose words are capital is a headline: capitals say nothing of names there."""
_SPEAKS: Final = re.compile(r",? (?:said|says|told|reported|reports|announced|claimed|denied|stated|added|spokes)\b")
_TIE: Final = re.compile(
    r"[ ,(]*(?:(?:in|of|on|at|near|outside|inside|within|and|to|from|the|a|an|its|city|town|capital|province"
    r"|governorate|provincial|district|districts|region|area|suburbs?|countryside|rural|outskirts|edge|edges|side|part|parts|heart"
    r"|cent(?:er|re)|located|situated|lying|just|some|about|nearby|northern|southern|eastern|western|northeastern"
    r"|northwestern|southeastern|southwestern|north|south|east|west|north-?east|north-?west|south-?east|south-?west"
    r"|north-?(?:ea|we)stern|south-?(?:ea|we)stern|central|km|kilomet(?:er|re)s?|miles|syrias?|iraqs?|syrian|iraqi|yemeni"
    r"|[\w]+-(?:held|controlled)|besieged|\d[\d.]*)\b[ ,(]*)*(?:'s)?[ ,(]*"
)
"""What may stand between a name and the place it lies in or by, and nothing else."""
_BESIDE: Final = re.compile(
    r"\b(?:near|outside|outskirts|km|kilomet(?:er|re)s?|miles|countryside|rural"
    r"|(?:north|south|east|west|(?:north|south)-?(?:east|west)) of)\b"
)
_OWNER: Final = re.compile(r"(?:'?s|')? (?:[\w-]+(?:ern|held|controlled|besieged) )?(?:the )?$")


def names_said(statement: Statement) -> list[Unplaced]:
    """Return the places a sentence names that no list has, in order; a name inside a known place's is not one."""
    text, offset = statement.sentence.text, statement.sentence.start
    words = text.split()
    if sum([word[0].isupper() for word in words]) > _TITLE_SHARE * len(words):
        return []
    low = statement.sentence.low
    found = list(_by_type(statement)) if "city of" in low or not statement.sentence.lacks(_TYPES_HINT) else []
    found += [n for n in statement.unplaced if not any(f.start <= n.start and n.end <= f.end for f in found)]
    for form in (_AT_ARTICLE, _AT_NAME) if "-" in text else (_AT_NAME,):
        for match in form.finditer(text):
            name = _unplaced(statement, offset + match.start("name"), offset + match.end("name"))
            beside = any(f.start < name.end and name.start < f.end for f in found)
            if not beside and (
                form is _AT_ARTICLE or (not _NOT_NAMES.fullmatch(fold(match["name"])) and tied_to(statement, name))
            ):
                found.append(name)
    known = [s for s in statement.places if not s.is_part_of_town]
    return sorted(
        (n for n in found if not _is_known(statement, n, known) and not _is_other(statement, n)), key=lambda n: n.start
    )


def with_type(statement: Statement, spot: Spot) -> str:
    """Return a place's name as the sentence writes it, with its type word: "the village of X", "X district"."""
    span = next((n for n in _by_type(statement) if n.start <= spot.start and spot.end <= n.end), None)
    return words_of(statement, span) if span else spot.resolution.mention.text


def words_of(statement: Statement, name: Unplaced) -> str:
    """Return a name as the text writes it."""
    offset = statement.sentence.start
    return " ".join(statement.sentence.text[name.start - offset : name.end - offset].split())


def tied_to(statement: Statement, name: Unplaced | Spot) -> tuple[Spot, bool] | None:
    """Return the place a name is said to lie in or by, and whether by: "X in Y", "X near Y", "Y's X district"."""
    low, offset = statement.sentence.low, statement.sentence.start
    for spot in statement.places:
        if spot.is_part_of_town:
            continue
        if name.end <= spot.start <= name.end + LONGEST_TIE:
            gap = low[name.end - offset : spot.start - offset]
            if gap and _TIE.fullmatch(gap) and gap.strip(" (") not in ("and", ", and"):
                beside = _BESIDE.search(gap) or spot.resolution.relation != "in"
                return spot, bool(beside)
        elif 0 <= name.start - spot.end <= LONGEST_TIE // 2 and _OWNER.fullmatch(
            low, spot.end - offset, name.start - offset
        ):
            return spot, False
        elif name.start <= spot.start and spot.end <= name.end and not spot.place.is_area:
            return spot, False  # "the Damascus Opera House"
    return None


def _forms_with_type(sentence: Sentence) -> list[re.Pattern[str]]:
    """Return the forms of names with a type word that may stand in a sentence: "town of", "X town", "Old City"."""
    text, low = sentence.text, sentence.low
    before_of = behind_name = False
    for match in _TYPE.finditer(low):
        before_of = before_of or low.startswith(" of ", match.end())
        if not behind_name and low[match.start() - 1 : match.start()] == " ":
            word = text[low.rfind(" ", 0, match.start() - 1) + 1 : match.start()]
            behind_name = word != word.lower()
    return [form for form, fits in ((_TYPE_OF, before_of), (_NAMED, behind_name), (_OLD_CITY, "old " in low)) if fits]


def _by_type(statement: Statement) -> Iterator[Unplaced]:
    text, offset = statement.sentence.text, statement.sentence.start
    for form in _forms_with_type(statement.sentence):
        for match in form.finditer(text):
            name = fold(match["name"])
            alone = " " not in name and "-" not in name
            if alone and (match.start("name") == 0 or _NOT_NAMES.fullmatch(name)):
                continue
            if form is _NAMED and (_NOT_NAMES.fullmatch(name.split()[-1]) or _NOT_NAMES.fullmatch(name.split()[0])):
                continue
            if not _SPEAKS.match(statement.sentence.low, match.end()):
                kind = SETTLED if match.groupdict().get("settled") else INSIDE
                yield _unplaced(statement, offset + match.start(), offset + match.end(), kind)


def _unplaced(statement: Statement, start: int, end: int, kind: str = "") -> Unplaced:
    offset = statement.sentence.start
    return Unplaced(start, end, preposition_of(statement.sentence.low, start - offset), kind)


def _is_known(statement: Statement, name: Unplaced, known: list[Spot]) -> bool:
    """Whether a name only adds a type word to a known place, or lists one: "the town of Atmeh", "Atmeh and X towns"."""
    inside = [s for s in known if s.start < name.end and name.start < s.end]
    if not inside:
        return False
    offset = statement.sentence.start
    rest = list(statement.sentence.text[name.start - offset : name.end - offset])
    for spot in inside:
        for i in range(max(spot.start, name.start), min(spot.end, name.end)):
            rest[i - name.start] = " "
    left = "".join(rest)
    listed = (" and " in left or "," in left) and not all(s.place.is_area for s in inside)
    return listed or not _A_NAME.search(_TYPES.sub("", left))


def _is_other(statement: Statement, name: Unplaced) -> bool:
    """Whether it is part of an actor's name, or of what happened."""
    others = [(a.start, a.end) for a in statement.actors] + [(t.start, t.end) for t in statement.triggers]
    return any(start < name.end and name.start < end for start, end in others)
