"""Sentences and clauses, with offsets into the untouched text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, Literal

from geoconflict.events.lexicon import fold, fragments, pattern, starting, word_set
from geoconflict.events.openings import opening_letters, openings, signs

SentenceKind = Literal["headline", "body", "heading", "caption", "boilerplate", "dateline"]

_END: Final = re.compile(
    r"[.!?؟…\n](?:(?<=\n)|[.!?؟…]*(?P<quotes>[\"'”’)\]]*)(?:\s+|$)(?=[\"'“‘(\[]?\s*[^\Wa-z_]|[#@–—-]|$))"
)
_GLUED: Final = re.compile(r"\.(?<=[a-z)].)(?=[A-Z][a-z])")  # "...the city.Residents said": a lost blank
_CLAUSE_START: Final = re.compile(
    r",|;|:|\(|\)|" + "|".join(rf"{word[:2]}(?<!\w..){word[2:]}\b" for word in fragments("clause_starts"))
)
"""Written so that the scan may skip to one of its letters; what must stand before is looked at afterwards."""
_DASH: Final = re.compile(r"\s-\s")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.)+")
_LIST_ITEM: Final = re.compile(r"\s*(?:[–—•*·-]|\d+[.)])\s")

_CREDITED: Final = re.compile(
    r"^[^\n]{0,400}[\[(][^\[\]()\n]{0,60}\b(?:photos?|images?|pictures?|file|archive|getty|screengrab|handout)\b"
    r"[^\[\]()\n]{0,60}[\])][.\"'”]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that ends with the credit of a picture is its caption: "... in Idlib (AP Photo/A. Name)", "[File: Agency]"."""
_POSTED: Final = re.compile(
    r"^[^\n]*\bpic\.twitter\.com/[^\n]*$|^(?:[^\n]+\n)?[ \t]*[—–-]{1,3}[^\n]{1,60}\(@\w{1,30}\)[^\n]{0,40}$",
    re.MULTILINE,
)
"""A post of social media set into the text, as its code prints it: its words, then "— Name (@name) June 8, 2021"."""
TABLE_ROW: Final = re.compile(
    r"^(?=[^\n]{0,200}$)(?:[ ]*\S[^\t\n]*\t[^\n]*\S[^\n]*|[ ]*\|[^\n]*\|[^\n]*|[^|\n]+\|[^|\n]*\|[^\n]*)$", re.MULTILINE
)
"""A row of a table, by tabs or bars: its numbers mean what the head of the column says, not what stands beside them."""

HARD_WRAP: Final = range(55, 91)
"""Lines mostly this long are one paragraph broken by hand, not one sentence each."""


