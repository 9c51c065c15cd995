"""The command line: mounts the commands, prints what went wrong, and sets the exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any, ClassVar

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from ahg_graph import __version__
from ahg_graph.errors import AhgGraphError, StorageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

EXIT_CODES = """Exit codes: 0 success; 1 problems in the sources; 2 wrong arguments, query or settings; 3 contradictions
in the facts; 4 a query was refused or reached a limit; 5 no snapshot, or a damaged one; 6 another failure."""

COMMANDS = {
    "init": "ahg_graph.cli.init:init",
    "build": "ahg_graph.cli.build:build",
    "ask": "ahg_graph.cli.ask:ask",
    "query": "ahg_graph.cli.query:query",
    "explain": "ahg_graph.cli.explain:explain",
    "reason": "ahg_graph.cli.reason:reason",
    "validate": "ahg_graph.cli.validate:validate",
    "coverage": "ahg_graph.cli.coverage:coverage",
    "new-record": "ahg_graph.cli.new_record:new_record",
    "edit": "ahg_graph.cli.edit:edit",
    "draft": "ahg_graph.cli.draft:draft",
    "ripples": "ahg_graph.cli.ripples:ripples",
    "review": "ahg_graph.cli.review:review",
    "words": "ahg_graph.cli.words:words",
    "texts": "ahg_graph.cli.texts:texts",
    "export": "ahg_graph.cli.export:export",
    "release": "ahg_graph.cli.release:release",
    "publish": "ahg_graph.cli.publish:publish",
    "figures": "ahg_graph.cli.figures:figures",
    "record-interfaces": "ahg_graph.cli.interfaces:record_interfaces",
    "settings": "ahg_graph.cli.settings:settings",
}
"""Each command with the place of its function, in the order in which help lists them."""


class _Commands(TyperGroup):
    """The commands, each imported when it is called or described, so that none waits for the others."""

    places: ClassVar[Mapping[str, str]]

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = dict.fromkeys(self.places, None)  # type: ignore[assignment]  # names, to list and to suggest

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, imported now, or None when there is none of that name."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, _, function = place.partition(":")
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        found = import_module(module)
        single.command(cmd_name, cls=getattr(found, "COMMAND_CLASS", TyperCommand))(getattr(found, function))
        command = typer.main.get_command(single)
        if not any(parameter.name == "home" for parameter in command.params):
            from ahg_graph.cli.home_option import make_home_option

            command.params.append(make_home_option())
        return command


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Build, check and ask a knowledge graph of an intergovernmental process."""


def make_app(commands: Mapping[str, str] = COMMANDS) -> typer.Typer:
    """Return a command line with these commands, each with the place of its function, in the order of help."""
    app = typer.Typer(
        cls=type("Commands", (_Commands,), {"places": commands}),
        help="Build, check and ask a knowledge graph of an intergovernmental process.",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    return app


def main(commands: Mapping[str, str] = COMMANDS) -> None:
    """Run the command line; an error of the project is one line on standard error, never a traceback."""
    try:
        try:
            make_app(commands)()
        finally:
            sys.stdout.flush()
    except AhgGraphError as error:
        from ahg_graph.cli.console import fail

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
