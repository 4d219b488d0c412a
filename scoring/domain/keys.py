"""Keys by which payments of one customer, card, merchant, device, mailbox or address meet.

Two spellings of one thing must give one key, and a key must not give a card number away.
"""

import base64
import hashlib
import hmac
import ipaddress
import unicodedata

MAX_LENGTH = 100

_TOKEN_BYTES = 15  # 120 bits: twenty base64 characters, and no collision in this universe
_SEPARATORS = str.maketrans("", "", " -")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # digit sum of twice the digit, as Luhn wants it
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def token(value: str, *, secret: bytes, purpose: str) -> str:
    """Return twenty characters that stand for `value`: HMAC-SHA256, keyed and per purpose.

    The same value gives the same token under one secret and purpose, and nothing can be read
    back from it without trying values against the secret.

    >>> token("anna@example.org", secret=b"s", purpose="email")
    'uvpySVjf43EgsLdxtsCv'
    """
    message = f"{purpose}\0{value}".encode()
    digest = hmac.digest(secret, message, hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode("ascii")


def normalised(value: str) -> str:
    """Return `value` without surrounding space and in Unicode's composed form (NFC)."""
    value = value.strip()
    return value if value.isascii() else unicodedata.normalize("NFC", value).strip()


def has_unseen(value: str) -> bool:
    """Tell whether `value` holds control, format or other characters that nobody can see.

    They make two keys look equal, break logs and terminals, and PostgreSQL refuses some.
    """
    if value.isprintable():
        return False
    return any(unicodedata.category(character) in _UNSEEN for character in value)


def normalised_email(value: str) -> str:
    """Return the address in lower case; whole mailbox, since only its provider knows aliases.

    Raises ValueError for what cannot be an address.

    >>> normalised_email(" Anna.Meier@Example.ORG ")
    'anna.meier@example.org'
    """
    address = normalised(normalised(value).lower())
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or len(local) > 64 or len(domain) > 253:
        raise ValueError("not an e-mail address")
    if "@" in local or any(character.isspace() for character in address):
        raise ValueError("not an e-mail address")
    if domain.startswith(".") or domain.endswith(".") or ".." in domain:
        raise ValueError("not an e-mail address")
    return address


def canonical_ip(value: str) -> str:
    """Return the one spelling of an IPv4 or IPv6 address. Raises ValueError for anything else.

    >>> canonical_ip("2001:DB8:0::1"), canonical_ip("::ffff:192.0.2.1")
    ('2001:db8::1', '192.0.2.1')
    """
    address = ipaddress.ip_address(value.strip())
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            raise ValueError("an address with a zone is not a public address")
        return str(address.ipv4_mapped or address)
    return str(address)


def card_number(value: str) -> str | None:
    """Return the digits if `value` looks like a card number, else None.

    That is: 13 to 19 digits of a banking or travel range, perhaps with spaces or hyphens,
    whose check digit is right.

    >>> card_number("4111 1111 1111 1111"), card_number("1700000000000")
    ('4111111111111111', None)
    """
    if not 13 <= len(value) <= 38 or value[0] not in "23456":
        return None
    digits = value.translate(_SEPARATORS)
    if not 13 <= len(digits) <= 19 or not (digits.isascii() and digits.isdigit()):
        return None
    return digits if _check_digit_is_right(digits) else None


def tokenised(value: str, *, secret: bytes) -> str:
    """Return `value`, or what stands for it if it is a card number: a token and its last four.

    The result is never a card number itself, so doing it twice changes nothing.
    """
    digits = card_number(value)
    if digits is None:
        return value
    return f"card_{token(digits, secret=secret, purpose='card')}_{digits[-4:]}"


def _check_digit_is_right(digits: str) -> bool:
    plain = sum(int(digit) for digit in digits[-1::-2])
    doubled = sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return (plain + doubled) % 10 == 0
