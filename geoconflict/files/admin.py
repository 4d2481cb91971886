"""Admin areas with their p-codes: COD-AB layers as OCHA publishes them, or any layer whose columns are named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError
from geoconflict.files.columns import filled
from geoconflict.files.tables import open_table
from geoconflict.records import CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import DataFrame

LEVELS = (1, 2, 3)
PARTS = ("pcode", "name", "name_local", "names")
ADMIN_COLUMNS = ("level", "country", *(f"admin{level}_{part}" for level in LEVELS for part in PARTS))
"""An admin layer: a row an area of `level` 1-3, with code and names of it and of the areas it lies in. `names` lists
all spellings a file has; `name` is the one in Latin script, English if there, `name_local` one in another script, else
in another language."""

_COD = re.compile(r"adm(?P<level>[0-3])(?:_(?P<part>pcode|name\d?|[a-z]{2,3})|alt\d(?P<alt>[a-z]{2}))", re.IGNORECASE)
"""ADM1_PCODE, ADM1_EN, ADM1_AR, ADM1ALT1EN; in newer files adm1_pcode, adm1_name, adm1_name1."""
_NOT_NAMES = {"pcode", "ref"}
_LATIN_LETTERS = re.compile(r"[A-Za-zÀ-ɏ]")


def read_admin(
    paths: Iterable[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    passed_over: Callable[[str | Path, InputError], None] | None = None,
) -> GeoDataFrame:
    """Read admin areas of levels 1 to 3 from one or more layers of polygons.

    Parameters
    ----------
    paths
        Files with a layer of polygons each, in any order. A layer's level is the finest it has codes or names of;
        one file of level 3 with the columns of the levels above is enough.
    columns
        Which of a file's columns hold what, e.g. `{"admin2_pcode": "shapeID", "admin2_name": "shapeName"}`; without it
        the columns of COD-AB are looked for. A column one of several files lacks is left missing there.
    passed_over
        Called with a file that cannot be used and why; the others are read. Without it the first such file is an error.

    Returns
    -------
    GeoDataFrame
        `ADMIN_COLUMNS` and polygons, EPSG:4326, sorted by level and code; rows without a polygon are left out, with an
        InputWarning that names them.

    Raises
    ------
    InputError
        For a file that cannot be read, has no polygons, or none of the columns, for a column named that no file has,
        and where no file can be used; one line naming what there is.
    """
    import geopandas
    import pandas as pd

    columns, layers, have = dict(columns or {}), [], dict[str, None]()
    for path in paths:
        try:
            layers.append(_layer(path, columns, have))
        except InputError as problem:
            if passed_over is None:
                raise
            passed_over(path, problem)
    if not layers:
        raise InputError("no file of admin areas can be used")
    if nowhere := [f"{ours}={theirs}" for ours, theirs in columns.items() if theirs not in have]:
        raise InputError(f"admin columns: no file has that of {', '.join(nowhere)}; there are {', '.join(have):.150}")
    table: Any = pd.concat(layers, ignore_index=True)
    codes = table[[f"admin{level}_pcode" for level in LEVELS]].fillna("").agg("|".join, axis=1)
    table = table.assign(_order=codes).sort_values(["level", "_order"], kind="stable", ignore_index=True)
    return geopandas.GeoDataFrame(table.drop(columns="_order"), geometry="geometry", crs=CRS)


def _layer(path: str | Path, columns: dict[str, str], have: dict[str, None]) -> DataFrame:
    """Return the areas of a file; its columns are added to those the files have."""
    import pandas as pd
    import shapely

    source = open_table(path)
    table, name = source.frame, source.name
    if "geometry" not in table:
        raise InputError(f"{name}: has no geometry; admin areas are polygons")
    shapes = shapely.make_valid(table["geometry"].to_numpy(object))
    areas = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)
    if not areas.any():
        raise InputError(f"{name}: has no polygons; admin areas are polygons")
    own = [str(one) for one in table.columns if one != "geometry"]
    have |= dict.fromkeys(own)
    told = _told(table, columns) if columns else _cod(table)
    level = max((level for level in LEVELS if any(f"admin{level}_{part}" in told for part in PARTS[:2])), default=0)
    if not level:
        raise InputError(
            f"{name}: no column of p-codes or names is known ({', '.join(own):.150}); name them with --admin-columns"
        )
    frame = pd.DataFrame(told, index=table.index, dtype=object).reindex(columns=ADMIN_COLUMNS)
    frame = frame.astype({name: "object" if name.endswith("_names") else "string" for name in ADMIN_COLUMNS[1:]})
    if lost := [position for position, area in enumerate(areas) if not area]:
        source.warn(f"{source.rows(lost)}: no polygon, left out; admin areas are polygons")
    chosen: DataFrame = frame.assign(level=level, geometry=shapes)[areas]
    return chosen


def _told(table: DataFrame, columns: dict[str, str]) -> dict[str, list[Any]]:
    """Return the columns somebody named."""
    unknown = sorted(set(columns) - set(ADMIN_COLUMNS[1:]))
    if unknown:
        raise InputError(f"admin columns: {unknown[0]!r} is none; use {', '.join(ADMIN_COLUMNS[2:5])} and so on")
    found: dict[str, list[Any]] = {ours: _texts(table[theirs]) for ours, theirs in columns.items() if theirs in table}
    for level in LEVELS:
        spelt = [found[key] for part in PARTS[1:3] if (key := f"admin{level}_{part}") in found]
        if spelt:
            found[f"admin{level}_names"] = [_distinct(names) for names in zip(*spelt, strict=True)]
    return found


def _cod(table: DataFrame) -> dict[str, list[Any]]:
    """Return the columns of a COD-AB layer."""
    found: dict[str, list[Any]] = {}
    names: dict[int, dict[str, list[Any]]] = {}
    for column in table.columns:
        match = _COD.fullmatch(str(column))
        if not match:
            continue
        level, part = int(match["level"]), (match["part"] or f"alt {column}").lower()
        if part == "pcode":
            found["country" if level == 0 else f"admin{level}_pcode"] = _texts(table[column])
        elif level and part not in _NOT_NAMES:
            names.setdefault(level, {})[part] = _texts(table[column])
    for level, spelt in names.items():
        main, local = _main_and_local({part: cells for part, cells in spelt.items() if not part.startswith("alt")})
        found |= {f"admin{level}_name": main} if main else {}
        found |= {f"admin{level}_name_local": local} if local else {}
        found[f"admin{level}_names"] = [_distinct(row) for row in zip(*spelt.values(), strict=True)]
    return found


def _main_and_local(spelt: dict[str, list[Any]]) -> tuple[list[Any] | None, list[Any] | None]:
    """Choose the names in Latin script, English first, and those in another script or else language."""
    latin = [part for part, cells in spelt.items() if _is_latin(cells)]
    other = [part for part in spelt if part not in latin and any(spelt[part])]
    main = "en" if "en" in latin else next(iter(latin), None)
    local = next(iter(other), None) or next((part for part in latin if part != main), None)
    return (spelt[main] if main else None), (spelt[local] if local else None)


def _is_latin(cells: list[Any]) -> bool:
    letters = [bool(_LATIN_LETTERS.search(cell)) for cell in cells if cell]
    return sum(letters) * 2 > len(letters)


def _texts(column: Any) -> list[str | None]:
    return [None if (cell := filled(one)) is None else str(cell).strip() or None for one in column]


def _distinct(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
