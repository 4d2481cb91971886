"""The six golden stills: what each draws, how it is made small, how far a drawing is from it.

`scripts/make_goldens.py` writes them, `tests/test_still_goldens.py` compares. Layers are fixed here, so that only a
change of the drawing changes a picture.
"""

import io

import geopandas
import numpy as np
import pandas as pd
import shapely
from PIL import Image, ImageChops

from geoconflict.maps import render_still
from geoconflict.records import CAMP_COLUMNS, CAMP_LINK_COLUMNS, CRS, EVENT_COLUMNS, ZONE_COLUMNS, ZONE_LINK_COLUMNS

WIDTH_PX, COLOURS, MOST_BYTES = 600, 255, 60_000
"""Goldens are kept half as large and in few colours: enough to see a label move, too little to see hinting change."""
TILE_PX, MEAN_DIFFERENCE, CHANGED_SHARE, CHANGED_BY = 20, 9.0, 0.04, 32
"""Pictures are compared tile by tile, and the worst tile counts: one label is little of a picture and much of a tile.
Of 255 grey levels the mean difference allowed in a tile, and the share of its pixels that may differ by more than
`CHANGED_BY`. Few colours alone cost 5.5 and none; the shortest name of an inset costs 14 and 6 %."""
MOVED_PX = 3.0
"""How far a line of text may stand from where its golden has it, in pixels of the still."""

USUAL = {
    "status": "event", "event_type": "Battles", "sub_event_type": "Armed clash", "place_kind": "town",
    "place_relation": "in", "where_prec": 1, "radius_m": 4000.0, "date_precision": "day",
}  # fmt: skip
KINDS = ("Battles", "Explosions/Remote violence", "Violence against civilians", "Protests", "Strategic developments")


def event(place, lon, lat, day, *, country, **more):
    row = {**USUAL, "place_name": place, "lon": lon, "lat": lat, "date_start": day, "date_end": day, "country": country}
    return row | more


def events(*rows):
    columns = {**EVENT_COLUMNS, **ZONE_LINK_COLUMNS, **CAMP_LINK_COLUMNS}
    numbered = [{"event_id": f"event-{number}", **row} for number, row in enumerate(rows)]
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in numbered], dtype=kind) for name, kind in columns.items()}
    )
    points = [shapely.Point(row["lon"], row["lat"]) if "lon" in row else None for row in rows]
    return geopandas.GeoDataFrame(frame, geometry=points, crs=CRS)


def zones(*rows):
    """Polygons: controller, first day, last day (open: None), certainty, corners."""
    told = [
        {
            "zone_id": str(k),
            "controller": name,
            "valid_from": first,
            "valid_to": last,
            "certainty": sure,
            "source": "a map",
        }
        for k, (name, first, last, sure, _) in enumerate(rows)
    ]
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in told], dtype=kind) for name, kind in ZONE_COLUMNS.items()}
    )
    return geopandas.GeoDataFrame(frame, geometry=[shapely.Polygon(corners) for *_, corners in rows], crs=CRS)


def camps(*rows):
    told = [
        {
            "camp_id": name,
            "name": name,
            "kind": "refugee",
            "country": "SY",
            "opened": "2015",
            "populations": [],
            "source": "a list",
        }
        for name, _, _ in rows
    ]
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in told], dtype=kind) for name, kind in CAMP_COLUMNS.items()}
    )
    return geopandas.GeoDataFrame(frame, geometry=[shapely.Point(lon, lat) for _, lon, lat in rows], crs=CRS)


