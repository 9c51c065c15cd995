"""What breaks a shape, as records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from rdflib.namespace import SH
from rdflib.term import Node

from ahg_graph.config.prefixes import shorten
from ahg_graph.errors import BuildError
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import Literal, NamedNode, Term
from ahg_graph.sources.turtle import Sources

Severity = OneOf["violation", "warning", "info"]

SEVERITIES: dict[Node | None, Severity] = {SH.Warning: "warning", SH.Info: "info"}
"""What SHACL calls them; anything else is a violation."""


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
    place: SourceLocation | None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        about = " ".join(part for part in (format_term(self.subject), self.path) if part)
        shown = format_term(self.value) if self.value is not None and self.value != self.subject else ""
        value = "" if shown.strip('"') in self.sentence else f" ({shown})"
        return f"{where}{about}: {self.sentence}{value} [{self.shape}]"


def format_term(term: Term) -> str:
    """Return a term for a reader: a short name, or a literal's text in quotation marks."""
    match term:
        case NamedNode(value=iri):
            return shorten(iri)
        case Literal(value=text):
            return f'"{text}"'
        case _:
            return str(term)


def find_place(sources: Sources, subject: Term, path: Term | None, value: Term | None) -> SourceLocation | None:
    """Return the place of a violation: at its triple or its subject, or at its value when that alone is data."""
    place = sources.find_place(subject, path, value)
    if value is not None and (place is None or place.path.startswith("ontology/")):
        return sources.find_place(value) or place
    return place
