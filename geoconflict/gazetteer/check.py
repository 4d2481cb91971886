"""Whether the curated rows are in order: columns, sources, points, dates, names, and who held a town by one source.

Reads nothing but the csv files, so that a row can be checked before it is sent in. A rule that needs judgement (is this
the right town? did the source say so?) is none of these; `gazetteer/README.md` says how rows are chosen.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geoconflict.bundled import curated_dir
from geoconflict.records import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CAMP_KINDS = frozenset({"refugee", "idp", "informal", "transit"})
ACTOR_KINDS = frozenset(
    {"state forces", "rebel group", "political militia", "identity militia", "external forces", "civilians"},
)
CONFIDENCES = frozenset({"high", "medium", "low"})
PUBLISHERS = frozenset({"UNHCR", "OCHA", "IOM"})
"""Who must have published a camp's point before it may stand here (publication policy)."""

_COMMON = """
    all along also and any are armed army as at back bad band bar base bath bay big border bridge buffalo but by
    camp can cave centre chad chin china civilians coast cork dam date deal derby desert east elf enter est eye
    far fez fire for force forces front gap georgia good gulf habit hair hall ham has have hay he her high hill
    his hit home hope how hull if in is island it jersey jordan junta just lakes land last less lima locals lost
    main mali man many march mare may me men mine mobile mud my new nice niger no nor north not of oil old oman on
    one or orange our out page pan park peace people plateau poles polish port protesters rai rain rat reading
    rebels red residents ridge river road roads roma salt sand sandwich settlers she silt so sole some south split
    square star stay sun swiss tall tell than that the then they this to top tour tower town troops turkey two
    under unity up us van very wells west what white who why will with wood you young
"""
COMMON_WORDS = frozenset(_COMMON.split())
"""English words that are also names in these tables or like them; as a name they need a context: `ambiguous`."""

SHORT_FORM = 2  # letters; a form this short is never a name by itself
_ISO_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_UNSOURCED = re.compile(r"general knowledge|unverified|\btodo\b|\btbd\b", re.IGNORECASE)
_CREDENTIALS = re.compile(r"://[^/\s]*@|[?&](api_?key|key|token|password|secret|auth|sig|signature)=", re.IGNORECASE)
_NOT_LETTER = re.compile(r"[^\w]+|_+")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a curated table; `row` is the line a spreadsheet shows, the header being 1."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        """Return the one line a user reads."""
        where = f"{self.file} row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Table:
    """What holds in one file: its columns, what identifies a row, and which columns carry what."""

    columns: str
    unique: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = (("lon", "lat"),)
    sources: tuple[str, ...] = ("source",)
    dates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # columns of forms a text may use
    span: tuple[str, str] = ("", "")
    one_of: dict[str, frozenset[str]] = field(default_factory=dict)
    country: str = ""
    country_may_be_empty: bool = False


_PLACE_KINDS = frozenset(KINDS)
TABLES: dict[str, _Table] = {
    "places.csv": _Table(
        "name name_ar aliases kind type country admin1 lat lon precision_m source source_date checked_against "
        "ambiguous",
        unique=("name",),
        names=("name", "aliases"),
        one_of={"kind": _PLACE_KINDS},
        country="country",
    ),
    "camps.csv": _Table(
        "name name_ar aliases country admin1 lat lon precision_m kind opened closed published_by source source_date "
        "note ambiguous",
        unique=("name",),
        names=("name", "aliases"),
        dates=("opened", "closed"),
        span=("opened", "closed"),
        one_of={"kind": CAMP_KINDS, "published_by": PUBLISHERS},
        country="country",
    ),
    "camp_populations.csv": _Table(
        "camp population as_of source source_url note",
        unique=("camp", "as_of", "source"),
        points=(),
        dates=("as_of",),
    ),
    "countries.csv": _Table(
        "iso2 iso3 name name_ar aliases demonym_adj demonym_people capital capital_lat capital_lon lat lon "
        "point_source geonameid source ambiguous",
        unique=("iso2",),
        points=(("lon", "lat"), ("capital_lon", "capital_lat")),
        sources=("source", "point_source"),
        names=("name", "aliases"),
    ),
    "admin1.csv": _Table(
        "name name_local aliases kind type country lat lon radius_km code source ambiguous",
        unique=("name", "country"),
        names=("name", "aliases"),
        one_of={"kind": _PLACE_KINDS},
        country="country",
    ),
    "regions.csv": _Table(
        "name aliases kind country lat lon radius_km demonyms source",
        unique=("name",),
        one_of={"kind": _PLACE_KINDS},
        country="country",
        country_may_be_empty=True,
    ),
    "actors.csv": _Table(
        "canonical abbreviation aliases kind side valid_from valid_to allegiance_dates country source ambiguous",
        unique=("canonical",),
        points=(),
        dates=("valid_from", "valid_to"),
        span=("valid_from", "valid_to"),
        names=("canonical", "abbreviation", "aliases"),
        one_of={"kind": ACTOR_KINDS},
        country="country",
        country_may_be_empty=True,
    ),
    "control.csv": _Table(
        "town lat lon controller as_worded valid_from valid_to last_seen date_precision source source_date source_url "
        "checked_against confidence note authority radius_m",
        unique=("town", "controller", "valid_from", "source"),
        dates=("valid_from", "valid_to", "last_seen", "source_date"),
        span=("valid_from", "valid_to"),
        one_of={"confidence": CONFIDENCES},
    ),
}
_MUST_BE_FILLED = {
    "control.csv": ("last_seen", "source_date", "date_precision", "authority"),
    "camps.csv": ("source_date",),
    "camp_populations.csv": ("population",),
}


def check_curated(folder: Path | None = None) -> list[Problem]:
    """Return what is wrong in the curated tables, in file and row order; an empty list when they are in order.

    Parameters
    ----------
    folder
        Folder with the csv files; None is the one the package carries.

    Raises
    ------
    GeoconflictError
        When no folder is given and the installation carries none.
    """
    folder = curated_dir() if folder is None else folder
    problems: list[Problem] = []
    rows: dict[str, list[dict[str, str]]] = {}
    for file, table in TABLES.items():
        rows[file], found = _read(folder / file, table)
        problems += found
    known = {row.get("iso2", "") for row in rows["countries.csv"]}
    for file, table in TABLES.items():
        for number, row in enumerate(rows[file], start=2):
            problems += _check_row(file, number, row, table, known)
        problems += _not_unique(file, rows[file], table.unique)
    problems += _camps_of_populations(rows["camp_populations.csv"], rows["camps.csv"])
    problems += _shared_actor_forms(rows["actors.csv"])
    problems += _two_controllers(rows["control.csv"])
    order = {file: place for place, file in enumerate(TABLES)}
    return sorted(problems, key=lambda one: (order[one.file], one.row, one.column, one.message))


def _read(path: Path, table: _Table) -> tuple[list[dict[str, str]], list[Problem]]:
    """Return a file's rows, or why they cannot be read."""
    if not path.is_file():
        return [], [Problem(path.name, 1, "", f"the file is missing from {path.parent}")]
    problems: list[Problem] = []
    rows: list[dict[str, str]] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header = list(reader.fieldnames or [])
            missing = [column for column in table.columns.split() if column not in header]
            problems += [Problem(path.name, 1, column, "the column is missing; add it") for column in missing]
            for number, row in enumerate(reader, start=2):
                if None in row or None in row.values():
                    message = f"has not {len(header)} cells; quote a cell that holds a comma"
                    problems.append(Problem(path.name, number, "", message))
                rows.append({column: (row.get(column) or "").strip() for column in header})
    except UnicodeDecodeError:
        return [], [Problem(path.name, 1, "", "is not UTF-8; save it as UTF-8")]
    except csv.Error as error:
        return rows, [*problems, Problem(path.name, len(rows) + 2, "", f"is no csv from here on: {error}")]
    return rows, problems


