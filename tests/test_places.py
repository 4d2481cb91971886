"""Which place a name means, how precisely, and when the answer is none."""

import json
import math
import random
import subprocess
import sys
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.gazetteer.rows import distance_km
from geoconflict.mentions import find_mentions
from geoconflict.places import Pieces, resolve_places
from geoconflict.places.nearness import Surroundings
from geoconflict.places.telling import told_countries
from geoconflict.records import Article


def resolved(text, gazetteer, **options):
    article = Article("a", text)
    return resolve_places(article, find_mentions(article, gazetteer), gazetteer, **options)


def one(text, name, gazetteer, **options):
    return next(r for r in resolved(text, gazetteer, **options) if r.mention.text == name)


def test_one_answer_a_mention_in_the_order_given(gazetteer):
    article = Article("a", "Shelling hit Saraqib, Idlib and Aleppo in Syria. US forces left Moscow, Idaho for Moscow.")
    mentions = find_mentions(article, gazetteer)
    straight = resolve_places(article, mentions, gazetteer)
    assert [r.mention for r in straight] == mentions
    shuffled = random.Random(4).sample(mentions, len(mentions))
    again = resolve_places(article, shuffled, gazetteer)
    assert [r.mention for r in again] == shuffled
    assert {r.mention: r for r in again} == {r.mention: r for r in straight}
    assert resolve_places(article, [], gazetteer) == []


@pytest.mark.parametrize(
    ("text", "name", "kind", "where_prec"),
    [
        ("Strikes hit Idlib province on Friday.", "Idlib", "admin1", 4),
        ("Strikes hit the province of Aleppo on Friday.", "Aleppo", "admin1", 4),
        ("Fighting in the provinces of Hama, Aleppo and Latakia went on.", "Aleppo", "admin1", 4),
        ("Jets bombed targets in Aleppo and Idlib provinces.", "Aleppo", "admin1", 4),
        ("Shells fell on the city of Idlib.", "Idlib", "city", 1),
        ("They moved to cities like Hama and Idlib.", "Idlib", "city", 1),
        ("Shells fell in Aleppo at noon.", "Aleppo", "city", 1),
        ("Aden airport reopened; Sanaa is quiet.", "Aden", "city", 2),
        ("A riot in a Sanaa prison; Aden is quiet.", "Sanaa", "city", 1),
        ("They struck a bridge across the Dnipro river.", "Dnipro", "water", 7),
        ("They fled to Syria.", "Syria", "country", 6),
        ("Ships sailed across the Black Sea.", "Black Sea", "water", 7),
        ("Shendi in Sudan lies on the Nile, north of Khartoum.", "Nile", "water", 7),
        ("Troops crossed the Dnipro near Kherson.", "Dnipro", "water", 7),
        ("Shells fell on Dnipro, near Pavlohrad.", "Dnipro", "city", 1),
        ("The Congo is at war, and so is Sudan.", "Congo", "country", 6),
        ("The attackers freed prisoners of the al-Sinaa prison in Hasakah.", "al-Sinaa", "prison", 1),
        ("Families in the Zaatari camp in Jordan wait.", "Zaatari", "camp", 1),
        ("A raid near the Turkish border reached Kafr Takharim.", "Kafr Takharim", "town", 1),
    ],
)
def test_the_words_beside_a_name_say_what_it_is(text, name, kind, where_prec, gazetteer):
    answer = one(text, name, gazetteer)
    assert (answer.place.kind, answer.where_prec) == (kind, where_prec), answer.reason


def test_one_name_may_be_city_and_province_in_one_text(gazetteer):
    text = "They took Aleppo and moved to cities like Hama and Idlib. Later they held the province of Idlib. Idlib city was quiet."
    kinds = [r.place.kind for r in resolved(text, gazetteer) if r.mention.text == "Idlib"]
    assert kinds == ["city", "admin1", "city"]


