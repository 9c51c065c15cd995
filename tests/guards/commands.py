"""Commands of the command line: every help, every saved query, and what goes wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from guards.checkouts import Checkout, Output
from guards.comparing import Difference, compare_bodies
from guards.listing import Get
from guards.masking import Names, mask


@dataclass(frozen=True, slots=True)
class Command:
    """Words after `ahg-graph`, what it reads, and settings that it runs with."""

    words: tuple[str, ...]
    stdin: bytes = b""
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """What the command is called in a report."""
        said = "".join(f"{name}={value} " for name, value in self.settings)
        return f"{said}ahg-graph {' '.join(self.words)}"[:200]


_DURATION = re.compile(rb"\bin [0-9.]+ s\b")
_ALL = "SELECT ?s { ?s a <http://www.w3.org/2002/07/owl#Ontology> } ORDER BY ?s"
_GRAPH = "CONSTRUCT { ?s a ?c } { ?s a ?c FILTER(isIRI(?s)) } ORDER BY ?s ?c LIMIT 3"
_MEMBER = ("united-states", "isOrWasMemberOf", "body:ahg")
_SOME = (
    ("--version",), (), ("nothing",), ("buld",), ("settings",), ("settings", "--markdown"), ("validate",), ("figures",),
    ("coverage",), ("coverage", "--missing"), ("coverage", "-d", "S5"), ("figures", "--page"), ("ask",), ("swap",),
    ("ask", "none"), ("ask", "attendance"), ("ask", "attendance", "meeting=Atlantis"), ("ask", "attendance", "x=y"),
    ("query", "SELECT"), ("query", "no-file.rq"), ("query", "SELECT * { SERVICE <x:y> {} }"), ("query",),
    ("query", _GRAPH, "-f", "csv"), ("query", _ALL, "-f", "ttl"),
    ("query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.5"),
    ("query", _GRAPH, "-f", "ttl"), ("query", "ASK {}"),
    ("explain", *_MEMBER), ("explain", *_MEMBER, "--json"), ("explain", "atlantis", *_MEMBER[1:]), ("explain", "x"),
    ("explain", "canada", "isOrWasMemberOf", "body:ahg"), ("export", "-g", "none"), ("serve", "--port", "99999"),
    ("serve", "--engine", "nothing"), ("validate", "--home", "/nowhere"), ("build", "--home", "/nowhere"),
    ("release", "--since", "nothing"), ("publish",), ("publish", "--to", "nothing"), ("new-record",),
    ("new-record", "S9", "/nowhere.txt", "--meeting", "ahg-som-09"), ("words",), ("words", "/nowhere"),
    ("reason", "/nowhere.ttl"), ("reason",),
    ("reason", "ontology/ahg.ttl"), ("export", "-f", "zzz"),
)  # fmt: skip


def list_commands(checkout: Checkout, ask: Get) -> Iterator[Command]:
    """Yield the commands to run, learnt from the help and the saved queries of a checkout that serves."""
    helped = checkout.run("--help").out.decode()
    listed = helped.partition("Commands")[2]
    for name in re.findall(r"^. ([a-z][a-z-]+) {2,}", listed, re.MULTILINE):
        yield Command((name, "--help"))
    yield Command(("--help",))
    yield from (Command(words) for words in _SOME)
    yield Command(("query", "-"), _ALL.encode())
    for variable, value in (("AHG_GRAPH_TIMEOUT", "x"), ("AHG_GRAPH_SNAPSHOTS", "/nowhere"), ("AHG_GRAPH_DEPTH", "1")):
        yield Command(("query", _ALL), settings=((variable, value),))
    for syntax in ("table", "csv", "tsv", "srj", "srx"):
        yield Command(("query", _ALL, "-f", syntax))
    for syntax in ("ttl", "nt", "trig", "nq", "jsonld"):
        yield Command(("export", "-f", syntax, "-g", "ontology"))
    for number, query in enumerate(json.loads(ask("/queries.json", "*/*").content)):
        words = [f"{name}={value}" for name, values in query["example"].items() for value in values]
        syntaxes = ["table", *(syntax for syntax in query["answers"] if syntax not in {"html", "json", "rq"})]
        yield Command(("ask", query["name"], *words, "-f", syntaxes[number % len(syntaxes)]))


def compare_outputs(name: str, before: Output, after: Output, names: tuple[Names, Names]) -> Difference | None:
    """Return what differs between what a command did in two checkouts, masked by each side's names, or None."""
    lines = [] if before.status == after.status else [f"exit code {before.status} -> {after.status}"]
    for stream in ("out", "err"):
        first, second = (
            _DURATION.sub(b"in <duration>", mask(getattr(output, stream), own))
            for output, own in zip((before, after), names, strict=True)
        )
        lines += [f"std{stream} {line}" for line in compare_bodies(first, second)]
    return Difference(name, tuple(lines)) if lines else None
