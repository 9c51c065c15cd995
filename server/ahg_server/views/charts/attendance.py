"""Who attended which meeting, in which capacity, and which members are not on a closed list."""

from __future__ import annotations

from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.presentation.term_presenter import TemplateContext
from ahg_server.views.charts.chart import HEAD, Chart, read_text, read_time, select, show_text, show_thing

QUERY = (
    HEAD
    + """
SELECT ?agent ?label ?kind ?meeting ?meetingLabel ?start ?from ?by ?until ?last ?capacity ?node
WHERE {
  {
    ?node ahg:attendanceOf ?agent ; ahg:atMeeting ?meeting ; ahg:capacity/skos:prefLabel ?capacity .
  }
  UNION
  { ?agent ahg:memberNotAttending ?meeting . BIND("member, not on the list" AS ?capacity) }
  UNION
  { ?agent ahg:possibleMemberNotAttending ?meeting . BIND("perhaps a member, not on the list" AS ?capacity) }
  ?agent skos:prefLabel ?label ; ahg:agentKind/skos:prefLabel ?kind .
  ?meeting skos:prefLabel ?meetingLabel ; a ahg:Meeting .
  OPTIONAL { ?meeting ahg:startNotBefore ?from }
  OPTIONAL { ?meeting ahg:startNotAfter ?by }
  OPTIONAL { ?meeting ahg:endNotBefore ?until }
  OPTIONAL { ?meeting ahg:endNotAfter ?last }
  BIND(COALESCE(?from, ?by) AS ?start)
}
ORDER BY ?kind ?label ?agent ?start ?meeting ?capacity
"""
)
_ORDER = ("state", "organisation", "body", "office", "collective", "person")


async def draw(context: SnapshotContext, client: str) -> Chart:
    """Return the matrix of agents and meetings."""
    table = await select(context, QUERY, client)
    meetings: dict[str, tuple[str, str]] = {}
    agents: dict[str, tuple[int, str, str]] = {}
    cells: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
    for row in table.rows:
        agent, meeting, kind = row["agent"]["value"], row["meeting"]["value"], read_text(row, "kind")
        time = read_time(row, "from", "by", "until", "last")
        when = time.describe_event() if time.is_exact else time.earliest[:4] if time.is_known else ""
        heading = f"{when}: {read_text(row, 'meetingLabel')}" if when else read_text(row, "meetingLabel")
        meetings[meeting] = (read_text(row, "start") or "9999", heading)
        place = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
        agents[agent] = (place, read_text(row, "label"), kind)
        node = row["node"]["value"] if "node" in row else None
        cells.setdefault((agent, meeting), []).append((read_text(row, "capacity"), node))
    columns = sorted(meetings, key=lambda iri: (*meetings[iri], iri))
    ordered = sorted(agents, key=lambda iri: (agents[iri][:2], iri))
    data = [
        {
            "agent": agents[agent][1],
            "kind": agents[agent][2],
            "meeting": meetings[meeting][1],
            "capacity": capacity,
            "link": urls.resource_url(node or agent, "html"),
        }
        for agent in ordered
        for meeting in columns
        for capacity, node in cells.get((agent, meeting), ())
    ]

    def show(agent: str, meeting: str) -> list[TemplateContext]:
        return [
            part
            for capacity, node in cells.get((agent, meeting), ())
            for part in (show_thing(node, capacity) if node else show_text(capacity))
        ]

    return Chart(
        form="matrix",
        title="Who attended which meeting",
        intro="The participants of each meeting. Attending does not make an agent a member; an empty cell means "
        "absence only where the list is complete for members.",
        query=QUERY,
        data={
            "cells": data,
            "agents": [agents[agent][1] for agent in ordered],
            "meetings": [meetings[meeting][1] for meeting in columns],
        },
        columns=("Who", "Kind", *(meetings[meeting][1] for meeting in columns)),
        rows=[
            [show_thing(agent, agents[agent][1]), show_text(agents[agent][2]), *(show(agent, m) for m in columns)]
            for agent in ordered
        ],
        question=urls.query("co-attendance"),
    )
