"""The people of the demo and the key of its feed."""

import secrets
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from scoring.access import ADMIN, ANALYST, LEAD, MANAGER, SUPPORT
from scoring.models import ApiKey
from scoring.services.api_keys import create_api_key, revoke_api_key

CAST = {
    "alice": ANALYST,
    "bob": ANALYST,
    "lea": LEAD,
    "sam": SUPPORT,
    "max": MANAGER,
    "dana": ADMIN,
}
# Colleagues who are programs, and say so wherever their name is shown.
SIMULATED = ("robin", "kim")
FEED = "Demo feed"
SCOPES = ("transactions:write", "decisions:read", "labels:write")


def make_people(*, password: str) -> dict[str, User]:
    """Return the cast by name, made where it is missing, each with the password."""
    hashed = make_password(password)
    return {name: _person(name, role, hashed) for name, role in CAST.items()}


def _person(name: str, role: str, hashed: str) -> User:
    is_admin = role == ADMIN
    person, _ = User.objects.update_or_create(
        username=name,
        defaults={
            "first_name": name.title(),
            "email": f"{name}@example.com",
            "password": hashed,
            "is_staff": is_admin,
            "is_superuser": is_admin,
        },
    )
    person.groups.set(Group.objects.filter(name=role))
    return person


def make_colleagues() -> dict[str, User]:
    """Return the simulated colleagues by name, made where missing; nobody can sign in as one."""
    hashed = make_password(None)
    people = {name: _person(name, ANALYST, hashed) for name in SIMULATED}
    for name, person in people.items():
        person.first_name, person.last_name = name.title(), "(simulated)"
        person.save(update_fields=["first_name", "last_name"])
    return people


def demo_password(path: Path) -> str:
    """Return the password of this installation, made at the first start."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}")
    return path.read_text()


def new_feed_key(*, now: datetime) -> str:
    """Return a key for this run of the feed; keys of earlier runs end."""
    return _new_key(FEED, SCOPES, now)


def new_reviewer_key(person: User, *, now: datetime) -> str:
    """Return a key for this run with which a program reviews as this person."""
    return _new_key(f"Demo reviewer {person.get_username()}", ("review",), now, acts_for=person)


def _new_key(
    name: str, scopes: tuple[str, ...], now: datetime, acts_for: User | None = None
) -> str:
    for earlier in ApiKey.objects.filter(name=name, revoked_at__isnull=True):
        revoke_api_key(key=earlier, now=now)
    _, secret = create_api_key(name=name, scopes=list(scopes), now=now, acts_for=acts_for)
    return secret
