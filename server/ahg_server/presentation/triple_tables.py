"""A graph on a page: its triples as rows of predicate and object, grouped by their subject, each by its name."""

from __future__ import annotations

from collections.abc import Mapping

from ahg_server.presentation.table_cells import ShownCell
from ahg_server.presentation.term_presenter import TermPresenter

COLUMNS = (
    {"title": "property", "meaning": "The predicate of the triple."},
    {"title": "value", "meaning": "Its object: a resource or a literal."},
)
_LONG = 40  # letters from which a cell is given more room


def describe_triple(row: Mapping[str, Mapping[str, str]], display: TermPresenter) -> list[ShownCell]:
    """Return the cells of a triple's row: predicate and object."""
    predicate = row["predicate"]["value"]
    value = display.show_value(row["object"], predicate)
    look = "long" if len(value["text"]) > _LONG else ""
    verb = {**display.show_link(predicate), "text": display.words.name(predicate), "look": ""}
    return [verb, {**value, "look": look}]


def describe_subject(
    row: Mapping[str, Mapping[str, str]], before: Mapping[str, Mapping[str, str]] | None, display: TermPresenter
) -> ShownCell | None:
    """Return what the triple is about, unless the one before it is about the same."""
    subject = row["subject"]["value"]
    return None if before is not None and before["subject"]["value"] == subject else display.show_link(subject)
