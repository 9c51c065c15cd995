"""The terms of the ontology that the platform itself speaks: evidence, documents and their parts, readings that differ.

Explanations, evidence and discrepancies look the same for every graph, so that only these terms may be in the
server's code. How everything else is shown is read from the graph's display file, see `page_sections`.
"""

from __future__ import annotations

from ahg_graph.rdf.vocabulary import ONT

EVIDENCED_BY = ONT + "evidencedBy"
CURATORS_REASON = ONT + "curatorsReason"
REASON_ABOUT = ONT + "reasonAbout"

PART_OF_DOCUMENT = ONT + "partOfDocument"
PART_ORDER = ONT + "partOrder"
LOCATOR = ONT + "locator"
PART_WORDS = ONT + "partWords"
NO_FACT_REASON = ONT + "noFactReason"
TEXT_HASH = ONT + "textHash"
DOCUMENT_KEY = ONT + "documentKey"
DOCUMENT_ORDER = ONT + "documentOrder"

DISPUTED_BY = ONT + "disputedBy"
DISCREPANCY_ABOUT = ONT + "discrepancyAbout"
DISCREPANCY_KIND = ONT + "kind"
RULING = ONT + "ruling"
HAS_READING = ONT + "hasReading"
READING_OF = ONT + "readingOf"
RANK = ONT + "rank"
CLAIM_SUBJECT = ONT + "claimSubject"
CLAIM_PREDICATE = ONT + "claimPredicate"
CLAIM_OBJECT = ONT + "claimObject"
CLAIM_VALUE = ONT + "claimValue"

OF_NODES = (
    *(EVIDENCED_BY, CURATORS_REASON, LOCATOR, NO_FACT_REASON, DISPUTED_BY, DISCREPANCY_ABOUT, DISCREPANCY_KIND),
    *(RULING, READING_OF, RANK, CLAIM_PREDICATE, CLAIM_OBJECT, CLAIM_VALUE),
)
"""What pages ask of every node that they show."""
OF_NAMES = (LOCATOR, PART_ORDER, PART_OF_DOCUMENT, DOCUMENT_KEY, DOCUMENT_ORDER)
"""What parts of documents are named and sorted by."""
POINTERS = frozenset((EVIDENCED_BY, CLAIM_SUBJECT, CLAIM_OBJECT, DISCREPANCY_ABOUT, HAS_READING))
"""What leads from evidence, claims and discrepancies to what they are about; pages show these in ways of their own."""
HIDDEN_LABEL = "http://www.w3.org/2004/02/skos/core#hiddenLabel"

SHOWN_ELSEWHERE = frozenset(
    (EVIDENCED_BY, CURATORS_REASON, REASON_ABOUT, HAS_READING, PART_ORDER, PART_WORDS, DOCUMENT_ORDER, HIDDEN_LABEL)
)
"""Facts that a page shows elsewhere than among the facts, or not at all: hidden labels are for finding a thing."""
