"""Make geoconflict/borders.json.gz from the npm package world-atlas (Natural Earth 4.1, 1:10m, public domain).

    python scripts/make_borders.py

World-atlas 2.0.2 is under the ISC licence; its data are Natural Earth's, in the public domain. The package is
fetched by `npm pack` and its sha512 checked. Arcs are simplified to 0.004 degrees (the package itself is rounded to
0.0036), so that neighbours still share their border, and each area gets its ISO 3166-1 alpha-2 code.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pycountry
import shapely

PACKAGE = "world-atlas@2.0.2"
INTEGRITY = "sha512-IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
TOLERANCE_DEG = 0.004
GRID_DEG = 0.001  # about 100 m, finer than the data
TARGET = Path(__file__).parents[1] / "geoconflict" / "borders.json.gz"

# Areas Natural Earth draws apart that have no ISO code of their own: what they are counted to under the two policies.
WITHOUT_CODE = {
    "Kosovo": "XK",
    "Somaliland": "SO",
    "N. Cyprus": "CY",
    "Cyprus U.N. Buffer Zone": "CY",
    "Dhekelia": "GB",
    "Akrotiri": "GB",
    "USNB Guantanamo Bay": "CU",
    "Baikonur": "KZ",
    "Siachen Glacier": None,
    "Indian Ocean Ter.": "AU",
    "Coral Sea Is.": "AU",
    "Spratly Is.": None,
    "Clipperton I.": "FR",
    "Bajo Nuevo Bank": None,
    "Serranilla Bank": None,
    "Scarborough Reef": None,
}


# A point inside an area Natural Earth gives to the state that holds it, and whose it is under the policy "un".
UN_PARTS = (((34.2, 45.2), "RU", "UA"),)  # Crimea: General Assembly resolution 68/262

# Ground Natural Earth has no area of its own for: who holds it, whose it is under the policy "un", and a frame that
# holds it together with land of nobody but the holder outside it.
UN_CUTS = (
    # Western Sahara, a non-self-governing territory (General Assembly resolution 34/37): south of 27 deg 40 min north.
    ("Western Sahara", "MA", "EH", ((-18.0, 20.5), (-8.6667, 20.5), (-8.6667, 27.6667), (-18.0, 27.6667))),
    # The Golan (Security Council resolution 497): east of the line OCHA's common operational dataset of Syria ends at
    # (COD-AB, administrative level 0, syr_admbnda_adm0_uncs_unocha), read off at its bends to .001 degrees, from north
    # to south; between them it is up to 700 m away.
    (
        "Golan",
        "IL",
        "SY",
        (
            *(
                (35.610, 33.450),
                (35.610, 33.290),
                (35.621, 33.270),
                (35.624, 33.242),
                (35.651, 33.250),
                (35.685, 33.243),
            ),
            *(
                (35.667, 33.225),
                (35.671, 33.153),
                (35.653, 33.124),
                (35.647, 33.063),
                (35.630, 33.013),
                (35.627, 32.912),
            ),
            *(
                (35.614, 32.900),
                (35.644, 32.865),
                (35.644, 32.811),
                (35.656, 32.809),
                (35.663, 32.777),
                (35.649, 32.714),
            ),
            *((35.635, 32.693), (35.643, 32.680), (36.100, 32.650), (36.100, 33.450)),
        ),
    ),
)

# Lines between these are drawn dashed under both policies: their course is disputed between the two.
DISPUTED_PAIRS = frozenset(
    frozenset(pair)
    for pair in (
        *(("IL", "SY"), ("IL", "PS"), ("IL", "LB"), ("RU", "UA"), ("MA", "EH"), ("XK", "RS"), ("IN", "PK")),
        *(
            ("IN", "CN"),
            ("SO", "SO"),
            ("CY", "CY"),
            ("SD", "SS"),
            ("SD", "EG"),
            ("IN", None),
            ("PK", None),
            ("CN", None),
        ),
    )
)

# Of some of these only a part is in dispute under either policy: west, south, east, north.
DISPUTED_WITHIN = {
    # The line to Crimea; the rest is the border General Assembly resolution ES-11/4 affirms.
    frozenset(("RU", "UA")): (32.0, 45.0, 36.8, 46.5),
}


def archive_of(package: str, integrity: str) -> bytes:
    """Return a package of the npm registry as it is packed, once its sha512 is what it should be."""
    with tempfile.TemporaryDirectory() as box:
        command = ["npm", "pack", package, "--silent", "--ignore-scripts", "--pack-destination", box]
        subprocess.run(command, check=True, cwd=box, capture_output=True)
        archive = next(Path(box).glob("*.tgz")).read_bytes()
    got = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if got != integrity:
        sys.exit(f"{package}: integrity is {got}, expected {integrity}")
    return archive


def member(archive: bytes, name: str) -> bytes:
    """Return one file of an archive."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return tar.extractfile(name).read()


def arcs_of(topology: dict, tolerance_deg: float = TOLERANCE_DEG) -> list[np.ndarray]:
    """Return the arcs in degrees, simplified; their ends stay, so neighbours still share their border."""
    scale, origin = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = []
    for arc in topology["arcs"]:
        line = shapely.LineString(np.cumsum(np.array(arc), axis=0) * scale + origin)
        arcs.append(shapely.get_coordinates(shapely.simplify(line, tolerance_deg, preserve_topology=True)))
    return arcs


