"""The secret under which data lies; settings are read when asked, not when imported."""

from django.conf import settings


def data_key() -> bytes:
    """Return the secret with which card numbers, mailboxes and addresses become tokens."""
    return str(settings.FRAUDREVIEW_DATA_KEY).encode()
