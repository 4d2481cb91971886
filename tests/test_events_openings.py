"""Looking only where a word list may begin finds what a plain search finds; signs of dates likewise."""

import re

from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events.date_forms import find_signs
from geoconflict.events.lexicon import any_of, by_letters, fragments, pattern
from geoconflict.events.months import LATIN_MONTHS, _month_names
from geoconflict.events.openings import opening_letters, openings, signs
from geoconflict.events.sentences import Sentence, split_sentences
from geoconflict.events.spans import Spans

LISTS = (
    "imagined",
    "other_causes",
    "commemorations",
    "habitual",
    "past",
    "violent_causes",
    "armed_people",
    "period_words",
)
WORDS = (
    "the films about", "drill", "heart attack", "cars", "video-game", "world cup", "re-enacted", "won 3-1", "since May",
    "h1n1", "in memory of", "air strike", "army", "past few years", "this year", "ago", "coal", "no", "soldiers",
    "in three weeks", "e. coli", "his wife", "Afilms", "xarmy", "last month", "opened fire", "daily", "-", ",", "\u00e9", "'s",
)  # fmt: skip


def sentence(text: str) -> Sentence:
    return Sentence(0, 0, len(text), text, text.lower(), "body", (), 0, opening_letters(text.lower()))


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.sampled_from(["", " ", "  ", "\n"]))
def test_a_word_list_is_found_where_a_plain_search_finds_it(words: list[str], between: str) -> None:
    told = sentence(between.join(words))
    for name in LISTS:
        plain, found = pattern(name).search(told.low), told.search(name)
        assert (found and found.span()) == (plain and plain.span()), name


def test_a_list_that_may_begin_with_any_letter_is_searched_for_everywhere() -> None:
    assert openings("whole_war") is None  # "a 10-year war"
    told = sentence("After a six-year war, the town fell.")
    assert told.has("whole_war")
    assert told.may_have("whole_war")


@given(
    st.lists(st.sampled_from(["kill", "killed", "kills?", "a kiln", "ki", r"k\w+", "", "at"]), min_size=1, max_size=7)
)
def test_a_list_by_letters_matches_as_one_word_after_the_other(words: list[str]) -> None:
    for text in ("killed", "kills", "kiln", "a kiln", "kid", "k", "at", ""):
        plain, tree = (re.compile(p).match(text) for p in ("|".join(words), by_letters(words)))
        assert (tree and tree[0]) == (plain and plain[0]), (words, text)


def test_a_word_list_matches_as_its_fragments_longest_first() -> None:
    for name in ("hypothetical", "other_causes", "group_nouns", "killing_verbs", "prepositions"):
        plain = re.compile("|".join(sorted(fragments(name), key=len, reverse=True)))
        tree = re.compile(any_of(name))
        for word in WORDS:
            assert [m.span() for m in tree.finditer(word)] == [m.span() for m in plain.finditer(word)], (name, word)


def test_a_fragment_is_told_by_its_rarest_early_word() -> None:
    assert "memo" in (signs("commemorations") or ())
    assert "in" not in (signs("commemorations") or ())


def test_months_of_other_languages_in_latin_script_are_all_looked_up() -> None:
    assert {name[:3] for name in _month_names() if name.isascii()} <= LATIN_MONTHS


def test_plain_words_open_as_they_are_written() -> None:
    assert openings("superlative") == {word[:4] for word in fragments("superlative")}


SIGN = re.compile(
    r"(?P<year>(?:19|20)\d\d)|(?P<word>n(?:ight|oon)|mo(?:rning|nth)|e(?:vening|arlier|ve\b)|week|y(?:ear|esterday)|ago\b"
    r"|dawn|hours|today)|(?P<weekday>day)"
    r"|(?P<month>(?<![a-z])(?=(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z]))[a-z]{3})"
)
PIECES = ("2014", "19", "1920", "today", "monday", "yesterday", "years ago", "agony", "march", "eve", "evening", "in may",
          "mid-june", "dismay", "week", " ", ".", "201920", "hours", "noon")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=10), st.sampled_from(["", " "]))
def test_signs_of_dates_are_those_one_pattern_would_find(pieces: list[str], between: str) -> None:
    low = between.join(pieces)
    assert find_signs(low) == [(*m.span(), m.lastgroup) for m in SIGN.finditer(low)]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=12), st.integers(0, 70), st.integers(1, 9))
def test_spans_know_what_touches_them(given_spans: list[tuple[int, int]], start: int, length: int) -> None:
    spans, kept = Spans(), []
    for first, size in given_spans:
        touches = any(a < first + size and first < b for a, b in kept)
        assert spans.touch(first, first + size) == touches
        if not touches:
            spans.add(first, first + size)
            kept.append((first, first + size))
    assert spans.between(start, start + length) == sorted((a, b) for a, b in kept if a < start + length and start < b)


def test_clauses_begin_at_signs_dashes_and_words() -> None:
    (told,) = split_sentences("Shells hit Kallo - a village, they said - while jets (two) struck Darro.")
    assert [told.text[start - told.start :][:5].strip() for start in told.clauses] == [
        "- a",
        ", the",
        "- wh",
        "while",
        "(two)",
        ") str",
    ]
