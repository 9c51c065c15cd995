"""Why statements hold, from the proofs of a snapshot: the one place that opens them and reads what is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ahg_graph.errors import BadParameter, ReleaseGone
from ahg_graph.explanation import Explanation, ProofDatabase, explain
from ahg_graph.explanation.proof_database import NAME
from ahg_graph.explanation.term_resolution import PLACES, resolve_statement
from ahg_graph.queries.name_resolver import NameResolver


@contextmanager
def open_proofs(snapshot: Path) -> Iterator[ProofDatabase]:
    """Give the proofs of a snapshot, by its folder; raises ReleaseGone where there are none."""
    path = snapshot / NAME
    if not path.is_file():
        raise ReleaseGone("the proofs of this release are not available; ask without `evidence`")
    with ProofDatabase(path) as database:
        yield database


def explain_texts(snapshot: Path, names: NameResolver, texts: Mapping[str, str]) -> Explanation:
    """Return why a statement holds, given as short texts for `subject`, `predicate` and `object`.

    Raises BadParameter for a text that is missing, or that means nothing or several terms, and ReleaseGone.
    """
    given = {place: texts.get(place, "").strip() for place in PLACES}
    for place, text in given.items():
        if not text:
            raise BadParameter(place, "is required: an IRI, a prefixed name, a name, or the end of an IRI")
    with open_proofs(snapshot) as database:
        return explain(database, resolve_statement(database, names, *given.values()))
