"""What the routes over one snapshot share, and how a route asks for it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Request

from ahg_graph.queries.catalogue import Catalogue, find_query_folder, load_catalogue
from ahg_graph.service.plain_questions import PlainQuestions, open_plain_questions
from ahg_graph.service.query_service import QueryService, open_query_service
from ahg_graph.service.release_pool import ReleasePool
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.presentation.page_model import PageModel
from ahg_server.presentation.page_sections import load_page_model
from ahg_server.presentation.vocabulary import Vocabulary, load_vocabulary


class ApplicationState:
    """A snapshot being served, its saved queries, and how its pages show it; what asks the graph is opened when needed.

    Raises CatalogueError for saved queries that are not valid, and DisplayError for a display file that is wrong.
    """

    def __init__(self, context: SnapshotContext) -> None:
        self.context = context
        self.catalogue: Catalogue = load_catalogue(find_query_folder())
        self.pages: PageModel = load_page_model(context.snapshot.path)
        self._opening = asyncio.Lock()
        self._service: QueryService[SnapshotContext] | None = None
        self._release_pool: ReleasePool[SnapshotContext] | None = None
        self._reading = asyncio.Lock()
        self._vocabulary: Vocabulary | None = None
        self._learning = asyncio.Lock()
        self._questions: PlainQuestions | None = None

    async def get_service(self) -> QueryService[SnapshotContext]:
        """Return what answers saved queries."""
        async with self._opening:
            if self._service is None:
                service = await open_query_service(self.context, self.context.snapshot, self.catalogue)
                await service.run(lambda: service.names.by_words)  # takes half a second, and is kept
                self._service = service
        return self._service

    async def get_plain_questions(self) -> PlainQuestions:
        """Return what reads questions in plain words."""
        async with self._learning:
            if self._questions is None:
                self._questions = await open_plain_questions(await self.get_service())
        return self._questions

    async def get_release_pool(self) -> ReleasePool[SnapshotContext]:
        """Return what answers them in other releases too."""
        if self._release_pool is None:
            service = await self.get_service()
            self._release_pool = ReleasePool(service, self.context.start_beside, self.context.end_beside)
        return self._release_pool

    async def get_vocabulary(self) -> Vocabulary:
        """Return the terms of the ontology."""
        async with self._reading:
            if self._vocabulary is None:
                self._vocabulary = await load_vocabulary(self.context, self.pages)
        return self._vocabulary


def _get_state(request: Request) -> ApplicationState:
    state = request.app.state.shared
    assert isinstance(state, ApplicationState)  # noqa: S101 - narrows the type: the application is made with one
    return state


def _get_client(request: Request) -> str:
    return request.client.host if request.client else ""


State = Annotated[ApplicationState, Depends(_get_state)]
"""The state of the application, as a parameter of a route."""

Client = Annotated[str, Depends(_get_client)]
"""The address of who asks, as it was admitted, as a parameter of a route."""
