"""Network charts: what became of a decision, and how bodies are nested and follow one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ahg_graph.config.prefixes import get_home
from ahg_graph.rdf.terms import NamedNode
from ahg_graph.sparql.parameter_template import parse_template
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.presentation.resource_loader import load_summaries
from ahg_server.presentation.term_presenter import TemplateContext, TermPresenter
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.charts.chart import HEAD, Chart, read_text, read_time, select, show_text, show_thing

_SEED = """{ BIND(?_of AS ?seed) } UNION {
        ?seed ahg:concerns|ahg:proposes|ahg:milestoneOf|ahg:affectsBody|ahg:takenAt|ahg:respondsTo ?_of
      }"""
CHAIN = parse_template(
    HEAD
    + f"""
SELECT DISTINCT ?earlier ?later ?link ?how ?reason
WHERE {{
  {{
    {{ SELECT DISTINCT ?earlier {{ {_SEED} ?seed ahg:followedUpBy* ?earlier }} }}
    ?link ahg:earlierItem ?earlier ; ahg:laterItem ?later .
    OPTIONAL {{ ?link ahg:curatorsReason ?reason }}
  }}
  UNION
  {{
    {{ SELECT DISTINCT ?later {{ {_SEED} ?seed ahg:followsUp* ?later }} }}
    ?link ahg:laterItem ?later ; ahg:earlierItem ?earlier .
    OPTIONAL {{ ?link ahg:curatorsReason ?reason }}
  }}
  UNION
  {{
    {{ SELECT DISTINCT ?later {{ {_SEED} ?seed ahg:followsUp*|ahg:followedUpBy* ?later }} }}
    ?later ahg:respondsTo ?earlier . BIND(?later AS ?link)
    OPTIONAL {{ ?later ahg:givesResponse/skos:prefLabel ?how }}
  }}
}}
ORDER BY ?earlier ?later ?link
"""
)
BODIES = (
    HEAD
    + """
SELECT DISTINCT ?body ?label ?kind ?parent ?parentLabel ?change ?changeKind ?from ?by ?until ?last ?successor
                ?successorLabel
WHERE {
  ?body a ahg:Body ; skos:prefLabel ?label .
  OPTIONAL {
    ?body ahg:kind ?code . ?code skos:prefLabel ?kind .
    ?code ahg:inCodeList <{codes}body-kind>
  }
  OPTIONAL { ?body ahg:subBodyOf ?parent . ?parent skos:prefLabel ?parentLabel }
  OPTIONAL {
    ?change ahg:bodyBefore ?body ; ahg:bodyAfter ?successor ; ahg:kind/skos:prefLabel ?changeKind .
    FILTER(?successor != ?body)
    ?successor skos:prefLabel ?successorLabel .
    OPTIONAL { ?change ahg:startNotBefore ?from }
    OPTIONAL { ?change ahg:startNotAfter ?by }
    OPTIONAL { ?change ahg:endNotBefore ?until }
    OPTIONAL { ?change ahg:endNotAfter ?last }
  }
}
ORDER BY ?label ?body ?parentLabel ?change
"""
)
SUBJECTS = (
    HEAD
    + """
SELECT ?thing ?label (COUNT(DISTINCT ?item) AS ?items)
WHERE {
  ?item ahg:concerns|ahg:proposes ?thing .
  FILTER EXISTS { ?link ahg:earlierItem|ahg:laterItem ?item }
  ?thing skos:prefLabel ?label ; a ?class .
  FILTER(?class IN (ahg:Initiative, ahg:Body, ahg:Document))
}
GROUP BY ?thing ?label
HAVING (COUNT(DISTINCT ?item) > 1)
ORDER BY DESC(?items) ?label
LIMIT 40
"""
)


async def draw_chain(context: SnapshotContext, vocabulary: Vocabulary, of: str, client: str) -> Chart:
    """Return what led to a thing's decisions and what became of them."""
    query = CHAIN.fill({"?_of": (NamedNode(of),)})
    table = await select(context, query, client)
    edges = [
        {
            "from": row["earlier"]["value"],
            "to": row["later"]["value"],
            "label": read_text(row, "how"),
            "inferred": "reason" in row,
        }
        for row in table.rows
    ]
    names = {iri for edge in edges for iri in (str(edge["from"]), str(edge["to"]))}
    links = {row["link"]["value"] for row in table.rows}
    items = await load_summaries(context, vocabulary, {of, *names, *links}, client)
    meetings = await _read_meetings(context, names, client)
    display = TermPresenter(
        {**items, **await load_summaries(context, vocabulary, set(meetings.values()), client)}, vocabulary
    )

    def when(iri: str) -> str:
        time = display.get_item(iri).time
        return (time if time.is_known else display.get_item(meetings.get(iri, "")).time).describe_event()

    def order(iri: str) -> tuple[str, str]:
        time = display.get_item(iri).time
        return (time if time.is_known else display.get_item(meetings.get(iri, "")).time).earliest, display.name(iri)

    ordered = sorted(names, key=order)
    rows = [
        [
            [display.show_link(iri)],
            show_text(display.name_kind(iri)),
            show_text(when(iri)),
            [display.show_link(str(edge["from"])) for edge in edges if edge["to"] == iri],
        ]
        for iri in ordered
    ]
    nodes = [
        {
            "id": iri,
            "label": display.name(iri),
            "above": " · ".join(part for part in (display.name_kind(iri), when(iri)) if part),
            "link": urls.resource_url(iri, "html"),
            "kind": "here" if iri == of else "",
        }
        for iri in ordered
    ]
    return Chart(
        form="network",
        title=f"What led to it and what came of it: {display.name(of)}",
        intro="From proposal and decision through every follow-up that a document states or the curator infers, "
        "the earliest first.",
        query=query,
        data={"nodes": nodes, "edges": edges, "direction": "TB"},
        columns=("Step", "Kind", "When", "Follows"),
        rows=rows,
        key=(("solid", "a document states the link"), ("dashed", "the curator's inference")),
        question=urls.query("follow-up-chain", [("of", of)]),
    )


