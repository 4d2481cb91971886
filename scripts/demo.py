"""What `make demo` runs: the articles in examples/ become a map, a still and a table in out/.

Everything is done by the command a user has; each call is printed as it could be typed. The first run builds the
gazetteer index, once for this user. A second run writes the same files again.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "out"
ARTICLES = sorted((ROOT / "examples").glob("*.txt"))
ONE_STORY = [path for path in ARTICLES if "atmeh" in path.name]  # a still goes with one story
CALLS = (
    (["gazetteer", "info"], "The places it knows (the first run builds the index)"),
    (["map", *ARTICLES, "-o", OUT / "map.html", "--overwrite"], "An interactive map of all articles"),
    (["embed", *ONE_STORY, "-o", OUT / "map.png", "--overwrite"], "A still of one story, told by two articles"),
    (["events", *ARTICLES, "-o", OUT / "events.csv", "--overwrite"], "The events as a table"),
    (["link", ROOT / "examples/events.csv", "-o", OUT / "linked.csv", "--overwrite"], "A table, zones and camps added"),
)


def main() -> None:
    """Run the calls and say where the results are; a failing call ends the demo with its exit code."""
    OUT.mkdir(exist_ok=True)
    for number, (words, what) in enumerate(CALLS, 1):
        typed = [str(word.relative_to(ROOT)) if isinstance(word, Path) else word for word in words]
        print(f"\n{number}. {what}\n   $ geoconflict {shlex.join(typed)}", flush=True)
        done = subprocess.run([sys.executable, "-m", "geoconflict.cli", *typed], cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(done.returncode)
    print("\nOpen these:")
    for name, what in (
        ("map.html", "the page, opens in any browser, needs no connection"),
        ("map.png", "the still; map.alt.txt beside it says in words what it shows"),
        ("events.csv", "the events with date, place, figures, who is reported to hold the ground, nearest camp"),
        ("linked.csv", "the example table with zones and camps added"),
    ):
        print(f"  {(OUT / name).relative_to(ROOT)}: {what}")


if __name__ == "__main__":
    main()
