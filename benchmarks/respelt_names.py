"""How many misspelt and re-transliterated names are put where the name belongs, how many elsewhere, and how fast.

    python benchmarks/respelt_names.py --countries SY IQ UA [--lists places.csv ...] [--misses 20]

Names are those of settlements in the index that one spot of the country bears (and of the lists, columns name,
country, lat, lon, as far as the name as written is answered right). Each is respelt, from a fixed seed, with one or
two typing errors (swap, drop, double, replace) and by the rules the press follows in transliterating Arabic, Kurdish,
Turkish, Persian and Cyrillic names; what comes out as the name of another place is left out. Only the respelling and
the country are given to the gazetteer. `right` is an answer within 25 km, `wrong` one further off, the rest is
unanswered. Beside it `rapidfuzz.process.extractOne` over all names of the country, at several cut-offs.

Constants were chosen on names whose MD5 begins with an even byte; `--half report`, the default, asks the others.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import marisa_trie
from rapidfuzz import fuzz, process

from geoconflict.gazetteer import Gazetteer, open_gazetteer
from geoconflict.gazetteer.index import FIRM, NAME_FORMAT, NAMES
from geoconflict.gazetteer.names import norm
from geoconflict.gazetteer.ranking import ANSWER_SCORE
from geoconflict.gazetteer.rows import SETTLEMENTS, distance_km

if TYPE_CHECKING:
    from collections.abc import Sequence

RIGHT_WITHIN_KM = 25.0
SEED = 20_260_101
SHORTEST = 4
MOST_NAMES = 1_500
ERRORS = ("swap", "drop", "double", "replace")
PEER_CUTOFFS = (75, 80, 85, 90)

ARABIC_RULES = [
    ("kh", ["h", "x"]),
    ("gh", ["g"]),
    ("sh", ["ch", "s"]),
    ("th", ["t", "s"]),
    ("dh", ["d", "z"]),
    ("q", ["k", "g"]),
    ("k", ["q", "c"]),
    ("j", ["dj", "g"]),
    ("ou|oo|u", ["u", "ou", "oo", "o"]),
    ("ee|i", ["i", "ee", "e"]),
    ("ay|ai|ei|ey", ["ay", "ai", "ei", "ey", "e"]),
    ("aw|au", ["aw", "au", "o"]),
    ("(?:a|e|ah|eh)$", ["a", "ah", "eh", "e"]),
    ("iy|iyy|y", ["y", "iy", "iyy", "i"]),
    ("a", ["e", "aa"]),
    ("[' ’‘]", ["", "'"]),
    ("([bdfklmnrstz])", [r"\1\1"]),
    (r"([bdfklmnrstz])\1", [r"\1"]),
    (r"^(?:al|el|ad|as|ash|ar|an|az|at|ath|adh|ed|es|er)[ -]", ["al-", "el-", "Al ", ""]),
    (r"(?<= )(?:al|el|ad|as|ash|ar|an|az|at)[ -]", ["al-", "el-", "", "ul-"]),
    ("^(?:tall|tell|tal)\\b", ["Tall", "Tell", "Tal"]),
    ("^(?:kafr|kafar|kfar)\\b", ["Kafr", "Kafar", "Kafer"]),
    ("^(?:dayr|deir|der)\\b", ["Dayr", "Deir", "Der"]),
    ("^(?:umm|um|oum)\\b", ["Umm", "Um", "Oum"]),
    ("^(?:bayt|beit|bait)\\b", ["Bayt", "Beit", "Bait"]),
    ("^(?:ayn|ain|ein)\\b", ["Ayn", "Ain", "'Ayn", "Ein"]),
    ("^(?:jabal|jebel|jbel)\\b", ["Jabal", "Jebel", "Jbel"]),
    ("[ -]", ["-", " ", ""]),
    ("sh", ["ş"]),
    ("ch", ["ç"]),
    ("ee|i", ["î"]),
    ("ou|oo|u", ["û"]),
]
CYRILLIC_RULES = [
    ("kh", ["h", "x"]),
    ("h", ["g"]),
    ("zh", ["j", "ž"]),
    ("sh", ["š"]),
    ("ch", ["č", "tch"]),
    ("ts", ["c", "tz"]),
    ("(?:yy|iy|ij|yi|y|i)$", ["y", "i", "iy", "yy", "ij", "yi"]),
    ("ya|ia", ["ya", "ia", "ja"]),
    ("yu|iu", ["yu", "iu", "ju"]),
    ("ye|ie", ["ye", "ie", "e"]),
    ("yi|i", ["yi", "i", "ï"]),
    ("i|y", ["y", "i"]),
    ("e$", ["oe", "e"]),
    ("v$", ["w", "ff"]),
    ("v", ["w"]),
    ("([lnstdr])(?=[kstn])", [r"\1'"]),
    ("'", [""]),
    ("(nn|ll|ss)", ["n", "l", "s"]),
    ("[ -]", ["-", " ", ""]),
]
RULES = {"UA": CYRILLIC_RULES, "RU": CYRILLIC_RULES, "BY": CYRILLIC_RULES}


class Known(NamedTuple):
    """A name with the spot it stands for."""

    name: str
    country: str
    lon: float
    lat: float


def settlements(gazetteer: Gazetteer, country: str) -> list[Known]:
    """Return the names that one settlement of a country bears."""
    found = []
    for row in range(gazetteer.info()["counts"]["places"]):
        place = gazetteer.place(row)
        if place.country != country or place.kind not in SETTLEMENTS:
            continue
        key = norm(place.name)
        if not key.isascii() or len(key) < SHORTEST:
            continue
        spots = [gazetteer.place(entry.row) for entry in gazetteer.entries(key) if entry.flags & FIRM]
        spots = [spot for spot in spots if spot.country == country]
        if all(distance_km(place.lon, place.lat, spot.lon, spot.lat) <= RIGHT_WITHIN_KM for spot in spots):
            found.append(Known(place.name, country, place.lon, place.lat))
    return sorted(set(found))


def from_list(gazetteer: Gazetteer, path: Path) -> list[Known]:
    """Return the names of a list that are answered right as they are written."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [Known(r["name"], r["country"], float(r["lon"]), float(r["lat"])) for r in csv.DictReader(file)]
    return [known for known in rows if verdict(gazetteer, known.name, known) == "right"]


