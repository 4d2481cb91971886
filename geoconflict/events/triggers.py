"""Words that say an event happened, what kind it was, and whether the sentence asserts it.

The words are rows of `triggers.csv`. Scope is decided first: a denied, planned or habitual deed is no event, a deed of
the past is background.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final, Literal

from geoconflict.events.lexicon import any_of, before, kinds, pattern, trigger_rows, trigger_words, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.events.sentences import Sentence

Scope = Literal["asserted", "past", "negated", "hypothetical", "habitual", "object"]

_TAIL: Final = re.compile(r"-([a-z]+)(?![a-z]|['-][a-z])")
_UP_TO_TAIL: Final = re.compile(r"(?<![a-z])(?<![a-z]['-])[a-z]+(?:['-][a-z]+)*$")
LONGEST_WORD: Final = 60
"""Characters of a hyphened word before its last part."""
_AGAINST_IT: Final = ("anti-", "counter-i", "non-")
"""Before a deed's name these name what is done against it: "counter-ied training", "anti-mine vehicles"."""
_NEGATED: Final = re.compile(r"\b(?:no|not|never|\w*n't|denied|denies|without|none)\b(?:\W+[\w'-]+){0,4}\W*$")
_PAUSED: Final = re.compile(r"\b(?:pause|halt|lull|suspension|moratorium|stop) (?:in|to|of|on) (?:[\w-]+ ){0,2}$")
_UNCONFIRMED: Final = re.compile(r"\b(?:no (?:confirmation|affirmation|reports?)|not confirmed)\b")
_DENIED: Final = re.compile(
    r"\b(?:den(?:ied|ies|y|ying)|dismiss(?:ed|es|ing)|reject(?:ed|s|ing)|refut(?:ed|es|ing))\b(?:\W+[\w'-]+){0,4}?\W+"
    r"(?:that|having|claims?|reports?|allegations?|accusations?|suggestions?|rumou?rs)\b"
    r"(?:(?!\b(?:but|although|however|which)\b)[^;])*(?<!\bthe )$"
)
"""What follows "denied that" or "dismissed claims of" is not asserted; "denied a role in the attack" leaves it."""
_WOULD: Final = re.compile(
    r"(?:\W+(?!that\b|which\b|who\b|said\b|was\b|were\b)[\w'-]+){0,8}?\W+(?:would|could|might)\b(?! have)"
)
_ANY: Final = re.compile(r"\b(?:an?|any|another|further|such an?)\s+(?:[\w-]+\s+){0,2}$")
_IN_GENERAL: Final = re.compile(r"\W+(?:are|remain)\W+(?:the|an?|still|common|among|rife|rare|frequent|one)\b")
_PLANNED: Final = re.compile(
    r"\b(?:for|on) (?:next (?:\w+day|week|month|year)|tomorrow)\b|\b(?:scheduled|planned|due) (?:for|to)\b|\bupcoming\b"
)
_TAKEN_WEAPON: Final = re.compile(
    r"\b(?:intercept\w*|sho(?:t|ot\w*) down|brought down|down(?:ed|ing)|defus\w*|disarm\w*|recover\w*|remov\w*"
    r"|uncover\w*|seiz\w*|unearth\w*|neutrali[sz]\w*|deactivat\w*)\b[^.;:,]{0,45}$"
)
"""Bombs and missiles that were shot down, found or made safe struck nobody."""
_AFTER_ANOTHER: Final = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?|moments|shortly|soon) after\b[^.;]{0,90}$")
_WHAT_WAS_HIT: Final = r"\b(?:(?!\b(?:by|due|when|after|as|with|using|from)\b)[^.;:]){0,50}"
_LISTED_TARGETS: Final = r"\b(?:(?!\b(?:when|after|as|by|in|with|using|from|near|and then)\b)[^.;:])*"
"""From the word for destroying to one of the things destroyed: "destroyed a vehicle, two positions, and a car bomb"."""
_WENT_OFF: Final = re.compile(
    r"(?:\W+(?!and\b)[\w'-]+){0,4}?\W+(?:was|were|went|explo\w+|deton\w+|kill\w*|wound\w*|injur\w*|hit|struck|blew"
    r"|targeted|rocked|ripped|tore|destroyed)\b"
)
_HEADLINED: Final = re.compile(r"\b(?:headlines?|headlined|front pages?)\b[^.;]{0,40}\"")
"""Behind it stands a newspaper's headline, quoted for its opinion."""
_STRIKES: Final = re.compile(r"\b(?:air ?)?strikes?\b|\b(?:jets|warplanes|aircraft|drones?|helicopters)\b")
_RUINED: Final = frozenset({"destroyed", "damaged", "bombed", "shelled", "looted", "burned", "burnt", "demolished"})
_OF_A_RUIN: Final = re.compile(
    r"\b(?:an?|from|of|under|in|near|among|through|inside|between|the|badly|partly|partially|heavily)\s+$"
)
_RUIN: Final = re.compile(
    r"\s+(?:building|house|home|apartment|school|hospital|mosque|church|bridge|vehicle|tank|town)s?\b"
)
"""A ruin says nothing of when it was made one: "pulled a child from a destroyed building"."""
_AUXILIARY: Final = re.compile(r"\b(?:was|were|been|being|is|are|get|got|have|has|had)\W+(?:\w+\W+)?$")
_BEHIND_A_WORD: Final = re.compile(r"[a-z]\W+$")
_SINCE: Final = re.compile(r"\bsince\b|reason that")
_BY_OR_FROM: Final = re.compile(r"[\w-]+\W+(?:by|from)\b")
_SUBJECT_BEFORE: Final = re.compile(r"(?:\w+s|groups|forces|who|they|which|that|also)\s+(?:also\s+)?$")
_NO_SUBJECT: Final = re.compile(r"\b(?:his|its|this|\w+ous|previous|\w+'s|an? [\w-]+)\s+$")
_INFINITIVE: Final = re.compile(
    r"\b(?:to|and|will|would|can|could|may|might|must|should|not|did|does|do|let|help\w*)\s+(?:\w+\s+)?$"
)

