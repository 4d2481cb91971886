"""Where events were: two places in one sentence, what came before, and what only stands beside an event."""

import math

import pytest
from event_texts import article, resolution, resolutions
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events import extract_events
from geoconflict.events.where import SUPPORT_FACTOR, Claim, area_strength
from geoconflict.records import Place

DATE = "3 February 2022\n\n"


def events(text):
    return [e for e in extract_events(article(text), resolutions(text)) if e.status == "event"]


def told(text):
    return [(e.place.name, e.sub_event_type, e.fatalities.best) for e in events(DATE + text)]


AIR, SHELLING, BOMB = "Air/drone strike", "Shelling/artillery/missile attack", "Remote explosive/landmine/IED"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Jets bombed Sarmin on Thursday and artillery shelled Daraa.",
            [("Sarmin", AIR, None), ("Daraa", SHELLING, None)],
        ),
        (
            "An air strike on Sarmin on Thursday killed four people and shelling in Daraa killed nine.",
            [("Sarmin", AIR, 4), ("Daraa", SHELLING, 9)],
        ),
        (
            "On Thursday a car bomb in Daraa killed five people and another in Aleppo killed seven.",
            [("Daraa", BOMB, 5), ("Aleppo", BOMB, 7)],
        ),
        ("Jets bombed Sarmin on Thursday and shelled Binnish.", [("Sarmin", AIR, None)]),  # 5 km: one event
        ("Jets bombed Sarmin and Daraa on Thursday.", [("Sarmin", AIR, None)]),  # one deed named once
    ],
)
def test_deeds_at_places_too_far_apart_are_two_events(sentence, expected):
    assert told(sentence) == expected


def test_two_events_of_one_sentence_have_ids_of_their_own_that_stay():
    text = DATE + "Jets bombed Sarmin on Thursday and artillery shelled Daraa."
    first, second = events(text)
    assert first.id != second.id
    assert [e.id for e in events(text + " Rebels captured Atmeh on Wednesday.")][:2] == [first.id, second.id]


@pytest.mark.parametrize(
    "sentence",
    [
        "At least 12 people were killed on Thursday in strikes on Aleppo and shelling of Daraa.",
        "Jets bombed Aleppo on Thursday and artillery shelled Daraa, killing 12 people.",
    ],
)
def test_a_count_of_both_deeds_is_the_total_of_neither(sentence):
    found = events(DATE + sentence)
    assert [e.place.name for e in found] == ["Aleppo", "Daraa"]
    assert all(e.fatalities.best is None for e in found)
    assert any(f.status == "other_event" and f.low == 12 for e in found for f in e.figures)


def test_a_count_before_a_second_deed_told_by_its_own_verb_is_of_the_first():
    found = told("Twelve people were killed on Thursday in strikes on Aleppo and rebels shelled Daraa.")
    assert [(place, killed) for place, _, killed in found] == [("Aleppo", 12), ("Daraa", None)]


def test_what_happened_hours_before_lends_neither_place_nor_dead():
    (event,) = events(
        DATE
        + "Nineteen people were killed near Sarmin on Thursday just hours after an air strike left 30 dead in Daraa."
    )
    assert (event.place.name, event.place_relation, event.fatalities.best) == ("Sarmin", "near", 19)


def test_the_same_event_told_again_after_hours_keeps_its_place():
    (event,) = events(
        DATE + "The bodies of three men were found on Thursday two days after gunmen kidnapped them in Daraa."
    )
    assert event.place.name == "Daraa"


def test_who_backs_a_side_is_no_place_of_its_battles():
    assert told("Ankara said that Aleppo-backed fighters shelled Sarmin on Thursday.") == [("Sarmin", SHELLING, None)]


GHOUTA = Place("t:ghouta", "Eastern Ghouta", "region", 36.45, 33.53, 15_000, "SY")
DESERT = Place("t:desert", "Syrian Desert", "region", 38.5, 34.0, 200_000, "SY")


