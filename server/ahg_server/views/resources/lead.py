"""The first sentences of the page of a thing as its template shows them."""

from __future__ import annotations

from ahg_graph.service.lead_sentences import Clause
from ahg_server.http import urls
from ahg_server.presentation.term_presenter import TemplateContext


def show_clause(clause: Clause, thing: str) -> TemplateContext:
    """Return a clause of the page of a thing, with links to what it names, where it is written and all of it."""
    given = [*clause.given.items(), ("evidence", "1")]
    return {
        "text": clause.text,
        "pieces": [
            {
                "text": piece.text,
                "link": urls.resource(piece.iri) if piece.iri not in (None, thing) else None,
                "when": "",
            }
            for piece in clause.pieces
        ],
        "evidence": [{"text": str(item), "link": urls.resource(item.part)} for item in clause.evidence],
        "more": clause.more,
        "is_inferred": clause.is_inferred,
        "is_disputed": clause.is_disputed,
        "link": urls.query(clause.query, given),
        "disputes": urls.query("discrepancies", [("entity", thing)]),
    }
