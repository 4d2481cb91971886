"""Every number of people a sentence gives: what it counts, how firm it is, who says so, and what kind of count it is.

A figure is read in four steps, one function each: the number and its hedge, the people counted, the unit (killed,
injured ...), and the status (total, part, subset, war total, denied ...). `totals.py` adds them up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from geoconflict.events.lexicon import any_of, before, pattern
from geoconflict.places import numbers
from geoconflict.records import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geoconflict.events.sentences import Sentence
    from geoconflict.records import FigureStatus, FigureUnit

_VAGUE: Final[dict[str, tuple[int | None, int | None]]] = {
    "tens of thousands": (20_000, None), "hundreds of thousands": (200_000, None), "thousands": (2_000, None),
    "hundreds": (200, None), "scores": (40, None), "dozens": (24, None), "tens": (20, None), "several": (3, None),
    "a few": (3, None), "a couple of": (2, 2), "a number of": (None, None),
}  # fmt: skip
"""The smallest count each vague word allows."""

WAR_TOTAL_FLOOR: Final = 20_000
"""No single event of these wars killed or hurt so many: such a count is of the war."""

WAR_TOTAL_WITH_WORDS: Final = 300
"""With "since 2011" or "in the war" in the sentence, counts from here on are of the war."""

_NUMBER: Final = re.compile(
    rf"(?<![\w$€£./:-])(?:(?P<vague>{any_of('vague_numbers')})(?:\s+of)?"
    r"|(?P<digits>\d{1,3}(?:[, ]\d{3})+|\d+)(?P<plus>\+)?(?:\s*(?:-|to)\s*(?P<upper>\d+))?"
    rf"(?:\s+(?P<scale>{numbers.SCALES}))?"
    rf"|(?P<words>{numbers.WORDS}))"
    rf"(?![\w°]|-year|-[a-z]|[.,:/]\d|\s*%|\s*(?:{any_of('measures')})\b)"
)
_COUNTS_NOBODY: Final = re.compile(
    r"\bone of (?:the|a|an|his|their|several|many|its)\b|\bone day\b|\bno one\b"
    r"|\bone (?:side|another|resident|source|official|witness|hand|analyst)\b"
)
_HEDGE: Final = re.compile(
    rf"(?P<floor>{any_of('floor_hedges')})\s+(?:(?:a|the)\s+)?$"
    rf"|(?P<ceiling>{any_of('ceiling_hedges')})\s+(?:(?:a|the|over|about|more than)\s+)?$"
    rf"|(?P<rounded>{any_of('rounded_hedges')})\s+(?:(?:a|the|another|other)\s+)?$"
    rf"|(?P<plain>{any_of('plain_hedges')})\s+(?:(?:a|the)\s+)?$"
)
_BELOW: Final = re.compile(rf"(?:{any_of('below_hedges')})\b")
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
_DOUBT_BEFORE: Final = re.compile(r"\b(?:possibl[ye]|perhaps|maybe|up to|may|feared)\s+(?:[\w'-]+\s+){0,1}$")
_AT_LEAST_AFTER: Final = re.compile(r"\W+(?:[\w-]+\W+){0,5}?at least\b")
_GROUP: Final = re.compile(
    r"[^\w).:;!?]+(?:of\W+(?:the(?:ir|m)?|its|whom|those|our|his)\W+)?(?:an?\W+|our\W+)?(?:(?!according\b|said\b|says\b)[\w'-]+\W){0,4}?"
    rf"(?P<group>{any_of('group_nouns')})\b"
)
_DEAD_NOUN: Final = re.compile(rf"(?:{any_of('dead_nouns')})")
_ENDS_GROUP: Final = re.compile(rf"\b(?:{any_of('killed')}|{any_of('injured')}|were|was|and|in|by|by the)\b")
_VERB_BEFORE: Final = re.compile(
    rf"\b(?:(?P<killed>{any_of('killing_verbs')})|(?P<injured>{any_of('injuring_verbs')})"
    rf"|(?P<captured>{any_of('capturing_verbs')})|(?P<displaced>{any_of('displacing_verbs')}))"
    r"\W+(?:(?:and|or) (?:injur\w+|wound\w+|kill\w+|maim\w+)\W+)?"
    r"(?:another |a total of |a further |the |other |up to )?$"
)
_VERB_AFTER: Final = re.compile(
    r"\W*(?:[\w'\"()-]+\W+){0,7}?"
    rf"(?:(?P<killed>{any_of('killed')})|(?P<injured>{any_of('injured')})|(?P<missing>{any_of('missing')})"
    rf"|(?P<captured>{any_of('captured')})|(?P<displaced>{any_of('displaced')})|(?P<escaped>escaped?|broke out))\b"
)
_OTHERS_DEED: Final = re.compile(
    r"\b(?:who|that|which) (?!were|was|have|had)|\bto kill\b"
    r"|\b(?:(?:have|has|had) )?(?:killed|killing|wounded|injured|captured|arrested|kidnapped|executed)\s+"
    rf"(?:an?|the|at|more|over|\d+|{numbers.SIMPLE})\b"
)
_HURT_AFTER: Final = re.compile(
    r"\W*(?:(?:others?|more|people|civilians|persons)\W+)?(?:(?:were|was)\W+)?(?:injured|wounded|hurt)\b"
    rf"(?!\W+(?:\d|at least|more than|another|about|over|(?:{numbers.SIMPLE})\b))"
)
_AND: Final = re.compile(r"\W*(?:and|or)\b")
_DEAD_AND_HURT_BEFORE: Final = re.compile(
    r"\b(?:kill\w*|deaths?)\W+(?:and|or)\W+(?:the )?(?:injur|wound)\w*(?:\W+of)?\W*(?:\w+\W+){0,2}$"
)
_DEAD_AND_HURT_AFTER: Final = re.compile(
    r"\W*(?:dead|killed|martyrs)?,?\W*(?:and|or|,) (?:injured|wounded|injuries)\b(?!\W+\d)"
    r"|[^.;,]{0,30}\bkilled (?:and|or) (?:injured|wounded)\b(?!\W+\d)"
)
_LEFT_DEAD: Final = re.compile(r"\W*(?:[\w-]+\W+){0,3}?(dead|killed|injured|wounded)\b")
_INCLUDING_CLAUSE: Final = re.compile(
    r",?\s*(?:including|among them|mostly)\b[^.;]{3,60}?(?=\b(?:were|was|have been|killed|died|dead)\b)"
)
_LEAVING: Final = before("leaving_verbs", r"\W+(?:the )?")
_INCLUDING: Final = before("including", r"\W+(?:\w+\W+){0,3}?")
_CONDITION: Final = before("figure_conditions", r"\b(?:\W+[\w'-]+){0,6}\W*")
_NOBODY_NAMED: Final = re.compile(r"\W*$|\s*[.,;)]|\s+(?:in|from|at|on|near|who|and)\b")
_BESIDE: Final = "more, beside others"
_BEHIND: Final = "word after"
_UNITS: Final[tuple[FigureUnit, ...]] = ("killed", "injured", "missing", "captured", "displaced")
_CLAUSE_END: Final = re.compile(r"[;:]|\bwhile\b|\bbut\b|\bwhen\b|\bafter\b")
_OTHER_CLAUSE: Final = re.compile(r"^[^,.]{0,70}?,(?=.*,)")
_LISTED: Final = re.compile(r"(?:[(,]|\band|\bas well as|\balong with|\bplus)\s*(?:\w+\s+){0,1}$")
_THINGS_HIT: Final = re.compile(r"\b(?:hit|destroy\w*|struck|houses?|buildings?|vehicles?|tanks?)\b")
_OF_THEM: Final = re.compile(r"\W+of (?:them|whom|those|the (?:dead|victims|killed))")
_OF_THE_DEAD_BEFORE: Final = re.compile(
    r"\bof (?:them|whom|those|the (?:dead|victims|killed))(?: (?:killed|dead|who died))?,?\s*(?:[\w-]+\s+){0,2}$"
)
_AMONG_THEM: Final = re.compile(r"\W+(?:(?:was|were)\W+)?among (?:them|those|the (?:dead|victims|killed))\b")
_MORE: Final = re.compile(r"\W+(?:more|others?|another)\b")
_ANOTHER: Final = re.compile(r"\b(?:another|other|further)\s*$")
_LATER_THAN: Final = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?) after\b[^.;]{0,60}$")
_JOINS_PARTS: Final = re.compile(r"[^.;]{0,25}?(?:,|and|&|along with|as well as)[^.;]{0,25}")
_JOINS_SUBSETS: Final = re.compile(r"(?:\W|and|[\w-]+\W+(?=and))*")
_NONE: Final = re.compile(
    r"\b(?:no|without(?: any)?|zero) (?P<what>casualties|deaths|fatalities|injuries)"
    r"(?: (?:among|to|on) (?:the )?(?P<group>[\w -]{3,40}?)(?= (?:were|was|in)\b|[.,;\"]|$))?"
    r"(?! (?:were |was )?(?:immediately )?(?:reported|confirmed|announced|known))"
    r"|\bno one was (?P<verb>killed|hurt|injured)"
)
_PERSON: Final = rf"((?:[\w'-]+\s+){{0,3}}?(?:{any_of('counted_persons')}))"
_ONE_PERSON: Final = re.compile(
    rf"\b(?:killed|killing|kills|shot dead|death of|assassinat\w+|execut\w+|behead\w+)\s+an?\s+{_PERSON}\b"
    rf"|\ban?\s+{_PERSON}\s+(?:was|has been|is|were)\s+(?:killed|shot dead|assassinated|executed|martyred|beheaded)"
)
_NAME: Final = (
    r"(?:(?:[Tt]he |[Aa]n? )?(?:[A-Z][\w’'.-]*)(?:\s+(?:of|for|the|and|al|in)(?=\s+[A-Z])|\s+[A-Z(][\w’'.)-]*){0,7}"
    r"(?:\s+(?:news agency|agency|monitoring group|group|military|army|officials?|ministry|spokes\w+))?"
    r"|(?:[Tt]he|[Oo]ne|[Aa]nother|[Aa]n?|[Ll]ocal|[Mm]edical|[Ss]everal|[Ss]ome|[Rr]ebel|[Oo]pposition|[Ss]tate|[Mm]edia"
    r"|[Ss]ecurity|[Pp]olice|[Ee]arliest|[Ii]nitial|[Aa]ctivists|[Rr]esidents|[Ww]itnesses|[Oo]fficials)(?:\s+[a-z-]+){0,4}?\s*"
    r"(?:residents?|sources?|witness(?:es)?|monitors?|monitoring group|activists?|officials?|media|reports?|spokes\w+"
    r"|statement|groups?|observatory|agency|television|army|military|police|ministry)?)"
)
_SPEAKER: Final = re.compile(
    rf"({_NAME})\s+(?:said|says|reported|reports|announced|mentioned|added|told|stated|claimed|notes|confirmed"
    r"|are reporting|has said|(?<=reports )put|(?<=statement )put|(?<=officials )put)\b"
    rf"|\b(?:said|according to|reported by|announced by|says|citing)\s+(?:the\s+)?({_NAME})"
)
_SAYING: Final = re.compile(
    r"\b(?:sa(?:id|ys)|report|announced|mentioned|added|told|stated|claimed|notes|put|confirmed|according|citing)"
)
_NOBODY: Final = re.compile(
    r"(?i)(?:(?:the|an?|one|another|some|several|few|early|earlier|earliest|initial|first|previous|other|more|latest|it|that|this"
    r"|these|those|there)\s*)+(?:reports?|version of .*)?"
)
_STANDS_IN: Final = re.compile(r"\b(?:in|at|from|near)\s+$")  # "an official in Qamishli said": the town did not speak


@dataclass(frozen=True, slots=True)
class Count:
    """A figure as found, with what only its own article needs to know.

    `moved`: the text says the count rose to this number. `headline`: it stands in a headline.
    """

    figure: Figure
    moved: bool = False
    headline: bool = False

    def marked(self, status: FigureStatus, why: str) -> Count:
        """Return the same count with another status."""
        return replace(self, figure=replace(self.figure, status=status, why=why))


class _Number(NamedTuple):
    match: re.Match[str]
    low: int | None
    high: int | None


class _Hedged(NamedTuple):
    start: int
    low: int | None
    high: int | None
    hedge: Literal["exact", "floor", "ceiling", "rounded"]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One number in its sentence, on the way to a figure; offsets are within the sentence.

    `end` is where its group noun ends; `earlier` are the figures read before it.
    """

    sentence: Sentence
    number: _Number
    previous_end: int
    next_start: int
    earlier: tuple[Figure, ...]
    hedged: _Hedged
    group: str
    end: int

    @property
    def start(self) -> int:
        """Return where its hedge starts, else its number."""
        return self.hedged.start

    @property
    def upto(self) -> str:
        """Return the sentence up to the figure."""
        return self.sentence.low[: self.start]

    @property
    def left(self) -> str:
        """Return what may govern it before: from the number before, or from the start where a toll is named."""
        upto = self.upto
        return upto if "toll" in upto else upto[self.previous_end :]

    @property
    def right(self) -> str:
        """Return what may govern it behind: up to the next number."""
        limit = self.next_start if self.next_start > self.end else len(self.sentence.low)
        return self.sentence.low[self.end : min(limit, self.end + 90)]

    def between(self, earlier: Figure) -> str:
        """Return the words between an earlier figure and this one."""
        return self.sentence.low[max(0, earlier.end - self.sentence.start) : self.start]


