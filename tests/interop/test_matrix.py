"""The load matrix: every file of a release in every engine, and every saved query answered the same.

`differences.yaml` explains each difference, with a reference; one that is not there fails, and so does one that is
there and does not occur. A kind of file is named there by its ending, with the dot. With AHG_GRAPH_INTEROP_MATRIX set
to a file, what was found is added to it as JSON lines, from which `make interop` writes docs/interop.md.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ahg_graph.rdf.terms import Literal, Quad, Triple
from ahg_graph.release import Release
from ahg_graph.release.canonicalization import hash_content
from ahg_graph.release.manifest import Part, ReleaseFile
from interop.conftest import start
from interop.engines import Engine, FusekiEngine, Refused, Table
from interop.further_engines import ENGINES
from support.comparison import normalize
from support.namespaces import DOCUMENTS

DIFFERENCES: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
    (Path(__file__).parent / "differences.yaml").read_text(encoding="utf-8")
)
PLAIN = """PREFIX ahg: <https://w3id.org/ahg-graph/ont#>
SELECT ?key WHERE { ?document ahg:documentKey ?key ; ahg:documentOrder ?order } ORDER BY ?order"""
"""A question that the oldest SPARQL can be asked."""
PLAIN_GRAPH = """PREFIX ahg: <https://w3id.org/ahg-graph/ont#>
CONSTRUCT { ?document ahg:documentKey ?key } WHERE { ?document ahg:documentKey ?key }"""
PARTS = ("ontology", "asserted", "inferred", "all")
SYMPTOMS = ("refused", "order", "rows", "columns", "form")

# rdflib 7.6 uses in its own readers and writers what it tells others not to use.
pytestmark = [
    pytest.mark.interop,
    pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph).* is deprecated:DeprecationWarning"),
]


@pytest.fixture(scope="module", params=ENGINES, ids=lambda kind: kind.name)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with start(request.param, tmp_path_factory.mktemp("engine")) as engine:
        yield engine


def test_every_file_loads_whole(engine: Engine, released: tuple[Path, Release]) -> None:
    """Counted, and hashed by RDFC-1.0: no triple lost, added or changed, blank nodes and graphs included."""
    folder, release = released
    explained = {name: entry["symptom"] for name, entry in DIFFERENCES.get(engine.name, {}).items() if name[0] == "."}
    whole = [suffix for suffix in engine.suffixes if f".{suffix}" not in explained]
    found = {}
    for part in PARTS:
        for suffix in engine.suffixes if part == "all" else (whole or engine.suffixes)[:1]:
            file = release.find_file(f"{part}.{suffix}")
            assert file is not None
            symptom = load_and_compare(engine, folder / file.name, release.parts[part], file)
            if symptom and (part == "all" or suffix in whole):
                found[f".{suffix}"] = symptom
    parts = {name: (release.parts[name].triples, release.parts[name].triples_hash) for name in PARTS}
    own_hash = engine.hash() is not None
    record(
        engine,
        files=[suffix for suffix in engine.suffixes if f".{suffix}" not in found],
        release=release.identity,
        own_hash=own_hash,
        **({"parts": parts} if len(found) < len(engine.suffixes) else {}),
    )
    assert found == explained


def load_and_compare(engine: Engine, path: Path, counts: Part, file: ReleaseFile) -> str:
    """Load a file and return what is different about what the engine holds then, in a word, or nothing."""
    try:
        engine.load(path)
    except Refused:
        return "refused"
    try:
        held = engine.dump()
    except (Refused, SyntaxError):  # what it gives back is no RDF: IRIs that are none
        return "rows"
    if len(held) != (counts.quads if file.name.endswith((".trig", ".jsonld")) else counts.triples):
        return "rows"
    if hash_content(held) == file.content_hash:
        assert engine.hash() in (None, file.content_hash), file.name
        return ""
    in_one_form = [Quad(q.subject, q.predicate, normalize(q.object) or q.object, q.graph_name) for q in held]
    return "form" if hash_content(in_one_form) == file.content_hash else "rows"


def test_every_saved_query_is_answered_the_same(
    engine: Engine,
    released: tuple[Path, Release],
    questions: Mapping[str, str],
    answers: Mapping[str, Table],
    order_lists: Callable[[str, Table], Table],
) -> None:
    engine.load(released[0] / "all.nt.gz")
    explained = explain(engine, questions)
    if "*" in explained:
        assert engine.ask(PLAIN)[1] == [(Literal(key),) for key in DOCUMENTS]
        with pytest.raises(Refused):
            engine.ask(questions["attendance"])
        return

    def compare_tables(name: str, text: str) -> str:
        return compare(order_lists(name, answers[name]), order_lists(name, engine.ask(text)))

    assert find_differences(engine, "rows", questions, compare_tables) == explained


def test_every_graph_is_constructed_the_same(
    engine: Engine,
    released: tuple[Path, Release],
    graph_questions: Mapping[str, str],
    graphs: Mapping[str, set[Triple]],
) -> None:
    engine.load(released[0] / "all.nt.gz")
    explained = explain(engine, graph_questions)
    if "*" in explained:
        keys = engine.construct(PLAIN_GRAPH)
        assert {triple.object for triple in keys} == {Literal(key) for key in DOCUMENTS}
        with pytest.raises(Refused):
            engine.construct(graph_questions["meeting-record"])
        return

    def compare_graphs(name: str, text: str) -> str:
        return "" if engine.construct(text) == graphs[name] else "rows"

    assert find_differences(engine, "graphs", graph_questions, compare_graphs) == explained


def test_tdb2_loads_triples_and_graphs_in_bulk(engine: Engine, released: tuple[Path, Release]) -> None:
    """By Jena's own loader; the readers of the other two kinds of file are the same as behind Fuseki."""
    if not isinstance(engine, FusekiEngine):
        pytest.skip("TDB2 is Jena's")
    folder, release = released
    for suffix in ("nt.gz", "trig"):
        file = release.find_file(f"all.{suffix}")
        assert file is not None
        assert hash_content(engine.bulk_load(folder / file.name)) == file.content_hash