def verdict(gazetteer: Gazetteer, written: str, known: Known) -> str:
    """Return right, wrong or unanswered."""
    best = next(iter(gazetteer.candidates(written, country=known.country, limit=1)), None)
    if best is None or best.score < ANSWER_SCORE:
        return "unanswered"
    off_km = distance_km(known.lon, known.lat, best.place.lon, best.place.lat)
    return "right" if off_km <= RIGHT_WITHIN_KM else "wrong"


def mistype(name: str, edits: int, chance: random.Random, errors: Sequence[str] = ERRORS) -> str:
    """Return a name with typing errors."""
    letters = list(name)
    for _ in range(edits):
        places = [place for place, letter in enumerate(letters) if letter.isalpha()]
        place = chance.choice(places)
        error = chance.choice(errors)
        if error == "swap" and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif error == "double":
            letters.insert(place, letters[place])
        elif error == "replace":
            letters[place] = chance.choice("abcdefghijklmnopqrstuvwxyz")
        elif error == "drop":
            del letters[place]
    return "".join(letters)


def transliterate(name: str, country: str, chance: random.Random) -> str:
    """Return a name as another system or paper might write it: one to three rules, each at one place or at all."""
    text = name
    rules = [rule for rule in RULES.get(country, ARABIC_RULES) if re.search(rule[0], text, re.IGNORECASE)]
    for pattern, others in chance.sample(rules, min(len(rules), chance.randint(1, 3))):
        found = list(re.finditer(pattern, text, re.IGNORECASE))
        if found:
            match = chance.choice(found)
            text = text[: match.start()] + match.expand(chance.choice(others)) + text[match.end() :]
    return text


def respellings(gazetteer: Gazetteer, names: list[Known], half: int) -> dict[str, list[tuple[str, Known]]]:
    """Return for each class the respelt names of one half, those that are no other place's name."""
    made: dict[str, list[tuple[str, Known]]] = defaultdict(list)
    for known in names:
        digest = hashlib.md5(norm(known.name).encode(), usedforsecurity=False).digest()
        if digest[0] % 2 != half:
            continue
        chance = random.Random(f"{SEED} {known.name}")
        written = {
            "one typing error": mistype(known.name, 1, chance),
            "two typing errors": mistype(known.name, 2, chance),
            "two swaps": mistype(known.name, 2, chance, ["swap"]),
            "transliteration": transliterate(known.name, known.country, chance),
        }
        for sort, text in written.items():
            if norm(text) != norm(known.name) and not _is_other_name(gazetteer, text, known):
                made[sort].append((text, known))
    return made


