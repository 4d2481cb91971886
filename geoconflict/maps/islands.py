"""Turns layers into what the page's islands hold: columns of plain values, days as numbers, rings as whole steps."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError
from geoconflict.maps.arcs import STEPS_PER_DEGREE, shared_arcs
from geoconflict.maps.columns import EPOCH, column
from geoconflict.maps.controllers import looks
from geoconflict.maps.sheets import MAX_SHEET_AGE_DAYS, dated_sheets, thin
from geoconflict.records import CRS, LINKABLE_RADIUS_M, VIOLENCE

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

EVENT_TYPES = (  # ACLED's words; the place in the list gives the symbol, so a type looks alike on every map
    "Battles",
    "Explosions/Remote violence",
    "Violence against civilians",
    "Riots",
    "Protests",
    "Strategic developments",
)
UNCLASSIFIED = "Not classified"

CARD_COLUMNS = (
    "merged_ids",
    "may_be_same_as",
    "type_of_violence",
    "sub_event_type",
    "date_precision",
    "date_rule",
    "date_inferred",
    "place_kind",
    "admin1",
    "admin2",
    "country",
    "admin1_pcode",
    "admin1_name",
    "admin1_name_local",
    "admin2_pcode",
    "admin2_name",
    "admin2_name_local",
    "admin3_pcode",
    "admin3_name",
    "admin3_name_local",
    "place_relation",
    "place_reason",
    "place_candidates",
    "where_prec",
    "actor1",
    "actor2",
    "actors",
    "reports",
    "articles",
    "confidence",
    "fatalities_low",
    "fatalities_best",
    "fatalities_high",
    "civilian_fatalities_low",
    "civilian_fatalities_best",
    "civilian_fatalities_high",
    "injured_low",
    "injured_best",
    "injured_high",
    "figures",
    "evidence",
    "sources",
    "pcode",
    "name",
    "name_local",
    "admin_status",
    "admin_distance_m",
    "admin_agrees",
    "zone_controller",
    "zone_status",
    "zone_source",
    "zone_as_of",
    "zone_certainty",
    "front_distance_m",
    "front_uncertainty_m",
    "zone_previous_controller",
    "zone_changed_after",
    "zone_changed_on",
    "zones",
    "camp_name",
    "camp_kind",
    "camp_distance_m",
    "camp_distance_words",
    "camp_radius_m",
    "camp_bearing_deg",
    "camp_population",
    "camp_population_as_of",
    "camp_population_age_days",
    "camps_within_10km",
    "camps",
    "camps_said",
    "population_within_1km",
    "population_within_5km",
    "population_within_10km",
)
"""Columns the details of an event show; a layer may lack any of them. Others never reach the page."""

DRAWN_COLUMNS = ("country", "fatalities_best", "fatalities_low")
"""Those of them the map is drawn with: they stand with the events, so that it need not wait for the cards."""

BEARING_COLUMNS = frozenset({"camp_bearing_deg", "camp_distance_m", "camps"})
"""Withheld under "publish" where distances are given in words: with a bearing they would give the spot back."""

ZONE_TOLERANCE_DEG = 0.0002  # about 20 m: below a pixel at that scale
DERIVED_TOLERANCE_DEG = 0.001  # of fronts worked out between towns, which nobody knows to the kilometre
DECIMALS, PUBLISHED_DECIMALS = 6, 2
"""Of coordinates; the second under "publish", whatever the layer holds (design contract 3.9)."""
SLIVER_DEG = 0.0005  # half the width of a gap inside one controller's ground that is closed: about 50 m
_ROUNDING_DEG = 1e-7
LARGEST_LATITUDE = 85.05  # where the web projection ends
MAX_ZONE_BYTES = 4_000_000
"""The most a page gives to zones; a longer series is thinned to days further apart, and the page says so."""
SAMPLES, SAMPLE_DAYS = 5, 4  # of a long series, each of days in a row
THINNED_DAYS = (2, 4, 7, 14, 28)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

POINT, AREA, NOWHERE = 0, 1, 2


def require_crs(layer: GeoDataFrame, what: str) -> None:
    """Raise InputError unless the layer is in longitude and latitude."""
    if layer.crs is None:
        raise InputError(f"the {what} layer has no CRS; set it to {CRS}")
    if layer.crs != CRS:
        raise InputError(f"the {what} layer is in {layer.crs}; use .to_crs({CRS!r})")


def require_on_earth(layer: GeoDataFrame, what: str) -> None:
    """Raise InputError where a coordinate is beyond 180 degrees of longitude or 90 of latitude, but not infinite."""
    bounds = shapely.bounds(layer.geometry.to_numpy())
    edges = np.array([180.0, 90.0, 180.0, 90.0])
    wrong = np.isfinite(bounds) & (np.abs(bounds) > edges + _ROUNDING_DEG)
    for row, edge in np.argwhere(wrong)[:1].tolist():
        axis, limit = ("longitude", 180) if edge % 2 == 0 else ("latitude", 90)
        value = float(bounds[row, edge])
        raise InputError(f"{what} row {row + 1}: {axis} {value:g} is not on the Earth; use -{limit} to {limit} degrees")


def without_unmappable(layer: GeoDataFrame) -> GeoDataFrame:
    """Return the layer with no geometry where no view holds it: at infinity, or at a pole of the web's projection."""
    bounds = shapely.bounds(layer.geometry.to_numpy())
    beyond = np.isinf(bounds).any(axis=1) | (bounds[:, 1] > LARGEST_LATITUDE) | (bounds[:, 3] < -LARGEST_LATITUDE)
    return layer.set_geometry(layer.geometry.mask(beyond)) if beyond.any() else layer


