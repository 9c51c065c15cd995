"""Every file of every release over HTTP, with the hash that the list gives; what changed, as a page, RDF and a feed."""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Iterator
from hashlib import shake_256
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import RdfFormat

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from ahg_graph.release import Release
from support.comparison import read_graph
from support.namespaces import BASE, GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH
from support.releases import serve_pair
from support.servers import Running

EX = "https://example.org/"
LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
VOID, DCAT, SPDX = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
Served = tuple[Running, Release, Release]


def quad(subject: str, predicate: str, value: NamedNode | Literal, graph: str) -> Quad:
    return Quad(NamedNode(EX + subject), NamedNode(EX + predicate), value, NamedNode(graph))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two releases; the newer is of the snapshot being served, and its JSON-LD is too large to be sent at once."""
    folder = tmp_path_factory.mktemp("downloads")
    texts = (shake_256(str(number).encode()).hexdigest(2000) for number in range(1200))
    long = [quad("m", f"p{n}", Literal(text), f"{GRAPH}record/S5") for n, text in enumerate(texts)]
    both = [*long, quad("C", "p", Literal("in the ontology"), ONTOLOGY_GRAPH)]
    old = [*both, quad("m", "of", NamedNode(EX + "gone"), f"{GRAPH}record/S5")]
    label = Quad(NamedNode(f"{EX}m"), LABEL, Literal("<M> & co", language="en"), NamedNode(f"{GRAPH}record/S5"))
    new = [*both, label, quad("m", "of", NamedNode(EX + "followed"), INFERRED_GRAPH)]
    with serve_pair(folder, old, new) as pair:
        yield pair


def test_every_listed_file_has_its_size_hash_and_type(served: Served) -> None:
    running, before, after = served
    listed = running.client.get("/downloads.json").json()
    assert listed["current"] == after.identity
    assert [release["identity"] for release in listed["releases"]] == [after.identity, before.identity]
    sizes = []
    for release, made in zip(listed["releases"], (after, before), strict=True):
        assert [file["name"] for file in release["files"]] == [file.name for file in made.files]
        for file in release["files"]:
            with running.client.stream("GET", file["link"], headers={"accept-encoding": "identity"}) as response:
                data = b"".join(response.iter_raw())
            assert (response.status_code, len(data)) == (200, file["bytes"])
            assert hashlib.sha256(data).hexdigest() == file["sha256"]
            assert response.headers["etag"] == f'"{file["sha256"]}"'
            kind = "application/gzip" if file["gzip"] else file["mediaType"]
            assert response.headers["content-type"].partition(";")[0] == kind
            again = running.client.get(
                file["link"], headers={"if-none-match": response.headers["etag"], "accept-encoding": "identity"}
            )
            assert (again.status_code, again.content) == (304, b"")
            sizes.append(len(data))
    assert max(sizes) > 4 * 1024 * 1024


def test_a_large_file_comes_whole_even_when_a_part_is_asked_for(served: Served) -> None:
    running, _, after = served
    path = f"/downloads/{after.identity}/all.jsonld"
    response = running.client.get(path, headers={"range": "bytes=0-9", "accept-encoding": "identity"})
    file = after.find_file("all.jsonld")
    assert file is not None
    assert (response.status_code, len(response.content)) == (200, file.size)
    head = running.client.head(path, headers={"accept-encoding": "identity"})
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(file.size), b"")


def test_a_large_file_is_numbered_counted_and_not_sent_again(served: Served) -> None:
    running, _, after = served
    file = max(after.files, key=lambda file: file.size)
    path = f"/downloads/{after.identity}/{file.name}"
    assert file.size > 4 * 1024 * 1024

    def count() -> int:
        name = 'ahg_graph_requests_total{route="/downloads",status="200"} '
        lines = running.client.get("/metrics").text.splitlines()
        return next((int(line.removeprefix(name)) for line in lines if line.startswith(name)), 0)

    before = -1
    while before < (before := count()):  # what was asked for before may still be on its way
        time.sleep(0.2)
    whole = running.client.get(path)
    assert whole.status_code == 200
    assert len(whole.headers["x-request-id"]) == 16
    head = running.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    end = time.monotonic() + 5
    while count() < before + 2 and time.monotonic() < end:  # a reply is counted once its last byte is out
        time.sleep(0.01)
    assert count() == before + 2
    tag = whole.headers["etag"]
    for condition in ("*", tag, f"W/{tag}", f'"x", {tag}'):
        assert running.client.get(path, headers={"if-none-match": condition}).status_code == 304
    assert running.client.get(path, headers={"if-none-match": '"x"'}).status_code == 200


def test_compressed_triples_are_not_compressed_again(served: Served) -> None:
    running, _, after = served
    response = running.client.get(f"/downloads/{after.identity}/ontology.nt.gz")
    assert "content-encoding" not in response.headers
    assert gzip.decompress(response.content).decode() == f'<{EX}C> <{EX}p> "in the ontology" .\n'


@pytest.mark.parametrize("path", ["", "/all.ttl", "/changes"])
def test_current_is_the_release_of_the_snapshot(served: Served, path: str) -> None:
    running, _, after = served
    response = running.client.get(f"/downloads/current{path}")
    assert (response.status_code, response.headers["location"]) == (307, f"/downloads/{after.identity}{path}")


def test_the_list_is_a_page_for_a_browser(served: Served) -> None:
    running, before, after = served
    for path in ("/downloads", f"/downloads/{after.identity}"):
        page = running.client.get(path, headers={"accept": "text/html"})
        assert page.status_code == 200
        for file in after.files:
            assert f'href="/downloads/{after.identity}/{file.name}"' in page.text
            assert file.sha256 in page.text
    assert (
        f"/downloads/{before.identity}/all.ttl"
        in running.client.get("/downloads", headers={"accept": "text/html"}).text
    )
    response = running.client.get("/downloads", headers={"accept": "application/json"})
    assert response.json()["current"] == after.identity
    assert running.client.get("/downloads", headers={"accept": "image/png"}).status_code == 406


def test_changes_are_a_page_in_words(served: Served) -> None:
    running, before, after = served
    page = running.client.get(f"/downloads/{after.identity}/changes")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Facts: 1 added, 1 removed, 1 newly inferred." in page.text
    assert "&lt;M&gt; &amp; co" in page.text
    assert "<M>" not in page.text
    assert running.client.get(f"/downloads/{before.identity}/changes").status_code == 404


def test_the_feed_has_an_entry_for_each_release(served: Served) -> None:
    running, before, after = served
    response = running.client.get("/downloads.atom")
    assert response.headers["content-type"].partition(";")[0] == "application/atom+xml"
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(response.content).findall(f"{atom}entry")
    assert [(entry.findtext(f"{atom}id"), entry.findtext(f"{atom}content")) for entry in entries] == [
        (f"{BASE}downloads/{after.identity}", "Facts: 1 added, 1 removed, 1 newly inferred."),
        (f"{BASE}downloads/{before.identity}", "Compared with no earlier release."),
    ]


def test_the_description_of_the_data_names_the_files(served: Served) -> None:
    running, _, after = served
    triples = read_graph(running.client.get("/.well-known/void").content, RdfFormat.TURTLE)
    dumps = {t.object.value for t in triples if t.predicate.value == f"{VOID}dataDump"}
    assert dumps == {f"{BASE}downloads/{after.identity}/{file.name}" for file in after.files if file.part}
    sums = {t.object.value for t in triples if t.predicate.value == f"{SPDX}checksumValue"}
    assert sums == {file.sha256 for file in after.files if file.part}
    endpoints = {t.object.value for t in triples if t.predicate.value == f"{VOID}sparqlEndpoint"}
    assert endpoints == {f"{running.url}/sparql"}
    assert {t.object.value for t in triples if t.predicate.value == f"{DCAT}hasCurrentVersion"} == {
        f"{BASE}downloads/{after.identity}"
    }


@pytest.mark.parametrize(
    "path",
    [
        "nothing", "nothing/all.ttl", "{id}/nothing.ttl", "{id}/..%2F..%2Fall.ttl",
        "..%2F{id}/all.ttl", "{id}/%2Fetc%2Fpasswd", ".{id}/all.ttl", "{id}/all.ttl%00",
    ],
)  # fmt: skip
def test_only_listed_files_are_there(served: Served, path: str) -> None:
    running, _, after = served
    response = running.client.get("/downloads/" + path.format(id=after.identity))
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
    assert response.json()["code"] in ("unknown-name", "not-found")


def test_the_record_and_the_sums_are_there_to_check_a_download_by(served: Served) -> None:
    running, _, after = served
    record = running.client.get(f"/downloads/{after.identity}/release.json")
    assert record.headers["content-type"] == "application/json"
    assert record.text == after.to_json()
    sums = running.client.get(f"/downloads/{after.identity}/SHA256SUMS")
    assert sums.headers["content-type"] == "text/plain; charset=utf-8"
    assert sums.text == "".join(sorted((f"{f.sha256}  {f.name}\n" for f in after.files), key=lambda line: line[66:]))


def test_without_a_release_the_page_says_how_one_is_made(served: Served, tmp_path: Path) -> None:
    running, _, _ = served
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHG_GRAPH_RELEASES", str(tmp_path / "none"))
        assert (
            "<code>ahg-graph release</code>" in running.client.get("/downloads", headers={"accept": "text/html"}).text
        )
        assert running.client.get("/downloads.json").json()["releases"] == []
        assert running.client.get("/.well-known/void").status_code == 200
