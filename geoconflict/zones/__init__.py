"""Who held the ground: zones derived from town reports, and dated zones asked for a day.

    derived = zones_from_reports(reports, outline, day)     # one day: .zones, .fronts
    zones   = zones_for_days(reports, outline, days)        # many days, one layer
    answers = zones_at(zones, lon, lat, day)                # one a source
    held    = zones_on(zones, day)                          # the rows in force, with their age
    facts   = zone_facts(zones)                             # what a layer holds, one a source
    changes = compare_zones(before, after)                  # gained and lost: .table, .changes, .facts
    doubts  = doubtful_reports(reports, day)                # rows to look at again; changes no map

`ZoneBook` is what `links` asks for whole layers at once.
"""

from __future__ import annotations

from geoconflict.zones.book import MAX_AGE_DAYS, ZoneBook, day_texts, metre_values, zones_at, zones_on
from geoconflict.zones.check import doubtful_reports
from geoconflict.zones.compare import TOLERANCE_M, Comparison, compare_zones
from geoconflict.zones.facts import zone_facts
from geoconflict.zones.halfway import Zones
from geoconflict.zones.reports import GRADES
from geoconflict.zones.series import zones_for_days, zones_from_reports
from geoconflict.zones.source import STATUSES, Answers

__all__ = [
    "GRADES",
    "MAX_AGE_DAYS",
    "STATUSES",
    "TOLERANCE_M",
    "Answers",
    "Comparison",
    "ZoneBook",
    "Zones",
    "compare_zones",
    "day_texts",
    "doubtful_reports",
    "metre_values",
    "zone_facts",
    "zones_at",
    "zones_for_days",
    "zones_from_reports",
    "zones_on",
]
