"""`zones compare`: ground gained and lost between two control maps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.layers import Run, read_zone_files
from geoconflict.errors import UsageError

if TYPE_CHECKING:
    import datetime as dt

    from pandas import DataFrame

_HEADS = {
    "controller": "controller",
    "before_km2": "before",
    "after_km2": "after",
    "gained_km2": "gained",
    "lost_km2": "lost",
    "unchanged_km2": "unchanged",
    "only_before_km2": "first map only",
    "only_after_km2": "second map only",
}
MOST_FILES = 2


@click.command(context_settings=opt.HELP)
@click.argument("files", nargs=-1, required=True, metavar="A [B]")
@click.option(
    "--dates", nargs=2, type=opt.Day(), metavar="DAY DAY", help="The day to take each map of; A alone will do."
)
@click.option(
    "--tolerance",
    "tolerance_m",
    type=click.FloatRange(min=0),
    default=100,
    show_default=True,
    metavar="METRES",
    help="A changed strip nowhere wider than this is a line drawn anew: counted apart, not drawn.",
)
@opt.output(required=False, forms="the changed ground as .geojson .parquet .gpkg .csv .jsonl")
@opt.zones_read
@opt.overwrite
@opt.as_json
@opt.debug
def compare(
    files: tuple[str, ...],
    *,
    dates: tuple[dt.date, dt.date] | None,
    tolerance_m: float,
    output: str | None,
    overwrite: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Say what each side gained and lost from one control map to another, in km2.

    A and B are zone files or folders of one source each; A alone is compared with itself at two days.

    \b
    geoconflict zones compare old.geojson new.geojson
    geoconflict zones compare daily_maps/ --dates 2024-07-08 2026-08-22 --controller "Russian army" -o changes.geojson
    """
    from geoconflict.files import write_layer
    from geoconflict.zones import compare_zones

    if len(files) > MOST_FILES:
        raise UsageError(f"{len(files)} files were given; compare takes two, or one and --dates")
    if len(files) == 1 and not dates:
        raise UsageError("one file is compared with itself at two days: add --dates DAY DAY, or name a second file")
    if output:
        opt.check_target(output, overwrite=overwrite)
    run = Run()
    layers = [read_zone_files([path], run, **given) for path in files]
    done = compare_zones(layers[0], layers[-1], days=dates, tolerance_m=tolerance_m)
    for where, reason in run.skipped:
        click.echo(f"Not read: {where}: {reason}", err=True)
    if output:
        about = {"projection": done.facts["projection"], "tolerance_m": f"{tolerance_m:g}"}
        write_layer(done.changes, output, overwrite=overwrite, about=about)
    if as_json:
        left_out = [f"{where}: {reason}" for where, reason in run.skipped]
        told = done.as_dict() | {"repairs": run.repairs, "left_out": left_out}
        click.echo(json.dumps(told, ensure_ascii=False))
        return run.exit_code
    maps = [f"{one['source'] or 'not named'} as of {one['day']}" for one in (done.facts["before"], done.facts["after"])]
    click.echo(f"{maps[0]} -> {maps[1]}, km2")
    click.echo(_aligned(done.table))
    if done.facts["blank_is_other_side"]:
        click.echo("Both maps draw one side only: what it gained or lost, others lost or gained.")
    strips = f"{done.facts['within_tolerance_km2']:,.1f} km2 in strips up to {tolerance_m:g} m wide, lines drawn anew"
    click.echo(f"Apart from these: {strips}. Equal-area projection: {done.facts['projection']}")
    return run.exit_code


def _aligned(table: DataFrame) -> str:
    """Write areas as columns of text, a side a line."""
    rows = [list(_HEADS.values())]
    rows += [
        [row[name] if name == "controller" else f"{row[name]:,.1f}" for name in _HEADS]
        for row in table.to_dict("records")
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )
