"""Cold start of the light commands beside a process that only imports click.

    python benchmarks/startup.py [--runs 15]

Prints the median wall time of each, its ratio to `import click`, and peak memory. Processes alternate, so that a busy
machine slows all alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("geoconflict"))
PROCESSES = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "geoconflict --help": [COMMAND, "--help"],
    "geoconflict geocode Atmeh": [COMMAND, "geocode", "Atmeh"],
}


def run(command: list[str]) -> tuple[float, float]:
    """Return wall time in seconds and peak memory in MB of one process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with {status}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    for command in PROCESSES.values():  # warm the page cache, build the index if need be
        run(command)
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in PROCESSES}
    for _ in range(runs):
        for name, command in PROCESSES.items():
            measured[name].append(run(command))
    base = statistics.median(seconds for seconds, _ in next(iter(measured.values())))
    for name, pairs in measured.items():
        seconds = statistics.median(one for one, _ in pairs)
        print(
            f"{name:28s} {seconds * 1000:5.0f} ms  {seconds / base:4.1f} x click  {max(mb for _, mb in pairs):4.0f} MB"
        )


if __name__ == "__main__":
    main()
