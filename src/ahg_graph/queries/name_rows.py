"""The names that a graph records, as rows: which properties name a thing, and which things a reader may mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ahg_graph.config.prefixes import ONT, get_home

Row = tuple[str, str, str]

Select = Callable[[str], Iterable[tuple[str, ...]]]
"""Puts a SELECT query and goes through the texts of its solutions."""

_PREFIXES = f"""
PREFIX ahg: <{ONT}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_OURS = "FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), STR(<id/>)))"
_PATTERNS = (
    ("code", "?thing ahg:isoCode|ahg:isoCode2|ahg:acronym|ahg:documentKey ?name"),
    ("label", "?thing skos:prefLabel ?name"),
    ("name", "?thing skos:altLabel|skos:hiddenLabel|ahg:isoName ?name"),
    ("name", "?node ahg:nameOf ?thing ; ahg:nameText ?name"),
    ("title", "?thing ahg:summary ?name FILTER NOT EXISTS { ?thing skos:prefLabel ?label }"),
)
NAMES_QUERY = f"""{_PREFIXES}
SELECT DISTINCT ?thing ?tier ?name WHERE {{
  {{ ?thing a ?class . FILTER(STRSTARTS(STR(?class), STR(ahg:)) || STRSTARTS(STR(?class), STR(<ont#>)))
     BIND(STR(?class) AS ?name) BIND("class" AS ?tier) }}
  {" ".join(f'UNION {{ {pattern} BIND("{tier}" AS ?tier) }}' for tier, pattern in _PATTERNS)}
  {_OURS}
}}
"""
"""Rows of thing, tier (class, code, label, name or title) and name; the classes include the inferred ones.

A title says what a thing without a label is; nothing is found by it.
"""

CODES_QUERY = f"""{_PREFIXES}
SELECT DISTINCT ?list ?code ?label WHERE {{
  ?item ahg:inCodeList ?list ; skos:notation ?code . OPTIONAL {{ ?item skos:prefLabel ?label }}
}}
"""
"""Rows of list, code and label."""

NAMED = frozenset(
    ONT + name
    for name in (
        *("Agent", "Place", "Event", "MeetingSeries", "Initiative", "LegalInstrument", "Topic", "Document"),
        *("Decision", "Proposal", "Mandate", "Discrepancy"),
    )
)
"""Classes of the platform of which a reader may mean the instances; statuses and others are reached through them."""

TIERS = ("slug", "code", "label", "name", "title")

STATEMENTS = frozenset(ONT + name for name in ("Decision", "Proposal", "Mandate", "Discrepancy"))
"""Classes of what was said or done, which is named after what it is about."""


def is_named(kind: str) -> bool:
    """Return whether a reader may mean the instances of a class: one of NAMED, or one that the home itself defines."""
    own = get_home().terms
    return kind in NAMED or (own != ONT and kind.startswith(own))


def place_row(row: Row) -> tuple[bool, bool, str, str]:
    """Return where a row comes: what makes a thing one to be named, its other classes, its names."""
    _, tier, name = row
    return tier != "class", not is_named(name), tier, name if tier == "class" else ""


def stream_rows(select: Select, classes: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of NAMES_QUERY in the order of `place_row`, some more than once, without holding them."""
    for kind in sorted(classes, key=lambda kind: (not is_named(kind), kind)):
        for (iri,) in select(f"SELECT ?thing WHERE {{ ?thing a <{kind}> }}"):
            if iri.startswith(get_home().id):
                yield iri, "class", kind
    for tier, pattern in _PATTERNS:
        for iri, name in select(f"{_PREFIXES} SELECT ?thing ?name WHERE {{ {pattern} {_OURS} }}"):
            yield iri, tier, name


def group_row(row: Row) -> tuple[str, str]:
    """Return the tier of a row, with the class of one that states it."""
    return row[1], row[2] if row[1] == "class" else ""