def compare(ours: Table, theirs: Table) -> str:
    """Return what is different about an answer, in a word, or nothing; a truth value may be written in either form."""
    if ours[0] != theirs[0]:
        return "columns"
    mine, other = ([tuple(normalize(term) for term in row) for row in rows] for rows in (ours[1], theirs[1]))
    if Counter(mine) != Counter(other):
        return "rows"
    return "" if mine == other else "order"


def find_differences(
    engine: Engine, form: str, questions: Mapping[str, str], look: Callable[[str, str], str]
) -> dict[str, str]:
    """Return and record what is different about an engine's answers to questions, in a word each.

    `look` asks a question by name and text and returns that word, or nothing.
    """
    found = {}
    for name, question in questions.items():
        try:
            symptom = look(name, question)
        except Refused:
            symptom = "refused"
        if symptom:
            found[name] = symptom
    record(engine, **{form: {"same": len(questions) - len(found), "asked": len(questions)}})
    return found


def explain(engine: Engine, questions: Mapping[str, str]) -> dict[str, str]:
    """Return what is known to be different about an engine's answers to these questions, in a word each."""
    entries = DIFFERENCES.get(engine.name, {})
    return {name: entry["symptom"] for name, entry in entries.items() if name in questions or name == "*"}


def record(engine: Engine, **found: Any) -> None:
    file = os.environ.get("AHG_GRAPH_INTEROP_MATRIX")
    if file:
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"engine": engine.name, "version": engine.version, **found}) + "\n")


def test_differences_name_engines_and_say_why() -> None:
    assert set(DIFFERENCES) <= {kind.name for kind in ENGINES}
    for entries in DIFFERENCES.values():
        for entry in entries.values():
            assert set(entry) == {"symptom", "reason", "reference"}
            assert entry["symptom"] in SYMPTOMS
            assert entry["reference"].startswith("https://")
            assert len(entry["reason"].split()) > 5


def test_a_difference_is_noticed() -> None:
    table: Table = (["a"], [(None,), (None,)])
    assert [compare(table, other) for other in (table, (["b"], table[1]), (["a"], [(None,)]))] == [
        "",
        "columns",
        "rows",
    ]
