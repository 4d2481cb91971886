"""Draw the golden stills anew into tests/data/goldens: after a change of the drawing that somebody has looked at.

python scripts/make_goldens.py [NAME ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from still_goldens import GOLDENS, small, stored  # noqa: E402  # found by the line above


def main() -> None:
    """Write the pictures named, or all."""
    folder = ROOT / "tests" / "data" / "goldens"
    folder.mkdir(exist_ok=True)
    for name in sys.argv[1:] or GOLDENS:
        data = stored(small(GOLDENS[name]()))
        (folder / f"{name}.png").write_bytes(data)
        print(f"{name}.png: {len(data) / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
