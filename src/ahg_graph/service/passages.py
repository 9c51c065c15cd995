"""The paragraphs behind facts, shown from a folder of texts that the project does not carry (setting `texts`).

A text is shown only where its hash is the one that the record was made from. Texts are read when they are wanted, and
enter no answer to SPARQL, no file and no log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from ahg_graph.config.prefixes import PREFIXES
from ahg_graph.config.settings import read_setting
from ahg_graph.rdf import provenance_vocabulary as provenance
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.rdf.vocabulary import OA
from ahg_graph.service.engine import Run, SparqlEngine
from ahg_graph.sources.text_folder import find_texts
from ahg_graph.sources.text_normalization import hash_text, normalize_text
from ahg_graph.sparql.parameter_template import parse_template
from ahg_graph.sparql.result_tables import ResultTable, parse_table
from ahg_graph.sparql.types import SparqlQuery

PLACES = parse_template(f"""SELECT ?part ?key ?documentHash ?partHash ?start ?end WHERE {{
  ?_part <{provenance.TEXT_HASH}> ?partHash ; <{OA}hasSelector> ?selector ;
         <{provenance.PART_OF_DOCUMENT}> ?document .
  ?document <{provenance.TEXT_HASH}> ?documentHash ; <{provenance.DOCUMENT_KEY}> ?key .
  ?selector <{OA}start> ?start ; <{OA}end> ?end .
  BIND(?_part AS ?part)
}}""")
"""Where some parts stand in their texts, and the hashes of both."""

_NAMES = "|".join(f"<{PREFIXES['skos']}{name}>" for name in ("prefLabel", "altLabel", "hiddenLabel"))
_ENGLISH = 'FILTER(LANG(?text) IN ("", "en")) BIND(?_about AS ?about)'
OWN_WORDS = parse_template(
    f"SELECT DISTINCT ?about ?text WHERE {{ ?_about ?property ?text FILTER(ISLITERAL(?text)) {_ENGLISH} }}"
)
LINKED_NAMES = parse_template(f"""SELECT DISTINCT ?about ?text WHERE {{
  ?_about <{provenance.EVIDENCED_BY}> ?part ; ?link ?thing . ?thing {_NAMES} ?text {_ENGLISH}
}}""")
"""What a node of the record says in words, and the names of what it links: the phrases to be marked."""

DIFFERENT = "the text that this server has is not the one that the record was made from: their hashes differ"
UNREADABLE = "the text that this server has cannot be read as UTF-8"
MISSING = "this server has no text of the document"

_LONGEST = 200
"""Characters of a phrase: a longer one is a sentence of the record's own."""


def has_texts() -> bool:
    """Return whether a folder of texts is set: what shows one may then be kept by nobody."""
    return bool(read_setting("texts"))


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of a part in pieces, each with whether the record names it; or the reason why it is not shown."""

    pieces: tuple[tuple[str, bool], ...] = ()
    refused: str = ""

    @property
    def text(self) -> str:
        """The whole text, or nothing."""
        return "".join(piece for piece, _ in self.pieces)


@dataclass(frozen=True)
class Passages:
    """The texts of some parts; there are none where no folder is set."""

    texts: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.texts)

    def show(self, part: str, about: Iterable[str] = ()) -> Passage | None:
        """Return the text of a part, with what the record says of some nodes marked; None without a folder."""
        if part in self.texts:
            phrases = frozenset[str]().union(*(self.phrases.get(iri, frozenset()) for iri in about))
            return Passage(tuple(_mark(self.texts[part], phrases)))
        return Passage(refused=self.refused[part]) if part in self.refused else None


async def load_passages(
    engine: SparqlEngine, run: Run, parts: Iterable[str], about: Iterable[str] = (), client: str = ""
) -> Passages:
    """Return the texts of some parts, and the phrases by which to mark what the record says of nodes or things."""
    name = str(read_setting("texts"))
    wanted = sorted({*parts})
    if not name or not wanted:
        return Passages()
    rows = await _select(engine, PLACES.fill({"?_part": [NamedNode(part) for part in wanted]}), client)
    files = await run(partial(_find_files, Path(name), frozenset(row["key"]["value"] for row in rows.rows)))
    texts, refused = {}, dict.fromkeys(wanted, MISSING)
    for row in rows.rows:
        found = {column: term["value"] for column, term in row.items()}
        part, path = found["part"], files.get(found["key"])
        if path is None:
            continue
        whole = await run(partial(_read, path))
        text = whole and whole[int(found["start"]) : int(found["end"])]
        if text is None:
            refused[part] = UNREADABLE
        elif (_hash(whole or ""), _hash(text)) != (found["documentHash"], found["partHash"]):
            refused[part] = DIFFERENT
        else:
            texts[part] = text
            del refused[part]
    return Passages(texts, refused, await _list_phrases(engine, sorted({*about}), client) if texts else {})


async def _list_phrases(engine: SparqlEngine, about: list[str], client: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for template in (OWN_WORDS, LINKED_NAMES) if about else ():
        table = await _select(engine, template.fill({"?_about": [NamedNode(iri) for iri in about]}), client)
        for row in table.rows:
            found.setdefault(row["about"]["value"], set()).add(row["text"]["value"])
    return {iri: frozenset(texts) for iri, texts in found.items()}


async def _select(engine: SparqlEngine, text: str, client: str) -> ResultTable:
    return parse_table((await engine.ask(SparqlQuery(text), client)).body)


def _find_files(folder: Path, keys: frozenset[str]) -> Mapping[str, Path]:
    return find_texts(folder, keys) if folder.is_dir() else {}


def _read(path: Path) -> str | None:
    """Return the normalized text of a file, or None for one that is no text; it is read again once it changes."""
    try:
        found = path.stat()
        return _read_version(path, found.st_mtime_ns, found.st_size)
    except (OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=64)
def _read_version(path: Path, changed: int, size: int) -> str:
    return normalize_text(path.read_text(encoding="utf-8"))


_hash: Callable[[str], str] = lru_cache(maxsize=256)(hash_text)


def _mark(text: str, phrases: Iterable[str]) -> Iterable[tuple[str, bool]]:
    """Yield the pieces of a text, the phrases marked: the longest wins, and none begins or ends in a word."""
    known = sorted(
        {p for p in phrases if 1 < len(p) <= _LONGEST and re.search("[^\\W\\d]", p)}, key=lambda p: (-len(p), p)
    )
    if not known:
        yield text, False
        return
    end = 0
    for match in re.finditer(rf"(?<!\w)(?:{'|'.join(map(_write_pattern, known))})(?!\w)", text):
        if match.start() > end:
            yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    if end < len(text):
        yield text[end:], False


def _write_pattern(phrase: str) -> str:
    """Return the pattern of a phrase: one in small letters may begin a sentence, a name stands as it is written."""
    pattern = r"\s+".join(map(re.escape, phrase.split()))
    return f"(?i:{pattern})" if phrase == phrase.lower() else pattern
