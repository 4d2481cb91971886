"""One event is one kind of deed at one place in one time; a figure is the event's whose place and day it is told of."""

import pytest

from geoconflict.events import extract_events
from geoconflict.events.loci import name_key
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article

HEAD = "HOMS, May 4, 2021 - "


def events_of(text, gazetteer):
    article = Article("a", HEAD + text)
    return extract_events(article, resolve_places(article, find_mentions(article, gazetteer), gazetteer))


def killed_at(text, gazetteer):
    """Return the place and the dead (low, best, high) of each present event."""
    found = [e for e in events_of(text, gazetteer) if e.status == "event"]
    assert len({e.id for e in found}) == len(found)
    return [(e.place.name if e.place else None, *_bounds(e.fatalities)) for e in found]


def _bounds(totals):
    return totals.low, totals.best, totals.high


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "Two car bombs killed 10 people in Rastan and 20 in Tadmur on Monday.",
            [("Rastan", 10, 10, 10), ("Palmyra", 20, 20, 20)],
        ),
        (
            "Bombings in Aleppo and Idlib killed 10 and 20 people respectively on Monday.",
            [("Aleppo", 10, 10, 10), ("Idlib", 20, 20, 20)],
        ),
        (
            "In Aleppo shelling killed five people on Monday while in Idlib a car bomb killed three.",
            [("Aleppo", 5, 5, 5), ("Idlib", 3, 3, 3)],
        ),
        (
            "A soldier was killed by a car bomb in Rastan on Sunday and 11 rebels were also killed in clashes there.",
            [("Rastan", 1, 1, 1), ("Rastan", 11, 11, 11)],
        ),
    ],
)
def test_two_events_of_one_sentence_have_their_own_dead(words, told, gazetteer):
    assert killed_at(words, gazetteer) == told


def test_a_deed_at_places_in_a_row_is_one_event_each(gazetteer):
    words = "Shells killed two people in Homs on Monday. Police gave no details. Jets bombed Rastan, Talbiseh and Hama."
    assert [place for place, *_ in killed_at(words, gazetteer)] == ["Homs", "Rastan", "Talbiseh", "Hama"]


def test_an_attack_and_the_answer_to_it_next_day_are_two(gazetteer):
    words = "Rebels attacked a post in Rastan on Monday, killing four soldiers. On Tuesday the army shelled Rastan, killing nine."
    first, second = events_of(words, gazetteer)
    assert (str(first.date.first), _bounds(first.fatalities)) == ("2021-05-03", (4, 4, 4))
    assert (str(second.date.first), _bounds(second.fatalities)) == ("2021-05-04", (9, 9, 9))


def test_another_weapon_in_other_hands_is_another_event(gazetteer):
    words = "Army jets bombed Rastan on Monday, killing 12 people. Rebels shelled Rastan, killing three soldiers."
    assert killed_at(words, gazetteer) == [("Rastan", 12, 12, 12), ("Rastan", 3, 3, 3)]


@pytest.mark.parametrize("second", ["the village of Qarzbulat", "another village"])
def test_a_village_no_list_has_is_another_place(second, gazetteer):
    words = f"Air strikes killed seven people in the town of Rastan on Monday. Jets also hit {second}, killing four."
    found = killed_at(words, gazetteer)
    assert [dead for _, *dead in found] == [[7, 7, 7], [4, 4, 4]]
    assert found[0][0] == "Rastan"


def test_quarters_of_one_city_are_told_apart_and_the_head_counts_for_neither(gazetteer):
    words = (
        "Jets bombed Homs on Monday, killing 21 people. Fifteen people died when a bomb fell on the Dubbaya quarter."
        " Another six were killed when a missile hit a house in the Qarzbul quarter."
    )
    assert [best for _, _, best, _ in killed_at(words, gazetteer)] == [15, 6]


def test_a_quarter_that_tells_the_same_dead_again_is_the_same_event(gazetteer):
    words = "Shelling of Homs killed eight people on Monday. Shells fell on the Dubbaya quarter, killing eight."
    assert killed_at(words, gazetteer) == [("Homs", 8, 8, 8)]


def test_a_round_up_is_one_event_an_item(gazetteer):
    words = (
        "Shelling of Homs killed eight people on Monday. Elsewhere, a mine killed a farmer in Talbiseh."
        " In Hama, gunmen killed a judge. Separately, a bomb wounded two in Homs."
    )
    assert [place for place, *_ in killed_at(words, gazetteer)] == ["Homs", "Talbiseh", "Hama", "Homs"]


