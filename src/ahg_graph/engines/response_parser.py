"""An engine's answer, checked whole and written as ours: what is cut short or not what it says it is does not pass."""

from __future__ import annotations

import re
from typing import Any

import orjson

from ahg_graph.errors import AhgGraphError, EngineFault, NotAcceptable
from ahg_graph.rdf.terms import Quad, QueryBoolean, QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results
from ahg_graph.sparql.media_types import FORMATS, GRAPH_TYPES, N_TRIPLES, RESULT_TYPES, RESULTS_JSON
from ahg_graph.sparql.results_writer import write_results, write_triples
from ahg_graph.sparql.types import QueryForm, SparqlQuery, SparqlResult

_LABEL = re.compile(r"[^A-Za-z0-9]")


def choose_type(is_graph: bool, question: SparqlQuery) -> str:
    """Return the media type to ask of the engine; raises NotAcceptable when ours could not be written afterwards."""
    if is_graph:
        if question.graph_type is None:
            raise NotAcceptable(tuple(GRAPH_TYPES.values()))
        return N_TRIPLES
    if question.results_type is None:
        raise NotAcceptable(tuple(RESULT_TYPES.values()))
    return RESULTS_JSON


def read_answer(
    body: bytes, content_type: str, wanted: str, question: SparqlQuery, is_ask: bool = False
) -> SparqlResult:
    """Return the answer in the type that the question asks for; raises EngineFault for anything but a whole one.

    A visitor may see the error: nothing in it is the engine's own text.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if not FORMATS[wanted].may_be_sent_as(kind):
        raise EngineFault(f"the engine did not answer with {wanted}, which it was asked for")
    fault: AhgGraphError
    try:
        return _read_graph(body, question) if wanted == N_TRIPLES else _read_results(body, question, is_ask)
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError):
        fault = EngineFault(f"the engine's answer is cut short or not {wanted}")
    except AhgGraphError as error:
        fault = error.with_traceback(None)
    raise fault  # with nothing behind it: the parser must go in the thread that made it, and a traceback would keep it


def _read_graph(body: bytes, question: SparqlQuery) -> SparqlResult:
    if body and not body.endswith(b"\n"):
        raise ValueError("the last line does not end")
    assert question.graph_type is not None  # noqa: S101 - `choose_type` has refused the question otherwise
    quads: set[Quad] = set(parse(body, RdfFormat.N_TRIPLES))
    triples: list[Triple] = sorted((quad.triple for quad in quads), key=str)
    return SparqlResult(write_triples(triples, question.graph_type), question.graph_type, QueryForm.GRAPH)


def _read_results(body: bytes, question: SparqlQuery, is_ask: bool) -> SparqlResult:
    found = orjson.loads(body)
    plain: dict[str, Any]
    if isinstance(found.get("boolean"), bool) is not is_ask:
        raise ValueError("a truth value for a question that has none, or none for one that has")
    if is_ask:
        plain = {"head": {}, "boolean": found["boolean"]}
    else:
        names = found["head"]["vars"]
        rows = [{name: _read_term(row[name]) for name in names if name in row} for row in found["results"]["bindings"]]
        plain = {"head": {"vars": names}, "results": {"bindings": rows}}
    assert question.results_type is not None  # noqa: S101 - `choose_type` has refused the question otherwise
    results = parse_query_results(orjson.dumps(plain), QueryResultsFormat.JSON)
    form = QueryForm.ASK if isinstance(results, QueryBoolean) else QueryForm.SELECT
    return SparqlResult(write_results(results, question.results_type), question.results_type, form)


def _read_term(term: dict[str, str]) -> dict[str, str]:
    """Return a term of the results format: blank nodes under proper labels, old names of types as new ones."""
    kind = term["type"]
    if kind == "bnode":
        return {"type": kind, "value": "b" + _LABEL.sub("_", term["value"])}
    if kind == "typed-literal":
        return {**term, "type": "literal"}
    if kind not in ("uri", "literal"):
        raise ValueError(f"a term of the type {kind!r}")
    return term
