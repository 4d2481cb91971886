"""Names the gazetteer does not know: respelt, told of beside a town, standing for a government, or simply unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geoconflict.bundled import ARABIC_COUNTRIES
from geoconflict.places.choices import INSTITUTIONS
from geoconflict.places.context import kind_of_type
from geoconflict.records import Candidate, Resolution

if TYPE_CHECKING:
    from collections.abc import Collection

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.records import Mention, Place, Role

ANCHORED_RADIUS_M = 25_000.0
"""Radius of a street, hospital or lake no list knows, placed at the nearest settled place of the text."""
ANCHORED_SCORE = 0.5
_RESPELT_SCORE = 0.7
_LEAST_LIKENESS = 0.75
"""The index offers less alike names too, to a reader who asks; in running text a wrong place is worse than none."""
_SHORTEST_RESPELT = 4
_RESPELT_COUNTRIES = ARABIC_COUNTRIES | {"BY", "ER", "ET", "IL", "IR", "RU", "SO", "UA"}
"""Where names reach the press in many transliterations; elsewhere a spelling that is unknown is another name."""
_NAME_GOES_ON = re.compile(r"^[ -](?:el|es|esh|er|et|ez|ech|us|ul|ad|al|ash)[ -][A-Z]")
_PATTERN_WORDS = frozenset(
    (  # noqa: SIM905  a list of 70 quoted words hides them
        "street avenue road boulevard highway interstate route bridge square lake river creek bay mount mt hospital "
        "clinic school mosque church airport airbase base prison camp dam checkpoint crossing station stadium "
        "university park cemetery palace castle farm refinery port tower valley hill mountain forest beach "
        "مرفا مينا ميناء مطار مستشفي معهد جامعه شارع جسر سد ميدان طريق دوار مخيم سجن معبر قصر مقبره مجمع حي كليه مبني "
        "سفاره محطه وادي جبل بحيره شاطي"
    ).split(),
)
"""First or last words of names that say what they are: a street, a hospital, a lake."""
_LONG_FEATURES = frozenset(
    {
        "highway",
        "interstate",
        "route",
        "road",
        "river",
        "lake",
        "creek",
        "bay",
        "valley",
        "mountain",
        "mount",
        "mt",
        "hill",
        "forest",
        "طريق",
        "وادي",
        "جبل",
        "بحيره",
    }
)
"""Of these the text seldom names the end it means."""


def respelt(mention: Mention, countries: Collection[str], gazetteer: Gazetteer) -> Candidate | None:
    """Return the place spelt most alike in the countries a text is about, None when nothing is alike enough.

    A name that says what it is ("al-Sina Prison") is matched with places of that kind only.
    """
    countries = [country for country in countries if country in _RESPELT_COUNTRIES]
    if not countries or len(mention.text) < _SHORTEST_RESPELT or mention.key in INSTITUTIONS:
        return None
    kind = kind_of_type(pattern_word(mention))
    for row, likeness in gazetteer.similar(mention.text, countries):
        place = gazetteer.place(row)
        if likeness >= _LEAST_LIKENESS and (not kind or place.kind == kind):
            reason = f"not in the gazetteer; spelt like {place.name}, in a country this text is about"
            return Candidate(place, round(mention.score * likeness * _RESPELT_SCORE, 3), reason)
    return None


def part_of_name(text: str, mention: Mention) -> bool:
    """Whether a name is only a part of one the text writes: "Tell" or "Sultan" of "Tell es Sultan"."""
    return bool(_NAME_GOES_ON.match(text[mention.end : mention.end + 8]))


def unplaced(mention: Mention, parent: Place | None, role: Role) -> Resolution:
    """Return the answer for a name nothing knows.

    No place; but a street, prison or hospital the text itself puts in a settled place ("X Street in Homs") is placed
    there, with `where_prec` 2, the radius that goes with it, and a reason that says so. Merely named beside a town it
    lay within 25 km of it in two cases of five, so that is no answer.
    """
    if mention.key in INSTITUTIONS:
        return Resolution(mention, None, role, 0.0, "stands for a government, not for a place")
    word = pattern_word(mention)
    if not word or word in _LONG_FEATURES or parent is None or parent.is_area:
        return Resolution(mention, None, role, 0.0, "not in the gazetteer")
    score = round(mention.score * ANCHORED_SCORE, 3)
    reason = f"not in the gazetteer; a {word} the text puts in {parent.name}, so taken to lie within 25 km of it"
    candidate = Candidate(parent, score, reason)
    return Resolution(mention, parent, role, score, reason, 2, ANCHORED_RADIUS_M, "near", (candidate,))


def pattern_word(mention: Mention) -> str:
    """Return the word by which a name says what it is, "" when it does not."""
    words = mention.key.split()
    return next((word for word in (*words[-1:], *words[:1]) if word in _PATTERN_WORDS), "")
