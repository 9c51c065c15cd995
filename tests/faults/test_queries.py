"""Queries made by a grammar: those that are well formed are answered as another engine answers them, whole and
through every layer of the server; those with a piece broken out are refused with the place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
import rdflib
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.servers import Running, make_snapshot, run

EX = "https://example.org/"
THINGS = [NamedNode(f"{EX}{name}") for name in "abcdef"]
LINKS = [NamedNode(f"{EX}{name}") for name in ("knows", "likes")]
NUMBER, NAME = NamedNode(f"{EX}number"), NamedNode(f"{EX}name")
TRIPLES = [
    *((THINGS[s], LINKS[p], THINGS[o]) for s, p, o in ((0, 0, 1), (0, 0, 2), (1, 0, 2), (2, 0, 0), (3, 0, 3))),
    *((THINGS[s], LINKS[p], THINGS[o]) for s, p, o in ((0, 1, 2), (1, 1, 1), (2, 1, 3), (4, 1, 0))),
    *((THINGS[n], NUMBER, Literal(n % 4)) for n in range(5)),
    *((THINGS[n], NAME, Literal(name, language="en")) for n, name in ((0, "an a"), (1, 'a "b" & <c>'), (5, "é\n"))),
    (THINGS[1], NAME, Literal('a "b" & <c>')),
]  # fmt: skip
VARIABLES = ("?x", "?y", "?z", "?n")
PROLOGUE = f"PREFIX ex: <{EX}>\n"

variables = st.sampled_from(VARIABLES)
things = st.sampled_from([f"ex:{name}" for name in "abcdef"])
subjects = variables | things
links_ = st.sampled_from(
    ["ex:knows", "ex:likes", "^ex:knows", "ex:knows/ex:likes", "ex:knows|ex:likes", "ex:knows+", "?p"]
)
numbers = st.integers(-1, 4).map(str)
patterns = st.one_of(
    st.tuples(subjects, links_, variables | things).map(" ".join),
    st.tuples(subjects, st.just("ex:number"), variables | numbers).map(" ".join),
    st.tuples(subjects, st.just("ex:name"), variables).map(" ".join),
)
blocks = st.lists(patterns, min_size=1, max_size=3).map(" . ".join)
filters = st.one_of(
    st.tuples(st.sampled_from(["<", ">=", "=", "!="]), numbers).map(
        lambda t: f"?x ex:number ?m FILTER(?m {t[0]} {t[1]})"
    ),
    st.tuples(variables, st.sampled_from(["ex:a", "ex:b"])).map(lambda t: f"FILTER(?x != {t[1]})"),
    variables.map(lambda v: f"FILTER(BOUND({v}))"),
    st.just("FILTER(STRLEN(STR(?x)) > 3)"),
    st.just("FILTER EXISTS { ?x ex:likes ?liked }"),
    st.just("FILTER NOT EXISTS { ?x ex:knows ex:a }"),
)
values = st.lists(things, min_size=1, max_size=3).map(lambda found: f"VALUES ?x {{ {' '.join(found)} }}")


def _extend(groups: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(groups, groups).map(lambda t: f"{{ {t[0]} }} UNION {{ {t[1]} }}"),
        st.tuples(blocks, blocks).map(lambda t: f"{t[0]} OPTIONAL {{ {t[1]} }}"),
        st.tuples(blocks, blocks).map(lambda t: f"?x ex:knows ?y . {t[0]} MINUS {{ ?x ex:likes ?y }}"),
        st.tuples(blocks, values).map(lambda t: f"{t[1]} {t[0]}"),
        st.tuples(blocks, filters).map(lambda t: f"{t[0]} . {t[1]}"),
    )


groups = st.recursive(blocks, _extend, max_leaves=3)
selects = st.one_of(
    groups.map(lambda group: f"SELECT ?x ?y ?z ?n WHERE {{ {group} }}"),
    groups.map(lambda group: f"SELECT DISTINCT ?x ?n WHERE {{ {group} }}"),
    groups.map(lambda group: f"SELECT (COUNT(DISTINCT ?y) AS ?count) WHERE {{ {group} }}"),
    groups.map(lambda group: f"ASK {{ {group} }}"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    quads = [Quad(*triple, NamedNode(f"{EX}graph")) for triple in TRIPLES]
    with run(make_snapshot(tmp_path_factory.mktemp("queries"), quads), whole=False) as running:
        yield running


@pytest.fixture(scope="module")
def peer() -> rdflib.Graph:
    lines = "".join(f"{Quad(*triple).triple} .\n" for triple in TRIPLES)
    return rdflib.Graph().parse(data=lines, format="nt")


def read(response: httpx.Response) -> bool | Counter[frozenset[tuple[str, ...]]]:
    """Return a truth value, or the rows as a multiset: order counts for nothing, how often a row comes for all."""
    found = response.json()
    if "boolean" in found:
        return bool(found["boolean"])
    return Counter(
        frozenset((name, term["type"], term["value"], term.get("datatype", ""), term.get("xml:lang", ""))
                  for name, term in row.items())
        for row in found["results"]["bindings"]
    )  # fmt: skip


def expect(peer: rdflib.Graph, query: str) -> bool | Counter[frozenset[tuple[str, ...]]]:
    result = peer.query(query)
    if result.type == "ASK":
        return bool(result.askAnswer)
    return Counter(frozenset(_show(str(name), term) for name, term in row.items()) for row in result.bindings)


def _show(name: str, term: rdflib.term.Identifier) -> tuple[str, ...]:
    if isinstance(term, rdflib.Literal):
        return name, "literal", str(term), str(term.datatype or ""), term.language or ""
    return name, "uri", str(term), "", ""


quietly = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@quietly
@given(query=selects, by_post=st.booleans())
def test_every_query_is_answered_as_another_engine_answers_it(
    server: Running, peer: rdflib.Graph, query: str, by_post: bool
) -> None:
    text = PROLOGUE + query
    if by_post:
        response = server.client.post("/sparql", content=text, headers={"content-type": "application/sparql-query"})
    else:
        response = server.ask(text)
    assert response.status_code == 200, response.text
    assert read(response) == expect(peer, text)


@quietly
@given(query=selects, data=st.data())
def test_a_query_with_a_bracket_broken_out_is_refused_with_the_place(
    server: Running, query: str, data: st.DataObject
) -> None:
    places = [place for place, mark in enumerate(query) if mark in "{}()"]
    place = data.draw(st.sampled_from(places))
    assume(query[place - 3 : place] != "ASK")
    text = PROLOGUE + query[:place] + query[place + 1 :]
    problem = server.ask(text).json()
    assert (problem["status"], problem["code"]) == (400, "query-syntax"), text
    lines = text.split("\n")
    assert 1 <= problem["line"] <= len(lines)
    assert 1 <= problem["column"] <= len(lines[problem["line"] - 1]) + 1
