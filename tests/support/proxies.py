"""nginx and HAProxy from the system's packages, in front of a server on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; {user}
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    {locations}
  }}
}}
"""
_HAPROXY = """
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend front
  bind 127.0.0.1:{port}
  default_backend back
backend back
  server one 127.0.0.1:{target}
"""

needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
needs_haproxy = pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")


def find_port() -> int:
    """Return a port of the loopback address that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def run_nginx(folder: Path, locations: str) -> Iterator[int]:
    """Run nginx with these locations in its one server, and yield its port."""
    port = find_port()
    user = "user root;" if os.geteuid() == 0 else ""  # whose temporary folders no other user may enter
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port, locations=locations, user=user))
    words = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with _run(words, port):
        yield port


@contextmanager
def run_haproxy(folder: Path, target: int) -> Iterator[int]:
    """Run HAProxy before a port, and yield its own."""
    port = find_port()
    (folder / "haproxy.cfg").write_text(_HAPROXY.format(port=port, target=target))
    with _run(["haproxy", "-db", "-q", "-f", str(folder / "haproxy.cfg")], port):
        yield port


@contextmanager
def _run(words: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, f"{words[0]} did not start"
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)
