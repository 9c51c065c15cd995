"""Load on one server: `wrk` for quick questions, threads for slow ones, every answer checked for being whole."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

from benchmarks.serving.peer import Peer
from benchmarks.serving.questions import Question
from interop import provision

SLOW = 0.04
"""Seconds from which a question is counted out one by one: a slot of time would hold too few of them."""
LONGEST = 20.0
"""Seconds after which an answer is no longer waited for."""
_SCRIPT = Path(__file__).with_name("load.lua")
_PLACE = "NUMBER"
_numbers: Iterator[int] = itertools.count(100_000_000, 200_000)


@dataclass(frozen=True)
class Load:
    """What came of it: right answers, others, the seconds it took, and the median seconds of one answer."""

    right: int
    wrong: int
    seconds: float
    median: float

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return self.right / self.seconds


def find_generator() -> tuple[str, dict[str, str] | None]:
    """Return the program `wrk` and its environment; raises provision.Unavailable."""
    present = shutil.which("wrk")
    if present:
        return present, None
    root = provision.provide_debian("wrk", "libluajit-5.1-2", "libluajit-5.1-common")
    return str(root / "usr" / "bin" / "wrk"), provision.make_debian_environment(root)


def make_mark() -> str:
    """Return nine digits that no question has borne."""
    return str(next(_numbers))


def press(peer: Peer, question: Question, size: int, clients: int, seconds: float, single: float) -> Load:
    """Ask one question by so many clients; `single` is how long one answer takes, `size` its bytes."""
    if single >= SLOW:
        return _press_one_by_one(peer, question, size, clients, max(1, round(seconds / single)))
    return drive(peer, peer.make_target(question.vary(_PLACE)), question.accept, size, clients, seconds)


def drive(peer: Peer, target: str, accept: str, size: int, clients: int, seconds: float) -> Load:
    """Run `wrk` against one target, in which the word NUMBER is another number each time."""
    program, environment = find_generator()
    call: Sequence[object] = (
        program, "-t", 1, "-c", clients, "-d", "60s", "--timeout", f"{LONGEST:.0f}s", "-s", _SCRIPT,
        f"http://127.0.0.1:{peer.port}/", "--", accept, size, make_mark(), *target.split(_PLACE),
    )  # fmt: skip
    with subprocess.Popen([str(part) for part in call], stdout=subprocess.PIPE, text=True, env=environment) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)  # `-d` takes whole seconds alone
        said, _ = process.communicate(timeout=120)
    found = json.loads(said.strip().splitlines()[-1])
    return Load(found["right"], found["wrong"] + found["errors"], found["seconds"], found["median"])


def _press_one_by_one(peer: Peer, question: Question, size: int, clients: int, rounds: int) -> Load:
    def ask(_: int) -> tuple[bool, float]:
        begun = time.perf_counter()
        try:
            body = peer.ask(peer.make_target(question.vary(make_mark())), question.accept, LONGEST * 2)
        except (HTTPError, OSError):
            return False, time.perf_counter() - begun
        return len(body) == size, time.perf_counter() - begun

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(ask, range(clients * rounds if clients == 1 else clients)))
    seconds = time.perf_counter() - begun
    right = sorted(taken for is_right, taken in found if is_right)
    return Load(len(right), len(found) - len(right), seconds, right[len(right) // 2] if right else LONGEST)
