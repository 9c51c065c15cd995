"""Releases: the same bytes every time, the same content in every file, and what changed told whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import RDF, BNode, Dataset, Graph, URIRef

from ahg_graph.errors import ReleaseError
from ahg_graph.rdf.terms import BlankNode, NamedNode, Quad, RdfFormat, parse
from ahg_graph.release import list_releases, make_release, read_release, verify_release
from ahg_graph.release.canonicalization import hash_content, write_line
from ahg_graph.release.changes import TripleChange, compare
from ahg_graph.release.citation_files import CITATION, DATACITE, RO_CRATE
from ahg_graph.release.manifest import Release
from ahg_graph.release.serializers import SYNTAXES
from ahg_graph.snapshot import Snapshot, make_current
from support.namespaces import ALIGNMENTS_GRAPH, BASE, CHECKOUT, GRAPH, INFERRED_GRAPH, ONT, ONTOLOGY_GRAPH
from support.servers import make_snapshot

# rdflib 7.6 uses in its own readers and writers what it tells others not to use.
pytestmark = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph).* is deprecated:DeprecationWarning")

EX = "https://example.org/"
TIME = datetime(2013, 4, 2, tzinfo=UTC)
TRICKY = f"""
@prefix : <{EX}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
GRAPH <{ONTOLOGY_GRAPH}> {{
  :C a owl:Class ; rdfs:label "kind"@en ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue 1 ] .
  [] a owl:AllDisjointClasses ; owl:members ( :C :D ) .
}}
GRAPH <{GRAPH}record/S5> {{
  :a a :C ;
    skos:prefLabel "A \\"quoted\\", tab \\t, line \\n, return \\r, bell \\u0007, delete \\u007F, é, \\U0001F600"@en ;
    :p 1, 1.5, "x"@fr, "x", "2013-03-05"^^xsd:date, :b .
}}
GRAPH <{GRAPH}record/S7> {{ :a :p 1 . }}
GRAPH <{INFERRED_GRAPH}> {{ :b a :C . }}
GRAPH <{ALIGNMENTS_GRAPH}> {{ :C rdfs:subClassOf <http://example.net/Kind> . :align a owl:Ontology . }}
"""
DECLARED = f"@prefix : <{EX}> . GRAPH <{ONTOLOGY_GRAPH}> {{ :C a <http://www.w3.org/2002/07/owl#Class> . }}"
"""What the parts beside the ontology declare of it: the one of its terms that they use."""


def read(text: str) -> list[Quad]:
    return list(parse(text.encode(), RdfFormat.TRIG))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_snapshot(tmp_path_factory.mktemp("snapshots") / "small", read(TRICKY))


@pytest.fixture(scope="module")
def real(real_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Release]:
    snapshots = tmp_path_factory.mktemp("releases")
    release = make_release(real_snapshot, snapshots, TIME)
    return snapshots / release.identity, release


def load(path: Path) -> Dataset:
    """Return a file's content as rdflib reads it, compressed or not."""
    data = path.read_bytes()
    name = path.name
    if name.endswith(".gz"):
        data, name = gzip.decompress(data), name.removesuffix(".gz")
    syntaxes = {"ttl": "turtle", "nt": "nt11", "trig": "trig", "jsonld": "json-ld"}
    dataset = Dataset()
    dataset.parse(data=data, format=syntaxes[name.rpartition(".")[2]])
    return dataset


def load_strictly(path: Path) -> list[Quad]:
    """Return a file's quads as the parser reads them that knows no base and refuses relative IRIs."""
    data = path.read_bytes()
    name = path.name
    if name.endswith(".gz"):
        data, name = gzip.decompress(data), name.removesuffix(".gz")
    syntax = RdfFormat.from_extension(name.rpartition(".")[2])
    assert syntax is not None
    return list(parse(data, syntax))


def reread(dataset: Dataset) -> list[Quad]:
    return list(parse(dataset.serialize(format="nquads").encode(), RdfFormat.N_QUADS))


PARTS = ("ontology", "asserted", "inferred", "linked", "all")


def list_files() -> list[str]:
    return [f"{part}.{syntax.suffix}" for part in PARTS for syntax in SYNTAXES]


def test_a_release_is_the_same_to_the_byte(small: Snapshot, tmp_path: Path) -> None:
    first = make_release(small, tmp_path / "1", TIME)
    folder = tmp_path / "1" / first.identity
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for seed in ("1", "2"):
        script = """
import datetime, pathlib, sys
from ahg_graph.release import make_release
from ahg_graph.snapshot import Snapshot
from ahg_graph.snapshot.manifest import parse_manifest
snapshot = Snapshot(pathlib.Path(sys.argv[1]), parse_manifest(sys.stdin.read()))
make_release(snapshot, pathlib.Path(sys.argv[2]), datetime.datetime(2013, 4, 2, tzinfo=datetime.UTC))
"""
        subprocess.run(
            [sys.executable, "-c", script, small.path, tmp_path / seed],
            input=small.manifest.to_json(),
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Australia/Sydney", "LC_ALL": "C"},
        )
        again = {path.name: path.read_bytes() for path in (tmp_path / seed / first.identity).iterdir()}
        assert again == before


def test_a_release_has_exactly_its_files(small: Snapshot, tmp_path: Path) -> None:
    release = make_release(small, tmp_path, TIME)
    folder = tmp_path / release.identity
    names = [*list_files(), "void.ttl", CITATION, DATACITE, RO_CRATE]
    assert {path.name for path in folder.iterdir()} == {*names, "release.json", "SHA256SUMS"}
    assert [path.name for path in tmp_path.iterdir()] == [release.identity]
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    assert verify_release(folder) == release == read_release(folder)
    assert {file.name: (file.size, file.sha256) for file in release.files} == {
        name: ((folder / name).stat().st_size, sums[name]) for name in sums
    }


@pytest.mark.parametrize("name", list_files())
def test_each_file_holds_its_part_as_a_second_reader_reads_it(name: str, small: Snapshot, tmp_path: Path) -> None:
    release = make_release(small, tmp_path, TIME)
    part, _, suffix = name.partition(".")
    graphs = {
        "ontology": {ONTOLOGY_GRAPH},
        "asserted": {f"{GRAPH}record/S5", f"{GRAPH}record/S7"},
        "inferred": {INFERRED_GRAPH},
    }
    graphs = {**graphs, "all": set().union(*graphs.values()), "linked": {ALIGNMENTS_GRAPH}}
    expected = [quad for quad in read(TRICKY) if getattr(quad.graph_name, "value", "") in graphs[part]]
    if part not in ("ontology", "all"):
        expected += read(DECLARED)
    if suffix in ("ttl", "nt.gz"):
        expected = [Quad(quad.subject, quad.predicate, quad.object) for quad in expected]
    assert hash_content(reread(load(tmp_path / release.identity / name))) == hash_content(expected)
    file = release.find_file(name)
    assert file is not None
    assert file.content_hash == hash_content(expected)


def test_counts_are_of_triples_and_of_quads(small: Snapshot, tmp_path: Path) -> None:
    parts = make_release(small, tmp_path, TIME).parts
    found = {name: (part.triples, part.quads) for name, part in parts.items()}
    assert found == {"ontology": (12, 12), "asserted": (9, 10), "inferred": (2, 2), "linked": (3, 3), "all": (21, 22)}


def test_lines_are_canonical() -> None:
    """Escapes as RDFC-1.0, section 5 (canonical N-Quads): short ones where there are, \\u00XX for other controls."""
    label = next(quad for quad in read(TRICKY) if quad.predicate.value.endswith("prefLabel"))
    assert write_line(label) == (
        f"<{EX}a> <http://www.w3.org/2004/02/skos/core#prefLabel> "
        '"A \\"quoted\\", tab \\t, line \\n, return \\r, bell \\u0007, delete \\u007F, é, 😀"@en '
        f"<{GRAPH}record/S5> .\n"
    )


@pytest.mark.parametrize("name", list_files())
def test_a_real_file_is_clean(name: str, real: tuple[Path, Release]) -> None:
    """No relative IRI, no literal as subject, blank nodes in the ontology only, prefixes sorted and each one used."""
    folder, _ = real
    quads = load_strictly(folder / name)
    assert quads
    assert {type(quad.subject) for quad in quads} <= {NamedNode, BlankNode}
    iris = {term.value for quad in quads for term in quad.triple if isinstance(term, NamedNode)}
    assert [iri for iri in iris if not re.match(r"[a-z][a-z0-9+.-]*:", iri)] == []
    if name.startswith(("asserted", "inferred")):
        assert not any(isinstance(term, BlankNode) for quad in quads for term in quad.triple)
    if name.endswith((".ttl", ".trig")):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        header = [line for line in lines if line.startswith("@prefix")]
        assert header == lines[: len(header)] == sorted(header)
        body = "\n".join(lines[len(header) :])
        assert [line for line in header if line.split()[1] not in body] == []


def test_blank_nodes_of_the_ontology_are_needed(real: tuple[Path, Release]) -> None:
    """Each is a class expression, an axiom of several members, or a link of a list: what OWL has no IRI for."""
    graph = Graph().parse(real[0] / "ontology.ttl")
    owl = "http://www.w3.org/2002/07/owl#"
    allowed = {URIRef(owl + name) for name in ("Restriction", "Class", "AllDisjointClasses", "AllDifferent")}
    for node in {s for s in graph.subjects() if isinstance(s, BNode)}:
        assert graph.value(node, RDF.first) is not None or set(graph.objects(node, RDF.type)) & allowed, node


def test_the_description_counts_what_the_files_hold(real: tuple[Path, Release]) -> None:
    folder, release = real
    described, content = Graph().parse(folder / "void.ttl"), Graph().parse(folder / "all.ttl")
    whole = URIRef(f"{BASE}downloads/{release.identity}")
    void, dcat = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#"

    def count(name: str) -> int:
        return int(str(described.value(whole, URIRef(void + name))))

    assert count("triples") == len(content)
    assert count("distinctSubjects") == len(set(content.subjects()))
    assert count("distinctObjects") == len(set(content.objects()))
    instances = Counter(kind for kind in content.objects(None, RDF.type) if isinstance(kind, URIRef))
    partitions = described.objects(whole, URIRef(void + "classPartition"))
    assert {
        described.value(node, URIRef(void + "class")): int(str(described.value(node, URIRef(void + "entities"))))
        for node in partitions
    } == instances
    addresses = {str(o) for o in described.objects(None, URIRef(dcat + "downloadURL"))}
    assert addresses == {f"{whole}/{name}" for name in list_files()}
    sums = {str(o) for o in described.objects(None, URIRef("http://spdx.org/rdf/terms#checksumValue"))}
    assert sums == {file.sha256 for file in release.files if file.part}
    assert not any(isinstance(term, BNode) for term in described.all_nodes())
    assert len(set(described.objects(whole, URIRef("http://www.w3.org/ns/prov#wasDerivedFrom")))) == len(
        CHECKOUT.documents
    )


OLD = f"""
@prefix : <{EX}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
GRAPH <{ONTOLOGY_GRAPH}> {{ :Member rdfs:label "membership"@en . :of rdfs:label "belongs to"@en . }}
GRAPH <{GRAPH}record/S5> {{ :m a :Member ; skos:prefLabel "Membership of A"@en ; :of :gone, :stays . }}
GRAPH <{INFERRED_GRAPH}> {{ :m :of :guessed, :promoted . }}
"""
NEW = f"""
@prefix : <{EX}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
GRAPH <{ONTOLOGY_GRAPH}> {{ :Member rdfs:label "membership"@en . :of rdfs:label "belongs to"@en . }}
GRAPH <{GRAPH}record/S7> {{ :m a :Member ; skos:prefLabel "Membership of A"@en ; :of :stays, :promoted, 5 . }}
GRAPH <{INFERRED_GRAPH}> {{ :m :of :followed . }}
"""


def tell(old: str, new: str) -> Iterator[tuple[str, str, str, str, bool]]:
    for change in compare(read(old), read(new)).changes:
        yield change.kind.value, change.about, change.label, change.words, change.moved


def test_changes_are_reported_by_kind_and_in_words() -> None:
    assert list(tell(OLD, NEW)) == [
        ("added", "membership", "Membership of A", f"belongs to {EX}promoted", True),
        ("added", "membership", "Membership of A", "belongs to “5”", False),
        ("removed", "membership", "Membership of A", f"belongs to {EX}gone", False),
        ("newly-inferred", "membership", "Membership of A", f"belongs to {EX}followed", False),
        ("no-longer-inferred", "membership", "Membership of A", f"belongs to {EX}guessed", False),
        ("no-longer-inferred", "membership", "Membership of A", f"belongs to {EX}promoted", True),
    ]
    assert list(tell(NEW, NEW)) == []
    assert compare(read(NEW), read(NEW)).summarise() == "No fact changed."


def test_what_has_no_label_goes_by_its_name_its_summary_or_its_place_in_a_document() -> None:
    text = f"""@prefix : <{EX}> . @prefix ahg: <{ONT}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
GRAPH <{GRAPH}record/S5> {{
  :part ahg:locator "para 2" ; ahg:partOfDocument :document . :document ahg:documentKey "S5" .
  :other ahg:locator "note" ; ahg:partOfDocument :report . :report skos:prefLabel "The report"@en .
  :chairing ahg:summary "A chairs B."@en . :name ahg:nameText "The B"@en ; ahg:summary "B is called so."@en .
  :named skos:prefLabel "Zebra"@en ; ahg:nameText "Ape"@en .
}}
"""
    more = f"""GRAPH <{GRAPH}record/S7> {{
  <{EX}chairing> <{ONT}evidencedBy> <{EX}part>, <{EX}other> . <{EX}name> <{EX}of> <{EX}named> .
}}"""
    assert [(label, words) for _, _, label, words, _ in tell(text, text + more)] == [
        ("A chairs B.", "ahg:evidencedBy S5, para 2"),
        ("A chairs B.", "ahg:evidencedBy The report, note"),
        ("The B", f"{EX}of Zebra"),
    ]


def test_labels_of_blank_nodes_are_no_change_and_their_content_is() -> None:
    text = "GRAPH <{0}> {{ _:{1} <https://example.org/p> {2} . }}"
    one, other = text.format(ONTOLOGY_GRAPH, "x", 1), text.format(ONTOLOGY_GRAPH, "y", 1)
    found = compare(read(one), read(other))
    assert (found.changes, found.expressions) == ((), False)
    found = compare(read(one), read(text.format(ONTOLOGY_GRAPH, "x", 2)))
    assert (found.changes, found.expressions) == ((), True)


def test_changes_are_written_as_json_rdf_and_atom(tmp_path: Path) -> None:
    old = make_snapshot(tmp_path / "old", read(OLD))
    new = make_snapshot(tmp_path / "new", read(NEW))
    before = make_release(old, tmp_path / "releases", datetime(2013, 4, 1, tzinfo=UTC))
    after = make_release(new, tmp_path / "releases", TIME, tmp_path / "releases" / before.identity)
    assert after.since == before.identity
    assert [release.identity for release in list_releases(tmp_path / "releases")] == [after.identity, before.identity]
    folder = tmp_path / "releases" / after.identity
    facts = json.loads((folder / "changes.json").read_text())
    assert facts["counts"] == {"added": 2, "removed": 1, "newly-inferred": 1, "no-longer-inferred": 2}
    assert facts["summary"] == "Facts: 2 added, 1 removed, 1 newly inferred, 2 no longer inferred."
    graphs = Counter(
        str(quad[3]).rpartition("#")[2] for quad in load(folder / "changes.trig").quads() if "#" in str(quad[3])
    )
    assert graphs == facts["counts"]
    feed = ElementTree.parse(folder / "changes.atom").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    assert [entry.findtext(f"{atom}title") for entry in feed.findall(f"{atom}entry")] == [
        "Added: Membership of A (membership)",
        "Removed: Membership of A (membership)",
        "Newly inferred: Membership of A (membership)",
        "No longer inferred: Membership of A (membership)",
    ]
    ids = [entry.findtext(f"{atom}id") for entry in feed.findall(f"{atom}entry")]
    assert len(set(ids)) == len(ids)
    last = feed.findall(f"{atom}entry")[3].findtext(f"{atom}content")
    assert last == f"belongs to {EX}guessed\nbelongs to {EX}promoted (is stated now)"
    assert {kind.value for kind in TripleChange} == set(facts["counts"])


ATOM = "{http://www.w3.org/2005/Atom}"


def list_faults(document: bytes) -> list[str]:
    """Return what a feed has against RFC 4287: sections 3.3, 4.1.1, 4.1.2, 4.2.6 and 4.2.7."""
    feed = ElementTree.fromstring(document)
    found = [] if feed.tag == f"{ATOM}feed" else ["4.1.1: the root is no feed"]
    allowed = {"author", "category", "content", "contributor", "id", "link", "published", "summary", "title", "updated"}
    for node in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            if len(node.findall(f"{ATOM}{name}")) != 1:
                found.append(f"4.1: not exactly one {name}")
        if not re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", node.findtext(f"{ATOM}updated", "")
        ):
            found.append("3.3: no time of RFC 3339")
        if not re.match(r"[a-z][a-z0-9+.-]*:", node.findtext(f"{ATOM}id", "")):
            found.append("4.2.6: the id is no IRI")
        links = [
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
            for link in node.findall(f"{ATOM}link")
        ]
        if len(set(links)) != len(links) or any(link.get("href") is None for link in node.findall(f"{ATOM}link")):
            found.append("4.2.7: links that are the same, or lead nowhere")
        if any(len(child.findall(f"{ATOM}name")) != 1 for child in node.findall(f"{ATOM}author")):
            found.append("3.2: an author without a name")
        if node is not feed:
            if {child.tag.removeprefix(ATOM) for child in node} - allowed:
                found.append("4.1.2: an element that an entry has not")
            if not any(rel == "alternate" for rel, _, _ in links) and node.find(f"{ATOM}content") is None:
                found.append("4.1.2: neither content nor a page")
            if feed.find(f"{ATOM}author") is None and node.find(f"{ATOM}author") is None:
                found.append("4.1.2: no author")
    ids = [node.text for node in feed.findall(f"{ATOM}entry/{ATOM}id")]
    if len(set(ids)) != len(ids):
        found.append("4.1.1: two entries of one id")
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        found.append("4.1.1: no link to itself")
    return found


def test_the_feed_is_atom_whatever_the_facts_hold(small: Snapshot, tmp_path: Path) -> None:
    """TRICKY has a bell and a line feed in a label: XML can hold the one only in another's place."""
    before = make_release(make_snapshot(tmp_path / "old", read(OLD)), tmp_path / "releases", TIME)
    after = make_release(small, tmp_path / "releases", TIME, tmp_path / "releases" / before.identity)
    document = (tmp_path / "releases" / after.identity / "changes.atom").read_bytes()
    assert list_faults(document) == []
    assert "bell \ufffd, delete" in document.decode()
    assert "\a" not in document.decode()


def test_faults_of_a_feed_are_noticed() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><updated>today</updated><entry><id>a:b</id></entry></feed>'
    )
    assert list_faults(feed.encode()) == [
        "4.1: not exactly one title",
        "3.3: no time of RFC 3339",
        "4.2.6: the id is no IRI",
        "4.1: not exactly one title",
        "4.1: not exactly one updated",
        "3.3: no time of RFC 3339",
        "4.1.2: neither content nor a page",
        "4.1.2: no author",
        "4.1.1: no link to itself",
    ]


