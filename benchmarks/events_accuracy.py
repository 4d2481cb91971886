"""Accuracy and speed of the events room on data beside the repository: `python benchmarks/events_accuracy.py`.

FA-KES: 399 articles on Syria, each with one event's date and governorate as others coded it. Its dates are weak: where
the article names another day than the day of publication, the coded day is mostly that of publication, so "date" below
is measured on the articles whose coded day one of their own date expressions gives. The "first mention" line is what
answering with the first governorate named would reach. The annotated articles have a scorer of their own
(`../shared/tools/score_articles.py`).
"""

import argparse
import datetime as dt
import json
import re
import time
from collections import Counter
from pathlib import Path

from geoconflict import Article, extract_events, find_mentions, merge_events, open_gazetteer, resolve_places
from geoconflict.events.dates import find_dateline, find_dates
from geoconflict.records import LOCATION_ROLES, Place

SHARED = Path(__file__).parents[2] / "shared"
SAME = {
    "deirezzour": "deirezzor",
    "hasakeh": "hasakah",
    "raqqah": "raqqa",
    "rifdimashq": "damascus",
    "lattakia": "latakia",
    "dara": "daraa",
}
"""FA-KES counts the capital and the countryside around it as one, and spells in its own way."""


def area_of(place: Place | None) -> str:
    """Return the first-level area of a place as FA-KES would write it."""
    name = (place.admin1 or (place.name if place.kind == "admin1" else "")) if place else ""
    return spelled(name)


def spelled(name: str) -> str:
    """Return a governorate's name in one spelling."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    return SAME.get(plain, plain)


def main() -> None:
    """Print what share of FA-KES is right, and how fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SHARED / "events" / "fakes_syria_dev.jsonl")
    rows = [json.loads(line) for line in parser.parse_args().file.read_text(encoding="utf-8").splitlines()]
    gazetteer = open_gazetteer()
    articles = [Article(row["id"], row["text"]) for row in rows]
    resolved = [resolve_places(a, find_mentions(a, gazetteer), gazetteer) for a in articles]

    started = time.process_time()
    told = [extract_events(a, r) for a, r in zip(articles, resolved, strict=True)]
    spent_s = time.process_time() - started
    started = time.process_time()
    merged = merge_events(told)
    merging_s = time.process_time() - started

    right: Counter[str] = Counter()
    for row, article, places, events in zip(rows, articles, resolved, told, strict=True):
        gold = row["events"][0]
        want, day = spelled(gold["location"]["admin1"] or ""), dt.date.fromisoformat(gold["date"])
        news = [e for e in events if e.status == "event"]
        named = [area_of(r.place) for r in places if r.place and r.role in LOCATION_ROLES and r.place.country == "SY"]
        named = [name for name in named if name]
        right["governorate of the main event"] += bool(news) and area_of(news[0].place) == want
        right["governorate of any event"] += any(area_of(e.place) == want for e in news)
        right["(first governorate named)"] += bool(named) and named[0] == want
        right["(governorate named at all)"] += want in named
        dateline = find_dateline(article)
        own = any(d.first and d.first == d.last == day for d in find_dates(article.text, dateline))
        if own:
            spans = [(e.date.first, e.date.last) for e in news if e.date.first and e.date.last]
            right["dated"] += 1
            right["main date"] += bool(spans) and spans[0][0] <= day <= spans[0][1]
            right["any date"] += any(first <= day <= last for first, last in spans)

    places_asked = [what for what in right if "governorate" in what]
    for what in places_asked:
        print(f"{what:40s} {right[what] / len(rows):.3f}")
    dated = f"date of the main event, {right['dated']} articles"
    print(f"{dated:40s} {right['main date'] / right['dated']:.3f}")
    print(f"{'date of any event':40s} {right['any date'] / right['dated']:.3f}")
    groups = [e for e in merged if len(e.articles) > 1]
    background = sum(e.status == "background" for events in told for e in events)
    print(f"{'events, of them background':40s} {sum(map(len, told))}, {background}")
    print(f"{'merged events, reports in them':40s} {len(groups)}, {sum(len(e.articles) for e in groups)}")
    print(f"{'articles a second of one core':40s} {len(rows) / spent_s:.0f}")
    print(f"{'events merged a second':40s} {sum(map(len, told)) / max(merging_s, 1e-9):.0f}")


if __name__ == "__main__":
    main()
