"""A second process under another base and namespace, by its files alone: checked, built, released, served, reasoned."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.homes import copy_second_home
from support.html import Page
from support.servers import COMMAND, Process

BASE = "https://tern.example/graph/"
GAUGE = BASE + "id/gauge/"


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the command line from elsewhere: the home is named."""
    command, *rest = arguments
    return subprocess.run([*COMMAND, command, "--home", str(home), *rest], cwd="/", capture_output=True, text=True)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_second_home(tmp_path_factory.mktemp("elsewhere"))
    for command in ("validate", "build", "release"):
        done = run(home, command)
        assert (done.returncode, done.stderr) == (0, ""), command
    return home


@pytest.fixture(scope="module")
def served(second: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    log = tmp_path_factory.mktemp("log") / "log"
    server = Process(second / "build" / "snapshots", log, {"AHG_GRAPH_HOME": str(second)})
    with httpx.Client(
        base_url=server.url, headers={"accept": "text/html"}, follow_redirects=True, timeout=60
    ) as client:
        yield client
    server.stop()


def read_page(client: httpx.Client, path: str) -> tuple[str, Page]:
    reply = client.get(path)
    assert reply.status_code == 200, (path, reply.text)
    for word in ("Bali", "Ad Hoc", "AHG", "w3id.org/ahg-graph/id"):
        assert word not in reply.text, (path, word)
    return reply.text, Page(reply.text)


def test_a_saved_query_takes_a_thing_by_its_label(second: Path) -> None:
    query_request = run(second, "ask", "gauges-of", "district=Upper Tern", "-f", "csv")
    assert list(csv.reader(io.StringIO(query_request.stdout))) == [
        ["gauge", "name"],
        [GAUGE + "old-bridge", "Old Bridge"],
        [GAUGE + "spring-mill", "Spring Mill"],
    ]


def test_what_follows_is_explained_with_the_minute_that_states_it(second: Path) -> None:
    told = run(second, "explain", "gauge:spring-mill", "tern:upstreamOf", "gauge:mouth").stdout
    assert "prp-trp" in told
    assert "gauge:old-bridge tern:upstreamOf gauge:mouth  data/register/river.ttl:16  T49 minute 2" in told


def test_a_contradiction_of_its_own_classes_stops_a_build(second: Path, tmp_path: Path) -> None:
    home = copy_second_home(tmp_path)
    record = home / "data" / "record" / "t50.ttl"
    record.write_text(record.read_text(encoding="utf-8") + "gauge:mouth a tern:District .\n", encoding="utf-8")
    done = run(home, "validate")
    assert done.returncode == 3
    assert "gauge:mouth" in done.stderr


def test_its_files_are_reasoned_over(second: Path) -> None:
    files = [str(second / "ontology" / "tern.ttl"), str(second / "data" / "register" / "river.ttl")]
    done = run(second, "reason", *files)
    assert done.returncode == 0, done.stderr
    assert f"<{GAUGE}spring-mill> <{BASE}ont#upstreamOf> <{GAUGE}mouth> ." in done.stdout.splitlines()


def test_what_is_left_without_facts_is_reported(second: Path) -> None:
    done = run(second, "coverage")
    assert (done.returncode, done.stderr) == (0, "all 3 parts accounted for\n")


def test_the_release_is_described_as_its_own(second: Path) -> None:
    (folder,) = (second / "build" / "releases").iterdir()
    text = (folder / "void.ttl").read_text(encoding="utf-8")
    assert 'dcterms:title "Graph of the Tern River Commission"@en' in text
    assert "<https://tern.example/licence>" in text
    assert "prov:wasDerivedFrom doc:spring-1949 , doc:spring-1950" in text
    assert f'void:uriSpace "{BASE}id/"' in text
    assert "ahg-graph/id" not in text
    assert "creativecommons" not in text


def test_its_first_page_speaks_of_it(served: httpx.Client) -> None:
    text, page = read_page(served, "/")
    assert "<title>The Tern River Commission as a graph · Tern</title>" in text
    assert "Who looks after which gauge?" in text
    assert page.facts() == {"districts": "2", "gauges": "3"}
    assert "Facts come from two minutes of the Tern River Commission," in text
    assert "Data under the commission&#39;s licence." in text
    assert 'href="mailto:clerk@tern.example"' in text


def test_its_pages_lead_to_its_things(served: httpx.Client) -> None:
    assert "Which gauges does this district look after?" in read_page(served, "/queries")[0]
    assert "/id/district/upper-tern" in read_page(served, "/search?q=Upper+Tern")[0]
    assert "Old Bridge" in read_page(served, "/queries/gauges-of?district=Upper+Tern")[0]
    assert "looks after" in read_page(served, "/id/district/upper-tern")[0]
    assert "minute 2" in read_page(served, "/id/doc/spring-1949")[0]
    assert "upstream of" in served.get("/ont.html").text
    assert "void.ttl" in read_page(served, "/downloads")[0]
    assert (
        "minute 2"
        in read_page(served, "/explain?subject=gauge:spring-mill&predicate=tern:upstreamOf&object=gauge:mouth")[0]
    )


def test_only_pictures_that_have_something_to_show_are_offered(served: httpx.Client) -> None:
    text, _ = read_page(served, "/pictures")
    assert "/pictures/timeline" in text
    for name in ("attendance", "membership", "bodies"):
        assert f"/pictures/{name}" not in text
    assert "Spring gathering of 1949" in read_page(served, "/pictures/timeline")[0]


def test_no_link_of_its_pages_is_dead(served: httpx.Client) -> None:
    paths = (
        "/",
        "/id/district/upper-tern",
        "/id/gathering/spring-1949",
        "/id/doc/spring-1949",
        "/id/gauge/mouth",
        "/pictures",
    )
    links = {link for path in paths for link in Page(served.get(path).text).links() if link.startswith("/")}
    assert {link: status for link in sorted(links) if (status := served.get(link).status_code) != 200} == {}


def test_programs_get_it_under_its_own_names(served: httpx.Client) -> None:
    table = served.get("/queries/gauges-of.json", params={"district": "Lower Tern"}).json()
    assert [row["name"] for row in table] == ["Mouth"]
    description = served.get("/openapi.json").json()["info"]
    assert description["title"] == "Graph of the Tern River Commission"
    assert description["license"] == {"name": "the commission's licence (data)", "url": "https://tern.example/licence"}
    terms = served.get("/ont/terms.json").json()
    assert terms["prefixes"]["tern"] == BASE + "ont#"
    query = "SELECT ?g { GRAPH <graph/inferred> { <id/gauge/spring-mill> <ont#upstreamOf> ?g } }"
    query_request = served.get(
        "/sparql", params={"query": query}, headers={"accept": "application/sparql-results+json"}
    )
    assert [row["g"]["value"] for row in json.loads(query_request.text)["results"]["bindings"]] == [GAUGE + "mouth"]
