"""The nodes around a thing: the same, in the same order, however a store lists the rows of the answer."""

from __future__ import annotations

from itertools import permutations

from ahg_server.presentation.resource_loader import gather_nodes

EX = "https://example.org/"


def iri(name: str) -> dict[str, str]:
    return {"type": "uri", "value": EX + name}


def make_row(node: str, via: str, object: str) -> dict[str, dict[str, str]]:
    stated = {"type": "literal", "value": "false"}
    return {"node": iri(node), "via": iri(via), "predicate": iri("p"), "object": iri(object), "inferred": stated}


def test_nodes_come_by_iri_whatever_the_order_of_the_rows() -> None:
    rows = [make_row("b", "v", "y"), make_row("a", "v", "x"), make_row("b", "w", "y"), make_row("b", "v", "x")]
    first, second = nodes = gather_nodes(rows, (EX + "from",))
    assert all(gather_nodes(order, (EX + "from",)) == nodes for order in permutations(rows))
    assert (first.iri, second.iri) == (EX + "a", EX + "b")
    assert second.sections == {EX + "v", EX + "w"}
    assert second.list_values(EX + "p") == [EX + "x", EX + "y"]
