"""The words the finder knows by heart in Arabic: general words in normal form (`names.norm`), no names of places."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADS = _words(
    "مرفا مينا ميناء مطار مستشفي معهد جامعه شارع جسر سد ميدان طريق دوار مخيم سجن معبر قصر مقبره مجمع حي كليه مبني "
    "سفاره محطه وادي جبل بحيره شاطي",
)
"""Words that make a facility of the next word."""
TYPES = _words(
    "محافظه مدينه منطقه قريه بلده قضاء حي ضاحيه اماره ولايه دوله جمهوريه مملكه ناحيه لواء العاصمه مطار ميناء مرفا شارع",
)
COMPASS = _words(
    "شمال جنوب شرق غرب الشمال الجنوب الشرق الغرب الوسط وسط شمالي جنوبي شرقي غربي الشمالي الجنوبي الشرقي الغربي",
)
"""No names by themselves, though "the South" is a province somewhere."""
ADJECTIVES = _words("روسيه تركيه")
"""With ta marbuta these are adjectives in Arabic ("Russian jets"); Persian names the countries so, without it."""
PREPOSITIONS = _words("في من الي علي قرب نحو عن داخل خارج شمال جنوب شرق غرب وسط بين حتي ضد باتجاه")
