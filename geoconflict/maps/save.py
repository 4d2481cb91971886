"""Writing a page or a picture: beside the target first, then renamed, so that an earlier file survives a failure."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geoconflict.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a target that is no regular file (a folder, a device), and one that exists unless it may be replaced."""
    if path.exists() and not path.is_file():
        raise OutputError(f"{path} cannot be written: it is no regular file")
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists already; choose another name or allow overwriting")


def make_folder(path: Path) -> None:
    """Make a folder unless it is there; OutputError where that cannot be."""
    try:
        path.mkdir(exist_ok=True)
    except OSError as problem:
        raise OutputError(f"{path} cannot be made: {problem.strerror or problem}") from problem


def write_whole(path: Path, data: bytes) -> None:
    """Write all of a file or leave it as it was; a link stays, and what it points to is replaced.

    Raises OutputError where it cannot be written.
    """
    write_together({path: data})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all of each beside its target, then, in the order given, all are renamed.

    Raises OutputError for the first that cannot be written; all targets are then as they were.
    """
    parts: list[tuple[Path, Path]] = []
    target = Path()
    try:
        umask = os.umask(0)
        os.umask(umask)
        for path, data in files.items():
            target = Path(os.path.realpath(path)) if path.is_symlink() else path
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".part")
            parts.append((Path(name), target))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o666 & ~umask)  # mkstemp's own mode hides the page from a web server
        for part, target in parts:
            part.replace(target)
    except OSError as problem:
        raise OutputError(f"{target} cannot be written: {problem.strerror or problem}") from problem
    finally:
        for part, _ in parts:
            part.unlink(missing_ok=True)
