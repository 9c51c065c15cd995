"""The table of quads that docs/releases.md asks for holds the whole graph: read back, the same content."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Quad
from ahg_graph.release.canonicalization import hash_content
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import read_quads
from support.servers import Running

PAGE = Path(__file__).parents[3] / "docs" / "releases.md"


def read_term(text: str) -> NamedNode | BlankNode:
    return BlankNode(text.removeprefix("_:")) if text.startswith("_:") else NamedNode(text)


def read_object(row: dict[str, str]) -> NamedNode | BlankNode | Literal:
    if row["kind"] != "literal":
        return read_term(row["object"])
    if row["language"]:
        return Literal(row["object"], language=row["language"])
    return Literal(row["object"], datatype=NamedNode(row["datatype"]))


def test_the_table_holds_the_whole_graph(graph: Running, real_snapshot: Snapshot) -> None:
    found = re.search(r"<<'END'\n(.*?)\n +END\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    answer = graph.client.post("/sparql", data={"query": found[1]}, headers={"accept": "text/csv"})
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    quads = [
        Quad(read_term(row["subject"]), NamedNode(row["predicate"]), read_object(row), NamedNode(row["graph"]))
        for row in rows
    ]
    expected = list(read_quads(real_snapshot.store))
    assert len(rows) == len(expected)
    assert {row["kind"] for row in rows} == {"iri", "literal", "blank"}
    assert hash_content(quads) == hash_content(expected)
