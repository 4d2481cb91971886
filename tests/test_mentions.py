"""Where names of places are, and where they are not."""

import json
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoconflict.mentions import find_mentions
from geoconflict.mentions.tokens import Splitter, split_tokens
from geoconflict.records import Article


def found(text, gazetteer):
    return find_mentions(Article("a", text), gazetteer)


def names(text, gazetteer, *, role=None):
    return [m.text for m in found(text, gazetteer) if role is None or m.role == role]


def locations(text, gazetteer):
    return [m.text for m in found(text, gazetteer) if m.role is None]


def assert_spans_hold(text, mentions):
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert 0 <= mention.score <= 1
        assert mention.role in (None, "demonym", "in_name")
    for one, after in pairwise(mentions):
        assert one.end <= after.start


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fighting was heard near the border with Turkeywould the ceasefire hold?", ["Turkey"]),
        ("Shells hit Aleppo.Residents fled to Idlib.", ["Aleppo", "Idlib"]),
        ("four children)said a doctor in Homs", ["Homs"]),
        ("Syria's army left Hama’s outskirts.", ["Syria", "Hama"]),
        ("He travelled from New\u00a0York to Damascus.", ["New\u00a0York", "Damascus"]),
        ("Clashes in Alep\u00adpo and Da\u00admascus", ["Alep\u00adpo", "Da\u00admascus"]),
        ("More strikes reported in #Syria and #Aleppo", ["Syria", "Aleppo"]),
        ("Fighters from Port-au-Prince flew to Baghdad.", ["Port-au-Prince", "Baghdad"]),
        ("The convoy left for Kyiv, Ukraine (then Lviv).", ["Kyiv", "Ukraine", "Lviv"]),
        ("Police in the U.S. and the UK said nothing.", ["U.S.", "UK"]),
        ("It was seen in Nagorno-Karabakh in the evening.", ["Nagorno-Karabakh"]),
        ("A prisoner fled the al-Sinaa prison in Hasakah.", ["al-Sinaa", "Hasakah"]),
        ("Guards fled Gweiran Prison in Hasakah.", ["Gweiran Prison", "Hasakah"]),
        ("Rockets hit al-Asad air base in Anbar.", ["al-Asad", "Anbar"]),
        ("Families left Kafr Qwxarmuut and Jisr al-Qwxar on foot.", ["Kafr Qwxarmuut", "Jisr al-Qwxar"]),
        ("The Rifaat family fled Iranand Homs.", ["Iran", "Homs"]),
        ("انفجار في حلب وإدلب", ["حلب", "إدلب"]),
        ("قصف طائرات روسية مدينة إدلب", ["إدلب"]),
        ("Envoys of the People's Republic of China came to Khartoum.", ["People's Republic of China", "Khartoum"]),
        ("Libyas coast guard brought them to Benghazis port.", ["Libya", "Benghazi"]),
        ("Turkeys were sold while the two Koreas met in Geneva.", ["Geneva"]),
        ("He was killed in Hula al-Zzyzx near Tyre.", ["Hula al-Zzyzx", "Tyre"]),
        ("Troops moved between Tabqa and Resafa at night.", ["Tabqa", "Resafa"]),
        ("Rockets hit Ain al-Asad air base.", ["Ain al-Asad"]),
    ],
)
def test_the_span_is_the_bare_name(text, expected, gazetteer):
    mentions = found(text, gazetteer)
    assert_spans_hold(text, mentions)
    assert [m.text for m in mentions] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("State news agency WAFA reported a raid in Jenin. WAFA gave no toll.", ["Jenin"]),
        ("The Houthi-run Saba news agency spoke of a raid on Marib. Saba reported three dead.", ["Marib"]),
        ("According to SABA the raid hit Hodeidah; TASS quoted officials in Moscow.", ["Hodeidah", "Moscow"]),
        ("The island of Saba lies near Sint Maarten.", ["Saba", "Sint Maarten"]),
        ("From 3 Nov to 14 Dec shells fell on Mosul; on Mar 2 they ceased.", ["Mosul"]),
        ("Arab tribes and Baath officials met in Hasakah.", ["Hasakah"]),
        ("Car bomb near market kills nine in Mogadishu", ["Mogadishu"]),
        ("CAR troops, backed by the DRC, left Bangui.", ["CAR", "DRC", "Bangui"]),
        ("ADEN, Yemen - A blast killed two.", ["ADEN", "Yemen"]),
        ("The MOCA report was read in Paris.", ["Paris"]),
        ("They asked Ghiyath Safi in Damascus. Safi spoke of ten dead.", ["Damascus"]),
    ],
)
def test_agencies_dates_and_words_in_capitals_are_no_places(text, expected, gazetteer):
    assert names(text, gazetteer) == expected


