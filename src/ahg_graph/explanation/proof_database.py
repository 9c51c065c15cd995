"""A file of a snapshot that holds every asserted statement and the last step of each proof.

An SQLite data base, so that one triple is explained without reading the rest. Terms are kept once, as N-Triples writes
them. A step's bindings are a JSON object of term numbers by variable, its premises a JSON list of triples of term
numbers; each premise is asserted or has a step of its own, and following them ends. Its absences are a JSON list of
name, term numbers, pattern (three term numbers or null, or null for none) and rules with their sentences.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ahg_graph.errors import SnapshotError
from ahg_graph.rdf.derivation_step import DerivationStep
from ahg_graph.rdf.missing_premises import NegatedPremise
from ahg_graph.rdf.source_location import SourceLocation
from ahg_graph.rdf.terms import RdfFormat, Statement, Term, parse

NAME = "proofs.sqlite"
"""What the file is called in a snapshot."""

VERSION = 2
"""The version of the format, as `user_version`; another is refused."""

_SCHEMA = """
CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE rule (id INTEGER PRIMARY KEY, name TEXT NOT NULL, sentence TEXT NOT NULL, authority TEXT NOT NULL);
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL);
CREATE TABLE asserted (
  subject INTEGER NOT NULL, predicate INTEGER NOT NULL, object INTEGER NOT NULL, file INTEGER NOT NULL,
  line INTEGER NOT NULL, PRIMARY KEY (subject, predicate, object, file, line)
) WITHOUT ROWID;
CREATE TABLE step (
  subject INTEGER NOT NULL, predicate INTEGER NOT NULL, object INTEGER NOT NULL, rule INTEGER NOT NULL,
  bindings TEXT NOT NULL, premises TEXT NOT NULL, absences TEXT NOT NULL,
  PRIMARY KEY (subject, predicate, object)
) WITHOUT ROWID;
CREATE INDEX asserted_by_object ON asserted (predicate, object);
"""

_REMEMBERED = 20_000
"""Look-ups of each kind that an open proof database remembers."""

Key = tuple[int, int, int]
"""A statement as numbers of terms."""


def parse_term(text: str) -> Term:
    """Return the term that N-Triples writes so."""
    line = f"<urn:x:s> <urn:x:p> {text} .".encode()
    term: Term = next(parse(input=line, format=RdfFormat.N_TRIPLES)).object
    return term


def write_proof_database(
    path: Path, asserted: Iterable[tuple[Statement, str, int]], steps: Iterable[tuple[Statement, DerivationStep]]
) -> None:
    """Write a new proof database: asserted statements with the file and line of each, and steps by what they conclude.

    The same statements and steps in the same order give the same file. Raises OSError when it cannot be written.
    """
    terms: dict[Term, int] = {}
    files: dict[str, int] = {}
    rules: dict[tuple[str, str, str], int] = {}

    def key(statement: Statement) -> Key:
        s, p, o = (terms.setdefault(term, len(terms)) for term in statement)
        return (s, p, o)

    def number(term: Term | None) -> int | None:
        return None if term is None else terms.setdefault(term, len(terms))

    def pack(absence: NegatedPremise) -> list[object]:
        pattern = None if absence.pattern is None else list(map(number, absence.pattern))
        return [absence.name, list(map(number, absence.terms)), pattern, absence.rules]

    connection = sqlite3.connect(path)
    try:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA user_version = {VERSION}; {_SCHEMA}")
        connection.executemany(
            "INSERT OR IGNORE INTO asserted VALUES (?, ?, ?, ?, ?)",
            ((*key(statement), files.setdefault(file, len(files)), line) for statement, file, line in asserted),
        )
        connection.executemany(
            "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *key(statement),
                    rules.setdefault((entry.rule, entry.sentence, entry.authority), len(rules)),
                    json.dumps({name: terms.setdefault(term, len(terms)) for name, term in entry.bindings}),
                    json.dumps([key(premise) for premise in entry.premises]),
                    json.dumps([pack(absence) for absence in entry.absences]),
                )
                for statement, entry in steps
            ),
        )
        connection.executemany("INSERT INTO term VALUES (?, ?)", ((number, str(t)) for t, number in terms.items()))
        connection.executemany("INSERT INTO file VALUES (?, ?)", ((number, p) for p, number in files.items()))
        connection.executemany("INSERT INTO rule VALUES (?, ?, ?, ?)", ((n, *rule) for rule, n in rules.items()))
        connection.commit()
    except sqlite3.OperationalError as error:
        raise OSError(f"{path} cannot be written: {error}") from error
    finally:
        connection.close()


class ProofDatabase:
    """A proof database opened for reading; safe to share between threads as long as one uses it at a time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise SnapshotError(f"{path}: no proofs; build the snapshot again")
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        # The proofs of one page name the same things again and again.
        self._number = lru_cache(_REMEMBERED)(self._read_number)
        self._term = lru_cache(_REMEMBERED)(self._read_term)
        self._values = lru_cache(_REMEMBERED)(self._read_values)
        try:
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise SnapshotError(f"{path}: damaged: {error}") from error
        if version != VERSION:
            self._connection.close()
            raise SnapshotError(f"{path}: proofs in format {version}, not {VERSION}; build the snapshot again")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the proof database."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def find_term(self, term: Term) -> int | None:
        """Return the number of a term, or None when the proof database does not name it."""
        return self._number(str(term))

    def term(self, number: int) -> Term:
        """Return the term of a number."""
        return self._term(number)

    def _read_number(self, text: str) -> int | None:
        row = self._connection.execute("SELECT id FROM term WHERE text = ?", (text,)).fetchone()
        return row[0] if row else None

    def _read_term(self, number: int) -> Term:
        (text,) = self._connection.execute("SELECT text FROM term WHERE id = ?", (number,)).fetchone()
        return parse_term(text)

    def _find_key(self, statement: Statement) -> Key | None:
        s, p, o = (self.find_term(term) for term in statement)
        return None if s is None or p is None or o is None else (s, p, o)

    def find_similar(self, text: str) -> tuple[Term, ...]:
        """Return the terms that a short text may mean: IRIs that end in it, literals that it spells; by their text."""
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        patterns = (f"<%/{escaped}>", f"<%#{escaped}>", f'"{escaped}"', f'"{escaped}"@%', f'"{escaped}"^^%')
        query = "SELECT text FROM term WHERE " + " OR ".join(["text LIKE ? ESCAPE '\\'"] * 5) + " ORDER BY text"  # noqa: S608
        return tuple(parse_term(found) for (found,) in self._connection.execute(query, patterns))

    def positions(self, statement: Statement) -> tuple[SourceLocation, ...]:
        """Return where a statement is asserted, ordered by file and line; empty when it is not."""
        key = self._find_key(statement)
        rows = self._connection.execute(
            "SELECT path, line FROM asserted JOIN file ON file.id = file WHERE subject = ? AND predicate = ? "
            "AND object = ? ORDER BY path, line",
            key or (-1, -1, -1),
        )
        return tuple(SourceLocation(path, line) for path, line in rows)

    def find_step(self, statement: Statement) -> DerivationStep | None:
        """Return the last step of a statement's proof, or None when it has none."""
        row = self._connection.execute(
            "SELECT name, sentence, authority, bindings, premises, absences FROM step JOIN rule ON rule.id = rule "
            "WHERE subject = ? AND predicate = ? AND object = ?",
            self._find_key(statement) or (-1, -1, -1),
        ).fetchone()
        if row is None:
            return None
        name, sentence, authority, bindings, premises, absences = row
        return DerivationStep(
            name,
            sentence,
            authority,
            tuple((variable, self.term(number)) for variable, number in json.loads(bindings).items()),
            tuple(Statement(*map(self.term, key)) for key in json.loads(premises)),
            tuple(map(self._unpack, json.loads(absences))),
        )

    def _unpack(self, packed: list[Any]) -> NegatedPremise:
        name, terms, pattern, rules = packed
        if pattern is not None:
            subject, predicate, value = (None if number is None else self.term(number) for number in pattern)
            pattern = (subject, predicate, value)
        return NegatedPremise(name, tuple(map(self.term, terms)), pattern, tuple((rule, text) for rule, text in rules))

    def objects(self, subject: Term, predicate: Term) -> tuple[Term, ...]:
        """Return the asserted values of a subject's property, in the order of their numbers."""
        return self._values("object", "subject = ? AND predicate = ?", subject, predicate)

    def subjects(self, predicate: Term, value: Term) -> tuple[Term, ...]:
        """Return the subjects that are asserted to have a value, in the order of their numbers."""
        return self._values("subject", "predicate = ? AND object = ?", predicate, value)

    def _read_values(self, column: str, condition: str, *terms: Term) -> tuple[Term, ...]:
        numbers = [self.find_term(term) for term in terms]
        if None in numbers:
            return ()
        query = f"SELECT DISTINCT {column} FROM asserted WHERE {condition} ORDER BY {column}"  # noqa: S608  # constants
        return tuple(self.term(number) for (number,) in self._connection.execute(query, numbers).fetchall())
