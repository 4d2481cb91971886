"""How likely a name is another spelling of a known one: transliterations and typing errors, against names unlisted.

Two spellings differ by two costs. As typing errors: one for each letter, less for two letters swapped. As
transliterations: one for each consonant, after merging those that transliterations interchange, less for each vowel.
Against it stands the chance that the name is no misspelling but that of a place the index does not have: the chance of
its letters in that country (trigrams), so that "Qurayah" may be a village nobody listed, while "Kouelyaky" is hardly
one. The index of a country holds a part of its villages, and one wrong answer is worse than one missing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from geoconflict.gazetteer.names import ARABIC, norm
from geoconflict.gazetteer.spellings import SHORTEST_SHAPE, spelt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.gazetteer.spellings import Known, Spelling, Spellings

# What a difference costs. Two letters swapped are one slip of the fingers; people seldom mistype a first letter;
# Turkish and Kurdish ş and ç reach the press as s and c.
_VOWEL, _SWAP_LESS, _FIRST_LETTER, _SIBILANT_LESS = 0.4, 0.55, 0.25, 0.5
_MOST_LETTERS, MOST_CONSONANTS = 3, 2
_LETTERS_OFF, _SHORT_SHAPE = 0.25, 2
"""At most a quarter of the letters may be wrong, and of a name of three consonants one vowel."""
_SIBILANTS = str.maketrans("S", "s")

# How fast a respelling grows unlikely with its cost (natural logarithm), and how much of the chance of the letters
# counts. Chosen on half of `benchmarks/respelt_names.py` and of the UCDP lists, reported on the other.
_LETTER_RARITY, _CONSONANT_RARITY, _CHANCE_POWER = 5.0, 8.0, 0.6
_LEAST_ODDS = 0.01
"""A respelling so much less likely than an unlisted place is not offered."""
_LOG_LEAST, _LOG_MOST = math.log(_LEAST_ODDS), 50.0

ASKED_FOR = 3.0
"""Who asks for a name by itself has a list of places: so much likelier (natural logarithm) it is one the index has."""

_ARABIC_FROM = 4
_OTHERWISE = 0.5
"""What each letter that is not the same costs a transliteration: of two that sound alike the nearer one is meant."""

_DIGRAPH_SIGNS = {sign: both for both, signs in {"sh": "şš", "ch": "çč", "zh": "ž"}.items() for sign in signs}
_DIGRAPH_SIGNS |= {sign.upper(): both for sign, both in _DIGRAPH_SIGNS.items()}
_CYRILLIC = frozenset({"BG", "BY", "KG", "KZ", "MD", "MK", "RS", "RU", "UA"})
_W_AS_V = str.maketrans("wW", "vV")
_BROKEN_ARTICLES = frozenset({"la", "le", "all", "aal", "ell", "eel", "a", "l", "e"})


class Respelling(NamedTuple):
    """A place whose name may be meant, and the odds of that against a place that is not in the index."""

    row: int
    odds: float


def respelt_in(spellings: Spellings, name: str, country: str, prior: float) -> Iterator[Respelling]:
    """Yield the places of a country whose names may be meant; a place may come more than once.

    `prior` is how much likelier (natural logarithm) than in running text the name is one the index has.
    """
    models = spellings.letters(country)
    if models is None:
        return
    plains, forms, shapes = models
    if ARABIC.search(name):  # Arabic writes the consonants; short ones are shared by too many
        asked = spelt(name)
        if len(asked.shape) >= _ARABIC_FROM:
            odds = math.exp(min(prior - _CHANCE_POWER * shapes.expected(asked.shape), _LOG_MOST))
            for known in spellings.near(asked, country):
                if known.spelling.shape == asked.shape:
                    for row in known.rows:
                        yield Respelling(row, odds)
        return
    for reading, cost in readings(name, country):
        asked = spelt(reading)
        if len(asked.shape) >= SHORTEST_SHAPE:
            plain_chance = _CHANCE_POWER * plains.expected(asked.plain) - prior
            form_chance = _CHANCE_POWER * forms.expected(asked.form) - prior
            yield from _respelt(asked, spellings.near(asked, country), plain_chance + cost, form_chance + cost)


def readings(name: str, country: str) -> Iterator[tuple[str, float]]:
    """Yield a name as written and as it may be read, each with what that costs.

    Signs that transcribe one sound ("ş", "č") are also digraphs, and the w of the Polish and German press is the v of
    Cyrillic names. What stands where an article does and is one slip off it ("lA-Masrab") is the article.
    """
    yield name, 0.0
    signs = "".join(_DIGRAPH_SIGNS.get(sign, sign) for sign in name)
    if country in _CYRILLIC:
        signs = signs.translate(_W_AS_V)
    if signs != name:
        yield signs, 0.0
    first, gap, rest = norm(name).partition(" ")
    if gap and first in _BROKEN_ARTICLES:
        yield f"al {rest}", _LETTER_RARITY * (1 - _SWAP_LESS)


def _respelt(asked: Spelling, near: list[Known], plain_chance: float, form_chance: float) -> Iterator[Respelling]:
    """Yield those of some names that are likely enough."""
    most_letters = min(_MOST_LETTERS, len(asked.plain) * _LETTERS_OFF, (-_LOG_LEAST - plain_chance) / _LETTER_RARITY)
    vowels = _FIRST_LETTER + _VOWEL * max(1, len(asked.shape) - _SHORT_SHAPE)
    most_sounds = min(MOST_CONSONANTS, vowels, (-_LOG_LEAST - form_chance) / _CONSONANT_RARITY)
    for known in _alike(asked, near, most_letters, most_sounds):
        letters_off = letter_cost(asked, known.spelling, most_letters)
        sounds_off = sound_cost(asked, known.spelling, most_sounds)
        odds = -_LETTER_RARITY * letters_off - plain_chance if letters_off <= most_letters else -math.inf
        if sounds_off <= most_sounds:
            otherwise = _OTHERWISE * OSA.distance(asked.stem, known.spelling.stem)
            odds = max(odds, -_CONSONANT_RARITY * sounds_off - form_chance - otherwise)
        if odds >= _LOG_LEAST:
            for row in known.rows:
                yield Respelling(row, math.exp(min(odds, _LOG_MOST)))


def _alike(asked: Spelling, names: list[Known], most_letters: float, most_sounds: float) -> Iterator[Known]:
    """Yield the names whose costs may be as small as that: a first look at each, as cheap as can be."""
    letters, sounds = math.ceil(most_letters), math.floor(most_sounds / _VOWEL)
    distance, (_, form, plain, _) = OSA.distance, asked
    for known in names:
        spelling = known.spelling
        if (letters >= 0 and distance(plain, spelling.plain, score_cutoff=letters) <= letters) or (
            sounds >= 0 and distance(form, spelling.form, score_cutoff=sounds) <= sounds
        ):
            yield known


def respelt_anywhere(spellings: Spellings, name: str) -> Iterator[Respelling]:
    """Yield the places of the whole world with a main name spelt the same when merged, or one letter off.

    Of names with five letters and more, in Latin script or Cyrillic. Letters swapped count as one.
    """
    asked = spelt(name)
    if len(asked.shape) < SHORTEST_SHAPE:
        return
    for known in spellings.anywhere(asked):
        same = asked.form == known.spelling.form
        if same or OSA.distance(asked.stem, known.spelling.stem, score_cutoff=1) <= 1:
            for row in known.rows:
                yield Respelling(row, _SAME_ODDS if same else _ONE_OFF_ODDS)


_SAME_ODDS, _ONE_OFF_ODDS = 8.0, 4.0


def letter_cost(asked: Spelling, known: Spelling, most: float) -> float:
    """Return what the difference of two spellings costs as typing errors; infinite when it is more than `most`."""
    if abs(len(asked.plain) - len(known.plain)) > most:
        return math.inf
    reach = math.ceil(most / (1 - _SWAP_LESS))
    off = OSA.distance(asked.plain, known.plain, score_cutoff=reach)
    if off == 0:
        return 0.0
    if off > reach:
        return math.inf
    swaps = Levenshtein.distance(asked.plain, known.plain) - off
    return off - _SWAP_LESS * swaps + _FIRST_LETTER * (asked.plain[0] != known.plain[0])


def sound_cost(asked: Spelling, known: Spelling, most: float) -> float:
    """Return what the difference of two spellings costs as transliterations; infinite when it is more than `most`."""
    reach = int(most + _SIBILANT_LESS)
    hard = OSA.distance(asked.shape, known.shape, score_cutoff=reach) if asked.shape != known.shape else 0
    if hard > reach:
        return math.inf
    cost = hard + _VOWEL * max(0, OSA.distance(asked.form, known.form) - hard)
    cost += _FIRST_LETTER * (asked.form[:1] != known.form[:1])
    if hard and ("S" in asked.shape or "S" in known.shape):
        softer = OSA.distance(asked.shape.translate(_SIBILANTS), known.shape.translate(_SIBILANTS))
        cost -= _SIBILANT_LESS * (hard - softer)
    return cost
