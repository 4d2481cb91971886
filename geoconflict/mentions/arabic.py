"""Names in Arabic script: no capital letters, particles written on the first word, hashtags.

Candidates and features as for Latin script in `candidates` and `features`, weighed with `arabic_weights.json`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from geoconflict.gazetteer.names import ARABIC, arabic_forms, bare
from geoconflict.mentions import arabic_words as words
from geoconflict.mentions.candidates import Candidate, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.mentions.evidence import Evidence
    from geoconflict.mentions.features import Features
    from geoconflict.mentions.lexicon import Lexicon
    from geoconflict.mentions.tokens import Token

THRESHOLD = 0.45
"""Score from which a candidate in Arabic script is a mention."""
WEIGHTS = "arabic_weights.json"
LONGEST_NAME = 5

_JOINS = re.compile(r"^(?:[ _]| #)$")


def arabic_candidate(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> Candidate | None:
    """Return the longest candidate that begins at a token in Arabic script."""
    forms = list(arabic_forms(tokens[i].norm))
    joined = i + 1 < len(tokens) and _joins(tokens[i + 1])
    for word, prefix in forms:
        if word in words.HEADS and joined and len(tokens[i + 1].norm) > 2:
            key = key_of(tokens[i : i + 2])
            return Candidate(i, i + 2, key, lexicon.known(key), prefix=prefix, pattern="facility")
    limit = i + 1
    while limit < min(len(tokens), i + LONGEST_NAME) and _joins(tokens[limit]):
        limit += 1
    for j in range(limit, i, -1):
        rest = [token.norm for token in tokens[i + 1 : j]]
        for word, prefix in forms:
            key = " ".join([word, *rest])
            for form in (key, bare(key)) if rest else (key,):
                if len(form) < 3 or form in words.COMPASS or form in words.TYPES:
                    continue
                if form in words.ADJECTIVES and tokens[i].text.endswith("ة"):
                    continue
                if lexicon.known(form):
                    return Candidate(i, j, form, lexicon.known(form), prefix=prefix)
    return None


def _joins(token: Token) -> bool:
    return bool(ARABIC.match(token.text) and _JOINS.match(token.gap))


def arabic_features(text: str, candidate: Candidate, evidence: Evidence) -> Features:
    """Return the features of a candidate in Arabic script."""
    tokens, known, key = evidence.tokens, candidate.known, candidate.key
    first = tokens[candidate.first]
    small = not known.kinds & {"country", "capital", "admin1", "region"}
    lexicon = evidence.lexicon
    frequency = max(lexicon.word(key).zipf, lexicon.word(first.norm).zipf if candidate.one_word else 0)
    f: Features = {"ar": 1, f"ar_words{min(3, candidate.last - candidate.first)}": 1}
    f["ar_population"] = math.log10(known.population + 1) / 6
    for kind in ("country", "admin1", "region", "capital", "city", "town", "village"):
        if kind in known.kinds:
            f[f"ar_{kind}"] = 1
    if frequency:
        f["ar_frequency"] = frequency / 6
        f["ar_frequent"] = float(frequency > 4.2)
        f["ar_very_frequent"] = float(frequency > 4.8)
    if small:
        f["ar_small"] = 1
        f["ar_frequency_small"] = frequency / 6
    if candidate.prefix:
        f["ar_prefix"] = 1
        f["ar_prefix_small"] = float(small)
    if not known:
        f["ar_pattern"] = 1
    if key.startswith("ال"):
        f["ar_article"] = 1
    if len(key) <= 4:
        f["ar_short"] = 1
        f["ar_short_small"] = float(small)
    before = tokens[candidate.first - 1].norm if candidate.first and first.gap in (" ", "_", " #", "#") else ""
    if before in words.PREPOSITIONS:
        f["ar_preposition"] = 1
        f["ar_preposition_small"] = float(small)
    if before in words.TYPES:
        f["ar_after_type"] = 1
    _hashtag(f, text, first.start, tokens[candidate.last - 1].end)
    if evidence.counts[key] > 1:
        f["ar_repeated"] = 1
    if key in evidence.attested:
        f["ar_attested"] = 1
    if small:
        f["ar_near_home_small"] = evidence.near_home(candidate)
        f["ar_in_named_country_small"] = float(evidence.in_named_country(candidate))
    return f


def _hashtag(f: Features, text: str, start: int, end: int) -> None:
    """Add whether the name is a hashtag, or only part of one (then the hashtag is about something else)."""
    first, last = start, end
    while first and (text[first - 1].isalnum() or text[first - 1] == "_"):
        first -= 1
    while last < len(text) and (text[last].isalnum() or text[last] == "_"):
        last += 1
    if first and text[first - 1] == "#":
        f["ar_hashtag"] = 1
        f["ar_inside_hashtag"] = float(first < start - 1 or last > end)
