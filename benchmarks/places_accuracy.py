"""Find and place the names of a corpus: how many right, and documents a second.

    python benchmarks/places_accuracy.py CORPUS.jsonl [PREDICTIONS.jsonl] [--without demonym] [--skip-gold Embedded_]

CORPUS has one document a line: {"id", "text", "toponyms": [{"start", "end", "lat", "lon", "type"?}]}. Printed are: the
share of gold names with a point that were found (spans overlap, one to one, largest overlap first) and placed within
161 and 25 km; precision and recall of exact spans; speed in CPU time of one process, index open and caches cold.
`--without` leaves out answers of a role the corpus does not annotate, `--skip-gold` gold of a type that neither helps
nor harms. PREDICTIONS gets what `geoconflict places` would write.
"""

import argparse
import json
import math
import resource
import time
from pathlib import Path

from geoconflict.gazetteer import open_gazetteer
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article


def pairs(gold: list[dict], found: list[dict]) -> list[tuple[dict, dict]]:
    """Match gold and found spans one to one, the largest overlap first."""
    overlaps = sorted(
        (-common, abs(g["start"] - f["start"]) + abs(g["end"] - f["end"]), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if (common := min(g["end"], f["end"]) - max(g["start"], f["start"])) > 0
    )
    taken_gold, taken_found, matched = set(), set(), []
    for _, _, i, j in overlaps:
        if i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            matched.append((gold[i], found[j]))
    return matched


def km(a: dict, b: dict) -> float:
    """Return the great-circle distance of two points on a sphere of 6,371 km."""
    lat1, lat2 = math.radians(a["lat"]), math.radians(b["lat"])
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b["lon"] - a["lon"]) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))


def score(documents: list[dict], lines: list[dict], without: str | None, skip: str | None) -> str:
    """Compare answers with gold and say how many are right."""
    located = near = wide = exact = predicted = annotated = 0
    for document, line in zip(documents, lines, strict=True):
        gold = list({(t["start"], t["end"]): t for t in reversed(document["toponyms"])}.values())
        free = [t for t in gold if skip and str(t.get("type", "")).startswith(skip)]
        gold = [t for t in gold if t not in free]
        found = [f for f in line["toponyms"] if f["role"] != without]
        found = [f for f in found if not any(f["start"] < t["end"] and t["start"] < f["end"] for t in free)]
        spans = {(f["start"], f["end"]) for f in found}
        annotated, predicted = annotated + len(gold), predicted + len(found)
        exact += sum((t["start"], t["end"]) in spans for t in gold)
        located += sum(t.get("lat") is not None for t in gold)
        for g, f in pairs(gold, found):
            if g.get("lat") is not None and f["lat"] is not None:
                distance = km(g, f)
                wide, near = wide + (distance <= 161), near + (distance <= 25)
    return (
        f"within 161 km {wide / located:.3f}, within 25 km {near / located:.3f} of {located} gold places; "
        f"exact spans: precision {exact / predicted:.3f}, recall {exact / annotated:.3f}"
    )


def main() -> None:
    """Read, find, place, compare; print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("predictions", type=Path, nargs="?")
    parser.add_argument("--without", metavar="ROLE")
    parser.add_argument("--skip-gold", metavar="PREFIX")
    parser.add_argument("--index", type=Path, default=None, help="folder of an index; default: the one in the cache")
    options = parser.parse_args()
    gazetteer = open_gazetteer(options.index)
    with options.corpus.open(encoding="utf-8") as file:
        documents = [json.loads(line) for line in file if line.strip()]
    seconds = time.process_time()
    lines = []
    for document in documents:
        article = Article(str(document["id"]), document["text"])
        resolutions = resolve_places(article, find_mentions(article, gazetteer), gazetteer)
        lines.append({"id": document["id"], "toponyms": [one.as_toponym() for one in resolutions]})
    seconds = time.process_time() - seconds
    if options.predictions:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        options.predictions.write_text(text, encoding="utf-8")
    print(score(documents, lines, options.without, options.skip_gold))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(lines)} documents, {len(lines) / seconds:.0f} a CPU second, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