def _check_row(file: str, number: int, row: dict[str, str], table: _Table, known: set[str]) -> list[Problem]:
    """Return what is wrong in one row by itself."""
    filled = (*table.unique, *_MUST_BE_FILLED.get(file, ()))
    found = [
        *((column, "is empty; fill it or drop the row") for column in filled if not row.get(column, "-")),
        *_bad_source(row, table),
        *_bad_point(row, table),
        *_bad_word(row, table),
        *_bad_country(row, table, known),
        *_bad_date(row, table),
        *_bad_number(row),
        *_bad_form(row, table),
        *(
            (column, "holds an address with a login or key in it; give the plain address")
            for column, value in row.items()
            if _CREDENTIALS.search(value)
        ),
    ]
    return [Problem(file, number, column, message) for column, message in found]


def _bad_source(row: dict[str, str], table: _Table) -> Iterator[tuple[str, str]]:
    for column in table.sources:
        if not row.get(column, "-"):
            yield column, "is empty; name the source that was read, or drop the row"
        elif _UNSOURCED.search(row.get(column, "")):
            yield column, f"{row[column]!r} is no source; name one that was read, or drop the row"


def _bad_point(row: dict[str, str], table: _Table) -> Iterator[tuple[str, str]]:
    for lon, lat in table.points:
        values = [(column, _number(row.get(column, "")), limit) for column, limit in ((lon, 180), (lat, 90))]
        for column, value, limit in values:
            if column not in row or (column.startswith("capital") and not row[column]):
                continue  # Antarctica has no capital
            if value is None:
                yield column, f"{row[column]!r} is no number; give decimal degrees"
            elif abs(value) > limit:
                yield column, f"{value:g} is beyond {limit} degrees; latitude and longitude may be exchanged"
        if all(value == 0 for _, value, _ in values):
            yield lat, "0, 0 is the sea off Africa; give the point or drop the row"


def _bad_word(row: dict[str, str], table: _Table) -> Iterator[tuple[str, str]]:
    for column, allowed in table.one_of.items():
        if column in row and row[column] not in allowed:
            yield column, f"{row[column]!r} is not one of: {', '.join(sorted(allowed))}"


