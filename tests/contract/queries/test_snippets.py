"""The snippets of a query's page, run as they stand."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas
import pytest

from ahg_graph.queries.catalogue import load_catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_server.http import urls
from support.servers import Running

CATALOGUE = list(load_catalogue(Path(__file__).parents[3] / "queries").current.values())
QUERIES = [query for query in CATALOGUE if not query.is_graph]
every_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
every_graph = pytest.mark.parametrize("query", [q for q in CATALOGUE if q.is_graph], ids=lambda query: query.name)


def read_snippets(graph: Running, query: SavedQuery) -> dict[str, str]:
    """Return the texts of the page's snippets by tool."""
    page = graph.client.get(urls.query(query.name, urls.to_pairs(query.example)), headers={"accept": "text/html"}).text
    found = re.findall(
        r"<summary>([^<]*) <span[^>]*>[^<]*</span></summary><pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL
    )
    return {html.unescape(tool): html.unescape(text) for tool, text in found}


def fetch(graph: Running, query: SavedQuery, ending: str) -> bytes:
    return graph.client.get(urls.answer(query.name, ending, urls.to_pairs(query.example))).content


def run_python(text: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(text, {})
    return output.getvalue()


@every_query
def test_the_shell_gets_the_csv(graph: Running, query: SavedQuery) -> None:
    if not shutil.which("curl"):
        pytest.skip("no curl")
    text = read_snippets(graph, query)["curl"]
    assert subprocess.run(["sh", "-c", text], capture_output=True, check=True).stdout == fetch(graph, query, "csv")


@every_query
def test_python_gets_the_records(graph: Running, query: SavedQuery) -> None:
    text = read_snippets(graph, query)["Python, without packages"]
    assert run_python(text) == "".join(f"{record}\n" for record in json.loads(fetch(graph, query, "json")))


@every_query
def test_pandas_gets_a_frame_with_types(graph: Running, query: SavedQuery) -> None:
    text = read_snippets(graph, query)["Python"]
    made: dict[str, pandas.DataFrame] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(text, made)
    frame = made["frame"]
    assert list(frame.columns) == [column.name for column in query.columns]
    kinds = {"integer": "Int64", "boolean": "boolean", "date": "datetime64"}
    for column in query.columns:
        assert str(frame[column.name].dtype).startswith(kinds.get(column.type, "string")), column.name
    dates = {column.name for column in query.columns if column.type == "date"}
    records = [
        {
            name: None if pandas.isna(value) else str(value.date()) if name in dates else value
            for name, value in zip(frame.columns, row, strict=True)
        }
        for row in frame.itertuples(index=False, name=None)
    ]
    assert records == json.loads(fetch(graph, query, "json"))


@every_query
def test_r_gets_a_frame(graph: Running, query: SavedQuery) -> None:
    if not shutil.which("Rscript"):
        pytest.skip("no R")
    text = read_snippets(graph, query)["R"] + "\ncat(nrow(frame))"
    run = subprocess.run(["Rscript", "-e", text], capture_output=True, text=True, check=True)
    assert int(run.stdout.split()[-1]) == len(json.loads(fetch(graph, query, "json")))


@every_query
def test_the_query_on_the_page_is_what_answers(graph: Running, query: SavedQuery) -> None:
    text = read_snippets(graph, query)["SPARQL"]
    answer = graph.client.post("/sparql", data={"query": text}, headers={"accept": "text/csv"})
    assert answer.content == fetch(graph, query, "csv")


@every_graph
def test_a_graph_is_fetched_by_each_tool(graph: Running, query: SavedQuery) -> None:
    snippets = read_snippets(graph, query)
    lines = fetch(graph, query, "nt").decode()
    assert run_python(snippets["Python, without packages"]) == lines
    assert run_python(snippets["Python"]) == f"{len(lines.splitlines())}\n"
    answer = graph.client.post("/sparql", data={"query": snippets["SPARQL"]}, headers={"accept": "text/turtle"})
    same = graph.client.get(
        "/sparql", params={"query": snippets["SPARQL"]}, headers={"accept": "application/n-triples"}
    )
    assert answer.status_code == 200
    assert sorted(set(same.text.splitlines())) == lines.splitlines()


@every_graph
def test_the_shell_and_r_get_the_graph(graph: Running, query: SavedQuery) -> None:
    tools = {name: shutil.which(name) for name in ("curl", "Rscript")}
    if not any(tools.values()):
        pytest.skip("neither curl nor R")
    snippets = read_snippets(graph, query)
    if tools["curl"]:
        run = subprocess.run(["sh", "-c", snippets["curl"]], capture_output=True, check=True)
        assert run.stdout == fetch(graph, query, "ttl")
    if tools["Rscript"]:
        run = subprocess.run(["Rscript", "-e", snippets["R"]], capture_output=True, check=True)
        assert int(run.stdout.split()[-1]) == len(fetch(graph, query, "nt").splitlines())


def test_a_formula_quotes_its_address(graph: Running) -> None:
    query = next(query for query in QUERIES if query.name == "search")
    page = graph.client.get("/queries/search", params={"text": 'a "b" & c'}, headers={"accept": "text/html"}).text
    address = f"{graph.url}/queries/search.csv?text=a%20%22b%22%20%26%20c"
    assert f"=IMPORTDATA(&#34;{address}&#34;)" in page
    assert query.name in page
