"""What happened: one ACLED sub-type for a group of statements, and UCDP's type of violence.

Most words are open ("attack", "blast", "raid"): they are settled here, once per event, by what else the event tells.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from geoconflict.events.actors import UMBRELLAS
from geoconflict.events.lexicon import kinds, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geoconflict.events.statements import Statement
    from geoconflict.records import ActorMention, Figure, Place

AIR: Final = "Air/drone strike"
SHELLING: Final = "Shelling/artillery/missile attack"
CLASH: Final = "Armed clash"
DESTRUCTION: Final = "Looting/property destruction"
BASE: Final = "Headquarters or base established"
CHANGE: Final = "Change to group/activity"
DISRUPTED: Final = "Disrupted weapons use"
SEXUAL: Final = "Sexual violence"
MOB: Final = "Mob violence"
FLIGHT: Final = "?flight"
_EXPLOSIVES: Final = ("Suicide bomb", "Remote explosive/landmine/IED", AIR, SHELLING, "Grenade", "Chemical weapon")

LEAD_FACTOR: Final = 2.0
SECOND_FACTOR: Final = 1.4
"""What the first sentence or a headline, and the second, weigh against the rest."""

CHEMICAL_SHARE: Final = 0.3
"""A chemical weapon names the event even where strikes or shells, which carried it, are told more often."""

CHEMICAL_LATER: Final = 0.5
"""Told only further on it is more often another of the day's events."""

SEXUAL_SHARE: Final = 0.5
DISRUPTED_SHARE: Final = 0.5
"""Weapons shot down or made safe are the event unless the strikes that got through weigh twice as much."""

_ARMY_TOOK: Final = re.compile(
    r"\b(?:army|military|soldiers|troops|security forces|commandos|marines)"
    r"(?:,[^.;,]{0,50},)?(?: (?!from|of|against|after|said|lost)[\w'-]+){0,3} $"
)
_BY_ARMY: Final = re.compile(
    r"(?:\W+[\w'-]+){1,8}?\W+by (?:the )?(?:[\w-]+ )?(?:army|military|soldiers|troops|security forces)\b"
)
_RETAKEN: Final = re.compile(r"\b(?:re-?(?:captur|tak|took|gain|claim)\w*|liberat\w+|(?:took|taken|won) back)\b")
"""Whoever takes ground back had it before: where the place is not known, that tells the government from an invader."""

_LOST_BY: Final = re.compile(
    r"\b(?:re-?(?:captur|tak|took|gain|claim)\w*|liberat\w+|freed|(?:took|taken|won) back)\b"
    r"(?:(?!\bby\b)[^.;]){0,80}?\b(?:from|(?:occupation|rule|control|hands|yoke) (?:by|of)) (?:the )?(?:[\w-]+ ){0,2}$"
)

_BY_WHOM: Final = re.compile(r"\W+(?:on \w+day )?by\b")
TAKEN_CHARS: Final = 40
"""How far before "captured" what was captured may stand."""

_ALONGSIDE: Final = re.compile(
    r"\b(?:(?:backed|supported|covered|accompanied|aided|assisted|helped|preceded) by"
    r"|(?:under|with) (?:the )?(?:heavy )?(?:cover|support|help|backing) (?:of|from)) (?:[\w'-]+ ){0,6}$"
)
"""What stands behind it went along with the deed and is not its kind: "took the town, backed by air strikes"."""
_BESIDE: Final = frozenset({"back", "supp", "cove", "acco", "aide", "assi", "help", "prec"})
"""What one of its words begins with, always."""
ALONGSIDE_SHARE: Final = 0.3

NEAR_KINDS: Final = (
    {"air", "shell", "chemical"}, {"clash", "capture", "shell"}, {"clash", "blast", "attack"},
    {"clash", "air", "capture"}, {"attack", "abduction"}, {"air", "blast"}, {"agreement", "transfer"},
    {"air", "shell", "disrupted"}, {"protest", "mob"}, {"protest", "arrest"}, {"capture", "transfer"},
)  # fmt: skip
"""Families one event may be told in: a raid with air support is a clash and an air strike."""

_AIMED_AT: Final = frozenset({"offensive", "advance", "assault"})
"""What aircraft may strike: the other side's deed."""

_VIOLENT: Final = frozenset(k.family for k in kinds().values() if k.violence)


def related(a: Iterable[str], b: Iterable[str]) -> bool:
    """Whether two sets of families may tell one event."""
    left, right = set(a), set(b)
    if left & right or any(left & near and right & near for near in NEAR_KINDS):
        return True
    return bool(("any" in left and right & _VIOLENT) or ("any" in right and left & _VIOLENT))


