"""Which displacement and refugee camps were open near an event."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geoconflict.errors import InputError, UsageError
from geoconflict.links.layer import check_layer, days, linkable, lonlat, with_columns
from geoconflict.links.nearest import Nearest
from geoconflict.records import CAMP_LINK_COLUMNS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geoconflict.links.nearest import Allowed, Pairs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Days = NDArray[np.datetime64]

MAX_DISTANCE_M = 50_000.0
LISTED_CAMPS = 5
NEAR_M = 10_000.0

_AT_ONCE = 100_000
"""Events worked on together; what is needed beside the answers does not grow with more."""

OPENNESS = ("yes", "perhaps", "unknown")
"""Whether a camp was open on an event's days: its opening and closing leave it open, or the former is not known."""

_NO_DAYS = np.array([], "datetime64[D]")
_LONG_AGO, _FAR_OFF = np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31", "D")
_DAYS = int((_FAR_OFF - _LONG_AGO).astype(int)) + 1


def link_camps(
    layer: GeoDataFrame,
    camps: GeoDataFrame | CampBook,
    *,
    max_distance_m: float = MAX_DISTANCE_M,
    listed: int | None = LISTED_CAMPS,
) -> GeoDataFrame:
    """Add the displacement and refugee camps that were open near each event.

    Same rows, same order. Adds `CAMP_LINK_COLUMNS`, replacing them where the layer has them.

    Parameters
    ----------
    layer
        Events (`EVENT_COLUMNS`) with a CRS.
    camps
        Camps (`CAMP_COLUMNS`) with a CRS. A camp counts from `opened` to `closed`, both included, as far as they are
        known (a month or year reaches from its first to its last day), and only if open on all days of the event. On
        events without a date only camps without known dates count. A `CampBook` of them is made ready once for layers
        that come in pieces.
    max_distance_m
        Farther camps are not named.
    listed
        How many camps `camps` lists; None is all within `max_distance_m`.

    Returns
    -------
    GeoDataFrame
        `camp_id`, `camp_name`, `camp_kind`, `camp_distance_m` (geodesic on WGS84), `camp_radius_m` (how far from its
        point the camp may lie, where that is known), `camp_bearing_deg` (from the event, clockwise from north),
        `camp_population`, `camp_population_as_of` and `camp_population_age_days` of the nearest camp: the latest count
        not after the event (one of a month or year counts from its end) and how many days before it; camps equally
        near to the millimetre are taken in order of their id. `camps_within_10km` counts, `camps` lists the nearest,
        each also with `opened`, `closed` and `open`: "yes"; "perhaps" where the event falls into the month or year in
        which the camp opened or closed, and nothing tells on which side of it; "unknown" where the day of its opening
        is not known and nobody was counted there up to the event. All are missing, and the list is
        empty, where the place is not known well enough (`where_prec` above 2 or `radius_m` above 10 km); `camp_id` is
        missing where no camp is within `max_distance_m`.

    Raises
    ------
    InputError
        If a CRS or a column is missing, or a date is none.
    UsageError
        If `listed` is below 1 or `max_distance_m` below 0.
    """
    if (listed is not None and listed < 1) or not max_distance_m >= 0:
        raise UsageError(f"listed {listed}, max_distance_m {max_distance_m}: list at least one camp, from 0 m on")
    check_layer(layer, ("where_prec", "radius_m", "date_start", "date_end"))
    rows = np.flatnonzero(linkable(layer))
    lon, lat = (degrees[rows] for degrees in lonlat(layer))
    first, last = (days(layer[name], "events")[rows] for name in ("date_start", "date_end"))
    last = np.fmax(first, last)
    columns = {name: np.full(len(layer), None, object) for name in CAMP_LINK_COLUMNS}
    columns["camps"][:] = [[] for _ in range(len(layer))]
    columns["camps_within_10km"][rows] = 0
    book = camps if isinstance(camps, CampBook) else CampBook(camps)
    most = len(book.ids) if listed is None else listed
    openness = book.openness(first, last)
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        at = rows[part]
        place, spot = _places(lon[part], lat[part], openness[part])  # many events, few places
        allowed = book.open_on(first[part][spot], last[part][spot])
        of_spot = lon[part][spot], lat[part][spot]
        columns["camps_within_10km"][at] = book.near.count(*of_spot, NEAR_M, allowed)[place]
        pairs = book.near.pairs(*of_spot, most, max_distance_m, allowed)
        for name, values in book.described(pairs, place, first[part], last[part]).items():
            columns[name][at] = values
    return with_columns(layer, columns, CAMP_LINK_COLUMNS)


def _places(lon: Floats, lat: Floats, openness: Ints) -> tuple[Ints, Ints]:
    """Return the place of each event, and one event of each place: where the same camps are open."""
    spot = pd.factorize(lon + 1j * lat)[0].astype(np.int64) * (openness.max() + 1) + openness
    _, first, place = np.unique(spot, return_index=True, return_inverse=True)
    return place, first


