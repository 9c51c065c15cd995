"""A slug stands for one thing, so that a question takes it as it is.

A body and its meetings may share one, and a state and its land.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import RdfFormat, parse
from support.namespaces import ID

ROOT = Path(__file__).parents[2]
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
KINDS = {"agent", "body", "doc", "event", "initiative", "instrument", "meeting", "place", "series", "topic"}
SHARED = ({"agent", "place"}, {"body", "series"})


def _find_shared(iris: Iterable[str]) -> dict[str, set[str]]:
    """Return the slugs that things of several kinds have, with the kinds, save what may share one."""
    kinds = defaultdict(set)
    for iri in iris:
        kind, _, slug = iri.removeprefix(ID).partition("/")
        if iri.startswith(ID) and kind in KINDS and "/" not in slug:
            kinds[slug].add(kind)
    return {slug: found for slug, found in kinds.items() if len(found) > 1 and found not in SHARED}


def test_no_two_things_share_a_slug() -> None:
    quads = [
        quad.triple
        for path in sorted((ROOT / "data").glob("*/*.ttl"))
        for quad in parse(path=str(path), format=RdfFormat.TURTLE)
    ]
    iris = {str(getattr(t.subject, "value", "")) for t in quads if t.predicate.value == TYPE}
    assert len(iris) > 1000
    assert _find_shared(iris) == {}


@pytest.mark.parametrize(
    ("iris", "shared"),
    [
        (["event/set-up", "initiative/set-up"], {"set-up": {"event", "initiative"}}),
        (["body/tewg", "series/tewg"], {}),
        (["agent/thailand", "place/thailand"], {}),
        (["doc/set-up/p1", "event/set-up"], {}),
    ],
)
def test_a_shared_slug_is_found(iris: list[str], shared: dict[str, set[str]]) -> None:
    assert _find_shared(f"{ID}{iri}" for iri in iris) == shared