def _is_other_name(gazetteer: Gazetteer, text: str, known: Known) -> bool:
    places = [gazetteer.place(entry.row) for entry in gazetteer.entries(norm(text))]
    places = [place for place in places if place.country == known.country]
    return bool(places) and all(
        distance_km(known.lon, known.lat, place.lon, place.lat) > RIGHT_WITHIN_KM for place in places
    )


def peer(gazetteer: Gazetteer, country: str, asked: list[tuple[str, Known]]) -> str:
    """Return what `rapidfuzz.process.extractOne` over all names of a country gives, at several cut-offs."""
    keys: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for key, (row, _) in marisa_trie.RecordTrie(NAME_FORMAT).mmap(str(gazetteer.folder / NAMES)).iteritems():
        place = gazetteer.place(row)
        if key.isascii() and place.country == country:
            keys[key].append((place.lon, place.lat))
    choices = list(keys)
    start = time.perf_counter()
    answers = [(known, process.extractOne(norm(text), choices, scorer=fuzz.ratio)) for text, known in asked]
    seconds = time.perf_counter() - start
    lines = []
    for cutoff in PEER_CUTOFFS:
        tally: Counter[str] = Counter()
        for known, answer in answers:
            if answer is None or answer[1] < cutoff:
                continue
            spots = keys[answer[0]]
            off_km = distance_km(known.lon, known.lat, *spots[0])
            tally["right" if off_km <= RIGHT_WITHIN_KM else "wrong"] += 1
        lines.append(f"from {cutoff}: {tally['right'] / len(asked):.3f}/{tally['wrong'] / len(asked):.3f}")
    return f"{', '.join(lines)} (right/wrong); {len(asked) / seconds:,.0f} names/s over {len(choices):,} names"


def measure(gazetteer: Gazetteer, title: str, names: list[Known], options: argparse.Namespace) -> None:
    """Print one line a class, one for all, and one for the peer."""
    made = respellings(gazetteer, names, 0 if options.half == "tune" else 1)
    wrong: list[str] = []
    none: list[str] = []
    total: Counter[str] = Counter()
    seconds = 0.0
    for sort, asked in made.items():
        tally: Counter[str] = Counter()
        start = time.perf_counter()
        verdicts = [verdict(gazetteer, text, known) for text, known in asked]
        seconds += time.perf_counter() - start
        for (text, known), judged in zip(asked, verdicts, strict=True):
            tally[judged] += 1
            if judged != "right":
                best = gazetteer.candidates(text, country=known.country, limit=2)
                offered = "; ".join(f"{c.place.name} {c.score:.2f} {c.reason}" for c in best)
                (wrong if judged == "wrong" else none).append(f"{sort}: {known.name} as {text} -> {offered}")
        total += tally
        share = {name: tally[name] / max(1, len(asked)) for name in ("right", "wrong")}
        print(f"{title:4} {sort:18} right {share['right']:.3f} wrong {share['wrong']:.3f} of {len(asked)}")
    count = sum(total.values()) or 1
    print(
        f"{title:4} {'all':18} right {total['right'] / count:.3f} wrong {total['wrong'] / count:.3f} "
        f"of {count}; {count / seconds:,.0f} names/s",
    )
    for lines in (wrong, none):
        for line in random.Random(SEED).sample(lines, min(options.misses, len(lines))):
            print("   ", line)
    if names and options.peer:
        asked = [pair for pairs in made.values() for pair in pairs]
        print(f"{title:4} rapidfuzz {peer(gazetteer, names[0].country, asked)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--countries", nargs="*", default=["SY", "IQ", "UA"])
    parser.add_argument("--lists", nargs="*", type=Path, default=[])
    parser.add_argument("--half", choices=["tune", "report"], default="report")
    parser.add_argument("--misses", type=int, default=0, help="how many wrong and unanswered names to print")
    parser.add_argument("--no-peer", dest="peer", action="store_false")
    parser.add_argument("--gazetteer", type=Path, default=None, help="folder of an index")
    options = parser.parse_args()
    gazetteer = open_gazetteer(options.gazetteer)
    for country in options.countries:
        names = settlements(gazetteer, country)
        names = random.Random(SEED).sample(names, min(MOST_NAMES, len(names)))
        measure(gazetteer, country, names, options)
    for path in options.lists:
        measure(gazetteer, path.stem, from_list(gazetteer, path), options)


if __name__ == "__main__":
    main()
