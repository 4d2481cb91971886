"""Reports of one event, across articles: compared only near in time and place, joined only for stated reasons.

Two reports of one event make one event with both reports' figures. What one report does not say is not filled in from
the other, but for a missing day, which is then marked inferred.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geoconflict.events.likeness import compare, count_bucket, needed, report_of
from geoconflict.events.totals import event_totals
from geoconflict.records import Event

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from geoconflict.events.likeness import Report, Verdict
    from geoconflict.records import EventDate, Place, Source

CELL_DEG: Final = 0.25
"""Blocks are cells of this size: wider than any two points of one spot everywhere people live, so neighbours hold
every match."""

LONGEST_BLOCK_DAYS: Final = 31
"""A longer event is blocked by its first month only."""

COMPARED: Final = 6
"""A report is compared with this many unlike reports of an event: thousands of one event must not cost their square."""

ASKED: Final = 60
"""Where more events than this are near, those with most reports are compared; the rest is an unlike crowd."""

BORROWED: Final = "another_report:"
"""The rule of a day that another report than the oldest gave starts with this."""

SECOND_SHARE: Final = 0.6
"""What of another report's confidence counts: reporters lean on the same witnesses."""


def merge_events(events: Iterable[Iterable[Event] | Event]) -> list[Event]:
    """Return the events with reports of one event made one, in the order their first report came.

    Takes events or lists of events, as a stream. The older report keeps its id, so more articles never change an id
    given before; `merged_ids` lists the others, and `reasons` and the sources' notes say why each was joined. Events
    of one article are never joined. A report that any report of an event forbids (days apart, a weekday that does not
    fit, spots apart, unrelated kinds, attacker and attacked swapped, background with event) is not joined to it. One
    known only to an area or without a day needs a count or another second clue that agrees; one that fits two events
    equally well is left alone. A report that says the same, word for word, is a copy (`Source.copy_of`), no second
    witness.
    """
    case = _Case()
    for item in events:
        for event in [item] if isinstance(item, Event) else item:
            case.add(report_of(event))
    return [cluster.event() for cluster in case.clusters]


