"""Make geoconflict/maps/static/far_world.json, the coarse world beyond a map's region, from the package's own outlines.

    python scripts/make_far_world.py

Land without the borders within it: simplified country by country, neighbours part and leave slivers of sea between.
The two border policies differ within land only, so that one file serves both.
"""

from __future__ import annotations

import json

from geoconflict.maps.basemap import FAR_WORLD, dissolved_world

if __name__ == "__main__":
    FAR_WORLD.write_text(json.dumps(dissolved_world(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{FAR_WORLD.name}: {FAR_WORLD.stat().st_size:,} bytes")
