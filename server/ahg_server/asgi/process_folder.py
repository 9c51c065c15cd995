"""What the processes of one server tell one another: small files in a folder that only they know.

The supervisor writes which snapshot is served, and each step of a move to another; each process answers with how far
it is.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypeVar

Step = Literal["prepare", "move", "drop"]


@dataclass(frozen=True, slots=True)
class Order:
    """What the supervisor asks for: the number of the move, the step of it, and the snapshot."""

    number: int
    step: Step
    snapshot: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a process has done: the number of the move, its last step, and why the snapshot is refused, if it is."""

    number: int
    step: Step
    refusal: str = ""


_Record = TypeVar("_Record", Order, Report)


class ProcessFolder:
    """The folder's files; each is replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def give_order(self, order: Order) -> None:
        """Write what is asked for."""
        self._write("order", order)

    def read_order(self) -> Order | None:
        """Return what is asked for."""
        return self._read("order", Order)

    def report(self, report: Report) -> None:
        """Write how far this process is."""
        self._write(f"{os.getpid()}.report", report)

    def read_report(self, process: int) -> Report | None:
        """Return how far a process is."""
        return self._read(f"{process}.report", Report)

    def serve(self, snapshot: Path) -> None:
        """Write which snapshot is served, which a process that starts reads."""
        self._replace("serving", str(snapshot))

    def find_snapshot(self) -> Path:
        """Return the folder of the snapshot that is served."""
        return Path((self.path / "serving").read_text(encoding="utf-8"))

    def _write(self, name: str, record: Order | Report) -> None:
        self._replace(name, json.dumps(asdict(record)))

    def _read(self, name: str, kind: type[_Record]) -> _Record | None:
        try:
            return kind(**json.loads((self.path / name).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def _replace(self, name: str, text: str) -> None:
        fresh = self.path / f".{name}.{os.getpid()}"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path / name)
