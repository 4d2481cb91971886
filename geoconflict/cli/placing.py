"""Asks for many names, each once, and puts the answers into a table: `geocode` in bulk."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from geoconflict.errors import InputError, OnlineError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pandas import DataFrame

    from geoconflict.cli.options import Talk
    from geoconflict.gazetteer import Gazetteer
    from geoconflict.records import Candidate

ADDED_COLUMNS = {
    "place_id": "object",
    "place_name": "object",
    "place_lat": "float64",
    "place_lon": "float64",
    "place_kind": "object",
    "where_prec": "Int64",
    "radius_m": "float64",
    "score": "float64",
    "reason": "object",
}
"""The columns a table gains, and their types."""
NOT_FOUND = 1
NOT_ALL_ASKED = 3
MOST_FAILURES_IN_A_ROW = 5
"""After as many a service is down: asking for the other names of a table would only wait for it."""
LONGEST_NAME = 300
"""Characters; the longest name of a place in GeoNames, Bangkok's ceremonial one, has some 170."""
_NAMESAKES = 50
_CANDIDATES_ONLINE = 5
"""More than one, so that the score of the first says how many others bear the name."""
_SLOW_S, _SLOW_NAMES = 2.0, 10
"""Work that takes longer shows how far it is."""


class Question(NamedTuple):
    """A name to ask for, and where it is likely to be."""

    name: str
    country: str | None = None
    admin1: str | None = None