async def draw_bodies(context: SnapshotContext, client: str) -> Chart:
    """Return the bodies of the process, what each lies within, and what followed what."""
    query = BODIES.replace("{codes}", get_home().id + "code-list/")
    table = await select(context, query, client)
    bodies: dict[str, tuple[str, str]] = {}
    edges: dict[tuple[str, str, str], TemplateContext] = {}
    within: dict[str, dict[str, list[TemplateContext]]] = {}
    followed: dict[str, dict[str, list[TemplateContext]]] = {}
    for row in table.rows:
        body = row["body"]["value"]
        bodies[body] = (read_text(row, "label"), read_text(row, "kind") or bodies.get(body, ("", ""))[1])
        if "parent" in row:
            parent = row["parent"]["value"]
            edges[parent, body, "within"] = {"from": parent, "to": body, "label": "", "inferred": False}
            within.setdefault(body, {})[parent] = show_thing(parent, read_text(row, "parentLabel"))
        if "successor" in row:
            successor, change = row["successor"]["value"], row["change"]["value"]
            when = read_time(row, "from", "by", "until", "last").describe_event()
            kind = read_text(row, "changeKind")
            edges[body, successor, change] = {"from": body, "to": successor, "label": kind, "inferred": True}
            cell = [*show_thing(successor, read_text(row, "successorLabel")), *show_thing(change, kind)]
            followed.setdefault(body, {})[change] = [*cell, *show_text(when)]
    return Chart(
        form="network",
        title="Structure of the bodies",
        intro="Which body is part of which, and which replaced another.",
        query=query,
        data={
            "nodes": [
                {"id": iri, "label": label, "above": kind, "link": urls.resource_url(iri, "html"), "kind": ""}
                for iri, (label, kind) in bodies.items()
            ],
            "edges": list(edges.values()),
            "direction": "LR",
        },
        columns=("Body", "Kind", "Part of", "Followed by"),
        rows=[
            [show_thing(iri, label), show_text(kind), _join(within.get(iri)), _join(followed.get(iri))]
            for iri, (label, kind) in bodies.items()
        ],
        key=(("solid", "is part of"), ("dashed", "became")),
        question=urls.query("bodies-within", [("body", _find_top(bodies, within))]) if within else None,
    )


def _find_top(bodies: Iterable[str], within: Mapping[str, Iterable[str]]) -> str:
    """Return the body that lies within none and has the most bodies within it, at any depth."""

    def list_above(body: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        for parent in within.get(body, ()):
            if parent not in seen:
                seen = list_above(parent, seen | {parent})
        return seen

    count = Counter(above for body in bodies for above in list_above(body))
    return max((body for body in count if body not in within), key=lambda body: (count[body], body), default="")


async def list_subjects(context: SnapshotContext, client: str) -> list[TemplateContext]:
    """Return the things about which the longest chains were recorded, with the charts of them."""
    table = await select(context, SUBJECTS, client)
    return [
        {
            "text": read_text(row, "label"),
            "link": urls.chart("life", [("of", row["thing"]["value"])]),
            "count": int(read_text(row, "items")),
        }
        for row in table.rows
    ]


def _join(cells: Mapping[str, list[TemplateContext]] | None) -> list[TemplateContext]:
    return [part for cell in (cells or {}).values() for part in cell]


async def _read_meetings(context: SnapshotContext, iris: Iterable[str], client: str) -> dict[str, str]:
    """Return the meeting of each decision and proposal that has one."""
    wanted = sorted(iris)
    if not wanted:
        return {}
    text = _MEETINGS.fill({"?_item": [NamedNode(iri) for iri in wanted]})
    return {row["item"]["value"]: row["meeting"]["value"] for row in (await select(context, text, client)).rows}


_MEETINGS = parse_template(
    HEAD + "SELECT ?item ?meeting WHERE { ?_item ahg:takenAt|ahg:putTo ?meeting BIND(?_item AS ?item) }"
)
