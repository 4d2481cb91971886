"""Frames a second while the end of the time is dragged over a page with zones, and what one frame costs the script.

    python benchmarks/drag.py PAGE.html [PAGE.html ...]

Opens each page in headless Chromium (tests/browser.py), moves the end handle once a frame from the first day to the
last in the "as of" mode, and prints frames a second (median and slowest tenth) and the script's time a frame.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import chromium, new_tab

STEPS = 120
DRAG = f"""new Promise(done => {{
  const to = document.querySelector('#to'), first = Number(to.min), last = Number(to.max), gaps = [];
  let step = 0, before = performance.now();
  const next = now => {{
    if (step) gaps.push(now - before);
    before = now;
    if (step > {STEPS}) {{ done(gaps.sort((a, b) => a - b)); return; }}
    to.value = Math.round(first + (last - first) * step++ / {STEPS});
    to.dispatchEvent(new Event('input'));
    requestAnimationFrame(next);
  }};
  requestAnimationFrame(next);
}})"""


def main(paths: list[str]) -> None:
    """Print a line a page."""
    with chromium() as address, new_tab(address) as tab:
        tab.call("Performance.enable")
        for path in paths:
            tab.open(path, fragment="#m=asof")
            for round_name in ("first drag", "again"):
                before = script_seconds(tab)
                gaps = tab.run(DRAG)
                spent = 1000 * (script_seconds(tab) - before) / STEPS
                median, slow = gaps[len(gaps) // 2], gaps[int(len(gaps) * 0.9)]
                print(
                    f"{Path(path).name}, {round_name}: {1000 / median:.0f} frames/s, slowest tenth {1000 / slow:.0f},"
                    f" script {spent:.1f} ms a frame"
                )


def script_seconds(tab: Any) -> float:
    """Return the seconds the page's script has run so far."""
    found = {one["name"]: one["value"] for one in tab.call("Performance.getMetrics")["metrics"]}
    return float(found["ScriptDuration"])


if __name__ == "__main__":
    main(sys.argv[1:])
