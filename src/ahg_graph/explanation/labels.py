"""Statements as a reader would say them: short names, and lists written out from the statements that make them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ahg_graph.config.prefixes import PREFIXES, shorten
from ahg_graph.explanation.model import Proof
from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Statement, Term

_FIRST, _REST, _NIL = (NamedNode(PREFIXES["rdf"] + name) for name in ("first", "rest", "nil"))
_UNTYPED = frozenset((PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"))


def word_term(term: Term) -> str:
    """Return a term's short form: a prefixed name, or a literal with its language or short datatype."""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, Literal):
        if term.language or term.datatype.value in _UNTYPED:
            return str(term)
        return f'"{term.value}"^^{shorten(term.datatype.value)}'
    return str(term)


def word_statement(statement: Statement, lists: Mapping[Term, str] | None = None) -> str:
    """Return a statement in short forms; `lists` gives the wording of lists by their first cell."""
    words = lists or {}
    return " ".join(words.get(term) or word_term(term) for term in statement)


def word_absence(absence: NegatedPremise) -> str:
    """Return in words what is not so: the triple that is not recorded, or by which rules it would be so."""
    if absence.pattern is not None:
        words = " ".join("(anything)" if term is None else word_term(term) for term in absence.pattern)
        return f"not recorded, and does not follow: {words}"
    about = ", ".join(map(word_term, absence.terms))
    reasons = " ".join(f"{sentence} [{rule}]" for rule, sentence in absence.rules)
    return f"does not hold of {about}: {reasons or absence.name}"


def word_lists(premises: Iterable[Proof]) -> dict[Term, str]:
    """Return the wording of each list that some premises make up, by its first cell."""
    first: dict[Term, Term] = {}
    rest: dict[Term, Term] = {}
    for proof in premises:
        subject, predicate, value = proof.statement
        if predicate == _FIRST:
            first[subject] = value
        elif predicate == _REST:
            rest[subject] = value
    words: dict[Term, str] = {}
    for cell in {*first, *rest} - set(rest.values()):
        members: list[str] = []
        at: Term = cell
        while at in first or at in rest:
            members.append(word_term(first[at]) if at in first else "...")
            at = rest.pop(at, _NIL)
        if at != _NIL or cell not in words:
            words[cell] = f"( {' '.join(members)} )"
    return words


def is_list_cell(statement: Statement) -> bool:
    """Return whether a statement only makes up a list."""
    return statement.predicate in (_FIRST, _REST) and isinstance(statement.subject, BlankNode)
