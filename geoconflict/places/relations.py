"""Where the words around a name put what they tell, when that is not the place itself.

"15 km north of Idlib" is a spot of its own, "20 km from Raqqa" a circle around the town, "the road between Al-Bab and
Azaz" a stretch, "the Syrian-Turkish border" a line, "northern Syria" half the country. A reader who took
any of these for the named place would be falsely precise.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from geoconflict.gazetteer.borders import border_key
from geoconflict.gazetteer.parts import WINDS, country_part, wind_of
from geoconflict.gazetteer.rows import distance_km
from geoconflict.places import numbers
from geoconflict.records import LOCATION_ROLES, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.places.context import Relation
    from geoconflict.records import Mention, Role

NEAR_RADIUS_M = 10_000.0
"""Least radius of "near X" and "the outskirts of X" (design contract 3.6)."""
AROUND_RADIUS_M = 25_000.0
"""Least radius of "the countryside of X" and "north of X": UCDP's where_prec 2, within 25 km of a known point."""
OFF_BEARING = 0.4
"""Share of the distance the true spot may be off: one of eight winds covers 22.5 degrees to either side (.38), and
distances in reports are round (.1); both as the legs of a right triangle."""
RING = 1.1
"""How much wider than the distance said the circle of "20 km from X" is: distances in reports are round."""
BOUND = 2.0
"""How much wider still where the distance is only a lower bound ("more than 20 km north of X")."""
LONGEST_STRETCH_M = 300_000.0
"""Beyond this "between X and Y" without a road speaks of two places, not of what lies between them."""

_EARTH_RADIUS_M = 6_371_008.8
_MILE_M, _KM_M = 1_609.344, 1_000.0
_LOOK_BEHIND, _LOOK_AHEAD = 72, 24

