"""The decision: all names of one article together.

Places of one text lie near each other. Every name has one meaning in a text; the meanings vote for their country, their
first-level area and their surroundings, and each name is decided again under the others' votes until nothing changes.
A text's own words about one mention ("X, Y") outrank the votes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geoconflict.places.choices import Choice
    from geoconflict.places.context import Context
    from geoconflict.records import Mention, Place

# Weights of the votes, in units of a place's own weight (`choices`). Round numbers, as there.
_COUNTRY_VOTE = 1.3
_ADMIN1_VOTE = 1.2
_NEARNESS_VOTE = 1.3
_COUNTRY_FOR_ITSELF = 0.4  # a country is named because it is near the others, less than a town is
_CAPITAL_OF_IT = 1.5  # where a country is named its capital often is: Amman beside Jordan, not Oman
_NEARNESS_KM = 50.0
"""Distance over which the pull of another place falls to 1/e; beyond 200 km it is left out."""
_FARTHEST_KM = 200.0
_FARTHEST_DEGREES = 2.2
_PLAIN_PARENT, _LOOSE_PARENT = 4.2, 1.5
_USERS_COUNTRY = 3.0
_ROUNDS = 3
_EARTH_DIAMETER_KM = 12_742.0
_UNPLACED_KINDS = frozenset({"country", "region", "water"})

AreaKey = tuple[str | None, str]


class Group:
    """The mentions of one name, which have one meaning."""

    __slots__ = ("choices", "members", "scores", "weight")

    def __init__(self, members: list[int], choices: dict[int, Choice], scores: dict[int, float], weight: float) -> None:
        self.members, self.choices, self.scores, self.weight = members, choices, scores, weight

    @property
    def vote(self) -> float:
        """How much this name's meaning counts for others: sure names count most."""
        return self.weight * (1.0 if len(self.scores) == 1 else 0.6)


class Decision:
    """What one group came to mean: the chosen row, and every choice's final score."""

    __slots__ = ("row", "scores")

    def __init__(self, row: int, scores: Mapping[int, float]) -> None:
        self.row, self.scores = row, scores


def make_groups(
    mentions: Sequence[Mention],
    contexts: Sequence[Context],
    choices: Sequence[Sequence[Choice]],
    country: str | None,
) -> list[Group]:
    """Return the mentions grouped by name, with the own weight of each choice; names without a choice are left out.

    `country` is the user's prior.
    """
    members: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for i, mention in enumerate(mentions):
        if choices[i]:
            members[mention.key, mention.role == "demonym"].append(i)
    groups = []
    for indices in members.values():
        merged: dict[int, Choice] = {}
        scores: dict[int, float] = defaultdict(float)
        for i in indices:
            for choice in choices[i]:
                merged.setdefault(choice.row, choice)
                scores[choice.row] += choice.score / len(indices)
        for row, choice in merged.items():
            scores[row] += _parents_say(choice.place, indices, contexts, choices)
            if country and choice.place.country == country:
                scores[row] += _USERS_COUNTRY
        surest = max(mentions[i].score for i in indices)
        groups.append(Group(indices, merged, dict(scores), math.sqrt(min(3, len(indices))) * max(0.15, surest)))
    return groups


def lies_in(place: Place, area: Place) -> bool:
    """Whether an area (a country, admin-1 or admin-2) is named as the one a place lies in, by the names on the rows."""
    if area.kind == "country":
        return place.kind != "country" and place.country == area.country
    if area.kind == "admin1":
        return place.kind not in ("admin1", "country") and area_key(place) == area_key(area)
    if area.kind == "admin2":
        return (
            place.kind not in ("admin1", "admin2", "country")
            and area_key(place) == area_key(area)
            and place.admin2 == area.name
        )
    return False


def area_key(place: Place) -> AreaKey:
    """Return the first-level area a place is or lies in; "" as its name when unknown."""
    return place.country, place.admin1 or (place.name if place.kind == "admin1" else "")


