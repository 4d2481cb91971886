"""Who held a zone, where its file does not say so in a column of its own."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError, UsageError
from geoconflict.files.columns import labels, texts
from geoconflict.files.kml import KML_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.files.tables import Table

CONTROLLER_NAMES = ("controller", "control", "held_by", "side", "controlled_by")
"""Columns that say it, however written."""
_MAY_SAY = ("folders", "name", "snippet", "description")
"""Columns of a placemark that may name a side, in the order they are looked at."""
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Controllers:
    """What the user says: a name for all, columns that tell, names for what matches a pattern."""

    everyone: str | None = None
    columns: tuple[str, ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    """(controller, pattern with * and ?, in lower case)"""

    @classmethod
    def of(cls, given: str | Sequence[str] | None) -> Controllers:
        """Read what was given: "NAME", "@COLUMN" or "NAME=PATTERN", several. UsageError where two names are for all."""
        one_by_one = [given] if isinstance(given, str) else list(given or ())
        columns, patterns, plain = [], [], []
        for one in one_by_one:
            name, equals, pattern = (part.strip() for part in one.partition("="))
            if one.startswith("@"):
                columns.append(one[1:].strip().lower())
            elif equals and name and pattern:
                patterns.append((name, pattern.lower()))
            elif one.strip() and not equals:
                plain.append(one.strip())
            else:
                raise UsageError(f"--controller {one!r}: write NAME, NAME=PATTERN or @COLUMN")
        if len(plain) > 1:
            raise UsageError(
                f"--controller {plain[0]!r} and {plain[1]!r}: only one can hold everything; "
                f"say which files or rows are whose, e.g. --controller '{plain[0]}=PATTERN'"
            )
        return cls(plain[0] if plain else None, tuple(columns), tuple(patterns))

    def fill(self, table: Table, controller: Any, names: Sequence[str], named: str | None) -> Any:
        """Return a column of controllers, its gaps filled by what was said; a row nobody holds is refused.

        Parameters
        ----------
        controller
            The file's own column (string), or None.
        names
            Names of file, layer, archive and folder, for patterns.
        named
            Controller a date pattern found in the file's name.
        """
        import pandas as pd

        frame = table.frame
        result = pd.Series(pd.NA, index=frame.index, dtype="string") if controller is None else controller.copy()
        lower = {str(column).strip().lower(): column for column in frame.columns}
        for column in self.columns:
            if column in lower:
                result = result.fillna(labels(frame[lower[column]]))
        if self.patterns and result.isna().any():
            result = result.fillna(self._matched(table, result, names))
        result = result.fillna(named or self.everyone or pd.NA)
        if result.isna().all() and set(KML_COLUMNS) <= set(lower):
            told_by, result = _known_sides(table, result)
            if told_by:
                table.warn(f"no controller; taken from `{told_by}`, which names sides: {_some(result)}")
        for position in (i for i, missing in enumerate(result.isna()) if missing):
            if table.bad is None or position not in table.bad:
                table.refuse(position, "no controller; " + _remedy(table))
        return result

    def _matched(self, table: Table, known: Any, names: Sequence[str]) -> Any:
        """Return who the patterns say holds each row: by its own texts, else by the names of its file."""
        import pandas as pd

        frame = table.frame
        cells = frame.drop(columns=["geometry"], errors="ignore").astype(object).to_numpy()
        of_file = self._who(names)
        found: list[str | None] = []
        for position, row in enumerate(cells):
            who = self._who([cell for cell in row if isinstance(cell, str)]) or of_file
            if len(who) > 1 and pd.isna(known.iloc[position]):
                table.refuse(position, f"--controller gives it to {' and to '.join(who)}; make the patterns narrower")
            found.append(who[0] if len(who) == 1 else None)
        return pd.Series(found, index=frame.index, dtype="string")

    def _who(self, given: Sequence[str]) -> list[str]:
        lower = [one.lower() for one in given]
        hits = [name for name, pattern in self.patterns if any(fnmatchcase(one, pattern) for one in lower)]
        return list(dict.fromkeys(hits))


def known_side(name: str) -> str | None:
    """Return the side a file is named after, "SDF" or "Syrian_government"; None for every other name."""
    said = name.replace("_", " ").strip()
    return said if said.casefold() in _sides() else None


def no_controller(table: Table) -> InputError | None:
    """Return the error of a file of which no row is good, for want of a controller; else None."""
    bad = table.bad or {}
    if not len(table.frame) or len(bad) < len(table.frame):
        return None
    told = next((what for what in bad.values() if what.startswith("no controller; ")), None)
    return None if told is None else InputError(f"{table.name}: {told}")


def _remedy(table: Table) -> str:
    """Say what can be done about rows without a controller, naming what the file has to tell them by."""
    said = "add a column `controller`, or say who held the whole file with --controller NAME"
    frame = table.frame
    lines = [column for column in table.read_off if column.lower().replace(" ", "_") in CONTROLLER_NAMES]
    columns = (
        (*lines, "name", "folder", "snippet", "description", "colour", "style")
        if set(KML_COLUMNS) <= set(frame.columns)
        else ()
    )
    told = [f"{column}: {_some(frame[column])}" for column in columns if frame[column].notna().any()]
    if not told:
        others = [str(one) for one in frame.columns if one != "geometry"]
        some = f" ({', '.join(others[:6])}{', ...' if len(others) > 6 else ''})" if others else ""
        return f"{said}, or which column tells it with --controller @COLUMN{some}"
    return f"{said}, or what tells it with --controller @COLUMN or NAME=PATTERN ({'; '.join(told)})"


def _some(column: Any) -> str:
    """Name the first different values of a column."""
    values = [str(one)[:40] for one in column.dropna().unique()]
    more = f" and {len(values) - _MOST_NAMED} more" if len(values) > _MOST_NAMED else ""
    return ", ".join(values[:_MOST_NAMED]) + more


# ---- sides placemarks name -----------------------------------------------------------------------------------------
def _known_sides(table: Table, nothing: Any) -> tuple[str | None, Any]:
    """Return the first column in which every zone names one side known as such, and the sides; else (None, nothing)."""
    sides = _sides()
    zones = [position for position in range(len(table.frame)) if position not in (table.bad or {})]
    for column in _MAY_SAY:
        cells = texts(table.frame[column]).fillna("")
        named = [[part.strip() for part in cell.split(" / ") if part.strip().casefold() in sides] for cell in cells]
        if zones and all(len(set(named[position])) == 1 for position in zones):
            found = nothing.copy()
            found.iloc[zones] = [named[position][0] for position in zones]
            return column, found
    return None, nothing


@cache
def _sides() -> frozenset[str]:
    """Return names of those who hold ground: the curated actors and the controllers of the curated town reports."""
    names = {row["controller"] for row in curated_rows("control.csv")}
    for row in curated_rows("actors.csv"):
        names |= {row["canonical"], row["abbreviation"], row["side"], *row["aliases"].split("|")}
    return frozenset(one.strip().casefold() for one in names if one.strip())
