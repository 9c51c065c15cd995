"""More engines: Blazegraph, Corese, and those for JavaScript; and the list of all."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import ClassVar

from ahg_graph.rdf.terms import NamedNode, Quad
from interop import provision
from interop.engines import (
    JAVA,
    MEDIA_TYPES,
    Engine,
    FusekiEngine,
    HttpEngine,
    LineEngine,
    OxigraphEngine,
    Rdf4jEngine,
    RdflibEngine,
    RedlandEngine,
    Refused,
    VirtuosoEngine,
    find_version,
    parse_file,
)


class BlazegraphEngine(HttpEngine):
    """Blazegraph, the engine of the Wikidata query service; triples without a graph lie in one that it names itself."""

    name = "Blazegraph"
    query_path, store_path, dataset_path = "/blazegraph/namespace/kb/sparql", "", ""
    graph_type = "text/plain"
    """What N-Triples were called before RDF 1.1."""
    no_graph = NamedNode("http://www.bigdata.com/rdf#nullGraph")

    def start(self) -> subprocess.Popen[bytes]:
        path = provision.provide_maven("blazegraph")
        self.version = find_version(path, "blazegraph-jar")
        jar = f"{path[:-2]}/blazegraph-jar-{self.version}.jar"
        # Its own `main` looks for its pages where Java from version 9 on has nothing.
        settings = self.folder / "RWStore.properties"
        settings.write_text(
            "com.bigdata.rdf.store.AbstractTripleStore.quads=true\n"
            "com.bigdata.rdf.store.AbstractTripleStore.axiomsClass=com.bigdata.rdf.axioms.NoAxioms\n"
            "com.bigdata.rdf.sail.truthMaintenance=false\n"
            f"com.bigdata.journal.AbstractJournal.file={self.folder / 'blazegraph.jnl'}\n"
        )
        return self.spawn(
            [*JAVA, "-Xmx1g", f"-Djetty.port={self.port}", "-Djetty.host=127.0.0.1", "-DjettyXml=jetty.xml",
             "-Djetty.start.timeout=120",
             f"-Djetty.home=jar:file:{jar}!/war", "-cp", jar, "com.bigdata.rdf.sail.webapp.NanoSparqlServer",
             self.port, "kb", settings],
        )  # fmt: skip

    def load(self, path: Path) -> None:
        data, suffix = parse_file(path)
        self.client.post(self.query_path, data={"update": "DROP ALL"}).raise_for_status()
        # Its own reader of N-Triples is that of RDF 1.0, which has ASCII alone; N-Triples is Turtle too.
        types = {**MEDIA_TYPES, "nt": MEDIA_TYPES["ttl"], "trig": "application/x-trig"}
        response = self.client.post(self.query_path, content=data, headers={"content-type": types[suffix]})
        if response.status_code >= 300:
            raise Refused(response.text)

    def dump(self) -> list[Quad]:
        names, rows = self.ask("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
        assert names == ["g", "s", "p", "o"]
        return [Quad(s, p, o) if g == self.no_graph else Quad(s, p, o, g) for g, s, p, o in rows]  # type: ignore[arg-type]


class CoreseEngine(LineEngine):
    """Corese, over a graph in memory."""

    name = "Corese"

    def __init__(self, folder: Path) -> None:
        path = provision.provide_maven("corese")
        program = provision.HERE / "corese" / "Engine.java"
        super().__init__(folder, [*JAVA, "-Xmx2g", "-cp", path, program, find_version(path, "corese-core")])


class NodeEngine(LineEngine):
    """An engine for JavaScript, under Node.js."""

    module: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        script = provision.provide_npm() / "engine.mjs"
        super().__init__(folder, ["node", "--max-old-space-size=2048", script, self.module])


class ComunicaEngine(NodeEngine):
    """Comunica over N3.js, with the hash by rdf-canonize."""

    name, module = "Comunica over N3.js", "n3"

    def hash(self) -> str | None:
        return self._tell("hash")


class QuadstoreEngine(NodeEngine):
    """Quadstore, with the engine that is made for it."""

    name, module = "quadstore", "quadstore"


class OxigraphJsEngine(NodeEngine):
    """Oxigraph compiled for JavaScript."""

    name, module = "Oxigraph for JavaScript", "oxigraph"


ENGINES: tuple[type[Engine], ...] = (
    RdflibEngine, OxigraphEngine, OxigraphJsEngine, FusekiEngine, Rdf4jEngine, BlazegraphEngine, CoreseEngine,
    VirtuosoEngine, ComunicaEngine, QuadstoreEngine, RedlandEngine,
)  # fmt: skip
