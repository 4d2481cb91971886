"""Names in which no place is listed: armed groups, products, news agencies, and places that are part of them.

"Hayat Tahrir al-Sham", "Islamic State of Iraq and the Levant", "Bradley Fighting Vehicles". Known groups come from the
curated actors; unknown ones are told by how such names are built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoconflict.mentions import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.mentions.lexicon import Lexicon
    from geoconflict.mentions.tokens import Token

_LONGEST_GROUP = 8
_NAMESAKE_WORDS = 3
"""How far before a thing the name it bears may begin: "Bradley fighting vehicles"."""
_PHRASE_HEADS = ("islamic", "liberation", "al")
_HEADS = v.ARMED_HEADS | v.MONTHS | frozenset(_PHRASE_HEADS)
"""First words of what is masked, besides known groups, agencies and namesakes of things."""
_NAME_GAPS = frozenset({" ", "-", "–", " - "})


def mask_names(tokens: Sequence[Token], lexicon: Lexicon) -> list[bool]:
    """Return, for each token, whether it is inside a name in which nothing is listed."""
    masked = [False] * len(tokens)
    capitals = [i for i, token in enumerate(tokens) if token.capital]
    agencies = _agencies(tokens, capitals)
    things = {j for i, token in enumerate(tokens) if token.norm in v.NAMESAKES for j in range(i - _NAMESAKE_WORDS, i)}
    groups = lexicon.armed_groups
    heads = [i for i, token in enumerate(tokens) if token.norm in _HEADS or token.norm in groups]
    past = 0
    for i in sorted({*heads, *agencies, *things.intersection(capitals)}):
        if i < past:
            continue
        past = max(
            _known_group(tokens, i, lexicon),
            _built_like_group(tokens, i),
            _phrase_group(tokens, i),
            _namesake(tokens, i, lexicon) if i in things else 0,
            i + 1 if i in agencies else 0,
            _date(tokens, i) if tokens[i].capital else 0,
        )
        for j in range(i, past):
            masked[j] = True
    return masked


def _agencies(tokens: Sequence[Token], capitals: Sequence[int]) -> set[int]:
    """Return the tokens that name a news agency: "SANA", "news agency X", "X news agency", "Saba reported".

    What the text calls an agency once is one wherever it reports.
    """
    agency_words = [i for i, token in enumerate(tokens) if token.norm == "agency"]
    near = {j for i in agency_words for j in range(i - 2, i + 2)}
    called = {i for i in capitals if i in near and _called_agency(tokens, i)}
    names = v.NEWS_AGENCIES | {tokens[i].norm for i in called}
    short = {i for i in capitals if tokens[i].norm in v.NEWS_AGENCIES and tokens[i].text.isupper()}
    reporting = {i for i in capitals if tokens[i].norm in names and _reports(tokens, i)}
    return called | short | reporting


def _called_agency(tokens: Sequence[Token], i: int) -> bool:
    """Whether the words beside a name say that it is a news agency's."""
    ahead = [token.text for token in tokens[i + 1 : i + 3] if token.gap == " "]
    if ahead[:2] == ["news", "agency"] or (ahead[:1] == ["agency"] and tokens[i].norm in v.NEWS_AGENCIES):
        return True  # "Jordan News Agency" is left to `roles`: part of a name
    behind = [token.norm for token in tokens[max(0, i - 2) : i]]
    gaps = (" ", ", ") if tokens[i].norm in v.NEWS_AGENCIES else (" ",)
    return tokens[i].gap in gaps and behind == ["news", "agency"]


def _reports(tokens: Sequence[Token], i: int) -> bool:
    """Whether a name does here what an agency does: "X reported", "according to X", "state-run X"."""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after and after.gap == " " and after.norm in v.REPORTING:
        return True
    behind = [token.norm for token in tokens[max(0, i - 2) : i]]
    return behind == ["according", "to"] or behind[-1:] in (["run"], ["agency"], ["told"], ["quoted"])


