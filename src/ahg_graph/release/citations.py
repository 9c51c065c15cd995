"""How a page or an answer is cited: as text, BibTeX, RIS and CSL-JSON, with the release that it is of and its date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from ahg_graph.config.home_file import Home

_TEX = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"})


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited: its title, its lasting address, and the identity and the day of the release that it is of."""

    title: str
    address: str
    release: str
    day: str


def write_citations(home: Home, cited: Cited) -> Iterator[tuple[str, str]]:
    """Yield the name of each form and the citation in it."""
    names = [party.name for party in home.portal.creators]
    authors = "; ".join(names)
    by = f"{authors[:1].upper()}{authors[1:]} ({cited.day[:4]}). " if names else f"({cited.day[:4]}). "
    within = f"{home.title}, release {cited.release} of {cited.day}"
    yield "Text", f"{by}“{cited.title}”. In: {within}. {cited.address}"
    yield "BibTeX", _write_bibtex(home, cited, names)
    yield "RIS", _write_ris(home, cited, names)
    yield "CSL-JSON", _write_csl(home, cited, names)


def _write_bibtex(home: Home, cited: Cited, names: list[str]) -> str:
    fields = {
        "title": f"{{{cited.title.translate(_TEX)}}}",
        "author": " and ".join(f"{{{name.translate(_TEX)}}}" for name in names),
        "year": cited.day[:4],
        "howpublished": home.title.translate(_TEX),
        "version": cited.release,
        "note": f"Release {cited.release} of {cited.day}",
        "url": cited.address,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_make_key(cited)},", *lines, "}"])


def _write_ris(home: Home, cited: Cited, names: list[str]) -> str:
    lines = [("TY", "DATA"), ("TI", cited.title), ("T2", home.title), *(("AU", name) for name in names)]
    lines += [("PY", cited.day[:4]), ("DA", cited.day.replace("-", "/")), ("ET", f"release {cited.release}")]
    lines += [("UR", cited.address), ("ER", "")]
    return "\n".join(f"{tag}  - {' '.join(value.split())}" for tag, value in lines)


def _write_csl(home: Home, cited: Cited, names: list[str]) -> str:
    item = {
        "id": _make_key(cited),
        "type": "dataset",
        "title": cited.title,
        "container-title": home.title,
        "author": [{"literal": name} for name in names],
        "issued": {"date-parts": [[int(part) for part in cited.day.split("-")]]},
        "version": cited.release,
        "URL": cited.address,
    }
    return orjson.dumps([{name: value for name, value in item.items() if value}], option=orjson.OPT_INDENT_2).decode()


def _make_key(cited: Cited) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", cited.title.lower()).strip("-")[:40].rstrip("-")
    return f"{words or 'page'}-{cited.release}"
