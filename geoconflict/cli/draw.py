"""`map`, `events`, `link`: from inputs to a page or a table."""

from __future__ import annotations

import contextlib
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.dress import dress, read_under
from geoconflict.cli.ground import check_imagery, read_pictures
from geoconflict.cli.layers import Options, Run, make_layer, read_table_of_events
from geoconflict.cli.layers import link as link_run
from geoconflict.cli.options import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geopandas import GeoDataFrame

    from geoconflict.maps import ConflictMap

LINKING = opt.options(
    opt.source,
    opt.zone_files,
    opt.camp_files,
    opt.population,
    opt.admin,
    opt.no_zones,
    opt.no_camps,
    opt.max_zone_age,
)
NO_EVENT = "No event was read"
READING = opt.options(opt.index, opt.country, opt.published, opt.recursive)
TALKING = opt.options(opt.overwrite, opt.as_json, opt.quiet, opt.debug)


def finish(run: Run, *, policy: str, written: list[str], as_json: bool, talk: Talk) -> int:
    """Print the summary and return the exit code."""
    from geoconflict.cli import summary

    talk.say(summary.text(run, policy=policy, written=written))
    for path, reason in run.skipped:
        talk.insist(f"Not read: {path}: {reason}")
    if as_json:
        click.echo(json.dumps(summary.as_record(run, policy=policy, written=written), ensure_ascii=False))
    return run.exit_code


def split(given: dict[str, Any]) -> tuple[Options, Talk]:
    """Take the shared options out of what click hands over."""
    names = Options.__dataclass_fields__
    return Options(**{key: value for key, value in given.items() if key in names}), Talk(quiet=given["quiet"])


def _drawn(
    draw: Callable[..., Any],
    inputs: tuple[str, ...],
    given: dict[str, Any],
    *,
    forms: tuple[str, ...],
    beside: tuple[str, ...] = (),
) -> int:
    """Make the layer, mask what the policy says, draw it and save it; `beside` says what else is written, by ending."""
    from geoconflict.protection import protect

    options, talk = split(given)
    check_imagery(given)
    path, policy = given["output"], given["policy"]
    if Path(path).suffix.lower() not in forms:
        raise click.BadParameter(f"{path!r} ends in none of {', '.join(forms)}", param_hint="-o")
    for target in (path, *(str(Path(path).with_suffix(ending)) for ending in beside)):
        opt.check_target(target, overwrite=given["overwrite"])
    worn = dress(given, talk)
    run = make_layer(inputs, options, talk)
    run.layer = protect(run.layer, policy)
    camps = None if run.camps is None else protect(run.camps, policy)
    pictures = {"imagery": read_pictures(run, given)} if given.get("imagery") else {}
    if (base := read_under(given, run.layer)) is not None:
        pictures["basemap"] = base
    talk.progress("Drawing")
    with _told(run):
        picture = draw(
            run.layer,
            zones=run.zones,
            camps=camps,
            title=given["title"] or (NO_EVENT if run.layer.empty else None),
            policy=policy,
            borders=options.borders,
            max_zone_age_days=options.max_zone_age,
            **pictures,
            **worn,
        )
        apart = {"beside": True} if given.get("data_beside") else {}
        saved = picture.save(path, overwrite=given["overwrite"], **apart)
    written = [str(one) for one in saved or (path,)]
    if given["snippet"]:
        written.append(_frame(Path(path), picture, overwrite=given["overwrite"]))
    talk.done()
    return finish(run, policy=policy, written=written, as_json=given["as_json"], talk=talk)


@contextlib.contextmanager
def _told(run: Run) -> Iterator[None]:
    """Put what a page says of itself (its size, a thinned series) into the summary; other warnings go on."""
    from geoconflict.maps.page import PageWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for one in caught:
        if issubclass(one.category, PageWarning):
            run.warnings.append(str(one.message))
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


@click.command("map", context_settings=opt.HELP)
@opt.inputs
@opt.output(forms=".html")
@LINKING
@opt.imagery
@opt.basemap
@click.option(
    "--snippet", is_flag=True, help="Write the HTML that puts the page into an article, in a sandboxed frame."
)
@READING
@opt.policy("publish")
@opt.borders
@click.option("--data-beside", is_flag=True, help="Put the data of a large map into a folder beside the page.")
@opt.title
@opt.standfirst
@opt.theme
@opt.language
@opt.tiles
@TALKING
def map_(inputs: tuple[str, ...], **given: Any) -> int:
    """Draw articles or event tables as an interactive map in one HTML file.

    \b
    geoconflict map report1.txt report2.txt -o map.html
    geoconflict map articles/ --country SY -o map.html
    """
    return _drawn(_page, inputs, given, forms=(".html",), beside=(FRAME,) if given["snippet"] else ())