def test_a_damaged_release_is_refused_with_every_damage_named(small: Snapshot, tmp_path: Path) -> None:
    release = make_release(small, tmp_path, TIME)
    folder = tmp_path / release.identity
    (folder / "all.ttl").write_text("@prefix a: <b> .")
    (folder / "all.trig").unlink()
    (folder / "more.ttl").write_text("")
    with pytest.raises(ReleaseError) as caught:
        verify_release(folder)
    assert re.findall(r"\w+\.\w+", str(caught.value).removeprefix(str(folder))) == ["all.ttl", "all.trig", "more.ttl"]
    (folder / "release.json").write_text('{"format": 0}')
    with pytest.raises(ReleaseError, match="0"):
        read_release(folder)
    assert list_releases(tmp_path) == []
    with pytest.raises(ReleaseError):
        read_release(tmp_path)


def test_a_release_is_not_compared_with_itself(small: Snapshot, tmp_path: Path) -> None:
    release = make_release(small, tmp_path, TIME)
    before = {path.name: path.read_bytes() for path in (tmp_path / release.identity).iterdir()}
    with pytest.raises(ReleaseError):
        make_release(small, tmp_path, TIME, tmp_path / release.identity)
    assert {path.name: path.read_bytes() for path in (tmp_path / release.identity).iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == [release.identity]


def test_the_command_writes_the_release_of_the_current_snapshot(real_snapshot: Snapshot, tmp_path: Path) -> None:
    make_current(real_snapshot, real_snapshot.path.parent)
    call = [Path(sys.executable).with_name("ahg-graph"), "release", "--snapshots", real_snapshot.path.parent]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1364860800"}
    run = subprocess.run([*call, "--releases", tmp_path], capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    release = verify_release(tmp_path / real_snapshot.manifest.identity)
    assert release.created == "2013-04-02T00:00:00Z"
    run = subprocess.run(
        [*call, "--releases", tmp_path, "--since", "nowhere"], capture_output=True, text=True, env=environment
    )
    assert (run.returncode, run.stderr.startswith("[release] ")) == (5, True)
