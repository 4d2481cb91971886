"""Cells of a layer as files carry them (design contract 3.1): plain values, missing as None, lists as lists."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

DECIMALS = 6
"""Of coordinates in GeoJSON (RFC 7946 section 11.2): about 10 cm."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What SQLite, Arrow and CSV readers cannot hold: NUL ends a text, half a surrogate pair has no UTF-8 form."""

_FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"
"""A spreadsheet takes a text that begins with one of these for a formula, and may run it (OWASP, CSV Injection)."""
_QUOTE = '"'
_SPLITTING = re.compile('[",;\t\r\n]')
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")


def _like_formula(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula, apostrophes before it aside; a number is none."""
    core = text.lstrip("'")
    return len(core) > 1 and core[0] in _FORMULA_SIGNS and not _NUMBER.fullmatch(core)


def guarded(text: str) -> str:
    """Return a text as a cell no spreadsheet runs: an apostrophe before what looks like a formula."""
    return f"'{text}" if _like_formula(text) else text


def unguarded(text: str) -> str:
    """Return the text of a guarded cell: the inverse of `guarded`."""
    return text[1:] if text.startswith("'") and _like_formula(text) else text


def csv_line(cells: Iterable[Any]) -> str:
    """Return cells as a line of CSV (RFC 4180), texts guarded.

    A semicolon and a tab are quoted as a comma is: spreadsheets split at them too, and what follows may be a formula.
    The page's downloads (maps/static/share.js) have the same rule.
    """
    texts = [guarded(cell) if isinstance(cell, str) else str(cell) for cell in cells]
    line = ",".join(f'"{one.replace(_QUOTE, _QUOTE * 2)}"' if _SPLITTING.search(one) else one for one in texts)
    return (line or '""' if texts else "") + "\r\n"  # an empty line would be no row to a reader


def plain(value: Any) -> Any:
    """Return a cell as JSON values: missing, "" and NaN are None, days "YYYY-MM-DD", sets sorted lists."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(one) for one in value), key=str)
    return _foreign(value)


def _foreign(value: Any) -> Any:
    """Return a value of pandas, numpy or datetime as a plain one."""
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    return plain(str(value))


def storable(text: str) -> str:
    """Return a text without what table formats cannot hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def to_json(value: Any) -> str:
    """Return compact JSON of a plain value; half a surrogate pair stays an escape, since no encoding holds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def is_list_column(column: Series) -> bool:
    """Whether a column holds lists: of objects, and no cell a bare text or number."""
    if column.dtype != "object":
        return False
    cells = [cell for cell in column.tolist() if plain(cell) is not None]
    return all(isinstance(plain(cell), list | dict) for cell in cells)


def plain_columns(frame: DataFrame) -> dict[str, list[Any]]:
    """Return the columns beside the geometry as plain values."""
    shape = frame.geometry.name if hasattr(frame, "geometry") and hasattr(frame, "crs") else None
    return {str(name): [plain(cell) for cell in frame[name].tolist()] for name in frame.columns if name != shape}


def rows_of(columns: dict[str, list[Any]], length: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of plain columns."""
    names = list(columns)
    for cells in zip(*columns.values(), strict=True) if columns else ((),) * length:
        yield dict(zip(names, cells, strict=True))


def geojson_of(layer: GeoDataFrame) -> list[str]:
    """Return each geometry as GeoJSON text, rounded to `DECIMALS`; null where there is none."""
    import shapely

    shapes = layer.geometry.to_numpy()
    rounded = shapely.transform(shapes, lambda xy: xy.round(DECIMALS) + 0.0)  # + 0.0 turns -0.0 into 0.0
    return ["null" if text is None else text for text in shapely.to_geojson(rounded)]


def coordinates_of(layer: GeoDataFrame) -> dict[str, list[Any]]:
    """Return the geometry as cells of a table: `lon` and `lat` of points, else WKT in `geometry`."""
    import numpy as np
    import shapely

    shapes = layer.geometry.to_numpy()
    if not np.isin(shapely.get_type_id(shapes), (-1, 0)).all():
        wkt = shapely.to_wkt(shapes, rounding_precision=DECIMALS)
        return {"geometry": wkt.tolist()}
    lon, lat = shapely.get_x(shapes).round(DECIMALS) + 0.0, shapely.get_y(shapes).round(DECIMALS) + 0.0
    return {"lon": [plain(one) for one in lon.tolist()], "lat": [plain(one) for one in lat.tolist()]}
