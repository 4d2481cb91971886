"""How many of a list's place names are put within 25 km of where the list has them, and how many elsewhere.

    python benchmarks/geocode_names.py places.csv [more.csv ...] [--misses 20]

The list is a table with columns name, country (alpha-2), lat, lon; n_events weights the rows, 1 without. Only name and
country are given to the gazetteer. An answer is the first candidate when its score reaches ranking.ANSWER_SCORE.
`found` is the share of events whose place is within 25 km, `wrong` the share put elsewhere, the rest stays unanswered;
`ceiling` is the share for which any candidate lies within 25 km.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from pathlib import Path

from geoconflict.gazetteer import Gazetteer, open_gazetteer
from geoconflict.gazetteer.ranking import ANSWER_SCORE
from geoconflict.gazetteer.rows import distance_km

RIGHT_WITHIN_KM = 25.0


def judge(gazetteer: Gazetteer, row: dict[str, str]) -> tuple[str, str, bool]:
    """Return found, wrong or unanswered; what was answered; and whether any candidate was right."""
    candidates = gazetteer.candidates(row["name"], country=row["country"])
    errors = [distance_km(float(row["lon"]), float(row["lat"]), c.place.lon, c.place.lat) for c in candidates]
    reachable = any(error <= RIGHT_WITHIN_KM for error in errors)
    if not candidates or candidates[0].score < ANSWER_SCORE:
        return "unanswered", "", reachable
    best = candidates[0]
    place = best.place
    answer = f"{place.name}, {place.kind}, {place.country}, {errors[0]:.0f} km off, {best.score:.2f}, {best.reason}"
    return ("found" if errors[0] <= RIGHT_WITHIN_KM else "wrong"), answer, reachable


def measure(gazetteer: Gazetteer, path: Path, misses: int) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    weighted: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    wrong: list[tuple[int, str, str]] = []
    unanswered: list[tuple[int, str]] = []
    start = time.perf_counter()
    for row in rows:
        weight = int(row.get("n_events") or 1)
        verdict, answer, reachable = judge(gazetteer, row)
        weighted[verdict] += weight
        weighted["ceiling"] += weight * reachable
        plain[verdict] += 1
        if verdict == "wrong":
            wrong.append((weight, row["name"], answer))
        elif verdict == "unanswered":
            unanswered.append((weight, row["name"]))
    seconds = time.perf_counter() - start
    total = sum(weighted[verdict] for verdict in ("found", "wrong", "unanswered"))
    print(
        f"{path.name}: found {weighted['found'] / total:.3f} wrong {weighted['wrong'] / total:.3f} "
        f"ceiling {weighted['ceiling'] / total:.3f} | by name: found {plain['found'] / len(rows):.3f} "
        f"wrong {plain['wrong'] / len(rows):.3f} of {len(rows)} | {len(rows) / seconds:,.0f} names/s",
    )
    for weight, name, answer in sorted(wrong, reverse=True)[:misses]:
        print(f"  wrong {weight:5d} {name} -> {answer}")
    for weight, name in sorted(unanswered, reverse=True)[:misses]:
        print(f"  none  {weight:5d} {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="+", type=Path)
    parser.add_argument("--misses", type=int, default=0, help="how many wrong and unanswered names to print")
    parser.add_argument("--gazetteer", type=Path, default=None, help="folder of an index")
    options = parser.parse_args()
    gazetteer = open_gazetteer(options.gazetteer)
    for path in options.lists:
        measure(gazetteer, path, options.misses)


if __name__ == "__main__":
    main()
