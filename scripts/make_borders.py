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
TARGET = Path(__file__).parents[1] / "geoconflict" / "borders.json.gz"

# Areas Natural Earth draws apart that have no ISO code of their own: what they are counted to under the two policies.
WITHOUT_CODE = {
    "Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY", "Cyprus U.N. Buffer Zone": "CY", "Dhekelia": "GB",
    "Akrotiri": "GB", "USNB Guantanamo Bay": "CU", "Baikonur": "KZ", "Siachen Glacier": None, "Indian Ocean Ter.": "AU",
    "Coral Sea Is.": "AU", "Spratly Is.": None, "Clipperton I.": "FR", "Bajo Nuevo Bank": None,
    "Serranilla Bank": None, "Scarborough Reef": None,
}


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


def simplified(arc: list, scale: np.ndarray) -> list:
    """Return a delta-coded arc with the points a tolerance makes needless left out; its ends stay."""
    points = np.cumsum(np.array(arc), axis=0)
    line = shapely.simplify(shapely.LineString(points * scale), TOLERANCE_DEG, preserve_topology=True)
    kept = np.round(shapely.get_coordinates(line) / scale).astype(int)
    return [kept[0].tolist(), *np.diff(kept, axis=0).tolist()]


def main() -> None:
    """Write the file."""
    topology = fetch()
    scale = np.array(topology["transform"]["scale"])
    areas = []
    for area in topology["objects"]["countries"]["geometries"]:
        name = area["properties"]["name"]
        known = pycountry.countries.get(numeric=area["id"]) if area.get("id") else None
        code = known.alpha_2 if known else WITHOUT_CODE[name]
        polygons = area["arcs"] if area["type"] == "MultiPolygon" else [area["arcs"]]
        areas.append({"name": name, "iso2": code, "polygons": polygons})
    document = {
        "about": f"Country areas from {PACKAGE} (ISC; data: Natural Earth 4.1, public domain), "
                 "made by scripts/make_borders.py",
        "scale": topology["transform"]["scale"], "translate": topology["transform"]["translate"],
        "areas": areas, "arcs": [simplified(arc, scale) for arc in topology["arcs"]],
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e3:.0f} kB, {len(areas)} areas")


if __name__ == "__main__":
    main()
