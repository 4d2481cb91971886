"""What changed between two control maps: ground gained and lost by each side, in km2 and as polygons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geoconflict.errors import InputError, UsageError
from geoconflict.records import CRS, EQUAL_AREA
from geoconflict.zones.book import ZoneBook
from geoconflict.zones.halfway import GRID_M
from geoconflict.zones.reports import as_day
from geoconflict.zones.sheet import EDGE_DEGREES

if TYPE_CHECKING:
    import datetime as dt

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geoconflict.zones.sheet import Ints

TOLERANCE_M = 100.0
"""A strip nowhere wider than this is a line drawn anew, not ground that changed hands."""

CHANGES = ("changed", "only_before", "only_after")
CHANGE_COLUMNS = {
    "change": "string",
    "from_controller": "string",
    "to_controller": "string",
    "area_km2": "Float64",
    "from_day": "string",
    "to_day": "string",
    "from_source": "string",
    "to_source": "string",
}
_COUNTED = ("gained_km2", "lost_km2", "unchanged_km2", "only_before_km2", "only_after_km2", "within_tolerance_km2")
_WIDE_DEGREES = 90.0


@dataclass(frozen=True)
class Comparison:
    """Two control maps beside each other.

    Attributes
    ----------
    table
        A row a controller, areas in km2: `before_km2`, `after_km2`, `gained_km2` (held by another side before),
        `lost_km2` (held by another after), `unchanged_km2`, `only_before_km2` and `only_after_km2` (ground the other
        map leaves blank), `within_tolerance_km2` (changed strips too narrow to count, on either map).
    changes
        A polygon a row, the largest first (`CHANGE_COLUMNS`, EPSG:4326): `change` is one of `CHANGES`.
    facts
        `before` and `after` (source and day of the map used), `projection`, `tolerance_m`, `blank_is_other_side`
        (both maps draw the same one side only, so that blank ground is ground it did not hold), and the sums
        `unchanged_km2`, `changed_km2`, `only_before_km2`, `only_after_km2`, `within_tolerance_km2`.
    """

    table: pd.DataFrame
    changes: GeoDataFrame
    facts: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return facts and table, ready for JSON."""
        return self.facts | {"controllers": self.table.to_dict("records")}


