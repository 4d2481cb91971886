"""Dates: the publication day in its four forms, and what an expression means from it."""

import datetime as dt
import json
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from event_texts import article, resolutions
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events import extract_events
from geoconflict.events.dates import Dateline, find_dateline, find_dates
from geoconflict.events.sentences import LONGEST_SENTENCE, split_sentences

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
            "A headline about a strike\n\nby Somebody\nMonday, Nov 9, 2020 - 07:15 AM\n\nOn Monday jets struck.",
            "2020-11-09",
        ),
        (
            "Many died in the fighting last week in the east.\n\nSomebody\nTue, 02/01/2022 – 19:40\n\nShare",
            "2022-02-01",
        ),
        ("25-12-2014 Forces killed 18 in the town.", "2014-12-25"),
        ("Shells hit two farms.\n\nThursday, 3rd of March 2022", "2022-03-03"),
        ("Updated at 9:12 a.m. on Friday, April 6, 2018. UPDATE: The pass is closed.", "2018-04-06"),
        ("Our desk 0810 11.09.2019(updated 0830 12.09.2019) Jets struck a depot.", "2019-09-11"),
        ("٣ آذار/مارس ٢٠٢٠\nThe army said jets struck a depot.", "2020-03-03"),
        ("Publié le 1er août 2020\nThe army said jets struck a depot.", "2020-08-01"),
        ("2022/02/03 - Jets struck a depot.", "2022-02-03"),
        ("03FEB2022\nJets struck a depot.", "2022-02-03"),
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
    assert (day.first, day.rule) == (None, "no_year:XXXX-03-03")
    assert str(year.first) == "2016-01-01"


def test_a_date_told_in_the_story_is_no_dateline():
    text = "The prisoners were taken to the city after the long battle that ended on 5 May 2013 in the north of the country, and others fled."
    assert find_dateline(article(text)).day is None


def test_the_day_a_picture_was_taken_is_no_dateline():
    text = (
        "A guard looks over the river near the old bridge in the east of the country Wednesday, April 4, 2018. (Agency)"
    )
    assert find_dateline(article(text)).day is None


def test_the_given_day_comes_before_the_text_and_the_file_name_last():
    text = "2022-02-03\nA raid."
    given_day = find_dateline(article(text, published=dt.date(2021, 1, 1)))
    assert (given_day.day, given_day.rule) == (dt.date(2021, 1, 1), "given")
    assert "2022-02-03" in given_day.note
    assert find_dates(text, given_day) == []  # the report's own date is no date of an event
    assert find_dateline(article(text, file_name="2022-02-03.txt")).note == ""
    assert "2020-01-01" in find_dateline(article(text, file_name="2020-01-01.txt")).note


def test_a_given_day_no_report_can_have_is_not_believed():
    found = find_dateline(article("2022-02-03\nA raid on Thursday.", published=dt.date.max))
    assert (found.day, "9999-12-31" in found.note) == (dt.date(2022, 2, 3), True)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("report_20210304.txt", dt.date(2021, 3, 4)),
        ("raid-3_March_2021.txt", dt.date(2021, 3, 4) - dt.timedelta(1)),
        ("1920210304.txt", None),
        ("dead20210304beef.txt", None),
        ("2021-02-31.txt", None),
    ],
)
def test_a_day_in_a_file_name(name, day):
    assert find_dateline(article("A raid.", file_name=name)).day == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Between November 28, 2016 and December 3, 2016, rockets fell on the town.", "2016-11-28", "2016-12-03"),
        ("From 30 December 2015 to 2 January 2016 mortars hit the camp.", "2015-12-30", "2016-01-02"),
        ("On 9 June 2018 a mine killed 3 farmers.", "2018-06-09", "2018-06-09"),
        ("June 9, 2018 saw two raids on the port.", "2018-06-09", "2018-06-09"),
    ],
)
def test_a_full_date_that_opens_a_sentence_is_the_day_of_what_it_tells(text, first, last):
    dateline = find_dateline(article(text))
    assert dateline.day is None
    (found,) = find_dates(text, dateline)
    assert (str(found.first), str(found.last)) == (first, last)


