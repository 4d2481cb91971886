"""How often the events room names the right kind of event: `python benchmarks/event_kinds.py [--errors] [--model]`.

`tests/data/event_kinds.jsonl` holds sentences of our own in the manner of news on documented kinds of incidents, each
labelled with one of ACLED's 25 sub-types by the definitions of its codebook (https://acleddata.com, "ACLED Codebook",
2024), or "none" where nothing happened that ACLED codes: habits, hypotheses, denials, threats, plans, anniversaries,
drills, figures of speech, crime, accidents, disease, disasters, economics. They were written and labelled before the
rules were looked at. A seeded half of each label is for development; the errors of the other half, which is the one to
report, are never printed.

The answer counted is the sub-type of the first event with status "event", "none" without one. Sentences of PLOVER's
gold standard records, beside the repository, are scored by a coarse map of its types.

Whoever wrote the sentences also wrote most of the rules: the report half says how the rules do on sentences they were
not fitted to, not how they do on another writer's.

`--model` trains naive Bayes over words and pairs of words on the development half and scores it on the report half,
alone and where the rules find nothing: so far it is far behind the rules, and none is kept in the package.
"""

import argparse
import datetime as dt
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from geoconflict import Article, extract_events, find_mentions, open_gazetteer, resolve_places
from geoconflict.gazetteer import Gazetteer

SENTENCES = Path(__file__).parents[1] / "tests" / "data" / "event_kinds.jsonl"
PLOVER = Path(__file__).parents[2] / "shared" / "events" / "plover_gsr.jsonl"
SEED = 4
PUBLISHED = dt.date(2024, 6, 14)
"""A day to count weekdays from; the kind does not depend on it."""

Row = dict[str, str]
VIOLENT = frozenset({"Battles", "Explosions/Remote violence", "Violence against civilians", "Riots"})
PLOVER_MAP: dict[str, frozenset[str]] = {
    "PLOVER PROTEST": frozenset({"Protests", "Riots"}),
    "PLOVER ASSAULT": VIOLENT - {"Riots"},
    "PLOVER FIGHT": VIOLENT | {"Protests"},
}
PLOVER_PROTESTS = frozenset({"demo-org", "demo-spon", "obstruct", "riot", "riot-spon"})
"""PLOVER's modes of protest that gather people in public; strikes and petitions are none of ACLED's."""
PLOVER_TALK = frozenset(
    {
        "PLOVER AGREE",
        "PLOVER CONSULT",
        "PLOVER COOPERATE",
        "PLOVER DEMAND",
        "PLOVER REJECT",
        "PLOVER DISAPPROVE",
        "PLOVER SUPPORT",
        "PLOVER CONCEDE",
        "PLOVER AID",
        "PLOVER INVESTIGATE",
    }
)


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the development and the report half; every label is split evenly."""
    parts: tuple[list[Row], list[Row]] = ([], [])
    for label in sorted({row["label"] for row in rows}):
        of_label = [row for row in rows if row["label"] == label]
        random.Random(f"{SEED} {label}").shuffle(of_label)
        for number, row in enumerate(of_label):
            parts[number % 2].append(row)
    return parts


def told(text: str, gazetteer: Gazetteer) -> list[tuple[str, str]]:
    """Return the event type and sub-type of each event a sentence gives that is no background."""
    article = Article("sentence", text, published=PUBLISHED)
    places = resolve_places(article, find_mentions(article, gazetteer), gazetteer)
    return [(e.event_type, e.sub_event_type) for e in extract_events(article, places) if e.status == "event"]


def report(name: str, rows: Sequence[Row], answers: dict[str, str]) -> None:
    """Print accuracy and, for each kind, precision, recall and what it was taken for."""
    right = sum(answers[row["id"]] == row["label"] for row in rows)
    events = [row for row in rows if row["label"] != "none"]
    right_events = sum(answers[row["id"]] == row["label"] for row in events)
    false = sum(answers[row["id"]] != "none" for row in rows if row["label"] == "none")
    print(f"\n{name} half, {len(rows)} sentences: accuracy {right / len(rows):.3f}")
    print(f"  kind of the {len(events)} events {right_events / len(events):.3f}")
    print(f"  events made of the {len(rows) - len(events)} that tell none: {false}")
    print(f"  {'label':36s} precision recall  taken for")
    for label in sorted({row["label"] for row in rows}):
        gold = [row for row in rows if row["label"] == label]
        given = [row for row in rows if answers[row["id"]] == label]
        hits = sum(answers[row["id"]] == label for row in gold)
        precision = f"{hits / len(given):.2f}" if given else "-"
        wrong = Counter(answers[row["id"]] for row in gold if answers[row["id"]] != label)
        others = ", ".join(f"{other} {count}" for other, count in sorted(wrong.items()))
        print(f"  {label:36s} {precision:>9s} {hits / len(gold):6.2f}  {others}")


SMOOTHING = 0.5
"""The best of .01, .1, .5 and 1 on the report half: the model is given every advantage."""


class NaiveBayes:
    """Kinds by their words and pairs of words, counts smoothed by one half."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.rows = Counter(row["label"] for row in rows)
        for row in rows:
            self.counts.setdefault(row["label"], Counter()).update(self.features(row["text"]))
        self.known = {feature for counts in self.counts.values() for feature in counts}

    @staticmethod
    def features(text: str) -> set[str]:
        """Return the words of a text and each two that follow each other."""
        words = re.findall(r"[a-z]+", text.lower())
        return {*words, *(f"{a} {b}" for a, b in pairwise(words))}

    def answer(self, text: str) -> str:
        """Return the likeliest kind."""
        told = self.features(text) & self.known

        def likelihood(label: str) -> float:
            counts = self.counts[label]
            size = counts.total() + SMOOTHING * len(self.known)
            return math.log(self.rows[label]) + sum(math.log((counts[f] + SMOOTHING) / size) for f in told)

        return max(sorted(self.counts), key=likelihood)


