"""SPARQL 1.1 as its grammar has it (sections 19.7 and 19.8): a text to a tree, every node with its place.

It recurses as deep as a text nests: a server calls it in a process that may die.
"""

from ahg_graph.sparql.grammar.queries import parse_sparql

__all__ = ["parse_sparql"]
