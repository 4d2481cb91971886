"""One row a camp, and counts of people joined to the camps they speak of."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import cKDTree

from geoconflict.errors import InputWarning
from geoconflict.files.camp_days import by_day, earliest, latest
from geoconflict.files.camp_names import curated_camps, name_key, same_camp
from geoconflict.files.camp_rows import DEGREE_M, metres
from geoconflict.files.columns import filled

if TYPE_CHECKING:
    from pandas import DataFrame

    from geoconflict.files.tables import Table

SAME_CAMP_M = 1_000.0
"""Rows this near whose names are alike are one camp: lists differ by some hundred metres, named neighbours by more."""
ALIAS_REACH_M = 5_000.0
"""A camp this near to a curated one of its name goes by that one's other names too."""


def with_one_row_a_camp(rows: DataFrame) -> DataFrame:
    """Return the rows of one camp as one: the first, with all their names and counts, open as long as any was.

    Rows are of one camp where their id is one and they lie within `SAME_CAMP_M`, or their names are alike (`same_camp`)
    and they do. Rows of one id farther apart keep a number behind it: ids are unique. Both are said.
    """
    group = list(range(len(rows)))

    def leader(row: int) -> int:
        while group[row] != row:
            group[row] = group[group[row]]
            row = group[row]
        return row

    names = [
        [filled(name) or "", *_others(other)] for name, other in zip(rows["name"], rows["other_name"], strict=True)
    ]
    ids = rows["camp_id"].tolist()
    lon, lat = rows["lon"].to_numpy(float), rows["lat"].to_numpy(float)
    for one, other in _near(lon, lat):
        if ids[one] == ids[other] or any(same_camp(a, b) for a in names[one] for b in names[other]):
            first, second = sorted((leader(one), leader(other)))
            group[second] = first
    leaders = [leader(row) for row in range(len(rows))]
    cells: dict[str, list[Any]] = {name: [filled(cell) for cell in rows[name].tolist()] for name in _JOINED}
    told = []
    for row, first in enumerate(leaders):
        if row != first:
            told.append(f"{rows['row'].iloc[row]} ({names[row][0]}) with {rows['row'].iloc[first]} ({names[first][0]})")
            _join(cells, first, row)
    if told:
        more = f" and {len(told) - 3:,} more" if len(told) > 3 else ""
        _warn(f"rows of one camp are joined: {'; '.join(told[:3])}{more}")
    joined = rows.assign(**{name: _column(rows, name, values) for name, values in cells.items()})
    kept = np.array([row == first for row, first in enumerate(leaders)], dtype=bool)
    return _with_own_ids(joined[kept].reset_index(drop=True))


_JOINED = ("name", "other_name", "opened", "closed", "populations")


def _column(rows: DataFrame, name: str, values: list[Any]) -> Any:
    import pandas as pd

    return pd.Series(values, index=rows.index, dtype="object" if name == "populations" else "string")


def _others(cell: Any) -> list[str]:
    return [name.strip() for name in str(filled(cell) or "").replace(";", "|").split("|") if name.strip()]


def _near(lon: Any, lat: Any) -> list[tuple[int, int]]:
    """Return pairs of rows within `SAME_CAMP_M`, in order."""
    if len(lon) < 2:
        return []
    up, east = np.radians(lat), np.radians(lon)
    space = np.column_stack([np.cos(up) * np.cos(east), np.cos(up) * np.sin(east), np.sin(up)])
    return sorted(cKDTree(space).query_pairs(np.radians(SAME_CAMP_M / DEGREE_M)))


def _join(cells: dict[str, list[Any]], first: int, row: int) -> None:
    """Put what a row knows into the first of its camp: its counts and names; open as long as either says it was.

    A row without an opening day says nothing against the other's; one without a closing day lists the camp as open.
    """
    opened, closed = ((cells[name][first], cells[name][row]) for name in ("opened", "closed"))
    cells["populations"][first] = by_day([*cells["populations"][first], *cells["populations"][row]])
    cells["opened"][first] = earliest(opened) if all(opened) else next(filter(None, opened), None)
    cells["closed"][first] = latest(closed) if all(closed) else None
    names = [*_others(cells["other_name"][first]), cells["name"][row] or "", *_others(cells["other_name"][row])]
    cells["other_name"][first] = "|".join(dict.fromkeys(name for name in names if name)) or None


def _with_own_ids(rows: DataFrame) -> DataFrame:
    """Return the rows with a number behind an id another row has too."""
    seen: dict[str, int] = {}
    ids, told = [], []
    for camp, name in zip(rows["camp_id"].tolist(), rows["row"].tolist(), strict=True):
        seen[camp] = seen.get(camp, 0) + 1
        ids.append(camp if seen[camp] == 1 else f"{camp}~{seen[camp]}")
        if seen[camp] > 1:
            told.append(f"{name} ({camp})")
    if told:
        more = f" and {len(told) - 3:,} more" if len(told) > 3 else ""
        _warn(f"the id of another camp: {', '.join(told[:3])}{more}; a number is put behind it")
    rows["camp_id"] = ids
    return rows


# ---- counts --------------------------------------------------------------------------------------------------------
def with_counts(rows: DataFrame, counts: DataFrame, table: Table) -> None:
    """Add counts of people to the camps they name, by id or by name (and country, where both say one), in place.

    A count whose camp is not among the rows, or is two of them, is said and not used.
    """
    by_id = {camp: [row] for row, camp in enumerate(rows["camp_id"].tolist())}
    by_name: dict[str, list[int]] = {}
    for row, keys in enumerate(_keys(rows)):
        for key in keys:
            by_name.setdefault(key, []).append(row)
    people_of: list[list[dict[str, Any]]] = rows["populations"].tolist()
    unknown: list[tuple[int, Any]] = []
    unclear: list[tuple[int, Any]] = []
    in_country = [filled(code) for code in rows["country"].tolist()]
    for camp, name, country, at, people in zip(
        *(counts[column].tolist() for column in ("camp_id", "name", "country", "at", "populations")), strict=True
    ):
        found = by_id.get(filled(camp) or "") or by_name.get(name_key(filled(name) or ""), [])
        found = [row for row in found if not filled(country) or in_country[row] in {None, country}]
        if len(found) == 1:
            people_of[found[0]] = by_day([*people_of[found[0]], *people])
        else:
            (unclear if found else unknown).append((at, filled(name) or filled(camp)))
    rows["populations"] = _column(rows, "populations", people_of)
    for told, why in ((unknown, "no camp of this name is listed"), (unclear, "several camps of this name are listed")):
        if told:
            named = ", ".join(dict.fromkeys(str(name)[:40] for _, name in told[:3]))
            table.warn(f"{table.rows([at for at, _ in told])} ({named}): {why}; the count is not used")


def _keys(rows: DataFrame) -> list[set[str]]:
    """Return what each camp may be called, its curated names among them where it is the curated one."""
    found = []
    curated = curated_camps()
    for name, other, lon, lat in zip(rows["name"], rows["other_name"], rows["lon"], rows["lat"], strict=True):
        keys = {name_key(one) for one in (filled(name) or "", *_others(other)) if one}
        for key in sorted(keys):
            for known in curated.get(key, ()):
                if metres(lon, lat, known.lon, known.lat) < max(ALIAS_REACH_M, known.radius_m):
                    keys |= known.keys
        found.append(keys)
    return found


def _warn(text: str) -> None:
    warnings.warn(f"camps: {text}", InputWarning, stacklevel=4)
