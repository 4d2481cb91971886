"""Asks an index: which rows bear a name, what a row is, what a word is, which spellings are near.

    gazetteer = open_gazetteer()
    gazetteer.candidates("Atmeh", country="SY")

A key is a name in normal form (`names.norm`). `key in gazetteer` and `lookup` cost about a microsecond, `place` a few
at first and less than one from the cache. An index is read-only and memory-mapped; processes share it.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import weakref
import zlib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import marisa_trie

from geoconflict.bundled import curated_rows
from geoconflict.errors import GazetteerError, UsageError
from geoconflict.gazetteer import index
from geoconflict.gazetteer.index import FIRM, Entry
from geoconflict.gazetteer.names import SKELETON_LETTERS, norm, skeleton, spelling, strip_type
from geoconflict.records import KINDS, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from geoconflict.records import Candidate

_PLACES_KEPT, _LOOKUPS_KEPT = 100_000, 100_000

# How alike two spellings of one skeleton must be, by the skeleton's length: two to four consonants are shared by many
# names (Maydaa and Madaya, Hayesh and Hish), so short ones must be nearly equal.
_LEAST_SIMILARITY = {2: 0.85, 3: 0.75, 4: 0.68, 5: 0.62}
_LEAST_SIMILARITY_LONG = 0.58
# One consonant more, less or other is looked for in longer names only, whose spellings must then agree in the rest.
_ONE_OFF_FROM, _ONE_OFF_SIMILARITY, _ONE_OFF_COST = 5, 0.8, 0.1
# Arabic script writes no short vowels: skeletons are all there is to compare, so they must be long, and are less sure.
_ARABIC_FROM, _ARABIC_SIMILARITY = 4, 0.7
# Without a country, of all the world's names only long and nearly equal ones.
_ANYWHERE_FROM, _ANYWHERE_SIMILARITY = 5, 0.8


class Word(NamedTuple):
    """What the index knows of a word: its frequency (zipf: 6 is "people", 3 once in a million) and what it may be.

    `common` is an everyday English word that dictionaries write in lower case; `first_name` and `last_name` are of the
    US census.
    """

    zipf: float
    common: bool
    first_name: bool
    last_name: bool


_UNKNOWN_WORD = Word(0.0, common=False, first_name=False, last_name=False)


class Gazetteer:
    """An open index; made by `open_gazetteer`. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._meta = index.read_meta(folder)
        try:
            self._names = marisa_trie.RecordTrie(index.NAME_FORMAT).mmap(str(folder / index.NAMES))
            self._words = marisa_trie.RecordTrie(index.WORD_FORMAT).mmap(str(folder / index.WORDS))
            self._skeletons = marisa_trie.BytesTrie().mmap(str(folder / index.SKELETONS))
            uri = f"{(folder / index.ROWS).resolve().as_uri()}?mode=ro&immutable=1"
            self._rows = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._sources = dict(self._rows.execute("SELECT source, text FROM source"))
            self._demonyms: dict[str, int] = dict(self._rows.execute("SELECT key, row FROM demonym"))
        except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
            raise GazetteerError(
                f"{folder}: the index cannot be opened ({error}); build it anew with `geoconflict gazetteer build`",
            ) from error
        weakref.finalize(self, self._rows.close)
        self.lookup = lru_cache(_LOOKUPS_KEPT)(self._lookup)
        self.place = lru_cache(_PLACES_KEPT)(self._place)
        self.word = lru_cache(_LOOKUPS_KEPT)(self._word)

    def __contains__(self, key: str) -> bool:
        """Return whether a normal form names a place or a people."""
        return key in self._names or key in self._demonyms

    def __repr__(self) -> str:
        return f"<Gazetteer {self._meta['counts']['places']} places, {self.folder}>"

    def info(self) -> dict[str, Any]:
        """Return what the index holds: as `index_info`, without reading the files again."""
        return {"folder": str(self.folder), **self._meta}

    def _lookup(self, key: str) -> tuple[Entry, ...]:
        """Return the places a normal form names, firm names first of all: others only when nothing is so called.

        See the flags in `gazetteer.index`. Within one tier the order is that of the rows.
        """
        entries = self.entries(key)
        firm = tuple(entry for entry in entries if entry.flags & FIRM)
        return firm or entries

    def entries(self, key: str) -> tuple[Entry, ...]:
        """Return every place a normal form names, with all flags, by row."""
        return tuple(sorted(Entry(*found) for found in self._names.get(key, ())))

    def _place(self, row: int) -> Place:
        """Return one row of the index; raises GazetteerError for a number it does not have."""
        try:
            found = self._rows.execute("SELECT * FROM place WHERE row = ?", (row,)).fetchone()
        except sqlite3.Error as error:
            raise GazetteerError(f"{self.folder}: {error}; build it anew with `geoconflict gazetteer build`") from error
        if found is None:
            raise GazetteerError(f"{self.folder}: no row {row}; build it anew with `geoconflict gazetteer build`")
        _, identity, name, kind, lon, lat, radius_m, country, admin1, admin2, people, *rest = found
        capital, geonameid, extent, source = rest
        return Place(
            id=identity,
            name=name,
            kind=KINDS[kind],
            lon=lon,
            lat=lat,
            radius_m=radius_m,
            country=country,
            admin1=admin1,
            admin2=admin2,
            population=people,
            capital=bool(capital),
            geonameid=geonameid,
            extent=tuple(json.loads(extent)) if extent else None,
            source=self._sources[source],
        )

    def outline(self, row: int) -> dict[str, Any] | None:
        """Return the outline of an area, a GeoJSON Polygon or MultiPolygon in EPSG:4326, None when it is not known.

        Only areas added from boundary files have one. It is simplified by at most 0.001 degrees (111 m);
        `shapely.geometry.shape` makes a geometry of it. Raises GazetteerError when the index is damaged.
        """
        try:
            found = self._rows.execute("SELECT shape FROM outline WHERE row = ?", (row,)).fetchone()
            return json.loads(zlib.decompress(found[0])) if found else None
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise GazetteerError(f"{self.folder}: {error}; build it anew with `geoconflict gazetteer build`") from error

    def demonym(self, key: str) -> int | None:
        """Return the row of the country or region whose people or things a normal form calls so ("syrian")."""
        return self._demonyms.get(key)

    def country_code(self, given: str) -> str:
        """Return the alpha-2 code of a country given by its code or by a name of it, in any spelling.

        Raises UsageError when no country is called so.
        """
        code = _country_codes().get(given.strip().upper())
        if code:
            return code
        found = [self.place(entry.row) for entry in self.entries(norm(given))]
        countries = [place for place in found if place.kind == "country" and place.country]
        if not countries:
            raise UsageError(f"country {given!r} is neither an ISO 3166-1 code nor a country's name; write SY or Syria")
        return max(countries, key=lambda place: place.population).country or ""

    def _word(self, key: str) -> Word:
        """Return what is known of a word in normal form; frequency 0 when it is none of the common ones."""
        found = self._words.get(key)
        if not found:
            return _UNKNOWN_WORD
        zipf_x10, flags = found[0]
        return Word(
            zipf_x10 / 10,
            common=bool(flags & index.WORD_COMMON),
            first_name=bool(flags & index.WORD_FIRST_NAME),
            last_name=bool(flags & index.WORD_LAST_NAME),
        )

    def similar(self, name: str, countries: Collection[str] | None) -> list[tuple[int, float]]:
        """Return places whose Latin name may be another spelling of `name`, as (row, similarity 0-1), best first.

        Same consonants after merging transliterations, then spellings compared letter by letter; for names of five
        consonants and more also one consonant off. A name in Arabic script is compared by consonants only. Only inside
        `countries` (alpha-2); None is everywhere, for same consonants only.
        """
        from rapidfuzz.distance import Levenshtein

        stem = strip_type(name)
        shape, form = skeleton(stem), spelling(stem)
        arabic = not form.isascii()
        found: dict[int, float] = {}

        def take(keys: Iterable[str], floor: float, cost: float) -> None:
            for row, known in self._respelt(keys):
                alike = _ARABIC_SIMILARITY if arabic else Levenshtein.normalized_similarity(form, known)
                if alike >= floor:
                    found[row] = max(found.get(row, 0.0), alike - cost)

        if countries is None:
            if len(shape) >= _ANYWHERE_FROM:
                take(self._skeletons.keys(f"{shape}|"), _ANYWHERE_SIMILARITY, 0.0)
        elif len(shape) >= (_ARABIC_FROM if arabic else min(_LEAST_SIMILARITY)):
            floor = _LEAST_SIMILARITY.get(len(shape), _LEAST_SIMILARITY_LONG)
            take([f"{shape}|{country}" for country in countries], floor, 0.0)
            if not found and not arabic and len(shape) >= _ONE_OFF_FROM:
                near = [f"{other}|{country}" for country in countries for other in _one_off(shape)]
                take(near, _ONE_OFF_SIMILARITY, _ONE_OFF_COST)
        return sorted(found.items(), key=lambda pair: (-round(pair[1], 3), pair[0]))

    def _respelt(self, keys: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Yield (row, spelling) of the names under keys of the form skeleton|country."""
        known = self._skeletons
        for key in dict.fromkeys(keys):
            if key in known:
                for packed in known[key]:
                    yield struct.unpack_from("<I", packed)[0], packed[4:].decode()

    def candidates(
        self,
        name: str,
        *,
        country: str | None = None,
        admin1: str | None = None,
        near: tuple[float, float] | None = None,
        limit: int = 10,
    ) -> list[Candidate]:
        """Return the places a name may stand for, best first; an unknown name gives an empty list.

        Parameters
        ----------
        name
            As written, any script; type words ("Aleppo Governorate", "مدينة إدلب") say what is wanted, and a country
            or province after a comma ("Kobani, Syria") where it is, when the arguments do not.
        country
            ISO code or name. A prior, not a filter: places elsewhere may follow. UsageError when there is none.
        admin1
            Name of a province, any spelling; places in it come first.
        near
            (lon, lat) in degrees; places around it come first.

        The score (0-1) is how likely the place is the one meant: how well the name fits, times its share among
        all that fit. Below `ranking.ANSWER_SCORE` nothing should be picked without a reader: namesake villages share
        their score. `reason` says in words why. Ties are ordered by row, so the same question has the same answer.
        """
        from geoconflict.gazetteer.ranking import rank

        code = self.country_code(country) if country else None
        return rank(self, name, country=code, admin1=admin1, near=near)[:limit]


@cache
def _country_codes() -> dict[str, str]:
    """Return the alpha-2 code of each alpha-2 and alpha-3 code."""
    rows = list(curated_rows("countries.csv"))
    return {row[column]: row["iso2"] for column in ("iso3", "iso2") for row in rows}


def _one_off(shape: str) -> set[str]:
    """Return the skeletons one consonant away."""
    splits = [(shape[:place], shape[place:]) for place in range(len(shape) + 1)]
    near = {head + tail[1:] for head, tail in splits}
    near.update([head + letter + tail for head, tail in splits for letter in SKELETON_LETTERS])
    near.update([head + letter + tail[1:] for head, tail in splits for letter in SKELETON_LETTERS])
    near.discard(shape)
    return near


def open_gazetteer(
    path: str | Path | None = None,
    *,
    build: bool = True,
    progress: Callable[[str, float], None] | None = None,
) -> Gazetteer:
    """Open an index.

    Parameters
    ----------
    path
        Folder of an index; None is the default index in the user's cache, which is rebuilt when its sources change.
    build
        Whether to build the default index when there is none (about a minute, once).
    progress
        Called with a line and the share done (0-1) while building.

    Raises GazetteerError when there is no index, or one that is damaged or of another version; the message names the
    remedy.
    """
    if path is not None:
        return Gazetteer(Path(path))
    folder = index.default_index()
    if build and not (folder / index.META).is_file():
        from geoconflict.gazetteer.build import build_index

        folder = build_index(add=index.remembered_files(), progress=progress)
    return Gazetteer(folder)
