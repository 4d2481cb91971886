"""Asks others: Nominatim, GeoNames or Photon, through geopy. Only when the user says so; polite and replayable.

One request a second at most (of all processes with one cache), a user agent that names this package, a timeout, and
every answer kept on disk until the day it expires, so that the same question is asked once. A service that gives no
usable answer is an OnlineError, never "no such place"; what is kept are answers only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from urllib.error import URLError
from urllib.parse import urlsplit

from geopy import adapters, exc, geocoders

from geoconflict import __version__
from geoconflict.errors import OnlineError, RefusedError, UsageError
from geoconflict.gazetteer import index
from geoconflict.gazetteer.added.geonames import feature_kind
from geoconflict.gazetteer.rows import CITY_FULL, distance_km, is_area, kind_radius_m
from geoconflict.records import Candidate, Place

if TYPE_CHECKING:
    from geoconflict.records import Kind

Provider = Literal["nominatim", "geonames", "photon"]


class _Service(NamedTuple):
    """A provider: where it is asked unless told otherwise, and whom its answers are owed to."""

    title: str
    url: str
    credit: str


_SERVICES: dict[str, _Service] = {
    "nominatim": _Service("Nominatim", "https://nominatim.openstreetmap.org", "© OpenStreetMap contributors, ODbL"),
    "geonames": _Service("GeoNames", "https://secure.geonames.org", "GeoNames, CC BY 4.0"),
    "photon": _Service("Photon", "https://photon.komoot.io", "© OpenStreetMap contributors, ODbL"),
}

# What to say of geopy's errors, first match counts.
_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (exc.GeocoderTimedOut, "gave no answer in {timeout_s:g} s; try again, or with a longer timeout"),
    (exc.GeocoderQuotaExceeded, "takes no more requests for now; wait before asking again"),
    (exc.GeocoderInsufficientPrivileges, "refused access; read its usage policy, or ask another provider"),
    (exc.GeocoderAuthenticationFailure, "refused the user name; give one of an account with web services enabled"),
    (exc.GeocoderUnavailable, "cannot be reached; check the connection and the address"),
    (exc.GeocoderParseError, "answered something unreadable; is this the address of such a service?"),
    (exc.GeopyError, "answered with an error"),
    (ValueError, "answered something unreadable; is this the address of such a service?"),
    (LookupError, "answered something unreadable; is this the address of such a service?"),
    (TypeError, "answered something unreadable; is this the address of such a service?"),
    (OSError, "cannot be reached; check the connection and the address"),
)

_OSM_KINDS: dict[str, Kind] = {
    "country": "country",
    "state": "admin1",
    "province": "admin1",
    "region": "region",
    "county": "admin2",
    "district": "admin2",
    "municipality": "admin3",
    "city": "city",
    "town": "town",
    "village": "village",
    "hamlet": "village",
    "isolated_dwelling": "village",
    "suburb": "neighbourhood",
    "quarter": "neighbourhood",
    "neighbourhood": "neighbourhood",
    "city_district": "neighbourhood",
    "aerodrome": "airport",
    "prison": "prison",
    "refugee_site": "camp",
    "border_control": "crossing",
    "military": "base",
    "river": "water",
    "water": "water",
    "bay": "water",
    "sea": "water",
    "waterway": "water",
    "highway": "road",
    "road": "road",
    "street": "road",
    "natural": "region",
    "boundary": "region",
    "island": "region",
    "peninsula": "region",
    "locality": "village",
}
_ONLINE_FIT = 0.9
"""The score of a single answer: a service matches names more loosely than this index does."""

_REFUSALS = (exc.GeocoderQuotaExceeded, exc.GeocoderInsufficientPrivileges, exc.GeocoderAuthenticationFailure)
"""After these nothing more should be asked."""

KEPT_DAYS, UNKNOWN_KEPT_DAYS = 180, 14
"""How long an answer is good: places seldom move, but what a service does not know today it may know soon."""

_LONGEST_DETAIL = 200

_MOST_QUEUED = 20
"""Processes waiting for one server; a stamp further in the future is none of theirs."""
_last_asked: dict[str, float] = {}
_asking = threading.Lock()


def geocode_online(
    name: str,
    provider: Provider = "nominatim",
    *,
    country: str | None = None,
    limit: int = 5,
    base_url: str | None = None,
    username: str | None = None,
    timeout_s: float = 10.0,
    user_agent: str | None = None,
    cache_dir: str | Path | None = None,
    min_delay_s: float = 1.0,
) -> list[Candidate]:
    """Ask an online geocoder for a name, best first; an unknown name gives an empty list.

    Parameters
    ----------
    country
        ISO alpha-2; Nominatim searches only there, the others prefer it.
    base_url
        Another server of the same kind, e.g. "http://localhost:8080"; else GEOCONFLICT_NOMINATIM_URL (or _GEONAMES_,
        _PHOTON_), else the public one.
    username
        GeoNames account, else GEOCONFLICT_GEONAMES_USERNAME.
    user_agent
        Says who asks; the public Nominatim wants a contact in it for more than a few requests.
    cache_dir
        Where answers are kept, for `KEPT_DAYS` or, when there was none, `UNKNOWN_KEPT_DAYS`; None is the folder
        `online` in the cache of the gazetteer.
    min_delay_s
        Seconds between two requests to one server, in all threads, and all processes with one `cache_dir`. One second
        is Nominatim's usage policy, and kept for all.

    The score is 0.9 times the candidate's share of the weights the provider gives (its order, when it gives none).
    Raises UsageError for an unknown provider or a missing user name, OnlineError when the service gives no usable
    answer, RefusedError (a kind of it) when it wants no more requests.
    """
    if provider not in get_args(Provider):
        raise UsageError(f"no online provider {provider!r}; there are {', '.join(get_args(Provider))}")
    url = (base_url or os.environ.get(f"GEOCONFLICT_{provider.upper()}_URL") or _SERVICES[provider].url).rstrip("/")
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise UsageError(f"{url!r} is no address of a geocoder; give one like http://localhost:8080")
    name, country = " ".join(name.split()), country.upper() if country else None
    if not name:
        return []
    question = json.dumps([provider, url, name, country, limit], ensure_ascii=False)
    folder = Path(cache_dir) if cache_dir is not None else index.cache_folder() / "online"
    kept = folder / f"{hashlib.sha256(question.encode()).hexdigest()[:24]}.json"
    known = _kept_candidates(kept, provider, country)
    if known is not None:
        return known[:limit]
    username = username or os.environ.get("GEOCONFLICT_GEONAMES_USERNAME")
    if provider == "geonames" and not username:
        raise UsageError("GeoNames wants the user name of an account; set GEOCONFLICT_GEONAMES_USERNAME")
    geocoder = _geocoder(provider, url, username, timeout_s, user_agent or f"geoconflict/{__version__}")
    _wait(folder, url, min_delay_s)
    today = dt.datetime.now(dt.UTC).date()
    try:
        answers = _ask(geocoder, provider, name, country, limit)
        candidates = _candidates(answers, provider, country, today)
    except tuple(kind for kind, _ in _ERRORS) as error:
        raise _translated(error, provider, url, timeout_s) from error
    _keep(kept, question, answers, today)
    return candidates[:limit]


def _geocoder(provider: str, url: str, username: str | None, timeout_s: float, user_agent: str) -> Any:
    parts = urlsplit(url)
    common = {
        "scheme": parts.scheme,
        "domain": f"{parts.netloc}{parts.path}",
        "timeout": timeout_s,
        "user_agent": user_agent,
        "adapter_factory": adapters.URLLibAdapter,  # geopy's other adapter repeats failed requests at once
    }
    if provider == "geonames":
        return geocoders.GeoNames(username, **common)
    return (geocoders.Nominatim if provider == "nominatim" else geocoders.Photon)(**common)


def _ask(geocoder: Any, provider: str, name: str, country: str | None, limit: int) -> list[dict[str, Any]]:
    """Return the provider's own records."""
    options: dict[str, Any] = {"exactly_one": False}
    if provider == "nominatim":
        options |= {"limit": limit, "addressdetails": True, "language": "en"}
        options |= {"country_codes": country.lower()} if country else {}
    elif provider == "photon":
        options |= {"limit": limit, "language": "en"}
    elif country:
        options |= {"country_bias": country}
    return [location.raw for location in geocoder.geocode(name, **options) or ()]


