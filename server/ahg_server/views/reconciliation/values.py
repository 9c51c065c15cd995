"""What the graph says of things by some properties: to compare with what a client gives, and to add to its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.errors import BadParameter
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.queries.named_entity import fold_name
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import parse_table
from ahg_graph.sparql.types import SparqlQuery
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http.problems import BodyTooLarge, RequestRefused
from ahg_server.presentation.resource_loader import Term, load_summaries
from ahg_server.presentation.term_presenter import TermPresenter
from ahg_server.views.reconciliation.batch import Condition, read_id, write_id
from ahg_server.views.reconciliation.schema import Schema

MOST_IDS = 1000
"""Things in one request for values."""

_VALUES = parse_template(
    "SELECT DISTINCT ?item ?property ?value WHERE { "
    "?_item ?_property ?value BIND(?_item AS ?item) BIND(?_property AS ?property) FILTER(!ISBLANK(?value)) }"
)
_WITH_TERM = parse_template("SELECT DISTINCT ?item WHERE { ?item ?_property ?_value FILTER(ISIRI(?item)) }")
_WITH_TEXT = parse_template(
    "SELECT DISTINCT ?item ?text WHERE { ?item ?_property ?found "
    "FILTER(ISIRI(?item) && ISLITERAL(?found) && LCASE(STR(?found)) = LCASE(?_text)) BIND(STR(?found) AS ?text) }"
)
_XSD = PREFIXES["xsd"]
_WHOLE = {_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger", "gYear")}
_BROKEN = {_XSD + name for name in ("decimal", "double", "float")}


async def find_having(context: SnapshotContext, names: NameResolver, condition: Condition, client: str) -> set[str]:
    """Return the things that have one of the values of a property: the thing of that name, or the literal."""
    found: set[str] = set()
    for value in condition.values:
        things = [thing.iri for thing in names.find_things(value)]
        if ":" in value and _is_iri(value):
            things.append(value)
        if things:
            terms = {
                "?_property": [NamedNode(condition.iri)],
                "?_value": [NamedNode(iri) for iri in dict.fromkeys(things)],
            }
            found.update(row["item"]["value"] for row in await _ask(context, _WITH_TERM.fill(terms), client))
        text = _WITH_TEXT.fill({"?_property": [NamedNode(condition.iri)], "?_text": [Literal(value.strip())]})
        for row in await _ask(context, text, client):
            if fold_name(row["text"]["value"]) == fold_name(value):
                found.add(row["item"]["value"])
    return found


async def extend(context: SnapshotContext, schema: Schema, text: str, client: str) -> dict[str, Any]:
    """Return the answer to a data extension query: for each thing and property the values, names with them."""
    ids, asked = _parse(text)
    properties = {name: schema.resolve_property(name, "extend") for name in asked}
    known = {name: iri for name in ids if _is_iri(iri := read_id(name))}
    rows: Sequence[Mapping[str, Term]] = ()
    if known and properties:
        terms = {
            "?_item": [NamedNode(iri) for iri in dict.fromkeys(known.values())],
            "?_property": [NamedNode(iri) for iri in dict.fromkeys(properties.values())],
        }
        rows = await _ask(context, _VALUES.fill(terms), client)
    linked = {row["value"]["value"] for row in rows if row["value"]["type"] == "uri"}
    display = TermPresenter(
        await load_summaries(context, schema.vocabulary, linked, client) if linked else {}, schema.vocabulary
    )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["item"]["value"], row["property"]["value"]), []).append(_show(row["value"], display))
    meta = []
    for name, iri in properties.items():
        kind = schema.find_range(iri)
        shown = {"id": name, "name": schema.vocabulary.name(iri)}
        meta.append(shown | ({"type": schema.show_type(kind)} if kind else {}))
    return {
        "meta": meta,
        "rows": {
            name: {
                key: _limit(_sort(found.get((known.get(name, ""), iri), ())), asked[key])
                for key, iri in properties.items()
            }
            for name in ids
        },
    }


def _parse(text: str) -> tuple[list[str], dict[str, int]]:
    """Return the identifiers of a query, and property to the most values of it, 0 for all."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(f"extend is not JSON: {error}") from None
    ids, properties = (found.get("ids"), found.get("properties")) if isinstance(found, dict) else (None, None)
    if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
        raise BadParameter("extend", "ids is no list of identifiers")
    if not isinstance(properties, list) or not all(
        isinstance(item, dict) and isinstance(item.get("id"), str) for item in properties
    ):
        raise BadParameter("extend", "properties is no list of objects with an id")
    if len(ids) > MOST_IDS:
        raise BodyTooLarge(f"there are {len(ids)} ids; send at most {MOST_IDS} at once")
    return ids, {item["id"]: _read_limit(item.get("settings")) for item in properties}


def _read_limit(settings: object) -> int:
    value = settings.get("limit", 0) if isinstance(settings, dict) else 0
    value = int(value) if isinstance(value, str) and value.isdecimal() else value
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadParameter("extend", f"limit is {value!r}, not a number from 0")
    return int(value)


def _show(term: Term, display: TermPresenter) -> dict[str, Any]:
    """Return a value as the protocol writes it; a date bears the time of day that a client's parser asks for."""
    text, kind = term["value"], term.get("datatype", "")
    if term["type"] == "uri":
        is_ours = text.startswith(get_home().id)
        return {"id": write_id(text), "name": display.name(text)} if is_ours else {"str": text}
    try:
        if kind in _WHOLE:
            return {"int": int(text)}
        if kind in _BROKEN:
            return {"float": float(text)}
    except ValueError:
        return {"str": text}
    if kind == _XSD + "date" and len(text) == 10:
        return {"date": f"{text}T00:00:00Z"}
    return {"str": text}


def _sort(values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(values, key=lambda value: (str(value.get("name") or next(iter(value.values()))), str(value)))


def _limit(values: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return values[:most] if most else values


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


async def _ask(context: SnapshotContext, text: str, client: str) -> Sequence[Mapping[str, Term]]:
    return parse_table((await context.ask(SparqlQuery(text), client)).body).rows
