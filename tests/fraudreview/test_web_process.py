"""A web process takes its first request when it has loaded what answers requests."""

import subprocess
import sys

from tests.processes import ROOT

LOAD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "fraudreview.settings"
import fraudreview.wsgi
missing = {"scoring.api.decisions", "labeling.views.queue", "monitoring.views.models"}
sys.exit(", ".join(sorted(missing - set(sys.modules))) or 0)
"""


def test_every_page_and_call_is_loaded_at_the_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
