"""A table opens in a spreadsheet as the recipe says: LibreOffice reads what Excel is given."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from ahg_graph.snapshot import Snapshot
from support.servers import run

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice (Debian: libreoffice-calc-nogui)"),
]


def test_the_table_of_the_recipe_opens_whole(real_snapshot: Snapshot, tmp_path: Path) -> None:
    asked = {"meeting": "ahg-som-07", "evidence": "1"}
    with run(real_snapshot) as served:
        table = served.client.get("/queries/decisions.csv", params={**asked, "excel": "1"}).content
        plain = served.client.get("/queries/decisions.csv", params=asked).text
    assert table.startswith(b"\xef\xbb\xbf")
    (tmp_path / "decisions.csv").write_bytes(table)
    convert = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    for target, source in (("xlsx", "decisions.csv"), ("csv:Text - txt - csv (StarCalc):44,34,76,1", "decisions.xlsx")):
        call = [*convert, "--convert-to", target, "--outdir", str(tmp_path), str(tmp_path / source)]
        subprocess.run(call, check=True, capture_output=True, timeout=180)
    read = list(csv.reader(io.StringIO((tmp_path / "decisions.csv").read_text(encoding="utf-8"))))
    expected = list(csv.reader(io.StringIO(plain)))
    assert read[0] == expected[0]
    assert len(read) == len(expected) > 20
    place, key = expected[0].index("evidence"), expected[0].index("decision")
    assert [(row[key], row[place]) for row in read] == [(row[key], row[place]) for row in expected]
