"""A message holds as many items as fit, whole, and a cursor for the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahg_graph.errors import AnswerTooLarge, BadParameter
from ahg_server.views.mcp.messages import LONGEST_MESSAGE, fill, read_cursor, reply

RELEASE = "0123456789abcdef"
TEXTS = st.builds(str.__mul__, st.text(max_size=5), st.integers(0, 250))


def measure_sent(found: dict[str, Any]) -> int:
    message = {"jsonrpc": "2.0", "id": 12345678, "result": reply(found).model_dump(by_alias=True, mode="json")}
    return len(json.dumps(message))


@given(st.lists(st.fixed_dictionaries({"x": TEXTS, "evidence": st.just([])}), max_size=40), st.integers(0, 3))
def test_items_are_whole_and_in_order_and_fit(items: list[dict[str, Any]], start: int) -> None:
    first, found = min(start, max(0, len(items) - 1)), list[dict[str, Any]]()
    while first < len(items):
        message = fill({"question": "?"}, "rows", items[first:], first, len(items), RELEASE)
        assert measure_sent(message) <= LONGEST_MESSAGE
        assert message["rows"]
        found += message["rows"]
        if "nextCursor" not in message:
            break
        first = read_cursor({"cursor": message["nextCursor"]}, RELEASE)
    assert found == items[min(start, max(0, len(items) - 1)) :]


def test_what_fits_in_no_message_is_refused() -> None:
    with pytest.raises(AnswerTooLarge):
        fill({}, "rows", [{"x": "é" * 4_000}], 0, 1, RELEASE)
    with pytest.raises(BadParameter):
        fill({}, "rows", [], 9, 9, RELEASE)