LONGEST_SENTENCE: Final = 2_000
"""Characters after which a text without full stops is cut: what stands in one sentence is compared pair by pair."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `article.text[start:end] == text`, `low` is its folded form, `clauses` are absolute offsets.

    `openings` are the first letters of its words.
    `block` is the index of the first item of the list it belongs to, else its own `index`: the items of one list are
    one account.
    """

    index: int
    start: int
    end: int
    text: str
    low: str
    kind: SentenceKind
    clauses: tuple[int, ...]
    block: int
    openings: frozenset[str]

    @property
    def in_list(self) -> bool:
        """Whether the sentence is an item of a list."""
        return bool(_LIST_ITEM.match(self.text))

    def clause(self, offset: int) -> int:
        """Return which clause of the sentence the absolute `offset` lies in."""
        return bisect_right(self.clauses, offset)

    def may_have(self, name: str) -> bool:
        """Whether it is worth a search for the word list `name`: it has one of the words the list cannot do without."""
        sought = signs(name)
        return sought is None or not sought.isdisjoint(self.openings)

    def search(self, name: str) -> re.Match[str] | None:
        """Return the first of the word list `name`."""
        return pattern(name).search(self.low) if self.may_have(name) else None

    def lacks(self, begun: frozenset[str]) -> bool:
        """Whether no word begins with one of these four letters (or is one of these shorter words)."""
        return begun.isdisjoint(self.openings)

    def has(self, name: str) -> bool:
        """Whether one of the word list `name` stands in it."""
        return self.search(name) is not None


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of `text` in order; what lies between them is white space."""
    beside = _beside(text)
    folded = fold(text)
    sentences: list[Sentence] = []
    body_seen = False
    block: int | None = None
    for start, end in _spans(text):
        raw = text[start:end]
        low = folded[start:end]
        words = opening_letters(low)
        kind = next((kind for first, last, kind in beside if first <= start < last), None) or _kind(
            raw, low, words, body_seen=body_seen, ends_line=text[end : end + 1] == "\n"
        )
        body_seen = body_seen or kind == "body"
        index = len(sentences)
        listed = bool(_LIST_ITEM.match(raw))
        block = (index if block is None else block) if listed else None
        clauses = _clauses(low, start)
        own_block = index if block is None else block
        sentences.append(Sentence(index, start, end, raw, low, kind, clauses, own_block, words))
    return sentences


def _beside(text: str) -> list[tuple[int, int, SentenceKind]]:
    """Return what stands beside the running text: captions, posts, rows of tables; each asked for by a sign of it."""
    found: list[tuple[int, int, SentenceKind]] = []
    if "[" in text or "(" in text:
        found += [(*m.span(), "caption") for m in _CREDITED.finditer(text)]
    if "pic.twitter.com/" in text or "(@" in text:
        found += [(*m.span(), "boilerplate") for m in _POSTED.finditer(text)]
    if "\t" in text or "|" in text:
        found += [(*m.span(), "boilerplate") for m in TABLE_ROW.finditer(text)]
    return found


def _clauses(low: str, offset: int) -> tuple[int, ...]:
    starts = [offset + m.start() for m in _CLAUSE_START.finditer(low)]
    dashes = [offset + m.start() for m in _DASH.finditer(low)] if "-" in low else []
    return tuple(sorted(starts + dashes) if dashes else starts)


def _spans(text: str) -> list[tuple[int, int]]:
    wrapped = _is_hard_wrapped(text)
    ends = [m for m in _END.finditer(text) if _cuts(text, m, wrapped=wrapped)]
    cuts = [(m.start() if m["quotes"] is None else m.end("quotes"), m.end()) for m in ends]
    cuts += [(m.end(), m.end()) for m in _GLUED.finditer(text)]
    spans, start = [], 0
    for stop, following in [*sorted(cuts), (len(text), len(text))]:
        raw = text[start:stop]
        body = raw.strip()
        if body:
            first = start + len(raw) - len(raw.lstrip())
            spans += _in_lengths(text, first, first + len(body))
        start = max(start, following)
    return spans


def _in_lengths(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut what goes on without a full stop behind commas, else at blanks, else anywhere, into `LONGEST_SENTENCE`."""
    spans = []
    while end - start > LONGEST_SENTENCE:
        limit, least = start + LONGEST_SENTENCE, start + LONGEST_SENTENCE // 2
        stop = max(text.rfind(", ", least, limit), text.rfind("; ", least, limit)) + 1 or text.rfind(" ", least, limit)
        stop = stop if stop > 0 else limit
        spans.append((start, start + len(text[start:stop].rstrip())))
        start = stop + len(text[stop:end]) - len(text[stop:end].lstrip())
    return [*spans, (start, end)] if start < end else spans


def _cuts(text: str, end: re.Match[str], *, wrapped: bool) -> bool:
    if end.group(0) == "\n":
        blank_line = text[end.end() : end.end() + 1] == "\n" or text[end.start() - 1 : end.start()] == "\n"
        return blank_line or not wrapped
    words = text[max(0, end.start() - 12) : end.start() + 1].split()
    last = words[-1] if words else ""
    return last.lower().strip('("“').rstrip(".") not in word_set("abbreviations") and not _INITIALS.fullmatch(last)


def _is_hard_wrapped(text: str) -> bool:
    lengths = [len(line) for line in text.split("\n") if line.strip()]
    return len(lengths) > 6 and sum(n in HARD_WRAP for n in lengths) > 0.6 * len(lengths)


def _kind(raw: str, low: str, words: frozenset[str], *, body_seen: bool, ends_line: bool) -> SentenceKind:
    open_end = raw.rstrip("\"'”’)]")[-1:] not in (".", "!", "?", "؟")
    may_be = not (openings("boilerplate") or words).isdisjoint(words)
    if (may_be and pattern("boilerplate").search(low)) or (
        open_end and len(low) < 90 and starting("boilerplate_starts").match(low)
    ):
        return "boilerplate"
    if len(low) < 160 and starting("caption_starts").match(low.lstrip(" \"'([")):
        return "caption"
    if not body_seen and open_end and len(raw) < 160 and not raw[0].islower():
        return "headline" if len(raw.split()) >= 4 else "boilerplate"
    if body_seen and open_end and raw[-1] not in ":," and len(raw) < 80 and ends_line and raw[0].isupper():
        return "heading"
    return "body"
