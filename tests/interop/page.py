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
example. Loaded means: as many triples, and the same RDFC-1.0 hash of what the engine gives back. Same means: the same
columns and the same rows in the same order as ours.

| engine | version | files loaded whole | saved queries answered the same |
|---|---|---|---|
"""


def write_page(lines: list[str], differences: dict[str, dict[str, dict[str, str]]]) -> str:
    """Return the page for the lines of a matrix, one JSON object each, and the explained differences."""
    engines: dict[str, dict[str, Any]] = {}
    for line in lines:
        found = json.loads(line)
        engines.setdefault(found["engine"], {}).update(found)
    rows = []
    for name, found in engines.items():
        files = ", ".join(f"`.{suffix}`" for suffix in found.get("files", ())) or "none"
        asked = found.get("asked")
        answers = f"{found['same']} of {asked}" if asked else "not asked, see below"
        rows.append(f"| {name} | {found['version']} | {files} | {answers} |")
    text = _HEAD + "\n".join(rows) + "\n\n## Differences\n"
    for name, entries in differences.items():
        if name not in engines:
            continue
        text += f"\n### {name}\n\n| saved query | what | why |\n|---|---|---|\n"
        for query, entry in entries.items():
            shown = "all" if query == "*" else f"`{query}`"
            text += f"| {shown} | {entry['symptom']} | {entry['reason'].strip()} [Reference]({entry['reference']}) |\n"
    return text


if __name__ == "__main__":
    explained = yaml.safe_load((Path(__file__).parent / "differences.yaml").read_text(encoding="utf-8"))
    matrix = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    Path(sys.argv[2]).write_text(write_page(matrix, explained), encoding="utf-8")
