"""Low, best and high of one event from its figures: the eight rules of the event contract (3.4), as pure functions.

1. `best` is the latest exact attributed total, and `high` too unless something higher stands. News tells the newest
   count first, so within one report the first one stands unless the text says the count rose; between reports the
   later day counts, on one day the larger number.
2. Without one, `best` is the highest floor not superseded ("at least N", "over N" count as N).
3. Without a floor, `best` is the rounded total ("nearly N", "about N").
4. `low` is the smallest exact total or floor not superseded.
5. "nearly N", "up to N", "possibly N" set `high` only; floors never set it. "10 to 15" is a floor and an upper bound.
6. The sum of disjoint parts is one more floor; a part is never added to a total that may contain it. Of parts that
   are ranges the upper ends add up too. Totals that add up to a larger one are its parts.
7. The same number from another speaker is a repeat.
8. War totals, conditionals and denials set nothing.

A far smaller total of the same account is no rival but a part: `low` goes far below `best` only by another speaker,
another report or a hedge.
Civilians are never more than all killed: a count of civilians above `best` is of other dead and sets nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from geoconflict.events.count_status import BESIDE, DAY_LONG, ONE_FAMILY
from geoconflict.events.figures import is_civilian, is_combatant, is_subset_group, value
from geoconflict.records import Totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geoconflict.records import Figure, FigureUnit

ACCOUNT_GAP_CHARS: Final = 200
"""Parts told no further apart than this, in one article, are one account and add up; others may repeat each other."""

BESIDE_CHARS: Final = 60
"""The same number of another group no further behind is counted beside it; further off it is told again."""

SPREADS_FROM: Final = 20
"""A count this large, told once of a longer time, is the same count where it stands again without the words."""

NEARLY_AS_MANY: Final = 5 / 6
HALF: Final = 0.5
"""From which share of the leading total on a smaller one is another count of the same people: said by nobody else, and
by somebody where nobody is named for the leading one."""

FEWEST_PARTS: Final = 2
MOST_PARTS: Final = 12
"""So many totals are looked through for those that add up to a larger one."""

_NOT_COUNTED: Final = {
    "subset": "inside another figure",
    "superseded": "an older count",
    "period_total": "a count of a longer time",
    "other_event": "a count of another event",
    "war_total": "a count of the whole war",
    "conditional": "said of what may happen",
    "denied": "denied or not confirmed",
}


def event_totals(
    figures: Sequence[Figure], days: Mapping[str, dt.date | None] | None = None
) -> tuple[tuple[Figure, ...], Totals, Totals, Totals]:
    """Return the figures with `used` and `why` settled, and the totals of killed, killed civilians and injured.

    `days` maps article ids to their day of publication, where known.
    """
    days = days or {}
    figures = _settled(figures)
    killed, by_killed = totals(figures, "killed", days=days)
    civilians, by_civilians = _civilians(figures, killed, days)
    injured, by_injured = totals(figures, "injured", days=days)
    used = {key: rule for rules in (by_civilians, by_injured, by_killed) for key, rule in rules.items()}
    return tuple(_explained(figure, used.get(_key(figure))) for figure in figures), killed, civilians, injured


def _civilians(
    figures: Sequence[Figure], killed: Totals, days: Mapping[str, dt.date | None]
) -> tuple[Totals, dict[tuple[str, int, int], str]]:
    """Return the totals of killed civilians, from the counts that fit into all killed."""
    view = civilian_view(figures)
    if killed.best is None:
        return totals(view, "killed", days=days)
    fitting = [f for f in view if (value(f) or 0) <= killed.best or (f.hedge == "ceiling" and killed.high is None)]
    found, used = totals(fitting, "killed", days=days)
    if found.best is not None and found.best > killed.best:  # parts that add up to more are not of one account
        return Totals(), {}
    if killed.high is not None and found.high is not None:
        found = replace(found, high=min(found.high, killed.high))
    return found, used


def totals(
    figures: Sequence[Figure], unit: FigureUnit, *, days: Mapping[str, dt.date | None] | None = None
) -> tuple[Totals, dict[tuple[str, int, int], str]]:
    """Return low, best and high of one unit, and which figures set them by which rule (their key -> rule)."""
    live = [f for f in figures if f.unit == unit and f.status in ("total", "part") and value(f) is not None]
    if not live:
        return Totals(), {}
    every = _wholes(live)
    whole = _without_its_parts(every, live)
    used: dict[tuple[str, int, int], str] = {}
    exact = _without_rounded_floors([f for f in whole if f.hedge == "exact" and f.low == f.high], whole)
    ranges = [f for f in whole if f.hedge == "exact" and f.low != f.high]
    floors = {f: f.low for f in whole if (f.hedge == "floor" or f in ranges) and f.low is not None}
    rounded = [f for f in whole if f.hedge == "rounded" and f.high is not None]
    ceilings = [f for f in whole if f.hedge == "ceiling"] + rounded + ranges
    # "hundreds" beside an exact total are of something larger than this event, or of another
    told = {(f.low, f.high) for f in every}
    pool = [
        f
        for f in live
        if (f.status == "part" or (f.low, f.high) not in told)
        and f not in whole
        and not (exact and f.hedge == "rounded" and f.high is None)
    ]
    sum_of_parts, parts = _largest_account(pool)
    highest_known = max([*floors.values(), *(f.high or 0 for f in exact)], default=None)
    alone = all(_is_vague(f) and sum_of_parts >= (f.low or 0) for f in whole)  # "hundreds hurt ... injured 400 others"
    if parts and (highest_known is None or sum_of_parts >= highest_known) and (len(parts) > 1 or alone):
        used.update({_key(f): "sum of disjoint parts, a floor" for f in parts})
    else:
        sum_of_parts, parts = 0, []

    best: int | None = None
    high: int | None = None
    if exact:
        leads = _leads(exact, days or {})
        best = leads[0].high or 0
        high = max(f.high or 0 for f in exact)
        used[_key(leads[0])] = "exact total"
        raised = max([*(n for f, n in floors.items() if _comes_first(f, leads[0])), sum_of_parts], default=0)
        if raised > best:  # an exact total the text itself outbids is an older count
            best, high = raised, None
    elif floors or sum_of_parts:
        best = max([*floors.values(), sum_of_parts])
        if sum_of_parts == best and any(f.low != f.high for f in parts) and all(f.high is not None for f in parts):
            high = sum(f.high or 0 for f in parts)
    elif rounded:
        best = max(f.high or 0 for f in rounded)
    used.update({_key(f): "floor" for f in floors})
    upper = [f for f in ceilings if f.high is not None and f.high >= (best or 0)]
    if upper:
        high = max([*(f.high or 0 for f in upper), high or 0])
        used.update(
            {_key(f): "upper bound" if best != f.high or f.hedge == "ceiling" else "rounded total" for f in upper}
        )
    rivals = [f for f in exact if not exact or _is_rival(f, leads[0])]
    lows = [f.low for f in rivals if f.low is not None] + list(floors.values()) + [sum_of_parts] * bool(sum_of_parts)
    low = min(lows) if lows else None
    if best is None and low is None:
        vague = [f for f in whole if _is_vague(f)]
        low = max((f.low or 0 for f in vague), default=None)
        used.update({_key(f): "vague number, a floor only" for f in vague})
    if low is not None and best is not None:
        low = min(low, best)
    return Totals(low, best, high), used


def civilian_view(figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures of civilians, each as a total of its own: a subset of all dead is a total of the civilians.

    Women and children count only where no figure of civilians stands beside them, and then as parts.
    """
    civilians = [f for f in figures if is_civilian(f.group) and f.status in ("total", "part", "subset")]
    whole = [replace(f, status="total") for f in civilians if not is_subset_group(f.group)]
    return whole or [replace(f, status="part") for f in civilians]


