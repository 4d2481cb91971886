"""When two names are one camp's, and what the curated rows know of a name."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from geoconflict.bundled import curated_rows

if TYPE_CHECKING:
    from collections.abc import Callable

SIMILAR = 0.8
_SHORTEST_SIMILAR = 6
"""Words of so many letters are one name's from this share of letters in common (Mabrouka, Maproka); shorter ones only
when they are spelt alike: Banda and Bandu, Kfar Hada and Kfar Hatna are neighbours. Read through on UNHCR's list: of
its rows within a kilometre this joins spellings, and leaves what a list tells apart by one word."""
_TYPE_WORD = re.compile(
    r"camps?|refugees?|idps?|sites?|settlements?|displaced|displacement|informal|the|of|al|el|as|es|ash|ar|er|an|ad|at|"
    r"ath|az|مخيم|معسكر"
)
_SIDE = re.compile(r"(?:north|south|east|west)(?:ern)?|new|old|upper|lower|extension")


class Known(NamedTuple):
    """A curated row: where it is, degrees, and how exactly, metres."""

    lon: float
    lat: float
    radius_m: float
    keys: frozenset[str]


def words_of(name: str) -> list[str]:
    """Return the words of a name in small letters, without accents, apostrophes and what only says it is a camp."""
    folded = unicodedata.normalize("NFKD", name.casefold()).replace("ı", "i")
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter) and letter not in "'’‘ʿʾ`")
    words = re.findall(r"[^\W_]+", folded)
    return [word for word in words if not _TYPE_WORD.fullmatch(word)] or words


def name_key(name: str) -> str:
    """Return what names are compared by: "Al-Hol camp" and "El Hol" are "hol"."""
    return " ".join(words_of(name))


def same_camp(one: str, other: str) -> bool:
    """Whether two camps near each other have one name; camps told apart by number, letter or side have two."""
    a, b = words_of(one), words_of(other)
    if _marks(a) != _marks(b):
        return False
    left, right = ([word for word in words if not _is_mark(word)] for words in (a, b))
    if "".join(left) == "".join(right):
        return True
    return len(left) == len(right) and all(map(_same_word, left, right))


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_SIMILAR:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIMILAR


def _marks(words: list[str]) -> list[str]:
    return sorted(word for word in words if _is_mark(word))


def _is_mark(word: str) -> bool:
    return (
        len(word) <= 2
        or bool(_SIDE.fullmatch(word))
        or any(letter.isdigit() for letter in word)
        or not word.strip("iv")
    )


@cache
def curated_camps() -> dict[str, tuple[Known, ...]]:
    """Return the curated camps under every name and alias."""
    return _by_key("camps.csv", lambda row: float(row["precision_m"]))


@cache
def curated_bases() -> dict[str, tuple[Known, ...]]:
    """Return the curated bases under every name and alias: camps of soldiers."""
    return _by_key("places.csv", lambda row: float(row["precision_m"]) if row["kind"] == "base" else None)


def curated_centres() -> list[Known]:
    """Return the points of curated towns and areas, to which sites without a point of their own are put."""
    return [known for found in curated_centres_by_name().values() for known in found]


@cache
def curated_centres_by_name() -> dict[str, tuple[Known, ...]]:
    """Return the curated towns and areas under every name and alias."""
    towns = _by_key(
        "places.csv", lambda row: float(row["precision_m"]) if row["kind"] in {"city", "town", "village"} else None
    )
    areas = _by_key("admin1.csv", lambda row: float(row["radius_km"]) * 1000)
    return {name: (*towns.get(name, ()), *areas.get(name, ())) for name in (towns | areas)}


def _by_key(table: str, radius_of: Callable[[dict[str, str]], float | None]) -> dict[str, tuple[Known, ...]]:
    found: dict[str, tuple[Known, ...]] = {}
    for row in curated_rows(table):
        radius = radius_of(row)
        if radius is None or not row["lon"]:
            continue
        names = [row["name"], *row["aliases"].split("|"), row.get("name_ar", "")]
        keys = frozenset(name_key(name) for name in names if name)
        known = Known(float(row["lon"]), float(row["lat"]), radius, keys)
        for key in keys:
            found[key] = (*found.get(key, ()), known)
    return found
