"""The platform's own vocabulary and the standard ones: the same in every home, whatever its namespace."""

from __future__ import annotations

from types import MappingProxyType

ONT = "https://w3id.org/ahg-graph/ont#"
"""The namespace of the vocabulary that the code relies on: documents, parts, evidence, names, times, codes."""

STANDARD_PREFIXES = MappingProxyType(
    {
        "dcterms": "http://purl.org/dc/terms/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefixes that mean the same in every home."""

DISPLAY = "https://w3id.org/ahg-graph/display#"
"""The namespace of the terms that SHACL has no word for; the same for every home."""
DASH = "http://datashapes.org/dash#"

PROV = "http://www.w3.org/ns/prov#"
"""PROV-O, in which sources and inferences are stated."""

OA = "http://www.w3.org/ns/oa#"
"""The Web Annotation vocabulary, in which positions in texts are stated."""

RO = "https://w3id.org/ro/"
"""Where the Research Object Crates keep their contexts and profiles."""
