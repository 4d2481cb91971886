"""What speaks for and against a candidate: named numbers, most of them 0 or 1, weighed in `weights.json`.

A feature without a weight is not computed. Names that end in "_small" count only for names that are no country,
admin-1 area, region, capital or water: a village needs more evidence than a country.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import CODE, MAIN
from geoconflict.mentions import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.mentions.candidates import Candidate
    from geoconflict.mentions.evidence import Evidence
    from geoconflict.mentions.tokens import Token

Features = dict[str, float]

ABROAD_TOWN = 200_000
"""People under which a name from a country nothing else tells of is no place: of 52 such finds in three news corpora,
none was right."""

ACRONYM_CITY = 5_000_000
"""People from which capitals stand for a city: NYC, CDMX."""

_SENTENCE_START = re.compile(r"[.!?:\"“\n]")
_DATELINE = re.compile(r"^(?:, [A-Z][\w. ]{1,16})? ?(?:\([A-Za-z /]+\) ?)?(?:—|--|–| - )")
_CLOSE_GAPS = frozenset({" ", " #", "-", ". "})


def latin_features(text: str, candidate: Candidate, evidence: Evidence) -> Features:
    """Return the features of a candidate in a script with capital letters."""
    tokens = evidence.tokens
    around = _Around(tokens, candidate)
    features: Features = {"bias": 1.0}
    _spelling(features, text, candidate, evidence, around)
    _before(features, candidate, evidence, around)
    _after(features, text, candidate, evidence, around)
    if not candidate.known and not evidence.lexicon.is_demonym(candidate.key):
        if not candidate.pattern:  # an unknown name after "in": nothing else is known about it
            features["unknown"] = 1
            return features
        features["pattern"] = 1
        features[f"pattern_{candidate.pattern}"] = 1
    return features


class _Around:
    """The neighbours of a candidate: tokens before and after, and their normal forms when they stand close."""

    __slots__ = ("after", "after_gap", "after_word", "before", "before_gap", "before_word", "start")

    def __init__(self, tokens: Sequence[Token], candidate: Candidate) -> None:
        i, j = candidate.first, candidate.last
        self.before = tokens[i - 1] if i else None
        self.after = tokens[j] if j < len(tokens) else None
        self.before_gap = tokens[i].gap
        self.after_gap = self.after.gap if self.after else "\n"
        self.before_word = self.before.norm if self.before and self.before_gap in _CLOSE_GAPS else ""
        self.after_word = self.after.norm if self.after and self.after_gap in (" ", " #", "-") else ""
        self.start = self.before is None or bool(_SENTENCE_START.search(self.before_gap))


def _spelling(f: Features, text: str, candidate: Candidate, evidence: Evidence, around: _Around) -> None:
    """Add what the name itself says: how known, how common as a word, how written."""
    known, key, word = candidate.known, candidate.key, evidence.lexicon.word(candidate.key)
    first = evidence.tokens[candidate.first]
    name = text[first.start : evidence.tokens[candidate.last - 1].end]
    big = known.big
    f["population"] = math.log10(known.population + 1) / 6
    for kind in ("country", "admin2", "region"):
        if kind in known.kinds:
            f[f"is_{kind}"] = 1
    if not known.flags & MAIN:
        f["no_main_name"] = 1
    if known.code_only:
        f["code"] = 1
    if word.common and not (known.kinds & {"country", "region"} and name.isupper()) and "." not in name:
        f["common"] = 1
        f["common_frequency"] = (word.zipf - 2.5) / 2
    if not big:
        f["small"] = 1
        f["frequency_small"] = word.zipf / 6
    if known and not candidate.one_word and first.norm in v.COMPOUND_HEADS:
        f["arabic_compound"] = 1
    if candidate.one_word and word.first_name:
        f["first_name"] = 1
        f["first_name_small"] = float(known.population < 200_000)
    if key in v.NOT_NAMES:
        f["calendar"] = 1
    if len(key) <= 3:
        f["short"] = 1
    if len(name) > 1 and "." not in name and name.isupper():
        f["upper"] = 1
        if _looks_like_acronym(candidate):
            f["acronym"] = 1
    if "." in name and len(key) <= 4:
        f["dotted"] = 1
        f["dotted_after_comma"] = float(around.before_gap.startswith(","))
    if key in evidence.persons:
        f["person"] = 1
        f["person_small"] = float(not big)
    if not big and not (word.common or word.first_name or word.last_name) and evidence.in_named_country(candidate):
        f["in_named_country_small"] = 1
    if not big and known and known.population < ABROAD_TOWN and not known.curated and evidence.is_abroad(candidate):
        f["abroad_small"] = 1
    f["near_home_small"] = 0.0 if big else evidence.near_home(candidate)
    if key in evidence.attested:
        f["attested"] = 1
    if key in evidence.companies:
        f["company_small"] = 1
    if not known and evidence.lexicon.is_demonym(key):
        f["demonym"] = 1
    if first.hashtag:
        f["hashtag"] = 1
    if "@" in text[max(0, first.start - 1) : first.start + 1]:
        f["handle"] = 1


def _looks_like_acronym(candidate: Candidate) -> bool:
    """Whether a short name in capitals may be anything: it is no country's name and no province's short form."""
    known = candidate.known
    if len(candidate.key) > 4 or known.kinds & {"country", "region"} or known.population > ACRONYM_CITY:
        return False
    return not (known.flags & CODE and "admin1" in known.kinds)


def _before(f: Features, candidate: Candidate, evidence: Evidence, around: _Around) -> None:
    """Add what the words before say."""
    before, word = around.before, around.before_word
    small = float("small" in f)
    if before and word in v.PLACE_PREPOSITIONS:
        f["after_in"] = 1
        f["after_in_small"] = small
        f["code_after_in"] = float("code" in f and "admin1" in candidate.known.kinds)
    elif before and word in v.ATTACKING and candidate.known and small:
        said = evidence.lexicon.word(candidate.key)
        f["after_attack_small"] = float(not (said.common or said.first_name or said.last_name))
    elif before and word in v.TITLES and word not in v.PREPOSITIONS and around.before_gap != ". ":
        f["after_title"] = float(before.capital)
        f["after_short_title"] = float(before.text.endswith("."))
    if before and around.before_gap == " " and before.capital and not around.start and not _opens(before, evidence):
        own_place = before.norm in evidence.places and before.norm not in evidence.persons
        apart = own_place or before.norm in v.FUNCTION_WORDS
        if not apart and evidence.lexicon.word(before.norm).first_name:
            f["after_first_name"] = 1
        if before.norm in v.COMPASS:
            f["after_compass"] = 1
        elif not apart:
            f["after_capital"] = 1
    if evidence.follows_initial(candidate):
        f["after_initial"] = 1
    if _follows_particle(candidate, evidence):
        f["after_particle"] = 1
    if candidate in evidence.between:
        f["between_small"] = small
    if word == "of" and candidate.first > 1:
        head = evidence.tokens[candidate.first - 2]
        if head.norm in v.ORGANISATION:
            f["of_organisation"] = 1
        elif head.norm in v.AREA_TYPE or head.norm in v.SETTLEMENT_OF:
            f["of_place"] = 1
    if around.before_gap == "-":
        f["after_hyphen"] = 1
    if around.before_gap == ", " and before and before.capital and _ends_place(candidate.first, evidence):
        f["after_comma_place"] = 1
        f["code_after_comma_place"] = float("code" in f or "no_main_name" in f)
        f.pop("acronym", None)


def _follows_particle(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether the name ends a personal one: "Mario de Santiago", "Mohammed bin Rashid"."""
    i, tokens = candidate.first, evidence.tokens
    if i < 2 or tokens[i - 1].norm not in v.NAME_PARTICLES or tokens[i].gap != " " or tokens[i - 1].gap != " ":
        return False
    return tokens[i - 2].capital and tokens[i - 2].norm not in evidence.places


