"""The guide to the graph and to this software."""
