"""The facts of a graph in the terms of other vocabularies: what follows from it by the alignments, each with a proof.

`ontology/alignments.ttl` says how terms stand to one another, `ontology/alignments.rls` what takes a rule. They are put
to the closed graph, not to its schema: what the other vocabularies' own axioms would add is not concluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from ahg_graph.build.node_labels import label_nodes
from ahg_graph.config.paths import ALIGNMENT_RULES
from ahg_graph.rdf.derivation_step import DerivationStep
from ahg_graph.rdf.terms import BlankNode, NamedNode, Statement, Triple
from ahg_graph.rdf.trivial_triples import TYPE, VOCABULARIES
from ahg_graph.reasoning.closure import Closure, Contradiction, close_graph
from ahg_graph.reasoning.rules import Rule, load_rules
from ahg_graph.sources.turtle import Sources


@dataclass(frozen=True)
class Alignment:
    """What follows by the alignments and no graph states, with the last step of the proof of each."""

    triples: tuple[Triple, ...] = field(default=(), repr=False)
    steps: Mapping[Statement, DerivationStep] = field(default_factory=dict, repr=False)
    contradictions: tuple[Contradiction, ...] = ()


def align(home: Path, sources: Sources, closure: Closure, rules: Sequence[Rule], *, prove: bool) -> Alignment:
    """Return what follows by the alignments of a home folder; nothing where it has none. Raises RuleError."""
    alignments = tuple(sources.triples("alignments"))
    if not alignments:
        return Alignment()
    path = home / "ontology" / ALIGNMENT_RULES
    used = [*rules, *(load_rules(path) if path.is_file() else ())]
    known = {*sources.triples(), *closure.inferred}
    found = close_graph(chain(alignments, _list_facts(known)), used, prove=prove)
    new = [t for t in found.inferred if t not in known and _is_fact(t)]
    labels = label_nodes(sources.triples("register", "record", "texts"), sources.triples("ontology"), chain(known, new))
    steps = {**found.steps, **{Statement(*triple): step for triple, step in labels.items()}}
    return Alignment(tuple(sorted([*new, *labels], key=str)), steps, found.contradictions)


def _list_facts(triples: Iterable[Triple]) -> Iterator[Triple]:
    return (triple for triple in sorted(triples, key=str) if _is_fact(triple))


def _is_fact(triple: Triple) -> bool:
    """Return whether a triple is about things: no axiom, and nothing without a name."""
    if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
        return False
    if triple.predicate == TYPE:
        return not (isinstance(triple.object, NamedNode) and triple.object.value.startswith(VOCABULARIES))
    return not triple.predicate.value.startswith(VOCABULARIES) or triple.predicate.value.endswith("#label")
