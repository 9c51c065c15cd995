"""What the commands print and where: answers on standard output, everything else on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from ahg_graph.errors import (
    AhgGraphError,
    BadParameter,
    BuildError,
    BuildFailed,
    QueryError,
    QuerySyntaxError,
    ReleaseError,
    ReleaseGone,
    SettingError,
    SnapshotError,
    UnknownName,
)

_EXIT_CODES: tuple[tuple[type[AhgGraphError], int], ...] = (
    (QuerySyntaxError, 2),
    (BadParameter, 2),
    (UnknownName, 2),
    (SettingError, 2),
    (BuildError, 1),
    (QueryError, 4),
    (SnapshotError, 5),
    (ReleaseError, 5),
    (ReleaseGone, 5),
)


def find_exit_code(error: AhgGraphError) -> int:
    """Return the exit code for an error; a failed build gives 3 when contradictions are among its problems."""
    if isinstance(error, BuildFailed):
        return 3 if error.has_contradictions else 1
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 6)


def errors() -> Console:
    """Return the console on standard error; made on each call, so that it follows a redirection."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def fail(error: AhgGraphError) -> int:
    """Print an error with its code in brackets and return the exit code."""
    console = errors()
    if isinstance(error, BuildFailed):
        for problem in error.problems:
            console.print(escape(str(problem)))
        count = len(error.problems)
        console.print(escape(f"[{error.code}] {count} problem{'s' if count != 1 else ''}; nothing was changed"))
    else:
        console.print(escape(f"[{error.code}] {error}"))
        if isinstance(error, BadParameter) and error.candidates:
            console.print(escape("did you mean: " + ", ".join(error.candidates)))
    return find_exit_code(error)


def fail_with(code: str, reason: str) -> NoReturn:
    """Print a failure that is no error of the project's own, and leave with the code for other failures."""
    errors().print(escape(f"[{code}] {reason}"))
    raise typer.Exit(6)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows the stage it is called with, and nothing where standard error is piped."""
    console = errors()
    if not console.is_terminal:
        yield lambda stage: None
        return
    began, current = time.monotonic(), ""

    def finish() -> None:
        if current:
            console.print(f"  [green]done[/]  {current} [dim]{time.monotonic() - began:.1f} s[/]")

    with console.status("") as status:

        def report(stage: str) -> None:
            nonlocal began, current
            finish()
            began, current = time.monotonic(), stage
            status.update(f"{stage}...")

        yield report
        finish()
