"""The nodes of a query's tree; `start` and `end` are offsets in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class TermKind(StrEnum):
    """What a term is."""

    IRI = "iri"
    LITERAL = "literal"
    VARIABLE = "variable"
    BLANK = "blank"
    TRIPLE = "triple"


@dataclass(slots=True)
class Span:
    """A part of the text."""

    start: int
    end: int


@dataclass(slots=True)
class Term(Span):
    """A term: `value` is the IRI, the lexical form, or the name of the variable or blank node.

    `text` is the term in full, to be written anywhere in the query; `is_name` says that a prefixed name was written.
    """

    kind: TermKind
    value: str
    text: str
    datatype: str = ""
    language: str = ""
    is_name: bool = False


@dataclass(slots=True)
class Path(Span):
    """A property path: `op` is one of `iri ^ / | * + ? !`, `parts` its operands, `term` the IRI."""

    op: str
    parts: tuple[Path, ...] = ()
    term: Term | None = None

    @property
    def zero_lengths(self) -> int:
        """Return how many solutions of length zero the path gives for one term (section 18.4)."""
        if self.op in "*?":
            return 1
        if self.op in ("iri", "!"):
            return 0
        if self.op == "|":
            return sum(part.zero_lengths for part in self.parts)
        if self.op == "+":
            return min(1, self.parts[0].zero_lengths)
        number = 1
        for part in self.parts:
            number *= part.zero_lengths
        return number


@dataclass(slots=True)
class Triple(Span):
    """A triple pattern; `verb` is a term or a path. `is_plain` says that it is written as subject, verb, object."""

    subject: Term
    verb: Term | Path
    object: Term
    is_plain: bool = True


@dataclass(slots=True)
class Expression(Span):
    """An expression.

    `op` is `term` (then `term` is set), an operator in capitals (`||`, `&&`, `=`, `+`, `IN`, `EXISTS`...), `call` of a
    built-in function with its `name` in capitals, or `function` with the IRI as `name`. Chains of one operator are
    flat, and `signs` holds the operator before each further operand of a chain of `+` or `*`.
    """

    op: str
    parts: list[Expression] = field(default_factory=list)
    name: str = ""
    term: Term | None = None
    group: Group | None = None
    signs: list[str] = field(default_factory=list)
    is_distinct: bool = False
    separator: str | None = None
    inner: Span | None = None

    @property
    def is_aggregate(self) -> bool:
        """Return whether it is an aggregate."""
        return self.op == "aggregate"

    def walk(self) -> Iterator[Expression]:
        """Yield the expression and those in it, but not those in the groups of EXISTS."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class TriplesBlock(Span):
    """Triple patterns that stand together."""

    triples: list[Triple]


@dataclass(slots=True)
class Filter(Span):
    """A constraint of its group."""

    expression: Expression


@dataclass(slots=True)
class Bind(Span):
    """An expression's value under a name."""

    expression: Expression
    variable: Term


@dataclass(slots=True)
class Values(Span):
    """Data in the query; UNDEF is None."""

    variables: list[Term]
    rows: list[list[Term | None]]


@dataclass(slots=True)
class Union(Span):
    """One group, or several that are alternatives."""

    groups: list[Group]


@dataclass(slots=True)
class Nested(Span):
    """A group behind a keyword: OPTIONAL, MINUS, GRAPH, SERVICE or LATERAL; GRAPH and SERVICE have a `name`."""

    keyword: str
    group: Group
    name: Term | None = None


@dataclass(slots=True)
class Group(Span):
    """What stands between braces: elements, or one query."""

    elements: list[Element] = field(default_factory=list)
    query: Query | None = None


Element = TriplesBlock | Filter | Bind | Values | Union | Nested


@dataclass(slots=True)
class Column(Span):
    """A column of SELECT, or a condition of GROUP BY: an expression, a variable, or both."""

    expression: Expression | None
    variable: Term | None


@dataclass(slots=True)
class Query(Span):
    """A query or subquery. `select` is the place of the columns.

    `terms` are the prefixed names and the truth values of the whole text, `literals` its literals."""

    form: str
    is_distinct: bool = False
    is_reduced: bool = False
    columns: list[Column] = field(default_factory=list)
    is_star: bool = False
    select: Span | None = None
    template: list[Triple] = field(default_factory=list)
    described: list[Term] = field(default_factory=list)
    data_set: list[tuple[bool, Term]] = field(default_factory=list)
    where: Group | None = None
    group_by: list[Column] = field(default_factory=list)
    having: list[Expression] = field(default_factory=list)
    order_by: list[Expression] = field(default_factory=list)
    has_slice: bool = False
    values: Values | None = None
    prologue: Span | None = None
    extensions: set[str] = field(default_factory=set)
    terms: list[Term] = field(default_factory=list)
    literals: list[Term] = field(default_factory=list)

    def list_expressions(self) -> Iterator[Expression]:
        """Yield the expressions of the query's own clauses, without those of its groups."""
        for column in (*self.columns, *self.group_by):
            if column.expression:
                yield column.expression
        yield from self.having
        yield from self.order_by

    @property
    def is_grouped(self) -> bool:
        """Return whether the query groups its solutions."""
        return bool(self.group_by) or any(
            part.is_aggregate for expression in self.list_expressions() for part in expression.walk()
        )
