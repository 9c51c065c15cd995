"""Which replies of the FastAPI application go out as they come, and which are finished first."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.responses import Response

from ahg_server.asgi.lazy_app import LazyApp
from ahg_server.http.responses import STREAMED_FROM, BufferedResponse


@pytest.mark.parametrize("extra", [-1, 1])
@pytest.mark.parametrize("headers", [{}, {"etag": '"a"'}])
def test_only_a_large_reply_with_a_tag_of_its_own_goes_out_as_it_comes(extra: int, headers: dict[str, str]) -> None:
    size = STREAMED_FROM + extra
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def go() -> BufferedResponse | int:
        lazy_app = LazyApp(cast(Any, SimpleNamespace()))
        lazy_app._app = asyncio.get_running_loop().create_future()
        lazy_app._app.set_result(cast(Any, Response(b"x" * size, headers=headers)))
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        return await lazy_app.ask(cast(Any, scope), cast(Any, None), send, "id")

    found = asyncio.run(go())
    if headers and extra > 0:
        assert found == size
        assert sum(len(message.get("body", b"")) for message in sent) == size
    else:
        assert isinstance(found, BufferedResponse)
        assert (len(found.body), sent) == (size, [])
