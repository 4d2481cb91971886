"""Merging: what becomes one event, what never does, and what a merge keeps."""

import datetime as dt

import pytest
from event_texts import ALEPPO, ATMEH, BINNISH, DARAA, IDLIB, SARMIN, event
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events import merge_events
from geoconflict.events.totals import event_totals
from geoconflict.records import ActorMention, EventDate, Figure, Source

RUSSIA = ActorMention("Russian Armed Forces", "Russian jets", "state forces", role="perpetrator")


def with_dead(made, n, hedge="exact"):
    from dataclasses import replace

    figure = Figure(made.articles[0], 0, 5, "12345", n, n if hedge == "exact" else None, "killed", hedge=hedge)
    figures, killed, civilians, injured = event_totals([figure])
    return replace(made, figures=figures, fatalities=killed, civilian_fatalities=civilians, injured=injured)


def pair(**second):
    return [event("e1", article="a"), event("e2", **{"article": "b", **second})]


def test_two_reports_of_one_strike_become_one_event():
    a = with_dead(
        event("e1", article="a", actors=(RUSSIA,), sources=(Source("a", date=dt.date(2022, 2, 3)),)), 12, "floor"
    )
    b = with_dead(event("e2", article="b", actors=(RUSSIA,), sources=(Source("b", date=dt.date(2022, 2, 4)),)), 13)
    (merged,) = merge_events([[a], [b]])
    assert (merged.id, merged.merged_ids, merged.articles) == ("e1", ("e2",), ("a", "b"))
    assert (merged.fatalities.low, merged.fatalities.best, merged.fatalities.high) == (12, 13, 13)
    assert {f.article for f in merged.figures} == {"a", "b"}
    assert len(merged.evidence) == len(merged.sources) == 2
    assert "same day" in merged.reasons[0]
    assert "same place" in merged.reasons[0]


@pytest.mark.parametrize(
    "second",
    [
        {"day": "2022-02-05"},
        {"day": "2023-05-03"},
        {"place": ATMEH},  # 45 km off
        {"place": DARAA},
        {"sub": "Arrests", "families": ("arrest",)},
        {"status": "background"},
        {"article": "a"},  # one article does not tell an event twice
        {
            "day": None,
            "date": EventDate(rule="weekday_without_anchor", weekday=0),
        },  # a Monday; the other was a Thursday
    ],
)
def test_these_never_merge(second):
    assert len(merge_events(pair(**second))) == 2


def test_the_next_day_is_another_day_unless_the_dead_are_the_same():
    a, b = pair(day="2022-02-04")
    assert len(merge_events([a, b])) == 2
    assert len(merge_events([with_dead(a, 12), with_dead(b, 13)])) == 2
    assert len(merge_events([with_dead(a, 12), with_dead(b, 12)])) == 1


def test_a_large_town_on_one_day_is_not_enough():
    a, b = (event(i, place=ALEPPO, article=i) for i in "ab")
    assert len(merge_events([a, b])) == 2
    assert len(merge_events([with_dead(a, 26), with_dead(b, 26)])) == 1


def test_reports_known_to_a_province_need_a_second_clue():
    a, b = (event(i, place=IDLIB, article=i, actors=(RUSSIA,)) for i in "ab")
    assert len(merge_events([a, b])) == 2
    (merged,) = merge_events([with_dead(a, 17), with_dead(b, 17)])
    assert merged.place == IDLIB


def test_a_borrowed_day_is_marked_inferred_and_the_finer_place_kept():
    weekday = EventDate(rule="weekday_without_anchor", weekday=3)
    undated = with_dead(event("e1", day=None, article="a", date=weekday), 12)
    dated = with_dead(event("e2", article="b"), 13)
    (merged,) = merge_events([undated, dated])
    assert merged.date.first == dt.date(2022, 2, 3)
    assert merged.date.inferred
    assert (merged.date.weekday, merged.date.rule) == (3, "another_report:test")
    (other_way,) = merge_events([dated, undated])
    assert not other_way.date.inferred
    coarse, fine = with_dead(event("e1", place=IDLIB, article="a"), 17), with_dead(event("e2", article="b"), 17)
    assert merge_events([coarse, fine])[0].place == SARMIN


def test_a_copy_is_called_a_copy():
    a = event("e1", article="a", summary="The same words.", sources=(Source("a"),))
    b = event("e2", article="b", summary="The same words.", sources=(Source("b"),))
    (merged,) = merge_events([a, b])
    assert "word for word" in merged.sources[1].note


days = st.dates(dt.date(2022, 1, 1), dt.date(2022, 1, 6)).map(str)
spots = st.sampled_from([SARMIN, BINNISH, ATMEH, ALEPPO, IDLIB, None])


@st.composite
def any_events(draw):
    return [
        with_dead(
            event(
                f"e{i}", day=draw(st.one_of(st.none(), days)), place=draw(spots), article=f"a{draw(st.integers(0, 5))}"
            ),
            draw(st.integers(1, 4)),
        )
        for i in range(draw(st.integers(0, 12)))
    ]


@given(any_events())
def test_nothing_is_lost_and_ids_stay(found):
    merged = merge_events(found)
    ids = [i for e in merged for i in (e.id, *e.merged_ids)]
    assert sorted(ids) == sorted(e.id for e in found)
    assert sum(len(e.evidence) for e in merged) == sum(len(e.evidence) for e in found)
    assert sum(len(e.figures) for e in merged) == sum(len(e.figures) for e in found)
    assert all(len(e.articles) == len(set(e.articles)) == len(e.merged_ids) + 1 for e in merged)
    assert [e.id for e in merged] == [e.id for e in found if e.id in {m.id for m in merged}]


@given(any_events())
def test_a_stream_of_lists_is_a_stream_of_events(found):
    assert merge_events([[e] for e in found]) == merge_events(iter(found))
