"""How the names on one map are written: as the press does, as they are transliterated locally, or in Arabic script.

One style a map. Names come from lists and are never made up: where none has a name in the style asked for, it stays as
the press writes it, and `Spelling.missing` has it, so that the map can say so.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows, town_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geoconflict.maps.towns import Town

STYLES = {
    "press": "the usual English spelling of newsrooms: Aleppo, Raqqa, Kyiv",
    "local": "the transliteration used locally: Ḩalab, Ar Raqqah, Kyiv; countries stay English",
    "ar": "Arabic script: حلب, الرقة",
}
_ARABIC = re.compile(r"[؀-ۿ]")


class Spelling:
    """Writes names in one style; `missing` has those no list has in it, in the order met."""

    def __init__(self, style: str = "press") -> None:
        self.style = style
        self.missing: dict[str, None] = {}

    def _or_press(self, press: str, found: str) -> str:
        if self.style == "press" or not press:
            return press
        if self.style == "ar" and _ARABIC.search(press):  # a name as the report has it
            return press
        if not found:
            self.missing.setdefault(press)
        return found or press

    def knows(self, town: Town) -> bool:
        """Whether a list has the town's name in the style; one that only tells where things are can be left out."""
        return self.style == "press" or bool(town.local if self.style == "local" else town.ar)

    def town(self, town: Town) -> str:
        """Return the name of a town."""
        return self._or_press(town.name, {"local": town.local, "ar": town.ar}.get(self.style, ""))

    def country(self, iso2: str, press: str) -> str:
        """Return the name of a country; no list has a local one in Latin letters for all, so it stays English."""
        return self._or_press(press, _countries().get(iso2, "")) if self.style == "ar" else press

    def camp(self, press: str) -> str:
        """Return the name of a camp."""
        return self._or_press(press, _arabic("camps.csv", "name_ar").get(("", press), "") if self.style == "ar" else "")

    def area(self, press: str, country: str) -> str:
        """Return the name of a province."""
        found = _arabic("admin1.csv", "name_local").get((country, press), "") if self.style == "ar" else ""
        return self._or_press(press, found)

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return an event with its place as the style writes it; what a report says word for word stays."""
        press = event.get("place_name")
        if self.style == "press" or not press:
            return dict(event)
        country, place_id, kind = (str(event.get(key) or "") for key in ("country", "place_id", "place_kind"))
        if kind == "country":
            return {**event, "place_name": self.country(country, press)}
        local, arabic = town_names().get(place_id.removeprefix("geonames:"), ("", ""))
        if kind == "admin1":
            local, arabic = "", _arabic("admin1.csv", "name_local").get((country, press), "")
        elif kind == "camp":
            local, arabic = "", _arabic("camps.csv", "name_ar").get(("", press), "")
        else:
            arabic = _arabic("places.csv", "name_ar").get((country, press), "") or arabic
        return {**event, "place_name": self._or_press(press, local if self.style == "local" else arabic)}


@cache
def _countries() -> dict[str, str]:
    return {row["iso2"]: row["name_ar"] for row in curated_rows("countries.csv")}


@cache
def _arabic(table: str, column: str) -> dict[tuple[str, str], str]:
    """Return the names in Arabic script of a curated table by country ("" for camps) and name."""
    return {
        ("" if table == "camps.csv" else row["country"], row["name"]): row[column]
        for row in curated_rows(table)
        if _ARABIC.search(row[column] or "")
    }
