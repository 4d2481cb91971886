"""Finds the names of a country that may be another spelling of one, and how likely: transliterations and typing errors.

Two spellings differ by two costs. As typing errors: one for each letter, less for two letters swapped. As
transliterations: one for each consonant, after merging those that transliterations interchange, and half for each
vowel. Against it stands the chance that the name is no misspelling but that of a place the index does not have: the
chance of its letters in that country (trigrams), so that "Qurayah" may be a village nobody listed, while "Kouelyaky" is
hardly one. The index of a country holds a part of its villages, and one wrong answer is worse than one missing.

Names whose consonants are one edit away are found by what leaving out a consonant leaves of both (as in SymSpell), two
edits in long names by either end as well. Most texts ask of a country once or twice, so little is prepared: its
consonants are read at the first question, its letters counted when a name is near enough for them to matter, and what
is left when a consonant is left out is listed only for a country that is asked about often.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from functools import cached_property, lru_cache
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA, LCSseq, Levenshtein

from geoconflict.gazetteer.names import ARABIC, bare_form, consonants, letters, norm, untyped_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import marisa_trie

SHORTEST_SHAPE = 2
"""Consonants a name must have to be compared."""

# What a difference costs. Two letters swapped are one slip of the fingers; people seldom mistype a first letter;
# Turkish and Kurdish ş and ç reach the press as s and c.
_VOWEL, _SWAP_LESS, _FIRST_LETTER, _SIBILANT_LESS = 0.5, 0.4, 0.5, 0.5
_MOST_LETTERS, MOST_CONSONANTS = 3, 2
_SIBILANTS = str.maketrans("S", "s")

# How fast a respelling grows unlikely with its cost (natural logarithm), and how much of the chance of the letters
# counts. Chosen on half of `benchmarks/respelt_names.py` and of the UCDP lists, reported on the other.
_LETTER_RARITY, _CONSONANT_RARITY, _CHANCE_POWER = 5.0, 8.0, 0.6
_LEAST_ODDS = 0.01
"""A respelling so much less likely than an unlisted place is not offered."""

_ARABIC_FROM = 4
_END, _LONG = 3, 5
"""How many consonants at either end are enough to look at a name, and how many it must have for that."""
_ASKED_OFTEN = 20
"""Questions from which listing marks is faster than comparing with every name: 10 ms once against 1 ms a question."""
_ID_BITS, _HASH_BITS = 24, 39
_ID_MASK, _HASH_MASK = (1 << _ID_BITS) - 1, (1 << _HASH_BITS) - 1


class Respelling(NamedTuple):
    """A place whose name may be meant, and the odds of that against a place that is not in the index."""

    row: int
    odds: float


class Spelling(NamedTuple):
    """A name as it is compared: consonants, letters merged, letters as written without spaces."""

    shape: str
    form: str
    plain: str


@lru_cache(20_000)
def spelt(name: str) -> Spelling:
    """Return a name as it is compared."""
    plain = untyped_form(norm(name))[0]
    stem = bare_form(plain)
    return Spelling(consonants(stem), letters(stem), plain.replace(" ", ""))


class Letters:
    """How often names have which letters after which two; says how many names of the sort a list would hold."""

    _SMOOTHING = 3.0
    _EDGE = "^"

    def __init__(self, names: Iterable[str]) -> None:
        # two edges at the end: each name ends before another edge, whichever comes last of a set
        text = self._EDGE + self._EDGE.join(names) + 2 * self._EDGE
        self._threes = Counter(zip(text, text[1:], text[2:], strict=False))
        self._twos: Counter[tuple[str, str]] = Counter()
        self._ones: Counter[str] = Counter()
        for (first, second, _), times in self._threes.items():
            self._twos[first, second] += times
            self._ones[first] += times
        self._count = len(text)

    def expected(self, name: str) -> float:
        """Return the logarithm of how many of as many names as there are would be spelt so."""
        total = math.log(self._ones[self._EDGE])
        before, last = "", self._EDGE
        for letter in name + self._EDGE:
            chance = (self._ones[letter] + 0.5) / (self._count + 15)
            chance = (self._twos[last, letter] + self._SMOOTHING * chance) / (self._ones[last] + self._SMOOTHING)
            if before:
                seen = self._twos[before, last]
                chance = (self._threes[before, last, letter] + self._SMOOTHING * chance) / (seen + self._SMOOTHING)
            total += math.log(chance)
            before, last = last, letter
        return total


class CountryNames:
    """The names of one country, ready to be asked for what is spelt alike."""

    def __init__(self, stored: marisa_trie.RecordTrie, country: str) -> None:
        self._stored, self._country, self._asked = stored, country, 0
        self._shapes = list({key.split("|", 2)[1] for key in stored.keys(f"{country}|")})

    @cached_property
    def _letters(self) -> tuple[Letters, Letters]:
        """The letters of the names as they are merged, and as they are written."""
        names = [key.split("|") for key in self._stored.keys(f"{self._country}|")]
        return Letters({form for _, _, form, _ in names}), Letters({plain for _, _, _, plain in names})

    @cached_property
    def _consonants(self) -> Letters:
        return Letters(self._shapes)

    @cached_property
    def _marks(self) -> array[int]:
        """Marks of the names by hash, each with the number of its consonants, sorted."""
        marks = [
            (hash(mark) & _HASH_MASK) << _ID_BITS | number
            for number, shape in enumerate(self._shapes)
            for mark in _marks(shape)
        ]
        return array("q", sorted(marks))

    def respelt(self, asked: Spelling) -> Iterator[Respelling]:
        """Yield the places whose names may be meant; a place of several names may come more than once."""
        if ARABIC.search(asked.plain):
            yield from self._written_in_arabic(asked)
            return
        near = [
            (known, row)
            for known, row in self._near(asked)
            if letter_cost(asked, known, _MOST_LETTERS) <= _MOST_LETTERS
            or sound_cost(asked, known, MOST_CONSONANTS) <= MOST_CONSONANTS
        ]
        if not near:
            return
        forms, plains = self._letters
        plain_chance = _CHANCE_POWER * plains.expected(asked.plain)
        form_chance = _CHANCE_POWER * forms.expected(asked.form)
        most_letters = min(_MOST_LETTERS, (-_LOG_LEAST - plain_chance) / _LETTER_RARITY)
        most_sounds = min(MOST_CONSONANTS, (-_LOG_LEAST - form_chance) / _CONSONANT_RARITY)
        for known, row in near:
            letters_off = letter_cost(asked, known, most_letters)
            sounds_off = sound_cost(asked, known, most_sounds)
            odds = max(
                -_LETTER_RARITY * letters_off - plain_chance if letters_off <= most_letters else -math.inf,
                -_CONSONANT_RARITY * sounds_off - form_chance if sounds_off <= most_sounds else -math.inf,
            )
            if odds >= _LOG_LEAST:
                yield Respelling(row, math.exp(min(odds, _LOG_MOST)))

    def _written_in_arabic(self, asked: Spelling) -> Iterator[Respelling]:
        """Yield the places with the same consonants, all that Arabic writes; short ones are shared by too many."""
        if len(asked.shape) < _ARABIC_FROM:
            return
        named = list(self._named(asked.shape))
        chance = self._consonants.expected(asked.shape) if named else 0.0
        for _, row in named:
            yield Respelling(row, math.exp(min(-_CHANCE_POWER * chance, _LOG_MOST)))

    def _named(self, shape: str) -> Iterator[tuple[Spelling, int]]:
        """Yield the names with these consonants, each with a row."""
        for key, (row,) in self._stored.iteritems(f"{self._country}|{shape}|"):
            _, _, form, plain = key.split("|")
            yield Spelling(shape, form, plain), row

    def _near(self, asked: Spelling) -> Iterator[tuple[Spelling, int]]:
        """Yield names whose consonants are the same or may be one or two edits away, with their rows."""
        self._asked += 1
        often = self._asked > _ASKED_OFTEN
        shapes = self._looked_up(asked.shape) if often else self._compared(asked.shape)
        return chain.from_iterable(map(self._named, shapes))

    def _looked_up(self, wanted: str) -> set[str]:
        """Return the consonants that share a mark with those wanted."""
        known = self._marks
        found: set[str] = set()
        for probe in _probes(wanted):
            mark = (hash(probe) & _HASH_MASK) << _ID_BITS
            place = bisect_left(known, mark)
            while place < len(known) and known[place] & ~_ID_MASK == mark:
                found.add(self._shapes[known[place] & _ID_MASK])
                place += 1
        return found

    def _compared(self, wanted: str) -> set[str]:
        """Return the same by comparing with each: what is left of both is what they have in common, in this order."""
        length, is_long = len(wanted), len(wanted) >= _LONG
        left_out = 2 if is_long else 1
        first, last = wanted[:_END], wanted[-_END:]
        common = LCSseq.similarity
        return {
            shape
            for shape in self._shapes
            if (
                -left_out <= (more := len(shape) - length) <= 1
                and common(wanted, shape) >= length + max(more - 1, -left_out)
            )
            or (is_long and len(shape) >= _LONG and (shape[:_END] == first or shape[-_END:] == last))
        }


_LOG_LEAST, _LOG_MOST = math.log(_LEAST_ODDS), 50.0


def _one_less(shape: str) -> set[str]:
    """Return what leaving out one consonant leaves."""
    return {shape[:place] + shape[place + 1 :] for place in range(len(shape))}


def _marks(shape: str) -> set[str]:
    """Return the forms under which a name is found: its consonants, one of them left out, and the ends of long ones."""
    marks = {shape, *_one_less(shape)}
    if len(shape) >= _LONG:
        marks |= {f"^{shape[:_END]}", f"{shape[-_END:]}$"}
    return marks


def _probes(shape: str) -> set[str]:
    """Return the forms under which to look for a name."""
    marks = _marks(shape)
    if len(shape) >= _LONG:
        marks |= {"".join(kept) for kept in combinations(shape, len(shape) - 2)}
    return marks


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
