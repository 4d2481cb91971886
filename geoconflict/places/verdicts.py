"""The joint decision seen from each mention: its place, the chance that it is right, and why in plain words."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from geoconflict.bundled import curated_rows
from geoconflict.gazetteer.rows import distance_km
from geoconflict.places.choices import NAMED_AFTER, fits_type, name_reason
from geoconflict.places.joint import area_key, lies_in
from geoconflict.records import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from geoconflict.places.choices import Choice
    from geoconflict.places.context import Context
    from geoconflict.places.joint import Decision, Group
    from geoconflict.records import Mention, Place

SHOWN_CANDIDATES = 5
_LIKELIEST_PARENTS = 2
"""Meanings of Y that count in "X, Y" when the text's own words overrule the votes."""
_OVERRULED = 1.0
"""By how much, in logits, the text's own words put a place ahead of the one the votes chose."""
_CALLED_AFTER = 0.85
"""Share of facilities called after a town that stand within 25 km of it: 47 of 54 in news and tweets."""
_RIGHT_AT = ((0.0, 0.35), (0.5, 0.82), (0.75, 0.88), (1.0, 0.92))
"""Share of right answers (within 161 km) at raw chances, straight between: fitted to the answers on the tune halves of
five corpora. On their report halves stated and right then differ by .015 on average, before by .061
(docs/accuracy.md)."""
_TOWN_ABROAD, _ENOUGH_NAMES = 200_000, 4
"""A smaller town in a country none of this many other names point to was never the one meant (0 of 52 such answers on
three news corpora)."""
_FAR_KM, _CITY_FAR_ABROAD, _AGREED = 300.0, 500_000, 3
"""Where so many other names all lie in one country, a place abroad this far from each of them, and smaller than this,
is no answer: a city is named from afar, a namesake is not meant."""
_TOWNS, _STATED_AREAS = frozenset({"city", "town", "village"}), frozenset({"admin1", "admin2"})
_TOWN_PARTS, _TOWN_REACH_M = frozenset({"admin2", "admin3", "area"}), 25_000.0
"""A town called a district may be one of a city it lies near."""
_METROPOLIS = 1_000_000
"""A city of this size is named for what its people do elsewhere, "Istanbul in Iraq"."""
_CORE = 0.5
"""Share of an area's radius within which a place lies in it whatever the lists call its province."""
_TOLD_ENOUGH = 0.3
"""Votes of words and outlet for a country, from which the reason names them: one word of that country alone."""
_AREAS_WITHOUT_ADMIN1 = frozenset({"country", "region", "water"})


