"""One message for one slip of the pen: what is not described is said once, with the name that was meant.

A misspelt name breaks many shapes at once: the thing has no class, the property lacks its value, the code is in no
list. Here each such name is one problem, and what only follows from it is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from ahg_graph.config.prefixes import PREFIXES, get_home, is_term, shorten
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import NamedNode, Triple
from ahg_graph.rdf.vocabulary import ONT
from ahg_graph.shapes.violations import Violation, format_term
from ahg_graph.sources.turtle import Source, Sources

_TYPE = PREFIXES["rdf"] + "type"
_IN_LIST = ONT + "inCodeList"
_PLACEHOLDER = re.compile(r"\b([a-z][\w-]*):\.\.\.")
_NEAR, _ALIKE = 0.72, 0.9
"""How alike two names are that may be one, and that hardly can be two."""
_ROLES = ("register", "record", "words", "texts", "reference")


@dataclass(frozen=True, slots=True)
class UndescribedName:
    """A name in the data that nothing describes: where it stands first, how often more, and what may be meant.

    `codes` are the codes that the list has where the name is one of a code; `near` are names that are spelt like it;
    `users` are the things whose triples hold it.
    """

    place: SourceLocation
    triple: Triple
    name: NamedNode
    near: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    more: int = 0
    users: frozenset[object] = field(default=frozenset(), repr=False)

    @property
    def kind(self) -> str:
        """What the name is by its place: `property`, `class`, `code` or `thing`."""
        if self.name == self.triple.predicate:
            return "property"
        if self.triple.predicate.value == _TYPE:
            return "class"
        return "code" if self.codes else "thing"

    def __str__(self) -> str:
        missing = {
            "property": "no property of the ontology has this name",
            "class": "no class of the ontology has this name",
            "code": "the list has no such code",
            "thing": "nothing is described under this name",
        }[self.kind]
        advice = f"did you mean {' or '.join(self.near)}?" if self.near else ""
        if self.codes:
            advice = f"{advice} The codes are {', '.join(self.codes)}".strip()
        elif not self.near and self.kind == "thing":
            advice = "describe it in the register, or correct the name"
        more = f" (and in {self.more} more place{'s' if self.more > 1 else ''})" if self.more else ""
        about = f"{shorten(self.triple.subject.value)} " if isinstance(self.triple.subject, NamedNode) else ""
        about += "" if self.kind == "property" else f"{shorten(self.triple.predicate.value)} "
        return f"{self.place}: {about}{shorten(self.name.value)}: {missing}{more}; {advice}".rstrip("; ")


class Names:
    """The names that the sources describe, and the codes of each list: what a name in the data is compared with."""

    def __init__(self, sources: Sources) -> None:
        self.described: set[str] = set()
        self.declared: set[str] = set()
        self.codes: dict[str, list[str]] = defaultdict(list)
        self._by_namespace: dict[str, list[str]] | None = None
        for source in sources.files:
            terms = self.declared if source.role == "ontology" else None
            for triple in source.triples:
                if not isinstance(triple.subject, NamedNode):
                    continue
                name = triple.subject.value
                if triple.predicate.value == _TYPE:
                    self.described.add(name)
                if terms is not None:
                    terms.add(name)
                    if triple.predicate.value == _IN_LIST:
                        self.codes[_split(name)[0]].append(name)

    def list_codes(self, namespace: str) -> tuple[str, ...]:
        """Return the local names of the codes under a namespace, by name; none where it holds no codes."""
        return tuple(sorted(name.removeprefix(namespace) for name in self.codes.get(namespace, ())))

    def find_near(self, name: str, *, term: bool) -> tuple[str, ...]:
        """Return the short names that are spelt like an IRI, in its namespace, or under another kind if spelt alike."""
        namespace, local = _split(name)
        if self._by_namespace is None:
            self._by_namespace = defaultdict(list)
            for known in sorted(self.described):
                self._by_namespace[_split(known)[0]].append(known)
        pool = [known for known in self._by_namespace.get(namespace, ()) if not term or known in self.declared]
        by_local = {_split(known)[1]: known for known in pool}
        found = get_close_matches(local, by_local, n=1, cutoff=_ALIKE) or get_close_matches(
            local, by_local, n=2, cutoff=_NEAR
        )
        if found or term:
            return tuple(shorten(by_local[each]) for each in found)
        start = get_home().id
        elsewhere = (start + kind.removeprefix(start).partition("/")[0] + "/" for kind in self._by_namespace)
        return tuple(sorted({shorten(other + local) for other in elsewhere if other + local in self.described})[:2])

    def is_missing(self, term: object) -> bool:
        """Return whether a term is a name under the home's base, or one of a term, that nothing describes."""
        if not isinstance(term, NamedNode):
            return False
        name = term.value
        return name.startswith(get_home().id) and name not in self.described


