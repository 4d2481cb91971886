"""Event tables of others, and our own, to one event layer."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from geoconflict.errors import InputError, InputWarning, RowsLeftOutWarning, UsageError
from geoconflict.files.articles import ROW_ENDINGS
from geoconflict.files.columns import (
    by_name,
    cast,
    column_of,
    countries,
    days,
    filled,
    in_one_line,
    integers,
    ints,
    points,
    texts,
)
from geoconflict.files.tables import SPATIAL_ENDINGS, Table, columns_of, open_table
from geoconflict.records import CAMP_LINK_COLUMNS, CRS, EVENT_COLUMNS, PEOPLE_COLUMNS, ZONE_LINK_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

Source = Literal["auto", "geoconflict", "ucdp", "acled", "columns"]

LAYER_COLUMNS = {
    **EVENT_COLUMNS, **ZONE_LINK_COLUMNS, **CAMP_LINK_COLUMNS, "camp_distance_words": "string", **PEOPLE_COLUMNS,
}  # fmt: skip
"""Every column an event layer of ours may have, with its dtype."""
FILE_FACTS = ("generator", "index_date", "policy")
"""What our row formats carry in columns of their own about the file; no part of the layer."""

SUMMARY_LENGTH = 300
UCDP_RADIUS_M = {"village": 1_500.0, "town": 3_000.0, "city": 8_500.0}
"""Radius of a UCDP point by the type word in its name; a city's is the middle of 5-12 km, its size being unknown."""
SPOT_RADIUS_M = 5_000.0
"""An exactly known place of unknown size: the radius of a small city, the largest a point usually stands for."""
NEAR_RADIUS_M = 25_000.0
"""UCDP where_prec 2 and ACLED geo_precision 2: "near", within about 25 km (UCDP GED codebook 24.1, where_prec)."""

# What UCDP's date_prec and ACLED's time_precision say, in our words.
_UCDP_DATE = {1: "day", 2: "range", 3: "week", 4: "month", 5: "range"}
_ACLED_DATE = {1: "day", 2: "week", 3: "month"}
_ACLED_WHERE = {1: 1, 2: 2, 3: 4}
_UCDP_GEO = {1: 1, 2: 2, 3: 3, 4: 3, 5: 3, 6: 3, 7: 3}
_UCDP_KIND = {3: "admin2", 4: "admin1", 6: "country", 7: "water"}
_BETWEEN_MEMBERS = re.compile(r",(?![^()]*\))")
_UCDP_REPORT = re.compile(r"([^;]*?),\s*(\d{4}-\d{2}-\d{2}),\s*(.*)", re.DOTALL)


def sniff(path: str | Path) -> Literal["articles", "events"]:
    """Tell whether a file holds articles or events.

    A row with `text` is an article; one with an event id, coordinates and a date is an event. Folders, texts and files
    that cannot be opened count as articles: `read_articles` says what is wrong with them. Raises UsageError for a
    table that is neither, naming `--from`.
    """
    path = Path(path)
    if str(path) == "-" or not path.is_file() or path.suffix.lower() not in (*ROW_ENDINGS, *SPATIAL_ENDINGS):
        return "articles"
    try:
        columns = columns_of(path)
    except InputError:
        return "articles"
    if "text" in {column.strip().lower() for column in columns}:
        return "articles"
    if not columns:  # nothing in it
        return "events" if path.suffix.lower() in SPATIAL_ENDINGS else "articles"
    if _source_of(columns) is not None:
        return "events"
    raise UsageError(
        f"{path.name}: neither articles (a column `text`) nor events (an event id, coordinates and a date); "
        f"it has {', '.join(columns[:8])}. Say what it is with --from"
    )


