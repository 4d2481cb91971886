"""The door: mentions to resolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoconflict.places.choices import choices_for, fits_type, spoken_of_as_areas
from geoconflict.places.context import read_contexts
from geoconflict.places.joint import decide, make_groups
from geoconflict.places.lists import heed_lists
from geoconflict.places.pieces import ALL_PIECES
from geoconflict.places.relations import NEAR_RADIUS_M, read_uses
from geoconflict.places.roles import assign_roles
from geoconflict.places.telling import told_countries
from geoconflict.places.unknown import ANCHORED_RADIUS_M, respelt, unplaced
from geoconflict.places.verdicts import Verdicts
from geoconflict.records import Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.places.context import Context
    from geoconflict.places.pieces import Pieces
    from geoconflict.places.relations import Use
    from geoconflict.records import Article, Candidate, Mention, Role


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
    groups = make_groups(ordered, contexts, choices, country, listed)
    verdicts = Verdicts(ordered, contexts, choices, groups, decide(groups, told, pieces), told=told, listed=listed)

    countries = sorted({meaning.country for meaning in verdicts.meanings if meaning.country})
    answers: list[tuple[Candidate, ...]] = []
    doubts: dict[int, str] = {}
    for i, mention in enumerate(ordered):
        alike = None if choices[i] else respelt(mention, countries, gazetteer)
        if alike and (verdicts.lies_elsewhere(i, alike.place, country) or fits_type(alike.place, contexts[i]) is False):
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
    roles = assign_roles(text, ordered, places, contexts)
    uses = read_uses(text, ordered, places, roles, gazetteer)

    resolutions: dict[int, Resolution] = {}
    for i, (mention, context, role, found) in enumerate(zip(ordered, contexts, roles, answers, strict=True)):
        if i in doubts:
            resolutions[order[i]] = Resolution(mention, None, role, 0.0, doubts[i], candidates=found)
        elif not found:
            parent = places[context.parent] if context.parent is not None and pieces.anchoring else None
            resolutions[order[i]] = unplaced(mention, parent, role)
        else:
            named_after = bool(choices[i]) and verdicts.called_after(i)
            resolutions[order[i]] = _placed(mention, context, role, found, named_after=named_after, use=uses.get(i))
    return [resolutions[i] for i in range(len(mentions))]


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
