"""Merging: what becomes one event, what never does, and what a merge keeps."""

import datetime as dt
import time
from dataclasses import replace

import pytest
from event_texts import ALEPPO, ATMEH, BINNISH, DARAA, IDLIB, SARMIN, event
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events import merge_events
from geoconflict.events.totals import event_totals
from geoconflict.links import events_to_layer
from geoconflict.records import ActorMention, EventDate, Figure, Place, Source, Totals

RUSSIA = ActorMention("Russian Armed Forces", "Russian jets", "state forces", role="perpetrator")


def with_dead(made, n, hedge="exact"):
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


def test_two_names_no_list_has_in_one_town_are_two_places():
    a, b = pair()
    a, b = (replace(one, place_said=name) for one, name in ((a, "Bustan Amud quarter"), (b, "Dar al-Khazaf district")))
    assert len(merge_events([a, b])) == 2
    assert len(merge_events([a, replace(b, place_said="the district of Boustan Amoud")])) == 1


def test_two_days_that_both_reports_state_are_two_deeds_whatever_else_agrees():
    told = "A car bomb killed 12 people at the entrance of the town, police said"
    a, b = pair(day="2022-02-04", summary=told)
    assert len(merge_events([a, b])) == 2
    assert len(merge_events([with_dead(a, 12), with_dead(b, 12)])) == 2
    night = EventDate(dt.date(2022, 2, 1), dt.date(2022, 2, 2), "range", "overnight")
    assert len(merge_events([with_dead(a, 12), with_dead(replace(b, date=night), 12)])) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            {"summary": "Rockets hit the vegetable market of the town early on Thursday, residents said"},
            {"summary": "Rockets hit the hospital of the town early on Thursday, residents said"},
        ),
        (
            {"summary": "Gunmen on a motorbike shot dead a prosecutor outside his home on Thursday"},
            {"summary": "Gunmen on a motorbike shot dead a teacher outside his home on Thursday"},
        ),
        (
            {"summary": "Rockets hit the town early on Thursday, residents said there", "dead": 2},
            {"summary": "Rockets hit the town early on Thursday, residents there said", "dead": 11},
        ),
    ],
    ids=["two buildings", "two people", "two counts"],
)
def test_two_deeds_told_in_much_the_same_words_stay_apart(first, second):
    told = []
    for key, given_ in (("a", dict(first)), ("b", dict(second))):
        dead = given_.pop("dead", 1)
        told.append(with_dead(event(f"e {key}", article=key, **given_), dead))
    assert len(merge_events(told)) == 2


def test_two_named_attackers_of_one_day_are_two_attacks_where_the_words_are_alike():
    line = "{} killed a guard of the water station east of the town on Thursday"
    a, b = (
        with_dead(event(f"e{i}", article=i, actors=(who,), summary=line.format(who.canonical)), 1)
        for i, who in (("a", ISRAEL), ("b", HAMAS))
    )
    assert len(merge_events([a, b])) == 2


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


ISRAEL = ActorMention("Israel Defense Forces", "Israeli jets", "state forces", role="perpetrator")
HAMAS = ActorMention("Hamas", "Hamas", "rebel group", role="perpetrator")
MILITANTS = ActorMention("Militants", "militants", "rebel group", role="perpetrator")
MARJEH = Place("t:marjeh", "Marjeh", "neighbourhood", 37.17, 36.18, 1_000, "SY", "Aleppo")
SHAAR = Place("t:shaar", "Shaar", "neighbourhood", 37.19, 36.215, 1_000, "SY", "Aleppo")


def hit(actor):
    return replace(actor, role="target")


@pytest.mark.parametrize(
    ("first", "second", "dead"),
    [
        ({"place": IDLIB, "day": "2022-02-03"}, {"place": IDLIB, "day": "2023-05-03"}, (17, 17)),
        ({"sub": "Armed clash", "families": ("clash",)}, {"sub": "Arrests", "families": ("arrest",)}, (None, None)),
        ({"place": ALEPPO, "actors": (RUSSIA,)}, {"place": ALEPPO, "actors": (RUSSIA,)}, (5, 12)),
        ({"place": MARJEH}, {"place": SHAAR}, (7, 7)),
        ({"actors": (ISRAEL, hit(HAMAS))}, {"actors": (HAMAS, hit(ISRAEL))}, (4, 4)),
        ({"actors": (ISRAEL,)}, {"actors": (HAMAS,)}, (None, None)),
        ({"sub": "Peaceful protest", "families": ("protest",)},
         {"sub": "Peaceful protest", "families": ("protest",), "day": "2022-02-04"}, (None, None)),
        ({"place": IDLIB, "actors": (MILITANTS,)}, {"place": IDLIB, "actors": (MILITANTS,)}, (15, 17)),
        ({"place": None}, {"place": None}, (5, 5)),
        ({"day": None, "actors": (RUSSIA,)}, {"actors": (RUSSIA,)}, (None, None)),
        ({}, {"sub": "Shelling/artillery/missile attack", "families": ("shell",)}, (None, None)),
    ],
    ids=["15 months apart", "siege and arrests", "large city, other figures", "two quarters", "retaliation",
         "other attacker", "yesterday's protest", "militants in a province", "no place", "no day and no count",
         "another kind and no more"],
)  # fmt: skip
def test_these_stay_apart(first, second, dead):
    told = [event("e1", article="a", **first), event("e2", article="b", **second)]
    told = [with_dead(e, n) if n else e for e, n in zip(told, dead, strict=True)]
    assert len(merge_events(told)) == 2


