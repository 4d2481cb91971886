"""Town reports: who is reported to have held a town from when to when, and how far that carries on a given day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geoconflict.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

GRADES = ("low", "medium", "high")
"""Certainty in words; its index is the rank."""

STALE_DAYS = 90
"""Last looked at longer ago: one grade less. Near a front 2.3 % of Ukrainian towns changed hands in three months."""

DROP_DAYS = 365
"""Last looked at longer ago: not used. By then 8-10 % had changed hands, in a slow war."""

_SLACK_DAYS = {"day +-1": 1, "day +-2": 2, "day +-3": 3, "week": 7, "month": 31, "quarter": 92, "year": 366}
"""How long after `valid_from` the side may still have been the other one; words not listed are exact or a baseline."""

_SLACK_OF_LENGTH = {7: 31, 4: 366}
"""The same where the date itself is a month ("2018-07") or a year."""

_REQUIRED = ("town", "lat", "lon", "controller", "valid_from")
_OPTIONAL = ("valid_to", "date_precision", "confidence", "last_seen", "source")
_ONE_DAY = np.timedelta64(1, "D")
_FAR_OFF = np.datetime64("9999-12-31", "D")
_NO_DAY = np.datetime64("NaT", "D")


def as_day(value: dt.date | str) -> np.datetime64:
    """Return a day given as a date or as "YYYY-MM-DD". Raises InputError when it is neither."""
    if isinstance(value, dt.datetime):
        value = value.date()
    try:
        return np.datetime64(dt.date.fromisoformat(str(value)), "D")
    except ValueError:
        raise InputError(f"{value!r} is not a day; use YYYY-MM-DD") from None


@dataclass(frozen=True)
class TownReports:
    """Checked town reports.

    Attributes
    ----------
    frame
        The rows as given.
    start, end
        First day of each row and first day it no longer holds (NaT: none known); a month or year counts from its first.
    slack
        Days after `start` within which the town may still have been held by the side before.
    rank
        Index into `GRADES`.
    covers_from
        The first day the table speaks of all its towns: that of its rows of precision "baseline" (held that day, taken
        earlier), whose other sides before it are not listed. Without such rows, the first day of all.
    seen
        The last day somebody is known to have looked: `last_seen`; without one the day before `end`, which is how the
        end is known; for rows without either the newest day the whole table speaks of.
    """

    frame: pd.DataFrame
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    slack: NDArray[np.timedelta64]
    rank: NDArray[np.int64]
    seen: NDArray[np.datetime64]
    covers_from: np.datetime64

    @classmethod
    def of(cls, frame: pd.DataFrame) -> TownReports:
        """Check a table of town reports, or of declared areas, where no controller stands for ground left blank.

        Raises InputError naming the row, the value and the remedy.
        """
        missing = [name for name in _REQUIRED if name not in frame.columns]
        if missing:
            raise InputError(f"town reports have no column {missing[0]!r}; they need {', '.join(_REQUIRED)}")
        frame = frame.reset_index(drop=True).reindex(columns=[*_REQUIRED, *_OPTIONAL])
        frame["lat"], frame["lon"] = _degrees(frame, "lat", 90), _degrees(frame, "lon", 180)
        start, end, seen = (_first_days(frame, name) for name in ("valid_from", "valid_to", "last_seen"))
        for row in np.flatnonzero(end <= start):
            raise InputError(
                f"town reports row {row + 1} ({frame.town[row]}): valid_to {frame.valid_to[row]} is not after "
                f"valid_from {frame.valid_from[row]}; valid_to is the first day the side no longer held the town"
            )
        newest = _latest(np.concatenate([start, end, seen]))
        until = np.where(np.isnat(end), newest, end - _ONE_DAY)
        until[frame.controller.isna()] = _FAR_OFF  # blank ground stays blank
        seen = np.where(np.isnat(seen), until, seen)
        baseline = start[(frame.date_precision == "baseline").fillna(value=False).to_numpy(dtype=bool)]
        covers_from = min(baseline if len(baseline) else start, default=_NO_DAY)
        return cls(frame, start, end, _slack(frame), _ranks(frame), seen, covers_from)

    def on(self, day: np.datetime64) -> Holding:
        """Return the rows that hold on a day, graded for that day.

        A row is of low grade while its change of hands may be about to happen or not yet over: within the precision
        of its first day, and on the day before its end. Rows nobody looked at for `DROP_DAYS` are left out. Before
        `covers_from` the rows are `scattered`: zones between the few towns known then would paint over the others.
        """
        age = (day - self.seen) // _ONE_DAY
        holds = (self.start <= day) & (np.isnat(self.end) | (self.end > day))
        rank = np.where((day - self.start < self.slack) | (self.end - day <= _ONE_DAY), 0, self.rank)
        vouched, stale = rank > 0, age > STALE_DAYS
        rank = np.maximum(rank - stale, 0)
        rows = np.flatnonzero(holds & (age <= DROP_DAYS))
        lapsed = np.flatnonzero(holds & (age > DROP_DAYS))
        return Holding(
            self.frame.iloc[rows],
            rank[rows],
            self.seen[rows],
            stale[rows],
            vouched[rows],
            self.frame.iloc[lapsed][["lon", "lat"]].to_numpy(float),
            bool(day < self.covers_from),
        )

    def change_days(self) -> NDArray[np.datetime64]:
        """Return, in order, the days from which `on` may answer differently from the day before."""
        days = np.concatenate(
            [
                self.start,
                self.start + self.slack,
                self.end - _ONE_DAY,
                self.end,
                self.seen + (STALE_DAYS + 1) * _ONE_DAY,
                self.seen + (DROP_DAYS + 1) * _ONE_DAY,
                [self.covers_from],
            ]
        )
        return np.unique(days[~np.isnat(days)])


@dataclass(frozen=True)
class Holding:
    """The reports that hold on one day.

    Attributes
    ----------
    frame, rank
        The rows, and their grade on that day.
    seen
        The last day somebody is known to have looked at each; may lie after that one.
    stale
        Whether that is longer ago than `STALE_DAYS`.
    vouched
        Whether, age aside, the grade is above low.
    lapsed
        Degrees (n, 2) of towns whose last report is too old to count.
    scattered
        Whether the table does not yet cover the country: each town speaks for itself, and no front is drawn between.
    """

    frame: pd.DataFrame
    rank: NDArray[np.int64]
    seen: NDArray[np.datetime64]
    stale: NDArray[np.bool_]
    vouched: NDArray[np.bool_]
    lapsed: NDArray[np.float64]
    scattered: bool = False

    @property
    def newest(self) -> np.datetime64:
        """The last day somebody looked at one of the rows."""
        return _latest(self.seen)


def _latest(days: NDArray[np.datetime64]) -> np.datetime64:
    return np.datetime64(np.fmax.reduce(days, initial=_NO_DAY), "D")


def _degrees(frame: pd.DataFrame, name: str, limit: float) -> NDArray[np.float64]:
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    for row in np.flatnonzero(~(np.abs(values) <= limit)):
        raise InputError(
            f"town reports row {row + 1} ({frame.town[row]}): {name} {frame[name][row]} is no number within +-{limit:g}"
        )
    return values


def _first_days(frame: pd.DataFrame, name: str) -> NDArray[np.datetime64]:
    """Parse "YYYY-MM-DD", "YYYY-MM" or "YYYY"; an empty cell is NaT, except that every row needs a first day."""
    days = np.full(len(frame), _NO_DAY)
    for row, value in enumerate(frame[name]):
        text = "" if pd.isna(value) else str(value)[:10].strip()
        if not text and name != "valid_from":
            continue
        rest = "-01-01"[len(text) - 4 :] if len(text) in _SLACK_OF_LENGTH else ""
        try:
            days[row] = dt.date.fromisoformat(text + rest)
        except ValueError:
            raise InputError(
                f"town reports row {row + 1} ({frame.town[row]}): {name} {text!r} is not a date; "
                "use YYYY-MM-DD, or YYYY-MM where only the month is known"
            ) from None
    return days


def _slack(frame: pd.DataFrame) -> NDArray[np.timedelta64]:
    def words(values: Iterable[object]) -> list[int]:
        return [_SLACK_DAYS.get("" if pd.isna(value) else str(value), 0) for value in values]  # type: ignore[call-overload]

    by_length = [_SLACK_OF_LENGTH.get(len(str(value).strip()), 0) for value in frame.valid_from]
    return np.maximum(words(frame.date_precision), by_length).astype("timedelta64[D]")


def _ranks(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Rank the confidence; a row without one is low, since nobody vouched for it."""
    ranks = np.zeros(len(frame), dtype=np.int64)
    for row, value in enumerate(frame.confidence):
        if pd.isna(value) or not str(value):
            continue
        if value not in GRADES:
            raise InputError(
                f"town reports row {row + 1} ({frame.town[row]}): confidence {value!r} is none of {', '.join(GRADES)}"
            )
        ranks[row] = GRADES.index(value)
    return ranks
