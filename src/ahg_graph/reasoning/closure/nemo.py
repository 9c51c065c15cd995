"""The rule engine, behind one function: a program over numbers and its tables in, tables out.

The only module that knows which engine it is. The engine can panic, which is no ordinary exception and prints to
standard error; here a panic becomes a ReasonerError.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import nmo_python

from ahg_graph.errors import ReasonerError, RuleError, StorageError
from ahg_graph.reasoning.closure.relation_tables import Relation


def run_program(program: str, tables: Mapping[str, Relation], outputs: Mapping[str, int]) -> dict[str, Relation]:
    """Run a program to its fixpoint and return the tables of the predicates asked for, by name and width.

    A table fills the predicate of its name. Raises RuleError for a program that the engine does not accept,
    ReasonerError when the engine fails, and StorageError when there is no room for the tables, which it reads as files.
    """
    with _make_folder() as folder:
        lines = [program]
        for name, table in tables.items():
            if len(table):
                path = folder / f"{name}.csv"
                _write(table, path)
                types = ", ".join(["int"] * table.width)
                lines.append(f'@import {name} :- csv {{resource = "{path.as_posix()}", format = ({types})}} .')
        # Tables are declared as outputs too: the engine's own way of reading only the columns that a rule uses goes
        # wrong where two conclusions of one predicate depend on one table, and it leaves outputs alone.
        lines += [f"@output {name} ." for name in {**tables, **outputs}]
        try:
            engine = nmo_python.NemoEngine(nmo_python.load_string("\n".join(lines)))
        except Exception as error:
            raise RuleError(f"the rule engine does not accept the program: {str(error).strip()}") from error
        except BaseException as error:
            raise _wrap(error) from error
        try:
            engine.reason()
            return {
                name: Relation(width, array("q", chain.from_iterable(engine.result(name))))
                for name, width in outputs.items()
            }
        except BaseException as error:
            raise _wrap(error) from error


@contextmanager
def _make_folder() -> Iterator[Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="ahg-graph-")
    except OSError as error:
        raise StorageError(f"there is no temporary folder to write to ({error})") from error
    with folder as name:
        yield Path(name)


def _write(table: Relation, path: Path) -> None:
    try:
        with path.open("w", encoding="ascii", newline="") as file:
            file.writelines(table.lines())
    except OSError as error:
        raise StorageError(f"the temporary folder {path.parent} cannot be written to ({error})") from error


def _wrap(error: BaseException) -> BaseException:
    """Return the error to raise instead; interrupts and exits stay what they are."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        return error
    return ReasonerError(f"the rule engine failed: {type(error).__name__}: {error}")
