"""The W3C collections for SPARQL 1.1 query, result formats, protocol and service description, over HTTP.

Each case runs against a real server on loopback that serves the case's own data set, its default graph being just
that, through the same application and the same worker processes as the graph itself. Cases that are refused are listed
in `known_failures.yaml` with what the refusal says; none may be answered otherwise than expected.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
import yaml
from pyoxigraph import QueryResultsFormat

from ahg_graph.rdf.terms import DefaultGraph, NamedNode, Quad, RdfFormat, parse
from ahg_graph.sparql.lexer import summarize_query
from ahg_graph.workers import Limits
from support.comparison import is_same_graph, is_same_table, read_csv, read_graph, read_result_set, read_table
from support.servers import Running, make_snapshot, run
from support.w3c import Case, Request, load_cases

pytestmark = pytest.mark.conformance

_VARIABLE = "AHG_GRAPH_CONFORMANCE"
_REFUSED = yaml.safe_load((Path(__file__).parent / "known_failures.yaml").read_text(encoding="utf-8")) or {}
_LIMITS = Limits(workers=1, spares=0, timeout=30)
_BASE_DECLARED = re.compile(r"\bBASE\s*<", re.IGNORECASE)
_ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
_TABLES = {
    ".srx": QueryResultsFormat.XML,
    ".srj": QueryResultsFormat.JSON,
    ".tsv": QueryResultsFormat.TSV,
}
_PROTOCOL_DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"


def _find_folder() -> Path | None:
    folder = os.environ.get(_VARIABLE)
    return Path(folder).resolve() / "w3c-sparql11" if folder else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = _find_folder()
    if "case" not in metafunc.fixturenames:
        return
    if folder is None:
        skip = pytest.mark.skip(reason=f"{_VARIABLE} names no folder with the public test collections")
        metafunc.parametrize("case", [pytest.param(None, marks=skip, id="not-run")])
        return
    cases = load_cases(folder)
    cases.sort(key=lambda case: (case.data, case.named, _list_graphs(case), case.id))
    metafunc.parametrize("case", [pytest.param(case, id=case.id) for case in cases])


class Servers:
    """The server of the data set that was asked for last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._key: object = None
        self._number = 0

    def get(self, case: Case) -> Running:
        graphs = _list_graphs(case)
        key = (case.data, case.named, graphs)
        if key != self._key:
            self._stack.close()
            self._number += 1
            snapshot = make_snapshot(self._folder / str(self._number), _read_data(case), graphs)
            self._server = self._stack.enter_context(run(snapshot, _LIMITS, union=False, whole=False))
            self._key = key
        return self._server

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("w3c"))
    yield servers
    servers.close()


def test_case(case: Case, servers: Servers) -> None:
    server = servers.get(case)
    if case.kind == "ProtocolTest":
        changes = any(map(_is_update, case.requests))
        for request in case.requests:
            _check_request(server, request, changes)
    elif case.kind == "ServiceDescriptionTest":
        _check_description(server, case)
    elif case.kind.startswith("NegativeSyntaxTest") or case.id in _REFUSED:
        response = _send(server, case, "*/*")
        assert (response.status_code, response.json()["code"]) == (400, "query-syntax")
        assert _REFUSED.get(case.id, {"says": ""})["says"] in response.json()["detail"]
    elif case.kind.startswith("PositiveSyntaxTest"):
        response = _send(server, case, "*/*")
        assert response.status_code == 200, response.text
    else:
        _check_answer(server, case)


@pytest.mark.skipif(_find_folder() is None, reason=f"{_VARIABLE} names no folder with the public test collections")
def test_every_refused_case_is_a_case() -> None:
    folder = _find_folder()
    assert folder is not None
    assert set(_REFUSED) <= {case.id for case in load_cases(folder)}


def _list_graphs(case: Case) -> tuple[str, ...]:
    """Return the graphs that a case takes to be there without saying what is in them: they are empty, if not given."""
    if case.kind == "ProtocolTest":
        return tuple(_PROTOCOL_DATA.format(number) for number in range(4))
    if case.kind.startswith("PositiveSyntaxTest") and case.query is not None:
        names = summarize_query(case.query.read_text(encoding="utf-8")).graphs
        return tuple(urljoin(case.query.as_uri(), name.strip("<>")) for name in names)
    return ()


def _read_data(case: Case) -> Iterator[Quad]:
    for path in case.data:
        yield from _read_file(path, None)
    for name, path in case.named:
        yield from _read_file(path, name)


def _read_file(path: Path, graph: str | None) -> Iterator[Quad]:
    target = NamedNode(graph) if graph else DefaultGraph()
    for quad in parse(path.read_bytes(), _find_syntax(path), base_iri=path.as_uri()):
        yield Quad(quad.subject, quad.predicate, quad.object, target)


def _find_syntax(path: Path) -> RdfFormat:
    syntax = RdfFormat.from_extension(path.suffix[1:])
    assert syntax is not None, path
    return syntax


def _send(server: Running, case: Case, accept: str) -> httpx.Response:
    assert case.query is not None
    text = case.query.read_text(encoding="utf-8")
    if not _BASE_DECLARED.search(text):
        # The base of a query in a file is the file; over the protocol only the text can say so.
        text = f"BASE <{case.query.as_uri()}> {text}"
    headers = {"content-type": "application/sparql-query", "accept": accept}
    return server.client.post("/sparql", content=text.encode(), headers=headers)


