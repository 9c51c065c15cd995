"""Turtle files to named graphs, with the file and the line of every triple and of every syntax error.

A home folder holds `ontology/*.ttl` and `data/{register,record,words,texts,reference}/*.ttl`; shapes and rules, in
folders of their own under `ontology/`, are not data and are read elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal as OneOf

from ahg_graph.config.paths import DISPLAY_FILE
from ahg_graph.config.prefixes import get_home, shorten
from ahg_graph.errors import SourceSyntaxError
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import BlankNode, NamedNode, RdfFormat, Term, Triple, parse

Role = OneOf["ontology", "alignments", "register", "record", "words", "texts", "reference", "display", "version"]
"""What a file is for: alignments, words, texts and reference data are published but nothing is concluded from them.

A display file and an earlier version of the ontology are no sources of the graph, and no list of sources has them.
"""

_WITH_BLANK_NODES = frozenset(("ontology", "alignments", "display", "version"))
"""Roles of files that hold class expressions or shapes, which have no names."""


@dataclass(frozen=True)
class Source:
    """One Turtle file as read: `lines[i]` is the line on which the object of `triples[i]` ends."""

    path: str
    role: Role
    graph: NamedNode
    sha256: str
    text: str = field(repr=False)
    triples: tuple[Triple, ...] = field(repr=False)
    lines: tuple[int, ...] = field(repr=False)
    errors: tuple[SourceSyntaxError, ...] = ()

    @cached_property
    def local_names(self) -> frozenset[str]:
        """The words of the text that may be local names of IRIs, for telling what a damaged file speaks of."""
        return frozenset(re.findall(r"[\w-]+", self.text))


@dataclass(frozen=True, slots=True)
class DuplicateTriple:
    """A triple that a second file states too; the union of all graphs, the default graph, would count it twice."""

    place: SourceLocation
    first: SourceLocation
    triple: Triple

    def __str__(self) -> str:
        shown = " ".join(shorten(t.value) if isinstance(t, NamedNode) else str(t) for t in self.triple)
        advice = "keep that one, and state only further evidence here"
        return f"{self.place}: {shown} is a duplicate, first stated at {self.first}; {advice}"


@dataclass(frozen=True)
class Sources:
    """Every source of a home folder, ordered by path."""

    files: tuple[Source, ...]

    @property
    def errors(self) -> tuple[SourceSyntaxError, ...]:
        """Every syntax error of every file, by path and line."""
        return tuple(chain.from_iterable(source.errors for source in self.files))

    def select(self, *roles: Role) -> tuple[Source, ...]:
        """Return the files that have one of the roles."""
        return tuple(source for source in self.files if source.role in roles)

    def triples(self, *roles: Role) -> Iterator[Triple]:
        """Yield the triples of the files that have one of the roles; of all files when none is named."""
        for source in self.select(*roles) if roles else self.files:
            yield from source.triples

    def find_duplicates(self) -> tuple[DuplicateTriple, ...]:
        """Return every triple that a file states after another has: records after the rest, in the files' order."""
        first: dict[Triple, SourceLocation] = {}
        found = []
        for source in sorted(self.files, key=lambda source: source.role == "record"):
            own: dict[Triple, SourceLocation] = {}
            for triple, line in zip(source.triples, source.lines, strict=True):
                place = SourceLocation(source.path, line)
                if triple in first and triple not in own:
                    found.append(DuplicateTriple(place, first[triple], triple))
                own.setdefault(triple, place)
            first = own | first
        return tuple(found)

    @cached_property
    def _places(self) -> Mapping[Triple, SourceLocation]:
        places: dict[Triple, SourceLocation] = {}
        for source in self.files:
            for triple, line in zip(source.triples, source.lines, strict=True):
                places.setdefault(triple, SourceLocation(source.path, line))
        return places

    @cached_property
    def _subjects(self) -> Mapping[object, SourceLocation]:
        first: dict[object, SourceLocation] = {}
        for source in sorted(self.files, key=lambda source: source.role in ("ontology", "alignments")):
            for triple, line in zip(source.triples, source.lines, strict=True):
                first.setdefault(triple.subject, SourceLocation(source.path, line))
        return first

    def find_place(
        self, subject: Term, predicate: Term | None = None, value: Term | None = None
    ) -> SourceLocation | None:
        """Return the place of a triple, or else where its subject is first described, data before ontology."""
        if (
            isinstance(subject, NamedNode | BlankNode)
            and isinstance(predicate, NamedNode)
            and value is not None
            and (place := self._places.get(Triple(subject, predicate, value)))
        ):
            return place
        return self._subjects.get(subject)


class _Lines:
    """Hands bytes to the parser no further than to the end of a line, and counts the lines handed over."""

    def __init__(self, data: bytes) -> None:
        self._data, self._start, self.count = data, 0, 0

    def read(self, size: int = -1) -> bytes:
        start = self._start
        end = self._data.find(b"\n", start) + 1 or len(self._data)
        if start == 0 or self._data[start - 1 : start] == b"\n":
            self.count += start < end
        if size >= 0:
            end = min(end, start + size)
        self._start = end
        return self._data[start:end]


