"""The values of a parameter as JSON Schema, for all who describe saved queries to programs."""

from __future__ import annotations

from typing import Any

from ahg_graph.queries.model import Parameter
from ahg_graph.queries.name_resolver import NameResolver

Schema = dict[str, Any]


def describe_parameter_schema(parameter: Parameter, names: NameResolver) -> Schema:
    """Return the schema of a parameter's value, with the closed list of a code as the snapshot has it."""
    schema: Schema = {"type": "string", "minLength": 1}
    choices = list_choices(parameter, names)
    if choices:
        schema = {"type": "string", "enum": list(choices)}
    elif parameter.type == "date":
        schema = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {"type": "array", "items": schema} if parameter.is_list else schema


def list_choices(parameter: Parameter, names: NameResolver) -> tuple[str, ...]:
    """Return the closed list of values of a code, from the snapshot or from the query's header."""
    if parameter.scheme is not None:
        return tuple(names.codes.get(parameter.scheme, ()))
    return parameter.values
