"""Where the engine answers otherwise than SPARQL 1.1 has it: the query is rewritten so that it does not, or refused."""