def _ends_place(i: int, evidence: Evidence) -> bool:
    """Whether a candidate ends before a token, with or without its type word: "Ash", "Ash Co"."""
    return i in evidence.ending or (i - 1 in evidence.ending and evidence.tokens[i - 1].norm in v.COUNTY_WORDS)


def _opens(token: Token, evidence: Evidence) -> bool:
    """Whether a word is capital only because it opens a sentence: "The US", "In Syria"."""
    opening = token.start == 0 or bool(_SENTENCE_START.search(token.gap))
    return opening and evidence.lexicon.word(token.norm).common and token.norm not in v.COMPASS


def _after(f: Features, text: str, candidate: Candidate, evidence: Evidence, around: _Around) -> None:
    """Add what the words after say."""
    after, gap, small = around.after, around.after_gap, float("small" in f)
    end = evidence.tokens[candidate.last - 1].end
    if after and gap == " " and after.capital:
        _capital_after(f, around, after, evidence)
    elif around.after_word in v.SAYING:
        f["before_said_small"] = small
    elif around.after_word in v.AREA_TYPE:
        f["before_area_type"] = 1
    elif around.after_word in v.LOCAL_NOUN or around.after_word.removesuffix("s") in v.SITE or _is_site(candidate):
        f["before_local_noun"] = 1
    elif around.after_word in ("who", "whose", "whom"):
        f["before_who"] = 1
    if evidence.joined_by_ampersand(candidate):
        f["ampersand"] = 1
    if around.start and _DATELINE.match(text[end : end + 40]):
        f["dateline"] = 1
        f.pop("acronym", None)
    if text[end : end + 2] in ("'s", "’s") and candidate.pattern not in ("nature", "street"):
        f["possessive_small"] = small
    if after and gap.startswith(", ") and after.text[:1].isdigit():
        beyond = evidence.tokens[candidate.last + 1] if candidate.last + 1 < len(evidence.tokens) else None
        if beyond is None or beyond.gap[:1] in ",.":
            f["before_age"] = 1
    if after and gap == ", " and after.capital:
        parent = evidence.starting.get(candidate.last)
        if parent and parent.known.names_area:
            f["before_parent"] = 1
            f.pop("acronym", None)


def _is_site(candidate: Candidate) -> bool:
    """Whether a name is known by a type word of two that follows it, written small: "al-Asad air base"."""
    return (
        bool(candidate.known)
        and candidate.key.endswith(" air base")
        and candidate.last == candidate.first + len(candidate.key.split()) - 2
    )


def _capital_after(f: Features, around: _Around, after: Token, evidence: Evidence) -> None:
    """Add what a capitalised word right after says: a family name, or a longer name this is only part of."""
    word = after.norm
    if word in v.NO_PART_OF_NAME or word in evidence.places:
        return
    if word in v.OFFICE:
        f["before_local_noun"] = 1
        return
    entry = evidence.lexicon.word(word)
    if entry.last_name and not entry.common:
        f["before_last_name"] = 1
        f["first_and_last_name"] = float("first_name" in f)
    else:
        f["before_capital"] = 1
        alone = around.before_word not in v.BEFORE_NO_PERSON
        f["first_name_before_unknown"] = float("first_name" in f and not entry.zipf and alone)
