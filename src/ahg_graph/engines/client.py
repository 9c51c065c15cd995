"""The one connection that leaves this server: questions put to the operator's SPARQL 1.1 endpoint.

Every query is put by POST and only read, so that it may be put again; that happens once, and only when a connection
failed, never after a time limit. An answer is held until it is whole.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ahg_graph.engines.address import Address
from ahg_graph.errors import AnswerTooLarge, EngineFault, EngineUnavailable, QuerySyntaxError, QueryTimeout
from ahg_graph.http_client import open_session, read_body
from ahg_graph.sparql.media_types import FORM
from ahg_graph.workers import Limits

if TYPE_CHECKING:
    import aiohttp

log = logging.getLogger("ahg_graph.server")

BACK = 10
"""Seconds after which to come back when the engine does not say."""

_MEBI = 1024 * 1024
_UNSENDABLE = "the engine's address or the authorization for it is not what HTTP can send"
_LOST = "the connection to the engine was lost before the answer was whole"


class Endpoint:
    """An endpoint over HTTP; use it within one event loop, between `open` and `close`.

    `is_reachable` says whether the last question reached it, `losses` how often it was lost since it was opened.
    """

    def __init__(self, address: Address, limits: Limits) -> None:
        self.is_reachable = False
        self.losses = 0
        self._address = address
        self._limits = limits
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Make ready; nothing is connected to before the first question."""
        import aiohttp

        # No proxy and no redirection: what the operator named is all that is ever connected to.
        self._session = open_session(
            headers=self._address.headers,
            timeout=aiohttp.ClientTimeout(total=None, connect=min(5.0, self._limits.timeout)),
            connections=self._limits.workers + 1,
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def put(self, form: list[tuple[str, str]], accept: str, seconds: float) -> tuple[bytes, str]:
        """Return the body of the engine's answer and its media type.

        Raises the errors of `errors`: EngineUnavailable and EngineFault where the engine is away, lost or refuses,
        QueryTimeout, QuerySyntaxError and AnswerTooLarge.
        """
        import aiohttp

        for last in (False, True):
            try:
                async with asyncio.timeout(seconds):
                    found = await self._send(form, accept)
            except aiohttp.InvalidURL:
                raise EngineFault(_UNSENDABLE) from None
            except aiohttp.ConnectionTimeoutError:
                self._lose(reachable=False)
                raise EngineUnavailable("the engine cannot be reached", BACK) from None
            except TimeoutError:
                raise QueryTimeout(f"the query ran longer than {seconds:g} s") from None
            except aiohttp.ClientError as error:
                if not last:
                    continue
                if isinstance(error, aiohttp.ClientConnectorError):
                    self._lose(reachable=False)
                    raise EngineUnavailable("the engine cannot be reached", BACK) from None
                self._lose(reachable=self.is_reachable)
                raise EngineFault(_LOST) from None
            except ValueError:  # a name that is no host's, or a header that HTTP has no letters for
                raise EngineFault(_UNSENDABLE) from None
            else:
                self.is_reachable = True
                return found
        raise AssertionError("unreachable")

    def _lose(self, *, reachable: bool) -> None:
        self.is_reachable = reachable
        self.losses += 1

    async def _send(self, form: list[tuple[str, str]], accept: str) -> tuple[bytes, str]:
        assert self._session is not None  # noqa: S101 - `open` comes first
        headers = {"accept": accept, "content-type": FORM}
        content = urlencode(form).encode()
        async with self._session.post(
            self._address.url, data=content, headers=headers, allow_redirects=False
        ) as response:
            body, is_whole = await read_body(response, self._limits.answer * _MEBI)
        if response.status != 200:
            _refuse(response.status, body[:2000], response.headers.get("retry-after", ""))
        if not is_whole:
            raise AnswerTooLarge(f"the answer is larger than {self._limits.answer} MiB")
        return body, response.headers.get("content-type", "")


def _refuse(status: int, body: bytes, retry_after: str) -> None:
    """Raise the error for a reply of the engine that is no answer; a visitor may see it, so it has none of its text."""
    if status == 400:
        log.warning("the engine refuses a query: %r", body[:300])
        raise QuerySyntaxError("the engine refuses the query, which is SPARQL 1.1; its operator finds why in the log")
    if status in (408, 504):
        raise QueryTimeout("the engine ended the query at its own time limit")
    if status in (429, 503):
        seconds = int(retry_after[:9]) if retry_after.isascii() and retry_after.isdigit() else BACK
        raise EngineUnavailable("the engine is too busy or not ready", max(1, min(seconds, 3600)))
    if status in (401, 403, 407):
        raise EngineFault("the engine refuses access to this server; its operator has to allow it")
    raise EngineFault(f"the engine answered with status {status}")
