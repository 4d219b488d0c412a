"""The installation that is measured: its servers, its secrets, its folder."""

import os
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("BENCH_FOLDER") or ROOT / "var" / "bench").absolute()
HOST = "127.0.0.1"


def set_up() -> None:
    """Make this process one of the product, on embedded servers of the benchmark's own.

    The servers run as they ship: durable, every commit on disk before it is answered.
    """
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    os.environ["FRAUDREVIEW_VAR"] = str(FOLDER)
    os.environ["FRAUDREVIEW_EMBEDDED_DURABLE"] = "1"
    # One thread each: with more, the trees of all processes would fight for the cores.
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ.setdefault("FRAUDREVIEW_LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fraudreview.settings")
    import django

    django.setup()


def database_url() -> str:
    """Return the address of the database in use, for other processes."""
    from django.db import connection

    connection.ensure_connection()
    parts = connection.settings_dict
    password = quote(parts["PASSWORD"], safe="")
    return (
        f"postgresql://{parts['USER']}:{password}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"
    )


def environment() -> dict[str, str]:
    """Return the environment of a process of the product, set as in production."""
    from django.conf import settings

    from fraudreview import embedded

    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": embedded.ensure_redis(ROOT),
        "FRAUDREVIEW_SECRET_KEY": settings.SECRET_KEY,
        "FRAUDREVIEW_DATA_KEY": settings.FRAUDREVIEW_DATA_KEY,
        "FRAUDREVIEW_MODELS": str(settings.FRAUDREVIEW_MODELS),
        "FRAUDREVIEW_HOSTS": f"{HOST},localhost",
        "FRAUDREVIEW_TLS": "0",
        # As docker-compose.yml has it for a machine of its own.
        "FRAUDREVIEW_PIN_WEB": "1",
        "FRAUDREVIEW_STATIC": str(FOLDER / "static"),
    }
