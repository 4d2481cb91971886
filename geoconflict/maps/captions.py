"""The words of a still: its date line, the lines beside a symbol, one event as a sentence.

They repeat the columns of the layer and add no claim: who is said to hold a place stands with the day it was reported
for, a number of dead with the range the reports give, a place known only to its area is called that.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from geoconflict.bundled import curated_rows
from geoconflict.records import AREA_KINDS, VIOLENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ZONE_DOUBTS = {
    "contested": "a front was reported nearby",
    "between_changes": "control changed around that day",
    "sources_disagree": "sources disagree on who held the place",
    "too_old": "the last report on control is too old to say",
    "no_zone": "no report on who held the place",
}
"""What `zone_status` says that a reader must know; "inside" and "area_only" need no words."""
SPREAD_KINDS = AREA_KINDS | {"city", "town", "village", "neighbourhood"}
"""Something happens in these, and at all other kinds of place."""
NAMED = 6
"""Controllers, sources or countries listed by name before "and N more"."""
DISTANCES_KM = (5, 10, 25, 50)
"""Distances are told as "within N km", so that they say no more than a generalised position does."""


# Line ends and tabs become spaces; other controls, direction overrides and what XML forbids go.
_BREAKS = re.compile(r"\s+")
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """Return text of any origin as one line that can be drawn, and told in one line of an alt text."""
    if text.isprintable() and "  " not in text:  # nearly every text
        return text.strip()
    return _LONE_SURROGATE.sub("\ufffd", _UNPRINTABLE.sub("", _BREAKS.sub(" ", text))).strip()


def records_of(layer: GeoDataFrame, columns: Iterable[str]) -> list[dict[str, Any]]:
    """Return the columns of a layer as plain dicts, text as `printable`, a missing value or column as None."""
    import pandas as pd

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return printable(value)
        return None if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value

    held = {name: [plain(value) for value in layer[name]] if name in layer else [None] * len(layer) for name in columns}
    return [dict(zip(held, values, strict=True)) for values in zip(*held.values(), strict=True)]


def day_words(day: str) -> str:
    """Return "2022-02-03" as "3 Feb 2022"."""
    date = dt.date.fromisoformat(day)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def month_words(day: str) -> str:
    """Return "2022-02-03" as "Feb 2022"."""
    return day_words(day).partition(" ")[2]


def span_words(first: str | None, last: str | None) -> str:
    """Return two days as "20–30 Jan 2022", "30 Nov – 2 Dec 2024" or one day; "" when neither is known."""
    first, last = first or last, last or first
    if not first or not last:
        return ""
    a, b = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    if a == b:
        return day_words(first)
    if (a.year, a.month) == (b.year, b.month):
        return f"{a.day}–{day_words(last)}"
    if a.year == b.year:
        return f"{a.day} {MONTHS[a.month - 1]} – {day_words(last)}"
    return f"{day_words(first)} – {day_words(last)}"


def when_words(event: Mapping[str, Any]) -> str:
    """Return when an event was, no finer than the reports say."""
    first, last, precision = (event.get(key) for key in ("date_start", "date_end", "date_precision"))
    if first and precision in ("month", "year"):
        month = MONTHS[int(first[5:7]) - 1] + " " if precision == "month" else ""
        return f"{month}{int(first[:4])}"
    return span_words(first, last) or "date not known"


def killed_words(event: Mapping[str, Any]) -> str:
    """Return the reported dead as a number with its range; "" where no report gives one: unknown is not 0."""
    low, best, high = (event.get(f"fatalities_{end}") for end in ("low", "best", "high"))
    if best is None and low is None:
        return f"up to {high:,} reported killed" if high is not None else ""
    if best is None:
        number = f"at least {low:,}" if high is None else f"{low:,}–{high:,}" if low != high else f"{low:,}"
        return f"{number} reported killed"
    if (low is not None and low > best) or (high is not None and high < best):  # a slip of the source
        ends = ", ".join(f"{name} {end:,}" for name, end in (("low", low), ("high", high)) if end is not None)
        return f"{best:,} reported killed (the source gives {ends})"
    low = best if low is None else low
    if high is None:
        return f"at least {best:,} reported killed" if low == best else f"{best:,} reported killed (at least {low:,})"
    number = f"{best:,}" if best else "no one"
    return f"{number} reported killed" + (f" ({low:,}–{high:,})" if low != high else "")


def place_words(event: Mapping[str, Any]) -> str:
    """Return the name of the place with how the reports stand to it: "Near Atmeh".

    A name the report gives and no list has stands before it: "Bab al-Nairab (in no list), in Aleppo".
    """
    name, relation, said = (event.get(key) for key in ("place_name", "place_relation", "place_said"))
    if said:
        beside = {"near": "near ", "outskirts": "outskirts of "}.get(relation or "", "in ")
        return f"{said} (in no list)" + (f", {beside}{name}" if name else "")
    if not name:
        return "Place without a name"
    return f"Near {name}" if relation == "near" else f"Outskirts of {name}" if relation == "outskirts" else str(name)


CALLOUT_COLUMNS = (
    "place_name",
    "place_relation",
    "place_said",
    "date_start",
    "date_end",
    "date_precision",
    "fatalities_low",
    "fatalities_best",
    "fatalities_high",
)


def callout(events: list[dict[str, Any]]) -> list[str]:
    """Return the lines beside a symbol: the place, then when and how many dead, or how many events."""
    names = [name for name, _ in Counter(map(place_words, events)).most_common()]
    name = " and ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} other places"
    if len(events) == 1:
        return [name, when_words(events[0]), *filter(None, [killed_words(events[0])])]
    first = min((event["date_start"] for event in events if event["date_start"]), default=None)
    last = max((event["date_end"] for event in events if event["date_end"]), default=None)
    return [name, f"{len(events):,} events", *filter(None, [span_words(first, last)])]


def list_words(names: Iterable[str], limit: int = NAMED) -> str:
    """Join names as a sentence does; beyond `limit` the rest are counted."""
    names = list(names)
    if len(names) > limit:
        names = [*names[:limit], f"{len(names) - limit} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 event", "2 events", "1,204 events"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def country_names(codes: Iterable[str | None]) -> list[str]:
    """Return the names of ISO alpha-2 codes in order of name; a code no row has stays as it is."""
    wanted = {code for code in codes if code}
    names = {row["iso2"]: row["name"] for row in curated_rows("countries.csv") if row["iso2"] in wanted}
    return sorted(names.get(code, code) for code in wanted)


def default_title(events: GeoDataFrame) -> str:
    """Return a headline that claims no more than the layer holds."""
    if not len(events):
        return "No reported events"
    countries = country_names(events["country"].dropna()) if "country" in events else []
    if len(events) > 1:
        # An event in no country, or in one not known, is in none of those a headline would name.
        known = (
            bool(countries)
            and not (events["country"].isna() & events.get("place_name", events["country"]).notna()).any()
        )
        where = f" in {list_words(countries, 3)}" if known else ""
        return f"{counted(len(events), 'reported event')}{where}"
    kinds = ("sub_event_type", "event_type", "type_of_violence")
    columns = ("place_name", "place_relation", "place_said", "place_kind", *kinds)
    event = records_of(events, columns)[0]
    if event["place_kind"] == "admin1" and event["place_name"] and not event["place_said"]:
        event["place_name"] = f"the province of {event['place_name']}"
    where = f" {_lower(place_words(event))}" if event["place_name"] else f" in {countries[0]}" if countries else ""
    if event["place_said"] and event["place_name"]:
        where = f":{where}"
    elif event["place_name"] and event.get("place_relation") not in ("near", "outskirts"):
        where = f" {'in' if event['place_kind'] in SPREAD_KINDS else 'at'}{where}"
    return f"{_kind(event)} reported{where}"


def _kind(event: Mapping[str, Any]) -> str:
    """Return what happened in ACLED's words; its sub-type "Other" says nothing, so the type stands for it."""
    fine = event.get("sub_event_type")
    broad = event.get("event_type") or VIOLENCE.get(event.get("type_of_violence") or 0, "Event")
    return str((fine if fine != "Other" else None) or broad)


