"""All that is wrong with a home folder, found in one pass: from syntax errors to saved queries that break."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ahg_graph.build.alignment import Alignment, align
from ahg_graph.build.display_file import check_display, load_display
from ahg_graph.build.ontology_versions import check_versions, load_versions
from ahg_graph.build.parallel_call import ParallelCall
from ahg_graph.build.record_checks import check_coverage, check_distinctness
from ahg_graph.build.remembered_checks import check_axioms
from ahg_graph.config.home_file import read_home
from ahg_graph.config.prefixes import activate_home, get_home
from ahg_graph.errors import BuildError, BuildFailed, RuleError
from ahg_graph.queries.catalogue import Catalogue, load_catalogue
from ahg_graph.queries.compatibility import check_compatibility
from ahg_graph.queries.evidence_check import check_evidence
from ahg_graph.queries.exhaustive_check import check_all_answers
from ahg_graph.queries.validation import Row, Select, check_example_results, check_unaffected, lint_query
from ahg_graph.rdf.terms import NamedNode, Term
from ahg_graph.reasoning.closure import Closure, close_graph
from ahg_graph.reasoning.closure.ntriples_reader import pause_collection
from ahg_graph.reasoning.contradictions import describe_contradiction
from ahg_graph.reasoning.rules import Rule, load_rule_folder
from ahg_graph.shapes import Violation, check_shapes, load_shapes
from ahg_graph.shapes.slips import Names, find_undescribed, leave_out_consequences
from ahg_graph.sources.turtle import Source, Sources, load_sources
from ahg_graph.sparql.memory_dataset import MemoryDataset

Report = Callable[[str], None]
"""Called with the name of each stage as it begins."""


@dataclass(frozen=True)
class ValidationReport:
    """What was read and found: `problems` stop a build, `warnings` do not; `closure` is None where none was made.

    `held_back` counts reports of shapes that may only follow from syntax errors in the Turtle. `catalogue` is None if
    the saved queries cannot be read, `display` if there is no display file; `versions` are the ontology's earlier ones.
    """

    sources: Sources
    closure: Closure | None
    problems: tuple[object, ...]
    warnings: tuple[Violation, ...]
    held_back: int = 0
    catalogue: Catalogue | None = None
    display: Source | None = None
    versions: tuple[Source, ...] = ()
    alignment: Alignment = field(default_factory=Alignment)


@pause_collection()
def validate_home(
    home: Path, report: Report = lambda stage: None, *, full: bool = False, prove: bool = False
) -> ValidationReport:
    """Read a home folder and return all that is wrong with it, in the order of the stages.

    With syntax errors in the data, shapes and closure still run over what could be read. A contradiction among some
    of the facts is one among all of them. A shape may miss what a syntax error took away, so a report about anything
    that a damaged file names is held back. With syntax errors in the ontology neither runs. Saved queries are asked
    only of a graph without errors; `full` asks them over every value that it has. With `prove` the closure has the
    proof of each inference; contradictions have theirs always.
    """
    report("reading")
    activate_home(read_home(home))
    sources, shapes = load_sources(home), load_shapes(home)
    problems: list[object] = [*sources.errors, *shapes.errors, *sources.find_duplicates()]
    warnings: list[Violation] = []
    held_back = 0
    found: list[object] = []
    closure: Closure | None = None
    alignment = Alignment()
    if not sources.select("ontology"):
        problems.append(BuildError(f"{home}/ontology: no Turtle file; is this the project's folder?"))
    elif not any(source.errors for source in sources.select("ontology")):
        checked = None if shapes.errors else ParallelCall(partial(check_shapes, shapes, sources))
        names = Names(sources)
        undescribed = find_undescribed(sources.files, names)
        for each in undescribed:
            if _is_damaged(each.name, sources):
                held_back += 1
            else:
                problems.append(each)
        try:
            rules = _load_rules(home)
        except RuleError as error:
            found.append(error)
        else:
            report("reasoning")
            closure = close_graph(sources.triples("ontology", "register", "record"), rules, prove=prove)
            found.extend(describe_contradiction(contradiction, sources) for contradiction in closure.contradictions)
            report("testing that axioms have an effect")
            found.extend(check_axioms(sources, rules))
        report("checking shapes")
        for violation in leave_out_consequences(checked.wait() if checked else (), undescribed, names):
            if _is_follow_on_error(violation, sources):
                held_back += 1
            elif violation.severity == "violation":
                problems.append(violation)
            else:
                warnings.append(violation)
        problems.extend(found)
        if not sources.errors:
            problems += [*check_distinctness(sources), *check_coverage(sources)]
    if closure and not problems:
        alignment = align(home, sources, closure, rules, prove=prove)
        problems.extend(describe_contradiction(contradiction, sources) for contradiction in alignment.contradictions)
    report("checking saved queries")
    sound = MemoryDataset([*sources.triples(), *closure.inferred]) if closure and not problems else None
    widened = sound.widen(alignment.triples, get_home().aligned_graph) if sound and alignment.triples else None
    catalogue: Catalogue | None = None
    try:
        catalogue = load_catalogue(home / "queries")
        ask = _ask_once(sound) if sound else None
        problems.extend(_check_queries(home, catalogue, ask))
        if ask and not problems and get_home().documents:
            problems.extend(check_evidence(catalogue, ask))
        if ask and widened:
            problems.extend(check_unaffected(catalogue, ask, widened.select))
        if full and sound and not problems:
            problems.extend(check_all_answers(catalogue, sound.select, lambda name: report(f"asking {name}")))
    except BuildFailed as error:
        problems.extend(error.problems)
    display = load_display(home)
    if display:
        problems.extend(check_display(display, sources, catalogue))
    versions = load_versions(home)
    problems.extend(check_versions(versions, sources))
    return ValidationReport(
        sources, closure, tuple(problems), tuple(warnings), held_back, catalogue, display, versions, alignment
    )


def _load_rules(home: Path) -> tuple[Rule, ...]:
    rules = load_rule_folder(home / "ontology" / "rules")
    if not rules:
        raise RuleError(f"{home}/ontology/rules: no rule file")
    return rules


def _check_queries(home: Path, catalogue: Catalogue, ask: Select | None) -> Sequence[object]:
    """Return what is wrong with the saved queries: with their texts, and with their answers where there is a graph."""
    problems = [problem for query in catalogue.versions.values() for problem in lint_query(query)]
    problems += check_compatibility(home / "queries", catalogue)
    return problems or (check_example_results(catalogue, ask) if ask else [])


def _ask_once(dataset: MemoryDataset) -> Select:
    """Return what asks a data set, and each text once."""
    answers: dict[str, list[Row]] = {}

    def ask(text: str) -> list[Row]:
        if text not in answers:
            answers[text] = list(dataset.select(text))
        return answers[text]

    return ask


def _is_follow_on_error(violation: Violation, sources: Sources) -> bool:
    """Return whether a violation is about something that a file with syntax errors names."""
    return any(_is_damaged(term, sources) for term in (violation.subject, violation.value))


def _is_damaged(term: Term | None, sources: Sources) -> bool:
    """Return whether a file with syntax errors names a thing."""
    return any(_local_name(term) in source.local_names for source in sources.files if source.errors)


def _local_name(term: Term | None) -> str | None:
    return term.value.replace("#", "/").rpartition("/")[2] if isinstance(term, NamedNode) else None
