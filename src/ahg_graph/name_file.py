"""A file of a snapshot that holds its names, for a graph with more of them than a process should hold.

An SQLite data base. A name is found by its folded text; what is near it in spelling is looked for among its neighbours
in the alphabet and among the things that share a word with it, and a search finds words by their beginnings.
"""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ahg_graph.errors import SnapshotError
from ahg_graph.names import (
    CODES_QUERY,
    NAME_QUERIES,
    NAMES_QUERY,
    TIERS,
    Names,
    Thing,
    fold_name,
    is_named,
    parse_codes,
    parse_names,
    split_iri,
)
from ahg_graph.namespaces import get_home, is_term
from ahg_graph.records import Table

NAME = "names.sqlite"
"""What the file is called in a snapshot."""

VERSION = 1
"""The version of the format, as `user_version`; another is refused."""

_SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE class (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE kind (thing INTEGER NOT NULL, class INTEGER NOT NULL, PRIMARY KEY (thing, class)) WITHOUT ROWID;
CREATE TABLE name (
  folded TEXT NOT NULL, tier INTEGER NOT NULL, thing INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (folded, tier, thing, name)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5 (folded, content='', tokenize="unicode61 remove_diacritics 0");
"""
_INDEXES = """
CREATE INDEX kind_by_class ON kind (class);
CREATE INDEX name_by_thing ON name (thing);
"""
_ADD_KIND = "INSERT OR IGNORE INTO kind SELECT id, ? FROM thing WHERE iri = ?"
_ADD_NAME = "INSERT OR IGNORE INTO name SELECT ?, ?, id, ? FROM thing WHERE iri = ?"
_ADD_WORDS = "INSERT INTO word (rowid, folded) SELECT thing, group_concat(folded, ' ') FROM name GROUP BY thing"
_AFTER = "SELECT folded, thing FROM name WHERE folded >= ? ORDER BY folded LIMIT ?"
_BEFORE = "SELECT folded, thing FROM name WHERE folded < ? ORDER BY folded DESC LIMIT ?"
_MOST = 300
"""Names, and things, that one look-up considers of each kind: each costs some 60 microseconds, and others wait."""

_WORD = re.compile(r"[^\W_]+")
"""What the file keeps as a word: letters and digits."""

_WORDS = 4
"""Words by which things are looked for, the longest of those given; each costs as much as has it."""

Select = Callable[[str], Iterable[tuple[str, ...]]]
"""Puts a SELECT query and goes through the texts of its solutions."""


def write_names(path: Path, select: Select, classes: Iterable[str]) -> None:
    """Write a new file with the names of a graph, of which all `classes` that have instances are given.

    Nothing grows with the graph but the file. Raises OSError when it cannot be written.
    """
    kinds = {iri: number for number, iri in enumerate(sorted(c for c in classes if is_term(c)), start=1)}
    try:
        path.touch(exist_ok=False)
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("PRAGMA synchronous = OFF")
            base.execute("PRAGMA cache_size = -262144")  # KiB
            base.executescript(_SCHEMA)
            base.executemany("INSERT INTO class (iri, id) VALUES (?, ?)", kinds.items())
            for kind in sorted(filter(is_named, kinds)):
                base.executemany("INSERT OR IGNORE INTO thing (iri) VALUES (?)", _list_instances(select, kind))
            for kind, number in kinds.items():
                base.executemany(_ADD_KIND, ((number, iri) for (iri,) in _list_instances(select, kind)))
            for tier, query in NAME_QUERIES:
                number = TIERS.index(tier)
                base.executemany(_ADD_NAME, ((fold_name(name), number, name, iri) for iri, name in select(query)))
            base.create_function("fold", 1, fold_name, deterministic=True)
            base.create_function("slug", 1, lambda iri: split_iri(iri)[0], deterministic=True)
            base.create_function("path", 1, lambda iri: split_iri(iri)[1], deterministic=True)
            for form in ("slug", "path"):
                base.execute(f"INSERT OR IGNORE INTO name SELECT fold({form}(iri)), 0, id, {form}(iri) FROM thing")  # noqa: S608
            base.executescript(_INDEXES)
            base.execute(_ADD_WORDS)
            base.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.Error as error:
        raise OSError(f"{path}: {error}") from error


def _list_instances(select: Select, kind: str) -> Iterator[tuple[str, ...]]:
    return (row for row in select(f"SELECT ?thing WHERE {{ ?thing a <{kind}> }}") if row[0].startswith(get_home().id))


def list_name_queries(folder: Path) -> tuple[str, ...]:
    """Return the queries whose answers `make_names` takes: for names too, where no file of the snapshot has them."""
    return (CODES_QUERY,) if (folder / NAME).exists() else (CODES_QUERY, NAMES_QUERY)


def make_names(folder: Path, codes: Table, names: Table | None = None) -> Names:
    """Return a snapshot's names, from the answers to `list_name_queries`; raises SnapshotError as `open_names` does."""
    if names is None:
        return open_names(folder, parse_codes(_list_texts(codes)))
    return parse_names(_list_texts(names), _list_texts(codes))


def _list_texts(table: Table) -> Iterator[tuple[str, str, str]]:
    for row in table.rows:
        first, second, third = (row[name]["value"] if name in row else "" for name in table.columns)
        yield first, second, third


def open_names(folder: Path, codes: Mapping[str, Mapping[str, str]]) -> NameFile:
    """Return the names that a snapshot's file holds, and its code lists with them.

    Raises SnapshotError when the file is none of this format. It is closed when nobody has it any more.
    """
    path = folder / NAME
    try:
        base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise SnapshotError(f"{path} cannot be read ({error})") from error
    return NameFile(base, codes, path)


class NameFile(Names):
    """The names of a snapshot, read from its file as they are asked for."""

    def __init__(self, base: sqlite3.Connection, codes: Mapping[str, Mapping[str, str]], path: Path) -> None:
        self.codes = codes
        self.path = path
        self._base = base
        weakref.finalize(self, base.close)
        ((version,),) = self._ask("PRAGMA user_version")
        if version != VERSION:
            raise SnapshotError(f"{path} is in format {version}, read is format {VERSION}; build the snapshot again")
        self._classes: dict[str, int] = dict(self._ask("SELECT iri, id FROM class"))
        self._kinds = {number: iri for iri, number in self._classes.items()}

    def get_thing(self, iri: str) -> Thing | None:
        """Return a thing that a reader may mean."""
        rows = self._ask("SELECT id FROM thing WHERE iri = ?", iri)
        return self._read(rows[0][0]) if rows else None

    def list_bearers(self, folded: str) -> Mapping[str, Sequence[Thing]]:
        """Return tier -> the things that have a folded name in it, the first few hundred of each."""
        query = "SELECT DISTINCT thing FROM name WHERE folded = ? AND tier = ? LIMIT ?"
        return {
            tier: [self._read(number) for (number,) in self._ask(query, folded, place, _MOST)]
            for place, tier in enumerate(TIERS)
        }

    def list_holding(self, folded: str) -> Iterable[Thing]:
        """Return the things that have a name which begins so, or names in which all its words begin words."""
        after = self._ask(_AFTER, folded, _MOST)
        numbers: dict[int, None] = dict.fromkeys(number for name, number in after if name.startswith(folded))
        numbers.update(dict.fromkeys(self._list_worded(folded, " AND ", "*")))
        return [self._read(number) for number in numbers]

    def list_spellings(self, folded: str, classes: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Return the neighbours of a folded name in the alphabet, and the things that share a word with it."""
        neighbours = (*self._ask(_AFTER, folded, _MOST), *self._ask(_BEFORE, folded, _MOST))
        numbers: dict[int, None] = dict.fromkeys(number for _, number in neighbours)
        numbers.update(dict.fromkeys(self._list_worded(folded, " OR ", "")))
        things = {thing.iri: number for number in numbers if (thing := self._read(number)).is_one_of(classes)}
        query = "SELECT DISTINCT folded FROM name WHERE thing = ?"
        return [(iri, name) for iri, number in things.items() for (name,) in self._ask(query, number)]

    def list_things(self, classes: Sequence[str], most: int) -> Sequence[Thing] | None:
        """Return the things of these classes in no order, or None when there are more than `most`."""
        wanted = [self._classes[iri] for iri in classes or filter(is_named, self._classes) if iri in self._classes]
        marks = ", ".join("?" * len(wanted))
        query = f"SELECT DISTINCT thing FROM kind WHERE class IN ({marks}) LIMIT ?"  # noqa: S608 - marks only
        numbers = [number for (number,) in self._ask(query, *wanted, most + 1)]
        return [self._read(number) for number in numbers] if len(numbers) <= most else None

    def _list_worded(self, folded: str, joint: str, end: str) -> Iterator[int]:
        """Yield things by words; `end` is `*` where the beginnings of words do."""
        words = set(_WORD.findall(folded))
        if end:
            words = {word for word in words if not any(other != word and other.startswith(word) for other in words)}
        if not words:
            return
        longest = sorted(words, key=lambda word: (-len(word), word))[:_WORDS]
        query = "SELECT rowid FROM word WHERE word MATCH ? LIMIT ?"
        yield from (number for (number,) in self._ask(query, joint.join(f'"{word}"{end}' for word in longest), _MOST))

    def _read(self, number: int) -> Thing:
        ((iri,),) = self._ask("SELECT iri FROM thing WHERE id = ?", number)
        slug, _ = split_iri(iri)
        found = self._ask("SELECT tier, name FROM name WHERE thing = ?", number)
        names = sorted({name for tier, name in found if TIERS[tier] != "slug"})
        label = min((name for tier, name in found if TIERS[tier] == "label"), default=slug)
        kinds = self._ask("SELECT class FROM kind WHERE thing = ?", number)
        classes = frozenset(self._kinds[kind] for (kind,) in kinds)
        return Thing(iri, slug, label, classes, tuple(dict.fromkeys((label, *names))))

    def _ask(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query; raises SnapshotError when the file cannot be read."""
        try:
            return self._base.execute(query, values).fetchall()
        except UnicodeEncodeError:
            return []  # half of a surrogate pair, which no name has
        except sqlite3.Error as error:
            raise SnapshotError(f"{self.path.name} cannot be read ({error})") from error
