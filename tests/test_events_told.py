"""What a report tells of one day is kept: words of a longer time beside it make it no habit, one area is not the next."""

import pytest

from geoconflict.events import extract_events
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article

HEAD = "HOMS, May 4, 2021 - "
FIGHT = (
    "Army shelling killed four rebels in Homs on Monday. Rebels shelled soldiers. The army bombed the rebels there. "
)


def events_of(text, gazetteer):
    article = Article("a", HEAD + text)
    found = extract_events(article, resolve_places(article, find_mentions(article, gazetteer), gazetteer))
    return [e for e in found if e.status == "event"]


@pytest.mark.parametrize(
    "words",
    [
        "A car bomb killed nine people in Rastan on Monday, which took the country's civil war to its mosques.",
        "Nine fighters have been killed in the past 24 hours in clashes in Rastan.",
        "Air strikes in the war-torn country killed nine people in Rastan.",
        "Nine fighters were killed in clashes in Rastan, the army said in its daily round-up.",
    ],
)
def test_a_longer_time_beside_a_deed_makes_it_no_habit(words, gazetteer):
    (event,) = events_of(words, gazetteer)
    assert (event.place.name, event.fatalities.best) == ("Rastan", 9)


@pytest.mark.parametrize(
    "words",
    [
        "Rebels in Rastan have been shelled in the past.",
        "Shells have hit Rastan during the civil war.",
        "The civil war has brought air strikes on Rastan, residents said on Monday.",
    ],
)
def test_a_habit_is_no_event(words, gazetteer):
    assert not events_of(words, gazetteer)


def test_a_round_up_tells_each_province_by_itself(gazetteer):
    words = (
        "Jets carried out sorties on Monday. The sorties killed 50 fighters in Daraa countryside."
        " The sorties also killed 10 fighters in Idlib countryside. The jets killed 20 fighters in Hama countryside."
    )
    assert [(e.place.name, e.fatalities.best) for e in events_of(words, gazetteer)] == [
        ("Daraa", 50),
        ("Idlib", 10),
        ("Hama", 20),
    ]


def test_one_dead_in_each_of_two_quarters_is_two_deeds(gazetteer):
    words = (
        "Rebels shelled the Waer quarter of Homs on Monday, killing one civilian and injuring three."
        " Shells also hit the Zahraa quarter, where one woman was killed and 12 people were injured."
    )
    first, second = events_of(words, gazetteer)
    assert (first.place_said, first.fatalities.best, first.injured.best) == ("Waer quarter", 1, 3)
    assert (second.place_said, second.fatalities.best, second.injured.best) == ("Zahraa quarter", 1, 12)


def test_the_dead_of_another_day_and_place_are_an_event(gazetteer):
    words = FIGHT + "On Sunday 11 civilians were killed in Rastan."
    assert [(e.place.name, str(e.date.first), e.fatalities.best) for e in events_of(words, gazetteer)] == [
        ("Homs", "2021-05-03", 4),
        ("Rastan", "2021-05-02", 11),
    ]
    undated = FIGHT + "Some civilians of Rastan were killed in the war."
    assert [e.place.name for e in events_of(undated, gazetteer)] == ["Homs"]
