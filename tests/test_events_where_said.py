"""The finest place a text names where no list has it, and the town, district or province that lies in or by."""

import pytest
from event_texts import article, resolutions

from geoconflict.events import extract_events

DATE = "3 February 2022\n\n"


def placed(text, **more):
    found = [e for e in extract_events(article(DATE + text), resolutions(DATE + text, **more)) if e.status == "event"]
    return [(e.place_said, e.place.name if e.place else None, e.place_relation) for e in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Shells hit the Bustan Amud neighbourhood of Aleppo on Thursday, killing four people.",
            ("Bustan Amud neighbourhood", "Aleppo", "in"),
        ),
        (
            "Jets bombed al-Nahda hospital in Daraa on Thursday, killing two nurses.",
            ("al-Nahda hospital", "Daraa", "in"),
        ),
        (
            "Four people died when shells fell on the neighbourhoods of Dar Amud and al-Zaytun in Aleppo on Thursday.",
            ("the neighbourhoods of Dar Amud and al-Zaytun", "Aleppo", "in"),
        ),
        (
            "Nine fighters were killed in clashes around al-Tahuna north of Aleppo on Thursday.",
            ("al-Tahuna", "Aleppo", "near"),
        ),
        (
            "A car bomb killed nine people on Thursday in the village of Khirbet Amud in Daraa.",
            ("the village of Khirbet Amud", "Daraa", "near"),  # some village of that province, not the town
        ),
        ("Jets bombed Aleppo on Thursday, killing four people.", ("", "Aleppo", "in")),
        ("Jets bombed the town of Sarmin on Thursday, killing four people.", ("", "Sarmin", "in")),
        ("Air strikes killed four people in rebel-held districts of Aleppo on Thursday.", ("", "Aleppo", "in")),
        ("Russian Base Shelled In Aleppo Thursday.\nShells hit Aleppo on Thursday, killing two.", ("", "Aleppo", "in")),
    ],
)
def test_the_finest_name_is_kept_with_the_place_it_lies_in(text, expected):
    assert placed(text) == [expected]


def test_a_place_near_another_says_so_in_its_circle():
    text = DATE + "Nine fighters were killed in clashes around al-Tahuna north of Aleppo on Thursday."
    (event,) = extract_events(article(text), resolutions(text))
    assert (event.where_prec, event.radius_m >= 10_000) == (2, True)


def test_who_shot_from_a_quarter_was_not_shot_at_there():
    told = (
        "Nine people were killed in Aleppo on Thursday by shells fired by gunmen positioned in the Dar Amud district."
    )
    assert placed(told) == [("", "Aleppo", "in")]


def test_the_town_a_place_is_told_beside_only_says_where_it_lies():
    told = "Jets bombed Sarmin near Aleppo on Thursday, killing four people."
    assert placed(told)[0] == ("", "Sarmin", "in")


def test_a_country_that_acts_is_no_place():
    told = "Syria has condemned the bombing of Sarmin on Thursday in which four people died."
    assert placed(told) == [("", "Sarmin", "in")]


def test_a_name_told_with_its_town_and_again_without_it_is_kept():
    told = (
        "A girl was killed in a rocket attack on a neighborhood in Aleppo city on Thursday. Police said rocket shells"
        " were fired at al-Furqul residential neighborhood in Aleppo on Thursday, killing a girl. A girl was killed on"
        " Thursday by rocket shells that gunmen fired on al-Furqul neighborhood in Aleppo city."
    )
    assert placed(told) == [("al-Furqul neighborhood", "Aleppo", "in")]