def find_figures(sentence: Sentence, article: str, skip: Iterable[tuple[int, int]] = ()) -> list[Count]:
    """Return the counts of people in a sentence, in order; numbers inside `skip` (dates) are left alone."""
    counts: list[Count] = []
    waiting: list[_Reading] = []  # counted groups whose verb may stand behind the next: "5 soldiers and 3 guards died"
    for reading in _readings(sentence, skip, counts):
        unit, why = _unit(reading)
        if unit is None:
            waiting = [reading] if reading.group else []
            continue
        if why == _BEHIND:
            counts += [_made(w, unit, "verb behind the list", article) for w in waiting if _leads_to(w, reading)]
        waiting = []
        counts.append(_made(reading, unit, why, article))
    counts = _pair_parts(sentence, counts)
    if not any(c.figure.unit == "killed" for c in counts):
        counts += _counts_without_number(sentence, article)
    if not counts:
        return []
    speaker = _speaker(sentence.text)
    counts = [replace(c, figure=replace(c.figure, speaker=speaker)) for c in counts]
    return sorted(counts, key=lambda count: count.figure.start)


def _readings(sentence: Sentence, skip: Iterable[tuple[int, int]], counts: Sequence[Count]) -> Iterator[_Reading]:
    """Yield each number's reading; `counts` grows while they are read, and each sees those before it."""
    found = _numbers(sentence, list(skip))
    for i, number in enumerate(found):
        previous_end = found[i - 1].match.end() if i else 0
        next_start = found[i + 1].match.start() if i + 1 < len(found) else len(sentence.low)
        earlier = tuple(count.figure for count in counts)
        hedged, group = _hedged(sentence.low, number), _group(sentence.low, number.match.end(), next_start)
        yield _Reading(sentence, number, previous_end, next_start, earlier, hedged, *group)


def _leads_to(first: _Reading, second: _Reading) -> bool:
    """Whether two counted groups share the verb behind the second."""
    return bool(_JOINS_PARTS.fullmatch(first.sentence.low, first.end, second.start))


def is_civilian(group: str) -> bool:
    """Whether a counted group is of civilians: "people" may be either and is not."""
    return bool(_starts("civilian_groups").match(group))


def is_combatant(group: str) -> bool:
    """Whether a counted group bears arms."""
    return bool(_starts("combatant_groups").match(group))


def is_subset_group(group: str) -> bool:
    """Whether a group is always counted inside another: women, children."""
    return bool(_starts("subset_groups").match(group))


def value(figure: Figure) -> int | None:
    """Return the number a figure names: its upper one, else its floor."""
    return figure.high if figure.high is not None else figure.low


@cache
def _starts(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(name)})\b")


# ---- the number and its hedge ------------------------------------------------------------------------------


def _numbers(sentence: Sentence, skip: list[tuple[int, int]]) -> list[_Number]:
    found = []
    for match in _NUMBER.finditer(sentence.low):
        start, end = match.start() + sentence.start, match.end() + sentence.start
        if any(a < end and start < b for a, b in skip) or _COUNTS_NOBODY.match(sentence.low, match.start()):
            continue
        if sentence.low[match.start() - 1 : match.start()] + sentence.low[match.end() : match.end() + 1] == "()":
            continue  # a number alone in brackets is a reference
        low, high = _values(match)
        year = match["digits"] and not match["plus"] and 1900 <= (low or 0) <= 2035
        if not (year and not _GROUP.match(sentence.low, match.end(), match.end() + 40)):
            found.append(_Number(match, low, high))
    return found