def _translated(error: Exception, provider: str, url: str, timeout_s: float) -> OnlineError:
    """Return our error for a foreign one, by the table."""
    said = next(text for kind, text in _ERRORS if isinstance(error, kind))
    if type(error) is exc.GeocoderServiceError and type(error.__context__) is URLError:  # refused, no such host ...
        said = next(text for kind, text in _ERRORS if kind is exc.GeocoderUnavailable)
    detail = " ".join(str(error).split())[:_LONGEST_DETAIL]
    kind = RefusedError if isinstance(error, _REFUSALS) else OnlineError
    return kind(f"{_SERVICES[provider].title} at {url} {said.format(timeout_s=timeout_s)} ({detail})")


def _wait(folder: Path, url: str, min_delay_s: float) -> None:
    """Hold the request back until the server's last one is `min_delay_s` ago.

    Other processes are told by the time of a file: each sets it to when its own request is due, before it waits.
    """
    stamp = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:12]}.asked"
    with _asking:
        now = time.time()
        due = max(now, _last_asked.get(url, 0.0) + min_delay_s)
        with suppress(OSError):
            theirs = stamp.stat().st_mtime
            if theirs - now <= _MOST_QUEUED * min_delay_s:  # else a clock was wrong
                due = max(due, theirs + min_delay_s)
        _last_asked[url] = due
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            stamp.touch()
            os.utime(stamp, (due, due))
        time.sleep(due - now)


