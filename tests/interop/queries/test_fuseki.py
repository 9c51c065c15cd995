"""With their examples filled in, the queries run unmodified on Apache Jena Fuseki and give the same rows in order.

Those that answer with a graph give the same triples.
"""

from __future__ import annotations

import csv
import io
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import Names
from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.memory_dataset import read_quads
from ahg_graph.sparql.result_tables import parse_graph
from ahg_server.http import urls
from support.maven import find_classpath, needs_java
from support.servers import Running

HERE = Path(__file__).parent
QUERIES = list(load_catalogue(HERE.parents[2] / "queries").current.values())

pytestmark = needs_java


@pytest.fixture(scope="module")
def fuseki(real_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the endpoint of a Fuseki server that holds all triples in one graph."""
    folder = tmp_path_factory.mktemp("fuseki")
    data = folder / "data.nt"
    data.write_text("".join(sorted({f"{quad.triple} .\n" for quad in read_quads(real_snapshot.store)})), "utf-8")
    classpath = find_classpath(HERE / "pom.xml", folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [
                "java",
                "-cp",
                classpath,
                command,
                "--localhost",
                f"--port={port}",
                f"--file={data}",
                "/graph",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    try:
        for _ in range(600):
            assert server.poll() is None, (folder / "log").read_text()
            try:
                httpx.get(f"http://localhost:{port}/$/ping", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield f"http://localhost:{port}/graph/sparql"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_answer_is_the_same_row_for_row(graph: Running, names: Names, fuseki: str, query: SavedQuery) -> None:
    text = bind_query(query, query.example, names).text
    if query.is_graph:
        lines = httpx.post(fuseki, data={"query": text}, headers={"accept": "application/n-triples"}, timeout=60)
        assert lines.status_code == 200, lines.text
        mine = graph.client.get(urls.answer(query.name, "nt", urls.flatten(query.example)))
        assert parse_graph(lines.content) == parse_graph(mine.content)
        return
    theirs = httpx.post(fuseki, data={"query": text}, headers={"accept": "text/csv"}, timeout=60)
    assert theirs.status_code == 200, theirs.text
    ours = graph.client.get(urls.answer(query.name, "csv", urls.flatten(query.example)))
    assert read(theirs) == read(ours)


def read(response: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8"), newline=""), strict=True))
