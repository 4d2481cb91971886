"""Roads, railways, rivers and buildings of the user's own, to lie under a map."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError, InputWarning
from geoconflict.files.columns import filled, one_line
from geoconflict.files.features import spatial_layers
from geoconflict.files.tables import open_table
from geoconflict.records import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame

KINDS = ("road", "rail", "river", "lake", "admin1", "building")
"""What a basemap may hold; anything else in a file is left out and counted."""
LOWEST_RANK = 5
MOST_FEATURES, MOST_CORNERS = 20_000, 400_000
"""More than a page can draw fluently or a reader tell apart; the least important are left out first."""
LONGEST_NAME = 80

_ROADS = {
    "motorway": 1, "trunk": 1, "primary": 2, "secondary": 3, "tertiary": 4, "unclassified": 5, "residential": 5,
    "living_street": 5, "service": 5, "track": 5, "road": 5, "busway": 5,
}  # fmt: skip
"""OpenStreetMap's highway=*; paths and steps are left out. A slip road (motorway_link) ranks one below its road."""
_RAILWAYS = {"rail": 1, "narrow_gauge": 2, "light_rail": 3, "subway": 4, "tram": 5, "monorail": 5, "funicular": 5}
_WATERWAYS = {"river": 2, "canal": 3, "stream": 5, "drain": 5, "ditch": 5, "wadi": 4, "riverbank": 2, "dock": 4}
_WATERS = {"water": 3, "reservoir": 3, "lake": 2, "river": 2}
_TAGS = (
    ("highway", "road", _ROADS), ("railway", "rail", _RAILWAYS), ("waterway", "river", _WATERWAYS),
    ("natural", "lake", {"water": 3}), ("landuse", "lake", {"reservoir": 3}),
)  # fmt: skip
_NATURAL_EARTH = {
    "road": "road", "railroad": "rail", "river": "river", "lake centerline": "river", "canal": "river",
    "lake": "lake", "reservoir": "lake", "alkaline lake": "lake", "admin-1 boundary": "admin1",
}  # fmt: skip
"""Natural Earth's featurecla, as far as it is ours; "River (Intermittent)" counts as "River"."""
_PLAIN = {
    "roads": "road", "highway": "road", "railway": "rail", "railways": "rail", "rails": "rail", "rivers": "river",
    "stream": "river", "canal": "river", "waterway": "river", "lakes": "lake", "water": "lake", "province": "admin1",
    "buildings": "building",
} | {kind: kind for kind in KINDS}  # fmt: skip
_DIMENSION = {"road": (1,), "rail": (1,), "river": (1, 2), "lake": (2,), "admin1": (1, 2), "building": (2,)}
"""Lines are 1, areas 2: a station is no railway, the pin of a lake no lake."""
_OTHER_TAGS = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
"""How GDAL writes the tags of OpenStreetMap it has no column for."""
_ARABIC = re.compile(r"[؀-ۿ]")


def read_basemap(
    paths: str | Path | Iterable[str | Path],
    extent: tuple[float, float, float, float] | None = None,
) -> GeoDataFrame:
    """Read lines and areas to lie under a map.

    Parameters
    ----------
    paths
        One or several files: GeoJSON, TopoJSON, GPKG (all layers), FlatGeobuf, shapefiles, zipped or not, KML,
        GeoParquet. What a feature is says a column `kind` (one of `KINDS`), tags of OpenStreetMap (highway, railway,
        waterway, natural=water, building; `fclass` of Geofabrik's extracts; GDAL's `other_tags`), or Natural Earth's
        featurecla with scalerank.
    extent
        (west, south, east, north) in degrees everything is cut to; None keeps all.

    Returns
    -------
    GeoDataFrame
        `kind`, `rank` (1 major .. 5 minor), `name`, `name_ar` (missing where not known), `source` (the file's name) and
        geometry, EPSG:4326, sorted by kind and rank. Features of another kind are left out, and beyond `MOST_FEATURES`
        or `MOST_CORNERS` the least important; both are counted in an InputWarning.

    Raises
    ------
    InputError
        For a file that cannot be read, and one without any feature of a known kind.
    """
    import geopandas
    import pandas as pd
    import shapely

    frames = []
    for path in [paths] if isinstance(paths, str | Path) else paths:
        found, left_out = _read(Path(path))
        if left_out:
            kept = sum(map(len, found))
            warnings.warn(
                f"{Path(path).name}: {left_out:,} of {left_out + kept:,} features are no {', '.join(KINDS[:-1])} or "
                f"{KINDS[-1]}, left out",
                InputWarning,
                stacklevel=2,
            )
        frames += found
    columns = ["kind", "rank", "name", "name_ar", "source", "geometry"]
    table: Any = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    layer = geopandas.GeoDataFrame(table[columns], geometry="geometry", crs=CRS)
    if extent is not None:
        shapes = shapely.clip_by_rect(layer.geometry.to_numpy(), *extent)
        # Cutting along the edge of the frame leaves points and lines of what only touches it.
        same = shapely.get_dimensions(shapes) == shapely.get_dimensions(layer.geometry.to_numpy())
        layer = layer.set_geometry(geopandas.GeoSeries(shapes, index=layer.index, crs=CRS))
        layer = layer[same & ~shapely.is_empty(shapes)]
    return _thinned(layer).astype({"kind": "string", "rank": "int64", "name": "string", "name_ar": "string"})


