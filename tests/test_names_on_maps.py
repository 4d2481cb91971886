"""How names are written on a map: one style each, from lists, never made up; and the words for those who cannot see it."""

import re
from html.parser import HTMLParser

import pytest

from geoconflict import bundled
from geoconflict.maps import alt_text, captions
from geoconflict.maps.spelling import STYLES, Spelling
from geoconflict.maps.towns import towns
from geoconflict.records import EVENT_COLUMNS

ARABIC = re.compile(r"[ء-غف-ْ ()]+")
# As the Syrian, Iraqi and Yemeni authorities write them, and GeoNames' transliteration: press -> (local, Arabic).
KNOWN = {
    "Aleppo": ("Ḩalab", "حلب"), "Homs": ("Ḩimş", "حمص"), "Raqqa": ("Ar Raqqah", "الرقة"), "Hama": ("Ḩamāh", "حماة"),
    "Deir ez-Zor": ("Dayr az Zūr", "دير الزور"), "Idlib": ("Idlib", "إدلب"), "Qamishli": ("Al Qāmishlī", "القامشلي"),
    "Mosul": ("Al Mūşil", "الموصل"), "Taiz": ("Ta‘izz", "تعز"), "Kyiv": ("Kyiv", "كييف"),
}  # fmt: skip


def town(name):
    return next(one for one in towns() if one.name == name)


@pytest.mark.parametrize(("press", "told"), KNOWN.items())
def test_a_town_in_each_style(press, told):
    one = town(press)
    assert Spelling().town(one) == press
    assert (Spelling("local").town(one), Spelling("ar").town(one)) == told


def test_a_name_no_list_has_stays_and_is_counted():
    spelling = Spelling("ar")
    unknown = next(one for one in towns() if not one.ar)
    assert not spelling.knows(unknown)
    assert spelling.town(unknown) == unknown.name
    assert list(spelling.missing) == [unknown.name]
    assert Spelling("press").knows(unknown)


def test_arabic_is_arabic_and_no_town_has_that_of_another():
    names = bundled.town_names()
    assert len(names) > 8_000
    for local, arabic in names.values():
        assert arabic
        assert ARABIC.fullmatch(arabic), arabic
        assert not re.search("[؀-ۿ]", local)
    jerusalem = names.get("281184", ("", ""))[1]
    assert jerusalem in ("", "القدس")  # an alternate name of GeoNames there is that of Ariel


def test_places_of_events_camps_countries_and_provinces():
    spelling = Spelling("ar")
    atmeh = {"place_name": "Atmeh", "place_id": "curated:atmeh", "place_kind": "town", "country": "SY"}
    assert spelling.event(atmeh)["place_name"] == "أطمة"
    assert spelling.event({**atmeh, "place_name": "Idlib", "place_kind": "admin1"})["place_name"] == "إدلب"
    assert spelling.event({**atmeh, "place_name": "Syria", "place_kind": "country"})["place_name"] == "سوريا"
    assert spelling.event({**atmeh, "place_name": None})["place_name"] is None
    assert spelling.camp("Al-Hol camp") == "مخيم الهول"
    assert spelling.area("Aleppo", "SY") == "حلب"
    assert not spelling.missing
    said = {**atmeh, "place_said": "Khirbet Amud"}
    assert spelling.event(said)["place_said"] == "Khirbet Amud"  # what a report says stays word for word
    homs = {"place_name": "Homs", "place_id": "geonames:169577", "place_kind": "city", "country": "SY"}
    assert Spelling("local").event(homs)["place_name"] == "Ḩimş"
    assert Spelling("local").country("SY", "Syria") == "Syria"
    assert set(STYLES) == {"press", "local", "ar"}


# ---- alt text -------------------------------------------------------------------------------------------------------
def layer(*rows):
    import geopandas
    import pandas as pd

    frame = pd.DataFrame([dict.fromkeys(EVENT_COLUMNS) | row for row in rows], columns=list(EVENT_COLUMNS) + EXTRA)
    return geopandas.GeoDataFrame(frame, geometry=[None] * len(rows), crs=4326)


EXTRA = [
    "zone_controller",
    "zone_as_of",
    "zone_source",
    "zone_status",
    "camp_name",
    "camp_distance_m",
    "camp_distance_words",
]
EVENT = {
    "event_type": "Battles", "sub_event_type": "Armed clash", "place_name": "Atmeh", "place_kind": "town", "country": "SY",
    "admin1": "Idlib", "place_relation": "in", "where_prec": 1, "radius_m": 3800.0, "date_start": "2022-02-03",
    "date_end": "2022-02-03", "date_precision": "day", "fatalities_best": 13, "fatalities_low": 12, "fatalities_high": 13,
    "zone_controller": "HTS-led opposition", "zone_as_of": "2022-02-03", "zone_source": "town reports",
    "camp_name": "Camp C", "camp_distance_m": 3100.0, "camp_distance_words": "within 5 km",
}  # fmt: skip