_WINDS = {wind: 45.0 * number for number, wind in enumerate(WINDS)}
_WIND = r"(?:north|south)(?:[ -]?(?:east|west))?|east|west"
_OF_TOWN = r"(?:the )?(?:(?:[a-z-]+ )?(?:city|town|village|camp|capital) of )?$"
_OFFSET = re.compile(
    r"(?P<least>\b(?:more than|over|at least|beyond) )?"
    r"(?P<loose>\b(?:up to|within|less than|under|almost|\d[\d.,]*(?: ?(?:km|miles))?(?: to | and | or | ?[-–] ?))\s?)?"
    rf"(?P<number>\d[\d.,]*|\b(?:{numbers.WORDS})) ?-?(?P<unit>km|kms|kilomet(?:er|re)s?|miles?|mi)\b\.?"
    rf"(?: ?\([^)]{{1,24}}\))?(?: away)?(?: (?:to the |due |just )?(?P<wind>{_WIND}))?"
    rf" (?:of|from|outside(?: of)?|off) {_OF_TOWN}",
    re.IGNORECASE,
)
_WIND_OF = re.compile(rf"(?P<article>\bthe )?\b(?P<wind>{_WIND}) of {_OF_TOWN}", re.IGNORECASE)
_PART = re.compile(
    rf"\b(?:((?i:{_WIND}))ern |([NS][EW]?|[EW])\.? |((?i:(?:north|south)[ -]?(?:east|west))) "
    rf"|the (?:far |extreme )?({_WIND})(?:ern part)? of )(?:the )?$",
)
"""Words that make a part of what follows: "northern X", "northwest X", "NW X", "the south of X"."""
_COUNTRYSIDE = re.compile(
    r"\b(?:(?:country|rural )side|hinterland|rural (?:areas?|parts?)) (?:of|around|near) (?:the )?(?:[a-z]+ of )?$"
    r"|\brural $|ريف\s+$",
    re.IGNORECASE,
)
_COUNTRYSIDE_AFTER = re.compile(
    rf"^(?:['’]s)? (?:(?:{_WIND})(?:ern)? )?(?:countryside|hinterland|rural (?:areas?|parts?))\b",
)
_ROAD = r"(?:highway|motorway|roads?|route|corridor|axis)"
_ROAD_BEFORE = re.compile(
    rf"\b{_ROAD} (?:that |which )?(?:from|between|linking|connecting|links|connects|joining|running (?:from|between)) "
    r"(?:the )?(?:(?:cities|towns|villages|city|town|village) of )?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:(?:mid|half)-?way|somewhere|located|situated|lies|lie|lying|(?:area|land|region|zone|stretch|strip|point|place"
    r"|position|checkpoint|post|front ?line|desert|countryside|farmland|field|hill|mountain|valley|plain|village|town"
    r"|hamlet|crossing|bridge|railway)s?) between (?:the )?(?:(?:cities|towns|villages|city|town|village) of )?$"
    rf"|\b{_ROAD} between (?:the )?(?:(?:cities|towns|villages|city|town|village) of )?$",
    re.IGNORECASE,
)
"""A stretch of land needs a word for land: "talks between X and Y" are nowhere."""
_THOUSANDS, _DECIMAL = re.compile(r"\d{1,3}(?:,\d{3})+"), re.compile(r"\d+(?:[.,]\d+)?")
_ROAD_AFTER = re.compile(rf"^(?: international| main| coastal| desert)? {_ROAD}\b", re.IGNORECASE)
_AND = re.compile(r"^ (?:and|to|with) (?:the )?(?:(?:city|town|village) of )?$")
_HYPHEN = re.compile(r"^ ?[-–—/] ?$")
_BORDER_AFTER = re.compile(r"^ (?:border|frontier)\b")
_BORDER_OF = re.compile(r"\b(?:border|frontier) (?:with|between|of) (?:the )?$", re.IGNORECASE)
_OWN_BORDER = re.compile(r"^['’]s? (?:\w+ )?(?:border|frontier)\b")
_WITH = re.compile(r"^['’]s? (?:border|frontier) with (?:the )?$")
_NEAR = re.compile(r"\b(?:near|close to|by|toward|towards|adjacent to|not far from)\b[^.,;]{0,20}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Use:
    """How one use of a name is placed.

    `spot` is where its words put what they tell, None for the named place itself; `where_prec` and `radius_m` are of
    the spot, or of the place as used; `said` is the reason in words.
    """

    spot: Place | None
    where_prec: int
    radius_m: float
    relation: Relation
    said: str


def read_uses(
    text: str,
    mentions: Sequence[Mention],
    places: Sequence[Place | None],
    roles: Sequence[Role],
    gazetteer: Gazetteer,
) -> dict[int, Use]:
    """Return how the mentions are placed whose words put something elsewhere than in the place, by number.

    The mentions are sorted and do not overlap; `places` are what they mean.
    """
    uses: dict[int, Use] = {}
    for i, (mention, place) in enumerate(zip(mentions, places, strict=True)):
        if place is not None and roles[i] in LOCATION_ROLES and not place.is_area:
            use = _off(text, mention, place)
            if use:
                uses[i] = use
        elif place is not None and roles[i] in LOCATION_ROLES and place.kind == "country":
            use = _part(text, mention, place, gazetteer)
            if use:
                uses[i] = use
    uses.update(_stretches(text, mentions, places, roles))
    uses.update(_borders(text, mentions, places, roles, gazetteer))
    return uses


# ---- beside one place --------------------------------------------------------------------------------------


def _off(text: str, mention: Mention, place: Place) -> Use | None:
    """Return "15 km north of X", "20 km from X", "north of X" or "the countryside of X"."""
    behind = text[max(0, mention.start - _LOOK_BEHIND) : mention.start]
    said = behind.lower()  # looked at for a word of each pattern first: most hold none, and that is far faster
    offset = _OFFSET.search(behind) if "km" in said or "kilomet" in said or "mi" in said else None
    use = _at_distance(place, offset) if offset else None
    if use:
        return use
    wind = _WIND_OF.search(behind) if "th of " in said or "st of " in said else None
    if wind and not wind["article"]:  # "in the north of X" is inside it
        return Use(None, 2, max(AROUND_RADIUS_M, place.radius_m), "near", f"the text says {wind['wind']} of it")
    rural = "side" in said or "rural" in said or "hinterland" in said or "ريف" in said
    ahead = text[mention.end : mention.end + 2 * _LOOK_AHEAD]
    if (rural and _COUNTRYSIDE.search(behind)) or _COUNTRYSIDE_AFTER.match(ahead):
        return Use(None, 2, max(AROUND_RADIUS_M, place.radius_m), "outskirts", "the text says its countryside")
    return None


def _at_distance(place: Place, offset: re.Match[str]) -> Use | None:
    """Return "15 km north of X" as a spot; without a wind, or with a bound or range, as a circle around X."""
    value = _amount(offset["number"])
    distance_m = value * (_MILE_M if offset["unit"].lower().startswith("mi") else _KM_M)
    if not distance_m:
        return None
    km = f"{distance_m / 1_000:.{1 if distance_m < 2_000 else 0}f} km"
    if not offset["wind"] or offset["loose"] or offset["least"]:
        reach_m = RING * distance_m * (BOUND if offset["least"] else 1)
        radius_m = round(max(NEAR_RADIUS_M, reach_m + place.radius_m), -2)
        return Use(None, _precision(radius_m), radius_m, "near", f"the text says about {km} from it")
    wind = re.sub(r"[ -]", "", offset["wind"].lower())
    lon, lat = destination(place.lon, place.lat, _WINDS[wind], distance_m)
    radius_m = round(math.hypot(OFF_BEARING * distance_m, place.radius_m), -2)
    said = f"{km} {wind} of {place.name}"
    spot = replace(
        place,
        id=f"{place.id}+{km.replace(' ', '')}-{wind}",
        name=said,
        kind="region",
        lon=lon,
        lat=lat,
        radius_m=radius_m,
        population=0,
        capital=False,
        geonameid=None,
        extent=None,
    )
    return Use(spot, _precision(radius_m), radius_m, "in", f"the text says {said}")


def _amount(written: str) -> float:
    """Return the number digits or words say, 0 for none: "1,200" is a thousand and more, "1,5" one and a half."""
    if not written[0].isdigit():
        return float(numbers.number(written))
    written = written.rstrip(".,")
    if _THOUSANDS.fullmatch(written):
        return float(written.replace(",", ""))
    return float(written.replace(",", ".")) if _DECIMAL.fullmatch(written) else 0.0


def _precision(radius_m: float) -> int:
    """Return UCDP's where_prec of a circle around a known point: 2 within about 25 km, beyond it 5, an estimate."""
    return 2 if radius_m <= AROUND_RADIUS_M else 5


def destination(lon: float, lat: float, bearing_deg: float, distance_m: float) -> tuple[float, float]:
    """Return the point a distance away along a great circle, (lon, lat) in degrees.

    On the sphere (Sinnott): within .5 % of the geodesic, far less than a report's own rounding.
    """
    angle, bearing, phi = distance_m / _EARTH_RADIUS_M, math.radians(bearing_deg), math.radians(lat)
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(phi),
        math.cos(angle) - math.sin(phi) * sine,
    )
    return round((lon + math.degrees(east) + 540) % 360 - 180, 5), round(math.degrees(math.asin(sine)), 5)


