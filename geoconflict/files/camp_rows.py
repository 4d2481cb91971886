"""Which rows of a list are displacement camps at a known place, and how exactly they are placed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geoconflict.bundled import country_outlines
from geoconflict.files.camp_names import (
    curated_bases,
    curated_camps,
    curated_centres,
    curated_centres_by_name,
    name_key,
)
from geoconflict.files.columns import filled

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from geoconflict.files.tables import Table

    Floats = NDArray[np.float64]
    Rows = NDArray[np.bool_]

BORDER_SLACK_DEG = 0.1
"""A point this near to its country (about 10 km) counts as inside: outlines are simplified, camps stand at borders."""
MIRROR_SLACK_DEG = 0.02
"""How near (about 2 km) an exchanged point must come to another camp of the name to be a slip and no chance."""
NOWHERE_DEG = 0.001
"""This near to 0 N 0 E nobody camps: a form left empty."""
REPEATED_ROWS = 3
REPEATED_RADIUS_M = 5_000.0
"""So many sites of different names at exactly one point stand at the middle of their town or district, not at their
own place; the radius is a city's (design contract 3.6)."""
CENTRE_M = 100.0
TOWN_RADIUS_M = 3_000.0
"""A site this near to the curated point of a place this large stands at the place's point, not at its own."""
COARSE_RADIUS_M = 8_000.0
"""Half the diagonal of the field a point with one decimal stands for; whole degrees: ten times that."""
DEGREE_M = 111_195.0

_PEOPLE = re.compile(
    r"refugee|\bidps?\b|displac|returnee|asylum|evacu|migrant|protection of civilians|\bpocs?\b|\bcmprf\b|لاجئ|نازح",
    re.IGNORECASE,
)
_SHELTER = re.compile(
    r"\b(camps?|sites?|settlements?|transit|reception|collective|planned|informal|self.?settled|spontaneous|tent\w*|"
    r"emergency|shelters?|location|accomm?odations?|unknown|other)\b|^cmp$",
    re.IGNORECASE,
)
_SOLDIERS = re.compile(
    r"\b(military|army|armed forces|naval|barracks?|garrison|brigade|battalion|regiment|air ?base|airbase|base|fob|"
    r"training|militia|paramilitary|insm|ثكنة|قاعدة)\b|معسكر (ال)?(تدريب|جيش)",
    re.IGNORECASE,
)
_OTHER_CAMP = re.compile(
    r"\b(refiner(y|ies)|oil ?(camp|field)s?|mining|labou?r|workers?|logging|scouts?|summer|holiday|caravan|camp_site|"
    r"camping|prison|detention|internment|concentration|cmp(la|mn|o|l)|base ?camp)\b",
    re.IGNORECASE,
)
_ARCHIVED = re.compile(r"\barchived\b", re.IGNORECASE)
_DWELLERS = re.compile(r"\b(urban location|dispersed|host communit(y|ies)|out.?of.?camp)\b", re.IGNORECASE)
"""UNHCR's words for people who live in a town or scattered over a district: their point is the town's, and no camp."""
_LOCATION = re.compile(r"\b(?:refugee|idp|returnee|asylum seeker)s? location\b", re.IGNORECASE)
"""UNHCR's word for camps, and for the people of a whole governorate or city, put to one point under its name."""
_BASE = re.compile(
    r"camp (bondsteel|lemonnier|bastion|leatherneck|arifjan|buehring|virginia|patriot|bucca|doha|marmal|shorabak|"
    r"victory|monteith|eggers|phoenix|dwyer|gecko|slayer|falcon)\b",
    re.IGNORECASE,
)
"""Bases called "Camp ..." that no curated row has."""
BASE_REACH_M = 30_000.0


