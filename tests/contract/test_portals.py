"""What portals, citation tools and archives take: of the facts of the home file alone, and valid by their rules."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
import yaml
from rdflib.namespace import DCTERMS, RDF, SH

from ahg_graph.config.home_file import Home, parse_home, read_home
from ahg_graph.config.paths import HOME_FILE
from ahg_graph.config.portal_facts import Concept, Party, PortalFacts
from ahg_graph.config.prefixes import activate_home, get_home
from ahg_graph.errors import HomeFileError
from ahg_graph.release import Release, make_release
from ahg_graph.snapshot import Snapshot
from support.namespaces import BASE
from support.servers import Running, run

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
FOLDER = Path(os.environ.get("AHG_GRAPH_CONFORMANCE", "none")) / "dcat-ap-3"
SHAPES = ("dcat-ap-SHACL", "shapes", "shapes_recommended", "range", "ranges")
"""Files of the profile; `mdr-vocabularies.shape` fetches its lists from the web."""

needs_shapes = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the shapes of DCAT-AP are read from the folder of AHG_GRAPH_CONFORMANCE"
)
FULL = PortalFacts(
    publisher=Party("River Institute", "https://ror.org/00000000"),
    creators=(Party("Ada Doe", "https://orcid.org/0000-0001-2345-6789", "person"), Party("River Institute")),
    keywords=("rivers",),
    themes=(Concept("https://example.org/theme/water", "Water"),),
    places=(Concept("https://example.org/place/delta", "The delta"),),
    begins="2001",
    ends="2002-03",
    doi="10.1234/rivers",
)


@dataclass(frozen=True)
class Made:
    """A release, the folder it lies in, and the home whose facts it was made of."""

    folder: Path
    release: Release
    home: Home


@pytest.fixture(scope="module", params=["own", "full"])
def made(
    request: pytest.FixtureRequest, real_snapshot: Snapshot, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    """A release by the facts of our home file, and one by a file that gives every fact there may be."""
    own = read_home(home)
    full = replace(own, portal=FULL, contact="mailto:rivers@example.org")
    activate_home(own if request.param == "own" else full)
    folder = tmp_path_factory.mktemp("portals")
    release = make_release(real_snapshot, folder, datetime(2013, 4, 2, tzinfo=UTC))
    return Made(folder / release.identity, release, get_home())


def validate(data: rdflib.Graph) -> list[str]:
    """Return every violation of the profile's shapes."""
    found = []
    for name in SHAPES:
        shapes = rdflib.Graph().parse(FOLDER / f"{name}.ttl")
        for shape, part in [*shapes.subject_objects(SH.property)]:
            if shapes.value(part, SH.path) is None:  # some were published without a path, and are no shapes
                shapes.remove((shape, SH.property, part))
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
        assert isinstance(report, rdflib.Graph)
        for result in report.subjects(SH.resultSeverity, SH.Violation):
            found.append(f"{name}: {report.value(result, SH.focusNode)} {report.value(result, SH.resultMessage)}")
    return found


@needs_shapes
def test_release_is_valid_dcat_ap(made: Made) -> None:
    assert validate(rdflib.Graph().parse(made.folder / "void.ttl")) == []


@needs_shapes
def test_a_fault_of_the_description_is_noticed(made: Made) -> None:
    data = rdflib.Graph().parse(made.folder / "void.ttl")
    data.remove((rdflib.URIRef(BASE), DCTERMS.description, None))
    assert validate(data) != []


def test_description_says_what_the_home_says(made: Made) -> None:
    home, data = made.home, rdflib.Graph().parse(made.folder / "void.ttl")
    series = rdflib.URIRef(BASE)
    assert {str(o) for o in data.objects(series, DCAT.keyword)} == set(home.portal.keywords)
    assert {str(o) for o in data.objects(series, DCAT.theme)} == {concept.iri for concept in home.portal.themes}
    creators = {str(data.value(node, FOAF.name)) for node in data.objects(series, DCTERMS.creator)}
    assert creators == {party.name for party in home.portal.creators}
    assert bool(data.value(series, DCAT.contactPoint)) == bool(home.contact)
    assert data.value(series, DCAT.hasVersion) is not None


