"""The secret of a key: made at random, kept as a hash."""

import hashlib
import hmac
import secrets

PREFIX_BYTES = 6
SECRET_BYTES = 32


def new_prefix() -> str:
    """Return what finds the row of a key; no secret."""
    return secrets.token_hex(PREFIX_BYTES)


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(SECRET_BYTES)


def is_prefix(text: str) -> bool:
    """Tell whether a key could have this prefix; PostgreSQL refuses the zero character."""
    return len(text) == 2 * PREFIX_BYTES and text.isalnum()


def hashed(secret: str) -> str:
    """Return the SHA-512 of a secret: of 256 random bits nothing can be guessed, so it is fast."""
    return hashlib.sha512(secret.encode()).hexdigest()


def matches(secret: str, secret_hash: str) -> bool:
    """Tell whether the hash is that of the secret, in a time that does not tell how nearly."""
    return hmac.compare_digest(secret_hash, hashed(secret))
