"""`gazetteer`: look into the index, build it, check its curated rows."""

from __future__ import annotations

import json
from pathlib import Path

import click

from geoconflict.cli import options as opt
from geoconflict.cli.ask import NOT_FOUND, candidate_lines
from geoconflict.cli.options import Talk, open_index


@click.group(context_settings=opt.HELP)
def gazetteer() -> None:
    """Look into the gazetteer index, build it, check its curated rows."""


@gazetteer.command(context_settings=opt.HELP)
@opt.index
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@opt.debug
def info(index: str | None, *, as_json: bool) -> None:
    """Say what is inside the index, from when, under which licence.

    \b
    geoconflict gazetteer info
    """
    facts = open_index(index, Talk()).info()
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for key, value in facts.items():
        if isinstance(value, dict):
            click.echo(f"{key}:")
            for name, one in value.items():
                click.echo(f"  {name}: {one}")
        elif isinstance(value, list):
            click.echo(f"{key}:")
            for one in value:
                click.echo(
                    "  " + (", ".join(f"{k} {v}" for k, v in one.items()) if isinstance(one, dict) else str(one))
                )
        else:
            click.echo(f"{key}: {value}")


@gazetteer.command(context_settings=opt.HELP)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@opt.country
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many rows a name.")
@opt.index
@opt.debug
def search(names: tuple[str, ...], country: str | None, limit: int, index: str | None) -> int:
    """List every row a name may mean, with where the row comes from.

    \b
    geoconflict gazetteer search Tanf
    """
    opened = open_index(index, Talk())
    answers = [(name, opened.candidates(name, country=country, limit=limit)) for name in names]
    click.echo("\n".join(candidate_lines(name, found, explain=True) for name, found in answers))
    return 0 if any(found for _, found in answers) else NOT_FOUND


@gazetteer.command(context_settings=opt.HELP)
@click.option(
    "--add",
    "added",
    multiple=True,
    metavar="FILE",
    help="Add a GeoNames dump (.txt, .zip), a CSV with name, lat, lon, or a GeoJSON; repeatable.",
)
@opt.output(required=False, forms="the index folder; without it the user's cache")
@opt.quiet
@opt.debug
def build(added: tuple[str, ...], output: str | None, *, quiet: bool) -> None:
    """Build the index from the installed packages, the curated rows and the files you add.

    \b
    geoconflict gazetteer build --add SY.zip
    """
    from geoconflict.gazetteer.build import build_index

    talk = Talk(quiet=quiet)
    folder = build_index(output, add=[Path(one) for one in added], progress=talk.step)
    talk.done()
    talk.say(f"Index built: {folder}")


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
