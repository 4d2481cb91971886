"""Who did it, who was hit, who only spoke: curated actors, state forces by their country, and unnamed sides."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal

from geoconflict.bundled import curated_rows
from geoconflict.events.lexicon import any_of, word_set
from geoconflict.events.openings import find_at, starts
from geoconflict.events.spans import Spans
from geoconflict.gazetteer.names import skeleton
from geoconflict.records import ActorMention

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from geoconflict.events.sentences import Sentence
    from geoconflict.events.triggers import Trigger
    from geoconflict.records import Resolution

ActorRole = Literal["perpetrator", "target", "other", "speaker"]

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BETWEEN_TOKENS: Final = re.compile(f"({_TOKEN.pattern})")
_CAPITALISED: Final = re.compile(r"[A-Z](?<![\w-].)[\w.]*(?:-led)?")
_HOLDING: Final = re.compile(r"[-\s](?:\w*held|controlled|occupied)\b")
_UNNAMED: Final[tuple[tuple[str, str, str], ...]] = (  # word list, canonical, kind
    ("rebels", "Rebels", "rebel group"),
    ("militants", "Militants", "rebel group"),
    ("gunmen", "Unidentified gunmen", "political militia"),
    ("government_forces", "Government forces", "state forces"),
    ("civilians", "Civilians", "civilians"),
    ("protesters", "Protesters", "civilians"),
    ("journalists", "Journalists", "civilians"),
    ("medical_workers", "Medical workers", "civilians"),
    ("aid_workers", "Aid workers", "civilians"),
    ("coalition", "Coalition", "external forces"),
)
UMBRELLAS: Final = frozenset(canonical for _, canonical, _ in _UNNAMED) | {"Syrian insurgents"}
"""Names that fit any side: they prove nothing when reports are compared."""

_OWN_MEN: Final = frozenset({"Rebels", "Militants", "Unidentified gunmen"})
"""Right behind a name these are the men of who is named: "Houthi rebels", "Hamas gunmen"."""

_AT_WORK: Final = frozenset({"Journalists", "Medical workers", "Aid workers"})
"""They are named for what they saw and did as often as for what was done to them: a target only by a deed's object."""

ACRONYM_LETTERS: Final = 5
"""An acronym up to this long counts only in capitals, one of two letters, or three that mean more, only near home."""

_SAYS: Final = re.compile(rf"\W{{0,3}}(?:\w+\W+){{0,2}}(?:{any_of('speech')})\b")
_SAID_BY: Final = re.compile(rf"\b(?:{any_of('speech')})(?: to| by| the)?\W+(?:\w+\W+)?$")
_SAID_ALONE: Final = re.compile(
    r"\b(?:said|says|announced|claimed|stated|added|reported|warned)(?: the)?\W+(?:\w+\W+)?$"
)
_INVERTED: Final = re.compile(
    r"\W?(?:$|\s?[,.;\"]|\s(?:on|in|via)\b|(?:\s[a-z]+)?\s(?:spokes\w+|officials?|sources?|statement|commander|leader))"
)
_NEXT_SENTENCE: Final = re.compile(r"[.;]\s")
_AND_ANOTHER: Final = re.compile(r"\s+and\s+(?:the\s+)?([A-Z][\w.]*(?:-led)?)")
_NOTHING: Final = re.compile("")
_SPEAKS: Final = re.compile(
    r"(?:,? and (?:the )?\w+(?: \w+)?)?\W{0,3}(?:(?:has|have|had|also|later|strongly)\W+){0,2}"
    r"\b(?:condemn|denounc|deplor|mourn|prais|welcom|hail|threaten|vow|accus|blam|urg|demand|deni|deny|reject|reiterat"
    r"|pledg)\w*\b"
)
_CLAIMS_DEED: Final = re.compile(
    r"[^.;]{0,40}?\b(?:said|says|announced|claimed|stated)\b[^.;]{0,40}?"
    r"\b(?:it|they|its (?:fighters|forces|troops|men|members)) (?:had |have |has )?(?:killed|attacked|shelled|bombed"
    r"|ambushed|targeted|captured|struck|executed|shot|destroyed|seized)\b"
)
_CLAIMING: Final = frozenset({"said", "says", "anno", "clai", "stat"})
_CLAIMED_BY: Final = re.compile(r"\bresponsibility\b[^.;]{0,60}\bclaimed by (?:the )?$")
_BLAMED: Final = re.compile(
    r"\b(?:blam(?:ed|es|ing)(?: (?:it|that|this|the \w+(?: \w+)?))?(?: on)?|accus(?:ed|es|ing)) (?:the |an? )?"
    r"(?:(?!of\b)[\w'-]+ )?$"
)
_OBJECT: Final = re.compile(
    r"\b(?<!were )(?<!was )(?<!been )(?:kill|wound|injur|arrest|detain|kidnapp?|abduct|execut|behead|captur|murder|shot"
    r"|shoot|beat)(?:ed|ing|es|s|e)?(?: dead| and (?:kill|wound|injur)(?:ed|ing))?"
    r"\s+(?:at least |more than |some |about )?"
    r"(?:(?!(?:by|in|when|after|as|and|near|at|on|with|while|during|of|from|that|who|for)\b)[\w,'-]+\s+){0,2}$"
)
"""The name stands where the object of a deed does: "killed two ..."."""