SYRIA = events(
    event("Atmeh", 36.69, 36.31, "2022-02-03", country="SY", place_id="curated:atmeh", place_relation="near",
          fatalities_low=12, fatalities_best=13, fatalities_high=13, camp_name="Camp A", camp_distance_words="within 5 km"),
    event("Kafr Takharim", 36.51, 36.12, "2022-01-26", country="SY", event_type=KINDS[1], fatalities_best=60),
    event("Idlib", 36.68, 35.79, "2022-01-30", country="SY", place_kind="admin1", where_prec=4, radius_m=42_000.0),
    event("Hasakah", 40.75, 36.50, "2022-01-20", country="SY", place_id="geonames:173811", radius_m=9000.0),
    event("Raqqa", 39.02, 35.95, "2022-02-01", country="SY", place_id="geonames:172955", event_type=KINDS[4]),
    {**USUAL, "place_name": None, "date_start": "2022-02-02", "date_end": "2022-02-02", "country": "SY"},
)  # fmt: skip
SIDES = zones(
    ("Side A", "2022-01-01", "2022-02-02", "high", [(35.9, 35.5), (37.0, 35.5), (37.0, 36.5), (35.9, 36.5)]),
    ("Side A", "2022-02-02", "2022-03-01", "high", [(35.9, 35.5), (37.6, 35.5), (37.6, 36.5), (35.9, 36.5)]),
    ("Side B", "2022-01-01", "2022-02-02", "high", [(37.0, 34.6), (39.0, 34.6), (39.0, 36.5), (37.0, 36.5)]),
    ("Side B", "2022-02-02", "2022-03-01", "high", [(37.6, 34.6), (39.0, 34.6), (39.0, 36.5), (37.6, 36.5)]),
    ("contested: Side B / Side C", "2022-01-01", "2022-03-01", "low", [(39.0, 35.0), (40.0, 35.0), (40.0, 36.6), (39.0, 36.6)]),
)  # fmt: skip
CAMPS = camps(("Camp A", 36.72, 36.29), ("Camp B", 40.9, 36.3))
UKRAINE_TOWNS = (
    ("Kharkiv", 36.23, 49.99), ("Kupiansk", 37.62, 49.71), ("Izium", 37.26, 49.21), ("Bakhmut", 38.0, 48.59),
    ("Avdiivka", 37.75, 48.14), ("Zaporizhzhia", 35.14, 47.84), ("Kherson", 32.62, 46.64), ("Odesa", 30.73, 46.48),
)  # fmt: skip
UKRAINE = events(
    *(
        event(name, lon, lat, f"2023-02-{1 + (5 * k + 9 * n) % 27:02d}", country="UA", event_type=KINDS[(k + n) % 4])
        for k, (name, lon, lat) in enumerate(UKRAINE_TOWNS)
        for n in range(3)
    )
)
WIDE = events(
    *(
        event(f"Place {k}", 35.9 + 5.9 * ((37 * k) % 41) / 41, 33.0 + 3.8 * ((23 * k) % 37) / 37, "2022-02-03", country="SY",
              event_type=KINDS[k % 5], radius_m=1000.0 + 900 * (k % 9), fatalities_best=(k * k) % 50)
        for k in range(36)
    )
)  # fmt: skip

GOLDENS = {
    "articles": lambda: render_still(SYRIA, zones=SIDES, camps=CAMPS, title="What five reports tell of northern Syria"),
    "country": lambda: render_still(WIDE, zones=SIDES, title="A day across a country"),
    "ukraine-series": lambda: render_still(UKRAINE, title="Four weeks along a front", step="week"),
    "arabic": lambda: render_still(SYRIA, zones=SIDES, camps=CAMPS, title="ماذا تقول خمسة تقارير", names="ar"),
    "phone": lambda: render_still(SYRIA, zones=SIDES, camps=CAMPS, title="What five reports tell", size="phone"),
    "before-after": lambda: render_still(
        SYRIA, zones=SIDES, title="Who held what", before="2022-02-01", after="2022-02-04"
    ),
}


def small(still):
    """Return a still as its golden keeps it."""
    picture = Image.open(io.BytesIO(still.sheet.png(still.title, still.alt_text))).convert("RGB")
    if picture.width > WIDTH_PX:
        picture = picture.resize((WIDTH_PX, round(picture.height * WIDTH_PX / picture.width)), Image.Resampling.BOX)
    return picture


def lines_of(still):
    """Return every line written on a still: what it is part of, its text, left, top, width and height in pixels."""
    return [
        [
            line.role,
            line.text,
            *(round(side) for side in (line.box.left, line.box.top, line.box.width, line.box.height)),
        ]
        for line in still.sheet.written
    ]


def moved_lines(golden, drawn):
    """Return the lines of a golden that are not drawn and those drawn that it does not have, or has elsewhere."""
    apart = []
    left = list(drawn)
    for line in golden:
        same = (
            one for one in left
            if one[:2] == line[:2] and all(abs(a - b) <= MOVED_PX for a, b in zip(one[2:], line[2:], strict=True))
        )  # fmt: skip
        found = next(same, None)
        if found is None:
            apart.append(("lost", *line))
        else:
            left.remove(found)
    return apart + [("new", *line) for line in left]


def stored(picture):
    """Return the bytes of the PNG a golden is stored as."""
    stream = io.BytesIO()
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def difference(golden, drawn):
    """Return the mean difference and the share of changed pixels in the worst tile, and a picture of the difference."""
    apart = ImageChops.difference(golden.convert("RGB"), drawn.convert("RGB"))
    most = np.asarray(apart).max(axis=2)
    shown = Image.fromarray(np.where(most > CHANGED_BY, 0, 255).astype("uint8")).convert("RGB")
    side_by_side = Image.new("RGB", (3 * drawn.width, drawn.height))
    for place, one in enumerate((golden.convert("RGB"), drawn.convert("RGB"), shown)):
        side_by_side.paste(one, (place * drawn.width, 0))
    return _worst(most), _worst(most > CHANGED_BY), side_by_side


def _worst(values):
    """Return the largest mean of any tile; those at the edge are filled up with what is the same."""
    rows, columns = (-side % TILE_PX for side in values.shape)
    whole = np.pad(values.astype(float), ((0, rows), (0, columns)))
    return float(whole.reshape(whole.shape[0] // TILE_PX, TILE_PX, -1, TILE_PX).mean(axis=(1, 3)).max())


def looks_alike(golden, drawn):
    """Whether two pictures of one size differ in no tile by more than few colours make them."""
    mean, changed, _ = difference(golden, drawn)
    return mean <= MEAN_DIFFERENCE and changed <= CHANGED_SHARE
