"""Merging, measured: `python benchmarks/merge_reports.py [made] [pairs] [sheet]` (all without a word).

made: reports written by a seeded generator, 1-4 of each true event, with noise as real reports have it in place, day,
kind, actors and figures; seconds, memory, purity, completeness and pairs at three sizes, and how much the order of the
reports matters.

pairs: headlines of UCDP GED beside the repository. Two headlines of one event id are one event; of two ids of one
first-level area within three days they are two. Each is read by the whole path (names, places, events), so a headline
that gives no event cannot be merged. Beside `compare` stands a simple peer, same day and within 25 km. Weights were
set on the half called development; the other half is the figure. Area and month decide the half. The other half's wrong
merges were read once, before related kinds were made to count less: until then its precision was .872, recall .063.

sheet: the merges of FA-KES drawn for reading, with both summaries; `benchmarks/data/merge_verdicts.jsonl` keeps ids
and verdicts, never texts. One reader judged them, and weights were set after that reading: no blind figure.
"""

import datetime as dt
import hashlib
import itertools
import json
import random
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from geoconflict import Article, extract_events, find_mentions, merge_events, open_gazetteer, resolve_places
from geoconflict.events.likeness import compare, needed, report_of
from geoconflict.events.spots import distance_m
from geoconflict.events.totals import event_totals
from geoconflict.records import ActorMention, Event, EventDate, Evidence, Figure, Place, Source

SHARED = Path(__file__).parents[2] / "shared"
VERDICTS = Path(__file__).parent / "data" / "merge_verdicts.jsonl"
SEED = 20_220_203
SIZES = (10_000, 30_000, 100_000)
YEARS = 5
KINDS = {
    "Air/drone strike": ("air", "Shelling/artillery/missile attack", "shell"),
    "Shelling/artillery/missile attack": ("shell", "Armed clash", "clash"),
    "Armed clash": ("clash", "Shelling/artillery/missile attack", "shell"),
    "Remote explosive/landmine/IED": ("blast", "Attack", "attack"),
    "Attack": ("attack", "Armed clash", "clash"),
    "Peaceful protest": ("protest", "Peaceful protest", "protest"),
    "Arrests": ("arrest", "Arrests", "arrest"),
}
ACTORS = ("Army of the North", "Army of the South", "League of the East", "Guard of the West", "Foreign Air Force")


# ---- reports a generator wrote ---------------------------------------------------------------------------------


def made_reports(count: int, seed: int = SEED) -> tuple[list[Event], dict[str, int]]:
    """Return about `count` reports in the order of their days, and the true event of each by id."""
    rng = random.Random(seed)
    areas = [_place(f"A{i}", "admin1", rng, 60_000) for i in range(14)]
    towns = [_town(i, areas, rng) for i in range(3_000)]
    weights = [1 / (i + 5) ** 0.7 for i in range(len(towns))]
    reports: list[tuple[int, Event]] = []
    truth: dict[str, int] = {}
    number = 0
    while len(reports) < count:
        number += 1
        town = rng.choices(towns, weights)[0]
        day = rng.randrange(365 * YEARS * max(count, 10_000) // 100_000 + 365)
        kind = rng.choice(list(KINDS))
        dead = int(rng.paretovariate(0.9)) if kind not in ("Peaceful protest", "Arrests") else None
        actors = rng.sample(ACTORS, 2)
        area = next(a for a in areas if a.name == town.admin1)
        happening = Happening(day, kind, town, area, dead, actors)
        for _ in range(rng.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]):
            key = f"r{len(reports)}"
            truth[key] = number
            reports.append((day, _told(key, happening, rng)))
    reports.sort(key=lambda item: (item[0], item[1].id))
    return [report for _, report in reports], truth


def _place(name: str, kind: str, rng: random.Random, radius_m: float, admin1: str = "") -> Place:
    return Place(name, name, kind, rng.uniform(35, 45), rng.uniform(30, 37), radius_m, "XX", admin1 or name)  # type: ignore[arg-type]