def test_of_two_equally_good_datelines_that_disagree_none_is_believed():
    found = find_dateline(article("3 March 2022\n\n9 April 2022\n\nGunmen killed 4 farmers on Thursday."))
    assert (found.day, found.rule) == (None, "datelines_disagree")
    assert "2022-03-03, 2022-04-09" in found.note


def test_of_two_datelines_the_one_that_stands_more_alone_wins_and_the_other_is_noted():
    text = "Thursday, 3 March 2022\n\nGunmen killed 4 farmers.\n\nFiled 7 March 2022"
    found = find_dateline(article(text))
    assert (found.day, "2022-03-07" in found.note) == (dt.date(2022, 3, 3), True)


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
        ("the 3rd day of January 2022", "2022-01-03", "2022-01-03"),
        ("on January the 3rd", "2022-01-03", "2022-01-03"),
        ("on 3 January last year", "2021-01-03", "2021-01-03"),
        ("in March last year", "2021-03-01", "2021-03-31"),
        ("in the 2013 massacre", "2013-01-01", "2013-12-31"),
        ("on Monday last week", "2022-01-24", "2022-01-24"),
        ("this past Tuesday", "2022-02-01", "2022-02-01"),
        ("at dawn on Tuesday", "2022-02-01", "2022-02-01"),
        ("overnight on Tuesday", "2022-02-01", "2022-02-01"),
        ("between 3 and 5 January", "2022-01-03", "2022-01-05"),
        ("January 3-5", "2022-01-03", "2022-01-05"),
        ("January 3rd through 5th, 2021", "2021-01-03", "2021-01-05"),
        ("from 28 March to 2 April 2020", "2020-03-28", "2020-04-02"),
        ("overnight from January 30 to January 31", "2022-01-30", "2022-01-31"),
        ("on January 30 and January 31", "2022-01-30", "2022-01-31"),
        ("on New Year's Eve", "2021-12-31", "2021-12-31"),
        ("on Christmas Day 2016", "2016-12-25", "2016-12-25"),
        ("28 December - 2 January", "2021-12-28", "2022-01-02"),
        ("from Sunday to Tuesday", "2022-01-30", "2022-02-01"),
        ("throughout Friday night and into Saturday", "2022-01-28", "2022-01-29"),
        ("between 2014 and 2016", "2014-01-01", "2016-12-31"),
        ("from March to May 2019", "2019-03-01", "2019-05-31"),
        ("between March and May", "2021-03-01", "2021-05-31"),
        ("from November to January", "2021-11-01", "2022-01-31"),
        ("since October 2019, when", "2019-10-01", "2019-10-31"),
        ("a few days ago", "2022-01-28", "2022-02-01"),  # no one day
        ("two weeks ago", "2022-01-17", "2022-01-23"),
        ("two years ago", "2020-01-01", "2020-12-31"),
        ("it will open on 20 March", "2022-03-20", "2022-03-20"),
        ("٣ آذار/مارس ٢٠٢٠", "2020-03-03", "2020-03-03"),
        ("12 تشرين الأول 2019", "2019-10-12", "2019-10-12"),
        ("5 غشت 2018", "2018-08-05", "2018-08-05"),
        ("7 جويلية 2021", "2021-07-07", "2021-07-07"),
        ("le 14 juillet 2019", "2019-07-14", "2019-07-14"),
        ("9 Ağustos 2016'da", "2016-08-09", "2016-08-09"),
        ("15 KASIM 2015", "2015-11-15", "2015-11-15"),
        ("3 марта 2020 года", "2020-03-03", "2020-03-03"),
        ("24 лютого 2022 року", "2022-02-24", "2022-02-24"),
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
    ("text", "day"),
    [
        ("The court is expected to rule on Monday", "2022-02-07"),
        ("The elders set a vote for 10 a.m. Friday", "2022-02-04"),
        ("Rain is forecast for Saturday", "2022-02-05"),
        ("They will be next, he said in a video posted on Sunday", "2022-01-30"),
        ("He should be tried for the attack that killed 20 people on Monday", "2022-01-31"),
        ("The tax will hurt. The reaction to Monday's budget was mixed", "2022-01-31"),
        ("The minister will speak on Thursday", "2022-02-03"),
        ("A report was read after a Tuesday raid", "2022-02-01"),
        ("A truce will be announced on Monday", "2022-02-07"),
        ("The agency issued its forecast on Monday", "2022-01-31"),
        ("The trial resumes on Monday", None),
        ("The library is open Saturday 10-5", None),
        ("The talks open this Monday", None),  # the one before or the one after
        ("It happened on a Monday", None),
        ("The shops close every Monday", None),
        ("The Sunday Times wrote of it", None),
        ("The killings of Bloody Sunday", None),
        ("The gallery is open 10 a.m.-4 p.m. Monday-Saturday", None),
    ],
)
def test_a_weekday_is_the_one_the_sentence_means(text, day):
    found = find_dates(text, THURSDAY)
    assert [str(d.first) for d in found if d.first] == ([day] if day else [])


