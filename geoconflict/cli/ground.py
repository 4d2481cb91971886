"""What lies around the events: people, admin areas and pictures of the ground, from the user's own files.

A file that cannot be used is named in the summary, and the rest is done.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from geoconflict.errors import InputError, OnlineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.cli.layers import Options, Run
    from geoconflict.errors import GeoconflictError
    from geoconflict.records import Imagery


@contextmanager
def _passed_over(run: Run, path: str) -> Iterator[None]:
    """Note a file that cannot be used, and go on."""
    try:
        yield
    except (InputError, OnlineError) as problem:
        pass_over(run, path, problem)


def pass_over(run: Run, path: str, problem: GeoconflictError) -> None:
    """Note a file that cannot be used, and why."""
    from geoconflict.files.geotiff import short_name

    name = short_name(path)
    run.skipped.append((name, str(problem).removeprefix(f"{path}: ").removeprefix(f"{name}: ")))


def check_ground(options: Options) -> None:
    """Refuse options that speak of a file nobody named."""
    if not options.population and (options.population_band or options.population_unit):
        raise UsageError("--population-band and --population-unit speak of a raster; name it with --population")
    if options.admin_columns and not options.admin_files:
        raise UsageError("--admin-columns speaks of files of admin areas; name those with --admin")
    for given in options.admin_columns:
        if not all(part.strip() for part in given.partition("=")):
            raise UsageError(f"--admin-columns {given!r} is not OURS=THEIRS, e.g. admin2_pcode=shapeID")


def add_people(run: Run, options: Options) -> None:
    """Add the people near each event; the columns stay empty where the raster cannot be used."""
    from geoconflict.files import open_population
    from geoconflict.links import link_population

    if run.layer is None or not options.population:
        return
    layer, run.layer = run.layer, link_population(run.layer, None)
    with (
        _passed_over(run, options.population),
        open_population(options.population, band=options.population_band, unit=options.population_unit) as population,
    ):
        run.layer = link_population(layer, population)


def add_admin(run: Run, options: Options) -> None:
    """Add admin areas to the layer, and say how they agree with the places' own."""
    from geoconflict.files import read_admin
    from geoconflict.links import admin_agreement, link_admin

    if run.layer is None or not options.admin_files:
        return
    columns = dict(given.split("=", 1) for given in options.admin_columns)
    unusable = len(run.skipped)
    try:
        areas = read_admin(
            options.admin_files, columns=columns, passed_over=lambda path, why: pass_over(run, str(path), why)
        )
    except InputError:
        if len(run.skipped) - unusable < len(options.admin_files):
            raise  # not for want of files, which are named already
    else:
        run.layer = link_admin(run.layer, areas)
        if said := admin_agreement(run.layer):
            run.notes.append(said)


def check_imagery(given: dict[str, Any]) -> None:
    """Refuse options of imagery that fit no picture."""
    files = given.get("imagery") or ()
    for name in ("imagery_date", "imagery_credit"):
        told = given.get(name) or ()
        if (len(told) > 1 and len(told) != len(files)) or (told and not files):
            raise UsageError(f"--{name.replace('_', '-')} is given {len(told)} times for {len(files)} --imagery files")
    if given.get("imagery_bands") and not files:
        raise UsageError("--imagery-bands speaks of pictures; name those with --imagery")
    _bands(given)


def _bands(given: dict[str, Any]) -> list[int] | None:
    text = given.get("imagery_bands")
    if not text:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"--imagery-bands {text!r} is not R,G,B, e.g. 4,3,2") from None


def read_pictures(run: Run, given: dict[str, Any]) -> list[Imagery]:
    """Read the pictures to lie under the page; what was done to them goes into the summary."""
    from geoconflict.files import read_imagery
    from geoconflict.maps import PUBLISHED_M, map_extent

    extent, pictures = map_extent(run.layer, run.zones), []
    files = given["imagery"]
    dates, credit = (_each(given[name], len(files)) for name in ("imagery_date", "imagery_credit"))
    finest_m = PUBLISHED_M if given["policy"] == "publish" else 0.0
    for path, day, owner in zip(files, dates, credit, strict=True):
        with _passed_over(run, path):
            one = read_imagery(path, extent, date=day, credit=owner, bands=_bands(given), finest_m=finest_m)
            pictures.append(one)
            run.notes += [f"Imagery: {note}." for note in one.notes]
    return pictures


def _each(told: tuple[Any, ...], count: int) -> list[Any]:
    """Return one value a file: each its own, one for all, or none."""
    return list(told) if len(told) == count else [told[0] if told else None] * count
