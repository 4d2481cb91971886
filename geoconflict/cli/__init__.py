"""The command line: opens inputs, calls the rooms, prints, sets the exit code. Nobody imports it.

Exit codes: 0 done; 1 failure or bad data; 2 usage; 3 done, but some input could not be read; 4 refused by policy.
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress
from importlib import import_module

import click

from geoconflict import __version__
from geoconflict.cli.options import HELP, debugging
from geoconflict.errors import GeoconflictError, InputWarning

INTERRUPTED = 130
COMMANDS = {  # in the order of the work: the module of each and its name there
    "map": ("draw", "map_"),
    "embed": ("embed", "embed"),
    "events": ("draw", "events"),
    "link": ("draw", "link"),
    "places": ("ask", "places"),
    "geocode": ("ask", "geocode"),
    "zones": ("zones", "zones"),
    "people": ("people", "people"),
    "gazetteer": ("gazetteer", "gazetteer"),
}


class _Group(click.Group):
    """Imports a command when it is called: a name is geocoded before the others would be read."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        command: click.Command = getattr(import_module(f"geoconflict.cli.{module}"), attribute)
        return command


@click.group(cls=_Group, context_settings=HELP)
@click.version_option(__version__, prog_name="geoconflict")
def cli() -> None:
    """Turn conflict reporting into a sourced, dated, checkable map.

    \b
    geoconflict map article.txt -o map.html
    geoconflict geocode Atmeh Idlib --country SY
    """


def _show_warning(message: Warning | str, category: type[Warning], *_where: object) -> None:
    """Print what was left out of an input as one line; what libraries tell developers is not for users."""
    if issubclass(category, InputWarning):
        click.echo(f"Warning: {message}", err=True)


def main() -> None:
    """Run the command line: our errors are one line, bugs keep their traceback."""
    warnings.simplefilter("always", InputWarning)
    warnings.showwarning = _show_warning  # type: ignore[assignment]
    debug = debugging()
    try:
        code = cli.main(standalone_mode=False, prog_name="geoconflict")
        sys.stdout.flush()  # here, where a failure can still be told
    except click.ClickException as problem:
        problem.show()
        code = problem.exit_code
    except click.Abort:
        code = INTERRUPTED
    except GeoconflictError as problem:
        if debug:
            raise
        click.echo(f"geoconflict: {problem}", err=True)
        code = problem.exit_code
    except OSError as problem:  # the system's own: a full disk, a closed stream
        if debug:
            raise
        code = _say_system_error(problem)
    sys.exit(code or 0)


def _say_system_error(problem: OSError) -> int:
    """Say in one line what the system refused, and return the exit code; what stdout still holds is given up."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(problem, BrokenPipeError):  # the reader of our output left: `geoconflict places ... | head`
        return 0
    with suppress(OSError):  # stderr may lie on the same full disk
        click.echo(f"geoconflict: {problem.filename or 'standard output'}: {problem.strerror or problem}", err=True)
    return GeoconflictError.exit_code
