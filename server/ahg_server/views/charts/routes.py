"""`/pictures`: the list of charts and the page of each."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import ONT, get_home
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.content_security import make_content_security_policy
from ahg_server.http.problems import UnknownThing
from ahg_server.http.requests import parse_parameters
from ahg_server.http.responses import BufferedResponse, to_response
from ahg_server.http.server_address import find_address
from ahg_server.presentation.templating import render
from ahg_server.presentation.term_presenter import TemplateContext
from ahg_server.views.application_state import ApplicationState, Client, State
from ahg_server.views.charts import attendance, membership, networks, timeline
from ahg_server.views.charts.chart import Chart

NAMES = {
    "timeline": ("Timeline of meetings and initiatives", "When each took place, as far as the documents say."),
    "attendance": ("Who attended which meeting", "In which capacity, and which members a complete list leaves out."),
    "membership": ("Membership over time", "Who was a member when: solid where certain, pale where possible."),
    "life": ("History of a decision", "From proposal through follow-ups to outcome, for any decision or initiative."),
    "bodies": ("Structure of the bodies", "Which body is part of which, and which replaced which."),
}
"""Every chart: the end of its address, its title, and what it shows."""
_SUBJECTS = {
    "timeline": ("Meeting", "Initiative"),
    "attendance": ("Attendance",),
    "membership": ("Affiliation",),
    "life": ("FollowUp",),
    "bodies": ("Body",),
}
"""Classes whose instances a chart shows; a chart without any is not offered."""


router = APIRouter()


@router.get(urls.CHARTS)
async def list_charts(state: State, client: Client) -> Response:
    """Return the page that lists the charts."""
    pictures = [
        {"title": title, "intro": intro, "link": urls.chart(name)}
        for name, (title, intro) in NAMES.items()
        if any(state.context.snapshot.manifest.classes.get(ONT + subject) for subject in _SUBJECTS[name])
    ]
    subjects = await networks.list_subjects(state.context, client)
    return to_response(render("pictures.html", state.context, pictures=pictures, subjects=subjects, here="pictures"))


@router.get(urls.CHARTS + "/{name}")
async def read_chart(request: Request, name: str, state: State, client: Client) -> Response:
    """Return the page of a chart."""
    return await _answer(request, name, state, client, is_framed=False)


@router.get(urls.EMBED + "/charts/{name}")
async def read_embedded_chart(request: Request, name: str, state: State, client: Client) -> Response:
    """Return a chart alone, for the pages of others to show in a frame."""
    return await _answer(request, name, state, client, is_framed=True)


async def _answer(request: Request, name: str, state: ApplicationState, client: str, *, is_framed: bool) -> Response:
    if name not in NAMES:
        raise UnknownThing(f"there is no chart named {name!r}", list(NAMES), [urls.chart(known) for known in NAMES])
    given = {"membership": ("body", "Body"), "life": ("of", "")}.get(name)
    thing: tuple[str, str] | None = None
    text = ""
    if given:
        parameter, wanted = given
        text = (parse_parameters(request.scope["query_string"]).find(parameter) or "").strip()
        if not text and name == "membership":
            thing = await membership.find_largest(state.context, client)
            if thing is None:
                raise UnknownThing("no membership is recorded", [])
        elif not text:
            subjects = await networks.list_subjects(state.context, client)
            return to_response(render("picture_of.html", state.context, subjects=subjects, here="pictures"))
        if thing is None:
            found = (await state.get_service()).names.resolve(parameter, text, (ONT + wanted,) if wanted else ())
            thing = found.iri, found.label
    if name == "timeline":
        chart = await timeline.draw(state.context, client)
    elif name == "attendance":
        chart = await attendance.draw(state.context, client)
    elif name == "bodies":
        chart = await networks.draw_bodies(state.context, client)
    elif name == "membership" and thing:
        chart = await membership.draw(state.context, *thing, client)
    else:
        assert thing is not None  # noqa: S101 - every other chart is of one resource
        chart = await networks.draw_chain(state.context, await state.get_vocabulary(), thing[0], client)
    pairs = [(given[0], thing[0])] if given and thing else []
    origin = "" if is_framed else find_address(request.scope)
    return to_response(_show(state.context, chart, name, pairs, origin))


def _show(
    context: SnapshotContext, chart: Chart, name: str, pairs: Sequence[tuple[str, str]], origin: str
) -> BufferedResponse:
    """Return the page of a chart, which says how to embed it from this origin; without one the chart alone."""
    shown: TemplateContext = {"picture": chart, "link": urls.chart(name, pairs)}
    if not origin:
        policy = (b"content-security-policy", make_content_security_policy(framed=True))
        return render("embedded.html", context, **shown).add_headers((policy,))
    shown |= {"sparql": urls.sparql(chart.query.strip()), "here": "pictures", "origin": origin}
    shown["embed"] = urls.embedded_chart(name, pairs)
    cited = (chart.title, get_home().base.rstrip("/") + urls.join(f"{urls.CHARTS}/{name}", pairs))
    return render("picture.html", context, public=False, **shown, cited=cited)  # another client has another origin
