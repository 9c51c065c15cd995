"""The embedded engine: a snapshot's store, opened read-only, answering questions.

With `terms` the only module that imports the engine. What calls it from a server does so in a worker process: the
engine cannot be interrupted, and a text that nests deep enough ends the process that parses it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
)
from pyoxigraph import Store as Engine

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import GraphRefused, NotAcceptable, QueryMemory, QuerySyntaxError, ServiceRefused, SnapshotError
from ahg_graph.sparql.conformance.adaptation import AdaptedQuery, adapt_query
from ahg_graph.sparql.conformance.functions import make_aggregates, make_functions
from ahg_graph.sparql.conformance.lexical_forms import has_hidden, hide_quads, restore_quad
from ahg_graph.sparql.lexer import BYTE_ORDER_MARK, QuerySummary, summarize_query
from ahg_graph.sparql.media_types import GRAPH_TYPES, RESULT_TYPES
from ahg_graph.sparql.query_checks import (
    NO_CONNECTION,
    explain_failure,
    explain_refusal,
    matches_empty,
    read_data_set,
    refuse_service,
)
from ahg_graph.sparql.results_writer import restore_results, write_results
from ahg_graph.sparql.types import QueryForm, SparqlQuery, SparqlResult

_Graph = NamedNode | BlankNode
_Name = NamedNode | BlankNode | DefaultGraph


class _Evaluation(NamedTuple):
    """What the engine gave for a question; `faults` may come up as long as the results are gone through."""

    results: QuerySolutions | QueryTriples | QueryBoolean
    media_type: str
    form: QueryForm
    adapted: AdaptedQuery
    faults: list[str]


class Store:
    """One data set, and the one way to ask it. `union`: the default graph is the union of the named graphs.

    A relative IRI in a text without BASE is relative to the home's.
    """

    def __init__(self, engine: Engine, union: bool, has_forms: bool = False) -> None:
        """Make a store; `has_forms`: it holds literals as `conformance.lexical_forms` hides them."""
        self._engine = engine
        self._union = union
        self._has_forms = has_forms

    def answer(
        self, question: SparqlQuery, summary: QuerySummary | None = None, most: int | None = None
    ) -> SparqlResult:
        """Return the whole answer; `summary` saves a scan, `most` is the number of bytes that it may have.

        Raises QuerySyntaxError, ServiceRefused, GraphRefused and NotAcceptable, and AnswerTooLarge as soon as the
        answer is larger.
        """
        if question.text.startswith(BYTE_ORDER_MARK):
            question, summary = question._replace(text=question.text[1:]), None
        found = self._evaluate(question, summary or summarize_query(question.text))
        try:
            results = restore_results(found.results) if found.adapted.has_forms else found.results
            body = write_results(results, found.media_type, most)
        except MemoryError:
            raise QueryMemory("the query needed more memory than its limit") from None
        except OSError:
            raise ServiceRefused(NO_CONNECTION) from None
        if found.faults:
            raise QuerySyntaxError(found.faults[0])
        return SparqlResult(body, found.media_type, found.form, found.adapted.extensions)

    def match(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | None) -> Iterator[Quad]:
        """Go through the quads of the default graph, as queries see it and in their order; None is any."""
        found = self._engine.quads_for_pattern(subject, predicate, value, None if self._union else DefaultGraph())
        return map(restore_quad, found) if self._has_forms else found

    def list_graphs(self) -> tuple[str, ...]:
        """Return the names of the named graphs, sorted."""
        return tuple(sorted(g.value for g in self._engine.named_graphs() if isinstance(g, NamedNode)))

    def _evaluate(self, question: SparqlQuery, summary: QuerySummary) -> _Evaluation:
        text = question.text
        refuse_service(text)
        default, named, own = self._select_graphs(question, summary)
        adapted = adapt_query(
            text,
            get_home().base,
            matches_empty,
            lambda: self._name_graphs(named, own),
            has_forms=self._has_forms,
        )
        faults: list[str] = []
        try:
            results = self._engine.query(
                adapted.text,
                base_iri=get_home().base,
                use_default_graph_as_union=self._union and not summary.clauses and default is named is None,
                default_graph=default,
                named_graphs=named,
                custom_functions=make_functions(adapted.functions, faults) if adapted.functions else None,
                custom_aggregate_functions=make_aggregates(adapted.functions, adapted.separators) or None,
            )
        except SyntaxError as error:
            raise explain_refusal(str(error), text) from None
        except RuntimeError as error:
            raise explain_failure(error, text) from None
        except MemoryError:
            raise QueryMemory("the query needed more memory than its limit") from None
        except OSError:
            raise ServiceRefused(NO_CONNECTION) from None
        if adapted.fault:
            raise adapted.fault
        graphs = isinstance(results, QueryTriples)
        wanted = question.graph_type if graphs else question.results_type
        if wanted is None:
            raise NotAcceptable(tuple((GRAPH_TYPES if graphs else RESULT_TYPES).values()))
        form = QueryForm.ASK if isinstance(results, QueryBoolean) else QueryForm.SELECT
        return _Evaluation(results, wanted, QueryForm.GRAPH if graphs else form, adapted, faults)

    def _name_graphs(self, named: list[_Graph] | None, own: list[str] | None) -> tuple[str, ...]:
        """Return the names of the named graphs of a question's data set, the protocol's or its own."""
        if named is not None:
            return tuple(sorted({graph.value for graph in named if isinstance(graph, NamedNode)}))
        return self.list_graphs() if own is None else tuple(sorted(set(own)))

    def _select_graphs(
        self, question: SparqlQuery, summary: QuerySummary
    ) -> tuple[list[_Name] | None, list[_Graph] | None, list[str] | None]:
        """Return the protocol's data set, both parts None without one, and the named graphs of the text's own.

        Raises GraphRefused for an unknown graph.
        """
        if question.default_graphs or question.named_graphs:
            default: list[_Name] = [self._get_graph(name) for name in question.default_graphs]
            return default, [self._get_graph(name) for name in question.named_graphs], None
        names = read_data_set(question.text, summary)
        for name in names:
            self._get_graph(name)
        if not names:
            return None, None, None
        return None, None, [name for name, clause in zip(names, summary.clauses, strict=True) if clause[2]]

    def _get_graph(self, name: str) -> NamedNode:
        try:
            graph = NamedNode(name)
        except ValueError:
            raise GraphRefused(f"the name of a graph is an absolute IRI, and {name!r} is none") from None
        if not self._engine.contains_named_graph(graph):
            raise GraphRefused(f"the snapshot has no graph <{name}>, and nothing outside it is read")
        return graph


def open_store(path: Path, union: bool = True, graphs: Iterable[str] = (), held: bool = False) -> Store:
    """Open a snapshot's `store` folder read-only, or read it, if it is to be `held`, or a file of TriG into memory.

    `graphs` exist in memory even when nothing is in them. Raises SnapshotError where there is neither or it is damaged.
    """
    if held:
        return load_dump(start_dump(path), union, graphs, has_hidden(path))
    if path.is_file():
        engine = Engine()
        try:
            engine.bulk_load(path=str(path), format=RdfFormat.TRIG)
        except (OSError, SyntaxError) as error:
            raise SnapshotError(f"{path} cannot be read: {error}") from error
        return _hold(engine, union, graphs, has_hidden(path))
    if not path.is_dir():
        raise SnapshotError(f"{path} is not a folder")
    try:
        return Store(Engine.read_only(str(path)), union, has_hidden(path))
    except OSError as error:
        raise SnapshotError(f"{path} cannot be opened: {error}") from error


def start_dump(path: Path) -> subprocess.Popen[bytes]:
    """Start a process that opens a store folder and hands over what it holds, for `load_dump`.

    The engine's threads for files do not live through a fork, and this process may be one that forks.
    """
    words = [sys.executable, "-I", "-m", "ahg_graph.workers.dump_process", str(path)]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


def load_dump(
    process: subprocess.Popen[bytes], union: bool = True, graphs: Iterable[str] = (), has_forms: bool = False
) -> Store:
    """Read into memory what a process hands over, and see it end; raises SnapshotError where it does not give all."""
    engine, failure = Engine(), ""
    with process:
        assert process.stdout  # noqa: S101 - narrows the type: it is piped
        try:
            engine.bulk_load(path=f"/dev/fd/{process.stdout.fileno()}", format=RdfFormat.N_QUADS)
        except (OSError, SyntaxError) as error:
            failure = f" ({error})"
    if process.returncode or failure:
        raise SnapshotError(f"the files of the store cannot be read into memory{failure}")
    return _hold(engine, union, graphs, has_forms)


def _hold(engine: Engine, union: bool, graphs: Iterable[str], has_forms: bool) -> Store:
    for name in graphs:
        engine.add_graph(NamedNode(name))
    return Store(engine, union, has_forms)


def write_out(path: Path, stream: IO[bytes]) -> None:
    """Write all quads of a store folder as N-Quads; raises OSError where there is none or it is damaged."""
    Engine.read_only(str(path)).dump(stream, RdfFormat.N_QUADS)


def write_store(path: Path, quads: Iterable[Quad], graphs: Iterable[str] = (), whole: Path | None = None) -> None:
    """Write a new store folder from quads; `graphs` exist even when they are empty.

    `whole` is a file that gets the quads as TriG, without the graphs that are empty.
    """
    engine = Engine(str(path))
    engine.bulk_extend(hide_quads(quads, path))
    for name in graphs:
        engine.add_graph(NamedNode(name))
    engine.flush()
    engine.optimize()
    if whole:
        engine.dump(str(whole), RdfFormat.TRIG, prefixes=dict(get_home().prefixes))