def _wholes(live: Sequence[Figure]) -> list[Figure]:
    """Return the totals without repeats; of one side only where none is of all and no other side is counted."""
    totals_ = [f for f in live if f.status == "total"]
    of_all = [f for f in totals_ if not _sided(f)]
    vague = max((f.low or 0 for f in of_all), default=0)
    if all(f.high is None and f.hedge == "rounded" for f in of_all):  # "killing dozens ... 45 civilians": 45
        numbered = [f for f in totals_ if f not in of_all and (value(f) or 0) >= vague]
        totals_, of_all = (numbered, []) if numbered else (totals_, of_all)
    if of_all:
        kept = of_all
        if not any(f.hedge == "exact" for f in of_all):  # "at least 9 people", "at least 12 civilians": at least 12
            kept = of_all + [f for f in totals_ if f.hedge == "floor" and is_civilian(f.group)]
    else:
        sides = {is_civilian(f.group) for f in totals_}
        kept = totals_ if len(sides) == 1 else []
    alone = [f for f in live if f.status == "part"]
    if not totals_ and len(alone) == 1 and alone[0].why == BESIDE:  # "nine other civilians", and nobody else here
        kept = [replace(alone[0], status="total")]
    seen: dict[tuple[int | None, int | None, str], Figure] = {}
    for figure in kept:
        seen.setdefault((figure.low, figure.high, figure.hedge), figure)
    return list(seen.values())


def _sided(figure: Figure) -> bool:
    return is_civilian(figure.group) or is_combatant(figure.group) or bool(figure.side)


def _largest_account(parts: Sequence[Figure]) -> tuple[int, list[Figure]]:
    """Return the largest sum among accounts of parts: runs of parts close together in one article."""
    accounts: list[list[Figure]] = []
    for figure in sorted(parts, key=lambda f: (f.article, f.start)):
        last = accounts[-1][-1] if accounts else None
        if last and last.article == figure.article and figure.start - last.end <= ACCOUNT_GAP_CHARS:
            if not any(_is_told_again(figure, f) for f in accounts[-1]):
                accounts[-1].append(figure)
        else:
            accounts.append([figure])
    if not accounts:
        return 0, []
    largest = max(accounts, key=lambda account: sum(_least(f) for f in account))
    return sum(_least(f) for f in largest), largest


