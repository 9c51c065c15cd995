"""The servers that are measured: ours and the others, each over the same named graphs, answering from their union.

What a server needs besides the data comes from `tests/interop/provision.py`; one that cannot be had is left out and
said to be absent.
"""

from __future__ import annotations

import re
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.serving.data import Data
from benchmarks.serving.peer import Peer, run
from interop import provision
from interop.engines import find_port
from interop.virtuoso import Sizes
from interop.virtuoso import Virtuoso as Instance

ENDPOINT_PACKAGE = "rdflib-endpoint[cli]==0.6.3"
_LOADING = 600.0  # seconds that a server may take to read the data


class Ours(Peer):
    """This project's server, with the settings that it has by default."""

    name = "ahg-graph"
    path = "/sparql"
    holding = "in memory (default settings)"

    def load(self) -> None:
        """Do nothing: the snapshots are there."""

    def call(self) -> Sequence[object]:
        command = (sys.executable, "-c", "from ahg_server.commands import main; main()")
        return (*command, "serve", "--port", self.port, "--snapshots", self.data.snapshots)


class Oxigraph(Peer):
    """Oxigraph's own server with nothing on disk, which is given the data once it is up."""

    name = "Oxigraph, memory"
    path = "/query"
    version = provision.OXIGRAPH.partition("==")[2]
    holding = "in memory"

    def load(self) -> None:
        """Do nothing: the data is in memory alone."""
        self._find_program()

    def call(self) -> Sequence[object]:
        return (self._find_program(), "serve", "--bind", f"127.0.0.1:{self.port}", "--union-default-graph")

    def start(self, question: str) -> float:
        """Start it, hand it the data, and return the seconds until its first answer from them."""
        begun = time.perf_counter()
        super().start("ASK {}")
        headers = {"Content-Type": "application/n-quads"}
        address = f"http://127.0.0.1:{self.port}/store"
        with urlopen(Request(address, self.data.quads.read_bytes(), headers, method="POST"), timeout=_LOADING):
            self.ask(self.make_target(question))
        return time.perf_counter() - begun

    def _find_program(self) -> Path:
        return provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"


class OxigraphFiles(Peer):
    """Oxigraph's own server over its files, read-only."""

    name = "Oxigraph, files"
    path = "/query"
    version = provision.OXIGRAPH.partition("==")[2]
    holding = "over files"

    def load(self) -> None:
        program = provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"
        run([program, "load", "--location", self.folder / "store", "--file", self._find_source()], self.folder)
        run([program, "optimize", "--location", self.folder / "store"], self.folder)

    def call(self) -> Sequence[object]:
        program = provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"
        options = ("--location", self.folder / "store", "--bind", f"127.0.0.1:{self.port}")
        return (program, "serve-read-only", *options, *self._choose_graph())

    def _find_source(self) -> Path:
        return self.data.quads

    def _choose_graph(self) -> Sequence[str]:
        return ("--union-default-graph",)


class OxigraphTriples(OxigraphFiles):
    """The same with all triples in the default graph, which spares it the union."""

    name = "Oxigraph, files, one graph"
    holding = "over files, all triples in one graph"

    def _find_source(self) -> Path:
        return _flatten(self)

    def _choose_graph(self) -> Sequence[str]:
        return ()


class Fuseki(Peer):
    """Apache Jena Fuseki with all triples in memory, in one graph: that spares it the union."""

    name = "Fuseki, memory"
    path = "/ds/sparql"
    holding = "in memory, all triples in one graph"

    def load(self) -> None:
        _flatten(self)
        provision.provide_maven("jena")

    def call(self) -> Sequence[object]:
        jars = provision.provide_maven("jena")
        jar = next(Path(jars[:-2]).glob("jena-fuseki-main-*.jar"))
        self.version = jar.stem.rpartition("-")[2]
        config = self.folder / "config.ttl"
        config.write_text(f"""
@prefix fuseki: <http://jena.apache.org/fuseki#> .
@prefix ja: <http://jena.hpl.hp.com/2005/11/Assembler#> .
@prefix tdb2: <http://jena.apache.org/2016/tdb#> .
[] a fuseki:Service ; fuseki:name "ds" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;
  fuseki:dataset [ {self._describe_data()} ] .
""")
        main = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
        options = ("--quiet", "--localhost", "--port", self.port, f"--config={config}")
        return ("java", "-Xmx2g", "-cp", jars, main, *options)

    def _describe_data(self) -> str:
        return f"a ja:MemoryDataset ; ja:data <{(self.folder / 'triples.nt').as_uri()}>"


