"""The SPARQL endpoint, its description and the query editor."""
