"""Polygons of zones made sound, each change said; what overlaps and what is there twice."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputWarning, RepairedWarning
from geoconflict.records import CRS, EQUAL_AREA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geoconflict.files.tables import Table

LEAST_OVERLAP_KM2 = 1.0
"""Two zones may overlap by less: borders simplified or reprojected apart do, by .05 to .7 km2 where it was measured."""
_KM2 = 1e6
_AREAS = (3, 6)
_LEAST_CHANGE = 1e-6
_MOST_NAMED = 5
_SAME_DEGREES = 6
"""Decimals to which two maps are compared: a tenth of a metre."""


def area_km2(shapes: Any) -> Any:
    """Return the areas of geometries (array, degrees, EPSG:4326) in km2, equal-area; 0 where there is none."""
    import geopandas
    import numpy as np

    return np.nan_to_num(geopandas.GeoSeries(shapes, crs=CRS).to_crs(EQUAL_AREA).area.to_numpy(float)) / _KM2


def sound_polygons(table: Table) -> Any:
    """Return the geometry of a table as valid polygons or multipolygons, an array of shapely.

    Rings that cross themselves are repaired and those drawn across the antimeridian are cut there, each with a
    RepairedWarning that says what it did to the area; rows without an area, and those that are none, are refused.
    """
    import numpy as np
    import shapely

    shapes = np.array(table.frame["geometry"].tolist(), dtype=object)
    kinds = shapely.get_type_id(shapes)
    for at in np.flatnonzero(kinds == -1):
        table.refuse(int(at), "no geometry; a zone needs a polygon")
    for at in np.flatnonzero((kinds != -1) & shapely.is_empty(shapes)):
        table.refuse(int(at), f"an empty {shapes[at].geom_type}; a zone needs a polygon")
    drawn = (kinds != -1) & ~shapely.is_empty(shapes)
    for at in np.flatnonzero(drawn & ~np.isin(kinds, (*_AREAS, 7))):
        table.refuse(int(at), f"a {shapes[at].geom_type} is no zone; zones are polygons")
    for at in np.flatnonzero(drawn & (kinds == 7)):
        parts = shapely.get_parts(shapes[at])
        if not all(one.geom_type == "Polygon" for one in parts):
            table.refuse(int(at), "a GeometryCollection is no zone; zones are polygons")
        else:
            shapes[at] = shapely.MultiPolygon(parts.tolist())
    areas = drawn & np.isin(shapely.get_type_id(shapes), _AREAS)
    _cut_at_antimeridian(table, shapes, areas)
    _repair(table, shapes, areas)
    shapes[~areas] = None
    return shapes


def _repair(table: Table, shapes: Any, areas: Any) -> None:
    """Mend invalid rings in place."""
    import numpy as np
    import shapely

    broken = np.flatnonzero(areas & ~shapely.is_valid(shapes))
    if not len(broken):
        return
    mended = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    before, after = area_km2(shapes[broken]), area_km2(mended)
    for at, shape, old, new in zip(broken.tolist(), mended, before, after, strict=True):
        shapes[at] = _only_areas(shape)
        if shapes[at] is None:
            table.refuse(at, "its rings enclose no area")
            continue
        warnings.warn(
            f"{table.name} row {table.first_row + at}: a ring crosses itself; repaired, {_change(old, new)}",
            RepairedWarning,
            stacklevel=2,
        )


def _change(old: float, new: float) -> str:
    """Say how an area changed: km2 before, after, and the difference in km2 and percent."""
    if abs(new - old) < _LEAST_CHANGE * new:
        return f"area {_number(new)} km2, changed by less than {_LEAST_CHANGE:.4%}"
    share = f", {(new - old) / old:+.2%}" if old else ""
    return f"area {_number(old)} km2 before, {_number(new)} km2 now ({_number(new - old, '+')} km2{share})"


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign},.1f}" if abs(value) >= 100 else f"{value:{sign}.3g}"


def _only_areas(shape: Any) -> Any:
    """Return the polygons of a repaired shape, without the lines and points a repair may leave."""
    import shapely

    parts = [one for one in shapely.get_parts(shapely.get_parts(shape)) if one.geom_type == "Polygon" and one.area]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _cut_at_antimeridian(table: Table, shapes: Any, areas: Any) -> None:
    """Cut zones whose rings leap from one end of the map to the other, as RFC 7946 (3.1.9) has them cut."""
    import numpy as np
    import shapely

    west, _, east, _ = shapely.bounds(shapes).T
    for at in np.flatnonzero(areas & (east - west > 180)).tolist():
        try:
            parts = [_across(one) for one in shapely.get_parts(shapes[at])]
        except ValueError as error:
            table.refuse(at, str(error))
            areas[at] = False
            continue
        if not any(parts):
            continue
        whole = [one if cut is None else cut for one, cut in zip(shapely.get_parts(shapes[at]), parts, strict=True)]
        shapes[at] = _only_areas(shapely.union_all(whole))
        warnings.warn(
            f"{table.name} row {table.first_row + at}: its ring leaps across the antimeridian; cut there, "
            f"{area_km2(np.array([shapes[at]]))[0]:,.1f} km2",
            RepairedWarning,
            stacklevel=3,
        )


def _across(polygon: Any) -> Any:
    """Return a polygon drawn across the antimeridian in its two parts; None for one that is not.

    An edge longer than 180 degrees, but not the whole way round, goes the other way. Raises ValueError for a ring
    around a pole, whose area planar degrees cannot hold.
    """
    import numpy as np
    import shapely

    def unrolled(ring: Any) -> Any:
        corners = np.array(ring.coords)[:, :2]
        steps = np.diff(corners[:, 0])
        turns = np.where((np.abs(steps) > 180) & (np.abs(steps) < 360), -np.sign(steps) * 360, 0)
        corners[1:, 0] += np.cumsum(turns)
        return corners, bool(turns.any())

    outer, crosses = unrolled(polygon.exterior)
    if not crosses:
        return None
    if outer[0, 0] != outer[-1, 0]:
        raise ValueError("its ring goes around a pole; cut it at the antimeridian and close it along the pole")
    holes = []
    for ring in polygon.interiors:
        hole, _ = unrolled(ring)
        middle = (outer[:, 0].min() + outer[:, 0].max()) / 2
        hole[:, 0] += 360 * np.round((middle - hole[:, 0].mean()) / 360)
        holes.append(hole)
    flat = shapely.make_valid(shapely.Polygon(outer, holes))
    parts = [
        shapely.affinity.translate(shapely.intersection(flat, shapely.box(-180 + turn, -90, 180 + turn, 90)), -turn)
        for turn in (-360, 0, 360)
    ]
    return shapely.union_all(parts)


# ---- maps beside each other ----------------------------------------------------------------------------------------
def say_same_maps(maps: Sequence[tuple[str, Path, GeoDataFrame]]) -> None:
    """Warn of maps (name, whole path, zones) with the very same polygons: copied under another date, or given twice."""
    import numpy as np
    import shapely

    seen: dict[bytes, tuple[int, str]] = {}
    said: list[str] = []
    for number, (name, path, layer) in enumerate(maps):
        for day, rows in layer.groupby("valid_from", sort=True):
            shapes = shapely.transform(rows.geometry.to_numpy(), lambda xy: np.round(xy, _SAME_DEGREES) + 0.0)
            key = b"".join(sorted(shapely.to_wkb(shapely.normalize(shapes))))
            first, its_day = seen.setdefault(key, (number, str(day)))
            if first == number:
                continue
            one, other = (maps[first][0], name) if maps[first][0] != name else (str(maps[first][1]), str(path))
            what = f"the same map of {day}; leave one out"
            if its_day != day:
                what = f"the same polygons, dated {its_day} and {day}: a mislabelled copy? Then leave it out"
            said.append(f"{one} and {other} hold {what}")
    for text in said[:_MOST_NAMED]:
        warnings.warn(text, InputWarning, stacklevel=3)
    if rest := said[_MOST_NAMED:]:
        warnings.warn(f"{len(rest)} more pairs of files hold the same polygons", InputWarning, stacklevel=3)


def say_overlaps(layer: GeoDataFrame) -> None:
    """Warn, once a source, of zones of different controllers that overlap on a day by more than `LEAST_OVERLAP_KM2`."""
    for source, rows in layer.groupby("source", sort=True, dropna=False):
        found = sorted(_overlaps(rows), key=lambda one: (-one[0], one[1:]))
        if not found:
            continue
        area, one, other, day = found[0]
        more = f"; {len(found) - 1} more of its pairs overlap" if len(found) > 1 else ""
        warnings.warn(
            f"{source}: zones {one} and {other} of different controllers overlap by {area:,.1f} km2 on {day}{more}; "
            "a place there is contested",
            InputWarning,
            stacklevel=3,
        )


def _overlaps(rows: GeoDataFrame) -> Iterator[tuple[float, str, str, str]]:
    """Yield (km2, zone, zone, first day) of the zones of one source that are in each other's way."""
    # As the zones are asked: where a source ends none of them, each map replaces the one before.
    series = rows["valid_to"].isna().all()
    for together in (one for _, one in rows.groupby("valid_from", sort=True)) if series else (rows,):
        yield from _in_the_way(together)


def _in_the_way(rows: GeoDataFrame) -> Iterator[tuple[float, str, str, str]]:
    """Yield the pairs of zones of different controllers that overlap while both hold."""
    import numpy as np
    import shapely

    shapes = rows.geometry.to_numpy()
    start = rows["valid_from"].to_numpy(str)
    end = rows["valid_to"].fillna("9999-12-31").to_numpy(str)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    controller = rows["controller"].to_numpy(str)
    keep = (one < other) & (controller[one] != controller[other])
    meet = (start[one] < end[other]) & (start[other] < end[one])
    one, other = one[keep & meet], other[keep & meet]
    areas = area_km2(shapely.intersection(shapes[one], shapes[other])) if len(one) else np.zeros(0)
    ids = rows["zone_id"].to_numpy(str)
    for at in np.flatnonzero(areas > LEAST_OVERLAP_KM2):
        yield float(areas[at]), ids[one[at]], ids[other[at]], max(start[one[at]], start[other[at]])