def days(layer: pd.DataFrame, name: str, what: str) -> list[int | None]:
    """Return a column of "YYYY-MM-DD" as days since 1970-01-01; InputError names the row that is no day."""
    cells = column(layer, name)
    known: dict[Any, int | None] = {None: None, "": None}
    for value in dict.fromkeys(cells):
        if value not in known:
            try:
                known[value] = dt.date.fromisoformat(value).toordinal() - EPOCH
            except (TypeError, ValueError):
                row = cells.index(value) + 1
                raise InputError(f"{what} row {row}: {name} {value!r} is not a date; use YYYY-MM-DD") from None
    return [known[value] for value in cells]


def day_text(day: int) -> str:
    """Return days since 1970-01-01 as "3 Feb 2022"."""
    date = dt.date.fromordinal(day + EPOCH)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


@cache
def country_names() -> dict[str, str]:
    """Return country names by ISO alpha-2 code."""
    return {row["iso2"]: row["name"] for row in curated_rows("countries.csv")}


def event_island(layer: GeoDataFrame, decimals: int = DECIMALS) -> dict[str, Any]:
    """Return the columns the page draws and filters by, in the layer's order.

    `where` is `POINT`, `AREA` (drawn as a circle of `radius`, design contract 3.6) or `NOWHERE` (no geometry).
    `radius` is in metres.
    """
    points = layer.geometry.to_numpy()
    if (shapely.get_type_id(points) != shapely.GeometryType.POINT).any():
        points = shapely.point_on_surface(points)
    located = np.isfinite(shapely.get_x(points)) & np.isfinite(shapely.get_y(points))  # neither missing nor empty
    radii = [radius if radius is not None and radius > 0 else None for radius in column(layer, "radius_m")]
    precisions = column(layer, "where_prec")
    where = [
        NOWHERE if not here else POINT if is_spot(precision, radius) else AREA
        for here, precision, radius in zip(located, precisions, radii, strict=True)
    ]
    names = kinds_of(layer)
    known = (*EVENT_TYPES, *VIOLENCE.values())
    types = [*known, *sorted(set(names) - set(known))]
    position = {name: index for index, name in enumerate(types)}
    places = [np.round(of(points), decimals).tolist() for of in (shapely.get_x, shapely.get_y)]
    lon, lat = ([edge if here else None for edge, here in zip(edges, located, strict=True)] for edges in places)
    return {
        "id": _addresses(layer),
        "types": types,
        "type": [position[name] for name in names],
        "start": days(layer, "date_start", "event"),
        "end": days(layer, "date_end", "event"),
        "lon": lon,
        "lat": lat,
        "radius": [None if radius is None else round(float(radius)) for radius in radii],
        "where": where,
        "place": column(layer, "place_name"),
        "relation": column(layer, "place_relation"),
        "said": column(layer, "place_said"),
        "precision": precisions,
        "background": [int(status == "background") for status in column(layer, "status")],
    }


def _addresses(layer: GeoDataFrame) -> list[str]:
    """Return an id for each event that no other has, since a link names an event by it: a second "x" is "x~2".

    One without an id gets one of what is told of it, so that a link stays right when rows are added.
    """
    given: list[str] = column(layer, "event_id")
    if not all(given):
        cells = [column(layer, name) for name in ("date_start", "date_end", "event_type", "place_name", "summary")]
        told = [json.dumps(row).encode() for row in zip(*cells, strict=True)]
        given = [name or hashlib.sha256(row).hexdigest()[:12] for name, row in zip(given, told, strict=True)]
    if len(set(given)) == len(given):
        return given
    taken, met, out = set(given), dict.fromkeys(given, 0), []
    for name in given:
        met[name] += 1
        address = name
        while met[name] > 1 and address in taken:
            address = f"{name}~{met[name]}"
            met[name] += address in taken
        taken.add(address)
        out.append(address)
    return out


