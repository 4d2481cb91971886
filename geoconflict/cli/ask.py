"""`places`, `geocode`: what names there are and where they lie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.options import Talk, open_index
from geoconflict.errors import InputError, OnlineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geoconflict.records import Candidate

ADDED_COLUMNS = (
    "place_id",
    "place_name",
    "place_lat",
    "place_lon",
    "place_kind",
    "where_prec",
    "radius_m",
    "score",
    "reason",
)
NOT_FOUND = 1
NOT_ALL_ASKED = 3
MOST_FAILURES_IN_A_ROW = 5
"""After as many a service is down: asking for the other names of a table would only wait for it."""


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
    from geoconflict.files import check_output, write_text

    talk, run = Talk(quiet=given["quiet"]), Run()
    check_output(given["output"], overwrite=given["overwrite"])
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


@click.command(context_settings=opt.HELP)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@opt.country
@click.option("--admin1", metavar="NAME", help="First-level area the place is likely in: a prior, not a filter.")
@click.option("--near", type=opt.LonLat(), help="Point the place is likely near: LON,LAT.")
@click.option("--limit", type=click.IntRange(min=1), default=5, show_default=True, help="How many candidates a name.")
@click.option("--explain", is_flag=True, help="Say why each candidate got its score, and where its row comes from.")
@click.option(
    "--online",
    type=click.Choice(["nominatim", "geonames", "photon"]),
    help="Ask this service instead of the index; needs a connection. GEOCONFLICT_NOMINATIM_URL (or _GEONAMES_URL, "
    "_PHOTON_URL) names another server of its kind, GEOCONFLICT_GEONAMES_USERNAME the account GeoNames wants.",
)
@click.option("--column", metavar="C", help="NAME is a table (.csv, .xlsx, .parquet); geocode its column C.")
@opt.output(required=False, forms=".csv, .xlsx or .parquet, with --column")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {name, candidates} as JSON.")
@opt.index
@opt.overwrite
@opt.quiet
@opt.debug
def geocode(names: tuple[str, ...], **given: Any) -> int:
    """Say where names lie: candidates, best first.

    \b
    geoconflict geocode Atmeh Idlib "Kafr Takharim" --country SY
    geoconflict geocode --column place table.csv -o placed.csv
    """
    talk = Talk(quiet=given["quiet"])
    if given["column"]:
        return _geocode_table(names, given, talk)
    if given["output"]:
        raise click.UsageError("-o goes with --column; candidates of names go to stdout")
    ask = _asker(given, talk)
    answers, failures = _ask_all(names, lambda name: ask(name, given["limit"]))
    if given["as_json"]:
        told: list[dict[str, Any]] = [
            {"name": name, "candidates": [_record(one) for one in answers.get(name, [])]}
            | ({"error": failures[name]} if name in failures else {})
            for name in names
        ]
        click.echo(json.dumps(told, ensure_ascii=False))
    elif answers:
        lines = [candidate_lines(name, answers[name], explain=given["explain"]) for name in names if name in answers]
        click.echo("\n".join(lines))
    return _asked(answers, failures)


def _ask_all(
    names: Iterable[str], ask: Callable[[str], list[Candidate]]
) -> tuple[dict[str, list[Candidate]], dict[str, str]]:
    """Ask for each name once; return answers and failures, each failure told in a line of its own."""
    answers: dict[str, list[Candidate]] = {}
    failures: dict[str, str] = {}
    in_a_row, not_asked = 0, 0
    for name in dict.fromkeys(names):
        if in_a_row == MOST_FAILURES_IN_A_ROW:
            failures[name] = f"not asked, since {in_a_row} names before it got no answer"
            not_asked += 1
            continue
        try:
            answers[name] = ask(name)
            in_a_row = 0
        except OnlineError as problem:
            failures[name] = str(problem)
            in_a_row += 1
            click.echo(f"geoconflict: {name}: {problem}", err=True)
    if not_asked:
        click.echo(f"geoconflict: {not_asked} more names were not asked, since {in_a_row} got no answer", err=True)
    return answers, failures


def _asked(answers: dict[str, list[Candidate]], failures: dict[str, str]) -> int:
    """Return the exit code of asking: some names without an answer of the service, or all of them unknown."""
    if failures:
        return NOT_ALL_ASKED if answers else OnlineError.exit_code
    return 0 if any(answers.values()) or not answers else NOT_FOUND


def _asker(given: dict[str, Any], talk: Talk) -> Callable[[str, int], list[Candidate]]:
    """Return the function that asks for a name: the index, opened once, or the online service the user named."""
    if given["online"]:
        from geoconflict.gazetteer.online import geocode_online

        return lambda name, limit: geocode_online(name, given["online"], country=given["country"], limit=limit)
    opened = open_index(given["index"], talk)
    return lambda name, limit: opened.candidates(
        name,
        country=given["country"],
        admin1=given["admin1"],
        near=given["near"],
        limit=limit,
    )


def _record(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate as plain data."""
    place = candidate.place
    return {
        "place_id": place.id,
        "geonameid": place.geonameid,
        "place_name": place.name,
        "lat": place.lat,
        "lon": place.lon,
        "kind": place.kind,
        "country": place.country,
        "admin1": place.admin1 or None,
        "admin2": place.admin2 or None,
        "population": place.population or None,
        "where_prec": place.where_prec,
        "radius_m": place.radius_m,
        "score": candidate.score,
        "reason": candidate.reason,
        "source": place.source or None,
    }


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


def _answer(found: list[Candidate]) -> dict[str, Any]:
    """Return what a table gets for a name: a place only where one is likelier than not, else why there is none."""
    from geoconflict.gazetteer.ranking import ANSWER_SCORE

    if not found:
        return {"reason": "not in the gazetteer"}
    best = _record(found[0])
    if found[0].score >= ANSWER_SCORE:
        return best
    return {"score": best["score"], "reason": f"not sure enough: {best['place_name']}, {best['reason']}"}


def _geocode_table(names: tuple[str, ...], given: dict[str, Any], talk: Talk) -> int:
    """Add the best candidate of one column to every row of a table."""
    from geoconflict.files import check_output, read_table, write_table

    if len(names) != 1:
        raise click.UsageError("--column takes one table")
    if not given["output"]:
        raise click.UsageError("--column needs -o FILE for the table it makes")
    check_output(given["output"], overwrite=given["overwrite"])
    table = read_table(names[0])
    column = given["column"]
    if column not in table.columns:
        raise InputError(f"{names[0]}: no column {column!r}; it has {', '.join(map(str, table.columns))}")
    ask = _asker(given, talk)
    names_in_it = table[column].dropna().astype(str).unique().tolist()
    answers, failures = _ask_all(names_in_it, lambda name: ask(name, 1) if name.strip() else [])
    if failures and not answers:
        return _asked(answers, failures)
    best: dict[str, dict[str, Any]] = {name: _answer(found) for name, found in answers.items()} | {
        name: {"reason": f"no answer: {why}"} for name, why in failures.items()
    }
    for added in ADDED_COLUMNS:
        key = {"place_lat": "lat", "place_lon": "lon", "place_kind": "kind"}.get(added, added)
        values = [best.get(str(name), {}).get(key) for name in table[column]]
        table[added] = values
    write_table(table, given["output"], overwrite=given["overwrite"])
    known = sum("place_id" in answer for answer in best.values())
    talk.say(f"{known} of {len(best)} names placed, {len(table)} rows written to {given['output']}")
    return _asked(answers, failures)
