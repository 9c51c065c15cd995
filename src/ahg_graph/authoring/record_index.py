"""The triples of a home by subject, for what is told of one document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from ahg_graph.config.prefixes import ONT, PREFIXES, get_home, shorten
from ahg_graph.errors import UnknownName
from ahg_graph.rdf.terms import Literal, NamedNode, Term, Triple
from ahg_graph.sources.turtle import Sources

_TYPE = PREFIXES["rdf"] + "type"
_LABELS = (PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel", PREFIXES["rdfs"] + "label")


class RecordIndex:
    """What is said of each thing, and the parts of each document."""

    def __init__(self, sources: Sources) -> None:
        self.about: dict[Term, list[Triple]] = defaultdict(list)
        self.times: Counter[Term] = Counter()
        for triple in sources.triples("ontology", "register", "record"):
            subject = triple.subject
            if isinstance(subject, NamedNode):
                self.about[subject].append(triple)
                self.times[triple.object] += 1  # type: ignore[index]
        self.sources = sources

    def find_document(self, key: str) -> NamedNode:
        """Return the document of a key; raises UnknownName."""
        known = {document.key: document.iri for document in get_home().documents}
        if key.upper() not in known:
            raise UnknownName(f"there is no document {key}; there are: {', '.join(sorted(known))}")
        return NamedNode(known[key.upper()])

    def list_parts(self, document: NamedNode) -> list[NamedNode]:
        """Return the parts of a document in the order of reading."""
        parts = [
            subject
            for subject, triples in self.about.items()
            if isinstance(subject, NamedNode)
            and any(t.predicate.value == ONT + "partOfDocument" and t.object == document for t in triples)
        ]
        return sorted(parts, key=lambda part: (int(self.read(part, "partOrder") or 0), part.value))

    def list_resting(self, part: NamedNode) -> list[NamedNode]:
        """Return the things that rest on a part, by the order of the files."""
        return [
            subject
            for subject, triples in self.about.items()
            if isinstance(subject, NamedNode)
            and any(t.predicate.value == ONT + "evidencedBy" and t.object == part for t in triples)
        ]

    def list_values(self, subject: Term, name: str) -> list[Term]:
        """Return the values of a property of the graph's own."""
        return [t.object for t in self.about.get(subject, ()) if t.predicate.value == ONT + name]  # type: ignore[misc]

    def read(self, subject: Term, name: str) -> str:
        """Return the text of the first value, or nothing."""
        return next((str(v.value) for v in self.list_values(subject, name) if isinstance(v, Literal)), "")

    def name(self, term: Term) -> str:
        """Return what a thing is called: its label, else its short name; of a literal the text."""
        if isinstance(term, Literal):
            return term.value
        if not isinstance(term, NamedNode):
            return str(term)
        for predicate in _LABELS:
            for triple in self.about.get(term, ()):
                if triple.predicate.value == predicate and isinstance(triple.object, Literal):
                    return triple.object.value
        return shorten(term.value)

    def list_classes(self, subject: Term) -> set[str]:
        """Return the local names of a thing's classes."""
        return {
            t.object.value.rpartition("#")[2]
            for t in self.about.get(subject, ())
            if t.predicate.value == _TYPE and isinstance(t.object, NamedNode)
        }

    def tell(self, subject: NamedNode) -> Iterator[str]:
        """Yield a plain sentence for each thing that is said of a thing, its evidence and class left out."""
        quiet = {ONT + "evidencedBy", _TYPE, *_LABELS}
        rows: dict[str, list[str]] = defaultdict(list)
        for triple in self.about.get(subject, ()):
            if triple.predicate.value not in quiet:
                rows[self.name(triple.predicate)].append(self.name(triple.object))  # type: ignore[arg-type]
        kinds = sorted(self.list_classes(subject))
        kind = self.name(NamedNode(ONT + kinds[-1])) if kinds else "thing"
        yield f"{shorten(subject.value)} ({kind})" + _label(self.name(subject), shorten(subject.value))
        for name, values in rows.items():
            yield f"  {name}: {'; '.join(values)}"


def _label(name: str, short: str) -> str:
    return "" if name == short else f": {name}"
