"""Measure our server beside others, on one machine in one run.

    python -m benchmarks.serving              # everything; writes benchmarks/serving/results/
    python -m benchmarks.serving --smoke      # the graph alone, what is here already, under 20 s; writes nothing

Servers take turns within each round, so that what else the machine does hits all of them; what is reported are ratios
of neighbours in time, and medians of those.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import HTTPError

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from pyoxigraph import Store  # noqa: E402

from benchmarks.serving import report  # noqa: E402
from benchmarks.serving.data import Data, prepare_large, prepare_real  # noqa: E402
from benchmarks.serving.load import LONGEST, drive, find_generator, make_mark, press  # noqa: E402
from benchmarks.serving.peer import Peer  # noqa: E402
from benchmarks.serving.peers import PEERS, Ours, find_peers  # noqa: E402
from benchmarks.serving.questions import Content, Question, answer_directly, find_questions, read_content  # noqa: E402
from interop import provision  # noqa: E402

FOLDER = ROOT / "build" / "benchmarks" / "serving"
RESULTS = Path(__file__).with_name("results")
CLIENTS = (1, 16)
SAVED = "/queries/members-on-date.csv?body=ahg&date=2013-03-05"
Record = dict[str, Any]
_TRUE = ('"1"^^<http://www.w3.org/2001/XMLSchema#integer>',)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a short run that shows that it works")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.6, help="of one slot: one server, question, load")
    parser.add_argument("--triples", type=int, default=1_000_000, help="of the larger data set; 0 leaves it out")
    parser.add_argument(
        "--peers", nargs="*", default=[peer.__name__ for peer in PEERS], help=", ".join(p.__name__ for p in PEERS)
    )
    parser.add_argument("--questions", nargs="*", default=[], help="parts of names of questions; all by default")
    parser.add_argument("--snapshots", type=Path, default=ROOT / "build" / "snapshots", help="where the graph is")
    parser.add_argument("--only-large", action="store_true", help="measure the larger data set, and keep what is found")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder that is written")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds, options.triples = 1, 0.06, 0
    try:
        kinds, questions = find_peers(options.peers), find_questions(options.questions)
    except ValueError as error:
        parser.error(str(error))
    find_generator()
    real = prepare_real(options.snapshots, FOLDER)
    sets = [] if options.only_large else [real]
    sets += [prepare_large(real, FOLDER, options.triples)] if options.triples else []
    record: Record = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "questions": {question.name: question.title for question in questions},
        "sets": [],
    }
    if options.only_large:
        kept = json.loads((options.results / "results.json").read_text())["sets"]
        record["sets"] = [found for found in kept if found["title"] != sets[0].title]
    for data in sets:
        record["sets"].append(measure(data, kinds, questions, options.rounds, options.seconds, options.smoke))
        if not options.smoke:
            options.results.mkdir(parents=True, exist_ok=True)
            (options.results / "results.json").write_text(json.dumps(record, indent=1) + "\n")
            report.write(options.results)
    if options.smoke:
        print(report.write_tables(record))
    wrong = [fault for found in record["sets"] for fault in found["faults"] if fault.startswith(Ours.name)]
    if wrong:
        sys.exit("\n".join(wrong))


def measure(
    data: Data, kinds: Sequence[type[Peer]], questions: Sequence[Question], rounds: int, seconds: float, smoke: bool
) -> Record:
    """Return everything that is measured on one data set."""
    found: Record = {"title": data.title, "triples": data.triples, "rounds": rounds}
    found |= {"versions": {}, "holding": {}, "absent": {}, "faults": []}
    peers: list[Peer] = []
    try:
        for kind in kinds:
            peer = kind(data)
            try:
                if smoke and not (peer.folder / "loaded").exists() and kind not in PEERS[:2]:
                    raise provision.Unavailable("not prepared on this machine; a full run prepares it")
                peer.prepare()
                say(f"{data.title}: {peer.name} is loaded")
            except (provision.Unavailable, RuntimeError) as error:
                found["absent"][kind.name] = str(error)
            else:
                peers.append(peer)
        found["first"] = measure_first_answers(peers, questions[0], 1 if smoke else rounds)
        for peer in peers:
            found["versions"][peer.name] = peer.version
            found["holding"][peer.name] = peer.holding
        settle(peers)
        found["single"], sizes = check(data, peers, questions, found["faults"])
        found["mix"] = measure_mix(peers, questions[:: 3 if smoke else 1], found["single"], sizes, rounds, seconds)
        if data.title == "the graph":
            found["hot"] = measure_hot(peers, questions[0], sizes, max(rounds, 5) if not smoke else 1, seconds)
    finally:
        for peer in peers:
            peer.stop()
    return found


def measure_first_answers(peers: Sequence[Peer], question: Question, rounds: int) -> dict[str, list[float]]:
    """Return the seconds from the start of each server's process to its first answer, the data being on disk.

    All servers run when it returns.
    """
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            if max(found[peer.name], default=0) < 10:
                peer.stop()
                found[peer.name].append(peer.start(question.text))
    say("first answers: " + ", ".join(f"{name} {median(values):.2f} s" for name, values in found.items()))
    return found


def settle(peers: Sequence[Peer]) -> None:
    """Wait, half a minute at most, until no server is busy with what it does after its start."""
    for _ in range(60):
        before = [peer.read_processor_time() for peer in peers]
        time.sleep(0.5)
        if all(peer.read_processor_time() - used < 0.05 for peer, used in zip(peers, before, strict=True)):
            return


def check(
    data: Data, peers: Sequence[Peer], questions: Sequence[Question], faults: list[str]
) -> tuple[dict[str, dict[str, float]], dict[tuple[str, str], int]]:
    """Ask every server every question, twice, and compare the content; return seconds and sizes of answers.

    What is wrong goes to `faults`, and has no size.
    """
    store = Store.read_only(str(data.store))
    singles: dict[str, dict[str, float]] = {peer.name: {} for peer in peers}
    sizes: dict[tuple[str, str], int] = {}
    for question in questions:
        right = answer_directly(store, question)
        for peer in peers:
            try:
                taken = 0.0
                for _ in range(2):
                    if taken > 2:
                        continue
                    begun = time.perf_counter()
                    body = peer.ask(peer.make_target(question.vary(make_mark())), question.accept, LONGEST)
                    taken = time.perf_counter() - begun
                difference = compare(read_content(question, body), right)
            except HTTPError as error:
                difference = f"status {error.code}: {error.read(200).decode(errors='replace')}"
            except (OSError, ValueError, SyntaxError) as error:
                difference = f"{type(error).__name__}: {error}"
            if difference:
                faults.append(f"{peer.name}, {question.name}: {difference}")
                say(faults[-1])
            else:
                sizes[peer.name, question.name] = len(body)
                singles[peer.name][question.name] = taken
    return singles, sizes


def compare(content: Content, right: Content) -> str:
    """Return how an answer differs from the right one, or nothing."""
    if content == right:
        return ""
    if right is True and content == Counter([_TRUE]):
        return ""  # Virtuoso writes a boolean as a table
    if isinstance(content, bool) or isinstance(right, bool):
        return f"{content} instead of {right}"
    missing, extra = right - content, content - right
    return f"{missing.total()} rows missing {list(missing)[:1]}, {extra.total()} too many {list(extra)[:1]}"


def measure_mix(
    peers: Sequence[Peer],
    questions: Sequence[Question],
    singles: dict[str, dict[str, float]],
    sizes: dict[tuple[str, str], int],
    rounds: int,
    seconds: float,
) -> list[Record]:
    """Return, for each question, load and server that answers it right, the rate of each round."""
    found = []
    for question in questions:
        for clients in CLIENTS:
            able = [peer for peer in peers if (peer.name, question.name) in sizes]
            rates: dict[str, list[float]] = {peer.name: [] for peer in able}
            refused: dict[str, int] = {}
            busy: dict[str, float] = dict.fromkeys(rates, 0.0)
            right: dict[str, int] = dict.fromkeys(rates, 0)
            latency: dict[str, list[float]] = {peer.name: [] for peer in able}
            for turn in range(rounds):
                for place in range(len(able)):
                    peer = able[(place + turn) % len(able)]
                    single = singles[peer.name][question.name]
                    if single > 2 and (clients > 1 or turn):
                        continue  # as `singles` says: minutes more would say no more
                    processes, before = peer.list_processes(), peer.read_processor_time()
                    load = press(peer, question, sizes[peer.name, question.name], clients, seconds, single)
                    if peer.list_processes() == processes:  # else what an ended one has used is not known
                        busy[peer.name] += peer.read_processor_time() - before
                        right[peer.name] += load.right
                    rates[peer.name].append(load.rate)
                    latency[peer.name].append(load.median)
                    if load.wrong:
                        refused[peer.name] = refused.get(peer.name, 0) + load.wrong
            entry = {"question": question.name, "clients": clients, "rates": rates, "latency": latency}
            effort = {name: busy[name] / count for name, count in right.items() if count}
            found.append({**entry, "refused": refused, "effort": effort})
            shown = ", ".join(f"{name} {median(values):.1f}" for name, values in rates.items() if values)
            say(f"{question.name} by {clients}: {shown}" + (f"; not answered {refused}" if refused else ""))
    return found


def measure_hot(
    peers: Sequence[Peer], cheapest: Question, sizes: dict[tuple[str, str], int], rounds: int, seconds: float
) -> list[Record]:
    """Return the rates of a saved query that our server has answered before, and of the others' cheapest question."""
    ours = next((peer for peer in peers if isinstance(peer, Ours)), None)
    if ours is None:
        return []
    size = len(ours.ask(SAVED, "text/csv"))
    found = []
    for clients in CLIENTS:
        rates: dict[str, list[float]] = {}
        for turn in range(rounds):
            for place in range(len(peers)):
                peer = peers[(place + turn) % len(peers)]
                if peer is ours:
                    load = drive(peer, SAVED, "text/csv", size, clients, seconds)
                elif (peer.name, cheapest.name) in sizes:
                    target = peer.make_target(cheapest.vary("0" * 9))
                    load = drive(peer, target, cheapest.accept, sizes[peer.name, cheapest.name], clients, seconds)
                else:
                    continue
                rates.setdefault(peer.name, []).append(load.rate)
        found.append({"clients": clients, "rates": rates})
        say(f"hot by {clients}: " + ", ".join(f"{name} {median(values):.0f}" for name, values in rates.items()))
    return found


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
