"""Tables to the four SPARQL 1.1 results formats, for the part of an answer that a page of it is.

A whole answer is written by the engine; what this module writes is, byte for byte, what the engine would write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

import orjson

from ahg_graph.records import Table
from ahg_graph.sparql.media_types import CSV, RESULTS_JSON, RESULTS_XML, TSV
from ahg_graph.terms import BlankNode, Literal, NamedNode

_XSD = "http://www.w3.org/2001/XMLSchema#"
_SHORT = {
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    _XSD + "boolean": re.compile(r"true|false"),
}
_ENTITIES = {'"': "&quot;", "'": "&apos;", "\r": "&#13;"}
Term = Mapping[str, str]


def write_table(table: Table, media_type: str) -> bytes:
    """Return the bytes of a table in a results format; raises KeyError for a media type that is none."""
    return _WRITERS[media_type](table).encode()


def _write_json(table: Table) -> str:
    document = {"head": {"vars": table.columns}, "results": {"bindings": table.rows}}
    return orjson.dumps(document).decode()


def _write_csv(table: Table) -> str:
    lines = [",".join(table.columns)]
    lines += [",".join(_quote(row[n]["value"]) if n in row else "" for n in table.columns) for row in table.rows]
    return "\r\n".join(lines) + "\r\n"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in '",\r\n') else text


def _write_tsv(table: Table) -> str:
    lines = ["\t".join(f"?{name}" for name in table.columns)]
    lines += ["\t".join(_state(row[n]) if n in row else "" for n in table.columns) for row in table.rows]
    return "\n".join(lines) + "\n"


def _state(term: Term) -> str:
    """Return a term as Turtle writes it, numbers and booleans in their short form."""
    value = term["value"]
    if term["type"] == "uri":
        return str(NamedNode(value))
    if term["type"] == "bnode":
        return str(BlankNode(value))
    if "xml:lang" in term:
        return str(Literal(value, language=term["xml:lang"]))
    datatype = term.get("datatype")
    short = _SHORT.get(datatype or "")
    if short is not None and short.fullmatch(value):
        return value
    return str(Literal(value, datatype=NamedNode(datatype) if datatype else None))


def _write_xml(table: Table) -> str:
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in table.columns)
    rows = "".join(
        "<result>"
        + "".join(f"<binding name={quoteattr(n)}>{_mark(row[n])}</binding>" for n in table.columns if n in row)
        + "</result>"
        for row in table.rows
    )
    return (
        '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        f"<head>{head}</head><results>{rows}</results></sparql>"
    )


def _mark(term: Term) -> str:
    value = escape(term["value"], _ENTITIES)
    if term["type"] in ("uri", "bnode"):
        return f"<{term['type']}>{value}</{term['type']}>"
    if "xml:lang" in term:
        return f"<literal xml:lang={quoteattr(term['xml:lang'])}>{value}</literal>"
    if "datatype" in term:
        return f"<literal datatype={quoteattr(term['datatype'])}>{value}</literal>"
    return f"<literal>{value}</literal>"


_WRITERS: Mapping[str, Callable[[Table], str]] = MappingProxyType(
    {RESULTS_JSON: _write_json, RESULTS_XML: _write_xml, CSV: _write_csv, TSV: _write_tsv}
)
