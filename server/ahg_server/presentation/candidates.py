"""What may have been meant by a value that is wrong, each with the address that has it in its place."""

from __future__ import annotations

from collections.abc import Iterable

from ahg_graph.errors import BadParameter
from ahg_graph.queries.name_resolver import read_candidate
from ahg_server.http import urls


def list_candidates(error: BadParameter, path: str, given: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return text and link of every candidate; `given` are the parameters with which the path was asked for."""
    pairs = list(given)
    names = [name for name, _ in pairs]
    place = names.index(error.parameter) if error.parameter in names else len(pairs)
    before, after = pairs[:place], [pair for pair in pairs[place + 1 :] if pair[0] != error.parameter]
    return [
        {"text": text, "link": urls.address(path, [*before, (error.parameter, read_candidate(text)), *after])}
        for text in error.candidates
    ]
