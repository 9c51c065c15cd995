"""Triple patterns and property paths (rules 75 to 109)."""

from __future__ import annotations

from ahg_graph.sparql.grammar.expressions import ExpressionReader
from ahg_graph.sparql.grammar.terms import RDF
from ahg_graph.sparql.grammar.tree import Path, Term, TermKind, Triple

_TYPE, _FIRST, _REST, _NIL = (RDF + name for name in ("type", "first", "rest", "nil"))


TRIPLE_TERMS = "triple terms"
"""What the extension is called."""


class TriplesReader(ExpressionReader):
    """Reads triple patterns; what blank nodes and collections stand for is written out."""

    def read_triples(self, *, paths: bool = True) -> list[Triple]:
        """Read triples of one or more subjects, without braces."""
        found: list[Triple] = []
        while self._is_term():
            before = len(found)
            subject = self._read_node(found, paths)
            if len(found) == before or self._is_verb():  # `[ :p :o ]` and collections may stand for themselves
                self._read_properties(subject, found, paths, is_plain=True)
            if not self.accept("."):
                break
        return found

    def _is_term(self) -> bool:
        return (
            self.token.kind in ("variable", "iri", "name", "blank")
            or self.token.text in ("(", "[", "<<")
            or self.is_literal()
        )

    def _is_verb(self) -> bool:
        return self.token.kind in ("variable", "iri", "name") or self.token.text in ("a", "^", "!", "(")

    def _read_properties(self, subject: Term, found: list[Triple], paths: bool, is_plain: bool) -> None:
        while True:
            verb = self._read_verb(paths)
            while True:
                start = verb.start
                value = self._read_node(found, paths)
                if self.token.text in ("{|", "~"):
                    self.extensions.add("annotations of triples")
                    self.fail()
                found.append(Triple(start, self.last, subject, verb, value, is_plain))
                if not self.accept(","):
                    break
            if not self.accept(";"):
                return
            while self.accept(";"):
                pass
            if not self._is_verb():
                return

    def _read_node(self, found: list[Triple], paths: bool) -> Term:
        token = self.token
        if token.text == "[":
            self.advance()
            node = self.make_blank(token.start, token.end)
            if not self.accept("]"):
                self._read_properties(node, found, paths, is_plain=False)
                self.expect("]")
            node.end = self.last
            return node
        if token.text == "(":
            return self._read_collection(found, paths)
        if token.text == "<<":
            return self.read_triple_term()
        if token.kind == "blank":
            self.advance()
            return Term(token.start, token.end, TermKind.BLANK, token.text, token.text)
        if token.kind == "variable":
            return self.read_variable()
        return self.read_literal() if self.is_literal() else self.read_iri()

    def read_triple_term(self) -> Term:
        """Read `<< s p o >>` or `<<( s p o )>>`; what is in it is not looked at."""
        start = self.expect("<<").start
        self.extensions.add(TRIPLE_TERMS)
        has_brackets = self.accept("(") is not None
        self._read_node([], paths=False)
        self._read_verb(paths=False)
        self._read_node([], paths=False)
        if has_brackets:
            self.expect(")")
        self.expect(">>")
        return Term(start, self.last, TermKind.TRIPLE, "", self.text[start : self.last])

    def _read_collection(self, found: list[Triple], paths: bool) -> Term:
        start = self.advance().start
        first: Term | None = None
        before: Term | None = None
        while not self.accept(")"):
            node = self.make_blank(start, self.token.end)
            if before is not None:
                found.append(Triple(start, self.last, before, self._make_iri(_REST), node, False))
            first, before = first or node, node
            value = self._read_node(found, paths)
            found.append(Triple(start, self.last, node, self._make_iri(_FIRST), value, False))
        if before is None:
            return Term(start, self.last, TermKind.IRI, _NIL, f"<{_NIL}>")
        found.append(Triple(start, self.last, before, self._make_iri(_REST), self._make_iri(_NIL), False))
        assert first  # noqa: S101 - narrows the type: there was a member
        first.end = self.last
        return first

    def _make_iri(self, iri: str) -> Term:
        return Term(self.last, self.last, TermKind.IRI, iri, f"<{iri}>")

    def _read_verb(self, paths: bool) -> Term | Path:
        if self.token.kind == "variable":
            return self.read_variable()
        if not paths:
            return self._read_predicate()
        path = self._read_alternatives()
        return path.term if path.op == "iri" and path.term else path

    def _read_predicate(self) -> Term:
        if self.token.text == "a" and self.token.kind == "word":
            token = self.advance()
            return Term(token.start, token.end, TermKind.IRI, _TYPE, "a")
        return self.read_iri()

    # ---- Paths ----------------------------------------------------------------------------------------------------

    def _read_alternatives(self) -> Path:
        return self._read_chain("|")

    def _read_chain(self, sign: str) -> Path:
        parts = [self._read_part(sign)]
        while self.accept(sign):
            parts.append(self._read_part(sign))
        return parts[0] if len(parts) == 1 else Path(parts[0].start, self.last, sign, tuple(parts))

    def _read_part(self, sign: str) -> Path:
        return self._read_chain("/") if sign == "|" else self._read_element()

    def _read_element(self) -> Path:
        start = self.token.start
        if self.accept("^"):
            step = self._read_step()
            return Path(start, self.last, "^", (step,))
        return self._read_step()

    def _read_step(self) -> Path:
        start = self.token.start
        if self.accept("("):
            path = self._read_alternatives()
            self.expect(")")
            path = Path(start, self.last, path.op, path.parts, path.term)
        elif self.accept("!"):
            path = self._read_negated(start)
        else:
            term = self._read_predicate()
            path = Path(start, self.last, "iri", (), term)
        if modifier := self.accept("*", "+", "?"):
            path = Path(start, self.last, modifier.text, (path,))
        return path

    def _read_negated(self, start: int) -> Path:
        parts: list[Path] = []
        if self.accept("("):
            while not self.accept(")"):
                if parts:
                    self.expect("|")
                parts.append(self._read_negated_part())
        else:
            parts.append(self._read_negated_part())
        return Path(start, self.last, "!", tuple(parts))

    def _read_negated_part(self) -> Path:
        start = self.token.start
        is_inverse = self.accept("^") is not None
        path = Path(start, self.last, "iri", (), self._read_predicate())
        path.end = self.last
        return Path(start, self.last, "^", (path,)) if is_inverse else path
