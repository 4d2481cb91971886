"""The main path: inputs to a linked layer, with what could not be used and why."""

from __future__ import annotations

import datetime as dt
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from geoconflict.cli.ground import add_admin, add_people, check_ground, pass_over
from geoconflict.cli.options import MAX_ZONE_AGE_DAYS, Talk, debugging, open_index
from geoconflict.errors import GeoconflictError, InputError, RepairedWarning, RowsLeftOutWarning, UsageError
from geoconflict.records import LOCATION_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geoconflict.gazetteer import Gazetteer
    from geoconflict.records import Article, Event, Resolution

PROGRESS_AFTER_S = 2.0
MOST_NAMED = 3
_TEXT_ENDINGS = (".txt", ".md", ".html", ".htm", ".pdf", ".docx")
CURATED_COUNTRY = "SY"  # the curated town reports cover this country only
NEAR_GROUND_DEG = 1.2
"""From events farther off no ground of a country is told: 100 km (`zones.source.BLANK_REACH_M`) at 40 degrees north."""
LONGEST_DAYS = 366
"""An event known only to have been somewhere within years asks for no zones of all of them."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A name that got no place, and why."""

    article: str
    name: str
    reason: str


@dataclass(slots=True)
class Run:
    """What one run of the main path found and could not use."""

    layer: GeoDataFrame | None = None
    zones: GeoDataFrame | None = None
    camps: GeoDataFrame | None = None
    articles: int = 0
    index_date: str | None = None
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    event_tables: list[str] = field(default_factory=list)
    """Tables of events that lie in the folders given."""
    repairs: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Return 3 when some input could not be read, else 0."""
        return 3 if self.skipped else 0


@dataclass(frozen=True, slots=True)
class Options:
    """The shared options of the commands that make a layer."""

    source: Literal["auto", "ucdp", "acled", "geoconflict"] = "auto"
    index: str | None = None
    country: str | None = None
    published: dt.date | None = None
    recursive: bool = False
    zone_files: tuple[str, ...] = ()
    controller: tuple[str, ...] = ()
    zone_dates: tuple[str, ...] = ()
    zone_layer: str | None = None
    camp_files: tuple[str, ...] = ()
    camps_within: float = 50.0
    camps_listed: int = 5
    no_zones: bool = False
    no_camps: bool = False
    population: str | None = None
    population_band: int | None = None
    population_unit: Literal["people", "per-km2"] | None = None
    admin_files: tuple[str, ...] = ()
    admin_columns: tuple[str, ...] = ()
    max_zone_age: int = MAX_ZONE_AGE_DAYS
    borders: str = "un"


def read_resolved(
    inputs: Sequence[str],
    options: Options,
    run: Run,
    talk: Talk,
) -> Iterator[tuple[Article, list[Resolution], list[Event]]]:
    """Yield each article with its places, roles given, and its events; a bad one is named and passed over."""
    from geoconflict.events import READ_LANGUAGE, extract_events, language_of, with_roles
    from geoconflict.files import read_articles
    from geoconflict.mentions import find_mentions
    from geoconflict.places import resolve_places

    reading = read_articles(inputs, recursive=options.recursive, published=options.published)
    run.skipped += [(str(one.path), one.reason) for one in reading.skipped]
    run.warnings += reading.warnings
    run.articles = len(reading.articles)
    run.event_tables = [str(path) for path in reading.event_tables]
    if run.skipped and not reading.articles:
        raise InputError("nothing could be read: " + "; ".join(f"{path}: {reason}" for path, reason in run.skipped))
    if not reading.articles:
        if reading.event_tables:
            return
        raise InputError(f"no article in {', '.join(map(str, inputs))}")
    gazetteer: Gazetteer = open_index(options.index, talk)
    run.index_date = gazetteer.info()["built"]
    started = time.monotonic()
    unread: dict[str, list[str]] = {}
    for number, article in enumerate(reading.articles, 1):
        try:
            mentions = find_mentions(article, gazetteer)
            resolutions = resolve_places(article, mentions, gazetteer, country=options.country)
            events = extract_events(article, resolutions)
            resolutions = with_roles(resolutions, events)
        except GeoconflictError as problem:
            run.skipped.append((article.id, str(problem)))
            continue
        except Exception as bug:  # a fault of ours in one article must not cost the others
            if debugging():
                raise
            fault = f"a fault of geoconflict ({type(bug).__name__}: {bug}); --debug shows where, please report it"
            run.skipped.append((article.id, fault))
            continue
        run.unresolved += [
            Unresolved(article.id, one.mention.text, one.reason)
            for one in resolutions
            if one.place is None and one.role in LOCATION_ROLES
        ]
        if (language := language_of(article.text)) != READ_LANGUAGE:
            unread.setdefault(language, []).append(article.id)
        if time.monotonic() - started > PROGRESS_AFTER_S:
            talk.progress(f"{number} of {len(reading.articles)} articles read")
        yield article, resolutions, events
    if unread:
        run.warnings.append(_places_only(unread, READ_LANGUAGE))
    talk.done()


def _places_only(unread: dict[str, list[str]], read: str) -> str:
    """Say which articles gave places and no events, by language."""
    count = sum(map(len, unread.values()))
    named = {language: ", ".join(ids[:MOST_NAMED]) for language, ids in sorted(unread.items())}
    more = {language: f" and {len(ids) - MOST_NAMED} more" for language, ids in unread.items() if len(ids) > MOST_NAMED}
    shown = "; ".join(f"{language}: {ids}{more.get(language, '')}" for language, ids in named.items())
    are = "article is" if count == 1 else "articles are"
    return f"{count} {are} not in {read}, the only language events are read from; only places were looked for ({shown})"


def read_table_of_events(path: str, options: Options, run: Run) -> GeoDataFrame:
    """Read an event table; rows that had to be left out are told in the summary and by the exit code."""
    from geoconflict.files.events import range_slips, read_events

    if Path(path).suffix.lower() in _TEXT_ENDINGS:
        raise UsageError(f"{path} is a report, not a table of events; `geoconflict events {path}` reads its events")
    with left_out(run):
        layer = read_events(path, source=options.source)
    run.warnings += [f"{Path(path).name}: {slip}" for slip in range_slips(layer)]
    return layer


def read_zone_files(
    paths: Sequence[str], run: Run, *, controller: Sequence[str], zone_dates: Sequence[str], zone_layer: str | None
) -> GeoDataFrame:
    """Read zone files and folders; what had to be left out is told in the summary and by the exit code."""
    from geoconflict.files import read_zones

    with left_out(run):
        return read_zones(paths, controller=controller, dates=zone_dates, layer=zone_layer)


def read_reports(path: str | None, run: Run) -> DataFrame:
    """Read town reports, None for the curated ones; rows that had to be left out are told and by the exit code."""
    from geoconflict.files import read_town_reports

    with left_out(run):
        return read_town_reports(path)


@contextmanager
def left_out(run: Run) -> Iterator[None]:
    """Note what reading leaves out in `run.skipped`, and what it repairs in `run.repairs`; other warnings go on."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for one in caught:
        if issubclass(one.category, RowsLeftOutWarning):
            where, _, reason = str(one.message).partition(": ")
            run.skipped.append((where, reason))
            continue
        if issubclass(one.category, RepairedWarning):
            run.repairs.append(str(one.message))
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def _holds_events(path: str, options: Options) -> bool:
    """Whether an input is an event table: by its columns, else because --from says so."""
    from geoconflict.files import sniff

    if path == "-" or not Path(path).is_file():
        return False
    try:
        return sniff(path) == "events"
    except UsageError:
        if options.source == "auto":
            raise
        return True


