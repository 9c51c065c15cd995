"""A saved query and the values of its parameters to a query that is ready to run.

A value becomes an RDF term first; only then does the term take the place of the parameter's variable, token for
token, in its canonical form. So what a user sends is never read as query text, and the same binding holds on every
engine. docs/decisions/0008-binding.md says why the engine's own substitution is not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from ahg_graph.config.prefixes import ONT
from ahg_graph.errors import BadParameter
from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.name_resolver import NameResolver, find_near_words
from ahg_graph.rdf.partial_dates import parse_date
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sparql.lexer import tokenize
from ahg_graph.sparql.parameter_template import parse_template

_DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a parameter: what the user sent, the term it stands for, and how to show it."""

    given: str
    term: NamedNode | Literal
    label: str


@dataclass(frozen=True)
class BoundQuery:
    """A saved query with values; `text` is a plain SPARQL query, `terms` what stands in place of each variable."""

    query: SavedQuery
    values: Mapping[str, tuple[Value, ...]]
    terms: Mapping[str, tuple[NamedNode | Literal, ...]]
    text: str

    @cached_property
    def evidence_columns(self) -> tuple[str, ...]:
        """The columns that the evidence of a row depends on: those that its pattern names."""
        named = {token.text[1:] for token in tokenize(self.query.evidence) if token.kind == "variable"}
        return tuple(column.name for column in self.query.columns if column.name in named)

    def ask_evidence(self, rows: Sequence[Sequence[str]]) -> str:
        """Return the query for the evidence of rows, in the order in which documents are cited.

        A row is given by its `evidence_columns`, each a term as SPARQL writes it or UNDEF, and goes by its place in
        the list. The answer's columns are that number, the node, the part, its document, the key of that, the place in
        it, and where there are any a statement and a reason.
        """
        names = " ".join(f"?{name}" for name in self.evidence_columns)
        values = " ".join(f"({number} {' '.join(row)})" for number, row in enumerate(rows))
        return f"""{self.query.prologue}
SELECT DISTINCT ?evidenceRow (?node AS ?evidenceNode) (?part AS ?evidencePart) ?evidenceOf ?evidenceSource
       ?evidencePlace ?evidenceStatement ?evidenceReason
WHERE {{
  VALUES (?evidenceRow {names}) {{ {values} }}
  {{ {self._fill(self.query.evidence)} }}
  ?part <{ONT}locator> ?evidencePlace ; <{ONT}partOrder> ?evidencePartOrder ; <{ONT}partOfDocument> ?evidenceOf .
  ?evidenceOf <{ONT}documentKey> ?evidenceSource ; <{ONT}documentOrder> ?evidenceOrder .
  OPTIONAL {{ ?node <{ONT}summary> ?evidenceStatement }}
  OPTIONAL {{ ?node <{ONT}curatorsReason> ?evidenceReason }}
}}
ORDER BY ?evidenceRow ?evidenceOrder ?evidencePartOrder ?evidencePart ?evidenceNode
"""

    def ask_none(self) -> str:
        """Return the ASK query by which the sources are known to say that there are no rows."""
        return f"{self.query.prologue} ASK {{ {self._fill(self.query.none)} }}"

    def _fill(self, pattern: str) -> str:
        """Return a pattern of the header with the terms in place, in a group that a VALUES block can open."""
        return parse_template(f"{{ {self.query.settle_pattern(pattern, self.terms)} }}").fill(self.terms)


def bind_query(query: SavedQuery, given: Mapping[str, Sequence[str]], names: NameResolver) -> BoundQuery:
    """Return the query with the values given, resolved by the names of a snapshot.

    An empty value counts as absent, an absent one as its default; what an optional parameter without a value would do
    is left out of the text. Raises BadParameter for the first parameter, in the query's order, that is unknown,
    missing, repeated without being a list, not of its type, ambiguous or unknown to the snapshot.
    """
    known = [parameter.name for parameter in query.parameters]
    for name in given:
        if name not in known:
            raise refuse_parameter(query.name, name, known)
    values: dict[str, tuple[Value, ...]] = {}
    terms: dict[str, tuple[NamedNode | Literal, ...]] = {}
    days: dict[str, tuple[str, str]] = {}
    for parameter in query.parameters:
        sent = [text for text in given.get(parameter.name, ()) if text.strip()]
        if not sent and parameter.default is not None:
            sent = [parameter.default]
        if not sent and parameter.required:
            example = "&".join(f"{parameter.name}={value}" for value in query.example[parameter.name])
            raise BadParameter(parameter.name, f"is required, e.g. {example}")
        if len(sent) > 1 and not parameter.is_list:
            raise BadParameter(parameter.name, f"takes one value, not {len(sent)}")
        if not sent:
            continue
        resolved = dict.fromkeys(resolve_value(parameter, text, names) for text in sent)
        values[parameter.name] = tuple(resolved)
        terms[parameter.variable] = tuple(dict.fromkeys(value.term for value in resolved))
        if parameter.type == "date":
            days[parameter.name] = first, last = parse_date(sent[0])
            terms[parameter.variable] = (Literal(first if parameter.day == "first" else last, datatype=_DATE),)
            if parameter.last_variable is not None:
                terms[parameter.last_variable] = (Literal(last, datatype=_DATE),)
    for earlier, later in query.order:
        if earlier in days and later in days and days[earlier][0] > days[later][1]:
            raise BadParameter(later, f"must not be before `{earlier}`")
    for parameter in query.parameters:
        if len(terms.get(parameter.variable, ())) > 1 and parameter.variable not in query.template.groups:
            raise BadParameter(parameter.name, "takes one value")
    return BoundQuery(query, MappingProxyType(values), MappingProxyType(terms), query.settle(terms).fill(terms))


def refuse_parameter(query: str, name: str, known: Sequence[str]) -> BadParameter:
    """Return the error for a parameter that a query does not have; `known` are those that it has."""
    takes = f"it takes {', '.join(known)}" if known else "it takes none"
    return BadParameter(name, f"`{query}` has no such parameter; {takes}", find_near_words(name, known))


def resolve_value(parameter: Parameter, text: str, names: NameResolver) -> Value:
    """Return what one value of a parameter stands for.

    Raises BadParameter with the candidates of an ambiguous name, or the nearest of an unknown one.
    """
    if parameter.type == "thing":
        thing = names.resolve(parameter.name, text.strip(), parameter.classes)
        return Value(text.strip(), NamedNode(thing.iri), thing.label)
    if parameter.type == "code":
        return _resolve_code(parameter, text.strip(), names)
    if parameter.type == "date":
        try:
            first, last = parse_date(text)
        except ValueError as error:
            raise BadParameter(parameter.name, str(error)) from error
        return Value(text, Literal(first if parameter.day == "first" else last, datatype=_DATE), text.strip())
    return Value(text, Literal(text), text)


def _resolve_code(parameter: Parameter, text: str, names: NameResolver) -> Value:
    if parameter.scheme is not None:
        code = names.find_code(text, parameter.scheme)
        choices = list(names.codes.get(parameter.scheme, ()))
    else:
        code = next((value for value in parameter.values if value.casefold() == text.casefold()), None)
        choices = list(parameter.values)
    if code is None:
        raise BadParameter(
            parameter.name, f"{text!r} is not one of {', '.join(choices)}", find_near_words(text.casefold(), choices)
        )
    return Value(text, Literal(code), code)
