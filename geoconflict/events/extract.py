"""One article to its events: statements are grouped, each group gets kind, day, place, actors and figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geoconflict.events.actors import UMBRELLAS
from geoconflict.events.conflict import is_conflict, of_conflict_only, setting_of, without_flight
from geoconflict.events.figures import is_civilian, is_combatant, value
from geoconflict.events.groups import Group, group_statements, is_at_an_unknown_place
from geoconflict.events.kinds import AIR, CLASH, SHELLING, sub_type, violence_type
from geoconflict.events.language import READ_LANGUAGE, language_of
from geoconflict.events.lexicon import kinds
from geoconflict.events.notices import notices
from geoconflict.events.ownership import with_own_counts
from geoconflict.events.shelter import unnamed_camps
from geoconflict.events.spots import distance_m
from geoconflict.events.statements import is_commemoration, read_statements
from geoconflict.events.totals import event_totals
from geoconflict.events.when import choose_date
from geoconflict.events.where import choose_place
from geoconflict.records import BEATEN, Event, Evidence, Said, Source, event_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.events.dates import DateExpression, Dateline
    from geoconflict.events.figures import Count
    from geoconflict.events.sentences import Sentence
    from geoconflict.events.statements import Statement
    from geoconflict.events.where import Choice
    from geoconflict.records import ActorMention, Article, Candidate, EventDate, Figure, Resolution

SUMMARY_CHARS: Final = 300
LEAD_STATEMENTS: Final = 3
"""An old event told this early, in a report that tells nothing newer, is what the report is about."""

_PLAIN_KINDS: Final = frozenset(
    {AIR, SHELLING, CLASH, "Suicide bomb", "?bomb", "Remote explosive/landmine/IED", "?capture"}
)
"""What one sentence tells well enough when it says where."""

_ITS_OWN_DAYS: Final = re.compile(
    r"\bsince the (?:[\w-]+ )?(?:offensive|assault|attack|operation|battle|fighting|clashes) (?:began|started)\b"
)
_OF_THEM: Final = re.compile(r"\b(?:of|among) (?:them|whom)\b")

_SOME_TIME: Final = re.compile(
    r"\b(?:has|have)\b.{0,60}\b(?:killed|died)\b.{0,80}\b(?:in recent|(?:over|in|during) the (?:past|last)|so far|this"
    r"|in the space of) (?:\w+ )?(?:days|weeks?|months?|years?)\b"
)
"""A count of some time, not of one event: "have killed 60 in recent weeks"."""


def extract_events(article: Article, resolutions: Sequence[Resolution]) -> list[Event]:
    """Return the events an article tells, in order of their first sentence.

    `resolutions` are what the places room decided for this article; an event's place is one of them or None. Events of
    an older time have the status "background" and their own date. Nothing is filled in that no sentence says. A text
    in another language than English (`language_of`) gives none.
    """
    if language_of(article.text) != READ_LANGUAGE:
        return []
    dateline, statements = read_statements(article, resolutions)
    statements = without_flight([of_conflict_only(s) for s in statements])
    setting = setting_of(statements)
    groups = [g for g in group_statements(statements) if is_conflict(g.statements, setting)]
    with_own_counts(groups)
    if not any(not g.first.is_old for g in groups):
        groups = [_as_news(g) if g.first.index <= statements[0].index + LEAD_STATEMENTS else g for g in groups]
    lead = min((g.first.index for g in groups if not g.first.is_old), default=-1)
    air_war = any(t.kind == AIR for g in groups for s in g.statements for t in s.triggers)
    filed_from = {p.place.id for s in statements for p in s.places if p.dateline}
    source = _source(article, dateline)
    events: list[Event] = []
    taken: set[str] = set()
    for group in groups:
        choice = choose_place(group.statements, group.support, article.id, filed_from)
        date = choose_date(group.statements, dateline, support=group.support, told=statements)
        event = _event(article, group, choice, date, source, is_lead=group.first.index == lead, air_war=air_war)
        if event:
            if event.id in taken:  # two events of one sentence: the first keeps the sentence's id
                event = replace(event, id=_id_of_half(event, group.first))
            taken.add(event.id)
            events.append(event)
    return events


def _as_news(group: Group) -> Group:
    """Return an old event as what the report is about; its date is then an ordinary date of the event."""
    return (
        Group([replace(s, background=None, past=False) for s in group.statements], group.support)
        if group.first.background and not any(is_commemoration(s) for s in group.statements)
        else group
    )


def _event(
    article: Article,
    group: Group,
    choice: Choice,
    date: EventDate,
    source: Source,
    *,
    is_lead: bool,
    air_war: bool,
) -> Event | None:
    told = group.statements
    background = group.first.is_old
    if not background and not _is_event(group, choice, is_lead=is_lead, dated=_has_own_day(group, date)):
        return None
    figures, killed, civilians, injured = event_totals(_figures(group, choice, date), {article.id: source.date})
    actors = _actors(told)
    where = choice.spot.resolution if choice.spot else None
    sub = sub_type(told, choice.place, air_war=air_war)
    sentences = [s.sentence for s in _once([*told, *group.support])]
    evidence = tuple(Evidence(article.id, s.start, s.end, s.text) for s in sentences)
    return Event(
        id=event_id(evidence[0]),
        articles=(article.id,),
        evidence=evidence,
        summary=_summary(told),
        event_type=kinds()[sub].event_type,
        sub_event_type=sub,
        date=date,
        place=choice.place,
        place_relation=where.relation if where else "in",
        where_prec=where.where_prec if where else 7,
        radius_m=choice.spot.radius_m if choice.spot else 0.0,
        place_said=choice.said,
        place_reason=_why(choice),
        place_candidates=_beaten(where) if where else (),
        camps_said=_camps_said(article, sentences),
        status="background" if background else "event",
        type_of_violence=violence_type(sub, actors, figures),
        actors=actors,
        figures=figures,
        fatalities=killed,
        civilian_fatalities=civilians,
        injured=injured,
        mentions=choice.mentions,
        families=group.families,
        sources=(source,),
        confidence=_confidence(group, choice, is_lead=is_lead, dated=_has_own_day(group, date)),
    )


def _why(choice: Choice) -> str:
    """Say in words why the place was read so; a finer name no list has is said with it."""
    reason = choice.spot.resolution.reason if choice.spot else ""
    unlisted = choice.said and reason and "not in the gazetteer" not in reason and "in no list" not in reason
    return f"{reason}; {choice.said}, which the text names, is in no list" if unlisted else reason


def _beaten(where: Resolution) -> tuple[Candidate, ...]:
    """Return the places that were weighed for a name and are not the one it was taken for, best first."""
    taken = where.place.id if where.place else ""
    return tuple(one for one in where.candidates if one.place.id != taken)[:BEATEN]


def _camps_said(article: Article, sentences: list[Sentence]) -> tuple[Said, ...]:
    """Return the displacement camps without a name that the sentences of an event tell of."""
    spans = [
        (sentence.start + start, sentence.start + end)
        for sentence in sentences
        for start, end in unnamed_camps(sentence.text)
    ]
    return tuple(Said(article.id, start, end, " ".join(article.text[start:end].split())) for start, end in spans)


def _id_of_half(event: Event, first: Statement) -> str:
    """Return the id of an event told in the further part of a sentence: of where its own words begin."""
    sentence = event.evidence[0]
    starts = [first.span[0]] if first.span else [t.start for t in first.triggers]
    return event_id(replace(sentence, start=min(starts, default=sentence.start)))


# ---- is it an event ----------------------------------------------------------------------------------------


def _is_event(group: Group, choice: Choice, *, is_lead: bool, dated: bool) -> bool:
    """Whether enough is told: a specific deed, or the dead and who killed them or where and on which day."""
    told = group.statements
    specific = any(t.kind != "?dead" and t.weight >= 1.5 for s in told for t in s.triggers)
    killed = any(s.has_count("killed") for s in told)
    unknown = is_at_an_unknown_place(group.first)
    placed = unknown or (choice.place is not None and choice.place.kind not in ("country", "border"))
    done = any(a.role == "perpetrator" and a.kind != "civilians" for s in told for a in s.actors)
    of_a_day = killed and group.first.day() is not None and group.first.is_placed()
    if not specific and not of_a_day and not (killed and done) and not ((killed or done) and is_lead):
        return False
    if is_lead:
        return placed or dated or killed
    told_enough = dated or any(s.has_count("killed", "injured") for s in told) or len(told) > 1
    weapon = any(
        t.kind in _PLAIN_KINDS or (t.kind == "?capture" and t.word.endswith(("ed", "took")))
        for t in group.first.triggers
    )
    return placed and (told_enough or (specific and (weapon or group.first.opens_with_place())))


def _has_own_day(group: Group, date: EventDate) -> bool:
    return date.weekday is not None or any(s.day() for s in group.statements)


def _confidence(group: Group, choice: Choice, *, is_lead: bool, dated: bool) -> float:
    """Return 0-1: how much of what makes an event the text gives. Hand-set, not calibrated."""
    weight = sum(s.weight for s in group.statements)
    spot = choice.place is not None and not choice.place.is_area
    return round(min(0.97, 0.35 + 0.06 * min(weight, 5) + 0.15 * spot + 0.1 * dated + 0.1 * is_lead), 2)


# ---- figures, actors, words --------------------------------------------------------------------------------


def _figures(group: Group, choice: Choice, date: EventDate) -> list[Figure]:
    counts = [c for s in group.statements for c in _counts_of(s, group, choice, date)]
    return [c.figure for c in _settled(counts)]


def _counts_of(statement: Statement, group: Group, choice: Choice, date: EventDate) -> list[Count]:
    """Return the counts of a statement, seen from the event: of another spot or a longer time they are no total."""
    counts = _since_it_began(statement, date) if not group.first.is_old else list(statement.counts)
    if statement is not group.first and _elsewhere(statement, choice):
        counts = [
            c.marked("part", "counted at another spot of the event") if c.figure.status == "total" else c
            for c in counts
        ]
    longer = [d for d in statement.dates if d.since and _opens_before(d, date)]
    some_time = statement is not group.first and _tells_some_time(statement)
    if (longer or some_time) and not group.first.is_old:
        counts = [
            c.marked("period_total", "a count since an earlier day") if c.figure.status in ("total", "part") else c
            for c in counts
        ]
    return counts


def _since_it_began(statement: Statement, date: EventDate) -> list[Count]:
    """Return the counts of a statement; "killed since the offensive began" is of an event told over those very days."""
    if date.precision != "range" or not _ITS_OWN_DAYS.search(statement.sentence.low):
        return list(statement.counts)
    return [
        c
        if c.figure.status != "period_total"
        else c.marked("subset", "some of those counted")
        if _OF_THEM.search(c.figure.text)
        else c.marked("total", "")
        for c in statement.counts
    ]


def _tells_some_time(statement: Statement) -> bool:
    low = statement.sentence.low
    return ("killed" in low or "died" in low) and bool(_SOME_TIME.search(low))


def _opens_before(since: DateExpression, event: EventDate) -> bool:
    if since.first and event.first:
        return since.first < event.first
    return since.weekday is not None and event.weekday is not None and since.weekday != event.weekday


def _elsewhere(statement: Statement, choice: Choice) -> bool:
    spots, chosen = statement.sites(fine=True), choice.spot
    if chosen is None or chosen.place.is_area or not spots:
        return False
    return all(
        s.place.id != chosen.place.id and distance_m(s.place, chosen.place) > s.radius_m + chosen.radius_m
        for s in spots
    )


def _settled(counts: list[Count]) -> list[Count]:
    """Settle, within one article, which counts are older: the headline's rounding, and what the text says has risen."""
    hedged = {value(c.figure) for c in counts if c.figure.hedge != "exact" and not c.headline}
    attributed = [c for c in counts if c.figure.speaker and not c.headline and _is_exact_total(c)]
    moved = [c for c in counts if c.moved and c.figure.status == "total"]
    settled = []
    for count in counts:
        figure = count.figure
        if count.headline and _is_exact_total(count) and figure.high in hedged:
            settled.append(count.marked("superseded", "a headline's rounding: the text hedges the number"))
        elif (
            count.headline
            and not figure.speaker
            and _is_exact_total(count)
            and any(c.figure.unit == figure.unit and c.figure.high != figure.high for c in attributed)
        ):
            settled.append(count.marked("superseded", "the text gives an attributed count"))
        elif figure.status == "total" and not count.moved and any(_outgrown(figure, m.figure) for m in moved):
            settled.append(count.marked("superseded", "the text says the count rose"))
        elif count.unnumbered and figure.low and any(_holds(c, figure) for c in counts):
            settled.append(count.marked("subset", "one of those a larger count holds"))
        else:
            settled.append(count)
    return settled


