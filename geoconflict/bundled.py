"""What the package carries: the curated rows and the country outlines.

The curated rows live in `gazetteer/` at the top of the repository; the wheel carries them as `geoconflict/curated/`.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import GeoconflictError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame


@cache
def curated_dir() -> Path:
    """Return the folder of curated rows, in the wheel or in the checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "curated", here.parent / "gazetteer"):
        if (folder / "places.csv").is_file():
            return folder
    raise GeoconflictError("the curated gazetteer rows are missing from this installation; reinstall geoconflict")


def curated_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one curated table, e.g. "places.csv", as column -> text; list cells are joined by "|"."""
    with (curated_dir() / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


ARABIC_COUNTRIES = frozenset("AE BH DZ EG IQ JO KW LB LY MA OM PS QA SA SD SY TN YE".split())  # noqa: SIM905  one line
"""Where Arabic is the language of places, so that their names reach the press in many transliterations."""

BORDER_POLICIES = {
    "un": "borders as in United Nations General Assembly and Security Council resolutions; disputed lines dashed",
    "de-facto": "borders as administered on the ground, after Natural Earth; disputed lines dashed",
}


@cache
def _borders() -> dict[str, Any]:
    with gzip.open(Path(__file__).with_name("borders.json.gz"), "rt", encoding="utf-8") as file:
        return json.load(file)  # type: ignore[no-any-return]


def _check_policy(policy: str) -> None:
    if policy not in BORDER_POLICIES:
        raise UsageError(f"border policy {policy!r} is unknown; use one of {', '.join(BORDER_POLICIES)}")


def _points(deltas: list[int], grid_deg: float | None = None) -> Any:
    """Return a ring or line in degrees from the grid steps it is stored in, x and y in turn."""
    import numpy as np

    return np.cumsum(np.array(deltas).reshape(-1, 2), axis=0) * (grid_deg or _borders()["grid_deg"])


@cache
def _country_outlines(policy: str, *, apart: bool = False) -> GeoDataFrame:
    import geopandas
    import shapely

    from geoconflict.records import CRS

    _check_policy(policy)
    # Areas without a code of their own join the state they are counted to; those of no state keep their name.
    groups: dict[str, list[tuple[str, Any]]] = {}
    for area in _borders()["areas"]:
        polygons = [
            shapely.Polygon(_points(outer), [_points(hole) for hole in holes]) for outer, *holes in area["polygons"]
        ]
        if polygons:
            code = None if apart and area.get("apart") else area["un" if policy == "un" else "de_facto"]
            groups.setdefault(code or area["name"], []).append((area["name"], shapely.MultiPolygon(polygons)))
    rows = []
    for key, members in groups.items():
        name, shape = max(members, key=lambda member: member[1].area)
        if len(members) > 1:
            shape = shapely.union_all([one for _, one in members])
        rows.append((key if len(key) == 2 else None, name, shape))
    frame = geopandas.GeoDataFrame(rows, columns=["iso2", "name", "geometry"], crs=CRS)
    return frame.sort_values("name", ignore_index=True)


def country_outlines(policy: str = "un") -> GeoDataFrame:
    """Return the countries as areas: `iso2` (missing where no state is named), `name`, `geometry`, EPSG:4326.

    Natural Earth 1:10m simplified to 0.004 degrees (about 400 m), so a place nearer to a border than that may fall on
    the other side. Raises UsageError for an unknown policy.
    """
    return _country_outlines(policy).copy()


def reported_ground() -> GeoDataFrame:
    """Return the countries under "un" as reports on their towns speak for them; as `country_outlines`.

    The Golan and the part of Western Sahara that Morocco administers are rows of their own without `iso2`: who holds a
    town of Syria says nothing about the Golan.
    """
    return _country_outlines("un", apart=True).copy()


def disputed_lines() -> GeoDataFrame:
    """Return the border lines whose course is disputed, to be drawn dashed: `name`, `geometry`, EPSG:4326."""
    import geopandas
    import shapely

    from geoconflict.records import CRS

    rows = [(one["name"], shapely.LineString(_points(one["line"]))) for one in _borders()["disputed"]]
    return geopandas.GeoDataFrame(rows, columns=["name", "geometry"], crs=CRS)


RIVERS_MAX_ZOOM = 8
"""Rivers and lakes of 1:50m lie up to 5 km off: above this web zoom (about 480 m a pixel at 35 degrees north) that
shows, and a town may come to lie on the wrong bank, so maps leave them out."""
RIVERS_MIN_M_PER_PX = 400.0
"""The same limit for a still: metres of ground a pixel covers."""
ADMIN1_MIN_M_PER_PX = 20.0
"""Lines between provinces are simplified to 600 m and of about 2013; below this they would look surveyed."""


@cache
def _basemap(name: str) -> dict[str, Any]:
    """Return one of the files scripts/make_basemap.py writes; geoconflict/basemap/README.md says what they hold."""
    with lzma.open(Path(__file__).with_name("basemap") / f"{name}.json.xz", "rt", encoding="utf-8") as file:
        return json.load(file)  # type: ignore[no-any-return]


def _basemap_frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> GeoDataFrame:
    import geopandas

    from geoconflict.records import CRS

    return geopandas.GeoDataFrame(rows, columns=[*columns, "geometry"], geometry="geometry", crs=CRS)


BASEMAP_COLUMNS = ("kind", "rank", "name", "source")
ADMIN1_WORDS = frozenset(
    {"governorate", "province", "provincial", "oblast", "muhafazat", "muhafazah", "wilayat", "wilaya", "vilayet"}
)
ARABIC_ARTICLES = frozenset({"al", "el", "ar", "er", "as", "es", "ash", "ad", "ed", "az", "an", "en", "at"})
"""Before the name of a province; its letter follows the next one's, and lists leave it out as often as not."""
_WATER_SOURCE = "Natural Earth 1:50m"
_ADMIN1_SOURCE = "Natural Earth 1:10m, about 2013"


