"""The project's IRIs and prefixes, and the way between an IRI and its short name."""

from __future__ import annotations

from types import MappingProxyType

BASE = "https://w3id.org/ahg-graph/"
ONT = BASE + "ont#"
SHAPES = BASE + "shapes#"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
ONTOLOGY_GRAPH = GRAPH + "ontology"
INFERRED_GRAPH = GRAPH + "inferred"

KINDS = (
    "affiliation", "agent", "attendance", "body", "chairing", "claim", "closed-list", "co-management", "code-list",
    "contribution", "decision", "discrepancy", "doc", "event", "follow-up", "hosting", "initiative", "instrument",
    "involvement", "mandate", "meeting", "name", "place", "post-holding", "presentation", "progress", "proposal",
    "reading", "series", "signature", "topic",
)  # fmt: skip
"""The kinds of thing that have IRIs `id/{kind}/{slug}`."""

CODE_LISTS = (
    "act", "agent-kind", "attestation", "basis", "body-kind", "capacity", "certainty", "contribution-kind",
    "discrepancy-kind", "document-kind", "event-kind", "event-status", "force", "initiative-kind", "involvement-kind",
    "item-kind", "meeting-kind", "name-kind", "organisation-kind", "part-kind", "presentation-form", "rank", "response",
    "role", "stage", "status",
)  # fmt: skip
"""The closed lists of codes; a code has the IRI `id/{list}/{code}`."""

DOCUMENTS = MappingProxyType(
    {
        "PR": "ahg-progress-report-2013",
        "S5": "ahg-som-05-statement",
        "S7": "ahg-som-07-statement",
        "P1": "ahg-som-01-page",
        "P8": "ahg-som-08-page",
    }
)
"""Key of a source document to its slug under `id/doc/`, in the order in which sources are cited."""

PREFIXES = MappingProxyType(
    {
        "ahg": ONT,
        "ahgs": SHAPES,
        "id": ID,
        **{kind.replace("-", ""): f"{ID}{kind}/" for kind in KINDS + CODE_LISTS},
        **{key.lower(): f"{ID}doc/{slug}/" for key, slug in DOCUMENTS.items()},
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

WELL_KNOWN = MappingProxyType(
    {
        **PREFIXES,
        "dbo": "http://dbpedia.org/ontology/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "org": "http://www.w3.org/ns/org#",
        "prov": "http://www.w3.org/ns/prov#",
        "schema": "https://schema.org/",
        "time": "http://www.w3.org/2006/time#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "void": "http://rdfs.org/ns/void#",
        "wd": "http://www.wikidata.org/entity/",
        "wdt": "http://www.wikidata.org/prop/direct/",
    }
)
"""Prefix to the namespace that it usually stands for, to tell whoever forgets to declare it."""


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
