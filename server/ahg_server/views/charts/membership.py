"""Who was a member of a body over time: for certain, or possibly."""

from __future__ import annotations

from collections import Counter

from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sparql.parameter_template import parse_template
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.views.charts.chart import HEAD, Chart, read_text, read_time, select, show_text, show_thing, write_span

LARGEST = (
    HEAD
    + """
SELECT ?body ?label (COUNT(?node) AS ?affiliations)
WHERE { ?node ahg:towardsBody ?body ; ahg:affiliationOf ?agent . ?body skos:prefLabel ?label }
GROUP BY ?body ?label
ORDER BY DESC(?affiliations) ?body
LIMIT 1
"""
)
QUERY = parse_template(
    HEAD
    + """
SELECT ?agent ?label ?node ?state ?from ?by ?until ?last ?disputed
WHERE {
  ?node ahg:towardsBody ?_body ; ahg:affiliationOf ?agent ; ahg:status/skos:prefLabel ?state .
  ?agent skos:prefLabel ?label .
  OPTIONAL { ?node ahg:startNotBefore ?from }
  OPTIONAL { ?node ahg:startNotAfter ?by }
  OPTIONAL { ?node ahg:endNotBefore ?until }
  OPTIONAL { ?node ahg:endNotAfter ?last }
  BIND(EXISTS { ?discrepancy ahg:discrepancyAbout ?node } AS ?disputed)
}
ORDER BY ?label ?agent COALESCE(?from, ?by, "9999") ?state ?node
"""
)


async def find_largest(context: SnapshotContext, client: str) -> tuple[str, str] | None:
    """Return IRI and name of the body with the most members recorded, or None where none has any."""
    rows = (await select(context, LARGEST, client)).rows
    return (rows[0]["body"]["value"], read_text(rows[0], "label")) if rows else None


async def draw(context: SnapshotContext, body: str, name: str, client: str) -> Chart:
    """Return the chart of one body's members; `name` is the name of the body."""
    query = QUERY.fill({"?_body": (NamedNode(body),)})
    table = await select(context, query, client)
    spans, rows = [], []
    for row in table.rows:
        agent, label, state = row["agent"]["value"], read_text(row, "label"), read_text(row, "state")
        time = read_time(row, "from", "by", "until", "last")
        when = time.describe_state()
        disputed = read_text(row, "disputed") == "true"
        node = row["node"]["value"]
        status = f"{state}, disputed" if disputed else state
        rows.append([show_thing(agent, label), show_thing(node, status), show_text(when or "no date")])
        spans.append(
            {
                "row": agent,
                "label": label if status == "full member" else f"{label} · {status}",
                "lane": "",
                "state": status,
                "held": state == "full member",
                "note": "",
                "lasts": True,
                "link": urls.resource_url(node, "html"),
                "when": when,
                **write_span(time),
            }
        )
    attested = Counter(until for row in table.rows if (until := read_text(row, "until")))
    day = max(attested, key=lambda until: (attested[until], until), default="")
    return Chart(
        form="spans",
        title=f"Membership of the {name} over time",
        intro="A dated list shows membership on its date only, so most start and end dates are not recorded.",
        query=query,
        data={"spans": spans, "open": True},
        columns=("Who", "Status", "When"),
        rows=rows,
        key=(
            ("certain", "certain: documents record it before and after"),
            (
                "open",
                "possible: between the earliest and the latest day; the date at an end marked ‹ or › is not recorded",
            ),
            ("planned", "thin: another status, such as invited or accepted"),
        ),
        question=urls.query("members-on-date", [("body", body), ("date", day)]) if day else None,
    )
