"""Low, best and high of one event from its figures: the eight rules of the event contract (3.4), as pure functions.

1. `best` is the latest exact attributed total, and `high` too unless something higher stands. News tells the newest
   count first, so within one report the first one stands unless the text says the count rose; between reports the
   later day counts, on one day the larger number.
2. Without one, `best` is the highest floor not superseded ("at least N", "over N" count as N).
3. Without a floor, `best` is the rounded total ("nearly N", "about N").
4. `low` is the smallest exact total or floor not superseded.
5. "nearly N", "up to N", "possibly N" set `high` only; floors never set it. "10 to 15" is a floor and an upper bound.
6. The sum of disjoint parts is one more floor; a part is never added to a total that may contain it.
7. The same number from another speaker is a repeat.
8. War totals, conditionals and denials set nothing.

Civilians are never more than all killed: a count of civilians above `best` is of other dead and sets nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geoconflict.events.figures import is_civilian, is_combatant, is_subset_group, value
from geoconflict.records import Totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geoconflict.records import Figure, FigureUnit

ACCOUNT_GAP_CHARS: Final = 200
"""Parts told no further apart than this, in one article, are one account and add up; others may repeat each other."""

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
    whole = _wholes(live)
    used: dict[tuple[str, int, int], str] = {}
    exact = [f for f in whole if f.hedge == "exact" and f.low == f.high]
    ranges = [f for f in whole if f.hedge == "exact" and f.low != f.high]
    floors = {f: f.low for f in whole if (f.hedge == "floor" or f in ranges) and f.low is not None}
    rounded = [f for f in whole if f.hedge == "rounded" and f.high is not None]
    ceilings = [f for f in whole if f.hedge == "ceiling"] + rounded + ranges
    # "hundreds" beside an exact total are of something larger than this event, or of another
    pool = [f for f in live if f not in whole and not (exact and f.hedge == "rounded" and f.high is None)]
    sum_of_parts, parts = _largest_account(pool)
    highest_known = max([*floors.values(), *(f.high or 0 for f in exact)], default=None)
    if parts and (highest_known is None or sum_of_parts >= highest_known) and (len(parts) > 1 or not whole):
        used.update({_key(f): "sum of disjoint parts, a floor" for f in parts})
    else:
        sum_of_parts = 0

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
    elif rounded:
        best = max(f.high or 0 for f in rounded)
    used.update({_key(f): "floor" for f in floors})
    upper = [f for f in ceilings if f.high is not None and f.high >= (best or 0)]
    if upper:
        high = max([*(f.high or 0 for f in upper), high or 0])
        used.update(
            {_key(f): "upper bound" if best != f.high or f.hedge == "ceiling" else "rounded total" for f in upper}
        )
    lows = [f.low for f in exact if f.low is not None] + list(floors.values()) + [sum_of_parts] * bool(sum_of_parts)
    low = min(lows) if lows else None
    if best is None and low is None:
        vague = [f for f in whole if f.hedge == "rounded" and f.high is None and f.low is not None]
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
            if all((f.group, value(f)) != (figure.group, value(figure)) for f in accounts[-1]):
                accounts[-1].append(figure)
        else:
            accounts.append([figure])
    if not accounts:
        return 0, []
    largest = max(accounts, key=lambda account: sum(_least(f) for f in account))
    return sum(_least(f) for f in largest), largest


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
