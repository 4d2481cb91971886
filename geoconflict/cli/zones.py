"""`zones info|at|from-points`: who is reported to have held the ground."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.layers import Run, check_controller, curated_zones
from geoconflict.cli.options import Talk
from geoconflict.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

NOT_ALL_READ = 3


@click.group(context_settings=opt.HELP)
def zones() -> None:
    """Ask control zones, or derive them from town reports."""


@zones.command(context_settings=opt.HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--controller", metavar="NAME", help="Who held the polygons of files that name nobody.")
@opt.as_json
@opt.debug
def info(files: tuple[str, ...], controller: str | None, *, as_json: bool) -> int:
    """Say what is in zone files: sources, controllers, days.

    \b
    geoconflict zones info zones.geojson
    """
    import pandas as pd

    from geoconflict.files import read_zones

    layers, problems = [], []
    for path in files:
        try:
            layers.append(read_zones(path, controller=controller))
        except InputError as problem:
            problems.append(str(problem))
    if not layers:
        raise InputError("; ".join(problems))
    for told in problems:
        click.echo(f"Not read: {told}", err=True)
    layer = pd.concat(layers, ignore_index=True)
    facts = [
        {
            "source": source,
            "zones": len(rows),
            "controllers": sorted(rows["controller"].dropna().unique()),
            "first_day": rows["valid_from"].dropna().min(),
            "maps": int(rows["valid_from"].nunique()),
            "last_map": rows["valid_from"].dropna().max(),
        }
        for source, rows in layer.groupby(layer["source"].fillna("not named"), sort=True)
    ]
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    for one in () if as_json else facts:
        click.echo(
            f"{one['source']}: {one['zones']} zones, {one['maps']} maps from {one['first_day']} to {one['last_map']}"
        )
        click.echo(f"  {', '.join(one['controllers'])}")
    return NOT_ALL_READ if problems else 0


# Unknown options are handed on as arguments, since a western longitude begins as an option does: -10.5,36.31.
@zones.command(context_settings={**opt.HELP, "ignore_unknown_options": True})
@click.argument("point", type=opt.LonLat(), metavar="LON,LAT")
@click.option("--date", "day", type=opt.Day(), required=True, help="The day asked about.")
@click.option(
    "--country",
    type=opt.Country(),
    metavar="COUNTRY",
    help="Country the point lies in; then a zone of it up to 2 km away counts.",
)
@opt.zone_files
@opt.controller
@opt.max_zone_age
@opt.as_json
@opt.debug
def at(
    point: tuple[float, float],
    day: dt.date,
    *,
    country: str | None,
    zone_files: tuple[str, ...],
    controller: str | None,
    max_zone_age: int,
    as_json: bool,
) -> None:
    """Say who is reported to have held a point on a day, a line a source.

    \b
    geoconflict zones at 36.69,36.31 --date 2022-02-03
    """
    from geoconflict.files import read_zones
    from geoconflict.zones import zones_at

    run, talk = Run(), Talk()
    check_controller(controller, zone_files)
    layer = read_zones(zone_files, controller=controller) if zone_files else curated_zones([day], run)
    answers = zones_at(layer, *point, day, max_age_days=max_zone_age, country=country)
    if as_json:
        click.echo(json.dumps(answers, ensure_ascii=False))
        return
    for answer in answers:
        click.echo(_sentence(answer))
    if not answers:
        first = layer["valid_from"].dropna().min() if len(layer) else None
        click.echo("no report that early" + (f"; the first map is of {first}" if first else ""))
    for note in run.notes:
        talk.say(note)


def _sentence(answer: dict[str, Any]) -> str:
    """Write one source's answer as a line."""
    status = str(answer["status"]).replace("_", " ")
    if not answer.get("controller"):
        return f"{answer['source']}: {status}"
    parts = [f"{answer['source']}: {answer['controller']} ({status}, certainty {answer['certainty']})"]
    if answer.get("as_of"):
        parts.append(f"as of {answer['as_of']}")
    if answer.get("front_distance_m") is not None:
        margin = answer.get("front_uncertainty_m")
        spread = f" give or take {margin / 1000:.0f}" if margin else ""
        parts.append(f"nearest front {answer['front_distance_m'] / 1000:.1f} km{spread}")
    return ", ".join(parts)


@zones.command("from-points", context_settings=opt.HELP)
@click.argument("reports", required=False, metavar="[FILE]")
@click.option("--date", "day", type=opt.Day(), required=True, help="The day the zones are for.")
@click.option(
    "--country",
    type=opt.Country(),
    metavar="COUNTRY",
    default="SY",
    show_default=True,
    help="Country the zones are clipped to.",
)
@opt.output(forms=".geojson .parquet .gpkg")
@opt.overwrite
@opt.quiet
@opt.debug
def from_points(reports: str | None, day: dt.date, country: str, output: str, *, overwrite: bool, quiet: bool) -> None:
    """Derive zones from reports on who held which town; without FILE from the curated ones.

    FILE is a CSV with town, lat, lon, controller, valid_from, valid_to and source. Fronts are drawn half-way between
    neighbouring towns held by different sides: derived and approximate.

    \b
    geoconflict zones from-points --date 2022-02-03 -o zones.geojson
    """
    from geoconflict.bundled import country_outlines
    from geoconflict.files import check_output, read_town_reports, write_layer
    from geoconflict.zones import zones_from_reports

    check_output(output, overwrite=overwrite)
    outlines = country_outlines("un")
    outline = outlines[outlines["iso2"] == country]
    if outline.empty:
        raise InputError(f"--country {country}: the country outlines have no area of it")
    told = read_town_reports(reports)
    derived = zones_from_reports(told, outline, day, country=country)
    if derived.zones.empty:
        whose = reports or "the curated reports, which cover Syria"
        first, last = told["valid_from"].min(), told["valid_from"].max()
        raise InputError(f"no zone for {country} on {day}: no report of it then in {whose} ({first} to {last})")
    write_layer(derived.zones, output, overwrite=overwrite)
    Talk(quiet=quiet).say(f"{len(derived.zones)} zones written to {output}; derived from town reports, approximate")