def _values(match: re.Match[str]) -> tuple[int | None, int | None]:
    if match["vague"]:
        return _VAGUE[match["vague"]]
    if match["digits"]:
        scale = f" {match['scale']}" if match["scale"] else ""
        low = numbers.number(match["digits"] + scale)
        return low, numbers.number(match["upper"] + scale) if match["upper"] else low
    n = numbers.number(match["words"])
    return n, n


def _hedged(low: str, number: _Number) -> _Hedged:
    start, end = number.match.span()
    hedge = _HEDGE.search(low, max(0, start - 40), start)
    start = hedge.start() if hedge else start
    if number.match["vague"]:
        return _Hedged(start, number.low, number.high, "rounded")
    if (hedge and hedge["ceiling"]) or _DOUBT_BEFORE.search(low, max(0, start - 40), start):
        return _Hedged(start, None, number.high, "ceiling")
    if (hedge and hedge["floor"]) or number.match["plus"] or _AT_LEAST_AFTER.match(low, end, end + 30):
        return _Hedged(start, number.low, None, "floor")
    if hedge and hedge["rounded"]:
        return _Hedged(start, None if _BELOW.match(hedge["rounded"]) else number.low, number.high, "rounded")
    return _Hedged(start, number.low, number.high, "exact")


def _group(low: str, number_end: int, next_start: int) -> tuple[str, int]:
    """Return the noun of those counted and where it ends, or "" and the end of the number."""
    match = _GROUP.match(low, number_end)
    if not match or match.start("group") >= next_start or _ENDS_GROUP.search(low, number_end, match.start("group")):
        return "", number_end
    return match["group"], match.end("group")


