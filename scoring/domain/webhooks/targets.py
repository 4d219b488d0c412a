"""Where a webhook may go: the parts of its address, and the network addresses behind the name.

An address is taken apart once, strictly; the request is built from these parts alone, so no two
readers can understand it differently.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from scoring.domain.errors import FieldError, InvalidRecord

IPAddress = IPv4Address | IPv6Address
LONGEST = 500
FIRST_FREE_PORT = 1024
DEFAULT_PORTS = {"https": 443, "http": 80}
# Letters, digits, dots and hyphens, or an IPv6 address in brackets; other scripts as xn--.
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]+\]")
PRINTABLE = re.compile(r"[\x21-\x7e]+")
# IPv6 networks that carry an IPv4 address in their last 32 bits: translated, mapped, compatible.
CARRIERS = tuple(
    IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0/96", "::/96")
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
# Set aside lately, or given up, so that not every version of Python knows: documentation, the
# old relays of 6to4.
SPECIAL = (IPv6Network("3fff::/20"), IPv4Network("192.88.99.0/24"))


@dataclass(frozen=True, slots=True)
class Target:
    """An address in parts: scheme, host without brackets, port, and path with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """What the Host header says; the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


class Refused(InvalidRecord):
    """A webhook does not go there. `code` of its one error is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__([FieldError("url", code, message)], message)
        self.reason = code


def parse_target(url: str, *, private: bool) -> Target:
    """Return the parts of an address. `private` allows plain http and the low ports it uses.

    Raises Refused: `too_long`, `invalid`, `not_https`, `credentials`, `port_not_allowed`.
    """
    if len(url) > LONGEST:
        raise Refused("too_long", f"An address has at most {LONGEST} characters.")
    if not PRINTABLE.fullmatch(url) or "\\" in url:
        raise Refused("invalid", "An address is written in plain ASCII without spaces.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("invalid", "This is not an address of the form https://host/path.") from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise Refused("not_https", "An address starts with https://.")
    if "@" in parts.netloc:
        raise Refused("credentials", "No user or password in an address: requests are signed.")
    if parts.fragment or "#" in url:
        raise Refused("invalid", "The part after # never reaches a server: leave it out.")
    host = parts.netloc.rsplit(":", 1)[0] if port is not None else parts.netloc.rstrip(":")
    if not HOST.fullmatch(host) or ".." in host:
        raise Refused("invalid", "The host is a name or an IP address (other scripts as xn--).")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    number = port if port is not None else DEFAULT_PORTS[parts.scheme]
    _check_port(number, private)
    return Target(parts.scheme, host.strip("[]").rstrip(".").lower(), number, path)


def check_addresses(addresses: list[str], *, private: bool) -> list[str]:
    """Return the addresses of a name in their order. Raises Refused unless all are public.

    One private address among public ones is enough: whoever mixes them is up to something.
    """
    if not addresses:
        raise Refused("unresolvable", "This host name has no address.")
    for address in addresses:
        if not private and not is_public(parse_ip(address)):
            raise Refused(
                "private_address",
                "This host is on a private, local or reserved network; webhooks go to public"
                " addresses only.",
            )
    return addresses


def parse_ip(address: str) -> IPAddress:
    """Return the address; an IPv6 zone ("%eth0") is kept by the type. Raises ValueError."""
    return ip_address(address)


def is_public(address: IPAddress) -> bool:
    """Tell whether an address, and any address it carries inside, is on the public internet."""
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return False
        if carried := _carried(address):
            return all(is_public(inner) for inner in carried)
        if address not in GLOBAL_UNICAST:
            return False
    if any(address in network for network in SPECIAL if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that a router would take out of this one."""
    carried = list(address.teredo or ())
    if address.sixtofour is not None:
        carried.append(address.sixtofour)
    plain = IPv6Address(int(address))
    if any(plain in network for network in CARRIERS):
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return carried


def _check_port(port: int, private: bool) -> None:
    allowed = {443, 80} if private else {443}
    if port not in allowed and not FIRST_FREE_PORT <= port <= 65535:
        raise Refused("port_not_allowed", "The port is 443, or one from 1024 on.")
