"""Figures: what a number counts and how firm it is; and the totals by the eight rules, as a pure function."""

import datetime as dt
import json
from pathlib import Path

import pytest
from event_texts import article, resolutions
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events import extract_events
from geoconflict.events.figures import find_figures
from geoconflict.events.sentences import split_sentences
from geoconflict.events.totals import event_totals
from geoconflict.places.numbers import number
from geoconflict.records import Figure, Totals


def figures(text):
    return [c.figure for s in split_sentences(text) for c in find_figures(s, "a")]


def labelled(name):
    lines = (Path(__file__).parent / "data" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def one(text):
    found = figures(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-five", 25),
        ("1,200", 1200),
        ("3 000", 3000),
        ("two dozen", 24),
        ("a hundred", 100),
        ("half a million", 500_000),
        ("12 thousand", 12_000),
        ("nineteen", 19),
        ("two hundred and six", 206),
        ("one hundred and twenty thousand", 120_000),
    ],
)
def test_number_words(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "hedge"),
    [
        ("The mission left 13 dead.", 13, 13, "killed", "exact"),
        ("Jets pounded a camp, killing at least 60.", 60, None, "killed", "floor"),
        ("Possibly over 70 killed, some said.", None, 70, "killed", "ceiling"),
        ("The blast wounded up to 20 people.", None, 20, "injured", "ceiling"),
        ("The toll was nearly 500 dead.", None, 500, "killed", "rounded"),
        ("About 30 fighters died in the clash.", 30, 30, "killed", "rounded"),
        ("Dozens of people were killed.", 24, None, "killed", "rounded"),
        ("More than 100 people were injured.", 100, None, "injured", "floor"),
        ("Police arrested 27 people.", 27, 27, "captured", "exact"),
        ("The attack left 12 casualties.", 12, 12, "casualties", "exact"),
        ("A bomb killed and wounded 40 people.", 40, 40, "casualties", "exact"),
        ("Gunmen killed a policeman.", 1, 1, "killed", "exact"),
        ("400 families fled.", 400, 400, "displaced", "exact"),
    ],
)
def test_one_number_in_one_sentence(text, low, high, unit, hedge):
    found = one(text)
    assert (found.low, found.high, found.unit, found.hedge) == (low, high, unit, hedge)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The war has killed nearly 400,000 people since 2012.", "war_total"),
        ("The army denied that 12 civilians were killed.", "denied"),
        ("If the dam breaks, 3,000 people could be killed.", "conditional"),
        ("Initial reports gave a death toll of over 28.", "superseded"),
        ("The raid came two days after 40 people were killed.", "other_event"),
        ("Another 6 people were killed.", "part"),
    ],
)
def test_counts_that_are_no_totals_of_this_event(text, status):
    found = one(text)
    assert found.status == status
    assert not event_totals([found])[0][0].used or status == "part"


@pytest.mark.parametrize(
    "text",
    [
        "It lasted 2 hours.",
        "The city lies 60 kilometres away.",
        "On one side stood the army.",
        "He is 30 years old.",
        "See note (1881).",
    ],
)
def test_numbers_that_count_nobody(text):
    assert figures(text) == []


def test_a_list_of_groups_sums_to_a_floor():
    _, killed, civilians, _ = event_totals(figures("The strike killed 5 soldiers and 3 civilians."))
    assert (killed.low, killed.best, killed.high) == (8, 8, None)
    assert civilians.best == 3


def test_a_verb_behind_a_list_counts_for_all_of_it():
    found = figures("At least 45 militants and 20 Kurdish fighters had been killed.")
    assert [(f.low, f.unit, f.status) for f in found] == [(45, "killed", "part"), (20, "killed", "part")]
    assert event_totals(found)[1].best == 65


def test_another_makes_the_one_before_a_part_too():
    _, killed, _, _ = event_totals(
        figures("The raids killed 19 people outside the city and another 23 people in the town.")
    )
    assert killed.best == 42


def test_a_subset_is_no_part_but_counts_for_the_civilians():
    settled, killed, civilians, _ = event_totals(
        figures("The shelling left 19 dead, including 9 civilians (4 women and five children).")
    )
    assert (killed.low, killed.best, killed.high) == (19, 19, 19)
    assert (civilians.low, civilians.best, civilians.high) == (9, 9, 9)
    assert {f.text: f.used for f in settled} == {
        "19 dead": True,
        "9 civilians": True,
        "4 women": False,
        "five children": False,
    }


