"""Layers for the tests of the page: real places and the wording of agency reports, events that did not happen."""

import geopandas as gpd
import shapely

from geoconflict.records import CAMP_COLUMNS, CRS, EVENT_COLUMNS, ZONE_COLUMNS

SOURCES = [
    {"title": "Raid kills leader in north-west", "url": "https://example.org/raid", "date": "2022-02-03", "note": ""}
]


def frame(rows, columns, shapes):
    data = {name: [row.get(name) for row in rows] for name in columns}
    extra = sorted({name for row in rows for name in row} - set(columns))
    data |= {name: [row.get(name) for row in rows] for name in extra}
    layer = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes, dtype="geometry", crs=CRS))
    return layer.astype({name: dtype for name, dtype in columns.items() if dtype != "object"})


def event_layer(rows):
    shapes = [None if row.get("lon") is None else shapely.Point(row["lon"], row["lat"]) for row in rows]
    kept = [{name: value for name, value in row.items() if name not in {"lon", "lat"}} for row in rows]
    return frame(kept, EVENT_COLUMNS, shapes)


def event(number, day, kind, place, summary, **more):
    base = {
        "event_id": f"e{number:011d}",
        "merged_ids": [],
        "articles": ["raid"],
        "reports": 1,
        "confidence": 0.8,
        "status": "event",
        "event_type": kind,
        "summary": summary,
        "date_start": day,
        "date_end": day,
        "date_precision": "day" if day else None,
        "place_name": place,
        "place_relation": "in",
        "where_prec": 1,
        "radius_m": 3000.0,
        "country": "SY",
        "admin1": "Idlib",
        "actors": [],
        "figures": [],
        "sources": SOURCES,
    }
    return base | more


def story():
    """Return eight events as a few articles would give them: points, areas, one undated, one without a place."""
    killed = {
        "text": "13",
        "unit": "killed",
        "speaker": "Syria Civil Defence",
        "used": True,
        "group": "",
        "why": "latest exact total",
    }
    other = {
        "text": "at least 12",
        "unit": "killed",
        "speaker": "the observatory",
        "used": False,
        "group": "",
        "why": "a floor below the exact total",
    }
    return event_layer(
        [
            event(
                1,
                "2022-02-03",
                "Battles",
                "Atmeh",
                "At least 13 people, among them six children and four women, were killed during the overnight operation in the town of Atmeh, Syria Civil Defence said.",
                sub_event_type="Armed clash",
                lon=36.68763,
                lat=36.3083,
                radius_m=1500.0,
                actor1="United States",
                actor2="Islamic State",
                actors=[
                    {"canonical": "United States", "as_written": "US forces", "role": "perpetrator"},
                    {"canonical": "Islamic State", "as_written": "IS", "role": "target"},
                ],
                fatalities_low=12,
                fatalities_best=13,
                fatalities_high=13,
                civilian_fatalities_low=10,
                civilian_fatalities_best=10,
                civilian_fatalities_high=10,
                figures=[killed, other],
                zone_controller="HTS-led opposition",
                zone_status="inside",
                zone_source="town reports",
                zone_as_of="2022-01-20",
                zone_certainty="high",
                front_distance_m=31_000.0,
                front_uncertainty_m=4_000.0,
                camp_name="Atmeh camps",
                camp_distance_words="within 2 km",
                camp_distance_m=1430.0,
                camp_bearing_deg=312.0,
                camp_population=30_000,
                camp_population_as_of="2021-12",
                camps_within_10km=3,
                population_within_1km=8_123.0,
                population_within_5km=60_456.0,
            ),
            event(
                2,
                "2019-10-27",
                "Explosions/Remote violence",
                "Barisha",
                "The compound in Barisha was levelled by missiles after the soldiers had left.",
                lon=36.6305,
                lat=36.1559,
                radius_m=1500.0,
                sources=[{"title": "Compound destroyed", "url": "https://news.example.com/a", "date": "2019-10-28"}],
            ),
            event(
                3,
                "2022-02-03",
                "Explosions/Remote violence",
                "Idlib",
                "Shelling hit two streets in Idlib the same evening.",
                lon=36.6339,
                lat=35.9306,
                radius_m=5000.0,
                injured_low=4,
                injured_best=4,
                injured_high=4,
            ),
            event(
                4,
                "2022-02-01",
                "Violence against civilians",
                "Idlib",
                "A local reporter was shot dead outside his home in Idlib.",
                lon=36.6339,
                lat=35.9306,
                radius_m=5000.0,
                fatalities_low=1,
                fatalities_best=1,
                fatalities_high=1,
            ),
            event(
                5,
                "2022-01-30",
                "Battles",
                "Saraqib",
                "Clashes were reported near Saraqib, with no word on casualties.",
                lon=36.8059,
                lat=35.8645,
                radius_m=10_000.0,
                where_prec=2,
                place_relation="near",
            ),
            event(
                6,
                "2022-01-15",
                "Explosions/Remote violence",
                "Aleppo",
                "Air strikes were reported in the western countryside of the Aleppo province.",
                lon=37.15,
                lat=36.2,
                radius_m=80_000.0,
                where_prec=4,
                admin1="Aleppo",
                zone_status="area_only",
            ),
            event(
                7,
                None,
                "Protests",
                "Azaz",
                "Dozens marched in Azaz against the cut in aid deliveries.",
                lon=37.0467,
                lat=36.5863,
                radius_m=3000.0,
                admin1="Aleppo",
            ),
            event(
                8,
                "2013-01-01",
                "Violence against civilians",
                None,
                "The group had also abducted aid workers in 2013, residents recalled.",
                date_end="2013-12-31",
                date_precision="year",
                status="background",
                where_prec=7,
                radius_m=None,
                admin1=None,
            ),
        ]
    )


