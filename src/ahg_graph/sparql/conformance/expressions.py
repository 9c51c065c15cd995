"""Expressions as the engine must be asked them so that their values are those of SPARQL 1.1."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.conformance.expression_kinds import (
    asks_for_truth,
    asks_for_value,
    find_kind,
    find_string,
    gives_terms,
    is_string,
    may_have_language,
    quote,
    strip,
)
from ahg_graph.sparql.conformance.extensions import DATE_ARITHMETIC
from ahg_graph.sparql.conformance.functions import (
    ADD,
    CONCATENATE,
    DATATYPE,
    FLAGS,
    GREATEST,
    IS_NUMERIC,
    LEAST,
    PATTERN,
    REPLACEMENT,
    SUBTRACT,
    TYPED,
    VALUE,
)
from ahg_graph.sparql.conformance.lexical_forms import NAMESPACE, is_computable, is_kept
from ahg_graph.sparql.conformance.numbers import is_numeric, is_well_typed
from ahg_graph.sparql.conformance.regular_expressions import (
    PatternRefused,
    check_flags,
    translate_pattern,
    translate_replacement,
)
from ahg_graph.sparql.conformance.splicing import Edit, splice
from ahg_graph.sparql.grammar.terms import XSD
from ahg_graph.sparql.grammar.tree import Expression, Group, Span, Term, TermKind
from ahg_graph.sparql.lexer import locate

MatchesEmpty = Callable[[str, str], bool | None]
"""Says whether an expression of the engine's, with flags, matches the empty string; None where it is none."""

_CASTS = frozenset(XSD + name for name in ("boolean", "double", "float", "decimal", "integer", "dateTime", "string"))
_MOST_OPEN = 6
"""Operands of which nothing is known that a sum may have for its dates to be added too: the text doubles with each."""


@dataclass
class Findings:
    """What was found in a query beyond its text: extensions by name, functions that the engine is to be given."""

    extensions: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    separators: list[str] = field(default_factory=list)


