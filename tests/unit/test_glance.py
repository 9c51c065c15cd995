"""What is said of a query at a glance agrees with its tokens, for whatever text may come."""

from random import Random

import pytest

from ahg_graph.sparql.glance import take_in
from ahg_graph.sparql.lexer import QuerySummary, summarize_query

DEPTH = 6
PIECES = (
    "SELECT", "select *", "CONSTRUCT", "construct", "CONſTRUCT", "DESCRIBE", "ASK", "WHERE", "FROM", "from",
    "FROM NAMED", "INSERT DATA", "{", "}", "(", ")", "[", "]", "<http://a>", "<http://x/((", "ex:b", "_:b", "?x",
    "?from", "?now", "NOW()", "now ()", "RAND()", "UUID()", "BNODE()", "BNODE", "DISTINCTUUID()", "STRUUID()",
    "'NOW()'", "'know'", '"{"', "# FROM <x>\n", "#\n", "\\u004eOW()", "\\u0046ROM", "\\", " ", "\n", ".", "1", "a",
    "İ", "K",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_a_glance_misses_nothing_that_the_tokens_show(seed: int) -> None:
    random = Random(seed)
    for _ in range(200):
        text = random.choice(("", " ")).join(random.choices(PIECES, k=random.randrange(1, 14)))
        glance, tokens = take_in(text, DEPTH), summarize_query(text, DEPTH)
        assert (glance.depth > DEPTH) == (tokens.depth > DEPTH), text
        assert (glance.graphs, glance.clauses, glance.volatile) == (tokens.graphs, tokens.clauses, tokens.volatile), (
            text
        )
        assert glance.fingerprint == tokens.fingerprint


@pytest.mark.parametrize(
    "text",
    ["SELECT * { ?s ?p ?o }", "PREFIX ex: <http://x/> ASK { ex:a ex:b [] FILTER(1 < 2) }", "DESCRIBE <http://x/>"],
)
def test_plain_texts_are_not_read_token_by_token(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> QuerySummary:
        raise AssertionError("read")

    monkeypatch.setattr("ahg_graph.sparql.glance.summarize_query", read)
    assert take_in(text, DEPTH).volatile is False
    with pytest.raises(AssertionError, match="read"):
        take_in(text + " # NOW", DEPTH)
