"""A contradiction as a build reports it: its proof in short names, each asserted statement with its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from ahg_graph.config.prefixes import PREFIXES, shorten
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Statement, Term
from ahg_graph.reasoning.closure import Contradiction
from ahg_graph.sources.turtle import Sources

_LIST = frozenset((PREFIXES["rdf"] + "first", PREFIXES["rdf"] + "rest"))


@dataclass(frozen=True)
class ContradictionReport:
    """A contradiction and the lines of its proof, indented by depth."""

    contradiction: Contradiction
    proof: tuple[str, ...]
    is_contradiction: ClassVar[bool] = True

    def __str__(self) -> str:
        named = ", ".join(_show(term) for term in self.contradiction.culprits)
        head = f"contradiction: {self.contradiction.sentence} {named} [{self.contradiction.rule}]"
        return "\n".join((head, *self.proof))


def describe_contradiction(contradiction: Contradiction, sources: Sources) -> ContradictionReport:
    """Return a contradiction with the places of what it depends on; how lists are put together is left out."""
    steps = dict(contradiction.steps)

    def write(statements: Iterable[Statement], depth: int) -> Iterator[str]:
        for subject, predicate, value in statements:
            if isinstance(predicate, NamedNode) and predicate.value in _LIST and isinstance(subject, BlankNode):
                continue
            line = "  " * depth + " ".join(map(_show, (subject, predicate, value)))
            step = steps.get(Statement(subject, predicate, value))
            if step is None:
                place = sources.find_place(subject, predicate, value)
                yield f"{line}  ({place})" if place else line
            else:
                yield f"{line}  [{step.rule}]"
                yield from write(step.premises, depth + 1)

    return ContradictionReport(contradiction, tuple(write(contradiction.premises, 1)))


def _show(term: Term) -> str:
    match term:
        case NamedNode(value=iri):
            return "a" if iri == PREFIXES["rdf"] + "type" else shorten(iri)
        case Literal(value=text):
            return f'"{text}"'
        case _:
            return str(term)
