"""Find and place the names of a corpus: how many right, how sure, how precise, and documents a second.

    python benchmarks/places_accuracy.py CORPUS.jsonl [PREDICTIONS.jsonl] [--without demonym] [--skip-gold Embedded_]
        [--half tune|report] [--calibration] [--pieces]

CORPUS has one document a line: {"id", "text", "toponyms": [{"start", "end", "lat", "lon", "type"?}]}. Printed are: the
share of gold names with a point that were found (spans overlap, one to one, largest overlap first) and placed within
161 and 25 km; precision and recall of exact spans; how many misses lie inside the circle of the area answered (the
right country or sea, whose one point is a convention); the share placed when every gold span is given, with answers
that only anchor an unknown name at its town counted apart; speed in CPU time of one process, index open, caches cold.
`--without` leaves out answers of a role the corpus does not annotate, `--skip-gold` gold of a type that neither helps
nor harms. `--half` takes documents with an even (tune) or odd (report) md5 of their id: constants were chosen on the
first. `--calibration` prints stated score against share right, and how many gold points `radius_m` holds. `--pieces`
prints both halves with each piece of the decision left out. PREDICTIONS gets what `geoconflict places` would write.
"""

import argparse
import hashlib
import json
import math
import resource
import time
from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path

from geoconflict.gazetteer import Gazetteer, open_gazetteer
from geoconflict.gazetteer.names import norm
from geoconflict.mentions import find_mentions
from geoconflict.places import Pieces, resolve_places
from geoconflict.records import Article, Mention, Resolution

NEAR_KM, WIDE_KM = 25, 161
BINS = 10


@dataclass(frozen=True)
class Document:
    """A text with its gold names, the names found in it, and what was answered."""

    article: Article
    gold: list[dict]
    free: list[dict]
    mentions: list[Mention]
    answers: list[Resolution]

    @property
    def half(self) -> str:
        """Say whether constants were chosen on it."""
        return "report" if hashlib.md5(self.article.id.encode()).digest()[-1] % 2 else "tune"


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


def read(path: Path, skip: str | None) -> list[tuple[Article, list[dict], list[dict]]]:
    """Return the articles with their gold spans, once each, and those that neither help nor harm."""
    documents = []
    with path.open(encoding="utf-8") as file:
        for line in filter(str.strip, file):
            document = json.loads(line)
            gold = list({(t["start"], t["end"]): t for t in reversed(document["toponyms"])}.values())
            free = [t for t in gold if skip and str(t.get("type", "")).startswith(skip)]
            documents.append((Article(str(document["id"]), document["text"]), [t for t in gold if t not in free], free))
    return documents


def counted(document: Document, answers: list[Resolution], without: str | None) -> list[dict]:
    """Return the answers that count, as written to files."""
    lines = [one.as_toponym() for one in answers if one.role != without]
    return [f for f in lines if not any(f["start"] < t["end"] and t["start"] < f["end"] for t in document.free)]


def placed(documents: list[Document], without: str | None) -> list[tuple[dict, dict, float]]:
    """Return gold names with a point, the answer for each and the distance, of those found and placed."""
    return [
        (g, f, km(g, f))
        for document in documents
        for g, f in pairs(document.gold, counted(document, document.answers, without))
        if g.get("lat") is not None and f["lat"] is not None
    ]


def located(documents: list[Document]) -> int:
    """Return the number of gold names with a point."""
    return sum(t.get("lat") is not None for document in documents for t in document.gold)


def end_to_end(documents: list[Document], without: str | None) -> str:
    """Say how many gold names were found and placed, and how many spans are exact."""
    answers, total = placed(documents, without), located(documents)
    wide, near = (sum(d <= limit for *_, d in answers) for limit in (WIDE_KM, NEAR_KM))
    inside = sum(WIDE_KM < d <= f["radius_m"] / 1000 for _, f, d in answers)
    annotated = sum(len(document.gold) for document in documents)
    found = [(document, counted(document, document.answers, without)) for document in documents]
    predicted = sum(len(lines) for _, lines in found)
    exact = sum(
        len({(t["start"], t["end"]) for t in document.gold} & {(f["start"], f["end"]) for f in lines})
        for document, lines in found
    )
    return (
        f"within 161 km {wide / total:.3f}, within 25 km {near / total:.3f} of {total} gold places; "
        f"exact spans: precision {exact / predicted:.3f}, recall {exact / annotated:.3f}\n"
        f"placed beyond 161 km: {len(answers) - wide}, of them {inside} inside the circle of the area answered (the "
        f"right area by another point); with these {(wide + inside) / total:.3f}"
    )


