"""Search: things by any of their names, and what documents say by the words of its summaries."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ahg_graph.names import Names, Thing, fold_name
from ahg_graph.records import parse_table
from ahg_graph.results import Question
from ahg_graph.template import parse_template
from ahg_graph.terms import Literal, NamedNode
from ahg_server.serving import Serving

LONGEST = 200
"""Characters of a search that count."""
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


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that a search means, the name that tells so, and how well: 0 is the whole name, 5 only near it."""

    thing: Thing
    name: str
    rank: int


def find_names(names: Names, text: str, limit: int = 50) -> list[Match]:
    """Return the things whose names hold a text, the best first; where none does, those whose names are near it."""
    wanted = fold_name(text[:LONGEST])
    if not wanted:
        return []
    found = [match for thing in names.list_holding(wanted) if (match := _match(thing, wanted)) is not None]
    codes = {thing.iri: thing for thing in names.list_bearers(wanted)["code"]}
    found = [replace(match, rank=0) if match.thing.iri in codes else match for match in found]
    known = {match.thing.iri for match in found}
    found += [Match(thing, thing.label, 0) for iri, thing in codes.items() if iri not in known]
    if not found:
        found = [Match(thing, thing.label, 5) for thing in names.find_near(text[:LONGEST], limit=8)]
        return found[:limit]
    found.sort(key=lambda match: (match.rank, len(match.name), match.thing.label, match.thing.iri))
    return found[:limit]


def _match(thing: Thing, wanted: str) -> Match | None:
    """Return how well the best of a thing's names fits a folded text, or None when none holds it."""
    ranked = [(rank, len(name), name) for name in thing.names if (rank := _rank(fold_name(name), wanted)) is not None]
    if not ranked:
        return None
    rank, _, name = min(ranked)
    return Match(thing, name, rank)


def _rank(name: str, wanted: str) -> int | None:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if re.search(rf"\b{re.escape(wanted)}", name):
        return 2
    if wanted in name:
        return 3
    return 4 if all(word in name for word in wanted.split()) else None


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