def _read(path: Path) -> tuple[list[Any], int]:
    """Return the features of a file, a frame a layer, and how many are of no kind we know."""
    import pandas as pd
    import shapely

    frames, left_out, columns = [], 0, dict[str, None]()
    for layer in spatial_layers(path):
        table = open_table(path, layer=layer).frame
        if "geometry" not in table:
            raise InputError(f"{path.name}: has no geometry; a basemap is lines and areas")
        own = {str(name).strip().lower(): name for name in table.columns if name != "geometry"}
        columns |= dict.fromkeys(own)
        shapes = shapely.make_valid(table["geometry"].to_numpy(object))
        cells = {ours: table[theirs].tolist() for ours, theirs in own.items() if _wanted(ours)}
        rows = []
        for at, dimension in enumerate(shapely.get_dimensions(shapes).tolist()):
            told = {name: value for name, cell in cells.items() if (value := filled(cell[at])) is not None}
            told |= {key: told.get(key, value) for key, value in _OTHER_TAGS.findall(str(told.get("other_tags", "")))}
            kind, rank = kind_of(told)
            if kind and dimension in _DIMENSION[kind]:
                kind = "lake" if kind == "river" and dimension == 2 else kind
                rows.append((kind, rank, *_names(told), path.name, shapes[at]))
            else:
                left_out += 1
        frames.append(pd.DataFrame(rows, columns=["kind", "rank", "name", "name_ar", "source", "geometry"]))
    if not any(map(len, frames)):
        have = f" (it has {', '.join(columns):.120})" if columns else ""
        raise InputError(
            f"{path.name}: nothing in it is a {', '.join(KINDS[:-1])} or {KINDS[-1]}; it needs a column kind, tags of "
            f"OpenStreetMap such as highway, or Natural Earth's featurecla{have}"
        )
    return frames, left_out


def _wanted(column: str) -> bool:
    return column in {
        "kind", "rank", "fclass", "building", "boundary", "admin_level", "featurecla", "scalerank", "other_tags", "ref",
        *(tag for tag, _, _ in _TAGS), *_NAME_COLUMNS, *_ARABIC_COLUMNS,
    }  # fmt: skip


def kind_of(told: Mapping[str, Any]) -> tuple[str | None, int]:
    """Return what a feature is and its rank, 1 major to 5 minor; None for what is no part of a basemap.

    `told` holds its attributes by name in small letters, missing ones left out.
    """
    if plain := _word(told, "kind"):
        return _PLAIN.get(plain), _rank(told.get("rank"), usual=3)
    if cls := _word(told, "featurecla"):
        kind = _NATURAL_EARTH.get(cls.partition(" (")[0])
        scale = _rank(told.get("scalerank"), usual=6, most=12)
        return kind, max(1, min(LOWEST_RANK, scale // 2))
    for tag, kind, ranks in _TAGS:
        if value := _word(told, tag):
            base = value.removesuffix("_link")
            if base in ranks:
                return kind, min(LOWEST_RANK, ranks[base] + (base != value))
    if _word(told, "building") not in (None, "no"):
        return "building", LOWEST_RANK
    if _word(told, "boundary") == "administrative" and _word(told, "admin_level") == "4":
        return "admin1", 3
    return _geofabrik(_word(told, "fclass"))


def _geofabrik(value: str | None) -> tuple[str | None, int]:
    """Return the kind of one of Geofabrik's classes; its roads are sorted as OpenStreetMap's, "track_grade3" too."""
    if not value:
        return None, LOWEST_RANK
    base = re.sub(r"_(link|grade\d)$", "", value)
    for kind, ranks in (("road", _ROADS), ("rail", _RAILWAYS), ("river", _WATERWAYS), ("lake", _WATERS)):
        if base in ranks:
            return kind, min(LOWEST_RANK, ranks[base] + value.endswith("_link"))
    return ("building", LOWEST_RANK) if base == "building" else (None, LOWEST_RANK)


def _word(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    return str(value).strip().lower() or None if value is not None else None


def _rank(value: Any, *, usual: int, most: int = LOWEST_RANK) -> int:
    """Return a rank a file gives, as a whole number in its bounds; what is none counts as the usual one."""
    try:
        return max(0 if most > LOWEST_RANK else 1, min(most, int(float(value))))
    except (TypeError, ValueError, OverflowError):
        return usual


_NAME_COLUMNS = ("name:en", "name_en", "int_name", "name")
_ARABIC_COLUMNS = ("name:ar", "name_ar")


def _names(told: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the name in Latin script, the road's number where it has none, and that in Arabic script."""
    arabic = _name(told, _ARABIC_COLUMNS)
    latin = next(
        (name for column in _NAME_COLUMNS if (name := _name(told, (column,))) and not _ARABIC.search(name)), None
    )
    own = _name(told, ("name",))
    return latin or _name(told, ("ref",)), arabic or (own if own and _ARABIC.search(own) else None)


def _name(told: Mapping[str, Any], columns: tuple[str, ...]) -> str | None:
    text = next((str(told[column]) for column in columns if column in told), "")
    return one_line(text)[:LONGEST_NAME] or None


def _thinned(layer: GeoDataFrame) -> GeoDataFrame:
    """Return at most `MOST_FEATURES` and `MOST_CORNERS`: major before minor, long before short; sorted."""
    import numpy as np
    import shapely

    shapes = layer.geometry.to_numpy()
    corners = shapely.get_num_coordinates(shapes)
    order = np.lexsort((-shapely.length(shapes), layer["rank"].to_numpy(int)))
    fits = (np.arange(len(order)) < MOST_FEATURES) & (np.cumsum(corners[order]) <= MOST_CORNERS)
    if not fits.all():
        warnings.warn(
            f"the basemap has {len(layer):,} features, {int(corners.sum()):,} corners; the {int(fits.sum()):,} most "
            "important are drawn, cut the files to your area for more",
            InputWarning,
            stacklevel=3,
        )
    kept = layer.iloc[np.sort(order[fits])]
    return kept.sort_values(["kind", "rank"], kind="stable", ignore_index=True)
