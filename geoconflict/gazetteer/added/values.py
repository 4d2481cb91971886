"""What readers of added files share: a place as found, a file with what the user says of it, and checked values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from geoconflict.gazetteer.added.store import Additions
    from geoconflict.gazetteer.rows import Row

LONGEST_LINE = 1_000_000
"""Characters; the longest line of GeoNames' allCountries has some 15,000."""
LONGEST_NAME = 200
"""Characters, as in GeoNames; what is longer is a description or an attack, and never found in a text."""

NO_NAME = "without a name"
NO_POINT = "without a point"
LONG_NAME = f"with a name longer than {LONGEST_NAME} characters"
NO_PLACE = "that say of no kind of place they are"
NOT_KNOWN = "of places the index does not have"

# Embedding, override and isolate controls, marks, zero-width letters, and the control characters of C0 and C1.
_INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_TOO_MANY = 1e11
"""No number of people or metres is as high; a database holds none above 9e18."""
_GEONAMES_NUMBER = re.compile("[0-9]{1,9}")
_DAY = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d")


class Found(NamedTuple):
    """One place of a file: as a row, by its other names, with its outline (a GeoJSON geometry) when it has one.

    `where` says where in the file, for messages. `placed` is false for an area of a table without coordinates, which
    can only add to a known one. `known` is the place it is, where codes say so.
    """

    row: Row
    aliases: list[str]
    where: str
    outline: dict[str, Any] | None = None
    placed: bool = True
    known: int | None = None


@dataclass(slots=True)
class File:
    """A file being read: what the user said of it, and what the reader learned."""

    path: Path
    additions: Additions
    columns: dict[str, str] = field(default_factory=dict)
    """Our field -> the file's column, as the user maps them."""
    licence: str = ""
    source: str = ""
    kind: str = ""
    newest: str = ""
    """The latest day the rows give for themselves, YYYY-MM-DD."""
    first: int = 0
    """The number its first new place gets."""

    def learn(self, kind: str, source: str = "", licence: str = "") -> None:
        """Note what sort of file it is and whose; what the user said is for files that do not say it."""
        self.kind = self.kind or kind
        self.source = source or self.source
        self.licence = licence or self.licence

    def date(self, day: str) -> None:
        """Note the day a row gives for itself."""
        if day[:10] > self.newest and _DAY.match(day):
            self.newest = day[:10]

    @property
    def credit(self) -> str:
        """What a row of this file says of where it comes from."""
        source = f" of {self.source}" if self.source else ""
        return f"added: {self.path.name}{source}, {self.licence or 'licence not stated'}"

    def refuse(self, where: str, problem: str) -> InputError:
        """Return the error for a place in the file; a message names file, row, value and remedy."""
        return InputError(f"{self.path}{' ' if where else ''}{where}: {problem}")


Answer = Found | str
"""A place, or why a row is left out."""


def read_lines(file: File, text: Any) -> Iterator[str]:
    """Yield the lines of a text; a few kB packed can be one line of gigabytes, which no list of places has."""
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise file.refuse(
                f"row {number}", f"a line longer than {LONGEST_LINE} characters; this is no list of places"
            )
        if "\0" in line:
            raise file.refuse(f"row {number}", "a NUL byte; the file is damaged or UTF-16, save it anew as UTF-8")
        yield line


def clean(name: str) -> str:
    """Return a name as it may be shown: without controls that turn or hide writing, blanks single."""
    return " ".join(_INVISIBLE.sub("", name.replace("\t", " ")).split())


def usable(names: list[str], left_out: Counter[str]) -> list[str]:
    """Return names that are neither empty nor too long, each once; the long ones are counted."""
    kept = dict.fromkeys(name for name in map(clean, names) if name)
    long = [name for name in kept if len(name) > LONGEST_NAME]
    if long:
        left_out[LONG_NAME] += len(long)
    return [name for name in kept if len(name) <= LONGEST_NAME]


def point(file: File, where: str, lon: str, lat: str) -> tuple[float, float]:
    """Return a point, or raise InputError naming file, row and value."""
    try:
        found = float(lon), float(lat)
    except ValueError:
        raise file.refuse(where, f"lon {lon!r}, lat {lat!r} are not numbers; use decimal degrees") from None
    if not (-180 <= found[0] <= 180 and -90 <= found[1] <= 90):
        raise file.refuse(where, f"lon {lon}, lat {lat} is no point on Earth; are the columns swapped?")
    return found


def count(text: str) -> int:
    """Return a number of people or metres, 0 when there is none."""
    try:
        number = float(text.replace(",", "").replace(" ", ""))
    except ValueError:
        return 0
    return int(number) if 0 <= number < _TOO_MANY else 0


def geonames_number(text: str) -> int | None:
    """Return a place's number in GeoNames, None for what is none; "²" is a digit to Python."""
    return int(text) if _GEONAMES_NUMBER.fullmatch(text) else None


@cache
def _codes() -> dict[str, str]:
    rows = list(curated_rows("countries.csv"))
    return {row[column]: row["iso2"] for column in ("iso3", "iso2") for row in rows}


def country(file: File, given: str) -> str | None:
    """Return the code of a country given by code or name ("SYR", "Yemen (North Yemen)"), None when none is known."""
    text = given.strip()
    code = _codes().get(text.upper())
    if code or not text:
        return code
    return file.additions.country_named(text) or file.additions.country_named(text.partition("(")[0])
