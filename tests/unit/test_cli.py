"""The command line: what it prints where, and its exit codes."""

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ahg_graph import __version__
from ahg_graph.cli.app import make_app
from ahg_graph.service.no_rows import NO_ROWS_REASONS
from ahg_server.commands import list_commands
from support.homes import copy_small_home

AHG_GRAPH = Path(sys.executable).with_name("ahg-graph")
ONT = "https://w3id.org/ahg-graph/ont#"
ID = "https://w3id.org/ahg-graph/id/"
WARNING = "warning: data/register/things.ttl:7: agent:two ahg:memberIn: is it a member nowhere? [ahgs:Agent]\n"

Run = subprocess.CompletedProcess[str]


def run(folder: Path, *arguments: str, input: str = "", **variables: str) -> Run:
    return subprocess.run(
        [AHG_GRAPH, *arguments],
        cwd=folder,
        input=input,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", **variables},
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_small_home(tmp_path_factory.mktemp("cli"))
    done = run(home, "build", SOURCE_DATE_EPOCH="0")
    assert (done.returncode, done.stderr) == (0, WARNING)
    return home


def append(home: Path, name: str, text: str) -> None:
    with (home / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_help_teaches_by_example() -> None:
    runner, app = CliRunner(env={"COLUMNS": "100"}), make_app(list_commands())
    root = runner.invoke(app, ["--help"])
    assert root.exit_code == 0
    assert "Exit codes: 0 " in root.stdout
    for command in ("build", "serve", "query", "ask", "validate", "export", "settings"):
        shown = runner.invoke(app, [command, "--help"])
        assert shown.exit_code == 0
        assert "Example" in shown.stdout, command
        assert f" {command} " in root.stdout


def test_version_is_printed() -> None:
    assert run(Path(), "--version").stdout == f"{__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nonsense"], "No such command"),
        (["serve", "--port", "99999999"], "Invalid value"),
        (["query"], "Missing argument"),
        (["query", "no-such-file.rq"], "neither a query nor a readable file"),
        (["ask", "memberships", "one"], "KEY=VALUE"),
        (["export", "--format", "docx"], "docx"),
    ],
)
def test_a_wrong_call_is_2(built: Path, arguments: list[str], word: str) -> None:
    done = run(built, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_build_prints_one_line(small_home: Path) -> None:
    done = run(small_home, "build")
    assert (done.returncode, done.stderr) == (0, WARNING)
    identity = (small_home / "build" / "snapshots" / "current").resolve().name
    assert done.stdout == f"snapshot {identity}: 23 asserted and 1 inferred triples in 4 graphs\n"


def test_problems_are_1_and_come_with_their_number(small_home: Path) -> None:
    append(small_home, "data/record/s5.ttl", "agent:three a ahg:Agent .\n")
    append(small_home, "data/record/s7.ttl", "x:four a x:Agent .\n")
    for command in ("build", "validate"):
        done = run(small_home, command)
        lines = [line for line in done.stderr.splitlines() if not line.startswith("warning: ")]
        assert (done.returncode, done.stdout) == (1, "")
        assert lines == [
            "data/record/s7.ttl:1:1: The prefix x: has not been declared",
            "data/record/s5.ttl:6: agent:three skos:prefLabel: give it a label [ahgs:Agent]",
            "[build-failed] 2 problems; nothing was changed",
        ]
    assert not (small_home / "build").exists()


def test_contradictions_are_3(small_home: Path) -> None:
    append(small_home, "data/record/s5.ttl", "body:group a ahg:Agent .\n")
    done = run(small_home, "validate")
    assert done.returncode == 3
    assert "contradiction: Nothing is a member of two of a list of disjoint classes. body:group" in done.stderr
    assert "  body:group a ahg:Agent  (data/record/s5.ttl:6)\n" in done.stderr


def test_validate_writes_nothing(small_home: Path) -> None:
    done = run(small_home, "validate")
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 files, 23 triples, no problems\n", WARNING)
    assert not (small_home / "build").exists()


def test_ask_gives_csv_when_piped(built: Path) -> None:
    done = run(built, "ask", "memberships", "agent=one")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"body,bodyLabel\n{ID}body/group,Group\n"


def test_ask_gives_records_with_their_proofs(built: Path) -> None:
    (plain,) = json.loads(run(built, "ask", "memberships", "agent=one", "-f", "json").stdout)
    assert plain == {"body": f"{ID}body/group", "bodyLabel": "Group"}
    (row,) = json.loads(run(built, "ask", "memberships", "agent=one", "--evidence", "-f", "json").stdout)
    assert list(row) == ["body", "bodyLabel", "evidence", "proofs"]
    assert [proof["standing"] for proof in row["proofs"]] == ["derived"]


@pytest.mark.parametrize("format", ["csv", "json", "srx", "table"])
def test_an_answer_without_rows_says_why_on_standard_error(built: Path, format: str) -> None:
    done = run(built, "ask", "memberships", "agent=two", "-f", format)
    assert (done.returncode, done.stderr) == (0, f"[silent] {NO_ROWS_REASONS['silent']}\n")


def test_ask_lists_the_queries(built: Path) -> None:
    done = run(built, "ask")
    assert done.stdout.split() == [
        *("memberships", "Of", "which", "bodies", "is", "this", "agent", "a", "member?", "agent")
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "nothing"], 2, "[unknown-name] "),
        (["ask", "memberships"], 2, "[bad-parameter] agent: "),
        (["export", "-g", "record/S9"], 2, "[unknown-name] "),
        (["query", "SELECT * { ?s ?p"], 2, "[query-syntax] "),
        (["query", "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"], 4, "[service-refused] "),
        (["query", "INSERT DATA { <http://e/> <http://e/> 1 }"], 2, "[query-syntax] "),
        (["query", "SELECT * { ?s ?p ?o }", "-f", "ttl"], 6, "[not-acceptable] "),
        (["query", "ASK {}", "--snapshots", "elsewhere"], 5, "[snapshot] no snapshot in elsewhere; make one with"),
        (["serve", "--snapshots", "elsewhere"], 5, "[snapshot] no snapshot in elsewhere; make one with"),
        (["export", "--snapshots", "elsewhere"], 5, "[snapshot] no snapshot in elsewhere; make one with"),
    ],
)
def test_failures_are_one_line_with_their_code(built: Path, arguments: list[str], code: int, message: str) -> None:
    done = run(built, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(message)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "variable", "value"),
    [
        ("serve", "AHG_GRAPH_PORT", "x"),
        ("serve", "AHG_GRAPH_TRUSTED_PROXIES", "nonsense"),
        ("query", "AHG_GRAPH_MEMORY", "-1"),
        ("settings", "AHG_GRAPH_WAIT", "inf"),
    ],
)
def test_a_wrong_setting_is_2_in_one_line(built: Path, command: str, variable: str, value: str) -> None:
    arguments = ["ASK {}"] if command == "query" else []
    done = run(built, command, *arguments, **{variable: value})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"[setting] {variable}")
    assert done.stderr.count("\n") == 1


