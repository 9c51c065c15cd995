"""Walls around a process that runs visitors' queries: memory, size of files, no network, no life after its parent.

The system calls that Python has no name for are made through the C library. On systems other than Linux only the
limits on resources hold; there a query is kept from the network by the refusal of SERVICE alone.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import resource
import select
import signal
import struct
import sys

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
_EACCES = 13
_MACHINES = {
    # architecture token of the audit subsystem, then socket, connect, execve and execveat
    "x86_64": (0xC000003E, 41, 42, 59, 322),
    "aarch64": (0xC00000B7, 198, 203, 221, 281),
}


def exit_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to end this process with its parent, however that ends, by a signal."""
    if sys.platform == "linux":
        parent = os.getppid()
        _libc().prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def exit_when_closed(lifeline: int) -> None:
    """End this process, whatever it is doing, once no one holds the write end of a pipe any more; takes its read end.

    The pipe must have been handed to this process alone: the process that the kernel signals is a property of the pipe.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    poll = select.poll()
    poll.register(lifeline, select.POLLIN)
    if poll.poll(0):
        os._exit(1)


def limit_resources(memory: int, file_size: int) -> None:
    """Limit memory on top of what is in use now, and the size of any file written; both in bytes. No core files."""
    current = read_memory()
    resource.setrlimit(resource.RLIMIT_DATA, (current + memory, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_memory() -> int:
    """Return the bytes of private writable memory of this process; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", "rb", buffering=0) as statm:  # noqa: PTH123 - read after every query
        return int(statm.read(128).split()[5]) * resource.getpagesize()


def install_seccomp_filter() -> bool:
    """Make every further socket, connection and program start fail in this process; return whether the kernel agreed.

    Threads that run already keep their rights, so this comes before the first query, not before the store is opened:
    the engine's own threads never touch a visitor's query.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    architecture, *calls = machine
    steps = [(_LOAD, 0, 0, 4), (_JUMP_EQUAL, 0, len(calls) + 1, architecture), (_LOAD, 0, 0, 0)]
    steps += [(_JUMP_EQUAL, len(calls) - index, 0, call) for index, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE | _EACCES)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(
        libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) == 0
    )


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
