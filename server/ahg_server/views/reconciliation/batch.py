"""A batch of reconciliation queries: what each asks for, and the things that may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import BadParameter
from ahg_graph.queries.candidates import FULL, Candidate, find_candidates
from ahg_graph.queries.name_resolver import NameResolver
from ahg_server.http.problems import BodyTooLarge, RequestRefused
from ahg_server.views.reconciliation.schema import Schema

MOST_QUERIES = 100
"""Queries in one batch."""

_USUAL, _MOST = 10, 100
_STRICT = ("any", "all", "should")


@dataclass(frozen=True, slots=True)
class Condition:
    """A property, as the client names it and as the graph does, and the values of which a thing is to have one."""

    name: str
    iri: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReconciliationQuery:
    """What one query of a batch asks for; `strict` says what `types` demand: any of them, all, or rather one."""

    text: str
    types: tuple[str, ...]
    strict: str
    limit: int
    conditions: tuple[Condition, ...]


def parse_batch(text: str, schema: Schema) -> dict[str, ReconciliationQuery]:
    """Return the queries of a batch by key; raises RequestRefused, BadParameter and BodyTooLarge."""
    batch = _parse_object("queries", text)
    if len(batch) > MOST_QUERIES:
        raise BodyTooLarge(f"the batch has {len(batch)} queries; send at most {MOST_QUERIES} at once")
    return {key: parse_query(found, schema, f"queries.{key}") for key, found in batch.items()}


def parse_single(text: str, schema: Schema) -> ReconciliationQuery:
    """Return the one query of the parameter `query`: an object, or the text alone."""
    found = _parse_object("query", text) if text.lstrip().startswith("{") else {"query": text}
    return parse_query(found, schema, "query")


def parse_query(found: object, schema: Schema, place: str) -> ReconciliationQuery:
    """Return a query of the JSON of one; raises BadParameter for what the protocol does not know."""
    if not isinstance(found, dict):
        raise BadParameter(place, "is no object")
    known = {"query", "type", "type_strict", "limit", "properties"}
    for key in found:
        if key not in known:
            raise BadParameter(place, f"there is no {key!r} in a query", sorted(known))
    text, properties = found.get("query", ""), found.get("properties") or []
    if not isinstance(text, str) or not isinstance(properties, list) or not (text.strip() or properties):
        raise BadParameter(place, "give a text as query, or a list of properties")
    types = found.get("type") or []
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list) or not all(isinstance(name, str) for name in types):
        raise BadParameter(place, "type is neither the identifier of a type nor a list of these")
    strict = found.get("type_strict", "any")
    if strict not in _STRICT:
        raise BadParameter(place, f"type_strict is {strict!r}", _STRICT)
    return ReconciliationQuery(
        text.strip(),
        tuple(schema.resolve_type(name) for name in types),
        strict,
        _read_limit(found.get("limit"), place),
        tuple(_parse_condition(item, schema, place) for item in properties),
    )


def list_named(names: NameResolver, query: ReconciliationQuery) -> list[Candidate]:
    """Return the things that the text of a query may mean and that have its types.

    Types that a thing should have are left aside when no name of one that has them holds the text; then nothing is
    certain.
    """
    found = _select_typed(find_candidates(names, query.text, query.types), query)
    if query.strict != "should" or any(not candidate.is_near for candidate in found):
        return found
    return [replace(c, score=c.score / 2, is_certain=False) for c in find_candidates(names, query.text)]


def list_unnamed(names: NameResolver, query: ReconciliationQuery, iris: Iterable[str]) -> list[Candidate]:
    """Return the things of some IRIs that have the types of a query without a text."""
    things = [thing for iri in iris if (thing := names.get_thing(iri)) and thing.is_one_of(query.types)]
    found = [
        Candidate(t, t.label, FULL, len(things) == 1, False) for t in sorted(things, key=lambda t: (t.label, t.iri))
    ]
    return _select_typed(found, query)


def show_candidates(
    candidates: Sequence[Candidate], query: ReconciliationQuery, having: Mapping[str, set[str]], schema: Schema
) -> list[dict[str, Any]]:
    """Return candidates as the protocol writes them; `having` is property to the things that have one of its values.

    Those that have every property are alone where there are any; otherwise nothing is certain.
    """
    full = [c for c in candidates if all(c.thing.iri in having[condition.iri] for condition in query.conditions)]
    best = [c for c in full if c.score == FULL]
    only = best[0].thing.iri if query.conditions and len(best) == 1 else None
    shown: list[tuple[float, dict[str, Any]]] = []
    for candidate in full or candidates:
        thing = candidate.thing
        met = {c.name: thing.iri in having[c.iri] for c in query.conditions}
        score = round(candidate.score * (1 + sum(met.values())) / (1 + len(met)), 2)
        found = {
            "id": write_id(thing.iri),
            "name": thing.label,
            "description": "" if candidate.name == thing.label else candidate.name,
            "score": score,
            "match": all(met.values()) and (candidate.is_certain or thing.iri == only),
            "type": schema.list_types(thing.classes),
            "features": [{"id": name, "value": value} for name, value in {"name": candidate.score, **met}.items()],
        }
        shown.append((score, found))
    return [found for _, found in sorted(shown, key=lambda pair: -pair[0])[: query.limit]]


def write_id(iri: str) -> str:
    """Return the identifier of a thing: its IRI less the identifier space."""
    return iri.removeprefix(get_home().id)


def read_id(text: str) -> str:
    """Return the IRI of an identifier, which may be the IRI itself."""
    return text if text.startswith(get_home().base) else get_home().id + text


def _select_typed(candidates: Iterable[Candidate], query: ReconciliationQuery) -> list[Candidate]:
    if query.strict != "all":
        return list(candidates)
    return [c for c in candidates if c.thing.classes.issuperset(query.types)]


def _parse_condition(found: object, schema: Schema, place: str) -> Condition:
    if not isinstance(found, dict) or not isinstance(found.get("pid"), str) or "v" not in found:
        raise BadParameter(place, "each of properties is an object with pid and v")
    values = found["v"] if isinstance(found["v"], list) else [found["v"]]
    return Condition(
        found["pid"], schema.resolve_property(found["pid"]), tuple(_read_value(value, place) for value in values)
    )


def _read_value(value: object, place: str) -> str:
    """Return a value as text; of an entity its IRI."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return read_id(value["id"])
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise BadParameter(place, "v is neither a text, a number, true or false, nor an entity with its id")


def _read_limit(value: object, place: str) -> int:
    if value is None:
        return _USUAL
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1 or value != int(value):
        raise BadParameter(place, f"limit is {value!r}, not a whole number from 1")
    return min(int(value), _MOST)


def _parse_object(name: str, text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(f"{name} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise RequestRefused(f"{name} is no JSON object")
    return found
