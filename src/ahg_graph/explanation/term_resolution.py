"""Which term a short text means: an IRI, a prefixed name, any name of a thing, the end of an IRI, or a literal."""

from __future__ import annotations

from ahg_graph.config.prefixes import ONT, expand
from ahg_graph.errors import BadParameter
from ahg_graph.explanation.discrepancies import is_thing
from ahg_graph.explanation.proof_database import ProofDatabase, parse_term
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.rdf.terms import Literal, NamedNode, Statement, Term

PLACES = ("subject", "predicate", "object")


def resolve_statement(
    database: ProofDatabase, names: NameResolver, subject: str, predicate: str, value: str
) -> Statement:
    """Return the statement that three short texts mean.

    Things are meant before the records of facts about them, and both before literals; a thing goes by any of its names,
    as everywhere. Raises BadParameter, naming the
    place, for a text that could still mean several terms; its candidates are listed. A text that is not in the proof
    database but is an IRI or a literal is taken as it is.
    """
    return Statement(
        *(
            _resolve(database, names, text, place)
            for text, place in zip((subject, predicate, value), PLACES, strict=True)
        )
    )


def _resolve(database: ProofDatabase, names: NameResolver, text: str, place: str) -> Term:
    if text.startswith(("<", '"', "_:")):
        try:
            return parse_term(text)
        except (SyntaxError, StopIteration) as error:
            raise BadParameter(place, f"{text!r} is not an RDF term: {error}") from error
    try:
        return NamedNode(expand(text))
    except ValueError:
        pass
    if place == "predicate":
        if text == "a":
            return NamedNode(expand("rdf:type"))
        if database.find_term(NamedNode(ONT + text)) is not None:
            return NamedNode(ONT + text)
    meant = [NamedNode(thing.iri) for thing in names.find_things(text)] if place != "predicate" else []
    similar = database.find_similar(text) if not meant else ()
    named = [term for term in similar if isinstance(term, NamedNode)]
    things = meant or [term for term in named if is_thing(database, term)]
    literals = similar if place == "object" else ()
    found = things or named or literals
    if len(found) == 1:
        return found[0]
    if found:
        raise BadParameter(place, f"{text!r} could mean several terms", [str(term) for term in found])
    if place == "object" and ":" not in text:
        return Literal(text)
    near = [str(thing) for thing in names.find_near(text)] if place != "predicate" else []
    raise BadParameter(place, f"nothing in the graph is called {text!r}", near)
