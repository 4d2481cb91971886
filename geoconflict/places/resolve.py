"""The door: mentions to resolutions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geoconflict.places.choices import INSTITUTIONS, Choice, choices_for, fits_type, name_reason
from geoconflict.places.context import kind_of_type, read_contexts
from geoconflict.places.joint import area_key, decide, lies_in, make_groups
from geoconflict.places.roles import assign_roles
from geoconflict.records import Candidate, Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.places.context import Context
    from geoconflict.places.joint import Decision, Group
    from geoconflict.records import Article, Kind, Mention, Place

NEAR_RADIUS_M = 10_000.0
"""Radius of "near X" (design contract 3.6)."""
ANCHORED_RADIUS_M = 25_000.0
"""Radius of a street, hospital or lake no list knows, placed at the nearest settled place of the text."""
ANCHORED_SCORE = 0.3
SHOWN_CANDIDATES = 5
_LEAST_LIKENESS = 0.75
"""Respellings less alike than this are as often another place (measured on press spellings of Syrian towns)."""

_WHERE_PREC: dict[Kind, int] = {
    "country": 6, "region": 5, "water": 7, "border": 5, "road": 5, "admin1": 4, "admin2": 3, "admin3": 3,
}
"""UCDP's where_prec by kind of place; every other kind is a spot, 1."""
_VOTERS = frozenset({"country", "region", "water"})

_PATTERN_WORDS = frozenset(
    ["street", "avenue", "road", "boulevard", "highway", "interstate", "route", "bridge", "square", "lake", "river", "creek", "bay", "mount", "mt", "hospital", "clinic", "school", "mosque", "church", "airport", "airbase", "base", "prison", "camp", "dam", "checkpoint", "crossing", "station", "stadium", "university", "park", "cemetery", "palace", "castle", "farm", "refinery", "port", "tower", "valley", "hill", "mountain", "forest", "beach", "مرفا", "مينا", "ميناء", "مطار", "مستشفي", "معهد", "جامعه", "شارع", "جسر", "سد", "ميدان", "طريق", "دوار", "مخيم", "سجن", "معبر", "قصر", "مقبره", "مجمع", "حي", "كليه", "مبني", "سفاره", "محطه", "وادي", "جبل", "بحيره", "شاطي"],
)
"""Words that make a pattern name: what no list knows but the text says is a street, a hospital, a lake."""


def resolve_places(
    article: Article,
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    *,
    country: str | None = None,
) -> list[Resolution]:
    """Decide which place each mention means, all mentions of the article together.

    Returns one resolution a mention, in the same order. `country` (ISO alpha-2) is a prior, not a filter. A name the
    gazetteer does not know gets `place=None` and says so; only streets, hospitals, lakes and the like are placed at the
    nearest settled place of the text, with `where_prec` 2, a radius of 25,000 m and a reason that says it. Roles:
    the finder's, or "actor", "metonym", "near_reference", "background".
    """
    ordered = sorted(mentions, key=lambda mention: mention.start)
    contexts = read_contexts(article.text, ordered)
    choices = [
        choices_for(mention, context, article.text, gazetteer) for mention, context in zip(ordered, contexts, strict=True)
    ]
    groups = make_groups(ordered, contexts, choices, country)
    verdicts = _Verdicts(ordered, contexts, choices, groups, decide(groups))
    respelt = _respellings(ordered, choices, verdicts, gazetteer)
    places = [respelt[i].place if i in respelt else verdicts.place(i) for i in range(len(ordered))]
    roles = assign_roles(article.text, ordered, places, contexts)
    resolutions = []
    for i, mention in enumerate(ordered):
        if i in respelt:
            best = respelt[i]
            resolutions.append(_placed(mention, contexts[i], best.place, roles[i], best.score, best.reason, (best,)))
        elif verdicts.row[i] is None:
            resolutions.append(_unknown(mention, places, ordered, i, roles[i]))
        else:
            candidates = verdicts.candidates(i)
            resolutions.append(
                _placed(mention, contexts[i], candidates[0].place, roles[i], candidates[0].score, candidates[0].reason, candidates),
            )
    by_span = {(r.mention.start, r.mention.end): r for r in resolutions}
    return [by_span[mention.start, mention.end] for mention in mentions]


