"""Make the environment that `make demo` and `make test` use: python3 scripts/make_venv.py FOLDER [--dev].

Needs nothing but Python 3.11 or later. In FOLDER it makes a virtual environment or takes the one that is there, and
installs the packages pinned in requirements.lock (with --dev those of requirements-dev.lock, which adds what tests and
checks need), each checked against its hash, and the package itself, editable. What is installed already is left as it
is, so that a second run takes seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parents[1]


def stop(message: str) -> NoReturn:
    """End with one line that says what is wrong and what to do."""
    sys.exit(f"make_venv: {message}")


def run(*words: str) -> None:
    """Run a command; end where it fails, its own message above ours."""
    done = subprocess.run(words, cwd=ROOT, check=False)
    if done.returncode:
        stop(f"this failed, see above: {' '.join(words)}")


def version_of(python: Path) -> tuple[int, ...] | None:
    """Return the version of an interpreter, or None where it does not run."""
    question = "import sys; print(*sys.version_info[:2])"
    try:
        asked = subprocess.run([str(python), "-c", question], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in asked.stdout.split())


def ready_python(folder: Path) -> Path:
    """Return the interpreter of the environment in `folder`, made where there is none."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"Making a virtual environment in {folder}", flush=True)
        run(sys.executable, "-m", "venv", str(folder))
    found = version_of(python)
    if found is None:
        stop(f"{python} does not run; remove the folder {folder} and run this again")
    if found < OLDEST:
        stop(f"{folder} has Python {found[0]}.{found[1]}; remove it and run this with Python 3.11 or later")
    return python


def main() -> None:
    """Make the environment and install into it."""
    if sys.version_info[:2] < OLDEST:
        here = f"{sys.version_info[0]}.{sys.version_info[1]}"
        stop(f"Python 3.11 or later is needed, {sys.executable} is {here}; name another: make PYTHON=python3.12")
    arguments = [word for word in sys.argv[1:] if word != "--dev"]
    lock = "requirements-dev.lock" if "--dev" in sys.argv else "requirements.lock"
    if len(arguments) != 1:
        stop("usage: python3 scripts/make_venv.py FOLDER [--dev]")
    python = ready_python(ROOT / arguments[0])
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    print(f"Installing the packages pinned in {lock}; the first time this downloads them", flush=True)
    run(*pip, "--require-hashes", "--requirement", lock)
    print("Installing geoconflict itself, editable", flush=True)
    run(*pip, "--no-deps", "--editable", ".")
    print(f"Ready: {python}", flush=True)


if __name__ == "__main__":
    main()