def test_a_line_that_was_wrapped_is_no_break(gazetteer):
    text = (
        "The delegation flew from the talks in Geneva directly to New\nYork, where the council met on Monday evening.\n"
    )
    assert "New\nYork" in names(text, gazetteer)
    assert "Geneva\n\nYork" not in names("The delegation flew from Geneva\n\nYork was quiet.", gazetteer)


@pytest.mark.parametrize(
    "text",
    [
        "Abu Bakr al-Baghdadi died. The Baghdadi raid was in October.",
        "President Bashar al-Assad spoke. Assad said he would stay.",
        "They fired from Bradley Fighting Vehicles and Kornet missiles.",
        "Hayat Tahrir al-Sham, Hurras al-Din and Ahrar al-Sham fought.",
        "the Islamic State of Iraq and the Levant claimed the attack",
        "the Organization for the Liberation of the Levant",
        "Faylaq al-Sham and Jaysh al-Izza took part.",
        "Tyler Durden and Charles Lister wrote about it on Monday.",
        "The Lassa virus and the Hendra virus were found.",
        "The aid was worth US$30 billion.",
        "A quiet day, with nothing to tell.",
        "",
    ],
)
def test_nothing_is_listed_inside_names_of_persons_groups_and_products(text, gazetteer):
    assert names(text, gazetteer) == []


@pytest.mark.parametrize(
    ("text", "demonyms"),
    [
        ("Russian jets and Turkish-backed fighters met.", ["Russian", "Turkish"]),
        ("US forces and US-led coalition jets struck.", ["US", "US"]),
        ("A U.S.-backed force arrived.", ["U.S."]),
    ],
)
def test_peoples_are_no_locations(text, demonyms, gazetteer):
    assert names(text, gazetteer, role="demonym") == demonyms
    assert locations(text, gazetteer) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("said the Syrian Observatory for Human Rights, a monitor", "Syrian"),
        ("as The New York Times reports", "New York"),
        ("researchers at Aleppo University said", "Aleppo"),
        ("the France Presse news agency says", "France"),
        ("a fellow with the Middle East Institute", "Middle East"),
        ("a professor at the University of Damascus", "Damascus"),
    ],
)
def test_parts_of_organisations_are_in_name(text, name, gazetteer):
    assert [(m.text, m.role) for m in found(text, gazetteer) if m.role != "demonym"] == [(name, "in_name")]


def test_a_country_with_a_verb_after_it_is_no_adjective(gazetteer):
    text = "The US said on Friday that it would leave. Troops stayed in the US."
    assert [m.role for m in found(text, gazetteer)] == [None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Springfield residents protested. Marla Springfield left early.", ["Springfield"]),
        (
            "Rain fell in Ohio. Columbus police closed a bridge; Kim Columbus had called.",
            ["Ohio", "Columbus"],
        ),
        ("The Dayton Mayor met a Toledo Democrat in Ohio.", ["Dayton", "Toledo", "Ohio"]),
        ("The EU sent aid; neither the US nor the EU sent troops.", ["EU", "US", "EU"]),
        ("Friends in NYC wrote to friends in MD.", ["NYC", "MD"]),
        ("Buses left Toledo & Dayton in Ohio.", ["Toledo", "Dayton", "Ohio"]),
        (
            "A fire near Toledo closed Old Qwxar Road in Qwxar Township, Ohio.",
            ["Toledo", "Old Qwxar Road", "Qwxar Township", "Ohio"],
        ),
        ("The Philippines and The Hague said so.", ["Philippines", "The Hague"]),
        ("THREE BRIDGES IN MOSUL ARE SHUT", ["MOSUL"]),
        ("FIRE at Millbrook [Dutchess Co, NY]", ["Millbrook", "Dutchess", "NY"]),
        ("Mass was said in the Qwxar Cathedral near Beirut.", ["Qwxar Cathedral", "Beirut"]),
    ],
)
def test_the_document_says_which_names_are_places(text, expected, gazetteer):
    mentions = found(text, gazetteer)
    assert [m.text for m in mentions if m.role != "demonym"] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The driver, Zvetana K. Lincoln, was unhurt.",
        "A painter, Mario de Santiago, showed his work.",
        "He met Mohammed bin Rashid there.",
        "The champion Andrew Jordan won again.",
        "It was made by the retailer Zara. A Zara skirt was sold. Zara said little.",
        "Hurricane Florence moved on. Florence had killed twelve.",
        "The polls opened at 8 a.m. EST.",
    ],
)
def test_names_of_persons_companies_and_storms_are_no_places(text, gazetteer):
    assert names(text, gazetteer) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roads to Kochi are under water #KeralaFloods #PrayForKerala in Kerala", ["Kochi", "Kerala"]),
        ("Two bridges gone near Kochi #KeralaFloods #KeralaRescue", ["Kochi", "Kerala"]),  # nothing else says where
        ("Please help #SaveAleppo", ["Aleppo"]),
        ("Volunteers wanted in #Homs #Syria", ["Homs", "Syria"]),
        ("we pray for uganda and eat turkey in november", ["uganda"]),
    ],
)
def test_a_hashtag_about_something_else_is_listed_only_where_nothing_else_says_where(text, expected, gazetteer):
    assert names(text, gazetteer) == expected


