"""The one permission of the API: what a view declares, nothing else."""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from scoring.access import PUBLIC, has_role
from scoring.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module in turn

Declaration = str | tuple[str, ...] | dict[str, Any] | None


class Allowed(BasePermission):
    """Keys need the view's `required_scopes`, persons in a browser its `allowed_roles`.

    Each is one value for all methods, or a dict from method to value. A view that declares
    nothing for a method is closed to everybody. `needs_person = True` asks of a key that it
    acts for a person who has one of the allowed roles.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not _has(view, request.method):
            # Whoever is known is told that there is no such call, not that it is forbidden.
            return request.auth is not None or request.user.is_authenticated
        roles = declared(view, "allowed_roles", request.method)
        if isinstance(request.auth, ApiKey):
            scope = declared(view, "required_scopes", request.method)
            if getattr(view, "needs_person", False) and not has_role(request.user, *(roles or ())):
                return False
            return scope is not None and scope in request.auth.scopes
        return roles == PUBLIC or has_role(request.user, *(roles or ()))


def _has(view: object, method: str | None) -> bool:
    return method != "OPTIONS" and hasattr(view, (method or "").lower())


def declared(view: object, attribute: str, method: str | None) -> Any:
    """Return what `view` declares for `method`, or None."""
    declaration: Declaration = getattr(view, attribute, None)
    if isinstance(declaration, dict):
        return declaration.get("GET" if method == "HEAD" else method or "")
    return declaration
