"""Other engines, each behind the same four verbs: load a file, count, dump, ask."""

from __future__ import annotations

import gzip
import json
import queue
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, ClassVar

import httpx
from pyoxigraph import QueryResultsFormat
from rdflib import Dataset
from rdflib import __version__ as rdflib_version

from ahg_graph.rdf.terms import Quad, RdfFormat, Triple, parse
from interop import provision
from interop.virtuoso import Sizes, Virtuoso
from support.comparison import Row, read_table

Table = tuple[list[str], list[Row]]
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
}
PATIENCE = 60.0
"""Seconds that a query may take before its engine is said not to answer it."""


JAVA = ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Java for programs that live for seconds: one thread collects, and none compiles for later."""


class Refused(Exception):
    """An engine did not do what it was told; the message is its own."""


class Silent(Refused):
    """An engine is gone, or does not answer."""


class Engine(ABC):
    """An engine on this machine; a new one is empty, and `load` replaces what it holds."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ("ttl", "nt.gz", "trig", "jsonld")
    """Which files of a release it reads."""
    version: str

    @abstractmethod
    def load(self, path: Path) -> None:
        """Replace everything by the content of a file."""

    @abstractmethod
    def dump(self) -> list[Quad]:
        """Return all it holds."""

    @abstractmethod
    def ask(self, query: str) -> Table:
        """Return the answer to a SELECT query; raises Refused."""

    @abstractmethod
    def construct(self, query: str) -> set[Triple]:
        """Return the answer to a CONSTRUCT query; raises Refused."""

    def close(self) -> None:  # noqa: B027 - not every engine has something to end
        """End it."""

    def hash(self) -> str | None:
        """Return the RDFC-1.0 hash of all it holds by an implementation of its own, or None."""
        return None


def parse_file(path: Path) -> tuple[bytes, str]:
    """Return a file's bytes, uncompressed, and its suffix."""
    data = path.read_bytes()
    name = path.name
    if name.endswith(".gz"):
        data, name = gzip.decompress(data), name.removesuffix(".gz")
    return data, name.rpartition(".")[2]


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Refuse what runs longer in this process; again each second, since an engine may take the first for its own."""

    def refuse(number: int, frame: object) -> None:
        raise Refused(f"no answer within {seconds:g} s")

    earlier = signal.signal(signal.SIGALRM, refuse)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)


class RdflibEngine(Engine):
    """rdflib, in the process of the tests."""

    name = "rdflib"

    def __init__(self, folder: Path) -> None:
        self.version = rdflib_version
        self._dataset = Dataset()

    def load(self, path: Path) -> None:
        data, suffix = parse_file(path)
        self._dataset = Dataset()
        syntaxes = {"ttl": "turtle", "nt": "nt11", "trig": "trig", "jsonld": "json-ld"}
        self._dataset.parse(data=data, format=syntaxes[suffix])

    def dump(self) -> list[Quad]:
        return list(parse(self._dataset.serialize(format="nquads").encode(), RdfFormat.N_QUADS))

    def ask(self, query: str) -> Table:
        with _limit(PATIENCE * 2):
            data = self._dataset.query(query).serialize(format="json")
        assert data is not None
        return read_answer(data)

    def construct(self, query: str) -> set[Triple]:
        with _limit(PATIENCE * 2):
            found = self._dataset.query(query).graph
        assert found is not None
        lines = found.serialize(format="nt", encoding="utf-8")
        return read_triples(lines)


class HttpEngine(Engine):
    """An engine behind the SPARQL 1.1 Protocol and the Graph Store Protocol, in a process of its own."""

    query_path: ClassVar[str]
    store_path: ClassVar[str]
    dataset_path: ClassVar[str]
    graph_type: ClassVar[str] = "application/n-triples"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = find_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder / "log").open("wb")
        self.process = self.start()
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE)
        self._await()

    @abstractmethod
    def start(self) -> subprocess.Popen[bytes]:
        """Start the process."""

    def spawn(self, call: Sequence[object], env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a program whose output goes to the log."""
        return subprocess.Popen(
            [str(part) for part in call], stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL, env=env,
            cwd=self.folder,
        )  # fmt: skip

    @property
    def query_url(self) -> str:
        """The address of the query endpoint."""
        return self.url + self.query_path

    def load(self, path: Path) -> None:
        data, suffix = parse_file(path)
        self.client.put(
            self.dataset_path, content=b"", headers={"content-type": "application/n-quads"}
        ).raise_for_status()
        named = suffix in ("trig", "jsonld")
        address = self.dataset_path if named else f"{self.store_path}?default"
        headers = {"content-type": MEDIA_TYPES[suffix]}
        response = self.client.put(address, content=data, headers=headers)
        if response.status_code >= 300:
            raise Refused(response.text)

    def dump(self) -> list[Quad]:
        response = self.client.get(self.dataset_path, headers={"accept": "application/n-quads"})
        response.raise_for_status()
        return list(parse(response.content, RdfFormat.N_QUADS))

    def ask(self, query: str) -> Table:
        accept = {"accept": "application/sparql-results+json"}
        try:
            response = self.client.post(self.query_path, data={"query": query}, headers=accept)
        except httpx.TimeoutException:
            raise Refused(f"no answer within {PATIENCE:g} s") from None
        if response.status_code != 200:
            raise Refused(response.text)
        return read_answer(response.content)

    def construct(self, query: str) -> set[Triple]:
        accept = {"accept": self.graph_type}
        response = self.client.post(self.query_path, data={"query": query}, headers=accept)
        if response.status_code != 200:
            raise Refused(response.text)
        return read_triples(response.content)

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def _await(self) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                if self.client.get("/").status_code:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        self.close()
        raise provision.Unavailable(f"{self.name} did not start: {(self.folder / 'log').read_text()[-300:]}")