class Verdicts:
    """What every mention came to mean."""

    def __init__(
        self,
        mentions: Sequence[Mention],
        contexts: Sequence[Context],
        choices: Sequence[Sequence[Choice]],
        groups: Sequence[Group],
        decisions: Sequence[Decision],
        *,
        told: Mapping[str, float],
        listed: Collection[int],
    ) -> None:
        self._mentions, self._contexts, self._choices = mentions, contexts, choices
        self._groups, self._decisions, self._told, self._listed = groups, decisions, told, listed
        self._group_of = {i: index for index, group in enumerate(groups) for i in group.members}
        self._row = {i: self._row_for(i) for i in self._group_of}
        self.meanings = [group.choices[decision.row].place for group, decision in zip(groups, decisions, strict=True)]
        self._in_country = Counter(meaning.country for meaning in self.meanings if meaning.country)
        self._in_area = Counter(area_key(m) for m in self.meanings if m.country and m.kind not in _AREAS_WITHOUT_ADMIN1)

    def place(self, i: int) -> Place | None:
        """Return the place decided for a mention, None when nothing knows its name."""
        return self._groups[self._group_of[i]].choices[self._row[i]].place if i in self._row else None

    def called_after(self, i: int) -> bool:
        """Whether a mention is a facility no list knows, placed at the town it is called after."""
        return i in self._row and self._groups[self._group_of[i]].choices[self._row[i]].flags == NAMED_AFTER

    def namesake_abroad(self, i: int) -> str:
        """Say why a small place can only be a namesake of the one meant, "" when it need not be."""
        place, index = self.place(i), self._group_of[i]
        if place is None or not place.country:
            return ""
        others, alike = self._others(index, place)
        why = f"known only elsewhere ({place.name}, {place.country}), where none of {others} other names point"
        if self.called_after(i):
            return why if self.is_far_abroad(place, index) and not alike else ""
        if place.is_area or place.capital or alike or place.source.startswith("curated"):
            return ""  # what our own tables list is what reports on conflict name
        if place.population < _TOWN_ABROAD and others >= _ENOUGH_NAMES:
            return why
        return why if place.population < _CITY_FAR_ABROAD and self.is_far_abroad(place, index) else ""

    def is_far_abroad(self, place: Place, index: int | None = None) -> bool:
        """Whether all places of the text but countries lie in one other country, and far from this one."""
        own = self.meanings[index] if index is not None else None
        settled = [m for m in self.meanings if m is not own and m.country and m.kind not in _AREAS_WITHOUT_ADMIN1]
        if len(settled) < _AGREED or place.country in {m.country for m in settled}:
            return False
        return len({m.country for m in settled}) == 1 and all(
            distance_km(m.lon, m.lat, place.lon, place.lat) > _FAR_KM for m in settled
        )

    def choose_within(self, i: int, reaches: Callable[[Place], bool]) -> bool:
        """Let a mention mean the likeliest of its places that lie within reach; whether there is one."""
        group = self._groups[self._group_of[i]] if i in self._group_of else None
        near = [c for c in self._choices[i] if reaches(c.place) and not c.place.is_area and c.flags] if group else []
        if near:
            self._row[i] = max(near, key=lambda choice: (choice.score, -choice.row)).row
        return bool(near)

    def _others(self, index: int | None, place: Place) -> tuple[int, int]:
        """Return how many other names have a country, and how many of them a place's."""
        own = self.meanings[index].country if index is not None else None
        same = self._in_country[place.country] - (own == place.country) if place.country else 0
        return self._in_country.total() - bool(own), same

    def lies_elsewhere(self, i: int, place: Place, country: str | None) -> str:
        """Say why a place cannot be the one meant by a mention, "" when it can: the text puts it in another place.

        A place in the user's `country` stands against another country's name, not against a province's.
        """
        parent, context = self._contexts[i].parent, self._contexts[i]
        around = self.place(parent) if parent is not None else None
        if around is None or place.is_area or place.capital or lies_in(place, around):
            return ""
        if context.parent_is_plain and context.wanted in _TOWN_PARTS:
            return ""  # "Ash, Birch and Cedar counties" is a list
        off_m = distance_km(around.lon, around.lat, place.lon, place.lat) * 1_000
        where = f"known only elsewhere ({', '.join(filter(None, (place.admin1, place.country)))})"
        if around.kind in _TOWNS:
            part = context.wanted == "neighbourhood" or (context.wanted in _TOWN_PARTS and off_m > _TOWN_REACH_M)
            return f"a part of {around.name} by the text, {where}" if part and place.kind in _TOWNS else ""
        if around.kind == "country":
            told = place.country == country or self._others(self._group_of.get(i), place)[1] > 0
            small = place.population < _METROPOLIS and around.country != place.country
            return f"the text puts it in {around.name}; {where}" if small and not told else ""
        if not context.parent_said or around.kind not in _STATED_AREAS or place.population >= _TOWN_ABROAD:
            return ""
        if place.country == around.country and off_m <= _CORE * around.radius_m:
            return ""
        return f"the text puts it in {around.name}; {where}"

    def candidates(self, i: int) -> tuple[Candidate, ...]:
        """Return the places considered for a known mention, the answer first, with the chance that each is right."""
        group, decision, answer = self._groups[self._group_of[i]], self._decisions[self._group_of[i]], self._row[i]
        ranked = sorted(group.choices, key=lambda row: (row != answer, -decision.scores[row], row))
        top = max(decision.scores.values())
        weight = {row: math.exp(decision.scores[row] - top) for row in ranked}
        if answer != decision.row:
            weight[answer] = math.exp(_OVERRULED)
        total, certainty = sum(weight.values()), self._mentions[i].score
        raw = certainty * weight[answer] / total
        right = _calibrated(raw)
        others = (1 - right) / (1 - raw) if raw < 1 else 0.0
        shown = []
        for row in ranked[:SHOWN_CANDIDATES]:
            choice, chance = group.choices[row], certainty * weight[row] / total
            reason = name_reason(choice, self._mentions[i])
            if row == answer:
                reason = "; ".join([reason, *self._reasons(i, choice.place, len(ranked))])
            score = (right if row == answer else chance * others) * (
                _CALLED_AFTER if choice.flags == NAMED_AFTER else 1
            )
            shown.append(Candidate(choice.place, round(score, 3), reason))
        return tuple(shown)

    def _row_for(self, i: int) -> int:
        """Return the row the text says for this mention alone ("Moscow, Idaho", "Idlib province"), else its name's."""
        group, row = self._groups[self._group_of[i]], self._decisions[self._group_of[i]].row
        if len(group.members) == 1:
            return row
        context, fitting = self._contexts[i], self._choices[i]
        if context.parent is not None and context.parent_is_plain:
            parents = self._choices[context.parent][:_LIKELIEST_PARENTS]
            fitting = [c for c in fitting if any(lies_in(c.place, parent.place) for parent in parents)] or fitting
        if fits_type(group.choices[row].place, context) is False:
            country = group.choices[row].place.country
            fitting = [c for c in fitting if fits_type(c.place, context) and c.place.country == country] or fitting
        if any(choice.row == row for choice in fitting):
            return row
        return max(fitting, key=lambda choice: (choice.score, -choice.row)).row

    def _reasons(self, i: int, place: Place, rivals: int) -> list[str]:
        """Say what decided for a place: the text's own words, then the other names."""
        context = self._contexts[i]
        reasons = []
        parent = self.place(context.parent) if context.parent is not None else None
        if parent is not None and lies_in(place, parent):
            reasons.append(f"the text says it lies in {parent.name}")
        if context.type_word and fits_type(place, context):
            reasons.append(f'the text says "{context.type_word}" with it')
        if rivals == 1:
            return [*reasons, "the only place of this name in the gazetteer"]
        if i in self._listed:
            reasons.append("it stands in a list with countries or states")
        others, same = self._others(self._group_of[i], place)
        if place.country and same:
            reasons.append(f"{same} of {others} other names in this text are of {_country(place)}")
        own = self.meanings[self._group_of[i]]
        counted = own.country and own.kind not in _AREAS_WITHOUT_ADMIN1 and area_key(own) == area_key(place)
        around = self._in_area[area_key(place)] - bool(counted)
        if around and place.admin1 and place.kind not in ("country", "admin1"):
            reasons.append(f"{around} of them of {place.admin1}")
        inside = self._in_area[area_key(place)] if place.kind == "admin1" else 0
        if inside:
            reasons.append(f"{inside} of them {'lies' if inside == 1 else 'lie'} in {place.name}")
        if self._told.get(place.country or "", 0.0) >= _TOLD_ENOUGH:
            reasons.append(f"words of this text, or its outlet, are of {_country(place)}")
        return reasons or [f"the likeliest of {rivals} places of this name"]


def _calibrated(raw: float) -> float:
    """Return how often answers with a raw chance were right."""
    for (left, low), (right, high) in pairwise(_RIGHT_AT):
        if raw <= right:
            return low + (high - low) * (raw - left) / (right - left)
    return _RIGHT_AT[-1][1]


def _country(place: Place) -> str:
    return _country_names().get(place.country or "", place.country or "")


@cache
def _country_names() -> dict[str, str]:
    return {row["iso2"]: row["name"] for row in curated_rows("countries.csv")}
