"""Every address of the product, read from the resolver, with who may go there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from scoring.access import ADMIN, PUBLIC
from scoring.api.permissions import declared

METHODS = ("get", "post", "put", "patch", "delete")
SAMPLES = {"int": "1", "path": "nobody", "str": "nobody", "slug": "nobody"}


@dataclass(frozen=True)
class Call:
    """One method of one address. Roles are PUBLIC, a tuple, or None where nothing is declared."""

    address: str
    method: str
    is_api: bool
    roles: Any
    scope: str | None
    needs_person: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.address}"


def calls() -> list[Call]:
    """Return every method of every address."""
    return [
        call
        for route, pattern in _walk(get_resolver().url_patterns, "")
        for call in _calls(f"/{_filled(route)}", pattern.callback)
    ]


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def _filled(route: str) -> str:
    """Return an address that the route matches."""
    route = re.sub(r"\(\?P<\w+>([^()]+)\)", lambda found: found[1].split("|")[0], route)
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], route)
    return re.sub(r"[\^$]|\\Z", "", route).replace(".*", "nobody").replace("\\", "")


def _calls(address: str, view: Any) -> Iterator[Call]:
    api = getattr(view, "cls", None)
    if api is None:
        roles = (ADMIN,) if address.startswith("/admin/") else None
        yield Call(address, "get", False, getattr(view, "required_roles", roles), None)
        return
    for method in METHODS:
        if hasattr(api, method):
            roles = declared(api, "allowed_roles", method.upper())
            scope = declared(api, "required_scopes", method.upper())
            person = getattr(api, "needs_person", False)
            yield Call(address, method, True, roles, scope, person)


def is_public(call: Call) -> bool:
    return call.roles == PUBLIC
