"""Reports on who held which town: what zones are derived from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError, RowsLeftOutWarning
from geoconflict.files.columns import column_of, filled, floats, texts
from geoconflict.files.days import parse_span
from geoconflict.files.spelling import one_spelling
from geoconflict.files.tables import Table, open_table

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame, Series

TOWN_COLUMNS = (
    "town", "lon", "lat", "controller", "valid_from", "valid_to", "date_precision", "source", "confidence", "note",
    "authority", "last_seen",
)  # fmt: skip
"""Columns every table of town reports has after reading, missing ones empty; a file's others follow."""
_TOWN_DAYS = ("valid_from", "valid_to", "last_seen")
_CONFIDENCES = ("low", "medium", "high")


def read_town_reports(path: str | Path | None = None) -> DataFrame:
    """Return reports on who held a town, one row a town and period; None is the curated ones.

    `TOWN_COLUMNS` first; `lon` and `lat` are degrees, days "YYYY-MM-DD" text, missing is NA. A day known only
    to the month stays "YYYY-MM": on its days the report is that much less sure.

    Of a file a row without town, controller, source, place or day, at 0,0, or with a value that cannot be, is left out,
    with a RowsLeftOutWarning that names file, row, value and remedy. Controllers that differ in case or blanks only are
    one side, called as at first, with an InputWarning.

    Raises InputError for a file without a needed column, and where no row is good.
    """
    if path is None:
        table = _curated("control.csv")
    else:
        table = open_table(path, leave_out=True)
        needed = {"town", "lon", "lat", "controller", "valid_from", "source"}
        if absent := needed - set(map(str, table.frame.columns)):
            missing, all_needed = ", ".join(sorted(absent)), ", ".join(sorted(needed))
            raise InputError(f"{table.name}: no column {missing}; town reports need {all_needed}")
    return _reports(table)


def _curated(name: str) -> Table:
    import pandas as pd

    return Table(name, pd.DataFrame(list(curated_rows(name)), dtype="object").replace("", None), 2)


def _reports(table: Table) -> DataFrame:
    import pandas as pd

    frame = table.frame
    names = [*TOWN_COLUMNS, *(name for name in frame.columns if name not in {*TOWN_COLUMNS, "geometry"})]
    columns: dict[str, Any] = {name: texts(column_of(frame, name)) for name in names if name not in {"lon", "lat"}}
    for name, limit in (("lon", 180), ("lat", 90)):
        columns[name] = floats(table, name).astype("float64")
        for position, (value, cell) in enumerate(zip(columns[name], frame[name], strict=True)):
            if filled(cell) is None:
                table.refuse(position, f"no {name}; every town report needs one")
            elif not abs(value) <= limit:
                table.refuse(position, f"{name} {cell} is no degree between -{limit} and {limit}")
    for position, place in enumerate(zip(columns["lon"], columns["lat"], strict=True)):
        if place == (0, 0):
            table.refuse(position, "lon 0, lat 0 is open sea, what tables write for not known; give the town's place")
    for name in ("town", "controller", "valid_from", "source"):
        for position, missing in enumerate(columns[name].isna()):
            if missing:
                table.refuse(position, f"no {name}; every town report needs one")
    for name in _TOWN_DAYS:
        columns[name] = _days_or_months(table, name, columns[name])
    _refuse_what_cannot_be(table, columns)
    if "radius_m" in columns:
        columns["radius_m"] = floats(table, "radius_m")
    good = table.good(RowsLeftOutWarning)
    reports = pd.DataFrame(columns)[names][good].reset_index(drop=True)
    reports["controller"] = one_spelling(reports["controller"], table.name)
    return reports


def _refuse_what_cannot_be(table: Table, columns: dict[str, Any]) -> None:
    """Refuse rows that end before they begin, and grades that are none."""
    for position, (start, end) in enumerate(zip(columns["valid_from"], columns["valid_to"], strict=True)):
        said = [filled(day) for day in (start, end)]
        if None not in said and _first_day(end) <= _first_day(start):
            table.refuse(
                position,
                f"valid_to {end} is not after valid_from {start}; it is the first day the side no longer held the town",
            )
    for position, grade in enumerate(columns["confidence"]):
        if filled(grade) is not None and grade not in _CONFIDENCES:
            table.refuse(position, f"confidence {grade} is none of {', '.join(_CONFIDENCES)}")


def _first_day(day: str) -> str:
    """Return the first day of a month, a day as it is."""
    return day if len(day) > len("2022-01") else f"{day}-01"


def _days_or_months(table: Table, name: str, cells: Series) -> Series:
    """Return days as "YYYY-MM-DD", those known only to the month as "YYYY-MM"."""
    import pandas as pd

    result: list[str | None] = []
    for position, cell in enumerate(cells):
        span = None if filled(cell) is None else parse_span(cell)
        if filled(cell) is not None and (span is None or span.precision in {"year", "range"}):
            table.refuse(position, f"{name} {cell} is not a date; use YYYY-MM-DD, or YYYY-MM for a month")
            span = None
        result.append(None if span is None else span.first.isoformat()[: 7 if span.precision == "month" else 10])
    return pd.Series(result, index=cells.index, dtype="string")