class OxigraphEngine(HttpEngine):
    """The Oxigraph server."""

    name = "Oxigraph"
    query_path, store_path, dataset_path = "/query", "/store", "/store"

    def start(self) -> subprocess.Popen[bytes]:
        program = provision.provide_python(provision.OXIGRAPH) / "bin" / "oxigraph"
        self.version = provision.OXIGRAPH.partition("==")[2]
        return self.spawn([program, "serve", "--location", self.folder / "data", "--bind", f"127.0.0.1:{self.port}"])


class FusekiEngine(HttpEngine):
    """Apache Jena Fuseki over a TDB2 database, filled by TDB2's own loader."""

    name = "Apache Jena Fuseki and TDB2"
    query_path, store_path, dataset_path = "/ds/sparql", "/ds/data", "/ds/data"

    def start(self) -> subprocess.Popen[bytes]:
        self._path = provision.provide_maven("jena")
        self.version = find_version(self._path, "jena-fuseki-main")
        return self.spawn(
            [*JAVA, "-Xmx1g", "-cp", self._path, "org.apache.jena.fuseki.main.cmds.FusekiMainCmd", "--quiet",
             "--update", "--localhost", "--port", self.port, "--tdb2", f"--loc={self._make_folder()}", "/ds"],
        )  # fmt: skip

    def _make_folder(self) -> Path:
        folder = self.folder / "tdb2"
        folder.mkdir(exist_ok=True)
        return folder

    def bulk_load(self, path: Path) -> list[Quad]:
        """Load a file into a database of its own by `tdb2.tdbloader` and return what `tdb2.tdbdump` gives."""
        place = self.folder / f"bulk-{path.name}"
        for name, *arguments in (("tdbloader", path), ("tdbdump",)):
            run = subprocess.run(
                [*JAVA, "-cp", self._path, f"tdb2.{name}", f"--loc={place}", *map(str, arguments)],
                capture_output=True, text=True, timeout=PATIENCE * 2,
            )  # fmt: skip
            if run.returncode:
                raise Refused(run.stderr)
            if re.search(r"\b(WARN|ERROR)\b", run.stderr):
                raise Refused(run.stderr)
        return list(parse(run.stdout.encode(), RdfFormat.N_QUADS))


