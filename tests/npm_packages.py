"""Packages of npm the tests use: fetched once as the machine has npm set up, checked, and kept in the user's cache.

None of them is part of geoconflict. Without npm or a connection the tests that need one are skipped, saying so; where
GEOCONFLICT_REQUIRE names "npm" they fail instead.
"""

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

from geoconflict.gazetteer.index import cache_folder

PACKAGES = {
    "typescript": (
        "5.9.3",
        "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
    ),
    "@types/leaflet": (
        "1.9.22",
        "sha512-h3lhECYEKDasG7LFHu+GiHqAvsgLuQvlJvVZzJDGONo3sEL+wUOqSFLnwkZlK0qVxnxbuGFW8iBlJNYs5wgndA==",
    ),
    "@types/geojson": (
        "7946.0.16",
        "sha512-6C8nqWur3j98U6+lXDfTUWIfgvZU+EumvpHKcYjujKH7woYyLj2sUmff0tRhrqM7BohUw7Pz3ZB1jj2gW9Fvmg==",
    ),
    "axe-core": (
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    ),
}
"""Version and hash of each archive; another archive under the same name fails the tests."""


def npm_folder(*names):
    """Return a folder whose `node_modules` holds these packages."""
    root = cache_folder() / "npm"
    for name in names:
        version, integrity = PACKAGES[name]
        target = root / "node_modules" / name
        stamp = target / "integrity.txt"
        if not (stamp.is_file() and stamp.read_text(encoding="ascii") == integrity):
            _unpack(_archive(name, version, integrity), target)
            stamp.write_text(integrity, encoding="ascii")
    return root


def node():
    """Return the path of node, or skip."""
    return shutil.which("node") or missing("no node on this machine: the page's script was not run outside a browser")


def missing(words):
    """Skip, or fail where GEOCONFLICT_REQUIRE names "npm"."""
    if "npm" in os.environ.get("GEOCONFLICT_REQUIRE", ""):
        pytest.fail(words)
    pytest.skip(words)


def _archive(name, version, integrity):
    npm = shutil.which("npm") or missing(f"no npm on this machine, and no {name} in the cache")
    # npm's default retries keep a test without a connection waiting for over a minute.
    patience = ["--fetch-retries=1", "--fetch-timeout=20000"]
    with tempfile.TemporaryDirectory() as box:
        command = [npm, "pack", f"{name}@{version}", "--silent", "--ignore-scripts", *patience]
        try:
            done = subprocess.run(command, cwd=box, capture_output=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            missing(f"npm gave no {name}@{version} within two minutes")
        found = sorted(Path(box).glob("*.tgz"))
        if done.returncode or not found:
            missing(f"npm gave no {name}@{version}")
        archive = found[0].read_bytes()
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    assert digest == integrity, f"{name}@{version}: the archive's hash is {digest}, expected {integrity}"
    return archive


def _unpack(archive, target):
    """Write the archive into `target`: beside it first, then renamed, so that no half package is ever there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as box, tarfile.open(fileobj=io.BytesIO(archive)) as members:
        members.extractall(box, filter="data")
        inner = next(Path(box).iterdir())  # "package", but DefinitelyTyped names it after the library
        shutil.rmtree(target, ignore_errors=True)
        inner.rename(target)
