"""What looks like an event, a count or a modal and is none: sentences that once misled."""

import pytest

from geoconflict.events import extract_events
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
