"""Answers in the results formats of SPARQL 1.1 and the syntaxes of RDF, whole or refused.

The engine writes; what it writes so that a reader would get another string back is mended here, and what a format
cannot hold is refused by name (XML 1.0, section 2.2; RDF/XML, section 2.6).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import IO, cast

import orjson

from ahg_graph.errors import AnswerTooLarge, NotAcceptable
from ahg_graph.rdf.terms import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Term,
    Triple,
    parse_query_results,
    serialize,
)
from ahg_graph.sparql.conformance.lexical_forms import restore, restore_triple
from ahg_graph.sparql.json_ld import Context, write_json_ld
from ahg_graph.sparql.media_types import CSV, GRAPH_TYPES, JSON_LD, RDF_XML, RESULT_TYPES, RESULTS_XML
from ahg_graph.sparql.result_tables import ResultTable

_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_NAMELESS = re.compile(rb'<[^<> ]*:(?: xmlns:[^=]*="([^"]*)")?[ />]')
"""The start of an element without a local name: the engine's way to write a predicate that ends in no name of XML."""

_MARKS = re.compile(r'[",\r\n]')
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LINES = 4096  # of CSV that are put together before they are counted


class BoundedBuffer(io.BytesIO):
    """Bytes in memory, up to `most` of them; None is no bound."""

    def __init__(self, most: int | None) -> None:
        super().__init__()
        self._most = most

    def write(self, data: bytes) -> int:  # type: ignore[override]  # the writers give nothing else
        """Take some bytes; raises AnswerTooLarge when they are too many."""
        written = super().write(data)
        if self._most is not None and self.tell() > self._most:
            raise AnswerTooLarge("the answer is larger than the limit")
        return written


def write_results(
    results: QuerySolutions | QueryBoolean | QueryTriples | list[Triple], media_type: str, most: int | None = None
) -> bytes:
    """Return results in a format; they are gone through once, and must be used in the thread that made them.

    Raises NotAcceptable for a format of another kind and for one that cannot hold a string or a predicate of these
    results, and AnswerTooLarge when there are more than `most` bytes.
    """
    buffer = BoundedBuffer(most)
    if isinstance(results, list):
        serialize(results, buffer, _find_syntax(media_type))
    elif isinstance(results, QueryTriples):
        results.serialize(buffer, _find_syntax(media_type))
    elif media_type == CSV and isinstance(results, QuerySolutions):
        _write_csv(results, buffer)
    else:
        results.serialize(buffer, _find_format(media_type))
    written = _mend(buffer.getvalue(), media_type)
    if most is not None and len(written) > most:
        raise AnswerTooLarge("the answer is larger than the limit")
    return written


def restore_results(
    results: QuerySolutions | QueryBoolean | QueryTriples,
) -> QuerySolutions | QueryBoolean | list[Triple]:
    """Return results in which literals have the form that the graph or the query gives them."""
    if isinstance(results, QueryBoolean):
        return results
    if isinstance(results, QueryTriples):
        return list(dict.fromkeys(map(restore_triple, results)))
    names = [variable.value for variable in results.variables]
    rows = [
        {name: describe_term(restore(term)) for name, term in zip(names, solution, strict=True) if term is not None}
        for solution in results
    ]
    document = {"head": {"vars": names}, "results": {"bindings": rows}}
    return cast(QuerySolutions, parse_query_results(orjson.dumps(document), QueryResultsFormat.JSON))


def describe_term(term: Term | Triple) -> dict[str, object]:
    """Return a term as the JSON format of results has it (section 3.2.2)."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": restore(term.object)}
        return {"type": "triple", "value": {name: describe_term(part) for name, part in parts.items()}}
    found: dict[str, object] = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != _STRING:
        found["datatype"] = term.datatype.value
    return found


def write_table(table: ResultTable, media_type: str) -> bytes:
    """Return a table, such as a page of an answer, in a results format; raises what `write_results` raises."""
    document = {"head": {"vars": table.columns}, "results": {"bindings": table.rows}}
    return write_results(parse_query_results(orjson.dumps(document), QueryResultsFormat.JSON), media_type)


def write_triples(
    triples: Iterable[Triple],
    media_type: str,
    prefixes: Mapping[str, str] | None = None,
    context: Context | None = None,
) -> bytes:
    """Return triples in a syntax, in their order; raises NotAcceptable as `write_results` does.

    JSON-LD is compacted by a context, that of the prefixes where none is given, and in an order of its own.
    """
    if media_type == JSON_LD:
        return write_json_ld((Quad(*triple) for triple in triples), context or Context(prefixes or {}))
    buffer = BoundedBuffer(None)
    serialize(triples, buffer, _find_syntax(media_type), prefixes=dict(prefixes or {}))
    return _mend(buffer.getvalue(), media_type)


@lru_cache(maxsize=64)
def _find_format(media_type: str) -> QueryResultsFormat:
    format = QueryResultsFormat.from_media_type(media_type)
    if format is None:
        raise NotAcceptable(tuple(RESULT_TYPES.values()))
    return format


@lru_cache(maxsize=64)
def _find_syntax(media_type: str) -> RdfFormat:
    syntax = RdfFormat.from_media_type(media_type)
    if syntax is None:
        raise NotAcceptable(tuple(GRAPH_TYPES.values()))
    return syntax


def _mend(data: bytes, media_type: str) -> bytes:
    """Return XML in which every string is as it was; any other format is there already."""
    if media_type not in (RESULTS_XML, RDF_XML):
        return data
    offered = tuple(t for t in (GRAPH_TYPES if media_type == RDF_XML else RESULT_TYPES).values() if t != media_type)
    if found := _NOT_IN_XML.search(data):
        number = ord(found[0].decode())
        raise NotAcceptable(offered, f"the answer holds the character U+{number:04X}, which XML cannot hold")
    if media_type == RDF_XML and (found := _NAMELESS.search(data)):
        predicate = (found[1] or b"").decode()
        raise NotAcceptable(offered, f"RDF/XML cannot name the predicate <{predicate}>: it ends in no name of XML")
    return data.replace(b"\r", b"&#13;")


def _write_csv(results: QuerySolutions, output: IO[bytes]) -> None:
    """Write a table as CSV (SPARQL 1.1 Query Results CSV and TSV Formats, section 3; RFC 4180).

    A value with a comma, a quote or a line end is quoted, whatever its kind; a string without characters is `""`, and
    nothing stands where a variable is unbound.
    """
    lines = [",".join(_quote(variable.value) for variable in results.variables)]
    for cells in _read_cells(results):
        lines.append(",".join(cells))
        if len(lines) == _LINES:
            output.write(("\r\n".join(lines) + "\r\n").encode())
            lines.clear()
    if lines:
        output.write(("\r\n".join(lines) + "\r\n").encode())


def _read_cells(results: QuerySolutions) -> Iterator[list[str]]:
    for solution in results:
        cells = []
        for term in solution:
            if term is None:
                cells.append("")
            elif isinstance(term, NamedNode | Literal):
                cells.append(_quote(term.value) or '""')
            elif isinstance(term, BlankNode):
                cells.append(f"_:{term.value}")
            else:
                raise NotAcceptable(
                    tuple(t for t in RESULT_TYPES.values() if t != CSV),
                    "CSV cannot hold a triple in the place of a term",
                )
        yield cells


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _MARKS.search(text) else text