def _date(tokens: Sequence[Token], i: int) -> int:
    """Return the end of a month's short form beside a number ("12 Nov"), 0 for none."""
    if tokens[i].norm not in v.MONTHS:
        return 0
    beside = [tokens[i - 1].text] if i and tokens[i].gap in (" ", "-", ". ") else []
    if i + 1 < len(tokens) and tokens[i + 1].gap in (" ", ". ", "-"):
        beside.append(tokens[i + 1].text)
    return i + 1 if any(text[:1].isdigit() for text in beside) else 0


def _known_group(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> int:
    """Return the end of a curated group's name that begins at `i`, 0 when there is none."""
    names = lexicon.armed_groups.get(tokens[i].norm)
    if not names:
        return 0
    end, key = 0, ""
    for j in range(i, min(len(tokens), i + _LONGEST_GROUP)):
        if j > i and tokens[j].gap not in _NAME_GAPS:
            break
        key = f"{key} {tokens[j].norm}".strip()
        if key in names:
            end = j + 1
    return end


def _built_like_group(tokens: Sequence[Token], i: int) -> int:
    """Return the end of a run like "Jaysh al-Ahrar" or "Lashkar-e-X": a head word, an article, a name."""
    if not tokens[i].capital or tokens[i].norm not in v.ARMED_HEADS:
        return 0
    j = i + 1
    while j < len(tokens) and tokens[j].gap in _NAME_GAPS and tokens[j].capital and tokens[j].norm in v.ARMED_HEADS:
        j += 1
    if not (j + 1 < len(tokens) and tokens[j].gap in _NAME_GAPS and tokens[j].norm in v.ARMED_ARTICLES):
        return 0
    j += 1
    while j < len(tokens) and tokens[j].gap in _NAME_GAPS and (tokens[j].capital or tokens[j].norm in v.ARMED_ARTICLES):
        j += 1
    return j


def _phrase_group(tokens: Sequence[Token], i: int) -> int:
    """Return the end of "Islamic State of Iraq and the Levant", "... Liberation of Palestine", "al-Qaeda in Iraq"."""
    if i + 2 >= len(tokens) or tokens[i].norm not in _PHRASE_HEADS:
        return 0
    two = f"{tokens[i].norm} {tokens[i + 1].norm}"
    link = tokens[i + 2].norm
    if tokens[i].capital and two == "islamic state" and link in ("of", "in"):
        end, names = _joined_names(tokens, i + 3)
        return end if names > 1 or (names and link == "of") else 0
    if tokens[i].capital and two == "liberation of" and i > 1 and tokens[i - 1].norm in ("the", "for"):
        return _joined_names(tokens, i + 2)[0]
    if two in ("al qaeda", "al qaida") and link == "in":
        end, _ = _joined_names(tokens, i + 3)
        return end if " ".join(token.norm for token in tokens[i + 3 : end]) in v.QAEDA_BRANCHES else 0
    return 0


def _joined_names(tokens: Sequence[Token], i: int) -> tuple[int, int]:
    """Return the end and number of the names "X", "the X and (the) Y" that begin at `i`, (0, 0) when there is none."""
    end = names = 0
    j = i
    while j < len(tokens) and tokens[j].gap in (" ", "-"):
        if tokens[j].capital and tokens[j].norm not in v.ARMED_ARTICLES:
            while j < len(tokens) and tokens[j].capital and tokens[j].gap in (" ", "-"):
                j += 1
            end, names = j, names + 1
        elif tokens[j].norm in v.ARMED_ARTICLES or tokens[j].norm in ("the", "and"):
            j += 1
        else:
            break
    return end, names


def _namesake(tokens: Sequence[Token], i: int, lexicon: Lexicon) -> int:
    """Return the end of a name before a thing called after it: "Bradley Fighting Vehicles", "Lassa fever"."""
    token = tokens[i]
    if not token.capital:
        return 0
    j = i + 1
    while j < min(len(tokens), i + 4) and tokens[j].gap in (" ", "-"):
        if tokens[j].norm in v.NAMESAKES:
            place = lexicon.known(token.norm).names_area or lexicon.is_demonym(token.norm)
            return 0 if place else j + 1
        if not tokens[j].capital and tokens[j].norm not in ("fighting", "armored", "armoured", "class", "type"):
            break
        j += 1
    return 0
