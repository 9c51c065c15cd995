"""The types and properties that a table is matched by: the classes of named things, and what is said of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.config.prefixes import ONT, get_home, is_term
from ahg_graph.errors import BadParameter
from ahg_graph.queries.name_resolver import find_near_words, rank_name
from ahg_graph.queries.name_rows import is_named
from ahg_graph.queries.named_entity import fold_name
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.presentation.page_model import TYPE
from ahg_server.presentation.vocabulary import Vocabulary

_USED = parse_template(
    "SELECT ?property (COUNT(?thing) AS ?uses) WHERE { "
    "{ SELECT DISTINCT ?thing ?property WHERE { ?thing a ?_class ; ?property ?value } } } GROUP BY ?property"
)
_EITHER = "a class, by its IRI, its short name or its label"


@dataclass(frozen=True)
class Schema:
    """What tables are matched by; `types` is class to number of things, in the order of their names."""

    vocabulary: Vocabulary
    types: Mapping[str, int]

    def show_type(self, iri: str) -> dict[str, str]:
        """Return a type as the protocol names it."""
        return {"id": iri, "name": self.vocabulary.name(iri)}

    def describe_type(self, iri: str) -> dict[str, object]:
        """Return a type with its definition and the types right above it."""
        entry = self.vocabulary.entries.get(iri)
        above = [a for a in (entry.list_values("rdfs:subClassOf") if entry else ()) if a in self.types]
        shown: dict[str, object] = {**self.show_type(iri), "description": self.vocabulary.define(iri)}
        return shown | ({"broader": [self.show_type(a) for a in above]} if above else {})

    def describe_property(self, iri: str) -> dict[str, str]:
        """Return a property with its definition."""
        return {"id": iri, "name": self.vocabulary.name(iri), "description": self.vocabulary.define(iri)}

    def find_range(self, iri: str) -> str | None:
        """Return the class of the things that a property leads to, where the ontology states one with things."""
        entry = self.vocabulary.entries.get(iri)
        return next((r for r in (entry.list_values("rdfs:range") if entry else ()) if r in self.types), None)

    def list_types(self, classes: Iterable[str]) -> list[dict[str, str]]:
        """Return the most specific types of a thing."""
        return [self.show_type(iri) for iri in self.vocabulary.list_specific(classes)]

    def resolve_type(self, text: str) -> str:
        """Return the class that a text means; raises BadParameter with what is near."""
        return self._resolve("type", text, self.types, f"{text!r} is not {_EITHER}")

    def resolve_property(self, text: str, place: str = "properties") -> str:
        """Return the property that a text means; raises BadParameter with what is near."""
        return self._resolve(place, text, self._list_properties(), f"{text!r} is not a property of this graph")

    def search(self, iris: Iterable[str], text: str) -> list[str]:
        """Return those of some terms whose name or short name holds a text, the best first; all of them for none."""
        wanted = fold_name(text)
        if not wanted:
            return list(iris)
        found = []
        for iri in iris:
            ranks = [rank_name(fold_name(name), wanted) for name in self._list_names(iri)]
            best = min((rank for rank in ranks if rank is not None), default=None)
            if best is not None:
                found.append((best, len(self.vocabulary.name(iri)), iri))
        return [iri for _, _, iri in sorted(found)]

    def _list_properties(self) -> Sequence[str]:
        entries = self.vocabulary.entries.items()
        found = [iri for iri, entry in entries if any(a.endswith("Property") for a in entry.list_values("rdf:type"))]
        return [*found, *(get_home().expand(name) for name in ("skos:prefLabel", "skos:altLabel"))]

    def _resolve(self, place: str, text: str, iris: Iterable[str], reason: str) -> str:
        wanted = fold_name(text)
        known = list(iris)
        for iri in known:
            if text == iri or wanted in map(fold_name, self._list_names(iri)):
                return iri
        near = find_near_words(text, [self.vocabulary.name(iri) for iri in known])
        raise BadParameter(place, reason, near)

    def _list_names(self, iri: str) -> tuple[str, ...]:
        """Return what a term goes by: its IRI, short name, local name and label."""
        local = iri.rpartition("#")[2] if is_term(iri) else iri
        return iri, get_home().shorten(iri), local, self.vocabulary.name(iri)


def load_schema(context: SnapshotContext, vocabulary: Vocabulary) -> Schema:
    """Return the schema of a snapshot."""
    counts = context.snapshot.manifest.classes
    named = [
        iri
        for iri in vocabulary.entries
        if counts.get(iri) and is_term(iri) and (is_named(iri) or any(map(is_named, vocabulary.list_above(iri))))
    ]
    return Schema(vocabulary, {iri: counts[iri] for iri in sorted(named, key=lambda iri: (vocabulary.name(iri), iri))})


async def list_used_properties(
    context: SnapshotContext, schema: Schema, types: Sequence[str], client: str
) -> list[str]:
    """Return the properties that things of some types have, the most used first; what only leads back is left out."""
    text = _USED.fill({"?_class": [NamedNode(iri) for iri in types or schema.types]}) if schema.types else ""
    rows = parse_table((await context.ask(SparqlQuery(text), client)).body).rows if text else ()
    uses = {row["property"]["value"]: int(row["uses"]["value"]) for row in rows}
    kept = [iri for iri in uses if iri != TYPE and not schema.vocabulary.is_reverse(iri)]
    return sorted(kept, key=lambda iri: (-uses[iri], not iri.startswith(ONT), schema.vocabulary.name(iri), iri))