def _is_exact_total(count: Count) -> bool:
    return count.figure.hedge == "exact" and count.figure.status == "total"


def _outgrown(figure: Figure, moved: Figure) -> bool:
    same_side = _side(figure) == _side(moved)
    return figure.unit == moved.unit and same_side and (value(figure) or 0) < (value(moved) or 0)


def _holds(count: Count, figure: Figure) -> bool:
    """Whether a count by numeral may hold the one person another counts without."""
    side = _side(count.figure)
    fits = not any(side) or side == _side(figure)
    larger = (value(count.figure) or 0) > (value(figure) or 0)
    told_here = count.figure.status in ("total", "part")
    return told_here and not count.unnumbered and count.figure.unit == figure.unit and fits and larger


def _side(figure: Figure) -> tuple[bool, bool]:
    return is_civilian(figure.group), is_combatant(figure.group)


def _actors(told: Sequence[Statement]) -> tuple[ActorMention, ...]:
    """Return each actor once for each role, the named before "militants" and the like, else in order.

    Who acts somewhere is not listed as standing by.
    """
    seen: dict[tuple[str, str], ActorMention] = {}
    for actor in (a for s in told for a in s.actors):
        if actor.role == "speaker" and (actor.kind == "civilians" or actor.canonical in UMBRELLAS):
            continue  # "residents said": nobody who took part
        seen.setdefault((actor.canonical, actor.role), actor)
    acting = {canonical for canonical, role in seen if role != "other"}
    kept = [a for (canonical, role), a in seen.items() if role != "other" or canonical not in acting]
    return tuple(sorted(kept, key=lambda actor: actor.canonical in UMBRELLAS))