class _Verdicts:
    """The decision seen from each mention: its row, the scores of its choices, and why."""

    def __init__(
        self,
        mentions: Sequence[Mention],
        contexts: Sequence[Context],
        choices: Sequence[Sequence[Choice]],
        groups: Sequence[Group],
        decisions: Sequence[Decision],
    ) -> None:
        self.mentions, self.contexts, self.choices = mentions, contexts, choices
        self.row: list[int | None] = [None] * len(mentions)
        self.group_of: dict[int, int] = {}
        self.groups, self.decisions = groups, decisions
        for index, (group, decision) in enumerate(zip(groups, decisions, strict=True)):
            for i in group.members:
                self.group_of[i] = index
                self.row[i] = self._own_words(i, decision.row) if len(group.members) > 1 else decision.row
        self.chosen = [group.choices[decision.row].place for group, decision in zip(groups, decisions, strict=True)]

    def place(self, i: int) -> Place | None:
        """Return the place decided for a mention, None when nothing knows its name."""
        row = self.row[i]
        return None if row is None else self.groups[self.group_of[i]].choices[row].place

    def _own_words(self, i: int, row: int) -> int:
        """Return the row the text says for this mention alone ("Moscow, Idaho", "Idlib province"), else that of its name."""
        group = self.groups[self.group_of[i]]
        fitting: Sequence[Choice] = self.choices[i]
        parent = self.contexts[i].parent
        if parent is not None and self.contexts[i].parent_is_plain:
            inside = [c for c in fitting if any(lies_in(c.place, p.place) for p in self.choices[parent][:2])]
            fitting = inside or fitting
        country = group.choices[row].place.country
        if fits_type(group.choices[row].place, self.contexts[i]) is False:
            asked = [c for c in fitting if fits_type(c.place, self.contexts[i]) and c.place.country == country]
            fitting = asked or fitting
        if any(choice.row == row for choice in fitting):
            return row
        return max(fitting, key=lambda choice: (choice.score, -choice.row)).row

    def candidates(self, i: int) -> tuple[Candidate, ...]:
        """Return the places considered for a mention, the answer first, with the chance that each is right."""
        group, decision = self.groups[self.group_of[i]], self.decisions[self.group_of[i]]
        answer = self.row[i]
        ranked = sorted(group.choices, key=lambda row: (row != answer, -decision.scores[row], row))
        top = max(decision.scores.values())
        weight = {row: math.exp(decision.scores[row] - top) for row in ranked}
        if answer is not None and answer != decision.row:  # the text's own words outrank the votes
            weight[answer] = math.exp(1.0)
        total = sum(weight.values())
        mention = self.mentions[i]
        shown = []
        for row in ranked[:SHOWN_CANDIDATES]:
            choice = group.choices[row]
            reason = name_reason(choice, mention)
            if row == answer:
                reason = "; ".join(filter(None, (reason, self._why(i, choice.place, len(ranked)))))
            shown.append(Candidate(choice.place, round(mention.score * weight[row] / total, 3), reason))
        return tuple(shown)

    def _why(self, i: int, place: Place, rivals: int) -> str:
        """Say in plain words what decided for a place."""
        context = self.contexts[i]
        reasons = []
        if context.parent is not None:
            parent = self.place(context.parent)
            if parent is not None and lies_in(place, parent):
                reasons.append(f"the text says it lies in {parent.name}")
        if context.type_word and place.kind not in ("country",):
            reasons.append(f"the text says {context.type_word}")
        if rivals == 1:
            reasons.append("the only place of this name")
            return "; ".join(reasons)
        others = [
            other for index, other in enumerate(self.chosen)
            if (index != self.group_of[i] and other.country and other.kind != "country") or (other.kind == "country" and index != self.group_of[i])
        ]
        same = sum(other.country == place.country for other in others)
        if place.country and same:
            reasons.append(f"{same} of {len(others)} other places in this text lie in {place.country}")
        near = sum(area_key(other) == area_key(place) for other in others if other.kind not in _VOTERS)
        if near and place.admin1 and place.kind not in ("country", "admin1"):
            reasons.append(f"{near} of them in {place.admin1}")
        if not reasons:
            reasons.append(f"the likeliest of {rivals} places of this name")
        return "; ".join(reasons)