_DOES: Final = re.compile(
    r"(?:\W+(?:also|then|later|had|have|has|on \w+))?\W+(?:shot|fired|killed|attacked|shelled|bombed|opened fire"
    r"|executed|raided)\b"
)
_BY: Final = re.compile(r"\bby\s+(?:the\s+|a\s+)?(?:[\w-]+\s+){0,2}$")
_FIRE_FROM: Final = re.compile(
    r"\b(?:fire|rockets?|shells?|shelling|mortars?|missiles?|attacks?|bombardment|strikes?)(?: \w+)? from (?:the )?$"
)
_LOSES: Final = re.compile(
    r"\b(?:seiz|captur|re-?captur|re-?tak|re-?took|took|taken|wrest|liberat|freed|regain|reclaim)\w*\b[^.;,]{0,70}?"
    r"\bfrom (?:the )?(?:[\w-]+ ){0,2}$"
)
"""The name stands where the loser of ground does: "seized the town from ..."."""
_BETWEEN: Final = re.compile(
    r"\b(?:clash\w*|fighting|battles?|confrontations?|fire|gunfights?|firefights?|skirmish\w*)\b[^.;]{0,40}?"
    r"\bbetween (?P<both>[^.;]{2,60}? and )?(?:the )?(?:(?!and\b)[\w'-]+ ){0,2}$"
)
"""The name is one side of a fight: the first named here as its doer, the other as whom he fought."""
_WITNESSES: Final = re.compile(
    r"\W+(?:also |had |have )?(?:heard|saw|seen|watched|witnessed|felt|described|gathered|buried)\b"
)
_STATE_BY: Final = re.compile(
    r"\b(?:(?:held|controlled|backed|supported|run|led|besieged|surrounded|ruled|governed)\s+by|under\s+(?:the\s+)?(?:control|rule)\s+of|in\s+the\s+hands\s+of)\s+(?:the\s+|a\s+)?(?:[\w-]+\s+){0,2}$"
)
_AGAINST: Final = re.compile(
    r"\b(?:against|on|targeted|targeting|hit|of|full of|focused)\s+(?:the\s+|an?\s+)?(?:[\w'-]+\s+){0,2}$"
)
_PASSIVE: Final = re.compile(r"\b(?:was|were|been|being|are|is)\s+(?:\w+\s+)?$")
_WAS_HIT: Final = re.compile(
    r"(?:\W+(?!who\b|and\b|which\b|that\b|said\b|after\b|when\b|as\b|while\b)[\w'-]+){0,5}?"
    r"(?:\W+and\W+(?:\d+|two|three|several|other|some)(?:\W+(?!who\b|and\b|which\b)[\w'-]+){1,3}?)?"
    r"\W+(?:was|were|has been|have been|had been)\W+(?:(?!not\b)\w+\W+)?"
    r"(?:killed|wounded|injured|shot|hit|targeted|attacked|ambushed|struck|bombed|shelled|kidnapped|abducted|executed|beheaded"
    r"|slain|assassinated)\b"
)
_DYING: Final = frozenset({"dead", "deaths", "death", "died", "perished", "surrendered"})
_SHOT_DEAD: Final = re.compile(r"\bshot dead$")
NAMED_DEAD_CHARS: Final = 40
"""How far behind a name "died" may stand to be said of it: "the group's leader Hassan Omar died"."""

