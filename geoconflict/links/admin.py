"""In which admin areas an event was, by p-code, and whether the place's own says so too."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Geod

from geoconflict.errors import InputError
from geoconflict.links.layer import check_layer, lonlat, numbers, placed, with_columns
from geoconflict.records import CRS, LINKABLE_RADIUS_M

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

LEVELS = (1, 2, 3)
_PARTS = ("pcode", "name", "name_local")
ADMIN_LINK_COLUMNS: dict[str, str] = {
    **{f"admin{level}_{part}": "string" for level in LEVELS for part in _PARTS},
    "admin_status": "string",
    "admin_distance_m": "Float64",
    "admin_agrees": "boolean",
}
NEAREST_M = 2_000.0
"""An event outside every area belongs to the nearest within this distance: coasts and borders are drawn differently."""
BORDER_M = 5_000.0
"""How far from a border an event may lie and still be said to be near it, at most; else as far as its `radius_m`."""
NAMED = 5
_NEEDED = ("where_prec", "radius_m", "place_kind", "place_name", "country", "admin1", "admin2")
_GEOD = Geod(ellps="WGS84")
_ARTICLE = re.compile(r"^(?:al|ar|as|ash|at|az|ad|an|el|the)[\s'’-]+|^ال")
_KIND_WORDS = re.compile(
    r"\b(?:governorate|province|district|oblast|raion|region|state|county|muhafazat|sub-?district)\b"
)


def link_admin(layer: GeoDataFrame, areas: GeoDataFrame, *, nearest_m: float = NEAREST_M) -> GeoDataFrame:
    """Add the admin areas of levels 1 to 3 each event was in, with p-codes and names in two scripts.

    Same rows, same order. Adds `ADMIN_LINK_COLUMNS`, replacing them where the layer has them.

    Parameters
    ----------
    layer
        Events (`EVENT_COLUMNS`) with a CRS.
    areas
        What `files.read_admin` returns.
    nearest_m
        How far outside every area an event may lie to get the nearest, geodesic metres; only if the event's country is
        the area's, where both are known.

    Returns
    -------
    GeoDataFrame
        An event known to a district gets levels 1 and 2, one known to a province level 1 only, one known to no more
        than a region or country none. On a border the area with the smallest code counts. `admin_status` is

        - missing: the event has no place;
        - too_coarse: known only to a region, a country or the sea;
        - by_name: the place is itself an area of the layer, of that name;
        - inside;
        - near_border: inside, but another area of the finest level given lies within min(`radius_m`, 5 km);
        - nearest: outside, `admin_distance_m` (geodesic) from the area given;
        - outside: none within `nearest_m`.

        `admin_agrees` says whether the place's own `admin1` and `admin2` are spellings of the areas found: false where
        one is that of another area of the layer, missing where it is in none.

    Raises
    ------
    InputError
        If a CRS or column is missing.
    """
    check_layer(layer, _NEEDED)
    check_layer(areas, ("level", "admin1_pcode"), "the layer of admin areas")
    book = _Book(areas)
    columns: dict[str, Any] = {name: np.full(len(layer), None, object) for name in ADMIN_LINK_COLUMNS}
    lon, lat = lonlat(layer)
    finest, radius = _levels(layer), np.minimum(np.nan_to_num(numbers(layer, "radius_m")), BORDER_M)
    cells = layer[["place_name", "place_kind", "country", "admin1", "admin2"]].astype(object)
    told = cells.where(cells.notna(), None).to_dict("records")
    known: dict[Any, _Found] = {}
    for row in np.flatnonzero(placed(layer)):
        own = told[row]
        key = (lon[row], lat[row], finest[row], radius[row], *own.values())
        if key not in known:
            known[key] = book.find(
                lon[row], lat[row], int(finest[row]), own, near_m=float(radius[row]), nearest_m=nearest_m
            )
        found = known[key]
        columns["admin_status"][row] = found.status
        columns["admin_distance_m"][row] = found.distance_m
        if found.area is not None:
            columns["admin_agrees"][row] = book.agrees(found, own)
            for level in range(1, found.level + 1):
                for part in _PARTS:
                    columns[f"admin{level}_{part}"][row] = book.cell(found.area, f"admin{level}_{part}")
    return with_columns(layer, columns, ADMIN_LINK_COLUMNS)


def admin_agreement(layer: GeoDataFrame) -> str | None:
    """Say in a line how a layer `link_admin` returned agrees with the places' own admin areas; None without any."""
    agrees = layer["admin_agrees"]
    compared = int(agrees.notna().sum())
    if not layer["admin_status"].notna().any():
        return None
    text = "Admin areas: none could be compared with the place list's own"
    if compared:
        text = f"Admin areas: {int(agrees.sum())} of {compared} events agree with the place list's own"
    differ = layer[agrees.fillna(value=True).eq(other=False)]
    if len(differ):
        named = [
            f"{row.place_name} ({' / '.join(one for one in (row.admin1, row.admin2) if isinstance(one, str))}; "
            f"the file has {' / '.join(one for one in (row.admin1_name, row.admin2_name) if isinstance(one, str))})"
            for row in differ.drop_duplicates(["place_name", "admin1_pcode", "admin2_pcode"]).itertuples()
        ]
        more = f" and {len(named) - NAMED} more places" if len(named) > NAMED else ""
        text += f"; these differ: {', '.join(named[:NAMED])}{more}"
    counts = layer["admin_status"].value_counts()
    for status, words in (
        ("near_border", "near a border"),
        ("nearest", "just outside, given the nearest"),
        ("outside", "outside all areas"),
        ("too_coarse", "known too coarsely"),
    ):
        if status in counts:
            text += f"; {counts[status]} {words}"
    return text + "."