def _kept_candidates(path: Path, provider: str, country: str | None) -> list[Candidate] | None:
    """Return what was answered before; None when nothing was, or too long ago, or what is kept is damaged."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if dt.date.fromisoformat(kept["expires"]) < dt.datetime.now(dt.UTC).date():
            return None
        return _candidates(kept["answers"], provider, country, dt.date.fromisoformat(kept["asked"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _keep(path: Path, question: str, answers: list[dict[str, Any]], today: dt.date) -> None:
    """Keep an answer; a cache that cannot be written costs a request, not the answer."""
    expires = today + dt.timedelta(days=KEPT_DAYS if answers else UNKNOWN_KEPT_DAYS)
    record = {
        "question": json.loads(question),
        "asked": today.isoformat(),
        "expires": expires.isoformat(),
        "answers": answers,
    }
    beside = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _candidates(answers: list[dict[str, Any]], provider: str, country: str | None, asked: dt.date) -> list[Candidate]:
    """Return the records as candidates, with scores."""
    read = {"nominatim": _from_nominatim, "geonames": _from_geonames, "photon": _from_photon}[provider]
    service = _SERVICES[provider]
    weighed = []
    for rank, record in enumerate(answers, start=1):
        place, weight = read(record, f"{service.title}, asked {asked.isoformat()} ({service.credit})")
        inside = country is None or place.country == country
        weighed.append((not inside, rank, (weight or 1 / rank) * (1.0 if inside else 0.1), place))
    total = sum(weight for _, _, weight, _ in weighed) or 1.0
    weighed.sort(key=lambda item: (item[0], -item[2], item[1]))
    return [
        Candidate(place, round(_ONLINE_FIT * weight / total, 3), f"{service.title}'s answer {rank} of {len(answers)}")
        for _, rank, weight, place in weighed
    ]


def _from_nominatim(record: dict[str, Any], source: str) -> tuple[Place, float]:
    lon, lat = float(record["lon"]), float(record["lat"])
    south, north, west, east = map(float, record.get("boundingbox") or (lat, lat, lon, lon))
    address = record.get("address") or {}
    words = [record.get(field) for field in ("addresstype", "type", "category", "class")]
    place = Place(
        id=f"osm:{record.get('osm_type', 'place')}/{record.get('osm_id', record.get('place_id'))}",
        name=record.get("name") or record["display_name"].partition(",")[0],
        lon=lon,
        lat=lat,
        country=str(address.get("country_code") or "").upper() or None,
        admin1=str(address.get("state") or ""),
        admin2=str(address.get("county") or ""),
        source=source,
        **_osm_extent(words, (west, south, east, north)),
    )
    return place, float(record.get("importance") or 0.0)


def _from_photon(record: dict[str, Any], source: str) -> tuple[Place, float]:
    found = record["properties"]
    lon, lat = map(float, record["geometry"]["coordinates"][:2])
    west, north, east, south = map(float, found.get("extent") or (lon, lat, lon, lat))
    words = [found.get(field) for field in ("osm_value", "type", "osm_key")]
    place = Place(
        id=f"osm:{found.get('osm_type', '?')}/{found.get('osm_id', '?')}",
        name=str(found.get("name") or found.get("street") or found.get("city") or ""),
        lon=lon,
        lat=lat,
        country=str(found.get("countrycode") or "").upper() or None,
        admin1=str(found.get("state") or ""),
        admin2=str(found.get("county") or ""),
        source=source,
        **_osm_extent(words, (west, south, east, north)),
    )
    return place, 0.0


def _osm_extent(words: list[str | None], box: tuple[float, float, float, float]) -> dict[str, Any]:
    """Return kind, radius and extent of a place of OpenStreetMap.

    An area's radius is half the diagonal of its box, a spot's that of its kind; a city's is at most 12 km.
    """
    kind = next((_OSM_KINDS[word] for word in words if word in _OSM_KINDS), "facility")
    half_diagonal_m = distance_km(*box) * 500
    if is_area(kind):
        radius_m = max(half_diagonal_m, kind_radius_m("facility"))
    elif kind == "city":
        radius_m = max(kind_radius_m("city"), min(half_diagonal_m, kind_radius_m("city", CITY_FULL)))
    else:
        radius_m = kind_radius_m(kind)
    extent = box if is_area(kind) and half_diagonal_m else None
    return {"kind": kind, "radius_m": round(radius_m, -2), "extent": extent}


def _from_geonames(record: dict[str, Any], source: str) -> tuple[Place, float]:
    people = int(record.get("population") or 0)
    kind = feature_kind(str(record.get("fcl", "P")), str(record.get("fcode", "PPL")), people)
    place = Place(
        id=f"geonames:{record['geonameId']}",
        name=record["name"],
        kind=kind,
        lon=float(record["lng"]),
        lat=float(record["lat"]),
        radius_m=kind_radius_m(kind, people),
        country=record.get("countryCode") or None,
        admin1=str(record.get("adminName1") or ""),
        admin2=str(record.get("adminName2") or ""),
        population=people,
        geonameid=int(record["geonameId"]),
        source=source,
    )
    return place, float(record.get("score") or 0.0)
