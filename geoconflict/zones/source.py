"""One source's maps in order of time: who it says held places on days, who before and since when, and who next."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geoconflict.zones.sheet import NONE, Sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geoconflict.zones.book import ZoneBook
    from geoconflict.zones.sheet import Bools, Floats, Ints

    Days = NDArray[np.datetime64]

CONTESTED_M = 5_000.0
"""A front within the place's own radius makes it contested, but at most within this."""

BLANK_REACH_M = 100_000.0
"""Outside every zone, how far off other sides' ground is said: farther away it is another country's war."""

STATUSES = ("inside", "contested", "between_changes", "too_old", "no_zone")
INSIDE, CONTESTED, BETWEEN_CHANGES, TOO_OLD, NO_ZONE = range(len(STATUSES))

LOW = 0
NO_DAY = np.datetime64("NaT", "D")
_ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Answers:
    """What one source says of n places and days, as arrays of length n.

    `controller`, `other_side`, `previous` and `next` index `ZoneBook.controllers` (-1: none), `status` indexes
    `STATUSES`, `grade` indexes `GRADES` (-1: not said), `zone` the rows of the zone layer. Distances are metres, NaN
    where unknown; `sides_m` and `sides_bearing` (degrees clockwise from north) have a column a controller. The place
    changed hands after `changed_after`, the last day it is shown with another side, and not after `changed_on`.
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
    sides_m: Floats
    sides_bearing: Floats
    previous: Ints
    changed_after: Days
    changed_on: Days
    next: Ints
    next_as_of: Days

    @classmethod
    def nothing(cls, source: str, count: int, controllers: int) -> Answers:
        """Return n answers that say nothing."""
        sides = (count, controllers)
        return cls(
            source,
            status=np.full(count, NO_ZONE),
            controller=np.full(count, NONE),
            zone=np.full(count, NONE),
            grade=np.full(count, NONE),
            as_of=np.full(count, NO_DAY),
            front_m=np.full(count, np.nan),
            front_width_m=np.full(count, np.nan),
            other_side=np.full(count, NONE),
            sides_m=np.full(sides, np.nan),
            sides_bearing=np.full(sides, np.nan),
            previous=np.full(count, NONE),
            changed_after=np.full(count, NO_DAY),
            changed_on=np.full(count, NO_DAY),
            next=np.full(count, NONE),
            next_as_of=np.full(count, NO_DAY),
        )


@dataclass(frozen=True)
class Asked:
    """Places in space and time: degrees, first and last day (both included), radius in metres, country as a number."""

    lon: Floats
    lat: Floats
    first: Days
    last: Days
    radius_m: Floats
    country: Ints


class Source:
    """One source's sheets in order of time: sheet k holds from `starts[k]` until the next begins.

    `until[k]` is the last day sheet k itself is proof of: of a series of dated maps the day of the map.
    """

    def __init__(self, book: ZoneBook, name: str, rows: Ints) -> None:
        self.book, self.name = book, name
        start, end = book.start[rows], book.end[rows]
        self.draws_one_side = len(np.unique(book.ground.controller[rows])) == 1
        self.is_dated_maps = bool(np.isnat(end).all())
        if self.is_dated_maps:
            self.starts = self.until = np.unique(start)
            on_sheet = [rows[start == day] for day in self.starts]
        else:
            self.starts = np.unique(np.concatenate([start, end[~np.isnat(end)]]))
            self.until = np.append(self.starts[1:] - _ONE_DAY, np.datetime64("9999-12-31"))
            on_sheet = [rows[(start <= day) & ~(end <= day)] for day in self.starts]
        self.sheets = [Sheet(book.ground, on_day) if len(on_day) else None for on_day in on_sheet]

    def sheet_on(self, day: np.datetime64) -> Sheet | None:
        """Return the sheet in force on a day; None before the first and where no zone holds."""
        number = int(np.searchsorted(self.starts, day, "right")) - 1
        return self.sheets[number] if number >= 0 else None

    def sides(self, lon: Floats, lat: Floats, day: Days) -> Ints:
        """Return the controller at points on days."""
        if len(self.sheets) == 1 and self.sheets[0] is not None:
            zone, disputed = self.sheets[0].locate(lon, lat)
            nobody = (zone == NONE) | disputed | ~(day >= self.starts[0])
            return np.where(nobody, NONE, self.book.ground.controller[zone])
        number = np.searchsorted(self.starts, day, "right") - 1
        order = np.argsort(number.astype(np.int32), kind="stable")
        cuts = np.searchsorted(number[order], np.arange(len(self.sheets) + 1))
        found = np.full(len(lon), NONE)
        for k, sheet in enumerate(self.sheets):
            at = order[cuts[k] : cuts[k + 1]]
            if sheet is not None and len(at):
                zone, disputed = sheet.locate(lon[at], lat[at])
                found[at] = np.where((zone == NONE) | disputed, NONE, self.book.ground.controller[zone])
        return found

    def ask(self, asked: Asked, max_age_days: int) -> Answers:
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

    def _visit(self, asked: Asked, stays: _Stays) -> _Visits:
        """Find zone, fronts and changes of hands for each stay; equal places are looked up once a sheet."""
        # One number for a place and its country, and with the sheet one for a look-up.
        place = pd.factorize(asked.lon + 1j * asked.lat)[0].astype(np.int64) * (len(self.book.countries) + 1)
        look_up = (place + asked.country + 1)[stays.event] * (len(self.starts) + 1) + stays.sheet + 1
        first, back = distinct(look_up)
        event = stays.event[first]
        spots = _Spots(place[event], asked.lon[event], asked.lat[event], asked.country[event])
        of_sheet = stays.sheet[first]
        found = _Visits.empty(len(first), len(self.book.controllers))
        by_sheet = np.argsort(of_sheet, kind="stable")
        cuts = np.searchsorted(of_sheet[by_sheet], np.arange(-1, len(self.starts) + 1))
        tracing = np.zeros(0, np.int64)  # look-ups whose last change is still sought, in ever earlier sheets
        for number in range(len(self.starts) - 1, NONE, -1):
            sheet = self.sheets[number]
            if sheet is None:
                continue
            before, new = by_sheet[cuts[number] : cuts[number + 1]], by_sheet[cuts[number + 1] : cuts[number + 2]]
            if self.is_dated_maps:
                found.next[before], found.next_as_of[before] = self._held(sheet, before, spots), self.starts[number]
            found.fill(sheet, new, spots)
            found.since[new] = self.starts[number]
            tracing = self._trace(number, tracing, found, spots)
            held = new if self.draws_one_side else new[found.zone[new] != NONE]
            tracing = np.concatenate([tracing, held])
        return found.take(back)

    def _held(self, sheet: Sheet, at: Ints, spots: _Spots) -> Ints:
        """Return the controllers of the places `at` on a sheet, each place looked up once."""
        if not len(at):
            return at
        first, back = distinct(spots.place[at])
        zone, disputed, _ = sheet.zone_of(*spots.at(at[first]))
        return self._whose(zone, disputed)[back]

    def _whose(self, zone: Ints, disputed: Bools) -> Ints:
        """Return the controllers of zones, `NONE` for no zone; ground several sides claim is none of theirs."""
        controller = np.where(disputed, self.book.claimed, self.book.ground.controller[zone])
        return np.asarray(np.where(zone == NONE, NONE, controller))

    def _trace(self, number: int, tracing: Ints, found: _Visits, spots: _Spots) -> Ints:
        """Look up who held places on an earlier sheet; return the look-ups whose last change is still sought.

        Disputed ground has no side of its own, and ground left blank says nothing: the search goes on. Only where all
        maps draw the same one side does blank ground mean that this side did not hold it.
        """
        sheet = self.sheets[number]
        if sheet is None or not len(tracing):
            return tracing
        then = self._held(sheet, tracing, spots)
        now = self._whose(found.zone[tracing], found.disputed[tracing])
        found.since[tracing[then == now]] = self.starts[number]
        told = ~self.book.disputed[then] & (self.draws_one_side | (then != NONE))
        changed = tracing[told & (then != now)]
        found.previous[changed] = then[told & (then != now)]
        found.changed_on[changed], found.changed_after[changed] = found.since[changed], self.until[number]
        return np.asarray(tracing[~(told & (then != now))])

    def _together(self, count: int, stays: _Stays, visits: _Visits, max_age: np.timedelta64) -> Answers:
        """Put the visits of each event together: a side is named only if it held the place on all days."""
        answers = Answers.nothing(self.name, count, len(self.book.controllers))
        event = stays.event
        if not len(event):
            return answers
        status, controller, grade, as_of = self._judge(stays, visits, max_age)
        heads = np.flatnonzero(np.diff(event, prepend=-1))  # the stays of an event lie side by side
        tails = np.append(heads[1:], len(event)) - 1
        at = event[heads]
        held = np.logical_and.reduceat(controller == np.repeat(controller[heads], tails - heads + 1), heads)
        said = np.where(np.logical_or.reduceat(status == CONTESTED, heads), CONTESTED, status[heads])
        said = np.where(held, said, BETWEEN_CHANGES)
        said = np.where(np.logical_or.reduceat(status == TOO_OLD, heads), TOO_OLD, said)
        answers.status[at] = said
        sure = held & (said != TOO_OLD) & (controller[heads] != self.book.claimed)
        answers.controller[at] = np.where(sure, controller[heads], NONE)
        answers.zone[at] = np.where(sure, visits.zone[heads], NONE)
        answers.grade[at] = np.where(sure, np.minimum.reduceat(grade, heads), NONE)
        answers.as_of[at] = np.minimum.reduceat(as_of, heads)
        known = said != TOO_OLD
        nearest = np.lexsort((visits.front_m, event))[heads]  # the front came this near on one of the days
        at, nearest, tails = at[known], nearest[known], tails[known]
        for name in ("front_m", "front_width_m", "other_side", "sides_m", "sides_bearing"):
            getattr(answers, name)[at] = getattr(visits, name)[nearest]
        for name in ("previous", "changed_after", "changed_on", "next", "next_as_of"):
            getattr(answers, name)[at] = getattr(visits, name)[tails]
        answers.next[answers.next == self.book.claimed] = NONE
        return answers

    def _judge(self, stays: _Stays, visits: _Visits, max_age: np.timedelta64) -> tuple[Ints, Ints, Ints, Days]:
        """Return status, controller, grade and date of the map of each stay."""
        book, zone = self.book, visits.zone
        outside = zone == NONE
        seen = np.where(outside, NO_DAY, book.seen[zone])
        drawn = np.where(outside, self.starts[stays.sheet], book.start[zone])
        as_of = np.where(np.isnat(seen), drawn, np.minimum(stays.last, seen))
        speaks = ~outside | ~np.isnan(visits.front_m)
        open_ended = np.where(outside, True, np.isnat(book.end[zone]))
        old = speaks & (open_ended | ~np.isnat(seen)) & (stays.last - as_of > max_age)
        as_of = np.fmin(as_of, visits.seen)
        controller = self._whose(zone, visits.disputed)
        near = visits.disputed | (visits.front_m <= np.minimum(stays.radius_m, CONTESTED_M))
        near |= book.disputed[controller]
        status = np.where(old, TOO_OLD, np.where(near, CONTESTED, np.where(outside, NO_ZONE, INSIDE)))
        # Between two maps that differ the place changed hands on a day nobody says: it may have been before this one.
        in_doubt = (visits.next != controller) & ~np.isnat(visits.next_as_of) & (stays.last > drawn) & ~outside
        return status, np.where(old, NONE, controller), np.where(in_doubt, LOW, visits.grade), _only(as_of, speaks)


def _only(days: Days, where: Bools) -> Days:
    return np.where(where, days, NO_DAY)


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
    """What single sheets show at places; filled sheet by sheet. `since` is the first sheet the side of today is on."""

    zone: Ints
    disputed: Bools
    grade: Ints
    front_m: Floats
    front_width_m: Floats
    other_side: Ints
    sides_m: Floats
    sides_bearing: Floats
    previous: Ints
    since: Days
    changed_after: Days
    changed_on: Days
    next: Ints
    next_as_of: Days
    seen: Days

    @classmethod
    def empty(cls, count: int, controllers: int) -> _Visits:
        return cls(
            np.full(count, NONE),
            np.zeros(count, bool),
            np.full(count, NONE),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.full(count, NONE),
            np.full((count, controllers), np.nan),
            np.full((count, controllers), np.nan),
            np.full(count, NONE),
            np.full(count, NO_DAY),
            np.full(count, NO_DAY),
            np.full(count, NO_DAY),
            np.full(count, NONE),
            np.full(count, NO_DAY),
            np.full(count, NO_DAY),
        )

    def take(self, rows: Ints) -> _Visits:
        """Return the visits in these rows."""
        return _Visits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    def fill(self, sheet: Sheet, at: Ints, spots: _Spots) -> None:
        """Ask a sheet about the places `at` and keep what it shows."""
        if not len(at):
            return
        lon, lat, country = spots.at(at)
        zone, disputed, beside = sheet.zone_of(lon, lat, country)
        grade = np.where(zone == NONE, NONE, sheet.ground.grade[zone])
        grade[beside] = LOW  # nobody drew the zone over this place
        facing = sheet.facing(lon, lat, zone, disputed)
        metres = facing.metres
        metres[(zone == NONE)[:, None] & ~(metres <= BLANK_REACH_M)] = np.nan
        far = (zone == NONE) & ~(facing.front_m <= BLANK_REACH_M)
        facing.front_m[far], facing.front_width_m[far] = np.nan, np.nan
        self.zone[at], self.disputed[at], self.grade[at] = zone, disputed, grade
        self.seen[at] = sheet.seen(lon, lat)
        self.front_m[at], self.front_width_m[at] = facing.front_m, facing.front_width_m
        self.other_side[at] = facing.front_side
        self.sides_m[np.ix_(at, sheet.sides)] = metres
        self.sides_bearing[np.ix_(at, sheet.sides)] = facing.bearing


def distinct(numbers: Ints) -> tuple[Ints, Ints]:
    """Return one row of each distinct number, and for each row which of them it is."""
    back, kinds = pd.factorize(numbers)
    first = np.empty(len(kinds), np.int64)
    first[back[::-1]] = np.arange(len(numbers))[::-1]
    return first, back.astype(np.int64)
