"""The `#+` lines at the head of a saved query: YAML, as grlc writes it, with the line of every entry."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from ahg_graph.errors import CatalogueError

Path = tuple[str | int, ...]
"""The way to an entry: keys of mappings and indexes of lists, from the top."""

_FASTER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS = {"text": str, "flag": bool, "number": int, "list": list, "mapping": dict}


@dataclass
class Header:
    """A parsed header; reading an entry of the wrong kind adds a problem and gives the fallback."""

    path: str
    values: dict[str, Any]
    lines: dict[Path, int] = field(repr=False)
    problems: list[CatalogueError] = field(default_factory=list)

    def line(self, *at: str | int) -> int:
        """Return the line of an entry, or of the nearest entry above it that has one."""
        for length in range(len(at), 0, -1):
            if at[:length] in self.lines:
                return self.lines[at[:length]]
        return 1

    def report(self, reason: str, *at: str | int) -> None:
        """Add a problem at the line of an entry."""
        self.problems.append(CatalogueError(self.path, self.line(*at), reason))

    def read(self, kind: str, *at: str | int, fallback: Any = None) -> Any:
        """Return an entry of the kind named (text, flag, number, list, mapping); the fallback when it is absent."""
        value: Any = self.values
        for step in at:
            present = step in value if isinstance(value, dict) else isinstance(step, int)
            if not present:
                return fallback
            value = value[step]
        if value is None:
            return fallback
        wanted = _KINDS[kind]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            self.report(f"`{'.'.join(map(str, at))}` must be a {kind}", *at)
            return fallback
        return value

    def require(self, kind: str, *at: str | int, fallback: Any = None) -> Any:
        """Return an entry as `read` does, and report its absence or emptiness."""
        value = self.read(kind, *at, fallback=None)
        if value is None or value == "" or value == [] or value == {}:
            if not self.problems or self.problems[-1].line != self.line(*at):
                self.report(f"`{'.'.join(map(str, at))}` is missing or empty", *at)
            return fallback
        return value

    def allow(self, names: frozenset[str], *at: str | int) -> None:
        """Report every entry of a mapping that is not one of the names."""
        for name in self.read("mapping", *at, fallback={}) if at else self.values:
            if name not in names:
                self.report(f"unknown entry `{'.'.join(map(str, (*at, name)))}`", *at, name)


def parse_header(path: str, text: str) -> Header:
    """Return the header of a saved query's text; line numbers are those of the whole text.

    Raises CatalogueError when the lines are not YAML, hold no mapping, or repeat a key.
    """
    rows = text.split("\n")
    numbers = [number for number, row in enumerate(rows, start=1) if row.startswith("#+")]
    first_other = next((n for n, row in enumerate(rows, start=1) if not row.startswith("#+")), len(rows))
    if not numbers:
        raise CatalogueError(path, 1, "no header: the file must begin with lines of `#+` and YAML")
    if numbers[-1] > first_other:
        raise CatalogueError(path, numbers[-1], "a `#+` line after the header has ended")
    try:
        node = _compose("\n".join(rows[n - 1].lstrip("#+") for n in numbers))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "not YAML"
        raise CatalogueError(path, numbers[min(mark.line, len(numbers) - 1)] if mark else 1, reason) from error
    if not isinstance(node, yaml.MappingNode):
        raise CatalogueError(path, numbers[0], "the header must be a YAML mapping")
    lines: dict[Path, int] = {}
    values = _read_node(node, (), lines, path, numbers)
    return Header(path, values, lines)


def _compose(text: str) -> yaml.Node | None:
    """Return the YAML by the faster reader; the other one says better what is wrong."""
    with suppress(yaml.YAMLError):
        return yaml.compose(text, Loader=_FASTER)
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _read_node(node: yaml.Node, at: Path, lines: dict[Path, int], path: str, numbers: list[int]) -> Any:
    """Return the value of a node; only integers and booleans are typed, all other scalars stay as written."""
    lines.setdefault(at, numbers[min(node.start_mark.line, len(numbers) - 1)])
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            key_line = numbers[min(key_node.start_mark.line, len(numbers) - 1)]
            if key in result:
                raise CatalogueError(path, key_line, f"`{key}` is given twice")
            lines[(*at, key)] = key_line
            result[key] = _read_node(value_node, (*at, key), lines, path, numbers)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_read_node(n, (*at, i), lines, path, numbers) for i, n in enumerate(node.value)]
    if node.tag == "tag:yaml.org,2002:int":
        return int(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in ("true", "yes", "on")
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return node.value
