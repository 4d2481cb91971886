"""Turns layers into what the page's islands hold: columns of plain values, days as numbers, rings as whole steps."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geoconflict.bundled import curated_rows
from geoconflict.errors import InputError
from geoconflict.maps.controllers import looks
from geoconflict.maps.sheets import MAX_SHEET_AGE_DAYS, dated_sheets
from geoconflict.records import CRS, LINKABLE_RADIUS_M

if TYPE_CHECKING:
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
    "sub_event_type",
    "date_precision",
    "date_rule",
    "date_inferred",
    "place_kind",
    "admin1",
    "admin2",
    "country",
    "place_relation",
    "place_reason",
    "place_candidates",
    "where_prec",
    "actor1",
    "actor2",
    "actors",
    "reports",
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
    *(f"admin{level}_{part}" for level in (1, 2, 3) for part in ("pcode", "name", "name_local")),
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
    "camps_within_10km",
    "camps",
    "camps_said",
    "population_within_1km",
    "population_within_5km",
    "population_within_10km",
)
"""Columns the details of an event show; a layer may lack any of them. Others never reach the page."""

BEARING_COLUMNS = frozenset({"camp_bearing_deg", "camp_distance_m", "camps"})
"""Withheld under "publish" where distances are given in words: with a bearing they would give the spot back."""

STEPS_PER_DEGREE = 10_000  # 11 m, a third of a pixel at the largest scale the page offers without tiles
ZONE_TOLERANCE_DEG = 0.0002  # about 20 m: below a pixel at that scale
DECIMALS, PUBLISHED_DECIMALS = 6, 2
"""Of coordinates; the second under "publish", whatever the layer holds (design contract 3.9)."""
SLIVER_DEG = 0.0005  # half the width of a gap inside one controller's ground that is closed: about 50 m
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = dt.date(1970, 1, 1).toordinal()

POINT, AREA, NOWHERE = 0, 1, 2


def require_crs(layer: GeoDataFrame, what: str) -> None:
    """Raise InputError unless the layer is in longitude and latitude."""
    if layer.crs is None:
        raise InputError(f"the {what} layer has no CRS; set it to {CRS}")
    if layer.crs != CRS:
        raise InputError(f"the {what} layer is in {layer.crs}; use .to_crs({CRS!r})")


def column(layer: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as plain values, all None where the layer has no such column."""
    if name not in layer.columns:
        return [None] * len(layer)
    cells = layer[name].astype(object)
    values: list[Any] = cells.where(cells.notna(), None).tolist()
    if isinstance(layer[name].dtype, pd.StringDtype):
        return values
    return [plain(value) for value in values]