def test_nothing_is_made_up(real_snapshot: Snapshot, tmp_path: Path) -> None:
    activate_home(replace(get_home(), portal=PortalFacts(), contact=""))
    made = make_release(real_snapshot, tmp_path, datetime(2013, 4, 2, tzinfo=UTC))
    names = {file.name for file in made.files}
    assert "ro-crate-metadata.json" in names
    assert not names & {"CITATION.cff", "datacite.json"}
    data = rdflib.Graph().parse(tmp_path / made.identity / "void.ttl")
    for name in (DCTERMS.publisher, DCTERMS.creator, DCAT.contactPoint, DCAT.keyword, DCTERMS.spatial):
        assert not list(data.subject_objects(name))
    assert not list(data.subjects(RDF.type, DCAT.Catalog))


def test_citation_files_agree(made: Made) -> None:
    folder, home = made.folder, made.home
    cited = yaml.safe_load((folder / "CITATION.cff").read_text())
    registered = json.loads((folder / "datacite.json").read_text())
    archived = json.loads((folder / "ro-crate-metadata.json").read_text())
    nodes = {node["@id"]: node for node in archived["@graph"]}
    root = nodes["./"]
    assert cited["title"] == registered["titles"][0]["title"] == root["name"] == home.title
    assert cited["version"] == registered["version"] == root["version"] == made.release.version
    assert cited["date-released"] == root["datePublished"] == "2013-04-02"
    assert registered["publicationYear"] == "2013"
    creators = [nodes[item["@id"]]["name"] for item in root["creator"]]
    assert creators == [item["name"] for item in registered["creators"]] == [c.name for c in home.portal.creators]
    assert len(cited["authors"]) == len(creators)
    assert {item["@id"] for item in root["hasPart"]} <= nodes.keys()
    parts = {file.name: file.sha256 for file in made.release.files}
    assert {
        name: nodes[name]["sha256"] for name in nodes if name in parts and "sha256" in nodes[name]
    }.items() <= parts.items()
    if home.portal.doi:
        assert cited["doi"] == registered["identifiers"][0]["identifier"] == "10.1234/rivers"
        assert cited["authors"][0] == {
            "family-names": "Doe", "given-names": "Ada", "orcid": "https://orcid.org/0000-0001-2345-6789",
        }  # fmt: skip


@pytest.fixture(scope="module")
def site(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


@needs_shapes
def test_well_known_description_is_valid_dcat_ap(site: Running) -> None:
    data = rdflib.Graph().parse(
        data=site.client.get("/.well-known/void", headers={"accept": "text/turtle"}).text, format="turtle"
    )
    assert validate(data) == []
    (service,) = data.subjects(RDF.type, DCAT.DataService)
    assert str(data.value(service, DCAT.endpointURL)) == f"{site.url}/sparql"
    (catalogue,) = data.subjects(RDF.type, DCAT.Catalog)
    assert (catalogue, DCAT.service, service) in data


def test_home_page_says_what_data_set_it_is_of(site: Running) -> None:
    page = site.client.get("/", headers={"accept": "text/html"}).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    assert found["@context"] == "https://schema.org/"
    assert (found["@type"], found["name"], found["license"]) == ("Dataset", get_home().title, get_home().licence)
    assert [item["name"] for item in found["creator"]] == [party.name for party in get_home().portal.creators]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('[publisher]\niri = "https://example.org/"', "publisher.name: is missing"),
        ('[publisher]\nname = "A"\niri = "example"', "publisher.iri: 'example' is no absolute IRI"),
        ('[publisher]\nname = "A"\nkind = "robot"', "publisher.kind: 'robot' is neither"),
        ('[coverage]\nbegins = "yesterday"', "coverage.begins: 'yesterday' is no date"),
        ('[coverage]\ncolour = "red"', "coverage.colour: no such key"),
        ('[coverage]\nthemes = ["water"]', "coverage.themes: is no table"),
        ('[coverage]\nkeywords = "one"', "coverage.keywords: is no list"),
        ('[coverage]\ndoi = "doi:1"', "coverage.doi: 'doi:1' is no DOI"),
    ],
)
def test_wrong_facts_are_refused(tmp_path: Path, lines: str, said: str) -> None:
    facts = (
        'name = "x"\ntitle = "x"\ndescription = "x"\nbase = "https://example.org/"\nlicence = "https://example.org/l"\n'
    )
    (tmp_path / HOME_FILE).write_text(facts + lines)
    with pytest.raises(HomeFileError) as caught:
        read_home(tmp_path)
    assert said in str(caught.value)


def test_facts_come_back_from_a_manifest() -> None:
    home = replace(get_home(), portal=FULL)
    assert parse_home(json.loads(json.dumps(home.to_json()))) == home
