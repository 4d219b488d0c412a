"""Random draws that retries and replays repeat: HMAC(secret, transaction, purpose)."""

import hashlib
import hmac

AUDIT = "audit"


def draw(secret: bytes, external_id: str, purpose: str) -> float:
    """Return a uniform number in [0, 1) that depends on nothing but its arguments."""
    message = f"{purpose}\x1f{external_id}".encode()
    digest = hmac.digest(secret, message, hashlib.sha256)
    # 53 bits: every float in [0, 1) of this grid is equally likely and 1.0 cannot come out.
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53
