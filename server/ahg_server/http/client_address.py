"""Who a client is behind proxies, and where it finds this server: believed from trusted proxies alone.

They say it by X-Forwarded-For and its kin, or by Forwarded (RFC 7239).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

_SCHEMES = frozenset({"http", "https"})
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_PAIR = re.compile(rf'({_WORD})=(?:({_WORD})|"((?:[^"\\]|\\.)*+)")[ \t]*+')
_NODE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::[0-9A-Za-z._-]+)?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


class Origin(NamedTuple):
    """Who asks, and the scheme, the host and the path under which it finds this server: empty where nobody says it."""

    client: str
    scheme: str = ""
    host: str = ""
    prefix: str = ""


class Proxies:
    """The proxies whose word is taken, by address or network, separated by commas.

    Raises ValueError for what is neither.
    """

    def __init__(self, text: str) -> None:
        self._networks = [ip_network(part.strip()) for part in text.split(",") if part.strip()]
        self.trusts = lru_cache(maxsize=1024)(self._trusts)

    def _trusts(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in network for network in self._networks)


def find_origin(proxies: Proxies, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> Origin:
    """Return the address of the client, and what it used to come here as far as a trusted proxy says it.

    Each proxy adds who it heard from at the end: the client is the last one that is no trusted proxy itself, and the
    first of all where all are. Where an entry is no address, the client is the proxy that wrote it. A header that
    cannot be read, and two headers that name different clients, say nothing: one of the two may be the client's own.
    """
    if not proxies.trusts(peer):
        return Origin(peer)
    chain: list[str] = []
    elements: list[str] = []
    schemes: set[str] = set()
    hosts: set[str] = set()
    prefixes: set[str] = set()
    clients: set[str] = set()
    for name, value in headers:
        if name == b"x-forwarded-for":
            chain += value.decode("latin-1").split(",")
        elif name == b"forwarded":
            elements.append(value.decode("latin-1"))
        elif name == b"x-forwarded-proto":
            schemes = {value.decode("latin-1").strip()}
        elif name == b"x-forwarded-host":
            hosts.add(value.decode("latin-1").strip())
        elif name == b"x-forwarded-prefix":
            prefixes.add(value.decode("latin-1").strip().rstrip("/"))
    if chain:
        clients.add(_walk(proxies, peer, [hop.strip() for hop in chain])[0])
    if elements:
        try:
            forwarded = parse_forwarded(",".join(elements))
        except ValueError:
            clients.add(peer)
        else:
            client, believed = _walk(proxies, peer, [element.get("for", "") for element in forwarded])
            clients.add(client)
            if believed and (scheme := forwarded[-believed].get("proto")):
                schemes.add(scheme.lower())
            if believed and (host := forwarded[-believed].get("host")):
                hosts.add(host)
    scheme, host, prefix = (found.pop() if len(found) == 1 else "" for found in (schemes, hosts, prefixes))
    return Origin(
        clients.pop() if len(clients) == 1 else peer,
        scheme if scheme in _SCHEMES else "",
        host if is_named_host(host) else "",
        prefix if is_prefix(prefix) else "",
    )


def is_named_host(text: str) -> bool:
    """Return whether this is a host of the Internet with or without a port: all that is written into an answer."""
    return _HOST.fullmatch(text) is not None


def is_prefix(text: str) -> bool:
    """Return whether this is a path that may stand before every other, so that none becomes the name of a host."""
    return _PREFIX.fullmatch(text) is not None


def parse_forwarded(text: str) -> list[dict[str, str]]:
    """Return the elements of a Forwarded header, parameters by name in lower case; raises ValueError."""
    elements: list[dict[str, str]] = [{}]
    place = 0
    text = text.strip(" \t")
    while place < len(text):
        match = _PAIR.match(text, place)
        if match is None or (name := match[1].lower()) in elements[-1]:
            raise ValueError(f"not a Forwarded header from character {place} on")
        elements[-1][name] = match[2] if match[3] is None else re.sub(r"\\(.)", r"\1", match[3])
        place = match.end()
        following = text[place : place + 1]
        if following == ",":
            elements.append({})
        elif following not in {"", ";"}:
            raise ValueError(f"not a Forwarded header from character {place} on")
        place += 1
        while text[place : place + 1] in {" ", "\t"}:
            place += 1
    if not elements[-1]:
        raise ValueError("a Forwarded header ends in a comma")
    return elements


def _walk(proxies: Proxies, peer: str, hops: Sequence[str]) -> tuple[str, int]:
    """Return the client that hops name, the nearest last, and how many of them are believed."""
    client = peer
    for number, hop in enumerate(reversed(hops)):
        address = _read_address(hop)
        if address is None:
            return client, number
        client = str(address)
        if not proxies.trusts(client):
            return client, number + 1
    return client, len(hops)


def _read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address of a hop, with or without its port, or None where it is another name or none."""
    match = _NODE.fullmatch(text)
    try:
        address = ip_address((match[1] or match[2]) if match else text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
