"""Where events are placed, what each step brings, and what fitted weights would: `python benchmarks/event_places.py`.

FA-KES: one article a text, the governorate of its main event as coded. UCDP: headlines of its sources in Iraq and
Syria that name a place, where all rows of a headline lie in one first-level area: is the event in that area, or,
where ours has none, within 25 km of a row? Both are weak gold: an article tells of several places, a headline of
several events, and a coder chose one. Texts with an even MD5 of their id were developed on; the odd ones are only
reported on.

`--fit` fits the weights of `where.WEIGHTS` to the even half and compares. One decision is the choice among the areas
the main event's own sentences name, where there are two or more and gold is one of them; the chance of an area is its
share of the summed odds of the places in it. The fit starts at the hand weights and moves only as far as the data
carry it (L2 penalty on the difference); it is cross-validated in five folds. Nothing is random but the seeded draw of
headlines.
"""

import argparse
import hashlib
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from geoconflict import Article, extract_events, find_mentions, open_gazetteer, resolve_places
from geoconflict.events import extract, statements, where
from geoconflict.events.spots import area_name, distance_m
from geoconflict.records import LOCATION_ROLES, Event, Place, Resolution

SHARED = Path(__file__).parents[2] / "shared" / "events"
TABLES = ("ucdp_ged_iraq.parquet", "ucdp_ged_syria_dev.parquet")
HEADLINES = 400
"""Headlines drawn of each table."""
SEED = 20261120
ENGLISH = frozenset(
    {"in", "of", "the", "kill", "kills", "killed", "attack", "attacks", "and", "at", "on", "near", "by"}
)
AREA_PREC = 4
"""UCDP's precision up to which the first-level area is known."""
NEAR_M = 25_000.0
SAME = {
    "ninawa": "nineveh", "alanbar": "anbar", "salahaddin": "salahaldin", "deirezzour": "deirezzor", "hamah": "hama",
    "raqqah": "raqqa", "arraqqah": "raqqa", "hasakeh": "hasakah", "alhasakah": "hasakah", "assuwayda": "suwayda",
    "arbil": "erbil", "rifdimashq": "damascus", "lattakia": "latakia", "dara": "daraa", "annajaf": "najaf",
}  # fmt: skip
"""Spellings of the coders; FA-KES counts Damascus and the countryside around it as one."""
GROUPS = {
    "preposition": ("locative", "direction"),
    "event word": ("clause", "near"),
    "order": ("lead", "further down"),
    "frequency": ("repeated",),
    "not there": ("not there before", "not there after"),
}
FEATURES = tuple(where.WEIGHTS)
FOLDS = 5


@dataclass(frozen=True)
class Text:
    """One text with its gold area, the points of its gold rows, and what our places room says of it."""

    source: str
    article: Article
    area: str
    points: tuple[Place, ...]
    resolutions: tuple[Resolution, ...]

    @property
    def half(self) -> int:
        """Return 0 for what is developed on, 1 for what is reported on."""
        return _digest(self.article.id) % 2

    def is_right(self, event: Event) -> bool:
        """Whether an event lies in the gold area, or near a gold point where its place lies in no one area."""
        place = event.place
        if place is None or place.kind == "country":
            return False
        return spelled(area_name(place)) == self.area or (not area_name(place) and self.is_near(event))

    def is_near(self, event: Event) -> bool:
        """Whether an event lies within 25 km of a gold point."""
        return event.place is not None and any(distance_m(event.place, point) < NEAR_M for point in self.points)


@dataclass(frozen=True)
class Decision:
    """The claims of one main event: features a row, the area of each, and the area that is right."""

    text: Text
    rows: np.ndarray
    areas: list[str]

    @property
    def fold(self) -> int:
        """Return the fold of the cross-validation."""
        return _digest(self.text.article.id + "/fold") % FOLDS

    @property
    def right(self) -> np.ndarray:
        """Return which claims lie in the gold area."""
        return np.array([area == self.text.area for area in self.areas])


def _digest(key: str) -> int:
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16)


