"""Rule files: Datalog in the notation of the rule engine, read into records.

The notation is the part of the engine's language that the project needs: `@prefix`, facts, rules of atoms with `~` for
negation and comparisons of two terms, `#[name("...")]` for a rule's identifier, and above each rule a `%%%` comment
with a sentence that says what it concludes and, after `Authority:`, what it depends on. A `%! Authority:` line at the
head of the file speaks for every rule without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ahg_graph.errors import RuleError
from ahg_graph.rdf.terms import Literal, NamedNode, Variable

RuleTerm = NamedNode | Literal | Variable
"""A term of an atom."""

COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))


@dataclass(frozen=True, slots=True)
class Atom:
    """A predicate over terms; `negated` only in bodies."""

    predicate: str
    terms: tuple[RuleTerm, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition on two terms, such as `?x != ?y`."""

    left: RuleTerm
    operator: str
    right: RuleTerm


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: when all of the body and the comparisons hold, all of the heads do; a fact has no body and no name."""

    name: str
    heads: tuple[Atom, ...]
    body: tuple[Atom, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    sentence: str = ""
    authority: str = ""
    place: str = ""


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_LONGEST_INTEGER = 18  # digits; the engine counts in 64 bits

_TOKEN = re.compile(
    r"""(?P<note>%%%[^\n]*)|(?P<authority>%![ ]*Authority:[^\n]*)|(?P<comment>%[^\n]*)|(?P<space>\s+)
    |(?P<name>\#\[name\("(?P<label>[^"\n]+)"\)\])
    |(?P<directive>@prefix\b)
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<variable>\?[A-Za-z_]\w*)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<integer>[+-]?\d+)
    |(?P<mark>:-|\^\^|!=|<=|>=|[(),.~<>=])
    |(?P<word>[A-Za-z_][\w-]*(?::[\w-]*)?|:[\w-]*)""",
    re.VERBOSE,
)


def _tokens(text: str, path: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise RuleError(f"{path}:{line}: cannot read {text[at : at + 20].splitlines()[0]!r}")
        kind = str(match.lastgroup) if match.lastgroup != "label" else "name"
        if kind not in ("comment", "space"):
            yield _Token(kind, match["label"] if kind == "name" else match[0], line)
        line += match[0].count("\n")
        at = match.end()
    yield _Token("end", "the end of the file", line)


class _Parser:
    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._tokens = _tokens(text, path)
        self._token = next(self._tokens)
        self._prefixes: dict[str, str] = {}
        self._authority = ""

    def _error(self, expected: str) -> RuleError:
        return RuleError(f"{self._path}:{self._token.line}: expected {expected}, found {self._token.text!r}")

    def _next(self, kind: str, text: str = "") -> str:
        token = self._token
        if token.kind != kind or (text and token.text != text):
            raise self._error(text or kind)
        self._token = next(self._tokens)
        return token.text

    def _found(self, text: str) -> bool:
        if self._token.kind == "mark" and self._token.text == text:
            self._token = next(self._tokens)
            return True
        return False

    def rules(self) -> Iterator[Rule]:
        notes: list[str] = []
        name = ""
        while self._token.kind != "end":
            if self._token.kind == "note":
                notes.append(self._next("note")[3:].strip())
            elif self._token.kind == "authority":
                self._authority = self._next("authority").partition(":")[2].strip()
            elif self._token.kind == "directive":
                self._next("directive")
                prefix = self._next("word")
                self._prefixes[prefix] = self._next("iri")[1:-1]
                self._next("mark", ".")
            elif self._token.kind == "name":
                name = self._next("name")
            else:
                yield self._rule(name, notes)
                notes, name = [], ""

    def _rule(self, name: str, notes: list[str]) -> Rule:
        place = f"{self._path}:{self._token.line}"
        heads = [self._atom()]
        while self._found(","):
            heads.append(self._atom())
        body: list[Atom] = []
        comparisons: list[Comparison] = []
        if self._found(":-"):
            while True:
                part = self._part()
                if isinstance(part, Atom):
                    body.append(part)
                else:
                    comparisons.append(part)
                if not self._found(","):
                    break
        self._next("mark", ".")
        sentence, _, authority = " ".join(notes).partition("Authority:")
        authority = authority.strip() or self._authority
        rule = Rule(name, tuple(heads), tuple(body), tuple(comparisons), sentence.strip(), authority, place)
        _check(rule)
        return rule

    def _atom(self) -> Atom:
        negated = self._found("~")
        predicate = self._next("word")
        self._next("mark", "(")
        terms = [self._term()]
        while self._found(","):
            terms.append(self._term())
        self._next("mark", ")")
        return Atom(predicate, tuple(terms), negated)

    def _part(self) -> Atom | Comparison:
        if (self._token.kind == "word" and ":" not in self._token.text) or self._token.text == "~":
            return self._atom()
        left = self._term()
        operator = self._token.text
        if operator not in COMPARISONS:
            raise self._error("a comparison")
        self._next("mark")
        return Comparison(left, operator, self._term())

    def _term(self) -> RuleTerm:
        kind = self._token.kind
        if kind == "variable":
            return Variable(self._next(kind)[1:])
        if kind == "integer":
            if len(self._token.text) > _LONGEST_INTEGER:
                raise self._error("an integer of 18 digits at most")
            return Literal(int(self._next(kind)))
        if kind == "string":
            value = re.sub(r"\\(.)", r"\1", self._next(kind)[1:-1])
            if self._found("^^"):
                return Literal(value, datatype=self._iri())
            return Literal(value)
        return self._iri()

    def _iri(self) -> NamedNode:
        if self._token.kind == "iri":
            return self._name(self._next("iri")[1:-1])
        if self._token.kind != "word":
            raise self._error("a term")
        prefix, _, local = self._token.text.partition(":")
        if prefix + ":" not in self._prefixes:
            raise self._error("a declared prefix")
        self._next("word")
        return self._name(self._prefixes[prefix + ":"] + local)

    def _name(self, iri: str) -> NamedNode:
        try:
            return NamedNode(iri)
        except ValueError:
            raise self._error(f"an absolute IRI instead of <{iri}>") from None


def is_integer(term: RuleTerm) -> bool:
    """Return whether a rule's term is an integer, which counts and is no term of the data."""
    return isinstance(term, Literal) and term.datatype.value == _INTEGER


