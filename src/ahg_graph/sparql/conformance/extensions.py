"""What the engine has that SPARQL 1.1 has not; an answer to a query that uses some names them.

A function by an IRI beyond the casts of section 17.5 is named by its IRI (section 17.6), a built-in function of later
versions by its name.
"""

from __future__ import annotations

from typing import NamedTuple


class Extension(NamedTuple):
    """An extension: what it is called, and the page that specifies it."""

    name: str
    iri: str


_SEP = "https://github.com/w3c/sparql-dev/blob/main/SEP"
LATERAL = Extension("LATERAL", f"{_SEP}/SEP-0006/sep-0006.md")
DATE_ARITHMETIC = Extension("arithmetic with dates, times and durations", f"{_SEP}/SEP-0002/sep-0002.md")
TRIPLE_TERMS = Extension("triple terms", "https://www.w3.org/TR/sparql12-query/#triple-terms")
LATER_FUNCTIONS = Extension("functions of SPARQL 1.2", "https://www.w3.org/TR/sparql12-query/#SparqlOps")
EXTENSIONS = (LATERAL, DATE_ARITHMETIC, TRIPLE_TERMS, LATER_FUNCTIONS)
