"""Which discrepancies touch a statement, its premises, or what it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ahg_graph.config.prefixes import ONT, PREFIXES
from ahg_graph.explanation.model import Citation, DiscrepancyMatch, ReadingSummary, Touch
from ahg_graph.explanation.proof_database import ProofDatabase
from ahg_graph.rdf.provenance_vocabulary import CURATORS_REASON
from ahg_graph.rdf.terms import Literal, NamedNode, Statement, Term

_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
_NARROWER = NamedNode(PREFIXES["rdfs"] + "subPropertyOf")
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_STATUSES = ("memberIn", "observerIn", "inviteeIn", "acceptedInvitationIn", "applicantIn", "status")

STATED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "startNotBefore": ("statedStart",),
        "startNotAfter": ("statedStart",),
        "endNotBefore": ("statedEnd",),
        "endNotAfter": ("statedEnd",),
        "eventStatus": ("statedStage",),
        "stage": ("statedStage",),
        **dict.fromkeys(_STATUSES, ("statedStatus",)),
    }
)
"""The properties by which claims state what the graph says by another property."""


def _ont(name: str) -> NamedNode:
    return NamedNode(ONT + name)


def read_citations(database: ProofDatabase, node: Term) -> tuple[Citation, ...]:
    """Return the parts that support a node, by the order of the documents and of reading."""
    found: list[tuple[int, int, Citation]] = []
    for part in _list_parts(database, node):
        document = next(iter(database.objects(part, _ont("partOfDocument"))), None)
        key = _text(database, document, "documentKey") if document else ""
        order = _text(database, document, "documentOrder") if document else ""
        place = _text(database, part, "partOrder")
        citation = Citation(_value(part), key, _text(database, part, "locator"))
        found.append((int(order or 0), int(place or 0), citation))
    return tuple(citation for _, _, citation in sorted(found, key=lambda item: (item[0], item[1], item[2].part)))


def _list_parts(database: ProofDatabase, node: Term) -> tuple[Term, ...]:
    """Return the parts that support a node, by the platform's property or one that the home makes of it."""
    properties: list[Term] = [_ont("evidencedBy")]
    for wider in properties:
        properties += [found for found in database.subjects(_NARROWER, wider) if found not in properties]
    return tuple(dict.fromkeys(part for found in properties for part in database.objects(node, found)))


def find_citations(database: ProofDatabase, statement: Statement) -> tuple[Citation, ...]:
    """Return the parts that support an asserted statement: its subject's, and those of claims that state it."""
    nodes = (statement.subject, *_claiming(database, statement))
    return tuple(dict.fromkeys(citation for node in nodes for citation in read_citations(database, node)))


def find_reasons(database: ProofDatabase, statement: Statement) -> tuple[str, ...]:
    """Return why the curator infers an asserted statement: its subject's reasons, and those of claims that state it."""
    about = database.objects(statement.subject, _ont("reasonAbout"))
    own = () if about and statement.predicate not in about else (statement.subject,)
    nodes = (*own, *_claiming(database, statement))
    found = (reason for node in nodes for reason in database.objects(node, NamedNode(CURATORS_REASON)))
    return tuple(dict.fromkeys(map(_value, found)))


def _claiming(database: ProofDatabase, statement: Statement) -> Iterator[Term]:
    """Yield the claims that state a statement."""
    for claim in _claims(database, statement):
        values = (*database.objects(claim, _ont("claimObject")), *database.objects(claim, _ont("claimValue")))
        if statement.object in values:
            yield claim


def find_discrepancies(
    database: ProofDatabase, statement: Statement, premises: Iterable[Statement]
) -> tuple[DiscrepancyMatch, ...]:
    """Return the discrepancies that touch a statement, those nearest to it first, each once.

    What is only about the thing that a statement gives as its value does not touch it.
    """
    touched: dict[Term, tuple[Touch, str]] = {}

    def note(discrepancies: Iterable[Term], touch: Touch, on: str) -> None:
        for discrepancy in discrepancies:
            touched.setdefault(discrepancy, (touch, on))

    note(_disputing(database, statement), "statement", str(statement))
    for premise in premises:
        note(_disputing(database, premise), "premise", str(premise))
        if not is_thing(database, premise.subject):
            note(database.subjects(_ont("discrepancyAbout"), premise.subject), "premise", _value(premise.subject))
    about = database.subjects(_ont("discrepancyAbout"), statement.subject)
    note(about, "thing" if is_thing(database, statement.subject) else "statement", _value(statement.subject))
    order: tuple[Touch, ...] = ("statement", "premise", "thing")
    records = [_describe(database, discrepancy, touch, on) for discrepancy, (touch, on) in touched.items()]
    return tuple(sorted(records, key=lambda record: (order.index(record.touch), record.discrepancy)))


def is_thing(database: ProofDatabase, node: Term) -> bool:
    """Return whether a node is a thing that facts are recorded of, rather than the record of a fact."""
    return not _list_parts(database, node) or bool(database.subjects(_ont("nameOf"), node))


def _claims(database: ProofDatabase, statement: Statement) -> Iterator[Term]:
    """Yield the claims about a statement's subject and property, whatever value they give."""
    predicate = statement.predicate
    if not isinstance(predicate, NamedNode):
        return
    stated = STATED_BY.get(predicate.value.removeprefix(ONT), ()) if predicate.value.startswith(ONT) else ()
    wanted = {predicate, *map(_ont, stated)}
    for claim in database.subjects(_ont("claimSubject"), statement.subject):
        if wanted.intersection(database.objects(claim, _ont("claimPredicate"))):
            yield claim


def _disputing(database: ProofDatabase, statement: Statement) -> Iterator[Term]:
    for claim in _claims(database, statement):
        yield from database.subjects(_ont("hasReading"), claim)


def _describe(database: ProofDatabase, discrepancy: Term, touch: Touch, on: str) -> DiscrepancyMatch:
    readings = [
        ReadingSummary(
            _value(reading),
            _text(database, reading, "summary"),
            _text(database, reading, "rank").rpartition("/")[2],
            read_citations(database, reading),
        )
        for reading in database.objects(discrepancy, _ont("hasReading"))
    ]
    title = next((_value(label) for label in database.objects(discrepancy, _LABEL)), _value(discrepancy))
    return DiscrepancyMatch(
        _value(discrepancy),
        title,
        _text(database, discrepancy, "ruling"),
        touch,
        on,
        tuple(sorted(readings, key=lambda reading: reading.reading)),
    )


def _text(database: ProofDatabase, node: Term, name: str) -> str:
    return next((_value(value) for value in database.objects(node, _ont(name))), "")


def _value(term: Term) -> str:
    return str(term.value) if isinstance(term, NamedNode | Literal) else str(term)
