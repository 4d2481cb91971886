"""Names in Arabic script: no capital letters, particles written on the first word, hashtags.

Candidates and features as for Latin script in `candidates` and `features`, weighed with `arabic_weights.json`, which
`scripts/train_finder.py` fits. Adjectives of countries ("السوري") are no mentions here: the form that means a people is
the one that means a thing of that country, and no list tells them apart.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import ALTERNATE, MAIN
from geoconflict.gazetteer.names import arabic_forms, bare_form, norm
from geoconflict.gazetteer.rows import ARABIC_WRITING
from geoconflict.mentions import arabic_words as words
from geoconflict.mentions.candidates import Candidate, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geoconflict.mentions.evidence import Evidence
    from geoconflict.mentions.features import Features
    from geoconflict.mentions.lexicon import Lexicon
    from geoconflict.mentions.tokens import Token

THRESHOLD = 0.5
"""Score from which a candidate in Arabic script is a mention."""
WEIGHTS = "arabic_weights.json"
LONGEST_NAME = 5
"""Words; of the Arabic names in the index 1 in 5,000 is longer."""
LARGE_CITY = 300_000
"""People from which a city counts as well known as a province."""
SHORTEST_NAME = 3
"""Letters; shorter words are particles nearly always."""
_LEAST_FAME, _CURATED_FAME = 3.0, 4.0
"""Log10 of the people a place counts as having at least, and at least when it is a row of our own tables."""

_MARKS = "".join(map(chr, range(0x064B, 0x0660)))
_JOINS = frozenset(gap + end for gap in (" ", "_", " #") for end in ("", "\n"))
"""What may stand between two words of one name."""
_BIG = frozenset({"country", "admin1", "capital", "region"})
_KINDS = ("country", "admin1", "town", "village")
_PATTERNS = (("road", words.ROADS), ("site", words.SITES), ("house", words.HOUSES))


def is_arabic(token: Token) -> bool:
    """Whether a word is in Arabic script, presentation forms included."""
    return "\u0600" <= token.norm[:1] <= "\u06ff"


@lru_cache(50_000)
def _word_forms(word: str) -> tuple[tuple[str, int], ...]:
    return tuple(arabic_forms(word))


def group_end(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> int:
    """Return the end of an armed group's name that begins at a token, in which no place is listed; 0 for none.

    Groups of the curated actors, and names built like them: "هيئة تحرير الشام", "لواء ثوار الرقة". A front ("جبهة حلب")
    or camp called after a known place alone is no group.
    """
    for word, _ in _word_forms(tokens[i].norm):
        end = _known_group(tokens, i, word, lexicon)
        if end:
            return _branch_end(tokens, end)
        if word in words.ARMED_HEADS and _goes_on(tokens, i + 1):
            end = _built_like_group(tokens, i + 1, lexicon)
            return _branch_end(tokens, end) if end else 0
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
    ahead = [token.norm for token in tokens[i : i + 4] if token.gap in _JOINS]
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
    forms = _forms(tokens[i])
    known = _known(tokens, i, forms, lexicon)
    facility = _facility(tokens, i, forms, lexicon)
    if facility and (not known or facility.last > known.last):
        return facility
    if known:
        return None if _is_person(tokens, known) or _is_common_word(tokens, known, lexicon) else known
    return _after_type(tokens, i, lexicon)


def _forms(token: Token) -> list[tuple[str, int]]:
    """Return the forms of a word to look up, each with the characters of the text that belong to a particle.

    Of "للرقة" none do: its first letters are particle and article in one.
    """
    forms = []
    for form, letters in _word_forms(token.norm):
        joint = letters and token.norm[letters - 1 : letters + 1] == "لل"
        end = start = letters - 1 if joint else letters
        if start and len(token.text) != len(token.norm):  # vowel signs, tatweel
            end = next(k for k in range(1, len(token.text) + 1) if len(norm(token.text[:k])) >= start)
            while not norm(token.text[end]):
                end += 1
        forms.append((form, end))
    particle, head = token.norm[:1], token.norm[1:]
    if particle in words.PARTICLES and head in words.NAMING_HEADS:
        forms.append((head, len(token.text) - len(token.text[1:].lstrip(_MARKS))))
    return forms


def _known(tokens: Sequence[Token], i: int, forms: Iterable[tuple[str, int]], lexicon: Lexicon) -> Candidate | None:
    """Return the longest name of the index that begins at a token, with or without the particles written on it."""
    limit = i + 1
    while limit < i + LONGEST_NAME and _goes_on(tokens, limit):
        limit += 1
    if limit > i + 1:
        pairs = [f"{word} {tokens[i + 1].norm}" for word, _ in forms]
        if not any(lexicon.begins_name(pair) or lexicon.begins_name(bare_form(pair)) for pair in pairs):
            limit = i + 1  # most words begin no longer name, and that is one question
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


def _is_common_word(tokens: Sequence[Token], candidate: Candidate, lexicon: Lexicon) -> bool:
    """Whether a name is likelier an everyday word or the adjective of a country, and no type word says otherwise."""
    if not candidate.one_word or candidate.known.kinds & {"country", "region"}:
        return False
    if _word_before(tokens, candidate.first) in words.TYPES:
        return False
    word = tokens[candidate.first].norm
    stem = word.removesuffix("ه").removesuffix("ي")
    stems = () if stem == word else (stem, stem.removeprefix("ال"))
    adjective = any("country" in lexicon.known(form + end).kinds for form in stems for end in ("", "ا", "يا"))
    return adjective or candidate.key in words.NOUNS or _excess(tokens, candidate, lexicon) > 0


def _goes_on(tokens: Sequence[Token], i: int) -> bool:
    """Whether a token belongs to the same run of Arabic words as the one before it."""
    return i < len(tokens) and tokens[i].gap in _JOINS and is_arabic(tokens[i])


def _word_before(tokens: Sequence[Token], i: int) -> str:
    """Return the word before a token; a type word or preposition without the particles written on it."""
    if not i or tokens[i].gap.rstrip('#([«"“') not in (" ", "_"):
        return ""
    word = tokens[i - 1].norm
    for form, _ in _word_forms(word):
        if form in words.TYPES or form in words.PREPOSITIONS or form in words.AREAS_AROUND:
            return form
    return word


def _has_particle(tokens: Sequence[Token], candidate: Candidate) -> bool:
    return candidate.prefix > 0 or (tokens[candidate.first].norm.startswith("لل") and candidate.key.startswith("ال"))


def arabic_features(text: str, candidate: Candidate, evidence: Evidence) -> Features:
    """Return the features of a candidate in Arabic script."""
    tokens, known, key, lexicon = evidence.tokens, candidate.known, candidate.key, evidence.lexicon
    first = tokens[candidate.first]
    small = float(not known.kinds & _BIG and known.population < LARGE_CITY)
    f: Features = {"bias": 1, f"words_{min(3, candidate.last - candidate.first)}": 1, "small": small}
    f.update((kind, 1.0) for kind in _KINDS if kind in known.kinds)
    f["everyday_small"] = small * (_excess(tokens, candidate, lexicon) != 0)
    f["article"] = float(key.startswith("ال"))
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
    f["after_type"] = float(before in words.TYPES)
    f["after_area"] = float(before in words.AREAS_AROUND)
    f["listed"] = float(_is_listed(candidate, evidence))
    f["prefix"] = float(_has_particle(tokens, candidate))
    f["prefix_small"] = small * f["prefix"]
    _hashtag(f, text, first.start, tokens[candidate.last - 1].end)
    return f


def _is_listed(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether the name before or after it is joined to it by "and": "حلب وإدلب"."""
    text, i, j = evidence.tokens, candidate.first, candidate.last
    before, after = evidence.ending.get(i), evidence.starting.get(j)
    joined_before = before is not None and text[i].gap in (" ", " #") and text[i].norm.startswith("و")
    joined_after = after is not None and after.prefix > 0 and text[j].gap == " " and text[j].norm.startswith("و")
    return (joined_before and bool(before and before.known) and candidate.prefix > 0) or (
        joined_after and bool(after and after.known)
    )


def _excess(tokens: Sequence[Token], candidate: Candidate, lexicon: Lexicon) -> float:
    """Return how much more frequent a word is than the name of a place so well known; 0 for words of no list.

    Both are logarithms to base 10, of occurrences in 10^9 words and of people. Damascus (5.1, 6.2) and Aleppo (4.9,
    6.4) are near -1; "العلم" (the flag, 5.1) is above 0 for a town of 25,000.
    """
    if not candidate.one_word or not candidate.known:
        return 0.0
    frequency = max(lexicon.word(candidate.key).zipf, lexicon.word(tokens[candidate.first].norm).zipf)
    fame = _CURATED_FAME if candidate.known.curated else _LEAST_FAME
    return frequency - max(math.log10(candidate.known.population + 1), fame) if frequency else 0.0


def _pattern(f: Features, candidate: Candidate, evidence: Evidence) -> None:
    """Add what a facility no list knows is called after."""
    head, _, rest = candidate.key.partition(" ")
    for kind, heads in _PATTERNS:
        f[f"pattern_{kind}"] = float(head in heads)
    f["pattern_known"] = float(bool(evidence.lexicon.known(rest)))


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
