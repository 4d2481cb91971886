"""How often a weekday in news is put on its right day: `python benchmarks/weekdays.py`.

Labels: `tests/data/weekdays.jsonl`, one weekday of one article a row, drawn by a seeded script (`--draw`) from FA-KES,
LGL, GeoWebNews and re3d (the last 55 among words of what is to come: `hard`), which lie beside the repository; the
texts are not kept, only document, offsets, day of publication and label. Where an article carries no day of
publication one is drawn by the same seed (`assumed`): what the sentence settles is then before or after, not the date.
A label is the day meant, "none" where no one day is meant (a habit, a name) or "open" where the text does not settle
it; open ones are not scored.

    python benchmarks/weekdays.py                    # the rule beside dateparser and two plain answers, in one run
    python benchmarks/weekdays.py --sheet            # the blind sheet: the sentences in another order, no labels
    python benchmarks/weekdays.py --agree OTHER.jsonl    # agreement and Cohen's kappa with another reader

OTHER.jsonl holds one {"number": N, "label": L} a line, N as printed on the sheet; L is a day, "none", "open", or
"p" (that weekday on the day of publication or the last before it), "f" (the next after it), "l" (a week before "p").
`tests/data/weekdays_second_reading.jsonl` is such a file, by another reader who saw neither labels nor rule. Where the
two name a day they name the same one in 236 of 238 rows; most differences are about whether the text settles the day.
dateparser is left out, and said to be, where it is not installed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
from collections import Counter
from pathlib import Path

from geoconflict import Article
from geoconflict.events.dates import Dateline, find_dateline, find_dates

SHARED = Path(__file__).parents[2] / "shared"
LABELS = Path(__file__).parents[1] / "tests" / "data" / "weekdays.jsonl"
CORPORA = {
    "fakes_syria_dev": ("events/fakes_syria_dev.jsonl", 105),
    "lgl_dev": ("corpora/lgl_dev.jsonl", 65),
    "geowebnews_dev": ("corpora/geowebnews_dev.jsonl", 25),
    "re3d_syria_iraq": ("events/re3d_syria_iraq.jsonl", 10),
}
"""Where the texts lie, and how many articles to draw, one weekday from each."""

HARD = 55
"""How many more are drawn among weekdays that stand close behind a word of what is to come, or "last" or "next"."""

SEED = 20261120
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"(?i)\b(?:{'|'.join(_DAYS)})(?=s?\b)")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TO_COME = re.compile(
    r"(?i)\b(?:will|would|next|last|this|coming|scheduled|planned|plans?|expected|due|set|until|by|to be|deadline"
    r"|every)\b[^.;]{0,60}$"
)
_BESIDE_A_DATE = re.compile(rf"\W{{0,3}}(?:{_MONTH}\w*\W{{0,2}}\s*\d|\d{{1,2}}(?:st|nd|rd|th)?\W)")
"""A weekday that only goes with a date ("Monday, March 3") needs no rule."""


def texts(corpus: str) -> dict[str, str]:
    """Return the texts of a corpus by id."""
    lines = (SHARED / CORPORA[corpus][0]).read_text(encoding="utf-8").splitlines()
    return {str(row["id"]): row["text"] for row in map(json.loads, lines)}


def draw() -> list[dict]:
    """Return the sample: in each drawn article one weekday that does not merely go with a date, then the hard ones."""
    chance = random.Random(SEED)
    sample: list[dict] = []
    for corpus, (_, wanted) in CORPORA.items():
        drawn = 0
        articles = sorted(texts(corpus).items())
        chance.shuffle(articles)
        for name, text in articles:
            found = [m for m in _WEEKDAY.finditer(text) if not _BESIDE_A_DATE.match(text[m.end() : m.end() + 20])]
            assumed = dt.date(2010, 1, 1) + dt.timedelta(chance.randrange(3650))
            if not found or drawn == wanted:
                continue
            day, match = find_dateline(Article(name, text)).day, chance.choice(found)
            row = {"corpus": corpus, "id": name, "start": match.start(), "end": match.end()}
            sample.append(row | {"published": str(day or assumed), "assumed": day is None, "hard": False, "label": ""})
            drawn += 1
    return sample + draw_hard(sample, chance)


def draw_hard(sample: list[dict], chance: random.Random) -> list[dict]:
    """Return weekdays of articles not drawn yet that a rule of "the last such day" is likely to get wrong."""
    drawn = {(row["corpus"], row["id"]) for row in sample}
    hard = []
    for corpus in CORPORA:
        for name, text in sorted(texts(corpus).items()):
            found = [
                m
                for m in _WEEKDAY.finditer(text)
                if _TO_COME.search(text[max(0, m.start() - 80) : m.start()])
                and not _BESIDE_A_DATE.match(text[m.end() : m.end() + 20])
            ]
            if not found or (corpus, name) in drawn:
                continue
            day, match = find_dateline(Article(name, text)).day, chance.choice(found)
            assumed = dt.date(2010, 1, 1) + dt.timedelta(chance.randrange(3650))
            row = {"corpus": corpus, "id": name, "start": match.start(), "end": match.end()}
            hard.append(row | {"published": str(day or assumed), "assumed": day is None, "hard": True, "label": ""})
    return chance.sample(hard, min(HARD, len(hard)))


def read_labels(path: Path) -> list[dict]:
    """Return the rows of a file of labels."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def as_label(written: str, row: dict, word: str) -> str:
    """Return a label as it is kept: "p", "f" and "l" become the day they stand for."""
    if written not in ("p", "f", "l"):
        return written
    published = dt.date.fromisoformat(row["published"])
    back = (published.weekday() - _DAYS.index(word.lower())) % 7
    return str(published + dt.timedelta({"p": -back, "f": 7 - back, "l": -back - 7}[written]))


