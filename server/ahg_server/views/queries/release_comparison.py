"""The answers of one saved query in two releases, compared: what a later release changed in this answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import orjson

from ahg_graph.errors import BadParameter
from ahg_graph.queries.binding import BoundQuery
from ahg_graph.queries.model import Column, SavedQuery
from ahg_graph.queries.result_diff import Difference, Differences, Row, RowChange, compare_tables
from ahg_graph.service.contract_difference import ContractDifference, compare_contract
from ahg_graph.service.query_service import QueryService
from ahg_graph.service.release_pool import ReleasePool
from ahg_graph.sparql.media_types import CSV, HTML, JSON
from ahg_graph.sparql.result_tables import ResultTable, to_python
from ahg_graph.sparql.results_writer import write_table
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http.problems import NotFound
from ahg_server.views.queries.request import SavedQueryRequest

FORMATS: Mapping[str, str] = MappingProxyType({"html": HTML, "json": JSON, "csv": CSV})
"""Ending of an address to media type."""


@dataclass(frozen=True)
class ReleaseComparison:
    """What differs between the answers in two releases; `standings` say how the question differs from that of each.

    `unknown_in` are the releases that do not know one of the values: there its IRI was asked, as the other has it.
    """

    query_request: SavedQueryRequest
    bound: BoundQuery
    since: str
    release: str
    differences: Differences
    standings: tuple[ContractDifference | None, ContractDifference | None]
    unknown_in: tuple[str, ...]

    def list_notes(self) -> list[str]:
        """Return what a reader must know of the two releases, each in a sentence that begins with the release."""
        notes = [
            f"{identity}: {standing.sentence}"
            for identity, standing in zip((self.since, self.release), self.standings, strict=True)
            if standing is not None
        ]
        notes += [
            f"{identity}: This release lacks some of the names given; the IRIs of the other release were used."
            for identity in self.unknown_in
        ]
        return notes


async def compare(
    pool: ReleasePool[SnapshotContext], query_request: SavedQueryRequest, client: str
) -> ReleaseComparison:
    """Return what changed in an answer between two releases, both asked whole.

    Without a release the one served is meant, without an earlier one the release before. Raises NotFound when there
    is none before, BadParameter for values that neither release knows or that mean different things in the two.
    """
    for name, given in (
        ("page", query_request.page > 1),
        ("pageSize", query_request.page_size),
        ("evidence", query_request.evidence),
    ):
        if given:
            raise BadParameter(name, "does not apply to a comparison, which is always complete and without evidence")
    release = query_request.release or pool.served
    since = query_request.since or pool.find_predecessor(release)
    if since is None:
        raise NotFound(
            f"{release} is the first release on this server, so there are no changes yet; name another with `since`"
        )
    async with pool.open(since) as old, pool.open(release) as new:
        before, after, unknown = _bind(old, new, query_request)
        tables = [
            await service.answer(bound, client, query_request.timeout)
            for service, bound in ((old, before), (new, after))
        ]
        return ReleaseComparison(
            query_request=replace(query_request, since=since, release=release),
            bound=after,
            since=since,
            release=release,
            differences=compare_tables(tables[0], tables[1], query_request.query.key),
            standings=(
                compare_contract(query_request.query, old.snapshot),
                compare_contract(query_request.query, new.snapshot),
            ),
            unknown_in=unknown,
        )


def _bind(
    old: QueryService[SnapshotContext], new: QueryService[SnapshotContext], query_request: SavedQueryRequest
) -> tuple[BoundQuery, BoundQuery, tuple[str, ...]]:
    """Return the query with its values for each release, and which of the two does not know one of them."""
    before, missing = _try(old, query_request)
    after, wrong = _try(new, query_request)
    if before is None or after is None:
        known = after or before
        if known is None:
            assert wrong is not None  # noqa: S101 - narrows the type: no query, hence an error
            raise wrong
        stranger = (old if before is None else new).identity
        if any(
            parameter.name == (missing or wrong or BadParameter("", "")).parameter
            for parameter in query_request.query.parameters
        ):
            return known, known, (stranger,)
        raise missing or wrong or BadParameter("", "")
    for name, values in after.values.items():
        if {v.term for v in values} != {v.term for v in before.values.get(name, ())}:
            meant = [v.term.value for v in (*before.values.get(name, ()), *values)]
            raise BadParameter(name, "means one thing in the one release and another in the other; give its IRI", meant)
    return before, after, ()


def _try(
    service: QueryService[SnapshotContext], query_request: SavedQueryRequest
) -> tuple[BoundQuery | None, BadParameter | None]:
    try:
        return service.bind(query_request.query, query_request.given), None
    except BadParameter as error:
        return None, error


def write_comparison(comparison: ReleaseComparison, media_type: str) -> bytes:
    """Return a comparison as JSON, or as CSV with a line for each row that differs."""
    return _write_json(comparison) if media_type == JSON else write_table(tabulate(comparison), media_type)


def tabulate(comparison: ReleaseComparison) -> ResultTable:
    """Return the rows that differ: what became of each, the row, the names of changed columns, and values before.

    The columns of the query hold the row as it is, of a removed row as it was; `{column}Before` holds the earlier
    value where it is another.
    """
    query = comparison.query_request.query
    rows = []
    for difference in comparison.differences.found:
        row: dict[str, Mapping[str, str]] = {"change": _text(difference.kind.value)}
        row.update(difference.after or difference.before or {})
        if difference.columns:
            row["changed"] = _text("; ".join(difference.columns))
        for name in difference.columns:
            if difference.before and name in difference.before:
                row[f"{name}Before"] = difference.before[name]
        rows.append(row)
    return ResultTable(tuple(column.name for column in list_columns(query)), tuple(rows))


def list_columns(query: SavedQuery) -> list[Column]:
    """Return the columns of the rows that differ; what was before is absent where nothing else was."""
    before = [
        replace(column, name=f"{column.name}Before", meaning=f"Before: {column.meaning}", required=False)
        for column in query.columns
        if column.name not in query.key
    ]
    return [
        Column("change", "code", "What became of the row: added, removed or changed."),
        *query.columns,
        Column("changed", "text", "The names of the columns that changed, separated by a semicolon.", False),
        *before,
    ]


def _text(value: str) -> dict[str, str]:
    return {"type": "literal", "value": value}


def _write_json(comparison: ReleaseComparison) -> bytes:
    query = comparison.query_request.query
    columns = tuple(column.name for column in query.columns)

    def record(row: Row | None) -> dict[str, Any] | None:
        return None if row is None else {name: to_python(row.get(name)) for name in columns}

    def describe(difference: Difference) -> dict[str, Any]:
        return {
            "change": difference.kind.value,
            "columns": difference.columns,
            "before": record(difference.before),
            "after": record(difference.after),
        }

    document = {
        "query": query.name,
        "version": query.version,
        "key": query.key,
        "since": comparison.since,
        "release": comparison.release,
        "counts": comparison.differences.count(),
        "notes": comparison.list_notes(),
        "changes": [describe(difference) for difference in comparison.differences.found],
    }
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def group(comparison: ReleaseComparison) -> dict[RowChange, list[Difference]]:
    """Return the differences of each kind, in their order."""
    return {kind: [d for d in comparison.differences.found if d.kind is kind] for kind in RowChange}
