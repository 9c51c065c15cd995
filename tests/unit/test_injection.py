"""Whatever is sent as any parameter of any saved query is one term there, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.errors import BadParameter
from ahg_graph.queries.binding import BoundQuery, bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.name_resolver import parse_names
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sparql.lexer import tokenize
from support.namespaces import ID, ONT

QUERIES = list(load_catalogue(Path(__file__).parents[2] / "queries").current.values())
CASES = [(query, parameter) for query in QUERIES for parameter in query.parameters]
SCHEMES = {p.scheme for _, p in CASES if p.scheme}
THINGS = ("Agent", "Body", "Meeting", "MeetingSeries", "Place", "Event")
NAMES = parse_names(
    [(f"{ID}x/{name.lower()}", "class", ONT + name) for name in THINGS]
    + [(f"{ID}x/{name.lower()}", "class", ONT + "Agent") for name in THINGS],
    [(scheme, "code", "code") for scheme in SCHEMES],
)
GOOD = {"date": "2011", "text": "word", "code": "code"}
ATTACKS = (
    '"', "'", '"""', "\\", '\\"', "\\u0022", "\n", "\r\n", "}", "{", "} #", "#", "?x", "$x", "<urn:x>", "> <urn:x",
    "a:b", '") || true || ("', '" } UNION { ?s ?p ?o . FILTER("', "http://x/> ?p ?o . ?s ?p <http://x/",
    "2011' OR '1'='1",
    "'; DROP TABLE term; --", "%22%7D", "\x00", "\ud800".encode("utf-8", "replace").decode(), "\u202e\u2028", "{{7*7}}",
    "SERVICE <http://127.0.0.1/> {}", "FROM <file:///etc/passwd>", "VALUES ?x { 1 }", "🙂" * 1000,
)  # fmt: skip


def name_case(value: object) -> str:
    return getattr(value, "name", "")


def fill(query: SavedQuery) -> dict[str, list[str]]:
    """Return good values for every required parameter."""
    good = {}
    for parameter in query.parameters:
        if parameter.required:
            kind = parameter.classes[0].removeprefix(ONT).lower() if parameter.classes else "body"
            good[parameter.name] = [GOOD.get(parameter.type, kind)]
    return good


def solid(text: str) -> list[str]:
    return [token.text for token in tokenize(text) if token.kind not in ("space", "comment")]


def expect(bound: BoundQuery) -> list[str]:
    """Return the tokens of a query, without what absent parameters would do, with its terms in the places of variables.

    What is left out depends on which parameters there are, and never on their values.
    """
    query = bound.query
    return [
        piece
        for word in solid(query.settle_text(query.body, query.optional_variables & bound.terms.keys()))
        for piece in (solid(str(bound.terms[word][0])) if word in bound.terms else [word])
    ]


@pytest.mark.parametrize(("query", "parameter"), CASES, ids=name_case)
def test_an_attack_is_a_term_or_refused(query: SavedQuery, parameter: Parameter) -> None:
    base = fill(query)
    accepted = 0
    for attack in ATTACKS:
        given = {**base, parameter.name: [attack]}
        try:
            bound = bind_query(query, given, NAMES)
        except BadParameter as error:
            assert error.parameter == parameter.name
            continue
        if not attack.strip():
            continue
        accepted += 1
        (term,) = bound.terms[parameter.variable]
        assert term == Literal(attack)
        assert solid(bound.text) == expect(bound)
    assert accepted == (sum(bool(attack.strip()) for attack in ATTACKS) if parameter.type == "text" else 0)


@pytest.mark.parametrize("query", QUERIES, ids=name_case)
def test_what_is_filled_in_is_all_that_changes(query: SavedQuery) -> None:
    bound = bind_query(query, fill(query), NAMES)
    assert all(isinstance(term, NamedNode | Literal) for terms in bound.terms.values() for term in terms)
    assert solid(bound.text) == expect(bound)