def _check_answer(server: Running, case: Case) -> None:
    assert case.result is not None and case.query is not None
    expected, suffix = case.result.read_bytes(), case.result.suffix
    ordered = _ORDERED.search(case.query.read_text(encoding="utf-8")) is not None
    if suffix in _TABLES:
        syntax = _TABLES[suffix]
        media_type = syntax.media_type.partition(";")[0]
        response = _send(server, case, media_type)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].partition(";")[0] == media_type
        wanted, found = read_table(expected, syntax), read_table(response.content, syntax)
        assert is_same_table(wanted, found, ordered), f"expected {wanted}, found {found}"
    elif suffix == ".csv":
        response = _send(server, case, "text/csv")
        assert response.status_code == 200, response.text
        wanted, found = read_csv(expected), read_csv(response.content)
        assert is_same_table(wanted, found, ordered), f"expected {wanted}, found {found}"
    elif b"ResultSet" in expected:
        response = _send(server, case, "application/sparql-results+json")
        assert response.status_code == 200, response.text
        wanted = read_result_set(read_graph(expected, _find_syntax(case.result), case.result.as_uri()))
        found = read_table(response.content, QueryResultsFormat.JSON)
        assert is_same_table(wanted, found, ordered), f"expected {wanted}, found {found}"
    else:
        response = _send(server, case, "application/n-triples")
        assert response.status_code == 200, response.text
        graph = read_graph(expected, _find_syntax(case.result), case.result.as_uri())
        found_graph = read_graph(response.content, RdfFormat.N_TRIPLES)
        assert is_same_graph(graph, found_graph), f"expected {graph}, found {found_graph}"


def _check_request(server: Running, request: Request, changes: bool) -> None:
    """Send a request; in a case that `changes` something, what asks for the change must find nothing changed."""
    response = server.client.request(
        request.method, request.target, content=request.body or None, headers=dict(request.headers)
    )
    if _is_update(request):
        # No updates over HTTP: what asks for one is refused as one, whatever else is wrong with it.
        assert 400 <= response.status_code < 500
        if "4xx" not in request.statuses:
            assert (response.status_code, response.json()["code"]) == (403, "update-refused")
        return
    assert f"{response.status_code // 100}xx" in request.statuses, response.text
    kind = response.headers["content-type"].partition(";")[0]
    if request.boolean is not None:
        assert response.json()["boolean"] is (request.boolean and not changes)
    if request.format == "boolean":
        assert kind in {"application/sparql-results+json", "application/sparql-results+xml"}
    elif request.format == "tabular":
        assert kind in {
            "application/sparql-results+json",
            "application/sparql-results+xml",
            "text/csv",
            "text/tab-separated-values",
        }
    elif request.format == "RDF":
        assert RdfFormat.from_media_type(kind) is not None


def _is_update(request: Request) -> bool:
    return "update" in dict(request.headers).get("content-type", "") or "update=" in request.target + str(request.body)


def _check_description(server: Running, case: Case) -> None:
    response = server.client.get("/sparql", headers={"accept": "application/n-triples"})
    assert response.status_code == 200
    triples = read_graph(response.content, RdfFormat.N_TRIPLES)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    services = {t.subject for t in triples if str(t.object) == f"<{sd}Service>"}
    endpoints = [t for t in triples if t.predicate.value == f"{sd}endpoint"]
    if case.id.endswith("returns-rdf"):
        assert triples
    elif case.id.endswith("has-endpoint-triple"):
        assert [(t.subject in services, str(t.object)) for t in endpoints] == [(True, f"<{server.url}/sparql>")]
    else:
        _check_schema(triples, sd)


def _check_schema(triples: list, sd: str) -> None:
    """The terms of the vocabulary stand where its schema lets them (SPARQL 1.1 Service Description, section 3)."""
    classes = {"Service", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile"}
    classes |= {"GraphCollection", "Dataset", "Graph", "NamedGraph", "Feature"}
    domains = {"endpoint": "Service", "feature": "Service", "supportedLanguage": "Service", "resultFormat": "Service"}
    domains |= {"languageExtension": "Service"}
    domains |= {"defaultDataset": "Service", "defaultGraph": "Dataset", "namedGraph": "GraphCollection"}
    domains |= {"name": "NamedGraph", "graph": "NamedGraph"}
    ranges = {
        "languageExtension": "Feature",
        "defaultDataset": "Dataset",
        "defaultGraph": "Graph",
        "namedGraph": "NamedGraph",
        "graph": "Graph",
    }
    single = {"endpoint", "defaultDataset", "defaultGraph", "name", "graph"}
    types: dict[object, set[str]] = {}
    for triple in triples:
        if triple.predicate.value.endswith("#type") and str(triple.object).startswith(f"<{sd}"):
            types.setdefault(triple.subject, set()).add(triple.object.value.removeprefix(sd))
    for found in types.values():
        if "Dataset" in found:
            found.add("GraphCollection")
    assert set().union(*types.values()) <= classes
    used = [t for t in triples if t.predicate.value.startswith(sd)]
    assert {"endpoint", "supportedLanguage", "defaultDataset"} <= {t.predicate.value.removeprefix(sd) for t in used}
    for triple in used:
        name = triple.predicate.value.removeprefix(sd)
        assert domains[name] in types[triple.subject], triple
        assert name not in ranges or ranges[name] in types[triple.object], triple
        if name in single:
            assert sum(t.subject == triple.subject and t.predicate == triple.predicate for t in used) == 1
