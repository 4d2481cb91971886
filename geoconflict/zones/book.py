"""Dated zones asked for a day: the latest earlier map of each source, for one point or for whole layers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geoconflict.errors import InputError
from geoconflict.records import CRS
from geoconflict.zones.reports import GRADES, as_day
from geoconflict.zones.sheet import NONE, Ground, Sheet

if TYPE_CHECKING:
    import datetime as dt

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geoconflict.zones.sheet import Bools, Floats, Ints

    Days = NDArray[np.datetime64]

MAX_AGE_DAYS = 45
"""A map without an end says nothing any more when it is older than this."""

CONTESTED_M = 5_000.0
"""A front within the place's own radius makes it contested, but at most within this."""

LOOK_BACK_DAYS = 365
"""How far back a change of hands is looked for."""

BLANK_REACH_M = 100_000.0
"""Where a map draws one side only, how far off its distance is said: farther away it is another country's war."""

STATUSES = ("inside", "contested", "between_changes", "too_old", "no_zone")
INSIDE, CONTESTED, BETWEEN_CHANGES, TOO_OLD, NO_ZONE = range(len(STATUSES))

_NO_DAY = np.datetime64("NaT", "D")
_ONE_DAY = np.timedelta64(1, "D")
_REQUIRED = ("zone_id", "controller", "valid_from", "valid_to")


@dataclass(frozen=True)
class Answers:
    """What one source says of n places and days, as arrays of length n.

    `controller`, `other_side` and `previous` index `ZoneBook.controllers` (-1: none), `status` indexes `STATUSES`,
    `grade` indexes `GRADES` (-1: not said), `zone` the rows of the zone layer. Distances are metres, NaN where unknown.
    """

    source: str
    status: Ints
    controller: Ints
    zone: Ints
    grade: Ints
    as_of: Days
    front_m: Floats
    front_width_m: Floats
    other_side: Ints
    previous: Ints
    changed_on: Days

    @classmethod
    def nothing(cls, source: str, count: int) -> Answers:
        """Return n answers that say nothing."""
        return cls(
            source,
            np.full(count, NO_ZONE),
            np.full(count, NONE),
            np.full(count, NONE),
            np.full(count, NONE),
            np.full(count, _NO_DAY),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.full(count, NONE),
            np.full(count, NONE),
            np.full(count, _NO_DAY),
        )


@dataclass(frozen=True)
class _Asked:
    """Places in space and time: degrees, first and last day (both included), radius in metres, country as a number."""

    lon: Floats
    lat: Floats
    first: Days
    last: Days
    radius_m: Floats
    country: Ints


