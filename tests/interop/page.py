"""Write docs/interop.md from what the load matrix found: `python tests/interop/page.py MATRIX PAGE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

_HEAD = """# Which engines load a release, and what they answer

Written by `make interop` from `tests/interop`; not to be edited by hand. Each engine is fetched from the package
registries, started on the loopback address, given every file named, and asked every saved query with the values of its
example. Loaded means: as many triples, and the same RDFC-1.0 hash of what the engine gives back; a kind of file that is
not named has no reader there, or stands among the differences. Same means: the same columns and the same rows in the
same order as ours, or the same triples; the members that a cell lists count in any order, which SPARQL leaves open
(section 18.5.1.7). An engine has one minute to answer over HTTP, and two as a program.

What is different is said in a word: `refused` (no answer, an error, or none in time), `columns`, `rows` (other rows or
triples), `order` (the same rows in another order), `form` (the same triples, truth values written in another form).

| engine | version | files loaded whole | tables answered the same | graphs answered the same |
|---|---|---|---|---|
"""


def write_page(lines: list[str], differences: dict[str, dict[str, dict[str, str]]], names: list[str]) -> str:
    """Return the page for the lines of a matrix, one JSON object each, the explained differences, and all engines."""
    told: dict[str, dict[str, Any]] = {}
    for line in lines:
        found = json.loads(line)
        told.setdefault(found["engine"], {}).update(found)
    engines = {name: told[name] for name in names if name in told}
    rows = []
    for name, found in engines.items():
        files = ", ".join(f"`.{suffix}`" for suffix in found.get("files", ())) or "none"
        answers = [
            f"{found[form]['same']} of {found[form]['asked']}" if form in found else "not asked, see below"
            for form in ("rows", "graphs")
        ]
        rows.append(f"| {name} | {found['version']} | {files} | {' | '.join(answers)} |")
    missing = ", ".join(name for name in names if name not in told)
    left_out = f"Not run this time: {missing}.\n\n" if missing else ""
    text = _HEAD + "\n".join(rows) + "\n\n" + left_out + _tell_parts(engines) + "\n## Differences\n"
    for name, entries in differences.items():
        if name not in engines:
            continue
        text += f"\n### {name}\n\n| saved query or file | what | why |\n|---|---|---|\n"
        for query, entry in entries.items():
            shown = "all" if query == "*" else f"`{query}`"
            text += f"| {shown} | {entry['symptom']} | {entry['reason'].strip()} [Reference]({entry['reference']}) |\n"
    return text


def _tell_parts(engines: dict[str, dict[str, Any]]) -> str:
    """Return the counts and hashes that every engine that loads the files has given back."""
    loaded = {name: found for name, found in engines.items() if "parts" in found}
    releases = {found["release"]: found["parts"] for found in loaded.values()}
    if len(releases) != 1:
        raise SystemExit(f"the matrix speaks of {len(releases)} releases; make it again")
    ((identity, parts),) = releases.items()
    rows = [f"| `{name}` | {triples} | `{digest}` |" for name, (triples, digest) in parts.items()]
    own = " and ".join(name for name, found in loaded.items() if found["own_hash"]) or "none"
    return (
        f"""## What was loaded

Release `{identity}`: the triples of each part as every engine above that reads a kind of file whole has given them
back, and their RDFC-1.0 hash, which this project computed from what came back. By an implementation of its own as
well: {own}.

| part | triples | RDFC-1.0 hash |
|---|---|---|
"""
        + "\n".join(rows)
        + "\n"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from interop.further_engines import ENGINES

    explained = yaml.safe_load((Path(__file__).parent / "differences.yaml").read_text(encoding="utf-8"))
    matrix = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    Path(sys.argv[2]).write_text(write_page(matrix, explained, [kind.name for kind in ENGINES]), encoding="utf-8")
