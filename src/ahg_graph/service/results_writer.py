"""Tables to the SPARQL 1.1 results formats, for the part of an answer that a page of it is."""

from __future__ import annotations

import orjson

from ahg_graph.records import Table
from ahg_graph.sparql.results_writer import write_results
from ahg_graph.terms import QueryResultsFormat, parse_query_results


def write_table(table: Table, media_type: str) -> bytes:
    """Return the bytes of a table in a results format; raises NotAcceptable for a media type that is none."""
    document = {"head": {"vars": table.columns}, "results": {"bindings": table.rows}}
    return write_results(parse_query_results(orjson.dumps(document), QueryResultsFormat.JSON), media_type)
