"""The check of a whole home folder in a process of its own, given up when something is saved meanwhile."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from ahg_graph.build.validation import validate_home
from ahg_graph.errors import AhgGraphError

_FORK = multiprocessing.get_context("fork")


class WholeCheck:
    """Starts checks of a home folder; what the last of them found is taken line by line, once."""

    def __init__(self, home: Path, full: bool = False) -> None:
        self._home, self._full = home, full
        self._process: BaseProcess | None = None
        self._answer: Connection | None = None

    def start(self) -> None:
        """Begin a check of what is there now, in place of one that is under way."""
        self.stop()
        self._answer, other = _FORK.Pipe(duplex=False)
        self._process = _FORK.Process(target=_examine, args=(self._home, self._full, other))
        self._process.start()
        other.close()

    def stop(self) -> None:
        """Give up the check that is under way, if one is."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._answer = None

    def take_lines(self) -> list[str]:
        """Return what the check found once it is done, and nothing before or again."""
        if self._answer is None or not self._answer.poll():
            return []
        try:
            lines: list[str] = self._answer.recv()
        except EOFError:
            lines = ["the whole: the check ended without an answer; run ahg-graph validate to see why"]
        self.stop()
        return lines


def _examine(home: Path, full: bool, answer: Connection) -> None:
    """Check a home folder and send what was found, as lines."""
    began = time.perf_counter()
    try:
        found = validate_home(home, full=full)
        problems = [str(problem) for problem in found.problems]
        problems += [f"warning: {warning}" for warning in found.warnings]
        count = len(found.problems)
    except AhgGraphError as error:
        problems, count = [str(error)], 1
    told = f"{count} problem{'s' if count != 1 else ''}" if count else "no problems"
    answer.send([*problems, f"the whole: {told} ({time.perf_counter() - began:.1f} s)"])
