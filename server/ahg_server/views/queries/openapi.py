"""The OpenAPI 3.1 document: one operation a saved query, its parameters typed and its columns described."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ahg_graph.config.prefixes import get_home, shorten
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import Column, Parameter, SavedQuery
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.queries.parameter_schema import describe_parameter_schema
from ahg_graph.sparql import media_types
from ahg_graph.sparql.media_types import FORM, GRAPH_TYPES, HTML, JSON, RESULT_TYPES, SPARQL_QUERY
from ahg_graph.sparql.result_tables import Plain
from ahg_server.http import urls
from ahg_server.views.queries.openapi_parameters import COMMON_PARAMETERS, GRAPH_MEDIA_TYPES, MEDIA_TYPES, list_names

Schema = dict[str, Any]
Example = Sequence[Mapping[str, Plain]] | str
Examples = Mapping[str, Example]
_NO_EXAMPLES: Examples = MappingProxyType({})

PROBLEM = {"$ref": "#/components/schemas/Problem"}
_ERRORS = {
    "400": "The request cannot be read.",
    "404": "There is no such query, no such version of it, or no such release; releases that there are are listed.",
    "406": "None of the media types asked for can be given.",
    "410": "The release cannot be asked any more; those that can are listed.",
    "413": "The answer is larger than the limit.",
    "422": "A parameter is missing, unknown, ambiguous or of the wrong type; the closest matches are listed.",
    "429": "Too many requests from this client.",
    "503": "No worker became free in time.",
    "504": "The query reached its limit of time or memory.",
}
_PROBLEMS: Schema = {media_types.PROBLEM: {"schema": PROBLEM}, HTML: {"schema": {"type": "string"}}}
"""The media types of an error; the page is for browsers."""

_HEADERS = {
    "Link": (
        "Pages (first, prev, next, last), other formats (alternate), the permanent URL of the answer of this "
        "release (bookmark), and its changes since the release before (version-history)."
    ),
    "Release": "Identity of the release that answered.",
    "Release-Contract": "If the release was made with another text of the question: how it differs.",
    "Empty-Answer": "If there are no rows: why.",
}
_COLUMN_SCHEMAS: Mapping[str, Schema] = {
    "iri": {"type": "string", "format": "iri"},
    "term": {"type": ["string", "integer", "number", "boolean"]},
    "text": {"type": "string"},
    "code": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}


def describe_api(catalogue: Catalogue, names: NameResolver, version: str, examples: Examples = _NO_EXAMPLES) -> Schema:
    """Return the document for a catalogue and the names of a snapshot; `version` is the project's.

    `examples` are the first records of the answer to each query's example, or its first triples in Turtle, by the
    name of the query.
    """
    paths: dict[str, Schema] = {"/sparql": _describe_protocol()}
    for query in catalogue.current.values():
        paths[f"/queries/{query.name}"] = {"get": _describe_operation(query, names, examples.get(query.name))}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": get_home().title,
            "version": version,
            "summary": "Saved queries over the graph, and a SPARQL 1.1 endpoint.",
            "description": (
                "Each saved query answers in the format that its suffix "
                "(`.csv`, `.tsv`, `.srj`, `.srx`, `.json`, `.html`; "
                "for a graph `.ttl`, `.nt`, `.jsonld`, `.rdf`, `.html`), `format` or Accept asks for; "
                "without a preference in JSON, or Turtle for a graph. "
                "A thing is given by its IRI, slug, ISO code or acronym, or any recorded name. "
                "An answer is complete, or it is an error."
            ),
            "license": _describe_licence(),
        },
        "servers": [{"url": urls.address("") or "/"}],
        "tags": [{"name": tag} for tag in sorted({q.tags[0] for q in catalogue.current.values()} | {"sparql"})],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM_SCHEMA, "SparqlForm": _FORM_SCHEMA},
            "parameters": COMMON_PARAMETERS,
        },
    }


def _describe_licence() -> Schema:
    """Return the licence of the data: by its SPDX identifier if it is one of Creative Commons, else by its address."""
    home = get_home()
    name = f"{home.licence_name} (data)"
    known = re.search(r"//creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)/", home.licence)
    return (
        {"name": name, "identifier": f"CC-{known[1].upper()}-{known[2]}"}
        if known
        else {"name": name, "url": home.licence}
    )


def describe_record(query: SavedQuery) -> Schema:
    """Return the schema of one record of a query's answer."""
    return {
        "type": "object",
        "properties": {column.name: _describe_column(column) for column in query.columns},
        "required": [column.name for column in query.columns],
    }


def _describe_operation(query: SavedQuery, names: NameResolver, example: Example | None) -> Schema:
    return {
        "operationId": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": [query.tags[0]],  # generators make a class of each, and an operation in two would be there twice
        "parameters": [
            *(_describe_parameter(parameter, query, names) for parameter in query.parameters),
            *({"$ref": f"#/components/parameters/{name}"} for name in list_names(is_graph=query.is_graph)),
        ],
        "responses": {
            "200": {
                "description": f"The complete answer, or the page asked for. {_describe_answer(query)}",
                "headers": {
                    name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
                },
                "content": _describe_graph(example) if query.is_graph else _describe_rows(query, example),
            },
            **{status: {"description": text, "content": _PROBLEMS} for status, text in _ERRORS.items()},
        },
    }


