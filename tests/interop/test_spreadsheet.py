"""Tables open in a spreadsheet as the recipe says: LibreOffice reads the workbook, and the CSV made for Excel."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahg_graph.snapshot import Snapshot
from support.servers import Running, run

ASKED = {"meeting": "ahg-som-07", "evidence": "1"}
TO_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice (Debian: libreoffice-calc-nogui)"),
]


@pytest.fixture(scope="module")
def served(real_snapshot: Snapshot) -> Iterator[Running]:
    with run(real_snapshot) as running:
        yield running


@pytest.mark.parametrize(("ending", "more"), [("xlsx", {}), ("csv", {"excel": "1"})])
def test_the_table_of_the_recipe_opens_whole(
    served: Running, tmp_path: Path, ending: str, more: dict[str, str]
) -> None:
    source = tmp_path / f"given.{ending}"
    source.write_bytes(served.client.get(f"/queries/decisions.{ending}", params={**ASKED, **more}).content)
    convert = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    if ending == "csv":
        call = [*convert, "--infilter=CSV:44,34,76,1", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(source)]
        subprocess.run(call, check=True, capture_output=True, timeout=180)
        source = source.with_suffix(".xlsx")
    call = [*convert, "--convert-to", TO_CSV, "--outdir", str(tmp_path / "read"), str(source)]
    subprocess.run(call, check=True, capture_output=True, timeout=180)
    read = list(csv.reader(io.StringIO((tmp_path / "read" / "given.csv").read_text(encoding="utf-8"))))
    plain = served.client.get("/queries/decisions.csv", params=ASKED).text
    expected = list(csv.reader(io.StringIO(plain)))
    assert read[0] == expected[0]
    assert len(read) == len(expected) > 20
    key, said = expected[0].index("decision"), expected[0].index("summary")
    assert [(row[key], row[said]) for row in read] == [(row[key], row[said]) for row in expected]
    assert all(row[expected[0].index("evidence")] for row in read)