def _parents_say(
    place: Place, indices: Sequence[int], contexts: Sequence[Context], choices: Sequence[Sequence[Choice]]
) -> float:
    """Return the weight of "X, Y" among a name's mentions, when this place lies in one of the places Y may be."""
    total = 0.0
    for i in indices:
        parent = contexts[i].parent
        if parent is not None and any(lies_in(place, choice.place) for choice in choices[parent][:6]):
            total += _PLAIN_PARENT if contexts[i].parent_is_plain else _LOOSE_PARENT
    return total / math.sqrt(len(indices))


def decide(groups: Sequence[Group]) -> list[Decision]:
    """Return what each group means, in the same order."""
    chosen = [max(group.scores, key=lambda row, g=group: (g.scores[row], -row)) for group in groups]  # type: ignore[misc]
    final: list[Mapping[int, float]] = [group.scores for group in groups]
    for _ in range(_ROUNDS):
        ballots = _Ballots(groups, chosen)
        final = [ballots.hear(index, group) for index, group in enumerate(groups)]
        again = [max(scores, key=lambda row, s=scores: (s[row], -row)) for scores in final]  # type: ignore[misc]
        if again == chosen:
            break
        chosen = again
    return [Decision(row, scores) for row, scores in zip(chosen, final, strict=True)]


class _Ballots:
    """The votes of one round, by country, first-level area and position."""

    def __init__(self, groups: Sequence[Group], chosen: Sequence[int]) -> None:
        self.places = [group.choices[row].place for group, row in zip(groups, chosen, strict=True)]
        self.countries: dict[str, float] = defaultdict(float)
        self.areas: dict[AreaKey, float] = defaultdict(float)
        self.given: list[tuple[str | None, float, AreaKey, float]] = []
        for group, place in zip(groups, self.places, strict=True):
            key = area_key(place)
            for_country = group.vote * (1.2 if place.kind == "country" else 1.0) if place.country else 0.0
            for_area = group.vote * (1.5 if place.kind == "admin1" else 1.0) if key[1] else 0.0
            if place.country:
                self.countries[place.country] += for_country
            if key[1]:
                self.areas[key] += for_area
            self.given.append((place.country, for_country, key, for_area))
        self.spots = [
            (index, place.lat, place.lon, group.weight)
            for index, (group, place) in enumerate(zip(groups, self.places, strict=True))
            if place.kind not in _UNPLACED_KINDS
        ]

    def hear(self, index: int, group: Group) -> dict[int, float]:
        """Return the scores of a group's choices under the votes of all other groups."""
        if len(group.scores) == 1:
            return group.scores
        own_country, own_for_country, own_area, own_for_area = self.given[index]
        final = {}
        for row, score in group.scores.items():
            place = group.choices[row].place
            total = score
            if place.country:
                votes = self.countries[place.country] - (own_for_country if place.country == own_country else 0.0)
                part = _COUNTRY_FOR_ITSELF if place.kind == "country" else _CAPITAL_OF_IT if place.capital else 1.0
                total += part * _COUNTRY_VOTE * math.log1p(max(0.0, votes))
            key = area_key(place)
            if key[1]:
                votes = self.areas[key] - (own_for_area if key == own_area else 0.0)
                total += _ADMIN1_VOTE * math.log1p(max(0.0, votes))
            if place.kind not in _UNPLACED_KINDS:
                total += _NEARNESS_VOTE * math.log1p(self._pull(index, place))
            final[row] = total
        return final

    def _pull(self, index: int, place: Place) -> float:
        """Return how strongly the other places of the text pull: each by exp(-distance / 50 km)."""
        pull = 0.0
        for other, lat, lon, weight in self.spots:
            if other == index or abs(lat - place.lat) > _FARTHEST_DEGREES:
                continue
            distance_km = haversine_km(lat, lon, place.lat, place.lon)
            if 0.0 < distance_km < _FARTHEST_KM:
                pull += weight * math.exp(-distance_km / _NEARNESS_KM)
        return pull


def haversine_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance in km: within .5 % of the geodesic, enough for a vote, never handed on."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return _EARTH_DIAMETER_KM * math.asin(min(1.0, math.sqrt(half)))