def sub_type(group: Sequence[Statement], place: Place | None, *, air_war: bool) -> str:
    """Return the ACLED sub-type; `air_war` says that the article speaks of aircraft anywhere."""
    weights = _weights(group)
    air_war = air_war or AIR in weights
    if "?bomb" in weights:
        weights[AIR if air_war and weights[SHELLING] <= weights[AIR] else SHELLING] += weights.pop("?bomb")
    raids_only = {t.word for s in group for t in s.triggers if t.kind == "?armed"} <= {"raid", "raids"}
    if "?armed" in weights:
        weights[AIR if air_war and raids_only else CLASH] += weights.pop("?armed")
    capture = _capture(group, weights, place)
    if capture:
        return capture
    weights.pop("?capture", None)
    if "?blast" in weights:
        named = next((kind for kind in _EXPLOSIVES if weights[kind]), "Remote explosive/landmine/IED")
        weights[named] += weights.pop("?blast")
    if weights["Suicide bomb"]:
        weights["Suicide bomb"] += weights.pop("Remote explosive/landmine/IED", 0)
    settled = Counter({kind: w for kind, w in weights.items() if not kind.startswith("?") and w})
    led = {t.kind for s in group[:2] for t in s.triggers}
    if all(kind.startswith("?") for kind in led):  # "an attack" the report names only further on
        led |= next((k for s in group if (k := {t.kind for t in s.triggers if not t.kind.startswith("?")})), set())
    share = CHEMICAL_SHARE if any(t.kind == "Chemical weapon" for t in group[0].triggers) else CHEMICAL_LATER
    if settled["Chemical weapon"] and settled["Chemical weapon"] >= share * max(settled.values()):
        return "Chemical weapon"
    if settled[SEXUAL] and settled[SEXUAL] >= SEXUAL_SHARE * max(settled.values()):
        return SEXUAL  # whatever else was done, as ACLED's codebook has it
    by_hand = any(t.kind == DISRUPTED and t.word != "destroyed" for s in group for t in s.triggers)
    if not by_hand and (settled[AIR] or settled[SHELLING]):
        del settled[DISRUPTED]  # "a strike destroyed two arms caches"
    if _is_disrupted(group, settled):
        return DISRUPTED
    if any(s.has_count("killed") for s in group):
        del settled[CHANGE]
    if any(kinds()[t.kind].violence and t.kind != "?dead" for t in group[0].triggers):
        del settled[BASE]  # "stormed a plant turned into a barracks" tells of the storm
    if settled[DESTRUCTION] and weights["?dead"] + weights["?assault"] >= settled[DESTRUCTION]:
        del settled[DESTRUCTION]  # what was destroyed while people were killed is not the event
    victims = _by_victims(group)
    weapons = [kind for kind in _EXPLOSIVES if kind in led and settled[kind]]
    if weapons and CLASH not in led:  # "the attack" of a report that opens with a bomb is the bomb
        settled[max(weapons, key=lambda kind: settled[kind])] += weights.pop("?assault", 0)
    if not settled and set(weights) == {FLIGHT}:
        return "Other"
    if not settled:
        return victims or _of_unnamed_violence(group, weights)
    if victims and victims in settled:
        settled[victims] += weights["?assault"]
    top = max(settled, key=lambda kind: settled[kind])
    crowd = _crowd(group, settled, settled[top])
    if crowd:
        return crowd
    if settled[MOB] and top not in _EXPLOSIVES:
        return MOB
    return CLASH if top in (AIR, SHELLING, "Suicide bomb") and settled[CLASH] >= settled[top] else top


def violence_type(sub: str, actors: Sequence[ActorMention], figures: Sequence[Figure] = ()) -> int | None:
    """Return UCDP's type: 1 state-based, 2 non-state, 3 one-sided; None where it is not violence or not known.

    Non-state needs two named sides: with one the other may have been a state. Explosions that hit civilians are
    one-sided only if ACLED says so ("Attack"), and civilians were hit by one armed side that is named: of "an attack
    killed six" UCDP's coders make state-based violence more often.
    """
    kind = kinds()[sub]
    if not kind.violence:
        return None
    if kind.event_type == "Violence against civilians":
        civilians = any(a.kind == "civilians" and a.role == "target" for a in actors) or any(
            pattern("civilian_groups").match(f.group) for f in figures if f.status == "total"
        )
        sides = {a.side or a.canonical for a in actors if a.kind != "civilians" and a.role in ("perpetrator", "target")}
        return 3 if civilians and len(sides) == 1 else None
    armed = {a.canonical: a.kind for a in actors if a.role in ("perpetrator", "target") and a.kind != "civilians"}
    if {"state forces", "external forces"} & set(armed.values()):
        return 1
    return 2 if len(armed) > 1 else None


