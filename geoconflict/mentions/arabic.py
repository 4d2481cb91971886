"""Names in Arabic script: no capital letters, particles written on the first word, hashtags.

Candidates and features as for Latin script in `candidates` and `features`, weighed with `arabic_weights.json`, which
`scripts/train_finder.py` fits. Adjectives of countries ("السوري") are no mentions here: the form that means a people is
the one that means a thing of that country, and no list tells them apart.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import ALTERNATE, MAIN
from geoconflict.gazetteer.names import ARABIC, arabic_forms, bare_form
from geoconflict.gazetteer.rows import ARABIC_WRITING
from geoconflict.mentions import arabic_words as words
from geoconflict.mentions.candidates import Candidate, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geoconflict.mentions.evidence import Evidence
    from geoconflict.mentions.features import Features
    from geoconflict.mentions.lexicon import Lexicon
    from geoconflict.mentions.tokens import Token

THRESHOLD = 0.45
"""Score from which a candidate in Arabic script is a mention."""
WEIGHTS = "arabic_weights.json"
LONGEST_NAME = 5
"""Words; of the Arabic names in the index 1 in 5,000 is longer."""
SHORTEST_NAME = 3
"""Letters; shorter words are particles nearly always."""
_EVERYDAY, _COMMON = 4.8, 4.2
"""Zipf frequencies: of a word in every newspaper, and of one in most."""

_JOINS = re.compile(r"^(?:[ _]| #)$")
_BIG = frozenset({"country", "admin1", "capital", "region"})
_KINDS = ("country", "admin1", "region", "capital", "city", "town", "village")
_PATTERNS = (("road", words.ROADS), ("site", words.SITES), ("house", words.HOUSES))


def is_arabic(token: Token) -> bool:
    """Whether a word is in Arabic script, presentation forms included."""
    return bool(ARABIC.match(token.norm))


def group_end(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> int:
    """Return the end of an armed group's name that begins at a token, in which no place is listed; 0 for none.

    Groups of the curated actors, and names built like them: "هيئة تحرير الشام", "لواء ثوار الرقة". A front ("جبهة حلب")
    or camp called after a known place alone is no group.
    """
    for word, _ in arabic_forms(tokens[i].norm):
        end = _known_group(tokens, i, word, lexicon)
        if end:
            return _branch_end(tokens, end)
        if word in words.ARMED_HEADS and _goes_on(tokens, i + 1):
            return _built_like_group(tokens, i + 1, lexicon)
        if word in ("الدوله", "القاعده", "قوات"):
            return _branch_end(tokens, i + 1)
    return 0


def _known_group(tokens: Sequence[Token], i: int, word: str, lexicon: Lexicon) -> int:
    names = lexicon.armed_groups.get(word, ())
    key, end = word, 0
    for j in range(i + 1, min(len(tokens), i + LONGEST_NAME)):
        if not names or not _goes_on(tokens, j):
            break
        key = f"{key} {tokens[j].norm}"
        end = j + 1 if key in names else end
    return end


def _built_like_group(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> int:
    """Return the end of a group's name whose head word stands before a token, 0 if only a place follows."""
    end, goes_on = i, False
    while _goes_on(tokens, end):
        goes_on = tokens[end].norm in words.ARMED_GOES_ON
        end += 1
        if not goes_on:
            break
    if end == i + 1 and _is_big(lexicon, tokens[i].norm):
        return 0
    while _goes_on(tokens, end) and tokens[end].norm in words.ARMED_ENDS:
        end += 1
    return end


def _branch_end(tokens: Sequence[Token], i: int) -> int:
    """Return the end of "[الدولة] الإسلامية في العراق والشام", "[قوات] سوريا الديمقراطية" or nothing, that is `i`."""
    ahead = [token.norm for token in tokens[i : i + 4] if _JOINS.match(token.gap)]
    head = tokens[i - 1].norm
    if head.endswith("قوات"):
        return i + 2 if len(ahead) > 1 and ahead[1] in words.ARMED_ENDS else 0
    start = 1 if ahead[:1] == ["الاسلاميه"] else 0
    if ahead[start : start + 1] != ["في"]:
        return i + start
    end = start + 1
    while end < len(ahead) and ahead[end] in words.STATE_IN:
        end += 1
    return i + (end if end > start + 1 else start)


def _is_big(lexicon: Lexicon, key: str) -> bool:
    return bool(lexicon.known(key).kinds & (_BIG | {"city"}))