def test_no_casualties_among_one_side_is_not_none_at_all():
    settled, killed, _, _ = event_totals(figures("No casualties among Turkish soldiers were reported."))
    assert [(f.low, f.status) for f in settled] == [(0, "subset")]
    assert killed.best is None


@pytest.mark.parametrize(
    "text", ["No casualties were reported.", "There was no confirmation that any extremists were killed."]
)
def test_not_known_is_not_zero(text):
    assert event_totals(figures(text))[1].best is None


@pytest.mark.parametrize(
    "text",
    [
        "Strikes killed at least 17 people in the town. Of those killed, five were children.",
        "Strikes killed at least 17 people in the town. The dead included five children.",
        "Strikes killed at least 17 people in the town. Five of the victims were children.",
    ],
)
def test_some_of_the_dead_are_no_total(text):
    found = event_totals(figures(text))[1]
    assert (found.low, found.best, found.high) == (17, 17, None)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("An earlier version of this story said 18 people were killed.", "superseded"),
        ("The agency wrongly reported 18 dead.", "superseded"),
        ("A jet mistakenly killed 18 allied fighters.", "total"),
        ("Some 18 medics have been killed in the conflict.", "war_total"),
        ("Shells killed 18 people on one of the worst days of the conflict.", "total"),
    ],
)
def test_counts_put_right_and_counts_of_the_war(text, status):
    assert one(text).status == status


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The initial reports said 12 people were killed.", ""),
        ("A doctor in Aleppo said 12 people were killed.", ""),  # not known to the rule, but never the town
        ("The Observatory reported 12 people killed.", "The Observatory"),
    ],
)
def test_a_speaker_is_somebody(text, speaker):
    assert one(text).speaker == speaker


def test_a_floor_of_civilians_is_a_floor_of_all():
    text = "At least 9 people were killed in the camp, a medic said. A monitor said at least 12 civilians were killed."
    assert event_totals(figures(text))[1].best == 12


@pytest.mark.parametrize(
    ("text", "low", "high", "hedge"),
    [
        ("Between 30 and 35 people were killed.", 30, 35, "exact"),
        ("The raid killed nine to twelve guards.", 9, 12, "exact"),
        ("Well over 40 people were killed at the gate.", 40, None, "floor"),
        ("Sixty-one people were killed at the ford.", 61, 61, "exact"),
        ("As many as 12 people may have been killed.", None, 12, "ceiling"),
        ("Car bomb kills 12-police", 12, 12, "exact"),
    ],
)
def test_ranges_and_hedges(text, low, high, hedge):
    found = one(text)
    assert (found.low, found.high, found.hedge) == (low, high, hedge)


def test_a_range_is_a_floor_and_an_upper_bound():
    assert event_totals(figures("Between 30 and 35 people were killed."))[1] == Totals(30, 30, 35)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("A rocket killed a baker and his two sons.", 3),
        ("A mine killed a midwife's husband and a trader.", 2),
        ("A doctor, her driver and three guards were killed.", 5),
        ("The shell hit the mayor's house, killing him and two guests.", 3),
        ("A drone strike killed a family of six.", 6),
        ("Two nurses and one militiaman killed in port city", 3),
        ("One guard, one cook killed in port city", 2),
        ("A colonel was among nine people killed at the post.", 9),
        ("The group threatened to kill a hostage.", None),
        ("Nine villagers including an infant and a nurse were killed.", 9),
        ("The army killed an officer as well as five of his guards.", 6),
        ("At least 88 fighters were killed in two days of clashes.", 88),
        ("Omar Said, 61, was killed in his orchard.", 1),
    ],
)
def test_people_counted_without_a_numeral(text, best):
    assert event_totals(figures(text))[1].best == best


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Raids in the delta have killed 70 people since March.", "period_total"),
        ("The garrison lost 90 men killed in eight weeks.", "period_total"),
        ("Shells raised the death toll to 90 in about 40 days.", "period_total"),
        ("Some 9,500 dead since the fighting began", "war_total"),
        ("Six guards killed in worst day since March", "total"),
        ("It was the deadliest raid since an ambush killed 44 soldiers.", "other_event"),
        ("Forty people could die if the shelling goes on.", "conditional"),
        ("The report that 40 people were killed is untrue.", "denied"),
        ("We did not kill 40 people, the commander said.", "denied"),
    ],
)
def test_counts_of_other_times_and_what_is_not_said_to_be_so(text, status):
    assert one(text).status == status