def parse_turtle(
    data: bytes, path: str, *, blank_nodes: bool = True
) -> tuple[list[Triple], list[int], list[SourceSyntaxError]]:
    """Return the triples of a Turtle text, the line of each, and every syntax error; parsing goes on after one.

    A triple's line is the one on which the parser knew that its object had ended: exact if an object and the
    punctuation after it are on one line. Blank nodes are named by file and order of appearance, so that one
    text always gives the same terms; with `blank_nodes` false each is an error. Relative IRIs are errors, since `@base`
    is refused.
    """
    errors: list[SourceSyntaxError] = []
    if data.startswith(b"\xef\xbb\xbf"):
        errors.append(SourceSyntaxError(path, 1, 1, "byte-order mark; save the file as UTF-8 without one"))
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        errors.append(SourceSyntaxError(path, line, column, f"byte 0x{data[error.start]:02x} is not UTF-8"))
        text = data.decode("utf-8", errors="replace")
    rows = text.split("\n")
    stem = re.sub(r"\W", "", Path(path).stem)
    names: dict[BlankNode, BlankNode] = {}
    triples: list[Triple] = []
    lines: list[int] = []
    anonymous: set[int] = set()
    reader = _Lines(text.encode("utf-8"))
    quads = parse(input=reader, format=RdfFormat.TURTLE)  # type: ignore[arg-type]  # read() is all that it calls
    while True:
        try:
            quad = next(quads)
        except StopIteration:
            break
        except SyntaxError as error:
            line = error.lineno or 0
            errors.append(SourceSyntaxError(path, line, error.offset or 0, _reason(error) + _advise(error, rows, line)))
            continue
        subject, value = quad.subject, quad.object
        if not blank_nodes and (isinstance(subject, BlankNode) or isinstance(value, BlankNode)):
            anonymous.add(reader.count)
            continue
        if isinstance(subject, BlankNode):
            subject = names.setdefault(subject, BlankNode(f"{stem}{len(names)}"))
        if isinstance(value, BlankNode):
            value = names.setdefault(value, BlankNode(f"{stem}{len(names)}"))
        triples.append(Triple(subject, quad.predicate, value))
        lines.append(reader.count)
    for line in anonymous:
        column = min((at for mark in "[_(" if (at := rows[line - 1].find(mark)) >= 0), default=0) + 1
        errors.append(
            SourceSyntaxError(path, line, column, "blank node; give the thing an IRI, so that others can point to it")
        )
    if quads.base_iri is not None:
        line = next((n for n, row in enumerate(rows, 1) if re.search(r"\bbase\b", row, re.IGNORECASE)), 1)
        errors.append(SourceSyntaxError(path, line, 1, "base IRI; write every IRI in full or prefixed"))
    return triples, lines, sorted(errors, key=lambda error: (error.line, error.column))


def _reason(error: SyntaxError) -> str:
    """Return what is wrong without the position, which the record carries."""
    text = str(error.msg)
    match = re.match(r"Parser error (?:at|between|on) .*?: (.*?)(?: \(line \d+\))?$", text, re.DOTALL)
    reason = match.group(1) if match else text
    if "No scheme found" in reason:
        return "relative IRI; write it in full or prefixed"
    if reason.startswith("Unexpected end"):
        return "the file ends inside a statement or a string"
    return reason


def _advise(error: SyntaxError, rows: Sequence[str], line: int) -> str:
    """Return what to do about an error that is told by its symptom, or nothing."""
    text = str(error.msg)
    if "dot is expected" in text:
        before = next((n for n in range(line - 1, 0, -1) if rows[n - 1].strip(" \t\r")), 0)
        return f"; end line {before} with ; (more follows) or with . (a new statement follows)" if before else ""
    missing = re.search(r"The prefix ([\w.-]*): has not been declared", text)
    if not missing:
        return ""
    declared = re.findall(r"^\s*@?prefix\s+([\w.-]*):", "\n".join(rows), re.IGNORECASE | re.MULTILINE)
    near = get_close_matches(missing[1], declared, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}:?" if near else ""


def load_source(home: Path, path: Path, role: Role, graph: str) -> Source:
    """Read one file; syntax errors are returned in the record, so that other files can still be read."""
    data = path.read_bytes()
    name = path.relative_to(home).as_posix()
    triples, lines, errors = parse_turtle(data, name, blank_nodes=role in _WITH_BLANK_NODES)
    return Source(
        path=name,
        role=role,
        graph=NamedNode(graph),
        sha256=hashlib.sha256(data).hexdigest(),
        text=data.decode("utf-8", errors="replace"),
        triples=tuple(triples),
        lines=tuple(lines),
        errors=tuple(errors),
    )


def list_sources(home: Path) -> Iterator[tuple[Path, Role, str]]:
    """Yield the path of every source under a home folder, what it is for, and the name of its graph."""
    names = get_home()
    for path in sorted((home / "ontology").glob("*.ttl")):
        if path.name == DISPLAY_FILE:
            continue
        if path.stem == "alignments":
            yield path, "alignments", names.alignments_graph
        else:
            yield path, "ontology", names.ontology_graph
    for path in sorted((home / "data" / "register").glob("*.ttl")):
        yield path, "register", f"{names.graph}register/{path.stem}"
    for path in sorted((home / "data" / "record").glob("*.ttl")):
        yield path, "record", f"{names.graph}record/{path.stem.upper()}"
    for path in sorted((home / "data" / "words").glob("*.ttl")):
        yield path, "words", f"{names.graph}words/{path.stem.upper()}"
    for path in sorted((home / "data" / "texts").glob("*.ttl")):
        yield path, "texts", f"{names.graph}texts/{path.stem.upper()}"
    for path in sorted((home / "data" / "reference").glob("*.ttl")):
        yield path, "reference", f"{names.graph}reference/{path.stem}"


def load_sources(home: Path, *roles: Role) -> Sources:
    """Read the sources under a home folder that have one of the roles, or all when none is named.

    Never raises for a syntax error, see `Sources.errors`.
    """
    wanted = (source for source in list_sources(home) if not roles or source[1] in roles)
    found = [load_source(home, path, role, graph) for path, role, graph in wanted]
    return Sources(tuple(sorted(found, key=lambda source: source.path)))
