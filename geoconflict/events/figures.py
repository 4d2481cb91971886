"""Every number of people a sentence gives: what it counts, how firm it is, who says so, and what kind of count it is.

A figure is read in four steps: the number and its hedge (`amounts.py`), the people counted, the unit (killed, injured
...), and the status (total, part, subset, war total, denied ...). `unnumbered.py` reads the counts no numeral gives,
`totals.py` adds them up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from geoconflict.events.amounts import find_amounts
from geoconflict.events.lexicon import any_of, before, pattern
from geoconflict.events.speakers import speaker_of
from geoconflict.events.unnumbered import find_unnumbered
from geoconflict.places import numbers
from geoconflict.records import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geoconflict.events.amounts import Amount
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
_GROUP: Final = re.compile(
    r"[^\w).:;!?]+(?:of\W+(?:the(?:ir|m)?|its|whom|those|our|his)\W+)?(?:an?\W+|our\W+)?"
    r"(?:(?!according\b|said\b|says\b)[\w'-]+\W){0,4}?"
    rf"(?P<group>{any_of('group_nouns')})\b"
)
_NOUN_BEHIND: Final = re.compile(r"\s+(?:(?P<dead>deaths|fatalities)|casualties)\b")
_DEAD_NOUN: Final = re.compile(rf"(?:{any_of('dead_nouns')})")
_ENDS_GROUP: Final = re.compile(rf"\b(?:{any_of('killed')}|{any_of('injured')}|were|was|and|in|by|by the)\b")
_VERB_BEFORE: Final = re.compile(
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

_OTHERS_DEED: Final = re.compile(
    r"\b(?:who|that|which) (?!were|was|have|had)|\bto kill\b"
    r"|\b(?:(?:have|has|had) )?(?:killed|killing|wounded|injured|captured|arrested|kidnapped|executed)\s+"
    rf"(?:an?|the|at least|more|over|\d+|{numbers.SIMPLE})\b"
)
_ACTIVE: Final = re.compile(
    rf"(?:kills|killing|wounding|injuring|wounds\s+(?:\w+\s+)?(?:\d|(?:{numbers.SIMPLE})\b))\b"
    rf"|(?:kill|killed|wound|wounded|injured?)\s+(?:(?:an?|the|at least|some|over|about|more|up|dozens|scores|several"
    rf"|many|civilians|people|himself|nobody|its|his|her|their)\b|\d|(?:{numbers.SIMPLE})\b)"
)
"""A verb behind a number that says what those counted did, not what became of them."""

_HURT_AFTER: Final = re.compile(
    r"[^\w.;:]*(?:(?:others?|more|people|civilians|persons)\W+)?(?:(?:were|was)\W+)?(?:injured|wounded|hurt)\b"
    rf"(?!\W+(?:\d|at least|more than|another|about|over|(?:{numbers.SIMPLE})\b))"
)
_AND: Final = re.compile(r"\W*(?:and|or)\b")
_DEAD_AND_HURT_BEFORE: Final = re.compile(
    r"\b(?:kill\w*|deaths?)\W+(?:and|or)\W+(?:the )?(?:injur|wound)\w*(?:\W+of)?\W*(?:\w+\W+){0,2}$"
)
_DEAD_AND_HURT_AFTER: Final = re.compile(
    r"\W*(?:dead|killed|martyrs)?,?\W*(?:and|or|,) (?:injured|wounded|injuries)\b"
    r"(?!\W+(?:\d|more|at least|about|over|another))"
    rf"(?!\W+(?:{numbers.SIMPLE}|an?|dozens|scores|hundreds|several)\b)"
    r"|[^.;,]{0,30}\bkilled (?:and|or) (?:injured|wounded)\b(?!\W+\d)"
)
_LEFT_DEAD: Final = re.compile(r"\W*(?:[\w-]+\W+){0,3}?(dead|killed|injured|wounded)\b")
_INCLUDING_CLAUSE: Final = re.compile(
    r",?\s*(?:including|among them|mostly)\b[^.;]{3,60}?(?=\b(?:were|was|have been|killed|died|dead)\b)"
)
_LEAVING: Final = before("leaving_verbs", r"\W+(?:the )?")
_INCLUDING: Final = before("including", r"\W+(?:\w+\W+){0,3}?")
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
_MOVED_TO: Final = re.compile(rf"\b(?:{any_of('count_moved')})\b[^.;\d]{{0,20}}\bto\s+$")
_LATER: Final = re.compile(r"\b(?:later|now|then|subsequently|before revising)\b")
_LEFT_BEHIND: Final = re.compile(rf"\b(?:{any_of('count_moved')}|up|down)\b[^.;]{{0,40}}\bfrom\s+$")
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
_OTHER_COUNT: Final = re.compile(r";|\b(?:but|while|as|and (?:brought|brings|raised|raises)|bringing|raising)\b")
_NO_LIST: Final = re.compile(
    rf",(?!\s*(?:and\s+)?(?:another\s+|at least\s+)?(?:\d|(?:{numbers.SIMPLE})\b))|\b(?:which|who|where|whose)\b"
)
_AMONG_SO_MANY: Final = re.compile(r"\bamong\s+(?:the\s+)?$")
_NOBODY_NAMED: Final = re.compile(r"\W*$|\s*[.,;)]|\s+(?:in|from|at|on|near|who|and)\b")
_BESIDE: Final = "more, beside others"
_BEHIND: Final = "word after"
_SHARED: Final = "verb behind the list"
_UNITS: Final[tuple[FigureUnit, ...]] = ("killed", "injured", "missing", "captured", "displaced")
_CLAUSE_END: Final = re.compile(r"[;:]|\bwhile\b|\bbut\b|\bwhen\b|\bafter\b")
_OTHER_CLAUSE: Final = re.compile(r"^[^,.]{0,70}?,(?=.*,)")
_LISTED: Final = re.compile(r"(?:[(,]|\band|\bas well as|\balong with|\bplus)\s*(?:\w+\s+){0,1}$")
_THINGS_HIT: Final = re.compile(r"\b(?:hit|destroy\w*|struck|houses?|buildings?|vehicles?|tanks?)\b")
_OF_THEM: Final = re.compile(r"\W+of (?:them|whom|those|the (?:dead|victims|killed))")
_OF_THE_DEAD_BEFORE: Final = re.compile(
    r"\bof (?:them|whom|those|the (?:dead|victims|killed)"
    rf"|the (?:at least |about |some )?(?:\d[\d,]*|{numbers.SIMPLE}) (?:[\w-]+ )?(?=killed|dead|wounded|injured))"
    r"(?: ?(?:killed|dead|wounded|injured|who died))?,?\s*(?:[\w-]+\s+){0,2}$"
)
_AMONG_THEM: Final = re.compile(
    r"(?:\s+(?:(?:was|were)\s+)?among (?:them|those|the (?:dead|victims|killed))\b"
    rf"|\s+(?:(?:was|were)\s+)?among (?:the |at least |some |about )*(?:\d|(?:{numbers.SIMPLE}|dozens|scores)\b))"
)
_MORE: Final = re.compile(r"\W+(?:more|others?|another)\b")
_OTHERS: Final = re.compile(r"\W+others?\b")
_ANOTHER: Final = re.compile(r"\b(?:another|other|further)\s*$")
_LATER_THAN: Final = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?) after\b[^.;]{0,60}$")
_JOINS_PARTS: Final = re.compile(r"[^.;]{0,25}?(?:,|and|&|along with|as well as)[^.;]{0,25}")
_OWN_VERB: Final = re.compile(r"\b(?:was|were|had|has|have)\b")
_JOINS_SUBSETS: Final = re.compile(r"(?:\W|and|[\w-]+\W+(?=and))*")


@dataclass(frozen=True, slots=True)
class Count:
    """A figure as found, with what only its own article needs to know.

    `moved`: the text says the count rose to this number. `headline`: it stands in a headline. `unnumbered`: the words
    count one person, or a few, without a numeral.
    """

    figure: Figure
    moved: bool = False
    headline: bool = False
    unnumbered: bool = False

    def marked(self, status: FigureStatus, why: str) -> Count:
        """Return the same count with another status."""
        return replace(self, figure=replace(self.figure, status=status, why=why))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One number in its sentence, on the way to a figure; offsets are within the sentence.

    `end` is where its group noun ends; `earlier` are the figures read before it.
    """

    sentence: Sentence
    amount: Amount
    previous_end: int
    next_start: int
    earlier: tuple[Figure, ...]
    group: str
    end: int

    @property
    def start(self) -> int:
        """Return where its hedge starts, else its number."""
        return self.amount.start

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
    def next_start_or_end(self) -> int:
        """Return where the next number starts, or the end of the sentence."""
        return self.next_start if self.next_start > self.end else len(self.sentence.low)

    @property
    def right(self) -> str:
        """Return what may govern it behind: up to the next number."""
        return self.sentence.low[self.end : min(self.next_start_or_end, self.end + 90)]

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
            counts += [_made(w, unit, _SHARED, article) for w in waiting if _leads_to(w, reading)]
        waiting = []
        counts.append(_made(reading, unit, why, article))
    counts = _pair_parts(sentence, _with_unnumbered(sentence, _inside_a_later(sentence, counts), article))
    if not counts:
        return []
    speaker = speaker_of(sentence.text)
    if speaker:
        counts = [replace(c, figure=replace(c.figure, speaker=speaker)) for c in counts]
    return sorted(counts, key=lambda count: count.figure.start)


