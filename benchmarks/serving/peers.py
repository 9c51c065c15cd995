"""The servers that are measured: ours and the others, each over the same named graphs, answering from their union.

What a server needs besides the data comes from `tests/interop/provision.py`; one that cannot be had is left out and
said to be absent.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import venv
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import psutil

from benchmarks.serving.data import Data
from interop import provision
from interop.engines import find_port
from interop.virtuoso import Sizes
from interop.virtuoso import Virtuoso as Instance

ENDPOINT_PACKAGE = "rdflib-endpoint[cli]==0.6.3"
_PATIENCE = 600.0


class Peer(ABC):
    """One server on loopback in a process of its own."""

    name: ClassVar[str]
    path: ClassVar[str]
    version = ""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.folder = data.snapshots.parent / type(self).__name__.lower()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = find_port()
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def load(self) -> None:
        """Fill the server's own files from the data, once."""

    @abstractmethod
    def call(self) -> Sequence[object]:
        """Return the command that starts it."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment of the command."""
        return os.environ

    def prepare(self) -> None:
        """Load the data unless that is done; raises provision.Unavailable."""
        done = self.folder / "loaded"
        if not done.exists():
            self.load()
            done.touch()

    def make_target(self, query: str) -> str:
        """Return the path and query string of a question."""
        return f"{self.path}?query={quote(query, safe='')}"

    def start(self, question: str) -> float:
        """Start it and return the seconds until its first answer."""
        with (self.folder / "log").open("wb") as log:
            begun = time.perf_counter()
            self.process = subprocess.Popen(
                [str(part) for part in self.call()], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, env=dict(self.environment), start_new_session=True,
            )  # fmt: skip
        target = self.make_target(question)
        while time.perf_counter() - begun < _PATIENCE:
            if self.process.poll() is not None:
                raise provision.Unavailable(f"{self.name} ended: {(self.folder / 'log').read_text()[-300:]}")
            try:
                self.ask(target)
                return time.perf_counter() - begun
            except (URLError, ConnectionError):
                time.sleep(0.005)
        raise provision.Unavailable(f"{self.name} gave no answer within {_PATIENCE:g} s")

    def ask(self, target: str, accept: str = "application/sparql-results+json", timeout: float = 60) -> bytes:
        """Return the body of one answer; raises URLError, of which HTTPError for any status but 200."""
        request = Request(f"http://127.0.0.1:{self.port}{target}", headers={"Accept": accept})
        with urlopen(request, timeout=timeout) as response:
            return bytes(response.read())

    def read_processor_time(self) -> float:
        """Return the processor seconds that it has used, with all that it has started."""
        assert self.process
        process = psutil.Process(self.process.pid)
        own = process.cpu_times()
        total = own.user + own.system + own.children_user + own.children_system
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                total += times.user + times.system
        return float(total)

    def list_processes(self) -> set[int]:
        """Return the numbers of its processes."""
        assert self.process
        return {self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))}

    def stop(self) -> None:
        """End it and what it started."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None


class Ours(Peer):
    """This project's server, with the settings that it has by default."""

    name = "ahg-graph"
    path = "/sparql"

    def load(self) -> None:
        """Do nothing: the snapshots are there."""

    def call(self) -> Sequence[object]:
        command = (sys.executable, "-c", "from ahg_server.commands import main; main()")
        return (*command, "serve", "--port", self.port, "--snapshots", self.data.snapshots)


class Oxigraph(Peer):
    """Oxigraph's own server, read-only."""

    name = "Oxigraph"
    path = "/query"
    version = provision.OXIGRAPH.partition("==")[2]
    quads = True

    def load(self) -> None:
        source = self.data.quads
        run([self._find_program(), "load", "--location", self.folder / "store", "--file", source], self.folder)
        run([self._find_program(), "optimize", "--location", self.folder / "store"], self.folder)

    def call(self) -> Sequence[object]:
        options = ("--location", self.folder / "store", "--bind", f"127.0.0.1:{self.port}", "--union-default-graph")
        return (self._find_program(), "serve-read-only", *options)

    def _find_program(self) -> Path:
        return provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"


class OxigraphTriples(Oxigraph):
    """The same with all triples in the default graph, which spares it the union."""

    name = "Oxigraph, one graph"

    def load(self) -> None:
        options = ("--location", self.folder / "store", "--file", self._flatten())
        run([self._find_program(), "load", *options], self.folder)
        run([self._find_program(), "optimize", "--location", self.folder / "store"], self.folder)

    def call(self) -> Sequence[object]:
        return [part for part in super().call() if part != "--union-default-graph"]

    def _flatten(self) -> Path:
        file = self.folder / "triples.nt"
        graph = re.compile(r" <[^<>\s]*> \.$", re.MULTILINE)
        file.write_text(graph.sub(" .", self.data.quads.read_text("utf-8")), "utf-8")
        return file


class Fuseki(Peer):
    """Apache Jena Fuseki over TDB2."""

    name = "Fuseki"
    path = "/ds/sparql"

    def load(self) -> None:
        loader = ("java", "-cp", provision.provide_maven("jena"), "tdb2.tdbloader")
        run([*loader, f"--loc={self.folder / 'tdb2'}", self.data.quads], self.folder)

    def call(self) -> Sequence[object]:
        jars = provision.provide_maven("jena")
        jar = next(Path(jars[:-2]).glob("jena-fuseki-main-*.jar"))
        self.version = f"{jar.stem.rpartition('-')[2]} with TDB2"
        config = self.folder / "config.ttl"
        config.write_text(f"""
@prefix fuseki: <http://jena.apache.org/fuseki#> .
@prefix tdb2: <http://jena.apache.org/2016/tdb#> .
[] a fuseki:Service ; fuseki:name "ds" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;
  fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "{self.folder / "tdb2"}" ; tdb2:unionDefaultGraph true ] .
""")
        main = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
        options = ("--quiet", "--localhost", "--port", self.port, f"--config={config}")
        return ("java", "-Xmx2g", "-cp", jars, main, *options)


class Virtuoso(Peer):
    """OpenLink Virtuoso, open-source edition."""

    name = "Virtuoso"
    path = "/sparql"

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


PEERS: tuple[type[Peer], ...] = (Ours, Oxigraph, OxigraphTriples, Fuseki, Virtuoso, RdflibEndpoint)


def run(call: Sequence[object], folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a program to its end; raises RuntimeError with its last words."""
    parts = [str(part) for part in call]
    done = subprocess.run(parts, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode or "*** Error" in done.stdout + done.stderr:
        raise RuntimeError(f"{parts[0]}: {(done.stdout + done.stderr).strip()[-400:]}")