def compare_zones(
    before: GeoDataFrame,
    after: GeoDataFrame,
    *,
    days: tuple[dt.date | str, dt.date | str] | None = None,
    tolerance_m: float = TOLERANCE_M,
) -> Comparison:
    """Compare two control maps.

    Areas are those of an equal-area projection, Lambert's around the middle of both maps (EPSG:6933 for maps wider than
    90 degrees); edges are straight in degrees. Ground that several sides claim on one map counts as held by
    "A / B". Where both maps draw the same one side only, ground the other map leaves blank is gained or lost, with a
    missing `from_controller` or `to_controller`; otherwise blank ground is ground a map says nothing of, shown apart.

    Parameters
    ----------
    before, after
        Zone layers (`ZONE_COLUMNS`) with a CRS, each of one source.
    days
        The day to take each map of, the latest not after it; not needed for layers of one day.
    tolerance_m
        Changed ground nowhere wider than this is counted apart and not drawn.

    Raises
    ------
    InputError
        A layer of several sources, of several days without `days`, or without a map of the day or before it.
    UsageError
        A tolerance that is no length.
    """
    if not 0 <= tolerance_m < np.inf:
        raise UsageError(f"tolerance {tolerance_m}: give metres from 0 on")
    asked = [None, None] if days is None else [as_day(day) for day in days]
    maps = [
        _Map.of(layer, day, said) for layer, day, said in zip((before, after), asked, ("first", "second"), strict=True)
    ]
    bounds = np.array([shapely.total_bounds(one.shapes) for one in maps])
    flat = _Flat.around(*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
    held = [_partition(one, flat) for one in maps]
    one_side = len(held[0]) == 1 and held[0].keys() == held[1].keys()
    pieces = _pieces(held[0], held[1], tolerance_m)
    rows = [
        {"side": side, "when": when, "km2": area.area / 1e6} for when in (0, 1) for side, area in held[when].items()
    ]
    pieces["km2"] = shapely.area(pieces["shape"].to_numpy()) / 1e6
    if one_side:
        pieces.loc[pieces["change"] != "unchanged", "change"] = "changed"
    table = _table(pd.DataFrame(rows), pieces)
    whole = pieces[~pieces["narrow"]].groupby("change")["km2"].sum()
    facts = {
        "before": {"source": maps[0].source, "day": maps[0].day},
        "after": {"source": maps[1].source, "day": maps[1].day},
        "projection": flat.crs,
        "tolerance_m": tolerance_m,
        "blank_is_other_side": one_side,
        **{f"{kind}_km2": round(float(whole.get(kind, 0.0)), 3) for kind in ("unchanged", *CHANGES)},
        "within_tolerance_km2": round(float(pieces.loc[pieces["narrow"], "km2"].sum()), 3),
    }
    return Comparison(table, _layer(pieces, maps, flat), facts)


@dataclass(frozen=True)
class _Map:
    """One source's map of one day: zones with who holds them."""

    source: str | None
    day: str
    shapes: NDArray[np.object_]
    controllers: list[str]

    @classmethod
    def of(cls, layer: GeoDataFrame, day: np.datetime64 | None, said: str) -> _Map:
        book = ZoneBook(layer)
        if len(book.sources) != 1:
            named = ", ".join(source.name or "(not named)" for source in book.sources)
            raise InputError(f"the {said} layer has {len(book.sources)} sources ({named}); compare one with one")
        (source,) = book.sources
        shown = [number for number, sheet in enumerate(source.sheets) if sheet is not None]
        if day is None:
            if len(shown) > 1:
                first, last = source.starts[shown[0]], source.starts[shown[-1]]
                raise InputError(
                    f"the {said} layer has maps of {len(shown)} days, {first} to {last}: say which to take"
                )
            number = shown[0]
        else:
            number = int(np.searchsorted(source.starts, day, "right")) - 1
        sheet = source.sheets[number] if number >= 0 else None
        if sheet is None:
            raise InputError(f"the {said} layer has no map of {day}; its first is of {source.starts[0]}")
        rows: Ints = np.sort(sheet.rows)
        names = [str(name) for name in book.names(book.ground.controller[rows])]
        return cls(source.name or None, str(source.starts[number]), book.ground.shapes[rows], names)


@dataclass(frozen=True)
class _Flat:
    """An equal-area projection."""

    crs: str
    to: Transformer

    @classmethod
    def around(cls, west: float, south: float, east: float, north: float) -> _Flat:
        crs = f"+proj=laea +lat_0={(south + north) / 2:.2f} +lon_0={(west + east) / 2:.2f} +datum=WGS84 +units=m"
        if max(east - west, north - south) > _WIDE_DEGREES:
            crs = EQUAL_AREA
        return cls(crs, Transformer.from_crs(CRS, crs, always_xy=True))

    def project(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes in degrees as metres; no edge is longer than `EDGE_DEGREES` then."""
        dense = shapely.segmentize(shapes, EDGE_DEGREES)
        return np.asarray(shapely.transform(dense, lambda xy: np.column_stack(self.to.transform(xy[:, 0], xy[:, 1]))))

    def back(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        def degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(self.to.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

        return np.asarray(shapely.transform(shapes, degrees))


def _partition(one: _Map, flat: _Flat) -> dict[str, Any]:
    """Return the ground of each side in metres without overlaps: what several claim is a ground of its own."""
    shapes, names = flat.project(one.shapes), np.array(one.controllers, object)
    held: dict[str, Any] = {}
    for name in sorted(set(one.controllers)):
        ground = shapely.union_all(shapes[names == name], grid_size=GRID_M)
        for other, area in list(held.items()):
            shared = _areas(shapely.intersection(ground, area, grid_size=GRID_M))
            if shared.is_empty:
                continue
            both = f"{other} / {name}"
            held[both] = shapely.union(held.get(both, shapely.Polygon()), shared, grid_size=GRID_M)
            held[other] = _areas(shapely.difference(area, shared, grid_size=GRID_M))
            ground = _areas(shapely.difference(ground, shared, grid_size=GRID_M))
        held[name] = ground
    return {name: area for name, area in held.items() if not area.is_empty}


def _areas(shape: Any) -> Any:
    """Return only what has an area."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _pieces(before: dict[str, Any], after: dict[str, Any], tolerance_m: float) -> pd.DataFrame:
    """Return every piece of ground with the side that held it on each map, and whether it is a mere strip."""
    found: list[tuple[str, str | None, str | None, Any]] = []
    for old, ground in before.items():
        for new, later in after.items():
            change = "unchanged" if old == new else "changed"
            found.append((change, old, new, shapely.intersection(ground, later, grid_size=GRID_M)))
    drawn = [shapely.union_all(list(held.values()), grid_size=GRID_M) for held in (before, after)]
    found += [
        ("only_before", old, None, shapely.difference(area, drawn[1], grid_size=GRID_M)) for old, area in before.items()
    ]
    found += [
        ("only_after", None, new, shapely.difference(area, drawn[0], grid_size=GRID_M)) for new, area in after.items()
    ]
    kinds = pd.DataFrame(found, columns=["change", "from", "to", "shape"])
    parts, row = shapely.get_parts([_areas(shape) for shape in kinds["shape"]], return_index=True)
    pieces = kinds.iloc[row].drop(columns="shape").reset_index(drop=True)
    pieces["shape"] = parts
    width = shapely.buffer(parts, -tolerance_m / 2) if tolerance_m else parts
    pieces["narrow"] = shapely.is_empty(width) & (pieces["change"] != "unchanged").to_numpy()
    return pieces


def _table(held: pd.DataFrame, pieces: pd.DataFrame) -> pd.DataFrame:
    """Return the areas by controller."""
    rows = []
    for side in sorted(set(held["side"])):
        mine = {when: float(held.loc[(held["side"] == side) & (held["when"] == when), "km2"].sum()) for when in (0, 1)}
        had, has = pieces["from"] == side, pieces["to"] == side
        kind, wide = pieces["change"], ~pieces["narrow"]
        chosen = (
            (kind == "changed") & has & wide,
            (kind == "changed") & had & wide,
            (kind == "unchanged") & had,
            (kind == "only_before") & had & wide,
            (kind == "only_after") & has & wide,
            (had | has) & ~wide,
        )
        areas = {name: float(pieces.loc[which, "km2"].sum()) for name, which in zip(_COUNTED, chosen, strict=True)}
        rows.append({"controller": side, "before_km2": mine[0], "after_km2": mine[1], **areas})
    return pd.DataFrame(rows, columns=["controller", "before_km2", "after_km2", *_COUNTED]).round(3)


def _layer(pieces: pd.DataFrame, maps: list[_Map], flat: _Flat) -> GeoDataFrame:
    """Return the pieces that count as change as a layer, the largest first."""
    drawn = pieces[(pieces["change"] != "unchanged") & ~pieces["narrow"]]
    drawn = drawn.sort_values("km2", ascending=False, kind="stable", ignore_index=True)
    values = {
        "change": drawn["change"],
        "from_controller": drawn["from"],
        "to_controller": drawn["to"],
        "area_km2": drawn["km2"].round(3),
        "from_day": maps[0].day,
        "to_day": maps[1].day,
        "from_source": maps[0].source,
        "to_source": maps[1].source,
    }
    frame = pd.DataFrame(
        {name: pd.Series(values[name], index=drawn.index, dtype=kind) for name, kind in CHANGE_COLUMNS.items()}
    )
    shapes = flat.back(drawn["shape"].to_numpy(object))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=drawn.index, crs=CRS))
