"""The first sentences about a thing, made from the answers of saved queries: each clause is rows, with their evidence.

A rule names a saved query and a sentence with columns in braces. Rows that differ in nothing but the listed column make
one clause. What a row says of its standing is kept: whether it is certain, stated or inferred, and disputed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.errors import AhgGraphError
from ahg_graph.queries.model import SavedQuery
from ahg_graph.service.evidence import Evidence, find_evidence
from ahg_graph.service.query_service import Engine, QueryService
from ahg_graph.service.time_wording import Timespan, show_day
from ahg_graph.sparql.result_tables import ResultTable

MOST_CLAUSES = 2
"""Clauses that a rule makes, unless it says another number."""
_MOST_LISTED, _MOST_SOURCES = 5, 3
_PLACE = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_TIMES = (
    ("startEarliest", "startLatest", "endEarliest", "endLatest"),
    ("dateEarliest", "dateLatest", "endEarliest", "endLatest"),
)

Row = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class LeadRule:
    """A sentence about a thing: `{column}` is its value, `{when}` the time of the row, `{count}` how many are listed.

    What stands in brackets is left out where a column in it is empty. `listed` is the column whose values a clause
    lists; without it each row is a clause. `most` limits the clauses. The thing is the value of `parameter`; without
    one, the rows are those that have it in `column`.
    """

    query: str
    sentence: str
    parameter: str = ""
    column: str = ""
    listed: str = ""
    most: int = MOST_CLAUSES


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a clause; `iri` is the thing that it names."""

    text: str
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its pieces, the places that support it, and how far it holds; `more` counts places left out."""

    pieces: tuple[Piece, ...]
    evidence: tuple[Evidence, ...]
    query: str
    given: Mapping[str, str]
    is_inferred: bool = False
    is_disputed: bool = False
    more: int = 0

    @property
    def text(self) -> str:
        """The clause as text."""
        return "".join(piece.text for piece in self.pieces)


async def write_lead(
    service: QueryService[Engine], rules: Sequence[LeadRule], thing: str, client: str = ""
) -> list[Clause]:
    """Return the clauses about a thing, in the order of the rules; a query that has nothing to say says nothing."""
    found = await asyncio.gather(*(_write_clauses(service, rule, thing, client) for rule in rules))
    return [clause for clauses in found for clause in clauses]


async def _write_clauses(service: QueryService[Engine], rule: LeadRule, thing: str, client: str) -> list[Clause]:
    given = {rule.parameter: thing} if rule.parameter else {}
    try:
        query = service.catalogue.get_query(rule.query)
        bound = service.bind(query, {name: [value] for name, value in given.items()})
    except AhgGraphError:  # a graph may lack the query, and the parameter may not take such a thing
        return []
    table = await service.answer(bound, client)
    if rule.column:
        rows = (row for row in table.rows if _read(row, rule.column) == thing)
        table = ResultTable(table.columns, tuple(rows))
    groups = _group(rule, table)[: rule.most]
    asked = ResultTable(table.columns, tuple(row for group in groups for row in group))
    evidence = iter(await find_evidence(service.engine, bound, asked, client) if query.evidence else [])
    clauses = []
    for group in groups:
        places = {item.part: item for _ in group for item in next(evidence, ())}
        shown = tuple(places.values())[:_MOST_SOURCES]
        clauses.append(
            Clause(
                pieces=tuple(_Sentence(rule, query, service.names.codes, group).write()),
                evidence=shown,
                query=rule.query,
                given=given,
                is_inferred=any(_read(row, "basis") == "inferred" for row in group),
                is_disputed=any(_read(row, "disputed") == "true" for row in group),
                more=len(places) - len(shown),
            )
        )
    return clauses


def _group(rule: LeadRule, table: ResultTable) -> list[list[Row]]:
    """Return the rows of each clause: those that differ in nothing that the sentence says but the listed column."""
    needed = set(_PLACE.findall(_OPTIONAL.sub("", rule.sentence))) - {"count", "when"}
    said = set(_PLACE.findall(rule.sentence)) - {"count", "when", rule.listed}
    times = {name for times in _TIMES for name in times if "{when}" in rule.sentence}
    groups: dict[tuple[str, ...], list[Row]] = {}
    for number, row in enumerate(table.rows):
        if all(name in row for name in needed):  # else the sentence would have a hole
            told = (_read(row, name) for name in sorted({*said, *times, "certainty"}))
            groups.setdefault((*told, "" if rule.listed else str(number)), []).append(row)
    return list(groups.values())


@dataclass(frozen=True)
class _Sentence:
    """The sentence of a rule about a group of rows."""

    rule: LeadRule
    query: SavedQuery
    codes: Mapping[str, Mapping[str, str]]
    rows: Sequence[Row]

    def write(self) -> Iterator[Piece]:
        """Yield its pieces; it begins with a capital and ends with a full stop."""
        row = self.rows[0]
        text = _OPTIONAL.sub(
            lambda m: m[1] if all(self._has(name) for name in _PLACE.findall(m[1])) else "", self.rule.sentence
        )
        if _read(row, "certainty") == "possible":
            text = "possibly: " + text
        pieces: list[Piece] = []
        end = 0
        for match in _PLACE.finditer(text):
            pieces += [Piece(text[end : match.start()])] if match.start() > end else []
            pieces += self._fill(match[1])
            end = match.end()
        pieces += [Piece(text[end:])] if text[end:] else []
        for number, piece in enumerate(pieces):
            shown = piece.text[:1].upper() + piece.text[1:] if number == 0 else piece.text
            yield Piece(shown, piece.iri)
        if not pieces[-1].text.endswith("."):
            yield Piece(".")

    def _has(self, name: str) -> bool:
        return bool(self._describe_time()) if name == "when" else name == "count" or name in self.rows[0]

    def _fill(self, name: str) -> list[Piece]:
        if name == "count":
            listed = self.rule.listed
            return [Piece(str(len({_read(row, listed) for row in self.rows} if listed else self.rows)))]
        if name == "when":
            return [Piece(self._describe_time() or "at a time that no document gives")]
        if name != self.rule.listed:
            return [self._name(name, self.rows[0])]
        named = {_read(row, name): row for row in self.rows if name in row}
        shown = [self._name(name, row) for row in list(named.values())[:_MOST_LISTED]]
        left = len(named) - len(shown)
        found: list[Piece] = []
        for number, piece in enumerate(shown):
            if number:
                found.append(Piece(" and " if number == len(shown) - 1 and not left else ", "))
            found.append(piece)
        return [*found, Piece(f" and {left} more")] if left else found

    def _name(self, name: str, row: Row) -> Piece:
        """Return the value of a column: a code in words, a day as a reader writes it, a label with its thing."""
        column = next((column for column in self.query.columns if column.name == name), None)
        text = _read(row, name)
        if column is not None and column.scheme:
            text = self.codes.get(column.scheme, {}).get(text, text)
        elif column is not None and column.type == "date":
            text = show_day(text)
        thing = row.get(name.removesuffix("Label"), {}) if name.endswith("Label") else {}
        return Piece(text, thing["value"] if thing.get("type") == "uri" else None)

    def _describe_time(self) -> str:
        """Return the time of the first row: of a state where the query has an end for it, else of an event."""
        columns = {column.name for column in self.query.columns}
        row = self.rows[0]
        for names in _TIMES:
            if names[0] in columns:
                time = Timespan(*(_read(row, name) or None for name in names))
                return time.describe_briefly(is_event=names[2] not in columns)
        return ""


def _read(row: Row, name: str) -> str:
    return row[name]["value"] if name in row else ""