def _part(text: str, mention: Mention, place: Place, gazetteer: Gazetteer) -> Use | None:
    """Return "northern X" of a country, as a list knows it or as the box has it."""
    found = _PART.search(text[max(0, mention.start - _LOOK_AHEAD) : mention.start])
    wind = wind_of(next(filter(None, found.groups()))) if found else ""
    if not wind:
        return None
    listed = (gazetteer.place(entry.row) for entry in gazetteer.lookup(f"{wind}ern {mention.key}"))
    spot = next((one for one in listed if one.kind == "region"), None) or country_part(place, wind)
    return Use(spot, spot.where_prec, spot.radius_m, "in", f"the text says {spot.name}") if spot else None


# ---- between two places ------------------------------------------------------------------------------------


def _stretches(
    text: str, mentions: Sequence[Mention], places: Sequence[Place | None], roles: Sequence[Role]
) -> Iterator[tuple[int, Use]]:
    """Yield "the road between X and Y", "the X-Y highway" and "between X and Y", for both names."""
    for i, (first, second) in enumerate(pairwise(mentions)):
        one, other = places[i], places[i + 1]
        if one is None or other is None or one.is_area or other.is_area or one.id == other.id:
            continue
        if roles[i] not in LOCATION_ROLES or roles[i + 1] not in LOCATION_ROLES:
            continue
        how = _stretch_word(text, first, second)
        use = how and _stretch(one, other, how)
        if use:
            yield i, use
            yield i + 1, use


def _stretch_word(text: str, first: Mention, second: Mention) -> Literal["road", "stretch", ""]:
    """Return whether two neighbouring names are the ends of a road, of a stretch of land, or of nothing."""
    gap = text[first.end : second.start]
    behind = text[max(0, first.start - _LOOK_BEHIND) : first.start]
    ahead = text[second.end : second.end + _LOOK_AHEAD]
    if _AND.match(gap) and _ROAD_BEFORE.search(behind):
        return "road"
    if (_HYPHEN.match(gap) or (_AND.match(gap) and _BETWEEN.search(behind))) and _ROAD_AFTER.match(ahead):
        return "road"
    return "stretch" if gap.startswith(" and ") and _AND.match(gap) and _BETWEEN.search(behind) else ""


