"""Every saved query of a folder, by name and version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from ahg_graph.config.paths import find_home
from ahg_graph.errors import BuildFailed, CatalogueError, UnknownName
from ahg_graph.queries.model import SavedQuery
from ahg_graph.queries.name_resolver import find_near_words
from ahg_graph.queries.parser import parse_saved_query


@dataclass(frozen=True)
class Catalogue:
    """Every saved query in every version; `current` holds the newest of each name, sorted by name."""

    versions: Mapping[tuple[str, int], SavedQuery]

    @cached_property
    def current(self) -> Mapping[str, SavedQuery]:
        """The newest version of each query, by name."""
        newest: dict[str, SavedQuery] = {}
        for (name, _), query in sorted(self.versions.items()):
            newest[name] = query
        return MappingProxyType(newest)

    def get_query(self, name: str, version: int | None = None) -> SavedQuery:
        """Return a query, the newest version unless one is asked for.

        Raises UnknownName.
        """
        found = self.current.get(name) if version is None else self.versions.get((name, version))
        if found is None:
            shown = name if version is None else f"{name}@{version}"
            near = ", ".join(find_near_words(name, self.current, 3)) if version is None else ""
            raise UnknownName(f"there is no saved query {shown!r}" + (f"; did you mean {near}?" if near else ""))
        return found

    def find_query(self, label: str) -> SavedQuery:
        """Return the query of a label: `name`, or `name@version`; raises UnknownName."""
        name, _, version = label.partition("@")
        if version.isascii() and version.isdecimal():
            return self.get_query(name, int(version))
        return self.get_query(label)

    def list_texts(self) -> dict[str, str]:
        """Return the SHA-256 of each query's text, by `name@version`."""
        return {f"{name}@{version}": query.digest for (name, version), query in sorted(self.versions.items())}


def find_query_folder() -> Path:
    """Return the folder of the saved queries of the home at hand."""
    return find_home() / "queries"


def load_catalogue(folder: Path) -> Catalogue:
    """Read every `.rq` file of a folder.

    Raises BuildFailed with all problems of all files, each a CatalogueError.
    """
    problems: list[CatalogueError] = []
    versions: dict[tuple[str, int], SavedQuery] = {}
    for path in sorted(folder.glob("*.rq")):
        shown = f"{folder.name}/{path.name}"
        try:
            query = parse_saved_query(shown, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            problems.append(CatalogueError(shown, 1, "not UTF-8"))
        except BuildFailed as error:
            problems.extend(p for p in error.problems if isinstance(p, CatalogueError))
        else:
            if (query.name, query.version) in versions:
                problems.append(CatalogueError(shown, 1, f"version {query.version} is defined twice"))
            versions[query.name, query.version] = query
    if not versions and not problems:
        problems.append(CatalogueError(folder.name, 0, "no `.rq` file in this folder"))
    if problems:
        raise BuildFailed(problems)
    return Catalogue(MappingProxyType(versions))