class VirtuosoEngine(HttpEngine):
    """OpenLink Virtuoso, open-source edition; it knows no default graph, so that triples lie in one of their own."""

    name = "Virtuoso"
    suffixes = ("ttl", "nt.gz", "trig")
    query_path, store_path, dataset_path = "/sparql", "", ""
    graph = "https://example.org/release"

    def start(self) -> subprocess.Popen[bytes]:
        self._instance = Virtuoso(self.folder, self.port, find_port())
        self.version = self._instance.read_version()
        return self.spawn(self._instance.configure(Sizes(seconds=int(PATIENCE))), self._instance.environment)

    def _await(self) -> None:
        super()._await()
        # Loading over HTTP without a password: this engine listens on the loopback address only, and not for long.
        self._run('GRANT SPARQL_UPDATE TO "SPARQL";')
        self._run("DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 7);")

    def _run(self, statement: str) -> str:
        try:
            return self._instance.execute(statement, PATIENCE * 2)
        except RuntimeError as error:
            raise Refused(str(error)) from None

    def load(self, path: Path) -> None:
        data, suffix = parse_file(path)
        copy = self.folder / f"load.{suffix}"
        copy.write_bytes(data)
        self._run("RDF_GLOBAL_RESET();")
        flags = 256 if suffix == "trig" else 0  # 256: TriG
        self._run(f"DB.DBA.TTLP_MT(file_open('{copy}'), '', '{self.graph}', {flags}); checkpoint;")

    def dump(self) -> list[Quad]:
        query = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://')) }"
        names, rows = self.ask(query)
        assert names == ["g", "s", "p", "o"]
        graphs = {row[0] for row in rows}
        whole = len(graphs) == 1 and str(next(iter(graphs))) == f"<{self.graph}>"
        return [Quad(s, p, o) if whole else Quad(s, p, o, g) for g, s, p, o in rows]  # type: ignore[arg-type]


class LineEngine(Engine):
    """A program that is told what to do by lines on its standard input and answers each by a line."""

    def __init__(self, folder: Path, call: Sequence[object]) -> None:
        self.folder = folder
        self._call = [str(part) for part in call]
        self._log = (folder / "log").open("w")
        self._loaded: Path | None = None
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
            encoding="utf-8",
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        assert self._process.stdout is not None
        threading.Thread(target=_collect, args=(self._process.stdout, self._lines), daemon=True).start()
        self.version = self._hear(PATIENCE)

    def load(self, path: Path) -> None:
        self._loaded = path
        self._tell("load", path)

    def dump(self) -> list[Quad]:
        file = self.folder / "dump.nq"
        self._tell("dump", file)
        return list(parse(file.read_bytes(), RdfFormat.N_QUADS))

    def ask(self, query: str) -> Table:
        text, result = self.folder / "query.rq", self.folder / "result.srj"
        text.write_text(query, encoding="utf-8")
        self._tell("ask", text, result)
        return read_answer(result.read_bytes())

    def construct(self, query: str) -> set[Triple]:
        text, result = self.folder / "query.rq", self.folder / "result.nt"
        text.write_text(query, encoding="utf-8")
        self._tell("construct", text, result)
        return read_triples(result.read_bytes())

    def close(self) -> None:
        self._end()
        self._log.close()

    def _end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _tell(self, *words: object) -> str:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("\t".join(map(str, words)) + "\n")
            self._process.stdin.flush()
            return self._hear(PATIENCE * 2)
        except (BrokenPipeError, Silent) as error:
            # A program that is gone, or has not answered in time, is replaced by another that holds the same.
            self._process.kill()
            self._end()
            self._start()
            if self._loaded and words[0] != "load":
                self._tell("load", self._loaded)
            raise Refused(str(error)) from None

    def _hear(self, patience: float) -> str:
        try:
            line = self._lines.get(timeout=patience)
        except queue.Empty:
            raise Silent(f"no answer within {patience:g} s") from None
        word, _, rest = line.strip().partition(" ")
        if word == "end":
            raise Silent("the program ended: " + (self.folder / "log").read_text()[-300:])
        if word != "ok":
            raise Refused(rest or (self.folder / "log").read_text()[-300:])
        return rest


def _collect(stream: IO[str], lines: queue.Queue[str]) -> None:
    try:
        for line in stream:
            lines.put(line)
        lines.put("end")
    except ValueError:
        return  # closed while reading, at the end