class ZoneBook:
    """A zone layer ordered by source and day, made ready once and then asked for many places.

    A source that ends none of its zones publishes dated maps: each replaces the one before it. A source that does end
    zones is taken at its word: every row holds on [`valid_from`, `valid_to`).

    Raises InputError for a layer without CRS, without a needed column, or with a date that is none.
    """

    def __init__(self, zones: GeoDataFrame) -> None:
        missing = [name for name in _REQUIRED if name not in zones.columns]
        if missing:
            raise InputError(f"the zone layer has no column {missing[0]!r}; it needs {', '.join(_REQUIRED)}")
        if zones.crs is None:
            raise InputError("the zone layer has no CRS; set it, e.g. zones.set_crs('EPSG:4326')")
        drawn = zones.geometry.notna() & ~zones.geometry.is_empty
        zones = zones[drawn].to_crs(CRS).reset_index(drop=True)
        self.zone_ids = _texts(zones, "zone_id")
        controller, self.controllers = _codes(zones, "controller")
        country, countries = _codes(zones, "country")
        self.countries: dict[str, int] = {name: code for code, name in enumerate(countries)}
        grade = np.array([GRADES.index(word) if word in GRADES else NONE for word in _texts(zones, "certainty")], int)
        stated = zones["uncertainty_m"] if "uncertainty_m" in zones.columns else pd.Series(np.nan, zones.index)
        points, seen = (
            zones[name].to_numpy(object) if name in zones.columns else None for name in ("report_points", "report_seen")
        )
        self.ground = Ground(
            zones.geometry.to_numpy(),
            controller,
            country,
            grade.reshape(-1),
            pd.to_numeric(stated, errors="coerce").to_numpy(dtype=float, na_value=np.nan),
            points,
            seen,
        )
        # A controller that is itself "contested: A / B", as derived zones have where reports disagree; the last entry
        # stands for no controller.
        self.disputed = np.array([*(name.startswith("contested") for name in self.controllers), False])
        self.start, self.end = (_days(zones, name) for name in ("valid_from", "valid_to"))
        self.seen = _days(zones, "last_seen") if "last_seen" in zones.columns else np.full(len(zones), _NO_DAY)
        for row in np.flatnonzero(np.isnat(self.start)):
            raise InputError(f"zone {self.zone_ids[row]}: valid_from is missing; a map without a date cannot be used")
        source = np.array([name or "" for name in _texts(zones, "source")], object).reshape(-1)
        self._sources = [_Source(self, name, np.flatnonzero(source == name)) for name in sorted(set(source))]

    def ask(
        self,
        lon: Any,
        lat: Any,
        first: Any,
        last: Any,
        *,
        radius_m: Any = 0.0,
        country: Any = None,
        max_age_days: int = MAX_AGE_DAYS,
    ) -> list[Answers]:
        """Return what each source says, in order of their names.

        Parameters
        ----------
        lon, lat
            Degrees, arrays of length n; NaN is answered with no zone.
        first, last
            First and last day of each, datetime64; NaT is answered with no zone.
        radius_m
            How precisely the place is known, metres.
        country
            ISO 3166-1 alpha-2 of each place, or None.
        max_age_days
            Older maps say nothing.
        """
        lon, lat = (np.asarray(values, float) for values in (lon, lat))
        names = np.full(len(lon), None, object) if country is None else np.asarray(country, object)
        number = np.array(pd.Series(names, dtype=object).map(self.countries).fillna(NONE), np.int64)
        asked = _Asked(
            lon,
            lat,
            np.asarray(first, "datetime64[D]"),
            np.asarray(last, "datetime64[D]"),
            np.nan_to_num(np.broadcast_to(np.asarray(radius_m, float), lon.shape)),
            number,
        )
        return [source.ask(asked, max_age_days) for source in self._sources]

    def sides(self, lon: Floats, lat: Floats, day: Days) -> list[Ints]:
        """Return only whose zone each point lies in on its day, per source, indices of `controllers` (-1: nobody's).

        The bare as-of join, without age, edges, fronts or change.
        """
        order = np.argsort(lon)
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        lon, lat, day = lon[order], lat[order], day[order]
        return [source.sides(lon, lat, day)[back] for source in self._sources]

    def names(self, codes: Ints) -> NDArray[np.object_]:
        """Return controllers in words, None for `NONE`."""
        return np.array([*self.controllers, None], object)[codes]

    def as_dicts(self, answers: Answers) -> list[dict[str, Any]]:
        """Return the answers of a source in words, a dict a place, None where not known."""
        columns = {
            "status": np.array(STATUSES, object)[answers.status],
            "controller": self.names(answers.controller),
            "zone_id": np.array([*self.zone_ids, None], object)[answers.zone],
            "as_of": day_texts(answers.as_of),
            "certainty": np.array([*GRADES, None], object)[answers.grade],
            "front_distance_m": metre_values(answers.front_m),
            "front_uncertainty_m": metre_values(answers.front_width_m),
            "other_side": self.names(answers.other_side),
            "previous_controller": self.names(answers.previous),
            "changed_on": day_texts(answers.changed_on),
        }
        # Many events, few places: answers that say the same are one dict.
        kind = pd.DataFrame(columns).groupby(list(columns), sort=False, dropna=False).ngroup().to_numpy(np.int64)
        first, back = _distinct(np.asarray(kind, np.int64))
        dicts = [
            {"source": answers.source or None, **dict(zip(columns, values, strict=True))}
            for values in zip(*(column[first] for column in columns.values()), strict=True)
        ]
        return [dicts[number] for number in back.tolist()]


