"""What `/docs` shows: the OpenAPI description as a page, one section for each operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ahg_server.http import urls

Document = Mapping[str, Any]


def describe_operations(document: Document) -> list[dict[str, Any]]:
    """Return the operations as the template shows them, by topic: those of the saved queries, then the protocol."""
    topics: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = _describe(document, path, method, operation)
            topics.setdefault(operation["tags"][0], []).append(shown)
    return [{"tag": tag, "operations": found} for tag, found in sorted(topics.items())]


def describe_common(document: Document) -> list[dict[str, str]]:
    """Return the parameters that mean the same in every operation."""
    return [_describe_parameter(parameter) for parameter in document["components"]["parameters"].values()]


def _describe(document: Document, path: str, method: str, operation: Document) -> dict[str, Any]:
    own = [parameter for parameter in operation.get("parameters", ()) if "$ref" not in parameter]
    example = [(parameter["name"], value) for parameter in own for value in _list_examples(parameter)]
    content = operation["responses"]["200"]["content"]
    record = next((each["schema"]["items"] for each in content.values() if "items" in each["schema"]), None)
    return {
        "id": operation["operationId"],
        "anchor": f"op-{operation['operationId']}",
        "method": method.upper(),
        "path": urls.address(path),
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [_describe_parameter(parameter) for parameter in own],
        "columns": list(_list_columns(record)) if record else [],
        "example": urls.address(path, example) if method == "get" and "query" not in dict(example) else None,
    }


def _describe_parameter(parameter: Document) -> dict[str, str]:
    schema = parameter["schema"]
    inner = schema.get("items", schema)
    kind = "list of " if "items" in schema else ""
    choices = ", ".join(map(str, inner.get("enum", ())))
    return {
        "name": parameter["name"],
        "type": kind + _word_type(inner),
        "required": "required" if parameter.get("required") else "",
        "description": parameter.get("description", ""),
        "choices": choices if len(choices) < 400 else "",
        "example": ", ".join(_list_examples(parameter)),
    }


def _list_columns(record: Document) -> Iterator[dict[str, str]]:
    for name, schema in record["properties"].items():
        yield {**_describe_parameter({"name": name, "schema": schema}), "description": schema.get("description", "")}


def _word_type(schema: Document) -> str:
    kinds = schema.get("type", "any")
    found: Sequence[str] = [kinds] if isinstance(kinds, str) else kinds
    named = " or ".join(kind for kind in found if kind != "null")
    return str(schema.get("format", named)) + (", may be empty" if "null" in found else "")


def _list_examples(parameter: Document) -> list[str]:
    example = parameter.get("example", [])
    return [str(value) for value in example] if isinstance(example, list) else [str(example)]