def _is_told_again(figure: Figure, earlier: Figure) -> bool:
    """Whether a part is one counted before: the same number of the same group, or of whomever some words further on."""
    if value(figure) != value(earlier):
        return False
    return figure.group == earlier.group or figure.start - earlier.end > BESIDE_CHARS


def _least(figure: Figure) -> int:
    return (figure.low if figure.low is not None else figure.high) or 0


def _leads(exact: Sequence[Figure], days: Mapping[str, dt.date | None]) -> list[Figure]:
    """Return each article's first exact total, the one that stands first."""
    firsts: dict[str, Figure] = {}
    for figure in sorted(exact, key=lambda f: f.start):
        firsts.setdefault(figure.article, figure)
    known = [day for day in (days.get(article) for article in firsts) if day]
    latest = max(known, default=dt.date.min)

    def newest(figure: Figure) -> tuple[dt.date, int, str]:
        return days.get(figure.article) or latest, figure.high or 0, figure.article

    return sorted(firsts.values(), key=newest, reverse=True)


def _comes_first(figure: Figure, lead: Figure) -> bool:
    return figure.article == lead.article and figure.start < lead.start


def _settled(figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures; those that give way beside others are marked: of a day, of a family, of a longer time."""
    longer = {(f.unit, f.low, f.high) for f in figures if f.status == "period_total"}
    settled = []
    for figure in figures:
        others = [
            f for f in figures if f.unit == figure.unit and f.status == "total" and f.why not in (DAY_LONG, ONE_FAMILY)
        ]
        if figure.status != "total":
            settled.append(figure)
        elif (figure.unit, figure.low, figure.high) in longer and (value(figure) or 0) >= SPREADS_FROM:
            settled.append(replace(figure, status="period_total", why="told again as a count of a longer time"))
        elif figure.why == DAY_LONG and any(
            f.hedge in ("exact", "floor") and 0 < (value(f) or 0) < (value(figure) or 0) for f in others
        ):
            settled.append(replace(figure, status="period_total", why=DAY_LONG))
        elif figure.why == ONE_FAMILY and any((value(f) or 0) > (value(figure) or 0) for f in others):
            settled.append(replace(figure, status="subset", why=ONE_FAMILY))
        else:
            settled.append(figure)
    return settled


def _is_vague(figure: Figure) -> bool:
    return figure.hedge == "rounded" and figure.high is None


def _without_its_parts(whole: list[Figure], live: Sequence[Figure]) -> list[Figure]:
    """Return the totals without those that add up to the largest: "4 wounded", "21 wounded", "25 wounded" in all.

    One of the parts may be of one side, and so no total itself: "11 dead ... killed five and six militants".
    """
    largest = max((f for f in whole if f.hedge in ("exact", "floor")), key=lambda f: value(f) or 0, default=None)
    smaller = [
        f
        for f in [*whole, *(f for f in live if f.status == "total" and _sided(f) and f not in whole)]
        if largest and f.hedge in ("exact", "floor") and 0 < (value(f) or 0) < (value(largest) or 0)
    ]
    if largest is None or len(smaller) < FEWEST_PARTS or len(smaller) > MOST_PARTS:
        return whole
    for count in range(FEWEST_PARTS, min(len(smaller), 4) + 1):
        for parts in combinations(smaller, count):
            if sum(value(f) or 0 for f in parts) == value(largest) and len({f.article for f in parts}) == 1:
                return [f for f in whole if f not in parts]
    return whole


def _without_rounded_floors(exact: list[Figure], whole: Sequence[Figure]) -> list[Figure]:
    """Return the exact totals without those by nobody that the same report then hedges: "22 dead ... at least 22"."""
    return [
        f
        for f in exact
        if f.speaker
        or not any(
            o.hedge == "floor" and o.low == f.high and o.article == f.article and f.start < o.start for o in whole
        )
    ]


def _is_rival(figure: Figure, lead: Figure) -> bool:
    """Whether an exact total below the leading one disputes it, and is not told of some of its people."""
    share = (value(figure) or 0) / max(1, value(lead) or 0)
    if figure.article != lead.article or share >= NEARLY_AS_MANY:
        return True
    if not figure.speaker or figure.speaker == lead.speaker:
        return False
    return bool(lead.speaker) or share >= HALF


def _key(figure: Figure) -> tuple[str, int, int]:
    return figure.article, figure.start, figure.end


def _explained(figure: Figure, rule: str | None) -> Figure:
    if rule:
        return replace(figure, used=True, why=rule)
    if figure.status in _NOT_COUNTED:
        return replace(figure, used=False, why=figure.why or _NOT_COUNTED[figure.status])
    reason = (
        "not a count of dead or injured"
        if figure.unit not in ("killed", "injured")
        else "a repeat, or inside another figure"
    )
    return replace(figure, used=False, why=reason)