def zone_layer(day="2022-01-20", until=None):
    def area(*points):
        return shapely.Polygon(points)

    shapes = {
        "HTS-led opposition": area(
            (36.35, 36.2),
            (36.62, 36.35),
            (36.75, 36.33),
            (36.95, 36.2),
            (36.85, 35.95),
            (36.72, 35.78),
            (36.4, 35.7),
            (36.3, 35.95),
        ),
        "Syrian government": area(
            (36.95, 36.2),
            (37.6, 36.35),
            (38.2, 36.1),
            (38.2, 35.0),
            (35.9, 35.0),
            (35.85, 35.5),
            (36.4, 35.7),
            (36.72, 35.78),
            (36.85, 35.95),
        ),
        "Syrian National Army": area(
            (36.75, 36.33),
            (36.6, 36.5),
            (36.6, 36.8),
            (37.2, 36.65),
            (38.0, 36.8),
            (38.1, 36.6),
            (37.4, 36.45),
            (36.95, 36.4),
            (36.95, 36.2),
        ),
    }
    rows = [
        {
            "zone_id": f"SY-{k}",
            "controller": who,
            "valid_from": day,
            "valid_to": until,
            "certainty": "medium" if k else "high",
            "source": "town reports, several agencies",
            "country": "SY",
        }
        for k, who in enumerate(shapes)
    ]
    return frame(rows, ZONE_COLUMNS, list(shapes.values()))


def camp_layer():
    rows = [
        ("Atmeh camps", 36.675, 36.318, 30_000),
        ("Qah camp", 36.72, 36.30, 4_200),
        ("Maram camp", 36.64, 36.27, None),
        ("Bab al-Salama camp", 37.09, 36.64, 12_000),
        ("Kilis camp", 37.13, 36.72, 17_000),
    ]
    camps = [
        {
            "camp_id": name.lower(),
            "name": name,
            "kind": "displacement camp",
            "country": "SY",
            "source": "UNHCR",
            "populations": [{"population": people, "as_of": "2021-12", "source": "UNHCR"}] if people else [],
        }
        for name, _, _, people in rows
    ]
    return frame(camps, CAMP_COLUMNS, [shapely.Point(lon, lat) for _, lon, lat, _ in rows])