def given_spans(documents: list[Document], gazetteer: Gazetteer) -> str:
    """Say how many gold names are placed right when all their spans are given."""
    right = answered = anchored = anchored_right = 0
    for document in documents:
        found = {(mention.start, mention.end): mention for mention in document.mentions}
        gold, mentions, end = {}, [], -1
        for t in sorted(document.gold, key=lambda t: (t["start"], -t["end"])):
            span = t["start"], t["end"]
            name = document.article.text[slice(*span)]
            if t["start"] >= end and norm(name):
                gold[span], end = t, t["end"]
                mentions.append(found.get(span) or Mention(*span, name, norm(name), 0.9))
        for answer in resolve_places(document.article, mentions, gazetteer):
            t = gold[answer.mention.start, answer.mention.end]
            if t.get("lat") is None or answer.place is None:
                continue
            good = km(t, {"lat": answer.place.lat, "lon": answer.place.lon}) <= WIDE_KM
            anchor = answer.reason.startswith("not in the gazetteer")
            answered, right = answered + 1, right + good
            anchored, anchored_right = anchored + anchor, anchored_right + (anchor and good)
    total = located(documents)
    return (
        f"gold spans given: {right / total:.3f} right of all, {right / answered:.3f} of the {answered} answered; "
        f"anchored or respelt {anchored}, of them right {anchored_right}"
    )


def calibration(documents: list[Document], without: str | None) -> str:
    """Say how often answers are right by the score they state, and how often their circle holds the gold point."""
    bins, kinds = defaultdict(list), defaultdict(list)
    answers = placed(documents, without)
    for _, f, distance in answers:
        bins[min(BINS - 1, int(f["score"] * BINS))].append((f["score"], distance <= WIDE_KM))
        if distance <= WIDE_KM:
            kinds[f["kind"]].append(distance * 1000 <= f["radius_m"])
    lines, off = ["score      answers  stated  right within 161 km"], 0.0
    for number, got in sorted(bins.items()):
        stated, right = (sum(column) / len(got) for column in zip(*got, strict=True))
        off += abs(stated - right) * len(got)
        lines.append(f"{number / BINS:.1f}-{(number + 1) / BINS:.1f}   {len(got):8d}   {stated:.3f}  {right:.3f}")
    lines.append(f"expected calibration error {off / len(answers):.3f} of {len(answers)} answers")
    held = sum(distance * 1000 <= f["radius_m"] for _, f, distance in answers)
    right = [one for group in kinds.values() for one in group]
    lines.append(
        f"radius_m holds the gold point: {held / len(answers):.3f} of all answers, {sum(right) / len(right):.3f} of "
        "those within 161 km; of these by kind: "
        + ", ".join(f"{k} {sum(g) / len(g):.2f} ({len(g)})" for k, g in sorted(kinds.items()) if len(g) >= BINS)
    )
    return "\n".join(lines)


def ablation(documents: list[Document], gazetteer: Gazetteer, without: str | None) -> str:
    """Say how many gold names are found and placed with each piece of the decision left out."""
    lines = ["left out       within 161 km: tune  report    all"]
    names = ["nothing", "demonyms", *(field.name for field in fields(Pieces))]
    for name in names:
        pieces = Pieces(**{name: False}) if name not in names[:2] else Pieces()
        answered = []
        for document in documents:
            mentions = [m for m in document.mentions if name != "demonyms" or m.role != "demonym"]
            answers = resolve_places(document.article, mentions, gazetteer, pieces=pieces)
            answered.append(Document(document.article, document.gold, document.free, mentions, answers))
        shares = []
        for halves in ({"tune"}, {"report"}, {"tune", "report"}):
            part = [document for document in answered if document.half in halves]
            shares.append(sum(d <= WIDE_KM for *_, d in placed(part, without)) / max(1, located(part)))
        lines.append(
            f"{name:14s} " + " ".join(f"{share:18.3f}" if not i else f"{share:7.3f}" for i, share in enumerate(shares))
        )
    return "\n".join(lines)


def main() -> None:
    """Read, find, place, compare; print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("predictions", type=Path, nargs="?")
    parser.add_argument("--without", metavar="ROLE")
    parser.add_argument("--skip-gold", metavar="PREFIX")
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--calibration", action="store_true")
    parser.add_argument("--pieces", action="store_true", help="both halves with each piece left out")
    parser.add_argument("--index", type=Path, default=None, help="folder of an index; default: the one in the cache")
    options = parser.parse_args()
    gazetteer = open_gazetteer(options.index)
    articles = read(options.corpus, options.skip_gold)
    documents, finding, placing = [], 0.0, 0.0
    for article, gold, free in articles:
        ticks = [time.process_time()]
        mentions = find_mentions(article, gazetteer)
        ticks.append(time.process_time())
        answers = resolve_places(article, mentions, gazetteer)
        ticks.append(time.process_time())
        finding, placing = finding + ticks[1] - ticks[0], placing + ticks[2] - ticks[1]
        documents.append(Document(article, gold, free, mentions, answers))
    if options.predictions:
        lines = [{"id": d.article.id, "toponyms": [one.as_toponym() for one in d.answers]} for d in documents]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        options.predictions.write_text(text, encoding="utf-8")
    part = [document for document in documents if options.half in (None, document.half)]
    print(end_to_end(part, options.without))
    print(given_spans(part, gazetteer))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(documents)} documents, {len(documents) / (finding + placing):.0f} a CPU second (finding alone "
        f"{len(documents) / finding:.0f}, placing alone {len(documents) / placing:.0f}), peak {peak:.0f} MB"
    )
    if options.calibration:
        print(calibration(part, options.without))
    if options.pieces:
        print(ablation(documents, gazetteer, options.without))


if __name__ == "__main__":
    main()
