"""Signatures as the Standard Webhooks specification has them, and the secrets behind them.

No secret is stored: each is the HMAC of the installation's data key over the endpoint's salt and
the number of its secret, so that a stolen database signs nothing.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence

PREFIX = "whsec_"


def secret_of(data_key: bytes, *, salt: str, number: int) -> str:
    """Return secret `number` of the endpoint with this salt: `whsec_` and 32 bytes in base64."""
    message = f"webhook\x1f{salt}\x1f{number}".encode()
    return PREFIX + b64encode(hmac.digest(data_key, message, hashlib.sha256)).decode()


def signature(secret: str, *, id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,` and the HMAC-SHA-256 in base64 over id, timestamp (seconds) and body."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(secrets: Sequence[str], *, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a request; one signature for each secret that holds."""
    signatures = (signature(each, id=id, timestamp=timestamp, body=body) for each in secrets)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
