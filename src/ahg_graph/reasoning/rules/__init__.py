"""Rules as data: reading rule files, and making them into a program for the rule engine."""

from __future__ import annotations

from pathlib import Path

from ahg_graph.config.paths import find_home
from ahg_graph.reasoning.rules.rule_parser import Atom, Comparison, Rule, RuleTerm, load_rules, parse_rules

__all__ = [
    "Atom",
    "Comparison",
    "Rule",
    "RuleTerm",
    "find_rule_folder",
    "load_rule_folder",
    "load_rules",
    "parse_rules",
]


def find_rule_folder() -> Path:
    """Return the folder of the rule files of the home at hand."""
    return find_home() / "ontology" / "rules"


def load_rule_folder(folder: Path) -> tuple[Rule, ...]:
    """Read every rule file of a folder, ordered by name; raises RuleError for the first that is not well-formed."""
    return tuple(rule for path in sorted(folder.glob("*.rls")) for rule in load_rules(path))
