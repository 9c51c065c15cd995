"""Which discrepancies touch a statement, its premises, or what it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ahg_graph.config.prefixes import ONT, PREFIXES
from ahg_graph.explanation.model import Dispute, Passage, Reading, Touch
from ahg_graph.explanation.proof_database import Ledger
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


def read_passages(ledger: Ledger, node: Term) -> tuple[Passage, ...]:
    """Return the parts that a node rests on, by the order of the documents and of reading."""
    found: list[tuple[int, int, Passage]] = []
    for part in _list_parts(ledger, node):
        document = next(iter(ledger.objects(part, _ont("partOfDocument"))), None)
        key = _text(ledger, document, "documentKey") if document else ""
        order = _text(ledger, document, "documentOrder") if document else ""
        place = _text(ledger, part, "partOrder")
        passage = Passage(_value(part), key, _text(ledger, part, "locator"))
        found.append((int(order or 0), int(place or 0), passage))
    return tuple(passage for _, _, passage in sorted(found, key=lambda item: (item[0], item[1], item[2].part)))


def _list_parts(ledger: Ledger, node: Term) -> tuple[Term, ...]:
    """Return the parts that a node rests on, by the platform's property or one that the home makes of it."""
    properties: list[Term] = [_ont("evidencedBy")]
    for wider in properties:
        properties += [found for found in ledger.subjects(_NARROWER, wider) if found not in properties]
    return tuple(dict.fromkeys(part for found in properties for part in ledger.objects(node, found)))


def find_passages(ledger: Ledger, statement: Statement) -> tuple[Passage, ...]:
    """Return the parts that an asserted statement rests on: its subject's, and those of claims that state it."""
    found = dict.fromkeys(read_passages(ledger, statement.subject))
    for claim in _claims(ledger, statement):
        if statement.object in (
            *ledger.objects(claim, _ont("claimObject")),
            *ledger.objects(claim, _ont("claimValue")),
        ):
            found.update(dict.fromkeys(read_passages(ledger, claim)))
    return tuple(found)


def find_disputes(ledger: Ledger, statement: Statement, premises: Iterable[Statement]) -> tuple[Dispute, ...]:
    """Return the discrepancies that touch a statement, those nearest to it first, each once.

    What is only about the thing that a statement gives as its value does not touch it.
    """
    touched: dict[Term, tuple[Touch, str]] = {}

    def note(discrepancies: Iterable[Term], touch: Touch, on: str) -> None:
        for discrepancy in discrepancies:
            touched.setdefault(discrepancy, (touch, on))

    note(_disputing(ledger, statement), "statement", str(statement))
    for premise in premises:
        note(_disputing(ledger, premise), "premise", str(premise))
        if not is_thing(ledger, premise.subject):
            note(ledger.subjects(_ont("discrepancyAbout"), premise.subject), "premise", _value(premise.subject))
    about = ledger.subjects(_ont("discrepancyAbout"), statement.subject)
    note(about, "thing" if is_thing(ledger, statement.subject) else "statement", _value(statement.subject))
    order: tuple[Touch, ...] = ("statement", "premise", "thing")
    records = [_describe(ledger, discrepancy, touch, on) for discrepancy, (touch, on) in touched.items()]
    return tuple(sorted(records, key=lambda record: (order.index(record.touch), record.discrepancy)))


def is_thing(ledger: Ledger, node: Term) -> bool:
    """Tell whether a node is a thing that facts are recorded of, rather than the record of a fact."""
    return not _list_parts(ledger, node) or bool(ledger.subjects(_ont("nameOf"), node))


def _claims(ledger: Ledger, statement: Statement) -> Iterator[Term]:
    """Yield the claims about a statement's subject and property, whatever value they give."""
    predicate = statement.predicate
    if not isinstance(predicate, NamedNode):
        return
    stated = STATED_BY.get(predicate.value.removeprefix(ONT), ()) if predicate.value.startswith(ONT) else ()
    wanted = {predicate, *map(_ont, stated)}
    for claim in ledger.subjects(_ont("claimSubject"), statement.subject):
        if wanted.intersection(ledger.objects(claim, _ont("claimPredicate"))):
            yield claim


def _disputing(ledger: Ledger, statement: Statement) -> Iterator[Term]:
    for claim in _claims(ledger, statement):
        yield from ledger.subjects(_ont("hasReading"), claim)


def _describe(ledger: Ledger, discrepancy: Term, touch: Touch, on: str) -> Dispute:
    readings = [
        Reading(
            _value(reading),
            _text(ledger, reading, "summary"),
            _text(ledger, reading, "rank").rpartition("/")[2],
            read_passages(ledger, reading),
        )
        for reading in ledger.objects(discrepancy, _ont("hasReading"))
    ]
    title = next((_value(label) for label in ledger.objects(discrepancy, _LABEL)), _value(discrepancy))
    return Dispute(
        _value(discrepancy),
        title,
        _text(ledger, discrepancy, "ruling"),
        touch,
        on,
        tuple(sorted(readings, key=lambda reading: reading.reading)),
    )


def _text(ledger: Ledger, node: Term, name: str) -> str:
    return next((_value(value) for value in ledger.objects(node, _ont(name))), "")


def _value(term: Term) -> str:
    return str(term.value) if isinstance(term, NamedNode | Literal) else str(term)
