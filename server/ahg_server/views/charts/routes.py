"""`/pictures`: the list of pictures and the page of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.responses import Response

from ahg_graph.config.prefixes import ONT
from ahg_graph.service.query_service import QueryService
from ahg_server.context.snapshot_context import Serving
from ahg_server.http import urls
from ahg_server.http.problems import UnknownThing
from ahg_server.http.requests import parse_parameters
from ahg_server.http.responses import Reply, to_response
from ahg_server.presentation.term_presenter import Shown
from ahg_server.presentation.vocabulary import Vocabulary
from ahg_server.views.charts import attendance, membership, networks, timeline
from ahg_server.views.charts.chart import Picture
from ahg_server.views.queries.routes import render

NAMES = {
    "timeline": ("Meetings and initiatives in time", "When each took place, as far as the documents say."),
    "attendance": ("Who attended which meeting", "In which capacity, and which members a complete list leaves out."),
    "membership": ("Membership over time", "Solid: certain. Pale: possible."),
    "life": ("The life of a decision", "From proposal through follow-ups to outcome, for any decision or initiative."),
    "bodies": ("The bodies and their succession", "Which body is part of which, and which replaced which."),
}
"""Every picture: its address, its title, and what it answers."""
_SUBJECTS = {
    "timeline": ("Meeting", "Initiative"),
    "attendance": ("Attendance",),
    "membership": ("Affiliation",),
    "life": ("FollowUp",),
    "bodies": ("Body",),
}
"""Classes of which a picture shows the instances; where there are none, it is not offered."""


def register(framework: FastAPI, serving: Serving) -> None:
    """Add the routes of the pictures."""
    get_service: Callable[[], Awaitable[QueryService[Serving]]] = framework.state.get_service
    get_vocabulary: Callable[[], Awaitable[Vocabulary]] = framework.state.get_vocabulary

    @framework.get(urls.PICTURES)
    async def list_pictures(request: Request) -> Response:
        client = request.client.host if request.client else ""
        pictures = [
            {"title": title, "intro": intro, "link": urls.picture(name)}
            for name, (title, intro) in NAMES.items()
            if any(serving.snapshot.manifest.classes.get(ONT + subject) for subject in _SUBJECTS[name])
        ]
        subjects = await networks.list_subjects(serving, client)
        return to_response(render("pictures.html", serving, pictures=pictures, subjects=subjects, here="pictures"))

    @framework.get(urls.PICTURES + "/{name}")
    async def read_picture(request: Request, name: str) -> Response:
        if name not in NAMES:
            raise UnknownThing(f"there is no chart named {name!r}", list(NAMES))
        client = request.client.host if request.client else ""
        given = {"membership": ("body", "Body"), "life": ("of", "")}.get(name)
        thing: tuple[str, str] | None = None
        text = ""
        if given:
            parameter, wanted = given
            text = (parse_parameters(request.scope["query_string"]).find(parameter) or "").strip()
            if not text and name == "membership":
                thing = await membership.find_largest(serving, client)
                if thing is None:
                    raise UnknownThing("no membership is recorded", [])
            elif not text:
                subjects = await networks.list_subjects(serving, client)
                return to_response(render("picture_of.html", serving, subjects=subjects, here="pictures"))
            if thing is None:
                found = (await get_service()).names.resolve(parameter, text, (ONT + wanted,) if wanted else ())
                thing = found.iri, found.label
        if name == "timeline":
            picture = await timeline.draw(serving, client)
        elif name == "attendance":
            picture = await attendance.draw(serving, client)
        elif name == "bodies":
            picture = await networks.draw_bodies(serving, client)
        elif name == "membership" and thing:
            picture = await membership.draw(serving, *thing, client)
        else:
            assert thing is not None  # noqa: S101 - every other picture is of a thing
            picture = await networks.draw_chain(serving, await get_vocabulary(), thing[0], client)
        return to_response(_show(serving, picture))


def _show(serving: Serving, picture: Picture) -> Reply:
    shown: Shown = {"picture": picture, "sparql": urls.sparql(picture.query.strip()), "here": "pictures"}
    return render("picture.html", serving, **shown)
