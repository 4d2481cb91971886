"""An event layer as a table of ACLED, UCDP GED or PLOVER: their columns and codes, our rows.

What their codebook has no word for, or what no text says, is an empty cell; `Coded.notes` counts what did not fit.
docs/crosswalk.md holds the same mapping as tables, with the sources of the columns and codes.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Mapping  # noqa: TC003  # `_BOOKS` is annotated at run time
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from geoconflict.bundled import curated_rows
from geoconflict.errors import UsageError
from geoconflict.links.layer import check_layer, lonlat
from geoconflict.records import EVENT_COLUMNS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_Row = dict[str, Any]

OWN_COLUMNS: Final = ("status", "confidence", "date_inferred")
"""Kept behind the codebook's columns under our names: without them background and inferred days look like the rest."""

COORDINATE_DECIMALS: Final = 6
"""About 10 cm, as in all our files."""


class Crosswalk(NamedTuple):
    """What the other codebooks call one of ACLED's sub-types; an empty word means that they have none for it."""

    disorder_type: str
    plover_event: str = ""
    plover_mode: str = ""
    plover_context: str = ""


_VIOLENCE, _DEMONSTRATION, _STRATEGIC = "Political violence", "Demonstrations", "Strategic developments"
SUB_EVENT_TYPES: Final[Mapping[str, Crosswalk]] = {
    "Armed clash": Crosswalk(_VIOLENCE, "ASSAULT", "", "military"),
    "Government regains territory": Crosswalk(_VIOLENCE, "ASSAULT", "", "military"),
    "Non-state actor overtakes territory": Crosswalk(_VIOLENCE, "ASSAULT", "", "military"),
    "Air/drone strike": Crosswalk(_VIOLENCE, "ASSAULT", "heavy-weapons", "military"),
    "Shelling/artillery/missile attack": Crosswalk(_VIOLENCE, "ASSAULT", "heavy-weapons", "military"),
    "Remote explosive/landmine/IED": Crosswalk(_VIOLENCE, "ASSAULT", "explosives"),
    "Suicide bomb": Crosswalk(_VIOLENCE, "ASSAULT", "suicide-attack"),
    "Grenade": Crosswalk(_VIOLENCE, "ASSAULT", "explosives"),
    "Chemical weapon": Crosswalk(_VIOLENCE, "ASSAULT", "unconventional", "cbrn"),
    "Attack": Crosswalk(_VIOLENCE, "ASSAULT"),
    "Abduction/forced disappearance": Crosswalk(_VIOLENCE, "ASSAULT", "abduct"),
    "Sexual violence": Crosswalk(_VIOLENCE, "ASSAULT", "sexual"),
    "Peaceful protest": Crosswalk(_DEMONSTRATION, "PROTEST", "demo"),
    "Protest with intervention": Crosswalk(_DEMONSTRATION, "PROTEST", "demo"),
    "Excessive force against protesters": Crosswalk(f"{_VIOLENCE}; {_DEMONSTRATION}", "ASSAULT"),
    "Violent demonstration": Crosswalk(_DEMONSTRATION, "PROTEST", "riot"),
    "Mob violence": Crosswalk(_VIOLENCE, "PROTEST", "riot"),
    "Agreement": Crosswalk(_STRATEGIC, "AGREE", "", "diplomatic"),
    "Arrests": Crosswalk(_STRATEGIC, "COERCE", "arrest", "legal"),
    "Change to group/activity": Crosswalk(_STRATEGIC),
    "Disrupted weapons use": Crosswalk(_STRATEGIC),
    "Headquarters or base established": Crosswalk(_STRATEGIC, "MOBILIZE", "", "military"),
    "Looting/property destruction": Crosswalk(_STRATEGIC),  # looting is COERCE, destruction ASSAULT: not told apart
    "Non-violent transfer of territory": Crosswalk(_STRATEGIC, "RETREAT", "", "military"),
    "Other": Crosswalk(_STRATEGIC),
}

_QUAD: Final = {"AGREE": 1, "RETREAT": 2, "PROTEST": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4}
_TWO_SIDED: Final = frozenset({
    "Armed clash", "Government regains territory", "Non-state actor overtakes territory",
})  # fmt: skip
"""Both sides use force: PLOVER has all who fight as source."""