def test_short_text_says_what_where_when_how_certain_and_who_holds():
    text = alt_text.short_alt(layer(EVENT), ["HTS-led opposition"])
    assert text == (
        "Map: armed clash reported in Atmeh, 3 Feb 2022 (within 4 km); ground reported as held by HTS-led opposition; "
        "camp Camp C within 5 km."
    )
    province = {**EVENT, "where_prec": 4, "place_kind": "admin1", "place_name": "Idlib"}
    assert "known only to this area" in alt_text.short_alt(layer(province))
    assert "day not known" in alt_text.short_alt(layer({**EVENT, "date_start": None, "date_end": None}))
    several = alt_text.short_alt(layer(EVENT, province), [])
    assert several == "Map: 2 reported events in Syria, 3 Feb 2022 (1 known only to an area)."
    assert alt_text.short_alt(layer()) == "Map: no reported events."


def test_short_text_never_breaks_off_within_a_sentence():
    for name in ("Atmeh", "A" * 60, "A" * 400):
        for held in ([], ["Side " + "x" * 40, "Side " + "y" * 60, "Z"]):
            text = alt_text.short_alt(layer({**EVENT, "place_name": name}), held)
            assert len(text) <= alt_text.SHORT
            assert text.endswith(".")
            assert "Feb 2022" in text


def test_long_text_tells_every_event_with_its_doubts():
    text = alt_text.long_alt("A title", "A line below", "Events 3 Feb 2022", layer(EVENT), ["Not on the map: 1 event."])
    first, second, third, event, last = text.splitlines()
    assert (first, second, third, last) == (
        "Map. A title.",
        "A line below",
        "Events 3 Feb 2022.",
        "Not on the map: 1 event.",
    )
    for told in (
        "true spot within 4 km",
        "13 reported killed (12–13)",
        "held by HTS-led opposition as of 3 Feb 2022",
        "Camp C within 5 km",
    ):
        assert told in event
    assert "3100" not in text  # no metres to a camp
    many = alt_text.long_alt("T", "", "", layer(*[EVENT] * 20), [])
    assert f"And {20 - alt_text.DESCRIBED} more events." in many


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>&{{7*7}}'


def test_snippet_is_a_picture_with_a_phone_variant_and_text_stays_text():
    variants = [
        alt_text.Variant("article", ("a map.png", "a map@2x.png"), 1200, 900, 800),
        alt_text.Variant("phone", ("a map-phone.png", "a map-phone@2x.png"), 360, 700, 360),
    ]
    html = alt_text.snippet(variants, title=HOSTILE, short=HOSTILE, long=f"{HOSTILE}\nSecond", credit=HOSTILE)
    reader = Reader()
    reader.feed(html)
    tags = [tag for tag, _ in reader.tags]
    assert tags == ["figure", "picture", "source", "img", "figcaption", "small", "details", "summary", "p", "p"]
    told = dict(reader.tags)
    assert told["img"]["alt"] == HOSTILE
    assert told["img"]["srcset"] == "a%20map.png 1200w, a%20map@2x.png 2400w"
    assert (told["img"]["width"], told["img"]["height"]) == ("1200", "900")
    assert told["source"]["media"] == "(max-width: 480px)"
    assert told["source"]["srcset"] == "a%20map-phone.png 360w, a%20map-phone@2x.png 720w"
    assert reader.text.count(HOSTILE) == 3
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)


def test_frame_is_sandboxed_with_a_title_and_a_way_out():
    html = alt_text.frame_snippet("javascript:alert(1).html", title=HOSTILE, short=HOSTILE)
    reader = Reader()
    reader.feed(html)
    assert [tag for tag, _ in reader.tags] == ["figure", "iframe", "figcaption", "a"]
    frame = dict(reader.tags)["iframe"]
    assert "allow-same-origin" not in frame["sandbox"]
    assert frame["title"] == HOSTILE
    assert frame["src"] == dict(reader.tags)["a"]["href"] == "./javascript%3Aalert%281%29.html"


def test_words_of_an_event_are_those_of_the_captions():
    assert captions.event_words(
        captions.records_of(layer(EVENT), [*EVENT, "camps", "camps_said", "place_said"])[0]
    ).startswith("3 Feb 2022: Armed clash, Atmeh (Idlib, Syria)")
