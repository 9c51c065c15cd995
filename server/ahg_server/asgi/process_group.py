"""Several processes that serve together on one socket: started, replaced, moved and ended by uvicorn's supervisor.

A move has two steps, so that all move or none: each process prepares the snapshot, and once all have, each is told to
serve it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from ahg_graph.engines import Address
from ahg_graph.errors import SnapshotError
from ahg_graph.snapshot import instances, open_snapshot
from ahg_graph.snapshot.snapshot_store import CURRENT
from ahg_server.asgi.configuration import make_config
from ahg_server.asgi.process_folder import Order, ProcessFolder, Step
from ahg_server.asgi.process_member import MemberFactory
from ahg_server.asgi.process_setup import prepare_process

_STARTING = 600.0  # seconds for a process to come up, or to prepare a snapshot, at most
_POLL = 0.02

log = logging.getLogger("ahg_graph.server")


def serve_together(
    snapshot: Path, engine: Address | None, listener: socket.socket, url: str, count: int, ready: Callable[[], None]
) -> None:
    """Serve a snapshot by so many processes until this one is stopped; raises SnapshotError where they do not start."""
    prepare_process()
    with tempfile.TemporaryDirectory(prefix="ahg-graph-server-") as name:
        folder = ProcessFolder(Path(name))
        folder.serve(snapshot.resolve())
        config = make_config(MemberFactory(Path(name), engine), count)
        supervisor = _Supervisor(config, listener, folder, url, ready)
        try:
            supervisor.run()
        finally:
            supervisor.unregister()
    if not supervisor.is_started:
        raise SnapshotError("the server processes did not start; see the log")


class _Supervisor(Multiprocess):
    """Uvicorn's supervisor, registered for `ahg-graph swap`; SIGHUP moves all processes to the current snapshot."""

    def __init__(
        self,
        config: uvicorn.Config,
        listener: socket.socket,
        folder: ProcessFolder,
        url: str,
        ready: Callable[[], None],
    ) -> None:
        super().__init__(config, [listener])
        self._folder = folder
        self._ready = ready
        self._snapshots = folder.find_snapshot().parent
        self._notice = instances.current_instance(url, open_snapshot(folder.find_snapshot()).manifest.identity)
        self.is_started = False

    def init_processes(self) -> None:
        """Start the processes, and report once all of them answer."""
        super().init_processes()
        if all(process.wait_until_ready(_STARTING, self.should_exit) for process in self.processes):
            self.is_started = True
            self._announce()
            self._ready()
        else:
            self.should_exit.set()

    def handle_hup(self) -> None:
        """Move every process to the current snapshot, or none."""
        number, refusal = self._notice.reloads + 1, ""
        try:
            snapshot = open_snapshot(self._snapshots / CURRENT)
        except SnapshotError as error:
            refusal = str(error)
        else:
            refusal = self._carry_out(Order(number, "prepare", str(snapshot.path.resolve())))
            step: Step = "drop" if refusal else "move"
            if step == "move":
                self._folder.serve(snapshot.path.resolve())
            self._carry_out(Order(number, step, str(snapshot.path.resolve())))
        if refusal:
            log.error("the snapshot is refused, and the old one goes on: %s", refusal)
        identity = open_snapshot(self._folder.find_snapshot()).manifest.identity
        self._notice = replace(self._notice, identity=identity, reloads=number, refusal=refusal)
        self._announce()

    def _carry_out(self, order: Order) -> str:
        """Ask every process to do something, wait until each has or is gone, and return the first refusal."""
        waiting = [process for process in self.processes if process.wait_until_ready(_STARTING, self.should_exit)]
        self._folder.give_order(order)
        for process in waiting:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid or 0, signal.SIGHUP)
        refusals: list[str] = []
        deadline = time.monotonic() + _STARTING
        while waiting:
            for process in list(waiting):
                report = self._folder.read_report(process.pid or 0)
                if report and (report.number, report.step) == (order.number, order.step):
                    waiting.remove(process)
                    refusals += [report.refusal] if report.refusal else []
                elif not process.process.is_alive():
                    waiting.remove(process)  # the one that replaces it serves what is served then
            if time.monotonic() > deadline:
                return "a server process did not answer in time"
            time.sleep(_POLL)
        return refusals[0] if refusals else ""

    def unregister(self) -> None:
        """Leave no notice."""
        with contextlib.suppress(OSError):
            instances.unregister(self._snapshots, self._notice.process)

    def _announce(self) -> None:
        try:
            instances.register(self._snapshots, self._notice)
        except OSError as error:
            log.warning("no notice for `ahg-graph swap` (%s); SIGHUP does the same", error)