def kinds_of(layer: pd.DataFrame) -> list[str]:
    """Return what each event is shown as: ACLED's type, else UCDP's type of violence in words. No file holds these."""
    told = zip(column(layer, "event_type"), column(layer, "type_of_violence"), strict=True)
    return [kind or VIOLENCE.get(violence or 0, UNCLASSIFIED) for kind, violence in told]


def is_spot(where_prec: int | None, radius_m: float | None) -> bool:
    """Whether a place is known well enough to be drawn as a point; not known how well means it is not."""
    return where_prec is not None and where_prec <= 2 and radius_m is not None and radius_m <= LINKABLE_RADIUS_M


def card_island(layer: GeoDataFrame, policy: str) -> dict[str, list[Any]]:
    """Return the columns the cards, the search and the downloads read; one without any value is left out."""
    withheld = BEARING_COLUMNS if policy == "publish" else frozenset()
    out = {"summary": [text or "" for text in column(layer, "summary")], **_drawn_otherwise(layer)}
    for name in CARD_COLUMNS:
        if name in withheld or name not in layer.columns:
            continue
        values = column(layer, name)
        if values.count(None) == len(values) or all(value is None or value == [] for value in values):
            continue
        if name == "country":
            values = [country_names().get(code, code) for code in values]
        if name == "place_candidates":
            values = [_candidates(cell, policy) for cell in values]
        out[name] = values
    return out


def _drawn_otherwise(layer: GeoDataFrame) -> dict[str, list[Any]]:
    """Return columns as given of which the event island fills what is missing, if it does: a download holds these."""
    ids, kinds, statuses = (column(layer, name) for name in ("event_id", "event_type", "status"))
    drawn = {
        "event_id": (ids, _addresses(layer)),
        "event_type": (kinds, kinds_of(layer)),
        "status": (statuses, ["background" if status == "background" else "event" for status in statuses]),
    }
    return {name: given for name, (given, filled) in drawn.items() if given != filled}


def _candidates(candidates: list[Any] | None, policy: str) -> list[Any] | None:
    """Return candidates with their countries named; under "publish" without coordinates, as `protect` has it."""
    if candidates is None:
        return None
    withheld = {"lon", "lat"} if policy == "publish" else frozenset()
    kept = [{name: value for name, value in one.items() if name not in withheld} for one in candidates]
    return [{**one, "country": country_names().get(one.get("country") or "", one.get("country"))} for one in kept]


def zone_island(zones: GeoDataFrame, max_age_days: int = MAX_SHEET_AGE_DAYS) -> dict[str, Any] | None:
    """Return the zones with their days and shapes; controllers stand in alphabetical order, `looks` beside them.

    `arcs` and `shapes` are those of `arcs.shared_arcs`: a shape that does not change stands once, however many days it
    holds, and an item names it by number. `sources` says of each source whether its zones were worked out from town
    reports (`derived`), its first and last day and how many days have a map; an item names its source by number.
    `outlines` are the zones of one controller joined: the edge between two grades of certainty is no front. `since` and
    `seen` are the days the towns behind a derived zone were last looked at: the longest ago and the latest.

    A series too large for a page is thinned; `sources` then says in `maps_given` how many maps there were, and
    `every_days` how far apart those kept are at least (see `sheets.thin`).
    """
    zones = dated_sheets(zones, max_age_days)
    zones = zones[~(zones.geometry.isna() | zones.geometry.is_empty)]
    if zones.empty:
        return None
    given = _maps_by_source(zones)
    size = _expected_bytes(zones)
    for every_days in (1, *THINNED_DAYS):
        fewer = zones if every_days == 1 else thin(zones, every_days)
        if size * len(fewer) > MAX_ZONE_BYTES * len(zones) and every_days != THINNED_DAYS[-1]:
            continue  # still far too large: not worth the time and memory to see how much
        island = _zone_island(fewer)
        for source in island["sources"]:
            if source["maps"] < given[source["name"]]:
                source |= {"maps_given": given[source["name"]], "every_days": every_days}
        packed_bytes = _packed_bytes(island)
        if packed_bytes <= MAX_ZONE_BYTES:
            break
        size = packed_bytes * len(zones) / len(fewer)
    return island