class _Source:
    """One source's sheets in order of time: sheet k holds from `starts[k]` until the next begins."""

    def __init__(self, book: ZoneBook, name: str, rows: Ints) -> None:
        self.book, self.name = book, name
        start, end = book.start[rows], book.end[rows]
        if np.isnat(end).all():
            self.starts = np.unique(start)
            on_sheet = [rows[start == day] for day in self.starts]
        else:
            self.starts = np.unique(np.concatenate([start, end[~np.isnat(end)]]))
            on_sheet = [rows[(start <= day) & ~(end <= day)] for day in self.starts]
        self.sheets = [Sheet(book.ground, on_day) if len(on_day) else None for on_day in on_sheet]

    def sides(self, lon: Floats, lat: Floats, day: Days) -> Ints:
        """Return the controller at points, longitudes ascending."""
        number = np.searchsorted(self.starts, day, "right") - 1
        found = np.full(len(lon), NONE)
        for k, sheet in enumerate(self.sheets):
            at = np.flatnonzero(number == k)
            if sheet is not None and len(at):
                zone, _ = sheet.locate(lon[at], lat[at])
                found[at] = np.where(zone == NONE, NONE, self.book.ground.controller[zone])
        return found

    def ask(self, asked: _Asked, max_age_days: int) -> Answers:
        """Answer for each place: visit every sheet its days fall on, then put the visits together."""
        dated = ~(np.isnat(asked.first) | np.isnat(asked.last) | np.isnan(asked.lon) | np.isnan(asked.lat))
        begin, finish = (np.searchsorted(self.starts, days, "right") - 1 for days in (asked.first, asked.last))
        count = np.where(dated, finish - begin + 1, 0)  # a day before the first sheet falls on sheet -1
        event = np.repeat(np.arange(len(count)), count)
        sheet = np.arange(len(event)) - np.repeat(np.cumsum(count) - count, count) + begin[event]
        until = np.append(self.starts[1:] - _ONE_DAY, np.datetime64("9999-12-31"))
        last = np.where(sheet < 0, asked.last[event], np.minimum(asked.last[event], until[sheet]))
        stays = _Stays(event, sheet, last, asked.radius_m[event])
        return self._together(len(count), stays, self._visit(asked, stays), max_age_days * _ONE_DAY)

    def _visit(self, asked: _Asked, stays: _Stays) -> _Visits:
        """Find zone, front and last change of hands for each stay; equal places are looked up once a sheet."""
        # One number for a place and its country, and with the sheet one for a look-up.
        place = pd.factorize(asked.lon + 1j * asked.lat)[0].astype(np.int64) * (len(self.book.countries) + 1)
        look_up = (place + asked.country + 1)[stays.event] * (len(self.starts) + 1) + stays.sheet + 1
        first, back = _distinct(look_up)
        event = stays.event[first]
        spots = _Spots(place[event], asked.lon[event], asked.lat[event], asked.country[event])
        of_sheet = stays.sheet[first]
        found = _Visits.empty(len(first))
        order = np.argsort(spots.lon, kind="stable")
        by_sheet = order[np.argsort(of_sheet[order], kind="stable")]
        cuts = np.searchsorted(of_sheet[by_sheet], np.arange(len(self.starts) + 1))
        tracing = np.zeros(0, np.int64)  # look-ups whose last change is still sought, in ever earlier sheets
        for number in range(len(self.starts) - 1, NONE, -1):
            sheet = self.sheets[number]
            tracing = tracing[self.starts[of_sheet[tracing]] - self.starts[number] <= LOOK_BACK_DAYS * _ONE_DAY]
            if sheet is None:
                tracing = tracing[:0]
                continue
            new = by_sheet[cuts[number] : cuts[number + 1]]
            found.fill(sheet, new, spots)
            tracing = self._trace(number, tracing, found, spots)
            tracing = np.concatenate([tracing, new[found.zone[new] != NONE]])
        return found.take(back)

    def _trace(self, number: int, tracing: Ints, found: _Visits, spots: _Spots) -> Ints:
        """Look up who held places on an earlier sheet; return the look-ups whose side held there too."""
        sheet = self.sheets[number]
        if sheet is None or not len(tracing):
            return tracing
        first, back = _distinct(spots.place[tracing])
        order = np.argsort(spots.lon[tracing[first]], kind="stable")
        zone = sheet.zone_of(*spots.at(tracing[first][order]))[0]
        of_place = np.empty(len(first), np.int64)
        of_place[order] = np.where(zone == NONE, NONE, self.book.ground.controller[zone])
        then, now = of_place[back], self.book.ground.controller[found.zone[tracing]]
        # Disputed ground has no side of its own: the search goes on, from the day the side of today held it alone.
        other = (then != NONE) & (then != now)
        began = tracing[other & np.isnat(found.changed_on[tracing])]
        found.changed_on[began] = self.starts[number + 1]
        found.changed_on[tracing[then == now]] = _NO_DAY
        changed = other & ~self.book.disputed[then]
        found.previous[tracing[changed]] = then[changed]
        return np.asarray(tracing[(then != NONE) & ~changed])

    def _together(self, count: int, stays: _Stays, visits: _Visits, max_age: np.timedelta64) -> Answers:
        """Put the visits of each event together: a side is named only if it held the place on all days."""
        answers = Answers.nothing(self.name, count)
        event = stays.event
        if not len(event):
            return answers
        status, controller, as_of = self._judge(stays, visits, max_age)
        heads = np.flatnonzero(np.diff(event, prepend=-1))  # the stays of an event lie side by side
        tails = np.append(heads[1:], len(event)) - 1
        at = event[heads]
        held = np.logical_and.reduceat(controller == np.repeat(controller[heads], tails - heads + 1), heads)
        said = np.where(np.logical_or.reduceat(status == CONTESTED, heads), CONTESTED, status[heads])
        said = np.where(held, said, BETWEEN_CHANGES)
        said = np.where(np.logical_or.reduceat(status == TOO_OLD, heads), TOO_OLD, said)
        answers.status[at] = said
        sure = held & (said != TOO_OLD)
        answers.controller[at] = np.where(sure, controller[heads], NONE)
        answers.zone[at] = np.where(sure, visits.zone[heads], NONE)
        answers.grade[at] = np.where(sure, np.minimum.reduceat(visits.grade, heads), NONE)
        answers.as_of[at] = np.minimum.reduceat(as_of, heads)
        known = said != TOO_OLD
        nearest = np.lexsort((visits.front_m, event))[heads]  # the front came this near on one of the days
        answers.front_m[at] = np.where(known, visits.front_m[nearest], np.nan)
        answers.front_width_m[at] = np.where(known, visits.front_width_m[nearest], np.nan)
        answers.other_side[at] = np.where(known, visits.other_side[nearest], NONE)
        answers.previous[at] = np.where(known, visits.previous[tails], NONE)
        answers.changed_on[at] = np.where(known, visits.changed_on[tails], _NO_DAY)
        return answers

    def _judge(self, stays: _Stays, visits: _Visits, max_age: np.timedelta64) -> tuple[Ints, Ints, Days]:
        """Return status, controller and date of the map of each stay."""
        book, zone = self.book, visits.zone
        outside = zone == NONE
        seen = np.where(outside, _NO_DAY, book.seen[zone])
        drawn = np.where(outside, self.starts[stays.sheet], book.start[zone])
        as_of = np.where(np.isnat(seen), drawn, np.minimum(stays.last, seen))
        speaks = ~outside | ~np.isnan(visits.front_m)
        open_ended = np.where(outside, True, np.isnat(book.end[zone]))
        old = speaks & (open_ended | ~np.isnat(seen)) & (stays.last - as_of > max_age)
        as_of = np.fmin(as_of, visits.seen)
        controller = np.where(outside, NONE, book.ground.controller[zone])
        near = visits.disputed | (visits.front_m <= np.minimum(stays.radius_m, CONTESTED_M))
        near |= ~outside & book.disputed[controller]
        status = np.where(old, TOO_OLD, np.where(near, CONTESTED, np.where(outside, NO_ZONE, INSIDE)))
        return status, np.where(old, NONE, controller), np.where(speaks, as_of, _NO_DAY)


