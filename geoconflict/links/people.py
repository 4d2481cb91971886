"""How many people live near an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from geoconflict.links.layer import check_layer, linkable, lonlat, with_columns
from geoconflict.records import PEOPLE_COLUMNS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_RADII_M = {"population_within_1km": 1_000.0, "population_within_5km": 5_000.0, "population_within_10km": 10_000.0}


class Population(Protocol):
    """Anything that counts people around a point, such as what `files.open_population` returns."""

    def within(self, lon: float, lat: float, radius_m: float) -> float | None:
        """Return how many people live within `radius_m` metres of a point in degrees; None where it does not say."""


def link_population(layer: GeoDataFrame, population: Population) -> GeoDataFrame:
    """Add how many people live within 1, 5 and 10 km of each event.

    Same rows, same order. Adds `PEOPLE_COLUMNS`, missing where the place is not known well enough (`where_prec` above 2
    or `radius_m` above 10 km) or the raster does not reach. Circles are around the point the place has: where
    `radius_m` is larger than the circle, they say how many live around the middle of the place, not around the event.
    Raises InputError if a CRS or column is missing.
    """
    check_layer(layer, ("where_prec", "radius_m"))
    rows = np.flatnonzero(linkable(layer))
    lon, lat = (degrees[rows] for degrees in lonlat(layer))
    back, places = pd.factorize(lon + 1j * lat)  # many events, few places
    columns = {}
    for name, radius in _RADII_M.items():
        counts = [population.within(float(place.real), float(place.imag), radius) for place in places]
        columns[name] = np.full(len(layer), None, object)
        columns[name][rows] = np.array(counts, object)[back]
    return with_columns(layer, columns, PEOPLE_COLUMNS)
