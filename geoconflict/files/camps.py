"""Displacement and refugee camps: the curated ones, or those of one list or several with counts of their people."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError
from geoconflict.files.camp_days import DayReader, as_written, by_day, earliest, latest
from geoconflict.files.columns import column_of, countries, filled, floats, lists, texts
from geoconflict.files.tables import Table, open_table
from geoconflict.records import CAMP_COLUMNS, CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

_USUAL_NAMES = {
    "camp_id": "camp_id campid site_id siteid ssid site_pcode camp_pcode pcode p_code source_id location_id id",
    "name": "name camp camp_name site_name sitename name_en site_name_en camp_name_en site location_name place_name",
    "other_name": "name_alt aliases other_names alternative_name alt_name name_ar ar name_local site_name_ar",
    "lat": "lat latitude point_y y gps_latitude gps_lat lat_dd y_coord site_latitude camp_latitude",
    "lon": "lon lng long longitude point_x x gps_longitude gps_lon gps_long long_dd lon_dd x_coord site_longitude "
    "camp_longitude",
    "kind": "kind loc_type site_type camp_type type_of_site settlement_type feature_code type category",
    "country": "country iso2 iso3 country_code country_name admin0name_en adm0_en admin0",
    "admin1": "admin1 gov governorate province admin1name_en adm1_en admin1_name state region",
    "opened": "opened open_date date_opened opening_date date_of_establishment established createdate",
    "closed": "closed close_date date_closed closing_date closedate",
    "first_listed": "first first_seen first_listed",
    "last_listed": "last last_seen last_listed",
    "status": "status site_status camp_status operational_status",
    "listed_on": "updatedate update_date last_update date_updated source_date list_date",
    "population": "population individuals total_individuals total_population no_of_individuals number_of_individuals "
    "idp_individuals idps persons people total_ind ind pop",
    "households": "households hh families total_hh no_of_households number_of_households no_of_families "
    "max_camp_families",
    "as_of": "as_of population_as_of reporting_date survey_date assessment_date round_date data_date date month",
    "radius_m": "radius_m precision_m",
    "source": "source",
    "populations": "populations",
}
"""Our name -> the names camp lists use (ours, UNHCR's, IOM DTM's, CCCM's), the surest first; case, blanks and marks
between words do not count."""
_OF_THE_DISPLACED = {"idps", "idpindividuals", "individuals", "totalindividuals", "households", "hh", "families"}
"""Columns only a list of displaced people has."""
_CLOSED = re.compile(r"0|0\.0|closed?|inactive|not operational|dismantled|emptied|decommissioned", re.IGNORECASE)
_FIRST_YEAR = 1910
"""Earlier days are a spreadsheet's mistake, so not known: its zero is 1899-12-30, and a bare year such as 1996 it takes
for the 1,996th day, 1905-06-18."""
_NO_CAMP_BEFORE = "1950"
"""Begins the time in which a camp was closed where not even its opening is known."""
_GROUPED = re.compile(r"\d{1,3}(?:[, \u00a0\u202f]\d{3})+")


def read_camps(
    path: str | Path | Sequence[str | Path] | None = None,
    *,
    passed_over: Callable[[Path, InputError], None] | None = None,
) -> GeoDataFrame:
    """Return displacement and refugee camps: `CAMP_COLUMNS` and `geometry` (points, EPSG:4326).

    Parameters
    ----------
    path
        None for the curated camps (published with coordinates by UNHCR, OCHA or IOM). Else a table or layer, or
        several: camps with `name`, coordinates (or points, or areas, which count by a point inside), and of these what
        they have: `country`, `kind`, `admin1`, `opened`, `closed`, `population` with `as_of`, `radius_m`, `source`;
        the columns of UNHCR, IOM DTM and CCCM will do (docs/camps.md). A table of `camp`, `population` and `date`
        without coordinates adds its counts to the camps of the others, or to the curated ones where no other is given.
    passed_over
        Called with a file that cannot be used and why; the others are read. Without it the first such file is an error.

    Notes
    -----
    Days known only to the month or year stay "YYYY-MM" or "YYYY", in `opened`, `closed` and `as_of` of the populations;
    `as_of` is None where the count has no day. Left out, with one InputWarning a reason that names the first rows: what
    is no displacement camp, is archived, has no coordinates or lies at 0 N 0 E, and points whose latitude and longitude
    are swapped. Rows of one camp (one id, or names alike within `camp_joins.SAME_CAMP_M`) are joined. Many camps at
    exactly one point are kept with the radius of a town.

    Raises
    ------
    InputError
        For a file without names, or without coordinates and counts, or without a CRS, and when a bad value leaves no
        row.
    """
    if path is None:
        # Curated rows were checked when they were added; the outlines the check needs take seconds to load.
        return _finished(_camp_rows(_curated_camps(), check=False))
    import pandas as pd

    from geoconflict.files.camp_joins import with_counts, with_one_row_a_camp

    sites, counts = [], []
    for one in map(Path, [path] if isinstance(path, str | Path) else path):
        try:
            table = _camp_file(one)
            if _is_placed(table):
                sites.append(_camp_rows(table, check=True))
            else:
                counts.append((_names_and_counts(table), table))
        except InputError as problem:
            if passed_over is None:
                raise
            passed_over(one, problem)
    if not sites:  # curated camps for counts alone; none where nothing of the user's could be read
        curated = _camp_rows(_curated_camps(), check=False)
        sites = [curated if counts else curated.iloc[:0]]
    layer = with_one_row_a_camp(pd.concat(sites, ignore_index=True))
    for counted, table in counts:
        with_counts(layer, counted, table)
    return _finished(layer)


def _finished(rows: DataFrame) -> GeoDataFrame:
    """Return the rows as a camp layer of our own columns and dtypes."""
    import geopandas
    import shapely

    dtypes: Any = CAMP_COLUMNS
    points = shapely.points(rows["lon"].to_numpy(float), rows["lat"].to_numpy(float))
    frame = rows[list(CAMP_COLUMNS)].astype(dtypes).reset_index(drop=True)
    return geopandas.GeoDataFrame(frame, geometry=points, crs=CRS)


def _curated_camps() -> Table:
    import pandas as pd

    populations: dict[str, list[dict[str, Any]]] = {}
    for row in curated_rows("camp_populations.csv"):
        populations.setdefault(row["camp"], []).append({key: row[key] for key in ("population", "as_of", "source")})
    frame = pd.DataFrame(list(curated_rows("camps.csv")), dtype="object").replace("", None)
    counts: Any = [populations.get(name, []) for name in frame["name"]]
    frame["populations"] = counts
    if "camp_id" not in frame:
        frame["camp_id"] = ["camp:" + "-".join(re.findall(r"\w+", name.casefold())) for name in frame["name"]]
    frame["radius_m"] = frame["precision_m"]
    frame["other_name"] = frame["aliases"]
    return Table("camps.csv", frame, 2)


# ---- a file under our own column names -----------------------------------------------------------------------------
def _camp_file(path: Path) -> Table:
    """Open a list of camps, or of counts of their people, under our own column names."""
    import pandas as pd

    table = _without_tags(open_table(path, leave_out=True))
    plain: dict[str, Any] = {}
    for column in table.frame.columns:
        plain.setdefault(_plain(str(column)), column)
    columns, called = {}, {}
    for ours, names in _USUAL_NAMES.items():
        if (name := next((one for one in map(_plain, names.split()) if one in plain), None)) is not None:
            columns[ours] = table.frame[plain[name]]
            called[ours] = str(plain[name])
    if "name" not in columns and "camp_id" in columns and "population" in columns:
        columns["name"] = columns["camp_id"]
    if "name" not in columns:
        raise InputError(f"{table.name}: no column `name`; it has {', '.join(map(str, table.frame.columns[:8]))}")
    if "geometry" in table.frame:
        columns |= _from_shapes(table, called)
    if not {"lat", "lon"} <= columns.keys() and "population" not in columns:
        raise InputError(
            f"{table.name}: no coordinates; camps need columns lat and lon, or points (a table of counts: population)"
        )
    frame = pd.DataFrame(columns, index=table.frame.index)
    frame.attrs["of_the_displaced"] = bool(_OF_THE_DISPLACED & plain.keys())
    return replace(table, frame=frame, called=called)


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", "", column.casefold())


def _without_tags(table: Table) -> Table:
    """Return the table without a row of HXL tags ("#geo+lat") under its header."""
    first = [str(cell) for cell in table.frame.iloc[0].tolist() if filled(cell) is not None] if len(table.frame) else []
    if not first or not all(cell.startswith("#") for cell in first):
        return table
    return replace(table, frame=table.frame.iloc[1:].reset_index(drop=True), first_row=table.first_row + 1)


def _from_shapes(table: Table, called: dict[str, str]) -> dict[str, Series]:
    """Return points of the geometry; an area or several points count by one of theirs, and by their size as radius."""
    import numpy as np
    import pandas as pd
    import shapely

    from geoconflict.files.camp_rows import DEGREE_M

    shapes = table.frame["geometry"].to_numpy()
    kinds = shapely.get_type_id(shapes)
    for at in np.flatnonzero(np.isin(kinds, (1, 2, 5, 7))).tolist():
        table.refuse(at, f"a {shapes[at].geom_type} is no camp; camps are points or areas")
    wide = np.flatnonzero(np.isin(kinds, (3, 4, 6)) & ~shapely.is_empty(shapes))
    points = shapes.copy()
    points[~np.isin(kinds, (0, 3, 4, 6))] = None
    points[wide] = shapely.point_on_surface(shapes[wide])
    columns = {"lon": shapely.get_x(points), "lat": shapely.get_y(points)}
    if len(wide) and "radius_m" not in called:
        radius = np.full(len(shapes), np.nan)
        radius[wide] = np.ceil(shapely.hausdorff_distance(points[wide], shapes[wide]) * DEGREE_M)
        columns["radius_m"] = radius
    return {name: pd.Series(values, index=table.frame.index) for name, values in columns.items()}


def _is_placed(table: Table) -> bool:
    return {"lat", "lon"} <= set(table.frame.columns)


# ---- rows ----------------------------------------------------------------------------------------------------------
def _camp_rows(table: Table, *, check: bool) -> DataFrame:
    """Return the camps of a table: `CAMP_COLUMNS`, `lon`, `lat`, `other_name`, and `row`, what to call each."""
    import numpy as np
    import pandas as pd

    frame = table.frame
    lon, lat, radius = (
        floats(table, axis).to_numpy("float64", na_value=float("nan")) for axis in ("lon", "lat", "radius_m")
    )
    rows = pd.DataFrame({name: _words(frame, name) for name in _TEXTS})
    rows["country"] = countries(frame)
    rows["opened"], rows["closed"] = _opening(table)
    populations: Any = _populations(table)
    rows["populations"] = populations
    rows["lon"], rows["lat"], rows["radius_m"] = lon, lat, radius
    rows["row"] = [f"{table.name} row {table.first_row + i}" for i in range(len(frame))]
    rows["camp_id"] = rows["camp_id"].fillna(
        pd.Series([f"{table.name}:{table.first_row + i}" for i in range(len(frame))], index=frame.index, dtype="string")
    )
    good = np.array(table.good(), dtype=bool)
    if not check:
        return rows[good]
    from geoconflict.files.camp_rows import kept_rows, radii

    displaced = bool(frame.attrs.get("of_the_displaced"))
    keep = kept_rows(table, rows, lon, lat, good, of_the_displaced=displaced)
    rows = rows[keep]
    rows["radius_m"] = radii(table, rows["name"], lon[keep], lat[keep], radius[keep])
    return rows


_TEXTS = ("camp_id", "name", "other_name", "kind", "admin1", "source")


def _words(frame: DataFrame, name: str) -> Series:
    import pandas as pd

    return texts(frame[name]) if name in frame else pd.Series(None, index=frame.index, dtype="string")


# ---- days and people -----------------------------------------------------------------------------------------------
def _opening(table: Table) -> tuple[Series, Series]:
    """Return when camps were opened and closed, as written to the day, month or year; what is no date is left empty."""
    import pandas as pd

    opened, closed = _days(table, "opened"), _days(table, "closed")
    first, last = _days(table, "first_listed"), _days(table, "last_listed")
    _take_listing(table, opened, closed, first, last)
    _close_the_closed(table, opened, closed)
    early = [
        at
        for at, (start, end) in enumerate(zip(opened, closed, strict=True))
        if start and end and end.split("/")[-1] < start[: len(end.split("/")[-1])]
    ]
    if early:
        table.warn(f"{table.rows(early)}: closed before it was opened; neither day is known then")
        for at in early:
            opened[at] = closed[at] = None
    index = table.frame.index
    return pd.Series(opened, index=index, dtype="string"), pd.Series(closed, index=index, dtype="string")


def _days(table: Table, name: str) -> list[str | None]:
    """Return the days of a column; say which are none, and which only a spreadsheet made."""
    cells = [filled(cell) for cell in column_of(table.frame, name).tolist()]
    reader = _reader(table, name, cells)
    spans = [None if cell is None else reader.span(cell) for cell in cells]
    wrong = [at for at, (cell, span) in enumerate(zip(cells, spans, strict=True)) if cell is not None and span is None]
    if wrong:
        table.warn(f"{table.rows(wrong)}: {table.column(name)} {str(cells[wrong[0]])[:40]!r} is not a date; left empty")
    old = [at for at, span in enumerate(spans) if span is not None and span.first.year < _FIRST_YEAR]
    if old:
        cell = str(cells[old[0]])[:40]
        table.warn(f"{table.rows(old)}: {table.column(name)} {cell!r} is a spreadsheet's mistake; left empty")
    return [as_written(span) if span is not None and span.first.year >= _FIRST_YEAR else None for span in spans]


_DAY_COLUMNS = ("opened", "closed", "first_listed", "last_listed", "listed_on", "as_of")


def _reader(table: Table, name: str, cells: list[Any]) -> DayReader:
    """Return the reader of a column of days; say of which days nothing in the list tells day and month apart."""
    reader = DayReader(cells, *(column_of(table.frame, other).tolist() for other in _DAY_COLUMNS if other != name))
    if unsure := [at for at, cell in enumerate(cells) if reader.unsure(cell)]:
        cell, many = str(cells[unsure[0]])[:40], len(unsure) > 1
        table.warn(
            f"{table.rows(unsure)}: {table.column(name)} {cell!r}{' and the like' if many else ''} may begin with the "
            "day or the month, and no other day of the list tells; only the year is kept"
        )
    return reader


def _take_listing(
    table: Table, opened: list[str | None], closed: list[str | None], first: list[str | None], last: list[str | None]
) -> None:
    """Take the time a camp was listed for the time it was open, but where the list itself begins or ends then."""
    begin, end = earliest(first), latest(last)
    taken = []
    for at, (start, stop) in enumerate(zip(first, last, strict=True)):
        if opened[at] is None and start != begin:
            opened[at] = start
        if closed[at] is None and stop != end:
            closed[at] = stop
            taken.append(at)
    if taken:
        table.warn(
            f"{table.rows(taken)}: not listed after {table.column('last_listed')}, the list's latest being {end}; "
            "taken as closed then"
        )


def _close_the_closed(table: Table, opened: list[str | None], closed: list[str | None]) -> None:
    """Close camps that are marked closed on no known day some day from their opening to that of the list."""
    status = [filled(cell) for cell in column_of(table.frame, "status").tolist()]
    marked = [
        at
        for at, word in enumerate(status)
        if word is not None and closed[at] is None and _CLOSED.fullmatch(str(word).strip())
    ]
    if not marked:
        return
    listed = _days(table, "listed_on")
    if not any(listed) and "population" not in table.frame:
        listed = _days(table, "as_of")
    newest = latest([*opened, *closed, *listed])
    for at in marked:
        if day := listed[at] or newest:
            closed[at] = f"{(opened[at] or _NO_CAMP_BEFORE).split('/')[0]}/{day.split('/')[-1]}"
    known = [at for at in marked if closed[at]]
    if known:
        table.warn(
            f"{table.rows(known)}: marked closed on no known day; taken as closed some time up to the list's own "
            f"({closed[known[0]]})"
        )
    if unknown := [at for at in marked if not closed[at]]:
        table.warn(f"{table.rows(unknown)}: marked closed, and the list has no day at all; kept as if open")


def _populations(table: Table) -> list[list[dict[str, Any]]]:
    """Return the populations of each camp by day, from a list column or from `population` and `as_of`."""
    frame = table.frame
    if "populations" in frame:
        cells = lists(table, "populations")
        reader = DayReader([row.get("as_of") for cell in cells for row in cell])
        return [_counted(table, at, cell, reader) for at, cell in enumerate(cells)]
    if "population" not in frame:
        if "households" in frame:
            table.warn(
                f"column {table.column('households')} counts families, not people; no population is read from it"
            )
        return [[] for _ in range(len(frame))]
    columns = [column_of(frame, name).tolist() for name in ("population", "as_of", "source")]
    reader = _reader(table, "as_of", columns[1])
    return [
        _counted(table, at, [{"population": people, "as_of": day, "source": source}], reader)
        for at, (people, day, source) in enumerate(zip(*columns, strict=True))
    ]


def _counted(table: Table, at: int, rows: list[dict[str, Any]], reader: DayReader) -> list[dict[str, Any]]:
    """Return counts of people in order of their days, those without a day last."""
    found = []
    for row in rows:
        people = filled(row.get("population"))
        if people is None:
            continue
        if isinstance(people, str) and _GROUPED.fullmatch(people.strip()):
            people = re.sub(r"\D", "", people)
        try:
            count = int(float(people))
        except (TypeError, ValueError, OverflowError):
            table.refuse(at, f"{table.column('population')} {str(people)[:40]!r} is not a number")
            continue
        if count < 0 or count != float(people):
            table.refuse(at, f"{table.column('population')} {str(people)[:40]!r} is no count of people")
            continue
        day = filled(row.get("as_of"))
        span = None if day is None else reader.span(day)
        written = None if span is None else str(day) if span.precision == "range" else as_written(span)
        found.append({"population": count, "as_of": written, "source": filled(row.get("source"))})
    return by_day(found)


def _names_and_counts(table: Table) -> DataFrame:
    """Return a table of counts: `camp_id`, `name`, `country` and `populations` of its good rows, and `row`."""
    import pandas as pd

    rows = pd.DataFrame({name: _words(table.frame, name) for name in ("camp_id", "name")})
    rows["country"] = countries(table.frame)
    populations: Any = _populations(table)
    rows["populations"] = populations
    rows["at"] = range(len(rows))
    return rows[table.good()]