def test_a_bad_parameter_comes_with_what_was_meant(built: Path) -> None:
    done = run(built, "ask", "memberships", "agent=oen")
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first.startswith("[bad-parameter] agent: ")
    assert second.startswith("did you mean: one (One)")


def test_a_query_over_its_time_is_4(built: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
    done = run(built, "query", text, "--timeout", "0.5")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("[query-timeout] ") and "0.5 s" in done.stderr


def test_a_query_comes_as_text_as_file_or_by_pipe(built: Path) -> None:
    text = f"SELECT ?o {{ <{ID}agent/one> <{ONT}memberIn> ?o }}"
    expected = f"o\n{ID}body/group\n"
    (built / "question.rq").write_text(text, encoding="utf-8")
    for call in (run(built, "query", text), run(built, "query", "question.rq"), run(built, "query", "-", input=text)):
        assert (call.returncode, call.stdout.replace("\r\n", "\n"), call.stderr) == (0, expected, "")


def test_formats_of_answers(built: Path) -> None:
    ask, graph = f"ASK {{ ?s <{ONT}hasMember> ?o }}", f"CONSTRUCT WHERE {{ ?s <{ONT}hasMember> ?o }}"
    assert run(built, "query", ask).stdout == "true"
    assert run(built, "query", ask, "-f", "srj").stdout == '{"head":{},"boolean":true}'
    triple = f"<{ID}body/group> <{ONT}hasMember> <{ID}agent/one> .\n"
    assert run(built, "query", graph, "-f", "nt").stdout == triple
    assert run(built, "query", graph).stdout == triple
    select = f"SELECT ?o {{ <{ID}agent/one> <{ONT}memberIn> ?o }}"
    assert json.loads(run(built, "query", select, "-f", "json").stdout) == [{"o": f"{ID}body/group"}]
    assert run(built, "query", ask, "-f", "json").stdout == "true\n"
    assert "[not-acceptable]" in run(built, "query", graph, "-f", "json").stderr


def test_a_terminal_gets_a_table(built: Path) -> None:
    parent, child = pty.openpty()
    arguments = [AHG_GRAPH, "ask", "memberships", "agent=one"]
    variables = {**os.environ, "COLUMNS": "60", "NO_COLOR": "1", "TERM": "dumb"}
    with subprocess.Popen(arguments, cwd=built, stdout=child, stderr=subprocess.PIPE, env=variables) as process:
        os.close(child)
        shown = b""
        while True:
            try:
                chunk = os.read(parent, 4096)
            except OSError:  # the end of a terminal
                break
            if not chunk:
                break
            shown += chunk
        assert process.wait() == 0
    os.close(parent)
    assert [line.strip() for line in shown.decode().splitlines() if line.strip(" ─")] == ["bodyLabel", "Group", "1 row"]


def test_export_is_the_same_bytes_every_time(built: Path) -> None:
    for suffix in ("ttl", "nq"):
        first = run(built, "export", "-f", suffix)
        assert first.returncode == 0
        run(built, "export", "-f", suffix, "-o", f"all.{suffix}")
        assert (built / f"all.{suffix}").read_text(encoding="utf-8") == first.stdout
    assert run(built, "export", "-f", "nt", "-g", "inferred", "-g", "record/S5").stdout == (
        f"<{ID}agent/one> <{ONT}memberIn> <{ID}body/group> .\n<{ID}body/group> <{ONT}hasMember> <{ID}agent/one> .\n"
    )


def test_an_export_for_an_engine_holds_every_quad_all_triples_in_one_graph_and_the_release(built: Path) -> None:
    graph = "https://w3id.org/ahg-graph/graph/"
    identity = (built / "build" / "snapshots" / "current").resolve().name
    lines = run(built, "export", "-f", "nq").stdout.splitlines()
    quads = [line.rpartition(" <") for line in lines]
    assert {end.startswith(graph.partition(":")[0]) for _, _, end in quads} == {True}
    release = f"<https://w3id.org/ahg-graph/downloads/{identity}>"
    named = [
        f"{release} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset>",
        f"{release} <http://www.w3.org/ns/dcat#isVersionOf> <https://w3id.org/ahg-graph/>",
        f'{release} <http://purl.org/dc/terms/identifier> "{identity}"',
        f"{release} <http://purl.org/dc/terms/license> <https://creativecommons.org/licenses/by/4.0/>",
    ]
    expected = {*lines, *(f"{triple} <{graph}all> ." for triple, _, _ in quads)}
    expected |= {f"{triple} <{graph}release> ." for triple in named}
    assert run(built, "export", "--for-engine", "-o", "all.nq.gz").stdout == ""
    assert set(gzip.decompress((built / "all.nq.gz").read_bytes()).decode().splitlines()) == expected
    assert set(run(built, "export", "--for-engine").stdout.splitlines()) == expected
    run(built, "export", "--for-engine", "-o", "all.nq")
    assert set((built / "all.nq").read_text(encoding="utf-8").splitlines()) == expected
    assert [path.name for path in built.iterdir() if path.name.startswith(".") and "draft" in path.name] == []


def test_an_export_for_an_engine_goes_where_it_is_asked_to(built: Path) -> None:
    (built / "link").symlink_to(built / "real.nq")
    assert run(built, "export", "--for-engine", "-o", "link").returncode == 0
    assert (built / "link").is_symlink()
    assert (built / "real.nq").read_bytes()
    call = f"'{AHG_GRAPH}' export --for-engine -o /dev/stderr"
    done = subprocess.run(["bash", "-c", call], cwd=built, capture_output=True, text=True)
    assert sorted(done.stderr.splitlines()) == sorted((built / "real.nq").read_text(encoding="utf-8").splitlines())
    done = run(built, "export", "--for-engine", "-o", "nowhere/all.nq")
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.startswith("[storage] ")


def test_an_export_for_an_engine_is_of_all_graphs(built: Path) -> None:
    done = run(built, "export", "--for-engine", "-g", "inferred")
    assert (done.returncode, done.stdout) == (2, "")
    assert "all graphs" in done.stderr


@pytest.mark.parametrize(("command", "what"), [("release", "a release"), ("export", "an export")])
def test_what_needs_more_memory_than_it_may_use_is_refused_with_the_numbers(
    built: Path, monkeypatch: pytest.MonkeyPatch, command: str, what: str
) -> None:
    count = len(run(built, "export", "-f", "nq").stdout.splitlines())
    monkeypatch.setenv("AHG_GRAPH_BUILD_MEMORY", "50")
    done = run(built, command)
    assert (done.returncode, done.stdout) == (1, "")
    numbers = f"{what} of {count} triples needs about 100 MiB of memory, and may use 50 MiB"
    assert done.stderr.startswith(f"[build-memory] {numbers}")
    assert "--for-engine" in done.stderr
    assert run(built, "export", "--for-engine").returncode == 0


def test_a_closed_pipe_is_no_failure(built: Path) -> None:
    call = f"'{AHG_GRAPH}' export -f nq | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", call], cwd=built, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_serve_prints_its_address_and_answers(built: Path) -> None:
    with subprocess.Popen(
        [AHG_GRAPH, "serve", "--port", "0"], cwd=built, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(f"{address}sparql?query=ASK%7B%7D&format=csv", timeout=10) as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
    assert process.returncode in (0, -signal.SIGTERM)
