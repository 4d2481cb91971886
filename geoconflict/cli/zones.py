"""`zones info|at|compare|from-points|check`: who is reported to have held the ground."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.compare import compare
from geoconflict.cli.layers import Run, check_zone_options, curated_zones, read_reports, read_zone_files, span_of
from geoconflict.cli.options import Talk, open_index
from geoconflict.errors import InputError
from geoconflict.records import LINKABLE_RADIUS_M

if TYPE_CHECKING:
    from pandas import DataFrame

_WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_KM = 1000


@click.group(context_settings=opt.HELP)
def zones() -> None:
    """Ask control zones, or derive them from town reports."""


zones.add_command(compare)


@zones.command(context_settings=opt.HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@opt.zones_read
@click.option("--by-day", is_flag=True, help="Say the areas of every day, not of the first and last only.")
@opt.as_json
@opt.debug
def info(files: tuple[str, ...], *, by_day: bool, as_json: bool, **given: Any) -> int:
    """Say what is in zone files: sources, days and gaps between them, areas by controller, certainty, repairs.

    \b
    geoconflict zones info zones.geojson
    geoconflict zones info daily_maps/ --controller "Russian army" --by-day
    """
    from geoconflict.zones import zone_facts

    run = Run()
    facts = zone_facts(read_zone_files(files, run, **given))
    for where, reason in run.skipped:
        click.echo(f"Not read: {where}: {reason}", err=True)
    if as_json:
        left_out = [f"{where}: {reason}" for where, reason in run.skipped]
        click.echo(json.dumps({"sources": facts, "repairs": run.repairs, "left_out": left_out}, ensure_ascii=False))
        return run.exit_code
    for one in facts:
        click.echo(_about(one))
        shown = one["areas"] if by_day else [one["areas"][n] for n in sorted({0, len(one["areas"]) - 1})]
        for area in shown:
            click.echo(f"  {area['day']}: " + ", ".join(f"{side} {km2:,.0f} km2" for side, km2 in area["km2"].items()))
    return run.exit_code


def _about(one: dict[str, Any]) -> str:
    """Write what a source holds as two lines."""
    gap = one["largest_gap"]
    apart = f", longest time without one {gap['days']} days from {gap['after']} to {gap['before']}" if gap else ""
    days = f"{one['days']} days from {one['first_day']} to {one['last_day']}{apart}"
    if one["days"] == 1:
        days = f"one day, {one['first_day']}"
    graded = ", ".join(f"{grade} {count}" for grade, count in one["certainty"].items())
    zones = "1 zone" if one["zones"] == 1 else f"{one['zones']} zones"
    return f"{one['source']}: {zones}, {days}\n  held by {', '.join(one['controllers'])}; certainty: {graded}"


# Unknown options are handed on as arguments, since a western longitude begins as an option does: -10.5,36.31.
@zones.command(context_settings={**opt.HELP, "ignore_unknown_options": True})
@click.argument("point", metavar="LON,LAT|NAME")
@click.option("--date", "day", type=opt.Day(), required=True, help="The day asked about.")
@click.option(
    "--country",
    type=opt.Country(),
    metavar="COUNTRY",
    help="Country the point lies in; then a zone of it up to 2 km away counts.",
)
@opt.zone_files
@opt.max_zone_age
@opt.index
@opt.as_json
@opt.debug
def at(
    point: str,
    day: dt.date,
    *,
    country: str | None,
    index: str | None,
    zone_files: tuple[str, ...],
    max_zone_age: int,
    as_json: bool,
    **given: Any,
) -> int:
    """Say who is reported to have held a point on a day, a line a source.

    The place of a NAME is the best answer `geocode` gives, with how precisely it is known.

    \b
    geoconflict zones at 36.69,36.31 --date 2022-02-03
    geoconflict zones at Atmeh --country SY --date 2022-02-03 --zones mine.geojson --zones daily_maps/
    """
    from geoconflict.zones import zones_at

    _check_day(day)
    run, talk = Run(), Talk()
    lon, lat, country, radius_m = _spot(point, country, index, talk)
    check_zone_options(zone_files, *given.values())
    layer = read_zone_files(zone_files, run, **given) if zone_files else curated_zones([day], run)
    _say_left_out(run, talk)
    answers = zones_at(layer, lon, lat, day, max_age_days=max_zone_age, radius_m=radius_m, country=country)
    if as_json:
        click.echo(json.dumps(answers, ensure_ascii=False))
        return run.exit_code
    for answer in answers:
        click.echo(_sentence(answer))
    if not answers:
        click.echo(_silence(read_reports(None, run), day))
    for note in run.notes:
        talk.say(note)
    return run.exit_code


def _spot(point: str, country: str | None, index: str | None, talk: Talk) -> tuple[float, float, str | None, float]:
    """Return longitude, latitude, country and radius of a point given as LON,LAT or by name."""
    from geoconflict.gazetteer.ranking import ANSWER_SCORE

    if not any(letter.isalpha() for letter in point):
        lon, lat = opt.LonLat().convert(point, None, click.get_current_context())
        return lon, lat, country, 0.0
    found = open_index(index, talk).candidates(point, country=country, limit=1)
    if not found or found[0].score < ANSWER_SCORE:
        raise InputError(f"{point}: no place is known by this name; give LON,LAT, or see geoconflict geocode {point!r}")
    place = found[0].place
    if place.radius_m > LINKABLE_RADIUS_M:
        wide = f"{place.radius_m / 1000:,.0f} km"
        raise InputError(
            f"{point}: {place.name} is a {place.kind} known to {wide} only, too wide for one answer; give LON,LAT"
        )
    where = ", ".join(filter(None, (place.name, place.admin1, place.country)))
    talk.insist(f"{point}: {where} ({place.kind}), {place.lon:.4f},{place.lat:.4f} to {place.radius_m:,.0f} m")
    return place.lon, place.lat, place.country or country, place.radius_m


def _check_day(day: dt.date) -> None:
    """Refuse a day that has not come: nobody can have reported who held the ground."""
    today = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)  # where the day begins first it is tomorrow already
    if day > today:
        raise InputError(f"--date {day} has not come yet: nobody can have reported who held the ground then")


def _say_left_out(run: Run, talk: Talk) -> None:
    for where, reason in run.skipped:
        talk.insist(f"Not read: {where}: {reason}")


def _silence(reports: DataFrame, day: dt.date) -> str:
    """Say why town reports draw nothing on a day."""
    first, last = span_of(reports)
    if str(day) < first:
        return f"no report that early; the first is of {first}"
    if str(day) > last:
        return f"no report that late; the last look at a town was on {last}, and a report counts for a year after it"
    return f"too few reports count on {day}; they go from {first} to {last}"


def _sentence(answer: dict[str, Any]) -> str:
    """Write one source's answer as a line."""
    status = str(answer["status"]).replace("_", " ")
    parts = [f"{answer['source'] or 'not named'}: {status}"]
    if answer["controller"]:
        certainty = f", certainty {answer['certainty']}" if answer["certainty"] else ""
        parts = [f"{answer['source'] or 'not named'}: {answer['controller']} ({status}{certainty})"]
    elif claims := [one["controller"] for one in answer["other_sides"] if one["bearing_deg"] is None]:
        parts[0] += f", claimed by {' / '.join(claims)}"
    if answer["as_of"]:
        parts.append(f"as of {answer['as_of']}")
    if answer["changed_on"]:
        parts.append(f"{_change(answer)}, before: {answer['previous_controller'] or 'left blank'}")
    if answer["next_as_of"] and answer["next_controller"] != answer["controller"]:
        parts.append(f"but {answer['next_controller'] or 'no one side'} on the next map, of {answer['next_as_of']}")
    if answer["front_distance_m"] is not None:
        margin = answer["front_uncertainty_m"]
        spread = f" give or take {margin / _KM:.0f} km" if margin else ""
        parts.append(f"nearest front {_far(answer['front_distance_m'])}{spread}")
    others = [one for one in answer["other_sides"] if answer["controller"] or one["bearing_deg"] is not None]
    if others:
        parts.append("zones of others: " + ", ".join(_way(one) for one in others))
    return ", ".join(parts)


