"""Where a webhook may go: a public address, by https, looked up once; inside only where the installation allows it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from yidian.kernel.faults import refuse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
PORTS: Final = {"https": 443, "http": 80}


class UnableToReach(Exception):
    """TARGET_PRIVATE: the name leads inside. TARGET_UNKNOWN: it leads nowhere. `params`: url, value."""

    def __init__(self, code: str, url: str, value: str) -> None:
        self.code, self.params = code, {"url": url, "value": value}
        super().__init__(f"{code}: {url}: {value}")


@dataclass(frozen=True, slots=True)
class Url:
    """A checked URL. `path` holds the query too."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def read(url: str, *, to_private: bool) -> Url:
    """A URL, checked without looking anything up. BadInput WEBHOOK_URL, WEBHOOK_NOT_HTTPS, WEBHOOK_PRIVATE.

    Plain http is allowed where targets inside are: nobody else should be able to read events on their way.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if not _literal(parts.hostname) else parts.hostname or ""
    except (ValueError, UnicodeError) as error:
        raise refuse("WEBHOOK_URL", value=url) from error
    odd = any(ord(character) <= 32 or ord(character) > 126 for character in parts.path + parts.query)
    if parts.scheme not in PORTS or not host or odd or parts.username is not None or parts.password is not None:
        raise refuse("WEBHOOK_URL", value=url)
    if parts.scheme == "http" and not to_private:
        raise refuse("WEBHOOK_NOT_HTTPS", value=url)
    literal = _literal(host)
    if literal is not None and not to_private and not is_public(literal):
        raise refuse("WEBHOOK_PRIVATE", value=url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(parts.scheme == "https", host, port or PORTS[parts.scheme], path)


def look_up(url: Url, *, to_private: bool) -> str:
    """The one address to connect to. Looked up once: what was checked is what is used. UnableToReach.

    A name with both public and private addresses is refused as a whole.
    """
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnableToReach("TARGET_UNKNOWN", url.host, str(error)) from error
    addresses = [str(row[4][0]).partition("%")[0] for row in found]
    inside = [one for one in addresses if not is_public(ipaddress.ip_address(one))]
    if inside and not to_private:
        raise UnableToReach("TARGET_PRIVATE", url.host, inside[0])
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address lies in the open internet; one that wraps an IPv4 address is judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped is None and address in NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
        or address.is_reserved or address.is_unspecified
    )  # fmt: skip


def _literal(host: str | None) -> Address | None:
    try:
        return ipaddress.ip_address(host or "")
    except ValueError:
        return None
