"""The templates by which a record is shown as tables and cards: `ontology/templates/*.tsv`, one for each family.

A template has two lines, as ROBOT's have: what the columns are called, and what stands in them. `ID class prefix:` is
the thing, `I property prefix:` other things, `A property` a text, with `@en`, `^^xsd:date` or `integer` behind.
Where a prefix is given, a name without one has it. A family whose file ends in `.cards.tsv` is shown as cards.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

from ahg_graph.errors import BuildError
from ahg_graph.sources.turtle_blocks import Block

SPLIT = " | "
"""What stands between the values of one cell."""
_CARDS = ".cards.tsv"


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column: what it is called, its property, the prefix of its things, or what follows its texts."""

    name: str
    property: str
    is_thing: bool
    prefix: str = ""
    suffix: str = ""

    def read(self, term: str) -> str | None:
        """Return a term of Turtle as the cell shows it, or None where the column cannot show it."""
        if self.is_thing:
            if term.startswith(("<", '"')) or ":" not in term:
                return None
            return term.removeprefix(self.prefix) if self.prefix and term.startswith(self.prefix) else term
        if self.suffix == "integer":
            return term if re.fullmatch(r"[+-]?\d+", term) else None
        if not term.startswith('"') or term.startswith('"""') or not term.endswith('"' + self.suffix):
            return None
        try:
            text = json.loads(term.removesuffix(self.suffix) if self.suffix else term, strict=False)
        except json.JSONDecodeError:
            return None
        fits = isinstance(text, str) and SPLIT not in text and text == " ".join(text.split())
        return text if fits and self.write(text) == term else None

    def write(self, cell: str) -> str:
        """Return the value of a cell as a term of Turtle."""
        if self.is_thing:
            return cell if ":" in cell else self.prefix + cell
        if self.suffix == "integer":
            return cell
        return json.dumps(cell, ensure_ascii=False) + self.suffix


@dataclass(frozen=True, slots=True)
class Template:
    """How a family is shown: its class, the prefix of its things, its columns, and whether as cards."""

    family: str
    kind: str
    prefix: str
    columns: tuple[TemplateColumn, ...]
    as_cards: bool

    def read(self, block: Block) -> dict[str, str] | None:
        """Return a statement as a row by the names of the columns, or None where it is none of the family.

        What the template cannot show as it stands is no row: it stays Turtle.
        """
        if not block.predicates or block.predicates[0] != ("a", (self.kind,)):
            return None
        by_property = {column.property: column for column in self.columns}
        row = {"id": block.subject.removeprefix(self.prefix) if self.prefix else block.subject}
        for predicate, objects in block.predicates[1:]:
            column = by_property.get(predicate)
            cells = [column.read(term) for term in objects] if column else [None]
            if column is None or column.name in row or None in cells:
                return None
            row[column.name] = SPLIT.join(cell for cell in cells if cell is not None)
        return row

    def write(self, row: dict[str, str]) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
        """Return a row as the subject and the predicates of a statement."""
        subject = row["id"] if ":" in row["id"] else self.prefix + row["id"]
        predicates: list[tuple[str, tuple[str, ...]]] = [("a", (self.kind,))]
        for column in self.columns:
            if cell := row.get(column.name, "").strip():
                cells = (each.strip() for each in cell.split(SPLIT.strip()))
                predicates.append((column.property, tuple(column.write(each) for each in cells if each)))
        return subject, tuple(predicates)


def load_templates(home: Path) -> tuple[Template, ...]:
    """Read every template; raises BuildError for one that is none."""
    return tuple(_load(path) for path in sorted((home / "ontology" / "templates").glob("*.tsv")))


def _load(path: Path) -> Template:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t"))
    if len(rows) != 2 or len(rows[0]) != len(rows[1]) or not rows[1][0].startswith("ID "):
        raise BuildError(f"{path}: a template has two lines of as many columns, the first of them ID and a class")
    _, kind, *prefix = rows[1][0].split()
    columns = []
    for name, text in zip(rows[0][1:], rows[1][1:], strict=True):
        what, property_, *rest = text.split()
        given = rest[0] if rest else ""
        is_thing = what == "I"
        columns.append(TemplateColumn(name, property_, is_thing, given if is_thing else "", "" if is_thing else given))
    as_cards = path.name.endswith(_CARDS)
    family = path.name.removesuffix(_CARDS).removesuffix(".tsv")
    return Template(family, kind, prefix[0] if prefix else "", tuple(columns), as_cards)
