"""RDF to what a page shows."""
