"""The facts about a home folder's graph: its file `graph.toml`, and what the Turtle files there declare.

Documents are what has an `ahg:documentKey` in `data/register/`, by its `ahg:documentOrder`; prefixes are those of
`graph.toml` and of the heads of the Turtle files.
"""

from __future__ import annotations

import mmap
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ahg_graph.config.paths import DISPLAY_FILE, HOME_FILE
from ahg_graph.config.portal_facts import PortalFacts, PortalProblem, parse_portal_facts, restore_portal_facts
from ahg_graph.errors import HomeFileError
from ahg_graph.rdf.provenance_vocabulary import DOCUMENT_KEY, DOCUMENT_ORDER
from ahg_graph.rdf.terms import Literal, NamedNode, RdfFormat, parse
from ahg_graph.rdf.vocabulary import ONT, STANDARD_PREFIXES

_HEAD = 64 * 1024  # bytes of a Turtle file in which its prefixes are looked for
_PREFIX = re.compile(r"^[ \t]*@?prefix[ \t]+([\w.-]*):[ \t]*<([^<>\s]*)>", re.IGNORECASE | re.MULTILINE)
_TEXTS = ("name", "title", "description", "base", "licence")
_OPTIONAL_TEXTS = {
    "language": "en",
    "contact": "",
    "documents": "documents",
    "documents_at": "",
    "about": "",
    "question": "",
    "brand": "Graph",
    "licence_name": "",
    "search": "a name or a word",
}
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@dataclass(frozen=True, slots=True)
class Document:
    """One source document: the key by which it is cited, its IRI and its name."""

    key: str
    iri: str
    label: str


@dataclass(frozen=True)
class Home:
    """The facts about the graph of a home folder, as its snapshots carry them.

    `name` is what the graph is about, as in the middle of a sentence, `about` says it to newcomers; `documents_noun` is
    what the documents are called after their number, `documents_at` where readers can get them; `brand` stands at the
    head of every page, `search` says what may be searched for, after "Find"; `question` heads the first page;
    `prefixes` holds the standard ones too; `documents` are in the order in which they are cited.
    """

    name: str
    title: str
    description: str
    base: str
    licence: str
    language: str = "en"
    contact: str = ""
    documents_noun: str = "documents"
    documents_at: str = ""
    about: str = ""
    brand: str = "Graph"
    licence_name: str = ""
    search: str = "a name or a word"
    question: str = ""
    example: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=lambda: dict(STANDARD_PREFIXES))
    documents: tuple[Document, ...] = ()
    portal: PortalFacts = field(default_factory=PortalFacts)

    @property
    def id(self) -> str:
        """What the IRIs of things start with: `{base}id/`, followed by a kind and a slug."""
        return self.base + "id/"

    @property
    def terms(self) -> str:
        """What the IRIs of the home's own classes and properties start with; the platform's are terms too."""
        return self.base + "ont#"

    @property
    def graph(self) -> str:
        """What the names of graphs start with."""
        return self.base + "graph/"

    @property
    def ontology_graph(self) -> str:
        """The name of the graph of the ontology."""
        return self.graph + "ontology"

    @property
    def alignments_graph(self) -> str:
        """The name of the graph that says how the home's terms stand to those of other vocabularies."""
        return self.graph + "alignments"

    @property
    def aligned_graph(self) -> str:
        """The name of the graph of what follows from these: the facts in the terms of other vocabularies."""
        return self.graph + "aligned"

    @property
    def linked_graphs(self) -> tuple[str, ...]:
        """The names of the graphs that say in the terms of other vocabularies what the rest of the graph says."""
        return self.alignments_graph, self.aligned_graph

    def select_own(self, graphs: Mapping[str, int]) -> dict[str, int]:
        """Return the graphs that count as facts: all but those, which say the same once more."""
        return {name: number for name, number in graphs.items() if name not in self.linked_graphs}

    @property
    def inferred_graph(self) -> str:
        """The name of the graph of what is inferred."""
        return self.graph + "inferred"

    @property
    def sentence_name(self) -> str:
        """The name as it begins a sentence."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def counted_documents(self) -> str:
        """The number of documents and what they are called, as `five public documents`."""
        number = len(self.documents)
        noun = self.documents_noun.removesuffix("s") if number == 1 else self.documents_noun
        return f"{_NUMBERS[number] if number < len(_NUMBERS) else number} {noun}"

    def expand(self, name: str) -> str:
        """Return the IRI of a short name such as `ahg:memberIn`; an absolute IRI comes back unchanged.

        Raises ValueError when the prefix is unknown and the name is no absolute IRI.
        """
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.prefixes and not local.startswith("//"):
            return self.prefixes[prefix] + local
        if "://" in name or name.startswith("urn:"):
            return name
        raise ValueError(f"unknown prefix in {name!r}")

    def shorten(self, iri: str) -> str:
        """Return the shortest `prefix:local` form of an IRI, or the IRI itself when no prefix fits."""
        fitting = (item for item in self.prefixes.items() if iri.startswith(item[1]))
        best = max(fitting, key=lambda item: len(item[1]), default=None)
        if best is None or not iri[len(best[1]) :]:
            return iri
        local = iri[len(best[1]) :]
        return iri if "/" in local or "#" in local else f"{best[0]}:{local}"

    def to_json(self) -> dict[str, Any]:
        """Return the facts as a snapshot's manifest states them: with pairs where there is an order to keep."""
        return {**asdict(replace(self, prefixes={})), "prefixes": [*self.prefixes.items()]}