def _readings(sentence: Sentence, skip: Iterable[tuple[int, int]], counts: Sequence[Count]) -> Iterator[_Reading]:
    """Yield each number's reading; `counts` grows while they are read, and each sees those before it."""
    found = find_amounts(sentence, skip, _GROUP)
    for i, amount in enumerate(found):
        previous_end = found[i - 1].end if i else 0
        next_start = found[i + 1].number if i + 1 < len(found) else len(sentence.low)
        earlier = tuple(count.figure for count in counts)
        yield _Reading(
            sentence, amount, previous_end, next_start, earlier, *_group(sentence.low, amount.end, next_start)
        )


def _leads_to(first: _Reading, second: _Reading) -> bool:
    """Whether two counted groups share the verb behind the second."""
    gap = first.sentence.low[first.end : second.start]
    return bool(_JOINS_PARTS.fullmatch(gap)) and not _OWN_VERB.search(gap)


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
        article, sentence.start + start, sentence.start + end, sentence.text[start:end], reading.amount.low,
        reading.amount.high, unit, hedge=reading.amount.hedge, group=reading.group,
    )  # fmt: skip
    status, reason = _status(reading, figure)
    moved = bool(pattern("count_moved").search(low, max(0, start - 70), start))
    return Count(replace(figure, status=status, why=reason or why), moved, sentence.kind == "headline")


