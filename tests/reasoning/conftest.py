"""What the tests of the reasoner share: the rules, the case files, and a second opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import owlrl
import pytest
import rdflib

from ahg_graph.rdf.terms import BlankNode, NamedNode, RdfFormat, Triple, parse
from ahg_graph.reasoning.closure import is_trivial
from ahg_graph.reasoning.rules import Rule, find_rule_folder, load_rules
from support.rdflib_terms import from_rdflib, to_rdflib

CASES = Path(__file__).parents[1] / "cases" / "reasoning"
SKOLEM = "urn:skolem:"

Read = Callable[[str], list[Triple]]
Close = Callable[[Iterable[Triple]], tuple[set[Triple], int]]


@pytest.fixture(scope="session")
def owl_rl() -> tuple[Rule, ...]:
    return load_rules(find_rule_folder() / "owl-rl.rls")


@pytest.fixture(scope="session")
def read_case() -> Read:
    """Read a case file, its blank nodes skolemised so that results can be compared as sets."""

    def read(name: str) -> list[Triple]:
        quads = parse(path=str(CASES / name), format=RdfFormat.TURTLE)
        return [_skolemise(quad.triple) for quad in quads]

    return read


def _skolemise(triple: Triple) -> Triple:
    subject, value = (
        NamedNode(SKOLEM + term.value) if isinstance(term, BlankNode) else term
        for term in (triple.subject, triple.object)
    )
    return Triple(subject, triple.predicate, value)


@pytest.fixture(scope="session")
def second_opinion() -> Close:
    """Close a graph by owlrl: the triples that it adds, trivial ones set aside, and how many errors it reports.

    It writes contradictions into the graph, as blank nodes of type `ErrorMessage`; they are counted apart.
    """

    def close(triples: Iterable[Triple]) -> tuple[set[Triple], int]:
        asserted = set(triples)
        graph = rdflib.Graph()
        for triple in asserted:
            graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object, typed=True)))
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
        error = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")
        errors = set(graph.subjects(rdflib.RDF.type, error))
        added = set()
        for s, p, o in graph:
            subject, predicate, value = map(from_rdflib, (s, p, o))
            if s in errors or is_trivial(subject, predicate, value):
                continue
            added.add(Triple(subject, predicate, value))  # type: ignore[arg-type]
        return added - asserted, len(errors)

    return close
