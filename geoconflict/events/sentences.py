"""Sentences and clauses, with offsets into the untouched text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from geoconflict.events.lexicon import any_of, fold, pattern, starting, word_set

SentenceKind = Literal["headline", "body", "heading", "caption", "boilerplate", "dateline"]

_END: Final = re.compile(r"([.!?؟…]+)([\"'”’)\]]*)(\s+|$)(?=[\"'“‘(\[]?\s*[^\Wa-z_]|[#@–—-]|$)|\n")
_GLUED: Final = re.compile(r"(?<=[a-z)])\.(?=[A-Z][a-z])")  # "...the city.Residents said": a lost blank
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


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `article.text[start:end] == text`, `low` is its folded form, `clauses` are absolute offsets.

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

    @property
    def in_list(self) -> bool:
        """Whether the sentence is an item of a list."""
        return bool(_LIST_ITEM.match(self.text))

    def clause(self, offset: int) -> int:
        """Return which clause of the sentence the absolute `offset` lies in."""
        return sum(start <= offset for start in self.clauses)


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of `text` in order; what lies between them is white space."""
    clause_start = re.compile(rf"[,;:()]|\s-\s|\b(?:{any_of('clause_starts')})\b")
    beside: list[tuple[int, int, SentenceKind]] = [(*m.span(), "caption") for m in _CREDITED.finditer(text)]
    beside += [(*m.span(), "boilerplate") for pattern in (_POSTED, TABLE_ROW) for m in pattern.finditer(text)]
    sentences: list[Sentence] = []
    body_seen = False
    block: int | None = None
    for start, end in _spans(text):
        raw = text[start:end]
        low = fold(raw)
        kind = next(
            (kind for first, last, kind in beside if first <= start < last),
            _kind(raw, low, body_seen=body_seen, ends_line=text[end : end + 1] == "\n"),
        )
        body_seen = body_seen or kind == "body"
        index = len(sentences)
        listed = bool(_LIST_ITEM.match(raw))
        block = (index if block is None else block) if listed else None
        clauses = tuple(start + m.start() for m in clause_start.finditer(low))
        sentences.append(Sentence(index, start, end, raw, low, kind, clauses, index if block is None else block))
    return sentences


def _spans(text: str) -> list[tuple[int, int]]:
    wrapped = _is_hard_wrapped(text)
    ends = [m for m in _END.finditer(text) if _cuts(text, m, wrapped=wrapped)]
    cuts = [(m.end(2), m.end()) if m.group(1) else (m.start(), m.end()) for m in ends]
    cuts += [(m.end(), m.end()) for m in _GLUED.finditer(text)]
    spans, start = [], 0
    for stop, following in [*sorted(cuts), (len(text), len(text))]:
        raw = text[start:stop]
        body = raw.strip()
        if body:
            first = start + len(raw) - len(raw.lstrip())
            spans.append((first, first + len(body)))
        start = max(start, following)
    return spans


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


def _kind(raw: str, low: str, *, body_seen: bool, ends_line: bool) -> SentenceKind:
    open_end = raw.rstrip("\"'”’)]")[-1:] not in (".", "!", "?", "؟")
    if pattern("boilerplate").search(low) or (open_end and len(low) < 90 and starting("boilerplate_starts").match(low)):
        return "boilerplate"
    if len(low) < 160 and starting("caption_starts").match(low.lstrip(" \"'([")):
        return "caption"
    if not body_seen and open_end and len(raw) < 160 and not raw[0].islower():
        return "headline" if len(raw.split()) >= 4 else "boilerplate"
    if body_seen and open_end and raw[-1] not in ":," and len(raw) < 80 and ends_line and raw[0].isupper():
        return "heading"
    return "body"
