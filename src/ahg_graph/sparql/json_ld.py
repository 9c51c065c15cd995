"""Triples as compacted JSON-LD 1.1: the published context, and documents that hold as much of it as they use.

A document needs nothing from elsewhere to be read, and its keys are those of the context that the graph publishes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import orjson

from ahg_graph.config.paths import CONTEXT_FILE
from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Quad, Triple

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_STRING = PREFIXES["xsd"] + "string"
_ID = "@id"
_DATATYPE = PREFIXES["owl"] + "DatatypeProperty"
_OBJECT = PREFIXES["owl"] + "ObjectProperty"
_KINDS = (_OBJECT, _DATATYPE, PREFIXES["owl"] + "AnnotationProperty")
_RANGE = PREFIXES["rdfs"] + "range"


@dataclass(frozen=True)
class Context:
    """Prefix to namespace, and term to its IRI and what its values are: `@id`, a datatype, or nothing said."""

    prefixes: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """IRI to the term for it."""
        return {iri: name for name, (iri, _) in self.terms.items()}

    def to_json(self, prefixes: Iterable[str] | None = None, terms: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the context, or the part of it that holds some prefixes and terms."""
        shown: dict[str, Any] = {
            name: self.prefixes[name] for name in sorted(self.prefixes if prefixes is None else prefixes)
        }
        for name in sorted(self.terms if terms is None else terms):
            iri, kind = self.terms[name]
            shown[name] = {_ID: iri, "@type": kind} if kind else {_ID: iri}
        return shown

    def to_bytes(self) -> bytes:
        """Return the document that publishes it."""
        return orjson.dumps({"@context": self.to_json()}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def make_context(ontology: Iterable[Triple]) -> Context:
    """Return the context of a graph: its prefixes, and a term for each property of the platform's and the home's own.

    Of two properties that share a local name the first by IRI has it; a name that is a prefix is none of a property.
    """
    kinds: dict[str, str] = {}
    ranges: dict[str, str] = {}
    for subject, predicate, value in ontology:
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
            continue
        if predicate == _TYPE and value.value in _KINDS:
            kinds[subject.value] = value.value
        elif predicate.value == _RANGE:
            ranges[subject.value] = value.value
    prefixes = {name: iri for name, iri in get_home().prefixes.items() if iri.endswith(("/", "#"))}
    own = (get_home().terms, PREFIXES["ahg"])
    terms: dict[str, tuple[str, str]] = {}
    for iri in sorted(kinds):
        namespace = next((found for found in own if iri.startswith(found)), None)
        name = iri[len(namespace) :] if namespace else ""
        if name and name not in prefixes and name not in terms:
            datatype = ranges.get(iri, "")
            typed = datatype if datatype.startswith(PREFIXES["xsd"]) and datatype != _STRING else ""
            terms[name] = (iri, _ID if kinds[iri] == _OBJECT else typed)
    return Context(prefixes, terms)


@lru_cache(maxsize=8)
def load_context(folder: Path) -> Context:
    """Return the context of a snapshot; of one that has none, the prefixes of its home."""
    path = folder / CONTEXT_FILE
    if not path.is_file():
        return make_context(())
    found = orjson.loads(path.read_bytes())["@context"]
    terms = {name: (value[_ID], value.get("@type", "")) for name, value in found.items() if isinstance(value, dict)}
    return Context({name: value for name, value in found.items() if isinstance(value, str)}, terms)


def write_json_ld(quads: Iterable[Quad], context: Context) -> bytes:
    """Return quads as a document: the triples without a graph first, then each graph, things and values in order."""
    return _Writer(context).write(quads)


class _Writer:
    """Writes one document, and notes which prefixes and terms it uses."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._prefixes: set[str] = set()
        self._terms: set[str] = set()
        self._by_namespace: dict[str, str] = {}

    def write(self, quads: Iterable[Quad]) -> bytes:
        graphs: dict[str, dict[str, list[Triple]]] = {}
        schemes: set[str] = set()
        for quad in quads:
            graph = quad.graph_name
            name = (
                str(graph.value) if isinstance(graph, NamedNode) else str(graph) if isinstance(graph, BlankNode) else ""
            )
            graphs.setdefault(name, {}).setdefault(_key(quad.subject), []).append(quad.triple)
            schemes.update(
                term.value.partition(":")[0] for term in (*quad.triple, graph) if isinstance(term, NamedNode)
            )
        # An IRI whose scheme is a prefix would be read as a short name.
        kept = {name: iri for name, iri in self._context.prefixes.items() if name not in schemes}
        self._by_namespace = {iri: name for name, iri in sorted(kept.items(), reverse=True)}
        nodes: list[dict[str, Any]] = []
        for name, things in sorted(graphs.items()):
            found = [self._write_node(subject, triples) for subject, triples in sorted(things.items())]
            nodes += [{_ID: self._shorten(name), "@graph": found}] if name else found
        used = self._context.to_json(self._prefixes, self._terms)
        return orjson.dumps({"@context": used, "@graph": nodes}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def _write_node(self, subject: str, triples: Iterable[Triple]) -> dict[str, Any]:
        node: dict[str, Any] = {_ID: self._shorten(subject)}
        values: dict[str, list[Any]] = {}
        for triple in sorted(set(triples), key=str):
            key, kind = self._name_property(triple)
            values.setdefault(key, []).append(self._write_value(triple.object, kind))
        return node | {key: found[0] if len(found) == 1 else found for key, found in values.items()}

    def _name_property(self, triple: Triple) -> tuple[str, str]:
        """Return the key of a property, and what the values under it are."""
        iri = triple.predicate.value
        if triple.predicate == _TYPE and not isinstance(triple.object, Literal):
            return "@type", _ID
        if iri in self._context.names:
            name = self._context.names[iri]
            self._terms.add(name)
            return name, self._context.terms[name][1]
        return self._shorten(iri), ""

    def _write_value(self, term: object, kind: str) -> Any:
        if not isinstance(term, Literal):
            value = self._shorten(_key(term))
            return value if kind == _ID else {_ID: value}
        if term.language:
            return {"@value": term.value, "@language": term.language}
        datatype = term.datatype.value
        if datatype == (kind or _STRING):
            return term.value
        return {"@value": term.value, "@type": self._shorten(datatype)}

    def _shorten(self, iri: str) -> str:
        end = max(iri.rfind("/"), iri.rfind("#")) + 1
        name = self._by_namespace.get(iri[:end])
        if name is None or not iri[end:]:
            return iri
        self._prefixes.add(name)
        return f"{name}:{iri[end:]}"


def _key(term: object) -> str:
    """Return the IRI of a term, or the label of a blank node."""
    if isinstance(term, NamedNode):
        return term.value
    return str(term)