class ExpressionWriter(ABC):
    """Writes expressions anew where the engine's value would differ.

    `is_local`: the engine is the embedded one, which can be given functions. `has_forms`: among the terms are literals
    whose form the engine does not keep.
    """

    def __init__(self, text: str, matches_empty: MatchesEmpty, *, is_local: bool, has_forms: bool = False) -> None:
        self.text = text
        self.has_forms = has_forms
        self.findings = Findings()
        self.is_local = is_local
        self._matches_empty = matches_empty

    @abstractmethod
    def write_exists(self, group: Group) -> str:
        """Return the group of an EXISTS."""

    def write_expression(self, expression: Expression) -> str:
        """Return the text of an expression; raises QuerySyntaxError for what can only be refused."""
        if expression.op == "aggregate":
            return self._write_aggregate(expression)
        if expression.op == "call" and (written := self._write_call(expression)) is not None:
            return written
        if expression.op == "+":
            return self._write_sum(expression)
        if expression.op == "function" and expression.name not in _CASTS:
            self.findings.extensions.add(f"the function <{expression.name}>")
        if expression.term and expression.op == "term":
            return self.write_term(expression.term)
        return self._splice(expression)

    def write_operand(self, expression: Expression) -> str:
        """Return the text of an expression of which the value matters, and not the term."""
        if expression.op == "()":
            return f"({self.write_operand(expression.parts[0])})"
        term = expression.term
        if not self.has_forms or not gives_terms(expression):
            return self.write_expression(expression)
        if term and term.kind is TermKind.LITERAL:
            if not is_computable(term.value, term.datatype):
                self.refuse(term, f"the number {term.value[:40]} is larger or finer than the engine computes with")
            return term.text if is_well_typed(term.value, term.datatype) else self.write_term(term)
        return self._call(VALUE, self.write_expression(expression))

    def write_condition(self, expression: Expression) -> str:
        """Return the text of an expression that is taken for true or false (section 17.2.2).

        A literal with a language is true when it has characters; the engine gives an error.
        """
        if expression.op == "()":
            return f"({self.write_condition(expression.parts[0])})"
        written = self.write_operand(expression)
        if not may_have_language(expression):
            return written
        return f'IF(LANG({written}) != "", STRLEN(STR({written})) != 0, {written})'

    def write_term(self, term: Term) -> str:
        """Return a term that is no blank node."""
        if self.has_forms and term.kind is TermKind.LITERAL and not is_kept(term.value, term.datatype):
            return f"{quote(term.value)}^^<{NAMESPACE}{term.datatype}>"
        return term.text

    def _splice(self, expression: Expression) -> str:
        edits: list[Edit] = []
        for number, part in enumerate(expression.parts):
            if asks_for_truth(expression, number):
                edits.append((part, self.write_condition(part)))
                continue
            is_operand = asks_for_value(expression, number)
            edits.append((part, self.write_operand(part) if is_operand else self.write_expression(part)))
        if expression.group:
            edits.append((expression.group, self.write_exists(expression.group)))
        return splice(self.text, expression, edits)

    def _call(self, function: str, *arguments: str) -> str:
        self.findings.functions.add(function)
        return f"<{function}>({', '.join(arguments)})"

    # ---- Aggregates -----------------------------------------------------------------------------------------------

    def _write_aggregate(self, expression: Expression) -> str:
        if expression.name != "GROUP_CONCAT":
            if self.has_forms and expression.name in ("MIN", "MAX") and gives_terms(expression.parts[0]):
                function = LEAST if expression.name == "MIN" else GREATEST
                return self._call(function, self.write_expression(expression.parts[0]))
            return self._splice(expression)
        inner = expression.parts[0]
        written = self.write_expression(inner)
        if not is_string(inner):
            if expression.is_distinct and self.is_local:
                return self._call(self._name_concatenation(expression.separator), written)
            written = f"STR({written})"
        return splice(self.text, expression, [(inner, written)])

    def _name_concatenation(self, separator: str | None) -> str:
        """Return the function that joins the strings of different terms."""
        text = " " if separator is None else separator
        if text not in self.findings.separators:
            self.findings.separators.append(text)
        return f"{CONCATENATE}{self.findings.separators.index(text)}"

    # ---- Functions ------------------------------------------------------------------------------------------------

    def _write_call(self, expression: Expression) -> str | None:
        if expression.name in ("REGEX", "REPLACE"):
            return self._write_matching(expression)
        if expression.name == "BNODE" and expression.parts:
            self.refuse(
                expression,
                "BNODE with a label gives one blank node for each solution, and the engine gives one for all",
            )
        if self.has_forms and expression.name in ("DATATYPE", "STRDT"):
            arguments = [self.write_expression(part) for part in expression.parts]
            return self._call(DATATYPE if expression.name == "DATATYPE" else TYPED, *arguments)
        if expression.name == "ISNUMERIC":
            inner = strip(expression.parts[0])
            if inner.term and inner.term.kind is TermKind.LITERAL:
                return "true" if is_numeric(inner.term.value, inner.term.datatype) else "false"
            if self.is_local and inner.op in ("term", "call", "function", "aggregate"):
                return self._call(IS_NUMERIC, self.write_expression(expression.parts[0]))
        return None

    def _write_matching(self, expression: Expression) -> str:
        """Return REGEX or REPLACE with an expression in the engine's dialect; refuses what is none."""
        arguments = [self.write_operand(part) for part in expression.parts]
        is_replacement = expression.name == "REPLACE"
        flags_at = 3 if is_replacement else 2
        flags = find_string(expression.parts[flags_at]) if len(arguments) > flags_at else ""
        pattern = find_string(expression.parts[1])
        try:
            if len(arguments) > flags_at:
                arguments[flags_at] = self._write_flags(flags, arguments[flags_at])
            if pattern is not None and flags is not None:
                translated = translate_pattern(pattern, flags)
                self._try_pattern(translated, flags, is_replacement)
                arguments[1] = quote(translated)
            elif self.is_local:
                given = [arguments[1]]
                if len(arguments) > flags_at:
                    given.append(self.write_expression(expression.parts[flags_at]))
                arguments[1] = self._call(PATTERN, *given)
            if is_replacement:
                replacement = find_string(expression.parts[2])
                if replacement is not None:
                    arguments[2] = quote(translate_replacement(replacement))
                elif self.is_local:
                    arguments[2] = self._call(REPLACEMENT, arguments[2])
        except PatternRefused as error:
            self.refuse(expression, f"{expression.name} cannot be evaluated: {error}")
        name = self.text[expression.start : expression.start + len(expression.name)]
        written = f"{name}({', '.join(arguments)})"
        if is_replacement and (pattern is None or flags is None):
            # What matches the empty string is an error of XPath's, and the engine replaces it.
            matching = ", ".join(['""', arguments[1], *arguments[3:]])
            return f"IF(REGEX({matching}), 1/0, {written})"
        return written

    def _write_flags(self, flags: str | None, written: str) -> str:
        if flags is not None:
            return quote(check_flags(flags))
        return self._call(FLAGS, written) if self.is_local else written

    def _try_pattern(self, pattern: str, flags: str, is_replacement: bool) -> None:
        found = self._matches_empty(pattern, check_flags(flags))
        if found is None:
            raise PatternRefused("the engine cannot read it")
        if found and is_replacement:
            raise PatternRefused("it matches the empty string, which XPath forbids where something is replaced")

    # ---- Sums -----------------------------------------------------------------------------------------------------

    def _write_sum(self, expression: Expression) -> str:
        """Return a sum; the engine's has no value for many dates."""
        first, *others = expression.parts
        written, kind, opens = self.write_operand(first), find_kind(first), 0
        for sign, part in zip(expression.signs, others, strict=True):
            more, other = self.write_operand(part), find_kind(part)
            plain = f"{written} {sign} {more}"
            if "number" in (kind, other):
                written, kind = plain, "number"
                continue
            self.findings.extensions.add(DATE_ARITHMETIC.name)
            if not self.is_local:
                written = plain
                continue
            opens += 1
            by_function = f"{ADD if sign == '+' else SUBTRACT}"
            if "date" in (kind, other):
                written, kind = self._call(by_function, written, more), "date"
            elif opens <= _MOST_OPEN:
                written = f"COALESCE({plain}, {self._call(by_function, written, more)})"
            else:
                self.refuse(
                    expression, "a sum of many parts that may be dates: give some of them a type, xsd:decimal(...)"
                )
        return written

    def refuse(self, place: Span, reason: str) -> NoReturn:
        """Raise the error that names what the engine would answer otherwise, and where it stands."""
        raise QuerySyntaxError(reason, *locate(self.text, place.start))
