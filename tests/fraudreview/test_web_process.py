"""A web process takes its first request when it has loaded what answers requests, and no more."""

import subprocess
import sys

import pytest

from tests.processes import ROOT

LOAD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "fraudreview.settings"
import fraudreview.wsgi
import fraudreview.celery
fraudreview.celery.app.loader.import_default_modules()
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that a web process and a worker have at their start."""
    command = [sys.executable, "-c", LOAD]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["scoring.api.decisions", "labeling.views.queue", "monitoring.views.models"]
)
def test_every_page_and_call_is_loaded_at_the_start(loaded: set[str], module: str) -> None:
    assert module in loaded


@pytest.mark.parametrize("library", ["scipy.stats", "scipy.optimize", "sklearn", "shap", "plotly"])
def test_what_few_need_is_loaded_when_it_is_needed(loaded: set[str], library: str) -> None:
    assert library not in loaded
