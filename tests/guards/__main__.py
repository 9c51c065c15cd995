"""Hold two checkouts against each other: `python -m guards BASE [OTHER]`, with `tests` on the path."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from guards.checkouts import Checkout
from guards.commands import compare_outputs, list_commands
from guards.comparing import Difference, compare_bodies, compare_replies
from guards.engines import run_faulty_engine
from guards.exchanges import Reply, Request, send
from guards.listing import (
    Get,
    crawl,
    list_conditional,
    list_explanations,
    list_pages,
    list_saved_queries,
    list_things,
)
from guards.masking import mask
from guards.protocol import list_malformed, list_operations, list_refused, list_slow, list_unfinished
from guards.tools import call_tools, list_calls

_TIGHT = {
    "workers": 2, "timeout": 0.6, "memory": 24, "answer": 1, "body": 4, "url": 2, "receive": 1, "depth": 20, "cache": 0,
}  # fmt: skip
_DEPTH, _MOST = 3, 12
_LANES = 4
T = TypeVar("T")


class Guard:
    """A run: two checkouts, what differs so far, and what was seen of problems and empty answers."""

    def __init__(self, checkouts: Sequence[Checkout], sample: int, seed: int, most: int) -> None:
        self.checkouts = checkouts
        self.sample, self.most = sample, most
        self.noise = random.Random(seed)
        self.differences: list[Difference] = []
        self.seen: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    @contextlib.contextmanager
    def serve(self, *words: str, **settings: object) -> Iterator[list[int]]:
        """Let each checkout serve until the end of the block; yields the ports."""
        with contextlib.ExitStack() as stack:
            ports = [stack.enter_context(checkout.serve(*words, **settings)) for checkout in self.checkouts]
            for port in ports:
                send(port, Request("/health"))  # answered when all is loaded: before, a problem is never a page
            yield ports

    def make(self) -> None:
        """Build and release in both checkouts, and note what differs."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda checkout: checkout.make(earlier=True), self.checkouts))
        before, after = (checkout.list_files() for checkout in self.checkouts)
        first, second = (checkout.releases for checkout in self.checkouts)
        if first != second:
            self.add(Difference("identities of the releases", (f"{first} -> {second}",)))
        for name in sorted(before | after):
            self.done["files of releases"] += 1
            texts = [
                (mask(files.get(name, b"<no such file>"), checkout.names()))
                for files, checkout in zip((before, after), self.checkouts, strict=True)
            ]
            if lines := compare_bodies(*texts):
                self.add(Difference(name, tuple(lines)))

    def choose(self, things: Iterable[T], share: float = 1) -> list[T]:
        """Return things once each, all of them or a sample."""
        found = list(dict.fromkeys(things))
        most = int(self.sample * share)
        return found if not self.sample or len(found) <= most else self.noise.sample(found, most)

    def ask(self, kind: str, ports: list[int], requests: Iterable[Request], lanes: int = _LANES) -> None:
        """Send requests to both servers and note what differs."""
        begun = time.monotonic()
        names = [checkout.names(port) for checkout, port in zip(self.checkouts, ports, strict=True)]

        def exchange(request: Request) -> list[tuple[str, Reply, Reply]]:
            found = []
            for turn in range(request.times):
                before, after = sides.map(lambda port: send(port, request), ports)
                found.append((f"{request.name}{' (again)' if turn else ''}", before, after))
            return found

        requests = list(requests)
        with ThreadPoolExecutor(2 * lanes) as sides, ThreadPoolExecutor(lanes) as pool:
            for exchanges in pool.map(exchange, requests):
                for name, before, after in exchanges:
                    self._note(kind, name, before, after)
                    self.add(compare_replies(f"{kind}: {name}", before, after, (names[0], names[1])))
        print(f"{len(requests):6} requests  {kind} ({time.monotonic() - begun:.0f} s)", file=sys.stderr)

    def add(self, difference: Difference | None) -> None:
        """Note a difference, and print it while there are few."""
        if difference is not None:
            self.differences.append(difference)
            if len(self.differences) <= self.most:
                print(difference, flush=True)

    def run_commands(self, ask: Get, ports: list[int]) -> None:
        """Run the command line of both checkouts and note what differs."""
        begun = time.monotonic()
        commands = self.choose(list_commands(self.checkouts[0], ask), 0.02)
        names = (self.checkouts[0].names(ports[0]), self.checkouts[1].names(ports[1]))
        with ThreadPoolExecutor(2) as pool:
            for command in commands:
                before, after = pool.map(
                    lambda checkout: checkout.run(*command.words, stdin=command.stdin, settings=dict(command.settings)),  # noqa: B023
                    self.checkouts,
                )
                self.done["commands"] += 1
                self.add(compare_outputs(f"command: {command.name}", before, after, names))
        print(f"{len(commands):6} commands ({time.monotonic() - begun:.0f} s)", file=sys.stderr)

    def call_tools(self, ask: Get) -> None:
        """Call the tools of both checkouts and note what differs."""
        calls = list(list_calls(ask))
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda checkout: call_tools(checkout, calls), self.checkouts))
        for (method, given), *lines in zip([("initialize", {}), *calls], *found, strict=True):
            before, after = (mask(line, c.names()) for line, c in zip(lines, self.checkouts, strict=True))
            self.done["calls of tools"] += 1
            if differing := compare_bodies(before, after):
                self.add(Difference(f"tools: {method} {json.dumps(given)[:150]}", tuple(differing)))

    def _note(self, kind: str, name: str, before: Reply, after: Reply) -> None:
        self.done[kind] += 1
        self.seen[f"status {before.status}"] += 1
        if before.status >= 400 and "json" in before.find("content-type"):
            with contextlib.suppress(ValueError):
                self.seen[f"problem {json.loads(before.content).get('code')}"] += 1
        if empty := before.find("empty-answer"):
            self.seen[f"empty {empty.partition(';')[0]}"] += 1


