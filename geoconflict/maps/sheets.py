"""Dated control maps: until when each may be drawn."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAX_SHEET_AGE_DAYS = 45
"""A dated control map older than this no longer says who holds a place (design contract 3.7)."""


def dated_sheets(zones: GeoDataFrame, max_age_days: int = MAX_SHEET_AGE_DAYS) -> GeoDataFrame:
    """Return the zones with an end for every map of a series, and the day of that map in `sheet_day`.

    A source that ends none of its zones publishes dated maps: each holds until the next one, at most `max_age_days`.
    Zones of a source that says when they end, or until when its reports speak (`last_seen`), stay as they are, without
    `sheet_day`.
    """
    begin = zones["valid_from"].astype("string")
    end = zones["valid_to"].astype("string")
    source = zones["source"].astype("string").fillna("")
    open_ended = end.isna().groupby(source).transform("all") & begin.notna()
    if "last_seen" in zones:
        open_ended &= zones["last_seen"].isna()
    filled = end.copy()
    for _, sheets in begin[open_ended].groupby(source[open_ended]):
        days = sorted(set(sheets))
        for day, following in zip(days, [*days[1:], None], strict=True):
            try:
                oldest = (dt.date.fromisoformat(day) + dt.timedelta(days=max_age_days + 1)).isoformat()
            except ValueError:  # no day: who draws it names the row
                continue
            filled[sheets.index[sheets == day]] = min(oldest, following or oldest)
    return zones.assign(valid_to=filled, sheet_day=begin.where(open_ended))


def thin(zones: GeoDataFrame, every_days: int) -> GeoDataFrame:
    """Return a dated series with maps left out: those kept begin at least `every_days` apart, and the last is kept.

    A map that is kept holds until the next one that is, so no day is without one that had one; it keeps its own day,
    which is what the page says. Takes what `dated_sheets` returns. A source whose zones of one day do not all end
    together publishes no maps and keeps all its zones.
    """
    begin = zones["valid_from"].astype("string")
    end = zones["valid_to"].astype("string")
    source = zones["source"].astype("string").fillna("")
    kept, filled = begin.notna() | True, end.copy()
    for _, rows in begin.groupby(source):
        until = {day: set(end[members.index].dropna()) for day, members in rows.dropna().groupby(rows)}
        if rows.isna().any() or any(len(ends) > 1 for ends in until.values()):
            continue
        days = sorted(until)
        chosen = _apart(days, every_days)
        kept[rows.index] = rows.isin(chosen)
        for day, following in zip(chosen, [*chosen[1:], None], strict=True):
            last = max(
                (latest for other in days if day <= other < (following or "~") for latest in until[other]), default=None
            )
            if last is not None:
                filled[rows.index[rows == day]] = min(last, following or last)
    return zones.assign(valid_to=filled)[kept]


def _apart(days: list[str], every_days: int) -> list[str]:
    """Choose days at least so far apart, the first and the last among them."""
    chosen = days[:1]
    for day in days[1:]:
        if (dt.date.fromisoformat(day) - dt.date.fromisoformat(chosen[-1])).days >= every_days:
            chosen.append(day)
    if chosen and chosen[-1] != days[-1]:
        chosen = [*chosen[:-1], days[-1]] if len(chosen) > 1 else [*chosen, days[-1]]
    return chosen
