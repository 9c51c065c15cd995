"""Groups as the engine must be asked them so that their solutions are those of SPARQL 1.1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ahg_graph.sparql.conformance.expressions import ExpressionWriter, MatchesEmpty
from ahg_graph.sparql.conformance.graph_scopes import list_settled, look_at
from ahg_graph.sparql.conformance.paths import needs_rewriting, write_path_triple
from ahg_graph.sparql.conformance.scopes import list_columns, list_variables, names_of
from ahg_graph.sparql.conformance.splicing import Edit, splice
from ahg_graph.sparql.grammar.tree import (
    Bind,
    Element,
    Filter,
    Group,
    Nested,
    Path,
    Query,
    Term,
    TermKind,
    Triple,
    TriplesBlock,
    Union,
    Values,
)

_LONGEST = 256 * 1024
"""Characters that a query may have when what stands under GRAPH is written for each graph."""
_CHOOSING = frozenset({"MIN", "MAX", "SAMPLE"})

ListGraphs = Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Context:
    """Where a group stands.

    `counts`: it matters how often a solution comes. `copy` tells the blank nodes of copies of a group apart. `outer`
    are the variables that an EXISTS around it takes over, `settled` those that are then terms of the same graph.
    """

    counts: bool = True
    copy: str = ""
    outer: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()


class QueryWriter(ExpressionWriter):
    """Writes a query anew; `list_graphs` gives the named graphs of its data set."""

    def __init__(
        self,
        text: str,
        matches_empty: MatchesEmpty,
        list_graphs: ListGraphs,
        *,
        is_local: bool,
        has_forms: bool = False,
    ) -> None:
        super().__init__(text, matches_empty, is_local=is_local, has_forms=has_forms)
        self._list_graphs = list_graphs
        self._context = Context()
        self._around: Group | None = None
        self._fresh = "v"
        while self._fresh in text:
            self._fresh += "v"
        self._made = self._shown = 0
        self.hides_variables = False

    def write_query(self, query: Query, context: Context | None = None) -> str:
        """Return the text of a query or subquery."""
        outside = context or Context()
        inside = replace(outside, counts=_does_count(query, outside.counts))
        shown = self._shown
        edits: list[Edit] = []
        if query.where:
            written = self.write_group(query.where, inside)
            if _counts_different_solutions(query):
                # The engine counts what blank nodes stand for as well, and what was made here.
                names = list_variables(query.where)
                if names:
                    written = f"{{ SELECT {' '.join(f'?{name}' for name in names)} {written} }}"
                elif self._shown > shown or "[" in written or "_:" in written:
                    self.refuse(query, "COUNT(DISTINCT *) has no variable to count")
            edits.append((query.where, written))
        before, self._context, self._around = (self._context, self._around), inside, query.where
        values = [*query.having, *query.order_by]
        for expression in query.list_expressions():
            is_value = any(expression is other for other in values)
            if any(expression is other for other in query.having):
                written = self.write_condition(expression)
            else:
                written = self.write_operand(expression) if is_value else self.write_expression(expression)
            edits.append((expression, written))
        if query.template and not _is_short(query):
            literals = (triple.object for triple in query.template if triple.object.kind is TermKind.LITERAL)
            edits += [(term, self.write_term(term)) for term in literals]
        self._context, self._around = before
        if query.values:
            edits.append((query.values, self.write_values(query.values)))
        if query.is_star and query.select and self._shown > shown:
            names = list_columns(query)
            if self.hides_variables or not names:
                self.refuse(query.select, "with this pattern a column must be named in place of the star")
            edits.append((query.select, " ".join(f"?{name}" for name in names) + " "))
        return splice(self.text, query, edits)

    def write_values(self, values: Values) -> str:
        """Return the text of data in the query."""
        return splice(
            self.text,
            values,
            [(term, self.write_term(term)) for row in values.rows for term in row if term is not None],
        )

    def write_group(self, group: Group, context: Context) -> str:
        """Return the text of a group, with its braces."""
        if group.query:
            return splice(self.text, group, [(group.query, self.write_query(group.query, context))])
        before, self._context, self._around = (self._context, self._around), context, group
        triples = [t for element in group.elements if isinstance(element, TriplesBlock) for t in element.triples]
        if context.outer:
            self._refuse_unsettled(triples, context)
        is_split = any(needs_rewriting(triple, counts=context.counts) for triple in triples)
        edits: list[Edit] = []
        for element in group.elements:
            if isinstance(element, TriplesBlock):
                if written := self._write_block(element, is_split):
                    edits.append((element, written))
            else:
                edits.append((element, self._write_element(element, context)))
        self._context, self._around = before
        return splice(self.text, group, edits)

    def _write_element(self, element: Element, context: Context) -> str:
        if isinstance(element, Filter):
            return splice(self.text, element, [(element.expression, self.write_condition(element.expression))])
        if isinstance(element, Bind):
            return splice(self.text, element, [(element.expression, self.write_expression(element.expression))])
        if isinstance(element, Union):
            return splice(self.text, element, [(group, self.write_group(group, context)) for group in element.groups])
        if isinstance(element, Values):
            return self.write_values(element)
        assert isinstance(element, Nested)  # noqa: S101 - narrows the type: triples are written elsewhere
        if element.keyword == "GRAPH":
            return self._write_graph(element, context)
        inside = replace(context, counts=False) if element.keyword == "MINUS" else context
        return splice(self.text, element, [(element.group, self.write_group(element.group, inside))])

    # ---- Triples --------------------------------------------------------------------------------------------------

    def _write_block(self, block: TriplesBlock, is_split: bool) -> str:
        """Return triples where they must be written anew, else nothing.

        A group between two triples parts them, and a blank node cannot stand in two parts: it becomes a variable.
        """
        has_blanks = any(t.kind is TermKind.BLANK for triple in block.triples for t in (triple.subject, triple.object))
        is_changed = any(self.write_term(t) != t.text for triple in block.triples for t in _list_terms(triple))
        if not (is_split or is_changed or (has_blanks and self._context.copy)):
            return ""
        plain, groups = [], []
        for triple in block.triples:
            subject, value = self._write_end(triple.subject, is_split), self._write_end(triple.object, is_split)
            if needs_rewriting(triple, counts=self._context.counts):
                fresh = self._make_name()
                groups.append(write_path_triple(self.text, triple, subject, value, fresh, counts=self._context.counts))
                continue
            verb = triple.verb
            path = self.text[verb.start : verb.end] if isinstance(verb, Path) else self.write_term(verb)
            plain.append(f"{subject} {path} {value} .")
        return " ".join([*plain, *(f"{{ {group} }}" if " UNION " in group else group for group in groups)])

    def _write_end(self, term: Term, is_split: bool) -> str:
        if term.kind is not TermKind.BLANK:
            return self.write_term(term)
        label = term.value.removeprefix("_:").replace("[", "n").replace(".", "_d").replace("-", "_m")
        if is_split:
            self._shown += 1
            return f"?{self._fresh}b{label}"
        return f"_:{self._fresh}{label}{self._context.copy}"

    def _make_name(self) -> str:
        self._made += 1
        return f"{self._fresh}{self._made}"

    # ---- Graphs ---------------------------------------------------------------------------------------------------

    def _write_graph(self, element: Nested, context: Context) -> str:
        name, group = element.name, element.group
        assert name  # noqa: S101 - narrows the type: GRAPH has a name
        look = look_at(group, name)
        inside = replace(context, settled=frozenset())
        if look.is_same and look.is_bound:
            return splice(self.text, element, [(group, self.write_group(group, inside))])
        if name.kind is not TermKind.VARIABLE:
            # What needs no triple must still not be found in a graph that is none.
            return f"GRAPH {name.text} {{}} GRAPH {name.text} {self.write_group(group, inside)}"
        graphs = self._list_graphs()
        if not graphs:
            return f"VALUES {name.text} {{}}"
        parts = []
        for number, graph in enumerate(graphs):
            copy = replace(inside, copy=f"{context.copy}g{number}")
            parts.append(
                f"{{ GRAPH <{graph}> {{}} GRAPH <{graph}> {self.write_group(group, copy)} "
                f"VALUES {name.text} {{ <{graph}> }} }}"
            )
            if len(parts[0]) * len(graphs) > _LONGEST:
                self.refuse(
                    group,
                    f"under GRAPH {name.text} stands what the engine does not evaluate graph by graph, and written out "
                    f"for {len(graphs)} graphs it is too long: name the graph, or bind {name.text} by a triple pattern",
                )
        return " UNION ".join(parts)

    # ---- EXISTS ---------------------------------------------------------------------------------------------------

    def write_exists(self, group: Group) -> str:
        """Return the group of an EXISTS, to which the variables around it are handed."""
        around = list_variables(self._around) if self._around else []
        outer = self._context.outer | set(around)
        settled = self._context.settled | list_settled(self._around)
        inside = replace(self._context, counts=False, outer=frozenset(outer), settled=frozenset(settled))
        return self.write_group(group, inside)

    def _refuse_unsettled(self, triples: list[Triple], context: Context) -> None:
        for triple in triples:
            if not isinstance(triple.verb, Path) or not triple.verb.zero_lengths:
                continue
            for name in names_of(triple.subject, triple.object):
                if name in context.outer and name not in context.settled:
                    self.refuse(
                        triple.subject,
                        f"inside EXISTS a path may have length zero, and ?{name} may be a term that the graph does not "
                        f"hold, for which the engine finds none: bind ?{name} by a triple pattern beside the EXISTS",
                    )


def _does_count(query: Query, outside: bool) -> bool:
    """Return whether it matters to a query's answer how often a solution of its pattern comes."""
    if query.is_grouped:
        parts = (part for expression in query.list_expressions() for part in expression.walk())
        return any(part.is_aggregate and not part.is_distinct and part.name not in _CHOOSING for part in parts)
    if query.form != "SELECT":
        return query.has_slice
    return not (query.is_distinct or query.is_reduced) and (outside or query.has_slice)


def _is_short(query: Query) -> bool:
    """Return whether a CONSTRUCT has its pattern for its template."""
    blocks = query.where.elements if query.where else []
    return any(isinstance(block, TriplesBlock) and block.triples is query.template for block in blocks)


def _counts_different_solutions(query: Query) -> bool:
    parts = (part for expression in query.list_expressions() for part in expression.walk())
    return any(part.is_aggregate and part.is_distinct and not part.parts for part in parts)


def _list_terms(triple: Triple) -> list[Term]:
    terms = [triple.subject, triple.object]
    if isinstance(triple.verb, Term):
        terms.append(triple.verb)
    return [term for term in terms if term.kind is not TermKind.BLANK]