# ---- one count ---------------------------------------------------------------------------------------------


def _made(reading: _Reading, unit: FigureUnit, why: str, article: str) -> Count:
    sentence, low, start, end = reading.sentence, reading.sentence.low, reading.start, reading.end
    if unit == "killed" and (_DEAD_AND_HURT_AFTER.match(low, end) or _DEAD_AND_HURT_BEFORE.search(low, 0, start)):
        unit, why = "casualties", "killed or hurt together"
    figure = Figure(
        article, sentence.start + start, sentence.start + end, sentence.text[start:end], reading.hedged.low,
        reading.hedged.high, unit, hedge=reading.hedged.hedge, group=reading.group,
    )  # fmt: skip
    status, reason = _status(reading, figure)
    moved = bool(pattern("count_moved").search(low, max(0, start - 70), start))
    return Count(replace(figure, status=status, why=reason or why), moved, sentence.kind == "headline")


def _unit(reading: _Reading) -> tuple[FigureUnit | None, str]:
    """Return what is counted, and by which sign: a word after, a verb before, the noun itself, or the figure before."""
    left, right, group = reading.left, reading.right, reading.group
    if _HURT_AFTER.match(right) and not _AND.match(right):
        return "injured", "word after"
    verb = _VERB_BEFORE.search(left)
    if verb:
        together = verb["injured"] and _DEAD_AND_HURT_BEFORE.search(left)
        return ("casualties", "killed or hurt together") if together else (_matched_unit(verb), "verb before")
    if _DEAD_NOUN.fullmatch(group):
        return "killed", "counted noun"
    if group == "wounded":
        return "injured", "counted noun"
    if group == "casualties":
        dead = re.search(r"death toll|raises?", reading.upto) or re.search(r"\bwere killed\b", right)
        return ("killed" if dead else "casualties"), "counted noun"
    named, unit = _unit_after(reading)
    if named:
        return unit, _BEHIND
    left_dead = _LEFT_DEAD.match(right) if _LEAVING.search(left) else None
    if left_dead:
        return ("injured" if left_dead[1] in ("injured", "wounded") else "killed"), "left ... dead"
    if _goes_on(reading):
        return reading.earlier[-1].unit, "list or part of the figure before"
    return None, ""