def arabic_candidate(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> Candidate | None:
    """Return the longest candidate that begins at a token in Arabic script, unless it is a person's name."""
    forms = list(arabic_forms(tokens[i].norm))
    known = _known(tokens, i, forms, lexicon)
    facility = _facility(tokens, i, forms, lexicon)
    if facility and (not known or facility.last > known.last):
        return facility
    if known:
        return None if _is_person(tokens, known) else known
    return _after_type(tokens, i, lexicon)


def _known(tokens: Sequence[Token], i: int, forms: Iterable[tuple[str, int]], lexicon: Lexicon) -> Candidate | None:
    """Return the longest name of the index that begins at a token, with or without the particles written on it."""
    limit = i + 1
    while limit < i + LONGEST_NAME and _goes_on(tokens, limit):
        limit += 1
    for j in range(limit, i, -1):
        rest = "".join(f" {token.norm}" for token in tokens[i + 1 : j])
        for word, prefix in forms:
            key = word + rest
            if not rest and (word in words.COMPASS or word in words.TYPES or word in words.NOT_NAMES):
                continue
            if not rest and word in words.ADJECTIVES and tokens[i].text.endswith("ة"):
                continue
            for form in (key, bare_form(key)) if rest else (key,):
                if len(form) >= SHORTEST_NAME and lexicon.known(form):
                    return Candidate(i, j, form, lexicon.known(form), prefix=prefix)
    return None


def _facility(tokens: Sequence[Token], i: int, forms: Iterable[tuple[str, int]], lexicon: Lexicon) -> Candidate | None:
    """Return a facility told by its first word: "مطار بيروت الدولي"."""
    for word, prefix in forms:
        if word in words.HEADS:
            end = _name_end(tokens, i + 1, lexicon)
            key = " ".join([word, *(token.norm for token in tokens[i + 1 : end])])
            return Candidate(i, end, key, lexicon.known(key), prefix=prefix, pattern="facility") if end else None
    return None


def _name_end(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> int:
    """Return the end of the name that begins at a token, right after the word for a facility; 0 when none does."""
    if not _goes_on(tokens, i) or _no_name(tokens[i].norm, lexicon):
        return 0
    word = tokens[i].norm
    known = _known(tokens, i, [(word, 0)], lexicon)
    if known:
        end = known.last
    elif word in words.HEADS:  # "مبنى معهد الأورام"
        return _name_end(tokens, i + 1, lexicon)
    else:
        end = _person_end(tokens, i)
        if end == i + 1 and not word.startswith("ال") and word not in words.FIRST_NAMES and lexicon.word(word).zipf:
            return 0
    if _goes_on(tokens, end) and tokens[end].norm in words.AFTER_NAME:
        end += 1
    return end


def _no_name(word: str, lexicon: Lexicon) -> bool:
    """Whether a word cannot begin a name: a function word, or one with a particle written on it."""
    if word in words.NOT_NAMES or word in words.COMPASS or len(word) < SHORTEST_NAME:
        return True
    if lexicon.known(word):
        return False
    if word.startswith(("وال", "بال", "لل", "فال")):
        return True
    return word.startswith(("و", "ب", "ل")) and (
        word[1:] in words.HEADS or word[1:] in words.TYPES or bool(lexicon.word(word[1:]).zipf)
    )


def _person_end(tokens: Sequence[Token], i: int) -> int:
    """Return the end of a person's name a facility bears ("الملك فيصل", "محمد بن القاسم"), else of a word."""
    end = i + 1
    while _goes_on(tokens, end):
        before, word = tokens[end - 1].norm, tokens[end].norm
        linked = before in words.HONORIFICS or word in ("بن", "ابن")
        named = before in words.FIRST_NAMES and (word.startswith("ال") or word in words.FIRST_NAMES)
        if word in words.NOT_NAMES or not (linked or named):
            break
        end += 1
    return end


def _after_type(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> Candidate | None:
    """Return a name no list knows where the word before says that it is a settlement's: "قرية الدرخبية"."""
    word = tokens[i].norm
    if _word_before(tokens, i) not in words.SETTLEMENT_TYPES or _no_name(word, lexicon):
        return None
    if word in words.HEADS or word in words.TYPES:
        return None
    compound = (word in words.NAMING_HEADS or word in words.HONORIFICS) and _goes_on(tokens, i + 1)
    if not compound and (lexicon.word(word).zipf and not word.startswith("ال")):
        return None
    end = i + 2 if compound else i + 1
    return Candidate(i, end, key_of(tokens[i:end]), lexicon.known(""), pattern="unknown")


def _is_person(tokens: Sequence[Token], candidate: Candidate) -> bool:
    """Whether a first name or title stands before, or the name is itself a first name no type word stands before."""
    i = candidate.first
    if not candidate.one_word or candidate.known.kinds & {"country", "region"}:
        return False
    before = tokens[i - 1].norm if i and tokens[i].gap == " " else ""
    if before in words.TITLES or (before in words.FIRST_NAMES and not candidate.known.kinds & _BIG):
        return True
    return candidate.key in words.FIRST_NAMES and _word_before(tokens, i) not in words.TYPES


def _goes_on(tokens: Sequence[Token], i: int) -> bool:
    """Whether a token belongs to the same run of Arabic words as the one before it."""
    return i < len(tokens) and bool(_JOINS.match(tokens[i].gap)) and is_arabic(tokens[i])


def _word_before(tokens: Sequence[Token], i: int) -> str:
    """Return the word before a token; a type word or preposition without the particles written on it."""
    if not i or tokens[i].gap not in (" ", "_", " #"):
        return ""
    word = tokens[i - 1].norm
    for form, _ in arabic_forms(word):
        if form in words.TYPES or form in words.PREPOSITIONS or form in words.AREAS_AROUND:
            return form
    return word


def says_place(tokens: Sequence[Token], candidate: Candidate) -> bool:
    """Whether the words before a candidate, or a particle written on it, say that it is a place."""
    before = _word_before(tokens, candidate.first)
    return bool(candidate.prefix) or before in words.PREPOSITIONS or before in words.TYPES


def arabic_features(text: str, candidate: Candidate, evidence: Evidence) -> Features:
    """Return the features of a candidate in Arabic script."""
    tokens, known, key, lexicon = evidence.tokens, candidate.known, candidate.key, evidence.lexicon
    first = tokens[candidate.first]
    small = float(not known.kinds & _BIG)
    frequency = max(lexicon.word(key).zipf, lexicon.word(first.norm).zipf if candidate.one_word else 0)
    f: Features = {"bias": 1, f"words_{min(3, candidate.last - candidate.first)}": 1, "small": small}
    f["population"] = math.log10(known.population + 1) / 6
    f.update((kind, 1.0) for kind in _KINDS if kind in known.kinds)
    f["frequency"] = frequency / 6
    f["frequency_small"] = small * frequency / 6
    f["common"] = float(frequency > _COMMON)
    f["everyday"] = float(frequency > _EVERYDAY)
    f["article"] = float(key.startswith("ال"))
    f["short"] = float(len(key) <= SHORTEST_NAME + 1)
    f["short_small"] = small * f["short"]
    if known:
        f["without_article"] = float(not known.flags & (MAIN | ALTERNATE))
        f["abroad_small"] = small * (not known.countries & ARABIC_WRITING)
        f["near_home_small"] = small * evidence.near_home(candidate)
        f["in_named_country_small"] = small * evidence.in_named_country(candidate)
    elif candidate.pattern == "unknown":
        f["unknown"] = 1
    else:
        _pattern(f, candidate, evidence)
    before = _word_before(tokens, candidate.first)
    f["preposition"] = float(before in words.PREPOSITIONS)
    f["preposition_small"] = small * f["preposition"]
    f["after_type"] = float(before in words.TYPES)
    f["after_area"] = float(before in words.AREAS_AROUND)
    f["prefix"] = float(candidate.prefix > 0)
    f["prefix_small"] = small * f["prefix"]
    _hashtag(f, text, first.start, tokens[candidate.last - 1].end)
    return f


def _pattern(f: Features, candidate: Candidate, evidence: Evidence) -> None:
    """Add what a facility no list knows is called after."""
    head, _, rest = candidate.key.partition(" ")
    named = evidence.tokens[candidate.first + 1].norm
    for kind, heads in _PATTERNS:
        f[f"pattern_{kind}"] = float(head in heads)
    f["pattern_known"] = float(bool(evidence.lexicon.known(rest)))
    f["pattern_article"] = float(rest.startswith("ال"))
    f["pattern_person"] = float(named in words.HONORIFICS or named in words.FIRST_NAMES)
    f["pattern_frequency"] = evidence.lexicon.word(rest).zipf / 6


def _hashtag(f: Features, text: str, start: int, end: int) -> None:
    """Add whether the name is a hashtag, or only part of one (then the hashtag is about something else)."""
    first, last = start, end
    while first and (text[first - 1].isalnum() or text[first - 1] == "_"):
        first -= 1
    while last < len(text) and (text[last].isalnum() or text[last] == "_"):
        last += 1
    if first and text[first - 1] == "#":
        f["hashtag"] = 1
        f["inside_hashtag"] = float(first < start - 1 or last > end)