_INTER: Final = (
    "State forces", "Rebel group", "Political militia", "Identity militia", "Rioters", "Protesters", "Civilians",
    "External/Other forces",
)  # fmt: skip
"""ACLED's types of actors, in the order of its codes 1-8: an interaction names the lower one first."""
_SECTOR: Final = {"state forces": "MIL", "external forces": "MIL", "rebel group": "REB", "civilians": "CVL"}
_UNKNOWN_ARMED: Final = "Unidentified gunmen"
"""Our name for them; PLOVER's sector UAF."""

_DAYS_AROUND_WEEK: Final = 3
"""ACLED gives the middle of a week whose day is not known."""


class Coded(NamedTuple):
    """A table in the terms of a codebook, and what of the layer did not fit into it, one line each."""

    table: pd.DataFrame
    notes: tuple[str, ...]


def to_codebook(layer: GeoDataFrame, codebook: str, *, about: Mapping[str, str] | None = None) -> Coded:
    """Return an event layer as a table in the terms of "acled", "ucdp" (GED) or "plover".

    Same rows, same order, no geometry: coordinates are columns, degrees in WGS84. The codebook's columns come first,
    then `OWN_COLUMNS`, then those of `about`, the same on every row. Nothing is filled in that the layer does not say:
    codes only their coders give, such as conflict ids, are empty. Raises UsageError for another codebook and InputError
    for a layer without CRS or without a column of `EVENT_COLUMNS`.
    """
    if codebook not in _BOOKS:
        raise UsageError(f"codebook {codebook!r} is not known; use {', '.join(_BOOKS)}")
    check_layer(layer, EVENT_COLUMNS)
    columns, of_row = _BOOKS[codebook]
    rows = [of_row(row) for row in _plain_rows(layer)]
    table = pd.DataFrame({name: _column([row.get(name) for row in rows]) for name in (*columns, *OWN_COLUMNS)})
    for name, value in (about or {}).items():
        table[name] = pd.Series([value] * len(table), dtype="string")
    return Coded(table, _notes(codebook, rows))


def _plain_rows(layer: GeoDataFrame) -> list[_Row]:
    """Return the rows as plain values, with `lon` and `lat`; missing is None."""
    frame = pd.DataFrame(layer[list(EVENT_COLUMNS)])
    rows: list[_Row] = [{str(name): _known(value) for name, value in row.items()} for row in frame.to_dict("records")]
    for row, lon, lat in zip(rows, *lonlat(layer), strict=True):
        known = not math.isnan(lon)
        row["lon"] = round(float(lon), COORDINATE_DECIMALS) if known else None
        row["lat"] = round(float(lat), COORDINATE_DECIMALS) if known else None
    return rows


def _known(value: Any) -> Any:
    if isinstance(value, list):
        return value
    return None if value is None or value is pd.NA or value != value else value  # noqa: PLR0124  # NaN


def _column(cells: list[Any]) -> Any:
    """Return a column whose whole numbers stay whole beside missing ones."""
    known = [cell for cell in cells if cell is not None]
    dtype: Any = "object"
    if known and all(isinstance(cell, int) and not isinstance(cell, bool) for cell in known):
        dtype = "Int64"
    return pd.Series(cells, dtype=dtype)


def _notes(codebook: str, rows: list[_Row]) -> tuple[str, ...]:
    """Say how many rows lack a code because their codebook has none for what the layer says."""
    counts = Counter(why for row in rows for why in row["_unfit"])
    return tuple(f"{codebook}: {count} of {len(rows)} events {why}." for why, count in counts.items())


# ---- what the codebooks share --------------------------------------------------------------------------------------
def _own(row: _Row, unfit: list[str]) -> _Row:
    return {**{name: row[name] for name in OWN_COLUMNS}, "_unfit": unfit}


def _span(row: _Row) -> tuple[dt.date, dt.date] | None:
    if row["date_start"] is None:
        return None
    first = dt.date.fromisoformat(row["date_start"])
    return first, dt.date.fromisoformat(row["date_end"]) if row["date_end"] else first


def _year(span: tuple[dt.date, dt.date] | None) -> int | None:
    return span[0].year if span and span[0].year == span[1].year else None


@cache
def _countries() -> dict[str, tuple[str, str]]:
    """Return alpha-3 code and name by alpha-2 code."""
    return {row["iso2"]: (row["iso3"], row["name"]) for row in curated_rows("countries.csv")}


@cache
def _iso_number(alpha2: str) -> int | None:
    """Return the numeric code of ISO 3166-1."""
    import pycountry  # reads its tables when imported

    country = pycountry.countries.get(alpha_2=alpha2)
    return None if country is None else int(country.numeric)


