"""The command line: mounts the commands, prints what went wrong, and sets the exit code."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup

from ahg_graph import __version__
from ahg_graph.errors import AhgGraphError, StorageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

EXIT_CODES = """Exit codes: 0 all is well; 1 the sources have problems; 2 the call or the query is wrong; 3 the facts
contradict each other; 4 a query was refused or met a limit; 5 no snapshot, or a damaged one; 6 another failure."""

COMMANDS = {
    "init": "init:init",
    "build": "build:build",
    "serve": "serve:serve",
    "swap": "swap:swap",
    "ask": "ask:ask",
    "query": "query:query",
    "explain": "explain:explain",
    "reason": "reason:reason",
    "validate": "validate:validate",
    "coverage": "coverage:coverage",
    "new-record": "new_record:new_record",
    "export": "export:export",
    "release": "release:release",
    "publish": "publish:publish",
    "figures": "figures:figures",
    "record-interfaces": "interfaces:record_interfaces",
    "mcp": "mcp:mcp",
    "settings": "settings:settings",
}
"""Each command with its module under `commands` and its function, in the order in which help lists them."""


class _Commands(TyperGroup):
    """The commands, each imported when it is called or described, so that none waits for the others."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = dict.fromkeys(COMMANDS, None)  # type: ignore[assignment]  # names, to list and to suggest

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, imported now, or None when there is none of that name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, function = place.partition(":")
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(cmd_name)(getattr(import_module(f"ahg_graph.commands.{module}"), function))
        command = typer.main.get_command(single)
        if not any(parameter.name == "home" for parameter in command.params):
            from ahg_graph.commands.home_option import make_home_option

            command.params.append(make_home_option())
        return command


app = typer.Typer(
    cls=_Commands,
    help="Build, check and ask a knowledge graph of an intergovernmental process.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Build, check and ask a knowledge graph of an intergovernmental process."""


def main() -> None:
    """Run the command line; a fault that the project knows is one line on standard error, never a traceback."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except AhgGraphError as error:
        from ahg_graph.commands.console import fail

        sys.exit(fail(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        # What is left in the buffer has nowhere to go, and the interpreter is not to try again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write(f"[{StorageError.code}] {error.strerror}\n")
        sys.exit(6)
    except KeyboardInterrupt:
        sys.exit(130)
