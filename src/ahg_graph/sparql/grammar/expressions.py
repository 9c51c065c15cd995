"""Expressions (rules 110 to 128), by the precedence of their operators."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ahg_graph.sparql.grammar.terms import TermReader, read_string
from ahg_graph.sparql.grammar.tree import Expression, Group, Span

_PRECEDENCE = {"||": 1, "&&": 2, "=": 3, "!=": 3, "<": 3, ">": 3, "<=": 3, ">=": 3, "IN": 3, "NOT": 3}
_PRECEDENCE |= {"+": 4, "-": 4, "*": 5, "/": 5}
_CHAINS = {1: "||", 2: "&&", 4: "+", 5: "*"}
_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("RAND", "NOW", "UUID", "STRUUID"), (0, 0)),
    "BNODE": (0, 1),
    "REGEX": (2, 3),
    "SUBSTR": (2, 3),
    "REPLACE": (3, 4),
    "IF": (3, 3),
    "CONCAT": (0, 1000000),
    "COALESCE": (0, 1000000),
    **dict.fromkeys(
        [
            "STR",
            "LANG",
            "DATATYPE",
            "BOUND",
            "IRI",
            "URI",
            "ABS",
            "CEIL",
            "FLOOR",
            "ROUND",
            "STRLEN",
            "UCASE",
            "LCASE",
            "ENCODE_FOR_URI",
            "YEAR",
            "MONTH",
            "DAY",
            "HOURS",
            "MINUTES",
            "SECONDS",
            "TIMEZONE",
            "TZ",
            "MD5",
            "SHA1",
            "SHA256",
            "SHA384",
            "SHA512",
            "ISIRI",
            "ISURI",
            "ISBLANK",
            "ISLITERAL",
            "ISNUMERIC",
        ],
        (1, 1),
    ),
    **dict.fromkeys(
        ["LANGMATCHES", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "STRLANG", "STRDT", "SAMETERM"],
        (2, 2),
    ),
}
"""The built-in functions and the numbers of their arguments."""
_LATER = frozenset(
    ["TRIPLE", "SUBJECT", "PREDICATE", "OBJECT", "ISTRIPLE", "LANGDIR", "HASLANG", "HASLANGDIR", "STRLANGDIR", "ADJUST"]
)
"""Functions of SPARQL 1.2 and of SPARQL-dev that the engine knows."""


class ExpressionReader(TermReader, ABC):
    """Reads expressions."""

    @abstractmethod
    def read_group(self) -> Group:
        """Read a group with its braces."""

    def read_expression(self, least: int = 1) -> Expression:
        """Read an expression of operators that bind at least so tightly."""
        left = self._read_unary()
        while True:
            if least <= 3:
                self.split_comparison()
            word = self.token.word
            binding = _PRECEDENCE.get(word, 0)
            if binding < least or not binding:
                return left
            if binding == 3:
                left = self._read_comparison(left)
                if least <= 3:
                    self.split_comparison()
                if _PRECEDENCE.get(self.token.word, 0) == 3:
                    self.fail()  # comparisons do not chain
                continue
            chain = Expression(left.start, left.end, _CHAINS[binding], [left])
            while _PRECEDENCE.get(self.token.word, 0) == binding:
                chain.signs.append(self.advance().text)
                part = self.read_expression(binding + 1)
                chain.parts.append(part)
                chain.end = part.end
                if binding < 3:
                    self.split_comparison()
            left = chain

    def _read_comparison(self, left: Expression) -> Expression:
        operator = self.advance().word
        if operator == "NOT":
            self.expect("IN")
            operator = "NOT IN"
        if operator in ("IN", "NOT IN"):
            parts = self._read_list()
            return Expression(left.start, self.last, operator, [left, *parts])
        right = self.read_expression(4)
        return Expression(left.start, right.end, operator, [left, right])

    def _read_list(self) -> list[Expression]:
        self.expect("(")
        parts: list[Expression] = []
        while not self.accept(")"):
            if parts:
                self.expect(",")
            parts.append(self.read_expression())
        return parts

    def _read_unary(self) -> Expression:
        start = self.token.start
        if not self.is_literal() and (sign := self.accept("!", "-", "+")):
            part = self._read_unary()
            return Expression(start, part.end, {"-": "NEG", "+": "POS"}.get(sign.text, "!"), [part])
        return self._read_primary()

    def _read_primary(self) -> Expression:
        token = self.token
        if token.text == "(":
            return self.read_bracketed()
        if token.kind == "variable":
            term = self.read_variable()
            return Expression(term.start, term.end, "term", term=term)
        if self.is_literal():
            term = self.read_literal()
            return Expression(term.start, term.end, "term", term=term)
        if self.is_iri():
            return self._read_function()
        return self.read_call()

    def read_bracketed(self) -> Expression:
        """Read an expression in brackets; it is a node of its own, with the brackets."""
        start = self.expect("(").start
        inner = self.read_expression()
        self.expect(")")
        return Expression(start, self.last, "()", [inner])

    def _read_function(self) -> Expression:
        term = self.read_iri()
        if self.token.text != "(":
            return Expression(term.start, term.end, "term", term=term)
        parts = self._read_arguments()
        return Expression(term.start, self.last, "function", parts, term.value, term)

    def _read_arguments(self) -> list[Expression]:
        if self.peek().word == "DISTINCT":
            self.advance()
            self.fail()  # only the aggregates of a dialect have it
        return self._read_list()

    def is_call(self) -> bool:
        """Return whether a call of a built-in function or an aggregate comes next, or EXISTS."""
        name = self.token.word
        return name in _FUNCTIONS or name in _AGGREGATES or name in _LATER or name in ("NOT", "EXISTS")

    def read_call(self) -> Expression:
        """Read a call of a built-in function or an aggregate, or EXISTS."""
        token = self.token
        name = token.word if token.kind == "word" else ""
        if name == "NOT" or name == "EXISTS":
            self.advance()
            if name == "NOT":
                self.expect("EXISTS")
            group = self.read_group()
            return Expression(token.start, group.end, "EXISTS", group=group, name=name)
        if name in _AGGREGATES:
            return self._read_aggregate()
        if name in _LATER:
            self.extensions.add(f"the function {name}")
            self.advance()
            parts = self._read_list()
            return Expression(token.start, self.last, "call", parts, name)
        if name not in _FUNCTIONS:
            self.fail()
        self.advance()
        opening = self.token.end
        parts = self._read_list()
        fewest, most = _FUNCTIONS[name]
        if not fewest <= len(parts) <= most:
            self.token = token
            self.fail()
        return Expression(token.start, self.last, "call", parts, name, inner=Span(opening, self.last - 1))

    def _read_aggregate(self) -> Expression:
        token = self.advance()
        found = Expression(token.start, 0, "aggregate", name=token.word)
        opening = self.expect("(").end
        found.is_distinct = self.accept("DISTINCT") is not None
        if token.word == "COUNT" and self.accept("*"):
            pass
        else:
            found.parts.append(self.read_expression())
        found.inner = Span(opening, self.last)
        if token.word == "GROUP_CONCAT" and self.accept(";"):
            self.expect("SEPARATOR")
            self.expect("=")
            if self.token.kind != "string":
                self.fail()
            found.separator = read_string(self.advance().text)
        self.expect(")")
        found.end = self.last
        return found