_ANNOUNCED: Final = frozenset({"protest", "agreement"})
"""Families that are told of before they happen: a march called for next Saturday."""

HYPOTHETICAL_REACH: Final = 45
"""A modal word further off than this belongs to another verb."""

LONGEST_MODAL: Final = 30

LARGE_WORDS_SINCE: Final = re.compile(
    rf"\b(?:the )?(?:{any_of('superlative')})\b[^.]*"
    r"\b(?:since|in (?:years|months|decades)|ever|for (?:years|months)|for the reason that)\b"
)
"""A superlative comparison: "the deadliest attack since 2016" tells of today, the year only measures it."""

BACK_REFERENCE: Final = re.compile(
    rf"\b(?:the|this|that|these|those|his|its|their|such)\s+(?:[\w-]+\s+){{0,2}}(?:{any_of('event_nouns')})\b"
)
"""A definite event noun points back to an event already told."""


def _words_of(low: str) -> Iterator[tuple[int, int, str]]:
    """Yield the words of `triggers.csv` with their offsets; a hyphened word none of them goes by its last part."""
    table = trigger_rows()
    for match in trigger_words().finditer(low):
        yield match.start(), match.end(), match[0]
    for match in _TAIL.finditer(low) if "-" in low else ():
        if match[1] in table:
            at = match.start()
            front = _UP_TO_TAIL.search(low, max(0, at - LONGEST_WORD), at)
            word = low[front.start() : match.end()] if front else match[1]
            if front and word not in table and not word.startswith(_AGAINST_IT):
                yield front.start(), match.end(), match[1]


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event word at absolute offsets, with its kind (see `lexicon.Kind`), weight, clause and scope."""

    start: int
    end: int
    word: str
    kind: str
    weight: float
    clause: int
    scope: Scope = "asserted"

    @property
    def family(self) -> str:
        """Return the coarse kind that grouping and merging compare."""
        return kinds()[self.kind].family


def find_triggers(sentence: Sentence) -> list[Trigger]:
    """Return the event words of a sentence in order, at each word the heaviest reading."""
    heads: dict[int, tuple[float, int, str]] = {}
    low, table = sentence.low, trigger_rows()
    for start, end, word in _words_of(low):
        best = 0.0
        for row in table[word]:
            if row.weight > best and row.fits(low, start, end):
                heads[start] = row.weight, end, row.kind
                best = row.weight
    if not heads:
        return []
    scope = _ScopeOf(sentence)
    found = []
    for start, (weight, end, kind) in sorted(heads.items()):
        clause = sentence.clause(sentence.start + start)
        word = low[start:end]
        found.append(
            Trigger(
                sentence.start + start,
                sentence.start + end,
                word,
                kind,
                weight,
                clause,
                scope(start, end, word, kind, clause),
            )
        )
    return found


_FOR_CONTROL: Final = re.compile(
    r"\b(?:to|and|would|could|will|for) (?:\w+ly )?(?:seize|take|re-?take|gain|re-?gain|wrest|win|assert)"
    r" (?:[\w-]+ ){0,2}$"
)
"""Before "control": what somebody set out for, not what they had: "an operation to seize control"."""
_MANAGED: Final = re.compile(
    r"\b(?<!not )(?:managed to|(?:was|were) able to|succeeded in|began to)\b(?: \w+ly)?"
    r"(?: (?:seize|take|wrest|gain|regain|re-?take|win))?(?: (?:full|complete))?\s+\"?$"
)
"""Before a bare verb, that it was done: "managed to completely wrest control"."""
_SUPPOSED: Final = re.compile(r"\b(?:her|his|their|its|of|about|from|for|against|avoid\w*|risk\w*|without) being $")
_TAKINGS: Final = frozenset({"liberation", "seizure", "recapture", "fall"})
_SOME_DAY: Final = re.compile(
    r"\b(?:will|would|should|could|until|before|ahead of|support\w*|towards?|for|since|aim\w* at)\b[^.;]{0,50}$"
)
_PART_OF: Final = re.compile(r"\b(?P<verb>is|are|was|were|as|formed) part of (?:an?|the|its|their)?\b")
""""The battle for the town is part of the drive on the city": what stands behind says what it belongs to, and in the
present tense the whole sentence explains."""
_CAME_AS: Final = re.compile(r"\b(?:the|this|these|those|that) (?:[\w-]+ ){0,2}$")
_AND_CAME_AS: Final = re.compile(
    r" (?:came|comes|come|occurred|happened|took place) (?:just |only |shortly |barely )?(?:as|amid|while|despite|after"
    r"|before|ahead|(?:(?:an?|one|two|three|several|few|\d+) )?(?:hours?|days?|weeks?) (?:after|before))\b"
)
""""The attack came as talks went on" tells of the talks; the attack was told before."""
_SCENE_OF: Final = re.compile(
    r"\b(?:site|scene|target) of (?:an?|several|many|some|last|previous|earlier|(?:19|20)\d\d)"
    r" (?:[\w'-]+ ){0,4}$"
)
"""What made a place known is not what happened there now: "at Kallo, the site of a deadly chemical attack"."""
_MULTITUDES: Final = re.compile(
    r"\b(?:hundreds|tens) of thousands of (?:[\w-]+ ){1,3}ha(?:ve|d) (?:been killed|died)\b"
)
"""The dead of a war, and what else it brought."""
_FIGHTERS: Final = re.compile(
    r"(?:\b(?:forces?|troops|rebels|fighters|militants|militias?|groups?|factions?|soldiers|insurgents|jihadis\w*"
    r"|brigades?|terrorists|regime|army|coalition|alliance|men|people|others|parties|mercenaries|foreigners|volunteers"
    r"|members|units?)|\b(?:who|which|that) (?:are|were|is|was|have been))"
    r"\s+(?:also )?$"
)
_AGAINST_WHOM: Final = re.compile(
    r"\s+(?!in\b|on\b|at\b|around|near\b|since|after|before|continued|raged|broke|erupted|was\b|were\b|has\b|had\b|have\b"
    r"|between|that\b|which\b|left|killed|and\b|to (?:capture|seize|take|re))\w"
)
"""Behind "forces" and "fighting": whom they fight says who they are ("a militia fighting the group")."""
_MANY_SINCE: Final = re.compile(
    r"\b(?:has|have)\b[^.;]{0,60}?\b(?:\d{3,}|\d+,\d{3}|hundreds of|thousands of|scores of)\s+(?:[\w-]+\s+){0,2}$"
)
"""Before a deed in the plural, the sum of a campaign: "has conducted more than 300 strikes"."""
_COUNTED_OBJECT: Final = re.compile(
    r"\s+(?:at least |more than |over |about |around |some |up to |nearly |almost )?(?:\d|dozens|hundreds|scores|two\b"
    r"|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b)"
)
"""A headline's present tense counts its dead: "forces kill 20 fighters"; a habit does not."""
_ASIDE: Final = re.compile(
    r"\b(?:which|who|whose|where|that (?:has|have|had)|making it|(?:in|on|one of) (?:the|one of the)"
    r" (?:[\w-]+ ){0,3}?(?:most|worst|deadliest|biggest|bloodiest|heaviest|fiercest|largest))\b"
)
"""From here on a sentence says more of what it named: "captured a district which rebels have held for years"."""