def _stretch(one: Place, other: Place, how: str) -> Use | None:
    """Return the stretch between two places: its middle, half its length as radius."""
    length_m = distance_km(one.lon, one.lat, other.lon, other.lat) * 1_000
    if length_m > LONGEST_STRETCH_M and how != "road":
        return None
    lon, lat = destination(one.lon, one.lat, _bearing_deg(one, other), length_m / 2)
    radius_m = round(max(NEAR_RADIUS_M, length_m / 2), -2)
    name = f"{'road ' if how == 'road' else ''}between {one.name} and {other.name}"
    spot = Place(
        id=f"{how}:{one.id}--{other.id}",
        name=name,
        kind="road" if how == "road" else "region",
        lon=lon,
        lat=lat,
        radius_m=radius_m,
        country=one.country if one.country == other.country else None,
        admin1=one.admin1 if one.admin1 == other.admin1 else "",
        admin2=one.admin2 if (one.admin1, one.admin2) == (other.admin1, other.admin2) else "",
        source=one.source,
    )
    return Use(spot, _precision(radius_m), radius_m, "in", f"the text says {name}")


def _bearing_deg(one: Place, other: Place) -> float:
    lat1, lat2, east = math.radians(one.lat), math.radians(other.lat), math.radians(other.lon - one.lon)
    x = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(east)
    return math.degrees(math.atan2(math.sin(east) * math.cos(lat2), x))


# ---- borders -----------------------------------------------------------------------------------------------


def _borders(
    text: str,
    mentions: Sequence[Mention],
    places: Sequence[Place | None],
    roles: Sequence[Role],
    gazetteer: Gazetteer,
) -> Iterator[tuple[int, Use]]:
    """Yield "the Syrian-Turkish border", "Turkey's border with Syria", "the Turkish border", for the last name.

    Of a border named by one side only, the other is the country the text speaks of most.
    """
    spoken = Counter(
        place.country
        for place, role in zip(places, roles, strict=True)
        if place is not None and place.country and role in LOCATION_ROLES
    )
    paired: set[int] = set()
    for i, (mention, place) in enumerate(zip(mentions, places, strict=True)):
        if place is None or place.kind != "country" or not place.country or i in paired:
            continue
        start, last = mention.start, i
        if i + 1 < len(mentions) and _names_both_sides(text, mention, mentions[i + 1]):
            paired.add(last := i + 1)
            neighbour = places[last]
            others = [neighbour.country] if neighbour is not None and neighbour.kind == "country" else []
        elif _names_one_side(text, mention):
            others = [code for code, _ in spoken.most_common() if code != place.country]
        else:
            continue
        found = next((line for line in (_border(place.country, code, gazetteer) for code in others) if line), None)
        if found:
            near = _NEAR.search(text[max(0, start - _LOOK_AHEAD) : start])
            said = f"the text says {'near ' if near else ''}the {found.name}"
            yield last, Use(found, found.where_prec, found.radius_m, "near" if near else "in", said)


def _names_both_sides(text: str, first: Mention, second: Mention) -> bool:
    gap, ahead = text[first.end : second.start], text[second.end : second.end + _LOOK_AHEAD]
    if _HYPHEN.match(gap):
        return bool(_BORDER_AFTER.match(ahead))
    behind = text[max(0, first.start - _LOOK_BEHIND) : first.start]
    return bool(_WITH.match(gap) or (_AND.match(gap) and _BORDER_OF.search(behind)))


def _names_one_side(text: str, mention: Mention) -> bool:
    ahead = text[mention.end : mention.end + _LOOK_AHEAD]
    behind = text[max(0, mention.start - _LOOK_BEHIND) : mention.start]
    return bool(_BORDER_AFTER.match(ahead) or _OWN_BORDER.match(ahead) or _BORDER_OF.search(behind))


def _border(one: str, other: str | None, gazetteer: Gazetteer) -> Place | None:
    found = gazetteer.lookup(border_key(one, other)) if other else ()
    return gazetteer.place(found[0].row) if found else None
