"""Do two reports tell one event? What speaks for it, with weights, and what forbids it.

Weights and thresholds were set on the development halves of `benchmarks/merge_reports.py` and by reading merges.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from geoconflict.events.actors import UMBRELLAS
from geoconflict.events.date_forms import NO_YEAR
from geoconflict.events.kinds import related
from geoconflict.events.lexicon import fold
from geoconflict.events.spots import AREA_REACH, distance_m

if TYPE_CHECKING:
    from geoconflict.records import Event, Place

NEEDED: Final = 5.0
NEEDED_UNDATED: Final = 5.4
"""What must speak for a merge: day, spot and kind together, or two of them with actors or figures. One undated report
needs a little more."""

LARGE_TOWN_M: Final = 5_000.0
"""A town known to a wider circle than this sees many events a day: being in it says little."""

SAME_SPOT_M: Final = 8_000.0
"""Two points of one town as different sources give them; beyond it, two places."""

POINT_ERROR_M: Final = 1_000.0
"""How far the circles of two places may stay apart and still be taken to meet."""

SMALL_COUNT: Final = 2
"""Equal counts up to this are chance."""

TELLING_COUNT: Final = 10
"""Equal counts from here on are seldom chance, even where no place is known."""

SHORT_DAYS: Final = 7
"""Spans up to this long say when; longer ones, as of a month or year, say little."""

NEAR_RATIO: Final = 1.6
NEAR_DIFFERENCE: Final = 2
"""Counts of one event that grew between reports, or were counted a little differently."""

CLOSE_RATIO: Final = 1.3
"""Within this, or where the smaller is an "at least", near counts say more: two strikes of one day differ as much."""

FAR_RATIO: Final = 4
FAR_COUNT: Final = 15

PLAIN_RATIO: Final = 2.5
PLAIN_DIFFERENCE: Final = 5
"""From both on two counts differ plainly: sentences otherwise alike tell two deeds."""

OTHER_SPOT: Final = -1.0
"""Two names no list has, of places in one town: what is left of day and kind is not enough."""

OTHER_DOERS: Final = -1.6
"""Two named attackers: what is left of day, spot and kind, and a small count, does not reach `NEEDED`."""

SAME_WORDS: Final = 8
"""A sentence of fewer words may be written twice by chance."""

ALIKE_SHARE: Final = 0.6
ALIKE_WORDS: Final = 6
"""Sentences that share this many words, and this share of all theirs, are the same news told again, or updated."""

LONGEST_SMALL_WORD: Final = 2
"""Words up to this long ("in", "of") say nothing."""

_WORD: Final = re.compile(r"\w+")
_ANY: Final = frozenset({"any"})
_VOWELS: Final = re.compile(r"[aeiouy]|(.)(?=\1)")
_TYPE_WORDS: Final = frozenset(
    (  # noqa: SIM905  a list of quoted words hides them
        "the of al el district quarter neighbourhood neighborhood village town city area camp hospital school market "
        "mosque street square suburb checkpoint"
    ).split()
)
"""Words of a place's name that do not tell it from another."""
_FIGHTING: Final = frozenset({"clash", "capture"})
"""Here both sides attack: who is called the attacker differs from report to report."""


