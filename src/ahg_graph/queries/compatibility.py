"""What saved queries have promised: the recorded interface of every version, and whether it is still met.

`queries/interfaces.json` holds it. A version may gain optional parameters and columns at the end; any other change
needs a new version, and the old one goes on answering from a file of its own, `name@version.rq`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ahg_graph.errors import CatalogueError
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import SavedQuery

FILE = "interfaces.json"
Contract = Mapping[str, Any]


def describe_interface(query: SavedQuery) -> dict[str, Any]:
    """Return what a version of a query promises: parameters, and columns with the key or predicates."""
    answer: dict[str, Any] = {
        "columns": [{"name": c.name, "type": c.type, "required": c.required} for c in query.columns],
        "key": list(query.key),
    }
    if query.is_graph:
        answer = {"predicates": {p.iri: {"required": p.required} for p in query.predicates}}
    return {
        "parameters": {
            p.name: {"type": p.type, "required": p.required and p.default is None, "list": p.is_list}
            for p in query.parameters
        },
        **answer,
    }


def read_contracts(folder: Path) -> dict[str, Contract]:
    """Return the recorded interfaces of a folder of queries, by `name@version`; none where nothing is recorded.

    Raises CatalogueError when the file cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{folder.name}/{FILE}", 1, f"cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise CatalogueError(f"{folder.name}/{FILE}", 1, "must be an object")
    return found


def record_contracts(folder: Path, catalogue: Catalogue) -> None:
    """Write the interfaces of all versions; raises CatalogueError when that would break what is recorded."""
    problems = check_compatibility(folder, catalogue, complete=False)
    if problems:
        raise problems[0]
    found = {f"{name}@{version}": describe_interface(query) for (name, version), query in catalogue.versions.items()}
    text = json.dumps(dict(sorted(found.items())), indent=1, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def check_compatibility(folder: Path, catalogue: Catalogue, *, complete: bool = True) -> list[CatalogueError]:
    """Return every promise that the catalogue breaks and, with `complete`, every version that is not recorded.

    Where nothing is recorded yet, nothing has been promised.
    """
    try:
        promises = read_contracts(folder)
    except CatalogueError as error:
        return [error]
    problems: list[CatalogueError] = []
    for label, promise in promises.items():
        name, _, version = label.partition("@")
        query = catalogue.versions.get((name, int(version)))
        if query is None:
            reason = f"{label} was promised and is gone; keep it as {label}.rq"
            problems.append(CatalogueError(f"{folder.name}/{FILE}", 1, reason))
            continue
        for reason in _compare(promise, describe_interface(query)):
            said = f"{reason}: give the changed query `version: {query.version + 1}` and keep this one as {label}.rq"
            problems.append(CatalogueError(query.path, 1, said))
    if complete and promises:
        for query in catalogue.versions.values():
            if f"{query.name}@{query.version}" not in promises:
                reason = f"version {query.version} is not recorded in {FILE}; `ahg-graph record-interfaces` records it"
                problems.append(CatalogueError(query.path, 1, reason))
    return problems


def _compare(promise: Contract, interface: Contract) -> list[str]:
    """Return what an interface breaks of a promise, each in words."""
    reasons: list[str] = []
    for name, was in promise["parameters"].items():
        now = interface["parameters"].get(name)
        if now is None:
            reasons.append(f"the parameter `{name}` is gone")
        elif now["type"] != was["type"]:
            reasons.append(f"the parameter `{name}` was of type {was['type']} and is of type {now['type']}")
        elif now["required"] and not was["required"]:
            reasons.append(f"the parameter `{name}` was optional and is required")
        elif was["list"] and not now["list"]:
            reasons.append(f"the parameter `{name}` was a list and takes one value")
    reasons.extend(
        f"the parameter `{name}` is new and required"
        for name, now in interface["parameters"].items()
        if now["required"] and name not in promise["parameters"]
    )
    if ("predicates" in promise) != ("predicates" in interface):
        return [*reasons, "the answer was of another form, rows or a graph"]
    return reasons + (_compare_graphs if "predicates" in promise else _compare_rows)(promise, interface)


def _compare_rows(promise: Contract, interface: Contract) -> list[str]:
    reasons: list[str] = []
    kept = interface["columns"][: len(promise["columns"])]
    for was, now in zip(promise["columns"], [*kept, *[None] * (len(promise["columns"]) - len(kept))], strict=True):
        if now is None or now["name"] != was["name"]:
            reasons.append(f"the column `{was['name']}` is gone or moved")
        elif now["type"] != was["type"]:
            reasons.append(f"the column `{was['name']}` was of type {was['type']} and is of type {now['type']}")
        elif was["required"] and not now["required"]:
            reasons.append(f"the column `{was['name']}` was never empty and may be")
    if promise["key"] != interface["key"]:
        reasons.append(f"the key was {' '.join(promise['key'])} and is {' '.join(interface['key'])}")
    return reasons


def _compare_graphs(promise: Contract, interface: Contract) -> list[str]:
    """Return what is gone or may be missing; a predicate may be added, as a column may."""
    reasons: list[str] = []
    for iri, was in promise["predicates"].items():
        now = interface["predicates"].get(iri)
        if now is None:
            reasons.append(f"the predicate {iri} is gone")
        elif was["required"] and not now["required"]:
            reasons.append(f"the predicate {iri} was in every answer and may be missing")
    return reasons