def _bad_country(row: dict[str, str], table: _Table, known: set[str]) -> Iterator[tuple[str, str]]:
    code = row.get(table.country, "")
    if code and code not in known:
        yield table.country, f"{code!r} is no code of countries.csv; use ISO 3166-1 alpha-2"
    elif table.country in row and not code and not table.country_may_be_empty:
        yield table.country, "is empty; use ISO 3166-1 alpha-2"


def _bad_date(row: dict[str, str], table: _Table) -> Iterator[tuple[str, str]]:
    for column in table.dates:
        if row.get(column) and first_day(row[column]) is None:
            yield column, f"{row[column]!r} is no date; use YYYY-MM-DD, YYYY-MM or YYYY"
    start, end = (first_day(row.get(column, "")) for column in table.span)
    if start and end and start >= end:
        yield table.span[1], f"{row[table.span[1]]} is not after {table.span[0]} {row[table.span[0]]}"
    seen = first_day(row.get("last_seen", ""))
    if seen and ((start and seen < start) or (end and seen >= end)):
        yield "last_seen", f"{row['last_seen']} is outside the time the row is for"


def _bad_number(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column in ("precision_m", "radius_km", "radius_m"):
        value = _number(row.get(column, ""))
        if row.get(column) and (value is None or value <= 0):
            yield column, f"{row[column]!r} is no distance; give a number above 0"
    if "population" in row and not (row["population"].isascii() and row["population"].isdigit()):
        yield "population", f"{row['population']!r} is no whole number"


def _bad_form(row: dict[str, str], table: _Table) -> Iterator[tuple[str, str]]:
    """Yield spellings that are common words without being called ambiguous, and untidy lists of spellings."""
    for column in ("aliases", "ambiguous", "demonyms"):
        cells = row.get(column, "").split("|") if row.get(column) else []
        if any(cell != cell.strip() or not cell for cell in cells) or len(set(cells)) < len(cells):
            yield column, f"{row[column]!r} has an empty or repeated item; write a|b|c"
    if "ambiguous" not in row or not table.names:
        return
    ambiguous = set(row["ambiguous"].split("|"))
    for column in table.names:
        for form in filter(None, row.get(column, "").split("|")):
            bare = _NOT_LETTER.sub("", form.casefold())
            # the dots of "U.K." tell it from a word
            word = "." not in form and bare.isascii() and (bare in COMMON_WORDS or len(bare) <= SHORT_FORM)
            if word and form not in ambiguous:
                yield column, f"{form!r} is also a common word or very short; add it to ambiguous"


def _not_unique(file: str, rows: list[dict[str, str]], columns: tuple[str, ...]) -> Iterator[Problem]:
    """Yield rows that say again what an earlier row is for."""
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        key = tuple(row.get(column, "") for column in columns)
        if columns and key in first:
            yield Problem(file, number, columns[0], f"{', '.join(key)} is row {first[key]} already; merge or rename")
        first.setdefault(key, number)


def _camps_of_populations(populations: list[dict[str, str]], camps: list[dict[str, str]]) -> Iterator[Problem]:
    names = {row.get("name") for row in camps}
    for number, row in enumerate(populations, start=2):
        if row.get("camp") not in names:
            yield Problem("camp_populations.csv", number, "camp", f"{row.get('camp')!r} is no name in camps.csv")


def _shared_actor_forms(actors: list[dict[str, str]]) -> Iterator[Problem]:
    """Yield spellings two actors of one country share without calling them ambiguous."""
    first: dict[tuple[str, str], str] = {}
    for number, row in enumerate(actors, start=2):
        ambiguous = set(row.get("ambiguous", "").split("|"))
        forms = [row.get("canonical", ""), row.get("abbreviation", ""), *row.get("aliases", "").split("|")]
        for form in dict.fromkeys(filter(None, forms)):
            other = first.setdefault((form, row.get("country", "")), row.get("canonical", ""))
            if other != row.get("canonical") and form not in ambiguous:
                message = f"{form!r} is a name of {other} too; add it to ambiguous"
                yield Problem("actors.csv", number, "aliases", message)


def _two_controllers(rows: list[dict[str, str]]) -> Iterator[Problem]:
    """Yield rows in which one source gives a town to two sides at a time; two sources may differ."""
    told: defaultdict[tuple[str, str], list[tuple[int, str, dt.date, dt.date]]] = defaultdict(list)
    for number, row in enumerate(rows, start=2):
        start = first_day(row.get("valid_from", ""))
        if start is None:
            continue
        end = first_day(row.get("valid_to", "")) or dt.date.max
        told[row.get("town", ""), row.get("source", "")].append((number, row.get("controller", ""), start, end))
    for (town, _), spans in told.items():
        for place, (number, controller, start, end) in enumerate(spans):
            for earlier, other, since, until in spans[:place]:
                if other != controller and start < until and since < end:
                    message = f"{town}: {controller} overlaps {other} of row {earlier}, by the same source"
                    yield Problem("control.csv", number, "valid_from", message)


def first_day(text: str) -> dt.date | None:
    """Return the first day of "2024-11-30", "2024-11" or "2024"; None for anything else."""
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
