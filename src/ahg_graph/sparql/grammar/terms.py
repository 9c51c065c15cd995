"""Terms: IRIs, names, literals, variables, blank nodes."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.grammar.tokens import TokenReader
from ahg_graph.sparql.grammar.tree import Term, TermKind
from ahg_graph.sparql.lexer import locate, unescape

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STRING, LANGUAGE_STRING = XSD + "string", RDF + "langString"
_NUMBERS = {"integer": XSD + "integer", "decimal": XSD + "decimal", "double": XSD + "double"}
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LOCAL = re.compile(r"\\(.)", re.DOTALL)


class TermReader(TokenReader):
    """Reads terms, by the prefixes and the base that the prologue declares."""

    def __init__(self, text: str, base: str) -> None:
        super().__init__(text)
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.names: list[Term] = []
        self.literals: list[Term] = []
        self.extensions: set[str] = set()
        self._number = 0

    def read_prologue(self) -> None:
        """Read BASE and PREFIX."""
        while word := self.accept("BASE", "PREFIX"):
            if word.word == "BASE":
                self.base = self._resolve(self._expect_kind("iri"))
                continue
            name = self._expect_kind("name")
            if not name.endswith(":") or name.count(":") > 1:
                self.fail()
            self.prefixes[name[:-1]] = self._resolve(self._expect_kind("iri"))

    def is_iri(self) -> bool:
        """Return whether an IRI or a name comes next."""
        return self.token.kind in ("iri", "name")

    def read_iri(self) -> Term:
        """Read an IRI or a prefixed name."""
        token = self.token
        if token.kind == "iri":
            self.advance()
            value = self._resolve(token.text)
            return Term(token.start, token.end, TermKind.IRI, value, token.text)
        if token.kind != "name":
            self.fail()
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            place = locate(self.text, token.start)
            raise QuerySyntaxError(f"the prefix {prefix}: is not declared", *place)
        self.advance()
        value = self.prefixes[prefix] + _LOCAL.sub(r"\1", local)
        term = Term(token.start, token.end, TermKind.IRI, value, token.text, is_name=True)
        self.names.append(term)
        return term

    def read_variable(self) -> Term:
        """Read a variable."""
        token = self.token
        if token.kind != "variable":
            self.fail()
        self.advance()
        return Term(token.start, token.end, TermKind.VARIABLE, token.text[1:], "?" + token.text[1:])

    def read_variable_or_iri(self) -> Term:
        """Read a variable, an IRI or a prefixed name."""
        return self.read_variable() if self.token.kind == "variable" else self.read_iri()

    def make_blank(self, start: int, end: int) -> Term:
        """Return a blank node without a label in the text."""
        self._number += 1
        return Term(start, end, TermKind.BLANK, f"[{self._number}", "[]")

    def is_literal(self) -> bool:
        """Return whether a literal comes next."""
        return (
            self.token.kind in ("string", "integer", "decimal", "double")
            or self.token.word in ("TRUE", "FALSE")
            or (self.token.text in ("+", "-") and self._is_number(self.peek()))
        )

    def _is_number(self, token: object) -> bool:
        kind, start = getattr(token, "kind", ""), getattr(token, "start", -1)
        return kind in _NUMBERS and start == self.token.end

    def read_literal(self) -> Term:
        """Read a literal; a number may have a sign."""
        term = self._read_literal()
        self.literals.append(term)
        return term

    def _read_literal(self) -> Term:
        token = self.advance()
        if token.word in ("TRUE", "FALSE"):
            text = token.text.lower()
            term = Term(token.start, token.end, TermKind.LITERAL, text, text, XSD + "boolean")
            self.names.append(term)
            return term
        if token.text in ("+", "-"):
            number = self.advance()
            text = token.text + number.text
            return Term(token.start, number.end, TermKind.LITERAL, text, text, _NUMBERS[number.kind])
        if token.kind in _NUMBERS:
            return Term(token.start, token.end, TermKind.LITERAL, token.text, token.text, _NUMBERS[token.kind])
        if token.kind != "string":
            self.token = token
            self.fail()
        return self._finish_string(token.start, token.text)

    def _finish_string(self, start: int, written: str) -> Term:
        value = read_string(written)
        if self.token.kind == "language":
            tag = self.advance()
            text = written + tag.text
            return Term(start, tag.end, TermKind.LITERAL, value, text, LANGUAGE_STRING, tag.text[1:])
        if self.token.text == "^^":
            self.advance()
            datatype = self.read_iri()
            text = f"{written}^^{datatype.text}"
            return Term(start, datatype.end, TermKind.LITERAL, value, text, datatype.value)
        return Term(start, self.last, TermKind.LITERAL, value, written, STRING)

    def _expect_kind(self, kind: str) -> str:
        if self.token.kind != kind:
            self.fail()
        return self.advance().text

    def _resolve(self, written: str) -> str:
        value = unescape(written[1:-1])
        return value if ":" in value.partition("/")[0] else urljoin(self.base, value)


def read_string(written: str) -> str:
    """Return the characters of a string as written, quotes included."""
    size = 3 if written[:3] in ('"""', "'''") and len(written) >= 6 else 1

    def read(match: re.Match[str]) -> str:
        if match[3]:
            return _ESCAPES.get(match[3], match[3])
        return chr(int(match[1] or match[2], 16))

    return _ESCAPED.sub(read, written[size:-size])