def _matched_unit(match: re.Match[str]) -> FigureUnit:
    return next(unit for unit in _UNITS if match.groupdict().get(unit))


def _unit_after(reading: _Reading) -> tuple[bool, FigureUnit | None]:
    """Return whether a verb behind says what became of those counted, and what; None of those who escaped."""
    right = reading.right
    including = _INCLUDING_CLAUSE.match(reading.sentence.low, reading.end) if reading.group else None
    if including:
        right = reading.sentence.low[including.end() : including.end() + 60]
    clause = _CLAUSE_END.split(right)[0]
    if clause.count(",") > 1:
        clause = _OTHER_CLAUSE.sub("", clause)
    verb = _VERB_AFTER.match(clause)
    if not verb or _OTHERS_DEED.search(clause[: verb.end() + 12]):
        return False, None
    if verb["escaped"]:
        return True, None
    unit = _matched_unit(verb)
    far = len(clause[: verb.start(unit)].split()) > 3
    if far and not reading.group and unit in ("killed", "injured", "captured"):
        return False, None
    return True, unit


def _goes_on(reading: _Reading) -> bool:
    """Whether a figure without a verb of its own goes on from the one before: "12 dead, including 3 children"."""
    if not reading.earlier:
        return False
    gap = reading.upto[-45:]
    if _INCLUDING.search(gap):
        return bool(reading.group or _NOBODY_NAMED.match(reading.sentence.low, reading.end))
    between = reading.between(reading.earlier[-1])
    close = len(between) <= 60 and not _THINGS_HIT.search(between)
    return bool(reading.group and close and _LISTED.search(gap))


# ---- what kind of count ------------------------------------------------------------------------------------


def _status(reading: _Reading, figure: Figure) -> tuple[FigureStatus, str]:
    low, upto, number = reading.sentence.low, reading.upto, reading.number
    smallest = number.low or 0
    in_war = smallest >= WAR_TOTAL_WITH_WORDS and pattern("whole_war").search(low)
    if in_war or (smallest >= WAR_TOTAL_FLOOR and figure.unit != "displaced"):
        return "war_total", "a count of the whole war"
    if _OF_THE_WAR.match(low, reading.end) and not pattern("superlative").search(upto):
        return "war_total", "a count of the whole war"
    wrong = _PUT_RIGHT.search(upto)
    if (wrong and not _RIGHT_COUNT.search(upto, wrong.end())) or (_NOT_THIS.search(upto) and reading.earlier):
        return "superseded", "the text puts it right"
    if _LATER_THAN.search(upto):
        return "other_event", "told of another event, some time before"
    if pattern("figure_denials").search(upto):
        return "denied", "denied or not confirmed"
    if pattern("early_counts").search(upto[-90:]):
        return "superseded", "the text calls it an early count"
    if _CONDITION.search(upto):
        return "conditional", "said of what may happen"
    subset = _subset_of(reading, figure)
    if subset:
        return "subset", subset
    if figure.unit == "killed" and pattern("seen_only").search(upto):
        return ("subset" if is_combatant(figure.group) else "part"), "only those seen"
    if _MORE.match(low, number.match.end()) or _ANOTHER.search(low, 0, number.match.start()):
        return "part", _BESIDE
    return "total", ""


