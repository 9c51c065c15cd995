"""The timeline: meetings by kind, those with records first, and initiatives by the stages that documents say."""

from __future__ import annotations

from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.views.charts.chart import HEAD, Chart, read_text, read_time, select, show_text, show_thing, write_span

QUERY = (
    HEAD
    + """
SELECT ?thing ?label ?lane ?state ?lasts ?from ?by ?until ?last ?recorded
WHERE {
  {
    ?thing a ahg:Meeting ; skos:prefLabel ?label ; ahg:kind ?kind .
    ?kind skos:prefLabel ?lane .
    ?thing ahg:eventStatus/skos:prefLabel ?state .
    BIND(EXISTS { ?document a ahg:SourceDocument ; ahg:recordsMeeting/ahg:kind ?kind } AS ?recorded)
    OPTIONAL { ?thing ahg:startNotBefore ?from }
    OPTIONAL { ?thing ahg:startNotAfter ?by }
    OPTIONAL { ?thing ahg:endNotBefore ?until }
    OPTIONAL { ?thing ahg:endNotAfter ?last }
  }
  UNION
  {
    ?thing a ahg:Initiative ; skos:prefLabel ?label .
    { ?node ahg:progressOf ?thing ; ahg:stage/skos:prefLabel ?state BIND(true AS ?lasts) }
    UNION
    { ?node ahg:milestoneOf ?thing ; ahg:kind/skos:prefLabel ?state }
    BIND("initiatives" AS ?lane)
    OPTIONAL { ?node ahg:startNotBefore ?from }
    OPTIONAL { ?node ahg:startNotAfter ?by }
    OPTIONAL { ?node ahg:endNotBefore ?until }
    OPTIONAL { ?node ahg:endNotAfter ?last }
  }
}
ORDER BY DESC(?recorded) ?lane COALESCE(?from, ?by, "9999") ?by ?label ?state
"""
)


async def draw(context: SnapshotContext, client: str) -> Chart:
    """Return the timeline."""
    table = await select(context, QUERY, client)
    spans, rows, undated = [], [], 0
    for row in table.rows:
        thing, label = row["thing"]["value"], read_text(row, "label")
        lane, state = read_text(row, "lane"), read_text(row, "state")
        time = read_time(row, "from", "by", "until", "last")
        is_initiative = lane == "initiatives"
        lasts = "lasts" in row
        when = time.describe_state() if lasts else time.describe_event()
        rows.append([show_thing(thing, label), show_text(lane), show_text(state), show_text(when or "no date")])
        if not time.is_known:
            undated += 1
            continue
        spans.append(
            {
                "row": thing,
                "label": label,
                "lane": lane,
                "state": state,
                "held": is_initiative or state == "held",
                "note": "" if state == "held" else state,
                "lasts": lasts,
                "link": urls.resource_url(thing, "html"),
                "when": when,
                **write_span(time),
            }
        )
    return Chart(
        form="spans",
        title="Timeline of meetings and initiatives",
        intro="Every meeting that a document records, mentions or promises, and the stages of initiatives.",
        query=QUERY,
        data={"spans": spans, "open": False},
        columns=("Name", "Kind", "State", "When"),
        rows=rows,
        key=(
            ("certain", "certain: the dates are known, or a document records the stage"),
            ("open", "possible: at some time in this span; the date at an end marked ‹ or › is not recorded"),
            ("planned", "small or thin: planned, undertaken or proposed; not recorded as held"),
        ),
        question=urls.query("meetings"),
        notes=(f"{undated} rows have no date in any document and are only in the table.",) if undated else (),
    )
