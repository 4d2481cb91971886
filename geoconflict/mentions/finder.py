"""The door: an article's mentions."""

from __future__ import annotations

import json
import math
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from geoconflict.gazetteer.names import ARABIC, norm
from geoconflict.mentions import vocabulary as v
from geoconflict.mentions.candidates import find_candidates
from geoconflict.mentions.evidence import Evidence
from geoconflict.mentions.features import arabic_features, latin_features
from geoconflict.mentions.lexicon import lexicon_of
from geoconflict.mentions.masks import mask_names
from geoconflict.mentions.roles import demonym_score, role_of
from geoconflict.mentions.tokens import camel_breaks, split_tokens
from geoconflict.records import Mention

if TYPE_CHECKING:
    from geoconflict.gazetteer import Gazetteer
    from geoconflict.mentions.features import Features
    from geoconflict.mentions.lexicon import Lexicon
    from geoconflict.records import Article

THRESHOLD = 0.55
"""Score from which a candidate is a mention: on news, .50 finds 1-3 % more and is wrong 1-2 % more often."""
ARABIC_THRESHOLD = 0.45
GLUED_CITY = 100_000
"""People from which a name is looked for at the start of a glued word."""


def find_mentions(article: Article, gazetteer: Gazetteer) -> list[Mention]:
    """Return the spans of an article that name places, sorted, never overlapping.

    A span is the bare name, without type word, compass word, article or possessive ending unless they are part of the
    name. Where names nest, the longest wins. `Mention.role` is "demonym" ("Syrian", "US forces") or "in_name" (inside
    an organisation's name) where the form decides it, else None. Nothing inside names of persons, products and armed
    groups is listed. Finding none is an answer: the list is then empty.
    """
    lexicon = lexicon_of(gazetteer)
    text = article.text
    tokens = split_tokens(text, partial(_glued_at, lexicon=lexicon))
    candidates = find_candidates(tokens, lexicon, mask_names(tokens, lexicon))
    evidence = Evidence(tokens, candidates, lexicon)
    mentions = []
    for candidate in candidates:
        arabic = bool(ARABIC.match(tokens[candidate.first].text))
        features = (arabic_features if arabic else latin_features)(text, candidate, evidence)
        role = None if arabic else role_of(candidate, evidence)
        if not arabic and lexicon.is_demonym(candidate.key) and not candidate.known.outranks_demonym:
            score = demonym_score(text, candidate, evidence)
        else:
            score = probability(features)
        if score >= (ARABIC_THRESHOLD if arabic else THRESHOLD):
            start, end = tokens[candidate.first].start + candidate.prefix, tokens[candidate.last - 1].end
            mentions.append(Mention(start, end, text[start:end], candidate.key, round(score, 3), role))
    return mentions


@cache
def weights() -> dict[str, float]:
    """Return the weight of each feature."""
    loaded: dict[str, float] = json.loads(files("geoconflict.mentions").joinpath("weights.json").read_text(encoding="utf-8"))
    return loaded


def probability(features: Features) -> float:
    """Return the logistic function of the weighed sum of features."""
    weight = weights()
    total = sum(weight.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _glued_at(word: str, lexicon: Lexicon) -> int:
    """Return where a word is two that lost their space ("Turkeywould", "inSyria"), 0 for nowhere."""
    if word.islower() or not word.isascii() or lexicon.names_something(norm(word)):
        return 0
    for cut in camel_breaks(word):
        if word[:cut] in v.GLUE and lexicon.is_sizeable(norm(word[cut:])):
            return cut
        if lexicon.is_sizeable(norm(word[:cut])) and lexicon.is_sizeable(norm(word[cut:])):
            return cut
    known = lexicon.word(norm(word))
    if not word[0].isupper() or known.zipf or known.first_name or known.last_name:
        return 0
    for cut in range(4, len(word) - 1):
        if word[cut:] in v.GLUE:
            name = lexicon.known(norm(word[:cut]))
            if "country" in name.kinds or name.population > GLUED_CITY:
                return cut
    return 0
