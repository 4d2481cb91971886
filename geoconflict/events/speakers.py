"""Whom a sentence gives as the source of what it tells: "The Observatory said", "according to the ministry"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NAME: Final = (
    r"(?:(?:[Tt]he |[Aa]n? )?(?:[A-Z][\w’'.-]*)(?:\s+(?:of|for|the|and|al|in)(?=\s+[A-Z])|\s+[A-Z(][\w’'.)-]*){0,7}"
    r"(?:\s+(?:news agency|agency|monitoring group|group|military|army|officials?|(?:[a-z]+ )?ministry|spokes\w+"
    r"|correspondent|reporter|television))?"
    r"|(?:[Tt]he|[Oo]ne|[Aa]nother|[Aa]n?|[Ll]ocal|[Mm]edical|[Ss]everal|[Ss]ome|[Rr]ebel|[Oo]pposition|[Ss]tate|[Mm]edia"
    r"|[Ss]ecurity|[Pp]olice|[Ee]arliest|[Ii]nitial|[Aa]ctivists|[Rr]esidents|[Ww]itnesses|[Oo]fficials)(?:\s+[a-z-]+){0,4}?\s*"
    r"(?:residents?|sources?|witness(?:es)?|monitors?|monitoring group|activists?|officials?|media|reports?|spokes\w+"
    r"|statement|groups?|observatory|agency|television|army|military|police|ministry)?)"
)
_SPEAKER: Final = re.compile(
    rf"(?<!\w)({_NAME})\s+(?:said|says|reported|reports|announced|mentioned|added|told|stated|claimed|notes|confirmed"
    r"|are reporting|has said|(?<=reports )put|(?<=statement )put|(?<=officials )put)\b"
    rf"|\b(?:said|according to|reported by|announced by|says|citing)\s+(?:the\s+)?({_NAME})"
)
_SAYING: Final = re.compile(
    r"\b(?:sa(?:id|ys)|report|announced|mentioned|added|told|stated|claimed|notes|put|confirmed|according|citing)"
)
_NOBODY: Final = re.compile(
    r"(?i)(?:(?:the|an?|one|another|some|several|few|early|earlier|earliest|initial|first|previous|other|more|latest|it|that|this"
    r"|these|those|there)\s*)+(?:reports?|version of .*)?"
)
_STANDS_IN: Final = re.compile(r"\b(?:in|at|from|near)\s+$")  # "an official in Qamishli said": the town did not speak


@lru_cache(maxsize=16)
def speaker_of(text: str) -> str:
    """Return who says it, as written, or ""."""
    for match in _SPEAKER.finditer(text) if _SAYING.search(text) else ():
        name = " ".join((match[1] or match[2]).split()).strip(' .,“”"')
        if not _NOBODY.fullmatch(name) and not _STANDS_IN.search(text, 0, match.start()):
            return name[-60:]
    return ""