@pytest.mark.parametrize(
    ("text", "relation", "where_prec", "radius_m"),
    [
        ("The blast was in Sarmada.", "in", 1, 3_000),
        ("The blast was near Sarmada.", "near", 2, 10_000),
        ("The blast was close to the town of Sarmada.", "near", 2, 10_000),
        ("The blast was on the outskirts of Sarmada.", "outskirts", 2, 10_000),
        ("انفجار قرب سرمدا", "near", 2, 10_000),
    ],
)
def test_near_a_place_is_wider_than_the_place(text, relation, where_prec, radius_m, gazetteer):
    answer = resolved(text, gazetteer)[0]
    assert (answer.relation, answer.where_prec, answer.radius_m) == (relation, where_prec, radius_m)
    assert answer.role == ("near_reference" if relation == "near" else "background")


def test_near_a_country_is_still_the_country(gazetteer):
    answer = one("They crossed near the border with Turkey.", "Turkey", gazetteer)
    assert (answer.role, answer.where_prec, answer.radius_m) == ("near_reference", 6, answer.place.radius_m)


@pytest.mark.parametrize(
    ("text", "name", "country", "admin1"),
    [
        ("A man from Moscow, Idaho, was found.", "Moscow", "US", "Idaho"),
        ("The train from Moscow, Russia, was late.", "Moscow", "RU", "Moscow"),
        ("Shelling in Tripoli, Lebanon, on Friday", "Tripoli", "LB", None),
        ("Clashes in Tripoli, Benghazi and Misrata.", "Tripoli", "LY", None),
        ("He lives in Paris, Texas.", "Paris", "US", "Texas"),
        ("It hit the city of Donetsk, Russian-installed officials said, near Avdiivka.", "Donetsk", "UA", None),
        ("Troops shelled northern Gaza and Khan Younis.", "Gaza", "PS", None),
        ("سيول في عمان #الأردن", "عمان", "JO", None),
    ],
)
def test_the_rest_of_the_text_decides_between_namesakes(text, name, country, admin1, gazetteer):
    answer = one(text, name, gazetteer)
    assert answer.place.country == country
    assert admin1 in (None, answer.place.admin1)
    assert answer.candidates[0].place == answer.place
    assert len(answer.candidates) > 1
    assert all(c.score <= answer.score for c in answer.candidates)


@pytest.mark.parametrize(
    ("text", "name", "is_"),
    [
        ("Floods closed roads in Atlanta. Crews from all over Georgia came.", "Georgia", ("admin1", "US", "")),
        ("The talks in Tbilisi ended. Georgia will open the border.", "Georgia", ("country", "GE", "")),
        ("Storms hit Springfield, Decatur and Champaign on Monday.", "Springfield", ("city", "US", "Illinois")),
        ("A driver was taken to the Boone County Jail in Columbia.", "Columbia", ("city", "US", "Missouri")),
        ("London and Toronto are two hours apart in Ontario.", "London", ("city", "CA", "Ontario")),
        ("Egypt, Cairo and Alexandria; an envoy from Ohio, Texas, Indiana and Iowa.", "Egypt", ("country", "EG", "")),
    ],
)
def test_names_decide_together_what_none_decides_alone(text, name, is_, gazetteer):
    place = one(text, name, gazetteer).place
    assert (place.kind, place.country, place.admin1) == is_


def test_a_list_of_states_is_no_address(gazetteer):
    text = "Crews came from Illinois, Missouri, New York and Ontario. They slept in Oregon, Wisconsin."
    answers = {r.mention.text: r for r in resolved(text, gazetteer)}
    assert {answers[name].place.kind for name in ("Illinois", "Missouri", "New York", "Ontario")} == {"admin1"}
    assert "stands in a list with countries or states" in answers["New York"].reason
    assert (answers["Oregon"].place.kind, answers["Oregon"].place.admin1) == ("town", "Wisconsin")


