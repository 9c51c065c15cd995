"""The rule engine, behind one function: a program over numbers and its tables in, tables out.

The only module that knows which engine it is. The engine can panic, which is no ordinary exception and prints to
standard error; here a panic becomes a ReasonerError.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import nmo_python

from ahg_graph.closure.symbols import Row
from ahg_graph.errors import ReasonerError, RuleError


def run_program(program: str, tables: Mapping[str, Iterable[Row]], outputs: Iterable[str]) -> dict[str, list[Row]]:
    """Run a program to its fixpoint and return the rows of the predicates asked for.

    A table is imported as the predicate of its name with `_in` appended, and every table has at least one row or is
    left out; the program's own rules copy it. Raises RuleError for a program that the engine does not accept and
    ReasonerError when the engine fails.
    """
    with tempfile.TemporaryDirectory(prefix="ahg-graph-") as folder:
        lines = [program]
        for name, rows in tables.items():
            path = Path(folder, f"{name}.csv")
            width = 0
            with path.open("w", encoding="ascii", newline="") as file:
                for row in rows:
                    width = len(row)
                    file.write(",".join(map(str, row)) + "\n")
            if width:
                variables = ", ".join(f"?x{column}" for column in range(width))
                types = ", ".join(["int"] * width)
                lines.append(f'@import {name}_in :- csv {{resource = "{path.as_posix()}", format = ({types})}} .')
                lines.append(f"{name}({variables}) :- {name}_in({variables}) .")
        try:
            engine = nmo_python.NemoEngine(nmo_python.load_string("\n".join(lines)))
        except Exception as error:
            raise RuleError(f"the rule engine does not accept the program: {str(error).strip()}") from error
        except BaseException as error:
            raise _wrap(error) from error
        try:
            engine.reason()
            return {name: [tuple(row) for row in engine.result(name)] for name in outputs}
        except BaseException as error:
            raise _wrap(error) from error


def _wrap(error: BaseException) -> BaseException:
    """Return the error to raise instead; interrupts and exits stay what they are."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        return error
    return ReasonerError(f"the rule engine failed: {type(error).__name__}: {error}")