def _subset_of(reading: _Reading, figure: Figure) -> str:
    """Return by which sign a figure counts some of another figure's people, or ""."""
    if _OF_THEM.match(reading.sentence.low, reading.number.match.end()) or _OF_THE_DEAD_BEFORE.search(reading.upto):
        return "of those counted"
    if _AMONG_THEM.match(reading.sentence.low, reading.end):
        return "among those counted"
    if _INCLUDING.search(reading.upto):
        return "after 'including'"
    same_unit = [f for f in reading.earlier if f.unit == figure.unit]
    if is_subset_group(figure.group) and same_unit and re.search(r"[(]|including", reading.upto):
        return "inside the figure before"
    if reading.earlier and reading.earlier[-1].status == "subset":
        gap = reading.between(reading.earlier[-1])
        if len(gap) < 12 and _JOINS_SUBSETS.fullmatch(gap):
            return "listed with a subset"
        whole = [f for f in same_unit if f.status == "total" and (value(f) or 0) > (value(figure) or 0)]
        if figure.unit == "killed" and whole:
            return "smaller, after a subset"
    return ""


def _pair_parts(sentence: Sentence, counts: list[Count]) -> list[Count]:
    """Mark "5 soldiers and 3 militants" as parts of one sum."""
    counts = list(counts)
    for i in range(len(counts) - 1):
        a, b = counts[i].figure, counts[i + 1].figure
        gap = sentence.low[a.end - sentence.start : max(a.end, b.start) - sentence.start]
        two_groups = a.group and b.group and a.group != b.group
        unsettled = {a.status, b.status} <= {"total", "part"} and b.status == "total"
        beside = {a.status, b.status} == {"total", "part"} and counts[i + 1].figure.why == _BESIDE
        if a.unit == b.unit and (beside or (two_groups and unsettled)) and _JOINS_PARTS.fullmatch(gap):
            counts[i] = counts[i].marked("part", "one of several groups counted together")
            counts[i + 1] = counts[i + 1].marked("part", "one of several groups counted together")
    return counts


def _counts_without_number(sentence: Sentence, article: str) -> list[Count]:
    """Read "killed a policeman" as one dead, and "no casualties among ..." as none of that group."""
    low, found = sentence.low, []

    def add(match: re.Match[str], n: int, unit: FigureUnit, group: str, why: str) -> None:
        start, end = sentence.start + match.start(), sentence.start + match.end()
        status: FigureStatus = "subset" if n == 0 and group else "total"
        found.append(Count(Figure(article, start, end, match.group(0), n, n, unit, status, group=group, why=why)))

    one = _ONE_PERSON.search(low)
    if one and not pattern("figure_conditions").search(low, 0, one.start()):
        add(one, 1, "killed", (one[1] or one[2]).split()[-1], "one person, without a number")
    none = _NONE.search(low)
    if none:
        units: dict[str, FigureUnit] = {"casualties": "casualties", "injuries": "injured", "hurt": "injured"}
        what = none["what"] or none["verb"]
        add(
            none,
            0,
            units.get(what, "injured" if what == "injured" else "killed"),
            (none["group"] or "").strip(),
            "said to be none",
        )
    return [
        replace(
            c,
            figure=replace(
                c.figure, text=sentence.text[c.figure.start - sentence.start : c.figure.end - sentence.start]
            ),
        )
        for c in found
    ]


def _speaker(text: str) -> str:
    """Return who says it, as written, or ""."""
    for match in _SPEAKER.finditer(text) if _SAYING.search(text) else ():
        name = re.sub(r"\s+", " ", match[1] or match[2]).strip(' .,“”"')
        if not _NOBODY.fullmatch(name) and not _STANDS_IN.search(text, 0, match.start()):
            return name[-60:]
    return ""
