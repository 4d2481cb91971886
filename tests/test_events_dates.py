"""Dates: the publication day in its four forms, and what an expression means from it."""

import datetime as dt
from itertools import pairwise

import pytest
from event_texts import article
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events.dates import Dateline, find_dateline, find_dates

THURSDAY = Dateline(dt.date(2022, 2, 3), None, "given")


def one(text, dateline=THURSDAY):
    found = find_dates(text, dateline)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (" date 2022-02-03 Marines searched two farms on Thursday.", "2022-02-03"),
        ("December 1st 2024.\nFighters stood around a captured tank.", "2024-12-01"),
        (
            "A headline about a strike\n\nby Somebody\nMonday, Oct 26, 2020 - 09:05 PM\n\nOn Monday jets struck.",
            "2020-10-26",
        ),
        (
            "Many died in the fighting last week in the east.\n\nSomebody\nTue, 02/01/2022 – 19:40\n\nShare",
            "2022-02-01",
        ),
        ("25-12-2014 Forces killed 18 in the town.", "2014-12-25"),
        ("Last updated at Apr 092017 A town was hit.", "2017-04-09"),
    ],
)
def test_the_day_of_publication_is_read_where_reports_write_it(text, day):
    assert str(find_dateline(article(text)).day) == day


def test_a_text_without_its_own_date_gets_none():
    text = "A raid on Thursday killed 12 people. The army said on 3 March that it would go on. A truce held in 2016."
    dateline = find_dateline(article(text))
    assert dateline.day is None
    weekday, day, year = find_dates(text, dateline)
    assert (weekday.first, weekday.weekday) == (None, 3)
    assert (day.first, day.rule) == (None, "no_year")
    assert str(year.first) == "2016-01-01"


def test_a_date_told_in_the_story_is_no_dateline():
    text = "The prisoners were taken to the city after the long battle that ended on 5 May 2013 in the north of the country, and others fled."
    assert find_dateline(article(text)).day is None


def test_the_given_day_comes_before_the_text_and_the_file_name_last():
    text = "2022-02-03\nA raid."
    assert find_dateline(article(text, published=dt.date(2021, 1, 1))).day == dt.date(2021, 1, 1)
    assert find_dateline(article("A raid.", file_name="report_20210304.txt")).day == dt.date(2021, 3, 4)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on Thursday", "2022-02-03", "2022-02-03"),  # the dateline's own weekday is that day, not a week before
        ("on Friday", "2022-01-28", "2022-01-28"),
        ("last Thursday", "2022-01-27", "2022-01-27"),
        ("talks are due to begin on Monday", "2022-02-07", "2022-02-07"),
        ("overnight", "2022-02-02", "2022-02-03"),
        ("in the past 48 hours", "2022-02-01", "2022-02-03"),
        ("three days ago", "2022-01-31", "2022-01-31"),
        ("on Jan. 20", "2022-01-20", "2022-01-20"),
        ("on December 30", "2021-12-30", "2021-12-30"),
        ("between Jan 20 and 25", "2022-01-20", "2022-01-25"),
        ("in October 2019", "2019-10-01", "2019-10-31"),
        ("in October", "2021-10-01", "2021-10-31"),
        ("Tuesday 02/01/2022", "2022-02-01", "2022-02-01"),
        ("28.02.2022", "2022-02-28", "2022-02-28"),
    ],
)
def test_expressions_resolve_from_the_dateline(text, first, last):
    found = one(text)
    assert (str(found.first), str(found.last)) == (first, last)


def test_an_ambiguous_numeric_date_keeps_only_its_year():
    found = one("on 02/03/2022")
    assert found.precision == "year"
    assert found.rule == "numeric_ambiguous"


@pytest.mark.parametrize(
    "text", ["they may attack", "Resolution 2254", "1,900 people", "on Fridays.", "killed 2016 people"]
)
def test_words_and_numbers_that_are_no_dates(text):
    assert find_dates(text, THURSDAY) == []


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y"]),
)
def test_a_full_date_is_itself_whatever_the_dateline(day, form):
    found = one(f"It happened on {day.strftime(form)} there")
    assert (found.first, found.last, found.precision) == (day, day, "day")


@given(st.text(max_size=300))
def test_any_text_gives_ordered_spans_that_do_not_overlap(text):
    found = find_dates(text, THURSDAY)
    assert all(0 <= d.start < d.end <= len(text) for d in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