def test_days_of_the_story_count_from_the_day_told_before():
    text = "Jets struck the town on Monday. The next day shells fell. Two days earlier a truce had ended."
    assert [str(d.first) for d in find_dates(text, THURSDAY)] == ["2022-01-31", "2022-02-01", "2022-01-30"]
    text = "The truce began on 4 March 2020. On the following Monday it was broken."
    assert [str(d.first) for d in find_dates(text, THURSDAY)] == ["2020-03-04", "2020-03-09"]
    (alone,) = find_dates("The truce had ended two days earlier.", THURSDAY)
    assert alone.first is None


def test_without_a_dateline_a_weekday_is_the_full_date_told_with_the_same_weekday():
    text = "On Thursday, March 3, 2022, jets struck. The strikes of Thursday killed two, those of Friday none."
    first, second, third = find_dates(text, Dateline(None, None, "none"))
    assert (first.first, second.first, second.rule) == (dt.date(2022, 3, 3), first.first, "weekday_repeats_date")
    assert (third.first, third.weekday) == (None, 4)


@pytest.mark.parametrize(
    "text", ["on 31 February 2022", "on February 30", "on 2021-02-29", "31/02/2022", "31 лютого 2022"]
)
def test_a_day_no_calendar_has_stays_empty(text):
    found = one(text)
    assert (found.first, found.rule) == (None, "no_such_day")


def test_a_weekday_that_does_not_fit_its_date_is_said():
    assert one("on Monday 3 March 2022").rule == "full_date:weekday_differs"  # it was a Thursday


def test_numeric_dates_are_read_in_the_order_of_the_others():
    found = find_dates("Raids on 30/04/2018 and on 02/05/2018 were reported.", THURSDAY)
    assert [str(d.first) for d in found] == ["2018-04-30", "2018-05-02"]


def test_the_stamp_of_an_update_is_no_date_of_the_story():
    text = "Jets struck a depot. (updated 19:25 16.05.2017) Two guards died. Posted on 17 May 2017"
    assert find_dates(text, THURSDAY) == []