@dataclass(slots=True)
class Answers:
    """What was found for each question, and why there was no answer to others."""

    found: dict[Question, list[Candidate]] = field(default_factory=dict)
    failures: dict[Question, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """Say how it went: some names without an answer of the service, all of them, or all of them unknown."""
        if self.failures:
            return NOT_ALL_ASKED if self.found else OnlineError.exit_code
        return 0 if any(self.found.values()) or not self.found else NOT_FOUND


def ask_each(
    questions: Iterable[Question], ask: Callable[[Question], list[Candidate]], talk: Talk, whom: str = ""
) -> Answers:
    """Ask each question once; a failure is told in a line of its own, and after some in a row nothing more is asked."""
    answers, in_a_row, not_asked = Answers(), 0, 0
    asked = list(dict.fromkeys(questions))
    started = time.monotonic()
    for number, question in enumerate(asked):
        if time.monotonic() - started > _SLOW_S:
            talk.step(f"{number} of {len(asked)} names{whom}", number / len(asked))
        if in_a_row >= MOST_FAILURES_IN_A_ROW:
            answers.failures[question] = "not asked: service outage"
            not_asked += 1
            continue
        try:
            answers.found[question] = ask(question) if len(question.name) <= LONGEST_NAME else []
            in_a_row = 0
        except OnlineError as problem:
            answers.failures[question] = f"no answer: {problem}"
            in_a_row = MOST_FAILURES_IN_A_ROW if isinstance(problem, RefusedError) else in_a_row + 1
            talk.done()
            click.echo(f"geoconflict: {question.name}: {problem}", err=True)
    talk.done()
    if not_asked:
        click.echo(f"geoconflict: {not_asked} more names were not asked, since the service is out", err=True)
    return answers


def record(candidate: Candidate) -> dict[str, Any]:
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


# ---- tables --------------------------------------------------------------------------------------------------------
_Answer = dict[str, Any]


def place_table(path: str, gazetteer: Gazetteer, given: dict[str, Any], talk: Talk) -> tuple[dict[str, Any], int]:
    """Write a table with the best candidate for each row; return the summary and the exit code.

    Same rows, same order, `ADDED_COLUMNS` behind the table's own. The index is asked first; the service the user named
    only for names the index does not know.
    """
    from geoconflict.files import read_table, write_table

    table = read_table(path)
    _check_columns(path, table, given, talk)
    rows, unread = _questions(table, gazetteer, given)
    questions = list(dict.fromkeys(row for row in rows if isinstance(row, Question)))
    answers, unknown = _ask_index(questions, gazetteer, given["near"], talk)
    failures = _ask_service(unknown, answers, given["online"], talk) if given["online"] else set()
    _fill(table, rows, answers)
    write_table(table, given["output"], overwrite=given["overwrite"])

    for problem, count in unread.items():
        click.echo(f"geoconflict: {path}: {problem}; {count} rows left without a place", err=True)
    unplaced = [question for question in questions if "place_id" not in answers[question]]
    not_sure = sum("score" in answers[question] for question in unplaced)
    summary = {
        "rows": len(rows),
        "names": len(questions),
        "placed": len(questions) - len(unplaced),
        "not_sure": not_sure,
        "not_known": sum("score" not in answers[question] and question not in failures for question in unplaced),
        "no_answer": len(failures),
        "output": given["output"],
    }
    if failures or unread:
        return summary, NOT_ALL_ASKED
    return summary, NOT_FOUND if questions and not summary["placed"] + not_sure else 0


def summary_line(summary: dict[str, Any]) -> str:
    """Say what became of a table."""
    words = {"not_sure": "not sure enough", "not_known": "not known", "no_answer": "without an answer"}
    parts = [f"{summary['placed']} of {summary['names']} names placed"]
    parts += [f"{summary[key]} {text}" for key, text in words.items() if summary[key]]
    return f"{', '.join(parts)}; {summary['rows']} rows written to {summary['output']}"


def _check_columns(path: str, table: DataFrame, given: dict[str, Any], talk: Talk) -> None:
    """Refuse a column that is not there, and a table whose own columns would be overwritten.

    A table that has all the columns we add has been through here before: they are replaced.
    """
    asked = [name for name in (given["column"], given["country_column"], given["admin1_column"]) if name]
    for name in asked:
        if name not in table.columns:
            raise InputError(f"{path}: no column {name!r}; it has {', '.join(map(str, table.columns))}")
    there = [name for name in ADDED_COLUMNS if name in table.columns]
    if there and (len(there) < len(ADDED_COLUMNS) or set(there) & set(asked)):
        raise InputError(f"{path}: has {', '.join(there)} already, which geocode adds; rename what is yours")
    if there:
        talk.say(f"{path}: its columns of an earlier geocode are replaced")
        table.drop(columns=there, inplace=True)  # noqa: PD002  the frame is ours, and large


def _questions(
    table: DataFrame, gazetteer: Gazetteer, given: dict[str, Any]
) -> tuple[list[Question | str], dict[str, int]]:
    """Return for each row what to ask, or why there is nothing to ask; and how many rows name which unknown country."""
    from geoconflict.files.cells import plain

    def cells(column: str | None) -> Iterable[str]:
        if column is None:
            return itertools.repeat("", len(table))
        return ("" if (value := plain(cell)) is None else str(value).strip() for cell in table[column].tolist())

    codes: dict[str, str | None] = {"": given["country"]}
    rows: list[Question | str] = []
    unread: dict[str, int] = {}
    columns = (cells(given[option]) for option in ("column", "country_column", "admin1_column"))
    kept: dict[Question | str, Question | str] = {}
    for name, country, admin1 in zip(*columns, strict=True):
        if country not in codes:
            codes[country] = _code(gazetteer, country)
        row: Question | str = Question(name, codes[country], admin1 or given["admin1"])
        if not name:
            row = "no name in this row"
        elif len(name) > LONGEST_NAME:
            row = f"no name of a place: {len(name)} characters"
        elif country and codes[country] is None:
            row = f"country {country[:LONGEST_NAME]!r} is not known; write its ISO code or name"
            unread[row] = unread.get(row, 0) + 1
        rows.append(kept.setdefault(row, row))
    return rows, unread


def _code(gazetteer: Gazetteer, country: str) -> str | None:
    """Return the code of a country as a cell of a table gives it, None when there is no such country."""
    try:
        return gazetteer.country_code(country) if len(country) <= LONGEST_NAME else None
    except UsageError:
        return None


def _ask_index(
    questions: list[Question], gazetteer: Gazetteer, near: tuple[float, float] | None, talk: Talk
) -> tuple[dict[Question, _Answer], list[Question]]:
    """Return what the index answers, and the questions it has no name for.

    Scores are shares: where they add up to an answer, the name is known, and a service that knows but one of its
    bearers would be surer than the facts.
    """
    from geoconflict.gazetteer.ranking import ANSWER_SCORE

    answers: dict[Question, _Answer] = {}
    unknown = []
    started = time.monotonic()
    for number, question in enumerate(questions):
        found = gazetteer.candidates(
            question.name, country=question.country, admin1=question.admin1, near=near, limit=_NAMESAKES
        )
        answers[question] = _answer(found)
        if sum(one.score for one in found) < ANSWER_SCORE:
            unknown.append(question)
        if time.monotonic() - started > _SLOW_S:
            talk.step(f"{number} of {len(questions)} names", number / len(questions))
    talk.done()
    return answers, unknown


def _ask_service(
    questions: list[Question], answers: dict[Question, _Answer], provider: Any, talk: Talk
) -> set[Question]:
    """Put a service's answers beside those of the index; return the questions it did not answer.

    A name without an answer of the service is not an unknown name: its reason says so.
    """
    from geoconflict.gazetteer.online import geocode_online

    def ask(question: Question) -> list[Candidate]:
        return geocode_online(question.name, provider, country=question.country, limit=_CANDIDATES_ONLINE)

    if len(questions) >= _SLOW_NAMES:
        talk.say(f"{len(questions)} names are not in the index; {provider} is asked, one a second at most")
    told = ask_each(questions, ask, talk, f" asked of {provider}")
    for question in questions:
        before = answers[question]["reason"]
        if question in told.failures:
            answers[question] = {"reason": f"{told.failures[question]}; index: {before}"}
            continue
        said = _answer(told.found[question], f"not known to {provider}")
        if told.found[question] or "score" not in answers[question]:
            answers[question] = said | {"reason": f"{said['reason']}; index: {before}"}
        else:
            answers[question]["reason"] = f"{before}; {said['reason']}"
    return set(told.failures)


def _answer(found: list[Candidate], unknown: str = "not in the gazetteer") -> _Answer:
    """Return what a table gets for a name: a place only where one is likelier than not, else why there is none."""
    from geoconflict.gazetteer.ranking import ANSWER_SCORE

    if not found:
        return {"reason": unknown}
    best = record(found[0])
    if found[0].score >= ANSWER_SCORE:
        return best | {"place_lat": best["lat"], "place_lon": best["lon"], "place_kind": best["kind"]}
    return {"score": best["score"], "reason": f"not sure enough: {best['place_name']}, {best['reason']}"}


def _fill(table: DataFrame, rows: list[Question | str], answers: dict[Question, _Answer]) -> None:
    """Add the columns to the table."""
    import pandas as pd

    for column, dtype in ADDED_COLUMNS.items():
        cells: dict[Question | str, Any] = {question: answer.get(column) for question, answer in answers.items()}
        if column == "reason":
            cells |= {row: row for row in rows if isinstance(row, str)}
        table[column] = pd.Series([cells.get(row) for row in rows], index=table.index, dtype=dtype)
