"""Graph answers written: the triples asked for and, with their evidence, the evidence of each.

Evidence is RDF like the answer: each triple is an `rdf:Statement` that the document parts evidence, with its proof, and
each part says its place and its document. No node is blank, so that answers can be merged and distinguished.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.explanation import Explanation
from ahg_graph.explanation.serialization import name_statement, to_rdf
from ahg_graph.queries.binding import BoundQuery
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.rdf.terms import Literal, NamedNode, Statement, Triple
from ahg_graph.rdf.vocabulary import PROV
from ahg_graph.service.evidence import Evidence
from ahg_graph.sparql.json_ld import Context
from ahg_graph.sparql.result_tables import ResultTable, list_triples
from ahg_graph.sparql.results_writer import write_triples

_LABEL = PREFIXES["skos"] + "prefLabel"


def write_graph(
    table: ResultTable,
    media_type: str,
    evidence: Sequence[Sequence[Evidence]] = (),
    proofs: Sequence[Sequence[Explanation]] = (),
    context: Context | None = None,
) -> bytes:
    """Return triples, and their evidence, in a syntax of RDF; raises NotAcceptable as `write_triples` does."""
    triples = list_triples(table)
    if evidence:
        stated = {*triples, *_describe_evidence(table, evidence), *_describe_proofs(proofs)}
        triples = sorted(stated, key=str)  # what is said of one resource comes together
    iris = {term.value for triple in triples for term in triple if isinstance(term, NamedNode)}
    namespaces = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
    prefixes = {
        name: namespace for name, namespace in {**get_home().prefixes, "prov": PROV}.items() if namespace in namespaces
    }
    return write_triples(triples, media_type, prefixes, context)


def order_for_reading(table: ResultTable, bound: BoundQuery) -> ResultTable:
    """Return the triples of a bound query in the order in which they are read.

    What was asked about comes first, and last what is only named here, for the sake of others.
    """
    things = {value.term.value for values in bound.values.values() for value in values}
    stated = {row["subject"]["value"] for row in table.rows if row["predicate"]["value"] != _LABEL}

    def rank(row: Mapping[str, Mapping[str, str]]) -> int:
        subject = row["subject"]["value"]
        return 0 if subject in things else 1 if subject in stated else 2

    return ResultTable(table.columns, tuple(sorted(table.rows, key=rank)))


def _describe_evidence(table: ResultTable, evidence: Sequence[Sequence[Evidence]]) -> Iterator[Triple]:
    """Yield each triple as a statement with the parts that support it, and these parts."""
    rdf = PREFIXES["rdf"]
    for triple, found in zip(list_triples(table), evidence, strict=True):
        statement = Statement(*triple)
        this = name_statement(statement)
        yield Triple(this, NamedNode(rdf + "type"), NamedNode(rdf + "Statement"))
        for place, term in zip(Statement._fields, statement, strict=True):
            yield Triple(this, NamedNode(rdf + place), term)
        for item in found:
            part = NamedNode(item.part)
            yield Triple(this, NamedNode(provenance.EVIDENCED_BY), part)
            yield Triple(part, NamedNode(provenance.LOCATOR), Literal(item.locator))
            yield Triple(part, NamedNode(provenance.PART_OF_DOCUMENT), NamedNode(item.source))
            yield Triple(NamedNode(item.source), NamedNode(provenance.DOCUMENT_KEY), Literal(item.document))


def _describe_proofs(proofs: Sequence[Sequence[Explanation]]) -> Iterator[Triple]:
    return to_rdf(*(explanation for found in proofs for explanation in found))
