"""Fit the weights of the finder of names in Arabic script to a corpus, and say how good they are on text not fitted to.

    python scripts/train_finder.py --arabic CORPUS.jsonl [--folds 5] [--penalty 3] [--write]

CORPUS has one document a line: {"id", "text", "toponyms": [{"start", "end", "lat", "lon"}]}; NOTICE names the one the
shipped weights were fitted to. Each candidate is an example: a place if it overlaps a gold name, one to one and the
largest overlap first, because gold includes type words and particles at one time and leaves them out at another.
Logistic regression with an L2 penalty, by Newton's method; nothing is random, so that the same corpus gives the same
weights. Documents go to folds by the MD5 of their id. Printed for each fold, with weights fitted to the other folds:
precision, recall and F1 of exact and of overlapping spans, and the share of gold names found and placed within 161 km.
`--write` fits to the whole corpus and writes the weights, rounded and sorted, beside the code that reads them.
"""

import argparse
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from geoconflict.gazetteer import open_gazetteer
from geoconflict.gazetteer.names import norm
from geoconflict.mentions import arabic, finder
from geoconflict.mentions.evidence import Evidence
from geoconflict.mentions.lexicon import Lexicon, lexicon_of
from geoconflict.mentions.masks import mask_names
from geoconflict.mentions.tokens import split_tokens
from geoconflict.places import resolve_places
from geoconflict.records import Article, Mention

WEIGHTS = Path(finder.__file__).with_name(arabic.WEIGHTS)
NEAR_KM = 161
EARTH_KM = 6371.0088
STEPS = 40
Span = tuple[int, int]


@dataclass
class Document:
    """One text, its gold names, and its candidates with features."""

    text: str
    fold: int
    gold: dict[Span, tuple[float, float] | None]
    spans: list[Span]
    keys: list[str]
    features: list[dict[str, float]]


def read(path: Path, lexicon: Lexicon, folds: int) -> list[Document]:
    """Read a corpus and compute the features of every candidate in Arabic script."""
    documents = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        tokens = split_tokens(text, partial(finder._glued_at, lexicon=lexicon))  # noqa: SLF001  as the finder does
        candidates = finder.find_candidates(tokens, lexicon, mask_names(tokens, lexicon))
        evidence = Evidence(tokens, candidates, lexicon)
        candidates = [candidate for candidate in candidates if finder.is_arabic(candidate, evidence)]
        gold = {
            (t["start"], t["end"]): (t["lat"], t["lon"]) if t.get("lat") is not None else None for t in row["toponyms"]
        }
        documents.append(
            Document(
                text,
                int(hashlib.md5(str(row["id"]).encode(), usedforsecurity=False).hexdigest(), 16) % folds,
                gold,
                [(tokens[c.first].start + c.prefix, tokens[c.last - 1].end) for c in candidates],
                [candidate.key for candidate in candidates],
                [arabic.arabic_features(text, candidate, evidence) for candidate in candidates],
            )
        )
    return documents


