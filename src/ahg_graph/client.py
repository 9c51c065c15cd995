"""The graph for a program: the same questions to a local snapshot and to a remote server.

    from ahg_graph import open_graph
    graph = open_graph("https://graph.example/")      # or open_graph() for the current snapshot here
    graph.ask("who-took-part", session="First session").frame()

An answer is whole, or an error of `ahg_graph.errors` says why there is none.
"""

from __future__ import annotations

import json
import math
import urllib.parse
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ahg_graph import errors
from ahg_graph.config.paths import find_folder
from ahg_graph.http_client import NoReply, send
from ahg_graph.queries.binding import refuse_parameter
from ahg_graph.queries.catalogue import find_query_folder, load_catalogue
from ahg_graph.queries.model import RESERVED
from ahg_graph.service.engine import StoreEngine, call_at_once, finish
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.service.query_service import QueryService, open_query_service
from ahg_graph.snapshot import activate, open_at_hand, open_snapshot
from ahg_graph.sparql.media_types import FORM, JSON, N_TRIPLES, RESULTS_JSON
from ahg_graph.sparql.result_tables import list_triples, parse_graph, parse_table
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery

if TYPE_CHECKING:
    import pandas

Given = str | int | Iterable[str]
"""The value of a parameter: a text, a number, or several texts."""

_PATIENCE = 60.0


@dataclass(frozen=True)
class Rows:
    """The rows of an answer: names of the columns in order, and one mapping for each row, None where unbound.

    An answer of a saved query without rows says why in `empty`: `none` when there are
    none by what the documents say, `silent` when the record has none, `unmatched` when there are rows for fewer
    values.
    """

    columns: tuple[str, ...]
    records: tuple[Mapping[str, Any], ...]
    empty: str | None = None

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.records)

    def frame(self) -> pandas.DataFrame:
        """Return the answer as a data frame; needs pandas.

        Numbers, truth values and texts keep their types where values are missing. Columns whose names speak of dates
        (`startEarliest`, `dateLatest`...) become dates without a time of day.
        """
        import pandas

        frame = pandas.DataFrame(list(self.records), columns=list(self.columns)).convert_dtypes()
        for name in self.columns:
            if name.endswith(("Earliest", "Latest")):
                frame[name] = pandas.to_datetime(frame[name], format="%Y-%m-%d")
        return frame


@dataclass(frozen=True)
class Triples(Rows):
    """The triples of a graph, in the order of `ntriples`: its lines in N-Triples, which every RDF library reads.

    The columns are `subject`, `predicate` and `object`; an object is a plain value there, and a whole term in the text.
    """

    ntriples: str = ""


class Graph(ABC):
    """A graph to ask."""

    @property
    @abstractmethod
    def queries(self) -> Mapping[str, str]:
        """The saved queries: name to question."""

    @abstractmethod
    def ask(self, name: str, /, *, evidence: bool = False, **values: Given | None) -> Rows:
        """Return the answer of a saved query: rows, or of a query that answers with a graph its `Triples`.

        With `evidence`, each row has its sources under `evidence` and the proofs of what it states
        under `proofs`; a graph has further triples, which say of each triple what evidences and what proves it.

        A thing goes by its IRI, slug, code or any of its names; None leaves a parameter out. A parameter whose name
        is a word of Python takes an underscore: `from_="2011"`. Raises UnknownName, BadParameter and QueryError.
        """

    @abstractmethod
    def select(self, text: str) -> Rows:
        """Return the answer of a SPARQL SELECT query; raises QueryError."""

    @property
    @abstractmethod
    def release(self) -> str:
        """The identity of the snapshot that answers."""


def open_graph(address: str | Path | None = None) -> Graph:
    """Return the graph at a URL, or in a snapshot folder, or without an address the current snapshot on this machine.

    Raises SnapshotError when there is no snapshot; a URL is first asked when a question is.
    """
    if isinstance(address, str) and address.startswith(("http://", "https://")):
        return RemoteGraph(address)
    return LocalGraph(Path(address) if address is not None else None)