def _levels(layer: GeoDataFrame) -> Whole:
    """Return the finest level each event is known to: 0 for no more than a region."""
    where = numbers(layer, "where_prec")
    kind = layer["place_kind"].to_numpy(object, na_value="")
    area = np.where(kind == "admin3", 3, 2)
    finest = np.select([where <= 2, where == 3, where == 4], [3, area, 1], 0)
    return np.where((where <= 2) & ~(numbers(layer, "radius_m") <= LINKABLE_RADIUS_M), np.minimum(finest, 1), finest)


@dataclass(frozen=True, slots=True)
class _Found:
    """The area of an event (its row, or None), down to which level it holds, and how it was found."""

    status: str
    area: int | None = None
    level: int = 0
    distance_m: float | None = None


class _Book:
    """Admin areas, found by point and by name."""

    def __init__(self, areas: GeoDataFrame) -> None:
        codes = [name for level in LEVELS if (name := f"admin{level}_pcode") in areas]
        self._table = areas.to_crs(CRS).sort_values(codes, kind="stable", ignore_index=True)  # ties by code
        self._cells = {
            name: column.to_numpy(object) for name, column in self._table.items() if name != self._table.geometry.name
        }
        self._shapes = self._table.geometry.to_numpy()
        self._rows = {level: np.flatnonzero(self._cells["level"] == level) for level in LEVELS}
        self._trees = {level: shapely.STRtree(self._shapes[rows]) for level, rows in self._rows.items() if len(rows)}
        if not self._trees:
            raise InputError("the layer of admin areas is empty")
        self._keys: dict[int, dict[str, set[Any]]] = {level: {} for level in LEVELS}
        self._first: dict[tuple[int, Any], int] = {}
        for row in range(len(self._table)):
            for level in range(1, int(self._cells["level"][row]) + 1):
                code = self._code(row, level)
                self._first.setdefault((level, code), row)
                for key in self._spellings(row, level):
                    self._keys[level].setdefault(key, set()).add(code)

    def cell(self, row: int, name: str) -> Any:
        """Return a cell of the layer, None where missing."""
        value = self._cells[name][row] if name in self._cells else None
        return value if isinstance(value, str) and value else None

    def _code(self, row: int, level: int) -> Any:
        return self.cell(row, f"admin{level}_pcode") or self.cell(row, f"admin{level}_name")

    def _spellings(self, row: int, level: int) -> set[str]:
        listed = self._cells[f"admin{level}_names"][row] if f"admin{level}_names" in self._cells else None
        names = listed if isinstance(listed, list) else [self.cell(row, f"admin{level}_{part}") for part in _PARTS[1:]]
        return {key for name in names if name for key in _keys_of(name)}

    def find(
        self, lon: float, lat: float, finest: int, own: dict[str, Any], *, near_m: float, nearest_m: float
    ) -> _Found:
        """Return the areas of a place."""
        if not finest:
            return _Found("too_coarse")
        if own["place_kind"] in {f"admin{level}" for level in LEVELS}:
            codes = self._named(finest, str(own["place_name"] or ""))
            rows = [self._first[finest, code] for code in codes]
            if finest > 1 and own["admin1"]:
                above = self._named(1, own["admin1"])
                rows = [row for row in rows if not above or self._code(row, 1) in above]
            if len(rows) == 1:
                return _Found("by_name", rows[0], finest)
        point = shapely.Point(lon, lat)
        levels = sorted(self._trees, key=lambda level: (level < finest, abs(level - finest)))
        # The layer of the level asked for, else a finer one (its area lies in it), else a coarser one.
        for level in levels:
            hits = self._trees[level].query(point, predicate="intersects")
            if len(hits):
                row = int(self._rows[level][hits.min()])
                return self._beside_border(point, row, min(level, finest), level, near_m)
        return self._nearest(point, levels, finest, own["country"], nearest_m)

    def _beside_border(self, point: Any, row: int, given: int, level: int, near_m: float) -> _Found:
        code = self._code(row, given)
        near = self._within(point, level, near_m)
        beside = any(self._code(one, given) != code for one, _ in near)
        return _Found("near_border" if beside else "inside", row, given)

    def _nearest(self, point: Any, levels: list[int], finest: int, country: Any, nearest_m: float) -> _Found:
        for level in levels:
            near = [(metres, row) for row, metres in self._within(point, level, nearest_m)]
            near = [(metres, row) for metres, row in near if self._country_fits(row, country)]
            if near:
                metres, row = min(near)
                return _Found("nearest", row, min(level, finest), round(metres, 1))
        return _Found("outside")

    def _country_fits(self, row: int, country: Any) -> bool:
        own = self.cell(row, "country") or ""
        return not country or len(own) != 2 or own.upper() == str(country).upper()

    def _within(self, point: Any, level: int, reach_m: float) -> list[tuple[int, float]]:
        """Return the areas of a level within some geodesic metres of a point, and how far each is."""
        if not reach_m > 0:
            return []
        stretch = max(0.01, np.cos(np.radians(min(89.0, abs(point.y) + 0.1))))
        hits = self._trees[level].query(point, predicate="dwithin", distance=1.02 * reach_m / 110_574 / stretch)
        found = []
        for hit in np.sort(hits):
            row = int(self._rows[level][hit])
            (x0, y0), (x1, y1) = shapely.get_coordinates(shapely.shortest_line(point, self._shapes[row]))
            metres = float(_GEOD.inv(x0, y0, x1, y1)[2])
            if metres <= reach_m:
                found.append((row, metres))
        return found

    def _named(self, level: int, name: str) -> set[Any]:
        """Return the codes of the areas of a level a name stands for: as spelt, else by its consonants."""
        for key in _keys_of(name):
            if found := self._keys[level].get(key):
                return found
        return set()

    def agrees(self, found: _Found, own: dict[str, Any]) -> bool | None:
        """Compare the place's own admin areas with those found."""
        said = []
        for level, name in ((1, own["admin1"]), (2, own["admin2"])):
            if level <= found.level and found.area is not None and name and (codes := self._named(level, name)):
                said.append(self._code(found.area, level) in codes)
        return all(said) if said else None


def _keys_of(name: str) -> list[str]:
    """Return under what a name is compared: its letters, and for Latin script its consonants.

    Idleb and Idlib, As-Sweida and Suwayda, Ar-Raqqa and Raqqah have the same consonants.
    """
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    plain = _ARTICLE.sub("", _KIND_WORDS.sub("", plain).strip())
    plain = plain.translate(str.maketrans("أإآىة", "ااايه"))
    letters = "".join(one for one in plain if one.isalnum())
    if not letters:
        return []
    if not letters.isascii():
        return [letters]
    bones = letters[0].translate(str.maketrans("aeio", "    ")).strip() + re.sub("[aeiouwyh]", "", letters[1:])
    bones = re.sub(r"(.)\1+", r"\1", bones.replace("q", "k").replace("c", "k"))
    return [letters, f"~{bones}"] if len(bones) > 1 else [letters]
