"""The log on its way out: a thread writes it, so that a pipe that nobody reads stops no one but the log."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading

_MOST = 10_000
"""Records that may wait; beyond that they are left out, and counted."""

_PATIENCE = 1.0  # seconds for which `flush` waits for the log to be taken


class BackgroundHandler(logging.Handler):
    """Writes records to a file descriptor, which may be a pipe that is full: then records are left out."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._waiting: queue.Queue[str | threading.Event] = queue.Queue(_MOST)
        self._left_out = 0
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a record to the thread."""
        try:
            self._waiting.put_nowait(self.format(record))
        except queue.Full:
            self._left_out += 1

    def flush(self) -> None:
        """Wait until what was handed over is written, if it is taken."""
        written = threading.Event()
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(written)
            written.wait(_PATIENCE)

    def _run(self) -> None:
        while True:
            item = self._waiting.get()
            if isinstance(item, threading.Event):
                item.set()
                continue
            left_out, self._left_out = self._left_out, 0
            if left_out:
                item += f"\n{left_out} records of the log were left out, because nothing read them"
            data = f"{item}\n".encode(errors="replace")
            with contextlib.suppress(OSError):  # nobody is there to read it
                while data:
                    data = data[os.write(self._descriptor, data) :]
