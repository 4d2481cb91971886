"""Columns of a table as numbers, days, texts, lists, points: each checked, each error naming the row.

"Refused" below: the row is noted to be left out, its cell missing, where the table allows that (`Table.bad`), else an
InputError.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError
from geoconflict.files.days import parse_day
from geoconflict.files.text import whole
from geoconflict.records import CRS, EVENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame, Series

    from geoconflict.files.tables import Table

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "event_id": ("event_id", "id", "eventid", "event_id_cnty", "data_id"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "long", "lng", "longitude", "x"),
    "date_start": ("date_start", "event_date", "date", "start_date", "day"),
    "date_end": ("date_end", "end_date"),
    "place_name": ("place_name", "place", "location", "where_coordinates"),
    "summary": ("summary", "notes", "description"),
    "fatalities_best": ("fatalities_best", "fatalities", "best", "deaths", "killed"),
}
"""Names under which tables nobody told us about keep the columns we need; others are taken by our own name."""


_MOVES = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
_BREAKS_A_LINE = re.compile(rf"[\s{_MOVES}]+")
"""White space and what moves about on the screen: control characters, and marks that turn the direction of writing."""
_NO_SPACE = re.compile(rf"[{_MOVES}]")


def by_name(columns: Sequence[str]) -> dict[str, str]:
    """Return our name -> the file's for columns that are called as such things usually are."""
    lower: dict[str, str] = {}
    for column in columns:
        lower.setdefault(str(column).strip().lower(), str(column))
    found = {ours: lower[ours] for ours in EVENT_COLUMNS if ours in lower}
    for ours, names in USUAL_NAMES.items():
        if ours not in found and (name := next((one for one in names if one in lower), None)):
            found[ours] = lower[name]
    return found


def filled(cell: Any) -> Any:
    """Return a cell, or None where it is missing: empty, NA, NaN or NaT."""
    if cell is None or type(cell).__name__ in {"NAType", "NaTType"} or (isinstance(cell, str) and not cell):
        return None
    return None if isinstance(cell, float) and cell != cell else cell  # noqa: PLR0124  # NaN


def column_of(frame: DataFrame, name: str) -> Series:
    """Return a column, or an empty one of that length."""
    import pandas as pd

    return frame[name] if name in frame else pd.Series([None] * len(frame), index=frame.index, dtype="object")


def texts(series: Series) -> Series:
    """Return text, whole numbers without ".0", missing as NA."""
    import pandas as pd

    cells = [filled(cell) for cell in series.tolist()]
    words = [
        None if cell is None else str(int(cell)) if isinstance(cell, float) and cell.is_integer() else whole(str(cell))
        for cell in cells
    ]
    return pd.Series(words, index=series.index, dtype="string")


def one_line(text: str) -> str:
    """Return a text as it can be printed within a line: each run of white space and control characters one space."""
    return _BREAKS_A_LINE.sub(" ", text).strip()


def in_one_line(series: Series) -> Series:
    """Return a text column, each cell that control characters or line ends would break up in one line."""
    import pandas as pd

    present = series.dropna()
    if "".join(present).isprintable():  # nearly every column: one look is cheaper than one a cell
        return series
    words = [one_line(cell) or None if pd.notna(cell) and _NO_SPACE.search(cell) else cell for cell in series]
    return pd.Series(words, index=series.index, dtype="string")


def labels(series: Series) -> Series:
    """Return names to be printed: `texts`, each in one line; missing, too, where nothing is left."""
    import pandas as pd

    words = [None if pd.isna(cell) else one_line(cell) or None for cell in texts(series)]
    return pd.Series(words, index=series.index, dtype="string")


def floats(table: Table, name: str) -> Series:
    """Return numbers; a cell that is none is refused."""
    import pandas as pd

    column = column_of(table.frame, name)
    if pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column):
        column = pd.Series([filled(cell) for cell in column.tolist()], index=column.index, dtype="object")
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = (numbers.isna() & column.notna()) | numbers.isin([float("inf"), float("-inf")])
    for at in _where(wrong):
        comma = "; decimals take a point" if "," in str(column.iloc[at]) else ""
        table.refuse(at, f"{table.column(name)} {str(column.iloc[at])[:40]!r} is not a number{comma}")
    return numbers.astype("Float64").mask(wrong)


def _where(rows: Series) -> list[int]:
    """Return the positions that are true."""
    return [position for position, yes in enumerate(rows.fillna(value=False).tolist()) if yes]


def integers(table: Table, name: str) -> Series:
    """Return whole numbers; a cell that is none is refused."""
    numbers = floats(table, name)
    wrong = (numbers % 1 != 0).fillna(value=False)
    for at in _where(wrong):
        table.refuse(at, f"{table.column(name)} {numbers.iloc[at]:g} is not a whole number")
    return numbers.mask(wrong).astype("Int64")


def ints(table: Table, name: str) -> list[int | None]:
    """Return whole numbers as a list; as `integers`."""
    return [None if filled(value) is None else int(value) for value in integers(table, name)]


