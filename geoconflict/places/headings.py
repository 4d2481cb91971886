"""Headings that say in which country or province what follows lies: lines "Iraq", "In Syria:", "Airstrikes in Iraq"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import MAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.places.choices import Choice
    from geoconflict.places.context import Context
    from geoconflict.records import Mention, Place

_AREAS = frozenset({"country", "admin1"})
_LONGEST = 60
"""Characters of a heading; a longer line is a sentence."""
_WORDS_BEFORE = re.compile(r"^[\s*#•·.>-]*(?:[\w'’-]+ ){0,6}$")
_AFTER = re.compile(r"^(?: (?:[Gg]overnorate|[Pp]rovince|[Oo]blast|[Rr]egion|[Ss]tate))?[\s*#:–—-]*$")
_LEAD_IN = re.compile(r"^[\s*#•·>-]*[Ii]n (?:the )?$")
"""Before the name in a sentence that opens a list: "In Iraq, the coalition conducted 11 strikes:"."""
_ENDED = re.compile(r"(?:^|[.:;!?)\"”*]\s*\n|\n\s*\n|^[^\n]{0,60}\n|\n[^\n]{0,60}\n)\s*$")
"""What stands before a heading: the end of a sentence, an empty line, a short line; not a line that only wraps."""
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?)\"”] +|\n\W*)(?:(?:Meanwhile|Elsewhere),? i|I)n (?:the )?$")
_END = re.compile(r"[.!?](?:\s|$)|\n")
_LOOK_BEHIND = 120


def read_headings(
    text: str, mentions: Sequence[Mention], contexts: Sequence[Context], choices: Sequence[Sequence[Choice]]
) -> list[Place | None]:
    """Return the country or province under whose heading each mention stands, None under none.

    The mentions are sorted. A heading is a short line of its own that ends in the one name on it, a line that begins
    "In Iraq" and ends in a colon, or "In Iraq:"; it holds up to the next one. "In Iraq," at the head of a sentence
    holds for the sentence.
    """
    found: list[Place | None] = []
    current: Place | None = None
    sentence: tuple[Place | None, int] = None, 0
    for i, mention in enumerate(mentions):
        area = _area(text, mention, contexts[i], choices[i])
        heads = area is not None and _heads(text, mentions, i)
        opens = not heads and area is not None and area.kind == "country" and _opens_sentence(text, mention)
        if heads:
            current = area
        elif opens:
            end = _END.search(text, mention.end)
            sentence = area, end.start() if end else len(text)
        found.append(None if heads or opens else sentence[0] if mention.start < sentence[1] else current)
    return found


def _area(text: str, mention: Mention, context: Context, choices: Sequence[Choice]) -> Place | None:
    """Return the country a name is, or the province when its line calls it one or ends in a colon.

    A name of both, Georgia, sets neither.
    """
    if mention.role is not None:
        return None
    areas = {c.place.kind: c.place for c in reversed(choices) if c.place.kind in _AREAS and c.flags & MAIN}
    if len(areas) != 1:
        return None
    (area,) = areas.values()
    said = context.wanted == "admin1" or text[mention.end : mention.end + 1] == ":"
    return area if area.kind == "country" or said else None


def _opens_sentence(text: str, mention: Mention) -> bool:
    """Whether a sentence begins "In X,"."""
    behind = text[max(0, mention.start - _LOOK_BEHIND) : mention.start]
    return text[mention.end : mention.end + 2] == ", " and bool(_SENTENCE_BEGINS.search(behind))


def _heads(text: str, mentions: Sequence[Mention], i: int) -> bool:
    """Whether the line a name is on is a heading, or "In X:" begins a sentence."""
    behind = text[max(0, mentions[i].start - _LOOK_BEHIND) : mentions[i].start]
    if text[mentions[i].end : mentions[i].end + 1] == ":" and _SENTENCE_BEGINS.search(behind):
        return True
    start = text.rfind("\n", 0, mentions[i].start) + 1
    end = text.find("\n", mentions[i].end)
    if end < 0 or (i and mentions[i - 1].end > start):
        return False
    behind, ahead = text[start : mentions[i].start], text[mentions[i].end : end]
    if _LEAD_IN.match(behind) and ahead.rstrip().endswith(":"):
        return True
    if end - start > _LONGEST or not (_AFTER.match(ahead) and _WORDS_BEFORE.match(behind)):
        return False
    return bool(_ENDED.search(text[max(0, start - _LOOK_BEHIND) : start]))