def _unit(reading: _Reading) -> tuple[FigureUnit | None, str]:
    """Return what is counted, and by which sign: a word after, a verb before, the noun itself, or the figure before."""
    left, right, group = reading.left, reading.right, reading.group
    if _HURT_AFTER.match(right) and not _AND.match(right):
        return "injured", "word after"
    noun = _NOUN_BEHIND.match(reading.sentence.low, reading.end) if group else None
    if noun:
        return ("killed" if noun["dead"] else "casualties"), "counted noun"
    if group == "wounded":
        return "injured", "counted noun"
    verb = _VERB_BEFORE.search(left)
    if verb:
        together = verb["injured"] and _DEAD_AND_HURT_BEFORE.search(left)
        return ("casualties", "killed or hurt together") if together else (_matched_unit(verb), "verb before")
    if _DEAD_NOUN.fullmatch(group):
        return "killed", "counted noun"
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
    if not verb and reading.group:
        passive = _PASSIVE_FAR.match(reading.sentence.low, reading.end, reading.next_start_or_end)
        if passive:
            return True, _matched_unit(passive)
    if not verb or _OTHERS_DEED.search(clause[: verb.end() + 12]):
        return False, None
    at = reading.end + len(reading.right) - len(right) + right.index(clause) if not including else 0
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