_AIMS: Final = (
    "hospital clinic hospitals clinics", "market marketplace markets souk bazaar", "school schools kindergarten",
    "university", "mosque mosques", "church churches", "bakery bakeries", "checkpoint checkpoints roadblock",
    "barracks", "police-station", "courthouse", "wedding", "bus minibus buses", "convoy convoys", "hotel",
    "restaurant cafe", "airport airfield airbase", "bridge", "embassy consulate", "stadium", "refinery",
    "prison jail", "tribunal",
    "judge judges", "prosecutor", "lawyer lawyers", "journalist journalists reporter cameraman photographer",
    "teacher teachers", "mayor", "imam cleric", "priest", "doctor doctors surgeon", "nurse nurses", "pharmacist",
    "farmer farmers", "shepherd shepherds", "taxi", "ambulance ambulances", "shopkeeper", "student students",
)  # fmt: skip
"""Places and people a deed may aim at, each kind with its words; two reports of one deed may well name two of them,
but seldom none in common."""
_AIM_OF: Final = {word.replace("-", " "): row.split()[0] for row in _AIMS for word in row.split()}
_AIM: Final = re.compile(
    r"(?<!taken to a )(?<!taken to the )(?<!told a )(?<!told the )(?<!to hospital )(?<!near a )(?<!near the )"
    rf"\b(?P<word>{'|'.join(sorted(_AIM_OF, key=len, reverse=True))})\b"
    r"(?! (?:said|says|told|reported|sources|officials?|workers?|staff)\b)"
)


class Verdict(NamedTuple):
    """What speaks for two reports telling one event; a score of None forbids it."""

    score: float | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """An event as one report tells it, with what comparing asks of it worked out once."""

    event: Event
    first: int | None
    last: int | None
    families: frozenset[str]
    sides: frozenset[str]
    doers: frozenset[str]
    targets: frozenset[str]
    words: str
    vocabulary: frozenset[str]
    aims: frozenset[str]

    @property
    def place(self) -> Place | None:
        """Return where it was."""
        return self.event.place

    @property
    def on_spot(self) -> bool:
        """Whether it is known to a spot rather than to an area, or not at all."""
        return self.event.place is not None and not self.event.place.is_area

    @property
    def guessed(self) -> bool:
        """Whether the text does not itself say the day."""
        return self.event.date.inferred or self.event.date.precision != "day"

    @property
    def profile(self) -> tuple[object, ...]:
        """Return all that comparing looks at: reports alike in it are compared once."""
        event = self.event
        place = event.place.id if event.place else None
        counts = (event.fatalities, event.injured)
        known = event.date, place, event.place_said, event.radius_m, event.sub_event_type, counts
        return *known, self.doers, self.targets, self.families, self.aims


def report_of(event: Event) -> Report:
    """Return an event ready to be compared."""
    first, last = event.date.first, event.date.last or event.date.first
    doers, targets = _named(event, "perpetrator"), _named(event, "target")
    words = _WORD.findall(fold(event.summary))
    return Report(
        event,
        first.toordinal() if first else None,
        last.toordinal() if last else None,
        event.families - {"dead"},
        doers | targets,
        doers,
        targets,
        " ".join(words) if len(words) >= SAME_WORDS else "",
        frozenset(word for word in words if len(word) > LONGEST_SMALL_WORD or word.isdigit()),
        _aims(fold(event.summary)),
    )


def _named(event: Event, role: str) -> frozenset[str]:
    """Return who had this role, by names that mean somebody; the US and the coalition it leads count as one."""
    names = set()
    for actor in event.actors:
        if actor.role != role or actor.kind == "civilians":
            continue
        if "United States" in actor.canonical or "US-led" in actor.canonical or actor.canonical == "Coalition":
            names.add("US or coalition")
        elif actor.canonical not in UMBRELLAS:
            names.add(actor.canonical)
    return frozenset(names)


def compare(a: Report, b: Report) -> Verdict:
    """Return how much speaks for two reports telling one event, and what; a score of None says what forbids it.

    A score of 0 with a reason: nothing forbids it, but what they share is too little.
    """
    if a.event.status != b.event.status:
        return Verdict(None, ("background and event",))
    score = 0.0
    reasons: list[str] = []
    for aspect in (_time, _place, _kind, _aim, _actors, _counts, _words):
        verdict = aspect(a, b)
        if verdict.score is None:
            return verdict
        score += verdict.score
        reasons += verdict.reasons
    if not (a.on_spot and b.on_spot) and not _second_clue(a, b):
        return Verdict(0.0, ("known only to an area, and no second clue",))
    if (a.first is None or b.first is None) and not (_second_clue(a, b) or near_counts(a, b)):
        return Verdict(0.0, ("one has no day, and no count agrees",))
    return Verdict(round(score, 2), tuple(reasons))


