"""The hinge: frozen events become one GeoDataFrame; and what every link needs of such a layer."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoconflict.errors import InputError, UsageError
from geoconflict.records import CRS, EVENT_COLUMNS, LINKABLE_RADIUS_M

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geoconflict.records import Candidate, Event, Evidence, Totals

LINKABLE_WHERE_PREC = 2
"""Zone and camp links only for an exact spot or somewhere near a known point (design contract 3.6)."""

_GEO_PRECISION = {1: 1, 2: 2, 3: 2}
"""UCDP's where_prec as ACLED's geo_precision: a spot; near a place or a small area; else a larger region (3)."""

_NO_DAY = np.datetime64("NaT", "D")


def events_to_layer(events: Iterable[Event], *, decisions: None = None) -> gpd.GeoDataFrame:
    """Return events as one layer, a row an event, in the order given.

    `decisions`, an editor's corrections, are not read yet: anything but None raises UsageError.

    `EVENT_COLUMNS` in order with their dtypes, then `geometry`, EPSG:4326: the point of the place, for an area its
    representative point, missing where no text says where. What is not known is missing, never "" or 0. `actor1` is
    the first perpetrator, `actor2` the first target. No events give an empty layer with the same columns.
    """
    if decisions is not None:
        raise UsageError("decisions are not read yet; leave them out")
    rows = [_row(event) for event in events]
    series = {name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in EVENT_COLUMNS.items()}
    return gpd.GeoDataFrame(series, geometry=[row["geometry"] for row in rows], crs=CRS)


def _row(event: Event) -> dict[str, Any]:
    place = event.place
    values = {
        "event_id": event.id,
        "merged_ids": list(event.merged_ids),
        "articles": list(event.articles),
        "reports": max(1, len(event.articles) - sum(bool(source.copy_of) for source in event.sources)),
        "confidence": event.confidence,
        "status": event.status,
        "event_type": event.event_type,
        "sub_event_type": event.sub_event_type,
        "type_of_violence": event.type_of_violence,
        "summary": event.summary,
        "date_start": _day(event.date.first),
        "date_end": _day(event.date.last),
        "date_precision": event.date.precision,
        "date_rule": event.date.rule,
        "date_inferred": event.date.inferred,
        "place_id": place and place.id,
        "place_name": place and place.name,
        "place_kind": place and place.kind,
        "place_said": event.place_said,
        "place_reason": event.place_reason,
        "place_candidates": [_candidate(one) for one in event.place_candidates],
        "admin1": place and place.admin1,
        "admin2": place and place.admin2,
        "country": place and place.country,
        "place_relation": place and event.place_relation,
        "where_prec": event.where_prec if place else None,
        "geo_precision": _GEO_PRECISION.get(event.where_prec, 3) if place else None,
        "radius_m": event.radius_m if place else None,
        "actor1": _first_actor(event, "perpetrator"),
        "actor2": _first_actor(event, "target"),
        "actors": [asdict(actor) for actor in event.actors],
        "figures": [asdict(figure) for figure in event.figures],
        "evidence": [_evidence(one) for one in event.evidence],
        "sources": [asdict(source) | {"date": _day(source.date)} for source in event.sources],
        "camps_said": [asdict(said) for said in event.camps_said],
        "geometry": shapely.Point(place.lon, place.lat) if place else None,
    }
    values |= _totals("fatalities", event.fatalities)
    values |= _totals("civilian_fatalities", event.civilian_fatalities)
    values |= _totals("injured", event.injured)
    return {name: None if isinstance(value, str) and not value else value for name, value in values.items()}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Return a span of evidence; one made without its words has no `text`, rather than an empty one."""
    return {name: value for name, value in asdict(evidence).items() if name != "text" or value}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    place = candidate.place
    return {
        "name": place.name,
        "kind": place.kind,
        "admin1": place.admin1 or None,
        "country": place.country,
        "score": candidate.score,
        "lon": place.lon,
        "lat": place.lat,
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _first_actor(event: Event, role: str) -> str | None:
    return next((actor.canonical for actor in event.actors if actor.role == role), None)


def _totals(name: str, totals: Totals) -> dict[str, int | None]:
    return {f"{name}_low": totals.low, f"{name}_best": totals.best, f"{name}_high": totals.high}


def check_layer(layer: gpd.GeoDataFrame, columns: Iterable[str], what: str = "the event layer") -> None:
    """Raise InputError, by name, for a layer without CRS or without a column that is needed."""
    if not isinstance(layer, gpd.GeoDataFrame) or layer.crs is None:
        raise InputError(f"{what} has no CRS; set it, e.g. layer.set_crs('EPSG:4326')")
    for name in columns:
        if name not in layer.columns:
            raise InputError(f"{what} has no column {name!r}; see EVENT_COLUMNS in geoconflict/records.py")


def linkable(layer: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Say which events are placed well enough for zones, camps and people (design contract 3.6)."""
    where_prec, radius = numbers(layer, "where_prec"), numbers(layer, "radius_m")
    return np.asarray(placed(layer) & (where_prec <= LINKABLE_WHERE_PREC) & (radius <= LINKABLE_RADIUS_M))


def placed(layer: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Say which events have a place at all."""
    return np.asarray(layer.geometry.notna().to_numpy() & ~layer.geometry.is_empty.to_numpy())


def numbers(layer: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a column as floats, NaN where missing."""
    return pd.to_numeric(layer[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def lonlat(layer: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the degrees of each row's point, NaN where there is none; an area counts by its representative point."""
    shapes = layer.geometry.to_crs(CRS).to_numpy()
    areas = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (-1, 0)))
    if len(areas):
        shapes = shapes.copy()
        shapes[areas] = shapely.point_on_surface(shapes[areas])
    return shapely.get_x(shapes), shapely.get_y(shapes)


def days(values: pd.Series, what: str) -> NDArray[np.datetime64]:
    """Parse a column of "YYYY-MM-DD"; missing is NaT. Raises InputError naming row and value."""
    codes, texts = pd.factorize(values.astype("string"))
    parsed = np.full(len(texts) + 1, _NO_DAY)  # the last stands for missing, whose code is -1
    for number, text in enumerate(texts):
        try:
            parsed[number] = np.datetime64(dt.date.fromisoformat(str(text)[:10]), "D")
        except ValueError:
            row = int(np.flatnonzero(codes == number)[0]) + 1
            raise InputError(f"{what} row {row}: {values.name} {text} is not a date; use YYYY-MM-DD") from None
    return parsed[codes]


def with_columns(layer: gpd.GeoDataFrame, columns: dict[str, Any], dtypes: dict[str, str]) -> gpd.GeoDataFrame:
    """Return the layer with these columns last before the geometry, in place of any of their names it had."""
    kept = layer.drop(columns=[name for name in dtypes if name in layer.columns])
    added = {name: pd.Series(columns[name], index=layer.index, dtype=dtype) for name, dtype in dtypes.items()}
    frame = pd.concat([pd.DataFrame(kept.drop(columns=kept.geometry.name)), pd.DataFrame(added)], axis=1)
    return gpd.GeoDataFrame(frame, geometry=kept.geometry)
