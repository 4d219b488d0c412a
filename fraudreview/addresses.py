"""Addresses of servers, as they stand in environment variables."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = {"postgres", "postgresql"}


class AddressError(ValueError):
    """An address that cannot be used; the text says what is wrong, without the password."""


def parse_database_url(url: str) -> dict[str, Any]:
    """Return the entry for Django's DATABASES: `postgresql://user:password@host:port/name`.

    Query parameters become connection options of libpq (`?sslmode=require`); a host that starts
    with a slash, percent-encoded or as `?host=/run/postgresql`, is a socket's folder.

    >>> parse_database_url("postgresql://ann:s%2Fw@db.example:5433/fraud")["PASSWORD"]
    's/w'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"DATABASE_URL is not an address: {error}") from error
    if parts.scheme not in SCHEMES:
        raise AddressError("DATABASE_URL must start with postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise AddressError("DATABASE_URL names no database: postgresql://user:password@host/name")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
    }
