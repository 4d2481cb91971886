"""The file that finds names by how they are spelt: `write_spellings` makes it, `Spellings` asks it.

Names of one country with the same consonants form a group. A group is found by its consonants and by what is left of
them without one (the symmetric delete index of SymSpell); and in the whole world by a name as written, or without one
letter. Each such mark is a CRC-32: its low bits choose a bucket of group numbers, its high ones
part most of those that share a bucket, and whoever asks compares the names. The file is memory-mapped: what is not
asked for is not read.
"""

from __future__ import annotations

import json
import math
import mmap
import zlib
from array import array
from collections import defaultdict
from functools import lru_cache
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

from geoconflict.errors import GazetteerError
from geoconflict.gazetteer.names import bare_form, consonants, letters, norm, untyped_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SHORTEST_SHAPE = 2
"""Consonants a name must have to be compared."""
SHORTEST_ANYWHERE = 5
"""Letters a name must have to be looked for in the whole world: shorter ones are near too many."""

LONGEST_COMPARED = 60
"""Letters of the longest name that is compared, as of keys in the index; what is longer may be a text of megabytes."""

_LONG, _LONGEST = 5, 20
"""Fewest and most consonants of names in which two may be off: with more of them, so many pairs may be left out that
looking for each takes longer than the rest together, for names that hardly any place has."""

_LOW_BITS, _HIGH_SHIFT = 20, 24  # a million buckets; a number keeps 24 bits, above which the mark's high bits stand
_LOW_MASK, _NUMBER_MASK = (1 << _LOW_BITS) - 1, (1 << _HIGH_SHIFT) - 1

_GROUPS_KEPT = 20_000
_SECTIONS = ("groups", "starts", "buckets", "marks", "letters")
_HEAD = 8  # bytes that say how long the table of contents is


class Spelling(NamedTuple):
    """A name as it is compared.

    Its consonants, its letters with those merged that transliterations interchange, its letters as written without
    spaces, and the same without articles.
    """

    shape: str
    form: str
    plain: str
    stem: str

    @classmethod
    def of(cls, key: str) -> Spelling:
        """Return a normal form as it is compared."""
        plain = untyped_form(key)[0]
        stem = bare_form(plain)
        return cls(consonants(stem), letters(stem), plain.replace(" ", ""), stem.replace(" ", ""))


@lru_cache(20_000)
def spelt(name: str) -> Spelling:
    """Return a name as it is compared."""
    return Spelling.of(norm(name))


class Named(NamedTuple):
    """A name of a place, to be written; `anywhere` is whether it is to be found without a country."""

    country: str
    spelling: Spelling
    row: int
    anywhere: bool


class Known(NamedTuple):
    """A name that was found, with the places it names."""

    spelling: Spelling
    rows: tuple[int, ...]


class _Group(NamedTuple):
    """The names of one country with the same consonants."""

    country: str
    names: tuple[Known, ...]


_MERGED = str.maketrans(
    "HJKS", "xjkc"
)  # signs of merged consonants, as letters that merged forms have no other use for