_NEW_CLAUSE: Final = re.compile(r";|\b(?:while|but|and|whereas|as)\b")
_ARTICLES: Final = frozenset({"al", "an", "ad", "ar", "as", "ash", "at", "az", "el", "ul", "ud"})
_GLUED_ARTICLE: Final = re.compile(r"^(?:al|el)(?=[b-df-hj-np-tv-z]\w{2})")
_INTO: Final = re.compile(r"\(into ([^)]+)\)")
RESPELLED_CONSONANTS: Final = 4
"""A respelt name needs so many consonants: fewer fit too many words."""

LONGEST_RESPELT: Final = 5
"""Words of the longest name looked for by its sound."""

NOT_YET_DAYS: Final = 60
"""A group that was founded longer than this after the report is not the one it names."""

_DATE: Final = re.compile(r"\d{4}(?:-\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class _Row:
    canonical: str
    kind: str
    side: str
    country: str
    first: dt.date | None
    last: dt.date | None

    def holds(self, day: dt.date | None) -> bool:
        return day is None or ((self.first is None or self.first <= day) and (self.last is None or day <= self.last))


@dataclass(frozen=True, slots=True)
class _Alias:
    tokens: tuple[str, ...]
    row: _Row
    text: str
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What decides which actor a name means: the article's id, its day and the countries its places lie in."""

    article: str
    day: dt.date | None
    countries: Collection[str]


def find_actors(text: str, low: str, context: ArticleContext, places: Iterable[Resolution] = ()) -> list[ActorMention]:
    """Return the actors `text` names, in order, as roles "other".

    A state is an actor by its demonym and a force noun ("Russian jets"), by a deed right after it, or where the places
    room says the country acts. State forces are those that existed on the day: the Syrian army of 2025 is another.
    """
    found = _named(text, context)
    taken, ends = Spans((a.start, a.end) for a in found), {a.end for a in found}
    for actor in [*_state_forces(text, low, context), *_unnamed(text, low, context), *_acting(places, context)]:
        own = actor.canonical in _OWN_MEN and actor.start - 1 in ends  # "the group's militants"
        if not own and not taken.touch(actor.start, actor.end):
            found.append(actor)
            taken.add(actor.start, actor.end)
            ends.add(actor.end)
    return sorted(found, key=lambda actor: actor.start)


def with_actor_roles(
    sentence: Sentence, actors: Sequence[ActorMention], triggers: Sequence[Trigger]
) -> list[ActorMention]:
    """Return the actors with what they did in the sentence: doer, hit, speaker or other."""
    if not actors:
        return []
    denial = None if sentence.lacks(_DENYING) else _DENIES_DEED.search(sentence.low)
    said_no = sentence.start + denial.start() if denial else sentence.start
    found = []
    for actor in actors:
        role = _role(sentence, actor, triggers)
        if role == "perpetrator" and actor.start < said_no:
            role = "other"
        found.append(actor if role == actor.role else replace(actor, role=role))
    return found


_DENIES_DEED: Final = re.compile(
    r"\b(?:den(?:ied|ies|y|ying)|reject(?:ed|s|ing)) (?:that |any |all |having |being |its |their |the )*"
    r"(?:responsib\w+|involvement|role|part in|accusations?|allegations?|claims?|reports?|it|they|carrying|behind"
    r"|hitting|targeting|bombing|striking|shelling|killing|attacking)\b"
    r"|\b(?:was|were|is|are) not (?:responsible|involved|behind)\b"
    r"|\bno (?:responsibility|involvement|role|part) (?:for|in)\b"
)
"""Who says that it was not them is no doer, whoever says that it was."""
_DENYING: Final = frozenset({"deni", "deny", "reje", "not", "no"})


# ---- the tables --------------------------------------------------------------------------------------------


@cache
def _aliases() -> dict[str, tuple[_Alias, ...]]:
    """Curated names by their first token, longest name first."""
    by_first: dict[str, list[_Alias]] = {}
    countries = {form for rows in _countries().values() for form, _, _ in rows}
    for line in curated_rows("actors.csv"):
        row = _Row(line["canonical"], line["kind"], line["side"], line["country"], *_validity(line))
        doubtful = {form.lower() for form in line["ambiguous"].split("|")}
        for form in {line["canonical"], line["abbreviation"], *line["aliases"].split("|")}:
            text = re.sub(r"\s*\(.*?\)", "", form).strip()
            tokens = tuple(_TOKEN.findall(text.lower().replace("-", " ")))
            usable = len(text) > 1 and text.isascii() and tokens and row.kind != "civilians"
            if usable and text not in countries:  # "US" alone is the country; its forces need a force noun
                by_first.setdefault(tokens[0], []).append(_Alias(tokens, row, text, text.lower() in doubtful))
    return {
        first: tuple(sorted(rows, key=lambda a: (-len(a.tokens), a.row.canonical))) for first, rows in by_first.items()
    }


@cache
def _respelled() -> dict[tuple[str, ...], _Alias]:
    """Curated names with an Arabic article by the consonants of their words; those two actors share are left out.

    "Huras al-Deen" is Hurras al-Din: the press writes vowels, doubled letters and the article as it hears them.
    """
    found: dict[tuple[str, ...], list[_Alias]] = {}
    for alias in (a for rows in _aliases().values() for a in rows):
        key = _consonants(alias.tokens)
        if key and not alias.ambiguous:
            found.setdefault(key, []).append(alias)
    return {key: rows[0] for key, rows in found.items() if len({a.row.canonical for a in rows}) == 1}


def _consonants(words: Sequence[str]) -> tuple[str, ...]:
    """Return the consonants of each word but the articles, or () where there is no article or too little is left."""
    bare = [_GLUED_ARTICLE.sub("", word) for word in words]
    kept = tuple(_skeleton(word) for word in bare if word and word not in _ARTICLES)
    article = len(kept) < len(words) or bare != list(words)
    return kept if article and len(kept) > 1 and len("".join(kept)) >= RESPELLED_CONSONANTS else ()


@cache
def _becomes() -> dict[str, _Row]:
    """Return what each group became, by its name: "(into HTS)" in its row's `allegiance_dates`."""
    lines = list(curated_rows("actors.csv"))
    rows = {
        line["canonical"]: _Row(line["canonical"], line["kind"], line["side"], line["country"], *_validity(line))
        for line in lines
    }
    names = {
        name: rows[line["canonical"]] for line in lines for name in (line["canonical"], line["abbreviation"]) if name
    }
    found = {}
    for line in lines:
        into = _INTO.search(line["allegiance_dates"])
        if into and into[1] in names:
            found[line["canonical"]] = names[into[1]]
    return found


@cache
def _state_rows() -> dict[str, tuple[_Row, ...]]:
    """Armed forces of each country, in the order of the table: the first that holds on a day is the army."""
    rows: dict[str, list[_Row]] = {}
    for line in curated_rows("actors.csv"):
        if line["kind"] == "state forces":
            row = _Row(line["canonical"], line["kind"], line["side"], line["country"], *_validity(line))
            rows.setdefault(line["country"], []).append(row)
    return {country: tuple(found) for country, found in rows.items()}


def _validity(line: dict[str, str]) -> tuple[dt.date | None, dt.date | None]:
    return _day(line["valid_from"]), _day(line["valid_to"], last=True)


def _day(text: str, *, last: bool = False) -> dt.date | None:
    """Return the first, or last, day of "2014", "2014-08" or "2014-08-03"."""
    if not _DATE.fullmatch(text):
        return None
    parts = [int(part) for part in text.split("-")]
    if not last or len(parts) == 3:
        return dt.date(*[*parts, 1, 1][:3])
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


@cache
def _countries() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Demonyms, names and short forms of countries by their first word: (form, code, country)."""
    forms: dict[str, list[tuple[str, str, str]]] = {}
    for line in curated_rows("countries.csv"):
        short = [alias for alias in line["aliases"].split("|") if len(alias) < 6]
        for form in {*line["demonym_adj"].split("|"), line["name"], *short} - {""}:
            forms.setdefault(form.split()[0].rstrip("."), []).append((form, line["iso2"], line["name"]))
    for form in ("US", "U.S.", "US-led", "U.S.-led"):
        forms.setdefault(form.rstrip("."), []).append((form, "US", "United States"))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in forms.items()}


@cache
def _force() -> re.Pattern[str]:
    return re.compile(
        rf"(?:'s|s)?(?:[- ]led)?\s+(?:(?!rebel|opposition|insurgent|kurdish|and\b)[a-z-]+\s+)?"
        rf"(?:{any_of('force_nouns')})\b"
        rf"|(?=\s+(?:{any_of('doer_verbs')}))"
    )


@cache
def _unnamed_pattern() -> re.Pattern[str]:
    groups = "|".join(rf"(?P<{name}>{any_of(name)})" for name, _, _ in _UNNAMED)
    return re.compile(rf"(?<![\w-])(?:{groups})(?!\w)")


# ---- finding -----------------------------------------------------------------------------------------------


def _named(text: str, context: ArticleContext) -> list[ActorMention]:
    table, last = _aliases(), -1
    found: list[ActorMention] = []
    pieces = _BETWEEN_TOKENS.split(text)  # gap, word, gap, word ..., gap
    ends = list(accumulate(map(len, pieces)))
    spans, written = list(zip(ends[::2], ends[1::2], strict=False)), pieces[1::2]
    words = tuple(map(str.lower, written))
    telling = [i for i, word in enumerate(words) if word in table or (word != written[i] and _sounds_like_one(word))]
    for i in telling:  # few words of a text
        word, start, capital = words[i], spans[i][0], written[i][0].isupper()
        if start < last or not (capital or word in table):
            continue
        matching = [alias for alias in table.get(word, ()) if words[i : i + len(alias.tokens)] == alias.tokens]
        if len(matching) > 1:
            matching.sort(key=lambda a: (-len(a.tokens), a.row.country not in context.countries))
        for alias in matching:
            end = spans[i + len(alias.tokens) - 1][1]
            if _is_meant(alias, text[start:end], text[end : end + 12], context):
                found.append(_mention(_on_the_day(alias.row, context.day), text, start, end, context))
                last = end
                break
        if start >= last and capital and _sounds_like_one(word):
            respelt = _find_respelt(text, words[i : i + LONGEST_RESPELT], spans[i : i + LONGEST_RESPELT], context)
            if respelt:
                found.append(respelt)
                last = respelt.end
    return found


def _find_respelt(
    text: str, words: Sequence[str], spans: Sequence[tuple[int, int]], context: ArticleContext
) -> ActorMention | None:
    """Return the actor of a country at hand whose name sounds like the first of some words, the longest first."""
    for size in range(len(words), 1, -1):
        alias = _respelled().get(_consonants(words[:size]))
        if alias and alias.row.country in context.countries:
            start, end = spans[0][0], spans[size - 1][1]
            if "\n" not in text[start:end] and not _HOLDING.match(text[end : end + 12]):
                return _mention(_on_the_day(alias.row, context.day), text, start, end, context)
    return None


@cache
def _first_sounds() -> frozenset[str]:
    return frozenset(key[0] for key in _respelled())


@lru_cache(maxsize=50_000)
def _sounds_like_one(word: str) -> bool:
    """Whether the name of an actor, respelt, may begin with a word."""
    return _skeleton(word) in _first_sounds()


@lru_cache(maxsize=50_000)
def _skeleton(word: str) -> str:
    return skeleton(word)


def _is_meant(alias: _Alias, written: str, after: str, context: ArticleContext) -> bool:
    """Short and shared forms count only in their own case and near home; a holder of ground did nothing yet."""
    if _HOLDING.match(after) or "\n" in written or _NEXT_SENTENCE.search(written):
        return False
    first = alias.row.first
    if first and context.day and (first - context.day).days > NOT_YET_DAYS and alias.row.kind != "state forces":
        return False
    home = alias.row.country in context.countries
    if alias.text[0].islower():
        return home and not alias.ambiguous
    if not (written[0].isupper() or written[:3].lower() == "al-"):
        return False
    if alias.text.isupper() and len(alias.text) <= ACRONYM_LETTERS:
        return written.isupper() and (home or len(alias.text) > (3 if alias.ambiguous else 2))
    return home or not alias.ambiguous


def _on_the_day(row: _Row, day: dt.date | None) -> _Row:
    """Return the actor as it was called on the day: the Nusra Front of 2018 is Hayat Tahrir al-Sham."""
    while day and row.last and row.last < day and row.canonical in _becomes():
        row = _becomes()[row.canonical]
    if row.kind != "state forces" or row.holds(day):
        return row
    return next((other for other in _state_rows().get(row.country, ()) if other.holds(day)), row)


def _state_forces(text: str, low: str, context: ArticleContext) -> list[ActorMention]:
    found, table = [], _countries()
    for match in _CAPITALISED.finditer(text):
        word = match.group(0)
        forms = table.get(word.rstrip(".")) or table.get(word.removesuffix("s")) or ()
        for form, code, country in forms:
            if not text.startswith(form, match.start()):
                continue
            force = _force().match(low, match.start() + len(form)) or _shared_force(
                text, low, match.start() + len(form)
            )
            if force:
                end = max(force.end(), match.start() + len(form))
                found.append(
                    _mention(
                        _forces_of(code, country, low[match.start() : end], context), text, match.start(), end, context
                    )
                )
                break
    return found


def _shared_force(text: str, low: str, end: int) -> re.Match[str] | None:
    """Return what joins a state to the forces named with the next one: "Syrian and Russian warplanes" are both's."""
    joined = _AND_ANOTHER.match(text, end)
    if joined and joined[1].removesuffix("-led") in _countries() and _force().match(low, joined.end()):
        return _NOTHING.match(low, end)
    return None


def _forces_of(code: str, country: str, written: str, context: ArticleContext) -> _Row:
    if "police" in written:
        return _Row(f"Police Forces of {country}", "state forces", country, code, None, None)
    if "coalition" in written or "-led" in written:
        coalition = next(
            (a.row for a in _aliases().get(_TOKEN.findall(written)[0], ()) if "coalition" in a.tokens), None
        )
        if coalition:
            return coalition
    army = next((row for row in _state_rows().get(code, ()) if row.holds(context.day)), None)
    return army or _Row(f"Military Forces of {country}", "state forces", country, code, None, None)


def _unnamed(text: str, low: str, context: ArticleContext) -> list[ActorMention]:
    names = {name: (canonical, kind) for name, canonical, kind in _UNNAMED}
    found = []
    lists = tuple(name for name, _, _ in _UNNAMED)
    for match in find_at(starts(lists).finditer(low), _unnamed_pattern(), low):
        canonical, kind = names[match.lastgroup or ""]
        if not _HOLDING.match(low, match.end()):
            found.append(_mention(_Row(canonical, kind, "", "", None, None), text, *match.span(), context))
    return found


def _acting(places: Iterable[Resolution], context: ArticleContext) -> list[ActorMention]:
    """Countries the places room found acting: "Russia launched ..."."""
    return [
        ActorMention(
            row.canonical,
            p.mention.text,
            row.kind,
            row.side,
            row.country,
            "other",
            context.article,
            p.mention.start,
            p.mention.end,
        )
        for p in places
        if p.role == "actor" and p.place is not None and p.place.kind == "country" and p.place.country
        for row in (_forces_of(p.place.country, p.place.name, "", context),)
    ]


def _mention(row: _Row, text: str, start: int, end: int, context: ArticleContext) -> ActorMention:
    return ActorMention(
        row.canonical, text[start:end], row.kind, row.side, row.country, "other", context.article, start, end
    )


# ---- roles -------------------------------------------------------------------------------------------------


def _role(sentence: Sentence, actor: ActorMention, triggers: Sequence[Trigger]) -> ActorRole:
    """Place the actor against the nearest deed: its subject or owner did it, its object or "against" was hit."""
    low = sentence.low
    start, end = actor.start - sentence.start, actor.end - sentence.start
    left = low[max(0, start - 40) : start]
    if (
        ("claimed by" in left and _CLAIMED_BY.search(low, 0, start))
        or (not sentence.lacks(_CLAIMING) and _CLAIMS_DEED.match(low, end))
        or (("blam" in left or "accus" in left) and _BLAMED.search(left))
    ):
        return "perpetrator"
    if _is_speaker(sentence, left, end):
        return "speaker"
    if not triggers:
        return "perpetrator" if _DOES.match(low, end, end + 40) and actor.kind != "civilians" else "other"
    if _OBJECT.search(left):
        return "target"
    if "between " in low and actor.kind != "civilians":
        side = _BETWEEN.search(low, max(0, start - 130), start)
        if side:
            return "target" if side["both"] else "perpetrator"
    if " from " in left and _LOSES.search(low, max(0, start - 110), start):
        return "target"
    if "from" in left and _FIRE_FROM.search(left):
        return "perpetrator"
    if ("by" in left or "of" in left) and _STATE_BY.search(left):
        return "other"
    if actor.canonical in _AT_WORK:
        return "target" if _WAS_HIT.match(low, end, end + 70) else "other"
    if actor.kind == "civilians":
        return "other" if _WITNESSES.match(low, end) else "target"
    if _WAS_HIT.match(low, end, end + 70):
        return "target"
    deed = _deed_of(sentence, actor, triggers)
    before = actor.end <= deed.start or actor.start <= deed.start < actor.end
    if "by" in left and _BY.search(left):
        return "perpetrator"
    if not before and _AGAINST.search(left):
        return "target"
    if any(
        t.word in _DYING
        and not _SHOT_DEAD.search(low, 0, t.end - sentence.start)
        and 0 <= t.start - actor.end < NAMED_DEAD_CHARS
        for t in triggers
    ):
        return "target"
    if before:
        head = low[max(0, deed.start - sentence.start - 22) : deed.start - sentence.start]
        passive = deed.word.endswith(("ed", "hit", "struck", "shot", "slain", "overrun", "taken")) and _PASSIVE.search(
            head
        )
        return "target" if passive else "perpetrator"
    close = actor.start - deed.end < 25
    return "target" if close or deed.word not in word_set("deed_nouns") else "other"


def _is_speaker(sentence: Sentence, left: str, end: int) -> bool:
    """Whether an actor only says something; in "residents said militants attacked" the militants say nothing."""
    low = sentence.low
    if _SPEAKS.match(low, end, end + 40):
        return True
    if not sentence.may_have("speech"):
        return False
    said_by = _SAID_BY.search(left) and (not _SAID_ALONE.search(left) or _INVERTED.match(low, end))
    return bool(said_by or _SAYS.match(low, end, end + 40))


def _deed_of(sentence: Sentence, actor: ActorMention, triggers: Sequence[Trigger]) -> Trigger:
    inside = [t for t in triggers if actor.start <= t.start < actor.end]
    if inside:
        return inside[0]
    strong = [t for t in triggers if t.kind != "?dead"] or list(triggers)
    nearest = min(strong, key=lambda t: min(abs(t.start - actor.end), abs(actor.start - t.end)))
    later = [t for t in strong if t.start >= actor.end]
    between = sentence.low[nearest.end - sentence.start : actor.start - sentence.start]
    if nearest.end <= actor.start and later and _NEW_CLAUSE.search(between):
        return later[0]  # a new clause with a doer of its own
    return nearest
