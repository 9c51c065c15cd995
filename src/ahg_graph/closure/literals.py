"""What the rules need to know of literals, as tables: their datatypes and which of them have one value."""

from __future__ import annotations

from collections.abc import Iterable

from ahg_graph.closure.datatypes import ANY_LITERAL, DATATYPES, Value, find_datatypes, find_value, is_supported
from ahg_graph.closure.symbols import Row, Symbols
from ahg_graph.terms import Literal, NamedNode


def tabulate_literals(numbers: Iterable[int], symbols: Symbols) -> dict[str, list[Row]]:
    """Return what the rules' headers say of `literal`, `hasDatatype`, `value`, `zero`, `one` and `supported`.

    A literal of a datatype whose values are not known has no value and is no `literal`; it lies in rdfs:Literal.
    Numbers in the second column of `value` are of values, not of terms.
    """
    values: dict[Value, int] = {}
    tables: dict[str, list[Row]] = {name: [] for name in ("literal", "hasDatatype", "value", "zero", "one")}
    any_literal = symbols.number(NamedNode(ANY_LITERAL))
    for number in numbers:
        term = symbols.term(number)
        if not isinstance(term, Literal):
            continue
        if not is_supported(term):
            tables["hasDatatype"].append((number, any_literal))
            continue
        tables["literal"].append((number,))
        value = find_value(term)
        if value is not None:
            tables["value"].append((number, values.setdefault(value, len(values))))
            for count, name in enumerate(("zero", "one")):
                if value == ("real", count):
                    tables[name].append((number,))
            tables["hasDatatype"] += [(number, symbols.number(NamedNode(iri))) for iri in find_datatypes(value)]
    tables["supported"] = [(symbols.number(NamedNode(iri)),) for iri in DATATYPES]
    return tables