def kept_rows(table: Table, layer: DataFrame, lon: Floats, lat: Floats, good: Rows, *, of_the_displaced: bool) -> Rows:
    """Return which rows are displacement camps at a place, and say of the others why not, a line a reason.

    Parameters
    ----------
    layer
        `name`, `kind`, `country`, `admin1` of each row.
    lon, lat
        Degrees, NaN where there are none.
    good
        Rows that are not left out anyway.
    of_the_displaced
        Whether the list counts displaced people or households: then any kind of site is one of theirs.
    """
    names = [filled(name) for name in layer["name"].tolist()]
    kinds = [filled(kind) or "" for kind in layer["kind"].tolist()]
    missing = np.isnan(lon) | np.isnan(lat)
    nowhere = ~missing & (np.abs(lon) < NOWHERE_DEG) & (np.abs(lat) < NOWHERE_DEG)
    over = ~missing & (np.abs(lat) > 90) & (np.abs(lon) <= 90) & (np.abs(lat) <= 180)
    beyond = ~missing & ~over & ((np.abs(lat) > 90) | (np.abs(lon) > 180))
    on_earth = ~(missing | nowhere | over | beyond)
    at = [np.where(on_earth, axis, 0.0) for axis in (lon, lat)]
    swapped = on_earth & in_the_swapped_place(layer["country"], *at)
    known = on_earth & ~swapped & _known_elsewhere(names, *at)
    reasons = (
        (_true(not name for name in names), "no name"),
        (_true(_ARCHIVED.search(kind) for kind in kinds), "archived by its source"),
        (_true(_DWELLERS.search(kind) for kind in kinds), "people in a town or scattered, no camp"),
        (on_earth & _whole_areas(layer, names, kinds, *at), "people of a whole city or governorate, no camp"),
        (
            _true(
                no_camp(name or "", kind, of_the_displaced=of_the_displaced)
                for name, kind in zip(names, kinds, strict=True)
            )
            | (on_earth & _named_bases(names, kinds, *at)),
            "not a displacement camp",
        ),
        (missing, "no coordinates"),
        (nowhere, "at 0 N 0 E, where no camp is"),
        (beyond, "coordinates beyond the globe"),
        (over, "latitude beyond 90 degrees; latitude and longitude may be swapped"),
        (swapped, "latitude and longitude are swapped: the point lies outside the stated country"),
        (known, "latitude and longitude are swapped: exchanged, the point is that of the camp of this name"),
    )
    keep = good.copy()
    for rows, why in reasons:
        if (out := rows & keep).any():
            told = np.flatnonzero(out).tolist()
            more = f"left out ({len(told):,} rows)" if len(told) > 1 else "left out"
            table.warn(f"{_rows(table, told, names)}: {why}; {more}")
        keep &= ~rows
    _warn_of_mirrored(table, layer["name"], lon, lat, np.flatnonzero(keep))
    return keep


def _true(values: Any) -> Rows:
    return np.array([bool(value) for value in values], dtype=bool)


def _rows(table: Table, positions: list[int], names: list[Any]) -> str:
    """Name the first rows: "rows 3 (Swapped), 9 (Other) and 5 more"."""
    shown = ", ".join(
        f"{table.first_row + one}{f' ({str(names[one])[:40]})' if names[one] else ''}" for one in positions[:3]
    )
    more = f" and {len(positions) - 3} more" if len(positions) > 3 else ""
    return f"row{'s' if len(positions) > 1 else ''} {shown}{more}"


def no_camp(name: str, kind: str, *, of_the_displaced: bool = False) -> bool:
    """Whether a row is none of displaced people: camps of soldiers, workers, prisoners or holiday makers.

    The source judges first: where its `kind` (or the list, by counting displaced people) says who lives there, an old
    barracks or factory is a camp like any other. Where it does not say, the name is looked at.
    """
    if _PEOPLE.search(kind):
        return False
    if _SOLDIERS.search(kind) or _OTHER_CAMP.search(kind):
        return True
    if of_the_displaced:
        return False  # a school or a barracks of a list that counts the displaced is where they live
    if kind and not _SHELTER.search(kind):
        return True
    if _PEOPLE.search(name):
        return False
    return bool(_BASE.match(name) or _SOLDIERS.search(name) or _OTHER_CAMP.search(name))


def _named_bases(names: list[Any], kinds: list[str], lon: Floats, lat: Floats) -> Rows:
    """Whether a row of which no source says who lives there has the name of a curated base near its point."""
    bases = curated_bases()
    return np.array(
        [
            bool(name)
            and not _PEOPLE.search(kind)
            and any(metres(x, y, one.lon, one.lat) < BASE_REACH_M for one in bases.get(name_key(name), ()))
            and not any(
                metres(x, y, one.lon, one.lat) < BASE_REACH_M for one in curated_camps().get(name_key(name), ())
            )
            for name, kind, x, y in zip(names, kinds, lon.tolist(), lat.tolist(), strict=True)
        ],
        dtype=bool,
    )


