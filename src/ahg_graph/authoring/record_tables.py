"""A record as tables and cards, and back: what is not changed stays as it is written, to the byte."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ahg_graph.authoring.templates import SPLIT, Template
from ahg_graph.errors import BuildError
from ahg_graph.sources.turtle_blocks import Block, split_blocks, write_statement

Row = dict[str, str]


def write_tables(text: str, templates: Sequence[Template], folder: Path) -> dict[str, int]:
    """Write the families of a record into a folder and return how many things each has."""
    blocks = _split(text)
    counts: dict[str, int] = {}
    for template in templates:
        rows = [row for block in blocks if (row := template.read(block)) is not None]
        counts[template.family] = len(rows)
        write = _write_cards if template.as_cards else _write_table
        find_table(folder, template).write_text(write(template, rows), encoding="utf-8", newline="")
    return counts


def read_back(text: str, templates: Sequence[Template], folder: Path, prefixes: Mapping[str, str]) -> str:
    """Return a record with what was changed in its tables; `prefixes` are those that may be declared.

    Raises BuildError, with file and line, for a table that cannot be read.
    """
    blocks = _split(text)
    for template in templates:
        path = find_table(folder, template)
        if path.exists():
            blocks = _merge(blocks, template, list(_read(path, template)))
    return _declare("".join(block.text for block in blocks), prefixes)


def find_table(folder: Path, template: Template) -> Path:
    """Return where a family's table or cards lie in a folder."""
    return folder / f"{template.family}{'.txt' if template.as_cards else '.tsv'}"


def lay_out(text: str) -> str:
    """Return a record in the one layout: each statement as it would be written anew, comments and gaps as they are."""
    return "".join(
        write_statement(block.subject, block.predicates) if block.predicates else block.text for block in _split(text)
    )


def _split(text: str) -> list[Block]:
    try:
        return split_blocks(text)
    except ValueError as error:
        raise BuildError(f"the record cannot be read: {error}") from error


def _merge(blocks: Sequence[Block], template: Template, rows: Sequence[tuple[Row, int]]) -> list[Block]:
    """Return the blocks with the rows in place of the family's: changed, added behind the row before, or gone."""
    wanted = {row["id"]: row for row, _ in rows}
    found = {row["id"]: number for number, block in enumerate(blocks) if (row := template.read(block)) is not None}
    result: list[Block] = []
    added: dict[str, list[Row]] = {}
    last = ""
    for row, _ in rows:
        if row["id"] in found:
            last = row["id"]
        else:
            added.setdefault(last, []).append(row)
    names = {number: name for name, number in found.items()}
    for number, block in enumerate(blocks):
        name = names.get(number)
        if name is None:
            result.append(block)
        elif name not in wanted:
            if result and result[-1].is_gap:
                result[-1] = Block(result[-1].text.rstrip("\n"), result[-1].line)
        else:
            result.append(block if template.read(block) == wanted[name] else _make(template, wanted[name]))
            result.extend(_make(template, row, "\n\n") for row in added.pop(name, ()))
    result.extend(_make(template, row, "\n\n") for rows_left in added.values() for row in rows_left)
    return _end_with_newline(result)


def _make(template: Template, row: Row, before: str = "") -> Block:
    subject, predicates = template.write(row)
    return Block(before + write_statement(subject, predicates), 0, subject, predicates)


def _end_with_newline(blocks: list[Block]) -> list[Block]:
    text = "".join(block.text for block in blocks)
    tail = text[len(text.rstrip()) :]
    if tail == "\n":
        return blocks
    while blocks and not blocks[-1].text.strip():
        blocks.pop()
    return [*blocks, Block("\n", 0)]


def _declare(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a record with the prefixes declared that its new statements use."""
    head = [line for line in text.splitlines() if line.startswith("@prefix")]
    declared = {line.split()[1] for line in head}
    used = {
        term.partition(":")[0]
        for block in _split(text)
        for predicate, objects in block.predicates
        for term in (block.subject, predicate, *objects)
        if not term.startswith(('"', "<")) and ":" in term
    }
    missing = [name for name in sorted(used) if f"{name}:" not in declared and name in prefixes]
    new = [f"@prefix {name}: <{prefixes[name]}> ." for name in missing]
    if not new:
        return text
    rest = text[len("\n".join(head)) :] if text.startswith("\n".join(head)) else text
    return "\n".join(sorted([*head, *new])) + rest if rest is not text else "\n".join(new) + "\n" + text


def _write_table(template: Template, rows: Sequence[Row]) -> str:
    names = ["id", *(column.name for column in template.columns)]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return stream.getvalue()


def _write_cards(template: Template, rows: Sequence[Row]) -> str:
    """Return each thing as a line with its name and all single things, and a line for each text and each list."""
    cards = []
    for row in rows:
        shown = [column for column in template.columns if column.name in row]
        head = [column for column in shown if column.is_thing and SPLIT not in row[column.name]]
        lines = ["; ".join([row["id"], *(f"{column.name}: {row[column.name]}" for column in head)])]
        lines += [f"  {column.name}: {row[column.name]}" for column in shown if column not in head]
        cards.append("\n".join(lines))
    return "\n\n".join(cards) + ("\n" if cards else "")


def _read(path: Path, template: Template) -> Iterator[tuple[Row, int]]:
    """Yield the rows of a family's file with their lines; raises BuildError for the first that is none."""
    seen: dict[str, int] = {}
    known = {"id", *(column.name for column in template.columns)}
    for row, line in _read_cards(path) if template.as_cards else _read_table(path):
        unknown = sorted(row.keys() - known)
        if unknown:
            raise BuildError(f"{path}:{line}: there is no {unknown[0]}; there are {', '.join(sorted(known))}")
        if not row.get("id"):
            raise BuildError(f"{path}:{line}: a row needs an id")
        if row["id"] in seen:
            raise BuildError(
                f"{path}:{line}: {row['id']} is on line {seen[row['id']]} already; each row has an id of its own"
            )
        seen[row["id"]] = line
        yield {name: cell for name, cell in row.items() if cell}, line


def _read_table(path: Path) -> Iterator[tuple[Row, int]]:
    rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t")
    header = next(rows, [])
    for row in rows:
        if any(row):
            if len(row) > len(header):
                raise BuildError(f"{path}:{rows.line_num}: {len(row)} cells, and {len(header)} columns")
            yield dict(zip(header, (cell.strip() for cell in row), strict=False)), rows.line_num


def _read_cards(path: Path) -> Iterator[tuple[Row, int]]:
    row: Row = {}
    began = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        pieces = [line.strip()]
        if not line[0].isspace():
            if row:
                yield row, began
            name, *pieces = line.strip().split("; ")
            row, began = {"id": name}, number
        for piece in pieces:
            name, colon, value = piece.partition(": ")
            if not row or not colon:
                raise BuildError(f"{path}:{number}: write NAME: VALUE, under the name of a thing or behind it")
            if name in row:
                raise BuildError(f"{path}:{number}: {name} is given twice; put {SPLIT.strip()} between two values")
            row[name] = value.strip()
    if row:
        yield row, began
