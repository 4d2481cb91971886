"""Who is reported to have held the ground where and when an event happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geoconflict.links.layer import check_layer, days, linkable, lonlat, numbers, placed, with_columns
from geoconflict.records import ZONE_LINK_COLUMNS
from geoconflict.zones import GRADES, MAX_AGE_DAYS, STATUSES, ZoneBook, day_texts, metre_values

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geoconflict.zones import Answers

_AT_ONCE = 100_000
"""Events asked about together; what is needed beside the answers does not grow with more."""

_NEEDED = ("where_prec", "radius_m", "date_start", "date_end", "country")


def link_zones(
    layer: GeoDataFrame, zones: GeoDataFrame | ZoneBook, *, max_age_days: int = MAX_AGE_DAYS
) -> GeoDataFrame:
    """Add who is reported to have held the place on the days of each event.

    Same rows, same order. Adds `ZONE_LINK_COLUMNS`, replacing them where the layer has them.

    Parameters
    ----------
    layer
        Events (`EVENT_COLUMNS`) with a CRS.
    zones
        Zones (`ZONE_COLUMNS`) with a CRS, of any number of sources and days. Each source answers from its latest map
        not after the day. A `ZoneBook` of them is made ready once for layers that come in pieces.
    max_age_days
        A map without an end that is older than this says nothing (`too_old`). Zones derived from town reports are as
        old as the newest report of their country; see `zones_at` for how age counts at one place.

    Returns
    -------
    GeoDataFrame
        `zone_status` is

        - missing: the event has no place;
        - area_only: the place is not known well enough (`where_prec` above 2 or `radius_m` above 10 km);
        - inside: one side held the place on all days of the event;
        - contested: so it did, but a front is within min(`radius_m`, 5 km), or the ground itself is drawn as disputed;
        - between_changes: it changed hands within the days of the event;
        - sources_disagree: sources that say something differ;
        - no_zone: no zone there, though a map in force draws ground near by; or no map there at all, or no date;
        - too_old: no map in force says anything of the place, and the latest is older than `max_age_days`.

        `zone_controller` is missing unless every source that says something names the same side. `zone_source` names
        those, and where none names a side the one with the latest map. Dates, certainty, the last change and the front
        are those of the named one with the latest map: the place changed hands after `zone_changed_after`, the last day
        it is shown with another side, and not after `zone_changed_on`. `front_distance_m` is in geodesic metres, to the
        nearest ground of another side, and `front_uncertainty_m` goes with it; where sources disagree, and none is
        named, the front is the nearest of them. `zones` lists what each source says, as `zones_at` does.

    Raises
    ------
    InputError
        If a CRS or a column is missing, or a date is none.
    """
    check_layer(layer, _NEEDED)
    book = zones if isinstance(zones, ZoneBook) else ZoneBook(zones)
    rows = np.flatnonzero(linkable(layer))
    lon, lat = lonlat(layer)
    first, last = days(layer["date_start"], "events"), days(layer["date_end"], "events")
    last = np.fmax(first, last)
    radius, country = numbers(layer, "radius_m"), layer["country"].to_numpy(object, na_value=None)
    columns = {name: np.full(len(layer), None, object) for name in ZONE_LINK_COLUMNS}
    columns["zone_status"][placed(layer)] = "area_only"
    columns["zones"][:] = [[] for _ in range(len(layer))]
    for start in range(0, len(rows), _AT_ONCE):
        at = rows[start : start + _AT_ONCE]
        found = book.ask(
            lon[at],
            lat[at],
            first[at],
            last[at],
            radius_m=radius[at],
            country=country[at],
            max_age_days=max_age_days,
        )
        for name, values in _agreed(book, found, len(at)).items():
            columns[name][at] = values
        for answers in found:
            for row, said in zip(at.tolist(), book.as_dicts(answers), strict=True):
                columns["zones"][row].append(said)
    return with_columns(layer, columns, ZONE_LINK_COLUMNS)


def _agreed(book: ZoneBook, found: list[Answers], count: int) -> dict[str, Any]:
    """Put the sources side by side and return the columns that need all of them."""
    if not found:
        return {"zone_status": np.full(count, "no_zone", object)}
    status, controller = _stacked(found, "status"), _stacked(found, "controller")
    as_of, front = _stacked(found, "as_of"), _stacked(found, "front_m")
    named = controller >= 0
    between = status == STATUSES.index("between_changes")
    disputed = status == STATUSES.index("contested")
    old = status == STATUSES.index("too_old")
    blank = (status == STATUSES.index("no_zone")) & ~np.isnat(as_of)  # a map in force draws ground near by, none here
    speaks = named | between | disputed
    sides = np.where(named, controller, -1).max(axis=0)
    split = (named & (controller != sides)).any(axis=0) | (between.any(axis=0) & (speaks.sum(axis=0) > 1))
    agreed = named.any(axis=0) & ~split & (named == speaks).all(axis=0)
    words = np.select(
        [split, between.any(axis=0), disputed.any(axis=0), named.any(axis=0), blank.any(axis=0), old.any(axis=0)],
        ["sources_disagree", "between_changes", "contested", "inside", "no_zone", "too_old"],
        "no_zone",
    ).astype(object)
    # The source with the latest map stands for those that agree; where none speaks, for those that leave the place
    # blank, else for those that are too old.
    candidates = np.where(speaks.any(axis=0), speaks, np.where(blank.any(axis=0), blank, old))
    lead = np.where(candidates, as_of.astype(np.int64), np.iinfo(np.int64).min).argmax(axis=0)
    place = np.arange(count)
    silent = split | ~candidates.any(axis=0)
    nearest = np.where(np.isnan(front), np.inf, front).argmin(axis=0)
    told = np.where(split, nearest, lead)  # whose front it is
    agreeing = speaks | (~speaks.any(axis=0) & candidates & (np.arange(len(found))[:, None] == lead))

    def of_lead(name: str) -> Any:
        return _stacked(found, name)[lead, place]

    def unless_silent(values: NDArray[np.object_]) -> NDArray[np.object_]:
        return _blanked(values, silent)

    return {
        "zone_status": words,
        "zone_controller": _blanked(book.names(sides), ~agreed),
        "zone_source": unless_silent(_joined([answers.source for answers in found], agreeing)),
        "zone_as_of": unless_silent(day_texts(of_lead("as_of"))),
        "zone_certainty": unless_silent(np.array([*GRADES, None], object)[of_lead("grade")]),
        "front_distance_m": metre_values(front[told, place]),
        "front_uncertainty_m": metre_values(_stacked(found, "front_width_m")[told, place]),
        "zone_previous_controller": unless_silent(book.names(of_lead("previous"))),
        "zone_changed_after": unless_silent(day_texts(of_lead("changed_after"))),
        "zone_changed_on": unless_silent(day_texts(of_lead("changed_on"))),
    }


def _blanked(values: NDArray[np.object_], where: NDArray[np.bool_]) -> NDArray[np.object_]:
    values = values.copy()
    values[where] = None
    return values


def _stacked(found: list[Answers], name: str) -> NDArray[Any]:
    return np.stack([getattr(answers, name) for answers in found])


def _joined(sources: list[str], chosen: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Join the names of the sources chosen for each place."""
    kinds, back = np.unique(chosen, axis=1, return_inverse=True)
    texts = ["; ".join(name for name, given in zip(sources, kind, strict=True) if given and name) for kind in kinds.T]
    return np.array([text or None for text in texts], object)[back.reshape(-1)]
