"""HTTP over the core: the SPARQL endpoint, the saved queries, the pages."""