def make_layer(inputs: Sequence[str], options: Options, talk: Talk) -> Run:
    """Read articles or event tables and return them as one linked layer."""
    from geoconflict.events import merge_events
    from geoconflict.links import events_to_layer, repeats

    run = Run()
    tables = [path for path in inputs if _holds_events(path, options)]
    texts = [path for path in inputs if path not in tables]
    layers = [read_table_of_events(path, options, run) for path in tables]
    if texts:
        layers.append(events_to_layer(merge_events(one[2] for one in read_resolved(texts, options, run, talk))))
        layers += [read_table_of_events(path, options, run) for path in run.event_tables]
        tables += run.event_tables
    if not layers:
        raise UsageError("nothing to read")
    layers = [one for one in layers if len(one)] or layers[:1]
    run.warnings += repeats(layers)
    run.layer = layers[0] if len(layers) == 1 else _stacked(layers)
    link(run, options, talk)
    return run


def _stacked(layers: list[GeoDataFrame]) -> GeoDataFrame:
    """Put layers of one form under each other."""
    import pandas as pd

    return pd.concat(layers, ignore_index=True)


def link(run: Run, options: Options, talk: Talk) -> None:
    """Add zones, camps, people and admin areas to the layer of a run, and keep the layers it was linked to."""
    from geoconflict.files import read_camps
    from geoconflict.links import link_camps, link_zones

    if run.layer is None:
        raise UsageError("there is no layer to link")
    check_zone_options(options.zone_files, options.controller, options.zone_dates, options.zone_layer)
    check_ground(options)
    if not options.no_zones:
        talk.progress("Finding who held the ground")
        if options.zone_files:
            run.zones = read_zone_files(
                options.zone_files,
                run,
                controller=options.controller,
                zone_dates=options.zone_dates,
                zone_layer=options.zone_layer,
            )
        else:
            run.zones = curated_zones(event_days(run.layer, curated_ground()), run)
        run.layer = link_zones(run.layer, run.zones, max_age_days=options.max_zone_age)
    if not options.no_camps:
        talk.progress("Finding camps")
        no_list = False
        if options.camp_files:
            lost = len(run.skipped)
            run.camps = read_camps(options.camp_files, passed_over=lambda path, why: pass_over(run, str(path), why))
            no_list = len(run.skipped) - lost == len(options.camp_files)
        else:
            run.camps = read_camps()
            run.notes.append(
                "Camps: the curated list, which holds only sites whose position UNHCR, OCHA or IOM published; a nearer "
                "camp may exist.",
            )
        run.layer = link_camps(
            run.layer, run.camps, max_distance_m=options.camps_within * 1000, listed=options.camps_listed or None
        )
        if no_list:  # then how many camps are near is not known
            run.layer["camps_within_10km"] = run.layer["camps_within_10km"].where(run.layer["camp_id"].notna())
    if options.population:
        talk.progress("Counting people")
    add_people(run, options)
    if options.admin_files:
        talk.progress("Finding admin areas")
    add_admin(run, options)
    talk.done()


