"""What every request passes before anything answers it, cached answers included."""

from __future__ import annotations

from ahg_graph.config.settings import SETTINGS, read_setting
from ahg_graph.errors import SettingError
from ahg_server.asgi.request_heads import check_head, read_longest_url
from ahg_server.http.client_address import Proxies, find_origin
from ahg_server.http.limits import RateLimiter
from ahg_server.http.requests import Scope


class Admission:
    """Who asks, whether the head is sound, and how often one client may ask; one instance outlives swaps.

    Raises SettingError.
    """

    def __init__(self) -> None:
        self._rate = RateLimiter(int(read_setting("rate")))
        try:
            self._proxies = Proxies(str(read_setting("trusted_proxies")))
        except ValueError as error:
            setting = SETTINGS["trusted_proxies"]
            raise SettingError(f"{setting.variable}: {error} ({setting.help})") from None
        self._longest_url = read_longest_url()

    def admit(self, scope: Scope) -> str:
        """Return the client, the key of fair queueing, and put it into the scope in the place of a trusted proxy.

        Raises MalformedHead, UrlTooLong, HeadTooLarge and RateExceeded.
        """
        check_head(scope, self._longest_url)
        peer = scope.get("client")
        if peer is None:
            client = ""
        else:
            client, scheme = find_origin(self._proxies, peer[0], scope["headers"])
            if client != peer[0]:
                scope["client"] = (client, 0)
            if scheme:
                scope["scheme"] = scheme
        self._rate.acquire(client)
        return client
