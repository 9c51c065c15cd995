"""Releases: files of one snapshot that any triple store loads, with their hashes and descriptions."""

from ahg_graph.release.making import make_release
from ahg_graph.release.opening import open_release
from ahg_graph.release.record import Part, Release, ReleaseFile, list_releases, read_release, verify_release

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