def _variables(atoms: tuple[Atom, ...]) -> set[Variable]:
    return {term for atom in atoms for term in atom.terms if isinstance(term, Variable)}


def _check(rule: Rule) -> None:
    """Refuse what the engine would take in another sense or not at all."""
    bound = _variables(tuple(atom for atom in rule.body if not atom.negated))
    used = _variables(rule.heads + rule.body)
    used |= {term for c in rule.comparisons for term in (c.left, c.right) if isinstance(term, Variable)}
    if loose := sorted(str(variable) for variable in used - bound):
        raise RuleError(f"{rule.place}: {', '.join(loose)} is not bound by any premise")
    for atom in rule.heads + rule.body:
        if atom.predicate == "triple" and any(is_integer(term) for term in atom.terms):
            raise RuleError(f"{rule.place}: an integer cannot be a term of a triple; rules count by integers")
    if any(head.negated for head in rule.heads):
        raise RuleError(f"{rule.place}: a conclusion cannot be negated")
    if rule.body and not (rule.name and rule.sentence):
        raise RuleError(f"{rule.place}: a rule needs #[name(...)] and above it a %%% sentence")


def parse_rules(text: str, path: str) -> tuple[Rule, ...]:
    """Return the rules and facts of a rule file's text, in order.

    `path` names the file in errors. Raises RuleError with the line for a text that is not in the notation, a variable
    that nothing binds, and a rule without a name or a sentence.
    """
    rules = tuple(_Parser(text, path).rules())
    arities: dict[str, int] = {}
    for rule in rules:
        for atom in rule.heads + rule.body:
            if arities.setdefault(atom.predicate, len(atom.terms)) != len(atom.terms):
                raise RuleError(f"{rule.place}: {atom.predicate} has {arities[atom.predicate]} terms elsewhere")
    return rules


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read a rule file; raises RuleError for one that cannot be read or is not well-formed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name}: cannot be read as text in UTF-8: {error}") from None
    return parse_rules(text, path.name)