def _expected_bytes(zones: GeoDataFrame) -> float:
    """Return about how large a long series will be, from what a day adds to those before; 0 if short enough to try."""
    begins = zones["valid_from"].astype("string")
    days_told = sorted(begins.dropna().unique())
    if len(days_told) < 3 * SAMPLES * SAMPLE_DAYS:
        return 0.0
    added = 0.0
    for at in np.linspace(0, len(days_told) - SAMPLE_DAYS, SAMPLES).astype(int):
        first, several = (begins.isin(days_told[at : at + count]) for count in (1, SAMPLE_DAYS))
        added += _packed_bytes(_zone_island(zones[several])) - _packed_bytes(_zone_island(zones[first]))
    return added / (SAMPLES * (SAMPLE_DAYS - 1)) * len(days_told)


def thinning_words(island: dict[str, Any] | None) -> list[str]:
    """Return a sentence for each source whose series was thinned for the page."""
    return [
        f"the page shows {source['maps']} of the {source['maps_given']} control maps of {source['name'] or 'a source'},"
        f" at least {source['every_days']} days apart, and says the day of each; all would make it too large"
        for source in (island or {}).get("sources", ())
        if "maps_given" in source
    ]


def _maps_by_source(zones: GeoDataFrame) -> dict[str, int]:
    """Return on how many days each source has a map that begins."""
    names = [source or "" for source in column(zones, "source")]
    begun = set(zip(names, column(zones, "valid_from"), strict=True))
    return {name: sum(source == name for source, _ in begun) for name in dict.fromkeys(names)}


def _packed_bytes(island: dict[str, Any]) -> int:
    """Return about how large the zones are in the page: letters of an arc hold six bits, and little repeats."""
    numbers = sum(len(ring) for shape in island["shapes"] for ring in shape)
    return sum(map(len, island["arcs"])) + 2 * numbers + 30 * (len(island["items"]) + len(island["outlines"]))


def _zone_island(zones: GeoDataFrame) -> dict[str, Any]:
    controllers = [name or "not known" for name in column(zones, "controller")]
    order = sorted(set(controllers), key=lambda name: (name.casefold(), name))
    place = {name: number for number, name in enumerate(order)}
    named = [source or "" for source in column(zones, "source")]
    maps = _maps_by_source(zones)
    source_at = {name: number for number, name in enumerate(maps)}
    starts, ends = days(zones, "valid_from", "zone"), days(zones, "valid_to", "zone")
    shapes = zones.geometry.to_numpy()
    forms = _Forms()
    rows = zip(
        controllers,
        starts,
        ends,
        _seen(zones),
        named,
        column(zones, "derived"),
        column(zones, "certainty"),
        column(zones, "status"),
        shapes,
        strict=True,
    )
    items, joined = [], defaultdict(list)
    sources = [{"name": name, "derived": False, "first": None, "last": None, "maps": maps[name]} for name in maps]
    for who, start, end, seen, name, derived, certainty, status, shape in rows:
        marked = derived_from_towns(derived=derived, source=name)
        facts = {"who": place[who], "from": start, "to": end, "source": source_at[name], "derived": marked}
        looked = {"since": seen[0], "seen": seen[1]}
        number = forms.number(shape)
        graded = {"certainty": certainty} | ({"status": status} if status is not None else {})
        items.append({**facts, **looked, **graded, "shape": number})
        joined[tuple(facts.items())].append(number)
        _widen(sources[source_at[name]], start, derived=marked)
    outlines = [{**dict(facts), "shape": forms.joined(members)} for facts, members in joined.items()]
    drawn = [looks(order)[name].as_dict() for name in order]
    rough = all(source["derived"] for source in sources)
    arcs, rings_of = shared_arcs(forms.shapes, DERIVED_TOLERANCE_DEG if rough else ZONE_TOLERANCE_DEG)
    return {
        "controllers": order,
        "looks": drawn,
        "sources": sources,
        "arcs": arcs,
        "shapes": rings_of,
        "items": items,
        "outlines": outlines,
    }


def _widen(source: dict[str, Any], start: int | None, *, derived: bool) -> None:
    source["derived"] = source["derived"] or derived
    if start is not None:
        source["first"] = start if source["first"] is None else min(source["first"], start)
        source["last"] = start if source["last"] is None else max(source["last"], start)


