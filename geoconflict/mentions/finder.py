"""The door: an article's mentions."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from geoconflict.gazetteer import open_gazetteer
from geoconflict.gazetteer.index import MAIN
from geoconflict.gazetteer.names import norm
from geoconflict.mentions import arabic
from geoconflict.mentions import vocabulary as v
from geoconflict.mentions.candidates import latin_candidate, possible_starts
from geoconflict.mentions.evidence import Evidence
from geoconflict.mentions.features import latin_features
from geoconflict.mentions.lexicon import lexicon_of
from geoconflict.mentions.masks import mask_names
from geoconflict.mentions.roles import SURE, UNLIKELY, demonym_score, is_demonym, role_of
from geoconflict.mentions.tokens import Splitter, camel_breaks
from geoconflict.records import Mention

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.mentions.candidates import Candidate
    from geoconflict.mentions.features import Features
    from geoconflict.mentions.lexicon import Known, Lexicon
    from geoconflict.mentions.tokens import Token
    from geoconflict.records import Article

THRESHOLD = 0.55
"""Score from which a candidate is a mention: on news, .50 finds 1-3 % more and is wrong 1-2 % more often."""
LEAN = 0.5
"""Share of the other occurrences in a name's score: one name has one meaning in a document."""
LONGEST_GLUED = 40
"""Letters; a longer word is debris, and reading it at every letter takes the square of its length."""
GLUED_CITY = 500_000
"""People from which a name is looked for at the start of a glued word."""


@cache
def _own_gazetteer() -> Gazetteer:
    return open_gazetteer()


def find_mentions(article: Article, gazetteer: Gazetteer | None = None) -> list[Mention]:
    """Return the spans of an article that name places, sorted, never overlapping.

    Without a gazetteer the user's own index is opened, once a process, and built first when there is none.

    A span is the bare name, without type word, compass word, article or possessive ending unless they are part of the
    name. Where names nest, the longest wins. `Mention.role` is "demonym" ("Syrian", "US forces") or "in_name" (inside
    an organisation's name) where the form decides it, else None. Nothing inside names of persons, products and armed
    groups is listed. Finding none is an answer: the list is then empty.
    """
    lexicon = lexicon_of(gazetteer or _own_gazetteer())
    text = article.text
    tokens = _splitter_of(lexicon).split(text)
    candidates = find_candidates(tokens, lexicon, mask_names(tokens, lexicon))
    evidence = Evidence(tokens, candidates, lexicon)
    scores = _scores(text, candidates, evidence)
    mentions = []
    for candidate, score in zip(candidates, scores, strict=True):
        in_arabic = is_arabic(candidate, evidence)
        if score >= (arabic.THRESHOLD if in_arabic else THRESHOLD):
            start, end = tokens[candidate.first].start + candidate.prefix, tokens[candidate.last - 1].end
            role = None if in_arabic else role_of(candidate, evidence)
            mentions.append(Mention(start, end, text[start:end], candidate.key, round(score, 3), role))
    return mentions


def find_candidates(tokens: Sequence[Token], lexicon: Lexicon, masked: Sequence[bool]) -> list[Candidate]:
    """Return candidates from left to right, the longest at each token, never overlapping, none on a masked token."""
    found: list[Candidate] = []
    past = 0
    for i in possible_starts(tokens):
        if i < past:
            continue
        if not tokens[i].text.isascii() and arabic.is_arabic(tokens[i]):
            past = arabic.group_end(tokens, i, lexicon)
            candidate = None if past or masked[i] else arabic.arabic_candidate(tokens, i, lexicon)
        else:
            candidate = None if masked[i] else latin_candidate(tokens, i, lexicon, masked)
        if candidate:
            found.append(candidate)
            past = candidate.last
    return found


