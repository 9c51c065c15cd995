"""The text of a file: plain text, HTML, DOCX or PDF, with marks and blank lines where the layout has them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from ahg_graph.reading.unreadable import UnreadableText

_SKIPPED = (
    "script",
    "style",
    "nav",
    "footer",
    "aside",
    "form",
    "noscript",
    "template",
    "svg",
    "button",
    "head",
    "iframe",
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "blockquote",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "address",
        "pre",
        "table",
        "ul",
        "ol",
        "hr",
        "center",
    ]
)
_NEEDED = "a {kind} needs the extra `documents`: pip install 'ahg-graph[documents]'"


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file, and what is odd about how it was encoded."""

    text: str
    problem: str | None = None


def read_text(name: str, content: bytes) -> FileText:
    """Return the text of a file; what it is tell its first bytes, and its name where these do not."""
    suffix = name.rpartition(".")[2].lower()
    if content.startswith(b"%PDF"):
        return FileText(_read_pdf(content))
    if content.startswith(b"PK") and (suffix == "docx" or b"word/" in content[:4096] or b"word/" in content[-4096:]):
        return FileText(_read_docx(content))
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise UnreadableText(f"{name} is none of text, HTML, DOCX and PDF; save it as one of them")
    decoded = _decode(content)
    if suffix in ("html", "htm", "xhtml") or re.match(
        r"\s*(?:<!doctype html|<html)", decoded.text[:500], re.IGNORECASE
    ):
        return FileText(_read_html(decoded.text), decoded.problem)
    return decoded


def _decode(content: bytes) -> FileText:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return FileText(content.decode("utf-16"))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise UnreadableText("the file is not text: it holds zero bytes") from None
        return FileText(
            content.decode("cp1252", "replace"), "not UTF-8; read as Windows-1252: check accents and quotes"
        )
    if re.search("\u00e2\u20ac|\u00c3[\u00a0-\u00bf]", text):
        return FileText(text, "accents or quotes were decoded twice: get the text again as UTF-8")
    return FileText(text, "characters were lost (U+FFFD)" if "\ufffd" in text else None)


def _read_pdf(content: bytes) -> str:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise UnreadableText(_NEEDED.format(kind="PDF")) from error
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableText("the PDF asks for a password")
        pages = [page.extract_text() for page in reader.pages]
    except PyPdfError as error:
        raise UnreadableText(f"the PDF cannot be read: {error}") from error
    if len("".join(pages).split()) < 5:
        raise UnreadableText("the PDF holds pictures of pages and no text: run text recognition on it first")
    return "\f".join(page.rstrip("\n") + "\n" for page in pages)


def _read_docx(content: bytes) -> str:
    try:
        from ahg_graph.reading.docx_text import read_docx
    except ImportError as error:
        raise UnreadableText(_NEEDED.format(kind="DOCX")) from error
    return read_docx(content)


def _read_html(html: str) -> str:
    try:
        from bs4 import BeautifulSoup
    except ImportError as error:
        raise UnreadableText(_NEEDED.format(kind="page in HTML")) from error
    page = BeautifulSoup(html, "html.parser")
    for element in page.find_all(_SKIPPED):
        element.decompose()
    body = page.body or page
    whole = len(body.get_text())
    for inner in (page.find("main"), page.find("article")):
        if inner is not None and len(inner.get_text()) > 0.3 * whole:
            body = inner
            break
    lines: list[str] = []
    _write_element(body, lines, 0)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in "".join(lines).splitlines()))
    return text.strip("\n") + "\n"


def _write_element(element: object, lines: list[str], depth: int) -> None:
    from bs4 import Tag
    from bs4.element import Comment, NavigableString

    if isinstance(element, Comment):
        return
    if isinstance(element, NavigableString):
        text = re.sub(r"\s+", " ", str(element))
        lines.append(text.lstrip() if not lines or lines[-1].endswith("\n") else text)
        return
    if not isinstance(element, Tag):
        return
    name = element.name
    if name == "br":
        lines.append("\n")
    elif re.fullmatch(r"h[1-6]", name):
        lines.append(f"\n\n{'#' * int(name[1])} {' '.join(element.get_text().split())}\n\n")
    elif name == "tr":
        cells = [" ".join(cell.get_text().split()) for cell in element.find_all(("td", "th"))]
        lines.append("\n| " + " | ".join(cells) + " |\n")
    elif name in ("ul", "ol"):
        _write_list(element, lines, depth)
    elif name in _BLOCKS:
        lines.append("\n\n")
        for child in element.children:
            _write_element(child, lines, depth)
        lines.append("\n\n")
    else:
        for child in element.children:
            _write_element(child, lines, depth)


def _write_list(element: object, lines: list[str], depth: int) -> None:
    from bs4 import Tag

    if not isinstance(element, Tag):
        return
    start = str(element.get("start") or "1")
    number = int(start) if start.isdecimal() else 1
    letters = str(element.get("type") or "1")
    lines.append("\n\n" if depth == 0 else "\n")
    for item in element.find_all("li", recursive=False):
        mark = "\u2022"
        if element.name == "ol":
            mark = f"{number}." if letters not in ("a", "A") else f"{chr(96 + number)})"
            number += 1
        inner: list[str] = []
        for child in item.children:
            _write_element(child, inner, depth + 1)
        text = re.sub(r"\n{2,}", "\n", "".join(inner).strip())
        lines.append("  " * (depth + (element.name == "ul")) + f"{mark} {text}\n\n")
