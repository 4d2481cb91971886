"""What a report says of its own reliability: written or translated by a machine, an old picture, social media."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from geoconflict.events.lexicon import fold
from geoconflict.events.sentences import TABLE_ROW

FEWEST_ROWS: Final = 3
"""A head and two rows; a line or two with a tab is none."""

_THING: Final = "(?:article|story|report|text|content|post|page|summary|headline|news item)"
_MACHINE: Final = (
    r"(?:the help of )?(?:an? )?(?:generative |large )?(?:ai|a\.i\.|artificial intelligence|language models?|machines?"
    r"|computers?|chatgpt|google translate|deepl|automat\w+|bots?)\b"
)
_MADE: Final = "(?:generated|written|produced|created|drafted|compiled)"
_NETWORK: Final = (
    "(?:twitter|facebook|telegram|instagram|tiktok|whatsapp|social media|truth social|weibo"
    "|tweet|(?:facebook|telegram) post|post on (?:x|twitter|facebook|telegram))"
)
_SAID: Final = "(?:said|wrote|posted|announced|reported|shared|published|claimed|added|statement)"


class _Notice(NamedTuple):
    """What is noted, where one of the words stands and the pattern fits."""

    note: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]


_NOTICES: Final = (
    _Notice(
        "says it was written by a machine",
        ("generat", "written", "produced", "created", "drafted", "compiled", "ai-"),
        re.compile(
            rf"\b{_MADE} (?:\w+ )?(?:by|with|using) {_MACHINE}|\bai[- ](?:generated|written|assisted) {_THING}"
            rf"|\bgenerative ai (?:was|is|has been) used|\b{_THING} (?:is|was) (?:ai|automatically)[- ]generated"
        ),
    ),
    _Notice(
        "says it was translated by a machine",
        ("translat",),
        re.compile(
            rf"\btranslat(?:ed|ion)(?: \w+){{0,4}}? (?:by|with|using|via) {_MACHINE}"
            r"|\b(?:machine|automatic(?:ally)?|auto|ai)[- ]translat(?:ed|ion)"
        ),
    ),
    _Notice(
        "has an illustrative or file picture",
        ("illustrat", "representation", "symbolic", "archiv", "stock", "file", "ai-generated", "ai generated"),
        re.compile(
            r"\b(?:illustrative|representational|symbolic|archive|archival|stock|file) (?:file |stock )?"
            r"(?:image|photo|photograph|picture|footage|illustration)s?\b|[\[(]file[\])]"
            r"|\b(?:image|photo|picture)[^.\n]{0,30}\b(?:for illustration|for representation|illustrative purposes)"
            r"|\bai[- ]generated (?:image|photo|picture|illustration)\b"
        ),
    ),
    _Notice(
        "quotes social media",
        (
            "twitter",
            "tweet",
            "facebook",
            "telegram",
            "instagram",
            "tiktok",
            "whatsapp",
            "social media",
            "social network",
            "truth social",
            "weibo",
            "(@",
            "on x",
        ),
        re.compile(
            rf"\bpic\.twitter\.com/|\(@\w{{2,30}}\)|\btweeted\b|\b{_SAID}\b[^.\n]{{0,60}}"
            rf"\b(?:on|via|in) (?:(?:its|his|her|their|the|an?|official|verified) )*{_NETWORK}\b"
            r"|\b(?:videos?|footage|images|pictures|photos|posts) (?:\w+ ){0,3}?(?:on|to) social (?:media|networks?)\b"
        ),
    ),
)


def notices(*texts: str) -> str:
    """Return what any of the texts says of how reliable the report is, for `Source.note`; "" when nothing.

    That the first, the report's own, holds a table is noted too: its numbers are in no event.
    """
    low = [fold(text) for text in texts if text]
    notes = [
        one.note
        for one in _NOTICES
        if any(any(word in text for word in one.words) and one.pattern.search(text) for text in low)
    ]
    if any(sign in texts[0] for sign in "|\t") and len(TABLE_ROW.findall(texts[0])) >= FEWEST_ROWS:
        notes.append("has a table, of which nothing is read")
    return "; ".join(notes)
