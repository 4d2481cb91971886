"""How often a person or an organisation is taken for a place: `python benchmarks/actors_as_places.py RE3D.jsonl`.

re3d (98 documents on Syria and Iraq, dstl, beside the repository): of its spans of persons and organisations, how many
hold a mention of ours with a location role that is no location of theirs. Bare names of countries are left out: there
"Iraq" is an organisation where it acts. Printed in full, and without the spans that only begin or end with a place
("the government in Damascus"), which name one all the same.
"""

import argparse
import json
from pathlib import Path

from geoconflict import Article, extract_events, find_mentions, open_gazetteer, resolve_places, with_roles
from geoconflict.records import LOCATION_ROLES


def main() -> None:
    """Print both shares, and with --wrong the spans."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    gazetteer = open_gazetteer()
    spans = holding = whole = 0
    for line in options.file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = Article(row["id"], row["text"])
        resolutions = resolve_places(article, find_mentions(article, gazetteer), gazetteer)
        placed = [r for r in with_roles(resolutions, extract_events(article, resolutions)) if r.place]
        listed = {(r.mention.start, r.mention.end): r for r in placed if r.role in LOCATION_ROLES}
        theirs = {(s["begin"], s["end"]) for s in row["entities"] if s["type"] == "Location"}
        countries = {
            (r.mention.start, r.mention.end) for r in resolutions if r.place is not None and r.place.kind == "country"
        }
        actors = {(s["begin"], s["end"]) for s in row["entities"] if s["type"] in ("Person", "Organisation")}
        for begin, end in sorted(actors - countries):
            spans += 1
            inside = [span for span in listed if begin <= span[0] and span[1] <= end and span not in theirs]
            holding += bool(inside)
            whole += (begin, end) in inside
            if inside and options.wrong:
                print(row["id"], repr(row["text"][begin:end]), [row["text"][a:b] for a, b in inside])
    print(f"{spans} persons and organisations; hold a place of ours that is none of theirs {holding / spans:.3f}")
    print(f"are one themselves {whole / spans:.3f}")


if __name__ == "__main__":
    main()