_ON_A_DAY: Final = re.compile(r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|overnight)\b")
_IN_A_LIFE: Final = re.compile(
    r"\b(?:involved in|known for|expert in|trained in|skilled in) (?:the )?(?:\w+ of )?(?:[\w'-]+,? (?:and )?){0,4}$"
    r"|\bas \w+s(?:, \w+s){0,3},? and $"
)
"""Before a deed's name: what somebody did for a living, not what happened: "involved in the use of car bombs"."""
_MODAL_AFTER: Final = re.compile(r"\s+(?:could|may|might|would|should|will|can)\s+(?:not\s+)?(?!have\b|not\b)[a-z]")
"""After a deed's name: "shelling could hit"; "may have killed" tells of one that happened."""
_MONTH_OF_MAY: Final = re.compile(
    r"(?:\d(?:st|nd|rd|th)?|\b(?:in|on|of|by|to|from|since|until|early|mid|late|last|next|this))[ -]may\b"
    r"|\bmay(?=,? \d)"
)
"""The month, not the modal: "on 5 May", "in late May", "May 3"."""


class _ScopeOf:
    """Decides the scope of each trigger of one sentence; what holds for the whole sentence is looked up once."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.low = low = sentence.low
        # a search is worth its while only where one of its words stands in the sentence
        self._may_be_negated = "no" in low or "never" in low or "n't" in low or "denie" in low or "without" in low
        self._may_be_paused = "pause " in low or "halt " in low or "lull " in low or "stop " in low or "suspen" in low
        self._may_be_paused |= "moratorium " in low
        self._may_be_denied = (
            "den" in low or "dismiss" in low or "reject" in low or "refut" in low or "no " in low or "not " in low
        )
        first_modal = sentence.search("hypothetical")
        self._modal = first_modal.end() if first_modal else len(low)
        self._may_be_not_now = sentence.has("habitual+long_time+past")
        self._may_have_managed = "managed" in low or "able to" in low or "succeed" in low or "began to" in low
        self._may_be_a_sum = "has " in low or "have " in low
        self._may_be_after_another = " after" in low
        self._may_be_a_headline = "headline" in low or "front page" in low
        self._may_be_a_life = "involved" in low or "known" in low or "expert" in low or "trained" in low
        self._may_be_a_life |= "skilled" in low or " as " in low
        self._would = "would" in low or "could" in low or "might" in low
        part_of = _PART_OF.search(low) if "part of" in low else None
        self._context_from = len(low) if part_of is None else 0 if part_of["verb"] in ("is", "are") else part_of.end()
        self._may_be_known_for = "site of" in low or "scene of" in low or "target of" in low
        self._of_a_war = "of thousands" in low and bool(_MULTITUDES.search(low))

    @cached_property
    def _habitual(self) -> int:
        """Where what makes the sentence tell a habit begins to hold: 0 for all of it, its length for none."""
        if self.sentence.has("habitual"):
            return 0
        time = self.sentence.search("long_time")
        if time is None or self._comparison:
            return len(self.low)
        if _ON_A_DAY.search(self.low, 0, time.start()):  # "killed four on Sunday, taking the civil war to the coast"
            return time.start()
        return max((m.start() for m in _ASIDE.finditer(self.low, 0, time.start())), default=0)

    @cached_property
    def _past(self) -> bool:
        return self.sentence.has("past")

    @cached_property
    def _comparison(self) -> bool:
        return compares_largest(self.sentence)

    def __call__(self, start: int, end: int, word: str, kind: str, clause_number: int) -> Scope:
        low = self.low
        near = low[max(0, start - 55) : start]
        cut = self.sentence.clauses[clause_number - 1] - self.sentence.start if clause_number else 0
        clause = low[cut:start]
        upto = low[:start]
        if self._may_be_negated and self._is_negated(near, clause or near):
            return "negated"
        if self._may_be_paused and _PAUSED.search(near):
            return "negated"
        if self._may_be_denied and (_UNCONFIRMED.search(upto) or _DENIED.search(upto)):
            return "negated"
        family = kinds()[kind].family
        if start >= self._context_from or self._of_a_war:
            return "habitual"
        if family in ("blast", "shell") and _names_an_object(near):
            return "object"
        if _AND_CAME_AS.match(low, end) and _CAME_AS.search(near):
            return "object"
        if self._may_be_known_for and _SCENE_OF.search(near):
            return "object"
        if family == "blast" and _is_a_listed_target(upto, low[end : end + 60]):
            return "object"
        if word in word_set("weapon_nouns") and family != "disrupted" and _TAKEN_WEAPON.search(near):
            return "object"
        if self._may_be_a_headline and _HEADLINED.search(upto):
            return "habitual"
        if word in _RUINED and _OF_A_RUIN.search(near) and _RUIN.match(low, end):
            return "object"
        if self._modifies_a_noun(near, start, end, word, kind):
            return "past"
        managed = self._may_have_managed and _MANAGED.search(near)
        if not managed and self._is_not_yet(near, clause if self._modal <= start else "", word):
            return "hypothetical"
        if near.endswith("being ") and _SUPPOSED.search(near):
            return "hypothetical"
        if self._may_be_a_life and _IN_A_LIFE.search(near):
            return "habitual"
        if _MODAL_AFTER.match(low, end):
            return "hypothetical"
        if self._would and _WOULD.match(low, end) and _ANY.search(near):
            return "hypothetical"
        if family in _ANNOUNCED and _PLANNED.search(low):
            return "hypothetical"
        if self._may_be_after_another and _AFTER_ANOTHER.search(upto):
            return "past"
        if word.endswith("s") and _IN_GENERAL.match(low, end):
            return "habitual"
        if self._is_present_tense(near, start, end) or (self._may_be_not_now and start >= self._habitual):
            return "habitual"
        if word in ("fighting", "battling") and _FIGHTERS.search(near) and _AGAINST_WHOM.match(low, end):
            return "habitual"
        if (word.endswith("s") or word == "bombing") and self._may_be_a_sum and _MANY_SINCE.search(upto):
            return "habitual"
        if (self._may_be_not_now and self._past) or (self._comparison and _SINCE.search(upto)):
            return "past"
        return "asserted"

    def _is_negated(self, near: str, clause: str) -> bool:
        return bool(_NEGATED.search(near) and pattern("negation").search(clause))

    def _is_not_yet(self, near: str, clause: str, word: str) -> bool:
        """Whether it is only meant, feared or asked for; a town is not free that "after the fall of" it will be."""
        if word == "control" and _FOR_CONTROL.search(near):
            return True
        if word in _TAKINGS and _SOME_DAY.search(near):
            return True
        aimed_at = word in word_set("bare_verbs") and before("purpose", r"\s+(?:\w+ly\s+)?").search(near)
        return bool(aimed_at) or (_is_hypothetical(clause))

    def _modifies_a_noun(self, near: str, start: int, end: int, word: str, kind: str) -> bool:
        """Tell "the town seized by rebels", which reports no seizure, from "the town was seized by rebels"."""
        return (
            kind in ("?capture", "Arrests", "?assault", "Attack", "Non-violent transfer of territory")
            and word.endswith(("ed", "en"))
            and bool(_BY_OR_FROM.match(self.low, start, end + 12))
            and not _AUXILIARY.search(near)
            and bool(_BEHIND_A_WORD.search(near))
        )

    def _is_present_tense(self, near: str, start: int, end: int) -> bool:
        return (
            self.sentence.kind == "body"
            and bool(_present_verbs().match(self.low, start))
            and not (self.sentence.index == 0 or _COUNTED_OBJECT.match(self.low, end))
            and bool(_SUBJECT_BEFORE.search(near))
            and not _INFINITIVE.search(near)
            and not _NO_SUBJECT.search(near)
        )


def compares_largest(sentence: Sentence) -> bool:
    """Whether a sentence compares by a superlative, "the deadliest since 2016"."""
    return sentence.may_have("superlative") and bool(LARGE_WORDS_SINCE.search(sentence.low))


@cache
def _present_verbs() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of('present_verbs')})\b")


def _names_an_object(near: str) -> bool:
    """Whether the bomb is what was destroyed or found, as in "destroyed two car bombs"."""
    return bool(before("destroyed_or_found", _WHAT_WAS_HIT).search(near))


def _is_a_listed_target(upto: str, after: str) -> bool:
    """Whether the bomb is one of the things that were destroyed, however long the list."""
    listed = bool(before("destroyed_or_found", _LISTED_TARGETS).search(upto))
    return listed and (bool(_STRIKES.search(upto)) or not _WENT_OFF.match(after))


def _is_hypothetical(clause: str) -> bool:
    clause = clause[-HYPOTHETICAL_REACH - LONGEST_MODAL :].rpartition("including ")[2]
    if "may" in clause:
        clause = _MONTH_OF_MAY.sub("###", clause)
    ends = [modal.end() for modal in pattern("hypothetical").finditer(clause)]
    return bool(ends) and len(clause) - ends[-1] < HYPOTHETICAL_REACH
