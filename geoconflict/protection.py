"""What the publication policy masks, before anything is drawn or written (design contract 3.9).

`publish` shows a camp, hospital, school or shelter as a symbol at its settlement, says distances to camps in words and
quotes briefly. Everything else of a layer stays: rows, their order, columns and dtypes.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from geoconflict.bundled import country_outlines, curated_rows
from geoconflict.errors import InputError, UsageError
from geoconflict.records import PEOPLE_COLUMNS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

Policy = Literal["open", "publish"]
POLICIES: tuple[Policy, ...] = ("open", "publish")

DECIMALS = 2
"""Of every published coordinate, and of every other number with a fraction: about 1.1 km of latitude."""
ROUNDING_M = 800.0
"""How far rounding to 2 decimals moves a point at most: half the diagonal of .01 x .01 degrees at the equator."""
SETTLEMENT_REACH_M = 5_000.0
"""A settlement farther away is another place."""
SENSITIVE_DECIMALS = 1
"""Of the coordinates of a camp, hospital, school or shelter beside no known settlement: about 11 km of latitude."""
SENSITIVE_ROUNDING_M = 8_000.0
"""How far that moves a point at most: half the diagonal of .1 x .1 degrees at the equator."""
SETTLEMENTS_TRIED = 8
"""The nearest settlements of a camp: beside a border the first few may all lie in the other country."""
GRID_STEPS = 2
"""So many steps of the grid a point goes at most to lie in its own country."""
BORDER_DEG = 0.02
"""A point this little outside the country its row names lies in it: borders here are good to .004 degrees, and camps
stand in the strip between two border posts."""
CAMP_STEPS_KM = (5, 10, 20, 50)
"""Distances to camps are said in these steps. Under 5 km none: it would find the camp beside a town."""
FRONT_STEP_M = 1_000.0
FRONT_STEP_NEAR_M = 5_000.0
"""Distances to a front are rounded to a step: with an exact one and the front's line a point could be found again."""
PEOPLE_DIGITS = 2
"""Significant digits of people nearby: the exact sum of a public raster betrays where it was taken."""
QUOTE_LENGTH = 300
QUOTE_SENTENCES = 2
PHRASE_LENGTH, TITLE_LENGTH = 80, 200
"""The most letters of a few words of a report beside what they say, and of a headline."""

SENSITIVE_KINDS = frozenset({"camp"})
_SENSITIVE_NAME = re.compile(
    r"\b(camps?|(?:poly)?[ck]lini[ck]\w*|hospital\w*|h[oô]pita\w*|dispensar\w*|sanatori\w*|health|medical|msf|maternity|"
    r"infirmar\w*|schools?|lyc[eé]es?|kindergartens?|nurser(?:y|ies)|dormitor\w*|orphanages?|universit(?:y|ies)|shelters?|"
    r"refuges?|refugees?|displaced|idps?|(?:reception|collective|transit) cent(?:er|re)s?|tented settlements?)\b"
    r"|مخيم|مستشفى|مستشفيات|مشفى|مشافي|مستوصف|عياد|مركز صحي|مدرسة|مدارس|روضة|رياض أطفال|جامعة|جامعات"
    r"|ملجأ|ملاجئ|مأوى|دار أيتام",
    re.IGNORECASE,
)
# A facility whose name says none of the above may still be one: only what is plainly something else keeps its place.
_PLAINLY_OTHER = re.compile(
    r"\b(bridges?|dams?|refiner\w*|oil ?fields?|gas ?fields?|power (?:plant|station)|factor(?:y|ies)|checkpoints?|"
    r"roundabouts?|squares?|silos?|ports?|stadiums?|mines?|stations?|pipelines?|prisons?|jails?|barracks)\b",
    re.IGNORECASE,
)
_COORDINATE_NAME = re.compile(
    r"(?:^|_)(?:lat|lon|lng|long|latitude|longitude|x|y|easting|northing|utm|mgrs|geohash|wkt|coord\w*|geom\w*)(?:_|$)"
)
_SETTLEMENTS = frozenset({"city", "town", "village"})

