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


def fetch() -> dict:
    """Return the package's 1:10m topology, its archive checked."""
    with tempfile.TemporaryDirectory() as box:
        command = ["npm", "pack", PACKAGE, "--silent", "--ignore-scripts", "--pack-destination", box]
        subprocess.run(command, check=True, cwd=box, capture_output=True)
        archive = next(Path(box).glob("*.tgz")).read_bytes()
    got = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if got != INTEGRITY:
        sys.exit(f"{PACKAGE}: integrity is {got}, expected {INTEGRITY}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return json.load(tar.extractfile("package/countries-10m.json"))


def arcs_of(topology: dict) -> list[np.ndarray]:
    """Return the arcs in degrees, simplified; their ends stay, so neighbours still share their border."""
    scale, origin = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = []
    for arc in topology["arcs"]:
        line = shapely.LineString(np.cumsum(np.array(arc), axis=0) * scale + origin)
        arcs.append(shapely.get_coordinates(shapely.simplify(line, TOLERANCE_DEG, preserve_topology=True)))
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


def deltas(points: np.ndarray) -> list[int]:
    """Return points as whole grid steps: the first, then the differences, x and y in turn."""
    steps = np.round(points / GRID_DEG).astype(int)
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
        if len(both) == 2 and frozenset(code for code, _ in both) in DISPUTED_PAIRS
    ]


def code_of(area: dict) -> str | None:
    """Return the ISO 3166-1 alpha-2 code an area is counted to."""
    known = pycountry.countries.get(numeric=area["id"]) if area.get("id") else None
    return known.alpha_2 if known else WITHOUT_CODE[area["properties"]["name"]]


def main() -> None:
    """Write the file."""
    topology = fetch()
    areas = [area for area in topology["objects"]["countries"]["geometries"] if area.get("type")]
    arcs = arcs_of(topology)
    rows = []
    for area in areas:
        code, name = code_of(area), area["properties"]["name"]
        groups: dict[str | None, list[shapely.Polygon]] = {}
        for polygon in polygons_of(area, arcs):
            moved = [
                owner for point, holder, owner in UN_PARTS if holder == code and polygon.contains(shapely.Point(point))
            ]
            groups.setdefault(moved[0] if moved else code, []).append(polygon)
        for un_code, parts in groups.items():
            # Islands that the grid pushed into each other are joined; the whole is valid on the grid.
            polygons = shapely.get_parts(shapely.set_precision(shapely.union_all(parts), GRID_DEG))
            shapes = [[deltas(shapely.get_coordinates(one)) for one in (p.exterior, *p.interiors)] for p in polygons]
            rows.append({"name": name, "de_facto": code, "un": un_code, "polygons": shapes})
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