def _scores(text: str, candidates: Sequence[Candidate], evidence: Evidence) -> list[float]:
    """Return how likely each candidate names a place; the occurrences of one name in a document lean on each other."""
    decided = [_score_by_form(text, candidate, evidence) for candidate in candidates]
    sums: list[float] = []
    total: dict[str, float] = defaultdict(float)
    count = Counter[str]()
    for candidate, score in zip(candidates, decided, strict=True):
        if score is not None:
            sums.append(0.0)
        elif is_arabic(candidate, evidence):
            sums.append(weighed(arabic.arabic_features(text, candidate, evidence), weights(arabic.WEIGHTS)))
        else:
            value = weighed(latin_features(text, candidate, evidence), weights())
            total[candidate.key] += value
            count[candidate.key] += 1
            sums.append(value)
    scores = []
    for candidate, score, own in zip(candidates, decided, sums, strict=True):
        others = total[candidate.key] / count[candidate.key] - own if count[candidate.key] else 0.0
        scores.append(probability(own + LEAN * others) if score is None else score)
    return scores


def _score_by_form(text: str, candidate: Candidate, evidence: Evidence) -> float | None:
    """Return the score of a name whose form alone decides, None for the others."""
    if is_arabic(candidate, evidence):
        return None
    if candidate in evidence.topics:
        return UNLIKELY
    if candidate.pattern == "institution":
        return SURE
    return demonym_score(text, candidate, evidence) if is_demonym(candidate, evidence.lexicon) else None


def is_arabic(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether a candidate is in Arabic script."""
    return arabic.is_arabic(evidence.tokens[candidate.first])


@cache
def weights(file: str = "weights.json") -> dict[str, float]:
    """Return the weight of each feature of Latin script, or of another script's file."""
    loaded: dict[str, float] = json.loads(files("geoconflict.mentions").joinpath(file).read_text(encoding="utf-8"))
    return loaded


def weighed(features: Features, weight: Mapping[str, float]) -> float:
    """Return the weighed sum of features, the logit of a probability."""
    total = 0.0
    for name, value in features.items():
        total += weight.get(name, 0.0) * value
    return total


def probability(logit: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@lru_cache(4)
def _splitter_of(lexicon: Lexicon) -> Splitter:
    return Splitter(partial(_glued_at, lexicon=lexicon))


def _glued_at(word: str, lexicon: Lexicon) -> int:
    """Return where a word is two that lost their space ("Turkeywould", "inSyria"), 0 for nowhere."""
    if not word.isascii() or len(word) > LONGEST_GLUED or lexicon.names_something(norm(word)):
        return 0
    for cut in camel_breaks(word):
        if word[:cut] in v.GLUE and lexicon.is_sizeable(norm(word[cut:])):
            return cut
        if lexicon.is_sizeable(norm(word[:cut])) and lexicon.is_sizeable(norm(word[cut:])):
            return cut
    known = lexicon.word(norm(word))
    if not word[0].isupper() or known.first_name or known.last_name:
        return 0
    if _lost_apostrophe(word, lexicon, frequent=known.zipf > 0):
        return len(word) - 1
    if known.zipf:
        return 0
    for cut in range(4, len(word) - 1):
        glued = word[cut:] in v.GLUE and len(word) - cut >= 3  # "at", "an" and "in" end too many names
        if glued and _is_famous(lexicon.known(norm(word[:cut]))):
            return cut
    return 0


def _lost_apostrophe(word: str, lexicon: Lexicon, *, frequent: bool) -> bool:
    """Whether a word is a famous name with a possessive ending ("Syrias army"); "turkeys" are birds, "Koreas" two."""
    if not (word.endswith("s") and word.isalpha()):
        return False
    stem = norm(word[:-1])
    name = lexicon.known(stem)
    own = name.flags & MAIN and not lexicon.word(stem).common
    return bool(own) and ("country" in name.kinds or (not frequent and _is_famous(name)))


def _is_famous(name: Known) -> bool:
    return "country" in name.kinds or name.population > GLUED_CITY