def find_undescribed(files: Iterable[Source], names: Names) -> tuple[UndescribedName, ...]:
    """Return each name in these files of data that nothing describes, once, at its first place."""
    first: dict[NamedNode, tuple[SourceLocation, Triple]] = {}
    users: dict[NamedNode, list[object]] = defaultdict(list)
    for source in files:
        if source.role not in _ROLES:
            continue
        for triple, line in zip(source.triples, source.lines, strict=True):
            for name in _list_missing(triple, names):
                first.setdefault(name, (SourceLocation(source.path, line), triple))
                users[name].append(triple.subject)
    return tuple(_describe(name, *first[name], users[name], names) for name in first)


def _list_missing(triple: Triple, names: Names) -> Iterator[NamedNode]:
    predicate, value = triple.predicate, triple.object
    if is_term(predicate.value) and predicate.value not in names.declared:
        yield predicate
    if not isinstance(value, NamedNode):
        return
    if is_term(value.value):
        if value.value not in names.declared:
            yield value
    elif names.is_missing(value):
        yield value


def _describe(
    name: NamedNode, place: SourceLocation, triple: Triple, users: Sequence[object], names: Names
) -> UndescribedName:
    codes = names.list_codes(_split(name.value)[0])
    near = names.find_near(name.value, term=is_term(name.value))
    return UndescribedName(place, triple, name, near, codes, len(users) - 1, frozenset(users))


def leave_out_consequences(
    violations: Iterable[Violation], undescribed: Sequence[UndescribedName], names: Names
) -> tuple[Violation, ...]:
    """Return the violations that say more than the undescribed names do, each with the codes that it asks for."""
    missing = {each.name for each in undescribed}
    hurt: dict[object, list[UndescribedName]] = defaultdict(list)
    for each in undescribed:
        for user in each.users:
            hurt[user].append(each)
    found = [
        violation
        for violation in violations
        if violation.value not in missing
        and violation.subject not in missing
        and not any(_follows(violation, each) for each in hurt.get(violation.subject, ()))
    ]
    values = {violation.value for violation in found if violation.value is not None}
    return tuple(
        replace(violation, sentence=_add_codes(violation, names))
        for violation in found
        if violation.place is not None or violation.subject not in values
    )


def _follows(violation: Violation, each: UndescribedName) -> bool:
    """Return whether a violation by the subject of an undescribed name only tells of what the name took away."""
    if each.kind in ("class", "code"):  # which decide what else is asked of the thing
        return True
    if violation.path == shorten(each.name.value):
        return True
    if each.kind == "property":
        paths = set(re.findall(r"[\w.-]+:[\w-]+", violation.path))
        return bool(paths & set(each.near)) or (not each.near and violation.value is None)
    return violation.value is None or not violation.path


def _add_codes(violation: Violation, names: Names) -> str:
    """Return the sentence of a violation, with the codes of the list that it names."""
    known: Mapping[str, str] = get_home().prefixes
    match = _PLACEHOLDER.search(violation.sentence)
    codes = names.list_codes(known.get(match[1], "")) if match else ()
    shown = f" ({format_term(violation.value)} is none)" if codes and violation.value is not None else ""
    return f"{violation.sentence}; the codes are {', '.join(codes)}{shown}" if codes else violation.sentence


def _split(name: str) -> tuple[str, str]:
    at = max(name.rfind("/"), name.rfind("#")) + 1
    return name[:at], name[at:]
