"""Prompts: the worked questions of the saved queries, and two that hold for any question."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mcp import MCPError, types

from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import NameResolver
from ahg_server.views.mcp.messages import write

_MOST_COMPLETIONS = 20
_RULES = (
    "Answer from the tools of this server alone. Give the places under `evidence` for each statement. Say what "
    "is certain and what is possible, what the curator infers, where the documents disagree, and what they leave open."
)
_GENERAL = {
    "answer-with-sources": (
        "Answer a question with the paragraphs that support it",
        "question",
        "{question}\n\nCall `ask` with this question first; if it is not understood, call the tool that fits best.",
    ),
    "check-a-claim": (
        "Check a sentence against the documents",
        "claim",
        "Is this true by the record: {claim}\n\nSay for each part whether it is stated, worked out by rules (see "
        "`explain`), disputed (see `discrepancies`), or not recorded, which does not make it false.",
    ),
}


def list_prompts(catalogue: Catalogue) -> list[types.Prompt]:
    """Return every prompt."""
    general = [
        types.Prompt(name=name, title=title, arguments=[types.PromptArgument(name=argument, required=True)])
        for name, (title, argument, _) in _GENERAL.items()
    ]
    worked = [
        types.Prompt(
            name=query.name,
            title=query.summary,
            arguments=[_describe_argument(query, name) for name in _list_blanks(query)],
        )
        for query in catalogue.current.values()
        if query.question
    ]
    return [*general, *worked]


def get_prompt(catalogue: Catalogue, name: str, given: Mapping[str, str]) -> types.GetPromptResult:
    """Return the text of a prompt with its values; raises MCPError for one that there is not, or without its values."""
    query = catalogue.current.get(name)
    if name in _GENERAL:
        title, argument, text = _GENERAL[name]
        filled = text.replace(f"{{{argument}}}", _find(given, argument))
    elif query is not None and query.question:
        title = query.summary
        values = {blank: _find(given, blank) for blank in _list_blanks(query)}
        filled = f"{query.ask_example(values)}\n\nCall the tool `{name}` with {write(values)}."
    else:
        raise MCPError(types.INVALID_PARAMS, f"there is no prompt {name!r}")
    content = types.TextContent(type="text", text=f"{filled} {_RULES}")
    return types.GetPromptResult(description=title, messages=[types.PromptMessage(role="user", content=content)])


def complete_argument(catalogue: Catalogue, names: NameResolver, prompt: str, name: str, text: str) -> list[str]:
    """Return the values that a text may become for an argument of a prompt."""
    query = catalogue.current.get(prompt)
    parameter = query.find_parameter(name) if query else None
    if parameter is None or parameter.type != "thing":
        return []
    return [match.thing.label for match in names.search(text, _MOST_COMPLETIONS, parameter.classes)]


def complete_slug(names: NameResolver, text: str) -> list[str]:
    """Return the ends of IRIs that a text may become."""
    return list(dict.fromkeys(match.thing.slug for match in names.search(text, _MOST_COMPLETIONS)))


def _list_blanks(query: SavedQuery) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\{(\w+)\}", query.question)))


def _describe_argument(query: SavedQuery, name: str) -> types.PromptArgument:
    parameter = query.find_parameter(name)
    return types.PromptArgument(name=name, description=parameter.description if parameter else None, required=True)


def _find(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "").strip()
    if not value:
        raise MCPError(types.INVALID_PARAMS, f"the argument {name} is required")
    return value
