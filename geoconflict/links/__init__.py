"""Events to one layer, then columns added: zones, camps, people. Rows are never dropped, repeated or reordered.

layer = events_to_layer(events)
layer = link_camps(link_zones(layer, zones), camps)
layer = link_population(layer, population)
to_codebook(layer, "acled").table
"""

from __future__ import annotations

from geoconflict.links.admin import ADMIN_LINK_COLUMNS, admin_agreement, link_admin
from geoconflict.links.camps import CampBook, link_camps
from geoconflict.links.codebook import CODEBOOKS, to_codebook
from geoconflict.links.layer import events_to_layer
from geoconflict.links.people import Population, link_population, people_by_area
from geoconflict.links.repeats import repeats
from geoconflict.links.zones import link_zones

__all__ = [
    "ADMIN_LINK_COLUMNS",
    "CODEBOOKS",
    "CampBook",
    "Population",
    "admin_agreement",
    "events_to_layer",
    "link_admin",
    "link_camps",
    "link_population",
    "link_zones",
    "people_by_area",
    "repeats",
    "to_codebook",
]
