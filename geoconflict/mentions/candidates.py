"""Spans that may be names of places: longest matches of the index, names by their pattern, names after "in"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoconflict.gazetteer.index import MAIN
from geoconflict.mentions import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.mentions.lexicon import Known, Lexicon
    from geoconflict.mentions.tokens import Token

LONGEST_NAME = 7
"""Words; longer names of places ("Saint Martin d'en Haut sous ...") are rarer than the time they cost."""
HASHTAG_CITY = 150_000
"""People from which a small-letter hashtag (#aleppo) counts as a place."""

_JOINS = frozenset(mark + end for mark in (" ", "-", "–", "_", *"'’‘`", "' ", "’ ", "") for end in ("", "\n"))
"""What may stand between two words of one name."""
_POSSESSIVES = frozenset({"'s ", "’s "})
_LONGEST_CODE = 3
_PATTERN_TYPES = (
    ("street", v.STREET),
    ("nature", v.NATURE),
    ("township", v.TOWNSHIP),
    ("site", v.SITE),
    ("facility", v.FACILITY),
)
_POINTED_HEADS = frozenset({"St.", "Mt.", "Ft.", "Ste."})


class Candidate:
    """Tokens [first, last) that may name a place.

    `prefix` is how many characters of the first token belong to a joined Arabic particle, not to the name; `known` is
    what the index says, empty for names taken by their pattern or their context.
    """

    __slots__ = ("first", "key", "known", "last", "pattern", "prefix")

    def __init__(self, first: int, last: int, key: str, known: Known, *, prefix: int = 0, pattern: str = "") -> None:
        self.first, self.last, self.key, self.known, self.prefix, self.pattern = (
            first,
            last,
            key,
            known,
            prefix,
            pattern,
        )

    @property
    def one_word(self) -> bool:
        """Whether the name is a single token."""
        return self.last == self.first + 1


def key_of(tokens: Sequence[Token]) -> str:
    """Return the normal form of adjoining tokens; a possessive ending between two is part of it."""
    if len(tokens) == 1:
        return tokens[0].norm
    if len(tokens) == 2 and tokens[1].gap not in _POSSESSIVES:
        return f"{tokens[0].norm} {tokens[1].norm}".strip()
    ends = ["s" if after.gap in _POSSESSIVES else "" for after in tokens[1:]] + [""]
    return " ".join([token.norm + end for token, end in zip(tokens, ends, strict=True) if token.norm])


def possible_starts(tokens: Sequence[Token]) -> list[int]:
    """Return the tokens a name may begin at; most words are written small and begin none."""
    return [
        i
        for i, token in enumerate(tokens)
        if token.capital
        or token.hashtag
        or token.norm in v.ARTICLES_INSIDE
        or (i and tokens[i - 1].norm in v.BEFORE_SMALL_NAME)
        or not token.text.isascii()
    ]


def latin_candidate(tokens: Sequence[Token], i: int, lexicon: Lexicon, masked: Sequence[bool]) -> Candidate | None:
    """Return the longest candidate that begins at a token in a script whose capital letters show where names begin."""
    token = tokens[i]
    starts_small = not token.capital and (token.hashtag or token.norm in v.ARTICLES_INSIDE)
    if not (token.capital or starts_small) and i and token.gap == " " and tokens[i - 1].norm in v.BEFORE_SMALL_NAME:
        return _small_name(token, i, lexicon)
    if not token.norm or not (token.capital or starts_small) or (token.text.endswith(".") and token.norm in v.TITLES):
        return None
    if i + 1 < len(tokens) and tokens[i + 1].gap.startswith("$"):  # "US$30"
        return None
    limit = _run_limit(tokens, i, masked)
    institution = _institution(tokens, i, limit, lexicon)
    if institution:
        return institution
    match = _longest_known(tokens, i, limit, lexicon, masked)
    kind, end = _pattern(tokens, i, limit, lexicon)
    compound = _compound_end(tokens, i, match.last if match else i + 1, limit, known=match is not None)
    if compound > max(end, match.last if match else 0):
        kind, end = "compound", compound
    if end > (match.last if match else 0):
        key = key_of(tokens[i:end])
        return Candidate(i, end, key, lexicon.known(key), pattern=kind)
    return match or _unknown_site(tokens, i, limit, lexicon) or _unknown_after_preposition(tokens, i, limit, lexicon)


def _small_name(token: Token, i: int, lexicon: Lexicon) -> Candidate | None:
    """Return a country or first-level area written small: "pray for uganda"; "turkey" may be a bird."""
    word = lexicon.word(token.norm)
    if word.common or word.first_name or word.last_name or len(token.norm) <= _LONGEST_CODE:
        return None
    known = lexicon.known(token.norm)
    if not (known.names_area and known.flags & MAIN):
        return None
    return Candidate(i, i + 1, token.norm, known)


def _institution(tokens: Sequence[Token], i: int, limit: int, lexicon: Lexicon) -> Candidate | None:
    """Return a building that stands for a government: "the Pentagon"."""
    if tokens[i].norm not in v.INSTITUTION_HEADS:
        return None
    for j in (i + 2, i + 1):
        if j <= limit and key_of(tokens[i:j]) in v.INSTITUTIONS:
            key = key_of(tokens[i:j])
            return Candidate(i, j, key, lexicon.known(""), pattern="institution")
    return None


def _run_limit(tokens: Sequence[Token], i: int, masked: Sequence[bool]) -> int:
    """Return the end of the words that could belong to one name beginning at `i`."""
    j = i + 1
    while j < min(len(tokens), i + LONGEST_NAME) and not masked[j]:
        token = tokens[j]
        if not (token.gap in _JOINS or (token.gap == " " and tokens[j - 1].text in _POINTED_HEADS)):
            break
        if not (token.capital or token.norm in v.CONNECTORS or token.hashtag or token.text[:1].isdigit()):
            break
        j += 1
    return j


def _longest_known(
    tokens: Sequence[Token], i: int, limit: int, lexicon: Lexicon, masked: Sequence[bool]
) -> Candidate | None:
    first = tokens[i]
    owned = tokens[limit].gap if limit < len(tokens) else ""
    if owned in _POSSESSIVES and tokens[limit].capital:  # "People's Republic of China", "Land's End"
        limit = _run_limit(tokens, limit, masked)
    for j in range(limit, i, -1):
        last = tokens[j - 1]
        if not (last.capital or last.hashtag or last.text[:1].isdigit()):
            continue
        one = j == i + 1
        if one and (
            (not first.capital and not first.hashtag) or (first.norm in v.CONNECTORS and first.text[-1] != ".")
        ):
            continue
        key = key_of(tokens[i:j])
        if not lexicon.names_something(key):
            key = _with_small_type(key, tokens, j)
            if not key or not lexicon.known(key):
                continue
        if not one and lexicon.word(key).common:
            continue
        spelt_out = one and len(key) <= _LONGEST_CODE and first.text.isalpha() and first.text[1:].islower()
        known = lexicon.spelt_out(key) if spelt_out and first.capital else lexicon.known(key)
        if not known and not lexicon.is_demonym(key):
            continue
        if first.norm == "the" and not known.flags & MAIN and lexicon.known(key.removeprefix("the ")):
            return None  # "The Philippines", but "The Hague"
        if one and not first.capital and not (known.names_area or known.population > HASHTAG_CITY):
            continue
        return Candidate(i, j, key, known)
    return None


def _with_small_type(key: str, tokens: Sequence[Token], j: int) -> str:
    """Return the key of a facility known only with its type word, written small after it: "al-Sinaa prison"."""
    if j == len(tokens) or tokens[j].capital or tokens[j].gap != " ":
        return ""
    word = tokens[j].norm
    if word == "air" and j + 1 < len(tokens) and tokens[j + 1].norm in ("base", "bases"):
        return f"{key} air base"
    word = word if word in v.FACILITY else word.removesuffix("s")
    return f"{key} {word}" if word in v.FACILITY else ""


def _pattern(tokens: Sequence[Token], i: int, limit: int, lexicon: Lexicon) -> tuple[str, int]:
    """Return kind and end of a name known by its pattern ("Baker Street", "Lake Assad", "Highway 19"), or ("", 0)."""
    head = tokens[i]
    if head.norm in v.PATTERN_HEADS and i + 1 < limit and tokens[i + 1].gap == " ":
        after = tokens[i + 1]
        road = head.norm in v.NUMBERED_ROADS
        if after.text[:1].isdigit():
            return ("street" if road else "nature"), i + 2
        if after.capital and not road and not lexicon.word(after.norm).common:
            return ("nature" if head.norm in v.NATURE or head.norm in ("mt", "isle") else "site"), i + 2
    if head.norm in v.NOT_PATTERN_HEAD or head.norm in v.TITLES:
        return "", 0
    article = head.norm in v.ARTICLES_INSIDE and i + 1 < limit and tokens[i + 1].gap == "-"  # "al-Sina Prison"
    if not head.capital and not article:
        return "", 0
    for j in range(i + 1, min(limit, i + 5)):
        word = tokens[j]
        if not word.capital or (word.gap != " " and not (article and j == i + 1)):
            break
        for kind, types in _PATTERN_TYPES:
            if word.norm in types or (article and kind == "site" and word.norm in v.SHELTERS):
                numbered = (
                    kind == "street" and j + 1 < limit and tokens[j + 1].gap == " " and tokens[j + 1].text.isdigit()
                )
                return kind, j + 2 if numbered else j + 1
        if word.norm in v.ORGANISATION:
            break
    return "", 0


def _compound_end(tokens: Sequence[Token], i: int, end: int, limit: int, *, known: bool) -> int:
    """Return the end of an Arabic name longer than what the index knows: "Jisr al-X", "Kafr X"; 0 for none."""
    head = tokens[i].capital and tokens[i].norm in v.COMPOUND_HEADS and end == i + 1
    j = end
    while (known or head) and j + 1 < limit and _article_joins(tokens[j], tokens[j + 1]):
        j += 2
    if j == end and head and end < limit:
        after = tokens[end]
        if after.capital and after.gap in (" ", "-") and after.norm not in v.ORGANISATION:
            j = end + 1
    return j if j > end else 0


def _article_joins(article: Token, name: Token) -> bool:
    """Whether two tokens go on an Arabic name: " al-Shughur", " Al Shughur"; not "as Minister"."""
    if article.norm not in v.JOINING_ARTICLES or article.gap not in (" ", "-") or not name.capital:
        return False
    return name.gap == "-" or (article.capital and name.gap == " ")


def _unknown_site(tokens: Sequence[Token], i: int, limit: int, lexicon: Lexicon) -> Candidate | None:
    """Return an unknown name before a small word for a site, where the text says it is a place: "at al-X air base"."""
    before = i - 1 if i and tokens[i - 1].norm != "the" else i - 2
    if before < 0 or tokens[before].norm not in v.SITE_PREPOSITIONS or tokens[i].gap != " ":
        return None
    end = i + 1
    while end < limit and (tokens[end].capital or _article_joins(tokens[end], tokens[min(end + 1, limit - 1)])):
        end += 1
    key = _with_small_type(key_of(tokens[i:end]), tokens, end)
    if not key or key.split()[-1] not in v.SITE or not tokens[end - 1].capital:
        return None
    return Candidate(i, end, key, lexicon.known(key), pattern="site")


def _unknown_after_preposition(tokens: Sequence[Token], i: int, limit: int, lexicon: Lexicon) -> Candidate | None:
    """Return a capitalised name no list knows where "in", "near" or "village of" says it is a place."""
    head = tokens[i]
    if not i or head.gap not in (" ", " al-") or not head.capital or head.text.isupper():
        return None
    short_head = head.norm in v.TRANSLITERATED_HEADS and i + 1 < limit and tokens[i + 1].capital
    if not (len(head.norm) > 3 or short_head):
        return None
    before = tokens[i - 1].norm
    if not (
        before in ("in", "near", "outside") or (before == "of" and i > 1 and tokens[i - 2].norm in v.UNKNOWN_AFTER_OF)
    ):
        return None
    j = i
    while j < min(limit, i + 3):
        token = tokens[j]
        plain = token.norm in v.COMPASS or token.norm in v.NOT_NAMES or lexicon.word(token.norm).common
        if not token.capital or (plain and not (j == i and short_head)):
            break
        j += 1
    while i < j and j + 1 < limit and _article_joins(tokens[j], tokens[j + 1]):  # "Aita al-Shaab"
        j += 2
    if j == i or (j < len(tokens) and tokens[j].capital and tokens[j].gap == " "):
        return None
    words = [token.norm for token in tokens[i:j] if token.norm not in v.JOINING_ARTICLES]
    if any(word in v.ORGANISATION or lexicon.word(word).first_name for word in words):
        return None
    key = key_of(tokens[i:j])
    return Candidate(i, j, key, lexicon.known(key))