def read_events(path: str | Path, *, source: Source = "auto", columns: Mapping[str, str] | None = None) -> GeoDataFrame:
    """Return an event table as an event layer: `EVENT_COLUMNS` and `geometry` in EPSG:4326, one row an event, in order.

    Parameters
    ----------
    path
        .csv, .tsv, .xlsx, .parquet, .jsonl, .geojson or .gpkg.
    source
        Whose table: "geoconflict" (our own output; its link columns and any added ones are kept), "ucdp" (GED, with or
        without a row of HXL tags), "acled", "columns" (see `columns`), or "auto", which looks at the column names.
    columns
        Our name -> the file's name, for any other table: at least `event_id`, `lat` and `lon` unless it has geometry,
        and `date_start`.

    Notes
    -----
    A cell the source leaves empty stays missing. A row without coordinates keeps its row, with empty geometry. Figures
    and event types are taken over as the source has them; what it does not say is not derived. A row with a value that
    is no number, date or coordinate, or without an id, is left out, with a RowsLeftOutWarning that names file, row,
    value and remedy. Line ends, control characters and marks that turn the direction of writing are a space each.

    Raises
    ------
    InputError
        When the file cannot be read, or no row of it is good, naming file, row and remedy.
    UsageError
        When the table is none of these, or `columns` names what is not there.
    """
    table = _without_tags(open_table(path, leave_out=True))
    if columns:
        source = "columns"
    elif source == "columns":
        raise UsageError("source 'columns' needs columns={our name: the file's name}")
    if source == "auto":
        # A file of no features has no columns either: that is an empty layer.
        found = _source_of(list(table.frame.columns)) if len(table.frame.columns) else "geoconflict"
        if found is None:
            raise UsageError(
                f"{table.name}: no event table (an event id, coordinates and a date); it has "
                f"{', '.join(map(str, table.frame.columns[:8]))}. Say what it is with --from"
            )
        source = found
    readers: dict[str, Callable[[Table], DataFrame]] = {
        "geoconflict": _own, "ucdp": _ucdp, "acled": _acled, "columns": lambda one: _mapped(one, dict(columns or {})),
    }  # fmt: skip
    if source not in readers:
        raise UsageError(f"source {source!r} is not known; use {', '.join(['auto', *readers])}")
    layer = readers[source](table)
    return _finished(table, layer, ours=source == "geoconflict")


def range_slips(layer: GeoDataFrame) -> list[str]:
    """Return a sentence where a best number of dead lies outside low to high; the rows stay as the source has them."""
    low, best, high = (layer[f"fatalities_{name}"] for name in ("low", "best", "high"))
    ids = layer.loc[((best < low) | (best > high)).fillna(value=False), "event_id"].tolist()
    if not ids:
        return []
    named = ", ".join(map(str, ids[:3])) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    events = "1 event" if len(ids) == 1 else f"{len(ids)} events"
    return [
        f"the best number of dead of {events} lies outside the source's own low to high ({named}); the best is shown"
    ]


def _source_of(columns: Sequence[str]) -> Source | None:
    names = {str(column).strip() for column in columns}
    if {"event_id", "date_start", "where_prec"} <= names:
        return "geoconflict"
    if {"id", "type_of_violence", "date_start", "where_prec"} <= names:
        return "ucdp"
    if {"event_date", "sub_event_type", "time_precision", "geo_precision"} <= names:
        return "acled"
    found = by_name(columns)
    has_point = "geometry" in names or {"lat", "lon"} <= found.keys()
    return "columns" if has_point and {"event_id", "date_start"} <= found.keys() else None


def _without_tags(table: Table) -> Table:
    """Drop a row of HXL tags (#date+start) under the header; HDX puts one into its copies."""
    frame = table.frame
    if frame.empty:
        return table
    first = [cell for cell in frame.iloc[0].tolist() if isinstance(cell, str)]
    if first and all(cell.startswith("#") for cell in first):
        bad = {position - 1: what for position, what in (table.bad or {}).items()}
        return replace(table, frame=frame.iloc[1:].reset_index(drop=True), first_row=table.first_row + 1, bad=bad)
    return table