def _change(answer: dict[str, Any]) -> str:
    """Say when a place changed hands: on a day, or between two maps."""
    after, on = (dt.date.fromisoformat(answer[name]) for name in ("changed_after", "changed_on"))
    return f"changed hands on {on}" if (on - after).days <= 1 else f"changed hands between {after} and {on}"


def _way(other: dict[str, Any]) -> str:
    """Write how far and in which direction another side's zone begins."""
    if other["bearing_deg"] is None:
        return f"{other['controller']} here too"
    if round(other["distance_m"]) == 0:
        return f"{other['controller']} from here on"
    wind = _WINDS[round(other["bearing_deg"] / 45) % len(_WINDS)]
    return f"{other['controller']} {_far(other['distance_m'])} {wind}"


def _far(metres: float) -> str:
    """Write a distance: below 1 km in metres, since 0.0 km says nothing."""
    return f"{metres:.0f} m" if round(metres) < _KM else f"{metres / _KM:.1f} km"


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
@opt.max_zone_age
@opt.output(forms=".geojson .parquet .gpkg")
@click.option("--fronts", metavar="FILE", help="Also write the fronts, with the width each is known to.")
@opt.overwrite
@opt.quiet
@opt.debug
def from_points(
    reports: str | None,
    day: dt.date,
    country: str,
    output: str,
    *,
    max_zone_age: int,
    fronts: str | None,
    overwrite: bool,
    quiet: bool,
) -> int:
    """Derive zones from reports on who held which town; without FILE from the curated ones.

    FILE is a CSV with town, lat, lon, controller, valid_from, valid_to and source. Fronts are drawn between
    neighbouring towns held by different sides: derived and approximate. Nothing is drawn for a day more than
    --max-zone-age after the last look at any town, as zones at answers nothing then.

    \b
    geoconflict zones from-points --date 2022-02-03 -o zones.geojson --fronts fronts.geojson
    """
    from geoconflict.bundled import reported_ground
    from geoconflict.files import write_layer
    from geoconflict.zones import zones_from_reports

    _check_day(day)
    run, talk = Run(), Talk(quiet=quiet)
    for path in filter(None, (output, fronts)):
        opt.check_target(path, overwrite=overwrite)
    outlines = reported_ground()
    outline = outlines[outlines["iso2"] == country]
    if outline.empty:
        raise InputError(f"--country {country}: the country outlines have no area of it")
    told = read_reports(reports, run)
    _say_left_out(run, talk)
    derived = zones_from_reports(told, outline, day, country=country)
    if derived.zones.empty:
        whose = reports or "the curated reports, which cover Syria"
        first, last = span_of(told)
        raise InputError(f"no zone for {country} on {day}: no report of it then in {whose} ({first} to {last})")
    newest = dt.date.fromisoformat(derived.zones["last_seen"].max())
    age = (day - newest).days
    if age > max_zone_age:
        raise InputError(
            f"{day} is too late: the last look at a town was on {newest}, {age} days before; "
            f"--max-zone-age {age} draws the ground as last reported"
        )
    write_layer(derived.zones, output, overwrite=overwrite)
    if fronts:
        write_layer(derived.fronts, fronts, overwrite=overwrite)
    as_of = f", the last look at a town {age} days before {day}, on {newest}" if age > 0 else ""
    talk.say(f"{len(derived.zones)} zones written to {output}; derived from town reports, approximate{as_of}")
    return run.exit_code


