"""A small demo, from an empty folder to a populated installation, and a second start."""

import json
import subprocess
import sys

import pytest

from fraudreview.embedded.addresses import free_port
from tests.fraudreview.installations import ROOT, Installation

pytestmark = pytest.mark.slow
SMALL = ("--days", "30", "--per-day", "400", "--exit-when-ready", "--json")


def start(installation: Installation, port: int) -> dict:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--port", str(port), *SMALL],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "password of all" in done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_it_fills_once_and_goes_on_the_next_time(installation):
    first = start(installation, free_port())
    assert set(first) == {"ready_seconds", "address", "open_cases", "decisions", "labels"}
    assert first["open_cases"] > 0 and first["decisions"] > 3_000 and first["labels"] > 3_000
    assert not installation.is_running("postgres") and not installation.is_running("valkey")
    second = start(installation, free_port())
    assert second["decisions"] >= first["decisions"] and second["labels"] >= first["labels"]
    assert second["decisions"] < 1.1 * first["decisions"]