def ring(indices: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """Join arcs into one ring; a negative index is the arc ~i walked backwards, as TopoJSON has it."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([part[1 if k else 0 :] for k, part in enumerate(parts)])


def unturned(points: np.ndarray) -> np.ndarray:
    """Return a ring that touches the antimeridian on one side of it: its points at -180 and 180 are the same line."""
    lon = np.unwrap(points[:, 0], period=360.0)
    if abs(lon[0] - lon[-1]) > 1:  # round the pole: Antarctica
        return points
    return np.column_stack([lon - 360 * np.round((lon.min() + lon.max()) / 720), points[:, 1]])


def polygons_of(area: dict, arcs: list[np.ndarray]) -> list[shapely.Polygon]:
    """Return the valid polygons of one area, on the grid the file is written in."""
    found = []
    for indices in [area["arcs"]] if area["type"] == "Polygon" else area["arcs"]:
        rings = [unturned(one) for one in (ring(part, arcs) for part in indices) if len(one) > 3]
        if rings:
            shape = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]), method="structure", keep_collapsed=False)
            shape = shapely.set_precision(shape, GRID_DEG)
            found += [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    return found


def deltas(points: np.ndarray, grid_deg: float = GRID_DEG) -> list[int]:
    """Return points as whole grid steps: the first, then the differences, x and y in turn."""
    steps = np.round(points / grid_deg).astype(int)
    return np.concatenate([steps[:1], np.diff(steps, axis=0)]).ravel().tolist()


def disputed(areas: list[dict], arcs: list[np.ndarray]) -> list[dict]:
    """Return the lines between two areas whose common border is disputed."""
    users: dict[int, list[tuple[str | None, str]]] = {}
    for area in areas:
        for polygon in [area["arcs"]] if area["type"] == "Polygon" else area["arcs"]:
            for index in {i if i >= 0 else ~i for part in polygon for i in part}:
                users.setdefault(index, []).append((code_of(area), area["properties"]["name"]))
    return [
        {"name": " - ".join(sorted(name for _, name in both)), "line": deltas(arcs[index])}
        for index, both in sorted(users.items())
        if len(both) == 2 and in_dispute(frozenset(code for code, _ in both), arcs[index])
    ]


def in_dispute(pair: frozenset[str | None], line: np.ndarray) -> bool:
    """Whether a line between two states is one of those drawn dashed."""
    within = shapely.box(*DISPUTED_WITHIN.get(pair, (-180.0, -90.0, 180.0, 90.0)))
    return pair in DISPUTED_PAIRS and within.contains(shapely.LineString(line))


def code_of(area: dict) -> str | None:
    """Return the ISO 3166-1 alpha-2 code an area is counted to."""
    known = pycountry.countries.get(numeric=area["id"]) if area.get("id") else None
    return known.alpha_2 if known else WITHOUT_CODE[area["properties"]["name"]]


def under_un(polygon: shapely.Polygon, name: str, code: str | None) -> list[tuple[str, str | None, shapely.Polygon]]:
    """Return the parts of a state's polygon: what each is called, whose it is under the policy "un", its shape."""
    for point, holder, owner in UN_PARTS:
        if holder == code and polygon.contains(shapely.Point(point)):
            return [(name, owner, polygon)]
    parts = []
    for called, holder, owner, frame in UN_CUTS:
        if holder == code and polygon.intersects(cut := shapely.Polygon(frame)):
            parts.append((called, owner, shapely.set_precision(polygon.intersection(cut), GRID_DEG)))
            polygon = shapely.set_precision(polygon.difference(cut), GRID_DEG)
    parts.append((name, code, polygon))
    return [(*told, one) for *told, shape in parts for one in shapely.get_parts(shape) if one.geom_type == "Polygon"]


def main() -> None:
    """Write the file."""
    topology = json.loads(member(archive_of(PACKAGE, INTEGRITY), "package/countries-10m.json"))
    areas = [area for area in topology["objects"]["countries"]["geometries"] if area.get("type")]
    arcs = arcs_of(topology)
    rows = []
    for area in areas:
        code, name = code_of(area), area["properties"]["name"]
        groups: dict[tuple[str, str | None], list[shapely.Polygon]] = {}
        for polygon in polygons_of(area, arcs):
            for called, owner, part in under_un(polygon, name, code):
                groups.setdefault((called, owner), []).append(part)
        for (called, un_code), parts in groups.items():
            # Islands that the grid pushed into each other are joined; the whole is valid on the grid.
            polygons = shapely.get_parts(shapely.set_precision(shapely.union_all(parts), GRID_DEG))
            shapes = [[deltas(shapely.get_coordinates(one)) for one in (p.exterior, *p.interiors)] for p in polygons]
            rows.append({"name": called, "de_facto": code, "un": un_code, "polygons": shapes})
            if called != name:  # ground no report on the towns of its state speaks for
                rows[-1]["apart"] = True
    document = {
        "about": f"Country areas from {PACKAGE} (ISC; data: Natural Earth 4.1, public domain), "
        "made by scripts/make_borders.py",
        "grid_deg": GRID_DEG,
        "areas": rows,
        "disputed": disputed(areas, arcs),
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e3:.0f} kB, {len(rows)} areas, {len(document['disputed'])} lines")


if __name__ == "__main__":
    main()
