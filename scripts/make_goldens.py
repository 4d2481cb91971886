"""Draw the golden stills anew into tests/data/goldens, each with its lines: after a change somebody has looked at.

python scripts/make_goldens.py [NAME ...]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from still_goldens import GOLDENS, lines_of, small, stored  # noqa: E402  # found by the line above


def main() -> None:
    """Write the pictures named, or all."""
    folder = ROOT / "tests" / "data" / "goldens"
    folder.mkdir(exist_ok=True)
    for name in sys.argv[1:] or GOLDENS:
        still = GOLDENS[name]()
        data = stored(small(still))
        (folder / f"{name}.png").write_bytes(data)
        lines = ",\n".join(json.dumps(line, ensure_ascii=False) for line in lines_of(still))
        (folder / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        print(f"{name}.png: {len(data) / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
