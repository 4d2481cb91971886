"""Asks an index: which rows bear a name, what a row is, what a word is, which spellings are near.

    gazetteer = open_gazetteer()
    gazetteer.candidates("Atmeh", country="SY")

A key is a name in normal form (`names.norm`). `key in gazetteer` and `lookup` cost about a microsecond, `place` a few
at first and less than one from the cache. An index is read-only and memory-mapped; processes share it.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
import zlib
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import marisa_trie

from geoconflict.bundled import curated_rows
from geoconflict.errors import GazetteerError, UsageError
from geoconflict.gazetteer import index
from geoconflict.gazetteer.index import FIRM, Entry
from geoconflict.gazetteer.names import norm
from geoconflict.gazetteer.spellings import LONGEST_COMPARED, Spellings
from geoconflict.records import KINDS, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from geoconflict.records import Candidate

_PLACES_KEPT, _LOOKUPS_KEPT = 100_000, 100_000

_MOST_OFFERED = 12
"""Respellings of a name that are offered, likeliest first."""


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
            self._spellings = Spellings(folder / index.SPELLINGS)
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

    def begins_name(self, key: str) -> bool:
        """Return whether some place's name begins with a normal form, or is it."""
        return next(self._names.iterkeys(key), None) is not None

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
        return tuple(map(Entry._make, sorted(self._names.get(key, ()))))

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
        """Return places whose name may be another spelling of `name`, as (row, how likely 0-1), best first.

        Transliterations and one or two typing errors, in Latin, Cyrillic and Arabic script. Only inside `countries`
        (alpha-2); None is everywhere, for names with the same consonants or one letter off.
        """
        from geoconflict.gazetteer.ranking import one_answer

        found = self.respelt(name, countries)
        places = {row: self.place(row) for row in found}
        total = 1 + sum(found.values())
        likely = {
            row: sum(found[other] for other in found if one_answer(place, places[other])) / total
            for row, place in places.items()
        }
        return sorted(likely.items(), key=lambda pair: (-round(pair[1], 3), -found[pair[0]], pair[0]))

    def respelt(self, name: str, countries: Collection[str] | None, *, prior: float = 0.0) -> dict[int, float]:
        """Return the places whose name may be meant, each with its odds against a place not in the index.

        The likeliest twelve; none for a name longer than `spellings.LONGEST_COMPARED`. `prior` is how much likelier
        (natural logarithm) than in running text the name is one the index has; see `gazetteer.respelt`.
        """
        from geoconflict.gazetteer.respelt import respelt_anywhere, respelt_in

        if len(name) > LONGEST_COMPARED:
            return {}
        if countries is None:
            pairs = respelt_anywhere(self._spellings, name)
        else:
            pairs = chain.from_iterable(respelt_in(self._spellings, name, country, prior) for country in countries)
        found: dict[int, float] = {}
        for row, odds in pairs:
            found[row] = max(found.get(row, 0.0), odds)
        likeliest = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_OFFERED]
        return dict(likeliest)

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
