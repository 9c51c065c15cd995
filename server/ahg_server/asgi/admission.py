"""What every request passes before anything answers it, cached answers included."""

from __future__ import annotations

from ahg_graph.config.settings import SETTINGS, read_setting, read_share
from ahg_graph.errors import SettingError
from ahg_server.asgi.request_heads import check_head, read_longest_url
from ahg_server.http.client_address import Origin, Proxies, find_origin
from ahg_server.http.limits import RateLimiter
from ahg_server.http.requests import Scope
from ahg_server.http.server_address import read_public_address
from ahg_server.http.urls import PREFIX


class Admission:
    """Who asks, whether the head is sound, and how often one client may ask; one instance outlives swaps.

    Raises SettingError.
    """

    def __init__(self) -> None:
        self._rate = RateLimiter(read_share("rate"))
        try:
            self._proxies = Proxies(str(read_setting("trusted_proxies")))
        except ValueError as error:
            setting = SETTINGS["trusted_proxies"]
            raise SettingError(f"{setting.variable}: {error} ({setting.help})") from None
        self._longest_url = read_longest_url()
        self._has_address, self._prefix = read_public_address()

    def admit(self, scope: Scope) -> str:
        """Return the client, the key of fair queueing, and put it into the scope in the place of a trusted proxy.

        From here on `urls.PREFIX` is that of the request: of the public address where it is set, or what a trusted
        proxy says.

        Raises MalformedHead, UrlTooLong, HeadTooLarge and RateExceeded.
        """
        peer = scope.get("client")
        if peer is None:
            origin = Origin("")
        else:
            origin = find_origin(self._proxies, peer[0], scope["headers"])
            if origin.client != peer[0]:
                scope["client"] = (origin.client, 0)
            if origin.scheme:
                scope["scheme"] = origin.scheme
            if origin.host:
                scope["forwarded_host"] = origin.host
        PREFIX.set(self._prefix if self._has_address else origin.prefix)
        check_head(scope, self._longest_url)
        self._rate.acquire(origin.client)
        return origin.client
