"""Making keys, and how much each may ask for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.contrib.auth.models import User

from scoring.access import SCOPES
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.throttling import LEAST_TRANSACTIONS, MOST_PER_MINUTE
from scoring.models import ApiKey
from scoring.services.api_keys.opened import opened_keys
from scoring.services.api_keys.secrets import hashed, new_prefix, new_secret

# What is done with these stands under a person's name.
PERSONAL_SCOPES = frozenset({"review", "appeals"})


def create_api_key(
    *,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    acts_for: User | None = None,
    created_by: User | None = None,
    expires_at: datetime | None = None,
    transactions_per_minute: int | None = None,
    requests_per_minute: int | None = None,
    replaces: ApiKey | None = None,
) -> tuple[ApiKey, str]:
    """Return the new key and what the program must send, `<prefix>.<secret>`.

    The secret is 256 random bits and is not stored: this is the only time it is seen. Limits
    that are None are those of the settings, 0 is no limit. Raises InvalidRecord for no or unknown
    scopes, for an end that has passed, and for limits that no call would fit into.
    """
    wanted = sorted(set(scopes))
    check_api_key(
        scopes=wanted,
        acts_for=acts_for,
        expires_at=expires_at,
        now=now,
        transactions_per_minute=transactions_per_minute,
        requests_per_minute=requests_per_minute,
    )
    secret = new_secret()
    key = ApiKey.objects.create(
        name=name,
        prefix=new_prefix(),
        secret_hash=hashed(secret),
        scopes=wanted,
        acts_for=acts_for,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
        transactions_per_minute=transactions_per_minute,
        requests_per_minute=requests_per_minute,
        replaces=replaces,
    )
    return key, f"{key.prefix}.{secret}"


def check_api_key(
    *,
    scopes: Sequence[str],
    acts_for: User | None,
    expires_at: datetime | None,
    now: datetime,
    transactions_per_minute: int | None = None,
    requests_per_minute: int | None = None,
) -> None:
    """Raise InvalidRecord for wrong scopes or limits, nobody to act for, or a passed end."""
    errors = [
        FieldError("scopes", "unknown_choice", f"There is no scope {scope}.")
        for scope in scopes
        if scope not in SCOPES
    ]
    if not scopes:
        errors.append(FieldError("scopes", "required", "A key needs at least one scope."))
    if PERSONAL_SCOPES.intersection(scopes) and acts_for is None:
        message = "Reviews and appeals are made in somebody's name: say whom the key acts for."
        errors.append(FieldError("acts_for", "required", message))
    if expires_at is not None and expires_at <= now:
        errors.append(FieldError("expires_at", "out_of_range", "This end has passed."))
    errors += _wrong_limits(transactions_per_minute, requests_per_minute)
    if errors:
        raise InvalidRecord(errors, "The API key is not valid.")


def limit_api_key(
    *, key: ApiKey, transactions_per_minute: int | None, requests_per_minute: int | None
) -> ApiKey:
    """Change how much a key may ask for a minute; None is the settings' limit, 0 is none.

    Raises InvalidRecord for limits that no call would fit into.
    """
    if errors := list(_wrong_limits(transactions_per_minute, requests_per_minute)):
        raise InvalidRecord(errors, "The limits are not valid.")
    key.transactions_per_minute = transactions_per_minute
    key.requests_per_minute = requests_per_minute
    key.save(update_fields=["transactions_per_minute", "requests_per_minute"])
    opened_keys.forget(key.pk)
    return key


def _wrong_limits(transactions: int | None, requests: int | None) -> Iterator[FieldError]:
    if transactions and not LEAST_TRANSACTIONS <= transactions <= MOST_PER_MINUTE:
        # Below, a full list could never be sent.
        message = f"0 for no limit, or {LEAST_TRANSACTIONS:,} to {MOST_PER_MINUTE:,}."
        yield FieldError("transactions_per_minute", "out_of_range", message)
    if requests and not 1 <= requests <= MOST_PER_MINUTE:
        message = f"0 for no limit, or 1 to {MOST_PER_MINUTE:,}."
        yield FieldError("requests_per_minute", "out_of_range", message)
