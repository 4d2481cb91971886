"""Texts for the tests of the page: its own words, a language from right to left, and what an attacker would write."""

import json
import re
from pathlib import Path

from page_layers import event

from geoconflict.maps.words import words_of

ENGLISH = words_of("en")["phrases"]
HOSTILE = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text())
STORED = [
    text for text in HOSTILE if not re.search("[\ud800-\udfff]", text)
]  # half a surrogate pair fits in no text column
ALPHABET = "ابتثجحخدذرزسشصضطظعغفقكلمنه"


def turned(text):
    """The text in letters that run leftward, its places kept."""
    parts = re.split(r"(\{\w+\})", text)
    letters = str.maketrans({chr(97 + k): letter for k, letter in enumerate(ALPHABET)})
    return "".join(part if part.startswith("{") else part.lower().translate(letters) for part in parts)


def leftward(folder, **changes):
    """A language nobody speaks, written from right to left."""
    phrases = {
        key: turned(phrase) if isinstance(phrase, str) else {form: turned(one) for form, one in phrase.items()}
        for key, phrase in ENGLISH.items()
    }
    path = folder / "leftward.json"
    path.write_text(json.dumps({"language": "ar", "direction": "rtl", "phrases": phrases} | changes))
    return path


def hostile_event(number, text):
    words = dict.fromkeys(
        (
            "event_type",
            "sub_event_type",
            "place_name",
            "place_kind",
            "admin1",
            "admin2",
            "country",
            "actor1",
            "actor2",
            "date_rule",
            "zone_controller",
            "zone_status",
            "zone_source",
            "zone_as_of",
            "zone_certainty",
            "zone_previous_controller",
            "zone_changed_on",
            "camp_name",
            "camp_distance_words",
            "camp_population_as_of",
        ),
        text,
    )
    actors = [
        {"canonical": text, "as_written": text, "role": role, "side": text, "kind": text}
        for role in ("perpetrator", "target", "speaker")
    ]
    figures = [{"text": text, "unit": text, "speaker": text, "group": text, "why": text, "used": False}]
    sources = [{"title": text, "url": text, "date": text, "note": text, "article": text}]
    return event(
        number,
        "2022-02-03",
        "x",
        "x",
        text,
        lon=36.2 + 0.02 * (number % 30),
        lat=35.6 + 0.05 * (number // 30),
        radius_m=1500.0,
        fatalities_best=3,
        actors=actors,
        figures=figures,
        sources=sources,
        camp_distance_m=1200.0,
        camp_population=5,
        event_id=f"{number} {text}",
        zones=[{"controller": text, "source": text}],
        **words,
    )