@pytest.mark.parametrize(
    "text",
    [
        "Resolution 1701 mourns those killed.",
        "Ten goats were killed by the shell.",
        "Three blasts killed nobody.",
        "A van with plate 40-8812 was hit, an officer wounded said.",
    ],
)
def test_numbers_of_things_are_no_figures(text):
    assert [f for f in figures(text) if f.low] == []


@pytest.mark.parametrize(
    "text",
    [
        "Five guards killed, 12 wounded in past day: ministry",
        "Five guards killed, another 12 wounded at the ford",
        "The raid killed five guards, leaves 12 others wounded",
        "Five guards dead; the number of wounded was 12.",
        "Five members of the garrison and men loyal to them were killed, and 12 wounded.",
    ],
)
def test_the_dead_and_the_hurt_of_one_line_are_kept_apart(text):
    _, killed, _, injured = event_totals(figures(text))
    assert (killed.best, injured.best) == (5, 12)


def test_figures_of_labelled_sentences():
    """Labels came before the rules; the report half was never looked at while they were made."""
    right = {"development": [], "report": []}
    for row in labelled("event_figures.jsonl"):
        if "events" not in row:
            _, killed, _, injured = event_totals(figures(row["text"]))
            told = [None if t == Totals() else [t.low, t.best, t.high] for t in (killed, injured)]
            right[row["half"]].append(told == [row["killed"], row["injured"]])
    shares = {half: sum(found) / len(found) for half, found in right.items()}
    assert shares["development"] > 0.97, shares
    assert shares["report"] > 0.88, shares


# ---- the eight rules, on records ----------------------------------------------------------------------------


def figure(low, high, hedge="exact", status="total", *, article="a", start=0, group="", unit="killed", speaker=""):
    return Figure(article, start, start + 5, "12345", low, high, unit, status, hedge, group, speaker=speaker)


def killed(*found, days=None):
    totals = event_totals(found, days)[1]
    return totals.low, totals.best, totals.high


def test_rule_1_the_lead_stands_and_between_reports_the_later_day():
    assert killed(figure(13, 13, start=0), figure(11, 11, start=90)) == (11, 13, 13)
    early, late = figure(12, 12, article="a"), figure(9, 9, article="b")
    assert killed(early, late, days={"a": dt.date(2022, 1, 1), "b": dt.date(2022, 1, 2)})[1] == 9
    assert killed(early, late)[1] == 12


def test_rules_2_and_4_the_highest_floor_is_best_the_smallest_is_low():
    assert killed(figure(12, None, "floor"), figure(20, None, "floor", start=50)) == (12, 20, None)
    assert killed(figure(12, None, "floor"), figure(13, 13, start=50)) == (12, 13, 13)


def test_rules_3_and_5_rounded_only_without_better_and_ceilings_only_high():
    assert killed(figure(None, 500, "rounded")) == (None, 500, 500)  # "nearly 500" says nothing of fewer
    assert killed(figure(60, None, "floor"), figure(None, 70, "ceiling", start=50)) == (60, 60, 70)
    assert killed(figure(None, 70, "ceiling")) == (None, None, 70)


def test_rule_6_parts_never_add_to_a_total_that_may_hold_them():
    parts = (
        figure(5, 5, status="part", group="soldiers", start=50),
        figure(3, 3, status="part", group="guards", start=70),
    )
    assert killed(*parts) == (8, 8, None)
    assert killed(figure(13, 13), *parts) == (13, 13, 13)
    far_apart = figure(5, 5, status="part", group="soldiers"), figure(5, 5, status="part", group="men", start=5_000)
    assert killed(*far_apart)[1] == 5


def test_rule_7_the_same_number_from_another_speaker_is_a_repeat():
    assert killed(figure(12, None, "floor", speaker="one"), figure(12, None, "floor", speaker="two", start=50)) == (
        12,
        12,
        None,
    )


