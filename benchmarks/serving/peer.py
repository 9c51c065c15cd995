"""What every server that is measured has in common."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import psutil

from benchmarks.serving.data import Data
from interop import provision
from interop.engines import find_port

_PATIENCE = 600.0


class Peer(ABC):
    """One server on loopback in a process of its own."""

    name: ClassVar[str]
    path: ClassVar[str]
    holding: ClassVar[str]
    """How it holds the data."""
    version = ""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.folder = data.snapshots.parent / type(self).__name__.lower()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = find_port()
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def load(self) -> None:
        """Fill the server's own files from the data, once."""

    @abstractmethod
    def call(self) -> Sequence[object]:
        """Return the command that starts it."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment of the command."""
        return os.environ

    def prepare(self) -> None:
        """Load the data unless that is done; raises provision.Unavailable."""
        done = self.folder / "loaded"
        if not done.exists():
            self.load()
            done.touch()

    def make_target(self, query: str) -> str:
        """Return the path and query string of a question."""
        return f"{self.path}?query={quote(query, safe='')}"

    def start(self, question: str) -> float:
        """Start it and return the seconds until its first answer."""
        with (self.folder / "log").open("wb") as log:
            begun = time.perf_counter()
            self.process = subprocess.Popen(
                [str(part) for part in self.call()], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, env=dict(self.environment), start_new_session=True,
            )  # fmt: skip
        target = self.make_target(question)
        while time.perf_counter() - begun < _PATIENCE:
            if self.process.poll() is not None:
                raise provision.Unavailable(f"{self.name} ended: {(self.folder / 'log').read_text()[-300:]}")
            try:
                self.ask(target)
                return time.perf_counter() - begun
            except (URLError, ConnectionError):
                time.sleep(0.005)
        raise provision.Unavailable(f"{self.name} gave no answer within {_PATIENCE:g} s")

    def ask(self, target: str, accept: str = "application/sparql-results+json", timeout: float = 60) -> bytes:
        """Return the body of one answer; raises URLError, of which HTTPError for any status but 200."""
        request = Request(f"http://127.0.0.1:{self.port}{target}", headers={"Accept": accept})
        with urlopen(request, timeout=timeout) as response:
            return bytes(response.read())

    def read_processor_time(self) -> float:
        """Return the processor seconds that it has used, with all that it has started."""
        assert self.process
        process = psutil.Process(self.process.pid)
        own = process.cpu_times()
        total = own.user + own.system + own.children_user + own.children_system
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                total += times.user + times.system
        return float(total)

    def list_processes(self) -> set[int]:
        """Return the numbers of its processes."""
        assert self.process
        return {self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))}

    def stop(self) -> None:
        """End it and what it started."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None


def run(call: Sequence[object], folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a program to its end; raises RuntimeError with its last words."""
    parts = [str(part) for part in call]
    done = subprocess.run(parts, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode or "*** Error" in done.stdout + done.stderr:
        raise RuntimeError(f"{parts[0]}: {(done.stdout + done.stderr).strip()[-400:]}")
