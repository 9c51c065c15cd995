"""The SPARQL constraints of SHACL, by the embedded engine.

pySHACL starts one query for each focus node, which takes seconds for a few thousand triples. Here a constraint is one
query, and what it finds is kept where `$this` is a focus node; the two agree as long as the pattern itself binds
`$this`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import rdflib
from rdflib.namespace import SH

from ahg_graph.errors import QueryError
from ahg_graph.rdf.terms import Literal, NamedNode, Term
from ahg_graph.shapes.pyshacl_runner import name_shape
from ahg_graph.shapes.violations import SEVERITIES, Severity, ShapeError, Violation, find_place, format_term
from ahg_graph.sources.turtle import Sources
from ahg_graph.sparql.memory_dataset import MemoryDataset


@dataclass(frozen=True, slots=True)
class Constraint:
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


def take_constraints(shapes: rdflib.Graph) -> Iterator[Constraint]:
    """Yield the SPARQL constraints of a shapes graph and remove them from it."""
    for shape, _, node in sorted(shapes.triples((None, SH.sparql, None)), key=str):
        shapes.remove((shape, SH.sparql, node))
        name = name_shape(shapes, shape)
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
        yield Constraint(
            shape=name,
            severity=SEVERITIES.get(shapes.value(shape, SH.severity), "violation"),
            message=str(message),
            select=prefixes + str(select),
            targets=f"SELECT DISTINCT ?this WHERE {{ {' UNION '.join(targets)} }}",
        )


def check_constraints(
    constraints: Iterable[Constraint], store: MemoryDataset, sources: Sources, focus: Collection[NamedNode] = ()
) -> Iterator[Violation]:
    """Yield what breaks the constraints, of some things or of all; raises ShapeError for one that cannot be run."""
    for constraint in constraints:
        targets = {row["this"] for row in store.select(_bind(constraint.targets, focus))}
        try:
            rows = list(store.select(_bind(constraint.select, focus))) if targets or not focus else []
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
                place=find_place(sources, subject, path, value),
            )


def _bind(select: str, focus: Collection[NamedNode]) -> str:
    """Return a query over `$this` that looks at some things only, where there are any: they come before its pattern."""
    if not focus:
        return select
    values = " ".join(map(str, focus))
    return re.sub(r"(?<![\w?$])WHERE\s*\{", lambda match: f"{match[0]} VALUES ?this {{ {values} }}", select, count=1)


def _fill(message: str, row: Mapping[str, Term | None]) -> str:
    """Put a solution's values where a message names its variables (SHACL, section 5.3.2)."""

    def replace(match: re.Match[str]) -> str:
        term = row.get(match[1])
        return match[0] if term is None else term.value if isinstance(term, Literal) else format_term(term)

    return re.sub(r"\{[?$](\w+)\}", replace, message)
