"""`people`: how many people live in areas: who holds how many of them on a day, how many an admin area has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.layers import Run, check_zone_options, read_zone_files
from geoconflict.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geoconflict.links.people import AreaPopulation


@click.command(context_settings=opt.HELP)
@click.argument("files", nargs=-1, required=True, metavar="AREAS...")
@opt.population
@click.option(
    "--by", metavar="COLUMN", help="Sum by this column; ground that two areas of one value cover counts once."
)
@click.option(
    "--date", "day", type=opt.Day(), help="AREAS are control zones: people by source and controller that day."
)
@opt.zones_read
@opt.max_zone_age
@opt.output(required=False, default="-", forms=".csv, .xlsx, .parquet or .jsonl, or - for CSV on stdout")
@opt.overwrite
@opt.debug
def people(files: tuple[str, ...], **given: Any) -> int:
    """Count the people in areas from a population raster, cells weighted by their share inside.

    \b
    geoconflict people districts.gpkg --population pop.tif --by ADM1_PCODE -o people.csv
    geoconflict people maps/ --date 2024-11-26 --population pop.tif
    """
    from geoconflict.files import open_population, write_table
    from geoconflict.files.output import TABLE_ENDINGS

    if not given["population"]:
        raise click.UsageError("name a raster with --population")
    if given["day"] and given["by"]:
        raise click.UsageError("with --date people are summed by controller; --by is for other areas")
    if not given["day"]:
        check_zone_options((), given["controller"], given["zone_dates"], given["zone_layer"])
    opt.check_target(given["output"], overwrite=given["overwrite"], endings=TABLE_ENDINGS)
    run = Run()
    with open_population(
        given["population"], band=given["population_band"], unit=given["population_unit"]
    ) as population:
        table = (
            _by_controller(_zones(files, given, run), given["day"], given["max_zone_age"], population)
            if given["day"]
            else _by_area(files, given["by"], run, population)
        )
    table = table.round({"people": 1, "people_known_share": 4})
    write_table(table, given["output"], overwrite=given["overwrite"])
    for where, reason in run.skipped:
        click.echo(f"Not read: {where}: {reason}", err=True)
    return run.exit_code


def _zones(files: tuple[str, ...], given: dict[str, Any], run: Run) -> GeoDataFrame:
    return read_zone_files(
        files,
        run,
        controller=given["controller"],
        zone_dates=given["zone_dates"],
        zone_layer=given["zone_layer"],
    )


def _by_controller(zones: GeoDataFrame, day: dt.date, max_age_days: int, population: AreaPopulation) -> DataFrame:
    """Return a row a source and controller of a day, sources side by side; too old a map is named and not counted."""
    import pandas as pd

    from geoconflict.links import people_by_area
    from geoconflict.zones import zones_on

    held = zones_on(zones, day)
    if held.empty:
        first, last = zones["valid_from"].min(), zones["valid_from"].max()
        raise InputError(f"no zone holds on {day.isoformat()}; the maps are from {first} to {last}")
    old = (held["age_days"] > max_age_days).fillna(value=False)
    too_old = [
        f"{source}: its latest map, of {part['as_of'].max()}, is more than {max_age_days} days older than "
        f"{day.isoformat()} (--max-zone-age)"
        for source, part in held[old].groupby(held["source"].fillna("not named"), sort=True)
    ]
    if old.all():
        raise InputError("; ".join(too_old))
    for told in too_old:
        click.echo(f"Not counted: {told}", err=True)
    held = held[~old]
    tables = []
    for source, part in held.groupby("source", sort=True, dropna=False):
        counted = pd.DataFrame(people_by_area(part, population, by="controller").drop(columns="geometry"))
        counted.insert(0, "source", source)
        counted.insert(2, "as_of", part["as_of"].max())
        tables.append(counted)
    return pd.concat(tables, ignore_index=True)


def _by_area(files: tuple[str, ...], by: str | None, run: Run, population: AreaPopulation) -> DataFrame:
    """Return the areas of layers of polygons, or the values of a column of theirs, with their people."""
    import geopandas
    import pandas as pd

    from geoconflict.files import read_table
    from geoconflict.links import people_by_area
    from geoconflict.records import CRS

    layers = []
    for path in files:
        try:
            table = read_table(path)
        except InputError as problem:
            run.skipped.append((path, str(problem)))
            continue
        if "geometry" in table:
            layers.append(geopandas.GeoDataFrame(table, geometry="geometry", crs=CRS))
        else:
            run.skipped.append((path, f"{path}: has no geometry; areas are polygons"))
    if not layers:
        raise InputError("; ".join(reason for _, reason in run.skipped))
    areas = pd.concat(layers, ignore_index=True)
    counted = people_by_area(areas, population, by=by)
    return pd.DataFrame(counted.drop(columns=counted.geometry.name))