def _sides(row: _Row) -> tuple[list[_Row], list[_Row]]:
    """Return who did it and who was hit, each once; of tables that do not say it, the first actor and the second."""
    actors = row["actors"] or []
    if not any(actor.get("role") for actor in actors):
        return actors[:1], actors[1:2]
    sides: dict[str, dict[str, _Row]] = {"perpetrator": {}, "target": {}}
    for actor in actors:
        if actor.get("role") in sides:
            sides[actor["role"]].setdefault(actor["canonical"], actor)
    return list(sides["perpetrator"].values()), list(sides["target"].values())


def _titles(row: _Row) -> list[str]:
    """Return what names each source: its title, else its address, else the article's id."""
    named = (one.get("title") or one.get("url") or one.get("article") for one in row["sources"] or [])
    return [str(one) for one in named if one]


# ---- ACLED ---------------------------------------------------------------------------------------------------------
_ACLED_COLUMNS: Final = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1",
    "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso",
    "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source",
    "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip


def _acled(row: _Row) -> _Row:
    did, hit = _sides(row)
    day, precision = _acled_day(row)
    inter1, inter2 = _inter(row, did), _inter(row, hit)
    known = SUB_EVENT_TYPES.get(row["sub_event_type"] or "")
    country = _countries().get(row["country"] or "")
    unfit = []
    if row["date_start"] and not day:
        unfit.append("have a span of days that no time_precision of ACLED holds; their event_date is empty")
    if row["status"] == "background":
        unfit.append("are told as background, for which ACLED has no column (see status)")
    best = row["fatalities_best"]
    if best is not None and {row["fatalities_low"], row["fatalities_high"]} != {best}:
        unfit.append("have a range of deaths, of which ACLED keeps one number")
    return {
        "event_id_cnty": row["event_id"],
        "event_date": day.isoformat() if day else None,
        "year": day.year if day else _year(_span(row)),
        "time_precision": precision,
        "disorder_type": known.disorder_type if known else None,
        "event_type": row["event_type"],
        "sub_event_type": row["sub_event_type"],
        "actor1": row["actor1"],
        "assoc_actor_1": _others(did, row["actor1"]),
        "inter1": inter1,
        "actor2": row["actor2"],
        "assoc_actor_2": _others(hit, row["actor2"]),
        "inter2": inter2,
        "interaction": _interaction(row, inter1, inter2),
        "civilian_targeting": "Civilian targeting" if _targets_civilians(row, inter2) else None,
        "iso": _iso_number(row["country"]) if row["country"] else None,
        "country": country[1] if country else row["country"],
        "admin1": row["admin1"],
        "admin2": row["admin2"],
        "location": row["place_name"],
        "latitude": row["lat"],
        "longitude": row["lon"],
        "geo_precision": row["geo_precision"],
        "source": "; ".join(title.replace(";", ",") for title in _titles(row)) or None,
        "notes": row["summary"],
        "fatalities": best,
        **_own(row, unfit),
    }  # fmt: skip


def _acled_day(row: _Row) -> tuple[dt.date | None, int | None]:
    """Return event_date and time_precision: the day, the middle of up to a week, or of days within one month.

    A longer span has none: the nearest code would say of days outside a month that the event was in it.
    """
    span = _span(row)
    if span is None:
        return None, None
    first, last = span
    middle = first + (last - first) // 2
    if first == last:
        return first, 1
    if last - first <= dt.timedelta(2 * _DAYS_AROUND_WEEK):
        return middle, 2
    within_month = (first.year, first.month) == (last.year, last.month)
    return (middle, 3) if within_month else (None, None)


def _inter(row: _Row, side: list[_Row]) -> str | None:
    """Return ACLED's type of the first actor of a side: soldiers are State forces only in their own country."""
    if not side:
        return None
    kind, country = side[0].get("kind") or "", side[0].get("country")
    if side[0]["canonical"] == "Protesters":
        return "Rioters" if row["event_type"] == "Riots" else "Protesters"
    if kind == "state forces" and country and row["country"] and country != row["country"]:
        return "External/Other forces"
    if kind == "external forces":
        return "External/Other forces"
    return kind.capitalize() if kind.capitalize() in _INTER else None


def _interaction(row: _Row, inter1: str | None, inter2: str | None) -> str | None:
    """Return ACLED's pair; empty where an actor is named whose type is not known, for "only" would then be false."""
    if (row["actor1"] and not inter1) or (row["actor2"] and not inter2):
        return None
    pair = sorted((one for one in (inter1, inter2) if one), key=_INTER.index)
    return "-".join(pair) if len(pair) == 2 else None


def _targets_civilians(row: _Row, inter2: str | None) -> bool:
    against = row["event_type"] == "Violence against civilians"
    return against or row["sub_event_type"] == "Excessive force against protesters" or inter2 == "Civilians"


def _others(side: list[_Row], first: str | None) -> str | None:
    return "; ".join(actor["canonical"] for actor in side if actor["canonical"] != first) or None


# ---- UCDP GED ------------------------------------------------------------------------------------------------------
_UCDP_COLUMNS: Final = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date",
    "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity",
    "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high",
    "low", "gwnoa", "gwnob",
)  # fmt: skip


def _ucdp(row: _Row) -> _Row:
    span = _span(row)
    side_a, side_b = _ucdp_sides(row)
    precision = _ucdp_date_prec(row, span)
    civilians, best = row["civilian_fatalities_best"], row["fatalities_best"]
    country = _countries().get(row["country"] or "")
    sources = [one for one in row["sources"] or [] if one.get("title") or one.get("url") or one.get("article")]
    spot = (row["lon"], row["lat"]) if row["lon"] is not None else None
    unfit = []
    if row["type_of_violence"] is None:
        unfit.append("have no type_of_violence: not violent, or who fought whom is not known")
    if not best:
        unfit.append("have no known death, which UCDP asks of an event")
    if row["status"] == "background":
        unfit.append("are told as background, for which UCDP has no column (see status)")
    return {
        "id": row["event_id"],
        "year": _year(span),
        "type_of_violence": row["type_of_violence"],
        "side_a": side_a,
        "side_b": side_b,
        "number_of_sources": row["reports"],
        "source_article": ";".join(_ucdp_source(one) for one in sources) or None,
        "source_date": ";".join(str(one["date"]) for one in sources if one.get("date")) or None,
        "source_headline": ";".join(_titles(row)) or None,
        "where_prec": row["where_prec"],
        "where_coordinates": _ucdp_place(row),
        "where_description": _where_description(row),
        "adm_1": row["admin1"],
        "adm_2": row["admin2"],
        "latitude": row["lat"],
        "longitude": row["lon"],
        "geom_wkt": f"POINT ({spot[0]:.6f} {spot[1]:.6f})" if spot else None,
        "priogrid_gid": _priogrid_cell(*spot) if spot else None,
        "country": country[1] if country else row["country"],
        "event_clarity": 1 if precision == 1 and row["status"] == "event" else None,
        "date_prec": precision,
        "date_start": row["date_start"],
        "date_end": row["date_end"] or row["date_start"],
        "deaths_civilians": civilians,
        "deaths_unknown": None if best is None else best if civilians is None else max(0, best - civilians),
        "best": best,
        "high": row["fatalities_high"],
        "low": row["fatalities_low"],
        **_own(row, unfit),
    }


def _ucdp_sides(row: _Row) -> tuple[str | None, str | None]:
    """Return sides A and B: A is the government of state-based violence, B the civilians of one-sided violence."""
    side_a, side_b = row["actor1"], row["actor2"]
    did, hit = _sides(row)
    if row["type_of_violence"] == 1 and hit and hit[0].get("kind") == "state forces":
        if not did or did[0].get("kind") not in ("state forces", "external forces"):
            side_a, side_b = side_b, side_a
    elif row["type_of_violence"] == 3:
        side_b = "Civilians"
    return side_a, side_b


def _ucdp_date_prec(row: _Row, span: tuple[dt.date, dt.date] | None) -> int | None:
    """Return date_prec: a day, 2-6 days, a week, up to a month, longer."""
    if span is None:
        return None
    days = (span[1] - span[0]).days + 1
    if days == 1:
        return 1
    if row["date_precision"] == "week" or days == 7:
        return 3
    if days < 7:
        return 2
    return 4 if days <= calendar.monthrange(span[0].year, span[0].month)[1] else 5


def _ucdp_source(source: _Row) -> str:
    """Return a source as UCDP writes it: "agency,day,headline"; the agency is part of our title."""
    title = source.get("title") or source.get("url") or source.get("article")
    day = f"{source['date']}," if source.get("date") else ""
    return '"' + f"{',' if day else ''}{day}{title}".replace('"', "'") + '"'


