"""What the page of an explanation shows: the statement in words, its proof as a tree, and what is disputed about it."""

from __future__ import annotations

from collections.abc import Mapping

from ahg_graph.config.prefixes import is_term
from ahg_graph.explanation import Citation, Explanation, Proof
from ahg_graph.explanation.labels import is_list_cell, word_lists, word_term
from ahg_graph.explanation.outline import word_standing
from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Statement, Term
from ahg_graph.service.passages import Passages
from ahg_server.http import urls
from ahg_server.presentation.term_presenter import TemplateContext, TermPresenter

_TOUCHES = {
    "statement": "Disputed",
    "premise": "A premise is disputed",
    "thing": "Another statement about the same resource is disputed",
}


def describe_explanation(explanation: Explanation, display: TermPresenter, passages: Passages) -> TemplateContext:
    """Return what the template shows of an explanation, with the texts of the paragraphs used where there are any."""
    cited = list_cited(explanation.proof)
    return {
        "statement": show_statement(explanation.statement, display),
        "standing": explanation.standing,
        "sentence": word_standing(explanation),
        "is_curators": explanation.is_curators,
        "proof": _show_proof(explanation.proof, display, {}) if explanation.proof else None,
        "picture": draw_proof(explanation.proof, display) if explanation.proof and explanation.proof.rule else None,
        "evidence": [
            part | {"quoted": passages.show(part["iri"], cited[part["iri"]])} for part in display.show_parts(cited)
        ],
        "is_quoted": bool(passages),
        "disputes": [
            {
                "touch": _TOUCHES[dispute.touch],
                "text": dispute.title,
                "link": urls.resource(dispute.discrepancy),
                "ruling": dispute.ruling,
                "readings": [
                    {
                        "text": reading.summary,
                        "link": urls.resource(reading.reading),
                        "rank": reading.rank,
                        "evidence": _show_passages(reading.citations),
                    }
                    for reading in dispute.readings
                ],
            }
            for dispute in explanation.disputes
        ],
    }


def list_cited(proof: Proof | None) -> dict[str, set[str]]:
    """Return every part of a document that a proof depends on, each with what the statements cited from it name."""
    found: dict[str, set[str]] = {}
    waiting = [proof] if proof else []
    while waiting:
        step = waiting.pop()
        waiting += step.premises
        named = {term.value for term in step.statement if isinstance(term, NamedNode)}
        for citation in step.citations:
            found.setdefault(citation.part, set()).update(named)
    return found


def draw_proof(proof: Proof, display: TermPresenter) -> TemplateContext:
    """Return the proof as boxes and arrows, premises above conclusions; each statement once."""
    nodes: dict[int, TemplateContext] = {}
    edges: list[TemplateContext] = []

    def add(step: Proof, lists: Mapping[Term, str]) -> None:
        if id(step) in nodes:
            return
        words = " ".join(str(part["text"]) for part in show_statement(step.statement, display, lists))
        stated = ", ".join(f"{p.document} {p.locator}" for p in step.citations[:2])
        more = f" and {len(step.citations) - 2} more" if len(step.citations) > 2 else ""
        above = "worked out" if step.rule else stated + more or "stated"
        if step.reasons:
            above = f"inferred by the curator from {stated}{more}" if stated else "inferred by the curator"
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


def show_statement(
    statement: Statement, display: TermPresenter, lists: Mapping[Term, str] | None = None
) -> list[TemplateContext]:
    """Return subject, predicate and object as a page shows them; lists are written out."""
    return [_show_term(term, display, lists or {}) for term in statement]


def _show_proof(proof: Proof, display: TermPresenter, lists: Mapping[Term, str]) -> TemplateContext:
    inner = word_lists(proof.premises)
    return {
        "statement": show_statement(proof.statement, display, lists),
        "rule": proof.rule,
        "sentence": proof.sentence,
        "authority": proof.authority,
        "positions": [str(position) for position in proof.positions],
        "evidence": _show_passages(proof.citations),
        "reasons": proof.reasons,
        "is_axiom": not proof.rule and not proof.citations,
        "premises": [_show_proof(p, display, inner) for p in proof.premises if not is_list_cell(p.statement)],
        "absences": [_show_absence(absence, display) for absence in proof.absences],
    }


def _show_absence(absence: NegatedPremise, display: TermPresenter) -> TemplateContext:
    anything = {"text": "anything", "link": None, "when": ""}
    return {
        "pattern": [anything if term is None else _show_term(term, display, {}) for term in absence.pattern or ()],
        "about": [_show_term(term, display, {}) for term in absence.terms],
        "rules": [{"rule": rule, "sentence": sentence} for rule, sentence in absence.rules],
    }


def _show_passages(citations: tuple[Citation, ...]) -> list[TemplateContext]:
    return [{"text": f"{p.document}, {p.locator}", "link": urls.resource(p.part)} for p in citations]


def _show_term(term: Term, display: TermPresenter, lists: Mapping[Term, str]) -> TemplateContext:
    if isinstance(term, NamedNode):
        known = term.value in display.items or term.value in display.words.entries
        text = display.words.name(term.value) if is_term(term.value) or not known else display.name(term.value)
        return {"text": text, "link": urls.resource(term.value), "when": ""}
    if isinstance(term, Literal):
        return {"text": f"“{term.value}”", "link": None, "when": ""}
    text = lists.get(term) or ("a list" if isinstance(term, BlankNode) else word_term(term))
    return {"text": text, "link": None, "when": ""}
