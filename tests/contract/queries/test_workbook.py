"""An answer as an Excel workbook: each cell in its type, text as text, and the same rows as in any other format."""

from __future__ import annotations

import datetime
from io import BytesIO

import openpyxl
import pytest

from ahg_graph.errors import NotAcceptable
from ahg_graph.sparql.result_tables import ResultTable
from ahg_graph.sparql.workbook import write_workbook
from support.servers import Running

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XSD = "http://www.w3.org/2001/XMLSchema#"


def read_rows(body: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(BytesIO(body)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_it_holds_the_rows_of_the_answer(graph: Running) -> None:
    answer = graph.client.get("/queries/decisions.xlsx?meeting=ahg-som-05&act=agree")
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == 'attachment; filename="decisions-ahg-som-05-agree.xlsx"'
    head, *rows = read_rows(answer.content)
    records = graph.client.get("/queries/decisions.json?meeting=ahg-som-05&act=agree").json()
    assert len(rows) == len(records) > 3
    for row, record in zip(rows, records, strict=True):
        found = dict(zip(head, row, strict=True))
        assert found["dateEarliest"] == datetime.datetime(2011, 10, 12)
        assert found["open"] is record["open"]
        assert found["summary"] == record["summary"]


def test_it_may_be_asked_for_by_name_or_by_type(graph: Running) -> None:
    path = "/queries/documents"
    named = graph.client.get(path, params={"format": "xlsx"})
    asked = graph.client.get(path, headers={"accept": XLSX})
    assert named.content == asked.content  # and the same answer is the same file
    assert [row[1] for row in read_rows(named.content)] == ["key", "PR", "S5", "S7", "P1", "P8"]


def test_evidence_is_one_more_column(graph: Running) -> None:
    rows = read_rows(graph.client.get("/queries/attendance.xlsx?meeting=ahg-som-07&evidence=1").content)
    assert rows[0][-1] == "evidence"
    assert str(rows[1][-1]).endswith("/id/doc/ahg-som-07-statement/p1")


def test_nothing_becomes_a_formula_or_loses_digits() -> None:
    terms = [
        ("=1+1", ""),
        ("@SUM(A1)", ""),
        ("https://example.org/a", ""),
        ("007", ""),
        ("12345678901234567890", XSD + "integer"),
        ("7", XSD + "integer"),
        ("2.50", XSD + "decimal"),
        ("INF", XSD + "double"),
        ("true", XSD + "boolean"),
        ("2013-03-05", XSD + "date"),
        ("1850-01-02", XSD + "date"),
        ("2013-02-30", XSD + "date"),
    ]
    names = tuple(f"c{number}" for number in range(len(terms)))
    row = {
        name: {"type": "literal", "value": value, **({"datatype": kind} if kind else {})}
        for name, (value, kind) in zip(names, terms, strict=True)
    }
    _, found = read_rows(write_workbook(ResultTable(names, (row,))))
    assert found == (
        *("=1+1", "@SUM(A1)", "https://example.org/a", "007", "12345678901234567890"),
        *(7, 2.5, "INF", True, datetime.datetime(2013, 3, 5), "1850-01-02", "2013-02-30"),
    )
    sheet = openpyxl.load_workbook(BytesIO(write_workbook(ResultTable(names, (row,))))).active
    assert sheet is not None
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "b", "d"}  # and none is a formula


def test_what_a_sheet_cannot_hold_is_refused() -> None:
    term = {"type": "literal", "value": "x" * 40_000}
    with pytest.raises(NotAcceptable, match="too large for Excel"):
        write_workbook(ResultTable(("a",), ({"a": term},)))


def test_a_graph_is_no_table(graph: Running) -> None:
    assert graph.client.get("/queries/meeting-record.xlsx?meeting=ahg-som-07").status_code == 406