# ---- one function a source -----------------------------------------------------------------------------------------
def _own(table: Table) -> DataFrame:
    frame = table.frame
    layer = {name: cast(table, name, dtype) for name, dtype in LAYER_COLUMNS.items() if name in frame}
    known = {*LAYER_COLUMNS, *FILE_FACTS, "geometry", "lon", "lat"}
    extra = {name: frame[name] for name in frame.columns if name not in known}
    return _stack({**layer, **extra}, table)


def _ucdp(table: Table) -> DataFrame:
    frame = table.frame
    where, civilians, unknown = (integers(table, name) for name in ("where_prec", "deaths_civilians", "deaths_unknown"))
    told = zip(*(column_of(frame, name) for name in ("source_article", "source_office")), strict=True)
    sources = [_ucdp_sources(article, office) for article, office in told]
    side_a, side_b = texts(column_of(frame, "side_a")), texts(column_of(frame, "side_b"))
    members = ([name for side in sides for name in _members(side)] for sides in zip(side_a, side_b, strict=True))
    place = texts(column_of(frame, "where_coordinates"))
    layer = {
        "event_id": texts(column_of(frame, "id")),
        "reports": integers(table, "number_of_sources").where(lambda counts: counts >= 0),  # -1 is not known
        "type_of_violence": integers(table, "type_of_violence"),
        # One-sided violence is by definition against civilians; 1 and 2 may be clashes, shelling or air strikes.
        "event_type": ["Violence against civilians" if kind == 3 else None for kind in ints(table, "type_of_violence")],
        "summary": [_cut(one[0]["title"]) if one else None for one in sources],
        "date_start": days(table, "date_start"),
        "date_end": days(table, "date_end"),
        "date_precision": [_UCDP_DATE.get(one or 0) for one in ints(table, "date_prec")],
        "date_rule": [None if one is None else f"UCDP date_prec {one}" for one in ints(table, "date_prec")],
        "date_inferred": [False] * len(frame),
        "place_name": place,
        "place_kind": [_UCDP_KIND.get(one or 0) for one in ints(table, "where_prec")],
        "admin1": texts(column_of(frame, "adm_1")),
        "admin2": texts(column_of(frame, "adm_2")),
        "country": countries(frame),
        "where_prec": where,
        "geo_precision": [_UCDP_GEO.get(one or 0) for one in ints(table, "where_prec")],
        "radius_m": [_ucdp_radius(prec, name) for prec, name in zip(ints(table, "where_prec"), place, strict=True)],
        "actor1": side_a,
        "actor2": side_b,
        "actors": [_actors(*names) for names in members],
        "fatalities_low": integers(table, "low"),
        "fatalities_best": integers(table, "best"),
        "fatalities_high": integers(table, "high"),
        # The civilian dead are a total only where all the dead are told apart.
        "civilian_fatalities_best": civilians.where(unknown == 0),
        "sources": sources,
    }
    return _stack(layer, table)


def _ucdp_radius(prec: int | None, name: Any) -> float | None:
    if prec == 2:
        return NEAR_RADIUS_M
    if prec != 1:
        return None
    words = str(name).lower().split()
    return next((radius for word, radius in UCDP_RADIUS_M.items() if word in words), SPOT_RADIUS_M)


def _members(side: Any) -> list[str]:
    """Return the parties of a side; UCDP writes a coalition as one name, its members between commas."""
    return [] if not isinstance(side, str) else [one.strip() for one in _BETWEEN_MEMBERS.split(side) if one.strip()]


def _ucdp_sources(cell: Any, office: Any = None) -> list[dict[str, Any]]:
    """Split `"Agency,2014-01-22,Headline; with more";"..."` into sources; a form not known is kept as one title.

    `office` names the agencies of the row, for a form that does not.
    """
    if not isinstance(cell, str) or not cell.strip():
        return []
    found = []
    for part in re.split(r'"\s*;\s*"', cell.strip().strip('"')):
        match = _UCDP_REPORT.fullmatch(part.strip())
        agency, day, title = match.groups() if match else (None, None, part.strip())
        outlet = (agency or "").strip() or filled(office)
        found.append(
            {"article": None, "outlet": outlet, "title": title or None, "url": None, "date": day, "note": None}
        )
    return found