def plain(value: Any) -> Any:
    """Return a value as JSON knows it; not-a-number and infinite become None, days their ISO text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        return plain(value.item())
    if value != value:  # noqa: PLR0124 - the mark of NaT and its kin
        return None
    return value.isoformat()[:10] if isinstance(value, dt.date) else str(value)


def days(layer: pd.DataFrame, name: str, what: str) -> list[int | None]:
    """Return a column of "YYYY-MM-DD" as days since 1970-01-01; InputError names the row that is no day."""
    known: dict[Any, int | None] = {None: None, "": None}
    out = []
    for row, value in enumerate(column(layer, name), start=1):
        if value not in known:
            try:
                known[value] = dt.date.fromisoformat(value).toordinal() - _EPOCH
            except (TypeError, ValueError):
                raise InputError(f"{what} row {row}: {name} {value!r} is not a date; use YYYY-MM-DD") from None
        out.append(known[value])
    return out


def day_text(day: int) -> str:
    """Return days since 1970-01-01 as "3 Feb 2022"."""
    date = dt.date.fromordinal(day + _EPOCH)
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
    points = shapely.point_on_surface(layer.geometry.to_numpy())
    located = ~(shapely.is_missing(points) | shapely.is_empty(points))
    radii = [radius if radius is not None and radius > 0 else None for radius in column(layer, "radius_m")]
    precisions = column(layer, "where_prec")
    where = [
        NOWHERE if not here else POINT if is_spot(precision, radius) else AREA
        for here, precision, radius in zip(located, precisions, radii, strict=True)
    ]
    names = [name or UNCLASSIFIED for name in column(layer, "event_type")]
    types = [*EVENT_TYPES, *sorted(set(names) - set(EVENT_TYPES))]
    position = {name: index for index, name in enumerate(types)}
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    return {
        "id": [name or str(row) for row, name in enumerate(column(layer, "event_id"), start=1)],
        "types": types,
        "type": [position[name] for name in names],
        "start": days(layer, "date_start", "event"),
        "end": days(layer, "date_end", "event"),
        "lon": [round(float(x), decimals) if here else None for x, here in zip(lon, located, strict=True)],
        "lat": [round(float(y), decimals) if here else None for y, here in zip(lat, located, strict=True)],
        "radius": [None if radius is None else round(float(radius)) for radius in radii],
        "where": where,
        "place": column(layer, "place_name"),
        "relation": column(layer, "place_relation"),
        "said": column(layer, "place_said"),
        "precision": precisions,
        "background": [int(status == "background") for status in column(layer, "status")],
    }


def is_spot(where_prec: int | None, radius_m: float | None) -> bool:
    """Whether a place is known well enough to be drawn as a point; not known how well means it is not."""
    return where_prec is not None and where_prec <= 2 and radius_m is not None and radius_m <= LINKABLE_RADIUS_M


def card_island(layer: GeoDataFrame, policy: str) -> dict[str, list[Any]]:
    """Return the columns the cards and the search read; a column without any value is left out."""
    withheld = BEARING_COLUMNS if policy == "publish" else frozenset()
    out = {"summary": [text or "" for text in column(layer, "summary")]}
    for name in CARD_COLUMNS:
        if name in withheld:
            continue
        values = column(layer, name)
        if name == "country":
            values = [country_names().get(code, code) for code in values]
        if any(value is not None and value != [] for value in values):
            out[name] = values
    return out


def zone_island(zones: GeoDataFrame, max_age_days: int = MAX_SHEET_AGE_DAYS) -> dict[str, Any] | None:
    """Return the zones with their days and rings; controllers stand in alphabetical order, `looks` beside them.

    `outlines` are the zones of one controller joined: the edge between two grades of certainty is no front. `since` and
    `seen` are the days the towns behind a derived zone were last looked at: the longest ago and the latest.
    """
    zones = dated_sheets(zones, max_age_days)
    shapes = zones.geometry.to_numpy()
    controllers = [name or "not known" for name in column(zones, "controller")]
    order = sorted(set(controllers), key=lambda name: (name.casefold(), name))
    sources = [source or "" for source in column(zones, "source")]
    starts = days(zones, "valid_from", "zone")
    rows = zip(
        controllers,
        starts,
        days(zones, "valid_to", "zone"),
        _seen(zones),
        sources,
        column(zones, "derived"),
        column(zones, "certainty"),
        shapes,
        strict=True,
    )
    items, joined = [], defaultdict(list)
    for who, start, end, seen, source, derived, certainty, shape in rows:
        if shape is None or shape.is_empty:
            continue
        marked = derived_from_towns(derived=derived, source=source)
        facts = {"who": order.index(who), "from": start, "to": end, "source": source, "derived": marked}
        looked = {"since": seen[0], "seen": seen[1]}
        items.append({**facts, **looked, "certainty": certainty, "rings": zone_rings(shape)})
        joined[tuple(facts.items())].append(shape)
    outlines = [{**dict(facts), "rings": zone_rings(_joined(members))} for facts, members in joined.items()]
    look_of = looks(order)
    drawn = [look_of[name].as_dict() for name in order]
    return {"controllers": order, "looks": drawn, "items": items, "outlines": outlines} if items else None


def _seen(zones: GeoDataFrame) -> list[tuple[int | None, int | None]]:
    """Return for each zone the oldest and the newest day its towns were last looked at."""
    told = days(zones, "last_seen", "zone")
    out: list[tuple[int | None, int | None]] = []
    for last, seen in zip(told, column(zones, "report_seen"), strict=True):
        known = [dt.date.fromisoformat(day).toordinal() - _EPOCH for day in seen or ()]
        out.append((min(known), max(known)) if known else (last, last))
    return out


def _joined(shapes: list[Any]) -> Any:
    """Join the zones of one controller; the slivers rounding leaves inside would look like fronts and are closed."""
    whole = shapely.union_all(shapely.make_valid(shapes))
    wider = shapely.buffer(whole, SLIVER_DEG, join_style="mitre")
    return shapely.buffer(wider, -SLIVER_DEG, join_style="mitre")


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


def zone_rings(shape: Any) -> list[list[int]]:
    """Return the rings of a zone, without what no screen shows."""
    return rings(shapely.simplify(shape, ZONE_TOLERANCE_DEG))


def rings(shape: Any) -> list[list[int]]:
    """Return the rings of polygons, or lines, as flat steps [x0, y0, dx, dy, ...] in 1/`STEPS_PER_DEGREE` degree."""
    out = []
    for part in shapely.get_parts(shape) if shape is not None else ():
        if part is None or part.is_empty:
            continue
        if part.geom_type == "Polygon":
            lines = [part.exterior, *part.interiors]
        elif part.geom_type == "GeometryCollection":
            out += rings(part)
            continue
        else:
            lines = [part] if part.geom_type in ("LineString", "LinearRing") else []
        for line in lines:
            steps = np.round(shapely.get_coordinates(line) * STEPS_PER_DEGREE).astype(int)
            moves = np.vstack([steps[:1], np.diff(steps, axis=0)])
            moves = moves[np.r_[True, (moves[1:] != 0).any(axis=1)]]
            if len(moves) > 1:
                out.append(moves.ravel().tolist())
    return out
