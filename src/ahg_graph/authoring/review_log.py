"""Who read what, when, and with what outcome: `data/reviews/{key}.tsv`, one line for each thing that was looked at."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

_FOLDER = Path("data") / "reviews"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what was looked at (`part` or `ripple`), its short name, the outcome, by whom, when, and a note.

    The outcome of a part is `accepted` or `note`; that of a ripple says what became of it: `recorded`, `unchanged`.
    """

    kind: str
    subject: str
    outcome: str
    by: str
    on: str
    note: str = ""
    digest: str = ""


_HEADER = tuple(field.name for field in fields(Entry))


def find_log(home: Path, key: str) -> Path:
    """Return where the reviews of a document are written."""
    return home / _FOLDER / f"{key.lower()}.tsv"


def read_log(home: Path, key: str) -> tuple[Entry, ...]:
    """Return what was looked at of a document, in the order of looking; raises ValueError for a line without form."""
    path = find_log(home, key)
    if not path.exists():
        return ()
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t")
    if tuple(header) != _HEADER or any(len(row) != len(_HEADER) for row in rows):
        raise ValueError(f"{path}: the columns are not {', '.join(_HEADER)}")
    return tuple(Entry(*row) for row in rows)


def add_entry(home: Path, key: str, entry: Entry) -> None:
    """Write one line more, with the header where there is no file yet."""
    path = find_log(home, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        if is_new:
            writer.writerow(_HEADER)
        writer.writerow([" ".join(text.split()) for text in astuple(entry)])


def today() -> str:
    """Return the day that an entry of now bears."""
    return date.today().isoformat()