@pytest.mark.parametrize(
    ("text", "url", "country"),
    [
        ("Richmond has a new park.", "", "US"),
        ("Richmond has a new park.", "https://www.example.co.uk/news/1", "GB"),
        ("Richmond has a new park.", "https://example.tv/news/1", "US"),
        ("Richmond has a new park, a councillor of the Tories said; the NHS paid £40.", "", "GB"),
        ("Richmond has a new park. The sheriff's deputies guard it.", "https://example.co.uk/", "US"),
    ],
)
def test_words_and_outlet_tell_a_texts_country(text, url, country, gazetteer):
    article = Article("a", text, url=url)
    answer = resolve_places(article, find_mentions(article, gazetteer), gazetteer)[0]
    assert answer.place.country == country
    assert ("words of this text, or its outlet" in answer.reason) == (bool(told_countries(article)))


def test_a_county_jail_no_list_knows_lies_in_its_county(gazetteer):
    answer = one("The driver was taken to the Boone County Jail in Columbia.", "Boone County Jail", gazetteer)
    assert (answer.place.kind, answer.place.admin1, answer.where_prec) == ("admin2", "Missouri", 3)
    assert answer.radius_m == answer.place.radius_m
    assert "taken to lie in it" in answer.reason


spots = st.lists(st.tuples(st.floats(-65, 65), st.floats(-170, 170), st.floats(0.05, 2)), min_size=1, max_size=40)


@given(spots, st.floats(-60, 60), st.floats(-170, 170))
def test_the_pull_of_cells_is_near_that_of_their_spots(places, lat, lon):
    """Half a degree of latitude is 56 km: within a cell the centre differs from a spot by less than its diagonal."""
    surroundings = Surroundings()
    spot, own = surroundings.spot(lat, lon), surroundings.spot(lat + 0.1, lon + 0.1)
    others = [(surroundings.spot(y, x), weight) for y, x, weight in places]
    for _ in range(2):
        surroundings.clear()
        for index, (other, weight) in enumerate(others):
            surroundings.add(index, other, weight)
        alone = surroundings.pull(-1, spot)
        surroundings.add(-1, own, 1.5)
        assert surroundings.pull(-1, spot) == pytest.approx(alone, abs=1e-6)
    least = sum(w * math.exp(-(distance_km(lon, lat, x, y) + 80) / 50) for y, x, w in places)
    most = sum(w * math.exp(-max(0, distance_km(lon, lat, x, y) - 80) / 50) for y, x, w in places)
    assert least - 0.05 * sum(w for *_, w in places) <= alone + 1e-9 <= most * 1.02 + 1e-6


def test_every_piece_can_be_left_out(gazetteer):
    article = Article("a", "Storms hit Springfield, Decatur and Champaign in Illinois, Ohio and Iowa on Monday.")
    mentions = find_mentions(article, gazetteer)
    names = [field.name for field in fields(Pieces)]
    answers = {piece: resolve_places(article, mentions, gazetteer, pieces=Pieces(**{piece: False})) for piece in names}
    assert answers["joint"][0].place.admin1 != "Illinois"
    assert all(len(found) == len(mentions) for found in answers.values())


def test_a_country_given_by_the_user_is_a_prior_and_no_filter(gazetteer):
    text = "A bomb went off in Tripoli on Friday."
    assert one(text, "Tripoli", gazetteer).place.country == "LY"
    assert one(text, "Tripoli", gazetteer, country="LB").place.country == "LB"
    assert one("It went off in Damascus.", "Damascus", gazetteer, country="FR").place.country == "SY"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Drones were shot down over Novoselivka in Luhansk region of Ukraine.", "Novoselivka"),
        ("The village of Tal Abyad in Hama province was shelled; Homs was quiet.", "Tal Abyad"),
        ("Two died in Kamensky district of Voronezh region in Russia.", "Kamensky"),
        ("Fighters took Safi in Yemen; Safi had held out for days.", "Safi"),
    ],
)
def test_a_place_is_not_where_the_text_does_not_put_it(text, name, gazetteer):
    answers = [r for r in resolved(text, gazetteer) if r.mention.text == name]
    assert answers
    assert all(answer.place is None and answer.reason for answer in answers)


