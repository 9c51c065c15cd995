"""What documents say, searched for by the words of its summaries.

Things are found by `ahg_graph.queries.name_resolver`.
"""

from __future__ import annotations

from ahg_graph.queries.name_resolver import LONGEST
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import Question
from ahg_server.context.snapshot_context import Serving

MOST_STATEMENTS = 100
_WORDS = 6
_SUMMARIES = parse_template(f"""
SELECT DISTINCT ?node WHERE {{
  ?node ?_summary ?said .
  BIND(LCASE(STR(?said)) AS ?text)
  FILTER({" && ".join(f"CONTAINS(?text, ?_w{number})" for number in range(_WORDS))})
}}
ORDER BY ?node
LIMIT {MOST_STATEMENTS + 1}
""")


def list_words(text: str) -> list[str]:
    """Return the words by which summaries are searched."""
    return text[:LONGEST].lower().split()[:_WORDS]


async def find_statements(serving: Serving, summary: str, text: str, client: str) -> list[str]:
    """Return the nodes whose values of a property hold every word of a text, at most one more than MOST_STATEMENTS."""
    words = list_words(text)
    if not summary or not words or max(map(len, words)) < 2:
        return []
    padded = [*words, *[""] * (_WORDS - len(words))]
    texts = {f"?_w{number}": (Literal(word),) for number, word in enumerate(padded)}
    query = _SUMMARIES.fill({**texts, "?_summary": (NamedNode(summary),)})
    return [row["node"]["value"] for row in parse_table((await serving.ask(Question(query), client)).body).rows]