class LocalGraph(Graph):
    """A snapshot on this machine, asked within the process, with no limit of time or memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._snapshot = activate(open_snapshot(path)) if path else open_at_hand(find_folder("snapshots"))
        self._engine = StoreEngine(open_store(self._snapshot.store))

    @cached_property
    def _service(self) -> QueryService[StoreEngine]:
        catalogue = load_catalogue(find_query_folder())
        return finish(open_query_service(self._engine, self._snapshot, catalogue, call_at_once))

    @property
    def queries(self) -> Mapping[str, str]:
        """The saved queries: name to question."""
        return {name: query.summary for name, query in self._service.catalogue.current.items()}

    @property
    def release(self) -> str:
        """The identity of the snapshot that answers."""
        return self._snapshot.manifest.identity

    def ask(self, name: str, /, *, evidence: bool = False, **values: Given | None) -> Rows:
        """Return the answer of a saved query."""
        query = self._service.catalogue.find_query(name)
        given = {_unmask(key): found for key, value in values.items() if (found := _list_texts(value))}
        answer = finish(self._service.ask(QueryRequest(query=query, given=given, evidence=evidence)))
        if query.is_graph:
            return _read_triples(answer.write(N_TRIPLES), answer.empty)
        return Rows(answer.columns, tuple(answer.records()), answer.empty)

    def select(self, text: str) -> Rows:
        """Return the answer of a SPARQL SELECT query."""
        table = parse_table(self._engine.store.answer(SparqlQuery(text)).body)
        return Rows(table.columns, tuple(table.records()))


@dataclass(frozen=True, slots=True)
class _Answer:
    """The body of a reply, its media type, why an answer has no rows, and the release that it is of."""

    body: bytes
    media_type: str
    empty: str | None
    release: str


class RemoteGraph(Graph):
    """A server elsewhere, asked over HTTP."""

    def __init__(self, address: str, patience: float = _PATIENCE) -> None:
        self._address = address.rstrip("/")
        self._patience = patience

    @cached_property
    def _described(self) -> Mapping[str, Any]:
        return {query["name"]: query for query in json.loads(self._get("/queries.json", [], JSON))}

    @property
    def queries(self) -> Mapping[str, str]:
        """The saved queries: name to question."""
        return {name: query["summary"] for name, query in self._described.items()}

    @property
    def release(self) -> str:
        """The identity of the snapshot that answers."""
        return str(json.loads(self._get("/health", [], JSON))["snapshot"]["identity"])

    def ask(self, name: str, /, *, evidence: bool = False, **values: Given | None) -> Rows:
        """Return the answer of a saved query."""
        pairs = [(_unmask(key), text) for key, value in values.items() for text in _list_texts(value)]
        path = f"/queries/{urllib.parse.quote(name, safe='@')}"
        for key, _ in pairs:
            if key in RESERVED and (query := self._described.get(name.partition("@")[0])):
                raise refuse_parameter(query["name"], key, [p["name"] for p in query["parameters"]])
        reply = self._read(path, pairs, f"{RESULTS_JSON}, {N_TRIPLES}")
        pairs += [("evidence", "1"), ("release", reply.release)]  # of the same release, if another is served by now
        if reply.media_type == N_TRIPLES:
            with_evidence = self._read(path, pairs, N_TRIPLES) if evidence and not reply.empty else reply
            return _read_triples(with_evidence.body, reply.empty)
        table = parse_table(reply.body)
        if not evidence:
            return Rows(table.columns, tuple(table.records()), reply.empty)
        records = () if reply.empty else json.loads(self._get(path, pairs, JSON))
        return Rows((*table.columns, "evidence", "proofs"), tuple(records), reply.empty)

    def select(self, text: str) -> Rows:
        """Return the answer of a SPARQL SELECT query."""
        table = parse_table(self._get("/sparql", [("query", text)], RESULTS_JSON, post=True))
        return Rows(table.columns, tuple(table.records()))

    def _get(self, path: str, pairs: list[tuple[str, str]], accept: str, *, post: bool = False) -> bytes:
        return self._read(path, pairs, accept, post=post).body

    def _read(self, path: str, pairs: list[tuple[str, str]], accept: str, *, post: bool = False) -> _Answer:
        """Return what a server answers; raises the error that a problem document states."""
        text = urllib.parse.urlencode(pairs)
        url = self._address + path + (f"?{text}" if text and not post else "")
        headers = {"accept": accept} | ({"content-type": FORM} if post else {})
        body = text.encode() if post else None
        try:
            reply = send(
                "POST" if post else "GET",
                url,
                headers=headers,
                body=body,
                connect=self._patience,
                patience=self._patience,
                elsewhere=True,
            )
        except NoReply as error:
            raise errors.QueryError(f"{url} cannot be reached: {error}") from error
        if reply.status >= 300:
            raise _read_problem(reply.body, reply.status)
        empty = reply.headers.get("empty-answer", "").partition(";")[0].strip()
        return _Answer(reply.body, reply.media_type, empty or None, reply.headers.get("release", ""))


def _read_triples(body: bytes | memoryview, empty: str | None) -> Triples:
    table = parse_graph(body)
    lines = "".join(f"{triple} .\n" for triple in list_triples(table))
    return Triples(table.columns, tuple(table.records()), empty, lines)


def _list_texts(value: Given | None) -> list[str]:
    """Return the texts of a parameter's value."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{value} is no value of a parameter")
        return [str(value)]
    return [str(item) for item in value]


def _unmask(name: str) -> str:
    """Return the name of a parameter that a trailing underscore keeps from being a word of Python."""
    return name.removesuffix("_")


def _list_kinds(root: type[errors.AhgGraphError]) -> Iterator[type[errors.AhgGraphError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _list_kinds(kind)


def _read_problem(body: bytes, status: int) -> errors.AhgGraphError:
    """Return the error that a problem document (RFC 9457) states, as a local graph would raise it."""
    try:
        found = json.loads(body)
        code, detail = str(found["code"]), str(found.get("detail", ""))
    except (ValueError, KeyError, TypeError):
        return errors.QueryError(f"the server answered {status}")
    if code == errors.BadParameter.code:
        name = str(found.get("parameter", ""))
        return errors.BadParameter(name, detail.removeprefix(f"{name}: "), found.get("candidates", ()))
    if code == errors.QuerySyntaxError.code:
        return errors.QuerySyntaxError(detail, int(found.get("line", 0)), int(found.get("column", 0)))
    kind = next((k for k in _list_kinds(errors.AhgGraphError) if k.__dict__.get("code") == code), errors.QueryError)
    try:
        return kind(detail)
    except TypeError:
        return errors.QueryError(f"{detail} [{code}]")
