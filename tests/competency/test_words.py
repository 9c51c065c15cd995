"""A word that stands in a document leads to its paragraph, and to what rests on it.

`words.yaml` holds texts and the parts in which their words stand, read from the documents by a person.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from ahg_graph.queries.binding import bind_query
from ahg_graph.queries.catalogue import Catalogue, load_catalogue
from ahg_graph.queries.name_resolver import NameResolver, open_names
from ahg_graph.snapshot import Snapshot
from ahg_graph.sources.part_words import list_part_slugs, list_words, read_words
from ahg_graph.sources.text_folder import find_texts
from ahg_graph.sources.turtle import Sources, load_sources
from ahg_graph.sparql.store import Store, open_store
from ahg_graph.sparql.types import SparqlQuery

CASES: list[Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
VARIABLE = "AHG_GRAPH_TEXTS"
TEXTS = Path(os.environ.get(VARIABLE, "/nowhere"))
ID = "https://w3id.org/ahg-graph/id/"
ONT = "https://w3id.org/ahg-graph/ont#"

Rows = Sequence[Mapping[str, str]]


class Graph:
    """The graph, asked by saved queries."""

    def __init__(self, store: Store, catalogue: Catalogue, names: NameResolver) -> None:
        self._store, self._catalogue, self._names = store, catalogue, names

    def ask(self, name: str, text: str) -> Rows:
        """Return the rows of a saved query that a text is given to."""
        query = bind_query(self._catalogue.get_query(name), {"text": [text]}, self._names)
        found = json.loads(bytes(self._store.answer(SparqlQuery(query.text)).body))
        return [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]

    def find_parts(self, text: str) -> list[str]:
        """Return the parts that a search finds by their words, as a reader cites them."""
        rows = self.ask("search", text)
        return sorted(row["foundPartLabel"] for row in rows if row["kind"] == "part")


@pytest.fixture(scope="module")
def graph(real_snapshot: Snapshot, home: Path) -> Graph:
    return Graph(open_store(real_snapshot.store), load_catalogue(home / "queries"), open_names(real_snapshot.path))


@pytest.fixture(scope="module")
def sources(home: Path) -> Sources:
    return load_sources(home)


@pytest.fixture(scope="module")
def words(sources: Sources) -> Mapping[str, tuple[str, ...]]:
    return {part.value: found for part, found in read_words(sources).items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"]))
def test_words_are_found_where_they_stand_and_nowhere_else(case: Mapping[str, Any], graph: Graph) -> None:
    assert graph.find_parts(case["text"]) == sorted(case["parts"])


def test_the_rarest_word_of_every_part_leads_to_it_and_to_what_rests_on_it(
    graph: Graph, sources: Sources, words: Mapping[str, tuple[str, ...]]
) -> None:
    often = Counter(word for found in words.values() for word in found)
    acts: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value in sources.triples("record"):
        if predicate.value == ONT + "evidencedBy" and str(subject.value).startswith(ID + "decision/"):
            acts[str(value.value)].add(str(subject.value))
    lost = {}
    for part, found in words.items():
        word = min(found, key=lambda word: (often[word], -len(word), word))
        rows = graph.ask("search", word)
        reached = {row["entity"] for row in rows if row.get("foundPart") == part}
        missing = ({part} | acts[part]) - reached
        if acts[part]:
            missing |= acts[part] - {row["decision"] for row in graph.ask("decisions", word)}
        if missing:
            lost[part, word] = missing
    assert len(words) > 150
    assert lost == {}


def test_decisions_say_where_their_text_was_found(graph: Graph) -> None:
    found = {row["decision"].removeprefix(ID): row for row in graph.ask("decisions", "governance")}
    places = {name: (row["foundIn"], row["foundPart"].removeprefix(ID)) for name, row in found.items()}
    assert places["decision/s5-p15-1"] == ("words", "doc/ahg-progress-report-2013/soms-p1")
    assert places["decision/s5-p15-2"] == ("words", "doc/ahg-som-05-statement/p15")
    assert places["decision/pr-soms-p2-1"] == ("summary", "doc/ahg-progress-report-2013/soms-p2")
    told = {row["decision"].removeprefix(ID): row for row in graph.ask("decisions", "governed and run")}
    assert [(name, row["foundIn"], row.get("foundPart")) for name, row in told.items()] == [
        ("decision/pr-annex-a-2011-11-25-1", "summary", None)
    ]


@pytest.mark.skipif(
    not TEXTS.is_dir(), reason=f"{VARIABLE} names no folder with the texts of the documents, {{key}}.txt"
)
def test_every_word_of_the_texts_stands_in_a_part(sources: Sources, words: Mapping[str, tuple[str, ...]]) -> None:
    documents = {key: found for key, found in list_part_slugs(sources).items() if found[1]}
    texts = find_texts(TEXTS, documents)
    assert texts.keys() == documents.keys()
    for key, (document, _) in documents.items():
        own = {word for part, found in words.items() if part.startswith(document + "/") for word in found}
        lost = set(list_words(texts[key].read_text(encoding="utf-8"))) - own
        assert [word for word in sorted(lost) if not word.isdecimal()] == [], key
