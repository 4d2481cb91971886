"""Options several commands share, each said once."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoconflict.bundled import BORDER_POLICIES
from geoconflict.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from geoconflict.gazetteer import Gazetteer

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

MAX_ZONE_AGE_DAYS = 45  # design contract 3.7: an older map no longer says who holds a place


class Day(click.ParamType):  # type: ignore[type-arg]  # generic only in the newest click
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Return the day, or fail with the form that is expected."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write YYYY-MM-DD", param, ctx)


class LonLat(click.ParamType):  # type: ignore[type-arg]  # as above
    """A point: LON,LAT in degrees."""

    name = "lon,lat"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """Return (longitude, latitude), or fail with the form that is expected."""
        if isinstance(value, tuple):
            return value
        try:
            lon, lat = (float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not LON,LAT, e.g. 36.69,36.31", param, ctx)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            self.fail(f"{value!r}: longitude comes first and lies in -180..180, latitude in -90..90", param, ctx)
        return lon, lat


class Country(click.ParamType):  # type: ignore[type-arg]  # as above
    """A country: its ISO 3166-1 code, or a name the curated rows give it."""

    name = "country"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the alpha-2 code, or fail with what is expected."""
        from geoconflict.files.columns import country_codes, country_key

        code = country_codes().get(country_key(value))
        if code is None:
            self.fail(f"{value!r} is no country; write its ISO 3166-1 code, e.g. SY, or its name", param, ctx)
        return code


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said while a command works: to stderr, so that stdout carries results only."""

    quiet: bool = False

    def say(self, text: str) -> None:
        """Print a line for the person at the terminal."""
        if not self.quiet:
            click.echo(text, err=True)

    def insist(self, text: str) -> None:
        """Print a line that --quiet does not silence: what could not be read."""
        click.echo(text, err=True)

    def progress(self, text: str) -> None:
        """Show how far a long piece of work is; overwritten in place, hidden when stderr is no terminal."""
        if not self.quiet and sys.stderr.isatty():
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    def step(self, step: str, share: float) -> None:
        """Show one step of a piece of work of which `share` (0-1) is done."""
        self.progress(f"{share:4.0%}  {step}")

    def done(self) -> None:
        """Clear the progress line."""
        self.progress("")


def open_index(path: str | None, talk: Talk) -> Gazetteer:
    """Open the gazetteer index, building it the first time and saying so."""
    from geoconflict.gazetteer import open_gazetteer

    announced = False

    def progress(step: str, share: float) -> None:
        nonlocal announced
        if not announced:
            talk.say("Building the gazetteer index; this is done once and takes up to a minute.")
            announced = True
        talk.step(step, share)

    opened = open_gazetteer(path, progress=progress)
    if announced:
        talk.done()
    return opened


def debugging() -> bool:
    """Whether the user asked for tracebacks: every command takes --debug, and no command sees it."""
    return "--debug" in sys.argv


_NO_INPUTS = frozenset({"output", "fronts", "title", "standfirst", "byline"})
"""Options whose value may be the name of a file that is not read."""


def check_target(path: str | Path, *, overwrite: bool, endings: Collection[str] = ()) -> None:
    """Refuse an output as `files.check_output` does, and one that the command reads, with --overwrite too.

    A file is read that an argument or an option names, or that lies in a folder one names.
    """
    from geoconflict.files import check_output

    check_output(path, overwrite, endings=endings)
    target, params = Path(path), click.get_current_context().params
    if str(path) == "-" or not target.exists():
        return
    for name, value in params.items():
        for one in () if name in _NO_INPUTS else value if isinstance(value, tuple) else (value,):
            if not isinstance(one, str) or not one or not _is_read(Path(one), target, bool(params.get("recursive"))):
                continue
            raise OutputError(f"{path}: is read by this command ({one}) and would be replaced; choose another name")


def _is_read(given: Path, target: Path, recursive: bool) -> bool:
    """Whether a file is what an option names, or lies in the folder it names."""
    try:
        if given.is_dir():
            inside = target.resolve().parents if recursive else [target.resolve().parent]
            return given.resolve() in inside
        return given.samefile(target)
    except (OSError, ValueError):  # no file: a word, a pattern, an address
        return False


def options(*chosen: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Stack click options in the order given."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(chosen):
            function = option(function)
        return function

    return decorate


inputs = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
overwrite = click.option("--overwrite", is_flag=True, help="Replace an output that exists.")
recursive = click.option("--recursive", is_flag=True, help="Read folders inside folders too.")
quiet = click.option("--quiet", is_flag=True, help="Say nothing on stderr but errors.")
# main() looks for it in the arguments; commands never see it.
debug = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
index = click.option("--gazetteer", "index", metavar="INDEX", help="Use this gazetteer index folder.")
country = click.option(
    "--country",
    type=Country(),
    metavar="COUNTRY",
    help="Country the text is likely about, code or name (SY): a prior, not a filter.",
)
published = click.option(
    "--published",
    type=Day(),
    help="Day of publication of articles that do not say it; a table does in a column published, published_at, "
    "publish_date, pubDate or date.",
)


def policy(default: str) -> Callable[..., Any]:
    """Return the option --policy; what is drawn is masked by default, what is computed is not (contract 3.9)."""
    return click.option(
        "--policy",
        type=click.Choice(["open", "publish"]),
        default=default,
        show_default=True,
        help="publish masks exact places and distances of camps, hospitals, schools and shelters.",
    )


camp_files = options(
    click.option(
        "--camps",
        "camp_files",
        multiple=True,
        metavar="FILE",
        help="Camps to use instead of the curated ones, or counts of their people by camp and day; repeatable.",
    ),
    click.option(
        "--camps-within",
        type=click.FloatRange(min=0),
        default=50.0,
        show_default=True,
        metavar="KM",
        help="Farther camps are not named.",
    ),
    click.option(
        "--camps-listed",
        type=click.IntRange(min=0),
        default=5,
        show_default=True,
        metavar="N",
        help="How many camps to list for each event, the nearest first; 0 is all.",
    ),
)
zones_read = options(
    click.option(
        "--controller",
        multiple=True,
        metavar="NAME|NAME=PATTERN|@COLUMN",
        help="Who held the polygons of zone files that do not say so: one for all; by a pattern (*, ?) of a text or "
        "colour (#rrggbb) of theirs, of their file or folder; or the column that tells it. Repeatable.",
    ),
    click.option(
        "--zone-dates",
        multiple=True,
        metavar="PATTERN|DAY=PATTERN",
        help="How names of zone files carry their day, e.g. 'map_%Y%m%d', '{controller}_%d%b%Y', or a regular "
        "expression with (?P<date>...); or the day of files that match. Repeatable.",
    ),
    click.option("--zone-layer", metavar="PATTERN", help="Layers to read of zone files with several; '*' for all."),
)
zone_files = options(
    click.option(
        "--zones",
        "zone_files",
        multiple=True,
        metavar="FILE|FOLDER",
        help="Control zones to use instead of those derived from the curated town reports; repeatable.",
    ),
    zones_read,
)
no_zones = click.option("--no-zones", is_flag=True, help="Do not link to control zones.")
no_camps = click.option("--no-camps", is_flag=True, help="Do not link to camps.")
population = options(
    click.option(
        "--population",
        metavar="RASTER",
        help="Count people within 1, 5 and 10 km from this GeoTIFF, or from one at an http(s) address, of which only "
        "the parts needed are asked for.",
    ),
    click.option("--population-band", type=click.IntRange(min=1), help="Which band of a raster with several."),
    click.option(
        "--population-unit",
        type=click.Choice(["people", "per-km2"]),
        help="What a cell holds: people in it, or people per km2. Without it what the raster says of itself, else "
        "people.",
    ),
)
admin = options(
    click.option(
        "--admin",
        "admin_files",
        multiple=True,
        metavar="FILE",
        help="Add admin areas 1-3 with p-codes from these polygons, such as COD-AB; repeatable, a file a level or one "
        "with the columns of all.",
    ),
    click.option(
        "--admin-columns",
        multiple=True,
        metavar="OURS=THEIRS",
        help="Which columns of those files hold what, e.g. admin2_pcode=shapeID; repeatable. Without it COD-AB's.",
    ),
)
imagery = options(
    click.option(
        "--imagery",
        multiple=True,
        metavar="FILE",
        help="Lay this GeoTIFF, or one at an http(s) address, under the map, in the page itself; repeatable.",
    ),
    click.option("--imagery-date", multiple=True, type=Day(), help="When it was taken; one for all or one a file."),
    click.option("--imagery-credit", multiple=True, metavar="TEXT", help="Whose it is; one for all or one a file."),
    click.option(
        "--imagery-bands", metavar="R,G,B", help="Bands to show, e.g. 4,3,2, or one for grey; for all files alike."
    ),
)
max_zone_age = click.option(
    "--max-zone-age",
    type=click.IntRange(min=0),
    default=MAX_ZONE_AGE_DAYS,
    show_default=True,
    metavar="DAYS",
    help="A zone map older than this answers nothing.",
)
source = click.option(
    "--from",
    "source",
    type=click.Choice(["auto", "ucdp", "acled", "geoconflict"]),
    default="auto",
    show_default=True,
    help="Whose event tables the tables are; auto looks at the column names.",
)
codebook = click.option(
    "--codebook",
    type=click.Choice(["acled", "ucdp", "plover"]),
    help="Write a table in the columns and codes of ACLED, UCDP GED or PLOVER: .csv .xlsx .parquet .jsonl, - for CSV.",
)
borders = click.option(
    "--borders",
    type=click.Choice(list(BORDER_POLICIES)),
    default="un",
    show_default=True,
    help="Which policy on disputed borders the map follows.",
)
basemap = click.option(
    "--basemap",
    "basemap_files",
    multiple=True,
    metavar="FILE",
    help="Roads, rivers, railways or provinces of your own to lie under the map; repeat it for more files.",
)
title = click.option("--title", help="Headline of the map; without it the events are counted.")
standfirst = click.option("--standfirst", metavar="TEXT", help="The sentence below the headline.")
theme = click.option(
    "--theme",
    "theme_file",
    metavar="FILE",
    help="House style of the map: a TOML file with colours, names of fonts, a logo; refused if hard to read.",
)
language = click.option(
    "--language",
    default="en",
    show_default=True,
    metavar="LANGUAGE|FILE",
    help="Language of the map's own words; a .json file with the phrases of another.",
)
tiles = options(
    click.option(
        "--tiles",
        metavar="PROVIDER",
        help="Map pictures from a server, by its name in xyzservices, e.g. OpenStreetMap.Mapnik. Every reader's "
        "network address then goes there; without it the map asks nobody.",
    ),
    click.option("--tiles-key", metavar="KEY", help="The key a provider wants; it can be read in the map."),
)


def output(*, required: bool = True, default: str | None = None, forms: str) -> Callable[..., Any]:
    """Return the option -o with the endings a command can write."""
    return click.option(
        "-o", "--output", required=required, default=default, metavar="FILE", help=f"Where to write: {forms}."
    )
