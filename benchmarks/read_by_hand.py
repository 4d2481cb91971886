"""Events read off articles nobody had developed on, judged by two readers who did not write the rules; three times.

    python benchmarks/read_by_hand.py                         # shares right and agreement, from the kept verdicts
    python benchmarks/read_by_hand.py --draw DATA 3 OUT.jsonl  # the articles of a round, for a reader of one's own

Drawn by seed from the halves with an odd md5: FA-KES (32), re3d (23), the GeoWebNews documents that speak of violence
(5, all there are) in the first round, FA-KES (40) and re3d (20) of the rest in the second, FA-KES (40) and the last
three of re3d in the third, each after what the readers before found was mended in general rules. DATA is the folder
that holds `events/` and `corpora/`. The texts are not kept, only document, offsets of the evidence and verdicts:
`benchmarks/data/read_by_hand.jsonl`. Verdicts are of the code of their hour, 2026-11-20; later code needs new readers
and other articles.

All right is: a real event, its sub-type, and place, date and figures right or rightly left out. "On 8 January" in a
text that names no year was judged a missing date in the first round; the last line counts it as rightly undated.
"""

import argparse
import hashlib
import json
import random
import re
from pathlib import Path

VERDICTS = Path(__file__).parent / "data" / "read_by_hand.jsonl"
FIELDS = ("type", "place", "date", "figures")
_VIOLENCE = re.compile(r"\b(killed|bomb|shot dead|airstrike|air strike|militants?|gunmen|troops|clashes|protesters)\b")


def is_odd(identity: object) -> bool:
    """Return whether a document is of the half that was not developed on."""
    return int(hashlib.md5(str(identity).encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


FIRST = (
    ("", "events/re3d_syria_iraq.jsonl", 23),
    ("", "events/fakes_syria_dev.jsonl", 32),
    ("gwn-", "corpora/geowebnews_dev.jsonl", 10),
)
LATER = (("", "events/re3d_syria_iraq.jsonl", 20), ("", "events/fakes_syria_dev.jsonl", 40))
ROUNDS = (FIRST, LATER, LATER)


def draw(data: Path, number: int) -> list[dict]:
    """Return the articles of a round: id, title and text."""
    before = {one["id"] for earlier in range(1, number) for one in draw(data, earlier)}
    rng, drawn = random.Random(20261119 + number), []
    for prefix, name, count in ROUNDS[number - 1]:
        pool = [json.loads(line) for line in (data / name).read_text(encoding="utf-8").splitlines()]
        pool = sorted((one for one in pool if not prefix or _VIOLENCE.search(one["text"])), key=lambda d: str(d["id"]))
        pool = [one for one in pool if is_odd(one["id"]) and f"{prefix}{one['id']}" not in before]
        chosen = rng.sample(pool, min(count, len(pool)))
        drawn += [{"id": f"{prefix}{d['id']}", "title": d.get("title", ""), "text": d["text"]} for d in chosen]
    return drawn


def is_right(verdict: dict, field: str) -> bool:
    """Return whether a field was judged right, or rightly left out."""
    return verdict[field] in {"right", "none-ok"}


def report(rows: list[dict]) -> None:
    """Print what two readers said of one round."""
    readers = sorted({row["reader"] for row in rows})
    said = [{row["event_id"]: row for row in rows if row["reader"] == n and "event_id" in row} for n in readers]
    events = sorted(said[0].keys() & said[1].keys())
    print(f"{len(events)} events; one reader, the other; agreement, Cohen's kappa")
    for field in ("real", *FIELDS):
        columns = [[r[e]["real"] if field == "real" else is_right(r[e], field) for e in events] for r in said]
        shares = [sum(column) / len(events) for column in columns]
        same = sum(a == b for a, b in zip(*columns, strict=True)) / len(events)
        chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
        kappa = (same - chance) / (1 - chance) if chance < 1 else 1.0
        print(f"{field:8} {shares[0]:.3f} {shares[1]:.3f}  {same:.3f} {kappa:.2f}")
    for what, forgiven in (("all right", False), ("all right, no date where no year is named", True)):
        shares = [sum(is_all_right(r[e], forgiven=forgiven) for e in events) / len(events) for r in said]
        print(f"{what}: {shares[0]:.3f} {shares[1]:.3f}")
    missed = [sum(row["missed"] for row in rows if row["reader"] == n and "missed" in row) for n in readers]
    print(f"current events missed: {missed[0]}, {missed[1]}")


def is_all_right(verdict: dict, *, forgiven: bool) -> bool:
    """Return whether a reader found nothing wrong with an event."""
    dated = is_right(verdict, "date") or (forgiven and verdict["no_year"])
    return (
        verdict["real"]
        and verdict["type"] == "right"
        and dated
        and is_right(verdict, "place")
        and is_right(verdict, "figures")
    )


def main() -> None:
    """Draw, or print what the readers said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", nargs=3, metavar=("DATA", "ROUND", "OUT"))
    options = parser.parse_args()
    if options.draw:
        data, number, out = options.draw
        lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in draw(Path(data), int(number))]
        Path(out).write_text("".join(lines), encoding="utf-8")
        print(f"{len(lines)} articles to {out}")
        return
    rows = [json.loads(line) for line in VERDICTS.read_text(encoding="utf-8").splitlines()]
    for number in sorted({row["round"] for row in rows}):
        print(f"round {number}")
        report([row for row in rows if row["round"] == number])


if __name__ == "__main__":
    main()
