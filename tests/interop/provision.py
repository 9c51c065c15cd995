"""Where the other engines come from: the package registries, into a cache folder under build/.

What cannot be had raises Unavailable with the reason, which the report of skipped tests shows.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.maven import hold_repository

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / "build" / "interop"
OXIGRAPH = "oxigraph==0.5.13"
VIRTUOSO = ("virtuoso-opensource-7-bin", "libminizip1", "libpcre3")
REDLAND = ("raptor2-utils", "rasqal-utils", "libraptor2-0", "librasqal3", "libyajl2", "libmhash2")


class Unavailable(Exception):
    """An engine cannot be had on this machine."""


def provide_python(requirement: str) -> Path:
    """Return the folder of a Python package of its own, outside the environment of the tests."""
    folder = CACHE / requirement.replace("==", "-")
    return _provide(
        folder,
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            "--target",
            folder,
            requirement,
        ],
    )


def provide_tool(requirement: str) -> Path:
    """Return the folder of a Python tool with all that it needs, outside the environment of the tests."""
    folder = CACHE / f"tool-{requirement.replace('==', '-')}"
    return _provide(folder, [sys.executable, "-m", "pip", "install", "-q", "--target", folder, requirement])


def provide_maven(name: str) -> str:
    """Return the class path of the Maven project `name/pom.xml`."""
    _need("java", "mvn")
    pom = HERE / name / "pom.xml"
    folder = CACHE / f"{name}-{_hash(pom)}"
    _provide(folder, ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={folder}"])
    return f"{folder}/*"


def provide_npm(name: str = "node") -> Path:
    """Return a folder with the Node.js packages of `name/package-lock.json` and this project's scripts beside them."""
    _need("node", "npm")
    source = HERE / name
    folder = CACHE / f"{name}-{_hash(source / 'package-lock.json')}"
    with hold_repository():
        if not folder.is_dir():
            draft = _draft(folder)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(source / name, draft)
            _run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", draft], draft)
            draft.rename(folder)
        for script in (*source.glob("*.mjs"), *source.glob("*.ts")):
            shutil.copy(script, folder)
    return folder


def provide_debian(*packages: str) -> Path:
    """Return the root of unpacked Debian packages; nothing is installed, so no rights are needed."""
    _need("apt-get", "dpkg")
    folder = CACHE / f"debian-{packages[0]}"
    with hold_repository():
        if not folder.is_dir():
            draft = _draft(folder)
            call = ["apt-get", "download", "-q", *packages]
            if subprocess.run(call, cwd=draft, capture_output=True).returncode and os.geteuid() == 0:
                subprocess.run(["apt-get", "update", "-q"], capture_output=True, check=False)
            _run(call, draft)
            for file in sorted(draft.glob("*.deb")):
                _run(["dpkg", "-x", file, draft], draft)
            draft.rename(folder)
    return folder


def make_debian_environment(root: Path) -> dict[str, str]:
    """Return the environment in which programs of `provide_debian` find their libraries."""
    libraries = sorted({str(path.parent) for path in root.rglob("*.so*")})
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(libraries)}


def _provide(folder: Path, call: Sequence[object]) -> Path:
    with hold_repository():
        if not folder.is_dir():
            draft = _draft(folder)
            _run([draft if part == folder else str(part).replace(str(folder), str(draft)) for part in call], draft)
            draft.rename(folder)
    return folder


def _draft(folder: Path) -> Path:
    draft = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def _run(call: Sequence[object], draft: Path) -> None:
    try:
        subprocess.run([str(part) for part in call], cwd=draft, check=True, capture_output=True, text=True, timeout=300)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(draft, ignore_errors=True)
        last = (error.stderr or error.stdout or "no message").strip().splitlines()[-1:]
        raise Unavailable(f"{call[0]} could not fetch it: {' '.join(last)}") from None
    except subprocess.TimeoutExpired:
        shutil.rmtree(draft, ignore_errors=True)
        raise Unavailable(f"{call[0]} did not fetch it within 5 minutes") from None


def _need(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        raise Unavailable(f"this machine has no {' and no '.join(missing)}")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
