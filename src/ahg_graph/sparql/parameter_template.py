"""A query with places for terms: scanned once, filled as often as it is asked.

A term takes the place of a variable token in its canonical form (N-Triples); several terms become a VALUES block. No
value is ever scanned as query text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sparql.lexer import Token, tokenize


@dataclass(frozen=True)
class Template:
    """The pieces of a query, in order.

    `places` maps each variable (with its question mark) to the pieces that it is, `groups` to the piece behind which a
    VALUES block for it belongs; a variable that can take one term only has no entry in `groups`.
    """

    pieces: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    groups: Mapping[str, int]

    def fill(self, terms: Mapping[str, Sequence[NamedNode | Literal]]) -> str:
        """Return the query with terms in the places of variables; a variable without terms stays as it is.

        Raises KeyError for several terms for a variable that can take one only.
        """
        pieces = list(self.pieces)
        blocks: dict[int, str] = {}
        for variable, found in terms.items():
            if len(found) == 1:
                # Spaces keep the term apart from an operator such as `<`.
                text = f" {found[0]} "
                for place in self.places.get(variable, ()):
                    pieces[place] = text
            elif found:
                group = self.groups[variable]
                blocks[group] = f"{blocks.get(group, '')} VALUES {variable} {{ {' '.join(map(str, found))} }}"
        for group, block in blocks.items():
            pieces[group] += block
        return "".join(pieces)


def parse_template(text: str) -> Template:
    """Return the template of a query: every variable that begins with an underscore is a place."""
    tokens = list(tokenize(text))
    pieces: list[str] = []
    places: dict[str, list[int]] = {}
    position: dict[int, int] = {}
    joined = False
    for index, token in enumerate(tokens):
        is_place = token.kind == "variable" and token.text[1:2] == "_"
        if joined and not is_place:
            pieces[-1] += token.text
        else:
            pieces.append(token.text)
        joined = not is_place
        position[index] = len(pieces) - 1
        if is_place:
            places.setdefault(token.text, []).append(len(pieces) - 1)
        elif token.text == "{":
            joined = False  # a VALUES block may follow
    groups = {}
    for variable in places:
        brace = find_group(tokens, variable)
        if brace is not None:
            groups[variable] = position[brace]
    frozen = {variable: tuple(found) for variable, found in places.items()}
    return Template(tuple(pieces), MappingProxyType(frozen), MappingProxyType(groups))


def find_group(tokens: Sequence[Token], variable: str) -> int | None:
    """Return the index of the opening brace of the one group that holds every use of a variable, if there is one.

    There a VALUES block joins with all uses, so that a list means the union of its values. EXISTS sees the row that it
    is asked about, so a use inside it counts as one outside. A group behind OPTIONAL, MINUS or UNION, or uses in
    several groups, would mean something else.
    """
    groups: set[tuple[int, ...]] = set()
    braces: list[int] = []
    behind: dict[int, str] = {}
    before = ""
    for index, token in enumerate(tokens):
        if token.kind in ("space", "comment"):
            continue
        if token.text == "{":
            behind[index] = before
            braces.append(index)
        elif token.text == "}":
            braces.pop()
        elif token.text == variable:
            cut = next((n for n, brace in enumerate(braces) if behind[brace] == "EXISTS"), len(braces))
            groups.add(tuple(braces[:cut]))
        before = token.text.upper() if token.kind == "word" else ""
    if len(groups) != 1:
        return None
    (path,) = groups
    if not path or any(behind[brace] in ("OPTIONAL", "MINUS", "UNION") for brace in path):
        return None
    return path[-1]
