"""Who calls: the row of a key that a program presents."""

from datetime import datetime, timedelta

from django.db.models import Q

from scoring.domain.errors import Forbidden
from scoring.models import ApiKey
from scoring.services.api_keys.opened import opened_keys
from scoring.services.api_keys.secrets import is_prefix, matches

# A write per call would cost more than the call.
LAST_USED_STEP = timedelta(minutes=1)


def use_api_key(*, presented: str, now: datetime) -> ApiKey:
    """Return the key that `presented` (`<prefix>.<secret>`) opens, and note that it was used.

    A process asks the database once in five seconds, so a revocation elsewhere, or the leaving of
    the person, counts here after five seconds at most. Raises Forbidden with code invalid_key,
    and only for the right secret revoked_key, expired_key or inactive_person.
    """
    key = opened_keys.find(presented, now=now) or _read(presented, now)
    if key.expires_at is not None and key.expires_at <= now:
        raise Forbidden("expired_key", "This API key has expired.")
    _note_use(key, now)
    return key


def _read(presented: str, now: datetime) -> ApiKey:
    changes = opened_keys.changes
    prefix, _, secret = presented.partition(".")
    key = _find(prefix)
    if key is None or not matches(secret, key.secret_hash):
        raise Forbidden("invalid_key", "There is no such API key.")
    if key.revoked_at is not None:
        raise Forbidden("revoked_key", "This API key was revoked.")
    if key.acts_for is not None and not key.acts_for.is_active:
        raise Forbidden("inactive_person", "The person this API key acts for has left.")
    opened_keys.keep(presented, key, now=now, changes=changes)
    return key


def _find(prefix: str) -> ApiKey | None:
    if not is_prefix(prefix):
        return None
    return ApiKey.objects.select_related("acts_for").filter(prefix=prefix).first()


def _note_use(key: ApiKey, now: datetime) -> None:
    if key.last_used_at is not None and key.last_used_at > now - LAST_USED_STEP:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - LAST_USED_STEP)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    key.last_used_at = now
