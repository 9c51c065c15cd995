"""The tools as a client lists them: one for each saved query, under its name and with its question, and a few more."""

from __future__ import annotations

from typing import Any

from mcp import types

from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.queries.parameter_schema import describe_parameter_schema

LONGEST_LIST = 25_000
"""Characters that the message with all tools may have."""

_READS = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
_TEXT = {"type": "string"}
_CURSOR: dict[str, Any] = {"cursor": _TEXT}
_PROOFS: dict[str, Any] = {"proofs": {"type": "boolean"}}


def _make(name: str, description: str, properties: dict[str, Any], required: list[str]) -> types.Tool:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return types.Tool(name=name, description=description, input_schema=schema, annotations=_READS)


ASK = _make(
    "ask",
    "A question in plain English: how it is read, with the answer; or that it is not understood, with near questions.",
    {"question": _TEXT, **_PROOFS, **_CURSOR},
    ["question"],
)
DESCRIBE = _make(
    "describe",
    "What is recorded about this thing? Its kinds, names, facts and sources. Given by IRI, slug, code or any name.",
    {"entity": _TEXT, **_CURSOR},
    ["entity"],
)
EXPLAIN = _make(
    "explain",
    "Why does this statement hold? Its source, or the proof down to the paragraphs, and where the documents disagree. "
    "Subject, predicate and object are each an IRI, a prefixed name such as ahg:attended, a slug or a name.",
    {"subject": _TEXT, "predicate": _TEXT, "object": _TEXT, **_CURSOR},
    ["subject", "predicate", "object"],
)
SPARQL = _make(
    "sparql",
    "Answer a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT or DESCRIBE); the default graph is the union of all graphs.",
    {"query": _TEXT, **_CURSOR},
    ["query"],
)
OTHERS = (ASK, DESCRIBE, EXPLAIN, SPARQL)
"""The tools beside those of the saved queries."""


def describe_query(query: SavedQuery, names: NameResolver) -> types.Tool:
    """Return the tool of a saved query."""
    properties = {parameter.name: _describe_input(parameter, query, names) for parameter in query.parameters}
    required = [p.name for p in query.parameters if p.required and p.default is None]
    return _make(query.name, query.summary, {**properties, **_PROOFS, **_CURSOR}, required)


def _describe_input(parameter: Parameter, query: SavedQuery, names: NameResolver) -> dict[str, Any]:
    schema = describe_parameter_schema(parameter, names)
    for part in (schema, schema.get("items", {})):
        part.pop("minLength", None)
    example = query.example.get(parameter.name)
    shown = f", e.g. {example[0]}" if example and "enum" not in schema.get("items", schema) else ""
    schema["description"] = parameter.description.rstrip(".") + shown
    return schema
