"""Days as lists of camps write them: two-digit years, month first or day first, months and years alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geoconflict.files.columns import filled
from geoconflict.files.days import Span, parse_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?: .*)?")
_LATEST_SHORT_YEAR = 49
"""UNHCR's list writes 9/17/19: no camp in use is older than 1950, none opens after 2049."""
_MONTHS = 12


class DayReader:
    """Reads the days of one column: one that has a 17/9/19 writes the day first, one that has a 9/17/19 the month.

    Where nothing in the column tells, the list's other columns of days do. Where these do not either, or a column has
    both, of 9/7/2019 only the year is sure (the day, where both readings are one).
    """

    def __init__(self, *columns: Sequence[Any]) -> None:
        self.day_first = self.month_first = False
        for cells in columns:
            parts = [match for cell in cells if isinstance(cell, str) and (match := _SLASHED.fullmatch(cell.strip()))]
            self.day_first = any(int(match[1]) > _MONTHS for match in parts)
            self.month_first = any(int(match[2]) > _MONTHS for match in parts)
            if self.day_first or self.month_first:
                break

    def unsure(self, cell: Any) -> bool:
        """Whether a cell may mean two days, so that only its year is sure."""
        match = _SLASHED.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if match is None or self.day_first != self.month_first:
            return False
        one, two = int(match[1]), int(match[2])
        return max(one, two) <= _MONTHS and one != two

    def span(self, cell: Any) -> Span | None:
        """Return the days a cell may mean, or None."""
        if filled(cell) is None:
            return None
        match = _SLASHED.fullmatch(str(cell).strip())
        if match is None:
            return parse_span(cell)
        one, two, year = (int(part) for part in match.groups())
        if len(match[3]) == len("19"):
            year += 2000 if year <= _LATEST_SHORT_YEAR else 1900
        if one > _MONTHS or (two <= _MONTHS and self.day_first and not self.month_first):
            one, two = two, one
        elif self.unsure(cell):
            return parse_span(f"{year}")
        return parse_span(f"{year}-{one:02d}-{two:02d}")


def as_written(span: Span) -> str:
    """Return "2018-07-03", "2018-07" or "2018"; of a range "first/last"."""
    if span.precision == "range":
        return f"{span.first.isoformat()}/{span.last.isoformat()}"
    return span.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[span.precision]]


def earliest(days: Iterable[str | None]) -> str | None:
    """Return the day with the earliest beginning, None where none is given."""
    return min((day for day in days if day), key=lambda day: day.split("/")[0], default=None)


def latest(days: Iterable[str | None]) -> str | None:
    """Return the day with the latest end, None where none is given."""
    return max((day for day in days if day), key=lambda day: day.split("/")[-1], default=None)


def by_day(counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return counts in order of their days, each once, those without a day last."""
    once = {(one["population"], one["as_of"], one["source"]): one for one in counts}
    return sorted(once.values(), key=lambda one: (one["as_of"] is None, one["as_of"] or ""))