def _acled(table: Table) -> DataFrame:
    frame = table.frame
    precision, geo = ints(table, "time_precision"), ints(table, "geo_precision")
    first = days(table, "event_date")
    spans = [_acled_span(day, prec) for day, prec in zip(first, precision, strict=True)]
    actor1, actor2 = texts(column_of(frame, "actor1")), texts(column_of(frame, "actor2"))
    sources = zip(column_of(frame, "source"), column_of(frame, "source_scale"), strict=True)
    layer = {
        "event_id": texts(column_of(frame, "event_id_cnty" if "event_id_cnty" in frame else "data_id")),
        "event_type": texts(column_of(frame, "event_type")),
        "sub_event_type": texts(column_of(frame, "sub_event_type")),
        "summary": [_cut(one) for one in column_of(frame, "notes")],
        "date_start": [start for start, _ in spans],
        "date_end": [end for _, end in spans],
        "date_precision": [_ACLED_DATE.get(one or 0) for one in precision],
        "date_rule": [None if one is None else f"ACLED time_precision {one}" for one in precision],
        "date_inferred": [False] * len(frame),
        "place_name": texts(column_of(frame, "location")),
        "place_kind": ["admin1" if one == 3 else None for one in geo],
        "admin1": texts(column_of(frame, "admin1")),
        "admin2": texts(column_of(frame, "admin2")),
        "country": countries(frame),
        "where_prec": [_ACLED_WHERE.get(one or 0) for one in geo],
        "geo_precision": geo,
        "radius_m": [{1: SPOT_RADIUS_M, 2: NEAR_RADIUS_M}.get(one or 0) for one in geo],
        "actor1": actor1,
        "actor2": actor2,
        "actors": [_actors(a, b) for a, b in zip(actor1, actor2, strict=True)],
        "fatalities_best": integers(table, "fatalities"),
        "sources": [
            [
                {
                    "article": None,
                    "outlet": outlet.strip(),
                    "title": outlet.strip(),  # ACLED names nothing finer
                    "url": None,
                    "date": None,
                    "note": filled(scale),
                }
                for outlet in str(names).split(";")
            ]
            if filled(names)
            else []
            for names, scale in sources
        ],
    }
    return _stack(layer, table)


def _acled_span(day: Any, precision: int | None) -> tuple[Any, Any]:
    """Return first and last day: of a week ACLED gives the middle, of a month any day (codebook, time precision)."""
    if not isinstance(day, str) or precision not in {2, 3}:
        return day, day
    middle = dt.date.fromisoformat(day)
    if precision == 2:
        return str(middle - dt.timedelta(days=3)), str(middle + dt.timedelta(days=3))
    last = calendar.monthrange(middle.year, middle.month)[1]
    return str(middle.replace(day=1)), str(middle.replace(day=last))


def _mapped(table: Table, columns: dict[str, str]) -> DataFrame:
    """Take a table by a mapping of columns, ours -> the file's; without one by the usual names."""
    import pandas as pd

    for alias, ours in (("latitude", "lat"), ("longitude", "lon")):
        if alias in columns:
            columns[ours] = columns.pop(alias)
    if unknown := columns.keys() - {*EVENT_COLUMNS, "lat", "lon"}:
        raise UsageError(f"columns: {', '.join(sorted(unknown))} is no column of an event layer")
    if absent := set(columns.values()) - set(table.frame.columns):
        has = ", ".join(map(str, table.frame.columns[:12]))
        raise UsageError(f"{table.name}: no column {', '.join(sorted(absent))}; it has {has}")
    columns = columns or by_name(list(table.frame.columns))
    renamed = pd.DataFrame({ours: table.frame[theirs] for ours, theirs in columns.items()}, index=table.frame.index)
    if "geometry" in table.frame:
        renamed["geometry"] = table.frame["geometry"]
    inner = replace(table, frame=renamed, called=columns)
    layer = {name: cast(inner, name, dtype) for name, dtype in EVENT_COLUMNS.items() if name in renamed}
    if "country" in layer:
        layer["country"] = countries(renamed)
    return _stack(layer, inner)