class _Forms:
    """The distinct shapes of a series; a day that changes nothing adds none."""

    def __init__(self) -> None:
        self.shapes: list[Any] = []
        self._places: dict[bytes, int] = {}
        self._unions: dict[tuple[int, ...], int] = {}

    def number(self, shape: Any) -> int:
        """Return the number of a shape, the one of an equal shape if there is one."""
        # A digest, because the bytes of a long series would stay in memory beside its shapes.
        digest = hashlib.sha256(shapely.to_wkb(shape)).digest()
        place = self._places.setdefault(digest, len(self.shapes))
        if place == len(self.shapes):
            self.shapes.append(shape)
        return place

    def joined(self, members: list[int]) -> int:
        """Return the number of the shape several make together; one alone is that already."""
        if len(members) == 1:
            return members[0]
        key = tuple(sorted(members))
        if key not in self._unions:
            self._unions[key] = self.number(_joined([self.shapes[number] for number in key]))
        return self._unions[key]


def _seen(zones: GeoDataFrame) -> list[tuple[int | None, int | None]]:
    """Return for each zone the oldest and the newest day its towns were last looked at."""
    told = days(zones, "last_seen", "zone")
    out: list[tuple[int | None, int | None]] = []
    for last, seen in zip(told, column(zones, "report_seen"), strict=True):
        known = [dt.date.fromisoformat(day).toordinal() - EPOCH for day in seen or ()]
        out.append((min(known), max(known)) if known else (last, last))
    return out


def _joined(shapes: list[Any]) -> Any:
    """Join the zones of one controller; the slivers rounding leaves inside would look like fronts and are closed."""
    # Outside the slivers every point stays where it is, so that an outline shares its arcs with the zones in it.
    whole = shapely.union_all(shapely.make_valid(shapes))
    wider = shapely.buffer(whole, SLIVER_DEG, join_style="mitre")
    closed = shapely.buffer(wider, -SLIVER_DEG, join_style="mitre")
    gaps = shapely.get_parts(shapely.difference(closed, shapely.buffer(whole, _ROUNDING_DEG, join_style="mitre")))
    gaps = gaps[shapely.area(gaps) > 0]
    if not len(gaps):
        return whole
    filled = shapely.buffer(gaps, 2 * _ROUNDING_DEG, join_style="mitre")
    return shapely.union_all([whole, *filled])


def derived_from_towns(*, derived: Any, source: str) -> bool:
    """Whether a zone was worked out from town reports: the layer says so, or its source does."""
    words = source.casefold()
    return bool(derived) or "town report" in words or "derived" in words


def camp_island(
    camps: GeoDataFrame, window: tuple[float, float, float, float], decimals: int = DECIMALS
) -> list[dict[str, Any]]:
    """Return the camps inside `window` (west, south, east, north), each with its dated populations."""
    points = shapely.point_on_surface(camps.geometry.to_numpy())
    west, south, east, north = window
    names = ("name", "kind", "country", "admin1", "opened", "closed", "populations", "source", "note")
    columns = {name: column(camps, name) for name in names}
    out = []
    for row, point in enumerate(points):
        if point is None or point.is_empty or not (west <= point.x <= east and south <= point.y <= north):
            continue
        camp = {name: values[row] for name, values in columns.items() if values[row] not in (None, [])}
        camp["country"] = country_names().get(camp.get("country", ""), camp.get("country"))
        out.append({"lon": round(point.x, decimals), "lat": round(point.y, decimals), **camp})
    return out


def rings(shape: Any) -> list[list[int]]:
    """Return the rings of polygons, or lines, as flat steps [x0, y0, dx, dy, ...] in 1/`STEPS_PER_DEGREE` degree.

    `shape` is one or a list of them.
    """
    lines = _lines_of(shape)
    spots, of = shapely.get_coordinates(lines, return_index=True)
    begins = np.flatnonzero(np.diff(of, prepend=-1))
    moves = np.round(spots * STEPS_PER_DEGREE).astype(int)
    moves[1:] -= moves[:-1].copy()
    moves[begins] = np.round(spots[begins] * STEPS_PER_DEGREE)
    kept = (moves != 0).any(axis=1)
    kept[begins] = True
    ends = np.searchsorted(of[kept], np.arange(len(lines)), side="right")
    told = np.split(moves[kept], ends[:-1])
    return [ring.ravel().tolist() for ring in told if len(ring) > 1]


def _lines_of(shape: Any) -> list[Any]:
    """Return the rings and lines a shape consists of, in its order; single points are none."""
    out: list[Any] = []
    for part in shapely.get_parts(shape) if shape is not None else ():
        if part is None or part.is_empty:
            continue
        if part.geom_type == "Polygon":
            out.extend(shapely.get_rings(part))
        elif part.geom_type in ("GeometryCollection", "MultiPolygon", "MultiLineString"):
            out.extend(_lines_of(part))
        elif part.geom_type in ("LineString", "LinearRing"):
            out.append(part)
    return out
