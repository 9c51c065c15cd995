"""How to fetch an answer from a shell, from Python, from R and from a spreadsheet: texts to copy and run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ahg_graph.queries.model import Column


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to copy: the name of the tool, what it needs, and the text."""

    tool: str
    needs: str
    text: str


_DTYPES = {"integer": "Int64", "boolean": "boolean"}
"""The types of a data frame that hold a missing value beside those of the column; all others are texts."""


def make_snippets(csv_url: str, json_url: str, columns: Sequence[Column]) -> tuple[Snippet, ...]:
    """Return the snippets for one answer, given its absolute addresses and the columns that it has."""
    return (
        Snippet("curl", "any shell", f"curl --fail {shlex.quote(csv_url)}"),
        Snippet(
            "Python",
            "pandas",
            _read_with_types(csv_url, columns),
        ),
        Snippet(
            "Python, without packages",
            "the standard library",
            "import json, urllib.request\n\n"
            f"with urllib.request.urlopen({json.dumps(json_url, ensure_ascii=False)}) as answer:\n"
            "    for record in json.load(answer):\n        print(record)",
        ),
        Snippet("R", "base R", f"frame <- read.csv({json.dumps(csv_url, ensure_ascii=False)})\nprint(frame)"),
        Snippet("Google Sheets", "a cell", f'=IMPORTDATA("{_quote_cell(csv_url)}")'),
        Snippet(
            "Excel",
            "Data, From Web; or Power Query",
            f'= Csv.Document(Web.Contents("{_quote_cell(csv_url)}"), [Delimiter=",", Encoding=65001])',
        ),
    )


def make_graph_snippets(turtle_url: str, lines_url: str) -> tuple[Snippet, ...]:
    """Return the snippets for one graph, given its absolute addresses; a spreadsheet takes none."""
    lines = json.dumps(lines_url, ensure_ascii=False)
    return (
        Snippet("curl", "any shell", f"curl --fail {shlex.quote(turtle_url)}"),
        Snippet(
            "Python",
            "rdflib",
            "import rdflib\n\ngraph = rdflib.Graph()\n"
            f'graph.parse({json.dumps(turtle_url, ensure_ascii=False)}, format="turtle")\nprint(len(graph))',
        ),
        Snippet(
            "Python, without packages",
            "the standard library",
            "import urllib.request\n\n"
            f"with urllib.request.urlopen({lines}) as answer:\n"
            "    for line in answer.read().decode().splitlines():\n        print(line)",
        ),
        Snippet("R", "base R", f'lines <- readLines({lines}, encoding = "UTF-8")\nprint(length(lines))'),
    )


def _read_with_types(csv_url: str, columns: Sequence[Column]) -> str:
    """Return a program that reads a table with pandas and keeps the type of each column."""
    texts = [column.name for column in columns if column.type not in (*_DTYPES, "date")]
    others = {column.name: _DTYPES[column.type] for column in columns if column.type in _DTYPES}
    dates = [column.name for column in columns if column.type == "date"]
    rows = [
        "import pandas\n",
        f"texts = {json.dumps(texts)}",
        "frame = pandas.read_csv(",
        f"    {json.dumps(csv_url, ensure_ascii=False)},",
        f"    dtype=dict.fromkeys(texts, 'string') | {others},",
        f"    parse_dates={dates},",
        "    keep_default_na=False,  # a text such as NA is a text",
        "    na_values=[''],",
        ")",
        "print(frame)",
    ]
    return "\n".join(rows)


def _quote_cell(text: str) -> str:
    """Return a text for use between double quotes in a formula."""
    return text.replace('"', '""')