def needed(a: Report, b: Report) -> float:
    """Return the score from which two reports are one event."""
    return NEEDED_UNDATED if a.first is None or b.first is None else NEEDED


# ---- when --------------------------------------------------------------------------------------------------


def _time(a: Report, b: Report) -> Verdict:
    if a.first is not None and b.first is not None:
        return _two_days(a, b)
    known, undated = (b, a) if a.first is None else (a, b)
    days = {_day_of_year(undated.event), _day_of_year(known.event)}
    if "" not in days and len(days) > 1:
        return Verdict(None, ("days of the year differ",))
    weekday = undated.event.date.weekday
    if known.first is not None and known.last is not None:
        if weekday is None:
            return Verdict(-0.6, ("one has no day",))
        fits = any((day - 1) % 7 == weekday for day in range(known.first, min(known.last, known.first + 6) + 1))
        return Verdict(0.8, ("weekday fits",)) if fits else Verdict(None, ("weekday does not fit",))
    if weekday is None or known.event.date.weekday is None:
        return Verdict(0.0)
    same = weekday == known.event.date.weekday
    return Verdict(0.6, ("same weekday",)) if same else Verdict(None, ("weekdays differ",))


def _day_of_year(event: Event) -> str:
    """Return the month and day of an event, as "01-08"; of one without a day, as written without a year, else ""."""
    if event.date.first is not None:
        return event.date.first.strftime("%m-%d") if event.date.first == event.date.last else ""
    _, written, day = event.date.rule.partition(f"{NO_YEAR}XXXX-")
    return day.partition(":")[0] if written and "/" not in day else ""


def _two_days(a: Report, b: Report) -> Verdict:
    first_a, last_a, first_b, last_b = a.first or 0, a.last or 0, b.first or 0, b.last or 0
    gap = max(first_a - last_b, first_b - last_a)
    if gap > 0:
        states_no_day = (a.guessed or b.guessed) and not (a.event.date.inferred or b.event.date.inferred)
        may_be_one_night = gap == 1 and states_no_day and _same_dead(a, b)  # "overnight" and "on Friday"
        if may_be_one_night and a.event.status == "event":
            return Verdict(0.8, ("next day",))
        return Verdict(None, (f"{gap} day{'s' * (gap > 1)} apart",))
    if max(last_a - first_a, last_b - first_b) > SHORT_DAYS:
        return Verdict(0.5, ("long spans that overlap",))
    if gap == 0 and a.guessed and b.guessed and first_a < last_a and first_b < last_b and first_a != first_b:
        return Verdict(0.8, ("days that only touch",))  # [1, 2] and [2, 3], both guessed from the day of the report
    if max(last_a - first_a, last_b - first_b) > 1:
        return Verdict(1.4, ("spans of days that overlap",))
    return Verdict(2.0, ("same day",))


# ---- where -------------------------------------------------------------------------------------------------


def _place(a: Report, b: Report) -> Verdict:
    if a.place is None or b.place is None:
        return Verdict(0.0)
    apart = distance_m(a.place, b.place)
    if a.on_spot and b.on_spot:
        return _two_spots(a, b, apart)
    area, other = (a, b) if a.place.is_area else (b, a)
    if not _inside(area, other, apart):
        return Verdict(None, (f"{apart / 1000:.0f} km apart",))
    return Verdict(0.3 if "country" in (a.place.kind, b.place.kind) else 0.7, ("one lies in the other's area",))


