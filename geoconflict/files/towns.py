"""Reports on who held which town: what zones are derived from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError
from geoconflict.files.columns import column_of, filled, floats, texts
from geoconflict.files.days import parse_span
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


def read_town_reports(path: str | Path | None = None) -> DataFrame:
    """Return reports on who held a town, one row a town and period; None is the curated ones.

    `TOWN_COLUMNS` first; `lon` and `lat` are degrees, days "YYYY-MM-DD" text, missing is NA. A day known only
    to the month stays "YYYY-MM": on its days the report is that much less sure.

    Raises InputError for a row without town, controller, source or day, and for a value that is no number or date.
    """
    if path is None:
        table = _curated("control.csv")
    else:
        table = open_table(path)
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
        values = floats(table, name)
        if (wrong := values.isna() | (values.abs() > limit).fillna(value=False)).any():
            at = int(wrong.to_numpy().argmax())
            raise table.at(at, f"{name} {frame[name].iloc[at]} is no degree between -{limit} and {limit}")
        columns[name] = values.astype("float64")
    for name in ("town", "controller", "valid_from", "source"):
        if (absent := columns[name].isna()).any():
            raise table.at(int(absent.to_numpy().argmax()), f"no {name}; every town report needs one")
    for name in _TOWN_DAYS:
        columns[name] = _days_or_months(table, name, columns[name])
    if "radius_m" in columns:
        columns["radius_m"] = floats(table, "radius_m")
    return pd.DataFrame(columns)[names]


def _days_or_months(table: Table, name: str, cells: Series) -> Series:
    """Return days as "YYYY-MM-DD", those known only to the month as "YYYY-MM"."""
    import pandas as pd

    result: list[str | None] = []
    for position, cell in enumerate(cells):
        span = None if filled(cell) is None else parse_span(cell)
        if filled(cell) is not None and (span is None or span.precision in {"year", "range"}):
            raise table.at(position, f"{name} {cell} is not a date; use YYYY-MM-DD, or YYYY-MM for a month")
        result.append(None if span is None else span.first.isoformat()[: 7 if span.precision == "month" else 10])
    return pd.Series(result, index=cells.index, dtype="string")
