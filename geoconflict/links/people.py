"""How many people live near an event, and in an area."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import shapely

from geoconflict.errors import InputError, InputWarning
from geoconflict.links.layer import check_layer, linkable, lonlat, with_columns
from geoconflict.records import CRS, PEOPLE_COLUMNS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

_RADII_M = {"population_within_1km": 1_000.0, "population_within_5km": 5_000.0, "population_within_10km": 10_000.0}
AREA_COLUMNS = {"people": "Float64", "people_known_share": "Float64"}
PARTLY = 0.9
"""A circle of which less than this share has data is said: sea as a rule, or the rim of what the raster covers."""
NAMED = 3


class Population(Protocol):
    """Anything that counts people around a point, such as what `files.open_population` returns.

    One that has `counts(lon, lat, radii_m)` too, for all points at once, is asked through that.
    """

    def within(self, lon: float, lat: float, radius_m: float) -> float | None:
        """Return how many people live within `radius_m` metres of a point in degrees; None where it does not say."""


class AreaPopulation(Protocol):
    """Anything that counts people in areas, such as what `files.open_population` returns."""

    def in_areas(self, shapes: Any) -> Any:
        """Return `.people` and `.known` (share with data) for an array of polygons in degrees, NaN where not known."""


def link_population(layer: GeoDataFrame, population: Population | None) -> GeoDataFrame:
    """Add how many people live within 1, 5 and 10 km of each event.

    Same rows, same order. Adds `PEOPLE_COLUMNS`, missing where the place is not known well enough (`where_prec` above 2
    or `radius_m` above 10 km) or the raster does not reach; all missing where `population` is None. Circles are around
    the point the place has: where `radius_m` is larger than the circle, they say how many live around the middle of the
    place, not around the event. Warns (InputWarning) of places whose circle reaches beyond the raster or lies over much
    ground without data. Raises InputError if a CRS or column is missing.
    """
    check_layer(layer, ("where_prec", "radius_m"))
    columns: dict[str, Any] = {name: np.full(len(layer), None, object) for name in _RADII_M}
    rows = np.flatnonzero(linkable(layer))
    if population is not None and len(rows):
        lon, lat = (degrees[rows] for degrees in lonlat(layer))
        back, places = pd.factorize(lon + 1j * lat)  # many events, few places
        names = layer["place_name"] if "place_name" in layer else layer.index.astype(str).to_series()
        first = pd.Series(rows).groupby(back).first().to_numpy()
        people = _asked(population, places.real, places.imag, [str(names.iloc[row]) for row in first])
        told = _or_none(people.round(1))
        for number, name in enumerate(_RADII_M):
            columns[name][rows] = told[back, number]
    return with_columns(layer, columns, PEOPLE_COLUMNS)


def _asked(
    population: Population, lon: NDArray[np.float64], lat: NDArray[np.float64], names: list[str]
) -> NDArray[np.float64]:
    """Return people (places, radii), NaN where not known; warns of places counted in part or not at all."""
    radii = list(_RADII_M.values())
    if hasattr(population, "counts"):
        counted = population.counts(lon, lat, radii)
        _say_gaps(counted.people, counted.known, names)
        return np.asarray(counted.people)
    rows = [[population.within(float(x), float(y), one) for one in radii] for x, y in zip(lon, lat, strict=True)]
    return np.array(rows, dtype=float).reshape(-1, len(radii))


def _or_none(values: NDArray[np.float64]) -> NDArray[np.object_]:
    found = values.astype(object)
    found[np.isnan(values)] = None
    return found


def _say_gaps(people: NDArray[np.float64], known: NDArray[np.float64], names: list[str]) -> None:
    """Warn of circles that are not counted, and of those that are counted in part."""
    beyond, partly = np.isnan(people).any(axis=1), ((known > 0) & (known < PARTLY) & ~np.isnan(people)).any(axis=1)
    for chosen, said in (
        (beyond, "reach beyond the population raster, or have no data there: not counted"),
        (partly, f"are counted, but less than {PARTLY:.0%} of a circle has data (sea, or the rim of what is covered)"),
    ):
        if chosen.any():
            named = list(dict.fromkeys(names[i] for i in np.flatnonzero(chosen)))
            more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
            where = f"{', '.join(named[:NAMED])}{more}"
            text = f"people: circles around {chosen.sum()} of {len(names)} places {said} ({where})"
            warnings.warn(text, InputWarning, stacklevel=4)


def _sound(shape: Any) -> Any:
    """Return an area whose rings do not cross themselves: ground is counted once, and whole."""
    if shape.is_valid:
        return shape
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def people_by_area(areas: GeoDataFrame, population: AreaPopulation, *, by: str | None = None) -> GeoDataFrame:
    """Count the people in each area: a zone, an admin area, any polygon.

    Cells of the raster are weighted by the exact share of them inside the area.

    Parameters
    ----------
    areas
        Polygons with a CRS. For zones, choose those of one day and source first: areas are counted each for itself.
    population
        What `files.open_population` returns.
    by
        A column to sum by, such as "controller": areas of one value are joined first, so that ground two of them cover
        counts once. Rows without a value are left out.

    Returns
    -------
    GeoDataFrame
        The areas, same rows and order, with `people` and `people_known_share` (0-1, how much of the area has data:
        below 1 `people` is of that part only, at 0 it is missing). With `by` a row a value, sorted, with these two
        columns and the joined geometry. EPSG:4326.

    Raises
    ------
    InputError
        If the CRS or the column is missing, or a geometry is no area.
    """
    if by and by not in areas:
        have = ", ".join(str(one) for one in areas.columns if one != areas.geometry.name)
        raise InputError(f"the layer of areas has no column {by!r}; it has {have:.150}")
    check_layer(areas, [], "the layer of areas")
    shapes = areas.geometry.to_crs(CRS)
    empty = shapes.isna() | shapes.is_empty
    odd = ~empty & ~shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    if odd.any():
        row = int(np.flatnonzero(odd)[0])
        raise InputError(f"the layer of areas, row {row + 1}: a {shapes.iloc[row].geom_type} is no area")
    kept = areas.set_geometry(shapes.where(~empty, shapely.Polygon()).map(_sound))
    if by:
        kept = kept[[by, kept.geometry.name]].dropna(subset=[by]).dissolve(by=by, sort=True).reset_index()
    counted = population.in_areas(kept.geometry.to_numpy())
    return with_columns(kept, {"people": _or_none(counted.people), "people_known_share": counted.known}, AREA_COLUMNS)