@pytest.mark.shared
def test_weekdays_of_real_news_are_on_the_day_a_reader_gave_them(shared):
    """The labels of `benchmarks/weekdays.py`, which also prints the wrong ones."""
    folders = {"fakes_syria_dev": "events", "re3d_syria_iraq": "events"}
    texts, right = {}, []
    for line in (Path(__file__).parent / "data" / "weekdays.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        corpus = row["corpus"]
        if corpus not in texts:
            path = shared / folders.get(corpus, "corpora") / f"{corpus}.jsonl"
            rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            texts[corpus] = {str(r["id"]): r["text"] for r in rows}
        if row["label"] == "open":
            continue
        found = find_dates(texts[corpus][row["id"]], Dateline(dt.date.fromisoformat(row["published"]), None, "given"))
        days = {str(day) for d in found if d.start < row["end"] and row["start"] < d.end for day in (d.first, d.last)}
        right.append(row["label"] in days or (row["label"] == "none" and days <= {"None"}))
    assert len(right) >= 200
    assert sum(right) / len(right) >= 0.95


DATE = "3 February 2022\n\n"


def events(text):
    return extract_events(article(text), resolutions(text))


@pytest.mark.parametrize(
    ("told", "first", "last"),
    [
        ("Shelling killed 9 people in Sarmin in a 10-day siege that began on 20 January.", "2022-01-20", "2022-01-30"),
        ("Shelling killed 9 people in Sarmin in a 10-day siege, which ended on Tuesday.", "2022-01-22", "2022-02-01"),
        (
            "The 20 January assault on a prison in Sarmin killed 9 guards. The army said they died in a 10-day standoff.",
            "2022-01-20",
            "2022-01-30",
        ),
        ("Shelling killed 9 people in Sarmin in a 10-day battle on Sunday.", "2022-01-30", "2022-01-30"),
        ("After a 10-day siege shelling killed 9 people in Sarmin on Tuesday.", "2022-02-01", "2022-02-01"),
        ("Shelling killed 9 people in Sarmin from Sunday to Tuesday.", "2022-01-30", "2022-02-01"),
    ],
)
def test_a_stretch_of_days_hangs_on_the_day_it_began_or_ended(told, first, last):
    (event,) = events(DATE + told)
    assert (str(event.date.first), str(event.date.last)) == (first, last)


def test_an_event_is_never_dated_after_its_report():
    (event,) = events(DATE + "Shelling killed 9 people in Sarmin on 3 March 2022.")
    assert event.date.inferred
    assert event.date.last == dt.date(2022, 2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "they began to March on",
        "they may attack",
        "Resolution 2254",
        "1,900 people",
        "on Fridays.",
        "killed 2016 people",
        "of May and others",
        "on March 5, 1850",
        "on 5 March 1850",
        "3 آذار/نيسان 2020",
        "12 combattants 2016",
    ],
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


WORDS = re.findall(
    r"\n\n|[^ \n]+",
    "Monday Sundays March May February 3 5th 31 45 2020 1850 to and - from between last next this of the following week"
    " year day days two few a earlier ago overnight dawn at yesterday 30/04/2018 02/05/2018 2021-02-29 ٣ آذار مارس mars"
    " лютого , . \n\n since until will said on in Published updated 19:25",
)


@given(
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
)
def test_any_run_of_date_words_is_read_without_failing_and_never_backwards(text, published):
    for dateline in (find_dateline(article(text)), Dateline(published, None, "given")):
        found = find_dates(text, dateline)
        assert all(a.end <= b.start for a, b in pairwise(found))
        assert all((d.first is None) == (d.last is None) for d in found)
        assert all(d.first <= d.last for d in found if d.first)


@given(st.text(max_size=300))
def test_any_text_gives_ordered_spans_that_do_not_overlap(text):
    found = find_dates(text, THURSDAY)
    assert all(0 <= d.start < d.end <= len(text) for d in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_report_whose_datelines_disagree_says_so_beside_its_source():
    found = extract_events(
        article(DATE + "Gunmen killed 4 farmers in Sarmin on Thursday.", file_name="2021-01-05.txt"),
        resolutions(DATE + "Gunmen killed 4 farmers in Sarmin on Thursday."),
    )
    assert "2021-01-05" in found[0].sources[0].note


def test_a_month_told_in_a_sentence_of_something_else_is_no_date_of_the_event():
    text = (
        "19 April 2017\n\nJets struck the town of Sarmin, killing 13 people. There was no comment from the army. Earlier "
        "this month the army said its raids killed at least 220 civilians."
    )
    (event,) = [e for e in extract_events(article(text), resolutions(text)) if e.status == "event"]
    assert event.date.rule != "earlier_this_month"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Rebels seized the town of Sarmin in March 2013.", "2013-03-01", "2013-03-31"),
        ("Shells killed 4 farmers in Sarmin on 9 November 2021, residents said.", "2021-11-09", "2021-11-09"),
        ("Shells killed 4 farmers in Sarmin on 31 November 2021, residents said.", "None", "None"),
        ("Shells killed 4 farmers in Sarmin, which rebels took in 2013.", "2022-02-02", "2022-02-03"),
    ],
)
def test_the_day_of_the_report_stands_in_for_no_day_the_sentence_states(text, first, last):
    found = article(text, published=dt.date(2022, 2, 3))
    (event,) = extract_events(found, resolutions(text))
    assert (str(event.date.first), str(event.date.last)) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Ministers met on Tuesday after the shelling of Sarmin that killed 8 farmers.", "2022-01-29", "2022-02-01"),
        ("Turkey on Tuesday denounced the shelling of Sarmin, which killed 8 farmers.", "2022-01-29", "2022-02-01"),
        (
            "Villagers attended a burial on Tuesday for 8 farmers killed by shelling in Sarmin.",
            "2022-01-29",
            "2022-02-01",
        ),
        ("Ministers met on Tuesday after shelling killed 8 farmers in Sarmin on Sunday.", "2022-01-30", "2022-01-30"),
        ("Mourners at a funeral on Tuesday were hit by shelling in Sarmin, killing 8.", "2022-02-01", "2022-02-01"),
    ],
)
def test_the_day_others_answered_a_deed_is_only_the_latest_it_may_have_been(text, first, last):
    found = article(text, published=dt.date(2022, 2, 3))
    (event,) = extract_events(found, resolutions(text))
    assert (str(event.date.first), str(event.date.last)) == (first, last)
    assert event.date.inferred == (first == "2022-01-29")


