"""The ontology, its parts and its versions each answer at their IRI, in every syntax, with their own content."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.rdf.terms import NamedNode, Quad, RdfFormat, parse
from ahg_graph.release.canonicalization import hash_content
from ahg_graph.snapshot import Snapshot
from support.html import Page
from support.namespaces import ALIGNMENTS_GRAPH, BASE, PREFIXES
from support.servers import Running

OWL = PREFIXES["owl"]
SYNTAXES = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "jsonld": RdfFormat.JSON_LD, "rdf": RdfFormat.RDF_XML}
IRIS = ("ont", "ont/align", "ont/0.1.0", "ont/align/0.1.0", "current", "current alignments")


@pytest.fixture(scope="module")
def paths(home: Path) -> dict[str, str]:
    """The path of each ontology; those of the current versions as the sources state them."""
    found = {name: name for name in IRIS[:4]}
    for name, file in (("current", "ahg.ttl"), ("current alignments", "alignments.ttl")):
        version = next(
            quad.object.value
            for quad in parse((home / "ontology" / file).read_bytes(), RdfFormat.TURTLE)
            if quad.predicate.value == OWL + "versionIRI" and isinstance(quad.object, NamedNode)
        )
        found[name] = version.removeprefix(BASE)
    return found


def load(site: Running, path: str, ending: str) -> list[Quad]:
    response = site.client.get(f"/{path}.{ending}")
    assert response.status_code == 200, response.text
    return list(parse(response.content, SYNTAXES[ending]))


@pytest.mark.parametrize("name", IRIS)
def test_each_leads_to_one_content_in_every_syntax(name: str, paths: dict[str, str], site: Running) -> None:
    path = paths[name]
    assert site.client.get(f"/{path}", headers={"accept": "text/turtle"}).headers["location"] == f"/{path}.ttl"
    assert site.client.get(f"/{path}", headers={"accept": "text/html"}).headers["location"] == f"/{path}.html"
    contents = {hash_content(load(site, path, ending)) for ending in SYNTAXES}
    assert len(contents) == 1
    quads = load(site, path, "nt")
    headers = {quad.subject.value for quad in quads if quad.object == NamedNode(OWL + "Ontology")}
    assert headers == {f"{BASE}ont/align" if "align" in path else f"{BASE}ont"}
    versions = {quad.object.value for quad in quads if quad.predicate.value == OWL + "versionIRI"}
    assert versions == {BASE + paths[{"ont": "current", "ont/align": "current alignments"}.get(name, name)]}
    assert [quad for quad in quads if quad.predicate.value == OWL + "imports"] == []
    shown = Page(site.client.get(f"/{path}.html").text).text_of("p")
    assert any(text.startswith("ontology, version") for text in shown)


@pytest.mark.parametrize("name", ["ont/0.1.0", "ont/align/0.1.0"])
def test_an_earlier_version_is_as_it_was_kept(name: str, home: Path, site: Running) -> None:
    kept = (home / "ontology" / "versions" / f"{name}.ttl").read_bytes()
    assert hash_content(load(site, name, "ttl")) == hash_content(parse(kept, RdfFormat.TURTLE))


def test_the_alignments_declare_what_they_align(real_snapshot: Snapshot, site: Running) -> None:
    quads = load(site, "ont/align", "ttl")
    declared = {quad.subject for quad in quads if quad.predicate.value == PREFIXES["rdf"] + "type"}
    assert {quad.subject for quad in quads} == declared
    assert len(quads) > real_snapshot.manifest.graphs[ALIGNMENTS_GRAPH]


@pytest.mark.parametrize("path", ["ont/9.9.9", "ont/align/9.9.9", "ont/../manifest.json", "ont/%2e%2e/names.sqlite"])
def test_no_other_version_is_served(path: str, site: Running) -> None:
    assert site.client.get(f"/{path}").status_code == 404
