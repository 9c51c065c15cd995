"""OpenLink Virtuoso, open-source edition: where its programs are, what they are configured by, how they are told."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interop import provision


@dataclass(frozen=True)
class Sizes:
    """What an instance may use: pages of 8 KiB kept in memory, threads for SQL and for HTTP, seconds for a query."""

    buffers: int = 20_000
    threads: int = 20
    connections: int = 10
    seconds: int = 0
    """0: no limit."""


@dataclass(frozen=True)
class Virtuoso:
    """One instance on the loopback address; `folder` holds its files."""

    folder: Path
    port: int
    sql_port: int

    @property
    def root(self) -> Path:
        """Where its packages are unpacked; raises provision.Unavailable when they cannot be had."""
        return provision.provide_debian(*provision.VIRTUOSO)

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of its programs."""
        return provision.make_debian_environment(self.root)

    @property
    def program(self) -> Path:
        """The server."""
        return self.root / "usr" / "bin" / "virtuoso-t"

    def read_version(self) -> str:
        """Return the version that the server tells, or nothing."""
        said = subprocess.run(
            [self.program, "-?"], capture_output=True, text=True, env=dict(self.environment), check=False
        )
        found = re.search(r"Version ([\d.]+)", said.stdout + said.stderr)
        return found[1] if found else ""

    def configure(self, sizes: Sizes) -> list[object]:
        """Write the configuration into the folder and return the command that starts the server there."""
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)
        limit = f"MaxQueryExecutionTime = {sizes.seconds}\n" if sizes.seconds else ""
        (self.folder / "virtuoso.ini").write_text(
            f"""[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{self.sql_port}
DirsAllowed = /
NumberOfBuffers = {sizes.buffers}
MaxDirtyBuffers = {sizes.buffers * 3 // 4}
ServerThreads = {sizes.threads}
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{self.port}
ServerThreads = {sizes.connections}
MaxKeepAlives = {sizes.connections}
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
{limit}"""
        )
        return [self.program, "+foreground", "+configfile", "virtuoso.ini"]

    def execute(self, statement: str, patience: float = 900) -> str:
        """Run SQL to its end and return what it prints; raises RuntimeError with its own words."""
        call = [
            str(self.root / "usr" / "bin" / "isql-vt"), f"127.0.0.1:{self.sql_port}", "dba", "dba", "VERBOSE=OFF",
            "BANNER=OFF", "PROMPT=OFF", f"EXEC={statement}",
        ]  # fmt: skip
        run = subprocess.run(
            call, capture_output=True, text=True, env=dict(self.environment), timeout=patience, check=False
        )
        if run.returncode or "*** Error" in run.stdout + run.stderr:
            raise RuntimeError((run.stdout + run.stderr).strip()[-400:])
        return run.stdout
