"""Labels for what no one has named: an attendance, a follow-up, a claim are called by class and by what they link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.rdf.derivation_step import DerivationStep
from ahg_graph.rdf.provenance_vocabulary import EVIDENCED_BY
from ahg_graph.rdf.terms import Literal, NamedNode, Statement, Triple
from ahg_graph.rdf.trivial_triples import TYPE
from ahg_graph.rdf.vocabulary import ONT

IN_CODE_LIST = ONT + "inCodeList"
LABEL, _PREFERRED = NamedNode(PREFIXES["rdfs"] + "label"), NamedNode(PREFIXES["skos"] + "prefLabel")
_SENTENCE = "What has no name of its own is called by its class and by the names of what it links."
_OF_CODE = "A code is called by its name and that of its list."
_AUTHORITY = "This project's convention"


def label_nodes(
    stated: Iterable[Triple], ontology: Iterable[Triple], known: Iterable[Triple]
) -> Mapping[Triple, DerivationStep]:
    """Return a label and the step that gives it for each thing of the stated triples that has none in the known ones.

    The parts of a label are in the order in which the statements stand in their files. What links nothing that has a
    name is called by what links it.
    """
    labels: dict[object, Triple] = {}
    for triple in sorted(known, key=lambda t: (t.predicate != _PREFERRED, str(t))):
        if triple.predicate in (LABEL, _PREFERRED) and isinstance(triple.object, Literal):
            labels.setdefault(triple.subject, triple)
    described = list(ontology)
    codes = {triple.subject for triple in described if triple.subject in labels}
    nodes: dict[NamedNode, list[Triple]] = {}
    leading: dict[object, list[Triple]] = {}
    for triple in stated:
        if triple.subject in labels and triple.object not in labels:
            leading.setdefault(triple.object, []).append(triple)
        if isinstance(triple.subject, NamedNode) and triple.subject not in labels:
            nodes.setdefault(triple.subject, []).append(triple)
    found = dict(_label_codes(described, labels))
    for node, triples in nodes.items():
        classes = [t for t in triples if t.predicate == TYPE and t.object in labels]
        links = [t for t in triples if _leads_to_named(t, labels) and t.object not in codes]
        if node.value.startswith(get_home().id) and classes:
            back = [] if links else leading.get(node, [])
            premises = [*classes[:1], *links, *back]
            names = [labels[premise.object] for premise in (*classes[:1], *links)]
            names += [labels[premise.subject] for premise in back]
            kind, *others = dict.fromkeys(_read(name.object) for name in names)
            text = f"{kind}: {', '.join(others)}" if others else kind
            label = Triple(node, LABEL, Literal(text, language=get_home().language))
            rule = tuple(Statement(*triple) for triple in (*premises, *names))
            found[label] = DerivationStep("label-of-node", _SENTENCE, _AUTHORITY, (), tuple(dict.fromkeys(rule)))
    return found


def _label_codes(
    ontology: Iterable[Triple], labels: Mapping[object, Triple]
) -> Iterator[tuple[Triple, DerivationStep]]:
    """Yield the label of each code: its name, and that of its list, since codes of two lists may have one name."""
    for triple in ontology:
        if triple.predicate.value == IN_CODE_LIST and triple.subject in labels and triple.object in labels:
            name, of = labels[triple.subject], labels[triple.object]
            text = Literal(f"{_read(name.object)} ({_read(of.object)})", language=get_home().language)
            premises = tuple(Statement(*premise) for premise in (triple, name, of))
            yield (
                Triple(triple.subject, LABEL, text),
                DerivationStep("label-of-code", _OF_CODE, _AUTHORITY, (), premises),
            )


def _leads_to_named(triple: Triple, labels: Mapping[object, Triple]) -> bool:
    return triple.predicate != TYPE and triple.predicate.value != EVIDENCED_BY and triple.object in labels


def _read(term: object) -> str:
    return term.value if isinstance(term, Literal) else ""