def _town(i: int, areas: list[Place], rng: random.Random) -> Place:
    area = rng.choice(areas)
    large = i < 12
    lon, lat = area.lon + rng.uniform(-0.5, 0.5), area.lat + rng.uniform(-0.5, 0.5)
    return Place(f"T{i}", f"T{i}", "city" if large else "town", lon, lat, 9_000 if large else 3_000, "XX", area.name)


@dataclass(frozen=True)
class Happening:
    """What happened."""

    day: int
    kind: str
    town: Place
    area: Place
    dead: int | None
    actors: list[str]


def _told(key: str, true: Happening, rng: random.Random) -> Event:
    day, kind, town, area, dead, actors = true.day, true.kind, true.town, true.area, true.dead, true.actors
    first = dt.date(2015, 1, 1) + dt.timedelta(days=day)
    how = rng.random()
    if how < 0.62:
        date = EventDate(first, first, "day", "weekday_same_or_past")
    elif how < 0.90:
        start = first - dt.timedelta(days=rng.randrange(2))
        date = EventDate(start, start + dt.timedelta(days=1), "range", "published:dateline", inferred=True)
    elif how < 0.93:
        date = EventDate(first + dt.timedelta(days=1), first + dt.timedelta(days=1), "day", "weekday_same_or_past")
    else:
        date = EventDate(rule="weekday_without_anchor", weekday=first.weekday() if how < 0.98 else None)
    where = rng.random()
    place, radius = (area, area.radius_m) if where < 0.15 else (None, 0.0) if where < 0.2 else (town, town.radius_m)
    if place is town and rng.random() < 0.2:  # another source's point, or "near"
        place = replace(town, lon=town.lon + rng.gauss(0, 0.008), lat=town.lat + rng.gauss(0, 0.008))
        radius = rng.choice((town.radius_m, 10_000.0))
    family, other, other_family = KINDS[kind]
    told_kind, told_family = (kind, family) if rng.random() < 0.85 else (other, other_family)
    figure = _count(key, dead, rng)
    figures, killed, civilians, injured = event_totals([figure] if figure else [])
    roles = [ActorMention(a, a, "rebel group", role=r) for a, r in zip(actors, ("perpetrator", "target"), strict=True)]
    named = [a if rng.random() < 0.75 else ActorMention("Militants", "m", role=a.role) for a in roles]
    return Event(
        key, (key,), (Evidence(key, 0, 10),), f"Report {key} of {kind}", "Battles", told_kind, date, place,
        radius_m=radius, where_prec=4 if place is area else 1, families=frozenset({told_family}),
        actors=tuple(a for a in named if rng.random() < 0.75), figures=figures, fatalities=killed,
        civilian_fatalities=civilians, injured=injured, sources=(Source(key),),
    )  # fmt: skip


def _count(key: str, dead: int | None, rng: random.Random) -> Figure | None:
    how = rng.random()
    if dead is None or how < 0.2:
        return None
    told = dead if how < 0.7 else max(1, round(dead * rng.uniform(0.6, 1.6)))
    return Figure(
        key, 0, 5, str(told), told, told if how < 0.9 else None, "killed", hedge="exact" if how < 0.9 else "floor"
    )


def clusters(merged: list[Event]) -> dict[str, str]:
    """Return for each report the id of the event it is in."""
    return {key: event.id for event in merged for key in (event.id, *event.merged_ids)}


def agreement(truth: dict[str, object], found: dict[str, str]) -> tuple[float, float, float, float]:
    """Return purity, completeness, and precision and recall of pairs."""
    both = Counter((truth[key], found[key]) for key in truth)
    sizes_true, sizes_found = Counter(truth.values()), Counter(found.values())
    best_found: Counter[object] = Counter()
    best_true: Counter[object] = Counter()
    for (true, made), n in both.items():
        best_found[made] = max(best_found[made], n)
        best_true[true] = max(best_true[true], n)
    right, claimed, real = (_pairs(sizes) for sizes in (both, sizes_found, sizes_true))
    total = len(truth)
    return sum(best_found.values()) / total, sum(best_true.values()) / total, right / claimed, right / real


def _pairs(sizes: Counter) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())