class FusekiTdb2(Fuseki):
    """Apache Jena Fuseki over TDB2."""

    name = "Fuseki, TDB2"
    holding = "over files"

    def load(self) -> None:
        loader = ("java", "-cp", provision.provide_maven("jena"), "tdb2.tdbloader")
        run([*loader, f"--loc={self.folder / 'tdb2'}", self.data.quads], self.folder)

    def _describe_data(self) -> str:
        return f'a tdb2:DatasetTDB2 ; tdb2:location "{self.folder / "tdb2"}" ; tdb2:unionDefaultGraph true'


class Virtuoso(Peer):
    """OpenLink Virtuoso, open-source edition."""

    name = "Virtuoso"
    path = "/sparql"
    holding = "over files, with buffers for all of them"

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self._instance = Instance(self.folder, self.port, find_port())

    @property
    def environment(self) -> Mapping[str, str]:
        return self._instance.environment

    def load(self) -> None:
        self.start("ASK {}")
        # 512: N-Quads.
        self._instance.execute(
            f"DB.DBA.TTLP_MT(file_open('{self.data.quads}'), '', 'urn:none', 512); checkpoint; shutdown;"
        )
        assert self.process
        self.process.wait(60)

    def call(self) -> Sequence[object]:
        self.version = self._instance.read_version()
        return self._instance.configure(Sizes(buffers=170_000, threads=40, connections=32))


class RdflibEndpoint(Peer):
    """rdflib-endpoint, as its own command serves a file; it reads the file at each start."""

    name = "rdflib-endpoint"
    path = "/"
    holding = "in memory"
    version = ENDPOINT_PACKAGE.partition("==")[2]

    def load(self) -> None:
        self._find_program()

    def call(self) -> Sequence[object]:
        return (self._find_program(), "serve", self.data.quads, "--host", "127.0.0.1", "--port", self.port)

    def _find_program(self) -> Path:
        folder = provision.CACHE / ENDPOINT_PACKAGE.replace("[cli]==", "-")
        if not (folder / "bin" / "rdflib-endpoint").exists():
            venv.create(folder, with_pip=True)
            try:
                run([folder / "bin" / "pip", "install", "-q", ENDPOINT_PACKAGE], folder)
            except RuntimeError as error:
                raise provision.Unavailable(str(error)) from None
        return folder / "bin" / "rdflib-endpoint"


PEERS: tuple[type[Peer], ...] = (
    Ours,
    Oxigraph,
    OxigraphFiles,
    OxigraphTriples,
    Fuseki,
    FusekiTdb2,
    Virtuoso,
    RdflibEndpoint,
)


def find_peers(names: Sequence[str]) -> list[type[Peer]]:
    """Return the servers of some names, in the order of PEERS; raises ValueError where one is none of theirs."""
    if not names:
        raise ValueError("at least one server is measured")
    known = {peer.__name__: peer for peer in PEERS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no such server: {', '.join(unknown)}; there are {', '.join(known)}")
    return [peer for name, peer in known.items() if name in names]


def _flatten(peer: Peer) -> Path:
    """Write the triples of all graphs as one, into the folder of a server."""
    file = peer.folder / "triples.nt"
    graph = re.compile(r" <[^<>\s]*> \.$", re.MULTILINE)
    file.write_text(graph.sub(" .", peer.data.quads.read_text("utf-8")), "utf-8")
    return file
