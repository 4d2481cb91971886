"""The day of a map whose file says it in its name only, and what the name says beside: side and series."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from geoconflict.errors import InputError, InputWarning, UsageError
from geoconflict.files.days import DayPattern, days_in_name, name_without_days, named_days, parse_day
from geoconflict.files.folders import stem_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from geoconflict.files.days import NamedDay
    from geoconflict.files.folders import Map


_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class MapDays:
    """Days in names: as the user said, else as they are usually written."""

    fixed: tuple[tuple[dt.date, str], ...]
    patterns: tuple[DayPattern, ...]
    beside: frozenset[dt.date]
    """Days the other files carry for certain; they tell the year of a day that has none."""
    notes: list[str] = field(default_factory=list)
    """What was concluded about days the names do not say outright."""

    @classmethod
    def of(cls, given: str | Sequence[str] | None, paths: Sequence[Path]) -> MapDays:
        """Read what the user said of names, and what days the names of all files carry."""
        fixed, patterns = [], []
        for one in [given] if isinstance(given, str) else list(given or ()):
            if match := re.fullmatch(r"(\d{4}-\d\d-\d\d)=(.+)", one.strip()):
                day = parse_day(match[1])
                if day is None:
                    raise UsageError(f"--zone-dates {one!r}: {match[1]} is no day")
                fixed.append((day, match[2].strip().lower()))
            else:
                patterns.append(DayPattern(one))
        files = [one for path in paths for one in (path.rglob("*") if path.is_dir() else [path])]
        beside = {day for one in files for day in days_in_name(stem_of(one.name))}
        return cls(tuple(fixed), tuple(patterns), frozenset(beside))

    def day_of(self, one: Map) -> dt.date:
        """Return the day of a map; InputError that names the option where its names leave it open."""
        stated = {
            day
            for day, pattern in self.fixed
            if any(fnmatch(name.lower(), pattern) for name in (*one.names, one.name, one.where))
        }
        if len(stated) == 1:
            return stated.pop()
        if stated:
            raise InputError(f"{one.name}: --zone-dates gives it {' and '.join(map(str, sorted(stated)))}")
        _, named = self._named(one)
        ask = f"say it with --zone-dates, e.g. --zone-dates '{{}}={stem_of(Path(one.name).name)}*'"
        if not named:
            raise InputError(
                f"{one.name}: no valid_from and no day in its name; add a column valid_from (YYYY-MM-DD), or "
                + ask.format("2022-05-23")
            )
        if len(named) > 1:
            told = ", ".join(each.text for each in named)
            raise InputError(f"{one.name}: its name carries {len(named)} days ({told}); {ask.format('2022-05-23')}")
        (day_named,) = named
        months = [each for each in day_named.readings if each.precision == "month"]
        if day_named.yearless:
            known = {each for each in self.beside if (each.month, each.day) == day_named.yearless}
            if len(known) == 1:
                (day,) = known
                self._note(one, f"{day_named.text} has no year; taken as {day}, which another file here carries")
                return day
            meant = [f"{day_named.yearless[1]} {day_named.text[:3].title()} of a year it does not say"]
            meant += [f"{each.first:%Y-%m}" for each in months]
            raise InputError(f"{one.name}: {day_named.text} may be {' or '.join(meant)}; {ask.format('2022-08-23')}")
        if len(day_named.readings) > 1:
            meant = [
                f"{each.first:%Y-%m-%d}" if each not in months else f"{each.first:%Y-%m}" for each in day_named.readings
            ]
            form = " or a pattern such as '%d%m%Y'"
            raise InputError(f"{one.name}: {day_named.text} may be {' or '.join(meant)}; {ask.format(meant[0])}{form}")
        if months:
            self._note(one, f"{day_named.text} is a month; the map counts from its last day, {months[0].last}")
        return day_named.readings[0].last

    def controller_in(self, one: Map) -> str | None:
        """Return who held a map as far as a pattern finds it in its name."""
        return next((found[1] for found in self._matches(one) if found[1]), None)

    def source_of(self, one: Map) -> str:
        """Return the name the series shares; "" where a name is nothing but its day."""
        name, named = self._named(one)
        for pattern in self.patterns:
            if (rest := pattern.rest(name)) is not None:
                return rest
        bare = name_without_days(name)
        return "" if named and bare == name else bare

    def _matches(self, one: Map) -> list[tuple[list[NamedDay], str | None, str]]:
        found = []
        for pattern in self.patterns:
            for name in (one.where,) if "/" in pattern.pattern else one.names:
                if (match := pattern.find(name)) is not None:
                    found.append((*match, name))
                    break
        return found

    def _named(self, one: Map) -> tuple[str, list[NamedDay]]:
        """Return the name that carries a day, and the days; the nearest name where none does."""
        for named, _, name in self._matches(one):
            if named:
                return name, named
        for name in one.names:
            if named := named_days(name):
                return name, named
        return one.names[0], []

    def _note(self, one: Map, text: str) -> None:
        self.notes.append(f"{one.name}: {text}")

    def say_notes(self) -> None:
        """Warn of days that were concluded from a name: the first one by one, the others counted."""
        for note in self.notes[:_MOST_NAMED]:
            warnings.warn(note, InputWarning, stacklevel=3)
        if rest := self.notes[_MOST_NAMED:]:
            warnings.warn(f"{len(rest)} more files: their days were concluded likewise", InputWarning, stacklevel=3)


# ---- series of the same name ---------------------------------------------------------------------------------------
def told_apart(named: Sequence[tuple[Path, str]]) -> list[str]:
    """Return the names of series or maps, each with what the user named it in: with its folder where others share it.

    Of the folders only what is neither day nor number counts, so that a series may lie in a folder a month.
    """
    homes: dict[str, set[tuple[str, ...]]] = {}
    for given, name in named:
        homes.setdefault(name, set()).add(_home(given))
    return [_with_folder(name, _home(given), homes[name]) for given, name in named]


def _home(given: Path) -> tuple[str, ...]:
    """Return the folders and archives around a map, the nearest first, without days."""
    whole = given.resolve()
    around = [*([whole] if whole.is_dir() or whole.suffix.lower() == ".zip" else []), *whole.parents]
    bare = [name_without_days(stem_of(one.name)) for one in around]
    return tuple(one for one in bare if any(letter.isalpha() for letter in one))


def _with_folder(name: str, home: tuple[str, ...], homes: set[tuple[str, ...]]) -> str:
    """Put as many folders before a name as tell its home from the others of that name."""
    depth = next((n for n in range(len(home) + 1) if sum(one[:n] == home[:n] for one in homes) == 1), len(home))
    before = "/".join(reversed(home[:depth]))
    return before if depth and home[0] == name else f"{before}/{name}".lstrip("/")
