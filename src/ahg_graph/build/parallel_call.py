"""A function called in a process of its own, beside what this one does."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from ahg_graph.errors import BuildError

_Result = TypeVar("_Result")


class ParallelCall(Generic[_Result]):
    """A call that has begun; the process is forked, so that it has all that this one has read.

    Begin before the rule engine has run here: its threads do not live through a fork.
    """

    def __init__(self, function: Callable[[], _Result]) -> None:
        context = multiprocessing.get_context("fork")
        self._connection, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(theirs, function), daemon=True)
        self._process.start()
        theirs.close()

    def wait(self) -> _Result:
        """Return what the function returns, or raise what it raises; BuildError where its process ended before."""
        try:
            error, result = self._connection.recv()
        except EOFError:
            self._process.join()
            raise BuildError(f"a process of the build ended with exit code {self._process.exitcode}") from None
        finally:
            self._connection.close()
        self._process.join()
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]


def _send(connection: Connection, function: Callable[[], object]) -> None:
    try:
        outcome: tuple[BaseException | None, object] = (None, function())
    except Exception as error:  # it is raised where the result is waited for
        outcome = (error, None)
    connection.send(outcome)