def print_made() -> None:
    """Print speed and truth of merging reports a generator wrote."""
    print(" reports   events  seconds     MB  purity complete  pair P  pair R")
    for size in SIZES:
        reports, truth = made_reports(size)
        before = _peak_mb()
        started = time.process_time()
        merged = merge_events(reports)
        spent = time.process_time() - started
        grown = _peak_mb() - before
        scores = agreement(truth, clusters(merged))
        print(f"{len(reports):8d} {len(merged):8d} {spent:8.1f} {grown:6.0f}", *(f"{s:7.3f}" for s in scores))
    reports, _ = made_reports(SIZES[0])
    orders = [clusters(merge_events(reports))]
    for seed in (1, 2):
        shuffled = reports.copy()
        random.Random(seed).shuffle(shuffled)
        orders.append(clusters(merge_events(shuffled)))
    for other in orders[1:]:
        precision, recall = agreement(orders[0], other)[2:]
        print(f"another order of {len(reports)} reports: pairs kept {recall:.3f}, pairs not new {precision:.3f}")
    print("reports of one event and day, unlike each other, and the seconds they take:", end=" ")
    town = Place("T", "T", "town", 40.0, 33.0, 3_000, "XX", "A")
    area = Place("A", "A", "admin1", 40.1, 33.1, 60_000, "XX", "A")
    happening = Happening(5, "Attack", town, area, 40, list(ACTORS[:2]))
    for size in (1_000, 4_000, 16_000):
        crowd = [_told(f"c{i}", happening, random.Random(i)) for i in range(size)]
        started = time.process_time()
        merge_events(crowd)
        print(f"{size}: {time.process_time() - started:.1f}", end="  ")
    print()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---- headlines of UCDP -----------------------------------------------------------------------------------------

_SOURCE = re.compile(r'"([^"]*?),(\d{4}-\d\d-\d\d),([^"]+)"')
PAIRS = 1_500
NEAR_DAYS = 3
PEER_M = 25_000


def _headlines() -> dict[str, list[tuple[int, dt.date, str, dt.date, str]]]:
    """Return per half the headlines: event id, day of the event, area, day of the headline, headline."""
    import pandas as pd

    halves: dict[str, list[tuple[int, dt.date, str, dt.date, str]]] = {"development": [], "report": []}
    told: defaultdict[str, set[int]] = defaultdict(set)
    rows = []
    for name in ("ucdp_ged_syria_dev.parquet", "ucdp_ged_iraq.parquet"):
        table = pd.read_parquet(SHARED / "events" / name)
        for row in table[table.date_prec == 1].itertuples():
            found = {(day, " ".join(text.split())) for _, day, text in _SOURCE.findall(str(row.source_article))}
            for day, text in sorted(found):
                told[text.casefold()].add(int(row.id))
                rows.append((int(row.id), row.date_start.date(), str(row.adm_1), dt.date.fromisoformat(day), text))
    for row in rows:
        if len(told[row[4].casefold()]) == 1 and len(row[4].split()) > 3:  # one told of several ids says of neither
            half = hashlib.sha256(f"{row[2]} {row[1]:%Y-%m}".encode()).digest()[0] % 2
            halves["report" if half else "development"].append(row)
    return halves