def test_decomposed_text_gives_the_same_places(gazetteer):
    composed = "Fighting in Saint-Étienne, Malmö and Córdoba, then in Ağrı."
    decomposed = unicodedata.normalize("NFD", composed)
    one, other = found(composed, gazetteer), found(decomposed, gazetteer)
    assert_spans_hold(decomposed, other)
    assert len(one) >= 3
    assert [m.key for m in one] == [m.key for m in other]


ALPHABET = st.sampled_from(
    [
        "Aleppo",
        "Idlib",
        "the",
        "US",
        "al-",
        "#",
        "Syria",
        "'s",
        "’",
        "-",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\u00a0",
        "\u00ad",
        "near",
        "of",
        "Islamic",
        "State",
        "in",
        "and",
        "Abu",
        "Bakr",
        "Street",
        "Lake",
        "حلب",
        "في",
        "_",
        "ال",
        "مخيم",
        "\u200f",
        "İ",
        "ﬁ",
        "é",
        "e\u0301",
        "12",
        ".",
        ",",
        "(",
        "St.",
        "U.S.",
        "Mr.",
        "@",
        "$",
        "💥",
        "\ud83d\udca5",
        "Turkeywould",
        "inSyria",
        "prison",
        "\t",
        "\r\n",
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(ALPHABET, max_size=40).map("".join))
def test_spans_hold_on_any_text(gazetteer, text):
    assert_spans_hold(text, found(text, gazetteer))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 40))
def test_what_stands_above_a_text_only_moves_the_spans(gazetteer, blank_lines):
    text = "Shelling hit Aleppo and Idlib on Friday. Nothing was heard in Damascus, Syria."
    moved = "\n" * blank_lines + text
    plain = [(m.start, m.end, m.text, m.score) for m in found(text, gazetteer)]
    assert len(plain) == 4
    assert [(m.start - blank_lines, m.end - blank_lines, m.text, m.score) for m in found(moved, gazetteer)] == plain


@pytest.mark.shared
def test_the_articles_keep_every_name_of_the_gold_and_no_name_that_is_none(shared, gazetteer):
    gold = json.loads((shared / "articles" / "gold_dev.json").read_text(encoding="utf-8"))
    for document in gold["documents"]:
        text = (shared / "articles" / document["file"]).read_bytes().decode()
        mentions = found(text, gazetteer)
        assert_spans_hold(text, mentions)
        covered = {i for m in mentions if m.role is None for i in range(m.start, m.end)}
        for place in document["places"]:
            span = range(place["start"], place["end"])
            if place["is_place"] and not place.get("optional"):
                assert set(span) & covered, f"{document['id']}: {place['mention']} at {place['start']} is missing"
            if not place["is_place"] and not place.get("optional"):
                assert not set(span) & covered, (
                    f"{document['id']}: {place['mention']} at {place['start']} is no location"
                )


_TOKEN_TEXTS = st.lists(
    st.sampled_from(
        ["Syria's", "#Idlib", "#PrayForItaly", "Idlib", "U.S.", "Turkeywould", "حلب", "_ray", "1,200", "\n"]
    ),
    max_size=20,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TOKEN_TEXTS | st.text(max_size=30), max_size=5))
def test_words_met_before_are_split_alike(texts):
    """Whatever a splitter remembers, a text has the tokens it has by itself, and they and their gaps are its letters."""
    splitter = Splitter(lambda word: 6 if word == "Turkeywould" else 0)
    for text in [*texts, *texts]:
        tokens = splitter.split(text)
        alone = split_tokens(text, lambda word: 6 if word == "Turkeywould" else 0)
        described = [(t.start, t.end, t.text, t.gap, t.hashtag, t.norm, t.capital) for t in tokens]
        assert described == [(t.start, t.end, t.text, t.gap, t.hashtag, t.norm, t.capital) for t in alone]
        assert all(text[t.start : t.end] == t.text for t in tokens)
        assert all(one.end <= other.start for one, other in pairwise(tokens))
