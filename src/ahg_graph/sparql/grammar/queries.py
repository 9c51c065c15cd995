"""Queries and group graph patterns (rules 1 to 74)."""

from __future__ import annotations

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.grammar.tree import (
    Bind,
    Column,
    Element,
    Expression,
    Filter,
    Group,
    Nested,
    Query,
    Span,
    Term,
    TriplesBlock,
    Union,
    Values,
)
from ahg_graph.sparql.grammar.triples import TriplesReader

_BEGINS_TRIPLES = frozenset({"variable", "iri", "name", "blank", "string", "integer", "decimal", "double"})


def parse_sparql(text: str, base: str = "") -> Query:
    """Return the tree of a text; raises QuerySyntaxError for what is no SPARQL 1.1 query.

    LATERAL and functions of later versions are read too, and named in the query's `extensions`.
    """
    try:
        return _QueryReader(text, base).read_query()
    except RecursionError:
        raise QuerySyntaxError("the query nests too deep to be read") from None


class _QueryReader(TriplesReader):
    """Reads a query."""

    def read_query(self) -> Query:
        """Read the whole text as a query."""
        self.read_prologue()
        prologue = Span(0, self.last)
        query = self._read_form()
        query.values = self._read_values() if self.accept("VALUES") else None
        query.end = self.last
        if self.token.kind != "end":
            self.fail()
        query.prologue, query.extensions = prologue, self.extensions
        query.terms, query.literals = self.names, self.literals
        return query

    def _read_form(self) -> Query:
        word = self.expect("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")
        if word.word == "SELECT":
            return self._read_select(word.start, is_top=True)
        query = Query(word.start, word.end, word.word)
        if word.word == "CONSTRUCT":
            self._read_construct(query)
        elif word.word == "DESCRIBE":
            self._read_described(query)
            self._read_data_set(query)
            if self.token.word in ("WHERE", "{"):
                self.accept("WHERE")
                query.where = self.read_group()
        else:
            self._read_data_set(query)
            self.accept("WHERE")
            query.where = self.read_group()
        self._read_modifiers(query)
        return query

    def _read_select(self, start: int, *, is_top: bool) -> Query:
        query = Query(start, start, "SELECT")
        query.is_distinct = self.accept("DISTINCT") is not None
        query.is_reduced = not query.is_distinct and self.accept("REDUCED") is not None
        begun = self.token.start
        query.is_star = self.accept("*") is not None
        while not query.is_star and (self.token.kind == "variable" or self.token.text == "("):
            query.columns.append(self._read_column())
        if not query.is_star and not query.columns:
            self.fail()
        query.select = Span(begun, self.last)
        if is_top:
            self._read_data_set(query)
        self.accept("WHERE")
        query.where = self.read_group()
        self._read_modifiers(query)
        return query

    def _read_column(self) -> Column:
        start = self.token.start
        if self.token.kind == "variable":
            variable = self.read_variable()
            return Column(start, self.last, None, variable)
        self.expect("(")
        expression = self.read_expression()
        self.expect("AS")
        variable = self.read_variable()
        self.expect(")")
        return Column(start, self.last, expression, variable)

    def _read_construct(self, query: Query) -> None:
        if self.token.text == "{":
            self.advance()
            query.template = self.read_triples(paths=False)
            self.expect("}")
            self._read_data_set(query)
            self.accept("WHERE")
            query.where = self.read_group()
            return
        self._read_data_set(query)
        self.expect("WHERE")
        opening = self.expect("{")
        begun = self.token.start
        query.template = self.read_triples(paths=False)
        block = TriplesBlock(begun, self.last, query.template)
        self.expect("}")
        query.where = Group(opening.start, self.last, [block])

    def _read_described(self, query: Query) -> None:
        begun = self.token.start
        query.is_star = self.accept("*") is not None
        query.select = Span(begun, self.last)
        while not query.is_star and (self.token.kind == "variable" or self.is_iri()):
            query.described.append(self.read_variable_or_iri())
        if not query.is_star and not query.described:
            self.fail()

    def _read_data_set(self, query: Query) -> None:
        while self.accept("FROM"):
            is_named = self.accept("NAMED") is not None
            query.data_set.append((is_named, self.read_iri()))

    def _read_modifiers(self, query: Query) -> None:
        if self.accept("GROUP"):
            self.expect("BY")
            while (condition := self._read_condition()) is not None:
                query.group_by.append(condition)
            if not query.group_by:
                self.fail()
        if self.accept("HAVING"):
            while (constraint := self._read_constraint()) is not None:
                query.having.append(constraint)
            if not query.having:
                self.fail()
        if self.accept("ORDER"):
            self.expect("BY")
            while (order := self._read_order()) is not None:
                query.order_by.append(order)
            if not query.order_by:
                self.fail()
        before = ""
        while (word := self.accept("LIMIT", "OFFSET")) and word.word != before:
            query.has_slice = True
            before = word.word
            if self.token.kind != "integer":
                self.fail()
            self.advance()
        query.end = self.last

    def _read_condition(self) -> Column | None:
        start = self.token.start
        if self.token.kind == "variable":
            return Column(start, self.token.end, None, self.read_variable())
        if self.token.text == "(":
            self.advance()
            expression = self.read_expression()
            variable = self.read_variable() if self.accept("AS") else None
            self.expect(")")
            return Column(start, self.last, expression, variable)
        constraint = self._read_constraint()
        return Column(start, self.last, constraint, None) if constraint else None

    def _read_constraint(self) -> Expression | None:
        if self.token.text == "(":
            return self.read_bracketed()
        if self.is_iri():
            found = self.read_expression(9)
            if found.op != "function":
                self.fail()
            return found
        return self.read_call() if self.is_call() else None

    def _read_order(self) -> Expression | None:
        if self.accept("ASC", "DESC"):
            return self.read_bracketed()
        if self.token.kind == "variable":
            return self.read_expression(9)
        return self._read_constraint()

    # ---- Groups ---------------------------------------------------------------------------------------------------

    def read_group(self) -> Group:
        """Read a group with its braces."""
        group = Group(self.expect("{").start, 0)
        if word := self.accept("SELECT"):
            group.query = self._read_select(word.start, is_top=False)
            group.query.values = self._read_values() if self.accept("VALUES") else None
            group.query.end = self.last
            self.expect("}")
            group.end = self.last
            return group
        self._read_block(group)
        while self.token.text != "}":
            group.elements.append(self._read_element_of_group())
            self.accept(".")
            self._read_block(group)
        self.expect("}")
        group.end = self.last
        return group

    def _read_block(self, group: Group) -> None:
        if self.token.kind in _BEGINS_TRIPLES or self.token.text in ("(", "[", "<<") or self.is_literal():
            start = self.token.start
            group.elements.append(TriplesBlock(start, self.last, self.read_triples()))
            group.elements[-1].end = self.last

    def _read_element_of_group(self) -> Element:
        start, word = self.token.start, self.token.word
        if word == "{":
            groups = [self.read_group()]
            while self.accept("UNION"):
                groups.append(self.read_group())
            return Union(start, self.last, groups)
        if word in ("OPTIONAL", "MINUS", "GRAPH", "SERVICE", "LATERAL"):
            self.advance()
            return self._read_nested(start, word)
        if self.accept("FILTER"):
            constraint = self._read_constraint()
            return Filter(start, self.last, constraint) if constraint else self.fail()
        if self.accept("BIND"):
            self.expect("(")
            expression = self.read_expression()
            self.expect("AS")
            variable = self.read_variable()
            self.expect(")")
            return Bind(start, self.last, expression, variable)
        if self.accept("VALUES"):
            values = self._read_values()
            values.start = start
            return values
        return self.fail()

    def _read_nested(self, start: int, keyword: str) -> Nested:
        name: Term | None = None
        if keyword == "LATERAL":
            self.extensions.add("LATERAL")
        if keyword == "SERVICE":
            self.accept("SILENT")
        if keyword in ("GRAPH", "SERVICE"):
            name = self.read_variable_or_iri()
        group = self.read_group()
        return Nested(start, self.last, keyword, group, name)

    def _read_values(self) -> Values:
        start = self.last
        if self.token.kind == "variable":
            variables = [self.read_variable()]
            self.expect("{")
            rows: list[list[Term | None]] = []
            while not self.accept("}"):
                rows.append([self._read_datum()])
            return Values(start, self.last, variables, rows)
        self.expect("(")
        variables = []
        while not self.accept(")"):
            variables.append(self.read_variable())
        self.expect("{")
        rows = []
        while not self.accept("}"):
            self.expect("(")
            row: list[Term | None] = []
            while not self.accept(")"):
                row.append(self._read_datum())
            if len(row) != len(variables):
                self.fail()
            rows.append(row)
        return Values(start, self.last, variables, rows)

    def _read_datum(self) -> Term | None:
        if self.accept("UNDEF"):
            return None
        if self.token.text == "<<":
            return self.read_triple_term()
        return self.read_literal() if self.is_literal() else self.read_iri()
