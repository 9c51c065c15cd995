"""Where it harms nobody, what clients send is taken as they mean it; where it could, they are told."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from ahg_graph.snapshot import Snapshot
from ahg_graph.sparql.media_types import GRAPH_FORMATS, RESULT_FORMATS, Format
from support.kinds import READING
from support.servers import Running, run

EX = "https://example.org/"
ROWS = f"SELECT ?label {{ <{EX}0> <{EX}label> ?label }}"
GRAPH = f"CONSTRUCT {{ ?s <{EX}label> ?label }} WHERE {{ ?s <{EX}label> ?label }}"
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}


@pytest.fixture(scope="module")
def site(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("method", ["GET", "form", "direct"])
def test_an_empty_graph_is_none(server: Running, name: str, method: str) -> None:
    plain = server.ask(ROWS)
    for beside in ({}, {"format": "", "timeout": "", "excel": ""}):
        parameters = {name: "", **beside}
        if method == "GET":
            found = server.client.get("/sparql", params={"query": ROWS, **parameters})
        elif method == "form":
            found = server.client.post("/sparql", data={"query": ROWS, **parameters})
        else:
            found = server.client.post("/sparql", params=parameters, content=ROWS, headers=DIRECT)
        assert (found.status_code, found.content) == (200, plain.content)
    mixed = server.client.get("/sparql", params={"query": ROWS, name: ["", f"{EX}graph/none"]})
    assert mixed.status_code == 403


@pytest.mark.parametrize("known", [*RESULT_FORMATS, *GRAPH_FORMATS], ids=lambda known: known.ending)
def test_a_format_may_be_called_by_any_of_its_names(server: Running, known: Format) -> None:
    query = ROWS if known in RESULT_FORMATS else GRAPH
    for word in (known.media_type, *known.words, *known.aliases, known.media_type.upper()):
        for parameter in ("format", "output", "results"):
            found = server.client.get("/sparql", params={"query": query, parameter: word}, headers={"accept": "a/b"})
            assert found.status_code == 200, word
            assert found.headers["content-type"].partition(";")[0] == known.media_type, word
    # In a URL that was written by hand, a plus stands for itself.
    url = f"/sparql?format={known.media_type}&query={httpx.QueryParams({'q': query})['q']}"
    assert server.client.get(url).headers["content-type"].partition(";")[0] == known.media_type


def speak(server: Running, data: bytes) -> bytes:
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(data)
        while part := connection.recv(1 << 16):
            received += part
    return received


@pytest.mark.parametrize(
    "target",
    [
        "/sparql?query=ASK{}#é",
        "/sparql?query=ASK{}%20é",
        "/search?q=Zoé",
        "/id/é",
        "/sparql?query=ASK {}",
        "/a\tb",
        "é",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_url_that_is_not_encoded_is_told_how_to_be(server: Running, target: str, encoding: str) -> None:
    reply = speak(server, b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % target.encode(encoding))
    assert reply.startswith(b"HTTP/1.1 400 ")
    assert "%C3%A9" in reply.decode() and "%20" in reply.decode()


@pytest.mark.parametrize("headers", [{}, FORM, DIRECT, {"content-type": "text/plain"}])
def test_a_post_whose_query_stands_in_the_url_is_answered(server: Running, headers: dict[str, str]) -> None:
    found = server.client.post("/sparql", params={"query": ROWS}, headers=headers)
    assert (found.status_code, found.content) == (200, server.ask(ROWS).content)

    def nothing() -> Iterator[bytes]:
        yield b""

    if headers in (FORM, DIRECT):
        chunked = server.client.post("/sparql", params={"query": ROWS}, headers=headers, content=nothing())
        assert (chunked.status_code, chunked.content) == (200, found.content)


def test_one_with_a_body_beside_it_is_told(server: Running) -> None:
    url = {"query": ROWS}
    assert server.client.post("/sparql", params=url, content=b"x", headers={"content-type": "a/b"}).status_code == 415
    assert server.client.post("/sparql", params=url, content=b"x").status_code == 415
    for body, headers in ((b"ASK {}", DIRECT), (b"query=ASK%7B%7D", FORM)):
        found = server.client.post("/sparql", params=url, content=body, headers=headers)
        assert (found.status_code, "2 times" in found.json()["detail"]) == (400, True)
    form = server.client.post("/sparql", params=url, content=b"format=csv", headers=FORM)
    assert (form.status_code, form.text) == (200, "label\r\nzéro\r\n")


def test_a_switch_is_read_alike_everywhere(server: Running) -> None:
    for value, status in (("", 200), ("0", 200), ("1", 200), ("yes", 422)):
        found = server.client.get("/sparql", params={"query": ROWS, "format": "csv", "excel": value})
        assert found.status_code == status
        assert found.content.startswith(b"\xef\xbb\xbf") is (value == "1")
        # Also where it changes nothing: for the description of the service, and for a graph.
        assert server.client.get("/sparql", params={"excel": value}).status_code == status
        assert server.client.get("/sparql", params={"query": GRAPH, "excel": value}).status_code == status
    for ending in ("csv", "tsv"):
        found = server.client.get("/sparql", params={"query": ROWS, "format": ending})
        assert found.headers["content-disposition"] == f'attachment; filename="answer.{ending}"'


TRACKING = "utm_source=x&utm_medium=e%20mail&fbclid=IwAR0&gclid=1&msclkid=2&mc_cid=3&_ga=4&igshid=5"
"""What mail programs, searchers and social networks append to an address that someone shares."""


@pytest.mark.parametrize("path", READING.values(), ids=READING)
def test_what_follows_a_shared_link_changes_no_page(site: Running, path: str) -> None:
    plain = site.client.get(path, headers=BROWSER)
    followed = site.client.get(path + ("&" if "?" in path else "?") + TRACKING, headers=BROWSER)
    assert followed.status_code == plain.status_code == 200
    assert followed.text == plain.text


def test_it_changes_no_answer_and_no_other_name_passes(site: Running) -> None:
    for path in ("/queries/tasks.json", "/queries/attendance.csv?meeting=ahg-som-05", "/queries/attendance/changes"):
        plain = site.client.get(path)
        joined = path + ("&" if "?" in path else "?")
        followed = site.client.get(joined + TRACKING)
        assert (followed.status_code, followed.headers.get("link")) == (plain.status_code, plain.headers.get("link"))
        assert plain.status_code != 200 or followed.content == plain.content
    for name in ("utm", "utmsource", "clid", "ref", "source"):
        assert site.client.get(f"/queries/tasks.json?{name}=x").status_code == 422


PROGRAMS = {
    "/queries": "application/json",
    "/queries/tasks": "application/json",
    "/queries/attendance?meeting=ahg-som-05": "application/json",
    "/queries/membership-graph?body=ahg&date=2013": "text/turtle",
    "/search?q=bali": "application/json",
    "/explain?subject=decision:s5-p4-2&predicate=act&object=act:agree": "application/json",
    "/downloads": "application/json",
    "/id/body/ahg": "text/turtle",
    "/ont": "text/turtle",
    "/graph/record/S5": "text/turtle",
    "/sparql": "text/turtle",
    "/sparql?query=ASK%7B%7D": "application/sparql-results+json",
}


@pytest.mark.parametrize("path", PROGRAMS)
@pytest.mark.parametrize("accept", ["*/*", "", "*/*;q=0.5", "application/*, */*;q=0.1", "text/html;q=0.1, */*"])
def test_a_program_gets_data(site: Running, path: str, accept: str) -> None:
    found = site.client.get(path, headers={"accept": accept}, follow_redirects=True)
    assert found.status_code == 200
    assert found.headers["content-type"].partition(";")[0] != "text/html"
    if "," not in accept:
        assert found.headers["content-type"].partition(";")[0] == PROGRAMS[path]


@pytest.mark.parametrize("path", PROGRAMS)
@pytest.mark.parametrize("accept", [BROWSER["accept"], "text/html", "text/html, */*;q=0.1", "text/html;q=0.9, a/b"])
def test_a_browser_gets_the_page(site: Running, path: str, accept: str) -> None:
    found = site.client.get(path, headers={"accept": accept}, follow_redirects=True)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
