"""A second opinion on town reports: the rows a curator should look at again. It never changes a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geoconflict.errors import InputError
from geoconflict.zones.kriging import indicators, opinions_without_itself
from geoconflict.zones.reports import TownReports, as_day
from geoconflict.zones.towns import Country, places_of, set_shared_towns_apart

if TYPE_CHECKING:
    import datetime as dt

MIN_PLACES = 4
"""Three to form an opinion from, and the one it is about."""

NAMED = 3
"""How many of the nearest reports that say otherwise are named."""

DOUBT_COLUMNS = {
    "town": "string",
    "lon": "Float64",
    "lat": "Float64",
    "said": "string",
    "second_says": "string",
    "weight": "Float64",
    "contradicted_by": "object",
    "valid_from": "string",
    "source": "string",
}


def doubtful_reports(reports: pd.DataFrame, day: dt.date | str) -> pd.DataFrame:
    """Return the towns whose report the towns around contradict on a day, the most contradicted first.

    Each place is kriged from the reports of the others (ordinary kriging of who held it, exponential covariance,
    `geoconflict.zones.kriging`), a method that does not trust any single report. Contradicted is not wrong: a town in
    a bend of the front or an enclave is contradicted too, and what is listed asks for a second source, no more.

    Parameters
    ----------
    reports
        As for `zones_from_reports`; rows with a `radius_m` are left out, they speak of no town.
    day
        The day asked about.

    Returns
    -------
    DataFrame
        A row a place: `town`; `lon`, `lat` (degrees, WGS84); `said`, the side reported ("contested: A / B" where
        reports differ); `second_says`, the side the others speak for; `weight`, how clearly (at most 1; under 0.5
        several sides share the rest); `contradicted_by`, the nearest reports of another side, up to three, as a list of
        {town, controller, distance_m} (geodesic); `valid_from` and `source` of its newest row. Sorted by weight, then
        by town. A joint or contested town that the second method gives to one of the sides named is not listed.

    Raises
    ------
    InputError
        For a table or day that cannot be used, and for fewer than four places on that day.
    """
    if "radius_m" in reports.columns:
        reports = reports[~(pd.to_numeric(reports["radius_m"], errors="coerce").fillna(0) > 0)]
    holding = TownReports.of(reports).on(as_day(day))
    frame = holding.frame.sort_values("valid_from", kind="stable")
    lonlat = frame[["lon", "lat"]].to_numpy(float)
    if len(frame) < MIN_PLACES:
        raise InputError(f"{day}: {len(frame)} towns with a report that still counts; a check needs {MIN_PLACES}")
    around = Country(shapely.MultiPoint(lonlat).envelope.buffer(0.1))
    places = places_of(holding, around)
    if len(places) < MIN_PLACES:
        raise InputError(f"{day}: {len(places)} places with a report that still counts; a check needs {MIN_PLACES}")
    asked_of, _ = set_shared_towns_apart(places)
    names, values = indicators(asked_of.side)
    row_of = {tuple(point): number for number, point in enumerate(asked_of.xy)}
    own = np.array([row_of.get(tuple(point), -1) for point in places.xy], np.int64)
    opinion = opinions_without_itself(asked_of.xy, values, places.xy, own)
    second, weight = names[opinion.argmax(axis=1)], opinion.max(axis=1)
    newest = dict(zip(frame["town"], frame.to_dict("records"), strict=True))
    geod, found = Geod(ellps="WGS84"), []
    for i in np.flatnonzero([other not in said for said, other in zip(places.side, second, strict=True)]):
        lon, lat = places.lonlat[i]
        said = places.side[i]
        others = np.flatnonzero([side not in said and said not in side for side in places.side])
        here = np.broadcast_to([lon, lat], (len(others), 2))
        off = geod.inv(*here.T, *places.lonlat[others].T)[2]
        near = [(others[n], off[n]) for n in np.argsort(off, kind="stable")[:NAMED]]
        row = newest[places.towns[i][0]]
        found.append(
            {
                "town": " / ".join(sorted(set(places.towns[i]))),
                "lon": lon,
                "lat": lat,
                "said": said,
                "second_says": second[i],
                "weight": round(min(1.0, float(weight[i])), 2),
                "contradicted_by": [
                    {"town": places.towns[n][0], "controller": places.side[n], "distance_m": round(float(m))}
                    for n, m in near
                ],
                "valid_from": row["valid_from"],
                "source": row["source"],
            }
        )
    table = pd.DataFrame(found, columns=list(DOUBT_COLUMNS)).sort_values(
        ["weight", "town"], ascending=[False, True], kind="stable", ignore_index=True
    )
    return table.astype(DOUBT_COLUMNS)
