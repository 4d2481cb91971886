"""Places that added files bring, kept on disk while an index is made: GeoNames' dump of all countries has 12 million.

The default sources stay in memory (`rows.Collection`); what is added to them, places and names, goes to a temporary
SQLite file, whose memory is bounded. Known places that gain something are changed where they are.
"""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
import zlib
from array import array
from typing import TYPE_CHECKING, Any, cast

from geoconflict.errors import GazetteerError
from geoconflict.gazetteer.index import ALTERNATE, BARE, COMMON, MAIN
from geoconflict.gazetteer.names import norm
from geoconflict.gazetteer.rows import (
    ENTER_PLACE,
    Collection,
    Row,
    bare_key,
    distance_km,
    everyday,
    is_area,
    name_entries,
    place_record,
    place_table,
    set_apart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from geoconflict.records import Kind

_SAME_SPOT_KM, _SAME_AREA_KM = 3.0, 100.0
"""An added place this near a known one of its sort with a name in common is that place, and only adds to it."""
_BATCH = 20_000
_CACHE_KB = 65_536
_LARGEST_GEONAMEID = 100_000_000
"""GeoNames has given 13 million ids; a number above this is no id of it, and would only take memory here."""
_PAGE = 1_024
"""Ids whose numbers lie side by side: a dictionary of all would take ten times the memory, one list of all would be as
long as the highest id, be it the only one."""
_AREA_CODE = re.compile(r"[A-Z]{2}\.[^. ]+(\.[^. ]+)?")
"""GeoNames' code of a first- or second-level area ("SY.12"), which stands for its name."""

_TABLES = f"""
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-{_CACHE_KB};
{place_table("TEXT")}
CREATE TABLE name (key TEXT NOT NULL, row INTEGER NOT NULL, flags INTEGER NOT NULL, country TEXT);
CREATE TABLE outline (row INTEGER PRIMARY KEY, shape BLOB NOT NULL);
"""


class Additions:
    """What added files bring to a collection: new places after its rows, names and outlines of new and known ones.

    `folder` is where the temporary file goes, removed by `close`; None keeps it where the system keeps such files.
    """

    def __init__(
        self, collection: Collection, words: dict[str, tuple[int, int]] | None = None, folder: Path | None = None
    ) -> None:
        self.collection = collection
        self.area_names: dict[str, str] = {}
        """GeoNames' code of an area ("SY.12", "SY.12.6940") -> its name."""
        self._words = words or {}
        self._first = self._next = len(collection.rows)
        self._path = folder / "added.tmp" if folder else None
        self._store = sqlite3.connect(self._path or "")
        self._store.executescript(_TABLES)
        self._places: list[tuple[object, ...]] = []
        self._names: list[tuple[object, ...]] = []
        self._by_geonameid: dict[int, array[int]] = {}
        self._ids: dict[str, int] = {}
        self._admin1_names: dict[tuple[str | None, str], str] = {}
        self._indexed = False
        for number, row in enumerate(collection.rows):
            if row.geonameid:
                self._know_geonameid(row.geonameid, number)

    def __len__(self) -> int:
        """Return how many places were new."""
        return self._next - self._first

    def close(self) -> None:
        """Remove the temporary file."""
        self._store.close()
        if self._path:
            self._path.unlink(missing_ok=True)

    # ---- entering ---------------------------------------------------------------------------------------------------
    def add(self, row: Row, names: Iterable[str] = ()) -> int:
        """Enter a new place with its names and return its number."""
        number = self._next
        self._next += 1
        if row.geonameid:
            self._know_geonameid(row.geonameid, number)
        else:
            self._ids[row.id] = number
        self._places.append(place_record(number, row, row.kind, row.source))
        self._enter_names(number, row, [(row.name, MAIN), *((name, ALTERNATE) for name in names)])
        self._flush(_BATCH)
        return number

    def name(self, number: int, names: Iterable[str], flags: int = ALTERNATE) -> None:
        """Enter further names of a place; short ones may be codes, as everywhere."""
        row = self.row(number)
        self._enter_names(number, row, [(name, MAIN if name == row.name else flags) for name in names])
        self._flush(_BATCH)

    def _enter_names(self, number: int, row: Row, names: list[tuple[str, int]]) -> None:
        entries: dict[str, int] = {}
        for name, given in names:
            for key, flags in name_entries(name, row.kind, given):
                entries[key] = entries.get(key, 0) | flags
        country = row.country if row.kind != "country" else None
        for key, flags in list(entries.items()):
            apart = flags == ALTERNATE and everyday(key, self._words) and set_apart(row, key)
            self._names.append((key, number, COMMON if apart else flags, country))
            short = bare_key(key) if flags & (MAIN | ALTERNATE) and not apart else ""
            if short and short not in entries:
                self._names.append((short, number, BARE, country))

    def outline(self, number: int, shape: dict[str, Any]) -> None:
        """Keep the outline of an area, a GeoJSON geometry."""
        packed = zlib.compress(json.dumps(shape, separators=(",", ":")).encode(), 9)
        self._store.execute("INSERT OR REPLACE INTO outline VALUES (?, ?)", (number, packed))

    def reshape(self, number: int, row: Row) -> None:
        """Give a known place the point, radius and extent of `row`."""
        if number < self._first:
            known = self.collection.rows[number]
            known.lon, known.lat, known.radius_m, known.extent = row.lon, row.lat, row.radius_m, row.extent
            return
        self._flush()
        extent = json.dumps(row.extent) if row.extent else None
        self._store.execute(
            "UPDATE place SET lon=?, lat=?, radius_m=?, extent=? WHERE row=?",
            (row.lon, row.lat, row.radius_m, extent, number),
        )

    def _flush_places(self) -> None:
        self._store.executemany(ENTER_PLACE, self._places)
        self._places.clear()

    def _flush(self, at_least: int = 1) -> None:
        if len(self._places) >= at_least:
            self._flush_places()
        if len(self._names) >= at_least:
            self._store.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", self._names)
            self._names.clear()

    @property
    def next(self) -> int:
        """The number the next new place gets."""
        return self._next

    def is_added(self, number: int) -> bool:
        """Return whether a place was added, rather than one of the default sources."""
        return number >= self._first

    # ---- asking -----------------------------------------------------------------------------------------------------
    def row(self, number: int) -> Row:
        """Return a place, of the collection or added."""
        if number < self._first:
            return self.collection.rows[number]
        if self._places:
            self._flush_places()
        found = self._store.execute("SELECT * FROM place WHERE row=?", (number,)).fetchone()
        return _row(found)

    def by_id(self, row: Row) -> int | None:
        """Return the place that has the row's id, or its GeoNames number."""
        if row.geonameid:
            known = self.by_geonameid(row.geonameid)
            if known is not None:
                return known
        known = self._ids.get(row.id)
        return known if known is not None else self.collection.ids.get(row.id)

    def by_geonameid(self, geonameid: int) -> int | None:
        """Return the place that has a GeoNames number."""
        page, place = divmod(geonameid, _PAGE)
        known = self._by_geonameid[page][place] if page in self._by_geonameid else 0
        return known - 1 if known else None

    def _know_geonameid(self, geonameid: int, number: int) -> None:
        if geonameid > _LARGEST_GEONAMEID:
            return
        page, place = divmod(geonameid, _PAGE)
        numbers = self._by_geonameid.get(page)
        if numbers is None:
            numbers = self._by_geonameid[page] = array("I", [0]) * _PAGE
        numbers[place] = numbers[place] or number + 1

    def same_place(self, row: Row, names: Iterable[str], *, among_added: bool = True) -> int | None:
        """Return the known place a row is: of its sort, near it, with a name in common; the nearest of several.

        With `among_added=False` only places of the default sources are looked at.
        """
        near: list[tuple[float, int]] = []
        keys = {norm(name) for name in names} - {""}
        area = is_area(row.kind)
        for number in {number for key in keys for number in self._named(key, among_added=among_added)}:
            other = self.row(number)
            if area:
                same, reach = other.kind == row.kind and other.country == row.country, _SAME_AREA_KM
            else:
                # a point near the border may lie in the other country, but two names of countries are two places
                same, reach = not is_area(other.kind), _SAME_SPOT_KM
            away = distance_km(row.lon, row.lat, other.lon, other.lat)
            if same and (away <= reach or row.kind == "country"):
                near.append((away, number))
        return min(near)[1] if near else None

    def same_area(self, row: Row, names: Iterable[str]) -> int | None:
        """Return the only known area of a kind and country with a name in common, in the row's province if possible."""
        keys = {norm(name) for name in names} - {""}
        first = self.admin1_name(row.country, row.admin1)
        found = set()
        for number in {number for key in keys for number in self._named(key, among_added=True)}:
            other = self.row(number)
            if other.kind == row.kind and other.country == row.country:
                found.add((not first or other.admin1 == first or other.kind == "admin1", number))
        best = [number for inside, number in found if inside] or [number for _, number in found]
        return best[0] if len(best) == 1 else None

    def admin1_name(self, country: str | None, given: str) -> str:
        """Return the index's name of a first-level area given by code or in any spelling; else as given."""
        known = self._admin1_names.get((country, given))
        if known is None:
            known = self.collection.admin1_name(country, given)
            for number in self._named(norm(given), among_added=True) if given and known == given else ():
                area = self.row(number)
                if area.kind == "admin1" and area.country == country:
                    known = area.name
                    break
            self._admin1_names[country, given] = known
        return known

    def country_named(self, name: str) -> str | None:
        """Return the code of the country of a name, by the names of the default sources."""
        for number in self.collection.names.get(norm(name), ()):
            row = self.collection.rows[number]
            if row.kind == "country" and row.country:
                return row.country
        return None

    def _named(self, key: str, *, among_added: bool) -> Iterator[int]:
        yield from self.collection.names.get(key, ())
        if among_added and (len(self) or self._names):
            self._flush()
            if not self._indexed:
                self._store.execute("CREATE INDEX by_key ON name (key, row, flags)")
                self._indexed = True
            yield from (number for (number,) in self._store.execute("SELECT row FROM name WHERE key=?", (key,)))

    # ---- handing on -------------------------------------------------------------------------------------------------
    def places(self) -> Iterator[Row]:
        """Yield the new places in the order of their numbers, areas by name."""
        self._flush()
        for found in self._store.execute("SELECT * FROM place ORDER BY row"):
            row = _row(found)
            row.admin1, row.admin2 = self._area(row.admin1), self._area(row.admin2)
            yield row

    def _area(self, given: str) -> str:
        """Return the name of an area given by code; a code no file explains says nothing to a reader."""
        return self.area_names.get(given, "") if _AREA_CODE.fullmatch(given) else given

    def names(self) -> Iterator[tuple[str, dict[int, int]]]:
        """Yield every key with the rows it names and their flags, those of the collection included."""
        self._flush()
        of_both = set()
        found = self._store.execute("SELECT key, row, flags FROM name ORDER BY key, row")
        for key, group in itertools.groupby(found, key=lambda one: one[0]):
            rows: dict[int, int] = {}
            if key in self.collection.names:
                of_both.add(key)
                rows.update(self.collection.names[key])
            for _, number, flags in group:
                rows[number] = rows.get(number, 0) | flags
            yield key, {number: flags if flags == BARE else flags & ~BARE for number, flags in rows.items()}
        for key, rows in self.collection.names.items():
            if key not in of_both:
                yield key, rows

    def latin_names(self) -> Iterator[tuple[str, int, str]]:
        """Yield (key, row, country) of the added firm names, of places that are not countries, in Latin letters."""
        firm = MAIN | ALTERNATE
        for key, number, country in self._store.execute(
            "SELECT key, row, country FROM name WHERE flags & ? AND country IS NOT NULL", (firm,)
        ):
            if key.isascii():
                yield key, number, country

    def outlines(self) -> Iterator[tuple[int, bytes]]:
        """Yield (row, packed outline)."""
        yield from self._store.execute("SELECT row, shape FROM outline ORDER BY row")


def _row(found: tuple[Any, ...] | None) -> Row:
    if found is None:
        raise GazetteerError("the temporary file of added places lost a row; build again")
    extent = tuple(json.loads(found[13])) if found[13] else None
    values = [*found[1:11], bool(found[11]), found[12], extent, found[14]]
    values[2] = cast("Kind", values[2])
    return Row(*values)