@dataclass(frozen=True)
class _Stays:
    """Events on sheets: row of the event, number of the sheet, the event's last day on it, radius in metres."""

    event: Ints
    sheet: Ints
    last: Days
    radius_m: Floats


@dataclass(frozen=True)
class _Spots:
    """Places to look up, each with a number of its own, in degrees, with the number of its country."""

    place: Ints
    lon: Floats
    lat: Floats
    country: Ints

    def at(self, rows: Ints) -> tuple[Floats, Floats, Ints]:
        """Return longitude, latitude and country of these rows."""
        return self.lon[rows], self.lat[rows], self.country[rows]


@dataclass(frozen=True)
class _Visits:
    """What single sheets show at places; filled sheet by sheet."""

    zone: Ints
    disputed: Bools
    grade: Ints
    front_m: Floats
    front_width_m: Floats
    other_side: Ints
    previous: Ints
    changed_on: Days
    seen: Days

    @classmethod
    def empty(cls, count: int) -> _Visits:
        return cls(
            np.full(count, NONE),
            np.zeros(count, bool),
            np.full(count, NONE),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.full(count, NONE),
            np.full(count, NONE),
            np.full(count, _NO_DAY),
            np.full(count, _NO_DAY),
        )

    def take(self, rows: Ints) -> _Visits:
        """Return the visits in these rows."""
        return _Visits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    def fill(self, sheet: Sheet, at: Ints, spots: _Spots) -> None:
        """Ask a sheet about the places `at`, longitudes ascending, and keep what it shows."""
        if not len(at):
            return
        ground = sheet.ground
        lon, lat, country = spots.at(at)
        zone, disputed, beside = sheet.zone_of(lon, lat, country)
        grade = np.where(zone == NONE, NONE, ground.grade[zone])
        grade[beside] = 0  # nobody drew the zone over this place
        meets = np.flatnonzero((zone != NONE) | sheet.shows_one_side)
        metres, width, other = sheet.front(lon[meets], lat[meets], zone[meets])
        far = (zone[meets] == NONE) & ~(metres <= BLANK_REACH_M)
        metres[far], width[far] = np.nan, np.nan
        self.zone[at], self.disputed[at], self.grade[at] = zone, disputed, grade
        self.seen[at] = sheet.seen(lon, lat)
        self.front_m[at[meets]] = np.where(disputed[meets], 0.0, metres)
        self.front_width_m[at[meets]] = width
        self.other_side[at[meets]] = np.where(other == NONE, NONE, ground.controller[other])