numbers_or_none = st.one_of(st.none(), st.integers(0, 5_000))
statuses = st.sampled_from(
    ["total", "part", "subset", "period_total", "superseded", "other_event", "conditional", "denied", "war_total"]
)


@st.composite
def any_figures(draw):
    found = []
    for start in range(draw(st.integers(0, 7))):
        hedge = draw(st.sampled_from(["exact", "floor", "ceiling", "rounded"]))
        n = draw(st.integers(0, 5_000))
        low, high = {"exact": (n, n), "floor": (n, None), "ceiling": (None, n), "rounded": (n, n)}[hedge]
        found.append(
            figure(low, high, hedge, draw(statuses), article=draw(st.sampled_from("ab")), start=start * 60,
                   group=draw(st.sampled_from(["", "civilians", "soldiers", "people"])), unit=draw(st.sampled_from(["killed", "injured", "casualties"])))
        )  # fmt: skip
    return found


@given(any_figures())
def test_totals_are_ordered_and_rest_on_the_text(found):
    settled, killed_, civilians, injured = event_totals(found)
    assert [(f.start, f.text) for f in settled] == [(f.start, f.text) for f in found]
    moved = [(a.status, b.status) for a, b in zip(found, settled, strict=True) if a.status != b.status]
    assert set(moved) <= {
        ("total", "period_total"),
        ("total", "subset"),
    }  # a count gives way, never the other way round
    for totals in (killed_, civilians, injured):
        known = [n for n in (totals.low, totals.best, totals.high) if n is not None]
        assert known == sorted(known)
    if killed_.best is not None and civilians.best is not None:
        assert civilians.best <= killed_.best
    assert all(f.why for f in settled)
    counted = [f for f in settled if f.used]
    assert all(f.status in ("total", "part", "subset") and f.unit in ("killed", "injured") for f in counted)
    if killed_.best is not None:
        assert any(f.unit == "killed" for f in counted)


@given(any_figures())
def test_counts_of_the_war_or_of_what_may_happen_change_nothing(found):
    extra = [
        figure(9_999, 9_999, status=s, start=9_000 + i)
        for i, s in enumerate(["war_total", "conditional", "denied", "other_event"])
    ]
    assert event_totals(found)[1:] == event_totals([*found, *extra])[1:]


@given(any_figures(), st.randoms())
def test_order_of_the_list_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert event_totals(found)[1:] == event_totals(shuffled)[1:]


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("Jets bombed Sarmin on Thursday, killing dozens. The strikes killed 45 civilians, a monitor said.", 45),
        ("Jets bombed Sarmin on Thursday, killing dozens. Three civilians were killed in their car.", None),
        ("A suicide attack on Sarmin on Thursday by members of the Free Front killed 25 troops.", 25),
        ("Shells hit Sarmin on Thursday, killing according to the latest toll 44 civilians.", 44),
        ("A blast in Sarmin on Thursday killed 6 people. A man whose sister was killed said he heard a plane.", 6),
    ],
)
def test_a_number_counts_where_words_stand_between_or_only_dozens_beside_it(text, killed):
    text = f"3 February 2022\n\n{text}"
    (event,) = extract_events(article(text), resolutions(text))
    assert event.fatalities.best == killed


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("In recent days 41 villagers have been killed.", "period_total"),
        ("More than 300 people have been killed since the truce collapsed in May.", "period_total"),
        ("The five-week siege has left 90 people dead.", "period_total"),
        ("Over the same period 700 people were killed.", "period_total"),
        ("Five people were killed in the second raid on the town in two weeks.", "total"),
        ("At least 40 have died since Tuesday in one of the worst battles since the start of the war.", "total"),
        ("Nineteen civilians, among them four children, were killed.", "total"),
    ],
)
def test_a_longer_time_is_told_from_the_event(text, status):
    assert figures(text)[0].status == status


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The fighting left 18 civilians - including two children - dead.", (18, 18, "killed")),
        ("The death toll from the shelling of the market has reached 33 people.", (33, 33, "killed")),
        ("The raid brought to 27 the number of people killed.", (27, 27, "killed")),
        ("Mon Oct 3 2016 6 killed 14 injured in a raid.", (6, 6, "killed")),
        ("Seven wounded soldiers died in hospital.", (7, 7, "killed")),
        ("One of its drivers had been killed by a mine.", (1, 1, "killed")),
        ("Karim al-Hadi was killed near the bridge.", (1, 1, "killed")),
        ("The shell wounded a 9-year-old girl.", (1, 1, "injured")),
        ("Several dozen people were killed.", (36, None, "killed")),
        ("The blast wounded perhaps more than 90 people.", (90, None, "injured")),
        ("The toll of the blast surpasses 80 dead.", (80, None, "killed")),
    ],
)
def test_counts_told_in_other_words(text, expected):
    found = figures(text)[0]
    assert (found.low, found.high, found.unit) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Troops executed three families.",
        "The rebels captured several hills above the town.",
        "One in five of the houses burned.",
        "A girl of six reads daily, because she lives next door, said two aid workers.",
    ],
)
def test_what_is_no_count_of_people(text):
    assert figures(text) == []