def _ucdp_place(row: _Row) -> str | None:
    """Return a name with UCDP's type word behind it: "Atmeh village"."""
    name, kind = row["place_name"], row["place_kind"]
    typed = name and kind in ("village", "town", "city") and kind not in name.lower().split()
    return f"{name} {kind}" if typed else name


def _where_description(row: _Row) -> str | None:
    """Return how the event stands to the place, and the name the reports give that no list has."""
    beside = f"{row['place_relation']} {row['place_name']}" if _beside(row) else None
    if not row["place_said"]:
        return beside
    return ", ".join(
        filter(None, (f"{row['place_said']} (in no list)", beside or (row["place_name"] and f"in {row['place_name']}")))
    )


def _beside(row: _Row) -> bool:
    return bool(row["place_name"]) and row["place_relation"] in ("near", "outskirts")


def _priogrid_cell(lon: float, lat: float) -> int:
    """Return the PRIO-GRID cell of a point: half-degree cells counted from 90° S, 180° W (Tollefsen et al. 2012)."""
    row, column = min(359, math.floor((lat + 90) * 2)), min(719, math.floor((lon + 180) * 2))
    return row * 720 + column + 1


# ---- PLOVER --------------------------------------------------------------------------------------------------------
_PLOVER_COLUMNS: Final = (
    "id", "date", "enddate", "source", "recipient", "event", "event_loc", "event_text", "quad_code", "mode", "context",
    "dead", "injured", "cite_info",
)  # fmt: skip


def _plover(row: _Row) -> _Row:
    known = SUB_EVENT_TYPES.get(row["sub_event_type"] or "")
    did, hit = _sides(row)
    if row["sub_event_type"] in _TWO_SIDED:
        did, hit = (
            did + [a for a in hit if a.get("kind") != "civilians"],
            [a for a in hit if a.get("kind") == "civilians"],
        )
    contexts = [known.plover_context] if known and known.plover_context else []
    if row["status"] == "background":
        contexts.append("historical")
    event = known.plover_event if known else ""
    unfit = [] if event else ["have a sub-type PLOVER has no category for; their event is empty"]
    if row["date_start"] is None:
        unfit.append("have no date, which PLOVER asks of an event")
    return {
        "id": row["event_id"],
        "date": row["date_start"],
        "enddate": row["date_end"] if row["date_end"] != row["date_start"] else None,
        "source": [_plover_actor(one) for one in did],
        "recipient": [_plover_actor(one) for one in hit],
        "event": [event] if event else [],
        "event_loc": _plover_place(row),
        "event_text": [row["summary"]] if row["summary"] else [],
        "quad_code": _QUAD.get(event),
        "mode": [known.plover_mode] if known and known.plover_mode else [],
        "context": contexts,
        "dead": row["fatalities_best"],
        "injured": row["injured_best"],
        "cite_info": [
            {name: one[name] for name in ("title", "url") if one.get(name)}
            for one in row["sources"] or []
            if one.get("title") or one.get("url")
        ],
        **_own(row, unfit),
    }


def _plover_actor(actor: _Row) -> _Row:
    """Return an actor object; sector and country only where the curated actors say them."""
    kind, code = actor.get("kind") or "", _countries().get(actor.get("country") or "")
    sector = "UAF" if actor["canonical"] == _UNKNOWN_ARMED else _SECTOR.get(kind)
    found = {
        "code": code[0] if code and kind != "external forces" else None,
        "sector": sector,
        "actor_text": actor.get("as_written"),
        "identifier_text": actor["canonical"],
    }
    return {name: value for name, value in found.items() if value}


def _plover_place(row: _Row) -> _Row | None:
    """Return a location object, in GeoNames' own words for its members."""
    if not row["place_name"]:
        return None
    source, _, number = (row["place_id"] or "").partition(":")
    place = {
        "geonameid": int(number) if source == "geonames" and number.isdigit() else None,
        "name": row["place_name"],
        "latitude": row["lat"],
        "longitude": row["lon"],
        "country code": row["country"],
        "cc3": _countries()[row["country"]][0] if row["country"] in _countries() else None,
    }
    return {name: value for name, value in place.items() if value is not None}


_BOOKS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[_Row], _Row]]]] = {
    "acled": (_ACLED_COLUMNS, _acled),
    "ucdp": (_UCDP_COLUMNS, _ucdp),
    "plover": (_PLOVER_COLUMNS, _plover),
}
CODEBOOKS: Final = tuple(_BOOKS)
