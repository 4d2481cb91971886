"""What looks like an event, a count or a modal and is none: sentences that once misled."""

import pytest

from geoconflict.events import extract_events
from geoconflict.events.sentences import split_sentences
from geoconflict.events.triggers import find_triggers
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article

HEAD = "HOMS, May 4, 2021 - "


def events_of(text, gazetteer):
    article = Article("a", text)
    return extract_events(article, resolve_places(article, find_mentions(article, gazetteer), gazetteer))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("BEIRUT, June 3, 2020 - On 30 May clashes in Sirte killed six fighters.", "2020-05-30"),
        ("BEIRUT, June 3, 2020 - On May 30 clashes in Sirte killed six fighters.", "2020-05-30"),
        ("BEIRUT, June 3, 2020 - On the 30th of May clashes in Sirte killed six fighters.", "2020-05-30"),
    ],
)
def test_the_month_of_may_is_no_modal(text, day, gazetteer):
    (event,) = events_of(text, gazetteer)
    assert str(event.date.first) == day


@pytest.mark.parametrize("words", ["Shelling may hit Rastan on Friday.", "Air strikes could hit Rastan on Friday."])
def test_what_may_come_is_no_event(words, gazetteer):
    assert events_of(HEAD + words, gazetteer) == []


@pytest.mark.parametrize(
    ("words", "killed", "injured"),
    [
        ("Missiles hit a base in Rastan on Tuesday. No one died.", None, None),
        ("A mine killed none of the 12 workers in Rastan on Monday, but injured two.", None, 2),
        ("Shelling in Rastan killed Ali, 8, and Sara, 6, on Tuesday.", None, None),
        ("Two brothers, 9 and 11, were killed by a mine in Rastan on Tuesday.", 2, None),
        ("A shell killed Ahmed, 34, and his son, 7, in Rastan on Monday.", None, None),
        ("Shells killed 8, 3 of them children, in Rastan on Monday.", 8, None),
    ],
)
def test_nobody_and_ages_are_no_counts(words, killed, injured, gazetteer):
    (event,) = events_of(HEAD + words, gazetteer)
    assert (event.fatalities.best, event.injured.best) == (killed, injured)


@pytest.mark.parametrize("words", ["Jets killed 8 people in Rastan.", "Army helicopters wounded a farmer in Rastan."])
def test_aircraft_that_kill_make_an_air_strike(words, gazetteer):
    (event,) = events_of(HEAD + words, gazetteer)
    assert event.sub_event_type == "Air/drone strike"


def test_seized_buildings_are_no_arrests(gazetteer):
    events = events_of(HEAD + "Fighters seized several buildings in the south of Rastan on Monday.", gazetteer)
    assert all(event.sub_event_type != "Arrests" for event in events)


def test_a_vague_count_of_others_does_not_outweigh_an_exact_one(gazetteer):
    text = "A gas attack on a clinic in Rastan killed two people on Monday. Hundreds of militants and over 30 soldiers died."
    (event, *_) = events_of(HEAD + text, gazetteer)
    assert event.fatalities.best == 2


def test_what_somebody_did_for_a_living_is_no_event(gazetteer):
    text = (
        "Abu Tariq was killed by an air strike near Rastan on Monday. He was involved in the use of suicide vehicles."
    )
    assert [event.sub_event_type for event in events_of(HEAD + text, gazetteer)] == ["Air/drone strike"]


@pytest.mark.parametrize(
    "words",
    [
        "Syria has been gripped by violence since a crackdown began in response to anti-government protests in March 2011.",
        "The battle for Palmyra is part of the army offensive aimed at liberation of the city of Raqqa.",
        "Hundreds of thousands of Syrians have been killed in the fighting, and Palmyra was shelled by the army.",
        "Dozens of civilians have starved to death since militants tightened the siege on Rastan in early 2013.",
    ],
)
def test_how_a_war_went_is_no_event(words, gazetteer):
    assert events_of(HEAD + "Shells killed two people in Talbiseh on Monday. " + words, gazetteer)[1:] == []


def test_what_a_deed_came_with_is_told_of_its_own(gazetteer):
    words = "A bomb killed four people in Rastan on Sunday. The attack came as troops executed 48 people in Palmyra."
    events = events_of(HEAD + words, gazetteer)
    assert [(e.place.name, e.fatalities.best) for e in events] == [("Rastan", 4), ("Palmyra", 48)]
    (told,) = split_sentences("The bombardment came as a third round of talks went on in Amman.")
    assert [t.scope for t in find_triggers(told)] == ["object"]


def test_the_day_of_a_truce_or_of_a_meeting_is_not_that_of_the_deed(gazetteer):
    words = (
        "Shelling killed two people in Talbiseh on Monday. A ceasefire mediated by Ankara collapsed last month. "
        "The Security Council is to hold a meeting on Tuesday about the shelling in Talbiseh."
    )
    (event,) = events_of(HEAD + words, gazetteer)
    assert (str(event.date.first), event.status) == ("2021-05-03", "event")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("On Monday a strike destroyed two weapons caches in Rastan.", "Air/drone strike"),
        (
            (
                "Four soldiers were killed in an attack in Rastan on Monday. Four others were wounded in the attack. They"
                " died in a rocket attack on two tanks in Rastan. The army began an offensive there. The operation goes on."
            ),
            "Shelling/artillery/missile",
        ),
        ("On Monday air strikes killed six in Rastan, the site of a deadly chemical attack.", "Air/drone strike"),
        (
            (
                "On Monday jets pounded a rebel offensive in Rastan. The rebel offensive in Rastan began in the morning."
                " The rebels led the offensive in Rastan."
            ),
            "Air/drone strike",
        ),
    ],
)
def test_what_was_done_goes_before_what_else_is_named(words, kind, gazetteer):
    (event,) = events_of(HEAD + words, gazetteer)
    assert event.sub_event_type.startswith(kind)