def _weights(group: Sequence[Statement]) -> Counter[str]:
    weights: Counter[str] = Counter()
    for n, statement in enumerate(group):
        factor = LEAD_FACTOR if n == 0 or statement.sentence.kind == "headline" else SECOND_FACTOR if n == 1 else 1.0
        beside = not statement.sentence.lacks(_BESIDE)
        last = None
        for trigger in statement.triggers:
            start = trigger.start - statement.sentence.start
            share = ALONGSIDE_SHARE if beside and _ALONGSIDE.search(statement.sentence.low, 0, start) else 1.0
            kind = trigger.kind
            if last and kind == "?assault" and last.kind in _EXPLOSIVES and trigger.start - last.end <= 1:
                kind = last.kind  # "a rocket attack"
            if last and last.kind == AIR and trigger.word in _AIMED_AT and trigger.start - last.end <= TAKEN_CHARS:
                share = ALONGSIDE_SHARE  # "jets pounded a rebel offensive"
            weights[kind] += trigger.weight * factor * share  # type: ignore[assignment]
            last = trigger
    return weights


def _doers(group: Sequence[Statement]) -> list[ActorMention]:
    return [a for s in group for a in s.actors if a.role == "perpetrator" and a.kind != "civilians"]


def _capture(group: Sequence[Statement], weights: Counter[str], place: Place | None) -> str | None:
    """Return the kind of taking of ground, if ground was taken and that is what the event is about.

    Early in the report half the weight of the fighting is enough, later it must outweigh it.
    """
    if not weights["?capture"] or not any(takes_ground(s) for s in group):
        return None
    early = any(t.kind == "?capture" for s in group[:2] for t in s.triggers)
    if weights["?capture"] < (0.5 if early else 1.0) * max(weights.values()):
        return None
    if any(pattern("without_fight").search(s.sentence.low) for s in group) and not weights[CLASH]:
        return "Non-violent transfer of territory"
    told = [s for s in group if any(t.kind == "?capture" for t in s.triggers)]
    losers = {a.canonical for s in told for a in s.actors if _lost_ground(s, a)}
    takers = [a for s in told for a in _doers([s])] or _doers(group)
    takers = [a for a in takers if a.canonical not in losers and not (losers and a.canonical in UMBRELLAS)]
    if (
        losers
        and not any(a.kind != "state forces" for a in takers)
        and any(_RETAKEN.search(s.sentence.low) for s in told)
    ):
        return "Government regains territory"
    state = any(_is_of_the_land(a, place) for a in takers) or (
        place is None
        and any(a.kind == "state forces" for a in takers)
        and any(_RETAKEN.search(s.sentence.low) for s in group)
    )
    state = state or (not takers and any(_is_taken_by_army(s) for s in group))
    return "Government regains territory" if state else "Non-state actor overtakes territory"


def _lost_ground(statement: Statement, actor: ActorMention) -> bool:
    """Whether ground was taken from an actor: "liberated from X", "freed after its occupation by X"."""
    if actor.kind in ("civilians", "state forces"):
        return False
    start = actor.start - statement.sentence.start
    return bool(_LOST_BY.search(statement.sentence.low, 0, start))


def _is_of_the_land(actor: ActorMention, place: Place | None) -> bool:
    """Whether an actor is the state whose ground it is; a foreign army is to ACLED like any other."""
    own = actor.canonical == "Government forces" or (place is not None and actor.country == place.country)
    return actor.kind == "state forces" and own


def _is_taken_by_army(statement: Statement) -> bool:
    """Whether "the army" or "soldiers" nobody names more closely stand before the word for taking."""
    low, offset = statement.sentence.low, statement.sentence.start
    return any(
        t.kind == "?capture" and (_ARMY_TOOK.search(low, 0, t.start - offset) or _BY_ARMY.match(low, t.end - offset))
        for t in statement.triggers
    )


