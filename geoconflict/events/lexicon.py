"""The words this room knows, kept in data files beside the code: `words.json`, `triggers.csv`, `kinds.csv`.

Every pattern is matched against folded text (`fold`): lower case, straight quotes, plain hyphens, and exactly as long
as the original, so that an offset in one is an offset in the other.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import StringIO
from typing import Final

_SAME_LENGTH = str.maketrans({
    "’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "−": "-", "‑": "-", "‒": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "#": " ",
})  # fmt: skip


@lru_cache(maxsize=8)
def fold(text: str) -> str:
    """Return `text` in lower case with plain quotes, hyphens and spaces, character for character."""
    low = text.lower()
    if len(low) != len(text):  # "İ" becomes two characters
        low = "".join(c.lower()[0] for c in text)
    return low.translate(_SAME_LENGTH)


def _read(name: str) -> str:
    return files("geoconflict.events").joinpath(name).read_text(encoding="utf-8")


@cache
def _words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = json.loads(_read("words.json"))
    return words


def fragments(name: str) -> list[str]:
    """Return the fragments of one word list, or of several joined by "+"."""
    return [fragment for one in name.split("+") for fragment in _words()[one]]


@cache
def any_of(name: str) -> str:
    """Return the fragments of one word list as an alternation, longest first, to build a pattern from."""
    ordered = sorted(fragments(name), key=len, reverse=True)
    return by_letters([spelt for fragment in ordered for spelt in _spelt_out(fragment)])


_CHOICE: Final = re.compile(r"\(\?:([^()\\\[]*)\)(\??)(?![*+{?])(.*)", re.DOTALL)
_LETTER: Final = re.compile(r"[\w '-](?![?*+{])")
DEEPEST: Final = 4
"""So many letters part a word list into branches short enough to be tried one by one."""


def _spelt_out(fragment: str) -> list[str]:
    """Return a fragment that opens with a choice as one for each: "(?:two|three) men" as "two men", "three men"."""
    choice = _CHOICE.fullmatch(fragment)
    if not choice:
        return [fragment]
    words, optional, rest = choice.groups()
    return [word + rest for word in [*words.split("|"), *([""] if optional else [])]]


def by_letters(fragments: list[str], depth: int = 0) -> str:
    """Return fragments as an alternation that asks for each letter once; what matches first of two matches first."""
    parts: list[str] = []
    branches: dict[str, list[str]] = {}

    def close() -> None:
        for letter, rests in branches.items():
            body = by_letters(rests, depth + 1) if depth < DEEPEST else "|".join(rests)
            parts.append(letter + (body if len(rests) == 1 else f"(?:{body})"))
        branches.clear()

    for fragment in fragments:
        if _LETTER.match(fragment):
            branches.setdefault(fragment[0], []).append(fragment[1:])
        else:  # what may begin with any letter keeps its turn
            close()
            parts.append(fragment)
    close()
    return "|".join(parts)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the pattern that finds any of a word list as whole words."""
    return re.compile(rf"\b(?:{any_of(name)})\b")


@cache
def before(name: str, gap: str = r"\W*") -> re.Pattern[str]:
    """Return the pattern for a word list that stands right before where the searched text ends."""
    return re.compile(rf"\b(?:{any_of(name)}){gap}$")


@cache
def starting(name: str) -> re.Pattern[str]:
    """Return the pattern to `match` where a text starts with one of a word list."""
    return re.compile(rf"(?:{any_of(name)})(?!\w)")


@cache
def word_set(name: str) -> frozenset[str]:
    """Return a word list of plain words as a set."""
    return frozenset(_words()[name])


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: ACLED's sub-type and type, and the coarse family grouping and merging compare.

    A name that starts with "?" is open: context decides which sub-type it is, once per event (`kinds.sub_type`).
    """

    sub_event_type: str
    event_type: str
    family: str
    violence: bool


@cache
def kinds() -> dict[str, Kind]:
    """Return the kinds by name: ACLED's 25 sub-types and the open ones."""
    return {
        row["sub_event_type"]: Kind(row["sub_event_type"], row["event_type"], row["family"], row["violence"] == "yes")
        for row in csv.DictReader(StringIO(_read("kinds.csv")))
    }


CONTEXT_CHARS: Final = 70
"""How far before a word its row of `triggers.csv` may look."""

_LOOKS_BEHIND: Final = re.compile(r"(?:\(\?<!(?:\\.|[^()\\])*\))+")
"""What only looks behind is asked where the word begins, not from everywhere before it."""


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """A word that says an event happened: its kind, its weight, and what must stand before and after it."""

    kind: str
    weight: float
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    reach: int = CONTEXT_CHARS

    def fits(self, low: str, start: int, end: int) -> bool:
        """Whether what must stand before and after the word at `low[start:end]` does."""
        if self.after and not self.after.match(low, end):
            return False
        return not self.before or bool(self.before.search(low, max(0, start - self.reach), start))


@cache
def trigger_rows() -> dict[str, tuple[TriggerRow, ...]]:
    """Return the rows of `triggers.csv` by word."""
    rows: dict[str, list[TriggerRow]] = {}
    for line in csv.DictReader(StringIO(_read("triggers.csv"))):
        row = TriggerRow(
            line["kind"],
            float(line["weight"]),
            re.compile(f"(?:{line['before']})$") if line["before"] else None,
            re.compile(line["after"]) if line["after"] else None,
            0 if _LOOKS_BEHIND.fullmatch(line["before"]) else CONTEXT_CHARS,
        )
        for word in line["words"].split():
            rows.setdefault(word, []).append(row)
    return {word: tuple(found) for word, found in rows.items()}


@cache
def trigger_words() -> re.Pattern[str]:
    """Return the pattern of the words of `triggers.csv`, whole words only; one branch a letter, one pass."""
    tree: dict[str, dict] = {}  # type: ignore[type-arg]
    for word in trigger_rows():
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    words = "|".join(
        rf"{first}(?<![a-z].)(?<![a-z]['-].){_branches(rest)}" for first, rest in sorted(tree.items())
    )  # the letter first, so that the scan may skip to it
    return re.compile(rf"(?:{words})(?![a-z]|['-][a-z])")


def _branches(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    """Return the fragment for a tree of letters; a word that goes on is read before one that ends."""
    further = [re.escape(letter) + _branches(rest) for letter, rest in sorted(node.items()) if letter]
    if not further:
        return ""
    body = further[0] if len(further) == 1 and "" not in node else f"(?:{'|'.join(further)})"
    return f"{body}?" if "" in node else body
