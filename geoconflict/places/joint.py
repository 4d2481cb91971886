"""The decision: all names of one article together.

Places of one text lie near each other. Every name has one meaning in a text; each name gives its vote to the countries,
first-level areas and surroundings of the places it may mean, in shares that say how likely each is; then every name is
weighed again under the others' votes, and votes anew. Shares let names decide together what none decides alone:
Brandon, Albany and Douglas County meet in Minnesota, though the first thought of each is elsewhere. A text's own words
about one mention ("X, Y") outrank the votes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from geoconflict.places.nearness import PLACED_NOWHERE, Surroundings
from geoconflict.places.pieces import ALL_PIECES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from geoconflict.places.choices import Choice
    from geoconflict.places.context import Context
    from geoconflict.places.pieces import Pieces
    from geoconflict.records import Mention, Place

# Weights of the votes, in units of a place's own weight (`choices`). Round numbers, as there, chosen on one half of
# the development corpora; the other half reports (docs/accuracy.md).
_COUNTRY_VOTE = 1.3
_ADMIN1_VOTE, _ADMIN1_STEEPNESS = 1.2, 6.0
_NEARNESS_VOTE = 1.3
_COUNTRY_FOR_ITSELF = 0.4  # a country is named because it is near the others, less than a town is
_CAPITAL_OF_IT = 1.5  # where a country is named its capital often is: Amman beside Jordan, not Oman
_COUNTRY_SAYS_COUNTRY, _AREA_SAYS_AREA = 1.2, 1.5
_NO_AREA_OF_ITS_OWN = 0.8
"""Share of the strongest first-level area's vote that countries, regions and waters get: they are named in any text, so
that a village called Egypt gains little on Egypt by lying where the other names do."""
_FAMOUS = 0.5
"""The same for capitals, states and cities of two million; of it a share for cities from 100,000 people."""
_KNOWN_AFAR, _FAMOUS_EVERYWHERE = 5.0, 6.3  # powers of ten of people
_AMBIGUOUS = 0.6
"""Weight of a name of several places against one of a single place."""
_SAME_LEVEL = 2.0
"""A state named among states of its country is the state ("New York" beside Ohio and Texas), among towns the town."""
_TEMPERATURE = 0.7
"""Shares are exp(score / this): a name leans to its likeliest meaning a little more than its scores say."""
_LEAST_SHARE = 0.01
_ROUNDS = 5
_PLAIN_PARENT, _LOOSE_PARENT = 4.2, 1.5
_FILED_FROM = 2.0
"""Weight of each tenfold of people for a dateline that stands without its state: wire services name the others'."""
_USERS_COUNTRY = 3.0
_HEADED, _HEADED_AREA = 8.0, 2.0
"""Weights of the country whose heading a name stands under, more than all votes of names under other headings, and of
the province on top."""
_LISTED_AREA = 2.5  # "Oregon, Ohio and Texas" are states
_TOLD = 2.0
"""Weight of what a text's words and its outlet tell of its country (`telling`)."""

AreaKey = tuple[str | None, str]


class Group:
    """The mentions of one name, which have one meaning."""

    __slots__ = ("choices", "members", "scores", "weight")

    def __init__(self, members: list[int], choices: dict[int, Choice], scores: dict[int, float], weight: float) -> None:
        self.members, self.choices, self.scores, self.weight = members, choices, scores, weight

    @property
    def vote(self) -> float:
        """How much this name's meaning counts for others: sure names count most."""
        return self.weight * (1.0 if len(self.scores) == 1 else _AMBIGUOUS)


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
    listed: Collection[int] = (),
    *,
    headed: Sequence[Place | None] = (),
) -> list[Group]:
    """Return the mentions grouped by name, with the own weight of each choice; names without a choice are left out.

    `country` is the user's prior. Mentions in `listed` stand in lists of countries or states and are groups of their
    own: "New York, Ohio and Texas" says nothing of "New York" elsewhere in the text. So are names under the heading of
    a country or province they may lie in, given by `headed`.
    """
    members: dict[tuple[str, bool, bool, Place | None], list[int]] = defaultdict(list)
    for i, mention in enumerate(mentions):
        if choices[i]:
            heading = headed[i] if headed and _may_lie_under(headed[i], choices[i]) else None
            members[mention.key, mention.role == "demonym", i in listed, heading].append(i)
    groups = []
    for (_, _, in_list, heading), indices in members.items():
        merged: dict[int, Choice] = {}
        scores: dict[int, float] = defaultdict(float)
        for i in indices:
            for choice in choices[i]:
                merged.setdefault(choice.row, choice)
                scores[choice.row] += choice.score / len(indices)
        with_parent = [i for i in indices if contexts[i].parent is not None]
        filed = any(contexts[i].dateline for i in indices)
        for row, choice in merged.items():
            place = choice.place
            if with_parent:
                scores[row] += _parents_say(place, with_parent, contexts, choices) / math.sqrt(len(indices))
            if country and place.country == country:
                scores[row] += _USERS_COUNTRY
            if filed and not place.is_area:
                scores[row] += _FILED_FROM * math.log10(place.population + 30)
            if heading and place.country == heading.country:
                scores[row] += _HEADED + (_HEADED_AREA if heading.kind == "admin1" and lies_in(place, heading) else 0.0)
            if in_list and place.kind in ("country", "admin1"):
                scores[row] += _LISTED_AREA
        surest = max(mentions[i].score for i in indices)
        groups.append(Group(indices, merged, dict(scores), math.sqrt(min(3, len(indices))) * max(0.15, surest)))
    return groups


