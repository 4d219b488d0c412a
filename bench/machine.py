"""What the numbers were made on: machine, versions, settings of the database."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection

from bench.installation import ROOT
from bench.options import Options
from bench.peers.environments import PEERS, versions_of
from fraudreview.version import VERSION

OURS = ("django", "djangorestframework", "celery", "psycopg", "xgboost-cpu", "numpy", "gunicorn")
SETTINGS = (
    *("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level"),
    *("wal_compression", "shared_buffers", "max_wal_size", "checkpoint_timeout", "jit"),
)


def described(options: Options) -> dict[str, Any]:
    """Return machine, versions and settings, for the head of the results."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_average_before": [round(value, 2) for value in os.getloadavg()],
        "fraudreview": {"version": VERSION, "commit": _commit()},
        "packages": {name: version(name) for name in OURS},
        "peers": {
            peer: versions_of(peer, options.environments)
            for peer in (() if options.only_ours else PEERS)
        },
        "postgresql": _settings(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout.strip() or "unknown"


def _settings() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) name", [list(SETTINGS)]
        )
        return dict(cursor.fetchall())
