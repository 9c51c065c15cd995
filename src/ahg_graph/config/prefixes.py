"""The facts about the graph at hand, and the way between an IRI and its short name.

A process works with one home: whoever opens a snapshot or a home folder says so with `activate_home`; two snapshots
of one home may be open at once. Without such a call, the home folder that the process is in is read when
first asked for.
"""

from __future__ import annotations

from types import MappingProxyType

from ahg_graph.config.home_file import Home, read_home
from ahg_graph.config.paths import find_home
from ahg_graph.rdf.vocabulary import ONT, PROV, STANDARD_PREFIXES

__all__ = [
    "ALIGNED_GRAPH",
    "ALIGNMENTS_GRAPH",
    "INFERRED_GRAPH",
    "ONT",
    "ONTOLOGY_GRAPH",
    "PREFIXES",
    "activate_home",
    "expand",
    "find_usual_namespace",
    "get_home",
    "is_term",
    "shorten",
]

ONTOLOGY_GRAPH = "graph/ontology"
ALIGNMENTS_GRAPH = "graph/alignments"
ALIGNED_GRAPH = "graph/aligned"
INFERRED_GRAPH = "graph/inferred"
"""Names of graphs as queries write them: relative to the base of the home, by which the engine resolves them."""

PREFIXES = MappingProxyType({"ahg": ONT, **STANDARD_PREFIXES})
"""The prefixes that mean the same in every home; `get_home().prefixes` has those of the home too."""

_USUAL = MappingProxyType(
    {
        "dbo": "http://dbpedia.org/ontology/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "org": "http://www.w3.org/ns/org#",
        "prov": PROV,
        "schema": "https://schema.org/",
        "time": "http://www.w3.org/2006/time#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "void": "http://rdfs.org/ns/void#",
        "wd": "http://www.wikidata.org/entity/",
        "wdt": "http://www.wikidata.org/prop/direct/",
    }
)

_active: Home | None = None


def activate_home(home: Home | None) -> None:
    """Make a home the one that this process works with; None forgets it."""
    global _active
    _active = home


def get_home() -> Home:
    """Return the home that this process works with.

    Raises HomeFileError when none was made so and the current folder has no readable `graph.toml`.
    """
    if _active is None:
        activate_home(read_home(find_home()))
    assert _active is not None  # noqa: S101 - narrows the type
    return _active


def expand(name: str) -> str:
    """Return the IRI of a short name by the home's prefixes; see `Home.expand`."""
    return get_home().expand(name)


def shorten(iri: str) -> str:
    """Return the short name of an IRI by the home's prefixes; see `Home.shorten`."""
    return get_home().shorten(iri)


def is_term(iri: str) -> bool:
    """Return whether an IRI is one of a class or property of the graph: the platform's or the home's own."""
    return iri.startswith((ONT, get_home().terms))


def find_usual_namespace(prefix: str) -> str | None:
    """Return the namespace that a prefix usually stands for, to tell whoever forgot to declare it."""
    return get_home().prefixes.get(prefix) or _USUAL.get(prefix)
