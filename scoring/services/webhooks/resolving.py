"""From a host name to its addresses, as the system knows them."""

import socket
from collections.abc import Callable

from scoring.domain.webhooks.targets import Refused, Target, check_addresses

Resolver = Callable[[str, int], list[str]]


def resolve_host(host: str, port: int) -> list[str]:
    """Return the addresses of a host, best first. Raises OSError where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"no host name: {error}") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed_addresses(target: Target, *, private: bool, resolve: Resolver) -> list[str]:
    """Return the addresses behind a target. Raises Refused: unresolvable, private_address."""
    try:
        addresses = resolve(target.host, target.port)
    except OSError:
        raise Refused("unresolvable", "This host name has no address.") from None
    return check_addresses(addresses, private=private)