def run(guard: Guard) -> None:
    """Ask both checkouts for everything."""
    base = guard.checkouts[0]
    with guard.serve() as ports:

        def ask(target: str, accept: str) -> Reply:
            return send(ports[0], Request(target, (("accept", accept),) if accept else ()))

        releases = base.releases
        pages = list(crawl(ask, 1 if guard.sample else _DEPTH, _MOST))
        guard.ask("pages", ports, guard.choose(pages, 0.2))
        guard.ask("conditions", ports, guard.choose(list_conditional(guard.choose(pages)[:150]), 0.1))
        guard.ask("saved queries", ports, guard.choose(list_saved_queries(ask, releases), 0.3))
        guard.ask("things", ports, guard.choose(list_things(ask), 0.2))
        guard.ask("proofs", ports, guard.choose(list_explanations(ask), 0.1))
        guard.ask("service and releases", ports, guard.choose(list_pages(ask, releases), 0.2))
        guard.ask("SPARQL", ports, guard.choose(list_operations(), 0.1))
        guard.ask("malformed", ports, guard.choose(list_malformed(), 0.05), lanes=16)
        guard.call_tools(ask)
        guard.run_commands(ask, ports)
    with guard.serve(**_TIGHT) as ports:
        guard.ask("refused, tight limits", ports, guard.choose(list_refused(), 0.2), lanes=1)
        guard.ask("unfinished", ports, list_unfinished())
    with guard.serve(timeout=0.5) as ports:
        guard.ask("time limit", ports, list_slow(), lanes=1)
    with guard.serve(rate=1) as ports:
        guard.ask("rate", ports, [Request(f"/sparql?query=ASK%7B%7D%23{n}") for n in range(4)], lanes=1)
    with guard.serve(connections=0) as ports:
        guard.ask("connections", ports, [Request("/health")], lanes=1)
    asked = [Request("/sparql?query=ASK%7B%7D"), Request("/queries/attendance.csv?meeting=ahg-som-05")]
    with run_faulty_engine() as address, guard.serve("--engine", address) as ports:
        guard.ask("faulty engine", ports, asked)
    with guard.serve("--engine", "http://127.0.0.1:1/sparql") as ports:
        guard.ask("no engine", ports, asked)


def list_codes(folder: Path) -> set[str]:
    """Return the codes of problems that the sources of a checkout state."""
    texts = (path.read_text("utf-8") for root in ("src", "server") for path in (folder / root).rglob("*.py"))
    return {code for text in texts for code in re.findall(r'^    code(?:: [^=\n]+)? = "([a-z-]+)"', text, re.MULTILINE)}


def main(words: Sequence[str] | None = None) -> int:
    """Return 1 when anything differs, else 0."""
    parser = argparse.ArgumentParser(prog="guards", description=__doc__)
    parser.add_argument("base", type=Path, help="the checkout that is the measure")
    parser.add_argument("other", type=Path, nargs="?", default=Path(), help="the checkout to compare; this one")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="send about N requests only")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which ones")
    parser.add_argument("--most", type=int, default=50, metavar="N", help="differences to print (50)")
    given = parser.parse_args(words)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guards-") as scratch:
        folders = [Path(scratch) / name for name in ("a", "b")]
        for folder in folders:
            folder.mkdir()
        checkouts = [Checkout(path, own) for path, own in zip((given.base, given.other), folders, strict=True)]
        guard = Guard(checkouts, given.sample, given.seed, given.most)
        if given.sample:
            checkouts[0].make(earlier=False)
        else:
            guard.make()
        print(f"{'':6} built ({time.monotonic() - begun:.0f} s)", file=sys.stderr)
        checkouts[1].take_from(checkouts[0])
        run(guard)
        done = ", ".join(f"{count} {kind}" for kind, count in guard.done.items())
        print(f"asked: {done}\nseen: {', '.join(f'{name} x{n}' for name, n in sorted(guard.seen.items()))}")
        missed = {code for code in list_codes(checkouts[0].folder) if f"problem {code}" not in guard.seen}
        print(f"codes of problems that no reply had: {', '.join(sorted(missed))}")
    print(f"{len(guard.differences)} differences, {time.monotonic() - begun:.0f} s")
    return 1 if guard.differences else 0


if __name__ == "__main__":
    sys.exit(main())