def report_model(development: Sequence[Row], held: Sequence[Row], answers: dict[str, str]) -> None:
    """Print how a model trained on the development half does on the other, alone and beside the rules."""
    model = NaiveBayes(development)
    alone = {row["id"]: model.answer(row["text"]) for row in held}
    beside = {key: answers[key] if answers[key] != "none" else kind for key, kind in alone.items()}
    for name, given in (
        ("model alone", alone),
        ("rules, and the model where they find none", beside),
        ("rules", answers),
    ):
        right = sum(given[row["id"]] == row["label"] for row in held)
        false = sum(given[row["id"]] != "none" for row in held if row["label"] == "none")
        print(f"{name}: report half {right / len(held):.3f}, false events {false}")


def report_plover(lines: Iterable[str], gazetteer: Gazetteer) -> None:
    """Print how many of PLOVER's mapped sentences give an event of the mapped type, and how much of its talk does."""
    right, asked, wrong_kind = Counter[str](), Counter[str](), Counter[str]()
    for line in lines:
        row = json.loads(line)
        first = row["events"][0]
        kind, mode = first["type"], first.get("mode")
        types = [event_type for event_type, _ in told(row["text"], gazetteer)]
        if kind in PLOVER_TALK:
            asked[kind] += 1
            wrong_kind[kind] += bool(VIOLENT.intersection(types))
        elif kind in PLOVER_MAP and (kind != "PLOVER PROTEST" or mode in PLOVER_PROTESTS):
            asked[kind] += 1
            right[kind] += bool(PLOVER_MAP[kind].intersection(types))
    mapped = [kind for kind in asked if kind in PLOVER_MAP]
    found, of = sum(right.values()), sum(asked[kind] for kind in mapped)
    print(f"\nPLOVER, mapped sentences that give an event of the type: {found}/{of} = {found / of:.2f}")
    for kind in sorted(mapped):
        print(f"  {kind:36s} {right[kind]}/{asked[kind]}")
    talk = sum(asked[kind] for kind in PLOVER_TALK)
    print(f"PLOVER, sentences of talk that give a violent event: {sum(wrong_kind.values())}/{talk}")


def main() -> None:
    """Print both halves and PLOVER."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print the errors of the development half")
    parser.add_argument("--model", action="store_true", help="compare a model trained on the development half")
    options = parser.parse_args()
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    gazetteer = open_gazetteer()
    given = {row["id"]: told(row["text"], gazetteer) for row in rows}
    answers = {key: kinds[0][1] if kinds else "none" for key, kinds in given.items()}
    development, held = halves(rows)
    report("development", development, answers)
    report("report", held, answers)
    print(f"\nsentences with more than one event: {sum(len(kinds) > 1 for kinds in given.values())}/{len(rows)}")
    if PLOVER.exists():
        report_plover(PLOVER.read_text(encoding="utf-8").splitlines(), gazetteer)
    if options.model:
        report_model(development, held, answers)
    if options.errors:
        print("\nerrors of the development half")
        for row in development:
            if answers[row["id"]] != row["label"]:
                others = [sub for _, sub in given[row["id"]]]
                print(f"  {row['id']} {row['label']} <- {others or 'none'}: {row['text']}")


if __name__ == "__main__":
    main()
