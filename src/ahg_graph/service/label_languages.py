"""The language of labels: a list of preferences, as `labels=` gives it, held against those that the graph has names in.

Preferred names are in one language. Other names bear a language too where they are reference data; a thing that has
none in the language asked for keeps its preferred one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ahg_graph.config.prefixes import PREFIXES
from ahg_graph.errors import BadParameter
from ahg_graph.queries.model import SavedQuery
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import ResultTable

LANGUAGE = "en"
"""The language of preferred names; the shapes of the ontology let a snapshot have no other."""

LANGUAGES_QUERY = f"""SELECT DISTINCT ?language WHERE {{
  ?thing <{PREFIXES["skos"]}altLabel> ?name BIND(LANG(?name) AS ?language) FILTER(?language != "")
}}"""
"""Rows of the languages that other names are in."""

NAMES_QUERY = parse_template(
    f"SELECT ?thing (MIN(?name) AS ?label) WHERE {{ ?_thing <{PREFIXES['skos']}altLabel> ?name "
    "FILTER(LANG(?name) = ?_language) BIND(?_thing AS ?thing) } GROUP BY ?thing"
)
"""Rows of a thing and its name in a language."""

_LABEL = "Label"
_RANGE = re.compile(
    r"(?P<range>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:\s*;\s*q=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?"
)


def negotiate_language(text: str, others: Sequence[str] = ()) -> str:
    """Return the language for a list of ranges (`fr`, `fr,en`, `en-AU;q=0.8,*`), by the lookup of RFC 4647.

    Available are LANGUAGE and `others`.

    An empty text prefers nothing. Raises BadParameter when it is no such list, or when no name is in any of its
    languages.
    """
    languages = (LANGUAGE, *sorted({*others} - {LANGUAGE}))
    if not text.strip():
        return LANGUAGE
    wanted: list[tuple[float, str]] = []
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece.strip())
        if match is None:
            raise BadParameter("labels", f"{piece.strip()!r} is not a language tag; write a list as `fr,en`", languages)
        wanted.append((float(match["weight"] or 1), match["range"].lower()))
    for _, tag in sorted((pair for pair in wanted if pair[0] > 0), key=lambda pair: -pair[0]):
        if tag == "*":
            return LANGUAGE
        while tag:
            if tag in languages:
                return tag
            tag = tag.rpartition("-")[0]
    known = ", ".join(languages)
    shown = f"labels are available only in {known}; {text!r} does not include it"
    raise BadParameter("labels", shown, (*languages, *(f"{text},{language}" for language in languages)))


def list_labelled(query: SavedQuery) -> dict[str, str]:
    """Return the columns of a query that hold labels, each with the column of the things that they are of."""
    names = {column.name for column in query.columns}
    return {
        name: name.removesuffix(_LABEL)
        for name in names
        if name.endswith(_LABEL) and name.removesuffix(_LABEL) in names
    }


def ask_names(table: ResultTable, query: SavedQuery, language: str) -> str:
    """Return the query for the names of the things of a table in a language, or nothing when there are none."""
    columns = list_labelled(query).values()
    iris = {row[name]["value"] for row in table.rows for name in columns if name in row and row[name]["type"] == "uri"}
    if not iris:
        return ""
    things = [NamedNode(iri) for iri in sorted(iris)]
    return NAMES_QUERY.fill({"?_thing": things, "?_language": [Literal(language)]})


def translate(table: ResultTable, query: SavedQuery, names: Mapping[str, str], language: str) -> ResultTable:
    """Return a table with the labels of things in a language, where `names` has them by the things' IRIs."""
    labelled = list_labelled(query)
    rows = []
    for row in table.rows:
        found = {
            label: {"type": "literal", "value": names[row[of]["value"]], "xml:lang": language}
            for label, of in labelled.items()
            if of in row and row[of]["value"] in names
        }
        rows.append({**row, **found})
    return ResultTable(table.columns, tuple(rows))