def days(table: Table, name: str) -> Series:
    """Return days as "YYYY-MM-DD"; a cell that is none is refused."""
    import pandas as pd

    column = column_of(table.frame, name)
    known: dict[str, str | None] = {}
    days = []
    for position, cell in enumerate(column.tolist()):
        key = repr(cell)  # a cell of JSON may be a list, which no dictionary takes
        if key not in known:
            day = None if filled(cell) is None else parse_day(cell)
            known[key] = None if day is None else day.isoformat()
        if known[key] is None and filled(cell) is not None:
            table.refuse(position, f"{table.column(name)} {str(cell)[:40]!r} is not a date; use YYYY-MM-DD")
        days.append(known[key])
    return pd.Series(days, index=column.index, dtype="string")


def booleans(table: Table, name: str) -> Series:
    """Return truth values; a cell that is none is refused."""
    import pandas as pd

    # 1.0: what GDAL makes of truth values beside missing ones
    words = {"true": True, "1": True, "1.0": True, "yes": True, "false": False, "0": False, "0.0": False, "no": False}
    values: list[bool | None] = []
    for position, cell in enumerate(column_of(table.frame, name).tolist()):
        word = None if filled(cell) is None else str(cell).lower()
        if word is not None and word not in words:
            table.refuse(position, f"{table.column(name)} {str(cell)[:40]!r} is neither true nor false")
        values.append(None if word is None else words.get(word))
    return pd.Series(values, index=table.frame.index, dtype="boolean")


def lists(table: Table, name: str) -> Series:
    """Return Python lists, decoded from JSON text where the file format has no lists; missing is an empty list."""
    import pandas as pd

    values = []
    for position, cell in enumerate(column_of(table.frame, name).tolist()):
        value = filled(cell) if not isinstance(cell, list) else cell
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                table.refuse(position, f"{table.column(name)} {value[:40]!r} is not a JSON list")
                value = None
        if value is not None and not isinstance(value, list):
            table.refuse(position, f"{table.column(name)} {str(value)[:40]!r} is not a list")
            value = None
        values.append(value if value is not None else [])
    return pd.Series(values, index=table.frame.index, dtype="object")


def cast(table: Table, name: str, dtype: str) -> Series:
    """Read one column of our own as its dtype."""
    if name in {"date_start", "date_end"}:
        return days(table, name)
    if dtype == "object":
        return lists(table, name)
    if dtype == "boolean":
        return booleans(table, name)
    if dtype == "Int64":
        return integers(table, name)
    return floats(table, name) if dtype == "Float64" else texts(column_of(table.frame, name))


def countries(frame: DataFrame) -> Series:
    """Return ISO alpha-2 codes from alpha-2, alpha-3 or a name; a country not known stays missing."""
    import pandas as pd

    known = country_codes()
    codes = []
    for three, name in zip(column_of(frame, "iso3").tolist(), column_of(frame, "country").tolist(), strict=True):
        keys = (country_key(three), country_key(name), country_key(name, bare=True))
        codes.append(next((known[key] for key in keys if key in known), None))
    return pd.Series(codes, index=frame.index, dtype="string")


def country_key(name: Any, *, bare: bool = False) -> str:
    """Return what country names are compared by; `bare` without a bracket, "DR Congo (Zaire)" is DR Congo."""
    text = "" if filled(name) is None else str(name)
    if bare:
        text = text.partition("(")[0]
    return " ".join(re.findall(r"\w+", text.casefold().replace("the ", "")))


def country_codes() -> dict[str, str]:
    """Return alpha-2 by alpha-2, alpha-3, name and alias of the curated countries, keyed by `country_key`."""
    codes: dict[str, str] = {}
    for row in curated_rows("countries.csv"):
        for name in (row["iso2"], row["iso3"], row["name"], *row["aliases"].split("|")):
            if name:
                codes.setdefault(country_key(name), row["iso2"])
    return codes


def points(table: Table) -> Any:
    """Return the geometry of a table: its own, WKT in a column `geometry`, or points from latitude and longitude."""
    import geopandas
    import numpy as np
    import shapely

    frame = table.frame
    if "geometry" in frame:
        cells = frame["geometry"].tolist()
        shapes = [_wkt(table, i, one) if isinstance(one, str) else one for i, one in enumerate(cells)]
        return geopandas.GeoSeries(shapes, index=frame.index, crs=CRS)
    names = by_name(list(frame.columns))
    if not {"lat", "lon"} <= names.keys():
        if len(frame):
            raise InputError(f"{table.name}: no coordinates; it needs columns lat and lon, or geometry")
        return geopandas.GeoSeries([], index=frame.index, crs=CRS)
    lon, lat = (floats(table, names[axis]) for axis in ("lon", "lat"))
    for axis, values, limit in (("longitude", lon, 180), ("latitude", lat, 90)):
        for at in _where(values.abs() > limit):
            swapped = (
                "; latitude and longitude may be swapped" if axis == "latitude" and abs(values.iloc[at]) <= 180 else ""
            )
            table.refuse(at, f"{axis} {values.iloc[at]:g} is beyond ±{limit} degrees{swapped}")
    known = (lon.notna() & lat.notna()).to_numpy()
    spots = np.full(len(frame), None, dtype=object)
    spots[known] = shapely.points(lon.to_numpy(float, na_value=0)[known], lat.to_numpy(float, na_value=0)[known])
    return geopandas.GeoSeries(spots, index=frame.index, crs=CRS)


def _wkt(table: Table, position: int, cell: str) -> Any:
    import shapely

    try:
        return shapely.from_wkt(cell)
    except shapely.errors.ShapelyError:
        table.refuse(position, f"geometry {cell[:40]!r} is no WKT, e.g. POINT (36.69 36.31)")
        return None