@pytest.mark.parametrize(
    "sum_",
    [
        "Air raids on the province killed 57 people in recent days.",
        "The raid brought the death toll from strikes to 57 people.",
        "Raids have killed 57 people over the past 24 hours.",
    ],
)
def test_a_sum_of_some_days_widens_no_event(sum_, gazetteer):
    words = f"Jets bombed Rastan on Monday, killing five people. {sum_}"
    assert killed_at(words, gazetteer) == [("Rastan", 5, 5, 5)]


def test_a_sentence_without_a_place_goes_on_with_the_event_before_it(gazetteer):
    words = (
        "Rockets hit Homs on Monday, killing six people. A car bomb exploded in Hama. The attack killed four policemen."
    )
    assert killed_at(words, gazetteer) == [("Homs", 6, 6, 6), ("Hama", 4, 4, 4)]


def test_gas_of_another_day_is_not_at_the_place_of_the_bomb_told_before(gazetteer):
    words = (
        "A bomb went off on a bus in Rastan. On Sunday, in a chemical attack blamed on the army, 70 people were killed."
    )
    assert killed_at(words, gazetteer) == [("Rastan", None, None, None)]
    placed = words.replace("On Sunday,", "On Sunday in Tadmur,")
    assert killed_at(placed, gazetteer)[1][:3] == ("Palmyra", 70, 70)


@pytest.mark.parametrize(
    "beside",
    [
        "The bombardment came as a new round of talks entered a third day in the Swiss city of Geneva.",
        "The shelling went on while envoys held a meeting in the Kazakh capital Astana.",
        "It was the first shelling of the town since Washington has armed the rebels.",
    ],
)
def test_nothing_is_struck_where_people_meet_or_a_capital_acts(beside, gazetteer):
    words = f"Shells hit a school in Rastan on Monday, killing five people. {beside}"
    assert killed_at(words, gazetteer) == [("Rastan", 5, 5, 5)]


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("A bomber blew himself up in a hall in Tall Tawil village, killing at least 20 civilians.", ["Tall Tawil"]),
        ("Another suicide bomber blew himself up in Tall Tawil village, killing three.", ["Hasakah", "Tall Tawil"]),
    ],
)
def test_a_bombing_told_of_the_city_and_of_a_village_of_its_province_is_one(second, told, gazetteer):
    words = f"A suicide bombing in Hasakah on Monday killed 20 people at a wedding. {second}"
    assert [place for place, *_ in killed_at(words, gazetteer)] == told


def test_a_town_no_list_has_is_where_the_blasts_of_its_province_were(gazetteer):
    words = "Suicide blasts in Homs on Monday killed six people. They blew up a car in Qarzbulat town in Homs province."
    (event,) = events_of(words, gazetteer)
    assert (event.place.kind, event.place.name, event.place_said) == ("admin1", "Homs", "Qarzbulat town")


def test_other_dead_at_an_unknown_quarter_far_down_are_of_another_event(gazetteer):
    between = "Residents fled to the fields. Prices rose again. All schools were shut. Officials visited the town."
    dead = "Around 40 people were killed in the Dubbaya district."
    assert killed_at(f"Jets struck Rastan on Monday, killing seven people. {between} {dead}", gazetteer) == [
        ("Rastan", 7, 7, 7)
    ]


def test_fields_and_crossroads_no_list_has_are_told_apart(gazetteer):
    words = (
        "The army clashed with rebels at the Habbar oilfield in Homs province on Monday, killing five fighters."
        " Troops clashed with rebels at the Qarzbul crossroads, killing nine militants."
    )
    assert [(e.place_said, e.fatalities.best) for e in events_of(words, gazetteer)] == [
        ("Habbar oilfield", 5),
        ("Qarzbul crossroads", 9),
    ]


def test_a_deed_of_another_kind_and_day_lends_no_place(gazetteer):
    words = "A suicide bomber killed four people in Rastan on Monday. Troops executed 48 people on Sunday."
    assert ("Rastan", 48, 48, 48) not in killed_at(words, gazetteer)


def test_a_meeting_that_is_struck_or_agrees_is_at_its_place(gazetteer):
    struck = "A bomb went off at talks in Rastan on Monday, killing five people at a meeting in Rastan."
    assert killed_at(struck, gazetteer) == [("Rastan", 5, 5, 5)]
    (agreed,) = events_of("The rebels and the army agreed a truce at talks in Rastan on Monday.", gazetteer)
    assert (agreed.sub_event_type, agreed.place.name) == ("Agreement", "Rastan")


def test_respelt_names_are_one_name():
    assert name_key("al-Waer") == name_key("Waer") == name_key("Wa'er")
    assert name_key("Maaret al-Numan") == name_key("Maarrat al-Nu'man")
    assert name_key("Dubbaya") != name_key("Qarzbul")