def spelled(name: str) -> str:
    """Return the name of a first-level area in one spelling."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    plain = re.sub(r"[^a-z]", "", re.sub(r"\b(?:province|governorate)\b", "", plain))
    return SAME.get(plain, plain)


def read_texts(folder: Path) -> Iterator[Text]:
    """Yield the articles, then the headlines that name a place more closely than a country."""
    gazetteer = open_gazetteer()

    def resolved(article: Article) -> tuple[Resolution, ...]:
        return tuple(resolve_places(article, find_mentions(article, gazetteer), gazetteer))

    for line in (folder / "fakes_syria_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = Article(row["id"], row["text"])
        yield Text("FA-KES", article, spelled(row["events"][0]["location"]["admin1"] or ""), (), resolved(article))
    for table in TABLES:
        drawn = _headlines(folder / table)
        for headline, area, points in drawn[:HEADLINES]:
            text = Text("UCDP", Article(headline, headline), area, points, resolved(Article(headline, headline)))
            if any(r.place and r.place.kind != "country" and r.role in LOCATION_ROLES for r in text.resolutions):
                yield text


def _headlines(path: Path) -> list[tuple[str, str, tuple[Place, ...]]]:
    columns = ["source_headline", "adm_1", "latitude", "longitude"]
    table = pd.read_parquet(path, columns=[*columns, "where_prec"])
    rows: dict[str, list[tuple[str, Place]]] = {}
    for headline, area, lat, lon in table.loc[table.where_prec <= AREA_PREC, columns].dropna().itertuples(index=False):
        text = headline.split(";")[0].strip()  # several sources are joined by semicolons
        if text.isascii() and len(ENGLISH & set(re.findall("[a-z]+", text.lower()))) > 1:
            point = Place("gold", "", "town", float(lon), float(lat), 0.0)
            rows.setdefault(text, []).append((spelled(area), point))
    found = [
        (text, told[0][0], tuple(point for _, point in told))
        for text, told in sorted(rows.items())
        if len({area for area, _ in told}) == 1
    ]
    random.Random(SEED).shuffle(found)
    return found


# ---- what is right, and what each step brings ---------------------------------------------------------------


def print_right(what: str, texts: Sequence[Text]) -> None:
    """Print the shares that are right, of the articles and of the headlines with an event, by half."""
    right: Counter[tuple[str, int, str]] = Counter()
    for text in texts:
        news = [e for e in extract_events(text.article, text.resolutions) if e.status == "event"]
        if news or text.source == "FA-KES":
            found = {
                "texts": True,
                "main": bool(news) and text.is_right(news[0]),
                "any": any(text.is_right(e) for e in news),
                "25 km": any(text.is_near(e) for e in news),
            }
            right.update({(text.source, text.half, name): int(yes) for name, yes in found.items()})
    shares = [
        right[source, half, name] / right[source, half, "texts"]
        for source, names in (("FA-KES", ("main", "any")), ("UCDP", ("main", "any", "25 km")))
        for name in names
        for half in (0, 1)
    ]
    print(f"{what:34s}" + "".join(f"{share:7.3f}" for share in shares))


@contextmanager
def without(step: str) -> Iterator[None]:
    """Leave out one step of placing events."""
    if step in GROUPS:
        with patch.dict(where.WEIGHTS, dict.fromkeys(GROUPS[step], 0.0)):
            yield
    elif step == "splitting sentences":
        with patch.object(statements, "split_deeds", lambda statement: [statement]):
            yield
    elif step == "the area first":
        with patch.object(where, "_best_area", lambda claims: max(claims, key=lambda c: (c.score, c.fineness))):
            yield
    elif step == "sums of claims":
        with patch.object(where, "area_strength", lambda claims: max(c.score for c in claims)):
            yield
    elif step == "sentences that only say where":
        plain = where.choose_place
        with patch.object(extract, "choose_place", lambda group, _, *rest: plain(group, (), *rest)):
            yield
    else:
        msg = f"no step {step!r}"
        raise ValueError(msg)


# ---- fitted weights -----------------------------------------------------------------------------------------


def decisions(texts: Iterable[Text]) -> Iterator[Decision]:
    """Yield the choices between areas that the main events of texts leave open."""
    seen: list[list[where.Claim]] = []
    weigh = where.claims_of

    def watched(*args: object) -> list[where.Claim]:  # claims are no part of an event: seen where they are weighed
        seen.append(weigh(*args))  # type: ignore[arg-type]
        return seen[-1]

    with patch.object(where, "claims_of", watched):
        for text in texts:
            seen.clear()
            main = next((e for e in extract_events(text.article, text.resolutions) if e.status == "event"), None)
            own = next((c for c in seen if main and main.place and any(x.place is main.place for x in c)), [])
            claims = [c for c in where.of_one_country(own) if area_name(c.place)] if own else []
            areas = [spelled(area_name(c.place)) for c in claims]
            if len(set(areas)) > 1 and text.area in areas:
                rows = np.array([[float(c.features.get(name, 0)) for name in FEATURES] for c in claims])
                yield Decision(text, rows, areas)


def fit(found: Sequence[Decision], start: np.ndarray, penalty: float) -> np.ndarray:
    """Return the weights that make the gold areas likeliest, held to `start`."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = penalty * float(((weights - start) ** 2).sum()), 2 * penalty * (weights - start)
        for decision in found:
            scores = decision.rows @ weights
            odds = np.exp(scores - scores.max())
            inside = np.where(decision.right, odds, 0)
            total -= float(np.log(inside.sum() / odds.sum()))
            slope = slope + (odds / odds.sum() - inside / inside.sum()) @ decision.rows
        return total, slope

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def print_decided(what: str, found: Sequence[Decision], weights_of: Callable[[Decision], np.ndarray]) -> None:
    """Print how many decisions are right, by source."""
    right, asked = Counter[str](), Counter[str]()
    for decision in found:
        odds = np.exp(decision.rows @ weights_of(decision))
        sums = Counter[str]()
        for area, share in zip(decision.areas, odds, strict=True):
            sums[area] += share
        asked[decision.text.source] += 1
        right[decision.text.source] += sums.most_common(1)[0][0] == decision.text.area
    print(f"{what:40s}" + ", ".join(f"{source} {right[source]:3d} of {asked[source]}" for source in sorted(asked)))