def _lower(words: str) -> str:
    """Return "Near Atmeh" as it stands inside a sentence."""
    head, _, rest = words.partition(" ")
    return f"{head.lower()} {rest}" if head in ("Near", "Outskirts") else words


def event_days(layer: GeoDataFrame) -> tuple[str | None, str | None]:
    """Return the first and last day any event of the layer has."""
    first = layer["date_start"].dropna() if "date_start" in layer else []
    last = layer["date_end"].dropna() if "date_end" in layer else []
    return (str(min(first)) if len(first) else None, str(max(last)) if len(last) else None)


def date_line(layer: GeoDataFrame, control: str) -> str:
    """Return "Events 3 Feb 2022 · control as reported for 3 Feb 2022", the line under the headline."""
    first, last = event_days(layer)
    kind = "Event" if len(layer) == 1 else "Events"
    when = f"{kind} {span_words(first, last)}" if first or last else f"{kind} without a date" if len(layer) else ""
    return " · ".join(part for part in (when, control) if part)


def event_words(event: Mapping[str, Any]) -> str:
    """Return one event as one sentence."""
    when = when_words(event)
    head = f"{when[0].upper()}{when[1:]}: {_kind(event)}"
    if not event.get("place_name"):
        parts = [f"{head}, place not known"]
    else:
        where = _lower(place_words(event))
        wider = (event.get("admin1"), *country_names([event.get("country")]))
        areas = [name for name in wider if name and name not in where]
        parts = [f"{head}, {where} ({', '.join(areas)})" if areas else f"{head}, {where}"]
        if event.get("where_prec") not in (1, 2, None):
            parts.append("known only to this area")
        elif radius := event.get("radius_m"):
            parts.append(f"true spot within {max(1, math.ceil(radius / 1000))} km")
    if killed := killed_words(event):
        parts.append(killed)
    if holder := event.get("zone_controller"):
        as_of = f" as of {day_words(event['zone_as_of'])}" if event.get("zone_as_of") else ""
        told = f" ({event['zone_source']})" if event.get("zone_source") else ""
        parts.append(f"reported as held by {holder}{as_of}{told}")
    if doubt := ZONE_DOUBTS.get(event.get("zone_status") or ""):
        parts.append(doubt)
    if camp := event.get("camp_name"):
        words = event.get("camp_distance_words") or distance_words(event.get("camp_distance_m"))
        doubt = ", opening day not known" if opening_unknown(event) else ""
        parts.append(f"nearest listed displacement camp {camp} {words}{doubt}")
    if unnamed := [one["text"] for one in event.get("camps_said") or []]:
        parts.append("camps told of without a name: " + ", ".join(f"“{words}”" for words in unnamed))
    return "; ".join(parts) + "."


def opening_unknown(event: Mapping[str, Any]) -> bool:
    """Whether nothing says that the nearest camp had opened by the time of an event."""
    nearest = next(iter(event.get("camps") or []), None)
    return isinstance(nearest, dict) and nearest.get("open") == "unknown"


def distance_words(metres: float | None) -> str:
    """Return a distance as "within 5 km", never closer than that."""
    if metres is None:
        return "near"
    return next((f"within {km} km" for km in DISTANCES_KM if metres <= km * 1000), "farther than 50 km")