@zones.command(context_settings=opt.HELP)
@click.argument("reports", required=False, metavar="[FILE]")
@click.option("--date", "day", type=opt.Day(), required=True, help="The day the reports are held against each other.")
@opt.as_json
@opt.debug
def check(reports: str | None, day: dt.date, *, as_json: bool) -> int:
    """List towns whose report the towns around contradict; without FILE of the curated ones.

    A second method that trusts no single report says who held each town by the reports of the others. What is listed is
    worth a second source: an enclave or a bend of the front is listed too. Maps stay as they are.

    \b
    geoconflict zones check --date 2022-02-03
    geoconflict zones check towns.csv --date 2022-02-03 --json
    """
    from geoconflict.zones import doubtful_reports

    _check_day(day)
    run = Run()
    told = read_reports(reports, run)
    _say_left_out(run, Talk())
    doubts = doubtful_reports(told, day)
    rows = json.loads(doubts.to_json(orient="records"))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return run.exit_code
    table = [("town", "said", "second method says", "weight", "nearest reports that say otherwise")]
    for row in rows:
        against = [
            f"{one['town']} {one['distance_m'] / 1000:.1f} km ({one['controller']})" for one in row["contradicted_by"]
        ]
        table.append((row["town"], row["said"], row["second_says"], f"{row['weight']:.2f}", "; ".join(against)))
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    for *cells, last in table:
        click.echo("  ".join([*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), last]))
    if not rows:
        click.echo(f"no report of {day} is contradicted by those around it")
    return run.exit_code