def _respellings(
    mentions: Sequence[Mention],
    choices: Sequence[Sequence[Choice]],
    verdicts: _Verdicts,
    gazetteer: Gazetteer,
) -> dict[int, Candidate]:
    """Return, for names nothing knows, the place spelt most alike in the countries the text is about."""
    countries = sorted({place.country for place in verdicts.chosen if place.country})
    found: dict[int, Candidate] = {}
    if not countries:
        return found
    for i, mention in enumerate(mentions):
        if choices[i] or len(mention.text) < 4 or mention.key in INSTITUTIONS:
            continue
        kind = kind_of_type(_pattern_word(mention))
        alike = [
            (row, likeness)
            for row, likeness in gazetteer.similar(mention.text, countries)
            if likeness >= _LEAST_LIKENESS and (not kind or gazetteer.place(row).kind == kind)
        ]
        if alike:
            row, likeness = alike[0]
            place = gazetteer.place(row)
            reason = f"not in the gazetteer; spelt like {place.name}, in a country this text is about"
            found[i] = Candidate(place, round(mention.score * likeness * 0.7, 3), reason)
    return found


def _pattern_word(mention: Mention) -> str:
    words = mention.key.split()
    return next((word for word in (words[-1], words[0]) if word in _PATTERN_WORDS), "") if words else ""


def _unknown(mention: Mention, places: Sequence[Place | None], mentions: Sequence[Mention], i: int, role: str) -> Resolution:
    """Return the answer for a name nothing knows: no place, or for a street or hospital the settled place it is told of."""
    if mention.key in INSTITUTIONS:
        return Resolution(mention, None, role, 0.0, "stands for a government, not for a place")  # type: ignore[arg-type]
    word = _pattern_word(mention)
    settled = [
        (abs(mention.start - other.start) + (60 if other.start > mention.start else 0), j)
        for j, other in enumerate(mentions)
        if j != i and other.role is None and (place := places[j]) is not None and not place.is_area
    ]
    if not word or not settled:
        return Resolution(mention, None, role, 0.0, "not in the gazetteer")  # type: ignore[arg-type]
    town = places[min(settled)[1]]
    assert town is not None
    score = round(mention.score * ANCHORED_SCORE, 3)
    reason = f"not in the gazetteer; a {word} told of beside {town.name}, so taken to lie within 25 km of it"
    return Resolution(
        mention, town, role, score, reason, where_prec=2, radius_m=ANCHORED_RADIUS_M, relation="near",  # type: ignore[arg-type]
        candidates=(Candidate(town, score, reason),),
    )


def _placed(
    mention: Mention,
    context: Context,
    place: Place,
    role: str,
    score: float,
    reason: str,
    candidates: tuple[Candidate, ...],
) -> Resolution:
    """Return a resolution with the precision this use of the place has: "near X" is wider than X."""
    where_prec, radius_m = _WHERE_PREC.get(place.kind, 1), place.radius_m
    if context.relation != "in" and not place.is_area:
        where_prec, radius_m = 2, max(NEAR_RADIUS_M, radius_m)
        reason += f"; the text says {'near it' if context.relation == 'near' else 'its outskirts'}"
    return Resolution(mention, place, role, score, reason, where_prec, radius_m, context.relation, candidates)  # type: ignore[arg-type]
