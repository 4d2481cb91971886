"""A still of several maps: by day, week or month, or who held the ground on two days.

All maps of a series have one extent and one key, so that what differs between them differs on the ground. Each says
its own dates, and its own date of control.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from geoconflict.errors import UsageError
from geoconflict.maps import captions
from geoconflict.maps.alt_text import long_alt, short_alt
from geoconflict.maps.content import content_of, part_of
from geoconflict.maps.layout import Layout, Panel

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geoconflict.maps.content import Content

STEPS = ("day", "week", "month")
MOST_PANELS = 24


def by_step(
    layer: GeoDataFrame, zones: GeoDataFrame | None, camps: GeoDataFrame | None, step: str, max_zone_age_days: int
) -> tuple[Content, list[Panel]]:
    """Return what all maps are of, and one for each day, week (from Monday) or month that has events, or lies between.

    An event of several days is on the map of its first one; one without a date is on none, and counted.
    """
    if step not in STEPS:
        raise UsageError(f"series {step!r} is unknown; use one of {', '.join(STEPS)}")
    told, starts = _told(layer), _starts(layer)
    days = sorted(set(starts[told]) - {""})
    if not days:
        raise UsageError("a series needs dates, and no event has one")
    spans = _spans(days[0], days[-1], step)
    if len(spans) > MOST_PANELS:
        coarser = STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]
        raise UsageError(
            f"{len(spans)} maps by {step} are more than a picture holds ({MOST_PANELS}); take --series {coarser} or "
            "fewer days"
        )
    undated = told & (starts == "")
    whole = content_of(layer[~undated], zones, camps, max_zone_age_days)
    if undated.any():
        whole.missing.append(f"{captions.counted(int(undated.sum()), 'event')} without a date")
    panels = []
    for first, last in spans:
        content = part_of(whole, (first, last), zones, camps, max_zone_age_days=max_zone_age_days)
        panels.append(Panel(content, captions.span_words(first, last), _line(content)))
    return whole, panels


def two_days(
    layer: GeoDataFrame,
    zones: GeoDataFrame | None,
    camps: GeoDataFrame | None,
    *,
    before: str | None,
    after: str | None,
    max_zone_age_days: int,
) -> tuple[Content, list[Panel]]:
    """Return what both maps are of, and a map for either day: events up to the first, and after it up to the second.

    Events after the second day, or without a date, are on neither and in no words about them, but counted among what is
    not on the map.
    """
    if before is None or after is None:
        raise UsageError("before and after belong together; give both days")
    for day in (before, after):
        try:
            dt.date.fromisoformat(day)
        except ValueError:
            raise UsageError(f"{day!r} is not a day; write YYYY-MM-DD") from None
    if before >= after:
        raise UsageError(f"before ({before}) is not earlier than after ({after})")
    told, starts = _told(layer), _starts(layer)
    outside = told & ((starts == "") | (starts > after))
    if told.any() and outside.all():
        raise UsageError(f"no event began by {captions.day_words(after)}; take later days")
    whole = content_of(layer[~outside], zones, camps, max_zone_age_days, day=after)
    if outside.any():
        number = captions.counted(int(outside.sum()), "event")
        whole.missing.append(f"{number} after the second day or without a date")
    following = (dt.date.fromisoformat(before) + dt.timedelta(days=1)).isoformat()
    panels = []
    for what, first, last in (("Before", "0001-01-01", before), ("After", following, after)):
        content = part_of(whole, (first, last), zones, camps, max_zone_age_days=max_zone_age_days)
        panels.append(Panel(content, f"{what}: {captions.day_words(last)}", _line(content)))
    return whole, panels


def short_text(layout: Layout) -> str:
    """Return what a still shows, in a sentence."""
    held = sorted({name for picture in layout.pictures for name in picture.held})
    several = f"{len(layout.panels)} maps" if len(layout.panels) > 1 else "Map" if layout.pictures else "Card"
    return short_alt(layout.whole.events, held, picture=several)


def alt_text(layout: Layout) -> str:
    """Return what a still shows, in words."""
    whole, words = layout.whole, layout.words
    held = sorted({name for picture in layout.pictures for name in picture.held})
    notes = [f"Ground reported as held by {captions.list_words(held)}."] if held else []
    if len(layout.panels) > 1:
        told = [f"{panel.heading}: {panel.line}." for panel in layout.panels]
        notes = [*told, *notes]
        picture = f"{len(layout.panels)} maps of one area"
    else:
        picture = "Map" if layout.pictures else "A card without a map"
    return long_alt(words.title, words.standfirst, layout.dates, whole.events, [*notes, *layout.notes], picture=picture)


def _told(layer: GeoDataFrame) -> np.ndarray:
    """Whether rows are events of their own and not background."""
    if "status" not in layer:
        return np.ones(len(layer), dtype=bool)
    told: np.ndarray = (layer["status"] != "background").fillna(value=True).to_numpy(bool)
    return told


def _starts(layer: GeoDataFrame) -> np.ndarray:
    """Return the first day of each row, "" where there is none."""
    days: np.ndarray = np.array([day if isinstance(day, str) else "" for day in layer["date_start"]], dtype=object)
    return days


def _line(content: Content) -> str:
    number = len(content.spots) + len(content.areas)
    events = captions.counted(number, "event") if number else "no event on the map"
    return f"{events} · {content.control}" if content.control else events


def _spans(first: str, last: str, step: str) -> list[tuple[str, str]]:
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    if step == "week":
        day -= dt.timedelta(days=day.weekday())
    elif step == "month":
        day = day.replace(day=1)
    spans = []
    while day <= end:
        following = day + dt.timedelta(days={"day": 1, "week": 7, "month": 31}[step])
        following = following.replace(day=1) if step == "month" else following
        spans.append((day.isoformat(), (following - dt.timedelta(days=1)).isoformat()))
        day = following
    return spans
