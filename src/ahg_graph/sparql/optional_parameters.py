"""A query without what its optional parameters would do: what nobody gave is left out, what was given needs no default.

A saved query holds for any choice of its optional parameters: a variable that nothing binds means "any", by
`COALESCE(?__x, ...)` or `COALESCE(STR(?__x), "") = "" || ...`. Once it is known which are given, all of that can be
decided, and the text that an engine gets says only what is asked. The answer stays the same (SPARQL 1.1, sections 17.2
and 17.4.1): COALESCE passes over an unbound variable, a constraint that is true of every solution takes none away, and
BIND of an expression without a value binds nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ahg_graph.sparql.conformance.splicing import Edit, splice
from ahg_graph.sparql.grammar import parse_sparql
from ahg_graph.sparql.grammar.tree import (
    Bind,
    Element,
    Expression,
    Filter,
    Group,
    Nested,
    Query,
    Span,
    TermKind,
    TriplesBlock,
    Union,
)


def settle_parameters(text: str, given: Collection[str], absent: Collection[str]) -> str:
    """Return a query in which it is decided which optional parameters, each named with its `?`, have a value.

    Raises QuerySyntaxError for a text that is no query of SPARQL 1.1.
    """
    if not any(name in text for name in (*given, *absent)):
        return text
    settled = _Settlement(text, frozenset(n[1:] for n in given), frozenset(n[1:] for n in absent))
    settled.visit_query(parse_sparql(text))
    return splice(text, Span(0, len(text)), settled.edits)


@dataclass
class _Settlement:
    """The edits that decide about one text."""

    text: str
    given: frozenset[str]
    absent: frozenset[str]
    edits: list[Edit] = field(default_factory=list)

    def visit_query(self, query: Query) -> bool:
        """Edit a query, and return whether something in it binds nothing any more."""
        for expression in query.list_expressions():
            self.visit(expression)
        return query.where is not None and self._visit_group(query.where)

    def _visit_group(self, group: Group) -> bool:
        lost = self.visit_query(group.query) if group.query else False
        for number, element in enumerate(group.elements):
            before = len(self.edits)
            lost = self._visit_element(element) or lost
            if self.edits[before:] and self.edits[-1][1] == "" and self._divides(group, number):
                self.edits[-1] = (element, ".")
        return lost

    def _divides(self, group: Group, number: int) -> bool:
        """Return whether an element stands between triples that no dot keeps apart."""
        around = (*group.elements[max(0, number - 1) : number], *group.elements[number + 1 : number + 2])
        is_between = len(around) == 2 and isinstance(around[1], TriplesBlock)
        return is_between and not self.text[: group.elements[number].start].rstrip().endswith((".", "}", ")"))

    def _visit_element(self, element: Element) -> bool:
        """Edit an element, and return whether something in it binds nothing any more."""
        if isinstance(element, Filter):
            if self._judge(element.expression) is True:
                self._leave_out(element)
            else:
                self.visit(element.expression)
        elif isinstance(element, Bind):
            if self._has_no_value(element.expression):
                self._leave_out(element)
                return True
            self.visit(element.expression)
        elif isinstance(element, Union):
            return any(list(map(self._visit_group, element.groups)))
        elif isinstance(element, Nested):
            before = len(self.edits)
            if self._visit_group(element.group):
                if element.keyword != "OPTIONAL":
                    return True
                del self.edits[before:]
                self._leave_out(element)
        return False

    def visit(self, expression: Expression) -> None:
        """Edit an expression."""
        chosen = self._choose(expression)
        if chosen is not expression:
            self.edits.append((expression, self._write(chosen)))
        elif expression.op in ("||", "&&"):
            kept = [part for part in expression.parts if self._judge(part) is not (expression.op == "&&")]
            if len(kept) < len(expression.parts) and kept:
                written = f" {expression.op} ".join(self._write(part) for part in kept)
                self.edits.append((expression, written))
            else:
                self._visit_parts(expression)
        elif expression.name == "COALESCE":
            kept = [part for part in expression.parts if not self._is_absent(part)]
            if len(kept) < len(expression.parts) and kept:
                self.edits.append((expression, f"COALESCE({', '.join(map(self._write, kept))})"))
            else:
                self._visit_parts(expression)
        else:
            self._visit_parts(expression)

    def _visit_parts(self, expression: Expression) -> None:
        for part in expression.parts:
            self.visit(part)
        if expression.group:
            self._visit_group(expression.group)

    def _write(self, expression: Expression) -> str:
        inner = _Settlement(self.text, self.given, self.absent)
        inner.visit(expression)
        return splice(self.text, expression, inner.edits)

    def _choose(self, expression: Expression) -> Expression:
        """Return the part of an expression that gives its value, whatever the data; else the expression itself."""
        if expression.name == "COALESCE":
            kept = [part for part in expression.parts if not self._is_absent(part)]
            if kept and (self._is(kept[0], self.given) or len(kept) == 1 or _is_literal(kept[0])):
                return self._choose(kept[0])
        if expression.name == "IF" and (truth := self._judge(expression.parts[0])) is not None:
            return self._choose(expression.parts[1 if truth else 2])
        return expression

    def _judge(self, expression: Expression) -> bool | None:
        """Return whether an expression is true, or false, of every solution; None where the data decide."""
        if expression.op == "()":
            return self._judge(expression.parts[0])
        if expression.op in ("||", "&&"):
            decides = expression.op == "||"
            found = [self._judge(part) for part in expression.parts]
            return decides if decides in found else None if None in found else not decides
        if expression.op not in ("=", "!="):
            return None
        before, after = expression.parts
        left, right = self._choose(before), self._choose(after)
        if left is before and right is after:
            return None
        one, other = (self.text[part.start : part.end] for part in (left, right))
        same: bool | None = None
        if one == other and (_is_literal(left) or _is_variable(left)):
            same = True
        elif other == '""' and self._is(left, self.given):
            same = False  # an empty text counts as not given
        return same if same is None or expression.op == "=" else not same

    def _has_no_value(self, expression: Expression) -> bool:
        """Return whether an expression is an error for want of a parameter."""
        chosen = self._choose(expression)
        if chosen.op == "term":
            return self._is(chosen, self.absent)
        if chosen.name in ("COALESCE", "BOUND") or chosen.op in ("||", "&&", "IN", "NOT IN", "EXISTS"):
            return False
        parts = chosen.parts[:1] if chosen.name == "IF" else chosen.parts
        return any(self._has_no_value(part) for part in parts)

    def _is_absent(self, expression: Expression) -> bool:
        return self._is(expression, self.absent)

    def _is(self, expression: Expression, names: frozenset[str]) -> bool:
        """Return whether an expression is one of some variables, or STR of it."""
        term = expression.parts[0].term if expression.name == "STR" else expression.term
        return term is not None and term.kind is TermKind.VARIABLE and term.value in names

    def _leave_out(self, span: Span) -> None:
        """Leave a part out, and its line where nothing else is on it."""
        start, end = span.start, span.end
        line = self.text.rfind("\n", 0, start) + 1
        rest = self.text.find("\n", end)
        if rest >= 0 and not self.text[line:start].strip() and not self.text[end:rest].strip():
            start, end = line, rest + 1
        self.edits.append((Span(start, end), ""))


def _is_literal(expression: Expression) -> bool:
    return expression.term is not None and expression.term.kind is TermKind.LITERAL


def _is_variable(expression: Expression) -> bool:
    return expression.term is not None and expression.term.kind is TermKind.VARIABLE
