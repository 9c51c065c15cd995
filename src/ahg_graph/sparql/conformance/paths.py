"""Property paths that the engine answers otherwise (SPARQL 1.1, sections 9.3 and 18.4).

A path of length zero leads from a term to itself, also where the data set does not hold the term; and alternatives give
as many solutions as there are ways, where the engine gives each pair once.
"""

from __future__ import annotations

from itertools import product

from ahg_graph.errors import QuerySyntaxError
from ahg_graph.sparql.grammar.tree import Path, Term, TermKind, Triple

_MOST_WAYS = 64


def is_variable(term: Term) -> bool:
    """Return whether a term of a pattern is open: blank nodes are."""
    return term.kind in (TermKind.VARIABLE, TermKind.BLANK)


def needs_rewriting(triple: Triple, *, counts: bool) -> bool:
    """Return whether the engine answers a triple pattern otherwise; `counts`: it matters how often a solution comes."""
    if not isinstance(triple.verb, Path):
        return False
    if counts and has_alternatives(triple.verb):
        return True
    return triple.verb.zero_lengths > 0 and not (is_variable(triple.subject) and is_variable(triple.object))


def has_alternatives(path: Path) -> bool:
    """Return whether a path has alternatives outside what is repeated; a negation of both directions is one."""
    if path.op == "!":
        return len({part.op for part in path.parts}) > 1
    return path.op == "|" or (path.op in "/^" and any(has_alternatives(part) for part in path.parts))


def write_path_triple(text: str, triple: Triple, subject: str, value: str, fresh: str, *, counts: bool) -> str:
    """Return groups joined by UNION for a triple pattern with a path, between two ends as they are to be written.

    `fresh` begins the names of variables that are nowhere else.
    """
    assert isinstance(triple.verb, Path)  # noqa: S101 - narrows the type: `needs_rewriting` has said so
    ways = list_ways(text, triple.verb) if counts else [text[triple.verb.start : triple.verb.end]]
    groups = [f"{{ {subject} {way} {value} }}" for way in ways]
    if zero := triple.verb.zero_lengths:
        more = _write_zero_length(triple, subject, value, fresh)
        groups += [more] * (zero if counts else 1) if more else []
    return " UNION ".join(groups)


def _write_zero_length(triple: Triple, subject: str, value: str, fresh: str) -> str:
    """Return a group with the one solution of length zero from a term that the graph does not hold, or nothing."""
    ends = (triple.subject, triple.object)
    fixed = [end for end in ends if not is_variable(end)]
    if len(fixed) == 2:
        if (ends[0].kind, ends[0].value, ends[0].datatype, ends[0].language.lower()) != (
            ends[1].kind,
            ends[1].value,
            ends[1].datatype,
            ends[1].language.lower(),
        ):
            return ""
        return f"{{ {_write_absence(ends[0], subject, fresh)} }}"
    if not fixed:
        return ""
    term, variable = (subject, value) if fixed[0] is triple.subject else (value, subject)
    return f"{{ {_write_absence(fixed[0], term, fresh)} BIND({term} AS {variable}) }}"


def _write_absence(end: Term, term: str, fresh: str) -> str:
    as_object = f"{{ ?{fresh}s ?{fresh}p {term} }}"
    if end.kind is TermKind.LITERAL:
        return f"FILTER NOT EXISTS {as_object}"
    return f"FILTER NOT EXISTS {{ {{ {term} ?{fresh}p ?{fresh}o }} UNION {as_object} }}"


def list_ways(text: str, path: Path) -> list[str]:
    """Return the paths without alternatives that a path stands for; raises QuerySyntaxError when they are too many."""
    ways = _list_ways(text, path)
    if len(ways) > _MOST_WAYS:
        raise QuerySyntaxError(f"a property path with {len(ways)} ways from end to end: write it in several patterns")
    return ways


def _list_ways(text: str, path: Path) -> list[str]:
    if not has_alternatives(path):
        return [text[path.start : path.end]]
    if path.op == "|":
        return [way for part in path.parts for way in _list_ways(text, part)][: _MOST_WAYS + 1]
    if path.op == "!":
        sides = ([part for part in path.parts if part.op == op] for op in ("iri", "^"))
        return [f"!({'|'.join(text[part.start : part.end] for part in parts)})" for parts in sides]
    if path.op == "^":
        return [f"^({way})" for way in _list_ways(text, path.parts[0])]
    found: list[str] = []
    for ways in product(*(_list_ways(text, part) for part in path.parts)):
        found.append("/".join(f"({way})" for way in ways))
        if len(found) > _MOST_WAYS:
            break
    return found