def test_a_text_without_full_stops_is_cut_behind_commas_and_read_in_the_time_of_its_length():
    text = "Shells hit the town of Sarmin on Monday and killed 4 farmers, " * 400
    sentences = split_sentences(text)
    assert all(len(s.text) <= LONGEST_SENTENCE and s.text.endswith(",") for s in sentences)
    assert " ".join(s.text for s in sentences) == text.strip()
    started = time.process_time()
    assert extract_events(article(text, published=dt.date(2022, 2, 3)), resolutions(text))
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Shells hit Sarmin on Sunday and Monday, killing 8.", "2022-01-30", "2022-01-31"),
        ("Raids on Sarmin were reported late Sunday and early Monday, killing 8.", "2022-01-30", "2022-01-31"),
        ("Raids on Sarmin, which began on Saturday and continued on Monday, killed 8.", "2022-01-29", "2022-01-31"),
        ("Raids killed 8 farmers in Sarmin since the army opened its offensive on Sunday.", "2022-01-30", "2022-02-03"),
        ("Raids killed 8 farmers in Sarmin. The incident occurred on January 31.", "2022-01-31", "2022-01-31"),
        (
            "Raids hit Sarmin on Monday, killing 8. The attack is part of an offensive launched on Saturday.",
            "2022-01-31",
            "2022-01-31",
        ),
        (
            "Raids killed 2 farmers in Sarmin on Wednesday. In all 57 people have been killed since 22 January.",
            "2022-02-02",
            "2022-02-02",
        ),
        (
            "The governor was dismissed on July 2, a day after thousands of people protested in Sarmin.",
            "2021-07-01",
            "2021-07-01",
        ),
        ("Its fall on Monday was followed by air strikes on Sarmin that killed 8.", "2022-01-31", "2022-02-03"),
        ("Shelling killed 8 farmers in Sarmin over the past three days.", "2022-01-31", "2022-02-03"),
        (
            'Shells hit Sarmin on Tuesday. "The strikes tonight were ours", a spokesman said.',
            "2022-02-01",
            "2022-02-01",
        ),
    ],
)
def test_a_deed_has_its_own_days(text, first, last):
    event = extract_events(article(text, published=dt.date(2022, 2, 3)), resolutions(text))[0]
    assert (str(event.date.first), str(event.date.last)) == (first, last)


