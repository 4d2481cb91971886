"""Headings, quarters of towns, namesakes abroad, and the bases called after towns."""

import pytest

from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.places.joint import haversine_km
from geoconflict.records import Article


def resolved(text, gazetteer):
    article = Article("a", text)
    return resolve_places(article, find_mentions(article, gazetteer), gazetteer)


def named(text, name, gazetteer):
    return [r for r in resolved(text, gazetteer) if name in r.mention.text]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Iraq\nNear Al Huwayjah, a depot was hit.\nSyria\nNear Al Huwayjah, a road was cut.\n", ["IQ", "SY"]),
        ("In Syria:\n- Near Manbij, a post.\n- Near Al Huwayjah, a road.\nIn Iraq:\n- Near Bayji, a truck.\n", ["SY"]),
        ("Airstrikes in Syria\nNear Manbij, a post was hit.\nAirstrikes in Iraq\nNear Al Huwayjah, a truck.\n", ["IQ"]),
        (
            "In Iraq, jets carried out two strikes in support of the army:\n* Near Al Huwayjah, a truck was hit.\n",
            ["IQ"],
        ),
        ("Manbij was quiet.\n\nHama province:\nNear Al Huwayjah, a truck was hit in Iraqi hands.\n", ["SY"]),
    ],
)
def test_a_heading_says_where_the_names_under_it_lie(text, countries, gazetteer):
    assert [r.place.country for r in named(text, "Huwayjah", gazetteer)] == countries


def test_the_end_of_a_wrapped_line_is_no_heading(gazetteer):
    text = "Jets of the coalition that is at war with the group hit two trucks last night in Iraq\nand Manbij and Hama and a road by Al Huwayjah.\n"
    headed = named(text.replace("night in", "night.\n\n"), "Huwayjah", gazetteer)[0]
    wrapped = named(text, "Huwayjah", gazetteer)[0]
    assert (headed.place.country, wrapped.place.country) == ("IQ", "SY")


@pytest.mark.parametrize(
    ("text", "name", "town"),
    [
        ("Mortars hit the al-Midan neighbourhood of Aleppo.", "Midan", "Aleppo"),
        ("Mortars hit al-Midan neighborhood in Homs city.", "Midan", "Homs"),
        ("Homs city was shelled. Two died on al-Midan neighborhood in the city.", "Midan", "Homs"),
        ("Mortars hit Zahra district west of Aleppo.", "Zahra", "Aleppo"),
        ("They fought in the district of Zahra on Aleppo's western edge.", "Zahra", "Aleppo"),
        ("Shells fell on the Basra Station district of Homs.", "Basra Station", "Homs"),
        ("Shells fell on the neighbourhoods of al-Midan, Qwxarmuut and Basra Station in Homs.", "Midan", "Homs"),
        ("Shells fell on the neighbourhoods of al-Midan, Qwxarmuut and Basra Station in Homs.", "Basra", "Homs"),
        ("Shells fell on the al-Midan and Karrada districts of Homs.", "Midan", "Homs"),
        ("Shells fell in the Rusafa district of Baghdad in Iraq.", "Rusafa", "Baghdad"),
        ("Clashes went on in the Saraqib neighbourhood in Hama.", "Saraqib", "Hama"),
        ("They held the Salah al-Din neighbourhood of Aleppo.", "Salah al-Din", "Aleppo"),
    ],
)
def test_a_quarter_no_list_knows_in_its_town_is_somewhere_in_it(text, name, town, gazetteer):
    (answer,) = named(text, name, gazetteer)
    assert (answer.place.name, answer.place.kind) == (town, "city"), answer.reason
    assert answer.where_prec == 2
    assert answer.radius_m >= answer.place.radius_m
    assert answer.spot.kind == "neighbourhood"
    assert answer.spot.name.endswith(f"({town})")
    assert "not in the gazetteer there" in answer.reason
    assert answer.score <= 0.5


def test_a_quarter_means_the_same_wherever_the_text_names_it(gazetteer):
    first, second = named(
        "They shelled the Zahra neighbourhood of Aleppo. A bomb went off in Zahra.", "Zahra", gazetteer
    )
    assert first.spot == second.spot


@pytest.mark.parametrize(
    ("text", "name", "id_"),
    [
        ("Mortars hit the al-Midan neighbourhood of Damascus.", "Midan", "curated:al-midan-damascus"),
        ("A bomb went off in the Karrada district of Baghdad.", "Karrada", "curated:karrada"),
        (
            "They shelled Nubl and al-Zahraa in Aleppo's northern countryside.",
            "Zahraa",
            "curated:al-zahraa-aleppo-countryside",
        ),
        ("Fighting went on in the Al-Bab district of Aleppo.", "Al-Bab", "geonames:174018"),
    ],
)
def test_a_place_the_lists_know_there_is_the_answer(text, name, id_, gazetteer):
    answer = named(text, name, gazetteer)[0]
    assert (answer.place.id, answer.spot) == (id_, None), answer.reason


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They took Qwxar es Safi in eastern Hama, near Salamiyah and Uqayribat. Homs was calm.", "Safi"),
        ("Snipers fired at Basra Station and at shops. Aleppo, Azaz, Manbij and Homs were calm.", "Basra Station"),
    ],
)
def test_a_namesake_far_abroad_is_no_answer(text, name, gazetteer):
    (answer,) = named(text, name, gazetteer)
    assert answer.place is None
    assert answer.reason.startswith("known only elsewhere")
    assert answer.candidates


def test_part_of_a_name_is_not_respelt(gazetteer):
    whole, part = (
        f"They took the village of {n} in eastern Hama, near Salamiyah in Syria." for n in ("Aqareb", "Aqareb es Sur")
    )
    assert named(whole, "Aqareb", gazetteer)[0].place is not None
    assert all(answer.place is None for answer in named(part, "Aqareb", gazetteer))


@pytest.mark.parametrize(
    "said", ["Tabqa air base", "Tabqa base", "Tabqa airbase", "Tabqa military airport", "the air base of Tabqa"]
)
def test_a_base_is_the_base_and_not_its_town(said, gazetteer):
    (answer,) = named(f"Fighters stormed {said} at dawn, 40 km from Raqqa.", "Tabqa", gazetteer)
    base = resolved("Tabqa Air Base", gazetteer)[0].place
    assert haversine_km(base.lat, base.lon, answer.place.lat, answer.place.lon) < 10


def test_a_base_no_list_knows_is_near_its_town(gazetteer):
    (answer,) = named("Fighters stormed the Manbij air base at dawn.", "Manbij", gazetteer)
    assert (answer.place.name, answer.relation, answer.where_prec, answer.radius_m) == ("Manbij", "near", 2, 25_000)