def pairs(gold: Sequence[Span], found: Sequence[Span]) -> list[tuple[int, int]]:
    """Match overlapping spans one to one, the largest overlap first; return their indices."""
    overlaps = sorted(
        (-common, abs(g[0] - f[0]) + abs(g[1] - f[1]), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if (common := min(g[1], f[1]) - max(g[0], f[0])) > 0
    )
    left_gold, left_found, matched = set(range(len(gold))), set(range(len(found))), []
    for _, _, i, j in overlaps:
        if i in left_gold and j in left_found:
            left_gold.remove(i)
            left_found.remove(j)
            matched.append((i, j))
    return matched


def labels(document: Document) -> list[float]:
    """Return 1 for each candidate that is a gold name, 0 for the others, NaN for those that teach nothing.

    The gold marks a name once in a text, wherever its letters first stand, so of one that stands there again it says
    nothing.
    """
    right = {j for _, j in pairs(list(document.gold), document.spans)}
    told = {norm(document.text[start:end].strip("#")) for start, end in document.gold}
    return [
        1.0 if j in right else math.nan if norm(document.text[start:end]) in told else 0.0
        for j, (start, end) in enumerate(document.spans)
    ]


def fit(documents: Sequence[Document], penalty: float) -> dict[str, float]:
    """Return the weights that maximise the penalised likelihood; the bias bears no penalty."""
    names = sorted({name for document in documents for features in document.features for name in features})
    column = {name: k for k, name in enumerate(names)}
    examples = [features for document in documents for features in document.features]
    x = np.zeros((len(examples), len(names)))
    for i, features in enumerate(examples):
        for name, value in features.items():
            x[i, column[name]] = value
    y = np.array([label for document in documents for label in labels(document)])
    x, y = x[~np.isnan(y)], y[~np.isnan(y)]
    ridge = np.diag([1e-6 if name == "bias" else penalty for name in names])
    weights = np.zeros(len(names))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (y - chance) - ridge @ weights
        hessian = (x * (chance * (1 - chance))[:, None]).T @ x + ridge
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return {name: round(float(weights[column[name]]), 2) for name in names}


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance of two (lat, lon) on a sphere."""
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


@dataclass
class Tally:
    """Counts of one fold."""

    gold: int = 0
    found: int = 0
    exact: int = 0
    overlapping: int = 0
    located: int = 0
    near: int = 0

    def add(self, other: "Tally") -> None:
        """Add the counts of another fold."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def __str__(self) -> str:
        parts = []
        for name, right in (("exact", self.exact), ("overlap", self.overlapping)):
            p, r = right / max(1, self.found), right / max(1, self.gold)
            parts.append(f"{name} P {p:.3f} R {r:.3f} F1 {2 * p * r / max(1e-9, p + r):.3f}")
        return "; ".join([*parts, f"found and within {NEAR_KM} km {self.near / max(1, self.located):.3f}"])


def score(documents: Sequence[Document], weights: dict[str, float], threshold: float) -> Tally:
    """Count what these weights find and where it is placed; names in other scripts are not looked for."""
    gazetteer, tally = open_gazetteer(), Tally()
    for document in documents:
        chances = [finder.probability(finder.weighed(features, weights)) for features in document.features]
        mentions = [
            Mention(start, end, document.text[start:end], key, round(chance, 3), None)
            for (start, end), key, chance in zip(document.spans, document.keys, chances, strict=True)
            if chance >= threshold
        ]
        resolutions = resolve_places(Article("document", document.text), mentions, gazetteer)
        gold, spans = list(document.gold), [(mention.start, mention.end) for mention in mentions]
        matched = pairs(gold, spans)
        tally.add(Tally(len(gold), len(spans), len(set(gold) & set(spans)), len(matched)))
        tally.located += sum(point is not None for point in document.gold.values())
        for i, j in matched:
            point, place = document.gold[gold[i]], resolutions[j].place
            tally.near += bool(point and place and km(point, (place.lat, place.lon)) <= NEAR_KM)
    return tally


def main() -> None:
    """Cross-validate, print, and write the weights when told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arabic", type=Path, required=True, metavar="CORPUS")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--penalty", type=float, default=3.0, help="of the L2 term; 3 was best of 0.3, 1, 3 and 10")
    parser.add_argument("--threshold", type=float, default=arabic.THRESHOLD)
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    given = parser.parse_args()
    documents = read(given.arabic, lexicon_of(open_gazetteer()), given.folds)
    whole = Tally()
    for fold in range(given.folds):
        weights = fit([document for document in documents if document.fold != fold], given.penalty)
        tally = score([document for document in documents if document.fold == fold], weights, given.threshold)
        whole.add(tally)
        print(f"fold {fold + 1}: {tally}")
    print(f"all folds: {whole}")
    weights = fit(documents, given.penalty)
    print(f"fitted to all of it: {score(documents, weights, given.threshold)}")
    if given.write:
        WEIGHTS.write_text(json.dumps(weights, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"wrote {len(weights)} weights to {WEIGHTS}")


if __name__ == "__main__":
    main()
