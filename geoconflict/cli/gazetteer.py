"""`gazetteer`: look into the index, build it, check its curated rows."""

from __future__ import annotations

import json
from pathlib import Path

import click

from geoconflict.cli import options as opt
from geoconflict.cli.ask import NOT_FOUND, candidate_lines
from geoconflict.cli.options import Talk, open_index
from geoconflict.cli.placing import record


@click.group(context_settings=opt.HELP)
def gazetteer() -> None:
    """Look into the gazetteer index, build it, check its curated rows."""


@gazetteer.command(context_settings=opt.HELP)
@opt.index
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@opt.debug
def info(index: str | None, *, as_json: bool) -> int:
    """Say what is inside the index, from when, under which licence.

    \b
    geoconflict gazetteer info
    """
    from geoconflict.cli.contents import index_text, with_downloads
    from geoconflict.gazetteer import index_info

    folder = index or open_index(None, Talk()).folder  # one that is named may be damaged, which is to be said
    facts = with_downloads(index_info(folder))
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else index_text(facts))
    return 1 if facts["damaged"] else 0


@gazetteer.command(context_settings=opt.HELP)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@opt.country
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many rows a name.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {name, candidates} as JSON.")
@opt.index
@opt.debug
def search(names: tuple[str, ...], country: str | None, limit: int, index: str | None, *, as_json: bool) -> int:
    """List every row a name may mean, with where the row comes from.

    \b
    geoconflict gazetteer search Tanf
    """
    opened = open_index(index, Talk())
    answers = [(name, opened.candidates(name, country=country, limit=limit)) for name in names]
    if as_json:
        told = [{"name": name, "candidates": [record(one) for one in found]} for name, found in answers]
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo("\n".join(candidate_lines(name, found, explain=True) for name, found in answers))
    return 0 if any(found for _, found in answers) else NOT_FOUND


def _each_country(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """Return the codes of countries given as "SY,IQ" or by name."""
    parts = [part.strip() for value in given for part in value.split(",")]
    return [opt.Country().convert(part, param, ctx) for part in parts]


@gazetteer.command(context_settings=opt.HELP)
@click.option(
    "--add",
    "added",
    multiple=True,
    metavar="FILE",
    help="Add places: GeoNames' dumps, names and area codes (.txt, .zip), tables with name, lat, lon (.csv, .xlsx, "
    ".parquet), areas and points (.geojson, .gpkg, .shp), OpenStreetMap (.json, .osm); repeatable, in any order.",
)
@click.option("--columns", default="", metavar="FIELD=COLUMN,...", help="Which columns are name, lat, lon, kind, ...")
@click.option("--licence", default="", metavar="TEXT", help="Licence of the added files that do not say theirs.")
@click.option("--source", default="", metavar="TEXT", help="Whose those files are.")
@click.option(
    "--download",
    "countries",
    multiple=True,
    metavar="COUNTRY,...",
    callback=_each_country,
    help="Fetch GeoNames' dumps of these countries (SY,IQ) into the cache and add them; what is unchanged there is not "
    "fetched twice. GEOCONFLICT_GEONAMES_DUMP_URL names another server that has them.",
)
@opt.output(required=False, forms="the index folder; without it the user's cache")
@opt.quiet
@opt.debug
def build(added: tuple[str, ...], countries: list[str], output: str | None, *, quiet: bool, **said: str) -> None:
    """Build the index from the installed packages, the curated rows and the files you add.

    \b
    geoconflict gazetteer build --add SY.zip --add alternateNamesV2.zip
    geoconflict gazetteer build --download SY,IQ
    geoconflict gazetteer build --add list.csv --columns name=NOM,lat=Y,lon=X --licence "CC BY 4.0"
    """
    from geoconflict.gazetteer import build_index, index_info

    talk = Talk(quiet=quiet)
    files = [*map(Path, added), *_downloaded(countries, talk)]
    folder = build_index(output, add=files, progress=talk.step, **said)
    talk.done()
    for one in index_info(folder)["added"]:
        line = (
            f"{Path(one['path']).name}: {one['new']} new places, {one['known']} known, {one['left_out']} rows left out"
        )
        talk.say(f"{line}; {one['source']}, licence {one['licence']}")
    talk.say(f"Index built: {folder}")


def _downloaded(countries: list[str], talk: Talk) -> list[Path]:
    """Fetch the dumps of countries, saying what was new."""
    if not countries:
        return []
    from geoconflict.gazetteer import download_dumps

    fetched = download_dumps(countries, progress=talk.step)
    talk.done()
    for one in fetched:
        how = "unchanged" if one.unchanged else f"fetched, {one.bytes / 1e6:.1f} MB"
        talk.say(f"{one.url}: {how}{', of ' + one.dated if one.dated else ''}")
    return [one.path for one in fetched]


@gazetteer.command(context_settings=opt.HELP)
@click.argument("folder", required=False)
@opt.debug
def check(folder: str | None) -> int:
    """Check the curated rows: sources, dates, coordinates, overlaps.

    \b
    geoconflict gazetteer check
    """
    from geoconflict.gazetteer.check import check_curated

    problems = check_curated(Path(folder) if folder else None)
    for one in problems:
        click.echo(str(one))
    click.echo(f"{len(problems)} problems" if problems else "The curated rows are in order.", err=True)
    return 1 if problems else 0
