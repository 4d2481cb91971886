"""Figures and actors on texts labelled before the rules: `python benchmarks/event_figures.py [--wrong]`.

`tests/data/event_figures.jsonl` and `event_actors.jsonl` are sentences of our own; `headline_figures.jsonl` says what
150 headlines of UCDP's events in Iraq say (drawn by a seed, read one by one; UCDP's own counts play no part). A text is
right when the totals of killed and injured and every other count are. Rules are looked at on the development half only.
"""

import argparse
import datetime as dt
import json
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from geoconflict import Article, extract_events
from geoconflict.events.actors import ArticleContext, find_actors, with_actor_roles
from geoconflict.events.figures import find_figures
from geoconflict.events.lexicon import fold
from geoconflict.events.sentences import split_sentences
from geoconflict.events.totals import event_totals
from geoconflict.events.triggers import find_triggers
from geoconflict.records import Totals

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"
SEED, DRAWN = 20261120, 150
NUMBER = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|scores|hundreds|thousands)\b",
    re.IGNORECASE,
)
DEED = re.compile(
    r"\b(?:kill|dead|die[sd]?\b|injur|wound|death|bod(?:y|ies)|toll|casualt|hurt|execut|behead|murder|massacre|slain)",
    re.IGNORECASE,
)
ROLES = ("perpetrator", "target", "speaker")


def rows(name: str) -> list[dict]:
    """Return the labelled rows of a file of `tests/data`."""
    return [json.loads(line) for line in (HERE / "tests" / "data" / name).read_text(encoding="utf-8").splitlines()]


def headlines() -> dict[int, str]:
    """Return the drawn headlines by event: of several in one field, the first that states a number of people."""
    import pandas as pd

    table = pd.read_parquet(SHARED / "events" / "ucdp_ged_iraq.parquet", columns=["id", "source_headline"])
    table = table.dropna().sort_values("id").drop_duplicates("source_headline")
    fit = [(int(i), text) for i, text in table.itertuples(index=False) if NUMBER.search(text) and DEED.search(text)]
    return {i: _first(text) for i, text in random.Random(SEED).sample(fit, DRAWN)}


def _first(text: str) -> str:
    parts = [p.strip() for p in text.split(";")]
    return next((p for p in parts if NUMBER.search(p) and DEED.search(p)), text)


def read(text: str) -> dict:
    """Return what the rules read off a text: totals of killed and injured, and the other counts that stand."""
    found = [count.figure for s in split_sentences(text) for count in find_figures(s, "a")]
    _, killed, _, injured = event_totals(found)
    other = {
        f.unit: f.low if f.low is not None else f.high
        for f in reversed(found)
        if f.unit not in ("killed", "injured") and f.status in ("total", "part")
    }
    return {"killed": _listed(killed), "injured": _listed(injured), "other": other}


def _listed(totals: Totals) -> list | None:
    values = [totals.low, totals.best, totals.high]
    return None if values == [None] * 3 else values


def read_events(text: str) -> dict[str, int | None]:
    """Return the best count of killed by place, of the events a text tells."""
    sys.path.insert(0, str(HERE / "tests"))
    from event_texts import resolutions

    text = f"Wednesday, 2 February 2022\n\n{text}"
    found = extract_events(Article("a", text), resolutions(text))
    return {e.place.name if e.place else "": e.fatalities.best for e in found if e.status == "event"}


def read_actors(row: dict) -> dict[str, set[str]]:
    """Return the actors of a text by role."""
    text, found = row["text"], defaultdict(set)
    context = ArticleContext("a", dt.date.fromisoformat(row["day"]), set(row["countries"]))
    actors = find_actors(text, fold(text), context)
    for s in split_sentences(text):
        own = [a for a in actors if s.start <= a.start < s.end]
        live = [t for t in find_triggers(s) if t.scope == "asserted"]
        for actor in with_actor_roles(s, own, live):
            found[actor.role].add(actor.canonical)
    return found


def main() -> None:
    """Print what share of each half is right, by class, and the wrong ones of the development half."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="list the wrong ones of the development half")
    wrong_shown = parser.parse_args().wrong
    right, all_, by_class = Counter(), Counter(), defaultdict(Counter)

    def score(kind: str, row: dict, want: object, got: object, text: str) -> None:
        all_[kind, row["half"]] += 1
        right[kind, row["half"]] += want == got
        by_class[row.get("class", kind)][row["half"], want == got] += 1
        if wrong_shown and want != got and row["half"] == "development":
            print(f"{kind} {row.get('class', '')}: {text}\n    want {want}\n    got  {got}")

    for row in rows("event_figures.jsonl"):
        if "events" in row:
            score("several events", row, row["events"], read_events(row["text"]), row["text"])
        else:
            want = {key: row[key] for key in ("killed", "injured", "other")}
            score("own sentences", row, want, read(row["text"]), row["text"])
    if SHARED.exists():
        drawn = headlines()
        for row in rows("headline_figures.jsonl"):
            got = read(drawn[row["id"]])
            score("headlines", row, [row["killed"], row["injured"]], [got["killed"], got["injured"]], drawn[row["id"]])
    for (kind, half), n in sorted(all_.items()):
        print(f"{kind:15} {half:12} {right[kind, half]:3}/{n:3} = {right[kind, half] / n:.3f}")
    print("wrong by class: development, report")
    for name, counts in by_class.items():
        shares = [f"{counts[h, False]} of {counts[h, False] + counts[h, True]}" for h in ("development", "report")]
        if any(not right_ for _, right_ in counts):
            print(f"  {name:15} {', '.join(shares)}")

    tally: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for row in rows("event_actors.jsonl"):
        found = read_actors(row)
        for role in ROLES:
            want, got = set(row[role]), found[role]
            tally[role, row["half"]].update(hit=len(want & got), said=len(got), gold=len(want))
            if wrong_shown and want != got and row["half"] == "development":
                print(f"actors {row['class']}: {row['text']}\n    {role}: want {sorted(want)} got {sorted(got)}")
    for (role, half), n in sorted(tally.items()):
        print(f"{role:12} {half:12} precision {n['hit']}/{n['said']}, recall {n['hit']}/{n['gold']}")


if __name__ == "__main__":
    main()
