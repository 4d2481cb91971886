"""Stretches of a text that do not overlap, kept in order: whether one is taken is asked of thousands in a long text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Spans:
    """Stretches in order; of two that overlap the second is not to be added."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        ordered = sorted(spans)
        self.starts = [start for start, _ in ordered]
        self.ends = [end for _, end in ordered]

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them shares a character with the stretch given."""
        n = bisect_right(self.ends, start)
        return n < len(self.starts) and self.starts[n] < end

    def add(self, start: int, end: int) -> None:
        """Take one more stretch, which touches none."""
        n = bisect_left(self.starts, start)
        self.starts.insert(n, start)
        self.ends.insert(n, end)

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return those that share a character with the stretch given."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return list(zip(self.starts[first:last], self.ends[first:last], strict=True))