class _Cluster:
    """The reports of one event."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.reasons: list[tuple[str, ...]] = []
        self.articles: set[str] = set()
        self.compared: dict[tuple[object, ...], Report] = {}

    def add(self, report: Report, reasons: tuple[str, ...]) -> bool:
        """Take a report in; say whether others will be compared with it."""
        self.events.append(report.event)
        self.reasons.append(reasons)
        self.articles.update(report.event.articles)
        if len(self.compared) >= COMPARED or report.profile in self.compared:
            return False
        self.compared[report.profile] = report
        return True

    def verdict(self, report: Report) -> Verdict | None:
        """Return what speaks most for the report, where enough does and no report of the event forbids it."""
        if not self.articles.isdisjoint(report.event.articles):
            return None
        best: Verdict | None = None
        for older in self.compared.values():
            verdict = compare(older, report)
            if verdict.score is None:
                return None
            if verdict.score >= needed(older, report) and (best is None or verdict.score > (best.score or 0)):
                best = verdict
        return best

    def event(self) -> Event:
        """Return the event all its reports make."""
        return self.events[0] if len(self.events) == 1 else joined(self.events, self.reasons)


class _Case:
    """Events so far, and under which keys a report that could be of one of them finds it."""

    def __init__(self) -> None:
        self.clusters: list[_Cluster] = []
        self.blocks: dict[Hashable, list[int]] = defaultdict(list)
        self.told: dict[tuple[str, str, str], int] = {}

    def add(self, report: Report) -> None:
        event = report.event
        told = " ".join(event.summary.split()), event.sub_event_type
        copied = next((source.copy_of for source in event.sources), "")
        i = self.told.get((copied, *told)) if copied else None
        if i is None:
            i = self._placed(report)
        else:  # of an article with the text of another: the same event, whatever else would speak against it
            self.clusters[i].add(report, ("same text",))
        self.told.setdefault((event.articles[0], *told), i)

    def _near(self, report: Report) -> list[int]:
        near = sorted({i for key in _asked(report) for i in self.blocks.get(key, ())})
        if len(near) <= ASKED:
            return near
        return sorted(heapq.nlargest(ASKED, near, key=lambda i: (len(self.clusters[i].events), -i)))

    def _placed(self, report: Report) -> int:
        """Put a report with the event it tells best, or with none; return which."""
        found = []
        for i in self._near(report):
            verdict = self.clusters[i].verdict(report)
            if verdict:
                found.append((-(verdict.score or 0), i, verdict.reasons))
        found.sort()
        undecided = len(found) > 1 and found[0][0] == found[1][0] and (report.first is None or not report.on_spot)
        if found and not undecided:
            _, i, reasons = found[0]
        else:
            i, reasons = len(self.clusters), ()
            self.clusters.append(_Cluster())
        if self.clusters[i].add(report, reasons):
            for key in _filed(report):
                block = self.blocks[key]
                if not block or block[-1] != i:
                    block.append(i)
        return i


def _filed(report: Report) -> Iterator[Hashable]:
    """Yield the keys an event is found under: by day and cell, by day and count, by cell and count, by words."""
    cell = _cell(report.place)
    days = _days(report, margin=0)
    if cell:
        yield from ((day, cell) for day in days)
    for count in _counts(report):
        yield from ((day, count, bool(cell)) for day in days)
        if cell:
            yield cell, count, bool(days)
    if report.words:
        yield report.words


def _asked(report: Report) -> Iterator[Hashable]:
    """Yield the keys under which events the report may tell lie, so that no day or place need be looked through.

    On a spot: by cell, and by count among those of that day that are not on one. Otherwise: by count among all of the
    day. Undated: by count in the cells around, and undated ones the same way.
    """
    cell = _cell(report.place)
    days = _days(report, margin=1)
    around = list(_around(cell)) if cell else []
    yield from ((day, near) for near in around for day in days)
    for unit, bucket in _counts(report):
        for step in (-1, 0, 1):
            count = unit, bucket + step
            yield from ((day, count, on_spot) for day in days for on_spot in ((False,) if cell else (False, True)))
            yield from ((near, count, dated) for near in around for dated in ((False,) if days else (False, True)))
    if report.words:
        yield report.words


def _counts(report: Report) -> list[tuple[str, int]]:
    event = report.event
    buckets = [("killed", count_bucket(event.fatalities.best)), ("injured", count_bucket(event.injured.best))]
    return [(unit, bucket) for unit, bucket in buckets if bucket is not None]


def _days(report: Report, *, margin: int) -> range:
    if report.first is None or report.last is None:
        return range(0)
    length = min(report.last - report.first, LONGEST_BLOCK_DAYS)
    return range(report.first - margin, report.first + length + margin + 1)


def _cell(place: Place | None) -> tuple[int, int] | None:
    if place is None or place.is_area:
        return None
    return round(place.lat / CELL_DEG), round(place.lon / CELL_DEG)


def _around(cell: tuple[int, int]) -> Iterator[tuple[int, int]]:
    yield from ((cell[0] + i, cell[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1))


# ---- joining -----------------------------------------------------------------------------------------------


def joined(events: list[Event], reasons: list[tuple[str, ...]]) -> Event:
    """Return one event of its reports, the oldest first: all figures kept, the finest place, the firmest day.

    `reasons[i]` says why `events[i]` was joined; the first's are not looked at.
    """
    oldest = events[0]
    copies = _copies(events)
    sources = [
        _as_source(source, copy_of=copies[i], reasons=reasons[i] if i else ())
        for i, event in enumerate(events)
        for source in event.sources
    ]
    days = {s.article: s.date for s in sources}
    figures, killed, civilians, injured = event_totals([f for e in events for f in e.figures], days)
    placed = min(events, key=lambda e: (e.place is None, e.place is None or e.place.is_area, e.where_prec, e.radius_m))
    kind = next((e for e in events if e.sub_event_type != "Other"), oldest)
    date, confidence = oldest.date, oldest.confidence
    for event, copied in zip(events[1:], copies[1:], strict=True):
        date = _joined_date(date, event.date)
        confidence = confidence if copied else 1 - (1 - confidence) * (1 - SECOND_SHARE * event.confidence)
    return replace(
        oldest,
        articles=tuple(dict.fromkeys(a for e in events for a in e.articles)),
        evidence=tuple(span for e in events for span in e.evidence),
        event_type=kind.event_type,
        sub_event_type=kind.sub_event_type,
        type_of_violence=next((e.type_of_violence for e in events if e.type_of_violence), None),
        date=date,
        place=placed.place, place_relation=placed.place_relation,
        where_prec=placed.where_prec, radius_m=placed.radius_m, place_said=placed.place_said,
        place_reason=placed.place_reason, place_candidates=placed.place_candidates,
        actors=tuple(actor for e in events for actor in e.actors),
        figures=figures, fatalities=killed, civilian_fatalities=civilians, injured=injured,
        mentions=tuple(mention for e in events for mention in e.mentions),
        camps_said=tuple(dict.fromkeys(said for e in events for said in e.camps_said)),
        sources=tuple(sources),
        families=frozenset().union(*(e.families for e in events)),
        merged_ids=(*oldest.merged_ids, *(i for e in events[1:] for i in (e.id, *e.merged_ids))),
        confidence=round(max(oldest.confidence, min(0.99, confidence)), 2),
        reasons=(
            *oldest.reasons,
            *(f"{e.id}: {'; '.join(why)}" for e, why in zip(events[1:], reasons[1:], strict=True)),
        ),
    )  # fmt: skip


def _copies(events: list[Event]) -> list[str]:
    """Return for each report the article it repeats word for word, or ""."""
    first: dict[str, str] = {}
    return [
        "" if told == event.articles[0] else told
        for event in events
        for told in [first.setdefault(" ".join(event.summary.casefold().split()), event.articles[0])]
    ]


def _as_source(source: Source, *, copy_of: str, reasons: tuple[str, ...]) -> Source:
    """Say in the source list why the report was joined, and that a word-for-word copy is no second witness."""
    notes = [source.note, f"repeats {copy_of} word for word" if copy_of else "", "; ".join(reasons)]
    if reasons:
        notes[2] = f"joined for: {notes[2]}"
    return replace(source, note="; ".join(filter(None, notes)), copy_of=copy_of or source.copy_of)


def _joined_date(older: EventDate, newer: EventDate) -> EventDate:
    """Return the day of a joined event: the first that a text names, else the first; borrowed if a report had none."""
    if older.rule.startswith(BORROWED):
        return older
    if older.first is None and newer.first is not None:
        weekday = older.weekday if older.weekday is not None else newer.weekday
        return replace(newer, rule=f"{BORROWED}{newer.rule}", inferred=True, weekday=weekday)
    firm_day = newer.precision == "day" and not newer.inferred and newer.first is not None
    return newer if firm_day and (older.precision != "day" or older.inferred) else older
