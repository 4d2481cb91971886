"""What the decision may use, so that a benchmark can leave a piece out and see what it brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of the decision; each is used unless it is switched off.

    `joint` is hearing the other names at all, of it `country_vote`, `admin1_vote` and `nearness`; `parent_cue` is
    "X, Y" and "X in Y", `type_cues` are words such as "province" beside a name, `lists` names in lists of countries and
    states, `home_words` what a text's words and its outlet tell of its country, `anchoring` placing a street no list
    knows at the town the text puts it in, and `population` preferring large and well-known places.
    """

    joint: bool = True
    country_vote: bool = True
    admin1_vote: bool = True
    nearness: bool = True
    parent_cue: bool = True
    type_cues: bool = True
    lists: bool = True
    home_words: bool = True
    anchoring: bool = True
    population: bool = True


ALL_PIECES = Pieces()
