"""The check of the axioms, remembered in the user's cache: it depends on the ontology, the rules and the program."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from ahg_graph.config.paths import find_cache
from ahg_graph.reasoning.axiom_tests import AxiomTest, UnsatisfiableAxiom, check_axiom_tests
from ahg_graph.reasoning.rules import Rule
from ahg_graph.sources.turtle import Sources

_MOST = 50
"""Results that are remembered, the latest of them."""
_PACKAGE = Path(__file__).parents[1]


def check_axioms(sources: Sources, rules: Sequence[Rule]) -> tuple[AxiomTest | UnsatisfiableAxiom, ...]:
    """Return the axioms of an ontology without syntax errors that have no effect, or contradict the others.

    That there are none is remembered by the hash of all that the check depends on. Anything else is found anew.
    """
    digest = hashlib.sha256(_hash_program().encode())
    for source in sources.select("ontology"):
        digest.update(source.sha256.encode())
    digest.update(repr(tuple(rules)).encode())
    folder = find_cache() / "axioms"
    passed = folder / digest.hexdigest()
    if passed.exists():
        return ()
    found = check_axiom_tests(sources.triples("ontology"), rules)
    if not found:
        with contextlib.suppress(OSError):  # it is found anew where nothing can be kept
            folder.mkdir(parents=True, exist_ok=True)
            passed.touch()
            for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-_MOST]:
                old.unlink(missing_ok=True)
    return found


@cache
def _hash_program() -> str:
    """Return a hash of the code that decides, and of the engines under it."""
    digest = hashlib.sha256(" ".join(map(version, ("nemo-python", "pyoxigraph"))).encode())
    for path in sorted(path for part in ("reasoning", "rdf") for path in (_PACKAGE / part).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
