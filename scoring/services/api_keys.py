"""Keys for programs: made once, shown once, checked at each call."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from scoring.access import SCOPES
from scoring.domain.errors import FieldError, Forbidden, InvalidRecord
from scoring.models import ApiKey

PREFIX_BYTES = 6
SECRET_BYTES = 32
# A write per call would cost more than the call.
LAST_USED_STEP = timedelta(minutes=1)


def create_api_key(
    *,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    acts_for: User | None = None,
    created_by: User | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Return the new key and what the program must send, `<prefix>.<secret>`.

    The secret is 256 random bits and is not stored: this is the only time it is seen.
    Raises InvalidRecord for no or unknown scopes, and for an end that has passed.
    """
    wanted = sorted(set(scopes))
    check_api_key(scopes=wanted, acts_for=acts_for, expires_at=expires_at, now=now)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey.objects.create(
        name=name,
        prefix=secrets.token_hex(PREFIX_BYTES),
        secret_hash=_hash(secret),
        scopes=wanted,
        acts_for=acts_for,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
    )
    return key, f"{key.prefix}.{secret}"


def check_api_key(
    *, scopes: Sequence[str], acts_for: User | None, expires_at: datetime | None, now: datetime
) -> None:
    """Raise InvalidRecord for no or unknown scopes, nobody to act for, or a passed end."""
    errors = [
        FieldError("scopes", "unknown_choice", f"There is no scope {scope}.")
        for scope in scopes
        if scope not in SCOPES
    ]
    if not scopes:
        errors.append(FieldError("scopes", "required", "A key needs at least one scope."))
    if "review" in scopes and acts_for is None:
        message = "Reviews are made in somebody's name: say whom the key acts for."
        errors.append(FieldError("acts_for", "required", message))
    if expires_at is not None and expires_at <= now:
        errors.append(FieldError("expires_at", "out_of_range", "This end has passed."))
    if errors:
        raise InvalidRecord(errors, "The API key is not valid.")


def revoke_api_key(*, key: ApiKey, now: datetime) -> ApiKey:
    """End a key now; ending it again changes nothing."""
    ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now)
    key.refresh_from_db()
    return key


def use_api_key(*, presented: str, now: datetime) -> ApiKey:
    """Return the key that `presented` (`<prefix>.<secret>`) opens, and note that it was used.

    Raises Forbidden with code invalid_key, and only for the right secret revoked_key,
    expired_key or inactive_person.
    """
    prefix, _, secret = presented.partition(".")
    key = _find(prefix)
    if key is None or not hmac.compare_digest(key.secret_hash, _hash(secret)):
        raise Forbidden("invalid_key", "There is no such API key.")
    if key.revoked_at is not None:
        raise Forbidden("revoked_key", "This API key was revoked.")
    if key.expires_at is not None and key.expires_at <= now:
        raise Forbidden("expired_key", "This API key has expired.")
    if key.acts_for is not None and not key.acts_for.is_active:
        raise Forbidden("inactive_person", "The person this API key acts for has left.")
    _note_use(key, now)
    return key


def _find(prefix: str) -> ApiKey | None:
    # PostgreSQL refuses the zero character, so such a prefix cannot exist.
    if len(prefix) != 2 * PREFIX_BYTES or not prefix.isalnum():
        return None
    return ApiKey.objects.select_related("acts_for").filter(prefix=prefix).first()


def _note_use(key: ApiKey, now: datetime) -> None:
    if key.last_used_at is not None and key.last_used_at > now - LAST_USED_STEP:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - LAST_USED_STEP)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha512(secret.encode()).hexdigest()