def _may_lie_under(heading: Place | None, choices: Sequence[Choice]) -> bool:
    """Whether a name may be a place in the country of a heading, and is not itself a country's."""
    if heading is None:
        return False
    places = [choice.place for choice in choices]
    return any(place.country == heading.country for place in places) and all(p.kind != "country" for p in places)


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
    return total


def decide(
    groups: Sequence[Group], told: Mapping[str, float] | None = None, pieces: Pieces = ALL_PIECES
) -> list[Decision]:
    """Return what each group means, in the same order.

    `told` are votes for countries from outside the names (`telling.told_countries`).
    """
    final: list[Mapping[int, float]] = [group.scores for group in groups]
    if pieces.joint:
        surroundings = Surroundings()
        voters = [_Voter(group, surroundings) for group in groups]
        for _ in range(_ROUNDS):
            ballots = _Ballots(voters, final, told or {}, pieces, surroundings)
            final = [ballots.hear(index, voter) for index, voter in enumerate(voters)]
    return [Decision(max(scores, key=lambda row, s=scores: (s[row], -row)), scores) for scores in final]  # type: ignore[misc]


class _Option:
    """What the votes ask of one choice of a name, worked out once."""

    __slots__ = ("area", "country", "country_part", "is_country", "is_state", "row", "spot", "without_area")

    def __init__(self, row: int, place: Place, surroundings: Surroundings) -> None:
        self.row, self.country = row, place.country
        self.is_country, self.is_state = place.kind == "country", place.kind == "admin1"
        self.country_part = (
            _COUNTRY_FOR_ITSELF if self.is_country else _CAPITAL_OF_IT if place.capital else 1.0
        ) * _COUNTRY_VOTE
        key = area_key(place)
        self.area = key if key[1] else None
        self.without_area = _NO_AREA_OF_ITS_OWN if self.area is None else _FAMOUS * _fame(place)
        self.spot = None if place.kind in PLACED_NOWHERE else surroundings.spot(place.lat, place.lon)


def _fame(place: Place) -> float:
    """Return how far a place is named from (0-1): in texts about its surroundings only, or in any."""
    if place.capital or place.kind == "admin1":
        return 1.0
    if place.is_area or place.population < 10**_KNOWN_AFAR:
        return 0.0
    return min(1.0, (math.log10(place.population) - _KNOWN_AFAR) / (_FAMOUS_EVERYWHERE - _KNOWN_AFAR))


class _Voter:
    """A group as the votes see it."""

    __slots__ = ("areas", "countries", "options", "scores", "vote", "weight")

    def __init__(self, group: Group, surroundings: Surroundings) -> None:
        self.scores, self.vote, self.weight = group.scores, group.vote, group.weight
        self.options = {row: _Option(row, choice.place, surroundings) for row, choice in group.choices.items()}
        self.countries = {option.country for option in self.options.values() if option.country}
        self.areas = {option.area for option in self.options.values() if option.area}


def _shares(scores: Mapping[int, float]) -> dict[int, float]:
    """Return how likely each choice is by its score, as shares of one; the unlikeliest get none."""
    if len(scores) == 1:
        return dict.fromkeys(scores, 1.0)
    top = max(scores.values())
    weights = {row: math.exp((score - top) / _TEMPERATURE) for row, score in scores.items()}
    total = sum(weights.values())
    return {row: weight / total for row, weight in weights.items() if weight > _LEAST_SHARE * total}


