"""Code, templates and scripts state nothing of the process that this home folder is about: its files do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.rdf.vocabulary import DISPLAY, RO
from ahg_graph.sources.turtle import load_sources
from support.namespaces import CHECKOUT, ID, ONT, PREFIXES

HOME = Path(__file__).parents[2]
PLACES = ("src/ahg_graph", "server/ahg_server", "frontend/src")
WORLD = (".tsv",)
"""Tables of the names of all states, and of organisations of the world: the same for the text of any process."""
LABEL = PREFIXES["skos"] + "prefLabel"


def list_texts() -> Iterator[tuple[str, str]]:
    """Yield path and text of every file of code, without what was bundled from others."""
    for place in PLACES:
        for path in sorted((HOME / place).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".map", *WORLD) and "bundle" not in path.parts:
                yield path.relative_to(HOME).as_posix(), path.read_text(encoding="utf-8")


def list_names() -> Iterator[str]:
    """Yield what names the process, its documents, meetings, bodies and agents: labels, slugs, keys."""
    yield from (CHECKOUT.name, CHECKOUT.title, CHECKOUT.description, CHECKOUT.brand, CHECKOUT.question)
    for document in CHECKOUT.documents:
        yield from (document.label, document.iri.removeprefix(ID + "doc/"))
    kinds = tuple(ID + kind for kind in ("agent/", "body/", "doc/", "meeting/", "initiative/"))
    for triple in load_sources(HOME, "register").triples("register"):
        subject, value = triple.subject, triple.object
        if isinstance(subject, NamedNode) and subject.value.startswith(kinds) and triple.predicate.value == LABEL:
            assert isinstance(value, Literal)
            slug = subject.value.rpartition("/")[2]
            yield from (
                text for text in (slug if "-" in slug else "", value.value if " " in value.value else "") if text
            )


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    return list(list_texts())


def find(texts: list[tuple[str, str]], pattern: str) -> list[tuple[str, str]]:
    wanted = re.compile(pattern)
    return [(path, found.group()) for path, text in texts for found in wanted.finditer(text)]


def test_no_name_of_the_process_or_its_things_is_in_code(texts: list[tuple[str, str]]) -> None:
    names = "|".join(sorted(map(re.escape, set(list_names())), key=len, reverse=True))
    assert find(texts, rf"(?<![\w-])(?:{names})(?![\w-])") == []


def test_no_key_of_a_document_is_in_code(texts: list[tuple[str, str]]) -> None:
    keys = "|".join(document.key for document in CHECKOUT.documents)
    assert find(texts, rf"\b(?:{keys})\b") == []


def test_no_base_is_in_code_but_that_of_the_platforms_vocabulary(texts: list[tuple[str, str]]) -> None:
    found = [
        (path, text) for path, text in find(texts, r"https?://w3id\.org/\S*") if not path.endswith((".ttl", ".toml"))
    ]
    assert {text.strip("<>\"'`.,);") for _, text in found if "/starter/" not in _} == {ONT, DISPLAY, RO}
    assert {path for path, _ in found if path.endswith(".py")} == {"src/ahg_graph/rdf/vocabulary.py"}


def test_documents_are_not_counted_in_words(texts: list[tuple[str, str]]) -> None:
    assert find(texts, r"(?i)\b(?:two|three|four|five|six|\d+) (?:public )?(?:source )?documents\b(?!`)") == []
