"""What the log holds of a visitor: the number of each reply, a digest of a query, and neither address nor text."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx

from ahg_graph.rdf.terms import Literal, NamedNode, Quad
from support.servers import serve, store_snapshot

EX = "https://example.org/"
SECRET = "hidden-word"
VISITOR = "198.51.100.77"
QUERY = {"content-type": "application/sparql-query"}
MEMBERS = {"time", "request", "method", "path", "status", "bytes", "milliseconds"}


def test_the_log_knows_each_request_and_no_client(tmp_path: Path) -> None:
    quads = [Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}n"), Literal(n), NamedNode(f"{EX}g")) for n in range(9)]
    store_snapshot(tmp_path / "snapshots", quads)
    lookup, table = f"ASK {{ <{EX}1> <{EX}{SECRET}> ?o }}", f"SELECT * {{ ?s ?p '{SECRET}' . ?s ?q ?r }}"
    asked: list[tuple[httpx.Response, bool]] = []
    headers = {"x-forwarded-for": VISITOR, "user-agent": SECRET, "referer": f"{EX}{SECRET}"}
    with (
        serve(tmp_path / "snapshots", tmp_path / "log") as server,
        httpx.Client(base_url=server.url, headers=headers, timeout=30) as client,
    ):
        for query in (lookup, lookup, lookup, table, table, f"SELECT {SECRET}", f"ASK {{ ?s ?p 'x' }} # {SECRET}"):
            asked.append((client.get("/sparql", params={"query": query}), True))
        asked.append((client.post("/sparql", content=table + " # post", headers=QUERY), True))
        asked.append((client.post("/sparql", data={"query": table}), True))
        for path in (f"/search?q={SECRET}", f"/queries/meetings?kind={SECRET}", "/nothing", f"/sparql?x={SECRET}"):
            asked.append((client.get(path), False))
        asked.append((client.get("/sparql", params={"query": "x" * 17_000 + SECRET}), False))
        time.sleep(0.5)
    text = (tmp_path / "log").read_text()
    assert SECRET not in text
    assert VISITOR not in text
    assert "127.0.0.1" not in text
    notes: dict[str, dict[str, Any]] = {}
    for line in text.splitlines():
        if line.startswith("{"):
            note = json.loads(line)
            assert note["request"] not in notes
            notes[note["request"]] = note
    assert set(notes) == {response.headers["x-request-id"] for response, _ in asked}
    for response, _ in asked:
        note = notes[response.headers["x-request-id"]]
        assert set(note) - {"query", "code"} == MEMBERS
        assert (note["status"], note["method"]) == (response.status_code, response.request.method)
        if response.status_code >= 400 and "json" in response.headers["content-type"]:
            assert note["code"] == response.json()["code"]
    # The digest is the same for the same text, however it was sent, and the text cannot be read from it.
    digests = [notes[response.headers["x-request-id"]].get("query") for response, _ in asked]
    assert digests[0] and digests[3] and digests[0] != digests[3]
    assert digests[3] == digests[8] != digests[7]
