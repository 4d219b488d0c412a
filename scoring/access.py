"""Who may do what: roles of persons, scopes of programs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

ANALYST = "analyst"
LEAD = "lead"
SUPPORT = "support"
MANAGER = "manager"
ADMIN = "admin"
ROLES = (ANALYST, LEAD, SUPPORT, MANAGER, ADMIN)

# Who sees e-mail and IP addresses, names and free attributes.
PERSONAL_DATA_ROLES = (ANALYST, LEAD, SUPPORT, ADMIN)

# Who speaks with customers.
SUPPORT_ROLES = (SUPPORT, LEAD, ADMIN)

PUBLIC = "public"

SCOPES = {
    "transactions:write": "Send transactions and their events, ask for decisions",
    "decisions:read": "Read transactions and decisions",
    "labels:write": "Send labels",
    "labels:backdate": "Say since when a label was known",
    "review": "Work in the review desk, and see personal data",
    "appeals": "File appeals in a support agent's name, and read what became of them",
    "models": "Train, promote and roll back models, write policies",
    "metrics:read": "Read performance and drift",
    "webhooks": "Say who is told what, and send it again",
}

Person = AbstractBaseUser | AnonymousUser

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def roles_of(person: Person) -> frozenset[str]:
    """Return the roles this person has; superusers count as admin. Asked once per request."""
    if not person.is_authenticated:
        return frozenset()
    known: frozenset[str] | None = person.__dict__.get("_role_names")
    if known is None:
        known = person.__dict__["_role_names"] = _read_roles(person)
    return known


def has_role(person: Person, *roles: str) -> bool:
    """Tell whether this person has at least one of `roles`."""
    return not roles_of(person).isdisjoint(roles)


def require_roles(*roles: str) -> Callable[[View[P]], View[P]]:
    """Let only these roles see a page: others get the login or, signed in, a 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Declare that everybody may see this page, signed in or not."""
    view.required_roles = PUBLIC  # type: ignore[attr-defined]
    return view


def _read_roles(person: Any) -> frozenset[str]:
    roles = set(person.groups.values_list("name", flat=True)).intersection(ROLES)
    return frozenset(roles | {ADMIN} if person.is_superuser else roles)
