"""Find and place the names of a corpus: predictions for a scorer, and documents a second.

    python benchmarks/places_accuracy.py CORPUS.jsonl PREDICTIONS.jsonl [--index FOLDER]

CORPUS has one document a line, {"id", "text"}; gold annotations in it are not read. PREDICTIONS has one line a
document, {"id", "toponyms": [...]} as `geoconflict places` writes them. Speed is CPU time of one process, the index
open and its caches cold, best of nothing: one pass.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from geoconflict.gazetteer import open_gazetteer
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article, Resolution


def toponym(resolution: Resolution) -> dict[str, object]:
    """Return a resolution with the keys scorers read."""
    mention, place = resolution.mention, resolution.place
    return {
        "start": mention.start,
        "end": mention.end,
        "name": mention.text,
        "role": resolution.role,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "geonameid": place.geonameid if place else None,
        "place_name": place.name if place else None,
        "kind": place.kind if place else None,
        "country": place.country if place else None,
        "where_prec": resolution.where_prec,
        "radius_m": resolution.radius_m,
        "score": resolution.score,
        "reason": resolution.reason,
    }


def main() -> None:
    """Read, find, place, write; print the speed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("predictions", type=Path)
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
        lines.append({"id": document["id"], "toponyms": [toponym(resolution) for resolution in resolutions]})
    seconds = time.process_time() - seconds
    with options.predictions.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(lines)} documents, {len(lines) / seconds:.0f} a CPU second, peak {peak:.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
