"""The command line: mounts the commands, prints what went wrong, and sets the exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ahg_graph import __version__
from ahg_graph.commands.ask import ask
from ahg_graph.commands.build import build
from ahg_graph.commands.console import fail
from ahg_graph.commands.coverage import coverage
from ahg_graph.commands.explain import explain
from ahg_graph.commands.export import export
from ahg_graph.commands.figures import figures
from ahg_graph.commands.interfaces import record_interfaces
from ahg_graph.commands.mcp import mcp
from ahg_graph.commands.new_record import new_record
from ahg_graph.commands.publish import publish
from ahg_graph.commands.query import query
from ahg_graph.commands.reason import reason
from ahg_graph.commands.release import release
from ahg_graph.commands.serve import serve
from ahg_graph.commands.settings import settings
from ahg_graph.commands.swap import swap
from ahg_graph.commands.validate import validate
from ahg_graph.errors import AhgGraphError

EXIT_CODES = """Exit codes: 0 all is well; 1 the sources have problems; 2 the call or the query is wrong; 3 the facts
contradict each other; 4 a query was refused or met a limit; 5 no snapshot, or a damaged one; 6 another failure."""

app = typer.Typer(
    help="Build, check and ask a knowledge graph of the Bali Process Ad Hoc Group.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    build,
    serve,
    swap,
    ask,
    query,
    explain,
    reason,
    validate,
    coverage,
    new_record,
    export,
    release,
    publish,
    figures,
    record_interfaces,
    mcp,
    settings,
):
    app.command()(command)


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
    """Build, check and ask a knowledge graph of the Bali Process Ad Hoc Group."""


def main() -> None:
    """Run the command line; a fault that the project knows is one line on standard error, never a traceback."""
    try:
        app()
    except AhgGraphError as error:
        sys.exit(fail(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
