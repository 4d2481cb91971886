"""What lies under the events of a still: land, borders, rivers and roads where a source gives them, and held ground.

Ground is drawn no more certain than it is: a front drawn between towns, or of low certainty, is a dashed line in a band
as wide as its uncertainty; shared ground is hatched; what laps over a border by a sliver is cut there, and where ground
lies in two countries the still says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoconflict.bundled import (
    ADMIN1_MIN_M_PER_PX,
    RIVERS_MIN_M_PER_PX,
    admin1_outlines,
    country_outlines,
    disputed_lines,
    lakes,
    rivers,
)
from geoconflict.maps import captions, symbols
from geoconflict.maps.content import names_of, numbers
from geoconflict.maps.controllers import is_shared

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from geoconflict.maps.content import Content
    from geoconflict.maps.frame import Frame
    from geoconflict.maps.view import View

SCALED_M = 5_000_000.0
"""Between the middle and the edge of a view this wide scale differs by 4 %; a wider one gets no scale bar."""
METRES_PER_DEGREE = 111_200.0
ADMIN1_MAX_M_PER_PX = 3_000.0
"""In a wider view the borders of provinces are a net that hides those of countries."""
MANY_VERTICES = 100_000
"""More vertices than a picture can show are left out before anything is cut or joined, and the still says so."""
SLIVER_PX = 5.0
"""Ground that laps over a border by less than this is an outline drawn coarser than the border, not a claim."""
SMALLEST_GROUND = 9.0
"""A patch of less than the square of so many CSS pixels is a speck whose tint and hatch nobody can tell."""
TINT, WEAK_TINT, BAND = 0.24, 0.14, 0.10
"""Opacity of held ground, of ground of low certainty, and of the band a front may lie in."""
WIDEST_BAND = 22.0
"""CSS pixels; a wider band would read as ground of its own."""
LINE_STYLE = {  # kind of line: colour, width by rank 1 to 5 in CSS pixels, dash
    "river": ("#a9c6d6", (1.5, 1.2, 0.9, 0.7, 0.5), ()),
    "road": ("#cfc4b2", (1.7, 1.2, 0.9, 0.6, 0.5), ()),
    "rail": ("#b9b4ad", (0.9, 0.8, 0.7, 0.6, 0.5), (4, 2)),
    "admin1": ("#bdb8b0", (0.8, 0.7, 0.6, 0.5, 0.5), (4, 2.5)),
}
LAKE, BUILDING = "#d3e1e9", "#ddd6cc"


@dataclass(frozen=True)
class Land:
    """Countries in pixels in the order of their rows (`iso2`), and the lines between them."""

    iso2: list[Any]
    pieces: Any
    whole: Any
    coast: Any
    borders: Any
    disputed: Any

    def of(self, iso2: Any) -> Any:
        """Return the piece of a country, empty where it is not in sight."""
        return self.pieces[self.iso2.index(iso2)] if iso2 in self.iso2 else shapely.Polygon()


@dataclass
class Held:
    """The ground of one controller in pixels: all of it, the part of low certainty, half the width of its fronts."""

    whole: Any
    weak: Any
    band: float
    rough: bool
    crosses: list[str] = field(default_factory=list)


# ---- land --------------------------------------------------------------------------------------------------------
def land_of(frame: Frame, window: Any, borders: str, *, coarse: bool = False) -> Land:
    """Return the land of a view; `coarse` is for a small one, such as an inset."""
    countries = country_outlines(borders)
    shapes = countries.geometry.to_numpy()
    pieces = frame.cut(shapes) if frame.width_m <= SCALED_M else shapes
    if coarse or frame.width_m > SCALED_M:
        # No more detail than the eye sees; neighbours keep the points of their border in common.
        pieces = shapely.coverage_simplify(pieces, frame.metres_per_px * (0.8 if coarse else 0.4) / METRES_PER_DEGREE)
    if frame.width_m > SCALED_M:
        pieces = frame.cut(pieces)
    whole = shapely.union_all(pieces)
    coast = shapely.boundary(whole)
    # Neighbours share the points of their border, so lines are told apart exactly and before any rounding.
    lines = shapely.difference(shapely.union_all(shapely.boundary(pieces)), coast)
    disputed = shapely.union_all(frame.cut(disputed_lines().geometry.to_numpy()))
    return Land(
        list(countries["iso2"]),
        *(
            shapely.intersection(frame.project(one), window)
            for one in (pieces, whole, coast, shapely.difference(lines, disputed), disputed)
        ),
    )


def draw_land(view: View, land: Land, *, weight: float = 1.0, z: float = 1.0) -> None:
    """Draw land, coasts and borders; `weight` thins the lines."""
    sheet, colors = view.sheet, view.sheet.palette
    sheet.fill(land.whole, color=colors.land, z=z)
    for line, color, width, dash, level in (
        (land.coast, colors.coast, 0.8, (), z + 0.1),
        (land.borders, colors.border, 1.4, (), z + 3),
        (land.disputed, colors.border, 1.4, (3, 2), z + 3),
    ):
        sheet.line(line, color=color, width=width * weight, dash=dash, z=level)


def basemap_of(view: View, given: GeoDataFrame | None, borders: str) -> GeoDataFrame:
    """Return what is drawn on the land: the user's rows, and of the package's own what they do not hold.

    The package's rivers and lakes are too coarse for a close view and its provinces end where a pixel shows their
    faults: closer than that there are none.
    """
    import pandas as pd

    own = view.frame.metres_per_px * view.sheet.unit
    kinds = set(given["kind"]) if given is not None else set()
    parts = [given] if given is not None and len(given) else []
    if own >= RIVERS_MIN_M_PER_PX:
        parts += [layer() for kind, layer in (("river", rivers), ("lake", lakes)) if kind not in kinds]
    if "admin1" not in kinds and ADMIN1_MIN_M_PER_PX <= own <= ADMIN1_MAX_M_PER_PX:
        parts.append(admin1_outlines(borders))
    if not parts:
        return lakes().iloc[:0]
    west, south, east, north = view.frame.window
    near = [one[_touches(one.bounds.to_numpy(), west, south, east, north)] for one in parts]
    return pd.concat(near, ignore_index=True) if len(near) > 1 else near[0]


def _touches(bounds: np.ndarray, west: float, south: float, east: float, north: float) -> np.ndarray:
    """Whether boxes (west, south, east, north each) may lie in a window that may cross the 180th meridian."""
    across = np.zeros(len(bounds), dtype=bool)
    for turn in (-360.0, 0.0, 360.0):
        across |= (bounds[:, 0] + turn <= east) & (bounds[:, 2] + turn >= west)
    found: np.ndarray = across & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return found


def draw_basemap(view: View, basemap: GeoDataFrame) -> None:
    """Draw lakes, rivers, roads, railways, buildings and the borders of provinces, the major ones only in wide views.

    `basemap` has `kind`, `rank` (1 major to 5) and `name`; what it does not hold is not drawn.
    """
    if not len(basemap):
        return
    width_km = view.frame.width_m / 1000
    finest = 5 if width_km < 60 else 4 if width_km < 150 else 3 if width_km < 400 else 2 if width_km < 1200 else 1
    rank = numbers(basemap, "rank", missing=3.0)
    for kind in ("lake", "building", "admin1", "river", "rail", "road"):
        chosen = (basemap["kind"] == kind).to_numpy(bool)
        if kind in ("road", "rail", "building"):
            chosen = chosen & (rank <= finest)
        for level in sorted(set(rank[chosen].tolist()), reverse=True):
            shapes = basemap.geometry.to_numpy()[chosen & (rank == level)]
            drawn = shapely.intersection(shapely.union_all(view.frame.clip(shapes)), view.window)
            if kind in ("lake", "building"):
                view.sheet.fill(drawn, color=LAKE if kind == "lake" else BUILDING, z=1.3)
                continue
            color, widths, dash = LINE_STYLE[kind]
            lines = shapely.boundary(drawn) if shapely.get_dimensions(drawn) == 2 else drawn
            view.sheet.line(lines, color=color, width=widths[min(max(int(level), 1), 5) - 1], dash=dash, z=1.4)


# ---- control -----------------------------------------------------------------------------------------------------
def held_ground(
    view: View, content: Content, land: Land, once: dict[Any, Any] | None = None
) -> tuple[dict[str, Held], list[str]]:
    """Return the ground of each controller in sight, and what was done to it, in words.

    `once` keeps, for all plans and maps of one still, what cutting and simplifying zones of very many points gave.
    """
    zones, frame = content.zones, view.frame
    held: dict[str, Held] = {}
    said: list[str] = []
    if zones is None or not len(zones):
        return held, said
    once = {} if once is None else once
    shapes = zones.geometry.to_numpy()
    # Plans and maps of one still show nearly the same: in whole degrees, and steps of tolerance, the very same.
    west, south, east, north = frame.window
    if west >= -180 and east <= 180:
        around = (math.floor(west) - 1, math.floor(south) - 1, math.ceil(east) + 1, math.ceil(north) + 1)
        shapes = _each_once(once, shapes, around, lambda new: _cut(new, around))
    if (vertices := int(shapely.get_num_coordinates(shapes).sum())) > MANY_VERTICES:
        tolerance = 2.0 ** (math.floor(2 * math.log2(frame.metres_per_px * 0.5)) / 2)
        shapes = _each_once(once, shapes, tolerance, lambda new: _simpler(new, tolerance / METRES_PER_DEGREE))
        said.append(f"control drawn to {_metres(tolerance)}: {vertices:,} points are more than the picture can show")
    grade = zones["certainty"].astype("string").fillna("") if "certainty" in zones else None
    low = (grade == "low").to_numpy(bool) if grade is not None else np.zeros(len(zones), bool)
    wide = numbers(zones, "uncertainty_m")
    derived = zones["derived"].fillna(False).to_numpy(bool) if "derived" in zones else np.zeros(len(zones), bool)
    ground, small = _without_specks(
        {
            name: _joined(frame.clip(shapes[(zones["controller"] == name).fillna(False).to_numpy(bool)]), view.window)
            for name in names_of(zones)
        },
        view.px(SMALLEST_GROUND),
    )
    for name, whole in ground.items():
        own = (zones["controller"] == name).fillna(False).to_numpy(bool)
        weak = _joined(frame.clip(shapes[own & low]), view.window) if (own & low).any() else shapely.Polygon()
        band = float(np.median(wide[own & (wide > 0)])) / frame.metres_per_px if (own & (wide > 0)).any() else 0.0
        rough = bool(derived[own].any() or low[own].any())
        kept, crosses = _within_border(whole, land, view.px(SLIVER_PX))
        # What is only a sliver of doubt between two firm pieces would be noise: it goes, and the rest is rounded.
        step = view.px(7.0)
        weak = shapely.buffer(shapely.buffer(shapely.buffer(weak, -step), 2 * step), -step)
        held[name] = Held(kept, shapely.intersection(weak, kept), band, rough, crosses)
    if small:
        said.append(f"{captions.counted(small, 'patch', 'patches')} of held ground too small to draw at this scale")
    return held, said


def _each_once(once: dict[Any, Any], shapes: Any, how: Any, work: Callable[[Any], Any]) -> Any:
    """Return what `work` makes of shapes, asked only for those that `once` does not have; `how` tells works apart."""
    new = np.array([shape for shape in shapes if (id(shape), how) not in once], dtype=object)
    # The shape itself is kept as well, or another could get its id.
    once.update({(id(shape), how): (shape, made) for shape, made in zip(new, work(new), strict=True)})
    return np.array([once[id(shape), how][1] for shape in shapes], dtype=object)


def _cut(shapes: Any, around: tuple[float, float, float, float]) -> Any:
    """Return shapes cut to a rectangle; one of which nothing goes stays the very same."""
    cut = shapely.clip_by_rect(shapes, *around)
    return np.where(shapely.get_num_coordinates(cut) == shapely.get_num_coordinates(shapes), shapes, cut)


def _simpler(shapes: Any, tolerance: float) -> Any:
    shapes = shapely.simplify(shapes, tolerance, preserve_topology=False)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def _without_specks(ground: dict[str, Any], side: float) -> tuple[dict[str, Any], int]:
    """Return ground without patches smaller than `side` squared that lie alone, and how many those were.

    One that lies in or at other ground stays: a hole there would look like ground of which nothing is reported.
    """
    parts = shapely.get_parts(list(ground.values()))
    large = shapely.STRtree(parts[shapely.area(parts) >= side**2])
    kept, small = {}, 0
    for name, whole in ground.items():
        own = shapely.get_parts(whole)
        own = own[shapely.area(own) > 0]
        shown = np.zeros(len(own), bool)
        shown[large.query(own, predicate="dwithin", distance=1.5)[0]] = True
        small += int((~shown).sum())
        if shown.any():
            kept[name] = whole if shown.all() else shapely.union_all(own[shown])
    return kept, small


def _joined(parts: Any, window: Any) -> Any:
    # Grades of one controller touch along edges that are no front; half a pixel's overlap closes the seam.
    joined = shapely.buffer(shapely.union_all(shapely.buffer(parts, 0.4)), -0.4)
    return shapely.intersection(joined, window)


def _within_border(ground: Any, land: Land, sliver: float) -> tuple[Any, list[str]]:
    """Return ground without what laps over a border or coast by a sliver, and the countries it lies in."""
    shapely.prepare(ground)
    touched = np.flatnonzero(shapely.intersects(land.pieces, ground)).tolist()
    on = [(land.iso2[k], shapely.intersection(ground, land.pieces[k])) for k in touched]
    real = [(iso2, part) for iso2, part in on if not shapely.buffer(part, -sliver).is_empty]
    if not real:  # all of it is small: nothing tells lapping over from lying there
        return ground, []
    sea = shapely.difference(ground, land.whole)
    kept = [shapely.buffer(part, 0.3) for _, part in real]
    if not shapely.buffer(sea, -sliver).is_empty:
        kept.append(sea)
    names = [iso2 for iso2, _ in real if isinstance(iso2, str)]
    return shapely.intersection(shapely.union_all(kept), ground), sorted(names) if len(names) > 1 else []


def crossing_words(held: dict[str, Held]) -> list[str]:
    """Return what to say of ground that lies in more than one country."""
    return [
        f"ground of {name} lies in {captions.list_words(captions.country_names(one.crosses))}"
        for name, one in held.items()
        if one.crosses
    ]


def draw_control(view: View, held: dict[str, Held], looks: dict[str, Any], land: Land) -> None:
    """Draw held ground; its edge is drawn only where it is a front, not where a border, coast or the frame is."""
    sheet = view.sheet
    if not held:
        return
    given = _pieces([shapely.boundary(view.window), land.borders, land.disputed, land.coast])
    tree = shapely.STRtree(given)
    for name, one in held.items():
        tint, _, hatch = looks[name]
        firm = shapely.difference(one.whole, one.weak)
        shared = is_shared(name)
        sheet.fill(firm, color=tint, alpha=TINT, z=2)
        sheet.fill(one.weak, color=tint, alpha=WEAK_TINT, z=2)
        # Hatching is for ground nobody holds alone; elsewhere the pattern is quiet and only tells neighbours apart.
        ink = symbols.mixed(tint, 0.2 if shared else 0.62)
        sheet.fill(one.whole, color=tint, alpha=0.0, hatch=hatch * (2 if shared else 1), hatch_color=ink, z=2.1)
        edge, near = shapely.boundary(one.whole), view.px(2.2)
        beside = given[np.unique(tree.query(_pieces([edge]), predicate="dwithin", distance=near)[1])]
        edge = shapely.difference(edge, shapely.union_all(shapely.buffer(beside, near, quad_segs=3)))
        if one.rough:
            width = min(2 * one.band / sheet.unit, WIDEST_BAND)
            inner = shapely.intersection(shapely.buffer(edge, max(width, 3.0) * sheet.unit / 2), one.whole)
            sheet.fill(inner, color=tint, alpha=BAND, z=2.3)
            sheet.line(edge, color=tint, width=1.0, dash=(3.5, 2.2), alpha=0.9, z=2.5)
        else:
            sheet.line(edge, color=tint, width=1.1, alpha=0.85, z=2.5)


def _pieces(lines: list[Any]) -> Any:
    """Return the straight pieces of lines, so that what is near can be found without joining them all."""
    parts = shapely.get_parts(shapely.get_parts([one for one in lines if not one.is_empty]))
    coords, of = shapely.get_coordinates(parts, return_index=True)
    follows = np.flatnonzero(of[1:] == of[:-1])
    pieces: Any = shapely.linestrings(np.stack([coords[follows], coords[follows + 1]], axis=1))
    return pieces


def _metres(metres: float) -> str:
    return f"{metres / 1000:,.1f} km" if metres >= 1000 else f"{max(1, round(metres))} m"
