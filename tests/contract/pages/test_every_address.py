"""Every IRI that the graph names answers in every format, and every link on every kind of page leads somewhere.

By default a sample is fetched, another one each time: some of every kind. Its seed is in the message of a failure, and
AHG_GRAPH_SEED repeats it. AHG_GRAPH_EVERY=1 fetches all of them, in some minutes.
"""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
from pyoxigraph import RdfFormat, Store, parse

from ahg_graph.rdf.terms import NamedNode
from ahg_graph.snapshot import Snapshot
from support.html import Page
from support.kinds import EVERY, WRONG
from support.namespaces import BASE
from support.servers import Running

SYNTAXES = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "html": ("text/html", None),
}
SEED = os.environ.get("AHG_GRAPH_SEED") or str(time.time_ns())
WHOLE = os.environ.get("AHG_GRAPH_EVERY") == "1"
OF_A_KIND, LINKS = 2, 5
"""How many of the addresses of one kind, and of the links on one page, are in a sample."""


def sample(addresses: Iterable[str], most: int) -> list[str]:
    """Return the addresses that are fetched, sorted."""
    found = sorted(set(addresses))
    return found if WHOLE or len(found) <= most else sorted(random.Random(SEED).sample(found, most))


def find_kind(path: str) -> str:
    """Return what an address is one of: `id/KIND`, a part of a document, or its first word."""
    words = path.split("/")
    return f"{'/'.join(words[:2])}{'/part' if len(words) > 3 else ''}" if words[0] in ("id", "graph") else words[0]


@pytest.fixture(scope="module")
def named(real_snapshot: Snapshot) -> set[str]:
    """Every IRI of ours that stands anywhere in the graph: as subject, property, value, or name of a graph."""
    quads = Store.read_only(str(real_snapshot.store))
    terms = {term for quad in quads for term in (*quad.triple, quad.graph_name)}
    return {term.value for term in terms if isinstance(term, NamedNode) and term.value.startswith(BASE)}


def test_every_iri_answers_in_every_format(named: set[str], site: Running) -> None:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for iri in named:
        path = urldefrag(iri).url.removeprefix(BASE)
        kinds[find_kind(path)].add(path)
    assert {"id/act", "id/doc", "id/doc/part", "id/attendance", "graph/record", "ont"} <= kinds.keys()
    faults = []
    for path in (path for paths in kinds.values() for path in sample(paths, OF_A_KIND)):
        for ending, (media_type, syntax) in SYNTAXES.items():
            found = site.client.get(f"/{path}", headers={"accept": media_type}, follow_redirects=True)
            direct = site.client.get(f"/{path}.{ending}", follow_redirects=True)
            if not (found.status_code == direct.status_code == 200 and found.content == direct.content):
                faults.append(f"/{path} {media_type} {found.status_code} and .{ending} {direct.status_code}")
            elif found.headers["content-type"].partition(";")[0] != media_type:
                faults.append(f"/{path}.{ending} is {found.headers['content-type']}")
            elif syntax is None:
                Page(found.text)
            elif not path.startswith("graph/") and BASE + path not in list_names(found.content, syntax):
                faults.append(f"/{path}.{ending} says nothing of it")
    assert faults == [], f"seed {SEED}"


def list_names(content: bytes, syntax: RdfFormat) -> set[str]:
    terms = (term for quad in parse(content, syntax) for term in quad.triple)
    return {term.value for term in terms if isinstance(term, NamedNode)}


def test_every_term_is_a_place_on_the_page_of_its_ontology(named: set[str], site: Running) -> None:
    ids = set(Page(site.client.get("/ont.html").text).ids())
    terms = {urldefrag(iri).fragment for iri in named if iri.startswith(f"{BASE}ont#")}
    assert len(terms) > 100
    assert terms - ids == set()


Fetch = Callable[[str], tuple[int, frozenset[str]]]


@pytest.fixture(scope="module")
def fetch(site: Running) -> Fetch:
    """Return the status of an address, and the places on it if it is a page; each is fetched once."""

    @cache
    def get(address: str) -> tuple[int, frozenset[str]]:
        found = site.client.get(address, headers={"accept": "text/html"}, follow_redirects=True)
        return found.status_code, list_places(found)

    return get


def list_places(page: httpx.Response) -> frozenset[str]:
    return frozenset(Page(page.text).ids() if page.headers["content-type"].startswith("text/html") else ())


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_every_link_of_a_page_leads_somewhere(kind: str, site: Running, fetch: Fetch) -> None:
    page = site.client.get(EVERY[kind], headers={"accept": "text/html"}, follow_redirects=True)
    assert page.status_code == (WRONG[kind][1] if kind in WRONG else 200)
    links = {urljoin(str(page.url), link) for link in Page(page.text).links()}
    ours = {link for link in links if urlsplit(link).netloc == urlsplit(str(page.url)).netloc}
    assert ours
    faults, here = [], str(page.url)
    for link in sample(ours, LINKS):
        address, fragment = urldefrag(link)
        status, places = (200, list_places(page)) if address == here else fetch(address)
        if status != 200:
            faults.append(f"{link}: {status}")
        elif fragment and fragment not in places:
            faults.append(f"{link}: no such place")
    assert faults == [], f"seed {SEED}"
