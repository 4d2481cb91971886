"""Columns of plain values, and how those of a large table are written shorter: what repeats stands once.

A packed column is one of

- a list: the values as they are;
- `{"all": value, "rows": n}`: one value in every row;
- `{"table": [...], "at": numbers}`: distinct values, and for each row the place of its own;
- `{"numbers": numbers, "per": n}`: decimals as whole n-ths, the smallest of all numbers where there is none;
- `{"rows": column, "of": {key: column}}`: cells that are lists of records: how many each has, then all records in a
  row, key by key; a record without a key has None there and loses it;
- `{"json": column}`: any other lists, each as JSON text that is read when it is asked for;
- `{"same": name}`: what the column `name` says in its row; in a record that of the cards, else that of the events.

`numbers` are a numpy array, which `page.island` writes as bytes behind the JSON. static/data.js opens them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCH = dt.date(1970, 1, 1).toordinal()
"""Days are counted from this one."""
PACK_ABOVE_ROWS = 1_000
"""A smaller table stays as it is: a person can read it in the file."""
PER = 1_000_000
"""Decimals of a coordinate, as a page holds them, are whole parts of this one."""
_SCALARS = frozenset({str, bool, int, float})
_PLAIN = frozenset({str, bool, int, type(None)})


def column(layer: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as plain values, all None where the layer has no such column."""
    if name not in layer.columns:
        return [None] * len(layer)
    cells = layer[name]
    if isinstance(cells.dtype, pd.StringDtype | pd.Int64Dtype | pd.BooleanDtype):
        known: list[Any] = cells.to_numpy(dtype=object, na_value=cast("Any", None)).tolist()
        return known
    if isinstance(cells.dtype, pd.Float64Dtype) or cells.dtype == np.float64:
        numbers = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        cells_or_none = numbers.astype(object)
        cells_or_none[~np.isfinite(numbers)] = None
        decimals: list[Any] = cells_or_none.tolist()
        return decimals
    values: list[Any] = cells.astype(object).where(cells.notna(), None).tolist()
    return values if _is_plain(values) else [plain(value) for value in values]


def _is_plain(values: list[Any]) -> bool:
    """Whether cells are plain already, as most are; asking for their types is ten times faster than making them so."""
    kinds = set(map(type, values)) - _PLAIN
    if kinds != {list}:
        return not kinds
    records = list(chain.from_iterable(value for value in values if value))
    kinds = set(map(type, records)) - _PLAIN
    return not kinds or (kinds == {dict} and _PLAIN.issuperset(map(type, _cells_of(records))))


def _cells_of(records: list[Any]) -> Iterator[Any]:
    return chain.from_iterable(record.values() for record in records if record is not None)


def plain(value: Any) -> Any:
    """Return a value as JSON knows it; not-a-number and infinite become None, days their ISO text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): item if item is None or type(item) is str else plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        return plain(value.item())
    if value != value:  # noqa: PLR0124 - the mark of NaT and its kin
        return None
    return value.isoformat()[:10] if isinstance(value, dt.date) else str(value)


def packed(columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns of one length in their short forms; what is no column of that length stays as it is."""
    rows = max((len(values) for values in columns.values() if isinstance(values, list)), default=0)
    if rows <= PACK_ABOVE_ROWS:
        return columns
    return {
        name: _pack(values) if isinstance(values, list) and len(values) == rows else values
        for name, values in columns.items()
    }


def packed_cards(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of the cards in short; a source's title that is the event's summary stands once."""
    short = packed(columns)
    records = short.get("sources")
    if isinstance(records, dict) and "title" in records.get("of", ()):
        rows = zip(columns["sources"], columns["summary"], strict=True)
        if all(source.get("title") == summary for cell, summary in rows for source in cell or ()):
            records["of"]["title"] = {"same": "summary"}
    return short


def _pack(values: list[Any]) -> Any:
    kinds = set(map(type, values)) - {type(None)}
    if kinds and kinds <= {list, tuple}:
        return _pack_lists(values)
    if not values or len(kinds) > 1 or not kinds <= _SCALARS:  # 1, 1.0 and True would pass for each other
        return values
    place = {value: number for number, value in enumerate(dict.fromkeys(values))}
    if len(place) == 1:
        return {"all": values[0], "rows": len(values)}
    if len(place) <= len(values) / 2:
        smallest = np.min_scalar_type(len(place))
        return {"table": list(place), "at": np.fromiter(map(place.__getitem__, values), smallest, len(values))}
    return _pack_decimals(values) if kinds == {float} else values


def _pack_decimals(values: list[float | None]) -> Any:
    """Return decimals of at most six places as millionths; others, or larger ones, as they are."""
    known = np.array(values, dtype=np.float64)  # None is not a number
    whole = np.round(known * PER)
    here = np.isfinite(known)
    if (np.abs(whole[here]) > np.iinfo(np.int32).max).any() or (whole[here] / PER != known[here]).any():
        return values
    return {"numbers": np.where(here, whole, np.iinfo(np.int32).min).astype(np.int32), "per": PER}


def _pack_lists(values: list[Any]) -> dict[str, Any]:
    records = list(chain.from_iterable(value for value in values if value))
    if set(map(type, records)) <= {dict}:
        columns = _columns_of(records)
        if all(set(map(type, column)) - {type(None)} <= _SCALARS for column in columns.values()):
            counts = _pack([None if value is None else len(value) for value in values])
            return {"rows": counts, "of": {key: _pack(cells) for key, cells in columns.items()}}
    return {"json": _pack([None if value is None else json.dumps(value, ensure_ascii=False) for value in values])}


def _columns_of(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    keys = dict.fromkeys(records[0] if records else ())
    if set(map(len, records)) == {len(keys)}:  # as nearly always: then reading is three times as fast
        with contextlib.suppress(KeyError):
            return {key: list(map(itemgetter(key), records)) for key in keys}
    keys = dict.fromkeys(chain.from_iterable(records))
    return {key: [record.get(key) for record in records] for key in keys}
