"""The names of a snapshot in an SQLite data base: a file that a build writes, or memory where no build has.

It gives what may be meant or near; `name_resolver` ranks it. A name is found by its folded text. Of few names all are
looked at for what holds a text or is near it; of more, the neighbours in the alphabet and the things that share words
with it.
"""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ahg_graph.config.prefixes import is_term
from ahg_graph.errors import SnapshotError
from ahg_graph.queries.meetings import MEETINGS_QUERY
from ahg_graph.queries.name_rows import (
    CODES_QUERY,
    TIERS,
    Row,
    Select,
    group_row,
    is_named,
    place_row,
    stream_rows,
)
from ahg_graph.queries.named_entity import NamedEntity, fold_name, split_iri

NAME = "names.sqlite"
"""What the file is called in a snapshot."""

VERSION = 3
"""The version of the format, as `user_version`; another is refused."""

SCANNED = 10_000
"""Names up to which all are looked at: some milliseconds."""

_SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE class (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE kind (thing INTEGER NOT NULL, class INTEGER NOT NULL, PRIMARY KEY (thing, class)) WITHOUT ROWID;
CREATE TABLE name (
  folded TEXT NOT NULL, tier INTEGER NOT NULL, thing INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (folded, tier, thing, name)
) WITHOUT ROWID;
CREATE TABLE code (list TEXT NOT NULL, code TEXT NOT NULL, label TEXT NOT NULL);
CREATE TABLE meeting (
  iri TEXT NOT NULL, series TEXT, number TEXT, status TEXT, first TEXT, last TEXT, sort TEXT, word TEXT
);
CREATE VIRTUAL TABLE word USING fts5 (folded, content='', tokenize="unicode61 remove_diacritics 0");
"""
_INDEXES = """
CREATE INDEX kind_by_class ON kind (class);
CREATE INDEX name_by_thing ON name (thing);
"""
_ADD_KIND = "INSERT OR IGNORE INTO kind SELECT id, ? FROM thing WHERE iri = ?"
_ADD_NAME = "INSERT OR IGNORE INTO name SELECT ?, ?, id, ? FROM thing WHERE iri = ?"
_ADD_WORDS = (
    "INSERT INTO word (rowid, folded) SELECT thing, group_concat(folded, ' ') FROM name WHERE tier < ? GROUP BY thing"
)
_TITLE = TIERS.index("title")
_BEARERS = f"SELECT tier, thing FROM name WHERE folded = ? AND tier < {_TITLE} ORDER BY tier LIMIT ?"  # noqa: S608
_AFTER = "SELECT folded, thing FROM name WHERE folded >= ? ORDER BY folded LIMIT ?"
_BEFORE = "SELECT folded, thing FROM name WHERE folded < ? ORDER BY folded DESC LIMIT ?"
_MOST = 300
"""Names, and things, that one look-up among many considers of each kind."""

_CACHED = 5000  # things kept in memory once they were read
_BATCH = 10_000  # rows written at once
_WORD = re.compile(r"[^\W_]+")
"""What the file keeps as a word: letters and digits."""

_WORDS = 4
"""Words by which things are looked for, the longest of those given; each costs as much as has it."""


def write_names(path: Path, select: Select, classes: Iterable[str]) -> None:
    """Write a new file with the names of a graph, of which all `classes` that have instances are given.

    Nothing grows with the graph but the file. Raises OSError when it cannot be written.
    """
    kinds = [kind for kind in classes if is_term(kind)]
    try:
        path.touch(exist_ok=False)
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("PRAGMA synchronous = OFF")
            base.execute("PRAGMA cache_size = -262144")  # KiB
            codes = ((row[0], row[1], row[2]) for row in select(CODES_QUERY))
            _fill(base, stream_rows(select, kinds), codes, select(MEETINGS_QUERY))
    except sqlite3.Error as error:
        raise OSError(f"{path}: {error}") from error


def open_file(folder: Path, scanned: int = SCANNED) -> NameDatabase:
    """Return the names that a snapshot's file holds; it is closed when no one has them any more.

    Up to `scanned` of them are all looked at. Raises SnapshotError when the file is none of this format.
    """
    path = folder / NAME
    if not path.exists():
        raise SnapshotError(f"{path} is missing")
    try:
        base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise SnapshotError(f"{path} cannot be read ({error})") from error
    return NameDatabase(base, path, scanned)


def hold_names(names: Iterable[Row], codes: Iterable[Row], meetings: Iterable[Sequence[str]] = ()) -> NameDatabase:
    """Return the names of the rows that NAMES_QUERY, CODES_QUERY and MEETINGS_QUERY give, in memory."""
    base = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(base, sorted(names, key=place_row), codes, meetings)
    return NameDatabase(base, Path(NAME))


def _fill(
    base: sqlite3.Connection, rows: Iterable[Row], codes: Iterable[Row], meetings: Iterable[Sequence[str]]
) -> None:
    """Write rows in the order of `place_row`; a code goes by its last label, or by itself where that is empty."""
    base.executescript(_SCHEMA)
    for number, ((tier, kind), group) in enumerate(groupby(rows, group_row)):
        if tier == "class":
            base.execute("INSERT INTO class (id, iri) VALUES (?, ?)", (number, kind))
        while batch := list(islice(group, _BATCH)):
            if tier != "class":
                place = TIERS.index(tier)
                base.executemany(_ADD_NAME, ((fold_name(name), place, name, iri) for iri, _, name in batch))
                continue
            if is_named(kind):
                base.executemany("INSERT OR IGNORE INTO thing (iri) VALUES (?)", ((iri,) for iri, *_ in batch))
            base.executemany(_ADD_KIND, ((number, iri) for iri, *_ in batch))
    base.create_function("fold", 1, fold_name, deterministic=True)
    base.create_function("slug", 1, lambda iri: split_iri(iri)[0], deterministic=True)
    base.create_function("path", 1, lambda iri: split_iri(iri)[1], deterministic=True)
    for form in ("slug", "path"):
        base.execute(f"INSERT OR IGNORE INTO name SELECT fold({form}(iri)), 0, id, {form}(iri) FROM thing")  # noqa: S608
    base.executemany("INSERT INTO code VALUES (?, ?, ?)", codes)
    base.executemany("INSERT INTO meeting VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (tuple(row) for row in meetings))
    base.executescript(_INDEXES)
    base.execute(_ADD_WORDS, (_TITLE,))
    base.execute(f"PRAGMA user_version = {VERSION}")


class NameDatabase:
    """The names of a snapshot, read as they are asked for; `codes` is list -> code -> label."""

    def __init__(self, base: sqlite3.Connection, path: Path, scanned: int = SCANNED) -> None:
        self.path = path
        self._base = base
        weakref.finalize(self, base.close)
        ((version,),) = self._ask("PRAGMA user_version")
        if version != VERSION:
            reason = f"{path} is in format {version}; this version reads only format {VERSION}"
            raise SnapshotError(f"{reason}; remove {path.parent} and build again")
        self._classes: dict[str, int] = dict(self._ask("SELECT iri, id FROM class"))
        self._kinds = {number: iri for iri, number in self._classes.items()}
        self.codes = self._read_codes()
        ((count,),) = self._ask("SELECT count(*) FROM (SELECT 1 FROM name LIMIT ?)", scanned + 1)
        self._is_scanned = count <= scanned
        self._cached: dict[int, NamedEntity] = {}

    def _read_codes(self) -> Mapping[str, Mapping[str, str]]:
        lists: dict[str, dict[str, str]] = {}
        for scheme, code, label in self._ask("SELECT list, code, label FROM code ORDER BY list, code, rowid"):
            lists.setdefault(scheme, {})[code] = label or code
        return MappingProxyType({scheme: MappingProxyType(found) for scheme, found in lists.items()})

    def list_meetings(self) -> list[tuple[str, ...]]:
        """Return the rows that MEETINGS_QUERY gave."""
        rows = self._ask("SELECT iri, series, number, status, first, last, sort, word FROM meeting ORDER BY rowid")
        return [tuple(value or "" for value in row) for row in rows]

    def get_thing(self, iri: str) -> NamedEntity | None:
        """Return a thing that a reader may mean."""
        rows = self._ask("SELECT id FROM thing WHERE iri = ?", iri)
        return self._read(rows[0][0]) if rows else None

    def entities_by_tier(self, folded: str) -> Mapping[str, Sequence[NamedEntity]]:
        """Return tier -> the things that have a folded name in it, a few hundred of them."""
        found: dict[str, list[NamedEntity]] = {tier: [] for tier in TIERS}
        for tier, number in dict.fromkeys(self._ask(_BEARERS, folded, _MOST)):
            found[TIERS[tier]].append(self._read(number))
        return found

    def candidates_containing(self, folded: str) -> Iterable[NamedEntity]:
        """Return the things that may have a name which holds a folded text, or all its words; more do no harm.

        Among many, those of which a name begins so, and those whose names have words that begin like all of its words.
        """
        if self._is_scanned:
            words = folded.split()
            marks = " AND ".join(["instr(folded, ?)"] * len(words))
            query = f"SELECT DISTINCT thing FROM name WHERE {marks}"  # noqa: S608 - marks only
            return [self._read(number) for (number,) in self._ask(query, *words)] if words else []
        after = self._ask(_AFTER, folded, _MOST)
        numbers: dict[int, None] = dict.fromkeys(number for name, number in after if name.startswith(folded))
        numbers.update(dict.fromkeys(self._list_worded(folded, " AND ", "*")))
        return [self._read(number) for number in numbers]

    def candidates_near(self, folded: str, classes: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Return the IRIs and folded names that may be near a folded one, of things of these classes.

        Among many, those of its neighbours in the alphabet and of the things that share a word with it.
        """
        if self._is_scanned:
            rows = self._ask("SELECT DISTINCT thing, folded FROM name WHERE tier < ?", _TITLE)
            return [(t.iri, name) for number, name in rows if (t := self._read(number)).is_one_of(classes)]
        neighbours = (*self._ask(_AFTER, folded, _MOST), *self._ask(_BEFORE, folded, _MOST))
        numbers: dict[int, None] = dict.fromkeys(number for _, number in neighbours)
        numbers.update(dict.fromkeys(self._list_worded(folded, " OR ", "")))
        things = {thing.iri: number for number in numbers if (thing := self._read(number)).is_one_of(classes)}
        query = "SELECT DISTINCT folded FROM name WHERE thing = ?"
        return [(iri, name) for iri, number in things.items() for (name,) in self._ask(query, number)]

    def list_things(self, classes: Sequence[str], most: int) -> Sequence[NamedEntity] | None:
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

    def _read(self, number: int) -> NamedEntity:
        thing = self._cached.get(number)
        if thing is None:
            thing = self._read_thing(number)
            if len(self._cached) < _CACHED:
                self._cached[number] = thing
        return thing

    def _read_thing(self, number: int) -> NamedEntity:
        ((iri,),) = self._ask("SELECT iri FROM thing WHERE id = ?", number)
        slug, _ = split_iri(iri)
        found = self._ask("SELECT tier, name FROM name WHERE thing = ?", number)
        names = sorted({name for tier, name in found if TIERS[tier] not in ("slug", "title")})
        first = min((name for tier, name in found if TIERS[tier] == "label"), default=slug)
        label = min((name for tier, name in found if first == slug and tier == _TITLE), default=first)
        kinds = self._ask("SELECT class FROM kind WHERE thing = ?", number)
        classes = frozenset(self._kinds[kind] for (kind,) in kinds)
        return NamedEntity(iri, slug, label, classes, tuple(dict.fromkeys((first, *names))))

    def _ask(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query; raises SnapshotError when the file cannot be read."""
        try:
            return self._base.execute(query, values).fetchall()
        except UnicodeEncodeError:
            return []  # half of a surrogate pair, which no name has
        except sqlite3.Error as error:
            raise SnapshotError(f"{self.path.name} cannot be read ({error})") from error