def check_zone_options(zone_files: Sequence[str], *given: Sequence[str] | None) -> None:
    """Refuse --controller, --zone-dates and --zone-layer where there is no file they could speak of."""
    if any(given) and not zone_files:
        raise UsageError("--controller, --zone-dates and --zone-layer speak of zone files; name those with --zones")


def event_days(layer: GeoDataFrame, ground: GeoDataFrame) -> list[dt.date]:
    """Return the days whose zones a map of the events shows, in order: every day each of them may have been on.

    Only of events in or near `ground`, and of those without a place where there are such. Of one that gets no zone and
    lies somewhere in more than `LONGEST_DAYS`, the first and last day.
    """
    import shapely

    from geoconflict.links.layer import linkable, placed

    outline = ground.geometry.union_all()
    shapely.prepare(outline)
    near = shapely.dwithin(outline, layer.geometry.to_numpy(), NEAR_GROUND_DEG)
    asked = (near | ~placed(layer)) & layer["date_start"].notna().to_numpy() & near.any()
    dated = layer[asked]
    days: set[dt.date] = set()
    ends = dated["date_end"].fillna(dated["date_start"])
    for start, end, linked in set(zip(dated["date_start"], ends, linkable(dated).tolist(), strict=True)):
        first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
        length = (last - first).days + 1
        days |= {first + dt.timedelta(n) for n in range(length)} if linked or length <= LONGEST_DAYS else {first, last}
    return sorted(days)


def curated_ground() -> GeoDataFrame:
    """Return the outline of the country the curated town reports are of."""
    from geoconflict.bundled import reported_ground

    outlines = reported_ground()
    return outlines[outlines["iso2"] == CURATED_COUNTRY]


def curated_zones(days: list[dt.date], run: Run) -> GeoDataFrame:
    """Return zones derived from the curated town reports for some days, each valid from its day to the next."""
    from geoconflict.files import read_town_reports
    from geoconflict.gazetteer.index import cache_folder
    from geoconflict.zones import zones_for_days

    reports = read_town_reports()
    zones = zones_for_days(reports, curated_ground(), days, country=CURATED_COUNTRY, keep_in=cache_folder())
    if not days:
        run.notes.append(
            "Zones: none; no dated event lies in or near the country the curated reports are of. --zones brings others."
        )
        return zones
    whole = reports.loc[reports["date_precision"] == "baseline", "valid_from"].min()
    first, last = span_of(reports)
    run.notes.append(
        f"Zones: derived from the curated reports on who held which town in Syria, {first:.7} to {last:.7} (before "
        f"{whole:.7} of single towns only); approximate, fronts drawn between towns."
    )
    return zones


def span_of(reports: DataFrame) -> tuple[str, str]:
    """Return the first day town reports speak of and the last on which somebody looked, as the reports write them."""
    looked = reports["last_seen"].fillna(reports["valid_from"])
    return str(reports["valid_from"].min()), str(max(reports["valid_from"].max(), looked.max()))