def parse_home(facts: Mapping[str, Any]) -> Home:
    """Return the home that a manifest states; raises TypeError where it states none."""
    documents = tuple(Document(**document) for document in facts["documents"])
    prefixes, example = dict(facts["prefixes"]), tuple(facts.get("example", ()))
    portal = restore_portal_facts(facts.get("portal", {}))
    return Home(**{**facts, "prefixes": prefixes, "example": example, "documents": documents, "portal": portal})


def read_home(folder: Path) -> Home:
    """Return the facts about the graph of a home folder; raises HomeFileError, which says what to correct."""
    path = folder / HOME_FILE
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise HomeFileError(f"{path}: there is none; make a home folder with: ahg-graph init FOLDER") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HomeFileError(f"{path}: {error}") from error
    values = _check(path, facts)
    documents = tuple(_read_documents(folder))
    declared = values.pop("prefixes")
    prefixes = {"ahg": ONT, **declared, **_read_prefixes(folder, values["base"]), **declared}
    prefixes |= {document.key.lower(): document.iri + "/" for document in documents}
    values["licence_name"] = values["licence_name"] or values["licence"]
    values["documents_noun"] = values.pop("documents")
    return Home(**values, prefixes={**prefixes, **STANDARD_PREFIXES}, documents=documents)


