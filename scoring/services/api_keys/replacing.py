"""Ending keys: at once, or with an overlap in which a successor takes over."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from scoring.domain.errors import Conflict, FieldError, InvalidRecord
from scoring.models import ApiKey
from scoring.services.api_keys.making import create_api_key
from scoring.services.api_keys.opened import opened_keys

OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=90)


def revoke_api_key(*, key: ApiKey, now: datetime) -> ApiKey:
    """End a key now; ending it again changes nothing.

    In this process at once, in others within five seconds.
    """
    ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now)
    opened_keys.forget(key.pk)
    key.refresh_from_db()
    return key


@transaction.atomic
def replace_api_key(
    *, key: ApiKey, now: datetime, by: User | None = None, overlap: timedelta = OVERLAP
) -> tuple[ApiKey, str]:
    """Return the successor of a key and what the program must send from now on.

    It may do what the old key may, and where the old one was made for a time, it gets as much. The
    old secret goes on until the overlap is over, or its own end if that comes first; it can be
    revoked before. Raises InvalidRecord for an overlap below 0 or over 90 days, Conflict for a key
    that has ended (`key_has_ended`) or has a successor that was not revoked (`already_replaced`).
    """
    check_overlap(overlap)
    # Whoever replaces the same key at the same time waits here, and then sees the successor.
    old = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if old.revoked_at or (old.expires_at and old.expires_at <= now):
        raise Conflict("key_has_ended", "This API key has ended; make a new one.")
    if ApiKey.objects.filter(_open(now), replaces=old).exists():
        message = "This API key has a successor. Revoke that one first, or replace it."
        raise Conflict("already_replaced", message)
    successor, presented = create_api_key(
        name=old.name,
        scopes=old.scopes,
        now=now,
        acts_for=old.acts_for,
        created_by=by,
        transactions_per_minute=old.transactions_per_minute,
        requests_per_minute=old.requests_per_minute,
        expires_at=_end_of_successor(old, now),
        replaces=old,
    )
    end = now + overlap
    old.expires_at = min(end, old.expires_at) if old.expires_at else end
    old.save(update_fields=["expires_at"])
    opened_keys.forget(old.pk)
    key.refresh_from_db()
    return successor, presented


def _end_of_successor(old: ApiKey, now: datetime) -> datetime | None:
    # An earlier successor, now revoked, knows the time; the old key's own end was brought forward.
    example = old.successors.order_by("-pk").first() or old
    return now + (example.expires_at - example.created_at) if example.expires_at else None


def check_overlap(overlap: timedelta) -> None:
    """Raise InvalidRecord for an overlap below 0 or over 90 days."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        message = f"Between 0 hours and {LONGEST_OVERLAP.days} days."
        raise InvalidRecord([FieldError("overlap", "out_of_range", message)], message)


def _open(now: datetime) -> Q:
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
