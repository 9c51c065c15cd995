"""SHACL over the asserted data and the class hierarchy, as violation records.

Never over the closure: inference of ranges would type a misspelt body as a body and hide the slip. The core
constraints are checked by pySHACL. Its SPARQL constraints start one query for each focus node, which takes seconds
for a few thousand triples; those run on the embedded engine instead, one query for each constraint, and what it
finds is kept where `$this` is a focus node. The two agree as long as the pattern itself binds `$this`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from ahg_graph.dataset import MemoryDataset
from ahg_graph.errors import BuildError, QueryError, SourceSyntaxError
from ahg_graph.namespaces import shorten
from ahg_graph.sources import Place, Sources, parse_turtle
from ahg_graph.terms import BlankNode, Literal, NamedNode, Term, Triple

Severity = OneOf["violation", "warning", "info"]

_SEVERITIES: dict[Node | None, Severity] = {SH.Warning: "warning", SH.Info: "info"}


class ShapeError(BuildError):
    """A shape file holds a shape that cannot be run."""

    code = "shape-error"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that breaks a shape; `path` is a property path in short names, `sentence` says what to do."""

    severity: Severity
    shape: str
    subject: Term
    path: str
    value: Term | None
    sentence: str
    place: Place | None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        about = " ".join(part for part in (format_term(self.subject), self.path) if part)
        shown = format_term(self.value) if self.value is not None and self.value != self.subject else ""
        value = f" ({shown})" if shown not in self.sentence else ""
        return f"{where}{about}: {self.sentence}{value} [{self.shape}]"


@dataclass(frozen=True)
class Shapes:
    """The shape files of a home folder, merged; `errors` are their slips."""

    paths: tuple[str, ...]
    triples: tuple[Triple, ...]
    errors: tuple[SourceSyntaxError, ...]


def load_shapes(home: Path) -> Shapes:
    """Read every `ontology/shapes/*.ttl`; slips come back in the record."""
    paths: list[str] = []
    merged: list[Triple] = []
    errors: list[SourceSyntaxError] = []
    for path in sorted((home / "ontology" / "shapes").glob("*.ttl")):
        name = path.relative_to(home).as_posix()
        triples, _, slips = parse_turtle(path.read_bytes(), name)
        paths.append(name)
        merged.extend(triples)
        errors.extend(slips)
    return Shapes(tuple(paths), tuple(merged), tuple(errors))


def check_shapes(shapes: Shapes, sources: Sources) -> tuple[Violation, ...]:
    """Return all that breaks a shape, violations before warnings, then by place, subject and path.

    Raises ShapeError for a shape that cannot be run.
    """
    data = [*sources.triples("ontology", "register", "record")]
    graph = _to_rdflib(shapes.triples)
    constraints = tuple(_take_constraints(graph))
    found = {*_check_core(graph, data, sources), *_check_sparql(constraints, data, sources)}
    order = ("violation", "warning", "info")
    return tuple(
        sorted(
            found,
            key=lambda v: (
                order.index(v.severity),
                (v.place.path, v.place.line) if v.place else ("", 0),
                *(str(part) for part in (v.subject, v.path, v.value, v.shape, v.sentence)),
            ),
        )
    )


def format_term(term: Term) -> str:
    """Return a term for a reader: a short name, or a literal's text in quotation marks."""
    match term:
        case NamedNode(value=iri):
            return shorten(iri)
        case Literal(value=text):
            return f'"{text}"'
        case _:
            return str(term)


def _find_place(sources: Sources, subject: Term, path: Term | None, value: Term | None) -> Place | None:
    """Return where a violation stands: at its triple or its subject, or at its value when that alone is data."""
    place = sources.find_place(subject, path, value)
    if value is not None and (place is None or place.path.startswith("ontology/")):
        return sources.find_place(value) or place
    return place


# ---- Core constraints -------------------------------------------------------------------------------------------


def _check_core(shapes: rdflib.Graph, data: Iterable[Triple], sources: Sources) -> Iterator[Violation]:
    with _quiet():
        try:
            _, report, _ = pyshacl.validate(_to_rdflib(data), shacl_graph=shapes, inference="none")
        except ReportableRuntimeError as error:
            raise ShapeError(f"ontology/shapes: {error.message}") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"ontology/shapes: {report}")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        source = report.value(result, SH.sourceShape)
        path = report.value(result, SH.resultPath)
        focus = report.value(result, SH.focusNode)
        value = report.value(result, SH.value)
        messages = sorted(str(message) for message in report.objects(result, SH.resultMessage))
        subject = _from_rdflib(focus)
        predicate = _from_rdflib(path) if isinstance(path, rdflib.URIRef) else None
        found = _from_rdflib(value) if value is not None else None
        yield Violation(
            severity=_SEVERITIES.get(report.value(result, SH.resultSeverity), "violation"),
            shape=_name_shape(shapes, source),
            subject=subject,
            path=_format_path(report, path) if path is not None else "",
            value=found,
            sentence=" ".join(messages) or "breaks the shape",
            place=_find_place(sources, subject, predicate, found),
        )


def _name_shape(shapes: rdflib.Graph, shape: Node | None) -> str:
    """Return the short name of a shape, or of the nearest named shape that it is part of."""
    seen: set[Node] = set()
    queue = [shape] if shape is not None else []
    while queue:
        node = queue.pop(0)
        if isinstance(node, rdflib.URIRef):
            return shorten(str(node))
        if node not in seen:
            seen.add(node)
            queue.extend(shapes.subjects(None, node))
    return "shape without a name"


