"""Three documents more, of three kinds, in `data/` alone, are found wherever documents are named, unknown to code."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from support.homes import add_documents, copy_home
from support.namespaces import CHECKOUT, ID
from support.servers import COMMAND, Process

HOME = Path(__file__).parents[2]
STATEMENT = ID + "doc/ahg-som-09-statement"
OTHERS = {
    ID + "doc/lamps-workshop-page": "Web page on the Workshop on Lamps",
    ID + "doc/lamps-report": "Report on Lamps",
}
TITLE = "Co-Chairs' Statement of the Ninth Meeting of the AHG Senior Officials"


def run(home: Path, *arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = add_documents(copy_home(tmp_path_factory.mktemp("longer")), "ninth", "page", "report")
    run(home, "build")
    run(home, "release")
    return home


@pytest.fixture(scope="module")
def served(longer: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    snapshots, log = longer / "build" / "snapshots", tmp_path_factory.mktemp("log") / "log"
    server = Process(snapshots, log, {"AHG_GRAPH_HOME": str(longer)})
    with httpx.Client(
        base_url=server.url, headers={"accept": "text/html"}, follow_redirects=True, timeout=60
    ) as client:
        yield client
    server.stop()


def test_all_three_are_accounted_for_and_counted(longer: Path) -> None:
    for key in ("S9", "W9", "R9"):
        assert f"{key}," in run(longer, "coverage", "--document", key)
    assert "| R9 |" in run(longer, "figures", "--page")
    assert "Sri Lanka" in run(longer, "ask", "attendance", "meeting=lamps-workshop", "-f", "csv")
    assert "R9" in run(longer, "ask", "progress", "-f", "csv")


def test_it_is_explained(longer: Path) -> None:
    told = run(longer, "explain", "s9:p3b1", "ahg:partOfDocument", "doc:ahg-som-09-statement")
    assert "data/record/s9.ttl:" in told
    told = run(longer, "explain", "meeting:ahg-som-09", "ahg:inSeries", "series:ahg-som")
    assert "S9 para 1" in told


def test_it_is_exported(longer: Path) -> None:
    text = run(longer, "export", "-g", "record/S9")
    assert f"@prefix s9: <{STATEMENT}/> ." in text
    assert "s9:p3b1" in text


def test_a_release_is_derived_from_it_too(longer: Path) -> None:
    (folder,) = (longer / "build" / "releases").iterdir()
    text = (folder / "void.ttl").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if "prov:wasDerivedFrom" in line]
    documents = [document.iri for document in CHECKOUT.documents] + [STATEMENT, *OTHERS]
    assert sorted(line.split("wasDerivedFrom")[1].strip(" ;.").split(" , ")) == sorted(
        iri.replace(ID + "doc/", "doc:") for iri in documents
    )


def test_pages_count_it_and_show_it(served: httpx.Client) -> None:
    assert "Facts come from eight public documents of the Bali Process Ad Hoc Group," in served.get("/").text
    assert TITLE in served.get("/id/doc/ahg-som-09-statement").text.replace("&#39;", "'")
    assert "S9" in served.get("/queries/documents").text
    assert "eight public documents" in served.get("/downloads").text


def test_the_editor_knows_its_prefix(served: httpx.Client) -> None:
    assert served.get("/ont/terms.json").json()["prefixes"]["s9"] == STATEMENT + "/"


def test_a_client_of_the_model_context_protocol_gets_the_new_document(longer: Path) -> None:
    command = StdioServerParameters(command=sys.executable, args=[*COMMAND[1:], "mcp"], cwd=str(longer))

    async def ask() -> str:
        async with stdio_client(command) as (reading, writing), ClientSession(reading, writing) as session:
            return (await session.initialize()).instructions or ""

    names = "; ".join([*(document.label for document in CHECKOUT.documents), TITLE, *OTHERS.values()])
    expected = f"Questions about the Bali Process Ad Hoc Group, answered from eight public documents: {names}."
    assert asyncio.run(ask()).startswith(expected)