@pytest.mark.parametrize(("region", "expected"), [(GHOUTA, "Eastern Ghouta"), (DESERT, "Aleppo")])
def test_a_region_no_larger_than_a_district_is_a_place_of_its_own(region, expected):
    text = (
        DATE + f"Jets bombed {region.name} on Thursday, said a monitor that counts the dead since its days at Aleppo."
    )
    start = text.index(region.name)
    found = [*resolutions(text), resolution(text, start, start + len(region.name), region)]
    (event,) = extract_events(article(text), sorted(found, key=lambda r: r.mention.start))
    assert event.place.name == expected


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=1, max_size=6))
def test_each_further_claim_of_an_area_makes_it_stronger_also_one_that_only_says_where(near):
    claims = [Claim(None, {"near": value}, SUPPORT_FACTOR * value) for value in near]
    strengths = [area_strength(claims[:n]) for n in range(1, len(claims) + 1)]
    assert strengths == sorted(set(strengths))
    assert max(near) <= strengths[-1] <= max(near) + math.log(len(near)) + 1e-9


def test_the_dead_of_a_whole_country_are_no_total_of_the_first_place_of_a_round_up():
    found = told(
        "At least 30 people were killed across Syria on Thursday, monitors said.\n\n- In Aleppo, barrel bombs killed 12 "
        "people.\n- In Sarmin, shelling killed 8 people.\n- In Daraa, a car bomb left 10 people dead."
    )
    assert [(place, killed) for place, _, killed in found] == [("Aleppo", 12), ("Sarmin", 8), ("Daraa", 10)]


def test_each_item_of_a_round_up_is_an_event_though_it_gives_neither_day_nor_dead():
    found = told(
        "Near Aleppo, seven air strikes struck militants. Near Daraa, three air strikes struck a headquarters."
    )
    assert [place for place, _, _ in found] == ["Aleppo", "Daraa"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Fighters positioned in Binnish shelled Aleppo on Thursday.",
        "Rebels in Binnish fired rockets at Aleppo on Thursday.",
        "Groups located in Binnish and Sarmin fired shells on Aleppo on Thursday, a source said.",
        "On Thursday shells fired from Binnish fell on Aleppo.",
    ],
)
def test_the_place_is_the_one_struck_and_not_where_those_who_fired_stood(sentence):
    assert told(sentence) == [("Aleppo", SHELLING, None)]


def test_a_place_where_those_who_fired_stood_is_kept_where_no_other_is_named():
    assert told("Rebels in Sarmin shelled army positions on Thursday.") == [("Sarmin", SHELLING, None)]


def test_who_was_struck_in_a_place_did_not_fire_from_there():
    found = told("Jets struck rebels in Sarmin on Thursday and shelled Daraa.")
    assert [place for place, _, _ in found] == ["Sarmin", "Daraa"]


def test_two_towns_that_lie_beside_each_other_are_two_events_each_with_its_own_dead():
    found = told(
        "Air strikes killed 30 people in two towns of Syria on Thursday, a monitor said. Jets struck the town of Sarmin, "
        "killing 12 people. Another raid killed 18 people in the town of Binnish."
    )
    assert found == [("Sarmin", AIR, 12), ("Binnish", AIR, 18)]


def test_the_dead_of_a_village_nobody_knows_are_not_added_to_those_of_the_town_before():
    found = told(
        "Air strikes killed at least 21 people on Thursday in Syria. At least 15 people were killed in raids on Aleppo. "
        "Six more people were killed when jets attacked a village near Aleppo."
    )
    assert found[0] == ("Aleppo", AIR, 15)
    assert all(killed in (None, 6) for _, _, killed in found[1:])


def test_what_follows_a_place_is_of_that_place():
    found = events(
        DATE
        + "Air strikes hit the city of Aleppo on Thursday, killing 9 people. Rebels shelled Daraa. One of the shells "
        "hit a school and wounded three pupils."
    )
    assert [(e.place.name, e.fatalities.best, e.injured.best) for e in found] == [
        ("Aleppo", 9, None),
        ("Daraa", None, 3),
    ]


def test_the_dead_a_headline_tells_of_two_fights_stay_with_the_one_that_tells_them_again():
    found = told(
        "Army kills 15 rebels near Idlib on Thursday, advances in Daraa. The army ambushed rebels in Sarmin on Thursday, "
        "killing 15 of them. Army units continued operations in Daraa on Thursday."
    )
    assert {place: killed for place, _, killed in found} == {"Sarmin": 15, "Daraa": None}