def print_sheet(rows: list[dict], seed: int) -> None:
    """Print the sentences without their labels, in the order of `seed`."""
    numbered = list(enumerate(rows))
    random.Random(seed).shuffle(numbered)
    stored = {corpus: texts(corpus) for corpus in CORPORA}
    for number, row in numbered:
        text, start, end = stored[row["corpus"]][row["id"]], row["start"], row["end"]
        day = dt.date.fromisoformat(row["published"])
        before, after = text[max(0, start - 240) : start], text[end : end + 160]
        told = " ".join(f"{before}[[{text[start:end]}]]{after}".split())
        opening = "" if start < 240 else f"{' '.join(text[:90].split())} ... "
        note = ", assumed" if row["assumed"] else ""
        print(f"#{number} published {_DAYS[day.weekday()].title()} {day}{note}\n   {opening}{told}\n")


def agreement(first: list[str], second: list[str]) -> tuple[float, float]:
    """Return the share of equal labels and Cohen's kappa over before or on, after, none and open (see `kind_of`)."""
    same = sum(a == b for a, b in zip(first, second, strict=True)) / len(first)
    left, right = Counter(first), Counter(second)
    by_chance = sum(left[label] * right[label] for label in left) / len(first) ** 2
    return same, (same - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def kind_of(label: str, row: dict) -> str:
    """Return what was chosen between: the day itself has as many values as rows, so chance would never agree on it."""
    if label in ("none", "open"):
        return label
    days = (dt.date.fromisoformat(label) - dt.date.fromisoformat(row["published"])).days
    return "p" if -7 < days <= 0 else "f" if 0 < days <= 7 else str(days)


def print_agreement(rows: list[dict], other: Path) -> None:
    """Print how far another reader agrees, and where not."""
    stored = {corpus: texts(corpus) for corpus in CORPORA}
    pairs = []
    for given in read_labels(other):
        row = rows[given["number"]]
        word = stored[row["corpus"]][row["id"]][row["start"] : row["end"]]
        pairs.append((given["number"], row, row["label"], as_label(given["label"], row, word)))
    same = sum(a == b for _, _, a, b in pairs)
    kinds = [(kind_of(a, row), kind_of(b, row)) for _, row, a, b in pairs]
    _, kappa = agreement([a for a, _ in kinds], [b for _, b in kinds])
    print(f"{len(pairs)} weekdays, same label {same / len(pairs):.3f}, Cohen's kappa {kappa:.3f}")
    for number, row, mine, theirs in pairs:
        if mine != theirs:
            print(f"  #{number} {row['corpus']} {row['id']} at {row['start']}: {mine} / {theirs}")


def ours(text: str, row: dict) -> str:
    """Return the answer of the rule."""
    dateline = Dateline(dt.date.fromisoformat(row["published"]), None, "given")
    for date in find_dates(text, dateline):
        if date.start < row["end"] and row["start"] < date.end:
            if date.rule == "from_to":  # "from Monday to Saturday": the end this weekday stands at
                return str(date.first if row["start"] - date.start < date.end - row["end"] else date.last)
            return str(date.first) if date.first and date.first == date.last else "none"
    return "none"


def dateparser_answers(rows: list[dict], words: list[str], prefer: str) -> list[str] | None:
    """Return dateparser's answers on the bare weekday, which it reads best; None where it is not installed."""
    try:
        import dateparser
    except ImportError:
        return None
    answers = []
    for row, word in zip(rows, words, strict=True):
        base = dt.datetime.fromisoformat(row["published"])
        found = dateparser.parse(word, languages=["en"], settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": prefer})
        answers.append(str(found.date()) if found else "none")
    return answers


def print_scores(rows: list[dict]) -> None:
    """Print the share of right answers, ours and the others', and our wrong ones."""
    stored = {corpus: texts(corpus) for corpus in CORPORA}
    scored = [row for row in rows if row["label"] != "open"]
    read = [stored[row["corpus"]][row["id"]] for row in scored]
    words = [text[row["start"] : row["end"]] for text, row in zip(read, scored, strict=True)]
    answers: dict[str, list[str] | None] = {
        "our rule": [ours(text, row) for text, row in zip(read, scored, strict=True)],
        "(always on or before publication)": [as_label("p", row, w) for row, w in zip(scored, words, strict=True)],
        "dateparser, as it comes": dateparser_answers(scored, words, "current_period"),
        "dateparser, told to prefer the past": dateparser_answers(scored, words, "past"),
    }
    print(f"{len(scored)} weekdays, {len(rows) - len(scored)} more left open")
    for name, given in answers.items():
        if given is None:
            print(f"{name:36s} not installed")
            continue
        right = [a == row["label"] for row, a in zip(scored, given, strict=True)]
        parts = {
            corpus: [r for r, row in zip(right, scored, strict=True) if row["corpus"] == corpus] for corpus in CORPORA
        }
        parts["hard"] = [r for r, row in zip(right, scored, strict=True) if row["hard"]]
        shares = "  ".join(f"{part} {sum(of) / len(of):.2f}" for part, of in parts.items())
        print(f"{name:36s} {sum(right) / len(scored):.3f}   {shares}")
    for row, answer in zip(scored, answers["our rule"] or [], strict=True):
        if answer != row["label"]:
            where = f"#{rows.index(row)} {row['corpus']} {row['id']} at {row['start']}"
            print(f"  wrong: {where}: {answer}, not {row['label']}")


def main() -> None:
    """Score, draw, print the sheet or the agreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true", help="print the sample without labels")
    parser.add_argument("--sheet", nargs="?", const=1, type=int, metavar="SEED", help="print the blind sheet")
    parser.add_argument("--agree", type=Path, metavar="OTHER.jsonl", help="print the agreement with another reader")
    asked = parser.parse_args()
    if asked.draw:
        print("\n".join(json.dumps(row) for row in draw()))
        return
    rows = read_labels(LABELS)
    if asked.sheet is not None:
        print_sheet(rows, asked.sheet)
    elif asked.agree:
        print_agreement(rows, asked.agree)
    else:
        print_scores(rows)


if __name__ == "__main__":
    main()