FRAME = ".embed.html"


def _frame(path: Path, page: ConflictMap, *, overwrite: bool) -> str:
    """Write the HTML that puts a page into an article beside it; return where."""
    from geoconflict.files import write_text
    from geoconflict.maps.alt_text import frame_snippet

    target = path.with_suffix(FRAME)
    told = frame_snippet(path.name, title=page.page["title"], short=page.alt_text)
    write_text(told, target, overwrite=overwrite)
    return str(target)


MOST_STILL_EVENTS = 2_000
"""A picture of more says little, and takes longer than the page."""


def _page(layer: GeoDataFrame, **options: Any) -> ConflictMap:
    """Draw the page, with a small picture of it for readers without JavaScript."""
    from geoconflict.maps import render_map, render_still

    still = None
    if 0 < len(layer) <= MOST_STILL_EVENTS:
        shared = ("zones", "camps", "title", "policy", "borders", "max_zone_age_days", "basemap")
        asked = {name: options[name] for name in shared if name in options}
        drawn = render_still(layer, **asked, width_px=800, height_px=600)
        still = drawn.sheet.png(drawn.title, drawn.alt_text)
    return render_map(layer, **options, still=still)


@click.command(context_settings=opt.HELP)
@opt.inputs
@opt.output(required=False, default="-", forms=".geojson .parquet .gpkg .csv .jsonl, or - for GeoJSON lines on stdout")
@opt.codebook
@LINKING
@READING
@opt.policy("open")
@TALKING
def events(inputs: tuple[str, ...], **given: Any) -> int:
    """Read events off articles and write them with their zones and camps.

    \b
    geoconflict events report.txt -o events.geojson
    geoconflict events report.txt --codebook acled -o events.csv
    """
    return _tabled(lambda options, talk: make_layer(inputs, options, talk), given)


@click.command("link", context_settings=opt.HELP)
@click.argument("events", metavar="EVENTS")
@opt.output(forms=".geojson .parquet .gpkg .csv .jsonl, or - for GeoJSON lines on stdout")
@opt.codebook
@LINKING
@opt.policy("open")
@TALKING
def link(events: str, **given: Any) -> int:
    """Add zones, camps and people to a table of events.

    \b
    geoconflict link events.csv -o linked.geojson
    """

    def make(options: Options, talk: Talk) -> Run:
        run = Run()
        run.layer = read_table_of_events(events, options, run)
        link_run(run, options, talk)
        return run

    return _tabled(make, given)


def _tabled(make: Callable[[Options, Talk], Run], given: dict[str, Any]) -> int:
    """Make the layer, mask what the policy says and write it, in the terms of a codebook if one is named."""
    from geoconflict.files import write_layer
    from geoconflict.protection import protect

    options, talk = split(given)
    path, policy, codebook = given["output"], given["policy"], given["codebook"]
    if path == "-" and given["as_json"]:
        raise click.UsageError("--json prints the summary on stdout, where the events go too; name a file with -o")
    opt.check_target(path, overwrite=given["overwrite"], endings=_CODEBOOK_ENDINGS if codebook else ())
    run = make(options, talk)
    run.layer = protect(run.layer, policy)
    about = {"index_date": run.index_date} if run.index_date else {}
    if codebook:
        _write_coded(run, codebook, about, given)
    else:
        write_layer(run.layer, path, overwrite=given["overwrite"], policy=policy, about=about)
    return finish(run, policy=policy, written=[] if path == "-" else [path], as_json=given["as_json"], talk=talk)


_CODEBOOK_ENDINGS = (".csv", ".xlsx", ".parquet", ".jsonl")


def _write_coded(run: Run, codebook: str, about: dict[str, str], given: dict[str, Any]) -> None:
    """Write the layer of a run as a table of a codebook; what did not fit goes into the summary."""
    from geoconflict import __version__
    from geoconflict.files import write_table
    from geoconflict.links import to_codebook

    if run.layer is None:
        return
    facts = {"generator": f"geoconflict {__version__}", **about, "policy": given["policy"]}
    coded = to_codebook(run.layer, codebook, about=facts)
    write_table(coded.table, given["output"], overwrite=given["overwrite"])
    run.notes += coded.notes
