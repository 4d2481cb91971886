"""Every number of people a sentence gives: what it counts, how firm it is, who says so, and what kind of count it is.

A figure is read in four steps, one function each: the number and its hedge, the people counted, the unit (killed,
injured ...), and the status (total, part, subset, war total, denied ...). `totals.py` adds them up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from geoconflict.events import numbers
from geoconflict.events.lexicon import any_of, before, pattern
from geoconflict.records import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    rf"|(?P<digits>\d{{1,3}}(?:[, ]\d{{3}})+|\d+)(?P<plus>\+)?(?:\s*(?:-|to)\s*(?P<upper>\d+))?(?:\s+(?P<scale>{numbers.SCALES}))?"
    rf"|(?P<words>{numbers.WORDS}))"
    rf"(?![\w°]|-year|-[a-z]|[.,:/]\d|\s*%|\s*(?:{any_of('measures')})\b)"
)
_COUNTS_NOBODY: Final = re.compile(
    r"\bone of (?:the|a|an|his|their|several|many|its)\b|\bone day\b|\bno one\b|\bone (?:side|another|resident|source|official|witness|hand|analyst)\b"
)
_HEDGE: Final = re.compile(
    rf"(?P<floor>{any_of('floor_hedges')})\s+(?:(?:a|the)\s+)?$|(?P<ceiling>{any_of('ceiling_hedges')})\s+(?:(?:a|the|over|about|more than)\s+)?$"
    rf"|(?P<rounded>{any_of('rounded_hedges')})\s+(?:(?:a|the|another|other)\s+)?$|(?P<plain>{any_of('plain_hedges')})\s+(?:(?:a|the)\s+)?$"
)
_BELOW: Final = re.compile(rf"(?:{any_of('below_hedges')})\b")
_DOUBT_BEFORE: Final = re.compile(r"\b(?:possibl[ye]|perhaps|maybe|up to|may|feared)\s+(?:[\w'-]+\s+){0,1}$")
_AT_LEAST_AFTER: Final = re.compile(r"\W+(?:[\w-]+\W+){0,5}?at least\b")
_GROUP: Final = re.compile(
    r"\W+(?:of\W+(?:the(?:ir|m)?|its|whom|those|our|his)\W+)?(?:an?\W+|our\W+)?(?:[\w'-]+\W){0,4}?"
    rf"(?P<group>{any_of('group_nouns')})\b"
)
_DEAD_NOUN: Final = re.compile(rf"(?:{any_of('dead_nouns')})")
_ENDS_GROUP: Final = re.compile(rf"\b(?:{any_of('killed')}|{any_of('injured')}|were|was|and|in|by|by the)\b")
_VERB_BEFORE: Final = re.compile(
    rf"\b(?:(?P<killed>{any_of('killing_verbs')})|(?P<injured>{any_of('injuring_verbs')})"
    rf"|(?P<captured>{any_of('capturing_verbs')})|(?P<displaced>{any_of('displacing_verbs')}))"
    r"\W+(?:(?:and|or) (?:injur\w+|wound\w+|kill\w+|maim\w+)\W+)?(?:another |a total of |a further |the |other |up to )?$"
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
_CLAUSE_END: Final = re.compile(r"[;:]|\bwhile\b|\bbut\b|\bwhen\b|\bafter\b")
_OTHER_CLAUSE: Final = re.compile(r"^[^,.]{0,70}?,(?=.*,)")
_LISTED: Final = re.compile(r"(?:[(,]|\band|\bas well as|\balong with|\bplus)\s*(?:\w+\s+){0,1}$")
_THINGS_HIT: Final = re.compile(r"\b(?:hit|destroy\w*|struck|houses?|buildings?|vehicles?|tanks?)\b")
_OF_THEM: Final = re.compile(r"\W+of (?:them|whom|those|the (?:dead|victims|killed))")
_MORE: Final = re.compile(r"\W+(?:more|others?|another)\b")
_ANOTHER: Final = re.compile(r"\b(?:another|other|further)\s*$")
_LATER_THAN: Final = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?) after\b[^.;]{0,60}$")
_JOINS_PARTS: Final = re.compile(r"[^.;]{0,25}?(?:,|and|&|along with|as well as)[^.;]{0,25}")
_JOINS_SUBSETS: Final = re.compile(r"(?:\W|and|[\w-]+\W+(?=and))*")
_NONE: Final = re.compile(
    r"\b(?:no|without(?: any)?|zero) (?P<what>casualties|deaths|fatalities|injuries)"
    r"(?: (?:among|to|on) (?:the )?(?P<group>[\w -]{3,40}?)(?= (?:were|was|in)\b|[.,;\"]|$))?"
    r"(?! (?:were |was )?(?:immediately )?(?:reported|confirmed|announced|known))|\bno one was (?P<verb>killed|hurt|injured)"
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
    r"|are reporting|has said|(?<=reports )put|(?<=statement )put|(?<=officials )put)\b|\b(?:said|according to|reported by|announced by|says|citing)\s+(?:the\s+)?({_NAME})"
)
_SAYING: Final = re.compile(
    r"\b(?:sa(?:id|ys)|report|announced|mentioned|added|told|stated|claimed|notes|put|confirmed|according|citing)"
)


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
    hedge: str
    word: str


def find_figures(sentence: Sentence, article: str, skip: Iterable[tuple[int, int]] = ()) -> list[Count]:
    """Return the counts of people in a sentence, in order; numbers inside `skip` (dates) are left alone."""
    low = sentence.low
    found = [n for n in _numbers(sentence, list(skip))]
    counts: list[Count] = []
    speaker = _speaker(sentence.text) if found else ""
    for i, number in enumerate(found):
        previous_end = found[i - 1].match.end() if i else 0
        next_start = found[i + 1].match.start() if i + 1 < len(found) else len(low)
        count = _read(sentence, article, number, previous_end, next_start, [c.figure for c in counts])
        if count:
            counts.append(replace(count, figure=replace(count.figure, speaker=speaker)))
    counts = _pair_parts(sentence, counts)
    if not any(c.figure.unit == "killed" for c in counts):
        counts += _counts_without_number(sentence, article)
    return sorted(counts, key=lambda count: count.figure.start)


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


# ---- the number and its hedge ----------------------------------------------------------------------------------------


def _numbers(sentence: Sentence, skip: list[tuple[int, int]]) -> list[_Number]:
    found = []
    for match in _NUMBER.finditer(sentence.low):
        start, end = match.start() + sentence.start, match.end() + sentence.start
        if any(a < end and start < b for a, b in skip) or _COUNTS_NOBODY.match(sentence.low, match.start()):
            continue
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
    start = number.match.start()
    hedge = _HEDGE.search(low, max(0, start - 40), start)
    word = hedge.group(0) if hedge else ""
    start = hedge.start() if hedge else start
    if number.match["vague"]:
        return _Hedged(start, number.low, number.high, "rounded", word)
    if (hedge and hedge["ceiling"]) or _DOUBT_BEFORE.search(low, max(0, start - 40), start):
        return _Hedged(start, None, number.high, "ceiling", word)
    at_least = _AT_LEAST_AFTER.match(low, number.match.end(), number.match.end() + 30)
    if (hedge and hedge["floor"]) or number.match["plus"] or at_least:
        return _Hedged(start, number.low, None, "floor", word)
    if hedge and hedge["rounded"]:
        return _Hedged(start, None if _BELOW.match(word) else number.low, number.high, "rounded", word)
    return _Hedged(start, number.low, number.high, "exact", word)


# ---- one count -------------------------------------------------------------------------------------------------------


def _read(
    sentence: Sentence, article: str, number: _Number, previous_end: int, next_start: int, earlier: Sequence[Figure]
) -> Count | None:
    low = sentence.low
    hedged = _hedged(low, number)
    group, end = _group(low, number.match.end(), next_start)
    left = low[: hedged.start] if "toll" in low[: hedged.start] else low[previous_end : hedged.start]
    right = low[end : min(next_start if next_start > end else len(low), end + 90)]
    unit, why = _unit(low, left, right, group, hedged.start, number.match.end(), sentence, earlier)
    if unit is None:
        return None
    figure = Figure(
        article, sentence.start + hedged.start, sentence.start + end, sentence.text[hedged.start : end],
        hedged.low, hedged.high, unit, hedge=hedged.hedge, group=group, why=why,  # type: ignore[arg-type]
    )  # fmt: skip
    if unit == "killed" and (
        _DEAD_AND_HURT_AFTER.match(low, end) or _DEAD_AND_HURT_BEFORE.search(low, 0, hedged.start)
    ):
        figure = replace(figure, unit="casualties", why="killed or hurt together")
    status, reason = _status(sentence, figure, number, hedged, earlier)
    moved = bool(pattern("count_moved").search(low, max(0, hedged.start - 70), hedged.start))
    return Count(replace(figure, status=status, why=reason or why), moved, sentence.kind == "headline")


def _group(low: str, number_end: int, next_start: int) -> tuple[str, int]:
    match = _GROUP.match(low, number_end)
    if not match or match.start("group") >= next_start or _ENDS_GROUP.search(low, number_end, match.start("group")):
        return "", number_end
    return match["group"], match.end("group")


def _unit(
    low: str,
    left: str,
    right: str,
    group: str,
    start: int,
    number_end: int,
    sentence: Sentence,
    earlier: Sequence[Figure],
) -> tuple[FigureUnit | None, str]:
    """Return what is counted, and by which sign: a word after, a verb before, the noun itself, or the figure before."""
    if _HURT_AFTER.match(right) and not _AND.match(right):
        return "injured", "word after"
    verb = _VERB_BEFORE.search(left)
    if verb:
        if verb["injured"] and _DEAD_AND_HURT_BEFORE.search(left):
            return "casualties", "killed or hurt together"
        return _named_group(verb), "verb before"
    if _DEAD_NOUN.fullmatch(group):
        return "killed", "counted noun"
    if group == "casualties":
        toll = re.search(r"death toll|raises?", low[:start]) or re.search(r"\bwere killed\b", right)
        return ("killed", "counted noun") if toll else ("casualties", "counted noun")
    if group == "wounded":
        return "injured", "counted noun"
    unit = _unit_after(low, right, group, number_end)
    if unit:
        return (None, "") if unit == "escaped" else (unit, "word after")  # type: ignore[return-value]
    if before("leaving_verbs", r"\W+(?:the )?").search(left):
        dead = _LEFT_DEAD.match(right)
        if dead:
            return ("injured" if dead[1] in ("injured", "wounded") else "killed"), "left ... dead"
    if earlier and (
        group or before("including", r"\W+(?:\w+\W+){0,3}?").search(low, 0, start) or number_end == len(low)
    ):
        gap = low[max(0, start - 45) : start]
        listed = _LISTED.search(gap) and group and _follows(low, earlier[-1], sentence, start)
        if listed or before("including", r"\W+(?:\w+\W+){0,3}?").search(gap):
            return earlier[-1].unit, "list or part of the figure before"
    return None, ""


def _named_group(match: re.Match[str]) -> FigureUnit:
    return next(unit for unit, text in match.groupdict().items() if text)  # type: ignore[return-value]


def _unit_after(low: str, right: str, group: str, number_end: int) -> str:
    if group:
        noun_end = low.index(group, number_end) + len(group)
        including = _INCLUDING_CLAUSE.match(low, noun_end)
        if including:
            right = low[including.end() : including.end() + 60]
    clause = _CLAUSE_END.split(right)[0]
    if clause.count(",") > 1:
        clause = _OTHER_CLAUSE.sub("", clause)
    verb = _VERB_AFTER.match(clause)
    if not verb or _OTHERS_DEED.search(clause[: verb.end() + 12]):
        return ""
    unit: str = _named_group(verb)
    far = len(clause[: verb.start(unit)].split()) > 3
    return "" if far and not group and unit in ("killed", "injured", "captured") else unit


def _follows(low: str, earlier: Figure, sentence: Sentence, start: int) -> bool:
    gap = low[max(0, earlier.end - sentence.start) : start]
    return len(gap) <= 60 and not _THINGS_HIT.search(gap)


# ---- what kind of count ----------------------------------------------------------------------------------------------


def _status(
    sentence: Sentence, figure: Figure, number: _Number, hedged: _Hedged, earlier: Sequence[Figure]
) -> tuple[FigureStatus, str]:
    low, start = sentence.low, hedged.start
    upto = low[:start]
    smallest = number.low or 0
    if (smallest >= WAR_TOTAL_WITH_WORDS and pattern("whole_war").search(low)) or (
        smallest >= WAR_TOTAL_FLOOR and figure.unit != "displaced"
    ):
        return "war_total", "a count of the whole war"
    if _LATER_THAN.search(upto):
        return "other_event", "told of another event, some time before"
    if pattern("figure_denials").search(upto):
        return "denied", "denied or not confirmed"
    if pattern("early_counts").search(upto[-90:]):
        return "superseded", "the text calls it an early count"
    if before("figure_conditions", r"\b(?:\W+[\w'-]+){0,6}\W*").search(low, 0, start):
        return "conditional", "said of what may happen"
    subset = _is_subset(sentence, figure, number, start, earlier)
    if subset:
        return "subset", subset
    if figure.unit == "killed" and pattern("seen_only").search(upto):
        return ("subset" if is_combatant(figure.group) else "part"), "only those seen"
    if _MORE.match(low, number.match.end()) or _ANOTHER.search(low[: number.match.start()]):
        return "part", "more, beside others"
    return "total", ""


def _is_subset(sentence: Sentence, figure: Figure, number: _Number, start: int, earlier: Sequence[Figure]) -> str:
    low, upto = sentence.low, sentence.low[:start]
    if _OF_THEM.match(low, number.match.end()):
        return "of those counted"
    if before("including", r"\W+(?:\w+\W+){0,3}?").search(upto):
        return "after 'including'"
    same_unit = [f for f in earlier if f.unit == figure.unit]
    if is_subset_group(figure.group) and same_unit and re.search(r"[(]|including", upto):
        return "inside the figure before"
    if earlier and earlier[-1].status == "subset":
        gap = low[earlier[-1].end - sentence.start : start]
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
        if a.unit == b.unit and two_groups and unsettled and _JOINS_PARTS.fullmatch(gap):
            counts[i] = counts[i].marked("part", "one of several groups counted together")
            counts[i + 1] = counts[i + 1].marked("part", "one of several groups counted together")
    return counts


def _counts_without_number(sentence: Sentence, article: str) -> list[Count]:
    """Read "killed a policeman" as one dead, and "no casualties among ..." as none of that group."""
    low, found = sentence.low, []
    speaker = _speaker(sentence.text)
    one = _ONE_PERSON.search(low)
    if one and not pattern("figure_conditions").search(low, 0, one.start()):
        group = (one[1] or one[2]).split()[-1]
        found.append(
            _plain(sentence, article, one, 1, "killed", "total", group, speaker, "one person, without a number")
        )
    none = _NONE.search(low)
    if none:
        what = none["what"] or none["verb"]
        unit: FigureUnit = (
            "killed"
            if what in ("deaths", "fatalities", "killed")
            else "injured"
            if what != "casualties"
            else "casualties"
        )
        group = (none["group"] or "").strip()
        status: FigureStatus = "subset" if group else "total"
        found.append(_plain(sentence, article, none, 0, unit, status, group, speaker, "said to be none"))
    return found


def _plain(
    sentence: Sentence, article: str, match: re.Match[str], count: int, unit: FigureUnit, status: FigureStatus,
    group: str, speaker: str, why: str,
) -> Count:  # fmt: skip
    start, end = match.span()
    return Count(
        Figure(
            article, sentence.start + start, sentence.start + end, sentence.text[start:end], count, count, unit, status,
            group=group, speaker=speaker, why=why,
        )
    )  # fmt: skip


def _speaker(text: str) -> str:
    """Return who says it, as written, or ""."""
    if not _SAYING.search(text):
        return ""
    match = _SPEAKER.search(text)
    if not match:
        return ""
    return re.sub(r"\s+", " ", match[1] or match[2]).strip(' ,“”"')[-60:]
