"""Reports of one event, across articles: compared only near in time and place, joined only for stated reasons.

Two reports of one event make one event with both reports' figures. What one report does not say is not filled in from
the other, but for a missing day, which is then marked inferred.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from geoconflict.events.actors import UMBRELLAS
from geoconflict.events.kinds import related
from geoconflict.events.spots import distance_m
from geoconflict.events.totals import event_totals
from geoconflict.records import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geoconflict.records import EventDate, Source

NEEDED: Final = 5.0
NEEDED_UNDATED: Final = 5.4
"""What must speak for a merge: day, spot and kind together, or two of them with actors or figures. One undated report
needs a little more. Set by hand, reading the merges of FA-KES."""

LARGE_TOWN_M: Final = 5_000.0
"""A town known to a wider circle than this sees many events a day: being in it says little."""

SMALL_COUNT: Final = 2
"""Equal counts up to this are chance."""

SHORT_DAYS: Final = 7
"""Spans up to this long say when; longer ones, as of a month or year, say little."""

SAME_SPOT_M: Final = 8_000.0
"""Two points of one town as different sources give them; beyond it, two places."""

CELL_DEG: Final = 0.25
"""Blocks are cells of this size: wider than `SAME_SPOT_M` everywhere people live, so neighbours hold every match."""

LONGEST_BLOCK_DAYS: Final = 31
"""A longer event is blocked by its first month only."""

_ONE_DAY: Final = dt.timedelta(days=1)


class _Verdict(NamedTuple):
    """What speaks for one event; None forbids it."""

    score: float | None
    reasons: tuple[str, ...]


def merge_events(events: Iterable[Iterable[Event] | Event]) -> list[Event]:
    """Return the events with reports of one event made one, in the order their first report came.

    Takes events or lists of events, as a stream. The older report keeps its id; `merged_ids` lists the others and
    `reasons` says why each was joined. Events of one article are never joined. Never joined, too: reports days apart,
    with weekdays that do not fit, of spots over 8 km apart, of unrelated kinds, or background with event; and reports
    known only to an area, unless a figure or another second clue agrees.
    """
    case = _Case()
    for item in events:
        for event in [item] if isinstance(item, Event) else item:
            case.add(event)
    return case.events


class _Case:
    """Events so far, blocked by day and cell."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.by_day: dict[int | None, dict[tuple[int, int] | None, list[int]]] = defaultdict(lambda: defaultdict(list))

    def add(self, event: Event) -> None:
        best: tuple[float, int, tuple[str, ...]] | None = None
        for i in sorted(set(self._near(event))):
            older = self.events[i]
            if set(older.articles) & set(event.articles):
                continue
            verdict = compare(older, event)
            if (
                verdict.score is not None
                and verdict.score >= _needed(older, event)
                and (best is None or verdict.score > best[0])
            ):
                best = verdict.score, i, verdict.reasons
        if best is None:
            self.events.append(event)
            self._file(len(self.events) - 1, event)
            return
        _, i, reasons = best
        dated_before = self.events[i].date.first is not None
        self.events[i] = joined(self.events[i], event, reasons)
        if not dated_before and self.events[i].date.first:
            self._file(i, self.events[i])

    def _file(self, i: int, event: Event) -> None:
        for day in _days(event, margin=0):
            self.by_day[day][_cell(event)].append(i)

    def _near(self, event: Event) -> Iterator[int]:
        cell = _cell(event)
        days = set(self.by_day) if event.date.first is None else {*_days(event, margin=2), None}
        for day in days:
            block = self.by_day.get(day)
            if not block:
                continue
            cells = list(block) if cell is None else [*_around(cell), None]
            for near in cells:
                yield from block.get(near, ())


def _needed(a: Event, b: Event) -> float:
    return NEEDED if a.date.first and b.date.first else NEEDED_UNDATED


def _span(event: Event) -> tuple[dt.date, dt.date] | None:
    return (event.date.first, event.date.last or event.date.first) if event.date.first else None


def _days(event: Event, *, margin: int) -> list[int | None]:
    span = _span(event)
    if span is None:
        return [None]
    length = min((span[1] - span[0]).days, LONGEST_BLOCK_DAYS)
    first = span[0].toordinal()
    return list(range(first - margin, first + length + margin + 1))


def _cell(event: Event) -> tuple[int, int] | None:
    if event.place is None or event.place.is_area:
        return None
    return round(event.place.lat / CELL_DEG), round(event.place.lon / CELL_DEG)


