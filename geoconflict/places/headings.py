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

_LONGEST = 60
"""Characters of a heading; a longer line is a sentence."""
_WORDS_BEFORE = re.compile(r"^[\s*#•·.>-]*(?:[\w'’-]+ ){0,6}$")
_AFTER = re.compile(r"^(?: (?:[Gg]overnorate|[Pp]rovince|[Oo]blast|[Rr]egion|[Ss]tate))?[\s*#:–—-]*$")
_LEAD_IN = re.compile(r"^[\s*#•·>-]*[Ii]n (?:the )?$")
"""Before the name in a sentence that opens a list: "In Iraq, the coalition conducted 11 strikes:"."""
_ENDED = re.compile(r"(?:^|[.:;!?)\"”*]\s*\n|\n\s*\n|^[^\n]{0,60}\n|\n[^\n]{0,60}\n)\s*$")
"""What stands before a heading: the end of a sentence, an empty line, a short line; not a line that only wraps."""
_LOOK_BEHIND = 120


def read_headings(
    text: str, mentions: Sequence[Mention], contexts: Sequence[Context], choices: Sequence[Sequence[Choice]]
) -> list[Place | None]:
    """Return the country or province under whose heading each mention stands, None under none.

    The mentions are sorted. A heading is a short line of its own that ends in the one name on it, or a line that
    begins "In Iraq" and ends in a colon; it holds up to the next one.
    """
    if "\n" not in text:
        return [None] * len(mentions)
    found: list[Place | None] = []
    current: Place | None = None
    for i, mention in enumerate(mentions):
        area = _area(text, mention, contexts[i], choices[i])
        heads = area is not None and _heads(text, mentions, i)
        current = area if heads else current
        found.append(None if heads else current)
    return found


def _area(text: str, mention: Mention, context: Context, choices: Sequence[Choice]) -> Place | None:
    """Return the country a name is, or the province when its line calls it one or ends in a colon."""
    if mention.role is not None:
        return None
    kinds = ["country"]
    if context.wanted == "admin1" or text[mention.end : mention.end + 1] == ":":
        kinds.append("admin1")
    return next((c.place for c in choices if c.place.kind in kinds and c.flags & MAIN), None)


def _heads(text: str, mentions: Sequence[Mention], i: int) -> bool:
    """Whether the line a name is on is a heading."""
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