class Rdf4jEngine(LineEngine):
    """Eclipse RDF4J's native store."""

    name = "Eclipse RDF4J"

    def __init__(self, folder: Path) -> None:
        path = provision.provide_maven("rdf4j")
        super().__init__(
            folder, [*JAVA, "-Xmx1g", "-cp", path, provision.HERE / "rdf4j" / "Engine.java", folder / "data"]
        )


class RedlandEngine(Engine):
    """Redland's programs: rapper (Raptor) reads, roqet (Rasqal) answers."""

    name = "Redland"
    suffixes = ("ttl", "nt.gz", "trig")

    def __init__(self, folder: Path) -> None:
        root = provision.provide_debian(*provision.REDLAND)
        self._environment = provision.make_debian_environment(root)
        self._programs = root / "usr" / "bin"
        self.folder = folder
        versions = [self._run(name, "--version").strip() for name in ("rapper", "roqet")]
        self.version = f"Raptor {versions[0]}, Rasqal {versions[1]}"

    def load(self, path: Path) -> None:
        data, suffix = parse_file(path)
        self._suffix = suffix
        source = self.folder / f"load.{suffix}"
        source.write_bytes(data)
        names = {"ttl": "turtle", "nt": "ntriples", "trig": "trig"}
        out = self._run("rapper", "-q", "-i", names[suffix], "-o", "nquads" if suffix == "trig" else "ntriples", source)
        (self.folder / "data.nq").write_text(out, encoding="utf-8")

    def dump(self) -> list[Quad]:
        return list(parse((self.folder / "data.nq").read_bytes(), RdfFormat.N_QUADS))

    def ask(self, query: str) -> Table:
        return read_answer(self._ask(query, "xml"), QueryResultsFormat.XML)

    def construct(self, query: str) -> set[Triple]:
        # The program takes only names that are those of tables too.
        return read_triples(self._ask(query, "turtle"), RdfFormat.TURTLE)

    def _ask(self, query: str, form: str) -> bytes:
        text = self.folder / "query.rq"
        text.write_text(query, encoding="utf-8")
        data = self.folder / "data.nt"
        shutil.copy(self.folder / "data.nq", data)
        return self._run("roqet", "-q", "-i", "sparql", "-F", "ntriples", "-D", data, "-r", form, text).encode()

    def _run(self, program: str, *arguments: object) -> str:
        try:
            run = subprocess.run(
                [str(self._programs / program), *map(str, arguments)],
                capture_output=True, text=True, env=self._environment, timeout=PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Refused(f"no answer within {PATIENCE:g} s") from None
        if run.returncode or run.stderr.strip():
            raise Refused(run.stderr.strip() or f"ended with status {run.returncode}")
        return run.stdout


def find_version(path: str, artifact: str) -> str:
    """Return the version of an artifact in a class path of `provide_maven`."""
    names = " ".join(file.name for file in Path(path[:-2]).iterdir())
    found = re.search(rf"\b{artifact}-([\d.]+)\.jar", names)
    return found[1] if found else ""


def find_port() -> int:
    """Return a free port of the loopback address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def read_triples(data: bytes, syntax: RdfFormat = RdfFormat.N_TRIPLES) -> set[Triple]:
    try:
        return {quad.triple for quad in parse(data, syntax)}
    except SyntaxError as error:
        raise Refused(f"the answer is not {syntax}: {error}") from None


def read_answer(data: bytes, syntax: QueryResultsFormat = QueryResultsFormat.JSON) -> Table:
    try:
        if syntax == QueryResultsFormat.JSON:
            # Comunica adds members that the format does not know, and Virtuoso's labels of blank nodes are no labels.
            found = json.loads(data.replace(b'"nodeID://', b'"'))
            plain = {"head": {"vars": found["head"]["vars"]}, "results": {"bindings": found["results"]["bindings"]}}
            data = json.dumps(plain).encode()
        table = read_table(data, syntax)
    except (ValueError, KeyError, SyntaxError) as error:
        raise Refused(f"the answer is not in the results format: {error}") from None
    assert not isinstance(table, bool)
    return table
