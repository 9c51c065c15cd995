"""What a process of the server is set to before it serves: its files, its memory, its log."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import resource
import sys

from ahg_server.asgi.log_handler import BackgroundHandler

_MMAP_THRESHOLD = -3  # of mallopt(3)
_LARGE = 128 * 1024  # bytes from which a piece of memory is mapped by itself


def prepare_process() -> None:
    """Set the process up."""
    _allow_files()
    _give_memory_back()
    logging.basicConfig(handlers=[BackgroundHandler(sys.stderr.fileno())], level=logging.INFO, format="%(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def _give_memory_back() -> None:
    """Let the system have the memory of large replies again as soon as they are gone.

    The GNU C library begins by that, and ceases once something large was freed, unless it is told a number.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


def _allow_files() -> None:
    """Let the process have as many files open as the system permits: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS calls a limit infinite that it does not grant
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
