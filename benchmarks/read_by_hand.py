"""Events read off 60 articles nobody had developed on, judged by two readers who did not write the rules.

    python benchmarks/read_by_hand.py                       # shares right and agreement, from the kept verdicts
    python benchmarks/read_by_hand.py --draw DATA OUT.jsonl  # the same articles again, for a reader of one's own

Drawn by seed from the halves with an odd md5 of FA-KES (32), re3d (23) and the GeoWebNews documents that speak of
violence (5, all there are); DATA is the folder that holds `events/` and `corpora/`. The texts are not kept, only
document, offsets of the evidence and verdicts: `benchmarks/data/read_by_hand.jsonl`. The verdicts are of the code of
2026-11-20 before anything the readers found was mended; scoring later code on them would need new readers.

All right is: a real event, its sub-type, and place, date and figures right or rightly left out. "On 8 January" in a
text that names no year was judged a missing date; the second line counts such events as rightly undated.
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


def draw(data: Path) -> list[dict]:
    """Return the 60 articles: id and text."""
    rng, drawn = random.Random(20261120), []
    for prefix, name, count in (
        ("", "events/re3d_syria_iraq.jsonl", 23),
        ("", "events/fakes_syria_dev.jsonl", 32),
        ("gwn-", "corpora/geowebnews_dev.jsonl", 10),
    ):
        pool = [json.loads(line) for line in (data / name).read_text(encoding="utf-8").splitlines()]
        pool = sorted((one for one in pool if not prefix or _VIOLENCE.search(one["text"])), key=lambda d: str(d["id"]))
        pool = [one for one in pool if is_odd(one["id"])]
        chosen = rng.sample(pool, min(count, len(pool)))
        drawn += [{"id": f"{prefix}{d['id']}", "title": d.get("title", ""), "text": d["text"]} for d in chosen]
    return drawn


def is_right(verdict: dict, field: str) -> bool:
    """Return whether a field was judged right, or rightly left out."""
    return verdict[field] in {"right", "none-ok"}


def main() -> None:
    """Draw, or print what the readers said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", type=Path, nargs=2, metavar=("DATA", "OUT"))
    options = parser.parse_args()
    if options.draw:
        data, out = options.draw
        lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in draw(data)]
        out.write_text("".join(lines), encoding="utf-8")
        print(f"{len(lines)} articles to {out}")
        return
    rows = [json.loads(line) for line in VERDICTS.read_text(encoding="utf-8").splitlines()]
    readers = [{row["event_id"]: row for row in rows if row["reader"] == n and "event_id" in row} for n in (1, 2)]
    events = sorted(readers[0])
    print(f"{len(events)} events; reader one, reader two; agreement, Cohen's kappa")
    for field in ("real", *FIELDS):
        said = [[r[e]["real"] if field == "real" else is_right(r[e], field) for e in events] for r in readers]
        shares = [sum(column) / len(events) for column in said]
        same = sum(a == b for a, b in zip(*said, strict=True)) / len(events)
        chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
        print(f"{field:8} {shares[0]:.3f} {shares[1]:.3f}  {same:.3f} {(same - chance) / (1 - chance):.2f}")
    for what, forgiven in (("all right", False), ("all right, no date where no year is named", True)):
        counts = [
            sum(
                v["real"] and v["type"] == "right" and all(is_right(v, f) for f in FIELDS[1:] if f != "date")
                and (is_right(v, "date") or (forgiven and v["no_year"]))
                for v in r.values()
            )
            for r in readers
        ]  # fmt: skip
        print(f"{what}: {counts[0] / len(events):.3f} {counts[1] / len(events):.3f}")
    missed = [sum(row["missed"] for row in rows if row["reader"] == n and "missed" in row) for n in (1, 2)]
    print(f"current events missed: {missed[0]}, {missed[1]}")


if __name__ == "__main__":
    main()