def _format_path(graph: rdflib.Graph, path: Node) -> str:
    """Return a SHACL property path as a SPARQL property path in short names."""
    if isinstance(path, rdflib.URIRef):
        return shorten(str(path))
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return "^" + _format_path(graph, inverse)
    if (choice := graph.value(path, SH.alternativePath)) is not None:
        return "|".join(_format_path(graph, item) for item in graph.items(choice))
    for mark, predicate in (("*", SH.zeroOrMorePath), ("+", SH.oneOrMorePath), ("?", SH.zeroOrOnePath)):
        if (repeated := graph.value(path, predicate)) is not None:
            return f"({_format_path(graph, repeated)}){mark}"
    return "/".join(_format_path(graph, item) for item in graph.items(path))


# ---- SPARQL constraints -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Constraint:
    """One `sh:sparql` of one node shape: both are SELECT queries, `targets` projects the focus nodes."""

    shape: str
    severity: Severity
    message: str
    select: str
    targets: str


_TARGETS = {
    SH.targetClass: "{{ ?this a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* {} }}",
    SH.targetSubjectsOf: "{{ ?this {} ?any }}",
    SH.targetObjectsOf: "{{ ?any {} ?this }}",
    SH.targetNode: "{{ VALUES ?this {{ {} }} }}",
}


def _take_constraints(shapes: rdflib.Graph) -> Iterator[_Constraint]:
    """Yield the SPARQL constraints of a shapes graph and remove them from it."""
    for shape, _, node in sorted(shapes.triples((None, SH.sparql, None)), key=str):
        shapes.remove((shape, SH.sparql, node))
        name = _name_shape(shapes, shape)
        select = shapes.value(node, SH.select)
        message = shapes.value(node, SH.message) or shapes.value(shape, SH.message)
        targets = [
            pattern.format(f"<{target}>")
            for predicate, pattern in _TARGETS.items()
            for target in sorted(shapes.objects(shape, predicate), key=str)
        ]
        if select is None or message is None or not targets or "$PATH" in str(select):
            raise ShapeError(f"{name}: a SPARQL constraint needs sh:select without $PATH, a message, and targets")
        flags = {shapes.value(item, SH.deactivated) for item in (shape, node)}
        if rdflib.Literal(True) in flags:
            continue
        prefixes = "".join(
            f"PREFIX {shapes.value(declared, SH.prefix)}: <{shapes.value(declared, SH.namespace)}>\n"
            for holder in shapes.objects(node, SH.prefixes)
            for declared in sorted(shapes.objects(holder, SH.declare), key=lambda d: str(shapes.value(d, SH.prefix)))
        )
        yield _Constraint(
            shape=name,
            severity=_SEVERITIES.get(shapes.value(shape, SH.severity), "violation"),
            message=str(message),
            select=prefixes + str(select),
            targets=f"SELECT DISTINCT ?this WHERE {{ {' UNION '.join(targets)} }}",
        )


def _check_sparql(constraints: Iterable[_Constraint], data: Iterable[Triple], sources: Sources) -> Iterator[Violation]:
    store = MemoryDataset(data)
    for constraint in constraints:
        targets = {row["this"] for row in store.select(constraint.targets)}
        try:
            rows = list(store.select(constraint.select))
        except QueryError as error:
            raise ShapeError(f"{constraint.shape}: {error}") from error
        for row in rows:
            subject, value, path = row["this"], row.get("value"), row.get("path")
            if subject is None:
                raise ShapeError(f"{constraint.shape}: the pattern must bind $this: {constraint.message}")
            if subject not in targets:
                continue
            yield Violation(
                severity=constraint.severity,
                shape=constraint.shape,
                subject=subject,
                path=format_term(path) if path is not None else "",
                value=value,
                sentence=_fill(constraint.message, row),
                place=_find_place(sources, subject, path, value),
            )


def _fill(message: str, row: Mapping[str, Term | None]) -> str:
    """Put a solution's values where a message names its variables (SHACL, section 5.3.2)."""

    def replace(match: re.Match[str]) -> str:
        term = row.get(match[1])
        return match[0] if term is None else term.value if isinstance(term, Literal) else format_term(term)

    return re.sub(r"\{[?$](\w+)\}", replace, message)


# ---- To rdflib and back -----------------------------------------------------------------------------------------


def _to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    with _quiet():
        for triple in triples:
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    return graph


def _node(term: object) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    match term:
        case NamedNode(value=iri):
            return rdflib.URIRef(iri)
        case BlankNode(value=name):
            return rdflib.BNode(name)
        case Literal(value=text, language=str(language)):
            return rdflib.Literal(text, lang=language)
        case Literal(value=text, datatype=NamedNode(value=datatype)):
            plain = datatype == str(XSD.string)
            return rdflib.Literal(text, datatype=None if plain else rdflib.URIRef(datatype), normalize=False)
    raise TypeError(f"not a term of RDF 1.1: {term!r}")


def _from_rdflib(node: Node | None) -> Term:
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype or XSD.string)))
    return BlankNode(str(node))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from printing a traceback for each ill-typed literal: the shapes report those."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