def _check(path: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of every key, with defaults; raises HomeFileError for the first that is not well-formed."""
    known = {*_TEXTS, *_OPTIONAL_TEXTS, "prefixes", "example", "publisher", "creators", "coverage"}
    for key in facts:
        if key not in known:
            raise HomeFileError(f"{path}: {key}: no such key; there are {', '.join(sorted(known))}")
    values: dict[str, Any] = {}
    for key in (*_TEXTS, *_OPTIONAL_TEXTS):
        value = facts.get(key, _OPTIONAL_TEXTS.get(key))
        if value is None or (key in _TEXTS and value == ""):
            raise HomeFileError(f'{path}: {key}: is missing; write {key} = "..."')
        if not isinstance(value, str):
            raise HomeFileError(f'{path}: {key}: {value!r} is no text; write {key} = "..."')
        values[key] = value
    for key in ("base", "licence"):
        _check_iri(path, key, values[key])
    if not values["base"].endswith("/"):
        raise HomeFileError(f"{path}: base: {values['base']} does not end with /")
    if not re.fullmatch(r"[a-z]{2}", values["language"]):
        raise HomeFileError(f"{path}: language: {values['language']!r} is no code of two letters (ISO 639-1)")
    prefixes = facts.get("prefixes", {})
    if not isinstance(prefixes, dict):
        raise HomeFileError(f"{path}: prefixes: is no table; write [prefixes] and a line for each")
    for prefix, namespace in prefixes.items():
        if not re.fullmatch(r"[A-Za-z][\w-]*", prefix):
            raise HomeFileError(f"{path}: prefixes: {prefix!r} is no prefix; write letters, digits and hyphens")
        if STANDARD_PREFIXES.get(prefix, namespace) != namespace:
            raise HomeFileError(f"{path}: prefixes.{prefix}: is reserved for {STANDARD_PREFIXES[prefix]}")
        _check_iri(path, f"prefixes.{prefix}", namespace)
    example = facts.get("example", [])
    if (
        not isinstance(example, list)
        or not all(isinstance(word, str) for word in example)
        or len(example) not in (0, 3)
    ):
        raise HomeFileError(f"{path}: example: is no statement; write subject, predicate and object as three texts")
    try:
        portal = parse_portal_facts(facts)
    except PortalProblem as problem:
        raise HomeFileError(f"{path}: {problem.key}: {problem.reason}") from None
    return {**values, "example": tuple(example), "prefixes": dict(prefixes), "portal": portal}


def _check_iri(path: Path, key: str, value: object) -> None:
    try:
        found = urlsplit(value) if isinstance(value, str) else None
        if found is None or not found.scheme or not (found.netloc or found.scheme == "urn"):
            raise ValueError
        NamedNode(str(value))
    except ValueError:
        raise HomeFileError(f"{path}: {key}: {value!r} is no absolute IRI, as https://example.org/") from None


def _read_documents(folder: Path) -> Iterator[Document]:
    """Yield the source documents of a home folder in order; what cannot be parsed is left for a build to report."""
    keys: dict[str, str] = {}
    orders: dict[str, int] = {}
    labels: dict[str, str] = {}
    for path in sorted((folder / "data" / "register").glob("*.ttl")):
        if not _mentions_documents(path):
            continue
        with suppress(OSError, SyntaxError, ValueError):
            for quad in parse(path=str(path), format=RdfFormat.TURTLE):
                subject, value = quad.subject, quad.object
                if not isinstance(subject, NamedNode) or not isinstance(value, Literal):
                    continue
                if quad.predicate.value == DOCUMENT_KEY:
                    keys[subject.value] = value.value
                elif quad.predicate.value == DOCUMENT_ORDER:
                    orders[subject.value] = int(value.value)
                elif quad.predicate.value == STANDARD_PREFIXES["skos"] + "prefLabel":
                    labels.setdefault(subject.value, value.value)
    for iri, key in sorted(keys.items(), key=lambda item: (orders.get(item[0], len(keys) + 1), item[1])):
        yield Document(key, iri, labels.get(iri, key))


def _mentions_documents(path: Path) -> bool:
    """Return whether a file may declare a document; a large one is not read into memory for that."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"documentKey") >= 0


def _read_prefixes(folder: Path, base: str) -> dict[str, str]:
    """Return the prefixes that the graph's files declare within the base, sorted; one for two things is left out."""
    found: dict[str, set[str]] = {}
    for pattern in ("ontology/*.ttl", "ontology/shapes/*.ttl", "data/register/*.ttl", "data/record/*.ttl"):
        for path in folder.glob(pattern):
            if path.name == DISPLAY_FILE:
                continue
            with path.open("rb") as stream:
                head = stream.read(_HEAD).decode("utf-8", errors="replace")
            for prefix, namespace in _PREFIX.findall(head):
                if prefix and namespace.startswith(base):
                    found.setdefault(prefix, set()).add(namespace)
    return {prefix: next(iter(names)) for prefix, names in sorted(found.items()) if len(names) == 1}