def _around(cell: tuple[int, int]) -> Iterator[tuple[int, int]]:
    yield from ((cell[0] + i, cell[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1))


# ---- comparing ---------------------------------------------------------------------------------------------


def compare(a: Event, b: Event) -> _Verdict:
    """Return how much speaks for two events being one, and what; a score of None says what forbids it."""
    if a.status != b.status:
        return _Verdict(None, ("background and event",))
    score = 0.0
    reasons: list[str] = []
    for aspect in (_time, _place, _kind, _actors, _deaths):
        verdict = aspect(a, b)
        if verdict.score is None:
            return verdict
        score += verdict.score
        reasons += verdict.reasons
    if not _on_one_spot(a, b) and not _second_clue(a, b):
        return _Verdict(None, ("known only to an area, and no second clue",))
    return _Verdict(score, tuple(reasons))


def _time(a: Event, b: Event) -> _Verdict:
    days_a, days_b = _span(a), _span(b)
    if days_a and days_b:
        return _two_days(days_a, days_b, neighbours=_may_be_next_day(a, b))
    known, undated = (days_a, b) if days_a else (days_b, a)
    if known:
        return _day_and_weekday(known, undated.date.weekday)
    if a.date.weekday is None or b.date.weekday is None:
        return _Verdict(0.0, ())
    same = a.date.weekday == b.date.weekday
    return _Verdict(0.6, ("same weekday",)) if same else _Verdict(None, ("weekdays differ",))


def _two_days(a: tuple[dt.date, dt.date], b: tuple[dt.date, dt.date], *, neighbours: bool) -> _Verdict:
    gap = max((a[0] - b[1]).days, (b[0] - a[1]).days)
    if gap > (1 if neighbours else 0):
        return _Verdict(None, (f"{gap} days apart",))
    if gap > 0:
        return _Verdict(0.8, ("next day",))
    long = max((a[1] - a[0]).days, (b[1] - b[0]).days) > SHORT_DAYS
    return _Verdict(0.5, ("spans that overlap",)) if long else _Verdict(2.0, ("same day",))


def _day_and_weekday(known: tuple[dt.date, dt.date], weekday: int | None) -> _Verdict:
    if weekday is None:
        return _Verdict(-0.6, ("one has no day",))
    days = min((known[1] - known[0]).days + 1, 7)
    if weekday not in {(known[0] + n * _ONE_DAY).weekday() for n in range(days)}:
        return _Verdict(None, ("weekday does not fit",))
    return _Verdict(0.8, ("weekday fits",))


def _may_be_next_day(a: Event, b: Event) -> bool:
    """Whether two reports a day apart may be of one night: both say their day, and count the same dead."""
    firm = not (a.date.inferred or b.date.inferred) and a.status == "event"
    return firm and a.fatalities.best == b.fatalities.best and (a.fatalities.best or 0) > SMALL_COUNT


def _on_one_spot(a: Event, b: Event) -> bool:
    return a.place is not None and b.place is not None and not a.place.is_area and not b.place.is_area


def _place(a: Event, b: Event) -> _Verdict:
    if a.place is None or b.place is None:
        return _Verdict(0.0, ())
    apart = distance_m(a.place, b.place)
    if _on_one_spot(a, b):
        if apart > SAME_SPOT_M:
            return _Verdict(None, (f"{apart / 1000:.0f} km apart",))
        large = max(a.place.radius_m, b.place.radius_m) > LARGE_TOWN_M
        return _Verdict(0.9 if large else 2.5, (f"same {'large town' if large else 'place'} ({apart / 1000:.1f} km)",))
    same_country = a.place.country == b.place.country
    area, other = (a.place, b.place) if a.place.is_area else (b.place, a.place)
    inside = (
        area.name == other.admin1
        if area.kind == "admin1" and other.admin1
        else apart <= 1.3 * max(a.radius_m, b.radius_m) + 10_000
    )
    if area.kind == other.kind == "admin1":
        inside = area.id == other.id
    if not (same_country and (inside or area.kind == "country")):
        return _Verdict(None, (f"{apart / 1000:.0f} km apart",))
    return _Verdict(0.3 if "country" in (a.place.kind, b.place.kind) else 0.7, ("one lies in the other's area",))


def _kind(a: Event, b: Event) -> _Verdict:
    if a.sub_event_type == b.sub_event_type:
        return _Verdict(1.5, ("same kind",))
    if related(a.families - {"dead"}, b.families - {"dead"}):
        return _Verdict(0.8, ("related kinds",))
    return _Verdict(None, ("kinds differ",))


def _sides(event: Event) -> set[str]:
    """Who took part, by names that mean somebody; the US and the coalition it leads count as one."""
    sides = set()
    for actor in event.actors:
        if actor.role not in ("perpetrator", "target") or actor.kind == "civilians":
            continue
        if actor.canonical not in UMBRELLAS:
            sides.add(actor.canonical)
        if "United States" in actor.canonical or "US-led" in actor.canonical or actor.canonical == "Coalition":
            sides.add("US or coalition")
    return sides


def _actors(a: Event, b: Event) -> _Verdict:
    left, right = _sides(a), _sides(b)
    if left & right:
        return _Verdict(1.2, ("actors " + ", ".join(sorted(left & right)),))
    return _Verdict(-0.6 if left and right else 0.0, ())


def _deaths(a: Event, b: Event) -> _Verdict:
    left, right = a.fatalities.best, b.fatalities.best
    if left is None or right is None:
        return _Verdict(0.0, ())
    large, small = max(left, right), min(left, right)
    if large == small:
        return _Verdict(1.5, (f"same figure {large}",))
    if (small and large / small <= 1.6) or large - small <= 2:
        return _Verdict(0.7, (f"near figures {small} and {large}",))
    return _Verdict(-1.2 if small and large / small > 4 and large > 15 else 0.0, ())


def _second_clue(a: Event, b: Event) -> bool:
    """Whether reports known only to an area agree in more than day, kind and actor.

    An equal count above two, the same words, or on a firm day a near count and an actor in common.
    """
    equal = a.fatalities.best == b.fatalities.best and (a.fatalities.best or 0) > SMALL_COUNT
    hurt = a.injured.best == b.injured.best and (a.injured.best or 0) > SMALL_COUNT
    same_text = a.summary == b.summary
    firm_day = a.date.precision == b.date.precision == "day" and not (a.date.inferred or b.date.inferred)
    near = _deaths(a, b).score == 0.7 and firm_day and bool(_sides(a) & _sides(b))
    return equal or hurt or same_text or near


# ---- joining -----------------------------------------------------------------------------------------------


def joined(older: Event, newer: Event, reasons: tuple[str, ...]) -> Event:
    """Return one event of two reports: all figures kept, totals by the rules, the finer place, the firmer day."""
    sources = (*older.sources, *(_as_source(s, older, newer) for s in newer.sources))
    days = {s.article: s.date for s in sources}
    figures, killed, civilians, injured = event_totals((*older.figures, *newer.figures), days)
    placed = newer if _is_finer(newer, older) else older
    kept_kind = newer if older.sub_event_type == "Other" else older
    return replace(
        older,
        articles=tuple(dict.fromkeys((*older.articles, *newer.articles))),
        evidence=(*older.evidence, *newer.evidence),
        event_type=kept_kind.event_type,
        sub_event_type=kept_kind.sub_event_type,
        type_of_violence=older.type_of_violence or newer.type_of_violence,
        date=_joined_date(older, newer),
        place=placed.place, place_relation=placed.place_relation,
        where_prec=placed.where_prec, radius_m=placed.radius_m,
        actors=(*older.actors, *newer.actors),
        figures=figures, fatalities=killed, civilian_fatalities=civilians, injured=injured,
        mentions=(*older.mentions, *newer.mentions),
        sources=sources,
        families=older.families | newer.families,
        merged_ids=(*older.merged_ids, newer.id, *newer.merged_ids),
        confidence=round(min(0.99, 1 - (1 - older.confidence) * (1 - 0.6 * newer.confidence)), 2),
        reasons=(*older.reasons, f"{newer.id}: {'; '.join(reasons)}"),
    )  # fmt: skip


def _as_source(source: Source, older: Event, newer: Event) -> Source:
    """Say in the source list that a word-for-word copy is no second witness."""
    if newer.summary != older.summary:
        return source
    note = f"repeats {older.articles[0]} word for word"
    return replace(source, note=f"{source.note}; {note}" if source.note else note)


def _is_finer(newer: Event, older: Event) -> bool:
    if newer.place is None or older.place is None:
        return older.place is None and newer.place is not None
    return (newer.place.is_area, newer.where_prec, newer.radius_m) < (
        older.place.is_area,
        older.where_prec,
        older.radius_m,
    )


def _joined_date(older: Event, newer: Event) -> EventDate:
    if older.date.first is None and newer.date.first is not None:
        return replace(
            newer.date,
            inferred=True,
            weekday=older.date.weekday if older.date.weekday is not None else newer.date.weekday,
        )
    firm_day = newer.date.precision == "day" and not newer.date.inferred and newer.date.first is not None
    return newer.date if firm_day and (older.date.precision != "day" or older.date.inferred) else older.date
