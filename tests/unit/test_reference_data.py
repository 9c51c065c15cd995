"""Reference data are what the lists say that they were looked up in, and are never taken for what a document says."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rdflib
from babel import Locale
from curation.__main__ import LANGUAGES, list_states, make_files
from rdflib.namespace import SKOS

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.name_resolver import open_names
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.store import open_store
from ahg_graph.sparql.types import SparqlQuery
from support.namespaces import GRAPH, ID, ONT

FILES = ("eu-country", "geonames", "m49", "names", "wikidata")
"""Written by `python -m curation`, for all states alike."""

LOOKED_UP = (
    *("eurovoc", "factbook", "instrument-names", "organisation-names", "sdg", "topic-names", "treaty-collection"),
    *("unbis", "wikidata-organisations"),
)
"""Written by a curator, of what a search found."""

AHG = rdflib.Namespace(ONT)
STATED = (SKOS.altLabel, SKOS.hiddenLabel, SKOS.exactMatch, SKOS.relatedMatch)


@pytest.mark.parametrize("name", FILES)
def test_files_are_what_the_lists_give(home: Path, name: str) -> None:
    text = (home / "data" / "reference" / f"{name}.ttl").read_text(encoding="utf-8")
    (day,) = re.findall(r'matchedOn "(\d{4}-\d\d-\d\d)"', text)
    made = make_files(day)
    if name in made:
        assert text == made[name]


@pytest.mark.parametrize("name", FILES)
def test_each_file_says_what_it_was_looked_up_in_how_and_when(home: Path, name: str) -> None:
    graph = rdflib.Graph().parse(home / "data" / "reference" / f"{name}.ttl")
    node = rdflib.URIRef(f"{GRAPH}reference/{name}")
    assert all(graph.value(node, predicate) for predicate in (AHG.matchedIn, AHG.matchedHow, AHG.matchedOn))
    states = {rdflib.URIRef(f"{ID}agent/{state.slug}") for state in list_states(home)}
    assert {subject for subject in graph.subjects() if subject != node} == states
    if name not in ("m49", "names"):
        matches = [value for subject in states for value in graph.objects(subject, SKOS.exactMatch)]
        assert len(matches) == len(set(matches)) == len(states)


def test_every_file_is_made_or_looked_up(home: Path) -> None:
    files = {path.stem for path in (home / "data" / "reference").glob("*.ttl")}
    assert files == {*FILES, *LOOKED_UP, "geonames-cities"}


def test_cities_are_those_of_their_names_in_their_states(home: Path) -> None:
    text = (home / "data" / "reference" / "geonames-cities.ttl").read_text(encoding="utf-8")
    (day,) = re.findall(r'matchedOn "(\d{4}-\d\d-\d\d)"', text)
    assert text == make_files(day)["geonames-cities"]
    graph = rdflib.Graph().parse(data=text, format="turtle")
    found = {str(place).rpartition("/")[2]: str(city) for place, city in graph.subject_objects(SKOS.exactMatch)}
    assert found["bangkok"] == "https://sws.geonames.org/1609350/" and not {"bali", "in-thailand"} & {*found}


def test_no_two_things_are_the_same_in_another_list(home: Path) -> None:
    graph = rdflib.Graph()
    for path in (home / "data" / "reference").glob("*.ttl"):
        graph.parse(path)
    others = [str(other) for other in graph.objects(None, SKOS.exactMatch)]
    assert len(others) == len(set(others))
    lists = {(str(thing), urlsplit(str(other)).netloc) for thing, other in graph.subject_objects(SKOS.exactMatch)}
    assert len(lists) == len(others), "a thing is two things of one list"


@pytest.mark.parametrize("name", LOOKED_UP)
def test_what_a_curator_looked_up_says_where_how_and_when(home: Path, name: str) -> None:
    graph = rdflib.Graph().parse(home / "data" / "reference" / f"{name}.ttl")
    file = rdflib.URIRef(f"{GRAPH}reference/{name}")
    lookups = set(graph.subjects(AHG.lookupOf))
    for node in {file, *lookups}:
        assert all(graph.value(node, predicate) for predicate in (AHG.matchedIn, AHG.matchedHow, AHG.matchedOn)), node
    for node in lookups:
        assert str(node).startswith(f"{file}#") and str(graph.value(node, AHG.matchedIn)).startswith("http"), node
    things = {thing for predicate in STATED for thing in graph.subjects(predicate)}
    assert things and (not lookups or things == set(graph.objects(None, AHG.lookupOf)))


@pytest.mark.parametrize("name", LOOKED_UP)
def test_a_language_has_one_full_name_of_a_thing(home: Path, name: str) -> None:
    graph = rdflib.Graph().parse(home / "data" / "reference" / f"{name}.ttl")
    full = [(thing, label.language) for thing, label in graph.subject_objects(SKOS.altLabel) if label.language != "en"]
    assert all(label.language for predicate in STATED[:2] for label in graph.objects(None, predicate))
    assert len(full) == len(set(full))


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("Burma", "agent/myanmar"),
        ("ceylon", "agent/sri-lanka"),
        ("UAE", "agent/united-arab-emirates"),
        ("UN refugee agency", "agent/unhcr"),
        ("UN migration agency", "agent/iom"),
        ("OIM", "agent/iom"),
        ("Haut-Commissariat des Nations Unies pour les réfugiés", "agent/unhcr"),
        ("GCC", "agent/gulf-cooperation-council"),
        ("Palermo Convention", "instrument/untoc"),
        ("Palermo Protocol", "instrument/trafficking-protocol"),
        ("human trafficking", "topic/trafficking-in-persons"),
        ("migrant smuggling", "topic/people-smuggling"),
    ],
)
def test_a_thing_is_found_by_what_others_call_it(real_snapshot: Snapshot, name: str, thing: str) -> None:
    assert [found.iri for found in open_names(real_snapshot.path).find_things(name)] == [f"{ID}{thing}"]


@pytest.fixture(scope="module")
def states(home: Path) -> dict[str, str]:
    return {state.slug: state.alpha2 for state in list_states(home)}


def test_a_state_is_found_by_its_name_in_each_language(real_snapshot: Snapshot, states: dict[str, str]) -> None:
    names = open_names(real_snapshot.path)
    for slug, code in states.items():
        for language in LANGUAGES:
            found = names.find_things(Locale.parse(language).territories[code], (ONT + "Agent",))
            assert [thing.iri for thing in found] == [f"{ID}agent/{slug}"], (slug, language)
            assert found[0].label == names.find_things(code, (ONT + "Agent",))[0].label


def test_names_say_what_documents_say_alone(real_snapshot: Snapshot, home: Path) -> None:
    names, store = open_names(real_snapshot.path), open_store(real_snapshot.store)
    for thing, other in (("vietnam", "Việt Nam"), ("myanmar", "Burma"), ("unhcr", "UN refugee agency")):
        query = bind_query(load_catalogue(home / "queries").get_query("names"), {"entity": [thing]}, names)
        rows = parse_table(bytes(store.answer(SparqlQuery(query.text)).body)).rows
        assert rows and other not in {row["name"]["value"] for row in rows}


def test_nothing_is_inferred_from_reference_data(real_snapshot: Snapshot) -> None:
    query = f"SELECT ?s {{ GRAPH <{GRAPH}inferred> {{ ?s <{SKOS.exactMatch}>|<{ONT}m49Code> ?o }} }}"
    store = open_store(real_snapshot.store)
    assert not parse_table(bytes(store.answer(SparqlQuery(query)).body)).rows
