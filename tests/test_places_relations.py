"""Where words put an event beside, between or along places: never in the town they only measure from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geoconflict.events import extract_events
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.places.relations import AROUND_RADIUS_M, destination
from geoconflict.records import Article

GEOD = Geod(ellps="WGS84")


def resolved(text, gazetteer):
    article = Article("a", text)
    return {r.mention.text: r for r in resolve_places(article, find_mentions(article, gazetteer), gazetteer)}


@pytest.mark.parametrize(
    ("words", "km", "bearing"),
    [
        ("15 km north of", 15, 0),
        ("15km (9 miles) to the north of", 15, 0),
        ("about 20 kilometres south-east of the city of", 20, 135),
        ("ten miles southwest of", 16.1, 225),
        ("twenty-five kilometers east of", 25, 90),
        ("1.5 km west of", 1.5, 270),
        ("1,5 km west of", 1.5, 270),
    ],
)
def test_a_distance_and_a_wind_make_a_spot_of_their_own(words, km, bearing, gazetteer):
    answer = resolved(f"Two people were killed in a village {words} Hama on Sunday.", gazetteer)["Hama"]
    spot = answer.spot
    azimuth, _, metres = GEOD.inv(answer.place.lon, answer.place.lat, spot.lon, spot.lat)
    assert metres == pytest.approx(km * 1_000, rel=0.01)
    assert abs((azimuth - bearing + 180) % 360 - 180) < 1
    assert (answer.where_prec, answer.place.name, spot.kind) == (2, "Hama", "region")
    assert spot.name.startswith(f"{km:g} km" if km < 2 else f"{km:.0f} km")


def test_the_circle_of_an_offset_holds_a_wind_to_either_side(gazetteer):
    answer = resolved("Two people were killed 20 km north of Saraqib on Sunday.", gazetteer)["Saraqib"]
    at_22_degrees = destination(answer.place.lon, answer.place.lat, 22.4, 20_000)
    assert GEOD.inv(*at_22_degrees, answer.spot.lon, answer.spot.lat)[2] < answer.radius_m < 12_000


def test_a_toponym_pairs_each_point_with_its_own_circle(gazetteer):
    answer = resolved("Two people were killed 20 km north of Saraqib on Sunday.", gazetteer)["Saraqib"]
    line = answer.as_toponym()
    assert (line["lat"], line["radius_m"], line["where_prec"]) == (answer.place.lat, answer.place.radius_m, 1)
    assert (line["spot"]["lat"], line["spot"]["radius_m"]) == (answer.spot.lat, answer.radius_m)


@pytest.mark.parametrize(
    ("words", "least_m", "most_m"),
    [
        ("up to 20 km north of", 20_000, 40_000),
        ("5 to 10 km north of", 10_000, 25_000),
        ("5-10 km north of", 10_000, 25_000),
        ("less than 2 km north of", 10_000, 12_000),
        ("more than 20 km north of", 40_000, 60_000),
        ("with a range of 300 km from", 300_000, 350_000),
        ("1,200 km from", 1_200_000, 1_400_000),
    ],
)
def test_a_bound_or_a_range_is_no_spot(words, least_m, most_m, gazetteer):
    answer = resolved(f"A drone was seen {words} Hama.", gazetteer)["Hama"]
    assert answer.spot is None
    assert least_m <= answer.radius_m <= most_m


@pytest.mark.parametrize("words", ["1,200,000 km north of", "1..5 km north of", "0 km north of"])
def test_a_distance_nobody_can_read_costs_nothing(words, gazetteer):
    assert resolved(f"It lay {words} Hama.", gazetteer)["Hama"].place.name == "Hama"


@pytest.mark.parametrize("what", ["Talks", "The match", "A ceasefire", "Relations", "Phone calls", "The gap"])
def test_what_people_have_between_two_towns_is_nowhere(what, gazetteer):
    answers = resolved(f"{what} between Hama and Homs ended on Sunday.", gazetteer)
    assert not [r for r in answers.values() if r.spot]


def test_the_land_between_two_towns_is_a_stretch(gazetteer):
    answers = resolved("Shells hit farmland between Hama and Homs. A post between Hasakah and Moscow.", gazetteer)
    assert answers["Hama"].spot.name == "between Hama and Homs"
    assert answers["Moscow"].spot is None


def test_a_distance_without_a_wind_is_a_circle_around_the_town(gazetteer):
    answer = resolved("A convoy was hit about 20 kilometers (12 miles) from Raqqa.", gazetteer)["Raqqa"]
    assert answer.spot is None
    assert answer.relation == "near"
    assert answer.radius_m > 20_000


@pytest.mark.parametrize("words", ["north of Saraqib", "the countryside of Saraqib", "Saraqib's southern countryside"])
def test_beside_a_town_is_not_in_the_town(words, gazetteer):
    answer = resolved(f"Rebels shelled a post {words}.", gazetteer)["Saraqib"]
    assert (answer.where_prec, answer.radius_m, answer.spot) == (2, AROUND_RADIUS_M, None)


@pytest.mark.parametrize("words", ["the north of Hama", "Hama"])
def test_in_its_north_is_in_it(words, gazetteer):
    assert resolved(f"A blast hit a mosque in {words}.", gazetteer)["Hama"].where_prec == 1


@pytest.mark.parametrize(
    "words",
    [
        "on the road between Palmyra and Homs",
        "on the Palmyra-Homs highway",
        "on the road linking Palmyra to Homs",
        "on the highway from Palmyra to Homs",
        "on the Palmyra–Homs desert road",
    ],
)
def test_a_road_between_two_towns_is_in_neither(words, gazetteer):
    answers = resolved(f"Gunmen attacked an army bus {words} in Syria.", gazetteer)
    one, other = answers["Palmyra"], answers["Homs"]
    assert one.spot == other.spot
    assert one.spot.kind == "road"
    ends = [GEOD.inv(r.place.lon, r.place.lat, one.spot.lon, one.spot.lat)[2] for r in (one, other)]
    assert ends[0] == pytest.approx(ends[1], rel=0.01)
    assert one.radius_m == pytest.approx(ends[0], rel=0.01)
    assert one.where_prec == 5  # 70 km to either side: an estimate


def test_between_two_parties_or_two_far_cities_lies_nothing(gazetteer):
    answers = resolved("Clashes between Syria and Turkey went on. Talks between Damascus and Moscow failed.", gazetteer)
    assert not [r for r in answers.values() if r.spot]


@pytest.mark.parametrize(
    ("text", "name", "border", "relation"),
    [
        ("A drone strike hit a truck on the Syrian-Iraqi border.", "Iraqi", "border:IQ-SY", "in"),
        ("A drone strike hit a truck on the Iraq-Syria border.", "Syria", "border:IQ-SY", "in"),
        ("A drone strike hit a truck on the border between Iraq and Syria.", "Syria", "border:IQ-SY", "in"),
        ("Shells fell near Turkey's border with Syria.", "Syria", "border:SY-TR", "near"),
        ("In Syria two smugglers were shot near the Turkish border.", "Turkish", "border:SY-TR", "near"),
        ("In Syria two smugglers were shot near the border with Turkey.", "Turkey", "border:SY-TR", "near"),
    ],
)
def test_a_border_is_the_line_of_two_countries(text, name, border, relation, gazetteer):
    answer = resolved(text, gazetteer)[name]
    assert (answer.spot.id, answer.spot.kind, answer.relation) == (border, "border", relation)
    assert answer.spot.extent[0] <= answer.spot.lon <= answer.spot.extent[2]


def test_a_border_two_countries_do_not_share_is_none(gazetteer):
    assert resolved("In Syria they spoke of the Egyptian border.", gazetteer)["Egyptian"].spot is None


def test_an_event_is_where_its_words_put_it(gazetteer):
    article = Article(
        "a",
        "March 3, 2020 - A bomb killed three people on Tuesday on the road between Al-Bab and Azaz in Syria, medics said.",
    )
    (event,) = extract_events(article, resolve_places(article, find_mentions(article, gazetteer), gazetteer))
    assert (event.place.name, event.place.kind) == ("road between Al-Bab and Azaz", "road")
    assert event.radius_m > 10_000


@given(lon=st.floats(-180, 180), lat=st.floats(-80, 80), bearing=st.floats(0, 360), km=st.floats(0.1, 100))
def test_the_far_end_of_a_distance_is_at_that_distance(lon, lat, bearing, km):
    there = destination(lon, lat, bearing, km * 1_000)
    assert GEOD.inv(lon, lat, *there)[2] == pytest.approx(km * 1_000, rel=0.007, abs=3)


@pytest.mark.parametrize(
    ("words", "name", "inside", "outside"),
    [
        ("in northwestern Syria", "northwest Syria", "Idlib", "Daraa"),
        ("in north-west Syria", "northwest Syria", "Idlib", "Hasakah"),
        ("in NW Syria", "northwest Syria", "Idlib", "Daraa"),
        ("in southern Syria", "south Syria", "Daraa", "Qamishli"),
        ("in the east of Syria", "east Syria", "Deir ez-Zor", "Latakia"),
    ],
)
def test_a_part_of_a_country_is_less_than_the_country(words, name, inside, outside, gazetteer):
    answer = resolved(f"Five people were killed {words} on Sunday.", gazetteer)["Syria"]
    assert (answer.spot.name, answer.spot.kind, answer.where_prec) == (name, "region", 5)
    assert answer.radius_m < answer.place.radius_m
    far = {}
    for town in (inside, outside):
        place = gazetteer.candidates(town, country="SY")[0].place
        far[town] = GEOD.inv(answer.spot.lon, answer.spot.lat, place.lon, place.lat)[2]
    assert far[inside] < answer.radius_m < far[outside]


@pytest.mark.parametrize(
    "text", ["US-backed forces are in Syria.", "The Southern Syria Front met.", "Go to North Korea."]
)
def test_a_compass_word_of_a_name_is_no_part(text, gazetteer):
    assert not [r for r in resolved(text, gazetteer).values() if r.spot]