class Letters:
    """How often a country's names have which letters after which two; how many names of a sort a list would hold."""

    _SIZE = 28  # 0 is the edge of a name, 27 any sign that is no Latin letter
    _SMOOTHING = 3.0
    _NUMBERS = bytes(
        0 if sign == 0 else "abcdefghijklmnopqrstuvwxyz".find(chr(sign).translate(_MERGED)) % 27 + 1
        for sign in range(256)
    )

    def __init__(self, threes: array[int]) -> None:
        size = self._SIZE
        self._threes = threes
        self._twos = [sum(threes[start : start + size]) for start in range(0, size**3, size)]
        self._ones = [sum(self._twos[start : start + size]) for start in range(0, size**2, size)]
        self._chances = [(one + 0.5) / (sum(self._ones) + size / 2) for one in self._ones]

    @classmethod
    def counted(cls, names: Iterable[str]) -> bytes:
        """Return how often each three letters follow each other, at most 65,535 times, as 16-bit numbers."""
        import numpy as np

        size = cls._SIZE
        text = np.frombuffer(b"\0\0".join(map(cls._numbered, ["", *names, ""])), np.uint8).astype(np.uint16)
        threes = np.bincount((text[:-2] * size + text[1:-1]) * size + text[2:], minlength=size**3)
        threes.reshape(size, size, size)[:, 0, 0] = 0  # where one name ends and the next has not begun
        return np.minimum(threes, 0xFFFF).astype("<u2").tobytes()

    @classmethod
    def _numbered(cls, name: str) -> bytes:
        return name.encode("ascii", "replace").translate(cls._NUMBERS)

    def expected(self, name: str) -> float:
        """Return the logarithm of how many of as many names as there are would be spelt so."""
        size, smoothing, twos, threes = self._SIZE, self._SMOOTHING, self._twos, self._threes
        chance = max(1.0, self._ones[0] / 2)
        before, last = 0, 0
        for number in (*self._numbered(name), 0):
            pair = last * size + number
            part = (twos[pair] + smoothing * self._chances[number]) / (self._ones[last] + smoothing)
            before = before * size + last
            chance *= (threes[before * size + number] + smoothing * part) / (twos[before] + smoothing)
            before, last = last, number
        return math.log(chance) if chance > 0 else -700.0


