"""One lock for whoever writes in the cache: held by the system, which lets go of it when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from geoconflict.errors import GazetteerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ASK_AGAIN_S = 0.01


@contextmanager
def alone(lock: Path, *, wait_s: float, busy: str) -> Iterator[None]:
    """Hold a lock file, so that of several processes and threads one at a time goes on.

    The lock is the system's, not the file's: a file that a killed process left, of whatever age, stops nobody. It is
    removed at the end. After `wait_s` seconds in which another held it, raises GazetteerError saying `busy`; raises
    OSError when the file cannot be made or the file system has no locks.
    """
    until = time.monotonic() + wait_s
    while (held := _taken(lock)) is None:
        if time.monotonic() >= until:
            raise GazetteerError(busy)
        time.sleep(_ASK_AGAIN_S)
    try:
        yield
    finally:
        if sys.platform == "win32":  # no file goes while it is open, and none that the next one has opened
            os.close(held)
            with suppress(OSError):
                lock.unlink()
        else:
            lock.unlink(missing_ok=True)
            os.close(held)


def _taken(lock: Path) -> int | None:
    """Return the open and locked file, None while another holds it."""
    try:
        file = os.open(lock, os.O_CREAT | os.O_RDWR, 0o666)
    except PermissionError:
        if sys.platform == "win32" and lock.parent.is_dir():  # being removed just now
            return None
        raise
    try:
        if _locked(file) and _stands(lock, file):
            return file
    except BaseException:
        os.close(file)
        raise
    os.close(file)
    return None


if sys.platform == "win32":
    import msvcrt

    def _locked(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _stands(lock: Path, file: int) -> bool:
    """Return whether the path still leads to the open file, which its last holder may have removed meanwhile."""
    with suppress(FileNotFoundError):
        return os.path.samestat(lock.stat(), os.fstat(file))
    return False
