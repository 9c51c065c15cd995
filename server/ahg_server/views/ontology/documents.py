"""The ontologies that are served: those of the graph, and their earlier versions as the snapshot keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.config.paths import VERSIONS
from ahg_graph.config.prefixes import ALIGNED_GRAPH, ONTOLOGY_GRAPH, PREFIXES, get_home
from ahg_graph.rdf.terms import NamedNode, RdfFormat, parse
from ahg_graph.sparql.media_types import N_TRIPLES
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.results_writer import write_triples
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext

_HEADERS = f"""SELECT ?graph ?ontology ?version WHERE {{
  GRAPH ?graph {{
    ?ontology a <{PREFIXES["owl"]}Ontology> . OPTIONAL {{ ?ontology <{PREFIXES["owl"]}versionIRI> ?version }}
  }}
}}"""
_TRIPLES = parse_template(f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ GRAPH ?_graph {{ ?s ?p ?o }} }}
  UNION
  {{ GRAPH ?_graph {{ ?s ?said ?any }}
     GRAPH <{ONTOLOGY_GRAPH}> {{ ?s a ?o }} BIND(<{PREFIXES["rdf"]}type> AS ?p) }}
  UNION
  {{ GRAPH ?_graph {{ ?s a ?any }} GRAPH <{ALIGNED_GRAPH}> {{ ?s ?p ?o }} FILTER(?p = <{PREFIXES["rdfs"]}label>) }}
}}""")
"""The triples of a graph; how the ontology declares its subjects, as OWL wants beside their use; labels of codes."""


@dataclass(frozen=True, slots=True)
class OntologyDocument:
    """One version of an ontology: in a graph of the snapshot, or in a file beside it."""

    iri: str
    graph: str = ""
    path: Path | None = None

    async def load(self, context: SnapshotContext, client: str) -> bytes:
        """Return its triples as N-Triples."""
        if self.path is not None:
            return await asyncio.to_thread(_read, self.path)
        text = _TRIPLES.fill({"?_graph": (NamedNode(self.graph),)})
        return bytes((await context.ask(SparqlQuery(text, graph_type=N_TRIPLES), client)).body)


async def list_documents(context: SnapshotContext) -> Mapping[str, OntologyDocument]:
    """Return every ontology by its IRI and by the IRI of its version, earlier versions included."""
    base, folder = get_home().base, context.snapshot.path / VERSIONS
    names = {path: path.relative_to(folder).with_suffix("").as_posix() for path in sorted(folder.rglob("*.ttl"))}
    found = {base + name: OntologyDocument(base + name, path=path) for path, name in names.items()}
    for row in parse_table((await context.ask(SparqlQuery(_HEADERS))).body).rows:
        for iri in (row[name]["value"] for name in ("ontology", "version") if name in row):
            found[iri] = OntologyDocument(iri, graph=row["graph"]["value"])
    return found


def _read(path: Path) -> bytes:
    return write_triples((quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)), N_TRIPLES)
