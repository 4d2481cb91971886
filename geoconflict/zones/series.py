"""Zones from town reports for one day, or for many days with each stretch without a change derived once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geoconflict.errors import InputError
from geoconflict.records import CRS
from geoconflict.zones.halfway import SOURCE, ZONE_LAYER_COLUMNS, Known, Zones, derive, derive_zones
from geoconflict.zones.kept import Shelf, plain, stacked
from geoconflict.zones.reports import TownReports, as_day
from geoconflict.zones.towns import Area, Country, declared_areas

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

LOOK_BACK_DAYS = 14
"""Changes of hands this recent are told. A stretch takes a quarter of a second; December 2024 has one almost daily."""

_CIRCLE_CORNERS = 128


def zones_from_reports(
    reports: pd.DataFrame,
    outline: Any,
    day: dt.date | str,
    *,
    areas: pd.DataFrame | None = None,
    country: str = "",
    source: str = SOURCE,
) -> Zones:
    """Derive who held the ground on a day from reports on who held which town.

    Fronts run between neighbouring towns of different sides, where kriging from all towns finds both sides equally
    likely (`geoconflict.zones.mesh`); nothing is claimed beyond 50 km from every report nor outside the outline.

    Parameters
    ----------
    reports
        `town`, `lat`, `lon` (degrees), `controller`, `valid_from`; `valid_to` (the first day it no longer held),
        `date_precision`, `confidence` (high, medium, low; none counts as low), `last_seen`, `source` as far as known.
        Dates are YYYY-MM-DD, YYYY-MM or YYYY. A row with a `radius_m` is a declared area and moves to `areas`.
    outline
        The country: a polygon in longitude and latitude, or a GeoDataFrame with a CRS.
    day
        The day asked about.
    areas
        Ground a source itself outlines ("55 km around al-Tanf"): the columns of `reports` with `radius_m`, or a
        GeoDataFrame with polygons. Drawn as said. Without a controller: ground to be left blank.
    country
        ISO 3166-1 alpha-2; places just outside the outline are linked only to zones of their own country.
    source
        What the zones name as their source.

    Returns
    -------
    Zones
        They hold on [`valid_from`, `valid_to`): the days of change on either side of the day asked about, the second
        missing where nothing changes any more. A day on which a report becomes older than 90 or 365 days is one.

    Raises
    ------
    InputError
        For a column, date, coordinate or grade that cannot be used, an outline without CRS, or fewer than three places.
    """
    return Series(reports, areas, outline, country, source).day(as_day(day))


def zones_for_days(
    reports: pd.DataFrame,
    outline: Any,
    days: Iterable[dt.date | str],
    *,
    areas: pd.DataFrame | None = None,
    country: str = "",
    source: str = SOURCE,
    look_back_days: int = LOOK_BACK_DAYS,
    keep_in: Path | None = None,
) -> gpd.GeoDataFrame:
    """Derive the zones of several days as one layer, to link events of several dates to.

    Each stretch of days in which no report changes is derived once, for all days asked in it: its rows hold on
    [`valid_from`, `valid_to`), from one change to the next. `last_seen` is the last day the reports speak for, at
    most the last of the stretch. The stretches of the `look_back_days` before each day are derived too, so that a
    recent change of hands can be told. Days with fewer than three reported places have no rows. Parameters as in
    `zones_from_reports`; columns as in `Zones.zones`, empty layers included.

    `keep_in` is a folder in which stretches are kept for the next call, None for none: the same reports, outline and
    version then find them there, to the last bit. It may be shared by any number of processes.
    """
    series = Series(reports, areas, outline, country, source)
    if keep_in is not None:
        series.shelf = Shelf(keep_in, reports, areas, series.country.outline, country, source)
    return series.stretches([as_day(day) for day in days], np.timedelta64(look_back_days, "D"))


class Series:
    """Checked reports and an outline, ready to be asked for days."""

    def __init__(self, reports: pd.DataFrame, areas: Any, outline: Any, country: str, source: str) -> None:
        self.country = Country.of(outline)
        own_areas = None
        if "radius_m" in reports.columns:
            declares = pd.to_numeric(reports["radius_m"], errors="coerce").fillna(0) > 0
            own_areas, reports = reports[declares], reports[~declares]
        tables = [table for table in (own_areas, areas) if table is not None and len(table)]
        self.areas = [(TownReports.of(_with_point(table)), _shapes(table)) for table in tables]
        self.reports = TownReports.of(reports)
        for row in np.flatnonzero(self.reports.frame.controller.isna()):
            raise InputError(f"town reports row {row + 1} ({self.reports.frame.town[row]}): no controller")
        self.shared: dict[str, Any] = {"source": source, "country": country or None}
        self.shelf: Shelf | None = None
        self.known = Known()

    @cached_property
    def changes(self) -> NDArray[np.datetime64]:
        """The days from which the zones may differ from the day before, in order."""
        tables = [self.reports, *(table for table, _ in self.areas)]
        return np.unique(np.concatenate([table.change_days() for table in tables]))

    def areas_on(self, day: np.datetime64) -> list[Area]:
        """Return the declared areas of a day, in metres."""
        return [area for table, shapes in self.areas for area in declared_areas(table.on(day), shapes, self.country)]

    def day(self, day: np.datetime64) -> Zones:
        """Derive the zones of the stretch without a change that a day lies in."""
        return derive(*self._told(int(np.searchsorted(self.changes, day, side="right")), day))

    def _told(self, number: int, day: np.datetime64) -> tuple[Any, ...]:
        """Return what is known of the stretch before which `number` changes lie; `day` is any day of it."""
        first = self.changes[number - 1] if number else day
        after = self.changes[number] if number < len(self.changes) else None
        holding = self.reports.on(day)
        last = holding.newest if after is None else min(holding.newest, after - np.timedelta64(1, "D"))
        dates = {"valid_from": str(first), "valid_to": None if after is None else str(after), "last_seen": str(last)}
        return holding, self.areas_on(day), self.country, self.shared | dates, day

    def stretches(self, days: list[np.datetime64], look_back: np.timedelta64) -> gpd.GeoDataFrame:
        """Derive the stretches days lie in, and those of some time before each, as one layer."""
        asked = np.array(days, "datetime64[D]")
        before, until = (np.searchsorted(self.changes, ends, side="right") for ends in (asked - look_back, asked))
        numbers = {number for a, b in zip(before, until, strict=True) for number in range(max(a, 1), b + 1)}
        found = filter(None, map(self._plain_stretch, sorted(numbers)))  # 0 would be before the first report
        return stacked(found, ZONE_LAYER_COLUMNS, CRS)

    def _plain_stretch(self, number: int) -> dict[str, list[Any]] | None:
        """Return the zones of a stretch from the shelf, else derived; None where too few places are reported."""
        first = self.changes[number - 1]
        kept = self.shelf.get(str(first)) if self.shelf else None
        if kept is not None:
            return kept
        try:
            zones = plain(derive_zones(*self._told(number, first), known=self.known)[0])
        except InputError:  # too few places that day: nothing is known, which is an answer
            return None
        if self.shelf:
            self.shelf.put(str(first), zones)
        return zones


def _with_point(areas: pd.DataFrame) -> pd.DataFrame:
    """Give areas that come as polygons the coordinates every report has."""
    if not isinstance(areas, gpd.GeoDataFrame):
        return areas
    if areas.crs is None:
        raise InputError("the declared areas have no CRS; set it, e.g. areas.set_crs('EPSG:4326')")
    inside = areas.geometry.to_crs(CRS).representative_point()
    return pd.DataFrame(areas.drop(columns=areas.geometry.name)).assign(lon=inside.x, lat=inside.y)


def _shapes(areas: pd.DataFrame) -> dict[int, Any]:
    """Return the area of each row in degrees: its polygon, or a geodesic circle of `radius_m`."""
    if isinstance(areas, gpd.GeoDataFrame):
        return dict(enumerate(areas.geometry.to_crs(CRS)))
    if "radius_m" not in areas.columns:
        raise InputError("declared areas need a column 'radius_m' (metres), or polygons")
    bearings, geod = np.linspace(0, 360, _CIRCLE_CORNERS, endpoint=False), Geod(ellps="WGS84")
    shapes = {}
    many = np.ones_like(bearings)
    circles = areas[["town", "lon", "lat", "radius_m"]].itertuples(index=False, name=None)
    for number, (town, *numbers) in enumerate(circles):
        middle_lon, middle_lat, radius = pd.to_numeric(pd.Series(numbers), errors="coerce").to_numpy(dtype=float)
        if not radius > 0:
            raise InputError(f"declared area {town}: radius_m {numbers[-1]} is no distance in metres")
        lon, lat, _ = geod.fwd(many * middle_lon, many * middle_lat, bearings, many * radius)
        shapes[number] = shapely.Polygon(np.column_stack([lon, lat]))
    return shapes
