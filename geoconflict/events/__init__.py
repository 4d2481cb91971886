"""Reads events off the text and merges reports of one event.

    extract_events(article, resolutions) -> list[Event]     one article
    merge_events(events) -> list[Event]                     across articles
    with_roles(resolutions, events) -> list[Resolution]     the location roles the events gave
    language_of(text) -> str                                events are read from READ_LANGUAGE only

Rules and word lists only: every date names its rule, every figure says whether it was used and why.
"""

from __future__ import annotations

from geoconflict.events.extract import extract_events
from geoconflict.events.language import READ_LANGUAGE, language_of
from geoconflict.events.merge import merge_events
from geoconflict.events.where import with_roles

__all__ = ["READ_LANGUAGE", "extract_events", "language_of", "merge_events", "with_roles"]