class _Tally:
    """Votes for one country: all, of them for its states, and for anything below the country."""

    __slots__ = ("below", "states", "votes")

    def __init__(self, votes: float = 0.0) -> None:
        self.votes, self.states, self.below = votes, 0.0, 0.0

    def add(self, other: _Tally) -> None:
        self.votes += other.votes
        self.states += other.states
        self.below += other.below


_NOTHING = _Tally()
_Own = tuple[dict[str, _Tally], dict[AreaKey, float]]
"""What one name gave to countries and first-level areas, which it does not hear again."""


class _Ballots:
    """The votes of one round, by country, first-level area and position."""

    def __init__(
        self,
        voters: Sequence[_Voter],
        scores: Sequence[Mapping[int, float]],
        told: Mapping[str, float],
        pieces: Pieces,
        surroundings: Surroundings,
    ) -> None:
        self._pieces, self._surroundings = pieces, surroundings
        surroundings.clear()
        self._countries = {code: _Tally(_TOLD * vote) for code, vote in told.items()}
        self._areas: dict[AreaKey, float] = {}
        self._own: list[_Own] = []
        for index, voter in enumerate(voters):
            countries, areas = own = self._given(index, voter, _shares(scores[index]))
            for country, tally in countries.items():
                self._countries.setdefault(country, _Tally()).add(tally)
            for area, vote in areas.items():
                self._areas[area] = self._areas.get(area, 0.0) + vote
            self._own.append(own)

    def _given(self, index: int, voter: _Voter, shares: Mapping[int, float]) -> _Own:
        """Return the votes of a group for countries and areas, and let its spots pull."""
        countries: dict[str, _Tally] = {}
        areas: dict[AreaKey, float] = {}
        for row, share in shares.items():
            option, vote = voter.options[row], voter.vote * share
            if option.country:
                tally = countries.get(option.country)
                if tally is None:
                    tally = countries[option.country] = _Tally()
                if option.is_country:
                    tally.votes += vote * _COUNTRY_SAYS_COUNTRY
                else:
                    tally.votes += vote
                    tally.below += vote
                    if option.is_state:
                        tally.states += vote
            if option.area:
                areas[option.area] = areas.get(option.area, 0.0) + vote * (_AREA_SAYS_AREA if option.is_state else 1.0)
            if option.spot:
                self._surroundings.add(index, option.spot, voter.weight * share)
        return countries, areas

    def hear(self, index: int, voter: _Voter) -> Mapping[int, float]:
        """Return the scores of a group's choices under the votes of all other groups."""
        if len(voter.scores) == 1:
            return voter.scores
        pieces, pull = self._pieces, self._surroundings.pull
        by_country = self._heard_of_countries(index, voter) if pieces.country_vote else {}
        by_area = self._heard_of_areas(index, voter) if pieces.admin1_vote else {}
        strongest = max(by_area.values(), default=0.0)
        final = {}
        for row, score in voter.scores.items():
            option, total = voter.options[row], score
            if option.country and pieces.country_vote:
                total += option.country_part * by_country[option.country]
            if pieces.admin1_vote:
                total += option.without_area * strongest + (by_area[option.area] if option.area else 0.0)
                if option.country and option.is_state:
                    total += self._among_states(index, option.country)
            if option.spot and pieces.nearness:
                total += _NEARNESS_VOTE * math.log1p(pull(index, option.spot))
            final[row] = total
        return final

    def _heard_of_countries(self, index: int, voter: _Voter) -> dict[str, float]:
        own = self._own[index][0]
        return {
            code: math.log1p(
                max(0.0, self._countries.get(code, _NOTHING).votes - own.get(code, _NOTHING).votes),
            )
            for code in voter.countries
        }

    def _heard_of_areas(self, index: int, voter: _Voter) -> dict[AreaKey, float]:
        own = self._own[index][1]
        return {
            area: _ADMIN1_VOTE
            * math.log1p(_ADMIN1_STEEPNESS * max(0.0, self._areas.get(area, 0.0) - own.get(area, 0.0)))
            for area in voter.areas
        }

    def _among_states(self, index: int, country: str) -> float:
        """Return what a state gains by the other names of its country being states."""
        given, own = self._countries.get(country, _NOTHING), self._own[index][0].get(country, _NOTHING)
        return _SAME_LEVEL * (given.states - own.states) / (given.below - own.below + 0.5)