@pytest.mark.parametrize(
    ("text", "name", "admin1"),
    [
        ("Shells fell on Bilozerka in Kherson region.", "Bilozerka", "Kherson Oblast"),
        ("Jets hit the village of Kafranbel, Idlib province.", "Kafranbel", "Idlib"),
        ("Shells fell on Kupiansk in Kharkiv region.", "Kupiansk", "Kharkiv Oblast"),
        ("Floods swept Derna at night.", "Derna", "Derna"),
    ],
)
def test_a_place_is_where_the_text_puts_it(text, name, admin1, gazetteer):
    assert one(text, name, gazetteer).place.admin1 == admin1


def test_a_place_our_tables_list_is_known_wherever_the_text_looks(gazetteer):
    text = "Manbij fell. Turkey, Iran, Russia, France, Germany and Iraq were told by the defenders of Manbij."
    assert one(text, "Manbij", gazetteer).place.country == "SY"


def test_an_unknown_name_has_no_place_and_says_so(gazetteer):
    answer = one("Three houses burnt in Qwxarmuut in Syria.", "Qwxarmuut", gazetteer)
    assert answer.place is None
    assert answer.reason == "not in the gazetteer"
    assert (answer.score, answer.candidates, answer.radius_m, answer.where_prec) == (0.0, (), 0.0, 7)


def test_a_small_namesake_in_a_country_nothing_points_to_is_no_answer(gazetteer):
    text = "Gunmen killed twenty people in Solhan in Burkina Faso. The army of Mali and troops of Niger came from Gao, Mopti and Niamey."
    answer = one(text, "Solhan", gazetteer)
    assert answer.place is None
    assert answer.reason.startswith("known only elsewhere (Solhan, TR)")
    assert answer.candidates[0].place.country == "TR"
    assert one("Gunmen killed twenty people in Solhan, Turkey.", "Solhan", gazetteer).place.country == "TR"
    assert one(text, "Solhan", gazetteer, country="TR").place.country == "TR"


def test_a_street_no_list_knows_lies_somewhere_about_its_town(gazetteer):
    answer = one("A car bomb exploded on Qwxarmuut Street in Homs at noon.", "Qwxarmuut Street", gazetteer)
    assert answer.place.name.startswith("Homs") or answer.place.name == "Ḩimş"
    assert (answer.where_prec, answer.radius_m, answer.relation) == (2, 25_000, "near")
    assert answer.score < 0.5
    assert answer.reason.startswith("not in the gazetteer; a street the text puts in")
    alone = one("A car bomb exploded on Qwxarmuut Street in Syria.", "Qwxarmuut Street", gazetteer)
    assert alone.place is None


def test_a_respelt_name_is_found_only_where_the_text_is_about(gazetteer):
    text = "Shelling in Idlib and Aleppo, Syria. Families fled from Kafr Takhreem on Monday."
    answer = one(text, "Kafr Takhreem", gazetteer)
    assert answer.place.name == "Kafr Takharim"
    assert answer.score < 0.75


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Russia launched airstrikes on Idlib.", {"Russia": "actor", "Idlib": "background"}),
        ("The US said it had left.", {"US": "actor"}),
        ("Ankara and Moscow agreed to a ceasefire.", {"Ankara": "metonym", "Moscow": "metonym"}),
        ("Fighters backed by Turkey entered Afrin.", {"Turkey": "actor", "Afrin": "background"}),
        (
            "while Russia, Iran, Turkey, and the US were backing rival camps",
            {"Russia": "actor", "Iran": "actor", "Turkey": "actor", "US": "actor"},
        ),
        ("The Pentagon announced a raid in Syria.", {"Pentagon": "metonym", "Syria": "background"}),
        ("Washington has threatened to act.", {"Washington": "metonym"}),
        ("Millions fled to Turkey from Syria.", {"Turkey": "background", "Syria": "background"}),
        ("Syria has been at war since 2011.", {"Syria": "background"}),
        ("Protests broke out across Iran and in Baghdad.", {"Iran": "background", "Baghdad": "background"}),
        ("A curfew was announced in Moscow.", {"Moscow": "background"}),
        ("Turkey's military crossed the border with Iraq.", {"Turkey": "actor", "Iraq": "near_reference"}),
        ("Syria’s civil war began in 2011.", {"Syria": "background"}),
        ("Tensions with Turkey grew after the strike in Lebanon.", {"Turkey": "actor", "Lebanon": "background"}),
        ("Rwanda denied it after Kinshasa accused Rwanda.", {"Rwanda": "actor", "Kinshasa": "metonym"}),
        ("وقالت تركيا إنها سترد على قصف حلب", {"تركيا": "actor", "حلب": "background"}),
        (
            "Turkish troops and US forces met at Aleppo University.",
            {"Turkish": "demonym", "US": "demonym", "Aleppo": "in_name"},
        ),
    ],
)
def test_a_country_that_acts_is_no_location(text, roles, gazetteer):
    assert {r.mention.text: r.role for r in resolved(text, gazetteer)} == roles