def test_totals_that_add_up_to_a_larger_one_are_its_parts():
    text = "The shelling wounded 19 people. Police said four were wounded at the school and 15 at the station."
    injured = event_totals(figures(text))[3]
    assert (injured.low, injured.best, injured.high) == (19, 19, 19)


def test_ranges_of_disjoint_groups_add_up_to_a_range():
    text = "Between 10 and 15 rebels and two to four soldiers were killed."
    killed_ = event_totals(figures(text))[1]
    assert (killed_.low, killed_.best, killed_.high) == (12, 12, 19)


def test_one_familys_dead_and_a_days_toll_give_way():
    family = figures("The bomb killed 60 people. Eight members of his family died in it.")
    assert event_totals(family)[1].low == 60
    day = figures("Raids killed 30 people in the past 24 hours. A strike on the market killed nine people.")
    assert (event_totals(day)[1].low, event_totals(day)[1].best) == (9, 9)


def test_a_hedge_behind_the_lead_makes_it_a_floor():
    killed_ = event_totals(figures("Storm of shells leaves 22 dead. At least 22 people were killed, a monitor said."))[
        1
    ]
    assert (killed_.low, killed_.best, killed_.high) == (22, 22, None)


def test_others_alone_are_the_whole():
    assert event_totals(figures("Nine other villagers were killed in the second town."))[1].best == 9


def test_what_adds_a_day_to_a_longer_time_is_not_the_days():
    found = figures("A raid killed two people, bringing the death toll to 62.")
    assert [f.status for f in found] == ["total", "period_total"]
    found = figures("Two of the wounded died in hospital, bringing the death toll to 62.")
    assert found[-1].status == "total"


@pytest.mark.parametrize(
    ("text", "unit", "best"),
    [
        ("Rescuers said seven people were also wounded in that raid.", "injured", 7),
        ("Thirty fighters including several ones of foreign nationality were killed.", "killed", 30),
        ("More than 35 people suffered suffocation.", "injured", 35),
        ("Over 50 terrorists were neutralized.", "killed", 50),
    ],
)
def test_a_verb_is_found_behind_what_stands_between(text, unit, best):
    assert [(f.unit, f.low) for f in figures(text) if f.status == "total"] == [(unit, best)]


def test_an_exact_number_of_others_outweighs_hundreds():
    text = "The raid wounded hundreds. The coalition said it killed 90 people and injured 400 others."
    assert event_totals(figures(text))[3] == Totals(400, 400, 400)
    assert event_totals(figures("Dozens were hurt. Police said another five people were wounded."))[3].best is None


def test_the_dead_of_two_sides_that_make_up_the_whole_are_no_rivals_of_it():
    text = "At least 11 people were killed. The raid killed five of the group and its allies as well as six militants."
    assert event_totals(figures(text))[1] == Totals(11, 11, None)


def test_the_dead_since_an_offensive_began_are_those_of_the_event_told_over_these_days():
    text = (
        "5 May 2019. Rebels have taken Binnish in an offensive that began on Tuesday.\n\n"
        "More than 90 people have been killed since the offensive began, at least 12 of them civilians, monitors said."
    )
    (event,) = extract_events(article(text), resolutions(text))
    assert event.date.precision == "range"
    assert event.fatalities == Totals(90, 90, None)
