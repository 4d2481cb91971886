"""The door: mentions to resolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoconflict.places.choices import choices_for, fits_type, spoken_of_as_areas
from geoconflict.places.context import names_facility, read_contexts
from geoconflict.places.headings import read_headings
from geoconflict.places.joint import decide, make_groups
from geoconflict.places.lists import heed_lists
from geoconflict.places.pieces import ALL_PIECES
from geoconflict.places.quarters import far_from_towns, in_town, is_own_district, towns_of_quarters
from geoconflict.places.relations import NEAR_RADIUS_M, read_uses
from geoconflict.places.roles import assign_roles
from geoconflict.places.telling import told_countries
from geoconflict.places.unknown import ANCHORED_RADIUS_M, part_of_name, respelt, unplaced
from geoconflict.places.verdicts import Verdicts
from geoconflict.records import Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.places.context import Context
    from geoconflict.places.pieces import Pieces
    from geoconflict.places.quarters import Town
    from geoconflict.places.relations import Use
    from geoconflict.records import Article, Candidate, Mention, Place, Role

_TOWNS = frozenset({"city", "town", "village"})


def resolve_places(
    article: Article,
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    *,
    country: str | None = None,
    pieces: Pieces = ALL_PIECES,
) -> list[Resolution]:
    """Decide which place each mention means, all mentions of the article together.

    Returns one resolution a mention, in the same order. `country` (code or name) is a prior, not a filter; UsageError
    when there is none such. Roles are the finder's, or "actor", "metonym", "near_reference", "background". A name the
    gazetteer does not know gets `place=None` and says so; only streets, hospitals, lakes and the like are placed at the
    settled place the text puts them in, with `where_prec` 2, a radius of 25,000 m and a reason that says it. `pieces`
    is for benchmarks: what the decision may use.
    """
    country = gazetteer.country_code(country) if country else None
    text, order = article.text, sorted(range(len(mentions)), key=lambda i: mentions[i].start)
    ordered = [mentions[i] for i in order]
    contexts = read_contexts(text, ordered, parents=pieces.parent_cue, types=pieces.type_cues)
    areas = spoken_of_as_areas(ordered, contexts)
    choices = [
        choices_for(mention, context, text, gazetteer, area=mention.key in areas, population=pieces.population)
        for mention, context in zip(ordered, contexts, strict=True)
    ]
    contexts, listed = heed_lists(ordered, contexts, choices, text) if pieces.lists else (contexts, frozenset[int]())
    told = told_countries(article) if pieces.home_words else {}
    headed = read_headings(text, ordered, contexts, choices) if pieces.parent_cue else ()
    groups = make_groups(ordered, contexts, choices, country, listed, headed=headed)
    verdicts = Verdicts(ordered, contexts, choices, groups, decide(groups, told, pieces), told=told, listed=listed)

    countries = sorted({meaning.country for meaning in verdicts.meanings if meaning.country})
    answers: list[tuple[Candidate, ...]] = []
    doubts: dict[int, str] = {}
    for i, mention in enumerate(ordered):
        known = bool(choices[i]) or part_of_name(text, mention)
        alike = None if known else _alike(mention, headed[i : i + 1], countries, gazetteer)
        if alike and (
            verdicts.lies_elsewhere(i, alike.place, country)
            or fits_type(alike.place, contexts[i]) is False
            or (verdicts.is_far_abroad(alike.place) and alike.place.country != country)
        ):
            alike = None  # a name spelt alike, and elsewhere or of another kind, is another name
        answers.append(verdicts.candidates(i) if choices[i] else (alike,) if alike else ())
        doubt = verdicts.namesake_abroad(i) if choices[i] else ""
        if doubt and answers[i][0].place.country == country:
            doubt = ""
        if choices[i]:
            doubt = doubt or verdicts.lies_elsewhere(i, answers[i][0].place, country)
        if doubt:
            doubts[i] = doubt
    _spread_doubts(doubts, ordered, contexts, answers)
    places = [found[0].place if found and i not in doubts else None for i, found in enumerate(answers)]
    quarters: dict[int, Town] = {}
    if pieces.parent_cue:
        quarters = _settle_quarters(text, ordered, contexts, verdicts, answers=answers, doubts=doubts, places=places)
    roles = assign_roles(text, ordered, places, contexts)
    uses = read_uses(text, ordered, places, roles, gazetteer)

    resolutions: dict[int, Resolution] = {}
    for i, (mention, context, role, found) in enumerate(zip(ordered, contexts, roles, answers, strict=True)):
        if i in quarters:
            resolutions[order[i]] = in_town(mention, quarters[i], role)
        elif i in doubts:
            resolutions[order[i]] = Resolution(mention, None, role, 0.0, doubts[i], candidates=found)
        elif not found:
            parent = places[context.parent] if context.parent is not None and pieces.anchoring else None
            resolutions[order[i]] = unplaced(mention, parent, role)
        else:
            named_after = bool(choices[i]) and (
                verdicts.called_after(i) or (found[0].place.kind in _TOWNS and names_facility(text, mention, context))
            )
            resolutions[order[i]] = _placed(mention, context, role, found, named_after=named_after, use=uses.get(i))
    return [resolutions[i] for i in range(len(mentions))]


def _alike(
    mention: Mention, headed: Sequence[Place | None], countries: Sequence[str], gazetteer: Gazetteer
) -> Candidate | None:
    """Return the place spelt most alike, in the country of the heading above before the others of the text."""
    heading = headed[0] if headed else None
    first = respelt(mention, [heading.country], gazetteer) if heading and heading.country else None
    return first or respelt(mention, countries, gazetteer)


def _settle_quarters(
    text: str,
    mentions: Sequence[Mention],
    contexts: Sequence[Context],
    verdicts: Verdicts,
    *,
    answers: list[tuple[Candidate, ...]],
    doubts: dict[int, str],
    places: list[Place | None],
) -> dict[int, Town]:
    """Return the towns that parts of theirs lie in which no list knows; brings answers, doubts and places in line.

    A part of a town that lies within its reach is answered, before the same name elsewhere. What a name means beside
    its town it means wherever the text uses it without words of its own.
    """
    meant = [found[0].place if found else None for found in answers]
    towns = towns_of_quarters(text, mentions, contexts, places, meant)
    settled: dict[int, Town] = {}
    first: dict[str, int] = {}
    for i, town in towns.items():
        place, known = meant[i], bool(answers[i]) and not verdicts.called_after(i)
        if known and place is not None and town.reaches(place):
            _answer(i, place, doubts, places)
        elif known and place is not None and is_own_district(place, contexts[i], town):
            _answer(i, place, doubts, places)
            continue
        elif verdicts.choose_within(i, town.reaches):
            answers[i] = verdicts.candidates(i)
            _answer(i, answers[i][0].place, doubts, places)
        elif answers[i] or contexts[i].wanted == "neighbourhood":
            settled[i] = town
        else:
            continue
        first.setdefault(mentions[i].key, i)
    for i, mention in enumerate(mentions):
        same = first.get(mention.key)
        if i in towns or same is None or contexts[i].parent is not None or meant[i] != meant[same]:
            continue
        if contexts[i].wanted not in ("", contexts[same].wanted):
            continue
        if same in settled:
            settled[i] = settled[same]
        else:
            answers[i] = answers[same]
            _answer(i, answers[i][0].place, doubts, places)
    for i, town in settled.items():
        doubts.pop(i, None)
        places[i] = town.place
    for i in range(len(mentions)):
        doubt = "" if i in settled or i in towns else far_from_towns(i, mentions, contexts, places)
        if doubt:
            doubts[i], places[i] = doubt, None
    return settled


def _answer(i: int, place: Place, doubts: dict[int, str], places: list[Place | None]) -> None:
    doubts.pop(i, None)
    places[i] = place


def _spread_doubts(
    doubts: dict[int, str],
    mentions: Sequence[Mention],
    contexts: Sequence[Context],
    answers: Sequence[tuple[Candidate, ...]],
) -> None:
    """Doubt a place wherever its name stands, once the text puts the name elsewhere, but for words of its own there."""
    said = {(mentions[i].key, answers[i][0].place.id): why for i, why in doubts.items()}
    for i, (mention, context, found) in enumerate(zip(mentions, contexts, answers, strict=True)):
        if found and i not in doubts and context.parent is None and not context.wanted:
            why = said.get((mention.key, found[0].place.id))
            if why:
                doubts[i] = why


def _placed(
    mention: Mention,
    context: Context,
    role: Role,
    candidates: tuple[Candidate, ...],
    *,
    named_after: bool,
    use: Use | None,
) -> Resolution:
    """Return a resolution with the precision this use of the place has: "near X" is wider than X."""
    best = candidates[0]
    place, reason, relation, spot = best.place, best.reason, context.relation, None
    where_prec, radius_m = place.where_prec, place.radius_m
    if named_after and place.is_area:
        relation = "in"
    elif named_after:
        where_prec, radius_m, relation = 2, ANCHORED_RADIUS_M, "near"
    elif use:
        where_prec, radius_m, relation, spot = use.where_prec, use.radius_m, use.relation, use.spot
        reason += f"; {use.said}"
    elif relation != "in" and not place.is_area:
        where_prec, radius_m = 2, max(NEAR_RADIUS_M, radius_m)
        reason += "; the text says near it" if relation == "near" else "; the text says its outskirts"
    return Resolution(mention, place, role, best.score, reason, where_prec, radius_m, relation, candidates, spot)