def test_figures_that_differ_stand_side_by_side_and_the_reason_reaches_the_layer():
    a, b = with_dead(event("e1", article="a", sources=(Source("a"),)), 12), with_dead(
        event("e2", article="b", sources=(Source("b"),)), 26
    )  # fmt: skip
    (merged,) = merge_events([a, b])
    assert [(f.article, f.high) for f in merged.figures] == [("a", 12), ("b", 26)]
    row = events_to_layer([merged]).iloc[0]
    assert row.sources[1]["note"] == "joined for: same day; same place (0.0 km); same kind; figures differ, 12 and 26"
    assert row.reports == 2


def test_an_updated_sentence_joins_what_is_known_to_a_province_only():
    line = "Blast at a crossing in the north of the province kills {} rebels, a monitor said"
    a, b = (with_dead(event(i, place=IDLIB, article=i, summary=line.format(n)), n) for i, n in (("a", 20), ("b", 29)))
    assert len(merge_events([a, b])) == 1
    other = with_dead(event("c", place=IDLIB, article="c", summary="Shelling of the south killed many"), 29)
    assert len(merge_events([a, other])) == 2


def test_an_undated_report_that_fits_two_days_is_left_alone():
    days = [with_dead(event(i, article=i, day=day), 12) for i, day in (("a", "2022-02-03"), ("b", "2022-03-03"))]
    undated = with_dead(event("c", day=None, article="c", actors=(RUSSIA,)), 12)
    told = [replace(e, actors=(RUSSIA,)) for e in days]
    assert len(merge_events([told[0], undated])) == 1
    assert [e.articles for e in merge_events([*told, undated])] == [("a",), ("b",), ("c",)]


def test_a_report_that_one_report_of_an_event_forbids_is_not_chained_to_it():
    vague = event(
        "b", article="b", date=EventDate(dt.date(2022, 2, 3), dt.date(2022, 2, 4), "range", "p", inferred=True)
    )
    third, fourth = event("a", article="a"), event("c", article="c", day="2022-02-04")
    assert [e.articles for e in merge_events([third, vague, fourth])] == [("a", "b"), ("c",)]


def test_thousands_of_reports_of_one_event_are_one_event_soon():
    crowd = [with_dead(event(f"e{i}", article=f"a{i}", actors=(RUSSIA,)), 10 + i % 3) for i in range(4_000)]
    started = time.process_time()
    (merged,) = merge_events(crowd)
    assert len(merged.articles) == 4_000
    assert time.process_time() - started < 10


def test_a_copy_is_called_a_copy():
    a = event("e1", article="a", summary="The same words.", sources=(Source("a"),))
    b = event("e2", article="b", summary="The same words.", sources=(Source("b"),))
    (merged,) = merge_events([a, b])
    assert "word for word" in merged.sources[1].note
    assert merged.sources[1].copy_of == "a"
    assert merged.confidence == a.confidence
    assert events_to_layer([merged]).iloc[0].reports == 1


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


@given(any_events(), st.integers(0, 12))
def test_more_articles_change_no_id_and_part_no_reports_given_before(found, cut):
    before, after = merge_events(found[:cut]), merge_events(found)
    assert [e.id for e in after[: len(before)]] == [e.id for e in before]
    assert all(set(old.merged_ids) <= set(new.merged_ids) for old, new in zip(before, after, strict=False))


@given(any_events(), st.randoms(use_true_random=False))
def test_events_far_apart_do_not_change_each_other(found, rng):
    far = [
        replace(e, id=f"far {e.id}", articles=(f"far {e.id}",), place=DARAA) for e in found if e.place and e.date.first
    ]
    far = [replace(e, radius_m=DARAA.radius_m, fatalities=Totals()) for e in far]
    near = [e for e in found if e.place and not e.place.is_area and e.date.first]
    mixed = [*near, *far]
    rng.shuffle(mixed)
    order = [e for e in mixed if e in near]
    parts = {frozenset((e.id, *e.merged_ids)) for e in merge_events(mixed)}
    assert {frozenset((e.id, *e.merged_ids)) for e in merge_events(order)} <= parts


def test_days_without_a_year_that_differ_are_two_events():
    def of(day, key, article):
        date = EventDate(rule=f"no_year:XXXX-{day}")
        told = Totals(12, 12, 12)
        return event(key, date=date, article=article, fatalities=told, summary="Strikes hit Sarmin and killed twelve.")

    assert len(merge_events([[of("01-08", "e1", "a")], [of("01-08:head", "e2", "b")]])) == 1
    assert len(merge_events([[of("01-08", "e1", "a")], [of("01-10", "e2", "b")]])) == 2
    dated = event("e2", day="2017-01-10", article="b", fatalities=Totals(12, 12, 12))
    assert len(merge_events([[of("01-08", "e1", "a")], [dated]])) == 2