def _pairs_of(rows: list) -> tuple[list, list, float]:
    rng = random.Random(SEED)
    by_event, by_area = defaultdict(list), defaultdict(list)
    for row in rows:
        by_event[row[0]].append(row)
        by_area[row[2], row[1].toordinal() // (NEAR_DAYS + 1)].append(row)
    same = [pair for told in by_event.values() for pair in itertools.combinations(told, 2)]
    near = [
        (a, b)
        for block in by_area.values()
        for a, b in itertools.combinations(block, 2)
        if a[0] != b[0] and abs((a[1] - b[1]).days) <= NEAR_DAYS
    ]
    print(f"pairs in this half: {len(same)} same, {len(near)} near miss")
    return rng.sample(same, min(PAIRS, len(same))), rng.sample(near, min(PAIRS, len(near))), len(near) / len(same)


def print_pairs() -> None:
    """Print how often headlines of one event are told from those of another."""
    gazetteer = open_gazetteer()
    read: dict[tuple[dt.date, str], list[Event]] = {}

    def events(row: tuple) -> list[Event]:
        key = row[3], row[4]
        if key not in read:
            article = Article(f"{row[3]} {row[4]}", row[4], published=row[3])
            places = resolve_places(article, find_mentions(article, gazetteer), gazetteer)
            read[key] = [e for e in extract_events(article, places) if e.status == "event"]
        return read[key]

    for half, rows in _headlines().items():
        same, near, ratio = _pairs_of(rows)
        for which in ("all pairs", "both headlines give an event with a place below country and a day"):
            usable = [
                (truth, events(a), events(b))
                for truth, pairs in ((True, same), (False, near))
                for a, b in pairs
                if which == "all pairs" or (_is_full(events(a)) and _is_full(events(b)))
            ]
            total = Counter(truth for truth, _, _ in usable)
            print(f"{half}, {which}: {total[True]} same, {total[False]} near miss")
            for name, joins in (("compare", _joins), ("same day, within 25 km", _peer_joins)):
                hits = Counter(t for t, a, b in usable if any(joins(x, y) for x in a for y in b))
                precision = hits[True] / max(sum(hits.values()), 1)
                print(f"  {name:24s} precision {precision:.3f} recall {hits[True] / max(total[True], 1):.3f}", end="")
                real = hits[True] / (hits[True] + hits[False] * ratio * len(same) / len(near)) if hits[True] else 0.0
                print(f"  joined {hits[True]} same, {hits[False]} near miss; precision among all pairs {real:.3f}")


def _is_full(events: list[Event]) -> bool:
    return any(e.place and e.place.kind not in ("country", "region") and e.date.first for e in events)


def _joins(a: Event, b: Event) -> bool:
    left, right = report_of(a), report_of(b)
    score = compare(left, right).score
    return score is not None and score >= needed(left, right)


def _peer_joins(a: Event, b: Event) -> bool:
    if not (a.date.first and b.date.first and a.place and b.place):
        return False
    overlap = a.date.first <= (b.date.last or b.date.first) and b.date.first <= (a.date.last or a.date.first)
    return overlap and distance_m(a.place, b.place) <= PEER_M


# ---- merges of FA-KES to read ----------------------------------------------------------------------------------

SHEET = 40


def print_sheet() -> None:
    """Print merges of FA-KES with both summaries, and what readers said of them where they did."""
    gazetteer = open_gazetteer()
    told = []
    for line in (SHARED / "events" / "fakes_syria_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = Article(row["id"], row["text"])
        told += extract_events(article, resolve_places(article, find_mentions(article, gazetteer), gazetteer))
    by_id = {event.id: event for event in told}
    joins = [
        (by_id[e.id], by_id[i], why) for e in merge_events(told) for i, why in zip(e.merged_ids, e.reasons, strict=True)
    ]
    drawn = sorted(random.Random(SEED).sample(range(len(joins)), min(SHEET, len(joins))))
    known = {}
    if VERDICTS.exists():
        lines = [json.loads(line) for line in VERDICTS.read_text(encoding="utf-8").splitlines()]
        known = {(line["older"], line["newer"]): line["verdict"] for line in lines}
    counted = Counter(known.get((joins[n][0].id, joins[n][1].id), "unread") for n in drawn)
    for n in drawn:
        older, newer, why = joins[n]
        print(json.dumps({"older": older.id, "newer": newer.id, "verdict": known.get((older.id, newer.id), "")}))
        for event in (older, newer):
            where = event.place.name if event.place else "-"
            print(
                f"   {event.articles[0]} {event.date.first}..{event.date.last} {where} {event.sub_event_type}", end=""
            )
            print(f" {event.fatalities.best} | {event.summary}")
        print("   ", why)
    print(f"{len(joins)} merges, {len(drawn)} drawn:", dict(counted))


if __name__ == "__main__":
    parts = {"made": print_made, "pairs": print_pairs, "sheet": print_sheet}
    for asked in sys.argv[1:] or parts:
        parts[asked]()