_DISTANCE_KEY = re.compile(r"(^|_)(distance|bearing|azimuth)(?:_(?:m|km|deg))?$")
_IS_ID = re.compile(r"(^|_)(id|ids|article|articles)$")
"""Keys others refer to: masking one would break the reference."""
_Meaning = Literal["id", "distance", "direction", "front", "quote", "phrase", "title", "reason", "url", "other"]
_QUOTE_KEYS = frozenset({"quote", "summary", "sentence"})
_WORDS: dict[tuple[str, str], _Meaning] = {
    ("evidence", "text"): "quote",
    ("figures", "text"): "phrase",
    ("camps_said", "text"): "phrase",
    ("sources", "title"): "title",
    ("sources", "note"): "reason",
    ("place_candidates", "reason"): "reason",
    ("", "place_reason"): "reason",
}
"""What members of the objects of a column hold of a report's words, where their own names do not say so."""
_POINT_KEYS = frozenset({"lon", "lat"})
"""What a candidate that was beaten loses: how fine it was does not matter where it is not."""
# 36.3112, or 36.311 beside another such number: nothing but a coordinate is written so.
_FINE_NUMBER = re.compile(r"(?<![\d.,])(\d{1,3}\.\d{2})\d{2,}(?![\d.]*\d)")
_MAYBE_FINE = re.compile(r"\d\.\d\d\d|°")
_FINE_PAIR = re.compile(r"(?<![\d.,])(\d{1,3}\.\d{2})\d+(°?\s*[NSEW]?\s*[,;/ ]\s*[-+]?\d{1,3}\.\d{2})\d+")
_SEXAGESIMAL = re.compile(r"(\d{1,3}\s*°\s*\d{1,2})\s*['′’]\s*\d{1,2}(?:\.\d+)?\s*(?:[\"″”]|'')")
_SENTENCE_END = re.compile(r"[.!?؟]+[\"'”’)\]]*\s+(?=[^\sa-z])")
_SHORTENED = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Brig|Cmdr|Prof|Sen|Rep|Gov|St|No|vs)\.$")


def protect(layer: GeoDataFrame, policy: Policy) -> GeoDataFrame:
    """Return a layer as the policy allows it to be shown: same rows, same order, same columns and dtypes.

    Parameters
    ----------
    layer
        Events (with `event_id`) or camps (with `camp_id` and `name`), EPSG:4326.
    policy
        "open" returns the layer as it is. "publish" returns a copy in which

        - a camp, hospital, school or shelter lies at its settlement (the nearest curated one of its country within
          `SETTLEMENT_REACH_M`), or without one on a grid of .1 degrees, without `place_id`; so does a facility that may
          be one; no coordinate has more than 2 decimals; no point leaves its country or the land by that (outlines of
          "un", good to 400 m); `radius_m` is widened by as much as the point may have moved;
        - `camp_distance_m` and `camp_bearing_deg` are missing, and `camp_distance_words` ("within 5 km") is added;
        - distances to a front are rounded to 1,000 m (5,000 m near a camp or another sensitive place), people nearby
          to two digits, every other number to two decimals;
        - of each report at most two sentences or 300 characters are quoted beside an event, `summary` and the `text`
          of its `evidence`, `figures` and `camps_said` together: what is left over is missing there, its offsets stay;
          a headline has at most 200 characters, a reason or a note two sentences or 300 characters;
        - beaten candidates of a place have no `lon` and `lat`;
        - list columns hold nothing finer: their camps have `distance_words` too.

    Raises
    ------
    UsageError
        For an unknown policy.
    InputError
        For a layer that holds neither events nor camps.
    """
    if policy not in POLICIES:
        raise UsageError(f"policy {policy!r} is not known; use {' or '.join(POLICIES)}")
    if "event_id" in layer:
        return layer if policy == "open" else _events(layer)
    if {"camp_id", "name"} <= set(layer.columns):
        return layer if policy == "open" else _camps(layer)
    raise InputError("a layer to protect holds events (event_id) or camps (camp_id, name)")


def _events(layer: GeoDataFrame) -> GeoDataFrame:
    import pandas as pd

    masked = layer.copy()
    sensitive = _sensitive(layer)
    near_camp = sensitive | (layer["camp_distance_m"].notna().to_numpy() if "camp_distance_m" in layer else False)
    moved_m = _move(masked, sensitive)
    if "radius_m" in layer:
        masked["radius_m"] = _widened(layer["radius_m"], moved_m)
    if "place_id" in layer:
        masked["place_id"] = layer["place_id"].mask(sensitive)
    if "camp_distance_m" in layer:
        words = [distance_words(metres) for metres in layer["camp_distance_m"].tolist()]
        masked["camp_distance_words"] = pd.Series(words, index=layer.index, dtype="string")
    if "front_distance_m" in layer:
        step = pd.Series([FRONT_STEP_NEAR_M if near else FRONT_STEP_M for near in near_camp], index=layer.index)
        coarse = (layer["front_distance_m"] / step).round() * step
        masked["front_distance_m"] = coarse.astype(layer["front_distance_m"].dtype)
    for name in PEOPLE_COLUMNS.keys() & set(layer.columns):
        people = [_digits(one) for one in layer[name].tolist()]
        masked[name] = pd.Series(people, index=layer.index, dtype=layer[name].dtype)
    _mask_rest(masked, near_camp, sensitive)
    return masked


