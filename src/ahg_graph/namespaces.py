"""The project's IRIs and prefixes, and the way between an IRI and its short name."""

from __future__ import annotations

from types import MappingProxyType

BASE = "https://w3id.org/ahg-graph/"
ONT = BASE + "ont#"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
ONTOLOGY_GRAPH = GRAPH + "ontology"
INFERRED_GRAPH = GRAPH + "inferred"

KINDS = (
    "act", "affiliation", "agent", "appointment", "attendance", "body", "chairing", "claim", "co-management",
    "code", "contribution", "decision", "discrepancy", "doc", "event", "follow-up", "hosting", "initiative",
    "instrument", "mandate", "meeting", "name", "offer", "place", "presentation", "proposal", "rank",
    "secondment", "series", "status", "topic",
)  # fmt: skip
"""The kinds of thing that have IRIs `id/{kind}/{slug}`."""

PREFIXES = MappingProxyType(
    {
        "ahg": ONT,
        "id": ID,
        **{kind.replace("-", ""): f"{ID}{kind}/" for kind in KINDS},
        "dcterms": "http://purl.org/dc/terms/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefix to namespace, for reading short names and for writing them."""


def expand(name: str) -> str:
    """Return the IRI of a short name such as `ahg:memberIn`; an absolute IRI comes back unchanged.

    Raises ValueError when the prefix is not one of PREFIXES and the name is no absolute IRI.
    """
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return PREFIXES[prefix] + local
    if "://" in name or name.startswith("urn:"):
        return name
    raise ValueError(f"unknown prefix in {name!r}")


def shorten(iri: str) -> str:
    """Return the shortest `prefix:local` form of an IRI, or the IRI itself when no prefix fits."""
    best = max((item for item in PREFIXES.items() if iri.startswith(item[1])), key=lambda i: len(i[1]), default=None)
    if best is None or not iri[len(best[1]) :]:
        return iri
    local = iri[len(best[1]) :]
    return iri if "/" in local or "#" in local else f"{best[0]}:{local}"
