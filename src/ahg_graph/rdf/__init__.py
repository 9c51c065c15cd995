"""RDF terms, prefixes, partial dates and files of triples."""