@cache
def town_names() -> dict[str, tuple[str, str]]:
    """Return by GeoNames' id a town's local name in Latin letters and its name in Arabic, "" where not known.

    Local names are listed for Arabic-speaking countries alone; scripts/make_names.py says how they were chosen.
    """
    return {number: (local, arabic) for number, (local, arabic) in _basemap("names")["towns"].items()}


@cache
def _rivers() -> GeoDataFrame:
    import shapely

    held = _basemap("water")
    rows = [
        {"kind": "river", "rank": one["rank"], "name": None, "source": _WATER_SOURCE,
         "geometry": shapely.LineString(_points(one["line"], held["grid_deg"]))}
        for one in held["rivers"]
    ]  # fmt: skip
    return _basemap_frame(rows, BASEMAP_COLUMNS)


def rivers() -> GeoDataFrame:
    """Return the larger rivers of the world as lines: `BASEMAP_COLUMNS` and geometry, EPSG:4326.

    `rank` runs from 1, the longest, to 5; names are not known. They lie up to 5 km off their true course: draw them
    only up to `RIVERS_MAX_ZOOM`, on a still from `RIVERS_MIN_M_PER_PX` up.
    """
    return _rivers().copy()


@cache
def _lakes() -> GeoDataFrame:
    import shapely

    held = _basemap("water")
    rows = []
    for one in held["lakes"]:
        outer, *holes = (_points(ring, held["grid_deg"]) for ring in one["rings"])
        rows.append({"kind": "lake", "rank": one["rank"], "name": None, "source": _WATER_SOURCE,
                     "geometry": shapely.Polygon(outer, holes)})  # fmt: skip
    return _basemap_frame(rows, BASEMAP_COLUMNS)


def lakes() -> GeoDataFrame:
    """Return the larger lakes of the world as polygons: `BASEMAP_COLUMNS` and geometry, EPSG:4326; as `rivers`."""
    return _lakes().copy()


@cache
def _admin1_outlines(policy: str) -> GeoDataFrame:
    import shapely

    _check_policy(policy)
    held = _basemap("admin1-lines")
    rows = [
        {"kind": "admin1", "rank": 3, "name": None, "source": _ADMIN1_SOURCE, "iso2": one["iso2"],
         "geometry": shapely.LineString(_points(one["line"], held["grid_deg"]))}
        for one in held["lines"]
        if policy in one["policies"]
    ]  # fmt: skip
    return _basemap_frame(rows, (*BASEMAP_COLUMNS, "iso2"))


def admin1_outlines(policy: str = "un") -> GeoDataFrame:
    """Return the lines between the provinces of each country: `BASEMAP_COLUMNS`, `iso2` and geometry, EPSG:4326.

    A line between two countries under `policy` is none of them: that of Crimea is a province's under "un" and left to
    the border under "de-facto". Divisions as of about 2013; the README beside the data says which have changed since.
    Raises UsageError for an unknown policy.
    """
    return _admin1_outlines(policy).copy()


