"""What a saved query promises: its parameters, its columns, its key, and the statement that a row makes.

A query answers with rows (SELECT) or with a graph (CONSTRUCT). A graph is handled as the table of its triples: every
triple is a row, its three terms are the columns and the key, and it states itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.queries.list_order import find_lists
from ahg_graph.sparql.lexer import summarize_query
from ahg_graph.sparql.media_types import FORMAT_PARAMETERS
from ahg_graph.sparql.optional_parameters import settle_parameters
from ahg_graph.sparql.parameter_template import Template, parse_template
from ahg_graph.sparql.types import QueryForm

RESERVED = frozenset(
    (*FORMAT_PARAMETERS, "page", "pageSize", "evidence", "timeout", "labels", "release", "since", "excel")
)
"""Names of URL parameters that mean the same for every query."""

PARAMETER_TYPES = MappingProxyType({"thing": "_iri", "date": "_xsd_date", "text": "", "code": ""})
"""Type of a parameter to the ending of its variable."""

COLUMN_TYPES = frozenset(("iri", "text", "code", "date", "integer", "boolean"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as the URL carries it.

    `classes` are the IRIs of the classes that a thing may have (none: any thing), `scheme` the IRI of the list that a
    code belongs to, `values` a closed list where the header gives one. `day` says which day of a partial date is
    bound, `first` or `last`; `last_variable`, if any, takes the last day as well. `facet` is the
    column whose values a page offers for the parameter, unless it is the one of the same name.
    """

    name: str
    variable: str
    type: str
    required: bool
    description: str
    classes: tuple[str, ...] = ()
    scheme: str | None = None
    values: tuple[str, ...] = ()
    default: str | None = None
    is_list: bool = False
    day: str = "first"
    last_variable: str | None = None
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer: iri, text, code, date, integer or boolean; a required one is never unbound.

    `scheme` is the IRI of the list that a code belongs to; a code without one is an ISO code, an acronym or a key.
    """

    name: str
    type: str
    meaning: str
    required: bool = True
    scheme: str | None = None


TRIPLE = (
    Column("subject", "iri", "What the triple is about."),
    Column("predicate", "iri", "What it says of it."),
    Column("object", "term", "The thing or the value that it says it with."),
)
"""The columns of a graph as a table; the type `term` is any IRI or literal."""

ANY = "*"
"""In place of a predicate: any other than those that are named."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate that the triples of a graph have, by its IRI; a required one is in every answer that is not empty.

    An IRI of `*` stands for any other predicate.
    """

    iri: str
    meaning: str
    required: bool = True


@dataclass(frozen=True)
class SavedQuery:
    """A question with its interface; `text` is the whole file, header included.

    `question` is the question of the example, with `{parameter}` where its values go; it may be empty. `ask` are ways
    to ask in plain words, with `{parameter}` where a value goes and `(this|that)` where words may be chosen.

    `predicates` are those that a graph may have, and none for a query that answers with rows.

    `statements` are what a row asserts, as subject, predicate and object over the columns and parameters. `evidence`
    is a graph pattern that binds `?part` to each document part that supports a row and `?node` to the node it supports.
    `none` is a graph pattern; when it holds, an answer without rows has the reason `none`. `elsewhere` says
    where else to look when there are no rows.
    `order` holds pairs of dates, the earlier first. `rows` is the least number of rows, or triples, of the example's
    answer.
    """

    name: str
    version: int
    path: str
    summary: str
    question: str
    ask: tuple[str, ...]
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    predicates: tuple[Predicate, ...]
    key: tuple[str, ...]
    example: Mapping[str, tuple[str, ...]]
    rows: int
    statements: tuple[tuple[str, str, str], ...]
    evidence: str
    none: str
    elsewhere: str
    order: tuple[tuple[str, str], ...]
    text: str = field(repr=False)

    @property
    def form(self) -> QueryForm:
        """Whether the query answers with rows or with a graph."""
        return QueryForm.GRAPH if self.predicates else QueryForm.SELECT

    @property
    def is_graph(self) -> bool:
        """Return whether the query answers with a graph."""
        return self.form is QueryForm.GRAPH

    @property
    def unit(self) -> str:
        """What the answer is counted in."""
        return "triples" if self.is_graph else "rows"

    @property
    def needed(self) -> frozenset[str]:
        """The parameters that the query cannot be asked without: required, and without a default."""
        return frozenset(p.name for p in self.parameters if p.required and p.default is None)

    @cached_property
    def body(self) -> str:
        """The query without its header."""
        return "\n".join(row for row in self.text.split("\n") if not row.startswith("#+")).strip() + "\n"

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def prologue(self) -> str:
        """The declarations of prefixes at the head of the body."""
        return summarize_query(self.body).prologue

    @cached_property
    def template(self) -> Template:
        """The body in pieces, scanned once."""
        return parse_template(self.body)

    @cached_property
    def lists(self) -> Mapping[str, str]:
        """The columns whose cells hold lists, and what joins the members in the text of a cell."""
        names = {column.name for column in self.columns}
        return MappingProxyType({name: mark for name, mark in find_lists(self.body).items() if name in names})

    @cached_property
    def optional_variables(self) -> frozenset[str]:
        """The variables of the parameters that may be absent."""
        last = (p.last_variable for p in self.parameters if p.last_variable is not None)
        return frozenset((*(p.variable for p in self.parameters if not p.required), *last))

    def settle(self, given: Collection[str]) -> Template:
        """Return the body in pieces, without what the optional parameters would do that are not among the given."""
        chosen = self.optional_variables & frozenset(given)
        if chosen not in self._settled:
            self._settled[chosen] = parse_template(self.settle_text(self.body, chosen))
        return self._settled[chosen]

    def settle_pattern(self, pattern: str, given: Collection[str]) -> str:
        """Return a graph pattern of the header without what the optional parameters would do that are not given."""
        head = f"{self.prologue} SELECT * {{ "
        return self.settle_text(f"{head}{pattern} }}", self.optional_variables & frozenset(given))[len(head) : -1]

    def settle_text(self, text: str, given: frozenset[str]) -> str:
        """Return a text without what the optional parameters would do that are not given."""
        try:
            return settle_parameters(text, given, self.optional_variables - given)
        except QuerySyntaxError:
            return text  # `lint_query` reports it

    @cached_property
    def _settled(self) -> dict[frozenset[str], Template]:
        return {}

    def ask_example(self, labels: Mapping[str, str]) -> str:
        """Return the question of the example; `labels` names its values by parameter. Empty without one."""
        return self.question.format_map(labels)

    def find_parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, if there is one."""
        return next((p for p in self.parameters if p.name == name), None)