def _describe_answer(query: SavedQuery) -> str:
    if not query.is_graph:
        return f"Key columns: {', '.join(query.key)}."
    return "Predicates: " + " ".join(
        f"{shorten(p.iri)}{'' if p.required else ' (optional)'}: {p.meaning}" for p in query.predicates
    )


def _describe_rows(query: SavedQuery, example: Example | None) -> dict[str, Schema]:
    content: dict[str, Schema] = {
        JSON: {"schema": {"type": "array", "items": describe_record(query)}},
        **{media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()},
    }
    content[MEDIA_TYPES["xlsx"]] = {"schema": {"type": "string", "format": "binary"}}
    content[MEDIA_TYPES["srj"]] = {"schema": {"type": "object"}}
    if example is not None:
        content[JSON]["example"] = list(example)
    return content


def _describe_graph(example: Example | None) -> dict[str, Schema]:
    content: dict[str, Schema] = {
        media_type: {"schema": {"type": "string"}} for media_type in GRAPH_MEDIA_TYPES.values()
    }
    content[GRAPH_MEDIA_TYPES["jsonld"]] = {"schema": {"type": ["array", "object"]}}
    if example is not None:
        content[GRAPH_MEDIA_TYPES["ttl"]]["example"] = example
    return content


def _describe_column(column: Column) -> Schema:
    schema = dict(_COLUMN_SCHEMAS[column.type])
    if not column.required:
        schema["type"] = [schema["type"], "null"]
    return {**schema, "description": column.meaning}


def _describe_parameter(parameter: Parameter, query: SavedQuery, names: NameResolver) -> Schema:
    schema = describe_parameter_schema(parameter, names)
    described: Schema = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and parameter.default is None,
        "allowEmptyValue": not parameter.required or parameter.default is not None,
        "description": parameter.description,
        "schema": schema,
    }
    if parameter.is_list:
        described |= {"style": "form", "explode": True}
    example = query.example.get(parameter.name)
    if example:
        described["example"] = list(example) if parameter.is_list else example[0]
    return described


def _describe_protocol() -> Schema:
    """Return the query operation of the SPARQL 1.1 Protocol, in its three forms."""
    answers: dict[str, Schema] = {
        media_type: {"schema": {}} for media_type in (JSON, *RESULT_TYPES.values(), *GRAPH_TYPES.values())
    }
    responses: Schema = {
        "200": {
            "description": "The whole answer; without a query, the service description.",
            "headers": {
                "SPARQL-Extensions": {
                    "description": "What the query uses beyond SPARQL 1.1, as a list of strings; absent if nothing.",
                    "schema": {"type": "string"},
                }
            },
            "content": answers,
        },
        "default": {"description": "Why there is no answer.", "content": _PROBLEMS},
    }
    shared = ({"$ref": f"#/components/parameters/{name}"} for name in ("excel", "timeout"))
    common = [*_DATA_SET, _PROTOCOL_FORMAT, _CSV_METADATA, *shared]
    return {
        "get": {
            "operationId": "sparql",
            "summary": "SPARQL 1.1 Protocol, query operation",
            "tags": ["sparql"],
            "parameters": [_QUERY, *common],
            "responses": responses,
        },
        "post": {
            "operationId": "sparqlByPost",
            "summary": "SPARQL 1.1 Protocol, query operation: for queries too long for a URL",
            "description": "Without a body, the query is that of the URL.",
            "tags": ["sparql"],
            "parameters": [_QUERY, *common],
            "requestBody": {
                "required": False,
                "content": {
                    SPARQL_QUERY: {"schema": {"type": "string"}},
                    FORM: {"schema": {"$ref": "#/components/schemas/SparqlForm"}},
                },
            },
            "responses": responses,
        },
    }


_CSV_METADATA: Schema = {
    "name": "csvMetadata",
    "in": "query",
    "allowEmptyValue": True,
    "description": "With 1, what describes the columns of the answer as CSV (CSV on the Web) instead of the answer.",
    "schema": {"type": "string", "enum": ["0", "1"]},
}
_QUERY: Schema = {"name": "query", "in": "query", "required": False, "schema": {"type": "string"}}
_DATA_SET: tuple[Schema, ...] = tuple(
    {
        "name": name,
        "in": "query",
        "required": False,
        "description": "Graphs of the snapshot to ask instead of all; an empty value is none.",
        "allowEmptyValue": True,
        "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
        "style": "form",
        "explode": True,
    }
    for name in ("default-graph-uri", "named-graph-uri")
)
_TYPES = tuple(known.media_type for known in (*media_types.RESULT_FORMATS, *media_types.GRAPH_FORMATS))
_PROTOCOL_FORMAT: Schema = {
    "name": "format",
    "in": "query",
    "description": (
        "Format of the answer, by its ending or its media type, which must fit the query's form; takes precedence over "
        "Accept. Other common names of a format are taken too."
    ),
    "schema": {"type": "string", "enum": [*RESULT_TYPES, "json", *GRAPH_TYPES, *_TYPES]},
    "allowEmptyValue": True,
}

_FORM_SCHEMA: Schema = {
    "type": "object",
    "properties": {parameter["name"]: parameter["schema"] for parameter in (_QUERY, *_DATA_SET, _PROTOCOL_FORMAT)},
    "required": ["query"],
}

_PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable name of the kind of problem."},
        "request": {"type": "string", "description": "Number of the request, as the server's log has it."},
        "parameter": {"type": "string", "description": "Parameter that is wrong."},
        "candidates": {"type": "array", "items": {"type": "string"}, "description": "Near or possible values."},
    },
    "required": ["title", "status", "code"],
}