def _actors(*names: Any) -> list[dict[str, Any]]:
    return [
        {
            "canonical": name,
            "as_written": name,
            "kind": "civilians" if name.lower() == "civilians" else None,
            "side": None,
        }
        for name in names
        if isinstance(name, str)
    ]


# ---- the layer -----------------------------------------------------------------------------------------------------
def _stack(layer: dict[str, Any], table: Table) -> DataFrame:
    """Put columns side by side, the geometry of the table beside them."""
    import pandas as pd

    frame = pd.DataFrame(layer, index=table.frame.index)
    frame["geometry"] = points(table)
    return frame


def _finished(table: Table, frame: DataFrame, *, ours: bool) -> GeoDataFrame:
    """Give every column its place and dtype, ids their uniqueness, an open end its day."""
    import geopandas
    import pandas as pd

    dtype: Any  # the stubs know only literal names of dtypes
    for name, dtype in EVENT_COLUMNS.items():
        if name not in frame:
            empty: Any = [[] for _ in range(len(frame))] if dtype == "object" else None
            frame[name] = pd.Series(empty, index=frame.index, dtype=dtype)
        else:
            frame[name] = frame[name].astype(dtype)
    for name, dtype in LAYER_COLUMNS.items():
        if dtype == "string" and name in frame:
            frame[name] = in_one_line(frame[name])
    if not ours:
        frame["date_end"] = frame["date_end"].fillna(frame["date_start"])
        frame["status"] = frame["status"].fillna("event")
    for position, (key, start, end) in enumerate(
        zip(frame["event_id"], frame["date_start"], frame["date_end"], strict=True)
    ):
        if pd.isna(key):
            table.refuse(position, "no event id; every event needs one")
        elif not (pd.isna(start) or pd.isna(end)) and end < start:
            table.refuse(position, f"date_end {end} is before date_start {start}")
    positions = [position for position, good in enumerate(table.good(RowsLeftOutWarning)) if good]
    frame = frame.iloc[positions].copy()
    frame["event_id"] = pd.Series(_unique(table, frame["event_id"], positions), index=frame.index, dtype="string")
    order = [*EVENT_COLUMNS, *(name for name in frame.columns if name not in EVENT_COLUMNS and name != "geometry")]
    layer = geopandas.GeoDataFrame(frame[[*order, "geometry"]], geometry="geometry", crs=CRS)
    return layer.reset_index(drop=True)


def _unique(table: Table, ids: Series, positions: list[int]) -> list[str]:
    """Return ids, a second row of one id as `id~2` with a warning."""
    taken: set[str] = set()
    result, repeated = [], []
    for position, one in zip(positions, ids, strict=True):
        free, number = one, 2
        while free in taken:
            free, number = f"{one}~{number}", number + 1
        if free != one:
            repeated.append(position)
        taken.add(free)
        result.append(free)
    if repeated:
        example = result[positions.index(repeated[0])]
        message = f"{table.name} {table.rows(repeated)}: the event id is taken; renamed, e.g. {example!r}"
        warnings.warn(message, InputWarning, stacklevel=4)
    return result


def _cut(cell: Any) -> str | None:
    """Return at most `SUMMARY_LENGTH` characters of a text."""
    text = filled(cell)
    if text is None:
        return None
    return str(text) if len(str(text)) <= SUMMARY_LENGTH else str(text)[: SUMMARY_LENGTH - 1] + "…"
