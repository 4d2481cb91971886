"""What kind of count a figure is: a total, a part, a subset, an older one, of a longer time, of the war, denied."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.count_units import VERB_BEFORE
from geoconflict.events.lexicon import any_of, before, pattern
from geoconflict.events.readings import ANOTHER, INCLUDING, LEFT_BEHIND, MOVED_TO, is_combatant, is_subset_group, value
from geoconflict.places import numbers

if TYPE_CHECKING:
    from geoconflict.events.readings import Reading
    from geoconflict.events.sentences import Sentence
    from geoconflict.records import FigureStatus, FigureUnit

WAR_TOTAL_FLOOR: Final = 20_000
"""No single event of these wars killed or hurt so many: such a count is of the war."""

WAR_TOTAL_WITH_WORDS: Final = 300
"""With "since 2011" or "in the war" in the sentence, counts from here on are of the war."""

_OF_THE_WAR: Final = re.compile(
    r"[^.;]{0,60}\b(?:in|during|since|over) (?:the|this|its) (?:(?!\d)[\w'-]+ ){0,2}?"
    r"(?:war|conflict|uprising|invasion)\b(?! (?:monitor|zone|crime|ravaged|torn))"
)
_PUT_RIGHT: Final = re.compile(
    r"\b(?:earlier|previous|original) version\b|\b(?:incorrectly|wrongly|mistakenly|erroneously|falsely) "
    r"(?:said|reported|stated|gave|put|listed|counted)\b"
)
_RIGHT_COUNT: Final = re.compile(r"\b(?:correct|right|actual|true|real)\b|\bin fact\b|\bshould (?:be|have|read)\b")
_NOT_THIS: Final = re.compile(r"\b(?:not|instead of|rather than)\s+$")
_CONDITION: Final = before("figure_conditions", r"\b(?:\W+[\w'-]+){0,6}\W*")
_CONDITION_AFTER: Final = re.compile(
    r"(?:\s+[\w'-]+){0,4}?\s+(?:could|would|might|may|will|can)\s+(?!have\b)(?:\w+\s+)?(?:be|die|lose)\b"
    r"|(?:\s+[\w'-]+){0,3}?\s+(?:are|is|were) feared\b"
)
_FALSE_AFTER: Final = re.compile(
    r"[^.;]*\b(?:is|was|are|were) (?:false|untrue|not true|fabricated|baseless|a lie|lies)\b"
)
_NOT_DONE: Final = re.compile(
    r"\b(?:not|never|\w+n't)\s+(?:\w+\s+)?(?:kill|harm|hurt|injure|wound|execute|murder|behead)\w*\s+$"
)
_LATER: Final = re.compile(r"\b(?:later|now|then|subsequently|before revising)\b")
_COMPARED: Final = re.compile(
    rf"\b(?:{any_of('superlative')})\b[^.;]*\bsince\s+an?\s+[^.;,]*$"  # "the deadliest since a raid killed 40"
)
_LIKE_IT: Final = re.compile(
    r"\b(?:similar|previous|earlier) (?:[\w-]+ )?(?:attacks?|(?:air ?)?strikes?|raids?|bombings?|blasts?|explosions?"
    r"|shelling|incidents?|clashes|massacres?|ambush(?:es)?)\b[^.;,]*$"
)
_PERIOD: Final = re.compile(
    rf"(?<!second )(?<!third )(?<!attack )(?<!bombing )(?<!time )"
    rf"(?<!blast )(?<!first )\b(?:{any_of('period_words')})\b"
)
_IN_SUM: Final = re.compile(rf"\b(?:{any_of('in_sum')})\b.*\b(?:last|this|that) (?:year|month|week)\b")
_NTH: Final = re.compile(r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))\b")
"""Before a longer time: "the second attack in two weeks" killed its own."""
_WHEN: Final = re.compile(r"(?:\s+(?!and\b)[\w'-]+){0,2}\s+when\b")
_LONG_TIMES: Final = frozenset({"sinc", "week", "mont", "year", "deca", "days", "toll", "day", "peri"})
"""What a word of each of the period words begins with."""
_AND_SO_MANY: Final = re.compile(r"[^.;,\d]{0,40}\b(?:and|while) (?:[\w-]+ ){0,2}")
_OTHER_COUNT: Final = re.compile(r";|\b(?:but|while|as|and (?:brought|brings|raised|raises)|bringing|raising)\b")
_NO_LIST: Final = re.compile(
    rf",(?!\s*(?:and\s+)?(?:another\s+|at least\s+)?(?:\d|(?:{numbers.SIMPLE})\b))|\b(?:which|who|where|whose)\b"
)
BESIDE: Final = "more, beside others"
_OF_THEM: Final = re.compile(r"\W+of (?:them|whom|those|the (?:dead|victims|killed))")
_OF_THE_DEAD_BEFORE: Final = re.compile(
    r"\bof (?:them|whom|those|the (?:dead|victims|killed|injured|wounded)"
    rf"|the (?:at least |about |some )?(?:\d[\d,]*|{numbers.SIMPLE}) (?:[\w-]+ )?(?=killed|dead|wounded|injured))"
    r"(?: ?(?:killed|dead|wounded|injured|who died))?,?\s*(?:[\w-]+\s+){0,2}$"
)
_AMONG_THEM: Final = re.compile(
    r"(?:\s+(?:(?:was|were)\s+)?among (?:them|those|the (?:dead|victims|killed|injured|wounded))\b"
    rf"(?!,?\s+(?:at least |some |about )?(?:\d|(?:{numbers.SIMPLE}|an?)\b))"
    rf"|\s+(?:(?:was|were)\s+)?among (?:the |at least |some |about )*(?:\d|(?:{numbers.SIMPLE}|dozens|scores)\b))"
)
_MORE: Final = re.compile(r"\W+(?:more|others?|another)\b")
_OTHERS: Final = re.compile(r"\W+others?\b")
_LATER_THAN: Final = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?) after\b[^.;]{0,60}$")
_KILLED: Final = re.compile(r"\b(?:kill|dead|died|death|martyr|shot dead|claim\w* the li)")
_ON_FILM: Final = re.compile(
    r"\b(?:footage|videos?|photographs?|photos|pictures|images|it)\b[^.;]{0,80}?\b(?:show(?:s|ed|n|ing)?)\b[^.;]*$"
)
_DAY_LONG: Final = re.compile(
    r"[^.;]{0,90}?\b(?:in|over|during|within) (?:(?:the )?(?:past|last) )?(?:24|twenty-four) hours\b"
)
_DAY_LONG_BEFORE: Final = re.compile(
    r"\b(?:in|over|during|within) (?:(?:the )?(?:past|last) )?(?:24|twenty-four) hours\b[^.;]{0,40}$"
)
DAY_LONG: Final = "a count of a whole day"
"""Why of a count that gives way to the counts of single deeds of that day, where the event has any."""
_ONE_FAMILY: Final = re.compile(
    r"(?:(?:family )?members|relatives|people|children|sons|brothers) (?:of|from) "
    r"(?:his|her|their|my|our|one|a single|the same) "
    r"(?:\w+ )?(?:family|relatives|household)\b"
    r"|(?:members|children|sons|daughters|relatives|brothers) of (?:his|hers|mine)\b"
)
ONE_FAMILY: Final = "of one family"
"""Why of a count that gives way to a larger one of the event."""
_BRINGING: Final = re.compile(r"\b(?:bring|brought|rais|push|tak)\w* (?:[^.;,\d]{0,50} )?to (?:[\w-]+ ){0,3}$")
_SAME_EVENT: Final = re.compile(
    r"\b(?:died|succumb\w*|wounds|injuries|bod(?:y|ies)|found|recovered|rubble|hospital\w*|morgue|earlier|updat\w*)\b"
)
_JOINS_SUBSETS: Final = re.compile(r"(?:\W|and|[\w-]+\W+(?=and))*")


_WAR: Final = frozenset({"war", "conf", "upri", "inva"})
_WRONG: Final = frozenset({"vers", "inco", "wron", "mist", "erro", "fals"})
_EARLIER: Final = frozenset({"afte", "sinc", "simi", "prev", "earl"})
_UNTRUE: Final = frozenset({"fals", "untr", "true", "fabr", "base", "lie", "lies"})
_FEARED: Final = frozenset({"be", "die", "lose", "fear"})
_FURTHER: Final = frozenset({"anot", "othe", "furt", "more"})
_SHOWN: Final = frozenset({"show"})
"""What the words begin with without which the patterns of that sense fit nowhere in a sentence."""


def status_of(reading: Reading, unit: FigureUnit) -> tuple[FigureStatus, str]:
    """Return the status of a count of `unit` and, where it is no plain total, why."""
    sentence, low, upto, number = reading.sentence, reading.sentence.low, reading.upto, reading.amount
    smallest = number.named
    whole = pattern("whole_war").search(low) if smallest >= WAR_TOTAL_WITH_WORDS else None
    in_war = whole and not pattern("superlative").search(low, reading.end, max(reading.end, whole.start()))
    if in_war or (smallest >= WAR_TOTAL_FLOOR and unit != "displaced"):
        return "war_total", "a count of the whole war"
    if not sentence.lacks(_WAR) and _OF_THE_WAR.match(low, reading.end) and not pattern("superlative").search(upto):
        return "war_total", "a count of the whole war"
    wrong = None if sentence.lacks(_WRONG) else _PUT_RIGHT.search(upto)
    if (wrong and not _RIGHT_COUNT.search(upto, wrong.end())) or (reading.earlier and _NOT_THIS.search(upto)):
        return "superseded", "the text puts it right"
    if not sentence.lacks(_EARLIER) and (_LATER_THAN.search(upto) or _COMPARED.search(upto) or _LIKE_IT.search(upto)):
        return "other_event", "told of another event, some time before"
    if _is_denied(reading, upto):
        return "denied", "denied or not confirmed"
    if LEFT_BEHIND.search(upto) or (
        sentence.may_have("early_counts")
        and pattern("early_counts").search(_LATER.split(upto[-90:])[-1])
        and not MOVED_TO.search(upto)
    ):
        return "superseded", "the text calls it an early count"
    if _is_of_a_period(reading) or _is_added_up(reading, unit):
        return "period_total", "a count of a longer time"
    if (sentence.may_have("figure_conditions") and _CONDITION.search(upto)) or (
        not sentence.lacks(_FEARED) and _CONDITION_AFTER.match(low, reading.end)
    ):
        return "conditional", "said of what may happen"
    subset = _subset_of(reading, unit)
    if subset:
        return "subset", subset
    if unit == "killed" and sentence.may_have("seen_only") and pattern("seen_only").search(upto):
        return ("subset" if is_combatant(reading.group) else "part"), "only those seen"
    if unit == "injured" and not sentence.lacks(_SHOWN) and _ON_FILM.search(upto):
        return "subset", "only those seen"
    more = not sentence.lacks(_FURTHER) and (_MORE.match(low, number.end) or ANOTHER.search(low, 0, number.number))
    if _is_first_hurt(reading, unit) and (_OTHERS.match(low, number.end) or (more and _KILLED.search(upto))):
        return "total", ""  # "killed a guard and wounded two others": others than the dead
    if more:
        return "part", BESIDE
    if " hours" in low and (_DAY_LONG.match(low, reading.end) or _DAY_LONG_BEFORE.search(upto)):
        return "total", DAY_LONG
    if _ONE_FAMILY.match(low, reading.end - len(reading.group)):
        return "total", ONE_FAMILY
    return "total", ""


def _is_denied(reading: Reading, upto: str) -> bool:
    """Whether the words around a count say that there were none such."""
    sentence, low = reading.sentence, reading.sentence.low
    if sentence.may_have("figure_denials") and pattern("figure_denials").search(upto):
        return True
    if ("not" in low or "never" in low or "n't" in low) and _NOT_DONE.search(upto):
        return True
    return not sentence.lacks(_UNTRUE) and bool(_FALSE_AFTER.match(low, reading.end))


def _is_first_hurt(reading: Reading, unit: FigureUnit) -> bool:
    """Whether a count is the first of the wounded, or stands right behind one of the dead."""
    earlier = reading.earlier
    return unit == "injured" and (
        not earlier or earlier[-1].unit == "killed" or all(f.unit != "injured" for f in earlier)
    )


def _is_added_up(reading: Reading, unit: FigureUnit) -> bool:
    """Whether a count adds the dead of this deed to those before: "killed two on Monday, bringing the toll to 62".

    Where they died of it later, or were found, it is the same event's.
    """
    own = any(f.unit == unit and f.status in ("total", "part") for f in reading.earlier)
    return own and bool(_BRINGING.search(reading.upto)) and not _SAME_EVENT.search(reading.upto)


def _is_of_a_period(reading: Reading) -> bool:
    """Whether the words beside a count say that it adds up weeks or months: "since January", "in six days"."""
    sentence, low = reading.sentence, reading.sentence.low
    last = reading.earlier[-1] if reading.earlier else None
    if (
        last
        and last.status == "period_total"
        and last.unit != "displaced"
        and _AND_SO_MANY.fullmatch(reading.between(last))
    ):
        return True  # "in recent weeks 57 were killed and 150 wounded"
    if not _names_a_period(sentence):
        return bool(sentence.has("in_sum") and _IN_SUM.search(low))
    left = _OTHER_COUNT.split(reading.upto[reading.previous_end if reading.earlier else 0 :])[-1]
    right = _OTHER_COUNT.split(low[reading.end : max(reading.end, reading.next_start)])[0]
    listed = _OTHER_COUNT.split(_NO_LIST.split(low[reading.end :])[0])[0]
    if pattern("superlative").search(reading.upto):
        return False
    found = [m for part in (left, right, listed) for m in (_PERIOD.search(part),) if m]
    if _WHEN.match(low, reading.end):
        found = [m for m in found if m.string is not left]
    if any(
        not (pattern("superlative").search(m.string, 0, m.start()) or _NTH.search(m.string, 0, m.start()))
        for m in found
    ):
        return True
    return bool(sentence.has("in_sum") and _IN_SUM.search(low))


def _names_a_period(sentence: Sentence) -> bool:
    return not sentence.openings.isdisjoint(_LONG_TIMES) and _has_period(sentence.low)


@lru_cache(maxsize=64)
def _has_period(low: str) -> bool:
    """Whether a sentence has words of a longer time: asked once for all its numbers."""
    return bool(pattern("period_words").search(low))


def _subset_of(reading: Reading, unit: FigureUnit) -> str:
    """Return by which sign a figure counts some of another figure's people, or ""."""
    sentence, upto = reading.sentence, reading.upto
    some = _OF_THEM.match(sentence.low, reading.amount.end)
    if (some and (reading.earlier or not VERB_BEFORE.search(reading.left))) or (
        ("of th" in upto or "of whom" in upto) and _OF_THE_DEAD_BEFORE.search(upto)
    ):
        return "of those counted"
    if _AMONG_THEM.match(sentence.low, reading.end):
        return "among those counted"
    same_unit = [f for f in reading.earlier if f.unit == unit]
    including = INCLUDING.search(upto) if sentence.may_have("including") else None
    if including and (same_unit or not including[0].startswith("along")):
        return "after 'including'"
    if same_unit and is_subset_group(reading.group) and ("(" in upto or "including" in upto):
        return "inside the figure before"
    if reading.earlier and reading.earlier[-1].status == "subset":
        gap = reading.between(reading.earlier[-1])
        if len(gap) < 12 and _JOINS_SUBSETS.fullmatch(gap):
            return "listed with a subset"
        own = value(reading.amount) or 0
        if unit == "killed" and any(f.status == "total" and (value(f) or 0) > own for f in same_unit):
            return "smaller, after a subset"
    return ""