def write_spellings(path: Path, named: Iterable[Named]) -> None:
    """Write the file; raises OSError when the disk is full, GazetteerError for more groups than a number can tell."""
    import numpy as np

    texts: list[bytes] = []
    hashes, numbers = array("I"), array("I")
    models: dict[str, bytes] = {}
    countries: dict[str, dict[str, dict[Spelling, set[int]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    mains: set[tuple[str, Spelling]] = set()
    for country, spelling, row, anywhere in named:
        countries[country][spelling.shape][spelling].add(row)
        if anywhere:
            mains.add((country, spelling))
    for country, groups in sorted(countries.items()):
        for shape, known in sorted(groups.items()):
            marks = {zlib.crc32(f"{country}|{mark}".encode()) for mark in _marks(shape)}
            for spelling in known:
                if (country, spelling) in mains:
                    marks.update(zlib.crc32(mark.encode()) for mark in _marks_anywhere(spelling))
            hashes.extend(sorted(marks))  # a set's order is another in every process
            numbers.extend([len(texts)] * len(marks))
            lines = (_line(spelling, rows) for spelling, rows in sorted(known.items()))
            texts.append("\n".join([f"{country}|{shape}", *lines]).encode())
        names = {spelling for known in groups.values() for spelling in known}
        plains, forms = {name.plain for name in names}, {name.form for name in names}
        models[country] = zlib.compress(b"".join(map(Letters.counted, (plains, forms, groups))))
    if len(texts) > _NUMBER_MASK:
        raise GazetteerError(f"{path}: more names than respellings can be kept of; add fewer files")
    marks_of = np.frombuffer(hashes, np.uint32)
    low = marks_of & _LOW_MASK
    packed = (marks_of >> _HIGH_SHIFT << _HIGH_SHIFT) | np.frombuffer(numbers, np.uint32)
    buckets = np.concatenate([[0], np.cumsum(np.bincount(low, minlength=_LOW_MASK + 1))])
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    sections = {
        "groups": b"".join(texts),
        "starts": starts.astype("<u4").tobytes(),
        "buckets": buckets.astype("<u4").tobytes(),
        "marks": packed[np.argsort(low, kind="stable")].astype("<u4").tobytes(),
        "letters": b"".join(models.values()),
    }
    contents = {
        "sections": [len(sections[section]) for section in _SECTIONS],
        "letters": {code: len(model) for code, model in models.items()},
    }
    head = json.dumps(contents).encode()
    with path.open("wb") as file:
        file.write(len(head).to_bytes(_HEAD, "little") + head)
        file.writelines(map(sections.__getitem__, _SECTIONS))


def _line(known: Spelling, rows: Iterable[int]) -> str:
    """Return a name of a group as it is written; the form without articles only where it differs."""
    stem = "" if known.stem == known.plain else known.stem
    return f"{known.form}|{known.plain}|{stem}|{' '.join(map(str, sorted(rows)))}"


class Spellings:
    """An open file of spellings. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises OSError when there is none, ValueError when it is damaged."""
        with path.open("rb") as file:
            self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(self._file[:_HEAD], "little")
        contents = json.loads(self._file[_HEAD : _HEAD + length])
        view, place = memoryview(self._file), _HEAD + length
        parts = {}
        for name, size in zip(_SECTIONS, contents["sections"], strict=True):
            parts[name] = view[place : place + size]
            place += size
        if place != len(view):
            raise ValueError(f"{path} is cut short")
        self._groups, self._models = parts["groups"], parts["letters"]
        self._starts, self._buckets, self._marks = (parts[name].cast("I") for name in ("starts", "buckets", "marks"))
        self._lengths: dict[str, int] = contents["letters"]
        self.letters = lru_cache(None)(self._letters)
        self.group = lru_cache(_GROUPS_KEPT)(self._group)

    def _letters(self, country: str) -> tuple[Letters, Letters, Letters] | None:
        """Return how names of a country are spelt: as written, merged, and their consonants; None without names."""
        start = 0
        for code, length in self._lengths.items():
            if code == country:
                counts = array("H")
                counts.frombytes(zlib.decompress(self._models[start : start + length]))
                third = len(counts) // 3
                plains, forms, shapes = (Letters(counts[n * third : (n + 1) * third]) for n in range(3))
                return plains, forms, shapes
            start += length
        return None

    def near(self, asked: Spelling, country: str) -> list[Known]:
        """Return the names of a country whose consonants are the same or may be one or two edits away."""
        found = self._numbers({f"{country}|{mark}" for mark in _probes(asked.shape)})
        found |= self._numbers(_marks_anywhere(asked))
        groups = map(self.group, found)
        return list(chain.from_iterable(group.names for group in groups if group.country == country))

    def anywhere(self, asked: Spelling) -> Iterator[Known]:
        """Yield main names of the whole world that are spelt the same when merged, or may be one letter off."""
        for number in self._numbers(_marks_anywhere(asked)):
            yield from self.group(number).names

    def _numbers(self, marks: Iterable[str]) -> set[int]:
        """Return the groups with one of these marks."""
        found: set[int] = set()
        for mark in marks:
            crc = zlib.crc32(mark.encode())
            low, high = crc & _LOW_MASK, crc >> _HIGH_SHIFT
            for packed in self._marks[self._buckets[low] : self._buckets[low + 1]]:
                if packed >> _HIGH_SHIFT == high:
                    found.add(packed & _NUMBER_MASK)
        return found

    def _group(self, number: int) -> _Group:
        head, *lines = str(self._groups[self._starts[number] : self._starts[number + 1]], "ascii").split("\n")
        country, _, shape = head.partition("|")
        names = []
        for line in lines:
            form, plain, stem, rows = line.split("|")
            names.append(Known(Spelling(shape, form, plain, stem or plain), tuple(map(int, rows.split()))))
        return _Group(country, tuple(names))


def one_less(text: str) -> set[str]:
    """Return what leaving out one sign leaves."""
    return {text[:place] + text[place + 1 :] for place in range(len(text))}


def _marks(shape: str) -> set[str]:
    """Return the forms under which a group is found: its consonants, and one of them left out."""
    return {shape, *one_less(shape)}


def _probes(shape: str) -> set[str]:
    """Return the forms under which to look for a group."""
    two_less = combinations(shape, len(shape) - 2) if _LONG <= len(shape) <= _LONGEST else ()
    return _marks(shape).union(map("".join, two_less))


def _marks_anywhere(name: Spelling) -> set[str]:
    """Return the forms under which a name is found in the whole world; the signs before them part them from others."""
    if len(name.stem) < SHORTEST_ANYWHERE or not name.stem.isascii():
        return {f"={name.form}"} if len(name.form) >= SHORTEST_ANYWHERE - 1 else set()
    return {f"-{name.stem}", *(f"-{less}" for less in one_less(name.stem)), f"={name.form}"}
