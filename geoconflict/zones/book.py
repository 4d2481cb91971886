"""Dated zones asked for a day: the latest earlier map of each source, for one point or for whole layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geoconflict.errors import InputError
from geoconflict.records import CRS
from geoconflict.zones.reports import GRADES, as_day
from geoconflict.zones.sheet import NONE, Ground
from geoconflict.zones.source import NO_DAY, STATUSES, Answers, Asked, Source, distinct

if TYPE_CHECKING:
    import datetime as dt

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geoconflict.zones.sheet import Floats, Ints

    Days = NDArray[np.datetime64]

MAX_AGE_DAYS = 45
"""A map without an end says nothing any more when it is older than this."""

_REQUIRED = ("zone_id", "controller", "valid_from", "valid_to")


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
        # Ground several zones of a source claim has a number beyond all controllers, and no name. Disputed is also a
        # controller that is itself "contested: A / B", as derived zones have where reports disagree; the last entry
        # stands for no controller.
        self.claimed = len(self.controllers)
        self.disputed = np.array([*(name.startswith("contested") for name in self.controllers), True, False])
        self.start, self.end = (_days(zones, name) for name in ("valid_from", "valid_to"))
        self.seen = _days(zones, "last_seen") if "last_seen" in zones.columns else np.full(len(zones), NO_DAY)
        for row in np.flatnonzero(np.isnat(self.start)):
            raise InputError(f"zone {self.zone_ids[row]}: valid_from is missing; a map without a date cannot be used")
        source = np.array([name or "" for name in _texts(zones, "source")], object).reshape(-1)
        self.sources = [Source(self, name, np.flatnonzero(source == name)) for name in sorted(set(source))]

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
        asked = Asked(
            lon,
            lat,
            np.asarray(first, "datetime64[D]"),
            np.asarray(last, "datetime64[D]"),
            np.nan_to_num(np.broadcast_to(np.asarray(radius_m, float), lon.shape)),
            number,
        )
        return [source.ask(asked, max_age_days) for source in self.sources]

    def sides(self, lon: Floats, lat: Floats, day: Days) -> list[Ints]:
        """Return whose zone alone each point lies in on its day, per source, indices of `controllers` (-1: nobody's).

        The bare as-of join, without age, edges, fronts or change.
        """
        return [source.sides(lon, lat, day) for source in self.sources]

    def names(self, codes: Ints) -> NDArray[np.object_]:
        """Return controllers in words, None for `NONE` and `claimed`."""
        return np.array([*self.controllers, None, None], object)[codes]

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
            "changed_after": day_texts(answers.changed_after),
            "changed_on": day_texts(answers.changed_on),
            "next_controller": self.names(answers.next),
            "next_as_of": day_texts(answers.next_as_of),
        }
        # Many events, few places: answers that say the same are one dict.
        ways = np.round(np.stack([answers.sides_m, answers.sides_bearing], axis=2), 1)
        ways = ways[:, ~np.isnan(ways[:, :, 0]).all(axis=0)]
        alike = [ways[:, side, part] for side in range(ways.shape[1]) for part in range(2)]
        table = pd.DataFrame({**columns, **{f"way {number}": values for number, values in enumerate(alike)}})
        kind = table.groupby(list(table), sort=False, dropna=False).ngroup()
        first, back = distinct(np.asarray(kind, np.int64))
        sides = self._sides(answers, first)
        dicts = [
            {"source": answers.source or None, **dict(zip(columns, values, strict=True)), "other_sides": near}
            for *values, near in zip(*(column[first] for column in columns.values()), sides, strict=True)
        ]
        return [dicts[number] for number in back.tolist()]

    def _sides(self, answers: Answers, rows: Ints) -> list[list[dict[str, Any]]]:
        """Return the nearest zone of each other side for these answers, the nearest first."""
        metres, bearing = answers.sides_m[rows], np.round(answers.sides_bearing[rows], 1) % 360
        order = np.argsort(metres, axis=1, kind="stable")  # NaN last; equally near in order of their names
        count = (~np.isnan(metres)).sum(axis=1).tolist()
        metres, bearing = (np.take_along_axis(values, order, axis=1) for values in (np.round(metres, 1), bearing))
        told = zip(order.tolist(), metres.tolist(), metre_values(bearing).tolist(), count, strict=True)
        return [
            [
                {"controller": self.controllers[side], "distance_m": far, "bearing_deg": where}
                for side, far, where in zip(sides[:many], ways[:many], wheres[:many], strict=True)
            ]
            for sides, ways, wheres, many in told
        ]


def zones_on(zones: GeoDataFrame, day: dt.date | str) -> GeoDataFrame:
    """Return the zones in force on a day: of a source of dated maps those of its latest map not after it.

    Parameters
    ----------
    zones
        A zone layer (`ZONE_COLUMNS`) with a CRS, of any number of sources and days.
    day
        The day asked about.

    Returns
    -------
    GeoDataFrame
        The layer's rows in force, in its order, with `as_of`, the day they are known for, and `age_days`, how many
        days before the day asked about; missing where the zone itself says that it held longer.

    Raises
    ------
    InputError
        For a layer without CRS, without a needed column, or with a date that is none.
    """
    asked = as_day(day)
    book = ZoneBook(zones)
    sheets = [source.sheet_on(asked) for source in book.sources]
    rows = np.sort(np.concatenate([np.zeros(0, np.int64), *(sheet.rows for sheet in sheets if sheet is not None)]))
    start, seen = book.start[rows], book.seen[rows]
    as_of = np.where(np.isnat(seen), start, np.minimum(asked, seen))
    ages = np.isnat(book.end[rows]) | ~np.isnat(seen)
    drawn = np.flatnonzero(zones.geometry.notna() & ~zones.geometry.is_empty)
    held = zones.iloc[drawn[rows]]
    age_days = pd.Series((asked - as_of).astype(int), index=held.index, dtype="Int64").where(ages)
    return held.assign(as_of=pd.Series(day_texts(as_of), index=held.index, dtype="string"), age_days=age_days)


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
        within this of the drawn one 9 times in 10), `other_side`; `previous_controller`, `changed_after` (the last day
        shown with it) and `changed_on` (the first day shown with today's side); `next_controller` and `next_as_of` of
        the next map of a dated series: where it shows another side, `certainty` is low on days between; `other_sides`,
        for each other side `controller`, `distance_m` and `bearing_deg` (clockwise from north, None where it claims the
        point too) of its nearest zone, the nearest first; for points in no zone only within 100 km. Ground that zones
        of different sides claim is contested and has no `controller`, in whichever order they come; but for strips
        thinner than 1e-6 degrees (`SLIVER_DEGREES`), lines digitised twice.

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
    days = np.full(len(zones), NO_DAY)
    for row, text in enumerate(_texts(zones, name)):
        if text:
            try:
                days[row] = as_day(text[:10])
            except InputError:
                raise InputError(f"zone row {row + 1}: {name} {text} is not a date; use YYYY-MM-DD") from None
    return days


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
