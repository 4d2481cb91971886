"""Whether what is told is armed conflict: a drill, a crash, a disease or a match uses the same words.

Deaths and words like "attack" or "blast" prove nothing by themselves. A sentence about another cause, a game, a market
or a thing imagined loses its event words; an event needs a weapon, an armed doer or people hurt by violence in what
tells it, or a report that speaks of fighting throughout.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from geoconflict.events.figures import value
from geoconflict.events.kinds import AIR, FLIGHT, SHELLING, takes_ground
from geoconflict.events.lexicon import kinds, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.statements import Statement

ARMED_SENTENCES: Final = 2
"""A report with this many sentences of armed deeds, and more of them than of other causes, is about conflict."""

LEAD_SENTENCES: Final = 2
"""A headline and the first sentence say what a report is about."""

MASS_KILLING: Final = 3
"""A shooting or stabbing by nobody named is conflict from this many dead on; below, it is mostly crime."""

_WEAPONS: Final = frozenset(
    {AIR, SHELLING, "Suicide bomb", "Remote explosive/landmine/IED", "Grenade", "Chemical weapon"}
)
_STRATEGIC: Final = {
    "Agreement": "peace_words",
    "Arrests": "political_people",
    "Abduction/forced disappearance": "political_people",
    "Change to group/activity": "group_words",
    "Headquarters or base established": "group_words",
}
"""What else must be named for these to be of conflict: a deal may be of trade, an arrest of a thief."""

_SELF_EVIDENT: Final = frozenset({"Mob violence", "Disrupted weapons use", "Other"})
"""Kinds whose words need nothing else: a lynching, a bomb made safe, a coup, a mass grave."""

_IRREGULARS: Final = frozenset({"rebel group", "political militia", "identity militia"})
_HURTS: Final = frozenset({"?assault", "?blast", "?bomb", "?armed", "Armed clash"})
"""Words for a deed that is violence when the same sentence has its dead or wounded. A disease is battled, too, and
people die of it: a clash needs a word of killing."""

_VIOLENT_DEATH: Final = ("kill", "slain", "slaughter", "massacr", "wound", "dead")


class Setting(NamedTuple):
    """What the whole report is about: fighting throughout, or a thing imagined."""

    armed: bool
    imagined: bool


def of_conflict_only(statement: Statement) -> Statement:
    """Return a statement without the event words and counts of another cause, or of a thing that did not happen."""
    imagined = statement.is_imagined
    if not imagined and not (statement.names_other_cause and not _names_violence(statement)):
        return statement
    why = "told of a drill or a story" if imagined else "told of another cause"
    return replace(statement, triggers=(), counts=tuple(c.marked("other_event", why) for c in statement.counts))


def setting_of(statements: Sequence[Statement]) -> Setting:
    """Return what a report speaks of throughout.

    What a report that opens with a drill or a film goes on to tell is of that, unless more of it tells of armed deeds.
    """
    armed = sum(_is_armed(s) for s in statements)
    imagined = [s.is_imagined for s in statements]
    other = sum(s.names_other_cause for s in statements) + sum(imagined)
    return Setting(
        armed >= ARMED_SENTENCES and armed > other, any(imagined[:LEAD_SENTENCES]) and armed <= sum(imagined)
    )


def is_conflict(told: Sequence[Statement], setting: Setting) -> bool:
    """Whether the statements of one event tell of conflict, by their own words or by what the report is about."""
    triggers = [t for s in told for t in s.triggers]
    if setting.imagined:
        return False
    if all(t.kind == FLIGHT for t in triggers):
        return any(s.has_count("displaced") and pattern("fighting_words").search(s.sentence.low) for s in told)
    if any(t.family == "protest" for t in triggers) or any(_is_armed(s) or _is_strategic(s) for s in told):
        return True
    if not setting.armed:
        return False
    if any(t.kind not in ("?dead", "?capture") for t in triggers):
        return True
    ground = any(t.kind == "?capture" for t in triggers) and any(takes_ground(s) for s in told)
    killed = any(t.word.startswith(_VIOLENT_DEATH) for t in triggers) and any(s.has_count("killed") for s in told)
    return ground or killed


def without_flight(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements without the words for flight where something else is told: people flee an event.

    Where only what they fled is named ("fighting forced 9,000 families out"), the flight is what is told.
    """
    something_else = any(s.triggers and not _tells_flight(s) for s in statements)
    kept = [tuple(t for t in s.triggers if (t.kind != FLIGHT) == something_else) for s in statements]
    return [
        s if len(triggers) == len(s.triggers) else replace(s, triggers=triggers)
        for s, triggers in zip(statements, kept, strict=True)
    ]


def _tells_flight(statement: Statement) -> bool:
    """Whether people fled, were counted, and of what they fled there is no more than a noun."""
    others = [t for t in statement.triggers if t.kind != FLIGHT]
    fled = len(others) < len(statement.triggers) and statement.has_count("displaced")
    return fled and all(pattern("fighting_words").fullmatch(t.word) for t in others)


def _is_strategic(statement: Statement) -> bool:
    """Whether a statement tells a development of conflict that need not be violent."""
    armed = any(a.kind in _IRREGULARS for a in statement.actors)
    return any(
        t.kind in _SELF_EVIDENT or (t.kind in _STRATEGIC and (armed or statement.sentence.has(_STRATEGIC[t.kind])))
        for t in statement.triggers
    )


def _names_violence(statement: Statement) -> bool:
    """Whether a sentence names a doer or a weapon no accident or match has."""
    doers = (a for a in statement.actors if a.role == "perpetrator")
    return any(a.kind in _IRREGULARS for a in doers) or statement.sentence.has("violent_causes")


def _is_armed(statement: Statement) -> bool:
    """Whether a statement tells an armed deed."""
    triggers = statement.triggers
    if not triggers:
        return False
    if any(t.kind in _WEAPONS for t in triggers) or _names_violence(statement):
        return True
    violent = [t for t in triggers if kinds()[t.kind].violence and (t.kind != "?dead" or _is_violent_death(t.word))]
    if any(t.kind == "?capture" for t in triggers) and not takes_ground(statement):
        violent = [t for t in violent if t.kind != "?capture"]
    counted = statement.has_count("killed", "injured", "casualties")
    hurt = any(_is_violent_death(t.word) for t in triggers)
    if any(t.kind == "Attack" for t in triggers) and _counts_killed(statement) >= MASS_KILLING:
        return True
    if any(t.kind in _HURTS and (hurt or (t.kind != "Armed clash" and counted)) for t in triggers):
        return True
    forces = any(a.kind != "civilians" and a.role in ("perpetrator", "target") for a in statement.actors)
    if violent and forces:
        return True
    told = bool(violent) or any(t.kind not in ("?dead", "?capture") for t in triggers)
    return told and statement.sentence.has("armed_people")


def _counts_killed(statement: Statement) -> int:
    return max((value(c.figure) or 0 for c in statement.counts if c.figure.unit == "killed"), default=0)


def _is_violent_death(word: str) -> bool:
    return word.startswith(_VIOLENT_DEATH)
