"""Lists of countries and states: "Illinois, Missouri and Ohio" are three states, and the comma is no address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import MAIN
from geoconflict.places.context import LIST_GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.places.choices import Choice
    from geoconflict.places.context import Context
    from geoconflict.records import Mention

_SHORTEST = 3
"""Two names may be an address ("Oregon, Wisconsin"), three that may all be countries or states are a list."""


def heed_lists(
    mentions: Sequence[Mention],
    contexts: Sequence[Context],
    choices: Sequence[Sequence[Choice]],
    text: str,
) -> tuple[list[Context], frozenset[int]]:
    """Return the contexts, and the numbers of the mentions that stand in a list of countries or states.

    In such a list a name is no address of the one before it, unless it is the country of the state before it.
    """
    levels = [
        frozenset(c.place.kind for c in found if c.flags & MAIN and c.place.kind in ("country", "admin1"))
        for found in choices
    ]
    heeded, listed, run = list(contexts), set[int](), list[int]()
    for i, mention in enumerate(mentions):
        if run and not (levels[i] and LIST_GAP.match(text[mentions[i - 1].end : mention.start])):
            _heed(run, heeded, levels, listed)
            run = []
        if levels[i] and mention.role is None:
            run.append(i)
    _heed(run, heeded, levels, listed)
    return heeded, frozenset(listed)


def _heed(run: Sequence[int], contexts: list[Context], levels: Sequence[frozenset[str]], listed: set[int]) -> None:
    if len(run) < _SHORTEST:
        return
    listed.update(run)
    for i in run[:-1]:
        if contexts[i].parent == i + 1 and levels[i] & levels[i + 1]:
            contexts[i] = replace(contexts[i], parent=None, parent_is_plain=False, parent_said=False)
