"""What a URL asks of the saved queries: which query, which values, which format, which part of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ahg_graph.errors import BadParameter, NotAcceptable, UnknownName
from ahg_graph.queries.catalogue import Catalogue
from ahg_graph.queries.model import RESERVED, SavedQuery
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.sparql.media_types import (
    FORMAT_PARAMETERS,
    GRAPH_FORMATS,
    GRAPH_TYPES,
    HTML,
    JSON,
    RESULT_FORMATS,
    RESULT_TYPES,
    TRIPLE_TYPES,
    XLSX,
)
from ahg_server.http import urls
from ahg_server.http.negotiation import find_ending, require_choice
from ahg_server.http.requests import Parameters, read_flag, read_timeout

_ROW_TYPES: Mapping[str, str] = MappingProxyType({"html": HTML, "json": JSON, **RESULT_TYPES, "xlsx": XLSX})
"""Ending of an address to media type, for rows; records are what a client gets that accepts anything."""

_GRAPH_TYPES: Mapping[str, str] = MappingProxyType({"html": HTML, **TRIPLE_TYPES})
"""The same for a graph."""

METADATA = "csv-metadata.json"
"""The ending of what describes a CSV file, where its users look for it first (Tabular Data, section 5)."""

_ENDINGS = frozenset((*_ROW_TYPES, *GRAPH_TYPES, "rq", METADATA))
_TARGET = re.compile(
    r"(?P<name>[a-z0-9-]+)(?:@(?P<version>[1-9][0-9]{0,5}))?(?:\.(?P<ending>[a-z]+|csv-metadata\.json))?"
)


@dataclass(frozen=True, kw_only=True)
class SavedQueryRequest(QueryRequest):
    """A saved query as a URL asks for it.

    `version` is the one that the URL names, `ending` the format (a key of `formats`, or `rq`). `release` is the
    identity of the release that the answer is bound to, `since` that of an earlier one to compare it with.
    """

    version: int | None
    ending: str
    excel: bool = False
    release: str | None = None
    since: str | None = None

    @property
    def formats(self) -> Mapping[str, str]:
        """The formats of the answer: ending to media type."""
        return list_formats(self.query)

    def pairs(self, **changes: str | None) -> list[tuple[str, str]]:
        """Return the parameters of this request as pairs, some of the common ones changed or (None) left out."""
        common: dict[str, str | None] = {
            "page": str(self.page) if self.page > 1 else None,
            "pageSize": str(self.page_size) if self.page_size else None,
            "evidence": "1" if self.evidence else None,
            "release": self.release,
            "labels": self.labels or None,
        }
        common |= changes
        own = [pair for pair in urls.to_pairs(self.given) if pair[1]]
        return own + [(name, value) for name, value in common.items() if value is not None]


def parse_request(
    catalogue: Catalogue,
    target: str,
    parameters: Parameters,
    accept: str | None,
    formats: Mapping[str, str] | None = None,
) -> SavedQueryRequest:
    """Return what a request for `/queries/{target}` asks for, in one of some formats: those of the query by default.

    The ending of the address beats `format` and its like, and these beat Accept. Raises UnknownName, NotAcceptable
    and BadParameter.
    """
    match = _TARGET.fullmatch(target)
    if match is None or (match["ending"] and match["ending"] not in _ENDINGS):
        raise UnknownName(f"no saved query is called {target!r}")
    version = int(match["version"]) if match["version"] else None
    query = catalogue.get_query(match["name"], version)
    formats = formats or list_formats(query)
    ending = match["ending"] or _choose_ending(parameters, accept, formats)
    if ending not in formats and ending != "rq" and not (ending == METADATA and "csv" in formats):
        raise NotAcceptable(tuple(formats.values()))
    given: dict[str, tuple[str, ...]] = {}
    for name, _ in parameters.pairs:
        if name not in RESERVED:
            given[name] = parameters.list_values(name)
    page_size = _read_number(parameters, "pageSize")
    page = _read_number(parameters, "page") or 1
    if page > 1 and page_size is None:
        raise BadParameter("page", f"needs `pageSize`, the number of {query.unit} on a page")
    return SavedQueryRequest(
        query=query,
        version=version,
        ending=ending,
        given=MappingProxyType(given),
        page=page,
        page_size=page_size,
        evidence=read_flag(parameters, "evidence"),
        excel=read_flag(parameters, "excel"),
        timeout=read_timeout(parameters),
        release=_read_identity(parameters, "release"),
        since=_read_identity(parameters, "since"),
        for_reading=ending == "html",
        labels=parameters.find("labels") or "",
    )


def list_formats(query: SavedQuery) -> Mapping[str, str]:
    """Return the formats in which a query answers: ending to media type."""
    return _GRAPH_TYPES if query.is_graph else _ROW_TYPES


def _choose_ending(parameters: Parameters, accept: str | None, formats: Mapping[str, str]) -> str:
    named = parameters.list_given(*FORMAT_PARAMETERS)
    known = RESULT_FORMATS if "json" in formats else GRAPH_FORMATS
    for value in named:
        if ending := find_ending(formats, known, value):
            return ending
    if named:
        raise NotAcceptable(tuple(formats.values()))
    choice = require_choice(accept, tuple(formats.values()))
    return next(ending for ending, media_type in formats.items() if media_type == choice.media_type)


def _read_number(parameters: Parameters, name: str) -> int | None:
    text = parameters.find(name)
    if not text:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise BadParameter(name, f"{text!r} is not a whole number from 1")
    return int(text)


def _read_identity(parameters: Parameters, name: str) -> str | None:
    """Return the identity of a release; what cannot be one names none."""
    text = (parameters.find(name) or "").strip()
    if not re.fullmatch(r"[0-9A-Za-z]{0,64}", text):
        raise UnknownName(f"no release is called {text[:80]!r}; /downloads lists those that there are")
    return text.lower() or None