def _camps(layer: GeoDataFrame) -> GeoDataFrame:
    import numpy as np

    masked = layer.copy()
    everywhere = np.ones(len(layer), dtype=bool)
    moved_m = _move(masked, everywhere)
    if "radius_m" in layer:
        # Where nothing tells how well a camp's place is known, how far it was moved is known all the same.
        masked["radius_m"] = _widened(layer["radius_m"].fillna(0.0), moved_m)
    _mask_rest(masked, everywhere, everywhere)
    return masked


def _widened(radius_m: Any, moved_m: Any) -> Any:
    """Return radii (a column) widened by how far each point may have been moved.

    Independent errors add in quadrature; in steps of 100 m, so that the shift cannot be told from the sum.
    """
    return (((radius_m**2 + moved_m**2) ** 0.5 / 100).round() * 100).astype(radius_m.dtype)


# ---- points --------------------------------------------------------------------------------------------------------
def _sensitive(layer: DataFrame) -> Any:
    """Tell which events are at a camp, hospital, school or shelter, by the kind of the place or a word of its name."""
    import numpy as np

    missing = [""] * len(layer)
    kinds = layer["place_kind"].fillna("").tolist() if "place_kind" in layer else missing
    names = layer["place_name"].fillna("").tolist() if "place_name" in layer else missing
    said = layer["place_said"].fillna("").tolist() if "place_said" in layer else missing
    told = zip(kinds, names, said, strict=True)
    return np.array([_is_sensitive(kind, f"{name} {by_text}") for kind, name, by_text in told], dtype=bool)


def _is_sensitive(kind: str, name: str) -> bool:
    if kind in SENSITIVE_KINDS or _SENSITIVE_NAME.search(name):
        return True
    return kind == "facility" and not _PLAINLY_OTHER.search(name)


