"""One number of a sentence on its way to a figure: the people it counts, and the words that may govern it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.lexicon import any_of, before

if TYPE_CHECKING:
    from geoconflict.events.amounts import Amount
    from geoconflict.events.sentences import Sentence
    from geoconflict.records import Figure

GROUP: Final = re.compile(
    r"[^\w).:;!?]+(?:of\W+(?:the(?:ir|m)?|its|whom|those|our|his)\W+)?(?:an?\W+|our\W+)?"
    r"(?:(?!according\b|said\b|says\b)[\w'-]+\W){0,4}?"
    rf"(?P<group>{any_of('group_nouns')})\b"
)
_ENDS_GROUP: Final = re.compile(rf"\b(?:{any_of('killed')}|{any_of('injured')}|were|was|and|in|by|by the)\b")
INCLUDING: Final = before("including", r"\W+(?:(?!and\b|killed\b)\w+\W+){0,3}?")
ANOTHER: Final = re.compile(r"\b(?:another|other|further)\s*$")
MOVED_TO: Final = re.compile(rf"\b(?:{any_of('count_moved')})\b[^.;\d]{{0,20}}\bto\s+$")
LEFT_BEHIND: Final = re.compile(rf"\b(?:{any_of('count_moved')}|up|down)\b[^.;]{{0,40}}\bfrom\s+$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One number in its sentence, on the way to a figure; offsets are within the sentence.

    `end` is where its group noun ends; `earlier` are the figures read before it.
    """

    sentence: Sentence
    amount: Amount
    previous_end: int
    next_start: int
    earlier: tuple[Figure, ...]
    group: str
    end: int

    @property
    def start(self) -> int:
        """Return where its hedge starts, else its number."""
        return self.amount.start

    @property
    def upto(self) -> str:
        """Return the sentence up to the figure."""
        return self.sentence.low[: self.start]

    @property
    def left(self) -> str:
        """Return what may govern it before: from the number before, or from the start where a toll is named."""
        upto = self.upto
        return upto if "toll" in upto else upto[self.previous_end :]

    @property
    def next_start_or_end(self) -> int:
        """Return where the next number starts, or the end of the sentence."""
        return self.next_start if self.next_start > self.end else len(self.sentence.low)

    @property
    def right(self) -> str:
        """Return what may govern it behind: up to the next number."""
        return self.sentence.low[self.end : min(self.next_start_or_end, self.end + 90)]

    def between(self, earlier: Figure) -> str:
        """Return the words between an earlier figure and this one."""
        return self.sentence.low[max(0, earlier.end - self.sentence.start) : self.start]


def group_of(low: str, number_end: int, next_start: int) -> tuple[str, int]:
    """Return the noun of those counted and where it ends, or "" and the end of the number."""
    match = GROUP.match(low, number_end)
    if not match or match.start("group") >= next_start or _ENDS_GROUP.search(low, number_end, match.start("group")):
        return "", number_end
    return match["group"], match.end("group")


def is_civilian(group: str) -> bool:
    """Whether a counted group is of civilians: "people" may be either and is not."""
    return bool(_starts("civilian_groups").match(group))


def is_combatant(group: str) -> bool:
    """Whether a counted group bears arms."""
    return bool(_starts("combatant_groups").match(group))


def is_subset_group(group: str) -> bool:
    """Whether a group is always counted inside another: women, children."""
    return bool(_starts("subset_groups").match(group))


def value(figure: Figure | Amount) -> int | None:
    """Return the number a figure names: its upper one, else its floor."""
    return figure.high if figure.high is not None else figure.low


@cache
def _starts(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(name)})\b")