def _goes_on(reading: _Reading) -> bool:
    """Whether a figure without a verb of its own goes on from the one before: "12 dead, including 3 children"."""
    if not reading.earlier:
        return False
    gap = reading.upto[-45:]
    if _INCLUDING.search(gap):
        return bool(reading.group or _NOBODY_NAMED.match(reading.sentence.low, reading.end))
    if _MOVED_TO.search(gap) or _LEFT_BEHIND.search(gap):
        return True
    between = reading.between(reading.earlier[-1])
    close = len(between) <= 60 and not _THINGS_HIT.search(between)
    another = _ANOTHER.search(reading.sentence.low, 0, reading.amount.number)
    return bool(close and ((reading.group and _LISTED.search(gap)) or another))


# ---- what kind of count ------------------------------------------------------------------------------------


def _status(reading: _Reading, figure: Figure) -> tuple[FigureStatus, str]:
    low, upto, number = reading.sentence.low, reading.upto, reading.amount
    smallest = number.named
    in_war = smallest >= WAR_TOTAL_WITH_WORDS and pattern("whole_war").search(low)
    if in_war or (smallest >= WAR_TOTAL_FLOOR and figure.unit != "displaced"):
        return "war_total", "a count of the whole war"
    if _OF_THE_WAR.match(low, reading.end) and not pattern("superlative").search(upto):
        return "war_total", "a count of the whole war"
    wrong = _PUT_RIGHT.search(upto)
    if (wrong and not _RIGHT_COUNT.search(upto, wrong.end())) or (_NOT_THIS.search(upto) and reading.earlier):
        return "superseded", "the text puts it right"
    if _LATER_THAN.search(upto) or _COMPARED.search(upto) or _LIKE_IT.search(upto):
        return "other_event", "told of another event, some time before"
    if pattern("figure_denials").search(upto) or _NOT_DONE.search(upto) or _FALSE_AFTER.match(low, reading.end):
        return "denied", "denied or not confirmed"
    if _LEFT_BEHIND.search(upto) or (
        pattern("early_counts").search(_LATER.split(upto[-90:])[-1]) and not _MOVED_TO.search(upto)
    ):
        return "superseded", "the text calls it an early count"
    if _is_of_a_period(reading):
        return "period_total", "a count of a longer time"
    if _CONDITION.search(upto) or _CONDITION_AFTER.match(low, reading.end):
        return "conditional", "said of what may happen"
    subset = _subset_of(reading, figure)
    if subset:
        return "subset", subset
    if figure.unit == "killed" and pattern("seen_only").search(upto):
        return ("subset" if is_combatant(figure.group) else "part"), "only those seen"
    first_hurt = figure.unit == "injured" and all(f.unit != "injured" for f in reading.earlier)
    beside_dead = reading.earlier and _ANOTHER.search(low, 0, number.number)
    if first_hurt and (_OTHERS.match(low, number.end) or beside_dead):
        return "total", ""  # "killed a guard and wounded two others": others than the dead
    if _MORE.match(low, number.end) or _ANOTHER.search(low, 0, number.number):
        return "part", _BESIDE
    return "total", ""