def compare_fitted(texts: Sequence[Text], penalty: float) -> None:
    """Print what weights fitted to the even half decide rightly, beside those set by hand."""
    found = list(decisions(texts))
    even, odd = [[d for d in found if d.text.half == half] for half in (0, 1)]
    hand = np.array(list(where.WEIGHTS.values()))
    by_fold = [fit([d for d in even if d.fold != k], hand, penalty) for k in range(FOLDS)]
    fitted = fit(even, hand, penalty)
    print_decided("even half, weights by hand", even, lambda _: hand)
    print_decided("even half, fitted, cross-validated", even, lambda d: by_fold[d.fold])
    print_decided("odd half, weights by hand", odd, lambda _: hand)
    print_decided("odd half, fitted to the even half", odd, lambda _: fitted)
    for name, before, after in zip(FEATURES, hand, fitted, strict=True):
        print(f"{name:20s} {before:6.2f} -> {after:6.2f}")


def main() -> None:
    """Print the shares that are right, step by step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--fit", action="store_true", help="compare weights fitted to the even half")
    parser.add_argument(
        "--penalty", type=float, default=1.0, help="how firmly fitted weights are held to those by hand"
    )
    args = parser.parse_args()
    texts = list(read_texts(args.folder))
    if args.fit:
        compare_fitted(texts, args.penalty)
        return
    print(f"{'':34s}{'FA-KES main':>14s}{'any':>14s}{'UCDP main':>14s}{'any':>14s}{'25 km':>14s}")
    print(f"{'half':34s}" + f"{'even':>7s}{'odd':>7s}" * 5)
    print_right("everything", texts)
    steps = ("the area first", "sums of claims", "sentences that only say where", "splitting sentences")
    for step in (*steps, *GROUPS):
        with without(step):
            print_right(f"without {step}", texts)


if __name__ == "__main__":
    main()
