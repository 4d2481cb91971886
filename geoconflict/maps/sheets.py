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