def _once(statements: Sequence[Statement]) -> list[Statement]:
    by_sentence = {s.index: s for s in statements}
    return [by_sentence[index] for index in sorted(by_sentence, key=lambda i: (i != statements[0].index, i))]


def _summary(told: Sequence[Statement]) -> str:
    """Return the sentence that tells most, verbatim, at most `SUMMARY_CHARS` long."""

    def tells(item: tuple[int, Statement]) -> float:
        n, s = item
        body = 0.5 * (s.sentence.kind != "headline") + 2 * (n == 0)
        return body + min(s.weight, 4) + 2 * bool(s.places) + bool(s.dates) + bool(s.counts) - 0.2 * n

    text = max(enumerate(told), key=tells)[1].sentence.text
    return text if len(text) <= SUMMARY_CHARS else text[: SUMMARY_CHARS + 1].rsplit(None, 1)[0][:SUMMARY_CHARS]


def _source(article: Article, dateline: Dateline) -> Source:
    """Return the report with what it says of its own reliability, and which article it repeats whole."""
    copied = f"has the same text as {article.copy_of}" if article.copy_of else ""
    note = "; ".join(filter(None, (notices(article.text, article.around), dateline.note, copied)))
    title = ": ".join(filter(None, (article.source, article.title)))
    return Source(article.id, title, article.url, dateline.day, note, article.copy_of)
