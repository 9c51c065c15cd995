"""Queries made by the grammar of SPARQL 1.1, with terms of the data that they are put to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from ahg_graph.rdf.terms import Literal, NamedNode, Quad

PREFIXES = "PREFIX : <https://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
_NAMES = ("a", "b", "c", "d", "e")
_STRINGS = ('"a"', '"abc"', '"A1"@en', '"b"@en', '""', '"a b"')
_NUMBERS = ("0", "1", "2", "-3", "2.5", "1e0", "10")
_OTHERS = ("true", "false", '"2020-01-31"^^xsd:date', '"2020-01-01T00:00:00Z"^^xsd:dateTime', '"z"^^:t')
_IRIS = (":s1", ":s2", ":absent")
_PATTERNS = ('"^a"', '"[b-d]+"', '"A.*", "i"', '"\\\\d"', '"b|c"', '"^$"', '"a\\\\s"', '"\\\\w$"')


@dataclass
class Vocabulary:
    """The terms of some data that queries are made with."""

    graphs: list[str]
    subjects: list[str]
    predicates: list[str]
    objects: list[str]
    rng: random.Random = field(default_factory=random.Random)


def read_vocabulary(quads: Sequence[Quad], rng: random.Random) -> Vocabulary:
    """Return the terms of quads, and one of each kind that is not among them."""

    def unique(terms: list[object]) -> list[str]:
        return sorted({str(term) for term in terms if isinstance(term, NamedNode | Literal)})

    return Vocabulary(
        [*unique([quad.graph_name for quad in quads]), ":none"],
        [*unique([quad.subject for quad in quads]), ":absent"],
        [*unique([quad.predicate for quad in quads]), ":absent"],
        [*unique([quad.object for quad in quads]), ":absent", '"absent"'],
        rng,
    )


class QueryMaker:
    """Makes one query after another."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._known = vocabulary
        self._rng = vocabulary.rng
        self._number = 0

    def make(self) -> str:
        """Return a query."""
        self._number = 0
        form = self._choose("SELECT", "SELECT", "SELECT", "SELECT", "SELECT", "ASK", "CONSTRUCT")
        if form == "ASK":
            return f"{PREFIXES}ASK {self._group(2, set())}"
        if form == "CONSTRUCT":
            scope: set[str] = set()
            group = self._group(2, scope)
            names = sorted(scope) or ["a"]
            return f"{PREFIXES}CONSTRUCT {{ ?{self._choose(*names)} :p ?{self._choose(*names)} }} WHERE {group}"
        return PREFIXES + self._select(2, set(), is_top=True)

    # ---- Queries --------------------------------------------------------------------------------------------------

    def _select(self, depth: int, outside: set[str], *, is_top: bool = False) -> str:
        scope: set[str] = set()
        group = self._group(depth, scope)
        names = sorted(scope)
        if names and self._happens(0.3):
            return self._grouped(names, group, outside)
        distinct = self._choose("", "", "DISTINCT ")
        if not names or self._happens(0.3):
            outside |= scope
            columns = "*"
            if not names:
                columns = "(1 AS ?one)"
        else:
            chosen = self._rng.sample(names, self._rng.randint(1, min(3, len(names))))
            outside |= set(chosen)
            columns = " ".join(f"?{name}" for name in chosen)
            if self._happens(0.4):
                columns += f" ({self._expression(2, names)} AS ?{self._new(outside)})"
        where = f"SELECT {distinct}{columns} WHERE {group}"
        if is_top and names and self._happens(0.2):
            where += f" ORDER BY {self._choose('', 'DESC')}({self._expression(1, names)})"
        if is_top and self._happens(0.1):
            where += f" VALUES {self._values(outside)}"
        return where

    def _grouped(self, names: list[str], group: str, outside: set[str]) -> str:
        keys = self._rng.sample(names, self._rng.randint(0, min(2, len(names))))
        outside |= set(keys)
        aggregates = " ".join(
            f"({self._aggregate(names)} AS ?{self._new(outside)})" for _ in range(self._rng.randint(1, 2))
        )
        text = f"SELECT {' '.join('?' + key for key in keys)} {aggregates} WHERE {group}"
        if keys:
            text += " GROUP BY " + " ".join(f"?{key}" for key in keys)
        if self._happens(0.2):
            text += f" HAVING (COUNT(*) {self._choose('>', '>=', '<')} {self._choose('1', '2', '3')})"
        return text

    def _aggregate(self, names: list[str]) -> str:
        argument = f"?{self._choose(*names)}"
        distinct = self._choose("", "", "DISTINCT ")
        kind = self._choose("COUNT", "COUNT", "SUM", "AVG", "MIN", "MAX", "STAR")
        if kind == "STAR":
            return f"COUNT({distinct}*)"
        return f"{kind}({distinct}{argument})"

    # ---- Groups ---------------------------------------------------------------------------------------------------

    def _group(self, depth: int, scope: set[str]) -> str:
        elements = [self._triples(scope)] if self._happens(0.85) else []
        for _ in range(self._rng.randint(0, 2)):
            elements.append(self._element(depth, scope))
        if self._happens(0.3):
            elements.append(self._triples(scope))
        if self._happens(0.4):
            elements.append(f"FILTER({self._condition(2, scope, depth)})")
        return "{ " + " ".join(elements) + " }"

    def _element(self, depth: int, scope: set[str]) -> str:
        kinds = ["bind", "values", "triples"]
        if depth:
            kinds += ["optional", "union", "minus", "graph", "graph", "select", "group", "optional"]
        kind = self._choose(*kinds)
        if kind == "bind":
            expression = self._expression(2, sorted(scope))
            return f"BIND({expression} AS ?{self._new(scope)})"
        if kind == "values":
            return f"VALUES {self._values(scope)}"
        if kind == "triples":
            return self._triples(scope)
        if kind == "minus":
            return f"MINUS {self._group(depth - 1, set(scope))}"
        if kind == "union":
            return f"{self._group(depth - 1, scope)} UNION {self._group(depth - 1, scope)}"
        if kind == "select":
            return f"{{ {self._select(depth - 1, scope)} }}"
        if kind == "graph":
            name = self._choose(*self._known.graphs) if self._happens(0.5) else f"?{self._new(scope, 'g')}"
            return f"GRAPH {name} {self._group(depth - 1, scope)}"
        inner = self._group(depth - 1, scope)
        return f"OPTIONAL {inner}" if kind == "optional" else inner

    def _triples(self, scope: set[str]) -> str:
        triples = [self._triple(scope) for _ in range(self._choose(1, 1, 1, 2))]
        return " . ".join(triples) + " ."

    def _triple(self, scope: set[str]) -> str:
        subject = self._end(scope, self._known.subjects)
        value = self._end(scope, self._known.objects)
        if self._happens(0.35):
            verb = self._path(2)
        elif self._happens(0.75):
            verb = self._choose(*self._known.predicates)
        else:
            verb = f"?{self._variable(scope)}"
        return f"{subject} {verb} {value}"

    def _end(self, scope: set[str], terms: list[str]) -> str:
        if self._happens(0.65):
            return f"?{self._variable(scope)}"
        return "[]" if self._happens(0.1) else self._choose(*terms)

    def _path(self, depth: int) -> str:
        if not depth:
            return self._choose(*self._known.predicates)
        kind = self._choose("iri", "^", "/", "|", "*", "+", "?", "!", "?", "*")
        if kind == "iri":
            return self._choose(*self._known.predicates)
        if kind == "!":
            iri = self._choose(*self._known.predicates)
            return f"!({iri}|^{self._choose(*self._known.predicates)})" if self._happens(0.5) else f"!{iri}"
        if kind in "/|":
            return f"({self._path(depth - 1)}{kind}{self._path(depth - 1)})"
        return f"^({self._path(depth - 1)})" if kind == "^" else f"({self._path(depth - 1)}){kind}"

    def _values(self, scope: set[str]) -> str:
        names = list(dict.fromkeys(self._variable(scope) for _ in range(self._choose(1, 2))))
        rows = [
            "(" + " ".join("UNDEF" if self._happens(0.15) else self._datum() for _ in names) + ")"
            for _ in range(self._rng.randint(1, 3))
        ]
        return f"({' '.join('?' + name for name in names)}) {{ {' '.join(rows)} }}"

    def _datum(self) -> str:
        return self._choose(*self._known.subjects) if self._happens(0.5) else self._constant()

    # ---- Expressions ----------------------------------------------------------------------------------------------

    def _condition(self, depth: int, scope: set[str], groups: int) -> str:
        names = sorted(scope)
        if groups and self._happens(0.25):
            return f"{self._choose('', 'NOT ')}EXISTS {self._group(groups - 1, set(scope))}"
        kind = self._choose("=", "!=", "<", ">", "&&", "||", "!", "in", "call", "bound", "regex")
        if kind in ("&&", "||") and depth:
            return f"({self._condition(depth - 1, scope, 0)} {kind} {self._condition(depth - 1, scope, 0)})"
        if kind == "!" and depth:
            return f"!({self._condition(depth - 1, scope, 0)})"
        if kind == "in":
            members = ", ".join(self._rng.sample([text for text in _STRINGS if "@" not in text], 2))
            return f"STR({self._expression(1, names)}) {self._choose('IN', 'NOT IN')} ({members})"
        if kind == "bound" and names:
            return f"BOUND(?{self._choose(*names)})"
        if kind == "regex":
            return f"REGEX(STR({self._expression(1, names)}), {self._choose(*_PATTERNS)})"
        if kind == "call":
            name = self._choose("isIRI", "isLITERAL", "isBLANK", "isNUMERIC")
            return f"{name}({self._expression(1, names)})"
        return self._comparison(kind if kind in ("=", "!=", "<", ">") else "=", names)

    def _comparison(self, sign: str, names: list[str], depth: int = 1) -> str:
        """Return a comparison of values of one kind: engines may extend it to others (section 17.3.1)."""
        kind = self._choose("string", "number", "iri")
        if kind == "iri":
            return f"IRI(STR({self._expression(depth, names)})) {'=' if sign == '=' else '!='} {self._choose(*_IRIS)}"
        if kind == "number":
            left = f"STRLEN(STR({self._expression(depth, names)}))"
            return f"{left} {sign} {self._choose(*_NUMBERS)}"
        return f"STR({self._expression(depth, names)}) {sign} STR({self._expression(depth, names)})"

    def _expression(self, depth: int, names: list[str]) -> str:
        if not depth or self._happens(0.3):
            return f"?{self._choose(*names)}" if names and self._happens(0.7) else self._constant()
        inner = self._expression(depth - 1, names)
        other = self._expression(depth - 1, names)
        string = f"STR({inner})"
        return self._choose(
            f"({inner} {self._choose('+', '-', '*', '/')} {other})",
            string,
            f"LANG({inner})",
            f"DATATYPE({inner})",
            f"STRLEN({string})",
            f"UCASE({string})",
            f"SUBSTR({string}, {self._choose('1', '2', '0')}, {self._choose('1', '2', '5')})",
            f"CONCAT({string}, {self._choose(*_STRINGS)})",
            f"CONTAINS({string}, {self._choose(*_STRINGS)})",
            f"STRBEFORE({string}, {self._choose(*_STRINGS)})",
            f"STRAFTER({string}, {self._choose(*_STRINGS)})",
            f"STRSTARTS({string}, {self._choose(*_STRINGS)})",
            f"REPLACE({string}, {self._choose(*_PATTERNS[:2])}, {self._choose(*_STRINGS[:2])})",
            f"COALESCE({inner}, {other})",
            f"IF({self._comparison('=', names, 0)}, {inner}, {other})",
            f"sameTerm({inner}, {other})",
            f"ABS({inner})",
            f"ROUND({inner})",
            f"xsd:integer({inner})",
            f"xsd:double({inner})",
            f"xsd:string({inner})",
            f"xsd:boolean({inner})",
            f"YEAR({inner})",
            f"isIRI({inner})",
            f"ENCODE_FOR_URI({string})",
            f'STRLANG({string}, "en")',
            f"STRDT({string}, :t)",
            f'IRI(CONCAT("https://example.org/", ENCODE_FOR_URI({string})))',
            f'LANGMATCHES(LANG({inner}), "*")',
            f"MD5({string})",
            f"({self._comparison('<', names, 0)})",
            f"(!{inner})",
            f"(-{inner})",
        )

    def _constant(self) -> str:
        kind = self._choose(_STRINGS, _NUMBERS, _OTHERS, self._known.objects)
        return self._choose(*kind)

    # ---- Choices --------------------------------------------------------------------------------------------------

    def _variable(self, scope: set[str]) -> str:
        name = self._choose(*_NAMES)
        scope.add(name)
        return name

    def _new(self, scope: set[str], letter: str = "n") -> str:
        self._number += 1
        name = f"{letter}{self._number}"
        scope.add(name)
        return name

    def _happens(self, share: float) -> bool:
        return self._rng.random() < share

    def _choose(self, *options):  # type: ignore[no-untyped-def]
        return self._rng.choice(options)