def _two_spots(a: Report, b: Report, apart: float) -> Verdict:
    wider, narrower = max(a.event.radius_m, b.event.radius_m), min(a.event.radius_m, b.event.radius_m)
    if a.place is None or b.place is None:
        return Verdict(0.0)
    same = a.place.id == b.place.id or a.place.name == b.place.name
    if apart > SAME_SPOT_M or (not same and apart > wider + narrower + POINT_ERROR_M):
        return Verdict(None, (f"{apart / 1000:.0f} km apart",))
    if _said_apart(a, b):
        return Verdict(OTHER_SPOT, (f"{a.event.place_said} and {b.event.place_said}",))
    if max(a.place.radius_m, b.place.radius_m) > LARGE_TOWN_M:
        return Verdict(0.9, (f"same large town ({apart / 1000:.1f} km)",))
    if same or apart <= wider:
        return Verdict(2.5, (f"same place ({apart / 1000:.1f} km)",))
    return Verdict(1.4, (f"neighbouring places ({apart / 1000:.1f} km)",))


def _said_apart(a: Report, b: Report) -> bool:
    """Whether the texts name two places no list has: their names share no word, however its vowels are spelt."""
    left, right = (_said_words(report.event.place_said) for report in (a, b))
    return bool(left and right) and left.isdisjoint(right)


def _said_words(name: str) -> frozenset[str]:
    own = (word for word in _WORD.findall(fold(name)) if word.rstrip("s") not in _TYPE_WORDS)
    return frozenset(bones for word in own if len(bones := _VOWELS.sub("", word)) > 1)


def _inside(area: Report, other: Report, apart: float) -> bool:
    outer, inner = area.place, other.place
    if outer is None or inner is None or outer.country != inner.country:
        return False
    if outer.kind == "country":
        return True
    if outer.kind == inner.kind == "admin1":
        return outer.id == inner.id
    if outer.kind == "admin1" and inner.admin1:
        return outer.name == inner.admin1
    return apart <= AREA_REACH * max(area.event.radius_m, other.event.radius_m) + 10_000


# ---- what and who ------------------------------------------------------------------------------------------


def _kind(a: Report, b: Report) -> Verdict:
    if a.event.sub_event_type == b.event.sub_event_type:
        return Verdict(1.5, ("same kind",))
    if related(a.families, b.families):
        return Verdict(0.4, ("related kinds",))  # with day and spot alone not enough
    if not (a.families and b.families) and related(a.families or _ANY, b.families or _ANY):
        return Verdict(0.3, ("one does not say what kind",))
    return Verdict(None, ("kinds differ",))


def _aim(a: Report, b: Report) -> Verdict:
    """Forbid what struck two kinds of place or of people: a market and a hospital, a judge and a journalist."""
    if a.aims and b.aims and not a.aims & b.aims:
        return Verdict(None, (f"{', '.join(sorted(a.aims))} and {', '.join(sorted(b.aims))}",))
    return Verdict(0.0)


def _aims(low: str) -> frozenset[str]:
    """Return the kinds of place and people a folded sentence names, by the first word of their row."""
    return frozenset(_AIM_OF[m["word"]] for m in _AIM.finditer(low))


def _actors(a: Report, b: Report) -> Verdict:
    swapped = a.doers & b.targets and b.doers & a.targets and not (a.doers & b.doers or a.targets & b.targets)
    if swapped and not (a.families & _FIGHTING and b.families & _FIGHTING):
        return Verdict(None, ("attacker and attacked are swapped",))
    shared = a.sides & b.sides
    if shared and not (a.doers and b.doers and not a.doers & b.doers):
        return Verdict(1.2, ("actors " + ", ".join(sorted(shared)),))
    if shared:
        return Verdict(0.0)  # one in common, but another attacker is named
    return Verdict(OTHER_DOERS if a.doers and b.doers else -0.6 if a.sides and b.sides else 0.0)


# ---- how many ----------------------------------------------------------------------------------------------


