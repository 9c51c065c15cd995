"""Queries are answered in their turn and from what is cached, and the loss of processes is not noticed."""

from __future__ import annotations

import os
import signal
import socket
import time
from urllib.parse import quote

import psutil

from ahg_graph.sparql.media_types import CSV
from contract.conftest import EX
from support.servers import Running


def test_requests_that_come_together_are_answered_in_turn(server: Running) -> None:
    numbers = [5, 1, 7, 1, 3]
    queries = [
        f"SELECT ?n {{ <{EX}{n}> <{EX}number> ?n }} # together"
        if n % 3
        else f"SELECT ?n {{ ?s <{EX}number> ?n FILTER(?n = {n}) }} # together"
        for n in numbers
    ]
    host = f"host: 127.0.0.1:{server.port}\r\naccept: text/csv\r\n"
    asked = [f"GET /sparql?query={quote(query)} HTTP/1.1\r\n{host}\r\n" for query in queries]
    asked.append(f"GET /sparql?query={quote(queries[0])} HTTP/1.1\r\n{host}connection: close\r\n\r\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall("".join(asked).encode())
        received = b""
        while part := connection.recv(1 << 16):
            received += part
    bodies = [reply.partition(b"\r\n\r\n")[2] for reply in received.split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == [f"n\r\n{n}\r\n".encode() for n in (*numbers, numbers[0])]


def test_a_cached_answer_is_not_sent_again(server: Running) -> None:
    target = f"/sparql?query={quote(f'ASK {{ <{EX}9> ?p ?o }}')}"
    first = server.client.get(target)
    again = server.client.get(target, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_the_end_of_the_process_that_forks_is_not_noticed(server: Running) -> None:
    pool = server.application.dispatcher.context.pool
    workers = pool.list_processes()
    fork_server = psutil.Process(workers[0]).parent()
    assert fork_server is not None and fork_server.pid != os.getpid()
    os.kill(fork_server.pid, signal.SIGKILL)
    query = f"SELECT (COUNT(*) AS ?n) {{ ?s <{EX}number> ?n }}"
    assert server.client.get("/sparql", params={"query": f"{query} LIMIT 1"}).status_code == 200
    assert set(pool.list_processes()) <= set(workers)  # they live on
    for process in pool.list_processes():
        os.kill(process, signal.SIGKILL)
    assert server.client.get("/sparql", params={"query": f"{query} LIMIT 2"}, timeout=30).status_code == 200
    assert not set(pool.list_processes()) & set(workers)


def test_forked_workers_draw_different_lots(server: Running) -> None:
    """Each worker gets a seed of its own, though they come from one process."""
    pool = server.application.dispatcher.context.pool
    seen = set()
    for _ in range(4):
        response = server.client.get("/sparql", params={"query": "SELECT (UUID() AS ?u) {}"}, headers={"accept": CSV})
        assert response.status_code == 200
        seen.add(response.text)
        os.kill(pool.list_processes()[-1], signal.SIGKILL)
        time.sleep(0.1)
    assert len(seen) == 4
