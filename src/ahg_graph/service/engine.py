"""What the query service asks: anything that answers SPARQL, waited for or at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ahg_graph.sparql.store import Store
from ahg_graph.sparql.types import SparqlQuery, SparqlResult

Result = TypeVar("Result")


class Run(Protocol):
    """Calls a function that reads files, where that holds up no one."""

    def __call__(self, function: Callable[[], Result], /) -> Awaitable[Result]:
        """Return what is waited for: the function's result."""


class SparqlEngine(Protocol):
    """Answers SPARQL."""

    async def ask(self, question: SparqlQuery, client: str = "", /) -> SparqlResult:
        """Return the answer, or raise the QueryError that says why there is none; `client` is whom it is for."""


@dataclass(frozen=True)
class StoreEngine:
    """A store within the process, which answers before anybody can wait for it."""

    store: Store

    async def ask(self, question: SparqlQuery, client: str = "", /) -> SparqlResult:
        """Return the answer."""
        return self.store.answer(question)


async def call_at_once(function: Callable[[], Result]) -> Result:
    """Call a function here and now, for a service that is not to suspend."""
    return function()


def finish(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Return the result of a coroutine that never suspends; it may be called where an event loop runs.

    Raises RuntimeError for one that does suspend.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: Result = stop.value
        return result
    coroutine.close()
    raise RuntimeError("the coroutine waits for something, and nobody runs it")
