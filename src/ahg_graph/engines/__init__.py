"""The same questions put to a SPARQL 1.1 endpoint that the operator names: no other connection is ever made."""

from ahg_graph.engines.address import Address, read_address
from ahg_graph.engines.pool import RemotePool

__all__ = ["Address", "RemotePool", "read_address"]