_COLUMN_OF = {
    "camp_id": "camp_id",
    "name": "camp_name",
    "kind": "camp_kind",
    "distance_m": "camp_distance_m",
    "radius_m": "camp_radius_m",
    "bearing_deg": "camp_bearing_deg",
    "population": "camp_population",
    "population_as_of": "camp_population_as_of",
}
"""Keys of the entries of `camps` and the columns that say the same of the nearest camp."""
_KEYS = (*_COLUMN_OF, "opened", "closed", "open")


class CampBook:
    """The camps as arrays, in order of their ids, made ready once for event layers that come in pieces."""

    def __init__(self, camps: GeoDataFrame) -> None:
        check_layer(camps, ("camp_id", "name", "opened", "closed", "populations"), "the camp layer")
        camps = camps[camps.geometry.notna() & ~camps.geometry.is_empty]
        camps = camps.assign(camp_id=camps["camp_id"].astype(str)).sort_values("camp_id", ignore_index=True)
        self.ids, self.names = (camps[name].to_numpy(object, na_value=None) for name in ("camp_id", "name"))
        self.lon, self.lat = lonlat(camps)
        opened, closed = ([self._reach(camps, row, name) for row in range(len(camps))] for name in ("opened", "closed"))
        self.opened, self.surely_opened = np.array(opened, "datetime64[D]").reshape(-1, 2).T
        self.surely_closed, self.closed = np.array(closed, "datetime64[D]").reshape(-1, 2).T
        missing: NDArray[np.object_] = np.full(len(camps), None, object)
        self.known = {
            name: camps[name].to_numpy(object, na_value=None) if name in camps else missing
            for name in ("kind", "radius_m", "opened", "closed")
        }
        self.counts = [_counts(values) for values in camps["populations"]]
        self.first_count = np.cumsum([0, *(len(until) for until, _, _ in self.counts)])
        self.opening_known = camps["opened"].notna().to_numpy(bool)
        for camp in np.flatnonzero(~self.opening_known):  # a camp whose people were counted had opened
            until = self.counts[camp][0]
            self.surely_opened[camp] = until[0] if len(until) else _FAR_OFF
        self.counted_until = np.concatenate([_NO_DAYS, *(until for until, _, _ in self.counts)])
        many = np.diff(self.first_count)
        self.most_counts = int(many.max(initial=0))
        # One number for a camp and a day, in order: one search finds the latest counts of all pairs.
        self.count_keys = np.repeat(np.arange(len(many)), many) * _DAYS + _numbered(self.counted_until)
        self.near = Nearest(self.lon, self.lat)

    @staticmethod
    def _reach(camps: GeoDataFrame, row: int, name: str) -> tuple[np.datetime64, np.datetime64]:
        value = camps[name].iloc[row]
        if pd.isna(value):
            return (_LONG_AGO, _LONG_AGO) if name == "opened" else (_FAR_OFF, _FAR_OFF)
        reach = _reach(str(value))
        if reach is None:
            raise InputError(f"camp {camps['camp_id'].iloc[row]}: {name} {value} is not a date; use YYYY-MM-DD")
        return reach

    def openness(self, first: Days, last: Days) -> Ints:
        """Return a number for the days of each event: where it is the same, the same camps are open."""
        first, last = _whole_time(first, last)
        changes = np.unique(np.concatenate([self.opened, self.closed + np.timedelta64(1, "D")]))
        begin, finish = (np.searchsorted(changes, ends, "right") for ends in (first, last))
        return np.asarray(pd.factorize(begin * (len(changes) + 1) + finish)[0], np.int64)

    def open_on(self, first: Days, last: Days) -> Allowed | None:
        """Return what tells which camps were open on all days of places; None where no camp has a day."""
        if (self.opened == _LONG_AGO).all() and (self.closed == _FAR_OFF).all():
            return None
        first, last = _whole_time(first, last)
        return lambda place, camp: (self.opened[camp] <= first[place]) & (self.closed[camp] >= last[place])

    def described(self, pairs: Pairs, place: Ints, day: Days, last: Days) -> dict[str, NDArray[np.object_]]:
        """Return the columns of events at places from day to last day; the count is the latest not after the first.

        Entries of `camps` that say the same are one dict.
        """
        start = np.searchsorted(pairs.place, np.arange(place.max() + 2))
        held = np.diff(start)[place]
        event = np.repeat(np.arange(len(place)), held)
        rank = np.arange(len(event)) - np.repeat(np.cumsum(held) - held, held)
        pair = start[place[event]] + rank
        count = self._latest_counts(pairs.point[pair], day[event])
        camp = pairs.point[pair]
        openness = self._openness(camp, day[event], last[event])
        said = (pair * (self.most_counts + 1) + count + 1) * len(OPENNESS) + openness
        _, one, entry = np.unique(said, return_index=True, return_inverse=True)
        entries = self._entries(pairs, pair[one], count[one], openness[one])[entry]
        columns = {name: np.full(len(place), None, object) for name in _COLUMN_OF.values()}
        nearest = np.flatnonzero(rank == 0)
        for key, name in _COLUMN_OF.items():
            columns[name][event[nearest]] = [found[key] for found in entries[nearest]]
        dated = nearest[count[nearest] >= 0]
        age = day[event[dated]] - self.counted_until[self.first_count[camp[dated]] + count[dated]]
        columns["camp_population_age_days"] = np.full(len(place), None, object)
        columns["camp_population_age_days"][event[dated]] = age.astype(int).tolist()
        ends = np.cumsum(held).tolist()
        lists = np.empty(len(place), object)
        lists[:] = [entries[end - many : end].tolist() for end, many in zip(ends, held.tolist(), strict=True)]
        return columns | {"camps": lists}

    def _openness(self, camp: Ints, day: Days, last: Days) -> Ints:
        """Return which of `OPENNESS` is to be said of camps on days; a day that is not known (NaT) is sure of none."""
        opened, closed = self.surely_opened[camp] <= day, ~(self.surely_closed[camp] < last)
        return np.where(opened & closed, 0, np.where(opened | self.opening_known[camp], 1, 2))

    def _latest_counts(self, camp: Ints, day: Days) -> Ints:
        """Return which count of a camp is the latest on a day, -1 for none."""
        known = np.flatnonzero(~np.isnat(day))
        latest = np.full(len(camp), -1)
        asked = camp[known] * _DAYS + _numbered(day[known])
        latest[known] = np.searchsorted(self.count_keys, asked, "right") - 1 - self.first_count[camp[known]]
        return latest

    def _entries(self, pairs: Pairs, rows: Ints, count: Ints, openness: Ints) -> NDArray[np.object_]:
        """Return the entries of `camps` for pairs of place and camp, with a count each (-1: none)."""
        camp = pairs.point[rows]
        counted = [
            (self.counts[one][1][number], self.counts[one][2][number]) if number >= 0 else (None, None)
            for one, number in zip(camp.tolist(), count.tolist(), strict=True)
        ]
        columns = (
            self.ids[camp].tolist(),
            self.names[camp].tolist(),
            self.known["kind"][camp].tolist(),
            np.round(pairs.distance_m[rows], 1).tolist(),
            self.known["radius_m"][camp].tolist(),
            (np.round(pairs.bearing_deg[rows], 1) % 360).tolist(),
            [people for people, _ in counted],
            [day for _, day in counted],
            self.known["opened"][camp].tolist(),
            self.known["closed"][camp].tolist(),
            np.array(OPENNESS)[openness].tolist(),
        )
        entries = np.empty(len(rows), object)
        entries[:] = [dict(zip(_KEYS, values, strict=True)) for values in zip(*columns, strict=True)]
        return entries


