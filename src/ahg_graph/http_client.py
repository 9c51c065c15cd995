"""Requests over HTTP to other servers: one client, and a door to it for code that is not asynchronous.

What comes back is whole or refused. It is asked for uncompressed, because not every coding shows that its end is
missing, and no error repeats any of what the other side has sent.
"""

from __future__ import annotations

import asyncio
import io
import re
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import aiohttp

_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_Result = TypeVar("_Result")


class NoReply(OSError):
    """No whole reply came; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that came whole; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type of the body without its parameters, in lower case; empty where it says none that is one."""
        found = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return found if _MEDIA_TYPE.fullmatch(found) else ""


def open_session(
    *, headers: Mapping[str, str], timeout: aiohttp.ClientTimeout, connections: int = 1, proxies: bool = False
) -> aiohttp.ClientSession:
    """Return a session without cookies, for use within one event loop.

    With `proxies` it obeys the environment (`HTTPS_PROXY` and its like), without it connects only to whom it asks.
    """
    import aiohttp

    return aiohttp.ClientSession(
        headers={"accept-encoding": "identity", **headers},
        connector=aiohttp.TCPConnector(limit=connections),
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=proxies,
    )


async def read_body(response: aiohttp.ClientResponse, most: int | None) -> tuple[bytes, bool]:
    """Return the body, or its beginning where it is longer than `most`, and whether that is all of it."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if most is not None and len(body) > most:
            return bytes(body[:most]), False
    return bytes(body), True


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    most: int | None = None,
    connect: float,
    patience: float,
    elsewhere: bool = False,
) -> Reply:
    """Return the reply to one request; raises NoReply. It may be called where an event loop runs.

    `connect` and `patience` are the seconds to wait for a connection, and for each further piece of the reply. A body
    longer than `most` is refused, and that of an error ends there. With `elsewhere` the request follows redirections
    and goes through the proxies of the environment.
    """
    return _complete(_exchange(method, url, headers, body, most, connect, patience, elsewhere))


async def _exchange(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    most: int | None,
    connect: float,
    patience: float,
    elsewhere: bool,
) -> Reply:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=None, connect=connect, sock_read=patience)
    try:
        async with (
            open_session(headers=headers, timeout=timeout, proxies=elsewhere) as session,
            session.request(method, url, data=body and io.BytesIO(body), allow_redirects=elsewhere) as response,
        ):
            found, is_whole = await read_body(response, most)
            if not is_whole and response.status < 300:
                raise NoReply(f"the reply is larger than {most} bytes")
            told = {name.lower(): value for name, value in reversed(list(response.headers.items()))}
            return Reply(response.status, told, found)
    except aiohttp.ClientConnectorError as error:
        raise NoReply(str(error.os_error)) from None
    except aiohttp.ConnectionTimeoutError:
        raise NoReply(f"no connection within {connect:g} s") from None
    except TimeoutError:
        raise NoReply(f"nothing came for {patience:g} s") from None
    except aiohttp.TooManyRedirects:
        raise NoReply("one redirection led to another without end") from None
    except aiohttp.InvalidURL:
        raise NoReply("the address is not one that HTTP can ask") from None
    except aiohttp.ClientResponseError:
        raise NoReply("what came is not HTTP") from None
    except aiohttp.ClientError:
        raise NoReply("the connection was lost before the reply was whole") from None
    except ValueError:  # a name that is no host's, or a header that HTTP has no letters for
        raise NoReply("the address or a header is not what HTTP can send") from None


def _complete(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Return the result of a coroutine that runs in an event loop and a thread of its own, which end with the call."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="http-client", daemon=True)
    thread.start()
    future = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        return future.result()
    finally:
        future.cancel()  # what is still running when the caller is interrupted
        asyncio.run_coroutine_threadsafe(_settle(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _settle() -> None:
    """Wait for whatever else runs in this loop."""
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
