"""The nodes of a display file, read value by value; whatever is not as it must be is an error with file and line."""

from __future__ import annotations

from ahg_graph.config.prefixes import PREFIXES, shorten
from ahg_graph.errors import DisplayError
from ahg_graph.rdf.terms import Literal, NamedNode, Term, Triple
from ahg_graph.rdf.vocabulary import DISPLAY
from ahg_graph.sources.turtle import parse_turtle

_RDF = PREFIXES["rdf"]

Node = Term | Triple


class DisplayNodes:
    """The nodes of one display file, with what they say and where."""

    def __init__(self, data: bytes, path: str) -> None:
        triples, lines, errors = parse_turtle(data, path)
        if errors:
            raise DisplayError(path, errors[0].line, errors[0].reason)
        self._path = path
        self._values: dict[Node, dict[str, list[Node]]] = {}
        self._lines: dict[Node, int] = {}
        for triple, line in zip(triples, lines, strict=True):
            self._values.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
            self._lines.setdefault(triple.subject, line)

    def having(self, predicate: str) -> list[Node]:
        """Return the nodes that have a property, in the order of the file."""
        return [node for node, values in self._values.items() if predicate in values]

    def all(self, node: Node, predicate: str) -> list[Node]:
        """Return the values that a node has for a property."""
        return self._values.get(node, {}).get(predicate, [])

    def find(self, node: Node, predicate: str) -> Node | None:
        """Return the one value, or None."""
        found = self.all(node, predicate)
        if len(found) > 1:
            raise self.fault(node, f"{_short(predicate)} has more than one value")
        return found[0] if found else None

    def members(self, node: Node, predicate: str) -> list[Node]:
        """Return the members of the list that is a node's value for a property; none when it has no value."""
        head = self.find(node, predicate)
        return [] if head is None else self.walk(head, node)

    def walk(self, head: Node, of: Node) -> list[Node]:
        """Return the members of a list."""
        found: list[Node] = []
        met = {head}
        while head != NamedNode(_RDF + "nil"):
            first, rest = self.find(head, _RDF + "first"), self.find(head, _RDF + "rest")
            if first is None or rest is None or rest in met:
                raise self.fault(of, "a list is wanted here: ( ... )")
            found.append(first)
            met.add(rest)
            head = rest
        return found

    def iri(self, term: Node | None, of: Node, what: str) -> str:
        """Return the text of an IRI."""
        if not isinstance(term, NamedNode):
            raise self.fault(of, f"{what} must be an IRI")
        return str(term.value)

    def text(self, node: Node, predicate: str) -> str:
        """Return the one text that a node must have for a property."""
        return self.literal(self.find(node, predicate), node, _short(predicate))

    def literal(self, term: Node | None, of: Node, what: str) -> str:
        """Return the text of a literal."""
        if not isinstance(term, Literal):
            raise self.fault(of, f"{what} must be there once, a text or a number")
        return str(term.value)

    def optional(self, node: Node, predicate: str) -> str | None:
        """Return the one text that a node may have for a property."""
        return self.text(node, predicate) if self.all(node, predicate) else None

    def number(self, node: Node, predicate: str, otherwise: int) -> int:
        """Return a whole number."""
        text = self.optional(node, predicate)
        if text is None or text.isdecimal():
            return int(text) if text else otherwise
        raise self.fault(node, f"{_short(predicate)} must be a whole number")

    def flag(self, node: Node, name: str) -> bool:
        """Return whether a node says `true` for a property."""
        text = self.optional(node, DISPLAY + name)
        if text not in (None, "true", "false"):
            raise self.fault(node, f"display:{name} is true or false")
        return text == "true"

    def fault(self, node: Node, reason: str) -> DisplayError:
        """Return the error that says what is wrong with a node, and where it is."""
        shown = f"{node}: " if isinstance(node, NamedNode) else ""
        return DisplayError(self._path, self._lines.get(node, 0), shown + reason)


def _short(predicate: str) -> str:
    """Return a property as the file writes it."""
    return f"display:{predicate.removeprefix(DISPLAY)}" if predicate.startswith(DISPLAY) else shorten(predicate)