def _whole_time(first: Days, last: Days) -> tuple[Days, Days]:
    """Return the days of events; one without a date may have been at any time."""
    return np.where(np.isnat(first), _LONG_AGO, first), np.where(np.isnat(last), _FAR_OFF, last)


def _numbered(day: Days) -> Ints:
    """Return days as numbers from 0 to `_DAYS`."""
    return np.asarray((day - _LONG_AGO).astype(np.int64))


def _counts(values: Any) -> tuple[Days, NDArray[np.object_], NDArray[np.object_]]:
    """Return the counts of a camp by day: the last day each may be of, people, the day as written; undated ones not."""
    found = []
    for one in values if isinstance(values, list | tuple | np.ndarray) else ():
        reach = _reach(str(one["as_of"]))
        if reach is not None and one["population"] is not None:
            found.append((reach[1], int(one["population"]), str(one["as_of"])))
    found.sort(key=lambda count: count[0])
    until, counts, texts = zip(*found, strict=True) if found else ((), (), ())
    return np.array(until, "datetime64[D]"), np.array(counts, object), np.array(texts, object)


def _reach(text: str) -> tuple[np.datetime64, np.datetime64] | None:
    """Return the first and last day of "YYYY-MM-DD", "YYYY-MM", "YYYY" or "one/other"; None for anything else."""
    if "/" in text:
        ends = [_reach(end) for end in text.split("/", 1)]
        return (ends[0][0], ends[1][1]) if ends[0] and ends[1] and ends[0][0] <= ends[1][1] else None
    try:
        if len(text) == len("YYYY"):
            first, last = dt.date(int(text), 1, 1), dt.date(int(text), 12, 31)
        elif len(text) == len("YYYY-MM"):
            first = dt.date.fromisoformat(f"{text}-01")
            last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        else:
            first = last = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return np.datetime64(first, "D"), np.datetime64(last, "D")