def admin1_areas(iso2: str, policy: str = "un") -> GeoDataFrame:
    """Return the provinces of one country as areas, cut to its outline under a border policy.

    Parameters
    ----------
    iso2
        ISO 3166-1 alpha-2 code; a country without provinces gives no rows.
    policy
        One of `BORDER_POLICIES`. A province belongs to the country whose outline holds it under that policy.

    Returns
    -------
    GeoDataFrame
        `iso2`, `name` (as the curated rows spell it, else as Natural Earth does), `name_local` (in the country's own
        script, "" where not known), `names` (list of other spellings), `code` (ISO 3166-2, "" where not known),
        `place_id` (the gazetteer's, e.g. "admin1:SY.12", "" where not known) and geometry, EPSG:4326. Divisions as of
        about 2013: one made since has no row, and its old parent still covers it.

    Raises
    ------
    UsageError
        For an unknown policy.
    """
    return _admin1_areas(iso2, policy).copy()


@cache
def _admin1_areas(iso2: str, policy: str) -> GeoDataFrame:
    import shapely

    outlines = _country_outlines(policy)
    country = outlines.loc[outlines["iso2"] == iso2, "geometry"]
    held = _basemap("admin1-areas")
    columns = ("iso2", "name", "name_local", "names", "code", "place_id")
    rows = []
    for area in held["areas"] if len(country) else ():
        if area["iso2"][policy] != iso2:
            continue
        parts = [[_points(ring, held["grid_deg"]) for ring in polygon] for polygon in area["polygons"]]
        whole = shapely.MultiPolygon([shapely.Polygon(outer, holes) for outer, *holes in parts])
        cut = shapely.intersection(shapely.make_valid(whole), country.iloc[0])
        shape = shapely.MultiPolygon([one for one in shapely.get_parts(cut) if one.geom_type == "Polygon"])
        rows.append({**{key: area[key] for key in columns[1:]}, "iso2": iso2, "geometry": shape})
    return _basemap_frame(rows, columns)


def _plain_admin1(name: str) -> str:
    """Return a province's name without the word for province, the article, accents and signs between letters."""
    import re
    import unicodedata

    letters = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"['`´ʼ’‘ʿʾ]", "", letters).replace("-", " ").split()
    kept = [word for word in words if word not in ADMIN1_WORDS]
    return " ".join(kept[1:] if len(kept) > 1 and kept[0] in ARABIC_ARTICLES else kept)


@cache
def _admin1_changes() -> dict[str, list[dict[str, str]]]:
    """Return by country the changes of provinces since the edition of `admin1_areas`."""
    changes: dict[str, list[dict[str, str]]] = {}
    with Path(__file__).with_name("basemap").joinpath("admin1-changes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            changes.setdefault(row["iso2"], []).append(row)
    return changes


@cache
def admin1_changed(iso2: str, name: str, day: str | None, policy: str = "un") -> bool:
    """Tell whether a province of `admin1_area` was another one on a day, YYYY-MM-DD, than about 2013.

    On a day that is not known it may have been: True for every province that has changed. What has changed, and since
    when, stands in basemap/admin1-changes.csv.
    """
    found = _admin1_row(iso2, name, policy) if iso2 in _admin1_changes() else None
    return found is not None and any(
        row["name"] in ("", found[0])
        and (day is None or (row["since"] <= day and (not row["until"] or day < row["until"])))
        for row in _admin1_changes()[iso2]
    )


def admin1_area(iso2: str, name: str, policy: str = "un") -> Any:
    """Return the shape of the province with this name, spelling or gazetteer id, None where there is not just one.

    "Al Hasakah Governorate" is Hasakah: the word for province and the article do not tell provinces apart. The shape
    is that of about 2013; `admin1_changed` tells whether it holds on a day.
    """
    found = _admin1_row(iso2, name, policy)
    return None if found is None else found[1]


@cache
def _admin1_row(iso2: str, name: str, policy: str) -> tuple[str, Any] | None:
    areas = _admin1_areas(iso2, policy)
    wanted, plain = name.casefold(), _plain_admin1(name)
    for spelt in (
        areas["place_id"] == name,
        areas["name"].str.casefold() == wanted,
        areas["names"].map(lambda names: wanted in {one.casefold() for one in names}).astype(bool),
        areas["name"].map(_plain_admin1) == plain,
        areas["names"].map(lambda names: plain in {_plain_admin1(one) for one in names}).astype(bool),
    ):
        if spelt.sum() == 1:
            row = areas[spelt.to_numpy()].iloc[0]
            return row["name"], row["geometry"]
    return None
