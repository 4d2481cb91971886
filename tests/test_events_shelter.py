"""Displacement camps told of without a name: kept as said, never a point, and never a camp of soldiers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoconflict.events import extract_events
from geoconflict.events.merge import joined
from geoconflict.events.shelter import unnamed_camps
from geoconflict.links import events_to_layer
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article, Said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Shelling hit several refugee camps near Atmeh on Sunday.", ["several refugee camps near Atmeh"]),
        ("Jets bombed a camp for displaced people near Qah.", ["a camp for displaced people near Qah"]),
        ("Rockets struck at least six IDP camps west of Idlib city.", ["at least six IDP camps west of Idlib city"]),
        ("Syrian refugee camps in Lebanon were raided.", ["Syrian refugee camps in Lebanon"]),
        ("Makeshift camps along the Turkish border burned, displaced people said.", ["Makeshift camps along the Turkish border"]),
        ("Camps for the displaced and two informal settlements near Sarmada were hit.", ["Camps for the displaced", "two informal settlements near Sarmada"]),
        ("The strike hit Atmeh refugee camp.", []),
        ("Rockets hit Qah and Atmeh refugee camps.", []),
        ("A refugee camp called Al-Salam was hit.", []),
        ("The refugee camp was hit again.", []),
        ("Makeshift camps of the rebels were shelled.", []),
        ("He camps in the hills with refugees.", []),
    ],
)  # fmt: skip
def test_camps_without_a_name(sentence, said):
    assert [sentence[start:end] for start, end in unnamed_camps(sentence)] == said


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["", "several ", "two ", "a ", "dozens of ", "the "]),
    st.sampled_from(["military", "army", "training", "prison", "rebel", "militant", "summer", "oil refinery"]),
    st.sampled_from(["camp", "camps"]),
    st.sampled_from(["", " near Atmeh", " where refugees once lived"][:2]),
)
def test_camps_of_soldiers_are_never_among_them(lead, whose, noun, where):
    assert unnamed_camps(f"Refugees fled after jets hit {lead}{whose} {noun}{where}.") == []


def test_an_event_keeps_them_as_said_and_gets_no_point_of_theirs(gazetteer):
    text = (
        "Idlib, 3 February 2022 - Government artillery shelled several refugee camps near Atmeh in northern Idlib on "
        "Thursday, killing four civilians."
    )
    article = Article("a", text)
    events = extract_events(article, resolve_places(article, find_mentions(article, gazetteer), gazetteer))
    assert len(events) == 1
    (said,) = events[0].camps_said
    assert said.text == "several refugee camps near Atmeh"
    assert " ".join(text[said.start : said.end].split()) == said.text
    assert events[0].place.name == "Atmeh"
    other = replace(events[0], id="x", camps_said=(*events[0].camps_said, Said("b", 1, 9, "two camps")))
    assert [one.text for one in joined([events[0], other], [(), ()]).camps_said] == [said.text, "two camps"]
    layer = events_to_layer(events)
    assert layer["camps_said"].iloc[0] == [{"article": "a", "start": said.start, "end": said.end, "text": said.text}]
    assert len(layer) == 1
