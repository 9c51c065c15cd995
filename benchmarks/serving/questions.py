"""The mix of questions, and whether an answer to one is right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, parse

MIX = Path(__file__).with_name("mix")
VARIABLE = "?unique"
"""A variable of every question; what is put after its name makes a question that no server has seen."""
Content = Counter[tuple[str, ...]] | bool


@dataclass(frozen=True)
class Question:
    """A query, the words for what it asks, and the media type of its answer."""

    name: str
    title: str
    text: str

    @property
    def accept(self) -> str:
        """The media type of its answer."""
        return "text/turtle" if "CONSTRUCT" in self.text else "application/sparql-results+json"

    def vary(self, mark: str) -> str:
        """Return the same question under another name of its variable."""
        return self.text.replace(VARIABLE, VARIABLE + mark)


def load_mix() -> list[Question]:
    """Return the questions in the order of their files, the cheapest first."""
    found = []
    for path in sorted(MIX.glob("*.rq")):
        comment, _, text = path.read_text("utf-8").partition("\n")
        if VARIABLE not in text:
            raise ValueError(f"{path} has no variable {VARIABLE}")
        found.append(Question(path.stem, comment.removeprefix("#").strip(), text))
    return found


def find_questions(parts: Sequence[str]) -> list[Question]:
    """Return the questions in whose names one of the parts is, all without parts; raises ValueError for one in none."""
    found = load_mix()
    unknown = [part for part in parts if not any(part in question.name for question in found)]
    if unknown:
        raise ValueError(f"in no name of a question: {', '.join(unknown)}; they are {', '.join(q.name for q in found)}")
    return [q for q in found if not parts or any(part in q.name for part in parts)]


def answer_directly(store: Store, question: Question) -> Content:
    """Return the content of the right answer, from the engine in this process."""
    results = store.query(question.text, use_default_graph_as_union=True)
    if isinstance(results, QueryBoolean):
        return bool(results)
    if isinstance(results, QueryTriples):
        return Counter((str(t.subject), str(t.predicate), str(t.object)) for t in set(results))
    assert isinstance(results, QuerySolutions)
    return Counter(tuple("" if term is None else str(term) for term in solution) for solution in results)


def read_content(question: Question, body: bytes) -> Content:
    """Return the content of an answer over HTTP: rows in no order, without the names of the columns."""
    if question.accept == "text/turtle":
        quads = {(str(q.subject), str(q.predicate), str(q.object)) for q in parse(body, RdfFormat.TURTLE)}
        return Counter(quads)
    data = json.loads(body)
    if "boolean" in data:
        return bool(data["boolean"])
    names = data["head"]["vars"]
    rows = data["results"]["bindings"]
    return Counter(tuple(_write(row.get(name)) for name in names) for row in rows)


def _write(term: dict[str, str] | None) -> str:
    """Return a term as N-Triples writes it."""
    if term is None:
        return ""
    value = term["value"]
    if term["type"] == "uri":
        return f"<{value}>"
    text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if "xml:lang" in term:
        return f'"{text}"@{term["xml:lang"].lower()}'
    datatype = term.get("datatype", "")
    plain = not datatype or datatype == "http://www.w3.org/2001/XMLSchema#string"
    return f'"{text}"' if plain else f'"{text}"^^<{datatype}>'