def test_an_institution_stands_for_no_place(gazetteer):
    answer = one("The Pentagon said so.", "Pentagon", gazetteer)
    assert (answer.place, answer.reason) == (None, "stands for a government, not for a place")


@pytest.mark.shared
def test_every_answer_on_real_text_is_sound(shared, gazetteer):
    with (shared / "corpora" / "geovirus_dev.jsonl").open(encoding="utf-8") as file:
        documents = [json.loads(line) for line in list(file)[:40]]
    answers = [r for d in documents for r in resolved(d["text"], gazetteer)]
    assert len(answers) > 300
    for answer in answers:
        assert answer.reason
        assert 0 <= answer.score <= 1
        assert 1 <= answer.where_prec <= 7
        if answer.place is None:
            assert (answer.score, answer.where_prec, answer.radius_m) == (0.0, 7, 0.0)
            continue
        assert answer.candidates[0].place == answer.place
        assert answer.radius_m > 0
        assert answer.score == answer.candidates[0].score
        if answer.place.is_area:
            assert answer.where_prec >= 3, answer


@pytest.mark.shared
def test_the_articles_places_are_right(shared, gazetteer, tmp_path):
    with (tmp_path / "places.jsonl").open("w", encoding="utf-8") as file:
        for path in sorted((shared / "articles").glob("*.txt")):
            toponyms = [
                {
                    "start": r.mention.start,
                    "end": r.mention.end,
                    "name": r.mention.text,
                    "role": r.role,
                    "lat": r.place.lat if r.place else None,
                    "lon": r.place.lon if r.place else None,
                }
                for r in resolved(path.read_bytes().decode(), gazetteer)
            ]
            file.write(json.dumps({"id": path.stem, "toponyms": toponyms}) + "\n")
    (tmp_path / "events.geojson").write_text('{"features": []}', encoding="utf-8")
    scored = subprocess.run(
        [
            sys.executable,
            shared / "tools" / "score_articles.py",
            shared / "articles" / "gold_dev.json",
            tmp_path / "places.jsonl",
            tmp_path / "events.geojson",
            "--json",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    figures = json.loads(scored.stdout)
    assert figures["not_places_returned"] == []
    assert figures["places_precision"] >= 0.92
    assert figures["places_recall"] >= 0.92
    assert figures["places_within_limit"] == 1.0


def test_a_hamlet_does_not_stand_for_the_city_of_its_name(gazetteer):
    text = "Shelling hit Chuhuiv, Izium and Balakliia in Kharkiv Oblast. Nikopol came under fire too."
    assert one(text, "Nikopol", gazetteer).place.kind == "city"


def test_a_dateline_without_a_state_is_the_well_known_city(gazetteer):
    text = "GENEVA, May 5 (Agency) - Delegates from Syria met in Geneva. An envoy flew in from New York."
    assert {r.place.country for r in resolved(text, gazetteer) if r.mention.text.lower() == "geneva"} == {"CH"}
