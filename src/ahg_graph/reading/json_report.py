"""What was read of a document as JSON, version 1 of its schema."""

from __future__ import annotations

from datetime import date
from typing import Any

from ahg_graph.reading.attendances import Attendance
from ahg_graph.reading.decisions import Decision
from ahg_graph.reading.document_reading import DocumentReading
from ahg_graph.reading.part_builder import DocumentPart


def make_report(
    reading: DocumentReading, key: str, slug: str, meeting: str | None, file: str, sha256: str
) -> dict[str, Any]:
    """Return the report of a reading; offsets are code points of the decoded text."""
    return {
        "schema": 1,
        "document": {"key": key, "slug": slug, "meeting": meeting, "file": file, "sha256": sha256},
        "language": reading.language,
        "supported": reading.is_supported,
        "parts": [_report_part(part, order) for order, part in enumerate(reading.parts, 1)],
        "attendances": [_report_attendance(item) for item in reading.attendances],
        "decisions": [_report_decision(item) for item in reading.decisions],
        "dates": [
            {"text": span.text, "start": _write(span.start), "end": _write(span.end), "part": part.slug}
            for part, span in reading.dates
        ],
        "dropped": [{"line": item.line, "text": item.text, "reason": item.reason} for item in reading.dropped],
        "problems": [
            {"code": item.code, "message": item.message, "part": item.part, "line": item.line}
            for item in reading.problems
        ],
    }


def _report_part(part: DocumentPart, order: int) -> dict[str, Any]:
    shown = {
        "slug": part.slug,
        "kind": part.kind,
        "parent": part.parent,
        "marker": part.marker,
        "locator": part.locator,
        "order": order,
        "text": part.text,
        "start": part.start,
        "end": part.end,
    }
    return shown if part.level is None else {**shown, "level": part.level}


def _report_attendance(item: Attendance) -> dict[str, Any]:
    agent = item.agent
    return {
        "name": item.name,
        "agent": agent.iri if agent else None,
        "code": agent.code if agent else None,
        "recognised": agent.source if agent else "none",
        "capacity": item.capacity,
        "part": item.part.slug,
        "quote": item.quote,
    }


def _report_decision(item: Decision) -> dict[str, Any]:
    return {
        "part": item.part.slug,
        "act": item.act,
        "verb": item.verb,
        "form": item.form,
        "lead": item.lead,
        "actor": item.actor,
        "object": item.object,
        "sure": item.sure,
    }


def _write(day: date) -> str:
    return day.isoformat()
