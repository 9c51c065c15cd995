"""Releases: files of one snapshot that any triple store loads, with their hashes and descriptions."""

from ahg_graph.release.manifest import Part, Release, ReleaseFile, list_releases, read_release, verify_release
from ahg_graph.release.reader import open_release
from ahg_graph.release.writer import make_release

__all__ = [
    "Part",
    "Release",
    "ReleaseFile",
    "list_releases",
    "make_release",
    "open_release",
    "read_release",
    "verify_release",
]
