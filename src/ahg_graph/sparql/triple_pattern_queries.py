"""Look-ups: queries of one triple pattern about one thing, answered without a worker.

Such queries are the larger part of what public endpoints are asked, and what they cost is known beforehand: the engine
finds the thing and goes through its own triples. No text that may nest, repeat, filter, sort or join is taken for one,
so that none can keep the process that serves; all others are the workers'.

Where the predicate is given too and JSON is wanted, which is the most frequent of them, nothing is left to plan: the
engine's index is read at once, and the result is written here (SPARQL 1.1 Query Results JSON Format, section 3) to the
same bytes as the engine's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

import orjson

from ahg_graph.errors import AhgGraphError
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode
from ahg_graph.sparql.lexer import QuerySummary
from ahg_graph.sparql.media_types import CSV, RESULTS_JSON
from ahg_graph.sparql.store import Store
from ahg_graph.sparql.types import QueryForm, SparqlQuery, SparqlResult

_SPACE = r"[\x20\t\r\n]"
_GAP = rf"(?:{_SPACE}++|\#[^\r\n]*+[\r\n])*+"
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]++>"
_NAME = r"(?:[A-Za-z][A-Za-z0-9-]*+)?:[A-Za-z0-9][A-Za-z0-9_-]*+"
_VARIABLE = r"[?$][A-Za-z][A-Za-z0-9_]*+"
_LITERAL = rf"\"[^\"\\\r\n]*+\"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^(?:{_IRI}|{_NAME}))?+"
_LOOKUP = re.compile(
    rf"""
    (?P<prologue>(?:{_GAP}(?i:PREFIX){_SPACE}++(?:[A-Za-z][A-Za-z0-9-]*+)?:{_SPACE}*+{_IRI})*+{_GAP})
    (?:(?P<ask>(?i:ASK)) | (?i:SELECT)(?P<columns>{_SPACE}*+\*|(?:{_SPACE}++{_VARIABLE})++)) {_SPACE}*+
    (?:(?i:WHERE){_SPACE}*+)?+
    \{{{_SPACE}*+
      (?P<subject>{_IRI}|{_NAME}) {_SPACE}++
      (?P<predicate>{_IRI}|{_NAME}|{_VARIABLE}|a) {_SPACE}++
      (?P<object>{_IRI}|{_NAME}|{_VARIABLE}|{_LITERAL}) {_SPACE}*+
      (?:\.{_SPACE}*+)?+
    \}}{_SPACE}*+
    """,
    re.VERBOSE,
)
_PREFIX = re.compile(rf"(?i:PREFIX){_SPACE}++((?:[A-Za-z][A-Za-z0-9-]*+)?:){_SPACE}*+<([^>]++)>|\#[^\r\n]*+")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:(?!.*/\.)")
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_STRING = NamedNode("http://www.w3.org/2001/XMLSchema#string")
_TRUE, _FALSE = b'{"head":{},"boolean":true}', b'{"head":{},"boolean":false}'
_MOST = 2000
"""Triples of a thing that an answer may take: it takes a few milliseconds then."""
_DEGREE = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n) LIMIT 1"


class TriplePatternEngine:
    """A graph held in memory for look-ups alone; it is `even` if no thing has more triples than an answer may take."""

    def __init__(self, store: Store, even: bool = True) -> None:
        self._store = store
        self._is_even = even

    def try_answer(self, text: str, results_type: str = RESULTS_JSON) -> SparqlResult | None:
        """Return the answer to a look-up, or None for any other query and for one that is not well formed.

        A wrong query gets its explanation from the workers.
        """
        match = _LOOKUP.fullmatch(text)
        if match is None:
            return None
        if results_type == RESULTS_JSON and (answer := self._read(match)):
            return answer
        if not self._is_even:
            return None
        summary = QuerySummary("ASK" if match["ask"] else "SELECT", 1, match["prologue"])
        try:
            return self._store.answer(SparqlQuery(text, results_type=results_type), summary)
        except AhgGraphError:
            return None

    def _read(self, match: re.Match[str]) -> SparqlResult | None:
        """Return the answer where the subject and the predicate are IRIs and the object is one or a variable."""
        prologue, columns, *terms = match.group("prologue", "columns", "subject", "predicate", "object")
        is_open = terms[2][0] in "?$"
        try:
            prefixes = _read_prefixes(prologue)
            found = [_read_iri(text, prefixes) for text in (terms[:2] if is_open else terms)]
        except (LookupError, ValueError):
            return None
        quads = self._store.match(found[0], found[1], None if is_open else found[2])
        if columns is None:
            return SparqlResult(_TRUE if next(quads, None) else _FALSE, RESULTS_JSON, QueryForm.ASK)
        names = [name[1:] for name in columns.split()]
        if names == [""] or len(set(names)) < len(names):
            return None  # the order of the columns is the engine's to say, and so is what is wrong with the same twice
        found_quads = list(islice(quads, _MOST + 1))
        if len(found_quads) > _MOST:
            return None
        if is_open and terms[2][1:] in names:
            name = terms[2][1:].encode()
            rows = b",".join([b'{"%b":{%b}}' % (name, _write_term(quad.object)) for quad in found_quads])
        else:
            rows = b",".join([b"{}"] * len(found_quads))
        body = b'{"head":{"vars":%b},"results":{"bindings":[%b]}}' % (orjson.dumps(names), rows)
        return SparqlResult(body, RESULTS_JSON, QueryForm.SELECT)


def prepare_triple_patterns(store: Store) -> TriplePatternEngine:
    """Make look-ups over a store in memory."""
    found = bytes(store.answer(SparqlQuery(_DEGREE, results_type=CSV)).body).split()
    return TriplePatternEngine(store, even=len(found) < 2 or int(found[1]) <= _MOST)


@lru_cache(maxsize=256)
def _read_prefixes(prologue: str) -> Mapping[str, str]:
    """Return the IRIs of a prologue by prefix, the colon included; of two for the same prefix the later one holds.

    Raises ValueError for one that is relative or no IRI.
    """
    return {name: NamedNode(iri).value for name, iri in _PREFIX.findall(prologue) if name}


def _read_iri(text: str, prefixes: Mapping[str, str]) -> NamedNode:
    """Return the IRI that a text of the pattern stands for.

    Raises LookupError where resolving it takes more than putting two texts together, and ValueError where it is no IRI.
    """
    if text == "a":
        return _RDF_TYPE
    if text[0] == "<":
        iri = text[1:-1]
    elif text[0] in "?$":
        raise LookupError(text)
    else:
        prefix, colon, local = text.partition(":")
        iri = prefixes[prefix + colon] + local
    if not _ABSOLUTE.match(iri):
        raise LookupError(iri)
    return NamedNode(iri)


def _write_term(term: object) -> bytes:
    """Return the members of the object that stands for a term in the results format, without its braces."""
    if isinstance(term, NamedNode):
        return b'"type":"uri","value":' + orjson.dumps(term.value)
    if isinstance(term, Literal):
        written = b'"type":"literal","value":' + orjson.dumps(term.value)
        if term.language:
            return written + b',"xml:lang":' + orjson.dumps(term.language)
        if term.datatype != _STRING:
            return written + b',"datatype":' + orjson.dumps(term.datatype.value)
        return written
    assert isinstance(term, BlankNode)  # noqa: S101 - narrows the type: an object in the store is one of the three
    return b'"type":"bnode","value":' + orjson.dumps(term.value)
