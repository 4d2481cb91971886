"""`places`, `geocode`: what names there are and where they lie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.options import Talk, open_index
from geoconflict.cli.placing import NOT_FOUND, Answers, Question, ask_each, place_table, record, summary_line

if TYPE_CHECKING:
    from geoconflict.records import Candidate

__all__ = ["NOT_FOUND", "candidate_lines", "geocode", "places"]


@click.command(context_settings=opt.HELP)
@opt.inputs
@opt.output(required=False, default="-", forms=".jsonl, or - for stdout")
@opt.index
@opt.country
@opt.published
@opt.recursive
@click.option("--candidates", is_flag=True, help="Add the places each answer beat.")
@click.option("--with-text", is_flag=True, help="Add the text that the offsets count in.")
@opt.overwrite
@opt.quiet
@opt.debug
def places(inputs: tuple[str, ...], **given: Any) -> int:
    """List the places each article names, one line of JSON an article.

    \b
    geoconflict places report.txt -o places.jsonl
    """
    from geoconflict.cli.layers import Options, Run, read_resolved
    from geoconflict.files import write_text

    talk, run = Talk(quiet=given["quiet"]), Run()
    opt.check_target(given["output"], overwrite=given["overwrite"])
    options = Options(
        index=given["index"], country=given["country"], published=given["published"], recursive=given["recursive"]
    )
    lines = []
    for article, resolutions, _ in read_resolved(inputs, options, run, talk):
        line: dict[str, Any] = {"id": article.id}
        if given["with_text"]:
            line["text"] = article.text
        line["toponyms"] = [one.as_toponym(candidates=given["candidates"]) for one in resolutions]
        lines.append(json.dumps(line, ensure_ascii=False))
    write_text("".join(f"{line}\n" for line in lines), given["output"], overwrite=given["overwrite"])
    for warning in run.warnings:
        talk.say(f"Warning: {warning}")
    for path, reason in run.skipped:
        talk.insist(f"Not read: {path}: {reason}")
    return run.exit_code


_TABLE_ONLY = {
    "output": "-o",
    "country_column": "--country-column",
    "admin1_column": "--admin1-column",
    "overwrite": "--overwrite",
}
_NAMES_ONLY = {"explain": "--explain", "limit": "--limit"}
_INDEX_ONLY = {"admin1": "--admin1", "near": "--near", "index": "--gazetteer"}
_LIMIT = 5


@click.command(context_settings=opt.HELP)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@opt.country
@click.option("--admin1", metavar="NAME", help="First-level area the place is likely in: a prior, not a filter.")
@click.option("--near", type=opt.LonLat(), help="Point the place is likely near: LON,LAT.")
@click.option("--limit", type=click.IntRange(min=1), help=f"How many candidates a name.  [default: {_LIMIT}]")
@click.option("--explain", is_flag=True, help="Say why each candidate got its score, and where its row comes from.")
@click.option(
    "--online",
    type=click.Choice(["nominatim", "geonames", "photon"]),
    help="Ask this service: instead of the index, or with --column for the names the index does not know. Needs a "
    "connection; answers are kept. GEOCONFLICT_NOMINATIM_URL (or _GEONAMES_URL, _PHOTON_URL) names another server of "
    "its kind, GEOCONFLICT_GEONAMES_USERNAME the account GeoNames wants.",
)
@click.option(
    "--column",
    metavar="C",
    help="NAME is a table (.csv, .tsv, .xlsx, .parquet, .jsonl): write it to -o with a place for each row's C.",
)
@click.option("--country-column", metavar="C", help="With --column: each row's own country, code or name.")
@click.option("--admin1-column", metavar="C", help="With --column: each row's own first-level area.")
@opt.output(required=False, forms=".csv, .xlsx, .parquet or .jsonl, or - for CSV on stdout; with --column")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {name, candidates}; of a table the summary.")
@opt.index
@opt.overwrite
@opt.quiet
@opt.debug
def geocode(names: tuple[str, ...], **given: Any) -> int:
    """Say where names lie: candidates, best first.

    \b
    geoconflict geocode Atmeh Idlib "Kafr Takharim" --country SY
    geoconflict geocode --column place table.csv --country SY -o placed.csv
    """
    talk = Talk(quiet=given["quiet"])
    if given["column"]:
        return _geocode_table(names, given, talk)
    _refuse(given, _TABLE_ONLY, "goes with --column only; candidates of names go to stdout")
    answers = _ask_names(names, given, talk)
    found = {question.name: candidates for question, candidates in answers.found.items()}
    failures = {question.name: why for question, why in answers.failures.items()}
    if given["as_json"]:
        told: list[dict[str, Any]] = [
            {"name": name, "candidates": [record(one) for one in found.get(name, [])]}
            | ({"error": failures[name]} if name in failures else {})
            for name in names
        ]
        click.echo(json.dumps(told, ensure_ascii=False))
    elif found:
        lines = [candidate_lines(name, found[name], explain=given["explain"]) for name in names if name in found]
        click.echo("\n".join(lines))
    return answers.exit_code


def _refuse(given: dict[str, Any], options: dict[str, str], why: str) -> None:
    """Refuse options that would do nothing."""
    idle = [option for name, option in options.items() if given[name] not in {None, False}]
    if idle:
        raise click.UsageError(f"{', '.join(idle)} {why}")


def _ask_names(names: tuple[str, ...], given: dict[str, Any], talk: Talk) -> Answers:
    """Ask for names: the index, or the online service the user named."""
    questions = [Question(name, given["country"], given["admin1"]) for name in names]
    limit, provider = given["limit"] or _LIMIT, given["online"]
    if provider:
        from geoconflict.gazetteer.online import geocode_online

        _refuse(given, _INDEX_ONLY, "tells the index what to prefer; --online asks by name and country only")
        return ask_each(
            questions, lambda one: geocode_online(one.name, provider, country=one.country, limit=limit), talk
        )
    opened = open_index(given["index"], talk)
    return ask_each(
        questions,
        lambda one: opened.candidates(
            one.name, country=one.country, admin1=one.admin1, near=given["near"], limit=limit
        ),
        talk,
    )


def candidate_lines(name: str, found: list[Candidate], *, explain: bool) -> str:
    """Write the candidates of a name for a person."""
    if not found:
        return f"{name}\n  not in the gazetteer"
    lines = [name]
    for one in found:
        place = one.place
        area = ", ".join(part for part in (place.admin1, place.country) if part)
        lines.append(
            f"  {one.score:.2f}  {place.lat:9.4f} {place.lon:9.4f}  within {place.radius_m / 1000:g} km"
            f"  {place.kind:<10}  {place.name} ({area})",
        )
        if explain:
            lines.append(f"        {one.reason}; {place.id}{'; ' + place.source if place.source else ''}")
    return "\n".join(lines)


def _geocode_table(names: tuple[str, ...], given: dict[str, Any], talk: Talk) -> int:
    """Add the best candidate of one column to every row of a table."""
    from geoconflict.files.output import TABLE_ENDINGS

    _refuse(given, _NAMES_ONLY, "goes with names, not with --column, which takes the best candidate a row")
    if len(names) != 1:
        raise click.UsageError("--column takes one table")
    given["output"] = given["output"] or "-"
    if given["as_json"] and given["output"] == "-":
        raise click.UsageError("--json prints the summary; name a file with -o for the table")
    opt.check_target(given["output"], overwrite=given["overwrite"], endings=TABLE_ENDINGS)
    summary, exit_code = place_table(names[0], open_index(given["index"], talk), given, talk)
    if given["as_json"]:
        click.echo(json.dumps(summary, ensure_ascii=False))
    talk.say(summary_line(summary))
    return exit_code