def _move(layer: GeoDataFrame, sensitive: Any) -> Any:
    """Put sensitive rows to their settlements, round all geometry; return how many metres each row may have moved.

    Of a sensitive shape a point inside stands for it: its outline would show the place.
    """
    import numpy as np
    import shapely

    shapes = layer.geometry.to_numpy().copy()
    moved_m = np.full(len(layer), ROUNDING_M)
    codes = layer["country"].astype("object") if "country" in layer else [None] * len(layer)
    codes = np.array([code if isinstance(code, str) else None for code in codes], dtype=object)
    rows = np.flatnonzero(sensitive & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if len(rows):
        shapes[rows] = shapely.point_on_surface(shapes[rows])
        shapes[rows], moved_m[rows] = _generalised(shapes[rows], _homes(shapes[rows], codes[rows]))
    rest = np.setdiff1d(np.arange(len(layer)), rows)
    points = rest[shapely.get_type_id(shapes[rest]) == shapely.GeometryType.POINT]
    points = points[~shapely.is_empty(shapes[points])]
    # What lies at sea or abroad stays there; only what is at home is kept at home.
    at_home = points[_holds(codes[points], *_xy(shapes[points]), known=True)]
    shapes[at_home], moved_m[at_home] = _on_grid(*_xy(shapes[at_home]), DECIMALS, codes[at_home])
    others = np.setdiff1d(rest, at_home)
    shapes[others] = _rounded(shapes[others], DECIMALS)
    layer[layer.geometry.name] = type(layer.geometry)(shapes, index=layer.index, crs=layer.crs)
    return moved_m


def _rounded(shapes: Any, decimals: int) -> Any:
    import numpy as np
    import shapely

    return shapely.transform(shapes, lambda xy: np.round(xy, decimals) + 0.0)


def _xy(points: Any) -> tuple[Any, Any]:
    import shapely

    return shapely.get_x(points), shapely.get_y(points)


def _generalised(points: Any, codes: Any) -> tuple[Any, Any]:
    """Return where sensitive points are shown, at their settlements or on the coarse grid, and how far they may move.

    The exact shift, and where the point stands in the published place, would give it away: metres come in steps.
    """
    import numpy as np
    import shapely

    lon, lat = _xy(points)
    known_lon, known_lat, distance_m = _settlements(lon, lat)
    known_lon, known_lat = np.round(known_lon, DECIMALS) + 0.0, np.round(known_lat, DECIMALS) + 0.0
    own = distance_m <= SETTLEMENT_REACH_M
    own &= _holds(np.repeat(codes[:, None], own.shape[1], axis=1), known_lon, known_lat)
    row, near = np.arange(len(points)), own.any(axis=1)
    first = own.argmax(axis=1)
    shown = shapely.points(known_lon[row, first], known_lat[row, first])
    moved_m = np.full(len(points), ROUNDING_M + SETTLEMENT_REACH_M)
    shown[~near], moved_m[~near] = _on_grid(lon[~near], lat[~near], SENSITIVE_DECIMALS, codes[~near])
    return shown, moved_m


def _on_grid(lon: Any, lat: Any, decimals: int, codes: Any) -> tuple[Any, Any]:
    """Return points on the grid of so many decimals, each at the nearest crossing in its country; and metres moved.

    On an island without a crossing the middle of the island stands for all of it. What has none of either is rounded.
    """
    import numpy as np
    import shapely
    from pyproj import Geod

    x, y = np.round(lon, decimals) + 0.0, np.round(lat, decimals) + 0.0
    step = 10.0**-decimals
    bound_m = SENSITIVE_ROUNDING_M if decimals == SENSITIVE_DECIMALS else ROUNDING_M
    abroad = np.flatnonzero(~_holds(codes, x, y))
    steps = np.arange(-GRID_STEPS, GRID_STEPS + 1) * step
    east, north = (axis.ravel() for axis in np.meshgrid(steps, steps))
    for at in abroad.tolist():
        ground = _nearest_ground(codes[at], float(lon[at]), float(lat[at]))
        xs, ys = np.round(x[at] + east, decimals) + 0.0, np.round(y[at] + north, decimals) + 0.0
        here = shapely.contains_xy(ground, xs, ys)
        if here.any():
            away = np.hypot((xs - lon[at]) * math.cos(math.radians(lat[at])), ys - lat[at])
            best = np.where(here, away, np.inf).argmin()
            x[at], y[at] = xs[best], ys[best]
        elif shapely.distance(ground, shapely.Point(lon[at], lat[at])) <= GRID_STEPS * step:
            middle = shapely.point_on_surface(ground)
            x[at], y[at] = round(middle.x, DECIMALS) + 0.0, round(middle.y, DECIMALS) + 0.0
    _, _, away_m = Geod(ellps="WGS84").inv(lon, lat, x, y)
    moved_m = np.maximum(np.ceil(np.asarray(away_m) / bound_m), 1.0) * bound_m
    return shapely.points(x, y), moved_m


# ---- whose ground --------------------------------------------------------------------------------------------------
@cache
def _grounds() -> dict[str, Any]:
    """Return each country's outline by its code, prepared for many questions."""
    import shapely

    outlines = country_outlines()
    named = outlines[outlines["iso2"].notna()]
    shapes = named.geometry.to_numpy()
    shapely.prepare(shapes)
    return dict(zip(named["iso2"].tolist(), shapes, strict=True))


def _holds(codes: Any, lon: Any, lat: Any, *, known: bool = False) -> Any:
    """Tell which points lie in the country of their code; of a code nobody knows nothing is asked, unless `known`."""
    import numpy as np
    import shapely

    inside = np.full(codes.shape, not known)
    for code in {one for one in codes.ravel().tolist() if one in _grounds()}:
        own = codes == code
        inside[own] = shapely.contains_xy(_grounds()[code], lon[own], lat[own])
    return inside


def _homes(points: Any, codes: Any) -> Any:
    """Return the country each point is kept in: the one its row names where it is there, else the one it lies in."""
    import numpy as np
    import shapely

    away = np.flatnonzero(~_holds(codes, *_xy(points), known=True))
    named = np.array([_grounds().get(code) for code in codes[away]], dtype=object)
    away = away[~shapely.dwithin(named, points[away], BORDER_DEG)]
    homes, found = codes.copy(), codes[away]
    for code, ground in _grounds().items() if len(away) else ():
        found[shapely.contains_xy(ground, *_xy(points[away]))] = code
    homes[away] = found
    return homes


@cache
def _nearest_ground(code: str, lon: float, lat: float) -> Any:
    """Return the part of a country, an island or the mainland, nearest to a point."""
    import shapely

    return min(shapely.get_parts(_grounds()[code]), key=shapely.Point(lon, lat).distance)


def _settlements(lon: Any, lat: Any) -> tuple[Any, Any, Any]:
    """Return the nearest curated cities, towns and villages, a row for each point, and the geodesic metres to them."""
    import numpy as np
    from pyproj import Geod
    from scipy.spatial import cKDTree

    known_lon, known_lat = (np.array(axis) for axis in _known_settlements())
    tree = cKDTree(_on_sphere(known_lon, known_lat))
    _, nearest = tree.query(_on_sphere(lon, lat), k=SETTLEMENTS_TRIED)
    near_lon, near_lat = known_lon[nearest], known_lat[nearest]
    lon, lat = (np.broadcast_to(axis[:, None], nearest.shape) for axis in (lon, lat))
    _, _, distance_m = Geod(ellps="WGS84").inv(lon, lat, near_lon, near_lat)
    return near_lon, near_lat, distance_m


@cache
def _known_settlements() -> tuple[tuple[float, ...], tuple[float, ...]]:
    rows = [row for row in curated_rows("places.csv") if row["kind"] in _SETTLEMENTS]
    return tuple(float(row["lon"]) for row in rows), tuple(float(row["lat"]) for row in rows)


def _on_sphere(lon: Any, lat: Any) -> Any:
    import numpy as np

    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


# ---- words and numbers ---------------------------------------------------------------------------------------------
def distance_words(metres: Any) -> str | None:
    """Return "within 5 km" and so on for a distance; None for none."""
    if _missing(metres):
        return None
    farther = f"farther than {CAMP_STEPS_KM[-1]} km"
    return next((f"within {km} km" for km in CAMP_STEPS_KM if metres <= km * 1000), farther)


def _missing(value: Any) -> bool:
    return value is None or type(value).__name__ == "NAType" or value != value  # noqa: PLR0124  # NaN differs from itself


def _digits(value: Any) -> float | None:
    """Return a count with two significant digits."""
    return None if _missing(value) else float(f"{float(value):.{PEOPLE_DIGITS - 1}e}")


def _coarse_text(text: str) -> str:
    """Return a text in which coordinates have at most two decimals, or no seconds."""
    if not _MAYBE_FINE.search(text):  # nearly every text: one look is cheaper than three replacements
        return text
    text = _FINE_PAIR.sub(r"\1\2", text)
    return _SEXAGESIMAL.sub(r"\1'", _FINE_NUMBER.sub(r"\1", text))


def short_quote(text: str, length: int = QUOTE_LENGTH, sentences: int = QUOTE_SENTENCES) -> str:
    """Return at most so many sentences and characters of a text, cut at a word, with "…" where a sentence was cut."""
    ends = _sentence_ends(text)
    if len(ends) >= sentences:
        text = text[: ends[sentences - 1]].rstrip()
    if len(text) <= length:
        return text
    head = text[: length - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip() + "…"


def _sentence_ends(text: str) -> list[int]:
    """Return where sentences end inside a text; "Gen. Smith" and "J. Smith" are no ends."""
    return [match.end() for match in _SENTENCE_END.finditer(text) if not _SHORTENED.search(text, 0, match.start() + 1)]


def _begins(text: str, quote: str) -> bool:
    """Whether a quote is the beginning of a text, cut short."""
    head = quote.removesuffix("…")
    return bool(head) and text.startswith(head)


# ---- everything else a row holds -----------------------------------------------------------------------------------
def _mask_rest(layer: GeoDataFrame, near_camp: Any, sensitive: Any) -> None:
    """Mask text, numbers with a fraction, distances, and what lists hold, in every column but the geometry.

    A column of the user's own that is called like a coordinate is missing in sensitive rows, whose point was moved.
    """
    import pandas as pd

    articles = layer["articles"].tolist() if "articles" in layer else [None] * len(layer)
    rows = [_Row(bool(near), ids) for near, ids in zip(near_camp, articles, strict=True)]
    names = [name for name in layer.columns if name != layer.geometry.name and _meaning(str(name)) != "id"]
    # The summary is the first thing quoted, whole sentences come before a few words.
    for name in sorted(names, key=lambda one: (one != "summary", one != "evidence")):
        column = layer[name]
        meaning = _meaning(str(name))
        if _COORDINATE_NAME.search(str(name).lower()):
            column = layer[name] = column.mask(sensitive)
        if pd.api.types.is_numeric_dtype(column) and meaning in {"distance", "direction"}:
            layer[name] = pd.Series(None, index=layer.index, dtype=column.dtype)
        elif pd.api.types.is_float_dtype(column):
            layer[name] = column.round(DECIMALS)
        elif meaning == "other" and _is_plain_text(column):
            if column.str.contains(_MAYBE_FINE).any():
                layer[name] = column.map(_coarse_text, na_action="ignore").astype(column.dtype)
        elif column.dtype == "object" or pd.api.types.is_string_dtype(column):
            cells = [row.masked(cell, str(name)) for row, cell in zip(rows, column.tolist(), strict=True)]
            layer[name] = pd.Series(cells, index=layer.index, dtype=column.dtype)


def _is_plain_text(column: Any) -> bool:
    """Whether a column holds nothing but texts: whole columns are checked at once."""
    import pandas as pd

    return isinstance(column.dtype, pd.StringDtype)


@cache
def _meaning(key: str, of: str = "") -> _Meaning:
    """Tell what a column, or a member of the objects of a column `of`, holds by its name."""
    if (of, key) in _WORDS:
        return _WORDS[of, key]
    if _IS_ID.search(key):
        return "id"
    if match := _DISTANCE_KEY.search(key):
        return "front" if key.startswith("front") else "distance" if match[2] == "distance" else "direction"
    return "quote" if key in _QUOTE_KEYS else "url" if "url" in key else "other"


class _Row:
    """One row being masked: keeps account of what of each report it has quoted."""

    def __init__(self, near_camp: bool, articles: Any) -> None:
        self.step_m = FRONT_STEP_NEAR_M if near_camp else FRONT_STEP_M
        self.first_article = str(articles[0]) if isinstance(articles, list) and articles else ""
        self.told: dict[str, list[str]] = {}
        self.sentences: dict[str, int] = {}

    def masked(self, value: Any, key: str, article: str | None = None, of: str = "") -> Any:
        """Return a value as it may be shown; `key` is the name of the column, or of a member of an object in `of`."""
        if isinstance(value, str):
            return self._text(value, _meaning(key, of), article)
        if isinstance(value, float):
            return round(value, DECIMALS)
        if isinstance(value, dict):
            return self._object(value, key)
        if isinstance(value, list | tuple):
            return [self.masked(one, key, article, of) for one in value]
        return value

    def _object(self, value: dict[str, Any], of: str) -> dict[str, Any]:
        article = value.get("article")
        result: dict[str, Any] = {}
        for key, one in value.items():
            name = str(key)
            if of == "place_candidates" and name in _POINT_KEYS:
                continue
            meaning = _meaning(name)
            number = one if isinstance(one, int | float) and math.isfinite(one) else None
            if meaning == "id":
                result[name] = one
            elif meaning == "front":
                result[name] = None if number is None else round(number / self.step_m) * self.step_m
            elif meaning in {"distance", "direction"}:
                result[name] = None
                if meaning == "distance":
                    result["distance_words"] = distance_words(number)
            else:
                result[name] = self.masked(one, name, article, of)
        return result

    def _text(self, text: str, meaning: _Meaning, article: str | None) -> str | None:
        coarse = _coarse_text(text)
        if meaning == "url":
            return text if coarse == text else None  # changed, a link would lead nowhere
        if meaning == "title":
            return short_quote(coarse, TITLE_LENGTH, TITLE_LENGTH)
        if meaning == "reason":
            return short_quote(coarse)
        if meaning in {"quote", "phrase"}:
            return self._quote(coarse, article or self.first_article, phrase=meaning == "phrase")
        return coarse

    def _quote(self, text: str, article: str, *, phrase: bool) -> str | None:
        """Return what may still be quoted of a report; words quoted already cost nothing again.

        A phrase is no sentence, but its letters count.
        """
        told = self.told.setdefault(article, [])
        if any(text in quote for quote in told):
            return text
        cut = next((quote for quote in told if _begins(text, quote)), None)
        if cut is not None:
            return cut  # the same sentence, of which no more is quoted
        letters = QUOTE_LENGTH - sum(map(len, told))
        sentences = QUOTE_SENTENCES - self.sentences.get(article, 0)
        if letters <= 0 or (sentences <= 0 and not phrase):
            return None
        if phrase:
            letters, sentences = min(letters, PHRASE_LENGTH), 1
        told.append(short_quote(text, letters, sentences))
        if not phrase:
            self.sentences[article] = self.sentences.get(article, 0) + 1 + len(_sentence_ends(told[-1].rstrip()))
        return told[-1]
