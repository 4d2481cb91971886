"""Statements: each sentence with the triggers, dates, places, actors and figures found in it.

A statement is what grouping moves around. Scope is settled here: what an article asserts of its own days, what it
tells as background of an older day, and what it does not assert at all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from geoconflict.events.actors import ArticleContext, find_actors, with_actor_roles
from geoconflict.events.dates import DateExpression, Dateline, find_dateline, find_dates
from geoconflict.events.figures import Count, find_figures
from geoconflict.events.halves import split_deeds
from geoconflict.events.lexicon import any_of, fold
from geoconflict.events.loci import Locus, find_loci
from geoconflict.events.sentences import Sentence, split_sentences
from geoconflict.events.spans import Spans
from geoconflict.events.spots import (
    Spot,
    Unplaced,
    are_apart,
    is_origin,
    look,
    look_unplaced,
)
from geoconflict.events.triggers import Trigger, compares_largest, find_triggers
from geoconflict.records import LOCATION_ROLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from geoconflict.records import ActorMention, Article, Resolution

_Item = TypeVar("_Item")

OLD_DAYS: Final = 20
"""What lies further back than this before publication is told as background (news of an event is rarely older)."""

OLD_SINCE_DAYS: Final = 60
"""A period that opened this long ago is background; a shorter one is a campaign still going on."""

OTHER_CLAUSE_CHARS: Final = 60
"""What a clause boundary between a date and a verb weighs, in characters, when both compete for each other."""

_OPENING: Final = re.compile(r"(?:in|at|near|outside|around) (?:[\w'-]+ ){0,4}[\w'-]+,")
_SPEECH_DATE: Final = re.compile(
    rf"\b(?:{any_of('speech_dates')})\b(?:(?!\bthat\b)[^,.;]){{0,35}}?\b(?:on|in|late|early|)?\s*$"
)
_RELATIVE: Final = re.compile(r"\W*(?:which|who|whose|where|when)\b")
_FALSE: Final = re.compile(
    r"\W*(?:but |however,? )?(?:(?P<claim>that|this|it|the (?:report|claim|story|allegation|account)s?)"
    r"|the (?:figure|number|count|toll)s?) (?:is|was|were|are|proved|turned out to be) (?:(?!not )\w+ )?"
    r"(?:false|untrue|not (?:true|correct|right|the case)|wrong|incorrect|fabricated|invented|a lie|baseless|mistaken"
    r"|made up)\b"
    r"|\W*(?P<nobody>(?:nobody|no one) (?:was |were |has been )?(?:died|killed|hurt))"
)
_EARLIER_VERSION: Final = re.compile(r"\b(?:earlier|previous|original) version of (?:this|the|our)\b")
_WHOLE_WAR: Final = re.compile(r"\b(?:civil war|conflict|uprising|since it|since then|war)\b")
_ORIGINS: Final = re.compile(
    r"\b(?:since|began|begun|beginning|start\w*|erupted|broke out|trigger\w*|spark\w*|in response to)\b.*"
    r"\b(?:war|conflict|uprising|revolt|crackdown|unrest)\b"
    r"|\b(?:war|conflict|uprising|revolt|crackdown|unrest)\b.*"
    r"\b(?:began|begun|beginning|start\w*|erupted|broke out|since)\b"
)
_SUMMED: Final = frozenset({"dead", "any", "protest"})
"""Deeds told with the first day of a long time: its dead, and how it began, are no event of that day."""
_COMPARED_SINCE: Final = re.compile(r"\b(?:first|\w+est|worst|most)\b[^.;]{0,80}\b(?P<since>since)\b[^,.;:]{0,90}$")
""""The worst fighting since the war began in 2011": that day measures; a deed named behind "since" is of it."""
_OF_A_DEAL: Final = re.compile(
    r"\b(?:cease-?fire|truce|deal|agreement|accord|talks|de-escalation)\b[^.;]{0,110}?\b(?:collapsed|expired|broke down"
    r"|fell apart|brokered|signed|reached|agreed|took effect|came into (?:force|effect)|ended)"
    r"(?: (?:by|between|with|for)(?: [\w'-]+){1,6}| earlier| late| in| on)*\s*$"
)
_OF_TALKS: Final = frozenset({"agreement", "any"})
_OF_A_MEETING: Final = re.compile(
    r"\b(?:hold|held|holding|holds|conven\w+|attend(?:ed|ing)?|call(?:ed|ing)? for|schedul\w+|discuss\w*) "
    r"(?:[\w'-]+ ){0,4}?(?:meeting|session|talks|summit|conference|vigil|vote|debate|briefing|inquiry)"
    r"(?: (?:later|late|early|again|here))?(?: on)? $"
)
""""The council is to hold a meeting on Wednesday": no day of what it is about."""


@dataclass(frozen=True)
class Statement:
    """One sentence, or one half of it where it tells two events; what it is asked again and again it remembers.

    `places` are locations, `unplaced` locations nobody could resolve; `background` is the old day it tells of,
    `past` that it tells of some unnamed older time; `span` is the half it is, in offsets of the article.
    """

    sentence: Sentence
    triggers: tuple[Trigger, ...]
    dates: tuple[DateExpression, ...]
    places: tuple[Spot, ...]
    actors: tuple[ActorMention, ...]
    counts: tuple[Count, ...]
    background: DateExpression | None = None
    past: bool = False
    unplaced: tuple[Unplaced, ...] = ()
    span: tuple[int, int] | None = None

    @cached_property
    def loci(self) -> tuple[Locus, ...]:
        """Return the towns and quarters its deed was at, resolved or not."""
        return find_loci(self)

    @cached_property
    def families(self) -> frozenset[str]:
        """Return the coarse kinds of its triggers."""
        return frozenset(t.family for t in self.triggers)

    @property
    def weight(self) -> float:
        """Return how strongly it says that something happened."""
        return sum(t.weight for t in self.triggers)

    @property
    def index(self) -> int:
        """Return the place of its sentence in the article."""
        return self.sentence.index

    @property
    def is_old(self) -> bool:
        """Whether it tells of an older time."""
        return self.past or self.background is not None

    def sites(self, *, fine: bool = False) -> tuple[Spot, ...]:
        """Return the places where its event may have been; `fine` leaves out areas."""
        return self._fine_sites if fine else self._sites

    @cached_property
    def _sites(self) -> tuple[Spot, ...]:
        return tuple(s for s in self.places if s.possible)

    @cached_property
    def _fine_sites(self) -> tuple[Spot, ...]:
        return tuple(s for s in self._sites if not s.place.is_area)

    @cached_property
    def below_country(self) -> tuple[Spot, ...]:
        """Return the places where its event may have been but countries."""
        return tuple(s for s in self._sites if s.place.kind != "country")

    def is_placed(self) -> bool:
        """Whether it says where, more closely than the country."""
        return bool(self.below_country)

    def is_nationwide(self) -> bool:
        """Whether it tells of a whole country: "killed across Syria"."""
        return any(s.preposition == "across" and s.place.kind == "country" for s in self.places)

    @property
    def is_imagined(self) -> bool:
        """Whether it speaks of a drill, a film or a book."""
        return self.sentence.has("imagined")

    @property
    def names_other_cause(self) -> bool:
        """Whether it speaks of a disease, an accident, a match or a market."""
        return self.sentence.has("other_causes")

    def is_wide(self) -> bool:
        """Whether it names places too far apart to be of one event, as the head of a round-up does."""
        return self._is_wide

    @cached_property
    def _is_wide(self) -> bool:
        return self.is_nationwide() or any(
            a.place.country == b.place.country and are_apart([a], [b]) for a, b in combinations(self.below_country, 2)
        )

    def opens_with_place(self) -> bool:
        """Whether it begins "In X, ...", or is an item of a list and says where, as each item of a round-up does."""
        opening = _OPENING.match(self.sentence.low)
        end = self.sentence.end if self.sentence.in_list else self.sentence.start + (opening.end() if opening else 0)
        return any(s.start < end for s in self.below_country)

    def has_count(self, *units: str) -> bool:
        """Whether it counts people in one of `units`."""
        return any(c.figure.unit in units for c in self.counts)

    def doers(self) -> frozenset[str]:
        """Return who did it."""
        return self._doers

    @cached_property
    def _doers(self) -> frozenset[str]:
        return frozenset([a.canonical for a in self.actors if a.role == "perpetrator" and a.kind != "civilians"])

    @cached_property
    def parties(self) -> frozenset[str]:
        """Return who did it or was hit."""
        return frozenset([a.canonical for a in self.actors if a.role in ("perpetrator", "target")])

    @cached_property
    def killed(self) -> frozenset[int]:
        """Return how many it says were killed, or at least."""
        return frozenset([c.figure.low for c in self.counts if c.figure.unit == "killed" and c.figure.low])

    def day(self) -> DateExpression | None:
        """Return the first date that is a day or short span of what happened, not of when somebody spoke."""
        return next(iter(self.days()), None)

    def days(self) -> Sequence[DateExpression]:
        """Return the dates that are a day or short span of what happened, not of when somebody spoke."""
        return self._days

    @cached_property
    def _days(self) -> tuple[DateExpression, ...]:
        dates = (d for d in self.dates if d.first and d.days <= 31 and not d.since)
        return tuple(d for d in dates if not is_speech_date(self, d))

    def is_counted(self) -> bool:
        """Whether it gives a figure that may belong to an event told before."""
        return any(
            c.figure.unit in ("killed", "injured", "missing", "captured")
            and c.figure.status in ("total", "part", "superseded", "subset", "denied")
            for c in self.counts
        )


def read_statements(article: Article, resolutions: Sequence[Resolution]) -> tuple[Dateline, list[Statement]]:
    """Return the day of publication and the statements of an article, in order, each sentence once."""
    dateline = find_dateline(article)
    found = _find(article, resolutions, dateline)
    statements: list[Statement] = []
    told: set[str] = set()
    for sentence in split_sentences(article.text):
        if sentence.kind in ("boilerplate", "heading", "caption") or _is_dateline(sentence, dateline):
            continue
        if sentence.low in told:  # the headline printed twice
            continue
        told.add(sentence.low)
        statement = _read(article.id, sentence, found)
        _take_back(statements, sentence)
        if "version of" in sentence.low and _EARLIER_VERSION.search(
            sentence.low
        ):  # what it said is not what this report says
            statement = replace(statement, triggers=())
        statements += [_assessed(part, dateline.day) for part in split_deeds(statement)]
    return dateline, statements


def _take_back(statements: list[Statement], denial: Sentence) -> None:
    """Deny what the sentence before told, where this one says that it is false; of "the figure" only the counts."""
    false = _FALSE.match(denial.low)
    for i, statement in enumerate(statements) if false else ():
        if statement.index == denial.index - 1:
            counts = tuple(c.marked("denied", "called false") for c in statement.counts)
            triggers = () if false and false["claim"] else statement.triggers
            statements[i] = replace(statement, counts=counts, triggers=triggers)


def clash(a: Statement, b: Statement) -> bool:
    """Whether two statements place themselves too far apart to tell one event."""
    left, right = a.sites(fine=True), b.sites(fine=True)
    if left and right:
        if a.sentence.in_list and b.sentence.in_list:  # a list names one incident an item
            return not share_a_place(a, b, fine=True)
        return are_apart(left, right)
    return are_apart(a.below_country, b.below_country)


def share_a_place(a: Statement, b: Statement, *, fine: bool = False) -> bool:
    """Whether two statements name the same place."""
    left, right = a.sites(fine=fine), b.sites(fine=fine)
    return bool(left and right) and not {s.place.id for s in left}.isdisjoint([s.place.id for s in right])


def is_commemoration(statement: Statement) -> bool:
    """Whether a sentence tells of the remembrance of an event, not of an event that struck the mourners."""
    sentence = statement.sentence
    word = sentence.search("commemorations")
    if not word:
        return False
    told_before = [t for t in statement.triggers if t.start < word.start() + sentence.start]
    days = [d.first for d in statement.dates if d.first and not d.since]
    dated_back = bool(days) and (max(days) - min(days)).days > OLD_DAYS
    return dated_back or not told_before or all(t.family == "protest" for t in told_before)


def is_speech_date(statement: Statement, date: DateExpression) -> bool:
    """Whether a date is when somebody spoke: "said on Sunday", with no event word between."""
    offset = statement.sentence.start
    if _OF_A_MEETING.search(statement.sentence.low, max(0, date.start - offset - 60), date.start - offset):
        return True
    spoken = _SPEECH_DATE.search(statement.sentence.low, max(0, date.start - offset - 60), date.start - offset)
    if not spoken:
        return False
    return not any(spoken.start() + offset < t.start < date.start for t in statement.triggers)


def distance_to(statement: Statement, date: DateExpression, trigger: Trigger) -> int:
    """Return how far a date stands from a trigger, in characters, a clause boundary counted as more."""
    apart = min(abs(date.start - trigger.end), abs(trigger.start - date.end))
    return apart + OTHER_CLAUSE_CHARS * (statement.sentence.clause(date.start) != trigger.clause)


# ---- reading -----------------------------------------------------------------------------------------------


def _is_dateline(sentence: Sentence, dateline: Dateline) -> bool:
    if dateline.span is None:
        return False
    start, end = dateline.span
    return sentence.start <= start < sentence.end and sentence.end - sentence.start - (end - start) < 30


class _Found(NamedTuple):
    """What was found in the whole article, for its sentences to take their share of."""

    dates: _InOrder[DateExpression]
    places: _InOrder[Resolution]
    unplaced: _InOrder[Resolution]
    actors: _InOrder[ActorMention]
    taken: Spans  # whose numbers are dates


class _InOrder(Generic[_Item]):
    """Items by where they start, of which a sentence takes its share."""

    def __init__(self, items: Iterable[_Item], start_of: Callable[[_Item], int]) -> None:
        self.items = sorted(items, key=start_of)
        self.starts = [start_of(item) for item in self.items]

    def of(self, sentence: Sentence) -> list[_Item]:
        """Return the items that start inside a sentence."""
        return self.items[bisect_left(self.starts, sentence.start) : bisect_left(self.starts, sentence.end)]


def _find(article: Article, resolutions: Sequence[Resolution], dateline: Dateline) -> _Found:
    dates = find_dates(article.text, dateline)
    countries = {r.place.country for r in resolutions if r.place and r.place.country}
    context = ArticleContext(article.id, dateline.day, countries)
    actors = find_actors(article.text, fold(article.text), context, resolutions)
    taken = Spans([(d.start, d.end) for d in dates] + ([dateline.span] if dateline.span else []))
    locations = [
        r
        for r in resolutions
        if (r.role in LOCATION_ROLES or r.spot)  # "the Turkish border" is a place, though "Turkish" is none
        and not taken.touch(r.mention.start, r.mention.end)  # "Nov" is no town in a date
    ]
    return _Found(
        _InOrder(dates, lambda date: date.start),
        _InOrder((r for r in locations if r.place), lambda r: r.mention.start),
        _InOrder((r for r in locations if r.place is None), lambda r: r.mention.start),
        _InOrder(actors, lambda actor: actor.start),
        taken,
    )


def _read(article: str, sentence: Sentence, found: _Found) -> Statement:
    triggers = find_triggers(sentence)
    asserted = [t for t in triggers if t.scope == "asserted"]
    actors = with_actor_roles(sentence, found.actors.of(sentence), asserted)
    places = [look(sentence, r, r.spot or r.place) for r in found.places.of(sentence) if r.place]
    unplaced = tuple(look_unplaced(sentence, r) for r in found.unplaced.of(sentence))
    dated = found.taken.between(sentence.start, sentence.end)
    return Statement(
        sentence,
        tuple(triggers),
        tuple(found.dates.of(sentence)),
        _with_origins(sentence, places, unplaced),
        tuple(actors),
        tuple(_with_side(c, actors) for c in find_figures(sentence, article, dated)),
        unplaced=unplaced,
    )


def _with_origins(sentence: Sentence, places: Sequence[Spot], unplaced: Sequence[Unplaced]) -> tuple[Spot, ...]:
    """Take the place those who shot stood in from the places struck, where the sentence goes on to name another."""
    last = max([p.start for p in places] + [p.start for p in unplaced], default=0)
    return tuple(
        replace(p, preposition="from", reference=True) if p.start < last and is_origin(sentence, p) else p
        for p in places
    )


def _with_side(count: Count, actors: Sequence[ActorMention]) -> Count:
    """Name the actor whose people are counted: "374 IS militants", "five Syrian soldiers"."""
    figure = count.figure
    own = (a for a in actors if figure.start <= a.start < figure.end and a.kind != "civilians" and a.side)
    actor = next(own, None)
    return replace(count, figure=replace(figure, side=actor.canonical)) if actor else count


# ---- what is asserted of which time ------------------------------------------------------------------------


def _assessed(statement: Statement, published: dt.date | None) -> Statement:
    """Keep the triggers the sentence asserts, and say of which time: now, an old day, or some time past."""
    live = [t for t in statement.triggers if t.scope == "asserted"]
    past = [t for t in statement.triggers if t.scope == "past"]
    old = next((d for d in reversed(statement.dates) if _is_old(d, published) and not is_no_deeds(statement, d)), None)
    if not statement.triggers and not old:
        return statement
    if is_commemoration(statement):
        marches = [t for t in live + past if t.family == "protest"]
        if marches:  # people took to the streets on the day itself; what they remembered is another event
            counts = tuple(c.marked("other_event", "of the event remembered") for c in statement.counts)
            return replace(statement, triggers=tuple(marches), counts=counts)
        return replace(statement, triggers=tuple(live + past), background=old, past=bool(live or past))
    if old and live and (old.since or _is_aside(statement, old)) and not compares_largest(statement.sentence):
        # "..., which they had not hit since 2016": only that clause is old
        other_clauses = [t for t in live if t.clause != statement.sentence.clause(old.start)]
        if other_clauses and not _WHOLE_WAR.search(statement.sentence.low):
            return replace(_old_counts_aside(statement, old, []), triggers=tuple(other_clauses))
    fresh = [
        d for d in statement.dates if d.last and d is not old and published and (published - d.last).days <= OLD_DAYS
    ]
    if old and fresh and live:  # two times in one sentence: a deed belongs to the nearer date
        dates = [d for d in statement.dates if d is old or d in fresh]
        kept = [t for t in live if min(dates, key=lambda d: distance_to(statement, d, t)) is not old]
        if kept:
            statement = _old_counts_aside(statement, old, fresh)
            live, old = kept, None
    if old and (live or past):
        return _of_old(statement, old, live + past)
    if live:
        return statement if len(live) == len(statement.triggers) else replace(statement, triggers=tuple(live))
    statement = _old_counts_aside(statement, old, fresh) if old else statement
    return replace(statement, triggers=tuple(past), past=bool(past))


def _of_old(statement: Statement, old: DateExpression, told: Sequence[Trigger]) -> Statement:
    """Return what a sentence tells of an old day; the dead "since the war began in March 2011" are no event of it."""
    origins = bool(_ORIGINS.search(statement.sentence.low)) and old.precision != "day"
    if origins or (old.since and not compares_largest(statement.sentence)):
        told = [t for t in told if t.family not in _SUMMED]
    if told:
        return replace(statement, triggers=tuple(told), background=old)
    counts = tuple(c.marked("other_event", "of a longer time") for c in statement.counts)
    return replace(statement, triggers=(), counts=counts)


def is_no_deeds(statement: Statement, date: DateExpression) -> bool:
    """Whether a date is that of a deal or its end ("the truce collapsed last month") or measures ("worst since")."""
    low, start = statement.sentence.low, date.start - statement.sentence.start
    if any(t.family not in _OF_TALKS for t in statement.triggers) and _OF_A_DEAL.search(low, 0, start):
        return True
    compared = _COMPARED_SINCE.search(low, 0, start) if "since" in low else None
    if not compared:
        return False
    since = compared.start("since") + statement.sentence.start
    return not any(t.start > since and t.family != "protest" for t in statement.triggers)


def _is_aside(statement: Statement, date: DateExpression) -> bool:
    """Whether a date stands in a relative clause: "the group, which killed 90 people in 2014, attacked ..."."""
    opens = max((c for c in statement.sentence.clauses if c <= date.start), default=statement.sentence.start)
    return bool(_RELATIVE.match(statement.sentence.low, opens - statement.sentence.start))


def _old_counts_aside(statement: Statement, old: DateExpression, fresh: Sequence[DateExpression]) -> Statement:
    """Mark the counts that stand in the clause of an old date, or nearest to it, as of another event."""

    def is_old(count: Count) -> bool:
        start = count.figure.start
        if not fresh:
            clause = statement.sentence.clause
            return clause(start) == clause(old.start) or not statement.triggers
        return min([old, *fresh], key=lambda date: min(abs(date.start - start), abs(start - date.end))) is old

    counts = (c.marked("other_event", "of an older day") if is_old(c) else c for c in statement.counts)
    return replace(statement, counts=tuple(counts))


def _is_old(date: DateExpression, published: dt.date | None) -> bool:
    if date.first is None or date.last is None:
        return False
    if published is None:
        return date.precision == "year" or (date.since and date.days > 31)
    limit = OLD_DAYS if date.since or date.precision in ("day", "week", "range") else 1
    old = (published - date.last).days > limit and not (date.since and (published - date.first).days < OLD_SINCE_DAYS)
    return old or (date.since and date.days > 31)
