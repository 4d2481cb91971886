"""What a number counts: the killed, injured, missing, captured or displaced, and by which sign.

A word after it, a verb before it, the noun itself, or the figure before it says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geoconflict.events.lexicon import any_of, before
from geoconflict.events.readings import ANOTHER, INCLUDING, LEFT_BEHIND, MOVED_TO
from geoconflict.places import numbers

if TYPE_CHECKING:
    from geoconflict.events.readings import Reading
    from geoconflict.records import FigureUnit

_NOUN_BEHIND: Final = re.compile(r"\s+(?:(?P<dead>deaths|fatalities)|casualties)\b")
_DEAD_NOUN: Final = re.compile(rf"(?:{any_of('dead_nouns')})")
VERB_BEFORE: Final = re.compile(
    rf"\b(?:(?P<killed>{any_of('killing_verbs')})|(?P<injured>{any_of('injuring_verbs')})"
    rf"|(?P<captured>{any_of('capturing_verbs')})|(?P<displaced>{any_of('displacing_verbs')})"
    rf"|(?P<missing>{any_of('missing')})(?=:?\s+$))"
    r"[^\w,;.]+(?:(?:and|or) (?:injur\w+|wound\w+|kill\w+|maim\w+)\W+)?"
    r"(?:,?according to (?:(?!said\b)[^.;\d]){3,50}? |"
    r"another |a total of |a further |the |other |up to |(?:along|together) with |alongside "
    r"|(?:an?|the) (?:[\w'-]+ )?(?:family|group|crowd|team|crew|patrol|party|convoy) of "
    r"|(?:him|her|them"
    r"|(?:an?|the|his|her|its|their) (?:(?!and\b|or\b)[^.;,\d]){3,45}?),?"
    r" (?:and|as well as|along with) (?:his |her |its |their |the )?)?$"
)
_VERB_AFTER: Final = re.compile(
    r"\W*(?:[\w'\"()-]+\W+){0,7}?"
    rf"(?:(?P<killed>{any_of('killed')})|(?P<injured>{any_of('injured')})|(?P<missing>{any_of('missing')})"
    rf"|(?P<captured>{any_of('captured')})|(?P<displaced>{any_of('displaced')})|(?P<escaped>escaped?|broke out))\b"
)
_PASSIVE_FAR: Final = re.compile(
    r"(?:\s+(?!(?:who|which|that|when|after|while|but)\b)[\w'\"()-]+){0,15}?"
    r"\s+(?:were|was|are|have been|has been)\s+(?:\w+\s+)?"
    r"(?:(?P<killed>killed|shot dead|executed)|(?P<injured>injured|wounded)"
    r"|(?P<captured>captured|arrested|kidnapped))\b"
)
"""A passive further off, with no comma between: "15 members of the garrison and guards loyal to them were killed"."""

_HURT_NEXT: Final = rf"(?!(?:\d+|{numbers.SIMPLE})\s+(?:(?:others?|people|more)\s+)?(?:injured|wounded|hurt)\b)"
"""Not another count beside the dead: "8 killed 25 injured"."""

_OWN_CLAUSE: Final = re.compile(
    r"\b(?:who|that|which) (?!were|was|have|had|sustained|suffered|died|got|succumbed)|\bto kill\b"
)
"""Before a verb: what those counted did, or others."""

_OTHERS_DEED: Final = re.compile(
    r"\b(?:(?:have|has|had) )?(?:killed|killing|wounded|injured|captured|arrested|kidnapped|executed)\s+"
    rf"{_HURT_NEXT}(?:an?|the|at least|more|over|\d+|{numbers.SIMPLE})\b"
)
_ACTIVE: Final = re.compile(
    rf"(?:kills|killing|wounding|injuring|wounds\s+(?:\w+\s+)?(?:\d|(?:{numbers.SIMPLE})\b))\b"
    rf"|(?:kill|killed|wound|wounded|injured?)\s+{_HURT_NEXT}(?:(?:an?|the|at least|some|over|about|more|up|dozens"
    rf"|scores|several|many|civilians|people|himself|nobody|its|his|her|their)\b|\d|(?:{numbers.SIMPLE})\b)"
)
"""A verb behind a number that says what those counted did, not what became of them."""

_HURT_AFTER: Final = re.compile(
    r"[^\w.;:]*(?:(?:others?|more|people|civilians|persons)\W+)?(?:(?:were|was)\W+)?(?:injured|wounded|hurt)\b"
    rf"(?!\W+(?:\d|at least|more than|another|about|over|(?:{numbers.SIMPLE}|dozens|scores|hundreds)\b))"
)
_DIED_OF_IT: Final = re.compile(r"\W*(?:injured|wounded)\b[^.;]{0,80}?\b(?:died|succumbed|passed away)\b")
"""Behind a number: "six wounded civilians died in hospital"."""

HURT: Final = frozenset({"inju", "woun"})
"""What a word of the dead and hurt counted together begins with."""
_AND: Final = re.compile(r"\W*(?:and|or)\b")
DEAD_AND_HURT_BEFORE: Final = re.compile(
    r"\b(?:kill\w*|deaths?)\W+(?:and|or)\W+(?:the )?(?:injur|wound)\w*(?:\W+of)?\W*(?:\w+\W+){0,2}$"
)
DEAD_AND_HURT_AFTER: Final = re.compile(
    r"\W*(?:dead|killed|martyrs)?,?\W*(?:and|or|,) (?:injured|wounded|injuries)\b"
    r"(?!\W+(?:\d|more|at least|about|over|another))"
    rf"(?!\W+(?:{numbers.SIMPLE}|an?|dozens|scores|hundreds|several)\b)"
    r"|[^.;,]{0,30}\bkilled (?:and|or) (?:injured|wounded)\b(?!\W+\d)"
)
_LEFT_DEAD: Final = re.compile(r"\W*(?:[\w-]+\W+){0,3}?(dead|killed|injured|wounded)\b")
_INCLUDING_CLAUSE: Final = re.compile(
    r"(?: [\w-]+)?[,\s(-]*(?:including|among them|(?:most|many|some) of them|mostly)\b[^.;]{3,60}?"
    r"(?=\b(?:were|was|have been|killed|died|dead)\b)"
)
_WERE_KILLED: Final = re.compile(r"\bwere killed\b")
_LEAVING: Final = before("leaving_verbs", r"\W+(?:the )?")
_NOBODY_NAMED: Final = re.compile(r"\W*$|\s*[.,;)]|\s+(?:in|from|at|on|near|who|and)\b")
BEHIND: Final = "word after"
_BROUGHT_TO: Final = re.compile(r"\b(?:bring|brought|rais|push|tak)\w* to $")
_THE_NUMBER: Final = re.compile(
    r" (?:the|its|their) (?:[\w-]+ ){0,2}(?:number|total|count|tally|toll)\b(?: of)?(?:(?! who\b)[^.;,\d]){0,30}?"
    r"(?:(?P<killed>killed|dead|deaths|fatalities|victims|toll)|(?P<injured>injured|wounded))\b"
    r"| (?:the|its) (?:death )?toll\b"
)
"""Before and behind a number: "bringing to 62 the number of people killed"."""
_THING: Final = re.compile(
    r" (?!(?:who|killed|dead|injured|wounded|and|or|of|in|on|at|by|from|near|with|during|after|before|when|while|as|to"
    r"|for)\b)[a-z]"
)
"""A noun behind a number that is none of people: "captured several hilltops"."""

_UNITS: Final[tuple[FigureUnit, ...]] = ("killed", "injured", "missing", "captured", "displaced")
_CLAUSE_END: Final = re.compile(r"[;:]|\bwhile\b|\bbut\b|\bwhen\b|\bafter\b")
_OTHER_CLAUSE: Final = re.compile(r"^[^,.]{0,70}?,(?=.*,)")
_ELSEWHERE: Final = re.compile(r" (?:in|at|near)\b")
_LISTED: Final = re.compile(r"(?:[(,]|\band|\bas well as|\balong with|\bplus)\s*(?:\w+\s+){0,1}$")
_THINGS_HIT: Final = re.compile(r"\b(?:hit|destroy\w*|struck|houses?|buildings?|vehicles?|tanks?)\b")


def unit_of(reading: Reading) -> tuple[FigureUnit | None, str]:
    """Return what is counted, and by which sign: a word after, a verb before, the noun itself, or the figure before."""
    unit, why = _sign(reading)
    if unit != "displaced" and reading.group == "families":
        return None, ""  # how many people they were no one says
    vague = reading.amount.high is None and reading.amount.hedge == "rounded"
    if unit == "captured" and vague and not reading.group and _THING.match(reading.sentence.text, reading.end):
        return None, ""
    return unit, why


def _sign(reading: Reading) -> tuple[FigureUnit | None, str]:
    left, right, group = reading.left, reading.right, reading.group
    if _DIED_OF_IT.match(reading.sentence.low, reading.amount.end):
        return "killed", "word after"
    if _HURT_AFTER.match(right) and not _AND.match(right):
        return "injured", "word after"
    noun = _NOUN_BEHIND.match(reading.sentence.low, reading.end) if group else None
    if noun:
        return ("killed" if noun["dead"] else "casualties"), "counted noun"
    if group == "wounded":
        return "injured", "counted noun"
    brought = (
        left.endswith(" to ") and _BROUGHT_TO.search(left) and _THE_NUMBER.match(reading.sentence.low, reading.end)
    )
    if brought:
        return ("injured" if brought["injured"] else "killed"), "verb before"
    verb = VERB_BEFORE.search(left)
    if verb:
        together = verb["injured"] and DEAD_AND_HURT_BEFORE.search(left)
        return ("casualties", "killed or hurt together") if together else (_matched_unit(verb), "verb before")
    if _DEAD_NOUN.fullmatch(group):
        return "killed", "counted noun"
    if group == "casualties":
        dead = "death toll" in reading.upto or "raise" in reading.upto or _WERE_KILLED.search(right)
        return ("killed" if dead else "casualties"), "counted noun"
    named, unit = _unit_after(reading)
    if named:
        return unit, BEHIND
    left_dead = (
        _LEFT_DEAD.match(right) if reading.sentence.may_have("leaving_verbs") and _LEAVING.search(left) else None
    )
    if left_dead:
        return ("injured" if left_dead[1] in ("injured", "wounded") else "killed"), "left ... dead"
    if _goes_on(reading):
        return reading.earlier[-1].unit, "list or part of the figure before"
    return None, ""


def _matched_unit(match: re.Match[str]) -> FigureUnit:
    return next(unit for unit in _UNITS if match.groupdict().get(unit))


def _unit_after(reading: Reading) -> tuple[bool, FigureUnit | None]:
    """Return whether a verb behind says what became of those counted, and what; None of those who escaped."""
    right = reading.right
    including = _INCLUDING_CLAUSE.match(reading.sentence.low, reading.end) if reading.group else None
    if including:
        right = reading.sentence.low[including.end() : including.end() + 60]
    clause = _CLAUSE_END.split(right)[0]
    if clause.count(",") > 1:
        clause = _OTHER_CLAUSE.sub("", clause)
    verb = _VERB_AFTER.match(clause)
    if not verb and reading.group:
        passive = _PASSIVE_FAR.match(reading.sentence.low, reading.end, reading.next_start_or_end)
        if passive:
            return True, _matched_unit(passive)
    if not verb or _OWN_CLAUSE.search(clause, 0, verb.end()) or _OTHERS_DEED.search(clause[: verb.end() + 12]):
        return False, None
    at = reading.end + len(reading.right) - len(right) + right.index(clause) if not including else 0
    if not reading.group and " and " in clause[: verb.end()]:
        return False, None  # "burned down several shops and murdered their owner"
    if (
        at
        and not reading.group
        and _ACTIVE.match(reading.sentence.low, at + verb.end() - len(verb.group(0).split()[-1]))
    ):
        return False, None
    if verb["escaped"]:
        return True, None
    unit = _matched_unit(verb)
    far = len(clause[: verb.start(unit)].split()) > 3
    if far and not reading.group and unit in ("killed", "injured", "captured"):
        return False, None
    return True, unit


def _goes_on(reading: Reading) -> bool:
    """Whether a figure without a verb of its own goes on from the one before: "12 dead, including 3 children"."""
    if not reading.earlier:
        return False
    gap = reading.upto[-45:]
    if INCLUDING.search(gap):
        return bool(reading.group or _NOBODY_NAMED.match(reading.sentence.low, reading.end))
    if MOVED_TO.search(gap) or LEFT_BEHIND.search(gap):
        return True
    between = reading.between(reading.earlier[-1])
    close = len(between) <= 60 and not _THINGS_HIT.search(between)
    another = ANOTHER.search(reading.sentence.low, 0, reading.amount.number)
    listed = _LISTED.search(gap)
    if listed and not reading.group and " in " in between:  # "45 civilians in the city and 22 in the province"
        return bool(close and _ELSEWHERE.match(reading.sentence.low, reading.end))
    return bool(close and ((reading.group and listed) or another))
