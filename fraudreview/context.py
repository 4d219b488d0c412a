"""What every page's frame shows: the navigation of this reader's roles, and who they are."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from labeling.models import ReviewTask
from scoring import access

COUNT_SECONDS = 10
# The word, the prefix that marks it as current, and the pages behind it, the first open one wins.
SECTIONS = (
    ("Queue", ("/queue/", "/tasks/", "/cases/"), ("/queue/",)),
    ("Practice", ("/practice/",), ("/practice/",)),
    ("Team", ("/team/",), ("/team/",)),
    ("Transactions", ("/transactions/",), ("/transactions/",)),
    ("Support", ("/support/",), ("/support/",)),
    ("Dashboards", ("/dashboards/",), ("/dashboards/executive/", "/dashboards/drift/")),
    ("Models", ("/models/",), ("/models/",)),
    ("Policies", ("/policies/",), ("/policies/",)),
    ("Webhooks", ("/webhooks/",), ("/webhooks/",)),
)
# Whoever has several roles starts with the first of them.
STARTS = (
    (access.ANALYST, "/queue/"),
    (access.LEAD, "/queue/"),
    (access.SUPPORT, "/support/"),
    (access.MANAGER, "/dashboards/executive/"),
    (access.ADMIN, "/models/"),
)


@dataclass(frozen=True)
class Item:
    """One word of the navigation; `count` is None where nothing is counted."""

    word: str
    address: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Navigation:
    """The frame of a page for one reader; `weeks` says whether they have weeks of their own."""

    items: tuple[Item, ...]
    search: bool
    weeks: bool
    person: str
    initials: str
    roles: str


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor; nothing is read before a template asks for it."""
    return {"navigation": SimpleLazyObject(lambda: _navigation(request))}


def first_page(user: access.Person) -> str | None:
    """Return the address where this reader's work begins, or None without a role."""
    roles = access.roles_of(user)
    own = [page for role, page in STARTS if role in roles]
    all_pages = [page for _, _, pages in SECTIONS for page in pages]
    return next((page for page in [*own, *all_pages] if may_open(page, roles)), None)


def may_open(address: str, roles: frozenset[str]) -> bool:
    """Return whether a page exists and asks for one of these roles."""
    return bool(roles & _required_roles(address))


@lru_cache
def _required_roles(address: str) -> frozenset[str]:
    try:
        view = resolve(address).func
    except Resolver404:
        return frozenset()
    return frozenset(getattr(view, "required_roles", ()))


def _navigation(request: HttpRequest) -> Navigation:
    user: Any = getattr(request, "user", AnonymousUser())
    roles = access.roles_of(user)
    name = user.get_full_name() or user.get_username() if user.is_authenticated else ""
    return Navigation(
        items=tuple(_items(request.path, roles)),
        search=may_open("/transactions/", roles),
        weeks=may_open("/me/", roles),
        person=name,
        initials="".join(word[0] for word in name.split()[:2]).upper(),
        roles=", ".join(sorted(roles)),
    )


def _items(path: str, roles: frozenset[str]) -> list[Item]:
    items = []
    for word, prefixes, pages in SECTIONS:
        address = next((page for page in pages if may_open(page, roles)), None)
        if address:
            number = _open_tasks() if word == "Queue" else None
            items.append(Item(word, address, path.startswith(prefixes), number))
    return items


def _open_tasks() -> int:
    open_tasks = ReviewTask.objects.filter(status=ReviewTask.Status.OPEN)
    count = cache.get_or_set("navigation.open_tasks", open_tasks.count, COUNT_SECONDS)
    return int(count or 0)
