"""What the page of an explanation shows: the statement in words, its proof as a tree, and what is disputed about it."""

from __future__ import annotations

from collections.abc import Mapping

from ahg_graph.config.prefixes import is_term
from ahg_graph.explanation import Explanation, Passage, Proof
from ahg_graph.explanation.labels import is_list_cell, word_lists, word_term
from ahg_graph.rdf.missing_premises import Absence
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Statement, Term
from ahg_server.http import urls
from ahg_server.presentation.term_presenter import Display, Shown

STANDINGS: Mapping[str, str] = {
    "asserted": "The graph asserts this.",
    "derived": "No source states this; it follows from what the graph asserts.",
    "trivial": "This is true in every graph, so it is not stored.",
    "not-entailed": "This does not follow from what the graph asserts. That does not make it false: what the sources "
    "leave open stays open.",
}
_TOUCHES = {
    "statement": "Disputed",
    "premise": "A premise is disputed",
    "thing": "Disputed about the same thing, but not this statement",
}


def describe_explanation(explanation: Explanation, display: Display) -> Shown:
    """Return what the template shows of an explanation."""
    return {
        "statement": show_statement(explanation.statement, display),
        "standing": explanation.standing,
        "sentence": STANDINGS[explanation.standing],
        "proof": _show_proof(explanation.proof, display, {}) if explanation.proof else None,
        "picture": draw_proof(explanation.proof, display) if explanation.proof and explanation.proof.rule else None,
        "evidence": display.show_parts(_list_parts(explanation.proof)) if explanation.proof else [],
        "disputes": [
            {
                "touch": _TOUCHES[dispute.touch],
                "text": dispute.title,
                "link": urls.find_thing(dispute.discrepancy),
                "ruling": dispute.ruling,
                "readings": [
                    {
                        "text": reading.summary,
                        "link": urls.find_thing(reading.reading),
                        "rank": reading.rank,
                        "evidence": _show_passages(reading.passages),
                    }
                    for reading in dispute.readings
                ],
            }
            for dispute in explanation.disputes
        ],
    }


def _list_parts(proof: Proof) -> set[str]:
    """Return every part of a document that a proof rests on."""
    found: set[str] = set()
    waiting = [proof]
    while waiting:
        step = waiting.pop()
        waiting += step.premises
        found.update(passage.part for passage in step.passages)
    return found


def draw_proof(proof: Proof, display: Display) -> Shown:
    """Return the proof as boxes and arrows, premises above what they imply; axioms and equal statements stand once."""
    nodes: dict[int, Shown] = {}
    edges: list[Shown] = []

    def add(step: Proof, lists: Mapping[Term, str]) -> None:
        if id(step) in nodes:
            return
        words = " ".join(str(part["text"]) for part in show_statement(step.statement, display, lists))
        told = ", ".join(f"{p.document} {p.locator}" for p in step.passages[:2])
        more = f" and {len(step.passages) - 2} more" if len(step.passages) > 2 else ""
        above = f"by {step.rule}" if step.rule else told + more or "given"
        nodes[id(step)] = {
            "id": str(id(step)),
            "label": words,
            "above": above,
            "link": None,
            "kind": "here" if step is proof else "",
        }
        inner = word_lists(step.premises)
        for premise in step.premises:
            if not is_list_cell(premise.statement):
                add(premise, inner)
                edges.append({"from": str(id(premise)), "to": str(id(step)), "label": "", "inferred": False})

    add(proof, {})
    numbers = {node["id"]: str(number) for number, node in enumerate(nodes.values())}
    return {
        "nodes": [{**node, "id": numbers[node["id"]]} for node in nodes.values()],
        "edges": [{**edge, "from": numbers[edge["from"]], "to": numbers[edge["to"]]} for edge in edges],
        "direction": "TB",
    }


def show_statement(statement: Statement, display: Display, lists: Mapping[Term, str] | None = None) -> list[Shown]:
    """Return subject, predicate and object as a page shows them; lists are written out."""
    return [_show_term(term, display, lists or {}) for term in statement]


def _show_proof(proof: Proof, display: Display, lists: Mapping[Term, str]) -> Shown:
    inner = word_lists(proof.premises)
    return {
        "statement": show_statement(proof.statement, display, lists),
        "rule": proof.rule,
        "sentence": proof.sentence,
        "authority": proof.authority,
        "positions": [str(position) for position in proof.positions],
        "evidence": _show_passages(proof.passages),
        "is_axiom": not proof.rule and not proof.passages,
        "premises": [_show_proof(p, display, inner) for p in proof.premises if not is_list_cell(p.statement)],
        "absences": [_show_absence(absence, display) for absence in proof.absences],
    }


def _show_absence(absence: Absence, display: Display) -> Shown:
    anything = {"text": "anything", "link": None, "when": ""}
    return {
        "pattern": [anything if term is None else _show_term(term, display, {}) for term in absence.pattern or ()],
        "about": [_show_term(term, display, {}) for term in absence.terms],
        "rules": [{"rule": rule, "sentence": sentence} for rule, sentence in absence.rules],
    }


def _show_passages(passages: tuple[Passage, ...]) -> list[Shown]:
    return [{"text": f"{p.document}, {p.locator}", "link": urls.find_thing(p.part)} for p in passages]


def _show_term(term: Term, display: Display, lists: Mapping[Term, str]) -> Shown:
    if isinstance(term, NamedNode):
        known = term.value in display.items or term.value in display.words.entries
        text = display.words.name(term.value) if is_term(term.value) or not known else display.name(term.value)
        return {"text": text, "link": urls.find_thing(term.value), "when": ""}
    if isinstance(term, Literal):
        return {"text": f"“{term.value}”", "link": None, "when": ""}
    text = lists.get(term) or ("a list" if isinstance(term, BlankNode) else word_term(term))
    return {"text": text, "link": None, "when": ""}
