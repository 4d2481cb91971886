"""Headings, quarters of towns, namesakes abroad, and the bases called after towns."""

import pytest

from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article


def resolved(text, gazetteer):
    article = Article("a", text)
    return resolve_places(article, find_mentions(article, gazetteer), gazetteer)


def named(text, name, gazetteer):
    return [r for r in resolved(text, gazetteer) if name in r.mention.text]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Lebanon\nNear Tripoli, a depot was hit.\nLibya\nNear Tripoli, a road was cut.\n", ["LB", "LY"]),
        ("In Libya:\n- Near Sirte, a post.\n- Near Misrata, a road.\nIn Lebanon:\n- Near Tripoli, a truck.\n", ["LB"]),
        ("Raids in Libya\nNear Sirte and Sabha, posts.\n\nRaids in Lebanon\nNear Tripoli, a truck.\n", ["LB"]),
        (
            "Sirte was hit.\nIn Lebanon, jets carried out two strikes in support of the army:\n* Tripoli: a truck.\n",
            ["LB"],
        ),
        ("In Libya: near Sirte, a post. Near Misrata, a road. In Lebanon: near Tripoli, a truck.", ["LB"]),
        ("Sirte was hit. In Lebanon, near Tripoli, a truck was. In Libya, Tripoli was calm.", ["LB", "LY"]),
        ("Sirte was hit. In Lebanon, jets were heard. Tripoli and Misrata were calm.", ["LY"]),
        ("Sirte and Misrata were hit.\n\nNorth Governorate:\nNear Tripoli, a truck was hit.\n", ["LB"]),
    ],
)
def test_a_heading_says_where_the_names_under_it_lie(text, countries, gazetteer):
    assert [r.place.country for r in named(text, "Tripoli", gazetteer)] == countries


def test_the_end_of_a_wrapped_line_is_no_heading(gazetteer):
    wrapped = (
        "Jets of a coalition that is at war with the group, as are those of the army,\n"
        "hit two trucks last night that had come from Lebanon\n"
        "and Sirte and Misrata and a road by Tripoli.\n"
    )
    headed = wrapped.replace("hit two trucks last night that had come from ", "\n")
    (before,), (after,) = named(wrapped, "Tripoli", gazetteer), named(headed, "Tripoli", gazetteer)
    assert (before.place.country, after.place.country) == ("LY", "LB")


@pytest.mark.parametrize(
    ("text", "name", "town"),
    [
        ("Mortars hit the Karrada neighbourhood of Mosul.", "Karrada", "Mosul"),
        ("Mortars hit Jobar neighborhood in Homs city.", "Jobar", "Homs"),
        ("Homs city was shelled. Two died in Jobar neighborhood in the city.", "Jobar", "Homs"),
        ("Mortars hit Baba Amr district west of Hama.", "Baba Amr", "Hama"),
        ("They fought in the district of Harasta on Hama's western edge.", "Harasta", "Hama"),
        ("Shells fell on the Basra Station district of Homs.", "Basra Station", "Homs"),
        ("Shells fell on the neighbourhoods of Jobar, Qwxarmuut and Basra Station in Homs.", "Jobar", "Homs"),
        ("Shells fell on the neighbourhoods of Jobar, Qwxarmuut and Basra Station in Homs.", "Basra", "Homs"),
        ("Shells fell on the Jobar and Karrada districts of Homs.", "Jobar", "Homs"),
        ("Shells fell in the Rusafa district of Baghdad in Iraq.", "Rusafa", "Baghdad"),
        ("Clashes went on in the Saraqib neighbourhood in Hama.", "Saraqib", "Hama"),
        ("They held the Salah al-Din neighbourhood of Hama.", "Salah al-Din", "Hama"),
        ("They held the Homs neighbourhood of Harasta.", "Harasta", "Homs"),
        ("Fire broke out in the Jobar quarter, Homs.", "Jobar", "Homs"),
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
        "They shelled the Harasta neighbourhood of Hama. A bomb went off in Harasta.", "Harasta", gazetteer
    )
    assert first.spot == second.spot


@pytest.mark.parametrize(
    ("text", "name", "id_"),
    [
        ("Mortars hit the Sukkari neighbourhood of Aleppo.", "Sukkari", "curated:al-sukkari"),
        ("A bomb went off in the Karrada district of Baghdad.", "Karrada", "curated:karrada"),
        (
            "They shelled Nubl and al-Zahraa in Aleppo's northern countryside.",
            "Zahraa",
            "curated:al-zahraa-aleppo-countryside",
        ),
        ("They held the Homs neighbourhood of Harasta.", "Homs", "geonames:169577"),
        ("They held the Homs neighbourhood of Baba Amr.", "Baba Amr", "curated:baba-amr"),
        ("Fighting went on in the Al-Bab district of Aleppo.", "Al-Bab", "geonames:174018"),
    ],
)
def test_a_place_the_lists_know_there_is_the_answer(text, name, id_, gazetteer):
    answer = named(text, name, gazetteer)[0]
    assert (answer.place.id, answer.spot) == (id_, None), answer.reason


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They took Tell es Safi in eastern Hama, near Salamiyah and Uqayribat. Homs was calm.", "Safi"),
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
        f"They took the town of {n} in northern Homs, near Talbiseh in Syria." for n in ("Rastaan", "Rastaan es Sur")
    )
    assert named(whole, "Rastaan", gazetteer)[0].place.name == "Rastan"
    assert all(answer.place is None for answer in named(part, "Rastaan", gazetteer))


def test_a_name_as_like_to_two_places_is_neither(gazetteer):
    text = "They took the village of Aqareb in eastern Hama, near Salamiyah in Syria."  # as like to Atareb as to Aqrab
    (answer,) = named(text, "Aqareb", gazetteer)
    assert (answer.place, answer.reason) == (None, "not in the gazetteer")


@pytest.mark.parametrize("said", ["Hama air base", "the Hama base", "Hama airbase", "Hama military airport"])
def test_a_base_is_the_base_and_not_its_town(said, gazetteer):
    (answer,) = named(f"Fighters stormed {said} at dawn and went on to Homs.", "Hama", gazetteer)
    base = resolved("Hama Air Base", gazetteer)[0].place
    assert (answer.place, answer.place.kind) == (base, "base")


def test_a_base_no_list_knows_is_near_its_town(gazetteer):
    (answer,) = named("Fighters stormed the Manbij air base at dawn.", "Manbij", gazetteer)
    assert (answer.place.name, answer.relation, answer.where_prec, answer.radius_m) == ("Manbij", "near", 2, 25_000)


def test_a_spelling_the_list_knows_for_the_city_only_is_good_for_its_province_too(gazetteer):
    city = "Two people were killed in Deir Ezzor city by shells fired in Syria."
    province = "A bomb went off in the village of Tall Tawil in Hasakeh province in Syria."
    assert named(city, "Deir Ezzor", gazetteer)[0].place.kind == "city"
    assert named(province, "Hasakeh", gazetteer)[0].place.kind == "admin1"


def test_a_name_called_a_part_of_a_town_behind_a_comma_lies_in_it(gazetteer):
    told = "Shells hit a market in Mayo, a southern neighbourhood of Khartoum, on Wednesday."
    (part,) = named(told, "Mayo", gazetteer)
    (town,) = named(told, "Khartoum", gazetteer)
    assert (part.spot.kind, part.place.country) == ("neighbourhood", "SD")
    assert (town.place.kind, town.spot) == ("city", None)
