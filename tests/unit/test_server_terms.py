"""The server knows no terms of the ontology but those of evidence and of readings that differ, in one module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import RdfFormat, parse

SERVER = Path(__file__).parents[2] / "server" / "ahg_server"
OWN = Path(__file__).parents[2] / "src" / "ahg_graph" / "rdf" / "provenance_vocabulary.py"
CHARTS = SERVER / "views" / "charts"
"""A chart is a query and a way of drawing its rows."""
EXAMPLES = {("descriptions.py", "ahg:attended")}
"""What is said to a reader as an example."""
NAME = re.compile(r"\bahg:\w+|w3id\.org/ahg-graph/(?:ont|ont#|id/)\w+")


def list_files() -> list[Path]:
    found = [*SERVER.rglob("*.py"), *(SERVER / "templates").glob("*.html")]
    return sorted(path for path in found if path != OWN and CHARTS not in path.parents)


def find_terms(text: str) -> Iterator[str]:
    """Yield what a Python text says of terms: `ONT + "name"`, `f"{ONT}name"`, and names in texts."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.BinOp(left=ast.Name(id="ONT"), op=ast.Add(), right=ast.Constant(value=str(name))):
                yield name
            case ast.BinOp(left=ast.Name(id="ONT"), op=ast.Add(), right=ast.Name(id=name)):
                yield name
            case ast.JoinedStr(values=parts):
                for part, following in pairwise(parts):
                    match part, following:
                        case (
                            ast.FormattedValue(value=ast.Name(id="ONT")),
                            ast.Constant(value=str(text)),
                        ) if re.match(r"\w", text):
                            yield text
            case ast.Constant(value=str(text)):
                yield from NAME.findall(text)


@pytest.mark.parametrize("path", list_files(), ids=lambda path: path.relative_to(SERVER).as_posix())
def test_no_term_of_the_ontology_is_in_the_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = set(find_terms(text)) if path.suffix == ".py" else set(NAME.findall(text))
    assert {(path.name, term) for term in found} <= EXAMPLES


def test_the_guard_sees_every_way_of_naming_a_term() -> None:
    text = (
        """A = ONT + "one"\nB = f"?s <{ONT}two> ?o"\nC = "ahg:three"\nD = [ONT + name for name in E]\nF = f"<{ONT}>" """
    )
    assert sorted(find_terms(text)) == ["ahg:three", "name", "one", "two> ?o"]


def test_every_term_of_the_platform_is_one_of_the_ontology(home: Path) -> None:
    names = set(re.findall(r'ONT \+ "(\w+)"', OWN.read_text(encoding="utf-8")))
    declared = {
        str(quad.subject.value).rpartition("#")[2]
        for path in (home / "ontology").glob("*.ttl")
        for quad in parse(path=str(path), format=RdfFormat.TURTLE)
        if hasattr(quad.subject, "value")
    }
    assert names
    assert names <= declared
