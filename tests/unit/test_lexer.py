"""What a query's tokens tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahg_graph.sparql.lexer import find_undeclared_prefix, summarize_query, tokenize


@given(st.text(alphabet=st.sampled_from("aB?$:_<>\"'\\#{}()[] \n.@^-1é%")))
def test_tokens_are_the_text_whole_and_in_order(text: str) -> None:
    tokens = list(tokenize(text))
    assert "".join(token.text for token in tokens) == text
    assert [token.start for token in tokens] == [sum(len(t.text) for t in tokens[:n]) for n in range(len(tokens))]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("<http://x/#a>", "iri"),
        ("?a<?b", "variable mark variable"),
        ("?a < ?b && ?c > ?d", "variable mark variable mark variable mark variable"),
        ("ex:a.b.", "name mark"),
        ("ex:a\\-b :c ex:", "name name name"),
        ("_:b1.c .", "blank mark"),
        ("\"a\\\"b\" '' \"\"\"c\"d\"\"\" '''e''f'''", "string string string string"),
        ('"a"@en-GB', "string language"),
        ('"open', "broken"),
        ("'''open\n'", "broken"),
        ("# all { of it\nASK", "comment word"),
        ("<http://x/#a># {", "iri comment"),
        ("1.5e3 -2", "number mark number"),
        ("<a b>", "mark word word mark"),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    assert [token.kind for token in tokenize(text) if token.kind != "space"] == kinds.split()


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("ASK {}", 1),
        ("ASK { { } { { } } }", 3),
        ("SELECT ((1 + (2)) AS ?x) {}", 3),
        ("ASK { ?s ?p [ ?q ( 1 [ ] ) ] }", 4),
        ("ASK { FILTER('{{{{' != \"((((\") } # {{{{", 2),
        ("ASK { <http://x/(((> ?p ?o }", 4),
        ("}}}} ASK {", 1),
    ],
)
def test_depth(text: str, depth: int) -> None:
    assert summarize_query(text).depth == depth


def test_the_scan_stops_where_the_depth_is_passed() -> None:
    assert summarize_query("{" * 1_000_000, depth_limit=10).depth == 11


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("SELECT * FROM <http://a> FROM NAMED ex:b WHERE { }", ("<http://a>", "ex:b")),
        ("select * from <http://a#b> {}", ("<http://a#b>",)),
        ("ASK { ?from ex:from 'FROM <x>' } # FROM <y>", ()),
    ],
)
def test_graphs(text: str, graphs: tuple[str, ...]) -> None:
    assert summarize_query(text).graphs == graphs


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("ASK { FILTER(NOW() > 1) }", True),
        ("SELECT (rand() AS ?x) {}", True),
        ("SELECT (UUID() AS ?x) (STRUUID() AS ?y) (BNODE() AS ?z) {}", True),
        ("CONSTRUCT { _:a ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p (1) } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [] . _:x ?q (1) }", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT WHERE { _:a ?p ?o }", True),
        ("construct from <http://a> # {\nwhere { ?s ?p [] }", True),
        ("PREFIX a: <http://x/(> CONSTRUCT WHERE { ?s ?p [] }", True),
        ("CONSTRUCT # c\n{ ?s ?p _:b } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p [] }", False),
        ("SELECT * { { SELECT (nOw() AS ?x) {} } }", True),
        ("SELECT * { ?s ?p ?o } ORDER BY RAND()", True),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING(RAND() < 2)", True),
        ("DESCRIBE ?x { ?x ?p [] }", False),
        ("SELECT ?now { ?now ex:rand 'I know it' } # RAND", False),
        ("SELECT (COUNT(DISTINCTUUID()) AS ?n) { ?s ?p ?o }", True),
        ("SELECT (1 AS ?x) { ?s ?p ?o } GROUP BYRAND()", True),
        ("SELECT * { ?s ?p ?o } ORDER BYRAND ()", True),
        ("SELECT (RAND # )\n () AS ?x) {}", True),
        ("SELECT * { FILTER(1.5<RAND()) }", True),
        ("SELECT ?a\u0301 { FILTER(?a\u0301<RAND()) }", True),
        ("PREFIX a:<http://x/>CONSTRUCTWHERE{ ?s ?p [] }", True),
        ("DESCRIBE <http://x/RAND()>", True),  # the same letters: such an answer is only not kept
        ("ASK { ?s ?p 'NOW()' }", True),
    ],
)
def test_volatile(text: str, volatile: bool) -> None:
    assert summarize_query(text).volatile is volatile


def test_fingerprints_leave_out_names_and_constants() -> None:
    found = {
        summarize_query(text).fingerprint
        for text in (
            "ASK { ?a1 <http://y> 'z' FILTER(1 < 20) } # said",
            'ASK { ?a22 <http://x#y> "z1" FILTER(33 < 4) } # asked',
            "ASK { ?a <http://y> ?z }",
            "ASK { <http://y> ?a ?z }",
        )
    }
    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "is_update"),
    [
        ("INSERT DATA {}", True),
        ("PREFIX a: <b> # SELECT\n delete where {}", True),
        ("ASK { ?insert a 'DELETE' }", False),
        ("", False),
    ],
)
def test_updates_are_known_by_their_first_keyword(text: str, is_update: bool) -> None:
    assert summarize_query(text).is_update is is_update


def test_the_first_undeclared_prefix_is_found() -> None:
    text = "PREFIX a: <x>\nASK { ?s a:b 'c:d' ; skos:x e:f }"
    error = find_undeclared_prefix(text)
    assert error is not None
    assert (error.line, error.column) == (2, 22)
    assert "skos:" in str(error)
    assert find_undeclared_prefix("PREFIX : <x> ASK { ?s :b _:c }") is None
