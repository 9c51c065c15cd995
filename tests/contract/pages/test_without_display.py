"""A graph whose home says nothing of pages is shown all the same: every fact, and all that points to a thing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from ahg_graph.snapshot import Snapshot, open_snapshot
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery
from support.html import Page
from support.namespaces import BASE, ID, ONT
from support.servers import Running, run

ONE_OF_EACH = f"""SELECT ?class (MIN(?thing) AS ?one) WHERE {{
  ?thing a ?class . FILTER(STRSTARTS(STR(?class), "{ONT}") && STRSTARTS(STR(?thing), "{ID}"))
}} GROUP BY ?class ORDER BY ?class"""


@pytest.fixture(scope="module")
def plain(real_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The real graph without its display file, served."""
    folder = tmp_path_factory.mktemp("plain") / "snapshot"
    shutil.copytree(real_snapshot.path, folder)
    (folder / "display.ttl").unlink()
    with run(open_snapshot(folder)) as running:
        yield running


def select(snapshot: Snapshot, query: str) -> list[dict[str, str]]:
    rows = parse_table(open_store(snapshot.path / "store").answer(SparqlQuery(query)).body).rows
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def test_one_thing_of_every_class_has_a_page(plain: Running, real_snapshot: Snapshot) -> None:
    found = select(real_snapshot, ONE_OF_EACH)
    assert len(found) > 60
    for row in found:
        answer = plain.client.get(f"/{row['one'].removeprefix(BASE)}.html")
        assert answer.status_code == 200, (row, answer.text)


def test_the_page_says_every_fact_and_all_that_points_to_the_thing(plain: Running, real_snapshot: Snapshot) -> None:
    iri = ID + "meeting/ahg-som-05"
    page = Page(plain.client.get("/id/meeting/ahg-som-05.html").text)
    links = {a.attrib["href"] for a in page.root.iter("a")}
    query_request = f'?p ?other FILTER(STRSTARTS(STR(?other), "{ID}"))'
    facts = select(real_snapshot, f"SELECT DISTINCT ?other WHERE {{ GRAPH ?g {{ <{iri}> {query_request} }} }}")
    stated = (
        f'GRAPH ?g {{ ?other ?p <{iri}> }} FILTER(!STRENDS(STR(?g), "/inferred") && STRSTARTS(STR(?other), "{ID}"))'
    )
    nodes = select(real_snapshot, f"SELECT DISTINCT ?other WHERE {{ {stated} }}")
    assert nodes
    missing = {row["other"] for row in (*facts, *nodes) if "/" + row["other"].removeprefix(BASE) not in links}
    assert missing == set()


def test_the_first_page_has_the_largest_classes_and_some_questions(plain: Running, real_snapshot: Snapshot) -> None:
    page = Page(plain.client.get("/", headers={"accept": "text/html"}).text)
    classes = {iri: n for iri, n in real_snapshot.manifest.classes.items() if iri.startswith(ONT)}
    largest = sorted(classes.values(), reverse=True)[:8]
    assert [int(text.replace(",", "")) for text in page.facts().values()] == largest
    cards = [a for ul in page.root.iter("ul") if ul.attrib.get("class") == "cards" for a in ul.iter("a")]
    assert len(cards) == 8


@pytest.mark.parametrize("path", ["/ont.html", "/search?q=resettlement", "/sparql", "/pictures/timeline", "/queries"])
def test_every_other_page_answers(plain: Running, path: str) -> None:
    assert plain.client.get(path, headers={"accept": "text/html"}).status_code == 200
