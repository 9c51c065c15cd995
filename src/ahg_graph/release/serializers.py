"""Quads to the bytes of a release file: the same bytes for the same quads, at any time and in any order.

Turtle and N-Triples hold the triples of all graphs; TriG and JSON-LD hold the graphs.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.rdf.terms import Literal, NamedNode, Quad, RdfFormat, serialize
from ahg_graph.rdf.vocabulary import PROV
from ahg_graph.release.canonicalization import write_line
from ahg_graph.sparql.json_ld import Context, write_json_ld
from ahg_graph.sparql.media_types import FORMATS, JSON_LD, N_TRIPLES, TRIG, TURTLE

FURTHER_PREFIXES = MappingProxyType(
    {
        "dcat": "http://www.w3.org/ns/dcat#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "org": "http://www.w3.org/ns/org#",
        "prov": PROV,
        "schema": "http://schema.org/",
        "spdx": "http://spdx.org/rdf/terms#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "vann": "http://purl.org/vocab/vann/",
        "void": "http://rdfs.org/ns/void#",
    }
)
"""Prefixes that occur in releases beside the project's own."""


_TYPE = NamedNode(PREFIXES["rdf"] + "type")


@dataclass(frozen=True, slots=True)
class Syntax:
    """How one kind of file is written; `named` says whether it keeps the names of graphs."""

    media_type: str
    named: bool
    gzipped: bool
    write: Callable[[Iterable[Quad], Context], bytes]

    @property
    def suffix(self) -> str:
        """What the name of such a file ends in, behind the dot."""
        return FORMATS[self.media_type].ending + (".gz" if self.gzipped else "")


def write_turtle(quads: Iterable[Quad]) -> bytes:
    """Return the triples as Turtle, sorted, with the prefixes that occur, sorted."""
    triples = sorted({quad.triple for quad in quads}, key=str)
    prefixes = find_prefixes(Quad(*triple) for triple in triples)
    body = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b""
    return _sort_prefixes(body)


def write_trig(quads: Iterable[Quad]) -> bytes:
    """Return the quads as TriG, graph by graph, sorted, with the prefixes that occur, sorted."""
    ordered = _sort(quads)
    body = serialize(ordered, format=RdfFormat.TRIG, prefixes=find_prefixes(ordered)) or b""
    return _sort_prefixes(body)


def write_plain(quads: Iterable[Quad], *, named: bool) -> bytes:
    """Return the quads as canonical N-Quads, or their triples as canonical N-Triples, sorted."""
    lines = {write_line(quad if named else Quad(*quad.triple)) for quad in quads}
    return "".join(sorted(lines)).encode()


def write_n_triples(quads: Iterable[Quad]) -> bytes:
    """Return the triples as canonical N-Triples, sorted, compressed with no time and no name."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as stream:
        stream.write(write_plain(quads, named=False))
    return buffer.getvalue()


SYNTAXES = (
    Syntax(TURTLE, False, False, lambda quads, _: write_turtle(quads)),
    Syntax(N_TRIPLES, False, True, lambda quads, _: write_n_triples(quads)),
    Syntax(TRIG, True, False, lambda quads, _: write_trig(quads)),
    Syntax(JSON_LD, True, False, write_json_ld),
)
"""The kinds of file of a release, in the order in which they are listed."""


def find_prefixes(quads: Iterable[Quad]) -> dict[str, str]:
    """Return the prefixes whose namespace an IRI of the quads stands directly in, sorted."""
    terms = {term for quad in quads for term in (*quad.triple, quad.graph_name)}
    terms.discard(_TYPE)  # written `a`
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    iris |= {term.datatype.value for term in terms if isinstance(term, Literal) and not term.language}
    iris.discard(PREFIXES["xsd"] + "string")  # never written
    namespaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    return {name: iri for name, iri in sorted({**get_home().prefixes, **FURTHER_PREFIXES}.items()) if iri in namespaces}


def _sort(quads: Iterable[Quad]) -> list[Quad]:
    return sorted(set(quads), key=lambda quad: (str(quad.graph_name), str(quad)))


def _sort_prefixes(body: bytes) -> bytes:
    """Return a document with its prefix lines, which come first, in the order of the prefixes."""
    lines = body.split(b"\n")
    count = next((number for number, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"\n".join(sorted(lines[:count]) + lines[count:])
