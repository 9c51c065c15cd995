"""The check over every value finds what one example cannot show; each fault is planted in an invented record."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.exhaustive_check import check_all_answers
from ahg_graph.sources.turtle import load_source
from ahg_graph.sparql.memory_dataset import MemoryDataset
from support.namespaces import ID, ONT, PREFIXES

RECORD = f"""@prefix ahg: <{ONT}> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{ID}agent/one> a ahg:Agent ; skos:prefLabel "One"@en .
<{ID}agent/two> a ahg:Agent ; skos:prefLabel "Two"@en .
<{ID}body/team> a ahg:Body , ahg:Agent ; skos:prefLabel "Team"@en .
<{ID}chairing/one> ahg:chairingBy <{ID}agent/one> ; ahg:chairingOf <{ID}body/team> ; ahg:evidencedBy <{ID}doc/w/p1> .
<{ID}chairing/two> ahg:chairingBy <{ID}agent/two> ; ahg:chairingOf <{ID}body/team> ; ahg:evidencedBy <{ID}doc/w/p1> ;
  ahg:curatorsReason "It is only inferred."@en .
<{ID}doc/w/p1> ahg:locator "para 1" ; ahg:partOrder 1 ; ahg:partOfDocument <{ID}doc/w> .
<{ID}doc/w> ahg:documentKey "W" ; ahg:documentOrder 1 .
"""
QUERY = """#+ summary: Who chairs?
#+ description: A row is one chair.
#+ tags: [bodies]
#+ params:
#+   agent: {type: thing, class: ahg:Agent, description: The agent.}
#+   body: {type: thing, class: ahg:Agent, description: The body.}
#+ columns:
#+   chair: {type: iri, meaning: The agent that chairs.}
#+   basis: {type: text, meaning: Whether it is stated.}
#+ key: [chair]
#+ example: {agent: one}
#+ evidence: |
#+   ?node ahg:chairingBy ?chair , ?__agent_iri ; ahg:evidencedBy ?part .

PREFIX ahg: <https://w3id.org/ahg-graph/ont#>

SELECT ?chair ?basis
WHERE {
  ?node ahg:chairingBy ?chair ; ahg:chairingOf ?of .
  FILTER(?chair = COALESCE(?__agent_iri, ?chair))
  FILTER(?of = COALESCE(?__body_iri, ?of))
  OPTIONAL { ?node ahg:curatorsReason ?reason }
  BIND(IF(BOUND(?reason), "inferred", "stated") AS ?basis)
}
ORDER BY ?chair
"""


def _check(folder: Path, query: str) -> set[str]:
    (folder / "queries").mkdir()
    (folder / "queries" / "chairs.rq").write_text(query)
    (folder / "record.ttl").write_text(RECORD)
    source = load_source(folder, folder / "record.ttl", "record", PREFIXES["id"] + "graph/record/w")
    assert source.errors == ()
    found = check_all_answers(load_catalogue(folder / "queries"), MemoryDataset(source.triples).select)
    return {str(problem).partition(": ")[2] for problem in found}


def test_a_query_that_answers_as_the_record_does_passes(tmp_path: Path) -> None:
    assert _check(tmp_path, QUERY) == set()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            'IF(BOUND(?reason), "inferred", "stated")',
            'IF(BOUND(?reason), "stated", "stated")',
            f"with agent={ID}agent/two, the row {ID}agent/two rests on what the curator infers, "
            "and `basis` does not say so",
        ),
        (
            "OPTIONAL { ?node ahg:curatorsReason ?reason }",
            "FILTER NOT EXISTS { ?node ahg:curatorsReason ?reason }",
            f"with agent={ID}agent/two, there are no rows, though the graph has evidence for one",
        ),
        (
            "FILTER(?of = COALESCE(?__body_iri, ?of))",
            'FILTER(COALESCE(STR(?__body_iri), "") = "" || COALESCE(STR(?__agent_iri), "") = "")',
            f"with agent={ID}agent/one body={ID}body/team, the two together give other rows than each alone",
        ),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, reason: str, tmp_path: Path) -> None:
    assert old in QUERY
    assert reason in _check(tmp_path, QUERY.replace(old, new))
