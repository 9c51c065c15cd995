"""Look-ups: which queries are taken for one, and that they are answered as the engine answers any query."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahg_graph.errors import QuerySyntaxError, SnapshotError
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Quad
from ahg_graph.sparql.media_types import CSV, RESULTS_JSON, RESULTS_XML
from ahg_graph.sparql.store import Store, open_store, write_store
from ahg_graph.sparql.triple_pattern_queries import TriplePatternEngine, prepare_triple_patterns
from ahg_graph.sparql.types import SparqlQuery
from support.stores import make_store

EX = "https://example.org/"
THING, LINK, OTHER, GRAPH = (NamedNode(f"{EX}{name}") for name in "spog")
LABEL = NamedNode(f"{EX}label")
QUADS = [
    Quad(THING, LINK, OTHER, GRAPH),
    Quad(THING, LINK, OTHER, NamedNode(f"{EX}h")),
    Quad(THING, LABEL, Literal("één", language="nl"), GRAPH),
    Quad(THING, LABEL, Literal("one"), GRAPH),
    Quad(OTHER, LINK, BlankNode("b"), GRAPH),
    Quad(OTHER, LINK, Literal("2013-03-05", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")), GRAPH),
]


@pytest.fixture(scope="module")
def store() -> Store:
    return make_store(QUADS)


@pytest.fixture(scope="module")
def lookups(store: Store) -> TriplePatternEngine:
    return TriplePatternEngine(store)


TAKEN = (
    f"ASK {{ <{EX}s> <{EX}p> <{EX}o> }}",
    f"ASK{{<{EX}s> <{EX}p> ?o}}",
    f"ask where {{ <{EX}s> ?p <{EX}nothing> . }}",
    f"PREFIX e: <{EX}> SELECT ?o {{ e:s e:label ?o }}",
    f"PREFIX : <{EX}>\n# a comment {{\nSELECT * WHERE {{ :s ?p ?o }}\n",
    f'PREFIX : <{EX}> ASK {{ :s :label "een" }}',
    f'PREFIX : <{EX}> ASK {{ :s :label "één"@nl }}',
    f'PREFIX : <{EX}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> ASK {{ :o :p "2013-03-05"^^xsd:date }}',
    f"SELECT ?p ?o ?unbound {{ <{EX}o> ?p ?o }}",
    f"SELECT ?x {{ <{EX}s> ?x ?x }}",
    f"SELECT ?x {{ <{EX}s> a ?x }}",
    f"SELECT $o ?p {{ <{EX}s> <{EX}label> ?o }}",
    f"SELECT ?n {{ <{EX}s> <{EX}p> ?o }}",
    f"SELECT ?n {{ <{EX}s> <{EX}p> <{EX}o> }}",
    f"SELECT ?n {{ <{EX}s> <{EX}p> <{EX}none> }}",
    f"SELECT * {{ <{EX}s> <{EX}p> ?o }}",
    f"SELECT * {{ <{EX}s> <{EX}p> <{EX}o> }}",
    f"SELECT ?o {{ <{EX}o> <{EX}p> ?o }}",
    f"SELECT ?o {{ <{EX}x/../s> <{EX}p> ?o }}",
    f"SELECT ?o {{ <{EX}x/./../s> <{EX}./p> ?o }}",
    "SELECT ?o { <s> <p> ?o }",
    f"PREFIX e: <urn:x:> PREFIX e: <{EX}> ASK {{ e:s e:p e:o }}",
    f"PREFIX e: <{EX}>\n# PREFIX e: <urn:x:>\nASK {{ e:s e:p e:o }}",
    f"PREFIX r: <rel/> PREFIX e: <{EX}> ASK {{ e:s e:p e:o }}",
)


@pytest.mark.parametrize("media_type", [RESULTS_JSON, RESULTS_XML, CSV])
@pytest.mark.parametrize("text", TAKEN)
def test_a_look_up_is_answered_as_any_query(
    store: Store, lookups: TriplePatternEngine, text: str, media_type: str
) -> None:
    assert lookups.try_answer(text, media_type) == store.answer(SparqlQuery(text, results_type=media_type))


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o }",
        f"ASK {{ ?s <{EX}p> <{EX}o> }}",
        f"SELECT ?o {{ <{EX}s> <{EX}p>/<{EX}p> ?o }}",
        f"SELECT ?o {{ <{EX}s> <{EX}p>* ?o }}",
        f"SELECT ?o {{ <{EX}s> !<{EX}p> ?o }}",
        f"SELECT ?o {{ <{EX}s> ^<{EX}p> ?o }}",
        f"SELECT ?o {{ <{EX}s> ?p ?o . ?o ?q ?r }}",
        f"SELECT ?o {{ <{EX}s> ?p ?o ; ?q ?r }}",
        f"SELECT ?o {{ <{EX}s> ?p ?o , ?r }}",
        f"SELECT ?o {{ <{EX}s> ?p ?o FILTER(?o > 1) }}",
        f"SELECT ?o {{ {{ <{EX}s> ?p ?o }} }}",
        f"SELECT ?o {{ GRAPH ?g {{ <{EX}s> ?p ?o }} }}",
        f"SELECT ?o FROM <{EX}g> {{ <{EX}s> ?p ?o }}",
        f"SELECT DISTINCT ?o {{ <{EX}s> ?p ?o }}",
        f"SELECT (COUNT(*) AS ?n) {{ <{EX}s> ?p ?o }}",
        f"SELECT ?o {{ <{EX}s> ?p ?o }} ORDER BY ?o",
        f"SELECT ?o {{ <{EX}s> ?p ?o }} GROUP BY ?o",
        f"SELECT ?o {{ <{EX}s> ?p ?o }} VALUES ?o {{ 1 }}",
        f"SELECT ?o {{ SERVICE <{EX}s> {{ ?s ?p ?o }} }}",
        f"BASE <{EX}> ASK {{ <s> ?p ?o }}",
        f"CONSTRUCT {{ <{EX}s> ?p ?o }} WHERE {{ <{EX}s> ?p ?o }}",
        f"CONSTRUCT WHERE {{ <{EX}s> ?p ?o }}",
        f"DESCRIBE <{EX}s>",
        f"INSERT DATA {{ <{EX}s> <{EX}p> <{EX}o> }}",
        f"ASK {{ <{EX}s> <{EX}p> ( 1 ) }}",
        f"ASK {{ <{EX}s> <{EX}p> [] }}",
        f"ASK {{ <{EX}s> <{EX}p> _:b }}",
        f"ASK {{ <{EX}s> <{EX}p> '''o''' }}",
        "",
    ],
)
def test_no_other_query_is_taken_for_one(lookups: TriplePatternEngine, text: str) -> None:
    assert lookups.try_answer(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ASK { e:s ?p ?o }",
        f"ASK {{ <{EX}s> ?p ?o ",
        f"SELECT ?x ?x {{ <{EX}s> ?p ?o }} }}",
        f'ASK {{ <{EX}s> "literal" ?o }}',
        f"ASK {{ <{EX}s> e:p ?o }}",
        f"SELECT ?o ?o {{ <{EX}s> <{EX}p> ?o }}",
        f"ASK {{ <{EX}%zz> <{EX}p> ?o }}",
        f"PREFIX e: <{EX}%zz> ASK {{ <{EX}s> <{EX}p> ?o }}",
    ],
)
def test_what_is_wrong_is_left_to_the_workers_to_explain(store: Store, lookups: TriplePatternEngine, text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        store.answer(SparqlQuery(text))
    assert lookups.try_answer(text) is None


OBJECTS = st.one_of(
    st.builds(Literal, st.text()),
    st.builds(Literal, st.text(), language=st.sampled_from(["en", "EN-gb", "de-1996"])),
    st.builds(Literal, st.integers() | st.booleans() | st.floats()),
    st.builds(Literal, st.text(), datatype=st.just(NamedNode(f"{EX}type"))),
    st.builds(BlankNode),
    st.builds(lambda text: NamedNode(EX + text), st.text("abcäß√'~")),
)


@given(st.lists(OBJECTS))
def test_every_term_is_written_as_the_engine_writes_it(terms: list[Literal | BlankNode | NamedNode]) -> None:
    store = make_store([Quad(THING, LINK, term, GRAPH) for term in terms])
    for text in (f"SELECT ?o {{ <{EX}s> <{EX}p> ?o }}", f"SELECT ?a ?o {{ <{EX}s> <{EX}p> ?o }}"):
        assert TriplePatternEngine(store).try_answer(text) == store.answer(SparqlQuery(text))


def test_without_the_union_the_default_graph_is_asked() -> None:
    store = make_store([Quad(THING, LINK, OTHER, GRAPH), Quad(OTHER, LINK, THING)], union=False)
    for thing in (THING, OTHER):
        text = f"ASK {{ {thing} {LINK} ?o }}"
        assert TriplePatternEngine(store).try_answer(text) == store.answer(SparqlQuery(text))


PARTS = ' ;ASK;SELECT;?o;*;{;};a;.;:s;ex:s;PREFIX ex: <x:>;<x:s>;?p;#c\n;"l";@en;/;('


@given(st.lists(st.sampled_from(PARTS.split(";"))))
def test_whatever_is_taken_is_one_pattern_about_one_thing(parts: list[str]) -> None:
    text = " ".join(parts)
    empty = make_store([])
    if (found := TriplePatternEngine(empty).try_answer(text)) is not None:
        assert text.count("{") - text.count("#") <= 1
        assert found == empty.answer(SparqlQuery(text))


def test_a_thing_of_too_many_triples_is_left_to_the_workers(tmp_path: Path) -> None:
    def write(count: int) -> Path:
        path = tmp_path / f"{count}.trig"
        write_store(tmp_path / f"{count}", [Quad(THING, LINK, Literal(n), GRAPH) for n in range(count)], whole=path)
        return path

    most, over, none = (prepare_triple_patterns(open_store(write(count))) for count in (2000, 2001, 0))
    every, planned = f"SELECT ?o {{ {THING} {LINK} ?o }}", f"SELECT ?o {{ {THING} ?p ?o }}"
    for text in (every, planned):
        assert most.try_answer(text) is not None
        assert none.try_answer(text) is not None
        assert over.try_answer(text) is None
    assert over.try_answer(f"ASK {{ {THING} {LINK} ?o }}") is not None
    assert over.try_answer(f"SELECT ?o {{ {OTHER} {LINK} ?o }}") is not None


def test_the_files_of_an_engine_are_read_like_a_file_of_trig(tmp_path: Path) -> None:
    write_store(tmp_path / "store", QUADS, [f"{EX}empty"], tmp_path / "whole.trig")
    empty = [f"{EX}empty"]
    files, file = (
        open_store(tmp_path / "store", graphs=empty, held=True),
        open_store(tmp_path / "whole.trig", graphs=empty),
    )
    assert files.list_graphs() == file.list_graphs() == (f"{EX}empty", f"{EX}g", f"{EX}h")
    for text in TAKEN[:8]:
        assert (
            prepare_triple_patterns(files).try_answer(text)
            == prepare_triple_patterns(file).try_answer(text)
            is not None
        )


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "broken.trig"
    path.write_text("<a> <b>")
    with pytest.raises(SnapshotError, match="broken"):
        open_store(path)


def test_files_that_are_damaged_or_missing_are_reported(tmp_path: Path) -> None:
    write_store(tmp_path / "store", QUADS)
    next((tmp_path / "store").glob("*.sst")).write_bytes(b"damaged")
    for name in ("store", "missing"):
        with pytest.raises(SnapshotError):
            open_store(tmp_path / name, held=True)