def _counts(a: Report, b: Report) -> Verdict:
    left, right = a.event.fatalities, b.event.fatalities
    if left.best is None or right.best is None:
        hurt = _equal(a.event.injured.best, b.event.injured.best)
        return Verdict(1.0, (f"same injured {a.event.injured.best}",)) if hurt else Verdict(0.0)
    large, small = max(left.best, right.best), min(left.best, right.best)
    if large == small:
        weight = 0.3 if large <= SMALL_COUNT else 1.2 if large < TELLING_COUNT else 1.8
        return Verdict(weight, (f"same figure {large}",))
    floor = (left if left.best < right.best else right).high is None
    if near_counts(a, b):
        close = small > SMALL_COUNT and (floor or large <= CLOSE_RATIO * small)
        return Verdict(0.7 if close else 0.3, (f"near figures {small} and {large}",))
    if (large > FAR_RATIO * small and large > FAR_COUNT) or _plainly_differ(a, b):
        return Verdict(-1.2, (f"figures differ, {small} and {large}",))
    return Verdict(0.0 if floor else -0.8, (f"figures differ, {small} and {large}",))


def near_counts(a: Report, b: Report) -> bool:
    """Whether the counts of dead are so near that both may be of one event."""
    left, right = a.event.fatalities.best, b.event.fatalities.best
    if left is None or right is None or min(left, right) < 1:
        return False
    return max(left, right) <= NEAR_RATIO * min(left, right) or abs(left - right) <= NEAR_DIFFERENCE


def _plainly_differ(a: Report, b: Report) -> bool:
    """Whether the dead are too far apart for one count that grew; an "at least" may have grown to any."""
    left, right = a.event.fatalities, b.event.fatalities
    if left.best is None or right.best is None:
        return False
    fewer, more = sorted((left, right), key=lambda total: total.best or 0)
    apart = (more.best or 0) - (fewer.best or 0)
    return fewer.high is not None and apart >= PLAIN_DIFFERENCE and (more.best or 0) >= PLAIN_RATIO * (fewer.best or 0)


def count_bucket(count: int | None) -> int | None:
    """Return a number equal or next to that of any near count; None where equal counts say nothing."""
    return int(math.log(count, NEAR_RATIO)) if count is not None and count > SMALL_COUNT else None


def _equal(left: int | None, right: int | None) -> bool:
    return left is not None and left == right and left > SMALL_COUNT


def _same_dead(a: Report, b: Report) -> bool:
    return _equal(a.event.fatalities.best, b.event.fatalities.best)


def _words(a: Report, b: Report) -> Verdict:
    if a.words and a.words == b.words:
        return Verdict(4.0, ("same words",))
    others = a.doers and b.doers and not a.doers & b.doers
    alike = _alike(a, b) and not others and not _plainly_differ(a, b)
    return Verdict(2.0, ("much the same words",)) if alike else Verdict(0.0)


def _alike(a: Report, b: Report) -> bool:
    if min(len(a.vocabulary), len(b.vocabulary)) < ALIKE_WORDS:
        return False
    shared = len(a.vocabulary & b.vocabulary)
    return shared >= ALIKE_WORDS and shared >= ALIKE_SHARE * len(a.vocabulary | b.vocabulary)


def _second_clue(a: Report, b: Report) -> bool:
    """Whether reports not both known to a spot agree in more than day, kind and actor.

    The same words, or much the same; an equal count above two, which where no more than a country is known must be a
    telling one or of the same actors; or on a day both name, a near count and an actor in common.
    """
    if (a.words and a.words == b.words) or (_alike(a, b) and a.first is not None and b.first is not None):
        return True
    wide = any(r.place is None or r.place.kind == "country" for r in (a, b))
    named = bool(a.sides & b.sides)
    equal = _same_dead(a, b) or _equal(a.event.injured.best, b.event.injured.best)
    if equal and (not wide or named or (a.event.fatalities.best or 0) >= TELLING_COUNT):
        return True
    return near_counts(a, b) and min(_dead(a), _dead(b)) > SMALL_COUNT and named and not (a.guessed or b.guessed)


def _dead(report: Report) -> int:
    return report.event.fatalities.best or 0
