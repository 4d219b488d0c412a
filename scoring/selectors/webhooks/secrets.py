"""The secrets that sign an endpoint's requests, derived when they are needed."""

from datetime import datetime

from scoring.domain.webhooks.schedule import OVERLAP
from scoring.domain.webhooks.signing import secret_of
from scoring.models import WebhookEndpoint
from scoring.selectors.secrets import data_key


def newest_secret(endpoint: WebhookEndpoint) -> str:
    """Return the secret that people are shown once."""
    return _secret(endpoint, endpoint.secret_number)


def valid_secrets(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """Return the secrets that sign at `now`: the newest, and for a day the one before it."""
    secrets = [newest_secret(endpoint)]
    if endpoint.rotated_at is not None and now < endpoint.rotated_at + OVERLAP:
        secrets.append(_secret(endpoint, endpoint.secret_number - 1))
    return secrets


def _secret(endpoint: WebhookEndpoint, number: int) -> str:
    return secret_of(data_key(), salt=endpoint.salt.hex, number=number)