def _is_of_a_period(reading: _Reading) -> bool:
    """Whether the words beside a count say that it adds up weeks or months: "since January", "in six days"."""
    sentence, low = reading.sentence, reading.sentence.low
    if not (sentence.has("period_words") or sentence.may_have("in_sum")):
        return False
    left = _OTHER_COUNT.split(reading.upto[reading.previous_end if reading.earlier else 0 :])[-1]
    right = _OTHER_COUNT.split(low[reading.end : max(reading.end, reading.next_start)])[0]
    listed = _OTHER_COUNT.split(_NO_LIST.split(low[reading.end :])[0])[0]
    if pattern("superlative").search(reading.upto):
        return False
    found = [m for part in (left, right, listed) for m in (_PERIOD.search(part),) if m]
    if any(not pattern("superlative").search(m.string, 0, m.start()) for m in found):
        return True
    return sentence.may_have("in_sum") and bool(_IN_SUM.search(low))


def _subset_of(reading: _Reading, figure: Figure) -> str:
    """Return by which sign a figure counts some of another figure's people, or ""."""
    some = _OF_THEM.match(reading.sentence.low, reading.amount.end)
    if (some and (reading.earlier or not _VERB_BEFORE.search(reading.left))) or _OF_THE_DEAD_BEFORE.search(
        reading.upto
    ):
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
        two_groups = a.group != b.group and (bool(a.group and b.group) or a.why == _SHARED)
        unsettled = {a.status, b.status} <= {"total", "part"} and b.status == "total"
        beside = {a.status, b.status} == {"total", "part"} and counts[i + 1].figure.why == _BESIDE
        if a.unit == b.unit and (beside or (two_groups and unsettled)) and _JOINS_PARTS.fullmatch(gap):
            counts[i] = counts[i].marked("part", "one of several groups counted together")
            counts[i + 1] = counts[i + 1].marked("part", "one of several groups counted together")
    return counts


def _inside_a_later(sentence: Sentence, counts: list[Count]) -> list[Count]:
    """Mark what is counted "among" a number told later: "3 police, a soldier among 9 killed"."""
    start = sentence.start
    whole = next((c for c in counts if _AMONG_SO_MANY.search(sentence.low, 0, c.figure.start - start)), None)
    if whole is None:
        return counts
    return [
        c.marked("subset", "among those counted")
        if c.figure.start < whole.figure.start and c.figure.unit == whole.figure.unit
        else c
        for c in counts
    ]


def _with_unnumbered(sentence: Sentence, counts: list[Count], article: str) -> list[Count]:
    """Add the people counted without a numeral: parts of a list, alone a total, not beside a number they may be in."""
    ends = [(c.figure.end - sentence.start, c.figure.unit) for c in counts if c.figure.status in ("total", "part")]
    found: list[Count] = []
    for one in find_unnumbered(sentence, ends):
        start, end = sentence.start + one.start, sentence.start + one.end
        text = sentence.text[one.start : one.end]
        beside = text.lower().startswith("another ")
        status: FigureStatus = "subset" if one.n == 0 and one.group else "part" if beside else "total"
        why = _BESIDE if beside else "one person, without a number" if one.n else "said to be none"
        found.append(
            Count(
                Figure(article, start, end, text, one.n, one.n, one.unit, status, group=one.group, why=why),
                unnumbered=True,
            )
        )
    kept: list[Count] = []
    for unit in ("killed", "injured", "casualties"):
        own = sorted((f for f in found if f.figure.unit == unit), key=lambda c: c.figure.start)
        numbered = [c for c in counts if c.figure.unit == unit]
        people = [f for f in own if f.figure.low]
        joined = [
            c
            for c in numbered
            if c.figure.status in ("total", "part") and any(_stand_together(sentence, c, f) for f in people)
        ]
        if numbered and not joined:
            continue
        if joined or len(people) > 1:
            why = "one of several counted together"
            counts = [c.marked("part", why) if c in joined else c for c in counts]
            own = [f.marked("part", why) if f in people else f for f in own]
        kept += own
    return counts + kept


def _stand_together(sentence: Sentence, numbered: Count, single: Count) -> bool:
    """Whether a numbered and an unnumbered item stand in one list."""
    a, b = sorted((numbered.figure, single.figure), key=lambda f: f.start)
    return bool(_JOINS_PARTS.fullmatch(sentence.low, a.end - sentence.start, max(a.end, b.start) - sentence.start))