def takes_ground(statement: Statement) -> bool:
    """Whether what was captured is territory, not people or arms."""
    offset = statement.sentence.start
    starts = [s.start for s in statement.sites()] + [u.start for u in statement.unplaced]
    taken = [s.start for s in statement.sites() if s.preposition in (None, "", "of")]
    for trigger in statement.triggers:
        if trigger.kind != "?capture":
            continue
        near = statement.sentence.low[max(0, trigger.start - offset - TAKEN_CHARS) : trigger.end - offset + 80]
        if _BY_WHOM.match(statement.sentence.low, trigger.end - offset):  # what was taken stands before
            if any(0 < trigger.start - start < TAKEN_CHARS for start in taken) or pattern("territory").search(
                near[: trigger.start - offset - max(0, trigger.start - offset - TAKEN_CHARS)]
            ):
                return True
            continue
        named = any(0 < start - trigger.end < 45 for start in starts)
        if named or pattern("territory").search(near):
            return True
    return False


def _by_victims(group: Sequence[Statement]) -> str | None:
    """Armed men on both sides are a clash, civilians hit an attack; of both killed the more decide."""
    doers = _doers(group)
    hit = [a for s in group for a in s.actors if a.role == "target"]
    if (doers and any(a.kind != "civilians" for a in hit)) or len({a.canonical for a in doers}) > 1:
        return CLASH
    if _killed_of(group, "combatant_groups") > _killed_of(group, "civilian_groups"):
        return CLASH
    civilian_count = any(_counts_civilians(s) for s in group)
    return "Attack" if civilian_count or any(a.kind == "civilians" for a in hit) else None


def _counts_civilians(statement: Statement) -> bool:
    return any(pattern("civilian_groups").match(c.figure.group) for c in statement.counts)


def _killed_of(group: Sequence[Statement], name: str) -> int:
    """Return the highest count of killed people whose group is one of a word list."""
    counts = (c.figure for s in group for c in s.counts if c.figure.unit == "killed")
    return max((f.low or f.high or 0 for f in counts if pattern(name).match(f.group)), default=0)


def _of_unnamed_violence(group: Sequence[Statement], weights: Counter[str]) -> str:
    fighters = any(pattern("combatant_groups").match(c.figure.group) for s in group for c in s.counts)
    return CLASH if fighters and not weights["?assault"] else "Attack"


def _is_disrupted(group: Sequence[Statement], named: Counter[str]) -> bool:
    """Whether the weapons told of were shot down, found or made safe, and hurt nobody."""
    if not named[DISRUPTED] or any(s.has_count("killed", "injured", "casualties") for s in group):
        return False
    return named[DISRUPTED] >= DISRUPTED_SHARE * max(
        w for kind, w in named.items() if kind != DISRUPTED or len(named) == 1
    )


def _crowd(group: Sequence[Statement], named: Counter[str], top: float) -> str | None:
    """Return the kind of protest or riot, where a crowd is what the event is about."""
    crowd = named["Peaceful protest"] + named["Violent demonstration"] + named["Protest with intervention"]
    if crowd < 2.5 or crowd < 0.5 * top:
        return None

    def says(name: str) -> bool:
        return any(pattern(name).search(s.sentence.low) for s in group)

    if named["Violent demonstration"] and not named["Peaceful protest"] and (named[MOB] or _is_of_rioters(group)):
        return MOB
    if says("crowd_violence"):
        return "Violent demonstration"
    doers = _doers(group)
    deadly = _told_of_crowd(group, "?dead")
    if (says("fired_on_crowd") and (deadly or not says("crowd_control"))) or (
        deadly and doers and doers[0].kind == "state forces"
    ):
        return "Excessive force against protesters"
    if named["Violent demonstration"]:
        return "Violent demonstration"
    if named["Protest with intervention"] or says("crowd_control") or _told_of_crowd(group, "Arrests"):
        return "Protest with intervention"
    return "Peaceful protest"


def _is_of_rioters(group: Sequence[Statement]) -> bool:
    """Whether rioters set upon people or property outside any demonstration."""
    return any(t.word == "rioters" for s in group for t in s.triggers)


def _told_of_crowd(group: Sequence[Statement], kind: str) -> bool:
    """Whether deaths or arrests befell the crowd, and are not what it protests against."""
    for statement in group:
        if kind == "Arrests" and "protest" not in statement.families:
            continue  # whose arrest it was is not said
        low, offset = statement.sentence.low, statement.sentence.start
        opens = min((t.start for t in statement.triggers if t.family == "protest"), default=offset)
        for trigger in statement.triggers:
            if trigger.kind == kind and not pattern("grievances").search(
                low, opens - offset, max(opens, trigger.start) - offset
            ):
                return True
    return False