def _whole_areas(layer: DataFrame, names: list[Any], kinds: list[str], lon: Floats, lat: Floats) -> Rows:
    """Whether a row is a location by its kind, and has the name of the governorate or city it lies in."""
    around = curated_centres_by_name()
    found = np.zeros(len(names), dtype=bool)
    for row in np.flatnonzero(_true(name and _LOCATION.search(kind) for name, kind in zip(names, kinds, strict=True))):
        key = name_key(names[row])
        found[row] = key == name_key(filled(layer["admin1"].iloc[row]) or "") or any(
            known.radius_m >= TOWN_RADIUS_M and metres(lon[row], lat[row], known.lon, known.lat) <= known.radius_m
            for known in around.get(key, ())
        )
    return found


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return about how far two points are from each other; good enough to ask whether they are near."""
    east = (other_lon - lon) * np.cos(np.radians((lat + other_lat) / 2))
    return float(np.hypot(east, other_lat - lat) * DEGREE_M)


# ---- swapped coordinates -------------------------------------------------------------------------------------------
def in_the_swapped_place(country: Series, lon: Floats, lat: Floats) -> Rows:
    """Whether a point lies outside its stated country while the point with lat and lon exchanged lies inside."""
    outlines = country_outlines()
    result = np.zeros(len(country), dtype=bool)
    for code, outline in zip(outlines["iso2"], outlines.geometry, strict=True):
        rows = (country == code).fillna(value=False).to_numpy(dtype=bool)
        if not rows.any():
            continue
        shapely.prepare(outline)
        suspects = np.flatnonzero(rows)
        suspects = suspects[shapely.contains_xy(outline, lat[suspects], lon[suspects])]
        given = shapely.points(lon[suspects], lat[suspects])
        result[suspects] = ~shapely.dwithin(outline, given, BORDER_SLACK_DEG)
    return result


def _known_elsewhere(names: list[Any], lon: Floats, lat: Floats) -> Rows:
    """Whether a curated camp of the name stands at the exchanged point and none at the point given.

    No outline finds these: UNHCR's list puts a second Rukban into the middle of Turkey and calls it Turkish.
    """
    camps = curated_camps()
    found = np.zeros(len(names), dtype=bool)
    for row, (name, x, y) in enumerate(zip(names, lon.tolist(), lat.tolist(), strict=True)):
        for known in camps.get(name_key(name), ()) if name else ():
            reach = max(known.radius_m, MIRROR_SLACK_DEG * DEGREE_M)
            far = metres(x, y, known.lon, known.lat) > max(2 * known.radius_m, 10_000)
            found[row] |= far and metres(y, x, known.lon, known.lat) <= reach
    return found


def _warn_of_mirrored(table: Table, names: Series, lon: Floats, lat: Floats, rows: NDArray[np.int64]) -> None:
    """Warn of two rows of one name, one at the other's point with lat and lon exchanged: one of them is wrong."""
    rows = rows[np.abs(lon[rows] - lat[rows]) > BORDER_SLACK_DEG]  # else the exchanged point is the point itself
    if not len(rows):
        return
    words = {row: set(re.findall(r"\w{4,}", names.iloc[row].casefold())) - {"camp"} for row in rows}
    mirror = cKDTree(np.column_stack([lat[rows], lon[rows]]))
    twins = mirror.query_ball_point(np.column_stack([lon[rows], lat[rows]]), MIRROR_SLACK_DEG)
    told: set[int] = set()
    for row, near in zip(rows.tolist(), twins, strict=True):
        for twin in rows[near].tolist():
            if words[row] & words[twin] and not told & {row, twin}:
                told |= {row, twin}
                one, other = names.iloc[row], names.iloc[twin]
                table.warn(
                    f"{table.rows([row, twin])}: {one} and {other} lie at the same point, latitude and "
                    "longitude exchanged; one of them is wrong, both are kept"
                )


# ---- how exact a point is ------------------------------------------------------------------------------------------
def radii(table: Table, names: Series, lon: Floats, lat: Floats, given: Floats) -> Floats:
    """Return how far from its point each camp may lie, metres: what the list says, and no less than the point shows.

    Parameters
    ----------
    names, lon, lat, given
        Of the rows that stay; `given` NaN where the list says nothing.
    """
    radius = given.copy()
    if not len(names):
        return radius
    spot = np.round(np.column_stack([lon, lat]), 6)
    _, where, many = np.unique(spot, axis=0, return_inverse=True, return_counts=True)
    repeated = many[where.ravel()] >= REPEATED_ROWS
    coarse = np.abs(spot * 10 - np.round(spot * 10)).max(axis=1) < 1e-6
    whole = np.abs(spot - np.round(spot)).max(axis=1) < 1e-6
    _widen(radius, repeated, REPEATED_RADIUS_M)
    _widen(radius, coarse, COARSE_RADIUS_M)
    _widen(radius, whole, 10 * COARSE_RADIUS_M)
    at_centre = np.zeros(len(names), dtype=bool)
    centres = curated_centres()
    tree = cKDTree([(one.lon, one.lat) for one in centres])
    for row, near in enumerate(tree.query_ball_point(spot, CENTRE_M / DEGREE_M)):
        if near and (wide := max(centres[one].radius_m for one in near)) >= TOWN_RADIUS_M:
            at_centre[row] = True
            radius[row] = np.fmax(radius[row], wide)
    flagged = (
        (repeated, f"{REPEATED_ROWS} or more sites at exactly one point, the middle of a town or district"),
        (coarse & ~repeated, "coordinates of one decimal or none"),
        (at_centre & ~repeated & ~coarse, "at the very point of a town or area"),
    )
    listed = names.tolist()
    for rows, why in flagged:
        if rows.any():
            told = np.flatnonzero(rows).tolist()
            wide = radius[rows].min(), radius[rows].max()
            reach = f"{wide[0] / 1000:g}" + (f" to {wide[1] / 1000:g}" if wide[0] != wide[1] else "")
            shown = ", ".join(str(listed[one])[:40] for one in told[:3])
            more = f" and {len(told) - 3:,} more" if len(told) > 3 else ""
            table.warn(f"{shown}{more}: {why}; kept, radius {reach} km")
    return radius


def _widen(radius: Floats, rows: Rows, least: float) -> None:
    radius[rows] = np.fmax(radius[rows], least)
