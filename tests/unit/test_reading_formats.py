"""A document's file becomes a text that keeps its headings, numbers and bullets, or is refused with the reason."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from ahg_graph.reading.document_parts import parse_document_parts
from ahg_graph.reading.file_formats import read_text
from ahg_graph.reading.unreadable import UnreadableText

PAGE = """<!doctype html><html><head><title>x</title></head><body><nav><ul><li>Home</li></ul></nav>
<main><h1>Minutes of the Ferry Group</h1><p>The group met in&nbsp;May.</p>
<ol><li>Members agreed:<ul><li>to paint one ferry; and</li><li>to sell another.</li></ul></li><li>They left.</li></ol>
<table><tr><th>Port</th><th>Ferries</th></tr><tr><td>North</td><td>Two</td></tr></table></main>
<script>ignored()</script><footer>Copyright</footer></body></html>"""


def list_parts(name: str, content: bytes) -> list[tuple[str, str]]:
    return [(part.slug, part.text) for part in parse_document_parts(read_text(name, content).text)]


def test_a_page_keeps_headings_lists_and_rows_and_loses_what_is_around() -> None:
    assert list_parts("page.html", PAGE.encode()) == [
        ("title", "Minutes of the Ferry Group"),
        ("introduction-p1", "The group met in May."),
        ("p1", "Members agreed:"),
        ("p1b1", "to paint one ferry; and"),
        ("p1b2", "to sell another."),
        ("p2", "They left."),
        ("row-1", "Port Ferries"),
        ("row-2", "North Two"),
    ]


def make_docx() -> bytes:
    """Return a document whose list of numbers goes on after a heading, as Word counts and draws it."""
    document = Document()
    document.add_heading("Minutes of the Ferry Group", 0)
    document.add_paragraph("The group met.", style="List Number")
    document.add_paragraph("Members agreed:", style="List Number")
    for text in ("to paint one ferry; and", "to sell another."):
        document.add_paragraph(text, style="List Bullet")
    document.add_heading("Next steps", 1)
    document.add_paragraph("They left.", style="List Number")
    unnumbered = document.add_paragraph("No number here.", style="List Number")
    properties = unnumbered._p.get_or_add_pPr()
    numbering = OxmlElement("w:numPr")
    number = OxmlElement("w:numId")
    number.set(qn("w:val"), "0")
    numbering.append(number)
    properties.append(numbering)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_docx_gets_the_numbers_that_word_draws() -> None:
    assert list_parts("minutes.docx", make_docx()) == [
        ("title", "Minutes of the Ferry Group"),
        ("p1", "The group met."),
        ("p2", "Members agreed:"),
        ("p2b1", "to paint one ferry; and"),
        ("p2b2", "to sell another."),
        ("heading-next-steps", "Next steps"),
        ("p3", "They left."),
        ("p3-2", "No number here."),
    ]


def make_pdf(pages: list[list[str]]) -> bytes:
    """Return a PDF with lines of text, written object by object."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = f"BT /F1 11 Tf 60 760 Td {shown} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return (body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}").encode("latin-1")


def test_a_pdf_loses_its_running_heads_and_gets_cut_words_whole() -> None:
    pages = [
        [
            "MINUTES OF THE FERRY GROUP",
            "1. The group met and looked at every ferry that it has, and at the transpor-",
            "1",
        ],
        ["Minutes of the Ferry Group", "tation of goods.", "2. They left.", "2"],
    ]
    assert list_parts("minutes.pdf", make_pdf(pages)) == [
        ("title", "MINUTES OF THE FERRY GROUP"),
        ("p1", "The group met and looked at every ferry that it has, and at the transportation of goods."),
        ("p2", "They left."),
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", make_pdf([[]]), "pictures"),
        ("a.pdf", b"%PDF-1.4\nnothing", "cannot be read"),
        ("a.docx", b"PK\x03\x04word/ broken", "damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0....", "none of text, HTML, DOCX and PDF"),
        ("a.txt", b"\x00\x01\xff\xfe\xff", "zero bytes"),
    ],
)
def test_what_holds_no_text_is_refused(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableText, match=reason):
        read_text(name, content)


def test_what_is_odd_about_the_encoding_is_said(tmp_path: Path) -> None:
    assert read_text("a.txt", "Türkiye".encode()).problem is None
    assert read_text("a.txt", "Türkiye".encode("utf-16")).text == "Türkiye"
    latin = read_text("a.txt", "“Türkiye”".encode("cp1252"))
    assert (latin.text, latin.problem is not None) == ("“Türkiye”", True)
    assert read_text("a.txt", "Türkiye’s".encode().decode("cp1252").encode()).problem is not None
    assert read_text("a.txt", "T\ufffdrkiye".encode()).problem is not None
