"""What a page of many events costs the browser: a step of the slider, a step of the zoom, a move of the map.

    python benchmarks/page_marks.py [ROWS]

Makes an event table of that many rows (100,000), a tenth of it known only to a province, opens its page in headless
Chromium and prints the median and the slowest twentieth in milliseconds. A frame has 33 ms at 30 a second.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import chromium, new_tab
from test_page_marks import crowd

from geoconflict.maps import render_map

MEASURE = """(async () => {
  const map = window[document.querySelector('[data-map]').id], to = document.getElementById('to');
  const frame = () => new Promise(requestAnimationFrame);
  const timed = async (steps, act, frames) => {
    const took = [];
    for (const step of steps) {
      const from = performance.now();
      act(step);
      for (let k = 0; k < frames; k++) await frame();
      took.push((performance.now() - from) / Math.max(1, frames));
      await frame();
    }
    return took;
  };
  const days = Array.from({ length: 60 }, (_, k) => Math.round(to.max - (to.max - to.min) * k / 80));
  const show = day => { to.value = day; to.dispatchEvent(new Event('input', { bubbles: true })); };
  await timed(days, show, 2);
  const slider = await timed(days, show, 2), first = map.getZoom();
  show(to.max);
  const zooms = [1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1, 0];
  return {
    'slider frame': slider,
    'zoom step': await timed(zooms, step => map.setZoom(first + step, { animate: false }), 0),
    'map move': await timed(Array(30).fill([24, 10]), by => map.panBy(by, { animate: false }), 2),
  };
})()"""


def main(rows: int) -> None:
    """Print a line a movement."""
    with tempfile.TemporaryDirectory() as folder, chromium() as address, new_tab(address) as tab:
        path = Path(folder) / "page.html"
        render_map(crowd(rows)).save(path)
        tab.open(path)
        for what, took in tab.run(MEASURE).items():
            print(
                f"{rows:,} events, {what}: {np.median(took):.1f} ms, slowest twentieth {np.percentile(took, 95):.1f} ms"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