def zones_at(
    zones: GeoDataFrame,
    lon: float,
    lat: float,
    day: dt.date | str,
    *,
    max_age_days: int = MAX_AGE_DAYS,
    radius_m: float = 0.0,
    country: str | None = None,
) -> list[dict[str, Any]]:
    """Say who is reported to have held a point on a day: one answer a source, in order of their names.

    Parameters
    ----------
    zones
        A zone layer (`ZONE_COLUMNS`) with a CRS, of any number of sources and days.
    lon, lat
        Degrees.
    day
        The day asked about; each source answers from its latest map not after it.
    max_age_days
        A map without an end that is older says nothing (`too_old`). Zones derived from town reports are as old as the
        newest report of the whole country; at one place they lose a grade when its nearest town was last looked at 90
        days ago, and the towns themselves stop counting after 365.
    radius_m
        How precisely the place is known: a front this near, at most 5 km, makes it contested.
    country
        ISO 3166-1 alpha-2 of the place. Up to 2 km outside every zone, the nearest one of its own country counts.

    Returns
    -------
    list of dict
        `source`, `status` (inside, contested, too_old, no_zone), `controller`, `zone_id`, `as_of` (date of the map; of
        derived zones the day the nearest town was last looked at, at most the day asked), `certainty`,
        `front_distance_m` (geodesic, to the nearest ground of another side), `front_uncertainty_m` (the true front lies
        within this of the drawn one 9 times in 10), `other_side`, `previous_controller`, `changed_on`.

    Raises
    ------
    InputError
        For a day that is none, a point off the Earth, or a zone layer without CRS or a needed column.
    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError(f"lon {lon}, lat {lat} is no point on Earth")
    when = [as_day(day)]
    book = ZoneBook(zones)
    found = book.ask([lon], [lat], when, when, radius_m=radius_m, country=[country], max_age_days=max_age_days)
    return [book.as_dicts(answers)[0] for answers in found]


def _texts(zones: GeoDataFrame, name: str) -> list[str | None]:
    if name not in zones.columns:
        return [None] * len(zones)
    return [None if pd.isna(value) else str(value) for value in zones[name]]


def _codes(zones: GeoDataFrame, name: str) -> tuple[Ints, list[str]]:
    """Give the words of a column numbers in alphabetical order; missing is `NONE`."""
    texts = _texts(zones, name)
    words = sorted({text for text in texts if text is not None})
    number = {word: code for code, word in enumerate(words)}
    return np.array([NONE if text is None else number[text] for text in texts], np.int64), words


def _days(zones: GeoDataFrame, name: str) -> Days:
    days = np.full(len(zones), _NO_DAY)
    for row, text in enumerate(_texts(zones, name)):
        if text:
            try:
                days[row] = as_day(text[:10])
            except InputError:
                raise InputError(f"zone row {row + 1}: {name} {text} is not a date; use YYYY-MM-DD") from None
    return days


def _distinct(numbers: Ints) -> tuple[Ints, Ints]:
    """Return one row of each distinct number, and for each row which of them it is."""
    back, distinct = pd.factorize(numbers)
    first = np.empty(len(distinct), np.int64)
    first[back[::-1]] = np.arange(len(numbers))[::-1]
    return first, back.astype(np.int64)


def day_texts(days: Days) -> NDArray[np.object_]:
    """Return days as "YYYY-MM-DD", None for NaT."""
    codes, distinct = pd.factorize(days)
    texts = np.array([*np.datetime_as_string(np.asarray(distinct, "datetime64[D]")).tolist(), None], np.object_)
    return texts[codes]


def metre_values(metres: Floats) -> NDArray[np.object_]:
    """Return metres as floats to a tenth, None for NaN."""
    values = np.round(metres, 1).astype(object)
    values[np.isnan(metres)] = None
    return values
