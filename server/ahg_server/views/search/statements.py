"""What documents say, searched for by the words of its summaries and by the documents' own words.

Things are found by `ahg_graph.queries.name_resolver`.
"""

from __future__ import annotations

import re

from ahg_graph.queries.name_resolver import LONGEST
from ahg_graph.rdf.provenance_vocabulary import EVIDENCED_BY, PART_WORDS
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext

MOST_STATEMENTS = 100
_WORDS = 6
_NOWHERE = "  "  # two spaces, which no list of words has
_STATEMENTS = parse_template(f"""
SELECT ?node (MIN(?place) AS ?foundIn) WHERE {{
  {{
    ?node ?_summary ?said .
    BIND(LCASE(STR(?said)) AS ?text)
    FILTER({" && ".join(f"CONTAINS(?text, ?_w{number})" for number in range(_WORDS))})
    BIND("summary" AS ?place)
  }}
  UNION
  {{
    ?part <{PART_WORDS}> ?words .
    BIND(CONCAT(" ", ?words) AS ?text)
    FILTER({" && ".join(f"CONTAINS(?text, ?_p{number})" for number in range(_WORDS))})
    {{ ?part <{PART_WORDS}> ?own . BIND(?part AS ?node) }} UNION {{ ?node <{EVIDENCED_BY}> ?part ; ?_summary ?told }}
    BIND("words" AS ?place)
  }}
}}
GROUP BY ?node
ORDER BY ?foundIn ?node
LIMIT {MOST_STATEMENTS + 1}
""")


def list_words(text: str) -> list[str]:
    """Return the words by which summaries are searched."""
    return text[:LONGEST].lower().split()[:_WORDS]


def list_word_beginnings(text: str) -> list[str]:
    """Return how words of a part are to begin, each after a space: the words of a text, split at all punctuation."""
    return [f" {word}" for word in re.findall(r"[^\W_]+", text[:LONGEST].lower())[:_WORDS]] or [_NOWHERE]


async def find_statements(context: SnapshotContext, summary: str, text: str, client: str) -> dict[str, str]:
    """Return the nodes found and where, `summary` or `words`: at most one more than MOST_STATEMENTS, summaries first.

    A value of the property holds every word of the text, or each begins one of a part that the node is or rests on.
    """
    words, beginnings = list_words(text), list_word_beginnings(text)
    if not summary or not words or max(map(len, words)) < 2:
        return {}
    texts = {
        f"?_{name}{number}": (Literal(found[number] if number < len(found) else ""),)
        for name, found in (("w", words), ("p", beginnings))
        for number in range(_WORDS)
    }
    query = _STATEMENTS.fill({**texts, "?_summary": (NamedNode(summary),)})
    rows = parse_table((await context.ask(SparqlQuery(query), client)).body).rows
    return {row["node"]["value"]: row["foundIn"]["value"] for row in rows}
