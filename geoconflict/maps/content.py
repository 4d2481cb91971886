"""What a still draws and what it only counts: the layers sorted by how they may be shown."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geoconflict.errors import InputError
from geoconflict.maps import captions
from geoconflict.maps.controllers import Look, looks
from geoconflict.maps.frame import main_cluster
from geoconflict.maps.sheets import MAX_SHEET_AGE_DAYS, dated_sheets
from geoconflict.records import AREA_KINDS, CRS, LINKABLE_RADIUS_M

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FAR_M = 400_000.0
"""A place known no better than this (a country, a large region) does not decide what the map shows and is not drawn."""
COUNTRY_PREC = 6
"""UCDP `where_prec` from which only the country, or open water, is known."""
ZONES_NEAR_DEG = 3.0
"""Zones that all lie farther than this from the events belong to another country's war and are not spoken of."""
SOURCE_NOT_GIVEN = "source not given"
CONTROL_DAY = re.compile(r"control as reported for (\d+ \w+ \d+)")
"""The day in the words on control that `zones_on` returns."""
STALE_DAYS = 90
"""Where towns were last looked at longer before, the words on control say since when."""


@dataclass(frozen=True, eq=False)
class Content:
    """The layers of a still.

    Attributes
    ----------
    events
        All events but background ones, drawn or not.
    spots, areas
        Those drawn as a symbol, and those drawn as the area they are known to.
    zones
        What holds on the day drawn; `looks` has the tint and hatch of each controller of the whole layer.
    control
        "control as reported for 3 Feb 2022", or why there is none.
    camps
        Camps open at some time of the events.
    missing
        Counts of what is not on the map, in words.
    derived
        Whether the zones were worked out from town reports, so that blank ground is ground without a report.
    """

    events: GeoDataFrame
    spots: GeoDataFrame
    areas: GeoDataFrame
    zones: GeoDataFrame | None
    looks: dict[str, Look]
    control: str
    camps: GeoDataFrame | None
    missing: list[str]
    derived: bool

    @property
    def sources(self) -> list[str]:
        """Whose word the zones are, `SOURCE_NOT_GIVEN` where they do not say."""
        if self.zones is None or not len(self.zones):
            return []
        given = self.zones.get("source", [None])
        return sorted({one if isinstance(one, str) and one else SOURCE_NOT_GIVEN for one in given})

    @property
    def drawn(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Longitude, latitude (degrees) and radius (metres) of all that is drawn of the events."""
        parts = [part for part in (self.spots, self.areas) if len(part)]
        if not parts:
            return np.array([]), np.array([]), np.array([])
        return (
            np.concatenate([points_of(part)[0] for part in parts]),
            np.concatenate([points_of(part)[1] for part in parts]),
            np.concatenate([numbers(part, "radius_m") for part in parts]),
        )


def content_of(
    layer: GeoDataFrame,
    zones: GeoDataFrame | None,
    camps: GeoDataFrame | None,
    max_zone_age_days: int = MAX_SHEET_AGE_DAYS,
    *,
    day: str | None = None,
) -> Content:
    """Sort the layers; raises InputError for one without CRS.

    Control is drawn for `day` (ISO), or else for the last day of the events.
    """
    layer, zones, camps = in_degrees(layer, "event"), in_degrees(zones, "zone"), in_degrees(camps, "camp")
    background = np.zeros(len(layer), bool)
    if "status" in layer:
        background = (layer["status"] == "background").fillna(value=False).to_numpy(bool)
    events = layer[~background]
    placed = ~(events.geometry.isna() | events.geometry.is_empty).to_numpy(bool)
    radius, where_prec = numbers(events, "radius_m"), numbers(events, "where_prec", missing=1.0)
    # An outline says where an event was as an area does, whatever the columns say.
    precise = (where_prec <= 2) & (radius <= LINKABLE_RADIUS_M) & (shapely.get_dimensions(events.geometry) <= 0)
    if "place_kind" in events:
        precise &= ~events["place_kind"].isin(AREA_KINDS).to_numpy(bool)
    far = (radius > FAR_M) | (where_prec >= COUNTRY_PREC)
    drawn = placed & (precise | ~far)
    lon, lat = np.full(len(events), np.nan), np.full(len(events), np.nan)
    lon[drawn], lat[drawn] = points_of(events[drawn])
    main = np.zeros(len(events), bool)
    main[drawn] = main_cluster(lon[drawn], lat[drawn])
    counts = (
        (int((~placed).sum()), "without a known place"),
        (int((placed & ~precise & far).sum()), "known only to a country or large region"),
        (int((drawn & ~main).sum()), "far from the others"),
        (int(background.sum()), "told as background"),
    )
    zones = _near(zones, lon[main], lat[main])
    first, last = captions.event_days(events)
    drawn_zones, control = zones_on(zones, day or last, max_zone_age_days)
    if day is None and drawn_zones is not None and first and last and _days_between(first, last) > MAX_SHEET_AGE_DAYS:
        control += ", not for earlier days"
    return Content(
        events=events,
        spots=events[main & precise],
        areas=events[main & ~precise],
        zones=drawn_zones,
        looks=looks(names_of(zones)),
        control=control,
        camps=_open_camps(camps, first, last),
        derived=_derived(drawn_zones),
        missing=[f"{captions.counted(number, 'event')} {words}" for number, words in counts if number],
    )


def part_of(
    whole: Content,
    days: tuple[str, str],
    zones: GeoDataFrame | None,
    camps: GeoDataFrame | None,
    *,
    max_zone_age_days: int,
) -> Content:
    """Return what one map of several shows: events that began from the first to the last of `days`, control on that.

    What is not on the map is counted once, for the whole.
    """
    first, last = days

    def began(layer: GeoDataFrame) -> GeoDataFrame:
        days = layer["date_start"].astype("string").fillna("")
        return layer[((first <= days) & (days <= last)).to_numpy(bool)]

    events = began(whole.events)
    zones = in_degrees(zones, "zone") if whole.looks else None  # without looks there is none near the events
    drawn, control = zones_on(zones, last, max_zone_age_days)
    return replace(
        whole,
        events=events,
        spots=began(whole.spots),
        areas=began(whole.areas),
        zones=drawn,
        control=control,
        derived=_derived(drawn),
        camps=_open_camps(in_degrees(camps, "camp"), *captions.event_days(events)),
        missing=[],
    )


def _derived(zones: GeoDataFrame | None) -> bool:
    return zones is not None and "derived" in zones and bool(zones["derived"].fillna(False).any())


def points_of(layer: GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude and latitude (degrees) of each row; of an outline those of a point inside it."""
    points = shapely.point_on_surface(layer.geometry.to_numpy())
    return shapely.get_x(points), shapely.get_y(points)


def _near(zones: GeoDataFrame | None, lon: np.ndarray, lat: np.ndarray) -> GeoDataFrame | None:
    """Return the zones if any lies near the events."""
    if zones is None or not len(zones) or not len(lon):
        return None
    reach = ZONES_NEAR_DEG
    window = shapely.box(lon.min() - reach, lat.min() - reach, lon.max() + reach, lat.max() + reach)
    return zones if zones.intersects(window).any() else None


def in_degrees(layer: GeoDataFrame | None, what: str) -> GeoDataFrame | None:
    """Return the layer in longitude and latitude."""
    if layer is None:
        return None
    if layer.crs is None:
        raise InputError(f"the {what} layer has no CRS; say which with set_crs, e.g. {CRS}")
    layer = layer if layer.crs == CRS else layer.to_crs(CRS)
    bounds = layer.geometry.bounds.to_numpy()
    off = np.flatnonzero((bounds[:, 1] < -90) | (bounds[:, 3] > 90) | np.isinf(bounds).any(axis=1))
    if len(off):
        row = off[0]
        lat = bounds[row, 1] if bounds[row, 1] < -90 else bounds[row, 3]
        raise InputError(f"the {what} layer, row {row + 1}: no place has latitude {lat:g}; coordinates are lon, lat")
    return layer


def numbers(layer: GeoDataFrame, column: str, *, missing: float = 0.0) -> np.ndarray:
    """Return a column as floats, a value or column that is not there as `missing`."""
    if column not in layer:
        return np.full(len(layer), missing)
    values: np.ndarray = layer[column].astype("Float64").fillna(missing).to_numpy(float)
    return values


def names_of(zones: GeoDataFrame | None) -> list[str]:
    """Return the controllers of a zone layer in order of the alphabet."""
    return [] if zones is None else sorted({str(name) for name in zones["controller"].dropna()})


def zones_on(
    zones: GeoDataFrame | None, day: str | None, max_age_days: int = MAX_SHEET_AGE_DAYS
) -> tuple[GeoDataFrame | None, str]:
    """Return the zones that hold on a day and the words that say for which day; a zone ends before its `valid_to`.

    Of dated maps the latest earlier one is taken and its own date is said. Without a day the latest map is.
    Where `report_seen`, or else `last_seen`, says until when the reports behind a zone speak, no later day is claimed;
    where towns were last looked at over `STALE_DAYS` before, the words say since when.
    """
    if zones is None or not len(zones):
        return None, ""
    zones = dated_sheets(zones, max_age_days)
    begin = zones["valid_from"].astype("string").fillna("0001-01-01")
    end = zones["valid_to"].astype("string").fillna("9999-12-31")
    day = day or str(begin.max())
    holds = ((begin <= day) & (day < end)).to_numpy(bool)
    earlier = begin[(begin <= day).to_numpy(bool)]
    if not len(earlier):
        return None, f"no report on control for {captions.day_words(day)}"
    if holds.any():
        found = zones[holds]
        oldest, newest = seen_days(found)
        drawn_on = found["sheet_day"].dropna()
        as_of = min(day, newest or (str(drawn_on.max()) if len(drawn_on) else day))
    else:
        as_of = str(earlier.max())
        found, oldest = zones[(begin == as_of).to_numpy(bool)], None
    if _days_between(as_of, day) > max_age_days:
        return None, f"last report on control, {captions.day_words(as_of)}, too old to draw"
    since = (
        f" (oldest report {captions.month_words(oldest)})" if oldest and _days_between(oldest, day) > STALE_DAYS else ""
    )
    return found, f"control as reported for {captions.day_words(as_of)}{since}"


def seen_days(zones: GeoDataFrame) -> tuple[str | None, str | None]:
    """Return the days on which the towns behind derived zones were last looked at: the longest ago and the latest."""
    seen: list[str] = []
    if "report_seen" in zones:
        seen = [str(day) for days in zones["report_seen"] if isinstance(days, list | np.ndarray) for day in days]
    if not seen and "last_seen" in zones:
        seen = [str(day) for day in zones["last_seen"].dropna()]
    return (min(seen), max(seen)) if seen else (None, None)


def _days_between(first: str, last: str) -> int:
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def _open_camps(camps: GeoDataFrame | None, first: str | None, last: str | None) -> GeoDataFrame | None:
    """Return camps with a point, open at some time of the events; a date that is not known excludes none."""
    if camps is None or not len(camps):
        return None
    keep = ~(camps.geometry.isna() | camps.geometry.is_empty).to_numpy(bool)
    if last and "opened" in camps:
        keep &= (camps["opened"].astype("string").fillna("") <= last).to_numpy(bool)
    if first and "closed" in camps:
        ends = camps["closed"].astype("string").fillna("9999").str.split("/").str[-1]  # of two days it may have been
        keep &= np.array([end >= first[: len(end)] for end in ends], dtype=bool)
    return camps[keep]