def test_a_day_without_a_year_is_kept_as_such_and_lent_to_the_list_below_it():
    text = "On Jan. 8, jets flew 34 air strikes in Syria.\n- Near Sarmin, two air strikes destroyed a tank.\n"
    (event,) = extract_events(article(text), resolutions(text))
    assert (event.date.first, event.date.rule.startswith("no_year:XXXX-01-08")) == (None, True)
    assert one("Shells hit Sarmin on 8 or 9 March.", Dateline(None, None, "none")).rule == "no_year:XXXX-03-09"


def test_a_year_comes_from_the_other_full_dates_of_the_text_or_from_its_address():
    nothing = Dateline(None, None, "none")
    years = "Shells hit Sarmin on 7 December 2016. Five were killed in Idlib on 9 December."
    assert [str(d.first) for d in find_dates(years, nothing)] == ["2016-12-07", "2016-12-09"]
    assert find_dates(years, nothing)[1].rule == "year_of_the_text"
    two = "Shells hit Sarmin on 7 December 2016, as on 8 December 2015. Five were killed on 9 December."
    assert find_dates(two, nothing)[2].first is None
    plain = "Shells hit Sarmin on 7 December and killed 4 farmers."
    dated = {"/2016/12/08/shells": "2016-12-07", "/2016/12/shells": "2016-12-07", "/news/20161": "None"}
    for path, day in dated.items():
        found = article(plain, url=f"https://news.example{path}")
        assert str(find_dates(plain, find_dateline(found))[0].first) == day
    told = f"{plain} Nobody in the town could say who had fired them, and none of the parties to the war spoke of it."
    (event,) = extract_events(article(told, url="https://news.example/2016/12/shells"), resolutions(told))
    assert (str(event.date.first), event.date.inferred) == ("2016-12-07", True)


@pytest.mark.parametrize(
    "text",
    [
        "Later that month air strikes hit the town of Sarmin and killed 8 farmers.",
        "Before the rebels left the town of Sarmin they executed 15 prisoners.",
        "Shells have fallen on Sarmin for four years and killed 8 farmers.",
    ],
)
def test_a_deed_of_another_time_does_not_get_the_day_of_the_report(text):
    for event in extract_events(article(text, published=dt.date(2022, 2, 3)), resolutions(text)):
        assert event.date.first is None


def test_a_dateline_between_a_headline_and_a_report_run_together():
    text = "Eight farmers killed in heavy shelling of Sarmin 3 February 2022 SANA said shells hit the town on Tuesday."
    assert find_dateline(article(text)).day == dt.date(2022, 2, 3)
    told = "Eight farmers were killed in the heavy shelling of the town of Sarmin on 3 February 2022 and SANA said so."
    assert find_dateline(article(told)).day is None


def test_an_assumed_day_stands_behind_the_texts_own():
    day = dt.date(2021, 1, 1)
    own = find_dateline(article("2022-02-03\nA raid.", published=day, published_assumed=True))
    assert (own.day, "2021-01-01" in own.note) == (dt.date(2022, 2, 3), True)
    none = find_dateline(article("A raid.", published=day, published_assumed=True))
    assert (none.day, none.rule, none.note) == (day, "given", "")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Shells hit Sarmin and killed three people. On 24 February the army launched its offensive.", 7, 8),
        ("Shells hit Sarmin and killed three people. On Sunday 35 people were wounded when shells fell.", 7, 8),
        (
            'Five soldiers were killed Sunday in air strikes in Sarmin. "Jets carried out four strikes today in Sarmin."',
            6,
            6,
        ),
        ("Air strikes killed 17 fighters in Sarmin during the past week.", 1, 8),
    ],
)
def test_a_day_is_of_the_deed_its_own_clause_tells(text, first, last):
    text = f"Syria, 8 March 2016 - {text}"
    told = [e for e in extract_events(article(text), resolutions(text)) if e.status == "event"]
    assert [(e.date.first.day, e.date.last.day) for e in told] == [(first, last)]
